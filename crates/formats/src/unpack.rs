//! Containers and encodings: whatever arrives leaves as UTF-8 lines, read forward only.
//!
//! A gzip (also of several members), a ZIP with one text inside, an XLSX sheet, UTF-16 and a JSON array are unwrapped here
//! by content, never by name, and everything behind this module sees plain CSV or one JSON object a line. Growth is
//! counted while streaming, so that a bomb is refused before it has cost anything.

use crate::objects::Objects;
use crate::problem::Refusal;
use crate::source::Source;
use crate::{Limits, xlsx};
use flate2::bufread::MultiGzDecoder;
use flate2::read::DeflateDecoder;
use std::io::{self, BufReader, Cursor, Read, Seek, SeekFrom};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// What the text is wrapped in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packing {
    /// Nothing.
    Plain,
    /// One or more gzip members.
    Gzip,
    /// A ZIP with one file.
    Zip,
}

/// What shape the rows have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Delimited text with a header.
    Csv,
    /// One JSON object a line.
    JsonLines,
    /// A JSON array of objects, bare or inside an API answer.
    JsonArray,
    /// The first filled sheet of a workbook.
    Xlsx,
}

/// How the text is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, with or without a mark.
    Utf8,
    /// UTF-16 with a byte order mark.
    Utf16,
    /// Not UTF-8: read as Windows-1252, which is a guess the user is told.
    Windows1252,
}

/// An opened document: UTF-8 lines, or bytes that are not UTF-8 and are decoded line by line later.
pub(crate) struct Opened {
    pub(crate) packing: Packing,
    pub(crate) form: Form,
    pub(crate) encoding: Encoding,
    pub(crate) lines: Box<dyn Read + Send>,
    /// Bytes of the source read so far.
    pub(crate) read: Arc<AtomicU64>,
}

/// Bytes read at a time where the reader asks for less. Chunks are read past it.
const BUFFER: usize = 64 << 10;

/// Opens a source and unwraps it down to lines.
pub(crate) fn open(source: &dyn Source, limits: &Limits) -> Result<Opened, Refusal> {
    let read = Arc::new(AtomicU64::new(0));
    let raw = Counted { inner: source.open().map_err(Refusal::from_io)?, count: read.clone() };
    let raw = Peeked::new(BufReader::with_capacity(BUFFER, raw), 4)?;
    let mut packing = Packing::Plain;
    let body: Box<dyn Read + Send> = match raw.start() {
        [0x1f, 0x8b, ..] => {
            packing = Packing::Gzip;
            let unpacked = MultiGzDecoder::new(BufReader::with_capacity(64 << 10, Capped::new(raw, limits.packed)));
            Box::new(Grown::new(unpacked, read.clone(), limits.text, limits.ratio))
        }
        b"PK\x03\x04" => {
            let mut bytes = Vec::new();
            let most = limits.packed.max(limits.xlsx_packed);
            Capped::new(raw, most).read_to_end(&mut bytes).map_err(Refusal::from_io)?;
            if xlsx::is_workbook(&bytes) {
                let lines = Box::new(Cursor::new(xlsx::to_csv(bytes, limits)?));
                return Ok(Opened { packing, form: Form::Xlsx, encoding: Encoding::Utf8, lines, read });
            }
            packing = Packing::Zip;
            Box::new(Grown::new(only_entry(bytes, limits)?, read.clone(), limits.text, limits.ratio))
        }
        _ => Box::new(Capped::new(raw, limits.text)),
    };
    let body = Peeked::new(BufReader::with_capacity(BUFFER, body), 3)?;
    let (encoding, lines): (Encoding, Box<dyn Read + Send>) = match body.start() {
        [0xff, 0xfe, ..] => (Encoding::Utf16, Box::new(Utf16::new(body.without(2), false))),
        [0xfe, 0xff, ..] => (Encoding::Utf16, Box::new(Utf16::new(body.without(2), true))),
        [0xef, 0xbb, 0xbf] => (Encoding::Utf8, Box::new(body.without(3))),
        _ => (Encoding::Utf8, Box::new(body)),
    };
    let lines = Peeked::new(lines, 64 << 10)?;
    let form = form_of(lines.start());
    let lines: Box<dyn Read + Send> =
        if form == Form::JsonArray { Box::new(Objects::new(lines, limits)) } else { Box::new(lines) };
    Ok(Opened { packing, form, encoding, lines, read })
}

