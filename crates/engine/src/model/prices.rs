//! The price of each charge under a scenario: what is written down when a scenario is taken over.

use super::ModelError;
use super::base::{Base, Class};
use super::reshape::Shaped;
use super::scenario::Scenario;
use super::times::below;
use crate::bundle::{BundlePolicy, Edition};
use crate::rate::Prices;
use crate::{Date, Decimal, Rounding};

/// The prices of one agreement's charges within the horizon.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Charged {
    /// First day of each charge and the price of one unit, in order of day.
    pub prices: Vec<(Date, Decimal)>,
    /// Other seats, terms or a bundle: more than prices change.
    pub reshaped: bool,
}

/// What each agreement is charged for a unit, in the order of [`Base::agreements`].
pub fn charged(base: &Base, scenario: &Scenario) -> Result<Vec<Charged>, ModelError> {
    let shaped = Shaped::of(base, scenario)?;
    let mut all = vec![Charged::default(); base.agreements.len()];
    for row in shaped.rows.iter() {
        let charged = &mut all[row.agreement as usize];
        charged.reshaped |= row.reshaped;
        let mut left = row.charged.bits & below(base.horizon.months);
        while left != 0 {
            let month = left.trailing_zeros();
            left &= left - 1;
            if let Some(charge) = shaped.sold_in(row, month)? {
                charged.prices.push((row.charged.day(month, base.horizon.first), charge.unit));
            }
        }
    }
    all.iter_mut().for_each(|charged| charged.prices.sort_unstable_by_key(|(day, _)| *day));
    Ok(all)
}

/// What must be written down so that charges that begin on or after a day have the wanted prices: from which days which price.
/// Nothing where they have them anyway.
pub fn steps(wanted: &Charged, otherwise: &Charged, from: Date) -> Vec<(Date, Decimal)> {
    let mut steps: Vec<(Date, Decimal)> = Vec::new();
    let charges = wanted.prices.iter().zip(&otherwise.prices).filter(|((day, _), _)| *day >= from);
    for ((day, price), (_, otherwise)) in charges {
        let now = steps.last().map_or(*otherwise, |(_, price)| *price);
        if now != *price {
            steps.push((*day, *price));
        }
    }
    steps
}

impl Base {
    /// The prices a rule of an agreement's own must name so that it is charged these. A discount of the bundle it is sold in
    /// comes on top, and is added before. `None` where no rule decides: for a price of its own, and for a bundle of one price.
    pub fn as_rule(&self, agreement: usize, steps: &[(Date, Decimal)], index: &Prices) -> Option<Vec<(Date, Decimal)>> {
        let buyer = self.agreements.get(agreement)?.buyer as u32;
        let row = Base::of_buyer(&self.rows, buyer).iter().find(|row| row.agreement as usize == agreement)?;
        let class = &self.classes[row.class as usize];
        if class.own.is_some() || self.is_whole_bundle(class) {
            return None;
        }
        let off = bundle_discount(class, index)?;
        let named = |(day, price): &(Date, Decimal)| {
            let named = price.checked_div(Decimal::ONE - off)?;
            let digits = self.prices.unit_price_digits.unwrap_or(28);
            let charged = Rounding::HalfUp.apply(named.checked_mul(Decimal::ONE - off)?, digits);
            (charged == *price).then_some((*day, named))
        };
        steps.iter().map(named).collect()
    }
}

/// The discount on a part of a bundle; nought outside of one. `None` where no rule decides, in a bundle of one price or with
/// a price of its own for the part, and where editions that may come to count differ in it.
fn bundle_discount(class: &Class, index: &Prices) -> Option<Decimal> {
    let Some(bundle) = index.bundle(class.bundle) else { return Some(Decimal::ZERO) };
    let (keeps, first) = (class.policy == BundlePolicy::Keep, class.first_term);
    let now = bundle.on(if keeps { class.edition } else { first });
    let later = bundle.editions.iter().filter(|edition| !keeps && edition.from > first);
    let discount = |edition: &Edition| {
        let part = edition.parts.iter().find(|p| p.product == class.product);
        let by_rule = edition.price.is_none() && part.is_none_or(|p| p.price.is_none());
        by_rule.then(|| part.map_or(Decimal::ZERO, |p| p.discount))
    };
    let mut discounts = now.into_iter().chain(later).map(discount);
    let first = discounts.next().unwrap_or(Some(Decimal::ZERO))?;
    discounts.all(|other| other == Some(first)).then_some(first)
}
