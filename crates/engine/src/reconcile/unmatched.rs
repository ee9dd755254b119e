//! Naming the rows with one side only.
//!
//! Billed, not sold, in this order: it comes to nothing; its customer is unknown; it was sold in another period; it is a
//! credit; it is Extended Service Term the book did not expect; the book had it cancelled; or it was simply not sold.
//! Sold, not billed: it comes to nothing or is our own service; the vendor billed it in another period, or the year at
//! once; or it was simply not billed.

use super::join::{Context, IdMap};
use super::{Draft, Input, Residue, Row, Verdict, cadence, pair};
use crate::cost::{ChargeType, CostLine};
use crate::finding::Class;
use crate::register::{EventKind, Subscription};
use crate::sale::SoldLine;
use crate::{Date, Decimal, Names, SourceId, Symbol};
use std::collections::HashSet;

/// Gives every row with one side its verdict.
pub(super) fn name(context: &Context, draft: &mut Draft) {
    let input = context.input;
    let elsewhere = Elsewhere::of(input, draft);
    for row in &mut draft.rows {
        row.verdict = match row.verdict {
            Verdict::VendorOnly => {
                let lines: Vec<&CostLine> =
                    draft.lines.vendor(row.vendor).iter().map(|n| &input.vendor[*n as usize]).collect();
                if cadence::is_share_of_row(input, &draft.lines, row) {
                    // Paid for by what was sold at once, but not for these seats.
                    Verdict::Off(Class::QuantityMismatch, None)
                } else {
                    not_sold(context, &elsewhere, row, &lines)
                }
            }
            Verdict::SoldOnly => {
                let lines: Vec<&SoldLine> =
                    draft.lines.sold(row.sold).iter().map(|n| &input.sold[*n as usize]).collect();
                not_billed(input, &elsewhere, row, &lines)
            }
            decided => decided,
        };
    }
}

fn not_sold(context: &Context, elsewhere: &Elsewhere, row: &Row, lines: &[&CostLine]) -> Verdict {
    let input = context.input;
    let amount: Decimal = lines.iter().map(|v| v.subtotal).sum();
    let seats: Decimal = lines.iter().map(|v| super::compare::billed_quantity(v)).sum();
    // Both legs of a charge taken back in full may be cut to the cent on their own.
    let cuts = Decimal::new(lines.len() as i64 - 1, lines[0].currency.digits());
    if amount.is_zero() || (seats.is_zero() && amount.abs() <= cuts) {
        return Verdict::Even(Residue::Netted);
    }
    if seats.is_zero() && lines.iter().all(|v| v.charge == ChargeType::ChangeBillingPlan) {
        return Verdict::Even(Residue::Cadence);
    }
    let subscription = row.subscription.and_then(|n| input.subscriptions.get(n as usize));
    let start = pair::hull(lines.iter().filter_map(|v| v.period)).map_or(input.month.first(), |p| p.start);
    let class = if lines.iter().any(|v| context.is_unmapped(v.customer)) {
        Class::Unmapped
    } else if lines.iter().all(|v| elsewhere.sold.contains(&EventKey::billed(v))) {
        Class::Timing
    } else if amount < Decimal::ZERO {
        Class::CreditNotPassedOn
    } else if is_unexpected_extension(input.names, lines, subscription, start) {
        Class::ExtendedServiceTerm
    } else if subscription.is_some_and(|s| has_ended(s, start)) {
        Class::CancelledStillBilled
    } else {
        Class::BilledNotSold
    };
    Verdict::Off(class, None)
}

fn not_billed(input: &Input, elsewhere: &Elsewhere, row: &Row, lines: &[&SoldLine]) -> Verdict {
    let quantity: Decimal = lines.iter().map(|s| s.quantity).sum();
    let total: Decimal = lines.iter().map(|s| s.total).sum();
    if total.is_zero() && (quantity.is_zero() || lines.iter().all(|s| s.cost_total.is_none_or(|c| c.is_zero()))) {
        return Verdict::Even(Residue::Netted);
    }
    // Hours, hardware, fees: on our own invoices whatever names no subscription, in a file also without a cost.
    let no_cost = |s: &SoldLine| s.unit_cost.is_none() && s.cost_total.is_none();
    let own_invoice = |s: &SoldLine| matches!(s.at, crate::sale::SoldAt::Invoice(_));
    if lines.iter().all(|s| s.subscription.is_none() && (no_cost(s) || own_invoice(s))) {
        return Verdict::Even(Residue::OwnService);
    }
    if lines.iter().all(|s| elsewhere.billed.contains(&EventKey::sold(s))) {
        return Verdict::Off(Class::Timing, None);
    }
    let subscription = row.subscription.and_then(|n| input.subscriptions.get(n as usize));
    if subscription.is_some_and(|subscription| lines.iter().all(|s| cadence::is_instalment(subscription, s))) {
        return Verdict::Even(Residue::Cadence);
    }
    Verdict::Off(Class::SoldNotBilled, None)
}

