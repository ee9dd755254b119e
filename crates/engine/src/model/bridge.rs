//! The bridge from the margin as it is to the margin under a scenario, cause by cause.

use super::ModelError;
use super::base::Base;
use super::run::{Figures, run};
use super::scenario::Scenario;
use crate::{Currency, Money};

/// What one cause does to the margin, over the horizon.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// Name of the lever, or `None` for seats lost to the prices of all of them.
    pub lever: Option<String>,
    /// The change of the margin, by currency.
    pub margin: Vec<Money>,
}

/// Works out what each lever adds to those before it, in their order; what customers do about the prices comes last. The steps
/// come to the whole change.
pub fn bridge(base: &Base, scenario: &Scenario) -> Result<Vec<Step>, ModelError> {
    let mut steps = Vec::with_capacity(scenario.levers.len() + 1);
    let mut before = margins(base, &base.figures);
    let mut step = |lever: Option<String>, part: &Scenario| -> Result<(), ModelError> {
        let after = margins(base, &run(base, part)?.figures);
        let apart = before.iter().zip(&after).filter_map(|(b, a)| a.minus(*b).ok());
        steps.push(Step { lever, margin: apart.collect() });
        before = after;
        Ok(())
    };
    for upto in 1..=scenario.levers.len() {
        let part =
            Scenario { levers: scenario.levers[..upto].to_vec(), elasticity: crate::Decimal::ZERO, ..scenario.clone() };
        step(scenario.levers.get(upto - 1).map(|l| l.name.clone()), &part)?;
    }
    if !scenario.elasticity.is_zero() {
        step(None, scenario)?;
    }
    Ok(steps)
}

/// Margin by currency over the horizon, in order of currency.
fn margins(base: &Base, figures: &Figures) -> Vec<Money> {
    let mut sums: std::collections::BTreeMap<Currency, i64> = std::collections::BTreeMap::new();
    for (at, buyer) in base.buyers.iter().enumerate() {
        let sum = |all: &[i64]| all.iter().fold(0i64, |sum, amount| sum.saturating_add(*amount));
        let margin = sum(figures.revenue(at)).saturating_sub(sum(figures.cost(at)));
        let total = sums.entry(buyer.currency).or_default();
        *total = total.saturating_add(margin);
    }
    sums.into_iter().map(|(currency, minor)| Money::from_minor(minor, currency)).collect()
}
