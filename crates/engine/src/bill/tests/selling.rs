//! Bought on one plan, sold on another.

use super::*;
use crate::cycle;

#[test]
fn a_year_bought_upfront_is_sold_month_by_month() {
    let mut world = World::new();
    let sold = world.subscribe(1, "10", "2025-11-12", &[("2026-02-20", "+2")]);
    (sold.plan, sold.sold_plan) = (BillingPlan::Annual, Some(BillingPlan::Monthly));
    // A year lists at 360.00 and costs 288.00: a month is a twelfth of each.
    world.check_issued(
        "2025-11",
        "Recurring E3 2025-11-12..2025-12-11 30/30 10 x 30 = 300.00
         Account 1: 300.00 + 57.00 = 357.00 EUR",
    );
    let cost = world.draft("2026-01").drafts[0].lines[0].cost.unwrap();
    assert_eq!(cost.to_string(), "240.00");
    // Seats added are charged for the days left of the month, not of the vendor's year.
    world.check(
        "2026-02",
        "Recurring E3 2026-02-12..2026-03-11 28/28 10 x 30 = 300.00
         Added E3 2026-02-20..2026-03-11 20/28 2 x 30 = 42.86
         Account 1: 342.86 + 65.14 = 408.00 EUR",
    );
}

#[test]
fn months_bought_are_sold_as_a_year() {
    let mut world = World::new();
    let sold = world.subscribe(1, "10", "2025-11-12", &[("2026-02-20", "+2")]);
    sold.sold_plan = Some(BillingPlan::Annual);
    // Twelve months at 30.00; the vendor's price list of a year is not asked.
    world.check(
        "2025-11",
        "Recurring E3 2025-11-12..2026-11-11 365/365 10 x 360 = 3600.00
         Account 1: 3600.00 + 684.00 = 4284.00 EUR",
    );
    world.check("2025-12", "");
    // 265 of 365 days of 720.00.
    world.check(
        "2026-02",
        "Added E3 2026-02-20..2026-11-11 265/365 2 x 360 = 522.74
         Account 1: 522.74 + 99.32 = 622.06 EUR",
    );
}

#[test]
fn our_months_tile_the_vendors_year_to_the_day() {
    // The last of February, a leap day, the 31st, an aligned end, a stated day: our cycles never cut the vendor's.
    for (start, term_end, anchor_day) in [
        ("2025-02-28", None, None),
        ("2024-02-29", None, None),
        ("2025-08-31", None, None),
        ("2025-01-25", Some("2025-07-21"), None),
        ("2025-01-15", None, Some(1)),
    ] {
        let mut world = World::new();
        let s = world.subscribe(1, "1", start, &[]);
        (s.plan, s.sold_plan, s.anchor_day) = (BillingPlan::Annual, Some(BillingPlan::Monthly), anchor_day);
        s.term_end = term_end.map(day);
        let until = crate::date::add_months(s.start, 30);
        for year in cycle::bought(s).cycles(s.start, until) {
            let ours = cycle::sold(s).cycles(year.start, year.end);
            assert_eq!((ours[0].start, ours.last().unwrap().end), (year.start, year.end), "{start} {year}");
            assert!(ours.len() <= 12 && ours.windows(2).all(|pair| pair[0].end == pair[1].start), "{start} {ours:?}");
        }
        // The other way round: the vendor's months tile our year.
        (s.plan, s.sold_plan) = (BillingPlan::Monthly, Some(BillingPlan::Annual));
        for year in cycle::sold(s).cycles(s.start, until) {
            let theirs = cycle::bought(s).cycles(year.start, year.end);
            assert_eq!((theirs[0].start, theirs.last().unwrap().end), (year.start, year.end), "{start} {year}");
        }
    }
}

#[test]
fn by_the_calendar_a_year_is_sold_in_calendar_months() {
    let mut world = World::new();
    let sold = world.subscribe(1, "10", "2025-11-12", &[]);
    (sold.plan, sold.sold_plan) = (BillingPlan::Annual, Some(BillingPlan::Monthly));
    sold.cadence = Cadence::CalendarMonth;
    for (month, line) in [
        ("2025-11", "Recurring E3 2025-11-12..2025-11-30 19/30 10 x 30 = 190.00"),
        ("2025-12", "Recurring E3 2025-12-01..2025-12-31 31/31 10 x 30 = 300.00"),
    ] {
        assert!(world.issue(month).starts_with(line), "{month}");
    }
}

