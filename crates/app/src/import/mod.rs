//! Import: recognise by content, check every row, store all or nothing.
//!
//! Several files are one transaction, in the order in which they need each other. The raw bytes are kept by their hash,
//! so the same file again changes nothing and says so. A file with rows that cannot be read is refused as a whole, unless
//! the good rows are wanted (`keep_good`): the others then wait in a visible list.

mod kinds;
mod lines;
mod look;
mod register;
pub mod said;
mod taking;
mod waiting;
mod way;

use crate::ledger::Owing;
use crate::session::Book;
use crate::told::Note;
use crate::wire::{many, total};
use crate::{Failure, Session, progress};
use engine::cost::DocumentKind;
use engine::money::Totals;
use engine::{Currency, Decimal, Month};
use formats::{Correction, Kind, Problem, Remedy, Source, Summary};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use store::tables;
use store::tables::documents::Document;
use taking::Arriving;
use way::{OnDisk, Ready, asked, asked_also, how_read, named, recognised};

pub use kinds::{kinds, template};
pub use look::look;
pub use waiting::fix;
pub(crate) use way::kept;
pub use way::{Way, raw_row, recognise_again, refused};

/// What to import.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub struct Ask {
    /// Files, in any order.
    pub files: Vec<PathBuf>,
    /// Kind of every file, instead of recognising it.
    #[serde(default, rename = "as")]
    pub kind: Option<String>,
    /// Column mapping for a distributor's file.
    #[serde(default)]
    pub mapping: Option<String>,
    /// Billing month, where the file does not say.
    #[serde(default)]
    pub period: Option<String>,
    /// Store the good rows of a file with problems.
    #[serde(default)]
    pub keep_good: bool,
    /// Price lists are announced only: nothing is priced by them before they are taken into force.
    #[serde(default)]
    pub preview: bool,
    /// Keep every price of a list, also of products the book does not sell.
    #[serde(default)]
    pub all: bool,
    /// How to read dates such as 03/04/2026.
    #[serde(default)]
    pub date_order: Option<String>,
    /// How to read numbers such as 1.234.
    #[serde(default)]
    pub decimal: Option<String>,
    /// What the vendor's invoice says the file adds up to, as `AMOUNT CUR`.
    #[serde(default)]
    pub total: Option<String>,
    /// Cells to read otherwise, as `ROW:COLUMN=VALUE`; for one file.
    #[serde(default)]
    pub correct: Vec<String>,
    /// How to read each file, by its place among `files`; what one does not say is as for all.
    #[serde(default)]
    pub ways: Vec<Way>,
}

/// What became of each file.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Answer {
    files: Vec<FileAnswer>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    notes: Vec<Note>,
}

/// What became of one file.
#[derive(Debug, JsonSchema, Serialize)]
pub struct FileAnswer {
    file: String,
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    document: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    period: Option<String>,
    rows: u64,
    stored: u64,
    changed: u64,
    skipped_same: u64,
    /// Prices that stay in the document only, because the book does not sell what they are of.
    #[serde(skip_serializing_if = "is_nought")]
    left: u64,
    problem_rows: u64,
    totals: Vec<TotalOf>,
    /// What the vendor's invoice says it adds up to.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    stated: Vec<said::Stated>,
    /// Cells that were read otherwise, as asked.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    corrected: Vec<said::CellUsed>,
    problems: Vec<ProblemOf>,
    notes: Vec<Note>,
    unknown_columns: Vec<String>,
}

/// A sum in one currency.
#[derive(Debug, JsonSchema, Serialize)]
pub struct TotalOf {
    currency: String,
    amount: String,
}

/// One thing wrong with a row.
#[derive(Clone, Debug, JsonSchema, Serialize)]
pub struct ProblemOf {
    row: u32,
    column: String,
    value: String,
    code: &'static str,
    hint: String,
    /// Whether the row is read once another value is given for the cell.
    correctable: bool,
    /// What the cell seems to mean.
    #[serde(skip_serializing_if = "Option::is_none")]
    proposal: Option<String>,
}

impl From<&Problem> for ProblemOf {
    fn from(p: &Problem) -> ProblemOf {
        let proposal = match &p.remedy {
            Remedy::Proposed(value) => Some(value.clone()),
            Remedy::Typed | Remedy::Elsewhere => None,
        };
        ProblemOf {
            row: p.row,
            column: p.column.clone(),
            value: p.value.clone(),
            code: p.code,
            hint: p.hint.clone(),
            correctable: p.remedy != Remedy::Elsewhere,
            proposal,
        }
    }
}

