//! Published chains of events, in both sign conventions and in any order.

use super::*;
use crate::register::Term;
use proptest::prelude::*;

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

/// A month of lines: `date charge reference subscription product quantity subtotal`, charged to the cycle's end.
fn costs(end: &str, rows: &str) -> Costs {
    let mut costs = Costs::default();
    for (row, text) in rows.trim().lines().enumerate() {
        let f: Vec<&str> = text.split_whitespace().collect();
        let [date, charge, reference, subscription, product, quantity, subtotal] = f[..] else { panic!("{text}") };
        let names = &mut costs.names;
        let charge = match charge {
            "new" => ChargeType::New,
            "trial" => ChargeType::New,
            "cycle" => ChargeType::Cycle,
            "renew" => ChargeType::Renew,
            "add" => ChargeType::AddQuantity,
            "remove" => ChargeType::RemoveQuantity,
            "cancel" => ChargeType::Cancel,
            "convert" => ChargeType::Convert,
            "move" => ChargeType::MoveQuantity,
            "plan" => ChargeType::ChangeBillingPlan,
            "credit" => ChargeType::CustomerCredit,
            other => ChargeType::Other(names.intern(other)),
        };
        let reference = names.intern(reference.trim_matches('-'));
        let (subtotal, quantity): (Decimal, Decimal) = (subtotal.parse().unwrap(), quantity.parse().unwrap());
        costs.lines.push(CostLine {
            at: LineRef { document: 1, row: 1 + row as u32 },
            family: Family::Licence,
            invoice: Symbol::EMPTY,
            customer: SourceId::NONE,
            customer_name: Symbol::EMPTY,
            subscription: SourceId::Text(names.intern(subscription)),
            order: Symbol::EMPTY,
            order_date: Some(day(date)),
            product: Symbol::EMPTY,
            sku: Symbol::EMPTY,
            trial: product == "Trial",
            product_name: names.intern(product),
            charge,
            period: Period::inclusive(day(date), day(end)),
            term_dates: None,
            term: Some(Term::P1M),
            plan: Some(BillingPlan::Monthly),
            unit_price: Decimal::ONE,
            effective_unit_price: if quantity * subtotal < Decimal::ZERO { -Decimal::ONE } else { Decimal::ONE },
            quantity: quantity.abs(),
            billable_quantity: quantity,
            subtotal,
            tax: Decimal::ZERO,
            total: subtotal,
            currency: Currency::EUR,
            pricing_currency: Currency::EUR,
            exchange_rate: Decimal::ONE,
            exchange_date: None,
            reference,
            promotion: Symbol::EMPTY,
            adjustment: Symbol::EMPTY,
            reservation: Symbol::EMPTY,
            credit_reason: Symbol::EMPTY,
            add_on: false,
            usage: None,
        });
    }
    costs
}

/// Each event as `before>after net: sentence`.
fn told(costs: &Costs) -> Vec<String> {
    let seats = |s: Option<Decimal>| s.map_or("?".to_owned(), |s| s.normalize().to_string());
    let one = |e: &VendorEvent| {
        format!("{}>{} {}: {}", seats(e.seats_before), seats(e.seats_after), e.net, e.text(&costs.names))
    };
    events(costs).iter().map(one).collect()
}

fn ending(costs: &Costs, subscription: &str) -> Decimal {
    let id = SourceId::Text(costs.names.find(subscription).unwrap());
    ending_seats(costs.lines.iter().filter(|line| line.subscription == id))
}

/// Events and the seats at the end, in the file's order, backwards, and with the minus on the quantity.
#[track_caller]
fn check(end: &str, rows: &str, expected: &[&str], seats: &[(&str, i64)]) {
    let mut month = costs(end, rows);
    for variant in 0..4 {
        assert_eq!(told(&month), expected, "variant {variant}");
        for (subscription, count) in seats {
            assert_eq!(ending(&month, subscription), Decimal::from(*count), "{subscription}, variant {variant}");
        }
        match variant {
            0 | 2 => month.lines.reverse(),
            _ => month.lines.iter_mut().filter(|l| l.subtotal < Decimal::ZERO).for_each(|l| {
                l.billable_quantity.set_sign_negative(true);
                l.effective_unit_price.set_sign_negative(false);
            }),
        }
    }
}

