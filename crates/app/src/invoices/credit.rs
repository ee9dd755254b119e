//! Credit notes: an issued invoice is never edited; what was wrong is taken back by a document that names it.

use super::print::Press;
use super::snapshot::Snapshot;
use super::{find, print};
use crate::session::Book;
use crate::{Failure, Session};
use engine::invoice::{Draft, TaxLine};
use engine::register::ProductKind;
use engine::sale::ChargeKey;
use engine::why::{Rule, Step};
use engine::{Money, Rounding};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use store::tables;
use store::tables::invoices::{Filter, Invoice, InvoiceKind, InvoiceLine, Issue};

/// What to credit.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Ask {
    id: String,
    #[serde(default)]
    lines: Vec<u32>,
    reason: String,
    /// Opens what is credited, the whole invoice, so that the next draft bills it again.
    #[serde(default)]
    rebill: bool,
}

/// The credit note.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Credited {
    number: String,
    credits: String,
    lines: usize,
    net: String,
    tax: String,
    gross: String,
    currency: String,
    reason: String,
    /// Whether what it credits is billed again by the next draft.
    rebill: bool,
}

/// Credits an invoice, whole or by lines.
pub fn credit(session: &mut Session, ask: Ask) -> Result<Credited, Failure> {
    if ask.reason.trim().is_empty() {
        return Err(Failure::usage("Say why with --reason; it is printed on the credit note."));
    }
    session.write(|book| {
        let invoice = find(book, &ask.id)?;
        if invoice.kind == InvoiceKind::CreditNote {
            return Err(Failure::new("E-STATE", format!("{} is a credit note itself.", invoice.label)));
        }
        let rest = Rest::of(book, &invoice)?;
        let chosen = rest.chosen(&invoice, &ask.lines)?;
        let draft = rest.draft(&invoice, chosen);
        if ask.rebill {
            rest.may_be_billed_again(book, &invoice, &draft)?;
        }
        issue(book, &invoice, &draft, ask.reason.trim(), ask.rebill)
    })
}

/// What is left of an invoice after earlier credit notes.
struct Rest {
    lines: Vec<InvoiceLine>,
    credited: HashSet<ChargeKey>,
    tax: Vec<TaxLine>,
}

impl Rest {
    fn of(book: &Book<'_>, invoice: &Invoice) -> Result<Rest, Failure> {
        let lines = tables::invoices::lines(book.conn(), invoice)?;
        let mut credited = HashSet::new();
        let mut tax = invoice.tax_lines.clone();
        for earlier in tables::invoices::credits_of(book.conn(), invoice.id)? {
            credited.extend(tables::invoices::bare_lines(book.conn(), &earlier)?.into_iter().map(|l| l.line.key));
            for line in &earlier.tax_lines {
                let same = tax.iter_mut().find(|t| t.treatment == line.treatment && t.percent == line.percent);
                if let Some(same) = same {
                    // Credit notes are kept negative.
                    same.base = same.base.plus(line.base).unwrap_or(same.base);
                    same.tax = same.tax.plus(line.tax).unwrap_or(same.tax);
                }
            }
        }
        Ok(Rest { lines, credited, tax })
    }

    fn chosen(&self, invoice: &Invoice, wanted: &[u32]) -> Result<Vec<&InvoiceLine>, Failure> {
        let open = |l: &&InvoiceLine| !self.credited.contains(&l.line.key);
        if wanted.is_empty() {
            let chosen: Vec<_> = self.lines.iter().filter(open).collect();
            if chosen.is_empty() {
                return Err(Failure::new("E-STATE", format!("{} is credited already.", invoice.label)));
            }
            return Ok(chosen);
        }
        wanted
            .iter()
            .map(|n| {
                let line = self.lines.iter().find(|l| l.position == *n);
                let line = line.ok_or_else(|| Failure::not_found("line", &format!("{}/{n}", invoice.label)))?;
                if open(&line) {
                    Ok(line)
                } else {
                    Err(Failure::new("E-STATE", format!("Line {n} of {} is credited already.", invoice.label)))
                }
            })
            .collect()
    }

