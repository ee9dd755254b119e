//! A scenario as files and pages write it, and what the engine makes of it.

use crate::Failure;
use crate::catalogue::key_of;
use crate::people::People;
use crate::prices::{plan_of, read_method};
use crate::session::date;
use engine::model::{Bite, Change, Lever, Scenario, What, Who};
use engine::price::ListPrice;
use engine::register::{Product, ProductKey, Term};
use engine::{Currency, Decimal, Names};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// A scenario as it is written down. Amounts and shares are text: `3 %`, `+0.50`, `= 12.00`, `6.00 -> 7.00`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
pub struct Written {
    /// Name.
    pub name: String,
    /// Where its figures are from, and what to verify.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// First month; the month after the business day's without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_month: Option<String>,
    /// Months to look at; 36 without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub horizon_months: Option<String>,
    /// Seats lost for each share a price rises: `0.5` loses 5 % of the seats to a rise of 10 %.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub elasticity: Option<String>,
    /// The changes, in their order.
    #[serde(default)]
    pub changes: Vec<WrittenChange>,
}

/// One change of a scenario as it is written down: whom it concerns, from when, and what it does.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct WrittenChange {
    /// Name of the cause.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// First day.
    #[serde(alias = "effective_date")]
    pub from: String,
    /// Product: `ID:SKU`, or its name in the catalogue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product: Option<String>,
    /// Several products, likewise.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub products: Vec<String>,
    /// The vendor's product id, beside `sku_id`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product_id: Option<String>,
    /// The vendor's SKU id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sku_id: Option<String>,
    /// `P1M`, `P1Y` or `P3Y`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub term: Option<String>,
    /// `monthly`, `annual` or `triennial`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan: Option<String>,
    /// Currency of the list price.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// Price segment of the customer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub segment: Option<String>,
    /// The customer, or those below this account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// Change of the vendor's cost.
    #[serde(default, alias = "cost_change", skip_serializing_if = "Option::is_none")]
    pub cost: Option<String>,
    /// Change of the vendor's retail price.
    #[serde(default, alias = "erp_change", skip_serializing_if = "Option::is_none")]
    pub erp: Option<String>,
    /// The same in hundredths of a percent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost_change_bp: Option<String>,
    /// The same in hundredths of a percent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub erp_change_bp: Option<String>,
    /// Share of the change of cost customers pay; their price rules decide without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pass_on: Option<String>,
    /// The same in hundredths of a percent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pass_through_bp: Option<String>,
    /// Number of a price list of `billhook prices lists`, announced or not, that takes the place of the one in force.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price_list: Option<String>,
    /// Change of our price.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<String>,
    /// When it bites: `renewal` (without it) or `at-once`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bites: Option<String>,
    /// A price rule that computes otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// Its method.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// Its price or percentage.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// Its bands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bands: Option<String>,
    /// Change of the rate of `currency`: units of the customer's currency for one of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate: Option<String>,
    /// Change of the seats.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seats: Option<String>,
    /// Term from the next renewal on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to_term: Option<String>,
    /// Billing plan from the next renewal on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to_plan: Option<String>,
    /// Code of the bundle the products are sold in from the next renewal on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bundle: Option<String>,
    /// Does not renew and runs on in the Extended Service Term.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub extended: bool,
}

/// What scenarios are understood by.
pub(super) struct Ground<'a> {
    pub names: &'a mut Names,
    pub people: &'a People,
    pub products: &'a [Product],
    pub listed: &'a [ListPrice],
    /// Whole price lists, by the number a scenario names them by.
    pub lists: &'a HashMap<String, Vec<ListPrice>>,
}

/// A scenario understood, with what in it concerns nothing of the book.
#[derive(Debug, Default)]
pub(super) struct Understood {
    pub scenario: Scenario,
    pub notes: Vec<String>,
}

impl Written {
    /// Understands a scenario; the first thing not understood is the failure.
    pub(super) fn understood(&self, ground: &mut Ground<'_>) -> Result<Understood, Failure> {
        let mut understood = Understood {
            scenario: Scenario { name: self.name.clone(), elasticity: Decimal::ZERO, levers: Vec::new() },
            notes: Vec::new(),
        };
        if let Some(text) = &self.elasticity {
            let elasticity: Option<Decimal> = text.trim().parse().ok();
            let fits = |e: &Decimal| !e.is_sign_negative() && *e <= Decimal::ONE_HUNDRED;
            understood.scenario.elasticity =
                elasticity.filter(fits).ok_or_else(|| wrong("elasticity", text, "a number such as 0.5"))?;
        }
        for (at, change) in self.changes.iter().enumerate() {
            let said = if change.name.is_empty() { format!("change {}", at + 1) } else { change.name.clone() };
            let levers = change
                .levers(said.clone(), ground, &mut understood.notes)
                .map_err(|failure| Failure::usage(format!("In \"{said}\": {}", failure.message)))?;
            understood.scenario.levers.extend(levers);
        }
        Ok(understood)
    }
}

