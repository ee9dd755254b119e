//! Issue: the kept draft becomes numbered invoices, in batches of whole invoices, each batch one transaction.
//!
//! Killed at any moment and run again it goes on with the same draft where it stopped; when all is issued, a further run
//! issues nothing. Printing follows posting and is made up for when it was cut short.

use super::{Options, ShownGuard, Sum, redraft, sums};
use crate::invoices::Printed;
use crate::invoices::print::{Letterhead, Snapshot};
use crate::people::People;
use crate::session::Book;
use crate::settings::Settings;
use crate::{Failure, Session, progress};
use engine::exchange::{NoHomeTax, Rates};
use engine::invoice::is_credit;
use engine::register::{ProductKey, ProductKind};
use engine::{Currency, Date, Id, Money, Month, Names};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap, HashSet};
use store::tables;
use store::tables::invoices::{Filter, Invoice, InvoiceKind, Issue};
use store::tables::runs::{Kept, Run, RunState};

/// What to issue.
#[derive(Debug, Deserialize, JsonSchema)]
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
#[derive(Debug, JsonSchema, Serialize)]
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
#[derive(Debug, JsonSchema, Serialize)]
pub struct ShownInvoice {
    /// `invoice`, or `credit-note` where the customer is owed.
    kind: &'static str,
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
const BATCH: usize = 4096;

/// Issues a month's draft.
pub fn issue(session: &mut Session, ask: Ask) -> Result<Issued, Failure> {
    let month = crate::session::month(&ask.period)?;
    let mut notes = session.backup_if_due()?;
    let (run, accepted) = session.write(|book| begin(book, month, &ask))?;
    let mut totals = Vec::new();
    let mut invoices = Vec::new();
    let dry = session.dry_run();
    let mut desk = session.read(|book| Desk::of(book, &run))?;
    loop {
        let batch = session.write(|book| desk.next_batch(book, &ask)).map_err(|failure| after(failure, &invoices))?;
        for (totals_of, invoice) in batch {
            session.progress().committed(&invoice.number);
            totals.push(totals_of);
            invoices.push(invoice);
        }
        if desk.done || dry {
            break;
        }
    }
    let printed = if ask.no_pdf || dry {
        Printed::default()
    } else {
        let filter = Filter { run: Some(run.id), ..Filter::default() };
        let all = session.read(|book| Ok(tables::invoices::list(book.conn(), filter)?))?;
        crate::invoices::print_missing(session, &all).map_err(|failure| after(failure, &invoices))?
    };
    notes.extend(printed.notes);
    Ok(Issued {
        run: run.id.to_string(),
        period: run.period.to_string(),
        totals: sums(totals.into_iter()),
        invoices,
        printed: printed.papers,
        accepted,
        notes,
    })
}

/// What cut issuing short, and what of it stands: invoices of earlier batches are issued.
fn after(failure: Failure, issued: &[ShownInvoice]) -> Failure {
    let [first, .., last] = issued else {
        return match issued {
            [only] => failure.kept(format!("{} is issued and safe.", only.number)).hint(GO_ON),
            _ => failure,
        };
    };
    let kept = format!("All {} invoices from {} to {} are issued and safe.", issued.len(), first.number, last.number);
    failure.kept(kept).hint(GO_ON)
}

const GO_ON: &str = "Run the same command again: it goes on where it stopped and issues nothing twice.";

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

/// Net, tax and gross of an invoice, and how it is shown.
type Posted = ((Money, Money, Money), ShownInvoice);

/// What a draft is issued as, with its number.
enum Becomes {
    /// An invoice.
    Invoice(u64),
    /// A credit note, and the invoices it gives back from.
    Credit(u64, Vec<Invoice>),
}

/// What is left to issue of a run, and what every batch of it needs.
struct Desk {
    run: Run,
    names: Names,
    people: People,
    settings: Settings,
    rates: Rates,
    kinds: HashMap<ProductKey, ProductKind>,
    /// In the order of customers; what was issued is taken off the end.
    open: Vec<Kept>,
    /// Number of invoices of the whole run.
    all: usize,
    /// Whether nothing is left to do.
    done: bool,
}

impl Desk {
    fn of(book: &mut Book<'_>, run: &Run) -> Result<Desk, Failure> {
        let mut open = tables::runs::kept(book.conn(), run.id)?;
        let all = open.len();
        let issued = tables::invoices::list(book.conn(), Filter { run: Some(run.id), ..Filter::default() })?;
        let issued: HashSet<(Id, Currency)> = issued.iter().map(|i| (i.account, i.net.currency())).collect();
        let of = |kept: &Kept| (kept.totals.account, kept.totals.net.currency());
        open.retain(|kept| !issued.contains(&of(kept)));
        let mut names = book.names()?;
        let people = People::load(book, &mut names)?;
        people.in_order(&mut open, of, &names);
        let products = tables::products::load(book.conn(), &mut names)?;
        let kinds = products.into_iter().map(|p| (p.key, p.kind)).collect();
        Ok(Desk {
            run: run.clone(),
            names,
            people,
            settings: book.settings()?,
            rates: crate::rates::load(book)?,
            kinds,
            open,
            all,
            done: false,
        })
    }

    /// Posts the next invoices; with the last ones the run is issued and its month closed.
    fn next_batch(&mut self, book: &mut Book<'_>, ask: &Ask) -> Result<Vec<Posted>, Failure> {
        progress::go_on(book.progress)?;
        book.progress.step("Issuing", (self.all - self.open.len()) as u64, Some(self.all as u64));
        let writer = book.writer()?;
        let rest = self.open.split_off(if book.dry_run { self.open.len() } else { BATCH.min(self.open.len()) });
        let batch = std::mem::replace(&mut self.open, rest);
        let posted = if batch.is_empty() { Vec::new() } else { self.post(book, &writer, &batch)? };
        self.done = self.open.is_empty();
        if self.done && self.run.state == RunState::Draft && ask.account.is_none() {
            writer.put_run(&Run { state: RunState::Issued, ..self.run.clone() })?;
            crate::ledger::close_month(book, &writer, &self.run)?;
        }
        Ok(posted)
    }

