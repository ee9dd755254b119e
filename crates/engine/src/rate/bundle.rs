//! What one unit of a subscription is made of, and what it costs the buyer: a product, a part of a bundle, or a bundle.
//!
//! A bundle is sold in one of two ways. Either it has one price, and the parts share it in proportion to their stand-alone
//! prices so that the shares add up to the price; or each part has its own price less a discount, and the bundle costs
//! what the parts cost together. A subscription is to a whole bundle when its product id is the bundle's code, and to a
//! part when its product is one of the bundle it was sold in.

use super::{Ask, NoPrice, Prices, plus, times};
use crate::price::PriceRule;
use crate::register::{Bundle, BundlePart, ProductKey};
use crate::why::{Rule, Source, Step, Value};
use crate::{Currency, Decimal, Money, Rounding};
use std::sync::Arc;

/// The price of one unit of a subscription.
#[derive(Clone, Debug, PartialEq)]
pub struct Offer<'p> {
    /// Price of one unit for one charge cycle.
    pub unit_price: Decimal,
    /// Cost of one unit on the same footing, where every part's is known.
    pub cost: Option<Decimal>,
    /// The rule that won, where one did.
    pub rule: Option<&'p PriceRule>,
    /// The parts the invoice shows; empty for one line.
    pub parts: Vec<Part>,
    /// The parts share one price: the amount is worked out once and split.
    pub one_price: bool,
    /// The steps; the last one's result is `unit_price`.
    pub why: Arc<[Step]>,
}

/// A part of a bundle as the invoice shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// Product.
    pub product: ProductKey,
    /// Units of it in one bundle.
    pub ratio: Decimal,
    /// Price of all its units in one bundle.
    pub price: Decimal,
    /// Their cost, where known.
    pub cost: Option<Decimal>,
    /// The steps of a part that has a price of its own.
    pub why: Vec<Step>,
}

