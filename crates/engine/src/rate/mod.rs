//! Rating: what something is sold for.
//!
//! In: a question (who buys what, on which terms, since when) and the [`Prices`] in force. Out: a unit price with the rule
//! that won, the rules it beat, cost and retail price beside it, and the steps that made it.
//!
//! The order of precedence: the subscription's own price; then the nearest layer that has a rule in force (subscription,
//! account, reseller, segment, book); within a layer the more specific selector, then the later `from`, then the higher
//! version. Volume breaks and the discount of a bundle come on top as exact factors, and a computed price is rounded once,
//! at the end. Where no rule applies the estimated retail price is asked, and the steps say so.
//!
//! Always: prices of different currencies never meet. A list price is looked up in the currency asked for or not at all.
//! The list is the one the rule's hold picks ([`base`]); without one that of the first day of the vendor's term, so that a
//! term keeps its price (vendor's price protection). Rules are those in force on the day the charge begins. A promotion is
//! taken off once: it never comes on top of a discount off the retail price, the larger of the two counts.

mod base;
mod bundle;
#[cfg(test)]
mod bundle_tests;
mod edition;
mod ground;
mod index;
mod method;
mod pass;
#[cfg(test)]
pub(crate) mod tests;

pub use bundle::{Offer, Part};
pub use edition::edition_day;
pub use ground::Ground;
pub use index::{Imagined, Prices, of_buyer};
pub use pass::{CostSale, UsageSale, rate_cost, rate_usage};

use crate::price::{Hold, PriceBook, PriceRule};
use crate::register::{Account, BillingPlan, BundlePolicy, ProductKey, State, Subscription, Term};
use crate::why::{Rule, Source, Step, Value};
use crate::{Currency, Date, Decimal, Id, Names, Rounding, Symbol};
use edition::Within;

/// What is asked: one product, for one buyer, on one day.
#[derive(Clone, Debug)]
pub struct Ask<'a> {
    /// The subscription, for its own rules.
    pub subscription: Option<Id>,
    /// The account that uses it.
    pub account: Id,
    /// The accounts above it, nearest first, for the rules of resellers.
    pub ancestors: &'a [Id],
    /// The account's price segment; empty for none.
    pub segment: Symbol,
    /// Product.
    pub product: ProductKey,
    /// Term, when the thing has one.
    pub term: Option<Term>,
    /// Billing plan it is bought on, when the thing has one.
    pub plan: Option<BillingPlan>,
    /// Billing plan it is sold on, when that is another one.
    pub sold: Option<BillingPlan>,
    /// The subscription's own price, when one is set.
    pub own: Option<Decimal>,
    /// Bundle it is sold in; empty for none.
    pub bundle: Symbol,
    /// Which edition of a bundle counts.
    pub policy: BundlePolicy,
    /// A day on which the edition it was sold with is in force.
    pub edition: Date,
    /// Currency wanted.
    pub currency: Currency,
    /// First day of the agreement with the customer: yearly rises count from it.
    pub since: Date,
    /// First day of the vendor's running term: picks the version of the price list.
    pub term_start: Date,
    /// First day of the customer's own running term, when that is another one.
    pub customer_term: Option<Date>,
    /// Day the charge begins: picks the version of the rules.
    pub date: Date,
    /// Opening quantity of the charge cycle: picks volume breaks and bands.
    pub quantity: Decimal,
    /// A list imagined over the real one, for scenarios.
    pub imagined: Option<&'a dyn Imagined>,
}

impl<'a> Ask<'a> {
    /// The question about a subscription in the state it has on the first day of a charge cycle.
    ///
    /// `ancestors` are the accounts above `account`, nearest first; `account` is the one the state names.
    pub fn of(
        subscription: &Subscription,
        state: &State,
        account: &Account,
        ancestors: &'a [Id],
        day: Date,
    ) -> Ask<'a> {
        let own = subscription.customer_term.and_then(|term| Some((term.from, term.on(day)?.start)));
        Ask {
            subscription: Some(subscription.id),
            account: state.account,
            ancestors,
            segment: account.segment,
            product: state.product,
            term: Some(subscription.term),
            plan: Some(subscription.plan),
            sold: subscription.sold_plan.filter(|sold| *sold != subscription.plan),
            own: state.price,
            bundle: subscription.bundle,
            policy: subscription.bundle_policy,
            edition: state.edition,
            currency: account.currency,
            since: own.map_or(subscription.start, |(from, _)| from),
            term_start: state.term.map_or(subscription.start, |term| term.start),
            customer_term: own.map(|(_, begins)| begins),
            date: day,
            quantity: state.quantity,
            imagined: None,
        }
    }
}

