//! The agreements of a reconciled month in the making: rows of the engine that match are folded by agreement, each row with a
//! finding stands alone, and findings beside the rows are added.

use crate::people::reference;
use engine::reconcile::{Figures, Input, Reconciliation, Row};
use engine::register::ProductKey;
use engine::{Currency, Decimal, LineRef, Names, SourceId, Symbol};
use std::cmp::Ordering;
use std::collections::HashMap;

/// Names of the catalogue, for what no vendor line names.
pub(super) type Listed = HashMap<ProductKey, Symbol>;

/// Whom a row is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Who {
    pub name: String,
    pub reference: String,
    pub mapped: bool,
}

/// The rows in the making.
pub(super) struct Table {
    /// In the order they are shown.
    pub people: Vec<Who>,
    pub rows: Vec<Charge>,
}

/// One agreement in the making.
pub(super) struct Charge {
    /// Its place among the people.
    pub who: usize,
    pub subscription: SourceId,
    pub product: Symbol,
    pub sku: Symbol,
    pub name: Symbol,
    pub from: Option<engine::Period>,
    pub billed: Option<Decimal>,
    pub expects: Option<Decimal>,
    pub charged: Option<Decimal>,
    pub cost: Option<Decimal>,
    pub expected: Option<Decimal>,
    pub sold: Option<Decimal>,
    pub currency: Currency,
    pub sold_currency: Currency,
    /// The finding it carries, by its place among those of the month.
    pub finding: Option<usize>,
    /// The vendor's rows, the first fifty.
    pub refs: Vec<LineRef>,
    pub lines: usize,
}

impl Table {
    pub fn of(outcome: &Reconciliation, input: &Input<'_>, listed: &Listed) -> Table {
        let mut people = People::of(input);
        let mut rows: Vec<Charge> = Vec::new();
        let mut at: HashMap<(usize, SourceId, Symbol, Symbol, Currency, Currency), usize> = HashMap::new();
        let mut shown = vec![false; outcome.findings.len()];
        for row in &outcome.rows {
            let f = outcome.figures(row, input);
            let vendor = outcome.vendor_lines(row);
            let told = vendor.first().map_or(Symbol::EMPTY, |n| input.vendor[*n as usize].customer_name);
            let who = people.number(f.customer, told, input);
            let finding = row.finding();
            if let Some(n) = finding {
                shown[n] = true;
            }
            let key = (who, f.subscription, f.product, f.sku, f.currency, f.sold_currency);
            let place = match (finding, at.get(&key)) {
                (None, Some(&place)) => place,
                _ => {
                    rows.push(Charge::new(who, &f, finding, listed));
                    if finding.is_none() {
                        at.insert(key, rows.len() - 1);
                    }
                    rows.len() - 1
                }
            };
            rows[place].add(&f, row, outcome, input);
        }
        // What is found beside the rows: a document's total, credit lost on usage.
        for (n, _) in shown.iter().enumerate().filter(|(_, shown)| !**shown) {
            let who = people.number(outcome.findings[n].customer, Symbol::EMPTY, input);
            rows.push(Charge::beside(who, n, outcome, listed));
        }
        let mut table = Table { people: people.known, rows };
        table.put_in_order(input.names);
        table
    }

    /// By account, product, day and row of the vendor's.
    fn put_in_order(&mut self, names: &Names) {
        let mut order: Vec<usize> = (0..self.people.len()).collect();
        order.sort_by(|a, b| self.people[*a].cmp(&self.people[*b]));
        let mut place = vec![0; order.len()];
        for (n, who) in order.iter().enumerate() {
            place[*who] = n;
        }
        self.rows.iter_mut().for_each(|row| row.who = place[row.who]);
        let mut people: Vec<Option<Who>> = std::mem::take(&mut self.people).into_iter().map(Some).collect();
        self.people = order.into_iter().filter_map(|who| people[who].take()).collect();
        self.rows.sort_by(|a, b| {
            (a.who.cmp(&b.who))
                .then_with(
                    || if a.name == b.name { Ordering::Equal } else { names.text(a.name).cmp(names.text(b.name)) },
                )
                .then_with(|| a.from.map(|p| p.start).cmp(&b.from.map(|p| p.start)))
                .then_with(|| a.refs.cmp(&b.refs))
        });
    }
}

