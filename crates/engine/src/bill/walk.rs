//! One charge cycle walked from its first day to its last: what it charges, before anything is priced.

use crate::register::{Event, EventKind, ProductKey, State, Status, Subscription};
use crate::sale::ChargeKind;
use crate::{Date, Decimal, Id, Period};

/// On what terms a charge is priced. The same for a whole cycle, unless the account or the product changes in it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Terms {
    pub account: Id,
    pub product: ProductKey,
    /// The subscription's own price.
    pub own: Option<Decimal>,
    /// Seats the cycle opened with.
    pub opening: Decimal,
    /// First day of the running term.
    pub term_start: Date,
}

/// One thing to charge.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Charge {
    pub kind: ChargeKind,
    /// First day charged; the last is the cycle's.
    pub from: Date,
    /// The `seq` of the event behind it; 0 for the opening of a cycle.
    pub part: u64,
    /// Seats; negative for a credit.
    pub quantity: Decimal,
    pub terms: Terms,
}

/// The charges of a cycle, in order of day and recording. Seats never fall below zero.
pub(super) fn charges(subscription: &Subscription, cycle: Period) -> Vec<Charge> {
    let opening = subscription.on(cycle.start);
    let quantity = opening.quantity.max(Decimal::ZERO);
    let mut walk = Walk {
        terms: terms(subscription, &opening, quantity),
        quantity,
        running: is_running(opening.status),
        found: Vec::with_capacity(1),
    };
    if walk.running {
        walk.put(ChargeKind::Recurring, cycle.start, 0, quantity);
    }
    for event in subscription.events.iter().filter(|e| cycle.start < e.date && e.date < cycle.end) {
        walk.event(subscription, event);
    }
    walk.found
}

fn is_running(status: Status) -> bool {
    // A suspended subscription is billed in full by the vendor, and so by us.
    matches!(status, Status::Active | Status::Suspended)
}

fn terms(subscription: &Subscription, state: &State, opening: Decimal) -> Terms {
    Terms {
        account: state.account,
        product: state.product,
        own: state.price,
        opening,
        term_start: state.term.map_or(subscription.start, |term| term.start),
    }
}

struct Walk {
    terms: Terms,
    quantity: Decimal,
    running: bool,
    found: Vec<Charge>,
}

impl Walk {
    fn put(&mut self, kind: ChargeKind, from: Date, part: u64, quantity: Decimal) {
        if !quantity.is_zero() {
            self.found.push(Charge { kind, from, part, quantity, terms: self.terms });
        }
    }

    fn event(&mut self, subscription: &Subscription, event: &Event) {
        match event.kind {
            EventKind::Started { quantity } => {
                if self.running && !self.quantity.is_zero() {
                    return self.seats(quantity, event);
                }
                self.terms = terms(subscription, &subscription.on(event.date), quantity);
                self.running = true;
                self.quantity = quantity.max(Decimal::ZERO);
                self.put(ChargeKind::Recurring, event.date, event.seq, self.quantity);
            }
            EventKind::SeatsChanged { delta } => self.seats(self.quantity + delta, event),
            EventKind::SeatsSet { quantity } => self.seats(quantity, event),
            EventKind::Cancelled { credit } => {
                if credit && self.running {
                    self.put(ChargeKind::Cancelled, event.date, event.seq, -self.quantity);
                }
                self.quantity = Decimal::ZERO;
                self.running = false;
            }
            EventKind::Upgraded { to } if to != self.terms.product => {
                // A price of its own belongs to the product it was agreed for.
                self.exchange(Terms { product: to, own: None, ..self.terms }, event);
            }
            EventKind::Moved { account } if account != self.terms.account => {
                self.exchange(Terms { account, ..self.terms }, event);
            }
            EventKind::Suspended { .. }
            | EventKind::Renewed { .. }
            | EventKind::PriceSet { .. }
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
    fn exchange(&mut self, terms: Terms, event: &Event) {
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
