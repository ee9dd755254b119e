//! The catalogue: products and bundles, in every version they had, so that a past run is rebuilt from the one it saw.

use engine::bundle::{Bundle, BundlePart, Edition};
use engine::register::{Product, ProductKey};
use engine::{Date, Names, Symbol};
use rusqlite::{Connection, OptionalExtension, params};

use super::cell::{Cell, Columns, cells, date, stored_row, word};
use super::seal::{Table, Writer};
use super::words::{PART_KINDS, PRODUCT_KINDS};
use super::{Put, set_clause, settings};
use crate::StoreError;

pub(crate) const PRODUCTS: Table =
    Table { name: "products", columns: &["product", "sku", "version", "id", "name", "vendor", "kind", "recorded"] };
pub(crate) const BUNDLES: Table = Table {
    name: "bundles",
    columns: &["code", "version", "day", "name", "price", "currency", "show_parts", "recorded"],
};
pub(crate) const BUNDLE_PARTS: Table = Table {
    name: "bundle_parts",
    columns: &[
        "bundle", "version", "position", "product", "sku", "kind", "ratio", "discount", "price", "cost", "shown",
    ],
};

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
    // Each bundle with the versions that count of its editions.
    let mut out: Vec<(Bundle, Vec<i64>)> = Vec::new();
    let select = format!("{} WHERE recorded <= ?1 ORDER BY code, version", BUNDLES.select());
    let mut statement = conn.prepare_cached(&select)?;
    let mut rows = statement.query([known(prices)])?;
    while let Some(row) = rows.next()? {
        let (code, version) = (names.intern(&row.col::<String>(0)?), row.col::<i64>(1)?);
        let edition = Edition {
            from: date(row.col(2)?),
            parts: Vec::new(),
            price: row.decimal_opt(4)?,
            currency: row.col::<Option<String>>(5)?.map(|_| row.currency(5)).transpose()?,
            show_parts: row.col(6)?,
        };
        if out.last().is_none_or(|(bundle, _)| bundle.code != code) {
            out.push((Bundle { code, name: String::new(), editions: Vec::new() }, Vec::new()));
        }
        if let Some((bundle, versions)) = out.last_mut() {
            bundle.name = row.col(3)?;
            match bundle.editions.iter().position(|known| known.from == edition.from) {
                Some(at) => (bundle.editions[at], versions[at]) = (edition, version),
                None => {
                    bundle.editions.push(edition);
                    versions.push(version);
                }
            }
        }
    }
    let mut statement =
        conn.prepare_cached(&format!("{} ORDER BY bundle, version, position", BUNDLE_PARTS.select()))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (code, version) = (names.intern(&row.col::<String>(0)?), row.col::<i64>(1)?);
        let bundle = out.iter_mut().find(|(bundle, _)| bundle.code == code);
        let Some((bundle, versions)) = bundle else { continue };
        let Some(at) = versions.iter().position(|counts| *counts == version) else { continue };
        bundle.editions[at].parts.push(BundlePart {
            product: key(names, &row.col::<String>(3)?, &row.col::<String>(4)?),
            kind: row.word(5, PART_KINDS)?,
            ratio: row.decimal(6)?,
            discount: row.decimal(7)?,
            price: row.decimal_opt(8)?,
            cost: row.decimal_opt(9)?,
            shown: row.col(10)?,
        });
    }
    let whole = |(mut bundle, _): (Bundle, Vec<i64>)| {
        bundle.editions.retain(|edition| !edition.parts.is_empty());
        bundle.editions.sort_by_key(|edition| edition.from);
        bundle
    };
    Ok(out.into_iter().map(whole).collect())
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

    /// Adds bundles with their editions, or a further version of each edition that differs from the one known by its day. An
    /// edition that is not given stays, unless it is among those `withdrawn`: their code and day.
    pub fn put_bundles(
        &self,
        names: &Names,
        bundles: &[Bundle],
        withdrawn: &[(Symbol, Date)],
    ) -> Result<Put, StoreError> {
        let mut put = Put::default();
        let known = load_bundles(self.conn(), &mut names.clone())?;
        let recorded = self.next_of_prices()?;
        for bundle in bundles {
            let old = known.iter().find(|k| k.code == bundle.code);
            let taken_back = withdrawn.iter().filter(|(code, _)| *code == bundle.code);
            let blanks: Vec<Edition> = taken_back.map(|(_, day)| Edition::blank(*day)).collect();
            let renamed = old.is_none_or(|old| old.name != bundle.name);
            let differs = |edition: &&Edition| {
                old.is_none_or(|old| !old.editions.contains(edition)) && !blanks.iter().any(|b| b.from == edition.from)
            };
            let mut write: Vec<&Edition> = bundle.editions.iter().filter(differs).chain(&blanks).collect();
            if write.is_empty() && renamed {
                write.extend(bundle.editions.last());
            }
            match (old, write.is_empty()) {
                (_, true) => put.same += 1,
                (Some(_), false) => put.changed += 1,
                (None, false) => put.added += 1,
            }
            write.into_iter().try_for_each(|edition| self.put_edition(names, bundle, edition, recorded))?;
        }
        if put.added + put.changed > 0 {
            self.count("prices")?;
        }
        Ok(put)
    }

    /// Adds a version of an edition.
    fn put_edition(&self, names: &Names, bundle: &Bundle, edition: &Edition, recorded: i64) -> Result<(), StoreError> {
        let code = names.text(bundle.code);
        let version: i64 = self
            .conn()
            .prepare_cached("SELECT coalesce(max(version), 0) + 1 FROM bundles WHERE code = ?1")?
            .query_row([code], |r| r.get(0))?;
        let Edition { from, parts, price, currency, show_parts } = edition;
        self.insert_one(
            &BUNDLES,
            &cells![code, version, *from, &bundle.name, *price, *currency, *show_parts, recorded],
        )?;
        let mut insert = self.insert(&BUNDLE_PARTS)?;
        for (position, part) in parts.iter().enumerate() {
            let (product, sku) = (names.text(part.product.product), names.text(part.product.sku));
            let (kind, BundlePart { ratio, discount, price, cost, shown, .. }) = (word(PART_KINDS, part.kind), part);
            insert
                .add(&cells![code, version, position, product, sku, kind, *ratio, *discount, *price, *cost, *shown])?;
        }
        insert.finish()?;
        Ok(())
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
