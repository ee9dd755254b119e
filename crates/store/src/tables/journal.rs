//! The journal: balanced entries, append-only, each covered by the chain.

use engine::ledger::{BalancedEntry, LedgerAccount, Posting};
use engine::{Currency, Date, Id, Money};
use rusqlite::{Connection, Row};

use super::cell::{Cell, Columns, cells, damaged, day, part_key, part_keys, write_row};
use super::chain::Kind;
use super::seal::{Table, Writer};
use crate::StoreError;

pub(crate) const ENTRIES: Table =
    Table { name: "entries", columns: &["no", "day", "text", "source", "subject", "reverses", "at"] };
pub(crate) const POSTINGS: Table =
    Table { name: "postings", columns: &["entry", "position", "account", "currency", "amount", "key"] };

/// What an entry posts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Posted {
    /// `invoice`, `credit_note`, `document`, …
    pub source: String,
    /// Id of what it posts.
    pub subject: Id,
    /// The entry it takes back.
    pub reverses: Option<u64>,
    /// When it was posted, UTC.
    pub at: String,
}

/// An entry of the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its number, from 1.
    pub no: u64,
    /// The entry.
    pub entry: BalancedEntry,
    /// What it posts.
    pub posted: Posted,
}

/// Calls back with every entry whose business date lies in `[from, to)`, in order of posting; open ends with `None`.
pub fn each_entry<E: From<StoreError>>(
    conn: &Connection,
    from: Option<Date>,
    to: Option<Date>,
    mut each: impl FnMut(Entry) -> Result<(), E>,
) -> Result<(), E> {
    let mut heads = conn
        .prepare_cached(&format!("{} WHERE day >= ?1 AND day < ?2 ORDER BY no", ENTRIES.select()))
        .map_err(StoreError::from)?;
    let mut rows = heads.query([from.map_or(i64::MIN, day), to.map_or(i64::MAX, day)]).map_err(StoreError::from)?;
    while let Some(row) = rows.next().map_err(StoreError::from)? {
        each(entry(conn, row)?)?;
    }
    Ok(())
}

fn entry(conn: &Connection, row: &Row) -> Result<Entry, StoreError> {
    let no: i64 = row.col(0)?;
    let mut statement =
        conn.prepare_cached("SELECT account, currency, amount FROM postings WHERE key BETWEEN ?1 AND ?2 ORDER BY key")?;
    let mut rows = statement.query(part_keys(no))?;
    let mut postings = Vec::new();
    while let Some(row) = rows.next()? {
        postings.push(posting(row)?);
    }
    let text: String = row.col(2)?;
    let entry = BalancedEntry::new(row.day(1)?, text, postings).map_err(|e| damaged("an entry", &e.to_string()))?;
    Ok(Entry {
        no: no.unsigned_abs(),
        entry,
        posted: Posted {
            source: row.col(3)?,
            subject: row.id(4)?,
            reverses: row.col::<Option<i64>>(5)?.map(i64::unsigned_abs),
            at: row.col(6)?,
        },
    })
}

fn posting(row: &Row) -> Result<Posting, StoreError> {
    let name: String = row.col(0)?;
    let account = LedgerAccount::parse(&name).ok_or_else(|| damaged("an account of the journal", &name))?;
    Ok(Posting { account, amount: Money::from_minor(row.col(2)?, row.currency(1)?) })
}

/// The balance of every account and currency of entries dated before `to`, in the order of [`LedgerAccount::ALL`].
pub fn trial_balance(conn: &Connection, to: Option<Date>) -> Result<Vec<(LedgerAccount, Money)>, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT p.account, p.currency, SUM(p.amount) FROM postings p JOIN entries e ON e.no = p.entry
         WHERE e.day < ?1 GROUP BY p.account, p.currency",
    )?;
    let mut rows = statement.query([to.map_or(i64::MAX, day)])?;
    let mut out = Vec::new();
    while let Some(row) = rows.next()? {
        let sum = posting(row)?;
        out.push((sum.account, sum.amount));
    }
    out.sort_by_key(|(account, amount)| {
        let place = LedgerAccount::ALL.iter().position(|a| a == account);
        (place, amount.currency())
    });
    Ok(out)
}

/// The rows of an entry: its head, then its postings.
pub(crate) fn entry_cells<'a>(no: i64, entry: &'a BalancedEntry, posted: &'a Posted) -> [Cell<'a>; 7] {
    let reverses = posted.reverses.map(|no| no as i64);
    cells![no, entry.date(), entry.text(), &posted.source, posted.subject, reverses, &posted.at]
}

pub(crate) fn posting_cells(entry: i64, position: i64, posting: &Posting) -> [Cell<'static>; 6] {
    let currency: Currency = posting.amount.currency();
    cells![entry, position, posting.account.name(), currency, posting.amount.minor(), part_key(entry, position)]
}

impl Writer<'_> {
    /// Posts an entry by itself (invoices post theirs with them) and gives its number.
    pub fn post(&self, entry: &BalancedEntry, posted: &Posted) -> Result<u64, StoreError> {
        let no = self.reserve("entries", 0, 1)?;
        let mut record = Vec::new();
        let head = entry_cells(no, entry, posted);
        self.insert_one(&ENTRIES, &head)?;
        write_row(&head, &mut record);
        let mut insert = self.insert(&POSTINGS)?;
        for (position, posting) in (1..).zip(entry.postings()) {
            let row = posting_cells(no, position, posting);
            insert.add(&row)?;
            write_row(&row, &mut record);
        }
        insert.finish()?;
        self.link(Kind::Entry, no, &record)?;
        Ok(no.unsigned_abs())
    }
}
