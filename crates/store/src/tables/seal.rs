//! Seals: one keyed sum per table, so that a change made behind the program's back is found.
//!
//! Every row of a table that counts has a MAC over the table's name and all its columns; the table's seal is the number
//! of its rows and the sum of their MACs modulo 2^256 (a multiset hash: order does not matter, adding and taking away a
//! row costs one MAC). Writing goes through [`Insert`] and [`Writer::change`], which keep the seal; verifying reads
//! every row and compares. The seals themselves are covered by a master MAC, so that no table can be put back to an
//! older state with its older seal. Nobody can make a seal without the chain key, which the database key does not give.

use std::cell::RefCell;

use hmac::{Hmac, KeyInit, Mac};
use rusqlite::{CachedStatement, Connection, OptionalExtension, Params, params};
use sha2::Sha256;

use super::cell::{Cell, stored_row, write_row};
use super::texts::Texts;
use crate::{StoreError, Tx};

/// The key behind seals and chain: derived from the book's data key, never stored.
pub(crate) struct ChainKey(Hmac<Sha256>);

impl ChainKey {
    /// Takes the derived key.
    pub(crate) fn new(key: &[u8; 32]) -> ChainKey {
        // HMAC takes a key of any length.
        ChainKey(Hmac::new_from_slice(key).unwrap_or_else(|_| unreachable!("a key of 32 bytes")))
    }

    /// The MAC of some bytes in a domain of their own.
    pub(crate) fn mac(&self, domain: &[u8], bytes: &[u8]) -> [u8; 32] {
        let mut mac = self.0.clone();
        mac.update(&(domain.len() as u64).to_be_bytes());
        mac.update(domain);
        mac.update(bytes);
        mac.finalize().into_bytes().into()
    }
}

/// A table that counts: its columns in the order rows are written and sealed.
pub(crate) struct Table {
    pub(crate) name: &'static str,
    pub(crate) columns: &'static [&'static str],
}

impl Table {
    /// `SELECT` of every column, to be followed by a condition or nothing.
    pub(crate) fn select(&self) -> String {
        format!("SELECT {} FROM {}", self.columns.join(", "), self.name)
    }

    /// `OR FAIL`: a refused row ends the transaction anyway, and SQLite need not be able to take back single statements.
    fn insert(&self) -> String {
        let marks = vec!["?"; self.columns.len()].join(", ");
        format!("INSERT OR FAIL INTO {} ({}) VALUES ({marks})", self.name, self.columns.join(", "))
    }
}

/// A sum of MACs modulo 2^256, low word first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Sum([u64; 4]);

impl Sum {
    fn words(bytes: &[u8; 32]) -> [u64; 4] {
        let (words, _) = bytes.as_chunks::<8>();
        std::array::from_fn(|i| u64::from_le_bytes(words[i]))
    }

    fn add(&mut self, bytes: &[u8; 32]) {
        let mut carry = false;
        for (word, other) in self.0.iter_mut().zip(Sum::words(bytes)) {
            let (sum, over) = word.overflowing_add(other);
            let (sum, again) = sum.overflowing_add(carry.into());
            (*word, carry) = (sum, over || again);
        }
    }

    fn take(&mut self, bytes: &[u8; 32]) {
        let mut borrow = false;
        for (word, other) in self.0.iter_mut().zip(Sum::words(bytes)) {
            let (rest, under) = word.overflowing_sub(other);
            let (rest, again) = rest.overflowing_sub(borrow.into());
            (*word, borrow) = (rest, under || again);
        }
    }

    fn bytes(self) -> [u8; 32] {
        let mut out = [0; 32];
        for (chunk, word) in out.chunks_exact_mut(8).zip(self.0) {
            chunk.copy_from_slice(&word.to_le_bytes());
        }
        out
    }
}

/// What changed in one table: rows more or fewer, and their MACs.
#[derive(Default)]
struct Delta {
    rows: i64,
    sum: Sum,
}

impl Delta {
    fn add(&mut self, mac: &[u8; 32]) {
        self.rows += 1;
        self.sum.add(mac);
    }

    fn take(&mut self, mac: &[u8; 32]) {
        self.rows -= 1;
        self.sum.take(mac);
    }
}

