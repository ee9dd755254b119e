//! Links between subscriptions, for rows still missing a side.
//!
//! * An upgrade moves seats to another subscription: credit on the old id, charge on the new one, one reference. What
//!   the customer was sold under either id belongs to both, in the month of the move and after it.
//! * A migration credits the rest of a legacy period and charges a stub of the same name from the day it ends.
//! * A line without a subscription is matched by customer and product.

use super::compare;
use super::join::{Context, IdMap};
use super::pair::{self, Days};
use super::{Draft, Residue, Row, Verdict};
use crate::cost::{ChargeType, CostLine, Family};
use crate::finding::Class;
use crate::{Decimal, Id, LineRef, SourceId, Symbol};
use std::collections::HashMap;

/// Joins rows that belong together although their subscriptions differ.
pub(super) fn follow(context: &Context, draft: &mut Draft) {
    let mut open: Vec<usize> = (0..draft.rows.len()).filter(|n| is_open(draft.rows[*n].verdict)).collect();
    if open.is_empty() {
        return;
    }
    // The order of the files must not decide which of two equal rows is joined.
    open.sort_by_cached_key(|n| place(context, draft, &draft.rows[*n]));
    upgrades(context, draft, &open);
    migrations(context, draft, &open);
    without_subscription(context, draft, &open);
}

type Place = (Option<(SourceId, LineRef)>, Option<(SourceId, Option<LineRef>, Option<Id>)>);

/// Where the first lines of a row stand, as something that sorts and does not depend on the order of the input.
fn place(context: &Context, draft: &Draft, row: &Row) -> Place {
    let billed = draft.lines.vendor(row.vendor).iter().map(|n| &context.input.vendor[*n as usize]);
    let sold = draft.lines.sold(row.sold).iter().map(|n| &context.input.sold[*n as usize]);
    let sold = sold.map(|s| {
        let (at, id) = pair::sold_place(s);
        (s.subscription, at, id)
    });
    (billed.map(|v| (v.subscription, v.at)).min(), sold.min())
}

fn is_open(verdict: Verdict) -> bool {
    matches!(verdict, Verdict::VendorOnly | Verdict::SoldOnly | Verdict::Off(Class::QuantityMismatch, _))
}

fn upgrades(context: &Context, draft: &mut Draft, open: &[usize]) {
    let family_of = families(context, draft);
    if family_of.is_empty() {
        return;
    }
    let mut members: Vec<(usize, usize)> =
        open.iter().filter_map(|row| Some((*family_of.get(&subscription_of(context, draft, *row))?, *row))).collect();
    members.sort_by_key(|(family, _)| *family);
    for family in members.chunk_by(|a, b| a.0 == b.0) {
        let rows: Vec<usize> = family.iter().map(|(_, row)| *row).collect();
        pair_equal_seats(context, draft, &rows);
        let rest: Vec<usize> = rows.into_iter().filter(|n| is_open(draft.rows[*n].verdict)).collect();
        let Some(all) = as_one(context, draft, &rest) else { continue };
        let (billed, sold) = seats(context, draft, &all);
        if all.vendor.len > 0
            && all.sold.len > 0
            && billed == sold
            && pair::days_meet(context.input, &draft.lines, &all)
        {
            join(context, draft, &rest);
        } else {
            let unsold: Vec<usize> =
                rest.into_iter().filter(|n| draft.rows[*n].verdict == Verdict::VendorOnly).collect();
            net_out(context, draft, &unsold);
        }
    }
}

/// Subscriptions between which seats moved, by reference; each gets the number of its family.
fn families(context: &Context, draft: &Draft) -> IdMap<usize> {
    let input = context.input;
    let before = input.earlier.iter().filter(|e| matches!(e.charge, ChargeType::Convert | ChargeType::MoveQuantity));
    let mut moves: Vec<&CostLine> = draft.moves.iter().map(|n| &input.vendor[*n as usize]).chain(before).collect();
    moves.retain(|line| !line.reference.is_empty() && !line.subscription.is_none());
    moves.sort_by_key(|line| (line.reference, line.customer, line.subscription));
    let mut family_of: IdMap<usize> = IdMap::default();
    for (number, event) in moves.chunk_by(|a, b| (a.reference, a.customer) == (b.reference, b.customer)).enumerate() {
        let known = event.iter().find_map(|line| family_of.get(&line.subscription).copied());
        for line in event {
            family_of.entry(line.subscription).or_insert(known.unwrap_or(number));
        }
    }
    family_of
}

/// A credit in one place and a charge in another, neither passed on: the seats net out, and if the money does not, the
/// moved seats are sold at the old price.
fn net_out(context: &Context, draft: &mut Draft, rows: &[usize]) {
    let Some(all) = as_one(context, draft, rows) else { return };
    if !seats(context, draft, &all).0.is_zero() {
        return;
    }
    let lines = draft.lines.vendor(all.vendor);
    let net: Decimal = lines.iter().map(|n| context.input.vendor[*n as usize].subtotal).sum();
    let units: Decimal = lines.iter().map(|n| context.input.vendor[*n as usize].billable_quantity.abs()).sum();
    let verdict = if net.abs() <= units * context.input.tolerance.unit_price {
        Verdict::Even(Residue::Netted)
    } else {
        Verdict::Off(Class::PriceMismatch, None)
    };
    replace(draft, rows, Row { verdict, ..all });
}

