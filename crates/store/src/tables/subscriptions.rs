//! Subscriptions and their timelines.
//!
//! Attributes of a subscription may be corrected; what happened to it is only ever appended ([`super::events`]). A
//! subscription is a record in a block ([`super::records`]).

use engine::price::Basis;
use engine::register::{
    BillingPlan, BundlePolicy, Cadence, CustomerTerm, Event, EventKind, Events, ProductKey, Subscription, Term, Timing,
};
use engine::{Id, IdMap, IdSet, Names, SourceId};
use rusqlite::Connection;

use super::Put;
use super::accounts::{self, number_of, numbers};
use super::blocks::{self, Blocks, Packer, unpack_symbol};
use super::cell::damaged;
use super::events::{self, EVENTS};
use super::pack::{Pack, Unpack, cut};
use super::records::{self, pack_head, unpack_head};
use super::seal::{Table, Writer};
use super::texts::Remap;
use super::words::{BASES, BUNDLE_POLICIES, CADENCES, PLANS, TIMINGS};
use crate::StoreError;

pub(crate) const SUBSCRIPTIONS: Table = Table { name: "subscriptions", columns: blocks::COLUMNS };

/// Which part of the register to load.
#[derive(Clone, Copy, Debug)]
pub enum Scope<'a> {
    /// All of it.
    All,
    /// What belongs to these accounts.
    Accounts(&'a [Id]),
}

/// Subscriptions with their timelines, in the order they were first recorded.
pub fn load(conn: &Connection, names: &mut Names, scope: Scope) -> Result<Vec<Subscription>, StoreError> {
    load_as_of(conn, names, scope, None)
}

/// The same with what may be corrected about them as it was when the register's counter stood at `register`. Their timelines
/// are whole: events are only appended.
pub fn load_as_of(
    conn: &Connection,
    names: &mut Names,
    scope: Scope,
    register: Option<u64>,
) -> Result<Vec<Subscription>, StoreError> {
    let accounts = accounts::ids(conn)?;
    let wanted: Option<IdSet<i64>> = match scope {
        Scope::All => None,
        Scope::Accounts(ids) => {
            let numbers: IdMap<Id, i64> = accounts.iter().copied().zip(1..).collect();
            Some(ids.iter().map(|id| number_of(&numbers, *id)).collect::<Result<_, _>>()?)
        }
    };
    let mut out: Vec<Subscription> = Vec::new();
    if wanted.is_none() {
        out.reserve_exact(records::count(conn, &SUBSCRIPTIONS)?);
    }
    // Where each subscription went, by number; `ABSENT` for those not wanted.
    let mut at: Vec<u32> = vec![ABSENT];
    records::each_as_of(conn, &SUBSCRIPTIONS, register, |_, record| {
        let mut read = Unpack(record);
        let (head, account) = (unpack_head(&mut read)?, read.int()?);
        if wanted.as_ref().is_some_and(|wanted| !wanted.contains(&account)) {
            at.push(ABSENT);
            return Ok(());
        }
        at.push(u32::try_from(out.len()).map_err(|_| cut())?);
        out.push(unpack(&mut read, head.source(names)?, accounts::at(&accounts, account)?, head.id)?);
        Ok(())
    })?;
    events::each(conn, |no, event| {
        match place(&at, no)? {
            ABSENT => {}
            place => out[place as usize].events.push(event),
        }
        Ok(())
    })?;
    for subscription in &mut out {
        subscription.events.sort_by_key(|e| (e.date, e.seq));
    }
    Ok(out)
}

const ABSENT: u32 = u32::MAX;

