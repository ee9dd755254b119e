//! Totals: both sides of the period in every currency, and whether the rows account for all of it.

use super::compare::{self, Side};
use super::join::Context;
use super::{BelowCost, Draft, Figures, Input, Lines, Row, Settled, Verdict, pair};
use crate::finding::Finding;
use crate::money::Totals;
use crate::{Currency, Decimal, SourceId, Symbol};
use std::collections::BTreeMap;

/// Both sides of a period in one currency.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CurrencyTotals {
    /// Currency.
    pub currency: Currency,
    /// Sum of the vendor's subtotals.
    pub vendor: Decimal,
    /// Of these, in rows that were sold.
    pub matched: Decimal,
    /// Of these, in rows nobody was charged for.
    pub unmatched_vendor: Decimal,
    /// Sum of the sold lines.
    pub sold: Decimal,
    /// Of these, in rows the vendor billed nothing for.
    pub unmatched_sold: Decimal,
    /// Cost the sold lines reckoned with; the vendor's where a sold line does not say.
    pub sold_cost: Decimal,
    /// Differences that are no findings, see [`ResidueTotal`].
    pub within_tolerance: Decimal,
    /// What neither findings nor tolerance account for: nought.
    pub unexplained: Decimal,
}

/// Why a row with a difference is no finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Residue {
    /// There is no difference.
    Exact,
    /// Price, rate and rounding differ by less than the tolerances.
    Tolerance,
    /// The same seats, charged for other days: the sale counts them at the end of the cycle.
    SeatDays,
    /// One product in two vendor lines; the sale reckoned with one of them.
    TelcoSplit,
    /// Charges and credits that cancel each other, and charges of nothing.
    Netted,
    /// The vendor charges the year at once, the customer is charged by the month.
    Cadence,
    /// Something of our own, without a vendor's cost.
    OwnService,
}

impl Residue {
    /// The public name.
    pub fn name(self) -> &'static str {
        match self {
            Residue::Exact => "exact",
            Residue::Tolerance => "tolerance",
            Residue::SeatDays => "seat_days",
            Residue::TelcoSplit => "telco_split",
            Residue::Netted => "netted",
            Residue::Cadence => "cadence",
            Residue::OwnService => "own_service",
        }
    }
}

/// Rows of one kind of harmless difference in one currency.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ResidueTotal {
    /// Kind.
    pub residue: Residue,
    /// Currency.
    pub currency: Currency,
    /// Number of rows.
    pub rows: usize,
    /// Vendor cost less reckoned cost.
    pub amount: Decimal,
}

/// The sums of rows, taken while their lines are at hand.
#[derive(Debug, Default)]
pub(super) struct Tally {
    currencies: BTreeMap<Currency, Sums>,
    residues: BTreeMap<(Residue, Currency), (usize, Decimal)>,
    below_cost: BTreeMap<Currency, (usize, Decimal)>,
}

/// Sums of one currency in the making.
#[derive(Debug, Default)]
struct Sums {
    matched: Decimal,
    unmatched_vendor: Decimal,
    unmatched_sold: Decimal,
    /// What the reckoned cost of the rows differs from the plain sum of the lines: assumed, or sold in other money.
    cost_moved: Decimal,
}

impl Tally {
    /// Adds a row whose verdict is final.
    pub fn add(&mut self, input: &Input, lines: &Lines, row: &Row) {
        let sold = lines.sold(row.sold);
        let side = Side::of(input, lines.vendor(row.vendor), sold);
        let sum = self.currencies.entry(side.currency).or_default();
        if row.sold.len == 0 {
            sum.unmatched_vendor += side.cost;
        } else {
            sum.matched += side.cost;
        }
        if side.assumed || side.currency != side.sold_currency {
            sum.cost_moved += side.sold_cost;
            for line in sold.iter().map(|n| &input.sold[*n as usize]) {
                self.currencies.entry(line.currency).or_default().cost_moved -= line.cost_total.unwrap_or_default();
            }
        }
        if row.vendor.len == 0 {
            self.currencies.entry(side.sold_currency).or_default().unmatched_sold += side.sold;
        }
        let Verdict::Even(residue) = row.verdict else { return };
        let count = |(rows, sum): &mut (usize, Decimal), amount: Decimal| {
            *rows += 1;
            *sum += amount;
        };
        if !side.difference().is_zero() {
            count(self.residues.entry((residue, side.currency)).or_default(), side.difference());
        }
        // A credit that gives back the margin with the cost sells nothing below it.
        let short = side.cost > Decimal::ZERO && side.sold < side.cost;
        if row.vendor.len > 0 && row.sold.len > 0 && side.currency == side.sold_currency && short {
            count(self.below_cost.entry(side.currency).or_default(), side.cost - side.sold);
        }
    }

    /// Adds another's sums.
    pub fn absorb(&mut self, other: Tally) {
        for (currency, sums) in other.currencies {
            let into = self.currencies.entry(currency).or_default();
            into.matched += sums.matched;
            into.unmatched_vendor += sums.unmatched_vendor;
            into.unmatched_sold += sums.unmatched_sold;
            into.cost_moved += sums.cost_moved;
        }
        for (kind, (rows, amount)) in other.residues {
            let into = self.residues.entry(kind).or_default();
            *into = (into.0 + rows, into.1 + amount);
        }
        for (currency, (rows, amount)) in other.below_cost {
            let into = self.below_cost.entry(currency).or_default();
            *into = (into.0 + rows, into.1 + amount);
        }
    }
}

