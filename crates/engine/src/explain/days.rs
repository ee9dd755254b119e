//! Which days a line charges, of which cycle.

use super::modes::Share;
use crate::cost::{CostLine, Family};
use crate::cycle::Grid;
use crate::date::{add_months, days_in_month};
use crate::register::{BillingPlan, Term};
use crate::{Date, Period};

/// The whole charge cycle a line's days belong to, both from the dates on the line alone; `None` without a period.
///
/// The cycle is the one of the term and billing frequency that ends where the charge ends. For a first cycle shortened
/// to an aligned date it is the whole cycle that would have ended there: the denominator of its price.
pub fn cycle(line: &CostLine) -> Option<Period> {
    let period = line.period?;
    let (plan, term) = paid(line, period);
    let step = i32::try_from(plan.months().max(1)).unwrap_or(1);
    if add_months(period.start, step) == period.end {
        return Some(period);
    }
    if let Some(dates) = line.term_dates {
        let cycle = Grid::of(dates.start, Some(dates.end), term, plan).cycle(period.start);
        if cycle.end == period.end || (period.end < cycle.end && line.plan.is_some()) {
            return Some(cycle);
        }
    }
    Some(ending(period.end, step).filter(|cycle| cycle.contains(period.start)).unwrap_or(period))
}

fn ending(end: Date, step: i32) -> Option<Period> {
    Period::new(add_months(end, -step), end)
}

/// How often and for how long a line's subscription is paid. A blank frequency is read off the dates: up to a month that
/// does not close the term is an instalment, anything else the whole term at once.
fn paid(line: &CostLine, period: Period) -> (BillingPlan, Term) {
    let months = |period: Period| match period.days() {
        ..32 => Term::P1M,
        32..367 => Term::P1Y,
        _ => Term::P3Y,
    };
    let term = match line.term {
        Some(term) if term.months <= 1 => Term::P1M,
        Some(term) if term.months <= 12 => Term::P1Y,
        Some(term) if term.months <= 36 => Term::P3Y,
        Some(term) => term,
        None => months(line.term_dates.unwrap_or(period)),
    };
    let closes = line.term_dates.is_some_and(|dates| dates.end == period.end);
    let plan = match line.plan {
        Some(plan) if plan != BillingPlan::OneTime => plan,
        _ if period.days() <= 31 && !closes => BillingPlan::Monthly,
        _ => match term {
            Term::P1M => BillingPlan::Monthly,
            Term::P1Y => BillingPlan::Annual,
            _ => BillingPlan::Triennial,
        },
    };
    (plan, term)
}

/// The shares a line may have been charged for, the likeliest first. Where the published texts leave the denominator
/// open (aligned first cycles, month ends, leap years) there is more than one.
pub(super) struct Shares {
    found: [Share; 6],
    len: usize,
}

impl Shares {
    pub(super) fn of(line: &CostLine) -> Shares {
        let mut shares = Shares { found: [Share::WHOLE; 6], len: 0 };
        let (Some(period), Some(cycle)) = (line.period, cycle(line)) else {
            shares.add(Share::WHOLE);
            return shares;
        };
        let days = period.days();
        if line.family == Family::Usage {
            shares.add(Share { days, of: days });
            return shares;
        }
        shares.add(Share { days, of: cycle.days() });
        if period == cycle {
            return shares;
        }
        let of_month = |day| Share { days, of: days_in_month(day).into() };
        if cycle.days() <= 31 {
            shares.add(of_month(cycle.start));
            if line.term_dates.is_some_and(|dates| dates.start == period.start) {
                shares.add(of_month(period.start));
                shares.add(of_month(period.last()));
            }
            if line.term_dates.is_none() {
                shares.add(Share { days, of: (add_months(period.start, 1) - period.start).num_days() });
            }
        } else if cycle.days() <= 366 {
            shares.add(Share { days, of: 365 });
            shares.add(Share { days, of: 366 });
        }
        shares
    }

    fn add(&mut self, share: Share) {
        let known = self.found[..self.len].contains(&share);
        if !known && share.days <= share.of && self.len < self.found.len() {
            self.found[self.len] = share;
            self.len += 1;
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = Share> + '_ {
        self.found[..self.len].iter().copied()
    }

    /// The likeliest.
    pub(super) fn first(&self) -> Share {
        self.found[0]
    }
}