impl WrittenChange {
    fn levers(&self, name: String, ground: &mut Ground<'_>, notes: &mut Vec<String>) -> Result<Vec<Lever>, Failure> {
        let from = date(&self.from)?;
        let Some(who) = self.who(&name, ground, notes)? else { return Ok(Vec::new()) };
        let mut levers = Vec::new();
        let mut add = |what| levers.push(Lever { name: name.clone(), who: who.clone(), from, what });
        let cost = either("cost", &self.cost, &self.cost_change_bp)?;
        let erp = either("erp", &self.erp, &self.erp_change_bp)?;
        let pass_on = match (&self.pass_on, &self.pass_through_bp) {
            (Some(text), _) => Some(share(text).ok_or_else(|| wrong("pass_on", text, "a share such as 80 %"))?),
            (None, Some(bp)) => Some(points("pass_through_bp", bp)?),
            (None, None) => None,
        };
        if cost.is_some() || erp.is_some() {
            add(What::Vendor { cost, erp, pass_on });
        }
        if let Some(list) = &self.price_list {
            let rows = ground.lists.get(list).ok_or_else(|| Failure::not_found("price list", list))?;
            add(What::List(rows.clone()));
        }
        if let Some(text) = &self.price {
            let bite = match self.bites.as_deref() {
                None | Some("" | "renewal") => Bite::Renewal,
                Some("at-once") => Bite::AtOnce,
                Some(other) => return Err(wrong("bites", other, "renewal or at-once")),
            };
            add(What::Price(change("price", text)?, bite));
        }
        if let Some(rule) = &self.rule {
            let method = self.method.as_deref().ok_or_else(|| Failure::usage("A rule needs its method=... ."))?;
            add(What::Rule(rule.clone(), read_method(method, self.value.as_deref(), self.bands.as_deref())?));
        }
        if let Some(text) = &self.rate {
            let currency = who.currency.ok_or_else(|| Failure::usage("A rate needs the currency it is for."))?;
            add(What::Rate(currency, change("rate", text)?));
        }
        if let Some(text) = &self.seats {
            add(What::Seats(change("seats", text)?));
        }
        if self.to_term.is_some() || self.to_plan.is_some() {
            let term = self.to_term.as_deref().unwrap_or("P1Y");
            let term = Term::parse(term).ok_or_else(|| wrong("to_term", term, "P1M, P1Y or P3Y"))?;
            let plan = self.to_plan.as_deref().unwrap_or("monthly");
            add(What::Terms(
                term,
                plan_of(plan).ok_or_else(|| wrong("to_plan", plan, "monthly, annual or triennial"))?,
            ));
        }
        if let Some(bundle) = &self.bundle {
            add(What::Bundle(ground.names.intern(bundle)));
        }
        if self.extended {
            add(What::Extended);
        }
        if levers.is_empty() {
            return Err(Failure::usage(
                "it changes nothing: give cost, erp, price_list, price, rule, rate, seats, to_term, to_plan, bundle or extended.",
            ));
        }
        Ok(levers)
    }

    /// Whom it concerns; `None` when it names products of which the book has none.
    fn who(&self, name: &str, ground: &mut Ground<'_>, notes: &mut Vec<String>) -> Result<Option<Who>, Failure> {
        let mut wanted: Vec<String> = self.product.iter().chain(&self.products).cloned().collect();
        if let Some(id) = &self.product_id {
            wanted.push(format!("{id}:{}", self.sku_id.as_deref().unwrap_or("0001")));
        }
        let mut products = Vec::new();
        for text in &wanted {
            let found = found(text, ground)?;
            if found.is_empty() {
                notes.push(format!("{name}: the catalogue has no product \"{text}\"."));
            }
            products.extend(found);
        }
        if products.is_empty() && !wanted.is_empty() {
            return Ok(None);
        }
        let read = |name: &str, text: &Option<String>, must: &str| {
            text.as_deref().map(|t| Term::parse(t).ok_or_else(|| wrong(name, t, must))).transpose()
        };
        let plan = self.plan.as_deref();
        let currency = self.currency.as_deref();
        Ok(Some(Who {
            products,
            term: read("term", &self.term, "P1M, P1Y or P3Y")?,
            plan: plan
                .map(|t| plan_of(t).ok_or_else(|| wrong("plan", t, "monthly, annual or triennial")))
                .transpose()?,
            currency: currency
                .map(|t| Currency::listed(t).ok_or_else(|| wrong("currency", t, "a code such as EUR")))
                .transpose()?,
            segment: self.segment.as_deref().map(|s| ground.names.intern(s)),
            account: self.account.as_deref().map(|a| ground.people.find(a, ground.names).map(|a| a.id)).transpose()?,
        }))
    }
}

