//! Rows of one subscription.
//!
//! First by key: product, SKU, first and last day. Where that leaves nothing open, it is all: the usual case, and fast.
//! Otherwise lines that mean the same are brought together, most certain first:
//! 1. lines of one product whose days overlap or start in one month: the vendor's pair (credit the old seats, charge
//!    the new) against a sale that wrote one added line, split the days, or counted the seats at the cycle's end;
//! 2. a telco twin: a second line of the same name, days and seats under another SKU, sold once;
//! 3. one side each under different product ids, with the same seats; or all of it sold as one sum without a product.

use super::join::{Context, Subject};
use super::{Draft, Input, Lines, Residue, Row, Span, Verdict};
use super::{cadence, compare};
use crate::cost::{ChargeType, CostLine, Family};
use crate::finding::Class;
use crate::sale::SoldLine;
use crate::{Currency, Date, Decimal, Month, Period, Symbol};

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
    let moves = |n: &&u32| matches!(input.vendor[**n as usize].charge, ChargeType::Convert | ChargeType::MoveQuantity);
    draft.moves.extend(subject.vendor.iter().filter(moves));
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
        _ if cadence::is_later_share(context.input, lines, row) => Verdict::Even(Residue::Cadence),
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
    open.sort_by_key(|row| product_of(input, lines, row));
    let same = |a: &Row, b: &Row| product_of(input, lines, a) == product_of(input, lines, b);
    let clusters: Vec<Vec<Row>> = open.chunk_by(same).flat_map(|rows| by_currency(input, lines, rows)).collect();
    for cluster in clusters {
        let all = joined(lines, &cluster);
        if all.vendor.len > 0 && all.sold.len > 0 && cluster.len() > 1 && days_meet(input, lines, &all) {
            let verdict = judge(context, subject, lines, &all, Days::Different);
            rows.push(Row { verdict, ..all });
            continue;
        }
        // A charge and its credit that nobody sold net out; so do our own.
        for side in [Verdict::VendorOnly, Verdict::SoldOnly] {
            let one_sided: Vec<Row> = cluster.iter().copied().filter(|row| row.verdict == side).collect();
            if !one_sided.is_empty() {
                rows.push(joined(lines, &one_sided));
            }
        }
        let two_sided = |row: &Row| row.vendor.len > 0 && row.sold.len > 0;
        rows.extend(cluster.into_iter().filter(two_sided));
    }
}

/// Groups of rows that could be one: one currency of cost, one of sale.
fn by_currency(input: &Input, lines: &Lines, rows: &[Row]) -> Vec<Vec<Row>> {
    let mut groups: Vec<(Currencies, Vec<Row>)> = Vec::new();
    for row in rows {
        let of_row = Currencies::of(input, lines, row);
        match groups.iter_mut().find_map(|(of_group, rows)| Some((of_group.and(of_row)?, of_group, rows))) {
            Some((both, of_group, rows)) => {
                *of_group = both;
                rows.push(*row);
            }
            None => groups.push((of_row, vec![*row])),
        }
    }
    groups.into_iter().map(|(_, rows)| rows).collect()
}

/// Currencies of the cost and of the sale of a row, where it has these sides.
#[derive(Clone, Copy)]
struct Currencies(Option<Currency>, Option<Currency>);

impl Currencies {
    fn of(input: &Input, lines: &Lines, row: &Row) -> Currencies {
        Currencies(
            lines.vendor(row.vendor).first().map(|n| input.vendor[*n as usize].currency),
            lines.sold(row.sold).first().map(|n| input.sold[*n as usize].currency),
        )
    }

    /// The currencies of both, where they do not contradict each other.
    fn and(self, other: Currencies) -> Option<Currencies> {
        let agree = |a: Option<Currency>, b: Option<Currency>| a.is_none() || b.is_none() || a == b;
        (agree(self.0, other.0) && agree(self.1, other.1)).then(|| Currencies(self.0.or(other.0), self.1.or(other.1)))
    }
}

fn join_twins(context: &Context, lines: &mut Lines, rows: &mut Vec<Row>) {
    let input = context.input;
    for at in 0..rows.len() {
        let twin = rows[at];
        if twin.verdict != Verdict::VendorOnly || twin.vendor.len != 1 {
            continue;
        }
        if let Some(of) = rows.iter().position(|row| is_twin(input, lines, &twin, row)) {
            let all = joined(lines, &[rows[of], twin]);
            let verdict = compare::twins(context, lines.vendor(all.vendor), lines.sold(all.sold));
            rows[of] = Row { verdict, ..all };
            rows[at].verdict = Verdict::Joined;
        }
    }
    rows.retain(|row| row.verdict != Verdict::Joined);
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
    for at in 0..rows.len() {
        let sold = rows[at];
        if sold.verdict != Verdict::SoldOnly {
            continue;
        }
        let fits =
            |row: &Row| row.verdict == Verdict::VendorOnly && days_meet(input, lines, &Row { sold: sold.sold, ..*row });
        let unnamed = input.sold[lines.sold(sold.sold)[0] as usize].product.is_empty();
        let of: Vec<usize> = if unnamed {
            // One sum for all that was used.
            (0..rows.len()).filter(|n| fits(&rows[*n])).collect()
        } else {
            let wanted = seats(input, lines, &sold);
            (0..rows.len()).find(|n| fits(&rows[*n]) && seats(input, lines, &rows[*n]) == wanted).into_iter().collect()
        };
        let parts: Vec<Row> = of.iter().map(|n| rows[*n]).chain([sold]).collect();
        if of.is_empty() || !in_one_currency(input, lines, &parts) {
            continue;
        }
        let all = joined(lines, &parts);
        let verdict = judge(context, subject, lines, &all, Days::Different);
        rows[at] = Row { verdict, ..all };
        for n in of {
            rows[n].verdict = Verdict::Joined;
        }
    }
    rows.retain(|row| row.verdict != Verdict::Joined);
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
    by_currency(input, lines, rows).len() == 1
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
