//! Accounts and tenants: who the seller deals with, in blocks ([`super::records`]).
//!
//! Always: an account keeps the id it was first given; a row given again unchanged changes nothing; each change moves
//! the account's `changed` number, so that a later draft recomputes only what was touched.

use engine::register::{Account, Tenant};
use engine::{Id, IdMap, IdSet, Names, SourceId};
use rusqlite::Connection;

use super::Put;
use super::blocks;
use super::cell::{Columns, cells, damaged, known_source, source_of};
use super::pack::{Pack, Unpack};
use super::records::{self, pack_head, pack_source, unpack_head};
use super::seal::{Table, Writer};
use super::words::{ACCOUNT_KINDS, BASES, TAX_TREATMENTS};
use crate::StoreError;

pub(crate) const ACCOUNTS: Table = Table { name: "accounts", columns: blocks::COLUMNS };

pub(crate) const CHANGES: Table = Table { name: "register_changes", columns: &["seq", "accounts"] };

pub(crate) const TENANTS: Table = Table { name: "tenants", columns: blocks::COLUMNS };

fn pack(a: &Account, names: &Names, out: &mut Vec<u8>) {
    pack_head(out, a.id, a.source, names);
    out.one_of(ACCOUNT_KINDS, a.kind);
    for above in [a.parent, a.bill_to] {
        out.opt(above, |out, id| out.bytes(&id.0));
    }
    out.text(&a.name);
    out.text(&a.country);
    out.uint(a.address.len() as u128);
    for line in &a.address {
        out.text(line);
    }
    out.text(&a.vat_id);
    out.one_of(TAX_TREATMENTS, a.tax);
    out.decimal(a.tax_percent);
    out.text(names.text(a.segment));
    out.currency(a.currency);
    out.uint(a.payment_days.into());
    out.text(&a.language);
    out.opt(a.basis, |out, basis| out.one_of(BASES, basis));
    out.text(&a.purchase_order);
    out.byte(a.needs_purchase_order.into());
    out.date_opt(a.ended);
}

fn unpack(record: &[u8], names: &mut Names) -> Result<Account, StoreError> {
    let read = &mut Unpack(record);
    let head = unpack_head(read)?;
    let above = |read: &mut Unpack| read.opt(|read| read.array().map(Id));
    let text = |read: &mut Unpack| read.text().map(str::to_owned);
    // Fields are read in the order they were written, which is the order they stand in here.
    Ok(Account {
        id: head.id,
        source: head.source(names)?,
        kind: read.one_of(ACCOUNT_KINDS)?,
        parent: above(read)?,
        bill_to: above(read)?,
        name: text(read)?,
        country: text(read)?,
        address: (0..read.u32()?).map(|_| text(read)).collect::<Result<_, _>>()?,
        vat_id: text(read)?,
        tax: read.one_of(TAX_TREATMENTS)?,
        tax_percent: read.decimal()?,
        segment: names.intern(read.text()?),
        currency: read.currency()?,
        payment_days: read.u32()?,
        language: text(read)?,
        basis: read.opt(|read| read.one_of(BASES))?,
        purchase_order: text(read)?,
        needs_purchase_order: read.byte()? == 1,
        ended: read.date_opt()?,
    })
}

/// Every account, in the order they were first recorded.
pub fn load(conn: &Connection, names: &mut Names) -> Result<Vec<Account>, StoreError> {
    load_as_of(conn, names, None)
}

/// The same as they were when the register's counter stood at `register`; those added since are among them.
pub fn load_as_of(conn: &Connection, names: &mut Names, register: Option<u64>) -> Result<Vec<Account>, StoreError> {
    let mut out = Vec::with_capacity(records::count(conn, &ACCOUNTS)?);
    records::each_as_of(conn, &ACCOUNTS, register, |_, record| {
        out.push(unpack(record, names)?);
        Ok(())
    })?;
    Ok(out)
}

/// Every tenant, in the order they were first recorded.
pub fn load_tenants(conn: &Connection, names: &mut Names) -> Result<Vec<Tenant>, StoreError> {
    let accounts = ids(conn)?;
    tenants(conn, names, None, |no| at(&accounts, no))
}

/// The same beside all accounts, as loaded, and as they were when the register's counter stood where it did for these.
pub fn load_tenants_beside(
    conn: &Connection,
    names: &mut Names,
    accounts: &[Account],
    register: Option<u64>,
) -> Result<Vec<Tenant>, StoreError> {
    tenants(conn, names, register, |no| numbered(accounts, no).map(|account| account.id))
}

fn tenants(
    conn: &Connection,
    names: &mut Names,
    register: Option<u64>,
    id_of: impl Fn(i64) -> Result<Id, StoreError> + Sync,
) -> Result<Vec<Tenant>, StoreError> {
    let mut out = Vec::with_capacity(records::count(conn, &TENANTS)?);
    records::each_as_of(conn, &TENANTS, register, |_, record| {
        let (tenant, account, domain) = unpack_tenant(&mut Unpack(record))?;
        let account = account.map(&id_of).transpose()?;
        out.push(Tenant { tenant: source_of(tenant, names)?, account, domain: domain.to_owned() });
        Ok(())
    })?;
    Ok(out)
}

