//! Records in blocks ([`super::blocks`]) that may be corrected: accounts, tenants, subscriptions.
//!
//! A record is numbered in the order of recording, from 1 and without gaps, and keeps its number. It begins with its id and
//! the id its source file gave it. Each of the two is there once: the write side sees to it, `book check` verifies it.

use engine::hash::map_of;
use engine::{Id, IdMap, IdSet, Names, SourceId};
use rusqlite::{Connection, params};

use super::Put;
use super::blocks;
use super::cell::{damaged, known_source, source, source_of};
use super::pack::{Pack, Unpack};
use super::seal::{Table, Writer};
use super::superseded::{Former, Superseding};
use crate::StoreError;

/// What a record is found by.
pub(crate) struct Head<'r> {
    pub(crate) id: Id,
    source: &'r [u8],
}

impl Head<'_> {
    /// The source id; its text, if it is one, is interned.
    pub(crate) fn source(&self, names: &mut Names) -> Result<SourceId, StoreError> {
        if self.source.is_empty() { Ok(SourceId::NONE) } else { source_of(self.source, names) }
    }

    /// The source id, if there is one and its text is one of these names.
    pub(crate) fn known(&self, names: &Names) -> Result<Option<SourceId>, StoreError> {
        if self.source.is_empty() { Ok(None) } else { known_source(self.source, names) }
    }
}

/// Reads the beginning of a record.
pub(crate) fn unpack_head<'r>(read: &mut Unpack<'r>) -> Result<Head<'r>, StoreError> {
    Ok(Head { id: Id(read.array()?), source: read.sized()? })
}

/// Writes the beginning of a record.
pub(crate) fn pack_head(out: &mut Vec<u8>, id: Id, from: SourceId, names: &Names) {
    out.bytes(&id.0);
    pack_source(out, from, names);
}

/// Writes a source id by itself, not as a symbol.
pub(crate) fn pack_source(out: &mut Vec<u8>, from: SourceId, names: &Names) {
    match from {
        // The usual case, without an allocation.
        SourceId::Guid(guid) => {
            out.uint(guid.len() as u128 + 1);
            out.byte(super::cell::GUID);
            out.bytes(&guid);
        }
        text => out.sized(&source(text, names).unwrap_or_default()),
    }
}

/// Calls back with the number of every record and its bytes.
pub(crate) fn each(
    conn: &Connection,
    table: &Table,
    mut each: impl FnMut(i64, &[u8]) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let mut next = 1;
    blocks::each(conn, table, (1, i64::MAX), |first, _, read| {
        if first != next {
            return Err(damaged("the number of a record", &first.to_string()));
        }
        while !read.is_done() {
            each(next, read.sized()?)?;
            next += 1;
        }
        Ok(())
    })
}

/// What `choose` makes of the records, told their numbers, in order; it looks at them on several threads.
pub(crate) fn chosen<T: Send>(
    conn: &Connection,
    table: &Table,
    choose: impl Fn(i64, &[u8]) -> Result<Option<T>, StoreError> + Sync,
) -> Result<Vec<T>, StoreError> {
    blocks::chosen(conn, table, &blocks::keys(conn, table, (1, i64::MAX))?, |no, read| choose(no, read.sized()?))
}

/// The same with the records as they were when the register's counter stood at `register`, on a thread of its own, beside
/// reading and decrypting.
pub(crate) fn each_as_of(
    conn: &Connection,
    table: &Table,
    register: Option<u64>,
    mut each: impl FnMut(i64, &[u8]) -> Result<(), StoreError> + Send,
) -> Result<(), StoreError> {
    let former = register.map(|at| Former::load(conn, table, at)).transpose()?.unwrap_or_default();
    let mut next = 1;
    let look = |first: i64, read: &mut Unpack| {
        if first != next {
            return Err(damaged("the number of a record", &first.to_string()));
        }
        while !read.is_done() {
            each(next, former.of(next, read.sized()?))?;
            next += 1;
        }
        Ok(())
    };
    blocks::each_apart(conn, table, (1, i64::MAX), &mut [look], |look, first, read| look(first, read))
}

/// How many records there are.
pub(crate) fn count(conn: &Connection, table: &Table) -> Result<usize, StoreError> {
    blocks::count(conn, table, (1, i64::MAX))
}

