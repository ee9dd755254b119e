//! Times the scenario engine on an invented book, and writes the same book as plain columns for its peers.
//!
//! `model_race SUBSCRIPTIONS REPEATS FILE`: prints the median seconds of a run and what all months of all customers add up to.
//! The book is the same each time. A customer's rows lie together; days are such that months can be counted.

use billhook_engine::model::{Base, Change, Horizon, Input, Lever, Scenario, What, Who, run};
use billhook_engine::price::{Band, Layer, ListKind, ListPrice, Method, PriceBook, PriceRule, VolumeBreaks};
use billhook_engine::rate::{Ask, Prices};
use billhook_engine::register::*;
use billhook_engine::{Currency, Date, Decimal, Id, Month, SourceId, Symbol, date};
use std::io::Write;
use std::time::Instant;

const PRODUCTS: u32 = 40;
const MONTHS: u32 = 36;
/// Terms and plans: months of the term, months of a charge, share of all in percent.
const TERMS: [(Term, BillingPlan, u32); 4] = [
    (Term::P1M, BillingPlan::Monthly, 20),
    (Term::P1Y, BillingPlan::Monthly, 62),
    (Term::P1Y, BillingPlan::Annual, 13),
    (Term::P3Y, BillingPlan::Annual, 5),
];

/// A small generator: the same numbers on every machine.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u32) -> u32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) % u64::from(n)) as u32
    }
}

fn id(kind: u8, n: u32) -> Id {
    let mut bytes = [kind; 16];
    bytes[12..].copy_from_slice(&n.to_be_bytes());
    Id(bytes)
}

fn product(n: u32) -> ProductKey {
    ProductKey { product: Symbol(100 + n), sku: Symbol(1) }
}

fn share(hundredths: u32) -> Decimal {
    Decimal::new(hundredths.into(), 4)
}

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let number = |at: usize, or: u32| args.get(at).and_then(|a| a.parse().ok()).unwrap_or(or);
    let (subscriptions, repeats) = (number(0, 10_000), number(1, 50).max(1));
    let first = Month::parse("2026-11").expect("a month");
    let horizon = Horizon::new(first, MONTHS).expect("a horizon");
    let mut dice = Dice(7);

    let prices = prices(&mut dice);
    let accounts: Vec<Account> = (0..subscriptions.div_ceil(8)).map(|n| account(n, dice.below(4))).collect();
    let register: Vec<Subscription> = (0..subscriptions).map(|n| subscription(n, first, &mut dice)).collect();
    let scenario = scenario();
    let input = Input { accounts: &accounts, subscriptions: &register, prices: &prices, rates: &[], horizon };

    let began = Instant::now();
    let base = Base::new(&input).expect("figures that fit");
    let ready = began.elapsed();
    assert!(base.left_out.is_empty(), "everything has a price");
    let mut seconds: Vec<std::time::Duration> = Vec::new();
    let mut outcome = None;
    for _ in 0..repeats {
        let began = Instant::now();
        let done = run(&base, &scenario).expect("figures that fit");
        seconds.push(began.elapsed());
        outcome = Some(done);
    }
    seconds.sort();
    let outcome = outcome.expect("one run at least");
    // Base and changed margin, and their weighted sum, in which no two cells can change places unseen.
    let (mut before, mut after, mut mixed) = (0i64, 0i64, 0i64);
    for buyer in 0..base.buyers.len() {
        for month in 0..MONTHS as usize {
            let margin = |f: &billhook_engine::model::Figures| f.revenue(buyer)[month] - f.cost(buyer)[month];
            let (old, new) = (margin(&base.figures), margin(&outcome.figures));
            before += old;
            after += new;
            mixed = mixed.wrapping_add(new.wrapping_mul(1 + (buyer as i64 * 37 + month as i64 * 101) % 1009));
        }
    }
    if let Some(file) = args.get(2) {
        write(file, &accounts, &register, &prices, first).expect("the file can be written");
    }
    let (half, best) = (seconds[seconds.len() / 2], seconds[0]);
    println!(
        "{{\"seconds\":\"{:.6}\",\"best\":\"{:.6}\",\"ready\":\"{:.6}\",\"before\":{before},\"after\":{after},\"mixed\":{mixed}}}",
        half.as_secs_f64(),
        best.as_secs_f64(),
        ready.as_secs_f64()
    );
}

