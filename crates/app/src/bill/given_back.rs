//! From which invoices a credit of a run gives back: a credit note names them.

use crate::Failure;
use crate::session::Book;
use engine::invoice::Draft;
use engine::sale::SaleLine;
use store::tables;
use store::tables::invoices::{Filter, Invoice};

/// The invoices of the payer that charged the days now given back, in order of issue.
pub fn given_back(book: &Book<'_>, draft: &Draft) -> Result<Vec<Invoice>, Failure> {
    let back: Vec<&SaleLine> = draft.lines.iter().filter(|line| line.net.minor() < 0).collect();
    let charged = |line: &SaleLine| {
        line.net.minor() > 0
            && back.iter().any(|b| {
                let days = b.period.zip(line.period);
                b.subscription.is_some()
                    && b.subscription == line.subscription
                    && days.is_some_and(|(back, paid)| back.start < paid.end && paid.start < back.end)
            })
    };
    let filter = Filter { account: Some(draft.bill_to), ..Filter::default() };
    let mut found: Vec<Invoice> = Vec::new();
    tables::invoices::each_line(book.conn(), filter, |invoice, line| {
        if charged(&line.line) && found.last().is_none_or(|last| last.id != invoice.id) {
            found.push(invoice.clone());
        }
    })?;
    Ok(found)
}
