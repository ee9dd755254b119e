//! Charge cycles and terms: on which days a subscription is charged, and for which days each charge pays.
//!
//! In: a subscription's first day, term, plan and the dates its source states. Out: cycles that tile the subscription's
//! life, each day in exactly one. A prediction never overrules a date from a file: a stated term end that the rule would
//! not give moves the rule (co-termed subscriptions, custom renewals), not the date.
//!
//! Where cycles begin ([`Anchor`]) follows the date tables Microsoft publishes for new commerce:
//!
//! | Term, plan | Bought on | Cycles begin on |
//! |---|---|---|
//! | longer than a month, paid monthly | the last day of a month | the last day of every month |
//! | longer than a month, paid monthly | the day before the last | the day before the last of every month |
//! | everything else | any day | that day, or the month's last day where it does not exist |
//!
//! Two questions the tables leave open are decided here. A monthly term bought on the 31st and cut short by February does
//! **not drift**: each cycle is clipped from the original day, so March begins on the 31st again; if the vendor drifts
//! after all, the imported term end shows it and the rule follows. And a term of n months ends where its n-th month
//! begins by the same anchor, so that terms and cycles never cut each other.
//!
//! A subscription that does not renew carries a `Cancelled` event on its last term's end. No cycle begins on or after
//! the day of a `Cancelled` event; the one then running keeps its full length, because it was charged in full and the
//! unused days come back as a credit.

#[cfg(test)]
mod tests;

use crate::date::{add_months, days_in_month};
use crate::register::{BillingPlan, EventKind, Subscription, Term};
use crate::{Date, Month, Period};
use chrono::Datelike;

/// The day of each month on which charge cycles begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Anchor {
    /// This day of the month (1 to 31), clipped to the last day of shorter months.
    Day(u32),
    /// The last day of the month.
    MonthEnd,
    /// The day before the last of the month.
    BeforeMonthEnd,
}

impl Anchor {
    /// The anchor of a term that begins on `first`.
    pub fn of(first: Date, term: Term, plan: BillingPlan) -> Anchor {
        if plan == BillingPlan::Monthly && term.months > 1 {
            match days_in_month(first) - first.day() {
                0 => return Anchor::MonthEnd,
                1 => return Anchor::BeforeMonthEnd,
                _ => {}
            }
        }
        Anchor::Day(first.day())
    }

    /// The day in a month.
    pub fn in_month(self, month: Month) -> Date {
        let first = month.first();
        let last = days_in_month(first);
        let day = match self {
            Anchor::Day(day) => day.clamp(1, last),
            Anchor::MonthEnd => last,
            Anchor::BeforeMonthEnd => last - 1,
        };
        first.with_day(day).unwrap_or(first)
    }
}

/// The charges of one side. The days on which cycles may begin are those of the vendor's plan for both; how many months
/// lie between them is each side's own.
#[derive(Clone, Copy, Debug)]
pub struct Charges<'s> {
    subscription: &'s Subscription,
    every: BillingPlan,
}

/// The vendor's charges to us.
pub fn bought(subscription: &Subscription) -> Charges<'_> {
    Charges { subscription, every: subscription.plan }
}

/// Our charges to the customer, by anniversary.
pub fn sold(subscription: &Subscription) -> Charges<'_> {
    Charges { subscription, every: subscription.plan_sold() }
}

impl Charges<'_> {
    /// The cycles whose first day lies in `[from, until)`, in order. Work is proportional to the result.
    pub fn cycles(self, from: Date, until: Date) -> Vec<Period> {
        let until = ended(self.subscription).map_or(until, |end| until.min(end));
        let mut found = Vec::new();
        for stretch in stretches(self) {
            stretch.push_cycles(from, until, &mut found);
        }
        found
    }

    /// The cycle that pays for a day; `None` before the start and from the day it was cancelled.
    pub fn cycle_on(self, day: Date) -> Option<Period> {
        if ended(self.subscription).is_some_and(|end| end <= day) {
            return None;
        }
        stretches(self).find_map(|stretch| stretch.cycle_on(day))
    }

    /// The whole cycle that a shortened one is part of: its denominator when the price is prorated. A whole cycle is itself.
    pub fn nominal(self, cycle: Period) -> Period {
        let grid = match stretches(self).find(|stretch| stretch.cycle_on(cycle.start).is_some()) {
            Some(stretch) => stretch.grid,
            None => return cycle,
        };
        grid.whole(cycle)
    }
}