/// A reader whose first bytes have been looked at. An error met while looking is met again behind those bytes.
struct Peeked<R> {
    start: Cursor<Vec<u8>>,
    error: Option<io::Error>,
    inner: R,
}

impl<R: Read> Peeked<R> {
    fn new(mut inner: R, n: u64) -> Result<Peeked<R>, Refusal> {
        let mut bytes = Vec::new();
        let error = inner.by_ref().take(n).read_to_end(&mut bytes).err();
        match error {
            Some(error) if bytes.is_empty() => Err(Refusal::from_io(error)),
            error => Ok(Peeked { start: Cursor::new(bytes), error, inner }),
        }
    }

    fn start(&self) -> &[u8] {
        self.start.get_ref()
    }

    /// The reader behind the first bytes looked at.
    fn without(mut self, n: u64) -> Peeked<R> {
        self.start.set_position(n);
        self
    }
}

impl<R: Read> Read for Peeked<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if self.start.position() < self.start.get_ref().len() as u64 {
            return self.start.read(buf);
        }
        match self.error.take() {
            Some(error) => Err(error),
            None => self.inner.read(buf),
        }
    }
}

/// Tells JSON from delimited text by its first character, and one object a line from objects spread over lines.
fn form_of(start: &[u8]) -> Form {
    let text = start.trim_ascii_start();
    match text.first() {
        Some(b'[') => Form::JsonArray,
        Some(b'{') => {
            let line = text.split(|&b| b == b'\n').next().unwrap_or(text).trim_ascii_end();
            let envelope = [b"\"items\"".as_slice(), b"\"value\"", b"\"totalCount\""]
                .iter()
                .any(|key| line.windows(key.len()).any(|w| w == *key));
            let whole = line.ends_with(b"}") || line.len() == text.len();
            if whole && !envelope { Form::JsonLines } else { Form::JsonArray }
        }
        _ => Form::Csv,
    }
}

/// The content of the one file in a ZIP.
fn only_entry(bytes: Vec<u8>, limits: &Limits) -> Result<Box<dyn Read + Send>, Refusal> {
    let zip =
        |text: String| Refusal::new("E-FILE-ZIP", text, "unpack the archive and import the files inside one by one");
    let damaged = |e: zip::result::ZipError| {
        Refusal::new("E-FILE-CORRUPT", format!("the ZIP is damaged ({e})"), "fetch the file again")
    };
    let mut archive = zip::ZipArchive::new(Cursor::new(&bytes)).map_err(damaged)?;
    if archive.len() > limits.entries {
        return Err(Refusal::new("E-FILE-LIMIT", format!("the ZIP has {} entries", archive.len()), "unpack it first"));
    }
    let mut found = None;
    for n in 0..archive.len() {
        let entry = archive.by_index_raw(n).map_err(damaged)?;
        if entry.is_dir() {
            continue;
        }
        if found.is_some() {
            return Err(zip("the ZIP holds several files".into()));
        }
        let start = entry.data_start().unwrap_or(0);
        found = Some((start, entry.compressed_size(), entry.compression(), entry.encrypted()));
    }
    drop(archive);
    let (start, size, method, encrypted) = found.ok_or_else(|| zip("the ZIP is empty".into()))?;
    if encrypted {
        return Err(zip("the file inside the ZIP is encrypted".into()));
    }
    let mut content = Cursor::new(bytes);
    content.seek(SeekFrom::Start(start)).map_err(Refusal::from_io)?;
    let content = content.take(size);
    match method {
        zip::CompressionMethod::Stored => Ok(Box::new(content)),
        zip::CompressionMethod::Deflated => Ok(Box::new(DeflateDecoder::new(content))),
        other => Err(zip(format!("the ZIP uses the method {other}"))),
    }
}

/// Counts the bytes of the source, for progress and for the growth of what is unpacked.
struct Counted<R> {
    inner: R,
    count: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buf)?;
        self.count.fetch_add(n as u64, Relaxed);
        Ok(n)
    }
}

