//! A JSON array of objects, bare or inside an API answer, as one object a line; read forward only.

use crate::Limits;
use std::io::{self, Read};

/// Turns an array of objects, or an API answer with `items` or `value`, into one object a line.
pub(crate) struct Objects<R> {
    inner: R,
    /// Nesting level on which the rows lie, once known; [`PAST`] behind them.
    level: Option<usize>,
    depth: usize,
    in_string: bool,
    escaped: bool,
    /// Text of the last string on level 1: the key in front of a `[`.
    key: Vec<u8>,
    in_row: bool,
    out: Vec<u8>,
    at: usize,
    longest: usize,
    row: usize,
    ended: bool,
}

/// The level of what follows the rows in an API answer: links and attributes, which are no rows.
const PAST: usize = usize::MAX;

impl<R: Read> Objects<R> {
    pub(crate) fn new(inner: R, limits: &Limits) -> Objects<R> {
        Objects {
            inner,
            level: None,
            depth: 0,
            in_string: false,
            escaped: false,
            key: Vec::new(),
            in_row: false,
            out: Vec::new(),
            at: 0,
            longest: limits.line,
            row: 0,
            ended: false,
        }
    }

    fn step(&mut self, b: u8) {
        let was_in_row = self.in_row;
        if self.in_string {
            match b {
                _ if self.escaped => self.escaped = false,
                b'\\' => self.escaped = true,
                b'"' => self.in_string = false,
                _ if self.depth == 1 && self.level.is_none() && self.key.len() < 16 => self.key.push(b),
                _ => {}
            }
        } else {
            match b {
                b'"' => {
                    self.in_string = true;
                    if !self.in_row {
                        self.key.clear();
                    }
                }
                b'[' => {
                    let listed =
                        self.depth == 0 || (self.depth == 1 && matches!(self.key.as_slice(), b"items" | b"value"));
                    if self.level.is_none() && listed {
                        self.level = Some(self.depth + 1);
                    }
                    self.depth += 1;
                }
                b'{' => {
                    if self.level == Some(self.depth) {
                        self.in_row = true;
                        self.row = 0;
                    }
                    self.depth += 1;
                }
                b'}' | b']' => {
                    self.depth = self.depth.saturating_sub(1);
                    if self.in_row && self.level == Some(self.depth) {
                        self.in_row = false;
                    } else if self.depth == 0 {
                        // Another answer may follow.
                        self.level = None;
                    } else if self.level == Some(self.depth + 1) {
                        self.level = Some(PAST);
                    }
                }
                _ => {}
            }
        }
        if self.in_row || was_in_row {
            self.row += 1;
            // A line break inside a string is not JSON, but must not split the row either.
            // An endless row is cut just beyond the limit, where the row check finds it.
            if self.row <= self.longest + 1 {
                self.out.push(if matches!(b, b'\n' | b'\r') { b' ' } else { b });
            }
            if !self.in_row {
                self.out.push(b'\n');
            }
        }
    }
}

impl<R: Read> Read for Objects<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let mut bytes = [0u8; 16 << 10];
        while self.at == self.out.len() && !self.ended {
            self.out.clear();
            self.at = 0;
            let n = self.inner.read(&mut bytes)?;
            for &b in bytes.iter().take(n) {
                self.step(b);
            }
            self.ended = n == 0;
        }
        let n = buf.len().min(self.out.len() - self.at);
        buf[..n].copy_from_slice(&self.out[self.at..self.at + n]);
        self.at += n;
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_listed_is_a_row() {
        let rows = |text: &str| {
            let mut out = String::new();
            Objects::new(text.as_bytes(), &Limits::default()).read_to_string(&mut out).unwrap();
            out.lines().map(str::to_owned).collect::<Vec<_>>()
        };
        let links =
            r#""links":{"self":{"uri":"/x","headers":[{"key":"k"}]},"next":{"uri":"/y"}},"attributes":{"a":"b"}"#;
        let answer = format!(r#"{{"totalCount":2,"items":[{{"a":1,"in":{{"b":[2]}}}},{{"a":"]"}}],{links}}}"#);
        assert_eq!(rows(&answer), [r#"{"a":1,"in":{"b":[2]}}"#, r#"{"a":"]"}"#]);
        assert_eq!(rows(&format!("{answer}\n{answer}")).len(), 4, "pages one behind the other");
        assert_eq!(rows(&format!(r#"{{{links},"value":[{{"a":1}}]}}"#)), [r#"{"a":1}"#]);
        assert_eq!(rows(r#"[{"a":[{"b":1}]},{"c":2}] [{"d":3}]"#).len(), 3);
    }
}
