//! What vendors listed, version by version, and what each version changed.

use crate::catalogue::reference;
use crate::prices::{list_kind_word, plan_word, term_text};
use crate::session::Book;
use crate::wire::{number, percent_more, unit_price};
use crate::{Failure, Session};
use engine::price::{ListKind, ListPrice};
use engine::register::{BillingPlan, ProductKey, Term};
use engine::{Currency, Date, Decimal, Symbol};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use store::tables;

/// Whose history.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub struct HistoryAsk {
    /// Only this product, as `PRODUCT:SKU`.
    #[serde(default)]
    product: Option<String>,
}

/// One version of a list price.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Version {
    product: String,
    name: String,
    /// `term`, `extended term` or `usage`.
    kind: &'static str,
    term: String,
    plan: &'static str,
    currency: String,
    /// The vendor's market segment; empty for commercial.
    segment: String,
    /// Smallest quantity it is for; nought for any.
    from_quantity: String,
    cost: String,
    erp: String,
    from: String,
    until: Option<String>,
    /// `in force`, `to come` or `superseded`.
    state: &'static str,
    /// What the version before it had.
    cost_before: Option<String>,
    cost_change: Option<String>,
    cost_change_percent: Option<String>,
    erp_before: Option<String>,
    erp_change: Option<String>,
    erp_change_percent: Option<String>,
    /// Document and row it came from.
    source: Option<String>,
}

/// Versions, the latest first for each product, term, plan and currency.
#[derive(Debug, JsonSchema, Serialize)]
pub struct History {
    in_force: usize,
    to_come: usize,
    superseded: usize,
    currencies: Vec<String>,
    versions: Vec<Version>,
}

type Listing = (ProductKey, ListKind, Term, BillingPlan, Currency, Symbol, Decimal);

/// Reads the history.
pub fn history(session: &mut Session, ask: HistoryAsk) -> Result<History, Failure> {
    session.read(|book| of(book, ask.product.as_deref()))
}

/// The history of one product, or of all.
pub(crate) fn of(book: &Book<'_>, wanted: Option<&str>) -> Result<History, Failure> {
    let mut names = book.names()?;
    let list = tables::prices::load_list(book.conn(), &mut names)?;
    let products = tables::products::load(book.conn(), &mut names)?;
    let titles: BTreeMap<ProductKey, &str> = products.iter().map(|p| (p.key, p.name.as_str())).collect();
    let mut listings: BTreeMap<Listing, Vec<&ListPrice>> = BTreeMap::new();
    for price in &list {
        if wanted.is_none_or(|w| reference(price.product, &names).eq_ignore_ascii_case(w)) {
            let p = price;
            let listing = (p.product, p.kind, p.term, p.plan, p.currency, p.segment, p.at_least);
            listings.entry(listing).or_default().push(p);
        }
    }
    let mut versions = Vec::with_capacity(list.len());
    for ((product, .., segment, _), mut rows) in listings {
        // Stable: of two rows of one day the later import stands last, and wins.
        rows.sort_by_key(|p| p.from);
        let now = rows.iter().rposition(|p| p.from <= book.today && p.until.is_none_or(|end| book.today < end));
        let name = titles.get(&product).copied().unwrap_or_default();
        let text = reference(product, &names);
        for at in (0..rows.len()).rev() {
            let before = at.checked_sub(1).map(|b| rows[b]);
            let version = version(rows[at], before, state(rows[at], at, now, book.today), &text, name);
            versions.push(Version { segment: names.text(segment).to_owned(), ..version });
        }
    }
    let count = |state: &str| versions.iter().filter(|v| v.state == state).count();
    let currencies: BTreeSet<&str> = versions.iter().map(|v: &Version| v.currency.as_str()).collect();
    Ok(History {
        currencies: currencies.into_iter().map(str::to_owned).collect(),
        in_force: count("in force"),
        to_come: count("to come"),
        superseded: count("superseded"),
        versions,
    })
}

fn state(price: &ListPrice, at: usize, now: Option<usize>, today: Date) -> &'static str {
    match now {
        Some(now) if at == now => "in force",
        _ if price.from > today => "to come",
        _ => "superseded",
    }
}

fn version(p: &ListPrice, before: Option<&ListPrice>, state: &'static str, product: &str, name: &str) -> Version {
    let change = |now: Decimal, was: Option<Decimal>| was.filter(|w| *w != now).map(|w| now - w);
    let percent = |now: Decimal, was: Option<Decimal>| percent_more(was.filter(|w| *w != now)?, now);
    let text = |value: Decimal| unit_price(value, p.currency);
    let (cost, erp) = (before.map(|b| b.cost), before.map(|b| b.erp));
    Version {
        product: product.to_owned(),
        name: name.to_owned(),
        kind: list_kind_word(p.kind),
        term: term_text(p),
        plan: plan_word(p.plan),
        currency: p.currency.to_string(),
        segment: String::new(),
        from_quantity: number(p.at_least),
        cost: text(p.cost),
        erp: text(p.erp),
        from: p.from.to_string(),
        until: p.until.map(|d| d.to_string()),
        state,
        cost_before: cost.map(text),
        cost_change: change(p.cost, cost).map(text),
        cost_change_percent: percent(p.cost, cost),
        erp_before: erp.map(text),
        erp_change: change(p.erp, erp).map(text),
        erp_change_percent: percent(p.erp, erp),
        source: p.source.map(crate::wire::cost_id),
    }
}
