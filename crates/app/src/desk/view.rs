//! Windows on long lists: a list is read once, sorted and searched here, and handed out a screenful at a time.

use super::rows::{Row, Rows, unquoted};
use crate::{Failure, Session, commands};
use engine::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::cmp::Ordering;

/// Which rows of a list are wanted.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Window {
    /// The first row, from 0.
    #[serde(default)]
    pub from: usize,
    /// At most so many.
    #[serde(default)]
    pub count: usize,
    /// Sorted by this field; in the list's own order without one.
    #[serde(default)]
    pub sort: Option<String>,
    /// From the greatest down.
    #[serde(default)]
    pub descending: bool,
    /// Only rows in which every word of this occurs somewhere, in any case.
    #[serde(default)]
    pub find: String,
    /// Only rows whose fields have one of these values.
    #[serde(default)]
    pub only: Map<String, Value>,
}

/// Rows of a list.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Page {
    /// All rows of the list.
    pub all: usize,
    /// Those that were looked for.
    pub found: usize,
    /// The rows of the window.
    pub rows: Vec<Value>,
    /// What the answer says beside its rows.
    pub beside: Value,
}

/// The lists read so far.
#[derive(Default)]
pub(super) struct Views(Vec<View>);

/// Lists kept at a time: those of one screen.
const KEPT: usize = 4;

struct View {
    /// Command, array and request.
    of: (String, String, Value),
    rows: Rows,
    beside: Value,
    /// The rows found, in order, for the last window asked for.
    order: Option<(Looked, Vec<u32>)>,
}

/// What decides which rows are found, and in which order.
#[derive(PartialEq)]
struct Looked {
    sort: Option<String>,
    descending: bool,
    find: String,
    only: Map<String, Value>,
}

impl Views {
    /// A window on a list, read if it is not there yet.
    pub(super) fn page(
        &mut self,
        session: &mut Session,
        name: &str,
        rows: &str,
        ask: Value,
        window: &Window,
    ) -> Result<Value, Failure> {
        let of = (name.to_owned(), rows.to_owned(), ask);
        let at = match self.0.iter().position(|view| view.of == of) {
            Some(at) => at,
            None => {
                let answer = commands::call_for_text(session, name, of.2.clone())?;
                if self.0.len() == KEPT {
                    self.0.remove(0);
                }
                self.0.push(View::new(of, answer)?);
                self.0.len() - 1
            }
        };
        let page = self.0[at].page(window);
        serde_json::to_value(page).map_err(|e| Failure::new("E-BUG", format!("The rows could not be written: {e}.")))
    }
}

impl View {
    fn new(of: (String, String, Value), answer: String) -> Result<View, Failure> {
        let (rows, beside) = Rows::read(answer, &of.1)
            .ok_or_else(|| Failure::usage(format!("\"{}\" has no list \"{}\".", of.0, of.1)))?;
        Ok(View { of, rows, beside, order: None })
    }

    fn page(&mut self, window: &Window) -> Page {
        let looked = Looked {
            sort: window.sort.clone(),
            descending: window.descending,
            find: window.find.clone(),
            only: window.only.clone(),
        };
        let order = match self.order.take() {
            Some((last, order)) if last == looked => order,
            _ => self.look(&looked),
        };
        let rows = order.iter().skip(window.from).take(window.count).map(|&at| self.rows.object(at)).collect();
        let page = Page { all: self.rows.len(), found: order.len(), rows, beside: self.beside.clone() };
        self.order = Some((looked, order));
        page
    }

    fn look(&self, looked: &Looked) -> Vec<u32> {
        let words: Vec<String> = looked.find.split_whitespace().map(str::to_lowercase).collect();
        let only: Vec<(Option<usize>, Vec<String>)> =
            looked.only.iter().map(|(field, wanted)| (self.rows.field(field), texts(wanted))).collect();
        let fits = |row: &Row<'_>| {
            only.iter().all(|(field, any)| {
                let cell = field.map_or("null", |f| row.cell(f));
                any.iter().any(|wanted| wanted == cell)
            }) && words.iter().all(|word| row.cells().any(|cell| says(cell, word)))
        };
        let found = (0u32..).zip(self.rows.all()).filter(|(_, row)| fits(row));
        let Some(by) = looked.sort.as_deref().and_then(|field| self.rows.field(field)) else {
            return found.map(|(at, _)| at).collect();
        };
        let mut keyed: Vec<(Key, u32)> = found.map(|(at, row)| (Key::of(row.cell(by)), at)).collect();
        // Stable, so that rows that are equal keep the list's own order either way.
        keyed.sort_by(|(a, _), (b, _)| if looked.descending { a.cmp_with(b).reverse() } else { a.cmp_with(b) });
        // What is not there comes last either way.
        let (there, missing): (Vec<_>, Vec<_>) = keyed.into_iter().partition(|(key, _)| *key != Key::Missing);
        there.into_iter().chain(missing).map(|(_, at)| at).collect()
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
enum Key {
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