#[test]
fn what_is_passed_through_follows_the_vendor_whatever_it_is_sold_on() {
    let mut world = World::new();
    world.accounts[0].basis = Some(crate::price::Basis::PassThrough);
    let sold = world.subscribe(1, "10", "2026-10-12", &[]);
    (sold.plan, sold.sold_plan) = (BillingPlan::Annual, Some(BillingPlan::Monthly));
    assert_eq!(sold.as_bought().plan_sold(), BillingPlan::Annual);
    world.check("2026-10", "");
}

/// Every clause at once: what the months will be billed is what the model says, without a scenario.
#[test]
fn the_model_sees_what_will_be_billed() {
    use crate::model::{Base, Horizon, Input};
    use crate::price::{Hold, Layer, ListPlan, Method, PriceRule, Promotion, Uplift};
    use crate::register::CustomerTerm;
    let mut world = World::new();
    let uplift = |from, by_agreement| Uplift { share: dec("0.03"), from: day(from), by_agreement };
    let clauses: [fn(&mut PriceRule); 7] = [
        |_| {},
        |rule| rule.hold = Hold::Float { notice_days: 45 },
        |rule| rule.hold = Hold::CustomerTerm,
        |rule| rule.list_plan = ListPlan::Sold,
        |rule| rule.pass_promotions = true,
        |_| {},
        |_| {},
    ];
    for (n, clause) in (1..).zip(clauses) {
        let (bought, sold) = match n % 3 {
            0 => (BillingPlan::Annual, Some(BillingPlan::Monthly)),
            1 => (BillingPlan::Monthly, None),
            _ => (BillingPlan::Monthly, Some(BillingPlan::Annual)),
        };
        let start = ["2025-11-12", "2024-02-29", "2025-06-01"][usize::from(n) % 3];
        let subscription = world.subscribe(n, "7", start, &[]);
        (subscription.plan, subscription.sold_plan) = (bought, sold);
        subscription.customer_term = (n == 3).then_some(CustomerTerm { length: Term::P3Y, from: day("2025-01-15") });
        let off = Method::OffErp { discount: dec("0.03") };
        let layer = Layer::Subscription(subscription.id);
        let mut rule = PriceRule::new(id(150 + n), format!("rule {n}"), layer, off, day("2020-01-01"));
        clause(&mut rule);
        rule.uplift = match n {
            6 => Some(uplift("2025-01-01", true)),
            7 => Some(uplift("2025-10-01", false)),
            _ => None,
        };
        world.book.rules.push(rule);
    }
    let e3 = world.book.list[0].product;
    let raised: Vec<ListPrice> = world.book.list.iter().filter(|row| row.product == e3).cloned().collect();
    for (from, more) in [("2026-01-01", "1.05"), ("2026-09-01", "1.12")] {
        world.book.list.extend(raised.iter().map(|row| ListPrice {
            erp: row.erp * dec(more),
            from: day(from),
            ..row.clone()
        }));
    }
    world.book.promotions.push(Promotion {
        code: "P".into(),
        product: e3,
        term: None,
        plan: None,
        share: dec("0.1"),
        from: day("2026-02-01"),
        until: Some(day("2026-07-01")),
    });
    let horizon = Horizon::new(Month::parse("2026-01").unwrap(), 30).unwrap();
    let (accounts, subscriptions, prices) = (&world.accounts, &world.subscriptions, &world.book);
    let base = Base::new(&Input { accounts, subscriptions, prices, rates: &[], horizon }).unwrap();
    let sums = base.figures.sums(&base, |_| true);
    for (month, (_, _, _, revenue)) in horizon.each().zip(sums) {
        let billed: i64 = world.draft(&month.to_string()).drafts.iter().map(|draft| draft.net.minor()).sum();
        assert_eq!(revenue.minor(), billed, "{month}\n{}", world.show(&world.draft(&month.to_string())));
    }
}
