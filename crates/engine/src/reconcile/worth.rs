//! What a finding is worth, what can be done about it, and until when.
//!
//! Money is ours: negative where it is lost or owed. A year is what the row costs if every charge cycle goes on like
//! this one; events that happen once count once.

use super::compare::{self, Side};
use super::join::Context;
use super::{Draft, Input, Lines, Row, Verdict, cadence, pair, unit_price, unmatched};
use crate::cost::{ChargeType, CostLine};
use crate::finding::{Class, Finding, Fix, Until};
use crate::register::BillingPlan;
use crate::sale::SoldLine;
use crate::{Currency, Date, Decimal, Period, Rounding, SourceId, Symbol, policy};
use std::collections::BTreeMap;

/// Adds one finding for every row that is off, and one for every unknown customer.
pub(super) fn findings(context: &Context, draft: &mut Draft, findings: &mut Vec<Finding>) {
    let input = context.input;
    let mut unmapped: BTreeMap<(SourceId, Currency), usize> = BTreeMap::new();
    let unknown = context.unmapped();
    for number in 0..draft.rows.len() {
        let row = draft.rows[number];
        let finding = match row.verdict {
            Verdict::Off(Class::Unmapped, _) => None,
            Verdict::Off(class, earlier) => Some(of_row(input, &draft.lines, &row, class, earlier)),
            _ => None,
        };
        if let Some(finding) = finding {
            draft.rows[number].finding = Some(findings.len() as u32);
            findings.push(finding);
        }
        let billed = draft.lines.vendor(row.vendor);
        if unknown.is_empty() || billed.is_empty() {
            continue;
        }
        let line = &input.vendor[billed[0] as usize];
        if unknown.binary_search(&line.customer).is_err() {
            continue;
        }
        let of = *unmapped.entry((line.customer, line.currency)).or_insert_with(|| {
            findings.push(unknown_customer(input, line));
            findings.len() - 1
        });
        findings[of].vendor_rows.extend(billed.iter().map(|n| input.vendor[*n as usize].at));
        if row.verdict == Verdict::Off(Class::Unmapped, None) {
            let cost: Decimal = billed.iter().map(|n| input.vendor[*n as usize].subtotal).sum();
            findings[of].money -= cost;
            findings[of].cost_difference += cost;
            findings[of].per_year += for_a_year(-cost, Some(line), line.period, line.currency);
            draft.rows[number].finding = Some(of as u32);
        }
    }
    for of in unmapped.into_values() {
        findings[of].vendor_rows.sort_unstable();
    }
}

/// Most money first, then by natural key; rows keep pointing at their findings.
pub(super) fn order(findings: &mut Vec<Finding>, rows: &mut [Row]) {
    let mut order: Vec<usize> = (0..findings.len()).collect();
    order.sort_by(|a, b| {
        let (a, b) = (&findings[*a], &findings[*b]);
        a.key().cmp(&b.key()).then_with(|| b.money.abs().cmp(&a.money.abs())).then_with(|| {
            (&a.vendor_rows, &a.sale_refs.first().map(place)).cmp(&(&b.vendor_rows, &b.sale_refs.first().map(place)))
        })
    });
    for pair in 1..order.len() {
        let before = findings[order[pair - 1]].key();
        if findings[order[pair]].key() <= before {
            findings[order[pair]].part = before.part + 1;
        }
    }
    order.sort_by(|a, b| {
        let (a, b) = (&findings[*a], &findings[*b]);
        b.money.abs().cmp(&a.money.abs()).then_with(|| a.key().cmp(&b.key()))
    });
    let mut moved_to = vec![0; findings.len()];
    for (to, from) in order.iter().enumerate() {
        moved_to[*from] = to as u32;
    }
    let mut taken: Vec<Option<Finding>> = findings.drain(..).map(Some).collect();
    findings.extend(order.iter().filter_map(|from| taken[*from].take()));
    for row in rows {
        row.finding = row.finding.map(|from| moved_to[from as usize]);
    }
}

fn place(at: &crate::sale::SoldAt) -> (Option<crate::LineRef>, Option<crate::Id>) {
    match at {
        crate::sale::SoldAt::Import(at) => (Some(*at), None),
        crate::sale::SoldAt::Invoice(id) => (None, Some(*id)),
    }
}

