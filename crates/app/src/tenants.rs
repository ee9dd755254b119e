//! Customers' Microsoft identities: which tenant belongs to which account. Matching is by id, never by name.

use crate::fields::Fields;
use crate::people::People;
use crate::session::Book;
use crate::wire::{EndAsk, FieldsAsk, IdAsk, ListAsk};
use crate::{Failure, Session};
use engine::register::Tenant;
use engine::{Id, Names};
use schemars::JsonSchema;
use serde::Serialize;
use store::tables;

/// The fields of a tenant, for messages and help.
pub const FIELDS: &str = "account, domain";

/// One tenant as shells see it.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Shown {
    tenant: String,
    account_ref: Option<String>,
    account: Option<String>,
    domain: String,
}

/// Several tenants.
#[derive(Debug, JsonSchema, Serialize)]
pub struct List {
    total: usize,
    tenants: Vec<Shown>,
}

fn shown(tenant: &Tenant, people: &People, names: &Names) -> Shown {
    Shown {
        tenant: names.source_text(tenant.tenant),
        account_ref: tenant.account.map(|id| people.reference(id, names)),
        account: tenant.account.map(|id| people.name(id).to_owned()),
        domain: tenant.domain.clone(),
    }
}

/// Lists tenants.
pub fn list(session: &mut Session, ask: ListAsk) -> Result<List, Failure> {
    session.read(|book| {
        let mut names = book.names()?;
        let people = People::load(book, &mut names)?;
        let tenants = tables::accounts::load_tenants(book.conn(), &mut names)?;
        let all: Vec<Shown> = tenants
            .iter()
            .map(|t| shown(t, &people, &names))
            .filter(|t| ask.matches(&[&t.tenant, &t.domain, t.account.as_deref().unwrap_or_default()]))
            .collect();
        Ok(List { total: all.len(), tenants: all.into_iter().take(ask.most()).collect() })
    })
}

/// Shows one tenant.
pub fn show(session: &mut Session, ask: IdAsk) -> Result<Shown, Failure> {
    session.read(|book| one(book, &ask.id))
}

fn one(book: &Book<'_>, id: &str) -> Result<Shown, Failure> {
    let mut names = book.names()?;
    let people = People::load(book, &mut names)?;
    let tenants = tables::accounts::load_tenants(book.conn(), &mut names)?;
    let wanted = names.source_id(id);
    let tenant = tenants
        .iter()
        .find(|t| t.tenant == wanted || t.domain == id)
        .ok_or_else(|| Failure::not_found("tenant", id))?;
    Ok(shown(tenant, &people, &names))
}

/// Adds a tenant to an account. One that belongs to another account is not taken from it.
pub fn add(session: &mut Session, ask: FieldsAsk) -> Result<Shown, Failure> {
    put(session, ask, |tenant, account, people| match tenant.account.filter(|now| *now != account) {
        None => Ok(()),
        Some(owner) => Err(Failure::new("E-STATE", format!("The tenant belongs to {} already.", people.name(owner)))
            .hint("Take it from there first with `billhook tenants end`, or move it with `billhook tenants set`.")),
    })
}

/// Gives a tenant an account or a domain.
pub fn set(session: &mut Session, ask: FieldsAsk) -> Result<Shown, Failure> {
    put(session, ask, |_, _, _| Ok(()))
}

/// Stores a tenant; `may` is asked whether it may belong to the account given.
fn put(
    session: &mut Session,
    ask: FieldsAsk,
    may: impl Fn(&Tenant, Id, &People) -> Result<(), Failure>,
) -> Result<Shown, Failure> {
    session.write(|book| {
        if ask.id.trim().is_empty() {
            return Err(Failure::usage("The tenant's id is needed."));
        }
        let mut names = book.names()?;
        let people = People::load(book, &mut names)?;
        let known = tables::accounts::load_tenants(book.conn(), &mut names)?;
        let id = names.source_id(&ask.id);
        let known = known.into_iter().find(|t| t.tenant == id);
        let mut tenant = known.unwrap_or(Tenant { tenant: id, account: None, domain: String::new() });
        let mut f = Fields::new(ask.fields);
        if let Some(account) = f.text("account") {
            let account = people.find(&account, &names)?.id;
            may(&tenant, account, &people)?;
            tenant.account = Some(account);
        }
        tenant.domain = f.text("domain").unwrap_or(tenant.domain);
        f.done(FIELDS)?;
        book.writer()?.put_tenants(&names, &[tenant])?;
        one(book, &ask.id)
    })
}

/// Takes a tenant from its account; it is unmapped from then on.
pub fn end(session: &mut Session, ask: EndAsk) -> Result<Shown, Failure> {
    session.write(|book| {
        let mut names = book.names()?;
        let known = tables::accounts::load_tenants(book.conn(), &mut names)?;
        let id = names.source_id(&ask.id);
        let mut tenant =
            known.into_iter().find(|t| t.tenant == id).ok_or_else(|| Failure::not_found("tenant", &ask.id))?;
        tenant.account = None;
        let writer = book.writer()?;
        writer.put_tenants(&names, &[tenant])?;
        drop(writer);
        one(book, &ask.id)
    })
}
