//! Prices: our own list (per charge cycle), price rules, and what a price of any vendor's list is read to.

use crate::catalogue::{basis_points, key};
use crate::column::columns;
use crate::header::folded;
use crate::row::Row;
use crate::value::day::Day;
use engine::price::ListKind;
use engine::register::{BillingPlan, ProductKey, Term};
use engine::{Currency, Date, Decimal, Symbol, date};

mod list {
    use super::columns;
    columns! { COLUMNS:
        PRODUCT_ID "ProductId" Id needed "Product";
        SKU_ID "SkuId" Id needed "SKU";
        AVAILABILITY_ID "AvailabilityId" Id optional "Availability";
        TITLE "ProductTitle" Text optional "Name" ["productname"];
        TERM "TermDuration" Text needed "P1M, P1Y, P3Y; OneTime for a purchase";
        PLAN "BillingPlan" Text needed "Monthly, Annual, Triennial, OneTime";
        MARKET "Market" Text optional "Country the price is for";
        CURRENCY "Currency" Currency needed "Currency";
        COST "UnitPrice" Amount needed "Cost of one unit for one charge cycle of the plan (a year for Annual)";
        ERP "ERPPrice" Amount needed "Retail price on the same footing" ["erp"];
        FROM "EffectiveStartDate" Date needed "First day in force";
        UNTIL "EffectiveEndDate" Date optional "Last day in force; empty or year 9999 for open";
        SEGMENT "Segment" Text optional "Commercial, Education, Government, Charity";
        AT_LEAST "FromQuantity" Number optional "Smallest quantity the price is for; empty for any";
    }
}

mod rule {
    use super::columns;
    columns! { COLUMNS:
        KIND "Kind" Text needed "customer_tier or volume_from_quantity";
        KEY "Key" Text needed "Name of the segment, or the smallest quantity";
        DISCOUNT "DiscountBasisPoints" Number needed "Discount in hundredths of a percent";
    }
}

pub(crate) use list::COLUMNS as LIST;
pub(crate) use rule::COLUMNS as RULES;

/// Invented rows for the template.
pub(crate) const LIST_EXAMPLES: &[&[(&str, &str)]] = &[&[
    ("ProductId", "CFQ7TTC0EXAM"),
    ("SkuId", "0001"),
    ("ProductTitle", "Example Suite"),
    ("TermDuration", "P1Y"),
    ("BillingPlan", "Monthly"),
    ("Market", "GB"),
    ("Currency", "GBP"),
    ("UnitPrice", "10.00"),
    ("ERPPrice", "12.50"),
    ("EffectiveStartDate", "2026-01-01"),
    ("EffectiveEndDate", "9999-12-31"),
]];

/// Invented rows for the template.
pub(crate) const RULE_EXAMPLES: &[&[(&str, &str)]] = &[
    &[("Kind", "customer_tier"), ("Key", "Gold"), ("DiscountBasisPoints", "600")],
    &[("Kind", "volume_from_quantity"), ("Key", "25"), ("DiscountBasisPoints", "200")],
];

/// One price, per charge cycle.
#[derive(Clone, Debug, PartialEq)]
pub struct ListPriceRow {
    /// Row in the file.
    pub row: u32,
    /// What it is the price of.
    pub kind: ListKind,
    /// Product.
    pub key: ProductKey,
    /// Name.
    pub name: Symbol,
    /// Term; a purchase has none.
    pub term: Option<Term>,
    /// Billing plan.
    pub plan: BillingPlan,
    /// Country, if stated.
    pub market: Symbol,
    /// The vendor's market segment; empty for commercial.
    pub segment: Symbol,
    /// Currency.
    pub currency: Currency,
    /// Cost of one unit for one charge cycle.
    pub cost: Decimal,
    /// Retail price on the same footing; the cost where the list names none.
    pub erp: Decimal,
    /// Whether the list names a retail price.
    pub has_retail: bool,
    /// First day in force; `None` where a distributor's list does not say.
    pub from: Option<Date>,
    /// The day after the last; `None` for open.
    pub until: Option<Date>,
    /// Smallest quantity the price is for; nought for any.
    pub at_least: Decimal,
    /// Whether it names the end of sale, which only announced sheets do.
    pub ends_sale: bool,
}

