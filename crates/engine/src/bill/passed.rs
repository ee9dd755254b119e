//! The pass-through basis: the vendor's lines, each priced by rule.
//!
//! Metered consumption always goes this way, whatever the basis of its account. It is billed from daily rows where the
//! book has them, one line per customer, Azure subscription, product and meter category; the monthly lines of the vendor's
//! invoice are then left out, because they charge the same consumption. Every other line is charged by itself, when its
//! subscription (or its account, where the register knows no subscription) is passed through.

use super::timeline::{ask, basis, cycle_at, whole};
use super::{After, Desk, Passed};
use crate::cost::{CostLine, Family};
use crate::money::Totals;
use crate::price::Basis;
use crate::rate::{Ask, CostSale, rate_cost, rate_usage};
use crate::register::{Account, BundlePolicy, ProductKey, State, Subscription};
use crate::sale::{ChargeKey, ChargeKind, SaleLine};
use crate::{Currency, Decimal, Id, IdMap, IdSet, LineRef, Month, Period, SourceId, Symbol};
use std::collections::{BTreeMap, HashMap, HashSet};

/// Which of the vendor's lines of a month are somebody's to pay, and what of daily usage is nobody's.
///
/// A line belongs to the account of its subscription on the line's first day, else to the one its tenant belongs to
/// (`owners`). Lines of unknown tenants are left out: they are findings, not charges. Consumption is charged under an
/// agreement: a plan the register knows, or an account that is passed through; daily rows without one are summed.
pub fn passed(
    lines: Vec<CostLine>,
    month: Month,
    subscriptions: &[Subscription],
    owners: &IdMap<SourceId, Id>,
    accounts: &[Account],
) -> (Vec<Passed>, Totals) {
    let known: IdMap<SourceId, &Subscription> = subscriptions.iter().map(|s| (s.source, s)).collect();
    let through: IdSet<Id> = accounts.iter().filter(|a| a.basis == Some(Basis::PassThrough)).map(|a| a.id).collect();
    let (mut owned, mut unagreed) = (Vec::new(), Totals::default());
    for line in lines {
        let subscription = known.get(&line.subscription).copied();
        let day = line.period.map(|p| p.start).or(line.order_date).unwrap_or(month.first());
        let account = subscription.map(|s| s.on(day).account).or_else(|| owners.get(&line.customer).copied());
        let Some(account) = account else { continue };
        let consumption = line.usage.is_some() || line.family == Family::Usage;
        if !consumption || subscription.is_some() || through.contains(&account) {
            owned.push(Passed { line, account, subscription: subscription.map(|s| s.id) });
        } else if line.usage.is_some() {
            unagreed.add(line.currency, line.subtotal);
        }
    }
    (owned, unagreed)
}

/// The rows that make one line of consumption; documents are kept apart, so that each is billed once.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Group {
    account: Id,
    document: u32,
    entitlement: SourceId,
    product: ProductKey,
    category: Symbol,
    currency: Currency,
}

/// Charges every vendor line that is passed through.
pub(super) fn charge_all(desk: &mut Desk) {
    let input = desk.input;
    let subscriptions: HashMap<Id, &Subscription> =
        if input.costs.is_empty() { HashMap::new() } else { input.subscriptions.iter().map(|s| (s.id, s)).collect() };
    let daily: HashSet<(Id, SourceId)> =
        input.costs.iter().filter(|p| p.line.usage.is_some()).map(|p| (p.account, p.line.subscription)).collect();
    let mut groups: BTreeMap<Group, Vec<&CostLine>> = BTreeMap::new();
    for passed in input.costs {
        if !desk.wanted(passed.account) {
            continue;
        }
        let line = &passed.line;
        if let Some(detail) = &line.usage {
            let group = Group {
                account: passed.account,
                document: line.at.document,
                entitlement: detail.entitlement,
                product: product(line),
                category: detail.category,
                currency: line.currency,
            };
            groups.entry(group).or_default().push(line);
            continue;
        }
        let subscription = passed.subscription.and_then(|id| subscriptions.get(&id)).copied();
        let billed_here = match (line.family, subscription) {
            (Family::Usage, _) => !daily.contains(&(passed.account, line.subscription)),
            (_, Some(subscription)) => basis(desk, subscription) == Basis::PassThrough,
            (_, None) => desk.people.get(passed.account).and_then(|a| a.basis) == Some(Basis::PassThrough),
        };
        if billed_here {
            charge(desk, passed, subscription);
        }
    }
    for (group, mut rows) in groups {
        rows.sort_by_key(|line| line.at);
        consumption(desk, &group, &rows);
    }
}

fn product(line: &CostLine) -> ProductKey {
    ProductKey { product: line.product, sku: line.sku }
}

/// A vendor line's identity: its document and row.
fn row(at: LineRef) -> u64 {
    u64::from(at.document) << 32 | u64::from(at.row)
}

