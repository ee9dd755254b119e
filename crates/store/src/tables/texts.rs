//! The texts behind symbols: `texts` holds the same numbers as the book's [`Names`].
//!
//! Texts repeated over many rows (product names, skus, segments) are stored once here. Texts that differ from row to
//! row (order numbers, references) are stored where they are used, or this table would grow by two million a month.

use engine::{Names, Symbol};
use rusqlite::Connection;

use super::cell::{Columns, cells, damaged};
use super::seal::{Table, Writer};
use crate::StoreError;

pub(crate) const TEXTS: Table = Table { name: "texts", columns: &["id", "text"] };

/// Every text of the book, under the numbers the tables use.
pub fn load(conn: &Connection) -> Result<Names, StoreError> {
    let mut names = Names::default();
    let mut statement = conn.prepare_cached("SELECT id, text FROM texts ORDER BY id")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (id, text): (u32, String) = (row.col(0)?, row.col(1)?);
        if names.intern(&text) != Symbol(id) {
            return Err(damaged("the list of texts", &id.to_string()));
        }
    }
    Ok(names)
}

/// How many texts the book has, the empty one included.
pub fn count(conn: &Connection) -> Result<usize, StoreError> {
    let last: u32 = conn.prepare_cached("SELECT coalesce(max(id), 0) FROM texts")?.query_row([], |r| r.get(0))?;
    Ok(last as usize + 1)
}

/// The texts on the write side: known ones and new ones not yet stored.
pub(crate) struct Texts {
    names: Names,
    stored: usize,
}

/// Translates the symbols of one batch into the book's.
pub(crate) struct Remap<'b> {
    batch: &'b Names,
    known: Vec<u32>,
}

const UNKNOWN: u32 = u32::MAX;

impl<'b> Remap<'b> {
    /// A translation of the symbols of `batch`, filled as it is used.
    pub(crate) fn new(batch: &'b Names) -> Remap<'b> {
        Remap { batch, known: Vec::new() }
    }

    /// The book's symbol of one that was translated before.
    pub(crate) fn known(&self, symbol: Symbol) -> Option<u32> {
        self.known.get(symbol.0 as usize).copied().filter(|known| *known != UNKNOWN)
    }

    /// The texts of the batch.
    pub(crate) fn batch(&self) -> &'b Names {
        self.batch
    }
}

impl Texts {
    /// The book's symbol of a batch's symbol.
    pub(crate) fn symbol(&mut self, remap: &mut Remap, symbol: Symbol) -> u32 {
        let at = symbol.0 as usize;
        if remap.known.len() <= at {
            remap.known.resize(at + 1, UNKNOWN);
        }
        if remap.known[at] == UNKNOWN {
            remap.known[at] = self.names.intern(remap.batch.text(symbol)).0;
        }
        remap.known[at]
    }
}

impl Writer<'_> {
    /// Runs `work` with the book's texts, then stores those it added.
    pub(crate) fn with_texts<T>(
        &self,
        work: impl FnOnce(&mut Texts) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut slot = self.texts.borrow_mut();
        // A part of the transaction may have been taken back since, and the texts it stored with it.
        let last: u32 =
            self.conn().prepare_cached("SELECT coalesce(max(id), 0) FROM texts")?.query_row([], |r| r.get(0))?;
        let texts = match &mut *slot {
            Some(texts) if texts.stored == last as usize + 1 => texts,
            stale => {
                let names = load(self.conn())?;
                let stored = names.len();
                stale.insert(Texts { names, stored })
            }
        };
        let done = work(texts)?;
        if texts.stored < texts.names.len() {
            let mut insert = self.insert(&TEXTS)?;
            for id in texts.stored..texts.names.len() {
                let symbol = Symbol(u32::try_from(id).map_err(|_| damaged("the number of texts", "too many"))?);
                insert.add(&cells![symbol.0, texts.names.text(symbol)])?;
            }
            insert.finish()?;
            texts.stored = texts.names.len();
        }
        Ok(done)
    }
}
