//! Subscriptions and the dated changes of their seats.
//!
//! A million rows go straight from the file into the book: only what the book has already is held in memory, and the ids
//! seen so far, because a file may name each subscription once.

use super::{doubt, moved, twice};
use crate::Failure;
use crate::import::way::Reading;
use crate::import::{Stored, named, refused};
use crate::people::People;
use crate::prices::plan_word;
use crate::session::Book;
use crate::subscriptions::is_charged;
use engine::hash::Seeded;
use engine::register::*;
use engine::{Currency, Date, Id, IdMap, IdSet, Month, Names, SourceId};
use formats::{Batch, Change, Limits, Problem, SeatChangeRow, Stop, SubscriptionRow, Summary};
use indexmap::IndexSet;
use store::StoreError;
use store::tables::subscriptions::{self as table, Scope, Timeline};

/// Reads a file of subscriptions and stores them.
pub fn read(
    book: &mut Book<'_>,
    ready: Reading<'_>,
    names: &mut Names,
    period: Option<Month>,
    doubts: &mut Vec<Problem>,
) -> Result<(Stored, Summary), Failure> {
    let Reading { source, file } = ready;
    let owners = owners(book, names)?;
    let empty = table::count(book.conn())? == 0;
    let known = if empty { Vec::new() } else { table::load(book.conn(), names, Scope::All)? };
    let known: IdMap<SourceId, Subscription> = known.into_iter().map(|s| (s.source, s)).collect();
    let writer = book.writer()?;
    let mut adding = writer.adding()?;
    let (mut given, mut events) = (Vec::new(), Vec::new());
    // A row has more than a hundred bytes; room for all of them is made once, though not for whatever a file claims.
    let room = source.len().map_or(0, |bytes| bytes >> 7).min(7 << 17) as usize;
    // An index set lays the ids one behind the other and looks them up in a table a third the size of a plain one.
    let mut seen: IndexSet<SourceId, Seeded> = IndexSet::with_capacity_and_hasher(room, Seeded::default());
    let (mut fresh, mut ids) = (Vec::new(), store::new_ids());
    let mut replanned: Vec<(u32, Id, BillingPlan)> = Vec::new();
    // Subscriptions mostly come customer by customer.
    let mut last = (SourceId::NONE, None);
    let mut failed: Option<StoreError> = None;
    let sink = &mut |batch: Batch<'_, SubscriptionRow>| {
        for row in &batch.lines {
            if !seen.insert(row.id) {
                doubts.push(twice(row.row, "SubscriptionId", batch.names.source_text(row.id)));
                continue;
            }
            if last.0 != row.customer {
                last = (row.customer, owners.get(&row.customer).copied());
            }
            let Some((owner, currency)) = last.1 else {
                let value = batch.names.source_text(row.customer);
                let hint = "Import the customer first, or map its tenant with `billhook tenants add`.";
                doubts.push(doubt(row.row, "CustomerId", value, "P-UNKNOWN-ACCOUNT", hint));
                continue;
            };
            let before = known.get(&row.id);
            if let Some(s) = before.filter(|s| row.sold_plan.is_some_and(|plan| plan != s.plan_sold())) {
                replanned.push((row.row, s.id, s.plan_sold()));
            }
            let id = before.map(|s| s.id).or_else(|| ids.next()).unwrap_or_else(store::new_id);
            let mut now = stated(row, id, before, owner, currency);
            let happened = happened(row, before, owner, period);
            match before {
                None => {
                    now.events = happened;
                    fresh.push(now);
                }
                Some(_) => {
                    events.extend(happened.into_iter().map(|e| (now.id, e)));
                    given.push(now);
                }
            }
        }
        let added = adding.add(batch.names, &mut fresh);
        fresh.clear();
        added.map_err(|error| {
            failed = Some(error);
            Stop
        })
    };
    let read = {
        let moved = &mut moved(book.progress, source);
        formats::read_subscriptions(source, file, &Limits::default(), names, sink, moved)
    };
    if let Some(error) = failed {
        return Err(error.into());
    }
    let summary = read.map_err(|r| named(refused(r), source))?;
    for (row, id, plan) in replanned {
        if is_charged(book, id)? {
            let hint = "End it and begin another.";
            doubts.push(doubt(row, "SoldPlan", plan_word(plan).to_owned(), "P-CHARGED", hint));
        }
    }
    let added = adding.finish()?;
    let mut stored: Stored = writer.put_subscriptions(names, &mut given)?.into();
    stored.stored += added;
    let moved: IdSet<Id> = events.iter().map(|(id, _)| *id).collect();
    writer.append_events(names, &mut events)?;
    // A row that only brought events counts as changed, not as the same.
    let only_events = stored.same.min(moved.len() as u64);
    stored.same -= only_events;
    stored.changed += only_events;
    stored.stored += only_events;
    Ok((stored, summary))
}

