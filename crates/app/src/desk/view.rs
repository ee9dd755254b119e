//! Windows on long lists: a list is read once, sorted and searched here, and handed out a screenful at a time.

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
    /// Names of the fields, in the order of the first row that has them.
    fields: Vec<String>,
    rows: Vec<Box<[Value]>>,
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
                let answer = commands::call(session, name, of.2.clone())?;
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
    fn new(of: (String, String, Value), mut answer: Value) -> Result<View, Failure> {
        let list = answer.get_mut(&of.1).map(Value::take);
        let Some(Value::Array(list)) = list else {
            return Err(Failure::usage(format!("\"{}\" has no list \"{}\".", of.0, of.1)));
        };
        let mut fields: Vec<String> = Vec::new();
        let mut rows = Vec::with_capacity(list.len());
        for row in list {
            let Value::Object(mut row) = row else { continue };
            for name in row.keys() {
                if !fields.contains(name) {
                    fields.push(name.clone());
                }
            }
            rows.push(fields.iter().map(|f| row.get_mut(f).map_or(Value::Null, Value::take)).collect());
        }
        Ok(View { of, fields, rows, beside: answer, order: None })
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
        let rows = order.iter().skip(window.from).take(window.count).map(|&at| self.object(at)).collect();
        let page = Page { all: self.rows.len(), found: order.len(), rows, beside: self.beside.clone() };
        self.order = Some((looked, order));
        page
    }

    fn object(&self, at: u32) -> Value {
        let cells = self.rows[at as usize].iter();
        Value::Object(self.fields.iter().zip(cells).map(|(f, v)| (f.clone(), v.clone())).collect())
    }

    fn look(&self, looked: &Looked) -> Vec<u32> {
        let place = |name: &str| self.fields.iter().position(|f| f == name);
        let words: Vec<String> = looked.find.split_whitespace().map(str::to_lowercase).collect();
        let only: Vec<(Option<usize>, &Value)> = looked.only.iter().map(|(f, v)| (place(f), v)).collect();
        let fits = |row: &[Value]| {
            only.iter().all(|(place, wanted)| {
                let cell = place.and_then(|p| row.get(p)).unwrap_or(&Value::Null);
                wanted.as_array().map_or(cell == *wanted, |any| any.contains(cell))
            }) && words.iter().all(|word| row.iter().any(|cell| says(cell, word)))
        };
        let mut order: Vec<u32> = (0u32..).zip(&self.rows).filter(|(_, row)| fits(row)).map(|(at, _)| at).collect();
        if let Some(by) = looked.sort.as_deref().and_then(place) {
            let mut keyed: Vec<(Key, u32)> =
                order.iter().map(|&at| (Key::of(self.rows[at as usize].get(by)), at)).collect();
            // Stable, so that rows that are equal keep the list's own order either way.
            keyed.sort_by(|(a, _), (b, _)| if looked.descending { a.cmp_with(b).reverse() } else { a.cmp_with(b) });
            // What is not there comes last either way.
            let (there, missing): (Vec<_>, Vec<_>) = keyed.into_iter().partition(|(key, _)| *key != Key::Missing);
            order = there.into_iter().chain(missing).map(|(_, at)| at).collect();
        }
        order
    }
}

/// Whether a cell says a word, given in lower case.
fn says(cell: &Value, word: &str) -> bool {
    match cell {
        Value::String(text) => text.to_lowercase().contains(word),
        Value::Number(number) => number.to_string().contains(word),
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
    fn of(cell: Option<&Value>) -> Key {
        match cell {
            Some(Value::Number(n)) => n.to_string().parse().map_or(Key::Missing, Key::Figure),
            Some(Value::String(text)) if text.is_empty() => Key::Missing,
            Some(Value::String(text)) => text.parse().map_or_else(|_| Key::Text(text.to_lowercase()), Key::Figure),
            Some(Value::Bool(yes)) => Key::Figure(Decimal::from(u8::from(*yes))),
            Some(Value::Array(list)) => Key::Figure(Decimal::from(list.len())),
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