    /// Fails where billing again would charge something twice or not at all: periods are opened by whole invoices, and a line
    /// that caught up with one of these charges is credited first.
    fn may_be_billed_again(&self, book: &Book<'_>, invoice: &Invoice, draft: &Draft) -> Result<(), Failure> {
        if !self.credited.is_empty() || draft.lines.len() < self.lines.len() {
            let what = format!("{} is not credited whole by this credit note.", invoice.label);
            return Err(Failure::new("E-STATE", what)
                .hint("Only a whole invoice is opened to be billed again. Credit it without --rebill and charge what is owed by hand."));
        }
        let Some(first) = draft.lines.iter().map(|l| l.key.date).min() else { return Ok(()) };
        let mut late = None;
        tables::invoices::billed(book.conn(), first, |key, _| {
            let own = || draft.lines.iter().any(|l| l.key == key);
            if draft.lines.iter().any(|l| engine::bill::leans_on(&key, &l.key)) && !own() {
                late = Some(key);
            }
        })?;
        let Some(late) = late else { return Ok(()) };
        let mut by = String::new();
        tables::invoices::each_line(book.conn(), Filter::default(), |other, line| {
            if other.charges() && line.line.key == late {
                by = other.label.clone();
            }
        })?;
        Err(Failure::new("E-STATE", format!("{by} charges the difference to a period of {}.", invoice.label))
            .hint(format!("Credit {by} first, so that it is billed again, too.")))
    }

    /// The credit as a draft of negative lines. The last credit of an invoice takes all tax that is left, so that invoice and
    /// credit notes cancel to nothing.
    fn draft(&self, invoice: &Invoice, chosen: Vec<&InvoiceLine>) -> Draft {
        let currency = invoice.net.currency();
        let last = chosen.len() + self.credited.len() >= self.lines.len();
        let mut lines = Vec::with_capacity(chosen.len());
        let mut net = Money::zero(currency);
        for InvoiceLine { line, .. } in chosen {
            let mut line = line.clone();
            line.quantity = -line.quantity;
            line.net = line.net.negated();
            line.cost = line.cost.map(Money::negated);
            let reversed = |step: &Step| Step { rule: Rule("credit.reversed"), ..step.clone() };
            line.why = line.why.iter().map(reversed).collect();
            net = net.plus(line.net).unwrap_or(net);
            lines.push(line);
        }
        let mut tax = Vec::new();
        for (n, rest) in self.tax.iter().enumerate() {
            // One treatment and rate an invoice is the rule; where there are several, the first is the lines' own.
            let base = if last {
                rest.base.negated()
            } else if n == 0 {
                net
            } else {
                Money::zero(currency)
            };
            let exact = base.value() * rest.percent / engine::Decimal::ONE_HUNDRED;
            let amount = if last {
                rest.tax.negated()
            } else {
                Money::round(exact, currency, Rounding::HalfUp).unwrap_or(Money::zero(currency))
            };
            tax.push(TaxLine { treatment: rest.treatment, percent: rest.percent, base, tax: amount });
        }
        let tax_total = tax.iter().fold(Money::zero(currency), |sum, t| sum.plus(t.tax).unwrap_or(sum));
        let gross = net.plus(tax_total).unwrap_or(net);
        Draft { bill_to: invoice.account, month: invoice.period, currency, lines, tax, net, tax_total, gross }
    }
}

fn issue(
    book: &mut Book<'_>,
    invoice: &Invoice,
    draft: &Draft,
    reason: &str,
    rebill: bool,
) -> Result<Credited, Failure> {
    let settings = book.settings()?;
    let lines = tables::invoices::bare_lines(book.conn(), invoice)?;
    let mut names = book.names()?;
    let kinds: std::collections::HashMap<_, ProductKind> =
        tables::products::load(book.conn(), &mut names)?.into_iter().map(|p| (p.key, p.kind)).collect();
    let writer = book.writer()?;
    let number = writer.take_numbers("credit", 0, 1)?;
    let label = settings.number(true, number);
    let entry =
        engine::post::invoice_entry(draft, format!("Credit note {label}"), book.today, &|key| kinds.get(&key).copied())
            .map_err(|error| Failure::new("E-BUG", format!("The entry of {label}: {error}.")))?;
    let kept = writer.keep_draft(&names, draft.clone())?;
    let at = crate::session::instant(book.now);
    let issue = Issue {
        series: "credit",
        year: 0,
        number,
        label: label.clone(),
        kind: InvoiceKind::CreditNote,
        corrects: Some(invoice.id),
        reopens: rebill.then_some(invoice.no),
        run: None,
        draft: &kept,
        issued: book.today,
        due: book.today,
        snapshot: Snapshot::read(book, invoice)?.for_credit(reason, &lines, &draft.lines, draft.tax_total).json(),
        entry,
        at: &at,
    };
    writer.issue(vec![issue])?;
    drop(writer);
    let issued = find(book, &label)?;
    print::keep(book, &mut Press::new()?, vec![issued])?;
    Ok(Credited {
        number: label,
        credits: invoice.label.clone(),
        lines: draft.lines.len(),
        net: draft.net.to_string(),
        tax: draft.tax_total.to_string(),
        gross: draft.gross.to_string(),
        currency: draft.currency.to_string(),
        reason: reason.to_owned(),
        rebill,
    })
}
