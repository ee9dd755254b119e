//! What one unit of a subscription is made of, and what it costs the buyer: a product, a part of a bundle, or a bundle.
//!
//! A bundle is sold in one of two ways. Either it has one price, and the parts share it in proportion to their stand-alone
//! prices so that the shares add up to the price; or each part has its own price (named in the bundle, or by the rules
//! less a discount), and the bundle costs what the parts cost together. A subscription is to a whole bundle when its
//! product id is the bundle's code, and to a part when its product is one of the bundle it was sold in.
//!
//! The money of a part the invoice hides is on the parts it shows, by stand-alone price, or on the bundle's one line. What
//! is charged once is priced beside what is charged each cycle, and never shares its price.
//!
//! Always: the prices of the parts shown add up to the price of the bundle, and so do their costs.

use super::edition::{Sold, Within};
use super::{Ask, NoPrice, Priced, Prices, plus, times};
use crate::bundle::BundlePart;
use crate::price::PriceRule;
use crate::register::ProductKey;
use crate::why::{Rule, Step, Value};
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
    /// The parts share one amount: it is worked out once and split.
    pub one_price: bool,
    /// What is charged once for each unit, as the invoice shows it; or why it has no price.
    pub once: Result<Vec<Part>, NoPrice>,
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
    /// The steps that made `price`.
    pub why: Vec<Step>,
}

