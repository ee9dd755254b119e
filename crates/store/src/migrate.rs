//! The schema's history. `migrations/NNNN_name/` holds `up.sql` (the change), `why.md` (for people) and `check.sql`
//! (queries that must return no row afterwards).
//!
//! Always: a book carries the hash of every migration it went through, compared at each open; a newer book is refused
//! with no byte changed; pending migrations run on a verified copy, which then takes the place of the original, and
//! the original is kept until somebody removes it.

use std::path::Path;

use rusqlite::fallible_iterator::FallibleIterator;
use rusqlite::{Batch, Connection};
use sha2::{Digest, Sha256};

use crate::connection::{self, Access};
use crate::keys::Secret;
use crate::{StoreError, folder, integrity};

/// One step of the schema's history.
pub(crate) struct Migration {
    name: &'static str,
    up: &'static str,
    check: &'static str,
}

macro_rules! migrations {
    ($($name:literal)*) => {
        /// Every migration, oldest first; a book's `user_version` is the number of those it went through.
        pub(crate) const ALL: &[Migration] = &[$(Migration {
            name: $name,
            up: include_str!(concat!("../migrations/", $name, "/up.sql")),
            check: include_str!(concat!("../migrations/", $name, "/check.sql")),
        }),*];
    };
}

migrations! {
    "0001_book"
    "0002_contents"
}

impl Migration {
    fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.up.as_bytes()).into()
    }
}

/// How many migrations there are: the version they lead to.
pub(crate) fn count(known: &[Migration]) -> u32 {
    u32::try_from(known.len()).unwrap_or(u32::MAX)
}

const JOURNAL: &str = "CREATE TABLE IF NOT EXISTS migrations (
    number INTEGER PRIMARY KEY,
    name   TEXT NOT NULL,
    hash   BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;";

/// How many migrations a database went through. Refuses a newer one, and one whose history differs from ours.
pub(crate) fn version(conn: &Connection, known: &[Migration]) -> Result<u32, StoreError> {
    let found: u32 = conn.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    let newest = count(known);
    if found > newest {
        return Err(StoreError::TooNew { found, known: newest });
    }
    if found == 0 {
        return Ok(0);
    }
    let mut statement = conn.prepare("SELECT name, hash FROM migrations ORDER BY number")?;
    let past = statement
        .query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, [u8; 32]>(1)?)))?
        .collect::<Result<Vec<_>, _>>()?;
    let ours = known.iter().take(found as usize).map(|m| (m.name.to_owned(), m.hash()));
    if !ours.eq(past) {
        return Err(StoreError::Damaged("its schema was made by other migrations than this program knows".into()));
    }
    Ok(found)
}

/// Runs what is pending, in one transaction, and checks the result. For a database nobody else has open.
pub(crate) fn run(conn: &Connection, known: &[Migration]) -> Result<(), StoreError> {
    let from = version(conn, known)?;
    let tx = conn.unchecked_transaction()?;
    tx.execute_batch(JOURNAL)?;
    for (number, migration) in (1u32..).zip(known).skip(from as usize) {
        let failed = |what: String| StoreError::Damaged(format!("migration {}: {what}", migration.name));
        tx.execute_batch(migration.up).map_err(|e| failed(e.to_string()))?;
        tx.execute("INSERT INTO migrations VALUES (?, ?, ?)", (number, migration.name, migration.hash()))?;
        let mut checks = Batch::new(&tx, migration.check);
        while let Some(mut check) = checks.next().map_err(|e| failed(e.to_string()))? {
            if check.exists([])? {
                let text = check.expanded_sql().unwrap_or_default();
                return Err(failed(format!("a check found something: {text}")));
            }
        }
    }
    if tx.prepare("PRAGMA foreign_key_check")?.exists([])? {
        return Err(StoreError::Damaged("a migration left a reference without its row".into()));
    }
    tx.pragma_update(None, "user_version", count(known))?;
    tx.commit()?;
    Ok(())
}

