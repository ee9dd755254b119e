//! Issued invoices and credit notes: numbered, complete, never changed.
//!
//! Issuing is one call: numbers taken before in the same transaction ([`Writer::take_numbers`]), the invoice with
//! everything that is printed, its lines with their reasons, the charges they settle, the entry, and one link of the
//! chain. A charge can be in `charges` once, so nothing is billed twice whatever calls this. A mistake is taken back by
//! a credit note that names what it corrects.

mod issue;

pub use issue::Issue;

use engine::invoice::TaxLine;
use engine::register::ProductKey;
use engine::sale::{ChargeKey, SaleLine};
use engine::why::Step;
use engine::{Currency, Date, Id, Money, Month, Symbol};
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde_json::Value;

use super::accounts::{self, IdsOf};
use super::blocks::unsqueeze;
use super::cell::{Columns, damaged, day, of_word, part_keys, word};
use super::pack::Unpack;
use super::runs::run_number;
use super::seal::Table;
use super::steps;
use super::words::{CHARGE_KINDS, TAX_TREATMENTS};
use crate::StoreError;

pub(crate) const INVOICES: Table = Table {
    name: "invoices",
    columns: &[
        "no",
        "id",
        "series",
        "year",
        "number",
        "label",
        "kind",
        "corrects",
        "run",
        "account",
        "period",
        "issued",
        "due",
        "currency",
        "net",
        "tax",
        "gross",
        "tax_lines",
        "snapshot",
        "lines",
        "reasons",
        "entry",
        "at",
    ],
};

pub(crate) const INVOICE_LINES: Table = Table {
    name: "invoice_lines",
    columns: &[
        "invoice",
        "position",
        "id",
        "kind",
        "subject",
        "day",
        "part",
        "account",
        "subscription",
        "product",
        "sku",
        "name",
        "start_day",
        "end_day",
        "cycle_start",
        "cycle_end",
        "quantity",
        "unit_price",
        "net",
        "cost",
        "key",
    ],
};

pub(crate) const CHARGES: Table =
    Table { name: "charges", columns: &["kind", "subject", "day", "part", "quantity", "line"] };

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
    /// The run it comes from.
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
    /// Everything else that is printed.
    pub snapshot: Value,
    /// Number of lines.
    pub lines: u32,
    /// Number of its entry.
    pub entry: u64,
    /// When it was issued, UTC.
    pub at: String,
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
    let account = filter.account.map(|id| accounts::number_of(&accounts::numbers(conn)?, id)).transpose()?;
    let run = filter.run.map(|id| run_number(conn, id)).transpose()?;
    query(
        conn,
        "WHERE (?1 IS NULL OR i.period = ?1) AND (?2 IS NULL OR i.account = ?2) AND (?3 IS NULL OR i.run = ?3) AND i.no > ?4
         ORDER BY i.no LIMIT ?5",
        params![
            filter.period.map(|p| day(p.first())),
            account,
            run,
            filter.after as i64,
            filter.limit.map_or(i64::MAX, i64::from)
        ],
    )
}

/// An invoice by its id.
pub fn by_id(conn: &Connection, id: Id) -> Result<Option<Invoice>, StoreError> {
    Ok(query(conn, "WHERE i.id = ?1", [id.0])?.pop())
}

/// An invoice by its printed number.
pub fn by_label(conn: &Connection, label: &str) -> Result<Option<Invoice>, StoreError> {
    Ok(query(conn, "WHERE i.label = ?1", [label])?.pop())
}

/// The credit notes that correct an invoice, in order of issue.
pub fn credits_of(conn: &Connection, id: Id) -> Result<Vec<Invoice>, StoreError> {
    query(conn, "WHERE i.corrects = ?1 ORDER BY i.no", [id.0])
}

fn query(conn: &Connection, condition: &str, params: impl rusqlite::Params) -> Result<Vec<Invoice>, StoreError> {
    let columns: Vec<String> = INVOICES.columns.iter().map(|c| format!("i.{c}")).collect();
    let mut statement = conn.prepare_cached(&format!(
        "SELECT {}, r.id FROM invoices i LEFT JOIN runs r ON r.no = i.run {condition}",
        columns.join(", ")
    ))?;
    let mut rows = statement.query(params)?;
    let (mut out, mut accounts) = (Vec::new(), IdsOf::default());
    while let Some(row) = rows.next()? {
        out.push(invoice(row, accounts.get(conn, row.col(9)?)?)?);
    }
    Ok(out)
}

fn invoice(row: &Row, account: Id) -> Result<Invoice, StoreError> {
    let currency = row.currency(13)?;
    let money = |column| Ok::<_, StoreError>(Money::from_minor(row.col(column)?, currency));
    let json = |column| -> Result<Value, StoreError> {
        let text: String = row.col(column)?;
        serde_json::from_str(&text).map_err(|_| damaged("an invoice", &text))
    };
    Ok(Invoice {
        no: row.col::<i64>(0)?.unsigned_abs(),
        id: row.id(1)?,
        series: row.col(2)?,
        year: row.col(3)?,
        number: row.col::<i64>(4)?.unsigned_abs(),
        label: row.col(5)?,
        kind: row.word(6, KINDS)?,
        corrects: row.id_opt(7)?,
        run: row.id_opt(23)?,
        account,
        period: row.month(10)?,
        issued: row.day(11)?,
        due: row.day(12)?,
        net: money(14)?,
        tax: money(15)?,
        gross: money(16)?,
        tax_lines: tax_lines_of(&json(17)?, currency)?,
        snapshot: json(18)?,
        lines: row.col(19)?,
        entry: row.col::<i64>(21)?.unsigned_abs(),
        at: row.col(22)?,
    })
}

