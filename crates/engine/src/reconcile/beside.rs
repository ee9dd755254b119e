//! What is found beside the rows: documents that do not add up, and partner earned credit that was lost.
//!
//! Neither moves the row totals: a wrong control total says nothing about single lines, and daily usage is detail below
//! lines that are rows already.

use super::Input;
use super::join::Context;
use crate::cost::{CostLine, UsageDetail};
use crate::finding::{Class, Finding, Fix, Until};
use crate::{Currency, Date, Decimal, LineRef, Period, Rounding, SourceId, Symbol};
use std::collections::BTreeMap;

/// Findings that belong to no row.
pub(super) fn findings(context: &Context) -> Vec<Finding> {
    let mut findings = file_totals(context.input);
    findings.extend(lost_credit(context.input));
    findings
}

fn file_totals(input: &Input) -> Vec<Finding> {
    if input.controls.is_empty() {
        return Vec::new();
    }
    let of_lines = || {
        let mut sums: BTreeMap<(u32, Currency), Decimal> = BTreeMap::new();
        for line in input.vendor {
            *sums.entry((line.at.document, line.currency)).or_default() += line.subtotal;
        }
        sums
    };
    let sums = input.settled.map_or_else(of_lines, |settled| settled.documents().clone());
    input
        .controls
        .iter()
        .filter_map(|control| {
            let of = |document: &u32| sums.get(&(*document, control.currency)).copied().unwrap_or_default();
            let sum: Decimal = of(&control.document) + control.rest.iter().map(of).sum::<Decimal>();
            (sum != control.net).then(|| Finding {
                class: Class::FileTotalMismatch,
                part: control.document,
                customer: SourceId::NONE,
                subscription: SourceId::NONE,
                product: Symbol::EMPTY,
                sku: Symbol::EMPTY,
                product_name: Symbol::EMPTY,
                period: Some(input.month.period()),
                money: sum - control.net,
                per_year: sum - control.net,
                currency: control.currency,
                cost_difference: Decimal::ZERO,
                until: Until::Any,
                fix: Fix::Ticket,
                vendor_rows: Vec::new(),
                sale_refs: Vec::new(),
                evidence: vec![
                    ("document", control.document.to_string(), String::new()),
                    ("sum of lines", sum.to_string(), control.net.to_string()),
                ],
            })
        })
        .collect()
}

/// What one Azure subscription lost.
struct Lost<'a> {
    first: &'a CostLine,
    amount: Decimal,
    meters: usize,
    days: Vec<Date>,
    rows: Vec<LineRef>,
}

/// A meter of a resource that earned credit on an earlier day and earns none now, one finding for each Azure
/// subscription: access is lost there, not on the single resource. Rows paid by a reservation or savings plan earn none
/// by rule.
fn lost_credit(input: &Input) -> Vec<Finding> {
    let mut rows: Vec<(&UsageDetail, &CostLine, bool)> = Vec::new();
    let detail = |line| -> Option<(&UsageDetail, &CostLine)> {
        let line: &CostLine = line;
        let usage = line.usage.as_deref()?;
        (usage.benefit.is_empty() && line.subtotal > Decimal::ZERO).then_some((usage, line))
    };
    rows.extend(input.earlier.iter().filter_map(detail).map(|(usage, line)| (usage, line, false)));
    rows.extend(input.usage.iter().filter_map(detail).map(|(usage, line)| (usage, line, true)));
    rows.sort_unstable_by_key(|(usage, line, _)| (usage.entitlement, usage.resource, usage.meter, usage.date, line.at));

    let same_meter = |a: &(&UsageDetail, &CostLine, bool), b: &(&UsageDetail, &CostLine, bool)| {
        (a.0.entitlement, a.0.resource, a.0.meter) == (b.0.entitlement, b.0.resource, b.0.meter)
    };
    let mut lost: BTreeMap<(SourceId, SourceId, Currency), Lost> = BTreeMap::new();
    for meter in rows.chunk_by(same_meter) {
        let Some(first) = meter.iter().position(|(usage, ..)| usage.earned_credit_percent > Decimal::ZERO) else {
            continue;
        };
        let percent = meter[first].0.earned_credit_percent;
        let without = meter[first..].iter().filter(|(usage, _, now)| *now && usage.earned_credit_percent.is_zero());
        let mut any = false;
        for (usage, line, _) in without {
            let nothing = || Lost { first: line, amount: Decimal::ZERO, meters: 0, days: Vec::new(), rows: Vec::new() };
            let of = lost.entry((line.subscription, usage.entitlement, line.currency)).or_insert_with(nothing);
            of.amount += line.subtotal * percent / Decimal::ONE_HUNDRED;
            of.days.extend(usage.date);
            of.rows.push(line.at);
            of.meters += usize::from(!any);
            any = true;
        }
    }
    let mut findings: Vec<Finding> = Vec::new();
    let mut part = 0;
    for ((subscription, entitlement, currency), mut of) in lost {
        of.rows.sort_unstable();
        let period = of.days.iter().min().zip(of.days.iter().max()).and_then(|(a, b)| Period::inclusive(*a, *b));
        let money = -Rounding::HalfUp.apply(of.amount, currency.digits());
        let days = Decimal::from(period.map_or(30, |p| p.days()));
        part = if findings.last().is_some_and(|f| f.subscription == subscription) { part + 1 } else { 0 };
        findings.push(Finding {
            class: Class::PecLost,
            part,
            customer: of.first.customer,
            subscription,
            product: of.first.product,
            sku: of.first.sku,
            product_name: of.first.product_name,
            period,
            money,
            per_year: Rounding::HalfUp.apply(money * Decimal::from(365) / days, currency.digits()),
            currency,
            cost_difference: Decimal::ZERO,
            until: Until::Any,
            fix: Fix::Register,
            vendor_rows: of.rows,
            sale_refs: Vec::new(),
            evidence: vec![
                ("azure subscription", input.names.source_text(entitlement), String::new()),
                ("meters without credit", of.meters.to_string(), String::new()),
            ],
        });
    }
    findings
}