/// Where the subscription's cycles begin, before any renewal to a custom date.
pub fn anchor(subscription: &Subscription) -> Anchor {
    first_grid(bought(subscription)).anchor
}

/// The vendor's cycles whose first day lies in `[from, until)`, in order.
pub fn cycles(subscription: &Subscription, from: Date, until: Date) -> Vec<Period> {
    bought(subscription).cycles(from, until)
}

/// The vendor's cycle that pays for a day; `None` before the start and from the day it was cancelled.
pub fn cycle_on(subscription: &Subscription, day: Date) -> Option<Period> {
    bought(subscription).cycle_on(day)
}

/// Every cycle from the first up to the one that begins on `until` or last before it.
pub fn predicted(subscription: &Subscription, until: Date) -> Vec<Period> {
    cycles(subscription, subscription.start, until.succ_opt().unwrap_or(until))
}

/// The term a day lies in, of terms of a length that follow each other from a first day on.
pub(crate) fn terms(from: Date, length: Term, day: Date) -> Period {
    Grid::of(from, None, length, BillingPlan::OneTime).cycle(day)
}

/// The term a day lies in, given the end of the running term where it is known; `None` before the start.
///
/// The first term may be shorter than nominal (aligned to a date at purchase), and so may one begun by a `Renewed` event
/// with a custom end; every other term is whole.
pub fn term_on(subscription: &Subscription, term_end: Option<Date>, day: Date) -> Option<Period> {
    if day < subscription.start {
        return None;
    }
    let cycles = first_grid(bought(subscription));
    let origin = term_end.unwrap_or_else(|| cycles.at_or_before(subscription.start));
    let on_grid = cycles.anchor.in_month(Month::of(origin)) == origin;
    let terms = Grid {
        anchor: if on_grid { cycles.anchor } else { Anchor::Day(origin.day()) },
        origin: Month::of(origin),
        step: months(subscription.term.months),
    };
    let at = terms.index(day);
    let begun = renewals(subscription).map(|(date, _)| date).take_while(|date| *date <= day).last();
    let start = terms.at(at).max(subscription.start);
    Period::new(begun.map_or(start, |date| start.max(date)), terms.at(at + 1))
}

/// Dates at which cycles (or terms) begin, unbounded in both directions.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Grid {
    pub(crate) anchor: Anchor,
    /// A month in which one begins.
    origin: Month,
    /// Months from one to the next.
    step: i32,
}

impl Grid {
    /// The grid of a term that begins on `start` and ends, as far as is known, on `end` (the day after its last).
    pub(crate) fn of(start: Date, end: Option<Date>, term: Term, plan: BillingPlan) -> Grid {
        Grid::paid(start, end, term, plan, plan)
    }

    /// The same with the months between two cycles by another plan.
    fn paid(start: Date, end: Option<Date>, term: Term, plan: BillingPlan, every: BillingPlan) -> Grid {
        let step = months(every.months_of(term));
        let natural = Grid { anchor: Anchor::of(start, term, plan), origin: Month::of(start), step };
        match end {
            Some(end) if !natural.allows(end, start) => {
                Grid { anchor: Anchor::of(end, term, plan), origin: Month::of(end), step }
            }
            _ => natural,
        }
    }

    /// The grid with its cycles on a stated day of the month; an aligned first cycle is the longest that fits a whole one.
    fn on_day(self, day: u32, start: Date) -> Grid {
        let anchor = Anchor::Day(day);
        let mut origin = Month::of(add_months(start, self.step));
        if anchor.in_month(origin) > add_months(start, self.step) {
            origin = origin.plus(-1);
        }
        Grid { anchor, origin, ..self }
    }

    /// Whether a term from `start` may end on `end` without moving the cycles: on the grid, or so many whole months later.
    fn allows(&self, end: Date, start: Date) -> bool {
        let apart = months_between(Month::of(start), Month::of(end));
        apart % self.step == 0 && (self.anchor.in_month(Month::of(end)) == end || add_months(start, apart) == end)
    }

