//! Small questions about the book: how much is in it, and where one thing stands.

use engine::{Id, IdMap, Names, SourceId};
use rusqlite::{Connection, OptionalExtension};

use super::pack::Unpack;
use super::records::{self, unpack_head};
use super::subscriptions::SUBSCRIPTIONS;
use crate::StoreError;

/// How much is in the book.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Resellers and customers.
    pub accounts: u64,
    /// Tenants.
    pub tenants: u64,
    /// Products.
    pub products: u64,
    /// Subscriptions.
    pub subscriptions: u64,
    /// Imported documents.
    pub documents: u64,
    /// Cost lines.
    pub cost_lines: u64,
    /// Imported sold lines.
    pub sold_lines: u64,
    /// Invoices and credit notes.
    pub invoices: u64,
    /// Journal entries.
    pub entries: u64,
    /// Findings nobody decided about, of those still found.
    pub open_findings: u64,
}

/// Whether anything was recorded yet that would be missed.
pub fn has_records(conn: &Connection) -> Result<bool, StoreError> {
    let recorded =
        "SELECT EXISTS (SELECT 1 FROM accounts) OR EXISTS (SELECT 1 FROM products) OR EXISTS (SELECT 1 FROM contents)";
    Ok(conn.prepare_cached(recorded)?.query_row([], |r| r.get(0))?)
}

/// Counts everything.
pub fn counts(conn: &Connection) -> Result<Counts, StoreError> {
    let count = |sql: &str| -> Result<u64, StoreError> {
        let n: i64 = conn.prepare_cached(sql)?.query_row([], |r| r.get(0))?;
        Ok(n.unsigned_abs())
    };
    Ok(Counts {
        accounts: count("SELECT coalesce(sum(count), 0) FROM accounts")?,
        tenants: count("SELECT coalesce(sum(count), 0) FROM tenants")?,
        products: count("SELECT count(*) FROM products WHERE version = 1")?,
        subscriptions: count("SELECT coalesce(sum(count), 0) FROM subscriptions")?,
        documents: count("SELECT count(*) FROM documents")?,
        cost_lines: count("SELECT coalesce(sum(count), 0) FROM cost_lines")?,
        sold_lines: count("SELECT coalesce(sum(count), 0) FROM sold_lines")?,
        invoices: count("SELECT coalesce(sum(count), 0) FROM invoices")?,
        entries: count("SELECT coalesce(sum(count), 0) FROM entries")?,
        open_findings: count("SELECT count(*) FROM findings WHERE state = 'open' AND gone = 0")?,
    })
}

/// How many invoices and credit notes were ever issued.
pub fn invoices(conn: &Connection) -> Result<u64, StoreError> {
    let n: i64 = conn.prepare_cached("SELECT coalesce(sum(count), 0) FROM invoices")?.query_row([], |r| r.get(0))?;
    Ok(n.unsigned_abs())
}

/// The `seq` of the last event of any timeline; 0 before the first.
pub fn last_event(conn: &Connection) -> Result<u64, StoreError> {
    let n: Option<i64> = conn
        .prepare_cached("SELECT next FROM sequences WHERE series = 'events' AND year = 0")?
        .query_row([], |r| r.get(0))
        .optional()?;
    Ok(n.map_or(0, |next| next.unsigned_abs().saturating_sub(1)))
}

/// The source's ids of all subscriptions, by their own.
pub fn sources(conn: &Connection, names: &mut Names) -> Result<IdMap<Id, SourceId>, StoreError> {
    let mut found = IdMap::default();
    records::each(conn, &SUBSCRIPTIONS, |_, record| {
        let head = unpack_head(&mut Unpack(record))?;
        found.insert(head.id, head.source(names)?);
        Ok(())
    })?;
    Ok(found)
}

/// The source's id of a subscription.
pub fn source_of(conn: &Connection, names: &mut Names, id: Id) -> Result<Option<SourceId>, StoreError> {
    let mut found = None;
    records::each(conn, &SUBSCRIPTIONS, |_, record| {
        let head = unpack_head(&mut Unpack(record))?;
        if head.id == id {
            found = Some(head.source(names)?);
        }
        Ok(())
    })?;
    Ok(found)
}

/// The chain's link over an invoice, by its `no`: that of the row it lies in.
pub fn link_of_invoice(conn: &Connection, no: u64) -> Result<Option<[u8; 32]>, StoreError> {
    let no = i64::try_from(no).unwrap_or(i64::MAX);
    Ok(conn
        .prepare_cached("SELECT mac FROM chain WHERE kind = 'invoice' AND subject <= ?1 ORDER BY subject DESC LIMIT 1")?
        .query_row([no], |r| r.get(0))
        .optional()?)
}

/// The state of every sealed table but those named, in a few bytes: where it is the same, so is what they hold.
pub fn state(conn: &Connection, but: &[&str]) -> Result<Vec<u8>, StoreError> {
    let mut statement = conn.prepare_cached("SELECT name, sum FROM seals WHERE name <> '' ORDER BY name")?;
    let mut rows = statement.query([])?;
    let mut state = Vec::new();
    while let Some(row) = rows.next()? {
        let (name, sum): (String, [u8; 32]) = (row.get(0)?, row.get(1)?);
        if !but.contains(&name.as_str()) {
            state.extend_from_slice(name.as_bytes());
            state.push(0);
            state.extend_from_slice(&sum);
        }
    }
    Ok(state)
}
