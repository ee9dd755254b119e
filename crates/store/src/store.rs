//! Making and opening a book.

use std::cell::{Cell, RefCell};
use std::fs::DirEntry;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use engine::{Currency, Date, Id};
use rusqlite::Connection;

use crate::connection::{self, Access};
use crate::header::{self, FromCopy, Header, Unlock};
use crate::keys::{Kdf, Keys};
use crate::lock::{self, WriteLock};
use crate::recovery::RecoveryKey;
use crate::{Problem, StoreError, folder, integrity, migrate, tables, tx};

/// What a new book is for.
#[derive(Clone, Debug)]
pub struct NewBook {
    /// Legal name of the selling company.
    pub name: String,
    /// Its country, ISO 3166 two letters.
    pub country: String,
    /// The currency it keeps its books in.
    pub currency: Currency,
    /// `direct-bill`, `indirect-provider` or `indirect-reseller`.
    pub role: String,
    /// The day it is made.
    pub today: Date,
}

/// Whose book it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BookInfo {
    /// The book's id.
    pub id: Id,
    /// Legal name of the selling company.
    pub name: String,
    /// Its country.
    pub country: String,
    /// The currency it keeps its books in.
    pub currency: Currency,
    /// `direct-bill`, `indirect-provider` or `indirect-reseller`.
    pub role: String,
    /// The day it was made.
    pub created: Date,
}

/// Whether to change the book or only look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Beside a writer, if there is one.
    Read,
    /// As the one writer.
    Write,
}

/// Something that was put right while opening, and should be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// `book.json` was damaged and was taken from its second copy.
    HeaderFromCopy,
    /// The schema was brought up to date; the old file is kept in `backups/`.
    Upgraded,
    /// This many files of work that was never finished were removed.
    LeftoversRemoved(usize),
}

/// A new book, with the recovery key that is shown once.
pub struct Created {
    /// The book, open for writing.
    pub store: Store,
    /// Its recovery key.
    pub recovery_key: RecoveryKey,
}

/// An open book.
pub struct Store {
    // Dropped in this order: the connection is gone before the lock is given back.
    pub(crate) conn: Connection,
    pub(crate) keys: Arc<Keys>,
    pub(crate) folder: Option<PathBuf>,
    header: RefCell<Header>,
    notices: Vec<Notice>,
    pub(crate) broken: Cell<bool>,
    pub(crate) lock: Option<WriteLock>,
    pub(crate) access: Access,
}

const DATABASE: &str = "book.db";
const ROLES: [&str; 3] = ["direct-bill", "indirect-provider", "indirect-reseller"];

impl Store {
    /// Makes a book in a new folder. Without a passphrase only the recovery key opens it.
    pub fn create(path: &Path, new: &NewBook, passphrase: Option<&str>) -> Result<Created, StoreError> {
        check_new(new)?;
        folder::refuse_shared(path)?;
        let (header, keys, recovery_key) = new_keys(passphrase)?;
        folder::create_whole(path, |part| fill(part, new, &header, &keys))?;
        let store = Store::open(path, &Unlock::KeyFile(recovery_key.text().as_bytes()), Mode::Write)?;
        Ok(Created { store, recovery_key })
    }

