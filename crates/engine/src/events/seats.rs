//! Counting seats: Microsoft's rules for how many a subscription has after a day of changes whose order no file keeps.
//!
//! A purchase, renewal or cycle charge states the seats. A pair leads from its credited to its charged quantity; pairs of
//! one day are put in the order in which each begins where another ended. A single line is a difference. Together that
//! is the published sum: positive quantities less negative ones, counted from the line that stated the seats.

use super::{by_reference, happened};
use crate::cost::{ChargeType, CostLine};
use crate::{Date, Decimal, LineRef, SourceId, Symbol};

/// One event as one subscription sees it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Leg {
    /// The event's number.
    pub(super) event: usize,
    pub(super) date: Option<Date>,
    row: LineRef,
    pub(super) kind: ChargeType,
    credited: Option<Decimal>,
    charged: Option<Decimal>,
    /// The subscription's size, where a line states one beside its own quantity.
    size: Option<Decimal>,
    pub(super) before: Option<Decimal>,
    pub(super) after: Option<Decimal>,
    /// The subscription's seats once it has happened, over all the lines that state them; `None` when nothing tells.
    pub(super) seats: Option<Decimal>,
}

impl Leg {
    /// Days in order; on one day, what states the seats before what changes them.
    pub(super) fn order(&self) -> (Option<Date>, bool, LineRef) {
        (self.date, !self.states(), self.row)
    }

    /// Whether it states the seats rather than changing them.
    fn states(&self) -> bool {
        use ChargeType::{ChangeBillingPlan, Cycle, ExtendTerm, New, Renew};
        matches!(self.kind, New | Renew | Cycle | ChangeBillingPlan | ExtendTerm) && self.credited.is_none()
    }

    /// Seats this subscription gave up and took in the event.
    pub(super) fn moved(&self) -> (Decimal, Decimal) {
        let net = self.charged.unwrap_or_default().checked_sub(self.credited.unwrap_or_default()).unwrap_or_default();
        (-net.min(Decimal::ZERO), net.max(Decimal::ZERO))
    }

    /// Whether it has nothing to do with seats.
    fn beside(&self) -> bool {
        use ChargeType::{Adjustment, CustomerCredit, Other, Prorate};
        let alone = self.credited.is_none() || self.charged.is_none();
        match self.kind {
            CustomerCredit | Adjustment | Prorate => true,
            Other(_) => alone,
            _ => false,
        }
    }
}

/// Seats of one subscription once all its lines have happened, in any order and sign convention; zero when they never
/// say. Credits of the vendor's own count for nothing, and twin lines of one product once.
pub fn ending_seats<'a>(lines: impl IntoIterator<Item = &'a CostLine>) -> Decimal {
    let mut lines: Vec<&CostLine> = lines.into_iter().filter(|line| line.usage.is_none()).collect();
    let mut legs: Vec<Leg> = by_reference(&mut lines).flat_map(|group| legs_of(group, 0)).map(|(_, leg)| leg).collect();
    legs.sort_by_key(Leg::order);
    let last_charge = || {
        let charges = lines.iter().filter(|line| !credit_in(line, &[]) && line.charge != ChargeType::CustomerCredit);
        charges.max_by_key(|line| (happened(line), line.at)).map(|line| line.billable_quantity.abs().max(line.quantity))
    };
    run(&mut legs).or_else(last_charge).unwrap_or_default()
}

/// The legs of one event, one per subscription.
pub(super) fn legs_of(lines: &[&CostLine], event: usize) -> Vec<(SourceId, Leg)> {
    let subscriptions = super::distinct(lines.iter().map(|line| line.subscription));
    let leg = |subscription: SourceId| {
        let own = |credit: bool| -> Option<Vec<&CostLine>> {
            let own = lines.iter().filter(|l| l.subscription == subscription && credit_in(l, lines) == credit);
            Some(own.copied().collect()).filter(|own: &Vec<&CostLine>| !own.is_empty())
        };
        let (credits, charges) = (own(true), own(false));
        let lead = charges.as_deref().or(credits.as_deref()).and_then(<[_]>::first)?;
        let told = |l: &&&CostLine| !matches!(l.charge, ChargeType::New | ChargeType::Cycle | ChargeType::Renew);
        let mine = || lines.iter().filter(|l| l.subscription == subscription);
        let leg = Leg {
            event,
            date: mine().filter_map(|l| happened(l)).max(),
            row: lead.at,
            kind: mine().find(told).map_or(lead.charge, |l| l.charge),
            credited: credits.as_deref().map(total),
            charged: charges.as_deref().map(total),
            size: Some(lead.quantity).filter(|q| *q > lead.billable_quantity.abs()),
            before: None,
            after: None,
            seats: None,
        };
        Some((subscription, leg))
    };
    subscriptions.into_iter().filter_map(leg).collect()
}

