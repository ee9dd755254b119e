//! Every invariant of the records, verified from nothing.
//!
//! In: the tables, the chain key, anchors noted outside the book, and whether a document's bytes are kept unchanged.
//! Out: what does not hold, each with one of five codes. Nothing computed before is believed: seals and chain are
//! recomputed from every row, totals from every line.

use std::collections::{BTreeMap, HashMap, HashSet};

use engine::ledger::LedgerAccount;
use engine::money::Totals;
use engine::sale::ChargeKey;
use engine::{Currency, Id, Money, Names};
use rusqlite::Connection;

use super::cell::Columns;
use super::chain::Head;
use super::lines::Keep;
use super::{
    accounts, chain, contacts, documents, events, findings, invoices, journal, lines, one_offs, price_lists, prices,
    products, promotions,
};
use super::{records, runs, sale_lines, seal, settings, subscriptions, superseded, texts, volume};
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
    &contacts::CONTACTS,
    &contacts::NOTES,
    &superseded::SUPERSEDED,
    &products::PRODUCTS,
    &products::BUNDLES,
    &products::BUNDLE_PARTS,
    &subscriptions::SUBSCRIPTIONS,
    &events::EVENTS,
    &one_offs::ONE_OFFS,
    &prices::LIST_PRICES,
    &prices::PRICE_RULES,
    &price_lists::PRICE_LISTS,
    &volume::VOLUME_BREAKS,
    &promotions::PROMOTIONS,
    &findings::FINDINGS,
    &findings::HISTORY,
    &runs::RUNS,
    &runs::DRAFTS,
    &sale_lines::SALE_LINES,
    &journal::ENTRIES,
    &invoices::INVOICES,
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
        ("register", |conn, _| {
            accounts::verify(conn)?;
            subscriptions::verify(conn)?;
            contacts::verify(conn)
        }),
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
    let missing = |report: &mut Report, what: &str, name: &str, hash: &[u8; 32]| -> Result<(), StoreError> {
        if !kept(hash)? {
            report.add(HASH_MISMATCH, format!("{what} {name}"), "its bytes are not kept");
        }
        Ok(())
    };
    for document in documents::list(conn)? {
        missing(report, "document", &document.file_name, &document.sha256)?;
    }
    let labels: HashMap<Id, String> =
        invoices::list(conn, invoices::Filter::default())?.into_iter().map(|i| (i.id, i.label)).collect();
    let mut statement = conn.prepare("SELECT invoice, sha256 FROM papers ORDER BY invoice")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        match labels.get(&row.id(0)?) {
            Some(label) => missing(report, "paper", label, &row.col(1)?)?,
            None => report.add(HASH_MISMATCH, "papers", "a paper is of no invoice"),
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
        ("invoice", "SELECT key FROM invoices"),
        ("entry", "SELECT key FROM entries WHERE key NOT IN (SELECT entries FROM invoices)"),
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

/// More than any row holds.
const MANY: i64 = 10_000;

/// Numbers of every series are 1..n, and the counter stands at n + 1.
fn numbers(conn: &Connection, report: &mut Report) -> Result<(), StoreError> {
    let mut series: BTreeMap<(String, i32), Vec<i64>> = BTreeMap::new();
    let mut labels: HashSet<String> = HashSet::new();
    for invoice in invoices::list(conn, invoices::Filter::default())? {
        let numbers = series.entry((format!("number/{}", invoice.series), invoice.year)).or_default();
        numbers.push(i64::try_from(invoice.number).unwrap_or(i64::MAX));
        if !labels.insert(invoice.label.clone()) {
            report.add(SEQUENCE_GAP, invoice.label, "is there twice");
        }
    }
    series.values_mut().for_each(|numbers| numbers.sort_unstable());
    for table in ["documents", "runs", "findings"] {
        series.insert((table.into(), 0), integers(conn, &format!("SELECT no FROM {table} ORDER BY no"))?);
    }
    // Within blocks there are no gaps, or they do not read at all.
    let accounts = records::count(conn, &accounts::ACCOUNTS)? as i64;
    series.insert(("accounts".into(), 0), (1..=accounts).collect());
    for table in ["entries", "invoices"] {
        let (keys, counts) =
            (format!("SELECT key FROM {table} ORDER BY key"), format!("SELECT count FROM {table} ORDER BY key"));
        let rows = integers(conn, &keys)?.into_iter().zip(integers(conn, &counts)?);
        series.insert((table.into(), 0), rows.flat_map(|(key, count)| key..key + count.min(MANY)).collect());
    }
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
    journal::each_written(conn, (None, None), |entry| {
        let mut sums: BTreeMap<Currency, i128> = BTreeMap::new();
        for posting in entry.postings {
            *sums.entry(posting.amount.currency()).or_default() += i128::from(posting.amount.minor());
        }
        for (currency, off) in sums.into_iter().filter(|(_, off)| *off != 0) {
            let detail = format!("is out of balance by {off} minor units of {currency}");
            report.add(BALANCE_MISMATCH, format!("entry {}", entry.no), detail);
        }
        Ok(())
    })?;
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
    let mut claims: HashMap<i64, i128> = HashMap::new();
    journal::each_written(conn, (None, None), |entry| {
        let claimed = entry.postings.iter().filter(|p| p.account == LedgerAccount::Receivable);
        claims.insert(entry.no, claimed.map(|p| i128::from(p.amount.minor())).sum());
        Ok(())
    })?;
    invoices::each_page(conn, invoices::Filter::default(), |invoice, lines| {
        let tax: i128 = invoice.tax_lines.iter().map(|t| i128::from(t.tax.minor())).sum();
        let net: i128 = lines.iter().map(|l| i128::from(l.line.net.minor())).sum();
        let claim = i64::try_from(invoice.entry).ok().and_then(|entry| claims.get(&entry)).copied();
        let wide = |money: Money| i128::from(money.minor());
        let facts = [
            ("lines", i128::from(invoice.lines), lines.len() as i128),
            ("net amount", wide(invoice.net), net),
            ("tax", wide(invoice.tax), tax),
            ("gross amount", wide(invoice.gross), wide(invoice.net) + wide(invoice.tax)),
            ("claim", wide(invoice.gross).abs(), claim.unwrap_or_default().abs()),
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
        Ok(())
    })
}

/// No charge is on two invoices that stand. A credit note that reopens an invoice names every charge of it, and it stood.
fn charges(conn: &Connection, report: &mut Report) -> Result<(), StoreError> {
    let mut billed: HashSet<ChargeKey> = HashSet::new();
    invoices::each_line(conn, invoices::Filter::default(), |invoice, line| {
        if invoice.charges() && !billed.insert(line.line.key) {
            report.add(TOTAL_MISMATCH, &invoice.label, "a charge that was billed before");
        }
        if invoice.reopens.is_some() && !billed.remove(&line.line.key) {
            report.add(TOTAL_MISMATCH, &invoice.label, "takes back a charge that was not billed");
        }
    })
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
