//! A book in memory for the tests of this module: the real schema, the real triggers, no encryption.

use rusqlite::Connection;

use super::Writer;
use crate::{NewBook, migrate};

pub(crate) const KEY: [u8; 32] = [7; 32];

pub(crate) struct Book {
    pub(crate) conn: Connection,
}

impl Book {
    pub(crate) fn writer(&self) -> Writer<'_> {
        Writer::new(&self.conn, &KEY)
    }
}

pub(crate) fn book() -> Book {
    let conn = Connection::open_in_memory().unwrap();
    conn.execute_batch("PRAGMA foreign_keys = ON; PRAGMA recursive_triggers = ON;").unwrap();
    migrate::run(&conn, migrate::ALL).unwrap();
    let new = NewBook {
        name: "Seller GmbH".into(),
        country: "DE".into(),
        currency: engine::Currency::EUR,
        role: "direct-bill".into(),
        today: engine::Date::default(),
    };
    super::seal_book(&conn, &KEY, engine::Id([1; 16]), &new).unwrap();
    Book { conn }
}