/// Reads what follows the head and the account of a record.
pub(super) fn unpack(read: &mut Unpack, source: SourceId, account: Id, id: Id) -> Result<Subscription, StoreError> {
    let product = unpack_symbol(read)?;
    Ok(Subscription {
        id,
        source,
        account,
        product: ProductKey { product, sku: unpack_symbol(read)? },
        name: unpack_symbol(read)?,
        term: Term { months: read.u32()? },
        plan: read.one_of::<BillingPlan>(PLANS)?,
        start: read.date()?,
        term_end: read.date_opt()?,
        anchor_day: Some(u32::from(read.byte()?)).filter(|day| *day > 0),
        pricing_currency: read.currency()?,
        bundle: unpack_symbol(read)?,
        bundle_policy: read.one_of::<BundlePolicy>(BUNDLE_POLICIES)?,
        basis: match read.byte()? {
            0 => None,
            _ => Some(read.one_of::<Basis>(BASES)?),
        },
        cadence: read.one_of::<Cadence>(CADENCES)?,
        timing: read.one_of::<Timing>(TIMINGS)?,
        sold_plan: match read.byte()? {
            0 => None,
            _ => Some(read.one_of::<BillingPlan>(PLANS)?),
        },
        customer_term: match read.u32()? {
            0 => None,
            months => Some(CustomerTerm { length: Term { months }, from: read.date()? }),
        },
        events: Events::new(),
    })
}

/// Writes the record of a subscription. Its events are not in it.
fn pack(account: i64, s: &Subscription, p: &mut Packer) {
    pack_head(p.out, s.id, s.source, p.remap.batch());
    p.out.int(account);
    p.symbol(s.product.product);
    p.symbol(s.product.sku);
    p.symbol(s.name);
    p.out.uint(s.term.months.into());
    p.out.one_of(PLANS, s.plan);
    p.out.date(s.start);
    p.out.date_opt(s.term_end);
    p.out.byte(s.anchor_day.and_then(|day| u8::try_from(day).ok()).unwrap_or(0));
    p.out.currency(s.pricing_currency);
    p.symbol(s.bundle);
    p.out.one_of(BUNDLE_POLICIES, s.bundle_policy);
    p.out.byte(s.basis.is_some().into());
    if let Some(basis) = s.basis {
        p.out.one_of(BASES, basis);
    }
    p.out.one_of(CADENCES, s.cadence);
    p.out.one_of(TIMINGS, s.timing);
    p.out.byte(s.sold_plan.is_some().into());
    if let Some(plan) = s.sold_plan {
        p.out.one_of(PLANS, plan);
    }
    p.out.uint(s.customer_term.map_or(0, |term| term.length.months).into());
    if let Some(term) = s.customer_term {
        p.out.date(term.from);
    }
}

/// How many subscriptions there are.
pub fn count(conn: &Connection) -> Result<usize, StoreError> {
    records::count(conn, &SUBSCRIPTIONS)
}

/// A subscription of the book and what happened to it, as much as tells one change from another.
#[derive(Clone, Debug, PartialEq)]
pub struct Timeline {
    /// The subscription's id.
    pub id: Id,
    /// Its number in the book.
    no: i64,
    /// The number of its account.
    account: i64,
    /// Its events, in the order of recording.
    pub events: Vec<Event>,
}

/// The timelines of subscriptions named by their source ids, those of them that are in the book.
pub fn timelines(
    conn: &Connection,
    names: &Names,
    wanted: &IdSet<SourceId>,
) -> Result<IdMap<SourceId, Timeline>, StoreError> {
    let mut found = records::chosen(conn, &SUBSCRIPTIONS, |no, record| {
        let mut read = Unpack(record);
        let head = unpack_head(&mut read)?;
        match head.known(names)?.filter(|source| wanted.contains(source)) {
            Some(source) => Ok(Some((source, Timeline { id: head.id, no, account: read.int()?, events: Vec::new() }))),
            None => Ok(None),
        }
    })?;
    let mut places: IdMap<i64, usize> = engine::hash::map_of(found.len());
    places.extend(found.iter().enumerate().map(|(place, (_, timeline))| (timeline.no, place)));
    for (no, event) in events::chosen(conn, |no| places.contains_key(&no))? {
        found[places[&no]].1.events.push(event);
    }
    Ok(found.into_iter().collect())
}

