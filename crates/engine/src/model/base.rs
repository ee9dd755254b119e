//! A book made ready for scenarios: agreements as rows of figures, and the questions that price them.

use super::run::Figures;
use super::tariff::Tariff;
use super::times::{Days, Horizon};
use super::{ModelError, making};
use crate::bundle::BundlePolicy;
use crate::price::PriceBook;
use crate::rate::{Ask, Imagined, NoPrice};
use crate::register::{Account, BillingPlan, CustomerTerm, ProductKey, Subscription, Term};
use crate::{Currency, Date, Decimal, Id, Period, SourceId, Symbol};
use std::collections::HashMap;

/// What a model is made of.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// Every account.
    pub accounts: &'a [Account],
    /// Every subscription.
    pub subscriptions: &'a [Subscription],
    /// Prices and rules.
    pub prices: &'a PriceBook,
    /// Exchange rates in force: units of the second currency for one of the first.
    pub rates: &'a [(Currency, Currency, Decimal)],
    /// The months to look at.
    pub horizon: Horizon,
}

/// An account that uses something.
#[derive(Clone, Debug, PartialEq)]
pub struct Buyer {
    /// The account.
    pub id: Id,
    /// The accounts above it, nearest first.
    pub above: Vec<Id>,
    /// Its price segment.
    pub segment: Symbol,
    /// Currency of its invoices, and of its figures here.
    pub currency: Currency,
    /// Days until its invoices are due.
    pub payment_days: u32,
}

/// A running agreement.
#[derive(Clone, Debug, PartialEq)]
pub struct Agreement {
    /// Subscription.
    pub id: Id,
    /// The source file's id.
    pub source: SourceId,
    /// Place among the buyers.
    pub buyer: usize,
    /// Product in the first month.
    pub product: ProductKey,
    /// Its name on the invoice.
    pub name: Symbol,
    /// Term.
    pub term: Term,
    /// Billing plan it is bought on.
    pub plan: BillingPlan,
    /// Billing plan it is sold on.
    pub plan_sold: BillingPlan,
    /// Seats in the first month.
    pub quantity: Decimal,
    /// The day its next term begins within the horizon.
    pub renews: Option<Date>,
}

/// An agreement that is not in the figures.
#[derive(Clone, Debug, PartialEq)]
pub struct LeftOut {
    /// Subscription.
    pub id: Id,
    /// Why.
    pub why: NoPrice,
}

/// A book made ready: asked as often as a slider moves.
#[derive(Debug)]
pub struct Base {
    /// The months.
    pub horizon: Horizon,
    /// Accounts that use something, in the order given.
    pub buyers: Vec<Buyer>,
    /// Running agreements.
    pub agreements: Vec<Agreement>,
    /// Agreements without a price.
    pub left_out: Vec<LeftOut>,
    /// What happens when nothing is changed.
    pub figures: Figures,
    pub(super) prices: PriceBook,
    pub(super) rates: HashMap<(Currency, Currency), Decimal>,
    /// By buyer.
    pub(super) rows: Vec<Row>,
    pub(super) classes: Vec<Class>,
    pub(super) tariffs: Vec<Tariff>,
}

/// An agreement, as long as nothing about it changes by itself.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Row {
    pub agreement: u32,
    pub buyer: u32,
    pub class: u32,
    pub quantity: Decimal,
    /// Ten-thousandths of a unit; `None` for finer quantities.
    pub units: Option<i64>,
    /// Months in which we charge.
    pub charged: Days,
    /// Months in which the vendor does.
    pub bought: Days,
    /// Months whose charge is the first of a term.
    pub renewed: Days,
    /// The same for the vendor's charges.
    pub rebought: Days,
    /// First day of the term that runs when the row begins.
    pub term_start: Date,
    /// Days charged of a whole cycle's, where the charge is a part.
    pub part: Option<(u32, u32)>,
    /// The days in which its cycles begin; of a change within a cycle, those it is charged for.
    pub days: Period,
    /// Of a change within a cycle: that cycle.
    pub change: Option<Within>,
    /// There only because of a scenario.
    pub reshaped: bool,
}

/// A cycle in which something changes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Within {
    /// Its first day.
    pub cycle: Date,
    /// The seats it opened with, by which it is priced.
    pub opening: Decimal,
}

/// How a price depends on how many are bought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sized {
    /// Not at all.
    No,
    /// By the volume break that is reached.
    Band,
    /// By the exact number.
    Exact,
}