fn unknown_customer(input: &Input, line: &CostLine) -> Finding {
    Finding {
        class: Class::Unmapped,
        part: 0,
        customer: line.customer,
        subscription: SourceId::NONE,
        product: Symbol::EMPTY,
        sku: Symbol::EMPTY,
        product_name: Symbol::EMPTY,
        period: Some(input.month.period()),
        money: Decimal::ZERO,
        per_year: Decimal::ZERO,
        currency: line.currency,
        cost_difference: Decimal::ZERO,
        until: Until::Any,
        fix: Fix::Mapping,
        vendor_rows: Vec::new(),
        sale_refs: Vec::new(),
        evidence: vec![
            ("tenant", input.names.source_text(line.customer), String::new()),
            ("name", input.names.text(line.customer_name).to_owned(), String::new()),
        ],
    }
}

fn of_row(input: &Input, lines: &Lines, row: &Row, class: Class, earlier: Option<u32>) -> Finding {
    let billed: Vec<&CostLine> = lines.vendor(row.vendor).iter().map(|n| &input.vendor[*n as usize]).collect();
    let sold: Vec<&SoldLine> = lines.sold(row.sold).iter().map(|n| &input.sold[*n as usize]).collect();
    let side = Side::of(input, lines.vendor(row.vendor), lines.sold(row.sold));
    let before = earlier.and_then(|n| input.earlier.get(n as usize));
    let first = billed.first().copied();
    let first_sold = sold.first().copied();
    let period = pair::hull(billed.iter().filter_map(|v| v.period).chain(sold.iter().filter_map(|s| s.period)));
    let of_repeats = || -> Decimal {
        compare::duplicates(input, lines.vendor(row.vendor)).map(|n| input.vendor[n as usize].subtotal).sum()
    };
    // Seats beyond those sold for the whole year: only they are at stake, and the register has to learn of them.
    let beyond = cadence::seats_paid(input, lines, row).filter(|_| class == Class::QuantityMismatch);
    let money = match beyond {
        Some((seats, paid)) => share(-side.cost, seats - paid, seats).unwrap_or(-side.cost),
        None => money(input, class, &side, &billed, &sold, before, of_repeats),
    };
    let money = rounded(money, side.currency);
    let mut evidence = evidence(input, class, &side, &billed, &sold, before);
    if let Some((_, paid)) = beyond {
        evidence[0].2 = paid.normalize().to_string();
    }
    let per_year = if is_recurring(class) { for_a_year(money, first, period, side.currency) } else { money };
    Finding {
        class,
        part: 0,
        customer: first.map(|v| v.customer).or(first_sold.map(|s| s.customer)).unwrap_or(SourceId::NONE),
        subscription: first.map(|v| v.subscription).or(first_sold.map(|s| s.subscription)).unwrap_or(SourceId::NONE),
        product: first.map(|v| v.product).or(first_sold.map(|s| s.product)).unwrap_or(Symbol::EMPTY),
        sku: first.map(|v| v.sku).or(first_sold.map(|s| s.sku)).unwrap_or(Symbol::EMPTY),
        product_name: first.map_or(Symbol::EMPTY, |v| v.product_name),
        period,
        money,
        per_year,
        currency: side.currency,
        cost_difference: side.difference(),
        until: until(class, first, input.today),
        fix: if beyond.is_some() { Fix::Register } else { fix(class, &side) },
        vendor_rows: billed.iter().map(|v| v.at).collect(),
        sale_refs: sold.iter().map(|s| s.at).collect(),
        evidence,
    }
}

