//! Vendor documents, their lines, and what happened according to them.

pub(crate) mod lines;
mod unmapped;

pub use lines::{Line, lines};
pub use unmapped::unmapped;

use crate::import::said;
use crate::session::Book;
use crate::wire::{IdAsk, Input, Nothing, PeriodAsk, Reason, cost_id, number, parse_cost_id, reasons, total};
use crate::{Failure, Session};
use engine::cost::{ChargeType, CostLine, Costs, DocumentKind};
use engine::explain::{Explanation, explain_event};
use engine::{LineRef, Month, Names, Symbol};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::{HashMap, HashSet};
use store::tables;
use store::tables::documents::{Document, ProblemRow};
use store::tables::lines::Keep;

/// One document as shells see it.
#[derive(Debug, JsonSchema, Serialize)]
pub struct ShownDocument {
    document: u32,
    kind: String,
    name: String,
    period: Option<String>,
    invoices: Vec<String>,
    rows: u32,
    /// Rows of it that wait because something in them cannot be read.
    waiting: usize,
    /// The document whose waiting rows these were.
    #[serde(skip_serializing_if = "Option::is_none")]
    rest_of: Option<u32>,
    totals: Vec<Total>,
    /// What the vendor's invoice says it adds up to, where somebody said so.
    stated: Vec<said::Stated>,
    /// Cells that were read otherwise than they say.
    corrected: Vec<said::CellUsed>,
    bytes: u64,
    sha256: String,
    imported_at: String,
}

/// A sum in one currency.
#[derive(Clone, Debug, JsonSchema, PartialEq, Serialize)]
pub struct Total {
    /// Currency.
    pub currency: String,
    /// Sum as text.
    pub amount: String,
}

/// Several documents.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Documents {
    documents: Vec<ShownDocument>,
}

/// Shows a document: `all` are the book's, `waiting` the problems of every row that waits.
fn shown(d: &Document, all: &[Document], waiting: &[ProblemRow]) -> ShownDocument {
    let rows: HashSet<u32> = waiting.iter().filter(|p| p.document == d.no).map(|p| p.row).collect();
    ShownDocument {
        document: d.no,
        kind: d.kind.clone(),
        name: d.file_name.clone(),
        period: d.period.map(|p| p.to_string()),
        invoices: d.invoices.clone(),
        rows: d.rows,
        waiting: rows.len(),
        rest_of: d.rest_of,
        totals: d.totals.iter().map(|(c, v)| Total { currency: c.to_string(), amount: total(v, c) }).collect(),
        stated: said::stated(d, all),
        corrected: said::corrected(d),
        bytes: d.bytes,
        sha256: d.sha256.iter().map(|b| format!("{b:02x}")).collect(),
        imported_at: d.imported_at.clone(),
    }
}

/// Lists every imported document.
pub fn documents(session: &mut Session, _: Nothing) -> Result<Documents, Failure> {
    session.read(|book| {
        let all = tables::documents::list(book.conn())?;
        let waiting = tables::documents::waiting(book.conn())?;
        Ok(Documents { documents: all.iter().map(|d| shown(d, &all, &waiting)).collect() })
    })
}

/// The public word for what happened.
pub fn charge_word(charge: ChargeType, names: &Names) -> String {
    match charge {
        ChargeType::New => "new",
        ChargeType::Renew => "renew",
        ChargeType::Cycle => "cycleCharge",
        ChargeType::AddQuantity => "addQuantity",
        ChargeType::RemoveQuantity => "removeQuantity",
        ChargeType::Cancel => "cancelImmediate",
        ChargeType::Convert => "convert",
        ChargeType::MoveQuantity => "moveQuantity",
        ChargeType::ChangeBillingPlan => "changeBillingPlan",
        ChargeType::CustomerCredit => "customerCredit",
        ChargeType::ExtendTerm => "extendTerm",
        ChargeType::Prorate => "prorate",
        ChargeType::Adjustment => "adjustment",
        ChargeType::Other(word) => return names.text(word).to_owned(),
    }
    .to_owned()
}

/// The numbers of the documents of a month, of the kinds wanted.
pub fn of_month(book: &Book<'_>, month: Month, wanted: impl Fn(DocumentKind) -> bool) -> Result<Vec<u32>, Failure> {
    let documents = tables::documents::of_period(book.conn(), month)?;
    Ok(documents.iter().filter(|d| d.lines.is_some_and(&wanted)).map(|d| d.no).collect())
}

/// Whether a document's lines carry money of their own.
pub fn carries_money(kind: DocumentKind) -> bool {
    kind != DocumentKind::DailyUsage
}

/// Loads the lines of a month.
pub fn load(book: &Book<'_>, month: Month, wanted: impl Fn(DocumentKind) -> bool) -> Result<Costs, Failure> {
    let numbers = of_month(book, month, wanted)?;
    Ok(tables::lines::load_costs(book.conn(), book.names()?, &numbers, Keep::Everything)?)
}

