//! Cost lines and sold lines, in blocks ([`super::blocks`]).
//!
//! A line is known by document and row; its number is `document * 2^32 + row`, and a block never mixes documents. Each
//! record begins with its length, so that lines not wanted are passed over by what they begin with. Texts
//! repeated over lines are symbols of the book; texts that differ from line to line (order number, reference, customer's
//! name) are written out.

mod cost;
mod places;
mod sold;

pub use cost::{Head, Keep, Own};
pub use places::Places;

use engine::cost::{CostLine, Costs};
use engine::sale::SoldLine;
use engine::{LineRef, Names, SourceId};
use rusqlite::Connection;

use super::blocks::{self, Packer};
use super::pack::{Pack, Unpack};
use super::seal::{Table, Writer};
use super::texts::Remap;
use crate::StoreError;

pub(crate) const COST_LINES: Table = Table { name: "cost_lines", columns: blocks::COLUMNS };
pub(crate) const SOLD_LINES: Table = Table { name: "sold_lines", columns: blocks::COLUMNS };

/// The cost lines of documents, by document and row, with their texts: `names` are the book's ([`super::texts::load`]).
pub fn load_costs(conn: &Connection, names: Names, documents: &[u32], keep: Keep) -> Result<Costs, StoreError> {
    let mut costs = Costs { names, lines: Vec::with_capacity(count_costs(conn, documents)?) };
    for document in documents {
        blocks::each_beside(conn, &COST_LINES, range(*document), |read| {
            while !read.is_done() {
                let record = read.sized()?;
                costs.lines.push(cost::unpack(&mut Unpack(record), &mut costs.names, *document, keep)?);
            }
            Ok(())
        })?;
    }
    Ok(costs)
}

/// Where to look for lines.
#[derive(Clone, Copy, Debug)]
pub enum Among<'a> {
    /// In whole documents.
    Documents(&'a [u32]),
    /// Around these places, given in order: in the blocks of lines that hold them.
    Places(&'a [LineRef]),
}

/// The documents to look in, with the keys of their blocks.
type Blocks = Vec<(u32, Vec<(i64, u32)>)>;

impl Among<'_> {
    fn blocks(self, conn: &Connection, table: &Table) -> Result<Blocks, StoreError> {
        let keys = |document: u32| blocks::keys(conn, table, range(document));
        match self {
            Among::Documents(documents) => documents.iter().map(|no| Ok((*no, keys(*no)?))).collect(),
            Among::Places(places) => places
                .chunk_by(|a, b| a.document == b.document)
                .map(|places| Ok((places[0].document, holding(keys(places[0].document)?, places))))
                .collect(),
        }
    }
}

/// Those blocks of a document that hold one of these places.
fn holding(blocks: Vec<(i64, u32)>, places: &[LineRef]) -> Vec<(i64, u32)> {
    let nexts: Vec<i64> = blocks.iter().skip(1).map(|(key, _)| *key).chain([i64::MAX]).collect();
    let mut places = places.iter().map(|at| number(*at)).peekable();
    let mut holds = |next: i64| {
        let held = places.peek().is_some_and(|place| *place < next);
        while places.next_if(|place| *place < next).is_some() {}
        held
    };
    blocks.into_iter().zip(nexts).filter(|(_, next)| holds(*next)).map(|(block, _)| block).collect()
}

/// The cost lines among these that are `wanted`, few of many.
pub fn choose_costs(
    conn: &Connection,
    names: Names,
    among: Among<'_>,
    keep: Keep,
    wanted: impl Fn(&Head) -> bool + Sync,
) -> Result<Costs, StoreError> {
    let mut costs = Costs { names, lines: Vec::new() };
    for (document, keys) in among.blocks(conn, &COST_LINES)? {
        let found = blocks::chosen(conn, &COST_LINES, &keys, |_, read| {
            let record = read.sized()?;
            let (.., head) = cost::unpack_head(&mut Unpack(record))?;
            Ok(wanted(&head).then(|| record.to_vec()))
        })?;
        for record in found {
            costs.lines.push(cost::unpack(&mut Unpack(&record), &mut costs.names, document, keep)?);
        }
    }
    Ok(costs)
}

/// How many cost lines documents have.
pub fn count_costs(conn: &Connection, documents: &[u32]) -> Result<usize, StoreError> {
    documents.iter().map(|document| blocks::count(conn, &COST_LINES, range(*document))).sum()
}

/// How many sold lines documents have.
pub fn count_sold(conn: &Connection, documents: &[u32]) -> Result<usize, StoreError> {
    documents.iter().map(|document| blocks::count(conn, &SOLD_LINES, range(*document))).sum()
}

/// Shows every cost line of documents with its charge alone ([`Keep::Charge`]) to one of the lookers, each on a thread of its
/// own; which line goes to which is left to chance.
pub fn each_charge<L: Send>(
    conn: &Connection,
    documents: &[u32],
    lookers: &mut [L],
    look: impl Fn(&mut L, &CostLine) + Sync,
) -> Result<(), StoreError> {
    documents.iter().try_for_each(|document| {
        blocks::each_apart(conn, &COST_LINES, range(*document), lookers, |looker, _, read| {
            let mut names = Names::default();
            while !read.is_done() {
                look(looker, &cost::unpack(&mut Unpack(read.sized()?), &mut names, *document, Keep::Charge)?);
            }
            Ok(())
        })
    })
}

/// The same of the sold lines of documents.
pub fn each_sale<L: Send>(
    conn: &Connection,
    documents: &[u32],
    lookers: &mut [L],
    look: impl Fn(&mut L, &SoldLine) + Sync,
) -> Result<(), StoreError> {
    documents.iter().try_for_each(|document| {
        blocks::each_apart(conn, &SOLD_LINES, range(*document), lookers, |looker, _, read| {
            let mut names = Names::default();
            while !read.is_done() {
                look(looker, &sold::unpack(&mut Unpack(read.sized()?), &mut names, *document, Keep::Charge)?);
            }
            Ok(())
        })
    })
}

