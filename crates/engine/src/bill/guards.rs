//! Guards: what a person should look at before issuing.

use super::people::{People, by_source};
use super::totals::percent;
use super::{BillInput, LastRun, Look, Past};
use crate::exchange::NoHomeTax;
use crate::invoice::{Draft, Guard};
use crate::rate::NoPrice;
use crate::register::Account;
use crate::sale::{ChargeKind, SaleLine};
use crate::{Decimal, Id, IdMap, IdSet, Names, SourceId};
use std::collections::{HashMap, HashSet};

/// A line that cannot be priced; it is left out of the draft.
pub(super) fn no_price(account: Id, subscription: Option<Id>, why: &NoPrice, names: &Names) -> Guard {
    Guard { code: "G-NO-PRICE", account, subscription, facts: why.facts(names) }
}

/// What drafts are compared with: the run before, where there is one.
pub(super) struct Before<'a> {
    last: Option<&'a LastRun>,
    /// The most seats of each subscription in its regular charges.
    seats: IdMap<Id, Decimal>,
}

impl<'a> Before<'a> {
    pub fn of(last: Option<&'a LastRun>) -> Before<'a> {
        let mut seats: IdMap<Id, Decimal> = IdMap::default();
        let lines = last.into_iter().flat_map(|last| &last.lines);
        for line in lines.filter(|line| counts_seats(line.key.kind)) {
            if let Some(id) = line.subscription {
                let most = seats.entry(id).or_default();
                *most = line.quantity.max(*most);
            }
        }
        Before { last, seats }
    }

    /// Looks over a finished draft.
    pub fn look(&self, input: &BillInput, people: &People, draft: &Draft, look: &mut Look) {
        look.guards.extend(draft.lines.iter().filter_map(below_cost));
        if let Err(NoHomeTax::NoRate { currency, home, day }) = input.rates.tax_at_home(draft.tax_total, input.today) {
            let facts = vec![("currency", currency.to_string()), ("to", home.to_string()), ("on", day.to_string())];
            look.guards.push(Guard { code: "G-NO-RATE", account: draft.bill_to, subscription: None, facts });
        }
        let payer = people.get(draft.bill_to);
        if payer.is_some_and(|p| p.needs_purchase_order && p.purchase_order.is_empty()) {
            let facts = vec![("net", format!("{} {}", draft.net, draft.currency))];
            look.guards.push(Guard { code: "G-PO-MISSING", account: draft.bill_to, subscription: None, facts });
        }
        if let Some(last) = self.last {
            look.guards.extend(payer.and_then(|payer| tax_changed(last, payer)));
            look.guards.extend(draft.lines.iter().filter_map(|line| self.ten_times(line)));
            look.charged.extend(draft.lines.iter().map(|line| line.account));
        }
    }

    /// What was seen in all parts of a run, each thing once, and whom the run before charged and this one does not.
    pub fn all(&self, input: &BillInput, people: &People, looks: Vec<Look>) -> Vec<Guard> {
        let (mut guards, mut charged) = (Vec::new(), IdSet::default());
        for look in looks {
            guards.extend(look.guards);
            charged.extend(look.charged);
        }
        let mut said = HashSet::new();
        guards.retain(|guard: &Guard| match (guard.code, guard.subscription) {
            ("G-TAX-CHANGED", _) => said.insert((guard.code, guard.account)),
            ("G-BELOW-COST" | "G-QUANTITY-X10", Some(subscription)) => said.insert((guard.code, subscription)),
            _ => true,
        });
        if let Some(last) = self.last {
            vanished(&last.lines, input, people, charged, &mut guards);
        }
        in_order(input, people, &mut guards);
        guards
    }

    /// Seats at least ten times those of the run before, as they stand in the regular charges.
    fn ten_times(&self, line: &SaleLine) -> Option<Guard> {
        let id = line.subscription.filter(|_| counts_seats(line.key.kind))?;
        let was = self.seats.get(&id).filter(|was| was.is_sign_positive() && !was.is_zero())?;
        let ten = was.checked_mul(Decimal::TEN).filter(|ten| line.quantity >= *ten);
        ten.map(|_| Guard {
            code: "G-QUANTITY-X10",
            account: line.account,
            subscription: Some(id),
            facts: vec![("before", was.normalize().to_string()), ("now", line.quantity.normalize().to_string())],
        })
    }
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

fn tax_changed(last: &LastRun, payer: &Account) -> Option<Guard> {
    let now = (payer.tax, percent(payer));
    let before = last.tax.get(&payer.id).filter(|before| **before != now)?;
    let text = |(treatment, percent): (_, Decimal)| format!("{treatment:?} {} %", percent.normalize());
    let facts = vec![("before", text(*before)), ("now", text(now))];
    Some(Guard { code: "G-TAX-CHANGED", account: payer.id, subscription: None, facts })
}

fn counts_seats(kind: ChargeKind) -> bool {
    matches!(kind, ChargeKind::Recurring | ChargeKind::Added)
}

/// An account that was charged by the month and is not charged at all now, though nobody ended it.
fn vanished(last: &[Past], input: &BillInput, people: &People, mut now: IdSet<Id>, guards: &mut Vec<Guard>) {
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
