//! How engine values become column values and back.
//!
//! A [`Cell`] is one column of one row on its way into a table, its seal and a chain record, so that all three see the
//! same bytes. Days count from 1970-01-01, decimals are text with the digits they were given, ids are 16 bytes, and an
//! id of a source file is a byte saying which kind it is, followed by its bytes (NULL where none was given).

use std::borrow::Cow;

use engine::{Currency, Date, Decimal, Id, Month, Names, Period, SourceId};
use rusqlite::types::{FromSql, ToSql, ToSqlOutput, ValueRef};
use rusqlite::{Row, RowIndex};

use crate::StoreError;

/// One column's value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Cell<'a> {
    Null,
    Int(i64),
    Text(Cow<'a, str>),
    Blob(Cow<'a, [u8]>),
}

impl Cell<'_> {
    /// Appends a tag and the value; lengths and integers big-endian. The form is part of the chain's version.
    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        let (tag, bytes): (u8, &[u8]) = match self {
            Cell::Null => return out.push(0),
            Cell::Int(value) => {
                out.push(1);
                return out.extend_from_slice(&value.to_be_bytes());
            }
            Cell::Text(text) => (2, text.as_bytes()),
            Cell::Blob(bytes) => (3, bytes),
        };
        out.push(tag);
        out.extend_from_slice(&(bytes.len() as u64).to_be_bytes());
        out.extend_from_slice(bytes);
    }
}

/// A row written as its cells, one after the other.
pub(crate) fn write_row(cells: &[Cell], out: &mut Vec<u8>) {
    for cell in cells {
        cell.write(out);
    }
}

impl ToSql for Cell<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Cell::Null => ValueRef::Null,
            Cell::Int(value) => ValueRef::Integer(*value),
            Cell::Text(text) => ValueRef::Text(text.as_bytes()),
            Cell::Blob(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

impl<'a> Cell<'a> {
    /// The cell of a stored value. A real number, which no column holds, becomes its text and so never matches.
    pub(crate) fn stored(value: ValueRef<'a>) -> Cell<'a> {
        match value {
            ValueRef::Null => Cell::Null,
            ValueRef::Integer(value) => Cell::Int(value),
            ValueRef::Real(value) => Cell::Text(format!("real {value:?}").into()),
            ValueRef::Text(bytes) => match std::str::from_utf8(bytes) {
                Ok(text) => Cell::Text(text.into()),
                Err(_) => Cell::Blob(bytes.into()),
            },
            ValueRef::Blob(bytes) => Cell::Blob(bytes.into()),
        }
    }
}

impl Cell<'_> {
    /// The same value, borrowed from nothing.
    pub(crate) fn into_owned(self) -> Cell<'static> {
        match self {
            Cell::Null => Cell::Null,
            Cell::Int(value) => Cell::Int(value),
            Cell::Text(text) => Cell::Text(text.into_owned().into()),
            Cell::Blob(bytes) => Cell::Blob(bytes.into_owned().into()),
        }
    }

    /// The integer this column holds.
    pub(crate) fn int(&self) -> Result<i64, StoreError> {
        match self {
            Cell::Int(value) => Ok(*value),
            other => Err(damaged("a number", &format!("{other:?}"))),
        }
    }

    /// The id this column holds.
    pub(crate) fn id(&self) -> Result<Id, StoreError> {
        match self {
            Cell::Blob(bytes) => <[u8; 16]>::try_from(bytes.as_ref()).ok().map(Id),
            _ => None,
        }
        .ok_or_else(|| damaged("an id", &format!("{self:?}")))
    }
}

/// Every column of a stored row.
pub(crate) fn stored_row<'r>(row: &'r Row<'_>, columns: usize) -> rusqlite::Result<Vec<Cell<'r>>> {
    (0..columns).map(|i| row.get_ref(i).map(Cell::stored)).collect()
}

macro_rules! cell_from {
    ($($from:ty => |$value:ident| $cell:expr;)*) => {$(
        impl<'a> From<$from> for Cell<'a> {
            fn from($value: $from) -> Cell<'a> {
                $cell
            }
        }
    )*};
}

