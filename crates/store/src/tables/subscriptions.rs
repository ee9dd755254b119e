//! Subscriptions, their timelines, and one-off charges.
//!
//! Attributes of a subscription may be corrected; what happened to it is only ever appended. The opening event
//! (`Started`) of a timeline lives in the subscription's row, all others in `events`, numbered through the whole book
//! in the order they were recorded.

use std::collections::{BTreeSet, HashMap};

use engine::bill::OneOff;
use engine::register::{Event, EventKind, ProductKey, Subscription, Term};
use engine::{Id, Names, Symbol};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::accounts::{known, number, numbers};
use super::cell::{Cell, Columns, cells, damaged, of_word, source, word};
use super::seal::{Table, Writer};
use super::texts::{Remap, Texts};
use super::words::{BASES, CADENCES, PLANS, TIMINGS};
use super::{Put, set_clause};
use crate::StoreError;

pub(crate) const SUBSCRIPTIONS: Table = Table {
    name: "subscriptions",
    columns: &[
        "no", "id", "source", "account", "product", "sku", "name", "term_months", "plan", "start_day", "term_end",
        "anchor_day", "currency", "bundle", "basis", "cadence", "timing", "opened", "opened_seq", "opened_with",
    ],
};
/// The columns up to here are attributes; the opening event follows.
const ATTRIBUTES: usize = 17;

pub(crate) const EVENTS: Table = Table {
    name: "events",
    columns: &["seq", "subscription", "day", "kind", "number", "flag", "until", "product", "sku", "account"],
};

pub(crate) const ONE_OFFS: Table = Table {
    name: "one_offs",
    columns: &["id", "account", "day", "name", "quantity", "unit_price", "unit_cost", "currency", "product", "sku"],
};

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
    let mut out = Vec::new();
    // Where each subscription's `no` went.
    let mut at = HashMap::new();
    match scope {
        Scope::All => {
            let select = format!("{} ORDER BY no", SUBSCRIPTIONS.select());
            read(conn, &select, None, names, &accounts, &mut out, &mut at)?;
            let select = format!("{} ORDER BY seq", EVENTS.select());
            read_events(conn, &select, None, &at, &mut out)?;
        }
        Scope::Accounts(ids) => {
            let select = format!("{} WHERE account = ?1 ORDER BY no", SUBSCRIPTIONS.select());
            for id in ids {
                read(conn, &select, Some(number(conn, *id)?), names, &accounts, &mut out, &mut at)?;
            }
            let select = format!("{} WHERE subscription = ?1 ORDER BY seq", EVENTS.select());
            for no in at.keys() {
                read_events(conn, &select, Some(*no), &at, &mut out)?;
            }
        }
    }
    for subscription in &mut out {
        subscription.events.sort_by_key(|e| (e.date, e.seq));
    }
    Ok(out)
}

fn read(
    conn: &Connection,
    select: &str,
    account: Option<i64>,
    names: &mut Names,
    accounts: &HashMap<i64, Id>,
    out: &mut Vec<Subscription>,
    at: &mut HashMap<i64, usize>,
) -> Result<(), StoreError> {
    let mut statement = conn.prepare_cached(select)?;
    let mut rows = statement.query(rusqlite::params_from_iter(account))?;
    while let Some(row) = rows.next()? {
        at.insert(row.col(0)?, out.len());
        out.push(subscription(row, names, accounts)?);
    }
    Ok(())
}

fn subscription(row: &Row, names: &mut Names, accounts: &HashMap<i64, Id>) -> Result<Subscription, StoreError> {
    let account: i64 = row.col(3)?;
    let opening = match row.day_opt(17)? {
        Some(date) => vec![Event {
            seq: row.col::<i64>(18)?.unsigned_abs(),
            date,
            kind: EventKind::Started { quantity: row.decimal(19)? },
        }],
        None => Vec::new(),
    };
    Ok(Subscription {
        id: row.id(1)?,
        source: row.source(2, names)?,
        account: *accounts.get(&account).ok_or_else(|| damaged("an account", &account.to_string()))?,
        product: ProductKey { product: Symbol(row.col(4)?), sku: Symbol(row.col(5)?) },
        name: Symbol(row.col(6)?),
        term: Term { months: row.col(7)? },
        plan: row.word(8, PLANS)?,
        start: row.day(9)?,
        term_end: row.day_opt(10)?,
        anchor_day: row.col(11)?,
        pricing_currency: row.currency(12)?,
        bundle: Symbol(row.col(13)?),
        basis: row.col::<Option<String>>(14)?.map(|w| of_word(BASES, &w)).transpose()?,
        cadence: row.word(15, CADENCES)?,
        timing: row.word(16, TIMINGS)?,
        events: opening,
    })
}

