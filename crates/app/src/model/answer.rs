//! What scenarios come to, as shells see it.

use super::scenario::{Understood, kind};
use super::{Failure, Made, Session, Wanted, failed, with_scenario};
use crate::wire::{Reason, reasons};
use engine::model::{
    AgreementChange, Base, Figures, Scenario, agreements, because, bridge, paid_in, run as run_scenario, vendor_paid_in,
};
use engine::{Currency, Decimal, Money, Month, Rounding};
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

    fn add(&mut self, other: &Four) {
        self.cost_before = self.cost_before.saturating_add(other.cost_before);
        self.cost = self.cost.saturating_add(other.cost);
        self.revenue_before = self.revenue_before.saturating_add(other.revenue_before);
        self.revenue = self.revenue.saturating_add(other.revenue);
    }

    fn of(change: &AgreementChange) -> Four {
        Four {
            cost_before: change.cost_before,
            cost: change.cost_after,
            revenue_before: change.revenue_before,
            revenue: change.revenue_after,
        }
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
    let sum = |amounts: &[i64]| amounts.iter().fold(0i64, |sum, amount| sum.saturating_add(*amount));
    Four {
        cost_before: sum(base.figures.cost(buyer)),
        cost: sum(after.cost(buyer)),
        revenue_before: sum(base.figures.revenue(buyer)),
        revenue: sum(after.revenue(buyer)),
    }
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
fn points(four: &Four) -> Option<String> {
    let shown = |text: Option<String>| text?.parse::<Decimal>().ok();
    let before = shown(percent(four.margin_before(), four.revenue_before))?;
    let after = shown(percent(four.margin(), four.revenue))?;
    Some(format!("{:.1}", after - before))
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
        notes: understood.notes.clone(),
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
        let wanted = Wanted { horizon: Some(horizon.months), first: Some(horizon.first.to_string()), ..wanted.clone() };
        with_scenario(session, &wanted, |made, understood| {
            let figures = run_scenario(&made.base, &understood.scenario).map_err(failed)?.figures;
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
    notes: Vec<String>,
}

/// Runs a scenario for what is on the screen.
pub fn quick(session: &mut Session, ask: QuickAsk) -> Result<Quick, Failure> {
    with_scenario(session, &ask.wanted, |made, understood| {
        let figures = run_scenario(&made.base, &understood.scenario).map_err(failed)?.figures;
        quickly(made, understood, &figures, &ask)
    })
}

fn quickly(made: &Made, understood: &Understood, figures: &Figures, ask: &QuickAsk) -> Result<Quick, Failure> {
    let base = &made.base;
    let mut used: BTreeMap<Currency, usize> = BTreeMap::new();
    base.agreements.iter().for_each(|a| *used.entry(base.buyers[a.buyer].currency).or_default() += 1);
    let wanted = ask.currency.as_deref().and_then(Currency::parse);
    let most = used.iter().max_by_key(|(_, count)| **count).map(|(currency, _)| *currency);
    let currency = wanted.or(most).unwrap_or(Currency::EUR);
    let mut rows: Vec<(Four, usize)> = (0..base.buyers.len())
        .filter(|at| base.buyers[*at].currency == currency)
        .map(|at| (of_buyer(base, figures, at), at))
        .filter(|(four, _)| four.cost_before != 0 || four.revenue_before != 0)
        .collect();
    let mut total = Four::default();
    rows.iter().for_each(|(four, _)| total.add(four));
    let (winners, losers) = rows.iter().fold((0, 0), |(won, lost), (four, _)| match four.change().signum() {
        1 => (won + 1, lost),
        -1 => (won, lost + 1),
        _ => (won, lost),
    });
    let name = |at: usize| made.people.name(base.buyers[at].id);
    match ask.sort.as_deref() {
        Some("name") => rows.sort_by_cached_key(|(_, at)| name(*at).to_lowercase()),
        Some("before") => rows.sort_unstable_by_key(|(four, at)| (four.margin_before(), *at)),
        Some("after") => rows.sort_unstable_by_key(|(four, at)| (four.margin(), *at)),
        _ => rows.sort_unstable_by_key(|(four, at)| (four.change(), *at)),
    }
    if ask.descending {
        rows.reverse();
    }
    let row = |(four, at): &(Four, usize)| QuickRow {
        account_id: base.buyers[*at].id.to_string(),
        name: name(*at).to_owned(),
        sums: four.told(currency),
        margin_percent: percent(four.margin(), four.revenue),
    };
    let of = |text: &String| {
        let id = engine::Id::parse(text)?;
        rows.iter().find(|(_, at)| base.buyers[*at].id == id)
    };
    let shown = match &ask.accounts {
        Some(wanted) => wanted.iter().filter_map(of).map(row).collect(),
        None => rows.iter().skip(ask.from).take(ask.rows).map(row).collect(),
    };
    let margins = |figures: &Figures| -> Vec<i64> {
        let mut sums = vec![0i64; base.horizon.months as usize];
        for (_, at) in &rows {
            for ((sum, revenue), cost) in sums.iter_mut().zip(figures.revenue(*at)).zip(figures.cost(*at)) {
                *sum = sum.saturating_add(*revenue).saturating_sub(*cost);
            }
        }
        sums
    };
    let (before, after) = (margins(&base.figures), margins(figures));
    let largest = rows.iter().map(|(four, _)| four.change().saturating_abs()).max().unwrap_or(0);
    Ok(Quick {
        currency: currency.to_string(),
        currencies: used.keys().map(Currency::to_string).collect(),
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
        accounts: rows.len(),
        largest: Money::from_minor(largest, currency).to_string(),
        rows: shown,
        notes: understood.notes.clone(),
    })
}

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
    quantity: String,
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
        let figures = run_scenario(base, &understood.scenario).map_err(failed)?.figures;
        let four = Four {
            cost_before: base.figures.cost(buyer)[place],
            cost: figures.cost(buyer)[place],
            revenue_before: base.figures.revenue(buyer)[place],
            revenue: figures.revenue(buyer)[place],
        };
        let currency = base.buyers[buyer].currency;
        let added = because(base, &understood.scenario, buyer, place).map_err(failed)?.into_iter().map(|b| {
            let agreement = &base.agreements[b.agreement];
            let name = made.names.text(agreement.name);
            let titled = || made.titles.get(&agreement.product).cloned().unwrap_or_default();
            Added {
                subscription_ref: made.names.source_text(agreement.source),
                subscription_id: agreement.id.to_string(),
                name: if name.is_empty() { titled() } else { name.to_owned() },
                quantity: crate::wire::number(b.quantity),
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
