//! One row, read column by column: every cell is typed and checked, and every fault becomes a problem with its column.

use crate::cells::Cells;
use crate::column::{Column, Holds};
use crate::correct::{Given, Remedy, remedy};
use crate::problem::{Problem, is_override, shortened};
use crate::value::day::Day;
use crate::value::{self, Dialect, Wrong};
use engine::register::{BillingPlan, Term};
use engine::{Currency, Date, Decimal, Names, Period, SourceId, Symbol};

/// Which place in the file each column of a kind has.
pub(crate) type Places = Vec<Option<usize>>;

/// The row being read. Asking for a cell that is wrong records a problem and gives a stand-in value; a row with
/// problems is never kept.
pub(crate) struct Row<'a> {
    pub(crate) columns: &'static [Column],
    pub(crate) places: &'a Places,
    /// Names of the file's columns, for problems.
    pub(crate) header: &'a [String],
    pub(crate) dialect: Dialect,
    pub(crate) text: &'a str,
    pub(crate) cells: &'a Cells,
    /// What a person said stands in some cells.
    pub(crate) given: &'a Given,
    pub(crate) number: u32,
    pub(crate) names: &'a mut Names,
    pub(crate) problems: &'a mut Vec<Problem>,
}

impl<'a> Row<'a> {
    /// The cell of a column, trimmed; empty when the file has no such column.
    pub(crate) fn cell(&self, column: usize) -> &'a str {
        match self.places.get(column) {
            Some(Some(place)) => trimmed(self.at(*place)),
            _ => "",
        }
    }

    /// What stands at a place of the file, or was given in its stead.
    fn at(&self, place: usize) -> &'a str {
        let given = self.given.iter().find(|(at, _)| *at == place);
        given.map_or_else(|| self.cells.get(self.text, place), |(_, value)| value.as_str())
    }

    /// Records a problem with a cell, one for each. A formula is named as one, whatever was wanted in its place.
    pub(crate) fn wrong(&mut self, column: usize, code: &'static str, hint: impl Into<String>) {
        let place = self.places.get(column).copied().flatten();
        let name =
            place.and_then(|p| self.header.get(p)).map_or_else(|| self.columns[column].name.to_owned(), String::clone);
        if self.problems.iter().rev().take_while(|p| p.row == self.number).any(|p| p.column == name) {
            return;
        }
        let cell = self.cell(column);
        let (code, hint) = if cell.starts_with('=') {
            ("P-FORMULA", "replace the formula by its value".to_owned())
        } else {
            (code, hint.into())
        };
        let remedy = match place {
            Some(_) => remedy(cell, self.columns[column].holds, self.dialect),
            None => Remedy::Elsewhere,
        };
        self.problems.push(Problem { row: self.number, column: name, value: shortened(cell), code, hint, remedy });
    }

    /// A text as a symbol, without the apostrophe our own exports put before a formula sign.
    pub(crate) fn text(&mut self, column: usize) -> Symbol {
        let cell = self.plain_text(column);
        self.names.intern(cell)
    }

    /// A text that must be there.
    pub(crate) fn needed_text(&mut self, column: usize) -> Symbol {
        if self.cell(column).is_empty() {
            self.missing(column);
        }
        self.text(column)
    }

    /// A text as it is, checked for formulas.
    pub(crate) fn plain_text(&mut self, column: usize) -> &'a str {
        let cell = self.cell(column);
        match cell.as_bytes() {
            [b'=', ..] => {
                self.wrong(column, "P-FORMULA", "");
                ""
            }
            [b'\'', b'=' | b'+' | b'-' | b'@', ..] => &cell[1..],
            _ => cell,
        }
    }

    /// An id as text: without the apostrophe of a guarded cell.
    fn id_text(&mut self, column: usize) -> &'a str {
        let cell = self.plain_text(column);
        cell.strip_prefix('\'').unwrap_or(cell)
    }

    /// An id as a symbol.
    pub(crate) fn code(&mut self, column: usize) -> Symbol {
        let cell = self.id_text(column);
        self.names.intern(cell)
    }

    /// A SKU id: padded to four digits when it is all digits, because spreadsheets eat leading zeros.
    pub(crate) fn sku(&mut self, column: usize) -> Symbol {
        let cell = self.id_text(column);
        self.padded(cell)
    }

    /// A SKU id with the zeros spreadsheets eat.
    pub(crate) fn padded(&mut self, sku: &str) -> Symbol {
        if (1..4).contains(&sku.len()) && sku.bytes().all(|b| b.is_ascii_digit()) {
            return self.names.intern(&format!("{sku:0>4}"));
        }
        self.names.intern(sku)
    }

    /// A GUID in any case, or another id as text. What looks like a GUID and is none is a problem.
    pub(crate) fn id(&mut self, column: usize) -> SourceId {
        let cell = self.id_text(column);
        let id = self.names.source_id(cell);
        let dashes = || cell.bytes().filter(|&b| b == b'-').count();
        if matches!(id, SourceId::Text(_)) && (cell.len() == 36 || dashes() == 4) && cell.len() > 24 {
            self.wrong(column, "P-GUID", "restore the id from the original file; it is damaged");
        }
        id
    }

    /// An id that must be there.
    pub(crate) fn needed_id(&mut self, column: usize) -> SourceId {
        if self.cell(column).is_empty() {
            self.missing(column);
        }
        self.id(column)
    }

    fn missing(&mut self, column: usize) {
        self.wrong(column, "P-MISSING", "fill in the value");
    }

    fn wrong_value(&mut self, column: usize, wrong: Wrong) {
        let (code, hint) = match wrong {
            Wrong::Number => ("P-NUMBER", "write a number such as 1234.56"),
            Wrong::NumberAmbiguous => {
                ("P-NUMBER-AMBIGUOUS", "say which mark is the decimal mark: --decimal point or comma")
            }
            Wrong::NumberRange => ("P-NUMBER-RANGE", "check the number; it is too large to be right"),
            Wrong::Date => ("P-DATE", "write a date such as 2026-10-31"),
            Wrong::DateAmbiguous => ("P-DATE-AMBIGUOUS", "say which comes first: --date-order dmy or mdy"),
            Wrong::DateRange => ("P-DATE-RANGE", "check the year; dates from 2000 to 2100 are accepted"),
            Wrong::Formula => ("P-FORMULA", "replace the formula by its value"),
        };
        self.wrong(column, code, hint);
    }

    /// A number; `None` for an empty cell.
    pub(crate) fn maybe_number(&mut self, column: usize) -> Option<Decimal> {
        let cell = self.cell(column);
        if cell.is_empty() {
            return None;
        }
        match value::number::read(cell, self.dialect.decimal) {
            Ok(n) => Some(n),
            Err(wrong) => {
                self.wrong_value(column, wrong);
                None
            }
        }
    }

    /// A number; nothing for an empty cell.
    pub(crate) fn number(&mut self, column: usize) -> Decimal {
        self.maybe_number(column).unwrap_or_default()
    }

    /// A number that must be there.
    pub(crate) fn needed_number(&mut self, column: usize) -> Decimal {
        if self.cell(column).is_empty() {
            self.missing(column);
        }
        self.number(column)
    }

    /// An amount of money within 10^12 minor units; nothing for an empty cell.
    pub(crate) fn amount(&mut self, column: usize, currency: Currency) -> Decimal {
        let amount = self.number(column);
        // 10^12 minor units are a 1 with 12 zeros shifted by the digits of the currency.
        if amount.abs() > Decimal::new(1_000_000_000_000, currency.digits()) {
            self.wrong(column, "P-AMOUNT-RANGE", "check the amount; it is too large to be right");
        }
        amount
    }

    /// An amount that must be there.
    pub(crate) fn needed_amount(&mut self, column: usize, currency: Currency) -> Decimal {
        if self.cell(column).is_empty() {
            self.missing(column);
        }
        self.amount(column, currency)
    }

    /// A date; placeholders of the far past and future and empty cells are no date.
    pub(crate) fn date(&mut self, column: usize) -> Option<Date> {
        match self.day(column)? {
            Day::On(date) => Some(date),
            Day::Before | Day::After => None,
        }
    }

    /// A date or a placeholder.
    pub(crate) fn day(&mut self, column: usize) -> Option<Day> {
        let cell = self.cell(column);
        if cell.is_empty() {
            return None;
        }
        match value::day::read(cell, self.dialect.dates) {
            Ok(day) => Some(day),
            Err(wrong) => {
                self.wrong_value(column, wrong);
                None
            }
        }
    }

    /// A date that must be there and be one.
    pub(crate) fn needed_date(&mut self, column: usize) -> Option<Date> {
        if self.cell(column).is_empty() {
            self.missing(column);
            return None;
        }
        self.sure_date(column)
    }

    /// A date that is no placeholder; `None` for an empty cell.
    pub(crate) fn sure_date(&mut self, column: usize) -> Option<Date> {
        match self.day(column)? {
            Day::On(date) => Some(date),
            Day::Before | Day::After => {
                self.wrong_value(column, Wrong::DateRange);
                None
            }
        }
    }

    /// The days between two inclusive columns; both or none.
    pub(crate) fn period(&mut self, first: usize, last: usize) -> Option<Period> {
        let (from, to) = (self.sure_date(first), self.sure_date(last));
        let period = Period::inclusive(from?, to?);
        if period.is_none() {
            self.wrong(last, "P-PERIOD", "check both dates; the period ends before it starts");
        }
        period
    }

    /// A currency; the stand-in for an empty or wrong cell is the other one given.
    pub(crate) fn currency(&mut self, column: usize, otherwise: Option<Currency>) -> Currency {
        let cell = self.cell(column);
        match value::currency(cell) {
            Some(currency) => currency,
            None => {
                match (cell.is_empty(), otherwise) {
                    (true, Some(_)) => {}
                    (true, None) => self.missing(column),
                    (false, _) => self.wrong(column, "P-CURRENCY", "write a code such as EUR"),
                }
                otherwise.unwrap_or(Currency::EUR)
            }
        }
    }

    /// A yes or no; empty is no.
    pub(crate) fn flag(&mut self, column: usize) -> bool {
        value::flag(self.cell(column)).unwrap_or_else(|| {
            self.wrong(column, "P-WORD", "write yes or no");
            false
        })
    }

    /// One of a few words, compared without case, spaces, dashes and underscores; `None` for an empty cell.
    pub(crate) fn word<T: Copy>(&mut self, column: usize, words: &[(&str, T)]) -> Option<T> {
        let cell = self.cell(column);
        if cell.is_empty() {
            return None;
        }
        // Nearly all words are written just so.
        let found = words.iter().find(|(word, _)| word.eq_ignore_ascii_case(cell)).or_else(|| {
            let folded = crate::header::folded(cell);
            words.iter().find(|(word, _)| *word == folded)
        });
        let found = found.map(|&(_, value)| value);
        if found.is_none() {
            let known: Vec<&str> = words.iter().map(|&(word, _)| word).collect();
            self.wrong(column, "P-WORD", format!("write one of: {}", known.join(", ")));
        }
        found
    }

    /// A term such as `P1Y`; one-off things have none.
    pub(crate) fn term(&mut self, column: usize) -> Option<Term> {
        let cell = self.cell(column);
        let once = ["", "oneTime", "noTerm", "none", "payG-1"].iter().any(|w| w.eq_ignore_ascii_case(cell));
        let term = Term::parse(cell);
        if term.is_none() && !once {
            self.wrong(column, "P-WORD", "write a term such as P1M, P1Y or P3Y");
        }
        term
    }

    /// A billing plan; empty and `None` are no plan.
    pub(crate) fn plan(&mut self, column: usize) -> Option<BillingPlan> {
        self.word(column, PLANS).flatten()
    }

    /// Checks the typed columns nothing is kept of.
    pub(crate) fn check(&mut self, columns: &[usize]) {
        for &column in columns {
            if self.cell(column).is_empty() {
                continue;
            }
            match self.columns[column].holds {
                Holds::Text => drop(self.plain_text(column)),
                Holds::Id => drop(self.id(column)),
                Holds::Number | Holds::Amount => drop(self.number(column)),
                Holds::Date => drop(self.day(column)),
                Holds::Currency => drop(self.currency(column, None)),
                Holds::Flag => drop(self.flag(column)),
            }
        }
    }

    /// Finds characters no honest text has: control characters, and those that change the direction of reading.
    pub(crate) fn check_characters(&mut self) {
        for place in 0..self.cells.len() {
            let cell = self.at(place);
            if cell.chars().any(is_suspicious) {
                self.problems.push(Problem {
                    row: self.number,
                    column: self.header.get(place).cloned().unwrap_or_default(),
                    value: shortened(cell),
                    code: "P-TEXT",
                    hint: "remove the invisible control character".into(),
                    remedy: remedy(cell, Holds::Text, self.dialect),
                });
            }
        }
    }
}

