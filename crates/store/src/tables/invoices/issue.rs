//! Issuing: the write side of invoices.

use std::collections::HashSet;
use std::sync::Arc;

use engine::ledger::BalancedEntry;
use engine::sale::ChargeKey;
use engine::{Date, Id, IdSet, Month};

use super::{INVOICES, InvoiceKind, PAPERS, by_label, credit_notes, each_billed};
use crate::tables::blocks::squeeze;
use crate::tables::cell::{Cell, cells, damaged, day, write_row};
use crate::tables::chain::{Kind, Links};
use crate::tables::journal::{ENTRIES, Posted, entries_cells};
use crate::tables::pack::Pack;
use crate::tables::runs::{Kept, pack_tax, run_number};
use crate::tables::sale_lines::{self, Filling, Reasons, SALE_LINES, each_charge};
use crate::tables::seal::{Insert, Writer};
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

impl Issue<'_> {
    /// What all invoices of a row have in common.
    fn shared(&self) -> (InvoiceKind, Option<Id>, Month) {
        (self.kind, self.run, self.draft.month)
    }

    fn goes_with(&self, first: &Issue) -> bool {
        self.shared() == first.shared()
    }
}

/// How many of these invoices, from the first, go into one row: all of a kept block where it is whole, else as many as a
/// block holds before the next that is whole.
fn row_of(issues: &[Issue]) -> (usize, bool) {
    let Some(first) = issues.first() else { return (0, false) };
    if starts_whole_block(issues) {
        return (first.draft.block.count(), true);
    }
    let mut lines = 0;
    for (n, issue) in issues.iter().enumerate() {
        let apart = n > 0 && (!issue.goes_with(first) || starts_whole_block(&issues[n..]));
        if apart || sale_lines::is_full(n, lines) {
            return (n, false);
        }
        lines += issue.draft.totals.lines as usize;
    }
    (issues.len(), false)
}

fn starts_whole_block(issues: &[Issue]) -> bool {
    let Some(first) = issues.first() else { return false };
    let block = &first.draft.block;
    let belongs = |(place, issue): (usize, &Issue)| {
        Arc::ptr_eq(&issue.draft.block, block) && issue.draft.place == place && issue.goes_with(first)
    };
    issues.len() >= block.count() && issues[..block.count()].iter().enumerate().all(belongs)
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
    fn row(&mut self, first: (i64, i64), issues: &[Issue], whole: bool) -> Result<Vec<Id>, StoreError> {
        let (no, entry) = first;
        let ids: Vec<Id> = issues.iter().map(|_| new_id()).collect();
        let (lines, digest) = if whole {
            let block = &issues[0].draft.block;
            (block.no, block.digest)
        } else {
            self.regrouped(issues)?
        };
        let (mut heads, mut snapshots, mut postings) = (Vec::new(), Vec::new(), Vec::new());
        for (issue, id) in issues.iter().zip(&ids) {
            pack_head(&mut heads, *id, issue)?;
            snapshots.text(&issue.snapshot);
            let source = issue.kind.name().into();
            let posted = Posted { source, subject: *id, reverses: None, at: issue.at.into() };
            postings.push((&issue.entry, posted));
        }
        let posted = entries_cells(entry, &postings);
        self.entries.add(&posted)?;
        let row = invoice_cells((no, entry), &ids, issues, lines, squeeze(&heads), squeeze(&snapshots), self.writer)?;
        self.invoices.add(&row)?;
        let mut record = Vec::with_capacity(8192);
        write_row(&row, &mut record);
        Cell::from(digest.as_slice()).write(&mut record);
        write_row(&posted, &mut record);
        self.links.add(Kind::Invoice, no, &record)?;
        Ok(ids)
    }

    /// A block of its own for drafts that were not kept as one.
    fn regrouped(&mut self, issues: &[Issue]) -> Result<(i64, [u8; 32]), StoreError> {
        let mut filling = Filling::default();
        let mut reasons: Option<(i64, Reasons)> = None;
        for Issue { draft, .. } in issues {
            let no = draft.block.no;
            let at_hand = match reasons.take() {
                Some((at, read)) if at == no => read,
                _ => Reasons::read(self.writer.conn(), no)?,
            };
            filling.add_packed(draft.block.figures(draft.place)?, at_hand.record(draft.place)?)?;
            reasons = Some((no, at_hand));
        }
        let no = self.writer.reserve("sale_lines", 0, 1)?;
        Ok((no, filling.done().write(&mut self.lines, self.writer.key(), no)?))
    }

    fn finish(self) -> Result<(), StoreError> {
        for insert in [self.lines, self.entries, self.invoices] {
            insert.finish()?;
        }
        self.links.finish()
    }
}

