//! Reconciling: what the vendor billed, what we thought we have, what we sold; one row for each charge.
//!
//! In: the vendor's lines of a period, the lines sold in it, and as much of the register as there is: two files alone
//! are enough. Out: rows in which every vendor line and every sold line appears exactly once, one finding at most for
//! each row, and totals per currency.
//!
//! Always: `vendor = matched + unmatched_vendor`; `vendor - sold_cost` is the sum of the findings' `cost_difference` and
//! of `within_tolerance`; what is left over is `unexplained` and is nought. The order of the lines changes nothing.
//!
//! How: [`screen`] can be asked beforehand which lines need no row at all; [`join`] brings the lines of one subscription together; [`pair`] makes rows of equal product, SKU and days, then
//! joins what the vendor and we only write differently (a credit and a charge against one added line, a telco twin,
//! seats counted at the end of the cycle); [`compare`] judges a row, with [`unit_price`] for what a seat costs; [`links`]
//! follows upgrades, migrations and lines without a subscription; [`unmatched`] names the rows with one side only;
//! [`cadence`] knows what is paid by the year on one side and by the month on the other;
//! [`beside`] finds what is no row; [`worth`] puts money and a date on each finding; [`totals`] ties it all. Rules: the
//! vendor's documents on proration, pairs and windows; our own on precedence (a missing side, then the customer, a
//! duplicate, the quantity, the price, the rate).

mod beside;
mod cadence;
mod compare;
mod join;
mod links;
mod pair;
mod screen;
mod totals;
mod unit_price;
mod unmatched;
mod worth;

#[cfg(test)]
mod tests;

use crate::cost::CostLine;
use crate::finding::{Class, Finding};
use crate::policy::Tolerance;
use crate::register::{Account, Subscription, Tenant};
use crate::sale::SoldLine;
use crate::{Currency, Date, Decimal, Month, Names, Period, SourceId, Symbol};
use join::Context;

pub use screen::{Notes, Screen, Settled};
pub use totals::{CurrencyTotals, Residue, ResidueTotal};

/// Everything a reconciliation looks at.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// The period reconciled.
    pub month: Month,
    /// The vendor's lines that carry money: new commerce, legacy, distributors.
    pub vendor: &'a [CostLine],
    /// Daily rated usage of the period: detail, used only to see lost credit.
    pub usage: &'a [CostLine],
    /// Vendor lines of neighbouring periods, usage included; may be empty. They show ended promotions, new renewal
    /// prices and charges booked in another month.
    pub earlier: &'a [CostLine],
    /// What was sold in the period.
    pub sold: &'a [SoldLine],
    /// What was sold in neighbouring periods; may be empty.
    pub sold_elsewhere: &'a [SoldLine],
    /// The texts of all lines and of the register.
    pub names: &'a Names,
    /// Accounts of the register; may be empty.
    pub accounts: &'a [Account],
    /// Tenants of the register; may be empty.
    pub tenants: &'a [Tenant],
    /// Subscriptions of the register; may be empty.
    pub subscriptions: &'a [Subscription],
    /// Differences too small to report.
    pub tolerance: &'a Tolerance,
    /// Smallest margin on the selling price, as a fraction of one; `None` reports no thin margins.
    pub floor: Option<Decimal>,
    /// What documents say their lines add up to, where they say it.
    pub controls: &'a [Control],
    /// Today, to tell which windows are still open.
    pub today: Date,
    /// What a [`Screen`] of all lines of the period settled, where the lines given here are only the open ones; subscriptions
    /// and lines of neighbouring periods are then needed for these alone.
    pub settled: Option<&'a Settled>,
}

/// What a vendor document states as the sum of its lines' subtotals in one currency.
#[derive(Clone, Debug, PartialEq)]
pub struct Control {
    /// The document's number in the book.
    pub document: u32,
    /// Documents that hold rows of it which were taken in later.
    pub rest: Vec<u32>,
    /// Currency.
    pub currency: Currency,
    /// Stated net sum.
    pub net: Decimal,
}

/// A period reconciled.
#[derive(Clone, Debug, PartialEq)]
pub struct Reconciliation {
    /// Rows, in an order that is stable and means nothing; sort for display.
    pub rows: Vec<Row>,
    /// Findings, most money first.
    pub findings: Vec<Finding>,
    /// Totals by currency code.
    pub totals: Vec<CurrencyTotals>,
    /// Every class with its number of findings, in the order of [`Class::ALL`].
    pub counts: [(Class, usize); 18],
    /// What makes up `within_tolerance`, by kind and currency.
    pub residues: Vec<ResidueTotal>,
    /// Lines sold below what they cost without being findings.
    pub below_cost: Vec<BelowCost>,
    lines: Lines,
}

