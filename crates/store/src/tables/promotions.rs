//! The vendor's promotions: append-only. The last version under a code and product counts, and one that ends on the day it
//! begins was taken back.

use engine::Names;
use engine::price::Promotion;
use engine::register::{ProductKey, Term};
use rusqlite::{Connection, OptionalExtension, params};

use super::Put;
use super::cell::{Columns, cells, of_word, word};
use super::products::{key, known};
use super::seal::{Table, Writer};
use super::words::PLANS;
use crate::StoreError;

pub(crate) const PROMOTIONS: Table = Table {
    name: "promotions",
    columns: &["code", "product", "sku", "version", "term_months", "plan", "share", "day", "until", "recorded"],
};

/// Promotions, by code and product.
pub fn load(conn: &Connection, names: &mut Names) -> Result<Vec<Promotion>, StoreError> {
    load_as_of(conn, names, None)
}

/// The same as it was when the counter of prices stood at `prices`.
pub fn load_as_of(conn: &Connection, names: &mut Names, prices: Option<u64>) -> Result<Vec<Promotion>, StoreError> {
    let select = format!("{} WHERE recorded <= ?1 ORDER BY code, product, sku, version", PROMOTIONS.select());
    let mut statement = conn.prepare_cached(&select)?;
    let mut rows = statement.query([known(prices)])?;
    let mut out: Vec<Promotion> = Vec::new();
    while let Some(row) = rows.next()? {
        let promotion = Promotion {
            code: row.col(0)?,
            product: key(names, &row.col::<String>(1)?, &row.col::<String>(2)?),
            term: row.col::<Option<u32>>(4)?.map(|months| Term { months }),
            plan: row.col::<Option<String>>(5)?.map(|w| of_word(PLANS, &w)).transpose()?,
            share: row.decimal(6)?,
            from: row.day(7)?,
            until: row.day_opt(8)?,
        };
        let natural = |p: &Promotion| -> (String, ProductKey) { (p.code.clone(), p.product) };
        match out.last_mut() {
            Some(last) if natural(last) == natural(&promotion) => *last = promotion,
            _ => out.push(promotion),
        }
    }
    out.retain(|promotion| promotion.until != Some(promotion.from));
    Ok(out)
}

impl Writer<'_> {
    /// Adds promotions, or a further version of those known by code and product that say something else.
    pub fn put_promotions(&self, names: &Names, promotions: &[Promotion]) -> Result<Put, StoreError> {
        let mut put = Put::default();
        let recorded = self.next_of_prices()?;
        let mut scratch = names.clone();
        let held = load(self.conn(), &mut scratch)?;
        for p in promotions {
            if held.contains(p) {
                put.same += 1;
                continue;
            }
            let (product, sku) = (names.text(p.product.product), names.text(p.product.sku));
            let last: Option<i64> = self
                .conn()
                .query_row(
                    "SELECT max(version) FROM promotions WHERE code = ?1 AND product = ?2 AND sku = ?3",
                    params![p.code, product, sku],
                    |row| row.get(0),
                )
                .optional()?
                .flatten();
            self.insert_one(
                &PROMOTIONS,
                &cells![
                    &p.code,
                    product,
                    sku,
                    last.unwrap_or(0) + 1,
                    p.term.map(|t| t.months),
                    p.plan.map(|plan| word(PLANS, plan)),
                    p.share,
                    p.from,
                    p.until,
                    recorded,
                ],
            )?;
            if last.is_none() { put.added += 1 } else { put.changed += 1 }
        }
        if put.added + put.changed > 0 {
            self.count("prices")?;
        }
        Ok(put)
    }
}
