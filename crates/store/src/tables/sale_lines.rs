//! Lines of drafts and invoices: those of up to [`DRAFTS_PER_BLOCK`] drafts in one row, figures apart from reasons.
//!
//! A block is written when its drafts are kept. Issuing them whole names the block instead of writing the lines again, and
//! from then on it stays for ever (by trigger); a block no invoice names goes away with its drafts. Inside, each draft has
//! one length-prefixed record of figures and one of reasons, in the order of the drafts. What a line is known by, its
//! charge key and quantity, comes first, so that what was billed is read without unpacking the rest.

use std::ops::Range;

use engine::register::ProductKey;
use engine::sale::{ChargeKey, ChargeKind, SaleLine};
use engine::why::Why;
use engine::{Currency, Decimal, Id, Money, Symbol};
use rusqlite::{Connection, OptionalExtension, params};

use super::blocks::{squeeze, unsqueeze};
use super::cell::{Cell, Columns, cells, damaged, day, stored_row, write_row};
use super::pack::{Pack, Unpack, cut};
use super::seal::{ChainKey, Insert, Table};
use super::steps;
use super::words::CHARGE_KINDS;
use crate::StoreError;

pub(crate) const SALE_LINES: Table =
    Table { name: "sale_lines", columns: &["no", "count", "from_day", "to_day", "digest", "figures", "reasons"] };

/// Enough that SQLite has few rows to step through, few enough that one invoice is read quickly.
const DRAFTS_PER_BLOCK: usize = 64;
const LINES_PER_BLOCK: usize = 512;

/// Whether a block that has so many drafts and lines takes no more.
pub(crate) fn is_full(drafts: usize, lines: usize) -> bool {
    drafts >= DRAFTS_PER_BLOCK || lines >= LINES_PER_BLOCK
}

/// A block being filled.
#[derive(Default)]
pub(crate) struct Filling {
    count: usize,
    days: Option<(i64, i64)>,
    figures: Vec<u8>,
    reasons: Vec<u8>,
    /// The record under way: its length comes before it.
    record: Vec<u8>,
}

impl Filling {
    /// Adds the lines of the next draft. `symbol` gives the book's symbol of a text.
    pub(crate) fn add(
        &mut self,
        lines: &[SaleLine],
        payer: Id,
        symbol: impl Fn(Symbol) -> u32,
        steps: &mut steps::Packing,
    ) {
        self.record.clear();
        for line in lines {
            let day = day(line.key.date);
            self.days = Some(self.days.map_or((day, day), |(from, to)| (from.min(day), to.max(day))));
            pack_line(&mut self.record, line, payer, &symbol);
        }
        self.figures.sized(&self.record);
        self.record.clear();
        for line in lines {
            steps.pack(&mut self.record, &line.why);
        }
        self.reasons.sized(&self.record);
        self.count += 1;
    }

    /// Adds the lines of a draft that are packed already.
    pub(crate) fn add_packed(&mut self, figures: &[u8], reasons: &[u8]) -> Result<(), StoreError> {
        each_charge(figures, |key, _| {
            let day = day(key.date);
            self.days = Some(self.days.map_or((day, day), |(from, to)| (from.min(day), to.max(day))));
            Ok(())
        })?;
        self.figures.sized(figures);
        self.reasons.sized(reasons);
        self.count += 1;
        Ok(())
    }

    /// The block, compressed.
    pub(crate) fn done(self) -> Filled {
        let days = self.days.unwrap_or_default();
        Filled { count: self.count, days, figures: squeeze(&self.figures), reasons: squeeze(&self.reasons) }
    }
}

/// A block ready to be written.
pub(crate) struct Filled {
    count: usize,
    days: (i64, i64),
    figures: Vec<u8>,
    reasons: Vec<u8>,
}

impl Filled {
    /// Writes it under a number and gives its digest.
    pub(crate) fn write(&self, insert: &mut Insert, key: &ChainKey, no: i64) -> Result<[u8; 32], StoreError> {
        let (from, to) = self.days;
        let (figures, reasons) = (self.figures.as_slice(), self.reasons.as_slice());
        let digest = digest(key, &cells![no, self.count, from, to, figures, reasons]);
        insert.add(&cells![no, self.count, from, to, digest.as_slice(), figures, reasons])?;
        Ok(digest)
    }
}

