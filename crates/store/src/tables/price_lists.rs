//! Price lists as things: which documents are lists, and whether their prices are in force.
//!
//! Append-only: each state a list comes into is a further version of it, and the last one counts. Only the rows of a list in
//! force are among the list prices (`prices.rs`); those of a preview are read from its document.

use engine::price::ListState;
use engine::{Currency, Date};
use rusqlite::{Connection, OptionalExtension};

use super::cell::{Columns, cells, damaged, word};
use super::seal::{Table, Writer};
use super::words::LIST_STATES;
use crate::StoreError;

pub(crate) const PRICE_LISTS: Table = Table {
    name: "price_lists",
    columns: &["document", "version", "state", "vendor", "currencies", "day", "kept", "everything", "since"],
};

/// A document that is a price list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PriceList {
    /// Number of the document.
    pub document: u32,
    /// Whether its prices are in force.
    pub state: ListState,
    /// Whose list it is; empty where it does not say.
    pub vendor: String,
    /// The currencies of its prices, by code.
    pub currencies: Vec<Currency>,
    /// The first day a price of it is in force.
    pub from: Date,
    /// How many of its rows are among the list prices.
    pub kept: u32,
    /// Whether rows of products the book does not sell were wanted too.
    pub everything: bool,
    /// Business day on which it came into its state.
    pub since: Date,
    /// Whether it came as an announcement, whatever became of it: those name only what changes. Told by its first state.
    pub announced: bool,
}

/// Every list in its last state, by document.
pub fn load(conn: &Connection) -> Result<Vec<PriceList>, StoreError> {
    let mut statement = conn.prepare_cached(&format!("{} ORDER BY document, version", PRICE_LISTS.select()))?;
    let mut rows = statement.query([])?;
    let mut out: Vec<PriceList> = Vec::new();
    while let Some(row) = rows.next()? {
        let codes: String = row.col(4)?;
        let currency = |code: &str| Currency::parse(code).ok_or_else(|| damaged("a currency", code));
        let list = PriceList {
            document: row.col(0)?,
            state: row.word(2, LIST_STATES)?,
            vendor: row.col(3)?,
            currencies: codes.split_whitespace().map(currency).collect::<Result<_, _>>()?,
            from: row.day(5)?,
            kept: row.col(6)?,
            everything: row.col(7)?,
            since: row.day(8)?,
            announced: row.word(2, LIST_STATES)? == ListState::Preview,
        };
        match out.last_mut() {
            Some(last) if last.document == list.document => {
                *last = PriceList { announced: last.announced || list.announced, ..list }
            }
            _ => out.push(list),
        }
    }
    Ok(out)
}

impl Writer<'_> {
    /// Notes the state a list has come into.
    pub fn put_price_list(&self, list: &PriceList) -> Result<(), StoreError> {
        let version: Option<i64> = self
            .conn()
            .prepare_cached("SELECT max(version) FROM price_lists WHERE document = ?1")?
            .query_row([list.document], |r| r.get(0))
            .optional()?
            .flatten();
        let codes: Vec<&str> = list.currencies.iter().map(Currency::code).collect();
        self.insert_one(
            &PRICE_LISTS,
            &cells![
                list.document,
                version.unwrap_or(0) + 1,
                word(LIST_STATES, list.state),
                &list.vendor,
                codes.join(" "),
                list.from,
                list.kept,
                list.everything,
                list.since,
            ],
        )
    }
}
