//! Rows of one subscription.
//!
//! First by key: product, SKU, first and last day. Where that leaves nothing open, it is all: the usual case, and fast.
//! Otherwise lines that mean the same are brought together, most certain first:
//! 1. lines of one product whose days overlap or start in one month: the vendor's pair (credit the old seats, charge
//!    the new) against a sale that wrote one added line, split the days, or counted the seats at the cycle's end;
//! 2. a telco twin: a second line of the same name, days and seats under another SKU, sold once;
//! 3. one side each under different product ids, with the same seats, or sold without a product.

use super::compare;
use super::join::{Context, Subject};
use super::{Draft, Input, Lines, Residue, Row, Span, Verdict};
use crate::cost::{ChargeType, CostLine, Family};
use crate::finding::Class;
use crate::sale::SoldLine;
use crate::{Date, Decimal, Month, Period, Symbol};

/// Makes the rows of one subscription.
pub(super) fn subject(context: &Context, subject: &mut Subject, draft: &mut Draft) {
    let input = context.input;
    subject.vendor.sort_unstable_by_key(|n| {
        let line = &input.vendor[*n as usize];
        (vendor_key(line), line.at)
    });
    subject.sold.sort_unstable_by_key(|n| {
        let line = &input.sold[*n as usize];
        (sold_key(line), line.reference, sold_place(line))
    });
    let first = draft.rows.len();
    let (mut v, mut s) = (0, 0);
    while v < subject.vendor.len() || s < subject.sold.len() {
        let next_vendor = subject.vendor.get(v).map(|n| vendor_key(&input.vendor[*n as usize]));
        let next_sold = subject.sold.get(s).map(|n| sold_key(&input.sold[*n as usize]));
        let key = match (next_vendor, next_sold) {
            (Some(vendor), Some(sold)) => vendor.min(sold),
            (Some(key), None) | (None, Some(key)) => key,
            (None, None) => break,
        };
        let billed = subject.vendor[v..].iter().take_while(|n| vendor_key(&input.vendor[**n as usize]) == key);
        let vendor = draft.lines.push_vendor(billed.copied());
        let charged = subject.sold[s..].iter().take_while(|n| sold_key(&input.sold[**n as usize]) == key);
        let sold = draft.lines.push_sold(charged.copied());
        v += vendor.len as usize;
        s += sold.len as usize;
        let register = subject.register.first().copied();
        let row = Row { vendor, sold, subscription: register, verdict: Verdict::Joined, finding: None, counted: false };
        push_by_currency(context, subject, draft, row);
    }
    let mut customer = None;
    for n in &subject.vendor {
        let line = &input.vendor[*n as usize];
        if matches!(line.charge, ChargeType::Convert | ChargeType::MoveQuantity) {
            draft.moves.push(*n);
        }
        if customer.replace(line.customer) != Some(line.customer) && context.is_unmapped(line.customer) {
            draft.unmapped.push(line.customer);
        }
    }
    if draft.rows[first..].iter().any(|row| is_open(row.verdict)) {
        let mut rows = draft.rows.split_off(first);
        join_same_product(context, subject, &mut draft.lines, &mut rows);
        join_twins(context, &mut draft.lines, &mut rows);
        join_other_product(context, subject, &mut draft.lines, &mut rows);
        draft.rows.append(&mut rows);
    }
    for row in &mut draft.rows[first..] {
        if matches!(row.verdict, Verdict::Even(_)) {
            draft.tally.add(input, &draft.lines, row);
            row.counted = true;
        }
    }
}

type RowKey = (Symbol, Symbol, Option<Period>);

fn vendor_key(line: &CostLine) -> RowKey {
    (line.product, line.sku, line.period)
}

fn sold_key(line: &SoldLine) -> RowKey {
    (line.product, line.sku, line.period)
}

/// Where a sold line is recorded, as something that sorts.
pub(super) fn sold_place(line: &SoldLine) -> (Option<crate::LineRef>, Option<crate::Id>) {
    match line.at {
        crate::sale::SoldAt::Import(at) => (Some(at), None),
        crate::sale::SoldAt::Invoice(id) => (None, Some(id)),
    }
}

