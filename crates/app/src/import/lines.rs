//! Documents with lines: their rows stored, and what they make us owe added up, as they come.

use super::way::Reading;
use super::{Outcome, Stored, refused};
use crate::Failure;
use crate::ledger::Owing;
use crate::session::Book;
use engine::Month;
use engine::cost::CostLine;
use formats::{Kind, Limits, Stop};
use store::StoreError;
use store::tables;

/// Reads a document with lines and stores them; the document's own record follows when everything went well. `period` is the
/// month it was said to be for.
pub fn read(book: &mut Book<'_>, ready: Reading<'_>, period: Option<Month>) -> Result<Outcome, Failure> {
    let Reading { source, file } = ready;
    let document = next_number(book)?;
    let writer = book.writer()?;
    let (name, size) = (source.name(), source.len());
    let progress = &mut *book.progress;
    let mut moved = |bytes: u64| {
        progress.step(&format!("Reading {name}"), bytes >> 20, size.map(|s| s >> 20));
        if progress.cancelled() { Err(Stop) } else { Ok(()) }
    };
    let mut failed: Option<StoreError> = None;
    let mut stored = 0;
    let mut keep = |result: Result<u64, StoreError>| match result {
        Ok(n) => {
            stored += n;
            Ok(())
        }
        Err(error) => {
            failed = Some(error);
            Err(Stop)
        }
    };
    let limits = Limits::default();
    let mut owing = Owing::new(period);
    let summary = if file.kind == Kind::Sales {
        let sink = &mut |batch: formats::Batch<'_, _>| keep(writer.add_sold_lines(batch.names, &batch.lines));
        formats::read_sales(source, file, &limits, document, sink, &mut moved)
    } else {
        let sink = &mut |batch: formats::Batch<'_, CostLine>| {
            owing.add(&batch.lines);
            keep(writer.add_cost_lines(batch.names, &batch.lines))
        };
        formats::read_costs(source, file, &limits, document, sink, &mut moved)
    };
    match failed {
        Some(error) => Err(error.into()),
        None => {
            let summary = summary.map_err(|r| super::named(refused(r), source))?;
            Ok(Outcome { summary, put: Stored { stored, ..Stored::default() }, owing })
        }
    }
}

/// The number the next document gets. Documents are never removed, so it follows the last.
fn next_number(book: &Book<'_>) -> Result<u32, Failure> {
    Ok(tables::documents::list(book.conn())?.iter().map(|d| d.no).max().unwrap_or(0) + 1)
}
