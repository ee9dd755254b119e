//! Vendors' price sheets: Microsoft's licence, Extended Service Term, Azure and reservation sheets, and a distributor's list
//! through a [`Mapping`](crate::Mapping).
//!
//! Each price is brought to one charge cycle of its plan. Microsoft's licence and reservation sheets quote the **whole term**
//! of one unit; the digits of the division are kept. A price without a plan is paid once for the whole term; the trial's plan
//! `None` too, so that it never stands in the way of a paid one.

use crate::catalogue::key;
use crate::charge;
use crate::column::columns;
use crate::mapping::{Mapping, Per};
use crate::prices::{ListPriceRow, at_least, from, segment, until};
use crate::row::Row;
use engine::price::ListKind;
use engine::register::{BillingPlan, Term};
use engine::{Currency, Decimal, Symbol};

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
        TERM "TermDuration" Text needed "P1M, P1Y, P3Y, P5Y; OneTime or NoTerm for a purchase";
        PLAN "BillingPlan" Text needed "Monthly, Annual, Triennial, None";
        MARKET "Market" Text optional "Country the price is for";
        CURRENCY "Currency" Currency needed "Currency";
        COST "UnitPrice" Amount needed "Partner's cost of one unit for the whole term";
        TIER_MIN "PricingTierRangeMin" Number optional "Smallest quantity of a price band";
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

/// Microsoft's sheets without a retail price: metered Azure, and reservations.
mod azure {
    use super::columns;
    columns! { COLUMNS:
        TITLE "ProductTitle" Text optional "Name of the product";
        PRODUCT_ID "ProductId" Id needed "Product";
        SKU_ID "SkuId" Id needed "SKU";
        SKU_TITLE "SkuTitle" Text needed "Name of the SKU";
        PUBLISHER "Publisher" Text optional "Publisher";
        DESCRIPTION "SkuDescription" Text optional "Description";
        UNIT "UnitOfMeasure" Text optional "Unit";
        TERM "TermDuration" Text optional "payG-1 for a metered unit";
        MARKET "Market" Text optional "Country the price is for";
        CURRENCY "Currency" Currency needed "Currency; US dollars everywhere";
        PRICE "UnitPrice" Amount needed "Price of one unit, before partner earned credit";
        TIER_MIN "PricingTierRangeMin" Number optional "Smallest quantity of a band; each unit has the price of its band";
        TIER_MAX "PricingTierRangeMax" Text optional "Largest quantity of a band";
        FROM "EffectiveStartDate" Date needed "First day in force";
        UNTIL "EffectiveEndDate" Date optional "Last day in force; year 9999 for open";
        METERS "MeterIds" Text needed "Meters that are counted in it";
        METER_TYPE "MeterType" Text optional "What the meters count";
        TAGS "Tags" Text optional "Azure, Consumption, ThirdParty";
        SEGMENT "Segment" Text optional "Commercial, Education, Government, Charity";
    }
}

mod reservation {
    use super::columns;
    columns! { COLUMNS:
        TITLE "ProductTitle" Text optional "Name of the product";
        PRODUCT_ID "ProductId" Id needed "Product";
        SKU_ID "SkuId" Id needed "SKU";
        SKU_TITLE "SkuTitle" Text needed "Name of the SKU";
        PUBLISHER "Publisher" Text optional "Publisher";
        DESCRIPTION "SkuDescription" Text optional "Description";
        UNIT "UnitOfMeasure" Text optional "Unit";
        TERM "TermDuration" Text needed "P1Y, P3Y, P5Y";
        PLAN "BillingPlan" Text optional "Monthly, Annual, Triennial; empty for all at once";
        MARKET "Market" Text optional "Country the price is for";
        CURRENCY "Currency" Currency needed "Currency";
        PRICE "UnitPrice" Amount needed "Partner's cost of one unit for the whole term";
        TIER_MIN "PricingTierRangeMin" Number optional "Smallest quantity of a price band";
        TIER_MAX "PricingTierRangeMax" Text optional "Largest quantity of a price band";
        FROM "EffectiveStartDate" Date needed "First day in force";
        UNTIL "EffectiveEndDate" Date optional "Last day in force; year 9999 for open";
        TAGS "Tags" Text optional "Azure, Reservation";
        SEGMENT "Segment" Text optional "Commercial, Education, Government, Charity";
    }
}

mod distributor {
    use super::columns;
    columns! { COLUMNS:
        PRODUCT_ID "product_id" Id needed "Product, or PRODUCT:SKU in one cell";
        SKU_ID "sku_id" Id optional "SKU";
        PRODUCT_NAME "product_name" Text optional "Name of the product";
        TERM "term" Text optional "Commitment: P1Y, or in words; empty for a purchase";
        PLAN "billing_plan" Text optional "Monthly, Annual, Triennial, OneTime";
        CURRENCY "currency" Currency optional "Currency";
        COST "cost" Amount needed "What we pay for one unit";
        ERP "retail_price" Amount optional "Retail price on the same footing";
        FROM "from" Date optional "First day in force; the day of the import when the file does not say";
        UNTIL "until" Date optional "Last day in force";
        SEGMENT "segment" Text optional "Commercial, Education, Government, Charity";
        AT_LEAST "from_quantity" Number optional "Smallest quantity the price is for";
    }
}

