//! Lines of drafts and invoices: those of up to [`DRAFTS_PER_BLOCK`] drafts in one row, figures apart from reasons.
//!
//! A block is written when its drafts are kept. Issuing them whole names the block instead of writing the lines again, and
//! from then on it stays for ever (by trigger); a block no invoice names goes away with its drafts. Inside, each draft has
//! one length-prefixed record of figures and one of reasons, in the order of the drafts; before the reasons come their
//! tables ([`super::steps`]). What a line is known by, its charge key and quantity, comes first, so that what was billed is
//! read without unpacking the rest.

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
    records: Vec<Range<usize>>,
    lines: usize,
    days: Option<(i64, i64)>,
    figures: Vec<u8>,
    reasons: Vec<u8>,
    /// The record under way, and the line under way: the length of each comes before it.
    record: Vec<u8>,
    line: Vec<u8>,
}

impl Filling {
    /// Whether it takes no more.
    pub(crate) fn is_full(&self) -> bool {
        is_full(self.records.len(), self.lines)
    }

    /// Adds the lines of the next draft. `symbol` gives the book's symbol of a text.
    pub(crate) fn add(
        &mut self,
        lines: &[SaleLine],
        payer: Id,
        symbol: impl Fn(Symbol) -> Result<u32, StoreError>,
        steps: &mut steps::Packing,
    ) -> Result<(), StoreError> {
        self.record.clear();
        for line in lines {
            let day = day(line.key.date);
            self.days = Some(self.days.map_or((day, day), |(from, to)| (from.min(day), to.max(day))));
            let product = match line.product {
                Some(key) => Some((symbol(key.product)?, symbol(key.sku)?)),
                None => None,
            };
            pack_line(&mut self.record, &mut self.line, line, payer, product);
        }
        self.figures.sized(&self.record);
        let end = self.figures.len();
        self.records.push(end - self.record.len()..end);
        self.lines += lines.len();
        self.record.clear();
        lines.iter().for_each(|line| steps.line(&mut self.record, &line.why));
        self.reasons.sized(&self.record);
        Ok(())
    }

    /// The block, compressed; begins the next.
    pub(crate) fn done(&mut self, steps: &mut steps::Packing) -> Filled {
        let reasons = [steps.tables(), std::mem::take(&mut self.reasons)].concat();
        let (figures, records) = (std::mem::take(&mut self.figures), std::mem::take(&mut self.records));
        self.lines = 0;
        let block = Block { no: 0, digest: [0; 32], figures, records };
        let days = self.days.take().unwrap_or_default();
        Filled { days, figures: squeeze(&block.figures), reasons: squeeze(&reasons), block }
    }
}

/// A block ready to be written.
pub(crate) struct Filled {
    days: (i64, i64),
    figures: Vec<u8>,
    reasons: Vec<u8>,
    block: Block,
}

impl Filled {
    /// Writes it under a number and gives it as it reads then.
    pub(crate) fn write(self, insert: &mut Insert, key: &ChainKey, no: i64) -> Result<Block, StoreError> {
        let Filled { days: (from, to), figures, reasons, mut block } = self;
        let count = block.count();
        let digest = digest(key, &cells![no, count, from, to, figures.as_slice(), reasons.as_slice()]);
        insert.add(&cells![no, count, from, to, digest.as_slice(), figures, reasons])?;
        (block.no, block.digest) = (no, digest);
        Ok(block)
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
        let records = records(&figures, Unpack(&figures))?;
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
    tables: steps::Tables,
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
        let mut read = Unpack(&packed);
        let tables = steps::Tables::read(&mut read)?;
        Ok(Reasons { records: records(&packed, read)?, tables, packed })
    }

    /// Gives the lines of the draft at a place their reasons.
    pub(crate) fn give(&self, place: usize, lines: &mut [SaleLine]) -> Result<(), StoreError> {
        let record = self.records.get(place).and_then(|at| self.packed.get(at.clone())).ok_or_else(cut)?;
        let mut read = Unpack(record);
        for line in lines {
            line.why = self.tables.line(&mut read)?;
        }
        Ok(())
    }
}

/// Where the records lie that are left to read of some bytes.
fn records(packed: &[u8], mut read: Unpack) -> Result<Vec<Range<usize>>, StoreError> {
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

/// Appends a line; `rest` is room for what comes after its charge, `product` in the book's symbols.
fn pack_line(out: &mut Vec<u8>, rest: &mut Vec<u8>, line: &SaleLine, payer: Id, product: Option<(u32, u32)>) {
    out.one_of(CHARGE_KINDS, line.key.kind);
    out.bytes(&line.key.subject.0);
    out.date(line.key.date);
    out.uint(line.key.part.into());
    out.decimal(line.quantity);
    rest.clear();
    pack_id(rest, Some(line.account), payer);
    pack_id(rest, line.subscription, line.key.subject);
    rest.opt(product, |out, (product, sku)| {
        out.uint(product.into());
        out.uint(sku.into());
    });
    rest.text(&line.name);
    rest.period_opt(line.period);
    rest.period_opt(line.cycle);
    rest.decimal(line.unit_price);
    rest.int(line.net.minor());
    rest.opt(line.cost, |out, cost| out.int(cost.minor()));
    out.sized(rest);
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
pub(crate) fn charged_in(conn: &Connection, (from, to): (i64, i64)) -> Result<Vec<(i64, u64)>, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT l.no, i.key FROM invoices i JOIN sale_lines l ON l.no = i.lines
         WHERE (i.kind = 'invoice' OR i.run IS NOT NULL) AND l.to_day >= ?1 AND l.from_day <= ?2 ORDER BY l.no",
    )?;
    let rows = statement.query_map(params![from, to], |r| Ok((r.get(0)?, r.get::<_, i64>(1)?.unsigned_abs())))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
