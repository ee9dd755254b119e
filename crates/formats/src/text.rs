//! Small facts about text lines shared by whoever cuts them.

use crate::unpack::windows_1252;

/// A chunk as UTF-8. Lines that are not UTF-8 are read as Windows-1252, line by line; says how many there were.
pub(crate) fn utf8(bytes: Vec<u8>) -> (String, u32) {
    let bytes = match String::from_utf8(bytes) {
        Ok(text) => return (text, 0),
        Err(e) => e.into_bytes(),
    };
    let (mut text, mut foreign) = (String::with_capacity(bytes.len() + 256), 0);
    for line in bytes.split_inclusive(|&b| b == b'\n') {
        match std::str::from_utf8(line) {
            Ok(line) => text.push_str(line),
            Err(_) => {
                foreign += 1;
                text.push_str(&windows_1252(line));
            }
        }
    }
    (text, foreign)
}

/// A row without its line end and without a byte order mark in front.
pub(crate) fn without_end(row: &str) -> &str {
    let row = row.strip_suffix('\n').unwrap_or(row);
    let row = row.strip_suffix('\r').unwrap_or(row);
    row.strip_prefix('\u{feff}').unwrap_or(row)
}

/// A column name without marks, no-break spaces and blanks around it.
pub(crate) fn clean(name: &str) -> &str {
    name.trim_matches(|c: char| c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}'))
}

/// Whether a row carries nothing: blank, only delimiters, or the line by which spreadsheets announce the delimiter.
pub(crate) fn is_preamble(row: &str) -> bool {
    let first = row.as_bytes().first();
    match first {
        None | Some(b',' | b';' | b'\t' | b'|' | b' ') => {
            row.bytes().all(|b| matches!(b, b',' | b';' | b'\t' | b'|' | b' '))
        }
        Some(b's' | b'S') => row.len() <= 5 && row.get(..4).is_some_and(|s| s.eq_ignore_ascii_case("sep=")),
        _ => false,
    }
}
