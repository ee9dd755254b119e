//! The methods of a price rule, each one line of arithmetic and one step.

use super::base::Base;
use super::{Ask, NoPrice, named, plan_text, plus, times};
use crate::price::{Band, Hold, ListPrice, Method, PriceRule};
use crate::register::Term;
use crate::why::{Rule, Source, Step, Value};
use crate::{Currency, Date, Decimal};

/// What a price rests on, which decides what may come on top of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Footing {
    /// A price somebody named (fixed, ramp, a band): no volume break on top, and it keeps its digits.
    Named,
    /// An average of such prices: the same, and it is never rounded, for only the sum it stands for is an amount.
    Average,
    /// Computed from the vendor's list: volume breaks and bundle discounts on top, rounded at the end.
    List,
    /// The vendor's own price passed on: nothing on top.
    Cost,
}

/// The price a rule's method gives before anything comes on top; without a rule the plain retail price.
pub(super) fn apply(
    rule: Option<&PriceRule>,
    base: Result<Base, NoPrice>,
    ask: &Ask,
    why: &mut Vec<Step>,
) -> Result<(Decimal, Footing), NoPrice> {
    let price = |value| Value::Price(value, ask.currency);
    let from = || rule.map(named).into_iter().collect::<Vec<Source>>();
    let step = |code, inputs, result| Step { rule: Rule(code), inputs, result: price(result), from: from() };
    let nothing = |what| NoPrice::Impossible {
        rule: rule.map(|r| r.name.clone()).unwrap_or_default(),
        version: rule.map_or(0, |r| r.version),
        what,
    };
    let retail_itself = Method::OffErp { discount: Decimal::ZERO };

    let (value, footing, step) = match rule.map_or(&retail_itself, |r| &r.method) {
        Method::Fixed { price } => (*price, Footing::Named, step("price.fixed", Vec::new(), *price)),
        Method::Ramp { steps } => {
            let (day, value) = ramp(steps, ask.date).ok_or_else(|| nothing("a step on or before the day"))?;
            (value, Footing::Named, step("price.ramp", vec![("since", Value::Date(day))], value))
        }
        Method::Graduated { bands } => {
            let value = graduated(bands, ask.quantity).ok_or_else(|| nothing("a band for the quantity"))?;
            (value, Footing::Average, step("price.graduated", vec![("quantity", Value::Number(ask.quantity))], value))
        }
        Method::AllUnits { bands } => {
            let band = reached(bands, ask.quantity).ok_or_else(|| nothing("a band for the quantity"))?;
            let inputs = vec![("quantity", Value::Number(ask.quantity)), ("from", Value::Number(band.from))];
            (band.value, Footing::Named, step("price.all-units", inputs, band.value))
        }
        Method::Markup { markup } => {
            let cost = Listing::of(base?, ask, why).cost()?;
            let value = times(cost, plus(Decimal::ONE, *markup)?)?;
            let inputs = vec![("cost", price(cost)), ("markup", Value::Share(*markup))];
            (value, Footing::List, step("price.markup", inputs, value))
        }
        Method::Margin { margin } => {
            let cost = Listing::of(base?, ask, why).cost()?;
            let value = on_margin(cost, *margin).ok_or_else(|| nothing("a margin below one"))?;
            let inputs = vec![("cost", price(cost)), ("margin", Value::Share(*margin))];
            (value, Footing::List, step("price.margin", inputs, value))
        }
        Method::OffErp { discount } if discount.is_zero() => {
            let erp = Listing::of(base?, ask, why).retail()?;
            let code = if rule.is_none() { "price.no-rule" } else { "price.off-retail" };
            let mut inputs = vec![("retail price", price(erp))];
            inputs.extend(rule.map(|_| ("discount", Value::Share(Decimal::ZERO))));
            (erp, Footing::List, step(code, inputs, erp))
        }
        Method::OffErp { discount } => {
            // Both are taken off the list price, and only the larger: one on top of the other would give away twice.
            let base = base?;
            let promotion = base.promotion;
            let erp = Listing::of(Base { promotion: None, ..base }, ask, why).retail()?;
            let off = promotion.map_or(*discount, |p| p.share.max(*discount));
            let value = times(erp, Decimal::ONE - off)?;
            let mut inputs = vec![("retail price", price(erp)), ("discount", Value::Share(off))];
            if let Some(promotion) = promotion {
                let spared = if promotion.share > *discount { *discount } else { promotion.share };
                inputs.push(("promotion", Value::Text(promotion.code.clone())));
                inputs.push(("not on top", Value::Share(spared)));
            }
            (value, Footing::List, step("price.off-retail", inputs, value))
        }
        Method::Split { share } => {
            let listing = Listing::of(base?, ask, why);
            let (cost, erp) = (listing.exact_cost()?, listing.retail()?);
            let value = plus(cost, times(plus(erp, -cost)?, *share)?)?;
            let inputs = vec![("cost", price(cost)), ("retail price", price(erp)), ("share", Value::Share(*share))];
            (value, Footing::List, step("price.split", inputs, value))
        }
        Method::Minimum { .. } => return Err(nothing("a price; it is a minimum charge")),
        Method::PassThrough => {
            let cost = Listing::of(base?, ask, why).cost()?;
            (cost, Footing::Cost, step("price.cost", vec![("cost", price(cost))], cost))
        }
    };
    why.push(step);
    Ok((value, footing))
}