/// Imports files.
pub fn run(session: &mut Session, ask: Ask) -> Result<Answer, Failure> {
    let period = ask.period.as_deref().map(crate::session::month).transpose()?;
    let stated = ask.total.as_deref().map(said::amount).transpose()?;
    let corrections = corrections(&ask)?;
    let notes = session.backup_if_due()?;
    let bytes: u64 = ask.files.iter().filter_map(|file| std::fs::metadata(file).ok()).map(|file| file.len()).sum();
    let work = |book: &mut Book<'_>| {
        let asked = asked(book, &ask.for_all())?;
        let mut found = Vec::with_capacity(ask.files.len());
        let each = ask.files.iter().enumerate().map(|(n, path)| {
            let asked = ask.ways.get(n).map_or_else(|| Ok(asked.clone()), |way| asked_also(&asked, way))?;
            Ok((path, asked))
        });
        let each: Vec<_> = each.collect::<Result<_, Failure>>()?;
        engine::cores::each(each, |(path, asked)| recognised(path, &asked), |file| file.map(|file| found.push(file)))?;
        let mut ready = Vec::new();
        let mut said = Vec::new();
        let mut lists = Vec::new();
        for (n, mut file) in found.into_iter().enumerate() {
            let way = ask.ways.get(n);
            lists.push(ListWay {
                preview: ask.preview || way.is_some_and(|w| w.preview),
                all: ask.all || way.is_some_and(|w| w.all),
            });
            let own = way.into_iter().flat_map(|w| &w.corrections).map(Into::into);
            let cells: Vec<_> = corrections.iter().cloned().chain(own).collect();
            file.file.correct(&cells).map_err(|r| named(refused(r), &file.source))?;
            ready.push(file);
            let month = way.and_then(|w| w.period.as_deref()).map(crate::session::month).transpose()?;
            let total = way.and_then(|w| w.total.as_deref()).map(said::amount).transpose()?;
            said.push((month.or(period), total.or(stated)));
        }
        // Registers before what refers to them, whatever order they were named in.
        let mut order: Vec<usize> = (0..ready.len()).collect();
        order.sort_by_key(|&n| Kind::ALL.iter().position(|k| *k == ready[n].file.kind));
        let files: Vec<&OnDisk> = order.iter().map(|&n| &ready[n].source).collect();
        let mut answers: Vec<Option<FileAnswer>> = ready.iter().map(|_| None).collect();
        taking::beside(book, &files, |book, arriving| {
            for n in order {
                progress::go_on(book.progress)?;
                let (period, stated) = said[n];
                answers[n] = Some(one(book, &ready[n], arriving, &ask, lists[n], period, stated)?);
            }
            let brings = |r: &Ready| matches!(r.file.kind, Kind::Catalogue | Kind::Subscriptions | Kind::Bundles);
            if ready.iter().any(brings) { crate::price_lists::take_up_if_missing(book) } else { Ok(()) }
        })?;
        Ok(Answer { files: answers.into_iter().flatten().collect(), notes })
    };
    if bytes < BULK { session.write(work) } else { session.write_in_bulk(work) }
}

/// Bytes of files from which on they are stored in bulk: what is less goes into the log in a moment.
const BULK: u64 = 8 << 20;

/// Cells to correct of the one file there is.
fn corrections(ask: &Ask) -> Result<Vec<Correction>, Failure> {
    if !ask.correct.is_empty() && ask.files.len() > 1 {
        return Err(Failure::usage("--correct: import the file whose cells are corrected alone."));
    }
    ask.correct.iter().map(|text| said::correction(text)).collect()
}

