//! The drafts of a run: one row per payer and currency, the lines packed with their reasons.

use std::collections::BTreeMap;

use engine::invoice::{Draft, TaxLine};
use engine::register::ProductKey;
use engine::sale::{ChargeKey, SaleLine};
use engine::{Currency, Id, Money, Month, Names, Symbol};
use rusqlite::{Connection, Row, params};

use super::run_number;
use crate::StoreError;
use crate::tables::accounts::{self, number_of, numbers};
use crate::tables::blocks::{squeeze, unsqueeze};
use crate::tables::cell::{Columns, cells, date};
use crate::tables::pack::{Pack, Unpack, cut};
use crate::tables::seal::{Table, Writer};
use crate::tables::steps;
use crate::tables::texts::{Remap, Texts};
use crate::tables::words::{CHARGE_KINDS, TAX_TREATMENTS};

pub(crate) const DRAFTS: Table = Table {
    name: "drafts",
    columns: &["run", "account", "position", "currency", "lines", "net", "tax", "gross", "packed"],
};

/// The figures of a draft, without its lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DraftTotals {
    /// Who pays.
    pub account: Id,
    /// Tells several drafts of one payer apart.
    pub position: u32,
    /// Number of lines.
    pub lines: u32,
    /// Sum of the lines.
    pub net: Money,
    /// Tax.
    pub tax: Money,
    /// Both.
    pub gross: Money,
}

/// The figures of a run's drafts, by payer as first recorded.
pub fn draft_totals(conn: &Connection, run: Id) -> Result<Vec<DraftTotals>, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT account, position, lines, currency, net, tax, gross FROM drafts WHERE run = ?1 ORDER BY account, position",
    )?;
    let accounts = accounts::ids(conn)?;
    let mut rows = statement.query([run_number(conn, run)?])?;
    let mut out = Vec::new();
    while let Some(row) = rows.next()? {
        let currency = row.currency(3)?;
        let money = |column| Ok::<_, StoreError>(Money::from_minor(row.col(column)?, currency));
        out.push(DraftTotals {
            account: accounts::at(&accounts, row.col(0)?)?,
            position: row.col(1)?,
            lines: row.col(2)?,
            net: money(4)?,
            tax: money(5)?,
            gross: money(6)?,
        });
    }
    Ok(out)
}

/// The drafts of a run: of all payers, or of these. Their product symbols are the book's.
pub fn drafts(conn: &Connection, run: Id, payers: Option<&[Id]>) -> Result<Vec<Draft>, StoreError> {
    let run_no = run_number(conn, run)?;
    let period: Month = Month::of(date(
        conn.prepare_cached("SELECT period FROM runs WHERE no = ?1")?.query_row([run_no], |r| r.get(0))?,
    ));
    let mut out = Vec::new();
    match payers {
        None => {
            let accounts = accounts::ids(conn)?;
            let mut statement =
                conn.prepare_cached(&format!("{} WHERE run = ?1 ORDER BY account, position", DRAFTS.select()))?;
            let mut rows = statement.query([run_no])?;
            while let Some(row) = rows.next()? {
                let payer = accounts::at(&accounts, row.col(1)?)?;
                out.push(draft(row, payer, period)?);
            }
        }
        Some(payers) => {
            let select = format!("{} WHERE run = ?1 AND account = ?2 ORDER BY position", DRAFTS.select());
            let mut statement = conn.prepare_cached(&select)?;
            let accounts = numbers(conn)?;
            for payer in payers {
                let mut rows = statement.query([run_no, number_of(&accounts, *payer)?])?;
                while let Some(row) = rows.next()? {
                    out.push(draft(row, *payer, period)?);
                }
            }
        }
    }
    Ok(out)
}

fn draft(row: &Row, bill_to: Id, month: Month) -> Result<Draft, StoreError> {
    let currency: Currency = row.currency(3)?;
    let money = |column| Ok::<_, StoreError>(Money::from_minor(row.col(column)?, currency));
    let packed = unsqueeze(row.get_ref(8)?.as_blob().map_err(|_| cut())?)?;
    let mut read = Unpack(&packed);
    let (mut lines, mut tax) = (Vec::new(), Vec::new());
    for _ in 0..read.uint()? {
        lines.push(unpack_line(&mut read, currency)?);
    }
    for _ in 0..read.uint()? {
        let treatment = read.one_of(TAX_TREATMENTS)?;
        let percent = read.decimal()?;
        let base = Money::from_minor(read.int()?, currency);
        tax.push(TaxLine { treatment, percent, base, tax: Money::from_minor(read.int()?, currency) });
    }
    Ok(Draft { bill_to, month, currency, lines, tax, net: money(5)?, tax_total: money(6)?, gross: money(7)? })
}

