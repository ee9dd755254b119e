//! Rows that wait: corrected after the others were stored, and taken in; or left out for good.
//!
//! What is taken in becomes a document of its own with the same bytes, in which the rows keep their numbers. So what was
//! billed, posted or replayed before goes on standing on what it stood on.

use super::lines;
use super::said::{self, CellAsk, CellUsed, Stated};
use super::way::{Reading, kept, named, recognise_again, refused};
use super::{ListWay, Outcome, ProblemOf, TotalOf, document_kind, register, totals};
use crate::price_lists::Known;
use crate::session::Book;
use crate::told::Note;
use crate::{Failure, Session};
use engine::price::ListState;
use formats::{Correction, Kind, Problem, Recognised, Summary};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use store::tables::documents::{self, Document, ProblemRow};

/// Which rows, and what to read in them.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Ask {
    /// Number of the document.
    document: u32,
    /// Cells to read otherwise, as `ROW:COLUMN=VALUE`.
    #[serde(default)]
    correct: Vec<String>,
    /// The same, one by one.
    #[serde(default)]
    corrections: Vec<CellAsk>,
    /// Rows to leave out for good.
    #[serde(default)]
    leave: Vec<u32>,
}

/// What became of the rows.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Answer {
    /// Whose rows they are.
    document: u32,
    file: String,
    kind: &'static str,
    /// The document that holds what was taken in.
    #[serde(skip_serializing_if = "Option::is_none")]
    rest: Option<u32>,
    /// Rows taken in.
    taken: usize,
    /// Rows left out for good.
    left: usize,
    /// Rows that go on waiting.
    waiting: usize,
    /// Totals of what was taken in.
    totals: Vec<TotalOf>,
    /// What the vendor's invoice says, beside all rows there are now.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    stated: Vec<Stated>,
    corrected: Vec<CellUsed>,
    /// What is wrong with those that go on waiting.
    problems: Vec<ProblemOf>,
    notes: Vec<Note>,
}

/// Takes in the waiting rows of a document that can be read: by now, or with what is said about them. Refused where nothing
/// comes of it, or a row about which something was said still cannot be read.
pub fn fix(session: &mut Session, ask: Ask) -> Result<Answer, Failure> {
    let mut cells: Vec<Correction> = ask.correct.iter().map(|text| said::correction(text)).collect::<Result<_, _>>()?;
    cells.extend(ask.corrections.iter().map(Into::into));
    let mut notes = session.backup_if_due()?;
    session.write(|book| {
        let all = documents::list(book.conn())?;
        let found = all.iter().find(|d| d.no == ask.document);
        let document = found.ok_or_else(|| Failure::not_found("document", &ask.document.to_string()))?;
        let rows = Rows::sorted(book, document, &ask.leave)?;
        if let Some(cell) = cells.iter().find(|cell| rows.left.contains(&cell.row)) {
            return Err(Failure::usage(format!("Row {} is to be corrected and to be left out: say one.", cell.row)));
        }
        let (outcome, taken, how) = read(book, document, &rows, &cells)?;
        let Outcome { summary, put: _, owing } = outcome;
        let named = |p: &&Problem| cells.iter().any(|cell| cell.row == p.row);
        let still_wrong = summary.problems.iter().any(|p| named(&p));
        if !book.dry_run && (still_wrong || (taken.is_empty() && rows.left.is_empty())) {
            let problems: Vec<ProblemOf> =
                summary.problems.iter().filter(|p| !still_wrong || named(p)).take(20).map(ProblemOf::from).collect();
            let text = if still_wrong { "a corrected row still cannot be read" } else { "no waiting row can be read" };
            return Err(Failure::new("E-FILE-PROBLEMS", format!("{}: {text}.", document.file_name)).details(problems));
        }
        let writer = book.writer()?;
        for (set, is_taken) in [(&taken, true), (&rows.left, false)] {
            for row in set {
                writer.settle_waiting(document.no, *row, is_taken)?;
            }
        }
        let rest = (!taken.is_empty()).then(|| rest_of(book, document, &taken, &summary, how)).transpose()?;
        let rest = match rest {
            None => None,
            Some(mut rest) => {
                writer.add_document(&mut rest)?;
                if rest.lines.is_some_and(crate::costs::carries_money) {
                    crate::ledger::post_document(book, &writer, &rest, owing)?;
                }
                Some(rest)
            }
        };
        if rest.is_some() && document.lines.is_none() {
            crate::price_lists::take_up_if_missing(book)?;
        }
        notes.extend(summary.notes.iter().map(Into::into));
        Ok(Answer {
            document: document.no,
            file: document.file_name.clone(),
            kind: kind_of(document)?.name(),
            rest: rest.as_ref().map(|d| d.no),
            taken: taken.len(),
            left: rows.left.len(),
            waiting: rows.all.len() - taken.len() - rows.left.len(),
            totals: totals(&summary.totals),
            stated: said::stated(document, &documents::list(book.conn())?),
            corrected: rest.as_ref().map(said::corrected).unwrap_or_default(),
            problems: summary.problems.iter().take(200).map(ProblemOf::from).collect(),
            notes,
        })
    })
}