/// Why a rule that applied did not win.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Lost {
    /// The subscription has a price of its own, or the bundle names one for its part.
    OwnPrice,
    /// A rule of a nearer layer applies.
    NearerLayer,
    /// A rule of the same layer names product, term or plan more closely.
    MoreSpecific,
    /// A rule of the same layer is newer.
    Newer,
    /// A higher version of the same day.
    HigherVersion,
}

/// A price with where it comes from.
#[derive(Clone, Debug, PartialEq)]
pub struct Priced<'p> {
    /// Price of one unit for one charge cycle of the plan, in the currency asked for.
    pub unit_price: Decimal,
    /// The rule that won; `None` for an own price and for the plain retail price.
    pub rule: Option<&'p PriceRule>,
    /// The rules in force that lost, strongest first.
    pub beaten: Vec<(&'p PriceRule, Lost)>,
    /// Cost of one unit on the same footing, where a list has it.
    pub cost: Option<Decimal>,
    /// Estimated retail price on the same footing, where a list has it.
    pub erp: Option<Decimal>,
    /// What picked the list the price is made of, and the day whose list it is; `None` for a price somebody named.
    pub picked: Option<(Hold, Date)>,
    /// The steps; the last one's result is `unit_price`.
    pub why: Vec<Step>,
}

/// Why there is no price.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum NoPrice {
    /// No vendor list has the product on these terms in this currency, then or later.
    #[error("no list price in {currency} on {date} for that product, term and plan")]
    NotListed {
        /// Product.
        product: ProductKey,
        /// Term.
        term: Option<Term>,
        /// Plan.
        plan: Option<BillingPlan>,
        /// Currency wanted.
        currency: Currency,
        /// The day whose list was asked.
        date: Date,
    },
    /// A bundle has one price, in another currency than wanted.
    #[error("the bundle is priced in {has}, not in {wanted}")]
    OtherCurrency {
        /// Bundle.
        bundle: Symbol,
        /// Currency it has.
        has: Currency,
        /// Currency wanted.
        wanted: Currency,
    },
    /// It was sold in a bundle the book does not have.
    #[error("the bundle it was sold in is not in the book")]
    UnknownBundle {
        /// The bundle's code.
        bundle: Symbol,
    },
    /// A rule cannot give a price: no band for the quantity, no step yet on that day, a margin of everything.
    #[error("price rule \"{rule}\" version {version} gives no price: {what}")]
    Impossible {
        /// Rule.
        rule: String,
        /// Its version.
        version: u32,
        /// What is missing.
        what: &'static str,
    },
    /// The account is not in the book.
    #[error("the account is not in the book")]
    UnknownAccount,
    /// The figures do not fit.
    #[error("the amount is too large")]
    TooLarge,
}

impl NoPrice {
    /// What was looked for, in words of the rule, for messages and guards.
    pub fn facts(&self, names: &Names) -> Vec<(&'static str, String)> {
        match self {
            NoPrice::NotListed { product, term, plan, currency, date } => {
                let mut facts = vec![
                    ("product", names.text(product.product).to_owned()),
                    ("sku", names.text(product.sku).to_owned()),
                ];
                facts.extend(term.map(|t| ("term", t.to_string())));
                facts.extend(plan.map(|p| ("plan", plan_text(p).to_owned())));
                facts.push(("currency", currency.to_string()));
                facts.push(("list of", date.to_string()));
                facts
            }
            NoPrice::OtherCurrency { bundle, has, wanted } => vec![
                ("bundle", names.text(*bundle).to_owned()),
                ("priced in", has.to_string()),
                ("wanted in", wanted.to_string()),
            ],
            NoPrice::Impossible { rule, version, what } => {
                vec![("rule", format!("{rule} v{version}")), ("missing", (*what).to_owned())]
            }
            NoPrice::UnknownBundle { bundle } => vec![("bundle", names.text(*bundle).to_owned())],
            NoPrice::UnknownAccount => vec![("account", "not in the book".to_owned())],
            NoPrice::TooLarge => vec![("amount", "too large".to_owned())],
        }
    }
}

