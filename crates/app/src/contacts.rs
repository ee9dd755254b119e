//! Whom one talks to at an account: name, role, mail, phone, and who gets the invoices. Personal data, kept in the book
//! only, and gone from it when removed.

use crate::fields::Fields;
use crate::people::People;
use crate::session::Book;
use crate::wire::{FieldsAsk, IdAsk, OfAccountAsk};
use crate::{Failure, Session};
use engine::contact::Contact;
use engine::{Id, Names};
use schemars::JsonSchema;
use serde::Serialize;
use store::tables;
use store::tables::Scope;

/// The fields of a contact, for messages and help.
pub const FIELDS: &str = "name, role, mail, phone, invoices (yes for the one who gets them, no)";

/// One contact as shells see it.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Shown {
    id: String,
    account_ref: String,
    account: String,
    name: String,
    role: String,
    mail: String,
    phone: String,
    /// Whether the account's invoices go to this person.
    invoices: bool,
}

/// Several contacts.
#[derive(Debug, JsonSchema, Serialize)]
pub struct List {
    total: usize,
    contacts: Vec<Shown>,
}

fn shown(contact: &Contact, people: &People, names: &Names) -> Shown {
    Shown {
        id: contact.id.to_string(),
        account_ref: people.reference(contact.account, names),
        account: people.name(contact.account).to_owned(),
        name: contact.name.clone(),
        role: contact.role.clone(),
        mail: contact.mail.clone(),
        phone: contact.phone.clone(),
        invoices: contact.gets_invoices,
    }
}

/// The contacts of an account, by name.
pub(crate) fn of(book: &Book<'_>, account: Id, people: &People, names: &Names) -> Result<Vec<Shown>, Failure> {
    let contacts = tables::contacts::load(book.conn(), Scope::Accounts(&[account]))?;
    Ok(contacts.iter().map(|c| shown(c, people, names)).collect())
}

/// Lists contacts: of one account, or all.
pub fn list(session: &mut Session, ask: OfAccountAsk) -> Result<List, Failure> {
    session.read(|book| {
        let mut names = book.names()?;
        let people = People::load(book, &mut names)?;
        let account = ask.account(&people, &names)?;
        let all: Vec<Shown> = tables::contacts::load(book.conn(), Scope::All)?
            .iter()
            .filter(|c| account.is_none_or(|id| c.account == id))
            .map(|c| shown(c, &people, &names))
            .filter(|c| ask.list.matches(&[&c.name, &c.role, &c.mail, &c.phone, &c.account]))
            .collect();
        Ok(List { total: all.len(), contacts: all.into_iter().take(ask.list.most()).collect() })
    })
}

/// Shows one contact.
pub fn show(session: &mut Session, ask: IdAsk) -> Result<Shown, Failure> {
    session.read(|book| {
        let mut names = book.names()?;
        let people = People::load(book, &mut names)?;
        Ok(shown(&find(book, &ask.id)?, &people, &names))
    })
}

fn find(book: &Book<'_>, id: &str) -> Result<Contact, Failure> {
    let all = tables::contacts::load(book.conn(), Scope::All)?;
    let found = all.into_iter().find(|c| c.id.to_string() == id);
    found.ok_or_else(|| Failure::not_found("contact", id))
}

/// Adds a contact to the account named by the id.
pub fn add(session: &mut Session, ask: FieldsAsk) -> Result<Shown, Failure> {
    session.write(|book| {
        let mut names = book.names()?;
        let people = People::load(book, &mut names)?;
        let contact = Contact {
            id: store::new_id(),
            account: people.find(&ask.id, &names)?.id,
            name: String::new(),
            role: String::new(),
            mail: String::new(),
            phone: String::new(),
            gets_invoices: false,
        };
        save(book, contact, ask, &people, &names)
    })
}

/// Changes a contact.
pub fn set(session: &mut Session, ask: FieldsAsk) -> Result<Shown, Failure> {
    session.write(|book| {
        let mut names = book.names()?;
        let people = People::load(book, &mut names)?;
        let contact = find(book, &ask.id)?;
        save(book, contact, ask, &people, &names)
    })
}

fn save(
    book: &Book<'_>,
    mut contact: Contact,
    ask: FieldsAsk,
    people: &People,
    names: &Names,
) -> Result<Shown, Failure> {
    let mut f = Fields::new(ask.fields);
    let mut given = |name: &str, was: &mut String| {
        if let Some(text) = f.text(name) {
            *was = text.trim().to_owned();
        }
    };
    given("name", &mut contact.name);
    given("role", &mut contact.role);
    given("phone", &mut contact.phone);
    let mail =
        f.read("mail", "an address such as jo@alder.example", |t| is_mail(t.trim()).then(|| t.trim().to_owned()))?;
    contact.mail = mail.unwrap_or(contact.mail);
    contact.gets_invoices = f.flag("invoices")?.unwrap_or(contact.gets_invoices);
    f.done(FIELDS)?;
    if contact.name.is_empty() {
        return Err(Failure::usage("name=... is needed."));
    }
    book.writer()?.put_contact(&contact)?;
    Ok(shown(&contact, people, names))
}

/// Something on both sides of one `@`, and no space: what is wrong beyond that only sending tells. None at all is right too.
fn is_mail(text: &str) -> bool {
    let whole = |part: &str| !part.is_empty() && !part.contains(['@', ' ']);
    text.is_empty() || text.split_once('@').is_some_and(|(who, place)| whole(who) && whole(place))
}

/// Removes a contact from the book.
pub fn end(session: &mut Session, ask: IdAsk) -> Result<Shown, Failure> {
    session.write(|book| {
        let mut names = book.names()?;
        let people = People::load(book, &mut names)?;
        let contact = find(book, &ask.id)?;
        book.writer()?.remove_contact(contact.id)?;
        Ok(shown(&contact, &people, &names))
    })
}
