//! A stream of bytes cut into chunks that end where a row ends, so that chunks can be read on several threads.
//!
//! One rule decides where a row ends, and both sides use it: the cutter here and the reader of the chunk. A quotation
//! mark that opens a field and is not closed properly within a field's greatest length is taken for a stray one: its row
//! ends with its line and is reported, and the lines behind it are read as usual. One bad row never swallows the others.

use crate::{Form, Limits};
use std::io::{self, Read};

/// How rows end.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Ends {
    /// At every line end.
    Line,
    /// At every line end outside a quoted field.
    Quoted {
        /// Delimiter between fields.
        delimiter: u8,
    },
}

impl Ends {
    pub(crate) fn of(form: Form, delimiter: u8) -> Ends {
        match form {
            Form::Csv | Form::Xlsx => Ends::Quoted { delimiter },
            Form::JsonLines | Form::JsonArray => Ends::Line,
        }
    }
}

/// The end of the row starting at `at`: the index behind its line end. `None` when more bytes are needed to tell;
/// never when `last` says that none will come.
pub(crate) fn row_end(bytes: &[u8], at: usize, last: bool, ends: Ends, limits: &Limits) -> Option<usize> {
    let rest = bytes.get(at..)?;
    let line = match memchr::memchr(b'\n', rest) {
        Some(n) => n + 1,
        None if last => rest.len(),
        None => return None,
    };
    let Ends::Quoted { delimiter } = ends else { return Some(at + line) };
    if line > limits.line || memchr::memchr(b'"', &rest[..line]).is_none() {
        return Some(at + line);
    }
    // Only a quotation mark at the start of a field hides what follows it, so rows are walked from mark to mark.
    let (mut here, mut end) = (0, line);
    while let Some(n) = memchr::memchr(b'"', &rest[here..end]) {
        let opened = here + n;
        here = opened + 1;
        if opened > limits.line {
            return Some(at + line);
        }
        if opened > 0 && rest[opened - 1] != delimiter {
            continue;
        }
        loop {
            let Some(n) = memchr::memchr(b'"', &rest[here..]) else {
                let stray = last || rest.len() - opened > limits.field;
                return stray.then_some(at + line);
            };
            here += n + 1;
            if here - opened > limits.field + 2 {
                return Some(at + line);
            }
            match rest.get(here) {
                Some(b'"') => here += 1,
                None if !last => return None,
                Some(&b) if b != delimiter && b != b'\n' && b != b'\r' => return Some(at + line),
                _ => break,
            }
        }
        if here > end {
            match memchr::memchr(b'\n', &rest[here..]) {
                Some(n) => end = here + n + 1,
                None => return last.then_some(at + rest.len()),
            }
        }
    }
    Some(at + end)
}

/// Whole rows.
#[derive(Default)]
pub(crate) struct Chunk {
    pub(crate) bytes: Vec<u8>,
    /// Where each row ends in them.
    pub(crate) ends: Vec<u32>,
}

/// Cuts a reader into chunks of whole rows.
pub(crate) struct Chunks<R> {
    inner: R,
    ends: Ends,
    limits: Limits,
    size: usize,
    rest: Vec<u8>,
    ended: bool,
    /// Inside a row longer than accepted: everything up to its line end is dropped.
    skipping: bool,
}

/// Read at least so much at a time.
const FILL: usize = 64 << 10;

impl<R: Read> Chunks<R> {
    pub(crate) fn new(inner: R, ends: Ends, limits: Limits, size: usize) -> Chunks<R> {
        Chunks { inner, ends, limits, size, rest: Vec::new(), ended: false, skipping: false }
    }