const CHAIN: &str = "
    2022-03-05 new    r1 s M365 10  120
    2022-03-07 add    r2 s M365 10 -112.25
    2022-03-07 add    r2 s M365 15  168.38
    2022-03-10 add    r3 s M365 15 -150.96
    2022-03-10 add    r3 s M365 25  251.61
    2022-03-12 remove r4 s M365 25 -232.25
    2022-03-12 remove r4 s M365 23  213.67
    2022-03-14 remove r5 s M365 23 -195.87
    2022-03-14 remove r5 s M365 20  170.32
    2022-03-25 add    r6 s M365 20  -85.16
    2022-03-25 add    r6 s M365 30  127.74";

#[test]
fn a_month_of_changes_ends_with_thirty_seats() {
    check(
        "2022-04-04",
        CHAIN,
        &[
            "0>10 120: 10 seats bought on 5 March: all 31 days",
            "10>15 56.13: 5 seats added on 7 March: 29 of 31 days",
            "15>25 100.65: 10 seats added on 10 March: 26 of 31 days",
            "25>23 -18.58: 2 seats removed on 12 March: 24 of 31 days",
            "23>20 -25.55: 3 seats removed on 14 March: 22 of 31 days",
            "20>30 42.58: 10 seats added on 25 March: 11 of 31 days",
        ],
        &[("s", 30)],
    );
}

#[test]
fn several_changes_of_one_day_are_put_in_order() {
    // Written in no order: 10 -> 12 -> 15 -> 11.
    check(
        "2026-10-31",
        "2026-10-12 remove rb s A 15 -100
         2026-10-12 remove rb s A 11  73.33
         2026-10-12 add    rc s A 12  -80
         2026-10-12 add    rc s A 15  100
         2026-10-12 add    ra s A 10  -66.66
         2026-10-12 add    ra s A 12   80",
        &[
            "15>11 -26.67: 4 seats removed on 12 October: 20 of 31 days",
            "12>15 20: 3 seats added on 12 October: 20 of 31 days",
            "10>12 13.34: 2 seats added on 12 October: 20 of 31 days",
        ],
        &[("s", 11)],
    );
    // There and back on the day of purchase.
    check(
        "2026-10-31",
        "2026-10-01 add    ra s A 10 -10
         2026-10-01 add    ra s A 12  12
         2026-10-01 new    r0 s A 10  10
         2026-10-01 remove rb s A 12 -12
         2026-10-01 remove rb s A 10  10",
        &[
            "10>12 2: 2 seats added on 1 October: all 31 days",
            "0>10 10: 10 seats bought on 1 October: all 31 days",
            "12>10 -2: 2 seats removed on 1 October: all 31 days",
        ],
        &[("s", 10)],
    );
}

#[test]
fn differences_are_counted_from_the_last_statement() {
    check(
        "2026-10-31",
        "2026-10-01 cycle  -- s A 7  70
         2026-10-13 add    -- s A 8  49.03
         2026-10-20 remove -- s A -2 -7.74
         2026-10-13 add    -- t A 4  24.52",
        &[
            "7>7 70: 7 seats charged again on 1 October: all 31 days",
            "7>15 49.03: 8 seats added on 13 October: 19 of 31 days",
            "?>? 24.52: 4 seats added on 13 October: 19 of 31 days",
            "15>13 -7.74: 2 seats removed on 20 October: 12 of 31 days",
        ],
        &[("s", 13), ("t", 4)],
    );
    // A line that states the subscription's size beside its own quantity says it all.
    let mut month = costs("2026-10-31", "2026-10-13 add -- t A 4 24.52");
    month.lines[0].quantity = Decimal::TEN;
    assert_eq!(told(&month), ["6>10 24.52: 4 seats added on 13 October: 19 of 31 days"]);
    assert_eq!(ending(&month, "t"), Decimal::TEN);
}

#[test]
fn cancelled_seats_are_gone() {
    check(
        "2021-08-14",
        "2021-07-15 new    r1 s A 10 100.80
         2021-07-17 cancel r2 s A 10 -94.20",
        &[
            "0>10 100.80: 10 seats bought on 15 July: all 31 days",
            "10>0 -94.20: 10 seats cancelled on 17 July: 29 of 31 days",
        ],
        &[("s", 0)],
    );
}

