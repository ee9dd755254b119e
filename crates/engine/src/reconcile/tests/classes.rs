//! One worked case for each class.

use super::*;
use crate::cost::UsageDetail;
use crate::finding::{Fix, Until};
use Class::*;

const OCTOBER: &str = "A 10 @ 20.00 10-01..10-31";

fn cycle() -> Book {
    let mut book = book();
    book.billed("cycle A 10 @ 20.00 10-01..10-31");
    book
}

#[test]
fn a_line_sold_as_billed_is_even() {
    let mut book = cycle();
    book.sells(OCTOBER);
    let found = book.finds(&[]);
    assert_eq!(found.totals[0].vendor, dec("200"));
    assert_eq!(found.totals[0].sold, dec("250"));
    assert_eq!(found.counts.map(|(class, _)| class), Class::ALL);
}

#[test]
fn billed_not_sold() {
    // 10 seats at 20.00 a month: 200.00 now, twelve times that in a year.
    let found = cycle().finds(&["billed_not_sold -200.00"]);
    let finding = &found.findings[0];
    assert_eq!((finding.per_year, finding.fix, finding.until), (dec("-2400"), Fix::CatchUpLine, Until::Any));
    assert_eq!(finding.cost_difference, dec("200"));
    assert_eq!(found.totals[0].unmatched_vendor, dec("200"));
}

#[test]
fn a_new_subscription_not_sold_can_be_given_back_for_seven_days() {
    let mut book = book();
    book.billed("new A 10 @ 20.00 10-20..11-19");
    book.today = day("2026-10-26");
    assert_eq!(book.finds(&["billed_not_sold -200.00"]).findings[0].until, Until::Window(day("2026-10-26")));
    book.today = day("2026-10-27");
    assert_eq!(book.finds(&["billed_not_sold -200.00"]).findings[0].until, Until::Any);
}

#[test]
fn sold_not_billed() {
    let mut book = book();
    book.sells(OCTOBER);
    let found = book.finds(&["sold_not_billed 200.00"]);
    assert_eq!(found.findings[0].sale_refs.len(), 1);
    assert_eq!(found.totals[0].unmatched_sold, dec("250"));
}

#[test]
fn quantity_mismatch() {
    let mut book = cycle();
    book.sells("A 8 @ 20.00 10-01..10-31");
    let found = book.finds(&["quantity_mismatch -40.00"]);
    assert_eq!(found.findings[0].evidence[0], ("quantity", "10".into(), "8".into()));
}

#[test]
fn price_mismatch_beyond_a_cent() {
    let mut book = cycle();
    book.sells("A 10 @ 19.99 10-01..10-31");
    book.finds(&[]);
    book.sold.clear();
    book.sells("A 10 @ 19.98 10-01..10-31");
    book.finds(&["price_mismatch -0.20"]);
}

#[test]
fn below_floor_only_where_a_floor_is_set() {
    // Sold for 205.00 at a cost of 200.00: 2.4 %; ten percent would need 222.22.
    let mut book = cycle();
    book.sells(OCTOBER).total = dec("205.00");
    book.finds(&[]);
    book.floor = Some(dec("0.10"));
    book.finds(&["below_floor -17.22"]);
}

#[test]
fn lines_sold_below_cost_are_noted() {
    let mut book = cycle();
    book.sells(OCTOBER).total = dec("190.00");
    let found = book.finds(&[]);
    assert_eq!(found.below_cost, [BelowCost { currency: Currency::EUR, rows: 1, amount: dec("10") }]);
}

/// A credit passed on at the selling price gives back more than the vendor does, and is no sale below cost.
#[test]
fn a_credit_is_not_sold_below_cost() {
    let mut book = book();
    book.billed("cancel A -2 @ 20.00 10-15..10-31");
    book.sells("A -2 @ 20.00 10-15..10-31");
    assert_eq!(book.finds(&[]).below_cost, []);
}

#[test]
fn proration_mismatch() {
    // Seventeen of 31 days of 20.00 are 10.97; two seats 21.94. The vendor wrote 25.00.
    let mut book = book();
    book.billed("add A 2 @ 20.00 10-15..10-31").subtotal = dec("25.00");
    book.sells("A 2 @ 20.00 10-15..10-31");
    book.finds(&["proration_mismatch -3.06"]);
}

#[test]
fn wrong_customer_by_id_and_by_account() {
    let mut book = cycle();
    let other = book.id("another tenant");
    book.sells(OCTOBER).customer = other;
    book.finds(&["wrong_customer -250.00"]);
    // The register knows both tenants as one account: it moved.
    book.account(1, "tenant");
    book.tenants.push(Tenant { tenant: other, account: Some(Id([1; 16])), domain: String::new() });
    book.finds(&[]);
    book.tenants.pop();
    book.account(2, "another tenant");
    book.finds(&["wrong_customer -250.00"]);
    // Whoever pays for the customer may be charged.
    book.accounts[0].bill_to = Some(Id([2; 16]));
    book.finds(&[]);
}

