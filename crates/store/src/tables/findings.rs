//! Findings of reconciliations, and what people decided about them.
//!
//! A finding is known by its natural key within its period, so it keeps its id, state and reason when the files are
//! imported and reconciled again. One that is not found again is marked gone and keeps its state for the case that it
//! comes back. Each decision is appended to the history.

use std::collections::{HashMap, HashSet};

use engine::finding::{Class, Finding, Until};
use engine::sale::SoldAt;
use engine::{Date, Id, LineRef, Month, Names, Symbol};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::cell::{Cell, Columns, cells, damaged, day, source, stored_row, word, write_row};
use super::chain::Kind;
use super::labels::label;
use super::pack::{Pack, Unpack, cut};
use super::seal::{Table, Writer};
use super::set_clause;
use super::texts::{Remap, Texts};
use super::words::FIXES;
use crate::{StoreError, new_id};

pub(crate) const FINDINGS: Table = Table {
    name: "findings",
    columns: &[
        "no",
        "id",
        "period",
        "key",
        "part",
        "class",
        "customer",
        "subscription",
        "product",
        "sku",
        "product_name",
        "start_day",
        "end_day",
        "money",
        "per_year",
        "currency",
        "cost_difference",
        "until",
        "until_day",
        "fix",
        "proof",
        "state",
        "reason",
        "gone",
    ],
};

pub(crate) const HISTORY: Table =
    Table { name: "finding_history", columns: &["seq", "finding", "state", "reason", "day", "at"] };

/// What a person decided about a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// Nothing yet.
    Open,
    /// It is right as it is.
    Accepted,
    /// It was put right.
    Fixed,
    /// Not worth the work.
    Ignored,
}

/// The words of the states.
const STATES: &[(State, &str)] =
    &[(State::Open, "open"), (State::Accepted, "accepted"), (State::Fixed, "fixed"), (State::Ignored, "ignored")];

impl State {
    /// The public name.
    pub fn name(self) -> &'static str {
        word(STATES, self)
    }
}

/// A finding in the book.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredFinding {
    /// Own id.
    pub id: Id,
    /// Billing month.
    pub period: Month,
    /// The finding.
    pub finding: Finding,
    /// What was decided.
    pub state: State,
    /// Why.
    pub reason: String,
    /// Not found again by the last reconciliation of its period.
    pub gone: bool,
}

/// One decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// What was decided.
    pub state: State,
    /// Why.
    pub reason: String,
    /// The business date.
    pub day: Date,
    /// The moment, UTC.
    pub at: String,
}

/// What a reconciliation did to the list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PutFindings {
    /// New.
    pub added: u64,
    /// Known, with other figures.
    pub changed: u64,
    /// Known and the same.
    pub same: u64,
    /// Not found again this time.
    pub gone: u64,
}

/// The findings of a month, in order of first being found; those gone too.
pub fn load(conn: &Connection, names: &mut Names, period: Month) -> Result<Vec<StoredFinding>, StoreError> {
    query(conn, names, "WHERE period = ?1 ORDER BY no", [day(period.first())])
}

/// One finding by its id.
pub fn by_id(conn: &Connection, names: &mut Names, id: Id) -> Result<Option<StoredFinding>, StoreError> {
    Ok(query(conn, names, "WHERE id = ?1", [id.0])?.pop())
}

/// The decisions about a finding, oldest first.
pub fn history(conn: &Connection, id: Id) -> Result<Vec<Decision>, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT h.state, h.reason, h.day, h.at FROM finding_history h JOIN findings f ON f.no = h.finding
         WHERE f.id = ?1 ORDER BY h.seq",
    )?;
    let mut rows = statement.query([id.0])?;
    let mut out = Vec::new();
    while let Some(row) = rows.next()? {
        out.push(Decision { state: row.word(0, STATES)?, reason: row.col(1)?, day: row.day(2)?, at: row.col(3)? });
    }
    Ok(out)
}

fn query(
    conn: &Connection,
    names: &mut Names,
    condition: &str,
    params: impl rusqlite::Params,
) -> Result<Vec<StoredFinding>, StoreError> {
    let mut statement = conn.prepare_cached(&format!("{} {condition}", FINDINGS.select()))?;
    let mut rows = statement.query(params)?;
    let mut out = Vec::new();
    while let Some(row) = rows.next()? {
        out.push(stored(row, names)?);
    }
    Ok(out)
}

