//! What a change of a subscription would bill: its lines on the next draft, worked out while the change is only tried.

use crate::Failure;
use crate::bill::{Inputs, Options, kind_word};
use crate::people::People;
use crate::session::Book;
use crate::wire::{Amount, number};
use engine::money::Totals;
use engine::register::EventKind;
use engine::sale::SaleLine;
use engine::{Date, Id, Month};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeSet;
use store::tables;
use store::tables::runs::RunState;
use store::tables::subscriptions::Scope;

/// The lines of one subscription on the draft of a month.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Bills {
    /// The month: that of the change, or the first after it that is not issued yet.
    month: String,
    lines: Vec<Line>,
    /// Their sum by currency, net.
    net: Vec<Amount>,
    /// Codes of the guards it would raise, such as a price that is missing or below cost.
    guards: Vec<&'static str>,
}

/// One line.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Line {
    kind: &'static str,
    name: String,
    from: Option<String>,
    to: Option<String>,
    /// Days charged, `19 of 31` where the cycle is longer.
    days: Option<String>,
    quantity: String,
    unit_price: String,
    net: String,
    currency: String,
}

fn line(l: &SaleLine) -> Line {
    Line {
        kind: kind_word(l.key.kind),
        name: l.name.clone(),
        from: l.period.map(|p| p.start.to_string()),
        to: l.period.map(|p| p.last().to_string()),
        days: crate::invoices::days(l),
        quantity: number(l.quantity),
        unit_price: number(l.unit_price),
        net: l.net.to_string(),
        currency: l.net.currency().to_string(),
    }
}

/// Drafts the payers of a subscription as the book stands now, and keeps the lines of the subscription alone.
pub(super) fn of(book: &mut Book<'_>, id: Id, from: Date) -> Result<Bills, Failure> {
    let month = open_month(book, from)?;
    let mut names = book.names()?;
    let people = People::load(book, &mut names)?;
    let all = tables::subscriptions::load(book.conn(), &mut names, Scope::All)?;
    let Some(subscription) = all.into_iter().find(|s| s.id == id) else {
        return Err(Failure::new("E-BUG", "The subscription is not stored."));
    };
    let moved = subscription.events.iter().filter_map(|e| match e.kind {
        EventKind::Moved { account } => Some(account),
        _ => None,
    });
    let payers: BTreeSet<Id> = std::iter::once(subscription.account).chain(moved).map(|a| people.payer(a)).collect();
    let settings = book.settings()?;
    let inputs = Inputs::load(book, month, &Options::default(), Some(&payers), (names, people), &settings)?;
    let drafted = inputs.draft(Some(&payers));
    let of_it = |l: &&SaleLine| l.subscription == Some(id);
    let lines: Vec<&SaleLine> = drafted.drafts.iter().flat_map(|d| &d.lines).filter(of_it).collect();
    let mut net = Totals::default();
    lines.iter().for_each(|l| net.add(l.net.currency(), l.net.value()));
    let amount = |(currency, value)| Amount {
        amount: crate::wire::total(value, currency),
        currency: currency.code().to_owned(),
    };
    let guards: BTreeSet<&'static str> =
        drafted.guards.iter().filter(|g| g.subscription == Some(id)).map(|g| g.code).collect();
    Ok(Bills {
        month: month.to_string(),
        net: net.iter().map(amount).collect(),
        lines: lines.into_iter().map(line).collect(),
        guards: guards.into_iter().collect(),
    })
}

/// The month of a day, or the first after the last one issued.
fn open_month(book: &Book<'_>, day: Date) -> Result<Month, Failure> {
    let runs = tables::runs::list(book.conn())?;
    let issued = runs.iter().filter(|r| r.state == RunState::Issued).map(|r| r.period).max();
    Ok(issued.map_or(Month::of(day), |last| last.plus(1).max(Month::of(day))))
}
