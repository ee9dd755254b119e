//! Which edition of a bundle prices a question, and what it says of one of its parts.

use super::{Ask, NoPrice, Prices};
use crate::bundle::{Bundle, BundlePart, BundlePolicy, Edition, PartKind};
use crate::register::{BillingPlan, Term};
use crate::why::{Source, Step, Value};
use crate::{Currency, Date, Decimal, Symbol};

/// A bundle in the edition that prices a question.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sold<'p> {
    pub bundle: &'p Bundle,
    pub edition: &'p Edition,
}

impl Sold<'_> {
    /// Names the bundle as the source of a step, and the edition where there may be others.
    pub fn named(&self, step: Step) -> Step {
        let step = match self.edition.since() {
            Some(since) => step.input("edition", Value::Date(since)),
            None => step,
        };
        step.from(Source::Record("bundle", self.bundle.name.clone()))
    }

    /// An amount the edition names, where the buyer's currency is its own.
    pub fn amount(&self, amount: Option<Decimal>, wanted: Currency) -> Result<Option<Decimal>, NoPrice> {
        match (amount, self.edition.currency) {
            (Some(_), Some(has)) if has != wanted => {
                Err(NoPrice::OtherCurrency { bundle: self.bundle.code, has, wanted })
            }
            (amount, _) => Ok(amount),
        }
    }
}

/// What an edition says of the product asked about.
#[derive(Clone, Copy, Debug)]
pub(super) struct Within<'p> {
    pub sold: Sold<'p>,
    pub part: &'p BundlePart,
    /// The discount on it here: none where the bundle has one price.
    pub discount: Decimal,
}

impl Within<'_> {
    /// Its cost, where no vendor's list has one.
    pub fn cost(&self, currency: Currency) -> Option<Decimal> {
        self.part.cost.filter(|_| self.sold.edition.currency == Some(currency))
    }
}

impl Ask<'_> {
    /// The day whose edition of a bundle counts, by the agreement's policy.
    pub fn edition_day(&self) -> Date {
        edition_day(self.policy, self.date, self.customer_term.unwrap_or(self.term_start), self.edition)
    }
}

/// The day whose edition of a bundle counts for a charge cycle: of its first day, its term's first, and the day it was sold.
pub fn edition_day(policy: BundlePolicy, cycle: Date, term_start: Date, sold: Date) -> Date {
    match policy {
        BundlePolicy::Follow => cycle,
        BundlePolicy::Renewal => term_start,
        BundlePolicy::Keep => sold,
    }
}

impl<'p> Prices<'p> {
    /// The edition of a bundle that prices a question.
    pub(super) fn sold(&self, code: Symbol, ask: &Ask) -> Option<Sold<'p>> {
        let bundle = self.bundle(code)?;
        bundle.on(ask.edition_day()).map(|edition| Sold { bundle, edition })
    }

    /// What the bundle a product is sold in says of it, unless the bundle has one price.
    pub(super) fn within(&self, ask: &Ask) -> Option<Within<'p>> {
        let sold = self.sold(ask.bundle, ask).filter(|sold| sold.edition.price.is_none())?;
        let part = sold.edition.parts.iter().find(|part| part.product == ask.product)?;
        Some(Within { sold, part, discount: part.discount })
    }

    /// The question about a part of the bundle that is asked about. What is charged once has no term to protect its price:
    /// it is priced as a purchase of the day.
    pub(super) fn part_ask<'a>(&self, part: &BundlePart, ask: &Ask<'a>) -> Ask<'a> {
        let whole = Ask {
            product: part.product,
            own: None,
            bundle: Symbol::EMPTY,
            quantity: ask.quantity.checked_mul(part.ratio).unwrap_or(ask.quantity),
            ..ask.clone()
        };
        match part.kind {
            PartKind::Licence | PartKind::Service => whole,
            PartKind::OneOff => {
                let plan = Some(BillingPlan::OneTime);
                let bought_now = Ask { sold: None, customer_term: None, since: ask.date, ..whole };
                let bought = |term| Ask { term: Some(term), plan, term_start: ask.date, ..bought_now.clone() };
                let terms = [Term::P1M, Term::P1Y, Term::P3Y];
                let listed = terms.into_iter().find(|term| self.listed(&bought(*term)).is_some());
                bought(listed.unwrap_or(Term::P1M))
            }
        }
    }
}
