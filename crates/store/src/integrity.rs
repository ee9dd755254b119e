//! Is every byte of the database what was written, and does its structure hold together?

use rusqlite::Connection;

use crate::StoreError;

/// Something physically wrong with a book.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Stable code: `HASH_MISMATCH` for changed bytes, `STRUCTURE` for broken tables, `REFERENCE` for a row that points
    /// nowhere, `DOCUMENT_MISSING` and `DOCUMENT_CHANGED` for kept documents.
    pub code: &'static str,
    /// What is wrong, for a person.
    pub text: String,
}

impl Problem {
    pub(crate) fn new(code: &'static str, text: impl Into<String>) -> Problem {
        Problem { code, text: text.into() }
    }
}

/// Checks the pages' authentication codes, then the tables.
///
/// The log is written back first, because the first check reads the raw file and knows nothing of newer pages in the
/// log; where a reader prevents that, it is left out rather than raising false alarms.
pub(crate) fn of_file(conn: &Connection) -> Result<Vec<Problem>, StoreError> {
    let mut problems = Vec::new();
    let busy: i64 = conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
    if busy == 0 {
        collect(conn, "PRAGMA cipher_integrity_check", "HASH_MISMATCH", &mut problems)?;
    }
    if problems.is_empty() {
        of_tables(conn, &mut problems)?;
    }
    Ok(problems)
}

/// Checks the structure and the references. On a fresh connection: one bad page poisons the one that met it.
pub(crate) fn of_tables(conn: &Connection, problems: &mut Vec<Problem>) -> Result<(), StoreError> {
    let before = problems.len();
    if let Err(e) = collect(conn, "PRAGMA integrity_check", "STRUCTURE", problems) {
        problems.push(Problem::new("STRUCTURE", e.to_string()));
        return Ok(());
    }
    // The one row of a sound database.
    let sound = problems.get(before).is_some_and(|p| p.text == "ok");
    if sound {
        problems.truncate(before);
    }
    let mut statement = conn.prepare("SELECT \"table\", rowid, parent FROM pragma_foreign_key_check")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (table, id, parent): (String, Option<i64>, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let id = id.map_or_else(|| "?".to_owned(), |id| id.to_string());
        problems.push(Problem::new("REFERENCE", format!("row {id} of {table} points at a row of {parent} that is not there")));
    }
    Ok(())
}

fn collect(conn: &Connection, sql: &str, code: &'static str, into: &mut Vec<Problem>) -> Result<(), StoreError> {
    let mut statement = conn.prepare(sql)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        into.push(Problem::new(code, row.get::<_, String>(0)?));
    }
    Ok(())
}