/// The tenant's id, the number of its account, and its domain.
fn unpack_tenant<'r>(read: &mut Unpack<'r>) -> Result<(&'r [u8], Option<i64>, &'r str), StoreError> {
    let (tenant, account) = (read.sized()?, read.int()?);
    Ok((tenant, Some(account).filter(|no| *no > 0), read.text()?))
}

fn pack_tenant(tenant: &Tenant, account: Option<i64>, names: &Names, out: &mut Vec<u8>) {
    pack_source(out, tenant.tenant, names);
    out.int(account.unwrap_or(0));
    out.text(&tenant.domain);
}

/// The ids of all accounts, by number: that of account 1 comes first.
pub(crate) fn ids(conn: &Connection) -> Result<Vec<Id>, StoreError> {
    let mut ids = Vec::with_capacity(records::count(conn, &ACCOUNTS)?);
    records::each(conn, &ACCOUNTS, |_, record| {
        ids.push(unpack_head(&mut Unpack(record))?.id);
        Ok(())
    })?;
    Ok(ids)
}

/// The id of the account with this number.
pub(crate) fn at(ids: &[Id], no: i64) -> Result<Id, StoreError> {
    numbered(ids, no).copied()
}

/// What stands for the account with this number in a list of them all.
pub(crate) fn numbered<T>(all: &[T], no: i64) -> Result<&T, StoreError> {
    let place = usize::try_from(no).ok().and_then(|no| no.checked_sub(1));
    place.and_then(|place| all.get(place)).ok_or_else(|| damaged("an account", &no.to_string()))
}

/// Accounts changed after the register's counter stood at `seq`: by themselves, their subscriptions or one-off charges.
/// In the order they were first recorded.
pub fn changed_since(conn: &Connection, seq: u64) -> Result<Vec<Id>, StoreError> {
    let mut changed = Vec::new();
    let mut statement = conn.prepare_cached("SELECT accounts FROM register_changes WHERE seq > ?1")?;
    let mut rows = statement.query([i64::try_from(seq).unwrap_or(i64::MAX)])?;
    while let Some(row) = rows.next()? {
        let packed: Vec<u8> = row.col(0)?;
        let (mut read, mut no) = (Unpack(&packed), 0);
        while !read.is_done() {
            no += read.int()?;
            changed.push(no);
        }
    }
    changed.sort_unstable();
    changed.dedup();
    let ids = ids(conn)?;
    changed.into_iter().map(|no| at(&ids, no)).collect()
}

/// The short numbers of accounts by their ids.
pub(crate) fn numbers(conn: &Connection) -> Result<IdMap<Id, i64>, StoreError> {
    Ok(ids(conn)?.into_iter().zip(1..).collect())
}

/// The number of one account.
pub(crate) fn number_of(numbers: &IdMap<Id, i64>, id: Id) -> Result<i64, StoreError> {
    numbers.get(&id).copied().ok_or_else(|| StoreError::Bug(format!("no account has the id {id}")))
}

/// Every id and source id is there once, and the accounts above others and of tenants are there.
pub(crate) fn verify(conn: &Connection) -> Result<(), StoreError> {
    records::verify(conn, &ACCOUNTS)?;
    let mut names = Names::default();
    let accounts = load(conn, &mut names)?;
    let ids: IdSet<Id> = accounts.iter().map(|a| a.id).collect();
    if let Some(above) = accounts.iter().flat_map(|a| [a.parent, a.bill_to]).flatten().find(|id| !ids.contains(id)) {
        return Err(damaged("the account above another", &above.to_string()));
    }
    let mut tenants = IdSet::default();
    match load_tenants(conn, &mut names)?.iter().find(|t| !tenants.insert(t.tenant)) {
        Some(twice) => Err(damaged("the id of a tenant", &format!("{} twice", names.source_text(twice.tenant)))),
        None => Ok(()),
    }
}

/// The numbers and places of accounts that are known, and the places of those that are not, from the top of the tree down.
type Settled = (Vec<(i64, usize)>, Vec<usize>);

/// Gives known accounts their stored ids, and whoever points at them.
fn settle(conn: &Connection, names: &Names, accounts: &mut [Account]) -> Result<Settled, StoreError> {
    let found = records::find(conn, &ACCOUNTS, names, accounts.iter().map(|a| (a.id, a.source)))?;
    let (mut known, mut fresh, mut stored) = (Vec::new(), Vec::new(), IdMap::default());
    for (i, found) in found.into_iter().enumerate() {
        match found {
            Some((no, id)) => {
                stored.insert(accounts[i].id, id);
                accounts[i].id = id;
                known.push((no, i));
            }
            None => fresh.push(i),
        }
    }
    known.sort_unstable();
    if !stored.is_empty() {
        for above in accounts.iter_mut().flat_map(|a| [&mut a.parent, &mut a.bill_to]).flatten() {
            *above = stored.get(above).copied().unwrap_or(*above);
        }
    }
    Ok((known, top_down(accounts, fresh)?))
}

