//! The month at a glance: how far each step is, what needs action first, what to do next, and the months before.
//!
//! Nothing is computed here that another command would compute otherwise: documents, findings, drafts and invoices are
//! counted and summed as they are stored. Sums are of the book's currency; what is in others is counted and named.

use crate::findings::{self, Shown};
use crate::session::Book;
use crate::wire::{PeriodAsk, total};
use crate::{Failure, Session, costs};
use engine::money::Totals;
use engine::{Currency, Decimal, Month};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::HashSet;
use store::tables;
use store::tables::documents::Document;
use store::tables::invoices::{Filter, Invoice};
use store::tables::runs::RunState;

/// A month at a glance.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Glance {
    period: String,
    currency: String,
    /// Import, reconcile, draft, issue, print, in this order.
    steps: Vec<Step>,
    /// Rows of this month's files that wait to be corrected.
    waiting: usize,
    /// What leads on.
    next: Next,
    /// Open findings, the most money first; the first ones.
    actions: Vec<Shown>,
    /// Open findings of the book's currency together.
    worth: String,
    /// All open findings.
    open: usize,
    /// Codes of the guards that hold the draft, and how often each.
    guards: Vec<Held>,
    /// This month and those before it, the latest first.
    months: Vec<Past>,
    /// Currencies of this month's documents and invoices that no sum here holds.
    other_currencies: Vec<String>,
}

/// One step of the month.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Step {
    name: Name,
    state: State,
    /// Its money, in the book's currency.
    amount: Option<String>,
    /// Files, findings, drafts, invoices, papers.
    count: u64,
    /// Rows of the files, drafts to issue, invoices to print.
    of: u64,
}

/// The steps.
#[derive(Clone, Copy, Debug, JsonSchema, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Name {
    /// The vendor's files are in.
    Import,
    /// Costs and sales are compared.
    Reconcile,
    /// Invoices are drafted.
    Draft,
    /// Drafts are issued.
    Issue,
    /// Invoices have their PDFs.
    Print,
}

/// How far a step is.
#[derive(Clone, Copy, Debug, JsonSchema, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Nothing is left to do.
    Done,
    /// Begun, and something waits.
    Now,
    /// Comes later.
    Later,
}

/// What leads on.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Next {
    what: What,
    /// How many of what it is about.
    count: u64,
}

/// What can be next.
#[derive(Clone, Copy, Debug, JsonSchema, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// Import the vendor's files.
    Import,
    /// Compare costs and sales.
    Reconcile,
    /// Review open findings.
    Findings,
    /// Draft the invoices.
    Draft,
    /// Issue the drafts.
    Issue,
    /// Print what has no PDF.
    Print,
    /// The month is closed; the next one begins.
    NextMonth,
}

/// A guard that holds.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Held {
    code: String,
    count: u64,
}

/// A month in figures.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Past {
    period: String,
    /// What the vendors billed.
    cost: String,
    /// What was invoiced; before there were invoices, what was imported as sold.
    sold: String,
    margin: String,
    /// Of what was sold; none where nothing was.
    margin_percent: Option<String>,
    /// Whether its run is issued.
    closed: bool,
}

/// Findings shown.
const FIRST: usize = 10;
/// Months shown.
const MONTHS: i32 = 13;

/// Shows a month at a glance.
pub fn glance(session: &mut Session, ask: PeriodAsk) -> Result<Glance, Failure> {
    let month = crate::session::month(&ask.period)?;
    session.read(|book| of(book, month))
}

