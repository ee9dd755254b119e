//! The sample partner: who has which subscriptions, how many seats on which day, at which cost and price.
//!
//! A small simulation that knows everything; the files beside it ([`super::registers`], [`super::vendor`],
//! [`super::azure`], [`super::sales`]) each write down what one party would know of it. In October one of every class of
//! finding is planted: [`PLANTED`] says where.

use super::catalogue::*;
use engine::cycle::Anchor;
use engine::date::{add_days, add_months};
use engine::register::{BillingPlan, Term};
use engine::{Date, Decimal, Month, Period, Rounding};

/// What is odd about a subscription in October.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Odd {
    /// Ordered by phone; nobody wrote it down.
    NotWrittenDown,
    /// The office charges it, the vendor does not bill it any more.
    NotBilled,
    /// The office's list has two seats too few.
    TwoSeatsFewer,
    /// The vendor charges 7 % more than agreed.
    Dearer,
    /// Sold at two cents above cost.
    Thin,
    /// The vendor's amount is 1.37 above what his own price gives.
    Miscounted,
    /// The office charged the neighbour in its list.
    WrongCustomer,
    /// The vendor's file has the line twice.
    Twice,
    /// The customer gave notice, the vendor renewed.
    RenewedAnyway,
    /// The office reckoned with another day's exchange rate.
    OtherRate,
    /// A promotion of 10 % ran out with the term.
    PromotionEnded,
    /// Renewed at the list price of October.
    NewPrice,
    /// Three seats came, two went back inside the seven days; the office's list has the three only.
    ReturnKept,
    /// The term ended, the vendor bills an extended service term.
    Extended,
    /// Sold in September, billed by the vendor in October.
    SoldEarlier,
    /// The office's list has a letter O where a nought belongs: the row cannot be read.
    Unreadable,
}

/// Year, month, day.
type Day = (i32, u32, u32);

/// Oddity, customer, product, first day, seats.
const PLANTED: [(Odd, usize, usize, Day, i64); 16] = [
    (Odd::NotWrittenDown, 8, VISIO, (2026, 10, 6), 4),
    (Odd::NotBilled, 14, EXCHANGE, (2026, 3, 2), 7),
    (Odd::TwoSeatsFewer, 4, PHONE, (2026, 3, 3), 8),
    (Odd::Dearer, 6, POWER_BI, (2026, 3, 4), 9),
    (Odd::Thin, 12, VISIO, (2026, 3, 5), 5),
    (Odd::Miscounted, 10, EXCHANGE, (2026, 3, 6), 11),
    (Odd::WrongCustomer, 16, PHONE, (2026, 3, 9), 6),
    (Odd::Twice, 20, POWER_BI, (2026, 3, 10), 7),
    (Odd::RenewedAnyway, 22, VISIO, (2025, 10, 9), 3),
    (Odd::OtherRate, 24, POWER_BI, (2026, 3, 12), 10),
    (Odd::PromotionEnded, 26, COPILOT, (2025, 10, 14), 6),
    (Odd::NewPrice, 2, BASIC, (2025, 10, 8), 8),
    (Odd::ReturnKept, 18, PHONE, (2026, 3, 11), 9),
    (Odd::Extended, 28, VISIO, (2025, 10, 15), 4),
    (Odd::SoldEarlier, 37, COPILOT, (2026, 10, 3), 3),
    (Odd::Unreadable, 7, EXCHANGE, (2026, 3, 17), 10),
];

/// Ordinary subscriptions that began while the sample was running: customer, product, first day, seats.
const NEW: [(usize, usize, Day, i64); 2] = [(24, COPILOT, (2026, 8, 18), 3), (38, POWER_BI, (2026, 9, 7), 4)];

/// One subscription.
pub struct Sub {
    /// Its id.
    pub id: String,
    /// Place of its customer in [`CUSTOMERS`]; one beyond the last for the stranger.
    pub customer: usize,
    /// Place of its product in [`ITEMS`].
    pub item: usize,
    /// First day.
    pub start: Date,
    /// Seats it began with.
    pub quantity: i64,
    /// Day and seats added or removed, by day.
    pub changes: Vec<(Date, i64)>,
    /// Whether the vendor prices it in dollars.
    pub dollars: bool,
    /// Whether it was sold in the bundle.
    pub bundled: bool,
    /// What is odd about it in October.
    pub odd: Option<Odd>,
}

/// The simulated partner.
pub struct Sample {
    /// Subscriptions, ours and the vendor's.
    pub subs: Vec<Sub>,
    /// A subscription of a tenant the book does not know.
    pub stranger: Sub,
}

/// A day of the sample's calendar.
pub fn day((y, m, d): (i32, u32, u32)) -> Date {
    Date::from_ymd_opt(y, m, d).unwrap_or_default()
}

