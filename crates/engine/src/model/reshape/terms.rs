//! Other terms from an agreement's next one on, and what turns up in their cycles.

use super::super::base::{Class, Row, Within};
use super::super::times::{Days, On, between};
use super::{Shaping, with_quantity};
use crate::cycle::Anchor;
use crate::{Date, Decimal, Month, Period};
use chrono::Datelike;

impl Shaping<'_> {
    /// Puts an agreement onto other terms from its next term on, charged every so many months in terms of so many.
    pub(super) fn onto(
        &mut self,
        rows: &[Row],
        from: Date,
        other: impl Fn(&Class) -> Class,
        every: u32,
        term: u32,
    ) -> Vec<Row> {
        let (first, months) = (self.base.horizon.first, self.base.horizon.months);
        let at = self.next_terms(rows, from);
        if at.0 >= 64 && at.1 >= 64 {
            return rows.to_vec();
        }
        let days = rows.iter().find(|row| row.change.is_none());
        let days = days.map_or_else(Default::default, |row| (row.renewed, row.rebought));
        let mut shaped = Vec::with_capacity(rows.len() + 1);
        let mut last: Option<Row> = None;
        for row in rows {
            if let Some(within) = row.change {
                // What comes later is found anew, against the cycles of the other terms.
                let (switch, at) = if row.charged.bits != 0 { (days.0, at.0) } else { (days.1, at.1) };
                if at >= 64 || within.cycle < switch.day(at, first) {
                    shaped.push(*row);
                }
                continue;
            }
            let class = other(&self.classes[row.class as usize]);
            let class = self.class(row.class, class, false);
            let (before, after) = self.cut(row, at);
            let each = |days: Days, at: u32, step: u32| {
                let whole = Days { bits: u64::MAX, ..days };
                let own = between(whole.first_from(row.days.start, first), whole.first_from(row.days.end, first));
                let bits = (at..months).step_by(step.max(1) as usize).fold(0u64, |bits, month| bits | 1 << month);
                Days { bits: bits & own, ..days }
            };
            let after = Row {
                class,
                reshaped: true,
                charged: each(after.charged, at.0, every),
                renewed: each(after.renewed, at.0, term),
                bought: each(after.bought, at.1, every),
                rebought: each(after.rebought, at.1, term),
                ..after
            };
            if let Some(last) = last.replace(after) {
                self.changes(&last, &after, at, every, &mut shaped);
            }
            shaped.extend([before, after]);
        }
        shaped
    }

    /// What a turn from one row to the next changes within cycles that begin every so many months from a month on.
    fn changes(&self, last: &Row, next: &Row, (sold, bought): (u32, u32), every: u32, into: &mut Vec<Row>) {
        let first = self.base.horizon.first;
        let day = next.days.start;
        let of = |class: u32| (self.classes[class as usize].product, self.classes[class as usize].buyer);
        let moved: &[(u32, Decimal)] = match of(last.class) == of(next.class) {
            true => &[(last.class, next.quantity - last.quantity)],
            false => &[(last.class, -last.quantity), (next.class, next.quantity)],
        };
        let count = |days: Period| u32::try_from(days.days()).unwrap_or(1);
        for (days, from, sells) in [(next.renewed, sold, true), (next.rebought, bought, false)] {
            let days = Days { lag: 0, ..days };
            let after = Days { bits: u64::MAX, ..days }.first_from(day, first);
            let begun = if days.day(after, first) == day { after } else { after.saturating_sub(1) };
            if begun < from || after >= 64 {
                continue;
            }
            let begun = begun - (begun - from) % every.max(1);
            let cycle = Period { start: days.day(begun, first), end: days.day(begun + every, first) };
            let Some(at) = self.base.horizon.place(Month::of(day)).filter(|_| cycle.start < day) else { continue };
            let left = Period { start: day, end: cycle.end };
            let charged = Days { bits: 1 << at, lag: at as i32 - begun as i32, ..days };
            let bought = Days { bits: 1 << at, on: On(Anchor::Day(day.day())), lag: 0 };
            for (class, quantity) in moved.iter().filter(|(_, quantity)| !quantity.is_zero()) {
                into.push(Row {
                    class: *class,
                    charged: if sells { charged } else { Days::default() },
                    bought: if sells { Days::default() } else { bought },
                    renewed: Days::default(),
                    rebought: Days::default(),
                    term_start: cycle.start,
                    part: Some((count(left), count(cycle))),
                    days: left,
                    change: Some(Within { cycle: cycle.start, opening: last.quantity }),
                    reshaped: true,
                    ..with_quantity(*next, *quantity)
                });
            }
        }
    }
}
