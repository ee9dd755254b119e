//! Bundles with what they cost and bring, as stored or as being drawn up.

use crate::catalogue::reference;
use crate::prices::{self, plan_of, plan_word};
use crate::wire::{number, total};
use crate::{Failure, Session};
use engine::rate::{Ask, Offer, Prices};
use engine::register::{BillingPlan, Bundle, BundlePart, ProductKey, Term};
use engine::{Currency, Date, Decimal, Id, Names, Symbol};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use store::tables;

/// Which bundles, sold to whom.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub struct MarginAsk {
    /// Only this bundle.
    #[serde(default)]
    id: Option<String>,
    /// What would be different about it: the fields of `bundles set`. Nothing is stored.
    #[serde(default)]
    fields: BTreeMap<String, String>,
    /// Sold to accounts of this price segment.
    #[serde(default)]
    segment: Option<String>,
    /// `P1M`, `P1Y` or `P3Y`; a year without one.
    #[serde(default)]
    term: Option<String>,
    /// `monthly`, `annual`, `triennial`; monthly without one.
    #[serde(default)]
    plan: Option<String>,
}

/// One part of a bundle with its money.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Part {
    product: String,
    name: String,
    ratio: String,
    discount_percent: String,
    cost: Option<String>,
    price: Option<String>,
    margin: Option<String>,
}

/// A bundle with its money for one unit and one charge cycle.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Row {
    #[serde(rename = "ref")]
    reference: String,
    name: String,
    /// Its one price, where it has one.
    own_price: Option<String>,
    show_parts: bool,
    term: String,
    plan: &'static str,
    currency: String,
    cost: Option<String>,
    price: Option<String>,
    margin: Option<String>,
    margin_percent: Option<String>,
    /// Why there is no price.
    problem: Option<String>,
    parts: Vec<Part>,
}

/// Bundles with their margins.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Margins {
    segments: Vec<String>,
    bundles: Vec<Row>,
}

struct Buyer {
    segment: Symbol,
    term: Term,
    plan: BillingPlan,
    currency: Currency,
    day: Date,
}

/// Works out what bundles bring.
pub fn margin(session: &mut Session, ask: MarginAsk) -> Result<Margins, Failure> {
    session.read(|book| {
        let mut names = book.names()?;
        let mut price_book = prices::load(book, &mut names)?;
        let segments = segments(&tables::accounts::load(book.conn(), &mut names)?, &names);
        if let Some(id) = &ask.id {
            price_book.bundles.retain(|b| names.text(b.code) == id || b.name == *id);
            if !ask.fields.is_empty() {
                let code = names.intern(id);
                let drawn = price_book.bundles.pop();
                let blank = Bundle { code, name: String::new(), parts: Vec::new(), price: None, show_parts: true };
                let drawn = crate::bundles::changed(drawn.unwrap_or(blank), ask.fields.clone(), &mut names)?;
                price_book.bundles.push(drawn);
            }
        }
        let products = tables::products::load(book.conn(), &mut names)?;
        let titles: BTreeMap<ProductKey, &str> = products.iter().map(|p| (p.key, p.name.as_str())).collect();
        let wrong = |what: &str, text: &str| Failure::usage(format!("{what}=\"{text}\" is not understood."));
        let (term, plan) = (ask.term.as_deref().unwrap_or("P1Y"), ask.plan.as_deref().unwrap_or("monthly"));
        let buyer = Buyer {
            segment: ask.segment.as_deref().map_or(Symbol::EMPTY, |s| names.intern(s)),
            term: Term::parse(term).ok_or_else(|| wrong("term", term))?,
            plan: plan_of(plan).ok_or_else(|| wrong("plan", plan))?,
            currency: book.settings()?.currency(),
            day: book.today,
        };
        // What an invoice folds is looked at here part by part all the same.
        let as_sold = price_book.bundles.clone();
        price_book.bundles.iter_mut().for_each(|b| b.show_parts = true);
        let index = Prices::new(&price_book);
        let rows = as_sold.iter().map(|b| row(b, &index, &buyer, &titles, &names)).collect();
        Ok(Margins { segments, bundles: rows })
    })
}

fn segments(accounts: &[engine::register::Account], names: &Names) -> Vec<String> {
    let mut all: Vec<String> =
        accounts.iter().filter(|a| !a.segment.is_empty()).map(|a| names.text(a.segment).to_owned()).collect();
    all.sort();
    all.dedup();
    all
}

fn row(bundle: &Bundle, prices: &Prices<'_>, buyer: &Buyer, titles: &BTreeMap<ProductKey, &str>, names: &Names) -> Row {
    let currency = bundle.price.map_or(buyer.currency, |(_, c)| c);
    let text = |value: Decimal| total(value, currency);
    let offer = prices.offer(&Ask {
        subscription: None,
        account: Id([0; 16]),
        ancestors: &[],
        segment: buyer.segment,
        product: ProductKey { product: bundle.code, sku: Symbol::EMPTY },
        term: Some(buyer.term),
        plan: Some(buyer.plan),
        sold: None,
        own: None,
        bundle: Symbol::EMPTY,
        currency,
        since: buyer.day,
        term_start: buyer.day,
        customer_term: None,
        date: buyer.day,
        quantity: Decimal::ONE,
        imagined: None,
    });
    let problem = offer.as_ref().err().map(|error| {
        let facts = error.facts(names).into_iter().map(|(k, v)| format!("{k} {v}")).collect::<Vec<_>>().join(", ");
        format!("{error} ({facts})")
    });
    let offer = offer.ok();
    let (price, cost) = (offer.as_ref().map(|o| o.unit_price), offer.as_ref().and_then(|o| o.cost));
    let margin = price.zip(cost).map(|(p, c)| p - c);
    Row {
        reference: names.text(bundle.code).to_owned(),
        name: bundle.name.clone(),
        own_price: bundle.price.map(|(p, c)| total(p, c)),
        show_parts: bundle.show_parts,
        term: buyer.term.to_string(),
        plan: plan_word(buyer.plan),
        currency: currency.to_string(),
        cost: cost.map(text),
        price: price.map(text),
        margin: margin.map(text),
        margin_percent: price.zip(cost).and_then(|(p, c)| super::products::margin_percent(p, c)),
        problem,
        parts: bundle
            .parts
            .iter()
            .enumerate()
            .map(|(at, p)| part(p, at, offer.as_ref(), &text, titles, names))
            .collect(),
    }
}

fn part(
    part: &BundlePart,
    at: usize,
    offer: Option<&Offer<'_>>,
    text: &dyn Fn(Decimal) -> String,
    titles: &BTreeMap<ProductKey, &str>,
    names: &Names,
) -> Part {
    let priced = offer.and_then(|o| o.parts.get(at));
    let (price, cost) = (priced.map(|p| p.price), priced.and_then(|p| p.cost));
    Part {
        product: reference(part.product, names),
        name: titles.get(&part.product).copied().unwrap_or_default().to_owned(),
        ratio: number(part.ratio),
        discount_percent: number(part.discount * Decimal::ONE_HUNDRED),
        cost: cost.map(text),
        price: price.map(text),
        margin: price.zip(cost).map(|(p, c)| text(p - c)),
    }
}