#[test]
fn upgrades_take_seats_along() {
    check(
        "2021-07-17",
        "2021-06-18 new     r1 s Standard 300  3024
         2021-06-25 convert r2 s Standard 300 -2316
         2021-06-25 convert r2 s E1       300  1476",
        &[
            "0>300 3024: 300 seats bought on 18 June: all 30 days",
            "300>300 -840: 300 seats upgraded on 25 June from Standard to E1: 23 of 30 days",
        ],
        &[("s", 300)],
    );
    check(
        "2021-07-17",
        "2021-06-18 new     r1 s Standard 300 3024
         2021-06-25 convert r2 s Standard 100 -772
         2021-06-25 convert r2 t E1       100  492",
        &[
            "0>300 3024: 300 seats bought on 18 June: all 30 days",
            "100>100 -280: 100 seats upgraded on 25 June from Standard to E1: 23 of 30 days",
        ],
        &[("s", 200), ("t", 100)],
    );
    check(
        "2021-07-17",
        "2021-06-18 new   r1 s Standard 300 3024
         2021-06-18 new   r0 t E1       20  128.60
         2021-06-25 move  r2 s Standard 50 -386
         2021-06-25 move  r2 t E1       50  246",
        &[
            "0>300 3024: 300 seats bought on 18 June: all 30 days",
            "0>20 128.60: 20 seats bought on 18 June: all 30 days",
            "50>50 -140: 50 seats moved on 25 June from Standard to E1: 23 of 30 days",
        ],
        &[("s", 250), ("t", 70)],
    );
}

#[test]
fn a_trial_turns_into_paid_seats() {
    check(
        "2021-07-24",
        "2021-06-25 new     r1 s Trial 25 0
         2021-06-25 convert r2 s Trial 25 0
         2021-06-25 convert r2 s Paid  25 1315.25",
        &[
            "0>25 0: 25 seats of a trial started on 25 June: all 30 days",
            "25>25 1315.25: 25 seats of a trial turned into paid ones on 25 June: all 30 days",
        ],
        &[("s", 25)],
    );
}

#[test]
fn free_seats_change_too() {
    let rows = "
        2026-10-01 new    r1 s Free 10 0
        2026-10-12 add    r2 s Free 10 0
        2026-10-12 add    r2 s Free 12 0
        2026-10-13 remove r3 s Free 11 0
        2026-10-13 remove r3 s Free 12 0";
    let expected = [
        "0>10 0: 10 seats bought on 1 October: all 31 days",
        "10>12 0: 2 seats added on 12 October: 20 of 31 days",
        "12>11 0: 1 seat removed on 13 October: 19 of 31 days",
    ];
    let month = costs("2026-10-31", rows);
    assert_eq!(told(&month), expected);
    assert_eq!(ending(&month, "s"), Decimal::from(11));
}

#[test]
fn twin_lines_are_one_product() {
    // The telephony part is a line of its own, with or without the same reference.
    for (new, twin) in [("r1", "r1"), ("r1", "r2")] {
        let rows = format!(
            "2026-10-01 new {new}  s E5 10 500
             2026-10-01 new {twin} s E5 10 70
             2026-10-12 add r3     s E5 10 -322.58
             2026-10-12 add r3     s E5 10 -45.16
             2026-10-12 add r3     s E5 12 387.09
             2026-10-12 add r3     s E5 12 54.19"
        );
        let month = costs("2026-10-31", &rows);
        assert_eq!(ending(&month, "s"), Decimal::from(12));
        assert_eq!(told(&month).last().unwrap(), "10>12 73.54: 2 seats added on 12 October: 20 of 31 days");
        assert_eq!(events(&month)[0].seats_after, Some(Decimal::TEN));
    }
}

#[test]
fn plans_credits_and_unknown_words() {
    check(
        "2022-10-19",
        "2022-09-20 plan      r1 s A 10 200
         2022-09-25 credit    r2 s A 10 -12.5
         2022-10-01 freeMonth -- s A 10 -5",
        &[
            "10>10 200: 10 seats now paid monthly on 20 September: all 30 days",
            "?>? -12.5: credit of 12.5 EUR on 25 September: 25 of 30 days",
            "?>? -5: freeMonth: 10 seats on 1 October: 19 of 30 days",
        ],
        &[("s", 10)],
    );
}

#[test]
fn a_file_that_begins_mid_term_tells_what_it_can() {
    check(
        "2026-10-31",
        "2026-10-12 add r1 s A 10 -66.66
         2026-10-12 add r1 s A 12  80",
        &["10>12 13.34: 2 seats added on 12 October: 20 of 31 days"],
        &[("s", 12)],
    );
    check(
        "2026-10-31",
        "2026-10-12 add -- s A 10 -66.66\n2026-10-12 add -- s A 12 80",
        &[
            "?>? -66.66: 10 seats removed on 12 October: 20 of 31 days",
            "?>? 80: 12 seats added on 12 October: 20 of 31 days",
        ],
        &[("s", 12)],
    );
    assert_eq!(ending_seats([]), Decimal::ZERO);
}

