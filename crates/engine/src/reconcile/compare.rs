//! Judging a row that has both sides.
//!
//! In order, and the first that speaks decides: the customer, a duplicate, the quantity, the price's history (promotion
//! ended, renewed at another price), the unit cost, the exchange rate, the amount, the vendor's own proration, our
//! margin. Amounts are never recomputed to replace the vendor's: his effective price is compared with the cost the sale
//! reckoned with, and the amounts may differ by what tolerance and the two published roundings (once on the line,
//! or cut for each seat) allow.

use super::join::Context;
use super::pair::Days;
use super::{Input, Lines, Residue, Row, Verdict, cadence, unit_price};
use crate::cost::{ChargeType, CostLine, Family};
use crate::finding::Class;
use crate::sale::SoldLine;
use crate::{Currency, Decimal, SourceId};
use std::collections::HashSet;

/// Usage is rated daily and its monthly line is rounded; quantities agree when they differ by less than this share.
const USAGE_QUANTITY_SHARE: Decimal = Decimal::from_parts(1, 0, 0, false, 3);

/// Judges a row with both sides. `earlier` are the subscription's lines of neighbouring periods.
pub(super) fn row(context: &Context, earlier: &[u32], lines: &Lines, row: &Row, days: Days) -> Verdict {
    let input = context.input;
    let (vendor, sold) = (lines.vendor(row.vendor), lines.sold(row.sold));
    let billed = || vendor.iter().map(|n| &input.vendor[*n as usize]);
    let charged = || sold.iter().map(|n| &input.sold[*n as usize]);
    let (Some(first), Some(_)) = (billed().next(), charged().next()) else { return Verdict::Even(Residue::Exact) };

    if charged().any(|s| !same_customer(context, row, first, s)) {
        return Verdict::Off(Class::WrongCustomer, None);
    }
    let in_one_sum = is_one_sum(input, vendor, sold);
    let seats_billed: Decimal = billed().map(billed_quantity).sum();
    let seats_sold: Decimal = charged().map(|s| s.quantity).sum();
    let same_seat_days = || days == Days::Different && seat_days(input, vendor, sold);
    if seats_billed != seats_sold && !in_one_sum && !same_seat_days() {
        if vendor.len() > sold.len() && has_duplicate(input, vendor) {
            return Verdict::Off(Class::Duplicate, None);
        }
        if is_telco_split(input, vendor, seats_sold) {
            return twins(context, vendor, sold);
        }
        if without_credits(input, vendor) == seats_sold {
            return Verdict::Off(Class::CreditNotPassedOn, None);
        }
        let rounded = first.family == Family::Usage
            && (seats_billed - seats_sold).abs() <= seats_billed.abs() * USAGE_QUANTITY_SHARE;
        if !rounded {
            return Verdict::Off(Class::QuantityMismatch, None);
        }
    }
    if days == Days::Different && cadence::differs(input, lines, row) {
        return Verdict::Even(Residue::Cadence);
    }
    if let Some((class, line)) = billed().find_map(|v| unit_price::history(input, earlier, v)) {
        return Verdict::Off(class, Some(line));
    }
    // A row of very many lines is compared by its sums alone.
    let few = vendor.len() <= 64;
    let comparable = |s: &SoldLine| {
        few && !in_one_sum && s.pricing_currency == first.pricing_currency && first.family != Family::Usage
    };
    let other_cost = |cost: Decimal| !billed().any(|v| unit_price::agrees(input.tolerance.unit_price, v, cost));
    if charged().filter(|s| comparable(s)).filter_map(|s| s.unit_cost).any(other_cost) {
        return Verdict::Off(Class::PriceMismatch, None);
    }
    let other_rate = |rate: Decimal| !rate.is_zero() && !billed().any(|v| rate_agrees(input, v, rate));
    if charged().filter(|s| comparable(s)).filter_map(|s| s.exchange_rate).any(other_rate) {
        return Verdict::Off(Class::FxDifference, None);
    }
    let side = Side::of(input, vendor, sold);
    let difference = side.difference();
    let tolerable = difference.abs() <= allowed_difference(input, vendor, sold);
    if (days == Days::Equal || in_one_sum) && !tolerable && !billed().any(|v| v.family == Family::Usage && side.assumed)
    {
        let fits = billed().all(|v| unit_price::fits_a_rule(input, v));
        // A price in one currency says nothing against a price in another: what lies between them is the rate.
        let by_rate = charged().all(|s| s.pricing_currency != first.pricing_currency);
        return Verdict::Off(
            match (fits, by_rate) {
                (false, _) => Class::ProrationMismatch,
                (true, true) => Class::FxDifference,
                (true, false) => Class::PriceMismatch,
            },
            None,
        );
    }
    if !billed().all(|v| unit_price::fits_a_rule(input, v)) {
        return Verdict::Off(Class::ProrationMismatch, None);
    }
    if is_thin(input, &side) {
        return Verdict::Off(Class::BelowFloor, None);
    }
    Verdict::Even(match (difference.is_zero(), tolerable) {
        (true, _) => Residue::Exact,
        (false, true) => Residue::Tolerance,
        (false, false) => Residue::SeatDays,
    })
}

