//! What was noted about an account, each note of a day. A book has one user, so a note does not say who wrote it.

use crate::fields::Fields;
use crate::people::People;
use crate::session::Book;
use crate::wire::{FieldsAsk, IdAsk, OfAccountAsk};
use crate::{Failure, Session};
use engine::contact::Note;
use engine::{Id, Names};
use schemars::JsonSchema;
use serde::Serialize;
use store::tables;
use store::tables::Scope;

/// The fields of a note, for messages and help.
pub const FIELDS: &str = "text, date (the day it is of; today without one)";

/// One note as shells see it.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Shown {
    id: String,
    account_ref: String,
    account: String,
    date: String,
    text: String,
}

/// Several notes.
#[derive(Debug, JsonSchema, Serialize)]
pub struct List {
    total: usize,
    notes: Vec<Shown>,
}

fn shown(note: &Note, people: &People, names: &Names) -> Shown {
    Shown {
        id: note.id.to_string(),
        account_ref: people.reference(note.account, names),
        account: people.name(note.account).to_owned(),
        date: note.date.to_string(),
        text: note.text.clone(),
    }
}

/// The notes of an account, the latest first.
pub(crate) fn of(book: &Book<'_>, account: Id, people: &People, names: &Names) -> Result<Vec<Shown>, Failure> {
    let notes = tables::contacts::load_notes(book.conn(), Scope::Accounts(&[account]))?;
    Ok(notes.iter().map(|n| shown(n, people, names)).collect())
}

/// Lists notes, the latest first: of one account, or all.
pub fn list(session: &mut Session, ask: OfAccountAsk) -> Result<List, Failure> {
    session.read(|book| {
        let mut names = book.names()?;
        let people = People::load(book, &mut names)?;
        let account = ask.account(&people, &names)?;
        let mut all: Vec<Shown> = tables::contacts::load_notes(book.conn(), Scope::All)?
            .iter()
            .filter(|n| account.is_none_or(|id| n.account == id))
            .map(|n| shown(n, &people, &names))
            .filter(|n| ask.list.matches(&[&n.text, &n.account]))
            .collect();
        all.sort_by(|a, b| b.date.cmp(&a.date));
        Ok(List { total: all.len(), notes: all.into_iter().take(ask.list.most()).collect() })
    })
}

/// Shows one note.
pub fn show(session: &mut Session, ask: IdAsk) -> Result<Shown, Failure> {
    session.read(|book| {
        let mut names = book.names()?;
        let people = People::load(book, &mut names)?;
        Ok(shown(&find(book, &ask.id)?, &people, &names))
    })
}

fn find(book: &Book<'_>, id: &str) -> Result<Note, Failure> {
    let all = tables::contacts::load_notes(book.conn(), Scope::All)?;
    all.into_iter().find(|n| n.id.to_string() == id).ok_or_else(|| Failure::not_found("note", id))
}

/// Adds a note to the account named by the id.
pub fn add(session: &mut Session, ask: FieldsAsk) -> Result<Shown, Failure> {
    session.write(|book| {
        let mut names = book.names()?;
        let people = People::load(book, &mut names)?;
        let account = people.find(&ask.id, &names)?.id;
        let note = Note { id: store::new_id(), account, date: book.today, text: String::new() };
        save(book, note, ask, &people, &names)
    })
}

/// Changes a note.
pub fn set(session: &mut Session, ask: FieldsAsk) -> Result<Shown, Failure> {
    session.write(|book| {
        let mut names = book.names()?;
        let people = People::load(book, &mut names)?;
        let note = find(book, &ask.id)?;
        save(book, note, ask, &people, &names)
    })
}

fn save(book: &Book<'_>, mut note: Note, ask: FieldsAsk, people: &People, names: &Names) -> Result<Shown, Failure> {
    let mut f = Fields::new(ask.fields);
    note.text = f.text("text").map_or(note.text, |text| text.trim().to_owned());
    note.date = f.date("date")?.unwrap_or(note.date);
    f.done(FIELDS)?;
    if note.text.is_empty() {
        return Err(Failure::usage("text=... is needed."));
    }
    book.writer()?.put_note(&note)?;
    Ok(shown(&note, people, names))
}

/// Removes a note from the book.
pub fn end(session: &mut Session, ask: IdAsk) -> Result<Shown, Failure> {
    session.write(|book| {
        let mut names = book.names()?;
        let people = People::load(book, &mut names)?;
        let note = find(book, &ask.id)?;
        book.writer()?.remove_note(note.id)?;
        Ok(shown(&note, &people, &names))
    })
}
