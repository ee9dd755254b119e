//! Price lists as things: which there are, which are in force, taking an announced one into force or dropping it.
//!
//! The prices of an announced list are read from its document whenever they are looked at, compared or modelled with. They come
//! among the list prices only when a person takes the list into force, so nothing is ever priced by an announcement.

mod diff;
mod keep;
mod later;

use crate::session::Book;
use crate::wire::{IdAsk, Nothing};
use crate::{Failure, Session};
use engine::price::ListState;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::HashMap;
use store::tables;
use store::tables::documents::Document;
use store::tables::price_lists::PriceList;

pub use diff::diff;
pub(crate) use keep::{Taken, Wanted, prices_of, take};
pub use later::take_up;
pub(crate) use later::take_up_if_missing;

/// A price list as shells see it.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Shown {
    /// Number of its document.
    list: u32,
    /// `in force`, `preview`, `superseded` or `dropped`.
    state: &'static str,
    vendor: String,
    kind: String,
    currencies: Vec<String>,
    /// The first day a price of it is in force.
    from: String,
    rows: u32,
    /// Rows that are among the list prices; the others are in the document only.
    kept: u32,
    /// The later list of the same kind, vendor and currencies.
    superseded_by: Option<u32>,
    /// Business day on which it came into its state.
    since: String,
    file: String,
}

/// Price lists, the latest first.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Lists {
    lists: Vec<Shown>,
}

/// Lists the price lists.
pub fn lists(session: &mut Session, _: Nothing) -> Result<Lists, Failure> {
    session.read(|book| all(book))
}

fn all(book: &Book<'_>) -> Result<Lists, Failure> {
    let known = Known::load(book)?;
    let mut lists: Vec<Shown> = known.lists.iter().filter_map(|list| known.shown(list)).collect();
    lists.reverse();
    Ok(Lists { lists })
}

/// The lists with their documents.
pub(crate) struct Known {
    /// By document, the earliest first.
    pub lists: Vec<PriceList>,
    documents: HashMap<u32, Document>,
}

impl Known {
    /// Reads them.
    pub fn load(book: &Book<'_>) -> Result<Known, Failure> {
        let documents = tables::documents::list(book.conn())?.into_iter().map(|d| (d.no, d)).collect();
        Ok(Known { lists: tables::price_lists::load(book.conn())?, documents })
    }

    /// A list by the number of its document, with or without a number sign.
    pub fn find(&self, id: &str) -> Result<&PriceList, Failure> {
        let wanted = id.trim().trim_start_matches('#').parse::<u32>().ok();
        let found = self.lists.iter().find(|l| Some(l.document) == wanted);
        found.ok_or_else(|| Failure::not_found("price list", id).hint("See `billhook prices lists`."))
    }

    /// The file a list came in.
    pub fn file(&self, list: &PriceList) -> &str {
        self.documents.get(&list.document).map_or("", |d| &d.file_name)
    }

    /// How many rows of it could be read.
    fn rows(&self, list: &PriceList) -> Option<u32> {
        self.documents.get(&list.document).map(|d| d.good_rows)
    }

    /// The kind of file it is.
    pub fn kind(&self, list: &PriceList) -> Option<&str> {
        self.documents.get(&list.document).map(|d| d.kind.as_str())
    }

    /// The next later list in force of the same kind, vendor and currencies.
    fn superseded_by(&self, list: &PriceList) -> Option<u32> {
        let same = |l: &&PriceList| {
            l.document > list.document
                && self.documents.get(&l.document).is_some_and(|d| d.rest_of.is_none())
                && l.state == ListState::InForce
                && (self.kind(l), &l.vendor, &l.currencies) == (self.kind(list), &list.vendor, &list.currencies)
        };
        self.lists.iter().find(same).map(|l| l.document)
    }

    fn shown(&self, list: &PriceList) -> Option<Shown> {
        let document = self.documents.get(&list.document)?;
        let superseded_by = self.superseded_by(list);
        Some(Shown {
            list: list.document,
            state: match list.state {
                ListState::Dropped => "dropped",
                _ if superseded_by.is_some() => "superseded",
                ListState::Preview => "preview",
                ListState::InForce => "in force",
            },
            vendor: list.vendor.clone(),
            kind: document.kind.clone(),
            currencies: list.currencies.iter().map(ToString::to_string).collect(),
            from: list.from.to_string(),
            rows: document.good_rows,
            kept: list.kept,
            superseded_by,
            since: list.since.to_string(),
            file: document.file_name.clone(),
        })
    }
}

/// A list that was announced, as one in that state may be acted on.
fn announced(known: &Known, id: &str) -> Result<PriceList, Failure> {
    let list = known.find(id)?;
    let refuse = |what: &str| Err(Failure::new("E-STATE", format!("The price list {} {what}.", list.document)));
    match (list.state, known.superseded_by(list)) {
        (ListState::InForce, _) => refuse("is in force already; what it says is superseded by later lists only"),
        (ListState::Dropped, _) => refuse("was dropped"),
        (ListState::Preview, Some(later)) => refuse(&format!("is superseded by the list {later}, which is in force")),
        (ListState::Preview, None) => Ok(list.clone()),
    }
}

/// Takes an announced list into force: from now on it is an ordinary list.
pub fn adopt(session: &mut Session, ask: IdAsk) -> Result<Lists, Failure> {
    session.write(|book| {
        let mut list = announced(&Known::load(book)?, &ask.id)?;
        let mut names = book.names()?;
        let texts = names.len();
        let (kind, rows) = keep::rows_of(book, &list, &mut names)?;
        let wanted = if list.everything { Wanted::Everything } else { Wanted::load(book, texts)? };
        let taken = take(book, &names, &list, kind, &rows, &wanted)?;
        list = PriceList { state: ListState::InForce, kept: taken.kept, since: book.today, ..list };
        book.writer()?.put_price_list(&list)?;
        all(book)
    })
}

/// Drops an announced list. Its document stays.
pub fn drop(session: &mut Session, ask: IdAsk) -> Result<Lists, Failure> {
    session.write(|book| {
        let list = announced(&Known::load(book)?, &ask.id)?;
        book.writer()?.put_price_list(&PriceList { state: ListState::Dropped, since: book.today, ..list })?;
        all(book)
    })
}

#[cfg(test)]
mod tests;