/// Accounts by what the vendor calls them.
pub(super) struct People {
    pub owners: HashMap<SourceId, usize>,
    pub known: Vec<Who>,
}

impl People {
    fn of(input: &Input<'_>) -> People {
        let known: Vec<Who> = input
            .accounts
            .iter()
            .map(|a| Who { name: a.name.clone(), reference: reference(a, input.names), mapped: true })
            .collect();
        let by_id: HashMap<_, usize> = input.accounts.iter().enumerate().map(|(n, a)| (a.id, n)).collect();
        let of_tenant = |t: &engine::register::Tenant| Some((t.tenant, *by_id.get(&t.account?)?));
        let mut owners: HashMap<SourceId, usize> = input.tenants.iter().filter_map(of_tenant).collect();
        owners
            .extend(input.accounts.iter().enumerate().filter(|(_, a)| !a.source.is_none()).map(|(n, a)| (a.source, n)));
        People { owners, known }
    }

    /// Whose customer id it is; who is not known is known by what the vendor says.
    fn number(&mut self, customer: SourceId, told: Symbol, input: &Input<'_>) -> usize {
        if let Some(&number) = self.owners.get(&customer) {
            if self.known[number].name.is_empty() {
                self.known[number].name = input.names.text(told).to_owned();
            }
            return number;
        }
        let reference = if customer.is_none() { String::new() } else { input.names.source_text(customer) };
        self.known.push(Who { name: input.names.text(told).to_owned(), reference, mapped: false });
        self.owners.insert(customer, self.known.len() - 1);
        self.known.len() - 1
    }
}

impl Charge {
    fn new(who: usize, f: &Figures, finding: Option<usize>, listed: &Listed) -> Charge {
        let of_catalogue = || listed.get(&ProductKey { product: f.product, sku: f.sku }).copied();
        Charge {
            who,
            subscription: f.subscription,
            product: f.product,
            sku: f.sku,
            name: Some(f.product_name).filter(|n| !n.is_empty()).or_else(of_catalogue).unwrap_or(Symbol::EMPTY),
            from: None,
            billed: None,
            expects: f.expected_quantity,
            charged: None,
            cost: None,
            expected: None,
            sold: None,
            currency: f.currency,
            sold_currency: f.sold_currency,
            finding,
            refs: Vec::new(),
            lines: 0,
        }
    }

    fn beside(who: usize, number: usize, outcome: &Reconciliation, listed: &Listed) -> Charge {
        let f = &outcome.findings[number];
        let figures = Figures {
            customer: f.customer,
            subscription: f.subscription,
            product: f.product,
            sku: f.sku,
            product_name: f.product_name,
            period: f.period,
            currency: f.currency,
            cost_quantity: None,
            cost: Decimal::ZERO,
            expected_quantity: None,
            sold_quantity: None,
            sold_cost: Decimal::ZERO,
            sold: Decimal::ZERO,
            sold_currency: f.currency,
        };
        let mut line = Charge::new(who, &figures, Some(number), listed);
        line.refs = f.vendor_rows.iter().take(50).copied().collect();
        line.lines = f.vendor_rows.len();
        line.from = f.period;
        line
    }

    fn add(&mut self, f: &Figures, row: &Row, outcome: &Reconciliation, input: &Input<'_>) {
        if let Some(quantity) = f.cost_quantity {
            put(&mut self.cost, Some(f.cost));
            put(&mut self.billed, Some(quantity));
        }
        if let Some(quantity) = f.sold_quantity {
            put(&mut self.expected, Some(f.sold_cost));
            put(&mut self.sold, Some(f.sold));
            put(&mut self.charged, Some(quantity));
        }
        self.from = match (self.from, f.period) {
            (Some(a), Some(b)) => Some(engine::Period { start: a.start.min(b.start), end: a.end.max(b.end) }),
            (a, b) => a.or(b),
        };
        let lines = outcome.vendor_lines(row);
        self.lines += lines.len();
        let room = 50usize.saturating_sub(self.refs.len());
        self.refs.extend(lines.iter().take(room).map(|n| input.vendor[*n as usize].at));
    }
}

/// Adds what is there.
pub(super) fn put(into: &mut Option<Decimal>, value: Option<Decimal>) {
    if let Some(value) = value {
        *into = Some(into.unwrap_or_default() + value);
    }
}
