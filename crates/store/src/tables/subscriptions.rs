//! Subscriptions and their timelines.
//!
//! Attributes of a subscription may be corrected; what happened to it is only ever appended ([`super::events`]). A
//! subscription is numbered in the order of recording; each source id and each id is there once, which the write side
//! sees to and `book check` verifies.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use engine::price::Basis;
use engine::register::{BillingPlan, Cadence, Event, EventKind, ProductKey, Subscription, Term, Timing};
use engine::{Id, Names, SourceId};
use rusqlite::{Connection, params};

use super::Put;
use super::accounts::{number, numbers};
use super::blocks::{self, Packer, unpack_symbol};
use super::cell::{damaged, source, source_of};
use super::events;
use super::pack::{Pack, Unpack, cut};
use super::seal::{Table, Writer};
use super::texts::{Remap, Texts};
use super::words::{BASES, CADENCES, PLANS, TIMINGS};
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
    let accounts: HashMap<i64, Id> = numbers(conn)?.into_iter().map(|(id, no)| (no, id)).collect();
    let wanted: Option<HashSet<i64>> = match scope {
        Scope::All => None,
        Scope::Accounts(ids) => Some(ids.iter().map(|id| number(conn, *id)).collect::<Result<_, _>>()?),
    };
    let mut out: Vec<Subscription> = Vec::new();
    if wanted.is_none() {
        out.reserve_exact(blocks::count(conn, &SUBSCRIPTIONS, (1, i64::MAX))?);
    }
    // Where each subscription went, by number; `ABSENT` for those not wanted.
    let mut at: Vec<u32> = vec![ABSENT];
    each(conn, |no, head, read| {
        let place = at.len();
        if i64::try_from(place) != Ok(no) {
            return Err(damaged("the number of a subscription", &no.to_string()));
        }
        at.push(ABSENT);
        if wanted.as_ref().is_some_and(|wanted| !wanted.contains(&head.account)) {
            return Ok(());
        }
        let account = accounts.get(&head.account).copied();
        let account = account.ok_or_else(|| damaged("an account", &head.account.to_string()))?;
        at[place] = u32::try_from(out.len()).map_err(|_| cut())?;
        out.push(unpack(read, names, account, &head)?);
        Ok(())
    })?;
    events::each(conn, |no, event| {
        let place = usize::try_from(no).ok().and_then(|no| at.get(no)).copied();
        match place.ok_or_else(|| damaged("the subscription of an event", &no.to_string()))? {
            ABSENT => {}
            place => {
                let events = &mut out[place as usize].events;
                // Most timelines are one event long; the usual first room for four is a hundred megabytes in a large book.
                if events.is_empty() {
                    events.reserve_exact(1);
                }
                events.push(event);
            }
        }
        Ok(())
    })?;
    for subscription in &mut out {
        subscription.events.sort_by_key(|e| (e.date, e.seq));
    }
    Ok(out)
}

const ABSENT: u32 = u32::MAX;

/// What a subscription is found by, in front of its packed record.
pub(crate) struct Head<'r> {
    account: i64,
    pub(crate) id: Id,
    source: &'r [u8],
}

impl Head<'_> {
    /// The source id; its text, if it is one, is interned.
    pub(crate) fn source(&self, names: &mut Names) -> Result<SourceId, StoreError> {
        if self.source.is_empty() { Ok(SourceId::NONE) } else { source_of(self.source, names) }
    }
}

/// Calls back with the number and head of every subscription, and the rest of its record.
pub(crate) fn each(
    conn: &Connection,
    mut each: impl FnMut(i64, Head, &mut Unpack) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    blocks::each(conn, &SUBSCRIPTIONS, (1, i64::MAX), |first, _, read| {
        let mut no = first;
        while !read.is_done() {
            let mut record = Unpack(read.sized()?);
            let head = unpack_head(&mut record)?;
            each(no, head, &mut record)?;
            no += 1;
        }
        Ok(())
    })
}

fn unpack_head<'r>(read: &mut Unpack<'r>) -> Result<Head<'r>, StoreError> {
    Ok(Head { account: read.int()?, id: Id(read.array()?), source: read.sized()? })
}

fn unpack(read: &mut Unpack, names: &mut Names, account: Id, head: &Head) -> Result<Subscription, StoreError> {
    let source = head.source(names)?;
    let product = unpack_symbol(read)?;
    Ok(Subscription {
        id: head.id,
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
        basis: match read.byte()? {
            0 => None,
            _ => Some(read.one_of::<Basis>(BASES)?),
        },
        cadence: read.one_of::<Cadence>(CADENCES)?,
        timing: read.one_of::<Timing>(TIMINGS)?,
        events: Vec::new(),
    })
}

