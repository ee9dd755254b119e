//! The methods of a price rule, each one line of arithmetic and one step.

use super::index::Listed;
use super::{Ask, NoPrice, named, plan_text, plus, times};
use crate::price::{Band, ListPrice, Method, PriceRule};
use crate::register::Term;
use crate::why::{Rule, Source, Step, Value};
use crate::{Date, Decimal};

/// What a price rests on, which decides what may come on top of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Footing {
    /// A price somebody named (fixed, ramp, bands): no volume break on top, and it keeps its digits.
    Named,
    /// Computed from the vendor's list: volume breaks and bundle discounts on top, rounded at the end.
    List,
    /// The vendor's own price passed on: nothing on top.
    Cost,
}

/// The price a method gives before anything comes on top. `rule` is absent for the plain retail price.
pub(super) fn apply(
    method: &Method,
    rule: Option<&PriceRule>,
    list: Option<&Listed>,
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
    let listed = || {
        list.map(|l| &l.price).ok_or(NoPrice::NotListed {
            product: ask.product,
            term: ask.term,
            plan: ask.plan,
            currency: ask.currency,
            date: ask.term_start,
        })
    };

    let (value, footing, step) = match method {
        Method::Fixed { price } => (*price, Footing::Named, step("price.fixed", Vec::new(), *price)),
        Method::Ramp { steps } => {
            let (day, value) = ramp(steps, ask.date).ok_or_else(|| nothing("a step on or before the day"))?;
            (value, Footing::Named, step("price.ramp", vec![("since", Value::Date(day))], value))
        }
        Method::Graduated { bands } => {
            let value = graduated(bands, ask.quantity).ok_or_else(|| nothing("a band for the quantity"))?;
            (value, Footing::Named, step("price.graduated", vec![("quantity", Value::Number(ask.quantity))], value))
        }
        Method::AllUnits { bands } => {
            let band = reached(bands, ask.quantity).ok_or_else(|| nothing("a band for the quantity"))?;
            let inputs = vec![("quantity", Value::Number(ask.quantity)), ("from", Value::Number(band.from))];
            (band.value, Footing::Named, step("price.all-units", inputs, band.value))
        }
        Method::Markup { markup } => {
            let cost = listed()?.cost;
            let value = times(cost, plus(Decimal::ONE, *markup)?)?;
            let inputs = vec![("cost", price(cost)), ("markup", Value::Share(*markup))];
            (value, Footing::List, step("price.markup", inputs, value))
        }
        Method::Margin { margin } => {
            let cost = listed()?.cost;
            let value = on_margin(cost, *margin).ok_or_else(|| nothing("a margin below one"))?;
            let inputs = vec![("cost", price(cost)), ("margin", Value::Share(*margin))];
            (value, Footing::List, step("price.margin", inputs, value))
        }
        Method::OffErp { discount } => {
            let erp = listed()?.erp;
            let value = times(erp, Decimal::ONE - discount)?;
            let mut inputs = vec![("retail price", price(erp))];
            let code = if rule.is_none() {
                "price.no-rule"
            } else {
                inputs.push(("discount", Value::Share(*discount)));
                "price.off-retail"
            };
            (value, Footing::List, step(code, inputs, value))
        }
        Method::Split { share } => {
            let row = listed()?;
            let value = plus(row.cost, times(plus(row.erp, -row.cost)?, *share)?)?;
            let inputs =
                vec![("cost", price(row.cost)), ("retail price", price(row.erp)), ("share", Value::Share(*share))];
            (value, Footing::List, step("price.split", inputs, value))
        }
        Method::Minimum { .. } => return Err(nothing("a price; it is a minimum charge")),
        Method::PassThrough => {
            let cost = listed()?.cost;
            (cost, Footing::Cost, step("price.cost", vec![("cost", price(cost))], cost))
        }
    };
    if footing != Footing::Named
        && let Some(list) = list
    {
        why.extend(list.steps.iter().cloned());
        why.push(list_step(list, if footing == Footing::Cost { list.price.cost } else { list.price.erp }));
    }
    why.push(step);
    Ok((value, footing))
}

/// Names the row of the list that was used, and whether an earlier one was missing.
fn list_step(list: &Listed, result: Decimal) -> Step {
    let row = &list.price;
    Step {
        rule: Rule(if list.later { "price.list-later" } else { "price.list" }),
        inputs: vec![
            ("terms", Value::Text(terms(row))),
            ("in force from", Value::Date(row.from)),
            ("cost", Value::Price(row.cost, row.currency)),
            ("retail price", Value::Price(row.erp, row.currency)),
        ],
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
