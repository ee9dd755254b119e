//! The agreement basis: what a subscription's own timeline charges.
//!
//! A charge cycle opens with the seats of its first day (events of that day included) at the price of the cycle; each
//! later event charges or credits the days from its own day to the cycle's end, at that same price: a later seat change
//! does not reprice a cycle. A cancellation's day is no longer served. An upgrade, or a move to another account, credits
//! what is left of the old and charges it anew ([`super::walk`]).
//!
//! In advance a charge falls due on its first day, in arrears with the last day of its cycle. Charges due in the month
//! are billed, and so are those due in months already issued that were not billed then. When a cycle was billed for other
//! seats than are known now (an event recorded late), the difference is caught up.

use super::calendar;
use super::people::by_source;
use super::walk::{Charge, Terms, charges};
use super::Desk;
use crate::cycle::{cycle_on, cycles, nominal};
use crate::date::add_days;
use crate::price::Basis;
use crate::rate::{Ask, NoPrice, Offer};
use crate::register::{Cadence, EventKind, ProductKey, Subscription, Timing};
use crate::sale::{ChargeKey, ChargeKind, SaleLine};
use crate::why::{Rule, Step, Value};
use crate::{Currency, Date, Decimal, Money, Month, Period, Rounding};

/// Days charged, and the whole cycle they are measured against.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Cycle {
    pub days: Period,
    pub whole: Period,
}

/// The months whose charges are billed now, oldest first, and the days they span.
pub(super) struct Window {
    months: Vec<Month>,
    days: Period,
}

impl Window {
    fn contains(&self, day: Date) -> bool {
        self.days.contains(day) && self.months.contains(&Month::of(day))
    }
}

/// Charges every subscription that is billed on its agreement, in the order of their source ids.
pub(super) fn charge_all(desk: &mut Desk) {
    let input = desk.input;
    let mut months: Vec<Month> = input.earlier.iter().copied().filter(|m| *m < input.month).collect();
    months.push(input.month);
    months.sort();
    let days = Period { start: months[0].first(), end: input.month.period().end };
    let window = Window { months, days };
    let mut order: Vec<&Subscription> = input.subscriptions.iter().collect();
    order.sort_by(|a, b| by_source(input.names, a.source, b.source).then(a.id.cmp(&b.id)));
    for (place, subscription) in (0..).zip(order) {
        let moves = subscription.events.iter().any(|e| matches!(e.kind, EventKind::Moved { .. }));
        if basis(desk, subscription) == Basis::Agreement && (moves || desk.wanted(subscription.account)) {
            for cycle in falling_due(subscription, &window) {
                charge(desk, subscription, cycle, place, &window);
            }
            give_back(desk, subscription, place, &window);
        }
    }
}

/// What a subscription is billed from: its own choice, else its account's, else the agreement.
pub(super) fn basis(desk: &Desk, subscription: &Subscription) -> Basis {
    let account = || desk.people.get(subscription.account).and_then(|a| a.basis);
    subscription.basis.or_else(account).unwrap_or(Basis::Agreement)
}

/// Every cycle something may fall due of: those that begin in the window, and the one running when it opens.
fn falling_due(subscription: &Subscription, window: &Window) -> Vec<Cycle> {
    let opens = window.days.start;
    let eventful = subscription.events.iter().any(|e| window.days.contains(e.date));
    let mut found: Vec<Cycle> = match subscription.cadence {
        Cadence::Anniversary => cycles(subscription, opens, window.days.end)
            .into_iter()
            .map(|days| Cycle { days, whole: nominal(subscription, days) })
            .collect(),
        Cadence::CalendarMonth => calendar::cycles(subscription, opens, window.days.end),
    };
    if eventful || subscription.timing == Timing::Arrears {
        // Cancelled on the window's first day, the cycle of the day before still has days to credit.
        let running = cycle_at(subscription, opens).or_else(|| cycle_at(subscription, add_days(opens, -1)));
        found.extend(running.filter(|c| c.days.start < opens));
    }
    found
}

/// The cycle that pays for a day.
pub(super) fn cycle_at(subscription: &Subscription, day: Date) -> Option<Cycle> {
    match subscription.cadence {
        Cadence::Anniversary => {
            cycle_on(subscription, day).map(|days| Cycle { days, whole: nominal(subscription, days) })
        }
        Cadence::CalendarMonth => calendar::cycle_on(subscription, day),
    }
}

