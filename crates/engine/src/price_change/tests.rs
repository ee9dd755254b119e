//! Lists side by side.

use super::*;

fn dec(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn product(n: u32) -> ProductKey {
    ProductKey { product: Symbol(n), sku: Symbol(1) }
}

fn price(n: u32, plan: BillingPlan, cost: &str, from: &str) -> ListPrice {
    ListPrice {
        kind: ListKind::Term,
        product: product(n),
        term: Term::P1Y,
        plan,
        currency: Currency::EUR,
        segment: Symbol::EMPTY,
        at_least: Decimal::ZERO,
        cost: dec(cost),
        erp: dec(cost) + dec("2"),
        from: day(from),
        until: None,
        source: None,
    }
}

fn runs(n: u32, plan: BillingPlan, seats: &str) -> Running {
    Running {
        product: product(n),
        term: Term::P1Y,
        plan,
        currency: Currency::EUR,
        segment: Symbol::EMPTY,
        quantity: dec(seats),
    }
}

/// Each difference in a line: product, what, seats, a month, a year.
fn shown(before: &[ListPrice], after: &[ListPrice], running: &[Running]) -> Vec<String> {
    let compared = compare(&in_the_end(before), &in_the_end(after), running).unwrap();
    let money = |m: Option<Money>| m.map_or("-".to_owned(), |m| m.to_string());
    let line = |d: &Difference| {
        let of = &d.listing;
        format!(
            "{}>={} {:?} {}x{} {} {}",
            of.product.product.0,
            of.at_least,
            d.what,
            d.running,
            d.seats,
            money(d.per_month),
            money(d.per_year)
        )
    };
    compared.differences.iter().map(line).collect()
}

const OLD: &str = "2026-01-01";
const NEW: &str = "2026-07-01";
use BillingPlan::{Annual, Monthly, OneTime};

#[test]
fn a_difference_is_worth_what_runs_on_it() {
    let before = [
        price(1, Monthly, "10", OLD),
        price(2, Annual, "120", OLD),
        price(3, OneTime, "90", OLD),
        price(4, Monthly, "5", OLD),
    ];
    let after = [
        price(1, Monthly, "10.50", NEW),
        price(2, Annual, "110.01", NEW),
        price(3, OneTime, "99", NEW),
        price(4, Monthly, "5", OLD),
    ];
    let running = [
        runs(1, Monthly, "7"),
        runs(1, Monthly, "3"),
        runs(2, Annual, "7"),
        runs(3, OneTime, "4"),
        runs(9, Monthly, "1"),
    ];
    assert_eq!(
        shown(&before, &after, &running),
        [
            // 7 x -9.99 a year is 69.93; a twelfth of it 5.8275
            "2>=0 Changed 1x7 -5.83 -69.93",
            // 10 x 0.50 a month
            "1>=0 Changed 2x10 5.00 60.00",
            // paid once: nothing comes back every month
            "3>=0 Changed 1x4 - -",
        ]
    );
    let compared = compare(&in_the_end(&before), &in_the_end(&after), &running).unwrap();
    assert_eq!(compared.same, 1);
    let totals = |t: &Totals| t.iter().map(|(c, v)| format!("{v} {c}")).collect::<Vec<_>>();
    assert_eq!(
        (totals(&compared.per_month), totals(&compared.per_year)),
        (vec!["-0.83 EUR".into()], vec!["-9.93 EUR".into()])
    );
}

#[test]
fn what_is_new_gone_or_ends_is_told_and_worth_nothing_yet() {
    let mut ending = price(3, Monthly, "5", OLD);
    ending.until = Some(day("2026-12-01"));
    let before = [price(1, Monthly, "10", OLD), price(3, Monthly, "5", OLD)];
    let after = [price(2, Monthly, "11", NEW), ending];
    assert_eq!(
        shown(&before, &after, &[runs(1, Monthly, "10"), runs(3, Monthly, "2")]),
        // At what it costs today the ending one costs no more while it lasts.
        ["3>=0 Ends 1x2 0.00 0.00", "1>=0 Gone 1x10 - -", "2>=0 New 0x0 - -"]
    );
}

#[test]
fn a_band_that_comes_or_goes_moves_its_buyers() {
    let band = |at_least: &str, cost: &str| ListPrice { at_least: dec(at_least), ..price(1, Monthly, cost, OLD) };
    let running = [runs(1, Monthly, "150"), runs(1, Monthly, "20")];
    let (plain, banded) = ([band("0", "10")], [band("0", "10"), band("100", "9")]);
    assert_eq!(shown(&plain, &banded, &running), ["1>=100 New 1x150 -150.00 -1800.00"]);
    assert_eq!(shown(&banded, &plain, &running), ["1>=0 Changed 2x170 150.00 1800.00", "1>=100 Gone 0x0 - -"]);
}

#[test]
fn amounts_no_book_can_hold_are_an_error() {
    let (before, after) = ([price(1, Monthly, "0", OLD)], [price(1, Monthly, "1000000000000", NEW)]);
    let running = vec![runs(1, Monthly, "1000000000000"); 100_000];
    let compared = compare(&in_the_end(&before), &in_the_end(&after), &running);
    assert_eq!(compared.unwrap_err(), MoneyError::Overflow);
}

#[test]
fn a_segment_is_worth_what_its_own_buyers_run() {
    let charity = Symbol(40);
    let of = |segment, cost: &str| ListPrice { segment, ..price(1, Monthly, cost, OLD) };
    let running = [runs(1, Monthly, "10"), Running { segment: charity, ..runs(1, Monthly, "4") }];
    let (before, after) = ([of(Symbol::EMPTY, "10"), of(charity, "3")], [of(Symbol::EMPTY, "11"), of(charity, "2")]);
    assert_eq!(shown(&before, &after, &running), ["1>=0 Changed 1x10 10.00 120.00", "1>=0 Changed 1x4 -4.00 -48.00"]);
}

#[test]
fn on_a_day_the_price_that_began_last_is_in_force() {
    let mut promoted = price(1, Monthly, "8", "2026-03-01");
    promoted.until = Some(day("2026-05-01"));
    let list = [price(1, Monthly, "10", OLD), promoted, price(1, Monthly, "11", NEW)];
    let on = |text: &str| in_force(&list, day(text)).values().map(|p| p.cost.to_string()).collect::<Vec<_>>();
    assert_eq!(
        (on("2025-12-31"), on("2026-03-31"), on("2026-05-01"), on(NEW)),
        (vec![], vec!["8".into()], vec!["10".into()], vec!["11".into()])
    );
}
