//! Why a subscription costs what it costs, or a product would.

use super::rule::{Rule, hold_text, layer_text, rule};
use super::{load, plan_of};
use crate::catalogue::{key_of, reference};
use crate::fields::Fields;
use crate::people::People;
use crate::wire::{Reason, number, reasons};
use crate::{Failure, Session, subscriptions};
use engine::price::{PriceBook, PriceRule};
use engine::rate::{Ask, Lost, Prices};
use engine::register::{BillingPlan, BundlePolicy, Term};
use engine::{Decimal, Names, Symbol};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Whose price, on which day.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct WhyAsk {
    id: String,
    #[serde(default)]
    on: Option<String>,
}

/// What a product would cost an account.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct AccountAsk {
    /// The account, by id or name.
    account: String,
    /// `PRODUCT:SKU`.
    product: String,
    /// A year without one.
    #[serde(default)]
    term: Option<String>,
    /// Monthly without one.
    #[serde(default)]
    plan: Option<String>,
    /// Units; one without a number.
    #[serde(default)]
    quantity: Option<String>,
    #[serde(default)]
    on: Option<String>,
}

/// A price with the rule chosen and those it beat.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Why {
    subscription_ref: Option<String>,
    account: String,
    product: String,
    on: String,
    quantity: String,
    unit_price: String,
    currency: String,
    cost: Option<String>,
    erp: Option<String>,
    /// The day whose price list holds; none for a price somebody named, and for bundles.
    list_of: Option<String>,
    /// What picked that day, as the rule says it: `vendor-term`, `customer-term` or `float:DAYS`.
    list_because: Option<String>,
    chosen: Option<Rule>,
    beaten: Vec<Beaten>,
    why: Vec<Reason>,
}

/// A rule that applied and lost.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Beaten {
    name: String,
    layer: String,
    because: &'static str,
}

/// Tells why a subscription costs what it costs.
pub fn why(session: &mut Session, ask: WhyAsk) -> Result<Why, Failure> {
    session.read(|book| {
        let on = ask.on.as_deref().map(crate::session::date).transpose()?.unwrap_or(book.today);
        let mut names = book.names()?;
        let people = People::load(book, &mut names)?;
        let subscription = subscriptions::find(book, &ask.id, &mut names)?;
        let prices = load(book, &mut names)?;
        let state = subscription.on(on);
        let account =
            people.get(state.account).ok_or_else(|| Failure::not_found("account", &state.account.to_string()))?;
        let above = people.above(account.id);
        let cycle = engine::cycle::sold(&subscription).cycle_on(on);
        // Volume counts by the seats the cycle opened with.
        let quantity = cycle.map_or(state.quantity, |c| subscription.on(c.start).quantity);
        let date = cycle.map_or(on, |c| c.start);
        let question = Ask { quantity, ..Ask::of(&subscription, &state, account, &above, date) };
        let why = answer(&question, &prices, &people, &names)?;
        Ok(Why { subscription_ref: Some(names.source_text(subscription.source)), on: on.to_string(), ..why })
    })
}

/// Tells what a product would cost an account if it were ordered on a day, and why.
pub fn ask(session: &mut Session, ask: AccountAsk) -> Result<Why, Failure> {
    session.read(|book| {
        let on = ask.on.as_deref().map(crate::session::date).transpose()?.unwrap_or(book.today);
        let mut f = Fields::new(
            [("term", &ask.term), ("plan", &ask.plan), ("quantity", &ask.quantity)]
                .into_iter()
                .filter_map(|(name, value)| Some((name.to_owned(), value.clone().filter(|v| !v.is_empty())?)))
                .collect(),
        );
        let mut names = book.names()?;
        let people = People::load(book, &mut names)?;
        let account = people.find(&ask.account, &names)?;
        let prices = load(book, &mut names)?;
        let question = Ask {
            subscription: None,
            account: account.id,
            ancestors: &people.above(account.id),
            segment: account.segment,
            product: key_of(&ask.product, &mut names)?,
            term: Some(f.read("term", "P1M, P1Y or P3Y", Term::parse)?.unwrap_or(Term::P1Y)),
            plan: Some(
                f.read("plan", "monthly, annual, triennial or one-time", plan_of)?.unwrap_or(BillingPlan::Monthly),
            ),
            sold: None,
            own: None,
            bundle: Symbol::EMPTY,
            policy: BundlePolicy::Follow,
            edition: on,
            currency: account.currency,
            since: on,
            term_start: on,
            customer_term: None,
            date: on,
            quantity: f.number("quantity")?.unwrap_or(Decimal::ONE),
            imagined: None,
        };
        answer(&question, &prices, &people, &names)
    })
}

fn answer(question: &Ask<'_>, prices: &PriceBook, people: &People, names: &Names) -> Result<Why, Failure> {
    let index = Prices::new(prices);
    let offer = index.offer(question).map_err(|error| {
        let facts = error.facts(names).into_iter().map(|(k, v)| format!("{k} {v}")).collect::<Vec<_>>().join(", ");
        Failure::new("E-RULE", format!("There is no price: {error} ({facts})."))
            .hint("Import a price list, or add a price rule.")
    })?;
    // A bundle's own price beats no rule; what rules would say is not asked then.
    let priced = index.price(question).ok().filter(|_| offer.parts.is_empty() && !offer.one_price);
    let picked = priced.as_ref().and_then(|p| p.picked);
    let beaten = |(r, lost): &(&PriceRule, Lost)| Beaten {
        name: r.name.clone(),
        layer: layer_text(r.layer, people, names),
        because: because(*lost),
    };
    Ok(Why {
        subscription_ref: None,
        account: people.name(question.account).to_owned(),
        product: reference(question.product, names),
        on: question.date.to_string(),
        quantity: number(question.quantity),
        unit_price: number(offer.unit_price),
        currency: question.currency.to_string(),
        cost: offer.cost.map(number),
        erp: priced.as_ref().and_then(|p| p.erp).map(number),
        list_of: picked.map(|(_, day)| day.to_string()),
        list_because: picked.map(|(hold, _)| hold_text(hold)),
        chosen: offer.rule.map(|r| rule(r, people, names)),
        beaten: priced.iter().flat_map(|p| &p.beaten).map(beaten).collect(),
        why: reasons(offer.why.iter()),
    })
}

fn because(lost: Lost) -> &'static str {
    match lost {
        Lost::OwnPrice => "the subscription has a price of its own",
        Lost::NearerLayer => "a rule of a nearer layer applies",
        Lost::MoreSpecific => "a rule of the same layer is more specific",
        Lost::Newer => "a rule of the same layer is newer",
        Lost::HigherVersion => "a higher version of the same day applies",
    }
}