/// Judges a row whose vendor lines are one product in several parts, sold once: the sale may have reckoned with the sum
/// or with one of the parts.
pub(super) fn twins(context: &Context, vendor: &[u32], sold: &[u32]) -> Verdict {
    let input = context.input;
    let side = Side::of(input, vendor, sold);
    let of_a_part = sold.iter().filter_map(|s| input.sold[*s as usize].unit_cost).all(|cost| {
        vendor.iter().any(|v| unit_price::agrees(input.tolerance.unit_price, &input.vendor[*v as usize], cost))
    });
    match side.difference() {
        difference if difference.is_zero() => Verdict::Even(Residue::Exact),
        difference if difference.abs() <= allowed_difference(input, vendor, sold) => Verdict::Even(Residue::Tolerance),
        _ if of_a_part => Verdict::Even(Residue::TelcoSplit),
        _ => Verdict::Off(Class::PriceMismatch, None),
    }
}

/// The money of one row.
pub(super) struct Side {
    /// Sum of the vendor's subtotals.
    pub cost: Decimal,
    /// Cost the sale reckoned with; the vendor's own where the sale does not say.
    pub sold_cost: Decimal,
    /// Whether `sold_cost` is that assumption.
    pub assumed: bool,
    /// Sum of the sale.
    pub sold: Decimal,
    /// Currency of both costs.
    pub currency: Currency,
    /// Currency of the sale.
    pub sold_currency: Currency,
}

impl Side {
    pub fn of(input: &Input, vendor: &[u32], sold: &[u32]) -> Side {
        let cost: Decimal = vendor.iter().map(|n| input.vendor[*n as usize].subtotal).sum();
        let lines = || sold.iter().map(|n| &input.sold[*n as usize]);
        let assumed = !vendor.is_empty() && lines().any(|s| s.cost_total.is_none());
        let reckoned: Decimal = lines().filter_map(|s| s.cost_total).sum();
        let sold_currency = lines().next().map(|s| s.currency);
        let currency = vendor.first().map(|n| input.vendor[*n as usize].currency).or(sold_currency);
        Side {
            cost,
            sold_cost: if assumed && !sold.is_empty() { cost } else { reckoned },
            assumed,
            sold: lines().map(|s| s.total).sum(),
            currency: currency.unwrap_or(Currency::EUR),
            sold_currency: sold_currency.or(currency).unwrap_or(Currency::EUR),
        }
    }

    /// Vendor cost less reckoned cost.
    pub fn difference(&self) -> Decimal {
        self.cost - self.sold_cost
    }
}

/// Units a vendor line bills, negative for a credit. The sign is the amount's, wherever the file put the minus.
pub(super) fn billed_quantity(line: &CostLine) -> Decimal {
    let units = if line.billable_quantity.is_zero() { line.quantity } else { line.billable_quantity };
    if line.subtotal.is_zero() {
        // Trials, and amounts that round to nothing: the price or the quantity carries the minus, if there is one.
        return if line.effective_unit_price.is_sign_negative() && !line.effective_unit_price.is_zero() {
            -units
        } else {
            units
        };
    }
    if line.subtotal.is_sign_negative() { -units.abs() } else { units.abs() }
}

fn same_customer(context: &Context, row: &Row, billed: &CostLine, sold: &SoldLine) -> bool {
    if billed.customer == sold.customer || billed.customer.is_none() || sold.customer.is_none() {
        return true;
    }
    match (context.account(billed.customer), context.account(sold.customer)) {
        (Some(billed_to), Some(sold_to)) => {
            let day = billed.period.map_or(context.input.month.first(), |p| p.start);
            let subscription = row.subscription.and_then(|n| context.input.subscriptions.get(n as usize));
            billed_to == sold_to
                || context.pays_for(sold_to, billed_to)
                || subscription.is_some_and(|s| s.on(day).account == sold_to)
        }
        // A tenant the register does not know is its own finding; nothing can be said about whose it is. Nor can a
        // number of another program be compared with a tenant's id.
        _ => context.is_unmapped(billed.customer) || is_guid(billed.customer) != is_guid(sold.customer),
    }
}

