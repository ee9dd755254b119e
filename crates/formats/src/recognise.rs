//! What a file is: container, encoding, kind, columns and dialect, found from its content.
//!
//! Out: everything a reader needs to read it, the columns nothing is known of, and the questions only the user can answer.
//! The name and its extension decide nothing.

use crate::cells::Cells;
use crate::correct::Corrections;
use crate::dialect::{Evidence, Question};
use crate::header::{Header, folded};
use crate::lines::{Chunk, Chunks, Ends, row_end};
use crate::problem::{Note, Refusal};
use crate::row::Places;
use crate::source::Source;
use crate::unpack::{self, Encoding, Form, Opened, Packing};
use crate::value::{DateOrder, Dialect, Mark};
use crate::{Kind, Limits, Mapping, json, text};
use std::collections::BTreeSet;

/// What the user has said about a file; by default nothing.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// The kind, against what the columns say.
    pub kind: Option<Kind>,
    /// The mapping to read it with.
    pub mapping: Option<Mapping>,
    /// Mappings to try when no kind fits: the book's own and the shipped ones.
    pub mappings: Vec<Mapping>,
    /// Order of day and month.
    pub date_order: Option<DateOrder>,
    /// Decimal mark.
    pub decimal: Option<Mark>,
}

/// What a file was found to be.
#[derive(Clone, Debug)]
pub struct Recognised {
    /// Kind.
    pub kind: Kind,
    /// What it was wrapped in.
    pub packing: Packing,
    /// Shape of the rows.
    pub form: Form,
    /// Encoding of the text.
    pub encoding: Encoding,
    /// How numbers and dates are written.
    pub dialect: Dialect,
    /// The mapping, for a distributor's file.
    pub mapping: Option<Mapping>,
    /// Columns nothing is known of; they stay in the raw document.
    pub unknown: Vec<String>,
    /// What only the user can answer. A file with open questions is not to be read.
    pub questions: Vec<Question>,
    /// Things worth telling.
    pub notes: Vec<Note>,
    pub(crate) header: Header,
    /// How many columns the file itself has; behind them stand names JSON rows may bring later.
    pub(crate) own_columns: usize,
    pub(crate) header_row: String,
    pub(crate) places: Places,
    /// What a person said some cells mean.
    pub(crate) corrections: Corrections,
    /// The rows to read, when not all.
    pub(crate) only: Option<BTreeSet<u32>>,
}

impl Recognised {
    /// The file's columns in order.
    pub fn columns(&self) -> &[String] {
        self.header.names().get(..self.own_columns).unwrap_or(&[])
    }

    /// Our columns and the file's own that fill them, in our order.
    pub fn filled(&self) -> Vec<(&'static str, &str)> {
        let theirs = |place: Option<usize>| place.and_then(|n| self.columns().get(n)).map(String::as_str);
        let columns = self.kind.columns().iter().zip(&self.places);
        columns.filter_map(|(ours, place)| Some((ours.name, theirs(*place)?))).collect()
    }

    /// Has only these rows read, counted from 1 without the header.
    pub fn only(&mut self, rows: impl IntoIterator<Item = u32>) {
        self.only = Some(rows.into_iter().collect());
    }

    /// Whether a row is to be read.
    pub(crate) fn wants(&self, row: u32) -> bool {
        self.only.as_ref().is_none_or(|rows| rows.contains(&row))
    }

    pub(crate) fn ends(&self) -> Ends {
        Ends::of(self.form, self.dialect.delimiter)
    }

    pub(crate) fn is_json(&self) -> bool {
        matches!(self.form, Form::JsonLines | Form::JsonArray)
    }
}

/// Bytes of delimited text looked at before settling for what they show.
const SAMPLE: usize = 128 << 10;
/// The same of JSON, whose columns are known only from its rows.
const JSON_SAMPLE: usize = 4 << 20;

/// The columns of a file and its first rows as they stand there, whatever it is.
#[derive(Clone, Debug, Default)]
pub struct Glimpse {
    /// Its columns, in order.
    pub columns: Vec<String>,
    /// The cells of its first rows.
    pub rows: Vec<Vec<String>>,
}

