//! Figures of a month: what was sold and what remains of it, by account, reseller, product or vendor.
//!
//! In: the lines of the month's issued invoices and credit notes. Out: a row per group and currency, and a total per
//! currency; amounts of two currencies are never added. Always: the rows of a currency add up to its total, and the
//! totals to the net of the month's documents.

use crate::people::People;
use crate::session::Book;
use crate::{Failure, Session, output};
use engine::register::{AccountKind, Product, ProductKey};
use engine::sale::SaleLine;
use engine::{Currency, Decimal, Id, Money, Names, Rounding};
use formats::export::Cell;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use store::tables;
use store::tables::invoices::Filter;

/// What to report.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Ask {
    /// Billing month.
    pub period: String,
    /// `account`, `reseller`, `product` or `vendor`.
    #[serde(default)]
    pub by: Option<String>,
    /// Also write the rows here, as CSV.
    #[serde(default)]
    pub csv: Option<PathBuf>,
}

/// Margins of a month.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Margins {
    period: String,
    by: &'static str,
    /// What the margin is the difference of, in words.
    measure: &'static str,
    rows: Vec<Margin>,
    totals: Vec<Margin>,
}

/// What one group brought in one currency.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Margin {
    #[serde(rename = "ref")]
    reference: String,
    name: String,
    currency: String,
    lines: usize,
    net: String,
    cost: String,
    margin: String,
    margin_percent: Option<String>,
    /// Net of lines whose cost is not known: they count as margin in full.
    without_cost: String,
}

/// Sales of a month.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Sales {
    period: String,
    by: &'static str,
    rows: Vec<Sale>,
    totals: Vec<Sale>,
}

/// What one group was sold in one currency.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Sale {
    #[serde(rename = "ref")]
    reference: String,
    name: String,
    currency: String,
    lines: usize,
    net: String,
    share_percent: Option<String>,
}

/// What a margin is here. The month at a glance takes what the vendors billed instead, sold or not.
const MEASURE: &str = "sold less the cost of what was sold, whenever the vendors bill it";

/// Reports margins, the largest first.
pub fn margin(session: &mut Session, ask: Ask) -> Result<Margins, Failure> {
    let table = load(session, &ask, |f| f.margin())?;
    let shown = |row: &Row| Margin {
        reference: row.group.reference.clone(),
        name: row.group.name.clone(),
        currency: row.currency.to_string(),
        lines: row.figures.lines,
        net: money(row.figures.net, row.currency),
        cost: money(row.figures.cost, row.currency),
        margin: money(row.figures.margin(), row.currency),
        margin_percent: percent(row.figures.margin(), row.figures.net).map(|p| p.to_string()),
        without_cost: money(row.figures.without_cost, row.currency),
    };
    if let Some(file) = ask.csv.as_deref().filter(|_| !session.dry_run()) {
        let head = ["Id", "Name", "Currency", "Lines", "Net", "Cost", "Margin", "MarginPercent", "NetWithoutCost"];
        write(file, &head, &table, |row| {
            let (f, currency) = (row.figures, row.currency);
            let amount = |minor| Cell::Amount(Money::from_minor(minor, currency));
            let share = percent(f.margin(), f.net).map_or(Cell::Empty, Cell::Number);
            vec![amount(f.net), amount(f.cost), amount(f.margin()), share, amount(f.without_cost)]
        })?;
    }
    let (rows, totals) = (table.rows.iter().map(shown).collect(), table.totals.iter().map(shown).collect());
    Ok(Margins { period: ask.period, by: table.by.name(), measure: MEASURE, rows, totals })
}

