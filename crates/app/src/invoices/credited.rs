//! What of an invoice is credited already, and by which documents.

use super::find;
use crate::wire::IdAsk;
use crate::{Failure, Session};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::HashSet;
use store::tables;
use store::tables::invoices::InvoiceKind;

/// The credit notes of an invoice, and what is left of it.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Credits {
    notes: Vec<Note>,
    /// Numbers of the lines that can still be credited.
    open: Vec<u32>,
}

/// One credit note.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Note {
    number: String,
    date: String,
    gross: String,
    currency: String,
}

/// Tells what of an invoice is credited.
pub fn credits(session: &mut Session, ask: IdAsk) -> Result<Credits, Failure> {
    session.read(|book| {
        let invoice = find(book, &ask.id)?;
        if invoice.kind == InvoiceKind::CreditNote {
            return Ok(Credits { notes: Vec::new(), open: Vec::new() });
        }
        let mut credited = HashSet::new();
        let mut notes = Vec::new();
        for note in tables::invoices::credits_of(book.conn(), invoice.id)? {
            credited.extend(tables::invoices::lines(book.conn(), &note)?.into_iter().map(|l| l.line.key));
            notes.push(Note {
                number: note.label,
                date: note.issued.to_string(),
                gross: note.gross.to_string(),
                currency: note.gross.currency().to_string(),
            });
        }
        let lines = tables::invoices::lines(book.conn(), &invoice)?;
        let open = lines.iter().filter(|l| !credited.contains(&l.line.key)).map(|l| l.position).collect();
        Ok(Credits { notes, open })
    })
}
