//! The keys of a book. One random data key; each slot of the header wraps it under something a person has.
//!
//! ```text
//! passphrase   --Argon2id--> wrapping key --+
//! recovery key --HKDF------> wrapping key --+--> the same random 256-bit data key
//! data key --HKDF-SHA256, one label each--> database | backup | chain | documents | header
//! ```
//! Nothing here can be cloned, printed or serialised, and all of it is wiped when dropped.

use std::time::Duration;

use argon2::{Algorithm, Argon2, Params, Version};
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use unicode_normalization::UnicodeNormalization;
use zeroize::{Zeroize, Zeroizing};

use crate::StoreError;

/// A 256-bit secret on the heap, wiped when dropped, so that moving it leaves no copies.
pub(crate) struct Secret(Box<[u8; 32]>);

impl Secret {
    pub(crate) fn random() -> Result<Secret, StoreError> {
        let mut secret = Secret(Box::new([0; 32]));
        fill_random(&mut *secret.0)?;
        Ok(secret)
    }

    /// Moves the bytes in and wipes where they came from.
    pub(crate) fn take(bytes: &mut [u8; 32]) -> Secret {
        let mut secret = Secret(Box::new([0; 32]));
        secret.0.copy_from_slice(bytes);
        bytes.zeroize();
        secret
    }

    pub(crate) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// A key for one purpose.
    pub(crate) fn derive(&self, salt: Option<&[u8]>, label: &str) -> Secret {
        let mut out = Secret(Box::new([0; 32]));
        let filled = Hkdf::<Sha256>::new(salt, self.bytes()).expand(label.as_bytes(), &mut *out.0);
        debug_assert!(filled.is_ok(), "HKDF gives up to 255 blocks; this is one");
        out
    }

    /// A keyed hash of the parts, each preceded by its length.
    pub(crate) fn mac(&self, parts: &[&[u8]]) -> [u8; 32] {
        keyed(&self.0, parts).finalize().into_bytes().into()
    }

    /// Whether `tag` is the keyed hash of the parts; takes the same time for any answer.
    pub(crate) fn mac_fits(&self, parts: &[&[u8]], tag: &[u8]) -> bool {
        keyed(&self.0, parts).verify_slice(tag).is_ok()
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

fn keyed(key: &[u8; 32], parts: &[&[u8]]) -> Hmac<Sha256> {
    // HMAC fills a key up to the hash's block with zeroes.
    let mut block = Zeroizing::new([0; 64]);
    block[..32].copy_from_slice(key);
    let mut mac = <Hmac<Sha256> as KeyInit>::new((&*block).into());
    for part in parts {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part);
    }
    mac
}

/// The keys of an open book.
pub(crate) struct Keys {
    pub(crate) data: Secret,
    pub(crate) database: Secret,
    pub(crate) backup: Secret,
    pub(crate) chain: Secret,
    pub(crate) documents: Secret,
    pub(crate) header: Secret,
}

impl Keys {
    pub(crate) fn of(data: Secret) -> Keys {
        deny_dumps();
        let key = |label| data.derive(None, label);
        Keys {
            database: key("billhook database 1"),
            backup: key("billhook backup 1"),
            chain: key("billhook chain 1"),
            documents: key("billhook documents 1"),
            header: key("billhook header 1"),
            data,
        }
    }

    pub(crate) fn random() -> Result<Keys, StoreError> {
        Ok(Keys::of(Secret::random()?))
    }
}

/// Keeps the memory of this process out of crash dumps and other processes of the same user, before keys are in it.
/// In a debug build a debugger may look.
fn deny_dumps() {
    #[cfg(unix)]
    if !cfg!(debug_assertions) {
        use rustix::process::{Resource, Rlimit, setrlimit};
        let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
        #[cfg(target_os = "linux")]
        let _ = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable);
    }
}

/// How long unlocking may take on the computer that set the passphrase.
const UNLOCK_WITHIN: Duration = Duration::from_millis(800);

