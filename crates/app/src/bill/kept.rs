//! The month as the window shows it: the kept draft and what was issued, beside the run before, by customer and by cause.
//! Nothing is drafted here, only looked at.

use super::accept::{self, Acceptance};
use super::inputs::Options;
use super::{Sum, footing, sums};
use crate::invoices::{History, issued_in};
use crate::people::{self, People};
use crate::session::Book;
use crate::wire::{Input, PeriodAsk, number};
use crate::{Failure, Session};
use engine::bill::{Change, Past, changes};
use engine::invoice::{Guard, is_credit};
use engine::sale::ChargeKind;
use engine::{Currency, Id, Money, Names};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use store::tables;
use store::tables::invoices::{Filter, Invoice, InvoiceKind};
use store::tables::runs::{DraftTotals, Run, RunState};

/// A month's billing as it stands.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Kept {
    period: String,
    /// `none`, `draft`, `begun` (issuing was stopped half way) or `issued`.
    state: &'static str,
    /// Whether what the draft stands on is still the same.
    current: bool,
    /// The day it was drafted.
    drafted: Option<String>,
    /// The month it is compared with.
    last: Option<String>,
    /// What is left to issue, by currency.
    open: Vec<Sum>,
    /// What is issued, by currency.
    issued: Vec<Sum>,
    /// The numbers of the invoices issued; credit notes have their own.
    issued_numbers: Option<Numbers>,
    /// The numbers issuing would give.
    numbers: Option<Numbers>,
    sides: Vec<Side>,
    guards: Vec<KeptGuard>,
    charges: Vec<Charge>,
    customers: Vec<Customer>,
}

/// The first number and the last.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Numbers {
    first: String,
    last: String,
}

/// One currency: the run before, this one, and what lies between.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Side {
    currency: String,
    before: String,
    now: String,
    difference: String,
    steps: Vec<Cause>,
    /// Customers with an invoice before or now.
    customers: usize,
    /// Those with a change.
    changed: usize,
    /// Those a guard is about.
    guarded: usize,
}

/// What one cause is worth.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Cause {
    cause: &'static str,
    amount: String,
}

/// Something to look at before issuing.
#[derive(Debug, JsonSchema, Serialize)]
pub struct KeptGuard {
    /// Stable code; accepted by it.
    code: &'static str,
    account_ref: String,
    name: String,
    /// The invoice it is about.
    payer_ref: String,
    facts: Vec<Input>,
    /// What it is accepted by, alone.
    mark: String,
    /// What a person said to it.
    accepted: Option<Acceptance>,
}

/// A one-off charge of the month.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Charge {
    id: String,
    account_ref: String,
    account: String,
    name: String,
    date: String,
    quantity: String,
    unit_price: String,
    currency: String,
    /// Whether it is on an invoice.
    billed: bool,
}

/// One customer's invoice in one currency, beside the last one.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Customer {
    account_ref: String,
    name: String,
    currency: String,
    before: Option<String>,
    now: Option<String>,
    difference: Option<String>,
    changed: bool,
    /// The causes, the one worth most first.
    causes: Vec<&'static str>,
    /// What the greatest change is about.
    about: String,
    changes: usize,
    guarded: bool,
    guards: Vec<&'static str>,
    /// What is left to issue.
    open: Option<String>,
}

/// The customer who pays, and the currency.
type Payer = (Id, Currency);

fn of_kind<'i>(issued: &'i [&Invoice], kind: InvoiceKind) -> impl Iterator<Item = &'i Invoice> {
    issued.iter().copied().filter(move |i| i.kind == kind)
}

