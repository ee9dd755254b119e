//! A subscription as the vendor's lines show it, for one the register does not have.
//!
//! In: the lines of its events, those of the other subscriptions an upgrade touched among them. Out: its term, plan and
//! seats over time. Nothing of it is stored; it is there to look at before the register is.

use super::seats::{self, Leg, credit_in, legs_of};
use super::{by_reference, happened};
use crate::cost::{ChargeType, CostLine, Costs};
use crate::register::{BillingPlan, BundlePolicy, Cadence, Event, EventKind, ProductKey, Subscription, Term, Timing};
use crate::{Date, Decimal, Id, SourceId, Symbol};

/// The subscription `wanted` of `account`, with the seats it had after each of its events; `None` when no line tells its
/// seats. The latest charge says product, term and plan: of an upgrade the credit still names the old product.
pub fn agreement(costs: &Costs, wanted: SourceId, account: Id) -> Option<Subscription> {
    let mut lines: Vec<&CostLine> = costs.lines.iter().filter(|line| line.usage.is_none()).collect();
    let own: Vec<&CostLine> = lines.iter().filter(|l| l.subscription == wanted).copied().collect();
    let lead = own.iter().max_by_key(|l| (happened(l), !credit_in(l, &own), l.period.map(|p| p.start), l.at))?;
    let first = own.iter().filter_map(|l| l.term_dates.or(l.period)).map(|p| p.start).min()?;
    let mut legs: Vec<Leg> = by_reference(&mut lines)
        .flat_map(|group| legs_of(group, 0))
        .filter_map(|(subscription, leg)| (subscription == wanted).then_some(leg))
        .collect();
    legs.sort_by_key(Leg::order);
    seats::run(&mut legs);
    let events = timeline(&legs, first);
    if events.is_empty() {
        return None;
    }
    Some(Subscription {
        id: if let SourceId::Guid(bytes) = wanted { Id(bytes) } else { Id([0; 16]) },
        source: wanted,
        account,
        product: ProductKey { product: lead.product, sku: lead.sku },
        name: lead.product_name,
        term: lead.term.unwrap_or(Term::P1M),
        plan: lead.plan.unwrap_or(BillingPlan::Monthly),
        sold_plan: None,
        customer_term: None,
        start: first,
        term_end: own.iter().filter_map(|l| l.term_dates).map(|p| p.end).max(),
        anchor_day: None,
        pricing_currency: lead.pricing_currency,
        bundle: Symbol::EMPTY,
        bundle_policy: BundlePolicy::default(),
        basis: None,
        cadence: Cadence::Anniversary,
        timing: Timing::Advance,
        events: events.into(),
    })
}

/// The seats after each event, in order; before the first event they were what it says they were.
fn timeline(legs: &[Leg], first: Date) -> Vec<Event> {
    let mut events: Vec<Event> = Vec::new();
    let mut push = |date: Date, kind: EventKind| {
        let seq = events.len() as u64;
        events.push(Event { seq, date, kind });
    };
    let mut begun = false;
    for leg in legs {
        let (Some(date), Some(seats)) = (leg.date, leg.seats) else { continue };
        if !begun {
            begun = true;
            let before = leg.before.filter(|b| !b.is_zero() && date > first);
            // Seats an upgrade brings begin with it, whatever term they inherit.
            let brought = matches!(leg.kind, ChargeType::Convert | ChargeType::MoveQuantity) && before.is_none();
            let start = if brought { date } else { first.min(date) };
            push(start, EventKind::Started { quantity: before.unwrap_or(seats) });
            if before.is_none() {
                continue;
            }
        }
        let gone = leg.kind == ChargeType::Cancel && seats == Decimal::ZERO;
        push(date, if gone { EventKind::Cancelled { credit: false } } else { EventKind::SeatsSet { quantity: seats } });
    }
    events
}
