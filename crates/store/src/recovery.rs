//! The recovery key: 256 random bits as text a person can print, store and type.
//!
//! Eleven groups of five letters of Crockford's alphabet (no I, L, O, U): 275 bits, of which 256 are the key and 19 the
//! start of its hash, so that a mistyped letter is noticed before it is tried. The same text in a file is the key file.

use sha2::{Digest, Sha256};
use zeroize::{Zeroize, Zeroizing};

use crate::StoreError;
use crate::keys::Secret;

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const LETTERS: usize = 55;
const CHECK_BITS: usize = 19;

/// A book's recovery key. Shown once, when it is made.
pub struct RecoveryKey(Secret);

impl RecoveryKey {
    pub(crate) fn random() -> Result<RecoveryKey, StoreError> {
        Ok(RecoveryKey(Secret::random()?))
    }

    pub(crate) fn secret(&self) -> &Secret {
        &self.0
    }

    /// Reads a file: the text alone, or a recovery sheet, whose last line it is.
    pub fn of_file(text: &[u8]) -> Result<RecoveryKey, StoreError> {
        let last = || text.split(|b| *b == b'\n').rfind(|line| !line.trim_ascii().is_empty());
        RecoveryKey::parse(text).or_else(|failed| RecoveryKey::parse(last().unwrap_or(text)).map_err(|_| failed))
    }

    /// Reads the text, in any case, with or without hyphens and spaces; O is read as 0, I and L as 1.
    pub fn parse(text: &[u8]) -> Result<RecoveryKey, StoreError> {
        let mut bits = Zeroizing::new([false; LETTERS * 5]);
        let mut letters = 0;
        for &c in text {
            let c = match c.to_ascii_uppercase() {
                b'-' | b' ' | b'\t' | b'\r' | b'\n' => continue,
                b'O' => b'0',
                b'I' | b'L' => b'1',
                c => c,
            };
            let value = ALPHABET
                .iter()
                .position(|a| *a == c)
                .ok_or(StoreError::KeyText("a letter that never occurs in one"))?;
            let place = bits.get_mut(letters * 5..letters * 5 + 5).ok_or(StoreError::KeyText("too long"))?;
            for (i, bit) in place.iter_mut().enumerate() {
                *bit = value >> (4 - i) & 1 == 1;
            }
            letters += 1;
        }
        if letters < LETTERS {
            return Err(StoreError::KeyText("too short"));
        }
        let mut key = Zeroizing::new([0u8; 32]);
        for (i, bit) in bits.iter().take(256).enumerate() {
            key[i / 8] |= u8::from(*bit) << (7 - i % 8);
        }
        if bits[256..] != check_bits(&key) {
            return Err(StoreError::KeyText("a letter is mistyped"));
        }
        Ok(RecoveryKey(Secret::take(&mut key)))
    }

    /// The text: `ABCDE-FGHJK-…`, eleven groups. It is wiped when dropped.
    pub fn text(&self) -> Zeroizing<String> {
        let key = self.0.bytes();
        let check = check_bits(key);
        let bit = |i: usize| if i < 256 { key[i / 8] >> (7 - i % 8) & 1 == 1 } else { check[i - 256] };
        let mut out = Zeroizing::new(String::with_capacity(LETTERS + LETTERS / 5));
        for letter in 0..LETTERS {
            if letter > 0 && letter % 5 == 0 {
                out.push('-');
            }
            let value = (0..5).fold(0, |value, i| value << 1 | usize::from(bit(letter * 5 + i)));
            out.push(ALPHABET[value].into());
        }
        out
    }
}

fn check_bits(key: &[u8; 32]) -> [bool; CHECK_BITS] {
    let mut hash = Sha256::new().chain_update(b"billhook recovery key 1").chain_update(key).finalize();
    let bits = std::array::from_fn(|i| hash[i / 8] >> (7 - i % 8) & 1 == 1);
    hash.zeroize();
    bits
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(byte: u8) -> RecoveryKey {
        RecoveryKey(Secret::take(&mut [byte; 32]))
    }

    #[test]
    fn the_text_reads_back_however_it_is_typed() {
        let text = key(0xA7).text();
        assert_eq!(text.len(), 65);
        assert!(text.split('-').all(|group| group.len() == 5));
        for typed in
            [text.to_string(), text.to_lowercase(), text.replace('-', " "), format!("{}\r\n", text.replace('0', "o"))]
        {
            assert_eq!(RecoveryKey::parse(typed.as_bytes()).expect("reads").0.bytes(), &[0xA7; 32]);
        }
    }

    #[test]
    fn a_saved_sheet_opens_the_book_as_the_key_alone_does() {
        let text = key(0xA7).text();
        for file in [format!("{}\n", *text), format!("Recovery key of the book \"Ash\".\n\n{}\r\n\n", *text)] {
            assert_eq!(RecoveryKey::of_file(file.as_bytes()).expect("reads").0.bytes(), &[0xA7; 32], "{file}");
        }
        assert!(RecoveryKey::of_file(b"Recovery key\n\nABCDE\n").is_err());
    }

    #[test]
    fn a_mistyped_letter_is_noticed() {
        let text = key(9).text();
        for at in (0..text.len()).filter(|at| at % 6 != 5) {
            let mut typed = text.as_bytes().to_vec();
            typed[at] = if typed[at] == b'Z' { b'Y' } else { b'Z' };
            assert!(RecoveryKey::parse(&typed).is_err(), "letter {at}");
        }
        assert!(RecoveryKey::parse(b"").is_err());
        assert!(RecoveryKey::parse(&text.as_bytes()[..60]).is_err());
        assert!(RecoveryKey::parse(format!("{}A", *text).as_bytes()).is_err());
    }
}
