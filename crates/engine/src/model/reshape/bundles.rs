//! Sold as parts of a bundle, as many as a customer has all parts of at the time.

use super::super::ModelError;
use super::super::base::{Class, Row};
use super::super::scenario::Lever;
use super::{Shaping, with_quantity};
use crate::register::ProductKey;
use crate::{Date, Decimal, Symbol};
use std::borrow::Cow;
use std::collections::HashMap;

impl Shaping<'_> {
    /// Sells the parts a customer has as so many bundles; seats beyond them stay as they are.
    pub(super) fn bundle(&mut self, lever: &Lever, code: Symbol) -> Result<(), ModelError> {
        let base = self.base;
        let bundle = base.prices.bundles.iter().find(|b| b.code == code).ok_or(ModelError::NoBundle(code))?;
        let mut rows = Vec::with_capacity(self.rows.len() + 16);
        let all = self.in_epochs();
        for of_buyer in all.chunk_by(|(epoch, a), (other, b)| (a.buyer, epoch) == (b.buyer, other)) {
            let of_buyer: Vec<Row> = of_buyer.iter().map(|(_, row)| *row).collect();
            // The product of each row that can become a part.
            let fits = |row: &Row| {
                let class = &self.classes[row.class as usize];
                let free = class.bundle.is_empty() && row.part.is_none() && self.concerns(lever, row);
                free.then_some(class.product)
            };
            let products: Vec<Option<ProductKey>> = of_buyer.iter().map(fits).collect();
            let edition = bundle.on(lever.from);
            let parts: Vec<_> =
                edition.iter().flat_map(|e| e.recurring()).filter(|p| p.ratio > Decimal::ZERO).collect();
            let has = |product| -> Decimal {
                let all = of_buyer.iter().zip(&products).filter(|(_, of)| **of == Some(product));
                all.map(|(row, _)| row.quantity).sum()
            };
            let bundles = parts.iter().map(|p| (has(p.product) / p.ratio).floor()).min().unwrap_or_default();
            let mut left: HashMap<_, Decimal> = parts.iter().map(|p| (p.product, bundles * p.ratio)).collect();
            for (row, product) in of_buyer.iter().zip(&products) {
                let wanted = product.as_ref().and_then(|product| left.get_mut(product));
                let moved = wanted.as_deref().map_or(Decimal::ZERO, |left| row.quantity.min(*left));
                if moved.is_zero() {
                    rows.push(*row);
                    continue;
                }
                if let Some(left) = wanted {
                    *left -= moved;
                }
                let (first, opens) = (base.horizon.first, base.horizon.days().0);
                // A term that began within the horizon has the bundle already, whatever else changed since.
                let at = match row.term_start >= lever.from.max(opens) {
                    true => (0, 0),
                    false => (row.renewed.first_from(lever.from, first), row.rebought.first_from(lever.from, first)),
                };
                let (before, after) = self.cut(row, at);
                let sold = Class {
                    bundle: code,
                    edition: lever.from,
                    quantity: moved,
                    ..self.classes[row.class as usize].clone()
                };
                let sold = self.class(row.class, sold, false);
                rows.push(before);
                rows.push(Row { class: sold, reshaped: true, ..with_quantity(after, moved) });
                if moved < row.quantity {
                    rows.push(with_quantity(after, row.quantity - moved));
                }
            }
        }
        rows.sort_by_key(|row| (row.buyer, row.agreement));
        self.rows = Cow::Owned(rows);
        Ok(())
    }

    /// The rows by buyer and by the stretches of days in which none of a buyer's agreements changes, cut where one does.
    fn in_epochs(&self) -> Vec<(usize, Row)> {
        let first = self.base.horizon.first;
        let mut all = Vec::with_capacity(self.rows.len());
        for of_buyer in self.rows.chunk_by(|a, b| a.buyer == b.buyer) {
            let opening = |row: &&Row| row.change.is_none();
            let mut turns: Vec<Date> = of_buyer.iter().filter(opening).map(|row| row.days.start).collect();
            turns.sort_unstable();
            turns.dedup();
            let from = all.len();
            for row in of_buyer {
                let mut rest = *row;
                for (epoch, turn) in turns.iter().enumerate().skip(1) {
                    if row.change.is_some() || *turn <= row.days.start || row.days.end <= *turn {
                        continue;
                    }
                    let at = (rest.charged.first_from(*turn, first), rest.bought.first_from(*turn, first));
                    let (before, after) = self.cut(&rest, at);
                    all.push((epoch - 1, before));
                    rest = after;
                }
                let last = turns.partition_point(|turn| *turn < row.days.end).saturating_sub(1);
                all.push((last, rest));
            }
            all[from..].sort_by_key(|(epoch, _)| *epoch);
        }
        all
    }
}
