//! Joining: the lines of one subscription from every side, brought together.
//!
//! Each side is a list of (hash of the subscription, line number) put in order, and the lists are walked side by side:
//! no table of a million entries, no copies of lines. The hash only brings lines close; equality decides. A line
//! without a subscription belongs to its customer instead.

use super::{Draft, Input, pair};
use crate::register::{Account, AccountKind, Tenant};
use crate::{Id, SourceId};
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::ops::Range;
use std::sync::OnceLock;

/// The input with the few lookups every judgement needs.
pub(super) struct Context<'a> {
    pub input: &'a Input<'a>,
    owners: Owners,
    /// Made when it is first asked for, which is seldom.
    tree: OnceLock<HashMap<Id, &'a Account, BuildHasherDefault<Folding>>>,
}

impl<'a> Context<'a> {
    pub fn of(input: &'a Input<'a>) -> Context<'a> {
        Context { input, owners: Owners::of(input.accounts, input.tenants), tree: OnceLock::new() }
    }

    /// The account behind a customer's id, by tenant or by the account's own source id.
    pub fn account(&self, customer: SourceId) -> Option<Id> {
        self.owners.account(customer)
    }

    /// Customers of vendor lines the register does not know, in order of id. Neighbouring lines mostly share theirs.
    pub fn unmapped(&self) -> Vec<SourceId> {
        let mut last = None;
        let customers = self.input.vendor.iter().map(|line| line.customer);
        let changes = customers.filter(|customer| last.replace(*customer) != Some(*customer));
        let mut unknown: Vec<SourceId> = changes.filter(|customer| self.is_unmapped(*customer)).collect();
        unknown.sort_unstable();
        unknown.dedup();
        unknown
    }

    /// Whether there is a register of customers that does not have this one.
    pub fn is_unmapped(&self, customer: SourceId) -> bool {
        !self.owners.is_empty() && self.owners.account(customer).is_none()
    }
}

/// The account behind each customer's id.
#[derive(Debug)]
pub(super) struct Owners(IdMap<Id>);

impl Owners {
    pub fn of(accounts: &[Account], tenants: &[Tenant]) -> Owners {
        // The seller is in every book, and is nobody's customer.
        let customers = accounts.iter().filter(|a| a.kind != AccountKind::Seller);
        let of_accounts = customers.map(|a| (a.source, a.id));
        let of_tenants = tenants.iter().filter_map(|t| t.account.map(|account| (t.tenant, account)));
        // Room for all at once: growing step by step would place each of them twice.
        let mut owners = IdMap::with_capacity_and_hasher(accounts.len() + tenants.len(), Default::default());
        owners.extend(of_accounts.chain(of_tenants));
        Owners(owners)
    }

    /// The account behind a customer's id, by tenant or by the account's own source id.
    pub fn account(&self, customer: SourceId) -> Option<Id> {
        self.0.get(&customer).copied()
    }

    /// Whether there is no register of customers.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Context<'_> {
    /// Whether `payer` stands above `user` in the tree of accounts, or is who it is billed to.
    pub fn pays_for(&self, payer: Id, user: Id) -> bool {
        let tree = self.tree.get_or_init(|| self.input.accounts.iter().map(|a| (a.id, a)).collect());
        let mut at = tree.get(&user);
        for _ in 0..tree.len() {
            let Some(account) = at else { return false };
            if account.bill_to == Some(payer) || account.parent == Some(payer) {
                return true;
            }
            at = account.parent.and_then(|parent| tree.get(&parent));
        }
        false
    }
}

/// What lines are brought together by: the subscription, or the customer where a line names none.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Key {
    Subscription(SourceId),
    Customer(SourceId),
}

impl Key {
    pub fn of(subscription: SourceId, customer: SourceId) -> Key {
        if subscription.is_none() { Key::Customer(customer) } else { Key::Subscription(subscription) }
    }

    /// 63 bits, so that every range of hashes has an end.
    pub fn hash(self) -> u64 {
        match self {
            Key::Subscription(id) => spread(id) >> 1,
            Key::Customer(id) => !spread(id) >> 1,
        }
    }
}

/// Spreads ids over 64 bits. GUIDs are random already; the multiplication is for the ones somebody counted up.
pub(super) fn spread(id: SourceId) -> u64 {
    let mixed = match id {
        SourceId::Guid(bytes) => {
            let number = u128::from_le_bytes(bytes);
            (number as u64) ^ ((number >> 64) as u64).rotate_left(32)
        }
        SourceId::Text(symbol) => u64::from(symbol.0) << 1 | 1,
    };
    fold(mixed)
}

/// Mixes every bit into every other: both halves of a wide product.
pub(super) fn fold(bits: u64) -> u64 {
    let wide = u128::from(bits ^ 0x9e37_79b9_7f4a_7c15) * 0xd6e8_feb8_6659_fd93;
    (wide as u64) ^ ((wide >> 64) as u64)
}

/// A map by source id. Ids come from the user's own files and need no protection against chosen collisions.
pub(super) type IdMap<V> = HashMap<SourceId, V, BuildHasherDefault<Folding>>;

/// Folds what it is fed into 64 bits.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Folding(u64);

impl Hasher for Folding {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.0 = fold(self.0 ^ u64::from_le_bytes(word));
        }
    }
}