/// The months of the sample: three that are done, and the one to close.
pub fn months() -> [Month; 4] {
    let july = Month::of(day((2026, 7, 1)));
    [0, 1, 2, 3].map(|n| july.plus(n))
}

/// The month to close.
pub fn october() -> Month {
    months()[3]
}

/// Cents as an amount.
pub fn cents(value: i64) -> Decimal {
    Decimal::new(value, 2)
}

/// What is left of a price after a discount in basis points.
fn less(points: i64) -> Decimal {
    Decimal::ONE - Decimal::new(points, 4)
}

/// The vendor's exchange rate of a month, from dollars to euros.
pub fn rate(month: Month) -> Decimal {
    let at = months().iter().position(|m| *m == month).unwrap_or(0);
    Decimal::new(RATES[at], 6)
}

/// A stable invented GUID.
pub fn guid(kind: u64, n: usize) -> String {
    let mut z = kind.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ (n as u64 + 1).wrapping_mul(0xD1B5_4A32_D192_ED03);
    let mut next = || {
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^= z >> 31;
        z
    };
    let (a, b) = (next(), next());
    let (first, second, third) = (a >> 32, (a >> 16) & 0xFFFF, a & 0xFFF);
    format!("{first:08x}-{second:04x}-4{third:03x}-8{:03x}-{:012x}", (b >> 52) & 0xFFF, b & 0xFFFF_FFFF_FFFF)
}

/// The seller's own tenant.
pub fn partner() -> String {
    guid(0, 0)
}

/// Who uses a subscription, as the vendor's files name them.
pub struct Buyer {
    /// Tenant id.
    pub tenant: String,
    /// Name.
    pub name: &'static str,
    /// First domain.
    pub domain: String,
    /// Country.
    pub country: &'static str,
}

/// The customer in a place of [`CUSTOMERS`], or the stranger behind them.
pub fn buyer(customer: usize) -> Buyer {
    let (name, country) = CUSTOMERS.get(customer).map_or(("Neuland Handel GmbH", "DE"), |c| (c.name, c.country));
    let domain = match customer < CUSTOMERS.len() {
        true => format!("kunde{customer:02}.example"),
        false => "neuland.example".to_owned(),
    };
    Buyer { tenant: guid(1, customer), name, domain, country }
}

/// The segment's discount, as what is left of a price.
fn segment(customer: usize) -> Decimal {
    let name = CUSTOMERS.get(customer).map_or("", |c| c.segment);
    less(SEGMENTS.iter().find(|(segment, ..)| *segment == name).map_or(0, |(_, points, _)| *points))
}

impl Sub {
    fn new(number: usize, customer: usize, item: usize, start: Date, quantity: i64) -> Sub {
        let (dollars, bundled) = (false, false);
        Sub { id: guid(2, number), customer, item, start, quantity, changes: Vec::new(), dollars, bundled, odd: None }
    }

    /// Whether it is our own service, which no vendor bills.
    pub fn is_own(&self) -> bool {
        self.item == CARE
    }

    /// The charge cycle that begins in a month.
    pub fn cycle(&self, month: Month) -> Period {
        let anchor = Anchor::of(self.start, Term::P1Y, BillingPlan::Monthly);
        Period { start: anchor.in_month(month), end: anchor.in_month(month.plus(1)) }
    }

    /// The charge cycle a day lies in.
    pub fn cycle_on(&self, day: Date) -> Period {
        let cycle = self.cycle(Month::of(day));
        if day < cycle.start { self.cycle(Month::of(day).plus(-1)) } else { cycle }
    }

    /// The year's commitment a day lies in.
    pub fn term_on(&self, day: Date) -> Period {
        let renewed = add_months(self.start, 12);
        let start = if renewed <= day { renewed } else { self.start };
        Period { start, end: add_months(start, 12) }
    }

    /// Seats on a day, that day's changes included.
    pub fn seats(&self, day: Date) -> i64 {
        self.quantity + self.changes.iter().filter(|(d, _)| *d <= day).map(|(_, seats)| seats).sum::<i64>()
    }

