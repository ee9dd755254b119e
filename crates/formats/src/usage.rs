//! Microsoft's daily rated usage: one row per meter, resource and day.
//!
//! The net amount is `BillingPreTaxTotal`, after partner earned credit. These lines are detail below the monthly lines of
//! the invoice and are never added to them. The 55 columns are typed and checked; those not named in
//! [`engine::cost::UsageDetail`] stay in the raw document.

use crate::charge;
use crate::column::columns;
use crate::row::Row;
use engine::cost::{CostLine, Family, UsageDetail};
use engine::{Decimal, LineRef, Period, Symbol, date};

columns! { COLUMNS:
    PARTNER_ID "PartnerId" Id optional "Partner's tenant id";
    PARTNER_NAME "PartnerName" Text optional "Partner's name";
    CUSTOMER_ID "CustomerId" Id needed "Customer's tenant id";
    CUSTOMER_NAME "CustomerName" Text optional "Customer's name";
    CUSTOMER_DOMAIN "CustomerDomainName" Text optional "Customer's first domain";
    CUSTOMER_COUNTRY "CustomerCountry" Text optional "Customer's country";
    MPN_ID "MpnId" Text optional "Partner location id";
    TIER2_MPN_ID "Tier2MpnId" Text optional "Indirect reseller" ["resellermpnid"];
    INVOICE "InvoiceNumber" Text optional "Vendor's invoice number; empty in unbilled data";
    PRODUCT_ID "ProductId" Id needed "Product";
    SKU_ID "SkuId" Id needed "SKU";
    AVAILABILITY_ID "AvailabilityId" Text optional "Availability";
    SKU_NAME "SkuName" Text optional "Name of the SKU";
    PRODUCT_NAME "ProductName" Text optional "Name of the product";
    PUBLISHER_NAME "PublisherName" Text optional "Who publishes the product";
    PUBLISHER_ID "PublisherId" Text optional "Publisher's id";
    SUBSCRIPTION_DESCRIPTION "SubscriptionDescription" Text optional "Name of the plan";
    SUBSCRIPTION_ID "SubscriptionId" Id needed "The Azure plan's subscription";
    CHARGE_START "ChargeStartDate" Date optional "First day of the billing month";
    CHARGE_END "ChargeEndDate" Date optional "Last day of the billing month, or the first of the next";
    USAGE_DATE "UsageDate" Date needed "Day of use";
    METER_TYPE "MeterType" Text optional "Type of meter";
    METER_CATEGORY "MeterCategory" Text optional "Category of meter";
    METER_ID "MeterId" Text optional "Meter";
    METER_SUB_CATEGORY "MeterSubCategory" Text optional "Sub-category of meter";
    METER_NAME "MeterName" Text optional "Name of the meter";
    METER_REGION "MeterRegion" Text optional "Region of the meter";
    UNIT "Unit" Text optional "Unit of measure" ["unitofmeasure"];
    RESOURCE_LOCATION "ResourceLocation" Text optional "Where the resource runs";
    CONSUMED_SERVICE "ConsumedService" Text optional "Service";
    RESOURCE_GROUP "ResourceGroup" Text optional "Resource group";
    RESOURCE_URI "ResourceURI" Text optional "The resource's full id";
    CHARGE_TYPE "ChargeType" Text needed "What happened";
    UNIT_PRICE "UnitPrice" Number optional "Price before earned credit, pricing currency";
    QUANTITY "Quantity" Number needed "Units used";
    UNIT_TYPE "UnitType" Text optional "Unit";
    BILLING_TOTAL "BillingPreTaxTotal" Amount needed "Net amount in the billing currency: the truth";
    BILLING_CURRENCY "BillingCurrency" Currency needed "Billing currency";
    PRICING_TOTAL "PricingPreTaxTotal" Amount optional "Net amount in the pricing currency";
    PRICING_CURRENCY "PricingCurrency" Currency optional "Currency of the prices";
    SERVICE_INFO1 "ServiceInfo1" Text optional "More about the service";
    SERVICE_INFO2 "ServiceInfo2" Text optional "More about the service";
    TAGS "Tags" Text optional "Tags as JSON text";
    ADDITIONAL_INFO "AdditionalInfo" Text optional "More as JSON text";
    EFFECTIVE_PRICE "EffectiveUnitPrice" Number optional "Price after earned credit";
    RATE "PCToBCExchangeRate" Number optional "Multiplies the pricing currency into the billing currency";
    RATE_DATE "PCToBCExchangeRateDate" Date optional "Day of the rate";
    ENTITLEMENT_ID "EntitlementId" Id optional "The Azure subscription";
    ENTITLEMENT_DESCRIPTION "EntitlementDescription" Text optional "Name of the Azure subscription";
    EARNED_CREDIT "PartnerEarnedCreditPercentage" Number optional "0 or 15" ["rateofpartnerearnedcredit"];
    CREDIT_PERCENTAGE "CreditPercentage" Number optional "Share covered by a credit" ["rateofcredit"];
    CREDIT_TYPE "CreditType" Text optional "Kind of credit";
    BENEFIT_ORDER_ID "BenefitOrderID" Text optional "Savings plan or reservation order";
    BENEFIT_ID "BenefitID" Text optional "Benefit";
    BENEFIT_TYPE "BenefitType" Text optional "Kind of benefit";
}