/// What stands for a block in the chain, so that issuing need not read the reasons.
fn digest(key: &ChainKey, row: &[Cell]) -> [u8; 32] {
    let mut bytes = Vec::new();
    write_row(row, &mut bytes);
    key.mac(b"sale lines", &bytes)
}

/// The digest of a block as it stands in the table now.
pub(crate) fn digest_now(conn: &Connection, key: &ChainKey, no: i64) -> Result<Option<[u8; 32]>, StoreError> {
    let select = "SELECT no, count, from_day, to_day, figures, reasons FROM sale_lines WHERE no = ?1";
    let mut statement = conn.prepare_cached(select)?;
    let mut rows = statement.query([no])?;
    Ok(rows.next()?.map(|row| stored_row(row, 6).map(|row| digest(key, &row))).transpose()?)
}

/// The figures of a block, read.
#[derive(Debug)]
pub(crate) struct Block {
    pub(crate) no: i64,
    pub(crate) digest: [u8; 32],
    figures: Vec<u8>,
    /// Where the record of each draft lies.
    records: Vec<Range<usize>>,
}

impl Block {
    /// Reads one.
    pub(crate) fn read(conn: &Connection, no: i64) -> Result<Block, StoreError> {
        let mut statement = conn.prepare_cached("SELECT count, digest, figures FROM sale_lines WHERE no = ?1")?;
        let mut rows = statement.query([no])?;
        let row = rows.next()?.ok_or_else(|| damaged("a block of sale lines", &no.to_string()))?;
        let (count, digest): (i64, [u8; 32]) = (row.col(0)?, row.col(1)?);
        let figures = unsqueeze(row.get_ref(2)?.as_blob().map_err(|_| cut())?)?;
        let records = records(&figures)?;
        if records.len() as i64 != count {
            return Err(damaged("a block of sale lines", &no.to_string()));
        }
        Ok(Block { no, digest, figures, records })
    }

    /// Number of drafts.
    pub(crate) fn count(&self) -> usize {
        self.records.len()
    }

    /// The packed figures of the draft at a place.
    pub(crate) fn figures(&self, place: usize) -> Result<&[u8], StoreError> {
        self.records.get(place).and_then(|at| self.figures.get(at.clone())).ok_or_else(cut)
    }

    /// The lines of the draft at a place, without their reasons.
    pub(crate) fn lines(&self, place: usize, payer: Id, currency: Currency) -> Result<Vec<SaleLine>, StoreError> {
        let mut read = Unpack(self.figures(place)?);
        let mut lines = Vec::with_capacity(read.0.len() / 48 + 1);
        while !read.is_done() {
            lines.push(unpack_line(&mut read, payer, currency)?);
        }
        Ok(lines)
    }
}

/// The reasons of a block, read.
pub(crate) struct Reasons {
    packed: Vec<u8>,
    records: Vec<Range<usize>>,
}

impl Reasons {
    /// Reads those of one block.
    pub(crate) fn read(conn: &Connection, no: i64) -> Result<Reasons, StoreError> {
        let mut statement = conn.prepare_cached("SELECT reasons FROM sale_lines WHERE no = ?1")?;
        let stored: Option<Vec<u8>> = statement.query_row([no], |row| row.get(0)).optional()?;
        let stored = stored.ok_or_else(|| damaged("a block of sale lines", &no.to_string()))?;
        let packed = unsqueeze(&stored)?;
        Ok(Reasons { records: records(&packed)?, packed })
    }

    /// The packed reasons of the draft at a place.
    pub(crate) fn record(&self, place: usize) -> Result<&[u8], StoreError> {
        self.records.get(place).and_then(|at| self.packed.get(at.clone())).ok_or_else(cut)
    }

    /// Gives the lines of the draft at a place their reasons.
    pub(crate) fn give(&self, place: usize, lines: &mut [SaleLine]) -> Result<(), StoreError> {
        let mut read = Unpack(self.record(place)?);
        for line in lines {
            line.why = steps::unpack(&mut read)?;
        }
        Ok(())
    }
}

