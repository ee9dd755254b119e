//! The lines of one customer's invoice of a month, drafted or issued, each beside the last month's, with its reasons.

use super::kept::{left, worth};
use super::kind_word;
use crate::invoices::History;
use crate::people::People;
use crate::wire::{Reason, number, reasons};
use crate::{Failure, Session};
use engine::bill::{Past, changes};
use engine::sale::{ChargeKey, SaleLine};
use engine::{Id, Money};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use store::tables;
use store::tables::invoices::{Filter, Invoice};
use store::tables::runs::RunState;

/// Which invoice.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Ask {
    period: String,
    account: String,
    currency: String,
}

/// The invoice's lines.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Lines {
    account_ref: String,
    name: String,
    currency: String,
    /// Numbers of what is issued already.
    numbers: Vec<String>,
    lines: Vec<Line>,
}

/// One line beside last month's.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Line {
    /// Who uses it.
    account: String,
    /// Empty for what is charged no more.
    kind: &'static str,
    name: String,
    from: Option<String>,
    to: Option<String>,
    days: Option<String>,
    quantity: String,
    unit_price: String,
    before: Option<String>,
    now: Option<String>,
    difference: Option<String>,
    cause: Option<&'static str>,
    cost: Option<String>,
    margin: Option<String>,
    margin_percent: Option<String>,
    why: Vec<Reason>,
}

/// Shows the lines of one customer's invoice of a month.
pub fn lines(session: &mut Session, ask: Ask) -> Result<Lines, Failure> {
    let month = crate::session::month(&ask.period)?;
    session.read(|book| {
        let mut names = book.names()?;
        let people = People::load(book, &mut names)?;
        let payer = people.find(&ask.account, &names)?;
        let of_payer = |account: Id| people.payer(account) == payer.id;
        let runs = tables::runs::of_period(book.conn(), month)?;
        let mut now: Vec<SaleLine> = Vec::new();
        let mut numbers = Vec::new();
        let filter = Filter { period: Some(month), account: Some(payer.id), ..Filter::default() };
        let reopened = tables::invoices::reopened(book.conn())?;
        let stands = |i: &Invoice| i.run.is_some() && !reopened.contains_key(&i.no);
        for invoice in tables::invoices::list(book.conn(), filter)?.into_iter().filter(stands) {
            now.extend(tables::invoices::lines(book.conn(), &invoice)?.into_iter().map(|l| l.line));
            numbers.push(invoice.label);
        }
        if let Some(run) = runs.iter().rev().find(|r| r.state == RunState::Draft) {
            let open = left(book, run)?;
            let drafts = tables::runs::drafts(book.conn(), run.id, Some(&[payer.id]))?.into_iter();
            let is_open = |d: &engine::invoice::Draft| {
                open.iter().any(|t| t.account == d.bill_to && t.net.currency() == d.currency)
            };
            now.extend(drafts.filter(is_open).flat_map(|d| d.lines));
        }
        now.retain(|l| l.net.currency().code() == ask.currency);
        let last = History::last(book, month)?;
        let compared = last.is_some();
        let mut before = last.map(|l| l.lines).unwrap_or_default();
        before.retain(|p| of_payer(p.account) && p.net.currency().code() == ask.currency);
        let past: Vec<Past> = now.iter().map(Past::from).collect();
        let mut changed = HashMap::new();
        let mut gone = Vec::new();
        for change in changes(&before, &past) {
            match change.now {
                Some(_) => drop(changed.insert(change.key, change)),
                None => gone.push(change),
            }
        }
        let mut lines: Vec<Line> = now.iter().map(|l| line(l, changed.get(&l.key), compared, &people)).collect();
        let products: HashMap<_, _> =
            tables::products::load(book.conn(), &mut names)?.into_iter().map(|p| (p.key, p.name)).collect();
        let was: HashMap<ChargeKey, &Past> = before.iter().map(|p| (p.key, p)).collect();
        lines.extend(gone.iter().map(|c| {
            let past = was.get(&c.key);
            Line {
                name: c.product.and_then(|p| products.get(&p)).cloned().unwrap_or_default(),
                kind: "",
                account: people.name(c.account).to_owned(),
                from: past.and_then(|p| p.period).map(|p| p.start.to_string()),
                to: past.and_then(|p| p.period).map(|p| p.last().to_string()),
                days: None,
                quantity: past.map(|p| number(p.quantity)).unwrap_or_default(),
                unit_price: past.map(|p| number(p.unit_price)).unwrap_or_default(),
                before: c.before.map(|m| m.to_string()),
                now: None,
                difference: worth(c).map(|(currency, minor)| Money::from_minor(minor, currency).to_string()),
                cause: Some(c.cause.name()),
                cost: None,
                margin: None,
                margin_percent: None,
                why: Vec::new(),
            }
        }));
        Ok(Lines {
            account_ref: people.reference(payer.id, &names),
            name: payer.name.clone(),
            currency: ask.currency,
            numbers,
            lines,
        })
    })
}

fn line(l: &SaleLine, change: Option<&engine::bill::Change>, compared: bool, people: &People) -> Line {
    let before = match change {
        Some(change) => change.before,
        None => Some(l.net),
    };
    let difference = change.and_then(worth).map(|(currency, minor)| Money::from_minor(minor, currency).to_string());
    let margin = crate::invoices::Margin::of(l);
    Line {
        account: people.name(l.account).to_owned(),
        kind: kind_word(l.key.kind),
        name: l.name.clone(),
        from: l.period.map(|p| p.start.to_string()),
        to: l.period.map(|p| p.last().to_string()),
        days: crate::invoices::days(l),
        quantity: number(l.quantity),
        unit_price: number(l.unit_price),
        before: before.filter(|_| compared).map(|m| m.to_string()),
        now: Some(l.net.to_string()),
        difference: difference.filter(|_| compared),
        cause: change.filter(|_| compared).map(|c| c.cause.name()),
        cost: margin.cost,
        margin: margin.margin,
        margin_percent: margin.percent,
        why: reasons(l.why.iter()),
    }
}
