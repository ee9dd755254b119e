//! Values a person gives in place of cells that cannot be read. The document keeps its bytes: what was used stands beside
//! what the row said. A row that can be read as it stands is never corrected; the vendor's figures are the vendor's.

use crate::column::Holds;
use crate::problem::{Refusal, shortened};
use crate::recognise::Recognised;
use crate::row::is_suspicious;
use crate::value::{self, Dialect, Mark, day, number};
use std::collections::BTreeMap;

/// A value to use instead of what a cell says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Correction {
    /// Row counted from 1 without the header.
    pub row: u32,
    /// The column as the file names it.
    pub column: String,
    /// What to read there, written like the file's other cells.
    pub value: String,
}

/// A value that was used instead of what a cell says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Corrected {
    /// Row counted from 1 without the header.
    pub row: u32,
    /// The column as the file names it.
    pub column: String,
    /// What the row says, shortened to 60 characters.
    pub said: String,
    /// What was read in its place.
    pub used: String,
}

/// What can stand in a cell instead of a value that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// Nothing: the row is damaged as a whole, or what is wrong lies outside it.
    Elsewhere,
    /// A value only a person knows.
    Typed,
    /// What the cell seems to mean. It reads; whether it is right a person says.
    Proposed(String),
}

/// The cells of one row that are read otherwise: places in the file, and the values.
pub(crate) type Given = [(usize, String)];

/// All corrections of a document, by row.
#[derive(Clone, Debug, Default)]
pub(crate) struct Corrections(BTreeMap<u32, Vec<(usize, String)>>);

impl Corrections {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn of(&self, row: u32) -> &Given {
        self.0.get(&row).map_or(&[], Vec::as_slice)
    }

    /// Refuses corrections that corrected nothing: a row or a cell that reads as it stands.
    pub(crate) fn check(&self, corrected: &[Corrected], columns: &[String]) -> Result<(), Refusal> {
        for (row, given) in &self.0 {
            let mut used = corrected.iter().filter(|c| c.row == *row).map(|c| &c.column).peekable();
            let message = if used.peek().is_none() {
                format!("row {row} has no cell that cannot be read")
            } else {
                let used: Vec<_> = used.collect();
                let named = given.iter().filter_map(|(place, _)| columns.get(*place));
                let Some(idle) = named.into_iter().find(|name| !used.contains(name)) else { continue };
                format!("\"{}\" of row {row} is not what is wrong with it", shortened(idle))
            };
            return Err(wrong(message, "correct only cells with a problem"));
        }
        Ok(())
    }
}

fn wrong(message: String, hint: &str) -> Refusal {
    Refusal::new("E-CORRECTION", message, hint)
}

impl Recognised {
    /// Has cells read otherwise. Fails with `E-CORRECTION` where the file has no such column or a cell is named twice; the
    /// reading does where a row or a cell of it has nothing to correct.
    pub fn correct(&mut self, corrections: &[Correction]) -> Result<(), Refusal> {
        for given in corrections {
            let place = self.columns().iter().position(|name| *name == given.column);
            let place = place.ok_or_else(|| {
                wrong(format!("the file has no column \"{}\"", shortened(&given.column)), "name it as the file does")
            })?;
            let row = self.corrections.0.entry(given.row).or_default();
            if row.iter().any(|(other, _)| *other == place) {
                let message = format!("\"{}\" of row {} is corrected twice", shortened(&given.column), given.row);
                return Err(wrong(message, "say once what to read there"));
            }
            row.push((place, given.value.trim().to_owned()));
        }
        Ok(())
    }
}

