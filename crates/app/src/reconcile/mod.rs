//! What the vendor billed beside what was sold: one table per month, findings, and totals that tie.

mod charges;
mod compared;
mod rows;
mod sides;
mod sums;
mod ties;

pub(crate) use compared::Compared;
pub use rows::{accounts, rows};
pub(crate) use ties::Tied;
pub use ties::ties;

use crate::findings::Shown as Finding;
use crate::people::People;
use crate::session::Book;
use crate::told::Note;
use crate::wire::total;
use crate::{Failure, Session, progress};
use engine::reconcile::{CurrencyTotals, Input, Reconciliation};
use engine::{Decimal, Month};
use formats::export::{Cell, table_csv, table_xlsx};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sides::Sides;
use std::path::PathBuf;
use store::tables;

/// What to compare.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Ask {
    /// Billing month.
    pub period: String,
    /// `sales` or `invoices`; sales where any were imported.
    #[serde(default)]
    pub against: Option<String>,
    /// Findings below this amount are folded into one sum.
    #[serde(default)]
    pub min: Option<String>,
    /// Margin in percent below which `below_floor` is raised.
    #[serde(default)]
    pub floor: Option<String>,
    /// Also write the rows here, as CSV.
    #[serde(default)]
    pub csv: Option<PathBuf>,
    /// Also write the rows here, as XLSX.
    #[serde(default)]
    pub xlsx: Option<PathBuf>,
}

/// A month reconciled.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Answer {
    period: String,
    against: &'static str,
    totals: Vec<Totals>,
    counts: serde_json::Map<String, serde_json::Value>,
    within: Vec<Within>,
    notes: Vec<Note>,
    folded: Vec<Folded>,
    findings: Vec<Finding>,
}

/// The tie-out of one currency.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Totals {
    currency: String,
    vendor: String,
    matched: String,
    unmatched_vendor: String,
    sold: String,
    unmatched_sold: String,
    sold_cost: String,
    within_tolerance: String,
    unexplained: String,
}

/// Differences that are no findings, by kind.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Within {
    kind: &'static str,
    currency: String,
    rows: usize,
    amount: String,
}

/// Findings too small to list.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Folded {
    currency: String,
    findings: usize,
    money: String,
}

/// Reconciles a month and keeps its findings.
pub fn run(session: &mut Session, ask: Ask) -> Result<Answer, Failure> {
    let month = crate::session::month(&ask.period)?;
    let decimal = |name: &str, text: &Option<String>| -> Result<Option<Decimal>, Failure> {
        text.as_deref()
            .map(|t| t.trim().parse().map_err(|_| Failure::usage(format!("{name} \"{t}\" is not a number."))))
            .transpose()
    };
    let min = decimal("--min", &ask.min)?;
    let floor = decimal("--floor", &ask.floor)?;
    session.write(|book| {
        let settings = book.settings()?;
        let floor = floor.or_else(|| settings.get("reconcile.floor").parse().ok()).map(|f| f / Decimal::ONE_HUNDRED);
        let tolerance = settings.tolerance();
        // A table of rows needs every line; findings and totals do not.
        let whole = !book.dry_run && (ask.csv.is_some() || ask.xlsx.is_some());
        let sides = Sides::load(book, month, ask.against.as_deref(), (!whole).then_some((&tolerance, floor)))?;
        progress::go_on(book.progress)?;
        let input = sides.input(month, &tolerance, floor, book.today);
        book.progress.step("Comparing", 0, None);
        let outcome = engine::reconcile::reconcile(&input);
        progress::go_on(book.progress)?;
        let writer = book.writer()?;
        writer.put_findings(&sides.names, month, &outcome.findings)?;
        writer.note(&compared_at(month), documents_of(book, month)?)?;
        drop(writer);
        if !book.dry_run {
            if let Some(file) = &ask.csv {
                let (head, rows) = table(&outcome, &input, &sides.people);
                crate::output::create(file, |out| table_csv(&head, rows, out).map_err(std::io::Error::other))?;
            }
            if let Some(file) = &ask.xlsx {
                let (head, rows) = table(&outcome, &input, &sides.people);
                crate::output::create(file, |out| table_xlsx(&head, rows, out).map_err(std::io::Error::other))?;
            }
        }
        answer(book, month, sides, &outcome, min)
    })
}

/// Whether a month was compared since its last document came.
pub(crate) fn is_compared(book: &Book<'_>, month: Month) -> Result<bool, Failure> {
    let noted = tables::settings::counter(book.conn(), &compared_at(month))?;
    Ok(noted > 0 && noted == documents_of(book, month)?)
}

/// The counter that says how many documents a month had when it was compared.
fn compared_at(month: Month) -> String {
    format!("reconciled {month}")
}

fn documents_of(book: &Book<'_>, month: Month) -> Result<u64, Failure> {
    Ok(tables::documents::of_period(book.conn(), month)?.len() as u64)
}

