//! The one place where a database is opened: keyed, checked, with every setting read back, because some fail silently.

use std::fmt::Write;
use std::fs;
use std::io::Read;
use std::path::Path;
use std::sync::Once;
use std::time::{Duration, Instant};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};
use zeroize::Zeroizing;

use crate::keys::{Secret, push_hex};
use crate::{StoreError, folder};

/// What a connection is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// The file is new.
    Create,
    /// The holder of the write lock.
    Write,
    /// Beside a writer.
    Read,
    /// Where nothing can be written, so that nothing changes either.
    Still,
}

/// SQLite before this could lose committed pages when a checkpoint and a commit met (the WAL-reset race).
const SQLITE_FLOOR: i32 = 3_051_003;

/// Bytes in a page, each encrypted and authenticated by itself. Lines lie in blocks of many kilobytes, which take a third
/// less work to write than with the usual 4,096; rows of a few bytes take the same.
const PAGE: u32 = 8192;

/// What authenticates a page. Processors of today compute SHA-256 by instructions of their own, two and a half times as fast as
/// the library's default, SHA-512; reading a page is little else.
const HMAC: &str = "HMAC_SHA256";

/// How long to wait for who holds the database for a moment.
const WAIT: Duration = Duration::from_secs(5);

/// Opens the database file with its raw key.
pub(crate) fn open(path: &Path, key: &Secret, access: Access) -> Result<Connection, StoreError> {
    floors()?;
    if access == Access::Create {
        // Made here, private, before SQLite sees it; its WAL and shared memory take over the mode.
        drop(folder::create(path)?);
    } else {
        folder::refuse_link(path)?;
        refuse_plain(path)?;
    }
    let common = OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_NOFOLLOW;
    let conn = if access == Access::Still {
        let flags = common | OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
        Connection::open_with_flags(unchanging(&real(path)?), flags)?
    } else {
        Connection::open_with_flags(real(path)?, common | OpenFlags::SQLITE_OPEN_READ_WRITE)?
    };
    unlock(&conn, key)?;
    settle(&conn, access)?;
    Ok(conn)
}

/// A database in memory, set up the same way.
pub(crate) fn in_memory() -> Result<Connection, StoreError> {
    floors()?;
    let conn = Connection::open_in_memory()?;
    settle(&conn, Access::Create)?;
    Ok(conn)
}

/// SQLite refuses a link anywhere in the path when told not to follow; only the book's own files must not be links.
fn real(path: &Path) -> Result<std::path::PathBuf, StoreError> {
    let dir = path.parent().unwrap_or(path);
    if cfg!(windows) {
        // There the canonical form is one that not every call understands, and links are rare.
        return Ok(path.to_owned());
    }
    let dir = dir.canonicalize().map_err(|e| StoreError::io("finding", dir, e))?;
    Ok(dir.join(path.file_name().unwrap_or_default()))
}

/// The name of a file that does not change, beside which SQLite need keep neither a log nor locks.
fn unchanging(path: &Path) -> String {
    let mut uri = String::from(if cfg!(windows) { "file:/" } else { "file:" });
    for &byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'\\' if cfg!(windows) => uri.push('/'),
            b'/' | b':' | b'-' | b'.' | b'_' | b'~' => uri.push(char::from(byte)),
            _ if byte.is_ascii_alphanumeric() => uri.push(char::from(byte)),
            _ => {
                let _ = write!(uri, "%{byte:02X}");
            }
        }
    }
    uri + "?immutable=1"
}

/// Whether the file waits for work on it to be finished or taken back: its log or its journal is not empty.
pub(crate) fn is_unfinished(path: &Path) -> bool {
    ["-wal", "-journal"].iter().any(|end| {
        let mut beside = path.as_os_str().to_owned();
        beside.push(end);
        fs::metadata(beside).is_ok_and(|file| file.len() > 0)
    })
}

/// Loads the cipher, which takes a millisecond or two, on a thread of its own. Whoever opens a book meanwhile waits for it.
pub fn warm_up() -> Warming {
    Warming(Some(std::thread::spawn(|| drop(floors()))))
}

/// The cipher being loaded. Dropping it waits until it is: a program must not end in the middle of that.
#[must_use = "dropped, it is waited for"]
pub struct Warming(Option<std::thread::JoinHandle<()>>);

impl Drop for Warming {
    fn drop(&mut self) {
        // What failed is found again, and told, by whoever opens a book.
        let _ = self.0.take().map(std::thread::JoinHandle::join);
    }
}

fn floors() -> Result<(), StoreError> {
    // SQLite counts as initialised before SQLCipher's part of it has run, so of two threads that open the first
    // database together, one can find no cipher. The first connection is therefore opened alone.
    static FIRST: Once = Once::new();
    FIRST.call_once(|| drop(Connection::open_in_memory()));
    if rusqlite::version_number() < SQLITE_FLOOR {
        return Err(StoreError::Bug(format!(
            "linked with SQLite {}, which can lose committed data",
            rusqlite::version()
        )));
    }
    Ok(())
}

/// A plain database in place of the encrypted one is never opened: everything written would be readable.
fn refuse_plain(path: &Path) -> Result<(), StoreError> {
    let mut start = [0; 16];
    let mut file = fs::File::open(path).map_err(|e| StoreError::io("opening", path, e))?;
    match file.read_exact(&mut start) {
        Ok(()) if &start == b"SQLite format 3\0" => {
            Err(StoreError::Damaged(format!("{} is not encrypted", path.display())))
        }
        Ok(()) => Ok(()),
        Err(_) => Err(StoreError::Damaged(format!("{} is empty or cut off", path.display()))),
    }
}

