//! `book.json`: format version, book id and key slots. Without it the book cannot be opened, so there are two copies
//! here (`book.json.bak`) and one in every backup.
//!
//! Always: its bytes are exactly what this module writes, so every changed byte is noticed; a slot's parameters are
//! the associated data of what it wraps; the whole is authenticated by a key only the open book has.

use std::fs;
use std::path::Path;

use engine::Id;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::StoreError;
use crate::folder;
use crate::keys::{self, Kdf, Keys, Secret, hex, unhex};
use crate::recovery::RecoveryKey;

/// The newest form of `book.json` this program writes and reads.
pub(crate) const FORMAT: u32 = 1;

/// What opens a book.
pub enum Unlock<'a> {
    /// The passphrase.
    Passphrase(&'a str),
    /// The content of a key file: the recovery key's text.
    KeyFile(&'a [u8]),
}

#[derive(Clone, Serialize, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub(crate) struct Header {
    pub(crate) format: u32,
    pub(crate) book: String,
    pub(crate) slots: Vec<Slot>,
    mac: String,
}

#[derive(Clone, Serialize, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub(crate) struct Slot {
    pub(crate) opens_with: SlotKind,
    pub(crate) salt: String,
    nonce: String,
    wrapped: String,
}

#[derive(Clone, Serialize, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) enum SlotKind {
    Passphrase { argon2id: Kdf },
    RecoveryKey,
}

impl Header {
    /// The header of a new book, without slots.
    pub(crate) fn new(book: Id) -> Header {
        Header { format: FORMAT, book: book.to_string(), slots: Vec::new(), mac: String::new() }
    }

    /// The book's id.
    pub(crate) fn book_id(&self) -> Result<Id, StoreError> {
        Id::parse(&self.book).ok_or_else(|| StoreError::Damaged("book.json has no book id".into()))
    }

    /// Adds the passphrase slot, or replaces it.
    pub(crate) fn set_passphrase(&mut self, keys: &Keys, passphrase: &str, kdf: Kdf) -> Result<(), StoreError> {
        keys::check_passphrase(passphrase)?;
        self.set(keys, SlotKind::Passphrase { argon2id: kdf }, |salt| kdf.stretch(passphrase, salt))
    }

    /// Adds the recovery slot, or replaces it.
    pub(crate) fn set_recovery(&mut self, keys: &Keys, key: &RecoveryKey) -> Result<(), StoreError> {
        self.set(keys, SlotKind::RecoveryKey, |salt| Ok(recovery_wrapping(key, salt)))
    }

    fn set(
        &mut self,
        keys: &Keys,
        kind: SlotKind,
        wrapping: impl FnOnce(&[u8]) -> Result<Secret, StoreError>,
    ) -> Result<(), StoreError> {
        let mut salt = [0; 16];
        keys::fill_random(&mut salt)?;
        let about = self.about(&kind, &hex(&salt));
        let (nonce, wrapped) = keys::seal(&wrapping(&salt)?, &about, keys.data.bytes())?;
        self.slots.retain(|s| std::mem::discriminant(&s.opens_with) != std::mem::discriminant(&kind));
        self.slots.push(Slot { opens_with: kind, salt: hex(&salt), nonce: hex(&nonce), wrapped: hex(&wrapped) });
        self.mac = hex(&keys.header.mac(&[&self.unsigned()]));
        Ok(())
    }

    /// The data key, if a slot opens with what is given.
    pub(crate) fn unlock(&self, with: &Unlock) -> Result<Keys, StoreError> {
        for slot in &self.slots {
            let damaged = || StoreError::Damaged("a key slot of book.json cannot be read".into());
            let salt: [u8; 16] = unhex(&slot.salt).ok_or_else(damaged)?;
            let wrapping = match (&slot.opens_with, with) {
                (SlotKind::Passphrase { argon2id }, Unlock::Passphrase(text)) if text.len() <= 1024 => {
                    argon2id.stretch(text, &salt)?
                }
                (SlotKind::RecoveryKey, Unlock::KeyFile(text)) => {
                    recovery_wrapping(&RecoveryKey::of_file(text)?, &salt)
                }
                _ => continue,
            };
            let nonce = unhex(&slot.nonce).ok_or_else(damaged)?;
            let wrapped: [u8; 48] = unhex(&slot.wrapped).ok_or_else(damaged)?;
            let Some(data) = keys::unseal(&wrapping, &self.about(&slot.opens_with, &slot.salt), &nonce, &wrapped)
            else {
                continue;
            };
            let mut data: Zeroizing<[u8; 32]> = Zeroizing::new(data.as_slice().try_into().map_err(|_| damaged())?);
            let keys = Keys::of(Secret::take(&mut data));
            let mac: [u8; 32] = unhex(&self.mac).ok_or_else(damaged)?;
            if !keys.header.mac_fits(&[&self.unsigned()], &mac) {
                return Err(StoreError::Damaged("book.json was changed by another program".into()));
            }
            return Ok(keys);
        }
        Err(StoreError::Key)
    }

    /// What a slot's wrapped key is bound to.
    fn about(&self, kind: &SlotKind, salt: &str) -> Vec<u8> {
        encode(&(self.format, &self.book, kind, salt))
    }

    /// Everything but the tag.
    fn unsigned(&self) -> Vec<u8> {
        encode(&(self.format, &self.book, &self.slots))
    }

