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
use super::lines::{self, Lines};
use super::walk::{Charge, charges};
use super::{After, BillInput, Desk, once};
use crate::cycle::sold;
use crate::date::add_days;
use crate::price::Basis;
use crate::rate::{Ask, NoPrice, Offer};
use crate::register::{BundlePolicy, Cadence, Event, EventKind, State, Subscription, Timing};
use crate::sale::{ChargeKey, ChargeKind};
use crate::{Date, Decimal, Month, Period};

/// The months whose charges are billed now, oldest first, and the days they span.
pub(super) struct Window {
    months: Vec<Month>,
    days: Period,
}

impl Window {
    pub fn of(input: &BillInput) -> Window {
        let mut months: Vec<Month> = input.earlier.iter().copied().filter(|m| *m < input.month).collect();
        months.push(input.month);
        months.sort();
        let days = Period { start: months[0].first(), end: input.month.period().end };
        Window { months, days }
    }

    pub fn contains(&self, day: Date) -> bool {
        self.days.contains(day) && self.months.contains(&Month::of(day))
    }
}

/// Charges a subscription that is billed on its agreement.
pub(super) fn charge_one(desk: &mut Desk, subscription: &Subscription, window: &Window) {
    if basis(desk, subscription) == Basis::Agreement {
        for cycle in falling_due(subscription, window) {
            charge(desk, subscription, cycle, window);
        }
        give_back(desk, subscription, window);
        once::charge_one(desk, subscription, window);
    }
}

/// What a subscription is billed from: its own choice, else its account's, else the agreement.
pub(super) fn basis(desk: &Desk, subscription: &Subscription) -> Basis {
    let account = || desk.people.get(subscription.account).and_then(|a| a.basis);
    subscription.basis.or_else(account).unwrap_or(Basis::Agreement)
}

/// Every cycle something may fall due of: those that begin in the window, and the one running when it opens.
fn falling_due(subscription: &Subscription, window: &Window) -> Vec<Period> {
    let opens = window.days.start;
    let mut found = charged_cycles(subscription, opens, window.days.end);
    if subscription.timing == Timing::Arrears || subscription.events.iter().any(|e| window.days.contains(e.date)) {
        // Cancelled on the window's first day, the cycle of the day before still has days to credit; cancelled earlier and charged
        // in arrears, the last cycle falls due although no day of it is served any more.
        let cancelled = subscription.events.iter().rfind(|e| matches!(e.kind, EventKind::Cancelled { .. }));
        let days = [Some(opens), Some(add_days(opens, -1)), cancelled.map(|e| add_days(e.date, -1))];
        let running = days.into_iter().flatten().find_map(|day| cycle_at(subscription, day));
        found.extend(running.filter(|cycle| cycle.start < opens));
    }
    found
}

/// The cycles we charge whose first day lies in `[from, until)`, by the agreement's own cadence.
pub(crate) fn charged_cycles(subscription: &Subscription, from: Date, until: Date) -> Vec<Period> {
    match subscription.cadence {
        Cadence::Anniversary => sold(subscription).cycles(from, until),
        Cadence::CalendarMonth => calendar::cycles(subscription, from, until),
    }
}

/// The first charge cycle that is priced by the edition of a bundle that begins on `from`, by the agreement's policy; none
/// when it keeps the one it was sold with, or ends before.
pub fn reached(subscription: &Subscription, from: Date) -> Option<Period> {
    let own = subscription.customer_term.and_then(|term| term.on(from));
    let day = match (subscription.bundle_policy, own.or(subscription.on(from).term)) {
        (BundlePolicy::Keep, _) => return None,
        (BundlePolicy::Renewal, Some(term)) if term.start < from => term.end,
        (BundlePolicy::Renewal | BundlePolicy::Follow, _) => from,
    };
    // No cycle is longer than the longest plan.
    let until = crate::date::add_months(day, 12 * 11);
    charged_cycles(subscription, day.max(subscription.start), until).into_iter().next()
}

/// The charge cycle that pays for a day, by the agreement's own cadence.
pub fn cycle_at(subscription: &Subscription, day: Date) -> Option<Period> {
    match subscription.cadence {
        Cadence::Anniversary => sold(subscription).cycle_on(day),
        Cadence::CalendarMonth => calendar::cycle_on(subscription, day),
    }
}

/// The whole cycle a charged one is measured against: itself, unless it was cut short.
pub(crate) fn whole(subscription: &Subscription, cycle: Period) -> Period {
    // Only the first cycle, and those beside a renewal to a custom date, can be short.
    let beside =
        |e: &Event| matches!(e.kind, EventKind::Renewed { .. }) && (e.date == cycle.start || e.date == cycle.end);
    match subscription.cadence {
        Cadence::CalendarMonth => calendar::whole(subscription, cycle),
        Cadence::Anniversary if cycle.start == subscription.start || subscription.events.iter().any(beside) => {
            sold(subscription).nominal(cycle)
        }
        Cadence::Anniversary => cycle,
    }
}

/// Prices and writes what a cycle charges, or what is missing of it.
fn charge(desk: &mut Desk, subscription: &Subscription, cycle: Period, window: &Window) {
    let due = |charge: &Charge| match subscription.timing {
        Timing::Advance => window.contains(charge.from),
        Timing::Arrears => window.contains(cycle.last()),
    };
    let mut offered: Option<(State, Offer)> = None;
    let open = charges(subscription, cycle).into_iter().filter(due);
    let open = open.filter_map(|charge| unbilled(desk, subscription, charge)).collect();
    for found in without_undone(open) {
        if offered.as_ref().is_none_or(|(terms, _)| *terms != found.terms) {
            match offer(desk, subscription, &found.terms, cycle.start) {
                Ok(offer) => offered = Some((found.terms.clone(), offer)),
                Err(no) => {
                    refuse(desk, subscription, &found, &no);
                    continue;
                }
            }
        }
        if let Some((_, offer)) = &offered {
            write(desk, subscription, cycle, &found, offer);
        }
    }
}

