//! A scenario over the whole book: by month, account, product and cause.

use super::figures::{Four, Sums, of_buyer, percent};
use super::scenario::{Understood, kind};
use super::{Failure, Made, Session, Standing, Wanted, failed, with_scenario};
use engine::model::{
    AgreementChange, Base, Figures, Scenario, agreements, bridge, paid_in, run as run_scenario, vendor_paid_in,
};
use engine::{Currency, Money, Month};
use formats::export::{Cell, table_csv};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// A scenario to run.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
pub struct RunAsk {
    /// Which.
    #[serde(flatten)]
    wanted: Wanted,
    /// Also write every customer and month as CSV.
    #[serde(default)]
    csv: Option<PathBuf>,
    /// Accounts to list, those whose margin changes most first; all without it.
    #[serde(default)]
    most: Option<usize>,
}

/// One month of one currency.
#[derive(Clone, Debug, JsonSchema, PartialEq, Serialize)]
pub struct OneMonth {
    month: String,
    currency: String,
    #[serde(flatten)]
    sums: Sums,
    /// What customers pay in the month, of what is charged within the horizon.
    cash_in: String,
    /// What the vendor is paid in the month, likewise.
    cash_out: String,
    /// Agreements the scenario first reaches in this month.
    hits: usize,
}

/// One account.
#[derive(Clone, Debug, JsonSchema, PartialEq, Serialize)]
pub struct Account {
    account_ref: String,
    account_id: String,
    name: String,
    currency: String,
    #[serde(flatten)]
    sums: Sums,
    /// Margin after, of the revenue after.
    margin_percent: Option<String>,
    agreements: usize,
    /// The first month in which the scenario reaches one of them.
    hit: Option<String>,
    /// How many of them are sold below cost at some time.
    below_cost: usize,
}

/// One product in one currency.
#[derive(Clone, Debug, JsonSchema, PartialEq, Serialize)]
pub struct OneProduct {
    product: String,
    name: String,
    currency: String,
    agreements: usize,
    #[serde(flatten)]
    sums: Sums,
}

/// What one cause does to the margin over the horizon.
#[derive(Clone, Debug, JsonSchema, PartialEq, Serialize)]
pub struct Cause {
    /// Name of the change; nothing for seats that customers give up.
    cause: Option<String>,
    /// What kind of change.
    kind: Option<&'static str>,
    currency: String,
    change: String,
}

/// An agreement without figures.
#[derive(Clone, Debug, JsonSchema, PartialEq, Serialize)]
pub struct Without {
    subscription: String,
    why: String,
}

/// What a scenario comes to.
#[derive(Clone, Debug, JsonSchema, PartialEq, Serialize)]
pub struct Run {
    scenario: String,
    first_month: String,
    months_count: u32,
    agreements: usize,
    /// Agreements the scenario reaches within the horizon.
    reached: usize,
    winners: usize,
    losers: usize,
    /// Agreements sold below cost at some time.
    below_cost: usize,
    totals: Vec<Total>,
    bridge: Vec<Cause>,
    months: Vec<OneMonth>,
    accounts: Vec<Account>,
    products: Vec<OneProduct>,
    left_out: Vec<Without>,
    /// Where the scenario was taken over: the book has its prices already.
    taken_over: Option<Standing>,
    notes: Vec<String>,
}

/// The whole horizon in one currency.
#[derive(Clone, Debug, JsonSchema, PartialEq, Serialize)]
pub struct Total {
    currency: String,
    #[serde(flatten)]
    sums: Sums,
    margin_percent_before: Option<String>,
    margin_percent: Option<String>,
}

/// Runs a scenario over the whole book.
pub fn run(session: &mut Session, ask: RunAsk) -> Result<Run, Failure> {
    let dry_run = session.dry_run();
    with_scenario(session, &ask.wanted, |made, understood| {
        let figures = run_scenario(&made.base, &understood.scenario).map_err(failed)?.figures;
        let changes = agreements(&made.base, &understood.scenario).map_err(failed)?;
        if let Some(file) = ask.csv.as_ref().filter(|_| !dry_run) {
            write_csv(made, &figures, file)?;
        }
        told(made, understood, &figures, &changes, ask.most)
    })
}