/// How hard a passphrase is to guess: the parameters of Argon2id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kdf {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Passes over it.
    pub passes: u32,
    /// Lanes.
    pub lanes: u32,
}

impl Kdf {
    /// RFC 9106's second recommended set: 64 MiB, three passes, four lanes.
    pub const DEFAULT: Kdf = Kdf { memory_kib: 64 * 1024, passes: 3, lanes: 4 };
    /// Weaker is refused, so that an edited header cannot make guessing cheap (OWASP's minimum).
    pub const FLOOR: Kdf = Kdf { memory_kib: 19 * 1024, passes: 2, lanes: 1 };
    /// Heavier is refused, so that an edited header cannot exhaust the computer.
    pub const CAP: Kdf = Kdf { memory_kib: 256 * 1024, passes: 16, lanes: 16 };

    /// As hard as this computer makes in well under a second, at least [`Kdf::DEFAULT`]: the default is tried once, and
    /// its memory doubled while the answer would still come in time.
    pub fn calibrated() -> Result<Kdf, StoreError> {
        let begun = std::time::Instant::now();
        Kdf::DEFAULT.stretch("a passphrase of nobody", &[0; 16])?;
        Ok(Kdf::for_speed(begun.elapsed()))
    }

    /// The parameters for a computer on which the default took so long.
    fn for_speed(default_took: Duration) -> Kdf {
        let (mut kdf, mut takes) = (Kdf::DEFAULT, default_took);
        while kdf.memory_kib * 2 <= Kdf::CAP.memory_kib && takes * 2 <= UNLOCK_WITHIN {
            kdf.memory_kib *= 2;
            takes *= 2;
        }
        kdf
    }

    /// Whether each parameter lies between floor and cap.
    pub fn is_acceptable(&self) -> bool {
        (Kdf::FLOOR.memory_kib..=Kdf::CAP.memory_kib).contains(&self.memory_kib)
            && (Kdf::FLOOR.passes..=Kdf::CAP.passes).contains(&self.passes)
            && (Kdf::FLOOR.lanes..=Kdf::CAP.lanes).contains(&self.lanes)
    }

    /// The wrapping key of a passphrase.
    pub(crate) fn stretch(&self, passphrase: &str, salt: &[u8]) -> Result<Secret, StoreError> {
        if !self.is_acceptable() {
            return Err(StoreError::Damaged("book.json asks for key parameters outside the accepted range".into()));
        }
        let bug = |e: argon2::Error| StoreError::Bug(format!("Argon2id: {e}"));
        let params = Params::new(self.memory_kib, self.passes, self.lanes, Some(32)).map_err(bug)?;
        let mut out = Secret(Box::new([0; 32]));
        let normal = normalised(passphrase);
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(normal.as_bytes(), salt, &mut *out.0)
            .map_err(bug)?;
        Ok(out)
    }
}

/// One text for every way of typing the same letters (Unicode NFC).
fn normalised(passphrase: &str) -> Zeroizing<String> {
    // Room for the longest expansion: a buffer that grows would leave copies behind.
    let mut out = Zeroizing::new(String::with_capacity(passphrase.len() * 3));
    out.extend(passphrase.nfc());
    out
}

/// Checks a new passphrase: 12 characters or more, at most 1,024 bytes, no rules about which.
pub fn check_passphrase(passphrase: &str) -> Result<(), StoreError> {
    if passphrase.len() > 1024 {
        return Err(StoreError::Passphrase("is longer than 1,024 bytes"));
    }
    if normalised(passphrase).chars().count() < 12 {
        return Err(StoreError::Passphrase("has fewer than 12 characters"));
    }
    Ok(())
}

/// Encrypts a few bytes under a key and a fresh nonce, bound to `about`.
pub(crate) fn seal(key: &Secret, about: &[u8], plain: &[u8]) -> Result<([u8; 24], Vec<u8>), StoreError> {
    let mut nonce = [0; 24];
    fill_random(&mut nonce)?;
    let sealed = XChaCha20Poly1305::new(key.bytes().into())
        .encrypt(&XNonce::from(nonce), Payload { msg: plain, aad: about })
        .map_err(|_| StoreError::Bug("encryption failed".into()))?;
    Ok((nonce, sealed))
}

