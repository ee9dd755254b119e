//! One line of an invoice with everything behind it: what it brings, how its amount came about, and the vendor's rows for
//! the same agreement and days.

use crate::session::Book;
use crate::wire::{IdAsk, Reason, cost_id, number, reasons};
use crate::{Failure, Session, costs};
use engine::sale::SaleLine;
use engine::{Decimal, Month};
use schemars::JsonSchema;
use serde::Serialize;
use store::tables;
use store::tables::lines::{Among, Keep};

/// A line and what is behind it.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Behind {
    invoice: String,
    line: u32,
    /// Of how many.
    of: u32,
    name: String,
    net: String,
    currency: String,
    #[serde(flatten)]
    margin: Margin,
    why: Vec<Reason>,
    /// What the vendor billed for the same agreement in these days.
    vendor: Vec<VendorRow>,
    /// Their sum, when it is in one currency.
    vendor_sum: Option<String>,
}

/// What a line costs and brings; nothing where its cost is not known, or in another currency.
#[derive(Debug, Default, JsonSchema, Serialize)]
pub struct Margin {
    /// What it costs.
    pub cost: Option<String>,
    /// What it brings.
    pub margin: Option<String>,
    /// In per cent of what it is sold for.
    pub percent: Option<String>,
}

impl Margin {
    /// Of a line.
    pub fn of(line: &SaleLine) -> Margin {
        let Some(cost) = line.cost else { return Margin::default() };
        let margin = line.net.minus(cost).ok();
        let percent = margin.and_then(|m| (m.value() * Decimal::ONE_HUNDRED).checked_div(line.net.value()));
        Margin {
            cost: Some(cost.to_string()),
            margin: margin.map(|m| m.to_string()),
            percent: percent.map(|p| format!("{:.1}", p.round_dp(1))),
        }
    }
}

/// A row of a vendor's document.
#[derive(Debug, JsonSchema, Serialize)]
pub struct VendorRow {
    id: String,
    file: String,
    row: u32,
    charge_type: String,
    from: Option<String>,
    to: Option<String>,
    quantity: String,
    amount: String,
    currency: String,
}

/// Tells what is behind a line, named as `INV-00001/3`.
pub fn behind(session: &mut Session, ask: IdAsk) -> Result<Behind, Failure> {
    session.read(|book| {
        let missing = || Failure::not_found("line", &ask.id);
        let (label, position) = ask.id.rsplit_once('/').ok_or_else(missing)?;
        let position: u32 = position.parse().map_err(|_| missing())?;
        let invoice = super::find(book, label)?;
        let stored = tables::invoices::lines(book.conn(), &invoice)?;
        let line = stored.iter().find(|l| l.position == position).map(|l| &l.line).ok_or_else(missing)?;
        let (vendor, vendor_sum) = vendor(book, invoice.period, line)?;
        Ok(Behind {
            invoice: invoice.label.clone(),
            line: position,
            of: invoice.lines,
            name: line.name.clone(),
            net: line.net.to_string(),
            currency: line.net.currency().to_string(),
            margin: Margin::of(line),
            why: reasons(line.why.iter()),
            vendor,
            vendor_sum,
        })
    })
}

/// The vendor's lines of a sale line's agreement, in its days, by document and row.
fn vendor(book: &Book<'_>, month: Month, line: &SaleLine) -> Result<(Vec<VendorRow>, Option<String>), Failure> {
    let mut names = book.names()?;
    let source = line.subscription.map(|id| tables::glance::source_of(book.conn(), &mut names, id)).transpose()?;
    let Some(source) = source.flatten() else { return Ok(Default::default()) };
    let documents = costs::of_month(book, month, costs::carries_money)?;
    let wanted = |head: &tables::lines::Head| head.subscription == source;
    let found =
        tables::lines::choose_costs(book.conn(), names, Among::Documents(&documents), Keep::Everything, wanted)?;
    let overlaps = |p: engine::Period| line.period.is_none_or(|l| p.start < l.end && l.start < p.end);
    let lines: Vec<_> = found.lines.iter().filter(|c| c.period.is_none_or(overlaps)).collect();
    let currency = lines.first().map(|c| c.currency).filter(|first| lines.iter().all(|c| c.currency == *first));
    let sum: Decimal = lines.iter().map(|c| c.subtotal).sum();
    let files = tables::documents::of_period(book.conn(), month)?;
    let file = |no: u32| files.iter().find(|d| d.no == no).map(|d| d.file_name.clone()).unwrap_or_default();
    let rows = lines.iter().map(|c| VendorRow {
        id: cost_id(c.at),
        file: file(c.at.document),
        row: c.at.row,
        charge_type: costs::charge_word(c.charge, &found.names),
        from: c.period.map(|p| p.start.to_string()),
        to: c.period.map(|p| p.last().to_string()),
        quantity: number(c.quantity),
        amount: crate::wire::total(c.subtotal, c.currency),
        currency: c.currency.to_string(),
    });
    Ok((rows.collect(), currency.map(|c| crate::wire::total(sum, c))))
}
