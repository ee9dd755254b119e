//! Bill: draft, look, issue.
//!
//! A draft is kept with its run and computed again only where something changed. Issuing takes the kept draft: what was
//! looked at is what is issued.

mod accept;
mod account;
mod charge;
mod given_back;
pub(crate) mod inputs;
mod issue;
mod kept;
mod replay;
mod uncharge;

pub use accept::accept;
pub use account::lines;
pub use charge::charge;
use given_back::given_back;
pub use issue::issue;
pub use kept::kept;
pub use replay::replay;
pub use uncharge::uncharge;

use crate::people::{self, People};
use crate::session::Book;
use crate::settings::Settings;
use crate::told::Note;
use crate::wire::{Nothing, Text, number};
use crate::{Failure, Session};
use engine::bill::{Past, Plan, changes};
use engine::invoice::{Draft, Guard};
use engine::{Currency, Id, IdMap, Money, Month, Names, SourceId};
pub(crate) use inputs::{Inputs, Options};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use store::tables;
use store::tables::runs::{Kept, Run, RunState};

/// What to draft.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct DraftAsk {
    /// Billing month.
    pub period: String,
    /// Only this account.
    #[serde(default)]
    pub account: Option<String>,
    /// One basis for everything.
    #[serde(default)]
    pub basis: Option<String>,
    /// Show each line.
    #[serde(default)]
    pub lines: bool,
}

/// A draft run.
#[derive(Debug, JsonSchema, Serialize)]
pub struct DraftAnswer {
    run: String,
    period: String,
    totals: Vec<Sum>,
    invoices: Vec<ShownDraft>,
    changes: Vec<ShownChange>,
    guards: Vec<ShownGuard>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    notes: Vec<Note>,
}

/// Sums of one currency.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Sum {
    currency: String,
    invoices: usize,
    net: String,
    tax: String,
    gross: String,
}

/// One drafted invoice.
#[derive(Debug, JsonSchema, Serialize)]
pub struct ShownDraft {
    account_ref: String,
    name: String,
    currency: Text<Currency>,
    lines: usize,
    net: Text<Money>,
    tax: Text<Money>,
    gross: Text<Money>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    detail: Vec<ShownLine>,
}

/// One line of a drafted invoice.
#[derive(Debug, JsonSchema, Serialize)]
pub struct ShownLine {
    account_ref: String,
    subscription: Option<String>,
    kind: &'static str,
    name: String,
    from: Option<String>,
    to: Option<String>,
    quantity: String,
    unit_price: String,
    net: String,
    cost: Option<String>,
    why: Vec<crate::wire::Reason>,
}

/// One difference from the last run.
#[derive(Debug, JsonSchema, Serialize)]
pub struct ShownChange {
    account_ref: String,
    name: String,
    product: String,
    cause: &'static str,
    before: Option<String>,
    now: Option<String>,
    difference: String,
    currency: String,
}

/// Something to look at before issuing.
#[derive(Clone, Debug, JsonSchema, Serialize)]
pub struct ShownGuard {
    /// Stable code; accepted by it.
    pub code: &'static str,
    account_ref: String,
    name: String,
    detail: String,
    /// What it is accepted by, alone.
    mark: String,
    /// What a person said to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    accepted: Option<accept::Acceptance>,
}

/// The public word for a kind of charge.
pub fn kind_word(kind: engine::sale::ChargeKind) -> &'static str {
    use engine::sale::ChargeKind;
    match kind {
        ChargeKind::Recurring => "recurring",
        ChargeKind::Added => "added",
        ChargeKind::Removed => "removed",
        ChargeKind::Cancelled => "cancelled",
        ChargeKind::PassThrough => "pass-through",
        ChargeKind::Usage => "usage",
        ChargeKind::OneOff => "one-off",
        ChargeKind::Minimum => "minimum",
        ChargeKind::CatchUp => "catch-up",
    }
}

/// Drafts a month.
pub fn draft(session: &mut Session, ask: DraftAsk) -> Result<DraftAnswer, Failure> {
    let month = crate::session::month(&ask.period)?;
    session.write(|book| {
        let options = options(book, &ask)?;
        let redrafted = redraft(book, month, &options)?;
        answer(book, redrafted, &options, ask.lines)
    })
}

fn options(book: &Book<'_>, ask: &DraftAsk) -> Result<Options, Failure> {
    let basis = ask.basis.as_deref().map(|b| {
        crate::accounts::basis_of(b).ok_or_else(|| Failure::usage("--basis: give agreement or pass-through."))
    });
    let account = match &ask.account {
        None => None,
        Some(text) => {
            let mut names = book.names()?;
            let people = People::load(book, &mut names)?;
            Some(people.find(text, &names)?.id)
        }
    };
    Ok(Options { basis: basis.transpose()?, account })
}

