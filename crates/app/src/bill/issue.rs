//! Issue: the kept draft becomes numbered invoices, in batches of whole invoices, each batch one transaction.
//!
//! Killed at any moment and run again it goes on with the same draft where it stopped; when all is issued, a further run
//! issues nothing. Printing follows posting and is made up for when it was cut short.

use super::accept::{self, Acceptance};
use super::{Options, Redrafted, ShownGuard, Sum, redraft, sums};
use crate::invoices::Printed;
use crate::invoices::print::{Letterhead, hex};
use crate::invoices::snapshot::Snapshot;
use crate::people::People;
use crate::session::Book;
use crate::settings::Settings;
use crate::told::Note;
use crate::wire::Text;
use crate::{Failure, Session, progress};
use engine::exchange::{NoHomeTax, Rates};
use engine::invoice::Guard;
use engine::register::{ProductKey, ProductKind};
use engine::{Currency, Date, Id, Money, Month, Names};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use store::documents::Finished;
use store::tables;
use store::tables::invoices::{Filter, Invoice, InvoiceKind, Issue, Packed, Unbilled};
use store::tables::runs::{Kept, Run, RunState};

/// What to issue.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Ask {
    period: String,
    #[serde(default)]
    account: Option<String>,
    #[serde(default)]
    accept: Vec<String>,
    /// Why the guards accepted now may stand.
    #[serde(default)]
    reason: String,
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
    notes: Vec<Note>,
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
    currency: Text<Currency>,
    lines: u32,
    net: Text<Money>,
    tax: Text<Money>,
    gross: Text<Money>,
}

/// Invoices posted in one transaction: enough that the disk's flush does not dominate, few enough to hear a cancel.
/// In tests two are a batch, so that the last one is a whole one, too.
const BATCH: usize = if cfg!(test) { 2 } else { 4096 };

/// Issues a month's draft.
pub fn issue(session: &mut Session, ask: Ask) -> Result<Issued, Failure> {
    let month = crate::session::month(&ask.period)?;
    let backup = session.begin_backup()?;
    let mut safe = Safe::default();
    let written = session.write(|book| {
        let Begun { run, known, accepted } = begin(book, month, &ask)?;
        let (desk, mut till) = open(book, &run, known, &ask)?;
        // The backup holds the book as it was before: nothing is committed until that is fast.
        backup.wait_until_held();
        let rows = std::mem::take(&mut till.open);
        // The next invoices are worked out while these are written.
        engine::cores::each(
            rows,
            |row| desk.packed(row),
            |packed: Result<_, Failure>| {
                till.add(packed?);
                if till.waiting >= BATCH && !book.dry_run {
                    let posted = till.post(book, &desk)?;
                    book.keep_so_far()?;
                    safe.add(posted, book.progress);
                }
                Ok::<_, Failure>(())
            },
        )?;
        let last = if till.done { Vec::new() } else { till.post(book, &desk)? };
        Ok((run, accepted, last))
    });
    let (run, accepted, last) = written.map_err(|failure| after(failure, &safe.invoices))?;
    safe.add(last, session.progress());
    let printed = if ask.no_pdf || session.dry_run() {
        Printed::default()
    } else {
        let filter = Filter { run: Some(run.id), ..Filter::default() };
        let all = session.read(|book| Ok(tables::invoices::list(book.conn(), filter)?))?;
        crate::invoices::print_missing(session, &all).map_err(|failure| after(failure, &safe.invoices))?
    };
    let mut notes = backup.notes();
    notes.extend(printed.notes);
    Ok(Issued {
        run: run.id.to_string(),
        period: run.period.to_string(),
        totals: sums(safe.totals.into_iter()),
        invoices: safe.invoices,
        printed: printed.papers,
        accepted,
        notes,
    })
}

/// Invoices that are in the book and stay there.
#[derive(Default)]
struct Safe {
    totals: Vec<(Money, Money, Money)>,
    invoices: Vec<ShownInvoice>,
}

