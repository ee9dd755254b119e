//! The journal: balanced entries, append-only, each covered by the chain.
//!
//! The entries posted in one go lie in a row, packed with their postings: those of up to 64 invoices, or one by itself.

use std::collections::BTreeMap;

use engine::ledger::{BalancedEntry, LedgerAccount, Posting};
use engine::{Currency, Date, Id, Money};
use rusqlite::Connection;

use super::blocks::{squeeze, unsqueeze};
use super::cell::{Cell, Columns, cells, damaged, day, write_row};
use super::chain::Kind;
use super::pack::{Pack, Unpack, cut};
use super::seal::{Table, Writer};
use crate::StoreError;

pub(crate) const ENTRIES: Table = Table { name: "entries", columns: &["key", "count", "from_day", "to_day", "packed"] };

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

/// An entry as it was written, whether or not it balances.
pub(crate) struct Written {
    pub(crate) no: i64,
    pub(crate) date: Date,
    pub(crate) text: String,
    pub(crate) postings: Vec<Posting>,
    pub(crate) posted: Posted,
}

/// Calls back with every entry whose business date lies in `[from, to)`, in order of posting; open ends with `None`.
pub fn each_entry<E: From<StoreError>>(
    conn: &Connection,
    from: Option<Date>,
    to: Option<Date>,
    mut each: impl FnMut(Entry) -> Result<(), E>,
) -> Result<(), E> {
    let mut failed = None;
    each_written(conn, (from, to), |Written { no, date, text, postings, posted }| {
        if failed.is_none() {
            let entry = BalancedEntry::new(date, text, postings).map_err(|e| damaged("an entry", &e.to_string()))?;
            failed = each(Entry { no: no.unsigned_abs(), entry, posted }).err();
        }
        Ok(())
    })?;
    failed.map_or(Ok(()), Err)
}

/// Calls back with every entry of some days as it was written.
pub(crate) fn each_written(
    conn: &Connection,
    (from, to): (Option<Date>, Option<Date>),
    mut each: impl FnMut(Written) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let (from, to) = (from.map_or(i64::MIN, day), to.map_or(i64::MAX, day));
    let mut statement = conn
        .prepare_cached("SELECT key, count, packed FROM entries WHERE to_day >= ?1 AND from_day < ?2 ORDER BY key")?;
    let mut rows = statement.query([from, to])?;
    while let Some(row) = rows.next()? {
        let (first, count): (i64, u32) = (row.col(0)?, row.col(1)?);
        let packed = unsqueeze(row.get_ref(2)?.as_blob().map_err(|_| cut())?)?;
        let mut read = Unpack(&packed);
        for no in (first..).take(count as usize) {
            let entry = unpack(&mut read, no)?;
            if (from..to).contains(&day(entry.date)) {
                each(entry)?;
            }
        }
    }
    Ok(())
}

/// The balance of every account and currency of entries dated before `to`, in the order of [`LedgerAccount::ALL`].
pub fn trial_balance(conn: &Connection, to: Option<Date>) -> Result<Vec<(LedgerAccount, Money)>, StoreError> {
    let mut sums: BTreeMap<(Option<usize>, Currency), Posting> = BTreeMap::new();
    each_written(conn, (None, to), |entry| {
        for posting in entry.postings {
            let place = LedgerAccount::ALL.iter().position(|a| *a == posting.account);
            let sum = sums.entry((place, posting.amount.currency()));
            let sum = sum.or_insert(Posting { amount: Money::zero(posting.amount.currency()), ..posting });
            sum.amount = sum.amount.plus(posting.amount).map_err(|e| damaged("the journal", &e.to_string()))?;
        }
        Ok(())
    })?;
    Ok(sums.into_values().map(|sum| (sum.account, sum.amount)).collect())
}

/// Entries packed to be posted together.
pub(crate) struct Entries {
    count: usize,
    days: (i64, i64),
    packed: Vec<u8>,
}

impl Entries {
    /// Packs them, in order.
    pub(crate) fn of<'e>(entries: impl ExactSizeIterator<Item = (&'e BalancedEntry, &'e Posted)>) -> Entries {
        let count = entries.len();
        let (mut days, mut packed) = (None, Vec::with_capacity(count * 160));
        for (entry, posted) in entries {
            let day = day(entry.date());
            days = Some(days.map_or((day, day), |(from, to): (i64, i64)| (from.min(day), to.max(day))));
            pack(&mut packed, entry.date(), entry.text(), entry.postings(), posted);
        }
        Entries { count, days: days.unwrap_or_default(), packed: squeeze(&packed) }
    }

    /// Their row; the first has this number.
    pub(crate) fn cells(self, first: i64) -> [Cell<'static>; 5] {
        let Entries { count, days: (from, to), packed } = self;
        cells![first, count, from, to, packed]
    }
}

pub(crate) fn pack(out: &mut Vec<u8>, date: Date, text: &str, postings: &[Posting], posted: &Posted) {
    out.date(date);
    out.text(text);
    out.text(&posted.source);
    out.bytes(&posted.subject.0);
    out.opt(posted.reverses, |out, no| out.uint(no.into()));
    out.text(&posted.at);
    out.uint(postings.len() as u128);
    for Posting { account, amount } in postings {
        out.text(account.name());
        out.currency(amount.currency());
        out.int(amount.minor());
    }
}

fn unpack(read: &mut Unpack, no: i64) -> Result<Written, StoreError> {
    let (date, text) = (read.date()?, read.text()?.to_owned());
    let posted = Posted {
        source: read.text()?.to_owned(),
        subject: Id(read.array()?),
        reverses: read.opt(Unpack::uint)?,
        at: read.text()?.to_owned(),
    };
    let mut postings = Vec::new();
    for _ in 0..read.uint()? {
        let name = read.text()?;
        let account = LedgerAccount::parse(name).ok_or_else(|| damaged("an account of the journal", name))?;
        let currency = read.currency()?;
        postings.push(Posting { account, amount: Money::from_minor(read.int()?, currency) });
    }
    Ok(Written { no, date, text, postings, posted })
}

impl Writer<'_> {
    /// Posts an entry by itself (invoices post theirs with them) and gives its number.
    pub fn post(&self, entry: &BalancedEntry, posted: &Posted) -> Result<u64, StoreError> {
        let no = self.reserve("entries", 0, 1)?;
        let row = Entries::of(std::iter::once((entry, posted))).cells(no);
        self.insert_one(&ENTRIES, &row)?;
        let mut record = Vec::new();
        write_row(&row, &mut record);
        self.link(Kind::Entry, no, &record)?;
        Ok(no.unsigned_abs())
    }
}
