//! The engine room: a document read in chunks on all cores, its rows handed out in order.
//!
//! Whichever thread has nothing to do unpacks and cuts the next chunk at a row's end and reads it; the caller's thread
//! receives the results in the order of the file. Each chunk has its own texts: lines are handed out with them, records of our own kinds
//! have them merged into the caller's [`Names`]; so a month of a million rows needs a few dozen megabytes. What a row needs
//! is in [`Item`]. The buffers of chunks go round, because fresh memory for every mebibyte costs as much as cutting it.

use crate::cells::{Cells, Fault};
use crate::correct::{Corrected, Given, Remedy};
use crate::lines::{Chunk, Chunks, row_end};
use crate::problem::{Problem, Refusal, Stop, shortened};
use crate::recognise::Recognised;
use crate::row::{Row, has_suspicious, is_plain};
use crate::source::Source;
use crate::unpack::{Form, Opened, Packing};
use crate::{Limits, json, text, unpack};
use engine::{Names, SourceId, Symbol, cores};
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Bytes of a chunk.
pub(crate) const CHUNK: usize = 1 << 20;
/// Bytes of a small file's chunk, so that more than one thread has something to do.
const SMALL_CHUNK: usize = 1 << 18;

/// How a file is cut: bytes of a chunk, and how many threads it is worth. What is packed may hold any number of bytes.
fn cut_of(source: &dyn Source, opened: &Opened) -> (usize, usize) {
    let plain = opened.packing == Packing::Plain && opened.form != Form::Xlsx;
    let bytes = source.len().filter(|_| plain).and_then(|bytes| usize::try_from(bytes).ok());
    let Some(bytes) = bytes else { return (CHUNK, cores::count()) };
    let chunk = (bytes / 16).clamp(SMALL_CHUNK, CHUNK);
    (chunk, bytes.div_ceil(chunk).min(cores::count()))
}

/// Something read from a row. It is made with the chunk's own symbols and row numbers; `place` gives it the document's.
pub(crate) trait Item: Send {
    fn place(&mut self, to: &Placing<'_>);
}

/// Where a chunk lies in its document, and what its symbols became.
pub(crate) struct Placing<'a> {
    /// The document's number in the book.
    pub(crate) document: u32,
    /// Rows before the chunk.
    pub(crate) before: u32,
    /// The caller's symbol of each of the chunk's; `None` when items keep the chunk's.
    symbols: Option<&'a [Symbol]>,
}

impl Placing<'_> {
    pub(crate) fn symbol(&self, symbol: &mut Symbol) {
        if let Some(symbols) = self.symbols {
            *symbol = symbols.get(symbol.0 as usize).copied().unwrap_or(Symbol::EMPTY);
        }
    }

    pub(crate) fn id(&self, id: &mut SourceId) {
        if let SourceId::Text(symbol) = id {
            self.symbol(symbol);
        }
    }
}

/// What a whole reading came to.
#[derive(Debug, Default)]
pub(crate) struct Counted {
    pub(crate) rows: u32,
    pub(crate) problems: Vec<Problem>,
    pub(crate) problem_count: u64,
    pub(crate) corrected: Vec<Corrected>,
    /// Lines that were not UTF-8.
    pub(crate) foreign: u32,
}

/// A document to be read.
pub(crate) struct Job<'a> {
    pub(crate) source: &'a dyn Source,
    pub(crate) file: &'a Recognised,
    pub(crate) limits: &'a Limits,
    /// Its number in the book.
    pub(crate) document: u32,
}

