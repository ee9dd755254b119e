//! What the book has come to sell since a list arrived: its prices are taken from the list's document.

use super::{Known, Wanted, keep, take};
use crate::session::Book;
use crate::wire::Nothing;
use crate::{Failure, Session};
use engine::Names;
use engine::price::ListState;
use engine::register::ProductKey;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::HashSet;
use store::tables;
use store::tables::price_lists::PriceList;
use store::tables::subscriptions::Scope;

/// What was taken.
#[derive(Debug, JsonSchema, Serialize)]
pub struct TakenUp {
    /// Lists that were read again.
    lists: usize,
    /// Prices that came among the book's.
    prices: u64,
}

/// Takes from the lists in force the prices of products the book has come to sell since they arrived.
pub fn take_up(session: &mut Session, _: Nothing) -> Result<TakenUp, Failure> {
    session.write(|book| {
        let lists = with_more(&Known::load(book)?);
        from(book, &lists)
    })
}

/// The same after products or subscriptions were added: only where one of theirs has no price of any list, because a list may
/// be large to read.
pub(crate) fn take_up_if_missing(book: &Book<'_>) -> Result<(), Failure> {
    let lists = with_more(&Known::load(book)?);
    if lists.is_empty() {
        return Ok(());
    }
    let mut names = book.names()?;
    let listed = listed(book, &mut names)?;
    let products = tables::products::load(book.conn(), &mut names)?.into_iter().map(|p| p.key);
    let subscriptions = tables::subscriptions::load(book.conn(), &mut names, Scope::All)?;
    let sold: HashSet<ProductKey> = products.chain(subscriptions.iter().map(|s| s.product)).collect();
    let by_microsoft = |key: &ProductKey| keep::is_microsofts(names.text(key.product));
    let all_by_microsoft = lists.iter().all(|l| l.vendor == "Microsoft");
    let is_missing = |key: &&ProductKey| !listed.contains(key) && (by_microsoft(key) || !all_by_microsoft);
    if sold.iter().any(|key| is_missing(&key)) {
        from(book, &lists)?;
    }
    Ok(())
}

/// Lists in force of which rows stayed in the document, the earliest first.
fn with_more(known: &Known) -> Vec<PriceList> {
    let more = |l: &&PriceList| {
        l.state == ListState::InForce && !l.everything && known.rows(l).is_some_and(|rows| l.kept < rows)
    };
    known.lists.iter().filter(more).cloned().collect()
}

fn from(book: &Book<'_>, lists: &[PriceList]) -> Result<TakenUp, Failure> {
    let mut taken = TakenUp { lists: lists.len(), prices: 0 };
    let mut names = book.names()?;
    let mut wanted = Wanted::load(book, names.len())?;
    if let Wanted::Sold { except, .. } = &mut wanted {
        *except = listed(book, &mut names)?;
    }
    for list in lists {
        let (kind, rows) = keep::rows_of(book, list, &mut names)?;
        let found = take(book, &names, list, kind, &rows, &wanted)?;
        if found.kept > 0 {
            taken.prices += found.put.added + found.put.changed;
            book.writer()?.put_price_list(&PriceList { kept: list.kept + found.kept, ..list.clone() })?;
        }
    }
    Ok(taken)
}

/// Products with a price of some list.
fn listed(book: &Book<'_>, names: &mut Names) -> Result<HashSet<ProductKey>, Failure> {
    let list = tables::prices::load_list(book.conn(), names)?;
    Ok(list.into_iter().filter(|p| p.source.is_some()).map(|p| p.product).collect())
}
