//! What the partner keeps: customers, products, prices, rules, bundles and running agreements.

use super::File;
use super::azure;
use super::catalogue::*;
use super::sample::{Sample, Sub, buyer, cents, day, guid, months};
use super::sheet::Sheet;
use engine::Month;
use engine::date::add_days;
use engine::{Decimal, Rounding};
use formats::Kind;

/// The files the book begins with.
pub fn first(sample: &Sample) -> Vec<File> {
    vec![
        File::new("customers.csv", customers()),
        File::new("catalogue.csv", catalogue()),
        File::new("price_list.csv", price_list()),
        File::new("price_rules.csv", price_rules()),
        File::new("bundles.csv", bundles()),
        File::new(
            "subscriptions.csv",
            subscriptions(sample.written_down(day((2025, 1, 1)), months()[0].first()), true),
        ),
    ]
}

/// What the office wrote down in a month: new agreements, seats added and removed.
pub fn of_month(sample: &Sample, month: Month) -> Vec<File> {
    let mut files = Vec::new();
    let period = month.period();
    if sample.written_down(period.start, period.end).next().is_some() {
        let text = subscriptions(sample.written_down(period.start, period.end), false);
        files.push(File::new(format!("subscriptions_{month}.csv"), text));
    }
    let mut sheet = Sheet::new(Kind::SeatChanges);
    for sub in &sample.subs {
        for (day, seats) in sub.changes.iter().filter(|(d, _)| Month::of(*d) == month) {
            sheet
                .row()
                .set("SubscriptionId", &sub.id)
                .set("EffectiveDate", day)
                .set("Kind", if *seats > 0 { "addQuantity" } else { "removeQuantity" })
                .set("QuantityDelta", seats)
                .end();
        }
    }
    files.push(File::new(format!("seat_changes_{month}.csv"), sheet.into_text()));
    files
}

fn street(country: &str, n: usize) -> String {
    let streets = STREETS.iter().find(|(c, _)| *c == country).map_or(&STREETS[0].1, |(_, streets)| streets);
    format!("{} {}", streets[n % streets.len()], 3 + n * 5 % 61)
}

/// Postcode and city; a Dutch postcode has a space inside.
fn postcode<'a>(country: &str, town: &'a str) -> (&'a str, &'a str) {
    let digits = if country == "NL" { town.find(' ').map_or(0, |at| at + 1) } else { 0 };
    let end = town[digits..].find(' ').map_or(digits, |at| digits + at);
    (town[..end].trim(), town[end..].trim())
}

fn vat_id(country: &str, n: usize) -> String {
    match country {
        "NL" => format!("NL{:09}B01", 800_100_000 + n * 7919),
        "AT" => format!("ATU{:08}", 60_100_000 + n * 7919),
        _ => format!("{country}{:09}", 120_000_000 + n * 7919),
    }
}

fn customers() -> String {
    let mut sheet = Sheet::new(Kind::Customers);
    let tax = |country: &str| if country == "DE" { ("19", "domestic") } else { ("0", "reverse_charge") };
    for (n, (id, name, country, town, _)) in RESELLERS.into_iter().enumerate() {
        let (percent, treatment) = tax(country);
        let (postcode, city) = postcode(country, town);
        sheet
            .row()
            .set("CustomerId", id)
            .set("CustomerName", name)
            .set("Country", country)
            .set("VatId", vat_id(country, 900 + n))
            .set("VatRatePercent", percent)
            .set("VatTreatment", treatment)
            .set("Currency", "EUR")
            .set("PaymentTermsDays", 14)
            .set("Kind", "reseller")
            .set("Address1", street(country, 40 + n))
            .set("Postcode", postcode)
            .set("City", city)
            .set("Language", "de")
            .end();
    }
    for (n, customer) in CUSTOMERS.iter().enumerate() {
        let Customer { name, country, segment, language, town, .. } = customer;
        let (percent, treatment) = tax(country);
        let (postcode, city) = postcode(country, town);
        let above = customer.reseller.map(|at| &RESELLERS[at]);
        sheet
            .row()
            .set("CustomerId", buyer(n).tenant)
            .set("CustomerName", name)
            .set("DomainName", buyer(n).domain)
            .set("Country", country)
            .set("VatId", vat_id(country, n))
            .set("VatRatePercent", percent)
            .set("VatTreatment", treatment)
            .set("PriceTier", segment)
            .set("Currency", "EUR")
            .set("PaymentTermsDays", [14, 30, 30][n % 3])
            .set("Kind", "customer")
            .set("ParentId", above.map_or("", |r| r.0))
            .set("BillToId", above.filter(|r| r.4).map_or("", |r| r.0))
            .set("Address1", street(country, n))
            .set("Postcode", postcode)
            .set("City", city)
            .set("Language", language)
            .set("PurchaseOrder", if n % 11 == 3 { format!("PO-{}", 4100 + n) } else { String::new() })
            .end();
    }
    sheet.into_text()
}

