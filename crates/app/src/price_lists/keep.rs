//! Rows of a list into the book's prices: those of products the book sells, from the list itself or again from its document.

use crate::Failure;
use crate::import::recognise_again;
use crate::session::Book;
use engine::price::{ListKind, ListPrice};
use engine::register::{Product, ProductKey, ProductKind, Term};
use engine::{LineRef, Names};
use formats::{Kind, Limits, ListPriceRow, Rows};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::io::Read;
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
    },
    /// Of these.
    Only(HashSet<ProductKey>),
}

impl Wanted {
    /// What the book sells; `known` is how many texts it knew before the list was read.
    pub fn load(book: &Book<'_>, known: usize) -> Result<Wanted, Failure> {
        let mut names = book.names()?;
        let products = tables::products::load(book.conn(), &mut names)?;
        let text = |key: ProductKey| (names.text(key.product).to_owned(), names.text(key.sku).to_owned());
        Ok(Wanted::Sold { catalogue: products.iter().map(|p| text(p.key)).collect(), known })
    }

    fn has(&self, key: ProductKey, names: &Names) -> bool {
        match self {
            Wanted::Everything => true,
            Wanted::Only(keys) => keys.contains(&key),
            Wanted::Sold { catalogue, known } => {
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
    let market = market_of(book, names, rows)?;
    let here = |row: &&ListPriceRow| market.as_deref().is_none_or(|m| names.text(row.market).eq_ignore_ascii_case(m));
    let rows: Vec<&ListPriceRow> = rows.iter().filter(here).filter(|r| wanted.has(r.key, names)).collect();
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
    let prices: Vec<ListPrice> = rows.iter().map(|row| price(row, list)).collect();
    let writer = book.writer()?;
    writer.put_products(names, &mut fresh)?;
    let put = writer.put_list_prices(names, &prices)?;
    Ok(Taken { put, kept: u32::try_from(prices.len()).unwrap_or(u32::MAX) })
}

/// The prices of a list, read again from its document, in the texts of the book, which grow.
pub fn rows_of(book: &Book<'_>, list: &PriceList, names: &mut Names) -> Result<(Kind, Vec<ListPriceRow>), Failure> {
    let documents = tables::documents::list(book.conn())?;
    let document = documents
        .iter()
        .find(|d| d.no == list.document)
        .ok_or_else(|| Failure::not_found("document", &list.document.to_string()))?;
    let mut bytes = Vec::new();
    let read = book.store.document(&document.sha256)?.read_to_end(&mut bytes);
    read.map_err(|error| Failure::new("E-STORE-IO", format!("The kept document could not be read: {error}.")))?;
    let source = formats::Bytes::new(document.file_name.clone(), bytes);
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
    let market = market_of(book, names, &rows)?;
    let here = |row: &&ListPriceRow| market.as_deref().is_none_or(|m| names.text(row.market).eq_ignore_ascii_case(m));
    Ok(rows.iter().filter(here).map(|row| price(row, list)).collect())
}

/// The country whose prices are used of a list with several: the seller's, where it is among them.
pub fn market_of(book: &Book<'_>, names: &Names, rows: &[ListPriceRow]) -> Result<Option<String>, Failure> {
    let markets: BTreeSet<&str> = rows.iter().map(|r| names.text(r.market)).filter(|m| !m.is_empty()).collect();
    if markets.len() < 2 {
        return Ok(None);
    }
    let settings = book.settings()?;
    let home = settings.get("seller.country");
    Ok(markets.iter().find(|m| m.eq_ignore_ascii_case(home)).map(|m| (*m).to_owned()))
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

/// Whose product it is: of Microsoft's sheets, or by an id like Microsoft's, which has twelve letters and digits and begins in
/// a few ways. Of others the list does not say.
fn vendor_of(product: &str, kind: Kind) -> &'static str {
    let begins = ["CFQ7", "DZH3", "DG7G"].iter().any(|begin| product.starts_with(begin));
    if kind.is_microsoft_sheet() || (product.len() == 12 && begins) { "Microsoft" } else { "" }
}

fn kind_of(row: &ListPriceRow) -> ProductKind {
    match row.kind {
        ListKind::Usage => ProductKind::Usage,
        ListKind::Term | ListKind::ExtendedTerm => ProductKind::Licence,
    }
}
