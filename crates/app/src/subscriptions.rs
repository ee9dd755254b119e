//! Running agreements: their state on any day, their timeline, and the charge cycles to come.

mod bills;
mod change;

pub(crate) use change::is_charged;
pub use change::{ADD, SET, add, end, set};

use crate::accounts::basis_word;
use crate::catalogue::reference;
use crate::people::People;
use crate::prices::plan_word;
use crate::session::Book;
use crate::wire::{Days, ListAsk, number};
use crate::{Failure, Session};
use engine::register::{Cadence, Event, EventKind, State, Status, Subscription, Timing};
use engine::{Date, Id, Names, Symbol};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use store::tables;
use store::tables::subscriptions::Scope;

/// One subscription of a list.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Listed {
    id: String,
    #[serde(rename = "ref")]
    reference: String,
    account: String,
    account_ref: String,
    product: String,
    name: String,
    quantity: String,
    term: String,
    plan: &'static str,
    status: &'static str,
    term_end: Option<String>,
}

/// Several subscriptions.
#[derive(Debug, JsonSchema, Serialize)]
pub struct List {
    total: usize,
    subscriptions: Vec<Listed>,
}

/// The public word for a status.
pub fn status_word(status: Status) -> &'static str {
    match status {
        Status::Pending => "pending",
        Status::Active => "active",
        Status::Suspended => "suspended",
        Status::Cancelled => "cancelled",
        Status::Expired => "expired",
    }
}

/// Lists subscriptions with their state today.
pub fn list(session: &mut Session, ask: ListAsk) -> Result<List, Failure> {
    session.read(|book| {
        let mut names = book.names()?;
        let people = People::load(book, &mut names)?;
        let all = tables::subscriptions::load(book.conn(), &mut names, Scope::All)?;
        let chosen: Vec<&Subscription> = all
            .iter()
            .filter(|s| {
                ask.matches(&[
                    &names.source_text(s.source),
                    names.text(s.name),
                    people.name(s.account),
                    names.text(s.product.product),
                ])
            })
            .collect();
        let listed = |s: &&Subscription| {
            let state = s.on(book.today);
            Listed {
                id: s.id.to_string(),
                reference: names.source_text(s.source),
                account: people.name(state.account).to_owned(),
                account_ref: people.reference(state.account, &names),
                product: reference(state.product, &names),
                name: names.text(s.name).to_owned(),
                quantity: number(state.quantity),
                term: s.term.to_string(),
                plan: plan_word(s.plan),
                status: status_word(state.status),
                term_end: state.term.map(|t| t.last().to_string()),
            }
        };
        Ok(List { total: chosen.len(), subscriptions: chosen.iter().take(ask.most()).map(listed).collect() })
    })
}

/// Which subscription, on which day.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct ShowAsk {
    id: String,
    #[serde(default)]
    on: Option<String>,
}

/// One subscription on one day.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Page {
    id: String,
    subscription_ref: String,
    /// `register`, or `vendor lines` for a subscription the register does not have.
    known_from: &'static str,
    account: String,
    account_ref: String,
    product: String,
    name: String,
    on: String,
    quantity: String,
    status: &'static str,
    price: Option<String>,
    term: String,
    plan: &'static str,
    /// The plan it is sold on, when that is another one.
    sold_plan: Option<&'static str>,
    /// The customer's own term, when that is not the vendor's.
    customer_term: Option<String>,
    /// The first day of its first.
    customer_from: Option<String>,
    customer_term_start: Option<String>,
    customer_term_end: Option<String>,
    start: String,
    term_start: Option<String>,
    term_end: Option<String>,
    pricing_currency: String,
    bundle: Option<String>,
    /// Which edition of its bundle it is charged by: `renewal`, `follow` or `keep`.
    bundle_policy: &'static str,
    /// First day of that edition on the day shown; none for the first of all, or where there is no bundle.
    bundle_edition: Option<String>,
    basis: Option<&'static str>,
    cadence: &'static str,
    timing: &'static str,
    cycle: Option<Days>,
    events: Vec<ShownEvent>,
    /// What would be billed of it in the month to come, when a change is only tried.
    #[serde(skip_serializing_if = "Option::is_none")]
    bills: Option<bills::Bills>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    notes: Vec<crate::told::Note>,
}

