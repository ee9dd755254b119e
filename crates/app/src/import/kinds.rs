//! The kinds of files there are, with their columns, and an empty example of each.

use crate::wire::Nothing;
use crate::{Failure, Session};
use formats::Kind;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The kinds of files.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Kinds {
    kinds: Vec<KindOf>,
}

/// One kind of file.
#[derive(Debug, JsonSchema, Serialize)]
pub struct KindOf {
    kind: &'static str,
    what: &'static str,
    columns: Vec<ColumnOf>,
}

/// One documented column.
#[derive(Debug, JsonSchema, Serialize)]
pub struct ColumnOf {
    name: &'static str,
    needed: bool,
    meaning: &'static str,
}

/// Lists the kinds and their columns.
pub fn kinds(_: &mut Session, _: Nothing) -> Result<Kinds, Failure> {
    let column = |c: &formats::Column| ColumnOf { name: c.name, needed: c.required, meaning: c.meaning };
    let kinds = Kind::ALL
        .iter()
        .map(|k| KindOf { kind: k.name(), what: k.purpose(), columns: k.columns().iter().map(column).collect() })
        .collect();
    Ok(Kinds { kinds })
}

/// Which kind.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct TemplateAsk {
    kind: String,
}

/// An empty example.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Template {
    text: String,
}

/// An empty example of a kind, with a row or two.
pub fn template(_: &mut Session, ask: TemplateAsk) -> Result<Template, Failure> {
    let kind = Kind::parse(&ask.kind).ok_or_else(|| {
        Failure::usage(format!("There is no kind \"{}\".", ask.kind)).hint("See `billhook import kinds`.")
    })?;
    Ok(Template { text: formats::template(kind) })
}
