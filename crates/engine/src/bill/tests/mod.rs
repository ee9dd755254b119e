//! Worked cases, each a row a bookkeeper can check with a pocket calculator.

mod always;
mod bundles;
mod comparing;
mod cycles;
mod least;
mod passing;
mod runs;
mod selling;

use super::*;
use crate::Symbol;
use crate::exchange::Rates;
use crate::price::{ListKind, ListPrice, PriceBook};
use crate::register::{AccountKind, BillingPlan, BundlePolicy, Cadence, Event, EventKind, ProductKind, Term, Timing};

pub(crate) fn dec(text: &str) -> Decimal {
    text.parse().unwrap()
}

pub(crate) fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn id(n: u8) -> Id {
    Id([n; 16])
}

/// A small book: customer 1 (19 % tax), customer 2 (reverse charge), reseller 3 above customer 4, all in euro.
/// E3 lists at 30.00 a month (cost 24.00) and Teams at 5.00 (cost 4.00); a year of either is twelve months.
#[derive(Clone)]
pub(crate) struct World {
    names: Names,
    accounts: Vec<Account>,
    subscriptions: Vec<Subscription>,
    products: Vec<Product>,
    book: PriceBook,
    one_offs: Vec<OneOff>,
    minimums: Vec<Minimum>,
    billed: Billed,
    earlier: Vec<Month>,
    costs: Vec<(CostLine, Id, Option<Id>)>,
    tax_rounding: TaxRounding,
    last: Option<LastRun>,
    only: Option<BTreeSet<Id>>,
}

impl std::fmt::Debug for World {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(&self.subscriptions).finish()
    }
}

impl World {
    pub(crate) fn new() -> World {
        let mut names = Names::default();
        let mut world = World {
            accounts: Vec::new(),
            subscriptions: Vec::new(),
            products: Vec::new(),
            book: PriceBook::default(),
            one_offs: Vec::new(),
            minimums: Vec::new(),
            billed: Billed::default(),
            earlier: Vec::new(),
            costs: Vec::new(),
            tax_rounding: TaxRounding::PerInvoice,
            last: None,
            only: None,
            names: Names::default(),
        };
        for (code, cost, erp) in [("E3", 24, 30), ("TEAMS", 4, 5)] {
            let key = ProductKey { product: names.intern(code), sku: names.intern("0001") };
            for (plan, months) in [(BillingPlan::Monthly, 1), (BillingPlan::Annual, 12)] {
                world.book.list.push(ListPrice {
                    kind: ListKind::Term,
                    product: key,
                    term: Term::P1Y,
                    plan,
                    currency: Currency::EUR,
                    segment: Symbol::EMPTY,
                    at_least: Decimal::ZERO,
                    cost: Decimal::from(cost * months),
                    erp: Decimal::from(erp * months),
                    from: day("2025-01-01"),
                    until: None,
                    source: None,
                });
            }
            world.products.push(Product {
                id: id(90),
                key,
                name: code.into(),
                vendor: "vendor".into(),
                kind: ProductKind::Licence,
            });
        }
        for n in 1..=4 {
            world.accounts.push(Account {
                id: id(n),
                source: names.source_id(&format!("C{n}")),
                kind: if n == 3 { AccountKind::Reseller } else { AccountKind::Customer },
                parent: (n == 4).then_some(id(3)),
                bill_to: None,
                name: format!("Account {n}"),
                country: "DE".into(),
                address: Vec::new(),
                vat_id: String::new(),
                tax: if n == 2 { TaxTreatment::ReverseCharge } else { TaxTreatment::Domestic },
                tax_percent: Decimal::from(19),
                segment: Symbol::EMPTY,
                currency: Currency::EUR,
                payment_days: 30,
                language: "en".into(),
                basis: None,
                purchase_order: String::new(),
                needs_purchase_order: false,
                ended: None,
            });
        }
        world.names = names;
        world
    }

    fn key(&mut self, code: &str) -> ProductKey {
        ProductKey { product: self.names.intern(code), sku: self.names.intern("0001") }
    }

    /// E3 for a year, paid monthly, for customer 1: `start`, then events as `("2026-10-28", "+2")`.
    ///
    /// `=5` sets seats, `cancel` and `cancel kept` end it with and without credit, `to TEAMS` upgrades, `move 2` moves,
    /// `price 12` sets a price, `start 3` starts anew, `returned` takes back what was charged once.
    pub(crate) fn subscribe(&mut self, n: u8, seats: &str, start: &str, events: &[(&str, &str)]) -> &mut Subscription {
        let product = self.key("E3");
        let source = self.names.source_id(&format!("S{n}"));
        let name = self.names.intern("E3");
        let started = EventKind::Started { quantity: dec(seats) };
        let mut timeline = vec![Event { seq: u64::from(n) * 100, date: day(start), kind: started }];
        for (seq, (date, what)) in (u64::from(n) * 100 + 1..).zip(events) {
            timeline.push(Event { seq, date: day(date), kind: self.event(what) });
        }
        self.subscriptions.push(Subscription {
            id: id(100 + n),
            source,
            account: id(1),
            product,
            name,
            term: Term::P1Y,
            plan: BillingPlan::Monthly,
            sold_plan: None,
            customer_term: None,
            start: day(start),
            term_end: None,
            anchor_day: None,
            pricing_currency: Currency::EUR,
            bundle: Symbol::EMPTY,
            bundle_policy: BundlePolicy::default(),
            basis: None,
            cadence: Cadence::Anniversary,
            timing: Timing::Advance,
            events: timeline.into(),
        });
        self.subscriptions.last_mut().unwrap()
    }