/// Makes an item of a row.
pub(crate) type Read<'a, T> = &'a (dyn Fn(&mut Row<'_>) -> T + Sync);
/// Takes the items of a chunk, and the texts of their symbols.
pub(crate) type Each<'a, T> = &'a mut dyn FnMut(Vec<T>, &Names) -> Result<(), Stop>;

/// Reads a document row by row. `read` makes an item of a row and notes what is wrong with it; rows with problems are
/// not handed out. With `names`, the items' symbols are its own; without, those of their chunk.
pub(crate) fn stream<T: Item>(
    job: &Job<'_>,
    mut names: Option<&mut Names>,
    read: Read<'_, T>,
    each: Each<'_, T>,
    progress: &mut dyn FnMut(u64) -> Result<(), Stop>,
) -> Result<Counted, Refusal> {
    let Job { source, file, limits, document } = *job;
    let opened = unpack::open(source, limits)?;
    let done = opened.read.clone();
    let (size, threads) = cut_of(source, &opened);
    let mut chunks = Chunks::new(opened.lines, file.ends(), *limits, size);
    let (spare, ended) = (Mutex::new(Vec::<Chunk>::new()), Mutex::new(None));
    let cut = std::iter::from_fn(|| {
        if lock(&ended).is_some() {
            return None;
        }
        let (chunk, error) = chunks.next(lock(&spare).pop().unwrap_or_default());
        if error.is_some() {
            *lock(&ended) = error;
        }
        chunk
    });
    // Rows of the document are named, which only a reader that has seen them all can count.
    let readers = if file.corrections.is_empty() && file.only.is_none() { threads } else { 1 };
    let before = AtomicU32::new(0);
    let parse = |(n, chunk): (usize, Chunk)| {
        let (parsed, chunk) = parse(n == 0, before.load(Relaxed), chunk, file, limits, read);
        before.fetch_add(parsed.rows, Relaxed);
        lock(&spare).push(chunk);
        parsed
    };
    let mut counted = Counted::default();
    cores::drawn(readers, cut.fuse().enumerate(), parse, |parsed| {
        take(parsed, document, names.as_deref_mut(), limits, each, &mut counted)?;
        Ok::<(), Refusal>(progress(done.load(Relaxed))?)
    })?;
    let error = ended.into_inner().unwrap_or_else(PoisonError::into_inner);
    file.corrections.check(&counted.corrected, file.columns())?;
    match error.map(Refusal::from_io) {
        Some(cut) if cut.code == "E-FILE-TRUNCATED" && counted.rows > 0 => {
            let row = counted.rows + 1;
            let hint = "fetch the file again; it was cut off while being copied or downloaded".to_owned();
            let (column, value) = (String::new(), String::new());
            let remedy = Remedy::Elsewhere;
            let problem = Problem { row, column, value, code: "P-FILE-CUT", hint, remedy };
            counted.problem_count += 1;
            counted.problems.push(problem);
            Ok(counted)
        }
        Some(refusal) => Err(refusal),
        None => Ok(counted),
    }
}

fn lock<T>(held: &Mutex<T>) -> MutexGuard<'_, T> {
    held.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Takes over what one chunk gave.
fn take<T: Item>(
    parsed: Parsed<T>,
    document: u32,
    names: Option<&mut Names>,
    limits: &Limits,
    each: Each<'_, T>,
    counted: &mut Counted,
) -> Result<(), Refusal> {
    let before = counted.rows;
    counted.rows += parsed.rows;
    counted.foreign += parsed.foreign;
    counted.problem_count += parsed.problem_count;
    if counted.rows > limits.rows {
        let text = format!("the file has more than {} rows", limits.rows);
        return Err(Refusal::new("E-FILE-LIMIT", text, "split it into smaller files"));
    }
    let room = limits.problems.saturating_sub(counted.problems.len());
    counted.problems.extend(parsed.problems.into_iter().take(room).map(|mut problem| {
        problem.row += before;
        problem
    }));
    counted.corrected.extend(parsed.corrected.into_iter().map(|c| Corrected { row: c.row + before, ..c }));
    let mut items = parsed.items;
    let mut place = |symbols| {
        let placing = Placing { document, before, symbols };
        items.iter_mut().for_each(|item| item.place(&placing));
    };
    match names {
        None => {
            place(None);
            Ok(each(items, &parsed.names)?)
        }
        Some(names) => {
            let symbols: Vec<Symbol> = parsed.names.texts().map(|text| names.intern(text)).collect();
            place(Some(&symbols));
            Ok(each(items, names)?)
        }
    }
}

struct Parsed<T> {
    items: Vec<T>,
    names: Names,
    rows: u32,
    problems: Vec<Problem>,
    problem_count: u64,
    corrected: Vec<Corrected>,
    foreign: u32,
}

/// Reads the rows of one chunk, and hands its buffers back. `before` is how many rows this reader has read.
fn parse<T: Item>(
    first: bool,
    before: u32,
    chunk: Chunk,
    file: &Recognised,
    limits: &Limits,
    read: Read<'_, T>,
) -> (Parsed<T>, Chunk) {
    let Chunk { bytes, mut ends } = chunk;
    let (text, foreign) = text::utf8(bytes);
    if foreign > 0 {
        ends = row_ends(text.as_bytes(), file, limits);
    }
    let mut out = Parsed {
        items: Vec::with_capacity(ends.len()),
        names: Names::default(),
        rows: 0,
        problems: Vec::new(),
        problem_count: 0,
        corrected: Vec::new(),
        foreign,
    };
    let mut cells = Cells::default();
    for row in DataRows::new(&text, &ends, first, file) {
        out.rows += 1;
        if !file.wants(before + out.rows) {
            continue;
        }
        read_row(row, file.corrections.of(before + out.rows), &mut cells, file, limits, read, &mut out);
        if out.problems.len() > limits.problems {
            out.problem_count += (out.problems.len() - limits.problems) as u64;
            out.problems.truncate(limits.problems);
        }
    }
    out.problem_count += out.problems.len() as u64;
    (out, Chunk { bytes: text.into_bytes(), ends })
}

/// Where each row of a text ends, for one that is not as long as the bytes it was read from.
pub(crate) fn row_ends(text: &[u8], file: &Recognised, limits: &Limits) -> Vec<u32> {
    let mut ends = Vec::new();
    let mut at = 0;
    while let Some(end) = row_end(text, at, true, file.ends(), limits).filter(|&end| end > at) {
        ends.push(end as u32);
        at = end;
    }
    ends
}

/// The data rows of a chunk: without the header (archives of several parts may repeat it) and rows that carry nothing.
pub(crate) struct DataRows<'a> {
    chunk: &'a str,
    file: &'a Recognised,
    ends: std::slice::Iter<'a, u32>,
    at: usize,
    header_due: bool,
}

impl<'a> DataRows<'a> {
    pub(crate) fn new(chunk: &'a str, ends: &'a [u32], first: bool, file: &'a Recognised) -> DataRows<'a> {
        DataRows { chunk, file, ends: ends.iter(), at: 0, header_due: first && !file.is_json() }
    }
}

impl<'a> Iterator for DataRows<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        loop {
            let end = *self.ends.next()? as usize;
            let row = text::without_end(self.chunk.get(self.at..end)?);
            self.at = end;
            let is_header = !self.file.is_json() && row == self.file.header_row;
            if is_header {
                self.header_due = false;
            } else if !text::is_preamble(row) && !std::mem::take(&mut self.header_due) {
                return Some(row);
            }
        }
    }
}