pub(crate) use azure::COLUMNS as AZURE;
pub(crate) use distributor::COLUMNS as DISTRIBUTOR;
pub(crate) use reservation::COLUMNS as RESERVATIONS;
pub(crate) use sheet::COLUMNS as SHEET;

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
pub(crate) const AZURE_EXAMPLES: &[&[(&str, &str)]] = &[&[
    ("ProductTitle", "Example Storage"),
    ("ProductId", "DZH318Z0EXAM"),
    ("SkuId", "00A1"),
    ("SkuTitle", "Example Storage, hot"),
    ("UnitOfMeasure", "1 GB/Month"),
    ("TermDuration", "payG-1"),
    ("Market", "GB"),
    ("Currency", "USD"),
    ("UnitPrice", "0.0184"),
    ("PricingTierRangeMin", "1"),
    ("PricingTierRangeMax", "9223372036854780000"),
    ("EffectiveStartDate", "2026-11-01T00:00:00.0000000Z"),
    ("EffectiveEndDate", "9999-12-31T23:59:59.9999999Z"),
    ("MeterIds", "0a1b2c3d-0000-4000-8000-000000000901"),
    ("Tags", "Azure;Consumption"),
]];

/// Invented rows for the template.
pub(crate) const RESERVATION_EXAMPLES: &[&[(&str, &str)]] = &[&[
    ("ProductTitle", "Example machine, reserved"),
    ("ProductId", "DZH318Z0RSRV"),
    ("SkuId", "0001"),
    ("SkuTitle", "Example machine D2"),
    ("TermDuration", "P1Y"),
    ("Market", "GB"),
    ("Currency", "USD"),
    ("UnitPrice", "540.00"),
    ("EffectiveStartDate", "2026-11-01T00:00:00.0000000Z"),
    ("EffectiveEndDate", "9999-12-31T23:59:59.9999999Z"),
    ("Tags", "Azure;Reservation"),
]];

/// An invented row for the template.
pub(crate) const DISTRIBUTOR_EXAMPLES: &[&[(&str, &str)]] = &[&[
    ("product_id", "CFQ7TTC0EXAM"),
    ("sku_id", "0001"),
    ("product_name", "Example Suite"),
    ("term", "P1Y"),
    ("billing_plan", "Monthly"),
    ("currency", "GBP"),
    ("cost", "10.40"),
    ("retail_price", "12.50"),
    ("from", "2026-11-01"),
]];

/// Reads one price of Microsoft's licence or software sheet.
pub(crate) fn licence(row: &mut Row<'_>) -> ListPriceRow {
    use sheet::*;
    let extended = is_extended(row.cell(TAGS)) || is_extended(row.cell(SKU_TITLE));
    whole_term(row, if extended { ListKind::ExtendedTerm } else { ListKind::Term })
}

/// Reads one price of Microsoft's sheet of Extended Service Terms, which has the columns of the licence sheet.
pub(crate) fn extended(row: &mut Row<'_>) -> ListPriceRow {
    whole_term(row, ListKind::ExtendedTerm)
}

/// Whether a title or tag says that this is what runs on after a term: its price must never price the term itself.
fn is_extended(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    ["extended service term", "extendedserviceterm"].iter().any(|word| text.contains(word))
}

fn whole_term(row: &mut Row<'_>, kind: ListKind) -> ListPriceRow {
    use sheet::*;
    row.check(&[PUBLISHER, DESCRIPTION, UNIT, END_OF_SALE, TAGS, CHANGE, TIER_MAX]);
    let at = At {
        names: [SKU_TITLE, TITLE],
        product: [PRODUCT_ID, SKU_ID],
        market: Some(MARKET),
        segment: SEGMENT,
        days: [FROM, UNTIL],
        may_be_undated: false,
        at_least: TIER_MIN,
    };
    let currency = row.currency(CURRENCY, None);
    let (cost, erp) = (row.needed_amount(COST, currency), row.needed_amount(ERP, currency));
    let terms = Terms::of(row, TERM, PLAN);
    let ends_sale = row.date(END_OF_SALE).is_some();
    let (cost, erp) = (terms.cycle(cost), Some(terms.cycle(erp)));
    ListPriceRow { ends_sale, ..at.read(row, kind, terms, currency, cost, erp) }
}

/// Reads one price of Microsoft's sheet of metered Azure: the retail price, which is also what is charged before partner
/// earned credit.
pub(crate) fn metered(row: &mut Row<'_>) -> ListPriceRow {
    use azure::*;
    row.check(&[PUBLISHER, DESCRIPTION, UNIT, TERM, TIER_MAX, METERS, METER_TYPE, TAGS]);
    let at = At {
        names: [SKU_TITLE, TITLE],
        product: [PRODUCT_ID, SKU_ID],
        market: Some(MARKET),
        segment: SEGMENT,
        days: [FROM, UNTIL],
        may_be_undated: false,
        at_least: TIER_MIN,
    };
    let currency = row.currency(CURRENCY, None);
    let price = row.needed_amount(PRICE, currency);
    let terms = Terms { term: None, plan: BillingPlan::OneTime };
    at.read(row, ListKind::Usage, terms, currency, price, Some(price))
}

