//! What holds for every draft, whatever the timelines.

use super::*;
use crate::bundle::{Bundle, BundlePart, Edition, PartKind};
use crate::ledger::LedgerAccount;
use crate::post::invoice_entry;
use crate::rate::tests::refold;
use proptest::prelude::*;
use std::collections::BTreeMap;

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
        1 => Just(EventKind::OneOffsReturned),
    ];
    prop::collection::vec((0i64..91, what), 0..6)
}

fn world() -> impl Strategy<Value = World> {
    let subscription = (timeline(), 0i64..60, any::<bool>(), any::<bool>(), any::<bool>(), 0u8..4);
    (prop::collection::vec(subscription, 1..6), any::<bool>()).prop_map(|(subscriptions, per_line)| {
        let mut world = World::new();
        world.accounts[3].bill_to = Some(id(3));
        world.tax_rounding = if per_line { TaxRounding::PerLine } else { TaxRounding::PerInvoice };
        let bundle = world.bundle();
        for (n, (events, start, calendar, arrears, annual, what)) in (1u8..).zip(subscriptions) {
            let first = day("2026-07-15");
            let start = crate::date::add_days(first, start);
            let sub = world.subscribe(n, "5", &start.to_string(), &[]);
            sub.account = id(1 + n % 4);
            if what == 0 {
                sub.product = bundle;
            }
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

const MONTHS: [&str; 3] = ["2026-09", "2026-10", "2026-11"];

/// Invoices to credit so that they may be billed again, and the month drafted next.
fn credits() -> impl Strategy<Value = Vec<(prop::sample::Index, &'static str)>> {
    prop::collection::vec((any::<prop::sample::Index>(), prop::sample::select(MONTHS.to_vec())), 0..8)
}

impl World {
    /// A bundle of E3 and Teams on one line, with hardware and onboarding charged once.
    fn bundle(&mut self) -> ProductKey {
        let once = |product, price: &str| BundlePart {
            kind: PartKind::OneOff,
            price: Some(dec(price)),
            ..BundlePart::of(product)
        };
        let parts = vec![
            BundlePart::of(self.key("E3")),
            BundlePart { shown: false, ..BundlePart::of(self.key("TEAMS")) },
            once(self.key("LAPTOP"), "799.90"),
            once(self.key("SETUP"), "50"),
        ];
        let edition = Edition { parts, currency: Some(Currency::EUR), ..Edition::blank(day("2000-01-01")) };
        let code = self.key("OFFICE");
        let folded = Edition { show_parts: false, ..edition };
        self.book.bundles = vec![Bundle { code: code.product, name: "Office".into(), editions: vec![folded] }];
        code
    }

    /// Learns late what happened to its first subscription.
    fn learn(&mut self, late: Vec<(i64, EventKind)>) {
        for (n, (after, kind)) in (90..).zip(late) {
            let date = crate::date::add_days(day("2026-09-01"), after);
            self.subscriptions[0].events.push(Event { seq: n * 10, date, kind });
            self.subscriptions[0].events.sort_by_key(|e| (e.date, e.seq));
        }
    }
}

/// A world whose invoices are issued one by one and credited whole.
#[derive(Clone)]
struct Office {
    world: World,
    /// Those that stand.
    invoices: Vec<Vec<SaleLine>>,
}

impl Office {
    fn issue(&mut self, month: &str) {
        for draft in self.world.draft(month).drafts {
            for line in &draft.lines {
                assert!(self.world.billed.quantity(&line.key).is_none(), "billed twice: {line:?}");
                self.world.billed.insert(line.key, line.quantity);
            }
            self.invoices.push(draft.lines);
        }
        let month = Month::parse(month).unwrap();
        if !self.world.earlier.contains(&month) {
            self.world.earlier.push(month);
        }
    }

    /// Credits an invoice, unless another one caught up with it: that one is credited first.
    fn credit(&mut self, which: prop::sample::Index) {
        if self.invoices.is_empty() {
            return;
        }
        let lines = self.invoices.swap_remove(which.index(self.invoices.len()));
        let beside = || self.invoices.iter().flatten();
        if beside().any(|late| lines.iter().any(|line| leans_on(&late.key, &line.key))) {
            return self.invoices.push(lines);
        }
        assert!(lines.iter().all(|line| self.world.billed.remove(&line.key)));
    }

    /// Every charge that stands: seats and amount.
    fn charges(&self) -> BTreeMap<ChargeKey, (Decimal, Money)> {
        let lines = self.invoices.iter().flatten();
        lines.map(|line| (line.key, (line.quantity.normalize(), line.net))).collect()
    }

    /// The seats each cycle is charged for from its first day, catch-up lines with it.
    fn cycles(&self) -> BTreeMap<(Id, Date), Decimal> {
        let mut seats: BTreeMap<(Id, Date), Decimal> = BTreeMap::new();
        let opening =
            |key: &ChargeKey| matches!((key.kind, key.part), (ChargeKind::Recurring, 0) | (ChargeKind::CatchUp, _));
        for line in self.invoices.iter().flatten().filter(|line| opening(&line.key)) {
            *seats.entry((line.key.subject, line.key.date)).or_default() += line.quantity;
        }
        seats.retain(|_, seats| !seats.is_zero());
        seats
    }
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
        world.learn(late);
        world.issue("2026-12");
        prop_assert_eq!(world.draft("2026-12").drafts, vec![]);
    }

    /// Credited to be billed again, the same periods are billed again, once, and nothing else.
    #[test]
    fn what_is_credited_is_billed_again_once(world in world(), credits in credits()) {
        let mut office = Office { world, invoices: Vec::new() };
        MONTHS.iter().for_each(|month| office.issue(month));
        let once = office.charges();
        for (which, month) in credits {
            office.credit(which);
            office.issue(month);
        }
        office.issue(MONTHS[2]);
        prop_assert_eq!(office.charges(), once);
        prop_assert_eq!(office.world.draft(MONTHS[2]).drafts, vec![]);
    }

    /// Whatever is learnt late, and whatever is credited in between: no cycle is charged for more seats than without credits.
    #[test]
    fn credits_and_catch_up_lines_charge_no_cycle_twice(world in world(), late in timeline(), credits in credits()) {
        let mut office = Office { world, invoices: Vec::new() };
        MONTHS.iter().for_each(|month| office.issue(month));
        office.world.learn(late);
        let mut other = office.clone();
        other.issue("2026-12");
        for (which, month) in credits {
            office.credit(which);
            office.issue(month);
        }
        office.issue("2026-12");
        // Less where what was billed and is not given back, after a cancellation without credit, is not billed again.
        let never = other.cycles();
        for (cycle, seats) in office.cycles() {
            prop_assert!(never.get(&cycle).is_some_and(|once| seats <= *once), "{:?}: {} of {:?}", cycle, seats, never);
        }
        prop_assert_eq!(office.world.draft("2026-12").drafts, vec![]);
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

proptest! {
    /// A scenario begins from what billing writes, to the cent: seats that come or go within a cycle, and moves, with it.
    #[test]
    fn the_model_begins_from_what_billing_writes(mut world in world()) {
        let licence = world.key("E3");
        // What is charged once is in no scenario.
        world.subscriptions.iter_mut().for_each(|s| s.product = licence);
        let ask = |month: &str| Month::parse(month).unwrap();
        let horizon = crate::model::Horizon::new(ask(MONTHS[0]), MONTHS.len() as u32).unwrap();
        let input = crate::model::Input {
            accounts: &world.accounts,
            subscriptions: &world.subscriptions,
            prices: &world.book,
            rates: &[],
            horizon,
        };
        let base = crate::model::Base::new(&input).unwrap();
        for (at, month) in MONTHS.into_iter().enumerate() {
            let drafted = world.draft(month);
            for (buyer, account) in world.accounts.iter().enumerate() {
                let lines = drafted.drafts.iter().flat_map(|d| &d.lines).filter(|line| line.account == account.id);
                let billed: i64 = lines.map(|line| line.net.minor()).sum();
                prop_assert_eq!(base.figures.revenue(buyer)[at], billed, "{} in {}", account.name, month);
            }
        }
    }
}
