//! Microsoft's new-commerce reconciliation: licences, one-time purchases and monthly Azure lines of one invoice.
//!
//! In: a row in any column order, the downloaded CSV's names or the older API's camelCase ones. Out: a [`CostLine`] with the
//! vendor's figures as given. Every one of the 47 columns is typed and checked, also those nothing is computed from.

use crate::charge;
use crate::column::columns;
use crate::row::Row;
use engine::cost::{CostLine, Family};
use engine::{Decimal, LineRef, Symbol};

columns! { COLUMNS:
    PARTNER_ID "PartnerId" Id optional "Partner's tenant id";
    CUSTOMER_ID "CustomerId" Id needed "Customer's tenant id";
    CUSTOMER_NAME "CustomerName" Text optional "Customer's name; for messages only";
    CUSTOMER_DOMAIN "CustomerDomainName" Text optional "Customer's first domain";
    CUSTOMER_COUNTRY "CustomerCountry" Text optional "Customer's country";
    INVOICE "InvoiceNumber" Text optional "Vendor's invoice number; empty in unbilled data";
    MPN_ID "MpnId" Text optional "Partner location id";
    TIER2_MPN_ID "Tier2MpnId" Text optional "Indirect reseller; 0, -1 and empty mean none" ["resellermpnid"];
    ORDER_ID "OrderId" Text optional "Order";
    ORDER_DATE "OrderDate" Date optional "Day of the event, UTC";
    PRODUCT_ID "ProductId" Id needed "Product";
    SKU_ID "SkuId" Id needed "SKU, padded to four digits when all digits";
    AVAILABILITY_ID "AvailabilityId" Text optional "Availability";
    SKU_NAME "SkuName" Text optional "Name of the SKU";
    PRODUCT_NAME "ProductName" Text optional "Name of the product";
    CHARGE_TYPE "ChargeType" Text needed "What happened: new, renew, cycleCharge, addQuantity, ...";
    UNIT_PRICE "UnitPrice" Number optional "List price of one unit, pricing currency; informative";
    QUANTITY "Quantity" Number optional "Size of the subscription";
    SUBTOTAL "Subtotal" Amount needed "Net amount in the billing currency: the truth";
    TAX_TOTAL "TaxTotal" Amount optional "Tax" ["tax"];
    TOTAL "Total" Amount optional "Net amount and tax" ["totalforcustomer"];
    CURRENCY "Currency" Currency needed "Billing currency" ["billingcurrency"];
    ADJUSTMENT "PriceAdjustmentDescription" Text optional "Discounts, credits and fees in the vendor's words";
    PUBLISHER_NAME "PublisherName" Text optional "Who publishes the product";
    PUBLISHER_ID "PublisherId" Text optional "Publisher's id";
    SUBSCRIPTION_DESCRIPTION "SubscriptionDescription" Text optional "Name of the offer";
    SUBSCRIPTION_ID "SubscriptionId" Id needed "Subscription";
    CHARGE_START "ChargeStartDate" Date needed "First day charged";
    CHARGE_END "ChargeEndDate" Date needed "Last day charged, inclusive";
    TERM_TEXT "TermAndBillingCycle" Text optional "Commitment and billing in words";
    EFFECTIVE_PRICE "EffectiveUnitPrice" Number optional "Price applied after promotion, proration and credit; informative";
    UNIT_TYPE "UnitType" Text optional "Unit";
    ALTERNATE_ID "AlternateId" Text optional "Alternate order id";
    BILLABLE_QUANTITY "BillableQuantity" Number optional "Units this line bills";
    BILLING_FREQUENCY "BillingFrequency" Text optional "Monthly, Annual; empty for one-time";
    PRICING_CURRENCY "PricingCurrency" Currency optional "Currency of the prices";
    RATE "PCToBCExchangeRate" Number optional "Multiplies the pricing currency into the billing currency";
    RATE_DATE "PCToBCExchangeRateDate" Date optional "Day of the rate";
    METER "MeterDescription" Text optional "Meter of a usage line";
    RESERVATION "ReservationOrderId" Text optional "Reservation or savings plan order";
    CREDIT_REASON "CreditReasonCode" Text optional "Why a credit was given";
    TERM_START "SubscriptionStartDate" Date optional "First day of the term";
    TERM_END "SubscriptionEndDate" Date optional "Last day of the term";
    REFERENCE "ReferenceId" Text optional "Ties the lines of one event; text or a small JSON object";
    QUALIFIERS "ProductQualifiers" Text optional "Add-on, Trial or both";
    PROMOTION "PromotionId" Text optional "Promotion applied";
    CATEGORY "ProductCategory" Text optional "Category in the vendor's words";
}

/// An invented row for the template.
pub(crate) const EXAMPLES: &[&[(&str, &str)]] = &[&[
    ("PartnerId", "0a1b2c3d-0000-4000-8000-000000000001"),
    ("CustomerId", "0a1b2c3d-0000-4000-8000-000000000101"),
    ("CustomerName", "Anker Bakery, Ltd"),
    ("CustomerDomainName", "ankerbakery.example"),
    ("CustomerCountry", "GB"),
    ("InvoiceNumber", "G000000001"),
    ("OrderId", "a1b2c3d4e5f6"),
    ("OrderDate", "2026-10-12T00:00:00Z"),
    ("ProductId", "CFQ7TTC0EXAM"),
    ("SkuId", "0001"),
    ("SkuName", "Example Suite"),
    ("ProductName", "Example Suite"),
    ("ChargeType", "cycleCharge"),
    ("UnitPrice", "10.00"),
    ("Quantity", "8"),
    ("Subtotal", "80.00"),
    ("TaxTotal", "0.00"),
    ("Total", "80.00"),
    ("Currency", "GBP"),
    ("PublisherName", "Microsoft Corporation"),
    ("SubscriptionDescription", "Example Suite"),
    ("SubscriptionId", "0a1b2c3d-0000-4000-8000-000000000201"),
    ("ChargeStartDate", "2026-10-12T00:00:00Z"),
    ("ChargeEndDate", "2026-11-11T00:00:00Z"),
    ("TermAndBillingCycle", "One-Year commitment for monthly/yearly billing"),
    ("EffectiveUnitPrice", "10.00"),
    ("BillableQuantity", "8"),
    ("BillingFrequency", "Monthly"),
    ("PricingCurrency", "GBP"),
    ("PCToBCExchangeRate", "1"),
    ("SubscriptionStartDate", "2026-10-12"),
    ("SubscriptionEndDate", "2027-10-11"),
    ("ReferenceId", "r1"),
]];