/// Upgrades a book on disk: checks it, copies it, migrates and checks the copy, then exchanges the two. `conn` must be
/// the only connection. The old file stays as `backups/before-NNNN.db`.
pub(crate) fn upgrade(book: &Path, key: &Secret, conn: Connection, known: &[Migration]) -> Result<(), StoreError> {
    let from = version(&conn, known)?;
    let current = book.join("book.db");
    // The copy, its log, and room to work.
    folder::need_space(book, folder::size(&current)? / 2 * 5)?;
    sound(&current, key, "before its upgrade")?;
    let copy = folder::temp_beside(&current)?;
    let migrated = copy_into(&conn, &copy, key).and_then(|copied| {
        run(&copied, known)?;
        sound(&copy, key, "after its upgrade")?;
        // No log beside it: the file alone is the database.
        Ok(copied.query_row("PRAGMA journal_mode = DELETE", [], |_| Ok(()))?)
    });
    if let Err(e) = migrated {
        let _ = std::fs::remove_file(&copy);
        return Err(e);
    }
    // Leaving WAL needs the file to itself, so no reader can hold on to the log of a file that goes away.
    conn.query_row("PRAGMA journal_mode = DELETE", [], |_| Ok(()))?;
    drop(conn);
    let kept = book.join("backups").join(format!("before-{:04}.db", from + 1));
    if !kept.exists() && std::fs::hard_link(&current, &kept).is_err() {
        std::fs::copy(&current, &kept).map_err(|e| StoreError::io("keeping", &kept, e))?;
    }
    folder::sync_dir(&kept)?;
    folder::rename(&copy, &current)?;
    folder::sync_dir(&current)
}

fn sound(path: &Path, key: &Secret, when: &str) -> Result<(), StoreError> {
    match integrity::of_file(path, key, Access::Write)?.first() {
        Some(problem) => Err(StoreError::Damaged(format!("{when}: {}", problem.detail))),
        None => Ok(()),
    }
}