/// Shows the month as it stands.
pub fn kept(session: &mut Session, ask: PeriodAsk) -> Result<Kept, Failure> {
    let month = crate::session::month(&ask.period)?;
    session.read(|book| {
        let mut names = book.names()?;
        let people = People::load(book, &mut names)?;
        let runs = tables::runs::of_period(book.conn(), month)?;
        let draft = runs.iter().rev().find(|r| r.state == RunState::Draft);
        let run = draft.or(runs.last());
        let left = draft.map(|run| left(book, run)).transpose()?.unwrap_or_default();
        let invoices = tables::invoices::list(book.conn(), Filter { period: Some(month), ..Filter::default() })?;
        let reopened = tables::invoices::reopened(book.conn())?;
        let issued: Vec<_> = invoices.iter().filter(|i| i.run.is_some() && !reopened.contains_key(&i.no)).collect();
        let state = match (draft, run) {
            (Some(run), _) if super::issue::has_invoices(book, run)? => "begun",
            // A draft of nothing, after everything was issued.
            (Some(run), _) if left.is_empty() && run.guards.is_empty() && !issued.is_empty() => "issued",
            (Some(_), _) => "draft",
            (None, Some(_)) => "issued",
            (None, None) => "none",
        };
        let mut shown = Kept {
            period: month.to_string(),
            state,
            current: state == "begun" || run.map(|r| stands(book, r)).transpose()?.unwrap_or_default(),
            drafted: run.map(|r| r.today.to_string()),
            last: None,
            open: sums(left.iter().map(|t| (t.net, t.tax, t.gross))),
            issued: sums(issued.iter().map(|i| (i.net, i.tax, i.gross))),
            issued_numbers: of_kind(&issued, InvoiceKind::Invoice)
                .next()
                .zip(of_kind(&issued, InvoiceKind::Invoice).last())
                .map(|(first, last)| Numbers { first: first.label.clone(), last: last.label.clone() }),
            numbers: numbers(book, left.iter().filter(|t| !is_credit(t.gross)).count())?,
            sides: Vec::new(),
            guards: Vec::new(),
            charges: charges(book, month, &people, &names)?,
            customers: Vec::new(),
        };
        let Some(run) = run else { return Ok(shown) };
        let accepted = accept::of(run);
        // Once all is issued, what was accepted is still told.
        let told = |g: &&Guard| draft.is_some() || accepted.contains_key(&accept::mark(g));
        shown.guards = run.guards.iter().filter(told).map(|g| guard(g, &accepted, &people, &names)).collect();
        let mut now: Vec<Past> = issued_in(book, month)?;
        if draft.is_some() {
            let open: BTreeSet<Payer> = left.iter().map(|t| (t.account, t.net.currency())).collect();
            let drafts = tables::runs::drafts(book.conn(), run.id, None)?;
            let drafts = drafts.iter().filter(|d| open.contains(&(d.bill_to, d.currency)));
            now.extend(drafts.flat_map(|d| &d.lines).map(Past::from));
        }
        let only = options(run).account;
        let last = History::last(book, month)?;
        shown.last = last_month(book, month)?.filter(|_| last.is_some());
        let mut before = last.map(|l| l.lines).unwrap_or_default();
        before.retain(|p| only.is_none_or(|a| people.payer(p.account) == a));
        let mut table = Table { people: &people, rows: BTreeMap::new(), sides: BTreeMap::new() };
        table.add(&before, &now, shown.last.is_some());
        shown.sides = table.sides();
        shown.customers = table.customers(book, &left, run, &mut names)?;
        for side in &mut shown.sides {
            let own = || shown.customers.iter().filter(|c| c.currency == side.currency);
            (side.customers, side.changed) = (own().count(), own().filter(|c| c.changed).count());
            side.guarded = own().filter(|c| c.guarded).count();
        }
        Ok(shown)
    })
}

/// What a run was drafted with.
pub(super) fn options(run: &Run) -> Options {
    Options {
        basis: run.facts["basis"].as_str().and_then(crate::accounts::basis_of),
        account: run.facts["account"].as_str().and_then(Id::parse),
    }
}

/// The drafts of a run that are not issued yet.
pub(super) fn left(book: &Book<'_>, run: &Run) -> Result<Vec<DraftTotals>, Failure> {
    let issued = tables::invoices::list(book.conn(), Filter { run: Some(run.id), ..Filter::default() })?;
    let done: BTreeSet<Payer> = issued.iter().map(|i| (i.account, i.net.currency())).collect();
    let mut drafts = tables::runs::draft_totals(book.conn(), run.id)?;
    drafts.retain(|d| !done.contains(&(d.account, d.net.currency())));
    Ok(drafts)
}