/// Reports sales, the largest first.
pub fn sales(session: &mut Session, ask: Ask) -> Result<Sales, Failure> {
    let table = load(session, &ask, |f| f.net)?;
    let share = |row: &Row| {
        let total = table.totals.iter().find(|t| t.currency == row.currency);
        total.and_then(|t| percent(row.figures.net, t.figures.net))
    };
    let shown = |row: &Row| Sale {
        reference: row.group.reference.clone(),
        name: row.group.name.clone(),
        currency: row.currency.to_string(),
        lines: row.figures.lines,
        net: money(row.figures.net, row.currency),
        share_percent: share(row).map(|p| p.to_string()),
    };
    if let Some(file) = ask.csv.as_deref().filter(|_| !session.dry_run()) {
        write(file, &["Id", "Name", "Currency", "Lines", "Net", "SharePercent"], &table, |row| {
            let net = Cell::Amount(Money::from_minor(row.figures.net, row.currency));
            vec![net, share(row).map_or(Cell::Empty, Cell::Number)]
        })?;
    }
    let (rows, totals) = (table.rows.iter().map(shown).collect(), table.totals.iter().map(shown).collect());
    Ok(Sales { period: ask.period, by: table.by.name(), rows, totals })
}

/// What lines are brought together by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum By {
    Account,
    Reseller,
    Product,
    Vendor,
}

impl By {
    const ALL: [By; 4] = [By::Account, By::Reseller, By::Product, By::Vendor];

    fn name(self) -> &'static str {
        match self {
            By::Account => "account",
            By::Reseller => "reseller",
            By::Product => "product",
            By::Vendor => "vendor",
        }
    }
}

/// One group: the id people know it by, and its name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Group {
    name: String,
    reference: String,
}

/// Sums in minor units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Figures {
    lines: usize,
    net: i64,
    cost: i64,
    without_cost: i64,
}

impl Figures {
    fn add(&mut self, line: &SaleLine) {
        let net = line.net.minor();
        self.lines += 1;
        self.net += net;
        match line.cost {
            Some(cost) => self.cost += cost.minor(),
            None => self.without_cost += net,
        }
    }

    fn margin(&self) -> i64 {
        self.net - self.cost
    }
}

/// The figures of a group in a currency.
struct Row {
    group: Group,
    currency: Currency,
    figures: Figures,
}

struct Table {
    by: By,
    rows: Vec<Row>,
    totals: Vec<Row>,
}

fn load(session: &mut Session, ask: &Ask, size: fn(&Figures) -> i64) -> Result<Table, Failure> {
    let month = crate::session::month(&ask.period)?;
    let wanted = ask.by.as_deref().unwrap_or("account");
    let by = By::ALL
        .into_iter()
        .find(|by| by.name() == wanted)
        .ok_or_else(|| Failure::usage(format!("--by \"{wanted}\": give account, reseller, product or vendor.")))?;
    session.read(|book| {
        let groups = Groups::load(book, by)?;
        let mut sums: BTreeMap<(Group, Currency), Figures> = BTreeMap::new();
        let mut totals: BTreeMap<Currency, Figures> = BTreeMap::new();
        let of_month = Filter { period: Some(month), ..Filter::default() };
        tables::invoices::each_line(book.conn(), of_month, |_, stored| {
            let currency = stored.line.net.currency();
            sums.entry((groups.of(&stored.line), currency)).or_default().add(&stored.line);
            totals.entry(currency).or_default().add(&stored.line);
        })?;
        let all = Group { name: "Total".into(), reference: String::new() };
        Ok(Table {
            by,
            rows: sorted(sums, size),
            totals: totals
                .into_iter()
                .map(|(currency, figures)| Row { group: all.clone(), currency, figures })
                .collect(),
        })
    })
}

/// By currency, then the largest first; equal ones by name.
fn sorted(sums: BTreeMap<(Group, Currency), Figures>, size: fn(&Figures) -> i64) -> Vec<Row> {
    let mut rows: Vec<Row> =
        sums.into_iter().map(|((group, currency), figures)| Row { group, currency, figures }).collect();
    rows.sort_by(|a, b| a.currency.cmp(&b.currency).then_with(|| size(&b.figures).cmp(&size(&a.figures))));
    rows
}

/// Who and what the lines are about.
struct Groups {
    by: By,
    names: Names,
    people: People,
    products: HashMap<ProductKey, Product>,
}

