//! Microsoft's legacy licence reconciliation, for old periods.
//!
//! The subscription is `SyndicationPartnerSubscriptionNumber`, which is what the portal shows; the product is the durable
//! offer. A price list of that time knows offers by the same id.

use crate::charge;
use crate::column::columns;
use crate::row::Row;
use engine::cost::{CostLine, Family};
use engine::{Decimal, LineRef, Period, Symbol};

columns! { COLUMNS:
    PARTNER_ID "PartnerId" Id optional "Partner's tenant id";
    CUSTOMER_ID "CustomerId" Id needed "Customer's tenant id";
    CUSTOMER_NAME "CustomerName" Text optional "Customer's name" ["customercompanyname"];
    MPN_ID "MPNID" Text optional "Partner location id";
    RESELLER_MPN_ID "ResellerMPNID" Text optional "Indirect reseller";
    ORDER_ID "OrderId" Text optional "Order";
    SUBSCRIPTION_ID "SubscriptionId" Id optional "The billing system's own id";
    NUMBER "SyndicationPartnerSubscriptionNumber" Id optional "Subscription as the portal shows it";
    OFFER_ID "OfferId" Id optional "Offer";
    DURABLE_OFFER_ID "DurableOfferId" Id needed "Offer as price lists know it";
    OFFER_NAME "OfferName" Text optional "Name of the offer";
    TERM_START "SubscriptionStartDate" Date optional "First day of the term";
    TERM_END "SubscriptionEndDate" Date optional "Last day of the term";
    CHARGE_START "ChargeStartDate" Date needed "First day charged";
    CHARGE_END "ChargeEndDate" Date needed "Last day charged, inclusive";
    CHARGE_TYPE "ChargeType" Text needed "What happened, in words";
    UNIT_PRICE "UnitPrice" Number optional "Price of one unit";
    QUANTITY "Quantity" Number needed "Units";
    AMOUNT "Amount" Amount optional "Price times quantity";
    DISCOUNT "TotalOtherDiscount" Amount optional "Discount";
    SUBTOTAL "Subtotal" Amount needed "Net amount: the truth";
    TAX "Tax" Amount optional "Tax" ["taxtotal"];
    TOTAL "TotalForCustomer" Amount optional "Net amount and tax" ["total"];
    CURRENCY "Currency" Currency needed "Currency";
    DOMAIN "DomainName" Text optional "Customer's first domain";
    SUBSCRIPTION_NAME "SubscriptionName" Text optional "Name of the subscription";
    SUBSCRIPTION_DESCRIPTION "SubscriptionDescription" Text optional "Name of the offer";
    BILLING_CYCLE "BillingCycleType" Text optional "How it is billed";
    INVOICE "InvoiceNumber" Text optional "Vendor's invoice number, where the file has it";
}

/// An invented row for the template.
pub(crate) const EXAMPLES: &[&[(&str, &str)]] = &[&[
    ("CustomerId", "0a1b2c3d-0000-4000-8000-000000000101"),
    ("CustomerName", "Anker Bakery, Ltd"),
    ("SyndicationPartnerSubscriptionNumber", "0a1b2c3d-0000-4000-8000-000000000201"),
    ("DurableOfferId", "0a1b2c3d-0000-4000-8000-000000000601"),
    ("OfferName", "Example Suite"),
    ("SubscriptionStartDate", "2021-10-12"),
    ("SubscriptionEndDate", "2022-10-11"),
    ("ChargeStartDate", "2021-10-12"),
    ("ChargeEndDate", "2021-11-11"),
    ("ChargeType", "Cycle fee"),
    ("UnitPrice", "10.00"),
    ("Quantity", "8"),
    ("Amount", "80.00"),
    ("Subtotal", "80.00"),
    ("Tax", "0.00"),
    ("TotalForCustomer", "80.00"),
    ("Currency", "GBP"),
    ("BillingCycleType", "Monthly"),
]];

const CHECKED: &[usize] = &[
    PARTNER_ID,
    MPN_ID,
    RESELLER_MPN_ID,
    OFFER_ID,
    AMOUNT,
    DISCOUNT,
    DOMAIN,
    SUBSCRIPTION_NAME,
    SUBSCRIPTION_DESCRIPTION,
];

/// Reads one row.
pub(crate) fn line(row: &mut Row<'_>) -> CostLine {
    let currency = row.currency(CURRENCY, None);
    let subtotal = row.needed_amount(SUBTOTAL, currency);
    let tax = row.amount(TAX, currency);
    let total = if row.cell(TOTAL).is_empty() { subtotal + tax } else { row.amount(TOTAL, currency) };
    let quantity = row.needed_number(QUANTITY);
    let unit_price = row.number(UNIT_PRICE);
    let period = row.period(CHARGE_START, CHARGE_END);
    let term_dates = match (row.date(TERM_START), row.date(TERM_END)) {
        (Some(first), Some(last)) => Period::inclusive(first, last),
        _ => None,
    };
    row.check(CHECKED);
    let numbered = !row.cell(NUMBER).is_empty();
    CostLine {
        at: LineRef { document: 0, row: row.number },
        family: Family::Licence,
        invoice: row.text(INVOICE),
        customer: row.needed_id(CUSTOMER_ID),
        customer_name: row.text(CUSTOMER_NAME),
        subscription: if numbered { row.id(NUMBER) } else { row.id(SUBSCRIPTION_ID) },
        order: row.code(ORDER_ID),
        order_date: None,
        product: row.code(DURABLE_OFFER_ID),
        sku: Symbol::EMPTY,
        product_name: if row.cell(OFFER_NAME).is_empty() {
            row.text(SUBSCRIPTION_DESCRIPTION)
        } else {
            row.text(OFFER_NAME)
        },
        charge: charge::of(row, CHARGE_TYPE),
        period,
        term_dates,
        term: charge::term("", term_dates),
        plan: charge::plan(row, BILLING_CYCLE, "", period),
        unit_price,
        effective_unit_price: unit_price,
        quantity,
        billable_quantity: quantity,
        subtotal,
        tax,
        total,
        currency,
        pricing_currency: currency,
        exchange_rate: Decimal::ONE,
        exchange_date: None,
        reference: Symbol::EMPTY,
        promotion: Symbol::EMPTY,
        adjustment: Symbol::EMPTY,
        reservation: Symbol::EMPTY,
        credit_reason: Symbol::EMPTY,
        trial: false,
        add_on: false,
        usage: None,
    }
}
