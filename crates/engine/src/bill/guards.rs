//! Guards: what a person should look at before issuing.

use super::people::{People, by_source};
use super::totals::percent;
use super::{BillInput, Past};
use crate::exchange::NoHomeTax;
use crate::invoice::{Draft, Guard};
use crate::rate::NoPrice;
use crate::sale::{ChargeKind, SaleLine};
use crate::{Decimal, Id, Names, SourceId};
use std::collections::{HashMap, HashSet};

/// A line that cannot be priced; it is left out of the draft.
pub(super) fn no_price(account: Id, subscription: Option<Id>, why: &NoPrice, names: &Names) -> Guard {
    Guard { code: "G-NO-PRICE", account, subscription, facts: why.facts(names) }
}

/// Looks over finished drafts, and at the run before where there is one.
pub(super) fn look(input: &BillInput, people: &People, drafts: &[Draft], guards: &mut Vec<Guard>) {
    let mut said: HashSet<Id> = HashSet::new();
    for draft in drafts {
        for line in &draft.lines {
            guards.extend(below_cost(line).filter(|_| line.subscription.is_none_or(|id| said.insert(id))));
        }
        if let Err(NoHomeTax::NoRate { currency, home, day }) = input.rates.tax_at_home(draft.tax_total, input.today) {
            let facts = vec![("currency", currency.to_string()), ("to", home.to_string()), ("on", day.to_string())];
            guards.push(Guard { code: "G-NO-RATE", account: draft.bill_to, subscription: None, facts });
        }
        let payer = people.get(draft.bill_to);
        if payer.is_some_and(|p| p.needs_purchase_order && p.purchase_order.is_empty()) {
            let facts = vec![("net", format!("{} {}", draft.net, draft.currency))];
            guards.push(Guard { code: "G-PO-MISSING", account: draft.bill_to, subscription: None, facts });
        }
    }
    if let Some(last) = input.last {
        tax_changed(last, people, drafts, guards);
        ten_times(&last.lines, drafts, guards);
        vanished(&last.lines, input, people, drafts, guards);
    }
    in_order(input, people, guards);
}

/// By account, code, and the subscription's source id.
fn in_order(input: &BillInput, people: &People, guards: &mut [Guard]) {
    let named: HashSet<Id> = guards.iter().filter_map(|g| g.subscription).collect();
    let subscriptions = input.subscriptions.iter().filter(|s| named.contains(&s.id));
    let sources: HashMap<Id, SourceId> = subscriptions.map(|s| (s.id, s.source)).collect();
    let source = |g: &Guard| g.subscription.and_then(|id| sources.get(&id)).copied().unwrap_or(SourceId::NONE);
    let rank = |g: &Guard| people.rank(g.account).unwrap_or(u32::MAX);
    guards.sort_by(|a, b| {
        let ranks = rank(a).cmp(&rank(b)).then(a.code.cmp(b.code));
        ranks.then_with(|| by_source(input.names, source(a), source(b)))
    });
}

fn below_cost(line: &SaleLine) -> Option<Guard> {
    let cost = line.cost.filter(|cost| line.quantity > Decimal::ZERO && line.net.minor() < cost.minor())?;
    let facts = vec![
        ("line", line.name.clone()),
        ("net", format!("{} {}", line.net, line.net.currency())),
        ("cost", format!("{} {}", cost, cost.currency())),
    ];
    Some(Guard { code: "G-BELOW-COST", account: line.account, subscription: line.subscription, facts })
}

fn tax_changed(last: &super::LastRun, people: &People, drafts: &[Draft], guards: &mut Vec<Guard>) {
    let mut said = HashSet::new();
    for draft in drafts {
        let Some(payer) = people.get(draft.bill_to) else { continue };
        let (before, now) = (last.tax.get(&payer.id), (payer.tax, percent(payer)));
        if let Some(before) = before.filter(|b| **b != now && said.insert(payer.id)) {
            let text = |(treatment, percent): (_, Decimal)| format!("{treatment:?} {} %", percent.normalize());
            let facts = vec![("before", text(*before)), ("now", text(now))];
            guards.push(Guard { code: "G-TAX-CHANGED", account: payer.id, subscription: None, facts });
        }
    }
}

/// Seats at least ten times those of the run before, as they stand in the regular charges.
fn ten_times(last: &[Past], drafts: &[Draft], guards: &mut Vec<Guard>) {
    let mut before: HashMap<Id, Decimal> = HashMap::new();
    for line in last.iter().filter(|l| counts_seats(l.key.kind)) {
        if let Some(id) = line.subscription {
            let most = before.entry(id).or_default();
            *most = line.quantity.max(*most);
        }
    }
    let mut said = HashSet::new();
    for line in drafts.iter().flat_map(|d| &d.lines).filter(|l| counts_seats(l.key.kind)) {
        let Some(id) = line.subscription else { continue };
        let Some(was) = before.get(&id).filter(|was| was.is_sign_positive() && !was.is_zero()) else { continue };
        if was.checked_mul(Decimal::TEN).is_some_and(|ten| line.quantity >= ten) && said.insert(id) {
            let facts = vec![("before", was.normalize().to_string()), ("now", line.quantity.normalize().to_string())];
            guards.push(Guard { code: "G-QUANTITY-X10", account: line.account, subscription: Some(id), facts });
        }
    }
}

fn counts_seats(kind: ChargeKind) -> bool {
    matches!(kind, ChargeKind::Recurring | ChargeKind::Added)
}

/// An account that was charged by the month and is not charged at all now, though nobody ended it.
fn vanished(last: &[Past], input: &BillInput, people: &People, drafts: &[Draft], guards: &mut Vec<Guard>) {
    let mut now: HashSet<Id> = drafts.iter().flat_map(|d| &d.lines).map(|l| l.account).collect();
    // What an earlier run of this month issued has not vanished.
    let issued = input.billed.subjects_in(input.month.period());
    now.extend(last.iter().filter(|l| issued.contains(&l.key.subject)).map(|l| l.account));
    let mut said = HashSet::new();
    for line in last.iter().filter(|l| l.monthly() && !now.contains(&l.account)) {
        let looked_at = input.only.is_none_or(|only| people.payer(line.account).is_some_and(|p| only.contains(&p.id)));
        if looked_at && !people.ended_before(line.account, input.month.period().end) && said.insert(line.account) {
            let total = last.iter().filter(|l| l.account == line.account && l.net.currency() == line.net.currency());
            let was: Decimal = total.map(|l| l.net.value()).sum();
            let facts = vec![("before", format!("{was} {}", line.net.currency()))];
            guards.push(Guard { code: "G-CUSTOMER-VANISHED", account: line.account, subscription: None, facts });
        }
    }
}