/// The totals of a finished draft.
pub(super) fn of(
    context: &Context,
    draft: &mut Draft,
    findings: &[Finding],
) -> (Vec<CurrencyTotals>, Vec<ResidueTotal>, Vec<BelowCost>) {
    for row in draft.rows.iter().filter(|row| !row.counted) {
        draft.tally.add(context.input, &draft.lines, row);
    }
    for settled in context.input.settled.into_iter().flat_map(Settled::below_cost) {
        let (rows, amount) = draft.tally.below_cost.entry(settled.currency).or_default();
        (*rows, *amount) = (*rows + settled.rows, *amount + settled.amount);
    }
    let Tally { currencies, residues, below_cost } = std::mem::take(&mut draft.tally);
    let residues: Vec<ResidueTotal> = residues
        .into_iter()
        .map(|((residue, currency), (rows, amount))| ResidueTotal { residue, currency, rows, amount })
        .collect();
    let below_cost =
        below_cost.into_iter().map(|(currency, (rows, amount))| BelowCost { currency, rows, amount }).collect();
    (tie(context.input, currencies, findings, &residues), residues, below_cost)
}

/// Ties the rows to sums taken over the lines themselves, so that a line lost or counted twice shows as unexplained.
fn tie(
    input: &Input,
    mut sums: BTreeMap<Currency, Sums>,
    findings: &[Finding],
    residues: &[ResidueTotal],
) -> Vec<CurrencyTotals> {
    let open = sum(input.vendor.iter().map(|v| (v.currency, v.subtotal)));
    let of_lines = || {
        let sold = sum(input.sold.iter().map(|s| (s.currency, s.total)));
        let reckoned = sum(input.sold.iter().map(|s| (s.currency, s.cost_total.unwrap_or_default())));
        (open.clone(), sold, reckoned)
    };
    let (vendor, sold, reckoned) = input.settled.map_or_else(of_lines, Settled::sums);
    let found = sum(findings.iter().map(|f| (f.currency, f.cost_difference)));
    let tolerated = sum(residues.iter().map(|r| (r.currency, r.amount)));
    for (currency, _) in vendor.iter().chain(sold.iter()) {
        sums.entry(currency).or_default();
    }
    sums.into_iter()
        .map(|(currency, rows)| {
            let sold_cost = reckoned.get(currency) + rows.cost_moved;
            let within_tolerance = tolerated.get(currency);
            CurrencyTotals {
                currency,
                vendor: vendor.get(currency),
                matched: rows.matched + (vendor.get(currency) - open.get(currency)),
                unmatched_vendor: rows.unmatched_vendor,
                sold: sold.get(currency),
                unmatched_sold: rows.unmatched_sold,
                sold_cost,
                within_tolerance,
                unexplained: vendor.get(currency) - sold_cost - found.get(currency) - within_tolerance,
            }
        })
        .collect()
}

/// One sum per currency. Neighbours mostly share theirs, so the map is asked only when it changes.
fn sum(amounts: impl Iterator<Item = (Currency, Decimal)>) -> Totals {
    let mut totals = Totals::default();
    let mut run: Option<(Currency, Decimal)> = None;
    for (currency, amount) in amounts {
        match &mut run {
            Some((current, sum)) if *current == currency => *sum += amount,
            _ => {
                if let Some((current, sum)) = run.replace((currency, amount)) {
                    totals.add(current, sum);
                }
            }
        }
    }
    if let Some((current, sum)) = run {
        totals.add(current, sum);
    }
    totals
}

/// The figures of a row.
pub(super) fn figures(row: &Row, lines: &Lines, input: &Input) -> Figures {
    let billed = || lines.vendor(row.vendor).iter().map(|n| &input.vendor[*n as usize]);
    let sold = || lines.sold(row.sold).iter().map(|n| &input.sold[*n as usize]);
    let side = Side::of(input, lines.vendor(row.vendor), lines.sold(row.sold));
    let period = pair::hull(billed().filter_map(|v| v.period).chain(sold().filter_map(|s| s.period)));
    let subscription = row.subscription.and_then(|n| input.subscriptions.get(n as usize));
    let day = period.map_or(input.month.first(), |p| p.start);
    let (first, first_sold) = (billed().next(), sold().next());
    let either = |of_vendor: fn(&crate::cost::CostLine) -> Symbol, of_sold: fn(&crate::sale::SoldLine) -> Symbol| {
        first.map(of_vendor).or(first_sold.map(of_sold)).unwrap_or(Symbol::EMPTY)
    };
    Figures {
        customer: first.map(|v| v.customer).or(first_sold.map(|s| s.customer)).unwrap_or(SourceId::NONE),
        subscription: first.map(|v| v.subscription).or(first_sold.map(|s| s.subscription)).unwrap_or(SourceId::NONE),
        product: either(|v| v.product, |s| s.product),
        sku: either(|v| v.sku, |s| s.sku),
        product_name: first.map_or(Symbol::EMPTY, |v| v.product_name),
        period,
        currency: side.currency,
        cost_quantity: first.is_some().then(|| billed().map(compare::billed_quantity).sum()),
        cost: side.cost,
        expected_quantity: subscription.map(|s| s.on(day).quantity),
        sold_quantity: first_sold.is_some().then(|| sold().map(|s| s.quantity).sum()),
        sold_cost: side.sold_cost,
        sold: side.sold,
        sold_currency: side.sold_currency,
    }
}
