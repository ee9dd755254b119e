//! What was billed to customers elsewhere: the sold side of a reconciliation on day one.

use crate::column::columns;
use crate::row::Row;
use engine::sale::{SoldAt, SoldLine};
use engine::{LineRef, SourceId};

columns! { COLUMNS:
    LINE_ID "SalesLineId" Id optional "Id of the line; without one, lines are known by their row";
    CUSTOMER_ID "CustomerId" Id needed "Customer";
    CUSTOMER_NAME "CustomerName" Text optional "Customer's name";
    PRODUCT_ID "ProductId" Id needed "Product";
    SKU_ID "SkuId" Id needed "SKU";
    SUBSCRIPTION_ID "SubscriptionId" Id needed "Subscription";
    LINE_KIND "LineKind" Text optional "recurring, add, remove, cancel";
    PERIOD_START "PeriodStart" Date needed "First day charged";
    PERIOD_END "PeriodEnd" Date needed "Last day charged, inclusive";
    QUANTITY "Quantity" Number needed "Units; negative for a credit";
    UNIT_COST "UnitCost" Number optional "Cost of one unit reckoned with, pricing currency";
    PRICING_CURRENCY "PricingCurrency" Currency optional "Currency of that cost";
    FX_RATE "FxRate" Number optional "Exchange rate reckoned with";
    COST_TOTAL "CostTotal" Amount optional "Cost reckoned with, in the currency of the sale";
    UNIT_PRICE "SellUnitPrice" Number optional "Price of one unit";
    TOTAL "SellTotal" Amount needed "Net amount sold";
    CURRENCY "Currency" Currency needed "Currency of the sale";
    VAT_PERCENT "VatRatePercent" Number optional "Tax in percent";
    INVOICE_REF "InvoiceRef" Text optional "Invoice on which it was billed";
}

/// Invented rows for the template.
pub(crate) const EXAMPLES: &[&[(&str, &str)]] = &[&[
    ("SalesLineId", "S-1"),
    ("CustomerId", "0a1b2c3d-0000-4000-8000-000000000101"),
    ("CustomerName", "Anker Bakery, Ltd"),
    ("ProductId", "CFQ7TTC0EXAM"),
    ("SkuId", "0001"),
    ("SubscriptionId", "0a1b2c3d-0000-4000-8000-000000000201"),
    ("LineKind", "recurring"),
    ("PeriodStart", "2026-10-12"),
    ("PeriodEnd", "2026-11-11"),
    ("Quantity", "8"),
    ("UnitCost", "10.00"),
    ("PricingCurrency", "GBP"),
    ("FxRate", "1"),
    ("CostTotal", "80.00"),
    ("SellUnitPrice", "12.00"),
    ("SellTotal", "96.00"),
    ("Currency", "GBP"),
    ("VatRatePercent", "20"),
    ("InvoiceRef", "INV-0001"),
]];

/// Reads one row.
pub(crate) fn line(row: &mut Row<'_>) -> SoldLine {
    let currency = row.currency(CURRENCY, None);
    row.check(&[CUSTOMER_NAME, LINE_KIND, UNIT_PRICE, VAT_PERCENT, INVOICE_REF]);
    let cost_total = (!row.cell(COST_TOTAL).is_empty()).then(|| row.amount(COST_TOTAL, currency));
    SoldLine {
        at: SoldAt::Import(LineRef { document: 0, row: row.number }),
        // A file without ids is known by its rows: see `read::sold_reference`.
        reference: if row.cell(LINE_ID).is_empty() { SourceId::NONE } else { row.id(LINE_ID) },
        customer: row.needed_id(CUSTOMER_ID),
        product: row.code(PRODUCT_ID),
        sku: row.sku(SKU_ID),
        subscription: row.id(SUBSCRIPTION_ID),
        period: row.period(PERIOD_START, PERIOD_END),
        quantity: row.needed_number(QUANTITY),
        unit_cost: row.maybe_number(UNIT_COST),
        pricing_currency: row.currency(PRICING_CURRENCY, Some(currency)),
        exchange_rate: row.maybe_number(FX_RATE),
        cost_total,
        total: row.needed_amount(TOTAL, currency),
        currency,
    }
}