/// What a draft stands on, beside the register: any change of it and everything is drafted anew.
fn footing(book: &Book<'_>, options: &Options) -> Result<serde_json::Value, Failure> {
    let counter = |name| tables::settings::counter(book.conn(), name);
    let documents = tables::documents::list(book.conn())?;
    Ok(serde_json::json!({
        "basis": options.basis.map(crate::accounts::basis_word),
        "account": options.account.map(|a| a.to_string()),
        "prices": counter("prices")?,
        "settings": counter("settings")?,
        "documents": documents.len(),
        "costs": documents.iter().filter(|d| d.lines.is_some()).count(),
        "invoices": crate::invoices::count(book)?,
        "reopened": tables::invoices::reopened(book.conn())?.len(),
        "rates": crate::rates::in_force(book)?,
        "ways": ways(&book.settings()?),
    }))
}

/// The settings that bear on amounts.
const WAYS: [&str; 3] = ["bill.basis", "prices.digits", "tax.rounding"];

fn ways(settings: &Settings) -> std::collections::BTreeMap<&'static str, &str> {
    WAYS.into_iter().map(|key| (key, settings.get(key))).collect()
}

/// The settings as they were for a run.
fn ways_of(run: &Run, now: Settings) -> Settings {
    let was = |key: &'static str| run.facts["ways"][key].as_str().map(|value| (key, value.to_owned()));
    now.with(WAYS.into_iter().filter_map(was).collect())
}

/// Whether two drafts stand on the same. The number of all documents only tells a replay how far the book had come: what
/// came with a register's file counts there. What was accepted stands on the draft, not under it.
fn same_footing(before: &serde_json::Value, now: &serde_json::Value) -> bool {
    let footing = |facts: &serde_json::Value| {
        let mut facts = facts.clone();
        facts["documents"] = serde_json::Value::Null;
        facts["accepted"] = serde_json::Value::Null;
        facts
    };
    footing(before) == footing(now)
}

/// Products nobody mapped are billed all the same, and never silently.
pub(crate) fn unlisted_note(products: &BTreeSet<String>) -> Note {
    let named: Vec<&str> = products.iter().take(3).map(String::as_str).collect();
    let more = match products.len() - named.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let products = named.join(", ") + &more;
    let text = "Not in the catalogue: {products}. Add them with `billhook catalogue add`, so that figures and the journal know \
                what they are.";
    Note::new("N-UNLISTED", text, &[("products", &products)])
}

/// A draft that is up to date.
struct Redrafted {
    run: Run,
    /// What it was drafted with, where it was not up to date before.
    inputs: Option<Inputs>,
    /// The drafts as they are kept, where all were drafted just now.
    drafts: Option<Vec<Kept>>,
}

/// The draft of a month brought up to date: of touched payers only, when nothing else changed since the last one.
fn redraft(book: &mut Book<'_>, month: Month, options: &Options) -> Result<Redrafted, Failure> {
    let facts = footing(book, options)?;
    let register_seq = tables::settings::counter(book.conn(), "register")?;
    let prices_seq = tables::settings::counter(book.conn(), "prices")?;
    let mut before =
        tables::runs::of_period(book.conn(), month)?.into_iter().rev().find(|r| r.state == RunState::Draft);
    if let Some(begun) = before.take_if(|r| issue::has_invoices(book, r).unwrap_or(true)) {
        // What was issued of it stays as it is; the rest is a run of its own.
        book.writer()?.put_run(&Run { state: RunState::Issued, ..begun })?;
    }
    let kept = before.as_ref().filter(|r| same_footing(&r.facts, &facts));
    if let Some(run) = kept.filter(|r| r.register_seq == register_seq) {
        return Ok(Redrafted { run: run.clone(), inputs: None, drafts: None });
    }
    let mut names = book.names()?;
    let people = People::load(book, &mut names)?;
    let only: Option<BTreeSet<Id>> = match kept {
        None => options.account.map(|a| BTreeSet::from([a])),
        Some(run) => {
            let touched = tables::accounts::changed_since(book.conn(), run.register_seq)?;
            let payers = touched.iter().map(|a| people.payer(*a));
            Some(payers.filter(|p| options.account.is_none_or(|a| a == *p)).collect())
        }
    };
    let settings = book.settings()?;
    let inputs = Inputs::load(book, month, options, only.as_ref(), (names, people), &settings)?;
    book.progress.step("Drafting", 0, None);
    let mut run = Run {
        id: before.as_ref().map_or_else(store::new_id, |r| r.id),
        period: month,
        state: RunState::Draft,
        today: book.today,
        register_seq,
        prices_seq,
        inputs: inputs::moment(book)?,
        facts,
        guards: Vec::new(),
        at: crate::session::instant(book.now),
    };
    if let (Some(kept), Some(only)) = (kept, &only) {
        // Guards of payers that are not drafted again still hold.
        let still = |g: &&Guard| !only.contains(&inputs.people.payer(g.account));
        run.guards.extend(kept.guards.iter().filter(still).cloned());
    }
    let writer = book.writer()?;
    writer.put_run(&run)?;
    let replaced: Option<Vec<Id>> = only.as_ref().filter(|_| kept.is_some()).map(|only| only.iter().copied().collect());
    let symbols = writer.symbols(&inputs.names, inputs.products())?;
    let (drafts, guards) = inputs.bill(only.as_ref(), |input| {
        let mut plan = Plan::of(input);
        let parts = plan.parts();
        let draft = |part, each: &mut dyn FnMut(Draft)| plan.draft(part, each);
        let (drafts, looks) = writer.put_drafts(&symbols, run.id, replaced.as_deref(), parts, draft)?;
        Ok::<_, Failure>((drafts, plan.guards(looks)))
    })?;
    if !guards.is_empty() {
        run.guards.splice(0..0, guards);
    }
    if !run.guards.is_empty() {
        accept::put(&mut run, before.as_ref().map(accept::of).unwrap_or_default());
        writer.put_run(&run)?;
    }
    drop(symbols);
    let drafts = replaced.is_none().then_some(drafts);
    Ok(Redrafted { run, inputs: Some(inputs), drafts })
}