fn money(
    input: &Input,
    class: Class,
    side: &Side,
    billed: &[&CostLine],
    sold: &[&SoldLine],
    before: Option<&CostLine>,
    of_repeats: impl Fn() -> Decimal,
) -> Decimal {
    let difference = side.difference();
    match class {
        Class::Timing => Decimal::ZERO,
        Class::CreditNotPassedOn => -difference.abs(),
        // The wrong customer gets the whole charge back.
        Class::WrongCustomer if side.currency == side.sold_currency => -side.sold,
        Class::WrongCustomer => -side.cost,
        Class::SoldNotBilled if difference.is_zero() => side.sold,
        Class::Duplicate => -of_repeats(),
        Class::PromotionEnded | Class::RenewedAtNewPrice => {
            let prices = billed
                .first()
                .zip(before)
                .and_then(|(now, before)| Some((unit_price::monthly(now)?, unit_price::monthly(before)?)));
            match prices {
                Some((now, was)) => share(-side.cost, now - was, now).unwrap_or(-difference),
                None => -difference,
            }
        }
        Class::QuantityMismatch if side.assumed => {
            let seats: Decimal = billed.iter().map(|v| compare::billed_quantity(v)).sum();
            let charged: Decimal = sold.iter().map(|s| s.quantity).sum();
            share(-side.cost, seats - charged, seats).unwrap_or(-side.cost)
        }
        Class::ProrationMismatch => {
            let by_price = |v: &CostLine| {
                unit_price::product([v.effective_unit_price.abs(), compare::billed_quantity(v), v.exchange_rate])
            };
            billed.iter().map(|v| by_price(v)).fold(-side.cost, Decimal::saturating_add)
        }
        Class::BelowFloor => {
            let of_sale = Decimal::ONE - input.floor.unwrap_or_default();
            side.sold - share(side.cost, Decimal::ONE, of_sale).unwrap_or(side.cost)
        }
        _ => -difference,
    }
}

/// A part of an amount; nothing where the whole is nought or the result too large.
fn share(amount: Decimal, part: Decimal, whole: Decimal) -> Option<Decimal> {
    amount.checked_mul(part)?.checked_div(whole)
}

/// Whether a discrepancy goes on with every cycle, or happened once.
fn is_recurring(class: Class) -> bool {
    match class {
        Class::BilledNotSold
        | Class::SoldNotBilled
        | Class::QuantityMismatch
        | Class::PriceMismatch
        | Class::BelowFloor
        | Class::WrongCustomer
        | Class::CancelledStillBilled
        | Class::FxDifference
        | Class::PromotionEnded
        | Class::RenewedAtNewPrice
        | Class::PecLost
        | Class::ExtendedServiceTerm
        | Class::Unmapped => true,
        Class::ProrationMismatch
        | Class::Duplicate
        | Class::CreditNotPassedOn
        | Class::Timing
        | Class::FileTotalMismatch => false,
    }
}

/// An amount of one charge as an amount of a year: by the cycle where the plan is known, else by the days.
fn for_a_year(money: Decimal, line: Option<&CostLine>, period: Option<Period>, currency: Currency) -> Decimal {
    let Some(period) = line.map_or(period, |v| v.period) else { return money };
    let days = period.days();
    let (times, of) = match line.and_then(|v| v.plan) {
        Some(BillingPlan::OneTime) => (1, 1),
        Some(plan) => {
            let months = plan.months();
            (12 * unit_price::cycle_days(period, months), i64::from(months) * days)
        }
        None if (28..=31).contains(&days) => (12, 1),
        None if (364..=366).contains(&days) => (1, 1),
        None => (365, days),
    };
    rounded(money * Decimal::from(times) / Decimal::from(of), currency)
}

/// To the minor unit; nothing has no sign.
fn rounded(amount: Decimal, currency: Currency) -> Decimal {
    let amount = Rounding::HalfUp.apply(amount, currency.digits());
    if amount.is_zero() { amount.abs() } else { amount }
}

fn fix(class: Class, side: &Side) -> Fix {
    match class {
        Class::BilledNotSold => Fix::CatchUpLine,
        Class::SoldNotBilled | Class::CreditNotPassedOn => Fix::Credit,
        Class::QuantityMismatch if side.difference() >= Decimal::ZERO => Fix::CatchUpLine,
        Class::QuantityMismatch => Fix::Credit,
        Class::PriceMismatch
        | Class::BelowFloor
        | Class::FxDifference
        | Class::PromotionEnded
        | Class::RenewedAtNewPrice => Fix::PriceRule,
        Class::WrongCustomer | Class::Unmapped => Fix::Mapping,
        Class::ProrationMismatch
        | Class::Duplicate
        | Class::CancelledStillBilled
        | Class::ExtendedServiceTerm
        | Class::FileTotalMismatch => Fix::Ticket,
        Class::PecLost => Fix::Register,
        Class::Timing => Fix::None,
    }
}