proptest! {
    /// Any chain of changes, shuffled, ends where it ended, and its events add up to its lines.
    #[test]
    fn a_shuffled_chain_ends_where_it_ended(
        start in 1i64..50,
        changes in proptest::collection::vec((1u32..28, 1i64..50), 0..12),
        base: bool,
        shuffle in any::<u64>(),
    ) {
        let mut changes = changes;
        changes.sort_by_key(|(day, _)| *day);
        let mut rows = if base { format!("2026-10-01 new r0 s A {start} {start}\n") } else { String::new() };
        let mut seats = start;
        for (n, (day, to)) in changes.iter().filter(|(_, to)| *to > 0).enumerate() {
            if *to == seats {
                continue;
            }
            let word = if *to > seats { "add" } else { "remove" };
            rows += &format!("2026-10-{day:02} {word} r{} s A {seats} -{seats}\n2026-10-{day:02} {word} r{} s A {to} {to}\n", n + 1, n + 1);
            seats = *to;
        }
        prop_assume!(!rows.is_empty());
        let mut month = costs("2026-10-31", &rows);
        month.lines.sort_by_key(|line| (u64::from(line.at.row) + 1).wrapping_mul(shuffle | 1).rotate_left(17));
        let net: Decimal = month.lines.iter().map(|line| line.subtotal).sum();
        let found = events(&month);
        prop_assert_eq!(found.iter().map(|event| event.net).sum::<Decimal>(), net);
        prop_assert_eq!(found.iter().map(|event| event.rows.len()).sum::<usize>(), month.lines.len());
        // Without a line that states the seats, a day that ends where it began leaves no trace of where that was.
        if base {
            prop_assert_eq!(ending(&month, "s"), Decimal::from(seats));
        }
    }
}

/// A subscription's seats and product over time as its lines show them, whatever the order of the rows.
#[track_caller]
fn check_seen(rows: &str, subscription: &str, expected: Option<&[&str]>) {
    let mut month = costs("2026-10-31", rows);
    for line in &mut month.lines {
        // In these tests a product's id is its name.
        line.product = line.product_name;
    }
    let id = SourceId::Text(month.names.find(subscription).unwrap());
    for turn in 0..month.lines.len() {
        let seen = agreement(&month, id, crate::Id([0; 16])).map(|s| {
            let told = |e: &crate::register::Event| format!("{} {}", e.date, s.on(e.date).quantity);
            let mut told: Vec<String> = s.events.iter().map(told).collect();
            told.dedup();
            told.push(month.names.text(s.product.product).to_owned());
            told
        });
        let seen = seen.as_ref().map(|told| told.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!(seen.as_deref(), expected, "turned {turn}");
        month.lines.rotate_left(1);
        for (n, line) in month.lines.iter_mut().enumerate() {
            line.at.row = 1 + n as u32;
        }
    }
}

#[test]
fn two_changes_of_one_day_end_where_the_last_one_ends() {
    let rows = "
        2026-10-10 cycle r0 s A 24  24
        2026-10-25 add   r4 s A 24 -24
        2026-10-25 add   r4 s A 30  30
        2026-10-25 add   r5 s A 30 -30
        2026-10-25 add   r5 s A 37  37";
    check_seen(rows, "s", Some(&["2026-10-10 24", "2026-10-25 37", "A"]));
}

#[test]
fn an_upgrade_leaves_the_product_that_was_charged() {
    let rows = "
        2026-10-01 cycle   r0 s Basic    8  48
        2026-10-11 convert r1 s Basic    8 -32
        2026-10-11 convert r1 s Premium  8 108";
    check_seen(rows, "s", Some(&["2026-10-01 8", "2026-10-11 8", "Premium"]));
}

#[test]
fn seats_moved_into_a_running_subscription_are_added_to_it() {
    let rows = "
        2026-10-20 move mv s Basic    2 -10
        2026-10-20 move mv t Premium  9 -92
        2026-10-20 move mv t Premium 11 113";
    let moved = ["2>2 11: 2 seats moved on 20 October from Basic to Premium: 12 of 31 days"];
    assert_eq!(told(&costs("2026-10-31", rows)), moved);
    check_seen(rows, "t", Some(&["2026-10-20 11", "Premium"]));
    // How many stayed behind no line says.
    check_seen(rows, "s", None);
}
