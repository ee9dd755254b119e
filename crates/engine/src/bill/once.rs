//! What a bundle charges once: hardware, onboarding.
//!
//! Each unit of an agreement to a whole bundle is charged the one-off parts of its edition once: when it starts, and when
//! units are added later, each on its own day and at the price of that day. Units added and removed on one day are on no
//! invoice. Nothing of it comes back with a cancellation, unless somebody says that it was taken back
//! ([`EventKind::OneOffsReturned`]): then the units held last are credited at what they were charged.
//!
//! It falls due with the month of its day, whether cycles are billed in advance or in arrears: it was supplied then.

use super::lines::{self, name};
use super::timeline::{Window, ask};
use super::{After, Desk};
use crate::rate::{NoPrice, Part};
use crate::register::{EventKind, State, Subscription};
use crate::sale::{ChargeKey, ChargeKind, SaleLine};
use crate::why::{Rule, Step, Value};
use crate::{Date, Decimal, Money, Rounding};

/// Units that came on one day.
#[derive(Clone, Debug)]
struct Lot {
    date: Date,
    /// The event they came with.
    seq: u64,
    /// Units to charge.
    charged: Decimal,
    /// Those of them that are still there.
    held: Decimal,
}

/// Units taken back.
struct Return {
    date: Date,
    lot: Lot,
}

/// Charges the one-off parts of a bundle for the units that came in the window, and credits those taken back in it.
pub(super) fn charge_one(desk: &mut Desk, subscription: &Subscription, window: &Window) {
    if !may_have(desk, subscription) {
        return;
    }
    let (lots, returns) = walk(subscription);
    for lot in lots.iter().filter(|lot| window.contains(lot.date) && lot.charged > Decimal::ZERO) {
        put(desk, subscription, lot, ChargeKind::OneOff, lot.date, lot.charged);
    }
    for Return { date, lot } in returns.iter().filter(|r| window.contains(r.date)) {
        // Only what was ever charged is credited: by an invoice before, or by this one.
        let key = key(subscription, ChargeKind::OneOff, lot.date, lot.seq, 1);
        let charged = lots.iter().any(|l| l.seq == lot.seq && l.charged > Decimal::ZERO && window.contains(l.date));
        if charged || desk.input.billed.quantity(&key).is_some() {
            put(desk, subscription, lot, ChargeKind::Cancelled, *date, -lot.held);
        }
    }
}

/// Whether it is, or becomes, an agreement to a bundle that charges anything once.
fn may_have(desk: &Desk, subscription: &Subscription) -> bool {
    let upgrades = subscription.events.iter().filter_map(|event| match event.kind {
        EventKind::Upgraded { to } => Some(to),
        _ => None,
    });
    let mut products = std::iter::once(subscription.product).chain(upgrades);
    let once = |code| desk.input.prices.bundle(code).is_some_and(|b| b.editions.iter().any(|e| e.once().count() > 0));
    products.any(|product| once(product.product))
}

/// The units as they came, and those taken back.
fn walk(subscription: &Subscription) -> (Vec<Lot>, Vec<Return>) {
    let (mut lots, mut returns): (Vec<Lot>, Vec<Return>) = (Vec::new(), Vec::new());
    let mut product = subscription.product;
    let (mut units, mut running) = (Decimal::ZERO, false);
    for event in &subscription.events {
        let before = units;
        match event.kind {
            EventKind::Started { quantity } => {
                if !running {
                    lots.iter_mut().for_each(|lot| lot.held = Decimal::ZERO);
                }
                (units, running) = (quantity, true);
            }
            EventKind::SeatsChanged { delta } if running => units = (units + delta).max(Decimal::ZERO),
            EventKind::SeatsSet { quantity } if running => units = quantity.max(Decimal::ZERO),
            EventKind::Cancelled { .. } => {
                // What is held stays held: it may be taken back with the cancellation or after it.
                undo(&mut lots, event.date);
                (units, running) = (Decimal::ZERO, false);
                continue;
            }
            EventKind::Upgraded { to } if to != product => {
                // A bundle bought instead of something else begins for all its units.
                product = to;
                undo(&mut lots, event.date);
                lots.iter_mut().for_each(|lot| lot.held = Decimal::ZERO);
                lots.push(Lot { date: event.date, seq: event.seq, charged: units, held: units });
                continue;
            }
            EventKind::OneOffsReturned => {
                let held = lots.iter_mut().filter(|lot| lot.held > Decimal::ZERO);
                returns.extend(held.map(|lot| {
                    let back = Return { date: event.date, lot: lot.clone() };
                    lot.held = Decimal::ZERO;
                    back
                }));
                continue;
            }
            EventKind::SeatsChanged { .. }
            | EventKind::SeatsSet { .. }
            | EventKind::Renewed { .. }
            | EventKind::Upgraded { .. }
            | EventKind::Moved { .. }
            | EventKind::Suspended { .. }
            | EventKind::PriceSet { .. }
            | EventKind::EditionSet { .. } => continue,
        }
        let more = units - before;
        if more > Decimal::ZERO {
            lots.push(Lot { date: event.date, seq: event.seq, charged: more, held: more });
        } else {
            remove(&mut lots, event.date, -more);
        }
    }
    (lots, returns)
}

