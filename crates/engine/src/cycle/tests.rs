//! Microsoft's published date tables, row by row, and what must hold for any subscription.

use super::*;
use crate::register::{BundlePolicy, Cadence, Event, ProductKey, Timing};
use crate::{Currency, Decimal, Id, SourceId, Symbol};
use proptest::prelude::*;

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

/// A subscription from its term code, plan and first day.
fn bought(term: &str, plan: BillingPlan, start: &str) -> Subscription {
    let start = day(start);
    Subscription {
        id: Id([0; 16]),
        source: SourceId::NONE,
        account: Id([1; 16]),
        product: ProductKey { product: Symbol::EMPTY, sku: Symbol::EMPTY },
        name: Symbol::EMPTY,
        term: Term::parse(term).unwrap(),
        plan,
        sold_plan: None,
        customer_term: None,
        start,
        term_end: None,
        anchor_day: None,
        pricing_currency: Currency::EUR,
        bundle: Symbol::EMPTY,
        bundle_policy: BundlePolicy::default(),
        basis: None,
        cadence: Cadence::Anniversary,
        timing: Timing::Advance,
        events: [event(0, start, EventKind::Started { quantity: Decimal::TEN })].into(),
    }
}

fn event(seq: u64, date: Date, kind: EventKind) -> Event {
    Event { seq, date, kind }
}

/// Last days of the first cycles, as files write them.
fn last_days(subscription: &Subscription, count: usize) -> Vec<String> {
    let far = add_months(subscription.start, 12 * 20);
    predicted(subscription, far).iter().take(count).map(|c| c.last().to_string()).collect()
}

#[track_caller]
fn check(subscription: &Subscription, expected: &[&str]) {
    assert_eq!(last_days(subscription, expected.len()), expected, "from {}", subscription.start);
}

use BillingPlan::{Annual, Monthly, OneTime, Triennial};

#[test]
fn monthly_terms_end_as_published() {
    for (start, last) in [
        ("2021-01-31", "2021-02-27"),
        ("2021-02-28", "2021-03-27"),
        ("2021-05-31", "2021-06-29"),
        ("2021-06-30", "2021-07-29"),
        ("2021-07-31", "2021-08-30"),
        ("2021-01-30", "2021-02-27"),
        ("2021-02-27", "2021-03-26"),
        ("2021-05-30", "2021-06-29"),
        ("2021-06-29", "2021-07-28"),
        ("2021-07-30", "2021-08-29"),
        ("2024-01-31", "2024-02-28"),
        ("2024-02-29", "2024-03-28"),
    ] {
        check(&bought("P1M", Monthly, start), &[last]);
    }
}

#[test]
fn a_monthly_term_does_not_drift_after_february() {
    check(&bought("P1M", Monthly, "2021-01-31"), &["2021-02-27", "2021-03-30", "2021-04-29", "2021-05-30"]);
    check(&bought("P1M", Monthly, "2024-01-30"), &["2024-02-28", "2024-03-29", "2024-04-29"]);
    // Unless the file says that it did: the term that runs to 27 March ends on the 27th from then on.
    let drifted = Subscription { term_end: Some(day("2021-03-28")), ..bought("P1M", Monthly, "2021-01-31") };
    check(&drifted, &["2021-02-27", "2021-03-27", "2021-04-27"]);
}

#[test]
fn years_paid_monthly_from_the_last_day_keep_to_the_last_day() {
    let expected = [
        "2021-02-27",
        "2021-03-30",
        "2021-04-29",
        "2021-05-30",
        "2021-06-29",
        "2021-07-30",
        "2021-08-30",
        "2021-09-29",
        "2021-10-30",
        "2021-11-29",
        "2021-12-30",
        "2022-01-30",
        "2022-02-27",
    ];
    check(&bought("P1Y", Monthly, "2021-01-31"), &expected);
    check(&bought("P3Y", Monthly, "2021-01-31"), &expected);
    check(&bought("P1Y", Monthly, "2021-06-30"), &["2021-07-30", "2021-08-30", "2021-09-29"]);
    check(&bought("P1Y", Monthly, "2023-12-31"), &["2024-01-30", "2024-02-28", "2024-03-30"]);
}

#[test]
fn years_paid_monthly_from_the_day_before_keep_to_the_day_before() {
    let expected = [
        "2021-02-26",
        "2021-03-29",
        "2021-04-28",
        "2021-05-29",
        "2021-06-28",
        "2021-07-29",
        "2021-08-29",
        "2021-09-28",
        "2021-10-29",
        "2021-11-28",
        "2021-12-29",
        "2022-01-29",
    ];
    check(&bought("P1Y", Monthly, "2021-01-30"), &expected);
    check(&bought("P3Y", Monthly, "2021-01-30"), &expected);
    check(&bought("P1Y", Monthly, "2024-02-28"), &["2024-03-29", "2024-04-28"]);
    check(&bought("P1Y", Monthly, "2023-12-30"), &["2024-01-29", "2024-02-27", "2024-03-29"]);
}

