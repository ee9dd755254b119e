//! Issue: the kept draft becomes numbered invoices, in batches of whole invoices, each batch one transaction.
//!
//! Killed at any moment and run again it goes on with the same draft where it stopped; when all is issued, a further run
//! issues nothing. Printing follows posting and is made up for when it was cut short.

use super::{Options, ShownGuard, Sum, redraft, sums};
use crate::invoices::Printed;
use crate::invoices::print::{Letterhead, Snapshot};
use crate::people::People;
use crate::session::Book;
use crate::{Failure, Session, progress};
use engine::invoice::Draft;
use engine::ledger::BalancedEntry;
use engine::register::ProductKind;
use engine::{Currency, Id, Month, Names};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use store::tables;
use store::tables::invoices::{Filter, Invoice, InvoiceKind, Issue};
use store::tables::runs::{Run, RunState};

/// What to issue.
#[derive(Debug, Deserialize)]
pub struct Ask {
    period: String,
    #[serde(default)]
    account: Option<String>,
    #[serde(default)]
    accept: Vec<String>,
    #[serde(default)]
    no_pdf: bool,
}

/// What was issued.
#[derive(Debug, Serialize)]
pub struct Issued {
    run: String,
    period: String,
    totals: Vec<Sum>,
    invoices: Vec<ShownInvoice>,
    printed: usize,
    accepted: Vec<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    notes: Vec<String>,
}

/// One issued invoice.
#[derive(Debug, Serialize)]
pub struct ShownInvoice {
    number: String,
    sequence: u64,
    account_ref: String,
    name: String,
    currency: String,
    lines: u32,
    net: String,
    tax: String,
    gross: String,
}

/// Invoices posted in one transaction: enough that the disk's flush does not dominate, few enough to hear a cancel.
const BATCH: usize = 1000;

/// Issues a month's draft.
pub fn issue(session: &mut Session, ask: Ask) -> Result<Issued, Failure> {
    let month = crate::session::month(&ask.period)?;
    let mut notes = session.backup_if_due()?;
    let (run, accepted) = session.write(|book| begin(book, month, &ask))?;
    let mut issued = Vec::new();
    let dry = session.dry_run();
    let mut left = session.read(|book| Left::of(book, &run))?;
    loop {
        let batch = session.write(|book| next_batch(book, &run, &ask, &mut left))?;
        for invoice in &batch {
            session.progress().committed(&invoice.label);
        }
        let done = batch.is_empty();
        issued.extend(batch);
        if done || dry {
            break;
        }
    }
    let printed = if ask.no_pdf || dry {
        Printed::default()
    } else {
        let filter = Filter { run: Some(run.id), ..Filter::default() };
        let all = session.read(|book| Ok(tables::invoices::list(book.conn(), filter)?))?;
        crate::invoices::print_missing(session, &all)?
    };
    notes.extend(printed.notes);
    session.read(|book| answer(book, &run, issued, printed.papers, accepted, notes))
}

