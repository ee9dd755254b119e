//! Cycles of an agreement billed by the calendar: they begin on the first of a month, and the first one is a part.
//!
//! The vendor's own cycles run from the anniversary; these are only ours. An agreement paid monthly that begins on the
//! 12th is charged from the 12th to the month's end, measured against the whole month, and by whole months after. One paid
//! by the year is first charged to the month's end, measured against a year, and by whole years after.

use super::timeline::Cycle;
use crate::date::add_months;
use crate::register::{BillingPlan, EventKind, Subscription};
use crate::{Date, Month, Period};

/// The cycles that begin in `[from, until)`, up to the day it was cancelled.
pub(super) fn cycles(subscription: &Subscription, from: Date, until: Date) -> Vec<Cycle> {
    let first = subscription.start.max(from);
    let mut next = cycle_on(subscription, first);
    let mut found = Vec::new();
    while let Some(cycle) = next.filter(|c| c.days.start < until) {
        if cycle.days.start >= from {
            found.push(cycle);
        }
        next = cycle_on(subscription, cycle.days.end);
    }
    found
}

/// The cycle that pays for a day; `None` before the start and from the day it was cancelled.
pub(super) fn cycle_on(subscription: &Subscription, day: Date) -> Option<Cycle> {
    if day < subscription.start || ended(subscription).is_some_and(|end| end <= day) {
        return None;
    }
    let months = match subscription.plan {
        BillingPlan::OneTime => subscription.term.months,
        plan => plan.months().min(subscription.term.months),
    };
    let months = i32::try_from(months).ok()?.max(1);
    let begins = Month::of(subscription.start);
    let whole_from = |month: Month| Period { start: month.first(), end: add_months(month.first(), months) };
    if begins.first() < subscription.start && day < begins.plus(1).first() {
        let days = Period { start: subscription.start, end: begins.plus(1).first() };
        return Some(Cycle { days, whole: whole_from(begins) });
    }
    let origin = if begins.first() == subscription.start { begins } else { begins.plus(1) };
    let mut at = whole_from(origin);
    if subscription.plan == BillingPlan::OneTime && at.end <= day {
        return None;
    }
    while at.end <= day {
        at = whole_from(Month::of(at.end));
    }
    Some(Cycle { days: at, whole: at })
}

fn ended(subscription: &Subscription) -> Option<Date> {
    subscription.events.iter().rev().find_map(|event| match event.kind {
        EventKind::Cancelled { .. } => Some(Some(event.date)),
        EventKind::Started { .. } => Some(None),
        _ => None,
    })?
}
