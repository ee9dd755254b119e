//! The list of discrepancies, and what people decide about them.

mod decide;

use crate::people::People;
use crate::session::Book;
use crate::wire::{IdAsk, cost_id, total};
use crate::{Failure, Session};
use engine::finding::{Class, Finding, Fix, Until};
use engine::register::{Account, ProductKey};
use engine::sale::SoldAt;
use engine::{Currency, Decimal, Id, IdMap, IdSet, LineRef, Month, Names, SourceId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, HashMap};
use store::tables;
use store::tables::findings::{State, StoredFinding};

pub use decide::{DecideAsk, DecidedList, accept, fix, ignore, reopen};

/// One finding as shells see it.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Shown {
    id: String,
    /// The end of the id: enough to name a finding on the command line.
    short: String,
    class: &'static str,
    account_ref: String,
    account: String,
    subscription_ref: String,
    product: String,
    product_ref: String,
    money: String,
    per_year: String,
    currency: String,
    until: String,
    vendor_rows: Vec<u32>,
    vendor_refs: Vec<String>,
    sale_refs: Vec<String>,
    fix: &'static str,
    state: &'static str,
    #[serde(skip_serializing_if = "String::is_empty")]
    reason: String,
    evidence: Vec<Evidence>,
    #[serde(skip)]
    raw: (Decimal, Currency, bool, u64),
}

/// What differs between the two sides.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Evidence {
    what: &'static str,
    vendor: String,
    sold: String,
}

impl Shown {
    /// Whether the last reconciliation did not find it again.
    pub fn is_gone(&self) -> bool {
        self.raw.2
    }

    /// Whether it is still found and nobody decided about it.
    pub fn is_open(&self) -> bool {
        self.state == State::Open.name() && !self.is_gone()
    }

    /// How much money it is about.
    pub fn size(&self) -> Decimal {
        self.raw.0.abs()
    }

    /// Money, negative when it is lost.
    pub fn money(&self) -> Decimal {
        self.raw.0
    }

    /// Its currency.
    pub fn currency(&self) -> Currency {
        self.raw.1
    }

    /// A stable order among findings of one size.
    pub fn order(&self) -> (&'static str, &str, &str) {
        (self.class, &self.subscription_ref, &self.product_ref)
    }
}

fn fix_word(fix: Fix) -> &'static str {
    match fix {
        Fix::CatchUpLine => "catch_up_line",
        Fix::Credit => "credit",
        Fix::PriceRule => "price_rule",
        Fix::Mapping => "mapping",
        Fix::Register => "register",
        Fix::Ticket => "ticket",
        Fix::None => "none",
    }
}

fn until_text(until: Until) -> String {
    match until {
        Until::Window(day) => day.to_string(),
        Until::Renewal(day) => format!("renewal {day}"),
        Until::Any => "any time".into(),
        Until::Never => "never".into(),
    }
}

/// The findings of a month as shown, gone ones included.
pub fn of_month(book: &Book<'_>, month: Month) -> Result<Vec<Shown>, Failure> {
    let mut names = book.names()?;
    let people = People::load(book, &mut names)?;
    shown_of_month(book, month, &mut names, &people, References::new())
}

/// The same where the book's texts and accounts are at hand, and the ids of some sold lines.
pub fn shown_of_month(
    book: &Book<'_>,
    month: Month,
    names: &mut Names,
    people: &People,
    known: References,
) -> Result<Vec<Shown>, Failure> {
    let stored = tables::findings::load(book.conn(), names, month)?;
    let references = sale_references(book, &stored, names, known)?;
    let products = product_names(book, names)?;
    let accounts = by_source(people, &stored);
    Ok(stored.iter().map(|f| shown(f, &accounts, &products, names, &references)).collect())
}

/// Sold lines by where they are recorded: the source's own id.
pub type References = HashMap<SoldAt, String>;