/// One event of a timeline.
#[derive(Debug, JsonSchema, Serialize)]
pub struct ShownEvent {
    date: String,
    event: &'static str,
    detail: String,
    seats_after: String,
}

/// Shows one subscription.
pub fn show(session: &mut Session, ask: ShowAsk) -> Result<Page, Failure> {
    session.read(|book| {
        let on = ask.on.as_deref().map(crate::session::date).transpose()?.unwrap_or(book.today);
        page(book, &ask.id, on)
    })
}

fn page(book: &Book<'_>, id: &str, on: Date) -> Result<Page, Failure> {
    let mut names = book.names()?;
    let people = People::load(book, &mut names)?;
    let (s, known_from) = find_anywhere(book, id, &mut names)?;
    let own_term = s.customer_term.and_then(|own| own.on(on));
    let state = s.on(on);
    let bundles = tables::products::load_bundles(book.conn(), &mut names)?;
    let bundle = bundles.iter().find(|b| b.code == state.product.product || b.code == s.bundle);
    let edition = bundle.and_then(|b| b.on(crate::bundles::edition_day(&s, &state, on))?.since());
    let State { quantity, status, account, product, price, term, .. } = state;
    Ok(Page {
        id: s.id.to_string(),
        subscription_ref: names.source_text(s.source),
        known_from,
        account: people.name(account).to_owned(),
        account_ref: people.reference(account, &names),
        product: reference(product, &names),
        name: names.text(s.name).to_owned(),
        on: on.to_string(),
        quantity: number(quantity),
        status: status_word(status),
        price: price.map(number),
        term: s.term.to_string(),
        plan: plan_word(s.plan),
        sold_plan: s.sold_plan.map(plan_word),
        customer_term: s.customer_term.map(|own| own.length.to_string()),
        customer_from: s.customer_term.map(|own| own.from.to_string()),
        customer_term_start: own_term.map(|term| term.start.to_string()),
        customer_term_end: own_term.map(|term| term.last().to_string()),
        start: s.start.to_string(),
        term_start: term.map(|t| t.start.to_string()),
        term_end: term.map(|t| t.last().to_string()),
        pricing_currency: s.pricing_currency.to_string(),
        bundle: (!s.bundle.is_empty()).then(|| names.text(s.bundle).to_owned()),
        bundle_policy: s.bundle_policy.name(),
        bundle_edition: edition.map(|day| day.to_string()),
        basis: s.basis.map(basis_word),
        cadence: cadence_word(s.cadence),
        timing: timing_word(s.timing),
        cycle: engine::cycle::sold(&s).cycle_on(on).map(Days::from),
        events: s.events.iter().map(|e| event(e, &s, &people, &names)).collect(),
        bills: None,
        notes: Vec::new(),
    })
}

fn cadence_word(cadence: Cadence) -> &'static str {
    match cadence {
        Cadence::Anniversary => "anniversary",
        Cadence::CalendarMonth => "calendar-month",
    }
}

fn timing_word(timing: Timing) -> &'static str {
    match timing {
        Timing::Advance => "advance",
        Timing::Arrears => "arrears",
    }
}

fn event(event: &Event, subscription: &Subscription, people: &People, names: &Names) -> ShownEvent {
    let (word, detail) = match &event.kind {
        EventKind::Started { quantity } => ("started", number(*quantity)),
        EventKind::SeatsChanged { delta } if delta.is_sign_negative() => ("seats removed", number(-*delta)),
        EventKind::SeatsChanged { delta } => ("seats added", number(*delta)),
        EventKind::SeatsSet { quantity } => ("seats set", number(*quantity)),
        EventKind::Cancelled { credit } => ("cancelled", if *credit { "unused days credited" } else { "" }.to_owned()),
        EventKind::Renewed { term_end } => ("renewed", format!("until {}", engine::date::add_days(*term_end, -1))),
        EventKind::Upgraded { to } => ("upgraded", reference(*to, names)),
        EventKind::Moved { account } => ("moved", people.name(*account).to_owned()),
        EventKind::Suspended { suspended: true } => ("suspended", String::new()),
        EventKind::Suspended { suspended: false } => ("resumed", String::new()),
        EventKind::PriceSet { price: Some(price) } => ("price set", number(*price)),
        EventKind::PriceSet { price: None } => ("price unset", String::new()),
        EventKind::EditionSet { day } => ("edition set", day.to_string()),
        EventKind::OneOffsReturned => ("one-offs returned", String::new()),
    };
    ShownEvent {
        date: event.date.to_string(),
        event: word,
        detail,
        seats_after: number(subscription.on(event.date).quantity),
    }
}

