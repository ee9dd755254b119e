//! Drafts: what each payer would be invoiced.
//!
//! A row holds the heads of up to 64 drafts, whose lines lie in a block of [`super::super::sale_lines`]. Drafting some payers
//! again adds a row that names them; their drafts in earlier rows count no more. So a second draft writes what it computed
//! and nothing else.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::mpsc::{SendError, channel};

use engine::invoice::{Draft, TaxLine};
use engine::sale::SaleLine;
use engine::{Id, Money, Month, Names};
use rusqlite::{Connection, params};

use super::run_number;
use crate::StoreError;
use crate::tables::blocks::{squeeze, unsqueeze};
use crate::tables::cell::{Columns, cells, date};
use crate::tables::pack::{Pack, Unpack, cut};
use crate::tables::sale_lines::{self, Block, Filled, Filling, Reasons, SALE_LINES};
use crate::tables::seal::{Table, Writer};
use crate::tables::steps;
use crate::tables::texts::Remap;
use crate::tables::words::TAX_TREATMENTS;

pub(crate) const DRAFTS: Table = Table { name: "drafts", columns: &["lines", "run", "heads"] };

/// The figures of a draft, without its lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DraftTotals {
    /// Who pays.
    pub account: Id,
    /// Number of lines.
    pub lines: u32,
    /// Sum of the lines.
    pub net: Money,
    /// Tax.
    pub tax: Money,
    /// Both.
    pub gross: Money,
}

/// A draft as it is kept: its figures, and its lines still packed.
#[derive(Clone, Debug)]
pub struct Kept {
    /// The figures.
    pub totals: DraftTotals,
    /// Tax by treatment and rate.
    pub tax: Vec<TaxLine>,
    /// The month.
    pub month: Month,
    pub(crate) block: Arc<Block>,
    /// Which of the drafts of its block.
    pub(crate) place: usize,
}

impl Kept {
    /// The lines, without their reasons.
    pub fn lines(&self) -> Result<Vec<SaleLine>, StoreError> {
        self.block.lines(self.place, self.totals.account, self.totals.net.currency())
    }

    /// The draft with these lines.
    pub fn draft(&self, lines: Vec<SaleLine>) -> Draft {
        let DraftTotals { account, net, tax, gross, .. } = self.totals;
        let currency = net.currency();
        Draft {
            bill_to: account,
            month: self.month,
            currency,
            lines,
            tax: self.tax.clone(),
            net,
            tax_total: tax,
            gross,
        }
    }
}

/// A head and where its lines are.
struct Placed {
    totals: DraftTotals,
    tax: Vec<TaxLine>,
    block: i64,
    place: usize,
}

/// The figures of a run's drafts, as they were computed: payers drafted again come last.
pub fn draft_totals(conn: &Connection, run: Id) -> Result<Vec<DraftTotals>, StoreError> {
    Ok(placed(conn, run_number(conn, run)?)?.into_iter().map(|p| p.totals).collect())
}

/// The drafts of a run with their lines still packed.
pub fn kept(conn: &Connection, run: Id) -> Result<Vec<Kept>, StoreError> {
    let run_no = run_number(conn, run)?;
    let period = conn.prepare_cached("SELECT period FROM runs WHERE no = ?1")?.query_row([run_no], |r| r.get(0))?;
    let month = Month::of(date(period));
    let mut blocks: HashMap<i64, Arc<Block>> = HashMap::new();
    let mut out = Vec::new();
    for Placed { totals, tax, block, place } in placed(conn, run_no)? {
        let block = match blocks.get(&block) {
            Some(block) => Arc::clone(block),
            None => {
                let read = Arc::new(Block::read(conn, block)?);
                blocks.insert(block, Arc::clone(&read));
                read
            }
        };
        out.push(Kept { totals, tax, month, block, place });
    }
    Ok(out)
}

/// The drafts of a run with their lines and reasons: of all payers, or of these. Their product symbols are the book's.
pub fn drafts(conn: &Connection, run: Id, payers: Option<&[Id]>) -> Result<Vec<Draft>, StoreError> {
    let mut reasons: Option<(i64, Reasons)> = None;
    let mut out = Vec::new();
    for kept in kept(conn, run)? {
        if payers.is_some_and(|payers| !payers.contains(&kept.totals.account)) {
            continue;
        }
        let mut lines = kept.lines()?;
        let no = kept.block.no;
        let at_hand = match reasons.take() {
            Some((at, read)) if at == no => read,
            _ => Reasons::read(conn, no)?,
        };
        at_hand.give(kept.place, &mut lines)?;
        reasons = Some((no, at_hand));
        out.push(kept.draft(lines));
    }
    Ok(out)
}

