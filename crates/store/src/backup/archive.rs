//! The form of a backup: one file, made of named sections.
//!
//! ```text
//! "BHBAK\1\0\0" | section … | section "manifest" | SHA-256 of everything before
//! section    length of the name (u16) | name | length of the content (u64) | content
//! manifest   nonce (24 bytes) | XChaCha20-Poly1305 of JSON; associated data: SHA-256 of everything before the content
//! ```
//! Numbers are big-endian. The sections are `book.json` as it stands in the book, `book.db` and `documents/NAME`, all of
//! them encrypted already. The hash at the end finds damage before anybody is asked for a key; the manifest's
//! associated data finds a forger who made a new hash.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::{StoreError, folder};

const MAGIC: &[u8; 8] = b"BHBAK\x01\0\0";
pub(super) const MANIFEST: &str = "manifest";
/// A header or a manifest is never larger.
const MOST_TEXT: u64 = 1 << 20;

/// Writes an archive, section by section.
pub(super) struct ArchiveWriter {
    out: BufWriter<File>,
    hash: Sha256,
}

impl ArchiveWriter {
    pub(super) fn create(path: &Path) -> Result<ArchiveWriter, StoreError> {
        let out = BufWriter::with_capacity(1 << 18, folder::create(path)?);
        let mut archive = ArchiveWriter { out, hash: Sha256::new() };
        archive.put(MAGIC).map_err(|e| StoreError::io("writing", path, e))?;
        Ok(archive)
    }

    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.hash.update(bytes);
        self.out.write_all(bytes)
    }

    fn head(&mut self, name: &str, size: u64) -> io::Result<()> {
        self.put(&u16::try_from(name.len()).map_err(io::Error::other)?.to_be_bytes())?;
        self.put(name.as_bytes())?;
        self.put(&size.to_be_bytes())
    }

    /// Adds a section of bytes at hand.
    pub(super) fn bytes(&mut self, name: &str, content: &[u8]) -> io::Result<()> {
        self.head(name, content.len() as u64)?;
        self.put(content)
    }

    /// Adds a file as a section; its size.
    pub(super) fn file(&mut self, name: &str, mut from: File) -> io::Result<u64> {
        let size = from.metadata()?.len();
        self.head(name, size)?;
        let copied = pump(&mut from, size, |bytes| self.put(bytes))?;
        if copied < size {
            return Err(io::Error::other("a file became shorter while it was copied"));
        }
        Ok(size)
    }

    /// Ends the archive with its manifest, which `seal` encrypts given its associated data and the size it will have.
    pub(super) fn finish(
        mut self,
        size: usize,
        seal: impl FnOnce(&[u8; 32]) -> Result<Vec<u8>, StoreError>,
    ) -> Result<io::Result<()>, StoreError> {
        if let Err(e) = self.head(MANIFEST, size as u64) {
            return Ok(Err(e));
        }
        let sealed = seal(&self.hash.clone().finalize().into())?;
        debug_assert_eq!(sealed.len(), size);
        Ok(self.end(&sealed))
    }

    fn end(mut self, sealed: &[u8]) -> io::Result<()> {
        self.put(sealed)?;
        let hash = self.hash.clone().finalize();
        self.out.write_all(&hash)?;
        self.out.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()
    }
}

/// Passes on up to `size` bytes piece by piece; how many there were.
fn pump(from: &mut impl Read, size: u64, mut to: impl FnMut(&[u8]) -> io::Result<()>) -> io::Result<u64> {
    let mut buffer = vec![0; 1 << 17];
    let mut left = size;
    while left > 0 {
        let want = buffer.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        match from.read(&mut buffer[..want])? {
            0 => break,
            count => {
                to(&buffer[..count])?;
                left -= count as u64;
            }
        }
    }
    Ok(size - left)
}

/// A section of an archive: where its content is.
#[derive(Clone, Debug)]
pub(super) struct Section {
    pub(super) name: String,
    at: u64,
    pub(super) size: u64,
}

/// An archive whose bytes are the ones its own hash was made of.
pub(super) struct Archive {
    file: BufReader<File>,
    pub(super) sections: Vec<Section>,
    /// The associated data of the manifest.
    pub(super) before_manifest: [u8; 32],
}

