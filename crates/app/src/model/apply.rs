//! Taking a scenario over: dated price rules that make the book charge what the scenario said. They can be taken back until
//! something is issued by them.
//!
//! Only prices are taken over. A rule the scenario changes becomes a further version; for every other agreement whose price
//! would still differ, a rule of its own says from which day which price holds, to the end of the horizon. After that the
//! rules of the book price again, so that no price stands still for ever because nobody thought of it.

use super::scenario::Written;
use super::{Failure, Made, Session, Wanted, failed, letters, with_scenario};
use crate::session::{Book, date};
use crate::wire::{IdAsk, Nothing};
use engine::model::{Base, Charged, Input, Scenario, What, charged, steps};
use engine::price::{Layer, Method, PriceBook, PriceRule, Selector};
use engine::rate::Prices;
use engine::{Date, Decimal, Id, Names};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use store::tables;
use store::tables::runs::RunState;

/// What was taken over is kept as settings of this prefix: `applied/ID`.
const PREFIX: &str = "applied/";

/// A scenario to take over.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
pub struct ApplyAsk {
    /// Which.
    #[serde(flatten)]
    wanted: Wanted,
    /// First day charges have the new prices; earlier ones stay.
    from: String,
    /// Only for customers who accepted the letters of this campaign.
    #[serde(default)]
    accepted: Option<String>,
}

/// A scenario taken over, as it is kept.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
pub struct Applied {
    id: String,
    scenario: Written,
    /// First day of its prices.
    from: String,
    /// Business day on which it was taken over.
    on: String,
    /// Names of the rules it made.
    rules: Vec<String>,
    /// The version of each that it made.
    versions: Vec<u32>,
    /// The counter of prices by which the rules are known as they were before.
    prices: u64,
    /// Invoices the book had then.
    invoices: u64,
    /// Taken back.
    undone: bool,
}

/// An agreement that is not charged what the scenario said.
#[derive(Clone, Debug, JsonSchema, PartialEq, Serialize)]
pub struct Left {
    subscription: String,
    reason: Stays,
    /// The reason in words.
    why: &'static str,
}

/// Why an agreement stays as it is.
#[derive(Clone, Copy, Debug, JsonSchema, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Stays {
    /// Its seats, terms or bundle change, which is agreed in the register.
    Reshaped,
    /// No price rule decides: it has a price of its own, or is sold in a bundle.
    NoRule,
}

impl Stays {
    fn of(self, subscription: String) -> Left {
        let why = match self {
            Stays::Reshaped => "its seats, terms or bundle change; that is agreed in the register, not by a price",
            Stays::NoRule => "it has a price of its own or is sold in a bundle, which no price rule changes",
        };
        Left { subscription, reason: self, why }
    }
}

/// What taking over did.
#[derive(Clone, Debug, JsonSchema, PartialEq, Serialize)]
pub struct Done {
    id: String,
    scenario: String,
    from: String,
    /// The day after the last on which the rules of single agreements hold.
    until: String,
    /// Rules of the book that got a further version.
    versions: Vec<String>,
    /// Agreements that got a price of their own.
    agreements: usize,
    left: Vec<Left>,
    notes: Vec<String>,
}

/// What was taken over so far, the latest first.
#[derive(Clone, Debug, JsonSchema, PartialEq, Serialize)]
pub struct All {
    applied: Vec<Applied>,
}

