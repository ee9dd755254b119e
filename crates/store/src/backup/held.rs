//! One committed state of a book, held fast while a backup is made of it.
//!
//! Usually it is the database's file itself: when everything in the log was written back, and a connection of ours goes on
//! reading from that moment, changes go to the log and nothing of it is written back into the file. Where the log cannot
//! be written back, beside somebody who reads an earlier state, it is a compact copy.

use std::path::{Path, PathBuf};

use rusqlite::Connection;

use crate::connection::{self, Access};
use crate::integrity::{self, Problem};
use crate::keys::Secret;
use crate::{Store, StoreError, folder, migrate};

/// Writes the log back into the file, as far as that goes without waiting for anybody.
pub(super) fn prepare(store: &Store) -> Result<(), StoreError> {
    if store.is_writer() {
        store.conn.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()))?;
    }
    Ok(())
}

/// A state of the database, and the file it is in.
pub(super) struct Held {
    conn: Connection,
    file: PathBuf,
    /// Whether the file was made for this, and goes again.
    copied: bool,
}

impl Held {
    /// Holds what is committed now, of a book that is open for this.
    pub(super) fn of(book: &Path, key: &Secret, access: Access) -> Result<Held, StoreError> {
        let file = book.join("book.db");
        let still = access == Access::Still;
        // A connection of its own: a reader's may not even write elsewhere.
        let conn = connection::open(&file, key, if still { access } else { Access::Write })?;
        // Every page is needed once; what a cache holds is wiped when it goes.
        conn.execute_batch("PRAGMA cache_size = -1024")?;
        if still || fixed(&conn)? {
            return Ok(Held { conn, file, copied: false });
        }
        folder::need_space(book, folder::size(&file)?)?;
        let file = folder::temp_beside(&book.join("backups").join("copy"))?;
        let copied = migrate::copy_into(&conn, &file, key).inspect_err(|_| remove(&file))?;
        copied.execute_batch("PRAGMA cache_size = -1024")?;
        Ok(Held { conn: copied, file, copied: true })
    }

    /// Reads the state.
    pub(super) fn conn(&self) -> &Connection {
        &self.conn
    }

    /// The file it is in, whole.
    pub(super) fn file(&self) -> &Path {
        &self.file
    }

    /// What is wrong with it, if anything is.
    pub(super) fn problem(&self) -> Result<Option<Problem>, StoreError> {
        // Looking at the tables reads every page in use, and so verifies its authentication code.
        let mut problems = integrity::of_tables(&self.conn)?;
        let free: i64 = self.conn.query_row("PRAGMA freelist_count", [], |row| row.get(0))?;
        if problems.is_empty() && free > 0 {
            problems = integrity::of_pages(&self.conn)?;
        }
        Ok(problems.into_iter().next())
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        if self.copied {
            // Windows removes no file that is open.
            if let Ok(closed) = Connection::open_in_memory() {
                drop(std::mem::replace(&mut self.conn, closed));
            }
            remove(&self.file);
        }
    }
}

/// Begins to read what is committed now; whether all of it is in the file and stays there, unchanged, as long as this
/// connection goes on reading.
fn fixed(conn: &Connection) -> Result<bool, StoreError> {
    let version = || conn.query_row("PRAGMA data_version", [], |row| row.get::<_, i64>(0));
    let before = version()?;
    let (frames, written): (i64, i64) =
        conn.query_row("PRAGMA wal_checkpoint(NOOP)", [], |row| Ok((row.get(1)?, row.get(2)?)))?;
    conn.execute_batch("BEGIN")?;
    conn.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
    // Without a log, while much is imported, a reader's lock is all there is: reading the file beside it would give it up.
    if frames >= 0 && frames == written && version()? == before {
        return Ok(true);
    }
    conn.execute_batch("ROLLBACK")?;
    Ok(false)
}

fn remove(path: &Path) {
    for ending in ["", "-wal", "-shm", "-journal"] {
        let mut name = path.as_os_str().to_owned();
        name.push(ending);
        let _ = std::fs::remove_file(name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn book() -> (tempfile::TempDir, Secret, Connection) {
        let (dir, key) = (tempfile::tempdir().expect("temp dir"), Secret::take(&mut [1; 32]));
        std::fs::create_dir(dir.path().join("backups")).expect("folder");
        let conn = connection::open(&dir.path().join("book.db"), &key, Access::Create).expect("creates");
        conn.execute_batch("CREATE TABLE t (n INTEGER NOT NULL) STRICT; INSERT INTO t VALUES (1)").expect("writes");
        (dir, key, conn)
    }

    fn rows(held: &Held) -> i64 {
        held.conn().query_row("SELECT count(*) FROM t", [], |row| row.get(0)).expect("counts")
    }

    fn checkpoint(conn: &Connection, how: &str) -> (i64, i64, i64) {
        let row = |row: &rusqlite::Row| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
        conn.query_row(&format!("PRAGMA wal_checkpoint({how})"), [], row).expect("asks")
    }

    #[test]
    fn the_file_is_held_while_later_changes_go_to_the_log() {
        let (dir, key, conn) = book();
        checkpoint(&conn, "PASSIVE");
        let held = Held::of(dir.path(), &key, Access::Write).expect("holds");
        assert!(!held.copied);
        let before = std::fs::read(held.file()).expect("reads");
        for _ in 0..3 {
            conn.execute_batch("INSERT INTO t VALUES (2)").expect("writes");
            checkpoint(&conn, "PASSIVE");
        }
        assert!(std::fs::read(held.file()).expect("reads") == before, "the file was written into");
        assert_eq!(rows(&held), 1);
        drop(held);
        checkpoint(&conn, "PASSIVE");
        assert!(std::fs::read(dir.path().join("book.db")).expect("reads") != before);
    }

    #[test]
    fn a_log_that_cannot_be_written_back_makes_a_copy_that_goes_again() {
        let (dir, key, conn) = book();
        checkpoint(&conn, "PASSIVE");
        let reader = connection::open(&dir.path().join("book.db"), &key, Access::Read).expect("opens");
        reader.execute_batch("BEGIN; SELECT count(*) FROM t").expect("reads");
        reader.query_row("SELECT count(*) FROM t", [], |_| Ok(())).expect("reads");
        conn.execute_batch("INSERT INTO t VALUES (2)").expect("writes");
        checkpoint(&conn, "PASSIVE");
        let held = Held::of(dir.path(), &key, Access::Write).expect("holds");
        assert!(held.copied);
        assert_eq!(rows(&held), 2);
        assert!(held.problem().expect("looks").is_none());
        let file = held.file().to_owned();
        drop(held);
        assert!(!file.exists());
    }
}
