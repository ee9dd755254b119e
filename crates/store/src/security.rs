//! What protects a book, as facts a person can check: versions, settings, key parameters. No secret is among them.

use std::collections::BTreeMap;

use crate::connection::{pragma, setting_names};
use crate::header::SlotKind;
use crate::keys::Kdf;
use crate::{Store, StoreError, migrate};

/// How a book is protected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecurityFacts {
    /// Version of SQLite inside SQLCipher.
    pub sqlite: String,
    /// Version of SQLCipher.
    pub sqlcipher: String,
    /// Its settings, as the open connection answers.
    pub pragmas: BTreeMap<String, String>,
    /// How documents are encrypted.
    pub documents: &'static str,
    /// How keys are wrapped.
    pub slots_cipher: &'static str,
    /// What opens the book: `passphrase`, `recovery-key`.
    pub slots: Vec<&'static str>,
    /// How hard the passphrase is to guess; `None` without one.
    pub kdf: Option<Kdf>,
    /// Version of `book.json`'s form.
    pub header_format: u32,
    /// Version of the schema.
    pub schema: u32,
}

impl Store {
    /// How this book is protected.
    pub fn security_facts(&self) -> Result<SecurityFacts, StoreError> {
        let header = self.header();
        let kdf = header.slots.iter().find_map(|slot| match slot.opens_with {
            SlotKind::Passphrase { argon2id } => Some(argon2id),
            SlotKind::RecoveryKey => None,
        });
        let slot = |kind: &SlotKind| match kind {
            SlotKind::Passphrase { .. } => "passphrase",
            SlotKind::RecoveryKey => "recovery-key",
        };
        Ok(SecurityFacts {
            sqlite: rusqlite::version().into(),
            sqlcipher: pragma(&self.conn, "cipher_version")?,
            pragmas: setting_names()
                .map(|name| Ok((name.into(), pragma(&self.conn, name)?)))
                .collect::<Result<_, StoreError>>()?,
            documents: "ChaCha20-Poly1305, a random key each",
            slots_cipher: "XChaCha20-Poly1305",
            slots: header.slots.iter().map(|s| slot(&s.opens_with)).collect(),
            kdf,
            header_format: header.format,
            schema: migrate::count(migrate::ALL),
        })
    }
}