fn of(book: &mut Book<'_>, month: Month) -> Result<Glance, Failure> {
    let currency = book.store.info()?.currency;
    let all = tables::documents::list(book.conn())?;
    let vendor: Vec<&Document> = all.iter().filter(|d| d.period == Some(month) && carries(d)).collect();
    // Rows taken in later are in the files that were counted.
    let files = || vendor.iter().filter(|d| d.rest_of.is_none());
    let of_month: HashSet<u32> = all.iter().filter(|d| d.period == Some(month)).map(|d| d.no).collect();
    let problems = tables::documents::waiting(book.conn())?;
    let waiting: HashSet<(u32, u32)> =
        problems.iter().filter(|p| of_month.contains(&p.document)).map(|p| (p.document, p.row)).collect();
    let mut open: Vec<Shown> = findings::of_month(book, month)?.into_iter().filter(Shown::is_open).collect();
    open.sort_by(|a, b| b.size().cmp(&a.size()).then_with(|| a.order().cmp(&b.order())));
    let worth = open.iter().filter(|f| f.currency() == currency).map(Shown::money).sum::<Decimal>();
    let runs = tables::runs::of_period(book.conn(), month)?;
    let draft = runs.iter().rev().find(|r| r.state == RunState::Draft);
    let drafted = draft.map(|r| tables::runs::draft_totals(book.conn(), r.id)).transpose()?.unwrap_or_default();
    let invoices = tables::invoices::list(book.conn(), Filter { period: Some(month), ..Filter::default() })?;
    let mut unprinted = 0;
    for invoice in &invoices {
        unprinted += u64::from(tables::invoices::paper(book.conn(), invoice.id, "pdf")?.is_none());
    }
    let issued_of_draft = draft.map_or(0, |r| invoices.iter().filter(|i| i.run == Some(r.id)).count());
    let to_issue = drafted.len().saturating_sub(issued_of_draft) as u64;

    let cost = sum(vendor.iter().map(|d| &d.totals), currency);
    let amount = |value: Decimal| Some(total(value, currency));
    let of_drafts = drafted.iter().filter(|d| d.net.currency() == currency).map(|d| d.net.value()).sum();
    let of_invoices: Decimal = net(&invoices, currency);
    let begun = draft.is_some() || !invoices.is_empty();
    let compared = begun || crate::reconcile::is_compared(book, month)?;
    let state = |done: bool, now: bool| {
        if done {
            State::Done
        } else if now {
            State::Now
        } else {
            State::Later
        }
    };
    let step = |name, state, amount, count, of| Step { name, state, amount, count, of };
    let steps = vec![
        step(
            Name::Import,
            state(!vendor.is_empty(), true),
            amount(cost).filter(|_| !vendor.is_empty()),
            files().count() as u64,
            files().map(|d| u64::from(d.rows)).sum(),
        ),
        step(
            Name::Reconcile,
            state(open.is_empty() && compared && !vendor.is_empty(), !vendor.is_empty()),
            amount(worth).filter(|_| !open.is_empty()),
            open.len() as u64,
            0,
        ),
        step(
            Name::Draft,
            state(begun, !vendor.is_empty() && open.is_empty() && compared),
            amount(if draft.is_some() { of_drafts } else { of_invoices }).filter(|_| begun),
            if draft.is_some() { drafted.len() } else { invoices.len() } as u64,
            0,
        ),
        step(
            Name::Issue,
            state(!invoices.is_empty() && to_issue == 0, draft.is_some()),
            amount(of_invoices).filter(|_| !invoices.is_empty()),
            invoices.len() as u64,
            invoices.len() as u64 + to_issue,
        ),
        step(
            Name::Print,
            state(!invoices.is_empty() && unprinted == 0 && to_issue == 0, unprinted > 0),
            None,
            invoices.len() as u64 - unprinted,
            invoices.len() as u64,
        ),
    ];
    let next = if vendor.is_empty() && !begun {
        Next { what: What::Import, count: 0 }
    } else if !compared {
        Next { what: What::Reconcile, count: 0 }
    } else if !open.is_empty() {
        Next { what: What::Findings, count: open.len() as u64 }
    } else if !begun {
        Next { what: What::Draft, count: 0 }
    } else if to_issue > 0 {
        Next { what: What::Issue, count: to_issue }
    } else if unprinted > 0 {
        Next { what: What::Print, count: unprinted }
    } else {
        Next { what: What::NextMonth, count: 0 }
    };
    let mut guards: Vec<Held> = Vec::new();
    for guard in draft.iter().flat_map(|r| &r.guards) {
        match guards.iter_mut().find(|h| h.code == guard.code) {
            Some(held) => held.count += 1,
            None => guards.push(Held { code: guard.code.to_owned(), count: 1 }),
        }
    }
    let mut others: Vec<Currency> = vendor.iter().flat_map(|d| d.totals.iter().map(|(c, _)| c)).collect();
    others.extend(invoices.iter().map(|i| i.net.currency()));
    others.retain(|c| *c != currency);
    others.sort_unstable();
    others.dedup();
    let months = past(book, month, currency, &all)?;
    let count = open.len();
    open.truncate(FIRST);
    Ok(Glance {
        period: month.to_string(),
        currency: currency.to_string(),
        steps,
        waiting: waiting.len(),
        next,
        actions: open,
        worth: total(worth, currency),
        open: count,
        guards,
        months,
        other_currencies: others.iter().map(Currency::to_string).collect(),
    })
}

fn carries(document: &Document) -> bool {
    document.lines.is_some_and(costs::carries_money)
}

fn sum<'t>(totals: impl Iterator<Item = &'t Totals>, currency: Currency) -> Decimal {
    totals.map(|t| t.get(currency)).sum()
}

/// What invoices come to less what credit notes take back.
fn net(invoices: &[Invoice], currency: Currency) -> Decimal {
    invoices.iter().filter(|i| i.net.currency() == currency).map(|i| i.net.value()).sum()
}

fn past(book: &Book<'_>, month: Month, currency: Currency, documents: &[Document]) -> Result<Vec<Past>, Failure> {
    let runs = tables::runs::list(book.conn())?;
    let mut out = Vec::new();
    for back in 0..MONTHS {
        let period = month.plus(-back);
        let of = |wanted: &dyn Fn(&Document) -> bool| {
            sum(documents.iter().filter(|d| d.period == Some(period) && wanted(d)).map(|d| &d.totals), currency)
        };
        let cost = of(&carries);
        let filter = Filter { period: Some(period), ..Filter::default() };
        let invoices = tables::invoices::list(book.conn(), filter)?;
        let sold = if invoices.is_empty() { of(&|d| d.kind == "sales") } else { net(&invoices, currency) };
        if cost.is_zero() && sold.is_zero() {
            continue;
        }
        let margin = sold - cost;
        let percent = (!sold.is_zero()).then(|| (margin / sold * Decimal::ONE_HUNDRED).round_dp(1));
        out.push(Past {
            period: period.to_string(),
            cost: total(cost, currency),
            sold: total(sold, currency),
            margin: total(margin, currency),
            margin_percent: percent.map(|p| format!("{p:.1}")),
            closed: runs.iter().any(|r| r.period == period && r.state == RunState::Issued),
        });
    }
    Ok(out)
}
