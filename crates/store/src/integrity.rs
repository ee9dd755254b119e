//! Is every byte of the database what was written, and does its structure hold together?

use std::path::Path;

use rusqlite::Connection;

use crate::StoreError;
use crate::connection::{self, Access};
use crate::keys::Secret;

/// Something physically wrong with a book.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Stable code: `HASH_MISMATCH` for changed bytes, `STRUCTURE` for broken tables, `REFERENCE` for a row that points
    /// nowhere, `DOCUMENT_MISSING` and `DOCUMENT_CHANGED` for kept documents.
    pub code: &'static str,
    /// Where: a table, a document, the database itself.
    pub place: String,
    /// What, for a person.
    pub detail: String,
}

impl Problem {
    pub(crate) fn new(code: &'static str, place: impl Into<String>, detail: impl Into<String>) -> Problem {
        Problem { code, place: place.into(), detail: detail.into() }
    }
}

/// Checks the pages' authentication codes, then the tables, each on a fresh connection: one bad page poisons the one
/// that met it.
///
/// The log is written back first, because the first check reads the raw file and knows nothing of newer pages in the
/// log. Where that cannot be done, beside another program, the first check is left out rather than raising false alarms.
pub(crate) fn of_file(path: &Path, key: &Secret, access: Access) -> Result<Vec<Problem>, StoreError> {
    let conn = connection::open(path, key, access)?;
    if access == Access::Still || log_is_empty(&conn, access == Access::Write)? {
        let problems = of_pages(&conn)?;
        if !problems.is_empty() {
            return Ok(problems);
        }
    }
    drop(conn);
    of_tables(&connection::open(path, key, access)?)
}

fn log_is_empty(conn: &Connection, writer: bool) -> Result<bool, StoreError> {
    let how = if writer { "PRAGMA wal_checkpoint(TRUNCATE)" } else { "PRAGMA wal_checkpoint(NOOP)" };
    let (busy, frames): (i64, i64) = conn.query_row(how, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(busy == 0 && frames <= 0)
}

/// Checks the authentication code of every page of the raw file, free ones too.
pub(crate) fn of_pages(conn: &Connection) -> Result<Vec<Problem>, StoreError> {
    rows(conn, "PRAGMA cipher_integrity_check", "HASH_MISMATCH")
}

/// Checks the structure and the references.
pub(crate) fn of_tables(conn: &Connection) -> Result<Vec<Problem>, StoreError> {
    let mut problems = match rows(conn, "PRAGMA integrity_check", "STRUCTURE") {
        Ok(problems) => problems,
        Err(e) => return Ok(vec![Problem::new("STRUCTURE", "book.db", e.to_string())]),
    };
    // The one row of a sound database.
    problems.retain(|p| p.detail != "ok");
    let mut statement = conn.prepare("SELECT \"table\", rowid, parent FROM pragma_foreign_key_check")?;
    let mut broken = statement.query([])?;
    while let Some(row) = broken.next()? {
        let (table, id, parent): (String, Option<i64>, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let id = id.map_or_else(|| "?".to_owned(), |id| id.to_string());
        problems.push(Problem::new(
            "REFERENCE",
            table,
            format!("row {id} points at a row of {parent} that is not there"),
        ));
    }
    Ok(problems)
}

fn rows(conn: &Connection, sql: &str, code: &'static str) -> Result<Vec<Problem>, StoreError> {
    let mut statement = conn.prepare(sql)?;
    let texts = statement.query_map([], |row| row.get::<_, String>(0))?;
    texts.map(|text| Ok(Problem::new(code, "book.db", text?))).collect()
}
