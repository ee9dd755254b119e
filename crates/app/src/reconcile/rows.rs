//! The table of a reconciled month for a screen: accounts with their sums, the agreements below them, and whether it all
//! ties. The same engine as `reconcile`, on every line, and nothing is stored.

use super::charges::{Charge, put};
use super::compared::{Compared, Judged, with_compared};
use crate::wire::{cost_id, number, total};
use crate::{Failure, Session};
use engine::reconcile::CurrencyTotals;
use engine::{Currency, Decimal};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use store::tables::findings::State;

/// Which month.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Ask {
    /// Billing month.
    pub period: String,
    /// `sales` or `invoices`; sales where any were imported.
    #[serde(default)]
    pub against: Option<String>,
}

/// Which agreements of a month.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub struct RowsAsk {
    /// Billing month.
    period: String,
    /// `sales` or `invoices`; sales where any were imported.
    #[serde(default)]
    against: Option<String>,
    /// Only those of these accounts, as the accounts of the month name them.
    #[serde(default)]
    accounts: Option<Vec<String>>,
    /// Only those with a finding in one of these states.
    #[serde(default)]
    states: Option<Vec<String>>,
    /// Only those with a finding of this class.
    #[serde(default)]
    class: Option<String>,
    /// Only the one with this finding.
    #[serde(default)]
    finding: Option<String>,
}

impl RowsAsk {
    fn wants(&self, row: &Charge, compared: &Compared, judged: &Judged) -> bool {
        let finding = row.finding.map(|n| (compared.findings[n].class.name(), judged.state(n).name()));
        let who = &compared.table.people[row.who].reference;
        let of_account = self.accounts.as_ref().is_none_or(|wanted| wanted.contains(who));
        let in_state =
            self.states.as_ref().is_none_or(|wanted| finding.is_some_and(|(_, s)| wanted.iter().any(|w| w == s)));
        let of_finding =
            self.finding.as_ref().is_none_or(|id| row.finding.and_then(|n| judged.id(n)).as_ref() == Some(id));
        of_account
            && in_state
            && of_finding
            && self.class.as_ref().is_none_or(|c| finding.is_some_and(|(class, _)| c == class))
    }
}

/// A month by account.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Accounts {
    period: String,
    against: &'static str,
    /// Whether the findings kept in the book are those of this table; otherwise `reconcile` has to run.
    recorded: bool,
    /// Vendor documents of the month.
    documents: usize,
    agreements: usize,
    ties: Vec<Tie>,
    accounts: Vec<Account>,
}

/// Both sides of one currency, tied.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Tie {
    currency: String,
    findings: usize,
    cost: Line,
    sold: Line,
    margin: String,
    /// What the open findings are worth.
    worth: String,
    /// The accounts without an open finding.
    rest: Rest,
}

/// Accounts without an open finding, together.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Rest {
    accounts: usize,
    agreements: usize,
    cost: String,
    expected: String,
    sold: String,
    margin: String,
}

/// `total = expected + named + tolerance + unexplained`. Of the cost, `named` is what findings make it differ from the cost
/// that was reckoned with; of the sale, it is what was sold on rows with a finding.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Line {
    total: String,
    expected: String,
    named: String,
    tolerance: String,
    unexplained: String,
    /// Whether nothing is left unexplained.
    ties: bool,
}

/// An account's sums in one currency.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Account {
    /// The account's reference; what the vendor calls the customer where no account is known; empty for documents.
    account_ref: String,
    account: String,
    /// Whether the book knows the customer.
    mapped: bool,
    currency: String,
    agreements: usize,
    /// Agreements without a finding.
    even: usize,
    /// Findings that wait for a decision.
    open: usize,
    cost: Option<String>,
    expected: Option<String>,
    sold: Option<String>,
    margin: Option<String>,
    /// What its open findings are worth.
    worth: Option<String>,
}

/// The agreements of a month.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Rows {
    period: String,
    against: &'static str,
    rows: Vec<Agreement>,
}

