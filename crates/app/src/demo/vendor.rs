//! The vendor's monthly reconciliation file, in the shape Microsoft publishes.
//!
//! A change of seats is a pair of lines under one reference: the old seats credited and the new ones charged for the days
//! left. A credit has its minus on the effective price. Amounts are cut to the cent, not rounded.

use super::catalogue::{CUSTOMERS, ITEMS};
use super::sample::{Odd, Sample, Sub, buyer, guid, october, partner};
use super::sheet::Sheet;
use super::{File, azure};
use engine::date::add_days;
use engine::{Date, Decimal, Month, Period, Rounding};
use formats::Kind;

const PROMOTION: &str = "39NFJQT1PJ5X:0009:39NFJQT1Q5KR";

/// The vendor's file of a month, and what its lines add up to.
pub fn of_month(sample: &Sample, month: Month) -> (File, Decimal) {
    let mut sheet = Sheet::new(Kind::MsRecon);
    let mut total = Decimal::ZERO;
    let mut reference = 0;
    let mut write = |lines: &[Line<'_>]| {
        reference += 1;
        for line in lines {
            total += line.write(&mut sheet, month, reference);
        }
    };
    let billed = || sample.subs.iter().filter(|sub| !sub.is_own());
    for sub in billed() {
        let odd = sub.odd.filter(|_| month == october());
        let cycle = sub.cycle(month);
        if cycle.start < sub.start || odd == Some(Odd::NotBilled) {
            continue;
        }
        let line = Line::of_cycle(sub, cycle, odd);
        write(&[line]);
        if odd == Some(Odd::Twice) {
            write(&[line]);
        }
    }
    for sub in billed() {
        for (day, seats, cycle) in sub.changes_in(month) {
            write(&Line::pair(sub, day, seats, cycle));
        }
    }
    if month == october() {
        write(&[Line::of_cycle(&sample.stranger, sample.stranger.cycle(month), None)]);
    }
    total += azure::monthly_lines(&mut sheet, month);
    (File::new(format!("recon_{month}.csv"), sheet.into_text()), total)
}

/// The vendor's invoice number of a month.
pub fn invoice(month: Month) -> String {
    format!("G{:0>9}", month.to_string().replace('-', ""))
}

/// A day as the vendor writes it.
pub fn stamp(day: Date) -> String {
    format!("{day}T00:00:00Z")
}

/// One line.
#[derive(Clone, Copy)]
struct Line<'a> {
    sub: &'a Sub,
    charge: &'static str,
    ordered: Date,
    days: Period,
    cycle: Period,
    /// Units, not negative.
    seats: i64,
    credit: bool,
    /// List price of a seat and cycle.
    unit: Decimal,
    /// What a promotion or a fee makes of it.
    factor: Decimal,
    adjustment: &'static str,
    promotion: &'static str,
    /// What the vendor's amount is off by.
    off: Decimal,
    extended: bool,
}

