//! Levers that change what is bought rather than what it costs: seats, terms, bundles, and terms that are not renewed.
//!
//! A row that is concerned ends in the month the lever reaches it, and goes on as others: with other seats, on other terms.

mod bundles;
mod terms;

use super::base::{Base, Class, Row, Sized, band, units};
use super::run::parted;
use super::scenario::{Change, Lever, Scenario, What};
use super::tariff::{Cell, Pricing, Tariff};
use super::times::{Days, between};
use super::{ModelError, cores_of};
use crate::price::{PriceBook, PriceRule};
use crate::rate::Prices;
use crate::register::{BillingPlan, Term};
use crate::{Date, Decimal, Id, Symbol, cores, policy};
use std::borrow::Cow;
use std::collections::HashMap;

/// A book as a scenario has it: rows, classes and their prices.
pub(super) struct Shaped<'a> {
    pub base: &'a Base,
    pub rows: Cow<'a, [Row]>,
    classes: Cow<'a, [Class]>,
    /// Prices of classes a lever concerns; the book's own for the others.
    tariffs: Vec<Option<Tariff>>,
    /// Rates by class: from which day, the first in force from the beginning. Empty where none is needed.
    rates: Vec<Vec<(Date, Decimal)>>,
    /// Decimal places of the buyer's currency, by class.
    digits: Vec<u32>,
}

impl<'a> Shaped<'a> {
    /// Shapes a book by a scenario.
    pub fn of(base: &'a Base, scenario: &Scenario) -> Result<Shaped<'a>, ModelError> {
        let book = ruled(base, scenario)?;
        let index = Prices::new(book.as_ref().unwrap_or(&base.prices));
        let mut shaping = Shaping {
            base,
            rows: Cow::Borrowed(&base.rows),
            classes: Cow::Borrowed(&base.classes),
            made: HashMap::new(),
        };
        for lever in &scenario.levers {
            shaping.pull(lever)?;
        }
        shaping.part_by_account(scenario);
        let Shaping { rows, classes, .. } = shaping;
        let price = |at: usize| {
            let class = &classes[at];
            let pricing = Pricing::of(base, &index, scenario, class);
            let was = base.tariffs.get(class.origin.map_or(at, |origin| origin as usize));
            let untouched = pricing.levers.is_empty() && at < base.tariffs.len();
            (!untouched).then(|| Tariff::under(class, &pricing, was))
        };
        let parts = cores_of(classes.len() * 8);
        let share = classes.len().div_ceil(parts).max(1);
        let chunks: Vec<usize> = (0..classes.len()).step_by(share).collect();
        let mut tariffs = Vec::with_capacity(classes.len());
        let all = |from: usize| (from..(from + share).min(classes.len())).map(price).collect::<Vec<_>>();
        cores::each(chunks, all, |mut some| {
            tariffs.append(&mut some);
            Ok::<_, ModelError>(())
        })?;
        let rates = classes.iter().map(|class| rates(base, scenario, class)).collect();
        let digits = classes.iter().map(|class| base.buyers[class.buyer as usize].currency.digits()).collect();
        Ok(Shaped { base, rows, classes, tariffs, rates, digits })
    }

    /// The prices of a class.
    pub fn tariff(&self, class: u32) -> &Tariff {
        match &self.tariffs[class as usize] {
            Some(tariff) => tariff,
            None => &self.base.tariffs[class as usize],
        }
    }

    /// The rates of a class.
    pub fn rates(&self, class: u32) -> &[(Date, Decimal)] {
        &self.rates[class as usize]
    }

    /// Decimal places of the buyer's currency.
    pub fn digits(&self, class: u32) -> u32 {
        self.digits[class as usize]
    }

    /// The book's own price for a class, for terms and charges that begin on these days.
    pub fn was(&self, class: u32, term_day: Date, rule_day: Date) -> Option<Cell> {
        let at = self.class(class).origin.unwrap_or(class);
        self.base.tariffs.get(at as usize).map(|tariff| tariff.at(term_day, rule_day))
    }

    /// A class.
    pub fn class(&self, class: u32) -> &Class {
        &self.classes[class as usize]
    }

    /// The first month of a row that is there only because of the scenario.
    pub fn reshaped_from(&self, row: &Row) -> Option<u32> {
        let bits = row.charged.bits | row.bought.bits;
        (row.reshaped && bits != 0).then(|| bits.trailing_zeros())
    }
}

/// The rules as a scenario has them, where it changes any: a further version from the lever's day.
pub(super) fn ruled(base: &Base, scenario: &Scenario) -> Result<Option<PriceBook>, ModelError> {
    let mut book: Option<PriceBook> = None;
    for lever in &scenario.levers {
        let What::Rule(name, method) = &lever.what else { continue };
        let rules = &mut book.get_or_insert_with(|| base.prices.clone()).rules;
        let last = rules.iter().filter(|r| r.name == *name).max_by_key(|r| r.version);
        let last = last.ok_or_else(|| ModelError::NoRule(name.clone()))?;
        let next = PriceRule { version: last.version + 1, method: method.clone(), from: lever.from, ..last.clone() };
        rules.push(next);
    }
    Ok(book)
}

/// The exchange rates of a class by day; none where its prices are in the buyer's currency.
fn rates(base: &Base, scenario: &Scenario, class: &Class) -> Vec<(Date, Decimal)> {
    let billing = base.buyers[class.buyer as usize].currency;
    if class.pricing == billing {
        return Vec::new();
    }
    let mut rate = base.rate(class.pricing, billing).unwrap_or(Decimal::ONE);
    let mut rates = vec![(Date::MIN, rate)];
    let concerned = |l: &&Lever| {
        matches!(l.what, What::Rate(currency, _) if currency == class.pricing)
            && l.who.has_buyer(&base.buyers[class.buyer as usize])
    };
    let mut levers: Vec<&Lever> = scenario.levers.iter().filter(concerned).collect();
    levers.sort_by_key(|l| l.from);
    for lever in levers {
        let What::Rate(_, change) = lever.what else { continue };
        rate = change.of(rate).unwrap_or(rate);
        rates.push((lever.from, rate));
    }
    rates
}

struct Shaping<'a> {
    base: &'a Base,
    rows: Cow<'a, [Row]>,
    classes: Cow<'a, [Class]>,
    /// Classes made of others.
    made: HashMap<Made, u32>,
}