fn told(
    made: &Made,
    understood: &Understood,
    figures: &Figures,
    changes: &[AgreementChange],
    most: Option<usize>,
) -> Result<Run, Failure> {
    let base = &made.base;
    let scenario = &understood.scenario;
    let mut accounts: Vec<(Four, usize)> = (0..base.buyers.len())
        .map(|buyer| (of_buyer(base, figures, buyer), buyer))
        .filter(|(four, _)| four.cost_before != 0 || four.revenue_before != 0 || four.cost != 0 || four.revenue != 0)
        .collect();
    let mut totals: BTreeMap<Currency, Four> = BTreeMap::new();
    accounts.iter().for_each(|(four, buyer)| totals.entry(base.buyers[*buyer].currency).or_default().add(four));
    accounts.sort_by_key(|(four, buyer)| (std::cmp::Reverse(four.change().unsigned_abs()), *buyer));
    let (winners, losers) = (
        accounts.iter().filter(|(four, _)| four.change() > 0).count(),
        accounts.iter().filter(|(four, _)| four.change() < 0).count(),
    );
    let mut by_buyer: BTreeMap<usize, Vec<&AgreementChange>> = BTreeMap::new();
    for (agreement, change) in base.agreements.iter().zip(changes) {
        by_buyer.entry(agreement.buyer).or_default().push(change);
    }
    let month = |at: u32| base.horizon.first.plus(at as i32).to_string();
    let account = |(four, buyer): &(Four, usize)| {
        let of = &base.buyers[*buyer];
        let all: &[&AgreementChange] = by_buyer.get(buyer).map_or(&[], Vec::as_slice);
        Account {
            account_ref: made.people.reference(of.id, &made.names),
            account_id: of.id.to_string(),
            name: made.people.name(of.id).to_owned(),
            currency: of.currency.to_string(),
            sums: four.told(of.currency),
            margin_percent: percent(four.margin(), four.revenue),
            agreements: all.len(),
            hit: all.iter().filter_map(|c| c.hit).min().map(month),
            below_cost: all.iter().filter(|c| c.below_cost.is_some()).count(),
        }
    };
    Ok(Run {
        scenario: scenario.name.clone(),
        first_month: base.horizon.first.to_string(),
        months_count: base.horizon.months,
        agreements: base.agreements.len(),
        reached: changes.iter().filter(|c| c.hit.is_some()).count(),
        winners,
        losers,
        below_cost: changes.iter().filter(|c| c.below_cost.is_some()).count(),
        totals: totals
            .iter()
            .map(|(currency, four)| Total {
                currency: currency.to_string(),
                sums: four.told(*currency),
                margin_percent_before: percent(four.margin_before(), four.revenue_before),
                margin_percent: percent(four.margin(), four.revenue),
            })
            .collect(),
        bridge: causes(base, scenario)?,
        months: months(base, figures, changes),
        accounts: accounts.iter().take(most.unwrap_or(usize::MAX)).map(account).collect(),
        products: products(made, changes),
        left_out: left_out(made),
        taken_over: made.standing_of(scenario),
        notes: understood.notes.iter().cloned().chain(made.compared_with_itself(scenario)).collect(),
    })
}

/// What each change does to the margin.
pub(super) fn causes(base: &Base, scenario: &Scenario) -> Result<Vec<Cause>, Failure> {
    let steps = bridge(base, scenario).map_err(failed)?;
    let mut kinds = scenario.levers.iter().map(|lever| kind(&lever.what));
    let mut causes: Vec<Cause> = Vec::new();
    for step in steps {
        let kind = step.lever.as_ref().and_then(|_| kinds.next());
        for money in step.margin.iter().filter(|m| m.minor() != 0) {
            causes.push(Cause {
                cause: step.lever.clone(),
                kind,
                currency: money.currency().to_string(),
                change: money.to_string(),
            });
        }
    }
    Ok(causes)
}

fn months(base: &Base, figures: &Figures, changes: &[AgreementChange]) -> Vec<OneMonth> {
    let mut all = Vec::new();
    let before = base.figures.sums(base, |_| true);
    let after = figures.sums(base, |_| true);
    let cash = Cash::of(base, figures);
    for ((currency, month, cost_before, revenue_before), (_, _, cost, revenue)) in before.iter().zip(&after) {
        let four = Four {
            cost_before: cost_before.minor(),
            cost: cost.minor(),
            revenue_before: revenue_before.minor(),
            revenue: revenue.minor(),
        };
        let place = base.horizon.place(*month);
        let hit = |agreement: usize, change: &AgreementChange| {
            change.hit.map(|at| at as usize) == place
                && base.buyers[base.agreements[agreement].buyer].currency == *currency
        };
        let money = |sums: &BTreeMap<(Currency, Month), i64>| {
            Money::from_minor(sums.get(&(*currency, *month)).copied().unwrap_or(0), *currency).to_string()
        };
        all.push(OneMonth {
            month: month.to_string(),
            currency: currency.to_string(),
            sums: four.told(*currency),
            cash_in: money(&cash.received),
            cash_out: money(&cash.paid),
            hits: changes.iter().enumerate().filter(|(at, change)| hit(*at, change)).count(),
        });
    }
    all
}

