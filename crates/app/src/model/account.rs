//! One customer under a scenario, month by month.

use super::figures::{Four, Sums, of_buyer, percent};
use super::{Failure, Session, Wanted, failed, with_scenario};
use engine::model::run as run_scenario;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Whose months.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
pub struct AccountAsk {
    /// Under which scenario.
    #[serde(flatten)]
    wanted: Wanted,
    /// The account.
    account: String,
}

/// A month of one account.
#[derive(Clone, Debug, JsonSchema, PartialEq, Serialize)]
pub struct AccountMonth {
    month: String,
    #[serde(flatten)]
    sums: Sums,
}

/// An account's whole horizon, and its months.
#[derive(Clone, Debug, JsonSchema, PartialEq, Serialize)]
pub struct AccountMonths {
    account_ref: String,
    account_id: String,
    name: String,
    currency: String,
    #[serde(flatten)]
    sums: Sums,
    /// Margin of the revenue, as the book is.
    margin_percent_before: Option<String>,
    /// The same under the scenario.
    margin_percent: Option<String>,
    months: Vec<AccountMonth>,
}

/// Shows one account's months, before and after.
pub fn account(session: &mut Session, ask: AccountAsk) -> Result<AccountMonths, Failure> {
    with_scenario(session, &ask.wanted, |made, understood| {
        let base = &made.base;
        let id = made.people.find(&ask.account, &made.names)?.id;
        let buyer = base.buyers.iter().position(|b| b.id == id);
        let buyer = buyer.ok_or_else(|| Failure::not_found("account", &ask.account))?;
        let figures = run_scenario(base, &understood.scenario).map_err(failed)?.figures;
        let currency = base.buyers[buyer].currency;
        let whole = of_buyer(base, &figures, buyer);
        let months = base.horizon.each().enumerate().map(|(place, month)| {
            let four = Four {
                cost_before: base.figures.cost(buyer)[place],
                cost: figures.cost(buyer)[place],
                revenue_before: base.figures.revenue(buyer)[place],
                revenue: figures.revenue(buyer)[place],
            };
            AccountMonth { month: month.to_string(), sums: four.told(currency) }
        });
        Ok(AccountMonths {
            account_ref: made.people.reference(id, &made.names),
            account_id: id.to_string(),
            name: made.people.name(id).to_owned(),
            currency: currency.to_string(),
            sums: whole.told(currency),
            margin_percent_before: percent(whole.margin_before(), whole.revenue_before),
            margin_percent: percent(whole.margin(), whole.revenue),
            months: months.collect(),
        })
    })
}
