//! What holds for every draft, whatever the timelines.

use super::*;
use crate::ledger::LedgerAccount;
use crate::post::invoice_entry;
use crate::rate::tests::refold;
use proptest::prelude::*;

/// Events of one subscription: day of the year from 1 September, and what happens.
fn timeline() -> impl Strategy<Value = Vec<(i64, EventKind)>> {
    let what = prop_oneof![
        4 => (-5i64..6).prop_map(|n| EventKind::SeatsChanged { delta: Decimal::from(n) }),
        2 => (0i64..9).prop_map(|n| EventKind::SeatsSet { quantity: Decimal::from(n) }),
        1 => any::<bool>().prop_map(|credit| EventKind::Cancelled { credit }),
        1 => (1i64..9).prop_map(|n| EventKind::Started { quantity: Decimal::from(n) }),
        1 => (1u8..5).prop_map(|n| EventKind::Moved { account: id(n) }),
        1 => (1i64..5000).prop_map(|cents| EventKind::PriceSet { price: Some(Decimal::new(cents, 2)) }),
        1 => any::<bool>().prop_map(|suspended| EventKind::Suspended { suspended }),
    ];
    prop::collection::vec((0i64..91, what), 0..6)
}

fn world() -> impl Strategy<Value = World> {
    let subscription = (timeline(), 0i64..60, any::<bool>(), any::<bool>(), any::<bool>());
    (prop::collection::vec(subscription, 1..6), any::<bool>()).prop_map(|(subscriptions, per_line)| {
        let mut world = World::new();
        world.accounts[3].bill_to = Some(id(3));
        world.tax_rounding = if per_line { TaxRounding::PerLine } else { TaxRounding::PerInvoice };
        for (n, (events, start, calendar, arrears, annual)) in (1u8..).zip(subscriptions) {
            let first = day("2026-07-15");
            let start = crate::date::add_days(first, start);
            let sub = world.subscribe(n, "5", &start.to_string(), &[]);
            sub.account = id(1 + n % 4);
            sub.cadence = if calendar { Cadence::CalendarMonth } else { Cadence::Anniversary };
            sub.timing = if arrears { Timing::Arrears } else { Timing::Advance };
            sub.plan = if annual { BillingPlan::Annual } else { BillingPlan::Monthly };
            for (seq, (after, kind)) in (1..).zip(events) {
                let date = crate::date::add_days(day("2026-09-01"), after);
                sub.events.push(Event { seq: u64::from(n) * 100 + seq, date, kind });
            }
            sub.events.sort_by_key(|e| (e.date, e.seq));
        }
        world
    })
}

proptest! {
    #[test]
    fn drafts_add_up(world in world()) {
        for month in ["2026-09", "2026-10", "2026-11"] {
            for draft in world.draft(month).drafts {
                prop_assert!(!draft.lines.is_empty());
                prop_assert_eq!(draft.net.minor(), draft.lines.iter().map(|l| l.net.minor()).sum::<i64>());
                prop_assert_eq!(draft.gross, draft.net.plus(draft.tax_total).unwrap());
                prop_assert_eq!(draft.tax_total.minor(), draft.tax.iter().map(|t| t.tax.minor()).sum::<i64>());
                prop_assert!(draft.lines.iter().all(|line| line.net.currency() == draft.currency));
            }
        }
    }

    /// Each step, worked out again from its inputs, gives its result, and the last one's is the amount.
    #[test]
    fn every_line_explains_itself(world in world()) {
        for line in world.draft("2026-10").drafts.iter().flat_map(|d| &d.lines) {
            for step in line.why.iter() {
                prop_assert_eq!(refold(step), step.result.clone(), "{:?}", step);
            }
            prop_assert_eq!(&line.why.last().unwrap().result, &Value::Money(line.net));
        }
    }

    #[test]
    fn issued_once_is_issued_for_good(mut world in world(), late in timeline()) {
        for month in ["2026-09", "2026-10", "2026-11"] {
            world.issue(month);
            prop_assert_eq!(world.draft(month).drafts, vec![]);
        }
        // Whatever is learnt later is caught up once, and then there is nothing more to catch up.
        for (n, (after, kind)) in (90..).zip(late) {
            let date = crate::date::add_days(day("2026-09-01"), after);
            world.subscriptions[0].events.push(Event { seq: n * 10, date, kind });
            world.subscriptions[0].events.sort_by_key(|e| (e.date, e.seq));
        }
        world.issue("2026-12");
        prop_assert_eq!(world.draft("2026-12").drafts, vec![]);
    }

    #[test]
    fn the_changes_add_up_to_the_difference(world in world()) {
        let lines = |month| -> Vec<Past> {
            world.draft(month).drafts.iter().flat_map(|d| &d.lines).map(Past::from).collect()
        };
        let (before, now) = (lines("2026-09"), lines("2026-10"));
        let sum = |lines: &[Past]| lines.iter().map(|l| l.net.minor()).sum::<i64>();
        let minor = |m: Option<Money>| m.map_or(0, |m| m.minor());
        let changed: i64 = changes(&before, &now).iter().map(|c| minor(c.now) - minor(c.before)).sum();
        prop_assert_eq!(changed, sum(&now) - sum(&before));
    }

    #[test]
    fn entries_owe_what_the_invoice_says(world in world()) {
        let kinds = |_| Some(ProductKind::Licence);
        for draft in world.draft("2026-10").drafts {
            let entry = invoice_entry(&draft, "Invoice 1".into(), day("2026-10-31"), &kinds).unwrap();
            let owed = entry.postings().iter().find(|p| p.account == LedgerAccount::Receivable).map(|p| p.amount);
            prop_assert_eq!(owed.unwrap_or(Money::zero(draft.currency)), draft.gross);
        }
    }
}

#[test]
fn many_subscriptions_are_charged_as_few_are() {
    let mut world = World::new();
    const FEW: usize = plan::PART;
    for n in 0..3 * FEW as u32 {
        let subscription = world.subscribe(1, "2", "2026-01-12", &[]);
        subscription.id.0[12..].copy_from_slice(&n.to_be_bytes());
        subscription.account = id(if n % 3 == 0 { 2 } else { 1 });
        let source = world.names.source_id(&format!("S{n:05}"));
        world.subscriptions.last_mut().unwrap().source = source;
    }
    let together = world.draft("2026-10");
    let sums: Vec<_> = together.drafts.iter().map(|d| (d.bill_to, d.lines.len(), d.net.minor())).collect();
    let third = FEW as i64;
    assert_eq!(sums, [(id(1), 2 * FEW, 2 * third * 6000), (id(2), FEW, third * 6000)]);
    for draft in &together.drafts {
        assert!(draft.lines.is_sorted_by_key(|line| line.subscription), "by the subscription's source id");
    }
    let all = std::mem::take(&mut world.subscriptions);
    let mut lines = Vec::new();
    for part in all.chunks(FEW / 2) {
        world.subscriptions = part.to_vec();
        lines.extend(world.draft("2026-10").drafts.into_iter().flat_map(|d| d.lines));
    }
    lines.sort_by_key(|line| (line.account, line.subscription));
    assert_eq!(together.drafts.into_iter().flat_map(|d| d.lines).collect::<Vec<_>>(), lines);
}