/// The sold lines of findings, those `known` and the others.
fn sale_references(
    book: &Book<'_>,
    stored: &[StoredFinding],
    names: &mut Names,
    known: References,
) -> Result<References, Failure> {
    let all = || stored.iter().flat_map(|f| &f.finding.sale_refs).filter(|at| !known.contains_key(*at));
    let rows = all().filter_map(|at| match at {
        SoldAt::Import(line) => Some(*line),
        SoldAt::Invoice(_) => None,
    });
    let imported = tables::lines::sold_lines(book.conn(), names, &rows.collect::<Vec<_>>())?;
    let mut out: References = imported.iter().map(|sold| (sold.at, names.source_text(sold.reference))).collect();
    for at in all() {
        match at {
            SoldAt::Import(line) => {
                out.entry(*at).or_insert_with(|| format!("S{}-{}", line.document, line.row));
            }
            SoldAt::Invoice(id) => {
                out.insert(*at, crate::invoices::line_reference(book, *id)?);
            }
        }
    }
    out.extend(known);
    Ok(out)
}

/// Accounts by the id the vendor knows them by.
type Accounts<'p> = IdMap<SourceId, &'p Account>;

/// Those that findings are about, few of many.
fn by_source<'p>(people: &'p People, stored: &[StoredFinding]) -> Accounts<'p> {
    let wanted: IdSet<SourceId> = stored.iter().map(|f| f.finding.customer).collect();
    people.accounts.iter().filter(|a| wanted.contains(&a.source)).map(|a| (a.source, a)).collect()
}

/// Names of the catalogue, for findings about things the vendor did not bill and so did not name.
pub fn product_names(book: &Book<'_>, names: &mut Names) -> Result<HashMap<ProductKey, String>, Failure> {
    Ok(tables::products::load(book.conn(), names)?.into_iter().map(|p| (p.key, p.name)).collect())
}

fn shown(
    stored: &StoredFinding,
    accounts: &Accounts<'_>,
    products: &HashMap<ProductKey, String>,
    names: &Names,
    references: &References,
) -> Shown {
    let f = &stored.finding;
    let account = accounts.get(&f.customer);
    let listed = products.get(&ProductKey { product: f.product, sku: f.sku });
    let named = names.text(f.product_name);
    Shown {
        id: stored.id.to_string(),
        short: short(stored.id),
        class: f.class.name(),
        account_ref: names.source_text(f.customer),
        account: account.map(|a| a.name.clone()).unwrap_or_default(),
        subscription_ref: names.source_text(f.subscription),
        product: if named.is_empty() { listed.cloned().unwrap_or_default() } else { named.to_owned() },
        product_ref: format!("{}:{}", names.text(f.product), names.text(f.sku)),
        money: total(f.money, f.currency),
        per_year: total(f.per_year, f.currency),
        currency: f.currency.to_string(),
        until: until_text(f.until),
        vendor_rows: f.vendor_rows.iter().map(|r| r.row).collect(),
        vendor_refs: f.vendor_rows.iter().map(|r| cost_id(*r)).collect(),
        sale_refs: f.sale_refs.iter().map(|r| references.get(r).cloned().unwrap_or_default()).collect(),
        fix: fix_word(f.fix),
        state: stored.state.name(),
        reason: stored.reason.clone(),
        evidence: f
            .evidence
            .iter()
            .map(|(what, vendor, sold)| Evidence { what, vendor: vendor.clone(), sold: sold.clone() })
            .collect(),
        raw: (f.money, f.currency, stored.gone, 0),
    }
}

/// Which findings.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct ListAsk {
    #[serde(default)]
    period: Option<String>,
    #[serde(default)]
    class: Option<String>,
    #[serde(default)]
    state: Option<String>,
}

/// Findings.
#[derive(Debug, JsonSchema, Serialize)]
pub struct List {
    findings: Vec<Shown>,
}