cell_from! {
    i64 => |v| Cell::Int(v);
    u32 => |v| Cell::Int(v.into());
    bool => |v| Cell::Int(v.into());
    usize => |v| Cell::Int(v as i64);
    &'a str => |v| Cell::Text(v.into());
    &'a String => |v| Cell::Text(v.as_str().into());
    String => |v| Cell::Text(v.into());
    &'a [u8] => |v| Cell::Blob(v.into());
    Vec<u8> => |v| Cell::Blob(v.into());
    Id => |v| Cell::Blob(v.0.to_vec().into());
    Date => |v| Cell::Int(day(v));
    Month => |v| Cell::Int(day(v.first()));
    Decimal => |v| Cell::Text(v.to_string().into());
    Currency => |v| Cell::Text(v.code().to_owned().into());
}

impl<'a, T: Into<Cell<'a>>> From<Option<T>> for Cell<'a> {
    fn from(value: Option<T>) -> Cell<'a> {
        value.map_or(Cell::Null, Into::into)
    }
}

/// The cells of a row, in the order of its table's columns.
macro_rules! cells {
    ($($value:expr),* $(,)?) => { [$($crate::tables::cell::Cell::from($value)),*] };
}
pub(crate) use cells;

/// Days since 1970-01-01.
pub(crate) fn day(date: Date) -> i64 {
    (date - Date::default()).num_days()
}

/// The date so many days after 1970-01-01.
pub(crate) fn date(day: i64) -> Date {
    engine::date::add_days(Date::default(), day)
}

/// A source id as stored; `None` where none was given.
pub(crate) fn source(id: SourceId, names: &Names) -> Option<Vec<u8>> {
    match id {
        SourceId::Guid(bytes) => Some([&[GUID], bytes.as_slice()].concat()),
        SourceId::Text(text) if text.is_empty() => None,
        SourceId::Text(text) => Some([&[TEXT], names.text(text).as_bytes()].concat()),
    }
}

/// The source id stored as these bytes; its text, if it is one, is interned.
pub(crate) fn source_of(bytes: &[u8], names: &mut Names) -> Result<SourceId, StoreError> {
    match bytes.split_first() {
        Some((&GUID, guid)) if guid.len() == 16 => Ok(SourceId::Guid(guid.try_into().unwrap_or_default())),
        Some((&TEXT, text)) => match std::str::from_utf8(text) {
            Ok(text) => Ok(SourceId::Text(names.intern(text))),
            Err(_) => Err(damaged("an id of a source file", "unreadable text")),
        },
        _ => Err(damaged("an id of a source file", "unknown form")),
    }
}

/// The source id stored as these bytes, if its text is one of these names.
pub(crate) fn known_source(bytes: &[u8], names: &Names) -> Result<Option<SourceId>, StoreError> {
    match bytes.split_first() {
        Some((&GUID, guid)) if guid.len() == 16 => Ok(Some(SourceId::Guid(guid.try_into().unwrap_or_default()))),
        Some((&TEXT, text)) => match std::str::from_utf8(text) {
            Ok(text) => Ok(names.find(text).map(SourceId::Text)),
            Err(_) => Err(damaged("an id of a source file", "unreadable text")),
        },
        _ => Err(damaged("an id of a source file", "unknown form")),
    }
}

pub(crate) const GUID: u8 = 1;
const TEXT: u8 = 2;

/// Reads columns of a row, each failing with the column's name when the book holds something the program never wrote.
pub(crate) trait Columns {
    /// A value as the database has it.
    fn col<T: FromSql>(&self, column: impl RowIndex) -> Result<T, StoreError>;

    /// A date.
    fn day(&self, column: usize) -> Result<Date, StoreError> {
        Ok(date(self.col(column)?))
    }

    /// A date that may be missing.
    fn day_opt(&self, column: usize) -> Result<Option<Date>, StoreError> {
        Ok(self.col::<Option<i64>>(column)?.map(date))
    }

    /// A billing month, stored as its first day.
    fn month(&self, column: usize) -> Result<Month, StoreError> {
        Ok(Month::of(self.day(column)?))
    }

