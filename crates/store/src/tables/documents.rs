//! Imported documents, and the rows of them that wait because something is wrong with them.
//!
//! A document is known by the hash of its raw bytes, which are kept (`crate::documents`); its number is half of the
//! address of each of its lines.

use engine::cost::DocumentKind;
use engine::money::Totals;
use engine::{Currency, Id, Month};
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde_json::{Map, Value, json};

use super::cell::{Columns, cells, damaged, day, of_word, word, write_row};
use super::chain::Kind;
use super::seal::{Table, Writer};
use super::words::DOCUMENT_KINDS;
use crate::StoreError;

pub(crate) const DOCUMENTS: Table = Table {
    name: "documents",
    columns: &[
        "no",
        "id",
        "kind",
        "lines",
        "file_name",
        "sha256",
        "rest_of",
        "bytes",
        "period",
        "invoices",
        "rows",
        "good_rows",
        "totals",
        "imported_at",
        "dialect",
    ],
};

pub(crate) const PROBLEM_ROWS: Table = Table {
    name: "problem_rows",
    columns: &["document", "row", "position", "field", "value", "code", "hint", "state"],
};

/// An imported document.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// Its number: the document part of its lines' addresses. 0 before it is stored.
    pub no: u32,
    /// Own id.
    pub id: Id,
    /// Import kind: `ms-recon`, `sales`, …
    pub kind: String,
    /// What its cost lines are; `None` when it has none.
    pub lines: Option<DocumentKind>,
    /// Name of the file it came as.
    pub file_name: String,
    /// Hash of its raw bytes.
    pub sha256: [u8; 32],
    /// The document whose rows these are, when they were taken in later than its others: both have the same raw bytes.
    pub rest_of: Option<u32>,
    /// Number of raw bytes.
    pub bytes: u64,
    /// Billing month.
    pub period: Option<Month>,
    /// The vendor's invoice numbers in it.
    pub invoices: Vec<String>,
    /// Rows without the header.
    pub rows: u32,
    /// Rows stored.
    pub good_rows: u32,
    /// Control totals: the sum of the amounts of the rows stored.
    pub totals: Totals,
    /// When it was imported, UTC.
    pub imported_at: String,
    /// How it was read: header, separator, locale.
    pub dialect: Value,
}

/// Something wrong with a row, waiting for somebody to look at it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProblemRow {
    /// The document's number.
    pub document: u32,
    /// Row from 1 without the header; 0 for the document as a whole.
    pub row: u32,
    /// Column.
    pub column: String,
    /// Value, shortened.
    pub value: String,
    /// Stable code.
    pub code: String,
    /// What to do.
    pub hint: String,
}

/// Control totals as stored.
fn totals_json(totals: &Totals) -> String {
    let map: Map<String, Value> = totals.iter().map(|(c, v)| (c.code().to_owned(), json!(v.to_string()))).collect();
    Value::Object(map).to_string()
}

fn totals_of(text: &str) -> Result<Totals, StoreError> {
    let bad = || damaged("control totals", text);
    let map: Map<String, Value> = serde_json::from_str(text).map_err(|_| bad())?;
    let mut totals = Totals::default();
    for (code, value) in &map {
        let value = value.as_str().and_then(|v| v.parse().ok()).ok_or_else(bad)?;
        totals.add(Currency::parse(code).ok_or_else(bad)?, value);
    }
    Ok(totals)
}

fn document(row: &Row) -> Result<Document, StoreError> {
    let json = |column: usize| -> Result<Value, StoreError> {
        let text: String = row.col(column)?;
        serde_json::from_str(&text).map_err(|_| damaged("a document", &text))
    };
    let invoices = json(9)?;
    let invoices = invoices.as_array().ok_or_else(|| damaged("a document", "no list of invoices"))?;
    Ok(Document {
        no: row.col(0)?,
        id: row.id(1)?,
        kind: row.col(2)?,
        lines: row.col::<Option<String>>(3)?.map(|w| of_word(DOCUMENT_KINDS, &w)).transpose()?,
        file_name: row.col(4)?,
        sha256: row.col(5)?,
        rest_of: row.col(6)?,
        bytes: row.col::<i64>(7)?.unsigned_abs(),
        period: row.day_opt(8)?.map(Month::of),
        invoices: invoices.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        rows: row.col(10)?,
        good_rows: row.col(11)?,
        totals: totals_of(&row.col::<String>(12)?)?,
        imported_at: row.col(13)?,
        dialect: json(14)?,
    })
}

fn query(conn: &Connection, condition: &str, params: impl rusqlite::Params) -> Result<Vec<Document>, StoreError> {
    let mut statement = conn.prepare_cached(&format!("{} {condition}", DOCUMENTS.select()))?;
    let mut rows = statement.query(params)?;
    let mut out = Vec::new();
    while let Some(row) = rows.next()? {
        out.push(document(row)?);
    }
    Ok(out)
}

