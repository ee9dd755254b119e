//! Many small records in one row.
//!
//! Cost lines, sold lines, accounts, tenants, subscriptions and their events are written by the hundred thousand, read whole and never
//! searched by SQL. One row of such a table holds up to 512 of them, packed ([`super::pack`]) one after the other and
//! lightly compressed ([`squeeze`]); writing and reading a million is a matter of a second, encryption included. The
//! row's key is the number of its first record, so a record is found by its number without reading the table.

use std::sync::{Arc, Mutex, mpsc};

use engine::{SourceId, Symbol};
use rusqlite::{Connection, OptionalExtension};

use super::cell::{cells, damaged};
use super::pack::{Pack, Unpack, cut};
use super::seal::{Insert, Table, Writer};
use super::texts::{Remap, Texts};
use crate::StoreError;

/// Columns of every table of blocks.
pub(crate) const COLUMNS: &[&str] = &["key", "count", "packed"];

pub(crate) const PER_BLOCK: usize = 512;
const VERSION: u8 = 1;

/// Blocks being filled.
pub(crate) struct Blocks<'w> {
    insert: Insert<'w>,
    key: i64,
    count: usize,
    packed: Vec<u8>,
}

impl Writer<'_> {
    /// Begins to fill blocks of a table; call [`Blocks::finish`] when done.
    pub(crate) fn blocks(&self, table: &'static Table) -> Result<Blocks<'_>, StoreError> {
        Ok(Blocks { insert: self.insert(table)?, key: 0, count: 0, packed: Vec::with_capacity(PER_BLOCK * 160) })
    }
}

impl Blocks<'_> {
    /// Adds the record with this number, which `pack` writes. `apart` begins a new block before it.
    pub(crate) fn add(&mut self, number: i64, apart: bool, pack: impl FnOnce(&mut Vec<u8>)) -> Result<(), StoreError> {
        if apart || self.count == PER_BLOCK {
            self.close()?;
        }
        if self.count == 0 {
            self.key = number;
        }
        pack(&mut self.packed);
        self.count += 1;
        Ok(())
    }

    fn close(&mut self) -> Result<(), StoreError> {
        if self.count > 0 {
            self.insert.add(&cells![self.key, self.count, squeeze(&self.packed)])?;
            self.packed.clear();
            self.count = 0;
        }
        Ok(())
    }

    /// Writes the last block and the seal.
    pub(crate) fn finish(mut self) -> Result<(), StoreError> {
        self.close()?;
        self.insert.finish().map(drop)
    }
}

/// Packed bytes as they are stored: the version of the form, their number, and the bytes compressed with LZ4, which takes
/// less time than encrypting what it saves.
pub(crate) fn squeeze(packed: &[u8]) -> Vec<u8> {
    let mut out = vec![VERSION];
    out.uint(packed.len() as u128);
    out.bytes(&lz4_flex::block::compress(packed));
    out
}

/// The packed bytes of a stored form.
pub(crate) fn unsqueeze(stored: &[u8]) -> Result<Vec<u8>, StoreError> {
    let (compressed, size) = sized(stored)?;
    lz4_flex::block::decompress(compressed, size).map_err(|_| cut())
}

/// The same into room that is used again for block after block: fresh room is cleared by the system each time.
fn unsqueeze_into<'p>(stored: &[u8], packed: &'p mut Vec<u8>) -> Result<&'p [u8], StoreError> {
    let (compressed, size) = sized(stored)?;
    if packed.len() < size {
        packed.resize(size, 0);
    }
    let packed = packed.get_mut(..size).ok_or_else(cut)?;
    match lz4_flex::block::decompress_into(compressed, packed) {
        Ok(written) if written == size => Ok(packed),
        _ => Err(cut()),
    }
}

/// The compressed bytes of a stored form, and how many they were.
fn sized(stored: &[u8]) -> Result<(&[u8], usize), StoreError> {
    let mut read = Unpack(stored);
    let (version, size) = (read.byte()?, read.u32()? as usize);
    if version != VERSION || size > LARGEST {
        return Err(damaged("a block of records", &format!("version {version}, {size} bytes")));
    }
    Ok((read.0, size))
}

/// More bytes than any block has.
const LARGEST: usize = 256 << 20;

/// Every block with a key in `[from, to]`, in order: its key, the number of its records, and their bytes.
pub(crate) fn each(
    conn: &Connection,
    table: &Table,
    range: (i64, i64),
    mut each: impl FnMut(i64, usize, &mut Unpack) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let mut packed = Vec::new();
    each_stored(conn, table, range, |key, count, block| {
        each(key, count, &mut Unpack(unsqueeze_into(&block, &mut packed)?))?;
        Ok(true)
    })
}

