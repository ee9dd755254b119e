//! Cost lines and sold lines: up to 512 lines of a document in one packed row.
//!
//! A month's lines are imported whole, read whole and never searched by SQL; packing them makes writing and reading a
//! million of them a matter of a second, encryption included. A line is known by document and row. Blocks are keyed by
//! document and first row, lines inside them by row, so one line is found without reading a document.
//!
//! A block begins with the version of its form. Texts repeated over lines are symbols of the book; texts that differ
//! from line to line (order number, reference) are written out.

mod cost;
mod sold;

pub use cost::Keep;

use engine::cost::{CostLine, Costs};
use engine::sale::SoldLine;
use engine::{LineRef, Names, SourceId, Symbol};
use rusqlite::{Connection, OptionalExtension};

use super::cell::{cells, damaged};
use super::pack::{Pack, Unpack, cut};
use super::seal::{Table, Writer};
use super::texts::{Remap, Texts};
use crate::StoreError;

pub(crate) const COST_LINES: Table = Table { name: "cost_lines", columns: &["key", "rows", "lines"] };
pub(crate) const SOLD_LINES: Table = Table { name: "sold_lines", columns: &["key", "rows", "lines"] };

const PER_BLOCK: usize = 512;
const VERSION: u8 = 1;

/// The cost lines of documents, by document and row, with their texts: `names` are the book's ([`super::texts::load`]).
pub fn load_costs(conn: &Connection, names: Names, documents: &[u32], keep: Keep) -> Result<Costs, StoreError> {
    let mut costs = Costs { names, lines: Vec::new() };
    for document in documents {
        let Costs { names, lines } = &mut costs;
        each_block(conn, &COST_LINES, *document, |rows, read| {
            lines.reserve(rows);
            let mut row = 0;
            while !read.is_done() {
                lines.push(cost::unpack(read, names, *document, &mut row, keep)?);
            }
            Ok(())
        })?;
    }
    Ok(costs)
}

/// One cost line, if there is one at this place.
pub fn cost_line(conn: &Connection, names: &mut Names, at: LineRef) -> Result<Option<CostLine>, StoreError> {
    let Some(block) = block_of(conn, &COST_LINES, at)? else { return Ok(None) };
    let mut read = open(&block)?;
    let mut row = 0;
    while !read.is_done() {
        let line = cost::unpack(&mut read, names, at.document, &mut row, Keep::Everything)?;
        if line.at == at {
            return Ok(Some(line));
        }
    }
    Ok(None)
}

/// The sold lines of documents, by document and row. The lines' own ids are interned into `names`, the book's texts.
pub fn load_sold(conn: &Connection, names: &mut Names, documents: &[u32]) -> Result<Vec<SoldLine>, StoreError> {
    let mut lines = Vec::new();
    for document in documents {
        each_block(conn, &SOLD_LINES, *document, |rows, read| {
            lines.reserve(rows);
            let mut row = 0;
            while !read.is_done() {
                lines.push(sold::unpack(read, names, *document, &mut row)?);
            }
            Ok(())
        })?;
    }
    Ok(lines)
}

/// One imported sold line, if there is one at this place.
pub fn sold_line(conn: &Connection, names: &mut Names, at: LineRef) -> Result<Option<SoldLine>, StoreError> {
    let Some(block) = block_of(conn, &SOLD_LINES, at)? else { return Ok(None) };
    let mut read = open(&block)?;
    let mut row = 0;
    while !read.is_done() {
        let line = sold::unpack(&mut read, names, at.document, &mut row)?;
        if row == at.row {
            return Ok(Some(line));
        }
    }
    Ok(None)
}

