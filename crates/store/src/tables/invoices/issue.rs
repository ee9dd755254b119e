//! Issuing: the write side of invoices.

use std::collections::HashSet;
use std::hash::BuildHasher;
use std::sync::Arc;

use engine::hash::Seeded;
use engine::ledger::BalancedEntry;
use engine::sale::ChargeKey;
use engine::{Date, Id, IdSet, Month};
use rusqlite::Connection;

use super::{INVOICES, InvoiceKind, PAPERS, by_label, credit_notes, each_billed};
use crate::tables::blocks::squeeze;
use crate::tables::cell::{Cell, cells, damaged, day, write_row};
use crate::tables::chain::{Kind, Links};
use crate::tables::journal::{ENTRIES, Entries, Posted};
use crate::tables::pack::Pack;
use crate::tables::runs::{Kept, pack_tax, run_number};
use crate::tables::sale_lines::{self, Filling, Reasons, SALE_LINES, each_charge};
use crate::tables::seal::{Insert, Writer};
use crate::tables::settings::next_of;
use crate::tables::steps;
use crate::{StoreError, new_id};

/// An invoice to be issued.
#[derive(Clone, Debug)]
pub struct Issue<'a> {
    /// Series of its number.
    pub series: &'a str,
    /// Year of its number.
    pub year: i32,
    /// Its number in that series and year.
    pub number: u64,
    /// The number as printed.
    pub label: String,
    /// Invoice or credit note.
    pub kind: InvoiceKind,
    /// The invoice a credit note corrects.
    pub corrects: Option<Id>,
    /// The `no` of that invoice, when its charges may be billed again.
    pub reopens: Option<u64>,
    /// The run it comes from; none for a correction.
    pub run: Option<Id>,
    /// Payer, month, lines and totals.
    pub draft: &'a Kept,
    /// Date of issue.
    pub issued: Date,
    /// Due date.
    pub due: Date,
    /// Everything else that is printed, as JSON: seller, addresses, texts, payment details.
    pub snapshot: String,
    /// Its entry.
    pub entry: BalancedEntry,
    /// The moment, UTC.
    pub at: &'a str,
}

/// What all invoices of a row have in common.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Shared {
    kind: InvoiceKind,
    run: Option<Id>,
    month: Month,
    /// Whether their lines are charges, each billed once; a correction names charges again.
    charges: bool,
    reopens: Option<u64>,
}

impl Issue<'_> {
    /// What all invoices of a row have in common.
    fn shared(&self) -> Shared {
        let (kind, run, month, reopens) = (self.kind, self.run, self.draft.month, self.reopens);
        Shared { kind, run, month, charges: self.corrects.is_none(), reopens }
    }
}

/// How many of these drafts, from the first, go into one row: all of a kept block where it is whole, else as many as a
/// block holds before the next that is whole. What the customer owes and what is owed to the customer lie apart.
fn row_of(drafts: &[&Kept]) -> usize {
    let Some(first) = drafts.first() else { return 0 };
    if starts_whole_block(drafts) {
        return first.block.count();
    }
    let mut lines = 0;
    for (n, draft) in drafts.iter().enumerate() {
        let apart = n > 0 && (draft.is_credit() != first.is_credit() || starts_whole_block(&drafts[n..]));
        if apart || sale_lines::is_full(n, lines) {
            return n;
        }
        lines += draft.totals.lines as usize;
    }
    drafts.len()
}

fn starts_whole_block(drafts: &[&Kept]) -> bool {
    let Some(&first) = drafts.first() else { return false };
    let block = &first.block;
    let belongs = |(place, draft): (usize, &&Kept)| {
        Arc::ptr_eq(&draft.block, block) && draft.place == place && draft.is_credit() == first.is_credit()
    };
    drafts.len() >= block.count() && drafts[..block.count()].iter().enumerate().all(belongs)
}

/// Splits the drafts of a run, in the order they are issued, into those of one row each.
pub fn rows(drafts: Vec<Kept>) -> Vec<Vec<Kept>> {
    let all: Vec<&Kept> = drafts.iter().collect();
    let (mut counts, mut at) = (Vec::new(), 0);
    while at < all.len() {
        let count = row_of(&all[at..]);
        counts.push(count);
        at += count;
    }
    let mut drafts = drafts.into_iter();
    counts.into_iter().map(|count| drafts.by_ref().take(count).collect()).collect()
}

