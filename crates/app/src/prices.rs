//! Price lists and price rules.

mod why;

use crate::catalogue::{key_of, reference};
use crate::fields::Fields;
use crate::people::People;
use crate::session::Book;
use crate::wire::{EndAsk, FieldsAsk, IdAsk, ListAsk, number};
use crate::{Failure, Session, subscriptions};
use engine::price::{Band, Layer, ListKind, ListPrice, Method, PriceBook, PriceRule, Selector};
use engine::register::{BillingPlan, ProductKey, Term};
use engine::{Date, Decimal, Names};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::HashMap;
use store::tables;

pub use why::{ask, why};

/// The fields of a price rule, for messages and help.
pub const FIELDS: &str = "layer (book, segment:NAME, reseller:ID, account:ID, subscription:ID), product (PRODUCT:SKU), \
                          term (P1M, P1Y, P3Y), plan (monthly, annual, triennial, one-time), method (fixed, markup, margin, erp, \
                          off-erp, split, graduated, all-units, ramp, pass-through, minimum), value (a price or a percentage), \
                          bands (FROM:VALUE, parted by commas), floor_at_cost, ceiling_at_erp, pass_promotions, pass_earned_credit, from, until";
/// The methods of a price rule.
pub const METHODS: &str =
    "fixed, markup, margin, erp, off-erp, split, graduated, all-units, ramp, pass-through or minimum";

/// A rule as shells see it.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Rule {
    name: String,
    version: u32,
    layer: String,
    product: Option<String>,
    term: Option<String>,
    plan: Option<&'static str>,
    method: &'static str,
    value: String,
    floor_at_cost: bool,
    ceiling_at_erp: bool,
    from: String,
    until: Option<String>,
    id: String,
}

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

fn method_word(method: &Method) -> &'static str {
    match method {
        Method::Fixed { .. } => "fixed",
        Method::Markup { .. } => "markup",
        Method::Margin { .. } => "margin",
        Method::OffErp { discount } if discount.is_zero() => "erp",
        Method::OffErp { .. } => "off-erp",
        Method::Split { .. } => "split",
        Method::Graduated { .. } => "graduated",
        Method::AllUnits { .. } => "all-units",
        Method::Ramp { .. } => "ramp",
        Method::PassThrough => "pass-through",
        Method::Minimum { .. } => "minimum",
    }
}

fn method_value(method: &Method) -> String {
    let percent = |share: &Decimal| format!("{} %", number(*share * Decimal::ONE_HUNDRED));
    let bands = |bands: &[Band]| {
        bands.iter().map(|b| format!("{}:{}", number(b.from), number(b.value))).collect::<Vec<_>>().join(",")
    };
    match method {
        Method::Fixed { price } => number(*price),
        Method::Markup { markup: share } | Method::Margin { margin: share } | Method::Split { share } => percent(share),
        Method::OffErp { discount } if discount.is_zero() => String::new(),
        Method::OffErp { discount } => percent(discount),
        Method::Graduated { bands: b } | Method::AllUnits { bands: b } => bands(b),
        Method::Ramp { steps } => {
            steps.iter().map(|(d, p)| format!("{d}:{}", number(*p))).collect::<Vec<_>>().join(",")
        }
        Method::PassThrough => String::new(),
        Method::Minimum { amount } => number(*amount),
    }
}

fn layer_text(layer: Layer, people: &People, names: &Names) -> String {
    match layer {
        Layer::Book => "book".into(),
        Layer::Segment(s) => format!("segment:{}", names.text(s)),
        Layer::Reseller(id) => format!("reseller:{}", people.reference(id, names)),
        Layer::Account(id) => format!("account:{}", people.reference(id, names)),
        Layer::Subscription(id) => format!("subscription:{id}"),
    }
}

/// A rule as shells see it.
pub(crate) fn rule(rule: &PriceRule, people: &People, names: &Names) -> Rule {
    Rule {
        name: rule.name.clone(),
        version: rule.version,
        layer: layer_text(rule.layer, people, names),
        product: rule.selector.product.map(|p| reference(p, names)),
        term: rule.selector.term.map(|t| t.to_string()),
        plan: rule.selector.plan.map(plan_word),
        method: method_word(&rule.method),
        value: method_value(&rule.method),
        floor_at_cost: rule.floor_at_cost,
        ceiling_at_erp: rule.ceiling_at_erp,
        from: rule.from.to_string(),
        until: rule.until.map(|d| d.to_string()),
        id: rule.id.to_string(),
    }
}

