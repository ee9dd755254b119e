//! A journal entry as other programs get it, and the journal as CSV: a row per posting.

use super::table::{Cell, Row};
use engine::{Date, Decimal, Money};
use std::io::{self, Write};

/// A balanced entry.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Its number in the journal.
    pub number: u64,
    /// Business date.
    pub date: Date,
    /// What it records.
    pub text: String,
    /// The document behind it: an invoice's number, a vendor's. Empty for none.
    pub document: String,
    /// Its postings; they sum to zero per currency.
    pub postings: Vec<Posting>,
}

/// One side of an entry: debit positive, credit negative.
#[derive(Clone, Debug, PartialEq)]
pub struct Posting {
    /// Account: hierarchical, parted by colons, beginning with `Assets`, `Liabilities`, `Equity`, `Income` or `Expenses`.
    pub account: String,
    /// Amount.
    pub amount: Money,
}

/// Writes the journal as CSV: number, date, text, document, account, amount (debit positive), currency.
pub fn journal_csv(entries: impl IntoIterator<Item = Entry>, to: &mut impl Write) -> io::Result<()> {
    let mut row = Row::default();
    row.write(
        ["Entry", "Date", "Text", "Document", "Account", "Amount", "Currency"].map(|h| Cell::Text(h.into())),
        to,
    )?;
    for entry in entries {
        for posting in entry.postings {
            let cells = [
                Cell::Number(Decimal::from(entry.number)),
                Cell::Date(entry.date),
                Cell::Text(entry.text.clone()),
                Cell::Text(entry.document.clone()),
                Cell::Text(posting.account),
                Cell::Amount(posting.amount),
                Cell::Text(posting.amount.currency().code().to_owned()),
            ];
            row.write(cells, to)?;
        }
    }
    to.flush()
}

/// A text on one line: breaks, tabs and other controls become single spaces.
pub(super) fn one_line(text: &str) -> String {
    let spaced: String =
        text.chars().map(|c| if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') { ' ' } else { c }).collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}
