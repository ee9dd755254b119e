//! A run beside the one before it: what changed, and the one cause of each change.
//!
//! Lines are compared per subscription (or other subject): its regular charges in order, the first with the first. What
//! has no counterpart is a change by itself. The differences of all changes in a currency add up to the difference of the
//! two runs.

use crate::invoice::Cause;
use crate::register::ProductKey;
use crate::sale::{ChargeKey, ChargeKind, SaleLine};
use crate::why::Value;
use crate::{Decimal, Id, Money, Period};
use std::collections::BTreeMap;

/// A billed line, as far as comparing needs it.
#[derive(Clone, Debug, PartialEq)]
pub struct Past {
    /// Identity.
    pub key: ChargeKey,
    /// The account that used the service.
    pub account: Id,
    /// Subscription, if any.
    pub subscription: Option<Id>,
    /// Product, if any.
    pub product: Option<ProductKey>,
    /// Days charged.
    pub period: Option<Period>,
    /// Whole cycle they belong to.
    pub cycle: Option<Period>,
    /// Units.
    pub quantity: Decimal,
    /// Price of one.
    pub unit_price: Decimal,
    /// Net amount.
    pub net: Money,
    /// Exchange rate, for lines priced from a foreign cost.
    pub exchange_rate: Option<Decimal>,
}

impl From<&SaleLine> for Past {
    fn from(line: &SaleLine) -> Past {
        let inputs = line.why.iter().flat_map(|step| &step.inputs);
        let exchange_rate = inputs.into_iter().find_map(|(name, value)| match value {
            Value::Number(rate) if *name == "exchange rate" => Some(*rate),
            _ => None,
        });
        Past {
            key: line.key,
            account: line.account,
            subscription: line.subscription,
            product: line.product,
            period: line.period,
            cycle: line.cycle,
            quantity: line.quantity,
            unit_price: line.unit_price,
            net: line.net,
            exchange_rate,
        }
    }
}

impl Past {
    /// Whether it is a regular charge that comes every month.
    pub(super) fn monthly(&self) -> bool {
        match self.key.kind {
            ChargeKind::Recurring => self.cycle.or(self.period).is_some_and(|c| c.days() <= 31),
            ChargeKind::Usage | ChargeKind::PassThrough => self.period.is_some_and(|p| p.days() <= 31),
            _ => false,
        }
    }

    fn days(&self) -> i64 {
        self.period.map_or(0, |p| p.days())
    }

    fn cycle_days(&self) -> i64 {
        self.cycle.or(self.period).map_or(0, |p| p.days())
    }

    /// Lines that are compared with each other.
    fn regular(&self) -> bool {
        matches!(
            self.key.kind,
            ChargeKind::Recurring | ChargeKind::PassThrough | ChargeKind::Usage | ChargeKind::Minimum
        )
    }
}

/// One changed line.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// The account that uses the service.
    pub account: Id,
    /// Subscription, if any.
    pub subscription: Option<Id>,
    /// Product, if any.
    pub product: Option<ProductKey>,
    /// The charge now, or before when there is none now.
    pub key: ChargeKey,
    /// Net amount before; `None` when there was no such line.
    pub before: Option<Money>,
    /// Net amount now; `None` when there is no such line.
    pub now: Option<Money>,
    /// The one cause.
    pub cause: Cause,
}

/// The changes from the last run to this one, by account, subject and day.
pub fn changes(before: &[Past], now: &[Past]) -> Vec<Change> {
    let mut subjects: BTreeMap<_, (Vec<&Past>, Vec<&Past>)> = BTreeMap::new();
    // Moved subscriptions and changed currencies have no counterpart: a charge ends here and begins there.
    let group = |line: &Past| (line.account, line.key.subject, line.key.part >> 48, line.net.currency());
    for line in before {
        subjects.entry(group(line)).or_default().0.push(line);
    }
    for line in now {
        subjects.entry(group(line)).or_default().1.push(line);
    }
    let mut found = Vec::new();
    for (was, is) in subjects.values_mut() {
        was.sort_by_key(|l| (l.key.date, l.key));
        is.sort_by_key(|l| (l.key.date, l.key));
        compare(was, is, &mut found);
    }
    found
}

fn compare(was: &[&Past], is: &[&Past], found: &mut Vec<Change>) {
    let regular =
        |lines: &[&Past]| -> Vec<Past> { lines.iter().filter(|l| l.regular()).map(|l| (*l).clone()).collect() };
    let (old, new) = (regular(was), regular(is));
    for at in 0..old.len().max(new.len()) {
        match (old.get(at), new.get(at)) {
            (Some(a), Some(b)) if a.net == b.net => {}
            (Some(a), Some(b)) => found.push(change(b, Some(a), Some(b), cause(a, b))),
            (None, Some(b)) => {
                let again = !was.is_empty();
                let cause = if !again {
                    Cause::New
                } else if b.monthly() {
                    Cause::Proration
                } else {
                    Cause::Term
                };
                found.push(change(b, None, Some(b), cause));
            }
            (Some(a), None) => {
                // A charge by the year is not over because this is not its month.
                found.push(change(a, Some(a), None, if a.monthly() { Cause::Ended } else { Cause::Term }));
            }
            (None, None) => {}
        }
    }
    for line in was.iter().filter(|l| !l.regular()) {
        // A charge for part of a cycle, and a one-off, never comes twice.
        let cause = if line.key.kind == ChargeKind::OneOff { Cause::OneOff } else { Cause::Proration };
        found.push(change(line, Some(line), None, cause));
    }
    for line in is.iter().filter(|l| !l.regular()) {
        let cause = match line.key.kind {
            ChargeKind::OneOff => Cause::OneOff,
            ChargeKind::Cancelled => Cause::Ended,
            ChargeKind::Added | ChargeKind::Removed | ChargeKind::CatchUp => Cause::Seats,
            ChargeKind::Recurring | ChargeKind::PassThrough | ChargeKind::Usage | ChargeKind::Minimum => Cause::New,
        };
        found.push(change(line, None, Some(line), cause));
    }
}

/// The cause of a different amount, the plainest first.
fn cause(was: &Past, is: &Past) -> Cause {
    // Months differ by three days at most; anything more is another plan.
    let other_plan = (was.cycle_days() - is.cycle_days()).abs() > 3;
    if other_plan {
        Cause::Term
    } else if was.product != is.product {
        Cause::Price
    } else if was.quantity != is.quantity {
        Cause::Seats
    } else if was.exchange_rate != is.exchange_rate {
        Cause::Fx
    } else if was.unit_price != is.unit_price {
        Cause::Price
    } else if was.days() != is.days() {
        Cause::Proration
    } else {
        Cause::Price
    }
}

fn change(line: &Past, before: Option<&Past>, now: Option<&Past>, cause: Cause) -> Change {
    Change {
        account: line.account,
        subscription: line.subscription,
        product: line.product,
        key: line.key,
        before: before.map(|l| l.net),
        now: now.map(|l| l.net),
        cause,
    }
}
