//! Events of timelines, in blocks ([`super::blocks`]): numbered through the whole book in the order of recording, only
//! ever appended.

use engine::Id;
use engine::register::{Event, EventKind, ProductKey};
use rusqlite::Connection;

use super::blocks::{self, Packer, unpack_symbol};
use super::pack::{Pack, Unpack, cut};
use super::seal::Table;
use crate::StoreError;

pub(crate) const EVENTS: Table = Table { name: "events", columns: blocks::COLUMNS };

/// Packs an event of the subscription with this number.
pub(crate) fn pack(p: &mut Packer, subscription: i64, event: &Event) {
    p.out.int(subscription);
    p.out.date(event.date);
    match event.kind {
        EventKind::Started { quantity } => {
            p.out.byte(0);
            p.out.decimal(quantity);
        }
        EventKind::SeatsChanged { delta } => {
            p.out.byte(1);
            p.out.decimal(delta);
        }
        EventKind::SeatsSet { quantity } => {
            p.out.byte(2);
            p.out.decimal(quantity);
        }
        EventKind::Cancelled { credit } => {
            p.out.byte(3);
            p.out.byte(credit.into());
        }
        EventKind::Renewed { term_end } => {
            p.out.byte(4);
            p.out.date(term_end);
        }
        EventKind::Upgraded { to } => {
            p.out.byte(5);
            p.symbol(to.product);
            p.symbol(to.sku);
        }
        EventKind::Moved { account } => {
            p.out.byte(6);
            p.out.bytes(&account.0);
        }
        EventKind::Suspended { suspended } => {
            p.out.byte(7);
            p.out.byte(suspended.into());
        }
        EventKind::PriceSet { price: Some(price) } => {
            p.out.byte(8);
            p.out.decimal(price);
        }
        EventKind::PriceSet { price: None } => p.out.byte(9),
        EventKind::EditionSet { day } => {
            p.out.byte(10);
            p.out.date(day);
        }
        EventKind::OneOffsReturned => p.out.byte(11),
    }
}

fn unpack_kind(read: &mut Unpack) -> Result<EventKind, StoreError> {
    Ok(match read.byte()? {
        0 => EventKind::Started { quantity: read.decimal()? },
        1 => EventKind::SeatsChanged { delta: read.decimal()? },
        2 => EventKind::SeatsSet { quantity: read.decimal()? },
        3 => EventKind::Cancelled { credit: read.byte()? == 1 },
        4 => EventKind::Renewed { term_end: read.date()? },
        5 => {
            let product = unpack_symbol(read)?;
            EventKind::Upgraded { to: ProductKey { product, sku: unpack_symbol(read)? } }
        }
        6 => EventKind::Moved { account: Id(read.array()?) },
        7 => EventKind::Suspended { suspended: read.byte()? == 1 },
        8 => EventKind::PriceSet { price: Some(read.decimal()?) },
        9 => EventKind::PriceSet { price: None },
        10 => EventKind::EditionSet { day: read.date()? },
        11 => EventKind::OneOffsReturned,
        _ => return Err(cut()),
    })
}

/// Calls back with every event and the number of its subscription, in the order of recording, on a thread of its own.
pub(crate) fn each(
    conn: &Connection,
    mut each: impl FnMut(i64, Event) -> Result<(), StoreError> + Send,
) -> Result<(), StoreError> {
    let look = |first: i64, read: &mut Unpack| {
        let mut seq = first;
        while !read.is_done() {
            let (subscription, event) = unpack(seq, read)?;
            each(subscription, event)?;
            seq += 1;
        }
        Ok(())
    };
    blocks::each_apart(conn, &EVENTS, (1, i64::MAX), &mut [look], |look, first, read| look(first, read))
}

/// The events of subscriptions whose numbers are `wanted`, with these, in the order of recording.
pub(crate) fn chosen(conn: &Connection, wanted: impl Fn(i64) -> bool + Sync) -> Result<Vec<(i64, Event)>, StoreError> {
    blocks::chosen(conn, &EVENTS, &blocks::keys(conn, &EVENTS, (1, i64::MAX))?, |seq, read| {
        let found = unpack(seq, read)?;
        Ok(wanted(found.0).then_some(found))
    })
}

fn unpack(seq: i64, read: &mut Unpack) -> Result<(i64, Event), StoreError> {
    let subscription = read.int()?;
    Ok((subscription, Event { seq: seq.unsigned_abs(), date: read.date()?, kind: unpack_kind(read)? }))
}
