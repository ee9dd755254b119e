//! Takes back a one-off charge that was not invoiced yet.

use crate::wire::IdAsk;
use crate::{Failure, Session};
use engine::Id;
use engine::sale::ChargeKind;
use schemars::JsonSchema;
use serde::Serialize;
use store::tables;

/// The charge that is no more.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Uncharged {
    id: String,
    name: String,
}

/// Removes a one-off charge; one that is on an invoice stays.
pub fn uncharge(session: &mut Session, ask: IdAsk) -> Result<Uncharged, Failure> {
    session.write(|book| {
        let id = Id::parse(&ask.id).ok_or_else(|| Failure::not_found("charge", &ask.id))?;
        let charges = tables::one_offs::load(book.conn(), tables::subscriptions::Scope::All)?;
        let charge = charges.into_iter().find(|c| c.id == id).ok_or_else(|| Failure::not_found("charge", &ask.id))?;
        let mut billed = false;
        tables::invoices::billed(book.conn(), charge.date, |key, _| {
            billed |= key.kind == ChargeKind::OneOff && key.subject == id;
        })?;
        if billed {
            return Err(Failure::new("E-STATE", format!("{} is on an invoice already.", charge.name))
                .hint("Credit its line on the invoice."));
        }
        book.writer()?.remove_one_off(id)?;
        Ok(Uncharged { id: ask.id, name: charge.name })
    })
}