/// Every block with a key in `[from, to]` as it is stored, in order, with its key and the number of its records, as long as
/// `each` wants to go on.
fn each_stored(
    conn: &Connection,
    table: &Table,
    range: (i64, i64),
    each: impl FnMut(i64, usize, Vec<u8>) -> Result<bool, StoreError>,
) -> Result<(), StoreError> {
    each_of(conn, table, &keys(conn, table, range)?, each)
}

/// The keys in `[from, to]`, in order, each with the number of its block's records.
pub(crate) fn keys(conn: &Connection, table: &Table, (from, to): (i64, i64)) -> Result<Vec<(i64, u32)>, StoreError> {
    let select = format!("SELECT key, count FROM {} WHERE key BETWEEN ?1 AND ?2 ORDER BY key", table.name);
    let mut statement = conn.prepare_cached(&select)?;
    let keys = statement.query_map([from, to], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(keys.collect::<Result<_, _>>()?)
}

/// The bytes of the blocks with these keys, in their order.
pub(crate) fn these(
    conn: &Connection,
    table: &Table,
    keys: &[(i64, u32)],
    mut each: impl FnMut(i64, &mut Unpack) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let mut packed = Vec::new();
    each_of(conn, table, keys, |key, _, block| {
        each(key, &mut Unpack(unsqueeze_into(&block, &mut packed)?))?;
        Ok(true)
    })
}

/// The blocks with these keys as they are stored. Read piece by piece into our own room: SQLite's room for a whole value is
/// wiped each time.
fn each_of(
    conn: &Connection,
    table: &Table,
    keys: &[(i64, u32)],
    mut each: impl FnMut(i64, usize, Vec<u8>) -> Result<bool, StoreError>,
) -> Result<(), StoreError> {
    let Some((first, _)) = keys.first() else { return Ok(()) };
    let mut value = conn.blob_open(rusqlite::MAIN_DB, table.name, "packed", *first, true)?;
    for &(key, count) in keys {
        value.reopen(key)?;
        let mut block = vec![0; value.len()];
        value.read_at_exact(&mut block, 0)?;
        if !each(key, count as usize, block)? {
            break;
        }
    }
    Ok(())
}

/// The bytes of every block with a key in `[from, to]`, in order, shown on a thread of their own: while `each` looks at one
/// block, the next ones are read and decrypted.
pub(crate) fn each_beside(
    conn: &Connection,
    table: &Table,
    range: (i64, i64),
    each: impl FnMut(&mut Unpack) -> Result<(), StoreError> + Send,
) -> Result<(), StoreError> {
    each_apart(conn, table, range, &mut [each], |each, _, read| each(read))
}

/// The key and the bytes of every block with a key in `[from, to]`, each shown to one of several lookers, whichever is free,
/// on threads of their own: while they look, the next ones are read and decrypted.
pub(crate) fn each_apart<L: Send>(
    conn: &Connection,
    table: &Table,
    range: (i64, i64),
    lookers: &mut [L],
    look: impl Fn(&mut L, i64, &mut Unpack) -> Result<(), StoreError> + Sync,
) -> Result<(), StoreError> {
    each_apart_of(conn, table, &keys(conn, table, range)?, lookers, look)
}

/// The same of the blocks with these keys.
pub(crate) fn each_apart_of<L: Send>(
    conn: &Connection,
    table: &Table,
    keys: &[(i64, u32)],
    lookers: &mut [L],
    look: impl Fn(&mut L, i64, &mut Unpack) -> Result<(), StoreError> + Sync,
) -> Result<(), StoreError> {
    // Threads for a block or two would cost more than they spare.
    if let ([first, ..], ..=2) = (&mut *lookers, keys.len()) {
        return these(conn, table, keys, |key, read| look(first, key, read));
    }
    let (blocks, stored) = mpsc::sync_channel::<(i64, Vec<u8>)>(AHEAD);
    // Held by the lookers alone: when the last has ended, sending fails.
    let stored = Arc::new(Mutex::new(stored));
    std::thread::scope(|scope| {
        let looking: Vec<_> = lookers
            .iter_mut()
            .map(|looker| {
                let (look, stored) = (&look, stored.clone());
                scope.spawn(move || -> Result<(), StoreError> {
                    let mut packed = Vec::new();
                    let next = || stored.lock().ok().and_then(|stored| stored.recv().ok());
                    while let Some((key, block)) = next() {
                        look(looker, key, &mut Unpack(unsqueeze_into(&block, &mut packed)?))?;
                    }
                    Ok(())
                })
            })
            .collect();
        drop(stored);
        // A looker that has ended before time has failed, and says why itself.
        let wanted = || !looking.iter().any(|looker| looker.is_finished());
        let read = each_of(conn, table, keys, |key, _, block| Ok(wanted() && blocks.send((key, block)).is_ok()));
        drop(blocks);
        let looked = looking.into_iter().map(|looker| match looker.join() {
            Ok(looked) => looked,
            Err(panic) => std::panic::resume_unwind(panic),
        });
        looked.fold(Ok(()), Result::and).and(read)
    })
}

/// What `choose` makes of the records of the blocks with these keys, in order: it reads one record and is told its block's key
/// and its place there, added up, which is its number where numbers have no gaps.
pub(crate) fn chosen<T: Send>(
    conn: &Connection,
    table: &Table,
    keys: &[(i64, u32)],
    choose: impl Fn(i64, &mut Unpack) -> Result<Option<T>, StoreError> + Sync,
) -> Result<Vec<T>, StoreError> {
    let mut found: Vec<Vec<(i64, T)>> = (0..engine::cores::count()).map(|_| Vec::new()).collect();
    each_apart_of(conn, table, keys, &mut found, |found, key, read| {
        let mut number = key;
        while !read.is_done() {
            found.extend(choose(number, read)?.map(|chosen| (number, chosen)));
            number += 1;
        }
        Ok(())
    })?;
    let mut found: Vec<_> = found.into_iter().flatten().collect();
    found.sort_unstable_by_key(|(number, _)| *number);
    Ok(found.into_iter().map(|(_, chosen)| chosen).collect())
}

/// Blocks read ahead of those looked at.
const AHEAD: usize = 8;

/// How many records there are with keys in `[from, to]`.
pub(crate) fn count(conn: &Connection, table: &Table, (from, to): (i64, i64)) -> Result<usize, StoreError> {
    let select = format!("SELECT coalesce(sum(count), 0) FROM {} WHERE key BETWEEN ?1 AND ?2", table.name);
    let count: i64 = conn.prepare_cached(&select)?.query_row([from, to], |row| row.get(0))?;
    usize::try_from(count).map_err(|_| cut())
}

/// The packed block that a record with this number would be in, if its first is numbered `from` or later.
pub(crate) fn holding(conn: &Connection, table: &Table, from: i64, number: i64) -> Result<Option<Vec<u8>>, StoreError> {
    let select = format!("SELECT packed FROM {} WHERE key BETWEEN ?1 AND ?2 ORDER BY key DESC LIMIT 1", table.name);
    let found: Option<Vec<u8>> =
        conn.prepare_cached(&select)?.query_row([from, number], |row| row.get(0)).optional()?;
    found.map(|stored| unsqueeze(&stored)).transpose()
}

/// Packs values whose texts are translated to the book's symbols.
pub(crate) struct Packer<'p, 'b> {
    pub(crate) out: &'p mut Vec<u8>,
    pub(crate) texts: &'p mut Texts,
    pub(crate) remap: &'p mut Remap<'b>,
}

impl Packer<'_, '_> {
    /// A text that repeats, as the book's symbol.
    pub(crate) fn symbol(&mut self, symbol: Symbol) {
        let symbol = if symbol.is_empty() { 0 } else { self.texts.symbol(self.remap, symbol) };
        self.out.uint(symbol.into());
    }

    /// A text of this record alone.
    pub(crate) fn own_text(&mut self, symbol: Symbol) {
        self.out.text(self.remap.batch().text(symbol));
    }

    /// A source id that repeats: its kind, then a GUID or a symbol.
    pub(crate) fn source(&mut self, id: SourceId) {
        match id {
            SourceId::Guid(bytes) => {
                self.out.byte(1);
                self.out.bytes(&bytes);
            }
            SourceId::Text(symbol) => {
                self.out.byte(0);
                self.symbol(symbol);
            }
        }
    }
}

pub(crate) fn unpack_symbol(read: &mut Unpack) -> Result<Symbol, StoreError> {
    Ok(Symbol(read.u32()?))
}

pub(crate) fn unpack_source(read: &mut Unpack) -> Result<SourceId, StoreError> {
    match read.byte()? {
        0 => Ok(SourceId::Text(unpack_symbol(read)?)),
        1 => Ok(SourceId::Guid(read.array()?)),
        _ => Err(cut()),
    }
}
