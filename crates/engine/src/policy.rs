//! Policy as dated data: numbers the trade changes from time to time, looked up by the day they are applied to.

use crate::{Date, Decimal};

/// Values by first day in force, oldest first.
#[derive(Clone, Debug, PartialEq)]
pub struct Dated<T>(Vec<(Date, T)>);

impl<T> Dated<T> {
    /// A table; rows are put in order of date.
    pub fn new(mut rows: Vec<(Date, T)>) -> Dated<T> {
        rows.sort_by_key(|(from, _)| *from);
        Dated(rows)
    }

    /// The value in force on a day; `None` before the first.
    pub fn on(&self, day: Date) -> Option<&T> {
        self.0.iter().rev().find(|(from, _)| *from <= day).map(|(_, v)| v)
    }
}

/// When a difference is too small to be a finding. What falls inside is summed and named, never dropped.
#[derive(Clone, Debug, PartialEq)]
pub struct Tolerance {
    /// Per unit in the pricing currency.
    pub unit_price: Decimal,
    /// Of an exchange rate, as a fraction of one.
    pub exchange_rate: Decimal,
}

impl Default for Tolerance {
    /// One cent per unit, a tenth of a percent of a rate; quantities are exact.
    fn default() -> Tolerance {
        Tolerance { unit_price: Decimal::new(1, 2), exchange_rate: Decimal::new(1, 3) }
    }
}

/// Full days, the day of purchase included, in which the vendor lets a licence be cancelled or reduced: the windows
/// are 72 hours, and 168 hours from 2022-03-17. Files give days only, so the hours of the day after are not relied upon.
const REDUCTION_WINDOW: [(Date, i64); 2] =
    [(Date::from_ymd_opt(2000, 1, 1).unwrap(), 3), (Date::from_ymd_opt(2022, 3, 17).unwrap(), 7)];

/// Days an exchange rate for tax stays in force where none follows it: authorities publish one a month.
const RATE_KEEPS: [(Date, i64); 1] = [(Date::from_ymd_opt(2000, 1, 1).unwrap(), 31)];

/// Days in which the vendor's invoice is to be paid, counted from its date (Microsoft's net 60; a distributor's terms differ).
const VENDOR_PAYMENT: [(Date, i64); 1] = [(Date::from_ymd_opt(2000, 1, 1).unwrap(), 60)];

/// Days in which a vendor's invoice of that day is to be paid.
pub fn vendor_payment_days(day: Date) -> i64 {
    on(&VENDOR_PAYMENT, day).unwrap_or(0)
}

/// What paying an annual term by the month costs more than paying it at once, as a share, by the day the term begins.
const MONTHLY_PLAN: [(Date, Decimal); 1] =
    [(Date::from_ymd_opt(2025, 4, 1).unwrap(), Decimal::from_parts(5, 0, 0, false, 2))];

/// The premium of an instalment plan over paying at once, as a share, for a term that begins on that day. Only for prices no
/// list has: lists quote each plan with its premium inside.
pub fn monthly_plan_premium(day: Date) -> Decimal {
    on(&MONTHLY_PLAN, day).unwrap_or(Decimal::ZERO)
}

/// What a monthly term costs more than the monthly part of an annual one paid at once, as a share.
const MONTHLY_TERM: [(Date, Decimal); 1] =
    [(Date::from_ymd_opt(2022, 1, 1).unwrap(), Decimal::from_parts(20, 0, 0, false, 2))];

/// The premium of a monthly term over an annual one, as a share, for a term that begins on that day. Only for prices no list has.
pub fn monthly_term_premium(day: Date) -> Decimal {
    on(&MONTHLY_TERM, day).unwrap_or(Decimal::ZERO)
}

/// What the Extended Service Term costs more than the monthly term, and than the monthly part of an annual one where there is
/// no monthly term, as shares, by the day it begins.
const EXTENDED: [(Date, (Decimal, Decimal)); 1] = [(
    Date::from_ymd_opt(2026, 5, 4).unwrap(),
    (Decimal::from_parts(3, 0, 0, false, 2), Decimal::from_parts(23, 0, 0, false, 2)),
)];

/// The uplifts of the Extended Service Term for a subscription that does not renew on that day: over the monthly term, and over
/// the monthly part of an annual term for what has no monthly one. `None` before there was such a term.
pub fn extended_term_uplift(day: Date) -> Option<(Decimal, Decimal)> {
    on(&EXTENDED, day)
}

fn on<T: Copy>(rows: &[(Date, T)], day: Date) -> Option<T> {
    rows.iter().rev().find(|(from, _)| *from <= day).map(|(_, value)| *value)
}

/// How many days a rate may be used, its first day included, as the policy of `day` has it.
pub fn rate_keeps(day: Date) -> i64 {
    RATE_KEEPS.iter().rev().find(|(from, _)| *from <= day).map_or(0, |(_, days)| *days)
}

/// The last day on which a licence bought, renewed or enlarged on `day` can still be cancelled or reduced.
pub fn reduction_window_ends(day: Date) -> Date {
    let full_days = REDUCTION_WINDOW.iter().rev().find(|(from, _)| *from <= day).map_or(0, |(_, days)| *days);
    crate::date::add_days(day, full_days - 1)
}
