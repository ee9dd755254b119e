//! Examples of a price rule: which lines of the last issued months would have differed under it.
//!
//! Each month is drafted again from what the book held then, once as it was and once as if the rule had been in force, by the
//! same code that bills. Nothing is stored.

use super::rule;
use crate::bill::inputs::{Inputs, Options};
use crate::people::People;
use crate::session::Book;
use crate::wire::{Days, FieldsAsk};
use crate::{Failure, Session};
use engine::price::{Layer, PriceRule};
use engine::sale::{ChargeKey, SaleLine};
use engine::{Currency, Id, Money, Month, Names};
use schemars::JsonSchema;
use serde::Serialize;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use store::tables;
use store::tables::invoices::Filter;
use store::tables::runs::{Run, RunState};

/// How many issued months are looked at.
const MONTHS: usize = 3;
/// How many lines are shown.
const SHOWN: usize = 10;

/// What would have differed.
#[derive(Debug, Default, JsonSchema, Serialize)]
pub struct Examples {
    /// The months looked at, oldest first; none when nothing was issued yet.
    months: Vec<String>,
    /// Lines on their invoices that were drafted again.
    lines: usize,
    /// Those that would have another amount.
    differ: usize,
    /// What they come to, by currency.
    totals: Vec<Total>,
    /// By account, most money first.
    accounts: Vec<AccountSum>,
    /// The lines with the greatest difference.
    biggest: Vec<Example>,
}

/// Before and after in one currency.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Total {
    currency: String,
    before: String,
    after: String,
    difference: String,
}

/// What an account would have been charged on the lines that differ.
#[derive(Debug, JsonSchema, Serialize)]
pub struct AccountSum {
    account_ref: String,
    account: String,
    lines: usize,
    currency: String,
    before: String,
    after: String,
    difference: String,
}

/// A line that would have differed.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Example {
    /// The invoice it is on; none for a line that would have been new.
    invoice: Option<String>,
    account_ref: String,
    account: String,
    name: String,
    /// The days charged, both ends served; none for what has no days.
    days: Option<Days>,
    quantity: String,
    currency: String,
    before: String,
    after: String,
    difference: String,
}

/// Tries a rule, one the book has or a new one, with what is given of it changed.
pub fn try_rule(session: &mut Session, ask: FieldsAsk) -> Result<Examples, Failure> {
    session.read(|book| {
        let mut names = book.names()?;
        let mut tried = match super::last(book, &ask.id, &mut names) {
            Err(failure) if failure.code == "E-NOT-FOUND" => {
                PriceRule::at_retail(store::new_id(), ask.id.clone(), book.today)
            }
            known => {
                let known = known?;
                PriceRule { version: known.version + 1, from: book.today, ..known }
            }
        };
        rule::read(book, &mut tried, ask.fields, &mut names)?;
        of(book, &tried, names)
    })
}

/// A line as it was and as it would have been.
struct Difference {
    line: SaleLine,
    month: Month,
    before: Money,
    after: Money,
}

impl Difference {
    fn amount(&self) -> Money {
        self.after.minus(self.before).unwrap_or(self.after)
    }
}

/// What would have differed under a rule; `names` holds the texts it names.
pub(super) fn of(book: &mut Book<'_>, rule: &PriceRule, mut names: Names) -> Result<Examples, Failure> {
    let people = People::load(book, &mut names)?;
    let payer = reach(book, rule.layer, &people)?;
    let runs: Vec<Run> = tables::runs::list(book.conn())?.into_iter().filter(|r| r.state == RunState::Issued).collect();
    let months: BTreeSet<Month> = runs.iter().map(|r| r.period).collect();
    let months: Vec<Month> = months.into_iter().rev().take(MONTHS).collect();
    let mut examples = Examples { months: months.iter().rev().map(Month::to_string).collect(), ..Examples::default() };
    let mut found: Vec<Difference> = Vec::new();
    for run in runs.iter().filter(|run| months.contains(&run.period)) {
        let options = Options::of(run);
        let only = match (payer, options.account) {
            (Some(payer), Some(account)) if payer != account => continue,
            (payer, account) => payer.or(account).map(|id| BTreeSet::from([id])),
        };
        let mut inputs = Inputs::as_of(book, run, &options, only.as_ref())?;
        let before = by_key(&inputs, only.as_ref());
        inputs.suppose(rule, &names);
        let mut after = by_key(&inputs, only.as_ref());
        examples.lines += before.len();
        for (key, line) in before {
            let new = after.remove(&key).map_or(Money::zero(line.net.currency()), |line| line.net);
            if new != line.net {
                found.push(Difference { month: run.period, before: line.net, after: new, line });
            }
        }
        for line in after.into_values() {
            let (before, after) = (Money::zero(line.net.currency()), line.net);
            found.push(Difference { month: run.period, before, after, line });
        }
    }
    examples.differ = found.len();
    sums(&mut examples, &found, &people, &names);
    found.sort_by_key(|d| (Reverse(d.amount().minor().abs()), d.line.key));
    found.truncate(SHOWN);
    let invoices = invoices_of(book, &found)?;
    examples.biggest = found
        .iter()
        .map(|d| Example {
            invoice: invoices.get(&d.line.key).cloned(),
            account_ref: people.reference(d.line.account, &names),
            account: people.name(d.line.account).to_owned(),
            name: d.line.name.clone(),
            days: d.line.period.map(Days::from),
            quantity: crate::wire::number(d.line.quantity),
            currency: d.before.currency().to_string(),
            before: d.before.to_string(),
            after: d.after.to_string(),
            difference: d.amount().to_string(),
        })
        .collect();
    Ok(examples)
}