impl Archive {
    /// Reads an archive through once and compares its hash.
    pub(super) fn open(path: &Path) -> Result<Archive, StoreError> {
        let failed = |e| StoreError::io("reading", path, e);
        let file = File::open(path).map_err(failed)?;
        let length = file.metadata().map_err(failed)?.len();
        let mut scan = Scan { file: BufReader::with_capacity(1 << 18, file), at: 0, end: 0, hash: Sha256::new() };
        let damaged = |why: &str| StoreError::BackupDamaged(why.into());
        scan.end = length.checked_sub(32).ok_or_else(|| damaged("it is cut off"))?;
        if scan.take(8).map_err(failed)?.as_deref() != Some(MAGIC) {
            return Err(damaged("it does not begin like a backup"));
        }
        let (sections, before_manifest) =
            scan.sections().map_err(failed)?.ok_or_else(|| damaged("its parts do not fit its size"))?;
        let mut hash = [0; 32];
        scan.file.read_exact(&mut hash).map_err(failed)?;
        if scan.hash.finalize()[..] != hash {
            return Err(damaged("its bytes are not the ones that were written"));
        }
        Ok(Archive { file: scan.file, sections, before_manifest })
    }

    pub(super) fn find(&self, name: &str) -> Result<Section, StoreError> {
        let found = self.sections.iter().find(|s| s.name == name).cloned();
        found.ok_or_else(|| StoreError::BackupDamaged(format!("it has no {name}")))
    }

    /// The content of a small section.
    pub(super) fn text(&mut self, name: &str) -> Result<Vec<u8>, StoreError> {
        let section = self.find(name)?;
        if section.size > MOST_TEXT {
            return Err(StoreError::BackupDamaged(format!("its {name} is too large")));
        }
        let mut out = Vec::new();
        self.copy(&section, &mut out).map_err(|e| StoreError::io("reading", Path::new("the backup"), e))?;
        Ok(out)
    }

    /// Copies a section's content.
    pub(super) fn copy(&mut self, section: &Section, to: &mut impl Write) -> io::Result<()> {
        self.file.seek(SeekFrom::Start(section.at))?;
        match pump(&mut self.file, section.size, |bytes| to.write_all(bytes))? {
            copied if copied == section.size => Ok(()),
            _ => Err(io::ErrorKind::UnexpectedEof.into()),
        }
    }
}

/// The first reading of an archive.
struct Scan {
    file: BufReader<File>,
    at: u64,
    end: u64,
    hash: Sha256,
}

impl Scan {
    /// The next few bytes, if the sections go on that long.
    fn take(&mut self, count: usize) -> io::Result<Option<Vec<u8>>> {
        if count as u64 > self.end - self.at {
            return Ok(None);
        }
        let mut bytes = vec![0; count];
        self.file.read_exact(&mut bytes)?;
        self.hash.update(&bytes);
        self.at += count as u64;
        Ok(Some(bytes))
    }

    fn number(&mut self, bytes: usize) -> io::Result<Option<u64>> {
        Ok(self.take(bytes)?.map(|b| b.iter().fold(0, |n, b| n << 8 | u64::from(*b))))
    }

    /// All sections up to and with the manifest, which must end where the hash begins.
    fn sections(&mut self) -> io::Result<Option<(Vec<Section>, [u8; 32])>> {
        let mut sections = Vec::new();
        loop {
            let Some(name_size) = self.number(2)? else { return Ok(None) };
            let Some(name) = self.take(usize::try_from(name_size).unwrap_or(usize::MAX))? else { return Ok(None) };
            let Ok(name) = String::from_utf8(name) else { return Ok(None) };
            let Some(size) = self.number(8)? else { return Ok(None) };
            if size > self.end - self.at {
                return Ok(None);
            }
            let last = name == MANIFEST;
            let before = self.hash.clone().finalize().into();
            sections.push(Section { name, at: self.at, size });
            let hash = &mut self.hash;
            if pump(&mut self.file, size, |bytes| {
                hash.update(bytes);
                Ok(())
            })? < size
            {
                return Ok(None);
            }
            self.at += size;
            if last {
                return Ok((self.at == self.end).then_some((sections, before)));
            }
        }
    }
}