/// Prices one question against a book that is asked only once; see [`Prices`] for many.
pub fn price<'p>(book: &'p PriceBook, ask: &Ask) -> Result<Priced<'p>, NoPrice> {
    Prices::new(book).price(ask)
}

impl<'p> Prices<'p> {
    /// Prices one unit of one product.
    pub fn price(&self, ask: &Ask) -> Result<Priced<'p>, NoPrice> {
        if !ask.bundle.is_empty() && ask.own.is_none() && self.bundle(ask.bundle).is_none() {
            return Err(NoPrice::UnknownBundle { bundle: ask.bundle });
        }
        self.priced(ask, self.within(ask))
    }

    /// The same, with what the edition of a bundle says of the product.
    fn priced(&self, ask: &Ask, within: Option<Within<'p>>) -> Result<Priced<'p>, NoPrice> {
        let cost = self.cost(ask).or(within.and_then(|w| w.cost(ask.currency)));
        let of_part = match within.filter(|_| ask.own.is_none()) {
            Some(Within { sold, part, .. }) => sold.amount(part.price, ask.currency)?.map(|price| (price, sold)),
            None => None,
        };
        let own = ask.own.map(|own| (own, Step::of(Rule("price.own"), Value::Price(own, ask.currency))));
        let of_part = of_part.map(|(price, sold)| {
            let step = Step::of(Rule("price.bundle-part"), Value::Price(price, ask.currency));
            (price, sold.named(step))
        });
        if let Some((own, step)) = own.or(of_part) {
            let (winner, others) = self.contest(ask);
            let rules = winner.into_iter().chain(others.into_iter().map(|(rule, _)| rule));
            let beaten = rules.map(|rule| (rule, Lost::OwnPrice)).collect();
            let erp = self.base(ask, None).ok().and_then(|base| base.per_charge(base.list.price.erp).ok());
            return Ok(Priced { unit_price: own, rule: None, beaten, cost, erp, picked: None, why: vec![step] });
        }
        let (rule, beaten) = self.contest(ask);
        let mut why = Vec::with_capacity(6);
        let base = self.base(ask, rule);
        let erp = base.as_ref().ok().and_then(|base| base.per_charge(base.list.price.erp).ok());
        let picked = base.as_ref().ok().map(|base| (base.hold, base.day));
        let (start, footing) = method::apply(rule, base, ask, &mut why)?;
        let listed = matches!(footing, method::Footing::List | method::Footing::Cost);
        let picked = picked.filter(|_| listed);

        let mut price = start;
        if footing == method::Footing::List {
            let off = self.volume_discount(ask.quantity);
            price =
                less(price, off, "price.volume", ("quantity", Value::Number(ask.quantity)), ask.currency, &mut why)?;
        }
        if footing != method::Footing::Cost
            && let Some(Within { sold, discount, .. }) = within
        {
            let name = ("bundle", Value::Text(sold.bundle.name.clone()));
            let before = why.len();
            price = less(price, discount, "price.bundle", name, ask.currency, &mut why)?;
            let since = sold.edition.since().filter(|_| why.len() > before);
            if let (Some(since), Some(step)) = (since, why.last_mut()) {
                step.inputs.push(("edition", Value::Date(since)));
            }
        }
        if let Some(rule) = rule {
            if footing != method::Footing::Cost {
                price = risen(price, rule, ask, "price.uplift", &mut why)?;
            }
            let mut bound = |applies: bool, code, name, limit: Option<Decimal>, over: bool| {
                if let Some(limit) = limit.filter(|l| applies && if over { price > *l } else { price < *l }) {
                    why.push(
                        Step::of(Rule(code), Value::Price(limit, ask.currency))
                            .input("price", Value::Price(price, ask.currency))
                            .input(name, Value::Price(limit, ask.currency)),
                    );
                    price = limit;
                }
            };
            bound(rule.ceiling_at_erp, "price.ceiling", "retail price", erp, true);
            bound(rule.floor_at_cost, "price.floor", "cost", cost, false);
        }
        let keeps_digits = match footing {
            method::Footing::Named => price == start,
            method::Footing::Average => true,
            method::Footing::List | method::Footing::Cost => false,
        };
        if let Some(digits) = self.digits().filter(|d| price.scale() > *d && !keeps_digits) {
            price = rounded(price, digits, rule, [cost, erp], ask.currency, &mut why);
        }
        Ok(Priced { unit_price: price, rule, beaten, cost, erp, picked, why })
    }
}