/// Invoices packed for a row of their table and one of the journal: on any thread.
pub struct Packed {
    shared: Shared,
    ids: Vec<Id>,
    labels: Vec<String>,
    drafts: Vec<Kept>,
    heads: Vec<u8>,
    snapshots: Vec<u8>,
    entries: Entries,
}

impl Packed {
    /// Packs invoices of one kind, run and month; no more than [`rows`] puts together.
    pub fn of(issues: Vec<Issue>) -> Result<Packed, StoreError> {
        let shared = issues.first().map(Issue::shared).ok_or_else(|| StoreError::Bug("no invoices to pack".into()))?;
        if issues.iter().any(|issue| issue.shared() != shared) {
            return Err(StoreError::Bug("invoices of one row are of one kind, run and month".into()));
        }
        let (mut ids, mut labels, mut drafts) = (Vec::new(), Vec::new(), Vec::new());
        let (mut heads, mut snapshots, mut entries) = (Vec::new(), Vec::new(), Vec::new());
        for issue in issues {
            let id = new_id();
            pack_head(&mut heads, id, &issue)?;
            snapshots.text(&issue.snapshot);
            let (source, at) = (issue.kind.name().into(), issue.at.into());
            entries.push((issue.entry, Posted { source, subject: id, reverses: None, at }));
            ids.push(id);
            labels.push(issue.label);
            drafts.push(issue.draft.clone());
        }
        let entries = Entries::of(entries.iter().map(|(entry, posted)| (entry, posted)));
        Ok(Packed { shared, ids, labels, drafts, heads: squeeze(&heads), snapshots: squeeze(&snapshots), entries })
    }

    /// What they are.
    pub fn kind(&self) -> InvoiceKind {
        self.shared.kind
    }

    /// Whether the drafts are all of a kept block.
    fn is_whole(&self) -> bool {
        let drafts: Vec<&Kept> = self.drafts.iter().collect();
        starts_whole_block(&drafts) && drafts[0].block.count() == drafts.len()
    }
}

/// Drafts none of whose charges is billed yet. Each of them is issued once.
pub struct Unbilled {
    /// Blocks and places in them.
    drafts: IdSet<(i64, usize)>,
    /// The number the next invoice has if nothing else was issued since.
    next: i64,
}

/// The tables invoices go to, being written.
struct Issuing<'w> {
    writer: &'w Writer<'w>,
    entries: Insert<'w>,
    invoices: Insert<'w>,
    lines: Insert<'w>,
    links: Links<'w>,
}

