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