/// The waiting rows of a document, by what is to be done with them.
struct Rows {
    all: BTreeSet<u32>,
    left: BTreeSet<u32>,
    /// Those that are read. A row with the id of an earlier one is not: alone it would pass for good.
    wanted: BTreeSet<u32>,
}

impl Rows {
    fn sorted(book: &Book<'_>, document: &Document, leave: &[u32]) -> Result<Rows, Failure> {
        let mut waiting = documents::waiting(book.conn())?;
        waiting.retain(|p| p.document == document.no);
        let all: BTreeSet<u32> = waiting.iter().map(|p| p.row).collect();
        let none = |text: String| Err(Failure::new("E-STATE", text).hint("See `billhook costs problems`."));
        if all.is_empty() {
            return none(format!("No row of document {} ({}) waits.", document.no, document.file_name));
        }
        if let Some(row) = leave.iter().find(|row| !all.contains(row)) {
            return none(format!("Row {row} of document {} ({}) does not wait.", document.no, document.file_name));
        }
        let left: BTreeSet<u32> = leave.iter().copied().collect();
        let twice: BTreeSet<u32> = waiting.iter().filter(|p| p.code == "P-TWICE").map(|p| p.row).collect();
        let wanted = all.iter().filter(|row| !left.contains(row) && !twice.contains(row)).copied().collect();
        Ok(Rows { all, left, wanted })
    }
}

/// Reads the rows and stores what they say; which of them it were, and how they were read.
fn read(
    book: &mut Book<'_>,
    document: &Document,
    rows: &Rows,
    cells: &[Correction],
) -> Result<(Outcome, BTreeSet<u32>, serde_json::Value), Failure> {
    let source = kept(book, document)?;
    let mut file = recognise_again(&source, &document.dialect)?;
    file.only(rows.wanted.iter().copied());
    file.correct(cells).map_err(|r| named(refused(r), &source))?;
    let reading = Reading { source: &source, file: &file };
    let outcome = match file.kind {
        kind if kind.is_costs() || kind == Kind::Sales => lines::read(book, reading, document.period)?,
        _ => register::read(book, reading, list_way(book, document)?, document.period)?,
    };
    let bad: BTreeSet<u32> = outcome.summary.problems.iter().map(|p| p.row).collect();
    let taken: BTreeSet<u32> = rows.wanted.difference(&bad).copied().collect();
    let how = how_read(&file, &taken, &outcome.summary);
    Ok((outcome, taken, how))
}

fn how_read(file: &Recognised, taken: &BTreeSet<u32>, summary: &Summary) -> serde_json::Value {
    let mut how = super::way::how_read(file, None, &summary.corrected);
    said::keep_only(&mut how, taken);
    how
}

/// Rows of a price list are taken as the list was.
fn list_way(book: &Book<'_>, document: &Document) -> Result<ListWay, Failure> {
    let lists = Known::load(book)?;
    let list = lists.lists.iter().find(|l| l.document == document.no);
    Ok(ListWay {
        preview: list.is_some_and(|l| l.state == ListState::Preview),
        all: list.is_some_and(|l| l.everything),
    })
}

fn kind_of(document: &Document) -> Result<Kind, Failure> {
    Kind::parse(&document.kind).ok_or_else(|| Failure::new("E-BUG", "A document is of no known kind."))
}

fn rest_of(
    book: &Book<'_>,
    document: &Document,
    taken: &BTreeSet<u32>,
    summary: &Summary,
    how: serde_json::Value,
) -> Result<Document, Failure> {
    let rows = u32::try_from(taken.len()).map_err(|_| Failure::new("E-BUG", "More rows than a file can have."))?;
    Ok(Document {
        no: 0,
        id: store::new_id(),
        lines: document_kind(kind_of(document)?),
        // Of a document none of whose rows could be read, no month was known.
        period: document.period.or(summary.period),
        rest_of: Some(document.no),
        invoices: if summary.invoices.is_empty() { document.invoices.clone() } else { summary.invoices.clone() },
        rows,
        good_rows: rows,
        totals: summary.totals.clone(),
        imported_at: crate::session::instant(book.now),
        dialect: how,
        ..document.clone()
    })
}

/// How many rows of a document wait.
pub(super) fn count(book: &Book<'_>, document: &Document) -> Result<u64, Failure> {
    let waiting = documents::waiting(book.conn())?;
    let rows: BTreeSet<u32> = waiting.iter().filter(|p| p.document == document.no).map(|p| p.row).collect();
    Ok(rows.len() as u64)
}

/// The problems of a document that is stored without the rows they are in.
pub(super) fn of(document: u32, summary: &Summary) -> Vec<ProblemRow> {
    let row = |p: &Problem| ProblemRow {
        document,
        row: p.row,
        column: p.column.clone(),
        value: p.value.clone(),
        code: p.code.to_owned(),
        hint: p.hint.clone(),
    };
    summary.problems.iter().map(row).collect()
}