/// A compact copy of a database in a new file, under the same key, on disk when this returns.
pub(crate) fn copy_into(conn: &Connection, to: &Path, key: &Secret) -> Result<Connection, StoreError> {
    let path =
        to.to_str().ok_or_else(|| StoreError::Folder { path: to.to_owned(), why: "its name is not Unicode".into() })?;
    // SQLite writes into an empty file that exists; made here so that it is private from the start.
    let file = folder::create(to)?;
    conn.execute("VACUUM INTO ?", [path])?;
    file.sync_all().map_err(|e| StoreError::io("syncing", to, e))?;
    connection::open(to, key, Access::Write)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_folder_is_in_the_list_and_says_why() {
        let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
        let mut names: Vec<_> = std::fs::read_dir(&dir)
            .expect("migrations")
            .map(|e| e.expect("entry").file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        assert_eq!(names, ALL.iter().map(|m| m.name).collect::<Vec<_>>());
        for (i, m) in ALL.iter().enumerate() {
            assert!(m.name.starts_with(&format!("{:04}_", i + 1)), "{} is out of step", m.name);
            assert!(dir.join(m.name).join("why.md").exists(), "{} does not say why", m.name);
        }
    }

    const OLD: Migration = Migration {
        name: "0001_old",
        up: "CREATE TABLE payments (minor INTEGER NOT NULL) STRICT; INSERT INTO payments VALUES (100), (250)",
        check: "",
    };
    const NEW: Migration = Migration {
        name: "0002_new",
        up: "ALTER TABLE payments ADD COLUMN currency TEXT NOT NULL DEFAULT 'EUR'",
        check: "SELECT 1 WHERE (SELECT sum(minor) FROM payments) <> 350; SELECT 1 FROM payments WHERE currency <> 'EUR';",
    };

    /// A book's folder with a database of the first version.
    fn old_book(key: &Secret) -> tempfile::TempDir {
        let dir = tempfile::tempdir().expect("temp dir");
        std::fs::create_dir(dir.path().join("backups")).expect("folder");
        let conn = connection::open(&dir.path().join("book.db"), key, Access::Create).expect("creates");
        run(&conn, &[OLD]).expect("runs");
        dir
    }

    fn upgraded(dir: &Path, key: &Secret, known: &[Migration]) -> Result<(), StoreError> {
        let conn = connection::open(&dir.join("book.db"), key, Access::Write)?;
        upgrade(dir, key, conn, known)
    }

    #[test]
    fn an_upgrade_exchanges_the_file_and_keeps_the_old_one() {
        let key = Secret::take(&mut [1; 32]);
        let dir = old_book(&key);
        upgraded(dir.path(), &key, &[OLD, NEW]).expect("upgrades");
        for (file, known) in [("book.db", &[OLD, NEW][..]), ("backups/before-0002.db", &[OLD])] {
            let conn = connection::open(&dir.path().join(file), &key, Access::Write).expect("opens");
            assert_eq!(version(&conn, known).expect("version"), count(known));
            let sum: i64 = conn.query_row("SELECT sum(minor) FROM payments", [], |r| r.get(0)).expect("sums");
            assert_eq!(sum, 350);
        }
        assert!(std::fs::read_dir(dir.path()).expect("list").flatten().all(|e| !folder::is_leftover(&e.path())));
    }

    #[test]
    fn an_upgrade_that_fails_its_check_changes_nothing() {
        let key = Secret::take(&mut [1; 32]);
        let dir = old_book(&key);
        let before = std::fs::read(dir.path().join("book.db")).expect("reads");
        let broken = Migration { check: "SELECT 1 FROM payments", ..NEW };
        let refused = upgraded(dir.path(), &key, &[OLD, broken]);
        assert_eq!(refused.err().map(|e| e.code()), Some("E-BOOK-DAMAGED"));
        assert!(std::fs::read(dir.path().join("book.db")).expect("reads") == before);
        assert_eq!(std::fs::read_dir(dir.path()).expect("list").count(), 2, "the folder and the database");
    }

    #[test]
    fn an_upgrade_waits_for_readers_to_go() {
        let key = Secret::take(&mut [1; 32]);
        let dir = old_book(&key);
        let reader = connection::open(&dir.path().join("book.db"), &key, Access::Read).expect("opens");
        reader.query_row("SELECT count(*) FROM payments", [], |_| Ok(())).expect("reads");
        let conn = connection::open(&dir.path().join("book.db"), &key, Access::Write).expect("opens");
        conn.busy_timeout(std::time::Duration::ZERO).expect("sets");
        let refused = upgrade(dir.path(), &key, conn, &[OLD, NEW]);
        assert_eq!(refused.err().map(|e| e.code()), Some("E-BOOK-IN-USE"));
        drop(reader);
        upgraded(dir.path(), &key, &[OLD, NEW]).expect("upgrades");
    }

    #[test]
    fn another_history_is_refused() {
        let key = Secret::take(&mut [1; 32]);
        let dir = old_book(&key);
        let conn = connection::open(&dir.path().join("book.db"), &key, Access::Write).expect("opens");
        let edited = Migration { up: "CREATE TABLE payments (minor REAL)", ..OLD };
        assert!(matches!(version(&conn, &[edited]), Err(StoreError::Damaged(_))));
        assert!(matches!(version(&conn, &[]), Err(StoreError::TooNew { found: 1, known: 0 })));
    }

    /// `schema.sql` is for reading in every diff; `UPDATE_GOLDEN=1 cargo test -p billhook-store` writes it anew.
    #[test]
    fn the_schema_file_is_in_step() {
        let conn = connection::in_memory().expect("opens");
        run(&conn, ALL).expect("runs");
        let schema: Vec<String> = conn
            .prepare("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY type = 'trigger', tbl_name, type DESC, name")
            .and_then(|mut s| s.query_map([], |r| r.get(0))?.collect())
            .expect("schema");
        let schema =
            format!("-- Generated from migrations/ by a test; see src/migrate.rs.\n\n{};\n", schema.join(";\n\n"));
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schema.sql");
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            std::fs::write(&path, &schema).expect("write");
        }
        let kept = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(kept == schema, "schema.sql is out of step; run with UPDATE_GOLDEN=1");
    }
}
