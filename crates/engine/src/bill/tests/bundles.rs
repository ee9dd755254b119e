//! Bundles on invoices: editions over time, hidden parts, and what is charged once.

use super::*;
use crate::bundle::{Bundle, BundlePart, BundlePolicy, Edition, PartKind};

/// "Office": E3 (lists at 30.00) and two Teams (5.00 each), with a laptop at 800.00 and onboarding at 50.00 once.
fn office(editions: Vec<Edition>) -> World {
    let mut world = World::new();
    let (code, name) = (world.key("OFFICE").product, "Office".to_owned());
    world.book.bundles = vec![Bundle { code, name, editions }];
    for code in ["LAPTOP", "SETUP"] {
        let key = world.key(code);
        let product = Product { key, name: code.into(), kind: ProductKind::OneOff, ..world.products[0].clone() };
        world.products.push(product);
    }
    world
}

fn edition(world: &mut World, from: &str, parts: &[(&str, &str)], price: &str) -> Edition {
    let parts = parts.iter().map(|(code, ratio)| {
        let part = BundlePart { ratio: dec(ratio), ..BundlePart::of(world.key(code)) };
        let once = |price: &str, cost: &str| BundlePart {
            kind: PartKind::OneOff,
            price: Some(dec(price)),
            cost: Some(dec(cost)),
            ..part.clone()
        };
        match *code {
            "LAPTOP" => once("800", "700"),
            "SETUP" => once("50", "10"),
            _ => part,
        }
    });
    let price = (!price.is_empty()).then(|| dec(price));
    Edition { parts: parts.collect(), price, currency: Some(Currency::EUR), ..Edition::blank(day(from)) }
}

const SINCE_EVER: &str = "1900-01-01";

fn subscribe<'w>(world: &'w mut World, seats: &str, start: &str, events: &[(&str, &str)]) -> &'w mut Subscription {
    let bundle = world.key("OFFICE");
    let name = world.names.intern("Office");
    let sub = world.subscribe(1, seats, start, events);
    (sub.product, sub.name) = (bundle, name);
    sub
}

#[test]
fn once_for_each_unit_and_never_again() {
    let mut world = office(Vec::new());
    let all = edition(&mut world, SINCE_EVER, &[("E3", "1"), ("LAPTOP", "1"), ("SETUP", "1")], "28");
    world.book.bundles[0].editions = vec![all];
    subscribe(&mut world, "2", "2026-09-10", &[("2026-10-05", "+3"), ("2026-10-05", "-1"), ("2026-10-20", "-2")]);
    world.check_issued(
        "2026-09",
        "Recurring E3 2026-09-10..2026-10-09 30/30 2 x 28 = 56.00
         OneOff LAPTOP 2026-09-10 2 x 800 = 1600.00
         OneOff SETUP 2026-09-10 2 x 50 = 100.00
         Account 1: 1756.00 + 333.64 = 2089.64 EUR",
    );
    // Three came and one went the same day: two are new. The two that went later are not given back.
    world.check_issued(
        "2026-10",
        "Added E3 2026-10-05..2026-10-09 5/30 3 x 28 = 14.00
         Removed E3 2026-10-05..2026-10-09 5/30 -1 x 28 = -4.67
         OneOff LAPTOP 2026-10-05 2 x 800 = 1600.00
         OneOff SETUP 2026-10-05 2 x 50 = 100.00
         Recurring E3 2026-10-10..2026-11-09 31/31 4 x 28 = 112.00
         Removed E3 2026-10-20..2026-11-09 21/31 -2 x 28 = -37.94
         Account 1: 1783.39 + 338.84 = 2122.23 EUR",
    );
    world.check("2026-10", "");
    world.check(
        "2026-11",
        "Recurring E3 2026-11-10..2026-12-09 30/30 2 x 28 = 56.00
         Account 1: 56.00 + 10.64 = 66.64 EUR",
    );
    // Seats that become known late are charged once too.
    world.record("2026-09-15", "+1");
    let late = world.issue("2026-11");
    assert!(late.contains("OneOff LAPTOP 2026-09-15 1 x 800 = 800.00"), "{late}");
    world.check("2026-11", "");
}

#[test]
fn what_is_taken_back_is_credited_only_then() {
    let mut world = office(Vec::new());
    let all = edition(&mut world, SINCE_EVER, &[("E3", "1"), ("LAPTOP", "1")], "28");
    world.book.bundles[0].editions = vec![all];
    subscribe(&mut world, "2", "2026-09-10", &[("2026-09-12", "+1")]);
    world.issue("2026-09");
    world.record("2026-10-10", "cancel");
    world.check("2026-10", "");
    world.record("2026-10-10", "returned");
    world.check_issued(
        "2026-10",
        "Cancelled LAPTOP 2026-10-10 -2 x 800 = -1600.00
         Cancelled LAPTOP 2026-10-10 -1 x 800 = -800.00
         Account 1: -2400.00 + -456.00 = -2856.00 EUR",
    );
    world.check("2026-10", "");
    // What was never charged here is not credited: it began before this book billed it.
    let mut before = world.clone();
    before.billed = Billed::default();
    before.earlier.clear();
    before.check("2026-10", "");
    // Ended on its first day, it never ran; what was never supplied is on no invoice.
    let mut never = office(world.book.bundles[0].editions.clone());
    subscribe(&mut never, "2", "2026-09-10", &[("2026-09-10", "cancel"), ("2026-09-10", "returned")]);
    never.check("2026-09", "");
}

