//! What a subscription's timeline charges.

use super::*;
use crate::bundle::{Bundle, BundlePart, Edition};

#[test]
fn seats_added_in_a_cycle_pay_for_the_days_left() {
    let mut world = World::new();
    world.subscribe(1, "10", "2025-12-12", &[("2026-10-28", "+2"), ("2026-10-30", "-1"), ("2026-11-01", "+1")]);
    world.check(
        "2026-10",
        "Recurring E3 2026-10-12..2026-11-11 31/31 10 x 30 = 300.00
         Added E3 2026-10-28..2026-11-11 15/31 2 x 30 = 29.03
         Removed E3 2026-10-30..2026-11-11 13/31 -1 x 30 = -12.58
         Account 1: 316.45 + 60.13 = 376.58 EUR",
    );
    // The event of 1 November lies in the cycle that began in October.
    world.check(
        "2026-11",
        "Added E3 2026-11-01..2026-11-11 11/31 1 x 30 = 10.65
         Recurring E3 2026-11-12..2026-12-11 30/30 12 x 30 = 360.00
         Account 1: 370.65 + 70.42 = 441.07 EUR",
    );
}

#[test]
fn a_change_taken_back_on_its_day_is_on_no_invoice() {
    let mut world = World::new();
    world.subscribe(1, "10", "2025-12-01", &[("2026-10-16", "+2"), ("2026-10-16", "-2"), ("2026-10-17", "+1")]);
    let expected = "Recurring E3 2026-10-01..2026-10-31 31/31 10 x 30 = 300.00
         Added E3 2026-10-17..2026-10-31 15/31 1 x 30 = 14.52
         Account 1: 314.52 + 59.76 = 374.28 EUR";
    world.check_issued("2026-10", expected);
    // Billed first and then taken back, it is given back.
    world.record("2026-10-17", "-1");
    world.check(
        "2026-11",
        "Removed E3 2026-10-17..2026-10-31 15/31 -1 x 30 = -14.52
         Recurring E3 2026-11-01..2026-11-30 30/30 10 x 30 = 300.00
         Account 1: 285.48 + 54.24 = 339.72 EUR",
    );
}

#[test]
fn a_year_paid_at_once_is_charged_once_and_its_seats_to_the_years_end() {
    let mut world = World::new();
    world.subscribe(1, "3", "2026-01-01", &[("2026-10-01", "+1")]).plan = BillingPlan::Annual;
    world.check(
        "2026-01",
        "Recurring E3 2026-01-01..2026-12-31 365/365 3 x 360 = 1080.00
                            Account 1: 1080.00 + 205.20 = 1285.20 EUR",
    );
    world.check(
        "2026-10",
        "Added E3 2026-10-01..2026-12-31 92/365 1 x 360 = 90.74
                            Account 1: 90.74 + 17.24 = 107.98 EUR",
    );
    world.check("2026-11", "");
}

#[test]
fn the_day_of_a_cancellation_is_not_served() {
    let mut world = World::new();
    world.subscribe(1, "4", "2026-10-01", &[("2026-10-05", "cancel")]);
    world.subscribe(2, "4", "2026-10-01", &[("2026-10-05", "cancel kept")]);
    world.subscribe(3, "4", "2026-10-01", &[("2026-10-01", "cancel")]);
    world.subscribe(4, "4", "2026-09-15", &[("2026-10-01", "cancel")]);
    world.check(
        "2026-10",
        "Recurring E3 2026-10-01..2026-10-31 31/31 4 x 30 = 120.00
         Cancelled E3 2026-10-05..2026-10-31 27/31 -4 x 30 = -104.52
         Recurring E3 2026-10-01..2026-10-31 31/31 4 x 30 = 120.00
         Cancelled E3 2026-10-01..2026-10-14 14/30 -4 x 30 = -56.00
         Account 1: 79.48 + 15.10 = 94.58 EUR",
    );
    world.check("2026-11", "");
}

#[test]
fn seats_never_fall_below_nothing() {
    let mut world = World::new();
    world.subscribe(1, "2", "2026-10-01", &[("2026-10-11", "-5"), ("2026-10-21", "+1"), ("2026-10-26", "=4")]);
    world.check(
        "2026-10",
        "Recurring E3 2026-10-01..2026-10-31 31/31 2 x 30 = 60.00
         Removed E3 2026-10-11..2026-10-31 21/31 -2 x 30 = -40.65
         Added E3 2026-10-21..2026-10-31 11/31 1 x 30 = 10.65
         Added E3 2026-10-26..2026-10-31 6/31 3 x 30 = 17.42
         Account 1: 47.42 + 9.01 = 56.43 EUR",
    );
}