/// The account and its currency of each customer id a file may name.
fn owners(book: &Book<'_>, names: &mut Names) -> Result<IdMap<SourceId, (Id, Currency)>, Failure> {
    let people = People::load(book, names)?;
    let owners = people.owners(book, names)?;
    Ok(owners.into_iter().filter_map(|(source, id)| Some((source, (id, people.get(id)?.currency)))).collect())
}

/// A subscription as its row states it; what the row leaves open stays as it was.
fn stated(row: &SubscriptionRow, id: Id, before: Option<&Subscription>, owner: Id, currency: Currency) -> Subscription {
    Subscription {
        id,
        source: row.id,
        account: before.map_or(owner, |s| s.account),
        product: before.map_or(row.key, |s| s.product),
        name: row.name,
        term: row.term.unwrap_or(Term::P1M),
        plan: row.plan,
        // The vendor's own plan is none of its own.
        sold_plan: row.sold_plan.or(before.and_then(|s| s.sold_plan)).filter(|plan| *plan != row.plan),
        customer_term: row.customer_term.or(before.and_then(|s| s.customer_term)),
        start: row.start,
        term_end: row.term_end,
        anchor_day: row.anchor_day,
        pricing_currency: row.pricing_currency.unwrap_or(currency),
        bundle: row.bundle,
        bundle_policy: row.bundle_policy.or(before.map(|s| s.bundle_policy)).unwrap_or_default(),
        basis: row.basis.or(before.and_then(|s| s.basis)),
        cadence: row.cadence.or(before.map(|s| s.cadence)).unwrap_or(Cadence::Anniversary),
        timing: row.timing.or(before.map(|s| s.timing)).unwrap_or(Timing::Advance),
        events: Events::new(),
    }
}

/// What a row says has happened that the book does not know yet.
fn happened(row: &SubscriptionRow, before: Option<&Subscription>, account: Id, period: Option<Month>) -> Events {
    let mut events = Events::new();
    let mut push = |date: Date, kind: EventKind| events.push(Event { seq: 0, date, kind });
    match before {
        None => push(row.start, EventKind::Started { quantity: row.quantity }),
        Some(s) => {
            // The opening quantity holds at the start of the period the file is for; without one, for the beginning.
            let day = period.map_or(s.start, |p| p.first()).max(s.start);
            let state = s.on(day);
            if state.quantity != row.quantity && !state.status.has_ended() {
                push(day, EventKind::SeatsSet { quantity: row.quantity });
            }
            if state.account != account {
                push(day, EventKind::Moved { account });
            }
            if state.product != row.key {
                push(day, EventKind::Upgraded { to: row.key });
            }
        }
    }
    if let Some(price) = row.price.filter(|p| before.is_none_or(|s| s.on(row.start).price != Some(*p))) {
        push(row.start, EventKind::PriceSet { price: Some(price) });
    }
    let cancelled = |s: &Subscription| s.events.iter().any(|e| matches!(e.kind, EventKind::Cancelled { .. }));
    if let Some(day) = row.cancelled.filter(|_| row.status.has_ended() && !before.is_some_and(cancelled)) {
        // Cancelled before it began: it never ran.
        push(day.max(row.start), EventKind::Cancelled { credit: false });
    }
    if row.status == Status::Suspended && !before.is_some_and(|s| s.on(row.start).status == Status::Suspended) {
        push(period.map_or(row.start, |p| p.first()), EventKind::Suspended { suspended: true });
    }
    events.sort_by_key(|e| e.date);
    events
}

/// Stores the changes that the timelines do not have yet.
pub fn seat_changes(
    book: &Book<'_>,
    names: &Names,
    rows: &[SeatChangeRow],
    doubts: &mut Vec<Problem>,
) -> Result<Stored, Failure> {
    let timelines = table::timelines(book.conn(), names, &rows.iter().map(|row| row.id).collect())?;
    let mut stored = Stored::default();
    let mut events: Vec<(&Timeline, Event)> = Vec::with_capacity(rows.len());
    // Two equal changes on one day are legal, so a file's own rows are not compared with each other.
    let mut matched: IdSet<u64> = IdSet::default();
    for row in rows {
        let Some(timeline) = timelines.get(&row.id) else {
            let value = names.source_text(row.id);
            let hint = "Import the subscription first.";
            doubts.push(doubt(row.row, "SubscriptionId", value, "P-UNKNOWN-SUBSCRIPTION", hint));
            continue;
        };
        let kind = match row.change {
            Change::Add | Change::Remove => EventKind::SeatsChanged { delta: row.quantity },
            Change::Cancel => EventKind::Cancelled { credit: true },
            Change::Set => EventKind::SeatsSet { quantity: row.quantity },
        };
        let mut same = timeline.events.iter().filter(|e| e.date == row.date && e.kind == kind);
        if same.any(|e| matched.insert(e.seq)) {
            stored.same += 1;
        } else {
            events.push((timeline, Event { seq: 0, date: row.date, kind }));
            stored.stored += 1;
        }
    }
    events.sort_by_key(|(timeline, e)| (e.date, timeline.id));
    book.writer()?.append_to(names, &mut events)?;
    Ok(stored)
}