fn answer(
    book: &mut Book<'_>,
    month: Month,
    sides: Sides,
    outcome: &Reconciliation,
    min: Option<Decimal>,
) -> Result<Answer, Failure> {
    let against = sides.against;
    let mut stored = sides.shown(book, month)?;
    stored.retain(|f| !f.is_gone());
    // The engine's order: most money first.
    stored.sort_by(|a, b| b.size().cmp(&a.size()).then_with(|| a.order().cmp(&b.order())));
    let mut folded = engine::money::Totals::default();
    let mut count = std::collections::BTreeMap::new();
    if let Some(min) = min {
        stored.retain(|f| {
            let keep = f.size() >= min;
            if !keep {
                folded.add(f.currency(), f.money());
                *count.entry(f.currency()).or_insert(0usize) += 1;
            }
            keep
        });
    }
    let mut notes = Vec::new();
    for below in &outcome.below_cost {
        let (rows, amount) = (below.rows.to_string(), total(below.amount, below.currency));
        let text = "{rows} lines are sold below cost, by {amount} {currency} together. Set a floor to see each.";
        let values = [("rows", rows.as_str()), ("amount", &amount), ("currency", below.currency.code())];
        notes.push(Note::new("N-BELOW-COST", text, &values));
    }
    Ok(Answer {
        period: month.to_string(),
        against,
        totals: outcome.totals.iter().map(totals).collect(),
        counts: outcome.counts.iter().map(|(class, n)| (class.name().to_owned(), (*n).into())).collect(),
        within: outcome
            .residues
            .iter()
            .filter(|r| !r.amount.is_zero())
            .map(|r| Within {
                kind: r.residue.name(),
                currency: r.currency.to_string(),
                rows: r.rows,
                amount: total(r.amount, r.currency),
            })
            .collect(),
        notes,
        folded: folded
            .iter()
            .map(|(c, v)| Folded {
                currency: c.to_string(),
                findings: count.get(&c).copied().unwrap_or(0),
                money: total(v, c),
            })
            .collect(),
        findings: stored,
    })
}

fn totals(t: &CurrencyTotals) -> Totals {
    let text = |v| total(v, t.currency);
    Totals {
        currency: t.currency.to_string(),
        vendor: text(t.vendor),
        matched: text(t.matched),
        unmatched_vendor: text(t.unmatched_vendor),
        sold: text(t.sold),
        unmatched_sold: text(t.unmatched_sold),
        sold_cost: text(t.sold_cost),
        within_tolerance: text(t.within_tolerance),
        unexplained: text(t.unexplained),
    }
}

/// The whole table for a spreadsheet: what is shown, row by row.
fn table(outcome: &Reconciliation, input: &Input<'_>, people: &People) -> (Vec<&'static str>, Vec<Vec<Cell>>) {
    let names = input.names;
    let text = |t: String| Cell::Text(t);
    let figure = |v: Option<Decimal>| v.map_or(Cell::Empty, Cell::Number);
    let head = vec![
        "Customer",
        "CustomerId",
        "SubscriptionId",
        "Product",
        "ProductId",
        "SkuId",
        "From",
        "To",
        "CostQuantity",
        "ExpectedQuantity",
        "SoldQuantity",
        "Cost",
        "CostCurrency",
        "SoldCost",
        "Sold",
        "SoldCurrency",
        "Class",
        "Money",
    ];
    let by_source: std::collections::HashMap<_, &str> =
        people.accounts.iter().map(|a| (a.source, a.name.as_str())).collect();
    let mut rows: Vec<Vec<Cell>> = outcome
        .rows
        .iter()
        .map(|row| {
            let f = outcome.figures(row, input);
            let finding = row.finding().map(|n| &outcome.findings[n]);
            vec![
                text(by_source.get(&f.customer).copied().unwrap_or_default().to_owned()),
                text(names.source_text(f.customer)),
                text(names.source_text(f.subscription)),
                text(names.text(f.product_name).to_owned()),
                text(names.text(f.product).to_owned()),
                text(names.text(f.sku).to_owned()),
                text(f.period.map(|p| p.start.to_string()).unwrap_or_default()),
                text(f.period.map(|p| p.last().to_string()).unwrap_or_default()),
                figure(f.cost_quantity),
                figure(f.expected_quantity),
                figure(f.sold_quantity),
                Cell::Number(f.cost),
                text(f.currency.to_string()),
                Cell::Number(f.sold_cost),
                Cell::Number(f.sold),
                text(f.sold_currency.to_string()),
                text(finding.map(|f| f.class.name().to_owned()).unwrap_or_default()),
                figure(finding.map(|f| f.money)),
            ]
        })
        .collect();
    rows.sort_by_key(|row| format!("{:?}", &row[..8]));
    (head, rows)
}
