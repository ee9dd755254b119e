//! Issued invoices and credit notes: numbered, complete, never changed.
//!
//! Issuing is one call: numbers taken before in the same transaction ([`Writer::take_numbers`]), the invoices with
//! everything that is printed, their lines with their reasons, their entries, and links of the chain. Up to 64 invoices of
//! one run lie in a row, their lines in a block of [`super::sale_lines`], their entries in a row of the journal.
//!
//! A charge is billed once: issuing refuses a line whose charge an issued line has ([`Writer::issue`]), and `book check`
//! looks for one billed twice. A mistake is taken back by a credit note that names what it corrects; one
//! that reopens the invoice, whole, makes its charges unbilled again ([`reopened`]).
//!
//! [`Writer::take_numbers`]: super::Writer::take_numbers
//! [`Writer::issue`]: super::Writer::issue

mod issue;

pub use issue::{Issue, Packed, Unbilled, rows, unbilled};

use engine::invoice::TaxLine;
use engine::sale::{ChargeKey, SaleLine};
use engine::{Currency, Date, Decimal, Id, Money, Month};
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde_json::Value;
use std::collections::HashMap;
use std::ops::ControlFlow;

use super::blocks::unsqueeze;
use super::cell::{Columns, damaged, day, word};
use super::pack::{Unpack, cut};
use super::runs::{run_number, unpack_tax};
use super::sale_lines::{Block, Reasons, each_charge};
use super::seal::Table;
use crate::StoreError;

pub(crate) const INVOICES: Table = Table {
    name: "invoices",
    columns: &[
        "key",
        "count",
        "kind",
        "run",
        "period",
        "low",
        "high",
        "lines",
        "entries",
        "heads",
        "snapshots",
        "reopens",
    ],
};

pub(crate) const PAPERS: Table = Table { name: "papers", columns: &["invoice", "kind", "sha256"] };

/// What a document to a customer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum InvoiceKind {
    /// An invoice.
    Invoice,
    /// A credit note.
    CreditNote,
}

const KINDS: &[(InvoiceKind, &str)] = &[(InvoiceKind::Invoice, "invoice"), (InvoiceKind::CreditNote, "credit_note")];

impl InvoiceKind {
    /// The public name.
    pub fn name(self) -> &'static str {
        word(KINDS, self)
    }
}

/// An issued invoice.
#[derive(Clone, Debug, PartialEq)]
pub struct Invoice {
    /// Short number inside the book, in order of issue.
    pub no: u64,
    /// Own id.
    pub id: Id,
    /// Series of its number.
    pub series: String,
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
    /// The `no` of the invoice a credit note takes back whole, so that its charges may be billed again.
    pub reopens: Option<u64>,
    /// The run it comes from; a correction comes from none.
    pub run: Option<Id>,
    /// Who pays.
    pub account: Id,
    /// The month billed.
    pub period: Month,
    /// Date of issue.
    pub issued: Date,
    /// Due date.
    pub due: Date,
    /// Sum of the lines.
    pub net: Money,
    /// Sum of the tax lines.
    pub tax: Money,
    /// Both.
    pub gross: Money,
    /// Tax by treatment and rate.
    pub tax_lines: Vec<TaxLine>,
    /// Number of lines.
    pub lines: u32,
    /// Number of its entry.
    pub entry: u64,
    /// When it was issued, UTC.
    pub at: String,
}

impl Invoice {
    /// Whether its lines are charges, each billed once: all that a run issues, in one's favour or the other's. A credit note that
    /// corrects an invoice names charges of that invoice again.
    pub fn charges(&self) -> bool {
        self.corrects.is_none()
    }
}

/// A line of an issued invoice.
#[derive(Clone, Debug, PartialEq)]
pub struct InvoiceLine {
    /// Own id.
    pub id: Id,
    /// Position on the invoice, from 1.
    pub position: u32,
    /// The line.
    pub line: SaleLine,
}

/// Which invoices to list; empty fields match everything.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter {
    /// Month billed.
    pub period: Option<Month>,
    /// Who pays.
    pub account: Option<Id>,
    /// The run they come from.
    pub run: Option<Id>,
    /// Issued after this one, by `no`.
    pub after: u64,
    /// At most so many.
    pub limit: Option<u32>,
}