/// Rows sold below cost in one currency: a note, not a finding, for many are thin by agreement.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BelowCost {
    /// Currency.
    pub currency: Currency,
    /// Number of rows.
    pub rows: usize,
    /// Cost less sale.
    pub amount: Decimal,
}

/// One row of the table: the lines it holds and the finding it carries. Its figures are read with
/// [`Reconciliation::figures`], so that a million rows stay small.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Row {
    vendor: Span,
    sold: Span,
    subscription: Option<u32>,
    verdict: Verdict,
    finding: Option<u32>,
    /// Whether the tally has it already.
    counted: bool,
}

impl Row {
    /// The row's finding, as an index into `findings`.
    pub fn finding(&self) -> Option<usize> {
        self.finding.map(|n| n as usize)
    }
}

/// The figures of one row.
#[derive(Clone, Debug, PartialEq)]
pub struct Figures {
    /// Customer: the vendor's, else the sale's.
    pub customer: SourceId,
    /// Subscription.
    pub subscription: SourceId,
    /// Product.
    pub product: Symbol,
    /// SKU.
    pub sku: Symbol,
    /// Product name as the vendor writes it; empty where it billed nothing.
    pub product_name: Symbol,
    /// From the first day of any of the lines to the last of any.
    pub period: Option<Period>,
    /// Currency of the cost.
    pub currency: Currency,
    /// Seats or units the vendor billed, credits subtracted; `None` without a vendor line.
    pub cost_quantity: Option<Decimal>,
    /// What the vendor billed.
    pub cost: Decimal,
    /// Seats the register expects on the first day; `None` for a subscription it does not know.
    pub expected_quantity: Option<Decimal>,
    /// Seats or units sold, credits subtracted; `None` without a sold line.
    pub sold_quantity: Option<Decimal>,
    /// Cost the sale reckoned with.
    pub sold_cost: Decimal,
    /// What was sold.
    pub sold: Decimal,
    /// Currency of the sale.
    pub sold_currency: Currency,
}

/// A stretch of [`Lines`].
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Span {
    from: u32,
    len: u32,
}

/// Numbers of vendor and sold lines, row after row. Rows that were joined leave their old stretch behind unused.
#[derive(Clone, Debug, Default, PartialEq)]
struct Lines {
    vendor: Vec<u32>,
    sold: Vec<u32>,
}

impl Lines {
    fn vendor(&self, span: Span) -> &[u32] {
        &self.vendor[span.from as usize..][..span.len as usize]
    }

    fn sold(&self, span: Span) -> &[u32] {
        &self.sold[span.from as usize..][..span.len as usize]
    }
}

/// What was decided about a row.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Verdict {
    /// Nothing to report; the difference, if any, has a harmless name.
    Even(Residue),
    /// A discrepancy between two sides, and the earlier vendor line that shows it, if one does.
    Off(Class, Option<u32>),
    /// The vendor's side only.
    VendorOnly,
    /// Our side only.
    SoldOnly,
    /// Joined into another row; dropped before the result is handed out.
    Joined,
}

/// Rows in the making with their lines.
#[derive(Debug, Default)]
struct Draft {
    rows: Vec<Row>,
    lines: Lines,
    /// Vendor lines that move seats from one subscription to another.
    moves: Vec<u32>,
    tally: totals::Tally,
}

/// Reconciles one period.
pub fn reconcile(input: &Input) -> Reconciliation {
    let context = Context::of(input);
    let mut draft = join::subjects(&context);
    links::follow(&context, &mut draft);
    unmatched::name(&context, &mut draft);
    draft.rows.retain(|row| row.verdict != Verdict::Joined);

    let mut findings = beside::findings(&context);
    worth::findings(&context, &mut draft, &mut findings);
    worth::order(&mut findings, &mut draft.rows);

    let (totals, residues, below_cost) = totals::of(&context, &mut draft, &findings);
    let counts = Class::ALL.map(|class| (class, findings.iter().filter(|f| f.class == class).count()));
    Reconciliation { rows: draft.rows, findings, totals, counts, residues, below_cost, lines: draft.lines }
}

impl Reconciliation {
    /// The numbers of a row's vendor lines in the input.
    pub fn vendor_lines(&self, row: &Row) -> &[u32] {
        self.lines.vendor(row.vendor)
    }

    /// The numbers of a row's sold lines in the input.
    pub fn sold_lines(&self, row: &Row) -> &[u32] {
        self.lines.sold(row.sold)
    }

    /// The three columns of a row, from the input it was made of.
    pub fn figures(&self, row: &Row, input: &Input) -> Figures {
        totals::figures(row, &self.lines, input)
    }
}
