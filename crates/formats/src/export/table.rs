//! A table as it is shown, as CSV (RFC 4180) or as a workbook.
//!
//! Numbers stay numbers. A text a spreadsheet would take for a formula gets an apostrophe in CSV, which our own readers
//! take off again; in a workbook every text is a typed string cell, which no program evaluates.

use engine::{Date, Decimal, Money};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};
use std::io::{self, Write};

/// One value of a table.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Nothing.
    Empty,
    /// Any text, whatever it holds.
    Text(String),
    /// A number, with the digits it has.
    Number(Decimal),
    /// An amount, with its currency's digits; the currency is a column of its own or part of the header.
    Amount(Money),
    /// A day.
    Date(Date),
}

/// Why a table could not be written.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// The writer failed.
    #[error("could not write the table")]
    Io(#[from] io::Error),
    /// More rows or columns than a worksheet has.
    #[error("a worksheet holds 1,048,576 rows and 16,384 columns; write CSV instead")]
    TooLarge,
    /// A text longer than a cell may hold.
    #[error("row {row}, column {column}: a workbook's cell holds 32,767 characters; write CSV instead")]
    TooLong {
        /// Row, from 1 without the header.
        row: u32,
        /// Column, from 1.
        column: u16,
    },
    /// The workbook could not be made.
    #[error("could not write the workbook: {0}")]
    Workbook(XlsxError),
}

impl From<XlsxError> for TableError {
    fn from(error: XlsxError) -> TableError {
        match error {
            XlsxError::RowColumnLimitError => TableError::TooLarge,
            XlsxError::IoError(error) => TableError::Io(error),
            other => TableError::Workbook(other),
        }
    }
}

/// Writes a table as CSV in UTF-8, its header first.
pub fn table_csv(
    headers: &[&str],
    rows: impl IntoIterator<Item = Vec<Cell>>,
    to: &mut impl Write,
) -> Result<(), TableError> {
    let mut line = Row::default();
    line.write(headers.iter().map(|h| Cell::Text((*h).to_owned())), to)?;
    for row in rows {
        line.write(row, to)?;
    }
    Ok(to.flush()?)
}

/// Writes rows of CSV; keeps its buffer between them.
#[derive(Default)]
pub(super) struct Row {
    line: String,
}

impl Row {
    pub(super) fn write(&mut self, cells: impl IntoIterator<Item = Cell>, to: &mut impl Write) -> io::Result<()> {
        use std::fmt::Write as _;
        self.line.clear();
        for (i, cell) in cells.into_iter().enumerate() {
            if i > 0 {
                self.line.push(',');
            }
            // Writing to a string cannot fail.
            let _ = match cell {
                Cell::Empty => Ok(()),
                Cell::Text(text) => {
                    field(&mut self.line, &text);
                    Ok(())
                }
                Cell::Number(number) => write!(self.line, "{number}"),
                Cell::Amount(amount) => write!(self.line, "{amount}"),
                Cell::Date(date) => write!(self.line, "{date}"),
            };
        }
        self.line.push_str("\r\n");
        to.write_all(self.line.as_bytes())
    }
}

/// Adds a text as a CSV field, guarded and quoted where it must be.
fn field(line: &mut String, text: &str) {
    let guard = if looks_like_formula(text) { "'" } else { "" };
    let quote = text.contains([',', '"', '\r', '\n']) || text.starts_with(' ') || text.ends_with(' ');
    if !quote {
        line.push_str(guard);
        line.push_str(text);
        return;
    }
    line.push('"');
    line.push_str(guard);
    for (i, part) in text.split('"').enumerate() {
        if i > 0 {
            line.push_str("\"\"");
        }
        line.push_str(part);
    }
    line.push('"');
}

/// Whether a spreadsheet might evaluate a text: it begins with a formula sign, after spaces or not, in ASCII or full width,
/// or with a tab or line break, which some programs drop.
fn looks_like_formula(text: &str) -> bool {
    if text.starts_with(['\t', '\r', '\n']) {
        return true;
    }
    let invisible =
        |c: char| c.is_whitespace() || c.is_control() || matches!(c, '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}');
    text.trim_start_matches(invisible).starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠'])
}

/// Characters a workbook's cell may hold.
const LONGEST: usize = 32_767;
/// Digits a workbook's number carries exactly.
const EXACT_DIGITS: usize = 15;

/// Writes a table as a workbook of one sheet, its header bold and always in view.
///
/// A number of more digits than a workbook can carry exactly is written as text.
pub fn table_xlsx(
    headers: &[&str],
    rows: impl IntoIterator<Item = Vec<Cell>>,
    to: &mut impl Write,
) -> Result<(), TableError> {
    let mut workbook = Workbook::new();
    // The moment of writing is nobody's business: the same table gives the same bytes.
    let made = ExcelDateTime::from_ymd(2000, 1, 1)?;
    workbook.set_properties(&DocProperties::new().set_creation_datetime(&made));
    let sheet = workbook.add_worksheet();
    let bold = Format::new().set_bold();
    for (column, header) in (0u16..).zip(headers) {
        sheet.write_string_with_format(0, column, *header, &bold)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    for (row, cells) in (1u32..).zip(rows) {
        for (column, cell) in (0u16..).zip(cells) {
            write_cell(sheet, row, column, cell)?;
        }
    }
    sheet.autofit();
    Ok(to.write_all(&workbook.save_to_buffer()?)?)
}

fn write_cell(sheet: &mut Worksheet, row: u32, column: u16, cell: Cell) -> Result<(), TableError> {
    match cell {
        Cell::Empty => {}
        Cell::Text(text) if text.is_empty() => {}
        Cell::Text(text) => {
            if text.chars().count() > LONGEST {
                return Err(TableError::TooLong { row, column: column + 1 });
            }
            sheet.write_string(row, column, text)?;
        }
        Cell::Number(number) => write_number(sheet, row, column, number)?,
        Cell::Amount(amount) => write_number(sheet, row, column, amount.value())?,
        Cell::Date(date) => {
            let day = ExcelDateTime::parse_from_str(&date.to_string())?;
            sheet.write_datetime_with_format(row, column, &day, &Format::new().set_num_format("yyyy-mm-dd"))?;
        }
    }
    Ok(())
}

fn write_number(sheet: &mut Worksheet, row: u32, column: u16, number: Decimal) -> Result<(), TableError> {
    let text = number.to_string();
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    match text.parse::<f64>() {
        Ok(value) if digits <= EXACT_DIGITS => {
            let places = number.scale() as usize;
            let shown = if places == 0 { "0".to_owned() } else { format!("0.{}", "0".repeat(places)) };
            sheet.write_number_with_format(row, column, value, &Format::new().set_num_format(shown))?;
        }
        _ => {
            sheet.write_string(row, column, text)?;
        }
    }
    Ok(())
}