impl Safe {
    fn add(&mut self, posted: Vec<Posted>, progress: &mut dyn progress::Progress) {
        for (amounts, invoice) in posted {
            progress.committed(&invoice.number);
            self.totals.push(amounts);
            self.invoices.push(invoice);
        }
    }
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

/// A run about to be issued.
struct Begun {
    run: Run,
    /// What is known of it, where all of it was drafted just now.
    known: Option<Known>,
    accepted: Vec<&'static str>,
}

/// The drafts of a run, with the texts and accounts of the book.
struct Known {
    drafts: Vec<Kept>,
    names: Names,
    people: People,
}

/// Brings the draft up to date, unless issuing it has begun, and looks at the guards.
fn begin(book: &mut Book<'_>, month: Month, ask: &Ask) -> Result<Begun, Failure> {
    let runs = tables::runs::of_period(book.conn(), month)?;
    let begun = runs.iter().rev().find(|r| r.state == RunState::Draft);
    let begun = match begun {
        Some(run) if has_invoices(book, run)? => Some(run.clone()),
        _ => None,
    };
    if let Some(run) = begun {
        return Ok(Begun { run, known: None, accepted: Vec::new() });
    }
    let options = drafted_with(book, runs.last(), ask)?;
    let issued = runs.into_iter().rev().find(|r| r.state == RunState::Issued);
    // A run of nothing is not kept: issuing again leaves no trace.
    let drafted = book.tx()?.attempt(|| {
        let Redrafted { run, inputs, drafts } = redraft(book, month, &options)?;
        let known = drafts.zip(inputs).map(|(drafts, inputs)| {
            let (names, people) = inputs.into_names_and_people();
            Known { drafts, names, people }
        });
        let none = match &known {
            Some(known) => known.drafts.is_empty(),
            None => tables::runs::draft_totals(book.conn(), run.id)?.is_empty(),
        };
        let nothing = none && run.guards.is_empty();
        Ok::<_, Failure>(if nothing && issued.is_some() { None } else { Some((run, known)) })
    })?;
    let (run, known) = match (drafted, issued) {
        (Some(drafted), _) => drafted,
        (None, Some(run)) => (run, None),
        (None, None) => return Err(Failure::new("E-BUG", "A run was neither drafted nor kept.")),
    };
    let run = settled(book, run, ask)?;
    let codes: BTreeSet<&'static str> = run.guards.iter().map(|g| g.code).collect();
    Ok(Begun { run, known, accepted: codes.into_iter().collect() })
}

/// The run with every guard accepted, earlier or by what is asked now; fails where one still holds.
fn settled(book: &mut Book<'_>, mut run: Run, ask: &Ask) -> Result<Run, Failure> {
    let mut accepted = accept::of(&run);
    let held = |accepted: &accept::Acceptances| {
        let open = |g: &&Guard| !accepted.contains_key(&accept::mark(g));
        run.guards.iter().filter(open).cloned().collect::<Vec<Guard>>()
    };
    let now = Acceptance { reason: ask.reason.trim().to_owned(), day: book.today.to_string() };
    let asked = |g: &&Guard| ask.accept.iter().any(|word| accept::names(word, g));
    let before = accepted.len();
    accepted.extend(held(&accepted).iter().filter(asked).map(|g| (accept::mark(g), now.clone())));
    let holding = held(&accepted);
    if !holding.is_empty() {
        let mut names = book.names()?;
        let people = People::load(book, &mut names)?;
        let mut counted: BTreeMap<&'static str, usize> = BTreeMap::new();
        holding.iter().for_each(|g| *counted.entry(g.code).or_default() += 1);
        let counted: Vec<String> = counted.into_iter().map(|(code, n)| format!("{code} ({n})")).collect();
        let shown: Vec<ShownGuard> = holding.iter().map(|g| super::guard(g, &accepted, &people, &names)).collect();
        return Err(Failure::new("E-GUARD", format!("Guards hold: {}.", counted.join(", "))).details(shown));
    }
    if accepted.len() > before && run.state == RunState::Draft {
        accept::put(&mut run, accepted);
        book.writer()?.put_run(&run)?;
    }
    Ok(run)
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

/// What every invoice of a run is made with.
struct Desk {
    run: Run,
    names: Names,
    people: People,
    settings: Settings,
    rates: Rates,
    kinds: HashMap<ProductKey, ProductKind>,
    /// The hash of the letterhead.
    letterhead: String,
    today: Date,
    at: String,
}

/// Invoices of one row, or credit notes where the customers are owed.
struct Row {
    /// Number of the first, in the series of its kind.
    first: u64,
    drafts: Vec<Kept>,
    /// The invoices each credit note gives back from.
    gives_back: Vec<Vec<Invoice>>,
}

impl Row {
    fn kind(&self) -> InvoiceKind {
        let credit = self.drafts.first().is_some_and(Kept::is_credit);
        if credit { InvoiceKind::CreditNote } else { InvoiceKind::Invoice }
    }
}

/// The series of a kind's numbers.
fn series(kind: InvoiceKind) -> &'static str {
    match kind {
        InvoiceKind::Invoice => "invoice",
        InvoiceKind::CreditNote => "credit",
    }
}

/// Something for each kind.
#[derive(Clone, Copy, Default)]
struct Each {
    invoices: u64,
    credits: u64,
}

impl Each {
    fn of(&mut self, kind: InvoiceKind) -> &mut u64 {
        match kind {
            InvoiceKind::Invoice => &mut self.invoices,
            InvoiceKind::CreditNote => &mut self.credits,
        }
    }
}

/// Invoices on their way into the book.
struct Till {
    /// What is left to issue, in the order of customers.
    open: Vec<Row>,
    /// Packed, and not yet posted.
    packed: Vec<(Packed, Vec<Posted>)>,
    /// How many that are, and how many were posted before, of how many.
    waiting: usize,
    posted: usize,
    all: usize,
    /// The numbers those packed were given, and how many of each kind they are.
    next: Each,
    given: Each,
    unbilled: Unbilled,
    /// Until it is in the book.
    letterhead: Option<Finished>,
    /// Whether the run is issued when nothing is left.
    whole: bool,
    /// Whether nothing is left.
    done: bool,
}

/// Brings everything together that is needed to issue what is left of a run.
fn open(book: &mut Book<'_>, run: &Run, known: Option<Known>, ask: &Ask) -> Result<(Desk, Till), Failure> {
    let Known { drafts: mut open, mut names, people } = match known {
        Some(known) => known,
        None => {
            let mut names = book.names()?;
            let people = People::load(book, &mut names)?;
            Known { drafts: tables::runs::kept(book.conn(), run.id)?, names, people }
        }
    };
    let all = open.len();
    let issued = tables::invoices::list(book.conn(), Filter { run: Some(run.id), ..Filter::default() })?;
    let issued: HashSet<(Id, Currency)> = issued.iter().map(|i| (i.account, i.net.currency())).collect();
    let of = |kept: &Kept| (kept.totals.account, kept.totals.net.currency());
    open.retain(|kept| !issued.contains(&of(kept)));
    people.in_order(&mut open, of, &names);
    let products = tables::products::load(book.conn(), &mut names)?;
    let settings = book.settings()?;
    let letterhead = Letterhead::of(&settings).taken_in(book)?;
    let unbilled = tables::invoices::unbilled(book.conn(), open.iter())?;
    let number = |kind| tables::settings::next_number(book.conn(), series(kind), 0);
    let first = Each { invoices: number(InvoiceKind::Invoice)?, credits: number(InvoiceKind::CreditNote)? };
    let posted = all - open.len();
    let (mut next, mut rows) = (first, Vec::new());
    for drafts in tables::invoices::rows(open) {
        let mut row = Row { first: 0, drafts, gives_back: Vec::new() };
        if row.kind() == InvoiceKind::CreditNote {
            let from = |kept: &Kept| super::given_back(book, &kept.draft(kept.lines()?));
            row.gives_back = row.drafts.iter().map(from).collect::<Result<_, _>>()?;
        }
        let number = next.of(row.kind());
        row.first = *number;
        *number += row.drafts.len() as u64;
        rows.push(row);
    }
    let desk = Desk {
        run: run.clone(),
        names,
        people,
        settings,
        rates: crate::rates::load(book)?,
        kinds: products.into_iter().map(|p| (p.key, p.kind)).collect(),
        letterhead: hex(&letterhead.hash()),
        today: book.today,
        at: crate::session::instant(book.now),
    };
    let till = Till {
        open: rows,
        packed: Vec::new(),
        waiting: 0,
        posted,
        all,
        next: first,
        given: Each::default(),
        unbilled,
        letterhead: Some(letterhead),
        whole: run.state == RunState::Draft && ask.account.is_none(),
        done: false,
    };
    Ok((desk, till))
}

impl Till {
    fn add(&mut self, (packed, posted): (Packed, Vec<Posted>)) {
        self.waiting += posted.len();
        *self.given.of(packed.kind()) += posted.len() as u64;
        self.packed.push((packed, posted));
    }

