//! Backups: the whole book as one file that can be verified without unpacking it, and restored into a new folder.
//!
//! A backup is the database as one committed state of it, checked where it lies (a live database must not be opened on a
//! network drive, where backups may well go), followed by the kept documents; [`archive`] says in which form. It opens
//! with the keys the book had when it was made.
//!
//! Always: a backup has its name only once it was written, synced and read back; restoring never overwrites; one
//! changed or missing byte is refused, with the reason.

mod archive;
mod held;
pub mod rotation;

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;

use rusqlite::Connection;
use serde::{Deserialize, Serialize};

use crate::connection::Access;
use crate::header::{self, Header};
use crate::keys::{self, Keys, hex};
use crate::tables::{chain, glance};
use crate::{Mode, Store, StoreError, Unlock, folder, migrate, time};
use archive::{Archive, ArchiveWriter, MANIFEST};
use held::Held;
use rotation::Dated;

/// Ending of a backup's file name.
pub const EXTENSION: &str = "billhook-backup";

/// What a backup says about itself, to who has the key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Form of this manifest.
    pub format: u32,
    /// When it was made, in UTC.
    pub made: String,
    /// Version of the program that made it.
    pub program: String,
    /// The book's id.
    pub book: String,
    /// Whose book it is.
    pub name: String,
    /// Version of the book's schema.
    pub schema: u32,
    /// Size of the database in bytes.
    pub database_size: u64,
    /// Number of documents in files of their own.
    pub documents: u64,
    /// Their bytes, as stored.
    pub documents_size: u64,
    /// Rows of each table.
    pub counts: BTreeMap<String, i64>,
    /// Links of the chain over records that count.
    pub chain_length: u64,
    /// Hash of the last one: an anchor outside the book.
    pub chain_head: String,
}

/// A verified backup.
#[derive(Clone, Debug)]
pub struct Summary {
    /// The file.
    pub file: PathBuf,
    /// Its size in bytes.
    pub bytes: u64,
    /// Whose book it is.
    pub name: String,
    /// Number of invoices in it.
    pub invoices: u64,
    /// What it says about itself.
    pub manifest: Manifest,
}

impl Summary {
    fn new(file: &Path, manifest: Manifest) -> Result<Summary, StoreError> {
        let bytes = folder::size(file)?;
        let invoices = manifest.counts.get("invoices").map_or(0, |n| n.unsigned_abs());
        Ok(Summary { file: file.to_owned(), bytes, name: manifest.name.clone(), invoices, manifest })
    }
}

/// What a backup is made of: enough of an open book to work on another thread.
struct Source {
    book: PathBuf,
    keys: Arc<Keys>,
    header: Header,
    name: String,
    access: Access,
}

/// Makes a backup in `dir`, which is made if it is not there.
pub fn create(store: &Store, dir: &Path) -> Result<Summary, StoreError> {
    Source::of(store)?.create(dir, || ())
}

/// Makes a backup in the book's own folder if the last one there is older than a day, and lets the oldest go. A book in which
/// nothing was recorded yet needs none.
pub fn automatic(store: &Store) -> Result<Option<Summary>, StoreError> {
    begin(store)?.map(Making::finish).transpose()
}

/// Begins the same on a thread of its own. The backup holds what is committed now, as long as nothing more is committed
/// before [`Making::wait_until_held`] returns.
pub fn begin(store: &Store) -> Result<Option<Making>, StoreError> {
    let source = Source::of(store)?;
    let now = rotation::moment(&time::now_utc());
    let due = now.as_ref().is_some_and(|(day, time)| rotation::is_due(&list_in(&source.book), (*day, time)));
    if !due || !glance::has_records(store.conn())? {
        return Ok(None);
    }
    let (held, is_held) = mpsc::channel();
    let work = move || {
        let dir = source.book.join("backups");
        // Nobody listens any more when the work before which it is made has failed.
        let summary = source.create(&dir, || {
            let _ = held.send(());
        })?;
        // Only now, with a newer verified one in place.
        let Some((today, _)) = now else { return Ok(summary) };
        let gone = rotation::to_remove(&list_in(&source.book), today);
        for name in gone.into_iter().chain(rotation::upgraded_long_ago(&written(&dir), today)) {
            let path = dir.join(&name);
            std::fs::remove_file(&path).map_err(|e| StoreError::io("removing", &path, e))?;
        }
        Ok(summary)
    };
    Ok(Some(Making { is_held, thread: Some(std::thread::spawn(work)) }))
}