fn placed(conn: &Connection, run: i64) -> Result<Vec<Placed>, StoreError> {
    let mut statement = conn.prepare_cached("SELECT lines, heads FROM drafts WHERE run = ?1 ORDER BY lines")?;
    let mut rows = statement.query([run])?;
    let mut out: Vec<Placed> = Vec::new();
    while let Some(row) = rows.next()? {
        let block: i64 = row.col(0)?;
        let heads = unsqueeze(row.get_ref(1)?.as_blob().map_err(|_| cut())?)?;
        let mut read = Unpack(&heads);
        let mut replaced = HashSet::new();
        for _ in 0..read.uint()? {
            replaced.insert(Id(read.array()?));
        }
        if !replaced.is_empty() {
            out.retain(|p| !replaced.contains(&p.totals.account));
        }
        for place in 0.. {
            if read.is_done() {
                break;
            }
            let (totals, tax) = unpack_head(&mut read)?;
            out.push(Placed { totals, tax, block, place });
        }
    }
    Ok(out)
}

fn pack_head(out: &mut Vec<u8>, draft: &Draft) {
    out.bytes(&draft.bill_to.0);
    out.currency(draft.currency);
    out.uint(draft.lines.len() as u128);
    for money in [draft.net, draft.tax_total, draft.gross] {
        out.int(money.minor());
    }
    pack_tax(out, &draft.tax);
}

fn unpack_head(read: &mut Unpack) -> Result<(DraftTotals, Vec<TaxLine>), StoreError> {
    let account = Id(read.array()?);
    let currency = read.currency()?;
    let lines = read.u32()?;
    let mut money = || read.int().map(|minor| Money::from_minor(minor, currency));
    let (net, tax, gross) = (money()?, money()?, money()?);
    Ok((DraftTotals { account, lines, net, tax, gross }, unpack_tax(read, net.currency())?))
}

pub(crate) fn pack_tax(out: &mut Vec<u8>, lines: &[TaxLine]) {
    out.uint(lines.len() as u128);
    for tax in lines {
        out.one_of(TAX_TREATMENTS, tax.treatment);
        out.decimal(tax.percent);
        out.int(tax.base.minor());
        out.int(tax.tax.minor());
    }
}

pub(crate) fn unpack_tax(read: &mut Unpack, currency: engine::Currency) -> Result<Vec<TaxLine>, StoreError> {
    let mut lines = Vec::new();
    for _ in 0..read.uint()? {
        let treatment = read.one_of(TAX_TREATMENTS)?;
        let percent = read.decimal()?;
        let base = Money::from_minor(read.int()?, currency);
        lines.push(TaxLine { treatment, percent, base, tax: Money::from_minor(read.int()?, currency) });
    }
    Ok(lines)
}

/// The heads and lines of the drafts of one row.
struct Packed {
    heads: Vec<u8>,
    lines: Filled,
}

/// Fewer drafts are packed sooner than a second thread is started.
const FEW: usize = 256;

/// The drafts in their order, a part for each core; always at least one.
fn in_parts(mut drafts: Vec<Draft>) -> Vec<Vec<Draft>> {
    let cores = std::thread::available_parallelism().map_or(1, |n| n.get()).min(8);
    let share = drafts.len().div_ceil(cores).max(FEW);
    let mut parts = Vec::with_capacity(cores);
    while drafts.len() > share {
        let rest = drafts.split_off(share);
        parts.push(std::mem::replace(&mut drafts, rest));
    }
    parts.push(drafts);
    parts
}

/// How many rows the drafts of a part take.
fn rows_of(drafts: &[Draft]) -> usize {
    let (mut rows, mut in_row, mut lines) = (0, 0, 0);
    for draft in drafts {
        if in_row == 0 || sale_lines::is_full(in_row, lines) {
            (rows, in_row, lines) = (rows + 1, 0, 0);
        }
        (in_row, lines) = (in_row + 1, lines + draft.lines.len());
    }
    rows
}