/// Looks at the start of a file without knowing what it is.
pub fn glimpse(source: &dyn Source, limits: &Limits, asked: &Asked, rows_wanted: usize) -> Result<Glimpse, Refusal> {
    let Opened { form, lines, .. } = unpack::open(source, limits)?;
    let json = matches!(form, Form::JsonLines | Form::JsonArray);
    let mut chunks = Chunks::new(lines, Ends::Line, *limits, if json { JSON_SAMPLE } else { SAMPLE });
    let (Some(Chunk { bytes, .. }), _) = chunks.next(Chunk::default()) else { return Ok(Glimpse::default()) };
    let (first, _) = text::utf8(bytes);
    let (header, header_row, delimiter) =
        if json { (json_header(&first, limits)?, String::new(), 0) } else { csv_header(&first, form, limits, asked)? };
    let mut cells = Cells::default();
    let mut found = Vec::new();
    let ends = Ends::of(form, delimiter);
    for row in rows(&first, ends, limits).filter(|r| !text::is_preamble(r) && *r != header_row).take(rows_wanted) {
        let cut =
            if json { json::object(row, &header, &mut cells, limits) } else { cells.cut(row, delimiter, limits.field) };
        let read = |n: usize| if cut.is_ok() { cells.get(row, n).to_owned() } else { String::new() };
        found.push((0..header.len()).map(read).collect());
    }
    Ok(Glimpse { columns: header.names().to_vec(), rows: found })
}

/// Finds out what a file is.
pub fn recognise(source: &dyn Source, limits: &Limits, asked: &Asked) -> Result<Recognised, Refusal> {
    let Opened { packing, form, mut encoding, lines, .. } = unpack::open(source, limits)?;
    // Rows are cut with quotes in mind only once the delimiter is known: the first chunk is cut anew below.
    let json = matches!(form, Form::JsonLines | Form::JsonArray);
    let mut chunks = Chunks::new(lines, Ends::Line, *limits, if json { JSON_SAMPLE } else { SAMPLE });
    let (first, error) = chunks.next(Chunk::default());
    let Some(Chunk { bytes: first, .. }) = first else {
        return Err(match error {
            Some(e) => Refusal::from_io(e),
            None if form == Form::JsonArray => no_objects(),
            None => Refusal::new("E-FILE-EMPTY", "the file is empty", "export it again"),
        });
    };
    if let Some(refusal) = error.map(Refusal::from_io).filter(|r| r.code != "E-FILE-TRUNCATED") {
        return Err(refusal);
    }
    // A stray NUL further on is a problem of its row.
    let start = &first[..first.len().min(512)];
    if let Some((what, hint)) = foreign_document(start) {
        return Err(Refusal::new("E-FILE-UNKNOWN", format!("the file is {what}"), hint));
    }
    let nuls = start.iter().filter(|&&b| b == 0).count();
    if nuls * 3 > start.len() {
        let hint = "save it as UTF-8, or as Unicode text with a byte order mark";
        return Err(Refusal::new("E-FILE-ENCODING", "the text seems to be UTF-16 without a byte order mark", hint));
    }
    if nuls > 0 {
        let hint = "billing files are text (CSV, JSON) or XLSX; export the file in one of these";
        return Err(Refusal::new("E-FILE-UNKNOWN", "the file is not text", hint));
    }
    let (first, foreign) = text::utf8(first);
    if foreign > 0 {
        encoding = Encoding::Windows1252;
    }
    let (header, header_row, delimiter) =
        if json { (json_header(&first, limits)?, String::new(), 0) } else { csv_header(&first, form, limits, asked)? };
    if header.len() > limits.columns {
        return Err(Refusal::new(
            "E-FILE-LIMIT",
            format!("the file has {} columns", header.len()),
            "remove the unused ones",
        ));
    }
    let (kind, places, mapping) = kind_of(&header, asked)?;
    let mut evidence = Evidence::default();
    let mut cells = Cells::default();
    let mut look = |chunk: &str, evidence: &mut Evidence| {
        for row in rows(chunk, Ends::of(form, delimiter), limits).filter(|r| !text::is_preamble(r) && *r != header_row)
        {
            let cut = if json {
                json::object(row, &header, &mut cells, limits)
            } else {
                cells.cut(row, delimiter, limits.field)
            };
            if cut.is_ok() {
                evidence.see(kind.columns(), &places, |place| cells.get(row, place));
            }
        }
    };
    look(&first, &mut evidence);
    while evidence.is_open() {
        let (Some(Chunk { bytes: chunk, .. }), None) = chunks.next(Chunk::default()) else { break };
        look(&text::utf8(chunk).0, &mut evidence);
    }
    let fixed = mapping.as_ref();
    // JSON numbers always have a point; so do the cells written from a workbook's numbers.
    let by_form = (json || form == Form::Xlsx).then_some(Mark::Point);
    let decimal = asked.decimal.or(fixed.and_then(Mapping::mark)).or(evidence.decimal()).or(by_form);
    let dates = asked.date_order.or(fixed.and_then(Mapping::dates)).or(evidence.dates());
    // Microsoft's sheets write 2/1/2019 12:00:00 AM for the first of February.
    let dates = dates.or_else(|| evidence.is_american().filter(|_| kind.is_microsoft_sheet()));
    let known: Vec<usize> = places.iter().flatten().copied().collect();
    let named = |n: &usize| header.names().get(*n).filter(|name| !name.trim().is_empty()).cloned();
    let unknown = (0..header.len()).filter(|n| !known.contains(n)).filter_map(|n| named(&n)).collect();
    let mut notes = Vec::new();
    if encoding == Encoding::Windows1252 {
        let text = "The text is not UTF-8; it was read as Windows-1252. Check names with accents.";
        notes.push(Note { code: "N-WINDOWS-1252", text, values: Vec::new() });
    }
    if let Some(mapping) = fixed.filter(|m| !m.confirmed) {
        let text = "The mapping \"{mapping}\" is not confirmed: compare the totals with the invoice.";
        notes.push(Note { code: "N-MAPPING-UNCONFIRMED", text, values: vec![("mapping", mapping.name.clone())] });
    }
    let own_columns = header.len();
    let (header, places) = if json { with_later_keys(header, places, kind) } else { (header, places) };
    Ok(Recognised {
        corrections: Corrections::default(),
        only: None,
        kind,
        packing,
        form,
        encoding,
        dialect: Dialect { delimiter, decimal, dates },
        mapping,
        unknown,
        questions: evidence.questions(decimal, dates),
        notes,
        header,
        own_columns,
        header_row,
        places,
    })
}