/// Whether a run stands on what the book holds now. Its own invoices do not make it old.
fn stands(book: &Book<'_>, run: &Run) -> Result<bool, Failure> {
    let mut facts = footing(book, &options(run))?;
    if run.state == RunState::Issued {
        facts["invoices"] = run.facts["invoices"].clone();
    }
    let register = tables::settings::counter(book.conn(), "register")?;
    Ok(run.register_seq == register && super::same_footing(&run.facts, &facts))
}

fn numbers(book: &Book<'_>, count: usize) -> Result<Option<Numbers>, Failure> {
    let Some(more) = count.checked_sub(1) else { return Ok(None) };
    let settings = book.settings()?;
    let first = tables::settings::next_number(book.conn(), "invoice", 0)?;
    let last = first + more as u64;
    Ok(Some(Numbers { first: settings.number(false, first), last: settings.number(false, last) }))
}

/// The month whose lines [`History::last`] gives.
fn last_month(book: &Book<'_>, month: engine::Month) -> Result<Option<String>, Failure> {
    let runs = tables::runs::list(book.conn())?;
    let months: BTreeSet<engine::Month> =
        runs.iter().filter(|r| r.state == RunState::Issued).map(|r| r.period).filter(|p| *p < month).collect();
    Ok(months.last().map(ToString::to_string))
}

fn charges(book: &Book<'_>, month: engine::Month, people: &People, names: &Names) -> Result<Vec<Charge>, Failure> {
    let charges = tables::one_offs::load(book.conn(), tables::subscriptions::Scope::All)?;
    let mut billed = BTreeSet::new();
    if !charges.is_empty() {
        tables::invoices::billed(book.conn(), month.first(), |key, _| {
            billed.extend((key.kind == ChargeKind::OneOff).then_some(key.subject));
        })?;
    }
    let of_month = charges.into_iter().filter(|c| month.period().contains(c.date));
    let shown = of_month.map(|c| Charge {
        id: c.id.to_string(),
        account_ref: people.reference(c.account, names),
        account: people.name(c.account).to_owned(),
        name: c.name,
        date: c.date.to_string(),
        quantity: number(c.quantity),
        unit_price: crate::wire::total(c.unit_price, c.currency),
        currency: c.currency.to_string(),
        billed: billed.contains(&c.id),
    });
    Ok(shown.collect())
}

fn guard(guard: &Guard, accepted: &accept::Acceptances, people: &People, names: &Names) -> KeptGuard {
    let account = people.get(guard.account);
    let fact = |(name, value): &(&'static str, String)| Input { name: (*name).to_owned(), value: value.clone() };
    KeptGuard {
        code: guard.code,
        account_ref: account.map(|a| people::reference(a, names)).unwrap_or_default(),
        name: account.map(|a| a.name.clone()).unwrap_or_default(),
        payer_ref: people.reference(people.payer(guard.account), names),
        facts: guard.facts.iter().map(fact).collect(),
        accepted: accepted.get(&accept::mark(guard)).cloned(),
        mark: accept::mark(guard),
    }
}

/// What is added up while the lines go by, in minor units.
#[derive(Default)]
struct Row {
    before: Option<i64>,
    now: Option<i64>,
    causes: BTreeMap<&'static str, i64>,
    changes: usize,
    greatest: i64,
    about: Option<engine::register::ProductKey>,
}

struct Table<'a> {
    people: &'a People,
    rows: BTreeMap<Payer, Row>,
    sides: BTreeMap<Currency, Row>,
}

