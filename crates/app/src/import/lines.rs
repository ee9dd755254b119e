//! Documents with lines: read on all cores while their bytes are hashed, compressed and encrypted beside.

use super::{OnDisk, Outcome, Ready, Stored, refused};
use crate::Failure;
use crate::session::Book;
use engine::Names;
use formats::{Kind, Limits, Source, Stop};
use std::io::{self, Read, Write};
use store::StoreError;
use store::documents::Finished;
use store::tables;
use store::tables::documents::Document;

/// The document with the same bytes, if the book has one. Files of a size the book has not seen are new without a look.
pub fn known_already(book: &Book<'_>, source: &OnDisk) -> Result<Option<Document>, Failure> {
    let size = source.len();
    let documents = tables::documents::list(book.conn())?;
    if !documents.iter().any(|d| Some(d.bytes) == size) {
        return Ok(None);
    }
    let finished = take_in(book, source)?;
    Ok(tables::documents::by_hash(book.conn(), &finished.hash())?)
}

/// Takes the raw bytes in, not yet part of the book.
pub fn take_in(book: &Book<'_>, source: &OnDisk) -> Result<Finished, Failure> {
    copy(source, book.store.document_writer()).map_err(|error| error.into_failure(source))
}

/// Why the bytes could not be taken in.
enum Copying {
    Reading(io::Error),
    Writing(io::Error),
    Store(StoreError),
}

impl Copying {
    fn into_failure(self, source: &OnDisk) -> Failure {
        match self {
            Copying::Reading(error) => {
                Failure::new("E-FILE-READ", format!("{} could not be read: {error}.", source.name))
            }
            Copying::Writing(error) if error.kind() == io::ErrorKind::StorageFull => {
                Failure::new("E-STORE-FULL", "The disk is full.")
            }
            Copying::Writing(error) => Failure::new("E-STORE-IO", format!("The document could not be kept: {error}.")),
            Copying::Store(error) => error.into(),
        }
    }
}

fn copy(source: &OnDisk, mut writer: store::documents::Writer) -> Result<Finished, Copying> {
    let mut reader = source.open().map_err(Copying::Reading)?;
    let mut buffer = vec![0; 256 << 10];
    loop {
        let n = match reader.read(&mut buffer) {
            Ok(0) => break,
            Ok(n) => n,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(Copying::Reading(error)),
        };
        writer.write_all(&buffer[..n]).map_err(Copying::Writing)?;
    }
    writer.finish().map_err(Copying::Store)
}

/// Reads a document with lines and stores them; the document's own record follows when everything went well.
pub fn read(book: &mut Book<'_>, ready: &Ready) -> Result<Outcome, Failure> {
    let document = next_number(book)?;
    let writer = book.writer()?;
    let taker = book.store.document_writer();
    let (source, name, size) = (&ready.source, ready.source.name.clone(), ready.source.len());
    let progress = &mut *book.progress;
    std::thread::scope(|scope| {
        let taken = scope.spawn(|| copy(source, taker));
        let mut names = Names::default();
        let mut failed: Option<StoreError> = None;
        let mut stored = 0;
        let mut moved = |bytes: u64| {
            progress.step(&format!("Reading {name}"), bytes >> 20, size.map(|s| s >> 20));
            if progress.cancelled() { Err(Stop) } else { Ok(()) }
        };
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
        let outcome = if ready.file.kind == Kind::Sales {
            let sink = &mut |batch: formats::Batch<'_, _>| keep(writer.add_sold_lines(batch.names, &batch.lines));
            formats::read_sales(source, &ready.file, &limits, document, &mut names, sink, &mut moved)
        } else {
            let sink = &mut |batch: formats::Batch<'_, _>| keep(writer.add_cost_lines(batch.names, &batch.lines));
            formats::read_costs(source, &ready.file, &limits, document, &mut names, sink, &mut moved)
        };
        let taken = taken.join();
        if let Some(error) = failed {
            return Err(error.into());
        }
        let summary = outcome.map_err(|r| super::named(refused(r), source))?;
        let finished = taken
            .map_err(|_| Failure::new("E-BUG", "Keeping the document met a state believed impossible."))?
            .map_err(|error| error.into_failure(source))?;
        Ok(Outcome { summary, put: Stored { stored, ..Stored::default() }, finished })
    })
}

/// The number the next document gets. Documents are never removed, so it follows the last.
fn next_number(book: &Book<'_>) -> Result<u32, Failure> {
    Ok(tables::documents::list(book.conn())?.iter().map(|d| d.no).max().unwrap_or(0) + 1)
}