/// The record of a subscription. Its events are not in it.
fn pack(account: i64, s: &Subscription, texts: &mut Texts, remap: &mut Remap) -> Vec<u8> {
    let mut record = Vec::with_capacity(96);
    record.int(account);
    record.bytes(&s.id.0);
    record.sized(&source(s.source, remap.batch()).unwrap_or_default());
    let mut p = Packer { out: &mut record, texts, remap };
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
    p.out.byte(s.basis.is_some().into());
    if let Some(basis) = s.basis {
        p.out.one_of(BASES, basis);
    }
    p.out.one_of(CADENCES, s.cadence);
    p.out.one_of(TIMINGS, s.timing);
    record
}

/// Where the subscriptions of the book are, for writing.
#[derive(Default)]
struct Directory {
    by_source: HashMap<SourceKey, i64>,
    by_id: HashMap<Id, i64>,
    ids: Vec<Id>,
}

/// A source id without the `Names` it belongs to.
#[derive(PartialEq, Eq, Hash)]
enum SourceKey {
    Guid([u8; 16]),
    Text(Box<str>),
}

impl SourceKey {
    fn of(id: SourceId, names: &Names) -> Option<SourceKey> {
        match id {
            SourceId::Guid(bytes) => Some(SourceKey::Guid(bytes)),
            SourceId::Text(text) if text.is_empty() => None,
            SourceId::Text(text) => Some(SourceKey::Text(names.text(text).into())),
        }
    }
}

impl Directory {
    fn load(conn: &Connection) -> Result<Directory, StoreError> {
        let (mut directory, mut names) = (Directory::default(), Names::default());
        each(conn, |no, head, _| {
            let source = SourceKey::of(head.source(&mut names)?, &names);
            let known = source.is_some_and(|source| directory.by_source.insert(source, no).is_some());
            if known | directory.by_id.insert(head.id, no).is_some() {
                return Err(damaged("the id of a subscription", &format!("{} twice", head.id)));
            }
            directory.ids.push(head.id);
            Ok(())
        })?;
        Ok(directory)
    }

    /// The number and stored id of a subscription given for writing; `None` for one not yet stored, whose source id is
    /// noted so that it cannot be given twice.
    fn find(&mut self, s: &Subscription, names: &Names) -> Result<Option<(i64, Id)>, StoreError> {
        const GIVEN: i64 = 0;
        let by_source = match SourceKey::of(s.source, names).map(|key| self.by_source.entry(key)) {
            Some(Entry::Occupied(entry)) => Some(*entry.get()),
            Some(Entry::Vacant(entry)) => {
                entry.insert(self.by_id.get(&s.id).copied().unwrap_or(GIVEN));
                None
            }
            None => None,
        };
        match by_source.or_else(|| self.by_id.get(&s.id).copied()) {
            Some(GIVEN) => Err(StoreError::Bug(format!("the subscription {} is given twice", s.id))),
            Some(no) => Ok(usize::try_from(no - 1).ok().and_then(|at| self.ids.get(at)).map(|id| (no, *id))),
            None => Ok(None),
        }
    }
}

