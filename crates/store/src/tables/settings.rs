//! Settings, request keys and counters: small facts by name.
//!
//! A setting is JSON under a key (`seller`, `brand`, `tax_rounding`, `mapping/NAME`, ...); what it means is the use
//! case's business. A request key remembers the answer already given. A sequence gives the next number of a series
//! inside the transaction that uses it, so a rollback gives it back; it is never `max + 1`.

use engine::Id;
use rusqlite::{Connection, OptionalExtension, params};
use serde_json::Value;

use super::cell::{Columns, cells, damaged};
use super::seal::{Table, Writer};
use crate::{NewBook, StoreError};

pub(crate) const SETTINGS: Table = Table { name: "settings", columns: &["key", "value"] };
pub(crate) const REQUESTS: Table = Table { name: "requests", columns: &["key", "command", "answer", "at"] };
pub(crate) const COUNTERS: Table = Table { name: "counters", columns: &["name", "value"] };
pub(crate) const SEQUENCES: Table = Table { name: "sequences", columns: &["series", "year", "next"] };

pub(crate) const BOOK: Table =
    Table { name: "book", columns: &["one", "id", "name", "country", "currency", "role", "created"] };

/// Writes down whose book this is: the first row of a new book.
pub(crate) fn seal_book(conn: &Connection, chain_key: &[u8; 32], id: Id, new: &NewBook) -> Result<(), StoreError> {
    let row = cells![1i64, id, &new.name, &new.country, new.currency, &new.role, new.today.to_string()];
    Writer::new(conn, chain_key).insert_one(&BOOK, &row)
}

fn json(text: &str) -> Result<Value, StoreError> {
    serde_json::from_str(text).map_err(|_| damaged("a setting", text))
}

/// One setting.
pub fn get(conn: &Connection, key: &str) -> Result<Option<Value>, StoreError> {
    let text: Option<String> =
        conn.prepare_cached("SELECT value FROM settings WHERE key = ?1")?.query_row([key], |r| r.get(0)).optional()?;
    text.map(|text| json(&text)).transpose()
}

/// Every setting whose key begins with `prefix`, by key.
pub fn list(conn: &Connection, prefix: &str) -> Result<Vec<(String, Value)>, StoreError> {
    let mut statement = conn.prepare_cached("SELECT key, value FROM settings ORDER BY key")?;
    let mut rows = statement.query([])?;
    let mut out = Vec::new();
    while let Some(row) = rows.next()? {
        let key: String = row.col(0)?;
        if key.starts_with(prefix) {
            out.push((key, json(&row.col::<String>(1)?)?));
        }
    }
    Ok(out)
}

/// The answer given to a request before, if any: its command and the answer.
pub fn answered(conn: &Connection, key: &str) -> Result<Option<(String, Value)>, StoreError> {
    let found: Option<(String, String)> = conn
        .prepare_cached("SELECT command, answer FROM requests WHERE key = ?1")?
        .query_row([key], |r| Ok((r.get(0)?, r.get(1)?)))
        .optional()?;
    found.map(|(command, answer)| Ok((command, json(&answer)?))).transpose()
}

/// The number a series would give next, without taking it.
pub fn next_number(conn: &Connection, series: &str, year: i32) -> Result<u64, StoreError> {
    Ok(next(conn, &format!("number/{series}"), year)?.unsigned_abs())
}

/// The number the next record of a series gets.
pub(crate) fn next_of(conn: &Connection, series: &str) -> Result<i64, StoreError> {
    next(conn, series, 0)
}

fn next(conn: &Connection, series: &str, year: i32) -> Result<i64, StoreError> {
    let next: Option<i64> = conn
        .prepare_cached("SELECT next FROM sequences WHERE series = ?1 AND year = ?2")?
        .query_row(params![series, year], |r| r.get(0))
        .optional()?;
    Ok(next.unwrap_or(1))
}

/// The counter of a kind of change: `register` or `prices`; 0 before the first.
pub fn counter(conn: &Connection, name: &str) -> Result<u64, StoreError> {
    let value: Option<i64> = conn
        .prepare_cached("SELECT value FROM counters WHERE name = ?1")?
        .query_row([name], |r| r.get(0))
        .optional()?;
    Ok(value.unwrap_or_default().unsigned_abs())
}

impl Writer<'_> {
    /// Stores a setting; whether that changed anything.
    pub fn set(&self, key: &str, value: &Value) -> Result<bool, StoreError> {
        let text = value.to_string();
        match get(self.conn(), key)? {
            Some(old) if old == *value => return Ok(false),
            Some(_) => {
                self.change(&SETTINGS, "key = ?1", params![key], |conn| {
                    conn.execute("UPDATE settings SET value = ?2 WHERE key = ?1", params![key, text])
                })?;
            }
            None => self.insert_one(&SETTINGS, &cells![key, text])?,
        }
        self.count("settings")?;
        Ok(true)
    }

    /// Removes a setting; whether it was there.
    pub fn unset(&self, key: &str) -> Result<bool, StoreError> {
        let removed = self.change(&SETTINGS, "key = ?1", params![key], |conn| {
            conn.execute("DELETE FROM settings WHERE key = ?1", [key])
        })?;
        if removed > 0 {
            self.count("settings")?;
        }
        Ok(removed > 0)
    }

    /// Remembers the answer to a request. `at` is the moment it was given.
    pub fn answer(&self, key: &str, command: &str, answer: &Value, at: &str) -> Result<(), StoreError> {
        self.insert_one(&REQUESTS, &cells![key, command, answer.to_string(), at])
    }

    /// Takes `count` numbers of a series and year and gives the first.
    pub(crate) fn reserve(&self, series: &str, year: i32, count: usize) -> Result<i64, StoreError> {
        let count = i64::try_from(count).map_err(|_| damaged("a count", "too large"))?;
        let first: Option<i64> = self
            .conn()
            .prepare_cached("SELECT next FROM sequences WHERE series = ?1 AND year = ?2")?
            .query_row(params![series, year], |r| r.get(0))
            .optional()?;
        let Some(first) = first else {
            self.insert_one(&SEQUENCES, &cells![series, i64::from(year), 1 + count])?;
            return Ok(1);
        };
        self.change(&SEQUENCES, "series = ?1 AND year = ?2", params![series, year], |conn| {
            conn.execute(
                "UPDATE sequences SET next = next + ?3 WHERE series = ?1 AND year = ?2",
                params![series, year, count],
            )
        })?;
        Ok(first)
    }

    /// Notes how much of something there was: a counter that is set. Noting the same again writes nothing.
    pub fn note(&self, name: &str, value: u64) -> Result<(), StoreError> {
        let value = i64::try_from(value).map_err(|_| damaged("a count", "too large"))?;
        if counter(self.conn(), name)? == value.unsigned_abs() {
            return Ok(());
        }
        self.change(&COUNTERS, "name = ?1", params![name], |conn| {
            conn.execute(
                "INSERT INTO counters (name, value) VALUES (?1, ?2)
                 ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                params![name, value],
            )
        })?;
        Ok(())
    }

    /// Counts one change of a kind and gives the counter's new value.
    pub(crate) fn count(&self, name: &str) -> Result<i64, StoreError> {
        self.change(&COUNTERS, "name = ?1", params![name], |conn| {
            conn.execute(
                "INSERT INTO counters (name, value) VALUES (?1, 1)
                 ON CONFLICT (name) DO UPDATE SET value = counters.value + 1",
                [name],
            )
        })?;
        Ok(i64::try_from(counter(self.conn(), name)?).unwrap_or(i64::MAX))
    }
}