impl<'a> Line<'a> {
    /// The charge of a whole cycle.
    fn of_cycle(sub: &'a Sub, cycle: Period, odd: Option<Odd>) -> Line<'a> {
        let mut line = Line {
            sub,
            charge: match () {
                () if cycle.start == sub.start => "new",
                () if cycle.start == sub.term_on(cycle.start).start => "renew",
                () => "cycleCharge",
            },
            ordered: sub.term_on(cycle.start).start,
            days: cycle,
            cycle,
            seats: sub.seats(cycle.start),
            credit: false,
            unit: sub.cost(cycle.start),
            factor: Decimal::ONE,
            adjustment: "",
            promotion: "",
            off: Decimal::ZERO,
            extended: false,
        };
        match (sub.odd, odd) {
            (Some(Odd::PromotionEnded), None) => {
                line.factor = Decimal::new(9, 1);
                line.adjustment = "[\"10.0% Global promotion discount\"]";
                line.promotion = PROMOTION;
            }
            (_, Some(Odd::Dearer)) => line.unit = Rounding::HalfUp.apply(line.unit * Decimal::new(107, 2), 2),
            (_, Some(Odd::Miscounted)) => line.off = Decimal::new(137, 2),
            (_, Some(Odd::Extended)) => {
                // A month costs a fifth more than a month of a year, and the fee comes on top.
                line.unit = Rounding::HalfUp.apply(line.unit * Decimal::new(12, 1), 2);
                line.factor = Decimal::new(103, 2);
                line.adjustment = "[\"3.0% Extended service term fee\"]";
                line.extended = true;
            }
            _ => {}
        }
        line
    }

    /// A change of seats: the old ones back, the new ones charged, both for the days left.
    fn pair(sub: &'a Sub, day: Date, seats: i64, cycle: Period) -> [Line<'a>; 2] {
        let now = sub.seats(day);
        let charge = Line {
            charge: if seats > 0 { "addQuantity" } else { "removeQuantity" },
            ordered: day,
            days: Period { start: day, end: cycle.end },
            seats: now,
            ..Line::of_cycle(sub, cycle, None)
        };
        [Line { seats: now - seats, credit: true, ..charge }, charge]
    }

    /// Writes the line; its amount comes back.
    fn write(&self, sheet: &mut Sheet, month: Month, reference: usize) -> Decimal {
        let (sub, item, buyer) = (self.sub, &ITEMS[self.sub.item], buyer(self.sub.customer));
        let sign = if self.credit { -Decimal::ONE } else { Decimal::ONE };
        let share = |value: Decimal| value * Decimal::from(self.days.days()) / Decimal::from(self.cycle.days());
        let rate = sub.rate(month);
        let exact = share(self.unit * self.factor * Decimal::from(self.seats) * rate);
        let subtotal = sign * Rounding::Truncate.apply(exact, 2) + self.off;
        let term = if self.extended { self.cycle } else { sub.term_on(self.days.start) };
        let commitment = if self.extended { "One-Month" } else { "One-Year" };
        sheet
            .row()
            .set("PartnerId", partner())
            .set("CustomerId", buyer.tenant)
            .set("CustomerName", buyer.name)
            .set("CustomerDomainName", buyer.domain)
            .set("CustomerCountry", buyer.country)
            .set("InvoiceNumber", invoice(month))
            .set("MpnId", "4000001")
            .set("OrderId", &guid(4, sub.customer * 100 + sub.item)[24..])
            .set("OrderDate", stamp(self.ordered))
            .set("ProductId", item.product)
            .set("SkuId", item.sku)
            .set("AvailabilityId", format!("{}A", item.product))
            .set("SkuName", item.name)
            .set("ProductName", item.name)
            .set("ChargeType", self.charge)
            .set("UnitPrice", self.unit)
            .set("Quantity", self.seats)
            .set("Subtotal", subtotal)
            .set("TaxTotal", "0.00")
            .set("Total", subtotal)
            .set("Currency", "EUR")
            .set("PriceAdjustmentDescription", self.adjustment)
            .set("PublisherName", "Microsoft Corporation")
            .set("SubscriptionDescription", item.name)
            .set("SubscriptionId", &sub.id)
            .set("ChargeStartDate", stamp(self.days.start))
            .set("ChargeEndDate", stamp(self.days.last()))
            .set("TermAndBillingCycle", format!("{commitment} commitment for monthly/yearly billing"))
            .set("EffectiveUnitPrice", sign * Rounding::HalfUp.apply(share(self.unit * self.factor), 12).normalize())
            .set("UnitType", "Licenses")
            .set("BillableQuantity", self.seats)
            .set("BillingFrequency", "Monthly")
            .set("PricingCurrency", sub.currency())
            .set("PCToBCExchangeRate", rate)
            .set("PCToBCExchangeRateDate", stamp(month.first()))
            .set("SubscriptionStartDate", term.start)
            .set("SubscriptionEndDate", add_days(term.end, -1))
            .set("ReferenceId", guid(5, reference + 10_000 * usize::from(sub.customer >= CUSTOMERS.len())))
            .set("PromotionId", self.promotion)
            .set("ProductCategory", "Online Services")
            .end();
        subtotal
    }
}