fn tax_lines_of(value: &Value, currency: Currency) -> Result<Vec<TaxLine>, StoreError> {
    let bad = || damaged("the tax lines of an invoice", &value.to_string());
    let line = |line: &Value| -> Result<TaxLine, StoreError> {
        let money = |i: usize| line[i].as_i64().map(|minor| Money::from_minor(minor, currency)).ok_or_else(bad);
        Ok(TaxLine {
            treatment: of_word(TAX_TREATMENTS, line[0].as_str().ok_or_else(bad)?)?,
            percent: line[1].as_str().and_then(|p| p.parse().ok()).ok_or_else(bad)?,
            base: money(2)?,
            tax: money(3)?,
        })
    };
    value.as_array().ok_or_else(bad)?.iter().map(line).collect()
}

/// The lines of an invoice, by position. Their product symbols are the book's.
pub fn lines(conn: &Connection, invoice: &Invoice) -> Result<Vec<InvoiceLine>, StoreError> {
    let mut reasons = reasons(conn, invoice)?.into_iter();
    let mut statement =
        conn.prepare_cached(&format!("{} WHERE key BETWEEN ?1 AND ?2 ORDER BY key", INVOICE_LINES.select()))?;
    let mut rows = statement.query(part_keys(invoice.no as i64))?;
    let mut out = Vec::with_capacity(invoice.lines as usize);
    while let Some(row) = rows.next()? {
        out.push(line(row, invoice.net.currency(), reasons.next().unwrap_or_default())?);
    }
    Ok(out)
}

/// One line by its id, with the invoice it is on.
pub fn line_by_id(conn: &Connection, id: Id) -> Result<Option<(Invoice, InvoiceLine)>, StoreError> {
    let condition = "WHERE i.no = (SELECT invoice FROM invoice_lines WHERE id = ?1)";
    let Some(invoice) = query(conn, condition, [id.0])?.pop() else { return Ok(None) };
    let line = lines(conn, &invoice)?.into_iter().find(|line| line.id == id);
    Ok(line.map(|line| (invoice, line)))
}

/// The steps that made each line of an invoice, in the order of the lines.
fn reasons(conn: &Connection, invoice: &Invoice) -> Result<Vec<Vec<Step>>, StoreError> {
    let mut statement = conn.prepare_cached("SELECT reasons FROM invoices WHERE no = ?1")?;
    let stored: Vec<u8> = statement.query_row([invoice.no as i64], |row| row.get(0))?;
    let packed = unsqueeze(&stored)?;
    let mut read = Unpack(&packed);
    (0..invoice.lines).map(|_| steps::unpack(&mut read)).collect()
}

fn line(row: &Row, currency: Currency, why: Vec<Step>) -> Result<InvoiceLine, StoreError> {
    let product = row.col::<Option<u32>>(9)?.zip(row.col::<Option<u32>>(10)?);
    Ok(InvoiceLine {
        id: row.id(2)?,
        position: row.col(1)?,
        line: SaleLine {
            key: key_at(row, 3)?,
            account: row.id(7)?,
            subscription: row.id_opt(8)?,
            product: product.map(|(product, sku)| ProductKey { product: Symbol(product), sku: Symbol(sku) }),
            name: row.col(11)?,
            period: row.period_opt(12)?,
            cycle: row.period_opt(14)?,
            quantity: row.decimal(16)?,
            unit_price: row.decimal(17)?,
            net: Money::from_minor(row.col(18)?, currency),
            cost: row.col::<Option<i64>>(19)?.map(|minor| Money::from_minor(minor, currency)),
            why,
        },
    })
}

fn key_at(row: &Row, column: usize) -> Result<ChargeKey, StoreError> {
    Ok(ChargeKey {
        kind: row.word(column, CHARGE_KINDS)?,
        subject: row.id(column + 1)?,
        date: row.day(column + 2)?,
        part: row.col::<i64>(column + 3)? as u64,
    })
}

/// What was billed: every charge dated `since` or later, with its quantity.
pub fn billed(conn: &Connection, since: Date, each: impl FnMut(ChargeKey, engine::Decimal)) -> Result<(), StoreError> {
    each_charge(conn, "WHERE day >= ?1", [day(since)], each)
}

/// What was billed to one subject (a subscription, a one-off charge, an account).
pub fn billed_to(
    conn: &Connection,
    subject: Id,
    each: impl FnMut(ChargeKey, engine::Decimal),
) -> Result<(), StoreError> {
    each_charge(conn, "WHERE subject = ?1", [subject.0], each)
}

fn each_charge(
    conn: &Connection,
    condition: &str,
    params: impl rusqlite::Params,
    mut each: impl FnMut(ChargeKey, engine::Decimal),
) -> Result<(), StoreError> {
    let mut statement =
        conn.prepare_cached(&format!("SELECT kind, subject, day, part, quantity FROM charges {condition}"))?;
    let mut rows = statement.query(params)?;
    while let Some(row) = rows.next()? {
        each(key_at(row, 0)?, row.decimal(4)?);
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