/// Prices and writes what a cycle charges, or what is missing of it.
fn charge(desk: &mut Desk, subscription: &Subscription, cycle: Cycle, place: u32, window: &Window) {
    let mut offered: Option<(Terms, Offer)> = None;
    for found in charges(subscription, cycle.days) {
        let due = match subscription.timing {
            Timing::Advance => found.from,
            Timing::Arrears => cycle.days.last(),
        };
        let Some(found) = window.contains(due).then(|| unbilled(desk, subscription, found)).flatten() else { continue };
        let offer = match &offered {
            Some((terms, offer)) if *terms == found.terms => offer,
            _ => match offer(desk, subscription, &found.terms, cycle.days.start) {
                Ok(offer) => &offered.insert((found.terms, offer)).1,
                Err(no) => {
                    if desk.wanted(found.terms.account) {
                        desk.refuse(found.terms.account, Some(subscription.id), &no);
                    }
                    continue;
                }
            },
        };
        match lines(desk, subscription, cycle, &found, offer) {
            Ok(lines) => lines.into_iter().for_each(|line| desk.write(line, place)),
            Err(no) => desk.refuse(found.terms.account, Some(subscription.id), &no),
        }
    }
}

/// The charge itself when it was never billed; the difference in seats when its cycle was billed for others.
fn unbilled(desk: &Desk, subscription: &Subscription, charge: Charge) -> Option<Charge> {
    let billed = &desk.input.billed;
    if billed.is_empty() {
        return Some(charge);
    }
    let key = ChargeKey { kind: charge.kind, subject: subscription.id, date: charge.from, part: charge.part };
    if billed.quantity(&ChargeKey { part: part(charge.part, 1), ..key }).is_some() {
        return None; // billed as a bundle with its parts shown
    }
    match billed.quantity(&key) {
        None => Some(charge),
        Some(_) if charge.kind != ChargeKind::Recurring || charge.part != 0 => None,
        Some(before) => late(desk, subscription, charge, before),
    }
}

/// The seats by which a billed cycle differs from what is known now, less what was caught up already.
fn late(desk: &Desk, subscription: &Subscription, charge: Charge, billed: Decimal) -> Option<Charge> {
    let known = subscription.events.iter().filter(|e| e.date <= charge.from).map(|e| e.seq);
    let key = |part| ChargeKey { kind: ChargeKind::CatchUp, subject: subscription.id, date: charge.from, part };
    let caught_up: Decimal = known.clone().filter_map(|seq| desk.input.billed.quantity(&key(seq))).sum();
    let quantity = charge.quantity - billed - caught_up;
    let part = known.max().unwrap_or(0);
    (!quantity.is_zero()).then_some(Charge { kind: ChargeKind::CatchUp, part, quantity, ..charge })
}

/// Gives back cycles that were billed although the subscription had been cancelled, as became known later.
fn give_back(desk: &mut Desk, subscription: &Subscription, place: u32, window: &Window) {
    let ends = subscription.events.iter().filter(|e| matches!(e.kind, EventKind::Cancelled { credit: true }));
    let Some(end) = ends.map(|e| e.date).next_back().filter(|_| !desk.input.billed.is_empty()) else { return };
    let mut uncancelled = subscription.clone();
    uncancelled.events.retain(|e| !matches!(e.kind, EventKind::Cancelled { .. }));
    for cycle in falling_due(&uncancelled, window).into_iter().filter(|c| c.days.start >= end) {
        let Some(mut opening) = charges(&uncancelled, cycle.days).into_iter().find(|c| c.part == 0) else { continue };
        let key = ChargeKey { kind: ChargeKind::Recurring, subject: subscription.id, date: opening.from, part: 0 };
        let Some(billed) = desk.input.billed.quantity(&key) else { continue };
        opening.quantity = subscription.on(cycle.days.start).quantity.max(Decimal::ZERO);
        let Some(back) = late(desk, subscription, opening, billed) else { continue };
        let written = offer(desk, subscription, &back.terms, cycle.days.start)
            .and_then(|offer| lines(desk, subscription, cycle, &back, &offer));
        match written {
            Ok(lines) => lines.into_iter().for_each(|line| desk.write(line, place)),
            Err(no) => desk.refuse(back.terms.account, Some(subscription.id), &no),
        }
    }
}

fn offer<'a>(desk: &Desk<'a>, subscription: &Subscription, terms: &Terms, day: Date) -> Result<Offer<'a>, NoPrice> {
    desk.input.prices.offer(&ask(desk, subscription, terms, day)?)
}

/// The question to the price book about a subscription on some terms.
pub(super) fn ask<'d>(
    desk: &'d Desk,
    subscription: &Subscription,
    terms: &Terms,
    day: Date,
) -> Result<Ask<'d>, NoPrice> {
    let account = desk.people.get(terms.account).ok_or(NoPrice::UnknownAccount)?;
    Ok(Ask {
        subscription: Some(subscription.id),
        account: terms.account,
        ancestors: desk.people.above(terms.account),
        segment: account.segment,
        product: terms.product,
        term: Some(subscription.term),
        plan: Some(subscription.plan),
        own: terms.own,
        bundle: subscription.bundle,
        currency: account.currency,
        term_start: terms.term_start,
        date: day,
        quantity: terms.opening,
    })
}

