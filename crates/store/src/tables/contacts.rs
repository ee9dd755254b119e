//! Whom one talks to at accounts, and what was noted about them. Both may be changed and removed: nothing is billed by them.

use engine::contact::{Contact, Note};
use engine::{Id, IdMap};
use rusqlite::{Connection, params};

use super::accounts::{self, number_of, numbers};
use super::cell::{Cell, Columns, cells, damaged};
use super::seal::{Table, Writer};
use super::{Put, Scope};
use crate::StoreError;

pub(crate) const CONTACTS: Table =
    Table { name: "contacts", columns: &["id", "account", "name", "role", "mail", "phone", "invoices"] };

pub(crate) const NOTES: Table = Table { name: "notes", columns: &["id", "account", "day", "text"] };

/// Contacts by account, in the order they were first recorded, and by name.
pub fn load(conn: &Connection, scope: Scope) -> Result<Vec<Contact>, StoreError> {
    each(conn, scope, &format!("{} ORDER BY account, name, id", CONTACTS.select()), |row, account| {
        Ok(Contact {
            id: row.id(0)?,
            account,
            name: row.col(2)?,
            role: row.col(3)?,
            mail: row.col(4)?,
            phone: row.col(5)?,
            gets_invoices: row.col(6)?,
        })
    })
}

/// Notes by account, in the order they were first recorded, the latest note first.
pub fn load_notes(conn: &Connection, scope: Scope) -> Result<Vec<Note>, StoreError> {
    each(conn, scope, &format!("{} ORDER BY account, day DESC, id DESC", NOTES.select()), |row, account| {
        Ok(Note { id: row.id(0)?, account, date: row.day(2)?, text: row.col(3)? })
    })
}

/// Reads the rows of accounts that are wanted; the second column holds the account's number.
fn each<T>(
    conn: &Connection,
    scope: Scope,
    select: &str,
    read: impl Fn(&rusqlite::Row, Id) -> Result<T, StoreError>,
) -> Result<Vec<T>, StoreError> {
    let mut statement = conn.prepare_cached(select)?;
    let mut rows = statement.query([])?;
    let (mut found, mut accounts) = (Vec::new(), Vec::new());
    while let Some(row) = rows.next()? {
        if accounts.is_empty() {
            accounts = accounts::ids(conn)?;
        }
        let account = accounts::at(&accounts, row.col(1)?)?;
        if !matches!(scope, Scope::Accounts(ids) if !ids.contains(&account)) {
            found.push(read(row, account)?);
        }
    }
    Ok(found)
}

/// Every contact and note is of an account of the book, and one contact of each account gets its invoices.
pub(crate) fn verify(conn: &Connection) -> Result<(), StoreError> {
    let mut invoiced: IdMap<Id, Id> = IdMap::default();
    for contact in load(conn, Scope::All)?.into_iter().filter(|c| c.gets_invoices) {
        if invoiced.insert(contact.account, contact.id).is_some() {
            return Err(damaged("the contact that gets invoices", &format!("{} has two", contact.account)));
        }
    }
    load_notes(conn, Scope::All).map(drop)
}

impl Writer<'_> {
    /// Adds a contact, or changes the one with its id. When it gets the invoices, no other of its account does.
    pub fn put_contact(&self, contact: &Contact) -> Result<Put, StoreError> {
        let account = number_of(&numbers(self.conn())?, contact.account)?;
        if contact.gets_invoices {
            self.give_up_invoices(account, contact.id)?;
        }
        let Contact { id, name, role, mail, phone, gets_invoices, .. } = contact;
        self.put_row(&CONTACTS, &cells![*id, account, name, role, mail, phone, *gets_invoices])
    }

    fn give_up_invoices(&self, account: i64, to: Id) -> Result<(), StoreError> {
        let others: Vec<[u8; 16]> = {
            let select = "SELECT id FROM contacts WHERE account = ?1 AND invoices = 1 AND id <> ?2";
            let mut statement = self.conn().prepare_cached(select)?;
            let found = statement.query_map(params![account, to.0], |r| r.get(0))?;
            found.collect::<Result<_, _>>()?
        };
        for id in others {
            self.change(&CONTACTS, "id = ?1", params![id], |conn| {
                conn.execute("UPDATE contacts SET invoices = 0 WHERE id = ?1", [id])
            })?;
        }
        Ok(())
    }

    /// Removes a contact; whether it was there.
    pub fn remove_contact(&self, id: Id) -> Result<bool, StoreError> {
        let removed = self.change(&CONTACTS, "id = ?1", params![id.0], |conn| {
            conn.execute("DELETE FROM contacts WHERE id = ?1", [id.0])
        })?;
        Ok(removed > 0)
    }

    /// Adds a note, or changes the one with its id.
    pub fn put_note(&self, note: &Note) -> Result<Put, StoreError> {
        let account = number_of(&numbers(self.conn())?, note.account)?;
        self.put_row(&NOTES, &cells![note.id, account, note.date, &note.text])
    }

    /// Removes a note; whether it was there.
    pub fn remove_note(&self, id: Id) -> Result<bool, StoreError> {
        let removed = self
            .change(&NOTES, "id = ?1", params![id.0], |conn| conn.execute("DELETE FROM notes WHERE id = ?1", [id.0]))?;
        Ok(removed > 0)
    }

    /// Adds a row, or changes the one with the same first column, an id.
    fn put_row(&self, table: &'static Table, row: &[Cell]) -> Result<Put, StoreError> {
        let mut put = Put::default();
        let select = format!("SELECT 1 FROM {} WHERE id = ?1", table.name);
        match self.conn().prepare_cached(&select)?.exists([&row[0]])? {
            true => self.replace_if_changed(table, row, &mut put)?,
            false => {
                self.insert_one(table, row)?;
                put.added += 1;
            }
        }
        Ok(put)
    }
}
