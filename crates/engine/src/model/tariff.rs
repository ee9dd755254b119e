//! What a class of agreements costs and is sold for, by the day a term begins and the day a charge does.
//!
//! Prices stand still between a few days: those from which a list holds, a rule begins, a lever bites. So a class has a cell
//! for each stretch of days in which a term may begin and each in which a charge may.

use super::base::{Base, Buyer, Class};
use super::lists::{Imagination, cause, step};
use super::scenario::{Bite, Lever, Scenario, What};
use crate::bundle::{Bundle, BundlePolicy};
use crate::price::ListPrice;
use crate::rate::{Ask, NoPrice, Prices};
use crate::why::{Rule, Step, Value};
use crate::{Date, Decimal, Rounding, Symbol};

/// The prices of a class.
#[derive(Clone, Debug, Default)]
pub(super) struct Tariff {
    /// Days from which terms are priced otherwise, in order.
    pub list_days: Vec<Date>,
    /// Days from which charges are.
    pub rule_days: Vec<Date>,
    /// Cells by stretch of terms, then of charges.
    cells: Vec<Cell>,
}

/// One price of a class.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Cell {
    /// What the vendor charges for a unit, in its pricing currency.
    pub cost: Unit,
    /// What we do.
    pub sell: Unit,
    /// The millionths of the seats that stay; all of them for most.
    pub stays: i64,
    /// Differs from what the book has.
    pub changed: bool,
}

/// Millionths in one: of a price's currency, and of the seats that stay.
pub(super) const MILLION: i64 = 1_000_000;

/// The price of one unit, in both forms it is multiplied in.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Unit {
    /// Exact.
    pub value: Decimal,
    /// The same in millionths; [`i64::MIN`] where there are more digits.
    pub micro: i64,
}

impl Unit {
    pub fn of(value: Decimal) -> Unit {
        let mut scaled = value.normalize();
        let fits = scaled.scale() <= 6;
        if fits {
            scaled.rescale(6);
        }
        let micro = if fits && scaled.scale() == 6 { i64::try_from(scaled.mantissa()).ok() } else { None };
        Unit { value, micro: micro.unwrap_or(i64::MIN) }
    }
}

impl Tariff {
    /// The prices of the book as it is.
    pub fn of(class: &Class, base: &Base, index: &Prices) -> Tariff {
        Tariff::made(class, base, &Pricing { base, index, levers: Vec::new(), elasticity: Decimal::ZERO }, None)
    }

    /// The prices a scenario makes of them; `was` are those of the book, where it has the class.
    pub fn under(class: &Class, pricing: &Pricing, was: Option<&Tariff>) -> Tariff {
        Tariff::made(class, pricing.base, pricing, was)
    }

    fn made(class: &Class, base: &Base, pricing: &Pricing, was: Option<&Tariff>) -> Tariff {
        let buyer = &base.buyers[class.buyer as usize];
        let (mut list_days, mut rule_days) = match was {
            Some(was) => (was.list_days.clone(), was.rule_days.clone()),
            None => pricing.days_of(class, buyer),
        };
        for lever in &pricing.levers {
            match &lever.what {
                What::Price(_, Bite::AtOnce) | What::Rule(..) => rule_days.push(lever.from),
                what => {
                    let mut days = vec![lever.from];
                    if let What::List(rows) = what {
                        let own = rows.iter().filter(|row| row.product == class.product);
                        days.extend(
                            own.flat_map(|row| [Some(row.from), row.until]).flatten().map(|d| d.max(lever.from)),
                        );
                    }
                    for notice in &class.notices {
                        rule_days.extend(days.iter().map(|day| crate::date::add_days(*day, i64::from(*notice))));
                    }
                    list_days.extend(days);
                }
            }
        }
        for days in [&mut list_days, &mut rule_days] {
            days.sort_unstable();
            days.dedup();
        }
        // Stretches that are over before the first term here are not priced.
        let first = list_days.partition_point(|day| *day <= class.first_term);
        let row = rule_days.len() + 1;
        let mut cells: Vec<Cell> = Vec::with_capacity((list_days.len() + 1) * row);
        for list in 0..=list_days.len() {
            let term_day = if list <= first { class.first_term } else { list_days[list - 1] };
            for rule in 0..=rule_days.len() {
                let rule_day = if rule == 0 { class.first_day } else { rule_days[rule - 1] };
                let old = was.map(|was| was.at(term_day, rule_day));
                // A rule that gives no price on some later day leaves the one before.
                let known = cells.len().checked_sub(if rule > 0 { 1 } else { row }).map(|at| cells[at]);
                let cell = match list < first {
                    true => known,
                    false => pricing.cell(class, old, term_day, rule_day, &mut None).ok().or(known),
                };
                cells.push(cell.or(old).unwrap_or(Cell::NOTHING));
            }
        }
        if let Some(priced) = cells.get(first * row).copied() {
            cells[..first * row].fill(priced);
        }
        Tariff { list_days, rule_days, cells }
    }

