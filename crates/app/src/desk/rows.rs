//! The rows of a long list as the JSON they were written as: one text, and where each cell of it stands. A hundred thousand
//! rows are a few large pieces of memory this way, and not a million small ones.

use serde::Serialize;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::ops::Range;

/// Rows of one list.
#[derive(Default)]
pub(super) struct Rows {
    text: String,
    /// Names of the fields, in the order of the first row that has them.
    fields: Vec<String>,
    /// The cells of all rows, one row behind the other.
    cells: Vec<Range<u32>>,
    /// Where each row ends among the cells.
    ends: Vec<u32>,
}

/// One row. It may have fewer cells than there are fields.
pub(super) struct Row<'r> {
    text: &'r str,
    cells: &'r [Range<u32>],
}

impl Rows {
    /// The rows under `list` of an answer, and what the answer says beside them; nothing where it has no such list.
    pub(super) fn read(text: String, list: &str) -> Option<(Rows, Value)> {
        let Fields(answer) = serde_json::from_str(&text).ok()?;
        let mut rows = Rows::default();
        let mut found = false;
        let mut beside = Map::new();
        for (name, value) in answer {
            if name == list {
                let list: Vec<&RawValue> = serde_json::from_str(value.get()).ok()?;
                rows.ends.reserve(list.len());
                list.into_iter().try_for_each(|row| rows.add(row.get(), &text))?;
                found = true;
            } else {
                beside.insert(name.to_owned(), serde_json::from_str(value.get()).ok()?);
            }
        }
        rows.text = text;
        found.then_some((rows, Value::Object(beside)))
    }

    /// This one row in place of those there were, in the room they took.
    pub(super) fn of_one(&mut self, row: &impl Serialize) -> Option<&Rows> {
        let mut text = std::mem::take(&mut self.text).into_bytes();
        text.clear();
        serde_json::to_writer(&mut text, row).ok()?;
        let text = String::from_utf8(text).ok()?;
        self.cells.clear();
        self.ends.clear();
        self.add(&text, &text)?;
        self.text = text;
        Some(self)
    }

    /// Adds the row that this piece of `text` is.
    fn add(&mut self, row: &str, text: &str) -> Option<()> {
        let Fields(cells) = serde_json::from_str(row).ok()?;
        let start = self.cells.len();
        for (n, (name, value)) in cells.into_iter().enumerate() {
            // Rows are written by one struct, so that a field is nearly always where it was in the row before.
            let place = match self.fields.get(n).filter(|field| **field == name) {
                Some(_) => n,
                None => self.field(name).unwrap_or_else(|| {
                    self.fields.push(name.to_owned());
                    self.fields.len() - 1
                }),
            };
            let from = value.get().as_ptr() as usize - text.as_ptr() as usize;
            let cell = u32::try_from(from).ok()?..u32::try_from(from + value.get().len()).ok()?;
            self.cells.resize(self.cells.len().max(start + place + 1), 0..0);
            self.cells[start + place] = cell;
        }
        self.ends.push(u32::try_from(self.cells.len()).ok()?);
        Some(())
    }

    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The place of a field in every row.
    pub(super) fn field(&self, name: &str) -> Option<usize> {
        self.fields.iter().position(|f| f == name)
    }

    pub(super) fn all(&self) -> impl Iterator<Item = Row<'_>> {
        (0..self.len()).map(|n| self.row(n))
    }

    pub(super) fn row(&self, n: usize) -> Row<'_> {
        let start = n.checked_sub(1).map_or(0, |before| self.ends[before] as usize);
        Row { text: &self.text, cells: &self.cells[start..self.ends[n] as usize] }
    }

    /// A row as an object, every field in its place.
    pub(super) fn object(&self, at: usize) -> Value {
        let row = self.row(at);
        let value = |n| serde_json::from_str(row.cell(n)).unwrap_or(Value::Null);
        Value::Object(self.fields.iter().enumerate().map(|(n, field)| (field.clone(), value(n))).collect())
    }
}

impl<'r> Row<'r> {
    /// The JSON text of a cell.
    pub(super) fn cell(&self, field: usize) -> &'r str {
        let range = self.cells.get(field).filter(|r| !r.is_empty());
        range.map_or("null", |r| &self.text[r.start as usize..r.end as usize])
    }

    pub(super) fn cells(&self) -> impl Iterator<Item = &'r str> {
        (0..self.cells.len()).map(|n| self.cell(n))
    }
}

/// The text of a JSON string.
pub(super) fn unquoted(cell: &str) -> Cow<'_, str> {
    let inner = cell.strip_prefix('"').and_then(|c| c.strip_suffix('"')).unwrap_or(cell);
    if inner.contains('\\') {
        serde_json::from_str(cell).map_or(Cow::Borrowed(inner), Cow::Owned)
    } else {
        Cow::Borrowed(inner)
    }
}

/// An object's fields, their values unread. The names of ours need no escapes.
struct Fields<'a>(Vec<(&'a str, &'a RawValue)>);

impl<'de> Deserialize<'de> for Fields<'de> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Each;
        impl<'de> Visitor<'de> for Each {
            type Value = Fields<'de>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields<'de>, A::Error> {
                let mut fields = Vec::with_capacity(24);
                while let Some(field) = map.next_entry()? {
                    fields.push(field);
                }
                Ok(Fields(fields))
            }
        }
        from.deserialize_map(Each)
    }
}