#[test]
fn customer_numbers_of_another_program_say_nothing() {
    let mut book = cycle();
    let (tenant, number) = (book.id("3e0b7a54-0c5a-4a4e-8c4f-6b4a1d1c9e77"), book.id("10023"));
    book.vendor[0].customer = tenant;
    book.sells(OCTOBER).customer = number;
    book.finds(&[]);
}

#[test]
fn duplicate() {
    let mut book = cycle();
    book.billed("cycle A 10 @ 20.00 10-01..10-31");
    book.sells(OCTOBER);
    let found = book.finds(&["duplicate -200.00"]);
    assert_eq!((found.findings[0].vendor_rows.len(), found.findings[0].fix), (2, Fix::Ticket));
    // Both sold: two equal lines are legal.
    book.sells(OCTOBER);
    book.finds(&[]);
}

#[test]
fn cancelled_still_billed() {
    let mut book = cycle();
    let cancelled = Event { seq: 2, date: day("2026-09-20"), kind: EventKind::Cancelled { credit: false } };
    book.registered("A").events.push(cancelled);
    let found = book.finds(&["cancelled_still_billed -200.00"]);
    assert_eq!(found.findings[0].until, Until::Renewal(day("2027-05-01")));
}

#[test]
fn cancelled_before_it_began() {
    let mut book = book();
    book.billed("new A 2 @ 4.33 10-26..11-25");
    let plan = book.registered("A");
    let started = Event { date: day("2026-10-26"), ..plan.events[0].clone() };
    plan.start = started.date;
    plan.events =
        vec![Event { seq: 2, date: day("2026-10-04"), kind: EventKind::Cancelled { credit: false } }, started].into();
    book.finds(&["cancelled_still_billed -8.66"]);
}

#[test]
fn fx_difference_beyond_a_tenth_of_a_percent() {
    let mut book = book();
    let line = book.billed("cycle A 10 @ 20.00 10-01..10-31");
    (line.pricing_currency, line.exchange_rate, line.subtotal) = (Currency::USD, dec("0.9"), dec("180.00"));
    let sold = book.sells(OCTOBER);
    (sold.pricing_currency, sold.exchange_rate, sold.cost_total) =
        (Currency::USD, Some(dec("0.9009")), Some(dec("180.18")));
    book.finds(&[]);
    (book.sold[0].exchange_rate, book.sold[0].cost_total) = (Some(dec("0.91")), Some(dec("182.00")));
    book.finds(&["fx_difference 2.00"]);
}

#[test]
fn what_was_reckoned_in_another_currency_differs_by_the_rate() {
    let mut book = book();
    let line = book.billed("cycle A 10 @ 20.00 10-01..10-31");
    (line.pricing_currency, line.exchange_rate, line.subtotal) = (Currency::USD, dec("0.9"), dec("180.00"));
    let sold = book.sells(OCTOBER);
    (sold.unit_cost, sold.exchange_rate, sold.cost_total) = (Some(dec("17.50")), None, Some(dec("175.00")));
    book.finds(&["fx_difference -5.00"]);
    book.sold[0].cost_total = Some(dec("180.00"));
    book.finds(&[]);
}

#[test]
fn promotion_ended() {
    let mut book = cycle();
    let promotion = book.text("launch");
    book.billed_before("cycle A 10 @ 18.00 09-01..09-30").promotion = promotion;
    book.sells(OCTOBER);
    let found = book.finds(&["promotion_ended -20.00"]);
    assert_eq!((found.findings[0].until, found.findings[0].fix), (Until::Renewal(day("2027-05-01")), Fix::PriceRule));
}

#[test]
fn renewed_at_new_price() {
    let mut book = book();
    book.billed("renew A 10 @ 22.00 10-01..10-31");
    book.billed_before("cycle A 10 @ 20.00 09-01..09-30");
    book.sells(OCTOBER);
    book.finds(&["renewed_at_new_price -20.00"]);
    // An instalment at another price is no renewal: the price itself differs.
    book.vendor[0].charge = ChargeType::Cycle;
    book.finds(&["price_mismatch -20.00"]);
}

