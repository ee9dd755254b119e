//! A distributor's billing file: our own column names, filled through a [`Mapping`](crate::Mapping).
//!
//! The signs, the meaning of the amount and the currency come from the mapping where the file does not say. A file that
//! already has our column names needs no mapping.

use crate::charge;
use crate::column::columns;
use crate::mapping::{Mapping, Sign};
use crate::row::Row;
use engine::cost::{CostLine, Family};
use engine::{Decimal, LineRef, Period, Rounding, Symbol};

columns! { COLUMNS:
    INVOICE "invoice" Text optional "Distributor's invoice number";
    CUSTOMER_ID "customer_id" Id optional "Customer: tenant id, or the distributor's own number";
    CUSTOMER_NAME "customer_name" Text optional "Customer's name";
    SUBSCRIPTION_ID "subscription_id" Id optional "Subscription";
    ORDER_ID "order_id" Text optional "Order";
    ORDER_DATE "order_date" Date optional "Day of the event";
    PRODUCT_ID "product_id" Id optional "Product or item number";
    SKU_ID "sku_id" Id optional "SKU";
    PRODUCT_NAME "product_name" Text needed "Name of the product";
    CHARGE_TYPE "charge_type" Text optional "What happened";
    PERIOD_START "period_start" Date optional "First day charged";
    PERIOD_END "period_end" Date optional "Last day charged, inclusive";
    TERM "term" Text optional "Commitment: P1Y, or in words";
    PLAN "billing_plan" Text optional "Monthly, Annual, Triennial, OneTime";
    QUANTITY "quantity" Number needed "Units";
    UNIT_PRICE "unit_price" Number optional "Cost of one unit";
    AMOUNT "amount" Amount needed "Net amount, or cost of one unit where the mapping says so";
    TAX "tax" Amount optional "Tax";
    CURRENCY "currency" Currency optional "Currency";
    REFERENCE "reference" Text optional "Ties the lines of one event";
    METER "meter" Text optional "Meter of a usage line";
    NOTE "note" Text optional "Further words about the line";
}

/// An invented row for the template.
pub(crate) const EXAMPLES: &[&[(&str, &str)]] = &[&[
    ("invoice", "D-2026-10-0001"),
    ("customer_id", "0a1b2c3d-0000-4000-8000-000000000101"),
    ("customer_name", "Anker Bakery, Ltd"),
    ("subscription_id", "0a1b2c3d-0000-4000-8000-000000000201"),
    ("product_id", "CFQ7TTC0EXAM"),
    ("sku_id", "0001"),
    ("product_name", "Example Suite"),
    ("charge_type", "cycle"),
    ("period_start", "2026-10-12"),
    ("period_end", "2026-11-11"),
    ("term", "P1Y"),
    ("billing_plan", "Monthly"),
    ("quantity", "8"),
    ("unit_price", "10.00"),
    ("amount", "80.00"),
    ("currency", "GBP"),
]];

/// Reads one row.
pub(crate) fn line(row: &mut Row<'_>, mapping: Option<&Mapping>) -> CostLine {
    let currency = row.currency(CURRENCY, mapping.and_then(Mapping::currency));
    let given = row.needed_amount(AMOUNT, currency);
    let quantity = row.needed_number(QUANTITY);
    let tax = row.amount(TAX, currency);
    let unit = row.maybe_number(UNIT_PRICE);
    let per_line = mapping.is_none_or(|m| m.amount_includes_quantity);
    let exact = if per_line { given } else { given.checked_mul(quantity).unwrap_or(given) };
    let rounded = if per_line { exact } else { Rounding::HalfUp.apply(exact, currency.digits()) };
    let turn = |n: Decimal| if mapping.is_some_and(|m| m.sign == Sign::Negate) { -n } else { n };
    let subtotal = turn(rounded);
    let unit_price = unit.unwrap_or(if per_line { Decimal::ZERO } else { given });
    let period = match (row.sure_date(PERIOD_START), row.sure_date(PERIOD_END)) {
        (Some(_), Some(_)) => row.period(PERIOD_START, PERIOD_END),
        (Some(day), None) | (None, Some(day)) => Period::inclusive(day, day),
        (None, None) => None,
    };
    row.check(&[METER]);
    let term_text = row.plain_text(TERM);
    let usage = !row.cell(METER).is_empty();
    let customer = if row.cell(CUSTOMER_ID).is_empty() { row.id(CUSTOMER_NAME) } else { row.id(CUSTOMER_ID) };
    CostLine {
        at: LineRef { document: 0, row: row.number },
        family: if usage { Family::Usage } else { Family::Other },
        invoice: row.text(INVOICE),
        customer,
        customer_name: row.text(CUSTOMER_NAME),
        subscription: row.id(SUBSCRIPTION_ID),
        order: row.code(ORDER_ID),
        order_date: row.date(ORDER_DATE),
        product: if row.cell(PRODUCT_ID).is_empty() { row.text(PRODUCT_NAME) } else { row.code(PRODUCT_ID) },
        sku: row.sku(SKU_ID),
        product_name: row.needed_text(PRODUCT_NAME),
        charge: charge::of(row, CHARGE_TYPE),
        period,
        term_dates: None,
        term: charge::term(term_text, None),
        plan: charge::plan(row, PLAN, term_text, period),
        unit_price,
        effective_unit_price: unit_price,
        quantity,
        billable_quantity: quantity,
        subtotal,
        tax: turn(tax),
        total: subtotal + turn(tax),
        currency,
        pricing_currency: currency,
        exchange_rate: Decimal::ONE,
        exchange_date: None,
        reference: charge::reference(row, REFERENCE),
        promotion: Symbol::EMPTY,
        adjustment: row.text(NOTE),
        reservation: Symbol::EMPTY,
        credit_reason: Symbol::EMPTY,
        trial: false,
        add_on: false,
        usage: None,
    }
}
