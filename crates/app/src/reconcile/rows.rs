//! The table of a reconciled month for a screen: accounts with their sums, the agreements below them, and whether it all
//! ties. The same engine as `reconcile`, on every line, and nothing is stored.

use super::charges::Charge;
use super::compared::{Compared, Judged, with_compared};
use super::sums::Sum;
use super::ties::TieOut;
use crate::wire::{cost_id, number, total};
use crate::{Failure, Session};
use engine::reconcile::CurrencyTotals;
use engine::{Currency, Decimal};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};
use store::tables::findings::State;

/// Which month.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Ask {
    /// Billing month.
    pub period: String,
    /// `sales` or `invoices`; sales where any were imported.
    #[serde(default)]
    pub against: Option<String>,
    /// Every account; without it those that findings are about.
    #[serde(default)]
    pub whole: bool,
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
    /// How many accounts there are in each of their currencies, shown or not.
    count: usize,
    ties: Vec<Tie>,
    accounts: Vec<Account>,
}

/// Both sides of one currency, tied.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Tie {
    #[serde(flatten)]
    out: TieOut,
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
        let waiting = waiting(compared, judged);
        let mut accounts: Vec<Summed<'_>> =
            compared.sums.of.iter().map(|(of, sum)| Summed { of: *of, sum, open: waiting.get(of).copied() }).collect();
        // Most money first, then by name: where to look comes first. The people stand in order, so their places are as good
        // as their names.
        let money = |one: &Summed<'_>| one.open.map_or(Decimal::ZERO, |open| open.worth.abs());
        let number = |one: &Summed<'_>| one.open.map_or(0, |open| open.findings);
        accounts.sort_by(|a, b| {
            money(b).cmp(&money(a)).then_with(|| number(b).cmp(&number(a))).then_with(|| a.of.0.cmp(&b.of.0))
        });
        let tie = |out: TieOut, t: &CurrencyTotals| Tie {
            out,
            margin: total(t.sold - t.vendor, t.currency),
            worth: total(
                waiting.iter().filter(|((_, c), _)| *c == t.currency).map(|(_, open)| open.worth).sum(),
                t.currency,
            ),
            rest: rest(&accounts, t.currency),
        };
        let (findings, totals) = (&compared.findings, &compared.totals);
        let outs = totals.iter().map(|t| TieOut::of(t, findings, compared.sums.sold_on(t.currency)));
        let ties = outs.zip(totals).map(|(out, t)| tie(out, t)).collect();
        let count = accounts.len();
        if !ask.whole {
            let named: HashSet<&str> = findings.iter().flat_map(|f| &f.evidence).flat_map(sides).collect();
            let is_named = |who: usize| named.contains(compared.table.people[who].reference.as_str());
            accounts.retain(|one| one.sum.even < one.sum.agreements || is_named(one.of.0));
        }
        Accounts {
            period: compared.month.to_string(),
            against: compared.against,
            recorded: judged.recorded,
            documents: compared.documents,
            agreements: compared.table.rows.len(),
            count,
            ties,
            accounts: accounts.into_iter().map(|one| one.shown(compared)).collect(),
        }
    })
}

/// Both sides of a piece of evidence: one of them may name a customer.
fn sides<'a>((_, vendor, sold): &'a (&'static str, String, String)) -> [&'a str; 2] {
    [vendor, sold]
}

/// What waits for a decision, by account and currency.
fn waiting(compared: &Compared, judged: &Judged) -> HashMap<(usize, Currency), Waiting> {
    let mut waiting: HashMap<(usize, Currency), Waiting> = HashMap::new();
    let found = compared.table.rows.iter().filter_map(|row| Some((row, row.finding?)));
    for (row, n) in found.filter(|(_, n)| judged.state(*n) == State::Open) {
        let of = waiting.entry((row.who, row.currency)).or_default();
        of.findings += 1;
        of.worth += compared.findings[n].money;
    }
    waiting
}

fn rest(accounts: &[Summed<'_>], currency: Currency) -> Rest {
    let quiet = || accounts.iter().filter(|one| one.of.1 == currency && one.open.is_none()).map(|one| one.sum);
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

/// What waits for a decision about an account.
#[derive(Clone, Copy, Default)]
struct Waiting {
    findings: usize,
    worth: Decimal,
}

/// An account in one currency.
struct Summed<'c> {
    of: (usize, Currency),
    sum: &'c Sum,
    open: Option<Waiting>,
}

impl Summed<'_> {
    fn shown(&self, compared: &Compared) -> Account {
        let ((who, currency), sum) = (self.of, self.sum);
        let who = &compared.table.people[who];
        let text = |v| total(v, currency);
        Account {
            account_ref: who.reference.clone(),
            account: who.name.clone(),
            mapped: who.mapped,
            currency: currency.to_string(),
            agreements: sum.agreements,
            even: sum.even,
            open: self.open.map_or(0, |open| open.findings),
            cost: sum.cost.map(text),
            expected: sum.expected.map(text),
            sold: sum.sold.map(text),
            margin: (sum.cost.is_some() || sum.sold.is_some()).then(|| text(sum.margin())),
            worth: self.open.map(|open| text(open.worth)),
        }
    }
}