fn stored(row: &Row, names: &mut Names) -> Result<StoredFinding, StoreError> {
    let (class, until): (String, String) = (row.col(5)?, row.col(17)?);
    let until_day = || row.day(18);
    let proof: Vec<u8> = row.col(20)?;
    let mut finding = Finding {
        class: Class::parse(&class).ok_or_else(|| damaged("the class of a finding", &class))?,
        part: row.col(4)?,
        customer: row.source(6, names)?,
        subscription: row.source(7, names)?,
        product: Symbol(row.col(8)?),
        sku: Symbol(row.col(9)?),
        product_name: Symbol(row.col(10)?),
        period: row.period_opt(11)?,
        money: row.decimal(13)?,
        per_year: row.decimal(14)?,
        currency: row.currency(15)?,
        cost_difference: row.decimal(16)?,
        until: match until.as_str() {
            "window" => Until::Window(until_day()?),
            "renewal" => Until::Renewal(until_day()?),
            "any" => Until::Any,
            "never" => Until::Never,
            other => return Err(damaged("the term of a finding", other)),
        },
        fix: row.word(19, FIXES)?,
        vendor_rows: Vec::new(),
        sale_refs: Vec::new(),
        evidence: Vec::new(),
    };
    unpack_proof(&proof, &mut finding)?;
    Ok(StoredFinding {
        id: row.id(1)?,
        period: row.month(2)?,
        finding,
        state: row.word(21, STATES)?,
        reason: row.col(22)?,
        gone: row.col(23)?,
    })
}

/// The natural key in bytes: the same for the same finding in every book.
fn natural_key(f: &Finding, names: &Names) -> Vec<u8> {
    let mut out = Vec::new();
    out.text(f.class.name());
    for id in [f.customer, f.subscription] {
        let id = source(id, names).unwrap_or_default();
        out.uint(id.len() as u128);
        out.bytes(&id);
    }
    out.text(names.text(f.product));
    out.text(names.text(f.sku));
    out.period_opt(f.period);
    out.currency(f.currency);
    out.uint(f.part.into());
    out
}

fn pack_proof(f: &Finding) -> Vec<u8> {
    let mut out = Vec::new();
    out.uint(f.vendor_rows.len() as u128);
    for at in &f.vendor_rows {
        out.uint(at.document.into());
        out.uint(at.row.into());
    }
    out.uint(f.sale_refs.len() as u128);
    for sale in &f.sale_refs {
        match sale {
            SoldAt::Import(at) => {
                out.byte(0);
                out.uint(at.document.into());
                out.uint(at.row.into());
            }
            SoldAt::Invoice(id) => {
                out.byte(1);
                out.bytes(&id.0);
            }
        }
    }
    out.uint(f.evidence.len() as u128);
    for (what, vendor, sold) in &f.evidence {
        out.text(what);
        out.text(vendor);
        out.text(sold);
    }
    out
}

fn unpack_proof(bytes: &[u8], f: &mut Finding) -> Result<(), StoreError> {
    let mut read = Unpack(bytes);
    for _ in 0..read.uint()? {
        f.vendor_rows.push(LineRef { document: read.u32()?, row: read.u32()? });
    }
    for _ in 0..read.uint()? {
        f.sale_refs.push(match read.byte()? {
            0 => SoldAt::Import(LineRef { document: read.u32()?, row: read.u32()? }),
            1 => SoldAt::Invoice(Id(read.array()?)),
            _ => return Err(cut()),
        });
    }
    for _ in 0..read.uint()? {
        f.evidence.push((label(read.text()?)?, read.text()?.to_owned(), read.text()?.to_owned()));
    }
    Ok(())
}

struct Head<'a> {
    no: i64,
    id: Id,
    key: &'a [u8],
    period: Month,
}

fn row_cells<'a>(
    head: &Head<'a>,
    f: &Finding,
    texts: &mut Texts,
    remap: &mut Remap,
    state: [Cell<'a>; 3],
) -> Vec<Cell<'a>> {
    let (until, until_day) = match f.until {
        Until::Window(day) => ("window", Some(day)),
        Until::Renewal(day) => ("renewal", Some(day)),
        Until::Any => ("any", None),
        Until::Never => ("never", None),
    };
    let mut row = Vec::from(cells![
        head.no,
        head.id,
        head.period,
        head.key,
        f.part,
        f.class.name(),
        source(f.customer, remap.batch()),
        source(f.subscription, remap.batch()),
        texts.symbol(remap, f.product),
        texts.symbol(remap, f.sku),
        texts.symbol(remap, f.product_name),
        f.period.map(|p| p.start),
        f.period.map(|p| p.end),
        f.money,
        f.per_year,
        f.currency,
        f.cost_difference,
        until,
        until_day,
        word(FIXES, f.fix),
        pack_proof(f),
    ]);
    row.extend(state);
    row
}

