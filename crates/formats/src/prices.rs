//! Prices: our own list (per charge cycle), Microsoft's sheet (per whole term, brought to the cycle) and price rules.

use crate::catalogue::{basis_points, key};
use crate::column::columns;
use crate::row::Row;
use crate::value::day::Day;
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
    }
}

mod sheet {
    use super::columns;
    columns! { COLUMNS:
        TITLE "ProductTitle" Text optional "Name of the product";
        PRODUCT_ID "ProductId" Id needed "Product";
        SKU_ID "SkuId" Id needed "SKU";
        SKU_TITLE "SkuTitle" Text needed "Name of the SKU";
        PUBLISHER "Publisher" Text optional "Publisher";
        DESCRIPTION "SkuDescription" Text optional "Description";
        UNIT "UnitOfMeasure" Text optional "Unit";
        TERM "TermDuration" Text needed "P1M, P1Y, P3Y, OneTime";
        PLAN "BillingPlan" Text needed "Monthly, Annual, Triennial, None";
        MARKET "Market" Text optional "Country the price is for";
        CURRENCY "Currency" Currency needed "Currency";
        COST "UnitPrice" Amount needed "Partner's cost of one unit for the whole term";
        TIER_MIN "PricingTierRangeMin" Text optional "Smallest quantity of a price band";
        TIER_MAX "PricingTierRangeMax" Text optional "Largest quantity of a price band";
        FROM "EffectiveStartDate" Date needed "First day in force";
        UNTIL "EffectiveEndDate" Date optional "Last day in force; year 9999 for open";
        END_OF_SALE "EndofSaleDate" Date optional "Last day of sale; preview sheets only";
        TAGS "Tags" Text optional "License, Trial, ...";
        ERP "ERP Price" Amount needed "Retail price for the whole term";
        SEGMENT "Segment" Text optional "Commercial, Education, Government, Charity";
        CHANGE "ChangeIndicator" Text optional "Kind of change";
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
pub(crate) use sheet::COLUMNS as SHEET;

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
pub(crate) const SHEET_EXAMPLES: &[&[(&str, &str)]] = &[&[
    ("ProductTitle", "Example Suite"),
    ("ProductId", "CFQ7TTC0EXAM"),
    ("SkuId", "0001"),
    ("SkuTitle", "Example Suite"),
    ("Publisher", "Microsoft Corporation"),
    ("TermDuration", "P1Y"),
    ("BillingPlan", "Monthly"),
    ("Market", "GB"),
    ("Currency", "GBP"),
    ("UnitPrice", "120.00"),
    ("EffectiveStartDate", "2026-11-01T00:00:00.0000000Z"),
    ("EffectiveEndDate", "9999-12-31T23:59:59.9999999Z"),
    ("ERP Price", "150.00"),
    ("Segment", "Commercial"),
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
    /// Segment, if stated.
    pub segment: Symbol,
    /// Currency.
    pub currency: Currency,
    /// Cost of one unit for one charge cycle.
    pub cost: Decimal,
    /// Retail price on the same footing.
    pub erp: Decimal,
    /// First day in force.
    pub from: Date,
    /// The day after the last; `None` for open.
    pub until: Option<Date>,
    /// Smallest quantity the price is for, where a sheet has bands.
    pub tier_min: Option<Decimal>,
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
        key: key(row, PRODUCT_ID, SKU_ID),
        name: row.text(TITLE),
        term,
        plan: row.plan(PLAN).unwrap_or(BillingPlan::OneTime),
        market: row.text(MARKET),
        segment: row.text(SEGMENT),
        currency,
        cost: row.needed_amount(COST, currency),
        erp: row.needed_amount(ERP, currency),
        from: from(row, FROM),
        until: until(row, UNTIL),
        tier_min: None,
    }
}

/// Reads one price of Microsoft's sheet and brings it from the whole term to one charge cycle.
pub(crate) fn sheet_price(row: &mut Row<'_>) -> ListPriceRow {
    use sheet::*;
    let currency = row.currency(CURRENCY, None);
    row.check(&[PUBLISHER, DESCRIPTION, UNIT, END_OF_SALE, TAGS, CHANGE, TIER_MAX]);
    let term = row.term(TERM);
    let plan = row.plan(PLAN).unwrap_or(BillingPlan::OneTime);
    let cycles = match (term, plan.months()) {
        (Some(term), months) if months > 0 && term.months.is_multiple_of(months) => Decimal::from(term.months / months),
        _ => Decimal::ONE,
    };
    let tier_min = row.plain_text(TIER_MIN);
    ListPriceRow {
        row: row.number,
        key: key(row, PRODUCT_ID, SKU_ID),
        name: if row.cell(SKU_TITLE).is_empty() { row.text(TITLE) } else { row.text(SKU_TITLE) },
        term,
        plan,
        market: row.text(MARKET),
        segment: row.text(SEGMENT),
        currency,
        cost: row.needed_amount(COST, currency) / cycles,
        erp: row.needed_amount(ERP, currency) / cycles,
        from: from(row, FROM),
        until: until(row, UNTIL),
        tier_min: crate::value::number::read(tier_min, row.dialect.decimal).ok(),
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

/// The first day in force; placeholders of the far past are the first day accepted.
fn from(row: &mut Row<'_>, column: usize) -> Date {
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
fn until(row: &mut Row<'_>, column: usize) -> Option<Date> {
    row.date(column).map(|last| date::add_days(last, 1))
}
