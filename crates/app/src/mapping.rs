//! Column mappings for distributors' files: small readable files, shipped or kept in the book.

use crate::import::refused;
use crate::session::Book;
use crate::wire::Nothing;
use crate::{Failure, Session};
use engine::Names;
use formats::{Asked, Limits, ListPriceRow, Mapping, Reads, Rows, Stop, Summary};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use store::tables;

/// Where mappings of the book's own are kept among the settings.
const PREFIX: &str = "mapping/";

/// Every mapping: the book's own first, then the shipped ones it does not replace.
pub fn all(book: &Book<'_>) -> Result<Vec<Mapping>, Failure> {
    let mut all = Vec::new();
    for (_, value) in tables::settings::list(book.conn(), PREFIX)? {
        if let Some(text) = value.as_str() {
            all.push(Mapping::parse(text).map_err(refused)?);
        }
    }
    for shipped in formats::shipped() {
        if !all.iter().any(|m: &Mapping| m.name == shipped.name) {
            all.push(shipped);
        }
    }
    Ok(all)
}

/// Mappings.
#[derive(Debug, JsonSchema, Serialize)]
pub struct List {
    mappings: Vec<Listed>,
}

/// One mapping of a list.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Listed {
    name: String,
    title: String,
    confirmed: bool,
    source: String,
    columns: usize,
}

/// Lists every mapping.
pub fn list(session: &mut Session, _: Nothing) -> Result<List, Failure> {
    let mappings = if session.place().is_some() { session.read(|book| all(book))? } else { formats::shipped() };
    let listed = |m: Mapping| Listed {
        columns: m.columns.len(),
        name: m.name,
        title: m.title,
        confirmed: m.confirmed,
        source: m.source,
    };
    Ok(List { mappings: mappings.into_iter().map(listed).collect() })
}

/// A mapping's name.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct NameAsk {
    name: String,
}

/// A mapping as text, and its parts.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Text {
    text: String,
    /// Whether charges are written negative.
    negate: bool,
    /// Whether the amount is for all units.
    amount_includes_quantity: bool,
    /// Currency when the file names none.
    currency: Option<String>,
    /// Our column, and the file's.
    columns: Vec<Filled>,
}

/// A column of ours and where it comes from.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Filled {
    ours: String,
    theirs: String,
}

/// Prints a mapping.
pub fn show(session: &mut Session, ask: NameAsk) -> Result<Text, Failure> {
    let mappings = if session.place().is_some() { session.read(|book| all(book))? } else { formats::shipped() };
    let mapping =
        mappings.iter().find(|m| m.name == ask.name).ok_or_else(|| Failure::not_found("mapping", &ask.name))?;
    let columns = mapping.columns.iter().map(|(ours, theirs)| Filled { ours: ours.clone(), theirs: theirs.clone() });
    Ok(Text {
        text: mapping.to_toml(),
        negate: mapping.sign == formats::Sign::Negate,
        amount_includes_quantity: mapping.amount_includes_quantity,
        currency: mapping.currency.clone(),
        columns: columns.collect(),
    })
}

/// A mapping's file, or its text.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct SaveAsk {
    #[serde(default)]
    file: Option<PathBuf>,
    #[serde(default)]
    text: Option<String>,
}

/// A mapping kept.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Saved {
    name: String,
    columns: usize,
}

fn read(file: &std::path::Path) -> Result<Mapping, Failure> {
    let text = std::fs::read_to_string(file)
        .map_err(|error| Failure::new("E-FILE-READ", format!("{} could not be read: {error}.", file.display())))?;
    Mapping::parse(&text).map_err(refused)
}

/// Keeps a mapping in the book.
pub fn save(session: &mut Session, ask: SaveAsk) -> Result<Saved, Failure> {
    let mapping = match (&ask.text, &ask.file) {
        (Some(text), _) => Mapping::parse(text).map_err(refused)?,
        (None, Some(file)) => read(file)?,
        (None, None) => return Err(Failure::usage("Give the mapping's file.")),
    };
    session.write(|book| {
        let writer = book.writer()?;
        writer.set(&format!("{PREFIX}{}", mapping.name), &serde_json::Value::from(mapping.to_toml()))?;
        Ok(Saved { name: mapping.name.clone(), columns: mapping.columns.len() })
    })
}

/// A mapping and a file to try it on.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct TestAsk {
    #[serde(default)]
    name: String,
    /// The mapping itself, instead of its name.
    #[serde(default)]
    text: Option<String>,
    file: PathBuf,
}

