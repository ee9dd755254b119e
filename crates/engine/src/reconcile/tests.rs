//! Small books written like spreadsheets: one line of text is one line of a file.
//!
//! October 2026 has 31 days; the subscriptions' cycles run from the 1st to the 31st unless a line says otherwise.

mod classes;
mod properties;
mod twins;

use super::*;
use crate::cost::{ChargeType, Family};
use crate::names::{Id, LineRef};
use crate::register::{
    AccountKind, BillingPlan, BundlePolicy, Cadence, Event, EventKind, ProductKey, TaxTreatment, Term, Timing,
};
use crate::sale::SoldAt;
use crate::{Rounding, date};

/// A book in the making.
#[derive(Clone, Debug)]
pub(super) struct Book {
    pub names: Names,
    pub vendor: Vec<CostLine>,
    pub usage: Vec<CostLine>,
    pub earlier: Vec<CostLine>,
    pub sold: Vec<SoldLine>,
    pub sold_elsewhere: Vec<SoldLine>,
    pub accounts: Vec<Account>,
    pub tenants: Vec<Tenant>,
    pub subscriptions: Vec<Subscription>,
    pub controls: Vec<Control>,
    pub floor: Option<Decimal>,
    pub today: Date,
}

pub(super) fn day(text: &str) -> Date {
    text.parse().unwrap()
}

pub(super) fn dec(text: &str) -> Decimal {
    text.parse().unwrap()
}

pub(super) fn book() -> Book {
    Book {
        names: Names::default(),
        vendor: Vec::new(),
        usage: Vec::new(),
        earlier: Vec::new(),
        sold: Vec::new(),
        sold_elsewhere: Vec::new(),
        accounts: Vec::new(),
        tenants: Vec::new(),
        subscriptions: Vec::new(),
        controls: Vec::new(),
        floor: None,
        today: day("2026-11-08"),
    }
}

/// `A 10 @ 20.00 10-01..10-31`: subscription, seats, price of a whole cycle, days of 2026.
struct Words<'a> {
    subscription: &'a str,
    seats: Decimal,
    price: Decimal,
    period: Period,
}

fn words(text: &str) -> Words<'_> {
    let [subscription, seats, "@", price, days] = text.split_whitespace().collect::<Vec<_>>()[..] else {
        panic!("{text}")
    };
    let (from, to) = days.split_once("..").unwrap();
    let year = |text: &str| day(&if text.len() == 5 { format!("2026-{text}") } else { text.to_owned() });
    Words {
        subscription,
        seats: dec(seats),
        price: dec(price),
        period: Period::inclusive(year(from), year(to)).unwrap(),
    }
}

/// Price of the period's days out of the cycle that ends with it.
fn prorated(price: Decimal, period: Period) -> Decimal {
    let cycle = (period.end - date::add_months(period.end, -1)).num_days().max(period.days());
    if period.days() > 31 { price } else { price * Decimal::from(period.days()) / Decimal::from(cycle) }
}

