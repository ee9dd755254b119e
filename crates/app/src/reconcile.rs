//! What the vendor billed beside what was sold: one table per month, findings, and totals that tie.

use crate::costs::carries_money;
use crate::findings::{self, Shown as Finding};
use crate::people::People;
use crate::session::Book;
use crate::wire::total;
use crate::{Failure, Session, progress};
use engine::cost::{Costs, DocumentKind};
use engine::reconcile::{Control, CurrencyTotals, Input, Reconciliation};
use engine::sale::SoldLine;
use engine::{Decimal, Month, Names};
use formats::export::{Cell, table_csv, table_xlsx};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use store::tables;
use store::tables::lines::Keep;
use store::tables::subscriptions::Scope;

/// What to compare.
#[derive(Debug, Deserialize)]
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
#[derive(Debug, Serialize)]
pub struct Answer {
    period: String,
    against: &'static str,
    totals: Vec<Totals>,
    counts: serde_json::Map<String, serde_json::Value>,
    within: Vec<Within>,
    notes: Vec<String>,
    folded: Vec<Folded>,
    findings: Vec<Finding>,
}

/// The tie-out of one currency.
#[derive(Debug, Serialize)]
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
#[derive(Debug, Serialize)]
pub struct Within {
    kind: &'static str,
    currency: String,
    rows: usize,
    amount: String,
}

/// Findings too small to list.
#[derive(Debug, Serialize)]
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
        let sides = Sides::load(book, month, ask.against.as_deref())?;
        progress::go_on(book.progress)?;
        let settings = book.settings()?;
        let floor = floor.or_else(|| settings.get("reconcile.floor").parse().ok()).map(|f| f / Decimal::ONE_HUNDRED);
        let tolerance = settings.tolerance();
        let input = Input {
            month,
            vendor: &sides.vendor,
            usage: &sides.usage,
            earlier: &sides.neighbours,
            sold: &sides.sold,
            sold_elsewhere: &sides.sold_elsewhere,
            names: &sides.names,
            accounts: &sides.people.accounts,
            tenants: &sides.tenants,
            subscriptions: &sides.subscriptions,
            tolerance: &tolerance,
            floor,
            controls: &sides.controls,
            today: book.today,
        };
        book.progress.step("Comparing", 0, None);
        let outcome = engine::reconcile::reconcile(&input);
        progress::go_on(book.progress)?;
        let writer = book.writer()?;
        writer.put_findings(&sides.names, month, &outcome.findings)?;
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
        answer(book, month, sides.against, &outcome, min)
    })
}

/// Both sides of a month, and what helps to understand them.
struct Sides {
    against: &'static str,
    names: Names,
    vendor: Vec<engine::cost::CostLine>,
    usage: Vec<engine::cost::CostLine>,
    neighbours: Vec<engine::cost::CostLine>,
    sold: Vec<SoldLine>,
    sold_elsewhere: Vec<SoldLine>,
    people: People,
    tenants: Vec<engine::register::Tenant>,
    subscriptions: Vec<engine::register::Subscription>,
    controls: Vec<Control>,
}

impl Sides {
    fn load(book: &mut Book<'_>, month: Month, against: Option<&str>) -> Result<Sides, Failure> {
        let sales = sales_of(book, month)?;
        let against = match against {
            Some("sales") => "sales",
            Some("invoices") => "invoices",
            None if sales.is_empty() => "invoices",
            None => "sales",
            Some(other) => return Err(Failure::usage(format!("--against \"{other}\": give sales or invoices."))),
        };
        book.progress.step("Loading costs", 0, None);
        let documents = crate::costs::of_month(book, month, carries_money)?;
        let Costs { mut names, lines: vendor } =
            tables::lines::load_costs(book.conn(), book.names()?, &documents, Keep::Moves)?;
        let usage_documents = crate::costs::of_month(book, month, |k| k == DocumentKind::DailyUsage)?;
        let Costs { names: n, lines: usage } =
            tables::lines::load_costs(book.conn(), std::mem::take(&mut names), &usage_documents, Keep::Moves)?;
        let mut near = Vec::new();
        for other in [month.plus(-1), month.plus(1)] {
            near.extend(crate::costs::of_month(book, other, |_| true)?);
        }
        let Costs { mut names, lines: neighbours } = tables::lines::load_costs(book.conn(), n, &near, Keep::Moves)?;
        book.progress.step("Loading sales", 0, None);
        let (sold, sold_elsewhere) = if against == "sales" {
            let mut near = sales_of(book, month.plus(-1))?;
            near.extend(sales_of(book, month.plus(1))?);
            (
                tables::lines::load_sold(book.conn(), &mut names, &sales, Keep::Figures)?,
                tables::lines::load_sold(book.conn(), &mut names, &near, Keep::Figures)?,
            )
        } else {
            (crate::invoices::sold(book, month, &mut names)?, Vec::new())
        };
        let people = People::load(book, &mut names)?;
        let tenants = tables::accounts::load_tenants(book.conn(), &mut names)?;
        let subscriptions = tables::subscriptions::load(book.conn(), &mut names, Scope::All)?;
        let controls = tables::documents::of_period(book.conn(), month)?
            .iter()
            .filter(|d| d.lines.is_some_and(carries_money))
            .flat_map(stated)
            .collect();
        Ok(Sides {
            against,
            names,
            vendor,
            usage,
            neighbours,
            sold,
            sold_elsewhere,
            people,
            tenants,
            subscriptions,
            controls,
        })
    }
}

/// What a person said the document adds up to, when it was imported.
fn stated(document: &tables::documents::Document) -> Vec<Control> {
    let stated = document.dialect.get("stated").and_then(|s| s.as_object());
    stated
        .into_iter()
        .flatten()
        .filter_map(|(currency, net)| {
            Some(Control {
                document: document.no,
                currency: engine::Currency::parse(currency)?,
                net: net.as_str()?.parse().ok()?,
            })
        })
        .collect()
}

fn sales_of(book: &Book<'_>, month: Month) -> Result<Vec<u32>, Failure> {
    let documents = tables::documents::of_period(book.conn(), month)?;
    Ok(documents.iter().filter(|d| d.kind == "sales").map(|d| d.no).collect())
}

fn answer(
    book: &mut Book<'_>,
    month: Month,
    against: &'static str,
    outcome: &Reconciliation,
    min: Option<Decimal>,
) -> Result<Answer, Failure> {
    let mut stored = findings::of_month(book, month)?;
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
        notes.push(format!(
            "{} lines are sold below cost, by {} {} together. Set a floor to see each.",
            below.rows,
            total(below.amount, below.currency),
            below.currency
        ));
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