fn read_row<T: Item>(
    text: &str,
    given: &Given,
    cells: &mut Cells,
    file: &Recognised,
    limits: &Limits,
    read: Read<'_, T>,
    out: &mut Parsed<T>,
) {
    let cut = if text.len() > limits.line {
        let csv = !file.is_json();
        Err(Fault::RowTooLong(csv.then(|| cells.longest_in(text, file.dialect.delimiter, limits.field)).flatten()))
    } else if file.is_json() {
        json::object(text, &file.header, cells, limits)
    } else {
        let delimiter = file.dialect.delimiter;
        cells.cut(text, delimiter, limits.field).and_then(|()| right_width(text, cells, file.header.len()))
    };
    if let Err(fault) = cut {
        out.problems.push(problem(fault, text, out.rows, file.columns()));
        return;
    }
    let good = make(text, &[], cells, file, read, out);
    let item = if given.is_empty() || good.is_some() { good } else { corrected(text, given, cells, file, read, out) };
    out.items.extend(item);
}

/// Reads a row again that cannot be read as it stands, and notes what was read otherwise: not what the row reads without.
fn corrected<T: Item>(
    text: &str,
    given: &Given,
    cells: &Cells,
    file: &Recognised,
    read: Read<'_, T>,
    out: &mut Parsed<T>,
) -> Option<T> {
    let row = out.rows;
    out.problems.retain(|p| p.row != row);
    let before = out.problems.len();
    let mut is_needed = |n: usize| {
        let others: Vec<_> =
            given.iter().enumerate().filter(|(other, _)| *other != n).map(|(_, g)| g.clone()).collect();
        let reads = make(text, &others, cells, file, read, out).is_some();
        out.problems.truncate(before);
        !reads
    };
    let needed: Vec<_> = given.iter().enumerate().filter(|(n, _)| is_needed(*n)).map(|(_, given)| given).collect();
    out.corrected.extend(needed.into_iter().map(|(place, used)| Corrected {
        row,
        column: file.columns().get(*place).cloned().unwrap_or_default(),
        said: shortened(cells.get(text, *place)),
        used: used.clone(),
    }));
    make(text, given, cells, file, read, out)
}