    /// Changes in a month that fall inside a cycle, with the cycle.
    pub fn changes_in(&self, month: Month) -> impl Iterator<Item = (Date, i64, Period)> + '_ {
        let inside = move |(day, seats): &(Date, i64)| (*day, *seats, self.cycle_on(*day));
        let of_month = self.changes.iter().filter(move |(day, _)| Month::of(*day) == month);
        of_month.map(inside).filter(|(day, _, cycle)| *day != cycle.start)
    }

    /// Cost and retail price of a seat and cycle that begins on a day, in cents of a euro.
    fn listed(&self, day: Date) -> (i64, i64) {
        let item = &ITEMS[self.item];
        // A price is protected for the term: only a term that began in October has the new one.
        let new = self.item == BASIC && self.term_on(day).start >= october().first();
        if new { BASIC_FROM_OCTOBER } else { (item.cost, item.erp) }
    }

    /// The vendor's price of a seat and cycle, in the currency he prices it in.
    pub fn cost(&self, day: Date) -> Decimal {
        self.in_list_currency(self.listed(day).0)
    }

    /// The cost before October, which the office still reckons with.
    pub fn former_cost(&self) -> Decimal {
        self.in_list_currency(ITEMS[self.item].cost)
    }

    fn in_list_currency(&self, euro_cents: i64) -> Decimal {
        match self.dollars {
            true => Rounding::HalfUp.apply(cents(euro_cents) * Decimal::new(DOLLAR_LIST, 2), 2),
            false => cents(euro_cents),
        }
    }

    /// The currency the vendor prices it in.
    pub fn currency(&self) -> &'static str {
        if self.dollars { "USD" } else { "EUR" }
    }

    /// From that currency to euros.
    pub fn rate(&self, month: Month) -> Decimal {
        if self.dollars { rate(month) } else { Decimal::ONE }
    }

    /// Our price of a seat and cycle that begins on a day, in euros.
    pub fn price(&self, day: Date) -> Decimal {
        if self.odd == Some(Odd::NewPrice) {
            return cents(PROMISED);
        }
        let seats = self.seats(day);
        let volume = VOLUME.iter().rev().find(|(from, _)| seats >= *from).map_or(0, |(_, points)| *points);
        let bundle = if self.bundled { BUNDLE.3 } else { 0 };
        let price = cents(self.listed(day).1) * segment(self.customer) * less(volume) * less(bundle);
        Rounding::HalfUp.apply(price, 2)
    }
}

impl Sample {
    /// The partner with everything that happens until the end of October.
    pub fn new() -> Sample {
        let mut subs: Vec<Sub> = Vec::new();
        for customer in 0..CUSTOMERS.len() {
            usual(customer, &mut subs);
        }
        for (customer, start, seats) in CHANGES {
            if let Some(sub) = subs.iter_mut().find(|s| s.customer == customer) {
                sub.changes.push((day(start), seats));
            }
        }
        for (customer, item, start, seats) in NEW {
            subs.push(Sub::new(subs.len(), customer, item, day(start), seats));
        }
        for (odd, customer, item, start, seats) in PLANTED {
            let mut sub = Sub::new(subs.len(), customer, item, day(start), seats);
            sub.odd = Some(odd);
            sub.dollars = odd == Odd::OtherRate;
            if odd == Odd::ReturnKept {
                sub.changes = vec![(day((2026, 10, 12)), 3), (day((2026, 10, 16)), -2)];
            }
            subs.push(sub);
        }
        let stranger = Sub::new(subs.len(), CUSTOMERS.len(), STANDARD, day((2026, 10, 6)), 5);
        Sample { subs, stranger }
    }

    /// The subscription an oddity is planted on.
    pub fn odd(&self, odd: Odd) -> &Sub {
        self.subs.iter().find(|s| s.odd == Some(odd)).unwrap_or(&self.stranger)
    }

    /// Subscriptions the office wrote down, by the month they began in.
    pub fn written_down(&self, from: Date, until: Date) -> impl Iterator<Item = &Sub> {
        let written = |sub: &&Sub| sub.odd != Some(Odd::NotWrittenDown);
        self.subs.iter().filter(written).filter(move |sub| from <= sub.start && sub.start < until)
    }
}

/// What a customer of the sample has: a suite, perhaps in the bundle; every other one an add-on; every third our service.
fn usual(customer: usize, subs: &mut Vec<Sub>) {
    let seats = CUSTOMERS[customer].people;
    let anchor = [1, 1, 12, 1, 20, 1, 5, 30][customer % 8];
    let start = day((2025, 11, anchor));
    let suite = [BASIC, STANDARD, PREMIUM, STANDARD][customer % 4];
    let bundled = customer % 8 == 2;
    let mut add = |item: usize, start: Date, seats: i64, bundled: bool| {
        let mut sub = Sub::new(subs.len(), customer, item, start, seats);
        sub.dollars = customer % 8 == 4 && item != CARE;
        sub.bundled = bundled;
        subs.push(sub);
    };
    add(suite, start, seats, bundled);
    if bundled {
        add(DEFENDER, start, seats, true);
    }
    if customer.is_multiple_of(2) {
        let item = [EXCHANGE, PHONE, POWER_BI, COPILOT, VISIO][customer % 5];
        add(item, add_days(day((2026, 2, 1)), i64::from(anchor.min(28)) - 1), (seats / 4).max(1), false);
    }
    if customer.is_multiple_of(3) {
        add(CARE, day((2026, 1, 1)), seats, false);
    }
}