    /// The next whole rows; `None` at the end. An error ends the stream; what was read before it still comes. `spare` is a
    /// chunk that is no longer needed: its room is used again.
    pub(crate) fn next(&mut self, spare: Chunk) -> (Option<Chunk>, Option<io::Error>) {
        let Chunk { bytes: mut room, mut ends } = spare;
        room.clear();
        ends.clear();
        loop {
            let error = self.fill();
            if self.skipping {
                match memchr::memchr(b'\n', &self.rest) {
                    Some(n) => {
                        self.rest.drain(..=n);
                        self.skipping = false;
                    }
                    None => self.rest.clear(),
                }
            }
            let mut end = 0;
            while let Some(next) = row_end(&self.rest, end, self.ended, self.ends, &self.limits).filter(|&n| n > end) {
                ends.push(next as u32);
                end = next;
            }
            if end > 0 || self.ended {
                room.extend_from_slice(&self.rest[end..]);
                let mut bytes = std::mem::replace(&mut self.rest, room);
                bytes.truncate(end);
                return ((!bytes.is_empty()).then_some(Chunk { bytes, ends }), error);
            }
            if self.rest.len() > self.limits.line + 1 && memchr::memchr(b'\n', &self.rest).is_none() {
                // Handed out cut just beyond the limit, where its reader sees it; the rest is dropped.
                let mut row = std::mem::take(&mut self.rest);
                row.truncate(self.limits.line + 1);
                row.push(b'\n');
                self.skipping = true;
                ends.push(row.len() as u32);
                return (Some(Chunk { bytes: row, ends }), None);
            }
        }
    }

    fn fill(&mut self) -> Option<io::Error> {
        let mut filled = self.rest.len();
        let full = filled + self.size.saturating_sub(filled).max(FILL);
        let mut error = None;
        while !self.ended && filled < full {
            if filled == self.rest.len() {
                // Step by step, because a small file shall not cost a large one's memory.
                self.rest.resize(full.min((filled * 2).max(filled + FILL)), 0);
            }
            match self.inner.read(&mut self.rest[filled..]) {
                Ok(0) => self.ended = true,
                Ok(n) => filled += n,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => {
                    self.ended = true;
                    error = Some(e);
                }
            }
        }
        self.rest.truncate(filled);
        error
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows as the reader of a chunk sees them, for every size of chunk.
    fn rows(text: &str) -> Vec<String> {
        let limits = Limits { field: 40, line: 80, ..Limits::default() };
        let ends = Ends::Quoted { delimiter: b',' };
        let whole = split(text.as_bytes(), ends, &limits);
        for size in [1, 7, 30, 1000] {
            let mut chunks = Chunks::new(Slow(text.as_bytes()), ends, limits, size);
            let mut found = Vec::new();
            while let (Some(chunk), _) = chunks.next(Chunk::default()) {
                let rows = split(&chunk.bytes, ends, &limits);
                assert_eq!(rows.len(), chunk.ends.len(), "chunks of {size}");
                found.extend(rows);
            }
            assert_eq!(found, whole, "chunks of {size}");
        }
        whole
    }

    fn split(bytes: &[u8], ends: Ends, limits: &Limits) -> Vec<String> {
        let (mut rows, mut at) = (Vec::new(), 0);
        while let Some(end) = row_end(bytes, at, true, ends, limits).filter(|&end| end > at) {
            let mut row = String::from_utf8_lossy(&bytes[at..end]).trim_end().to_owned();
            row.truncate(82);
            rows.push(row);
            at = end;
        }
        rows
    }

    struct Slow<'a>(&'a [u8]);
    impl Read for Slow<'_> {
        fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
            let n = buf.len().min(self.0.len()).min(3);
            buf[..n].copy_from_slice(&self.0[..n]);
            self.0 = &self.0[n..];
            Ok(n)
        }
    }

    #[test]
    fn a_row_ends_outside_quotes() {
        assert_eq!(rows("a,b\n\"x\ny\",2\nc,d"), ["a,b", "\"x\ny\",2", "c,d"]);
        assert_eq!(rows("\"say \"\"so\"\"\",1\r\n2,3\r\n"), ["\"say \"\"so\"\"\",1", "2,3"]);
    }

    #[test]
    fn a_stray_quote_costs_one_row() {
        assert_eq!(rows("1,\"open\n2,b\n3,\"c,d\"\n4,e\n"), ["1,\"open", "2,b", "3,\"c,d\"", "4,e"]);
        let far = format!("1,\"open\n{}3,c\n", "2,b\n".repeat(20));
        assert_eq!(rows(&far).len(), 22);
        assert_eq!(rows("1,\"open\n2,b"), ["1,\"open", "2,b"]);
    }
}
