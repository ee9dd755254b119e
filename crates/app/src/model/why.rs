//! Why a customer's month comes to what it does.

use super::figures::{Four, Sums};
use super::{Failure, Session, Wanted, failed, with_scenario};
use crate::wire::{Reason, reasons};
use engine::model::{because, run};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A cell to explain.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
pub struct WhyAsk {
    /// Which scenario.
    #[serde(flatten)]
    wanted: Wanted,
    /// Whose month.
    account: String,
    /// Which month.
    month: String,
}

/// What one agreement adds to a month.
#[derive(Clone, Debug, JsonSchema, PartialEq, Serialize)]
pub struct Added {
    subscription_ref: String,
    subscription_id: String,
    name: String,
    /// Seats charged; by how many they change, where they do within a cycle.
    quantity: String,
    /// The day of such a change.
    changed: Option<String>,
    currency: String,
    revenue: String,
    cost: String,
    margin: String,
    sold: Vec<Reason>,
    bought: Vec<Reason>,
}

/// Why a customer's month comes to what it does.
#[derive(Clone, Debug, JsonSchema, PartialEq, Serialize)]
pub struct Why {
    account_ref: String,
    name: String,
    month: String,
    currency: String,
    #[serde(flatten)]
    sums: Sums,
    agreements: Vec<Added>,
}

/// Explains a customer's month under a scenario, agreement by agreement.
pub fn why(session: &mut Session, ask: WhyAsk) -> Result<Why, Failure> {
    let month = crate::session::month(&ask.month)?;
    with_scenario(session, &ask.wanted, |made, understood| {
        let base = &made.base;
        let id = made.people.find(&ask.account, &made.names)?.id;
        let outside = || Failure::not_found("month of the horizon", &ask.month);
        let place = base.horizon.place(month).ok_or_else(outside)?;
        let buyer = base.buyers.iter().position(|b| b.id == id);
        let buyer = buyer.ok_or_else(|| Failure::not_found("account", &ask.account))?;
        let figures = run(base, &understood.scenario).map_err(failed)?.figures;
        let four = Four {
            cost_before: base.figures.cost(buyer)[place],
            cost: figures.cost(buyer)[place],
            revenue_before: base.figures.revenue(buyer)[place],
            revenue: figures.revenue(buyer)[place],
        };
        let currency = base.buyers[buyer].currency;
        let added = because(base, &understood.scenario, buyer, place).map_err(failed)?.into_iter().map(|b| {
            let agreement = &base.agreements[b.agreement];
            Added {
                subscription_ref: made.names.source_text(agreement.source),
                subscription_id: agreement.id.to_string(),
                name: made.titled(agreement),
                quantity: crate::wire::number(b.quantity),
                changed: b.changed.map(|day| day.to_string()),
                currency: currency.to_string(),
                revenue: b.revenue.to_string(),
                cost: b.cost.to_string(),
                margin: b.revenue.minus(b.cost).map_or_else(|_| String::new(), |m| m.to_string()),
                sold: reasons(&b.sold),
                bought: reasons(&b.bought),
            }
        });
        Ok(Why {
            account_ref: made.people.reference(id, &made.names),
            name: made.people.name(id).to_owned(),
            month: month.to_string(),
            currency: currency.to_string(),
            sums: four.told(currency),
            agreements: added.collect(),
        })
    })
}
