//! Events in English.

use super::VendorEvent;
use crate::cost::ChargeType;
use crate::register::BillingPlan;
use crate::{Date, Decimal, Names};
use chrono::Datelike;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

pub(super) fn text(event: &VendorEvent, names: &Names) -> String {
    let seats = |count: Decimal| units(event, count);
    let on = event.date.map_or(String::new(), |date| format!(" on {}", day(date)));
    let added = event.charged.checked_sub(event.credited).unwrap_or_default();
    let taken = event.seats_after.filter(|_| event.subscriptions.len() > 1);
    let moved = taken.unwrap_or_else(|| event.charged.max(event.credited));
    let products = || event.products.iter().map(|name| names.text(*name)).filter(|name| !name.is_empty());
    let from_to = || match (products().next(), products().nth(1)) {
        (Some(from), Some(to)) => format!(" from {from} to {to}"),
        _ => String::new(),
    };
    let said = match event.kind {
        ChargeType::New if event.trial => format!("{} of a trial started{on}", seats(event.charged)),
        ChargeType::New => format!("{} bought{on}", seats(event.charged)),
        ChargeType::Renew => format!("{} renewed{on}", seats(event.charged)),
        ChargeType::Cycle => format!("{} charged again{on}", seats(event.charged)),
        ChargeType::AddQuantity | ChargeType::RemoveQuantity if added > Decimal::ZERO => {
            format!("{} added{on}", seats(added))
        }
        ChargeType::AddQuantity | ChargeType::RemoveQuantity if added < Decimal::ZERO => {
            format!("{} removed{on}", seats(-added))
        }
        ChargeType::AddQuantity | ChargeType::RemoveQuantity => format!("seats unchanged{on}"),
        ChargeType::Cancel => format!("{} cancelled{on}", seats(event.credited.max(event.charged))),
        ChargeType::Convert if event.trial => format!("{} of a trial turned into paid ones{on}", seats(event.charged)),
        ChargeType::Convert => format!("{} upgraded{on}{}", seats(moved), from_to()),
        ChargeType::MoveQuantity => format!("{} moved{on}{}", seats(moved), from_to()),
        ChargeType::ChangeBillingPlan => format!("{} now paid {}{on}", seats(event.charged), often(event.plan)),
        ChargeType::CustomerCredit => format!("credit of {} {}{on}", -event.net, event.currency),
        ChargeType::ExtendTerm => format!("term of {} extended{on}", seats(event.charged)),
        ChargeType::Prorate => format!("{} charged anew{on}", seats(event.charged.max(event.credited))),
        ChargeType::Adjustment => format!("adjusted by {} {}{on}", event.net, event.currency),
        ChargeType::Other(word) => {
            format!("{}: {}{on}", names.text(word), seats(event.charged.max(event.credited)))
        }
    };
    match (event.days, event.cycle_days) {
        (0, _) | (_, 0) => said,
        (days, all) if days == all => format!("{said}: all {all} days"),
        (days, all) => format!("{said}: {days} of {all} days"),
    }
}

/// A day without its year: "12 October".
fn day(date: Date) -> String {
    format!("{} {}", date.day(), MONTHS.get(date.month0() as usize).copied().unwrap_or_default())
}

fn units(event: &VendorEvent, count: Decimal) -> String {
    let noun = if event.counts_seats { "seat" } else { "unit" };
    let plural = if count == Decimal::ONE { "" } else { "s" };
    format!("{} {noun}{plural}", count.normalize())
}

fn often(plan: Option<BillingPlan>) -> &'static str {
    match plan {
        Some(BillingPlan::Monthly) => "monthly",
        Some(BillingPlan::Annual) => "yearly",
        Some(BillingPlan::Triennial) => "every three years",
        Some(BillingPlan::OneTime) | None => "at once",
    }
}