/// The part of a charge key for a part of a bundle, counted from 1; 0 for a line that is not split.
fn part(event: u64, of_bundle: u64) -> u64 {
    event | of_bundle << 48
}

/// The lines of one charge: one, or one for each part of a bundle that shows them.
fn lines(
    desk: &Desk,
    subscription: &Subscription,
    cycle: Cycle,
    charge: &Charge,
    offer: &Offer,
) -> Result<Vec<SaleLine>, NoPrice> {
    let currency = desk.people.get(charge.terms.account).ok_or(NoPrice::UnknownAccount)?.currency;
    let days = Period { start: charge.from, end: cycle.days.end };
    let line = |at: u64, product: ProductKey, quantity, unit_price, net, cost, why| SaleLine {
        key: ChargeKey { kind: charge.kind, subject: subscription.id, date: charge.from, part: part(charge.part, at) },
        account: charge.terms.account,
        subscription: Some(subscription.id),
        product: Some(product),
        name: name(desk, subscription, product),
        period: Some(days),
        cycle: Some(cycle.whole),
        quantity,
        unit_price,
        net,
        cost,
        why,
    };
    let share = (days.days(), cycle.whole.days());
    let cost = |each: Option<Decimal>, quantity| each.and_then(|c| amount(c, quantity, share, currency).ok());
    if offer.parts.is_empty() {
        let net = amount(offer.unit_price, charge.quantity, share, currency)?;
        let mut why = Vec::with_capacity(offer.why.len() + 1);
        why.extend_from_slice(&offer.why);
        why.push(amount_step(offer.unit_price, charge.quantity, share, net, currency));
        let cost = cost(offer.cost, charge.quantity);
        return Ok(vec![line(0, charge.terms.product, charge.quantity, offer.unit_price, net, cost, why)]);
    }
    let whole = amount(offer.unit_price, charge.quantity, share, currency)?;
    let shares = whole.split(&offer.parts.iter().map(|p| p.price).collect::<Vec<_>>());
    let parts = (1..).zip(&offer.parts).zip(shares).map(|((at, part), split)| {
        let quantity = charge.quantity.checked_mul(part.ratio).ok_or(NoPrice::TooLarge)?;
        let unit_price = part.price.checked_div(part.ratio).ok_or(NoPrice::TooLarge)?;
        let mut why = part.why.clone();
        let net = if offer.one_price {
            let step = amount_step(offer.unit_price, charge.quantity, share, whole, currency);
            why.push(step);
            why.push(
                Step::of(Rule("line.bundle-share"), Value::Money(split))
                    .input("amount", Value::Money(whole))
                    .input("share", Value::Price(part.price, currency))
                    .input("of", Value::Price(offer.unit_price, currency)),
            );
            split
        } else {
            let net = amount(part.price, charge.quantity, share, currency)?;
            why.push(amount_step(part.price, charge.quantity, share, net, currency));
            net
        };
        Ok(line(at, part.product, quantity, unit_price, net, cost(part.cost, charge.quantity), why))
    });
    parts.collect()
}

/// What the customer reads: the subscription's name, or the catalogue's for an upgraded product or a part.
fn name(desk: &Desk, subscription: &Subscription, product: ProductKey) -> String {
    let known = desk.products.get(&product).filter(|_| product != subscription.product || subscription.name.is_empty());
    known.map_or_else(|| desk.input.names.text(subscription.name).to_owned(), |p| p.name.clone())
}

/// Price times units times the share of days, half up to the minor unit, once.
fn amount(price: Decimal, quantity: Decimal, (days, of): (i64, i64), currency: Currency) -> Result<Money, NoPrice> {
    let full = price.checked_mul(quantity).ok_or(NoPrice::TooLarge)?;
    let exact = if days == of {
        Some(full)
    } else {
        full.checked_mul(days.into()).and_then(|part| part.checked_div(of.into()))
    };
    Money::round(exact.ok_or(NoPrice::TooLarge)?, currency, Rounding::HalfUp).map_err(|_| NoPrice::TooLarge)
}

fn amount_step(price: Decimal, quantity: Decimal, (days, of): (i64, i64), net: Money, currency: Currency) -> Step {
    Step {
        rule: Rule("line.amount"),
        inputs: vec![
            ("price", Value::Price(price, currency)),
            ("quantity", Value::Number(quantity)),
            ("days", Value::Number(days.into())),
            ("of", Value::Number(of.into())),
        ],
        result: Value::Money(net),
        from: Vec::new(),
    }
}
