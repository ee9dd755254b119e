//! Issued invoices and credit notes: listed, shown with their reasons, printed, credited. Never edited.

mod credit;
mod credited;
mod paper;
mod pdf;
mod preview;
pub mod print;
mod reasons;
pub mod snapshot;

pub use credit::credit;
pub use credited::credits;
pub use paper::{paper, save};
pub(crate) use pdf::file_name;
pub use pdf::{Printed, pdf, print_missing};
pub use preview::preview;
pub(crate) use print::Letterhead;
pub use reasons::{Margin, behind};

use crate::people::People;
use crate::session::Book;
use crate::wire::{Reason, number, reasons};
use crate::{Failure, Session};
use engine::bill::{Billed, LastRun, Past};
use engine::sale::{SoldAt, SoldLine};
use engine::{Decimal, Id, Month, Names, SourceId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, HashMap};
use store::tables;
use store::tables::invoices::{Filter, Invoice, InvoiceKind, InvoiceLine};
use store::tables::runs::Run;

/// Which invoices.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct ListAsk {
    #[serde(default)]
    period: Option<String>,
    #[serde(default)]
    account: Option<String>,
}

/// Invoices.
#[derive(Debug, JsonSchema, Serialize)]
pub struct List {
    totals: Vec<crate::bill::Sum>,
    invoices: Vec<Shown>,
}

/// One invoice as shells see it.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Shown {
    id: String,
    number: String,
    sequence: u64,
    kind: &'static str,
    date: String,
    due: String,
    account_ref: String,
    name: String,
    period: String,
    currency: String,
    lines: u32,
    net: String,
    tax: String,
    gross: String,
    credits: Option<String>,
    pdf: bool,
}

/// The public word for a kind of document.
pub(crate) fn kind_word(kind: InvoiceKind) -> &'static str {
    match kind {
        InvoiceKind::Invoice => "invoice",
        InvoiceKind::CreditNote => "credit-note",
    }
}

fn shown(book: &Book<'_>, invoice: &Invoice, people: &People, names: &Names) -> Result<Shown, Failure> {
    let credits = match (invoice.kind, invoice.corrects) {
        (InvoiceKind::Invoice, _) => None,
        (InvoiceKind::CreditNote, Some(id)) => tables::invoices::by_id(book.conn(), id)?.map(|i| i.label),
        (InvoiceKind::CreditNote, None) => snapshot::Snapshot::read(book, invoice)?.gives_back_from(),
    };
    Ok(Shown {
        id: invoice.id.to_string(),
        number: invoice.label.clone(),
        sequence: invoice.number,
        kind: kind_word(invoice.kind),
        date: invoice.issued.to_string(),
        due: invoice.due.to_string(),
        account_ref: people.reference(invoice.account, names),
        name: people.name(invoice.account).to_owned(),
        period: invoice.period.to_string(),
        currency: invoice.net.currency().to_string(),
        lines: invoice.lines,
        net: invoice.net.to_string(),
        tax: invoice.tax.to_string(),
        gross: invoice.gross.to_string(),
        credits,
        pdf: tables::invoices::paper(book.conn(), invoice.id, "pdf")?.is_some(),
    })
}

/// Lists invoices and credit notes, in order of issue.
pub fn list(session: &mut Session, ask: ListAsk) -> Result<List, Failure> {
    session.read(|book| {
        let mut names = book.names()?;
        let people = People::load(book, &mut names)?;
        let account = ask.account.as_deref().map(|a| people.find(a, &names).map(|a| a.id)).transpose()?;
        let period = ask.period.as_deref().map(crate::session::month).transpose()?;
        let invoices = tables::invoices::list(book.conn(), Filter { period, account, ..Filter::default() })?;
        Ok(List {
            totals: crate::bill::sums(invoices.iter().map(|i| (i.net, i.tax, i.gross))),
            invoices: invoices.iter().map(|i| shown(book, i, &people, &names)).collect::<Result<_, _>>()?,
        })
    })
}

/// Which invoice, and whether with reasons.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct ShowAsk {
    id: String,
    #[serde(default)]
    why: bool,
}

/// One invoice with its lines.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Page {
    #[serde(flatten)]
    invoice: Shown,
    tax_lines: Vec<Tax>,
    /// The tax in the book's currency, on a document in another.
    #[serde(skip_serializing_if = "Option::is_none")]
    home_tax: Option<snapshot::KeptHomeTax>,
    lines: Vec<Line>,
}

/// Tax of one treatment and rate.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Tax {
    treatment: &'static str,
    percent: String,
    base: String,
    tax: String,
}

/// One line of an invoice.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Line {
    line: u32,
    id: String,
    kind: &'static str,
    account: String,
    name: String,
    from: Option<String>,
    to: Option<String>,
    days: Option<String>,
    quantity: String,
    unit_price: String,
    net: String,
    cost: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    why: Vec<Reason>,
}

