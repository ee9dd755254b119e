//! Cost lines by their place among all those of some documents. Any of them is read without the others, so that a screen
//! shows a few of a million at once.

use engine::cost::CostLine;
use rusqlite::Connection;

use super::cost::{self, Own};
use super::{COST_LINES, range};
use crate::StoreError;
use crate::tables::blocks;
use crate::tables::pack::{Unpack, cut};

/// Where the cost lines of documents lie.
pub struct Places {
    /// Key and number of lines of each block.
    blocks: Vec<(i64, u32)>,
    /// The place of the first line of each block.
    firsts: Vec<usize>,
    len: usize,
}

impl Places {
    /// Those of these documents, given in ascending order, by document and row.
    pub fn of(conn: &Connection, documents: &[u32]) -> Result<Places, StoreError> {
        let mut places = Places { blocks: Vec::new(), firsts: Vec::new(), len: 0 };
        for document in documents {
            for (key, count) in blocks::keys(conn, &COST_LINES, range(*document))? {
                places.blocks.push((key, count));
                places.firsts.push(places.len);
                places.len += count as usize;
            }
        }
        Ok(places)
    }

    /// How many lines there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// What `make` makes of the lines at these places, in the order given; places where no line is are left out. Each block
    /// is read once.
    pub fn read<T>(
        &self,
        conn: &Connection,
        places: &[usize],
        mut make: impl FnMut(&CostLine, &Own) -> T,
    ) -> Result<Vec<T>, StoreError> {
        let mut wanted: Vec<(usize, usize)> =
            places.iter().copied().zip(0..).filter(|(at, _)| *at < self.len).collect();
        wanted.sort_unstable();
        let block_of = |place: usize| self.firsts.partition_point(|first| *first <= place) - 1;
        let mut holding: Vec<usize> = wanted.iter().map(|(place, _)| block_of(*place)).collect();
        holding.dedup();
        let keys: Vec<(i64, u32)> = holding.iter().map(|block| self.blocks[*block]).collect();
        let (mut holding, mut wanted) = (holding.into_iter(), wanted.into_iter().peekable());
        let mut made = Vec::with_capacity(places.len());
        blocks::these(conn, &COST_LINES, &keys, |key, read| {
            let mut place = holding.next().map(|block| self.firsts[block]).ok_or_else(cut)?;
            while !read.is_done() {
                let record = read.sized()?;
                while let Some((_, turn)) = wanted.next_if(|(at, _)| *at == place) {
                    let (line, own) = cost::unpack_beside(&mut Unpack(record), document_of(key)?)?;
                    made.push((turn, make(&line, &own)));
                }
                place += 1;
            }
            Ok(())
        })?;
        made.sort_unstable_by_key(|(turn, _)| *turn);
        Ok(made.into_iter().map(|(_, made)| made).collect())
    }

    /// Shows every line with its place to one of the lookers, each on a thread of its own; which line goes to which is left
    /// to chance.
    pub fn each<L: Send>(
        &self,
        conn: &Connection,
        lookers: &mut [L],
        look: impl Fn(&mut L, usize, &CostLine, &Own) + Sync,
    ) -> Result<(), StoreError> {
        blocks::each_apart_of(conn, &COST_LINES, &self.blocks, lookers, |looker, key, read| {
            let block = self.blocks.binary_search_by_key(&key, |(key, _)| *key).map_err(|_| cut())?;
            let mut place = self.firsts[block];
            while !read.is_done() {
                let (line, own) = cost::unpack_beside(&mut Unpack(read.sized()?), document_of(key)?)?;
                look(looker, place, &line, &own);
                place += 1;
            }
            Ok(())
        })
    }
}

/// The document half of a line's number.
fn document_of(number: i64) -> Result<u32, StoreError> {
    u32::try_from(number >> 32).map_err(|_| cut())
}