fn until(class: Class, line: Option<&CostLine>, today: Date) -> Until {
    let window = line.and_then(window).filter(|last| *last >= today);
    let term_end = line.and_then(|v| v.term_dates).map(|term| term.end).filter(|end| *end > today);
    match class {
        // The seats themselves can be given back only inside the window, else not before the term ends.
        Class::CancelledStillBilled => match (window, term_end) {
            (Some(last), _) => Until::Window(last),
            (None, Some(end)) => Until::Renewal(end),
            (None, None) => Until::Never,
        },
        Class::PromotionEnded | Class::RenewedAtNewPrice => match (window, term_end) {
            (Some(last), _) => Until::Window(last),
            (None, Some(end)) => Until::Renewal(end),
            (None, None) => Until::Any,
        },
        Class::BilledNotSold | Class::QuantityMismatch => window.map_or(Until::Any, Until::Window),
        Class::Timing => Until::Never,
        _ => Until::Any,
    }
}

/// The last day a charge can be taken back: purchases, renewals and added seats have a window, instalments do not.
fn window(line: &CostLine) -> Option<Date> {
    match line.charge {
        ChargeType::New | ChargeType::Convert | ChargeType::AddQuantity => {
            line.order_date.or(line.period.map(|p| p.start)).map(policy::reduction_window_ends)
        }
        ChargeType::Renew => line.period.map(|p| policy::reduction_window_ends(p.start)),
        _ => None,
    }
}

type Pair = (&'static str, String, String);

fn evidence(
    input: &Input,
    class: Class,
    side: &Side,
    billed: &[&CostLine],
    sold: &[&SoldLine],
    before: Option<&CostLine>,
) -> Vec<Pair> {
    let names = input.names;
    let text = |value: Decimal| value.normalize().to_string();
    let seats = || -> Pair {
        let units: Decimal = billed.iter().map(|v| compare::billed_quantity(v)).sum();
        let charged: Decimal = sold.iter().map(|s| s.quantity).sum();
        let or_none = |side_is_empty: bool, value| if side_is_empty { String::new() } else { text(value) };
        ("quantity", or_none(billed.is_empty(), units), or_none(sold.is_empty(), charged))
    };
    let mut pairs = vec![seats()];
    let optional = |value: Option<Decimal>| value.map_or(String::new(), text);
    let (first, first_sold) = (billed.first(), sold.first());
    match class {
        Class::WrongCustomer => pairs.push((
            "customer",
            first.map_or(String::new(), |v| names.source_text(v.customer)),
            first_sold.map_or(String::new(), |s| names.source_text(s.customer)),
        )),
        Class::PriceMismatch => pairs.push((
            "unit cost",
            optional(first.map(|v| v.effective_unit_price.abs())),
            optional(first_sold.and_then(|s| s.unit_cost)),
        )),
        Class::FxDifference => pairs.push((
            "exchange rate",
            optional(first.map(|v| v.exchange_rate)),
            optional(first_sold.and_then(|s| s.exchange_rate)),
        )),
        Class::PromotionEnded | Class::RenewedAtNewPrice => {
            let price = |v: Option<&CostLine>| v.map_or(String::new(), |v| text(v.effective_unit_price.abs()));
            pairs.push(("price now and before", price(first.copied()), price(before)));
            if class == Class::PromotionEnded {
                pairs.push((
                    "promotion before",
                    String::new(),
                    before.map_or("", |b| names.text(b.promotion)).to_owned(),
                ));
            }
        }
        Class::CancelledStillBilled => pairs.push(("register", "billed".to_owned(), "cancelled".to_owned())),
        Class::ExtendedServiceTerm => {
            let confidence = billed.iter().find_map(|v| unmatched::extended_service_term(names, v));
            pairs.push(("confidence", confidence.unwrap_or("low").to_owned(), String::new()));
        }
        Class::BelowFloor => pairs.push(("amount and sale", text(side.cost), text(side.sold))),
        _ => {}
    }
    pairs.push(("amount", amount(billed.is_empty(), side.cost), amount(sold.is_empty(), side.sold_cost)));
    pairs
}

fn amount(is_missing: bool, value: Decimal) -> String {
    if is_missing { String::new() } else { value.to_string() }
}
