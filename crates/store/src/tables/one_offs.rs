//! One-off charges: hardware, hours, fees and credits entered by hand.

use engine::bill::OneOff;
use engine::register::ProductKey;
use engine::{Id, Names, Symbol};
use rusqlite::{Connection, OptionalExtension, params};

use super::accounts::{self, number_of, numbers};
use super::cell::{Columns, cells};
use super::seal::{Table, Writer};
use super::texts::Remap;
use super::{Put, Scope};
use crate::StoreError;

pub(crate) const ONE_OFFS: Table = Table {
    name: "one_offs",
    columns: &["id", "account", "day", "name", "quantity", "unit_price", "unit_cost", "currency", "product", "sku"],
};

/// One-off charges by day and id.
pub fn load(conn: &Connection, scope: Scope) -> Result<Vec<OneOff>, StoreError> {
    let mut statement = conn.prepare_cached(&format!("{} ORDER BY day, id", ONE_OFFS.select()))?;
    let mut rows = statement.query([])?;
    let mut out = Vec::new();
    let mut accounts = Vec::new();
    while let Some(row) = rows.next()? {
        if accounts.is_empty() {
            accounts = accounts::ids(conn)?;
        }
        let account = accounts::at(&accounts, row.col(1)?)?;
        if matches!(scope, Scope::Accounts(ids) if !ids.contains(&account)) {
            continue;
        }
        let product: Option<(u32, u32)> = row.col::<Option<u32>>(8)?.zip(row.col::<Option<u32>>(9)?);
        out.push(OneOff {
            id: row.id(0)?,
            account,
            date: row.day(2)?,
            name: row.col(3)?,
            quantity: row.decimal(4)?,
            unit_price: row.decimal(5)?,
            unit_cost: row.decimal_opt(6)?,
            currency: row.currency(7)?,
            product: product.map(|(p, s)| ProductKey { product: Symbol(p), sku: Symbol(s) }),
        });
    }
    Ok(out)
}

impl Writer<'_> {
    /// Adds one-off charges; one already there with the same id and content is left alone.
    pub fn put_one_offs(&self, names: &Names, charges: &[OneOff]) -> Result<Put, StoreError> {
        let accounts = numbers(self.conn())?;
        self.with_texts(|texts| {
            let mut remap = Remap::new(names);
            let mut put = Put::default();
            let mut touched = Vec::new();
            for c in charges {
                let account = number_of(&accounts, c.account)?;
                let product = c.product.map(|p| texts.symbol(&mut remap, p.product));
                let sku = c.product.map(|p| texts.symbol(&mut remap, p.sku));
                let row = cells![
                    c.id,
                    account,
                    c.date,
                    &c.name,
                    c.quantity,
                    c.unit_price,
                    c.unit_cost,
                    c.currency,
                    product,
                    sku,
                ];
                let there = self.conn().prepare_cached("SELECT 1 FROM one_offs WHERE id = ?1")?.exists([c.id.0])?;
                match there {
                    true => self.replace_if_changed(&ONE_OFFS, &row, &mut put)?,
                    false => {
                        self.insert_one(&ONE_OFFS, &row)?;
                        put.added += 1;
                    }
                }
                touched.push(account);
            }
            self.touch(touched)?;
            Ok(put)
        })
    }

    /// Removes a one-off charge that was not billed; whether it was there.
    pub fn remove_one_off(&self, id: Id) -> Result<bool, StoreError> {
        let account: Option<i64> =
            self.conn().query_row("SELECT account FROM one_offs WHERE id = ?1", [id.0], |r| r.get(0)).optional()?;
        let removed = self.change(&ONE_OFFS, "id = ?1", params![id.0], |conn| {
            conn.execute("DELETE FROM one_offs WHERE id = ?1", [id.0])
        })?;
        self.touch(account.into_iter().collect())?;
        Ok(removed > 0)
    }
}
