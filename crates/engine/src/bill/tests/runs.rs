//! Runs: who pays, what is taxed, what was billed before, what a person should look at.

use super::*;

#[test]
fn a_second_draft_after_issuing_is_empty() {
    let mut world = World::new();
    world.subscribe(1, "10", "2026-01-12", &[("2026-10-28", "+2"), ("2026-11-03", "cancel")]);
    world.minimums = vec![Minimum {
        account: id(2),
        amount: Money::from_minor(5000, Currency::EUR),
        billed: Money::zero(Currency::EUR),
    }];
    for month in ["2026-09", "2026-10", "2026-11", "2026-12"] {
        assert!(!world.issue(month).is_empty());
        world.check(month, "");
    }
}

#[test]
fn events_recorded_late_are_caught_up() {
    let mut world = World::new();
    world.subscribe(1, "10", "2026-01-12", &[]);
    world.issue("2026-09");
    world.issue("2026-10");
    // Two seats since 2 October, learnt of in November: the rest of September's cycle, and October's in full.
    world.record("2026-10-02", "+2");
    world.check_issued(
        "2026-11",
        "Added E3 2026-10-02..2026-10-11 10/30 2 x 30 = 20.00
         CatchUp E3 2026-10-12..2026-11-11 31/31 2 x 30 = 60.00
         Recurring E3 2026-11-12..2026-12-11 30/30 12 x 30 = 360.00
         Account 1: 440.00 + 83.60 = 523.60 EUR",
    );
    world.check("2026-11", "");
    // And it turns out to have been three: one more, once.
    world.record("2026-10-02", "+1");
    world.check_issued(
        "2026-12",
        "Added E3 2026-10-02..2026-10-11 10/30 1 x 30 = 10.00
         CatchUp E3 2026-10-12..2026-11-11 31/31 1 x 30 = 30.00
         CatchUp E3 2026-11-12..2026-12-11 30/30 1 x 30 = 30.00
         Recurring E3 2026-12-12..2027-01-11 31/31 13 x 30 = 390.00
         Account 1: 460.00 + 87.40 = 547.40 EUR",
    );
    world.check("2026-12", "");
}

#[test]
fn seats_all_taken_away_late_are_given_back() {
    let mut world = World::new();
    world.subscribe(1, "10", "2026-01-12", &[]);
    world.issue("2026-10");
    world.record("2026-10-02", "=0");
    world.check_issued(
        "2026-11",
        "Removed E3 2026-10-02..2026-10-11 10/30 -10 x 30 = -100.00
         CatchUp E3 2026-10-12..2026-11-11 31/31 -10 x 30 = -300.00
         Account 1: -400.00 + -76.00 = -476.00 EUR",
    );
    world.check("2026-11", "");
}

#[test]
fn what_is_cancelled_and_started_anew_is_given_back_once() {
    let mut world = World::new();
    world.subscribe(1, "10", "2026-01-12", &[]);
    world.issue("2026-10");
    world.record("2026-10-02", "cancel");
    world.record("2026-10-05", "start 7");
    let drafted = world.draft("2026-11");
    let late = drafted.drafts.iter().flat_map(|d| &d.lines).filter(|line| line.key.kind == ChargeKind::CatchUp);
    assert_eq!(late.map(|line| line.quantity).collect::<Vec<_>>(), [dec("-3")]);
}

/// What is credited so that it may be billed again is charged for the seats it has now.
#[test]
fn a_cycle_credited_whole_is_billed_again() {
    let mut world = World::new();
    world.subscribe(1, "10", "2026-01-12", &[]);
    world.issue("2026-10");
    world.record("2026-10-02", "=7");
    let october = ChargeKey { kind: ChargeKind::Recurring, subject: id(101), date: day("2026-10-12"), part: 0 };
    assert!(world.billed.remove(&october));
    world.check_issued(
        "2026-10",
        "Removed E3 2026-10-02..2026-10-11 10/30 -3 x 30 = -30.00
         Recurring E3 2026-10-12..2026-11-11 31/31 7 x 30 = 210.00
         Account 1: 180.00 + 34.20 = 214.20 EUR",
    );
    world.check("2026-10", "");
    world.check(
        "2026-11",
        "Recurring E3 2026-11-12..2026-12-11 30/30 7 x 30 = 210.00
         Account 1: 210.00 + 39.90 = 249.90 EUR",
    );
}

#[test]
fn a_cancellation_learnt_of_late_gives_back_what_was_billed_since() {
    let mut world = World::new();
    world.subscribe(1, "10", "2026-01-12", &[]);
    world.issue("2026-09");
    world.issue("2026-10");
    world.record("2026-10-02", "cancel");
    world.check_issued(
        "2026-11",
        "Cancelled E3 2026-10-02..2026-10-11 10/30 -10 x 30 = -100.00
         CatchUp E3 2026-10-12..2026-11-11 31/31 -10 x 30 = -300.00
         Account 1: -400.00 + -76.00 = -476.00 EUR",
    );
    world.check("2026-11", "");
    world.check("2026-12", "");
}

