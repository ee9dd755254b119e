//! A price list that arrives: in force or announced, and what of it the book keeps.

use crate::Failure;
use crate::import::{ListWay, Stored};
use crate::price_lists::{self, Taken, Wanted};
use crate::session::Book;
use engine::price::ListState;
use engine::{Currency, Month, Names};
use formats::{Kind, ListPriceRow, Note, Recognised};
use std::collections::BTreeSet;
use store::tables;
use store::tables::price_lists::PriceList;

/// Sheets of up to so many rows are kept whole; of larger ones only what the book sells.
pub(crate) const KEPT_WHOLE: usize = 2_000;

/// A list that was read.
pub(super) struct Arrived<'a> {
    pub file: &'a Recognised,
    pub names: &'a Names,
    /// How many texts the book knew before the list was read.
    pub known: usize,
    pub way: ListWay,
    /// The month it was said to be for.
    pub period: Option<Month>,
}

/// Stores a list: its prices when they are in force, otherwise only that it was announced.
pub(super) fn list(
    book: &Book<'_>,
    list: &Arrived<'_>,
    rows: &[ListPriceRow],
    notes: &mut Vec<Note>,
) -> Result<Stored, Failure> {
    if rows.is_empty() {
        return Ok(Stored::default());
    }
    let kind = list.file.kind;
    let document = tables::documents::list(book.conn())?.iter().map(|d| d.no).max().unwrap_or(0) + 1;
    // What names no first day is in force from the month it was said to be for, else from today.
    let undated = list.period.map_or(book.today, |month| month.first());
    let first = rows.iter().map(|r| r.from.unwrap_or(undated)).min().unwrap_or(undated);
    let from = if rows.iter().any(|r| r.from.is_none()) { undated } else { first };
    let currencies: BTreeSet<Currency> = rows.iter().map(|r| r.currency).collect();
    let preview = list.way.preview || (kind.is_microsoft_sheet() && announces(rows, book.today));
    let everything = list.way.all || kind == Kind::PriceList || rows.len() <= KEPT_WHOLE;
    let mut noted = PriceList {
        document,
        state: if preview { ListState::Preview } else { ListState::InForce },
        vendor: vendor(list.file),
        currencies: currencies.into_iter().collect(),
        from,
        kept: 0,
        everything,
        since: book.today,
        announced: preview,
    };
    if rows.iter().any(|r| !r.has_retail) {
        let text = "Prices without a retail price: {rows}. Their cost stands in for it until a price rule says more.";
        let count = rows.iter().filter(|r| !r.has_retail).count();
        notes.push(Note { code: "N-NO-RETAIL", text, values: vec![("rows", count.to_string())] });
    }
    let stored = if preview {
        let text =
            "The list is announced, not in force: nothing is priced by it before `billhook prices adopt {list}`.";
        notes.push(Note { code: "N-PREVIEW", text, values: vec![("list", document.to_string())] });
        Stored { stored: rows.len() as u64, ..Stored::default() }
    } else {
        let wanted = if everything { Wanted::Everything } else { Wanted::load(book, list.known)? };
        let Taken { put, kept } = price_lists::take(book, list.names, &noted, kind, rows, &wanted)?;
        noted.kept = kept;
        let left = rows.len().saturating_sub(kept as usize);
        if left > 0 {
            let text =
                "Prices kept: {kept}, of products the book sells. In the document only: {left}; --all keeps them too.";
            let values = vec![("kept", kept.to_string()), ("left", left.to_string())];
            notes.push(Note { code: "N-ROWS-LEFT", text, values });
        }
        Stored { left: left as u64, ..put.into() }
    };
    book.writer()?.put_price_list(&noted)?;
    Ok(stored)
}

/// Whether a sheet of Microsoft is an announcement: only those name an end of sale, or hold nothing but what is to come.
fn announces(rows: &[ListPriceRow], today: engine::Date) -> bool {
    rows.iter().any(|r| r.ends_sale) || (!rows.is_empty() && rows.iter().all(|r| r.from.is_some_and(|d| d > today)))
}

fn vendor(file: &Recognised) -> String {
    match &file.mapping {
        Some(mapping) if mapping.vendor.is_empty() => mapping.title.clone(),
        Some(mapping) => mapping.vendor.clone(),
        None if file.kind.is_microsoft_sheet() => "Microsoft".to_owned(),
        None => String::new(),
    }
}