/// What a file is by its first bytes, when it is a document we do not read; and what to do instead.
fn foreign_document(start: &[u8]) -> Option<(&'static str, &'static str)> {
    const KNOWN: [(&[u8], &str, &str); 3] = [
        (b"\xD0\xCF\x11\xE0", "an old Excel workbook (.xls)", "save it as .xlsx or as CSV"),
        (b"%PDF", "a PDF", "download the invoice's data as CSV; a PDF holds no rows"),
        (b"<", "a web page or XML", "sign in again and download the file as CSV"),
    ];
    KNOWN.into_iter().find(|(magic, ..)| start.starts_with(magic)).map(|(_, what, hint)| (what, hint))
}

/// The keys of the first rows, in order of appearance.
fn json_header(sample: &str, limits: &Limits) -> Result<Header, Refusal> {
    let mut names: Vec<String> = Vec::new();
    let mut seen = std::collections::HashSet::new();
    for line in sample.lines().filter(|l| !l.trim().is_empty()).take(2_000) {
        for key in json::keys(line, limits).unwrap_or_default() {
            if seen.insert(key.clone()) {
                names.push(key);
            }
        }
    }
    if names.is_empty() {
        return Err(no_objects());
    }
    Ok(Header::new(names))
}

fn no_objects() -> Refusal {
    let hint = "export JSON Lines (one object a line) or an array of objects";
    Refusal::new("E-FILE-UNKNOWN", "no JSON objects were found in the file", hint)
}

/// Adds the columns of a kind that no sampled row had, because JSON rows leave out empty values.
fn with_later_keys(header: Header, places: Places, kind: Kind) -> (Header, Places) {
    let mut names = header.names().to_vec();
    let mut places = places;
    for (column, place) in kind.columns().iter().zip(&mut places) {
        if place.is_none() {
            *place = Some(names.len());
            names.push(column.name.to_owned());
        }
    }
    (Header::new(names), places)
}

/// The first row that is not blank, cut by the delimiter under which most of its names are known.
fn csv_header(sample: &str, form: Form, limits: &Limits, asked: &Asked) -> Result<(Header, String, u8), Refusal> {
    let delimiters: &[u8] = if form == Form::Xlsx { b"," } else { b",;\t|" };
    let known: std::collections::HashSet<String> = Kind::ALL
        .iter()
        .flat_map(|k| k.columns())
        .flat_map(|c| std::iter::once(folded(c.name)).chain(c.also.iter().map(|a| (*a).to_owned())))
        .chain(asked.mappings.iter().chain(&asked.mapping).flat_map(|m| m.columns.values().map(|v| folded(v))))
        .collect();
    let mut best: Option<(usize, usize, Header, String, u8)> = None;
    for &delimiter in delimiters {
        let Some(row) = rows(sample, Ends::Quoted { delimiter }, limits).find(|r| !text::is_preamble(r)) else {
            continue;
        };
        let mut cells = Cells::default();
        if cells.cut(row, delimiter, limits.field).is_err() {
            continue;
        }
        let mut names: Vec<String> = (0..cells.len()).map(|n| text::clean(cells.get(row, n)).to_owned()).collect();
        // A trailing delimiter makes an empty last column.
        while names.last().is_some_and(String::is_empty) {
            names.pop();
        }
        let hits = names.iter().filter(|n| known.contains(&folded(n))).count();
        if best.as_ref().is_none_or(|b| (hits, names.len()) > (b.0, b.1)) {
            best = Some((hits, names.len(), Header::new(names), row.to_owned(), delimiter));
        }
    }
    match best {
        Some((_, n, header, row, delimiter)) if n > 0 => Ok((header, row, delimiter)),
        _ => Err(Refusal::new("E-FILE-EMPTY", "the file has no header row", "the first row must name the columns")),
    }
}

