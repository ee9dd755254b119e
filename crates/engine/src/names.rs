//! Ids and interned text.
//!
//! A month has a million rows and a few thousand different texts, so rows hold [`Symbol`]s and one [`Names`] holds the
//! texts. Symbols and [`SourceId`]s are only comparable within the `Names` that made them.

use std::collections::HashMap;
use std::fmt;

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
#[derive(Clone, Debug)]
pub struct Names {
    texts: Vec<Box<str>>,
    index: HashMap<Box<str>, u32>,
}

impl Default for Names {
    fn default() -> Names {
        Names { texts: vec!["".into()], index: HashMap::from([("".into(), 0)]) }
    }
}

impl Names {
    /// The symbol of a text, new or known.
    pub fn intern(&mut self, text: &str) -> Symbol {
        if let Some(&n) = self.index.get(text) {
            return Symbol(n);
        }
        let n = u32::try_from(self.texts.len()).expect("fewer than 2^32 different texts");
        self.texts.push(text.into());
        self.index.insert(text.into(), n);
        Symbol(n)
    }

    /// The symbol of a text already known.
    pub fn find(&self, text: &str) -> Option<Symbol> {
        self.index.get(text).map(|&n| Symbol(n))
    }

    /// The text of a symbol of this batch; empty for a foreign one.
    pub fn text(&self, symbol: Symbol) -> &str {
        self.texts.get(symbol.0 as usize).map_or("", |t| t)
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
        self.texts.len()
    }

    /// Whether only the empty text is known.
    pub fn is_empty(&self) -> bool {
        self.texts.len() <= 1
    }
}

/// The bytes of a hyphenated GUID.
pub fn guid(text: &str) -> Option<[u8; 16]> {
    let b = text.as_bytes();
    if b.len() != 36 || b[8] != b'-' || b[13] != b'-' || b[18] != b'-' || b[23] != b'-' {
        return None;
    }
    let mut out = [0u8; 16];
    let mut at = 0;
    for byte in &mut out {
        if b[at] == b'-' {
            at += 1;
        }
        *byte = hex(b[at])? << 4 | hex(b[at + 1])?;
        at += 2;
    }
    Some(out)
}

fn hex(c: u8) -> Option<u8> {
    match c {
        b'0'..=b'9' => Some(c - b'0'),
        b'a'..=b'f' => Some(c - b'a' + 10),
        b'A'..=b'F' => Some(c - b'A' + 10),
        _ => None,
    }
}

fn write_guid(bytes: &[u8; 16], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    for (i, byte) in bytes.iter().enumerate() {
        if matches!(i, 4 | 6 | 8 | 10) {
            f.write_str("-")?;
        }
        write!(f, "{byte:02x}")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guids_are_the_same_in_any_case() {
        let mut names = Names::default();
        let a = names.source_id("3E0B7A54-0C5A-4A4E-8C4F-6B4A1D1C9E77");
        assert_eq!(a, names.source_id(" org:3e0b7a54-0c5a-4a4e-8c4f-6b4a1d1c9e77 "));
        assert_eq!(names.source_text(a), "3e0b7a54-0c5a-4a4e-8c4f-6b4a1d1c9e77");
        assert!(matches!(names.source_id("3e0b7a54-0c5a-4a4e-8c4f-6b4a1d1c9e7"), SourceId::Text(_)));
        assert!(names.source_id("").is_none());
    }
}