/// Refuses a source longer than accepted.
struct Capped<R> {
    inner: R,
    left: u64,
    most: u64,
}

impl<R> Capped<R> {
    fn new(inner: R, most: u64) -> Capped<R> {
        Capped { inner, left: most, most }
    }
}

impl<R: Read> Read for Capped<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buf)?;
        self.left = self.left.checked_sub(n as u64).ok_or_else(|| too_large(self.most).into_io())?;
        Ok(n)
    }
}

/// Refuses a packed text that grows beyond its size or ratio.
struct Grown<R> {
    inner: R,
    out: u64,
    packed: Arc<AtomicU64>,
    most: u64,
    ratio: u64,
}

impl<R> Grown<R> {
    fn new(inner: R, packed: Arc<AtomicU64>, most: u64, ratio: u64) -> Grown<R> {
        Grown { inner, out: 0, packed, most, ratio }
    }
}

impl<R: Read> Read for Grown<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buf)?;
        self.out += n as u64;
        if self.out > self.most {
            return Err(too_large(self.most).into_io());
        }
        // Small files may repeat themselves as they like.
        if self.out > 16 << 20 && self.out / self.ratio > self.packed.load(Relaxed) {
            let text = format!("the file grows more than {} times when unpacked", self.ratio);
            return Err(
                Refusal::new("E-FILE-BOMB", text, "unpack it yourself if you trust where it comes from").into_io()
            );
        }
        Ok(n)
    }
}

fn too_large(most: u64) -> Refusal {
    Refusal::new(
        "E-FILE-TOO-LARGE",
        format!("the file is larger than {} MiB", most >> 20),
        "split it into smaller files",
    )
}

/// UTF-16 to UTF-8; half characters become U+FFFD.
struct Utf16<R> {
    inner: R,
    big: bool,
    rest: Option<u8>,
    high: Option<u16>,
    out: Vec<u8>,
    at: usize,
}

impl<R: Read> Utf16<R> {
    fn new(inner: R, big: bool) -> Utf16<R> {
        Utf16 { inner, big, rest: None, high: None, out: Vec::new(), at: 0 }
    }

    fn refill(&mut self) -> io::Result<()> {
        let mut bytes = vec![0u8; 64 << 10];
        let n = self.inner.read(&mut bytes)?;
        let mut units = Vec::with_capacity(n / 2 + 2);
        units.extend(self.high.take());
        let ended = n == 0;
        for byte in bytes.into_iter().take(n) {
            match self.rest.take() {
                None => self.rest = Some(byte),
                Some(first) if self.big => units.push(u16::from_be_bytes([first, byte])),
                Some(first) => units.push(u16::from_le_bytes([first, byte])),
            }
        }
        if !ended && units.last().is_some_and(|u| (0xd800..0xdc00).contains(u)) {
            self.high = units.pop();
        }
        if ended && self.rest.take().is_some() {
            units.push(0xfffd);
        }
        self.out.clear();
        self.at = 0;
        let mut utf8 = [0; 4];
        for c in char::decode_utf16(units) {
            let c = c.unwrap_or('\u{fffd}');
            self.out.extend_from_slice(c.encode_utf8(&mut utf8).as_bytes());
        }
        Ok(())
    }
}

impl<R: Read> Read for Utf16<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        while self.at == self.out.len() {
            let (rest, high) = (self.rest, self.high);
            self.refill()?;
            if self.out.is_empty() && (rest, high) == (self.rest, self.high) {
                return Ok(0);
            }
        }
        let n = buf.len().min(self.out.len() - self.at);
        buf[..n].copy_from_slice(&self.out[self.at..self.at + n]);
        self.at += n;
        Ok(n)
    }
}

/// Reads bytes as Windows-1252; the five unused positions stand for themselves as control characters.
pub(crate) fn windows_1252(bytes: &[u8]) -> String {
    const HIGH: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘',
        '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
    ];
    bytes.iter().map(|&b| HIGH.get(usize::from(b).wrapping_sub(0x80)).copied().unwrap_or(char::from(b))).collect()
}