/// Invoices in order of issue.
pub fn list(conn: &Connection, filter: Filter) -> Result<Vec<Invoice>, StoreError> {
    let mut out = Vec::new();
    each(conn, filter, |invoice, _| {
        out.push(invoice);
        Ok(())
    })?;
    Ok(out)
}

/// Every line of the invoices of a filter, without its reasons, in order of issue.
pub fn each_line(
    conn: &Connection,
    filter: Filter,
    mut line: impl FnMut(&Invoice, InvoiceLine),
) -> Result<(), StoreError> {
    each_with_lines(conn, filter, |invoice, _, lines| {
        lines.into_iter().for_each(|one| line(invoice, one));
        Ok(())
    })
}

/// Every invoice of a filter with its lines and their reasons, in order of issue.
pub fn each_page(
    conn: &Connection,
    filter: Filter,
    mut page: impl FnMut(&Invoice, Vec<InvoiceLine>) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let mut at_hand: Option<(i64, Reasons)> = None;
    each_with_lines(conn, filter, |invoice, at, lines| {
        let reasons = match at_hand.take() {
            Some((no, read)) if no == at.lines => read,
            _ => Reasons::read(conn, at.lines)?,
        };
        let mut bare: Vec<SaleLine> = lines.into_iter().map(|l| l.line).collect();
        reasons.give(at.place, &mut bare)?;
        at_hand = Some((at.lines, reasons));
        page(invoice, numbered(invoice.id, bare))
    })
}

fn each_with_lines(
    conn: &Connection,
    filter: Filter,
    mut each_one: impl FnMut(&Invoice, At, Vec<InvoiceLine>) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let mut at_hand: Option<Block> = None;
    each(conn, filter, |invoice, at| {
        let block = match at_hand.take() {
            Some(block) if block.no == at.lines => block,
            _ => Block::read(conn, at.lines)?,
        };
        let lines = block.lines(at.place, invoice.account, invoice.net.currency())?;
        at_hand = Some(block);
        each_one(&invoice, at, numbered(invoice.id, lines))
    })
}

/// An invoice by its id.
pub fn by_id(conn: &Connection, id: Id) -> Result<Option<Invoice>, StoreError> {
    let range = "WHERE ?1 BETWEEN low AND high ORDER BY key";
    find(conn, range, params![id.0.as_slice()], |invoice, _| invoice.id == id)
}

/// An invoice by its printed number.
pub fn by_label(conn: &Connection, label: &str) -> Result<Option<Invoice>, StoreError> {
    find(conn, "ORDER BY key DESC", [], |invoice, _| invoice.label == label)
}

/// The credit notes that correct an invoice, in order of issue.
pub fn credits_of(conn: &Connection, id: Id) -> Result<Vec<Invoice>, StoreError> {
    Ok(credit_notes(conn)?.into_iter().filter(|credit| credit.corrects == Some(id)).collect())
}

