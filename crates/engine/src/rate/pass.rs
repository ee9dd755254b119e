//! Pass-through: what the vendor billed, priced by rule.
//!
//! In: one cost line (or the daily rows of one meter category), and who buys it. Out: what it is sold for. Always: each
//! cost line gets exactly one sale; one that no rule covers sells at cost and says so; one whose rule cannot be applied
//! sells at cost too, and carries the [`NoPrice`] as a doubt for a guard to hold it.
//!
//! Rules on cost (markup, margin, pass-through, split) work on the vendor's `subtotal` as given, never on a recomputed
//! price. Other rules give a price for a whole cycle, which is prorated by the days the line charges. The switches of a
//! rule decide whether a promotion and partner earned credit reach the buyer; if not, the base is the line's price before
//! them.

use super::method::on_margin;
use super::{Ask, NoPrice, Prices, named, plus, risen, times};
use crate::cost::{CostLine, Family};
use crate::price::{Method, PriceRule};
use crate::why::{Rule, Source, Step, Value};
use crate::{Currency, Decimal, LineRef, Money, Period, Rounding};

/// What a cost line is sold for.
#[derive(Clone, Debug, PartialEq)]
pub struct CostSale {
    /// Units; negative for a credit.
    pub quantity: Decimal,
    /// Price of one unit for the whole cycle; for rules on cost worked back from the amount, to six places.
    pub unit_price: Decimal,
    /// Amount sold.
    pub net: Money,
    /// Amount the vendor billed, where it is in the same currency.
    pub cost: Option<Money>,
    /// Why the line sells at cost although a rule covers it.
    pub doubt: Option<NoPrice>,
    /// The steps; the last one's result is `net`.
    pub why: Vec<Step>,
}

/// What a group of daily rows is sold for.
#[derive(Clone, Debug, PartialEq)]
pub struct UsageSale {
    /// Number of rows.
    pub rows: usize,
    /// The first row.
    pub first: LineRef,
    /// The sale of them together.
    pub sale: CostSale,
}

/// The figures of a line or a group that rules work on. Signs are those of `subtotal`.
struct Figures {
    /// As the vendor billed.
    cost: Decimal,
    /// Without the promotion, where one was applied.
    without_promotion: Option<Decimal>,
    /// Without partner earned credit, where some was given.
    without_credit: Option<Decimal>,
    /// At the vendor's retail price, where the line knows it (metered consumption).
    retail: Option<Decimal>,
    quantity: Decimal,
    currency: Currency,
}

/// Prices one cost line. `cycle` is the charge cycle it lies in, where known; `ask` names the buyer and the opening quantity.
pub fn rate_cost(prices: &Prices, line: &CostLine, cycle: Option<Period>, ask: &Ask) -> CostSale {
    let figures = Figures::of(line);
    let source = vec![Source::Line(line.at)];
    let first = Step {
        rule: Rule("cost.line"),
        inputs: with_rate(line, vec![("quantity", Value::Number(figures.quantity))]),
        result: Value::Price(figures.cost, figures.currency),
        from: source,
    };
    let days = match (line.period, cycle) {
        (Some(p), Some(c)) if p.days() < c.days() => (p.days(), c.days()),
        _ => (1, 1),
    };
    sell(prices, &figures, first, days, ask)
}

/// Prices daily rows of one meter category together: one amount, one rounding. `None` without rows.
///
/// All rows must be of one currency and one buyer.
pub fn rate_usage(prices: &Prices, lines: &[&CostLine], ask: &Ask) -> Option<UsageSale> {
    let (line, last) = (*lines.first()?, lines.last()?.at);
    let first = line.at;
    let mut sum = Figures::of(line);
    for line in &lines[1..] {
        sum.add(&Figures::of(line));
    }
    let rows = Decimal::from(lines.len());
    let step = Step {
        rule: Rule("cost.usage"),
        inputs: with_rate(line, vec![("rows", Value::Number(rows)), ("quantity", Value::Number(sum.quantity))]),
        result: Value::Price(sum.cost, sum.currency),
        from: vec![Source::Line(first), Source::Line(last)],
    };
    Some(UsageSale { rows: lines.len(), first, sale: sell(prices, &sum, step, (1, 1), ask) })
}

