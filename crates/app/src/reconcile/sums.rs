//! What the rows of a compared month add up to, whatever is decided about its findings.

use super::charges::{Table, put};
use engine::{Currency, Decimal};
use std::collections::BTreeMap;

/// Sums by account and currency, and of what was sold by currency.
pub(super) struct Sums {
    pub of: BTreeMap<(usize, Currency), Sum>,
    sold: BTreeMap<Currency, SoldOn>,
}

/// What was sold in one currency.
#[derive(Clone, Copy, Default)]
pub(super) struct SoldOn {
    /// On rows without a finding.
    pub even: Decimal,
    /// On rows with one.
    pub found: Decimal,
}

/// An account's sums in one currency.
#[derive(Default)]
pub(super) struct Sum {
    pub agreements: usize,
    /// Agreements without a finding.
    pub even: usize,
    pub cost: Option<Decimal>,
    pub expected: Option<Decimal>,
    pub sold: Option<Decimal>,
}

impl Sum {
    pub fn margin(&self) -> Decimal {
        self.sold.unwrap_or_default() - self.cost.unwrap_or_default()
    }
}

impl Sums {
    pub fn of(table: &Table) -> Sums {
        let mut sums = Sums { of: BTreeMap::new(), sold: BTreeMap::new() };
        for row in &table.rows {
            let sum = sums.of.entry((row.who, row.currency)).or_default();
            sum.agreements += 1;
            sum.even += usize::from(row.finding.is_none());
            put(&mut sum.cost, row.cost);
            put(&mut sum.expected, row.expected);
            let Some(sold) = row.sold else { continue };
            put(&mut sums.of.entry((row.who, row.sold_currency)).or_default().sold, row.sold);
            let on = sums.sold.entry(row.sold_currency).or_default();
            *(if row.finding.is_none() { &mut on.even } else { &mut on.found }) += sold;
        }
        sums
    }

    /// What was sold in a currency.
    pub fn sold_on(&self, currency: Currency) -> SoldOn {
        self.sold.get(&currency).copied().unwrap_or_default()
    }
}