impl<'p> Prices<'p> {
    /// Prices one unit of a subscription, taking bundles apart.
    pub fn offer(&self, ask: &Ask) -> Result<Offer<'p>, NoPrice> {
        if let Some(sold) = self.sold(ask.product.product, ask) {
            return self.whole(sold, ask);
        }
        let sold_in = self.sold(ask.bundle, ask).filter(|s| s.edition.price.is_some() && ask.own.is_none());
        if let Some(sold) = sold_in
            && let Some(at) = sold.edition.recurring().position(|p| p.product == ask.product)
        {
            return self.share_of(sold, at, ask);
        }
        let Priced { unit_price, cost, rule, why, .. } = self.price(ask)?;
        Ok(Offer { unit_price, cost, rule, parts: Vec::new(), one_price: false, once: Ok(Vec::new()), why: why.into() })
    }

    /// A subscription to the bundle itself.
    fn whole(&self, sold: Sold<'p>, ask: &Ask) -> Result<Offer<'p>, NoPrice> {
        let edition = sold.edition;
        let named = match ask.own {
            Some(own) => Some((own, "price.own")),
            None => sold.amount(edition.price, ask.currency)?.map(|price| (price, "price.bundle-whole")),
        };
        let once = self.once(sold, ask);
        let Some((price, code)) = named else { return self.by_parts(sold, ask, once) };
        let whole = || sold.named(Step::of(Rule(code), Value::Price(price, ask.currency)));
        let shown: Vec<bool> = edition.recurring().map(|part| edition.shows(part)).collect();
        let (weights, costs) = self.alone(sold, ask);
        let mut parts = Vec::new();
        if shown.contains(&true) {
            let visible = |all: &[Decimal]| of(&shown, true, all);
            let shares = split(price, &visible(&weights), ask.currency);
            let costs = with_hidden(&costs, &weights, &shown);
            let hidden = shown.iter().filter(|shown| !**shown).count();
            let visible_parts = edition.recurring().zip(&shown).filter(|(_, shown)| **shown);
            parts.extend(visible_parts.zip(shares).zip(costs).map(|(((part, _), share), cost)| {
                let mut step = Step::of(Rule("price.bundle-share"), Value::Price(share, ask.currency));
                if hidden > 0 {
                    step = step.input("hidden parts", Value::Number(hidden.into()));
                }
                let why = vec![whole(), sold.named(step)];
                Part { product: part.product, ratio: part.ratio, price: share, cost, why }
            }));
        }
        let cost = costs.into_iter().sum();
        Ok(Offer { unit_price: price, cost, rule: None, parts, one_price: true, once, why: Arc::new([whole()]) })
    }

    /// A bundle without a price of its own: the parts, each at its own.
    fn by_parts(&self, sold: Sold<'p>, ask: &Ask, once: Result<Vec<Part>, NoPrice>) -> Result<Offer<'p>, NoPrice> {
        let (recurring, shown) = self.each(sold, sold.edition.recurring(), ask)?;
        let mut why: Vec<Step> = recurring.iter().flat_map(|part| part.why.iter().cloned()).collect();
        let mut sum = Step::of(Rule("price.bundle-sum"), Value::Price(Decimal::ZERO, ask.currency));
        let mut total = Decimal::ZERO;
        for part in &recurring {
            total = plus(total, part.price)?;
            sum = sum.input("part", Value::Price(part.price, ask.currency));
        }
        sum.result = Value::Price(total, ask.currency);
        why.push(sold.named(sum));
        let cost = recurring.iter().map(|part| part.cost).sum();
        let one_price = shown.contains(&true) && shown.contains(&false);
        let parts = folded(recurring, &shown, sold, ask.currency)?;
        Ok(Offer { unit_price: total, cost, rule: None, parts, one_price, once, why: why.into() })
    }

    /// What is charged once for each unit. Where all of it is hidden, it is one line of the bundle's own.
    fn once(&self, sold: Sold<'p>, ask: &Ask) -> Result<Vec<Part>, NoPrice> {
        let (all, shown) = self.each(sold, sold.edition.once(), ask)?;
        if all.is_empty() || shown.contains(&true) {
            return folded(all, &shown, sold, ask.currency);
        }
        let mut price = Decimal::ZERO;
        for part in &all {
            price = plus(price, part.price)?;
        }
        let cost = all.iter().map(|part| part.cost).sum();
        let sum = Step::of(Rule("price.bundle-sum"), Value::Price(price, ask.currency));
        let sum = all.iter().fold(sum, |sum, part| sum.input("part", Value::Price(part.price, ask.currency)));
        let mut why: Vec<Step> = all.into_iter().flat_map(|part| part.why).collect();
        why.push(sold.named(sum));
        Ok(vec![Part { product: ask.product, ratio: Decimal::ONE, price, cost, why }])
    }

    /// Parts each at its own price, and which of them the invoice shows.
    fn each<'e>(
        &self,
        sold: Sold<'p>,
        parts: impl Iterator<Item = &'p BundlePart>,
        ask: &Ask<'e>,
    ) -> Result<(Vec<Part>, Vec<bool>), NoPrice> {
        let mut all = Vec::new();
        let mut shown = Vec::new();
        for part in parts {
            let Priced { unit_price, cost, mut why, .. } = self.of_part(sold, part, part.discount, ask)?;
            let (price, cost) = (times(unit_price, part.ratio)?, cost.and_then(|c| c.checked_mul(part.ratio)));
            if part.ratio != Decimal::ONE {
                let step = Step::of(Rule("price.bundle-units"), Value::Price(price, ask.currency))
                    .input("price", Value::Price(unit_price, ask.currency))
                    .input("units in the bundle", Value::Number(part.ratio));
                why.push(sold.named(step));
            }
            all.push(Part { product: part.product, ratio: part.ratio, price, cost, why });
            shown.push(sold.edition.shows(part));
        }
        Ok((all, shown))
    }

    /// One unit of a part, at the price the bundle names for it or the rules give it, less a discount.
    fn of_part(
        &self,
        sold: Sold<'p>,
        part: &'p BundlePart,
        discount: Decimal,
        ask: &Ask,
    ) -> Result<Priced<'p>, NoPrice> {
        self.priced(&self.part_ask(part, ask), Some(Within { sold, part, discount }))
    }

    /// A subscription to one part of a bundle that has one price.
    fn share_of(&self, sold: Sold<'p>, at: usize, ask: &Ask) -> Result<Offer<'p>, NoPrice> {
        let price = sold.amount(sold.edition.price, ask.currency)?.unwrap_or_default();
        let (weights, costs) = self.alone(sold, ask);
        let share = split(price, &weights, ask.currency).get(at).copied().unwrap_or_default();
        let ratio = sold.edition.recurring().nth(at).map_or(Decimal::ONE, |part| part.ratio);
        let unit_price = share.checked_div(ratio).ok_or(NoPrice::TooLarge)?;
        let whole = sold.named(Step::of(Rule("price.bundle-whole"), Value::Price(price, ask.currency)));
        let step = Step::of(Rule("price.bundle-share"), Value::Price(unit_price, ask.currency))
            .input("bundle price", Value::Price(price, ask.currency))
            .input("share", Value::Price(share, ask.currency))
            .input("units in the bundle", Value::Number(ratio));
        let cost = costs.get(at).copied().flatten().and_then(|c| c.checked_div(ratio));
        let why = Arc::new([whole, sold.named(step)]);
        Ok(Offer { unit_price, cost, rule: None, parts: Vec::new(), one_price: false, once: Ok(Vec::new()), why })
    }

    /// What each part charged by the cycle weighs in one price (its stand-alone price; its units where one is missing), and
    /// what it costs.
    fn alone(&self, sold: Sold<'p>, ask: &Ask) -> (Vec<Decimal>, Vec<Option<Decimal>>) {
        let parts: Vec<&BundlePart> = sold.edition.recurring().collect();
        let alone: Vec<_> =
            parts.iter().map(|part| self.of_part(sold, part, Decimal::ZERO, ask).ok().zip(Some(part.ratio))).collect();
        let costs = alone.iter().zip(&parts).map(|(priced, part)| {
            let cost = match priced {
                Some((priced, _)) => priced.cost,
                None => Within { sold, part, discount: Decimal::ZERO }.cost(ask.currency),
            };
            cost?.checked_mul(part.ratio)
        });
        let costs = costs.collect();
        let known: Option<Vec<Decimal>> = alone
            .iter()
            .map(|priced| priced.as_ref().and_then(|(priced, ratio)| priced.unit_price.checked_mul(*ratio)))
            .collect();
        (known.unwrap_or_else(|| parts.iter().map(|p| p.ratio).collect()), costs)
    }
}

