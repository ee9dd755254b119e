//! Billing runs and their drafts.
//!
//! A run is a draft until it is issued. Its drafts, one per payer and currency, are replaced payer by payer, so that a
//! second draft recomputes only what changed since: the run notes the counters it was computed at.

mod drafts;

pub(crate) use drafts::{DRAFTS, pack_tax, unpack_tax};
pub use drafts::{DraftTotals, Kept, Symbols, draft_totals, drafts, kept};

use engine::invoice::Guard;
use engine::{Date, Id, Month};
use rusqlite::{Connection, OptionalExtension, params};
use serde_json::Value;

use super::cell::{Columns, cells, damaged, day, word, write_row};
use super::chain::Kind;
use super::labels::label;
use super::pack::{Pack, Unpack};
use super::seal::{Table, Writer};
use super::set_clause;
use crate::StoreError;

pub(crate) const RUNS: Table = Table {
    name: "runs",
    columns: &["no", "id", "period", "state", "today", "register_seq", "prices_seq", "inputs", "facts", "guards", "at"],
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
    /// Options and settings it was computed with, and what a person accepted of its guards.
    pub facts: Value,
    /// What to look at before issuing.
    pub guards: Vec<Guard>,
    /// When it was drafted, UTC.
    pub at: String,
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

fn pack_guards(guards: &[Guard]) -> Vec<u8> {
    let mut out = Vec::new();
    for guard in guards {
        out.text(guard.code);
        out.bytes(&guard.account.0);
        out.opt(guard.subscription, |out, id| out.bytes(&id.0));
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
        let subscription = read.opt(|read| Ok(Id(read.array()?)))?;
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
}
