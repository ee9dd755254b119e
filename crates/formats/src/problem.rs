//! What can be wrong with a file: a [`Problem`] is a fact about one row, a [`Refusal`] one about the whole file.
//!
//! Rows fail, not files: a reader returns what it understood and the problems beside it. Codes are stable; texts are not.

use crate::correct::Remedy;
use std::fmt;

/// Something wrong in one row of the user's data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Row counted from 1 without the header; 0 for the header or the file as a whole.
    pub row: u32,
    /// The column as the file names it; empty when the row as a whole is meant.
    pub column: String,
    /// The value found, shortened to 60 characters.
    pub value: String,
    /// Stable code, one of [`codes`].
    pub code: &'static str,
    /// What to do about it.
    pub hint: String,
    /// What can stand in the cell instead.
    pub remedy: Remedy,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "row {}", self.row)?;
        if !self.column.is_empty() {
            write!(f, ", {}", self.column)?;
        }
        if !self.value.is_empty() {
            write!(f, ": \"{}\"", self.value)?;
        }
        write!(f, " [{}] {}", self.code, self.hint)
    }
}

/// Something worth telling about a file that can be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// Stable code.
    pub code: &'static str,
    /// The sentence; names its values in braces.
    pub text: &'static str,
    /// Those values.
    pub values: Vec<(&'static str, String)>,
}

/// A file that could not be read at all. Nothing of it was kept.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message} [{code}]")]
pub struct Refusal {
    /// Stable code, one of [`codes`].
    pub code: &'static str,
    /// What happened.
    pub message: String,
    /// What was kept.
    pub kept: &'static str,
    /// What to do about it.
    pub hint: String,
}

impl Refusal {
    pub(crate) fn new(code: &'static str, message: impl Into<String>, hint: impl Into<String>) -> Refusal {
        Refusal { code, message: message.into(), kept: "nothing was stored", hint: hint.into() }
    }

    /// Whether the caller stopped the reading.
    pub fn is_stop(&self) -> bool {
        self.code == "E-STOPPED"
    }

    /// As an error a reader can return; [`Refusal::from_io`] finds it again.
    pub(crate) fn into_io(self) -> std::io::Error {
        std::io::Error::other(self)
    }

    pub(crate) fn from_io(error: std::io::Error) -> Refusal {
        use std::io::ErrorKind::{InvalidData, InvalidInput, UnexpectedEof};
        let kind = error.kind();
        let text = error.to_string();
        match error.into_inner().map(|inner| inner.downcast::<Refusal>()) {
            Some(Ok(refusal)) => *refusal,
            _ if kind == UnexpectedEof => Refusal::new(
                "E-FILE-TRUNCATED",
                "the file ends in the middle",
                "fetch the file again; it was cut off while being copied or downloaded",
            ),
            _ if matches!(kind, InvalidData | InvalidInput) => Refusal::new(
                "E-FILE-CORRUPT",
                format!("the packed file is damaged ({text})"),
                "fetch the file again; what was read before the damage cannot be trusted",
            ),
            _ => Refusal::new(
                "E-FILE-READ",
                format!("the file could not be read ({text})"),
                "check the disk or the share it lies on",
            ),
        }
    }
}

/// Said by a sink or a progress reader that wants no more; the reading ends with `E-STOPPED`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stop;

impl From<Stop> for Refusal {
    fn from(_: Stop) -> Refusal {
        Refusal::new("E-STOPPED", "the reading was stopped", "")
    }
}

/// Shortens a value for a message: at most 60 characters, control characters made visible.
pub(crate) fn shortened(value: &str) -> String {
    let visible = |c: char| if c.is_control() || is_override(c) { '\u{fffd}' } else { c };
    let mut text: String = value.chars().take(60).map(visible).collect();
    if value.chars().nth(60).is_some() {
        text.pop();
        text.push('…');
    }
    text
}

/// Characters that make a text read in another order than it is stored.
pub(crate) fn is_override(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Every code a reader of this crate can answer with, and what it means.
pub fn codes() -> &'static [(&'static str, &'static str)] {
    &[
        ("E-CORRECTION", "a correction of a cell that is not there or can be read as it stands"),
        ("E-FILE-BOMB", "a packed file grows beyond all measure when unpacked"),
        ("E-FILE-CORRUPT", "a packed file is damaged"),
        ("E-FILE-EMPTY", "the file has no rows and no header"),
        ("E-FILE-ENCODING", "the text is in no supported encoding"),
        ("E-FILE-HEADER", "a needed column is missing or stands there twice"),
        ("E-FILE-LIMIT", "more rows, columns or entries than accepted"),
        ("E-FILE-READ", "the operating system could not read the file"),
        ("E-FILE-TOO-LARGE", "the file is larger than accepted"),
        ("E-FILE-TRUNCATED", "the file ends before its first complete row"),
        ("E-FILE-UNKNOWN", "the columns fit no known kind of file"),
        ("E-FILE-ZIP", "a ZIP without exactly one CSV or JSON file inside"),
        ("E-MAPPING", "a column mapping is not valid"),
        ("E-SCENARIO", "a scenario file is not valid"),
        ("E-STOPPED", "reading was cancelled"),
        ("P-AMOUNT-RANGE", "an amount beyond 10^12 minor units"),
        ("P-COLUMNS", "a row with more or fewer fields than the header"),
        ("P-CURRENCY", "not a three-letter currency code"),
        ("P-DATE", "not a date"),
        ("P-DATE-AMBIGUOUS", "day and month could be either way round"),
        ("P-DATE-RANGE", "a date outside 2000 to 2100"),
        ("P-FIELD-TOO-LONG", "a field of more than 64 KiB"),
        ("P-FILE-CUT", "the file ends in the middle; the rows before are whole"),
        ("P-FORMULA", "a formula where a value belongs"),
        ("P-GUID", "a damaged GUID"),
        ("P-JSON", "a line that is not one JSON object"),
        ("P-MISSING", "a needed value is missing"),
        ("P-NUMBER", "not a number"),
        ("P-NUMBER-AMBIGUOUS", "the mark in a number could group or be the decimal mark"),
        ("P-NUMBER-RANGE", "a number too large or with too many digits"),
        ("P-PERIOD", "a period that ends before it starts"),
        ("P-QUOTE", "a quotation mark that is never closed, or text after a closed one"),
        ("P-ROW-TOO-LONG", "a row of more than 1 MiB"),
        ("P-TEXT", "a control or text-direction character"),
        ("P-WORD", "a word that is none of the allowed ones"),
    ]
}
