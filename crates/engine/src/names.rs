//! Ids and interned text.
//!
//! A month has a million rows and a few thousand different texts, so rows hold [`Symbol`]s and one [`Names`] holds the
//! texts. Symbols and [`SourceId`]s are only comparable within the `Names` that made them.

use crate::hash::Folding;
use std::fmt;
use std::hash::Hasher;

/// A record's own id in the book: the 16 bytes of a version 7 UUID.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Id(pub [u8; 16]);

impl Id {
    /// Reads the usual hyphenated text, any case.
    pub fn parse(text: &str) -> Option<Id> {
        guid(text).map(Id)
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_guid(&self.0, f)
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_guid(&self.0, f)
    }
}

/// An interned text; `Symbol::EMPTY` is the empty one in every [`Names`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Symbol(pub u32);

impl Symbol {
    /// The empty text.
    pub const EMPTY: Symbol = Symbol(0);

    /// Whether this is the empty text.
    pub fn is_empty(self) -> bool {
        self == Symbol::EMPTY
    }
}

/// An id as a source file wrote it. GUIDs are the same in any case; everything else is compared as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SourceId {
    /// A GUID's 16 bytes.
    Guid([u8; 16]),
    /// Any other text.
    Text(Symbol),
}

impl SourceId {
    /// No id given.
    pub const NONE: SourceId = SourceId::Text(Symbol::EMPTY);

    /// Whether no id was given.
    pub fn is_none(&self) -> bool {
        *self == SourceId::NONE
    }
}

/// A row of a stored document, counted from 1 without the header.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LineRef {
    /// The document's number in the book.
    pub document: u32,
    /// The row.
    pub row: u32,
}

/// The texts behind the symbols of one loaded batch or book.
///
/// All texts lie end to end in one string and a flat table of (hash, number) finds them, because a month brings a
/// million different order and reference numbers and a boxed text each would cost more than the lines that use them.
#[derive(Clone)]
pub struct Names {
    /// Every text, end to end.
    all: String,
    /// Where each text ends in `all`.
    ends: Vec<usize>,
    /// Open addressing: hash and number plus one; zero is a free slot. The length is a power of two.
    slots: Vec<(u32, u32)>,
    /// Makes the slots of a crafted file unpredictable; never influences a number.
    seed: u64,
}

impl Default for Names {
    fn default() -> Names {
        let seed = std::hash::BuildHasher::hash_one(&std::hash::RandomState::new(), 0u8);
        let mut names = Names { all: String::new(), ends: Vec::new(), slots: vec![(0, 0); 16], seed };
        names.intern("");
        names
    }
}

impl Names {
    /// The symbol of a text, new or known.
    pub fn intern(&mut self, text: &str) -> Symbol {
        let hash = self.hash(text);
        let at = match self.slot(hash, text) {
            Ok(number) => return Symbol(number),
            Err(free) => free,
        };
        let number = u32::try_from(self.ends.len()).expect("fewer than 2^32 different texts");
        self.all.push_str(text);
        self.ends.push(self.all.len());
        self.slots[at] = (hash, number + 1);
        if self.ends.len() * 4 > self.slots.len() * 3 {
            self.grow();
        }
        Symbol(number)
    }

    /// The symbol of a text already known.
    pub fn find(&self, text: &str) -> Option<Symbol> {
        self.slot(self.hash(text), text).ok().map(Symbol)
    }

    /// The text of a symbol of this batch; empty for a foreign one.
    pub fn text(&self, symbol: Symbol) -> &str {
        let at = symbol.0 as usize;
        let Some(&end) = self.ends.get(at) else { return "" };
        let start = at.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.all[start..end]
    }

    /// Every text in the order of its symbol, the empty one first.
    pub fn texts(&self) -> impl Iterator<Item = &str> + '_ {
        (0..self.ends.len() as u32).map(|n| self.text(Symbol(n)))
    }

    /// Reads a source id: a GUID in any case (also behind the vendor's old `org:` prefix), else the trimmed text.
    pub fn source_id(&mut self, text: &str) -> SourceId {
        let text = text.trim();
        match guid(text.strip_prefix("org:").unwrap_or(text)) {
            Some(bytes) => SourceId::Guid(bytes),
            None => SourceId::Text(self.intern(text)),
        }
    }

    /// The text of a source id; GUIDs in lower case.
    pub fn source_text(&self, id: SourceId) -> String {
        match id {
            SourceId::Guid(bytes) => Id(bytes).to_string(),
            SourceId::Text(symbol) => self.text(symbol).to_owned(),
        }
    }

    /// Number of different texts.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether only the empty text is known.
    pub fn is_empty(&self) -> bool {
        self.ends.len() <= 1
    }

    /// The number of a known text, or the free slot where it belongs.
    fn slot(&self, hash: u32, text: &str) -> Result<u32, usize> {
        let mask = self.slots.len() - 1;
        let mut at = hash as usize & mask;
        loop {
            match self.slots[at] {
                (_, 0) => return Err(at),
                (known, number) if known == hash && self.text(Symbol(number - 1)) == text => return Ok(number - 1),
                _ => at = (at + 1) & mask,
            }
        }
    }

    fn grow(&mut self) {
        let mask = self.slots.len() * 2 - 1;
        let old = std::mem::replace(&mut self.slots, vec![(0, 0); mask + 1]);
        for (hash, number) in old.into_iter().filter(|&(_, number)| number != 0) {
            let mut at = hash as usize & mask;
            while self.slots[at].1 != 0 {
                at = (at + 1) & mask;
            }
            self.slots[at] = (hash, number);
        }
    }

    fn hash(&self, text: &str) -> u32 {
        let mut h = Folding::new(self.seed);
        h.write_usize(text.len());
        h.write(text.as_bytes());
        h.write_u64(self.seed);
        (h.finish() >> 32) as u32
    }
}

