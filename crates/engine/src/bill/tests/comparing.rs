//! One run beside the one before.

use super::*;
use crate::invoice::Cause;

fn past(world: &World, month: &str) -> Vec<Past> {
    world.draft(month).drafts.iter().flat_map(|d| &d.lines).map(Past::from).collect()
}

fn compared(world: &World, before: &str, now: &str) -> Vec<String> {
    let money = |m: Option<Money>| m.map_or("-".to_owned(), |m| m.to_string());
    let found = changes(&past(world, before), &past(world, now));
    found.iter().map(|c| format!("{} {} -> {}", c.cause.name(), money(c.before), money(c.now))).collect()
}

#[test]
fn each_changed_line_has_one_cause() {
    for (events, expected) in [
        (vec![], vec![]),
        (vec![("2026-10-01", "+1")], vec!["seats 60.00 -> 90.00"]),
        (vec![("2026-10-17", "+1")], vec!["seats - -> 14.52"]),
        (vec![("2026-09-16", "+1")], vec!["seats 60.00 -> 90.00", "proration 15.00 -> -"]),
        (vec![("2026-10-01", "price 31")], vec!["price 60.00 -> 62.00"]),
        (vec![("2026-10-01", "to TEAMS")], vec!["price 60.00 -> 10.00"]),
        (vec![("2026-10-01", "cancel")], vec!["ended 60.00 -> -"]),
        (vec![("2026-10-17", "cancel")], vec!["ended - -> -29.03"]),
        (vec![("2026-10-01", "move 2")], vec!["ended 60.00 -> -", "new - -> 60.00"]),
    ] {
        let mut world = World::new();
        world.subscribe(1, "2", "2026-01-01", &events);
        assert_eq!(compared(&world, "2026-09", "2026-10"), expected, "{events:?}");
    }
}

#[test]
fn what_is_new_ends_or_comes_once_a_year() {
    let mut world = World::new();
    world.subscribe(1, "2", "2026-10-05", &[]);
    assert_eq!(compared(&world, "2026-09", "2026-10"), ["new - -> 60.00"]);
    world.subscriptions[0].plan = BillingPlan::Annual;
    assert_eq!(compared(&world, "2026-10", "2026-11"), ["term 720.00 -> -"]);
    world.subscriptions[0].plan = BillingPlan::Monthly;
    world.subscriptions[0].cadence = Cadence::CalendarMonth;
    assert_eq!(compared(&world, "2026-10", "2026-11"), ["proration 52.26 -> 60.00"]);
    let mut foreign = past(&world, "2026-11");
    let home = foreign.clone();
    (foreign[0].exchange_rate, foreign[0].net) = (Some(dec("0.9")), Money::from_minor(5400, Currency::EUR));
    assert_eq!(changes(&home, &foreign)[0].cause, Cause::Fx);
}