/// Packs drafts row by row and frees them as it goes.
fn pack(
    drafts: Vec<Draft>,
    replaced: &[Id],
    remap: &Remap,
    mut each: impl FnMut(Packed) -> Result<(), SendError<Packed>>,
) {
    let mut rest = drafts.into_iter().peekable();
    // Payers are named even when nothing is left to invoice them.
    let mut again = !replaced.is_empty();
    let mut steps = steps::Packing::default();
    while rest.peek().is_some() || again {
        let named = if std::mem::take(&mut again) { replaced } else { &[] };
        let (mut heads, mut lines, mut drafts, mut count) = (Vec::new(), Filling::default(), 0, 0);
        heads.uint(named.len() as u128);
        named.iter().for_each(|payer| heads.bytes(&payer.0));
        while !sale_lines::is_full(drafts, count)
            && let Some(draft) = rest.next()
        {
            pack_head(&mut heads, &draft);
            lines.add(&draft.lines, draft.bill_to, |symbol| remap.known(symbol), &mut steps);
            drafts += 1;
            count += draft.lines.len();
        }
        if each(Packed { heads: squeeze(&heads), lines: lines.done() }).is_err() {
            return; // the writing end failed, and says why
        }
    }
}

impl Writer<'_> {
    /// Replaces the drafts of these payers (`None`: of all) in a run. `names` are the texts of this batch.
    ///
    /// Other threads pack while this one writes.
    pub fn put_drafts(
        &self,
        names: &Names,
        run: Id,
        payers: Option<&[Id]>,
        drafts: Vec<Draft>,
    ) -> Result<(), StoreError> {
        let run = run_number(self.conn(), run)?;
        if payers.is_none() {
            self.forget_drafts(run)?;
        }
        let remap = &self.translation(names, &drafts)?;
        let mut heads = self.insert(&DRAFTS)?;
        let mut lines = self.insert(&SALE_LINES)?;
        let parts = in_parts(drafts);
        let rows = parts.iter().map(|part| rows_of(part)).sum::<usize>().max(payers.is_some().into());
        let mut no = self.reserve("sale_lines", 0, rows)?;
        std::thread::scope(|scope| {
            let mut named = payers.unwrap_or_default();
            let mut packing = Vec::with_capacity(parts.len());
            for part in parts {
                let (send, receive) = channel();
                let replaced = std::mem::take(&mut named);
                scope.spawn(move || pack(part, replaced, remap, |packed| send.send(packed)));
                packing.push(receive);
            }
            // Leaving early drops the receiving ends, and the packing threads stop at their next row.
            for packed in packing.into_iter().flatten() {
                packed.lines.write(&mut lines, self.key(), no)?;
                heads.add(&cells![no, run, packed.heads])?;
                no += 1;
            }
            Ok::<_, StoreError>(())
        })?;
        lines.finish()?;
        heads.finish()?;
        Ok(())
    }

    /// Keeps a draft that is of no run, to be issued at once: a credit note. `names` are the texts of its lines.
    pub fn keep_draft(&self, names: &Names, draft: Draft) -> Result<Kept, StoreError> {
        let remap = self.translation(names, std::slice::from_ref(&draft))?;
        let mut filling = Filling::default();
        filling.add(&draft.lines, draft.bill_to, |symbol| remap.known(symbol), &mut steps::Packing::default());
        let no = self.reserve("sale_lines", 0, 1)?;
        let mut insert = self.insert(&SALE_LINES)?;
        filling.done().write(&mut insert, self.key(), no)?;
        insert.finish()?;
        let Draft { bill_to: account, month, net, tax_total: tax, gross, .. } = draft;
        let totals = DraftTotals { account, lines: draft.lines.len() as u32, net, tax, gross };
        Ok(Kept { totals, tax: draft.tax, month, block: Arc::new(Block::read(self.conn(), no)?), place: 0 })
    }

    /// The book's symbols of the products drafts name.
    fn translation<'n>(&self, names: &'n Names, drafts: &[Draft]) -> Result<Remap<'n>, StoreError> {
        let mut remap = Remap::new(names);
        self.with_texts(|texts| {
            for product in drafts.iter().flat_map(|d| &d.lines).filter_map(|line| line.product) {
                texts.symbol(&mut remap, product.product);
                texts.symbol(&mut remap, product.sku);
            }
            Ok(())
        })?;
        Ok(remap)
    }

    /// Removes the drafts of a run; lines that were issued stay.
    fn forget_drafts(&self, run: i64) -> Result<(), StoreError> {
        let lines = "no IN (SELECT lines FROM drafts WHERE run = ?1) AND no NOT IN (SELECT lines FROM invoices)";
        let some = self.conn().prepare_cached("SELECT 1 FROM drafts WHERE run = ?1")?.exists([run])?;
        if some {
            let unissued = format!("DELETE FROM sale_lines WHERE {lines}");
            self.change(&SALE_LINES, lines, params![run], |conn| conn.execute(&unissued, [run]))?;
            self.change(&DRAFTS, "run = ?1", params![run], |conn| {
                conn.execute("DELETE FROM drafts WHERE run = ?1", [run])
            })?;
        }
        Ok(())
    }
}
