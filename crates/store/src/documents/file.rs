//! The form of a large document on disk: chunks of one mebibyte, each compressed, then encrypted.
//!
//! ```text
//! "BHDOC\1\0\0" | chunk 0 | chunk 1 | … | index | length of the index (u32) | "BHDOCEND"
//! chunk   ChaCha20-Poly1305 of LZ4 of up to 1 MiB; the nonce is the chunk's number
//! index   the same of, for each chunk: bytes stored, bytes raw, first row that begins in it (u32 each, 0 for none)
//! ```
//! Numbers are big-endian. The key is random and this file's alone, so counting nonces never repeat. Chunks cannot be
//! exchanged (their numbers differ) nor cut off (the index knows them all). Any one can be read without the others.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

use chacha20poly1305::aead::{AeadInOut, KeyInit};
use chacha20poly1305::{ChaCha20Poly1305, Nonce};
use lz4_flex::block::{compress_into, decompress, get_maximum_output_size};

use crate::keys::Secret;
use crate::{StoreError, folder};

/// Raw bytes in a chunk.
pub(super) const CHUNK: usize = 1 << 20;
const MAGIC: &[u8; 8] = b"BHDOC\x01\0\0";
const END: &[u8; 8] = b"BHDOCEND";
const INDEX_NONCE: u64 = u64::MAX;
/// More than any document has: 64 GiB.
const MOST_CHUNKS: usize = 1 << 16;

/// One chunk's line in the index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Chunk {
    stored: u32,
    pub(super) raw: u32,
    pub(super) first_row: u32,
}

/// Writes chunks as they come.
pub(super) struct Chunks {
    out: File,
    cipher: ChaCha20Poly1305,
    index: Vec<Chunk>,
    packed: Vec<u8>,
}

impl Chunks {
    pub(super) fn create(path: &Path, key: &Secret) -> Result<Chunks, StoreError> {
        let mut out = folder::create(path)?;
        out.write_all(MAGIC).map_err(|e| StoreError::io("writing", path, e))?;
        Ok(Chunks { out, cipher: ChaCha20Poly1305::new(key.bytes().into()), index: Vec::new(), packed: Vec::new() })
    }

    /// Adds up to [`CHUNK`] raw bytes, in which row `first_row` is the first to begin (0 for none).
    pub(super) fn push(&mut self, raw: &[u8], first_row: u32) -> io::Result<()> {
        if self.index.len() >= MOST_CHUNKS {
            return Err(io::Error::other("the document is larger than 64 GiB"));
        }
        self.packed.resize(get_maximum_output_size(raw.len()), 0);
        let size = compress_into(raw, &mut self.packed).map_err(io::Error::other)?;
        self.packed.truncate(size);
        self.seal(self.index.len() as u64)?;
        let length = |n: usize| u32::try_from(n).map_err(io::Error::other);
        self.index.push(Chunk { stored: length(self.packed.len())?, raw: length(raw.len())?, first_row });
        Ok(())
    }

    /// Writes the index and waits until everything is on disk.
    pub(super) fn finish(mut self) -> io::Result<()> {
        self.packed.clear();
        for chunk in &self.index {
            for n in [chunk.stored, chunk.raw, chunk.first_row] {
                self.packed.extend_from_slice(&n.to_be_bytes());
            }
        }
        self.seal(INDEX_NONCE)?;
        self.out.write_all(&u32::try_from(self.packed.len()).map_err(io::Error::other)?.to_be_bytes())?;
        self.out.write_all(END)?;
        self.out.sync_all()
    }

    fn seal(&mut self, number: u64) -> io::Result<()> {
        self.cipher
            .encrypt_in_place(&nonce(number), MAGIC, &mut self.packed)
            .map_err(|_| io::Error::other("encryption failed"))?;
        self.out.write_all(&self.packed)
    }
}

fn nonce(number: u64) -> Nonce {
    let mut bytes = [0; 12];
    bytes[4..].copy_from_slice(&number.to_be_bytes());
    bytes.into()
}

/// An open document file: its index, and any chunk on request.
pub(super) struct ChunkFile {
    file: File,
    cipher: ChaCha20Poly1305,
    pub(super) index: Vec<Chunk>,
}

impl ChunkFile {
    pub(super) fn open(path: &Path, key: &Secret) -> Result<ChunkFile, StoreError> {
        folder::refuse_link(path)?;
        let mut file = File::open(path).map_err(|e| StoreError::io("opening", path, e))?;
        let cipher = ChaCha20Poly1305::new(key.bytes().into());
        let index =
            read_index(&mut file, &cipher).map_err(|e| StoreError::io("reading", path, e))?.ok_or_else(|| {
                StoreError::Damaged(format!("the kept document {} was cut off or changed", path.display()))
            })?;
        Ok(ChunkFile { file, cipher, index })
    }

    /// The raw bytes of one chunk.
    pub(super) fn chunk(&mut self, number: usize) -> io::Result<Vec<u8>> {
        let changed = || io::Error::new(io::ErrorKind::InvalidData, "a part of a kept document was changed");
        let chunk = *self.index.get(number).ok_or_else(changed)?;
        let before: u64 = self.index.iter().take(number).map(|c| u64::from(c.stored)).sum();
        self.file.seek(SeekFrom::Start(MAGIC.len() as u64 + before))?;
        let mut packed = vec![0; chunk.stored as usize];
        self.file.read_exact(&mut packed)?;
        self.cipher.decrypt_in_place(&nonce(number as u64), MAGIC, &mut packed).map_err(|_| changed())?;
        let raw = decompress(&packed, chunk.raw as usize).map_err(|_| changed())?;
        if raw.len() == chunk.raw as usize { Ok(raw) } else { Err(changed()) }
    }
}

/// The index, if the file's ends, lengths and tag fit together.
fn read_index(file: &mut File, cipher: &ChaCha20Poly1305) -> io::Result<Option<Vec<Chunk>>> {
    const ENTRY: usize = 12;
    const TAG: usize = 16;
    let length = file.seek(SeekFrom::End(0))?;
    let mut magic = [0; 8];
    let mut trailer = [0; 12];
    if length < (magic.len() + trailer.len() + TAG) as u64 {
        return Ok(None);
    }
    file.seek(SeekFrom::Start(0))?;
    file.read_exact(&mut magic)?;
    file.seek(SeekFrom::End(-12))?;
    file.read_exact(&mut trailer)?;
    let (size, end) = trailer.split_at(4);
    let size = size.iter().fold(0usize, |n, b| n << 8 | usize::from(*b));
    if magic != *MAGIC || end != END || size > MOST_CHUNKS * ENTRY + TAG || size as u64 + 20 > length {
        return Ok(None);
    }
    let start = length - 12 - size as u64;
    file.seek(SeekFrom::Start(start))?;
    let mut packed = vec![0; size];
    file.read_exact(&mut packed)?;
    if cipher.decrypt_in_place(&nonce(INDEX_NONCE), MAGIC, &mut packed).is_err() {
        return Ok(None);
    }
    let number = |bytes: &[u8]| bytes.iter().fold(0u32, |n, b| n << 8 | u32::from(*b));
    let index: Vec<Chunk> = packed
        .chunks_exact(ENTRY)
        .map(|e| Chunk { stored: number(&e[..4]), raw: number(&e[4..8]), first_row: number(&e[8..]) })
        .collect();
    let stored: u64 = index.iter().map(|c| u64::from(c.stored)).sum();
    let fits = stored + 8 == start && index.iter().all(|c| c.raw as usize <= CHUNK && c.stored as usize <= 2 * CHUNK);
    Ok(fits.then_some(index))
}