    /// Opens a book.
    pub fn open(path: &Path, unlock: &Unlock, mode: Mode) -> Result<Store, StoreError> {
        // Without a slash at its end, behind which a link would look like a folder.
        let path = &path.components().collect::<PathBuf>();
        if !path.is_dir() {
            return Err(StoreError::NotFound(path.to_owned()));
        }
        folder::refuse_link(path)?;
        folder::refuse_shared(path)?;
        folder::refuse_foreign(path)?;
        let (header, keys, FromCopy(from_copy)) = Header::open(path, unlock)?;
        let database = path.join(DATABASE);
        let still = folder::is_still(&database);
        if still && (mode == Mode::Write || connection::is_unfinished(&database)) {
            return Err(StoreError::ReadOnly { unfinished: mode == Mode::Read });
        }
        let mut lock = (mode == Mode::Write).then(|| WriteLock::take(path)).transpose()?;
        let access = match mode {
            Mode::Write => Access::Write,
            Mode::Read if still => Access::Still,
            Mode::Read => Access::Read,
        };
        let mut conn = connection::open(&database, &keys.database, access).map_err(|e| match e {
            StoreError::Busy => lock::storing(path).unwrap_or(StoreError::Busy),
            // The header opened, so the key is the right one.
            StoreError::Key => StoreError::Damaged("book.db is damaged, or from another book".into()),
            StoreError::NotFound(_) => StoreError::Damaged("book.db is missing".into()),
            e => e,
        })?;
        let mut notices = Vec::new();
        if migrate::version(&conn, migrate::ALL)? < migrate::count(migrate::ALL) {
            if still {
                return Err(StoreError::ReadOnly { unfinished: true });
            }
            // A reader upgrades too, for a moment as the one writer; there is nothing it could read before.
            let held = match lock.take() {
                Some(held) => held,
                None => WriteLock::take(path)?,
            };
            drop(conn);
            let writer = connection::open(&database, &keys.database, Access::Write)?;
            migrate::upgrade(path, &keys.database, writer, migrate::ALL)?;
            conn = connection::open(&database, &keys.database, access)?;
            notices.push(Notice::Upgraded);
            lock = (mode == Mode::Write).then_some(held);
        }
        if from_copy {
            notices.push(Notice::HeaderFromCopy);
        }
        if mode == Mode::Write && header::copies_differ(path) {
            header.save(path)?;
        }
        let mut store = Store {
            conn,
            keys: Arc::new(keys),
            folder: Some(path.to_owned()),
            header: RefCell::new(header),
            notices,
            broken: Cell::new(false),
            lock,
            access,
        };
        if mode == Mode::Write {
            let removed = store.remove_leftovers()?;
            if removed > 0 {
                store.notices.push(Notice::LeftoversRemoved(removed));
            }
        }
        Ok(store)
    }

    /// The real thing without a file, for tests and previews. Documents of any size lie in the database.
    pub fn in_memory(new: &NewBook) -> Result<Store, StoreError> {
        check_new(new)?;
        let header = Header::new(tx::new_id());
        let conn = connection::in_memory()?;
        let keys = Keys::random()?;
        start(&conn, &keys, header.book_id()?, new)?;
        Ok(Store {
            conn,
            keys: Arc::new(keys),
            folder: None,
            header: RefCell::new(header),
            notices: Vec::new(),
            broken: Cell::new(false),
            lock: None,
            access: Access::Write,
        })
    }

    /// The read side.
    pub fn conn(&self) -> &Connection {
        &self.conn
    }