/// An invented row for the template.
pub(crate) const EXAMPLES: &[&[(&str, &str)]] = &[&[
    ("PartnerId", "0a1b2c3d-0000-4000-8000-000000000001"),
    ("CustomerId", "0a1b2c3d-0000-4000-8000-000000000101"),
    ("CustomerName", "Anker Bakery, Ltd"),
    ("InvoiceNumber", "G000000001"),
    ("ProductId", "DZH318Z0EXAM"),
    ("SkuId", "0001"),
    ("SkuName", "Example disk"),
    ("ProductName", "Storage"),
    ("PublisherName", "Microsoft Corporation"),
    ("SubscriptionDescription", "Azure plan"),
    ("SubscriptionId", "0a1b2c3d-0000-4000-8000-000000000301"),
    ("ChargeStartDate", "2026-10-01"),
    ("ChargeEndDate", "2026-10-31"),
    ("UsageDate", "2026-10-12"),
    ("MeterCategory", "Storage"),
    ("MeterId", "0a1b2c3d-0000-4000-8000-000000000401"),
    ("MeterName", "Example disk"),
    ("Unit", "1 GB/Month"),
    ("ResourceURI", "/subscriptions/0a1b2c3d-0000-4000-8000-000000000501/resourceGroups/web/disks/one"),
    ("ChargeType", "new"),
    ("UnitPrice", "0.08"),
    ("Quantity", "12.5"),
    ("BillingPreTaxTotal", "0.85"),
    ("BillingCurrency", "GBP"),
    ("PricingPreTaxTotal", "1.00"),
    ("PricingCurrency", "USD"),
    ("EffectiveUnitPrice", "0.08"),
    ("PCToBCExchangeRate", "0.85"),
    ("EntitlementId", "0a1b2c3d-0000-4000-8000-000000000501"),
    ("EntitlementDescription", "Production"),
    ("PartnerEarnedCreditPercentage", "0"),
]];

const CHECKED: &[usize] = &[
    PARTNER_ID,
    PARTNER_NAME,
    CUSTOMER_DOMAIN,
    CUSTOMER_COUNTRY,
    MPN_ID,
    TIER2_MPN_ID,
    AVAILABILITY_ID,
    SKU_NAME,
    SUBSCRIPTION_DESCRIPTION,
    METER_TYPE,
    RESOURCE_LOCATION,
    CONSUMED_SERVICE,
    RESOURCE_GROUP,
    SERVICE_INFO1,
    SERVICE_INFO2,
    TAGS,
    CREDIT_PERCENTAGE,
    BENEFIT_ID,
    BENEFIT_TYPE,
];

