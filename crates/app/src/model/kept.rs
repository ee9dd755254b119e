//! Scenarios kept in the book, and those the program brings along.

use super::scenario::{Written, read};
use super::{Failure, Session};
use crate::session::Book;
use crate::wire::{IdAsk, Nothing};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use store::tables;

/// Scenarios are kept as settings of this prefix: `scenario/NAME`.
const PREFIX: &str = "scenario/";

/// Announced changes of the vendor's prices, with their sources: what to try first.
const READY: &[&str] = &[
    include_str!("../../data/scenarios/2026-07-packaging.toml"),
    include_str!("../../data/scenarios/2025-04-monthly-plan.toml"),
    include_str!("../../data/scenarios/2026-05-extended-term.toml"),
    include_str!("../../data/scenarios/2024-02-currencies.toml"),
    include_str!("../../data/scenarios/2023-04-currencies.toml"),
    include_str!("../../data/scenarios/2022-03-rise.toml"),
];

/// A scenario in the list.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Listed {
    name: String,
    /// Brought along by the program.
    ready: bool,
    /// First day of its first change.
    from: Option<String>,
    changes: usize,
    note: String,
}

/// Every scenario.
#[derive(Debug, JsonSchema, Serialize)]
pub struct List {
    scenarios: Vec<Listed>,
}

/// One scenario whole.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Shown {
    ready: bool,
    scenario: Written,
    /// As a file.
    text: String,
}

/// A scenario to keep.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct SaveAsk {
    /// From a file.
    #[serde(default)]
    file: Option<PathBuf>,
    /// Or written out.
    #[serde(default)]
    scenario: Option<Written>,
}

/// Lists what is kept, then what the program brings along.
pub fn list(session: &mut Session, _: Nothing) -> Result<List, Failure> {
    let own = session.read(|book| kept(book))?;
    let of = |written: &Written, ready| Listed {
        name: written.name.clone(),
        ready,
        from: written.changes.iter().map(|c| c.from.clone()).min(),
        changes: written.changes.len(),
        note: written.note.clone(),
    };
    let ready = ready()?;
    Ok(List { scenarios: own.iter().map(|w| of(w, false)).chain(ready.iter().map(|w| of(w, true))).collect() })
}

/// Shows one, to look at or to change.
pub fn show(session: &mut Session, ask: IdAsk) -> Result<Shown, Failure> {
    let ready = session.read(|book| Ok(!kept(book)?.iter().any(|w| w.name == ask.id)))?;
    let scenario = find(session, &ask.id)?;
    let tree = serde_json::to_value(&scenario).map_err(|e| Failure::new("E-BUG", format!("The scenario: {e}.")))?;
    let text = formats::scenario::write(&tree).map_err(crate::import::refused)?;
    Ok(Shown { ready, scenario, text })
}

/// Keeps one; one of the same name is replaced.
pub fn save(session: &mut Session, ask: SaveAsk) -> Result<List, Failure> {
    let wanted = super::Wanted { file: ask.file, scenario: ask.scenario, ..Default::default() };
    let written = wanted.written(session)?;
    let name = written.name.trim().to_owned();
    if name.is_empty() || name.chars().count() > 80 || formats::has_suspicious(&name) {
        return Err(Failure::usage("A scenario needs a name of at most 80 characters."));
    }
    session.write(|book| {
        let value = serde_json::to_value(Written { name: name.clone(), ..written })
            .map_err(|e| Failure::new("E-BUG", format!("The scenario: {e}.")))?;
        book.writer()?.set(&key(&name), &value)?;
        Ok(())
    })?;
    list(session, Nothing {})
}

/// Forgets one that was kept.
pub fn drop_kept(session: &mut Session, ask: IdAsk) -> Result<List, Failure> {
    session.write(|book| {
        if book.writer()?.unset(&key(&ask.id))? { Ok(()) } else { Err(Failure::not_found("kept scenario", &ask.id)) }
    })?;
    list(session, Nothing {})
}

/// A scenario by name: the book's own first.
pub(super) fn find(session: &mut Session, name: &str) -> Result<Written, Failure> {
    let own = session.read(|book| kept(book))?;
    let found = own.into_iter().chain(ready()?).find(|w| w.name.eq_ignore_ascii_case(name.trim()));
    found.ok_or_else(|| Failure::not_found("scenario", name).hint("See `billhook model list`."))
}

fn kept(book: &Book<'_>) -> Result<Vec<Written>, Failure> {
    let damaged = |key: &str| Failure::new("E-BOOK-DAMAGED", format!("The scenario {key} cannot be read."));
    let settings = tables::settings::list(book.conn(), PREFIX)?;
    settings.into_iter().map(|(key, value)| serde_json::from_value(value).map_err(|_| damaged(&key))).collect()
}

fn ready() -> Result<Vec<Written>, Failure> {
    READY.iter().map(|text| read(text)).collect()
}

fn key(name: &str) -> String {
    format!("{PREFIX}{}", name.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_program_brings_along_is_understood() {
        let ready = ready().unwrap();
        assert_eq!(ready.len(), READY.len());
        for written in &ready {
            assert!(!written.changes.is_empty() && written.note.contains("erify"), "{}", written.name);
        }
    }
}