/// Takes a scenario over.
pub fn apply(session: &mut Session, ask: ApplyAsk) -> Result<Done, Failure> {
    let from = date(&ask.from)?;
    let written = ask.wanted.written(session)?;
    let only = ask.accepted.as_deref().map(|id| letters::who_accepted(session, id)).transpose()?;
    let plan = with_scenario(session, &ask.wanted, |made, understood| {
        plan(made, &understood.scenario, from, only.as_ref())
            .map(|plan| Plan { notes: [plan.notes, understood.notes.clone()].concat(), ..plan })
    })?;
    let id = store::new_id();
    let scenario = written.name.clone();
    let done = session.write(|book| {
        let mut names = book.names()?;
        let known = tables::prices::load_rules(book.conn(), &mut names)?;
        let rules = plan.rules(&scenario, from, &known);
        let prices = tables::settings::counter(book.conn(), "prices")?;
        let writer = book.writer()?;
        writer.put_rules(&names, &rules)?;
        let stored = tables::prices::load_rules(book.conn(), &mut names)?;
        let version = |rule: &PriceRule| last_of(&stored, &rule.name).map_or(rule.version, |last| last.version);
        let kept = Applied {
            id: id.to_string(),
            scenario: written,
            from: from.to_string(),
            on: book.today.to_string(),
            rules: rules.iter().map(|r| r.name.clone()).collect(),
            versions: rules.iter().map(version).collect(),
            prices,
            invoices: tables::glance::invoices(book.conn())?,
            undone: false,
        };
        keep(book, &kept)?;
        Ok(Done {
            id: kept.id,
            scenario: kept.scenario.name,
            from: kept.from,
            until: plan.until.to_string(),
            versions: plan.versions.iter().map(|r| r.name.clone()).collect(),
            agreements: plan.own.len(),
            left: plan.left,
            notes: plan.notes,
        })
    })?;
    Ok(done)
}

/// What is to be written.
struct Plan {
    /// Further versions of rules.
    versions: Vec<PriceRule>,
    /// Agreements with prices of their own.
    own: Vec<Own>,
    left: Vec<Left>,
    until: Date,
    notes: Vec<String>,
}

/// The prices of one agreement.
struct Own {
    subscription: Id,
    /// What it is called in files.
    called: String,
    /// From which day which price.
    steps: Vec<(Date, Decimal)>,
}

fn plan(made: &Made, scenario: &Scenario, from: Date, only: Option<&HashSet<Id>>) -> Result<Plan, Failure> {
    let base = &made.base;
    let (opens, until) = base.horizon.days();
    if from < opens || from >= until {
        let message = format!(
            "The scenario's months run from {opens} to {}; {from} is not among them.",
            engine::date::add_days(until, -1)
        );
        return Err(Failure::usage(message));
    }
    let wanted = charged(base, scenario).map_err(failed)?;
    // A rule of the book changes for everybody; where only some accepted, each gets prices of its own.
    let versions = if only.is_some() { Vec::new() } else { versions(made, scenario, from) };
    // What the book charges with the rules' new versions alone.
    let (book, otherwise) = match versions.is_empty() {
        true => (made.prices.clone(), otherwise_charged(made)?),
        false => made.with_rules(&versions)?,
    };
    let mut plan = Plan { versions, own: Vec::new(), left: Vec::new(), until, notes: Vec::new() };
    let index = Prices::new(&book);
    for (at, agreement) in base.agreements.iter().enumerate() {
        let name = || made.names.source_text(agreement.source);
        if only.is_some_and(|only| !only.contains(&made.people.payer(base.buyers[agreement.buyer].id))) {
            continue;
        }
        if wanted[at].reshaped {
            plan.left.push(Stays::Reshaped.of(name()));
            continue;
        }
        let steps = steps(&wanted[at], &otherwise[at], from);
        if steps.is_empty() {
            continue;
        }
        match base.as_rule(at, &steps, &index) {
            Some(steps) => plan.own.push(Own { subscription: agreement.id, called: name(), steps }),
            None => plan.left.push(Stays::NoRule.of(name())),
        }
    }
    Ok(plan)
}

/// What the book charges as it is.
pub(super) fn otherwise_charged(made: &Made) -> Result<Vec<Charged>, Failure> {
    charged(&made.base, &Scenario::default()).map_err(failed)
}

/// The rules a scenario changes for everybody, as further versions.
fn versions(made: &Made, scenario: &Scenario, from: Date) -> Vec<PriceRule> {
    let mut versions: Vec<PriceRule> = Vec::new();
    for lever in scenario.levers.iter().filter(|lever| lever.who == Default::default()) {
        let What::Rule(name, method) = &lever.what else { continue };
        let known = made.prices.rules.iter().chain(&versions).filter(|r| r.name == *name);
        if let Some(last) = known.max_by_key(|r| r.version).cloned() {
            let id = store::new_id();
            let day = lever.from.max(from);
            versions.push(PriceRule { id, version: last.version + 1, method: method.clone(), from: day, ..last });
        }
    }
    versions
}