#[test]
fn an_upgrade_credits_the_old_and_charges_the_new() {
    let mut world = World::new();
    let teams = world.key("TEAMS");
    let e3 = world.key("E3");
    let sub = world.subscribe(1, "10", "2026-10-01", &[("2026-10-17", "to E3")]);
    (sub.product, sub.name) = (teams, Symbol::EMPTY);
    world.check(
        "2026-10",
        "Recurring TEAMS 2026-10-01..2026-10-31 31/31 10 x 5 = 50.00
         Added E3 2026-10-17..2026-10-31 15/31 10 x 30 = 145.16
         Removed TEAMS 2026-10-17..2026-10-31 15/31 -10 x 5 = -24.19
         Account 1: 170.97 + 32.48 = 203.45 EUR",
    );
    assert_eq!(world.draft("2026-11").drafts[0].lines[0].product, Some(e3));
}

#[test]
fn a_move_credits_one_account_and_charges_the_other() {
    let mut world = World::new();
    world.subscribe(1, "10", "2026-10-01", &[("2026-10-17", "move 2")]);
    world.check(
        "2026-10",
        "Recurring E3 2026-10-01..2026-10-31 31/31 10 x 30 = 300.00
         Removed E3 2026-10-17..2026-10-31 15/31 -10 x 30 = -145.16
         Account 1: 154.84 + 29.42 = 184.26 EUR
         Added E3 2026-10-17..2026-10-31 15/31 10 x 30 = 145.16
         Account 2: 145.16 + 0.00 = 145.16 EUR",
    );
    world.only = Some(BTreeSet::from([id(2)]));
    world.check(
        "2026-11",
        "Recurring E3 2026-11-01..2026-11-30 30/30 10 x 30 = 300.00
                            Account 2: 300.00 + 0.00 = 300.00 EUR",
    );
}

#[test]
fn arrears_fall_due_with_the_last_day() {
    let mut world = World::new();
    world.subscribe(1, "10", "2026-09-12", &[("2026-09-22", "+3")]).timing = Timing::Arrears;
    world.check("2026-09", "");
    world.check(
        "2026-10",
        "Recurring E3 2026-09-12..2026-10-11 30/30 10 x 30 = 300.00
         Added E3 2026-09-22..2026-10-11 20/30 3 x 30 = 60.00
         Account 1: 360.00 + 68.40 = 428.40 EUR",
    );
}

#[test]
fn calendar_months_begin_with_a_part() {
    let mut world = World::new();
    world.subscribe(1, "10", "2026-10-12", &[("2026-11-16", "+2")]).cadence = Cadence::CalendarMonth;
    world.check(
        "2026-10",
        "Recurring E3 2026-10-12..2026-10-31 20/31 10 x 30 = 193.55
                            Account 1: 193.55 + 36.77 = 230.32 EUR",
    );
    world.check(
        "2026-11",
        "Recurring E3 2026-11-01..2026-11-30 30/30 10 x 30 = 300.00
         Added E3 2026-11-16..2026-11-30 15/30 2 x 30 = 30.00
         Account 1: 330.00 + 62.70 = 392.70 EUR",
    );
    world.subscriptions[0].plan = BillingPlan::Annual;
    world.subscriptions[0].events.truncate(1);
    world.check(
        "2026-10",
        "Recurring E3 2026-10-12..2026-10-31 20/365 10 x 360 = 197.26
                            Account 1: 197.26 + 37.48 = 234.74 EUR",
    );
    world.check(
        "2026-11",
        "Recurring E3 2026-11-01..2027-10-31 365/365 10 x 360 = 3600.00
                            Account 1: 3600.00 + 684.00 = 4284.00 EUR",
    );
}