/// What a mapping makes of a file.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Tested {
    mapping: String,
    rows: u32,
    good: u32,
    unknown_columns: Vec<String>,
    totals: Vec<crate::costs::Total>,
    problems: Vec<crate::import::ProblemOf>,
    preview: Vec<Preview>,
}

/// One line of the preview.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Preview {
    row: u32,
    customer: String,
    subscription: String,
    product: String,
    from: Option<String>,
    to: Option<String>,
    quantity: String,
    amount: String,
    currency: String,
}

/// A customer by id and name; the name once where a file has no other id.
fn whose(id: &str, name: &str) -> String {
    if id.eq_ignore_ascii_case(name) { name.to_owned() } else { format!("{id} {name}") }
}

/// Tries a mapping on a file; nothing is stored.
pub fn test(session: &mut Session, ask: TestAsk) -> Result<Tested, Failure> {
    let as_file = std::path::Path::new(&ask.name);
    let mapping = if let Some(text) = &ask.text {
        Mapping::parse(text).map_err(refused)?
    } else if as_file.extension().is_some_and(|e| e == "toml") {
        read(as_file)?
    } else {
        let mappings = if session.place().is_some() { session.read(|book| all(book))? } else { formats::shipped() };
        mappings.into_iter().find(|m| m.name == ask.name).ok_or_else(|| Failure::not_found("mapping", &ask.name))?
    };
    let bytes = std::fs::read(&ask.file)
        .map_err(|error| Failure::new("E-FILE-READ", format!("{} could not be read: {error}.", ask.file.display())))?;
    let source = formats::Bytes::new(ask.file.display().to_string(), bytes);
    let asked = Asked { kind: Some(mapping.kind()), mapping: Some(mapping.clone()), ..Asked::default() };
    let limits = Limits::default();
    let file = formats::recognise(&source, &limits, &asked).map_err(refused)?;
    let mut preview = Vec::new();
    if mapping.reads == Reads::Prices {
        let mut names = Names::default();
        let read = formats::read_records(&source, &file, &limits, &mut names, &mut |_| Ok(())).map_err(refused)?;
        if let Rows::Prices(rows) = &read.rows {
            preview.extend(rows.iter().take(10).map(|row| price(row, &names)));
        }
        return Ok(tested(mapping.name, read.summary, preview));
    }
    let sink = &mut |batch: formats::Batch<'_, engine::cost::CostLine>| -> Result<(), Stop> {
        for line in batch.lines.iter().take(10usize.saturating_sub(preview.len())) {
            preview.push(Preview {
                row: line.at.row,
                customer: whose(&batch.names.source_text(line.customer), batch.names.text(line.customer_name)),
                subscription: batch.names.source_text(line.subscription),
                product: batch.names.text(line.product_name).to_owned(),
                from: line.period.map(|p| p.start.to_string()),
                to: line.period.map(|p| p.last().to_string()),
                quantity: crate::wire::number(line.billable_quantity),
                amount: crate::wire::total(line.subtotal, line.currency),
                currency: line.currency.to_string(),
            });
        }
        Ok(())
    };
    let summary = formats::read_costs(&source, &file, &limits, 0, sink, &mut |_| Ok(())).map_err(refused)?;
    Ok(tested(mapping.name, summary, preview))
}

/// A price of a distributor's list, per charge cycle.
fn price(row: &ListPriceRow, names: &Names) -> Preview {
    Preview {
        row: row.row,
        customer: String::new(),
        subscription: String::new(),
        product: whose(names.text(row.key.product), names.text(row.name)),
        from: row.from.map(|day| day.to_string()),
        to: row.until.map(|day| engine::date::add_days(day, -1).to_string()),
        quantity: crate::wire::number(row.at_least),
        amount: crate::wire::unit_price(row.cost, row.currency),
        currency: row.currency.to_string(),
    }
}

fn tested(mapping: String, summary: Summary, preview: Vec<Preview>) -> Tested {
    Tested {
        mapping,
        rows: summary.rows,
        good: summary.good,
        unknown_columns: summary.unknown,
        totals: summary
            .totals
            .iter()
            .map(|(c, v)| crate::costs::Total { currency: c.to_string(), amount: crate::wire::total(v, c) })
            .collect(),
        problems: summary.problems.iter().take(50).map(crate::import::ProblemOf::from).collect(),
        preview,
    }
}
