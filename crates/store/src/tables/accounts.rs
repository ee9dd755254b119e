//! Accounts and tenants: who the seller deals with.
//!
//! Always: an account keeps the id it was first given; a row given again unchanged changes nothing; each change moves
//! the account's `changed` number, so that a later draft recomputes only what was touched.

use std::collections::{BTreeSet, HashMap, HashSet};

use engine::register::{Account, Tenant};
use engine::{Id, Names, SourceId};
use rusqlite::{Connection, OptionalExtension, params};

use super::Put;
use super::cell::{Cell, Columns, cells, of_word, source, word};
use super::pack::{Pack, Unpack};
use super::seal::{Table, Writer};
use super::words::{ACCOUNT_KINDS, BASES, TAX_TREATMENTS};
use crate::StoreError;

pub(crate) const ACCOUNTS: Table = Table {
    name: "accounts",
    columns: &[
        "no",
        "id",
        "source",
        "kind",
        "parent",
        "bill_to",
        "name",
        "country",
        "address",
        "vat_id",
        "tax",
        "tax_percent",
        "segment",
        "currency",
        "payment_days",
        "language",
        "basis",
        "purchase_order",
        "needs_purchase_order",
        "ended",
    ],
};

pub(crate) const CHANGES: Table = Table { name: "register_changes", columns: &["seq", "accounts"] };

pub(crate) const TENANTS: Table = Table { name: "tenants", columns: &["tenant", "account", "domain"] };

fn account_cells<'a>(no: i64, a: &'a Account, names: &Names) -> [Cell<'a>; 20] {
    cells![
        no,
        a.id,
        source(a.source, names),
        word(ACCOUNT_KINDS, a.kind),
        a.parent,
        a.bill_to,
        &a.name,
        &a.country,
        a.address.join("\n"),
        &a.vat_id,
        word(TAX_TREATMENTS, a.tax),
        a.tax_percent,
        names.text(a.segment).to_owned(),
        a.currency,
        a.payment_days,
        &a.language,
        a.basis.map(|b| word(BASES, b)),
        &a.purchase_order,
        a.needs_purchase_order,
        a.ended,
    ]
}

/// Every account, in the order they were first recorded.
pub fn load(conn: &Connection, names: &mut Names) -> Result<Vec<Account>, StoreError> {
    let mut statement = conn.prepare_cached(&format!("{} ORDER BY no", ACCOUNTS.select()))?;
    let mut rows = statement.query([])?;
    let mut out = Vec::new();
    while let Some(row) = rows.next()? {
        let address: String = row.col(8)?;
        out.push(Account {
            id: row.id(1)?,
            source: row.source(2, names)?,
            kind: row.word(3, ACCOUNT_KINDS)?,
            parent: row.id_opt(4)?,
            bill_to: row.id_opt(5)?,
            name: row.col(6)?,
            country: row.col(7)?,
            address: address.lines().map(str::to_owned).collect(),
            vat_id: row.col(9)?,
            tax: row.word(10, TAX_TREATMENTS)?,
            tax_percent: row.decimal(11)?,
            segment: names.intern(&row.col::<String>(12)?),
            currency: row.currency(13)?,
            payment_days: row.col(14)?,
            language: row.col(15)?,
            basis: row.col::<Option<String>>(16)?.map(|w| of_word(BASES, &w)).transpose()?,
            purchase_order: row.col(17)?,
            needs_purchase_order: row.col(18)?,
            ended: row.day_opt(19)?,
        });
    }
    Ok(out)
}

/// Every tenant, by id.
pub fn load_tenants(conn: &Connection, names: &mut Names) -> Result<Vec<Tenant>, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT t.tenant, a.id, t.domain FROM tenants t LEFT JOIN accounts a ON a.no = t.account ORDER BY t.tenant",
    )?;
    let mut rows = statement.query([])?;
    let mut out = Vec::new();
    while let Some(row) = rows.next()? {
        out.push(Tenant { tenant: row.source(0, names)?, account: row.id_opt(1)?, domain: row.col(2)? });
    }
    Ok(out)
}

/// Accounts changed after the register's counter stood at `seq`: by themselves, their subscriptions or one-off charges.
/// In the order they were first recorded.
pub fn changed_since(conn: &Connection, seq: u64) -> Result<Vec<Id>, StoreError> {
    let mut changed = BTreeSet::new();
    let mut statement = conn.prepare_cached("SELECT accounts FROM register_changes WHERE seq > ?1")?;
    let mut rows = statement.query([i64::try_from(seq).unwrap_or(i64::MAX)])?;
    while let Some(row) = rows.next()? {
        let packed: Vec<u8> = row.col(0)?;
        let (mut read, mut no) = (Unpack(&packed), 0);
        while !read.is_done() {
            no += read.int()?;
            changed.insert(no);
        }
    }
    let mut statement = conn.prepare_cached("SELECT id FROM accounts WHERE no = ?1")?;
    changed.into_iter().map(|no| Ok(Id(statement.query_row([no], |r| r.get(0))?))).collect()
}

/// The short numbers of accounts by their ids.
pub(crate) fn numbers(conn: &Connection) -> Result<HashMap<Id, i64>, StoreError> {
    let mut statement = conn.prepare_cached("SELECT id, no FROM accounts")?;
    let mut rows = statement.query([])?;
    let mut out = HashMap::new();
    while let Some(row) = rows.next()? {
        out.insert(row.id(0)?, row.col(1)?);
    }
    Ok(out)
}

/// The short number of one account.
pub(crate) fn number(conn: &Connection, id: Id) -> Result<i64, StoreError> {
    conn.prepare_cached("SELECT no FROM accounts WHERE id = ?1")?
        .query_row([id.0], |r| r.get(0))
        .optional()?
        .ok_or_else(|| StoreError::Bug(format!("no account has the id {id}")))
}