fn one(
    book: &mut Book<'_>,
    ready: &Ready,
    arriving: &Arriving,
    ask: &Ask,
    lists: ListWay,
    period: Option<Month>,
    stated: Option<(Currency, Decimal)>,
) -> Result<FileAnswer, Failure> {
    // Files of a size the book has not seen are new without a look; rows of others are read when they are known to be new.
    let documents = tables::documents::list(book.conn())?;
    let is_doubtful = documents.iter().any(|d| Some(d.bytes) == ready.source.len());
    let early = is_doubtful.then(|| arriving.next(&ready.source)).transpose()?;
    let known = early.as_ref().map(|taken| tables::documents::by_hash(book.conn(), &taken.hash())).transpose()?;
    if let Some(document) = known.flatten() {
        let text = "Same bytes as {file} imported on {day}. Nothing changes.";
        let note = Note::new("N-SAME-BYTES", text, &[("file", &document.file_name), ("day", day(&document))]);
        return same(book, ready, &document, note);
    }
    let tx = book.tx()?;
    let mut twin = None;
    let outcome = tx.attempt(|| {
        let outcome = match ready.file.kind {
            kind if kind.is_costs() || kind == Kind::Sales => lines::read(book, ready.reading(), period)?,
            _ => register::read(book, ready.reading(), lists, period)?,
        };
        let taken = early.map_or_else(|| arriving.next(&ready.source), Ok)?;
        let finished = taken.unchanged(&ready.source)?;
        twin = same_data(book, ready.file.kind, &outcome.summary)?;
        Ok::<_, Failure>(twin.is_none().then_some((outcome, finished)))
    })?;
    if let Some(document) = twin {
        let text = "Same invoice, rows and totals as {file} imported on {day}, in another form. Nothing changes.";
        let note = Note::new("N-SAME-DATA", text, &[("file", &document.file_name), ("day", day(&document))]);
        return same(book, ready, &document, note);
    }
    let Some((Outcome { summary, put, owing }, finished)) = outcome else {
        return Err(Failure::new("E-BUG", "A file was neither read nor known."));
    };
    if ready.file.kind.is_costs() && summary.rows == 0 {
        return Err(named(Failure::new("E-FILE-EMPTY", "The file has a header and no rows."), &ready.source));
    }
    if summary.problem_count > 0 && !ask.keep_good && !book.dry_run {
        let problems: Vec<ProblemOf> = summary.problems.iter().take(20).map(ProblemOf::from).collect();
        let bad = summary.rows.saturating_sub(summary.good);
        return Err(Failure::new(
            "E-FILE-PROBLEMS",
            format!(
                "{}: {bad} of {} cannot be read ({}).",
                ready.source.name,
                many(summary.rows.into(), "row"),
                many(summary.problem_count, "problem")
            ),
        )
        .details(problems));
    }
    let period = period.or(summary.period);
    let writer_kind = document_kind(ready.file.kind);
    let mut document = Document {
        no: 0,
        id: store::new_id(),
        kind: ready.file.kind.name().to_owned(),
        lines: writer_kind,
        file_name: ready.source.name.clone(),
        sha256: finished.hash(),
        rest_of: None,
        bytes: finished.size(),
        period,
        invoices: summary.invoices.clone(),
        rows: summary.rows,
        good_rows: summary.good,
        totals: summary.totals.clone(),
        imported_at: crate::session::instant(book.now),
        dialect: how_read(&ready.file, stated.filter(|_| writer_kind.is_some()), &summary.corrected),
    };
    let writer = book.writer()?;
    tx.keep(finished)?;
    writer.add_document(&mut document)?;
    writer.add_waiting(&waiting::of(document.no, &summary))?;
    if writer_kind.is_some_and(crate::costs::carries_money) {
        crate::ledger::post_document(book, &writer, &document, owing)?;
    }
    Ok(FileAnswer {
        file: ready.source.name.clone(),
        kind: ready.file.kind.name(),
        document: Some(document.no),
        period: period.map(|p| p.to_string()),
        rows: summary.rows.into(),
        stored: put.stored,
        changed: put.changed,
        skipped_same: put.same,
        left: put.left,
        problem_rows: u64::from(summary.rows.saturating_sub(summary.good)),
        totals: totals(&summary.totals),
        stated: said::stated(&document, &[]),
        corrected: said::corrected(&document),
        problems: summary.problems.iter().take(200).map(ProblemOf::from).collect(),
        notes: summary.notes.iter().map(Into::into).collect(),
        unknown_columns: summary.unknown.clone(),
    })
}

/// What reading one file came to.
struct Outcome {
    summary: Summary,
    put: Stored,
    owing: Owing,
}

/// How a price list is taken.
#[derive(Clone, Copy, Debug)]
struct ListWay {
    /// As announced only.
    preview: bool,
    /// With the prices of what the book does not sell.
    all: bool,
}

/// What became of its rows.
#[derive(Clone, Copy, Debug, Default)]
struct Stored {
    stored: u64,
    changed: u64,
    same: u64,
    left: u64,
}

/// Whether a count need not be said.
fn is_nought(n: &u64) -> bool {
    *n == 0
}

fn totals(totals: &Totals) -> Vec<TotalOf> {
    totals.iter().map(|(c, v)| TotalOf { currency: c.to_string(), amount: total(v, c) }).collect()
}

/// The document that holds the same invoice with as many rows and the same totals: one invoice is downloaded as CSV and as
/// JSON, or sorted and saved again. The parts of one invoice in several files differ in both.
fn same_data(book: &Book<'_>, kind: Kind, summary: &Summary) -> Result<Option<Document>, Failure> {
    if !kind.is_costs() || summary.invoices.is_empty() {
        return Ok(None);
    }
    let documents = tables::documents::list(book.conn())?;
    Ok(documents.into_iter().find(|d| {
        d.kind == kind.name() && d.invoices == summary.invoices && d.rows == summary.rows && d.totals == summary.totals
    }))
}

fn day(document: &Document) -> &str {
    document.imported_at.get(..10).unwrap_or_default()
}

/// The answer for what the book has already.
fn same(book: &Book<'_>, ready: &Ready, document: &Document, note: Note) -> Result<FileAnswer, Failure> {
    Ok(FileAnswer {
        file: ready.source.name.clone(),
        kind: ready.file.kind.name(),
        document: Some(document.no),
        period: document.period.map(|p| p.to_string()),
        rows: document.rows.into(),
        stored: 0,
        changed: 0,
        skipped_same: document.rows.into(),
        left: 0,
        problem_rows: waiting::count(book, document)?,
        totals: totals(&document.totals),
        stated: said::stated(document, &tables::documents::list(book.conn())?),
        corrected: said::corrected(document),
        problems: Vec::new(),
        notes: vec![note],
        unknown_columns: Vec::new(),
    })
}

fn document_kind(kind: Kind) -> Option<DocumentKind> {
    match kind {
        Kind::MsRecon => Some(DocumentKind::Reconciliation),
        Kind::MsReconLegacy => Some(DocumentKind::Legacy),
        Kind::MsUsage => Some(DocumentKind::DailyUsage),
        Kind::Distributor => Some(DocumentKind::Distributor),
        _ => None,
    }
}