/// The products of a key, or of a name as people write it.
fn found(text: &str, ground: &mut Ground<'_>) -> Result<Vec<ProductKey>, Failure> {
    let plain = |name: &str| {
        let lower = name.trim().to_lowercase().replace("microsoft 365", "m365").replace("office 365", "o365");
        lower.chars().filter(|c| c.is_alphanumeric()).collect::<String>()
    };
    let named = plain(text);
    let by_name: Vec<ProductKey> = ground.products.iter().filter(|p| plain(&p.name) == named).map(|p| p.key).collect();
    if !by_name.is_empty() || !text.contains(':') {
        return Ok(by_name);
    }
    let key = key_of(text, ground.names)?;
    let known = ground.products.iter().any(|p| p.key == key) || ground.listed.iter().any(|row| row.product == key);
    Ok(if known { vec![key] } else { Vec::new() })
}

fn either(name: &str, text: &Option<String>, points_: &Option<String>) -> Result<Option<Change>, Failure> {
    match (text, points_) {
        (Some(text), _) => change(name, text).map(Some),
        (None, Some(bp)) => Ok(Some(Change::Share(points(name, bp)?))),
        (None, None) => Ok(None),
    }
}

/// A share in hundredths of a percent.
fn points(name: &str, text: &str) -> Result<Decimal, Failure> {
    let points: Option<Decimal> = text.trim().parse().ok();
    points
        .filter(|p| p.abs() <= Decimal::from(1_000_000))
        .map(|p| p / Decimal::from(10_000))
        .ok_or_else(|| wrong(name, text, "hundredths of a percent, such as 300"))
}

/// Reads a change: `3 %`, `+0.50`, `= 12.00`, `6.00 -> 7.00`.
pub(super) fn change(name: &str, text: &str) -> Result<Change, Failure> {
    let must = "a change such as \"3 %\", \"+0.50\", \"= 12.00\" or \"6.00 -> 7.00\"";
    let number = |text: &str| -> Option<Decimal> {
        let value: Decimal = text.trim().trim_start_matches('+').trim().parse().ok()?;
        (value.abs() < Decimal::from(1_000_000_000)).then_some(value)
    };
    let text = text.trim();
    let change = if let Some((old, new)) = text.split_once("->") {
        number(old)
            .zip(number(new))
            .filter(|(old, _)| *old > Decimal::ZERO)
            .map(|(old, new)| Change::Ratio { old, new })
    } else if text.ends_with('%') {
        share(text).filter(|s| *s >= -Decimal::ONE).map(Change::Share)
    } else if let Some(to) = text.strip_prefix('=') {
        number(to).filter(|v| !v.is_sign_negative()).map(Change::To)
    } else {
        number(text).map(Change::By)
    };
    change.ok_or_else(|| wrong(name, text, must))
}

fn share(text: &str) -> Option<Decimal> {
    let value: Decimal = text.trim().trim_end_matches('%').trim().trim_start_matches('+').parse().ok()?;
    (value.abs() <= Decimal::from(10_000)).then(|| value / Decimal::ONE_HUNDRED)
}

fn wrong(name: &str, text: &str, must: &str) -> Failure {
    Failure::usage(format!("{name}=\"{text}\" is not {must}."))
}

/// What a lever does, in a word, for pages.
pub(super) fn kind(what: &What) -> &'static str {
    match what {
        What::Vendor { .. } => "vendor",
        What::List(_) => "list",
        What::Price(..) => "price",
        What::Rule(..) => "rule",
        What::Rate(..) => "rate",
        What::Seats(_) => "seats",
        What::Terms(..) => "terms",
        What::Bundle(_) => "bundle",
        What::Extended => "extended",
    }
}

/// Reads a scenario file's text.
pub(super) fn read(text: &str) -> Result<Written, Failure> {
    let mut tree = formats::scenario::read(text).map_err(crate::import::refused)?;
    // Prose about the rules may stand in a file; it is not ours to follow.
    if let Some(fields) = tree.as_object_mut() {
        fields.remove("rules");
    }
    serde_json::from_value(tree)
        .map_err(|e| Failure::new("E-SCENARIO", format!("The scenario is not understood: {e}.")))
}
