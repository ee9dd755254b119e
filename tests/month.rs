//! An invented month: a partner's book, the vendor's file, the sales recorded elsewhere, and the truth about them.
//!
//! Everything follows from the seed. Amounts are integers of cents; rounding is half up, once a line. Discrepancies are
//! planted one to a subscription and listed in [`Month::planted`]; differences inside tolerance in [`Month::decoys`].

use std::fmt::Write as _;
use std::path::Path;

/// What to make.
pub struct Plan {
    /// Seed.
    pub seed: u64,
    /// Customers.
    pub customers: u32,
    /// Discrepancies to plant of each class.
    pub planted: u32,
    /// The vendor truncates the unit price first instead of rounding the line half up.
    pub truncate: bool,
}

/// One planted discrepancy.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Planted {
    /// Class, as reported.
    pub class: String,
    /// Subscription.
    pub subscription: String,
}

/// The files of a month and what is true of them.
#[derive(Default)]
pub struct Month {
    /// File name and content.
    pub files: Vec<(&'static str, String)>,
    /// Discrepancies.
    pub planted: Vec<Planted>,
    /// Subscriptions whose difference must not be reported.
    pub decoys: Vec<String>,
    /// Sum of the vendor's amounts, in cents.
    pub vendor: i64,
    /// Sum of the amounts sold.
    pub sold: i64,
    /// Expected invoices: customer, lines, net, tax, gross.
    pub invoices: Vec<(String, u32, i64, i64, i64)>,
}

const CLASSES: [&str; 8] = [
    "billed_not_sold",
    "sold_not_billed",
    "quantity_mismatch",
    "price_mismatch",
    "wrong_customer",
    "duplicate",
    "cancelled_still_billed",
    "fx_difference",
];

/// Product id, SKU, name, retail price of a seat and month in cents.
const PRODUCTS: [(&str, &str, &str, i64); 6] = [
    ("CFQ7TTC0AAA1", "0001", "Workplace Suite Premium", 2060),
    ("CFQ7TTC0AAA2", "0002", "Workplace Suite Basic", 560),
    ("CFQ7TTC0AAA3", "0001", "Mail Plan, small", 370),
    ("CFQ7TTC0AAA4", "000G", "Phone \"Standard\"", 940),
    ("CFQ7TTC0AAA5", "0012", "Assistant", 2810),
    ("CFQ7TTC0AAA6", "0004", "Defence Plan 1", 190),
];
const SEGMENTS: [(&str, i64); 3] = [("Bronze", 0), ("Silver", 300), ("Gold", 600)];
const VOLUME: [(i64, i64); 3] = [(1, 0), (25, 200), (100, 400)];
const NAMES: [&str; 8] = [
    "Łódź Technik",
    "Ελλάδα Foods",
    "Ștefan, Zweigstelle 2",
    "Möller \"Bau\"",
    "Fjord Energie",
    "Peeters",
    "Weiß & Co.",
    "Praxis am Main",
];
/// Euros for a dollar, in millionths.
const RATE: i64 = 865_432;

struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: u64) -> i64 {
        (self.next() % n) as i64
    }

    fn guid(&mut self) -> String {
        let (a, b) = (self.next(), self.next());
        format!(
            "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
            a >> 32,
            (a >> 16) & 0xFFFF,
            a & 0xFFFF,
            b >> 48,
            b & 0xFFFF_FFFF_FFFF
        )
    }
}

fn half_up(num: i128, den: i128) -> i64 {
    let r = if num >= 0 { (2 * num + den) / (2 * den) } else { -((-2 * num + den) / (2 * den)) };
    i64::try_from(r).expect("small amounts")
}

fn money(cents: i64) -> String {
    format!("{}{}.{:02}", if cents < 0 { "-" } else { "" }, cents.abs() / 100, cents.abs() % 100)
}

