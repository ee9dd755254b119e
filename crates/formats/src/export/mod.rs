//! Values to bytes: the journal for other programs, and any table as it is shown.
//!
//! In: plain values, in the order they are to appear; out: text or a workbook on any writer, the same bytes for the same
//! values. Whatever a text holds (quotes, line breaks, comment signs, formulas), the file stays valid, and no spreadsheet
//! takes a text for a formula. The journal's writers need one pass: an account or a currency is declared where it is first
//! used.

mod beancount;
mod hledger;
mod journal;
mod table;
#[cfg(test)]
mod tests;

pub use beancount::journal_beancount;
pub use hledger::journal_hledger;
pub use journal::{Entry, Posting, journal_csv};
pub use table::{Cell, TableError, table_csv, table_xlsx};
