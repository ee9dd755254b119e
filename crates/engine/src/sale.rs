//! Sale lines: what we charge, and what was charged elsewhere.

use crate::register::ProductKey;
use crate::why::Why;
use crate::{Currency, Date, Decimal, Id, LineRef, Money, Period, SourceId, Symbol};

/// What a charge is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ChargeKind {
    /// A charge cycle.
    Recurring,
    /// Seats added within a cycle.
    Added,
    /// Seats removed within a cycle.
    Removed,
    /// Credit for the unused days of a cancelled cycle.
    Cancelled,
    /// A vendor's cost line priced by rule.
    PassThrough,
    /// Metered consumption.
    Usage,
    /// Hardware, hours, anything entered by hand; negative for a credit.
    OneOff,
    /// Top-up to the minimum charge.
    Minimum,
    /// Correction of a finding.
    CatchUp,
}

/// The identity of a charge: billed once, ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ChargeKey {
    /// What it is for.
    pub kind: ChargeKind,
    /// The subscription, one-off charge or account it belongs to.
    pub subject: Id,
    /// First day charged.
    pub date: Date,
    /// Tells charges of one kind, subject and day apart: an event's `seq`, a cost line's document and row, else 0.
    pub part: u64,
}

/// One line we charge.
#[derive(Clone, Debug, PartialEq)]
pub struct SaleLine {
    /// Identity.
    pub key: ChargeKey,
    /// The account that uses the service.
    pub account: Id,
    /// Subscription, if any.
    pub subscription: Option<Id>,
    /// Product, if any.
    pub product: Option<ProductKey>,
    /// What the customer reads.
    pub name: String,
    /// Days charged; `None` for one-off charges.
    pub period: Option<Period>,
    /// Whole cycle the days belong to, for "19 of 31 days".
    pub cycle: Option<Period>,
    /// Units; negative for credits.
    pub quantity: Decimal,
    /// Price of one unit for the whole cycle.
    pub unit_price: Decimal,
    /// Net amount.
    pub net: Money,
    /// What it costs us in the same currency, where known.
    pub cost: Option<Money>,
    /// The steps that made `net`.
    pub why: Why,
}

/// Where a sold line is recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SoldAt {
    /// A row of an imported sales file.
    Import(LineRef),
    /// A line of an issued invoice: the line's id.
    Invoice(Id),
}

/// One line sold, here or elsewhere, as reconciliation sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct SoldLine {
    /// Where it is recorded.
    pub at: SoldAt,
    /// The source's own id (`SalesLineId`).
    pub reference: SourceId,
    /// Customer.
    pub customer: SourceId,
    /// Product id.
    pub product: Symbol,
    /// SKU id.
    pub sku: Symbol,
    /// Subscription.
    pub subscription: SourceId,
    /// Days charged.
    pub period: Option<Period>,
    /// Units.
    pub quantity: Decimal,
    /// Cost of one unit the seller reckoned with, in the pricing currency.
    pub unit_cost: Option<Decimal>,
    /// Currency of that cost.
    pub pricing_currency: Currency,
    /// Exchange rate the seller reckoned with.
    pub exchange_rate: Option<Decimal>,
    /// Cost the seller reckoned with, in the billing currency.
    pub cost_total: Option<Decimal>,
    /// Amount sold.
    pub total: Decimal,
    /// Currency of the sale.
    pub currency: Currency,
}