    /// Posts what is packed; with the last ones the run is issued and its month closed.
    fn post(&mut self, book: &mut Book<'_>, desk: &Desk) -> Result<Vec<Posted>, Failure> {
        progress::go_on(book.progress)?;
        book.progress.step("Issuing", self.posted as u64, Some(self.all as u64));
        let writer = book.writer()?;
        let (packed, posted): (Vec<_>, Vec<_>) = std::mem::take(&mut self.packed).into_iter().unzip();
        if self.waiting > 0 {
            if let Some(letterhead) = self.letterhead.take() {
                book.tx()?.keep(letterhead)?;
            }
            for kind in [InvoiceKind::Invoice, InvoiceKind::CreditNote] {
                let (next, count) = (self.next.of(kind), std::mem::take(self.given.of(kind)));
                if count > 0 && writer.take_numbers(series(kind), 0, count as usize)? != *next {
                    return Err(Failure::new("E-BUG", "Somebody else took the numbers of these invoices."));
                }
                *next += count;
            }
            writer.issue_rows(packed, &mut self.unbilled)?;
        }
        self.posted += std::mem::take(&mut self.waiting);
        self.done = self.posted == self.all;
        if self.done && self.whole {
            writer.put_run(&Run { state: RunState::Issued, ..desk.run.clone() })?;
            crate::ledger::close_month(book, &writer, &desk.run)?;
        }
        Ok(posted.into_iter().flatten().collect())
    }
}

impl Desk {
    /// The invoices of a row, worked out and packed.
    fn packed(&self, row: Row) -> Result<(Packed, Vec<Posted>), Failure> {
        let gives_back = row.gives_back.iter().map(Vec::as_slice).chain(std::iter::repeat(&[][..]));
        let numbered = (row.first..).zip(&row.drafts).zip(gives_back);
        let invoice = |((number, kept), gives_back)| self.invoice(kept, row.kind(), number, gives_back);
        let issues = numbered.map(invoice).collect::<Result<Vec<_>, _>>()?;
        let posted = issues.iter().map(|issue| self.shown(issue)).collect();
        Ok((Packed::of(issues)?, posted))
    }

