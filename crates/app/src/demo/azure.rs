//! Azure consumption: daily rows per meter, and the monthly lines the vendor's invoice carries for them.
//!
//! The vendor bills a plan's meter once for the days with partner earned credit and once for those without. One customer's
//! access is lost on 12 October, and the credit with it.

use super::File;
use super::catalogue::{AZURE, AZURE_CUSTOMERS, AZURE_MARKUP, CUSTOMERS, METERS, Meter};
use super::sample::{buyer, day, guid, partner, rate};
use super::sheet::Sheet;
use super::vendor::{invoice, stamp};
use engine::{Date, Decimal, Month, Rounding};
use formats::Kind;

/// Kind of GUID of an Azure plan; of the Azure subscription in it; of a meter.
pub const PLANS: u64 = 6;
const ENTITLEMENTS: u64 = 7;
const METER_IDS: u64 = 8;

/// Whether a customer's consumption earns credit on a day.
fn earns_credit(customer: usize, date: Date) -> bool {
    AZURE_CUSTOMERS.last() != Some(&customer) || date < day((2026, 10, 12))
}

fn price(meter: &Meter) -> Decimal {
    Decimal::new(meter.price, 7)
}

/// Price of a unit after earned credit.
fn effective(meter: &Meter, credit: bool) -> Decimal {
    if credit { price(meter) * Decimal::new(85, 2) } else { price(meter) }
}

/// Units used on a day.
fn used(meter: &Meter, customer: usize, date: Date) -> Decimal {
    let n = (date - day((2026, 7, 1))).num_days();
    let percent = 92 + n * 7 % 17 + i64::try_from(customer % 13).unwrap_or(0);
    Decimal::new(meter.daily * percent, 5)
}

/// One monthly line: a meter's days of one kind.
pub struct Part {
    /// Whether they earn credit.
    credit: bool,
    /// Units.
    pub units: Decimal,
    /// Amount in dollars, cut to the cent.
    dollars: Decimal,
    /// Amount in euros, cut to the cent.
    pub euros: Decimal,
}

impl Part {
    /// The price to the customer: a markup on the cost before earned credit.
    pub fn price(&self, customer: usize) -> Decimal {
        let segment = CUSTOMERS[customer].segment;
        let percent = AZURE_MARKUP.iter().find(|(name, _)| *name == segment).map_or(0, |(_, percent)| *percent);
        let before = if self.credit { self.euros / Decimal::new(85, 2) } else { self.euros };
        Rounding::HalfUp.apply(before * (Decimal::ONE + Decimal::new(percent, 2)), 2)
    }
}

/// The monthly lines of a customer's meter.
pub fn parts(month: Month, customer: usize, meter: &Meter) -> Vec<Part> {
    let days = || days(month);
    let of = |credit: bool| {
        let units: Decimal =
            days().filter(|d| earns_credit(customer, *d) == credit).map(|d| used(meter, customer, d)).sum();
        let dollars = Rounding::Truncate.apply(units * effective(meter, credit), 2);
        Part { credit, units, dollars, euros: Rounding::Truncate.apply(dollars * rate(month), 2) }
    };
    [of(true), of(false)].into_iter().filter(|part| !part.units.is_zero()).collect()
}

fn days(month: Month) -> impl Iterator<Item = Date> {
    month.first().iter_days().take_while(move |d| *d < month.period().end)
}

