//! What changes within a cycle: seats that come or go, a cancellation, another product, another account.

use super::super::base::{Row, Within, units};
use super::super::times::{Days, On};
use super::Making;
use crate::bill::{Charge, charged_cycles, charges, cycle_at, whole_cycle};
use crate::cycle::{Anchor, bought, cycle_on, cycles};
use crate::rate::NoPrice;
use crate::register::{Subscription, Timing};
use crate::{Month, Period, date};
use chrono::Datelike;

impl Making<'_, '_> {
    /// The rows of what changes within cycles: seats that come or go, another product, another account. They are those billing
    /// writes lines for, at the price their cycle opened with.
    pub(super) fn changes(&mut self, subscription: &Subscription) -> Result<(), NoPrice> {
        let (opens, closes) = self.days;
        let since = self.since(subscription);
        if !subscription.events.iter().any(|e| since <= e.date && e.date < closes) {
            return Ok(());
        }
        let mut sold = charged_cycles(subscription, since, closes);
        // Cancelled on the first day, the cycle of the day before still has days to give back.
        let eve = date::add_days(opens, -1);
        let running = cycle_at(subscription, opens).or_else(|| cycle_at(subscription, eve));
        sold.extend(running.filter(|cycle| cycle.start < since));
        for cycle in sold {
            let whole = whole_cycle(subscription, cycle).days();
            for charge in charges(subscription, cycle).into_iter().filter(|charge| charge.part != 0) {
                let due = if subscription.timing == Timing::Advance { charge.from } else { cycle.last() };
                let Some(at) = self.place(Month::of(due)) else { continue };
                let row = self.change(subscription, cycle, whole, charge)?;
                let charged = Days { bits: 1 << at, ..self.days_of(subscription, cycle.start, at) };
                self.rows.push(Row { charged, ..row });
            }
        }
        let mut vendors = cycles(subscription, opens, closes);
        let running = cycle_on(subscription, opens).or_else(|| cycle_on(subscription, eve));
        vendors.extend(running.filter(|cycle| cycle.start < opens));
        for cycle in vendors {
            let whole = bought(subscription).nominal(cycle).days();
            for charge in charges(subscription, cycle).into_iter().filter(|charge| charge.part != 0) {
                let Some(at) = self.place(Month::of(charge.from)) else { continue };
                // The vendor's rate is that of the day of the charge.
                let bought = Days { bits: 1 << at, on: On(Anchor::Day(charge.from.day())), lag: 0 };
                let row = self.change(subscription, cycle, whole, charge)?;
                self.rows.push(Row { bought, ..row });
            }
        }
        Ok(())
    }

    /// The row of a change within a cycle, without the month it is charged in.
    fn change(
        &mut self,
        subscription: &Subscription,
        cycle: Period,
        whole: i64,
        charge: Charge,
    ) -> Result<Row, NoPrice> {
        let buyer = *self.places.get(&charge.terms.account).ok_or(NoPrice::UnknownAccount)?;
        let term_start = subscription.on(cycle.start).term.map_or(subscription.start, |term| term.start);
        let first_day = cycle.start.min(self.days.0);
        let class = self.class(subscription, &charge.terms, buyer, term_start, first_day)?;
        let opening = subscription.on(cycle.start).quantity;
        let days = Period { start: charge.from, end: cycle.end };
        let count = |days: i64| u32::try_from(days).unwrap_or(1);
        Ok(Row {
            agreement: self.agreements.len() as u32,
            buyer,
            class,
            quantity: charge.quantity,
            units: units(charge.quantity),
            charged: Days::default(),
            bought: Days::default(),
            renewed: Days::default(),
            rebought: Days::default(),
            term_start,
            part: Some((count(days.days()), count(whole))),
            days,
            change: Some(Within { cycle: cycle.start, opening }),
            reshaped: false,
        })
    }
}