fn write<'a>(desk: &mut Desk<'a>, subscription: &Subscription, cycle: Period, charge: &Charge, offer: &Offer<'a>) {
    let line = Lines { desk, subscription, cycle, charge, offer };
    if offer.parts.is_empty() {
        match line.single() {
            Ok(line) => desk.write(line, After::Subscriptions, subscription.source),
            Err(no) => refuse(desk, subscription, charge, &no),
        }
        return;
    }
    match line.by_part() {
        Ok(lines) => lines.into_iter().for_each(|line| desk.write(line, After::Subscriptions, subscription.source)),
        Err(no) => refuse(desk, subscription, charge, &no),
    }
}

fn refuse(desk: &mut Desk, subscription: &Subscription, charge: &Charge, no: &NoPrice) {
    if desk.wanted(charge.terms.account) {
        desk.refuse(charge.terms.account, Some(subscription.id), no);
    }
}

/// The charge itself when it was never billed; the difference in seats when its cycle was billed for others.
fn unbilled(desk: &Desk, subscription: &Subscription, charge: Charge) -> Option<Charge> {
    let billed = &desk.input.billed;
    if billed.is_empty() {
        return Some(charge).filter(|charge| !charge.quantity.is_zero());
    }
    let key = ChargeKey { kind: charge.kind, subject: subscription.id, date: charge.from, part: charge.part };
    if billed.quantity(&ChargeKey { part: lines::part(charge.part, 1), ..key }).is_some() {
        return None; // billed as a bundle with its parts shown
    }
    match billed.quantity(&key) {
        None => Some(charge).filter(|charge| !charge.quantity.is_zero()),
        Some(_) if charge.kind != ChargeKind::Recurring || charge.part != 0 => None,
        Some(before) => late(desk, subscription, charge, before),
    }
}

/// Leaves out seats added and removed on the same day: a change that was taken back is on no invoice. Where one of the two was
/// billed, the other is not among the charges here, and stays.
fn without_undone(charges: Vec<Charge>) -> Vec<Charge> {
    let is_seats = |c: &Charge| matches!(c.kind, ChargeKind::Added | ChargeKind::Removed);
    if charges.iter().filter(|c| is_seats(c)).count() < 2 {
        return charges;
    }
    let undone = |charge: &Charge| {
        let same = charges.iter().filter(|c| is_seats(c) && c.from == charge.from && c.terms == charge.terms);
        is_seats(charge) && same.map(|c| c.quantity).sum::<Decimal>().is_zero()
    };
    let stays: Vec<bool> = charges.iter().map(|charge| !undone(charge)).collect();
    charges.into_iter().zip(stays).filter_map(|(charge, stays)| stays.then_some(charge)).collect()
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
fn give_back(desk: &mut Desk, subscription: &Subscription, window: &Window) {
    let ends = subscription.events.iter().filter(|e| matches!(e.kind, EventKind::Cancelled { credit: true }));
    let Some(end) = ends.map(|e| e.date).next_back().filter(|_| !desk.input.billed.is_empty()) else { return };
    let mut uncancelled = subscription.clone();
    uncancelled.events.retain(|e| !matches!(e.kind, EventKind::Cancelled { .. }));
    // A subscription started anew has cycles of its own again, which see to themselves.
    let own = |cycle: &Period| charges(subscription, *cycle).iter().any(|c| c.part == 0);
    let running: Vec<Period> = falling_due(subscription, window).into_iter().filter(own).collect();
    let over = |cycle: &Period| cycle.start >= end && !running.contains(cycle);
    for cycle in falling_due(&uncancelled, window).into_iter().filter(over) {
        let Some(mut opening) = charges(&uncancelled, cycle).into_iter().find(|c| c.part == 0) else { continue };
        let key = ChargeKey { kind: ChargeKind::Recurring, subject: subscription.id, date: opening.from, part: 0 };
        let Some(billed) = desk.input.billed.quantity(&key) else { continue };
        opening.quantity = subscription.on(cycle.start).quantity.max(Decimal::ZERO);
        let Some(back) = late(desk, subscription, opening, billed) else { continue };
        match offer(desk, subscription, &back.terms, cycle.start) {
            Ok(offer) => write(desk, subscription, cycle, &back, &offer),
            Err(no) => refuse(desk, subscription, &back, &no),
        }
    }
}

/// The offer of a subscription's cycle; what stands on the same ground is worked out once.
fn offer<'a>(desk: &Desk<'a>, subscription: &Subscription, terms: &State, day: Date) -> Result<Offer<'a>, NoPrice> {
    let (prices, ask) = (desk.input.prices, ask(desk, subscription, terms, day)?);
    let Some(ground) = prices.ground(&ask) else { return prices.offer(&ask) };
    if let Some(known) = desk.offers.borrow().get(&ground) {
        return Ok(known.clone());
    }
    let offer = prices.offer(&ask)?;
    desk.offers.borrow_mut().insert(ground, offer.clone());
    Ok(offer)
}

/// The question to the price book about a subscription on some terms.
pub(super) fn ask<'d>(
    desk: &'d Desk,
    subscription: &Subscription,
    terms: &State,
    day: Date,
) -> Result<Ask<'d>, NoPrice> {
    let account = desk.people.get(terms.account).ok_or(NoPrice::UnknownAccount)?;
    Ok(Ask::of(subscription, terms, account, desk.people.above(terms.account), day))
}
