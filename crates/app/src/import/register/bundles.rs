//! Bundles: a row for each part of each edition.

use super::doubt;
use crate::Failure;
use crate::import::Stored;
use crate::session::Book;
use engine::bundle::{Bundle, BundlePart, Edition};
use engine::register::{ProductKey, ProductKind};
use engine::{IdMap, Names, date};
use formats::{BundleRow, Problem};
use store::tables;

/// Stores the editions a file has; those it does not have stay as they are.
pub fn store(
    book: &Book<'_>,
    names: &mut Names,
    rows: &[BundleRow],
    doubts: &mut Vec<Problem>,
) -> Result<Stored, Failure> {
    let catalogue = tables::products::load(book.conn(), names)?;
    let kinds: IdMap<ProductKey, ProductKind> = catalogue.iter().map(|p| (p.key, p.kind)).collect();
    let mut bundles: Vec<Bundle> = Vec::new();
    let mut taken = 0;
    for row in rows {
        let Some(part) = part(row, kinds.get(&row.key).copied()) else {
            let hint = "Consumption is billed as it is metered; leave it out of the bundle.";
            doubts.push(doubt(row.row, "ProductId", names.text(row.key.product).to_owned(), "P-WORD", hint));
            continue;
        };
        let at = bundles.iter().position(|b| b.code == row.bundle).unwrap_or_else(|| {
            let name = names.text(row.name).to_owned();
            bundles.push(Bundle { code: row.bundle, name, editions: Vec::new() });
            bundles.len() - 1
        });
        let from = row.from.unwrap_or(date::RANGE.0);
        let editions = &mut bundles[at].editions;
        let at = editions.iter().position(|e| e.from == from).unwrap_or_else(|| {
            editions.push(Edition { price: row.price, show_parts: row.show_parts, ..Edition::blank(from) });
            editions.len() - 1
        });
        let edition = &mut editions[at];
        match (edition.currency, row.currency) {
            (Some(has), Some(other)) if has != other => {
                let hint = "Write every amount of an edition in one currency.";
                doubts.push(doubt(row.row, "Currency", other.to_string(), "P-CURRENCY", hint));
                continue;
            }
            (None, given) => edition.currency = given,
            _ => {}
        }
        edition.parts.push(part);
        taken += 1;
    }
    bundles.iter_mut().for_each(|b| b.editions.retain(|edition| !edition.parts.is_empty()));
    bundles.retain(|b| !b.editions.is_empty());
    bundles.iter_mut().for_each(|b| b.editions.sort_by_key(|edition| edition.from));
    let put = book.writer()?.put_bundles(names, &bundles, &[])?;
    // The file has a row per part; the answer counts rows.
    let same = if put.added + put.changed == 0 { taken } else { 0 };
    Ok(Stored { stored: taken - same, changed: put.changed, same, left: 0 })
}

/// The part of a row: charged as the file says, else as the catalogue has it; nothing for consumption.
fn part(row: &BundleRow, listed: Option<ProductKind>) -> Option<BundlePart> {
    let kind = match (row.kind, listed) {
        (_, Some(ProductKind::Usage)) => return None,
        (Some(kind), _) => kind,
        (None, listed) => crate::bundles::kind_of(listed),
    };
    Some(BundlePart {
        product: row.key,
        kind,
        ratio: row.ratio,
        discount: row.discount,
        price: row.part_price,
        cost: row.part_cost,
        shown: row.shown,
    })
}