    /// A period of two columns; none when either is NULL.
    fn period_opt(&self, column: usize) -> Result<Option<Period>, StoreError> {
        let (start, end) = (self.day_opt(column)?, self.day_opt(column + 1)?);
        Ok(start.zip(end).and_then(|(start, end)| Period::new(start, end)))
    }

    /// A decimal.
    fn decimal(&self, column: usize) -> Result<Decimal, StoreError> {
        let text: String = self.col(column)?;
        text.parse().map_err(|_| damaged("a number", &text))
    }

    /// A decimal that may be missing.
    fn decimal_opt(&self, column: usize) -> Result<Option<Decimal>, StoreError> {
        let text: Option<String> = self.col(column)?;
        text.map(|text| text.parse().map_err(|_| damaged("a number", &text))).transpose()
    }

    /// A currency.
    fn currency(&self, column: usize) -> Result<Currency, StoreError> {
        let code: String = self.col(column)?;
        Currency::parse(&code).ok_or_else(|| damaged("a currency", &code))
    }

    /// An id.
    fn id(&self, column: usize) -> Result<Id, StoreError> {
        Ok(Id(self.col(column)?))
    }

    /// An id that may be missing.
    fn id_opt(&self, column: usize) -> Result<Option<Id>, StoreError> {
        Ok(self.col::<Option<[u8; 16]>>(column)?.map(Id))
    }

    /// A source id; its text, if it is one, is interned.
    fn source(&self, column: usize, names: &mut Names) -> Result<SourceId, StoreError> {
        let bytes: Option<Vec<u8>> = self.col(column)?;
        bytes.map_or(Ok(SourceId::NONE), |bytes| source_of(&bytes, names))
    }

    /// One of the words a column may hold.
    fn word<T: Copy>(&self, column: usize, words: &[(T, &'static str)]) -> Result<T, StoreError> {
        let text: String = self.col(column)?;
        of_word(words, &text)
    }
}

impl Columns for Row<'_> {
    fn col<T: FromSql>(&self, column: impl RowIndex) -> Result<T, StoreError> {
        self.get(column).map_err(|cause| match cause {
            rusqlite::Error::InvalidColumnType(_, name, kind) => damaged(&name, &kind.to_string()),
            rusqlite::Error::FromSqlConversionFailure(_, kind, _) => damaged("a value", &kind.to_string()),
            other => other.into(),
        })
    }
}

/// The word of a value: `words` lists every variant of an enum with its word.
pub(crate) fn word<T: PartialEq>(words: &[(T, &'static str)], value: T) -> &'static str {
    words.iter().find(|(known, _)| *known == value).map_or("", |(_, word)| word)
}

/// The value of a word.
pub(crate) fn of_word<T: Copy>(words: &[(T, &'static str)], text: &str) -> Result<T, StoreError> {
    words.iter().find(|(_, word)| *word == text).map(|(value, _)| *value).ok_or_else(|| damaged("a word", text))
}

/// The book holds something this program never writes.
pub(crate) fn damaged(what: &str, found: &str) -> StoreError {
    StoreError::Damaged(format!("{what} reads {found:?}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn bytes(cells: &[Cell]) -> Vec<u8> {
        let mut out = Vec::new();
        write_row(cells, &mut out);
        out
    }

    #[test]
    fn no_two_rows_write_the_same_bytes() {
        let rows = [
            vec![Cell::from("ab"), Cell::from("c")],
            vec![Cell::from("a"), Cell::from("bc")],
            vec![Cell::from("abc")],
            vec![Cell::from(b"abc".as_slice())],
            vec![Cell::Null, Cell::from("abc")],
            vec![Cell::from(0i64)],
            vec![Cell::Null],
        ];
        for (i, a) in rows.iter().enumerate() {
            for b in &rows[i + 1..] {
                assert_ne!(bytes(a), bytes(b), "{a:?} {b:?}");
            }
        }
    }

    proptest! {
        #[test]
        fn days_and_dates_are_inverse(n in -40_000i64..80_000) {
            prop_assert_eq!(day(date(n)), n);
        }
    }
}