/// Writes the monthly lines into the vendor's file; their sum comes back.
pub fn monthly_lines(sheet: &mut Sheet, month: Month) -> Decimal {
    let mut total = Decimal::ZERO;
    for customer in AZURE_CUSTOMERS {
        let buyer = buyer(customer);
        for (meter, part) in METERS.iter().flat_map(|m| parts(month, customer, m).into_iter().map(move |p| (m, p))) {
            total += part.euros;
            sheet
                .row()
                .set("PartnerId", partner())
                .set("CustomerId", &buyer.tenant)
                .set("CustomerName", buyer.name)
                .set("CustomerDomainName", &buyer.domain)
                .set("CustomerCountry", buyer.country)
                .set("InvoiceNumber", invoice(month))
                .set("MpnId", "4000001")
                .set("OrderDate", stamp(day((2026, 1, 1))))
                .set("ProductId", AZURE)
                .set("SkuId", meter.sku)
                .set("AvailabilityId", "DZH318Z0BXHT")
                .set("SkuName", meter.name)
                .set("ProductName", format!("Azure {}", meter.category))
                .set("ChargeType", "new")
                .set("UnitPrice", price(meter))
                .set("Quantity", part.units.normalize())
                .set("Subtotal", part.euros)
                .set("TaxTotal", "0.00")
                .set("Total", part.euros)
                .set("Currency", "EUR")
                .set("PublisherName", "Microsoft Corporation")
                .set("SubscriptionDescription", "Azure plan")
                .set("SubscriptionId", guid(PLANS, customer))
                .set("ChargeStartDate", stamp(month.first()))
                .set("ChargeEndDate", stamp(month.period().last()))
                .set("EffectiveUnitPrice", Rounding::Truncate.apply(part.dollars / part.units, 12).normalize())
                .set("UnitType", meter.unit)
                .set("BillableQuantity", part.units.normalize())
                .set("PricingCurrency", "USD")
                .set("PCToBCExchangeRate", rate(month))
                .set("PCToBCExchangeRateDate", stamp(month.first()))
                .set("MeterDescription", meter.name)
                .set("ProductCategory", "Azure")
                .end();
        }
    }
    total
}

/// The daily rated usage of a month.
pub fn daily(month: Month) -> File {
    let mut sheet = Sheet::new(Kind::MsUsage);
    for customer in AZURE_CUSTOMERS {
        for (n, meter) in METERS.iter().enumerate() {
            for date in days(month) {
                daily_row(&mut sheet, month, customer, n, meter, date);
            }
        }
    }
    File::new(format!("usage_{month}.csv"), sheet.into_text())
}

fn daily_row(sheet: &mut Sheet, month: Month, customer: usize, n: usize, meter: &Meter, date: Date) {
    let (buyer, entitlement) = (buyer(customer), guid(ENTITLEMENTS, customer));
    let credit = earns_credit(customer, date);
    let units = used(meter, customer, date);
    let dollars = units * effective(meter, credit);
    sheet
        .row()
        .set("PartnerId", partner())
        .set("PartnerName", super::catalogue::SELLER)
        .set("CustomerId", buyer.tenant)
        .set("CustomerName", buyer.name)
        .set("CustomerDomainName", buyer.domain)
        .set("CustomerCountry", buyer.country)
        .set("MpnId", "4000001")
        .set("InvoiceNumber", invoice(month))
        .set("ProductId", AZURE)
        .set("SkuId", meter.sku)
        .set("AvailabilityId", "DZH318Z0BXHT")
        .set("SkuName", meter.name)
        .set("ProductName", format!("Azure {}", meter.category))
        .set("PublisherName", "Microsoft Corporation")
        .set("SubscriptionDescription", "Azure plan")
        .set("SubscriptionId", guid(PLANS, customer))
        .set("ChargeStartDate", stamp(month.first()))
        .set("ChargeEndDate", stamp(month.period().last()))
        .set("UsageDate", stamp(date))
        .set("MeterCategory", meter.category)
        .set("MeterId", guid(METER_IDS, n))
        .set("MeterName", meter.name)
        .set("MeterRegion", "EU West")
        .set("Unit", meter.unit)
        .set("ResourceLocation", "EUWest")
        .set("ConsumedService", meter.service)
        .set("ResourceGroup", "rg-produktion")
        .set("ResourceURI", format!("/subscriptions/{entitlement}/resourceGroups/rg-produktion/{}", meter.service))
        .set("ChargeType", "new")
        .set("UnitPrice", price(meter))
        .set("Quantity", units.normalize())
        .set("UnitType", meter.unit)
        .set("BillingPreTaxTotal", Rounding::Truncate.apply(dollars * rate(month), 6))
        .set("BillingCurrency", "EUR")
        .set("PricingPreTaxTotal", Rounding::Truncate.apply(dollars, 6))
        .set("PricingCurrency", "USD")
        .set("EffectiveUnitPrice", effective(meter, credit).normalize())
        .set("PCToBCExchangeRate", rate(month))
        .set("PCToBCExchangeRateDate", stamp(month.first()))
        .set("EntitlementId", &entitlement)
        .set("EntitlementDescription", "Produktion")
        .set("PartnerEarnedCreditPercentage", if credit { 15 } else { 0 })
        .set("CreditPercentage", 0)
        .end();
}