/// An agreement: what the vendor billed for it, what the sale reckoned with, what was sold. What carries a finding stands alone.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Agreement {
    id: String,
    account_ref: String,
    account: String,
    subscription_ref: String,
    product: String,
    product_ref: String,
    from: Option<String>,
    to: Option<String>,
    seats_billed: Option<String>,
    seats_expected: Option<String>,
    seats_sold: Option<String>,
    cost: Option<String>,
    expected: Option<String>,
    sold: Option<String>,
    /// Sold less cost, where both are in one currency.
    margin: Option<String>,
    currency: String,
    sold_currency: String,
    class: Option<&'static str>,
    /// The finding's id, once it is kept.
    finding: Option<String>,
    state: Option<&'static str>,
    worth: Option<String>,
    /// The vendor's rows, the first fifty.
    vendor_refs: Vec<String>,
    lines: usize,
}

/// The month by account, and whether it ties.
pub fn accounts(session: &mut Session, ask: Ask) -> Result<Accounts, Failure> {
    with_compared(session, &ask.period, ask.against.as_deref(), |compared, judged| {
        let table = &compared.table;
        // The people stand in order, so their places are as good as their names.
        let mut sums: BTreeMap<(usize, Currency), Sum> = BTreeMap::new();
        for row in &table.rows {
            let sum = sums.entry((row.who, row.currency)).or_default();
            sum.count(row, compared, judged);
            put(&mut sum.cost, row.cost);
            put(&mut sum.expected, row.expected);
            if row.sold.is_some() {
                put(&mut sums.entry((row.who, row.sold_currency)).or_default().sold, row.sold);
            }
        }
        let mut accounts: Vec<((usize, Currency), Sum)> = sums.into_iter().collect();
        // Most money first, then by name: where to look comes first.
        accounts.sort_by(|((who, _), a), ((other, _), b)| {
            (b.worth.abs().cmp(&a.worth.abs())).then_with(|| b.open.cmp(&a.open)).then_with(|| who.cmp(other))
        });
        let open = || table.rows.iter().filter_map(|r| r.finding).filter(|n| judged.state(*n) == State::Open);
        let tie = |t: &CurrencyTotals| {
            let text = |v| total(v, t.currency);
            let of_currency = || compared.findings.iter().filter(|f| f.currency == t.currency);
            let named: Decimal = of_currency().map(|f| f.cost_difference).sum();
            let sold_in = |found: bool| -> Decimal {
                let of = table.rows.iter().filter(|r| r.sold_currency == t.currency && r.finding.is_some() == found);
                of.filter_map(|r| r.sold).sum()
            };
            let (even, found) = (sold_in(false), sold_in(true));
            let line = |total: Decimal, expected, named, tolerance, unexplained: Decimal| Line {
                total: text(total),
                expected: text(expected),
                named: text(named),
                tolerance: text(tolerance),
                unexplained: text(unexplained),
                ties: unexplained.is_zero(),
            };
            Tie {
                currency: t.currency.to_string(),
                findings: of_currency().count(),
                cost: line(t.vendor, t.sold_cost, named, t.within_tolerance, t.unexplained),
                sold: line(t.sold, even, found, Decimal::ZERO, t.sold - even - found),
                margin: text(t.sold - t.vendor),
                worth: text(
                    open().map(|n| &compared.findings[n]).filter(|f| f.currency == t.currency).map(|f| f.money).sum(),
                ),
                rest: rest(&accounts, t.currency),
            }
        };
        Accounts {
            period: compared.month.to_string(),
            against: compared.against,
            recorded: judged.recorded,
            documents: compared.documents,
            agreements: table.rows.len(),
            ties: compared.totals.iter().map(tie).collect(),
            accounts: accounts.into_iter().map(|((who, currency), sum)| sum.shown(who, currency, compared)).collect(),
        }
    })
}

fn rest(accounts: &[((usize, Currency), Sum)], currency: Currency) -> Rest {
    let quiet = || accounts.iter().filter(|((_, c), sum)| *c == currency && sum.open == 0).map(|(_, sum)| sum);
    let text = |v| total(v, currency);
    let sum = |of: fn(&Sum) -> Option<Decimal>| text(quiet().filter_map(of).sum());
    Rest {
        accounts: quiet().count(),
        agreements: quiet().map(|s| s.agreements).sum(),
        cost: sum(|s| s.cost),
        expected: sum(|s| s.expected),
        sold: sum(|s| s.sold),
        margin: sum(|s| Some(s.margin())),
    }
}

