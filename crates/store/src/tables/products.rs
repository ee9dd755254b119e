//! The catalogue: products and bundles, in every version they had, so that a past run is rebuilt from the one it saw.

use engine::Names;
use engine::register::{Bundle, BundlePart, Product, ProductKey};
use rusqlite::{Connection, OptionalExtension, params};

use super::cell::{Cell, Columns, cells, stored_row, word};
use super::seal::{Table, Writer};
use super::words::PRODUCT_KINDS;
use super::{Put, set_clause, settings};
use crate::StoreError;

pub(crate) const PRODUCTS: Table =
    Table { name: "products", columns: &["product", "sku", "version", "id", "name", "vendor", "kind", "recorded"] };
pub(crate) const BUNDLES: Table =
    Table { name: "bundles", columns: &["code", "version", "name", "price", "currency", "show_parts", "recorded"] };
pub(crate) const BUNDLE_PARTS: Table =
    Table { name: "bundle_parts", columns: &["bundle", "version", "position", "product", "sku", "ratio", "discount"] };

/// Every product, by product and SKU id.
pub fn load(conn: &Connection, names: &mut Names) -> Result<Vec<Product>, StoreError> {
    load_as_of(conn, names, None)
}

/// The same as they were when the counter of prices stood at `prices`.
pub fn load_as_of(conn: &Connection, names: &mut Names, prices: Option<u64>) -> Result<Vec<Product>, StoreError> {
    let select = format!("{} WHERE recorded <= ?1 ORDER BY product, sku, version", PRODUCTS.select());
    let mut statement = conn.prepare_cached(&select)?;
    let mut rows = statement.query([known(prices)])?;
    let mut out: Vec<Product> = Vec::new();
    while let Some(row) = rows.next()? {
        let product = Product {
            id: row.id(3)?,
            key: key(names, &row.col::<String>(0)?, &row.col::<String>(1)?),
            name: row.col(4)?,
            vendor: row.col(5)?,
            kind: row.word(6, PRODUCT_KINDS)?,
        };
        match out.last_mut() {
            Some(last) if last.key == product.key => *last = product,
            _ => out.push(product),
        }
    }
    Ok(out)
}

/// Every bundle, by code.
pub fn load_bundles(conn: &Connection, names: &mut Names) -> Result<Vec<Bundle>, StoreError> {
    load_bundles_as_of(conn, names, None)
}

/// The same as they were when the counter of prices stood at `prices`.
pub fn load_bundles_as_of(
    conn: &Connection,
    names: &mut Names,
    prices: Option<u64>,
) -> Result<Vec<Bundle>, StoreError> {
    let mut out: Vec<(Bundle, i64)> = Vec::new();
    let select = format!("{} WHERE recorded <= ?1 ORDER BY code, version", BUNDLES.select());
    let mut statement = conn.prepare_cached(&select)?;
    let mut rows = statement.query([known(prices)])?;
    while let Some(row) = rows.next()? {
        let price = row.decimal_opt(3)?;
        let bundle = Bundle {
            code: names.intern(&row.col::<String>(0)?),
            name: row.col(2)?,
            parts: Vec::new(),
            price: price.map(|price| Ok::<_, StoreError>((price, row.currency(4)?))).transpose()?,
            show_parts: row.col(5)?,
        };
        match out.last_mut() {
            Some((last, version)) if last.code == bundle.code => (*last, *version) = (bundle, row.col(1)?),
            _ => out.push((bundle, row.col(1)?)),
        }
    }
    let mut statement =
        conn.prepare_cached(&format!("{} ORDER BY bundle, version, position", BUNDLE_PARTS.select()))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (code, version) = (names.intern(&row.col::<String>(0)?), row.col::<i64>(1)?);
        let Some((bundle, _)) = out.iter_mut().find(|(b, last)| b.code == code && *last == version) else { continue };
        bundle.parts.push(BundlePart {
            product: key(names, &row.col::<String>(3)?, &row.col::<String>(4)?),
            ratio: row.decimal(5)?,
            discount: row.decimal(6)?,
        });
    }
    Ok(out.into_iter().map(|(bundle, _)| bundle).collect())
}

/// The last counter of prices whose records are read.
pub(super) fn known(prices: Option<u64>) -> i64 {
    prices.map_or(i64::MAX, u64::cast_signed)
}