/// What a cell of this kind seems to mean that cannot be read as it stands.
pub(crate) fn remedy(cell: &str, holds: Holds, dialect: Dialect) -> Remedy {
    let reads = |text: &str| match holds {
        Holds::Number | Holds::Amount => number::read(text, dialect.decimal).is_ok(),
        Holds::Date => matches!(day::read(text, dialect.dates), Ok(day::Day::On(_))),
        Holds::Currency => value::currency(text).is_some(),
        Holds::Flag => value::flag(text).is_some(),
        Holds::Text | Holds::Id => !text.is_empty(),
    };
    let clean: String = cell.chars().filter(|c| !is_suspicious(*c)).collect();
    let bare = unwrapped(&clean);
    let meant = match holds {
        _ if reads(bare) => None,
        Holds::Number | Holds::Amount => {
            let amid = amid_words(bare);
            amid.clone().filter(|t| reads(t)).or_else(|| {
                let mark = dialect.decimal?;
                let other = if mark == Mark::Point { Mark::Comma } else { Mark::Point };
                let text = number::read(&amid?, Some(other)).ok()?.to_string();
                Some(if mark == Mark::Comma { text.replace('.', ",") } else { text })
            })
        }
        Holds::Date => day::nearest(bare, dialect.dates).map(|date| date.to_string()),
        Holds::Currency | Holds::Flag | Holds::Text | Holds::Id => None,
    };
    let meant = meant.unwrap_or_else(|| bare.to_owned());
    if meant != cell && reads(&meant) { Remedy::Proposed(meant) } else { Remedy::Typed }
}

/// The value of a formula that is only a value: `=27`, `="0001"`.
fn unwrapped(cell: &str) -> &str {
    let Some(inner) = cell.strip_prefix('=') else { return cell };
    let quoted = inner.strip_prefix('"').and_then(|t| t.strip_suffix('"'));
    let plain = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b',' | b'-'));
    quoted.filter(|t| !t.contains('"')).or_else(|| Some(inner).filter(|t| plain(t))).unwrap_or(cell)
}

/// The only number among words: `27` of `27 pcs`. An O at a digit was meant for a nought; an l or an I may be a one or a word.
fn amid_words(cell: &str) -> Option<String> {
    let figure = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | '-' | 'O' | 'o' | 'l' | 'I');
    let mut runs = cell
        .split(|c| !figure(c))
        .map(|run| run.trim_end_matches(['.', ',', '-']))
        .filter(|run| run.bytes().any(|b| b.is_ascii_digit()));
    let only = runs.next()?;
    let doubtful = only.contains(['l', 'I']) || runs.next().is_some();
    (!doubtful).then(|| only.replace(['O', 'o'], "0"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::DateOrder;

    #[test]
    fn a_cell_s_meaning_is_proposed_only_where_it_reads() {
        let points = Dialect { delimiter: b',', decimal: Some(Mark::Point), dates: Some(DateOrder::Dmy) };
        let commas = Dialect { decimal: Some(Mark::Comma), ..points };
        let open = Dialect { decimal: None, dates: None, ..points };
        for (cell, holds, dialect, want) in [
            ("27 pcs", Holds::Number, points, Some("27")),
            ("ca. -27.50 each", Holds::Amount, points, Some("-27.50")),
            ("2 x 14", Holds::Number, points, None),
            ("27pcs", Holds::Number, points, Some("27")),
            ("1O", Holds::Number, points, Some("10")),
            ("2o0 pcs", Holds::Number, points, Some("200")),
            ("1O,5", Holds::Amount, commas, Some("10,5")),
            ("5l", Holds::Number, points, None),
            ("I2", Holds::Number, points, None),
            ("none", Holds::Number, points, None),
            ("2,90", Holds::Amount, points, Some("2.90")),
            ("2.90", Holds::Amount, commas, Some("2,90")),
            ("1,234 pcs", Holds::Number, open, None),
            ("=27", Holds::Number, points, Some("27")),
            ("=\"0001\"", Holds::Text, points, Some("0001")),
            ("=A1+2", Holds::Number, points, None),
            ("31.02.2027", Holds::Date, points, Some("2027-02-28")),
            ("2026-11-31", Holds::Date, open, Some("2026-11-30")),
            ("30/11/26", Holds::Date, points, Some("2026-11-30")),
            ("13/14/2026", Holds::Date, points, None),
            ("Fabri\u{202e}kam", Holds::Text, points, Some("Fabrikam")),
            ("", Holds::Text, points, None),
        ] {
            let remedy = remedy(cell, holds, dialect);
            assert_eq!(remedy, want.map_or(Remedy::Typed, |t| Remedy::Proposed(t.into())), "{cell}");
        }
    }
}
