//! What a slider shows while it is dragged: one currency, the rows on the screen, nothing else.

use super::figures::{Four, Sums, percent, points};
use super::scenario::Understood;
use super::{Failure, Made, Session, Standing, Wanted, failed, with_scenario};
use engine::model::run_again;
use engine::{Currency, Money};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a slider asks while it is dragged.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
pub struct QuickAsk {
    /// Which.
    #[serde(flatten)]
    wanted: Wanted,
    /// Currency shown; the book's own without it.
    #[serde(default)]
    currency: Option<String>,
    /// First row of the accounts shown.
    #[serde(default)]
    from: usize,
    /// How many rows.
    #[serde(default)]
    rows: usize,
    /// `change` (without it, the worst first), `name`, `before` or `after`.
    #[serde(default)]
    sort: Option<String>,
    /// Turns the order round.
    #[serde(default)]
    descending: bool,
    /// Rows of these accounts, in this order, instead: so that nothing changes its place while a slider moves.
    #[serde(default)]
    accounts: Option<Vec<String>>,
}

/// A row as a slider shows it.
#[derive(Clone, Debug, JsonSchema, PartialEq, Serialize)]
pub struct QuickRow {
    account_id: String,
    name: String,
    #[serde(flatten)]
    sums: Sums,
    /// Margin after, of the revenue after.
    margin_percent: Option<String>,
}

/// What is shown while a slider is dragged: one currency's margin by month, and the rows on the screen.
#[derive(Clone, Debug, JsonSchema, PartialEq, Serialize)]
pub struct Quick {
    currency: String,
    /// Other currencies there are.
    currencies: Vec<String>,
    first_month: String,
    /// Margin by month in minor units, for drawing.
    before: Vec<i64>,
    after: Vec<i64>,
    /// After, less before.
    differences: Vec<i64>,
    digits: u32,
    #[serde(flatten)]
    sums: Sums,
    margin_percent_before: Option<String>,
    margin_percent: Option<String>,
    /// By how many percentage points it changes.
    margin_points: Option<String>,
    winners: usize,
    losers: usize,
    /// Accounts in this currency.
    accounts: usize,
    /// The largest change of one of them, either way: what bars are drawn against.
    largest: String,
    rows: Vec<QuickRow>,
    /// Where the scenario was taken over: the book has its prices already.
    taken_over: Option<Standing>,
    notes: Vec<String>,
}

/// Runs a scenario for what is on the screen.
pub fn quick(session: &mut Session, ask: QuickAsk) -> Result<Quick, Failure> {
    with_scenario(session, &ask.wanted, |made, understood| {
        let spent = std::mem::take(&mut made.spent);
        made.spent = run_again(&made.base, &understood.scenario, spent).map_err(failed)?.figures;
        quickly(made, understood, &ask)
    })
}

fn quickly(made: &Made, understood: &Understood, ask: &QuickAsk) -> Result<Quick, Failure> {
    let base = &made.base;
    let as_it_is = &made.as_it_is;
    let wanted = ask.currency.as_deref().and_then(Currency::parse);
    let most = as_it_is.used.iter().max_by_key(|(_, count)| **count).map(|(currency, _)| *currency);
    let currency = wanted.or(most).unwrap_or(Currency::EUR);
    let (after, mut rows) = as_it_is.under(base, &made.spent, currency);
    let mut total = Four::default();
    rows.iter().for_each(|(four, _)| total.add(four));
    let (winners, losers) = rows.iter().fold((0, 0), |(won, lost), (four, _)| match four.change().signum() {
        1 => (won + 1, lost),
        -1 => (won, lost + 1),
        _ => (won, lost),
    });
    let name = |at: usize| made.people.name(base.buyers[at].id);
    let row = |(four, at): &(Four, usize)| QuickRow {
        account_id: base.buyers[*at].id.to_string(),
        name: name(*at).to_owned(),
        sums: four.told(currency),
        margin_percent: percent(four.margin(), four.revenue),
    };
    let largest = rows.iter().map(|(four, _)| four.change().saturating_abs()).max().unwrap_or(0);
    let accounts = rows.len();
    let shown = match &ask.accounts {
        Some(wanted) => {
            let of = |id| rows.iter().find(|(_, at)| base.buyers[*at].id == id);
            wanted.iter().filter_map(|text| of(engine::Id::parse(text)?)).map(row).collect()
        }
        None => {
            match ask.sort.as_deref() {
                Some("name") => rows.sort_by_cached_key(|(_, at)| name(*at).to_lowercase()),
                Some("before") => rows.sort_unstable_by_key(|(four, at)| (four.margin_before(), *at)),
                Some("after") => rows.sort_unstable_by_key(|(four, at)| (four.margin(), *at)),
                _ => rows.sort_unstable_by_key(|(four, at)| (four.change(), *at)),
            }
            if ask.descending {
                rows.reverse();
            }
            rows.iter().skip(ask.from).take(ask.rows).map(row).collect()
        }
    };
    let before = as_it_is.margins(currency);
    Ok(Quick {
        currency: currency.to_string(),
        currencies: as_it_is.used.keys().map(Currency::to_string).collect(),
        first_month: base.horizon.first.to_string(),
        differences: before.iter().zip(&after).map(|(before, after)| after.saturating_sub(*before)).collect(),
        before,
        after,
        digits: currency.digits(),
        sums: total.told(currency),
        margin_percent_before: percent(total.margin_before(), total.revenue_before),
        margin_percent: percent(total.margin(), total.revenue),
        margin_points: points(&total),
        winners,
        losers,
        accounts,
        largest: Money::from_minor(largest, currency).to_string(),
        rows: shown,
        taken_over: made.standing_of(&understood.scenario),
        notes: understood.notes.clone(),
    })
}