/// A product key of its two texts.
pub(crate) fn key(names: &mut Names, product: &str, sku: &str) -> ProductKey {
    ProductKey { product: names.intern(product), sku: names.intern(sku) }
}

impl Writer<'_> {
    /// Adds products, or a further version of those already known by product and SKU id. A known product gets its stored id
    /// back.
    pub fn put_products(&self, names: &Names, products: &mut [Product]) -> Result<Put, StoreError> {
        let mut put = Put::default();
        let recorded = self.next_of_prices()?;
        let mut insert = self.insert(&PRODUCTS)?;
        for p in products {
            let (product, sku, kind) = (names.text(p.key.product), names.text(p.key.sku), word(PRODUCT_KINDS, p.kind));
            let last: Option<(i64, [u8; 16], bool)> = self
                .conn()
                .prepare_cached(
                    "SELECT version, id, name = ?3 AND vendor = ?4 AND kind = ?5 FROM products
                     WHERE product = ?1 AND sku = ?2 ORDER BY version DESC LIMIT 1",
                )?
                .query_row(params![product, sku, p.name, p.vendor, kind], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))
                .optional()?;
            p.id = last.map_or(p.id, |(_, id, _)| engine::Id(id));
            let version = match last {
                None => 1,
                Some((.., true)) => {
                    put.same += 1;
                    continue;
                }
                Some((version, ..)) => {
                    put.changed += 1;
                    version + 1
                }
            };
            insert.add(&cells![product, sku, version, p.id, &p.name, &p.vendor, kind, recorded])?;
        }
        put.added = insert.finish()? - put.changed;
        if put.added + put.changed > 0 {
            self.count("prices")?;
        }
        Ok(put)
    }

    /// Adds bundles with their parts, or a further version of those already known by code.
    pub fn put_bundles(&self, names: &Names, bundles: &[Bundle]) -> Result<Put, StoreError> {
        let mut put = Put::default();
        let known = load_bundles(self.conn(), &mut names.clone())?;
        let recorded = self.next_of_prices()?;
        for bundle in bundles {
            let code = names.text(bundle.code);
            match known.iter().find(|k| k.code == bundle.code) {
                Some(old) if old == bundle => {
                    put.same += 1;
                    continue;
                }
                Some(_) => put.changed += 1,
                None => put.added += 1,
            }
            let version: i64 = self
                .conn()
                .prepare_cached("SELECT coalesce(max(version), 0) + 1 FROM bundles WHERE code = ?1")?
                .query_row([code], |r| r.get(0))?;
            let (price, currency) = bundle.price.unzip();
            self.insert_one(
                &BUNDLES,
                &cells![code, version, &bundle.name, price, currency, bundle.show_parts, recorded],
            )?;
            let mut insert = self.insert(&BUNDLE_PARTS)?;
            for (position, part) in bundle.parts.iter().enumerate() {
                let (product, sku) = (names.text(part.product.product), names.text(part.product.sku));
                insert.add(&cells![code, version, position, product, sku, part.ratio, part.discount])?;
            }
            insert.finish()?;
        }
        if put.added + put.changed > 0 {
            self.count("prices")?;
        }
        Ok(put)
    }

    /// What the counter of prices is about to count: what is recorded now is known from then on.
    pub(super) fn next_of_prices(&self) -> Result<i64, StoreError> {
        Ok(settings::counter(self.conn(), "prices")?.cast_signed() + 1)
    }

    /// Rewrites the row whose first column is the first cell, unless it reads so already.
    pub(crate) fn replace_if_changed(
        &self,
        table: &'static Table,
        row: &[Cell],
        put: &mut Put,
    ) -> Result<(), StoreError> {
        let condition = format!("{} = ?1", table.columns[0]);
        let same = {
            let mut statement = self.conn().prepare_cached(&format!("{} WHERE {condition}", table.select()))?;
            let mut rows = statement.query([&row[0]])?;
            match rows.next()? {
                Some(old) => stored_row(old, table.columns.len())? == row,
                None => false,
            }
        };
        if same {
            put.same += 1;
            return Ok(());
        }
        self.change(table, &condition, params![row[0]], |conn| {
            conn.prepare_cached(&set_clause(table))?.execute(rusqlite::params_from_iter(row))
        })?;
        put.changed += 1;
        Ok(())
    }
}
