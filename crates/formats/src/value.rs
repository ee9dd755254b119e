//! Cells to values, in every notation that is met and never by a guess: numbers ([`number`]), dates ([`day`]), and here
//! the short ones.
//!
//! A file has one [`Dialect`], found by looking at all its cells ([`crate::dialect`]). What the dialect leaves open is a
//! fault of the cell, not a choice made here.

pub(crate) mod day;
pub(crate) mod number;

use engine::Currency;

/// Which mark separates the whole from the fraction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// `1,234.56`
    Point,
    /// `1.234,56`
    Comma,
}

/// The order of day and month in `10/03/2026`. Dotted dates are always day first, ISO dates year first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateOrder {
    /// Day, month, year.
    Dmy,
    /// Month, day, year.
    Mdy,
}

/// How the cells of one file are written. `None` is "not shown by any cell": an ambiguous cell is then a problem.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Dialect {
    /// Delimiter between fields; 0 for JSON.
    pub delimiter: u8,
    /// Decimal mark.
    pub decimal: Option<Mark>,
    /// Order of day and month.
    pub dates: Option<DateOrder>,
}

/// Why a cell has no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wrong {
    Number,
    NumberAmbiguous,
    NumberRange,
    Date,
    DateAmbiguous,
    DateRange,
    Formula,
}

/// Reads a currency: a code, or the sign of one that has no rival.
pub(crate) fn currency(cell: &str) -> Option<Currency> {
    match cell.trim() {
        "€" => Some(Currency::EUR),
        "£" => Some(Currency::GBP),
        code => Currency::listed(code),
    }
}

/// Reads a yes or no; empty is no.
pub(crate) fn flag(cell: &str) -> Option<bool> {
    match cell.trim().to_ascii_lowercase().as_str() {
        "" | "0" | "false" | "no" | "n" => Some(false),
        "1" | "true" | "yes" | "y" => Some(true),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn currencies_and_flags() {
        for (cell, want) in [
            ("eur", Some("EUR")),
            (" GBP ", Some("GBP")),
            ("€", Some("EUR")),
            ("£", Some("GBP")),
            ("$", None),
            ("Euro", None),
        ] {
            assert_eq!(currency(cell).map(|c| c.to_string()).as_deref(), want, "{cell}");
        }
        for (cell, want) in
            [("", Some(false)), ("0", Some(false)), ("Yes", Some(true)), ("1", Some(true)), ("perhaps", None)]
        {
            assert_eq!(flag(cell), want, "{cell}");
        }
    }
}
