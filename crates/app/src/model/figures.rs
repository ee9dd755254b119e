//! Amounts before and after a scenario, as they are added up and shown.

use engine::model::{AgreementChange, Base, Figures};
use engine::{Currency, Decimal, Money, Rounding};
use schemars::JsonSchema;
use serde::Serialize;

/// Cost, revenue and margin, before and after.
#[derive(Clone, Debug, JsonSchema, PartialEq, Serialize)]
pub struct Sums {
    cost_before: String,
    cost: String,
    revenue_before: String,
    revenue: String,
    margin_before: String,
    margin: String,
    /// Of the margin.
    change: String,
}

/// Amounts before and after, in minor units of one currency.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Four {
    pub cost_before: i64,
    pub cost: i64,
    pub revenue_before: i64,
    pub revenue: i64,
}

impl Four {
    pub fn margin_before(&self) -> i64 {
        self.revenue_before.saturating_sub(self.cost_before)
    }

    pub fn margin(&self) -> i64 {
        self.revenue.saturating_sub(self.cost)
    }

    pub fn change(&self) -> i64 {
        self.margin().saturating_sub(self.margin_before())
    }

    pub fn add(&mut self, other: &Four) {
        self.cost_before = self.cost_before.saturating_add(other.cost_before);
        self.cost = self.cost.saturating_add(other.cost);
        self.revenue_before = self.revenue_before.saturating_add(other.revenue_before);
        self.revenue = self.revenue.saturating_add(other.revenue);
    }

    pub fn of(change: &AgreementChange) -> Four {
        Four {
            cost_before: change.cost_before,
            cost: change.cost_after,
            revenue_before: change.revenue_before,
            revenue: change.revenue_after,
        }
    }

    /// The same buyer under another scenario.
    pub fn under(self, after: &Figures, buyer: usize) -> Four {
        Four { cost: sum(after.cost(buyer)), revenue: sum(after.revenue(buyer)), ..self }
    }

    pub fn told(&self, currency: Currency) -> Sums {
        let text = |minor| Money::from_minor(minor, currency).to_string();
        Sums {
            cost_before: text(self.cost_before),
            cost: text(self.cost),
            revenue_before: text(self.revenue_before),
            revenue: text(self.revenue),
            margin_before: text(self.margin_before()),
            margin: text(self.margin()),
            change: text(self.change()),
        }
    }
}

/// A buyer's whole horizon.
pub(super) fn of_buyer(base: &Base, after: &Figures, buyer: usize) -> Four {
    let (cost_before, revenue_before) = (sum(base.figures.cost(buyer)), sum(base.figures.revenue(buyer)));
    Four { cost_before, revenue_before, ..Four::default() }.under(after, buyer)
}

fn sum(amounts: &[i64]) -> i64 {
    amounts.iter().fold(0i64, |sum, amount| sum.saturating_add(*amount))
}

/// A margin as percent of its revenue.
pub(super) fn percent(margin: i64, revenue: i64) -> Option<String> {
    let share = Decimal::from(margin).checked_div(Decimal::from(revenue))?;
    // Rounded first: writing out cuts off.
    let rounded = Rounding::HalfUp.apply(share * Decimal::ONE_HUNDRED, 1);
    // A loss too small to show has no sign.
    let shown = if rounded.is_zero() { Decimal::ZERO } else { rounded };
    Some(format!("{shown:.1}"))
}

/// Points between the percentages as they are shown, so that one is the other and the points.
pub(super) fn points(four: &Four) -> Option<String> {
    let shown = |text: Option<String>| text?.parse::<Decimal>().ok();
    let before = shown(percent(four.margin_before(), four.revenue_before))?;
    let after = shown(percent(four.margin(), four.revenue))?;
    Some(format!("{:.1}", after - before))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loss_too_small_to_show_has_no_sign() {
        assert_eq!(percent(-1, 100_000).as_deref(), Some("0.0"));
        assert_eq!(percent(-60, 100_000).as_deref(), Some("-0.1"));
        assert_eq!(percent(5, 0), None);
    }

    #[test]
    fn points_lie_between_the_percentages_that_are_shown() {
        let four = Four { cost_before: 60_049, cost: 69_851, revenue_before: 100_000, revenue: 100_000 };
        let (before, after) = (percent(four.margin_before(), 100_000), percent(four.margin(), 100_000));
        assert_eq!(
            (before.as_deref(), after.as_deref(), points(&four).as_deref()),
            (Some("40.0"), Some("30.1"), Some("-9.9"))
        );
        let same = Four { cost: four.cost_before, ..four };
        assert_eq!(points(&same).as_deref(), Some("0.0"));
    }
}
