//! Billing runs and their drafts.
//!
//! A run is a draft until it is issued. Its drafts, one row per payer and currency, are replaced payer by payer, so
//! that a second draft recomputes only what changed since: the run notes the counters it was computed at.

use engine::invoice::{Draft, Guard, TaxLine};
use engine::register::ProductKey;
use engine::sale::{ChargeKey, SaleLine};
use engine::{Currency, Date, Id, Money, Month, Names, Symbol};
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};

use super::accounts::{number, numbers};
use super::cell::{Columns, cells, damaged, day, of_word, word, write_row};
use super::chain::Kind;
use super::labels::label;
use super::pack::{Pack, Unpack, cut};
use super::seal::{Table, Writer};
use super::texts::{Remap, Texts};
use super::words::{CHARGE_KINDS, TAX_TREATMENTS};
use super::{set_clause, steps};
use crate::StoreError;

pub(crate) const RUNS: Table = Table {
    name: "runs",
    columns: &[
        "no", "id", "period", "state", "today", "register_seq", "prices_seq", "inputs", "facts", "guards", "at",
    ],
};

pub(crate) const DRAFTS: Table = Table {
    name: "drafts",
    columns: &["run", "account", "position", "currency", "lines", "net", "tax", "gross", "packed"],
};

/// Whether a run can still change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RunState {
    /// Not yet issued, or not completely.
    Draft,
    /// Every invoice of it is issued.
    Issued,
}

const STATES: &[(RunState, &str)] = &[(RunState::Draft, "draft"), (RunState::Issued, "issued")];

impl RunState {
    /// The public name.
    pub fn name(self) -> &'static str {
        word(STATES, self)
    }
}

/// A billing run.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// Own id.
    pub id: Id,
    /// The month billed.
    pub period: Month,
    /// Draft or issued.
    pub state: RunState,
    /// The business date it was drafted on.
    pub today: Date,
    /// The register's counter at the time.
    pub register_seq: u64,
    /// The prices' counter at the time.
    pub prices_seq: u64,
    /// Hash of what it was computed from.
    pub inputs: Vec<u8>,
    /// Options and settings it was computed with.
    pub facts: Value,
    /// What to look at before issuing.
    pub guards: Vec<Guard>,
    /// When it was drafted, UTC.
    pub at: String,
}

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

/// Every run, oldest first.
pub fn list(conn: &Connection) -> Result<Vec<Run>, StoreError> {
    query(conn, "ORDER BY no", [])
}

/// The runs of a month, oldest first.
pub fn of_period(conn: &Connection, period: Month) -> Result<Vec<Run>, StoreError> {
    query(conn, "WHERE period = ?1 ORDER BY no", [day(period.first())])
}

/// A run by its id.
pub fn by_id(conn: &Connection, id: Id) -> Result<Option<Run>, StoreError> {
    Ok(query(conn, "WHERE id = ?1", [id.0])?.pop())
}

fn query(conn: &Connection, condition: &str, params: impl rusqlite::Params) -> Result<Vec<Run>, StoreError> {
    let mut statement = conn.prepare_cached(&format!("{} {condition}", RUNS.select()))?;
    let mut rows = statement.query(params)?;
    let mut out = Vec::new();
    while let Some(row) = rows.next()? {
        let facts: String = row.col(8)?;
        out.push(Run {
            id: row.id(1)?,
            period: row.month(2)?,
            state: row.word(3, STATES)?,
            today: row.day(4)?,
            register_seq: row.col::<i64>(5)?.unsigned_abs(),
            prices_seq: row.col::<i64>(6)?.unsigned_abs(),
            inputs: row.col(7)?,
            facts: serde_json::from_str(&facts).map_err(|_| damaged("a run", &facts))?,
            guards: unpack_guards(&row.col::<Vec<u8>>(9)?)?,
            at: row.col(10)?,
        });
    }
    Ok(out)
}

/// The short number of a run.
pub(crate) fn run_number(conn: &Connection, id: Id) -> Result<i64, StoreError> {
    conn.prepare_cached("SELECT no FROM runs WHERE id = ?1")?
        .query_row([id.0], |r| r.get(0))
        .optional()?
        .ok_or_else(|| StoreError::Bug(format!("no run has the id {id}")))
}

