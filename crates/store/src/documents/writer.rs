//! Taking a document in: hashed, compressed and encrypted while it streams.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::file::{CHUNK, Chunks};
use super::{INLINE, squeezed};
use crate::keys::Secret;
use crate::{Store, StoreError, folder};

/// Takes the bytes of one document. It knows the book's folder but not its database, so it can work on another thread
/// while the rows are read; [`Tx::keep`](crate::Tx::keep) puts the result into the book.
pub struct Writer {
    dir: Option<PathBuf>,
    hash: Sha256,
    size: u64,
    buffer: Vec<u8>,
    /// The first row that begins in the buffer; 0 for none.
    first_row: u32,
    large: Option<Large>,
}

/// A document being written to a file of its own.
struct Large {
    chunks: Chunks,
    key: Secret,
    temp: Temp,
}

/// A file that is removed unless it is kept.
pub(super) struct Temp(Option<PathBuf>);

impl Temp {
    pub(super) fn path(&self) -> Option<&Path> {
        self.0.as_deref()
    }

    /// Puts the file at its place, where it stays; its name is on disk once the folder is.
    pub(super) fn place(mut self, at: &Path) -> Result<(), StoreError> {
        if let Some(path) = self.path() {
            folder::rename(path, at)?;
        }
        self.0 = None;
        Ok(())
    }
}

impl Drop for Temp {
    fn drop(&mut self) {
        if let Some(path) = &self.0 {
            let _ = std::fs::remove_file(path);
        }
    }
}

/// A document taken in and on disk, but not yet part of the book. Dropped, it leaves nothing.
pub struct Finished {
    pub(super) hash: [u8; 32],
    pub(super) size: u64,
    pub(super) place: Place,
}

/// Where the bytes are.
pub(super) enum Place {
    /// Compressed, for the table.
    Inline(Vec<u8>),
    /// In a file of their own, with its key.
    File(Temp, Secret),
}

impl Finished {
    /// SHA-256 of the raw bytes.
    pub fn hash(&self) -> [u8; 32] {
        self.hash
    }

    /// Number of raw bytes.
    pub fn size(&self) -> u64 {
        self.size
    }
}

impl Writer {
    pub(super) fn new(store: &Store) -> Writer {
        let dir = store.path().map(super::dir);
        Writer { dir, hash: Sha256::new(), size: 0, buffer: Vec::new(), first_row: 0, large: None }
    }

    /// Says that row `row` (counted from 1) begins with the next byte, so that it can be found again without reading
    /// everything before it. Optional; rows go up.
    pub fn row(&mut self, row: u32) {
        if self.first_row == 0 {
            self.first_row = row;
        }
    }

    /// Ends the document. When this returns, its bytes are on disk.
    pub fn finish(mut self) -> Result<Finished, StoreError> {
        let place = if self.large.is_none() && self.stays_inline(self.buffer.len()) {
            Place::Inline(squeezed(&self.buffer))
        } else {
            self.flush_chunk().map_err(|e| self.failed(e))?;
            let Some(Large { chunks, key, temp }) = self.large.take() else {
                return Err(StoreError::Bug("a large document without a file".into()));
            };
            chunks.finish().map_err(|e| StoreError::io("writing", temp.path().unwrap_or(Path::new("")), e))?;
            Place::File(temp, key)
        };
        Ok(Finished { hash: self.hash.finalize().into(), size: self.size, place })
    }

    fn stays_inline(&self, size: usize) -> bool {
        self.dir.is_none() || size < INLINE
    }

    fn failed(&self, e: io::Error) -> StoreError {
        StoreError::io("writing a document in", self.dir.as_deref().unwrap_or(Path::new("")), e)
    }

    fn flush_chunk(&mut self) -> io::Result<()> {
        if self.buffer.is_empty() {
            return Ok(());
        }
        let buffer = std::mem::take(&mut self.buffer);
        self.push(&buffer)?;
        self.buffer = buffer;
        self.buffer.clear();
        Ok(())
    }

    fn push(&mut self, raw: &[u8]) -> io::Result<()> {
        if self.large.is_none() {
            self.large = Some(self.start_large()?);
        }
        if let Some(large) = &mut self.large {
            large.chunks.push(raw, self.first_row)?;
        }
        self.first_row = 0;
        Ok(())
    }

    fn start_large(&self) -> Result<Large, StoreError> {
        let dir = self.dir.as_deref().ok_or_else(|| StoreError::Bug("a book in memory has no files".into()))?;
        let temp = folder::temp_beside(&dir.join("document"))?;
        let key = Secret::random()?;
        let chunks = Chunks::create(&temp, &key)?;
        Ok(Large { chunks, key, temp: Temp(Some(temp)) })
    }
}

impl Write for Writer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let room = if self.dir.is_none() { bytes.len() } else { CHUNK - self.buffer.len() };
        let taken = &bytes[..bytes.len().min(room)];
        self.hash.update(taken);
        self.size += taken.len() as u64;
        if taken.len() == CHUNK && self.dir.is_some() {
            // A whole chunk needs no copy.
            self.push(taken)?;
            return Ok(CHUNK);
        }
        self.buffer.extend_from_slice(taken);
        if self.buffer.len() == CHUNK && self.dir.is_some() {
            self.flush_chunk()?;
        }
        Ok(taken.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