/// The number and the stored id of each given record that is in the book: known by its source id, else by its id.
pub(crate) fn find(
    conn: &Connection,
    table: &Table,
    names: &Names,
    given: impl ExactSizeIterator<Item = (Id, SourceId)>,
) -> Result<Vec<Option<(i64, Id)>>, StoreError> {
    let mut found = vec![None; given.len()];
    let (mut by_source, mut by_id) = (map_of(given.len()), map_of(given.len()));
    let twice = |id: Id| Err(StoreError::Bug(format!("{id} is given twice")));
    let mut same_id = Vec::new();
    for (i, (id, source)) in given.enumerate() {
        if !source.is_none() && by_source.insert(source, i).is_some() {
            return twice(id);
        }
        if by_id.insert(id, i).is_some() {
            same_id.push((i, id));
        }
    }
    let mut weak: IdMap<usize, (i64, Id)> = IdMap::default();
    each(conn, table, |no, record| {
        let head = unpack_head(&mut Unpack(record))?;
        if let Some(&i) = head.known(names)?.and_then(|source| by_source.get(&source)) {
            found[i] = Some((no, head.id));
        } else if let Some(&i) = by_id.get(&head.id) {
            weak.insert(i, (no, head.id));
        }
        Ok(())
    })?;
    for (i, at) in weak {
        found[i] = found[i].or(Some(at));
    }
    // An id given with a known source id is given up for the stored one.
    match same_id.into_iter().find(|(i, _)| found[*i].is_none()) {
        Some((_, id)) => twice(id),
        None => Ok(found),
    }
}

/// Every id and source id is there once.
pub(crate) fn verify(conn: &Connection, table: &Table) -> Result<(), StoreError> {
    let mut names = Names::default();
    let (mut ids, mut sources) = (IdSet::default(), IdSet::default());
    each(conn, table, |_, record| {
        let head = unpack_head(&mut Unpack(record))?;
        let source = head.source(&mut names)?;
        if !ids.insert(head.id) || (!source.is_none() && !sources.insert(source)) {
            return Err(damaged("an id of the register", &format!("{} twice", head.id)));
        }
        Ok(())
    })
}

impl Writer<'_> {
    /// Rewrites the blocks in which a known record differs from what is given now. `known` are numbers, ascending, and
    /// the place of each among what is given; `pack` writes the record for a place, `differs` is told of its old one.
    pub(crate) fn correct(
        &self,
        table: &'static Table,
        known: &[(i64, usize)],
        mut pack: impl FnMut(usize, &mut Vec<u8>) -> Result<(), StoreError>,
        mut differs: impl FnMut(usize, &[u8]) -> Result<(), StoreError>,
    ) -> Result<Put, StoreError> {
        let mut put = Put::default();
        if known.is_empty() {
            return Ok(put);
        }
        let mut known = known.iter().peekable();
        let mut remade: Vec<(i64, Vec<u8>)> = Vec::new();
        let mut was = Superseding::default();
        let mut new = Vec::new();
        blocks::each(self.conn(), table, (1, i64::MAX), |key, count, read| {
            if known.peek().is_none_or(|(no, _)| *no >= key + count as i64) {
                return Ok(());
            }
            let before = put.changed;
            let mut records = Vec::with_capacity(read.0.len() + 64);
            for no in key..key + count as i64 {
                let old = read.sized()?;
                let Some(&(_, place)) = known.next_if(|(known, _)| *known == no) else {
                    records.sized(old);
                    continue;
                };
                new.clear();
                pack(place, &mut new)?;
                if new == old {
                    put.same += 1;
                } else {
                    put.changed += 1;
                    was.add(no, old);
                    differs(place, old)?;
                }
                records.sized(&new);
            }
            if put.changed > before {
                remade.push((key, blocks::squeeze(&records)));
            }
            Ok(())
        })?;
        self.supersede(table, was)?;
        for (key, packed) in remade {
            self.change(table, "key = ?1", params![key], |conn| {
                conn.prepare_cached(&format!("UPDATE {} SET packed = ?2 WHERE key = ?1", table.name))?
                    .execute(params![key, packed])
            })?;
        }
        Ok(put)
    }
}