impl Writer<'_> {
    /// Stores cost lines, given by document and row in ascending order. `names` are the texts of this batch.
    pub fn add_cost_lines(&self, names: &Names, lines: &[CostLine]) -> Result<u64, StoreError> {
        self.add_blocks(&COST_LINES, names, lines, |line| line.at, cost::pack)
    }

    /// Stores imported sold lines, given by document and row in ascending order. `names` are the texts of this batch.
    pub fn add_sold_lines(&self, names: &Names, lines: &[SoldLine]) -> Result<u64, StoreError> {
        self.add_blocks(&SOLD_LINES, names, lines, sold::place, sold::pack)
    }

    fn add_blocks<L>(
        &self,
        table: &'static Table,
        names: &Names,
        lines: &[L],
        place: impl Fn(&L) -> LineRef,
        pack: impl Fn(&mut Packer, &L, u32),
    ) -> Result<u64, StoreError> {
        self.with_texts(|texts| {
            let mut remap = Remap::new(names);
            let mut insert = self.insert(table)?;
            let mut out = Vec::with_capacity(PER_BLOCK * 160);
            for document in lines.chunk_by(|a, b| place(a).document == place(b).document) {
                for block in document.chunks(PER_BLOCK) {
                    out.clear();
                    out.byte(VERSION);
                    let mut before = 0;
                    for line in block {
                        let row = place(line).row;
                        let step = row.checked_sub(before).filter(|step| *step > 0);
                        let step = step.ok_or_else(|| StoreError::Bug("lines out of order".into()))?;
                        out.uint(step.into());
                        let mut packer = Packer { out: &mut out, texts, remap: &mut remap };
                        pack(&mut packer, line, row);
                        before = row;
                    }
                    insert.add(&cells![key(place(&block[0])), block.len(), out.as_slice()])?;
                }
            }
            insert.finish()?;
            Ok(lines.len() as u64)
        })
    }
}

/// Where a line is being packed to, and how its symbols are translated.
struct Packer<'p, 'b> {
    out: &'p mut Vec<u8>,
    texts: &'p mut Texts,
    remap: &'p mut Remap<'b>,
}

impl Packer<'_, '_> {
    /// A text that repeats, as the book's symbol.
    fn symbol(&mut self, symbol: Symbol) {
        let symbol = if symbol.is_empty() { 0 } else { self.texts.symbol(self.remap, symbol) };
        self.out.uint(symbol.into());
    }

    /// A text of this line alone.
    fn own_text(&mut self, symbol: Symbol) {
        self.out.text(self.remap.batch().text(symbol));
    }

    /// A source id that repeats: its kind, then a GUID or a symbol.
    fn source(&mut self, id: SourceId) {
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

fn unpack_symbol(read: &mut Unpack) -> Result<Symbol, StoreError> {
    Ok(Symbol(read.u32()?))
}

fn unpack_source(read: &mut Unpack) -> Result<SourceId, StoreError> {
    match read.byte()? {
        0 => Ok(SourceId::Text(unpack_symbol(read)?)),
        1 => Ok(SourceId::Guid(read.array()?)),
        _ => Err(cut()),
    }
}

fn key(at: LineRef) -> i64 {
    i64::from(at.document) << 32 | i64::from(at.row)
}

fn open(block: &[u8]) -> Result<Unpack<'_>, StoreError> {
    let mut read = Unpack(block);
    match read.byte()? {
        VERSION => Ok(read),
        other => Err(damaged("a block of lines", &format!("version {other}"))),
    }
}

/// Every block of a document, in order of row: the number of its lines, and their bytes.
fn each_block(
    conn: &Connection,
    table: &Table,
    document: u32,
    mut each: impl FnMut(usize, &mut Unpack) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let select = format!("SELECT rows, lines FROM {} WHERE key BETWEEN ?1 AND ?2 ORDER BY key", table.name);
    let mut statement = conn.prepare_cached(&select)?;
    let mut rows = statement.query([key(LineRef { document, row: 0 }), key(LineRef { document, row: u32::MAX })])?;
    while let Some(row) = rows.next()? {
        let count: u32 = row.get(0)?;
        let block = row.get_ref(1)?.as_blob().map_err(|_| cut())?;
        each(count as usize, &mut open(block)?)?;
    }
    Ok(())
}

/// The block a line would be in.
fn block_of(conn: &Connection, table: &Table, at: LineRef) -> Result<Option<Vec<u8>>, StoreError> {
    let select = format!("SELECT lines FROM {} WHERE key BETWEEN ?1 AND ?2 ORDER BY key DESC LIMIT 1", table.name);
    let first = key(LineRef { document: at.document, row: 0 });
    Ok(conn.prepare_cached(&select)?.query_row([first, key(at)], |row| row.get(0)).optional()?)
}

#[cfg(test)]
mod tests;