#[test]
fn any_other_day_repeats() {
    check(&bought("P1Y", Monthly, "2022-02-21"), &["2022-03-20", "2022-04-20", "2022-05-20"]);
    check(&bought("P1Y", Monthly, "2021-01-29"), &["2021-02-27", "2021-03-28", "2021-04-28"]);
    assert_eq!(cycle_on(&bought("P1Y", Monthly, "2022-02-21"), day("2022-03-01")).unwrap().days(), 28);
}

#[test]
fn years_and_three_years_repeat_the_date() {
    check(
        &bought("P1Y", Annual, "2024-02-29"),
        &["2025-02-27", "2026-02-27", "2027-02-27", "2028-02-28", "2029-02-27"],
    );
    check(&bought("P1Y", Annual, "2023-02-28"), &["2024-02-27", "2025-02-27"]);
    check(&bought("P3Y", Annual, "2021-09-20"), &["2022-09-19", "2023-09-19", "2024-09-19"]);
    check(&bought("P3Y", Triennial, "2024-02-29"), &["2027-02-27", "2030-02-27"]);
    let leap = predicted(&bought("P1Y", Annual, "2024-02-29"), day("2028-02-29"));
    assert_eq!(leap.iter().map(Period::days).collect::<Vec<_>>(), [365, 365, 365, 366, 365]);
}

#[test]
fn once_is_once() {
    let upfront = bought("P1Y", OneTime, "2021-06-18");
    assert_eq!(
        predicted(&upfront, day("2030-01-01")),
        [Period::inclusive(day("2021-06-18"), day("2022-06-17")).unwrap()]
    );
    assert_eq!(cycle_on(&upfront, day("2022-06-18")), None);
}

#[test]
fn an_aligned_first_cycle_is_short() {
    let aligned = Subscription { term_end: Some(day("2022-07-21")), ..bought("P1Y", Monthly, "2022-01-25") };
    check(&aligned, &["2022-02-20", "2022-03-20"]);
    assert_eq!(super::bought(&aligned).nominal(cycle_on(&aligned, aligned.start).unwrap()).days(), 31);
    let year = Subscription { plan: Annual, ..aligned };
    check(&year, &["2022-07-20", "2023-07-20"]);
    assert_eq!(super::bought(&year).nominal(cycle_on(&year, year.start).unwrap()).days(), 365);
    let calendar = Subscription { anchor_day: Some(1), ..bought("P1Y", Annual, "2026-01-15") };
    check(&calendar, &["2026-12-31", "2027-12-31"]);
    let calendar = Subscription { anchor_day: Some(1), ..bought("P1M", Monthly, "2026-01-15") };
    check(&calendar, &["2026-01-31", "2026-02-28", "2026-03-31"]);
}

#[test]
fn nothing_begins_once_cancelled() {
    let mut subscription = bought("P1Y", Monthly, "2026-01-10");
    subscription.events.push(event(1, day("2026-03-10"), EventKind::Cancelled { credit: false }));
    check(&subscription, &["2026-02-09", "2026-03-09"]);
    assert_eq!(predicted(&subscription, day("2027-01-01")).len(), 2);
    assert_eq!(cycle_on(&subscription, day("2026-03-10")), None);
    subscription.events[1].date = day("2026-03-04");
    check(&subscription, &["2026-02-09", "2026-03-09"]);
}

#[test]
fn a_renewal_to_a_custom_date_moves_the_cycles() {
    let mut subscription = bought("P1Y", Monthly, "2025-02-10");
    subscription.events.push(event(1, day("2026-02-10"), EventKind::Renewed { term_end: day("2027-01-01") }));
    assert_eq!(
        cycles(&subscription, day("2026-01-01"), day("2026-04-01")).iter().map(Period::to_string).collect::<Vec<_>>(),
        ["2026-01-10 to 2026-02-09", "2026-02-10 to 2026-02-28", "2026-03-01 to 2026-03-31"]
    );
    let state = subscription.on(day("2026-06-01"));
    assert_eq!(state.term, Period::new(day("2026-02-10"), day("2027-01-01")));
    subscription.events.push(event(2, day("2027-01-01"), EventKind::Renewed { term_end: day("2028-01-01") }));
    assert_eq!(subscription.on(day("2027-06-01")).term, Period::new(day("2027-01-01"), day("2028-01-01")));
    assert_eq!(cycles(&subscription, day("2027-03-01"), day("2027-04-01")).len(), 1);
}

