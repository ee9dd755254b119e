//! One side paid by the year, the other by the month.
//!
//! The vendor bills a year at once and we sell its months, or the other way round. In the month the long charge is made, it
//! meets the first short one: seats and customer are compared, the amounts stand on different footings. Every later short
//! charge is a **share** of the long one: it meets nothing in its own month, and is neither loss nor gain, as long as it
//! is for the seats that were sold. Which of the two a line is, the register says by the plans the subscription is bought
//! and sold on.

use super::pair::hull;
use super::{Input, Lines, Row, compare};
use crate::cycle::{bought, sold};
use crate::register::{Cadence, Subscription};
use crate::sale::SoldLine;
use crate::{Date, Decimal, Period};

/// Whether one side charges a stretch at least twice as long as the other: the prices are on different footings then.
/// That ours is the long one, the register has to say.
pub(super) fn differs(input: &Input, lines: &Lines, row: &Row) -> bool {
    let billed = hull(lines.vendor(row.vendor).iter().filter_map(|n| input.vendor[*n as usize].period));
    let charged = hull(lines.sold(row.sold).iter().filter_map(|n| input.sold[*n as usize].period));
    let Some((billed, charged)) = billed.zip(charged) else { return false };
    billed.days() >= 2 * charged.days() || (charged.days() >= 2 * billed.days() && on_two_plans(input, row).is_some())
}

/// The subscription of a row, when it is sold on another plan than it is bought on.
fn on_two_plans<'a>(input: &Input<'a>, row: &Row) -> Option<&'a Subscription> {
    let subscription = row.subscription.and_then(|n| input.subscriptions.get(n as usize))?;
    subscription.sold_plan.is_some_and(|sold| sold != subscription.plan).then_some(subscription)
}

/// Whether a row with one side holds whole cycles of that side which the other charged in one, earlier, and for the seats the
/// register knows.
pub(super) fn is_later_share(input: &Input, lines: &Lines, row: &Row) -> bool {
    is_share_of_row(input, lines, row) && seats_paid(input, lines, row).is_none_or(|(billed, paid)| billed == paid)
}

/// The seats a row of vendor lines bills, and those of the register, which were sold for the whole long cycle.
pub(super) fn seats_paid(input: &Input, lines: &Lines, row: &Row) -> Option<(Decimal, Decimal)> {
    let billed = lines.vendor(row.vendor).iter().map(|n| &input.vendor[*n as usize]);
    let subscription = on_two_plans(input, row).filter(|_| row.vendor.len > 0 && row.sold.len == 0)?;
    let day = billed.clone().filter_map(|v| v.period).map(|period| period.start).min()?;
    Some((billed.map(compare::billed_quantity).sum(), subscription.on(day).quantity))
}

/// Whether a row with one side holds whole cycles of that side which the other charged in one, earlier.
pub(super) fn is_share_of_row(input: &Input, lines: &Lines, row: &Row) -> bool {
    let Some(subscription) = on_two_plans(input, row) else { return false };
    let of_vendor = |n: &u32| {
        let period = input.vendor[*n as usize].period;
        period.is_some_and(|period| {
            bought(subscription).cycle_on(period.start) == Some(period)
                && is_share(period, our_cycle(subscription, period.start))
        })
    };
    let of_ours = |n: &u32| {
        let period = input.sold[*n as usize].period;
        period.is_some_and(|period| {
            our_cycle(subscription, period.start) == Some(period)
                && is_share(period, bought(subscription).cycle_on(period.start))
        })
    };
    match (lines.vendor(row.vendor), lines.sold(row.sold)) {
        (vendor, []) => vendor.iter().all(of_vendor),
        ([], sold) => sold.iter().all(of_ours),
        _ => false,
    }
}

/// Whether a line charges part of a cycle the vendor billed before: a month of a year paid at once.
pub(super) fn is_instalment(subscription: &Subscription, line: &SoldLine) -> bool {
    let Some(period) = line.period else { return false };
    subscription.plan.months() > 1 && is_share(period, bought(subscription).cycle_on(period.start))
}

/// Our charge that pays for a day.
fn our_cycle(subscription: &Subscription, day: Date) -> Option<Period> {
    match subscription.cadence {
        Cadence::Anniversary => sold(subscription).cycle_on(day),
        Cadence::CalendarMonth => crate::bill::calendar_cycle(subscription, day),
    }
}

/// Whether days are a part of a cycle that began before them and is more than twice as long.
fn is_share(period: Period, cycle: Option<Period>) -> bool {
    cycle.is_some_and(|cycle| cycle.start < period.start && period.end <= cycle.end && 2 * period.days() < cycle.days())
}
