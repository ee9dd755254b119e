//! How a file is read: what was asked, what its content shows, and how that is kept, so that its rows can be shown again.

use super::taking::State;
use super::{Ask, said};
use crate::Failure;
use crate::session::Book;
use engine::{Currency, Decimal};
use formats::{Asked, Corrected, DateOrder, Kind, Limits, Mapping, Mark, Recognised, Refusal, Source};
use schemars::JsonSchema;
use serde::Deserialize;
use std::io::Read;
use std::path::{Path, PathBuf};
use store::tables::documents::Document;

/// How to read one file.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
pub struct Way {
    /// Its kind, instead of recognising it.
    #[serde(default, rename = "as")]
    pub kind: Option<String>,
    /// Column mapping, by name.
    #[serde(default)]
    pub mapping: Option<String>,
    /// Column mapping, as text.
    #[serde(default)]
    pub mapping_text: Option<String>,
    /// How to read dates such as 03/04/2026: `dmy` or `mdy`.
    #[serde(default)]
    pub date_order: Option<String>,
    /// How to read numbers such as 1.234: `point` or `comma`.
    #[serde(default)]
    pub decimal: Option<String>,
    /// Billing month, where the file does not say.
    #[serde(default)]
    pub period: Option<String>,
    /// What the vendor's invoice says the file adds up to, as `AMOUNT CUR`.
    #[serde(default)]
    pub total: Option<String>,
    /// A price list is announced only.
    #[serde(default)]
    pub preview: bool,
    /// Every price of a list is kept.
    #[serde(default)]
    pub all: bool,
    /// Cells to read otherwise.
    #[serde(default)]
    pub corrections: Vec<said::CellAsk>,
}

/// A file on disk, as formats sees it.
pub(super) struct OnDisk {
    pub(super) path: PathBuf,
    pub(super) name: String,
    /// When it was first looked at.
    pub(super) state: Option<State>,
}

impl OnDisk {
    pub(super) fn new(path: &Path) -> OnDisk {
        let name = path.file_name().map_or_else(|| path.display().to_string(), |n| n.to_string_lossy().into_owned());
        OnDisk { path: path.to_owned(), name, state: State::of(path) }
    }
}

impl Source for OnDisk {
    fn name(&self) -> &str {
        &self.name
    }

    fn open(&self) -> std::io::Result<Box<dyn Read + Send>> {
        Ok(Box::new(std::fs::File::open(&self.path)?))
    }

    fn len(&self) -> Option<u64> {
        std::fs::metadata(&self.path).ok().map(|m| m.len())
    }
}

/// A refusal as a failure: the same code where it is known here.
pub fn refused(refusal: Refusal) -> Failure {
    if refusal.is_stop() {
        return Failure::new("E-CANCELLED", "You cancelled it.");
    }
    let message = capital(&refusal.message);
    let mut failure = Failure::new(refusal.code, message);
    if !refusal.hint.is_empty() {
        failure.hints = vec![capital(&refusal.hint)];
    }
    failure
}

pub(super) fn capital(text: &str) -> String {
    let mut chars = text.chars();
    let mut out: String = chars.next().into_iter().flat_map(char::to_uppercase).chain(chars).collect();
    if !out.ends_with('.') {
        out.push('.');
    }
    out
}

/// A file that was recognised and may be read.
pub(super) struct Ready {
    pub(super) source: OnDisk,
    pub(super) file: Recognised,
}

impl Ready {
    pub(super) fn reading(&self) -> Reading<'_> {
        Reading { source: &self.source, file: &self.file }
    }
}

/// Rows to read: of a file that is imported, or of a document the book keeps.
#[derive(Clone, Copy)]
pub(super) struct Reading<'a> {
    pub(super) source: &'a dyn Source,
    pub(super) file: &'a Recognised,
}

impl Ask {
    /// How to read a file of which nothing else is said.
    pub(super) fn for_all(&self) -> Way {
        Way {
            kind: self.kind.clone(),
            mapping: self.mapping.clone(),
            mapping_text: None,
            date_order: self.date_order.clone(),
            decimal: self.decimal.clone(),
            period: None,
            total: None,
            preview: false,
            all: false,
            corrections: Vec::new(),
        }
    }
}

pub(super) fn asked(book: &Book<'_>, way: &Way) -> Result<Asked, Failure> {
    asked_also(&Asked { mappings: crate::mapping::all(book)?, ..Asked::default() }, way)
}