/// An invoice by its number or id.
pub fn find(book: &Book<'_>, id: &str) -> Result<Invoice, Failure> {
    let by_label = tables::invoices::by_label(book.conn(), id)?;
    let found = match (by_label, Id::parse(id)) {
        (Some(invoice), _) => Some(invoice),
        (None, Some(own)) => tables::invoices::by_id(book.conn(), own)?,
        (None, None) => None,
    };
    found.ok_or_else(|| Failure::not_found("invoice", id))
}

/// Shows one invoice.
pub fn show(session: &mut Session, ask: ShowAsk) -> Result<Page, Failure> {
    session.read(|book| {
        let mut names = book.names()?;
        let people = People::load(book, &mut names)?;
        let invoice = find(book, &ask.id)?;
        let lines = tables::invoices::lines(book.conn(), &invoice)?;
        let tax = invoice.tax_lines.iter().map(|t| Tax {
            treatment: crate::people::treatment(t.treatment),
            percent: number(t.percent),
            base: t.base.to_string(),
            tax: t.tax.to_string(),
        });
        Ok(Page {
            tax_lines: tax.collect(),
            home_tax: snapshot::Snapshot::read(book, &invoice)?.home_tax().cloned(),
            lines: lines.iter().map(|l| line(l, &people, ask.why)).collect(),
            invoice: shown(book, &invoice, &people, &names)?,
        })
    })
}

/// One line as shells see it.
pub fn line(stored: &InvoiceLine, people: &People, why: bool) -> Line {
    let l = &stored.line;
    Line {
        line: stored.position,
        id: stored.id.to_string(),
        kind: crate::bill::kind_word(l.key.kind),
        account: people.name(l.account).to_owned(),
        name: l.name.clone(),
        from: l.period.map(|p| p.start.to_string()),
        to: l.period.map(|p| p.last().to_string()),
        days: days(l),
        quantity: number(l.quantity),
        unit_price: number(l.unit_price),
        net: l.net.to_string(),
        cost: l.cost.map(|c| c.to_string()),
        why: if why { reasons(l.why.iter()) } else { Vec::new() },
    }
}

/// Days charged, and of how many where that is part of a cycle: `19 of 31`.
pub fn days(line: &engine::sale::SaleLine) -> Option<String> {
    line.period.map(|p| match line.cycle.filter(|c| c.days() != p.days()) {
        Some(cycle) => format!("{} of {}", p.days(), cycle.days()),
        None => p.days().to_string(),
    })
}

/// How many documents were ever issued.
pub fn count(book: &Book<'_>) -> Result<u64, Failure> {
    Ok(tables::glance::invoices(book.conn())?)
}

/// `INV-00001/3`: the third line of an invoice.
pub fn line_reference(book: &Book<'_>, id: Id) -> Result<String, Failure> {
    let found = tables::invoices::line_by_id(book.conn(), id)?;
    Ok(found.map_or_else(|| id.to_string(), |(invoice, line)| format!("{}/{}", invoice.label, line.position)))
}

/// What was billed before a run.
pub struct History {
    /// Every charge that may come up again.
    pub billed: Billed,
    /// The last month's lines, to compare with.
    pub last: Option<LastRun>,
}

impl History {
    /// Loads it: charges since the oldest month that may be caught up, and the lines of the month before.
    pub fn load(book: &Book<'_>, month: Month, earlier: &[Month]) -> Result<History, Failure> {
        let mut billed = Billed::default();
        if count(book)? > 0 {
            // Annual cycles reach back a year before the first day of the oldest month.
            let oldest = earlier.first().copied().unwrap_or(month).plus(-36);
            tables::invoices::billed(book.conn(), oldest.first(), |key, quantity| billed.insert(key, quantity))?;
        }
        Ok(History { billed, last: History::last(book, month)? })
    }

    /// The lines of the last month issued before this one.
    pub fn last(book: &Book<'_>, month: Month) -> Result<Option<LastRun>, Failure> {
        let runs = tables::runs::list(book.conn())?;
        let reopened = tables::invoices::reopened(book.conn())?;
        let months: BTreeSet<Month> = runs.iter().map(|r| r.period).filter(|p| *p < month).collect();
        for period in months.into_iter().rev() {
            let mut last: Option<LastRun> = None;
            tables::invoices::each_page(book.conn(), of_period(period), |invoice, lines| {
                if invoice.run.is_some() && !reopened.contains_key(&invoice.no) {
                    let last = last.get_or_insert_default();
                    last.lines.extend(lines.iter().map(|l| Past::from(&l.line)));
                    if let Some(tax) = invoice.tax_lines.first() {
                        last.tax.insert(invoice.account, (tax.treatment, tax.percent));
                    }
                }
                Ok(())
            })?;
            if last.is_some() {
                return Ok(last);
            }
        }
        Ok(None)
    }
}

impl History {
    /// As it was when a run was drafted: what was issued before it.
    pub fn before(book: &Book<'_>, run: &Run) -> Result<History, Failure> {
        let first = first_of(book, run)?;
        let mut billed = Billed::default();
        tables::invoices::each_line(book.conn(), Filter::default(), |invoice, line| {
            if invoice.no < first && invoice.charges() {
                billed.insert(line.line.key, line.line.quantity);
            } else if invoice.no < first && invoice.reopens.is_some() {
                billed.remove(&line.line.key);
            }
        })?;
        Ok(History { billed, last: History::last(book, run.period)? })
    }
}