fn catalogue() -> String {
    let mut sheet = Sheet::new(Kind::Catalogue);
    let mut add = |product: &str, sku: &str, name: &str, kind: &str, vendor: &str| {
        let row = sheet.row().set("ProductId", product).set("SkuId", sku).set("ProductName", name);
        row.set("Kind", kind).set("Vendor", vendor).end();
    };
    for (n, item) in ITEMS.iter().enumerate() {
        let (kind, vendor) = if n == CARE { ("service", "") } else { ("licence", "Microsoft") };
        add(item.product, item.sku, item.name, kind, vendor);
    }
    add(AZURE, "0000", "Azure plan", "usage", "Microsoft");
    for meter in &METERS {
        add(AZURE, meter.sku, &format!("Azure {}", meter.category), "usage", "Microsoft");
    }
    sheet.into_text()
}

fn price_list() -> String {
    let mut sheet = Sheet::new(Kind::PriceList);
    let mut add = |item: &Item, (cost, erp): (i64, i64), from: &str, until: &str| {
        for (market, currency, factor) in [("DE", "EUR", 100), ("US", "USD", DOLLAR_LIST)] {
            let price = |value| Rounding::HalfUp.apply(cents(value) * Decimal::new(factor, 2), 2);
            sheet
                .row()
                .set("ProductId", item.product)
                .set("SkuId", item.sku)
                .set("AvailabilityId", format!("{}A", item.product))
                .set("ProductTitle", item.name)
                .set("TermDuration", "P1Y")
                .set("BillingPlan", "Monthly")
                .set("Market", market)
                .set("Currency", currency)
                .set("UnitPrice", price(cost))
                .set("ERPPrice", price(erp))
                .set("EffectiveStartDate", from)
                .set("EffectiveEndDate", until)
                .end();
        }
    };
    for (n, item) in ITEMS.iter().enumerate().filter(|(n, _)| *n != CARE) {
        if n == BASIC {
            add(item, (item.cost, item.erp), "2025-01-01", "2026-09-30");
            add(item, BASIC_FROM_OCTOBER, "2026-10-01", "9999-12-31");
        } else {
            add(item, (item.cost, item.erp), "2025-01-01", "9999-12-31");
        }
    }
    sheet.into_text()
}

fn price_rules() -> String {
    let mut sheet = Sheet::new(Kind::PriceRules);
    for (segment, points, _) in SEGMENTS {
        sheet.row().set("Kind", "customer_tier").set("Key", segment).set("DiscountBasisPoints", points).end();
    }
    for (from, points) in VOLUME {
        sheet.row().set("Kind", "volume_from_quantity").set("Key", from).set("DiscountBasisPoints", points).end();
    }
    sheet.into_text()
}

fn bundles() -> String {
    let mut sheet = Sheet::new(Kind::Bundles);
    let (id, name, parts, points) = BUNDLE;
    for item in parts.map(|part| &ITEMS[part]) {
        let row = sheet.row().set("BundleId", id).set("BundleName", name).set("ProductId", item.product);
        row.set("SkuId", item.sku).set("DiscountBasisPoints", points).set("Ratio", 1).end();
    }
    sheet.into_text()
}

fn subscriptions<'a>(subs: impl Iterator<Item = &'a Sub>, azure_plans: bool) -> String {
    let mut sheet = Sheet::new(Kind::Subscriptions);
    for sub in subs {
        let item = &ITEMS[sub.item];
        sheet
            .row()
            .set("SubscriptionId", &sub.id)
            .set("CustomerId", buyer(sub.customer).tenant)
            .set("ProductId", item.product)
            .set("SkuId", item.sku)
            .set("ProductName", item.name)
            .set("TermDuration", "P1Y")
            .set("BillingPlan", "Monthly")
            .set("PricingCurrency", sub.currency())
            .set("OpeningQuantity", sub.quantity)
            .set("StartDate", sub.start)
            .set("TermEndDate", add_days(sub.term_on(sub.start).end, -1))
            .set("BundleId", if sub.bundled { BUNDLE.0 } else { "" })
            .set("Status", "Active")
            .end();
    }
    for customer in AZURE_CUSTOMERS.into_iter().filter(|_| azure_plans) {
        sheet
            .row()
            .set("SubscriptionId", guid(azure::PLANS, customer))
            .set("CustomerId", buyer(customer).tenant)
            .set("ProductId", AZURE)
            .set("SkuId", "0000")
            .set("ProductName", "Azure plan")
            .set("TermDuration", "P1M")
            .set("BillingPlan", "Monthly")
            .set("PricingCurrency", "USD")
            .set("OpeningQuantity", 1)
            .set("StartDate", "2026-01-01")
            .set("Status", "Active")
            .set("Basis", "pass-through")
            .end();
    }
    sheet.into_text()
}
