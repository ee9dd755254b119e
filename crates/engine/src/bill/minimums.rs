//! The least each account is charged in a month, by the price rule nearest to it.
//!
//! A rule for one account holds for it even in a month without charges; one for a reseller, a segment or the whole book
//! holds for customers something runs for. The rule in force on the first day of the month decides.

use super::Minimum;
use crate::price::{Layer, Method};
use crate::rate::Prices;
use crate::register::{Account, AccountKind, Status, Subscription};
use crate::{Currency, Id, IdMap, Money, Month, Rounding};
use std::collections::{HashMap, HashSet};

/// The minimum charges of a month. `issued` is what is on invoices of the month already, net, by account and currency.
pub fn minimums(
    month: Month,
    accounts: &[Account],
    subscriptions: &[Subscription],
    prices: &Prices,
    issued: &HashMap<(Id, Currency), Money>,
) -> Vec<Minimum> {
    if !prices.has_minimums() {
        return Vec::new();
    }
    let last = month.period().last();
    let served: HashSet<Id> = subscriptions
        .iter()
        .map(|s| s.on(last))
        .filter(|state| matches!(state.status, Status::Active | Status::Suspended))
        .map(|state| state.account)
        .collect();
    let parents: IdMap<Id, Id> = accounts.iter().filter_map(|a| Some((a.id, a.parent?))).collect();
    let least = |account: &Account| -> Option<Minimum> {
        let above = ancestors(&parents, account.id);
        let rule = prices.minimum(account.id, &above, account.segment, month.first())?;
        let of_its_own = matches!(rule.layer, Layer::Account(_));
        let Method::Minimum { amount } = rule.method else { return None };
        let serves = account.kind == AccountKind::Customer && served.contains(&account.id);
        if !of_its_own && !serves {
            return None;
        }
        let amount = Money::round(amount, account.currency, Rounding::HalfUp).ok()?;
        let none = Money::zero(account.currency);
        let billed = issued.get(&(account.id, account.currency)).copied().unwrap_or(none);
        Some(Minimum { account: account.id, amount, billed })
    };
    accounts.iter().filter_map(least).collect()
}

/// The accounts above one, nearest first; a circle ends where it began.
fn ancestors(parents: &IdMap<Id, Id>, id: Id) -> Vec<Id> {
    let mut above = Vec::new();
    let mut next = parents.get(&id).copied();
    while let Some(parent) = next.filter(|p| *p != id && !above.contains(p)) {
        above.push(parent);
        next = parents.get(&parent).copied();
    }
    above
}
