//! One row cut into cells.
//!
//! Cells are cut where they lie; only a quoted field with quotation marks inside or a JSON value is copied. The rules are
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
    /// Where each cell lies.
    spans: Vec<Span>,
}

/// Where a cell lies: in the row itself, or among the copied text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Span {
    start: u32,
    end: u32,
    copied: bool,
}

const UNSET: Span = Span { start: u32::MAX, end: u32::MAX, copied: true };

impl Cells {
    /// Begins a row of JSON with so many columns.
    pub(crate) fn start(&mut self, columns: usize) {
        self.text.clear();
        self.spans.clear();
        self.spans.resize(columns, UNSET);
    }

    /// Sets a cell to the copied text from `start` on; `false` when it was set before.
    pub(crate) fn set(&mut self, place: usize, start: usize) -> bool {
        let Some(span) = self.spans.get_mut(place) else { return true };
        let free = *span == UNSET;
        *span = Span { start: start as u32, end: self.text.len() as u32, copied: true };
        free
    }

    /// The cell at a place; empty when the row has none there.
    pub(crate) fn get<'a>(&'a self, row: &'a str, place: usize) -> &'a str {
        match self.spans.get(place) {
            Some(&Span { start, end, copied }) => {
                let base = if copied { &self.text } else { row };
                base.get(start as usize..end as usize).unwrap_or("")
            }
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
        match memchr::memchr(b'"', bytes) {
            None => drop(self.cut_plain(bytes, 0, delimiter)),
            Some(_) => self.cut_quoted(row, delimiter)?,
        }
        let too_long = if bytes.len() > longest { self.longer_than(longest) } else { None };
        match too_long {
            Some(place) => Err(Fault::FieldTooLong(Some(place))),
            None => Ok(()),
        }
    }

    /// The first cell longer than so many bytes.
    fn longer_than(&self, longest: usize) -> Option<usize> {
        self.spans.iter().position(|span| span.end.saturating_sub(span.start) as usize > longest)
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

    fn push(&mut self, start: usize, end: usize) {
        self.spans.push(Span { start: start as u32, end: end as u32, copied: false });
    }

    /// Cuts fields without quotation marks around them, from `at` to the end of the row or the next quoted one; gives where
    /// that one begins.
    fn cut_plain(&mut self, bytes: &[u8], mut at: usize, delimiter: u8) -> Option<usize> {
        let mut here = at;
        let (words, rest) = bytes[at..].as_chunks::<8>();
        let mut last = [!delimiter; 8];
        last[..rest.len()].copy_from_slice(rest);
        // Cells are short: to look at eight bytes at once takes less than to search for each delimiter by itself.
        for word in words.iter().chain([&last]) {
            let mut found = places_of(delimiter, *word);
            while found != 0 {
                let end = here + found.trailing_zeros() as usize / 8;
                self.push(at, end);
                at = end + 1;
                if bytes.get(at) == Some(&b'"') {
                    return Some(at);
                }
                found &= found - 1;
            }
            here += 8;
        }
        self.push(at, bytes.len());
        None
    }

    fn cut_quoted(&mut self, row: &str, delimiter: u8) -> Result<(), Fault> {
        let bytes = row.as_bytes();
        let mut quoted = if bytes.first() == Some(&b'"') { Some(0) } else { self.cut_plain(bytes, 0, delimiter) };
        while let Some(at) = quoted {
            let end = self.quoted(row, at + 1, delimiter)?;
            quoted = match bytes.get(end + 1) {
                Some(b'"') => Some(end + 1),
                _ if end == bytes.len() => None,
                _ => self.cut_plain(bytes, end + 1, delimiter),
            };
        }
        Ok(())
    }

    /// Cuts the field whose text begins at `start`, behind its opening quotation mark; gives where the field ends.
    fn quoted(&mut self, row: &str, start: usize, delimiter: u8) -> Result<usize, Fault> {
        let bytes = row.as_bytes();
        let closing = |from: usize| memchr::memchr(b'"', &bytes[from..]).map(|n| from + n).ok_or(Fault::Quote);
        let mut close = closing(start)?;
        let (copy, mut at) = (self.text.len(), start);
        while bytes.get(close + 1) == Some(&b'"') {
            self.text.push_str(&row[at..=close]);
            at = close + 2;
            close = closing(at)?;
        }
        let behind = close + 1;
        // What stands between the closing mark and the delimiter can only be the carriage return of the row's end.
        if !matches!(bytes.get(behind), None | Some(b'\r')) && bytes.get(behind) != Some(&delimiter) {
            return Err(Fault::Quote);
        }
        let end = memchr::memchr(delimiter, &bytes[behind..]).map_or(bytes.len(), |n| behind + n);
        if at == start && end == behind {
            self.push(start, close);
        } else {
            self.text.push_str(&row[at..close]);
            self.text.push_str(&row[behind..end]);
            self.spans.push(Span { start: copy as u32, end: self.text.len() as u32, copied: true });
        }
        Ok(end)
    }
}

/// The highest bit of each byte that is this one, the first byte lowest.
fn places_of(byte: u8, word: [u8; 8]) -> u64 {
    const LOW: u64 = u64::from_ne_bytes([0x7f; 8]);
    let differs = u64::from_le_bytes(word) ^ u64::from_ne_bytes([byte; 8]);
    // A byte that differs in its lower bits carries into its highest; no byte carries into the next.
    !(((differs & LOW) + LOW) | differs | LOW)
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
            (",1234567,\u{ac}12,1234567", vec!["", "1234567", "\u{ac}12", "1234567"]),
            ("12345678,,\"a,b\",123", vec!["12345678", "", "a,b", "123"]),
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
