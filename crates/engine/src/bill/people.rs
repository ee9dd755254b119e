//! The accounts of a run: their order, who pays for whom, who stands above whom.

use crate::register::Account;
use crate::{Date, Id, IdMap, Names, SourceId};
use std::cell::Cell;

/// Accounts in the order of their source ids; an account's place in it is its rank.
pub(super) struct Tree<'a> {
    ordered: Vec<&'a Account>,
    ranks: IdMap<Id, u32>,
    payers: Vec<u32>,
    above: Vec<Vec<Id>>,
}

impl<'a> Tree<'a> {
    pub fn new(accounts: &'a [Account], names: &Names) -> Tree<'a> {
        // With what they are compared by beside them: accounts lie far apart.
        let mut ordered: Vec<(SourceId, Id, &Account)> = accounts.iter().map(|a| (a.source, a.id, a)).collect();
        ordered.sort_unstable_by(|a, b| by_source(names, a.0, b.0).then(a.1.cmp(&b.1)));
        let ordered: Vec<&Account> = ordered.into_iter().map(|(_, _, account)| account).collect();
        let ranks: IdMap<_, _> = ordered.iter().zip(0..).map(|(a, rank)| (a.id, rank)).collect();
        let find = |id: Option<Id>| id.and_then(|id| ranks.get(&id)).copied();
        let pays = |at: u32| find(ordered[at as usize].bill_to);
        let stands_above = |at: u32| find(ordered[at as usize].parent);
        let payers =
            (0..ordered.len() as u32).map(|start| follow(start, pays).last().copied().unwrap_or(start)).collect();
        let id = |at: u32| ordered[at as usize].id;
        let above =
            (0..ordered.len() as u32).map(|start| follow(start, stands_above).into_iter().map(id).collect()).collect();
        Tree { ordered, ranks, payers, above }
    }
}

/// One thread's view of the accounts.
pub(super) struct People<'a> {
    tree: &'a Tree<'a>,
    /// The account asked for last: lines come in runs of one account.
    recent: Cell<Option<(Id, u32)>>,
}

impl<'a> People<'a> {
    pub fn of(tree: &'a Tree<'a>) -> People<'a> {
        People { tree, recent: Cell::new(None) }
    }

    /// One more than the last rank.
    pub fn end(&self) -> u32 {
        self.tree.ordered.len() as u32
    }

    pub fn rank(&self, id: Id) -> Option<u32> {
        match self.recent.get() {
            Some((recent, rank)) if recent == id => Some(rank),
            _ => {
                let rank = self.tree.ranks.get(&id).copied()?;
                self.recent.set(Some((id, rank)));
                Some(rank)
            }
        }
    }

    pub fn by_rank(&self, rank: u32) -> &'a Account {
        self.tree.ordered[rank as usize]
    }

    pub fn get(&self, id: Id) -> Option<&'a Account> {
        self.rank(id).map(|rank| self.by_rank(rank))
    }

    /// Who is invoiced for an account: up the tree as far as it says so.
    pub fn payer_rank(&self, id: Id) -> Option<u32> {
        self.rank(id).map(|rank| self.tree.payers[rank as usize])
    }

    pub fn payer(&self, id: Id) -> Option<&'a Account> {
        self.payer_rank(id).map(|rank| self.by_rank(rank))
    }

    /// The accounts above, nearest first.
    pub fn above(&self, id: Id) -> &'a [Id] {
        self.rank(id).map_or(&[], |rank| &self.tree.above[rank as usize])
    }

    pub fn ended_before(&self, id: Id, day: Date) -> bool {
        self.get(id).and_then(|a| a.ended).is_some_and(|last| last < day)
    }
}

/// The chain from an account up, without itself; a circle in bad data ends where it would repeat.
fn follow(start: u32, next: impl Fn(u32) -> Option<u32>) -> Vec<u32> {
    let mut chain = Vec::new();
    let mut at = start;
    while let Some(above) = next(at).filter(|above| *above != start && !chain.contains(above)) {
        chain.push(above);
        at = above;
    }
    chain
}

/// The order of source ids: GUIDs by their bytes, then texts by their letters, whatever order they were read in.
pub(super) fn by_source(names: &Names, a: SourceId, b: SourceId) -> std::cmp::Ordering {
    match (a, b) {
        (SourceId::Text(a), SourceId::Text(b)) => names.text(a).cmp(names.text(b)),
        (a, b) => a.cmp(&b),
    }
}
