//! Two price lists side by side: what changes, and what that is worth on our own book.
//!
//! In: the price of each [`Listing`] before and after, and what runs today. Out: every listing whose price is not the same, with
//! the seats it is for and what they cost more or less in a month and in a year. Always: a difference is worth what its
//! subscriptions are worth one by one, each rounded never and their sum once; totals are sums of what is shown, one for each
//! currency. What one side does not price is worth nothing, because nobody knows what would take its place.
//!
//! It says what the *lists* differ by. When a change reaches a running term is another question: a term keeps its price.

use crate::money::{MoneyError, Totals};
use crate::price::{ListKind, ListPrice};
use crate::rate::of_buyer;
use crate::register::{BillingPlan, ProductKey, Term};
use crate::{Currency, Date, Decimal, Money, Rounding, Symbol};
use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

/// What a price is the price of, whatever the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Listing {
    /// Product.
    pub product: ProductKey,
    /// Of what of it.
    pub kind: ListKind,
    /// Term.
    pub term: Term,
    /// Billing plan.
    pub plan: BillingPlan,
    /// Currency.
    pub currency: Currency,
    /// The vendor's market segment; empty for commercial.
    pub segment: Symbol,
    /// Smallest quantity.
    pub at_least: Decimal,
}

impl Listing {
    /// The listing of a price.
    pub fn of(p: &ListPrice) -> Listing {
        let (product, kind, term, plan) = (p.product, p.kind, p.term, p.plan);
        Listing { product, kind, term, plan, currency: p.currency, segment: p.segment, at_least: p.at_least }
    }
}

/// One side: the price of each listing.
pub type Side<'p> = BTreeMap<Listing, &'p ListPrice>;

/// The prices in force on a day: of two that overlap the later one.
pub fn in_force(prices: &[ListPrice], day: Date) -> Side<'_> {
    latest(prices.iter().filter(|p| p.from <= day && p.until.is_none_or(|end| day < end)))
}

/// What a list comes to once all of it is in force: for each listing the price that begins last.
pub fn in_the_end(prices: &[ListPrice]) -> Side<'_> {
    latest(prices.iter())
}

fn latest<'p>(prices: impl Iterator<Item = &'p ListPrice>) -> Side<'p> {
    let mut side = Side::new();
    for price in prices {
        let kept = side.entry(Listing::of(price)).or_insert(price);
        if kept.from <= price.from {
            *kept = price;
        }
    }
    side
}

/// A subscription that runs today.
#[derive(Clone, Debug)]
pub struct Running {
    /// Product.
    pub product: ProductKey,
    /// Term.
    pub term: Term,
    /// Billing plan.
    pub plan: BillingPlan,
    /// Currency in which the vendor prices it.
    pub currency: Currency,
    /// Price segment of the account that uses it.
    pub segment: Symbol,
    /// Seats.
    pub quantity: Decimal,
}

/// What becomes of a listing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum What {
    /// Another cost or retail price.
    Changed,
    /// Not priced before.
    New,
    /// Not priced any more.
    Gone,
    /// The same price, which now has an end.
    Ends,
}

/// A listing that is not priced the same.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference<'p> {
    /// What is priced.
    pub listing: Listing,
    /// What becomes of it.
    pub what: What,
    /// Its price before.
    pub before: Option<&'p ListPrice>,
    /// Its price after.
    pub after: Option<&'p ListPrice>,
    /// Subscriptions on it today.
    pub running: u32,
    /// Their seats.
    pub seats: Decimal,
    /// What they cost more in a month; `None` when nothing runs on it, or one side has no price for it, or it is paid once.
    pub per_month: Option<Money>,
    /// The same in a year.
    pub per_year: Option<Money>,
}

impl Difference<'_> {
    /// The order people want: by currency, the most money a year first, then the most seats.
    pub fn stake(&self) -> (Currency, bool, Reverse<u64>, Reverse<Decimal>) {
        let money = self.per_year.map_or(0, |m| m.minor().unsigned_abs());
        (self.listing.currency, self.per_year.is_none(), Reverse(money), Reverse(self.seats))
    }
}

/// Everything two lists differ by.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Comparison<'p> {
    /// By currency, then by what is at stake in a year, the most first; what nothing runs on comes last.
    pub differences: Vec<Difference<'p>>,
    /// Listings with the same price on both sides.
    pub same: usize,
    /// What all differences come to in a month.
    pub per_month: Totals,
    /// What they come to in a year.
    pub per_year: Totals,
}

