//! The tree of accounts, in the order it is read: each account followed by those below it.

use crate::people::{self, People};
use crate::{Failure, Session};
use engine::register::{Account, Status};
use engine::{Id, IdMap, IdSet, Names};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::tables;
use store::tables::subscriptions::Scope;

/// Which branches are folded.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub struct Ask {
    /// Accounts whose branch is folded, as the tree names them.
    #[serde(default)]
    closed: Vec<String>,
}

/// An account of the tree.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Row {
    #[serde(rename = "ref")]
    reference: String,
    name: String,
    kind: &'static str,
    /// How many stand above it.
    depth: usize,
    /// The account above, as the tree names it.
    parent: Option<String>,
    parent_name: Option<String>,
    /// Accounts right below it.
    children: usize,
    closed: bool,
    country: String,
    currency: String,
    segment: String,
    /// Subscriptions of its own that run today.
    running: usize,
    ended: Option<String>,
}

/// The tree.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Tree {
    customers: usize,
    resellers: usize,
    ended: usize,
    accounts: Vec<Row>,
}

/// Reads the tree.
pub fn tree(session: &mut Session, ask: Ask) -> Result<Tree, Failure> {
    session.read(|book| {
        let mut names = book.names()?;
        let people = People::load(book, &mut names)?;
        let mut running: IdMap<Id, usize> = IdMap::default();
        for subscription in tables::subscriptions::load(book.conn(), &mut names, Scope::All)? {
            let state = subscription.on(book.today);
            if matches!(state.status, Status::Active | Status::Suspended) {
                *running.entry(state.account).or_default() += 1;
            }
        }
        let count = |kind: &str| people.accounts.iter().filter(|a| people::kind(a.kind) == kind).count();
        Ok(Tree {
            customers: count("customer"),
            resellers: count("reseller"),
            ended: people.accounts.iter().filter(|a| a.ended.is_some()).count(),
            accounts: Walk { people: &people, names: &names, running: &running, closed: &ask.closed }.rows(),
        })
    })
}

struct Walk<'a> {
    people: &'a People,
    names: &'a Names,
    running: &'a IdMap<Id, usize>,
    closed: &'a [String],
}

impl Walk<'_> {
    /// Every account once, below the one above it. One whose branch leads nowhere stands at the top.
    fn rows(&self) -> Vec<Row> {
        let mut below: IdMap<Id, Vec<&Account>> = IdMap::default();
        let mut top = Vec::new();
        for account in &self.people.accounts {
            match account.parent.filter(|p| self.people.get(*p).is_some()) {
                Some(parent) => below.entry(parent).or_default().push(account),
                None => top.push(account),
            }
        }
        let mut rows = Vec::with_capacity(self.people.accounts.len());
        let mut seen = IdSet::default();
        let mut waiting: Vec<(&Account, usize)> = self.sorted(top).into_iter().map(|a| (a, 0)).collect();
        while let Some((account, depth)) = waiting.pop() {
            if !seen.insert(account.id) {
                continue;
            }
            let children = below.remove(&account.id).unwrap_or_default();
            let row = self.row(account, depth, children.len());
            if !row.closed {
                waiting.extend(self.sorted(children).into_iter().map(|a| (a, depth + 1)));
            }
            rows.push(row);
        }
        rows
    }

    /// Last name first, as a stack takes them; resellers before customers.
    fn sorted<'a>(&self, mut accounts: Vec<&'a Account>) -> Vec<&'a Account> {
        accounts.sort_by_cached_key(|a| (people::kind(a.kind) != "customer", a.name.to_lowercase()));
        // Among resellers and among customers alike the names run upwards.
        let split = accounts.iter().position(|a| people::kind(a.kind) != "customer").unwrap_or(accounts.len());
        accounts[..split].reverse();
        accounts[split..].reverse();
        accounts
    }

    fn row(&self, account: &Account, depth: usize, children: usize) -> Row {
        let reference = people::reference(account, self.names);
        Row {
            name: account.name.clone(),
            kind: people::kind(account.kind),
            depth,
            parent: account.parent.map(|id| self.people.reference(id, self.names)),
            parent_name: account.parent.map(|id| self.people.name(id).to_owned()),
            children,
            closed: children > 0 && self.closed.contains(&reference),
            country: account.country.clone(),
            currency: account.currency.to_string(),
            segment: self.names.text(account.segment).to_owned(),
            running: self.running.get(&account.id).copied().unwrap_or_default(),
            ended: account.ended.map(|d| d.to_string()),
            reference,
        }
    }
}
