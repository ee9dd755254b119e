//! Drafts: what each payer would be invoiced.
//!
//! A row holds the heads of up to 64 drafts, whose lines lie in a block of [`super::super::sale_lines`]. Drafting some payers
//! again adds a row that names them; their drafts in earlier rows count no more. So a second draft writes what it computed
//! and nothing else.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use engine::invoice::{Draft, TaxLine};
use engine::register::ProductKey;
use engine::sale::SaleLine;
use engine::{Id, Money, Month, Names, Symbol};
use rusqlite::{Connection, params};

use super::run_number;
use crate::StoreError;
use crate::tables::blocks::{squeeze, unsqueeze};
use crate::tables::cell::{Columns, cells, date};
use crate::tables::pack::{Pack, Unpack, cut};
use crate::tables::sale_lines::{Block, Filled, Filling, Reasons, SALE_LINES};
use crate::tables::seal::{ChainKey, Insert, Table, Writer};
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

impl DraftTotals {
    fn of(draft: &Draft) -> DraftTotals {
        let Draft { bill_to: account, net, tax_total: tax, gross, .. } = *draft;
        DraftTotals { account, lines: draft.lines.len() as u32, net, tax, gross }
    }
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
    /// Whether the customer is owed.
    pub fn is_credit(&self) -> bool {
        engine::invoice::is_credit(self.totals.gross)
    }

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
    let (run_no, month) = number_and_month(conn, run)?;
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

fn number_and_month(conn: &Connection, run: Id) -> Result<(i64, Month), StoreError> {
    let no = run_number(conn, run)?;
    let period = conn.prepare_cached("SELECT period FROM runs WHERE no = ?1")?.query_row([no], |r| r.get(0))?;
    Ok((no, Month::of(date(period))))
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

/// Payers drafted again, as they stand at the beginning of a row.
fn named_payers(payers: &[Id]) -> Vec<u8> {
    let mut out = Vec::new();
    out.uint(payers.len() as u128);
    payers.iter().for_each(|payer| out.bytes(&payer.0));
    out
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
struct Row {
    heads: Vec<u8>,
    /// The same heads, to go on with.
    drafts: Vec<(DraftTotals, Vec<TaxLine>)>,
    lines: Filled,
}

/// Packs drafts row by row.
struct Rows<'p> {
    symbols: &'p Symbols<'p>,
    steps: steps::Packing,
    lines: Filling,
    heads: Vec<u8>,
    drafts: Vec<(DraftTotals, Vec<TaxLine>)>,
    done: Vec<Row>,
}

impl<'p> Rows<'p> {
    fn new(symbols: &'p Symbols<'p>) -> Rows<'p> {
        Rows {
            symbols,
            steps: steps::Packing::default(),
            lines: Filling::default(),
            heads: Vec::new(),
            drafts: Vec::new(),
            done: Vec::new(),
        }
    }

    fn add(&mut self, draft: Draft) -> Result<(), StoreError> {
        pack_head(&mut self.heads, &draft);
        self.lines.add(&draft.lines, draft.bill_to, |symbol| self.symbols.of(symbol), &mut self.steps)?;
        self.drafts.push((DraftTotals::of(&draft), draft.tax));
        if self.lines.is_full() {
            self.close();
        }
        Ok(())
    }

    fn close(&mut self) {
        let (heads, drafts) = (std::mem::take(&mut self.heads), std::mem::take(&mut self.drafts));
        self.done.push(Row { heads, drafts, lines: self.lines.done(&mut self.steps) });
    }

    fn finish(mut self) -> Vec<Row> {
        if !self.drafts.is_empty() {
            self.close();
        }
        self.done
    }
}

/// The tables drafts go to, being written.
struct Keeping<'w> {
    key: &'w ChainKey,
    run: i64,
    month: Month,
    /// Payers drafted again, for the first row to name.
    named: &'w [Id],
    heads: Insert<'w>,
    lines: Insert<'w>,
    next: i64,
    kept: Vec<Kept>,
}

