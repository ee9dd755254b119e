//! Issuing: the write side of invoices.

use std::collections::HashMap;

use engine::invoice::{Draft, TaxLine};
use engine::ledger::BalancedEntry;
use engine::sale::SaleLine;
use engine::{Date, Id, Names};
use serde_json::{Value, json};

use super::{CHARGES, INVOICE_LINES, INVOICES, InvoiceKind, PAPERS};
use crate::tables::accounts::numbers;
use crate::tables::blocks::squeeze;
use crate::tables::cell::{Cell, cells, damaged, part_key, word, write_row};
use crate::tables::chain::{Kind, Links};
use crate::tables::journal::{ENTRIES, POSTINGS, Posted, entry_cells, posting_cells};
use crate::tables::runs::run_number;
use crate::tables::seal::{Insert, Writer};
use crate::tables::steps;
use crate::tables::texts::{Remap, Texts};
use crate::tables::words::{CHARGE_KINDS, TAX_TREATMENTS};
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
    /// The run it comes from.
    pub run: Option<Id>,
    /// Payer, month, lines and totals.
    pub draft: &'a Draft,
    /// Date of issue.
    pub issued: Date,
    /// Due date.
    pub due: Date,
    /// Everything else that is printed: seller, addresses, texts, payment details.
    pub snapshot: Value,
    /// Its entry.
    pub entry: &'a BalancedEntry,
    /// The moment, UTC.
    pub at: &'a str,
}

/// The numbers an invoice has inside the book.
struct Head {
    no: i64,
    id: Id,
    run: Option<i64>,
    account: i64,
    entry: i64,
}

/// The tables an invoice goes to, being written.
struct Issuing<'w> {
    entries: Insert<'w>,
    postings: Insert<'w>,
    invoices: Insert<'w>,
    lines: Insert<'w>,
    charges: Insert<'w>,
    links: Links<'w>,
}