impl<'w> Issuing<'w> {
    fn begin(writer: &'w Writer<'w>) -> Result<Issuing<'w>, StoreError> {
        Ok(Issuing {
            writer,
            entries: writer.insert(&ENTRIES)?,
            invoices: writer.insert(&INVOICES)?,
            lines: writer.insert(&SALE_LINES)?,
            links: writer.links()?,
        })
    }

    /// Writes the invoices of one row, their entries, and the link over both and the lines.
    fn row(&mut self, (no, entry): (i64, i64), packed: Packed) -> Result<(), StoreError> {
        let (lines, digest) = if packed.is_whole() {
            let block = &packed.drafts[0].block;
            (block.no, block.digest)
        } else {
            self.regrouped(&packed.drafts)?
        };
        let Packed { shared: Shared { kind, run, month, reopens, .. }, ids, heads, snapshots, entries, .. } = packed;
        let posted = entries.cells(entry);
        self.entries.add(&posted)?;
        let (low, high) = ids.iter().fold((ids[0], ids[0]), |(low, high), id| (low.min(*id), high.max(*id)));
        let run = run.map(|run| run_number(self.writer.conn(), run)).transpose()?;
        let reopens = reopens.map(|no| no as i64);
        let row = cells![no, ids.len(), kind.name(), run, month, low, high, lines, entry, heads, snapshots, reopens];
        self.invoices.add(&row)?;
        let mut record = Vec::with_capacity(1 << 15);
        write_row(&row, &mut record);
        Cell::from(digest.as_slice()).write(&mut record);
        write_row(&posted, &mut record);
        self.links.add(Kind::Invoice, no, &record)
    }

    /// A block of its own for drafts that were not kept as one.
    fn regrouped(&mut self, drafts: &[Kept]) -> Result<(i64, [u8; 32]), StoreError> {
        let (mut filling, mut steps) = (Filling::default(), steps::Packing::default());
        let mut reasons: Option<(i64, Reasons)> = None;
        for draft in drafts {
            let no = draft.block.no;
            let at_hand = match reasons.take() {
                Some((at, read)) if at == no => read,
                _ => Reasons::read(self.writer.conn(), no)?,
            };
            let mut lines = draft.lines()?;
            at_hand.give(draft.place, &mut lines)?;
            // Symbols of kept lines are the book's.
            filling.add(&lines, draft.totals.account, |symbol| Ok(symbol.0), &mut steps)?;
            reasons = Some((no, at_hand));
        }
        let no = self.writer.reserve("sale_lines", 0, 1)?;
        let block = filling.done(&mut steps).write(&mut self.lines, self.writer.key(), no)?;
        Ok((no, block.digest))
    }

    fn finish(self) -> Result<(), StoreError> {
        for insert in [self.lines, self.entries, self.invoices] {
            insert.finish()?;
        }
        self.links.finish()
    }
}

/// Fails when two lines of these drafts have one charge, or an invoice issued before has it.
pub fn unbilled<'k>(conn: &Connection, drafts: impl Iterator<Item = &'k Kept>) -> Result<Unbilled, StoreError> {
    let drafts: Vec<&Kept> = drafts.collect();
    let seed = Seeded::default();
    let work = |drafts: &[&Kept]| {
        let (mut hashes, mut days) = (Vec::new(), (i64::MAX, i64::MIN));
        for draft in drafts {
            each_charge(draft.block.figures(draft.place)?, |key, _| {
                days = (days.0.min(day(key.date)), days.1.max(day(key.date)));
                hashes.push(seed.hash_one(key));
                Ok(())
            })?;
        }
        Ok::<_, StoreError>((hashes, days))
    };
    let (mut hashes, mut days) = (Vec::new(), (i64::MAX, i64::MIN));
    engine::cores::each(drafts.chunks(1024).collect(), work, |done| {
        let (some, (from, to)) = done?;
        days = (days.0.min(from), days.1.max(to));
        hashes.extend(some);
        Ok::<_, StoreError>(())
    })?;
    hashes.sort_unstable();
    // The hashes of a hundred thousand charges are sorted sooner than a table of them is filled. Where two are the same,
    // which hardly happens without a reason, the charges themselves are compared.
    let mut same: IdSet<u64> = hashes.windows(2).filter(|two| two[0] == two[1]).map(|two| two[0]).collect();
    let mut before: IdSet<ChargeKey> = IdSet::default();
    if !hashes.is_empty() {
        each_billed(conn, days, |key, _| {
            let hash = seed.hash_one(key);
            if hashes.binary_search(&hash).is_ok() {
                same.insert(hash);
                before.insert(key);
            }
            Ok(())
        })?;
    }
    if !same.is_empty() {
        for draft in &drafts {
            each_charge(draft.block.figures(draft.place)?, |key, _| {
                if !same.contains(&seed.hash_one(key)) || before.insert(key) {
                    return Ok(());
                }
                Err(StoreError::Bug(format!("charges are billed once, and this one was: {key:?}")))
            })?;
        }
    }
    let next = next_of(conn, "invoices")?;
    Ok(Unbilled { drafts: drafts.iter().map(|draft| (draft.block.no, draft.place)).collect(), next })
}