/// The one payer whose invoices a layer can touch; none for many.
fn reach(book: &Book<'_>, layer: Layer, people: &People) -> Result<Option<Id>, Failure> {
    Ok(match layer {
        Layer::Account(id) => Some(people.payer(id)),
        Layer::Subscription(id) => {
            let subscription = crate::subscriptions::find(book, &id.to_string(), &mut book.names()?)?;
            // One that moved is on several invoices.
            let moved = |e: &engine::register::Event| matches!(e.kind, engine::register::EventKind::Moved { .. });
            (!subscription.events.iter().any(moved)).then(|| people.payer(subscription.account))
        }
        Layer::Book | Layer::Segment(_) | Layer::Reseller(_) => None,
    })
}

fn by_key(inputs: &Inputs, only: Option<&BTreeSet<Id>>) -> BTreeMap<ChargeKey, SaleLine> {
    let lines = inputs.draft(only).drafts.into_iter().flat_map(|draft| draft.lines);
    lines.map(|line| (line.key, line)).collect()
}

/// Before and after, added up.
#[derive(Clone, Copy)]
struct Sum {
    lines: usize,
    before: Money,
    after: Money,
}

impl Sum {
    fn add(sums: &mut BTreeMap<(Option<Id>, Currency), Sum>, key: (Option<Id>, Currency), d: &Difference) {
        let nothing = Money::zero(key.1);
        let sum = sums.entry(key).or_insert(Sum { lines: 0, before: nothing, after: nothing });
        sum.lines += 1;
        sum.before = sum.before.plus(d.before).unwrap_or(sum.before);
        sum.after = sum.after.plus(d.after).unwrap_or(sum.after);
    }

    fn difference(&self) -> Money {
        self.after.minus(self.before).unwrap_or(self.after)
    }
}

fn sums(examples: &mut Examples, found: &[Difference], people: &People, names: &Names) {
    let mut sums: BTreeMap<(Option<Id>, Currency), Sum> = BTreeMap::new();
    for d in found {
        let currency = d.before.currency();
        Sum::add(&mut sums, (None, currency), d);
        Sum::add(&mut sums, (Some(d.line.account), currency), d);
    }
    let mut accounts: Vec<(Reverse<i64>, AccountSum)> = Vec::new();
    for ((account, currency), sum) in sums {
        let (before, after, difference) = (sum.before.to_string(), sum.after.to_string(), sum.difference());
        let currency = currency.to_string();
        match account {
            None => examples.totals.push(Total { currency, before, after, difference: difference.to_string() }),
            Some(id) => accounts.push((
                Reverse(difference.minor().abs()),
                AccountSum {
                    account_ref: people.reference(id, names),
                    account: people.name(id).to_owned(),
                    lines: sum.lines,
                    currency,
                    before,
                    after,
                    difference: difference.to_string(),
                },
            )),
        }
    }
    accounts.sort_by(|(a, x), (b, y)| a.cmp(b).then_with(|| x.account_ref.cmp(&y.account_ref)));
    examples.accounts = accounts.into_iter().map(|(_, sum)| sum).collect();
}

/// The numbers of the invoices some lines are on.
fn invoices_of(book: &Book<'_>, found: &[Difference]) -> Result<HashMap<ChargeKey, String>, Failure> {
    let wanted: BTreeSet<ChargeKey> = found.iter().map(|d| d.line.key).collect();
    let mut invoices = HashMap::new();
    let months: BTreeSet<Month> = found.iter().map(|d| d.month).collect();
    for month in months {
        let filter = Filter { period: Some(month), ..Filter::default() };
        tables::invoices::each_page(book.conn(), filter, |invoice, lines| {
            for line in lines.iter().filter(|l| invoice.run.is_some() && wanted.contains(&l.line.key)) {
                invoices.insert(line.line.key, invoice.label.clone());
            }
            Ok(())
        })?;
    }
    Ok(invoices)
}
