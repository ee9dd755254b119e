//! One row cut into cells.
//!
//! Rows without quotation marks are cut where they lie; only a quoted field or a JSON value is copied. The rules are
//! RFC 4180's, read strictly: a quoted field ends with a quotation mark in front of a delimiter or the end of the row.

/// Why a row could not be cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// A quotation mark is never closed, or text follows a closed one.
    Quote,
    /// The field at this place is longer than accepted, where the place is known.
    FieldTooLong(Option<usize>),
    /// The row is longer than accepted, and perhaps the field at this place is why.
    RowTooLong(Option<usize>),
    /// So many fields, so many wanted.
    Columns(usize, usize),
    /// Not one JSON object; says why.
    Json(&'static str),
}

/// The cells of the current row; reused for every row.
#[derive(Default)]
pub(crate) struct Cells {
    /// Copied text: fields with escapes, JSON values.
    pub(crate) text: String,
    /// Where each cell lies, in the row itself or in `text`; unset cells are `(MAX, MAX)`.
    spans: Vec<(u32, u32)>,
    copied: bool,
}

const UNSET: (u32, u32) = (u32::MAX, u32::MAX);

impl Cells {
    /// Begins a row of JSON with so many columns.
    pub(crate) fn start(&mut self, columns: usize) {
        self.text.clear();
        self.spans.clear();
        self.spans.resize(columns, UNSET);
        self.copied = true;
    }

    /// Sets a cell to the copied text from `start` on; `false` when it was set before.
    pub(crate) fn set(&mut self, place: usize, start: usize) -> bool {
        let Some(span) = self.spans.get_mut(place) else { return true };
        let free = *span == UNSET;
        *span = (start as u32, self.text.len() as u32);
        free
    }

    /// The cell at a place; empty when the row has none there.
    pub(crate) fn get<'a>(&'a self, row: &'a str, place: usize) -> &'a str {
        let base = if self.copied { &self.text } else { row };
        match self.spans.get(place) {
            Some(&(start, end)) => base.get(start as usize..end as usize).unwrap_or(""),
            None => "",
        }
    }

    /// Number of cells.
    pub(crate) fn len(&self) -> usize {
        self.spans.len()
    }

    /// Cuts a row of delimited text (without its line end) into cells.
    pub(crate) fn cut(&mut self, row: &str, delimiter: u8, longest: usize) -> Result<(), Fault> {
        self.spans.clear();
        self.text.clear();
        let bytes = row.as_bytes();
        self.copied = memchr::memchr(b'"', bytes).is_some();
        if !self.copied {
            let mut start = 0;
            for end in memchr::memchr_iter(delimiter, bytes) {
                self.spans.push((start as u32, end as u32));
                start = end + 1;
            }
            self.spans.push((start as u32, bytes.len() as u32));
        } else {
            self.cut_quoted(row, delimiter)?;
        }
        let too_long = if bytes.len() > longest { self.longer_than(longest) } else { None };
        match too_long {
            Some(place) => Err(Fault::FieldTooLong(Some(place))),
            None => Ok(()),
        }
    }

    /// The first cell longer than so many bytes.
    fn longer_than(&self, longest: usize) -> Option<usize> {
        self.spans.iter().position(|&(start, end)| (end.saturating_sub(start)) as usize > longest)
    }

    /// The field that makes a row too long, when its quoting lets it be found.
    pub(crate) fn longest_in(&mut self, row: &str, delimiter: u8, longest: usize) -> Option<usize> {
        match self.cut(row, delimiter, longest) {
            Err(Fault::FieldTooLong(place)) => place,
            // A quoted field cut off with its row: it is the one being read.
            Err(Fault::Quote) => Some(self.spans.len()),
            _ => None,
        }
    }

    fn cut_quoted(&mut self, row: &str, delimiter: u8) -> Result<(), Fault> {
        let bytes = row.as_bytes();
        let mut at = 0;
        loop {
            let start = self.text.len();
            if bytes.get(at) == Some(&b'"') {
                at += 1;
                loop {
                    let n = memchr::memchr(b'"', &bytes[at..]).ok_or(Fault::Quote)?;
                    self.text.push_str(&row[at..at + n]);
                    at += n + 1;
                    if bytes.get(at) != Some(&b'"') {
                        break;
                    }
                    self.text.push('"');
                    at += 1;
                }
                if !matches!(bytes.get(at), None | Some(b'\r')) && bytes.get(at) != Some(&delimiter) {
                    return Err(Fault::Quote);
                }
            }
            let n = memchr::memchr(delimiter, &bytes[at..]);
            let end = n.map_or(bytes.len(), |n| at + n);
            self.text.push_str(&row[at..end]);
            self.spans.push((start as u32, self.text.len() as u32));
            if n.is_none() {
                return Ok(());
            }
            at = end + 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(row: &str) -> Result<Vec<String>, Fault> {
        let mut cells = Cells::default();
        cells.cut(row, b',', 20)?;
        Ok((0..cells.len()).map(|n| cells.get(row, n).to_owned()).collect())
    }

    #[test]
    fn rows_are_cut_as_rfc_4180_says() {
        for (row, want) in [
            ("a,b,,", vec!["a", "b", "", ""]),
            ("", vec![""]),
            ("\"a,b\",c", vec!["a,b", "c"]),
            ("\"say \"\"so\"\"\",\"\"", vec!["say \"so\"", ""]),
            ("5\" disk,x", vec!["5\" disk", "x"]),
            ("\"two\nlines\",x", vec!["two\nlines", "x"]),
        ] {
            assert_eq!(
                cut(row).as_deref(),
                Ok(want.iter().map(|s| s.to_string()).collect::<Vec<_>>().as_slice()),
                "{row}"
            );
        }
        for (row, want) in [
            ("\"open,b", Fault::Quote),
            ("\"a\"b,c", Fault::Quote),
            ("a,bbbbbbbbbbbbbbbbbbbbb", Fault::FieldTooLong(Some(1))),
        ] {
            assert_eq!(cut(row), Err(want), "{row}");
        }
    }
}