/// A row of the list being read: the first reading of a price writes down how it came about.
struct Listing<'l, 'p> {
    base: Base<'p>,
    currency: Currency,
    why: &'l mut Vec<Step>,
}

impl<'l, 'p> Listing<'l, 'p> {
    /// Names the row that is used, and whether an earlier one was missing.
    fn of(base: Base<'p>, ask: &Ask, why: &'l mut Vec<Step>) -> Listing<'l, 'p> {
        Listing { base, currency: ask.currency, why }
    }

    /// The cost of one charge.
    fn cost(self) -> Result<Decimal, NoPrice> {
        let cost = self.base.list.price.cost;
        self.read(cost)
    }

    /// The retail price of one charge.
    fn retail(self) -> Result<Decimal, NoPrice> {
        let retail = self.base.list.price.erp;
        self.read(retail)
    }

    /// The cost, without its own steps.
    fn exact_cost(&self) -> Result<Decimal, NoPrice> {
        self.base.promoted(self.base.list.price.cost)
    }

    fn read(self, listed: Decimal) -> Result<Decimal, NoPrice> {
        let Listing { base, currency, why } = self;
        why.extend(base.list.steps.iter().cloned());
        why.push(list_step(&base, listed));
        let price = |value| Value::Price(value, currency);
        let each = base.per_charge(listed)?;
        let (months, of) = base.months;
        if months != of {
            let inputs = vec![
                ("price", price(listed)),
                ("months", Value::Number(months.into())),
                ("of", Value::Number(of.into())),
            ];
            why.push(Step { rule: Rule("price.months"), inputs, result: price(each), from: Vec::new() });
        }
        let value = base.promoted(listed)?;
        if let Some(promotion) = base.promotion {
            let inputs = vec![
                ("price", price(each)),
                ("promotion", Value::Text(promotion.code.clone())),
                ("discount", Value::Share(promotion.share)),
            ];
            why.push(Step { rule: Rule("price.promotion"), inputs, result: price(value), from: Vec::new() });
        }
        Ok(value)
    }
}

/// Names the row of the list that was used, whether an earlier one was missing, and, where the rule says otherwise than the
/// vendor's term, which day picked it.
fn list_step(base: &Base, result: Decimal) -> Step {
    let row = &base.list.price;
    let mut inputs = vec![
        ("terms", Value::Text(terms(row))),
        ("in force from", Value::Date(row.from)),
        ("cost", Value::Price(row.cost, row.currency)),
        ("retail price", Value::Price(row.erp, row.currency)),
    ];
    match base.hold {
        Hold::VendorTerm => {}
        Hold::CustomerTerm => inputs.push(("customer's term began", Value::Date(base.day))),
        Hold::Float { notice_days } => {
            inputs.push(("notice in days", Value::Number(notice_days.into())));
            inputs.push(("list of", Value::Date(base.day)));
        }
    }
    inputs.extend(base.kept.map(|promotion| ("promotion kept", Value::Text(promotion.code.clone()))));
    Step {
        rule: Rule(if base.list.later { "price.list-later" } else { "price.list" }),
        inputs,
        result: Value::Price(result, row.currency),
        from: row.source.map(Source::Line).into_iter().collect(),
    }
}

fn terms(row: &ListPrice) -> String {
    let term = match row.term {
        Term::P1M => "P1M",
        Term::P1Y => "P1Y",
        Term::P3Y => "P3Y",
        other => return format!("{other} {}", plan_text(row.plan)),
    };
    [term, " ", plan_text(row.plan)].concat()
}

/// The price at which the margin is this share of the price itself; `None` when nothing would be left for the cost.
pub(super) fn on_margin(cost: Decimal, margin: Decimal) -> Option<Decimal> {
    if margin >= Decimal::ONE { None } else { cost.checked_div(Decimal::ONE - margin) }
}

/// The last step of a ramp on or before a day.
pub(super) fn ramp(steps: &[(Date, Decimal)], day: Date) -> Option<(Date, Decimal)> {
    steps.iter().filter(|(from, _)| *from <= day).max_by_key(|(from, _)| *from).copied()
}

/// The band a quantity reaches; the lowest one for less than it asks.
pub(super) fn reached(bands: &[Band], quantity: Decimal) -> Option<Band> {
    let lowest = bands.iter().min_by_key(|b| b.from);
    bands.iter().filter(|b| b.from <= quantity).max_by_key(|b| b.from).or(lowest).copied()
}

/// The average price when each unit is priced in its own band. A band from 1 starts with the first unit.
pub(super) fn graduated(bands: &[Band], quantity: Decimal) -> Option<Decimal> {
    let mut bands = bands.to_vec();
    bands.sort_by_key(|b| b.from);
    if quantity <= Decimal::ONE {
        return reached(&bands, quantity).map(|b| b.value);
    }
    // Units counted from one: a band "from 11" begins after ten units.
    let begin = |i: usize| bands.get(i).map(|b| if i == 0 { Decimal::ZERO } else { b.from - Decimal::ONE });
    let mut total = Decimal::ZERO;
    for (i, band) in bands.iter().enumerate() {
        let start = begin(i)?.min(quantity);
        let end = begin(i + 1).unwrap_or(quantity).min(quantity);
        total = total.checked_add((end - start).checked_mul(band.value)?)?;
    }
    if bands.is_empty() { None } else { total.checked_div(quantity) }
}