    /// Closes the book for a program that ends now: the log is written back, and its memory is left to the system, which
    /// clears it before anybody else gets it. Overwriting it first takes as long as a small command.
    pub fn leave(self) {
        let Store { conn, lock, folder, .. } = self;
        if lock.is_some() && folder.is_some() {
            // Beside somebody who reads, the next writer writes the rest back.
            let _all_or_less = conn
                .busy_timeout(Duration::ZERO)
                .and_then(|()| conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())));
        }
        std::mem::forget(conn);
    }

    /// Gives back the room that pages of the book were read into.
    pub fn rest(&self) {
        // Nothing depends on it: what cannot be given back stays in use.
        let _given = self.conn.release_memory();
    }

    /// The book's folder; `None` in memory.
    pub fn path(&self) -> Option<&Path> {
        self.folder.as_deref()
    }

    /// What was put right while opening.
    pub fn notices(&self) -> &[Notice] {
        &self.notices
    }

    /// The key of the chain over records that count.
    pub fn chain_key(&self) -> &[u8; 32] {
        self.keys.chain.bytes()
    }

    /// Whose book it is.
    pub fn info(&self) -> Result<BookInfo, StoreError> {
        self.conn
            .query_row("SELECT id, name, country, currency, role, created FROM book", [], |row| {
                Ok((
                    row.get(0)?,
                    row.get(1)?,
                    row.get(2)?,
                    row.get::<_, String>(3)?,
                    row.get(4)?,
                    row.get::<_, String>(5)?,
                ))
            })
            .map_err(StoreError::from)
            .and_then(|(id, name, country, currency, role, created)| {
                let damaged = || StoreError::Damaged("its own description cannot be read".into());
                let currency = Currency::parse(&currency).ok_or_else(damaged)?;
                let created = Date::parse_from_str(&created, "%Y-%m-%d").map_err(|_| damaged())?;
                Ok(BookInfo { id: Id(id), name, country, currency, role, created })
            })
    }

    /// Replaces the passphrase, or adds one to a book that only had a recovery key. Only the wrapped key is written anew.
    pub fn change_passphrase(&self, passphrase: &str) -> Result<(), StoreError> {
        self.change_header(|header| header.set_passphrase(&self.keys, passphrase, Kdf::calibrated()?))
    }

    /// Makes a new recovery key; the old one no longer opens the book once `keep` has put the new one somewhere. Cut off at any
    /// moment, the book opens with the one or the other, and both are known.
    pub fn new_recovery_key<E: From<StoreError>>(
        &self,
        keep: impl FnOnce(&RecoveryKey) -> Result<(), E>,
    ) -> Result<RecoveryKey, E> {
        let key = RecoveryKey::random()?;
        keep(&key)?;
        self.change_header(|header| header.set_recovery(&self.keys, &key))?;
        Ok(key)
    }

    fn change_header(&self, change: impl FnOnce(&mut Header) -> Result<(), StoreError>) -> Result<(), StoreError> {
        let (Some(path), true) = (&self.folder, self.lock.is_some()) else {
            return Err(StoreError::Bug("the book is not open for writing".into()));
        };
        let mut header = self.header.borrow().clone();
        change(&mut header)?;
        header.save(path)?;
        self.header.replace(header);
        Ok(())
    }

    pub(crate) fn header(&self) -> Header {
        self.header.borrow().clone()
    }

    pub(crate) fn is_writer(&self) -> bool {
        self.lock.is_some() || self.folder.is_none()
    }

    /// Verifies everything that can be wrong below the meaning of the records: pages, tables, references, documents.
    pub fn physical_check(&self) -> Result<Vec<Problem>, StoreError> {
        let mut problems = match &self.folder {
            Some(path) => integrity::of_file(&path.join(DATABASE), &self.keys.database, self.access)?,
            None => integrity::of_tables(&self.conn)?,
        };
        if problems.is_empty() {
            problems = self.check_documents()?;
        }
        Ok(problems)
    }

    /// Removes files of work that was never finished. A backup may be under way beside us, so what lies in its folder
    /// must be a day old.
    fn remove_leftovers(&self) -> Result<usize, StoreError> {
        let Some(path) = &self.folder else { return Ok(0) };
        let day = Duration::from_secs(86_400);
        let mut removed = self.remove_orphans()?;
        for (dir, age) in [("", Duration::ZERO), ("documents", Duration::ZERO), ("backups", day)] {
            let dir = path.join(dir);
            let entries = std::fs::read_dir(&dir).map_err(|e| StoreError::io("listing", &dir, e))?;
            let old = |e: &DirEntry| {
                let changed = e.metadata().and_then(|m| m.modified()).ok();
                changed.is_some_and(|at| at.elapsed().unwrap_or_default() >= age)
            };
            let leftovers = entries.flatten().filter(|e| folder::is_leftover(&e.path()) && old(e));
            removed += leftovers.filter(|e| std::fs::remove_file(e.path()).is_ok()).count();
        }
        Ok(removed)
    }
}

fn check_new(new: &NewBook) -> Result<(), StoreError> {
    let country = new.country.len() == 2 && new.country.bytes().all(|b| b.is_ascii_uppercase());
    if new.name.trim().is_empty() || !country || !ROLES.contains(&new.role.as_str()) {
        return Err(StoreError::Bug("a new book needs a name, a two-letter country and a known role".into()));
    }
    Ok(())
}

fn new_keys(passphrase: Option<&str>) -> Result<(Header, Keys, RecoveryKey), StoreError> {
    let keys = Keys::random()?;
    let recovery_key = RecoveryKey::random()?;
    let mut header = Header::new(tx::new_id());
    if let Some(passphrase) = passphrase {
        header.set_passphrase(&keys, passphrase, Kdf::calibrated()?)?;
    }
    header.set_recovery(&keys, &recovery_key)?;
    Ok((header, keys, recovery_key))
}

/// Everything a new book's folder has in it.
fn fill(path: &Path, new: &NewBook, header: &Header, keys: &Keys) -> Result<(), StoreError> {
    folder::create_dir(&path.join("documents"))?;
    folder::create_dir(&path.join("backups"))?;
    let conn = connection::open(&path.join(DATABASE), &keys.database, Access::Create)?;
    start(&conn, keys, header.book_id()?, new)?;
    header.save(path)
}

/// The schema and the one row that says whose book it is.
fn start(conn: &Connection, keys: &Keys, id: Id, new: &NewBook) -> Result<(), StoreError> {
    migrate::run(conn, migrate::ALL)?;
    tables::seal_book(conn, keys.chain.bytes(), id, new)
}
