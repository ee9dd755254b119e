//! The comparison of a month, kept by the session that made it: a screen asks for its accounts, then for rows of some, again
//! and again, and deciding about a finding changes nothing of what was compared.

use super::charges::{Listed, Table};
use super::sides::Sides;
use super::sums::Sums;
use crate::session::Book;
use crate::{Failure, Session};
use engine::finding::Finding;
use engine::policy::Tolerance;
use engine::reconcile::CurrencyTotals;
use engine::{Date, Decimal, Month, Names};
use std::collections::HashMap;
use store::tables;
use store::tables::findings::State;

/// A month compared, as long as the book stays as it is.
pub(crate) struct Compared {
    pub(super) of: Footing,
    pub(super) month: Month,
    pub(super) against: &'static str,
    pub(super) names: Names,
    /// How many vendor documents the month has.
    pub(super) documents: usize,
    pub(super) findings: Vec<Finding>,
    pub(super) totals: Vec<CurrencyTotals>,
    pub(super) table: Table,
    pub(super) sums: Sums,
}

/// What a comparison stands on.
#[derive(PartialEq)]
pub(super) struct Footing {
    period: String,
    against: Option<String>,
    today: Date,
    book: Vec<u8>,
}

impl Footing {
    pub(super) fn of(book: &Book<'_>, period: &str, against: Option<&str>) -> Result<Footing, Failure> {
        Ok(Footing {
            period: period.to_owned(),
            against: against.map(str::to_owned),
            today: book.today,
            book: tables::glance::state(book.conn(), UNREAD)?,
        })
    }
}

/// Tables a comparison reads nothing of: what is decided about findings, what is drafted and charged by hand.
const UNREAD: &[&str] = &[
    "findings",
    "finding_history",
    "chain",
    "requests",
    "counters",
    "sequences",
    "runs",
    "drafts",
    "one_offs",
    "papers",
    "entries",
];

/// What the book keeps of the findings of a comparison.
pub(super) struct Judged {
    kept: Vec<Option<(String, State)>>,
    /// Whether the findings kept are exactly those.
    pub recorded: bool,
}

impl Judged {
    /// What was decided about a finding.
    pub fn state(&self, finding: usize) -> State {
        self.kept[finding].as_ref().map_or(State::Open, |(_, state)| *state)
    }

    /// The id a finding is kept by.
    pub fn id(&self, finding: usize) -> Option<String> {
        self.kept[finding].as_ref().map(|(id, _)| id.clone())
    }
}

/// Answers from the comparison of a month, made anew when the book it was made of has changed.
pub(super) fn with_compared<T>(
    session: &mut Session,
    period: &str,
    against: Option<&str>,
    answer: impl FnOnce(&Compared, &Judged) -> T,
) -> Result<T, Failure> {
    let month = crate::session::month(period)?;
    let before = session.compared.take();
    let (made, answer) = session.read(|book| {
        let of = Footing::of(book, period, against)?;
        let mut compared = match before {
            Some(before) if before.of == of => before,
            before => {
                drop(before);
                compare(book, of, month)?
            }
        };
        let judged = judge(book, &mut compared)?;
        let answer = answer(&compared, &judged);
        Ok((compared, answer))
    })?;
    session.compared = Some(made);
    Ok(answer)
}

/// By what a month is compared: tolerances, and the margin below which a sale is a finding.
pub(super) fn measures(book: &Book<'_>) -> Result<(Tolerance, Option<Decimal>), Failure> {
    let settings = book.settings()?;
    let floor = settings.get("reconcile.floor").parse().ok().map(|f: Decimal| f / Decimal::ONE_HUNDRED);
    Ok((settings.tolerance(), floor))
}

fn compare(book: &mut Book<'_>, of: Footing, month: Month) -> Result<Compared, Failure> {
    let (tolerance, floor) = measures(book)?;
    let mut sides = Sides::load(book, month, of.against.as_deref(), None)?;
    let products = tables::products::load(book.conn(), &mut sides.names)?;
    let listed: Listed = products.into_iter().map(|p| (p.key, sides.names.intern(&p.name))).collect();
    let input = sides.input(month, &tolerance, floor, book.today);
    let outcome = engine::reconcile::reconcile(&input);
    let table = Table::of(&outcome, &input, &listed);
    let sums = Sums::of(&table);
    Ok(Compared {
        of,
        month,
        against: sides.against,
        documents: sides.documents,
        findings: outcome.findings,
        totals: outcome.totals,
        table,
        sums,
        names: sides.names,
    })
}

fn judge(book: &Book<'_>, compared: &mut Compared) -> Result<Judged, Failure> {
    let stored = tables::findings::load(book.conn(), &mut compared.names, compared.month)?;
    let there = stored.iter().filter(|s| !s.gone);
    let mut kept: HashMap<_, _> =
        there.map(|s| (s.finding.key(), ((s.id.to_string(), s.state), s.finding.money))).collect();
    let found: Vec<_> = compared.findings.iter().map(|f| (kept.remove(&f.key()), f.money)).collect();
    let same = |(kept, money): &(Option<(_, Decimal)>, Decimal)| kept.as_ref().is_some_and(|(_, m)| m == money);
    let recorded = kept.is_empty() && found.iter().all(same);
    Ok(Judged { kept: found.into_iter().map(|(kept, _)| kept.map(|(kept, _)| kept)).collect(), recorded })
}
