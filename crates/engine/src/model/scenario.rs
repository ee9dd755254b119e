//! A scenario: levers, each with whom it concerns and from which day.

use super::base::Buyer;
use crate::price::Method;
use crate::register::{BillingPlan, ProductKey, Term};
use crate::{Currency, Date, Decimal, Id, Symbol};

/// An imagined change of prices, rates, seats or terms. Levers work in their order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scenario {
    /// Name a person gave it.
    pub name: String,
    /// What is changed.
    pub levers: Vec<Lever>,
    /// Share of the seats lost for each share a selling price rises: 0.5 loses 5 % of the seats to a rise of 10 %.
    pub elasticity: Decimal,
}

/// One change.
#[derive(Clone, Debug, PartialEq)]
pub struct Lever {
    /// Name of the cause, for bridges and reasons.
    pub name: String,
    /// Whom and what it concerns.
    pub who: Who,
    /// First day.
    pub from: Date,
    /// What changes.
    pub what: What,
}

/// What a lever concerns; empty fields concern everything.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Who {
    /// Products; none for all.
    pub products: Vec<ProductKey>,
    /// Term.
    pub term: Option<Term>,
    /// Billing plan.
    pub plan: Option<BillingPlan>,
    /// Currency of the list price.
    pub currency: Option<Currency>,
    /// Price segment of the buyer.
    pub segment: Option<Symbol>,
    /// The buyer, or anybody below this account.
    pub account: Option<Id>,
}

/// How a figure changes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Change {
    /// By a share of itself: 0.05 is five percent more.
    Share(Decimal),
    /// By an amount.
    By(Decimal),
    /// To a figure.
    To(Decimal),
    /// As one price became another: 6 to 7 makes 14 of 12.
    Ratio {
        /// Before; not nought.
        old: Decimal,
        /// After.
        new: Decimal,
    },
}

/// When a change of our own price reaches a customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bite {
    /// With the first term that begins on or after the day.
    Renewal,
    /// With the first charge that begins on or after the day.
    AtOnce,
}

/// What a lever changes.
#[derive(Clone, Debug, PartialEq)]
pub enum What {
    /// The vendor's list.
    Vendor {
        /// Cost.
        cost: Option<Change>,
        /// Estimated retail price.
        erp: Option<Change>,
        /// The share of the change of cost that customers pay from the same term on; `None` leaves it to their price rules.
        pass_on: Option<Decimal>,
    },
    /// Another price list takes the place of the one in force: rows by product, terms and currency.
    List(Vec<crate::price::ListPrice>),
    /// Our selling prices.
    Price(Change, Bite),
    /// A price rule of this name computes otherwise.
    Rule(String, Method),
    /// Units of the billing currency for one of the pricing currency.
    Rate(Currency, Change),
    /// Seats; fewer only from a term's beginning, for the vendor takes none back before.
    Seats(Change),
    /// Another term and billing plan from the next term on.
    Terms(Term, BillingPlan),
    /// Sold as parts of a bundle from the next term on, where a customer has every part.
    Bundle(Symbol),
    /// Does not renew, and runs on in the Extended Service Term.
    Extended,
}

impl Change {
    /// The changed figure, with all its digits; `None` where it does not fit.
    pub fn of(&self, figure: Decimal) -> Option<Decimal> {
        match *self {
            Change::Share(share) => figure.checked_mul(Decimal::ONE.checked_add(share)?),
            Change::By(amount) => figure.checked_add(amount),
            Change::To(value) => Some(value),
            Change::Ratio { old, new } => figure.checked_mul(new)?.checked_div(old),
        }
    }
}

impl Who {
    /// Whether a product on these terms, listed in this currency, is concerned.
    pub(super) fn has_product(&self, product: ProductKey, term: Option<Term>, plan: Option<BillingPlan>) -> bool {
        (self.products.is_empty() || self.products.contains(&product))
            && self.term.is_none_or(|t| term == Some(t))
            && self.plan.is_none_or(|p| plan == Some(p))
    }

    /// Whether a buyer is concerned.
    pub(super) fn has_buyer(&self, buyer: &Buyer) -> bool {
        self.segment.is_none_or(|s| s == buyer.segment)
            && self.account.is_none_or(|id| id == buyer.id || buyer.above.contains(&id))
    }
}