impl Groups {
    fn load(book: &Book<'_>, by: By) -> Result<Groups, Failure> {
        let mut names = book.names()?;
        let people = People::load(book, &mut names)?;
        let products = tables::products::load(book.conn(), &mut names)?.into_iter().map(|p| (p.key, p)).collect();
        Ok(Groups { by, names, people, products })
    }

    fn of(&self, line: &SaleLine) -> Group {
        match self.by {
            By::Account => self.account(line.account),
            By::Reseller => match self.reseller(line.account) {
                Some(id) => self.account(id),
                None => Group { name: "Direct".into(), reference: String::new() },
            },
            By::Product => self.product(line),
            By::Vendor => {
                let vendor = line.product.and_then(|key| self.products.get(&key)).map_or("", |p| p.vendor.as_str());
                let name = if vendor.is_empty() { "Ourselves" } else { vendor };
                Group { name: name.to_owned(), reference: String::new() }
            }
        }
    }

    fn account(&self, id: Id) -> Group {
        Group { name: self.people.name(id).to_owned(), reference: self.people.reference(id, &self.names) }
    }

    /// The nearest reseller above an account, or the account itself where it is one.
    fn reseller(&self, id: Id) -> Option<Id> {
        let is_reseller = |id: &Id| self.people.get(*id).is_some_and(|a| a.kind == AccountKind::Reseller);
        std::iter::once(id).chain(self.people.above(id)).find(is_reseller)
    }

    fn product(&self, line: &SaleLine) -> Group {
        match line.product {
            Some(key) => Group {
                name: self.products.get(&key).map_or_else(|| line.name.clone(), |p| p.name.clone()),
                reference: crate::catalogue::reference(key, &self.names),
            },
            None => Group { name: "Without a product".into(), reference: String::new() },
        }
    }
}

fn money(minor: i64, currency: Currency) -> String {
    Money::from_minor(minor, currency).to_string()
}

/// A share in percent with one decimal; none of nothing.
fn percent(part: i64, of: i64) -> Option<Decimal> {
    let share = Decimal::from(part).checked_mul(Decimal::ONE_HUNDRED)?.checked_div(Decimal::from(of))?;
    let mut share = Rounding::HalfUp.apply(share, 1);
    share.rescale(1);
    Some(share)
}

/// Writes rows and totals; `figures` are the cells behind id, name, currency and lines.
fn write(file: &Path, head: &[&str], table: &Table, figures: impl Fn(&Row) -> Vec<Cell>) -> Result<(), Failure> {
    let rows = table.rows.iter().chain(&table.totals).map(|row| {
        let mut cells = vec![
            Cell::Text(row.group.reference.clone()),
            Cell::Text(row.group.name.clone()),
            Cell::Text(row.currency.to_string()),
            Cell::Number(Decimal::from(row.figures.lines)),
        ];
        cells.extend(figures(row));
        cells
    });
    output::create(file, |out| formats::export::table_csv(head, rows, out).map_err(std::io::Error::other))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_have_one_decimal() {
        let text = |part, of| percent(part, of).map(|p| p.to_string());
        assert_eq!(text(1, 3).as_deref(), Some("33.3"));
        assert_eq!(text(-5, 100).as_deref(), Some("-5.0"));
        assert_eq!(text(2, 0), None);
    }

    #[test]
    fn largest_first_within_a_currency() {
        let group = |name: &str| Group { name: name.into(), reference: String::new() };
        let net = |net| Figures { lines: 1, net, ..Figures::default() };
        let (eur, gbp) = (Currency::EUR, Currency::parse("GBP").unwrap());
        let sums = BTreeMap::from([
            ((group("b"), eur), net(100)),
            ((group("a"), eur), net(100)),
            ((group("c"), eur), net(300)),
            ((group("a"), gbp), net(900)),
        ]);
        let rows = sorted(sums, |f| f.net);
        let order: Vec<(&str, Currency)> = rows.iter().map(|r| (r.group.name.as_str(), r.currency)).collect();
        assert_eq!(order, [("c", eur), ("a", eur), ("b", eur), ("a", gbp)]);
    }
}
