//! What one unit cost: the vendor's price against the one the sale reckoned with, against the one before, and against
//! his own amount.
//!
//! The effective price is the one that counts; the unit price may be a newer list price the subscription is protected
//! from. Prices of a few days, of a month and of a year are brought to the same stretch before they are compared.

use super::Input;
use super::compare::billed_quantity;
use crate::cost::{ChargeType, CostLine, Family};
use crate::explain::{self, Explanation};
use crate::finding::Class;
use crate::register::BillingPlan;
use crate::{Currency, Decimal, Period, date};

/// Compares a line's price with what the subscription cost before: a promotion that is gone, a renewal at another price.
pub(super) fn history(input: &Input, earlier: &[u32], line: &CostLine) -> Option<(Class, u32)> {
    if earlier.is_empty() || line.subtotal <= Decimal::ZERO || !is_instalment(line) {
        return None;
    }
    let start = line.period?.start;
    let candidates = earlier.iter().map(|n| (*n, &input.earlier[*n as usize])).filter(|(_, e)| {
        (e.product, e.sku, e.pricing_currency) == (line.product, line.sku, line.pricing_currency)
            && e.period.is_some_and(|p| p.start < start)
            && e.subtotal > Decimal::ZERO
            && is_instalment(e)
    });
    let (number, before) = candidates.max_by_key(|(_, e)| (e.period, e.at))?;
    let (now, was) = (monthly(line)?, monthly(before)?);
    if (now - was).abs() <= input.tolerance.unit_price {
        return None;
    }
    if !before.promotion.is_empty() && line.promotion.is_empty() && now > was {
        return Some((Class::PromotionEnded, number));
    }
    (line.charge == ChargeType::Renew).then_some((Class::RenewedAtNewPrice, number))
}

/// Whether a line charges licences for a cycle from its start: prices of other events are worth less as evidence.
pub(super) fn is_instalment(line: &CostLine) -> bool {
    line.family == Family::Licence && matches!(line.charge, ChargeType::New | ChargeType::Renew | ChargeType::Cycle)
}

/// The effective price of one unit for one month, in the pricing currency.
pub(super) fn monthly(line: &CostLine) -> Option<Decimal> {
    let (price, period) = (line.effective_unit_price.abs(), line.period?);
    let months = line.plan.filter(|plan| *plan != BillingPlan::OneTime)?.months();
    let cycle = cycle_days(period, months);
    (!price.is_zero()).then(|| price * Decimal::from(cycle) / Decimal::from(period.days()) / Decimal::from(months))
}

/// Days of the cycle a period is, or is the end of. From 28 days a month on it is a whole one: cycles anchored at the
/// end of a month differ from the calendar.
pub(super) fn cycle_days(period: Period, months: u32) -> i64 {
    if period.days() >= 28 * i64::from(months) {
        return period.days();
    }
    (period.end - date::add_months(period.end, -(months as i32))).num_days()
}

/// Whether the vendor's price is the unit cost the sale reckoned with, for the line's days or for a whole cycle.
///
/// Displayed prices may be cut to a few digits; on a line for few days that weighs more for the whole cycle, and is
/// allowed for. Where the effective price is not given or does not belong to the amount, the amount speaks too.
pub(super) fn agrees(tolerance: Decimal, line: &CostLine, cost: Decimal) -> bool {
    let cost = cost.abs();
    let price = line.effective_unit_price.abs();
    if price.is_zero() {
        return amount_agrees(line, cost, tolerance);
    }
    if (price - cost).abs() <= tolerance {
        return true;
    }
    let whole = line.period.map_or(1, |p| p.days());
    let days = Decimal::from(whole);
    let last_digit = Decimal::new(1, line.effective_unit_price.scale().clamp(2, 18));
    let of_cycle = cycle_lengths(line)
        .into_iter()
        .filter(|cycle| *cycle != whole)
        .map(Decimal::from)
        .any(|cycle| (price * cycle - cost * days).abs() <= tolerance * days + last_digit * cycle);
    of_cycle || (!is_explained(line) && amount_agrees(line, cost, tolerance))
}

/// The same from the amount itself.
fn amount_agrees(line: &CostLine, cost: Decimal, tolerance: Decimal) -> bool {
    let units = billed_quantity(line).abs() * line.exchange_rate;
    let amount = line.subtotal.abs();
    let slack = tolerance * units + minor_unit(line.currency);
    let days = line.period.map_or(1, |p| p.days());
    cycle_lengths(line).into_iter().chain([days]).any(|cycle| {
        let (days, cycle) = (Decimal::from(days), Decimal::from(cycle));
        (amount * cycle - product([cost, units, days])).abs() <= slack * cycle
    })
}

/// How many days the cycle of a line may have: counted back from its end, forth from its start, or as its last month.
/// Month-end anchors make these differ, and the vendor does not say which he divides by.
fn cycle_lengths(line: &CostLine) -> [i64; 3] {
    let Some(period) = line.period else { return [1; 3] };
    let months = match line.plan {
        Some(plan) if plan != BillingPlan::OneTime => plan.months() as i32,
        _ => return [period.days(); 3],
    };
    let back = (period.end - date::add_months(period.end, -months)).num_days();
    let forth = (date::add_months(period.start, months) - period.start).num_days();
    let last = if months == 1 { i64::from(date::days_in_month(period.last())) } else { back };
    [back, forth, last].map(|days| days.max(period.days()))
}

/// Whether the vendor's amount follows from his own effective price under one of his published roundings: once on the
/// line or for each unit, which lie up to a cent a unit apart.
pub(super) fn is_explained(line: &CostLine) -> bool {
    let (price, units) = (line.effective_unit_price.abs(), line.billable_quantity.abs());
    if price.is_zero() || units.is_zero() {
        return true;
    }
    let last_digit = Decimal::new(1, line.effective_unit_price.scale().clamp(2, 18));
    let exact = product([price, units, line.exchange_rate]);
    let slack = minor_unit(line.currency) * units.max(Decimal::ONE) + last_digit * units * line.exchange_rate;
    (exact - line.subtotal.abs()).abs() <= slack
}

/// Whether a published rule gives the amount, or a known reason stands in for one. Asked from cheap to dear.
pub(super) fn fits_a_rule(input: &Input, line: &CostLine) -> bool {
    is_explained(line)
        || explain::fits(line)
        || match explain::explain(line, input.names) {
            Explanation::Fits { .. } => true,
            Explanation::Reason { code, .. } => !matches!(code, "no_rule" | "days_differ"),
        }
}

/// A product that stops at the largest number instead of panicking: a file may say anything.
pub(super) fn product<const N: usize>(factors: [Decimal; N]) -> Decimal {
    factors.into_iter().reduce(Decimal::saturating_mul).unwrap_or(Decimal::ONE)
}

pub(super) fn minor_unit(currency: Currency) -> Decimal {
    Decimal::new(1, currency.digits())
}