/// The write side of the tables: a connection inside a transaction, the key, and the texts behind symbols.
pub struct Writer<'t> {
    conn: &'t Connection,
    key: ChainKey,
    pub(crate) texts: RefCell<Option<Texts>>,
}

impl Tx<'_> {
    /// The write side of the tables. Make one per transaction.
    pub fn tables(&self) -> Writer<'_> {
        Writer::new(self, self.chain_key())
    }
}

impl<'t> Writer<'t> {
    pub(crate) fn new(conn: &'t Connection, key: &[u8; 32]) -> Writer<'t> {
        Writer { conn, key: ChainKey::new(key), texts: RefCell::default() }
    }

    /// The connection, for reading inside the transaction.
    pub fn conn(&self) -> &'t Connection {
        self.conn
    }

    pub(crate) fn key(&self) -> &ChainKey {
        &self.key
    }

    /// A prepared insertion into a table; call [`Insert::finish`] when done.
    pub(crate) fn insert(&self, table: &'static Table) -> Result<Insert<'_>, StoreError> {
        let statement = self.conn.prepare_cached(&table.insert())?;
        Ok(Insert { statement, table, writer: self, delta: Delta::default(), buffer: Vec::new() })
    }

    /// Inserts one row.
    pub(crate) fn insert_one(&self, table: &'static Table, row: &[Cell]) -> Result<(), StoreError> {
        let mut insert = self.insert(table)?;
        insert.add(row)?;
        insert.finish()?;
        Ok(())
    }

    /// Runs a statement that changes or removes the rows of a table matching `condition`, and only those.
    ///
    /// The condition must match the same rows before and after, so it names keys, not values that change.
    pub(crate) fn change<P: Params + Copy>(
        &self,
        table: &'static Table,
        condition: &str,
        params: P,
        statement: impl FnOnce(&Connection) -> rusqlite::Result<usize>,
    ) -> Result<usize, StoreError> {
        let mut delta = Delta::default();
        let select = format!("{} WHERE {condition}", table.select());
        self.each_mac(table, &select, params, |mac| delta.take(mac))?;
        let changed = statement(self.conn)?;
        self.each_mac(table, &select, params, |mac| delta.add(mac))?;
        self.save(table, delta)?;
        Ok(changed)
    }

    fn each_mac(
        &self,
        table: &Table,
        select: &str,
        params: impl Params,
        each: impl FnMut(&[u8; 32]),
    ) -> Result<(), StoreError> {
        each_mac(self.conn, &self.key, table, select, params, each)
    }

    fn save(&self, table: &Table, delta: Delta) -> Result<(), StoreError> {
        if delta.rows == 0 && delta.sum == Sum::default() {
            return Ok(());
        }
        let mut read = self.conn.prepare_cached("SELECT rows, sum FROM seals WHERE name = ?1")?;
        let old = read.query_row([table.name], |r| Ok((r.get(0)?, r.get(1)?))).optional()?;
        let (rows, mut sum): (i64, Sum) =
            old.map_or((0, Sum::default()), |(rows, sum): (i64, [u8; 32])| (rows, Sum(Sum::words(&sum))));
        sum.add(&delta.sum.bytes());
        self.conn
            .prepare_cached(
                "INSERT INTO seals (name, rows, sum) VALUES (?1, ?2, ?3)
                 ON CONFLICT (name) DO UPDATE SET rows = excluded.rows, sum = excluded.sum",
            )?
            .execute(params![table.name, rows + delta.rows, sum.bytes()])?;
        let (tables, master) = master(self.conn, &self.key)?;
        self.conn
            .prepare_cached(
                "INSERT INTO seals (name, rows, sum) VALUES ('', ?1, ?2)
                 ON CONFLICT (name) DO UPDATE SET rows = excluded.rows, sum = excluded.sum",
            )?
            .execute(params![tables, master])?;
        Ok(())
    }
}

/// An insertion under way: a prepared statement and the seal it adds to.
#[must_use = "the seal is written by finish"]
pub(crate) struct Insert<'w> {
    statement: CachedStatement<'w>,
    table: &'static Table,
    writer: &'w Writer<'w>,
    delta: Delta,
    buffer: Vec<u8>,
}