/// One price rule of the tiers file.
#[derive(Clone, Debug, PartialEq)]
pub enum RuleRow {
    /// A discount off the retail price for a segment.
    Segment {
        /// Row in the file.
        row: u32,
        /// Name of the segment.
        segment: Symbol,
        /// Fraction of one.
        discount: Decimal,
    },
    /// A discount from a quantity on.
    Volume {
        /// Row in the file.
        row: u32,
        /// Smallest quantity.
        from: Decimal,
        /// Fraction of one.
        discount: Decimal,
    },
}

/// Reads one price of our own list.
pub(crate) fn list_price(row: &mut Row<'_>) -> ListPriceRow {
    use list::*;
    let currency = row.currency(CURRENCY, None);
    row.check(&[AVAILABILITY_ID]);
    let term = row.term(TERM);
    ListPriceRow {
        row: row.number,
        kind: ListKind::Term,
        key: key(row, PRODUCT_ID, SKU_ID),
        name: row.text(TITLE),
        term,
        plan: row.plan(PLAN).unwrap_or(BillingPlan::OneTime),
        market: row.text(MARKET),
        segment: segment(row, SEGMENT),
        currency,
        cost: row.needed_amount(COST, currency),
        erp: row.needed_amount(ERP, currency),
        has_retail: true,
        from: Some(from(row, FROM)),
        until: until(row, UNTIL),
        at_least: at_least(row, AT_LEAST),
        ends_sale: false,
    }
}

/// Reads one rule.
pub(crate) fn price_rule(row: &mut Row<'_>) -> RuleRow {
    use rule::*;
    let discount = basis_points(row, DISCOUNT);
    if row.cell(DISCOUNT).is_empty() {
        row.wrong(DISCOUNT, "P-MISSING", "write the discount in hundredths of a percent; 0 for none");
    }
    if row.cell(KIND).is_empty() {
        row.wrong(KIND, "P-MISSING", "write customer_tier or volume_from_quantity");
    }
    match row.word(KIND, &[("customertier", true), ("volumefromquantity", false)]) {
        Some(false) => RuleRow::Volume { row: row.number, from: row.needed_number(KEY), discount },
        _ => RuleRow::Segment { row: row.number, segment: row.needed_text(KEY), discount },
    }
}

/// A vendor's market segment under the name price lists have for it; commercial is none.
pub(crate) fn segment(row: &mut Row<'_>, column: usize) -> Symbol {
    let cell = row.plain_text(column);
    let name = match folded(cell).as_str() {
        "" | "commercial" => return Symbol::EMPTY,
        "nonprofit" | "charity" => "Charity",
        "education" => "Education",
        "government" => "Government",
        _ => cell,
    };
    row.names.intern(name)
}

/// The smallest quantity a price is for. A band from the first unit on is for any quantity.
pub(crate) fn at_least(row: &mut Row<'_>, column: usize) -> Decimal {
    let quantity = row.number(column);
    if quantity > Decimal::ONE { quantity } else { Decimal::ZERO }
}

/// The first day in force; placeholders of the far past are the first day accepted.
pub(crate) fn from(row: &mut Row<'_>, column: usize) -> Date {
    match row.day(column) {
        Some(Day::On(day)) => day,
        Some(Day::Before) => date::RANGE.0,
        Some(Day::After) => {
            row.wrong(column, "P-DATE-RANGE", "check the year; dates from 2000 to 2100 are accepted");
            date::RANGE.0
        }
        None => {
            if row.cell(column).is_empty() {
                row.wrong(column, "P-MISSING", "fill in the value");
            }
            date::RANGE.0
        }
    }
}

/// The day after the last in force; open when empty or in year 9999.
pub(crate) fn until(row: &mut Row<'_>, column: usize) -> Option<Date> {
    row.date(column).map(|last| date::add_days(last, 1))
}
