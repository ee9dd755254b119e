//! The stored PDFs, written to files. What has no PDF yet is printed first, from what was kept at issue.

use super::find;
use super::print::{self, Press};
use crate::session::Book;
use crate::told::Note;
use crate::{Failure, Session, output, progress};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::io::Write;
use std::path::PathBuf;
use store::tables;
use store::tables::invoices::{Filter, Invoice};

/// Which PDFs, and where to.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Ask {
    #[serde(default)]
    id: Option<String>,
    /// Several, by number.
    #[serde(default)]
    ids: Vec<String>,
    #[serde(default)]
    all: bool,
    #[serde(default)]
    period: Option<String>,
    to: PathBuf,
}

/// The files written.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Written {
    files: Vec<PathBuf>,
    skipped_same: usize,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    notes: Vec<Note>,
}

/// Papers rendered and kept in one transaction.
const BATCH: usize = 200;

/// Writes the stored PDFs to a folder. A file that is there already with the same bytes is left alone.
pub fn pdf(session: &mut Session, ask: Ask) -> Result<Written, Failure> {
    let chosen = session.read(|book| chosen(book, &ask))?;
    let Printed { notes, .. } = print_missing(session, &chosen)?;
    if session.dry_run() {
        return Ok(Written { files: Vec::new(), skipped_same: 0, notes });
    }
    std::fs::create_dir_all(&ask.to)
        .map_err(|error| Failure::new("E-OUTPUT", format!("{} could not be made: {error}.", ask.to.display())))?;
    session.read(|book| {
        let mut written = Written { files: Vec::new(), skipped_same: 0, notes };
        let count = chosen.len() as u64;
        for (n, invoice) in chosen.iter().enumerate() {
            book.progress.step("Writing PDFs", n as u64, Some(count));
            progress::go_on(book.progress).map_err(|stopped| {
                stopped
                    .kept(format!("{n} of {count} PDFs are in the folder."))
                    .details(serde_json::json!({"saved": n, "of": count}))
            })?;
            let bytes = print::stored(book, invoice)?
                .ok_or_else(|| Failure::new("E-BUG", format!("{} has no PDF.", invoice.label)))?;
            let path = ask.to.join(format!("{}.pdf", file_name(&invoice.label)));
            if std::fs::read(&path).is_ok_and(|there| there == bytes) {
                written.skipped_same += 1;
            } else {
                output::create(&path, |out| out.write_all(&bytes))?;
            }
            written.files.push(path);
        }
        Ok(written)
    })
}

fn chosen(book: &Book<'_>, ask: &Ask) -> Result<Vec<Invoice>, Failure> {
    if !ask.ids.is_empty() {
        return ask.ids.iter().map(|id| find(book, id)).collect();
    }
    match (&ask.id, ask.all) {
        (Some(id), false) => Ok(vec![find(book, id)?]),
        (None, true) => {
            let period = ask.period.as_deref().map(crate::session::month).transpose()?;
            let period = period.ok_or_else(|| Failure::usage("--all needs --period."))?;
            Ok(tables::invoices::list(book.conn(), Filter { period: Some(period), ..Filter::default() })?)
        }
        _ => Err(Failure::usage("Name one invoice, or say --all --period YYYY-MM.")),
    }
}

/// What was printed.
#[derive(Debug, Default)]
pub struct Printed {
    /// Number of papers.
    pub papers: usize,
    /// What could not be shown as written.
    pub notes: Vec<Note>,
}

/// Prints what has no PDF yet, in batches.
pub fn print_missing(session: &mut Session, invoices: &[Invoice]) -> Result<Printed, Failure> {
    let missing: Vec<Invoice> = session.read(|book| {
        let mut missing = Vec::new();
        for invoice in invoices {
            if tables::invoices::paper(book.conn(), invoice.id, "pdf")?.is_none() {
                missing.push(invoice.clone());
            }
        }
        Ok(missing)
    })?;
    if missing.is_empty() {
        return Ok(Printed::default());
    }
    let mut press = Press::new()?;
    let (mut done, mut notes, count) = (0, Vec::new(), missing.len() as u64);
    for batch in missing.chunks(BATCH) {
        let printed = session.write(|book| {
            progress::go_on(book.progress)?;
            book.progress.step("Printing", done as u64, Some(count));
            print::keep(book, &mut press, batch.to_vec())
        });
        let stands = |failure: Failure| match done {
            0 => failure,
            _ => failure.kept(format!("{done} of {count} PDFs are made and kept.")),
        };
        notes.extend(printed.map_err(stands)?);
        done += batch.len();
    }
    Ok(Printed { papers: done, notes })
}

/// Document numbers hold letters, digits and dashes; anything else a prefix brought becomes a dash.
pub(crate) fn file_name(label: &str) -> String {
    label.chars().map(|c| if c.is_ascii_alphanumeric() || matches!(c, '-' | '_') { c } else { '-' }).collect()
}
