//! The few subscriptions that work is about, found in a large register by the ids their source gave them.

use std::collections::HashMap;

use engine::register::{Account, Subscription};
use engine::{Names, SourceId};
use rusqlite::Connection;

use super::pack::Unpack;
use super::records::{self, unpack_head};
use super::subscriptions::{SUBSCRIPTIONS, unpack};
use super::{accounts, events};
use crate::StoreError;

/// Subscriptions with a `wanted` source id that is one of these names, with their timelines, in the order they were first
/// recorded. `accounts` are all there are, as they are loaded.
pub fn subscriptions(
    conn: &Connection,
    names: &Names,
    accounts: &[Account],
    wanted: impl Fn(SourceId) -> bool + Sync,
) -> Result<Vec<Subscription>, StoreError> {
    let found = records::chosen(conn, &SUBSCRIPTIONS, |no, record| {
        let mut read = Unpack(record);
        let head = unpack_head(&mut read)?;
        // An id whose text no line has is nobody's.
        match head.known(names)?.filter(|source| wanted(*source)) {
            Some(source) => {
                let account = accounts::numbered(accounts, read.int()?)?.id;
                Ok(Some((no, unpack(&mut read, source, account, head.id)?)))
            }
            None => Ok(None),
        }
    })?;
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let places: HashMap<i64, usize> = found.iter().enumerate().map(|(place, (no, _))| (*no, place)).collect();
    let mut out: Vec<Subscription> = found.into_iter().map(|(_, subscription)| subscription).collect();
    for (no, event) in events::chosen(conn, |no| places.contains_key(&no))? {
        out[places[&no]].events.push(event);
    }
    for subscription in &mut out {
        subscription.events.sort_by_key(|e| (e.date, e.seq));
    }
    Ok(out)
}
