//! Calendar dates, half-open periods and billing months. No clock: today is always an argument.

use chrono::{Datelike, Days, Months, NaiveDate};
use std::fmt;

/// A calendar date without zone.
pub type Date = NaiveDate;

/// The earliest and latest dates accepted from outside.
pub const RANGE: (Date, Date) =
    (NaiveDate::from_ymd_opt(2000, 1, 1).unwrap(), NaiveDate::from_ymd_opt(2100, 12, 31).unwrap());

/// Days from `start` up to but not including `end`. Vendor files write the last day inclusively: see [`Period::inclusive`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Period {
    /// First day.
    pub start: Date,
    /// The day after the last.
    pub end: Date,
}

impl Period {
    /// A half-open period; `None` when it would have no day.
    pub fn new(start: Date, end: Date) -> Option<Period> {
        (start < end).then_some(Period { start, end })
    }

    /// A period as files write it, both ends served; `None` when the end lies before the start.
    pub fn inclusive(first: Date, last: Date) -> Option<Period> {
        last.succ_opt().and_then(|end| Period::new(first, end))
    }

    /// The last day served.
    pub fn last(&self) -> Date {
        self.end.pred_opt().unwrap_or(self.end)
    }

    /// Number of days.
    pub fn days(&self) -> i64 {
        (self.end - self.start).num_days()
    }

    /// Whether the day lies inside.
    pub fn contains(&self, day: Date) -> bool {
        self.start <= day && day < self.end
    }

    /// The days both periods have, if any.
    pub fn overlap(&self, other: &Period) -> Option<Period> {
        Period::new(self.start.max(other.start), self.end.min(other.end))
    }
}

impl fmt::Display for Period {
    /// As people and files write it: both ends served.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} to {}", self.start, self.last())
    }
}

/// A calendar month: the billing period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Month {
    year: i32,
    month: u32,
}

impl Month {
    /// The month of a date.
    pub fn of(date: Date) -> Month {
        Month { year: date.year(), month: date.month() }
    }

    /// Reads `2026-10`; `None` on anything else or outside [`RANGE`].
    pub fn parse(text: &str) -> Option<Month> {
        let (y, m) = text.trim().split_once('-')?;
        if y.len() != 4 || m.len() != 2 {
            return None;
        }
        let date = Date::from_ymd_opt(y.parse().ok()?, m.parse().ok()?, 1)?;
        (RANGE.0 <= date && date <= RANGE.1).then(|| Month::of(date))
    }

    /// The first day.
    pub fn first(&self) -> Date {
        Date::from_ymd_opt(self.year, self.month, 1).unwrap_or(RANGE.0)
    }

    /// The whole month as a period.
    pub fn period(&self) -> Period {
        Period { start: self.first(), end: self.plus(1).first() }
    }

    /// The month `n` months later (earlier when negative).
    pub fn plus(&self, n: i32) -> Month {
        let at = self.ordinal() + n;
        Month { year: at.div_euclid(12), month: at.rem_euclid(12) as u32 + 1 }
    }

    /// Months since the year 0: tells how far apart two are.
    pub fn ordinal(&self) -> i32 {
        self.year * 12 + self.month as i32 - 1
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

/// The same day `n` months later (earlier when negative), clipped to that month's last day.
pub fn add_months(date: Date, n: i32) -> Date {
    let moved = if n >= 0 {
        date.checked_add_months(Months::new(n.unsigned_abs()))
    } else {
        date.checked_sub_months(Months::new(n.unsigned_abs()))
    };
    moved.unwrap_or(date)
}

/// The date `n` days later (earlier when negative).
pub fn add_days(date: Date, n: i64) -> Date {
    let days = Days::new(n.unsigned_abs());
    let moved = if n >= 0 { date.checked_add_days(days) } else { date.checked_sub_days(days) };
    moved.unwrap_or(date)
}

/// Number of days in the month of a date.
pub fn days_in_month(date: Date) -> u32 {
    match date.month() {
        2 if date.leap_year() => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn files_write_the_last_day_inclusively() {
        let p = Period::inclusive(day("2026-10-12"), day("2026-11-11")).unwrap();
        assert_eq!((p.days(), p.last(), p.end), (31, day("2026-11-11"), day("2026-11-12")));
        assert_eq!(Period::inclusive(day("2026-10-12"), day("2026-10-11")), None);
    }

    #[test]
    fn days_in_a_month_are_those_of_the_calendar() {
        for n in 0..1212 {
            let month = Month::of(RANGE.0).plus(n);
            assert_eq!(i64::from(days_in_month(month.first())), month.period().days(), "{month}");
            assert_eq!(Month::of(add_months(RANGE.0, n)), month);
            assert_eq!(month.plus(-n), Month::of(RANGE.0));
        }
    }

    #[test]
    fn months_are_read_strictly() {
        assert_eq!(Month::parse("2028-02").unwrap().period().days(), 29);
        for bad in ["2026-13", "26-10", "2026-1", "2026/10", "1999-12", ""] {
            assert_eq!(Month::parse(bad), None, "{bad}");
        }
        assert_eq!(Month::parse("2026-12").unwrap().plus(2).to_string(), "2027-02");
    }
}
