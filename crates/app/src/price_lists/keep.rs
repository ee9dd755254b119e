//! Rows of a list into the book's prices: those of products the book sells, from the list itself or again from its document.

use crate::Failure;
use crate::import::recognise_again;
use crate::session::Book;
use engine::price::{ListKind, ListPrice};
use engine::price_change::Listing;
use engine::register::{Product, ProductKey, ProductKind, Term};
use engine::{Date, LineRef, Names};
use formats::{Kind, Limits, ListPriceRow, Rows};
use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use store::tables::price_lists::PriceList;
use store::tables::{self, Put};

/// Of which products a list's prices are wanted.
pub enum Wanted {
    /// Of all.
    Everything,
    /// Of those in the catalogue, and of those any document or subscription of the book names.
    Sold {
        /// The catalogue.
        catalogue: HashSet<(String, String)>,
        /// How many texts the book knew before the list was read.
        known: usize,
        /// Products that are left as they are.
        except: HashSet<ProductKey>,
    },
}

impl Wanted {
    /// What the book sells; `known` is how many texts it knew before the list was read.
    pub fn load(book: &Book<'_>, known: usize) -> Result<Wanted, Failure> {
        let mut names = book.names()?;
        let products = tables::products::load(book.conn(), &mut names)?;
        let text = |key: ProductKey| (names.text(key.product).to_owned(), names.text(key.sku).to_owned());
        let catalogue = products.iter().map(|p| text(p.key)).collect();
        Ok(Wanted::Sold { catalogue, known, except: HashSet::new() })
    }

    fn has(&self, key: ProductKey, names: &Names) -> bool {
        match self {
            Wanted::Everything => true,
            Wanted::Sold { except, .. } if except.contains(&key) => false,
            Wanted::Sold { catalogue, known, .. } => {
                let is_known = |symbol: engine::Symbol| (symbol.0 as usize) < *known;
                // A text the book had before is one of a document's or a subscription's; lists leave none behind.
                (is_known(key.product) && is_known(key.sku))
                    || catalogue.contains(&(names.text(key.product).to_owned(), names.text(key.sku).to_owned()))
            }
        }
    }
}

/// What became of a list's rows.
pub struct Taken {
    /// Of those that were wanted.
    pub put: Put,
    /// How many were wanted.
    pub kept: u32,
}

/// Puts the wanted rows of a list among the list prices, and the products they name into the catalogue.
pub fn take(
    book: &Book<'_>,
    names: &Names,
    list: &PriceList,
    kind: Kind,
    rows: &[ListPriceRow],
    wanted: &Wanted,
) -> Result<Taken, Failure> {
    let rows: Vec<&ListPriceRow> = rows.iter().filter(|r| wanted.has(r.key, names)).collect();
    let mut scratch = names.clone();
    let known: HashSet<ProductKey> = tables::products::load(book.conn(), &mut scratch)?.iter().map(|p| p.key).collect();
    let mut fresh: HashMap<ProductKey, Product> = HashMap::new();
    for row in rows.iter().filter(|r| !known.contains(&r.key)) {
        fresh.entry(row.key).or_insert_with(|| Product {
            id: store::new_id(),
            key: row.key,
            name: names.text(row.name).to_owned(),
            vendor: vendor_of(names.text(row.key.product), kind).to_owned(),
            kind: kind_of(row),
        });
    }
    let mut fresh: Vec<Product> = fresh.into_values().collect();
    fresh.sort_by_key(|p| (names.text(p.key.product).to_owned(), names.text(p.key.sku).to_owned()));
    let (prices, left_out) = one_each(book, names, list, rows.iter().copied())?;
    let writer = book.writer()?;
    writer.put_products(names, &mut fresh)?;
    let mut put = writer.put_list_prices(names, &prices)?;
    put.same += left_out;
    Ok(Taken { put, kept: u32::try_from(rows.len()).unwrap_or(u32::MAX) })
}