/// Reads one price of Microsoft's sheet of reservations, which is net.
pub(crate) fn reserved(row: &mut Row<'_>) -> ListPriceRow {
    use reservation::*;
    row.check(&[PUBLISHER, DESCRIPTION, UNIT, TIER_MAX, TAGS]);
    let at = At {
        names: [SKU_TITLE, TITLE],
        product: [PRODUCT_ID, SKU_ID],
        market: Some(MARKET),
        segment: SEGMENT,
        days: [FROM, UNTIL],
        may_be_undated: false,
        at_least: TIER_MIN,
    };
    let currency = row.currency(CURRENCY, None);
    let price = row.needed_amount(PRICE, currency);
    let terms = Terms::of(row, TERM, PLAN);
    at.read(row, ListKind::Term, terms, currency, terms.cycle(price), None)
}

/// Reads one price of a distributor's list.
pub(crate) fn distributed(row: &mut Row<'_>, mapping: Option<&Mapping>) -> ListPriceRow {
    use distributor::*;
    let at = At {
        names: [PRODUCT_NAME, PRODUCT_NAME],
        product: [PRODUCT_ID, SKU_ID],
        market: None,
        segment: SEGMENT,
        days: [FROM, UNTIL],
        may_be_undated: true,
        at_least: AT_LEAST,
    };
    let currency = row.currency(CURRENCY, mapping.and_then(Mapping::currency));
    let words = row.plain_text(TERM);
    let term = charge::term_in_words(words).or_else(|| row.term(TERM));
    let plan = charge::plan(row, PLAN, words, None).unwrap_or_else(|| plan_of(row, PLAN, term));
    let terms = Terms { term, plan };
    let brought = |price: Decimal| match mapping.map_or(Per::Cycle, |m| m.per) {
        Per::Cycle => price,
        Per::Month => price * Decimal::from(plan.months().max(1)),
        Per::Term => terms.cycle(price),
    };
    let cost = brought(row.needed_amount(COST, currency));
    let erp = (!row.cell(ERP).is_empty()).then(|| brought(row.amount(ERP, currency)));
    at.read(row, ListKind::Term, terms, currency, cost, erp)
}

/// Term and plan of a price.
#[derive(Clone, Copy)]
struct Terms {
    term: Option<Term>,
    plan: BillingPlan,
}

impl Terms {
    fn of(row: &mut Row<'_>, term: usize, plan: usize) -> Terms {
        let term = row.term(term);
        Terms { term, plan: plan_of(row, plan, term) }
    }

    /// The part of a whole term's price that one charge cycle has.
    fn cycle(self, price: Decimal) -> Decimal {
        match (self.term, self.plan.months()) {
            (Some(term), months) if months > 0 && term.months.is_multiple_of(months) => {
                price / Decimal::from(term.months / months)
            }
            _ => price,
        }
    }
}

/// The plan of a price: as named; where nothing is named, the whole term at once.
fn plan_of(row: &mut Row<'_>, column: usize, term: Option<Term>) -> BillingPlan {
    let named = !row.cell(column).is_empty();
    match (row.plan(column), term.filter(|_| !named)) {
        (Some(plan), _) => plan,
        (None, Some(Term::P1M)) => BillingPlan::Monthly,
        (None, Some(Term::P1Y)) => BillingPlan::Annual,
        (None, Some(Term::P3Y)) => BillingPlan::Triennial,
        (None, _) => BillingPlan::OneTime,
    }
}

/// Where the columns stand that every sheet has.
struct At {
    /// The name, and what stands in for an empty one.
    names: [usize; 2],
    product: [usize; 2],
    market: Option<usize>,
    segment: usize,
    days: [usize; 2],
    /// Whether a price without a first day is one all the same.
    may_be_undated: bool,
    at_least: usize,
}

impl At {
    fn read(
        &self,
        row: &mut Row<'_>,
        kind: ListKind,
        terms: Terms,
        currency: Currency,
        cost: Decimal,
        erp: Option<Decimal>,
    ) -> ListPriceRow {
        let [name, otherwise] = self.names;
        ListPriceRow {
            row: row.number,
            kind,
            key: key(row, self.product[0], self.product[1]),
            name: if row.cell(name).is_empty() { row.text(otherwise) } else { row.text(name) },
            term: terms.term,
            plan: terms.plan,
            market: self.market.map_or(Symbol::EMPTY, |at| row.text(at)),
            segment: segment(row, self.segment),
            currency,
            cost,
            erp: erp.unwrap_or(cost),
            has_retail: erp.is_some(),
            from: (!(self.may_be_undated && row.cell(self.days[0]).is_empty())).then(|| from(row, self.days[0])),
            until: until(row, self.days[1]),
            at_least: at_least(row, self.at_least),
            ends_sale: false,
        }
    }
}