/// Reads one row.
pub(crate) fn line(row: &mut Row<'_>) -> CostLine {
    let currency = row.currency(BILLING_CURRENCY, None);
    let pricing_currency = row.currency(PRICING_CURRENCY, Some(currency));
    let subtotal = row.needed_amount(BILLING_TOTAL, currency);
    let quantity = row.needed_number(QUANTITY);
    let used = row.needed_date(USAGE_DATE);
    let period = match (row.sure_date(CHARGE_START), row.sure_date(CHARGE_END)) {
        // Some files end the month with the first day of the next one.
        (Some(first), Some(last)) if last > first && date::add_months(first, 1) == last => Period::new(first, last),
        (Some(first), Some(last)) => Period::inclusive(first, last),
        _ => used.and_then(|day| Period::inclusive(day, day)),
    };
    row.check(CHECKED);
    let publisher = row.plain_text(PUBLISHER_NAME);
    let third_party = !publisher.is_empty() && !publisher.to_ascii_lowercase().contains("microsoft");
    let publisher_id = !row.plain_text(PUBLISHER_ID).is_empty();
    let usage = UsageDetail {
        date: used,
        meter: row.code(METER_ID),
        meter_name: row.text(METER_NAME),
        category: row.text(METER_CATEGORY),
        sub_category: row.text(METER_SUB_CATEGORY),
        region: row.text(METER_REGION),
        unit: if row.cell(UNIT).is_empty() { row.text(UNIT_TYPE) } else { row.text(UNIT) },
        resource: row.text(RESOURCE_URI),
        entitlement: row.id(ENTITLEMENT_ID),
        entitlement_name: row.text(ENTITLEMENT_DESCRIPTION),
        pricing_total: row.amount(PRICING_TOTAL, pricing_currency),
        earned_credit_percent: earned_credit(row),
        benefit: benefit(row),
    };
    CostLine {
        at: LineRef { document: 0, row: row.number },
        family: if third_party && publisher_id { Family::Marketplace } else { Family::Usage },
        invoice: row.text(INVOICE),
        customer: row.id(CUSTOMER_ID),
        customer_name: row.text(CUSTOMER_NAME),
        subscription: row.id(SUBSCRIPTION_ID),
        order: Symbol::EMPTY,
        order_date: None,
        product: row.code(PRODUCT_ID),
        sku: row.sku(SKU_ID),
        product_name: if row.cell(PRODUCT_NAME).is_empty() { row.text(SKU_NAME) } else { row.text(PRODUCT_NAME) },
        charge: charge::of(row, CHARGE_TYPE),
        period,
        term_dates: None,
        term: None,
        plan: None,
        unit_price: row.number(UNIT_PRICE),
        effective_unit_price: row.number(EFFECTIVE_PRICE),
        quantity,
        billable_quantity: quantity,
        subtotal,
        tax: Decimal::ZERO,
        total: subtotal,
        currency,
        pricing_currency,
        exchange_rate: row.maybe_number(RATE).filter(|r| !r.is_zero()).unwrap_or(Decimal::ONE),
        exchange_date: row.date(RATE_DATE),
        reference: Symbol::EMPTY,
        promotion: Symbol::EMPTY,
        adjustment: Symbol::EMPTY,
        reservation: usage.benefit,
        credit_reason: row.text(CREDIT_TYPE),
        trial: false,
        add_on: false,
        usage: Some(Box::new(usage)),
    }
}

/// In percent: files say 15, the older API says 0.15.
fn earned_credit(row: &mut Row<'_>) -> Decimal {
    let share = row.number(EARNED_CREDIT);
    if share > Decimal::ZERO && share < Decimal::ONE { share * Decimal::ONE_HUNDRED } else { share }
}

/// The order that covered the row: its own column, else the one inside `AdditionalInfo`.
fn benefit(row: &mut Row<'_>) -> Symbol {
    let info = row.plain_text(ADDITIONAL_INFO);
    if row.cell(BENEFIT_ORDER_ID).is_empty() && info.contains("ReservationOrderId") {
        let parsed: Option<serde_json::Value> = serde_json::from_str(info).ok();
        let id = parsed.as_ref().and_then(|v| v.get("ReservationOrderId")?.as_str());
        return row.names.intern(id.unwrap_or(""));
    }
    row.code(BENEFIT_ORDER_ID)
}