/// The id stored for this source id, else this id if it is stored.
fn known_id(conn: &Connection, given: Option<&[u8]>, id: Id) -> Result<Option<Id>, StoreError> {
    for (select, key) in [
        ("SELECT id FROM accounts WHERE source = ?1", given),
        ("SELECT id FROM accounts WHERE id = ?1", Some(id.0.as_slice())),
    ] {
        let Some(key) = key else { continue };
        let found: Option<[u8; 16]> = conn.prepare_cached(select)?.query_row([key], |r| r.get(0)).optional()?;
        if let Some(found) = found {
            return Ok(Some(Id(found)));
        }
    }
    Ok(None)
}

/// Gives known accounts their stored ids, and whoever points at them; the places of those not known, from the top of the
/// tree down.
fn settle(conn: &Connection, names: &Names, accounts: &mut [Account]) -> Result<Vec<usize>, StoreError> {
    let empty: bool = conn.query_row("SELECT count(*) = 0 FROM accounts", [], |r| r.get(0))?;
    let (mut stored, mut fresh) = (HashMap::new(), Vec::new());
    for (i, account) in accounts.iter_mut().enumerate() {
        let given = source(account.source, names);
        match if empty { None } else { known_id(conn, given.as_deref(), account.id)? } {
            Some(id) => {
                stored.insert(account.id, id);
                account.id = id;
            }
            None => fresh.push(i),
        }
    }
    for above in accounts.iter_mut().flat_map(|a| [&mut a.parent, &mut a.bill_to]).flatten() {
        *above = stored.get(above).copied().unwrap_or(*above);
    }
    let mut waiting: BTreeSet<Id> = fresh.iter().map(|&i| accounts[i].id).collect();
    let mut ordered = Vec::with_capacity(fresh.len());
    while !fresh.is_empty() {
        let ready =
            |i: &usize| [accounts[*i].parent, accounts[*i].bill_to].iter().flatten().all(|id| !waiting.contains(id));
        let (next, later): (Vec<usize>, Vec<usize>) = fresh.iter().copied().partition(ready);
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
        let fresh = settle(self.conn(), names, accounts)?;
        let (mut put, mut touched) = (Put::default(), BTreeSet::new());
        if fresh.len() < accounts.len() {
            let new: HashSet<usize> = fresh.iter().copied().collect();
            for (_, account) in accounts.iter().enumerate().filter(|(i, _)| !new.contains(i)) {
                let no = number(self.conn(), account.id)?;
                let before = put.changed;
                self.replace_if_changed(&ACCOUNTS, &account_cells(no, account, names), &mut put)?;
                if put.changed > before {
                    touched.insert(no);
                }
            }
        }
        let first = if fresh.is_empty() { 0 } else { self.reserve("accounts", 0, fresh.len())? };
        let mut insert = self.insert(&ACCOUNTS)?;
        for (no, i) in (first..).zip(fresh) {
            insert.add(&account_cells(no, &accounts[i], names))?;
            touched.insert(no);
        }
        put.added = insert.finish()?;
        self.touch(&touched)?;
        Ok(put)
    }

    /// Adds tenants, or changes the account or domain of known ones.
    pub fn put_tenants(&self, names: &Names, tenants: &[Tenant]) -> Result<Put, StoreError> {
        let numbers = numbers(self.conn())?;
        let mut put = Put::default();
        let mut touched = BTreeSet::new();
        let mut insert = self.insert(&TENANTS)?;
        for tenant in tenants {
            let Some(key) = source(tenant.tenant, names) else { continue };
            let account = match tenant.account {
                Some(id) => Some(*numbers.get(&id).ok_or_else(|| StoreError::Bug(format!("no account {id}")))?),
                None => None,
            };
            let old: Option<(Option<i64>, String)> = self
                .conn()
                .prepare_cached("SELECT account, domain FROM tenants WHERE tenant = ?1")?
                .query_row([&key], |r| Ok((r.get(0)?, r.get(1)?)))
                .optional()?;
            match old {
                None => insert.add(&cells![key.as_slice(), account, &tenant.domain])?,
                Some((no, domain)) if no == account && domain == tenant.domain => {
                    put.same += 1;
                    continue;
                }
                Some((no, _)) => {
                    self.change(&TENANTS, "tenant = ?1", params![key], |conn| {
                        conn.execute(
                            "UPDATE tenants SET account = ?2, domain = ?3 WHERE tenant = ?1",
                            params![key, account, tenant.domain],
                        )
                    })?;
                    touched.extend(no);
                    put.changed += 1;
                }
            }
            touched.extend(account);
        }
        put.added = insert.finish()?;
        self.touch(&touched)?;
        Ok(put)
    }

    /// Marks accounts as changed now.
    pub(crate) fn touch(&self, accounts: &BTreeSet<i64>) -> Result<(), StoreError> {
        if accounts.is_empty() {
            return Ok(());
        }
        let seq = self.count("register")?;
        let (mut packed, mut before) = (Vec::new(), 0);
        for no in accounts {
            packed.int(no - before);
            before = *no;
        }
        self.insert_one(&CHANGES, &cells![seq, packed])?;
        Ok(())
    }
}

/// The account a source id belongs to.
pub fn find(conn: &Connection, names: &Names, id: SourceId) -> Result<Option<Id>, StoreError> {
    let Some(key) = source(id, names) else { return Ok(None) };
    let found: Option<[u8; 16]> =
        conn.prepare_cached("SELECT id FROM accounts WHERE source = ?1")?.query_row([key], |r| r.get(0)).optional()?;
    Ok(found.map(Id))
}