/// The figures of a run's drafts, by payer as first recorded.
pub fn draft_totals(conn: &Connection, run: Id) -> Result<Vec<DraftTotals>, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT a.id, d.position, d.lines, d.currency, d.net, d.tax, d.gross FROM drafts d
         JOIN accounts a ON a.no = d.account WHERE d.run = ?1 ORDER BY d.account, d.position",
    )?;
    let mut rows = statement.query([run_number(conn, run)?])?;
    let mut out = Vec::new();
    while let Some(row) = rows.next()? {
        let currency = row.currency(3)?;
        let money = |column| Ok::<_, StoreError>(Money::from_minor(row.col(column)?, currency));
        out.push(DraftTotals {
            account: row.id(0)?,
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
    let period: Month = Month::of(super::cell::date(
        conn.prepare_cached("SELECT period FROM runs WHERE no = ?1")?.query_row([run_no], |r| r.get(0))?,
    ));
    let mut out = Vec::new();
    match payers {
        None => {
            let accounts: HashMap<i64, Id> = numbers(conn)?.into_iter().map(|(id, no)| (no, id)).collect();
            let mut statement = conn.prepare_cached(&format!(
                "{} WHERE run = ?1 ORDER BY account, position",
                DRAFTS.select()
            ))?;
            let mut rows = statement.query([run_no])?;
            while let Some(row) = rows.next()? {
                let no: i64 = row.col(1)?;
                let payer = *accounts.get(&no).ok_or_else(|| damaged("an account", &no.to_string()))?;
                out.push(draft(row, payer, period)?);
            }
        }
        Some(payers) => {
            let select = format!("{} WHERE run = ?1 AND account = ?2 ORDER BY position", DRAFTS.select());
            let mut statement = conn.prepare_cached(&select)?;
            for payer in payers {
                let mut rows = statement.query([run_no, number(conn, *payer)?])?;
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
    let packed = row.get_ref(8)?.as_blob().map_err(|_| cut())?;
    let mut read = Unpack(packed);
    let (mut lines, mut tax) = (Vec::new(), Vec::new());
    for _ in 0..read.uint()? {
        lines.push(unpack_line(&mut read, currency)?);
    }
    for _ in 0..read.uint()? {
        let treatment = TAX_TREATMENTS.get(usize::from(read.byte()?)).map(|(t, _)| *t).ok_or_else(cut)?;
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
        out.byte(TAX_TREATMENTS.iter().position(|(t, _)| *t == tax.treatment).map_or(u8::MAX, |i| i as u8));
        out.decimal(tax.percent);
        out.int(tax.base.minor());
        out.int(tax.tax.minor());
    }
    out
}

fn pack_line(out: &mut Vec<u8>, line: &SaleLine, texts: &mut Texts, remap: &mut Remap) {
    out.text(word(CHARGE_KINDS, line.key.kind));
    out.bytes(&line.key.subject.0);
    out.date(line.key.date);
    out.uint(line.key.part.into());
    out.bytes(&line.account.0);
    pack_opt(out, line.subscription, |out, id| out.bytes(&id.0));
    pack_opt(out, line.product, |out, key| {
        out.uint(texts.symbol(remap, key.product).into());
        out.uint(texts.symbol(remap, key.sku).into());
    });
    out.text(&line.name);
    out.period_opt(line.period);
    out.period_opt(line.cycle);
    out.decimal(line.quantity);
    out.decimal(line.unit_price);
    out.int(line.net.minor());
    pack_opt(out, line.cost, |out, cost| out.int(cost.minor()));
    steps::pack(out, &line.why);
}

fn unpack_line(read: &mut Unpack, currency: Currency) -> Result<SaleLine, StoreError> {
    let kind = of_word(CHARGE_KINDS, read.text()?)?;
    let key = ChargeKey { kind, subject: Id(read.array()?), date: read.date()?, part: read.uint()? };
    Ok(SaleLine {
        key,
        account: Id(read.array()?),
        subscription: unpack_opt(read, |read| Ok(Id(read.array()?)))?,
        product: unpack_opt(read, |read| {
            let product = Symbol(read.u32()?);
            Ok(ProductKey { product, sku: Symbol(read.u32()?) })
        })?,
        name: read.text()?.to_owned(),
        period: read.period_opt()?,
        cycle: read.period_opt()?,
        quantity: read.decimal()?,
        unit_price: read.decimal()?,
        net: Money::from_minor(read.int()?, currency),
        cost: unpack_opt(read, |read| Ok(Money::from_minor(read.int()?, currency)))?,
        why: steps::unpack(read)?,
    })
}

fn pack_opt<T>(out: &mut Vec<u8>, value: Option<T>, pack: impl FnOnce(&mut Vec<u8>, T)) {
    out.byte(value.is_some().into());
    if let Some(value) = value {
        pack(out, value);
    }
}

fn unpack_opt<T>(
    read: &mut Unpack,
    unpack: impl FnOnce(&mut Unpack) -> Result<T, StoreError>,
) -> Result<Option<T>, StoreError> {
    match read.byte()? {
        0 => Ok(None),
        1 => unpack(read).map(Some),
        _ => Err(cut()),
    }
}

fn pack_guards(guards: &[Guard]) -> Vec<u8> {
    let mut out = Vec::new();
    for guard in guards {
        out.text(guard.code);
        out.bytes(&guard.account.0);
        pack_opt(&mut out, guard.subscription, |out, id| out.bytes(&id.0));
        out.uint(guard.facts.len() as u128);
        for (name, value) in &guard.facts {
            out.text(name);
            out.text(value);
        }
    }
    out
}

fn unpack_guards(bytes: &[u8]) -> Result<Vec<Guard>, StoreError> {
    let mut read = Unpack(bytes);
    let mut out = Vec::new();
    while !read.is_done() {
        let code = label(read.text()?)?;
        let account = Id(read.array()?);
        let subscription = unpack_opt(&mut read, |read| Ok(Id(read.array()?)))?;
        let mut facts = Vec::new();
        for _ in 0..read.uint()? {
            facts.push((label(read.text()?)?, read.text()?.to_owned()));
        }
        out.push(Guard { code, account, subscription, facts });
    }
    Ok(out)
}

impl Writer<'_> {
    /// Records a run, or changes the one with this id while it is a draft.
    pub fn put_run(&self, run: &Run) -> Result<(), StoreError> {
        let known: Option<(i64, String)> = self
            .conn()
            .prepare_cached("SELECT no, state FROM runs WHERE id = ?1")?
            .query_row([run.id.0], |r| Ok((r.get(0)?, r.get(1)?)))
            .optional()?;
        if known.as_ref().is_some_and(|(_, state)| state != RunState::Draft.name()) {
            return Err(StoreError::Bug("an issued run never changes".into()));
        }
        let no = match known {
            Some((no, _)) => no,
            None => self.reserve("runs", 0, 1)?,
        };
        let row = cells![
            no,
            run.id,
            run.period,
            run.state.name(),
            run.today,
            run.register_seq as i64,
            run.prices_seq as i64,
            run.inputs.as_slice(),
            run.facts.to_string(),
            pack_guards(&run.guards),
            &run.at,
        ];
        match known {
            None => self.insert_one(&RUNS, &row)?,
            Some(_) => {
                self.change(&RUNS, "no = ?1", params![no], |conn| {
                    conn.prepare_cached(&set_clause(&RUNS))?.execute(rusqlite::params_from_iter(&row))
                })?;
            }
        }
        if run.state == RunState::Issued {
            let mut record = Vec::new();
            write_row(&row, &mut record);
            self.link(Kind::Run, no, &record)?;
        }
        Ok(())
    }

    /// Replaces the drafts of these payers (`None`: of all) in a run. `names` are the texts of this batch.
    pub fn put_drafts(
        &self,
        names: &Names,
        run: Id,
        payers: Option<&[Id]>,
        drafts: &[Draft],
    ) -> Result<(), StoreError> {
        let run = run_number(self.conn(), run)?;
        match payers {
            None => {
                self.change(&DRAFTS, "run = ?1", params![run], |conn| {
                    conn.execute("DELETE FROM drafts WHERE run = ?1", [run])
                })?;
            }
            Some(payers) => {
                for payer in payers {
                    let account = number(self.conn(), *payer)?;
                    self.change(&DRAFTS, "run = ?1 AND account = ?2", params![run, account], |conn| {
                        conn.prepare_cached("DELETE FROM drafts WHERE run = ?1 AND account = ?2")?
                            .execute(params![run, account])
                    })?;
                }
            }
        }
        let accounts = numbers(self.conn())?;
        let mut positions: BTreeMap<i64, u32> = BTreeMap::new();
        self.with_texts(|texts| {
            let mut remap = Remap::new(names);
            let mut insert = self.insert(&DRAFTS)?;
            for draft in drafts {
                let account = accounts.get(&draft.bill_to).copied();
                let account = account.ok_or_else(|| StoreError::Bug(format!("no account {}", draft.bill_to)))?;
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
                    pack_draft(draft, texts, &mut remap),
                ])?;
                *position += 1;
            }
            insert.finish()?;
            Ok(())
        })
    }
}
