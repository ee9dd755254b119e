//! How a file writes numbers and dates: settled once per file by looking at its cells, never cell by cell.
//!
//! `10/3/2026` may be March or October and `1.234` a thousand or a little more than one. One cell elsewhere in the file
//! that can only be read one way settles all; when no cell does, it is a question to the user.

use crate::column::{Column, Holds};
use crate::row::Places;
use crate::value::day::Parts;
use crate::value::{DateOrder, Mark, number};

/// Something only the user can answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// Option of the command line that answers it.
    pub option: &'static str,
    /// The possible answers.
    pub answers: &'static [&'static str],
    /// The question in words, with a cell as an example.
    pub text: String,
}

/// What the cells seen so far show.
#[derive(Default)]
pub(crate) struct Evidence {
    point: u32,
    comma: u32,
    dmy: u32,
    mdy: u32,
    number: Option<String>,
    date: Option<String>,
}

impl Evidence {
    /// Looks at one row.
    pub(crate) fn see<'a>(&mut self, columns: &[Column], places: &Places, cell: impl Fn(usize) -> &'a str) {
        for (column, place) in columns.iter().zip(places) {
            let Some(place) = *place else { continue };
            match column.holds {
                Holds::Number | Holds::Amount => self.see_number(cell(place)),
                Holds::Date => self.see_date(cell(place)),
                Holds::Text | Holds::Id | Holds::Currency | Holds::Flag => {}
            }
        }
    }

    fn see_number(&mut self, cell: &str) {
        let numeric = |b: u8| {
            b.is_ascii_digit() || matches!(b, b'.' | b',' | b'-' | b'+' | b'(' | b')' | b'\'' | b' ' | b'E' | b'e')
        };
        let dressed = cell.trim_matches(|c: char| !c.is_ascii_digit() && c != '.' && c != ',');
        if !dressed.bytes().all(|b| numeric(b) || b >= 0x80) || !dressed.contains(['.', ',']) {
            return;
        }
        match number::shown_mark(dressed) {
            Some(Mark::Point) => self.point += 1,
            Some(Mark::Comma) => self.comma += 1,
            None if number::is_ambiguous(dressed) && self.number.is_none() => {
                self.number = Some(cell.trim().to_owned())
            }
            None => {}
        }
    }

    fn see_date(&mut self, cell: &str) {
        let cell = cell.trim().trim_start_matches('\'');
        if cell.as_bytes().get(4) == Some(&b'-') || cell.is_empty() {
            return;
        }
        match Parts::of(cell).and_then(|parts| parts.evidence()) {
            Some(Some(DateOrder::Dmy)) => self.dmy += 1,
            Some(Some(DateOrder::Mdy)) => self.mdy += 1,
            Some(None) if self.date.is_none() => self.date = Some(cell.to_owned()),
            _ => {}
        }
    }

    /// Whether an ambiguous cell still waits for one that settles it.
    pub(crate) fn is_open(&self) -> bool {
        (self.number.is_some() && self.decimal().is_none()) || (self.date.is_some() && self.dates().is_none())
    }

    /// The decimal mark, when the cells show one and mostly one.
    pub(crate) fn decimal(&self) -> Option<Mark> {
        match self.point.cmp(&self.comma) {
            std::cmp::Ordering::Greater => Some(Mark::Point),
            std::cmp::Ordering::Less => Some(Mark::Comma),
            std::cmp::Ordering::Equal => None,
        }
    }

    /// The order of dates, when the cells show one and mostly one.
    pub(crate) fn dates(&self) -> Option<DateOrder> {
        match self.dmy.cmp(&self.mdy) {
            std::cmp::Ordering::Greater => Some(DateOrder::Dmy),
            std::cmp::Ordering::Less => Some(DateOrder::Mdy),
            std::cmp::Ordering::Equal => None,
        }
    }

    /// The order of dates with a clock of twice twelve hours, which is written where the month comes first.
    pub(crate) fn is_american(&self) -> Option<DateOrder> {
        let clock = |cell: &String| cell.ends_with(" AM") || cell.ends_with(" PM");
        self.date.as_ref().is_some_and(clock).then_some(DateOrder::Mdy)
    }

    /// What the user must be asked, given what is settled.
    pub(crate) fn questions(&self, decimal: Option<Mark>, dates: Option<DateOrder>) -> Vec<Question> {
        let mut questions = Vec::new();
        if decimal.is_none()
            && let Some(cell) = &self.number
        {
            let text = format!(
                "no number in the file shows its decimal mark: is \"{cell}\" a number in thousands or a fraction?"
            );
            questions.push(Question { option: "--decimal", answers: &["point", "comma"], text });
        }
        if dates.is_none()
            && let Some(cell) = &self.date
        {
            let text = format!("no date in the file shows its order: does \"{cell}\" begin with the day or the month?");
            questions.push(Question { option: "--date-order", answers: &["dmy", "mdy"], text });
        }
        questions
    }
}