fn pair_equal_seats(context: &Context, draft: &mut Draft, rows: &[usize]) {
    for sold in rows {
        if draft.rows[*sold].verdict != Verdict::SoldOnly {
            continue;
        }
        let wanted = seats(context, draft, &draft.rows[*sold]).1;
        let billed = rows.iter().find(|n| {
            let row = draft.rows[**n];
            let both = Row { sold: draft.rows[*sold].sold, ..row };
            row.verdict == Verdict::VendorOnly
                && seats(context, draft, &row).0 == wanted
                && pair::days_meet(context.input, &draft.lines, &both)
        });
        if let Some(billed) = billed {
            join(context, draft, &[*billed, *sold]);
        }
    }
}

fn migrations(context: &Context, draft: &mut Draft, open: &[usize]) {
    let input = context.input;
    let mut credits: HashMap<(SourceId, Symbol), Vec<usize>> = HashMap::new();
    let of_vendor = |draft: &Draft, n: usize| -> Option<&CostLine> {
        let row = draft.rows[n];
        (row.verdict == Verdict::VendorOnly).then(|| &input.vendor[draft.lines.vendor(row.vendor)[0] as usize])
    };
    let licence = |line: &CostLine| line.family == Family::Licence && !line.product_name.is_empty();
    for n in open {
        if let Some(line) = of_vendor(draft, *n).filter(|line| licence(line) && line.subtotal < Decimal::ZERO) {
            credits.entry((line.customer, line.product_name)).or_default().push(*n);
        }
    }
    if credits.is_empty() {
        return;
    }
    for n in open {
        let Some(line) = of_vendor(draft, *n).filter(|line| licence(line) && line.subtotal > Decimal::ZERO) else {
            continue;
        };
        let stub = seats(context, draft, &draft.rows[*n]).0;
        let credit = credits.get(&(line.customer, line.product_name)).into_iter().flatten().find(|credit| {
            let refunded = of_vendor(draft, **credit);
            let touches = |refund: &CostLine| match (refund.period, line.period) {
                (Some(refund), Some(stub)) => refund.start <= stub.end && stub.start <= refund.end,
                _ => false,
            };
            refunded.is_some_and(|r| r.subscription != line.subscription && touches(r))
                && seats(context, draft, &draft.rows[**credit]).0 == -stub
        });
        if let Some(credit) = credit.copied() {
            net_out(context, draft, &[credit, *n]);
        }
    }
}

fn without_subscription(context: &Context, draft: &mut Draft, open: &[usize]) {
    let input = context.input;
    let customer = |id: SourceId| context.account(id).ok_or(id);
    let mut unsold: HashMap<_, Vec<usize>> = HashMap::new();
    let has_none = |draft: &Draft, n: usize| subscription_of(context, draft, n).is_none();
    let some_without = open.iter().any(|n| has_none(draft, *n));
    if !some_without {
        return;
    }
    for n in open.iter().filter(|n| draft.rows[**n].verdict == Verdict::VendorOnly) {
        let line = &input.vendor[draft.lines.vendor(draft.rows[*n].vendor)[0] as usize];
        unsold.entry((customer(line.customer), line.product, line.sku)).or_default().push(*n);
    }
    for n in open {
        if draft.rows[*n].verdict != Verdict::SoldOnly {
            continue;
        }
        let line = &input.sold[draft.lines.sold(draft.rows[*n].sold)[0] as usize];
        let candidates = unsold.get(&(customer(line.customer), line.product, line.sku)).map_or(&[][..], |c| c);
        let fits = |of: &&usize| {
            let row = draft.rows[**of];
            row.verdict == Verdict::VendorOnly
                && (line.subscription.is_none() || has_none(draft, **of))
                && pair::days_meet(input, &draft.lines, &Row { sold: draft.rows[*n].sold, ..row })
        };
        let sold = seats(context, draft, &draft.rows[*n]).1;
        let same_seats = candidates.iter().filter(fits).find(|of| seats(context, draft, &draft.rows[**of]).0 == sold);
        if let Some(of) = same_seats.or_else(|| candidates.iter().find(fits)).copied() {
            join(context, draft, &[of, *n]);
        }
    }
}

/// What several rows would be as one; nothing for fewer than two, or where currencies differ.
fn as_one(context: &Context, draft: &mut Draft, rows: &[usize]) -> Option<Row> {
    let rows: Vec<Row> = rows.iter().map(|n| draft.rows[*n]).collect();
    (rows.len() > 1 && pair::in_one_currency(context.input, &draft.lines, &rows))
        .then(|| pair::joined(&mut draft.lines, &rows))
}

/// Joins rows into one and judges it.
fn join(context: &Context, draft: &mut Draft, rows: &[usize]) {
    let Some(all) = as_one(context, draft, rows) else { return };
    let verdict = compare::row(context, &[], &draft.lines, &all, Days::Different);
    replace(draft, rows, Row { verdict, ..all });
}

fn replace(draft: &mut Draft, rows: &[usize], with: Row) {
    for n in rows {
        draft.rows[*n].verdict = Verdict::Joined;
    }
    draft.rows.push(with);
}

/// Seats billed and seats sold.
fn seats(context: &Context, draft: &Draft, row: &Row) -> (Decimal, Decimal) {
    let billed =
        draft.lines.vendor(row.vendor).iter().map(|n| compare::billed_quantity(&context.input.vendor[*n as usize]));
    let sold = draft.lines.sold(row.sold).iter().map(|n| context.input.sold[*n as usize].quantity);
    (billed.sum(), sold.sum())
}

fn subscription_of(context: &Context, draft: &Draft, row: usize) -> SourceId {
    let row = draft.rows[row];
    match (draft.lines.vendor(row.vendor), draft.lines.sold(row.sold)) {
        ([n, ..], _) => context.input.vendor[*n as usize].subscription,
        (_, [n, ..]) => context.input.sold[*n as usize].subscription,
        _ => SourceId::NONE,
    }
}