/// Lists findings of a month, or of every month reconciled.
pub fn list(session: &mut Session, ask: ListAsk) -> Result<List, Failure> {
    let class = ask
        .class
        .as_deref()
        .map(|c| Class::parse(c).ok_or_else(|| Failure::usage(format!("There is no class \"{c}\"."))));
    let class = class.transpose()?.map(Class::name);
    session.read(|book| {
        let months = match &ask.period {
            Some(period) => vec![crate::session::month(period)?],
            None => months(book)?.into_iter().collect(),
        };
        let mut findings = Vec::new();
        for month in months {
            findings.extend(of_month(book, month)?);
        }
        findings.retain(|f| {
            class.is_none_or(|c| f.class == c)
                && ask.state.as_deref().map_or(!f.is_gone(), |s| f.state == s && !f.is_gone())
        });
        findings.sort_by(|a, b| b.size().cmp(&a.size()).then_with(|| a.order().cmp(&b.order())));
        Ok(List { findings })
    })
}

/// One finding with what was decided about it.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Page {
    #[serde(flatten)]
    finding: Shown,
    period: String,
    history: Vec<Decided>,
    ticket: String,
}

/// One decision.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Decided {
    state: &'static str,
    reason: String,
    day: String,
}

/// Shows one finding.
pub fn show(session: &mut Session, ask: IdAsk) -> Result<Page, Failure> {
    session.read(|book| page(book, &ask.id))
}

/// The last eight digits of an id: its random part.
fn short(id: Id) -> String {
    let text = id.to_string();
    text.get(text.len() - 8..).unwrap_or(&text).to_owned()
}

/// A finding by its id, or by the end of it where only one ends so.
fn find(book: &Book<'_>, id: &str, names: &mut Names) -> Result<StoredFinding, Failure> {
    let missing = || Failure::not_found("finding", id);
    if let Some(id) = Id::parse(id) {
        return tables::findings::by_id(book.conn(), names, id)?.ok_or_else(missing);
    }
    let wanted = id.to_ascii_lowercase();
    let mut found = Vec::new();
    for month in months(book)? {
        let stored = tables::findings::load(book.conn(), names, month)?;
        found.extend(stored.into_iter().filter(|f| wanted.len() >= 4 && f.id.to_string().ends_with(&wanted)));
    }
    match (found.pop(), found.is_empty()) {
        (Some(one), true) => Ok(one),
        (Some(_), false) => {
            Err(Failure::usage(format!("Several findings end in \"{id}\".")).hint("Give more of the id."))
        }
        (None, _) => Err(missing()),
    }
}

/// The months documents were imported for.
fn months(book: &Book<'_>) -> Result<BTreeSet<Month>, Failure> {
    Ok(tables::documents::list(book.conn())?.iter().filter_map(|d| d.period).collect())
}

/// One finding as a page.
pub fn page(book: &Book<'_>, id: &str) -> Result<Page, Failure> {
    let mut names = book.names()?;
    let people = People::load(book, &mut names)?;
    let stored = find(book, id, &mut names)?;
    let history = tables::findings::history(book.conn(), stored.id)?
        .into_iter()
        .map(|d| Decided { state: d.state.name(), reason: d.reason, day: d.day.to_string() })
        .collect();
    let references = sale_references(book, std::slice::from_ref(&stored), &mut names, References::new())?;
    let products = product_names(book, &mut names)?;
    let finding = shown(&stored, &by_source(&people, std::slice::from_ref(&stored)), &products, &names, &references);
    let ticket = ticket(&stored.finding, &finding);
    Ok(Page { finding, period: stored.period.to_string(), history, ticket })
}

/// Text for a ticket to the vendor, ready to copy.
fn ticket(f: &Finding, shown: &Shown) -> String {
    let rows: Vec<String> = f.vendor_rows.iter().map(|r: &LineRef| r.row.to_string()).collect();
    format!(
        "Subscription {}, product {} ({}): {} of {} {}. Rows {} of the reconciliation file. Please check and correct.",
        shown.subscription_ref,
        shown.product,
        shown.product_ref,
        shown.class,
        shown.money,
        shown.currency,
        rows.join(", "),
    )
}

#[cfg(test)]
mod tests;
