//! Every invariant of the records, verified from nothing.
//!
//! In: the tables, the chain key, anchors noted outside the book, and whether a document's bytes are kept unchanged.
//! Out: what does not hold, each with one of five codes. Nothing computed before is believed: seals and chain are
//! recomputed from every row, totals from every line.

use std::collections::BTreeMap;

use engine::money::Totals;
use engine::{Currency, Names};
use rusqlite::Connection;

use super::cell::{Columns, part_keys};
use super::chain::Head;
use super::lines::Keep;
use super::{accounts, chain, documents, events, findings, invoices, journal, lines, one_offs, prices, products};
use super::{records, runs, seal, settings, subscriptions, texts};
use crate::{Store, StoreError, migrate};

/// Something that does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// `HASH_MISMATCH`, `SEQUENCE_GAP`, `BALANCE_MISMATCH`, `TOTAL_MISMATCH` or `ANCHOR_MISMATCH`.
    pub code: &'static str,
    /// Where: a table, a link of the chain, an invoice, a document.
    pub place: String,
    /// What, for a person.
    pub detail: String,
}

/// Something changed without this program.
pub const HASH_MISMATCH: &str = "HASH_MISMATCH";
/// A number of a series is missing or there twice.
pub const SEQUENCE_GAP: &str = "SEQUENCE_GAP";
/// An entry or the trial balance is not zero.
pub const BALANCE_MISMATCH: &str = "BALANCE_MISMATCH";
/// Parts do not add up to their whole.
pub const TOTAL_MISMATCH: &str = "TOTAL_MISMATCH";
/// The chain is not the one an anchor was taken from.
pub const ANCHOR_MISMATCH: &str = "ANCHOR_MISMATCH";

/// Every sealed table.
pub(crate) const SEALED: &[&seal::Table] = &[
    &settings::BOOK,
    &texts::TEXTS,
    &settings::SETTINGS,
    &settings::REQUESTS,
    &settings::SEQUENCES,
    &settings::COUNTERS,
    &documents::DOCUMENTS,
    &documents::PROBLEM_ROWS,
    &lines::COST_LINES,
    &lines::SOLD_LINES,
    &accounts::ACCOUNTS,
    &accounts::TENANTS,
    &accounts::CHANGES,
    &products::PRODUCTS,
    &products::BUNDLES,
    &products::BUNDLE_PARTS,
    &subscriptions::SUBSCRIPTIONS,
    &events::EVENTS,
    &one_offs::ONE_OFFS,
    &prices::LIST_PRICES,
    &prices::PRICE_RULES,
    &prices::VOLUME_BREAKS,
    &findings::FINDINGS,
    &findings::HISTORY,
    &runs::RUNS,
    &runs::DRAFTS,
    &journal::ENTRIES,
    &journal::POSTINGS,
    &invoices::INVOICES,
    &invoices::INVOICE_LINES,
    &invoices::CHARGES,
    &invoices::PAPERS,
    &chain::CHAIN,
];

/// What was found so far.
struct Report(Vec<Violation>);

impl Report {
    fn add(&mut self, code: &'static str, place: impl Into<String>, detail: impl Into<String>) {
        self.0.push(Violation { code, place: place.into(), detail: detail.into() });
    }

    /// What was changed may not even read any more: that is a finding, not a failure of the check.
    fn unless_unreadable(&mut self, place: &str, checked: Result<(), StoreError>) -> Result<(), StoreError> {
        match checked {
            Err(StoreError::Damaged(detail)) => self.add(HASH_MISMATCH, place, detail),
            Err(StoreError::Sql(cause)) => self.add(HASH_MISMATCH, place, cause.to_string()),
            other => other?,
        }
        Ok(())
    }
}

impl Store {
    /// Verifies every record of the book. `anchors` are heads of the chain noted outside (on paper, in backups).
    pub fn check_records(&self, anchors: &[Head]) -> Result<Vec<Violation>, StoreError> {
        let mut violations = check(self.conn(), self.chain_key(), anchors, |hash| self.has_document(hash))?;
        schema(self.conn(), &mut violations)?;
        Ok(violations)
    }
}