fn answer(
    book: &mut Book<'_>,
    Redrafted { run, inputs, drafts }: Redrafted,
    options: &Options,
    lines: bool,
) -> Result<DraftAnswer, Failure> {
    let unlisted = inputs.as_ref().map(Inputs::unlisted).unwrap_or_default();
    let last = match &inputs {
        Some(inputs) => inputs.last().map(|l| l.lines.clone()),
        None => crate::invoices::History::last(book, run.period)?.map(|l| l.lines),
    };
    let unagreed = inputs.as_ref().map(|i| i.unagreed_usage().clone()).unwrap_or_default();
    let (mut names, people) = match inputs {
        Some(inputs) => inputs.into_names_and_people(),
        None => {
            let mut names = book.names()?;
            let people = People::load(book, &mut names)?;
            (names, people)
        }
    };
    let mut totals = match drafts {
        Some(drafts) => drafts.into_iter().map(|kept| kept.totals).collect(),
        None => tables::runs::draft_totals(book.conn(), run.id)?,
    };
    people.in_order(&mut totals, |t| (t.account, t.net.currency()), &names);
    let (mut drafts, mut sources) = (Vec::new(), IdMap::default());
    if lines {
        drafts = tables::runs::drafts(book.conn(), run.id, None)?;
        sources = tables::glance::sources(book.conn(), &mut names)?;
    }
    people.in_order(&mut drafts, |d| (d.bill_to, d.currency), &names);
    let mut shown = Vec::with_capacity(totals.len());
    for (n, t) in totals.iter().enumerate() {
        let (account_ref, name) = people.told(t.account, &names);
        shown.push(ShownDraft {
            account_ref,
            name,
            currency: Text(t.net.currency()),
            lines: t.lines as usize,
            net: Text(t.net),
            tax: Text(t.tax),
            gross: Text(t.gross),
            detail: drafts.get(n).map(|d| detail(d, &sources, &people, &names)).unwrap_or_default(),
        });
    }
    let mut notes: Vec<Note> = unagreed
        .iter()
        .map(|(currency, amount)| {
            let amount = crate::wire::total(amount, currency);
            let text = "Usage of {amount} {currency} is not billed: its plans are not in the register. Add them with `billhook \
                        subscriptions add`.";
            Note::new("N-USAGE-UNAGREED", text, &[("amount", &amount), ("currency", currency.code())])
        })
        .collect();
    if !unlisted.is_empty() {
        notes.push(unlisted_note(&unlisted));
    }
    let changes = match last {
        Some(last) => differences(book, &run, &last, options, &people, &names)?,
        None => Vec::new(),
    };
    Ok(DraftAnswer {
        run: run.id.to_string(),
        period: run.period.to_string(),
        totals: sums(totals.iter().map(|t| (t.net, t.tax, t.gross))),
        invoices: shown,
        changes,
        guards: shown_guards(&run, &people, &names),
        notes,
    })
}