    /// The cell of a term and a charge that begin on these days.
    pub fn at(&self, term_day: Date, rule_day: Date) -> Cell {
        let list = self.list_days.partition_point(|day| *day <= term_day);
        let rule = self.rule_days.partition_point(|day| *day <= rule_day);
        self.cell(list, rule)
    }

    /// The cell of so many stretches that began.
    pub fn cell(&self, list: usize, rule: usize) -> Cell {
        self.cells.get(list * (self.rule_days.len() + 1) + rule).copied().unwrap_or(Cell::NOTHING)
    }
}

impl Cell {
    const NOTHING: Cell = Cell {
        cost: Unit { value: Decimal::ZERO, micro: 0 },
        sell: Unit { value: Decimal::ZERO, micro: 0 },
        stays: MILLION,
        changed: false,
    };
}

/// What prices the cells of a class: the book, and the levers that concern it.
#[derive(Debug)]
pub(super) struct Pricing<'a> {
    pub base: &'a Base,
    pub index: &'a Prices<'a>,
    pub levers: Vec<&'a Lever>,
    pub elasticity: Decimal,
}

/// The steps of both figures, where somebody wants to know them.
#[derive(Debug, Default)]
pub(super) struct Told {
    pub cost: Vec<Step>,
    pub sell: Vec<Step>,
}