fn charge(desk: &mut Desk, passed: &Passed, subscription: Option<&Subscription>) {
    let line = &passed.line;
    let date = line.period.map(|p| p.start).or(line.order_date).unwrap_or(desk.input.month.first());
    let subject = passed.subscription.unwrap_or(passed.account);
    let kind = if line.family == Family::Usage { ChargeKind::Usage } else { ChargeKind::PassThrough };
    let key = ChargeKey { kind, subject, date, part: row(line.at) };
    if desk.input.billed.quantity(&key).is_some() {
        return;
    }
    let bought = subscription.map(Subscription::as_bought);
    let subscription = bought.as_deref();
    let cycle = subscription.and_then(|s| cycle_at(s, date).map(|c| whole(s, c))).or_else(|| whole_cycle(line));
    let term_start = line.term_dates.map_or(date, |term| term.start);
    let mut question = buyer(desk, passed.account, line);
    question = Ask { since: term_start, term_start, date, quantity: line.quantity.abs(), ..question };
    if let Some(subscription) = subscription {
        // The seats the cycle opened with pick the volume break; the price is that of the account the line belongs to.
        let opening = subscription.on(cycle.map_or(date, |c| c.start));
        let quantity = if opening.quantity.is_zero() { line.quantity.abs() } else { opening.quantity };
        let terms = State { account: passed.account, product: product(line), quantity, ..opening };
        question = ask(desk, subscription, &terms, date).unwrap_or(question);
    }
    let sale = rate_cost(desk.input.prices, line, cycle, &question);
    write(desk, key, passed.account, passed.subscription, line, sale, line.period, cycle);
}

fn consumption(desk: &mut Desk, group: &Group, rows: &[&CostLine]) {
    let Some(first) = rows.first().copied() else { return };
    let days = rows.iter().filter_map(|line| line.period);
    let period = days.reduce(|a, b| Period { start: a.start.min(b.start), end: a.end.max(b.end) });
    let date = period.map_or(desk.input.month.first(), |p| p.start);
    let key = ChargeKey { kind: ChargeKind::Usage, subject: group.account, date, part: row(first.at) };
    if desk.input.billed.quantity(&key).is_some() {
        return;
    }
    let quantity = rows.iter().map(|line| line.billable_quantity).sum();
    let question = Ask { since: date, term_start: date, date, quantity, ..buyer(desk, group.account, first) };
    let Some(usage) = rate_usage(desk.input.prices, rows, &question) else { return };
    write(desk, key, group.account, None, first, usage.sale, period, None);
}

/// A question about a line whose subscription the register does not know.
fn buyer<'d>(desk: &'d Desk, account: Id, line: &CostLine) -> Ask<'d> {
    let known = desk.people.get(account);
    Ask {
        subscription: None,
        account,
        ancestors: desk.people.above(account),
        segment: known.map_or(Symbol::EMPTY, |a| a.segment),
        product: product(line),
        term: line.term,
        plan: line.plan,
        sold: None,
        own: None,
        bundle: Symbol::EMPTY,
        policy: BundlePolicy::default(),
        edition: desk.input.month.first(),
        currency: known.map_or(line.currency, |a| a.currency),
        since: desk.input.month.first(),
        term_start: desk.input.month.first(),
        customer_term: None,
        date: desk.input.month.first(),
        quantity: Decimal::ONE,
        imagined: None,
    }
}

/// The cycle a line lies in, reckoned back from its last day.
fn whole_cycle(line: &CostLine) -> Option<Period> {
    let (period, months) = (line.period?, line.plan?.months());
    let start = crate::date::add_months(period.end, -i32::try_from(months).ok()?);
    Period::new(start.min(period.start), period.end)
}

#[allow(clippy::too_many_arguments)]
fn write(
    desk: &mut Desk,
    key: ChargeKey,
    account: Id,
    subscription: Option<Id>,
    line: &CostLine,
    sale: CostSale,
    period: Option<Period>,
    cycle: Option<Period>,
) {
    if let Some(no) = &sale.doubt {
        desk.refuse(account, subscription, no);
    }
    let names = desk.input.names;
    let name = match &line.usage {
        Some(detail) => {
            let parts = [names.text(detail.category), names.text(detail.entitlement_name)];
            parts.iter().filter(|t| !t.is_empty()).copied().collect::<Vec<_>>().join(", ")
        }
        None => names.text(line.product_name).to_owned(),
    };
    let sold = SaleLine {
        key,
        account,
        subscription,
        product: Some(product(line)),
        name,
        period,
        cycle,
        quantity: sale.quantity,
        unit_price: sale.unit_price,
        net: sale.net,
        cost: sale.cost,
        why: sale.why.into(),
    };
    desk.write(sold, After::Passed, line.subscription);
}
