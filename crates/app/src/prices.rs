//! Price lists and price rules.

mod examples;
mod rule;
mod why;

use crate::catalogue::reference;
use crate::people::People;
use crate::session::Book;
use crate::wire::{EndAsk, FieldsAsk, IdAsk, ListAsk, number};
use crate::{Failure, Session};
use engine::price::{Band, ListKind, ListPrice, PriceBook, PriceRule};
use engine::register::{BillingPlan, ProductKey};
use engine::{Decimal, Names};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::HashMap;
use store::tables;

pub use examples::try_rule;
pub use rule::{FIELDS, METHODS, Rule};
pub(crate) use rule::{read_method, rule};
pub use why::{ask, why};

/// A row of a vendor's list as shells see it.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Listed {
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
}

/// A volume break.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Break {
    from_quantity: String,
    discount_percent: String,
}

/// Everything that prices.
#[derive(Debug, JsonSchema, Serialize)]
pub struct List {
    rules: Vec<Rule>,
    volume: Vec<Break>,
    listed: usize,
    prices: Vec<Listed>,
}

/// The public word for a billing plan.
pub fn plan_word(plan: BillingPlan) -> &'static str {
    match plan {
        BillingPlan::Monthly => "monthly",
        BillingPlan::Annual => "annual",
        BillingPlan::Triennial => "triennial",
        BillingPlan::OneTime => "one-time",
    }
}

/// Reads a billing plan.
pub fn plan_of(text: &str) -> Option<BillingPlan> {
    let plans = [BillingPlan::Monthly, BillingPlan::Annual, BillingPlan::Triennial, BillingPlan::OneTime];
    plans.into_iter().find(|p| plan_word(*p) == text.to_ascii_lowercase().replace('_', "-"))
}

/// The public word for what a list price is the price of.
pub fn list_kind_word(kind: ListKind) -> &'static str {
    match kind {
        ListKind::Term => "term",
        ListKind::ExtendedTerm => "extended term",
        ListKind::Usage => "usage",
    }
}

/// The term of a list price; a metered unit has none.
pub(crate) fn term_text(price: &ListPrice) -> String {
    if price.kind == ListKind::Usage { String::new() } else { price.term.to_string() }
}

/// Loads everything that prices.
pub fn load(book: &Book<'_>, names: &mut Names) -> Result<PriceBook, Failure> {
    Ok(PriceBook {
        list: tables::prices::load_list(book.conn(), names)?,
        promotions: tables::promotions::load(book.conn(), names)?,
        rules: tables::prices::load_rules(book.conn(), names)?,
        volume: tables::volume::load(book.conn())?,
        bundles: tables::products::load_bundles(book.conn(), names)?,
        unit_price_digits: book.settings()?.price_digits(),
    })
}

/// Lists rules, volume breaks and list prices.
pub fn list(session: &mut Session, ask: ListAsk) -> Result<List, Failure> {
    session.read(|book| {
        let mut names = book.names()?;
        let people = People::load(book, &mut names)?;
        let prices = load(book, &mut names)?;
        let products = tables::products::load(book.conn(), &mut names)?;
        let called: HashMap<ProductKey, &str> = products.iter().map(|p| (p.key, p.name.as_str())).collect();
        let name = |p: &ListPrice| called.get(&p.product).copied().unwrap_or_default().to_owned();
        let listed: Vec<Listed> = prices
            .list
            .iter()
            .map(|p| Listed {
                product: reference(p.product, &names),
                name: name(p),
                kind: list_kind_word(p.kind),
                term: term_text(p),
                plan: plan_word(p.plan),
                currency: p.currency.to_string(),
                segment: names.text(p.segment).to_owned(),
                from_quantity: number(p.at_least),
                cost: number(p.cost.round_dp(8)),
                erp: number(p.erp.round_dp(8)),
                from: p.from.to_string(),
                until: p.until.map(|d| d.to_string()),
            })
            .filter(|p| ask.matches(&[&p.product, &p.name]))
            .collect();
        let percent = |b: &Band| Break {
            from_quantity: number(b.from),
            discount_percent: number(b.value * Decimal::ONE_HUNDRED),
        };
        Ok(List {
            rules: prices
                .rules
                .iter()
                .map(|r| rule(r, &people, &names))
                .filter(|r| ask.matches(&[&r.name, &r.layer]))
                .collect(),
            volume: prices.volume.bands.iter().map(percent).collect(),
            listed: listed.len(),
            prices: listed.into_iter().take(ask.most()).collect(),
        })
    })
}