/// New accounts in an order in which nobody comes before those above.
fn top_down(accounts: &[Account], mut fresh: Vec<usize>) -> Result<Vec<usize>, StoreError> {
    let above = |i: usize| [accounts[i].parent, accounts[i].bill_to].into_iter().flatten();
    if fresh.iter().all(|&i| above(i).next().is_none()) {
        return Ok(fresh);
    }
    let mut waiting: IdSet<Id> = fresh.iter().map(|&i| accounts[i].id).collect();
    let mut ordered = Vec::with_capacity(fresh.len());
    while !fresh.is_empty() {
        let (next, later): (Vec<usize>, Vec<usize>) =
            fresh.iter().copied().partition(|&i| above(i).all(|id| !waiting.contains(&id)));
        if next.is_empty() {
            return Err(StoreError::Bug("accounts above each other in a circle".into()));
        }
        next.iter().for_each(|&i| {
            waiting.remove(&accounts[i].id);
        });
        ordered.extend(next);
        fresh = later;
    }
    Ok(ordered)
}

impl Writer<'_> {
    /// Adds accounts, or changes those already known by source id or id. A known account gets its stored id back.
    pub fn put_accounts(&self, names: &Names, accounts: &mut [Account]) -> Result<Put, StoreError> {
        let (known, fresh) = settle(self.conn(), names, accounts)?;
        let number: IdMap<usize, i64> = known.iter().map(|&(no, i)| (i, no)).collect();
        let mut touched = Vec::with_capacity(fresh.len());
        let mut put = self.correct(
            &ACCOUNTS,
            &known,
            |i, out| {
                pack(&accounts[i], names, out);
                Ok(())
            },
            |i, _| {
                touched.extend(number.get(&i));
                Ok(())
            },
        )?;
        if !fresh.is_empty() {
            put.added = fresh.len() as u64;
            let first = self.reserve("accounts", 0, fresh.len())?;
            let mut records = self.blocks(&ACCOUNTS)?;
            let mut record = Vec::new();
            for (no, i) in (first..).zip(fresh) {
                record.clear();
                pack(&accounts[i], names, &mut record);
                records.add(no, false, |out| out.sized(&record))?;
                touched.push(no);
            }
            records.finish()?;
        }
        self.touch(touched)?;
        Ok(put)
    }

    /// Adds tenants, or changes the account or domain of known ones. Of one given twice the last counts.
    pub fn put_tenants(&self, names: &Names, tenants: &[Tenant]) -> Result<Put, StoreError> {
        let numbers = numbers(self.conn())?;
        let account = |t: &Tenant| t.account.map(|id| number_of(&numbers, id)).transpose();
        let mut fresh: IdMap<SourceId, usize> =
            tenants.iter().enumerate().filter(|(_, t)| !t.tenant.is_none()).map(|(i, t)| (t.tenant, i)).collect();
        let (mut known, mut stored) = (Vec::new(), 0);
        records::each(self.conn(), &TENANTS, |no, record| {
            stored = no;
            let (tenant, ..) = unpack_tenant(&mut Unpack(record))?;
            let tenant = known_source(tenant, names)?;
            known.extend(tenant.and_then(|tenant| fresh.remove(&tenant)).map(|i| (no, i)));
            Ok(())
        })?;
        let mut touched = Vec::new();
        let mut put = self.correct(
            &TENANTS,
            &known,
            |i, out| {
                pack_tenant(&tenants[i], account(&tenants[i])?, names, out);
                Ok(())
            },
            |i, old| {
                touched.extend(account(&tenants[i])?);
                touched.extend(unpack_tenant(&mut Unpack(old))?.1);
                Ok(())
            },
        )?;
        let mut fresh: Vec<usize> = fresh.into_values().collect();
        fresh.sort_unstable();
        put.added = fresh.len() as u64;
        let mut records = self.blocks(&TENANTS)?;
        let mut record = Vec::new();
        for (no, i) in (stored + 1..).zip(fresh) {
            let account = account(&tenants[i])?;
            record.clear();
            pack_tenant(&tenants[i], account, names, &mut record);
            records.add(no, false, |out| out.sized(&record))?;
            touched.extend(account);
        }
        records.finish()?;
        self.touch(touched)?;
        Ok(put)
    }

    /// Marks accounts, by number, as changed now.
    pub(crate) fn touch(&self, mut accounts: Vec<i64>) -> Result<(), StoreError> {
        if accounts.is_empty() {
            return Ok(());
        }
        accounts.sort_unstable();
        accounts.dedup();
        let seq = self.count("register")?;
        let (mut packed, mut before) = (Vec::new(), 0);
        for no in accounts {
            packed.int(no - before);
            before = no;
        }
        self.insert_one(&CHANGES, &cells![seq, packed])?;
        Ok(())
    }
}
