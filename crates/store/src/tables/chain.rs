//! The chain over records that count: invoices and credit notes with their lines and entries, other entries, imported
//! documents, decisions about findings, issued runs.
//!
//! `h(n) = HMAC-SHA256(chain key, version || n || kind || record n || h(n-1))`, `h(0)` = 32 zero bytes. A record is all
//! columns of its rows ([`super::cell::Cell::write`]: tagged, length-prefixed, big-endian), so it can be read again and
//! recomputed from nothing. One link covers the invoices of a row (up to 64 issued together) with their lines, by the digest
//! of their block, and their entries. The head, quoted on paper and in
//! backups, anchors everything before it.

use rusqlite::{Connection, OptionalExtension};

use super::cell::{Cell, Columns, cells, stored_row, write_row};
use super::documents::DOCUMENTS;
use super::findings::HISTORY;
use super::invoices::INVOICES;
use super::journal::ENTRIES;
use super::runs::RUNS;
use super::sale_lines;
use super::seal::{ChainKey, Insert, Table, Writer};
use crate::StoreError;

pub(crate) const CHAIN: Table = Table { name: "chain", columns: &["n", "version", "kind", "subject", "mac"] };

const VERSION: i64 = 1;

/// What a link is about. The subject is the record's `no` (for a decision, the `seq` of the history; for invoices and
/// entries, the number of the first in their row).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Document,
    Decision,
    Run,
    Invoice,
    Entry,
}

pub(crate) const KINDS: &[(Kind, &str)] = &[
    (Kind::Document, "document"),
    (Kind::Decision, "finding"),
    (Kind::Run, "run"),
    (Kind::Invoice, "invoice"),
    (Kind::Entry, "entry"),
];

/// The last link of the chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// Number of links.
    pub length: u64,
    /// Hash of the last; zeroes when there is none.
    pub hash: [u8; 32],
}

/// The head of the chain.
pub fn head(conn: &Connection) -> Result<Head, StoreError> {
    let last: Option<(i64, [u8; 32])> = conn
        .prepare_cached("SELECT n, mac FROM chain ORDER BY n DESC LIMIT 1")?
        .query_row([], |r| Ok((r.get(0)?, r.get(1)?)))
        .optional()?;
    let (length, hash) = last.unwrap_or_default();
    Ok(Head { length: length.unsigned_abs(), hash })
}

/// The hash of the chain after its first `length` links: to compare with an anchor noted earlier.
pub fn at(conn: &Connection, length: u64) -> Result<Option<[u8; 32]>, StoreError> {
    let n = i64::try_from(length).unwrap_or(i64::MAX);
    Ok(conn.prepare_cached("SELECT mac FROM chain WHERE n = ?1")?.query_row([n], |r| r.get(0)).optional()?)
}

/// One link.
pub(crate) fn link(key: &ChainKey, n: i64, kind: &str, record: &[u8], before: &[u8; 32]) -> [u8; 32] {
    let mut bytes = Vec::with_capacity(record.len() + 96);
    write_row(&cells![VERSION, n, kind, record, before.as_slice()], &mut bytes);
    key.mac(b"chain", &bytes)
}

/// Links being added.
pub(crate) struct Links<'w> {
    writer: &'w Writer<'w>,
    insert: Insert<'w>,
    head: Head,
}

impl Writer<'_> {
    /// Begins to add links; call [`Links::finish`] when done.
    pub(crate) fn links(&self) -> Result<Links<'_>, StoreError> {
        Ok(Links { writer: self, insert: self.insert(&CHAIN)?, head: head(self.conn())? })
    }

    /// Adds one link.
    pub(crate) fn link(&self, kind: Kind, subject: i64, record: &[u8]) -> Result<(), StoreError> {
        let mut links = self.links()?;
        links.add(kind, subject, record)?;
        links.finish()
    }
}