/// Whether the register had the subscription cancelled or over on that day. One cancelled before its first day never
/// began, although its timeline starts it afterwards.
fn has_ended(subscription: &Subscription, day: Date) -> bool {
    let cancelled_before =
        |date: Date| subscription.events.iter().any(|e| e.date < date && matches!(e.kind, EventKind::Cancelled { .. }));
    subscription.on(day).status.has_ended() || cancelled_before(subscription.start)
}

fn is_unexpected_extension(
    names: &Names,
    lines: &[&CostLine],
    subscription: Option<&Subscription>,
    start: Date,
) -> bool {
    let confidence = lines.iter().find_map(|line| extended_service_term(names, line));
    match (confidence, subscription) {
        (None, _) => false,
        (Some(_), Some(subscription)) => has_ended(subscription, start),
        (Some(confidence), None) => confidence == "high",
    }
}

/// Whether a line looks like Extended Service Term, and how surely: `high` by the vendor's words, `low` by the ratio of
/// the prices alone (3 % on the monthly price, 23 % where there is none), which can have other reasons.
pub(super) fn extended_service_term(names: &Names, line: &CostLine) -> Option<&'static str> {
    let says = |symbol: Symbol| {
        let text = names.text(symbol);
        text.to_ascii_lowercase().contains("extended service term")
            || text.split(|c: char| !c.is_alphanumeric()).any(|word| word == "EST")
    };
    if [line.adjustment, line.product_name, line.sku].into_iter().any(says) {
        return Some("high");
    }
    let uplifts = [Decimal::new(103, 2), Decimal::new(123, 2)];
    let price = line.unit_price.abs();
    let near =
        |uplift: &Decimal| (line.effective_unit_price.abs() - price * uplift).abs() <= price * Decimal::new(2, 3);
    (!price.is_zero() && uplifts.iter().any(near)).then_some("low")
}

/// One charge of a subscription, the same in whichever period it is booked.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct EventKey {
    subscription: SourceId,
    product: Symbol,
    sku: Symbol,
    start: Option<Date>,
    quantity: Decimal,
}

impl EventKey {
    fn billed(line: &CostLine) -> EventKey {
        EventKey {
            subscription: line.subscription,
            product: line.product,
            sku: line.sku,
            start: line.period.map(|p| p.start),
            quantity: super::compare::billed_quantity(line).normalize(),
        }
    }

    fn sold(line: &SoldLine) -> EventKey {
        EventKey {
            subscription: line.subscription,
            product: line.product,
            sku: line.sku,
            start: line.period.map(|p| p.start),
            quantity: line.quantity.normalize(),
        }
    }
}

/// The charges of neighbouring periods that concern rows with one side only.
#[derive(Default)]
struct Elsewhere {
    sold: HashSet<EventKey>,
    billed: HashSet<EventKey>,
}

impl Elsewhere {
    fn of(input: &Input, draft: &Draft) -> Elsewhere {
        let mut unsold: IdMap<()> = IdMap::default();
        let mut unbilled: IdMap<()> = IdMap::default();
        for row in &draft.rows {
            match row.verdict {
                Verdict::VendorOnly => unsold.extend(
                    draft.lines.vendor(row.vendor).iter().map(|n| (input.vendor[*n as usize].subscription, ())),
                ),
                Verdict::SoldOnly => unbilled
                    .extend(draft.lines.sold(row.sold).iter().map(|n| (input.sold[*n as usize].subscription, ()))),
                _ => {}
            }
        }
        let sold = input.sold_elsewhere.iter().filter(|s| unsold.contains_key(&s.subscription)).map(EventKey::sold);
        let billed = input.earlier.iter().filter(|e| e.usage.is_none() && unbilled.contains_key(&e.subscription));
        Elsewhere { sold: sold.collect(), billed: billed.map(EventKey::billed).collect() }
    }
}