/// Every document, in order of import.
pub fn list(conn: &Connection) -> Result<Vec<Document>, StoreError> {
    query(conn, "ORDER BY no", [])
}

/// The documents of a billing month, in order of import.
pub fn of_period(conn: &Connection, period: Month) -> Result<Vec<Document>, StoreError> {
    query(conn, "WHERE period = ?1 ORDER BY no", [day(period.first())])
}

/// The document with these raw bytes, if it was imported before.
pub fn by_hash(conn: &Connection, sha256: &[u8; 32]) -> Result<Option<Document>, StoreError> {
    Ok(query(conn, "WHERE sha256 = ?1 AND rest_of IS NULL", [sha256])?.pop())
}

/// A document by its number.
pub fn by_no(conn: &Connection, no: u32) -> Result<Option<Document>, StoreError> {
    Ok(query(conn, "WHERE no = ?1", [no])?.pop())
}

/// Rows that wait, by document and row.
pub fn waiting(conn: &Connection) -> Result<Vec<ProblemRow>, StoreError> {
    in_state(conn, "waiting")
}

/// Rows that somebody left out for good, by document and row.
pub fn left(conn: &Connection) -> Result<Vec<ProblemRow>, StoreError> {
    in_state(conn, "left")
}

fn in_state(conn: &Connection, state: &str) -> Result<Vec<ProblemRow>, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT document, row, field, value, code, hint FROM problem_rows WHERE state = ?1
         ORDER BY document, row, position",
    )?;
    let mut rows = statement.query([state])?;
    let mut out = Vec::new();
    while let Some(row) = rows.next()? {
        out.push(ProblemRow {
            document: row.col(0)?,
            row: row.col(1)?,
            column: row.col(2)?,
            value: row.col(3)?,
            code: row.col(4)?,
            hint: row.col(5)?,
        });
    }
    Ok(out)
}

impl Writer<'_> {
    /// Records a document and gives it its number. Store its lines in the same transaction.
    pub fn add_document(&self, document: &mut Document) -> Result<u32, StoreError> {
        let no =
            u32::try_from(self.reserve("documents", 0, 1)?).map_err(|_| damaged("a document's number", "too large"))?;
        document.no = no;
        let d = &*document;
        let row = cells![
            no,
            d.id,
            &d.kind,
            d.lines.map(|l| word(DOCUMENT_KINDS, l)),
            &d.file_name,
            d.sha256.as_slice(),
            d.rest_of,
            i64::try_from(d.bytes).map_err(|_| damaged("a document's size", "too large"))?,
            d.period,
            json!(d.invoices).to_string(),
            d.rows,
            d.good_rows,
            totals_json(&d.totals),
            &d.imported_at,
            d.dialect.to_string(),
        ];
        self.insert_one(&DOCUMENTS, &row)?;
        let mut record = Vec::new();
        write_row(&row, &mut record);
        self.link(Kind::Document, no.into(), &record)?;
        Ok(no)
    }

    /// Puts problem rows of a stored document on the waiting list.
    pub fn add_waiting(&self, problems: &[ProblemRow]) -> Result<(), StoreError> {
        let mut insert = self.insert(&PROBLEM_ROWS)?;
        let mut position = 0;
        for (i, p) in problems.iter().enumerate() {
            let before = i.checked_sub(1).and_then(|i| problems.get(i));
            position =
                if before.is_some_and(|b| (b.document, b.row) == (p.document, p.row)) { position + 1 } else { 0i64 };
            insert.add(&cells![p.document, p.row, position, &p.column, &p.value, &p.code, &p.hint, "waiting"])?;
        }
        insert.finish()?;
        Ok(())
    }

    /// Takes a row of a document off the waiting list: its rows were taken in, or are left out for good. Whether it was on it.
    pub fn settle_waiting(&self, document: u32, row: u32, taken: bool) -> Result<bool, StoreError> {
        let state = if taken { "settled" } else { "left" };
        let settled = self.change(&PROBLEM_ROWS, "document = ?1 AND row = ?2", params![document, row], |conn| {
            conn.execute(
                "UPDATE problem_rows SET state = ?3 WHERE document = ?1 AND row = ?2 AND state = 'waiting'",
                params![document, row, state],
            )
        })?;
        Ok(settled > 0)
    }
}

/// Whether a document has been imported: the short form of [`by_hash`].
pub fn is_known(conn: &Connection, sha256: &[u8; 32]) -> Result<bool, StoreError> {
    let found: Option<i64> = conn
        .prepare_cached("SELECT no FROM documents WHERE sha256 = ?1")?
        .query_row([sha256], |r| r.get(0))
        .optional()?;
    Ok(found.is_some())
}