fn unlock(conn: &Connection, key: &Secret) -> Result<(), StoreError> {
    // The library's default writes cipher errors to stderr. Page size and HMAC are set as the defaults of this process,
    // because VACUUM INTO makes its file by the defaults.
    conn.execute_batch(&format!(
        "PRAGMA cipher_log_level = NONE; PRAGMA cipher_memory_security = ON;
         PRAGMA cipher_default_page_size = {PAGE}; PRAGMA cipher_default_hmac_algorithm = {HMAC};"
    ))?;
    let mut statement = Zeroizing::new(String::with_capacity(96));
    statement.push_str("PRAGMA key = \"x'");
    push_hex(&mut statement, key.bytes());
    statement.push_str("'\"");
    conn.execute_batch(&statement)?;
    let version: String = conn.query_row("PRAGMA cipher_version", [], |row| row.get(0)).unwrap_or_default();
    if version.is_empty() {
        return Err(StoreError::Bug("linked with a SQLite that cannot encrypt".into()));
    }
    if pragma(conn, "cipher_hmac_algorithm")? != HMAC {
        return Err(StoreError::Bug(format!("pages are not authenticated by {HMAC}")));
    }
    conn.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
    Ok(())
}

/// Settings and the values they must read back as.
const SETTINGS: [(&str, &str, &str); 10] = [
    // Survives power cuts: with NORMAL, acknowledged commits were lost in two of three simulated cuts.
    ("synchronous", "FULL", "2"),
    ("foreign_keys", "ON", "1"),
    // So that no statement deletes a row without its triggers.
    ("recursive_triggers", "ON", "1"),
    ("trusted_schema", "OFF", "0"),
    ("temp_store", "MEMORY", "2"),
    ("mmap_size", "0", "0"),
    ("secure_delete", "ON", "1"),
    ("cell_size_check", "ON", "1"),
    ("busy_timeout", "5000", "5000"),
    // 16 MiB. Lines, registers, invoices and entries lie in blocks that are written once and in order, so a larger cache holds
    // nothing that is needed again, and all of it is wiped when the book is closed.
    ("cache_size", "-16384", "-16384"),
];

fn settle(conn: &Connection, access: Access) -> Result<(), StoreError> {
    let in_memory = conn.path().is_none_or(str::is_empty);
    conn.busy_timeout(WAIT)?;
    conn.set_prepared_statement_cache_capacity(128);
    if !in_memory && access != Access::Still {
        // A file of a book is in WAL mode since it was made; asking again changes nothing, unless a change in bulk was killed.
        keep_a_log(conn)?;
        conn.execute_batch("PRAGMA journal_size_limit = 67108864")?;
    }
    for (name, value, expected) in SETTINGS {
        conn.execute_batch(&format!("PRAGMA {name} = {value}"))?;
        let got = pragma(conn, name)?;
        if got != expected && !(in_memory && name == "mmap_size") {
            return Err(StoreError::Bug(format!("setting {name} is {got} and not {expected}")));
        }
    }
    if cfg!(target_os = "macos") {
        conn.execute_batch("PRAGMA fullfsync = ON; PRAGMA checkpoint_fullfsync = ON;")?;
    }
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    if access == Access::Read {
        conn.execute_batch("PRAGMA query_only = ON")?;
        // A reader that closes last leaves the log to the next writer.
        conn.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    }
    Ok(())
}

/// Goes on by writing changes to a log first (WAL), beside which others can read.
pub(crate) fn keep_a_log(conn: &Connection) -> Result<(), StoreError> {
    let asked = || conn.query_row("PRAGMA journal_mode = WAL", [], |row| row.get::<_, String>(0));
    // The database waits by itself for who holds it, but not when the mode is changed.
    let begun = Instant::now();
    let mode = loop {
        match asked() {
            Err(e) if e.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) && begun.elapsed() < WAIT => {
                std::thread::sleep(Duration::from_millis(20));
            }
            other => break other?,
        }
    };
    if mode != "wal" {
        return Err(StoreError::Bug(format!("the database stays in journal mode {mode}")));
    }
    Ok(())
}

/// Goes on by writing changes to the file itself and what was there before to a journal, if nobody else has the book open.
/// New pages, which had nothing before, are then written once instead of twice.
pub(crate) fn write_in_place(conn: &Connection) -> bool {
    conn.query_row("PRAGMA journal_mode = TRUNCATE", [], |row| row.get::<_, String>(0))
        .is_ok_and(|mode| mode == "truncate")
}

/// A setting as text; empty where it has no value.
pub(crate) fn pragma(conn: &Connection, name: &str) -> Result<String, StoreError> {
    let mut statement = conn.prepare(&format!("PRAGMA {name}"))?;
    let mut rows = statement.query([])?;
    Ok(match rows.next()? {
        Some(row) => match row.get_ref(0)? {
            rusqlite::types::ValueRef::Integer(n) => n.to_string(),
            rusqlite::types::ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned(),
            _ => String::new(),
        },
        None => String::new(),
    })
}

/// Names of the settings a person may want to see.
pub(crate) fn setting_names() -> impl Iterator<Item = &'static str> {
    ["journal_mode", "cipher_memory_security", "cipher_page_size", "cipher_hmac_algorithm"]
        .into_iter()
        .chain(SETTINGS.iter().map(|(name, ..)| *name))
}