#[test]
fn bundles_show_their_parts_or_hide_them() {
    let mut world = World::new();
    let (e3, teams, bundle) = (world.key("E3"), world.key("TEAMS"), world.key("OFFICE"));
    let part =
        |product, ratio, discount| BundlePart { ratio: dec(ratio), discount: dec(discount), ..BundlePart::of(product) };
    let edition = Edition {
        parts: vec![part(e3, "1", "0.1"), part(teams, "2", "0")],
        price: Some(dec("33.33")),
        currency: Some(Currency::EUR),
        ..Edition::blank(crate::date::RANGE.0)
    };
    world.book.bundles = vec![Bundle { code: bundle.product, name: "Office".into(), editions: vec![edition] }];
    let sub = world.subscribe(1, "3", "2026-10-01", &[("2026-10-17", "+1")]);
    (sub.product, sub.name) = (bundle, Symbol::EMPTY);
    // Stand-alone 30.00 and 10.00: three quarters and a quarter of 33.33, to the cent 25.00 and 8.33.
    world.check(
        "2026-10",
        "Recurring E3 2026-10-01..2026-10-31 31/31 3 x 25 = 75.00
         Recurring TEAMS 2026-10-01..2026-10-31 31/31 6 x 4.165 = 24.99
         Added E3 2026-10-17..2026-10-31 15/31 1 x 25 = 12.10
         Added TEAMS 2026-10-17..2026-10-31 15/31 2 x 4.165 = 4.03
         Account 1: 116.12 + 22.06 = 138.18 EUR",
    );
    world.book.bundles[0].editions[0].show_parts = false;
    world.subscriptions[0].name = world.names.intern("Office");
    world.check(
        "2026-10",
        "Recurring Office 2026-10-01..2026-10-31 31/31 3 x 33.33 = 99.99
         Added Office 2026-10-17..2026-10-31 15/31 1 x 33.33 = 16.13
         Account 1: 116.12 + 22.06 = 138.18 EUR",
    );
}

#[test]
fn a_price_of_its_own_lasts_until_an_upgrade() {
    let mut world = World::new();
    world.subscribe(1, "2", "2026-10-01", &[("2026-10-11", "price 20"), ("2026-12-01", "to TEAMS")]);
    world.check(
        "2026-10",
        "Recurring E3 2026-10-01..2026-10-31 31/31 2 x 30 = 60.00
                            Account 1: 60.00 + 11.40 = 71.40 EUR",
    );
    world.check(
        "2026-11",
        "Recurring E3 2026-11-01..2026-11-30 30/30 2 x 20 = 40.00
                            Account 1: 40.00 + 7.60 = 47.60 EUR
                            G-BELOW-COST: line E3, net 40.00 EUR, cost 48.00 EUR",
    );
    world.check(
        "2026-12",
        "Recurring TEAMS 2026-12-01..2026-12-31 31/31 2 x 5 = 10.00
                            Account 1: 10.00 + 1.90 = 11.90 EUR",
    );
}

#[test]
fn a_suspended_subscription_is_charged_and_one_started_anew_too() {
    let mut world = World::new();
    world.subscribe(1, "2", "2026-09-01", &[("2026-10-11", "cancel"), ("2026-10-22", "start 3")]);
    world.subscribe(2, "1", "2026-09-01", &[]);
    let suspended = EventKind::Suspended { suspended: true };
    world.subscriptions[1].events.push(Event { seq: 999, date: day("2026-09-20"), kind: suspended });
    world.check(
        "2026-10",
        "Recurring E3 2026-10-01..2026-10-31 31/31 2 x 30 = 60.00
         Cancelled E3 2026-10-11..2026-10-31 21/31 -2 x 30 = -40.65
         Recurring E3 2026-10-22..2026-10-31 10/31 3 x 30 = 29.03
         Recurring E3 2026-10-01..2026-10-31 31/31 1 x 30 = 30.00
         Account 1: 78.38 + 14.89 = 93.27 EUR",
    );
}

#[test]
fn the_last_cycle_in_arrears_is_billed_after_the_cancellation() {
    // Cancelled on 11 September without a credit: the cycle to 1 October falls due in October, whole.
    let mut world = World::new();
    world.subscribe(1, "5", "2026-08-02", &[("2026-09-11", "cancel kept")]).timing = Timing::Arrears;
    world.check(
        "2026-10",
        "Recurring E3 2026-09-02..2026-10-01 30/30 5 x 30 = 150.00
         Account 1: 150.00 + 28.50 = 178.50 EUR",
    );
    // With a credit: the nine days served are paid for.
    let mut world = World::new();
    world.subscribe(1, "5", "2026-08-02", &[("2026-09-11", "cancel")]).timing = Timing::Arrears;
    world.check(
        "2026-10",
        "Recurring E3 2026-09-02..2026-10-01 30/30 5 x 30 = 150.00
         Cancelled E3 2026-09-11..2026-10-01 21/30 -5 x 30 = -105.00
         Account 1: 45.00 + 8.55 = 53.55 EUR",
    );
}