/// Columns that are checked and then left in the raw document.
const CHECKED: &[usize] = &[
    PARTNER_ID,
    CUSTOMER_DOMAIN,
    CUSTOMER_COUNTRY,
    MPN_ID,
    TIER2_MPN_ID,
    AVAILABILITY_ID,
    SKU_NAME,
    SUBSCRIPTION_DESCRIPTION,
    UNIT_TYPE,
    ALTERNATE_ID,
    METER,
    CATEGORY,
];

/// Reads one row.
pub(crate) fn line(row: &mut Row<'_>) -> CostLine {
    let currency = row.currency(CURRENCY, None);
    let pricing_currency = row.currency(PRICING_CURRENCY, Some(currency));
    let subtotal = row.needed_amount(SUBTOTAL, currency);
    let tax = row.amount(TAX_TOTAL, currency);
    let total = if row.cell(TOTAL).is_empty() { subtotal + tax } else { row.amount(TOTAL, currency) };
    let quantity = row.maybe_number(QUANTITY);
    let billable = row.maybe_number(BILLABLE_QUANTITY);
    // One-time purchases have no last day; everything else has both.
    let one_time = row.cell(CHARGE_END).is_empty();
    let period = if one_time {
        row.sure_date(CHARGE_START).and_then(|day| engine::Period::inclusive(day, day))
    } else {
        row.period(CHARGE_START, CHARGE_END)
    };
    let term_dates = match (row.date(TERM_START), row.date(TERM_END)) {
        (Some(first), Some(last)) => engine::Period::inclusive(first, last),
        _ => None,
    };
    row.check(CHECKED);
    let term_text = row.plain_text(TERM_TEXT);
    let qualifiers = row.plain_text(QUALIFIERS);
    CostLine {
        at: LineRef { document: 0, row: row.number },
        family: family(row, term_text, one_time),
        invoice: row.text(INVOICE),
        customer: row.needed_id(CUSTOMER_ID),
        customer_name: row.text(CUSTOMER_NAME),
        subscription: row.id(SUBSCRIPTION_ID),
        order: row.code(ORDER_ID),
        order_date: row.date(ORDER_DATE),
        product: row.code(PRODUCT_ID),
        sku: row.sku(SKU_ID),
        product_name: product_name(row),
        charge: charge::of(row, CHARGE_TYPE),
        period,
        term_dates,
        term: charge::term(term_text, term_dates),
        plan: charge::plan(row, BILLING_FREQUENCY, term_text, period),
        unit_price: row.number(UNIT_PRICE),
        effective_unit_price: row.number(EFFECTIVE_PRICE),
        quantity: quantity.or(billable).unwrap_or_default(),
        billable_quantity: billable.or(quantity).unwrap_or_default(),
        subtotal,
        tax,
        total,
        currency,
        pricing_currency,
        exchange_rate: row.maybe_number(RATE).filter(|r| !r.is_zero()).unwrap_or(Decimal::ONE),
        exchange_date: row.date(RATE_DATE),
        reference: charge::reference(row, REFERENCE),
        promotion: row.code(PROMOTION),
        adjustment: row.text(ADJUSTMENT),
        reservation: row.code(RESERVATION),
        credit_reason: row.text(CREDIT_REASON),
        trial: contains(qualifiers, "trial"),
        add_on: contains(qualifiers, "add-on") || contains(qualifiers, "addon"),
        usage: None,
    }
}

fn product_name(row: &mut Row<'_>) -> Symbol {
    if row.cell(PRODUCT_NAME).is_empty() { row.text(SKU_NAME) } else { row.text(PRODUCT_NAME) }
}

/// What kind of thing a line charges, by the published heuristics in their order; the rule about product ids is ours.
fn family(row: &mut Row<'_>, term_text: &str, one_time: bool) -> Family {
    let publisher = row.plain_text(PUBLISHER_NAME);
    let has_publisher_id = !row.plain_text(PUBLISHER_ID).is_empty();
    if !publisher.is_empty() && has_publisher_id && !contains(publisher, "microsoft") {
        Family::Marketplace
    } else if contains(term_text, "reservation") || contains(term_text, "savings plan") {
        Family::Reservation
    } else if contains(term_text, "subscription") {
        Family::Software
    } else if charge::term_in_words(term_text).is_some() {
        Family::Licence
    } else if term_text.is_empty() && one_time {
        Family::Software
    } else if row.cell(PRODUCT_ID).starts_with("CFQ7") && !contains(row.cell(SUBSCRIPTION_DESCRIPTION), "azure plan") {
        Family::Licence
    } else {
        Family::Usage
    }
}

/// Whether a text contains an ASCII word in any case.
fn contains(text: &str, word: &str) -> bool {
    text.as_bytes().windows(word.len()).any(|w| w.eq_ignore_ascii_case(word.as_bytes()))
}