/// One subscription by the book's id or the source's.
pub fn find(book: &Book<'_>, id: &str, names: &mut Names) -> Result<Subscription, Failure> {
    let wanted = names.source_id(id);
    let own = Id::parse(id);
    let all = tables::subscriptions::load(book.conn(), names, Scope::All)?;
    all.into_iter()
        .find(|s| s.source == wanted || Some(s.id) == own)
        .ok_or_else(|| Failure::not_found("subscription", id))
}

/// One subscription of the register, else as the vendor's lines show it; and which of the two.
fn find_anywhere(book: &Book<'_>, id: &str, names: &mut Names) -> Result<(Subscription, &'static str), Failure> {
    match find(book, id, names) {
        Err(failure) if failure.code == "E-NOT-FOUND" => match from_vendor_lines(book, id, names)? {
            Some(subscription) => Ok((subscription, "vendor lines")),
            None => Err(failure),
        },
        found => Ok((found?, "register")),
    }
}

/// A subscription as the imported vendor lines show it: its term, its cycles, and its seats after each event. Nothing of it is
/// stored; it is there to look at before the register is.
fn from_vendor_lines(book: &Book<'_>, id: &str, names: &mut Names) -> Result<Option<Subscription>, Failure> {
    let wanted = names.source_id(id);
    let documents: Vec<u32> = tables::documents::list(book.conn())?
        .iter()
        .filter(|d| d.lines.is_some_and(crate::costs::carries_money))
        .map(|d| d.no)
        .collect();
    let batch = std::mem::take(names);
    let mut costs = tables::lines::load_costs(book.conn(), batch, &documents, tables::lines::Keep::Everything)?;
    // A partial upgrade is one event over two subscriptions, so lines are chosen by event, not one by one.
    let references: HashSet<Symbol> = costs
        .lines
        .iter()
        .filter(|l| l.subscription == wanted && !l.reference.is_empty())
        .map(|l| l.reference)
        .collect();
    costs.lines.retain(|l| l.subscription == wanted || references.contains(&l.reference));
    let owners = People::load(book, &mut costs.names)?.owners(book, &mut costs.names)?;
    let own = costs.lines.iter().find(|l| l.subscription == wanted);
    let account = own.and_then(|l| owners.get(&l.customer)).copied().unwrap_or(Id([0; 16]));
    let found = engine::events::agreement(&costs, wanted, account);
    *names = costs.names;
    Ok(found)
}

/// Which subscription, until when.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct CyclesAsk {
    id: String,
    until: String,
}

/// Charge cycles to come.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Cycles {
    subscription_ref: String,
    /// The vendor's.
    cycles: Vec<Days>,
    /// Ours, when it is sold on another plan.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    sold: Vec<Days>,
}

/// Predicts charge cycles, from the first to the one that contains `until`.
pub fn cycles(session: &mut Session, ask: CyclesAsk) -> Result<Cycles, Failure> {
    session.read(|book| {
        let until = crate::session::date(&ask.until)?;
        let mut names = book.names()?;
        let (s, _) = find_anywhere(book, &ask.id, &mut names)?;
        let cycles = engine::cycle::predicted(&s, until).into_iter().map(Days::from).collect();
        let after = engine::date::add_days(until, 1);
        let sold = s.sold_plan.map(|_| engine::cycle::sold(&s).cycles(s.start, after)).unwrap_or_default();
        let sold = sold.into_iter().map(Days::from).collect();
        Ok(Cycles { subscription_ref: names.source_text(s.source), cycles, sold })
    })
}