    fn at(&self, n: i32) -> Date {
        self.anchor.in_month(self.origin.plus(n * self.step))
    }

    /// The number of the last date on or before a day.
    fn index(&self, day: Date) -> i32 {
        let n = months_between(self.origin, Month::of(day)).div_euclid(self.step);
        if self.at(n) > day { n - 1 } else { n }
    }

    fn at_or_before(&self, day: Date) -> Date {
        self.at(self.index(day))
    }

    /// The whole cycle a day lies in.
    pub(crate) fn cycle(&self, day: Date) -> Period {
        let n = self.index(day);
        Period { start: self.at(n), end: self.at(n + 1) }
    }

    fn whole(&self, cycle: Period) -> Period {
        Period { end: cycle.end, ..self.cycle(cycle.start) }
    }
}

/// A part of a subscription's life on one grid.
struct Stretch {
    grid: Grid,
    start: Date,
    /// The day the next stretch begins.
    end: Option<Date>,
    /// Charged a single time.
    once: bool,
}

impl Stretch {
    fn cycle_on(&self, day: Date) -> Option<Period> {
        if day < self.start || self.end.is_some_and(|end| end <= day) {
            return None;
        }
        let whole = self.grid.cycle(day);
        if self.once && whole.start > self.start {
            return None;
        }
        let end = self.end.map_or(whole.end, |end| whole.end.min(end));
        Period::new(whole.start.max(self.start), end)
    }

    fn push_cycles(&self, from: Date, until: Date, found: &mut Vec<Period>) {
        let mut next = self.cycle_on(from.max(self.start));
        while let Some(cycle) = next.filter(|cycle| cycle.start < until) {
            if cycle.start >= from {
                found.push(cycle);
            }
            next = self.cycle_on(cycle.end);
        }
    }
}

/// The stretches of a subscription: one, and another from each renewal whose custom end moved the cycles.
fn stretches(charges: Charges<'_>) -> impl Iterator<Item = Stretch> {
    let Charges { subscription, every } = charges;
    let once = every == BillingPlan::OneTime;
    let mut next = Some((subscription.start, first_grid(charges)));
    let mut renewals = renewals(subscription);
    std::iter::from_fn(move || {
        let (start, grid) = next.take()?;
        for (date, term_end) in renewals.by_ref() {
            if date > start && !grid.allows(term_end, grid.at_or_before(date)) {
                let Subscription { term, plan, .. } = *subscription;
                next = Some((date, Grid::paid(date, Some(term_end), term, plan, every)));
                break;
            }
        }
        Some(Stretch { grid, start, end: next.map(|(date, _)| date), once })
    })
}

/// The grid of the first term. Once renewals are recorded, the first term ended where the first of them began.
fn first_grid(charges: Charges<'_>) -> Grid {
    let Charges { subscription, every } = charges;
    let Subscription { start, term, plan, .. } = *subscription;
    let end = renewals(subscription).next().map(|(date, _)| date).or(subscription.term_end);
    match subscription.anchor_day {
        // A stated day is a fact, and overrules the month-end rules too.
        Some(day) if Anchor::of(start, term, plan) != Anchor::Day(day) => {
            Grid::paid(start, None, term, plan, every).on_day(day, start)
        }
        _ => Grid::paid(start, end.filter(|end| *end > start), term, plan, every),
    }
}

fn renewals(subscription: &Subscription) -> impl Iterator<Item = (Date, Date)> + '_ {
    subscription.events.iter().filter_map(|event| match event.kind {
        EventKind::Renewed { term_end } => Some((event.date, term_end)),
        _ => None,
    })
}

/// The first day no longer served, if it was cancelled and not started again.
fn ended(subscription: &Subscription) -> Option<Date> {
    subscription.events.iter().rev().find_map(|event| match event.kind {
        EventKind::Cancelled { .. } => Some(Some(event.date)),
        EventKind::Started { .. } => Some(None),
        _ => None,
    })?
}

fn months(count: u32) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX).clamp(1, 1200)
}

fn months_between(from: Month, to: Month) -> i32 {
    to.ordinal() - from.ordinal()
}