/// Makes an item of a row cut into cells; `None` when something is wrong with it.
fn make<T: Item>(
    text: &str,
    given: &Given,
    cells: &Cells,
    file: &Recognised,
    read: Read<'_, T>,
    out: &mut Parsed<T>,
) -> Option<T> {
    // In JSON the escapes are what may hide something, so the unescaped values are looked at.
    let seen = if file.is_json() { &cells.text } else { text };
    let odd = !given.is_empty() || (!is_plain(seen) && has_suspicious(seen));
    let before = out.problems.len();
    let mut row = Row {
        columns: file.kind.columns(),
        places: &file.places,
        header: file.header.names(),
        dialect: file.dialect,
        text,
        cells,
        given,
        number: out.rows,
        names: &mut out.names,
        problems: &mut out.problems,
    };
    if odd {
        row.check_characters();
    }
    let item = read(&mut row);
    (out.problems.len() == before).then_some(item)
}

/// As many fields as the header; more only when they are empty.
fn right_width(row: &str, cells: &Cells, wanted: usize) -> Result<(), Fault> {
    let found = cells.len();
    let spare = || (wanted..found).all(|n| cells.get(row, n).trim().is_empty());
    if found == wanted || (found > wanted && spare()) { Ok(()) } else { Err(Fault::Columns(found, wanted)) }
}

fn problem(fault: Fault, text: &str, row: u32, columns: &[String]) -> Problem {
    let (code, hint) = match fault {
        Fault::Quote => ("P-QUOTE", "close the quotation mark, or double it inside a quoted field".to_owned()),
        Fault::FieldTooLong(_) => ("P-FIELD-TOO-LONG", "shorten the field to 64 KiB".to_owned()),
        Fault::RowTooLong(_) => ("P-ROW-TOO-LONG", "shorten the row to 1 MiB".to_owned()),
        Fault::Columns(found, wanted) if found < wanted => {
            ("P-COLUMNS", format!("the row has {found} of {wanted} fields; it may be cut off"))
        }
        Fault::Columns(found, wanted) => (
            "P-COLUMNS",
            format!("the row has {found} fields, the header {wanted}; a field with a delimiter needs quotes"),
        ),
        Fault::Json(why) => ("P-JSON", why.to_owned()),
    };
    let place = match fault {
        Fault::FieldTooLong(place) | Fault::RowTooLong(place) => place,
        Fault::Quote | Fault::Columns(..) | Fault::Json(_) => None,
    };
    let column = place.and_then(|place| columns.get(place)).cloned().unwrap_or_default();
    Problem { row, column, value: shortened(text), code, hint, remedy: Remedy::Elsewhere }
}