fn read_events(
    conn: &Connection,
    select: &str,
    subscription: Option<i64>,
    at: &HashMap<i64, usize>,
    out: &mut [Subscription],
) -> Result<(), StoreError> {
    let mut statement = conn.prepare_cached(select)?;
    let mut rows = statement.query(rusqlite::params_from_iter(subscription))?;
    while let Some(row) = rows.next()? {
        let no: i64 = row.col(1)?;
        let owner = at.get(&no).and_then(|i| out.get_mut(*i));
        let owner = owner.ok_or_else(|| damaged("the subscription of an event", &no.to_string()))?;
        owner.events.push(Event { seq: row.col::<i64>(0)?.unsigned_abs(), date: row.day(2)?, kind: event_kind(row)? });
    }
    Ok(())
}

fn event_kind(row: &Row) -> Result<EventKind, StoreError> {
    let kind: String = row.col(3)?;
    Ok(match kind.as_str() {
        "started" => EventKind::Started { quantity: row.decimal(4)? },
        "seats_changed" => EventKind::SeatsChanged { delta: row.decimal(4)? },
        "seats_set" => EventKind::SeatsSet { quantity: row.decimal(4)? },
        "cancelled" => EventKind::Cancelled { credit: row.col(5)? },
        "renewed" => EventKind::Renewed { term_end: row.day(6)? },
        "upgraded" => {
            EventKind::Upgraded { to: ProductKey { product: Symbol(row.col(7)?), sku: Symbol(row.col(8)?) } }
        }
        "moved" => EventKind::Moved { account: row.id(9)? },
        "suspended" => EventKind::Suspended { suspended: row.col(5)? },
        "price_set" => EventKind::PriceSet { price: row.decimal(4)? },
        other => return Err(damaged("an event", other)),
    })
}

/// The columns of an event from its kind on.
fn event_cells(kind: &EventKind, texts: &mut Texts, remap: &mut Remap) -> [Cell<'static>; 7] {
    const NULL: Cell<'static> = Cell::Null;
    match *kind {
        EventKind::Started { quantity } => cells!["started", quantity, NULL, NULL, NULL, NULL, NULL],
        EventKind::SeatsChanged { delta } => cells!["seats_changed", delta, NULL, NULL, NULL, NULL, NULL],
        EventKind::SeatsSet { quantity } => cells!["seats_set", quantity, NULL, NULL, NULL, NULL, NULL],
        EventKind::Cancelled { credit } => cells!["cancelled", NULL, credit, NULL, NULL, NULL, NULL],
        EventKind::Renewed { term_end } => cells!["renewed", NULL, NULL, term_end, NULL, NULL, NULL],
        EventKind::Upgraded { to } => {
            let (product, sku) = (texts.symbol(remap, to.product), texts.symbol(remap, to.sku));
            cells!["upgraded", NULL, NULL, NULL, product, sku, NULL]
        }
        EventKind::Moved { account } => cells!["moved", NULL, NULL, NULL, NULL, NULL, account],
        EventKind::Suspended { suspended } => cells!["suspended", NULL, suspended, NULL, NULL, NULL, NULL],
        EventKind::PriceSet { price } => cells!["price_set", price, NULL, NULL, NULL, NULL, NULL],
    }
}

/// One subscription's short number and account, by id.
fn find(conn: &Connection, id: Id) -> Result<(i64, i64), StoreError> {
    conn.prepare_cached("SELECT no, account FROM subscriptions WHERE id = ?1")?
        .query_row([id.0], |r| Ok((r.get(0)?, r.get(1)?)))
        .optional()?
        .ok_or_else(|| StoreError::Bug(format!("no subscription has the id {id}")))
}

