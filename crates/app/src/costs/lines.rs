//! The cost lines of a month for a screen: any of them without the others, and without what explains their amounts, which is
//! asked of one line at a time.

use super::{Total, carries_money, charge_word};
use crate::desk::{Long, Looker, written};
use crate::session::{Book, month};
use crate::wire::{cost_id, number, total};
use crate::{Failure, Session};
use engine::Names;
use engine::cost::CostLine;
use engine::money::Totals;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::tables;
use store::tables::documents::Document;
use store::tables::lines::Places;

/// Which lines.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Ask {
    /// Billing month.
    period: String,
    /// Daily usage in place of what vendors billed.
    #[serde(default)]
    usage: bool,
}

/// One cost line as shells see it.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Line {
    id: String,
    document: u32,
    row: u32,
    account_ref: String,
    /// The customer's name as the vendor writes it.
    customer: String,
    subscription_ref: String,
    product: String,
    product_ref: String,
    charge_type: String,
    /// Whether it is a row of daily usage: detail of a billed line, with no money of its own.
    usage: bool,
    from: Option<String>,
    to: Option<String>,
    quantity: String,
    amount: String,
    currency: String,
    reference: String,
}

impl Line {
    /// A line; the customer's name and the reference are given apart, as they may be no texts of `names`.
    pub(super) fn of(line: &CostLine, customer: &str, reference: &str, names: &Names) -> Line {
        Line {
            id: cost_id(line.at),
            document: line.at.document,
            row: line.at.row,
            account_ref: names.source_text(line.customer),
            customer: customer.to_owned(),
            subscription_ref: names.source_text(line.subscription),
            product: names.text(line.product_name).to_owned(),
            product_ref: format!("{}:{}", names.text(line.product), names.text(line.sku)),
            charge_type: charge_word(line.charge, names),
            usage: line.usage.is_some(),
            from: line.period.map(|p| p.start.to_string()),
            to: line.period.map(|p| p.last().to_string()),
            quantity: number(line.billable_quantity),
            amount: total(line.subtotal, line.currency),
            currency: line.currency.to_string(),
            reference: reference.to_owned(),
        }
    }
}

/// How much there is of a month beside the lines shown.
#[derive(Clone, Debug, JsonSchema, Serialize)]
pub struct Sums {
    period: String,
    /// What vendors billed: daily usage left out.
    billed: Vec<Total>,
    /// What daily usage adds up to.
    metered: Vec<Total>,
    /// How many lines vendors billed.
    billed_lines: usize,
    /// How many lines are daily usage.
    usage_lines: usize,
}

/// Cost lines of a month.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Lines {
    #[serde(flatten)]
    sums: Sums,
    lines: Vec<Line>,
}

/// Lists what vendors billed in a month, or its daily usage.
pub fn lines(session: &mut Session, ask: Ask) -> Result<Lines, Failure> {
    session.read(|book| {
        let all = Listed::of(book, &ask)?;
        let every: Vec<usize> = (0..all.places.len()).collect();
        Ok(Lines { lines: all.at(book, &every)?, sums: all.sums })
    })
}

/// The same for a screen.
pub(crate) fn listed(session: &mut Session, ask: Ask) -> Result<Box<dyn Long>, Failure> {
    session.read(|book| Ok(Box::new(Listed::of(book, &ask)?) as Box<dyn Long>))
}

struct Listed {
    sums: Sums,
    names: Names,
    places: Places,
}

impl Listed {
    fn of(book: &Book<'_>, ask: &Ask) -> Result<Listed, Failure> {
        let period = month(&ask.period)?;
        let documents = tables::documents::of_period(book.conn(), period)?;
        let (billed, usage): (Vec<_>, Vec<_>) = documents
            .iter()
            .filter(|document| document.lines.is_some())
            .partition(|document| document.lines.is_some_and(carries_money));
        let numbers = |documents: &[&Document]| documents.iter().map(|d| d.no).collect::<Vec<_>>();
        let (billed_no, usage_no) = (numbers(&billed), numbers(&usage));
        let sums = Sums {
            period: period.to_string(),
            billed: sum(&billed),
            metered: sum(&usage),
            billed_lines: tables::lines::count_costs(book.conn(), &billed_no)?,
            usage_lines: tables::lines::count_costs(book.conn(), &usage_no)?,
        };
        let places = Places::of(book.conn(), if ask.usage { &usage_no } else { &billed_no })?;
        Ok(Listed { sums, names: book.names()?, places })
    }

    fn at(&self, book: &Book<'_>, places: &[usize]) -> Result<Vec<Line>, Failure> {
        let made =
            |line: &CostLine, own: &tables::lines::Own<'_>| Line::of(line, own.customer, own.reference, &self.names);
        Ok(self.places.read(book.conn(), places, made)?)
    }
}

/// The documents' control totals, added up.
fn sum(documents: &[&Document]) -> Vec<Total> {
    let mut totals = Totals::default();
    documents.iter().flat_map(|d| d.totals.iter()).for_each(|(currency, value)| totals.add(currency, value));
    totals.iter().map(|(c, v)| Total { currency: c.to_string(), amount: total(v, c) }).collect()
}

impl Long for Listed {
    fn len(&self) -> usize {
        self.places.len()
    }

    fn beside(&self) -> Value {
        serde_json::to_value(&self.sums).unwrap_or_default()
    }

    fn rows(&self, session: &mut Session, places: &[usize]) -> Result<Vec<Value>, Failure> {
        let rows = session.read(|book| self.at(book, places))?;
        rows.iter().map(written).collect()
    }

    fn each(&self, session: &mut Session, lookers: &mut [Looker<'_>]) -> Result<(), Failure> {
        session.read(|book| {
            let look = |looker: &mut Looker<'_>, place: usize, line: &CostLine, own: &tables::lines::Own<'_>| {
                looker.see(place, &Line::of(line, own.customer, own.reference, &self.names));
            };
            Ok(self.places.each(book.conn(), lookers, look)?)
        })
    }
}