/// A row has one currency of cost and one of sale. Lines of another under the same key get rows of their own.
fn push_by_currency(context: &Context, subject: &Subject, draft: &mut Draft, row: Row) {
    let input = context.input;
    let (vendor, sold) = (draft.lines.vendor(row.vendor), draft.lines.sold(row.sold));
    let billed_in = |n: &u32| input.vendor[*n as usize].currency;
    let sold_in = |n: &u32| input.sold[*n as usize].currency;
    if vendor.iter().all(|n| billed_in(n) == billed_in(&vendor[0]))
        && sold.iter().all(|n| sold_in(n) == sold_in(&sold[0]))
    {
        let verdict = judge(context, subject, &draft.lines, &row, Days::Equal);
        draft.rows.push(Row { verdict, ..row });
        return;
    }
    let (vendor, other_vendor): (Vec<u32>, Vec<u32>) =
        vendor.iter().partition(|n| billed_in(n) == billed_in(&vendor[0]));
    let (sold, other_sold): (Vec<u32>, Vec<u32>) = sold.iter().partition(|n| sold_in(n) == sold_in(&sold[0]));
    for (vendor, sold) in [(vendor, sold), (other_vendor, Vec::new()), (Vec::new(), other_sold)] {
        if vendor.is_empty() && sold.is_empty() {
            continue;
        }
        let vendor = draft.lines.push_vendor(vendor.into_iter());
        let sold = draft.lines.push_sold(sold.into_iter());
        push_by_currency(context, subject, draft, Row { vendor, sold, ..row });
    }
}

/// Whether the lines of a row cover the same days, or were brought together although they do not.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Days {
    Equal,
    Different,
}

fn judge(context: &Context, subject: &Subject, lines: &Lines, row: &Row, days: Days) -> Verdict {
    match (row.vendor.len, row.sold.len) {
        (_, 0) => Verdict::VendorOnly,
        (0, _) => Verdict::SoldOnly,
        _ => compare::row(context, &subject.earlier, lines, row, days),
    }
}

/// Rows that may have to be joined with others before anything is said about them.
fn is_open(verdict: Verdict) -> bool {
    matches!(verdict, Verdict::VendorOnly | Verdict::SoldOnly | Verdict::Off(Class::QuantityMismatch, _))
}

fn join_same_product(context: &Context, subject: &Subject, lines: &mut Lines, rows: &mut Vec<Row>) {
    let input = context.input;
    rows.sort_by_key(|row| !is_open(row.verdict));
    let mut open: Vec<Row> = rows.drain(..rows.partition_point(|row| is_open(row.verdict))).collect();
    while let Some(first) = open.first() {
        let product = product_of(input, lines, first);
        let mut cluster: Vec<Row> = Vec::new();
        let mut others: Vec<Row> = Vec::new();
        for row in open {
            cluster.push(row);
            if product_of(input, lines, &row) != product || !in_one_currency(input, lines, &cluster) {
                cluster.pop();
                others.push(row);
            }
        }
        open = others;
        let all = joined(lines, &cluster);
        if all.vendor.len == 0 || all.sold.len == 0 || cluster.len() == 1 || !days_meet(input, lines, &all) {
            // A charge and its credit that nobody sold net out; so do our own.
            for side in [Verdict::VendorOnly, Verdict::SoldOnly] {
                let one_sided: Vec<Row> = cluster.iter().copied().filter(|row| row.verdict == side).collect();
                if !one_sided.is_empty() {
                    rows.push(joined(lines, &one_sided));
                }
            }
            rows.extend(
                cluster.into_iter().filter(|row| !matches!(row.verdict, Verdict::VendorOnly | Verdict::SoldOnly)),
            );
            continue;
        }
        let verdict = judge(context, subject, lines, &all, Days::Different);
        rows.push(Row { verdict, ..all });
    }
}

fn join_twins(context: &Context, lines: &mut Lines, rows: &mut Vec<Row>) {
    let input = context.input;
    let mut at = 0;
    while at < rows.len() {
        let twin = rows[at];
        let sold_once = (twin.verdict == Verdict::VendorOnly)
            .then(|| rows.iter().position(|row| is_twin(input, lines, &twin, row)))
            .flatten();
        match sold_once {
            Some(of) => {
                let all = joined(lines, &[rows[of], twin]);
                let verdict = compare::twins(context, lines.vendor(all.vendor), lines.sold(all.sold));
                rows[of] = Row { verdict, ..all };
                rows.remove(at);
            }
            None => at += 1,
        }
    }
}

/// Two lines of one name, the same days and seats, different SKU, of which one was sold.
fn is_twin(input: &Input, lines: &Lines, twin: &Row, of: &Row) -> bool {
    let (&[a], [.., b]) = (lines.vendor(twin.vendor), lines.vendor(of.vendor)) else { return false };
    let (a, b) = (&input.vendor[a as usize], &input.vendor[*b as usize]);
    of.sold.len > 0
        && (a.family, b.family) == (Family::Licence, Family::Licence)
        && !a.product_name.is_empty()
        && (a.product_name, a.period, a.charge, a.currency) == (b.product_name, b.period, b.charge, b.currency)
        && compare::billed_quantity(a) == compare::billed_quantity(b)
}