/// One cost line with how its amount comes about.
#[derive(Debug, JsonSchema, Serialize)]
pub struct ShownLine {
    #[serde(flatten)]
    line: Line,
    explained: Explained,
}

/// How the vendor's amount comes about, or why no published rule gives it.
#[derive(Debug, JsonSchema, Serialize)]
#[serde(untagged)]
pub enum Explained {
    /// A published rule fits.
    Rule {
        /// Code of the rounding it fits.
        rule: &'static str,
        /// Days charged.
        days: i64,
        /// Days of the whole cycle.
        cycle_days: i64,
        /// What the rule gives.
        amount: String,
    },
    /// None does.
    Reason {
        /// Why not.
        reason: &'static str,
    },
}

fn explained(explanation: &Explanation, line: &CostLine) -> Explained {
    match explanation {
        Explanation::Fits { rounding, days, cycle_days, amount, .. } => Explained::Rule {
            rule: rounding.code(),
            days: *days,
            cycle_days: *cycle_days,
            amount: total(*amount, line.currency),
        },
        Explanation::Reason { code, .. } => Explained::Reason { reason: code },
    }
}

/// The lines of one event must have been rounded the same way, so they are explained together.
fn explanations(costs: &Costs) -> Vec<Explanation> {
    let mut groups: HashMap<Symbol, Vec<usize>> = HashMap::new();
    let mut out: Vec<Option<Explanation>> = vec![None; costs.lines.len()];
    // A file is rounded one way; where a line fits several, it is explained by the file's own.
    let usual = engine::explain::detect(&costs.lines, &costs.names).mode();
    for (n, line) in costs.lines.iter().enumerate() {
        if line.reference.is_empty() {
            out[n] = Some(engine::explain::explain_as(line, &costs.names, usual));
        } else {
            groups.entry(line.reference).or_default().push(n);
        }
    }
    for group in groups.values() {
        let lines: Vec<&CostLine> = group.iter().map(|&n| &costs.lines[n]).collect();
        for (&n, explanation) in group.iter().zip(explain_event(&lines, &costs.names)) {
            out[n] = Some(explanation);
        }
    }
    out.into_iter().flatten().collect()
}

fn line(line: &CostLine, explanation: &Explanation, names: &Names) -> ShownLine {
    let (customer, reference) = (names.text(line.customer_name), names.text(line.reference));
    ShownLine { line: Line::of(line, customer, reference, names), explained: explained(explanation, line) }
}

/// Cost lines of a month.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Lines {
    period: String,
    totals: Vec<Total>,
    /// What vendors billed: daily usage left out.
    billed: Vec<Total>,
    /// What daily usage adds up to.
    metered: Vec<Total>,
    /// How many lines are daily usage.
    usage_lines: usize,
    lines: Vec<ShownLine>,
}

/// Lists the cost lines of a month, daily usage included.
pub fn list(session: &mut Session, ask: PeriodAsk) -> Result<Lines, Failure> {
    session.read(|book| {
        let month = crate::session::month(&ask.period)?;
        let costs = load(book, month, |_| true)?;
        let sums = |wanted: &dyn Fn(&CostLine) -> bool| {
            let mut totals = engine::money::Totals::default();
            for l in costs.lines.iter().filter(|l| wanted(l)) {
                totals.add(l.currency, l.subtotal);
            }
            totals.iter().map(|(c, v)| Total { currency: c.to_string(), amount: total(v, c) }).collect()
        };
        let lines = costs.lines.iter().zip(explanations(&costs)).map(|(l, e)| line(l, &e, &costs.names)).collect();
        Ok(Lines {
            period: month.to_string(),
            totals: sums(&|_| true),
            billed: sums(&|l| l.usage.is_none()),
            metered: sums(&|l| l.usage.is_some()),
            usage_lines: costs.lines.iter().filter(|l| l.usage.is_some()).count(),
            lines,
        })
    })
}

/// One cost line down to the vendor's row, or one document.
#[derive(Debug, JsonSchema, Serialize)]
#[serde(untagged)]
pub enum Shown {
    /// A line.
    Line(Box<LinePage>),
    /// A document.
    Document(Box<ShownDocument>),
}

/// One cost line with its reasons and the vendor's own columns.
#[derive(Debug, JsonSchema, Serialize)]
pub struct LinePage {
    #[serde(flatten)]
    line: ShownLine,
    file: String,
    why: Vec<Reason>,
    row_as_sent: Vec<Input>,
    /// Cells of the row that were read otherwise, when it was imported.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    corrected: Vec<said::CellUsed>,
    imported_at: String,
}

/// Shows a cost line (`C3-17`), or a document by its number.
pub fn show(session: &mut Session, ask: IdAsk) -> Result<Shown, Failure> {
    session.read(|book| match parse_cost_id(&ask.id) {
        Some(at) => Ok(Shown::Line(Box::new(line_page(book, at)?))),
        None => {
            let no: u32 = ask.id.parse().map_err(|_| Failure::not_found("cost line or document", &ask.id))?;
            let all = tables::documents::list(book.conn())?;
            let document = all.iter().find(|d| d.no == no).ok_or_else(|| Failure::not_found("document", &ask.id))?;
            let waiting = tables::documents::waiting(book.conn())?;
            Ok(Shown::Document(Box::new(shown(document, &all, &waiting))))
        }
    })
}