/// A backup being made. Dropping it waits for its end.
#[must_use = "what went wrong is told by finish"]
pub struct Making {
    is_held: mpsc::Receiver<()>,
    thread: Option<JoinHandle<Result<Summary, StoreError>>>,
}

impl Making {
    /// Waits until what is committed now is held fast, or cannot be: what is committed later does not get into the backup.
    pub fn wait_until_held(&self) {
        let _ = self.is_held.recv();
    }

    /// Waits until it is in place and read back.
    pub fn finish(mut self) -> Result<Summary, StoreError> {
        match self.thread.take().map(JoinHandle::join) {
            Some(Ok(made)) => made,
            Some(Err(panic)) => std::panic::resume_unwind(panic),
            None => Err(StoreError::Bug("a backup is made once".into())),
        }
    }
}

impl Drop for Making {
    fn drop(&mut self) {
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

/// The files of a folder with the days they were written.
fn written(dir: &Path) -> Vec<(String, engine::Date)> {
    let day = |file: &std::fs::DirEntry| {
        let since = file.metadata().ok()?.modified().ok()?.duration_since(std::time::UNIX_EPOCH).ok()?;
        Some(engine::date::add_days(engine::Date::default(), i64::try_from(since.as_secs() / 86_400).ok()?))
    };
    let entries = std::fs::read_dir(dir).into_iter().flatten().flatten();
    entries.filter_map(|file| Some((file.file_name().into_string().ok()?, day(&file)?))).collect()
}

/// The backups in the book's own folder, oldest first.
pub fn list(store: &Store) -> Vec<Dated> {
    store.path().map(list_in).unwrap_or_default()
}

fn list_in(book: &Path) -> Vec<Dated> {
    let stem = stem(book);
    let entries = std::fs::read_dir(book.join("backups")).into_iter().flatten().flatten();
    let mut made: Vec<Dated> = entries.filter_map(|e| Dated::parse(&stem, &e.file_name().to_string_lossy())).collect();
    made.sort();
    made
}

/// The day of the newest backup in the book's own folder.
pub fn newest(store: &Store) -> Option<engine::Date> {
    list(store).last().map(|b| b.day)
}

impl Source {
    fn of(store: &Store) -> Result<Source, StoreError> {
        let book = store.path().ok_or_else(|| StoreError::Bug("a book in memory has no backups".into()))?;
        held::prepare(store)?;
        let (keys, header) = (Arc::clone(&store.keys), store.header());
        Ok(Source { book: book.to_owned(), keys, header, name: store.info()?.name, access: store.access })
    }

    /// Makes a backup; calls `held` once later changes of the book can no longer get into it.
    fn create(&self, dir: &Path, held: impl FnOnce()) -> Result<Summary, StoreError> {
        let book = &self.book;
        if !dir.exists() {
            folder::create_dir(dir)?;
        }
        let made = time::now_utc();
        let path = free_name(dir, book, &made);
        let part = folder::temp_beside(&path)?;
        folder::need_space(dir, folder::size(&book.join("book.db"))?)?;
        let state = Held::of(book, &self.keys.database, self.access)?;
        held();
        let written = self.write(&state, &part, made);
        drop(state);
        let placed = written.and_then(|()| {
            // Read back what is on the disk now, before it gets a name anybody relies on.
            let manifest = read_manifest(&mut Archive::open(&part)?, &self.keys)?;
            if path.exists() {
                return Err(StoreError::Exists(path.clone()));
            }
            folder::rename(&part, &path)?;
            folder::sync_dir(&path)?;
            Summary::new(&path, manifest)
        });
        if placed.is_err() {
            let _ = std::fs::remove_file(&part);
        }
        placed
    }

    fn write(&self, state: &Held, part: &Path, made: String) -> Result<(), StoreError> {
        let conn = state.conn();
        if let Some(problem) = state.problem()? {
            return Err(StoreError::Damaged(format!("the book cannot be backed up: {}", problem.detail)));
        }
        let files: Vec<String> = conn
            .prepare("SELECT file FROM contents WHERE file IS NOT NULL ORDER BY file")?
            .query_map([], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        let counts = counts(conn)?;
        let head = chain::head(conn)?;

        let failed = |e| StoreError::io("writing", part, e);
        let mut archive = ArchiveWriter::create(part)?;
        archive.bytes(header::NAME, &self.header.to_bytes()).map_err(failed)?;
        let open = |path: &Path| File::open(path).map_err(|e| StoreError::io("reading", path, e));
        let database_size = archive.file("book.db", open(state.file())?).map_err(failed)?;
        let mut documents_size = 0;
        for name in &files {
            let document = open(&self.book.join("documents").join(name))?;
            documents_size += archive.file(&document_section(name), document).map_err(failed)?;
        }
        let manifest = Manifest {
            format: 1,
            made,
            program: env!("CARGO_PKG_VERSION").into(),
            book: self.header.book.clone(),
            name: self.name.clone(),
            schema: migrate::count(migrate::ALL),
            database_size,
            documents: files.len() as u64,
            documents_size,
            counts,
            chain_length: head.length,
            chain_head: hex(&head.hash),
        };
        let plain = serde_json::to_vec(&manifest).map_err(|e| StoreError::Bug(e.to_string()))?;
        let sealed_size = 24 + plain.len() + 16;
        archive
            .finish(sealed_size, |about| {
                let (nonce, sealed) = keys::seal(&self.keys.backup, about, &plain)?;
                Ok([&nonce[..], &sealed].concat())
            })?
            .map_err(failed)
    }
}

fn document_section(name: &str) -> String {
    format!("documents/{name}")
}

/// `BOOK-20261122-114000.billhook-backup`, or with a number behind it when that is taken.
fn free_name(dir: &Path, book: &Path, made: &str) -> PathBuf {
    let stem = stem(book);
    let moment: String = made.chars().filter(char::is_ascii_digit).collect();
    let (day, time) = moment.split_at(moment.len().min(8));
    let name = |extra: String| dir.join(format!("{stem}-{day}-{time}{extra}.{EXTENSION}"));
    let first = name(String::new());
    if !first.exists() {
        return first;
    }
    (2..).map(|n| name(format!("-{n}"))).find(|path| !path.exists()).unwrap_or(first)
}

/// The folder's own name without its ending, however it was given (`.` too).
fn stem(book: &Path) -> String {
    let real = book.canonicalize().unwrap_or_else(|_| book.to_owned());
    real.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

fn counts(conn: &Connection) -> Result<BTreeMap<String, i64>, StoreError> {
    let tables: Vec<String> = conn
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'")?
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    let count = |name: String| {
        let rows = conn.query_row(&format!("SELECT count(*) FROM \"{name}\""), [], |row| row.get(0))?;
        Ok((name, rows))
    };
    let mut counts: BTreeMap<String, i64> = tables.into_iter().map(count).collect::<Result<_, StoreError>>()?;
    // Invoices lie several to a row; people count documents.
    counts.insert("invoices".into(), glance::invoices(conn)?.cast_signed());
    Ok(counts)
}

/// Reads a backup through, authenticates every byte of it, and gives what it says about itself.
pub fn verify(file: &Path, unlock: &Unlock) -> Result<Summary, StoreError> {
    let mut archive = Archive::open(file)?;
    let (_, keys) = open_header(&mut archive, unlock)?;
    Summary::new(file, read_manifest(&mut archive, &keys)?)
}

fn open_header(archive: &mut Archive, unlock: &Unlock) -> Result<(Header, Keys), StoreError> {
    let header = Header::from_bytes(&archive.text(header::NAME)?).map_err(as_backup)?;
    let keys = header.unlock(unlock).map_err(as_backup)?;
    Ok((header, keys))
}

fn as_backup(e: StoreError) -> StoreError {
    match e {
        StoreError::Damaged(why) => StoreError::BackupDamaged(why),
        e => e,
    }
}

fn read_manifest(archive: &mut Archive, keys: &Keys) -> Result<Manifest, StoreError> {
    let damaged = |why: &str| StoreError::BackupDamaged(why.into());
    let text = archive.text(MANIFEST)?;
    let (nonce, sealed) = text.split_first_chunk().ok_or_else(|| damaged("its manifest is cut off"))?;
    let plain = keys::unseal(&keys.backup, &archive.before_manifest, nonce, sealed)
        .ok_or_else(|| damaged("somebody without its key changed it"))?;
    let manifest: Manifest = serde_json::from_slice(&plain).map_err(|_| damaged("its manifest cannot be read"))?;
    let documents = archive.sections.iter().filter(|s| s.name.starts_with("documents/"));
    if documents.clone().count() as u64 != manifest.documents
        || documents.map(|s| s.size).sum::<u64>() != manifest.documents_size
    {
        return Err(damaged("documents are missing"));
    }
    Ok(manifest)
}

/// Restores a backup into a new folder, opens it and compares it with what the backup says of itself. The book it came
/// from is not touched.
pub fn restore(file: &Path, unlock: &Unlock, to: &Path) -> Result<Summary, StoreError> {
    let mut archive = Archive::open(file)?;
    let (header, keys) = open_header(&mut archive, unlock)?;
    let manifest = read_manifest(&mut archive, &keys)?;
    let known = migrate::count(migrate::ALL);
    if manifest.schema > known {
        return Err(StoreError::TooNew { found: manifest.schema, known });
    }
    folder::refuse_shared(to)?;
    folder::create_whole(to, |part| {
        folder::need_space(part, archive.sections.iter().map(|s| s.size).sum())?;
        unpack(&mut archive, &header, part)?;
        compare(part, unlock, &manifest)
    })?;
    Summary::new(file, manifest)
}

fn unpack(archive: &mut Archive, header: &Header, to: &Path) -> Result<(), StoreError> {
    folder::create_dir(&to.join("documents"))?;
    folder::create_dir(&to.join("backups"))?;
    for section in archive.sections.clone() {
        let path = match section.name.split_once('/') {
            None if section.name == "book.db" => to.join("book.db"),
            // A name from outside never becomes a path unless it is one of ours.
            Some(("documents", name)) if name.len() == 32 && name.bytes().all(|b| b.is_ascii_hexdigit()) => {
                to.join("documents").join(name)
            }
            _ if section.name == header::NAME || section.name == MANIFEST => continue,
            _ => return Err(StoreError::BackupDamaged(format!("it has a part of an unknown name ({})", section.name))),
        };
        let mut out = folder::create(&path)?;
        let copied = archive.copy(&section, &mut out).and_then(|()| out.sync_all());
        copied.map_err(|e| StoreError::io("writing", &path, e))?;
    }
    folder::sync_dir(&to.join("documents").join("any"))?;
    header.save(to)
}

fn compare(to: &Path, unlock: &Unlock, manifest: &Manifest) -> Result<(), StoreError> {
    let store = Store::open(to, unlock, Mode::Write)?;
    let problems = store.physical_check()?;
    if let Some(problem) = problems.first() {
        return Err(StoreError::BackupDamaged(problem.detail.clone()));
    }
    // A schema brought up to date while opening may have other tables.
    if store.notices().is_empty() && counts(&store.conn)? != manifest.counts {
        return Err(StoreError::BackupDamaged("its tables do not have the rows it says".into()));
    }
    Ok(())
}