fn records(packed: &[u8]) -> Result<Vec<Range<usize>>, StoreError> {
    let mut read = Unpack(packed);
    let mut records = Vec::with_capacity(DRAFTS_PER_BLOCK);
    while !read.is_done() {
        let length = read.sized()?.len();
        let end = packed.len() - read.0.len();
        records.push(end - length..end);
    }
    Ok(records)
}

/// The charge and quantity of every packed line.
pub(crate) fn each_charge(
    figures: &[u8],
    mut each: impl FnMut(ChargeKey, Decimal) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let mut read = Unpack(figures);
    while !read.is_done() {
        let (key, quantity) = unpack_charge(&mut read)?;
        each(key, quantity)?;
        read.sized()?;
    }
    Ok(())
}

/// Whether an account or subscription is the one written just before it.
const SAME: u8 = 2;

fn pack_line(out: &mut Vec<u8>, line: &SaleLine, payer: Id, symbol: impl Fn(Symbol) -> u32) {
    out.one_of(CHARGE_KINDS, line.key.kind);
    out.bytes(&line.key.subject.0);
    out.date(line.key.date);
    out.uint(line.key.part.into());
    out.decimal(line.quantity);
    let mut rest = Vec::with_capacity(96 + line.name.len());
    pack_id(&mut rest, Some(line.account), payer);
    pack_id(&mut rest, line.subscription, line.key.subject);
    rest.opt(line.product, |out, key| {
        out.uint(symbol(key.product).into());
        out.uint(symbol(key.sku).into());
    });
    rest.text(&line.name);
    rest.period_opt(line.period);
    rest.period_opt(line.cycle);
    rest.decimal(line.unit_price);
    rest.int(line.net.minor());
    rest.opt(line.cost, |out, cost| out.int(cost.minor()));
    out.sized(&rest);
}

fn unpack_charge(read: &mut Unpack) -> Result<(ChargeKey, Decimal), StoreError> {
    let kind = read.one_of::<ChargeKind>(CHARGE_KINDS)?;
    let key = ChargeKey { kind, subject: Id(read.array()?), date: read.date()?, part: read.uint()? };
    Ok((key, read.decimal()?))
}

fn unpack_line(read: &mut Unpack, payer: Id, currency: Currency) -> Result<SaleLine, StoreError> {
    let (key, quantity) = unpack_charge(read)?;
    let mut rest = Unpack(read.sized()?);
    Ok(SaleLine {
        key,
        account: unpack_id(&mut rest, payer)?.ok_or_else(cut)?,
        subscription: unpack_id(&mut rest, key.subject)?,
        product: rest.opt(|read| {
            let product = Symbol(read.u32()?);
            Ok(ProductKey { product, sku: Symbol(read.u32()?) })
        })?,
        name: rest.text()?.to_owned(),
        period: rest.period_opt()?,
        cycle: rest.period_opt()?,
        quantity,
        unit_price: rest.decimal()?,
        net: Money::from_minor(rest.int()?, currency),
        cost: rest.opt(|read| Ok(Money::from_minor(read.int()?, currency)))?,
        why: Why::default(),
    })
}

fn pack_id(out: &mut Vec<u8>, id: Option<Id>, usual: Id) {
    match id {
        Some(id) if id == usual => out.byte(SAME),
        other => out.opt(other, |out, id| out.bytes(&id.0)),
    }
}

fn unpack_id(read: &mut Unpack, usual: Id) -> Result<Option<Id>, StoreError> {
    match read.0.first() {
        Some(&SAME) => read.byte().map(|_| Some(usual)),
        _ => read.opt(|read| Ok(Id(read.array()?))),
    }
}

/// The numbers of blocks that invoices and credits of runs name, whose charges lie in some days.
pub(crate) fn charged_in(conn: &Connection, (from, to): (i64, i64)) -> Result<Vec<i64>, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT l.no FROM invoices i JOIN sale_lines l ON l.no = i.lines
         WHERE (i.kind = 'invoice' OR i.run IS NOT NULL) AND l.to_day >= ?1 AND l.from_day <= ?2 ORDER BY l.no",
    )?;
    let rows = statement.query_map(params![from, to], |r| r.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
