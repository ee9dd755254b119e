//! A price rule in words: how its fields are read, and how it is shown.

use crate::catalogue::{key_of, reference};
use crate::fields::Fields;
use crate::people::People;
use crate::prices::{plan_of, plan_word};
use crate::session::Book;
use crate::wire::number;
use crate::{Failure, subscriptions};
use engine::price::{Band, Hold, Layer, ListPlan, Method, PriceRule, Selector, Uplift};
use engine::register::Term;
use engine::{Date, Decimal, Names};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// The fields of a price rule, for messages and help.
pub const FIELDS: &str = "layer (book, segment:NAME, reseller:ID, account:ID, subscription:ID), product (PRODUCT:SKU), \
                          term (P1M, P1Y, P3Y), plan (monthly, annual, triennial, one-time), method (fixed, markup, margin, erp, \
                          off-erp, split, graduated, all-units, ramp, pass-through, minimum), value (a price or a percentage), \
                          bands (FROM:VALUE, parted by commas), floor_at_cost, ceiling_at_erp, pass_promotions, pass_earned_credit, hold \
                          (which price list prices a charge: vendor-term, customer-term, float:DAYS of notice), list_plan (for what is \
                          sold on another plan than it is bought on: bought, sold), uplift (a percentage a year), uplift_from \
                          (anniversary of each agreement, or the day the years are counted from), from, until";
/// The methods of a price rule.
pub const METHODS: &str =
    "fixed, markup, margin, erp, off-erp, split, graduated, all-units, ramp, pass-through or minimum";

/// A rule as shells see it.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Rule {
    pub(super) name: String,
    version: u32,
    pub(super) layer: String,
    product: Option<String>,
    term: Option<String>,
    plan: Option<&'static str>,
    method: &'static str,
    value: String,
    floor_at_cost: bool,
    ceiling_at_erp: bool,
    pass_promotions: bool,
    pass_earned_credit: bool,
    /// `vendor-term`, `customer-term` or `float:DAYS`.
    hold: String,
    /// `bought` or `sold`.
    list_plan: &'static str,
    /// Yearly rise, in percent.
    uplift: Option<String>,
    /// `anniversary`, or the day the years are counted from.
    uplift_from: Option<String>,
    from: String,
    until: Option<String>,
    id: String,
}

/// The word for an uplift counted by each agreement's own year.
const ANNIVERSARY: &str = "anniversary";

fn percent(share: Decimal) -> String {
    format!("{} %", number(share * Decimal::ONE_HUNDRED))
}

pub(super) fn hold_text(hold: Hold) -> String {
    match hold {
        Hold::VendorTerm => "vendor-term".into(),
        Hold::CustomerTerm => "customer-term".into(),
        Hold::Float { notice_days } => format!("float:{notice_days}"),
    }
}

fn hold_of(text: &str) -> Option<Hold> {
    match text.split_once(':') {
        None if text == "vendor-term" => Some(Hold::VendorTerm),
        None if text == "customer-term" => Some(Hold::CustomerTerm),
        // More than a year of notice is a slip of the pen.
        Some(("float", days)) => {
            days.parse().ok().filter(|days| *days <= 366).map(|notice_days| Hold::Float { notice_days })
        }
        _ => None,
    }
}

fn list_plan_word(plan: ListPlan) -> &'static str {
    match plan {
        ListPlan::Bought => "bought",
        ListPlan::Sold => "sold",
    }
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
    let bands = |bands: &[Band]| {
        bands.iter().map(|b| format!("{}:{}", number(b.from), number(b.value))).collect::<Vec<_>>().join(",")
    };
    match method {
        Method::Fixed { price } => number(*price),
        Method::Markup { markup: share } | Method::Margin { margin: share } | Method::Split { share } => {
            percent(*share)
        }
        Method::OffErp { discount } if discount.is_zero() => String::new(),
        Method::OffErp { discount } => percent(*discount),
        Method::Graduated { bands: b } | Method::AllUnits { bands: b } => bands(b),
        Method::Ramp { steps } => {
            steps.iter().map(|(d, p)| format!("{d}:{}", number(*p))).collect::<Vec<_>>().join(",")
        }
        Method::PassThrough => String::new(),
        Method::Minimum { amount } => number(*amount),
    }
}

pub(crate) fn layer_text(layer: Layer, people: &People, names: &Names) -> String {
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
        pass_promotions: rule.pass_promotions,
        pass_earned_credit: rule.pass_earned_credit,
        hold: hold_text(rule.hold),
        list_plan: list_plan_word(rule.list_plan),
        uplift: rule.uplift.map(|u| percent(u.share)),
        uplift_from: rule.uplift.map(|u| if u.by_agreement { ANNIVERSARY.to_owned() } else { u.from.to_string() }),
        from: rule.from.to_string(),
        until: rule.until.map(|d| d.to_string()),
        id: rule.id.to_string(),
    }
}