/// Takes a discount off; nought leaves price and steps alone.
fn less(
    price: Decimal,
    discount: Decimal,
    code: &'static str,
    because: (&'static str, Value),
    currency: Currency,
    why: &mut Vec<Step>,
) -> Result<Decimal, NoPrice> {
    if discount.is_zero() {
        return Ok(price);
    }
    let result = times(price, Decimal::ONE - discount)?;
    why.push(Step {
        rule: Rule(code),
        inputs: vec![("price", Value::Price(price, currency)), because, ("discount", Value::Share(discount))],
        result: Value::Price(result, currency),
        from: Vec::new(),
    });
    Ok(result)
}

/// Rounds a computed price, half up; but what is held to cost or retail price is not rounded beyond it.
fn rounded(
    price: Decimal,
    digits: u32,
    rule: Option<&PriceRule>,
    [cost, erp]: [Option<Decimal>; 2],
    currency: Currency,
    why: &mut Vec<Step>,
) -> Decimal {
    let (nearest, unit) = (Rounding::HalfUp.apply(price, digits), Decimal::new(1, digits));
    let below = cost.filter(|cost| rule.is_some_and(|rule| rule.floor_at_cost) && nearest < *cost);
    let above = erp.filter(|erp| rule.is_some_and(|rule| rule.ceiling_at_erp) && nearest > *erp);
    let (result, limit) = match (below, above) {
        (Some(cost), _) => (nearest + unit, Some(("not below", Value::Price(cost, currency)))),
        (None, Some(erp)) => (nearest - unit, Some(("not above", Value::Price(erp, currency)))),
        (None, None) => (nearest, None),
    };
    let mut inputs = vec![("price", Value::Price(price, currency)), ("digits", Value::Number(digits.into()))];
    inputs.extend(limit);
    why.push(Step { rule: Rule("price.round"), inputs, result: Value::Price(result, currency), from: Vec::new() });
    result
}

/// Raises a price by the yearly rises of a rule so far; without any, price and steps stay alone.
fn risen(
    price: Decimal,
    rule: &PriceRule,
    ask: &Ask,
    code: &'static str,
    why: &mut Vec<Step>,
) -> Result<Decimal, NoPrice> {
    let Some(uplift) = rule.uplift else { return Ok(price) };
    let rises = uplift.times(ask.since, ask.date);
    if rises == 0 {
        return Ok(price);
    }
    let factor = plus(Decimal::ONE, uplift.share)?;
    let result = (0..rises).try_fold(price, |price, _| times(price, factor))?;
    why.push(Step {
        rule: Rule(code),
        inputs: vec![
            ("price", Value::Price(price, ask.currency)),
            ("a year", Value::Share(uplift.share)),
            ("times", Value::Number(rises.into())),
            ("counted from", Value::Date(if uplift.by_agreement { ask.since } else { uplift.from })),
        ],
        result: Value::Price(result, ask.currency),
        from: vec![named(rule)],
    });
    Ok(result)
}

/// A product that may not fit.
pub(crate) fn times(a: Decimal, b: Decimal) -> Result<Decimal, NoPrice> {
    a.checked_mul(b).ok_or(NoPrice::TooLarge)
}

/// A sum that may not fit.
pub(crate) fn plus(a: Decimal, b: Decimal) -> Result<Decimal, NoPrice> {
    a.checked_add(b).ok_or(NoPrice::TooLarge)
}

/// The source that names a rule and its version.
pub(crate) fn named(rule: &PriceRule) -> Source {
    Source::Record("price rule", [rule.name.as_str(), " v", &rule.version.to_string()].concat())
}

/// The public word of a billing plan.
pub(crate) fn plan_text(plan: BillingPlan) -> &'static str {
    match plan {
        BillingPlan::Monthly => "Monthly",
        BillingPlan::Annual => "Annual",
        BillingPlan::Triennial => "Triennial",
        BillingPlan::OneTime => "OneTime",
    }
}
