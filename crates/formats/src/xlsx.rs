//! XLSX: the first filled sheet, as the CSV it would be.
//!
//! Numbers become the decimal text Excel shows (15 significant digits), dates ISO 8601, everything else text. From there
//! one path reads both. The declared dimension is ignored, formulas are taken at their stored value, and every entry is
//! unpacked once with a counter before the workbook reader may touch it.

use crate::Limits;
use crate::problem::Refusal;
use calamine::{DataRef, Reader, Xlsx};
use std::io::{Cursor, Read};

/// Whether a ZIP is a workbook.
pub(crate) fn is_workbook(bytes: &[u8]) -> bool {
    zip::ZipArchive::new(Cursor::new(bytes)).is_ok_and(|z| z.index_for_name("xl/workbook.xml").is_some())
}

/// The first sheet with anything in it, as CSV with commas.
pub(crate) fn to_csv(bytes: Vec<u8>, limits: &Limits) -> Result<Vec<u8>, Refusal> {
    check(&bytes, limits)?;
    let damaged = |e: calamine::XlsxError| {
        let hint = "open it in a spreadsheet program and save it again, or export it as CSV";
        Refusal::new("E-FILE-CORRUPT", format!("the workbook cannot be read ({e})"), hint)
    };
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(damaged)?;
    for name in book.sheet_names() {
        let mut cells = match book.worksheet_cells_reader(&name) {
            Ok(cells) => cells,
            Err(calamine::XlsxError::NotAWorksheet(_)) => continue,
            Err(e) => return Err(damaged(e)),
        };
        let mut sheet = Sheet { csv: Vec::new(), row: Vec::new(), width: 0 };
        let (mut current, mut rows) = (0, 0);
        while let Some(cell) = cells.next_cell().map_err(damaged)? {
            let (row, column) = cell.get_position();
            if row != current {
                sheet.end_row();
                current = row;
                rows += 1;
                if rows > limits.xlsx_rows {
                    return Err(Refusal::new(
                        "E-FILE-LIMIT",
                        format!("more than {} rows", limits.xlsx_rows),
                        "split the sheet",
                    ));
                }
            }
            let value = text(cell.get_value());
            if value.is_empty() {
                continue;
            }
            let column = column as usize;
            if column >= limits.columns {
                return Err(Refusal::new(
                    "E-FILE-LIMIT",
                    format!("more than {} columns", limits.columns),
                    "remove the unused ones",
                ));
            }
            if sheet.row.len() <= column {
                sheet.row.resize(column + 1, String::new());
            }
            sheet.row[column] = value;
        }
        sheet.end_row();
        if !sheet.csv.is_empty() {
            return Ok(sheet.csv);
        }
    }
    Ok(Vec::new())
}

/// Unpacks every entry once, counting, so that no lie about a size reaches the workbook reader.
fn check(bytes: &[u8], limits: &Limits) -> Result<(), Refusal> {
    let damaged = |e: zip::result::ZipError| {
        Refusal::new("E-FILE-CORRUPT", format!("the workbook is damaged ({e})"), "fetch the file again")
    };
    if bytes.len() as u64 > limits.xlsx_packed {
        let text = format!("the workbook is larger than {} MiB", limits.xlsx_packed >> 20);
        return Err(Refusal::new("E-FILE-TOO-LARGE", text, "export the sheet as CSV"));
    }
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(damaged)?;
    if archive.len() > limits.entries {
        return Err(Refusal::new(
            "E-FILE-LIMIT",
            format!("the workbook has {} entries", archive.len()),
            "export the sheet as CSV",
        ));
    }
    let mut total = 0u64;
    for n in 0..archive.len() {
        let entry = archive.by_index(n).map_err(damaged)?;
        let packed = entry.compressed_size().max(1);
        // A small entry may repeat itself: a sheet of equal cells is no bomb.
        let most = (packed.saturating_mul(limits.xlsx_ratio)).max(16 << 20).min(limits.xlsx);
        let size = std::io::copy(&mut entry.take(most + 1), &mut std::io::sink()).map_err(Refusal::from_io)?;
        total += size;
        if size > most || total > limits.xlsx {
            let text = format!(
                "the workbook grows more than {} times, or beyond {} MiB",
                limits.xlsx_ratio,
                limits.xlsx >> 20
            );
            return Err(Refusal::new("E-FILE-BOMB", text, "export the sheet as CSV"));
        }
    }
    Ok(())
}

struct Sheet {
    csv: Vec<u8>,
    row: Vec<String>,
    width: usize,
}

impl Sheet {
    /// Writes the row, filled up to the width of the header.
    fn end_row(&mut self) {
        let filled = self.row.iter().rposition(|c| !c.is_empty()).map_or(0, |last| last + 1);
        self.row.resize(filled, String::new());
        if filled == 0 {
            return;
        }
        self.width = if self.csv.is_empty() { filled } else { self.width };
        self.row.resize(filled.max(self.width), String::new());
        for (n, cell) in self.row.iter().enumerate() {
            if n > 0 {
                self.csv.push(b',');
            }
            if cell.bytes().any(|b| matches!(b, b',' | b'"' | b'\n' | b'\r')) {
                self.csv.push(b'"');
                self.csv.extend_from_slice(cell.replace('"', "\"\"").as_bytes());
                self.csv.push(b'"');
            } else {
                self.csv.extend_from_slice(cell.as_bytes());
            }
        }
        self.csv.push(b'\n');
        self.row.clear();
    }
}

fn text(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Empty => String::new(),
        DataRef::String(s) => s.clone(),
        DataRef::SharedString(s) => (*s).to_owned(),
        DataRef::Int(n) => n.to_string(),
        // Excel works with 15 significant digits; the digits behind them are noise of the binary form.
        DataRef::Float(v) => match engine::Decimal::from_scientific(&format!("{v:.14e}")) {
            Ok(exact) => exact.normalize().to_string(),
            Err(_) => v.to_string(),
        },
        DataRef::Bool(b) => b.to_string(),
        DataRef::DateTime(d) => {
            let (year, month, day, hour, minute, second, _) = d.to_ymd_hms_milli();
            if (hour, minute, second) == (0, 0, 0) {
                format!("{year:04}-{month:02}-{day:02}")
            } else {
                format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")
            }
        }
        DataRef::DateTimeIso(s) | DataRef::DurationIso(s) => s.clone(),
        DataRef::Error(e) => e.to_string(),
    }
}
