//! Cost lines: one normalised line of a vendor document, whatever its source.
//!
//! `subtotal`, `tax` and `total` are the vendor's figures as given: truth, never recomputed. Everything else is there
//! to explain them. Signs are the vendor's; the sign of the line is the sign of `subtotal`, because published files
//! put the minus of a credit on the price and real ones on the quantity.

use crate::register::{BillingPlan, Term};
use crate::{Currency, Date, Decimal, LineRef, Names, Period, SourceId, Symbol};

/// What kind of thing a line charges.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Family {
    /// Seats of a licence subscription (new commerce or legacy).
    Licence,
    /// Metered consumption: a monthly Azure line of the invoice.
    Usage,
    /// A reservation or savings plan.
    Reservation,
    /// Software subscriptions and perpetual software.
    Software,
    /// Somebody else's product sold through the vendor's marketplace.
    Marketplace,
    /// Anything a distributor or other vendor bills that fits none of these.
    Other,
}

/// What happened, in the vendor's word. Compared without case; unknown words are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ChargeType {
    /// First purchase (also a trial at nothing).
    New,
    /// A new term after expiry.
    Renew,
    /// Instalment of an ongoing term (`cycleCharge`, `cycleFee`, `Cycle fee`).
    Cycle,
    /// Seats added.
    AddQuantity,
    /// Seats removed.
    RemoveQuantity,
    /// Cancelled (`cancelImmediate`, `cancel`, `Refund`, `Cancel fee`).
    Cancel,
    /// Upgrade or trial to paid.
    Convert,
    /// Upgrade into a subscription that already exists.
    MoveQuantity,
    /// Billing frequency changed at a cycle boundary.
    ChangeBillingPlan,
    /// A credit of the vendor's: Azure credits, service levels, price corrections.
    CustomerCredit,
    /// Term extended.
    ExtendTerm,
    /// Legacy re-rating after a seat change (`Cycle instance prorate`, `Prorate fees when …`).
    Prorate,
    /// Legacy discounts and offsets.
    Adjustment,
    /// A word not in any published list; the sign comes from the amount.
    Other(Symbol),
}

/// One row of daily rated usage, beside the common fields of its cost line.
#[derive(Clone, Debug, PartialEq)]
pub struct UsageDetail {
    /// Day of use.
    pub date: Option<Date>,
    /// Meter id.
    pub meter: Symbol,
    /// Meter name, category and sub-category.
    pub meter_name: Symbol,
    /// Meter category.
    pub category: Symbol,
    /// Meter sub-category.
    pub sub_category: Symbol,
    /// Region.
    pub region: Symbol,
    /// Unit of measure.
    pub unit: Symbol,
    /// The resource's full id.
    pub resource: Symbol,
    /// The Azure subscription (the line's own subscription is the plan).
    pub entitlement: SourceId,
    /// The Azure subscription's name.
    pub entitlement_name: Symbol,
    /// Amount in the pricing currency.
    pub pricing_total: Decimal,
    /// Partner earned credit, in percent: 0 or 15.
    pub earned_credit_percent: Decimal,
    /// Reservation or savings plan order that covered the row.
    pub benefit: Symbol,
}

/// One normalised line of a vendor document.
#[derive(Clone, Debug, PartialEq)]
pub struct CostLine {
    /// Document and row.
    pub at: LineRef,
    /// What kind of thing it charges.
    pub family: Family,
    /// Vendor's invoice number; empty in unbilled data.
    pub invoice: Symbol,
    /// The customer's tenant id as the vendor writes it.
    pub customer: SourceId,
    /// The customer's name on the line; for proposals and messages only, never for matching.
    pub customer_name: Symbol,
    /// Subscription.
    pub subscription: SourceId,
    /// Order.
    pub order: Symbol,
    /// Day of the event (UTC).
    pub order_date: Option<Date>,
    /// Product id.
    pub product: Symbol,
    /// SKU id with its leading zeros.
    pub sku: Symbol,
    /// Product name as the vendor writes it.
    pub product_name: Symbol,
    /// What happened.
    pub charge: ChargeType,
    /// The days charged.
    pub period: Option<Period>,
    /// The running term of the subscription.
    pub term_dates: Option<Period>,
    /// Length of the term, from the dates, else from the text.
    pub term: Option<Term>,
    /// How the term is paid.
    pub plan: Option<BillingPlan>,
    /// Price of one unit for one charge cycle in the pricing currency; may be today's list price: informative.
    pub unit_price: Decimal,
    /// Price applied after promotion, proration and credit; display digits may be cut: informative.
    pub effective_unit_price: Decimal,
    /// Size of the subscription.
    pub quantity: Decimal,
    /// Units this line bills.
    pub billable_quantity: Decimal,
    /// Net amount as given, in `currency`.
    pub subtotal: Decimal,
    /// Tax as given.
    pub tax: Decimal,
    /// Total as given.
    pub total: Decimal,
    /// Billing currency.
    pub currency: Currency,
    /// Currency of the prices.
    pub pricing_currency: Currency,
    /// Multiplies the pricing currency into the billing currency; 1 when they are the same or none is given.
    pub exchange_rate: Decimal,
    /// Day of that rate.
    pub exchange_date: Option<Date>,
    /// Ties the lines of one event; for the JSON form the `id` inside it.
    pub reference: Symbol,
    /// Promotion applied.
    pub promotion: Symbol,
    /// The vendor's words about discounts, credits and fees.
    pub adjustment: Symbol,
    /// Reservation or savings plan order.
    pub reservation: Symbol,
    /// Why a credit was given.
    pub credit_reason: Symbol,
    /// A trial.
    pub trial: bool,
    /// An add-on.
    pub add_on: bool,
    /// Daily usage fields, for daily rated usage only.
    pub usage: Option<Box<UsageDetail>>,
}

/// What a stored vendor document is; decides whether its lines carry money or explain it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DocumentKind {
    /// New-commerce reconciliation: the lines of an invoice.
    Reconciliation,
    /// Legacy licence reconciliation.
    Legacy,
    /// Daily rated usage: detail below the monthly usage lines of an invoice. Never added to them.
    DailyUsage,
    /// A distributor's billing file.
    Distributor,
}

/// The lines of one or more documents with their texts.
#[derive(Clone, Debug, Default)]
pub struct Costs {
    /// Texts behind the symbols.
    pub names: Names,
    /// Lines by document and row.
    pub lines: Vec<CostLine>,
}