impl Writer<'_> {
    /// Takes `count` numbers of a series and year, gapless, and gives the first. A rollback gives them back.
    pub fn take_numbers(&self, series: &str, year: i32, count: usize) -> Result<u64, StoreError> {
        Ok(self.reserve(&format!("number/{series}"), year, count)?.unsigned_abs())
    }

    /// Issues invoices, in order, and gives their ids. A charge billed before is refused.
    pub fn issue(&self, issues: &[Issue]) -> Result<Vec<Id>, StoreError> {
        self.refuse_billed_twice(issues)?;
        self.refuse_numbered_twice(issues)?;
        let mut no = self.reserve("invoices", 0, issues.len())?;
        let mut entry = self.reserve("entries", 0, issues.len())?;
        let mut issuing = Issuing::begin(self)?;
        let mut ids = Vec::with_capacity(issues.len());
        let mut left = issues;
        while !left.is_empty() {
            let (count, whole) = row_of(left);
            let (row, rest) = left.split_at(count);
            ids.extend(issuing.row((no, entry), row, whole)?);
            (no, entry, left) = (no + count as i64, entry + count as i64, rest);
        }
        issuing.finish()?;
        Ok(ids)
    }

    /// Fails when two lines of these invoices have one charge, or an invoice issued before has it.
    fn refuse_billed_twice(&self, issues: &[Issue]) -> Result<(), StoreError> {
        let twice = |key: &ChargeKey| StoreError::Bug(format!("charges are billed once, and this one was: {key:?}"));
        let charging = || issues.iter().filter(|i| i.corrects.is_none()).map(|i| i.draft);
        let mut keys: IdSet<ChargeKey> = IdSet::default();
        keys.reserve(charging().map(|d| d.totals.lines as usize).sum());
        let (mut from, mut to) = (i64::MAX, i64::MIN);
        for draft in charging() {
            each_charge(draft.block.figures(draft.place)?, |key, _| {
                (from, to) = (from.min(day(key.date)), to.max(day(key.date)));
                if keys.insert(key) { Ok(()) } else { Err(twice(&key)) }
            })?;
        }
        if keys.is_empty() {
            return Ok(());
        }
        each_billed(self.conn(), (from, to), |key, _| if keys.contains(&key) { Err(twice(&key)) } else { Ok(()) })
    }

    /// Fails when a credit note would be called like an invoice, or the other way round: each has numbers of its own.
    fn refuse_numbered_twice(&self, issues: &[Issue]) -> Result<(), StoreError> {
        let credits: HashSet<String> = credit_notes(self.conn())?.into_iter().map(|credit| credit.label).collect();
        for issue in issues {
            let known = match issue.kind {
                InvoiceKind::Invoice => credits.contains(&issue.label),
                InvoiceKind::CreditNote => by_label(self.conn(), &issue.label)?.is_some(),
            };
            if known {
                return Err(StoreError::Bug(format!("the number {} was given before", issue.label)));
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

fn invoice_cells(
    (no, entry): (i64, i64),
    ids: &[Id],
    issues: &[Issue],
    lines: i64,
    heads: Vec<u8>,
    snapshots: Vec<u8>,
    writer: &Writer,
) -> Result<[Cell<'static>; 11], StoreError> {
    let first = &issues[0];
    let (low, high) = ids.iter().fold((ids[0], ids[0]), |(low, high), id| (low.min(*id), high.max(*id)));
    let run = first.run.map(|run| run_number(writer.conn(), run)).transpose()?;
    Ok(cells![no, issues.len(), first.kind.name(), run, first.draft.month, low, high, lines, entry, heads, snapshots,])
}