    /// The file's bytes.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let mut out = serde_json::to_vec_pretty(self).unwrap_or_default();
        out.push(b'\n');
        out
    }

    /// Reads the file's bytes.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Result<Header, StoreError> {
        #[derive(Deserialize)]
        struct FormatOnly {
            format: u32,
        }
        let damaged = |_| StoreError::Damaged("book.json cannot be read".into());
        let FormatOnly { format } = serde_json::from_slice(bytes).map_err(damaged)?;
        if format > FORMAT {
            return Err(StoreError::TooNew { found: format, known: FORMAT });
        }
        let header: Header = serde_json::from_slice(bytes).map_err(damaged)?;
        if header.to_bytes() != bytes {
            return Err(StoreError::Damaged("book.json was changed by another program".into()));
        }
        Ok(header)
    }

    /// Writes both copies, each whole or not at all; the second copy last, so that one good copy always exists.
    pub(crate) fn save(&self, book: &Path) -> Result<(), StoreError> {
        let bytes = self.to_bytes();
        folder::replace(&book.join(NAME), &bytes)?;
        folder::replace(&book.join(BACKUP_NAME), &bytes)
    }

    /// Reads the header and unlocks it. Falls back to the second copy when the first is damaged, and says so.
    pub(crate) fn open(book: &Path, with: &Unlock) -> Result<(Header, Keys, FromCopy), StoreError> {
        let load = |name: &str| {
            let path = book.join(name);
            folder::refuse_link(&path)?;
            let bytes = fs::read(&path).map_err(|e| StoreError::io("reading", &path, e))?;
            let header = Header::from_bytes(&bytes)?;
            let keys = header.unlock(with)?;
            Ok((header, keys))
        };
        let first = match load(NAME) {
            Ok((header, keys)) => return Ok((header, keys, FromCopy(false))),
            // A newer header must not be opened through an older copy of it.
            Err(e @ (StoreError::TooNew { .. } | StoreError::KeyText(_) | StoreError::Folder { .. })) => return Err(e),
            Err(e) => e,
        };
        if matches!(first, StoreError::Key) && !copies_differ(book) {
            return Err(first);
        }
        match load(BACKUP_NAME) {
            Ok((header, keys)) => Ok((header, keys, FromCopy(true))),
            Err(StoreError::Key) => Err(StoreError::Key),
            Err(_) => Err(first),
        }
    }
}

/// Whether the two copies are not the same bytes, after a crash between writing one and the other.
pub(crate) fn copies_differ(book: &Path) -> bool {
    fs::read(book.join(NAME)).ok() != fs::read(book.join(BACKUP_NAME)).ok()
}

/// Whether the header came from the second copy.
pub(crate) struct FromCopy(pub(crate) bool);

/// File name of the header.
pub(crate) const NAME: &str = "book.json";
/// File name of its second copy.
pub(crate) const BACKUP_NAME: &str = "book.json.bak";

fn recovery_wrapping(key: &RecoveryKey, salt: &[u8]) -> Secret {
    key.secret().derive(Some(salt), "billhook recovery slot 1")
}

fn encode(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(value).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header() -> (Header, RecoveryKey) {
        let keys = Keys::random().expect("keys");
        let mut header = Header::new(Id([5; 16]));
        let key = RecoveryKey::random().expect("key");
        header.set_passphrase(&keys, "correct horse battery", Kdf::FLOOR).expect("slot");
        header.set_recovery(&keys, &key).expect("slot");
        (header, key)
    }

    #[test]
    fn each_slot_gives_the_same_key_and_nothing_else_does() {
        let (header, key) = header();
        let header = Header::from_bytes(&header.to_bytes()).expect("reads back");
        let by_text = header.unlock(&Unlock::Passphrase("correct horse battery")).expect("passphrase");
        let by_file = header.unlock(&Unlock::KeyFile(key.text().as_bytes())).expect("key file");
        assert_eq!(by_text.database.bytes(), by_file.database.bytes());
        assert!(matches!(header.unlock(&Unlock::Passphrase("correct horse batterz")), Err(StoreError::Key)));
        let other = RecoveryKey::random().expect("key");
        assert!(matches!(header.unlock(&Unlock::KeyFile(other.text().as_bytes())), Err(StoreError::Key)));
    }

    #[test]
    fn every_changed_byte_is_noticed() {
        let (header, key) = header();
        let bytes = header.to_bytes();
        for at in 0..bytes.len() {
            for flip in [1, 32] {
                let mut changed = bytes.clone();
                changed[at] ^= flip;
                let opened =
                    Header::from_bytes(&changed).and_then(|h| h.unlock(&Unlock::KeyFile(key.text().as_bytes())));
                assert!(opened.is_err(), "byte {at} ^ {flip} went unnoticed");
            }
        }
    }

    #[test]
    fn a_slot_taken_out_is_noticed() {
        let (mut header, key) = header();
        header.slots.remove(0);
        assert!(matches!(header.unlock(&Unlock::KeyFile(key.text().as_bytes())), Err(StoreError::Damaged(_))));
    }

    #[test]
    fn a_damaged_header_is_read_from_its_copy() {
        let dir = tempfile::tempdir().expect("temp dir");
        let (header, key) = header();
        header.save(dir.path()).expect("saves");
        let text = key.text();
        let open = || Header::open(dir.path(), &Unlock::KeyFile(text.as_bytes()));
        assert!(!open().expect("opens").2.0);
        fs::write(dir.path().join(NAME), b"{\"format\": 1").expect("damage");
        assert!(open().expect("opens").2.0);
        fs::remove_file(dir.path().join(NAME)).expect("remove");
        assert!(open().expect("opens").2.0);
        fs::write(dir.path().join(NAME), b"{\"format\": 2}").expect("newer");
        assert!(matches!(open(), Err(StoreError::TooNew { found: 2, known: 1 })));
        fs::remove_file(dir.path().join(NAME)).expect("remove");
        fs::remove_file(dir.path().join(BACKUP_NAME)).expect("remove");
        assert!(matches!(open(), Err(StoreError::NotFound(_))));
    }
}