/// The prices of a list, read again from its document, in the texts of the book, which grow.
pub fn rows_of(book: &Book<'_>, list: &PriceList, names: &mut Names) -> Result<(Kind, Vec<ListPriceRow>), Failure> {
    let documents = tables::documents::list(book.conn())?;
    let document = documents
        .iter()
        .find(|d| d.no == list.document)
        .ok_or_else(|| Failure::not_found("document", &list.document.to_string()))?;
    let source = crate::import::kept(book, document)?;
    let mut file = recognise_again(&source, &document.dialect)?;
    let corrected = crate::import::said::corrected(document);
    let corrections: Vec<formats::Correction> = corrected.into_iter().map(Into::into).collect();
    file.correct(&corrections).map_err(crate::import::refused)?;
    let read = formats::read_records(&source, &file, &Limits::default(), names, &mut |_| Ok(()));
    match read.map_err(crate::import::refused)?.rows {
        Rows::Prices(rows) => Ok((file.kind, rows)),
        _ => Err(Failure::new("E-BUG", "A price list was read as something else.")),
    }
}

/// The prices of a list as they are, or would be, among the list prices: all of them.
pub fn prices_of(book: &Book<'_>, list: &PriceList, names: &mut Names) -> Result<Vec<ListPrice>, Failure> {
    let (_, rows) = rows_of(book, list, names)?;
    Ok(one_each(book, names, list, rows.iter())?.0)
}

/// One row for each price of a list: the last of those that were published again, and of those for several countries in one
/// currency the one for the seller's. The number of rows this leaves out comes second.
fn one_each<'r>(
    book: &Book<'_>,
    names: &Names,
    list: &PriceList,
    rows: impl Iterator<Item = &'r ListPriceRow>,
) -> Result<(Vec<ListPrice>, u64), Failure> {
    let settings = book.settings()?;
    let home = settings.get("seller.country");
    let at_home = |row: &ListPriceRow| names.text(row.market).eq_ignore_ascii_case(home);
    let mut places: HashMap<(Listing, Date), usize> = HashMap::new();
    let mut kept: Vec<(ListPrice, bool)> = Vec::new();
    let mut left_out = 0;
    for row in rows {
        let (price, is_home) = (price(row, list), at_home(row));
        match places.entry((Listing::of(&price), price.from)) {
            Entry::Vacant(place) => {
                place.insert(kept.len());
                kept.push((price, is_home));
            }
            Entry::Occupied(place) => {
                left_out += 1;
                let before = &mut kept[*place.get()];
                if is_home || !before.1 {
                    *before = (price, is_home);
                }
            }
        }
    }
    Ok((kept.into_iter().map(|(price, _)| price).collect(), left_out))
}

fn price(row: &ListPriceRow, list: &PriceList) -> ListPrice {
    ListPrice {
        kind: row.kind,
        product: row.key,
        term: row.term.unwrap_or(Term::P1M),
        plan: row.plan,
        currency: row.currency,
        segment: row.segment,
        at_least: row.at_least,
        cost: row.cost,
        erp: row.erp,
        from: row.from.unwrap_or(list.from),
        until: row.until,
        source: Some(LineRef { document: list.document, row: row.row }),
    }
}

/// Whose product it is. Of others than Microsoft's the list does not say.
fn vendor_of(product: &str, kind: Kind) -> &'static str {
    if kind.is_microsoft_sheet() || is_microsofts(product) { "Microsoft" } else { "" }
}

/// Whether an id is like those of Microsoft's products.
pub(super) fn is_microsofts(product: &str) -> bool {
    product.len() == 12 && ["CFQ7", "DZH3", "DG7G"].iter().any(|begin| product.starts_with(begin))
}

fn kind_of(row: &ListPriceRow) -> ProductKind {
    match row.kind {
        ListKind::Usage => ProductKind::Usage,
        ListKind::Term | ListKind::ExtendedTerm => ProductKind::Licence,
    }
}
