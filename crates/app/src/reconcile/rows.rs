//! The table of a reconciled month for a screen: accounts with their sums, the agreements below them, and whether it all
//! ties. The same engine as `reconcile`, on every line, and nothing is stored.

use super::charges::{Charge, Found, Table, Who, put};
use super::sides::Sides;
use crate::wire::{number, total};
use crate::{Failure, Session};
use engine::reconcile::{CurrencyTotals, Reconciliation};
use engine::{Currency, Decimal, Month};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
use store::tables;
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
    with_table(session, &ask, |table, sides, outcome, month| {
        let mut sums: BTreeMap<(&Who, Currency), Sum> = BTreeMap::new();
        for row in &table.rows {
            let who = &table.people[row.who];
            let sum = sums.entry((who, row.currency)).or_default();
            sum.count(row);
            put(&mut sum.cost, row.cost);
            put(&mut sum.expected, row.expected);
            if row.sold.is_some() {
                put(&mut sums.entry((who, row.sold_currency)).or_default().sold, row.sold);
            }
        }
        let mut accounts: Vec<((&Who, Currency), Sum)> = sums.into_iter().collect();
        // Most money first, then by name: where to look comes first.
        accounts.sort_by(|((who, _), a), ((other, _), b)| {
            (b.worth.abs().cmp(&a.worth.abs())).then_with(|| b.open.cmp(&a.open)).then_with(|| who.cmp(other))
        });
        let open = |currency: Currency| table.rows.iter().filter(move |r| r.is_open() && r.worth_in == currency);
        let tie = |t: &CurrencyTotals| {
            let text = |v| total(v, t.currency);
            let named: Decimal =
                outcome.findings.iter().filter(|f| f.currency == t.currency).map(|f| f.cost_difference).sum();
            let sold_in = |found: bool| -> Decimal {
                let of = table.rows.iter().filter(|r| r.sold_currency == t.currency && r.class.is_some() == found);
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
                findings: outcome.findings.iter().filter(|f| f.currency == t.currency).count(),
                cost: line(t.vendor, t.sold_cost, named, t.within_tolerance, t.unexplained),
                sold: line(t.sold, even, found, Decimal::ZERO, t.sold - even - found),
                margin: text(t.sold - t.vendor),
                worth: text(open(t.currency).filter_map(|r| r.worth).sum()),
                rest: rest(&accounts, t.currency),
            }
        };
        Accounts {
            period: month.to_string(),
            against: sides.against,
            recorded: table.recorded,
            documents: sides.documents,
            agreements: table.rows.len(),
            ties: outcome.totals.iter().map(tie).collect(),
            accounts: accounts.into_iter().map(|((who, currency), sum)| sum.shown(who, currency)).collect(),
        }
    })
}

fn rest(accounts: &[((&Who, Currency), Sum)], currency: Currency) -> Rest {
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

/// The agreements of a month, by account and product.
pub fn rows(session: &mut Session, ask: Ask) -> Result<Rows, Failure> {
    with_table(session, &ask, |table, sides, _, month| Rows {
        period: month.to_string(),
        against: sides.against,
        rows: table.rows.iter().enumerate().map(|(n, row)| row.shown(n, table, sides)).collect(),
    })
}

fn with_table<T>(
    session: &mut Session,
    ask: &Ask,
    answer: impl FnOnce(&Table, &Sides, &Reconciliation, Month) -> T,
) -> Result<T, Failure> {
    let month = crate::session::month(&ask.period)?;
    session.read(|book| {
        let settings = book.settings()?;
        let floor = settings.get("reconcile.floor").parse().ok().map(|f: Decimal| f / Decimal::ONE_HUNDRED);
        let tolerance = settings.tolerance();
        let mut sides = Sides::load(book, month, ask.against.as_deref(), None)?;
        let stored = tables::findings::load(book.conn(), &mut sides.names, month)?;
        let named = super::findings::product_names(book, &mut sides.names)?;
        let input = sides.input(month, &tolerance, floor, book.today);
        let outcome = engine::reconcile::reconcile(&input);
        let mut kept: HashMap<_, _> = stored
            .iter()
            .filter(|s| !s.gone)
            .map(|s| (s.finding.key(), (s.id.to_string(), s.state, s.finding.money)))
            .collect();
        let found: Vec<Found> = outcome.findings.iter().map(|f| Found { kept: kept.remove(&f.key()), of: f }).collect();
        let recorded =
            kept.is_empty() && found.iter().all(|f| f.kept.as_ref().is_some_and(|(_, _, money)| *money == f.of.money));
        let table = Table::of(&outcome, &input, &found, recorded, &named);
        Ok(answer(&table, &sides, &outcome, month))
    })
}

impl Charge {
    fn shown(&self, number_of: usize, table: &Table, sides: &Sides) -> Agreement {
        let who = &table.people[self.who];
        let names = &sides.names;
        let in_cost = |v: Option<Decimal>| v.map(|v| total(v, self.currency));
        let one_currency = self.currency == self.sold_currency && (self.cost.is_some() || self.sold.is_some());
        let margin = self.sold.unwrap_or_default() - self.cost.unwrap_or_default();
        Agreement {
            id: self.finding.clone().unwrap_or_else(|| format!("row-{number_of}")),
            account_ref: who.reference.clone(),
            account: who.name.clone(),
            subscription_ref: if self.subscription.is_none() {
                String::new()
            } else {
                names.source_text(self.subscription)
            },
            product: self.name.clone(),
            product_ref: format!("{}:{}", names.text(self.product), names.text(self.sku)),
            from: self.from.map(|p| p.start.to_string()),
            to: self.from.map(|p| p.last().to_string()),
            seats_billed: self.billed.map(number),
            seats_expected: self.expects.map(number),
            seats_sold: self.charged.map(number),
            cost: in_cost(self.cost),
            expected: in_cost(self.expected),
            sold: self.sold.map(|v| total(v, self.sold_currency)),
            margin: one_currency.then(|| total(margin, self.currency)),
            currency: self.currency.to_string(),
            sold_currency: self.sold_currency.to_string(),
            class: self.class,
            finding: self.finding.clone(),
            state: self.state.map(State::name),
            worth: self.worth.map(|v| total(v, self.worth_in)),
            vendor_refs: self.refs.clone(),
            lines: self.lines,
        }
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
    fn count(&mut self, row: &Charge) {
        self.agreements += 1;
        self.even += usize::from(row.class.is_none());
        if row.is_open() {
            self.open += 1;
            self.worth += row.worth.unwrap_or_default();
        }
    }

    fn margin(&self) -> Decimal {
        self.sold.unwrap_or_default() - self.cost.unwrap_or_default()
    }

    fn shown(&self, who: &Who, currency: Currency) -> Account {
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
