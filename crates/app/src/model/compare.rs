//! Scenarios side by side.

use super::figures::{Four, Sums, of_buyer, percent};
use super::{Failure, Made, Session, Wanted, failed, with_scenario};
use engine::Currency;
use engine::model::{Figures, Scenario, run};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Scenarios to compare.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
pub struct CompareAsk {
    /// Two to four, over the months of the first.
    scenarios: Vec<Wanted>,
}

/// One scenario beside the others.
#[derive(Clone, Debug, JsonSchema, PartialEq, Serialize)]
pub struct Compared {
    scenario: String,
    currency: String,
    #[serde(flatten)]
    sums: Sums,
    margin_percent: Option<String>,
    winners: usize,
    losers: usize,
    /// Margin month by month.
    margins: Vec<String>,
}

/// Scenarios side by side.
#[derive(Clone, Debug, JsonSchema, PartialEq, Serialize)]
pub struct Comparison {
    first_month: String,
    months: Vec<String>,
    scenarios: Vec<Compared>,
    notes: Vec<String>,
}

/// Scenarios compared at a time.
const MOST_COMPARED: usize = 4;

/// Compares scenarios over the same months.
pub fn compare(session: &mut Session, ask: CompareAsk) -> Result<Comparison, Failure> {
    let Some(first) = ask.scenarios.first().filter(|_| ask.scenarios.len() <= MOST_COMPARED) else {
        return Err(Failure::usage(format!("Compare two to {MOST_COMPARED} scenarios.")));
    };
    let written = first.written(session)?;
    let horizon = first.horizon(&written, session.today())?;
    let mut all = Vec::new();
    let mut notes = Vec::new();
    for wanted in &ask.scenarios {
        let wanted = Wanted {
            horizon: Some(horizon.months),
            first: Some(horizon.first.to_string()),
            without: first.without.clone(),
            ..wanted.clone()
        };
        with_scenario(session, &wanted, |made, understood| {
            let figures = run(&made.base, &understood.scenario).map_err(failed)?.figures;
            notes.extend(understood.notes.iter().cloned());
            all.extend(compared(made, &understood.scenario, &figures));
            Ok(())
        })?;
    }
    Ok(Comparison {
        first_month: horizon.first.to_string(),
        months: horizon.each().map(|m| m.to_string()).collect(),
        scenarios: all,
        notes,
    })
}

fn compared(made: &Made, scenario: &Scenario, figures: &Figures) -> Vec<Compared> {
    let base = &made.base;
    let mut totals: BTreeMap<Currency, (Four, usize, usize)> = BTreeMap::new();
    for (at, buyer) in base.buyers.iter().enumerate() {
        let four = of_buyer(base, figures, at);
        let sum = totals.entry(buyer.currency).or_default();
        sum.0.add(&four);
        sum.1 += usize::from(four.change() > 0);
        sum.2 += usize::from(four.change() < 0);
    }
    let months = figures.sums(base, |_| true);
    let margins = |currency: Currency| {
        let own = months.iter().filter(move |(of, ..)| *of == currency);
        own.map(|(_, _, cost, revenue)| revenue.minus(*cost).map_or_else(|_| String::new(), |m| m.to_string()))
            .collect()
    };
    let has = |four: &Four| four.cost_before != 0 || four.revenue_before != 0;
    totals
        .into_iter()
        .filter(|(_, (four, ..))| has(four))
        .map(|(currency, (four, winners, losers))| Compared {
            scenario: scenario.name.clone(),
            currency: currency.to_string(),
            sums: four.told(currency),
            margin_percent: percent(four.margin(), four.revenue),
            winners,
            losers,
            margins: margins(currency),
        })
        .collect()
}
