//! Products as they stand today: what they cost, what they retail for, and how many run.

use crate::catalogue::{kind_word, reference};
use crate::prices::plan_word;
use crate::wire::{number, unit_price};
use crate::{Failure, Session};
use engine::price::{ListKind, ListPrice};
use engine::register::{BillingPlan, ProductKey, Status, Term};
use engine::{Currency, Date, Decimal, Rounding};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use store::tables;
use store::tables::subscriptions::Scope;

/// Nothing is asked.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub struct RegisterAsk {}

/// A product as it stands.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Row {
    #[serde(rename = "ref")]
    reference: String,
    name: String,
    kind: &'static str,
    vendor: String,
    /// Subscriptions that run today, and their seats.
    running: usize,
    seats: String,
    /// The terms of the price shown: those most of its subscriptions run on.
    term: Option<String>,
    plan: Option<&'static str>,
    currency: Option<String>,
    cost: Option<String>,
    erp: Option<String>,
    /// What is left of the retail price, in percent of it.
    margin_percent: Option<String>,
    /// In force since.
    from: Option<String>,
    /// Terms, plans and currencies it is listed in today.
    listed: usize,
    /// A version listed for a day to come.
    to_come: Option<String>,
}

/// The products.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Register {
    products: Vec<Row>,
}

type Terms = (Term, BillingPlan);

#[derive(Default)]
struct Use {
    running: usize,
    seats: Decimal,
    terms: HashMap<Terms, usize>,
}

/// Reads the products.
pub fn register(session: &mut Session, _: RegisterAsk) -> Result<Register, Failure> {
    session.read(|book| {
        let mut names = book.names()?;
        let currency = book.settings()?.currency();
        let list = tables::prices::load_list(book.conn(), &mut names)?;
        let products = tables::products::load(book.conn(), &mut names)?;
        let mut uses: HashMap<ProductKey, Use> = HashMap::new();
        for s in tables::subscriptions::load(book.conn(), &mut names, Scope::All)? {
            let state = s.on(book.today);
            if matches!(state.status, Status::Active | Status::Suspended) {
                let at = uses.entry(state.product).or_default();
                at.running += 1;
                at.seats += state.quantity;
                *at.terms.entry((s.term, s.plan)).or_default() += 1;
            }
        }
        let mut listed: HashMap<ProductKey, Vec<&ListPrice>> = HashMap::new();
        for price in list.iter().filter(|p| p.kind != ListKind::ExtendedTerm) {
            listed.entry(price.product).or_default().push(price);
        }
        let none = Use::default();
        let row = |p: &engine::register::Product| {
            let used = uses.get(&p.key).unwrap_or(&none);
            let prices = listed.get(&p.key).map_or(&[][..], Vec::as_slice);
            let now = in_force(prices, book.today);
            let best = now.iter().copied().max_by_key(|l| worth(l, used, currency));
            let to_come = prices.iter().map(|l| l.from).filter(|d| *d > book.today).min();
            Row {
                reference: reference(p.key, &names),
                name: p.name.clone(),
                kind: kind_word(p.kind),
                vendor: p.vendor.clone(),
                running: used.running,
                seats: number(used.seats),
                term: best.map(|l| l.term.to_string()),
                plan: best.map(|l| plan_word(l.plan)),
                currency: best.map(|l| l.currency.to_string()),
                cost: best.map(|l| unit_price(l.cost, l.currency)),
                erp: best.map(|l| unit_price(l.erp, l.currency)),
                margin_percent: best.and_then(|l| margin_percent(l.erp, l.cost)),
                from: best.map(|l| l.from.to_string()),
                listed: now.len(),
                to_come: to_come.map(|d| d.to_string()),
            }
        };
        Ok(Register { products: products.iter().map(row).collect() })
    })
}

/// The prices in force on a day, one for each term, plan and currency: of two that overlap the later one.
fn in_force<'p>(prices: &[&'p ListPrice], day: Date) -> Vec<&'p ListPrice> {
    let mut now: Vec<&ListPrice> = Vec::new();
    for price in prices.iter().filter(|p| p.from <= day && p.until.is_none_or(|end| day < end)) {
        let terms = |p: &ListPrice| (p.term, p.plan, p.currency, p.segment, p.at_least);
        let same = |o: &&mut &ListPrice| terms(o) == terms(price);
        match now.iter_mut().find(same) {
            Some(other) if other.from <= price.from => *other = price,
            Some(_) => {}
            None => now.push(price),
        }
    }
    now
}

/// How much a price is the one people mean: the book's currency, the terms most subscriptions run on, a year paid monthly.
fn worth(price: &ListPrice, used: &Use, currency: Currency) -> (bool, bool, usize, bool) {
    let usual = price.term == Term::P1Y && price.plan == BillingPlan::Monthly;
    let for_all = price.segment.is_empty() && price.at_least.is_zero();
    let runs = used.terms.get(&(price.term, price.plan)).copied().unwrap_or_default();
    (price.currency == currency, for_all, runs, usual)
}

/// What is left of a price after its cost, in percent of the price.
pub(super) fn margin_percent(price: Decimal, cost: Decimal) -> Option<String> {
    let left = (price - cost).checked_mul(Decimal::ONE_HUNDRED)?.checked_div(price)?;
    Some(format!("{:.1}", Rounding::HalfUp.apply(left, 1)))
}
