//! Records of the register as they were before they were corrected, so that a past run can be rebuilt from what it saw.
//!
//! Always: appended only, one row a correction. A row holds for every run whose number of the register's counter is not
//! above its own; of several the oldest holds.

use engine::IdMap;
use rusqlite::{Connection, params};

use super::blocks::{squeeze, unsqueeze};
use super::cell::{Columns, cells};
use super::pack::{Pack, Unpack};
use super::seal::{Table, Writer};
use super::settings;
use crate::StoreError;

pub(crate) const SUPERSEDED: Table = Table { name: "superseded", columns: &["no", "of_table", "register", "records"] };

/// Records of one table as they were, by their numbers.
#[derive(Default)]
pub(crate) struct Former(IdMap<i64, Vec<u8>>);

impl Former {
    /// The records of a table that were others when the register's counter stood at `register`.
    pub(crate) fn load(conn: &Connection, table: &Table, register: u64) -> Result<Former, StoreError> {
        let mut found = IdMap::default();
        let mut statement =
            conn.prepare_cached("SELECT records FROM superseded WHERE of_table = ?1 AND register >= ?2 ORDER BY no")?;
        let mut rows = statement.query(params![table.name, i64::try_from(register).unwrap_or(i64::MAX)])?;
        while let Some(row) = rows.next()? {
            let packed = unsqueeze(&row.col::<Vec<u8>>(0)?)?;
            let mut read = Unpack(&packed);
            while !read.is_done() {
                let (no, record) = (read.int()?, read.sized()?);
                found.entry(no).or_insert_with(|| record.to_vec());
            }
        }
        Ok(Former(found))
    }

    /// What a record was, where it was another than `now`.
    pub(crate) fn of<'r>(&'r self, no: i64, now: &'r [u8]) -> &'r [u8] {
        self.0.get(&no).map_or(now, Vec::as_slice)
    }
}

/// Records about to be corrected.
#[derive(Default)]
pub(crate) struct Superseding(Vec<u8>);

impl Superseding {
    /// Notes what a record was.
    pub(crate) fn add(&mut self, no: i64, was: &[u8]) {
        self.0.int(no);
        self.0.sized(was);
    }
}

impl Writer<'_> {
    /// Keeps what records of a table were; called before the register's counter moves on.
    pub(crate) fn supersede(&self, table: &Table, was: Superseding) -> Result<(), StoreError> {
        if was.0.is_empty() {
            return Ok(());
        }
        let register = settings::counter(self.conn(), "register")?.cast_signed();
        let no = self.reserve("superseded", 0, 1)?;
        self.insert_one(&SUPERSEDED, &cells![no, table.name, register, squeeze(&was.0)])
    }
}