/// One-off charges by day and id.
pub fn load_one_offs(conn: &Connection, scope: Scope) -> Result<Vec<OneOff>, StoreError> {
    let accounts: HashMap<i64, Id> = numbers(conn)?.into_iter().map(|(id, no)| (no, id)).collect();
    let mut statement = conn.prepare_cached(&format!("{} ORDER BY day, id", ONE_OFFS.select()))?;
    let mut rows = statement.query([])?;
    let mut out = Vec::new();
    while let Some(row) = rows.next()? {
        let no: i64 = row.col(1)?;
        let account = *accounts.get(&no).ok_or_else(|| damaged("an account", &no.to_string()))?;
        if matches!(scope, Scope::Accounts(ids) if !ids.contains(&account)) {
            continue;
        }
        let product: Option<(u32, u32)> = row.col::<Option<u32>>(8)?.zip(row.col::<Option<u32>>(9)?);
        out.push(OneOff {
            id: row.id(0)?,
            account,
            date: row.day(2)?,
            name: row.col(3)?,
            quantity: row.decimal(4)?,
            unit_price: row.decimal(5)?,
            unit_cost: row.decimal_opt(6)?,
            currency: row.currency(7)?,
            product: product.map(|(p, s)| ProductKey { product: Symbol(p), sku: Symbol(s) }),
        });
    }
    Ok(out)
}

impl Writer<'_> {
    /// Adds subscriptions with their events, or corrects the attributes of those already known by source id or id.
    ///
    /// A known subscription gets its stored id back; its events are left alone: append what is new with
    /// [`Writer::append_events`]. Events of added ones are numbered in the order given.
    pub fn put_subscriptions(&self, names: &Names, subscriptions: &mut [Subscription]) -> Result<Put, StoreError> {
        let accounts = numbers(self.conn())?;
        let account_of = |s: &Subscription| {
            accounts.get(&s.account).copied().ok_or_else(|| StoreError::Bug(format!("no account {}", s.account)))
        };
        let empty: bool = self.conn().query_row("SELECT count(*) = 0 FROM subscriptions", [], |r| r.get(0))?;
        self.with_texts(|texts| {
            let mut remap = Remap::new(names);
            let mut put = Put::default();
            let mut touched = BTreeSet::new();
            let mut fresh = Vec::new();
            let mut stored = Vec::new();
            for (i, s) in subscriptions.iter_mut().enumerate() {
                let given = source(s.source, names);
                let old = match empty {
                    true => None,
                    false => known(self.conn(), &SUBSCRIPTIONS, given.as_deref(), s.id, &mut stored)?,
                };
                let Some(old) = old else {
                    fresh.push(i);
                    continue;
                };
                let (no, was) = (old[0].int()?, old[3].int()?);
                s.id = old[1].id()?;
                let account = account_of(s)?;
                let mut row = subscription_cells(no, account, s, texts, &mut remap);
                row[ATTRIBUTES..].clone_from_slice(&old[ATTRIBUTES..]);
                if row.as_slice() == old {
                    put.same += 1;
                    continue;
                }
                self.change(&SUBSCRIPTIONS, "no = ?1", params![no], |conn| {
                    conn.prepare_cached(&set_clause(&SUBSCRIPTIONS))?.execute(rusqlite::params_from_iter(&row))
                })?;
                touched.extend([was, account]);
                put.changed += 1;
            }
            if !fresh.is_empty() {
                put.added = self.add_subscriptions(subscriptions, &fresh, account_of, texts, &mut remap, &mut touched)?;
            }
            self.touch(&touched)?;
            Ok(put)
        })
    }

    fn add_subscriptions(
        &self,
        subscriptions: &mut [Subscription],
        fresh: &[usize],
        account_of: impl Fn(&Subscription) -> Result<i64, StoreError>,
        texts: &mut Texts,
        remap: &mut Remap,
        touched: &mut BTreeSet<i64>,
    ) -> Result<u64, StoreError> {
        let events = fresh.iter().map(|&i| subscriptions[i].events.len()).sum();
        let mut seq = self.reserve("events", 0, events)?;
        let first = self.reserve("subscriptions", 0, fresh.len())?;
        let mut insert = self.insert(&SUBSCRIPTIONS)?;
        for (no, &i) in (first..).zip(fresh) {
            let s = &mut subscriptions[i];
            for event in &mut s.events {
                event.seq = seq.unsigned_abs();
                seq += 1;
            }
            let account = account_of(s)?;
            insert.add(&subscription_cells(no, account, s, texts, remap))?;
            touched.insert(account);
        }
        let added = insert.finish()?;
        let mut insert = self.insert(&EVENTS)?;
        for (no, &i) in (first..).zip(fresh) {
            let s = &subscriptions[i];
            for event in s.events.iter().skip(usize::from(opening(s).is_some())) {
                insert.add(&event_row(no, event, texts, remap))?;
            }
        }
        insert.finish()?;
        Ok(added)
    }

    /// Appends events to timelines: the subscription, and the event; their `seq` is given here.
    pub fn append_events(&self, names: &Names, events: &mut [(Id, Event)]) -> Result<u64, StoreError> {
        let first = self.reserve("events", 0, events.len())?;
        self.with_texts(|texts| {
            let mut remap = Remap::new(names);
            let mut touched = BTreeSet::new();
            let mut insert = self.insert(&EVENTS)?;
            for (seq, (id, event)) in (first..).zip(events) {
                event.seq = seq.unsigned_abs();
                let (no, account) = find(self.conn(), *id)?;
                insert.add(&event_row(no, event, texts, &mut remap))?;
                touched.insert(account);
                if let EventKind::Moved { account } = event.kind {
                    touched.insert(number(self.conn(), account)?);
                }
            }
            self.touch(&touched)?;
            insert.finish()
        })
    }

    /// Adds one-off charges; one already there with the same id and content is left alone.
    pub fn put_one_offs(&self, names: &Names, charges: &[OneOff]) -> Result<Put, StoreError> {
        self.with_texts(|texts| {
            let mut remap = Remap::new(names);
            let mut put = Put::default();
            let mut touched = BTreeSet::new();
            for c in charges {
                let account = number(self.conn(), c.account)?;
                let product = c.product.map(|p| texts.symbol(&mut remap, p.product));
                let sku = c.product.map(|p| texts.symbol(&mut remap, p.sku));
                let row = cells![
                    c.id, account, c.date, &c.name, c.quantity, c.unit_price, c.unit_cost, c.currency, product, sku,
                ];
                let there = self
                    .conn()
                    .prepare_cached("SELECT 1 FROM one_offs WHERE id = ?1")?
                    .exists([c.id.0])?;
                match there {
                    true => self.replace_if_changed(&ONE_OFFS, &row, &mut put)?,
                    false => {
                        self.insert_one(&ONE_OFFS, &row)?;
                        put.added += 1;
                    }
                }
                touched.insert(account);
            }
            self.touch(&touched)?;
            Ok(put)
        })
    }

    /// Removes a one-off charge that was not billed; whether it was there.
    pub fn remove_one_off(&self, id: Id) -> Result<bool, StoreError> {
        let account: Option<i64> = self
            .conn()
            .query_row("SELECT account FROM one_offs WHERE id = ?1", [id.0], |r| r.get(0))
            .optional()?;
        let removed = self.change(&ONE_OFFS, "id = ?1", params![id.0], |conn| {
            conn.execute("DELETE FROM one_offs WHERE id = ?1", [id.0])
        })?;
        self.touch(&account.into_iter().collect())?;
        Ok(removed > 0)
    }
}