    fn event(&mut self, what: &str) -> EventKind {
        match what.split_once(' ') {
            Some(("cancel", _)) => EventKind::Cancelled { credit: false },
            Some(("to", code)) => EventKind::Upgraded { to: self.key(code) },
            Some(("move", n)) => EventKind::Moved { account: id(n.parse().unwrap()) },
            Some(("price", price)) => EventKind::PriceSet { price: Some(dec(price)) },
            Some(("start", seats)) => EventKind::Started { quantity: dec(seats) },
            Some(other) => panic!("{other:?}"),
            None if what == "returned" => EventKind::OneOffsReturned,
            None if what == "cancel" => EventKind::Cancelled { credit: true },
            None => match what.strip_prefix('=') {
                Some(seats) => EventKind::SeatsSet { quantity: dec(seats) },
                None => EventKind::SeatsChanged { delta: dec(what.trim_start_matches('+')) },
            },
        }
    }

    /// A further event, recorded now whatever its date.
    fn record(&mut self, date: &str, what: &str) {
        let kind = self.event(what);
        let events = &mut self.subscriptions[0].events;
        let seq = events.iter().map(|e| e.seq).max().unwrap_or(0) + 1;
        events.push(Event { seq, date: day(date), kind });
        events.sort_by_key(|e| (e.date, e.seq));
    }

    pub(crate) fn draft(&self, month: &str) -> Drafted {
        let prices = Prices::new(&self.book);
        let rows = self.costs.iter();
        let costs: Vec<Passed> = rows
            .map(|(line, account, subscription)| Passed {
                line: line.clone(),
                account: *account,
                subscription: *subscription,
            })
            .collect();
        draft(&BillInput {
            month: Month::parse(month).unwrap(),
            names: &self.names,
            accounts: &self.accounts,
            subscriptions: &self.subscriptions,
            products: &self.products,
            prices: &prices,
            one_offs: &self.one_offs,
            costs: &costs,
            billed: &self.billed,
            earlier: &self.earlier,
            minimums: &self.minimums,
            tax_rounding: self.tax_rounding,
            rates: &Rates::new(Currency::EUR, []),
            today: day("2026-11-02"),
            last: self.last.as_ref(),
            only: self.only.as_ref(),
        })
    }

    /// Drafts a month and notes it as issued.
    fn issue(&mut self, month: &str) -> String {
        let drafted = self.draft(month);
        for line in drafted.drafts.iter().flat_map(|d| &d.lines) {
            self.billed.insert(line.key, line.quantity);
        }
        self.earlier.push(Month::parse(month).unwrap());
        self.show(&drafted)
    }

    /// Drafts as a person would write them down.
    fn show(&self, drafted: &Drafted) -> String {
        let mut out = Vec::new();
        for draft in &drafted.drafts {
            for line in &draft.lines {
                let days = match (line.period, line.cycle) {
                    (Some(p), Some(c)) => format!("{}..{} {}/{}", p.start, p.last(), p.days(), c.days()),
                    (Some(p), None) => format!("{}..{}", p.start, p.last()),
                    (None, _) => line.key.date.to_string(),
                };
                let price = line.unit_price.round_dp(4).normalize();
                let (kind, quantity) = (line.key.kind, line.quantity.normalize());
                out.push(format!("{kind:?} {} {days} {quantity} x {price} = {}", line.name, line.net));
            }
            let payer = self.accounts.iter().find(|a| a.id == draft.bill_to).unwrap();
            let (net, tax, gross) = (draft.net, draft.tax_total, draft.gross);
            out.push(format!("{}: {net} + {tax} = {gross} {}", payer.name, draft.currency));
        }
        for guard in &drafted.guards {
            let facts: Vec<String> = guard.facts.iter().map(|(name, value)| format!("{name} {value}")).collect();
            out.push(format!("{}: {}", guard.code, facts.join(", ")));
        }
        out.join("\n")
    }

    fn check(&self, month: &str, expected: &str) {
        assert_eq!(self.show(&self.draft(month)), trimmed(expected));
    }

    fn check_issued(&mut self, month: &str, expected: &str) {
        assert_eq!(self.issue(month), trimmed(expected));
    }
}

fn trimmed(text: &str) -> String {
    text.lines().map(str::trim).filter(|l| !l.is_empty()).collect::<Vec<_>>().join("\n")
}