/// Reads fields into a rule; what is not given stays as it is.
pub(super) fn read(
    book: &Book<'_>,
    rule: &mut PriceRule,
    fields: BTreeMap<String, String>,
    names: &mut Names,
) -> Result<(), Failure> {
    let people = People::load(book, names)?;
    let mut f = Fields::new(fields);
    if let Some(layer) = f.text("layer") {
        rule.layer = read_layer(book, &layer, &people, names)?;
    }
    if let Some(product) = f.text("product") {
        rule.selector.product = if product.is_empty() { None } else { Some(key_of(&product, names)?) };
    }
    let term = f.read("term", "P1M, P1Y, P3Y, or nothing for any", |t| given(t, Term::parse))?;
    rule.selector.term = term.unwrap_or(rule.selector.term);
    let plan = f.read("plan", "monthly, annual, triennial, one-time, or nothing for any", |t| given(t, plan_of))?;
    rule.selector.plan = plan.unwrap_or(rule.selector.plan);
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
    let until = f.read("until", "a day such as 2026-10-31, or nothing", |t| given(t, |t| t.parse::<Date>().ok()))?;
    rule.until = until.unwrap_or(rule.until);
    rule.hold = f.read("hold", "vendor-term, customer-term or float:DAYS", hold_of)?.unwrap_or(rule.hold);
    let list_plan = f.read("list_plan", "bought or sold", |t| {
        [ListPlan::Bought, ListPlan::Sold].into_iter().find(|plan| list_plan_word(*plan) == t)
    })?;
    rule.list_plan = list_plan.unwrap_or(rule.list_plan);
    rule.uplift = read_uplift(&mut f, rule)?;
    f.done(FIELDS)?;
    if rule.uplift.is_some() && matches!(rule.method, Method::PassThrough | Method::Minimum { .. }) {
        let method = method_word(&rule.method);
        return Err(Failure::new(
            "E-RULE",
            format!("What is sold by {method} is not raised each year: leave uplift empty."),
        ));
    }
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
    Ok(())
}

/// A value that may be given as nothing.
fn given<T>(text: &str, read: impl FnOnce(&str) -> Option<T>) -> Option<Option<T>> {
    if text.is_empty() { Some(None) } else { read(text).map(Some) }
}

fn share_of(text: &str) -> Option<Decimal> {
    let percent: Decimal = text.trim().trim_end_matches('%').trim().parse().ok()?;
    percent.checked_div(Decimal::ONE_HUNDRED)
}

/// The yearly rise: a new one begins with the rule, a known one keeps its first day unless another is given.
fn read_uplift(f: &mut Fields, rule: &PriceRule) -> Result<Option<Uplift>, Failure> {
    let share = f.read("uplift", "a percentage up to 100 such as 3%, or nothing", |t| {
        given(t, |t| share_of(t).filter(|share| *share >= Decimal::ZERO && *share <= Decimal::ONE))
    })?;
    let from = f.read("uplift_from", "anniversary or a day such as 2026-07-01", |t| match t {
        ANNIVERSARY => Some(None),
        day => day.parse::<Date>().ok().map(Some),
    })?;
    let share = match share {
        None => rule.uplift.map(|u| u.share),
        Some(share) => share.filter(|share| !share.is_zero()),
    };
    let Some(share) = share else {
        return match from {
            Some(Some(_)) => Err(Failure::usage("uplift_from needs uplift=PERCENT.")),
            Some(None) | None => Ok(None),
        };
    };
    let known = rule.uplift.map_or((rule.from, true), |u| (u.from, u.by_agreement));
    let (from, by_agreement) = match from {
        None => known,
        Some(None) if known.1 => known,
        Some(None) => (rule.from, true),
        Some(Some(day)) => (day, false),
    };
    Ok(Some(Uplift { share, from, by_agreement }))
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
    // A price of less than nothing would pay the buyer.
    let decimal = |text: &str| text.trim().parse::<Decimal>().ok().filter(|n| !n.is_sign_negative());
    let price = || value.and_then(decimal).ok_or_else(|| wrong("value=PRICE"));
    let share = || value.and_then(share_of).ok_or_else(|| wrong("value=PERCENT"));
    let pairs =
        || bands.or(value).unwrap_or_default().split(',').map(|p| p.split_once(':')).collect::<Option<Vec<_>>>();
    let read_bands = || -> Option<Vec<Band>> {
        pairs()?.into_iter().map(|(from, value)| Some(Band { from: decimal(from)?, value: decimal(value)? })).collect()
    };
    Ok(match method {
        "fixed" => Method::Fixed { price: price()? },
        "markup" => {
            let markup = share()?;
            if markup < -Decimal::ONE {
                return Err(Failure::new("E-RULE", "A markup takes off no more than the cost: -100 % at the least."));
            }
            Method::Markup { markup }
        }
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
        "off-erp" => {
            let discount = share()?;
            if discount > Decimal::ONE {
                return Err(Failure::new("E-RULE", "A discount is at most 100 % of the retail price."));
            }
            Method::OffErp { discount }
        }
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