impl Links<'_> {
    /// Adds the link of a record.
    pub(crate) fn add(&mut self, kind: Kind, subject: i64, record: &[u8]) -> Result<(), StoreError> {
        let n = self.head.length as i64 + 1;
        let kind = super::cell::word(KINDS, kind);
        let hash = link(self.writer.key(), n, kind, record, &self.head.hash);
        self.insert.add(&cells![n, VERSION, kind, subject, hash.as_slice()])?;
        self.head = Head { length: self.head.length + 1, hash };
        Ok(())
    }

    /// Adds the links to their table's seal.
    pub(crate) fn finish(self) -> Result<(), StoreError> {
        self.insert.finish().map(drop)
    }
}

/// The bytes of a record as they stand in the tables now; empty when it is gone.
pub(crate) fn record(conn: &Connection, key: &ChainKey, kind: Kind, subject: i64) -> Result<Vec<u8>, StoreError> {
    let mut out = Vec::new();
    match kind {
        Kind::Document => rows(conn, &DOCUMENTS, "no = ?1", subject, &mut out)?,
        Kind::Decision => {
            rows(conn, &HISTORY, "seq = ?1", subject, &mut out)?;
            let key: Option<Vec<u8>> = conn
                .prepare_cached(
                    "SELECT f.key FROM findings f JOIN finding_history h ON h.finding = f.no WHERE h.seq = ?1",
                )?
                .query_row([subject], |r| r.get(0))
                .optional()?;
            Cell::from(key).write(&mut out);
        }
        Kind::Run => rows(conn, &RUNS, "no = ?1", subject, &mut out)?,
        Kind::Invoice => {
            rows(conn, &INVOICES, "key = ?1", subject, &mut out)?;
            let parts: Option<(i64, i64)> = conn
                .prepare_cached("SELECT lines, entries FROM invoices WHERE key = ?1")?
                .query_row([subject], |r| Ok((r.get(0)?, r.get(1)?)))
                .optional()?;
            if let Some((lines, entries)) = parts {
                let digest = sale_lines::digest_now(conn, key, lines)?;
                Cell::from(digest.as_ref().map(<[u8; 32]>::as_slice)).write(&mut out);
                rows(conn, &ENTRIES, "key = ?1", entries, &mut out)?;
            }
        }
        Kind::Entry => rows(conn, &ENTRIES, "key = ?1", subject, &mut out)?,
    }
    Ok(out)
}

fn rows(conn: &Connection, table: &Table, condition: &str, subject: i64, out: &mut Vec<u8>) -> Result<(), StoreError> {
    let mut statement = conn.prepare_cached(&format!("{} WHERE {condition}", table.select()))?;
    let mut rows = statement.query([subject])?;
    while let Some(row) = rows.next()? {
        write_row(&stored_row(row, table.columns.len())?, out);
    }
    Ok(())
}

/// Recomputes the whole chain; calls back with the number of each link that does not fit.
pub(crate) fn verify(conn: &Connection, key: &ChainKey, mut wrong: impl FnMut(i64, String)) -> Result<(), StoreError> {
    let mut statement = conn.prepare(&format!("{} ORDER BY n", CHAIN.select()))?;
    let mut rows = statement.query([])?;
    let (mut expected, mut before) = (1, [0; 32]);
    while let Some(row) = rows.next()? {
        let (n, kind, subject): (i64, String, i64) = (row.col(0)?, row.col(2)?, row.col(3)?);
        let mac: [u8; 32] = row.col(4)?;
        if n != expected {
            wrong(n, format!("link {expected} is missing"));
        }
        let kind = super::cell::of_word(KINDS, &kind)?;
        let word = super::cell::word(KINDS, kind);
        if link(key, n, word, &record(conn, key, kind, subject)?, &before) != mac {
            wrong(n, format!("{word} {subject} does not read as it was recorded"));
        }
        // Later links are judged by what is stored, so that one change is reported once.
        before = mac;
        expected = n + 1;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_of_a_link_never_changes() {
        let mut record = Vec::new();
        write_row(&cells![1i64, "INV-2026-0001", 12_345i64, Option::<i64>::None], &mut record);
        let hash = link(&ChainKey::new(&[1; 32]), 1, "invoice", &record, &[0; 32]);
        let hex: String = hash.iter().map(|b| format!("{b:02x}")).collect();
        // Computed by another program from the form described above.
        assert_eq!(hex, "69616160a3774bd14eaa77acba8b0d5d008fcb76074cc7434dd0dece9ed8f06a");
    }
}
