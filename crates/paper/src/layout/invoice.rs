//! An invoice or credit note: facts, lines, closing.

use super::*;
use crate::printed::{Kind, Printed};
use engine::{Money, Period};

/// An invoice or credit note being laid out.
pub(super) struct Invoice<'a> {
    pub(super) printed: &'a Printed,
    /// The document's period, unless a line charges days outside it: then every line says its own.
    pub(super) period: Option<Period>,
    /// Sum of the lines printed so far.
    pub(super) running: Money,
}

/// Lays out an invoice or credit note.
pub(crate) fn compose(press: Press<'_>, printed: &Printed) -> Result<Sheet, PaperError> {
    let words = press.words;
    let title = format!("{} {}", words.title(printed.kind), clean(&printed.number));
    let outside = |whole: &Period, days: &Period| days.start < whole.start || whole.end < days.end;
    let mut charged = printed.groups.iter().flat_map(|g| &g.lines).filter_map(|line| line.period);
    let period = printed.period.filter(|whole| !charged.any(|days| outside(whole, &days)));
    let invoice = Invoice { printed, period, running: Money::zero(printed.currency) };
    let mut composer = Composer::begin(press, title, printed.issued, (&printed.seller, &printed.customer), invoice);
    let facts = composer.invoice_facts();
    composer.head(Some(words.title(printed.kind)), facts);
    composer.lines()?;
    if composer.doc.running != printed.net {
        return Err(PaperError::Sum { lines: composer.doc.running, net: printed.net });
    }
    composer.close();
    let record = match printed.anchor.as_str() {
        "" => String::new(),
        anchor => say(&words.footer.record, &[("anchor", anchor)]),
    };
    composer.foot(&record);
    Ok(composer.sheet)
}

impl<'a> Composer<'a, Invoice<'a>> {
    fn invoice_facts(&self) -> Vec<(&'a str, String)> {
        let (doc, words) = (self.doc.printed, self.words);
        let f = &words.facts;
        let mut rows: Vec<(&str, String)> = Vec::new();
        let number = if doc.kind == Kind::Invoice { &f.invoice_number } else { &f.credit_number };
        rows.push((number, doc.number.clone()));
        if !doc.corrects.is_empty() {
            let named = |invoice: &crate::Corrects| {
                let date = words.date(invoice.issued);
                fill(&f.corrects_of, &[("number", &invoice.number), ("date", &date)])
            };
            rows.push((&f.corrects, doc.corrects.iter().map(named).collect::<Vec<_>>().join(", ")));
        }
        rows.push((&f.issued, words.date(doc.issued)));
        if let Some(day) = doc.tax_point {
            rows.push((&f.tax_point, words.date(day)));
        }
        if let Some(period) = self.doc.period {
            rows.push((&f.period, words.period(period)));
        }
        if let Some(day) = doc.due {
            rows.push((&f.due, words.date(day)));
        }
        for (label, value) in
            [(&f.purchase_order, &doc.customer.purchase_order), (&f.customer_tax_id, &doc.customer.vat_id)]
        {
            if !value.is_empty() {
                rows.push((label, value.clone()));
            }
        }
        rows
    }
}