impl Writer<'_> {
    /// Adds subscriptions with their events, or corrects the attributes of those already known by source id or id.
    ///
    /// A known subscription gets its stored id back; its events are left alone: append what is new with
    /// [`Writer::append_events`]. Events of added ones are numbered in the order given.
    pub fn put_subscriptions(&self, names: &Names, subscriptions: &mut [Subscription]) -> Result<Put, StoreError> {
        let mut directory = Directory::load(self.conn())?;
        let (mut known, mut fresh) = (BTreeMap::new(), Vec::new());
        for (i, s) in subscriptions.iter_mut().enumerate() {
            match directory.find(s, names)? {
                Some((no, id)) => {
                    s.id = id;
                    known.insert(no, i);
                }
                None => fresh.push(i),
            }
        }
        drop(directory);
        let accounts = numbers(self.conn())?;
        let account_of = |s: &Subscription| {
            accounts.get(&s.account).copied().ok_or_else(|| StoreError::Bug(format!("no account {}", s.account)))
        };
        self.with_texts(|texts| {
            let mut remap = Remap::new(names);
            let mut touched = BTreeSet::new();
            let mut put = self.correct(subscriptions, &known, account_of, texts, &mut remap, &mut touched)?;
            put.added = fresh.len() as u64;
            self.add_fresh(subscriptions, &fresh, account_of, texts, &mut remap, &mut touched)?;
            self.touch(&touched)?;
            Ok(put)
        })
    }

    /// Rewrites the blocks in which a given subscription differs.
    fn correct(
        &self,
        subscriptions: &[Subscription],
        known: &BTreeMap<i64, usize>,
        account_of: impl Fn(&Subscription) -> Result<i64, StoreError>,
        texts: &mut Texts,
        remap: &mut Remap,
        touched: &mut BTreeSet<i64>,
    ) -> Result<Put, StoreError> {
        let mut put = Put::default();
        if known.is_empty() {
            return Ok(put);
        }
        let mut remade: Vec<(i64, Vec<u8>)> = Vec::new();
        blocks::each(self.conn(), &SUBSCRIPTIONS, (1, i64::MAX), |key, count, read| {
            if known.range(key..key + count as i64).next().is_none() {
                return Ok(());
            }
            let before = put.changed;
            let mut records = Vec::new();
            for no in key.. {
                if read.is_done() {
                    break;
                }
                let old = read.sized()?;
                let Some(s) = known.get(&no).and_then(|i| subscriptions.get(*i)) else {
                    records.sized(old);
                    continue;
                };
                let account = account_of(s)?;
                let new = pack(account, s, texts, remap);
                if new == old {
                    put.same += 1;
                } else {
                    put.changed += 1;
                    touched.extend([account, unpack_head(&mut Unpack(old))?.account]);
                }
                records.sized(&new);
            }
            if put.changed > before {
                remade.push((key, blocks::squeeze(&records)));
            }
            Ok(())
        })?;
        for (key, packed) in remade {
            self.change(&SUBSCRIPTIONS, "key = ?1", params![key], |conn| {
                conn.prepare_cached("UPDATE subscriptions SET packed = ?2 WHERE key = ?1")?
                    .execute(params![key, packed])
            })?;
        }
        Ok(put)
    }

    fn add_fresh(
        &self,
        subscriptions: &mut [Subscription],
        fresh: &[usize],
        account_of: impl Fn(&Subscription) -> Result<i64, StoreError>,
        texts: &mut Texts,
        remap: &mut Remap,
        touched: &mut BTreeSet<i64>,
    ) -> Result<(), StoreError> {
        if fresh.is_empty() {
            return Ok(());
        }
        let count = fresh.iter().map(|&i| subscriptions[i].events.len()).sum();
        let mut seq = self.reserve("events", 0, count)?;
        let first = self.reserve("subscriptions", 0, fresh.len())?;
        let mut records = self.blocks(&SUBSCRIPTIONS)?;
        let mut timeline = self.blocks(&events::EVENTS)?;
        // Subscriptions mostly come account by account.
        let mut last: Option<(Id, i64)> = None;
        for (no, &i) in (first..).zip(fresh) {
            let s = &mut subscriptions[i];
            let account = match last {
                Some((id, account)) if id == s.account => account,
                _ => account_of(s)?,
            };
            if last.is_none_or(|(id, _)| id != s.account) {
                last = Some((s.account, account));
                touched.insert(account);
            }
            records.add(no, false, |out| out.sized(&pack(account, s, texts, remap)))?;
            for event in &mut s.events {
                event.seq = seq.unsigned_abs();
                timeline.add(seq, false, |out| events::pack(&mut Packer { out, texts, remap }, no, event))?;
                seq += 1;
            }
        }
        records.finish()?;
        timeline.finish()
    }

    /// Appends events to timelines: the subscription, and the event; their `seq` is given here.
    pub fn append_events(&self, names: &Names, events: &mut [(Id, Event)]) -> Result<u64, StoreError> {
        if events.is_empty() {
            return Ok(0);
        }
        let mut owners: HashMap<Id, (i64, i64)> = HashMap::new();
        let wanted: HashSet<Id> = events.iter().map(|(id, _)| *id).collect();
        each(self.conn(), |no, head, _| {
            if wanted.contains(&head.id) {
                owners.insert(head.id, (no, head.account));
            }
            Ok(())
        })?;
        let first = self.reserve("events", 0, events.len())?;
        self.with_texts(|texts| {
            let mut remap = Remap::new(names);
            let mut touched = BTreeSet::new();
            let mut timeline = self.blocks(&events::EVENTS)?;
            for (seq, (id, event)) in (first..).zip(&mut *events) {
                let (no, account) =
                    *owners.get(id).ok_or_else(|| StoreError::Bug(format!("no subscription has the id {id}")))?;
                event.seq = seq.unsigned_abs();
                timeline.add(seq, false, |out| {
                    events::pack(&mut Packer { out, texts, remap: &mut remap }, no, event);
                })?;
                touched.insert(account);
                if let EventKind::Moved { account } = event.kind {
                    touched.insert(number(self.conn(), account)?);
                }
            }
            timeline.finish()?;
            self.touch(&touched)?;
            Ok(events.len() as u64)
        })
    }
}

/// Checks what the blocks cannot: every id and source id is there once, and what is pointed at is there.
pub(crate) fn verify(conn: &Connection) -> Result<(), StoreError> {
    Directory::load(conn)?;
    load(conn, &mut Names::default(), Scope::All)?;
    Ok(())
}