fn is_guid(id: SourceId) -> bool {
    matches!(id, SourceId::Guid(_))
}

/// Whether a line is the same charge as one before it. References differ between honest repetitions and mistakes alike.
fn has_duplicate(input: &Input, vendor: &[u32]) -> bool {
    duplicates(input, vendor).next().is_some()
}

/// The lines that repeat one before them: customer, subscription, product, event, days, units, price and amount.
pub(super) fn duplicates<'v>(input: &Input<'v>, vendor: &'v [u32]) -> impl Iterator<Item = u32> + 'v {
    let lines = input.vendor;
    let mut seen = HashSet::new();
    vendor.iter().copied().filter(move |n| {
        let v = &lines[*n as usize];
        let what = (v.customer, v.subscription, v.product, v.sku, v.charge, v.period);
        !v.subtotal.is_zero() && !seen.insert((what, v.billable_quantity, v.effective_unit_price, v.subtotal))
    })
}

/// Whether metered use of many kinds was sold as one sum: only the amounts can be compared.
fn is_one_sum(input: &Input, vendor: &[u32], sold: &[u32]) -> bool {
    vendor.iter().all(|n| input.vendor[*n as usize].family == Family::Usage)
        && sold.iter().all(|n| input.sold[*n as usize].product.is_empty())
}

/// Products with a telecom part come as two lines of one name with the full seats each, at their own prices.
fn is_telco_split(input: &Input, vendor: &[u32], seats_sold: Decimal) -> bool {
    let lines = || vendor.iter().map(|n| &input.vendor[*n as usize]);
    vendor.len() > 1 && lines().all(|v| v.family == Family::Licence && billed_quantity(v) == seats_sold)
}

/// Seats billed without the events that only give credit.
fn without_credits(input: &Input, vendor: &[u32]) -> Decimal {
    let is_credit = |v: &&CostLine| {
        matches!(v.charge, ChargeType::Cancel | ChargeType::RemoveQuantity | ChargeType::CustomerCredit)
    };
    vendor.iter().map(|n| &input.vendor[*n as usize]).filter(|v| !is_credit(v)).map(billed_quantity).sum()
}

/// Whether both sides charge the same seats for the same number of days, split differently.
fn seat_days(input: &Input, vendor: &[u32], sold: &[u32]) -> bool {
    let times =
        |quantity: Decimal, period: Option<crate::Period>| quantity * Decimal::from(period.map_or(0, |p| p.days()));
    let billed: Decimal =
        vendor.iter().map(|n| &input.vendor[*n as usize]).map(|v| times(billed_quantity(v), v.period)).sum();
    let charged: Decimal = sold.iter().map(|n| &input.sold[*n as usize]).map(|s| times(s.quantity, s.period)).sum();
    billed == charged
}

fn rate_agrees(input: &Input, line: &CostLine, rate: Decimal) -> bool {
    (rate - line.exchange_rate).abs() <= line.exchange_rate.abs() * input.tolerance.exchange_rate
}

/// How far the amounts of a row may lie apart when seats, price and rate agree.
fn allowed_difference(input: &Input, vendor: &[u32], sold: &[u32]) -> Decimal {
    let lines = || vendor.iter().map(|n| &input.vendor[*n as usize]);
    let of_line = |v: &CostLine| {
        let (units, cent) = (v.billable_quantity.abs(), unit_price::minor_unit(v.currency));
        let price = input.tolerance.unit_price * units * v.exchange_rate;
        let rate = if v.currency == v.pricing_currency {
            Decimal::ZERO
        } else {
            v.subtotal.abs() * input.tolerance.exchange_rate
        };
        let usage = v.family == Family::Usage;
        let cuts = if usage { Decimal::from(v.period.map_or(1, |p| p.days())) } else { units.max(Decimal::ONE) };
        price + rate + cent * cuts
    };
    let cent = lines().next().map_or(Decimal::ZERO, |v| unit_price::minor_unit(v.currency));
    lines().map(of_line).sum::<Decimal>() + cent * Decimal::from(sold.len() - 1)
}

fn is_thin(input: &Input, side: &Side) -> bool {
    let Some(floor) = input.floor else { return false };
    side.currency == side.sold_currency && side.sold > Decimal::ZERO && side.sold - side.cost < side.sold * floor
}