fn prices(dice: &mut Dice) -> PriceBook {
    let mut list = Vec::new();
    for n in 0..PRODUCTS {
        let month = 200 + dice.below(5_000);
        for (term, plan, _) in TERMS {
            let months = if plan == BillingPlan::Annual { 12 } else { 1 };
            let erp = Decimal::new((month * months).into(), 2);
            list.push(ListPrice {
                kind: ListKind::Term,
                segment: Symbol::EMPTY,
                at_least: Decimal::ZERO,
                product: product(n),
                term,
                plan,
                currency: Currency::EUR,
                cost: (erp * Decimal::new(82, 2)).round_dp(2),
                erp,
                from: Date::from_ymd_opt(2020, 1, 1).expect("a day"),
                until: None,
                source: None,
            });
        }
    }
    let from = Date::from_ymd_opt(2020, 1, 1).expect("a day");
    let rules = (0..4).map(|n| {
        let method = Method::OffErp { discount: share(n * 300) };
        PriceRule::new(id(9, n), format!("segment {n}"), Layer::Segment(Symbol(10 + n)), method, from)
    });
    let band = |from: u32, value| Band { from: from.into(), value: share(value) };
    PriceBook {
        list,
        rules: rules.collect(),
        volume: VolumeBreaks { bands: vec![band(1, 0), band(25, 200), band(100, 400)] },
        ..PriceBook::default()
    }
}

fn account(n: u32, segment: u32) -> Account {
    Account {
        id: id(1, n),
        source: SourceId::NONE,
        kind: AccountKind::Customer,
        parent: None,
        bill_to: None,
        name: String::new(),
        country: "DE".into(),
        address: Vec::new(),
        vat_id: String::new(),
        tax: TaxTreatment::Domestic,
        tax_percent: Decimal::from(19),
        segment: Symbol(10 + segment),
        currency: Currency::EUR,
        payment_days: 30,
        language: "de".into(),
        basis: None,
        purchase_order: String::new(),
        needs_purchase_order: false,
        ended: None,
    }
}

fn subscription(n: u32, first: Month, dice: &mut Dice) -> Subscription {
    let mut roll = dice.below(100);
    let (term, plan, _) = TERMS
        .into_iter()
        .find(|(.., of_all)| {
            let here = roll < *of_all;
            roll = roll.saturating_sub(*of_all);
            here
        })
        .unwrap_or(TERMS[1]);
    let start = date::add_days(first.plus(-(1 + dice.below(36) as i32)).first(), dice.below(28).into());
    let quantity = Decimal::from(1 + dice.below(10) * dice.below(20));
    Subscription {
        id: id(2, n),
        source: SourceId::NONE,
        account: id(1, n / 8),
        product: product(dice.below(PRODUCTS)),
        name: Symbol::EMPTY,
        term,
        plan,
        start,
        term_end: None,
        anchor_day: None,
        pricing_currency: Currency::EUR,
        customer_term: None,
        sold_plan: None,
        bundle: Symbol::EMPTY,
        bundle_policy: BundlePolicy::default(),
        basis: None,
        cadence: Cadence::Anniversary,
        timing: Timing::Advance,
        events: [Event { seq: 1, date: start, kind: EventKind::Started { quantity } }].into(),
    }
}

/// Every other product becomes dearer on the first of some month, by 3 to 12 %, of which customers pay all, 80 % or half.
fn scenario() -> Scenario {
    let lever = |n: u32| Lever {
        name: format!("product {n}"),
        who: Who { products: vec![product(n)], ..Who::default() },
        from: Date::from_ymd_opt(2027, 1 + n % 6, 1).expect("a day"),
        what: What::Vendor {
            cost: Some(Change::Share(share(300 + 150 * (n % 7)))),
            erp: None,
            pass_on: Some(share([10_000, 8_000, 5_000][n as usize % 3])),
        },
    };
    Scenario {
        name: "race".into(),
        levers: (0..PRODUCTS).filter(|n| n % 2 == 0).map(lever).collect(),
        elasticity: Decimal::ZERO,
    }
}

/// One row an agreement: customer, product, units, cost and price in cents, months since its start, of a charge, of a term.
fn write(
    file: &str,
    accounts: &[Account],
    register: &[Subscription],
    prices: &PriceBook,
    first: Month,
) -> std::io::Result<()> {
    let index = Prices::new(prices);
    let mut out = std::io::BufWriter::new(std::fs::File::create(file)?);
    writeln!(out, "customer,product,quantity,cost,price,since,step,term")?;
    let cents = |price: Decimal| (price * Decimal::ONE_HUNDRED).normalize();
    for (n, s) in register.iter().enumerate() {
        let account = &accounts[n / 8];
        let state = s.on(first.first());
        let offer = index.offer(&Ask::of(s, &state, account, &[], first.first())).expect("a price");
        let since = first.ordinal() - Month::of(s.start).ordinal();
        let (cost, price) = (cents(offer.cost.expect("a cost")), cents(offer.unit_price));
        let (step, term) = (s.plan.months().min(s.term.months), s.term.months);
        writeln!(
            out,
            "{},{},{},{cost},{price},{since},{step},{term}",
            n / 8,
            s.product.product.0 - 100,
            state.quantity
        )?;
    }
    out.flush()
}