impl Insert<'_> {
    /// Inserts a row given in the order of the table's columns.
    pub(crate) fn add(&mut self, row: &[Cell]) -> Result<(), StoreError> {
        debug_assert_eq!(row.len(), self.table.columns.len(), "{}", self.table.name);
        for (i, cell) in row.iter().enumerate() {
            self.statement.raw_bind_parameter(i + 1, cell)?;
        }
        self.statement.raw_execute()?;
        self.delta.add(&row_mac(&self.writer.key, self.table, row, &mut self.buffer));
        Ok(())
    }

    /// Adds what was inserted to the table's seal and gives the number of rows.
    pub(crate) fn finish(self) -> Result<u64, StoreError> {
        let rows = self.delta.rows;
        self.writer.save(self.table, self.delta)?;
        Ok(rows.unsigned_abs())
    }
}

fn row_mac(key: &ChainKey, table: &Table, row: &[Cell], buffer: &mut Vec<u8>) -> [u8; 32] {
    buffer.clear();
    write_row(row, buffer);
    key.mac(table.name.as_bytes(), buffer)
}

fn each_mac(
    conn: &Connection,
    key: &ChainKey,
    table: &Table,
    select: &str,
    params: impl Params,
    mut each: impl FnMut(&[u8; 32]),
) -> Result<(), StoreError> {
    let mut statement = conn.prepare_cached(select)?;
    let mut rows = statement.query(params)?;
    let mut buffer = Vec::new();
    while let Some(row) = rows.next()? {
        each(&row_mac(key, table, &stored_row(row, table.columns.len())?, &mut buffer));
    }
    Ok(())
}

/// The number of seals and the MAC over all of them.
fn master(conn: &Connection, key: &ChainKey) -> Result<(i64, [u8; 32]), StoreError> {
    let mut statement = conn.prepare_cached("SELECT name, rows, sum FROM seals WHERE name <> '' ORDER BY name")?;
    let mut rows = statement.query([])?;
    let (mut count, mut bytes) = (0, Vec::new());
    while let Some(row) = rows.next()? {
        write_row(&stored_row(row, 3)?, &mut bytes);
        count += 1;
    }
    Ok((count, key.mac(b"seals", &bytes)))
}

/// Compares every table with its seal; calls back with a table's name and what is wrong with it.
pub(crate) fn verify(
    conn: &Connection,
    key: &ChainKey,
    tables: &[&'static Table],
    mut wrong: impl FnMut(&str, String),
) -> Result<(), StoreError> {
    let (_, expected) = master(conn, key)?;
    let kept: Option<[u8; 32]> =
        conn.query_row("SELECT sum FROM seals WHERE name = ''", [], |r| r.get(0)).optional()?;
    let sealed: i64 = conn.query_row("SELECT count(*) FROM seals", [], |r| r.get(0))?;
    if kept.is_some_and(|kept| kept != expected) || (kept.is_none() && sealed > 0) {
        wrong("seals", "the seals were changed by something else than this program".into());
    }
    for table in tables {
        let seal: Option<(i64, [u8; 32])> = conn
            .query_row("SELECT rows, sum FROM seals WHERE name = ?1", [table.name], |r| Ok((r.get(0)?, r.get(1)?)))
            .optional()?;
        let (rows, sum) = seal.unwrap_or_default();
        let mut found = Delta::default();
        each_mac(conn, key, table, &table.select(), [], |mac| found.add(mac))?;
        if found.rows != rows {
            wrong(table.name, format!("{rows} rows were written, {} are there", found.rows));
        } else if found.sum.bytes() != sum {
            wrong(table.name, "a row does not read as it was written".into());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn taking_away_undoes_adding(a: [u8; 32], b: [u8; 32], c: [u8; 32]) {
            let mut sum = Sum::default();
            sum.add(&a);
            let before = sum;
            sum.add(&b);
            sum.add(&c);
            sum.take(&b);
            sum.take(&c);
            prop_assert_eq!(sum, before);
            prop_assert_eq!(Sum(Sum::words(&sum.bytes())), sum);
        }
    }
}