/// Every credit note, in order of issue.
pub(crate) fn credit_notes(conn: &Connection) -> Result<Vec<Invoice>, StoreError> {
    let mut out = Vec::new();
    query(conn, "WHERE kind = 'credit_note' ORDER BY key", [], |invoice, _| {
        out.push(invoice);
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(out)
}

/// The lines of an invoice with their reasons, by position. Their product symbols are the book's.
pub fn lines(conn: &Connection, invoice: &Invoice) -> Result<Vec<InvoiceLine>, StoreError> {
    let at = at(conn, invoice.no)?;
    let mut lines = bare(conn, invoice, at)?;
    Reasons::read(conn, at.lines)?.give(at.place, &mut lines)?;
    Ok(numbered(invoice.id, lines))
}

/// The lines of an invoice without their reasons, by position.
pub fn bare_lines(conn: &Connection, invoice: &Invoice) -> Result<Vec<InvoiceLine>, StoreError> {
    let at = at(conn, invoice.no)?;
    Ok(numbered(invoice.id, bare(conn, invoice, at)?))
}

fn bare(conn: &Connection, invoice: &Invoice, at: At) -> Result<Vec<SaleLine>, StoreError> {
    Block::read(conn, at.lines)?.lines(at.place, invoice.account, invoice.net.currency())
}

fn numbered(invoice: Id, lines: Vec<SaleLine>) -> Vec<InvoiceLine> {
    (1..).zip(lines).map(|(position, line)| InvoiceLine { id: line_id(invoice, position), position, line }).collect()
}

/// One line by its id, with the invoice it is on.
pub fn line_by_id(conn: &Connection, id: Id) -> Result<Option<(Invoice, InvoiceLine)>, StoreError> {
    // The ids of lines differ from their invoice's in the second half only.
    let (mut low, mut high) = (id.0, id.0);
    low[8..].fill(0);
    high[8..].fill(u8::MAX);
    let range = "WHERE low <= ?2 AND high >= ?1 ORDER BY key";
    let is_on = |invoice: &Invoice, position: u32| line_id(invoice.id, position) == id;
    let found = find(conn, range, params![low.as_slice(), high.as_slice()], |invoice, count| {
        invoice.id.0[..8] == id.0[..8] && (1..=count).any(|position| is_on(invoice, position))
    })?;
    let Some(invoice) = found else { return Ok(None) };
    let line = lines(conn, &invoice)?.into_iter().find(|line| line.id == id);
    Ok(line.map(|line| (invoice, line)))
}

/// A line's id is its invoice's, told apart in the last of the random bytes by the position (which is not 0).
fn line_id(invoice: Id, position: u32) -> Id {
    let mut bytes = invoice.0;
    for (byte, part) in bytes[12..].iter_mut().zip(position.to_be_bytes()) {
        *byte ^= part;
    }
    Id(bytes)
}

/// Everything else that is printed on an invoice.
pub fn snapshot(conn: &Connection, invoice: &Invoice) -> Result<Value, StoreError> {
    let at = at(conn, invoice.no)?;
    let mut statement = conn.prepare_cached("SELECT snapshots FROM invoices WHERE key = ?1")?;
    let stored: Vec<u8> = statement.query_row([at.key], |row| row.get(0))?;
    let packed = unsqueeze(&stored)?;
    let mut read = Unpack(&packed);
    for _ in 0..at.place {
        read.sized()?;
    }
    let text = read.text()?;
    serde_json::from_str(text).map_err(|_| damaged("an invoice", text))
}

/// Where an invoice lies.
#[derive(Clone, Copy)]
struct At {
    key: i64,
    place: usize,
    lines: i64,
}

fn at(conn: &Connection, no: u64) -> Result<At, StoreError> {
    let no = i64::try_from(no).unwrap_or(i64::MAX);
    let mut statement =
        conn.prepare_cached("SELECT key, lines FROM invoices WHERE key <= ?1 ORDER BY key DESC LIMIT 1")?;
    let (key, lines): (i64, i64) = statement.query_row([no], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(At { key, place: usize::try_from(no - key).map_err(|_| cut())?, lines })
}

fn each(
    conn: &Connection,
    filter: Filter,
    mut each: impl FnMut(Invoice, At) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let run = filter.run.map(|id| run_number(conn, id)).transpose()?;
    let after = i64::try_from(filter.after).unwrap_or(i64::MAX);
    let mut left = filter.limit.map_or(usize::MAX, |limit| limit as usize);
    query(
        conn,
        "WHERE (?1 IS NULL OR period = ?1) AND (?2 IS NULL OR run = ?2) AND key + count > ?3 + 1 ORDER BY key",
        params![filter.period.map(|p| day(p.first())), run, after],
        |invoice, at| {
            if left == 0 {
                return Ok(ControlFlow::Break(()));
            }
            if invoice.no > filter.after && filter.account.is_none_or(|account| account == invoice.account) {
                left -= 1;
                each(invoice, at)?;
            }
            Ok(ControlFlow::Continue(()))
        },
    )
}

fn find(
    conn: &Connection,
    condition: &str,
    params: impl rusqlite::Params,
    is_it: impl Fn(&Invoice, u32) -> bool,
) -> Result<Option<Invoice>, StoreError> {
    let mut found = None;
    query(conn, condition, params, |invoice, _| {
        if is_it(&invoice, invoice.lines) {
            found = Some(invoice);
            return Ok(ControlFlow::Break(()));
        }
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(found)
}

/// Calls back with every invoice of the rows of a condition, until it is enough.
fn query(
    conn: &Connection,
    condition: &str,
    params: impl rusqlite::Params,
    mut each: impl FnMut(Invoice, At) -> Result<ControlFlow<()>, StoreError>,
) -> Result<(), StoreError> {
    let select = format!(
        "SELECT key, count, kind, (SELECT id FROM runs WHERE no = run), period, lines, entries, heads, reopens FROM invoices {condition}"
    );
    let mut statement = conn.prepare_cached(&select)?;
    let mut rows = statement.query(params)?;
    while let Some(row) = rows.next()? {
        let (shared, count, lines) = (Shared::read(row)?, row.col::<u32>(1)?, row.col(5)?);
        let heads = unsqueeze(row.get_ref(7)?.as_blob().map_err(|_| cut())?)?;
        let mut read = Unpack(&heads);
        for place in 0..i64::from(count) {
            let invoice = shared.invoice(place, &mut read)?;
            let at = At { key: shared.key, place: place as usize, lines };
            if each(invoice, at)?.is_break() {
                return Ok(());
            }
        }
    }
    Ok(())
}

/// What the invoices of a row have in common.
struct Shared {
    key: i64,
    kind: InvoiceKind,
    run: Option<Id>,
    period: Month,
    entries: i64,
    reopens: Option<u64>,
}

impl Shared {
    fn read(row: &Row) -> Result<Shared, StoreError> {
        Ok(Shared {
            key: row.col(0)?,
            kind: row.word(2, KINDS)?,
            run: row.id_opt(3)?,
            period: row.month(4)?,
            entries: row.col(6)?,
            reopens: row.col::<Option<i64>>(8)?.map(i64::unsigned_abs),
        })
    }

    fn invoice(&self, place: i64, read: &mut Unpack) -> Result<Invoice, StoreError> {
        let id = Id(read.array()?);
        let (series, year) = (read.text()?.to_owned(), read.int()?);
        let (number, label) = (read.uint()?, read.text()?.to_owned());
        let corrects = read.opt(|read| Ok(Id(read.array()?)))?;
        let (account, issued, due) = (Id(read.array()?), read.date()?, read.date()?);
        let currency: Currency = read.currency()?;
        let mut money = || read.int().map(|minor| Money::from_minor(minor, currency));
        let (net, tax, gross) = (money()?, money()?, money()?);
        Ok(Invoice {
            no: (self.key + place).unsigned_abs(),
            id,
            series,
            year: i32::try_from(year).map_err(|_| cut())?,
            number,
            label,
            kind: self.kind,
            corrects,
            reopens: self.reopens,
            run: self.run,
            account,
            period: self.period,
            issued,
            due,
            net,
            tax,
            gross,
            tax_lines: unpack_tax(read, currency)?,
            lines: read.u32()?,
            entry: (self.entries + place).unsigned_abs(),
            at: read.text()?.to_owned(),
        })
    }
}

/// What was billed: every charge dated `since` or later, with its quantity.
pub fn billed(conn: &Connection, since: Date, mut each: impl FnMut(ChargeKey, Decimal)) -> Result<(), StoreError> {
    each_billed(conn, (day(since), i64::MAX), |key, quantity| {
        if key.date >= since {
            each(key, quantity);
        }
        Ok(())
    })
}

/// The invoices that were taken back so that their charges may be billed again, and the credit notes that did: each by its
/// `no`. Nearly always there is none, and no invoice is looked at to know.
pub fn reopened(conn: &Connection) -> Result<HashMap<u64, u64>, StoreError> {
    let mut statement = conn.prepare_cached("SELECT reopens, key FROM invoices WHERE reopens IS NOT NULL")?;
    let rows = statement
        .query_map([], |row| Ok((row.get::<_, i64>(0)?.unsigned_abs(), row.get::<_, i64>(1)?.unsigned_abs())))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The charges of every block of lines that has some of these days: what a run billed or gave back and still stands, not
/// what a correction takes back.
fn each_billed(
    conn: &Connection,
    days: (i64, i64),
    mut each: impl FnMut(ChargeKey, Decimal) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let reopened = reopened(conn)?;
    for (no, first) in super::sale_lines::charged_in(conn, days)? {
        let block = Block::read(conn, no)?;
        for place in (0..block.count()).filter(|place| !reopened.contains_key(&(first + *place as u64))) {
            each_charge(block.figures(place)?, &mut each)?;
        }
    }
    Ok(())
}

/// The hash of a paper kept with an invoice: `pdf` or `xml`.
pub fn paper(conn: &Connection, invoice: Id, kind: &str) -> Result<Option<[u8; 32]>, StoreError> {
    Ok(conn
        .prepare_cached("SELECT sha256 FROM papers WHERE invoice = ?1 AND kind = ?2")?
        .query_row(params![invoice.0, kind], |r| r.get(0))
        .optional()?)
}