/// What was asked for all files, and what is for one of them.
pub(super) fn asked_also(all: &Asked, way: &Way) -> Result<Asked, Failure> {
    let kind = way.kind.as_deref().map(|k| {
        Kind::parse(k)
            .ok_or_else(|| Failure::usage(format!("There is no kind \"{k}\".")).hint("See `billhook import kinds`."))
    });
    let named = way.mapping.as_deref().map(|name| {
        all.mappings.iter().find(|m| m.name == name).cloned().ok_or_else(|| Failure::not_found("mapping", name))
    });
    let given = way.mapping_text.as_deref().map(|text| Mapping::parse(text).map_err(refused));
    Ok(Asked {
        kind: kind.transpose()?.or(all.kind),
        mapping: given.or(named).transpose()?.or_else(|| all.mapping.clone()),
        mappings: all.mappings.clone(),
        date_order: way.date_order.as_deref().map(date_order).transpose()?.or(all.date_order),
        decimal: way.decimal.as_deref().map(mark).transpose()?.or(all.decimal),
    })
}

fn date_order(text: &str) -> Result<DateOrder, Failure> {
    match text {
        "dmy" => Ok(DateOrder::Dmy),
        "mdy" => Ok(DateOrder::Mdy),
        _ => Err(Failure::usage("--date-order: give dmy or mdy.")),
    }
}

fn mark(text: &str) -> Result<Mark, Failure> {
    match text {
        "point" => Ok(Mark::Point),
        "comma" => Ok(Mark::Comma),
        _ => Err(Failure::usage("--decimal: give point or comma.")),
    }
}

pub(super) fn recognised(path: &Path, asked: &Asked) -> Result<Ready, Failure> {
    let source = OnDisk::new(path);
    if let Err(error) = source.open() {
        return Err(Failure::new("E-FILE-READ", format!("{} could not be read: {error}.", path.display())));
    }
    let file = formats::recognise(&source, &Limits::default(), asked).map_err(|r| named(refused(r), &source))?;
    if let Some(question) = file.questions.first() {
        return Err(named(Failure::new("E-FILE-QUESTION", capital(&question.text)), &source).hint(format!(
            "Answer with {} {}.",
            question.option,
            question.answers.join(" or ")
        )));
    }
    Ok(Ready { source, file })
}

pub(super) fn named(mut failure: Failure, source: &dyn Source) -> Failure {
    failure.message = format!("{}: {}", source.name(), failure.message);
    failure
}

/// How a document was read, so that its rows can be shown again the same way.
pub(super) fn how_read(
    file: &Recognised,
    stated: Option<(Currency, Decimal)>,
    corrected: &[Corrected],
) -> serde_json::Value {
    let order = file.dialect.dates.map(|d| match d {
        DateOrder::Dmy => "dmy",
        DateOrder::Mdy => "mdy",
    });
    let decimal = file.dialect.decimal.map(|m| match m {
        Mark::Point => "point",
        Mark::Comma => "comma",
    });
    let mut how = serde_json::json!({"kind": file.kind.name(), "dates": order, "decimal": decimal});
    if let Some(mapping) = &file.mapping {
        how["mapping"] = mapping.to_toml().into();
    }
    said::keep(&mut how, stated, corrected);
    how
}

/// Recognises a kept document again, the way it was read.
pub fn recognise_again(source: &dyn Source, how: &serde_json::Value) -> Result<Recognised, Failure> {
    let text = |name: &str| how.get(name).and_then(serde_json::Value::as_str);
    let asked = Asked {
        kind: text("kind").and_then(Kind::parse),
        mapping: text("mapping").and_then(|m| Mapping::parse(m).ok()),
        mappings: Vec::new(),
        date_order: text("dates").map(date_order).transpose()?,
        decimal: text("decimal").map(mark).transpose()?,
    };
    let mut file = formats::recognise(source, &Limits::default(), &asked).map_err(refused)?;
    if let Some(rows) = said::only(how) {
        file.only(rows);
    }
    Ok(file)
}

/// A kept document, in memory.
pub(crate) fn kept(book: &Book<'_>, document: &Document) -> Result<formats::Bytes, Failure> {
    let mut bytes = Vec::new();
    let read = book.store.document(&document.sha256)?.read_to_end(&mut bytes);
    read.map_err(|error| Failure::new("E-STORE-IO", format!("The kept document could not be read: {error}.")))?;
    Ok(formats::Bytes::new(document.file_name.clone(), bytes))
}

/// What a document's rows are shown with.
pub fn raw_row(book: &Book<'_>, document: &Document, row: u32) -> Result<Vec<(String, String)>, Failure> {
    let source = kept(book, document)?;
    let file = recognise_again(&source, &document.dialect)?;
    formats::raw_row(&source, &file, &Limits::default(), row).map_err(refused)
}
