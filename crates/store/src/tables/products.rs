//! The catalogue: products and bundles.

use engine::register::{Bundle, BundlePart, Product, ProductKey};
use engine::{Decimal, Names};
use rusqlite::{Connection, OptionalExtension, params};

use super::cell::{Cell, Columns, cells, damaged, stored_row, word};
use super::seal::{Table, Writer};
use super::words::PRODUCT_KINDS;
use super::{Put, set_clause};
use crate::StoreError;

pub(crate) const PRODUCTS: Table =
    Table { name: "products", columns: &["id", "product", "sku", "name", "vendor", "kind"] };
pub(crate) const BUNDLES: Table =
    Table { name: "bundles", columns: &["code", "name", "price", "currency", "show_parts"] };
pub(crate) const BUNDLE_PARTS: Table =
    Table { name: "bundle_parts", columns: &["bundle", "position", "product", "sku", "ratio", "discount"] };

/// Every product, by product and SKU id.
pub fn load(conn: &Connection, names: &mut Names) -> Result<Vec<Product>, StoreError> {
    let mut statement = conn.prepare_cached(&format!("{} ORDER BY product, sku", PRODUCTS.select()))?;
    let mut rows = statement.query([])?;
    let mut out = Vec::new();
    while let Some(row) = rows.next()? {
        out.push(Product {
            id: row.id(0)?,
            key: key(names, &row.col::<String>(1)?, &row.col::<String>(2)?),
            name: row.col(3)?,
            vendor: row.col(4)?,
            kind: row.word(5, PRODUCT_KINDS)?,
        });
    }
    Ok(out)
}

/// Every bundle, by code.
pub fn load_bundles(conn: &Connection, names: &mut Names) -> Result<Vec<Bundle>, StoreError> {
    let mut out = Vec::new();
    let mut statement = conn.prepare_cached(&format!("{} ORDER BY code", BUNDLES.select()))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let price: Option<Decimal> = row.decimal_opt(2)?;
        out.push(Bundle {
            code: names.intern(&row.col::<String>(0)?),
            name: row.col(1)?,
            parts: Vec::new(),
            price: price.map(|price| Ok::<_, StoreError>((price, row.currency(3)?))).transpose()?,
            show_parts: row.col(4)?,
        });
    }
    let mut statement = conn.prepare_cached(&format!("{} ORDER BY bundle, position", BUNDLE_PARTS.select()))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let code: String = row.col(0)?;
        let part = BundlePart {
            product: key(names, &row.col::<String>(2)?, &row.col::<String>(3)?),
            ratio: row.decimal(4)?,
            discount: row.decimal(5)?,
        };
        let bundle = out.iter_mut().find(|b| names.text(b.code) == code);
        bundle.ok_or_else(|| damaged("the bundle of a part", &code))?.parts.push(part);
    }
    Ok(out)
}

/// A product key of its two texts.
pub(crate) fn key(names: &mut Names, product: &str, sku: &str) -> ProductKey {
    ProductKey { product: names.intern(product), sku: names.intern(sku) }
}

impl Writer<'_> {
    /// Adds products, or changes those already known by product and SKU id. A known product gets its stored id back.
    pub fn put_products(&self, names: &Names, products: &mut [Product]) -> Result<Put, StoreError> {
        let mut put = Put::default();
        let mut insert = self.insert(&PRODUCTS)?;
        for p in products {
            let (product, sku) = (names.text(p.key.product), names.text(p.key.sku));
            let old: Option<[u8; 16]> = self
                .conn()
                .prepare_cached("SELECT id FROM products WHERE product = ?1 AND sku = ?2")?
                .query_row([product, sku], |r| r.get(0))
                .optional()?;
            p.id = old.map_or(p.id, engine::Id);
            let row = cells![p.id, product, sku, &p.name, &p.vendor, word(PRODUCT_KINDS, p.kind)];
            match old {
                None => insert.add(&row)?,
                Some(_) => self.replace_if_changed(&PRODUCTS, &row, &mut put)?,
            }
        }
        put.added = insert.finish()?;
        if put.added + put.changed > 0 {
            self.count("prices")?;
        }
        Ok(put)
    }

    /// Adds bundles with their parts, or changes those already known by code.
    pub fn put_bundles(&self, names: &Names, bundles: &[Bundle]) -> Result<Put, StoreError> {
        let mut put = Put::default();
        let known = load_bundles(self.conn(), &mut names.clone())?;
        for bundle in bundles {
            let code = names.text(bundle.code);
            let row = cells![
                code,
                &bundle.name,
                bundle.price.map(|(price, _)| price),
                bundle.price.map(|(_, currency)| currency),
                bundle.show_parts,
            ];
            match known.iter().find(|k| k.code == bundle.code) {
                Some(old) if old == bundle => {
                    put.same += 1;
                    continue;
                }
                Some(_) => {
                    self.change(&BUNDLE_PARTS, "bundle = ?1", params![code], |conn| {
                        conn.execute("DELETE FROM bundle_parts WHERE bundle = ?1", [code])
                    })?;
                    self.replace_if_changed(&BUNDLES, &row, &mut Put::default())?;
                    put.changed += 1;
                }
                None => {
                    self.insert_one(&BUNDLES, &row)?;
                    put.added += 1;
                }
            }
            let mut insert = self.insert(&BUNDLE_PARTS)?;
            for (position, part) in bundle.parts.iter().enumerate() {
                let (product, sku) = (names.text(part.product.product), names.text(part.product.sku));
                insert.add(&cells![code, position, product, sku, part.ratio, part.discount])?;
            }
            insert.finish()?;
        }
        if put.added + put.changed > 0 {
            self.count("prices")?;
        }
        Ok(put)
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
