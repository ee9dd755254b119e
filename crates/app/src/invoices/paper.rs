//! The paper of an invoice as the window shows and saves it: the stored PDF, or, before it was printed, the bytes that
//! printing will store.

use super::print::{self, Paper, Press};
use super::{file_name, find};
use crate::session::Book;
use crate::wire::IdAsk;
use crate::{Failure, Session};
use base64::Engine as _;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::io::Write;
use std::path::PathBuf;
use store::tables::invoices::Invoice;

/// A paper.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Shown {
    number: String,
    file_name: String,
    /// The PDF in base64.
    bytes: String,
    /// The lines in the order they are printed, by their number on the invoice.
    lines: Vec<u32>,
}

/// Gives the PDF of an invoice.
pub fn paper(session: &mut Session, ask: IdAsk) -> Result<Shown, Failure> {
    session.read(|book| {
        let invoice = find(book, &ask.id)?;
        let bytes = bytes(book, &invoice)?;
        Ok(Shown {
            number: invoice.label.clone(),
            file_name: format!("{}.pdf", file_name(&invoice.label)),
            bytes: base64::engine::general_purpose::STANDARD.encode(bytes),
            lines: Paper::load(book, invoice)?.order(),
        })
    })
}

/// Which invoice, and the file to write.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct SaveAsk {
    id: String,
    to: PathBuf,
}

/// The file written.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Saved {
    number: String,
    bytes: usize,
}

/// Writes the PDF of an invoice to a file somebody chose; one that is there is replaced, as they were asked.
pub fn save(session: &mut Session, ask: SaveAsk) -> Result<Saved, Failure> {
    session.read(|book| {
        let invoice = find(book, &ask.id)?;
        let bytes = bytes(book, &invoice)?;
        let beside = ask.to.with_extension("pdf.part");
        crate::output::create(&beside, |out| out.write_all(&bytes))?;
        std::fs::rename(&beside, &ask.to).map_err(|error| {
            let _ = std::fs::remove_file(&beside);
            Failure::new("E-OUTPUT", format!("{} could not be written: {error}.", ask.to.display()))
        })?;
        Ok(Saved { number: invoice.label, bytes: bytes.len() })
    })
}

/// The stored bytes; printed now, from what was kept at issue, when there are none yet.
fn bytes(book: &Book<'_>, invoice: &Invoice) -> Result<Vec<u8>, Failure> {
    if let Some(stored) = print::stored(book, invoice)? {
        return Ok(stored);
    }
    let mut press = Press::new()?;
    let paper = Paper::load(book, invoice.clone())?;
    press.prepare(book, paper.snapshot())?;
    Ok(press.render(&paper)?.bytes)
}
