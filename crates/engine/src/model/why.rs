//! Why a buyer's month comes to what it does: its rows priced once more, with their steps.

use super::ModelError;
use super::base::{Base, Row};
use super::reshape::Shaped;
use super::run::Charge;
use super::scenario::Scenario;
use super::tariff::{Pricing, Told};
use crate::rate::Prices;
use crate::why::{Rule, Step, Value};
use crate::{Decimal, Money};

/// What one agreement adds to a buyer's month.
#[derive(Clone, Debug, PartialEq)]
pub struct Because {
    /// Place among the agreements.
    pub agreement: usize,
    /// Units charged; by how many they change, where they do within a cycle.
    pub quantity: Decimal,
    /// The day of such a change.
    pub changed: Option<crate::Date>,
    /// Revenue of the month.
    pub revenue: Money,
    /// Its steps; the last one's result is `revenue`.
    pub sold: Vec<Step>,
    /// Cost of the month.
    pub cost: Money,
    /// Its steps; the last one's result is `cost`.
    pub bought: Vec<Step>,
}

/// Explains the figures of a buyer in a month of the horizon, agreement by agreement.
pub fn because(base: &Base, scenario: &Scenario, buyer: usize, month: usize) -> Result<Vec<Because>, ModelError> {
    let shaped = Shaped::of(base, scenario)?;
    let book = super::reshape::ruled(base, scenario)?;
    let index = Prices::new(book.as_ref().unwrap_or(&base.prices));
    let mut all = Vec::new();
    for row in Base::of_buyer(&shaped.rows, buyer as u32) {
        let pricing = Pricing::of(base, &index, scenario, shaped.class(row.class));
        all.extend(of_row(&shaped, &pricing, row, month as u32)?);
    }
    Ok(all)
}

fn of_row(shaped: &Shaped, pricing: &Pricing, row: &Row, month: u32) -> Result<Option<Because>, ModelError> {
    let class = shaped.class(row.class);
    let currency = shaped.base.buyers[row.buyer as usize].currency;
    let none = (Money::zero(currency), Vec::new());
    let told = |charge: &Charge| {
        let mut told = Some(Told::default());
        let (term_day, rule_day) = (charge.term_day, charge.rule_day);
        let was = shaped.was(row.class, term_day, rule_day);
        let cell = pricing.cell(class, was, term_day, rule_day, &mut told);
        // What has no price on that day keeps the one before, as the figures do.
        (cell.is_ok().then_some(told).flatten().unwrap_or_default(), charge.amount)
    };
    let steps = |mut steps: Vec<Step>, charge: &Charge, amount: i64| {
        let result = Money::from_minor(amount, currency);
        let mut last = Step::of(Rule("model.charge"), Value::Money(result))
            .input("units", Value::Number(row.quantity))
            .input("price", Value::Price(charge.unit, charge.currency));
        if charge.stays != Decimal::ONE {
            last = last.input("seats that stay", Value::Share(charge.stays));
        }
        if charge.currency != currency {
            last = last.input("exchange rate", Value::Number(charge.rate));
        }
        if let Some((days, whole)) = row.part {
            last = last.input("days", Value::Number(days.into())).input("of", Value::Number(whole.into()));
        }
        steps.push(last);
        (result, steps)
    };
    let sold = shaped.sold_in(row, month)?;
    let bought = shaped.bought_in(row, month)?;
    if sold.is_none() && bought.is_none() {
        return Ok(None);
    }
    let (revenue, sold) = match &sold {
        Some(charge) => {
            let (told, amount) = told(charge);
            steps(told.sell, charge, amount)
        }
        None => none.clone(),
    };
    let (cost, bought) = match &bought {
        Some(charge) => {
            let (told, amount) = told(charge);
            steps(told.cost, charge, amount)
        }
        None => none,
    };
    let changed = row.change.map(|_| row.days.start);
    Ok(Some(Because {
        agreement: row.agreement as usize,
        quantity: row.quantity,
        changed,
        revenue,
        sold,
        cost,
        bought,
    }))
}