/// Shows every cost line of a document, one at a time, without the texts that differ from line to line.
pub fn each_cost<E: From<StoreError>>(
    conn: &Connection,
    document: u32,
    mut each: impl FnMut(&CostLine) -> Result<(), E>,
) -> Result<(), E> {
    let (mut names, mut stopped) = (Names::default(), None);
    blocks::each(conn, &COST_LINES, range(document), |_, _, read| {
        while stopped.is_none() && !read.is_done() {
            stopped = each(&cost::unpack(&mut Unpack(read.sized()?), &mut names, document, Keep::Figures)?).err();
        }
        Ok(())
    })?;
    stopped.map_or(Ok(()), Err)
}

/// One cost line, if there is one at this place.
pub fn cost_line(conn: &Connection, names: &mut Names, at: LineRef) -> Result<Option<CostLine>, StoreError> {
    let Some(block) = block_of(conn, &COST_LINES, at)? else { return Ok(None) };
    let mut read = Unpack(&block);
    while !read.is_done() {
        let record = read.sized()?;
        if Unpack(record).u32()? == at.row {
            return cost::unpack(&mut Unpack(record), names, at.document, Keep::Everything).map(Some);
        }
    }
    Ok(None)
}

/// The sold lines of documents, by document and row. The lines' own ids are interned into `names`, the book's texts, if all
/// is to be kept; ids that are GUIDs always are.
pub fn load_sold(
    conn: &Connection,
    names: &mut Names,
    documents: &[u32],
    keep: Keep,
) -> Result<Vec<SoldLine>, StoreError> {
    let mut lines = Vec::with_capacity(count_sold(conn, documents)?);
    for document in documents {
        blocks::each_beside(conn, &SOLD_LINES, range(*document), |read| {
            while !read.is_done() {
                lines.push(sold::unpack(&mut Unpack(read.sized()?), names, *document, keep)?);
            }
            Ok(())
        })?;
    }
    Ok(lines)
}

/// The sold lines among these whose subscription and customer are `wanted`, few of many.
pub fn choose_sold(
    conn: &Connection,
    names: &mut Names,
    among: Among<'_>,
    keep: Keep,
    wanted: impl Fn(SourceId, SourceId) -> bool + Sync,
) -> Result<Vec<SoldLine>, StoreError> {
    let mut lines = Vec::new();
    for (document, keys) in among.blocks(conn, &SOLD_LINES)? {
        let found = blocks::chosen(conn, &SOLD_LINES, &keys, |_, read| {
            let record = read.sized()?;
            let (_, customer, subscription) = sold::unpack_head(&mut Unpack(record))?;
            Ok(wanted(subscription, customer).then(|| record.to_vec()))
        })?;
        for record in found {
            lines.push(sold::unpack(&mut Unpack(&record), names, document, keep)?);
        }
    }
    Ok(lines)
}

/// One imported sold line, if there is one at this place.
pub fn sold_line(conn: &Connection, names: &mut Names, at: LineRef) -> Result<Option<SoldLine>, StoreError> {
    Ok(sold_lines(conn, names, &[at])?.pop())
}

/// The imported sold lines at these places, by document and row; each block is read once.
pub fn sold_lines(conn: &Connection, names: &mut Names, places: &[LineRef]) -> Result<Vec<SoldLine>, StoreError> {
    let mut wanted = places.to_vec();
    wanted.sort_unstable();
    wanted.dedup();
    let (mut out, mut rest) = (Vec::with_capacity(wanted.len()), wanted.as_slice());
    while let Some(&first) = rest.first() {
        let mut last = first;
        if let Some(block) = block_of(conn, &SOLD_LINES, first)? {
            let mut read = Unpack(&block);
            while !read.is_done() {
                let record = read.sized()?;
                let at = LineRef { document: first.document, row: Unpack(record).u32()? };
                if rest.binary_search(&at).is_ok() {
                    out.push(sold::unpack(&mut Unpack(record), names, at.document, Keep::Everything)?);
                }
                last = last.max(at);
            }
        }
        rest = &rest[rest.partition_point(|at| *at <= last)..];
    }
    Ok(out)
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
        pack: impl Fn(&mut Packer, &L),
    ) -> Result<u64, StoreError> {
        self.with_texts(|texts| {
            let mut remap = Remap::new(names);
            let mut blocks = self.blocks(table)?;
            let mut before = LineRef { document: 0, row: 0 };
            let mut record = Vec::with_capacity(256);
            for line in lines {
                let at = place(line);
                if at <= before {
                    return Err(StoreError::Bug("lines out of order".into()));
                }
                record.clear();
                record.uint(at.row.into());
                pack(&mut Packer { out: &mut record, texts, remap: &mut remap }, line);
                blocks.add(number(at), at.document != before.document, |out| out.sized(&record))?;
                before = at;
            }
            blocks.finish()?;
            Ok(lines.len() as u64)
        })
    }
}

fn number(at: LineRef) -> i64 {
    i64::from(at.document) << 32 | i64::from(at.row)
}

/// The numbers lines of a document can have.
fn range(document: u32) -> (i64, i64) {
    (number(LineRef { document, row: 0 }), number(LineRef { document, row: u32::MAX }))
}

/// The block a line would be in.
fn block_of(conn: &Connection, table: &Table, at: LineRef) -> Result<Option<Vec<u8>>, StoreError> {
    blocks::holding(conn, table, range(at.document).0, number(at))
}

#[cfg(test)]
mod tests;