/// Verifies the tables; `kept` tells whether the bytes with a hash are kept.
pub(crate) fn check(
    conn: &Connection,
    key: &[u8; 32],
    anchors: &[Head],
    kept: impl Fn(&[u8; 32]) -> Result<bool, StoreError>,
) -> Result<Vec<Violation>, StoreError> {
    let key = seal::ChainKey::new(key);
    let mut report = Report(Vec::new());
    let sealed = seal::verify(conn, &key, SEALED, |table, detail| report.add(HASH_MISMATCH, table, detail));
    report.unless_unreadable("seals", sealed)?;
    let chained = chain::verify(conn, &key, |n, detail| report.add(HASH_MISMATCH, format!("chain link {n}"), detail));
    report.unless_unreadable("chain", chained)?;
    let checks: [(&str, Check); 7] = [
        ("register", |conn, _| accounts::verify(conn).and_then(|()| subscriptions::verify(conn))),
        ("chain", unchained),
        ("numbers", numbers),
        ("entries", entries),
        ("invoices", invoice_totals),
        ("charges", charges),
        ("documents", document_totals),
    ];
    for (place, check) in checks {
        let checked = check(conn, &mut report);
        report.unless_unreadable(place, checked)?;
    }
    let checked = contents(conn, kept, &mut report);
    report.unless_unreadable("kept contents", checked)?;
    for anchor in anchors {
        if anchor.length > 0 && chain::at(conn, anchor.length).unwrap_or_default() != Some(anchor.hash) {
            report.add(ANCHOR_MISMATCH, format!("chain link {}", anchor.length), "the chain is not the one anchored");
        }
    }
    Ok(report.0)
}

type Check = fn(&Connection, &mut Report) -> Result<(), StoreError>;

/// The bytes of documents and papers are kept.
fn contents(
    conn: &Connection,
    kept: impl Fn(&[u8; 32]) -> Result<bool, StoreError>,
    report: &mut Report,
) -> Result<(), StoreError> {
    for (what, select) in [
        ("document", "SELECT sha256, file_name FROM documents ORDER BY no"),
        ("paper", "SELECT p.sha256, i.label FROM papers p JOIN invoices i ON i.id = p.invoice ORDER BY i.no"),
    ] {
        let mut statement = conn.prepare(select)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let (hash, name): ([u8; 32], String) = (row.col(0)?, row.col(1)?);
            if !kept(&hash)? {
                report.add(HASH_MISMATCH, format!("{what} {name}"), "its bytes are not kept");
            }
        }
    }
    Ok(())
}