/// A row of any imported file, as it was sent.
#[derive(Debug, JsonSchema, Serialize)]
pub struct RawPage {
    id: String,
    file: String,
    kind: String,
    row: u32,
    row_as_sent: Vec<Input>,
}

/// A row of any imported file.
pub fn raw_page(book: &Book<'_>, at: LineRef) -> Result<RawPage, Failure> {
    let missing = || Failure::not_found("row", &cost_id(at));
    let document = tables::documents::by_no(book.conn(), at.document)?.ok_or_else(missing)?;
    let row_as_sent: Vec<Input> = as_sent(book, &document, at.row)?;
    if row_as_sent.is_empty() {
        return Err(missing());
    }
    Ok(RawPage { id: cost_id(at), file: document.file_name, kind: document.kind, row: at.row, row_as_sent })
}

fn as_sent(book: &Book<'_>, document: &Document, row: u32) -> Result<Vec<Input>, Failure> {
    let cells = crate::import::raw_row(book, document, row)?;
    Ok(cells.into_iter().map(|(name, value)| Input { name, value }).collect())
}

/// One cost line with its reasons and the vendor's row.
pub fn line_page(book: &Book<'_>, at: LineRef) -> Result<LinePage, Failure> {
    let missing = || Failure::not_found("cost line", &cost_id(at));
    let document = tables::documents::by_no(book.conn(), at.document)?.ok_or_else(missing)?;
    let mut names = book.names()?;
    let found = tables::lines::cost_line(book.conn(), &mut names, at)?.ok_or_else(missing)?;
    let explanation = engine::explain::explain(&found, &names);
    let why = match &explanation {
        Explanation::Fits { why, .. } | Explanation::Reason { why, .. } => reasons(why),
    };
    Ok(LinePage {
        line: line(&found, &explanation, &names),
        file: document.file_name.clone(),
        why,
        row_as_sent: as_sent(book, &document, at.row)?,
        corrected: said::corrected(&document).into_iter().filter(|c| c.row == at.row).collect(),
        imported_at: document.imported_at,
    })
}

/// What happened, one per ReferenceId.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Events {
    period: String,
    events: Vec<Event>,
}

/// One event.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Event {
    reference: String,
    kind: String,
    date: Option<String>,
    account_ref: String,
    subscription_refs: Vec<String>,
    products: Vec<String>,
    seats_before: Option<String>,
    seats_after: Option<String>,
    net: String,
    currency: String,
    days: i64,
    cycle_days: i64,
    rows: Vec<String>,
    text: String,
}

/// Lists what happened in a month.
pub fn events(session: &mut Session, ask: PeriodAsk) -> Result<Events, Failure> {
    session.read(|book| {
        let month = crate::session::month(&ask.period)?;
        let costs = load(book, month, carries_money)?;
        let names = &costs.names;
        let events = engine::events::events(&costs)
            .iter()
            .map(|e| Event {
                reference: names.text(e.reference).to_owned(),
                kind: charge_word(e.kind, names),
                date: e.date.map(|d| d.to_string()),
                account_ref: names.source_text(e.customer),
                subscription_refs: e.subscriptions.iter().map(|s| names.source_text(*s)).collect(),
                products: e.products.iter().map(|p| names.text(*p).to_owned()).collect(),
                seats_before: e.seats_before.map(number),
                seats_after: e.seats_after.map(number),
                net: total(e.net, e.currency),
                currency: e.currency.to_string(),
                days: e.days,
                cycle_days: e.cycle_days,
                rows: e.rows.iter().map(|r| cost_id(*r)).collect(),
                text: e.text(names),
            })
            .collect();
        Ok(Events { period: month.to_string(), events })
    })
}

/// Rows that wait.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Waiting {
    problems: Vec<Problem>,
}

/// One thing wrong with a row that waits.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Problem {
    document: u32,
    name: String,
    row: u32,
    column: String,
    value: String,
    code: String,
    hint: String,
}

/// Lists the rows that wait because something in them could not be read.
pub fn problems(session: &mut Session, _: Nothing) -> Result<Waiting, Failure> {
    session.read(|book| {
        let documents: HashMap<u32, String> =
            tables::documents::list(book.conn())?.into_iter().map(|d| (d.no, d.file_name)).collect();
        let problems = tables::documents::waiting(book.conn())?
            .into_iter()
            .map(|p| Problem {
                document: p.document,
                name: documents.get(&p.document).cloned().unwrap_or_default(),
                row: p.row,
                column: p.column,
                value: p.value,
                code: p.code,
                hint: p.hint,
            })
            .collect();
        Ok(Waiting { problems })
    })
}
