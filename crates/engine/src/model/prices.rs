//! The price of each charge under a scenario: what is written down when a scenario is taken over, and told to customers.

use super::ModelError;
use super::base::{Base, Class};
use super::reshape::{Shaped, ruled};
use super::scenario::Scenario;
use super::tariff::Pricing;
use super::times::below;
use crate::bundle::{BundlePolicy, Edition};
use crate::price::Method;
use crate::rate::Prices;
use crate::register::{BillingPlan, Term};
use crate::{Date, Decimal, Money, Rounding};

/// The charges of one agreement within the horizon.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Charged {
    /// First day of each charge and the price of one unit, in order of day.
    pub prices: Vec<(Date, Decimal)>,
    /// Other seats, terms or a bundle: more than prices change.
    pub reshaped: bool,
}

/// What each agreement is charged, in the order of [`Base::agreements`].
pub fn charged(base: &Base, scenario: &Scenario) -> Result<Vec<Charged>, ModelError> {
    let shaped = Shaped::of(base, scenario)?;
    let mut all = vec![Charged::default(); base.agreements.len()];
    for row in shaped.rows.iter() {
        let charged = &mut all[row.agreement as usize];
        charged.reshaped |= row.reshaped;
        // What changes within a cycle has the price its cycle opened with.
        if row.change.is_some() {
            continue;
        }
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

/// New prices by day: from which day, the price before, the price then.
pub type Steps = Vec<(Date, Decimal, Decimal)>;

/// From which days which price must be written down so that charges that begin on or after a day have the wanted prices, each
/// with the price before. Nothing where they have them anyway.
pub fn steps(wanted: &Charged, otherwise: &Charged, from: Date) -> Steps {
    let mut steps = Steps::new();
    let charges = wanted.prices.iter().zip(&otherwise.prices).filter(|((day, _), _)| *day >= from);
    for ((day, price), (_, otherwise)) in charges {
        let now = steps.last().map_or(*otherwise, |(_, _, price)| *price);
        if now != *price {
            steps.push((*day, now, *price));
        }
    }
    steps
}

impl Base {
    /// The prices a rule of an agreement's own must name so that it is charged these. A discount of the bundle it is sold in
    /// comes on top, and is added before. `None` where no rule decides: for a price of its own, and for a bundle of one price.
    pub fn as_rule(
        &self,
        agreement: usize,
        steps: &[(Date, Decimal, Decimal)],
        index: &Prices,
    ) -> Option<Vec<(Date, Decimal)>> {
        let class = self.class_of(agreement)?;
        if class.own.is_some() || self.is_whole_bundle(class) {
            return None;
        }
        let off = bundle_discount(class, index)?;
        let named = |(day, _, price): &(Date, Decimal, Decimal)| {
            let named = price.checked_div(Decimal::ONE - off)?;
            let digits = self.prices.unit_price_digits.unwrap_or(28);
            let charged = Rounding::HalfUp.apply(named.checked_mul(Decimal::ONE - off)?, digits);
            (charged == *price).then_some((*day, named))
        };
        steps.iter().map(named).collect()
    }

    /// The class that prices an agreement in the first month.
    fn class_of(&self, agreement: usize) -> Option<&Class> {
        let buyer = self.agreements.get(agreement)?.buyer as u32;
        let row = Base::of_buyer(&self.rows, buyer).iter().find(|row| row.agreement as usize == agreement)?;
        self.classes.get(row.class as usize)
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

/// The same product on other terms, for less.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Alternative {
    /// Term.
    pub term: Term,
    /// Billing plan.
    pub plan: BillingPlan,
    /// Price of one unit for one charge.
    pub price: Decimal,
    /// What a year costs less, for all units.
    pub saving: Money,
}

/// The terms customers are offered instead, longest bound last.
const TERMS: [(Term, BillingPlan); 3] =
    [(Term::P1Y, BillingPlan::Monthly), (Term::P1Y, BillingPlan::Annual), (Term::P3Y, BillingPlan::Annual)];

/// The cheapest other terms for agreements that are charged a price from a day on: as lists and rules have them under the
/// scenario. `None` where nothing listed costs less.
pub fn alternatives(
    base: &Base,
    scenario: &Scenario,
    wanted: &[(usize, Date, Decimal)],
) -> Result<Vec<Option<Alternative>>, ModelError> {
    let book = ruled(base, scenario)?;
    let index = Prices::new(book.as_ref().unwrap_or(&base.prices));
    let found =
        wanted.iter().map(|(at, day, price)| {
            let (class, agreement) = (base.class_of(*at)?, base.agreements.get(*at)?);
            let sold = class.sold.unwrap_or(class.plan);
            let a_year = |price: Decimal, plan: BillingPlan, term: Term| {
                let months = Decimal::from(plan.months_of(term).max(1));
                price.checked_mul(agreement.quantity)?.checked_mul(Decimal::from(12))?.checked_div(months)
            };
            let now = a_year(*price, sold, class.term)?;
            let currency = base.buyers[agreement.buyer].currency;
            let offer = |(term, plan): (Term, BillingPlan)| {
                let other = Class { term, plan, sold: None, own: None, ..class.clone() };
                let pricing = Pricing::of(base, &index, scenario, &other);
                // A price somebody named says nothing about other terms.
                let rule = index.winner(&other.ask(&base.buyers, *day, *day, None));
                let cell = match rule.map(|rule| &rule.method) {
                    None
                    | Some(
                        Method::OffErp { .. } | Method::Markup { .. } | Method::Margin { .. } | Method::Split { .. },
                    ) => pricing.cell(&other, None, *day, *day, &mut None).ok()?,
                    Some(_) => return None,
                };
                let saving = now.checked_sub(a_year(cell.sell.value, plan, term)?)?;
                let saving = Money::round(saving, currency, Rounding::HalfUp).ok().filter(|s| s.minor() > 0)?;
                Some(Alternative { term, plan, price: cell.sell.value, saving })
            };
            let others = TERMS.into_iter().filter(|terms| *terms != (class.term, sold));
            others.filter_map(offer).max_by_key(|offer| offer.saving.minor())
        });
    Ok(found.collect())
}