impl<'a> Pricing<'a> {
    /// The levers of a scenario that concern a class, over its own index of rules.
    pub fn of(base: &'a Base, index: &'a Prices<'a>, scenario: &'a Scenario, class: &Class) -> Pricing<'a> {
        let buyer = &base.buyers[class.buyer as usize];
        let mut levers: Vec<&Lever> = Vec::new();
        for lever in scenario.levers.iter().filter(|l| l.who.has_buyer(buyer)) {
            let concerned = match &lever.what {
                What::Vendor { .. } | What::List(_) => base.is_whole_bundle(class) || lever.concerns(class),
                What::Price(..) => lever.concerns(class),
                What::Rule(..) => true,
                What::Rate(..) | What::Seats(_) | What::Terms(..) | What::Bundle(_) | What::Extended => false,
            };
            if concerned {
                levers.push(lever);
            }
        }
        Pricing { base, index, levers, elasticity: scenario.elasticity }
    }

    fn listed_from(&self, class: &Class, buyer: &Buyer) -> Vec<Date> {
        let mut days = Vec::new();
        let mut of = |product| {
            for currency in [buyer.currency, class.pricing] {
                days.extend(self.index.listed_from(product, class.term, class.plan, currency));
            }
        };
        of(class.product);
        self.bundles(class).flat_map(Bundle::products).for_each(&mut of);
        days.retain(|day| *day < self.base.horizon.days().1);
        days
    }

    /// The days from which terms, and from which charges, may be priced otherwise in the book as it is: by lists, rules and
    /// the editions of bundles.
    fn days_of(&self, class: &Class, buyer: &Buyer) -> (Vec<Date>, Vec<Date>) {
        let (mut terms, mut charges) = (self.listed_from(class, buyer), class.rule_days.clone());
        let end = self.base.horizon.days().1;
        let editions = self.bundles(class).flat_map(|b| &b.editions).map(|e| e.from).filter(|day| *day < end);
        match class.policy {
            BundlePolicy::Renewal => terms.extend(editions),
            BundlePolicy::Follow => charges.extend(editions.filter(|day| *day > class.first_day)),
            BundlePolicy::Keep => {}
        }
        (terms, charges)
    }

    /// The bundle a class is sold as, or in.
    fn bundles(&self, class: &Class) -> impl Iterator<Item = &'a Bundle> {
        [self.index.bundle(class.product.product), self.index.bundle(class.bundle)].into_iter().flatten()
    }

    /// Prices one cell. `was` is the book's own, whose selling price stays where no lever moves it.
    pub fn cell(
        &self,
        class: &Class,
        was: Option<Cell>,
        term_day: Date,
        rule_day: Date,
        told: &mut Option<Told>,
    ) -> Result<Cell, NoPrice> {
        let begun = |lever: &&Lever| lever.from <= term_day.max(rule_day);
        if let Some(was) = was.filter(|_| told.is_none() && !class.resized && !self.levers.iter().any(begun)) {
            return Ok(was);
        }
        let buyer = &self.base.buyers[class.buyer as usize];
        let costs = self.costs(class, term_day, rule_day, told)?;
        let moved = |lever: &Lever| match lever.what {
            What::Vendor { pass_on, .. } => pass_on.is_none() && lever.from <= term_day,
            What::List(_) => lever.from <= term_day,
            What::Rule(..) => lever.from <= rule_day,
            _ => false,
        };
        let by_rules =
            was.is_none() || class.resized || class.own_days || told.is_some() || self.levers.iter().any(|l| moved(l));
        let mut sell = match was {
            Some(was) if !by_rules => was.sell.value,
            _ => {
                let imagined =
                    Imagination { with_passed_on: false, ..self.imagined(class, &self.levers, told.is_some()) };
                let ask = class.ask(&self.base.buyers, term_day, rule_day, Some(&imagined));
                let offer = self.index.offer(&ask)?;
                if let Some(told) = told {
                    told.sell.extend(offer.why.iter().cloned());
                }
                offer.unit_price
            }
        };
        for (lever, costs) in self.levers.iter().zip(costs.windows(2)) {
            sell = self.passed_on(class, buyer, lever, (costs[0], costs[1]), sell, told)?;
        }
        for lever in &self.levers {
            let What::Price(change, bite) = lever.what else { continue };
            let since = if bite == Bite::Renewal { term_day } else { rule_day };
            if lever.from <= since {
                let after = self.rounded(change.of(sell).ok_or(NoPrice::TooLarge)?, buyer);
                if let Some(told) = told {
                    told.sell.push(step("model.price", change, sell, after, buyer.currency).from(cause(lever)));
                }
                sell = after;
            }
        }
        let stays = was.map_or(MILLION, |was| self.stays(was.sell.value, sell));
        let (cost, sell) = (Unit::of(costs.last().copied().unwrap_or_default()), Unit::of(sell));
        let changed = was.is_some_and(|was| was.cost.value != cost.value || was.sell.value != sell.value);
        Ok(Cell { cost, sell, stays, changed })
    }

    /// What the vendor charges for a unit, in its pricing currency: as listed, and after each lever. Nought for what no list has.
    fn costs(
        &self,
        class: &Class,
        term_day: Date,
        rule_day: Date,
        told: &mut Option<Told>,
    ) -> Result<Vec<Decimal>, NoPrice> {
        let mut costs = Vec::with_capacity(self.levers.len() + 1);
        if self.base.is_whole_bundle(class) {
            for upto in 0..=self.levers.len() {
                let imagined = self.imagined(class, &self.levers[..upto], false);
                let ask = class.ask(&self.base.buyers, term_day, rule_day, Some(&imagined));
                costs.push(self.index.offer(&ask)?.cost.unwrap_or_default());
            }
            if let (Some(told), Some(cost)) = (told, costs.last()) {
                told.cost.push(Step::of(Rule("model.parts-cost"), Value::Price(*cost, class.pricing)));
            }
            return Ok(costs);
        }
        let listed = self.imagined(class, &[], told.is_some());
        let ask = class.ask(&self.base.buyers, term_day, rule_day, Some(&listed));
        let ask = Ask { currency: class.pricing, own: None, bundle: Symbol::EMPTY, ..ask };
        let mut steps = Vec::new();
        let promotion = self.index.promotion(&ask, term_day);
        let paid = |row: &Option<ListPrice>| {
            let listed = row.as_ref().map_or(Decimal::ZERO, |row| row.cost);
            let share = promotion.map_or(Decimal::ONE, |promotion| Decimal::ONE - promotion.share);
            listed.checked_mul(share).ok_or(NoPrice::TooLarge)
        };
        let mut row = self.index.listed_with(&ask, &mut steps);
        costs.push(paid(&row)?);
        let from = row.as_ref().map(|row| row.from);
        let imagined = self.imagined(class, &self.levers, told.is_some());
        for lever in &self.levers {
            row = imagined.pull(lever, &ask, row, &mut steps).ok_or(NoPrice::TooLarge)?;
            costs.push(paid(&row)?);
        }
        if let Some(told) = told {
            told.cost.extend(steps);
            if let (Some(row), Some(from)) = (row, from) {
                told.cost.push(
                    Step::of(Rule("model.cost"), Value::Price(row.cost, row.currency))
                        .input("in force from", Value::Date(from))
                        .input("term begins", Value::Date(term_day)),
                );
                if let (Some(promotion), Some(cost)) = (promotion, costs.last()) {
                    told.cost.push(
                        Step::of(Rule("price.promotion"), Value::Price(*cost, row.currency))
                            .input("price", Value::Price(row.cost, row.currency))
                            .input("promotion", Value::Text(promotion.code.clone()))
                            .input("discount", Value::Share(promotion.share)),
                    );
                }
            }
        }
        Ok(costs)
    }

    fn imagined<'i>(&'i self, class: &'i Class, levers: &'i [&'i Lever], tells: bool) -> Imagination<'i> {
        let buyer = &self.base.buyers[class.buyer as usize];
        Imagination { levers, buyer, index: self.index, class, with_passed_on: true, tells }
    }

    /// Adds the share of a change of cost that customers pay.
    fn passed_on(
        &self,
        class: &Class,
        buyer: &Buyer,
        lever: &Lever,
        (before, after): (Decimal, Decimal),
        sell: Decimal,
        told: &mut Option<Told>,
    ) -> Result<Decimal, NoPrice> {
        let What::Vendor { pass_on: Some(share), .. } = lever.what else { return Ok(sell) };
        if share.is_zero() || before == after {
            return Ok(sell);
        }
        let rate = self.base.rate(class.pricing, buyer.currency).unwrap_or(Decimal::ONE);
        let more = (after - before).checked_mul(rate).and_then(|more| more.checked_mul(share));
        let raised = self.rounded(more.and_then(|more| sell.checked_add(more)).ok_or(NoPrice::TooLarge)?, buyer);
        if let Some(told) = told {
            told.sell.push(
                Step::of(Rule("model.passed-on"), Value::Price(raised, buyer.currency))
                    .input("price", Value::Price(sell, buyer.currency))
                    .input("cost before", Value::Price(before, class.pricing))
                    .input("cost after", Value::Price(after, class.pricing))
                    .input("exchange rate", Value::Number(rate))
                    .input("share", Value::Share(share))
                    .from(cause(lever)),
            );
        }
        Ok(raised)
    }

    /// The millionths of the seats that stay when a price becomes another.
    fn stays(&self, before: Decimal, after: Decimal) -> i64 {
        if self.elasticity.is_zero() || after <= before || before <= Decimal::ZERO {
            return MILLION;
        }
        let rise = (after - before) / before;
        let stays = (Decimal::ONE - rise.checked_mul(self.elasticity).unwrap_or(Decimal::ONE)).max(Decimal::ZERO);
        let millionths = Rounding::HalfUp.apply(stays * Decimal::from(MILLION), 0);
        i64::try_from(millionths).unwrap_or(MILLION)
    }

    /// A selling price as the book rounds what it computes.
    fn rounded(&self, price: Decimal, buyer: &Buyer) -> Decimal {
        Rounding::HalfUp.apply(price, self.base.prices.unit_price_digits.unwrap_or(buyer.currency.digits()))
    }
}

impl Lever {
    /// Whether the product and the terms of a class are concerned.
    pub(super) fn concerns(&self, class: &Class) -> bool {
        self.who.has_product(class.product, Some(class.term), Some(class.plan))
            && self.who.currency.is_none_or(|c| c == class.pricing)
    }
}