/// Every version of a rule.
#[derive(Debug, JsonSchema, Serialize)]
pub struct History {
    versions: Vec<Rule>,
    /// What it would have changed of the last issued months, when it is only tried.
    #[serde(skip_serializing_if = "Option::is_none")]
    examples: Option<examples::Examples>,
}

/// Shows every version of a rule, by its name or id.
pub fn show(session: &mut Session, ask: IdAsk) -> Result<History, Failure> {
    session.read(|book| history(book, &ask.id))
}

fn history(book: &Book<'_>, id: &str) -> Result<History, Failure> {
    let mut names = book.names()?;
    let people = People::load(book, &mut names)?;
    let rules = tables::prices::load_rules(book.conn(), &mut names)?;
    let versions: Vec<Rule> =
        rules.iter().filter(|r| r.name == id || r.id.to_string() == id).map(|r| rule(r, &people, &names)).collect();
    if versions.is_empty() {
        Err(Failure::not_found("price rule", id))
    } else {
        Ok(History { versions, examples: None })
    }
}

/// Adds a rule.
pub fn add(session: &mut Session, ask: FieldsAsk) -> Result<History, Failure> {
    session.write(|book| {
        let mut names = book.names()?;
        let rules = tables::prices::load_rules(book.conn(), &mut names)?;
        if rules.iter().any(|r| r.name == ask.id) {
            return Err(Failure::new("E-STATE", format!("There is a price rule \"{}\" already.", ask.id))
                .hint("Supersede it with `billhook prices set`."));
        }
        let rule = PriceRule::at_retail(store::new_id(), ask.id.clone(), book.today);
        save(book, rule, ask, names)
    })
}

/// Supersedes a rule: a further version under the same name.
pub fn set(session: &mut Session, ask: FieldsAsk) -> Result<History, Failure> {
    session.write(|book| {
        let mut names = book.names()?;
        let mut rule = last(book, &ask.id, &mut names)?;
        rule.id = store::new_id();
        rule.version += 1;
        rule.from = book.today;
        save(book, rule, ask, names)
    })
}

fn last(book: &Book<'_>, name: &str, names: &mut Names) -> Result<PriceRule, Failure> {
    let rules = tables::prices::load_rules(book.conn(), names)?;
    let versions = rules.into_iter().filter(|r| r.name == name || r.id.to_string() == name);
    versions.max_by_key(|r| r.version).ok_or_else(|| Failure::not_found("price rule", name))
}

fn save(book: &mut Book<'_>, mut rule: PriceRule, ask: FieldsAsk, mut names: Names) -> Result<History, Failure> {
    rule::read(book, &mut rule, ask.fields, &mut names)?;
    let writer = book.writer()?;
    writer.put_rules(&names, std::slice::from_ref(&rule))?;
    drop(writer);
    let examples = if book.dry_run { Some(examples::of(book, &rule, names)?) } else { None };
    Ok(History { examples, ..history(book, &rule.name)? })
}

/// Ends a rule on a day, by a further version.
pub fn end(session: &mut Session, ask: EndAsk) -> Result<History, Failure> {
    session.write(|book| {
        let on = ask.on.as_deref().map(crate::session::date).transpose()?.unwrap_or(book.today);
        let mut names = book.names()?;
        let mut rule = last(book, &ask.id, &mut names)?;
        if on <= rule.from {
            return Err(Failure::new("E-RULE", format!("The rule begins on {}; it cannot end on {on}.", rule.from)));
        }
        rule.id = store::new_id();
        rule.version += 1;
        rule.until = Some(on);
        let name = rule.name.clone();
        let writer = book.writer()?;
        writer.put_rules(&names, &[rule])?;
        drop(writer);
        history(book, &name)
    })
}