    fn post(&self, book: &Book<'_>, writer: &tables::Writer<'_>, batch: &[Kept]) -> Result<Vec<Posted>, Failure> {
        let letterhead = Letterhead::of(&self.settings).keep(book)?;
        let at = crate::session::instant(book.now);
        let given = self.numbered(book, writer, batch)?;
        let issues = self.prepared(batch, &given, book.today, &letterhead, &at)?;
        writer.issue(&issues)?;
        Ok(issues.into_iter().map(|issue| self.shown(issue)).collect())
    }

    /// What each draft becomes: the next invoice, or, where the customer is owed, the next credit note.
    fn numbered(&self, book: &Book<'_>, writer: &tables::Writer<'_>, batch: &[Kept]) -> Result<Vec<Becomes>, Failure> {
        let credits = batch.iter().filter(|kept| is_credit(kept.totals.gross)).count();
        let take = |series, count| if count == 0 { Ok(0) } else { writer.take_numbers(series, 0, count) };
        let (mut invoice, mut credit) = (take("invoice", batch.len() - credits)?, take("credit", credits)?);
        let next = |number: &mut u64| {
            *number += 1;
            *number - 1
        };
        batch
            .iter()
            .map(|kept| match is_credit(kept.totals.gross) {
                false => Ok(Becomes::Invoice(next(&mut invoice))),
                true => Ok(Becomes::Credit(next(&mut credit), super::given_back(book, &kept.draft(kept.lines()?))?)),
            })
            .collect()
    }

    /// The invoices of a batch, worked out on all cores.
    fn prepared<'b>(
        &self,
        batch: &'b [Kept],
        given: &[Becomes],
        today: Date,
        letterhead: &str,
        at: &'b str,
    ) -> Result<Vec<Issue<'b>>, Failure> {
        let workers = std::thread::available_parallelism().map_or(1, |n| n.get()).min(8);
        let share = batch.len().div_ceil(workers).max(1);
        let one = |becomes: &Becomes, kept: &'b Kept| self.invoice(kept, becomes, today, letterhead, at);
        std::thread::scope(|scope| {
            let running: Vec<_> = given
                .chunks(share)
                .zip(batch.chunks(share))
                .map(|(given, chunk)| {
                    scope.spawn(move || given.iter().zip(chunk).map(|(g, k)| one(g, k)).collect::<Result<Vec<_>, _>>())
                })
                .collect();
            let mut all = Vec::with_capacity(batch.len());
            for worker in running {
                let part =
                    worker.join().map_err(|_| Failure::new("E-BUG", "Issuing met a state believed impossible."))?;
                all.extend(part?);
            }
            Ok(all)
        })
    }

    fn invoice<'b>(
        &self,
        kept: &'b Kept,
        becomes: &Becomes,
        today: Date,
        letterhead: &str,
        at: &'b str,
    ) -> Result<Issue<'b>, Failure> {
        let draft = kept.draft(kept.lines()?);
        let (kind, series, number, what, gives_back) = match becomes {
            Becomes::Invoice(number) => (InvoiceKind::Invoice, "invoice", *number, "Invoice", &[][..]),
            Becomes::Credit(number, from) => (InvoiceKind::CreditNote, "credit", *number, "Credit note", &from[..]),
        };
        let label = self.settings.number(kind == InvoiceKind::CreditNote, number);
        let text = format!("{what} {label}");
        let entry = engine::post::invoice_entry(&draft, text, today, &|key| self.kinds.get(&key).copied())
            .map_err(|error| Failure::new("E-BUG", format!("The entry of {label}: {error}.")))?;
        let payer = self.people.get(draft.bill_to);
        let payer = payer.ok_or_else(|| Failure::not_found("account", &draft.bill_to.to_string()))?;
        // Without a rate the guard held, and somebody accepted it.
        let home_tax = match self.rates.tax_at_home(draft.tax_total, today) {
            Err(NoHomeTax::Money(error)) => return Err(Failure::new("E-BUG", format!("The tax of {label}: {error}."))),
            told => told.unwrap_or_default(),
        };
        let due = match kind {
            InvoiceKind::Invoice => engine::date::add_days(today, payer.payment_days.into()),
            InvoiceKind::CreditNote => today,
        };
        Ok(Issue {
            series,
            year: 0,
            number,
            label,
            kind,
            corrects: None,
            run: Some(self.run.id),
            draft: kept,
            issued: today,
            due,
            snapshot: Snapshot::of(&draft, payer, &self.people, letterhead)
                .giving_back(gives_back)
                .at_home(home_tax)
                .json(),
            entry,
            at,
        })
    }

    fn shown(&self, issue: Issue) -> Posted {
        let totals = &issue.draft.totals;
        let shown = ShownInvoice {
            kind: crate::invoices::kind_word(issue.kind),
            number: issue.label,
            sequence: issue.number,
            account_ref: self.people.reference(totals.account, &self.names),
            name: self.people.name(totals.account).to_owned(),
            currency: totals.net.currency().to_string(),
            lines: totals.lines,
            net: totals.net.to_string(),
            tax: totals.tax.to_string(),
            gross: totals.gross.to_string(),
        };
        ((totals.net, totals.tax, totals.gross), shown)
    }
}
