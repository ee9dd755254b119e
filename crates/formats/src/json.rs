//! JSON as vendors send it: flat objects, one a line. Arrays are brought to that form by [`crate::objects`].
//!
//! Numbers stay decimal text, nested values stay raw text, a key given twice is refused, and nesting has a limit. The
//! scanner keeps the order of keys of the row before as its guess, which is right for every row of an export.

use crate::Limits;
use crate::cells::{Cells, Fault};
use crate::header::Header;

/// Reads one object into cells by column; absent keys and null are empty cells.
pub(crate) fn object(line: &str, header: &Header, cells: &mut Cells, limits: &Limits) -> Result<(), Fault> {
    cells.start(header.len());
    let mut scan = Scan { bytes: line.as_bytes(), text: line, at: 0, limits };
    let mut key = String::new();
    let mut strange: Vec<String> = Vec::new();
    let mut guess = 0;
    scan.expect(b'{')?;
    if scan.next_is(b'}') {
        return scan.end();
    }
    loop {
        key.clear();
        scan.string(&mut key)?;
        scan.expect(b':')?;
        let place = if header.is_at(guess, &key) { Some(guess) } else { header.find(&key) };
        match place {
            Some(place) => {
                guess = place + 1;
                let start = cells.text.len();
                scan.value(&mut cells.text)?;
                if !cells.set(place, start) {
                    return Err(Fault::Json("a key stands in the object twice"));
                }
            }
            None if strange.contains(&key) => return Err(Fault::Json("a key stands in the object twice")),
            None => {
                let start = cells.text.len();
                scan.value(&mut cells.text)?;
                cells.text.truncate(start);
                strange.push(key.clone());
            }
        }
        if scan.next_is(b'}') {
            return scan.end();
        }
        scan.expect(b',')?;
    }
}

/// The keys of one object in order.
pub(crate) fn keys(line: &str, limits: &Limits) -> Result<Vec<String>, Fault> {
    let mut scan = Scan { bytes: line.as_bytes(), text: line, at: 0, limits };
    let (mut keys, mut value) = (Vec::new(), String::new());
    scan.expect(b'{')?;
    if scan.next_is(b'}') {
        return Ok(keys);
    }
    loop {
        let mut key = String::new();
        scan.string(&mut key)?;
        scan.expect(b':')?;
        value.clear();
        scan.value(&mut value)?;
        keys.push(key);
        if scan.next_is(b'}') {
            return scan.end().map(|()| keys);
        }
        scan.expect(b',')?;
    }
}

struct Scan<'a> {
    bytes: &'a [u8],
    text: &'a str,
    at: usize,
    limits: &'a Limits,
}

impl Scan<'_> {
    fn peek(&mut self) -> Option<u8> {
        while let Some(&b) = self.bytes.get(self.at) {
            if !matches!(b, b' ' | b'\t' | b'\r' | b'\n') {
                return Some(b);
            }
            self.at += 1;
        }
        None
    }

    fn next_is(&mut self, byte: u8) -> bool {
        let yes = self.peek() == Some(byte);
        self.at += usize::from(yes);
        yes
    }

    fn expect(&mut self, byte: u8) -> Result<(), Fault> {
        if self.next_is(byte) { Ok(()) } else { Err(Fault::Json("the line is not one complete JSON object")) }
    }

    fn end(&mut self) -> Result<(), Fault> {
        if self.peek().is_none() { Ok(()) } else { Err(Fault::Json("there is more on the line than one JSON object")) }
    }

    /// Reads a string, unescaped, onto the end of `out`.
    fn string(&mut self, out: &mut String) -> Result<(), Fault> {
        self.expect(b'"')?;
        let before = out.len();
        loop {
            let rest = &self.bytes[self.at..];
            let n = memchr::memchr2(b'"', b'\\', rest).ok_or(Fault::Json("a string is not closed"))?;
            out.push_str(&self.text[self.at..self.at + n]);
            self.at += n + 1;
            if out.len() - before > self.limits.field {
                return Err(Fault::FieldTooLong(None));
            }
            if rest[n] == b'"' {
                return Ok(());
            }
            self.escape(out)?;
        }
    }

    fn escape(&mut self, out: &mut String) -> Result<(), Fault> {
        let wrong = Fault::Json("a string has an unknown escape");
        let &b = self.bytes.get(self.at).ok_or(wrong)?;
        self.at += 1;
        out.push(match b {
            b'"' | b'\\' | b'/' => char::from(b),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let first = self.hex4().ok_or(wrong)?;
                let pair = (0xd800..0xdc00).contains(&first) && self.bytes[self.at..].starts_with(b"\\u");
                let units = if pair {
                    self.at += 2;
                    vec![first, self.hex4().ok_or(wrong)?]
                } else {
                    vec![first]
                };
                out.extend(char::decode_utf16(units).map(|c| c.unwrap_or('\u{fffd}')));
                return Ok(());
            }
            _ => return Err(wrong),
        });
        Ok(())
    }

    fn hex4(&mut self) -> Option<u16> {
        let digits = self.text.get(self.at..self.at + 4)?;
        self.at += 4;
        digits.bytes().all(|b| b.is_ascii_hexdigit()).then(|| u16::from_str_radix(digits, 16).ok()).flatten()
    }

    /// Reads any value: strings unescaped, null as nothing, all else as it stands.
    fn value(&mut self, out: &mut String) -> Result<(), Fault> {
        match self.peek() {
            Some(b'"') => self.string(out),
            Some(b'{' | b'[') => self.nested(out),
            Some(_) => {
                let start = self.at;
                while self
                    .bytes
                    .get(self.at)
                    .is_some_and(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'+' | b'.'))
                {
                    self.at += 1;
                }
                match &self.text[start..self.at] {
                    "null" => Ok(()),
                    word if word == "true"
                        || word == "false"
                        || word.starts_with(|c: char| c == '-' || c.is_ascii_digit()) =>
                    {
                        out.push_str(word);
                        Ok(())
                    }
                    _ => Err(Fault::Json("a value is neither a string, a number, true, false nor null")),
                }
            }
            None => Err(Fault::Json("the line is not one complete JSON object")),
        }
    }

    fn nested(&mut self, out: &mut String) -> Result<(), Fault> {
        let start = self.at;
        let (mut depth, mut scratch) = (0, String::new());
        while let Some(b) = self.peek() {
            match b {
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth -= 1,
                b'"' => {
                    scratch.clear();
                    self.string(&mut scratch)?;
                    continue;
                }
                _ => {}
            }
            self.at += 1;
            if depth > self.limits.depth {
                return Err(Fault::Json("the value is nested too deeply"));
            }
            if depth == 0 {
                // `peek` stops on ASCII and `string` on a quote, so these are character boundaries.
                out.push_str(self.text.get(start..self.at).unwrap_or(""));
                return Ok(());
            }
            while self.bytes.get(self.at).is_some_and(|&b| b >= 0x80) {
                self.at += 1;
            }
        }
        Err(Fault::Json("the line is not one complete JSON object"))
    }
}
