//! The agreements of a reconciled month in the making: rows of the engine that match are folded by agreement, each row with a
//! finding stands alone, and findings beside the rows are added.

use crate::people::reference;
use crate::wire::cost_id;
use engine::finding::Finding;
use engine::reconcile::{Figures, Input, Reconciliation, Row};
use engine::{Currency, Decimal, SourceId, Symbol};
use std::collections::HashMap;
use store::tables::findings::State;

/// A finding and what the book keeps of it.
pub(super) struct Found<'a> {
    pub of: &'a Finding,
    pub kept: Option<(String, State, Decimal)>,
}

/// Whom a row is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Who {
    pub name: String,
    pub reference: String,
    pub mapped: bool,
}

/// The rows in the making.
pub(super) struct Table {
    pub people: Vec<Who>,
    pub rows: Vec<Charge>,
    pub recorded: bool,
}

/// One agreement in the making.
pub(super) struct Charge {
    pub who: usize,
    pub subscription: SourceId,
    pub product: Symbol,
    pub sku: Symbol,
    pub name: String,
    pub from: Option<engine::Period>,
    pub billed: Option<Decimal>,
    pub expects: Option<Decimal>,
    pub charged: Option<Decimal>,
    pub cost: Option<Decimal>,
    pub expected: Option<Decimal>,
    pub sold: Option<Decimal>,
    pub currency: Currency,
    pub sold_currency: Currency,
    pub class: Option<&'static str>,
    pub finding: Option<String>,
    pub state: Option<State>,
    pub worth: Option<Decimal>,
    pub worth_in: Currency,
    pub refs: Vec<String>,
    pub lines: usize,
}

impl Table {
    pub fn of(
        outcome: &Reconciliation,
        input: &Input<'_>,
        found: &[Found<'_>],
        recorded: bool,
        named: &HashMap<engine::register::ProductKey, String>,
    ) -> Table {
        let mut people = People::of(input);
        let mut rows: Vec<Charge> = Vec::new();
        let mut at: HashMap<(usize, SourceId, Symbol, Symbol, Currency, Currency), usize> = HashMap::new();
        let mut shown = vec![false; found.len()];
        for row in &outcome.rows {
            let f = outcome.figures(row, input);
            let vendor = outcome.vendor_lines(row);
            let told = vendor.first().map_or(Symbol::EMPTY, |n| input.vendor[*n as usize].customer_name);
            let who = people.number(f.customer, told, input);
            let finding = row.finding().map(|n| &found[n]);
            if let Some(n) = row.finding() {
                shown[n] = true;
            }
            let key = (who, f.subscription, f.product, f.sku, f.currency, f.sold_currency);
            let place = match (finding, at.get(&key)) {
                (None, Some(&place)) => place,
                _ => {
                    rows.push(Charge::new(who, &f, finding, input, named));
                    if finding.is_none() {
                        at.insert(key, rows.len() - 1);
                    }
                    rows.len() - 1
                }
            };
            rows[place].add(&f, row, outcome, input);
        }
        // What is found beside the rows: a document's total, credit lost on usage.
        for finding in found.iter().zip(shown).filter(|(_, shown)| !shown).map(|(f, _)| f) {
            let who = people.number(finding.of.customer, Symbol::EMPTY, input);
            rows.push(Charge::beside(who, finding, input, named));
        }
        let people = people.known;
        rows.sort_by(|a, b| {
            (people[a.who].cmp(&people[b.who]))
                .then_with(|| a.name.cmp(&b.name))
                .then_with(|| a.from.map(|p| p.start).cmp(&b.from.map(|p| p.start)))
                .then_with(|| a.refs.cmp(&b.refs))
        });
        Table { people, rows, recorded }
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
    fn new(
        who: usize,
        f: &Figures,
        finding: Option<&Found<'_>>,
        input: &Input<'_>,
        named: &HashMap<engine::register::ProductKey, String>,
    ) -> Charge {
        let listed = || named.get(&engine::register::ProductKey { product: f.product, sku: f.sku }).cloned();
        let name = Some(input.names.text(f.product_name)).filter(|n| !n.is_empty()).map(str::to_owned);
        Charge {
            who,
            subscription: f.subscription,
            product: f.product,
            sku: f.sku,
            name: name.or_else(listed).unwrap_or_default(),
            from: None,
            billed: None,
            expects: f.expected_quantity,
            charged: None,
            cost: None,
            expected: None,
            sold: None,
            currency: f.currency,
            sold_currency: f.sold_currency,
            class: finding.map(|f| f.of.class.name()),
            finding: finding.and_then(|f| f.kept.as_ref()).map(|(id, _, _)| id.clone()),
            state: finding.map(|f| f.kept.as_ref().map_or(State::Open, |(_, state, _)| *state)),
            worth: finding.map(|f| f.of.money),
            worth_in: finding.map_or(f.currency, |f| f.of.currency),
            refs: Vec::new(),
            lines: 0,
        }
    }

    fn beside(
        who: usize,
        finding: &Found<'_>,
        input: &Input<'_>,
        named: &HashMap<engine::register::ProductKey, String>,
    ) -> Charge {
        let f = finding.of;
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
        let mut line = Charge::new(who, &figures, Some(finding), input, named);
        line.refs = f.vendor_rows.iter().take(50).map(|at| cost_id(*at)).collect();
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
        self.refs.extend(lines.iter().take(room).map(|n| cost_id(input.vendor[*n as usize].at)));
    }

    /// Whether it waits for a decision.
    pub fn is_open(&self) -> bool {
        self.state == Some(State::Open)
    }
}

/// Adds what is there.
pub(super) fn put(into: &mut Option<Decimal>, value: Option<Decimal>) {
    if let Some(value) = value {
        *into = Some(into.unwrap_or_default() + value);
    }
}
