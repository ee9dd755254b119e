//! What happened: the lines of a vendor document tied into events a person can read.
//!
//! In: cost lines in any order. Out: one event per `ReferenceId` (one per line where there is none), by date. A seat
//! change in new commerce is written as a credit of the old quantity and a charge of the new one for the days left;
//! other files write the difference as one line; credits carry their minus on the price or on the quantity. All of these
//! say the same thing here: seats before, seats after, days of the cycle, net amount. The net is the sum of the vendor's
//! subtotals, so the events of a document add up to it.
//!
//! Daily usage is detail below the lines of an invoice and makes no events.

mod agreement;
mod seats;
#[cfg(test)]
mod tests;
mod text;

pub use agreement::agreement;
pub use seats::ending_seats;

use crate::cost::{ChargeType, CostLine, Costs, Family};
use crate::explain::cycle;
use crate::register::BillingPlan;
use crate::{Currency, Date, Decimal, LineRef, Names, Period, SourceId, Symbol};
use seats::{Leg, credit_in, legs_of};

/// One thing that happened.
#[derive(Clone, Debug, PartialEq)]
pub struct VendorEvent {
    /// The vendor's `ReferenceId`; empty when its line had none.
    pub reference: Symbol,
    /// What happened, in the vendor's word.
    pub kind: ChargeType,
    /// The day it happened.
    pub date: Option<Date>,
    /// The customer's tenant.
    pub customer: SourceId,
    /// The subscriptions it touched, the credited ones first.
    pub subscriptions: Vec<SourceId>,
    /// Names of the products it touched, the credited ones first.
    pub products: Vec<Symbol>,
    /// Seats before; over several subscriptions the seats that were given up; `None` when the lines do not tell.
    pub seats_before: Option<Decimal>,
    /// Seats after; over several subscriptions the seats that were taken; `None` when the lines do not tell.
    pub seats_after: Option<Decimal>,
    /// Seats the credits give back; twin lines of one product count once.
    pub credited: Decimal,
    /// Seats the charges bill; twin lines of one product count once.
    pub charged: Decimal,
    /// Sum of the subtotals.
    pub net: Decimal,
    /// Their currency.
    pub currency: Currency,
    /// The rows behind it, in order.
    pub rows: Vec<LineRef>,
    /// The days charged or credited.
    pub period: Option<Period>,
    /// Days in `period`; 0 without one.
    pub days: i64,
    /// Days of the whole charge cycle; 0 without a period.
    pub cycle_days: i64,
    /// How the charged side is paid.
    pub plan: Option<BillingPlan>,
    /// Whether what was bought or given up is a trial.
    pub trial: bool,
    /// Whether the quantities are seats; metered units otherwise.
    pub counts_seats: bool,
}

/// Ties the lines of a document, or of a month, into events by date and row.
pub fn events(costs: &Costs) -> Vec<VendorEvent> {
    let mut lines: Vec<&CostLine> = costs.lines.iter().filter(|line| line.usage.is_none()).collect();
    let grouped: Vec<&[&CostLine]> = by_reference(&mut lines).collect();
    let mut found: Vec<VendorEvent> = grouped.iter().map(|group| event(group)).collect();
    count_seats(&grouped, &mut found);
    found.sort_by_key(|event| (event.date, event.rows.first().copied()));
    found
}

/// The lines of each event, in the order of their rows.
fn by_reference<'a, 'l>(lines: &'a mut [&'l CostLine]) -> impl Iterator<Item = &'a [&'l CostLine]> {
    lines.sort_unstable_by_key(|line| (line.reference, line.currency, line.at));
    lines.chunk_by(|a, b| !a.reference.is_empty() && (a.reference, a.currency) == (b.reference, b.currency))
}

/// The event of one group of lines, its seats still uncounted where they depend on what came before.
fn event(lines: &[&CostLine]) -> VendorEvent {
    let (credits, charges): (Vec<&CostLine>, Vec<&CostLine>) = lines.iter().partition(|line| credit_in(line, lines));
    let lead = charges.first().or(credits.first()).copied().unwrap_or(lines[0]);
    let told = |line: &&&CostLine| !matches!(line.charge, ChargeType::New | ChargeType::Cycle | ChargeType::Renew);
    let kind = lines.iter().find(told).map_or(lead.charge, |line| line.charge);
    let period = lead.period;
    VendorEvent {
        reference: lead.reference,
        kind,
        date: lines.iter().filter_map(|line| happened(line)).max(),
        customer: lead.customer,
        subscriptions: distinct(credits.iter().chain(&charges).map(|line| line.subscription)),
        products: distinct(credits.iter().chain(&charges).map(|line| line.product_name)),
        seats_before: None,
        seats_after: None,
        credited: seats::total(&credits),
        charged: seats::total(&charges),
        net: lines.iter().fold(Decimal::ZERO, |sum, line| sum.checked_add(line.subtotal).unwrap_or(sum)),
        currency: lead.currency,
        rows: lines.iter().map(|line| line.at).collect(),
        period,
        days: period.map_or(0, |p| p.days()),
        cycle_days: cycle(lead).map_or(0, |c| c.days()),
        plan: lead.plan,
        trial: credits.first().unwrap_or(&lead).trial,
        counts_seats: matches!(lead.family, Family::Licence | Family::Software),
    }
}

/// Fills in seats before and after, subscription by subscription; of a conversion over several, the seats it moved.
fn count_seats(grouped: &[&[&CostLine]], found: &mut [VendorEvent]) {
    let mut legs: Vec<(SourceId, Leg)> = Vec::new();
    for (at, group) in grouped.iter().enumerate() {
        legs.extend(legs_of(group, at));
    }
    legs.sort_by_key(|(subscription, leg)| (*subscription, leg.order()));
    for of_one in legs.chunk_by_mut(|a, b| a.0 == b.0) {
        let mut of_one: Vec<Leg> = of_one.iter().map(|(_, leg)| *leg).collect();
        seats::run(&mut of_one);
        for leg in of_one {
            let event = &mut found[leg.event];
            if event.subscriptions.len() == 1 {
                (event.seats_before, event.seats_after) = (leg.before, leg.after);
                continue;
            }
            // What one gives up another takes; a pair on the one that takes says its old and its new seats.
            let (gave, took) = leg.moved();
            event.seats_before = event.seats_before.unwrap_or_default().checked_add(gave);
            event.seats_after = event.seats_after.unwrap_or_default().checked_add(took);
        }
    }
}

/// The day a line's event happened: old files date a charge from the cycle's first day, the order from the event.
fn happened(line: &CostLine) -> Option<Date> {
    line.order_date.max(line.period.map(|p| p.start))
}

fn distinct<T: PartialEq>(items: impl Iterator<Item = T>) -> Vec<T> {
    items.fold(Vec::new(), |mut seen, item| {
        if !seen.contains(&item) {
            seen.push(item);
        }
        seen
    })
}

impl VendorEvent {
    /// The event as a sentence: "8 seats added on 12 October: 19 of 31 days".
    pub fn text(&self, names: &Names) -> String {
        text::text(self, names)
    }
}
