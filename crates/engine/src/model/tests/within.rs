//! What changes within a cycle: seats that come or go on a day of their own, and what levers make of them.

use super::*;

/// Ten seats of E3 since 15 March 2026, paid monthly; then what happens on which day.
fn changing(events: &[(&str, i64)]) -> Subscription {
    let mut subscription = seats(5, "2026-03-15", BillingPlan::Monthly, "10");
    for (seq, (date, delta)) in (2..).zip(events) {
        let kind = EventKind::SeatsChanged { delta: Decimal::from(*delta) };
        subscription.events.push(Event { seq, date: day(date), kind });
    }
    subscription
}

#[test]
fn seats_count_from_their_day() {
    // Three more from 20 December: 26 of the 31 days from 15 December.
    let (cost, revenue) = told(&base(&retail(), &[changing(&[("2026-12-20", 3)])], 3), &Scenario::default());
    assert_eq!(revenue, ["120.00", "150.19", "156.00"]);
    assert_eq!(cost, ["100.00", "125.16", "130.00"]);
    // In the first month, of a cycle that began before it; and back again.
    let book = base(&retail(), &[changing(&[("2026-11-05", 2), ("2026-12-31", -2)])], 3);
    let (_, revenue) = told(&book, &Scenario::default());
    // 2 x 12.00 x 10/31 = 7.74; 144.00 - 2 x 12.00 x 15/31 = 132.39.
    assert_eq!(revenue, ["151.74", "132.39", "120.00"]);
    let because = because(&book, &Scenario::default(), 0, 1).unwrap();
    assert_eq!(because.iter().filter(|b| b.changed == Some(day("2026-12-31"))).count(), 2);
    // A year paid at once: the days left of the year.
    let mut yearly = changing(&[("2026-12-20", 1)]);
    yearly.plan = BillingPlan::Annual;
    let (_, revenue) = told(&base(&retail(), &[yearly], 5), &Scenario::default());
    // 144.00 x 85/365 = 33.53; eleven seats from March.
    assert_eq!(revenue, ["0.00", "33.53", "0.00", "0.00", "1584.00"]);
}

#[test]
fn a_lever_reaches_them_with_the_cycle_they_change() {
    let book = base(&retail(), &[changing(&[("2026-12-20", 3)])], 6);
    let after = |from: &str, what: What| told(&book, &lever(from, what)).1;
    // Protected until March: the term they were added in has its price.
    assert_eq!(after("2026-11-01", vendor(percent("10"), None))[..4], ["120.00", "150.19", "156.00", "156.00"]);
    assert_eq!(after("2026-11-01", vendor(percent("10"), None))[4], "171.60");
    // Our price, from the cycle of the day on: 132.00 a month and 3.96 for each of 26 days in 31 of three seats at 13.20.
    assert_eq!(after("2026-12-15", What::Price(percent("10"), Bite::AtOnce))[1], "165.21");
    assert_eq!(after("2026-12-16", What::Price(percent("10"), Bite::AtOnce))[1], "150.19");
    // Half as many seats again, and those that come with them.
    assert_eq!(after("2026-12-01", What::Seats(percent("50")))[1..3], ["225.29", "234.00"]);
    // Two more at all times: the three that come are still three.
    assert_eq!(after("2026-12-01", What::Seats(Change::By(dec("2"))))[1..3], ["174.19", "180.00"]);
    // As many whatever happens: none come.
    assert_eq!(after("2026-12-01", What::Seats(Change::To(dec("20"))))[1..3], ["240.00", "240.00"]);
    // Fewer only from the next term on, however often they change before it.
    assert_eq!(after("2026-12-01", What::Seats(percent("-50")))[1..], ["150.19", "156.00", "156.00", "78.00", "78.00"]);
}

#[test]
fn other_terms_have_one_beat_however_often_seats_change() {
    let changing = changing(&[("2027-03-20", 3), ("2027-06-15", 1)]);
    let book = base(&retail(), &[changing], 18);
    // A year at once from March 2027: ten; three for 361 of 366 days; one for 274 of them; fourteen a year later.
    let (cost, _) = told(&book, &lever("2026-12-01", What::Terms(Term::P1Y, BillingPlan::Annual)));
    let expected = |month| match month {
        0..=3 => "100.00",
        4 => "1555.08",
        7 => "89.84",
        16 => "1680.00",
        _ => "0.00",
    };
    assert!((0..18).all(|month| cost[month] == expected(month)), "{cost:?}");
    // Not renewed: months at 12.30; three for 26 of the 31 days from 15 March; the fourteenth with a month of its own.
    let (cost, _) = told(&book, &lever("2026-12-01", What::Extended));
    assert_eq!(cost[3..8], ["100.00", "153.95", "159.90", "159.90", "172.20"]);
}

#[test]
fn bundles_are_counted_by_what_there_is_at_the_time() {
    let mut prices = retail();
    let edition = crate::bundle::Edition {
        parts: vec![crate::bundle::BundlePart::of(E3), crate::bundle::BundlePart::of(TEAMS)],
        price: Some(dec("15")),
        currency: Some(Currency::EUR),
        ..crate::bundle::Edition::blank(day("2000-01-01"))
    };
    prices.bundles.push(crate::bundle::Bundle { code: BUNDLE, name: "Both".into(), editions: vec![edition] });
    let mut teams = seats(6, "2026-03-15", BillingPlan::Monthly, "12");
    teams.product = TEAMS;
    let book = base(&prices, &[changing(&[("2027-05-15", 3)]), teams], 8);
    // From March ten bundles at 15.00 and two seats of Teams at 5.00; from May twelve, and a seat of E3 at 12.00.
    let (_, revenue) = told(&book, &lever("2027-01-01", What::Bundle(BUNDLE)));
    assert_eq!(revenue[3..7], ["180.00", "160.00", "160.00", "192.00"]);
}