#[test]
fn pec_lost() {
    let mut book = book();
    for (date, percent, amount) in
        [("2026-10-01", "15", "8.50"), ("2026-10-02", "0", "10.00"), ("2026-10-03", "0", "10.00")]
    {
        let mut line = book.cost_line("new plan 24 @ 1.00 10-01..10-31", book.usage.len());
        line.family = Family::Usage;
        line.subtotal = dec(amount);
        line.usage = Some(Box::new(UsageDetail {
            date: Some(day(date)),
            meter: book.text("meter"),
            meter_name: Symbol::EMPTY,
            category: Symbol::EMPTY,
            sub_category: Symbol::EMPTY,
            region: Symbol::EMPTY,
            unit: Symbol::EMPTY,
            resource: book.text("vm1"),
            entitlement: book.id("azure"),
            entitlement_name: Symbol::EMPTY,
            pricing_total: dec(amount),
            earned_credit_percent: dec(percent),
            benefit: Symbol::EMPTY,
        }));
        book.usage.push(line);
    }
    // Two days of 10.00 without the 15 %.
    let found = book.finds(&["pec_lost -3.00"]);
    assert_eq!(found.findings[0].vendor_rows.len(), 2);
}

#[test]
fn credit_not_passed_on() {
    let mut book = cycle();
    book.sells(OCTOBER);
    book.billed("cancel A -10 @ 20.00 10-04..10-31");
    // 28 of 31 days of 200.00.
    book.finds(&["credit_not_passed_on -180.65"]);
    book.sells("A -10 @ 20.00 10-04..10-31");
    book.finds(&[]);
}

#[test]
fn extended_service_term() {
    let mut book = cycle();
    book.vendor[0].adjustment = book.text("3% Extended Service Term fee");
    book.finds(&["extended_service_term -200.00"]);
    // The register has it running: it was simply not sold.
    book.registered("A");
    book.finds(&["billed_not_sold -200.00"]);
    let cancelled = Event { seq: 2, date: day("2026-10-01"), kind: EventKind::Cancelled { credit: false } };
    book.subscriptions[0].events.push(cancelled);
    let found = book.finds(&["extended_service_term -200.00"]);
    assert!(found.findings[0].evidence.contains(&("confidence", "high".into(), String::new())));
    // By the ratio of prices alone.
    book.vendor[0].adjustment = Symbol::EMPTY;
    book.vendor[0].unit_price = dec("16.26");
    let found = book.finds(&["extended_service_term -200.00"]);
    assert!(found.findings[0].evidence.contains(&("confidence", "low".into(), String::new())));
}

#[test]
fn timing() {
    let mut book = cycle();
    book.sells_elsewhere(OCTOBER);
    let found = book.finds(&["timing 0"]);
    assert_eq!((found.findings[0].cost_difference, found.findings[0].fix), (dec("200"), Fix::None));
    let mut book = super::book();
    book.sells("A 10 @ 20.00 09-28..10-27");
    book.billed_before("cycle A 10 @ 20.00 09-28..10-27");
    book.finds(&["timing 0"]);
}

#[test]
fn file_total_mismatch() {
    let mut book = cycle();
    book.sells(OCTOBER);
    let control = Control { document: 1, rest: Vec::new(), currency: Currency::EUR, net: dec("200.00") };
    book.controls.push(control);
    book.finds(&[]);
    book.controls[0].net = dec("150.00");
    book.finds(&["file_total_mismatch 50.00"]);
}

#[test]
fn unmapped_is_one_finding_for_a_tenant() {
    let mut book = cycle();
    book.billed("cycle B 1 @ 20.00 10-01..10-31");
    book.account(1, "another tenant");
    let found = book.finds(&["unmapped -220.00"]);
    assert_eq!((found.findings[0].per_year, found.findings[0].vendor_rows.len()), (dec("-2640"), 2));
}

#[test]
fn a_book_without_customers_has_nothing_unmapped() {
    let mut book = cycle();
    book.account(1, "seller's own");
    book.tenants.clear();
    book.accounts[0].kind = AccountKind::Seller;
    book.finds(&["billed_not_sold -200.00"]);
}

#[test]
fn most_money_comes_first_and_counts_name_every_class() {
    let mut book = cycle();
    book.billed("cycle B 3 @ 20.00 10-01..10-31");
    book.sells("C 20 @ 20.00 10-01..10-31");
    let found = book.finds(&["sold_not_billed 400.00", "billed_not_sold -200.00", "billed_not_sold -60.00"]);
    let counted: Vec<(Class, usize)> = found.counts.into_iter().filter(|(_, n)| *n > 0).collect();
    assert_eq!(counted, [(BilledNotSold, 2), (SoldNotBilled, 1)]);
}

#[test]
fn a_row_shows_cost_expected_and_sold() {
    let mut book = cycle();
    book.sells("A 8 @ 20.00 10-01..10-31");
    book.registered("A");
    let found = book.reconciled();
    let figures = book.with_input(|input| found.figures(&found.rows[0], input));
    assert_eq!(
        (figures.cost_quantity, figures.expected_quantity, figures.sold_quantity),
        (Some(dec("10")), Some(dec("10")), Some(dec("8")))
    );
    assert_eq!((figures.cost, figures.sold_cost, figures.sold), (dec("200"), dec("160"), dec("200")));
}