impl fmt::Debug for Names {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.texts()).finish()
    }
}

/// The bytes of a hyphenated GUID.
pub fn guid(text: &str) -> Option<[u8; 16]> {
    let b: &[u8; 36] = text.as_bytes().try_into().ok()?;
    if [b[8], b[13], b[18], b[23]] != [b'-'; 4] {
        return None;
    }
    let mut digits = [0; 32];
    for (to, from) in [(0..8, 0..8), (8..12, 9..13), (12..16, 14..18), (16..20, 19..23), (20..32, 24..36)] {
        digits[to].copy_from_slice(&b[from]);
    }
    // Without branches, so that many digits are turned into their values at once.
    let mut wrong = 0;
    for digit in &mut digits {
        let (number, letter) = (digit.wrapping_sub(b'0'), (*digit | 0x20).wrapping_sub(b'a'));
        *digit = if number < 10 { number } else { letter.wrapping_add(10) };
        wrong |= u8::from((number >= 10) & (letter >= 6));
    }
    let (pairs, _) = digits.as_chunks::<2>();
    (wrong == 0).then(|| std::array::from_fn(|n| pairs[n][0] << 4 | pairs[n][1]))
}

fn write_guid(bytes: &[u8; 16], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = [b'-'; 36];
    let mut at = 0;
    for (n, byte) in bytes.iter().enumerate() {
        if matches!(n, 4 | 6 | 8 | 10) {
            at += 1;
        }
        text[at] = DIGITS[usize::from(byte >> 4)];
        text[at + 1] = DIGITS[usize::from(byte & 15)];
        at += 2;
    }
    f.write_str(std::str::from_utf8(&text).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_keeps_its_number() {
        let mut names = Names::default();
        let many: Vec<String> = (0..5_000).map(|n| format!("text {n}")).collect();
        for (n, text) in many.iter().enumerate() {
            assert_eq!(names.intern(text), Symbol(n as u32 + 1));
        }
        for (n, text) in many.iter().enumerate() {
            let symbol = Symbol(n as u32 + 1);
            assert_eq!(
                (names.intern(text), names.find(text), names.text(symbol)),
                (symbol, Some(symbol), text.as_str())
            );
        }
        assert_eq!((names.find("absent"), names.text(Symbol(9_999)), names.find("")), (None, "", Some(Symbol::EMPTY)));
        assert!(names.texts().skip(1).eq(many.iter().map(String::as_str)));
    }

    #[test]
    fn guids_are_the_same_in_any_case() {
        let mut names = Names::default();
        let a = names.source_id("3E0B7A54-0C5A-4A4E-8C4F-6B4A1D1C9E77");
        assert_eq!(a, names.source_id(" org:3e0b7a54-0c5a-4a4e-8c4f-6b4a1d1c9e77 "));
        assert_eq!(names.source_text(a), "3e0b7a54-0c5a-4a4e-8c4f-6b4a1d1c9e77");
        assert!(matches!(names.source_id("3e0b7a54-0c5a-4a4e-8c4f-6b4a1d1c9e7"), SourceId::Text(_)));
        for place in (0..36).filter(|place| ![8, 13, 18, 23].contains(place)) {
            for byte in 0..0x80 {
                let mut text = b"3e0b7a54-0c5a-4a4e-8c4f-6b4a1d1c9e77".to_vec();
                text[place] = byte;
                let text = String::from_utf8(text).unwrap();
                assert_eq!(guid(&text).is_some(), byte.is_ascii_hexdigit(), "{text:?}");
                assert_eq!(guid(&text).map(|g| Id(g).to_string()), guid(&text).map(|_| text.to_lowercase()));
            }
        }
        assert!(names.source_id("").is_none());
    }
}