/// The invoices of a month.
fn of_period(month: Month) -> Filter {
    Filter { period: Some(month), ..Filter::default() }
}

/// The lines of a month's invoices that came from runs, as a run is compared.
pub fn issued_in(book: &Book<'_>, month: Month) -> Result<Vec<Past>, Failure> {
    let mut past = Vec::new();
    let reopened = tables::invoices::reopened(book.conn())?;
    tables::invoices::each_page(book.conn(), of_period(month), |invoice, lines| {
        if invoice.run.is_some() && !reopened.contains_key(&invoice.no) {
            past.extend(lines.iter().map(|l| Past::from(&l.line)));
        }
        Ok(())
    })?;
    Ok(past)
}

/// Net amounts of a month's runs by the account that uses the services, issued so far, or before a run.
pub fn issued_net(
    book: &Book<'_>,
    month: Month,
    before: Option<&Run>,
) -> Result<HashMap<(Id, engine::Currency), engine::Money>, Failure> {
    let first = before.map(|run| first_of(book, run)).transpose()?.unwrap_or(u64::MAX);
    let mut sums: HashMap<(Id, engine::Currency), engine::Money> = HashMap::new();
    tables::invoices::each_line(book.conn(), of_period(month), |invoice, InvoiceLine { line, .. }| {
        // What a credit note reopens it takes out again.
        if invoice.no < first && (invoice.charges() || invoice.reopens.is_some()) {
            let currency = line.net.currency();
            let sum = sums.entry((line.account, currency)).or_insert(engine::Money::zero(currency));
            *sum = sum.plus(line.net).unwrap_or(*sum);
        }
    })?;
    Ok(sums)
}

/// The short number of a run's first invoice; beyond all others when it has none.
fn first_of(book: &Book<'_>, run: &Run) -> Result<u64, Failure> {
    let filter = Filter { run: Some(run.id), limit: Some(1), ..Filter::default() };
    Ok(tables::invoices::list(book.conn(), filter)?.first().map_or(u64::MAX, |i| i.no))
}

/// The charges of a run's invoices.
pub fn keys_of(book: &Book<'_>, run: &Run) -> Result<Vec<engine::sale::ChargeKey>, Failure> {
    let mut keys = Vec::new();
    let filter = Filter { run: Some(run.id), ..Filter::default() };
    tables::invoices::each_line(book.conn(), filter, |_, line| keys.push(line.line.key))?;
    Ok(keys)
}

/// What was sold in a month according to our own invoices, as reconciliation sees it.
pub fn sold(book: &Book<'_>, month: Month, names: &mut Names) -> Result<Vec<SoldLine>, Failure> {
    let people = People::load(book, names)?;
    let subscriptions: HashMap<Id, (SourceId, engine::Currency)> =
        tables::subscriptions::load(book.conn(), names, tables::subscriptions::Scope::All)?
            .into_iter()
            .map(|s| (s.id, (s.source, s.pricing_currency)))
            .collect();
    let tenants = tables::accounts::load_tenants(book.conn(), names)?;
    let mut tenant_of: HashMap<Id, SourceId> = people.accounts.iter().map(|a| (a.id, a.source)).collect();
    for tenant in &tenants {
        if let Some(account) = tenant.account {
            let known = tenant_of.entry(account).or_insert(tenant.tenant);
            if !matches!(known, SourceId::Guid(_)) {
                *known = tenant.tenant;
            }
        }
    }
    let mut out = Vec::new();
    tables::invoices::each_line(book.conn(), of_period(month), |_, InvoiceLine { id, line, .. }| {
        let subscription = line.subscription.and_then(|id| subscriptions.get(&id));
        let units = units(line.period, line.cycle, line.quantity);
        out.push(SoldLine {
            at: SoldAt::Invoice(id),
            reference: SourceId::NONE,
            customer: tenant_of.get(&line.account).copied().unwrap_or(SourceId::NONE),
            product: line.product.map_or(engine::Symbol::EMPTY, |p| p.product),
            sku: line.product.map_or(engine::Symbol::EMPTY, |p| p.sku),
            subscription: subscription.map_or(SourceId::NONE, |s| s.0),
            period: line.period,
            quantity: line.quantity,
            unit_cost: line.cost.filter(|_| !units.is_zero()).map(|c| c.value() / units),
            pricing_currency: line.net.currency(),
            exchange_rate: None,
            cost_total: line.cost.map(|c| c.value()),
            total: line.net.value(),
            currency: line.net.currency(),
        });
    })?;
    Ok(out)
}

/// Whole cycles charged: seats times the share of the days.
fn units(period: Option<engine::Period>, cycle: Option<engine::Period>, quantity: Decimal) -> Decimal {
    match (period, cycle) {
        (Some(p), Some(c)) if c.days() > 0 => quantity * Decimal::from(p.days()) / Decimal::from(c.days()),
        _ => quantity,
    }
}