/// The agreements of a month, by account and product: all, or those asked for.
pub fn rows(session: &mut Session, ask: RowsAsk) -> Result<Rows, Failure> {
    with_compared(session, &ask.period, ask.against.as_deref(), |compared, judged| {
        let numbered = compared.table.rows.iter().enumerate();
        let wanted = numbered.filter(|(_, row)| ask.wants(row, compared, judged));
        Rows {
            period: compared.month.to_string(),
            against: compared.against,
            rows: wanted.map(|(n, row)| shown(row, n, compared, judged)).collect(),
        }
    })
}

fn shown(row: &Charge, number_of: usize, compared: &Compared, judged: &Judged) -> Agreement {
    let who = &compared.table.people[row.who];
    let names = &compared.names;
    let finding = row.finding.map(|n| &compared.findings[n]);
    let id = row.finding.and_then(|n| judged.id(n));
    let in_cost = |v: Option<Decimal>| v.map(|v| total(v, row.currency));
    let one_currency = row.currency == row.sold_currency && (row.cost.is_some() || row.sold.is_some());
    let margin = row.sold.unwrap_or_default() - row.cost.unwrap_or_default();
    Agreement {
        id: id.clone().unwrap_or_else(|| format!("row-{number_of}")),
        account_ref: who.reference.clone(),
        account: who.name.clone(),
        subscription_ref: if row.subscription.is_none() { String::new() } else { names.source_text(row.subscription) },
        product: names.text(row.name).to_owned(),
        product_ref: format!("{}:{}", names.text(row.product), names.text(row.sku)),
        from: row.from.map(|p| p.start.to_string()),
        to: row.from.map(|p| p.last().to_string()),
        seats_billed: row.billed.map(number),
        seats_expected: row.expects.map(number),
        seats_sold: row.charged.map(number),
        cost: in_cost(row.cost),
        expected: in_cost(row.expected),
        sold: row.sold.map(|v| total(v, row.sold_currency)),
        margin: one_currency.then(|| total(margin, row.currency)),
        currency: row.currency.to_string(),
        sold_currency: row.sold_currency.to_string(),
        class: finding.map(|f| f.class.name()),
        finding: id,
        state: row.finding.map(|n| judged.state(n).name()),
        worth: finding.map(|f| total(f.money, f.currency)),
        vendor_refs: row.refs.iter().copied().map(cost_id).collect(),
        lines: row.lines,
    }
}

/// An account's sums in the making.
#[derive(Default)]
struct Sum {
    agreements: usize,
    even: usize,
    open: usize,
    cost: Option<Decimal>,
    expected: Option<Decimal>,
    sold: Option<Decimal>,
    worth: Decimal,
}

impl Sum {
    fn count(&mut self, row: &Charge, compared: &Compared, judged: &Judged) {
        self.agreements += 1;
        self.even += usize::from(row.finding.is_none());
        if let Some(n) = row.finding.filter(|n| judged.state(*n) == State::Open) {
            self.open += 1;
            self.worth += compared.findings[n].money;
        }
    }

    fn margin(&self) -> Decimal {
        self.sold.unwrap_or_default() - self.cost.unwrap_or_default()
    }

    fn shown(&self, who: usize, currency: Currency, compared: &Compared) -> Account {
        let who = &compared.table.people[who];
        let text = |v| total(v, currency);
        Account {
            account_ref: who.reference.clone(),
            account: who.name.clone(),
            mapped: who.mapped,
            currency: currency.to_string(),
            agreements: self.agreements,
            even: self.even,
            open: self.open,
            cost: self.cost.map(text),
            expected: self.expected.map(text),
            sold: self.sold.map(text),
            margin: (self.cost.is_some() || self.sold.is_some()).then(|| text(self.margin())),
            worth: (self.open > 0).then(|| text(self.worth)),
        }
    }
}