/// Brings the draft up to date, unless issuing it has begun, and looks at the guards.
fn begin(book: &mut Book<'_>, month: Month, ask: &Ask) -> Result<(Run, Vec<&'static str>), Failure> {
    let runs = tables::runs::of_period(book.conn(), month)?;
    let begun = runs.iter().rev().find(|r| r.state == RunState::Draft);
    let begun = match begun {
        Some(run) if has_invoices(book, run)? => Some(run.clone()),
        _ => None,
    };
    if let Some(run) = begun {
        return Ok((run, Vec::new()));
    }
    let options = drafted_with(book, runs.last(), ask)?;
    let issued = runs.into_iter().rev().find(|r| r.state == RunState::Issued);
    // A run of nothing is not kept: issuing again leaves no trace.
    let drafted = book.tx()?.attempt(|| {
        let (run, _) = redraft(book, month, &options)?;
        let nothing = tables::runs::draft_totals(book.conn(), run.id)?.is_empty() && run.guards.is_empty();
        Ok::<_, Failure>(if nothing && issued.is_some() { None } else { Some(run) })
    })?;
    let run = match (drafted, issued) {
        (Some(run), _) | (None, Some(run)) => run,
        (None, None) => return Err(Failure::new("E-BUG", "A run was neither drafted nor kept.")),
    };
    let mut holding: BTreeMap<&'static str, usize> = BTreeMap::new();
    for guard in &run.guards {
        *holding.entry(guard.code).or_default() += 1;
    }
    let refused: Vec<&str> =
        holding.keys().copied().filter(|c| !ask.accept.iter().any(|a| a == "all" || a == c)).collect();
    if !refused.is_empty() {
        let mut names = book.names()?;
        let people = People::load(book, &mut names)?;
        let shown: Vec<ShownGuard> =
            run.guards.iter().filter(|g| refused.contains(&g.code)).map(|g| super::guard(g, &people, &names)).collect();
        let counted: Vec<String> = refused.iter().map(|c| format!("{c} ({})", holding[c])).collect();
        return Err(Failure::new("E-GUARD", format!("Guards hold: {}.", counted.join(", "))).details(shown));
    }
    Ok((run, holding.into_keys().collect()))
}

/// Whether any invoice of a run is issued.
pub fn has_invoices(book: &Book<'_>, run: &Run) -> Result<bool, Failure> {
    Ok(!tables::invoices::list(book.conn(), Filter { run: Some(run.id), limit: Some(1), ..Filter::default() })?
        .is_empty())
}

/// The options the looked-at draft was made with: issuing must not draft something else.
fn drafted_with(book: &Book<'_>, run: Option<&Run>, ask: &Ask) -> Result<Options, Failure> {
    let kept = run.filter(|r| r.state == RunState::Draft).map(|r| &r.facts);
    let basis = kept.and_then(|f| f["basis"].as_str()).and_then(crate::accounts::basis_of);
    let account = match &ask.account {
        Some(text) => {
            let mut names = book.names()?;
            let people = People::load(book, &mut names)?;
            Some(people.find(text, &names)?.id)
        }
        None => kept.and_then(|f| f["account"].as_str()).and_then(Id::parse),
    };
    Ok(Options { basis, account })
}

/// What is left to issue of a run, and what every batch of it needs.
struct Left {
    names: Names,
    people: People,
    /// In the order of customers.
    open: Vec<(Id, Currency)>,
    /// Number of invoices of the whole run.
    all: usize,
    /// The last invoice there is.
    last: u64,
}

impl Left {
    fn of(book: &mut Book<'_>, run: &Run) -> Result<Left, Failure> {
        let issued = tables::invoices::list(book.conn(), Filter { run: Some(run.id), ..Filter::default() })?;
        let done: HashSet<(Id, Currency)> = issued.iter().map(|i| (i.account, i.net.currency())).collect();
        let drafted = tables::runs::draft_totals(book.conn(), run.id)?;
        let all = drafted.len();
        let mut open: Vec<_> = drafted.iter().map(|t| (t.account, t.net.currency())).collect();
        open.retain(|draft| !done.contains(draft));
        let mut names = book.names()?;
        let people = People::load(book, &mut names)?;
        people.in_order(&mut open, |draft| *draft, &names);
        Ok(Left { names, people, open, all, last: issued.last().map_or(0, |i| i.no) })
    }
}

