//! Documents: bytes kept for ever, known by their SHA-256.
//!
//! In: a vendor's file or an invoice's PDF, streamed through a [`Writer`] that hashes, compresses and encrypts as it
//! goes. Out: a [`Reader`] over the very same bytes, which can begin in the middle.
//!
//! Large documents lie in files of their own under `documents/` ([`file`] says in which form), each with a random key
//! that is in the database; the name is a keyed hash, so that nobody can ask the folder whether it has a known file.
//! Small ones lie in the table `contents`, because the PDFs of ten thousand invoices must not be ten thousand files.
//!
//! Always: the same bytes are kept once; a file is complete and on disk before the row that names it is committed; a
//! file without a row is removed at the next writing open.

mod file;
mod reader;
mod writer;

use std::collections::HashSet;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use rusqlite::OptionalExtension;
use sha2::{Digest, Sha256};

use crate::keys::{Secret, hex};
use crate::{Problem, Store, StoreError, Tx};
use file::ChunkFile;
pub use reader::Reader;
use writer::Place;
pub use writer::{Finished, Writer};

/// Smaller documents lie in the table.
const INLINE: usize = 256 * 1024;

/// What became of a document given to the book.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kept {
    /// SHA-256 of the raw bytes.
    pub hash: [u8; 32],
    /// Number of raw bytes.
    pub size: u64,
    /// Whether the book did not have it before.
    pub new: bool,
}

fn dir(book: &Path) -> PathBuf {
    book.join("documents")
}

fn squeezed(raw: &[u8]) -> Vec<u8> {
    lz4_flex::block::compress(raw)
}

impl Store {
    /// Begins to take in a document.
    pub fn document_writer(&self) -> Writer {
        Writer::new(self)
    }

    /// Whether the book keeps a document with this SHA-256.
    pub fn has_document(&self, hash: &[u8; 32]) -> Result<bool, StoreError> {
        Ok(self.conn.prepare_cached("SELECT 1 FROM contents WHERE hash = ?")?.exists([hash])?)
    }

    /// Opens a kept document.
    pub fn document(&self, hash: &[u8; 32]) -> Result<Reader, StoreError> {
        type Row = (i64, Option<Vec<u8>>, Option<String>, Option<[u8; 32]>);
        let row: Option<Row> = self
            .conn
            .prepare_cached("SELECT size, body, file, key FROM contents WHERE hash = ?")?
            .query_row([hash], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))
            .optional()?;
        match row {
            Some((size, Some(body), ..)) => {
                let size = usize::try_from(size).unwrap_or(0);
                let raw = lz4_flex::block::decompress(&body, size);
                Ok(Reader::of_bytes(raw.map_err(|_| StoreError::Damaged("a kept document cannot be unpacked".into()))?))
            }
            Some((_, None, Some(file), Some(mut key))) => {
                let book = self.path().ok_or_else(|| StoreError::Bug("a book in memory has no files".into()))?;
                Ok(Reader::of_file(ChunkFile::open(&dir(book).join(file), &Secret::take(&mut key))?))
            }
            Some(_) => Err(StoreError::Damaged("a kept document has no place".into())),
            None => Err(StoreError::NotFound(PathBuf::from(format!("document {}", hex(hash))))),
        }
    }

    /// Reads every kept document and compares its hash; names what is missing, changed or too much.
    pub(crate) fn check_documents(&self) -> Result<Vec<Problem>, StoreError> {
        let mut problems = Vec::new();
        let mut statement = self.conn.prepare("SELECT hash FROM contents ORDER BY id")?;
        let hashes = statement.query_map([], |row| row.get(0))?.collect::<Result<Vec<[u8; 32]>, _>>()?;
        for hash in hashes {
            let place = || format!("document {}", hex(&hash));
            let read = match self.document(&hash) {
                Ok(reader) => digest(reader),
                Err(StoreError::NotFound(path)) => {
                    problems.push(Problem::new(
                        "DOCUMENT_MISSING",
                        place(),
                        format!("{} is not there", path.display()),
                    ));
                    continue;
                }
                Err(e) => Err(std::io::Error::other(e.to_string())),
            };
            if read.ok() != Some(hash) {
                problems.push(Problem::new("DOCUMENT_CHANGED", place(), "its bytes are not the ones that were kept"));
            }
        }
        Ok(problems)
    }

    /// Files under `documents/` that a committed row names.
    pub(crate) fn document_files(&self) -> Result<HashSet<String>, StoreError> {
        let mut statement = self.conn.prepare("SELECT file FROM contents WHERE file IS NOT NULL")?;
        Ok(statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?)
    }

    /// Removes files of documents whose transaction never committed.
    pub(crate) fn remove_orphans(&self) -> Result<usize, StoreError> {
        let Some(dir) = self.path().map(dir) else { return Ok(0) };
        let known = self.document_files()?;
        let entries = std::fs::read_dir(&dir).map_err(|e| StoreError::io("listing", &dir, e))?;
        let orphans = entries.flatten().filter(|e| {
            let name = e.file_name().to_string_lossy().into_owned();
            // Only names of ours: whatever else somebody put there is theirs.
            name.len() == 32 && name.bytes().all(|b| b.is_ascii_hexdigit()) && !known.contains(&name)
        });
        Ok(orphans.filter(|e| std::fs::remove_file(e.path()).is_ok()).count())
    }
}

fn digest(mut reader: Reader) -> std::io::Result<[u8; 32]> {
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        match reader.read(&mut buffer)? {
            0 => return Ok(hash.finalize().into()),
            count => hash.update(&buffer[..count]),
        }
    }
}

impl Tx<'_> {
    /// Makes a document part of the book. The same bytes are kept once.
    pub fn keep(&self, finished: Finished) -> Result<Kept, StoreError> {
        let Finished { hash, size, place } = finished;
        if self.store().has_document(&hash)? {
            return Ok(Kept { hash, size, new: false });
        }
        let stored = i64::try_from(size).map_err(|_| StoreError::Bug("a document of impossible size".into()))?;
        match place {
            Place::Inline(body) => {
                self.prepare_cached("INSERT INTO contents (hash, size, body) VALUES (?, ?, ?)")?
                    .execute((hash, stored, body))?;
            }
            Place::File(temp, key) => {
                let book =
                    self.store().path().ok_or_else(|| StoreError::Bug("a book in memory has no files".into()))?;
                let name = hex(&self.store().keys.documents.mac(&[&hash])[..16]);
                let path = dir(book).join(&name);
                temp.place(&path)?;
                self.placed(path);
                self.prepare_cached("INSERT INTO contents (hash, size, file, key) VALUES (?, ?, ?, ?)")?.execute((
                    hash,
                    stored,
                    name,
                    key.bytes(),
                ))?;
            }
        }
        Ok(Kept { hash, size, new: true })
    }

    /// Makes bytes at hand part of the book.
    pub fn keep_bytes(&self, bytes: &[u8]) -> Result<Kept, StoreError> {
        let mut writer = self.store().document_writer();
        writer.write_all(bytes).map_err(|e| StoreError::io("writing", Path::new("a document"), e))?;
        self.keep(writer.finish()?)
    }
}