#[test]
fn a_new_edition_reaches_each_agreement_by_its_policy() {
    let mut world = office(Vec::new());
    let first = edition(&mut world, SINCE_EVER, &[("E3", "1")], "28");
    // From 1 November Teams comes with it, and a laptop that running units never get.
    let second = edition(&mut world, "2026-11-01", &[("E3", "1"), ("TEAMS", "2"), ("LAPTOP", "1")], "36");
    world.book.bundles[0].editions = vec![first, second];
    subscribe(&mut world, "1", "2025-11-10", &[]);
    for (policy, reached, november, december) in [
        (BundlePolicy::Follow, Some("2026-11-10"), "36.00", "36.00"),
        (BundlePolicy::Renewal, Some("2026-11-10"), "36.00", "36.00"),
        (BundlePolicy::Keep, None, "28.00", "28.00"),
    ] {
        world.subscriptions[0].bundle_policy = policy;
        assert_eq!(reached_on(&world), reached.map(str::to_owned), "{policy:?}");
        for (month, net) in [("2026-10", "28.00"), ("2026-11", november), ("2026-12", december)] {
            assert_eq!(world.draft(month).drafts[0].net.to_string(), net, "{policy:?} in {month}");
        }
    }
    // A term that began just before it keeps the old edition for a year; following, only for the cycle.
    world.subscriptions[0].start = day("2026-10-20");
    world.subscriptions[0].events[0].date = day("2026-10-20");
    for (policy, reached, november) in
        [(BundlePolicy::Follow, Some("2026-11-20"), "36.00"), (BundlePolicy::Renewal, Some("2027-10-20"), "28.00")]
    {
        world.subscriptions[0].bundle_policy = policy;
        assert_eq!(reached_on(&world), reached.map(str::to_owned), "{policy:?}");
        assert_eq!(world.draft("2026-11").drafts[0].net.to_string(), november, "{policy:?}");
    }
    // Kept until moved by hand, and then from the next cycle on.
    world.subscriptions[0].bundle_policy = BundlePolicy::Keep;
    let moved = Event { seq: 900, date: day("2026-12-01"), kind: EventKind::EditionSet { day: day("2026-11-01") } };
    world.subscriptions[0].events.push(moved);
    for (month, net) in [("2026-11", "28.00"), ("2026-12", "36.00")] {
        assert_eq!(world.draft(month).drafts[0].net.to_string(), net, "{month}");
    }
}

fn reached_on(world: &World) -> Option<String> {
    reached(&world.subscriptions[0], day("2026-11-01")).map(|cycle| cycle.start.to_string())
}

#[test]
fn an_upgrade_to_a_bundle_is_sold_its_edition_of_that_day() {
    let mut world = office(Vec::new());
    let first = edition(&mut world, SINCE_EVER, &[("E3", "1"), ("SETUP", "1")], "28");
    let second = edition(&mut world, "2026-11-01", &[("E3", "1"), ("SETUP", "2")], "29");
    world.book.bundles[0].editions = vec![first, second];
    let sub = world.subscribe(1, "2", "2026-09-01", &[("2026-11-01", "to OFFICE")]);
    sub.bundle_policy = BundlePolicy::Keep;
    world.check(
        "2026-11",
        "Recurring E3 2026-11-01..2026-11-30 30/30 2 x 29 = 58.00
         OneOff SETUP 2026-11-01 4 x 50 = 200.00
         Account 1: 258.00 + 49.02 = 307.02 EUR",
    );
}

#[test]
fn a_first_part_that_costs_nothing_is_not_billed_twice() {
    let mut world = office(Vec::new());
    let mut free = edition(&mut world, SINCE_EVER, &[("TEAMS", "1"), ("E3", "1")], "");
    free.parts[0].discount = Decimal::ONE;
    world.book.bundles[0].editions = vec![free];
    subscribe(&mut world, "2", "2026-10-01", &[]);
    world.check_issued(
        "2026-10",
        "Recurring E3 2026-10-01..2026-10-31 31/31 2 x 30 = 60.00
         Account 1: 60.00 + 11.40 = 71.40 EUR",
    );
    world.check("2026-10", "");
}

proptest::proptest! {
    /// For any mix of shown and hidden parts, any quantity and days: the lines add up to what the bundle would be on one.
    #[test]
    fn folded_and_unfolded_come_to_the_same(
        shown in proptest::collection::vec(proptest::bool::ANY, 3),
        cents in 0i64..9999,
        seats in 1i64..50,
        start in 1u32..28,
    ) {
        let mut world = office(Vec::new());
        let price = Decimal::new(cents, 2).to_string();
        let mut parts = edition(&mut world, SINCE_EVER, &[("E3", "1"), ("TEAMS", "2"), ("E3", "3")], &price);
        parts.parts.iter_mut().zip(&shown).for_each(|(part, shown)| part.shown = *shown);
        world.book.bundles[0].editions = vec![parts];
        let sub = subscribe(&mut world, &seats.to_string(), &format!("2026-10-{start:02}"), &[("2026-10-28", "+1")]);
        sub.cadence = Cadence::CalendarMonth;
        let net = |world: &World| world.draft("2026-10").drafts.first().map(|d| d.net);
        let unfolded = net(&world);
        world.book.bundles[0].editions[0].show_parts = false;
        proptest::prop_assert_eq!(unfolded, net(&world));
    }
}
