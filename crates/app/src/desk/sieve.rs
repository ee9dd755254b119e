//! Which rows of a list are found, and what they are sorted by.

use super::rows::{Row, Rows, unquoted};
use super::view::Window;
use engine::Decimal;
use serde::Serialize;
use serde_json::{Map, Value};
use std::cmp::Ordering;

/// What decides which rows are found, and in which order.
#[derive(Debug, PartialEq)]
pub(super) struct Sieve {
    sort: Option<String>,
    descending: bool,
    /// In lower case.
    words: Vec<String>,
    /// Fields, and the JSON texts they may have.
    only: Vec<(String, Vec<String>)>,
}

impl Sieve {
    pub(super) fn of(window: &Window) -> Sieve {
        let only = |only: &Map<String, Value>| only.iter().map(|(field, any)| (field.clone(), texts(any))).collect();
        Sieve {
            sort: window.sort.clone(),
            descending: window.descending,
            words: window.find.split_whitespace().map(str::to_lowercase).collect(),
            only: only(&window.only),
        }
    }

    /// Whether it leaves the list as it is.
    pub(super) fn is_open(&self) -> bool {
        self.sort.is_none() && self.words.is_empty() && self.only.is_empty()
    }

    /// A looker at rows.
    pub(super) fn looker(&self) -> Looker<'_> {
        Looker { sieve: self, row: Rows::default(), found: Vec::new() }
    }

    /// What a row is sorted by, if it is found.
    fn key(&self, rows: &Rows, row: &Row<'_>) -> Option<Key> {
        let fits = self.only.iter().all(|(field, any)| {
            let cell = rows.field(field).map_or("null", |f| row.cell(f));
            any.iter().any(|wanted| wanted == cell)
        }) && self.words.iter().all(|word| row.cells().any(|cell| says(cell, word)));
        let by = self.sort.as_deref().and_then(|field| rows.field(field));
        fits.then(|| by.map_or(Key::Missing, |by| Key::of(row.cell(by))))
    }

    /// The places of the rows found, in order.
    pub(super) fn order(&self, mut found: Vec<(Key, u32)>) -> Vec<u32> {
        found.sort_unstable_by_key(|(_, at)| *at);
        // Stable, so that rows that are equal keep the list's own order either way.
        found.sort_by(|(a, _), (b, _)| if self.descending { a.cmp_with(b).reverse() } else { a.cmp_with(b) });
        // What is not there comes last either way.
        let (there, missing): (Vec<_>, Vec<_>) = found.into_iter().partition(|(key, _)| *key != Key::Missing);
        there.into_iter().chain(missing).map(|(_, at)| at).collect()
    }
}

/// Looks at rows, and keeps the places of those found.
pub(crate) struct Looker<'s> {
    sieve: &'s Sieve,
    /// Room for one row.
    row: Rows,
    found: Vec<(Key, u32)>,
}

impl Looker<'_> {
    /// Looks at the row at a place.
    pub(crate) fn see(&mut self, place: usize, row: &impl Serialize) {
        if let (Some(rows), Ok(at)) = (self.row.of_one(row), u32::try_from(place)) {
            self.found.extend(self.sieve.key(rows, &rows.row(0)).map(|key| (key, at)));
        }
    }

    /// Looks at all of these.
    pub(super) fn see_all(&mut self, rows: &Rows) {
        let keyed = (0u32..).zip(rows.all());
        self.found.extend(keyed.filter_map(|(at, row)| Some((self.sieve.key(rows, &row)?, at))));
    }

    /// What was found, in no order.
    pub(super) fn found(self) -> Vec<(Key, u32)> {
        self.found
    }
}

/// The JSON texts of a value, or of any of several.
fn texts(wanted: &Value) -> Vec<String> {
    wanted.as_array().map_or_else(|| vec![wanted.to_string()], |any| any.iter().map(Value::to_string).collect())
}

/// Whether a cell says a word, given in lower case.
fn says(cell: &str, word: &str) -> bool {
    match cell.as_bytes().first() {
        Some(b'"') => {
            let text = unquoted(cell);
            if text.is_ascii() {
                let (text, word) = (text.as_bytes(), word.as_bytes());
                text.windows(word.len()).any(|part| part.eq_ignore_ascii_case(word))
            } else {
                text.to_lowercase().contains(word)
            }
        }
        Some(b'-' | b'0'..=b'9') => cell.contains(word),
        _ => false,
    }
}

/// What a cell is sorted by: figures by their value, texts without case.
#[derive(PartialEq)]
pub(super) enum Key {
    Figure(Decimal),
    Text(String),
    Missing,
}

impl Key {
    fn of(cell: &str) -> Key {
        match cell.as_bytes().first() {
            Some(b'"') => match &*unquoted(cell) {
                "" => Key::Missing,
                text => text.parse().map_or_else(|_| Key::Text(text.to_lowercase()), Key::Figure),
            },
            Some(b'-' | b'0'..=b'9') => cell.parse().map_or(Key::Missing, Key::Figure),
            Some(b't') => Key::Figure(Decimal::ONE),
            Some(b'f') => Key::Figure(Decimal::ZERO),
            Some(b'[') => {
                let list: Result<Vec<serde::de::IgnoredAny>, _> = serde_json::from_str(cell);
                list.map_or(Key::Missing, |list| Key::Figure(Decimal::from(list.len())))
            }
            _ => Key::Missing,
        }
    }

    fn cmp_with(&self, other: &Key) -> Ordering {
        match (self, other) {
            (Key::Figure(a), Key::Figure(b)) => a.cmp(b),
            (Key::Text(a), Key::Text(b)) => a.cmp(b),
            (Key::Figure(_), Key::Text(_)) => Ordering::Less,
            (Key::Text(_), Key::Figure(_)) => Ordering::Greater,
            _ => Ordering::Equal,
        }
    }
}