/// A cell without blanks around it; nearly all have none.
fn trimmed(cell: &str) -> &str {
    match cell.as_bytes() {
        [] => cell,
        [first, .., last] if first.is_ascii_graphic() && last.is_ascii_graphic() => cell,
        _ => cell.trim(),
    }
}

/// Words for billing plans, folded.
pub(crate) const PLANS: &[(&str, Option<BillingPlan>)] = &[
    ("monthly", Some(BillingPlan::Monthly)),
    ("annual", Some(BillingPlan::Annual)),
    ("annually", Some(BillingPlan::Annual)),
    ("yearly", Some(BillingPlan::Annual)),
    ("triennial", Some(BillingPlan::Triennial)),
    ("3yearly", Some(BillingPlan::Triennial)),
    ("onetime", Some(BillingPlan::OneTime)),
    ("none", None),
];

pub(crate) fn is_suspicious(c: char) -> bool {
    (c.is_control() && !matches!(c, '\n' | '\r' | '\t')) || is_override(c)
}

/// Whether a row needs no closer look: no control character, and none of the bytes with which the UTF-8 of a suspicious
/// character begins. Written without branches, because every byte of every file passes here.
pub(crate) fn is_plain(text: &str) -> bool {
    let plain = |b: u8| ((b >= b' ') | (b == b'\t')) & (b != 0x7f) & (b != 0xc2) & (b != 0xe2);
    text.bytes().fold(true, |all, b| all & plain(b))
}

/// Whether a text holds a control character other than a line's end or a tab, or one that turns the direction of text: what no
/// name has, and what makes one look like another.
pub fn has_suspicious(text: &str) -> bool {
    text.chars().any(is_suspicious)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_suspicious_character_looks_plain() {
        for c in (0..=0x1_ffffu32).filter_map(char::from_u32) {
            let text = format!("a{c}b");
            assert!(!(is_plain(&text) && has_suspicious(&text)), "{c:?}");
        }
        assert!(is_plain("Müller, Łódź\tΕλλάδα") && !has_suspicious("zwei\nZeilen – so"));
    }
}