/// The rows of a text, without their line ends.
fn rows<'a>(text: &'a str, ends: Ends, limits: &'a Limits) -> impl Iterator<Item = &'a str> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let end = row_end(text.as_bytes(), at, true, ends, limits).filter(|&end| end > at)?;
        let row = text.get(at..end)?;
        at = end;
        Some(text::without_end(row))
    })
}

/// The kind whose needed columns are all there and of which most columns are there; else a mapping that fits.
fn kind_of(header: &Header, asked: &Asked) -> Result<(Kind, Places, Option<Mapping>), Refusal> {
    if let Some(mapping) = &asked.mapping {
        let (places, missing) = mapping.places(header);
        if !mapping.fits(header) {
            let text = format!("the file does not fit the mapping \"{}\": no column {}", mapping.name, list(&missing));
            return Err(Refusal::new("E-FILE-HEADER", text, "choose another mapping, or correct it"));
        }
        return Ok((mapping.kind(), places, Some(mapping.clone())));
    }
    let places_of = |kind: Kind| -> Places { kind.columns().iter().map(|c| c.place(header)).collect() };
    let missing_of = |kind: Kind, places: &Places| -> Vec<String> {
        let pairs = kind.columns().iter().zip(places);
        pairs.filter(|(c, p)| c.required && p.is_none()).map(|(c, _)| c.name.to_owned()).collect()
    };
    let mapped = || asked.mappings.iter().find(|m| m.fits(header));
    if let Some(kind) = asked.kind {
        let places = places_of(kind);
        let missing = missing_of(kind, &places);
        if !missing.is_empty()
            && let Some(mapping) = mapped().filter(|m| m.kind() == kind)
        {
            return Ok((kind, mapping.places(header).0, Some(mapping.clone())));
        }
        if !missing.is_empty() {
            let text = format!("as {} the file needs the column {}", kind.name(), list(&missing));
            let hint = format!("see `billhook import --template {}`", kind.name());
            return Err(Refusal::new("E-FILE-HEADER", text, hint));
        }
        twice(kind, header)?;
        return Ok((kind, places, None));
    }
    let hits = |places: &Places| places.iter().flatten().count();
    let all = || Kind::ALL.into_iter().filter(|k| !k.is_only_named()).map(|kind| (kind, places_of(kind)));
    let best = all().filter(|(kind, places)| missing_of(*kind, places).is_empty()).max_by_key(|(kind, places)| {
        // Of two kinds with as many columns there, the one with fewer columns altogether fits better.
        (hits(places), usize::MAX - kind.columns().len())
    });
    // A vendor's file that lacks a needed column has the few columns of a list of customers as well.
    let most = all().max_by_key(|(_, places)| hits(places));
    let crippled = |found: usize| most.as_ref().filter(|(_, places)| hits(places) > 2 * found);
    if let Some((kind, places)) = best.as_ref().filter(|(_, places)| crippled(hits(places)).is_none()) {
        twice(*kind, header)?;
        return Ok((*kind, places.clone(), None));
    }
    if let Some(mapping) = mapped() {
        return Ok((mapping.kind(), mapping.places(header).0, Some(mapping.clone())));
    }
    if let Some((kind, places)) = best.and_then(|(_, places)| crippled(hits(&places))) {
        let text =
            format!("the file looks like {}, but has no column {}", kind.name(), list(&missing_of(*kind, places)));
        return Err(Refusal::new(
            "E-FILE-HEADER",
            text,
            "export it again with all columns, or name the kind with --as",
        ));
    }
    let nearest = all().max_by_key(|(kind, places)| hits(places) * 100 / kind.columns().len().max(1));
    let text = match nearest.filter(|(_, places)| hits(places) > 2) {
        Some((kind, places)) => {
            format!(
                "the columns fit no known kind; nearest is {}, which needs {}",
                kind.name(),
                list(&missing_of(kind, &places))
            )
        }
        None => "the columns fit no known kind".to_owned(),
    };
    Err(Refusal::new("E-FILE-UNKNOWN", text, "name the kind with --as, or save a column mapping and use --mapping"))
}

/// Refuses a file in which a column of the kind stands twice.
fn twice(kind: Kind, header: &Header) -> Result<(), Refusal> {
    for column in kind.columns() {
        let name = folded(column.name);
        if header.names().iter().filter(|n| folded(n) == name).count() > 1 {
            let text = format!("the column {} stands there twice", column.name);
            return Err(Refusal::new("E-FILE-HEADER", text, "rename or remove one of the two"));
        }
    }
    Ok(())
}

fn list(names: &[String]) -> String {
    names.iter().map(|n| format!("\"{n}\"")).collect::<Vec<_>>().join(", ")
}
