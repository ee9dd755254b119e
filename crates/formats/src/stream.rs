//! The engine room: a document read in chunks on two threads, its rows handed out in order.
//!
//! One thread unpacks and cuts chunks at row ends, two read them, and the caller's thread receives the results round by
//! round in the order of the file. Each chunk has its own texts, which are merged into the caller's [`Names`] here; so a
//! month of a million rows needs a few dozen megabytes. What a row needs is in [`Item`].

use crate::cells::{Cells, Fault};
use crate::lines::{Chunks, row_end};
use crate::problem::{Problem, Refusal, Stop, shortened};
use crate::recognise::Recognised;
use crate::row::{Row, has_suspicious, is_plain};
use crate::source::Source;
use crate::{Limits, json, text, unpack};
use engine::{Names, SourceId, Symbol};
use std::io;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

/// Threads that read chunks.
const READERS: usize = 2;
/// Bytes of a chunk.
const CHUNK: usize = 1 << 20;

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
    symbols: &'a [Symbol],
}

impl Placing<'_> {
    pub(crate) fn symbol(&self, symbol: &mut Symbol) {
        *symbol = self.symbols.get(symbol.0 as usize).copied().unwrap_or_default_symbol();
    }

    pub(crate) fn id(&self, id: &mut SourceId) {
        if let SourceId::Text(symbol) = id {
            self.symbol(symbol);
        }
    }
}

trait OrEmpty {
    fn unwrap_or_default_symbol(self) -> Symbol;
}

impl OrEmpty for Option<Symbol> {
    fn unwrap_or_default_symbol(self) -> Symbol {
        self.unwrap_or(Symbol::EMPTY)
    }
}

/// What a whole reading came to.
#[derive(Debug, Default)]
pub(crate) struct Counted {
    pub(crate) rows: u32,
    pub(crate) problems: Vec<Problem>,
    pub(crate) problem_count: u64,
    /// Lines that were not UTF-8.
    pub(crate) foreign: u32,
}