impl Book {
    fn cost_line(&mut self, text: &str, row: usize) -> CostLine {
        let (charge, rest) = text.split_once(' ').unwrap();
        let w = words(rest);
        let effective = prorated(w.price, w.period);
        let amount = Rounding::HalfUp.apply(effective * w.seats, 2);
        let names = &mut self.names;
        CostLine {
            at: LineRef { document: 1, row: row as u32 + 1 },
            family: Family::Licence,
            invoice: names.intern("G1"),
            customer: names.source_id("tenant"),
            customer_name: names.intern("Harbor Bakery"),
            subscription: names.source_id(w.subscription),
            order: Symbol::EMPTY,
            order_date: Some(w.period.start),
            product: names.intern("P"),
            sku: names.intern("0001"),
            product_name: names.intern("Business Premium"),
            charge: match charge {
                "new" => ChargeType::New,
                "renew" => ChargeType::Renew,
                "cycle" => ChargeType::Cycle,
                "add" => ChargeType::AddQuantity,
                "remove" => ChargeType::RemoveQuantity,
                "cancel" => ChargeType::Cancel,
                "convert" => ChargeType::Convert,
                "credit" => ChargeType::CustomerCredit,
                "plan" => ChargeType::ChangeBillingPlan,
                "prorate" => ChargeType::Prorate,
                other => panic!("{other}"),
            },
            period: Some(w.period),
            term_dates: Period::new(day("2026-05-01"), day("2027-05-01")),
            term: Some(Term::P1Y),
            plan: Some(if w.period.days() > 31 { BillingPlan::Annual } else { BillingPlan::Monthly }),
            unit_price: w.price,
            effective_unit_price: Rounding::HalfUp.apply(effective, 8),
            quantity: w.seats.abs(),
            billable_quantity: w.seats,
            subtotal: amount,
            tax: Decimal::ZERO,
            total: amount,
            currency: Currency::EUR,
            pricing_currency: Currency::EUR,
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

    /// Adds a vendor line: `cycle A 10 @ 20.00 10-01..10-31`.
    pub fn billed(&mut self, text: &str) -> &mut CostLine {
        let line = self.cost_line(text, self.vendor.len());
        self.vendor.push(line);
        self.vendor.last_mut().unwrap()
    }

    /// Adds a vendor line of a neighbouring period.
    pub fn billed_before(&mut self, text: &str) -> &mut CostLine {
        let mut line = self.cost_line(text, self.earlier.len());
        line.at.document = 9;
        self.earlier.push(line);
        self.earlier.last_mut().unwrap()
    }

    fn sold_line(&mut self, text: &str, row: usize) -> SoldLine {
        let w = words(text);
        let cost = Rounding::HalfUp.apply(prorated(w.price, w.period) * w.seats, 2);
        SoldLine {
            at: SoldAt::Import(LineRef { document: 2, row: row as u32 + 1 }),
            reference: self.names.source_id(&format!("SL{row}")),
            customer: self.names.source_id("tenant"),
            product: self.names.intern("P"),
            sku: self.names.intern("0001"),
            subscription: self.names.source_id(w.subscription),
            period: Some(w.period),
            quantity: w.seats,
            unit_cost: Some(w.price),
            pricing_currency: Currency::EUR,
            exchange_rate: Some(Decimal::ONE),
            cost_total: Some(cost),
            total: Rounding::HalfUp.apply(cost * dec("1.25"), 2),
            currency: Currency::EUR,
        }
    }

    /// Adds a sold line at a quarter above cost: `A 10 @ 20.00 10-01..10-31`, the price being the reckoned cost.
    pub fn sells(&mut self, text: &str) -> &mut SoldLine {
        let line = self.sold_line(text, self.sold.len());
        self.sold.push(line);
        self.sold.last_mut().unwrap()
    }

    /// Adds a sold line for every vendor line marked, the same in all its figures.
    pub fn sell_some_as_billed(&mut self, marked: &[bool]) {
        for (at, _) in marked.iter().enumerate().filter(|(_, marked)| **marked) {
            let Some(billed) = self.vendor.get(at).cloned() else { continue };
            let quantity = compare::billed_quantity(&billed);
            let line = self.sells("A 1 @ 1.00 10-01..10-31");
            (line.customer, line.subscription) = (billed.customer, billed.subscription);
            (line.product, line.sku, line.period) = (billed.product, billed.sku, billed.period);
            (line.quantity, line.unit_cost) = (quantity, Some(billed.effective_unit_price.abs()));
            (line.cost_total, line.currency) = (Some(billed.subtotal), billed.currency);
            // Some thin, some below cost.
            line.total = Rounding::HalfUp.apply(billed.subtotal * Decimal::new([125, 105, 90][at % 3], 2), 2);
        }
    }

    /// Adds a line sold in a neighbouring period.
    pub fn sells_elsewhere(&mut self, text: &str) {
        let mut line = self.sold_line(text, self.sold_elsewhere.len());
        line.at = SoldAt::Import(LineRef { document: 8, row: 1 });
        self.sold_elsewhere.push(line);
    }

    /// The symbol of a text.
    pub fn text(&mut self, text: &str) -> Symbol {
        self.names.intern(text)
    }

    /// The source id of a text.
    pub fn id(&mut self, text: &str) -> SourceId {
        self.names.source_id(text)
    }

    /// Adds an account with one tenant; `number` is its id.
    pub fn account(&mut self, number: u8, tenant: &str) {
        let id = Id([number; 16]);
        let source = self.names.source_id(&format!("account {number}"));
        self.accounts.push(Account {
            id,
            source,
            kind: AccountKind::Customer,
            parent: None,
            bill_to: None,
            name: format!("Account {number}"),
            country: "DE".into(),
            address: Vec::new(),
            vat_id: String::new(),
            tax: TaxTreatment::Domestic,
            tax_percent: dec("19"),
            segment: Symbol::EMPTY,
            currency: Currency::EUR,
            payment_days: 30,
            language: "de".into(),
            basis: None,
            purchase_order: String::new(),
            needs_purchase_order: false,
            ended: None,
        });
        let tenant = self.names.source_id(tenant);
        self.tenants.push(Tenant { tenant, account: Some(id), domain: String::new() });
    }

    /// Adds a subscription to the register, running since 2025-05-01.
    pub fn registered(&mut self, subscription: &str) -> &mut Subscription {
        let start = day("2025-05-01");
        let kind = EventKind::Started { quantity: dec("10") };
        self.subscriptions.push(Subscription {
            id: Id([self.subscriptions.len() as u8; 16]),
            source: self.names.source_id(subscription),
            account: Id([1; 16]),
            product: ProductKey { product: self.names.intern("P"), sku: self.names.intern("0001") },
            name: self.names.intern("Business Premium"),
            term: Term::P1Y,
            plan: BillingPlan::Monthly,
            sold_plan: None,
            customer_term: None,
            start,
            term_end: Some(day("2027-05-01")),
            anchor_day: Some(1),
            pricing_currency: Currency::EUR,
            bundle: Symbol::EMPTY,
            bundle_policy: BundlePolicy::default(),
            basis: None,
            cadence: Cadence::Anniversary,
            timing: Timing::Advance,
            events: [Event { seq: 1, date: start, kind }].into(),
        });
        self.subscriptions.last_mut().unwrap()
    }

    pub fn reconciled(&self) -> Reconciliation {
        self.with_input(reconcile)
    }

    pub fn with_input<T>(&self, of: impl FnOnce(&Input) -> T) -> T {
        of(&Input {
            month: Month::parse("2026-10").unwrap(),
            vendor: &self.vendor,
            usage: &self.usage,
            earlier: &self.earlier,
            sold: &self.sold,
            sold_elsewhere: &self.sold_elsewhere,
            names: &self.names,
            accounts: &self.accounts,
            tenants: &self.tenants,
            subscriptions: &self.subscriptions,
            tolerance: &Tolerance::default(),
            floor: self.floor,
            controls: &self.controls,
            today: self.today,
            settled: None,
        })
    }

    /// The same in two steps: what agrees is settled first, and only the open lines are looked at.
    pub fn screened(&self) -> (Reconciliation, usize) {
        let history = !self.earlier.is_empty();
        let screen = Screen::new(&self.accounts, &self.tenants, &Tolerance::default(), self.floor, history);
        // As if on two threads, line by line in turn.
        let mut notes = [screen.notes(0, 0), screen.notes(0, 0)];
        self.vendor.iter().enumerate().for_each(|(i, line)| notes[i % 2].billed(line));
        self.earlier.iter().enumerate().for_each(|(i, line)| notes[i % 2].billed_before(line));
        self.sold.iter().enumerate().for_each(|(i, line)| notes[i % 2].charged(line));
        let settled = screen.settle(notes);
        let mut open = self.clone();
        open.vendor.retain(|v| settled.is_open(v.subscription, v.customer));
        open.sold.retain(|s| settled.is_open(s.subscription, s.customer));
        let is_listed = |at: LineRef| settled.lines().binary_search(&at).is_ok();
        assert!(open.vendor.iter().all(|v| is_listed(v.at)), "an open line would not be read again");
        let imported = |s: &SoldLine| if let SoldAt::Import(at) = s.at { is_listed(at) } else { true };
        assert!(open.sold.iter().all(imported), "an open line would not be read again");
        open.sold_elsewhere.retain(|s| settled.is_open(s.subscription, s.customer));
        open.subscriptions.retain(|s| settled.is_open(s.source, SourceId::NONE));
        open.earlier.retain(|e| settled.is_open_before(e.subscription, e.customer, e.charge, e.usage.is_some()));
        let found = open.with_input(|input| reconcile(&Input { settled: Some(&settled), ..*input }));
        (found, self.vendor.len() - open.vendor.len())
    }

    /// Asserts that screening changes nothing but the rows that are kept; how many vendor lines it settled.
    #[track_caller]
    pub fn screens_alike(&self, found: &Reconciliation) -> usize {
        let (screened, settled) = self.screened();
        assert_eq!(screened.findings, found.findings);
        assert_eq!(screened.totals, found.totals);
        assert_eq!(screened.residues, found.residues);
        assert_eq!(screened.below_cost, found.below_cost);
        settled
    }

    /// Asserts the findings, as `class money`, most money first, and everything that always holds.
    #[track_caller]
    pub fn finds(&self, expected: &[&str]) -> Reconciliation {
        let found = self.reconciled();
        let short: Vec<String> = found.findings.iter().map(|f| format!("{} {}", f.class.name(), f.money)).collect();
        assert_eq!(short, expected, "{:#?}", found.findings);
        self.holds(&found);
        self.screens_alike(&found);
        found
    }

    /// Asserts what always holds.
    #[track_caller]
    pub fn holds(&self, found: &Reconciliation) {
        for totals in &found.totals {
            assert!(totals.unexplained.is_zero(), "{totals:?}\n{:#?}\n{:#?}", found.findings, found.residues);
            assert_eq!(totals.vendor, totals.matched + totals.unmatched_vendor, "{totals:?}");
        }
        let mut vendor: Vec<u32> = found.rows.iter().flat_map(|row| found.vendor_lines(row)).copied().collect();
        let mut sold: Vec<u32> = found.rows.iter().flat_map(|row| found.sold_lines(row)).copied().collect();
        vendor.sort_unstable();
        sold.sort_unstable();
        assert!(vendor.into_iter().eq(0..self.vendor.len() as u32), "every vendor line is in one row");
        assert!(sold.into_iter().eq(0..self.sold.len() as u32), "every sold line is in one row");
        let mut keys: Vec<_> = found.findings.iter().map(Finding::key).collect();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), found.findings.len(), "keys are unique");
        assert_eq!(found.counts.iter().map(|(_, n)| n).sum::<usize>(), found.findings.len());
        for (row, finding) in found.rows.iter().filter_map(|row| Some((row, row.finding()?))) {
            let at: Vec<LineRef> = found.vendor_lines(row).iter().map(|n| self.vendor[*n as usize].at).collect();
            assert!(at.iter().all(|at| found.findings[finding].vendor_rows.contains(at)), "a row's finding is its own");
        }
    }
}