impl<'p> Prices<'p> {
    /// Prices one unit of a subscription, taking bundles apart.
    pub fn offer(&self, ask: &Ask) -> Result<Offer<'p>, NoPrice> {
        if let Some(bundle) = self.bundle(ask.product.product) {
            return self.whole(bundle, ask);
        }
        let sold_in = self.bundle(ask.bundle).filter(|b| b.price.is_some() && ask.own.is_none());
        if let Some(bundle) = sold_in
            && let Some(at) = bundle.parts.iter().position(|p| p.product == ask.product)
        {
            return self.share_of(bundle, at, ask);
        }
        let priced = self.price(ask)?;
        Ok(Offer {
            unit_price: priced.unit_price,
            cost: priced.cost,
            rule: priced.rule,
            parts: Vec::new(),
            one_price: false,
            why: priced.why.into(),
        })
    }

    /// A subscription to the bundle itself.
    fn whole(&self, bundle: &'p Bundle, ask: &Ask) -> Result<Offer<'p>, NoPrice> {
        let named = match (ask.own, &bundle.price) {
            (Some(own), _) => Some((own, "price.own")),
            (None, Some(_)) => Some((one_price(bundle, ask.currency)?, "price.bundle-whole")),
            (None, None) => None,
        };
        let Some((price, code)) = named else { return self.by_parts(bundle, ask) };
        let (shares, costs) = self.shares(bundle, price, ask);
        let step = |code, result| {
            Step::of(Rule(code), Value::Price(result, ask.currency)).from(Source::Record("bundle", bundle.name.clone()))
        };
        let parts = bundle.parts.iter().zip(&shares).zip(&costs).map(|((part, share), cost)| Part {
            product: part.product,
            ratio: part.ratio,
            price: *share,
            cost: *cost,
            why: vec![step(code, price), step("price.bundle-share", *share)],
        });
        Ok(Offer {
            unit_price: price,
            cost: costs.iter().copied().sum(),
            rule: None,
            parts: if bundle.show_parts { parts.collect() } else { Vec::new() },
            one_price: true,
            why: Arc::new([step(code, price)]),
        })
    }

    /// A bundle without a price of its own: the parts, each with its discount.
    fn by_parts(&self, bundle: &'p Bundle, ask: &Ask) -> Result<Offer<'p>, NoPrice> {
        let mut parts = Vec::with_capacity(bundle.parts.len());
        let mut why = Vec::new();
        let mut sum = Step::of(Rule("price.bundle-sum"), Value::Price(Decimal::ZERO, ask.currency))
            .from(Source::Record("bundle", bundle.name.clone()));
        let mut total = Decimal::ZERO;
        for part in &bundle.parts {
            let priced = self.price(&Ask { bundle: bundle.code, ..part_ask(part, ask) })?;
            let price = times(priced.unit_price, part.ratio)?;
            total = plus(total, price)?;
            sum = sum.input("part", Value::Price(price, ask.currency));
            why.extend(priced.why.iter().cloned());
            parts.push(Part {
                product: part.product,
                ratio: part.ratio,
                price,
                cost: priced.cost.and_then(|c| c.checked_mul(part.ratio)),
                why: priced.why,
            });
        }
        sum.result = Value::Price(total, ask.currency);
        why.push(sum);
        let cost = parts.iter().map(|p| p.cost).sum();
        let parts = if bundle.show_parts { parts } else { Vec::new() };
        Ok(Offer { unit_price: total, cost, rule: None, parts, one_price: false, why: why.into() })
    }

    /// A subscription to one part of a bundle that has one price.
    fn share_of(&self, bundle: &'p Bundle, at: usize, ask: &Ask) -> Result<Offer<'p>, NoPrice> {
        let price = one_price(bundle, ask.currency)?;
        let (shares, costs) = self.shares(bundle, price, ask);
        let ratio = bundle.parts[at].ratio;
        let unit_price = shares[at].checked_div(ratio).ok_or(NoPrice::TooLarge)?;
        let record = Source::Record("bundle", bundle.name.clone());
        let whole = Step::of(Rule("price.bundle-whole"), Value::Price(price, ask.currency)).from(record.clone());
        let share = Step::of(Rule("price.bundle-share"), Value::Price(unit_price, ask.currency))
            .input("bundle price", Value::Price(price, ask.currency))
            .input("share", Value::Price(shares[at], ask.currency))
            .input("units in the bundle", Value::Number(ratio))
            .from(record);
        let cost = costs[at].and_then(|c| c.checked_div(ratio));
        Ok(Offer { unit_price, cost, rule: None, parts: Vec::new(), one_price: false, why: Arc::new([whole, share]) })
    }

    /// Each part's share of one price, by stand-alone price (by units where one is missing), and each part's cost.
    fn shares(&self, bundle: &Bundle, price: Decimal, ask: &Ask) -> (Vec<Decimal>, Vec<Option<Decimal>>) {
        let alone: Vec<_> = bundle.parts.iter().map(|part| self.price(&part_ask(part, ask)).ok()).collect();
        let costs: Vec<Option<Decimal>> = alone
            .iter()
            .zip(&bundle.parts)
            .map(|(priced, part)| priced.as_ref().and_then(|p| p.cost)?.checked_mul(part.ratio))
            .collect();
        let known: Option<Vec<Decimal>> = alone
            .iter()
            .zip(&bundle.parts)
            .map(|(priced, part)| priced.as_ref()?.unit_price.checked_mul(part.ratio))
            .collect();
        let weights = known.unwrap_or_else(|| bundle.parts.iter().map(|p| p.ratio).collect());
        let whole = Money::round(price, ask.currency, Rounding::HalfUp);
        let mut shares: Vec<Decimal> =
            whole.map(|m| m.split(&weights).iter().map(Money::value).collect()).unwrap_or_default();
        shares.resize(weights.len(), Decimal::ZERO);
        // A price finer than the minor unit keeps its last digits, on the first part.
        let given: Decimal = shares.iter().sum();
        if let Some(first) = shares.first_mut() {
            *first += price - given;
        }
        (shares, costs)
    }
}

fn part_ask<'a>(part: &BundlePart, ask: &Ask<'a>) -> Ask<'a> {
    Ask {
        product: part.product,
        own: None,
        bundle: crate::Symbol::EMPTY,
        quantity: ask.quantity.checked_mul(part.ratio).unwrap_or(ask.quantity),
        ..ask.clone()
    }
}

fn one_price(bundle: &Bundle, wanted: Currency) -> Result<Decimal, NoPrice> {
    match bundle.price {
        Some((price, has)) if has == wanted => Ok(price),
        Some((_, has)) => Err(NoPrice::OtherCurrency { bundle: bundle.code, has, wanted }),
        None => Ok(Decimal::ZERO),
    }
}