/// Reads a document row by row. `read` makes an item of a row and notes what is wrong with it; rows with problems are
/// not handed out.
pub(crate) fn stream<T: Item>(
    source: &dyn Source,
    file: &Recognised,
    limits: &Limits,
    document: u32,
    names: &mut Names,
    read: &(dyn Fn(&mut Row<'_>) -> T + Sync),
    each: &mut dyn FnMut(Vec<T>, &Names) -> Result<(), Stop>,
    progress: &mut dyn FnMut(u64) -> Result<(), Stop>,
) -> Result<Counted, Refusal> {
    let opened = unpack::open(source, limits)?;
    let done = opened.read.clone();
    let mut chunks = Chunks::new(opened.lines, file.ends(), *limits, CHUNK);
    std::thread::scope(|scope| {
        let mut inputs: Vec<SyncSender<(bool, Vec<u8>)>> = Vec::new();
        let mut outputs: Vec<Receiver<Parsed<T>>> = Vec::new();
        for _ in 0..READERS {
            let (input, chunks) = sync_channel::<(bool, Vec<u8>)>(1);
            let (parsed, output) = sync_channel(1);
            inputs.push(input);
            outputs.push(output);
            scope.spawn(move || {
                for (first, chunk) in chunks {
                    if parsed.send(parse(first, chunk, file, limits, read)).is_err() {
                        return;
                    }
                }
            });
        }
        let cutter = scope.spawn(move || -> Option<io::Error> {
            for n in 0.. {
                let (chunk, error) = chunks.next();
                let ended = chunk.is_none();
                if let Some(chunk) = chunk
                    && inputs[n % READERS].send((n == 0, chunk)).is_err()
                {
                    return None;
                }
                if ended || error.is_some() {
                    return error;
                }
            }
            None
        });
        let mut counted = Counted::default();
        let mut received = 0;
        let end = loop {
            let Ok(parsed) = outputs[received % READERS].recv() else { break Ok(()) };
            received += 1;
            if let Err(refusal) = take(parsed, document, names, limits, each, &mut counted) {
                break Err(refusal);
            }
            if let Err(stop) = progress(done.load(Relaxed)) {
                break Err(stop.into());
            }
        };
        drop(outputs); // lets the others end when stopped early
        let error = cutter.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        end?;
        match error.map(Refusal::from_io) {
            Some(cut) if cut.code == "E-FILE-TRUNCATED" && counted.rows > 0 => {
                let row = counted.rows + 1;
                let hint = "fetch the file again; it was cut off while being copied or downloaded".to_owned();
                let problem = Problem { row, column: String::new(), value: String::new(), code: "P-FILE-CUT", hint };
                counted.problem_count += 1;
                counted.problems.push(problem);
                Ok(counted)
            }
            Some(refusal) => Err(refusal),
            None => Ok(counted),
        }
    })
}

/// Takes over what one chunk gave.
fn take<T: Item>(
    parsed: Parsed<T>,
    document: u32,
    names: &mut Names,
    limits: &Limits,
    each: &mut dyn FnMut(Vec<T>, &Names) -> Result<(), Stop>,
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
    let symbols: Vec<Symbol> = parsed.names.texts().map(|text| names.intern(text)).collect();
    let placing = Placing { document, before, symbols: &symbols };
    let mut items = parsed.items;
    for item in &mut items {
        item.place(&placing);
    }
    Ok(each(items, names)?)
}

struct Parsed<T> {
    items: Vec<T>,
    names: Names,
    rows: u32,
    problems: Vec<Problem>,
    problem_count: u64,
    foreign: u32,
}

/// Reads the rows of one chunk.
fn parse<T: Item>(
    first: bool,
    chunk: Vec<u8>,
    file: &Recognised,
    limits: &Limits,
    read: &(dyn Fn(&mut Row<'_>) -> T + Sync),
) -> Parsed<T> {
    let (chunk, foreign) = text::utf8(chunk);
    let mut out =
        Parsed { items: Vec::new(), names: Names::default(), rows: 0, problems: Vec::new(), problem_count: 0, foreign };
    let mut cells = Cells::default();
    let mut header_due = first && !file.is_json();
    let ends = file.ends();
    let mut at = 0;
    while let Some(end) = row_end(chunk.as_bytes(), at, true, ends, limits).filter(|&end| end > at) {
        let row = text::without_end(chunk.get(at..end).unwrap_or(""));
        at = end;
        // Archives of several parts may repeat the header in each.
        if text::is_preamble(row) || (!file.is_json() && row == file.header_row) {
            header_due &= row != file.header_row;
            continue;
        }
        if std::mem::take(&mut header_due) {
            continue;
        }
        out.rows += 1;
        read_row(row, &mut cells, file, limits, read, &mut out);
        if out.problems.len() > limits.problems {
            out.problem_count += (out.problems.len() - limits.problems) as u64;
            out.problems.truncate(limits.problems);
        }
    }
    out.problem_count += out.problems.len() as u64;
    out
}

fn read_row<T: Item>(
    text: &str,
    cells: &mut Cells,
    file: &Recognised,
    limits: &Limits,
    read: &(dyn Fn(&mut Row<'_>) -> T + Sync),
    out: &mut Parsed<T>,
) {
    let cut = if text.len() > limits.line {
        Err(Fault::RowTooLong)
    } else if file.is_json() {
        json::object(text, &file.header, cells, limits)
    } else {
        let delimiter = file.dialect.delimiter;
        cells.cut(text, delimiter, limits.field).and_then(|()| right_width(text, cells, file.header.len()))
    };
    if let Err(fault) = cut {
        out.problems.push(problem(fault, text, out.rows));
        return;
    }
    let before = out.problems.len();
    let mut row = Row {
        columns: file.kind.columns(),
        places: &file.places,
        header: file.header.names(),
        dialect: file.dialect,
        text,
        cells,
        number: out.rows,
        names: &mut out.names,
        problems: &mut out.problems,
    };
    if !is_plain(text) && (has_suspicious(text) || file.is_json()) || (file.is_json() && text.contains("\\u")) {
        row.check_characters();
    }
    let item = read(&mut row);
    if out.problems.len() == before {
        out.items.push(item);
    }
}

/// As many fields as the header; more only when they are empty.
fn right_width(row: &str, cells: &Cells, wanted: usize) -> Result<(), Fault> {
    let found = cells.len();
    let spare = || (wanted..found).all(|n| cells.get(row, n).trim().is_empty());
    if found == wanted || (found > wanted && spare()) { Ok(()) } else { Err(Fault::Columns(found, wanted)) }
}

fn problem(fault: Fault, text: &str, row: u32) -> Problem {
    let (code, hint) = match fault {
        Fault::Quote => ("P-QUOTE", "close the quotation mark, or double it inside a quoted field".to_owned()),
        Fault::FieldTooLong => ("P-FIELD-TOO-LONG", "shorten the field to 64 KiB".to_owned()),
        Fault::RowTooLong => ("P-ROW-TOO-LONG", "shorten the row to 1 MiB".to_owned()),
        Fault::Columns(found, wanted) if found < wanted => {
            ("P-COLUMNS", format!("the row has {found} of {wanted} fields; it may be cut off"))
        }
        Fault::Columns(found, wanted) => {
            ("P-COLUMNS", format!("the row has {found} fields, the header {wanted}; a field with a delimiter needs quotes"))
        }
        Fault::Json(why) => ("P-JSON", why.to_owned()),
    };
    Problem { row, column: String::new(), value: shortened(text), code, hint }
}

/// The cells of one row by column name, as the document has them; empty when there is no such row.
pub(crate) fn raw(source: &dyn Source, file: &Recognised, limits: &Limits, wanted: u32) -> Result<Vec<(String, String)>, Refusal> {
    let opened = unpack::open(source, limits)?;
    let mut chunks = Chunks::new(opened.lines, file.ends(), *limits, CHUNK);
    let (mut rows, mut header_due) = (0u32, !file.is_json());
    let mut cells = Cells::default();
    while let (Some(chunk), _) = chunks.next() {
        let (chunk, _) = text::utf8(chunk);
        let mut at = 0;
        while let Some(end) = row_end(chunk.as_bytes(), at, true, file.ends(), limits).filter(|&end| end > at) {
            let row = text::without_end(chunk.get(at..end).unwrap_or(""));
            at = end;
            if text::is_preamble(row) || (!file.is_json() && row == file.header_row) {
                header_due &= row != file.header_row;
                continue;
            }
            if std::mem::take(&mut header_due) {
                continue;
            }
            rows += 1;
            if rows < wanted {
                continue;
            }
            let cut = if file.is_json() {
                json::object(row, &file.header, &mut cells, limits)
            } else {
                cells.cut(row, file.dialect.delimiter, limits.field)
            };
            if cut.is_err() {
                return Ok(vec![("row".to_owned(), shortened(row))]);
            }
            let named = file.columns().iter().enumerate();
            return Ok(named.map(|(n, name)| (name.clone(), cells.get(row, n).to_owned())).collect());
        }
    }
    Ok(Vec::new())
}