/// Units removed: those that came last go first, and those that came on the same day are never charged.
fn remove(lots: &mut [Lot], date: Date, mut units: Decimal) {
    for lot in lots.iter_mut().rev() {
        let gone = units.min(lot.held);
        lot.held -= gone;
        units -= gone;
        if lot.date == date {
            lot.charged -= gone;
        }
    }
}

/// An agreement that ended, or changed to something else, on the day units came never charged for them.
fn undo(lots: &mut [Lot], date: Date) {
    lots.iter_mut().filter(|lot| lot.date == date).for_each(|lot| lot.charged = Decimal::ZERO);
}

fn key(subscription: &Subscription, kind: ChargeKind, date: Date, seq: u64, part: u64) -> ChargeKey {
    ChargeKey { kind, subject: subscription.id, date, part: lines::part(seq, part) }
}

/// Writes the lines of some units, unless they were billed.
fn put(desk: &mut Desk, subscription: &Subscription, lot: &Lot, kind: ChargeKind, date: Date, units: Decimal) {
    let first = key(subscription, kind, date, lot.seq, 1);
    if units.is_zero() || desk.input.billed.quantity(&first).is_some() {
        return;
    }
    let terms = State { quantity: units.abs(), ..subscription.on(lot.date) };
    let parts = ask(desk, subscription, &terms, lot.date).and_then(|ask| desk.input.prices.offer(&ask)?.once);
    let lines = parts.and_then(|parts| {
        let lines = parts.iter().map(|part| line(desk, subscription, &terms, part, units));
        lines.collect::<Result<Vec<_>, _>>()
    });
    match lines {
        Ok(lines) => {
            let charged = lines.into_iter().filter(|line| line.net.minor() != 0);
            for (n, line) in (1..).zip(charged) {
                let line = SaleLine { key: key(subscription, kind, date, lot.seq, n), ..line };
                desk.write(line, After::Subscriptions, subscription.source);
            }
        }
        Err(no) if desk.wanted(terms.account) => desk.refuse(terms.account, Some(subscription.id), &no),
        Err(_) => {}
    }
}

fn line(
    desk: &Desk,
    subscription: &Subscription,
    terms: &State,
    part: &Part,
    units: Decimal,
) -> Result<SaleLine, NoPrice> {
    let currency = desk.people.get(terms.account).map(|a| a.currency).ok_or(NoPrice::UnknownAccount)?;
    let rounded = |each: Decimal| {
        let exact = each.checked_mul(units).ok_or(NoPrice::TooLarge)?;
        Money::round(exact, currency, Rounding::HalfUp).map_err(|_| NoPrice::TooLarge)
    };
    let net = rounded(part.price)?;
    let mut why = part.why.clone();
    why.push(
        Step::of(Rule("line.one-off"), Value::Money(net))
            .input("price", Value::Price(part.price, currency))
            .input("quantity", Value::Number(units)),
    );
    Ok(SaleLine {
        key: key(subscription, ChargeKind::OneOff, terms.edition, 0, 0),
        account: terms.account,
        subscription: Some(subscription.id),
        product: Some(part.product),
        name: name(desk, subscription, part.product),
        period: None,
        cycle: None,
        quantity: units.checked_mul(part.ratio).ok_or(NoPrice::TooLarge)?,
        unit_price: part.price.checked_div(part.ratio).ok_or(NoPrice::TooLarge)?,
        net,
        cost: part.cost.and_then(|cost| rounded(cost).ok()),
        why: why.into(),
    })
}