/// Orders one subscription's legs (already by [`Leg::order`]) within each day, and fills in seats before and after.
/// Answers the seats after the last, `None` when nothing tells.
pub(super) fn run(legs: &mut [Leg]) -> Option<Decimal> {
    let mut seats: Option<Decimal> = None;
    for day in legs.chunk_by_mut(|a, b| a.date == b.date) {
        let mut stated: Vec<(ChargeType, Decimal)> = Vec::new();
        for at in 0..day.len() {
            let next = at + next_of(&day[at..], seats);
            day.swap(at, next);
            let leg = &mut day[at];
            leg.seats = seats;
            if leg.beside() {
                continue;
            }
            if leg.states() {
                // A product sold as two lines states the same seats twice; another price tier of the charge adds its own.
                let charged = leg.charged.unwrap_or_default();
                let tiers = stated.iter().any(|(kind, _)| *kind == leg.kind);
                let twin = stated.contains(&(leg.kind, charged));
                let known = if tiers { seats.unwrap_or_default() } else { Decimal::ZERO };
                let after = if twin { known } else { known.checked_add(charged).unwrap_or(charged) };
                leg.before = match leg.kind {
                    ChargeType::New => Some(Decimal::ZERO),
                    ChargeType::Renew => seats.filter(|_| stated.is_empty()).or(Some(charged)),
                    _ => Some(charged),
                };
                leg.after = Some(charged);
                stated.push((leg.kind, charged));
                seats = Some(after);
                leg.seats = seats;
                continue;
            }
            (leg.before, leg.after) = change(leg, seats);
            seats = leg.after.or(seats);
            leg.seats = seats;
        }
    }
    seats
}

/// Seats before and after a change.
fn change(leg: &Leg, seats: Option<Decimal>) -> (Option<Decimal>, Option<Decimal>) {
    let (credited, charged) = (leg.credited.unwrap_or_default(), leg.charged.unwrap_or_default());
    let moved = charged.checked_sub(credited).unwrap_or_default();
    match (leg.credited, leg.charged, seats) {
        (Some(_), Some(_), None) => (leg.credited, leg.charged),
        (Some(_), Some(_), Some(now)) if now == credited || now == charged => (leg.credited, leg.charged),
        (_, _, Some(now)) => (Some(now), now.checked_add(moved).map(|after| after.max(Decimal::ZERO))),
        // Seats that arrive on a subscription not seen before are its first; a cancellation takes the last.
        (None, Some(_), None) if leg.size.is_some() => (leg.size.and_then(|s| s.checked_sub(charged)), leg.size),
        (None, Some(_), None) if leg.kind != ChargeType::AddQuantity => (Some(Decimal::ZERO), leg.charged),
        (Some(_), None, None) if leg.kind == ChargeType::Cancel => (leg.credited, Some(Decimal::ZERO)),
        (Some(_), None, None) if leg.size.is_some() => (leg.size.and_then(|s| s.checked_add(credited)), leg.size),
        _ => (None, None),
    }
}

/// Which leg of the rest of a day comes next: what states the seats; the pair that begins where the last ended; with
/// nothing known, the pair no other leads to; else the first.
fn next_of(rest: &[Leg], seats: Option<Decimal>) -> usize {
    if rest[0].states() {
        return 0;
    }
    let pair = |leg: &Leg| leg.credited.is_some() && leg.charged.is_some() && !leg.beside();
    let follows = |leg: &Leg| pair(leg) && leg.credited == seats;
    let opens = |leg: &Leg| pair(leg) && !rest.iter().any(|other| pair(other) && other.charged == leg.credited);
    let found = if seats.is_some() { rest.iter().position(follows) } else { rest.iter().position(opens) };
    found.unwrap_or(0)
}

/// Whether a line gives back: by its subtotal; at nothing by price or quantity; and where all are nothing or positive, by
/// what the other lines of the event say.
pub(super) fn credit_in(line: &CostLine, event: &[&CostLine]) -> bool {
    let negative = |value: Decimal| value.is_sign_negative() && !value.is_zero();
    if !line.subtotal.is_zero() {
        return negative(line.subtotal);
    }
    if negative(line.effective_unit_price) || negative(line.billable_quantity) || negative(line.unit_price) {
        return true;
    }
    let mut others = event.iter().filter(|other| other.at != line.at && other.charge == line.charge);
    let quantity = line.billable_quantity;
    match line.charge {
        // A trial turned into a paid subscription credits nothing for nothing.
        ChargeType::Convert | ChargeType::MoveQuantity => {
            others.any(|other| (line.trial && !other.trial) || (other.subtotal > Decimal::ZERO && !line.trial))
        }
        // Seats of something free: the old quantity is the smaller one when seats were added.
        ChargeType::AddQuantity => others
            .any(|o| o.subscription == line.subscription && o.subtotal.is_zero() && o.billable_quantity > quantity),
        ChargeType::RemoveQuantity => others.any(|o| {
            o.subscription == line.subscription && o.subtotal.is_zero() && o.billable_quantity.abs() < quantity
        }),
        _ => false,
    }
}

/// Units of lines of one sign; lines of one product, days and quantity are one product written twice (its telephony part
/// is taxed apart), not twice the seats.
pub(super) fn total<'a>(lines: impl AsRef<[&'a CostLine]>) -> Decimal {
    let lines = lines.as_ref();
    let key = |l: &CostLine| -> (SourceId, Symbol, Option<crate::Period>, Decimal) {
        (l.subscription, l.product_name, l.period, l.billable_quantity.abs())
    };
    let twin = |at: usize| lines[..at].iter().any(|before| key(before) == key(lines[at]));
    (0..lines.len())
        .filter(|at| !twin(*at))
        .fold(Decimal::ZERO, |sum, at| sum.checked_add(lines[at].billable_quantity.abs()).unwrap_or(sum))
}
