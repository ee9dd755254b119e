//! The book as it is, added up once: what every move of a slider is compared with.

use super::figures::{Four, of_buyer};
use engine::model::{Base, Figures};
use engine::{Currency, cores};
use std::collections::BTreeMap;
use std::ops::Range;

/// What a book comes to when nothing is changed.
pub(super) struct AsItIs {
    /// Currencies of its buyers, each with how many agreements there are.
    pub used: BTreeMap<Currency, usize>,
    /// Each buyer over the whole horizon.
    buyers: Vec<Four>,
    /// The margin by month, by currency.
    margins: BTreeMap<Currency, Vec<i64>>,
}

impl AsItIs {
    pub fn of(base: &Base) -> AsItIs {
        let mut used = BTreeMap::new();
        base.agreements.iter().for_each(|a| *used.entry(base.buyers[a.buyer].currency).or_default() += 1);
        let buyers = (0..base.buyers.len()).map(|at| of_buyer(base, &base.figures, at)).collect();
        let mut margins: BTreeMap<Currency, Vec<i64>> = BTreeMap::new();
        for (at, buyer) in base.buyers.iter().enumerate() {
            let months = margins.entry(buyer.currency).or_insert_with(|| nothing(base));
            add_margins(months, &base.figures, at);
        }
        AsItIs { used, buyers, margins }
    }

    /// The margin by month of a currency.
    pub fn margins(&self, currency: Currency) -> Vec<i64> {
        self.margins.get(&currency).cloned().unwrap_or_default()
    }

    /// The same under a scenario, and its buyers who buy anything, each with its place among all.
    pub fn under(&self, base: &Base, after: &Figures, currency: Currency) -> (Vec<i64>, Vec<(Four, usize)>) {
        let some = |part: Range<usize>| {
            let (mut months, mut rows) = (nothing(base), Vec::with_capacity(part.len()));
            for at in part {
                let before = self.buyers[at];
                let buys = before.cost_before != 0 || before.revenue_before != 0;
                if buys && base.buyers[at].currency == currency {
                    add_margins(&mut months, after, at);
                    rows.push((before.under(after, at), at));
                }
            }
            (months, rows)
        };
        let all = self.buyers.len();
        let parts = (0..all).step_by(PART).map(|from| from..(from + PART).min(all)).collect();
        let (mut months, mut rows) = (nothing(base), Vec::with_capacity(all));
        let taken = cores::each(parts, some, |(these, mut more)| {
            months.iter_mut().zip(these).for_each(|(sum, margin)| *sum = sum.saturating_add(margin));
            rows.append(&mut more);
            Ok::<_, std::convert::Infallible>(())
        });
        let Ok(()) = taken;
        (months, rows)
    }
}

/// Buyers added up at once on one core: fewer are sooner done than handed over.
const PART: usize = 4096;

fn nothing(base: &Base) -> Vec<i64> {
    vec![0; base.horizon.months as usize]
}

fn add_margins(months: &mut [i64], figures: &Figures, buyer: usize) {
    for ((sum, revenue), cost) in months.iter_mut().zip(figures.revenue(buyer)).zip(figures.cost(buyer)) {
        *sum = sum.saturating_add(*revenue).saturating_sub(*cost);
    }
}
