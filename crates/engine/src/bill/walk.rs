//! One charge cycle walked from its first day to its last: what it charges, before anything is priced.

use crate::register::{Event, EventKind, State, Status, Subscription};
use crate::sale::ChargeKind;
use crate::{Date, Decimal, Period};

/// One thing to charge.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Charge {
    pub kind: ChargeKind,
    /// First day charged; the last is the cycle's.
    pub from: Date,
    /// The `seq` of the event behind it; 0 for the opening of a cycle.
    pub part: u64,
    /// Seats; negative for a credit.
    pub quantity: Decimal,
    /// What it is priced by: the state the cycle opened with, unless the account or the product changed in it.
    pub terms: State,
}

/// The charges of a cycle, in order of day and recording. Seats never fall below zero. A running cycle has its opening even
/// with no seats: it may have been billed for some.
pub(crate) fn charges(subscription: &Subscription, cycle: Period) -> Vec<Charge> {
    let opening = subscription.on(cycle.start);
    let (quantity, running) = (opening.quantity, is_running(opening.status));
    let mut walk = Walk { terms: opening, quantity, running, ended: None, found: Vec::with_capacity(1) };
    if walk.running {
        let terms = walk.terms.clone();
        walk.found.push(Charge { kind: ChargeKind::Recurring, from: cycle.start, part: 0, quantity, terms });
    }
    for event in subscription.events.iter().filter(|e| cycle.start < e.date && e.date < cycle.end) {
        walk.event(subscription, event);
    }
    walk.found
}

/// Whether cycles are charged.
pub(crate) fn is_running(status: Status) -> bool {
    // A suspended subscription is billed in full by the vendor, and so by us.
    matches!(status, Status::Active | Status::Suspended)
}

struct Walk {
    terms: State,
    quantity: Decimal,
    running: bool,
    /// The day it ended without a credit, and its seats then: a credit may be recorded for it afterwards.
    ended: Option<(Date, Decimal)>,
    found: Vec<Charge>,
}

impl Walk {
    fn put(&mut self, kind: ChargeKind, from: Date, part: u64, quantity: Decimal) {
        if !quantity.is_zero() {
            self.found.push(Charge { kind, from, part, quantity, terms: self.terms.clone() });
        }
    }

    fn event(&mut self, subscription: &Subscription, event: &Event) {
        match event.kind {
            EventKind::Started { quantity } => {
                if self.running && !self.quantity.is_zero() {
                    return self.seats(quantity, event);
                }
                self.terms = State { quantity, ..subscription.on(event.date) };
                self.running = true;
                self.quantity = quantity.max(Decimal::ZERO);
                self.put(ChargeKind::Recurring, event.date, event.seq, self.quantity);
            }
            EventKind::SeatsChanged { delta } => self.seats(self.quantity + delta, event),
            EventKind::SeatsSet { quantity } => self.seats(quantity, event),
            EventKind::Cancelled { credit } => {
                let uncredited = self.ended.filter(|(day, _)| *day == event.date).map(|(_, seats)| seats);
                let seats = if self.running { Some(self.quantity) } else { uncredited };
                match seats {
                    Some(seats) if credit => {
                        self.put(ChargeKind::Cancelled, event.date, event.seq, -seats);
                        self.ended = None;
                    }
                    Some(seats) => self.ended = Some((event.date, seats)),
                    None => {}
                }
                self.quantity = Decimal::ZERO;
                self.running = false;
            }
            EventKind::Upgraded { to } if to != self.terms.product => {
                // A price of its own belongs to the product it was agreed for.
                self.exchange(State { product: to, price: None, ..self.terms.clone() }, event);
            }
            EventKind::Moved { account } if account != self.terms.account => {
                self.exchange(State { account, ..self.terms.clone() }, event);
            }
            EventKind::Suspended { .. }
            | EventKind::Renewed { .. }
            | EventKind::PriceSet { .. }
            | EventKind::EditionSet { .. }
            | EventKind::OneOffsReturned
            | EventKind::Upgraded { .. }
            | EventKind::Moved { .. } => {}
        }
    }

    fn seats(&mut self, wanted: Decimal, event: &Event) {
        if !self.running {
            return;
        }
        let wanted = wanted.max(Decimal::ZERO);
        let more = wanted - self.quantity;
        let kind = if more.is_sign_negative() { ChargeKind::Removed } else { ChargeKind::Added };
        self.put(kind, event.date, event.seq, more);
        self.quantity = wanted;
    }

    /// Credits what is left on the old terms, and charges it on the new ones.
    fn exchange(&mut self, terms: State, event: &Event) {
        let (running, quantity) = (self.running, self.quantity);
        if running {
            self.put(ChargeKind::Removed, event.date, event.seq, -quantity);
        }
        self.terms = terms;
        if running {
            self.put(ChargeKind::Added, event.date, event.seq, quantity);
        }
    }
}