/// Where the subscription with a number went.
fn place(at: &[u32], no: i64) -> Result<u32, StoreError> {
    let place = usize::try_from(no).ok().and_then(|no| at.get(no)).copied();
    place.ok_or_else(|| damaged("the subscription of an event", &no.to_string()))
}

/// New subscriptions on their way into the book, batch by batch; call [`Adding::finish`] when done.
#[must_use = "what was added is counted by finish"]
pub struct Adding<'w> {
    writer: &'w Writer<'w>,
    accounts: IdMap<Id, i64>,
    records: Blocks<'w>,
    timeline: Blocks<'w>,
    /// The first and the next number of a subscription, and of an event.
    no: (i64, i64),
    seq: (i64, i64),
    record: Vec<u8>,
    touched: Vec<i64>,
}

impl Adding<'_> {
    /// Adds subscriptions with their events, which are numbered in the order given. None of them, by id or source id,
    /// is in the book yet: the caller knows that, and `book check` verifies it.
    pub fn add(&mut self, names: &Names, subscriptions: &mut [Subscription]) -> Result<(), StoreError> {
        let Adding { writer, accounts, records, timeline, no: (_, no), seq: (_, seq), record, touched } = self;
        writer.with_texts(|texts| {
            let remap = &mut Remap::new(names);
            for s in subscriptions {
                let account = number_of(accounts, s.account)?;
                // Subscriptions mostly come account by account.
                if touched.last() != Some(&account) {
                    touched.push(account);
                }
                record.clear();
                pack(account, s, &mut Packer { out: record, texts, remap });
                records.add(*no, false, |out| out.sized(record))?;
                for event in &mut s.events {
                    event.seq = seq.unsigned_abs();
                    timeline.add(*seq, false, |out| events::pack(&mut Packer { out, texts, remap }, *no, event))?;
                    *seq += 1;
                }
                *no += 1;
            }
            Ok(())
        })
    }

    /// Writes the last blocks and seals them; how many subscriptions were added.
    pub fn finish(self) -> Result<u64, StoreError> {
        self.records.finish()?;
        self.timeline.finish()?;
        for (series, (first, next)) in [("subscriptions", self.no), ("events", self.seq)] {
            self.writer.reserve(series, 0, (next - first).unsigned_abs() as usize)?;
        }
        self.writer.touch(self.touched)?;
        Ok((self.no.1 - self.no.0).unsigned_abs())
    }
}

