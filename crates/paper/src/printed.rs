//! An issued document as plain data: everything a reader sees, nothing of how it is drawn.
//!
//! Amounts arrive finished. The only sums made on paper are those a page break or a group heading asks for; they must
//! lead to the document's own net amount, or it is not printed ([`crate::PaperError::Sum`]).

use engine::invoice::TaxLine;
use engine::register::TaxTreatment;
use engine::sale::ChargeKind;
use engine::{Currency, Date, Decimal, Money, Period};

/// What kind of document it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// An invoice.
    Invoice,
    /// A credit note; its amounts are positive and are owed to the customer.
    CreditNote,
}

/// An issued invoice or credit note.
#[derive(Clone, Debug, PartialEq)]
pub struct Printed {
    /// Invoice or credit note.
    pub kind: Kind,
    /// Language of the reader, ISO 639 two letters; one without texts is printed in English.
    pub language: String,
    /// The document's number.
    pub number: String,
    /// Day of issue; also the file's creation date.
    pub issued: Date,
    /// Last day to pay.
    pub due: Option<Date>,
    /// Tax point, where it is not the day of issue.
    pub tax_point: Option<Date>,
    /// Days the document as a whole charges. Lines of exactly this period do not repeat it; it is left out when a line
    /// charges days outside it, because then each line says its own.
    pub period: Option<Period>,
    /// Who sells.
    pub seller: Seller,
    /// Who pays.
    pub customer: Customer,
    /// Currency of every amount but [`HomeTax`].
    pub currency: Currency,
    /// Lines, grouped by who uses the service; one group without a name for a customer's own invoice.
    pub groups: Vec<Group>,
    /// Tax by treatment and rate.
    pub tax: Vec<TaxLine>,
    /// Tax in the currency of the seller's country, where the document is in another.
    pub home_tax: Option<HomeTax>,
    /// Sum of the lines.
    pub net: Money,
    /// Net and tax.
    pub gross: Money,
    /// For a credit note: the invoices it corrects or gives back from.
    pub corrects: Vec<Corrects>,
    /// How it is collected, when by direct debit.
    pub direct_debit: Option<DirectDebit>,
    /// Further paragraphs: terms, remarks.
    pub notes: Vec<String>,
    /// Short form of the journal record that anchors the document.
    pub anchor: String,
}

/// The seller, as printed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Seller {
    /// Legal name.
    pub name: String,
    /// Address lines without country.
    pub address: Vec<String>,
    /// ISO 3166 two-letter country.
    pub country: String,
    /// VAT id with its country prefix.
    pub vat_id: String,
    /// Company registration number.
    pub registration: String,
    /// How to reach the seller: telephone, e-mail, web; printed as given.
    pub contact: Vec<String>,
    /// Where to pay.
    pub bank: Bank,
    /// Further lines of the footer: register court, directors, whatever the country asks for. A line break begins a new one.
    pub footer: Vec<String>,
}

/// Where to pay. Empty fields are not printed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bank {
    /// Account holder; the seller's name when empty.
    pub holder: String,
    /// Name of the bank.
    pub name: String,
    /// IBAN, with or without spaces.
    pub iban: String,
    /// BIC.
    pub bic: String,
    /// Sort code, for accounts known by it.
    pub sort_code: String,
    /// Account number, for accounts known by it.
    pub account: String,
}

/// Who pays, as printed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Customer {
    /// Legal name.
    pub name: String,
    /// Address lines without country.
    pub address: Vec<String>,
    /// ISO 3166 two-letter country; printed when it is not the seller's.
    pub country: String,
    /// VAT id with its country prefix.
    pub vat_id: String,
    /// The customer's purchase order.
    pub purchase_order: String,
}

/// Lines of one user of the services.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Group {
    /// The end customer on a reseller's invoice; empty when the payer uses the services.
    pub name: String,
    /// Its lines, in order.
    pub lines: Vec<Line>,
}

/// One line.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// What it charges; decides the words under the name.
    pub kind: ChargeKind,
    /// What is sold.
    pub name: String,
    /// Days charged.
    pub period: Option<Period>,
    /// The whole cycle these days belong to, for "19 of 31 days".
    pub cycle: Option<Period>,
    /// Units.
    pub quantity: Decimal,
    /// Price of one unit for the whole cycle; `None` prints no price (a sum of metered use).
    pub unit_price: Option<Decimal>,
    /// Net amount.
    pub net: Money,
    /// Tax treatment.
    pub treatment: TaxTreatment,
    /// Tax rate in percent.
    pub tax_percent: Decimal,
    /// Further lines under it: the parts of a bundle, a reference, a cost centre.
    pub notes: Vec<String>,
}

/// Tax in the currency of the seller's country.
#[derive(Clone, Debug, PartialEq)]
pub struct HomeTax {
    /// The tax.
    pub tax: Money,
    /// What one unit of the document's currency is worth in it.
    pub rate: Decimal,
}

/// The invoice a credit note corrects.
#[derive(Clone, Debug, PartialEq)]
pub struct Corrects {
    /// Its number.
    pub number: String,
    /// Its day of issue.
    pub issued: Date,
}

/// A collection by direct debit.
#[derive(Clone, Debug, PartialEq)]
pub struct DirectDebit {
    /// Mandate reference.
    pub mandate: String,
    /// First day of collection.
    pub on: Date,
}