fn next_batch(book: &mut Book<'_>, run: &Run, ask: &Ask, left: &mut Left) -> Result<Vec<Invoice>, Failure> {
    progress::go_on(book.progress)?;
    book.progress.step("Issuing", (left.all - left.open.len()) as u64, Some(left.all as u64));
    let writer = book.writer()?;
    if left.open.is_empty() {
        if run.state == RunState::Draft && ask.account.is_none() {
            writer.put_run(&Run { state: RunState::Issued, ..run.clone() })?;
            crate::ledger::close_month(book, &writer, run)?;
        }
        return Ok(Vec::new());
    }
    let batch = if book.dry_run { left.open.len() } else { BATCH.min(left.open.len()) };
    let chosen: HashSet<(Id, Currency)> = left.open.drain(..batch).collect();
    let payers: BTreeSet<Id> = chosen.iter().map(|(payer, _)| *payer).collect();
    let payers: Vec<Id> = payers.into_iter().collect();
    let drafts = tables::runs::drafts(book.conn(), run.id, Some(&payers))?;
    let mut drafts: Vec<Draft> = drafts.into_iter().filter(|d| chosen.contains(&(d.bill_to, d.currency))).collect();
    left.people.in_order(&mut drafts, |d| (d.bill_to, d.currency), &left.names);
    post(book, &writer, run, &drafts, &left.people, &mut left.names)?;
    let filter = Filter { run: Some(run.id), after: left.last, ..Filter::default() };
    let issued = tables::invoices::list(book.conn(), filter)?;
    left.last = issued.last().map_or(left.last, |i| i.no);
    Ok(issued)
}

fn post(
    book: &Book<'_>,
    writer: &tables::Writer<'_>,
    run: &Run,
    drafts: &[Draft],
    people: &People,
    names: &mut Names,
) -> Result<(), Failure> {
    let settings = book.settings()?;
    let kinds: HashMap<_, ProductKind> =
        tables::products::load(book.conn(), names)?.into_iter().map(|p| (p.key, p.kind)).collect();
    let letterhead = Letterhead::of(&settings).keep(book)?;
    let first = writer.take_numbers("invoice", 0, drafts.len())?;
    let at = crate::session::instant(book.now);
    let mut entries: Vec<(String, BalancedEntry)> = Vec::with_capacity(drafts.len());
    for (number, draft) in (first..).zip(drafts) {
        let label = settings.number(false, number);
        let entry = engine::post::invoice_entry(draft, &label, book.today, &|key| kinds.get(&key).copied())
            .map_err(|error| Failure::new("E-BUG", format!("The entry of {label}: {error}.")))?;
        entries.push((label, entry));
    }
    let mut issues = Vec::with_capacity(drafts.len());
    for (number, (draft, (label, entry))) in (first..).zip(drafts.iter().zip(&entries)) {
        let payer =
            people.get(draft.bill_to).ok_or_else(|| Failure::not_found("account", &draft.bill_to.to_string()))?;
        issues.push(Issue {
            series: "invoice",
            year: 0,
            number,
            label: label.clone(),
            kind: InvoiceKind::Invoice,
            corrects: None,
            run: Some(run.id),
            draft,
            issued: book.today,
            due: engine::date::add_days(book.today, payer.payment_days.into()),
            snapshot: Snapshot::of(draft, payer, people, &letterhead).json(),
            entry,
            at: &at,
        });
    }
    writer.issue(names, &issues)?;
    Ok(())
}

fn answer(
    book: &Book<'_>,
    run: &Run,
    issued: Vec<Invoice>,
    printed: usize,
    accepted: Vec<&'static str>,
    notes: Vec<String>,
) -> Result<Issued, Failure> {
    let mut names = book.names()?;
    let people = People::load(book, &mut names)?;
    Ok(Issued {
        run: run.id.to_string(),
        period: run.period.to_string(),
        totals: sums(issued.iter().map(|i| (i.net, i.tax, i.gross))),
        invoices: issued
            .iter()
            .map(|i| ShownInvoice {
                number: i.label.clone(),
                sequence: i.number,
                account_ref: people.reference(i.account, &names),
                name: people.name(i.account).to_owned(),
                currency: i.net.currency().to_string(),
                lines: i.lines,
                net: i.net.to_string(),
                tax: i.tax.to_string(),
                gross: i.gross.to_string(),
            })
            .collect(),
        printed,
        accepted,
        notes,
    })
}