/// Money that moves, by currency and month.
#[derive(Default)]
struct Cash {
    received: BTreeMap<(Currency, Month), i64>,
    paid: BTreeMap<(Currency, Month), i64>,
}

impl Cash {
    fn of(base: &Base, figures: &Figures) -> Cash {
        let mut cash = Cash::default();
        for (at, buyer) in base.buyers.iter().enumerate() {
            let each = base.horizon.each().zip(figures.revenue(at)).zip(figures.cost(at));
            for ((month, revenue), cost) in each.filter(|((_, r), c)| **r != 0 || **c != 0) {
                let add = |sums: &mut BTreeMap<_, i64>, month, amount: i64| {
                    let sum = sums.entry((buyer.currency, month)).or_default();
                    *sum = sum.saturating_add(amount);
                };
                add(&mut cash.received, paid_in(month, buyer.payment_days), *revenue);
                add(&mut cash.paid, vendor_paid_in(month), *cost);
            }
        }
        cash
    }
}

fn products(made: &Made, changes: &[AgreementChange]) -> Vec<OneProduct> {
    let base = &made.base;
    let mut sums: BTreeMap<(Currency, String), (Four, usize, String)> = BTreeMap::new();
    for (agreement, change) in base.agreements.iter().zip(changes) {
        let reference = crate::catalogue::reference(agreement.product, &made.names);
        let key = (base.buyers[agreement.buyer].currency, reference);
        let name = || made.titles.get(&agreement.product).cloned().unwrap_or_default();
        let sum = sums.entry(key).or_insert_with(|| (Four::default(), 0, name()));
        sum.0.add(&Four::of(change));
        sum.1 += 1;
    }
    let mut all: Vec<_> = sums.into_iter().collect();
    all.sort_by_key(|(_, (four, ..))| std::cmp::Reverse(four.change().unsigned_abs()));
    all.into_iter()
        .map(|((currency, product), (four, agreements, name))| OneProduct {
            product,
            name,
            currency: currency.to_string(),
            agreements,
            sums: four.told(currency),
        })
        .collect()
}

fn left_out(made: &Made) -> Vec<Without> {
    let facts = |why: &engine::rate::NoPrice| {
        let facts = why.facts(&made.names).into_iter().map(|(name, value)| format!("{name} {value}"));
        format!("{why} ({})", facts.collect::<Vec<_>>().join(", "))
    };
    made.base.left_out.iter().map(|l| Without { subscription: l.id.to_string(), why: facts(&l.why) }).collect()
}

/// Writes every customer and month.
fn write_csv(made: &Made, after: &Figures, file: &std::path::Path) -> Result<(), Failure> {
    let head = ["CustomerId", "Month", "Currency"];
    let figures = ["CostBefore", "Cost", "RevenueBefore", "Revenue", "MarginBefore", "Margin", "Change"];
    let base = &made.base;
    let rows = base.buyers.iter().enumerate().flat_map(|(at, buyer)| {
        let reference = made.people.reference(buyer.id, &made.names);
        base.horizon.each().enumerate().filter_map(move |(place, month)| {
            let four = Four {
                cost_before: base.figures.cost(at)[place],
                cost: after.cost(at)[place],
                revenue_before: base.figures.revenue(at)[place],
                revenue: after.revenue(at)[place],
            };
            let amounts = [four.cost_before, four.cost, four.revenue_before, four.revenue];
            if amounts == [0; 4] {
                return None;
            }
            let text = [reference.clone(), month.to_string(), buyer.currency.to_string()].map(Cell::Text);
            let margins = [four.margin_before(), four.margin(), four.change()];
            let amounts = amounts.into_iter().chain(margins);
            let amounts = amounts.map(|minor| Cell::Amount(Money::from_minor(minor, buyer.currency)));
            Some(text.into_iter().chain(amounts).collect::<Vec<_>>())
        })
    });
    let head: Vec<&str> = head.into_iter().chain(figures).collect();
    crate::output::create(file, |out| table_csv(&head, rows, out).map_err(std::io::Error::other))
}
