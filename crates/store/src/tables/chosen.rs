//! The few subscriptions that work is about, found in a large register by the ids their source gave them.

use std::collections::HashMap;

use engine::register::Subscription;
use engine::{Names, SourceId};
use rusqlite::Connection;

use super::pack::Unpack;
use super::records::{self, unpack_head};
use super::subscriptions::{SUBSCRIPTIONS, unpack};
use super::{accounts, events};
use crate::StoreError;

/// Subscriptions with a `wanted` source id, with their timelines, in the order they were first recorded.
pub fn subscriptions(
    conn: &Connection,
    names: &mut Names,
    wanted: impl Fn(SourceId) -> bool,
) -> Result<Vec<Subscription>, StoreError> {
    let accounts = accounts::ids(conn)?;
    let mut out: Vec<Subscription> = Vec::new();
    let mut places: HashMap<i64, usize> = HashMap::new();
    records::each(conn, &SUBSCRIPTIONS, |no, record| {
        let mut read = Unpack(record);
        let head = unpack_head(&mut read)?;
        if wanted(head.source(names)?) {
            let account = accounts::at(&accounts, read.int()?)?;
            places.insert(no, out.len());
            out.push(unpack(&mut read, names, account, &head)?);
        }
        Ok(())
    })?;
    if out.is_empty() {
        return Ok(out);
    }
    events::each(conn, |no, event| {
        if let Some(place) = places.get(&no) {
            out[*place].events.push(event);
        }
        Ok(())
    })?;
    for subscription in &mut out {
        subscription.events.sort_by_key(|e| (e.date, e.seq));
    }
    Ok(out)
}