/// Sums per currency of net, tax and gross amounts.
pub fn sums(amounts: impl Iterator<Item = (engine::Money, engine::Money, engine::Money)>) -> Vec<Sum> {
    let mut by: std::collections::BTreeMap<engine::Currency, (usize, i64, i64, i64)> = Default::default();
    for (net, tax, gross) in amounts {
        let sum = by.entry(net.currency()).or_default();
        *sum = (sum.0 + 1, sum.1 + net.minor(), sum.2 + tax.minor(), sum.3 + gross.minor());
    }
    let text = |minor, currency| engine::Money::from_minor(minor, currency).to_string();
    by.into_iter()
        .map(|(c, (n, net, tax, gross))| Sum {
            currency: c.to_string(),
            invoices: n,
            net: text(net, c),
            tax: text(tax, c),
            gross: text(gross, c),
        })
        .collect()
}

fn detail(draft: &Draft, sources: &IdMap<Id, SourceId>, people: &People, names: &Names) -> Vec<ShownLine> {
    let source = |id: Id| sources.get(&id).map_or_else(|| id.to_string(), |source| names.source_text(*source));
    let shown = draft.lines.iter().map(|l| ShownLine {
        account_ref: people.reference(l.account, names),
        subscription: l.subscription.map(source),
        kind: kind_word(l.key.kind),
        name: l.name.clone(),
        from: l.period.map(|p| p.start.to_string()),
        to: l.period.map(|p| p.last().to_string()),
        quantity: number(l.quantity),
        unit_price: number(l.unit_price),
        net: l.net.to_string(),
        cost: l.cost.map(|c| c.to_string()),
        why: crate::wire::reasons(l.why.iter()),
    });
    shown.collect()
}

fn differences(
    book: &Book<'_>,
    run: &Run,
    last: &[Past],
    options: &Options,
    people: &People,
    names: &Names,
) -> Result<Vec<ShownChange>, Failure> {
    let drafts = tables::runs::drafts(book.conn(), run.id, None)?;
    let mut now: Vec<Past> = drafts.iter().flat_map(|d| &d.lines).map(Past::from).collect();
    now.extend(crate::invoices::issued_in(book, run.period)?);
    let of_account = |p: &&Past| options.account.is_none_or(|a| people.payer(p.account) == a);
    let before: Vec<Past> = last.iter().filter(of_account).cloned().collect();
    let shown = changes(&before, &now).into_iter().map(|c| {
        let currency = c.now.or(c.before).map(|m| m.currency());
        let minor = |m: Option<engine::Money>| m.map_or(0, |m| m.minor());
        let difference = currency.map(|cur| engine::Money::from_minor(minor(c.now) - minor(c.before), cur));
        ShownChange {
            account_ref: people.reference(c.account, names),
            name: people.name(c.account).to_owned(),
            product: c.product.map(|p| crate::catalogue::reference(p, names)).unwrap_or_default(),
            cause: c.cause.name(),
            before: c.before.map(|m| m.to_string()),
            now: c.now.map(|m| m.to_string()),
            difference: difference.map(|d| d.to_string()).unwrap_or_default(),
            currency: currency.map(|c| c.to_string()).unwrap_or_default(),
        }
    });
    Ok(shown.collect())
}

fn shown_guards(run: &Run, people: &People, names: &Names) -> Vec<ShownGuard> {
    let accepted = accept::of(run);
    run.guards.iter().map(|g| guard(g, &accepted, people, names)).collect()
}

fn guard(guard: &Guard, accepted: &accept::Acceptances, people: &People, names: &Names) -> ShownGuard {
    let account = people.get(guard.account);
    let mark = accept::mark(guard);
    ShownGuard {
        code: guard.code,
        account_ref: account.map(|a| people::reference(a, names)).unwrap_or_default(),
        name: account.map(|a| a.name.clone()).unwrap_or_default(),
        detail: guard.facts.iter().map(|(k, v)| format!("{k} {v}")).collect::<Vec<_>>().join(", "),
        accepted: accepted.get(&mark).cloned(),
        mark,
    }
}

/// Runs.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Runs {
    runs: Vec<ShownRun>,
}

/// One run.
#[derive(Debug, JsonSchema, Serialize)]
pub struct ShownRun {
    run: String,
    period: String,
    state: &'static str,
    drafted: String,
    guards: usize,
}

/// Lists the runs.
pub fn runs(session: &mut Session, _: Nothing) -> Result<Runs, Failure> {
    session.read(|book| {
        let shown = |r: &Run| ShownRun {
            run: r.id.to_string(),
            period: r.period.to_string(),
            state: r.state.name(),
            drafted: r.today.to_string(),
            guards: r.guards.len(),
        };
        Ok(Runs { runs: tables::runs::list(book.conn())?.iter().map(shown).collect() })
    })
}

#[cfg(test)]
mod tests;