    fn invoice<'b>(
        &'b self,
        kept: &'b Kept,
        kind: InvoiceKind,
        number: u64,
        gives_back: &[Invoice],
    ) -> Result<Issue<'b>, Failure> {
        let draft = kept.draft(kept.lines()?);
        let payer = self.people.get(draft.bill_to);
        let payer = payer.ok_or_else(|| Failure::not_found("account", &draft.bill_to.to_string()))?;
        let (what, due) = match kind {
            InvoiceKind::Invoice => ("Invoice", engine::date::add_days(self.today, payer.payment_days.into())),
            InvoiceKind::CreditNote => ("Credit note", self.today),
        };
        let label = self.settings.number(kind == InvoiceKind::CreditNote, number);
        let text = format!("{what} {label}");
        let entry = engine::post::invoice_entry(&draft, text, self.today, &|key| self.kinds.get(&key).copied())
            .map_err(|error| Failure::new("E-BUG", format!("The entry of {label}: {error}.")))?;
        // Without a rate the guard held, and somebody accepted it.
        let home_tax = match self.rates.tax_at_home(draft.tax_total, self.today) {
            Err(NoHomeTax::Money(error)) => return Err(Failure::new("E-BUG", format!("The tax of {label}: {error}."))),
            told => told.unwrap_or_default(),
        };
        Ok(Issue {
            series: series(kind),
            year: 0,
            number,
            label,
            kind,
            corrects: None,
            reopens: None,
            run: Some(self.run.id),
            draft: kept,
            issued: self.today,
            due,
            snapshot: Snapshot::of(&draft, payer, &self.people, &self.letterhead)
                .giving_back(gives_back)
                .at_home(home_tax)
                .json(),
            entry,
            at: &self.at,
        })
    }

    fn shown(&self, issue: &Issue) -> Posted {
        let totals = &issue.draft.totals;
        let (account_ref, name) = self.people.told(totals.account, &self.names);
        let shown = ShownInvoice {
            kind: crate::invoices::kind_word(issue.kind),
            number: issue.label.clone(),
            sequence: issue.number,
            account_ref,
            name,
            currency: Text(totals.net.currency()),
            lines: totals.lines,
            net: Text(totals.net),
            tax: Text(totals.tax),
            gross: Text(totals.gross),
        };
        ((totals.net, totals.tax, totals.gross), shown)
    }
}