impl Writer<'_> {
    /// Begins to add new subscriptions; nothing else may be recorded of subscriptions until it is finished.
    pub fn adding(&self) -> Result<Adding<'_>, StoreError> {
        let (no, seq) = (self.reserve("subscriptions", 0, 0)?, self.reserve("events", 0, 0)?);
        Ok(Adding {
            writer: self,
            accounts: numbers(self.conn())?,
            records: self.blocks(&SUBSCRIPTIONS)?,
            timeline: self.blocks(&EVENTS)?,
            no: (no, no),
            seq: (seq, seq),
            record: Vec::new(),
            touched: Vec::new(),
        })
    }

    /// Adds subscriptions with their events, or corrects the attributes of those already known by source id or id.
    ///
    /// A known subscription gets its stored id back; its events are left alone: append what is new with
    /// [`Writer::append_events`]. Events of added ones are numbered in the order given.
    pub fn put_subscriptions(&self, names: &Names, subscriptions: &mut [Subscription]) -> Result<Put, StoreError> {
        let found = records::find(self.conn(), &SUBSCRIPTIONS, names, subscriptions.iter().map(|s| (s.id, s.source)))?;
        let (mut known, mut fresh) = (Vec::new(), Vec::new());
        for (i, (found, s)) in found.into_iter().zip(&mut *subscriptions).enumerate() {
            match found {
                Some((no, id)) => {
                    s.id = id;
                    known.push((no, i));
                }
                None => fresh.push(i),
            }
        }
        known.sort_unstable();
        let accounts = numbers(self.conn())?;
        let mut touched = Vec::new();
        let mut put = self.with_texts(|texts| {
            let remap = &mut Remap::new(names);
            let account = |i: usize| number_of(&accounts, subscriptions[i].account);
            self.correct(
                &SUBSCRIPTIONS,
                &known,
                |i, out| {
                    pack(account(i)?, &subscriptions[i], &mut Packer { out, texts, remap });
                    Ok(())
                },
                |i, old| {
                    let mut old = Unpack(old);
                    unpack_head(&mut old)?;
                    touched.extend([account(i)?, old.int()?]);
                    Ok(())
                },
            )
        })?;
        self.touch(touched)?;
        if !fresh.is_empty() {
            let mut adding = self.adding()?;
            for i in fresh {
                adding.add(names, std::slice::from_mut(&mut subscriptions[i]))?;
            }
            put.added = adding.finish()?;
        }
        Ok(put)
    }

    /// Appends events to timelines: the subscription, and the event; their `seq` is given here.
    pub fn append_events(&self, names: &Names, events: &mut [(Id, Event)]) -> Result<u64, StoreError> {
        if events.is_empty() {
            return Ok(0);
        }
        let wanted: IdSet<Id> = events.iter().map(|(id, _)| *id).collect();
        let mut owners = engine::hash::map_of(wanted.len());
        records::each(self.conn(), &SUBSCRIPTIONS, |no, record| {
            let mut read = Unpack(record);
            let head = unpack_head(&mut read)?;
            if wanted.contains(&head.id) {
                owners.insert(head.id, (no, read.int()?));
            }
            Ok(())
        })?;
        let owner = |id: &Id| owners.get(id).copied();
        let owner = |id: &Id| owner(id).ok_or_else(|| StoreError::Bug(format!("no subscription has the id {id}")));
        let owners = events.iter().map(|(id, _)| owner(id)).collect::<Result<Vec<_>, _>>()?;
        self.append(names, events.iter_mut().map(|(_, event)| event).zip(owners))
    }

    /// Appends events to timelines found before ([`timelines`]); their `seq` is given here.
    pub fn append_to(&self, names: &Names, events: &mut [(&Timeline, Event)]) -> Result<u64, StoreError> {
        self.append(names, events.iter_mut().map(|(timeline, event)| (event, (timeline.no, timeline.account))))
    }

    /// Appends events, each with the numbers of its subscription and of its account.
    fn append<'e>(
        &self,
        names: &Names,
        events: impl ExactSizeIterator<Item = (&'e mut Event, (i64, i64))>,
    ) -> Result<u64, StoreError> {
        let count = events.len();
        if count == 0 {
            return Ok(0);
        }
        let first = self.reserve("events", 0, count)?;
        let (mut touched, mut moved) = (Vec::with_capacity(count), Vec::new());
        self.with_texts(|texts| {
            let remap = &mut Remap::new(names);
            let mut timeline = self.blocks(&EVENTS)?;
            for (seq, (event, (no, account))) in (first..).zip(events) {
                event.seq = seq.unsigned_abs();
                timeline.add(seq, false, |out| events::pack(&mut Packer { out, texts, remap }, no, event))?;
                touched.push(account);
                if let EventKind::Moved { account } = event.kind {
                    moved.push(account);
                }
            }
            timeline.finish()
        })?;
        if !moved.is_empty() {
            let numbers = numbers(self.conn())?;
            for id in moved {
                touched.push(number_of(&numbers, id)?);
            }
        }
        self.touch(touched)?;
        Ok(count as u64)
    }
}

/// Checks what the blocks cannot: every id and source id is there once, and what is pointed at is there.
pub(crate) fn verify(conn: &Connection) -> Result<(), StoreError> {
    records::verify(conn, &SUBSCRIPTIONS)?;
    load(conn, &mut Names::default(), Scope::All)?;
    Ok(())
}
