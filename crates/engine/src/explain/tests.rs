//! Microsoft's published lines, rounding by rounding, and sums a bookkeeper can redo.

use super::*;
use crate::cost::{ChargeType, UsageDetail};
use crate::register::{BillingPlan, Term};
use crate::{Currency, Date, LineRef, Period, SourceId, Symbol};
use proptest::prelude::*;

fn dec(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn days(text: &str) -> Option<Period> {
    let (first, last) = text.split_once("..")?;
    let day = |text: &str| -> Date { text.parse().unwrap() };
    Period::inclusive(day(first), day(last))
}

/// A line: `UnitPrice EffectiveUnitPrice Quantity Subtotal`, its days, and the days of its term.
fn line(charge: ChargeType, figures: &str, period: &str, term: &str) -> CostLine {
    let f: Vec<Decimal> = figures.split_whitespace().map(dec).collect();
    let term_dates = days(term);
    CostLine {
        at: LineRef { document: 1, row: 1 },
        family: Family::Licence,
        invoice: Symbol::EMPTY,
        customer: SourceId::NONE,
        customer_name: Symbol::EMPTY,
        subscription: SourceId::NONE,
        order: Symbol::EMPTY,
        order_date: days(period).map(|p| p.start),
        product: Symbol::EMPTY,
        sku: Symbol::EMPTY,
        product_name: Symbol::EMPTY,
        charge,
        period: days(period),
        term_dates,
        term: term_dates.map(|t| if t.days() < 32 { Term::P1M } else { Term::P1Y }),
        plan: Some(BillingPlan::Monthly),
        unit_price: f[0],
        effective_unit_price: f[1],
        quantity: f[2].abs(),
        billable_quantity: f[2],
        subtotal: f[3],
        tax: Decimal::ZERO,
        total: f[3],
        currency: Currency::EUR,
        pricing_currency: Currency::EUR,
        exchange_rate: Decimal::ONE,
        exchange_date: None,
        reference: Symbol::EMPTY,
        promotion: Symbol::EMPTY,
        adjustment: Symbol::EMPTY,
        reservation: Symbol::EMPTY,
        credit_reason: Symbol::EMPTY,
        trial: false,
        add_on: false,
        usage: None,
    }
}

fn said(line: &CostLine, names: &Names) -> String {
    match explain(line, names) {
        Explanation::Fits { rounding, days, cycle_days, amount, why } => {
            let last = match &why.last().unwrap().result {
                Value::Money(money) => money.value(),
                Value::Price(value, _) => *value,
                other => panic!("{other:?}"),
            };
            assert_eq!(last, amount, "the last step is the amount");
            assert!(fits(line), "{line:?}");
            let near = if amount == line.subtotal { "" } else { " nearly" };
            format!("{rounding} {days}/{cycle_days}{near}")
        }
        Explanation::Reason { code, .. } => {
            assert!(REASONS.iter().any(|(known, _)| *known == code), "{code}");
            code.to_owned()
        }
    }
}

#[track_caller]
fn check(expected: &str, figures: &str, period: &str, term: &str) {
    let line = line(ChargeType::AddQuantity, figures, period, term);
    assert_eq!(said(&line, &Names::default()), expected, "{figures}");
}

const JUNE: &str = "2021-06-18..2021-07-17";
const MARCH: &str = "2022-03-05..2022-04-04";

#[test]
fn seats_changed_after_two_days_are_cut_at_the_amount() {
    // 10.08 / 30 x 28 = 9.408; x 12 = 112.896
    check("R1 30/30", "10.08 10.08 10 100.80", JUNE, JUNE);
    check("R1 28/30", "10.08 -9.408 10 -94.08", "2021-06-20..2021-07-17", JUNE);
    check("R1 28/30", "10.08 9.408 12 112.89", "2021-06-20..2021-07-17", JUNE);
    check("R1 28/30", "10.08 -9.408 12 -112.89", "2021-06-20..2021-07-17", JUNE);
    check("R1 28/30", "10.08 9.408 8 75.26", "2021-06-20..2021-07-17", JUNE);
}

#[test]
fn a_month_of_changes_is_cut_at_the_amount() {
    for (from, eup, rows) in [
        (7, "11.23", [("-", 10, "112.25"), ("", 15, "168.38")]),
        (10, "10.06", [("-", 15, "150.96"), ("", 25, "251.61")]),
        (12, "9.29", [("-", 25, "232.25"), ("", 23, "213.67")]),
        (14, "8.52", [("-", 23, "195.87"), ("", 20, "170.32")]),
        (25, "4.26", [("-", 20, "85.16"), ("", 30, "127.74")]),
    ] {
        for (sign, quantity, amount) in rows {
            let figures = format!("12 {sign}{eup} {quantity} {sign}{amount}");
            check(&format!("R1 {}/31", 36 - from), &figures, &format!("2022-03-{from:02}..2022-04-04"), MARCH);
            // The same with the minus on the quantity, and without term dates: the cycle that ends with the charge.
            let figures = format!("12 {eup} {sign}{quantity} {sign}{amount}");
            check(&format!("R1 {}/31", 36 - from), &figures, &format!("2022-03-{from:02}..2022-04-04"), "");
        }
    }
}

#[test]
fn cancellations_and_upgrades_are_cut_at_the_price() {
    check("R2 29/31", "10.08 -9.42 10 -94.2", "2021-07-17..2021-08-14", "2021-07-15..2021-08-14");
    check("R2 23/30", "10.08 -7.72 300 -2316", "2021-06-25..2021-07-17", JUNE);
    check("R2 23/30", "6.43 4.92 300 1476", "2021-06-25..2021-07-17", JUNE);
    check("R2 23/30", "6.43 4.92 100 492", "2021-06-25..2021-07-17", "2021-06-25..2021-07-17");
}

#[test]
fn older_files_round_half_up_or_by_the_day() {
    // 4 / 31 x 12 = 1.5484; cut 1.54, half up 1.55; x 2 = 3.10. By the day: 4 / 28 = 0.143; x 12 = 1.716.
    check("R5 12/31", "4 0 2 3.10", "2018-02-01..2018-02-12", "");
    check("R1 19/31", "4 0 1 2.45", "2018-01-13..2018-01-31", "");
    check("R6 12/28", "4 0 1 -1.72", "2018-03-01..2018-03-12", "2018-02-13..2018-03-12");
    // Half up at the price: 4 / 30 x 29 = 3.87; x 2.
    check("R5 29/30", "4 0 2 7.74", "2019-06-11..2019-07-09", "2019-06-10..2019-07-09");
    // The same with the dates of the whole cycle: the days are not those on the line.
    check("days_differ", "4 0 1 -3.87", "2019-06-10..2019-07-09", "2019-06-10..2019-07-09");
}

#[test]
fn ten_to_twelve_on_the_twelfth_of_thirty_one() {
    // 20.00 / 31 x 20 = 12.9032...; x 10 = 129.03; x 12 = 154.83 (half up: 154.84; cut at the price: 129.00, 154.80)
    for (rounding, old, new) in [("R1", "129.03", "154.83"), ("R2", "129.00", "154.80")] {
        check(
            &format!("{rounding} 20/31"),
            &format!("20 12.90 -10 -{old}"),
            "2026-10-12..2026-10-31",
            "2026-10-01..2027-09-30",
        );
        check(
            &format!("{rounding} 20/31"),
            &format!("20 12.90 12 {new}"),
            "2026-10-12..2026-10-31",
            "2026-10-01..2027-09-30",
        );
    }
    check("R5 20/31", "20 12.90 12 154.84", "2026-10-12..2026-10-31", "2026-10-01..2027-09-30");
}

#[test]
fn the_cycle_is_found_from_the_term() {
    // The term began on the 10th; the charge runs from the event to the end of that month's cycle.
    check("R1 23/31", "15.84 11.752258064516129032 26 305.55", "2026-10-18..2026-11-09", "2026-02-10..2027-02-09");
    check("R2 23/31", "15.84 11.752258064516129032 26 305.50", "2026-10-18..2026-11-09", "2026-02-10..2027-02-09");
    // Bought on the last day: 28 February to 30 March has 31 days.
    check("R1 11/31", "31 11 3 33", "2021-03-20..2021-03-30", "2021-01-31..2022-01-30");
    check("R1 8/28", "28 8 3 24", "2021-02-20..2021-02-27", "2021-01-31..2022-01-30");
    let mut upfront =
        line(ChargeType::AddQuantity, "365 100 2 200", "2026-11-03..2027-02-10", "2026-02-11..2027-02-10");
    for plan in [None, Some(BillingPlan::OneTime), Some(BillingPlan::Annual)] {
        upfront.plan = plan;
        assert_eq!(said(&upfront, &Names::default()), "R1 100/365", "{plan:?}");
    }
    let mut leap = line(ChargeType::New, "366 31 1 31", "2029-01-01..2029-01-31", "2028-02-01..2029-01-31");
    leap.plan = Some(BillingPlan::Annual);
    assert_eq!(said(&leap, &Names::default()), "R1 31/366");
}

#[test]
fn aligned_first_cycles_have_the_whole_cycle_below() {
    // 16 / 31 x 27 = 13.93; the published migration divides by February's 28 days: 15.42.
    check("R1 27/31", "16 13.93 1 13.93", "2022-01-25..2022-02-20", "2022-01-25..2022-07-20");
    check("R1 27/28", "16 15.42 1 15.42", "2022-01-25..2022-02-20", "2022-01-25..2022-07-20");
    let mut year = line(ChargeType::New, "192 93.10 1 93.10", "2022-01-25..2022-07-20", "2022-01-25..2022-07-20");
    year.plan = Some(BillingPlan::Annual);
    assert_eq!(said(&year, &Names::default()), "R1 177/365");
    // The published 95.21 is that of 181 days, where the dates have 177.
    (year.effective_unit_price, year.subtotal) = (dec("95.21"), dec("95.21"));
    assert_eq!(said(&year, &Names::default()), "days_differ");
}

#[test]
fn plan_changes() {
    let mut line =
        line(ChargeType::ChangeBillingPlan, "20 20 10 200", "2022-09-20..2022-10-19", "2021-09-20..2024-09-19");
    line.term = Some(Term::P3Y);
    assert_eq!(said(&line, &Names::default()), "R1 30/30");
    // Eleven of twelve months, cut at the price: 250 / 12 x 11 = 229.16.
    line.plan = Some(BillingPlan::Annual);
    line.period = days("2021-10-20..2022-09-19");
    (line.unit_price, line.effective_unit_price, line.subtotal) = (dec("250"), dec("229.16"), dec("2291.6"));
    assert_eq!(said(&line, &Names::default()), "charged_by_months");
}

#[test]
fn trials_cost_nothing() {
    check("R1 30/30", "0 0 25 0", "2021-06-25..2021-07-24", "2021-06-25..2021-07-24");
    check("R1 30/30", "52.61 52.61 25 1315.25", "2021-06-25..2021-07-24", "2021-06-25..2021-07-24");
}

#[test]
fn a_protected_price_is_not_the_list_price() {
    check("price_protected", "22.00 20.00 10 200.00", "2026-10-01..2026-10-31", "2026-02-01..2027-01-31");
    check("no_price", "0 0 10 200.00", "2026-10-01..2026-10-31", "2026-02-01..2027-01-31");
    check("no_rule", "22.00 0 10 5.55", "2026-10-01..2026-10-31", "2026-02-01..2027-01-31");
    check("no_dates", "22.00 0 10 5.55", "", "");
    check("R1 0/0", "22.00 22.00 3 66.00", "", "");
}

#[test]
fn promotions_are_read_from_the_words() {
    let mut names = Names::default();
    let mut promoted = line(ChargeType::Cycle, "20 17.64 3 52.92", "2026-10-01..2026-10-31", "2026-02-01..2027-01-31");
    assert_eq!(said(&promoted, &names), "price_protected");
    promoted.promotion = names.intern("a:b:c");
    assert_eq!(said(&promoted, &names), "promotion");
    for text in [r#"["10% Promotion 'Launch, year 1'","2.00% Partner discount"]"#, "2,0 % rebate; 10.0 % promotion"] {
        promoted.adjustment = names.intern(text);
        assert_eq!(said(&promoted, &names), "R1 31/31", "{text}");
    }
    // A text that changed nothing.
    (promoted.effective_unit_price, promoted.subtotal) = (dec("20"), dec("60"));
    assert_eq!(said(&promoted, &names), "R1 31/31");
}

#[test]
fn extended_terms_name_their_fee() {
    let mut names = Names::default();
    let mut extended = line(ChargeType::Cycle, "24 24.72 5 123.60", "2026-06-01..2026-06-30", "2026-06-01..2026-06-30");
    extended.adjustment = names.intern("3% Extended Service Term fee");
    assert_eq!(said(&extended, &names), "R1 30/30");
    extended.unit_price = dec("20");
    assert_eq!(said(&extended, &names), "extended_service_term");
}

#[test]
fn foreign_prices_and_usage() {
    let mut line = line(ChargeType::Cycle, "10.10 10.10 7 0", "2026-10-01..2026-10-31", "2026-02-01..2027-01-31");
    line.exchange_rate = dec("0.9173");
    // 10.10 x 0.9173 = 9.26473; x 7 = 64.85311
    for (rounding, amount) in [("R1", "64.85"), ("R2", "64.82")] {
        line.subtotal = dec(amount);
        assert_eq!(said(&line, &Names::default()), format!("{rounding} 31/31"));
    }
    // A quantity of 1.5 at 0.0333: 0.04995, cut 0.04; x 0.9173 = 0.036692
    line.family = Family::Usage;
    (line.effective_unit_price, line.billable_quantity) = (dec("0.0333"), dec("1.5"));
    for (rounding, amount) in [("R3", "0.03"), ("R1", "0.04")] {
        line.subtotal = dec(amount);
        assert_eq!(said(&line, &Names::default()), format!("{rounding} 31/31"));
    }
    let empty = Symbol::EMPTY;
    line.usage = Some(Box::new(UsageDetail {
        date: None,
        meter: empty,
        meter_name: empty,
        category: empty,
        sub_category: empty,
        region: empty,
        unit: empty,
        resource: empty,
        entitlement: SourceId::NONE,
        entitlement_name: empty,
        pricing_total: Decimal::ZERO,
        earned_credit_percent: Decimal::ZERO,
        benefit: empty,
    }));
    for (rounding, amount) in [("R4", "0.04"), ("R4", "-0.05"), ("R5", "0.045819")] {
        line.subtotal = dec(amount);
        assert_eq!(said(&line, &Names::default()), format!("{rounding} 31/31"), "{amount}");
    }
}

#[test]
fn a_near_miss_says_so() {
    check("R1 28/30 nearly", "10.08 9.41 12 112.85", "2021-06-20..2021-07-17", JUNE);
    check("no_rule", "10.08 9.41 12 114.00", "2021-06-20..2021-07-17", JUNE);
}

#[test]
fn a_pair_shares_its_mode() {
    let names = Names::default();
    // 3.00 / 30 x 23 = 2.30 has nothing to round and fits every mode; its charge fits the cut price only.
    let credit = line(ChargeType::Convert, "3.00 -2.30 10 -23.00", "2021-06-25..2021-07-17", JUNE);
    let charge = line(ChargeType::Convert, "6.43 4.92 300 1476", "2021-06-25..2021-07-17", JUNE);
    assert_eq!(said(&credit, &names), "R1 23/30");
    let both = explain_event(&[&credit, &charge], &names);
    assert!(both.iter().all(|e| matches!(e, Explanation::Fits { rounding: Mode::R2, .. })), "{both:?}");
    let detected = detect([&credit, &charge], &names);
    assert_eq!((detected.mode(), detected.other), (Some(Mode::R2), 0));
}

#[test]
fn absurd_figures_are_refused_without_harm() {
    let huge = "79228162514264337593543950335";
    check("no_rule", &format!("{huge} {huge} {huge} 1.00"), "2026-10-01..2026-10-31", "");
    check("no_rule", &format!("{huge} 0 2 {huge}"), "2026-10-02..2026-10-31", "2026-10-01..2026-10-31");
    assert_eq!(
        percentages("%, 8 % ß7%, 1.2.3%, 99999999999999999999999999999999%").collect::<Vec<_>>(),
        [dec("8"), dec("7")]
    );
}

proptest! {
    #[test]
    fn a_line_made_by_a_mode_is_explained(
        price in 1i64..100_000, quantity in 1i64..500, from in 1u32..=31, mode in 0usize..4, credit: bool,
    ) {
        let mode = [Mode::R1, Mode::R2, Mode::R5, Mode::R6][mode];
        let text = format!("{}.{:02} 0 {quantity} 0", price / 100, price % 100);
        let mut line = line(ChargeType::AddQuantity, &text, &format!("2026-10-{from:02}..2026-10-31"), "2026-10-01..2027-09-30");
        let share = Share { days: 32 - i64::from(from), of: 31 };
        line.subtotal = figures(&line).amounts(mode, line.unit_price, share)[0].unwrap();
        if credit {
            line.subtotal.set_sign_negative(true);
        }
        match explain(&line, &Names::default()) {
            Explanation::Fits { days, cycle_days, amount, .. } => {
                prop_assert_eq!((days, cycle_days, amount), (share.days, share.of, line.subtotal));
                prop_assert!(modes(&line, &Names::default()).contains(mode));
            }
            other => prop_assert!(false, "{:?}", other),
        }
    }
}