impl<'w> Issuing<'w> {
    fn begin(writer: &'w Writer<'w>) -> Result<Issuing<'w>, StoreError> {
        Ok(Issuing {
            entries: writer.insert(&ENTRIES)?,
            postings: writer.insert(&POSTINGS)?,
            invoices: writer.insert(&INVOICES)?,
            lines: writer.insert(&INVOICE_LINES)?,
            charges: writer.insert(&CHARGES)?,
            links: writer.links()?,
        })
    }

    /// Writes one invoice: its rows, the charges it settles, its entry, and the link over all of them.
    fn one(&mut self, head: &Head, issue: &Issue, texts: &mut Texts, remap: &mut Remap) -> Result<(), StoreError> {
        let mut entry = Vec::new();
        let posted = Posted { source: issue.kind.name().into(), subject: head.id, reverses: None, at: issue.at.into() };
        let row = entry_cells(head.entry, issue.entry, &posted);
        self.entries.add(&row)?;
        write_row(&row, &mut entry);
        for (position, posting) in (1..).zip(issue.entry.postings()) {
            let row = posting_cells(head.entry, position, posting);
            self.postings.add(&row)?;
            write_row(&row, &mut entry);
        }

        let mut reasons = Vec::new();
        for line in &issue.draft.lines {
            steps::pack(&mut reasons, &line.why);
        }
        let printed = Printed {
            tax_lines: tax_lines_json(&issue.draft.tax),
            snapshot: issue.snapshot.to_string(),
            reasons: squeeze(&reasons),
        };
        let mut record = Vec::with_capacity(1024);
        let row = invoice_cells(head, issue, &printed)?;
        self.invoices.add(&row)?;
        write_row(&row, &mut record);
        for (position, line) in (1..).zip(&issue.draft.lines) {
            let id = line_id(head.id, position);
            let row = line_cells(head.no, position, id, line, texts, remap);
            self.lines.add(&row)?;
            write_row(&row, &mut record);
            if issue.kind == InvoiceKind::Invoice {
                let [_, _, _, kind, subject, day, part, ..] = row;
                self.charges.add(&[kind, subject, day, part, Cell::from(line.quantity), Cell::from(id)])?;
            }
        }
        record.extend_from_slice(&entry);
        self.links.add(Kind::Invoice, head.no, &record)
    }

    fn finish(self) -> Result<(), StoreError> {
        for insert in [self.entries, self.postings, self.invoices, self.lines, self.charges] {
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

    /// Issues invoices, in order, and gives their ids. `names` are the texts of their lines.
    pub fn issue(&self, names: &Names, issues: &[Issue]) -> Result<Vec<Id>, StoreError> {
        let accounts = numbers(self.conn())?;
        let first = self.reserve("invoices", 0, issues.len())?;
        let first_entry = self.reserve("entries", 0, issues.len())?;
        let mut runs: HashMap<Id, i64> = HashMap::new();
        self.with_texts(|texts| {
            let mut remap = Remap::new(names);
            let mut issuing = Issuing::begin(self)?;
            let mut ids = Vec::with_capacity(issues.len());
            for ((no, entry), issue) in (first..).zip(first_entry..).zip(issues) {
                let payer = issue.draft.bill_to;
                let account = *accounts.get(&payer).ok_or_else(|| StoreError::Bug(format!("no account {payer}")))?;
                if let Some(run) = issue.run.filter(|run| !runs.contains_key(run)) {
                    runs.insert(run, run_number(self.conn(), run)?);
                }
                let run = issue.run.and_then(|run| runs.get(&run)).copied();
                let head = Head { no, id: new_id(), run, account, entry };
                issuing.one(&head, issue, texts, &mut remap)?;
                ids.push(head.id);
            }
            issuing.finish()?;
            Ok(ids)
        })
    }

    /// Notes the hash of a paper (`pdf`, `xml`) whose bytes are kept among the documents.
    pub fn add_paper(&self, invoice: Id, kind: &str, sha256: &[u8; 32]) -> Result<(), StoreError> {
        self.insert_one(&PAPERS, &cells![invoice, kind, sha256.as_slice()])
    }
}

fn tax_lines_json(lines: &[TaxLine]) -> String {
    let list: Vec<Value> = lines
        .iter()
        .map(|t| json!([word(TAX_TREATMENTS, t.treatment), t.percent.to_string(), t.base.minor(), t.tax.minor()]))
        .collect();
    Value::Array(list).to_string()
}

/// A line's id is its invoice's, told apart in the last of the random bytes by the position (which is not 0).
fn line_id(invoice: Id, position: i64) -> Id {
    let mut bytes = invoice.0;
    for (byte, part) in bytes[8..].iter_mut().zip(position.to_be_bytes()) {
        *byte ^= part;
    }
    Id(bytes)
}

/// What of an invoice is stored as text or packed.
struct Printed {
    tax_lines: String,
    snapshot: String,
    reasons: Vec<u8>,
}

fn invoice_cells<'a>(head: &Head, issue: &'a Issue, printed: &'a Printed) -> Result<[Cell<'a>; 23], StoreError> {
    let d = issue.draft;
    Ok(cells![
        head.no,
        head.id,
        issue.series,
        i64::from(issue.year),
        i64::try_from(issue.number).map_err(|_| damaged("a number", "too large"))?,
        &issue.label,
        issue.kind.name(),
        issue.corrects,
        head.run,
        head.account,
        d.month,
        issue.issued,
        issue.due,
        d.currency,
        d.net.minor(),
        d.tax_total.minor(),
        d.gross.minor(),
        &printed.tax_lines,
        &printed.snapshot,
        d.lines.len(),
        printed.reasons.as_slice(),
        head.entry,
        issue.at,
    ])
}

fn line_cells<'a>(
    invoice: i64,
    position: i64,
    id: Id,
    l: &'a SaleLine,
    texts: &mut Texts,
    remap: &mut Remap,
) -> [Cell<'a>; 21] {
    cells![
        invoice,
        position,
        id,
        word(CHARGE_KINDS, l.key.kind),
        l.key.subject,
        l.key.date,
        l.key.part as i64,
        l.account,
        l.subscription,
        l.product.map(|p| texts.symbol(remap, p.product)),
        l.product.map(|p| texts.symbol(remap, p.sku)),
        &l.name,
        l.period.map(|p| p.start),
        l.period.map(|p| p.end),
        l.cycle.map(|p| p.start),
        l.cycle.map(|p| p.end),
        l.quantity,
        l.unit_price,
        l.net.minor(),
        l.cost.map(|c| c.minor()),
        part_key(invoice, position),
    ]
}
