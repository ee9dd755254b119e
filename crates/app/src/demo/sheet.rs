//! A CSV file in the making: cells are set by the name of their column, so that a line reads like what it says.

use formats::Kind;
use std::fmt::Display;

/// A file of a known kind, with its documented columns in their documented order.
pub struct Sheet {
    columns: Vec<&'static str>,
    text: String,
}

impl Sheet {
    /// The header alone.
    pub fn new(kind: Kind) -> Sheet {
        let columns: Vec<&'static str> = kind.columns().iter().map(|c| c.name).collect();
        let text = columns.join(",") + "\n";
        Sheet { columns, text }
    }

    /// Begins a row; [`Row::end`] writes it.
    pub fn row(&mut self) -> Row<'_> {
        let cells = vec![String::new(); self.columns.len()];
        Row { sheet: self, cells }
    }

    /// The whole file.
    pub fn into_text(self) -> String {
        self.text
    }
}

/// One row: cells not set stay empty.
pub struct Row<'s> {
    sheet: &'s mut Sheet,
    cells: Vec<String>,
}

impl Row<'_> {
    /// Fills the cell of a column.
    pub fn set(mut self, column: &str, value: impl Display) -> Self {
        let place = self.sheet.columns.iter().position(|c| *c == column);
        debug_assert!(place.is_some(), "no column {column}");
        if let Some(cell) = place.and_then(|n| self.cells.get_mut(n)) {
            *cell = quoted(value.to_string());
        }
        self
    }

    /// Writes the row.
    pub fn end(self) {
        self.sheet.text += &self.cells.join(",");
        self.sheet.text.push('\n');
    }
}

fn quoted(text: String) -> String {
    if text.contains([',', '"', '\n']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}