fn pack_draft(draft: &Draft, texts: &mut Texts, remap: &mut Remap) -> Vec<u8> {
    let mut out = Vec::with_capacity(draft.lines.len() * 320);
    out.uint(draft.lines.len() as u128);
    for line in &draft.lines {
        pack_line(&mut out, line, texts, remap);
    }
    out.uint(draft.tax.len() as u128);
    for tax in &draft.tax {
        out.one_of(TAX_TREATMENTS, tax.treatment);
        out.decimal(tax.percent);
        out.int(tax.base.minor());
        out.int(tax.tax.minor());
    }
    out
}

fn pack_line(out: &mut Vec<u8>, line: &SaleLine, texts: &mut Texts, remap: &mut Remap) {
    out.one_of(CHARGE_KINDS, line.key.kind);
    out.bytes(&line.key.subject.0);
    out.date(line.key.date);
    out.uint(line.key.part.into());
    out.bytes(&line.account.0);
    out.opt(line.subscription, |out, id| out.bytes(&id.0));
    out.opt(line.product, |out, key| {
        out.uint(texts.symbol(remap, key.product).into());
        out.uint(texts.symbol(remap, key.sku).into());
    });
    out.text(&line.name);
    out.period_opt(line.period);
    out.period_opt(line.cycle);
    out.decimal(line.quantity);
    out.decimal(line.unit_price);
    out.int(line.net.minor());
    out.opt(line.cost, |out, cost| out.int(cost.minor()));
    steps::pack(out, &line.why);
}

fn unpack_line(read: &mut Unpack, currency: Currency) -> Result<SaleLine, StoreError> {
    let kind = read.one_of(CHARGE_KINDS)?;
    let key = ChargeKey { kind, subject: Id(read.array()?), date: read.date()?, part: read.uint()? };
    Ok(SaleLine {
        key,
        account: Id(read.array()?),
        subscription: read.opt(|read| Ok(Id(read.array()?)))?,
        product: read.opt(|read| {
            let product = Symbol(read.u32()?);
            Ok(ProductKey { product, sku: Symbol(read.u32()?) })
        })?,
        name: read.text()?.to_owned(),
        period: read.period_opt()?,
        cycle: read.period_opt()?,
        quantity: read.decimal()?,
        unit_price: read.decimal()?,
        net: Money::from_minor(read.int()?, currency),
        cost: read.opt(|read| Ok(Money::from_minor(read.int()?, currency)))?,
        why: steps::unpack(read)?,
    })
}

impl Writer<'_> {
    /// Replaces the drafts of these payers (`None`: of all) in a run. `names` are the texts of this batch.
    pub fn put_drafts(
        &self,
        names: &Names,
        run: Id,
        payers: Option<&[Id]>,
        drafts: &[Draft],
    ) -> Result<(), StoreError> {
        let run = run_number(self.conn(), run)?;
        let accounts = numbers(self.conn())?;
        match payers {
            None => {
                self.change(&DRAFTS, "run = ?1", params![run], |conn| {
                    conn.execute("DELETE FROM drafts WHERE run = ?1", [run])
                })?;
            }
            Some(payers) => {
                for payer in payers {
                    let account = number_of(&accounts, *payer)?;
                    self.change(&DRAFTS, "run = ?1 AND account = ?2", params![run, account], |conn| {
                        conn.prepare_cached("DELETE FROM drafts WHERE run = ?1 AND account = ?2")?
                            .execute(params![run, account])
                    })?;
                }
            }
        }
        let mut positions: BTreeMap<i64, u32> = BTreeMap::new();
        self.with_texts(|texts| {
            let mut remap = Remap::new(names);
            let mut insert = self.insert(&DRAFTS)?;
            for draft in drafts {
                let account = number_of(&accounts, draft.bill_to)?;
                let position = positions.entry(account).or_default();
                insert.add(&cells![
                    run,
                    account,
                    *position,
                    draft.currency,
                    draft.lines.len(),
                    draft.net.minor(),
                    draft.tax_total.minor(),
                    draft.gross.minor(),
                    squeeze(&pack_draft(draft, texts, &mut remap)),
                ])?;
                *position += 1;
            }
            insert.finish()?;
            Ok(())
        })
    }
}