#[test]
fn resellers_pay_for_theirs_and_currencies_are_kept_apart() {
    let mut world = World::new();
    world.subscribe(1, "1", "2026-10-01", &[]).account = id(4);
    world.accounts[3].bill_to = Some(id(3));
    let fee = |n: u8, currency, price| OneOff {
        id: id(n),
        account: id(4),
        date: day("2026-10-05"),
        name: "Set-up".into(),
        quantity: dec("2.5"),
        unit_price: dec(price),
        unit_cost: None,
        currency,
        product: None,
    };
    world.one_offs = vec![fee(50, Currency::EUR, "80.01"), fee(51, Currency::GBP, "10"), fee(52, Currency::EUR, "-1")];
    world.check(
        "2026-10",
        "Recurring E3 2026-10-01..2026-10-31 31/31 1 x 30 = 30.00
         OneOff Set-up 2026-10-05 2.5 x 80.01 = 200.03
         OneOff Set-up 2026-10-05 2.5 x -1 = -2.50
         Account 3: 227.53 + 43.23 = 270.76 EUR
         OneOff Set-up 2026-10-05 2.5 x 10 = 25.00
         Account 3: 25.00 + 4.75 = 29.75 GBP
         G-NO-RATE: currency GBP, to EUR, on 2026-11-02",
    );
    world.check("2026-09", "");
}

#[test]
fn tax_is_rounded_on_the_invoice_or_on_each_line() {
    let mut world = World::new();
    for n in 1..=3 {
        world.subscribe(n, "1", "2026-10-01", &[("2026-10-01", "price 0.13")]);
    }
    let taxed = |world: &World| world.draft("2026-10").drafts[0].tax_total.to_string();
    // 19 % of 0.39 is 0.0741; of each 0.13 it is 0.0247.
    assert_eq!(taxed(&world), "0.07");
    world.tax_rounding = TaxRounding::PerLine;
    assert_eq!(taxed(&world), "0.06");
    world.accounts[0].tax = TaxTreatment::Export;
    let draft = &world.draft("2026-10").drafts[0];
    assert_eq!((draft.tax[0].treatment, draft.tax[0].percent), (TaxTreatment::Export, Decimal::ZERO));
}

#[test]
fn a_minimum_charge_tops_up() {
    let mut world = World::new();
    world.subscribe(1, "1", "2026-10-01", &[]);
    let least = |n, billed| Minimum {
        account: id(n),
        amount: Money::from_minor(5000, Currency::EUR),
        billed: Money::from_minor(billed, Currency::EUR),
    };
    world.minimums = vec![least(1, 0), least(2, 4999)];
    world.check(
        "2026-10",
        "Recurring E3 2026-10-01..2026-10-31 31/31 1 x 30 = 30.00
         Minimum Minimum charge 2026-10-01..2026-10-31 1 x 20 = 20.00
         Account 1: 50.00 + 9.50 = 59.50 EUR
         Minimum Minimum charge 2026-10-01..2026-10-31 1 x 0.01 = 0.01
         Account 2: 0.01 + 0.00 = 0.01 EUR",
    );
}

#[test]
fn guards_hold_what_a_person_should_see() {
    let mut world = World::new();
    world.subscribe(1, "1", "2026-09-01", &[]);
    world.subscribe(2, "1", "2026-09-01", &[("2026-10-01", "move 2")]);
    let before = world.draft("2026-09");
    let taxed = before.drafts.iter().map(|d| (d.bill_to, (d.tax[0].treatment, d.tax[0].percent))).collect();
    let lines = before.drafts.iter().flat_map(|d| &d.lines).map(Past::from).collect();
    world.last = Some(LastRun { lines, tax: taxed });
    world.accounts[1].needs_purchase_order = true;
    world.record("2026-10-01", "=10");
    world.record("2026-10-01", "price 1");
    world.accounts[0].tax_percent = dec("21");
    world.check(
        "2026-10",
        "Recurring E3 2026-10-01..2026-10-31 31/31 10 x 1 = 10.00
         Account 1: 10.00 + 2.10 = 12.10 EUR
         Recurring E3 2026-10-01..2026-10-31 31/31 1 x 30 = 30.00
         Account 2: 30.00 + 0.00 = 30.00 EUR
         G-BELOW-COST: line E3, net 10.00 EUR, cost 240.00 EUR
         G-QUANTITY-X10: before 1, now 10
         G-TAX-CHANGED: before Domestic 19 %, now Domestic 21 %
         G-PO-MISSING: net 30.00 EUR",
    );
    world.subscriptions.remove(0);
    let guards = world.draft("2026-10").guards;
    assert_eq!((guards[0].code, guards[0].account), ("G-CUSTOMER-VANISHED", id(1)));
    world.accounts[0].ended = Some(day("2026-09-30"));
    assert!(world.draft("2026-10").guards.iter().all(|g| g.code != "G-CUSTOMER-VANISHED"));
}

#[test]
fn a_line_without_a_price_is_left_out_and_said() {
    let mut world = World::new();
    world.subscribe(1, "1", "2026-10-01", &[]);
    world.subscribe(2, "1", "2026-10-01", &[]).plan = BillingPlan::Triennial;
    world.check(
        "2026-10",
        "Recurring E3 2026-10-01..2026-10-31 31/31 1 x 30 = 30.00
         Account 1: 30.00 + 5.70 = 35.70 EUR
         G-NO-PRICE: product E3, sku 0001, term P1Y, plan Triennial, currency EUR, list of 2026-10-01",
    );
}

#[test]
fn order_does_not_depend_on_the_order_of_the_input() {
    let mut world = World::new();
    for n in [3, 1, 4, 2] {
        world.subscribe(n, "1", "2026-10-01", &[]).account = id(n);
    }
    let one = world.draft("2026-10");
    world.subscriptions.reverse();
    world.accounts.reverse();
    assert_eq!(world.draft("2026-10"), one);
}
