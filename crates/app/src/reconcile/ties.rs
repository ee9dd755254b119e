//! Whether both sides of a month add up: the first thing a screen shows of it, before its rows are made.

use super::compared::{Footing, measures};
use super::rows::Ask;
use super::sides::Sides;
use super::sums::SoldOn;
use crate::session::{Book, month};
use crate::wire::total;
use crate::{Failure, Session};
use engine::finding::Finding;
use engine::reconcile::CurrencyTotals;
use engine::{Currency, Decimal, Month};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// A month, tied.
#[derive(Clone, Debug, JsonSchema, Serialize)]
pub struct Ties {
    period: String,
    /// Vendor documents of the month.
    documents: usize,
    ties: Vec<TieOut>,
}

/// Both sides of one currency, tied.
#[derive(Clone, Debug, JsonSchema, Serialize)]
pub struct TieOut {
    currency: String,
    findings: usize,
    cost: Line,
    sold: Line,
}

/// `total = expected + named + tolerance + unexplained`. Of the cost, `named` is what findings make it differ from the cost
/// that was reckoned with; of the sale, it is what was sold on rows with a finding.
#[derive(Clone, Debug, JsonSchema, Serialize)]
pub struct Line {
    total: String,
    expected: String,
    named: String,
    tolerance: String,
    unexplained: String,
    /// Whether nothing is left unexplained.
    ties: bool,
}

impl TieOut {
    pub(super) fn of(t: &CurrencyTotals, findings: &[Finding], sold: SoldOn) -> TieOut {
        let text = |v| total(v, t.currency);
        let of_currency = || findings.iter().filter(|f| f.currency == t.currency);
        let named: Decimal = of_currency().map(|f| f.cost_difference).sum();
        let line = |total: Decimal, expected, named, tolerance, unexplained: Decimal| Line {
            total: text(total),
            expected: text(expected),
            named: text(named),
            tolerance: text(tolerance),
            unexplained: text(unexplained),
            ties: unexplained.is_zero(),
        };
        TieOut {
            currency: t.currency.to_string(),
            findings: of_currency().count(),
            cost: line(t.vendor, t.sold_cost, named, t.within_tolerance, t.unexplained),
            sold: line(t.sold, sold.even, sold.found, Decimal::ZERO, t.sold - sold.even - sold.found),
        }
    }
}

/// A month that was tied, as long as the book stays as it is.
pub(crate) struct Tied(Footing, Ties);

/// Whether a month ties: from its rows where they were made, else from what is left open when the lines that agree are set
/// aside, which takes a fraction of the time.
pub fn ties(session: &mut Session, ask: Ask) -> Result<Ties, Failure> {
    let period = month(&ask.period)?;
    let of = session.read(|book| Footing::of(book, &ask.period, ask.against.as_deref()))?;
    if let Some(compared) = session.compared.as_ref().filter(|compared| compared.of == of) {
        let tie = |t: &CurrencyTotals| TieOut::of(t, &compared.findings, compared.sums.sold_on(t.currency));
        let ties = compared.totals.iter().map(tie).collect();
        return Ok(Ties { period: ask.period, documents: compared.documents, ties });
    }
    if let Some(Tied(_, ties)) = session.tied.as_ref().filter(|Tied(before, _)| *before == of) {
        return Ok(ties.clone());
    }
    let ties = session.read(|book| screened(book, period, ask.against.as_deref()))?;
    session.tied = Some(Tied(of, ties.clone()));
    Ok(ties)
}

fn screened(book: &mut Book<'_>, period: Month, against: Option<&str>) -> Result<Ties, Failure> {
    let (tolerance, floor) = measures(book)?;
    let sides = Sides::load(book, period, against, Some((&tolerance, floor)))?;
    let input = sides.input(period, &tolerance, floor, book.today);
    let outcome = engine::reconcile::reconcile(&input);
    let mut found: BTreeMap<Currency, Decimal> = BTreeMap::new();
    for row in outcome.rows.iter().filter(|row| row.finding().is_some()) {
        let figures = outcome.figures(row, &input);
        if figures.sold_quantity.is_some() {
            *found.entry(figures.sold_currency).or_default() += figures.sold;
        }
    }
    let tie = |t: &CurrencyTotals| {
        // What was set aside has no finding, so that all that was not sold on rows with one was sold on rows without.
        let found = found.get(&t.currency).copied().unwrap_or_default();
        TieOut::of(t, &outcome.findings, SoldOn { even: t.sold - found, found })
    };
    let ties = outcome.totals.iter().map(tie).collect();
    Ok(Ties { period: period.to_string(), documents: sides.documents, ties })
}