/// Tables, indexes and triggers as the migrations make them.
fn schema(conn: &Connection, violations: &mut Vec<Violation>) -> Result<(), StoreError> {
    let read = |conn: &Connection| -> Result<BTreeMap<String, String>, StoreError> {
        let mut statement = conn.prepare("SELECT type || ' ' || name, sql FROM sqlite_schema WHERE sql IS NOT NULL")?;
        let rows = statement.query_map([], |r| Ok((r.get(0)?, r.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    };
    let fresh = Connection::open_in_memory()?;
    migrate::run(&fresh, migrate::ALL)?;
    let found = read(conn)?;
    for (name, sql) in read(&fresh)? {
        match found.get(&name) {
            Some(there) if *there == sql => {}
            Some(_) => violations.push(Violation {
                code: HASH_MISMATCH,
                place: name,
                detail: "is not defined as this program defines it".into(),
            }),
            None => {
                violations.push(Violation { code: HASH_MISMATCH, place: name, detail: "is missing".into() });
            }
        }
    }
    Ok(())
}

/// Records the chain should cover and does not.
fn unchained(conn: &Connection, report: &mut Report) -> Result<(), StoreError> {
    for (kind, select) in [
        ("document", "SELECT no FROM documents"),
        ("finding", "SELECT seq FROM finding_history"),
        ("run", "SELECT no FROM runs WHERE state = 'issued'"),
        ("invoice", "SELECT no FROM invoices"),
        ("entry", "SELECT no FROM entries WHERE no NOT IN (SELECT entry FROM invoices)"),
    ] {
        let missing = format!("{select} EXCEPT SELECT subject FROM chain WHERE kind = '{kind}' ORDER BY 1");
        for no in integers(conn, &missing)? {
            report.add(HASH_MISMATCH, format!("{kind} {no}"), "is not in the chain");
        }
    }
    Ok(())
}

fn integers(conn: &Connection, select: &str) -> Result<Vec<i64>, StoreError> {
    let mut statement = conn.prepare(select)?;
    let rows = statement.query_map([], |r| r.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Numbers of every series are 1..n, and the counter stands at n + 1.
fn numbers(conn: &Connection, report: &mut Report) -> Result<(), StoreError> {
    let mut series: BTreeMap<(String, i32), Vec<i64>> = BTreeMap::new();
    for (select, prefix) in [("SELECT series, year, number FROM invoices ORDER BY 1, 2, 3", "number/")] {
        let mut statement = conn.prepare(select)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let name: String = row.col(0)?;
            series.entry((format!("{prefix}{name}"), row.col(1)?)).or_default().push(row.col(2)?);
        }
    }
    for table in ["documents", "runs", "entries", "invoices", "findings"] {
        series.insert((table.into(), 0), integers(conn, &format!("SELECT no FROM {table} ORDER BY no"))?);
    }
    // Within blocks there are no gaps, or they do not read at all.
    let accounts = records::count(conn, &accounts::ACCOUNTS)? as i64;
    series.insert(("accounts".into(), 0), (1..=accounts).collect());
    let mut statement = conn.prepare("SELECT series, year, next FROM sequences")?;
    let mut rows = statement.query([])?;
    let mut next: BTreeMap<(String, i32), i64> = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let key: (String, i32) = (row.col(0)?, row.col(1)?);
        if key.0.starts_with("number/") {
            series.entry(key.clone()).or_default();
        }
        next.insert(key, row.col(2)?);
    }
    for (key, numbers) in series {
        let place = format!("{} {}", key.0.trim_start_matches("number/"), key.1);
        if let Some((at, found)) = (1..).zip(&numbers).find(|(expected, found)| expected != *found) {
            report.add(SEQUENCE_GAP, place, format!("number {at} is missing, {found} is there"));
            continue;
        }
        let count = numbers.len() as i64;
        let next = next.get(&key).copied().unwrap_or(1);
        if next != count + 1 {
            report.add(SEQUENCE_GAP, place, format!("{count} numbers are used, the counter stands at {next}"));
        }
    }
    Ok(())
}

/// Every entry balances, and so does the whole.
fn entries(conn: &Connection, report: &mut Report) -> Result<(), StoreError> {
    let mut statement = conn.prepare(
        "SELECT entry, currency, SUM(amount) FROM postings GROUP BY entry, currency HAVING SUM(amount) <> 0 ORDER BY 1",
    )?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (entry, currency, off): (i64, String, i64) = (row.col(0)?, row.col(1)?, row.col(2)?);
        report.add(
            BALANCE_MISMATCH,
            format!("entry {entry}"),
            format!("is out of balance by {off} minor units of {currency}"),
        );
    }
    let mut sums: BTreeMap<Currency, i128> = BTreeMap::new();
    for (_, amount) in journal::trial_balance(conn, None)? {
        *sums.entry(amount.currency()).or_default() += i128::from(amount.minor());
    }
    for (currency, off) in sums.into_iter().filter(|(_, off)| *off != 0) {
        report.add(BALANCE_MISMATCH, "trial balance", format!("is off by {off} minor units of {currency}"));
    }
    Ok(())
}

/// An invoice is the sum of its lines and tax lines, and its entry claims just that from the customer.
fn invoice_totals(conn: &Connection, report: &mut Report) -> Result<(), StoreError> {
    let mut sums = conn.prepare("SELECT count(*), SUM(net) FROM invoice_lines WHERE key BETWEEN ?1 AND ?2")?;
    let mut claims = conn.prepare(
        "SELECT SUM(amount) FROM postings WHERE key BETWEEN ?1 AND ?2 AND account = 'Assets:Receivable' AND currency = ?3",
    )?;
    for invoice in invoices::list(conn, invoices::Filter::default())? {
        let (count, net): (i64, Option<i64>) =
            sums.query_row(part_keys(invoice.no as i64), |r| Ok((r.get(0)?, r.get(1)?)))?;
        let tax: i128 = invoice.tax_lines.iter().map(|t| i128::from(t.tax.minor())).sum();
        let [from, to] = part_keys(invoice.entry as i64);
        let claim: Option<i64> = claims.query_row((from, to, invoice.net.currency().code()), |r| r.get(0))?;
        let wide = |n: i64| i128::from(n);
        let facts = [
            ("lines", i128::from(invoice.lines), wide(count)),
            ("net amount", wide(invoice.net.minor()), wide(net.unwrap_or_default())),
            ("tax", wide(invoice.tax.minor()), tax),
            ("gross amount", wide(invoice.gross.minor()), wide(invoice.net.minor()) + wide(invoice.tax.minor())),
            ("claim", wide(invoice.gross.minor()).abs(), wide(claim.unwrap_or_default()).abs()),
        ];
        for (what, stated, computed) in facts {
            if stated != computed {
                report.add(
                    TOTAL_MISMATCH,
                    format!("invoice {}", invoice.label),
                    format!("{what}: {stated} stated, {computed} found"),
                );
            }
        }
    }
    Ok(())
}

/// Charges and lines of invoices are the same set.
fn charges(conn: &Connection, report: &mut Report) -> Result<(), StoreError> {
    for (select, detail) in [
        (
            "SELECT i.label FROM invoice_lines l JOIN invoices i ON i.no = l.invoice AND i.kind = 'invoice'
             LEFT JOIN charges c ON c.subject = l.subject AND c.day = l.day AND c.kind = l.kind AND c.part = l.part
                AND c.line = l.id AND c.quantity = l.quantity
             WHERE c.line IS NULL",
            "a line whose charge is not recorded",
        ),
        (
            "SELECT 'charge of day ' || c.day FROM charges c LEFT JOIN invoice_lines l ON l.id = c.line WHERE l.id IS NULL",
            "a charge without its line",
        ),
    ] {
        let mut statement = conn.prepare(select)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            report.add(TOTAL_MISMATCH, row.col::<String>(0)?, detail);
        }
    }
    Ok(())
}

/// A document's control totals are the sum of its lines.
fn document_totals(conn: &Connection, report: &mut Report) -> Result<(), StoreError> {
    let mut known = Vec::new();
    for document in documents::list(conn)? {
        known.push(i64::from(document.no));
        let (mut count, mut totals) = (0u64, Totals::default());
        let costs = lines::load_costs(conn, Names::default(), &[document.no], Keep::Figures)?;
        for line in &costs.lines {
            count += 1;
            totals.add(line.currency, line.subtotal);
        }
        drop(costs);
        for line in lines::load_sold(conn, &mut Names::default(), &[document.no], Keep::Figures)? {
            count += 1;
            totals.add(line.currency, line.total);
        }
        if count == 0 && document.lines.is_none() {
            continue;
        }
        let place = format!("document {} ({})", document.no, document.file_name);
        if count != u64::from(document.good_rows) {
            report.add(TOTAL_MISMATCH, &place, format!("{} rows were stored, {count} are there", document.good_rows));
        }
        let mut off = totals.clone();
        for (currency, total) in document.totals.iter() {
            off.add(currency, -total);
        }
        for (currency, difference) in off.iter().filter(|(_, d)| !d.is_zero()) {
            report.add(
                TOTAL_MISMATCH,
                &place,
                format!("the lines differ from the control total by {difference} {currency}"),
            );
        }
    }
    for table in ["cost_lines", "sold_lines"] {
        for no in integers(conn, &format!("SELECT DISTINCT key / 4294967296 FROM {table}"))? {
            if !known.contains(&no) {
                report.add(TOTAL_MISMATCH, format!("document {no}"), format!("is not there, but its {table} are"));
            }
        }
    }
    Ok(())
}