impl Writer<'_> {
    /// Takes `count` numbers of a series and year, gapless, and gives the first. A rollback gives them back.
    pub fn take_numbers(&self, series: &str, year: i32, count: usize) -> Result<u64, StoreError> {
        Ok(self.reserve(&format!("number/{series}"), year, count)?.unsigned_abs())
    }

    /// Issues invoices and credit notes, in order, and gives their ids. A charge billed before is refused.
    pub fn issue(&self, issues: Vec<Issue>) -> Result<Vec<Id>, StoreError> {
        let charging = || issues.iter().filter(|i| i.corrects.is_none()).map(|i| i.draft);
        let mut unbilled = unbilled(self.conn(), charging())?;
        let mut rows = Vec::new();
        let mut left = issues.into_iter().peekable();
        while let Some(first) = left.peek() {
            let shared = first.shared();
            let together: Vec<Issue> = std::iter::from_fn(|| left.next_if(|issue| issue.shared() == shared)).collect();
            let mut together = together.into_iter();
            while !together.as_slice().is_empty() {
                let drafts: Vec<&Kept> = together.as_slice().iter().map(|issue| issue.draft).collect();
                let count = row_of(&drafts);
                rows.push(Packed::of(together.by_ref().take(count).collect())?);
            }
        }
        let ids = rows.iter().flat_map(|row| &row.ids).copied().collect();
        self.issue_rows(rows, &mut unbilled)?;
        Ok(ids)
    }

    /// Issues invoices packed before, in order. Of their drafts `unbilled` knows that no charge was ever billed.
    pub fn issue_rows(&self, rows: Vec<Packed>, unbilled: &mut Unbilled) -> Result<(), StoreError> {
        self.refuse_numbered_twice(&rows)?;
        let count = rows.iter().map(|row| row.ids.len()).sum();
        let mut no = self.reserve("invoices", 0, count)?;
        let mut entry = self.reserve("entries", 0, count)?;
        let mut issuing = Issuing::begin(self)?;
        for row in rows {
            if row.shared.charges {
                let known = |draft: &Kept| unbilled.drafts.remove(&(draft.block.no, draft.place));
                if unbilled.next != no || !row.drafts.iter().all(known) {
                    return Err(StoreError::Bug("charges are billed once, and nobody looked whether these are".into()));
                }
            }
            let count = row.ids.len() as i64;
            issuing.row((no, entry), row)?;
            (no, entry) = (no + count, entry + count);
            unbilled.next = no;
        }
        issuing.finish()
    }

    /// Fails when a credit note would be called like an invoice, or the other way round: each has numbers of its own.
    fn refuse_numbered_twice(&self, rows: &[Packed]) -> Result<(), StoreError> {
        let credits: HashSet<String> = credit_notes(self.conn())?.into_iter().map(|credit| credit.label).collect();
        for (kind, label) in rows.iter().flat_map(|row| row.labels.iter().map(|label| (row.shared.kind, label))) {
            let known = match kind {
                InvoiceKind::Invoice => credits.contains(label),
                InvoiceKind::CreditNote => by_label(self.conn(), label)?.is_some(),
            };
            if known {
                return Err(StoreError::Bug(format!("the number {label} was given before")));
            }
        }
        Ok(())
    }

    /// Notes the hash of a paper (`pdf`, `xml`) whose bytes are kept among the documents.
    pub fn add_paper(&self, invoice: Id, kind: &str, sha256: &[u8; 32]) -> Result<(), StoreError> {
        self.insert_one(&PAPERS, &cells![invoice, kind, sha256.as_slice()])
    }
}

fn pack_head(out: &mut Vec<u8>, id: Id, issue: &Issue) -> Result<(), StoreError> {
    let totals = &issue.draft.totals;
    out.bytes(&id.0);
    out.text(issue.series);
    out.int(issue.year.into());
    out.uint(issue.number.into());
    out.text(&issue.label);
    out.opt(issue.corrects, |out, id| out.bytes(&id.0));
    out.bytes(&totals.account.0);
    out.date(issue.issued);
    out.date(issue.due);
    out.currency(totals.net.currency());
    for money in [totals.net, totals.tax, totals.gross] {
        out.int(money.minor());
    }
    pack_tax(out, &issue.draft.tax);
    out.uint(totals.lines.into());
    out.text(issue.at);
    let sum = totals.net.plus(totals.tax).ok();
    if sum == Some(totals.gross) { Ok(()) } else { Err(damaged("the gross amount of", &issue.label)) }
}
