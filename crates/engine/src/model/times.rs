//! When rows are charged: months as bits, and the first of them on or after a day.

use crate::cycle::Anchor;
use crate::{Date, Month};
use chrono::Datelike;

/// The longest horizon in months: they are the bits of a word, and one stays free.
pub const MOST_MONTHS: u32 = 60;

/// The months a scenario looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Horizon {
    /// The first.
    pub first: Month,
    /// How many, from 1 to [`MOST_MONTHS`].
    pub months: u32,
}

impl Horizon {
    /// A horizon; `None` without months or with more than [`MOST_MONTHS`].
    pub fn new(first: Month, months: u32) -> Option<Horizon> {
        (1..=MOST_MONTHS).contains(&months).then_some(Horizon { first, months })
    }

    /// First and last-but-one day: the days whose charges are looked at are those before the second.
    pub fn days(&self) -> (Date, Date) {
        (self.first.first(), self.first.plus(self.months as i32).first())
    }

    /// The months in order.
    pub fn each(&self) -> impl Iterator<Item = Month> {
        let first = self.first;
        (0..self.months as i32).map(move |n| first.plus(n))
    }

    /// The place of a month; `None` outside.
    pub fn place(&self, month: Month) -> Option<usize> {
        let at = month.ordinal() - self.first.ordinal();
        usize::try_from(at).ok().filter(|at| *at < self.months as usize)
    }
}

/// Days that fall into months of the horizon, one a month at most: bit 0 is the first month.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Days {
    /// Months that have one.
    pub bits: u64,
    /// The day of the month.
    pub on: On,
    /// Months by which what happens on the day counts later: charges in arrears fall due after their cycle began.
    pub lag: i32,
}

/// The day of the month on which something happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct On(pub Anchor);

impl Default for On {
    fn default() -> On {
        On(Anchor::Day(1))
    }
}

impl Days {
    /// The day of one of its months.
    pub fn day(&self, month: u32, first: Month) -> Date {
        self.on.0.in_month(first.plus(month.min(63) as i32 - self.lag))
    }

    /// Whether a month has one.
    pub fn has(&self, month: u32) -> bool {
        month < 64 && self.bits & (1 << month) != 0
    }

    /// The first month that has its day on or after a date; 64 for none.
    pub fn first_from(&self, date: Date, first: Month) -> u32 {
        let month = Month::of(date);
        let mut at = month.ordinal() - first.ordinal() + self.lag;
        // The day itself counts: only where it is over before the date does the month not.
        if date.day() > 1 && self.on.0.in_month(month) < date {
            at += 1;
        }
        match u32::try_from(at) {
            Ok(at) if at < 64 => (self.bits >> at << at).trailing_zeros(),
            Ok(_) => 64,
            Err(_) => self.bits.trailing_zeros(),
        }
    }
}

/// The bits of `[from, to)`.
pub(super) fn between(from: u32, to: u32) -> u64 {
    below(to) & !below(from)
}

/// The bits below one.
pub(super) fn below(bit: u32) -> u64 {
    1u64.checked_shl(bit).map_or(u64::MAX, |one| one - 1)
}