#[test]
fn monthly_renewals_keep_the_original_day() {
    let mut subscription = bought("P1M", Monthly, "2026-01-31");
    for (seq, (date, end)) in [("2026-02-28", "2026-03-31"), ("2026-03-31", "2026-04-30")].into_iter().enumerate() {
        subscription.events.push(event(1 + seq as u64, day(date), EventKind::Renewed { term_end: day(end) }));
    }
    check(&subscription, &["2026-02-27", "2026-03-30", "2026-04-29", "2026-05-30"]);
}

#[test]
fn terms_follow_a_known_end() {
    let s = bought("P1Y", Monthly, "2021-01-31");
    let term = |end: Option<&str>, on: &str| term_on(&s, end.map(day), day(on)).map(|t| t.to_string());
    assert_eq!(term(None, "2021-01-30"), None);
    assert_eq!(term(None, "2021-06-01").unwrap(), "2021-01-31 to 2022-01-30");
    assert_eq!(term(None, "2022-01-31").unwrap(), "2022-01-31 to 2023-01-30");
    assert_eq!(term(Some("2021-08-01"), "2021-06-01").unwrap(), "2021-01-31 to 2021-07-31");
    assert_eq!(term(Some("2021-08-01"), "2021-08-01").unwrap(), "2021-08-01 to 2022-07-31");
    assert_eq!(term(Some("2023-01-31"), "2021-06-01").unwrap(), "2021-01-31 to 2022-01-30");
    let month = bought("P1M", Monthly, "2026-01-31");
    assert_eq!(
        term_on(&month, Some(day("2026-02-28")), day("2026-03-05")).unwrap().to_string(),
        "2026-02-28 to 2026-03-30"
    );
}

fn any_subscription() -> impl Strategy<Value = Subscription> {
    let plans = prop_oneof![
        Just(("P1M", Monthly)),
        Just(("P1Y", Monthly)),
        Just(("P3Y", Monthly)),
        Just(("P1Y", Annual)),
        Just(("P3Y", Annual)),
        Just(("P3Y", Triennial)),
    ];
    let end = proptest::option::of(1i64..1200);
    let renewed = proptest::option::of((1i64..1500, 1i64..1200));
    (plans, 0i64..1500, end, proptest::option::of(1u32..=31), renewed).prop_map(
        |((term, plan), offset, end, anchor_day, renewed)| {
            let start = crate::date::add_days(day("2020-01-01"), offset);
            let mut s = Subscription { anchor_day, ..bought(term, plan, &start.to_string()) };
            s.term_end = end.map(|days| crate::date::add_days(start, days));
            if let Some((after, length)) = renewed {
                let date = crate::date::add_days(start, after);
                s.events.push(event(1, date, EventKind::Renewed { term_end: crate::date::add_days(date, length) }));
            }
            s
        },
    )
}

proptest! {
    #[test]
    fn cycles_tile(s in any_subscription()) {
        let all = predicted(&s, add_months(s.start, 60));
        prop_assert_eq!(all[0].start, s.start);
        for pair in all.windows(2) {
            prop_assert_eq!(pair[0].end, pair[1].start);
        }
        for cycle in &all {
            prop_assert!(cycle.days() >= 1);
            prop_assert_eq!(cycle_on(&s, cycle.start), Some(*cycle));
            prop_assert_eq!(cycle_on(&s, cycle.last()), Some(*cycle));
            prop_assert!(super::bought(&s).nominal(*cycle).days() >= cycle.days());
        }
    }

    #[test]
    fn a_window_is_a_part_of_the_whole(s in any_subscription(), from in -100i64..900, length in 0i64..400) {
        let from = crate::date::add_days(s.start, from);
        let until = crate::date::add_days(from, length);
        let whole: Vec<Period> =
            predicted(&s, until).into_iter().filter(|c| from <= c.start && c.start < until).collect();
        prop_assert_eq!(cycles(&s, from, until), whole);
    }

    #[test]
    fn each_day_lies_in_its_term(s in any_subscription(), after in 0i64..1500) {
        let on = crate::date::add_days(s.start, after);
        let term = term_on(&s, s.term_end, on);
        prop_assert!(term.is_some_and(|t| t.contains(on) && t.start >= s.start), "{on}: {term:?}");
        prop_assert_eq!(term_on(&s, s.term_end, term.unwrap().start), term);
    }
}

#[test]
fn what_ends_with_its_term_expired_and_what_ends_before_was_cancelled() {
    use crate::register::Status;
    for (end, status) in [
        ("2027-01-10", Status::Expired),
        ("2028-01-10", Status::Expired),
        ("2026-12-10", Status::Cancelled),
        ("2027-01-11", Status::Cancelled),
    ] {
        let mut subscription = bought("P1Y", Monthly, "2026-01-10");
        subscription.events.push(event(1, day(end), EventKind::Cancelled { credit: false }));
        assert_eq!(subscription.on(day("2028-06-01")).status, status, "{end}");
        assert_eq!(subscription.on(day("2026-12-09")).status, Status::Active, "{end}");
    }
}