impl Plan {
    fn rules(&self, scenario: &str, from: Date, known: &[PriceRule]) -> Vec<PriceRule> {
        let own = self.own.iter().map(|Own { subscription, called, steps }| {
            let name = format!("{scenario}: {called}");
            let version = known.iter().filter(|r| r.name == name).map(|r| r.version).max().unwrap_or(0) + 1;
            PriceRule {
                id: store::new_id(),
                version,
                name,
                layer: Layer::Subscription(*subscription),
                selector: Selector::default(),
                method: Method::Ramp { steps: steps.clone() },
                from: steps.first().map_or(from, |(day, _)| *day),
                until: Some(self.until),
                ..PriceRule::at_retail(store::new_id(), String::new(), from)
            }
        });
        self.versions.iter().cloned().chain(own).collect()
    }
}

impl Made {
    /// The book with further versions of rules, and what it charges by them.
    fn with_rules(&self, versions: &[PriceRule]) -> Result<(PriceBook, Vec<Charged>), Failure> {
        let mut prices = self.prices.clone();
        for version in versions {
            for before in prices.rules.iter_mut().filter(|r| r.name == version.name) {
                before.until = Some(before.until.map_or(version.from, |until| until.min(version.from)));
            }
            prices.rules.push(version.clone());
        }
        let input = Input {
            accounts: &self.people.accounts,
            subscriptions: &self.subscriptions,
            prices: &prices,
            rates: &self.rates,
            horizon: self.base.horizon,
        };
        let base = Base::new(&input).map_err(failed)?;
        let charged = charged(&base, &Scenario::default()).map_err(failed)?;
        Ok((prices, charged))
    }
}

/// Takes back what was taken over, unless something was issued by it.
pub fn undo(session: &mut Session, ask: IdAsk) -> Result<All, Failure> {
    session.write(|book| {
        let mut kept = all(book)?;
        let wanted = ask.id.trim();
        let open = |a: &&mut Applied| !a.undone && (a.id == wanted || a.scenario.name == wanted);
        let applied = kept.iter_mut().rfind(open).ok_or_else(|| Failure::not_found("scenario taken over", wanted))?;
        let from = date(&applied.from)?;
        if issued_since(book, applied.invoices, from)? {
            return Err(Failure::new("E-STATE", "Invoices were issued by these prices; they cannot be taken back.")
                .hint("Supersede the rules with `billhook prices set`, or credit the invoices."));
        }
        let mut names = book.names()?;
        let (now, before) = (tables::prices::load_rules(book.conn(), &mut names)?, applied.before(book, &mut names)?);
        let mut back = Vec::new();
        for (name, version) in applied.made() {
            // What somebody changed since is theirs, and stays.
            let Some(last) = last_of(&now, name).filter(|last| last.version == version) else { continue };
            let (id, version) = (store::new_id(), last.version + 1);
            // The rule as it was goes on; one that was not never begins.
            back.push(match last_of(&before, name) {
                Some(was) => PriceRule { id, version, from: was.from.max(last.from), ..was.clone() },
                None => PriceRule { id, version, until: Some(last.from), ..last.clone() },
            });
        }
        let writer = book.writer()?;
        writer.put_rules(&names, &back)?;
        applied.undone = true;
        keep(book, applied)?;
        Ok(All { applied: latest_first(kept) })
    })
}

/// Lists what was taken over.
pub fn applied(session: &mut Session, _: Nothing) -> Result<All, Failure> {
    session.read(|book| Ok(All { applied: latest_first(all(book)?) }))
}

impl Applied {
    /// The rules it made, each with its version.
    fn made(&self) -> impl Iterator<Item = (&str, u32)> {
        self.rules.iter().map(String::as_str).zip(self.versions.iter().copied())
    }