fn quoted(text: &str) -> String {
    if text.contains(['"', ',']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
}

fn rate(millionths: i64) -> String {
    format!("{}.{:06}", millionths / 1_000_000, millionths % 1_000_000)
}

/// First and last day of the cycle that begins on a day of October 2026.
fn cycle(day: i64) -> (String, String) {
    let last = if day == 1 { "2026-10-31".to_owned() } else { format!("2026-11-{:02}", day - 1) };
    (format!("2026-10-{day:02}"), last)
}

/// Last day of the term that began on a day of December 2025.
fn term_end(day: i64) -> String {
    if day == 1 { "2026-11-30".to_owned() } else { format!("2026-12-{:02}", day - 1) }
}

struct Line<'a> {
    customer: &'a str,
    name: &'a str,
    product: usize,
    subscription: &'a str,
    kind: &'a str,
    from: &'a str,
    to: &'a str,
    quantity: i64,
    days: i64,
    unit: i64,
    currency: &'a str,
    fx: i64,
}

/// Makes October 2026.
pub fn make(plan: &Plan) -> Month {
    let mut dice = Dice(plan.seed);
    let mut month = Month::default();
    let mut customers = "CustomerId,CustomerName,DomainName,Country,VatId,VatRatePercent,VatTreatment,PriceTier,Currency,PaymentTermsDays\n".to_owned();
    let mut list = "ProductId,SkuId,AvailabilityId,ProductTitle,TermDuration,BillingPlan,Market,Currency,UnitPrice,ERPPrice,EffectiveStartDate,EffectiveEndDate\n".to_owned();
    let mut tiers = "Kind,Key,DiscountBasisPoints\n".to_owned();
    let mut subscriptions = "SubscriptionId,CustomerId,ProductId,SkuId,ProductName,Plan,TermDuration,BillingPlan,PricingCurrency,OpeningQuantity,StartDate,TermEndDate,AnchorDay,BundleId,Status,CancelledDate,BilledThisMonth\n".to_owned();
    let mut changes = "SubscriptionId,EffectiveDate,Kind,QuantityDelta\n".to_owned();
    let mut sales = "SalesLineId,CustomerId,CustomerName,ProductId,SkuId,SubscriptionId,LineKind,PeriodStart,PeriodEnd,Quantity,UnitCost,PricingCurrency,FxRate,CostTotal,SellUnitPrice,SellTotal,Currency,VatRatePercent,InvoiceRef\n".to_owned();
    let mut vendor = "PartnerId,CustomerId,CustomerName,CustomerDomainName,CustomerCountry,InvoiceNumber,MpnId,Tier2MpnId,OrderId,OrderDate,ProductId,SkuId,AvailabilityId,SkuName,ProductName,ChargeType,UnitPrice,Quantity,Subtotal,TaxTotal,Total,Currency,PriceAdjustmentDescription,PublisherName,PublisherId,SubscriptionDescription,SubscriptionId,ChargeStartDate,ChargeEndDate,TermAndBillingCycle,EffectiveUnitPrice,UnitType,AlternateId,BillableQuantity,BillingFrequency,PricingCurrency,PCToBCExchangeRate,PCToBCExchangeRateDate,MeterDescription,ReservationOrderId,CreditReasonCode,SubscriptionStartDate,SubscriptionEndDate,ReferenceId,ProductQualifiers,PromotionId,ProductCategory\n".to_owned();

    // Partner cost: 83 % of retail; dollars at 1.16 a euro.
    let cost = |erp: i64| half_up(i128::from(erp) * 83, 100);
    for (product, sku, name, erp) in PRODUCTS {
        for (market, currency, factor) in [("DE", "EUR", 1000), ("US", "USD", 1160)] {
            let (c, e) = (half_up(i128::from(cost(erp) * factor), 1000), half_up(i128::from(erp * factor), 1000));
            let _ = writeln!(
                list,
                "{product},{sku},{product}A,{},P1Y,Monthly,{market},{currency},{},{},2026-01-01,9999-12-31",
                quoted(name),
                money(c),
                money(e)
            );
        }
    }
    for (segment, bp) in SEGMENTS {
        let _ = writeln!(tiers, "customer_tier,{segment},{bp}");
    }
    for (from, bp) in VOLUME {
        let _ = writeln!(tiers, "volume_from_quantity,{from},{bp}");
    }

    let (mut ordinal, mut sale, mut known): (u32, u32, Vec<(String, String)>) = (0, 0, Vec::new());
    let mut to_plant: Vec<&str> = (0..plan.planted).flat_map(|_| CLASSES.into_iter().chain(["decoy"])).collect();
    to_plant.reverse();
    for n in 0..plan.customers {
        let customer = dice.guid();
        let name = format!("{} {n}", NAMES[dice.below(NAMES.len() as u64) as usize]);
        let (segment, segment_bp) = SEGMENTS[dice.below(3) as usize];
        let vat = if dice.below(4) == 0 { 0 } else { 19 };
        let treatment = if vat == 0 { "reverse_charge" } else { "domestic" };
        let country = if vat == 0 { "AT" } else { "DE" };
        let _ = writeln!(
            customers,
            "{customer},{},c{n:05}.example,{country},{country}{:09},{vat},{treatment},{segment},EUR,30",
            quoted(&name),
            100_000_000 + n
        );
        known.push((customer.clone(), name.clone()));
        let (mut net, mut lines) = (0i64, 0u32);
        for _ in 0..1 + dice.below(9) {
            ordinal += 1;
            let class = if ordinal > 8 && ordinal % 3 == 0 { to_plant.pop() } else { None };
            let subscription = dice.guid();
            let p = dice.below(PRODUCTS.len() as u64) as usize;
            let (product, sku, product_name, erp) = PRODUCTS[p];
            let quantity = if dice.below(8) == 0 { 30 + dice.below(120) } else { 1 + dice.below(12) };
            let day = if dice.below(2) == 0 { 1 } else { 1 + dice.below(28) };
            let (from, to) = cycle(day);
            let dollars = class == Some("fx_difference") || dice.below(10) == 0;
            let (currency, fx) = if dollars { ("USD", RATE) } else { ("EUR", 1_000_000) };
            let unit = if dollars { half_up(i128::from(cost(erp) * 1160), 1000) } else { cost(erp) };
            let volume = VOLUME.iter().rev().find(|(f, _)| quantity >= *f).map_or(0, |(_, bp)| *bp);
            let sell = half_up(i128::from(erp) * i128::from((10_000 - segment_bp) * (10_000 - volume)), 100_000_000);
            let cancelled = class == Some("cancelled_still_billed");
            let _ = writeln!(
                subscriptions,
                "{subscription},{customer},{product},{sku},{},P1Y-M,P1Y,Monthly,{currency},{quantity},2025-12-{day:02},{},{day},,{},{},1",
                quoted(product_name),
                term_end(day),
                if cancelled { "Cancelled" } else { "Active" },
                if cancelled { "2026-09-28" } else { "" }
            );
            let base = Line {
                customer: &customer,
                name: &name,
                product: p,
                subscription: &subscription,
                kind: "cycleFee",
                from: &from,
                to: &to,
                quantity,
                days: 31,
                unit,
                currency,
                fx,
            };
            let mut bill = |line: &Line| {
                let (product, sku, product_name, _) = PRODUCTS[line.product];
                let exact8 = half_up(i128::from(line.unit) * i128::from(line.days) * 1_000_000, 31);
                let subtotal = if plan.truncate {
                    i64::try_from(i128::from(exact8) * i128::from(line.fx) / 1_000_000_000_000).expect("small")
                        * line.quantity
                } else {
                    half_up(
                        i128::from(line.unit) * i128::from(line.quantity * line.days) * i128::from(line.fx),
                        31_000_000,
                    )
                };
                month.vendor += subtotal;
                let q = quoted(product_name);
                let _ = writeln!(
                    vendor,
                    "0d6b6f5a-7d7d-4b7e-8e2b-3f9a2f4b1c11,{},{},c.example,DE,G000000001,4000001,,{:016x},{}T00:00:00Z,{product},{sku},{product}A,{q},{q},{},{},{},{},0.00,{},EUR,,Example Corporation,20013,{q},{},{}T00:00:00Z,{}T00:00:00Z,One-Year commitment for monthly/yearly billing,{}.{:08},Licenses,,{},Monthly,{},{},2026-10-01T00:00:00Z,,,,2025-12-{day:02},{},{:012x},,,Online Services",
                    line.customer,
                    quoted(line.name),
                    dice.next(),
                    line.from,
                    line.kind,
                    money(line.unit),
                    line.quantity,
                    money(subtotal),
                    money(subtotal),
                    line.subscription,
                    line.from,
                    line.to,
                    exact8 / 100_000_000,
                    exact8 % 100_000_000,
                    line.quantity,
                    line.currency,
                    rate(line.fx),
                    term_end(day),
                    dice.next() & 0xFFFF_FFFF_FFFF
                );
            };
            let mut sell_line = |line: &Line, kind: &str| {
                let (product, sku, _, _) = PRODUCTS[line.product];
                sale += 1;
                let cost = half_up(
                    i128::from(line.unit) * i128::from(line.quantity * line.days) * i128::from(line.fx),
                    31_000_000,
                );
                let total = half_up(i128::from(sell) * i128::from(line.quantity * line.days), 31);
                month.sold += total;
                let _ = writeln!(
                    sales,
                    "SL{sale:07},{},{},{product},{sku},{},{kind},{},{},{},{},{},{},{},{},{},EUR,{vat},INV-{n:05}",
                    line.customer,
                    quoted(line.name),
                    line.subscription,
                    line.from,
                    line.to,
                    line.quantity,
                    money(line.unit),
                    line.currency,
                    rate(line.fx),
                    money(cost),
                    money(sell),
                    money(total)
                );
                total
            };
            let right = half_up(i128::from(sell * quantity), 1);
            match class {
                None => {
                    bill(&base);
                    net += sell_line(&base, "recurring");
                    lines += 1;
                    if day < 20 && dice_free(ordinal, 7) {
                        let (on, delta) = (day + 5, 2);
                        let start = format!("2026-10-{on:02}");
                        let _ = writeln!(changes, "{subscription},{start},addQuantity,{delta}");
                        let added = Line { kind: "addQuantity", from: &start, quantity: delta, days: 26, ..base };
                        bill(&added);
                        net += sell_line(&added, "add");
                        lines += 1;
                    }
                    continue;
                }
                Some("billed_not_sold") => bill(&base),
                Some("cancelled_still_billed") => bill(&base),
                Some("sold_not_billed") => drop(sell_line(&base, "recurring")),
                Some("quantity_mismatch") => {
                    bill(&base);
                    sell_line(&Line { quantity: quantity + 2, ..base }, "recurring");
                }
                Some("price_mismatch") => {
                    bill(&Line { unit: unit + 7, ..base });
                    sell_line(&base, "recurring");
                }
                Some("wrong_customer") => {
                    bill(&base);
                    let (other, other_name) = &known[0];
                    sell_line(&Line { customer: other, name: other_name, ..base }, "recurring");
                }
                Some("duplicate") => {
                    bill(&base);
                    bill(&base);
                    sell_line(&base, "recurring");
                }
                Some("fx_difference") => {
                    bill(&base);
                    sell_line(&Line { fx: fx + fx / 100, ..base }, "recurring");
                }
                Some(_) => {
                    bill(&base);
                    sell_line(&Line { unit: unit - 1, ..base }, "recurring");
                    month.decoys.push(subscription.clone());
                }
            }
            if let Some(class) = class.filter(|c| *c != "decoy") {
                month.planted.push(Planted { class: class.to_owned(), subscription: subscription.clone() });
            }
            if !cancelled {
                net += right;
                lines += 1;
            }
        }
        if lines > 0 {
            let tax = half_up(i128::from(net * vat), 100);
            month.invoices.push((customer, lines, net, tax, net + tax));
        }
    }
    month.planted.sort();
    month.files = vec![
        ("customers.csv", customers),
        ("price_list.csv", list),
        ("tiers.csv", tiers),
        ("subscriptions.csv", subscriptions),
        ("seat_changes.csv", changes),
        ("sales_2026-10.csv", sales),
        ("recon_2026-10.csv", vendor),
    ];
    month
}

/// Whether an ordinal gets a seat change; independent of the dice, so that plans differ in little.
fn dice_free(ordinal: u32, every: u32) -> bool {
    ordinal.is_multiple_of(every)
}

impl Month {
    /// Writes the files into a folder and returns their paths.
    pub fn write(&self, folder: &Path) -> Vec<std::path::PathBuf> {
        std::fs::create_dir_all(folder).expect("a folder of the test's own");
        self.files
            .iter()
            .map(|(name, text)| {
                let path = folder.join(name);
                std::fs::write(&path, text).expect("a file of the test's own");
                path
            })
            .collect()
    }
}
