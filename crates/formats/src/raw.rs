//! A row of a document as it stands there, for showing where a line came from.

use crate::cells::Cells;
use crate::lines::{Chunk, Chunks};
use crate::problem::{Refusal, shortened};
use crate::recognise::Recognised;
use crate::source::Source;
use crate::stream::{CHUNK, DataRows, row_ends};
use crate::{Limits, json, text, unpack};

/// The cells of one row by column name, as the document has them; empty when there is no such row.
pub(crate) fn row(
    source: &dyn Source,
    file: &Recognised,
    limits: &Limits,
    wanted: u32,
) -> Result<Vec<(String, String)>, Refusal> {
    let opened = unpack::open(source, limits)?;
    let mut chunks = Chunks::new(opened.lines, file.ends(), *limits, CHUNK);
    let (mut row_number, mut first) = (0, true);
    while let (Some(Chunk { bytes, .. }), _) = chunks.next(Chunk::default()) {
        let (text, _) = text::utf8(bytes);
        let ends = row_ends(text.as_bytes(), file, limits);
        for row in DataRows::new(&text, &ends, std::mem::take(&mut first), file) {
            row_number += 1;
            if row_number == wanted {
                return Ok(by_column(row, file, limits));
            }
        }
    }
    Ok(Vec::new())
}

fn by_column(row: &str, file: &Recognised, limits: &Limits) -> Vec<(String, String)> {
    let mut cells = Cells::default();
    let cut = if file.is_json() {
        json::object(row, &file.header, &mut cells, limits)
    } else {
        cells.cut(row, file.dialect.delimiter, limits.field)
    };
    if cut.is_err() {
        return vec![("row".to_owned(), shortened(row))];
    }
    file.columns().iter().enumerate().map(|(n, name)| (name.clone(), cells.get(row, n).to_owned())).collect()
}