/// What runs on one listing, and what it comes to.
#[derive(Default)]
struct Stake {
    running: u32,
    seats: Decimal,
    /// A charge cycle more, exactly; `None` while nothing is priced on both sides.
    more: Option<Decimal>,
}

/// Compares two sides with what runs today. Fails only where an amount is too large to be one.
pub fn compare<'p>(before: &Side<'p>, after: &Side<'p>, running: &[Running]) -> Result<Comparison<'p>, MoneyError> {
    let mut stakes = stakes(before, after, running)?;
    let mut out = Comparison::default();
    let listings = before.keys().chain(after.keys().filter(|listing| !before.contains_key(*listing)));
    for listing in listings {
        let (was, is) = (before.get(listing).copied(), after.get(listing).copied());
        let stake = stakes.remove(listing).unwrap_or_default();
        // A band that goes leaves its buyers another one, whose own price may be the same.
        let moved = stake.more.is_some_and(|more| !more.is_zero());
        let Some(what) = what(was, is).or(moved.then_some(What::Changed)) else {
            out.same += 1;
            continue;
        };
        let cycle = Decimal::from(listing.plan.months());
        let money = |months: u32| {
            let Some(more) = stake.more.filter(|_| !cycle.is_zero()) else { return Ok(None) };
            let amount = more.checked_mul(months.into()).ok_or(MoneyError::Overflow)? / cycle;
            Money::round(amount, listing.currency, Rounding::HalfUp).map(Some)
        };
        let (per_month, per_year) = (money(1)?, money(12)?);
        for (totals, money) in [(&mut out.per_month, per_month), (&mut out.per_year, per_year)] {
            if let Some(money) = money {
                totals.add(listing.currency, money.value());
            }
        }
        out.differences.push(Difference {
            listing: *listing,
            what,
            before: was,
            after: is,
            running: stake.running,
            seats: stake.seats,
            per_month,
            per_year,
        });
    }
    out.differences.sort_by_key(Difference::stake);
    Ok(out)
}

fn what(before: Option<&ListPrice>, after: Option<&ListPrice>) -> Option<What> {
    match (before, after) {
        (None, None) => None,
        (None, Some(_)) => Some(What::New),
        (Some(_), None) => Some(What::Gone),
        (Some(b), Some(a)) if (b.cost, b.erp) != (a.cost, a.erp) => Some(What::Changed),
        (Some(b), Some(a)) => {
            let sooner = a.until.is_some_and(|end| b.until.is_none_or(|was| end < was));
            sooner.then_some(What::Ends)
        }
    }
}

/// What runs on each listing. A subscription counts where the later list prices it, else where the earlier one does.
fn stakes<'p>(before: &Side<'p>, after: &Side<'p>, running: &[Running]) -> Result<HashMap<Listing, Stake>, MoneyError> {
    type Terms = (ProductKey, Term, BillingPlan, Currency);
    let by_terms = |side: &Side<'p>| {
        let mut rows: HashMap<Terms, Vec<&'p ListPrice>> = HashMap::new();
        for p in side.values().filter(|p| p.kind == ListKind::Term) {
            rows.entry((p.product, p.term, p.plan, p.currency)).or_default().push(p);
        }
        rows
    };
    let (before, after) = (by_terms(before), by_terms(after));
    let mut stakes: HashMap<Listing, Stake> = HashMap::new();
    for s in running {
        let terms = (s.product, s.term, s.plan, s.currency);
        let price = |side: &HashMap<Terms, Vec<&ListPrice>>| {
            let rows = side.get(&terms)?.iter().copied();
            of_buyer(rows, s.segment, s.quantity).map(|p| (Listing::of(p), p.cost))
        };
        let (was, is) = (price(&before), price(&after));
        let Some((listing, _)) = is.or(was) else { continue };
        let stake = stakes.entry(listing).or_default();
        stake.running += 1;
        stake.seats += s.quantity;
        if let Some(((_, was), (_, is))) = was.zip(is) {
            let more = (is - was).checked_mul(s.quantity).ok_or(MoneyError::Overflow)?;
            let sum = stake.more.unwrap_or_default().checked_add(more);
            stake.more = Some(sum.ok_or(MoneyError::Overflow)?);
        }
    }
    Ok(stakes)
}

#[cfg(test)]
mod tests;
