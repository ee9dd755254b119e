//! What the office thinks it sold: the list it kept beside the book, with its mistakes.

use super::File;
use super::azure;
use super::catalogue::{AZURE, AZURE_CUSTOMERS, CUSTOMERS, ITEMS, METERS};
use super::sample::{Odd, Sample, Sub, buyer, guid, october};
use super::sheet::Sheet;
use engine::{Decimal, Period, Rounding};
use formats::Kind;

/// The list for October. One of its rows cannot be read.
pub fn october_list(sample: &Sample) -> File {
    let mut sheet = Sheet::new(Kind::Sales);
    let mut number = 0;
    let month = october();
    for sub in sample.subs.iter().filter(|sub| !sub.is_own() && sub.cycle(month).start >= sub.start) {
        let mut line = Line::of_cycle(sub, sub.cycle(month));
        match sub.odd {
            Some(Odd::NotWrittenDown | Odd::RenewedAnyway | Odd::Extended | Odd::SoldEarlier) => continue,
            Some(Odd::TwoSeatsFewer) => line.seats -= 2,
            Some(Odd::WrongCustomer) => line.customer += 1,
            Some(Odd::OtherRate) => line.rate = Rounding::HalfUp.apply(line.rate * Decimal::new(10125, 4), 6),
            Some(Odd::Thin) => line.price = line.cost + Decimal::new(2, 2),
            Some(Odd::PromotionEnded) => line.cost = Rounding::HalfUp.apply(line.cost * Decimal::new(9, 1), 2),
            Some(Odd::NewPrice) => line.cost = sub.former_cost(),
            _ => {}
        }
        number += 1;
        line.write(&mut sheet, number);
        for (day, seats, cycle) in sub.changes_in(month).filter(|(_, n, _)| *n > 0 || sub.odd != Some(Odd::ReturnKept))
        {
            number += 1;
            let kind = if seats > 0 { "add" } else { "remove" };
            let days = Period { start: day, end: cycle.end };
            Line { kind, days, cycle, seats, ..line }.write(&mut sheet, number);
        }
    }
    for customer in AZURE_CUSTOMERS {
        for meter in &METERS {
            let parts = azure::parts(month, customer, meter);
            number += 1;
            let buyer = buyer(customer);
            sheet
                .row()
                .set("SalesLineId", format!("S{number:05}"))
                .set("CustomerId", buyer.tenant)
                .set("CustomerName", buyer.name)
                .set("ProductId", AZURE)
                .set("SkuId", meter.sku)
                .set("SubscriptionId", guid(azure::PLANS, customer))
                .set("LineKind", "usage")
                .set("PeriodStart", month.first())
                .set("PeriodEnd", month.period().last())
                .set("Quantity", parts.iter().map(|p| p.units).sum::<Decimal>().normalize())
                .set("CostTotal", parts.iter().map(|p| p.euros).sum::<Decimal>())
                .set("SellTotal", parts.iter().map(|p| p.price(customer)).sum::<Decimal>())
                .set("Currency", "EUR")
                .end();
        }
    }
    File::new(format!("sales_{month}.csv"), sheet.into_text())
}

/// The end of September's list: one line for a cycle that the vendor bills in October.
pub fn september_rest(sample: &Sample) -> File {
    let mut sheet = Sheet::new(Kind::Sales);
    let sub = sample.odd(Odd::SoldEarlier);
    Line::of_cycle(sub, sub.cycle(october())).write(&mut sheet, 9001);
    File::new(format!("sales_{}.csv", october().plus(-1)), sheet.into_text())
}

/// One line of the list.
#[derive(Clone, Copy)]
struct Line<'a> {
    sub: &'a Sub,
    customer: usize,
    kind: &'static str,
    days: Period,
    cycle: Period,
    seats: i64,
    /// Cost of a seat and cycle the office reckons with.
    cost: Decimal,
    rate: Decimal,
    /// Price of a seat and cycle.
    price: Decimal,
}

impl<'a> Line<'a> {
    fn of_cycle(sub: &'a Sub, cycle: Period) -> Line<'a> {
        Line {
            sub,
            customer: sub.customer,
            kind: "recurring",
            days: cycle,
            cycle,
            seats: sub.seats(cycle.start),
            cost: sub.cost(cycle.start),
            rate: sub.rate(october()),
            price: sub.price(cycle.start),
        }
    }

    fn write(&self, sheet: &mut Sheet, number: usize) {
        let (item, buyer) = (&ITEMS[self.sub.item], buyer(self.customer));
        let amount = |unit: Decimal| {
            let exact = unit * Decimal::from(self.seats * self.days.days()) / Decimal::from(self.cycle.days());
            Rounding::HalfUp.apply(exact, 2)
        };
        let seats = self.seats.to_string();
        let domestic = CUSTOMERS.get(self.customer).is_some_and(|c| c.country == "DE");
        sheet
            .row()
            .set("SalesLineId", format!("S{number:05}"))
            .set("CustomerId", buyer.tenant)
            .set("CustomerName", buyer.name)
            .set("ProductId", item.product)
            .set("SkuId", item.sku)
            .set("SubscriptionId", &self.sub.id)
            .set("LineKind", self.kind)
            .set("PeriodStart", self.days.start)
            .set("PeriodEnd", self.days.last())
            .set("Quantity", if self.sub.odd == Some(Odd::Unreadable) { seats.replace('0', "O") } else { seats })
            .set("UnitCost", self.cost)
            .set("PricingCurrency", self.sub.currency())
            .set("FxRate", self.rate)
            .set("CostTotal", amount(self.cost * self.rate))
            .set("SellUnitPrice", self.price)
            .set("SellTotal", amount(self.price))
            .set("Currency", "EUR")
            .set("VatRatePercent", if domestic { 19 } else { 0 })
            .set("InvoiceRef", format!("ALT-{:03}", self.customer))
            .end();
    }
}