fn join_other_product(context: &Context, subject: &Subject, lines: &mut Lines, rows: &mut Vec<Row>) {
    let input = context.input;
    let mut at = 0;
    while at < rows.len() {
        let sold = rows[at];
        if sold.verdict != Verdict::SoldOnly {
            at += 1;
            continue;
        }
        let vague = input.sold[lines.sold(sold.sold)[0] as usize].product.is_empty();
        let billed = rows.iter().position(|row| {
            row.verdict == Verdict::VendorOnly
                && days_meet(input, lines, &Row { sold: sold.sold, ..*row })
                && (vague || seats(input, lines, row) == seats(input, lines, &sold))
        });
        match billed {
            Some(of) => {
                let all = joined(lines, &[rows[of], sold]);
                let verdict = judge(context, subject, lines, &all, Days::Different);
                rows[of] = Row { verdict, ..all };
                rows.remove(at);
            }
            None => at += 1,
        }
    }
}

/// Seats of a row with one side: that side's.
fn seats(input: &Input, lines: &Lines, row: &Row) -> Decimal {
    let billed: Decimal =
        lines.vendor(row.vendor).iter().map(|n| compare::billed_quantity(&input.vendor[*n as usize])).sum();
    let sold: Decimal = lines.sold(row.sold).iter().map(|n| input.sold[*n as usize].quantity).sum();
    billed + sold
}

fn product_of(input: &Input, lines: &Lines, row: &Row) -> (Symbol, Symbol) {
    match (lines.vendor(row.vendor), lines.sold(row.sold)) {
        ([n, ..], _) => (input.vendor[*n as usize].product, input.vendor[*n as usize].sku),
        (_, [n, ..]) => (input.sold[*n as usize].product, input.sold[*n as usize].sku),
        _ => (Symbol::EMPTY, Symbol::EMPTY),
    }
}

/// Whether both sides can be about the same charge: their days overlap, or begin in the same month, or are not given.
pub(super) fn days_meet(input: &Input, lines: &Lines, row: &Row) -> bool {
    let billed = hull(lines.vendor(row.vendor).iter().filter_map(|n| input.vendor[*n as usize].period));
    let sold = hull(lines.sold(row.sold).iter().filter_map(|n| input.sold[*n as usize].period));
    match (billed, sold) {
        (Some(billed), Some(sold)) => {
            billed.overlap(&sold).is_some() || Month::of(billed.start) == Month::of(sold.start)
        }
        _ => true,
    }
}

/// Whether rows could be one: a row has one currency of cost and one of sale.
pub(super) fn in_one_currency(input: &Input, lines: &Lines, rows: &[Row]) -> bool {
    let billed =
        || rows.iter().filter_map(|row| lines.vendor(row.vendor).first()).map(|n| input.vendor[*n as usize].currency);
    let sold = || rows.iter().filter_map(|row| lines.sold(row.sold).first()).map(|n| input.sold[*n as usize].currency);
    billed().all(|c| Some(c) == billed().next()) && sold().all(|c| Some(c) == sold().next())
}

/// The shortest period that holds all.
pub(super) fn hull(periods: impl Iterator<Item = Period>) -> Option<Period> {
    let wider = |a: Period, b: Period| -> Period {
        let (start, end): (Date, Date) = (a.start.min(b.start), a.end.max(b.end));
        Period { start, end }
    };
    periods.reduce(wider)
}

/// One row of the lines of several; a single row stays as it is. The verdict is the first one's.
pub(super) fn joined(lines: &mut Lines, rows: &[Row]) -> Row {
    if let [row] = rows {
        return *row;
    }
    let vendor: Vec<u32> = rows.iter().flat_map(|row| lines.vendor(row.vendor)).copied().collect();
    let sold: Vec<u32> = rows.iter().flat_map(|row| lines.sold(row.sold)).copied().collect();
    let vendor = lines.push_vendor(vendor.into_iter());
    let sold = lines.push_sold(sold.into_iter());
    let first = rows.first();
    Row {
        vendor,
        sold,
        subscription: rows.iter().find_map(|row| row.subscription),
        verdict: first.map_or(Verdict::Even(Residue::Exact), |row| row.verdict),
        finding: None,
        counted: false,
    }
}

impl Lines {
    fn push_vendor(&mut self, lines: impl Iterator<Item = u32>) -> Span {
        let from = self.vendor.len();
        self.vendor.extend(lines);
        Span { from: from as u32, len: (self.vendor.len() - from) as u32 }
    }

    fn push_sold(&mut self, lines: impl Iterator<Item = u32>) -> Span {
        let from = self.sold.len();
        self.sold.extend(lines);
        Span { from: from as u32, len: (self.sold.len() - from) as u32 }
    }
}
