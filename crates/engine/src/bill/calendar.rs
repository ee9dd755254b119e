//! Cycles of an agreement billed by the calendar: they begin on the first of a month, and the first one is a part.
//!
//! The vendor's own cycles run from the anniversary; these are only ours. An agreement paid monthly that begins on the
//! 12th is charged from the 12th to the month's end, measured against the whole month, and by whole months after. One paid
//! by the year is first charged to the month's end, measured against a year, and by whole years after.

use crate::date::add_months;
use crate::register::{BillingPlan, EventKind, Subscription};
use crate::{Date, Month, Period};

/// The cycles that begin in `[from, until)`, up to the day it was cancelled.
pub(super) fn cycles(subscription: &Subscription, from: Date, until: Date) -> Vec<Period> {
    let first = subscription.start.max(from);
    let running = cycle_on(subscription, first);
    let all = std::iter::successors(running, |cycle| cycle_on(subscription, cycle.end));
    all.skip_while(|cycle| cycle.start < from).take_while(|cycle| cycle.start < until).collect()
}

/// The cycle that pays for a day; `None` before the start and from the day it was cancelled.
pub(crate) fn cycle_on(subscription: &Subscription, day: Date) -> Option<Period> {
    if day < subscription.start || ended(subscription).is_some_and(|end| end <= day) {
        return None;
    }
    let first = first(subscription);
    if day < first.end {
        return Some(first);
    }
    if subscription.plan_sold() == BillingPlan::OneTime {
        return None;
    }
    let mut at = from(subscription, first.end);
    while at.end <= day {
        at = from(subscription, at.end);
    }
    Some(at)
}

/// The whole cycle a first one is a part of; any other cycle is whole.
pub(super) fn whole(subscription: &Subscription, cycle: Period) -> Period {
    if cycle.start == subscription.start { from(subscription, Month::of(cycle.start).first()) } else { cycle }
}

/// The first cycle: to the month's end, or whole when it begins on the first.
fn first(subscription: &Subscription) -> Period {
    let month = Month::of(subscription.start);
    if month.first() == subscription.start {
        from(subscription, subscription.start)
    } else {
        Period { start: subscription.start, end: month.plus(1).first() }
    }
}

/// The whole cycle that begins on the first of a month.
fn from(subscription: &Subscription, start: Date) -> Period {
    let months = subscription.plan_sold().months_of(subscription.term);
    Period { start, end: add_months(start, months.clamp(1, 120) as i32) }
}

fn ended(subscription: &Subscription) -> Option<Date> {
    subscription.events.iter().rev().find_map(|event| match event.kind {
        EventKind::Cancelled { .. } => Some(Some(event.date)),
        EventKind::Started { .. } => Some(None),
        _ => None,
    })?
}