/// Rows that are priced alike: one question for all of them.
#[derive(Clone, Debug)]
pub(super) struct Class {
    pub subscription: Option<Id>,
    pub buyer: u32,
    pub product: ProductKey,
    pub term: Term,
    pub plan: BillingPlan,
    /// The plan it is sold on, where that is another one.
    pub sold: Option<BillingPlan>,
    /// First day of the agreement, and the customer's own term.
    pub since: Date,
    pub customer_term: Option<CustomerTerm>,
    /// A rule goes by the days of the agreement itself: yearly rises, the customer's term, a list with notice.
    pub own_days: bool,
    /// Days of notice of such rules.
    pub notices: Vec<u32>,
    pub own: Option<Decimal>,
    pub bundle: Symbol,
    /// Which edition of a bundle it is charged by, and a day of the one it was sold with.
    pub policy: BundlePolicy,
    pub edition: Date,
    pub quantity: Decimal,
    /// Currency of the vendor's price.
    pub pricing: Currency,
    /// The earliest first day of a term among the rows.
    pub first_term: Date,
    /// The first day of the horizon; an earlier one of a cycle that changes within it.
    pub first_day: Date,
    /// Days within the horizon from which rules may price otherwise.
    pub rule_days: Vec<Date>,
    /// Imagined terms: their price may be worked out from other terms where no list has it.
    pub imagined: bool,
    /// How the price depends on the quantity.
    pub sized: Sized,
    /// The class of the book it came of, whose prices it is compared with.
    pub origin: Option<u32>,
    /// The quantity is another than the origin's.
    pub resized: bool,
    /// The Extended Service Term: what it is charged over the list of the monthly term, and over that of an annual one.
    pub extended: Option<(Decimal, Decimal)>,
}

impl Class {
    /// The question for a term and a charge that begin on these days.
    pub fn ask<'a>(
        &self,
        buyers: &'a [Buyer],
        term_start: Date,
        date: Date,
        imagined: Option<&'a dyn Imagined>,
    ) -> Ask<'a> {
        let buyer = &buyers[self.buyer as usize];
        let own = self.customer_term.and_then(|term| Some((term.from, term.on(date)?.start)));
        Ask {
            subscription: self.subscription,
            account: buyer.id,
            ancestors: &buyer.above,
            segment: buyer.segment,
            product: self.product,
            term: Some(self.term),
            plan: Some(self.plan),
            sold: self.sold,
            own: self.own,
            bundle: self.bundle,
            policy: self.policy,
            edition: self.edition,
            currency: buyer.currency,
            since: own.map_or(self.since, |(from, _)| from),
            term_start,
            customer_term: own.map(|(_, begins)| begins),
            date,
            quantity: self.quantity,
            imagined,
        }
    }
}

impl Base {
    /// Makes a book ready. What nothing prices is left out, and said.
    pub fn new(input: &Input) -> Result<Base, ModelError> {
        making::make(input)
    }

    /// The rows of a buyer among rows in order of buyers.
    pub(super) fn of_buyer(rows: &[Row], buyer: u32) -> &[Row] {
        let from = rows.partition_point(|row| row.buyer < buyer);
        let to = from + rows[from..].partition_point(|row| row.buyer == buyer);
        &rows[from..to]
    }

    /// Whether a class is sold as a whole bundle, which has no list price of its own.
    pub(super) fn is_whole_bundle(&self, class: &Class) -> bool {
        self.prices.bundles.iter().any(|b| b.code == class.product.product)
    }

    /// The rate from a vendor's currency to a buyer's; `None` where it is not known.
    pub(super) fn rate(&self, pricing: Currency, billing: Currency) -> Option<Decimal> {
        if pricing == billing { Some(Decimal::ONE) } else { self.rates.get(&(pricing, billing)).copied() }
    }
}

/// Parts of a unit in which quantities are counted.
pub(super) const UNITS: i64 = 10_000;

/// A quantity in ten-thousandths of a unit; `None` for a finer one.
pub(super) fn units(quantity: Decimal) -> Option<i64> {
    let units = quantity.checked_mul(Decimal::from(UNITS)).filter(Decimal::is_integer)?;
    i64::try_from(units).ok()
}

/// The number of the volume break a quantity reaches.
pub(super) fn band(book: &PriceBook, quantity: Decimal) -> usize {
    book.volume.bands.iter().filter(|b| b.from <= quantity).count()
}