/// Names the exchange rate beside the other inputs, where one was applied.
fn with_rate(line: &CostLine, mut inputs: Vec<(&'static str, Value)>) -> Vec<(&'static str, Value)> {
    if line.pricing_currency != line.currency {
        inputs.push(("exchange rate", Value::Number(line.exchange_rate)));
    }
    inputs
}

impl Figures {
    fn of(line: &CostLine) -> Figures {
        let negative = line.subtotal.is_sign_negative();
        let signed = |value: Decimal| if negative { -value.abs() } else { value.abs() };
        let cost = line.subtotal;
        // Ratios of unit prices carry the line's own proration, so they work for any number of days.
        let scaled = |full: Decimal, part: Decimal| cost.checked_mul(full)?.checked_div(part);
        let above = |value: &Decimal| value.abs() > cost.abs();
        let metered = line.family == Family::Usage;
        let shown = (line.unit_price.abs(), line.effective_unit_price.abs());
        let credit = match &line.usage {
            Some(detail) => detail.earned_credit_percent,
            None => Decimal::ZERO,
        };
        let without_credit = if !metered {
            None
        } else if credit.is_zero() && line.usage.is_none() {
            scaled(shown.0, shown.1).filter(above)
        } else {
            scaled(Decimal::ONE_HUNDRED, Decimal::ONE_HUNDRED - credit).filter(above)
        };
        let promoted = !metered && !line.promotion.is_empty();
        Figures {
            cost,
            without_promotion: if promoted { promotion_free(line).map(signed).filter(above) } else { None },
            without_credit,
            retail: if metered { retail(line).map(signed) } else { None },
            quantity: signed(line.billable_quantity),
            currency: line.currency,
        }
    }

    fn add(&mut self, other: &Figures) {
        let both = |a: Option<Decimal>, at: Decimal, b: Option<Decimal>, bt: Decimal| match (a, b) {
            (None, None) => None,
            (a, b) => Some(a.unwrap_or(at) + b.unwrap_or(bt)),
        };
        self.without_promotion = both(self.without_promotion, self.cost, other.without_promotion, other.cost);
        self.without_credit = both(self.without_credit, self.cost, other.without_credit, other.cost);
        self.retail = self.retail.zip(other.retail).map(|(a, b)| a + b);
        self.cost += other.cost;
        self.quantity += other.quantity;
    }
}

/// The retail amount of a metered line: list price times units times rate.
fn retail(line: &CostLine) -> Option<Decimal> {
    line.unit_price.checked_mul(line.billable_quantity)?.checked_mul(line.exchange_rate)
}

/// What the line would have cost at the price it shows before the promotion; days are already in the effective price only
/// when they were prorated, so a share of the promotion's percentage is not needed.
fn promotion_free(line: &CostLine) -> Option<Decimal> {
    let (period, plan) = (line.period?, line.plan?);
    let start = crate::date::add_months(period.end, -i32::try_from(plan.months()).ok()?);
    let cycle = Period::new(start, period.end).map_or(period.days(), |c| c.days()).max(period.days());
    retail(line)?.checked_mul(period.days().into())?.checked_div(cycle.into())
}

fn sell(prices: &Prices, figures: &Figures, first: Step, days: (i64, i64), ask: &Ask) -> CostSale {
    let rule = prices.contest(ask).0;
    let mut why = vec![first];
    let (amount, currency, doubt) = match asked(prices, rule, figures, days, ask, &mut why) {
        Ok((amount, currency)) => (amount, currency, None),
        Err(no) => {
            why.truncate(1);
            why.push(Step::of(Rule("sale.at-cost"), Value::Price(figures.cost, figures.currency)));
            (figures.cost, figures.currency, Some(no))
        }
    };
    let amount = bounded(amount, currency, rule.filter(|_| doubt.is_none()), figures, &mut why);
    let (net, doubt) = match Money::round(amount, currency, Rounding::HalfUp) {
        Ok(net) => (net, doubt),
        Err(_) => (Money::zero(currency), Some(NoPrice::TooLarge)),
    };
    why.push(Step::of(Rule("sale.round"), Value::Money(net)).input("amount", Value::Price(amount, currency)));
    let unit_price = amount
        .checked_mul(days.1.into())
        .and_then(|a| a.checked_div(figures.quantity.checked_mul(days.0.into())?))
        .map_or(amount, |p| Rounding::HalfUp.apply(p, 6).normalize());
    let quantity = if figures.quantity.is_zero() { Decimal::ONE } else { figures.quantity };
    let cost =
        Money::round(figures.cost, figures.currency, Rounding::HalfUp).ok().filter(|_| currency == figures.currency);
    CostSale { quantity, unit_price, net, cost, doubt, why }
}

/// The amount a rule asks, not yet bounded or rounded.
fn asked(
    prices: &Prices,
    rule: Option<&PriceRule>,
    figures: &Figures,
    days: (i64, i64),
    ask: &Ask,
    why: &mut Vec<Step>,
) -> Result<(Decimal, Currency), NoPrice> {
    let currency = figures.currency;
    let price = |value| Value::Price(value, currency);
    let Some(rule) = rule else {
        why.push(Step::of(Rule("sale.no-rule"), price(figures.cost)));
        return Ok((figures.cost, currency));
    };
    if figures.cost.is_zero() {
        // A trial, or consumption a reservation covers: what costs nothing is not sold.
        why.push(Step::of(Rule("sale.free"), price(Decimal::ZERO)));
        return Ok((Decimal::ZERO, currency));
    }
    let from = || vec![named(rule)];
    let step = |code, inputs, result| Step { rule: Rule(code), inputs, result: price(result), from: from() };
    let base = base(rule, figures, why);
    let impossible = |what| NoPrice::Impossible { rule: rule.name.clone(), version: rule.version, what };
    let large = || NoPrice::TooLarge;

    let (amount, step) = match &rule.method {
        Method::PassThrough => (base, step("sale.cost", vec![("cost", price(base))], base)),
        Method::Markup { markup } => {
            let amount = times(base, plus(Decimal::ONE, *markup)?)?;
            (amount, step("sale.markup", vec![("cost", price(base)), ("markup", Value::Share(*markup))], amount))
        }
        Method::Margin { margin } => {
            let amount = on_margin(base, *margin).ok_or_else(|| impossible("a margin below one"))?;
            (amount, step("sale.margin", vec![("cost", price(base)), ("margin", Value::Share(*margin))], amount))
        }
        Method::Split { share } => {
            let gap_to = match figures.retail {
                Some(retail) => retail,
                None => {
                    let in_cost = Ask { currency, ..ask.clone() };
                    let row = prices
                        .base(&in_cost, Some(rule))
                        .map_err(|_| impossible("a list price in the vendor's currency"))?;
                    prorated(row.promoted(row.list.price.erp)?, figures.quantity, days).ok_or_else(large)?
                }
            };
            let amount = plus(base, times(plus(gap_to, -base)?, *share)?)?;
            let inputs = vec![("cost", price(base)), ("retail price", price(gap_to)), ("share", Value::Share(*share))];
            (amount, step("sale.split", inputs, amount))
        }
        Method::OffErp { discount } if figures.retail.is_some() => {
            let retail = figures.retail.unwrap_or_default();
            let amount = times(retail, Decimal::ONE - discount)?;
            let inputs = vec![("retail price", price(retail)), ("discount", Value::Share(*discount))];
            (amount, step("sale.off-retail", inputs, amount))
        }
        Method::OffErp { .. }
        | Method::Fixed { .. }
        | Method::Graduated { .. }
        | Method::AllUnits { .. }
        | Method::Minimum { .. }
        | Method::Ramp { .. } => {
            let offer = prices.offer(ask)?;
            why.extend(offer.why.iter().cloned());
            let amount = prorated(offer.unit_price, figures.quantity, days).ok_or_else(large)?;
            why.push(Step {
                rule: Rule("sale.units"),
                inputs: vec![
                    ("price", Value::Price(offer.unit_price, ask.currency)),
                    ("quantity", Value::Number(figures.quantity)),
                    ("days", Value::Number(days.0.into())),
                    ("of", Value::Number(days.1.into())),
                ],
                result: Value::Price(amount, ask.currency),
                from: Vec::new(),
            });
            return Ok((amount, ask.currency));
        }
    };
    why.push(step);
    let amount = match &rule.method {
        Method::PassThrough => amount,
        _ => risen(amount, rule, &Ask { currency, ..ask.clone() }, "sale.uplift", why)?,
    };
    Ok((amount, currency))
}

/// What a rule on cost starts from: the vendor's amount, with promotion and earned credit only where they are passed on.
fn base(rule: &PriceRule, figures: &Figures, why: &mut Vec<Step>) -> Decimal {
    let mut base = figures.cost;
    let kept = [
        (rule.pass_promotions, figures.without_promotion, "cost.before-promotion"),
        (rule.pass_earned_credit, figures.without_credit, "cost.before-earned-credit"),
    ];
    for (passed_on, without, code) in kept {
        if let Some(without) = without.filter(|_| !passed_on) {
            why.push(
                Step::of(Rule(code), Value::Price(without, figures.currency))
                    .input("cost", Value::Price(base, figures.currency)),
            );
            base = without;
        }
    }
    base
}

/// Floor and ceiling on the amount; a credit is bounded by its size. The ceiling is known for metered lines only: a licence
/// price was already held to it when it was priced.
fn bounded(
    amount: Decimal,
    currency: Currency,
    rule: Option<&PriceRule>,
    figures: &Figures,
    why: &mut Vec<Step>,
) -> Decimal {
    let Some(rule) = rule.filter(|_| currency == figures.currency) else { return amount };
    let mut amount = amount;
    let bounds = [
        (rule.ceiling_at_erp, figures.retail, "sale.ceiling", true),
        (rule.floor_at_cost, Some(figures.cost), "sale.floor", false),
    ];
    for (applies, limit, code, over) in bounds {
        let Some(limit) = limit.filter(|_| applies) else { continue };
        if if over { amount.abs() > limit.abs() } else { amount.abs() < limit.abs() } {
            why.push(
                Step::of(Rule(code), Value::Price(limit, currency)).input("amount", Value::Price(amount, currency)),
            );
            amount = limit;
        }
    }
    amount
}

fn prorated(price: Decimal, quantity: Decimal, (days, of): (i64, i64)) -> Option<Decimal> {
    price.checked_mul(quantity)?.checked_mul(days.into())?.checked_div(of.into())
}
