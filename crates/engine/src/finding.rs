//! Findings: one discrepancy each, with what it is worth, what proves it and what can still be done.

use crate::sale::SoldAt;
use crate::{Currency, Date, Decimal, LineRef, Period, SourceId, Symbol};

/// The class of a discrepancy. The names are the public contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Class {
    /// The vendor billed it, nobody was charged.
    BilledNotSold,
    /// A customer was charged, the vendor billed nothing.
    SoldNotBilled,
    /// Seats differ.
    QuantityMismatch,
    /// Unit cost differs.
    PriceMismatch,
    /// Sold below the margin floor.
    BelowFloor,
    /// The vendor's amount fits no published proration.
    ProrationMismatch,
    /// Charged to somebody else.
    WrongCustomer,
    /// The vendor billed it twice.
    Duplicate,
    /// Cancelled in the book, still billed.
    CancelledStillBilled,
    /// Exchange rates differ.
    FxDifference,
    /// A promotion ran out.
    PromotionEnded,
    /// Renewed at another price.
    RenewedAtNewPrice,
    /// Partner earned credit was lost.
    PecLost,
    /// A vendor's credit was not passed on.
    CreditNotPassedOn,
    /// Billed on Extended Service Term.
    ExtendedServiceTerm,
    /// Booked in another period; no loss.
    Timing,
    /// The document's rows do not add up to its total.
    FileTotalMismatch,
    /// Tenant or product unknown to the book.
    Unmapped,
}

impl Class {
    /// Every class, in the order of the contract.
    pub const ALL: [Class; 18] = [
        Class::BilledNotSold,
        Class::SoldNotBilled,
        Class::QuantityMismatch,
        Class::PriceMismatch,
        Class::BelowFloor,
        Class::ProrationMismatch,
        Class::WrongCustomer,
        Class::Duplicate,
        Class::CancelledStillBilled,
        Class::FxDifference,
        Class::PromotionEnded,
        Class::RenewedAtNewPrice,
        Class::PecLost,
        Class::CreditNotPassedOn,
        Class::ExtendedServiceTerm,
        Class::Timing,
        Class::FileTotalMismatch,
        Class::Unmapped,
    ];

    /// The public name.
    pub fn name(self) -> &'static str {
        match self {
            Class::BilledNotSold => "billed_not_sold",
            Class::SoldNotBilled => "sold_not_billed",
            Class::QuantityMismatch => "quantity_mismatch",
            Class::PriceMismatch => "price_mismatch",
            Class::BelowFloor => "below_floor",
            Class::ProrationMismatch => "proration_mismatch",
            Class::WrongCustomer => "wrong_customer",
            Class::Duplicate => "duplicate",
            Class::CancelledStillBilled => "cancelled_still_billed",
            Class::FxDifference => "fx_difference",
            Class::PromotionEnded => "promotion_ended",
            Class::RenewedAtNewPrice => "renewed_at_new_price",
            Class::PecLost => "pec_lost",
            Class::CreditNotPassedOn => "credit_not_passed_on",
            Class::ExtendedServiceTerm => "extended_service_term",
            Class::Timing => "timing",
            Class::FileTotalMismatch => "file_total_mismatch",
            Class::Unmapped => "unmapped",
        }
    }

    /// The class of a public name.
    pub fn parse(name: &str) -> Option<Class> {
        Class::ALL.into_iter().find(|c| c.name() == name)
    }
}

/// Until when something can still be done about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Until {
    /// Inside the vendor's reduction window: last day.
    Window(Date),
    /// At the next renewal: that day.
    Renewal(Date),
    /// At any time.
    Any,
    /// No longer.
    Never,
}

/// What to do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fix {
    /// Charge the customer with a catch-up line.
    CatchUpLine,
    /// Credit the customer.
    Credit,
    /// Change a price rule.
    PriceRule,
    /// Map the tenant, product or subscription.
    Mapping,
    /// Correct the register (seats, status, account).
    Register,
    /// Write to the vendor.
    Ticket,
    /// Nothing: it evens out.
    None,
}

/// What makes a finding the same finding after the files are imported again: its state hangs on this, not on an id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FindingKey {
    /// Class.
    pub class: Class,
    /// Customer.
    pub customer: SourceId,
    /// Subscription.
    pub subscription: SourceId,
    /// Product.
    pub product: Symbol,
    /// SKU.
    pub sku: Symbol,
    /// Days concerned.
    pub period: Option<Period>,
    /// Currency.
    pub currency: Currency,
    /// Tells findings alike in all of the above apart.
    pub part: u32,
}

/// One discrepancy.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// Class.
    pub class: Class,
    /// Tells findings alike in class, customer, subscription, product and period apart: the document for a file total,
    /// else 0, 1, 2 … in order of amount.
    pub part: u32,
    /// Customer as the vendor writes it (as the sale does, where the vendor billed nothing).
    pub customer: SourceId,
    /// Subscription.
    pub subscription: SourceId,
    /// Product.
    pub product: Symbol,
    /// SKU.
    pub sku: Symbol,
    /// Product name.
    pub product_name: Symbol,
    /// Days concerned.
    pub period: Option<Period>,
    /// What it is worth to us now: negative when money is lost or owed, positive when it is in our favour.
    pub money: Decimal,
    /// The same for a year if nothing changes.
    pub per_year: Decimal,
    /// Currency of both.
    pub currency: Currency,
    /// How much of the difference between vendor cost and reckoned cost it explains, so that rows tie.
    pub cost_difference: Decimal,
    /// What can still be done until when.
    pub until: Until,
    /// Suggested fix.
    pub fix: Fix,
    /// Rows of vendor documents that prove it.
    pub vendor_rows: Vec<LineRef>,
    /// Sold lines that prove it.
    pub sale_refs: Vec<SoldAt>,
    /// What differs, vendor side first: ("quantity", "12", "10"). Empty when a side has none.
    pub evidence: Vec<(&'static str, String, String)>,
}

impl Finding {
    /// The natural key; unique within one reconciliation.
    pub fn key(&self) -> FindingKey {
        FindingKey {
            class: self.class,
            customer: self.customer,
            subscription: self.subscription,
            product: self.product,
            sku: self.sku,
            period: self.period,
            currency: self.currency,
            part: self.part,
        }
    }
}