/// The values of the parts that are shown, or of those that are not.
fn of<T: Copy>(shown: &[bool], which: bool, all: &[T]) -> Vec<T> {
    all.iter().zip(shown).filter(|(_, shown)| **shown == which).map(|(value, _)| *value).collect()
}

/// Shares of a price by weight, to the minor unit; they add up to it.
fn split(price: Decimal, weights: &[Decimal], currency: Currency) -> Vec<Decimal> {
    let whole = Money::round(price, currency, Rounding::HalfUp);
    let mut shares: Vec<Decimal> =
        whole.map(|m| m.split(weights).iter().map(Money::value).collect()).unwrap_or_default();
    shares.resize(weights.len(), Decimal::ZERO);
    // A price finer than the minor unit keeps its last digits, on the first part.
    let given: Decimal = shares.iter().sum();
    if let Some(first) = shares.first_mut() {
        *first += price - given;
    }
    shares
}

/// The costs of the parts shown, each with its share by weight of what the hidden ones cost; unknown where that is.
fn with_hidden(costs: &[Option<Decimal>], weights: &[Decimal], shown: &[bool]) -> Vec<Option<Decimal>> {
    let own = of(shown, true, costs);
    let hidden: Option<Decimal> = of(shown, false, costs).into_iter().sum();
    let weights = of(shown, true, weights);
    let Some(hidden) = hidden else { return vec![None; own.len()] };
    if hidden.is_zero() {
        return own;
    }
    let total: Decimal = weights.iter().sum();
    let mut left = hidden;
    let last = own.len() - 1;
    let shares = own.iter().zip(&weights).enumerate().map(|(at, (cost, weight))| {
        let share = if at == last { Some(left) } else { hidden.checked_mul(*weight)?.checked_div(total) };
        // Costs keep their digits: what does not divide is on the last part.
        let share = share.unwrap_or(Decimal::ZERO);
        left -= share;
        cost.and_then(|cost| cost.checked_add(share))
    });
    shares.collect()
}

/// The parts shown, with the money of those that are not; nothing where none is.
fn folded(all: Vec<Part>, shown: &[bool], sold: Sold, currency: Currency) -> Result<Vec<Part>, NoPrice> {
    if !shown.contains(&false) || !shown.contains(&true) {
        return Ok(if shown.contains(&true) { all } else { Vec::new() });
    }
    let prices: Vec<Decimal> = all.iter().map(|part| part.price).collect();
    let costs: Vec<Option<Decimal>> = all.iter().map(|part| part.cost).collect();
    let mut hidden = Decimal::ZERO;
    for price in of(shown, false, &prices) {
        hidden = plus(hidden, price)?;
    }
    let shares = split(hidden, &of(shown, true, &prices), currency);
    let costs = with_hidden(&costs, &prices, shown);
    let visible = all.into_iter().zip(shown).filter(|(_, shown)| **shown).map(|(part, _)| part);
    let mut parts = Vec::with_capacity(shares.len());
    for ((mut part, share), cost) in visible.zip(shares).zip(costs) {
        let price = plus(part.price, share)?;
        let step = Step::of(Rule("price.bundle-hidden"), Value::Price(price, currency))
            .input("price", Value::Price(part.price, currency))
            .input("hidden parts", Value::Price(hidden, currency))
            .input("share", Value::Price(share, currency));
        part.why.push(sold.named(step));
        parts.push(Part { price, cost, ..part });
    }
    Ok(parts)
}
