//! Invoices: drafted by [`crate::bill`], numbered and kept by the store, never edited once issued.

use crate::register::TaxTreatment;
use crate::sale::SaleLine;
use crate::{Currency, Decimal, Id, Money, Month};

/// Tax on the lines of one treatment and rate.
#[derive(Clone, Debug, PartialEq)]
pub struct TaxLine {
    /// Treatment.
    pub treatment: TaxTreatment,
    /// Rate in percent.
    pub percent: Decimal,
    /// Net amount taxed.
    pub base: Money,
    /// Tax.
    pub tax: Money,
}

/// An invoice before it has a number.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    /// Who pays.
    pub bill_to: Id,
    /// Billing month.
    pub month: Month,
    /// Currency.
    pub currency: Currency,
    /// Lines, in the order they are printed.
    pub lines: Vec<SaleLine>,
    /// Tax summary.
    pub tax: Vec<TaxLine>,
    /// Sum of the lines.
    pub net: Money,
    /// Sum of the tax lines.
    pub tax_total: Money,
    /// Net and tax.
    pub gross: Money,
}

impl Draft {
    /// Whether the customer is owed: it is then issued as a credit note, never as a negative invoice.
    pub fn is_credit(&self) -> bool {
        is_credit(self.gross)
    }
}

/// Whether a document of this gross amount owes the customer.
pub fn is_credit(gross: Money) -> bool {
    gross.minor() < 0
}

/// How tax is rounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TaxRounding {
    /// Once per rate on the invoice.
    PerInvoice,
    /// On each line.
    PerLine,
}

/// Why an amount changed since the last run: the one cause shown for a changed line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Cause {
    /// Not billed before.
    New,
    /// No longer billed.
    Ended,
    /// Seats.
    Seats,
    /// Price.
    Price,
    /// Term or plan.
    Term,
    /// Days charged.
    Proration,
    /// Exchange rate.
    Fx,
    /// One-off charge.
    OneOff,
}

impl Cause {
    /// The public name.
    pub fn name(self) -> &'static str {
        match self {
            Cause::New => "new",
            Cause::Ended => "ended",
            Cause::Seats => "seats",
            Cause::Price => "price",
            Cause::Term => "term",
            Cause::Proration => "proration",
            Cause::Fx => "fx",
            Cause::OneOff => "one_off",
        }
    }
}

/// Something to look at before issuing. Issuing needs the code accepted.
#[derive(Clone, Debug, PartialEq)]
pub struct Guard {
    /// Stable code: `G-BELOW-COST`, `G-QUANTITY-X10`, `G-TAX-CHANGED`, `G-CUSTOMER-VANISHED`, `G-PO-MISSING`, `G-NO-PRICE`,
    /// `G-NO-RATE`, `G-NO-TENANT`.
    pub code: &'static str,
    /// Account concerned.
    pub account: Id,
    /// Subscription concerned.
    pub subscription: Option<Id>,
    /// What differs, in words of the rule: ("price", "12.00"), ("cost", "13.10").
    pub facts: Vec<(&'static str, String)>,
}