/// Where the state columns begin.
const STATE: usize = 21;

impl Writer<'_> {
    /// Makes these the findings of a month. `names` are the texts of this batch.
    pub fn put_findings(&self, names: &Names, period: Month, findings: &[Finding]) -> Result<PutFindings, StoreError> {
        let mut put = PutFindings::default();
        let mut known = self.known_findings(period)?;
        self.with_texts(|texts| {
            let mut remap = Remap::new(names);
            let mut fresh: Vec<(&Finding, Vec<u8>)> = Vec::new();
            let mut seen = HashSet::new();
            for f in findings {
                let key = natural_key(f, names);
                if !seen.insert(key.clone()) {
                    return Err(StoreError::Bug("two findings with one natural key".into()));
                }
                let Some(old) = known.remove(&key) else {
                    fresh.push((f, key));
                    continue;
                };
                let head = Head { no: old[0].int()?, id: old[1].id()?, key: &key, period };
                let state = [old[STATE].clone(), old[STATE + 1].clone(), Cell::from(false)];
                let row = row_cells(&head, f, texts, &mut remap, state);
                if row == old {
                    put.same += 1;
                    continue;
                }
                self.rewrite_finding(&row)?;
                put.changed += 1;
            }
            let first = if fresh.is_empty() { 0 } else { self.reserve("findings", 0, fresh.len())? };
            let mut insert = self.insert(&FINDINGS)?;
            for (no, (f, key)) in (first..).zip(&fresh) {
                let head = Head { no, id: new_id(), key, period };
                insert.add(&row_cells(&head, f, texts, &mut remap, cells!["open", "", false]))?;
            }
            put.added = insert.finish()?;
            for mut old in known.into_values() {
                put.gone += 1;
                if old[STATE + 2] == Cell::Int(0) {
                    old[STATE + 2] = Cell::Int(1);
                    self.rewrite_finding(&old)?;
                }
            }
            Ok(put)
        })
    }

    fn known_findings(&self, period: Month) -> Result<HashMap<Vec<u8>, Vec<Cell<'static>>>, StoreError> {
        let mut statement = self.conn().prepare_cached(&format!("{} WHERE period = ?1", FINDINGS.select()))?;
        let mut rows = statement.query([day(period.first())])?;
        let mut out = HashMap::new();
        while let Some(row) = rows.next()? {
            let cells = stored_row(row, FINDINGS.columns.len())?.into_iter().map(Cell::into_owned).collect();
            out.insert(row.col(3)?, cells);
        }
        Ok(out)
    }

    fn rewrite_finding(&self, row: &[Cell]) -> Result<(), StoreError> {
        self.change(&FINDINGS, "no = ?1", params![row[0]], |conn| {
            conn.prepare_cached(&set_clause(&FINDINGS))?.execute(rusqlite::params_from_iter(row))
        })?;
        Ok(())
    }

    /// Records a decision about a finding; whether there is such a finding. `at` is the moment, UTC.
    pub fn decide(&self, id: Id, decision: &Decision) -> Result<bool, StoreError> {
        let known: Option<(i64, Vec<u8>)> = self
            .conn()
            .query_row("SELECT no, key FROM findings WHERE id = ?1", [id.0], |r| Ok((r.get(0)?, r.get(1)?)))
            .optional()?;
        let Some((no, key)) = known else { return Ok(false) };
        let state = decision.state.name();
        self.change(&FINDINGS, "no = ?1", params![no], |conn| {
            conn.execute(
                "UPDATE findings SET state = ?2, reason = ?3 WHERE no = ?1",
                params![no, state, decision.reason],
            )
        })?;
        let seq = self.reserve("finding_history", 0, 1)?;
        let row = cells![seq, no, state, &decision.reason, decision.day, &decision.at];
        self.insert_one(&HISTORY, &row)?;
        let mut record = Vec::new();
        write_row(&row, &mut record);
        Cell::from(key).write(&mut record);
        self.link(Kind::Decision, seq, &record)?;
        Ok(true)
    }
}
