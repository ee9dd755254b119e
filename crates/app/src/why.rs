//! Why: the reasons of any amount, down to document and row.

use crate::people::People;
use crate::session::Book;
use crate::wire::{IdAsk, parse_cost_id};
use crate::{Failure, Session};
use engine::Id;
use schemars::JsonSchema;
use serde::Serialize;
use store::tables;

/// What an id is, and its reasons.
#[derive(JsonSchema, Serialize)]
#[serde(untagged)]
pub enum Why {
    /// A line of an invoice.
    Line(Box<InvoiceLine>),
    /// A vendor's line.
    Cost(Box<crate::costs::LinePage>),
    /// A finding.
    Finding(Box<crate::findings::Page>),
    /// A row of another imported file: a price list, a sale.
    Row(Box<crate::costs::RawPage>),
}

/// A line of an invoice with where it stands.
#[derive(JsonSchema, Serialize)]
pub struct InvoiceLine {
    invoice: String,
    #[serde(flatten)]
    line: crate::invoices::Line,
}

/// Tells the reasons of an invoice line (`INV-00001/3` or its id), a cost line (`C1-22`) or a finding.
pub fn run(session: &mut Session, ask: IdAsk) -> Result<Why, Failure> {
    session.read(|book| {
        if let Some(at) = parse_cost_id(&ask.id) {
            return match crate::costs::line_page(book, at) {
                Err(failure) if failure.code == "E-NOT-FOUND" => {
                    Ok(Why::Row(Box::new(crate::costs::raw_page(book, at)?)))
                }
                page => Ok(Why::Cost(Box::new(page?))),
            };
        }
        if let Some((label, position)) = ask.id.rsplit_once('/') {
            return Ok(Why::Line(Box::new(by_position(book, label, position)?)));
        }
        let Some(id) = Id::parse(&ask.id) else { return Err(Failure::not_found("line or finding", &ask.id)) };
        match tables::invoices::line_by_id(book.conn(), id)? {
            Some((invoice, line)) => {
                let people = People::load(book, &mut book.names()?)?;
                let line = crate::invoices::line(&line, &people, true);
                Ok(Why::Line(Box::new(InvoiceLine { invoice: invoice.label, line })))
            }
            None => Ok(Why::Finding(Box::new(crate::findings::page(book, &ask.id)?))),
        }
    })
}

fn by_position(book: &Book<'_>, label: &str, position: &str) -> Result<InvoiceLine, Failure> {
    let invoice = crate::invoices::find(book, label)?;
    let missing = || Failure::not_found("line", &format!("{label}/{position}"));
    let wanted: u32 = position.parse().map_err(|_| missing())?;
    let lines = tables::invoices::lines(book.conn(), &invoice)?;
    let line = lines.iter().find(|l| l.position == wanted).ok_or_else(missing)?;
    let people = People::load(book, &mut book.names()?)?;
    Ok(InvoiceLine { invoice: invoice.label, line: crate::invoices::line(line, &people, true) })
}