impl Table<'_> {
    fn add(&mut self, before: &[Past], now: &[Past], compared: bool) {
        for line in before {
            let row = self.rows.entry((self.people.payer(line.account), line.net.currency())).or_default();
            *row.before.get_or_insert(0) += line.net.minor();
            *self.sides.entry(line.net.currency()).or_default().before.get_or_insert(0) += line.net.minor();
        }
        for line in now {
            let row = self.rows.entry((self.people.payer(line.account), line.net.currency())).or_default();
            *row.now.get_or_insert(0) += line.net.minor();
            *self.sides.entry(line.net.currency()).or_default().now.get_or_insert(0) += line.net.minor();
        }
        for change in changes(before, now).iter().filter(|_| compared) {
            let Some((currency, amount)) = worth(change) else { continue };
            let cause = change.cause.name();
            *self.sides.entry(currency).or_default().causes.entry(cause).or_default() += amount;
            let row = self.rows.entry((self.people.payer(change.account), currency)).or_default();
            *row.causes.entry(cause).or_default() += amount;
            row.changes += 1;
            if row.changes == 1 || amount.abs() > row.greatest {
                (row.greatest, row.about) = (amount.abs(), change.product);
            }
        }
    }

    fn sides(&self) -> Vec<Side> {
        const ORDER: [&str; 8] = ["new", "seats", "price", "term", "proration", "fx", "one_off", "ended"];
        let shown = self.sides.iter().map(|(currency, row)| {
            let text = |minor: i64| Money::from_minor(minor, *currency).to_string();
            let amount = |cause: &'static str| row.causes.get(cause).copied().filter(|a| *a != 0).map(|a| (cause, a));
            let (before, now) = (row.before.unwrap_or(0), row.now.unwrap_or(0));
            Side {
                currency: currency.to_string(),
                before: text(before),
                now: text(now),
                difference: text(now - before),
                steps: ORDER
                    .into_iter()
                    .filter_map(amount)
                    .map(|(cause, amount)| Cause { cause, amount: text(amount) })
                    .collect(),
                customers: 0,
                changed: 0,
                guarded: 0,
            }
        });
        shown.collect()
    }

    fn customers(
        self,
        book: &Book<'_>,
        left: &[DraftTotals],
        run: &Run,
        names: &mut Names,
    ) -> Result<Vec<Customer>, Failure> {
        let products: BTreeMap<_, _> =
            tables::products::load(book.conn(), names)?.into_iter().map(|p| (p.key, p.name)).collect();
        let mut open: BTreeMap<Payer, i64> = BTreeMap::new();
        for draft in left {
            *open.entry((draft.account, draft.net.currency())).or_default() += draft.net.minor();
        }
        let mut guards: BTreeMap<Id, BTreeSet<&'static str>> = BTreeMap::new();
        for guard in run.guards.iter().filter(|_| run.state == RunState::Draft) {
            guards.entry(self.people.payer(guard.account)).or_default().insert(guard.code);
        }
        let mut rows: Vec<(Payer, Row)> = self.rows.into_iter().collect();
        self.people.in_order(&mut rows, |(payer, _)| *payer, names);
        let shown = rows.into_iter().map(|((account, currency), row)| {
            let text = |minor: i64| Money::from_minor(minor, currency).to_string();
            let mut causes: Vec<(&'static str, i64)> = row.causes.into_iter().collect();
            causes.sort_by_key(|(_, amount)| -amount.abs());
            let guards: Vec<&'static str> = guards.get(&account).into_iter().flatten().copied().collect();
            let difference = row.now.unwrap_or(0) - row.before.unwrap_or(0);
            Customer {
                account_ref: self.people.reference(account, names),
                name: self.people.name(account).to_owned(),
                currency: currency.to_string(),
                before: row.before.map(text),
                now: row.now.map(text),
                difference: Some(difference).filter(|d| *d != 0).map(text),
                changed: row.changes > 0,
                causes: causes.into_iter().map(|(cause, _)| cause).collect(),
                about: row.about.and_then(|p| products.get(&p)).cloned().unwrap_or_default(),
                changes: row.changes,
                guarded: !guards.is_empty(),
                guards,
                open: open.get(&(account, currency)).copied().map(text),
            }
        });
        Ok(shown.collect())
    }
}

/// What a change is worth, in minor units.
pub(super) fn worth(change: &Change) -> Option<(Currency, i64)> {
    let currency = change.now.or(change.before)?.currency();
    let minor = |money: Option<Money>| money.map_or(0, |m| m.minor());
    Some((currency, minor(change.now) - minor(change.before)))
}