/// Loads everything that prices.
pub fn load(book: &Book<'_>, names: &mut Names) -> Result<PriceBook, Failure> {
    Ok(PriceBook {
        list: tables::prices::load_list(book.conn(), names)?,
        rules: tables::prices::load_rules(book.conn(), names)?,
        volume: tables::prices::load_volume(book.conn())?,
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
    if versions.is_empty() { Err(Failure::not_found("price rule", id)) } else { Ok(History { versions }) }
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

fn save(book: &Book<'_>, mut rule: PriceRule, ask: FieldsAsk, mut names: Names) -> Result<History, Failure> {
    let people = People::load(book, &mut names)?;
    let mut f = Fields::new(ask.fields);
    if let Some(layer) = f.text("layer") {
        rule.layer = read_layer(book, &layer, &people, &mut names)?;
    }
    if let Some(product) = f.text("product") {
        rule.selector.product = if product.is_empty() { None } else { Some(key_of(&product, &mut names)?) };
    }
    rule.selector.term = f.read("term", "P1M, P1Y or P3Y", Term::parse)?.or(rule.selector.term);
    rule.selector.plan = f.read("plan", "monthly, annual, triennial or one-time", plan_of)?.or(rule.selector.plan);
    let (method, value, bands) = (f.text("method"), f.text("value"), f.text("bands"));
    let changed = method.is_some() || value.is_some() || bands.is_some();
    if changed {
        let method = method.unwrap_or_else(|| method_word(&rule.method).to_owned());
        rule.method = read_method(&method, value.as_deref(), bands.as_deref())?;
    }
    rule.floor_at_cost = f.flag("floor_at_cost")?.unwrap_or(rule.floor_at_cost);
    rule.ceiling_at_erp = f.flag("ceiling_at_erp")?.unwrap_or(rule.ceiling_at_erp);
    rule.pass_promotions = f.flag("pass_promotions")?.unwrap_or(rule.pass_promotions);
    rule.pass_earned_credit = f.flag("pass_earned_credit")?.unwrap_or(rule.pass_earned_credit);
    rule.from = f.date("from")?.unwrap_or(rule.from);
    rule.until = f.date("until")?.or(rule.until);
    f.done(FIELDS)?;
    let for_all = rule.selector == Selector::default() && !matches!(rule.layer, Layer::Subscription(_));
    if matches!(rule.method, Method::Minimum { .. }) && !for_all {
        return Err(Failure::new(
            "E-RULE",
            "A minimum charge is for accounts: it names no product, term, plan or subscription.",
        ));
    }
    if rule.until.is_some_and(|until| until <= rule.from) {
        return Err(Failure::new("E-RULE", "The rule would end before it begins."));
    }
    let name = rule.name.clone();
    let writer = book.writer()?;
    writer.put_rules(&names, &[rule])?;
    drop(writer);
    history(book, &name)
}

fn read_layer(book: &Book<'_>, text: &str, people: &People, names: &mut Names) -> Result<Layer, Failure> {
    match text.split_once(':') {
        None if text == "book" => Ok(Layer::Book),
        Some(("segment", name)) => Ok(Layer::Segment(names.intern(name))),
        Some(("reseller", id)) => Ok(Layer::Reseller(people.find(id, names)?.id)),
        Some(("account", id)) => Ok(Layer::Account(people.find(id, names)?.id)),
        Some(("subscription", id)) => Ok(Layer::Subscription(subscriptions::find(book, id, names)?.id)),
        _ => Err(Failure::usage(format!("layer=\"{text}\" is not understood.")).hint(format!("Fields: {FIELDS}."))),
    }
}

pub(crate) fn read_method(method: &str, value: Option<&str>, bands: Option<&str>) -> Result<Method, Failure> {
    let wrong = |what: &str| Failure::usage(format!("method={method} needs {what}."));
    let decimal = |text: &str| text.trim().trim_end_matches('%').trim().parse::<Decimal>().ok();
    let price = || value.and_then(decimal).ok_or_else(|| wrong("value=PRICE"));
    let share =
        || Ok::<_, Failure>(value.and_then(decimal).ok_or_else(|| wrong("value=PERCENT"))? / Decimal::ONE_HUNDRED);
    let pairs =
        || bands.or(value).unwrap_or_default().split(',').map(|p| p.split_once(':')).collect::<Option<Vec<_>>>();
    let read_bands = || -> Option<Vec<Band>> {
        pairs()?.into_iter().map(|(from, value)| Some(Band { from: decimal(from)?, value: decimal(value)? })).collect()
    };
    Ok(match method {
        "fixed" => Method::Fixed { price: price()? },
        "markup" => Method::Markup { markup: share()? },
        "margin" => {
            let margin = share()?;
            if margin >= Decimal::ONE {
                return Err(Failure::new(
                    "E-RULE",
                    "A margin on the selling price is below 100 %. For more, use markup.",
                ));
            }
            Method::Margin { margin }
        }
        "erp" => Method::OffErp { discount: Decimal::ZERO },
        "off-erp" => Method::OffErp { discount: share()? },
        "split" => Method::Split { share: share()? },
        "graduated" => Method::Graduated { bands: read_bands().ok_or_else(|| wrong("bands=1:10.00,25:9.50"))? },
        "all-units" => Method::AllUnits { bands: read_bands().ok_or_else(|| wrong("bands=1:10.00,25:9.50"))? },
        "ramp" => {
            let steps = pairs().and_then(|p| {
                p.into_iter()
                    .map(|(d, v)| Some((d.trim().parse::<Date>().ok()?, decimal(v)?)))
                    .collect::<Option<Vec<_>>>()
            });
            Method::Ramp { steps: steps.ok_or_else(|| wrong("bands=2026-01-01:10.00,2027-01-01:11.00"))? }
        }
        "pass-through" => Method::PassThrough,
        "minimum" => Method::Minimum { amount: price()? },
        _ => return Err(Failure::usage(format!("method=\"{method}\" is not understood: give {METHODS}."))),
    })
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
