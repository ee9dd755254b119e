//! Finding accounts by what a person types, and the tree above them.

use crate::{Failure, session::Book};
use engine::register::{Account, AccountKind, TaxTreatment, Tenant};
use engine::{Currency, Id, IdMap, Names, SourceId};
use std::cmp::Ordering;
use std::collections::BTreeSet;
use store::tables;

/// Every account, by id.
pub struct People {
    /// In the order they were first recorded.
    pub accounts: Vec<Account>,
    by_id: IdMap<Id, usize>,
    as_of: Option<u64>,
}

impl People {
    /// Loads them.
    pub fn load(book: &Book<'_>, names: &mut Names) -> Result<People, Failure> {
        People::load_as_of(book, names, None)
    }

    /// Loads them as they were when the register's counter stood at `as_of`.
    pub fn load_as_of(book: &Book<'_>, names: &mut Names, as_of: Option<u64>) -> Result<People, Failure> {
        let accounts = tables::accounts::load_as_of(book.conn(), names, as_of)?;
        let by_id = accounts.iter().enumerate().map(|(i, a)| (a.id, i)).collect();
        Ok(People { accounts, by_id, as_of })
    }

    /// Where the register's counter stood for these; `None` for now.
    pub fn as_of(&self) -> Option<u64> {
        self.as_of
    }

    /// One by id.
    pub fn get(&self, id: Id) -> Option<&Account> {
        self.by_id.get(&id).map(|&i| &self.accounts[i])
    }

    /// One by the book's id, the source's id, or its exact name where only one has it.
    pub fn find(&self, text: &str, names: &Names) -> Result<&Account, Failure> {
        let wanted = text.trim();
        if let Some(account) = Id::parse(wanted).and_then(|id| self.get(id)) {
            return Ok(account);
        }
        let lower = wanted.to_lowercase();
        if let Some(account) = self.accounts.iter().find(|a| names.source_text(a.source).to_lowercase() == lower) {
            return Ok(account);
        }
        let mut named = self.accounts.iter().filter(|a| a.name == wanted);
        match (named.next(), named.next()) {
            (Some(account), None) => Ok(account),
            (Some(_), Some(_)) => {
                Err(Failure::usage(format!("Several accounts are called \"{wanted}\".")).hint("Name one by its id."))
            }
            (None, _) => Err(Failure::not_found("account", wanted)),
        }
    }

    /// Puts things of payers in the order invoices are numbered in: by the source's id of the payer, then by currency. It
    /// does not depend on the order in which files were imported.
    pub fn in_order<T>(&self, things: &mut [T], of: impl Fn(&T) -> (Id, Currency), names: &Names) {
        things.sort_by_cached_key(|thing| {
            let (payer, currency) = of(thing);
            let reference = match self.get(payer).map(|account| account.source) {
                Some(SourceId::Guid(guid)) => Reference::Guid(guid),
                _ => Reference::Text(self.reference(payer, names)),
            };
            (reference, currency)
        });
    }

    /// Every tenant, as of the same state of the register.
    pub fn tenants(&self, book: &Book<'_>, names: &mut Names) -> Result<Vec<Tenant>, Failure> {
        Ok(tables::accounts::load_tenants_beside(book.conn(), names, &self.accounts, self.as_of)?)
    }

    /// The account of each customer id a vendor writes: an account's own id, or one of its tenants'.
    pub fn owners(&self, book: &Book<'_>, names: &mut Names) -> Result<IdMap<SourceId, Id>, Failure> {
        let tenants = self.tenants(book, names)?;
        let mut owners: IdMap<SourceId, Id> = tenants.iter().filter_map(|t| Some((t.tenant, t.account?))).collect();
        owners.extend(self.accounts.iter().filter(|a| !a.source.is_none()).map(|a| (a.source, a.id)));
        Ok(owners)
    }

    /// The source's id of an account, or the book's where it has none.
    pub fn reference(&self, id: Id, names: &Names) -> String {
        self.get(id).map_or_else(|| id.to_string(), |a| reference(a, names))
    }

    /// What an account is called by in a list: the source's id, or the book's, and its name.
    pub fn told(&self, id: Id, names: &Names) -> (String, String) {
        self.get(id).map_or_else(|| (id.to_string(), String::new()), |a| (reference(a, names), a.name.clone()))
    }

    /// The name of an account.
    pub fn name(&self, id: Id) -> &str {
        self.get(id).map_or("", |a| &a.name)
    }

    /// Who is invoiced for an account: up the tree as far as it says so.
    pub fn payer(&self, id: Id) -> Id {
        // Most pay for themselves.
        if self.get(id).is_none_or(|a| a.bill_to.is_none()) {
            return id;
        }
        let mut path = vec![id];
        while let Some(next) = self.get(path[path.len() - 1]).and_then(|a| a.bill_to) {
            if path.contains(&next) || self.get(next).is_none() {
                break;
            }
            path.push(next);
        }
        path[path.len() - 1]
    }

    /// Every account these pay for, themselves included.
    pub fn paid_by(&self, payers: &BTreeSet<Id>) -> Vec<Id> {
        self.accounts.iter().map(|a| a.id).filter(|id| payers.contains(&self.payer(*id))).collect()
    }

    /// Every account these pay for, themselves included, and everybody above.
    pub fn concerned(&self, payers: &BTreeSet<Id>) -> Vec<Account> {
        let paid = self.paid_by(payers);
        let above = paid.iter().flat_map(|id| self.above(*id));
        let ids: BTreeSet<Id> = paid.iter().copied().chain(above).collect();
        ids.into_iter().filter_map(|id| self.get(id).cloned()).collect()
    }

    /// The accounts above one, nearest first.
    pub fn above(&self, id: Id) -> Vec<Id> {
        let mut path = Vec::new();
        let mut next = self.get(id).and_then(|a| a.parent);
        while let Some(id) = next.filter(|id| !path.contains(id)) {
            path.push(id);
            next = self.get(id).and_then(|a| a.parent);
        }
        path
    }
}

/// What an account is called by: ordered by its text, which for GUIDs is the order of their bytes.
#[derive(PartialEq, Eq)]
enum Reference {
    Guid([u8; 16]),
    Text(String),
}

impl Ord for Reference {
    fn cmp(&self, other: &Reference) -> Ordering {
        let text = |guid: &[u8; 16]| Id(*guid).to_string();
        match (self, other) {
            (Reference::Guid(a), Reference::Guid(b)) => a.cmp(b),
            (Reference::Text(a), Reference::Text(b)) => a.cmp(b),
            (Reference::Guid(a), Reference::Text(b)) => text(a).cmp(b),
            (Reference::Text(a), Reference::Guid(b)) => a.cmp(&text(b)),
        }
    }
}

impl PartialOrd for Reference {
    fn partial_cmp(&self, other: &Reference) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The source's id of an account, or the book's where it has none.
pub fn reference(account: &Account, names: &Names) -> String {
    if account.source.is_none() { account.id.to_string() } else { names.source_text(account.source) }
}

/// The public word for a kind of account.
pub fn kind(kind: AccountKind) -> &'static str {
    match kind {
        AccountKind::Seller => "seller",
        AccountKind::Reseller => "reseller",
        AccountKind::Customer => "customer",
    }
}

/// The public word for a tax treatment.
pub fn treatment(tax: TaxTreatment) -> &'static str {
    match tax {
        TaxTreatment::Domestic => "domestic",
        TaxTreatment::ReverseCharge => "reverse_charge",
        TaxTreatment::Export => "export",
        TaxTreatment::Exempt => "exempt",
    }
}