/// Of which class another was made, and what is different about it.
#[derive(PartialEq, Eq, Hash)]
struct Made {
    of: u32,
    terms: (Term, BillingPlan),
    bundle: Symbol,
    edition: Date,
    quantity: Option<[u8; 16]>,
    extended: bool,
}

impl Shaping<'_> {
    fn pull(&mut self, lever: &Lever) -> Result<(), ModelError> {
        match &lever.what {
            What::Seats(change) => self.each(lever, |shaping, rows| shaping.seats(rows, lever, *change)),
            What::Terms(term, plan) => self.each(lever, |shaping, rows| shaping.terms(rows, lever, *term, *plan)),
            What::Extended => self.each(lever, |shaping, rows| shaping.extended(rows, lever)),
            What::Bundle(code) => return self.bundle(lever, *code),
            What::Vendor { .. } | What::List(_) | What::Price(..) | What::Rule(..) | What::Rate(..) => {}
        }
        Ok(())
    }

    /// Replaces the rows of each agreement that are concerned by what becomes of them.
    fn each(&mut self, lever: &Lever, mut become_: impl FnMut(&mut Self, &[Row]) -> Vec<Row>) {
        let mut rows = Vec::with_capacity(self.rows.len() + 16);
        for of_one in self.rows.clone().chunk_by(|a, b| a.agreement == b.agreement) {
            let (concerned, others): (Vec<Row>, Vec<Row>) = of_one.iter().partition(|row| self.concerns(lever, row));
            rows.extend(others);
            if !concerned.is_empty() {
                rows.extend(become_(self, &concerned));
            }
        }
        self.rows = Cow::Owned(rows);
    }

    fn concerns(&self, lever: &Lever, row: &Row) -> bool {
        let buyer = &self.base.buyers[row.buyer as usize];
        lever.who.has_buyer(buyer) && lever.concerns(&self.classes[row.class as usize])
    }

    /// The months in which the next terms of an agreement begin, as sold and as bought.
    fn next_terms(&self, rows: &[Row], from: Date) -> (u32, u32) {
        let first = self.base.horizon.first;
        let next = |of: fn(&Row) -> Days| rows.iter().map(|row| of(row).first_from(from, first)).min().unwrap_or(64);
        (next(|row| row.renewed), next(|row| row.rebought))
    }

    fn seats(&mut self, rows: &[Row], lever: &Lever, change: Change) -> Vec<Row> {
        let (first, next) = (self.base.horizon.first, self.next_terms(rows, lever.from));
        let seats = |quantity: Decimal| change.of(quantity).map(|q| q.max(Decimal::ZERO));
        let of = |shaping: &mut Self, row: &Row| {
            let opening = row.change.map_or(row.quantity, |within| within.opening);
            let opened = seats(opening).filter(|opened| *opened != opening)?;
            let class = Class { quantity: opened, resized: true, ..shaping.classes[row.class as usize].clone() };
            let Some(within) = row.change else {
                let fewer = opened < row.quantity;
                let charge = (row.charged.first_from(lever.from, first), row.bought.first_from(lever.from, first));
                let (before, after) = shaping.cut(row, if fewer { next } else { charge });
                let class = shaping.class(row.class, class, true);
                return Some(vec![before, Row { class, reshaped: true, ..with_quantity(after, opened) }]);
            };
            // What changes within a cycle changes by what the seats afterwards are more or less than those before.
            let begun = if opened < opening { row.term_start } else { within.cycle };
            let quantity = seats(opening.checked_add(row.quantity)?)?.checked_sub(opened)?;
            if begun < lever.from {
                return None;
            }
            let class = shaping.class(row.class, class, true);
            Some(vec![Row { class, reshaped: true, ..with_quantity(*row, quantity) }])
        };
        rows.iter().flat_map(|row| of(self, row).unwrap_or_else(|| vec![*row])).collect()
    }

    fn terms(&mut self, rows: &[Row], lever: &Lever, term: Term, plan: BillingPlan) -> Vec<Row> {
        let on_them = |class: &Class| (class.term, class.plan) == (term, plan);
        if rows.iter().all(|row| on_them(&self.classes[row.class as usize])) {
            return rows.to_vec();
        }
        let other = |old: &Class| Class { term, plan, sold: None, imagined: true, ..old.clone() };
        self.onto(rows, lever.from, other, plan.months().max(1).min(term.months), term.months)
    }

    fn extended(&mut self, rows: &[Row], lever: &Lever) -> Vec<Row> {
        let (_, at) = self.next_terms(rows, lever.from);
        let begins = rows.iter().find(|row| row.rebought.has(at)).map(|row| self.day(row.rebought, at));
        let Some(uplift) = begins.and_then(policy::extended_term_uplift) else { return rows.to_vec() };
        let (term, plan) = (Term::P1M, BillingPlan::Monthly);
        let other = |old: &Class| Class { term, plan, sold: None, extended: Some(uplift), ..old.clone() };
        self.onto(rows, lever.from, other, 1, 1)
    }

    /// A row up to a month and from it on, sold and bought apart.
    fn cut(&self, row: &Row, (sold, bought): (u32, u32)) -> (Row, Row) {
        let (charged, renewed) = (parted(row.charged, sold), parted(row.renewed, sold));
        let (buys, rebuys) = (parted(row.bought, bought), parted(row.rebought, bought));
        let before = Row { charged: charged.0, renewed: renewed.0, bought: buys.0, rebought: rebuys.0, ..*row };
        let after = Row { charged: charged.1, renewed: renewed.1, bought: buys.1, rebought: rebuys.1, ..*row };
        // The term that runs when the second begins.
        let begun = row.rebought.bits & between(0, bought.saturating_add(1));
        let term_start = match begun.checked_ilog2() {
            Some(month) if bought < 64 => self.day(row.rebought, month),
            _ => row.term_start,
        };
        (before, Row { term_start, ..after })
    }

    /// The day of a month among days.
    fn day(&self, days: Days, month: u32) -> Date {
        days.day(month, self.base.horizon.first)
    }

    /// The place of a class made of another, added where it is new. Whether its prices are compared with those of the other.
    fn class(&mut self, of: u32, class: Class, compared: bool) -> u32 {
        let known = of < self.base.classes.len() as u32;
        let origin = self.classes[of as usize].origin.or(known.then_some(of)).filter(|_| compared);
        let sized = match class.sized {
            Sized::No => None,
            Sized::Band => Some(Decimal::from(band(&self.base.prices, class.quantity))),
            Sized::Exact => Some(class.quantity),
        };
        let made = Made {
            of,
            terms: (class.term, class.plan),
            bundle: class.bundle,
            edition: class.edition,
            quantity: sized.map(|q| Decimal::serialize(&q)),
            extended: class.extended.is_some(),
        };
        let classes = self.classes.to_mut();
        *self.made.entry(made).or_insert_with(|| {
            classes.push(Class { origin, ..class });
            (classes.len() - 1) as u32
        })
    }

    /// Where a lever concerns some accounts only, rows of a class get one of their own by which levers concern them.
    fn part_by_account(&mut self, scenario: &Scenario) {
        let accounts: Vec<Id> = scenario.levers.iter().filter_map(|l| l.who.account).collect();
        if accounts.is_empty() {
            return;
        }
        let base = self.base;
        let within = |buyer: u32| -> Vec<bool> {
            let buyer = &base.buyers[buyer as usize];
            accounts.iter().map(|id| *id == buyer.id || buyer.above.contains(id)).collect()
        };
        let mut known: HashMap<(u32, Vec<bool>), u32> = HashMap::new();
        let mut rows = self.rows.to_vec();
        for row in &mut rows {
            let mine = within(row.buyer);
            if mine == within(self.classes[row.class as usize].buyer) {
                continue;
            }
            let class = *known.entry((row.class, mine)).or_insert_with(|| {
                let old = &self.classes[row.class as usize];
                let origin = old.origin.or((row.class < base.classes.len() as u32).then_some(row.class));
                let class = Class { buyer: row.buyer, origin, ..old.clone() };
                let classes = self.classes.to_mut();
                classes.push(class);
                (classes.len() - 1) as u32
            });
            row.class = class;
        }
        self.rows = Cow::Owned(rows);
    }
}

fn with_quantity(row: Row, quantity: Decimal) -> Row {
    Row { quantity, units: units(quantity), ..row }
}