    /// The rules as they were when it was taken over.
    fn before(&self, book: &Book<'_>, names: &mut Names) -> Result<Vec<PriceRule>, Failure> {
        Ok(tables::prices::load_rules_as_of(book.conn(), names, Some(self.prices))?)
    }
}

/// The last version under a name.
fn last_of<'r>(rules: &'r [PriceRule], name: &str) -> Option<&'r PriceRule> {
    rules.iter().filter(|rule| rule.name == name).max_by_key(|rule| rule.version)
}

/// What was taken over and stands, of one scenario.
#[derive(Clone, Debug, JsonSchema, PartialEq, Serialize)]
pub struct Standing {
    /// By which it is taken back.
    id: String,
    #[serde(skip)]
    scenario: String,
    /// First day of its prices: from then on they are the book's own.
    from: String,
    /// Business day on which it was taken over.
    on: String,
}

/// What stands of scenarios taken over, the latest first.
pub(super) fn standing(book: &Book<'_>) -> Result<Vec<Standing>, Failure> {
    let standing = latest_first(all(book)?).into_iter().filter(|applied| !applied.undone);
    let of = |a: Applied| Standing { id: a.id, scenario: a.scenario.name, from: a.from, on: a.on };
    Ok(standing.map(of).collect())
}

/// The prices without the rules a scenario made, as if it had never been taken over.
pub(super) fn without(book: &Book<'_>, id: &str, names: &mut Names, prices: &mut PriceBook) -> Result<(), Failure> {
    let applied = all(book)?.into_iter().rfind(|applied| applied.id == id || applied.scenario.name == id);
    let applied =
        applied.ok_or_else(|| Failure::not_found("scenario taken over", id).hint("See `billhook model applied`."))?;
    if applied.undone {
        return Ok(());
    }
    let before = applied.before(book, names)?;
    for (name, version) in applied.made() {
        if last_of(&prices.rules, name).is_some_and(|last| last.version == version) {
            prices.rules.retain(|rule| rule.name != name);
            prices.rules.extend(before.iter().filter(|rule| rule.name == name).cloned());
        }
    }
    Ok(())
}

impl Made {
    /// What stands of a scenario, by its name.
    pub(super) fn standing_of(&self, scenario: &Scenario) -> Option<Standing> {
        self.standing.iter().find(|standing| standing.scenario == scenario.name).cloned()
    }

    /// What to know of a scenario that the book has already.
    pub(super) fn compared_with_itself(&self, scenario: &Scenario) -> Option<String> {
        let Standing { id, scenario, from, on } = self.standing_of(scenario).filter(|_| self.of.without.is_none())?;
        Some(format!(
            "It was taken over on {on}: from {from} its prices are the book's own, so that it is compared with itself. Compare \
             with the book before by --without \"{scenario}\", or take it back by `billhook model undo {id}`."
        ))
    }
}

fn latest_first(mut all: Vec<Applied>) -> Vec<Applied> {
    all.reverse();
    all
}

fn all(book: &Book<'_>) -> Result<Vec<Applied>, Failure> {
    let damaged = |key: &str| Failure::new("E-BOOK-DAMAGED", format!("What was taken over ({key}) cannot be read."));
    let settings = tables::settings::list(book.conn(), PREFIX)?;
    settings.into_iter().map(|(key, value)| serde_json::from_value(value).map_err(|_| damaged(&key))).collect()
}

fn keep(book: &Book<'_>, applied: &Applied) -> Result<(), Failure> {
    let value = serde_json::to_value(applied).map_err(|e| Failure::new("E-BUG", format!("The scenario: {e}.")))?;
    book.writer()?.set(&format!("{PREFIX}{}", applied.id), &value)?;
    Ok(())
}

/// Whether something was issued since, for a month that reaches the day.
fn issued_since(book: &Book<'_>, invoices: u64, from: Date) -> Result<bool, Failure> {
    if tables::glance::invoices(book.conn())? == invoices {
        return Ok(false);
    }
    let runs = tables::runs::list(book.conn())?;
    Ok(runs.iter().any(|r| r.state == RunState::Issued && r.period.period().end > from))
}