/// The reverse of [`seal`]; `None` when key, nonce, bytes or `about` differ from then.
pub(crate) fn unseal(key: &Secret, about: &[u8], nonce: &[u8; 24], sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    XChaCha20Poly1305::new(key.bytes().into())
        .decrypt(&XNonce::from(*nonce), Payload { msg: sealed, aad: about })
        .ok()
        .map(Zeroizing::new)
}

pub(crate) fn fill_random(out: &mut [u8]) -> Result<(), StoreError> {
    getrandom::fill(out).map_err(|e| StoreError::Bug(format!("the system gave no random bytes: {e}")))
}

/// Random text for file names.
pub(crate) fn random_hex(bytes: usize) -> Result<String, StoreError> {
    let mut raw = vec![0; bytes];
    fill_random(&mut raw)?;
    Ok(hex(&raw))
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() * 2);
    push_hex(&mut out, bytes);
    out
}

pub(crate) fn push_hex(out: &mut String, bytes: &[u8]) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    for b in bytes {
        out.push(DIGITS[usize::from(b >> 4)].into());
        out.push(DIGITS[usize::from(b & 15)].into());
    }
}

/// The reverse of [`hex`] for exactly `N` bytes.
pub(crate) fn unhex<const N: usize>(text: &str) -> Option<[u8; N]> {
    if text.len() != N * 2 || !text.bytes().all(|c| matches!(c, b'0'..=b'9' | b'a'..=b'f')) {
        return None;
    }
    let mut out = [0; N];
    for (byte, pair) in out.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passphrases_count_characters_as_people_see_them() {
        assert!(check_passphrase("elf Zeichen").is_err());
        assert!(check_passphrase("zwölf Zeiche").is_ok());
        // The same letters typed with combining marks are one character each.
        assert!(check_passphrase("e\u{301}lf Zeichen").is_err());
        assert!(check_passphrase(&"x".repeat(1025)).is_err());
    }

    #[test]
    fn the_same_letters_give_the_same_key() {
        let key = |text| Kdf::FLOOR.stretch(text, &[7; 16]).expect("derives");
        assert_eq!(key("cafe\u{301} au lait!").bytes(), key("café au lait!").bytes());
    }

    #[test]
    fn a_fast_computer_makes_guessing_harder_and_a_slow_one_never_easier() {
        for (took, mib) in [(40, 256), (150, 256), (201, 128), (400, 128), (401, 64), (9_000, 64)] {
            let kdf = Kdf::for_speed(Duration::from_millis(took));
            assert_eq!(kdf, Kdf { memory_kib: mib * 1024, ..Kdf::DEFAULT }, "{took} ms");
            assert!(kdf.is_acceptable());
        }
    }

    #[test]
    fn weak_and_monstrous_parameters_are_refused() {
        for kdf in [
            Kdf { memory_kib: 1024, ..Kdf::DEFAULT },
            Kdf { memory_kib: 1 << 30, ..Kdf::DEFAULT },
            Kdf { passes: 1, ..Kdf::DEFAULT },
        ] {
            assert_eq!(kdf.stretch("anything at all", &[0; 16]).err().map(|e| e.code()), Some("E-BOOK-DAMAGED"));
        }
    }

    #[test]
    fn sealed_bytes_open_only_as_they_were() {
        let key = Secret::take(&mut [3; 32]);
        let (nonce, mut sealed) = seal(&key, b"slot", b"secret").expect("seals");
        assert_eq!(unseal(&key, b"slot", &nonce, &sealed).as_deref().map(Vec::as_slice), Some(&b"secret"[..]));
        assert!(unseal(&key, b"slo", &nonce, &sealed).is_none());
        sealed[0] ^= 1;
        assert!(unseal(&key, b"slot", &nonce, &sealed).is_none());
    }
}