/// Line numbers in order of their subject's hash.
struct Side<'a> {
    entries: Vec<(u64, u32)>,
    key: &'a (dyn Fn(u32) -> Key + Sync),
}

impl<'a> Side<'a> {
    fn new(lines: usize, key: &'a (dyn Fn(u32) -> Key + Sync)) -> Side<'a> {
        let mut entries: Vec<(u64, u32)> = (0..lines as u32).map(|n| (key(n).hash(), n)).collect();
        entries.sort_unstable();
        Side { entries, key }
    }

    fn part(&self, hashes: &Range<u64>) -> &[(u64, u32)] {
        let from = self.entries.partition_point(|(hash, _)| *hash < hashes.start);
        let to = self.entries.partition_point(|(hash, _)| *hash < hashes.end);
        &self.entries[from..to]
    }
}

/// The lines of one subscription.
#[derive(Default)]
pub(super) struct Subject {
    /// Vendor lines of the period.
    pub vendor: Vec<u32>,
    /// Sold lines of the period.
    pub sold: Vec<u32>,
    /// Vendor lines of neighbouring periods.
    pub earlier: Vec<u32>,
    /// Numbers of the register's subscriptions; one, unless the register has the same id twice.
    pub register: Vec<u32>,
}

/// Makes rows of every subscription. Two threads share the work; the halves are put together in a fixed order.
pub(super) fn subjects(context: &Context) -> Draft {
    let input = context.input;
    let vendor_key = |n: u32| Key::of(input.vendor[n as usize].subscription, input.vendor[n as usize].customer);
    let sold_key = |n: u32| Key::of(input.sold[n as usize].subscription, input.sold[n as usize].customer);
    let earlier_key = |n: u32| Key::of(input.earlier[n as usize].subscription, input.earlier[n as usize].customer);
    let register_key = |n: u32| Key::Subscription(input.subscriptions[n as usize].source);

    let (vendor, others) = std::thread::scope(|scope| {
        let vendor = scope.spawn(|| Side::new(input.vendor.len(), &vendor_key));
        let others = [
            Side::new(input.sold.len(), &sold_key),
            Side::new(input.earlier.len(), &earlier_key),
            Side::new(input.subscriptions.len(), &register_key),
        ];
        (vendor.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)), others)
    });
    let [sold, earlier, register] = others;
    let sides = [&vendor, &sold, &earlier, &register];

    let middle = 1 << 62;
    let (low, high) = std::thread::scope(|scope| {
        let high = scope.spawn(|| walk(context, sides, middle..2 * middle));
        let low = walk(context, sides, 0..middle);
        (low, high.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    });
    low.and(high)
}

/// Visits the subjects whose hash lies in the range, in order of hash.
fn walk(context: &Context, sides: [&Side; 4], hashes: Range<u64>) -> Draft {
    let mut draft = Draft::default();
    let mut rest = sides.map(|side| side.part(&hashes));
    let mut subject = Subject::default();
    while let Some(hash) = [rest[0], rest[1]].iter().filter_map(|r| r.first()).map(|(hash, _)| *hash).min() {
        let here = rest.each_mut().map(|rest| {
            let skipped = rest.iter().take_while(|(h, _)| *h < hash).count();
            let found = rest[skipped..].iter().take_while(|(h, _)| *h == hash).count();
            let here = &rest[skipped..skipped + found];
            *rest = &rest[skipped + found..];
            here
        });
        let first = if here[0].is_empty() { (sides[1].key)(here[1][0].1) } else { (sides[0].key)(here[0][0].1) };
        if (0..4).all(|s| here[s].iter().all(|(_, n)| (sides[s].key)(*n) == first)) {
            subject.fill(here.map(|entries| entries.iter().map(|(_, n)| *n)));
            pair::subject(context, &mut subject, &mut draft);
        } else {
            // Different subscriptions with one hash: rare enough to be slow.
            let mut keys: Vec<Key> =
                (0..2).flat_map(|s| here[s].iter().map(move |(_, n)| (sides[s].key)(*n))).collect();
            keys.sort_unstable();
            keys.dedup();
            for key in keys {
                let mut s = 0;
                subject.fill(here.map(|entries| {
                    let side = sides[s];
                    s += 1;
                    entries.iter().map(|(_, n)| *n).filter(move |n| (side.key)(*n) == key)
                }));
                pair::subject(context, &mut subject, &mut draft);
            }
        }
    }
    draft
}

impl Subject {
    fn fill<I: Iterator<Item = u32>>(&mut self, lines: [I; 4]) {
        let [vendor, sold, earlier, register] = lines;
        for (list, lines) in [
            (&mut self.vendor, vendor),
            (&mut self.sold, sold),
            (&mut self.earlier, earlier),
            (&mut self.register, register),
        ] {
            list.clear();
            list.extend(lines);
        }
    }
}

impl Draft {
    /// Both drafts in one: the other's rows after our own.
    fn and(mut self, other: Draft) -> Draft {
        let (vendor, sold) = (self.lines.vendor.len() as u32, self.lines.sold.len() as u32);
        self.rows.extend(other.rows.into_iter().map(|mut row| {
            row.vendor.from += vendor;
            row.sold.from += sold;
            row
        }));
        self.lines.vendor.extend(other.lines.vendor);
        self.lines.sold.extend(other.lines.sold);
        self.moves.extend(other.moves);
        self.tally.absorb(other.tally);
        self
    }
}