/// The opening event, when the timeline has one at its front.
fn opening(s: &Subscription) -> Option<(&Event, engine::Decimal)> {
    match s.events.first() {
        Some(event) => match event.kind {
            EventKind::Started { quantity } => Some((event, quantity)),
            _ => None,
        },
        None => None,
    }
}

fn subscription_cells(
    no: i64,
    account: i64,
    s: &Subscription,
    texts: &mut Texts,
    remap: &mut Remap,
) -> [Cell<'static>; 20] {
    let opening = opening(s);
    cells![
        no,
        s.id,
        source(s.source, remap.batch()),
        account,
        texts.symbol(remap, s.product.product),
        texts.symbol(remap, s.product.sku),
        texts.symbol(remap, s.name),
        s.term.months,
        word(PLANS, s.plan),
        s.start,
        s.term_end,
        s.anchor_day,
        s.pricing_currency,
        texts.symbol(remap, s.bundle),
        s.basis.map(|b| word(BASES, b)),
        word(CADENCES, s.cadence),
        word(TIMINGS, s.timing),
        opening.map(|(event, _)| event.date),
        opening.map(|(event, _)| event.seq as i64),
        opening.map(|(_, quantity)| quantity),
    ]
}

fn event_row(no: i64, event: &Event, texts: &mut Texts, remap: &mut Remap) -> [Cell<'static>; 10] {
    let [kind, number, flag, until, product, sku, account] = event_cells(&event.kind, texts, remap);
    [
        Cell::Int(event.seq as i64),
        Cell::Int(no),
        Cell::from(event.date),
        kind,
        number,
        flag,
        until,
        product,
        sku,
        account,
    ]
}