impl Keeping<'_> {
    fn row(&mut self, row: Row) -> Result<(), StoreError> {
        let no = self.next;
        let block = Arc::new(row.lines.write(&mut self.lines, self.key, no)?);
        let heads = [named_payers(std::mem::take(&mut self.named)), row.heads].concat();
        self.heads.add(&cells![no, self.run, squeeze(&heads)])?;
        self.kept.extend((0..).zip(row.drafts).map(|(place, (totals, tax))| {
            let block = Arc::clone(&block);
            Kept { totals, tax, month: self.month, block, place }
        }));
        self.next += 1;
        Ok(())
    }
}

/// The book's symbols of the products that drafts name.
pub struct Symbols<'n>(Remap<'n>);

impl Symbols<'_> {
    fn of(&self, symbol: Symbol) -> Result<u32, StoreError> {
        self.0.known(symbol).ok_or_else(|| StoreError::Bug("a draft names a product nobody spoke of".into()))
    }
}

impl Writer<'_> {
    /// Replaces the drafts of these payers (`None`: of all) in a run, and gives them as they are kept with what the parts
    /// answered, in their order. `draft` drafts a part: other threads do that, and pack, while this one writes.
    pub fn put_drafts<P: Send, T: Send>(
        &self,
        symbols: &Symbols,
        run: Id,
        payers: Option<&[Id]>,
        parts: Vec<P>,
        draft: impl Fn(P, &mut dyn FnMut(Draft)) -> T + Sync,
    ) -> Result<(Vec<Kept>, Vec<T>), StoreError> {
        let (run, month) = number_and_month(self.conn(), run)?;
        if payers.is_none() {
            self.forget_drafts(run)?;
        }
        let first = self.reserve("sale_lines", 0, 0)?;
        let mut keeping = Keeping {
            key: self.key(),
            run,
            month,
            named: payers.unwrap_or_default(),
            heads: self.insert(&DRAFTS)?,
            lines: self.insert(&SALE_LINES)?,
            next: first,
            kept: Vec::new(),
        };
        let work = |part| {
            let (mut rows, mut packed) = (Rows::new(symbols), Ok(()));
            let answer = draft(part, &mut |draft| {
                if packed.is_ok() {
                    packed = rows.add(draft);
                }
            });
            packed.map(|()| (rows.finish(), answer))
        };
        let mut answers = Vec::with_capacity(parts.len());
        engine::cores::each(parts, work, |done| {
            let (rows, answer) = done?;
            answers.push(answer);
            rows.into_iter().try_for_each(|row| keeping.row(row))
        })?;
        if keeping.next == first && payers.is_some() {
            // They are named even when nothing is left to invoice them.
            let mut nothing = Rows::new(symbols);
            nothing.close();
            nothing.done.into_iter().try_for_each(|row| keeping.row(row))?;
        }
        let Keeping { heads, lines, next, kept, .. } = keeping;
        lines.finish()?;
        heads.finish()?;
        self.reserve("sale_lines", 0, (next - first).unsigned_abs() as usize)?;
        Ok((kept, answers))
    }

    /// Keeps a draft that is of no run, to be issued at once: a credit note. `names` are the texts of its lines.
    pub fn keep_draft(&self, names: &Names, draft: Draft) -> Result<Kept, StoreError> {
        let symbols = self.symbols(names, draft.lines.iter().filter_map(|line| line.product))?;
        let (mut filling, mut steps) = (Filling::default(), steps::Packing::default());
        filling.add(&draft.lines, draft.bill_to, |symbol| symbols.of(symbol), &mut steps)?;
        let no = self.reserve("sale_lines", 0, 1)?;
        let mut insert = self.insert(&SALE_LINES)?;
        let block = Arc::new(filling.done(&mut steps).write(&mut insert, self.key(), no)?);
        insert.finish()?;
        Ok(Kept { totals: DraftTotals::of(&draft), tax: draft.tax, month: draft.month, block, place: 0 })
    }

    /// The book's symbols of every product that drafts may name. `names` are the texts of this batch.
    pub fn symbols<'n>(
        &self,
        names: &'n Names,
        products: impl IntoIterator<Item = ProductKey>,
    ) -> Result<Symbols<'n>, StoreError> {
        let mut remap = Remap::new(names);
        self.with_texts(|texts| {
            for product in products {
                texts.symbol(&mut remap, product.product);
                texts.symbol(&mut remap, product.sku);
            }
            Ok(())
        })?;
        Ok(Symbols(remap))
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
