//! What two price lists differ by, in money on our own book.

use super::{Known, prices_of};
use crate::catalogue::reference;
use crate::people::People;
use crate::prices::{list_kind_word, plan_word, term_text};
use crate::session::Book;
use crate::wire::{number, percent_more, total, unit_price};
use crate::{Failure, Session, output};
use engine::money::Totals;
use engine::price::ListPrice;
use engine::price_change::{Difference, Listing, Running, Side, What, compare, in_force, in_the_end};
use engine::register::{ProductKey, Status};
use engine::{Date, Decimal, Names, Symbol};
use formats::export::{Cell, table_csv};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use store::tables::price_lists::PriceList;
use store::tables::subscriptions::Scope;
use store::tables::{self};

/// What to compare.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub struct DiffAsk {
    /// Two lists, or one and what is in force today.
    #[serde(default)]
    lists: Vec<String>,
    /// What is in force on this day.
    #[serde(default)]
    on: Option<String>,
    /// With what is in force on this day; today without one.
    #[serde(default)]
    and: Option<String>,
    /// Also products that are not in the catalogue.
    #[serde(default)]
    all: bool,
    /// A file to write the rows to, as CSV.
    #[serde(default)]
    csv: Option<PathBuf>,
}

/// One side of the comparison.
#[derive(Clone, Debug, JsonSchema, Serialize)]
pub struct SideShown {
    /// Number of the list, where it is one.
    list: Option<u32>,
    /// The file it came in.
    file: Option<String>,
    /// The day whose prices these are, or on which the list's prices begin.
    day: String,
}

/// A price that is not the same on both sides.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Row {
    product: String,
    /// As the catalogue names it; outside of it the product's id.
    name: String,
    kind: &'static str,
    term: String,
    plan: &'static str,
    currency: String,
    segment: String,
    from_quantity: String,
    /// `changed`, `new`, `gone` or `ends`.
    what: &'static str,
    /// The first day of the later price; the day after the last for what ends.
    from: Option<String>,
    cost_before: Option<String>,
    cost_after: Option<String>,
    cost_percent: Option<String>,
    erp_before: Option<String>,
    erp_after: Option<String>,
    erp_percent: Option<String>,
    /// Subscriptions that run on it today, and their seats.
    running: u32,
    seats: String,
    /// What those seats cost more; nothing where one side has no price, or it is paid once.
    per_month: Option<String>,
    per_year: Option<String>,
}

/// What all differences come to in one currency.
#[derive(Debug, JsonSchema, Serialize)]
pub struct TotalShown {
    currency: String,
    per_month: String,
    per_year: String,
}

/// What two lists differ by, by money.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Diff {
    before: SideShown,
    after: SideShown,
    totals: Vec<TotalShown>,
    changed: usize,
    new: usize,
    gone: usize,
    ends: usize,
    same: usize,
    /// Prices that differ, of products outside the catalogue.
    elsewhere: usize,
    rows: Vec<Row>,
}

/// Compares two lists, or a list with what is in force, or what is in force on two days.
pub fn diff(session: &mut Session, ask: DiffAsk) -> Result<Diff, Failure> {
    let dry_run = session.dry_run();
    session.read(|book| {
        let mut names = book.names()?;
        let priced = tables::prices::load_list(book.conn(), &mut names)?;
        let products = tables::products::load(book.conn(), &mut names)?;
        let titles: HashMap<ProductKey, &str> = products.iter().map(|p| (p.key, p.name.as_str())).collect();
        let running = running(book, &mut names)?;
        let known = Known::load(book)?;
        let (first, second) = asked(book, &known, &ask)?;
        let (rows_before, rows_after) =
            (first.prices(book, &priced, &mut names)?, second.prices(book, &priced, &mut names)?);
        let (before, after) = (first.side(&rows_before), second.side(&rows_after));
        let after = completed(after, &before, &second, &known);
        let compared = compare(&before, &after, &running)
            .map_err(|e| Failure::new("E-RULE", format!("An amount of the lists does not fit: {e}.")))?;
        let used: HashSet<ProductKey> = running.iter().map(|r| r.product).collect();
        let ours = |d: &&Difference<'_>| {
            ask.all || titles.contains_key(&d.listing.product) || used.contains(&d.listing.product)
        };
        let mut differences: Vec<&Difference<'_>> = compared.differences.iter().filter(ours).collect();
        // Of two at the same stake by product: the same order whatever was read first.
        differences.sort_by_cached_key(|d| (d.stake(), reference(d.listing.product, &names), d.listing));
        let rows: Vec<Row> = differences.iter().map(|d| row(d, &titles, &names)).collect();
        if let Some(file) = ask.csv.as_deref().filter(|_| !dry_run) {
            write(file, &differences, &rows)?;
        }
        let count = |what: &str| rows.iter().filter(|r| r.what == what).count();
        Ok(Diff {
            before: first.shown(&known),
            after: second.shown(&known),
            totals: totals(&compared.per_month, &compared.per_year),
            changed: count("changed"),
            new: count("new"),
            gone: count("gone"),
            ends: count("ends"),
            same: compared.same,
            elsewhere: compared.differences.len() - differences.len(),
            rows,
        })
    })
}

/// One side as it was asked for.
enum Asked {
    InForce(Date),
    List(PriceList),
}

fn asked(book: &Book<'_>, known: &Known, ask: &DiffAsk) -> Result<(Asked, Asked), Failure> {
    let day = |text: &Option<String>| text.as_deref().map(crate::session::date).transpose();
    let list = |id: &String| known.find(id).cloned().map(Asked::List);
    Ok(match ask.lists.as_slice() {
        [before, after] => (list(before)?, list(after)?),
        [after] => (Asked::InForce(book.today), list(after)?),
        [] => {
            let before = day(&ask.on)?.ok_or_else(|| {
                Failure::usage("Name a list, two lists, or two days with --on and --and.")
                    .hint("See `billhook prices lists`.")
            })?;
            (Asked::InForce(before), Asked::InForce(day(&ask.and)?.unwrap_or(book.today)))
        }
        _ => return Err(Failure::usage("Two lists are compared at a time.")),
    })
}

impl Asked {
    fn prices(&self, book: &Book<'_>, priced: &[ListPrice], names: &mut Names) -> Result<Vec<ListPrice>, Failure> {
        match self {
            Asked::InForce(_) => Ok(priced.to_vec()),
            Asked::List(list) => prices_of(book, list, names),
        }
    }

    fn side<'p>(&self, prices: &'p [ListPrice]) -> Side<'p> {
        match self {
            Asked::InForce(day) => in_force(prices, *day),
            Asked::List(_) => in_the_end(prices),
        }
    }

    fn shown(&self, known: &Known) -> SideShown {
        match self {
            Asked::InForce(day) => SideShown { list: None, file: None, day: day.to_string() },
            Asked::List(list) => SideShown {
                list: Some(list.document),
                file: Some(known.file(list).to_owned()),
                day: list.from.to_string(),
            },
        }
    }
}

/// The later side with what it does not speak of: an announced list names only what changes, and an ordinary one only what its
/// own vendor sells, in its own currencies.
fn completed<'p>(mut after: Side<'p>, before: &Side<'p>, asked: &Asked, known: &Known) -> Side<'p> {
    let Asked::List(list) = asked else { return after };
    let speaks_of = |price: &ListPrice| {
        let source = price.source.and_then(|at| known.lists.iter().find(|l| l.document == at.document));
        let same = source.is_some_and(|l| known.kind(l) == known.kind(list) && l.vendor == list.vendor);
        !list.announced && same && list.currencies.contains(&price.currency)
    };
    for (listing, price) in before {
        if !after.contains_key(listing) && !speaks_of(price) {
            after.insert(*listing, price);
        }
    }
    after
}

/// What runs today, as the vendor prices it: of a bundle its parts.
fn running(book: &Book<'_>, names: &mut Names) -> Result<Vec<Running>, Failure> {
    let people = People::load(book, names)?;
    let bundles = tables::products::load_bundles(book.conn(), names)?;
    let mut running = Vec::new();
    for s in tables::subscriptions::load(book.conn(), names, Scope::All)? {
        let state = s.on(book.today);
        if !matches!(state.status, Status::Active | Status::Suspended) {
            continue;
        }
        let one = |product, quantity| Running {
            product,
            term: s.term,
            plan: s.plan,
            currency: s.pricing_currency,
            segment: people.get(state.account).map_or(Symbol::EMPTY, |a| a.segment),
            quantity,
        };
        match bundles.iter().find(|b| b.code == state.product.product) {
            Some(bundle) => {
                let units = |ratio: Decimal| {
                    let large = || Failure::new("E-RULE", "The seats of a bundle do not fit.");
                    state.quantity.checked_mul(ratio).ok_or_else(large)
                };
                // What is charged once is bought no more.
                let edition = bundle.on(crate::bundles::edition_day(&s, &state, book.today));
                for part in edition.into_iter().flat_map(|edition| edition.recurring()) {
                    running.push(one(part.product, units(part.ratio)?));
                }
            }
            None => running.push(one(state.product, state.quantity)),
        }
    }
    Ok(running)
}

fn totals(per_month: &Totals, per_year: &Totals) -> Vec<TotalShown> {
    let shown = |(currency, year): (engine::Currency, Decimal)| TotalShown {
        currency: currency.to_string(),
        per_month: total(per_month.get(currency), currency),
        per_year: total(year, currency),
    };
    per_year.iter().map(shown).collect()
}

fn what_word(what: What) -> &'static str {
    match what {
        What::Changed => "changed",
        What::New => "new",
        What::Gone => "gone",
        What::Ends => "ends",
    }
}

fn row(d: &Difference<'_>, titles: &HashMap<ProductKey, &str>, names: &Names) -> Row {
    let Listing { product, kind, plan, currency, segment, at_least, .. } = d.listing;
    let price = |side: Option<&ListPrice>, of: fn(&ListPrice) -> Decimal| side.map(|p| unit_price(of(p), currency));
    let percent = |of: fn(&ListPrice) -> Decimal| {
        d.before.zip(d.after).filter(|(b, a)| of(b) != of(a)).and_then(|(b, a)| percent_more(of(b), of(a)))
    };
    let either = d.after.or(d.before);
    Row {
        product: reference(product, names),
        name: titles.get(&product).map_or_else(|| reference(product, names), |name| (*name).to_owned()),
        kind: list_kind_word(kind),
        term: either.map(term_text).unwrap_or_default(),
        plan: plan_word(plan),
        currency: currency.to_string(),
        segment: names.text(segment).to_owned(),
        from_quantity: number(at_least),
        what: what_word(d.what),
        from: match d.what {
            What::Ends => d.after.and_then(|p| p.until).map(|day| day.to_string()),
            What::Changed | What::New | What::Gone => d.after.map(|p| p.from.to_string()),
        },
        cost_before: price(d.before, |p| p.cost),
        cost_after: price(d.after, |p| p.cost),
        cost_percent: percent(|p| p.cost),
        erp_before: price(d.before, |p| p.erp),
        erp_after: price(d.after, |p| p.erp),
        erp_percent: percent(|p| p.erp),
        running: d.running,
        seats: number(d.seats),
        per_month: d.per_month.map(|m| m.to_string()),
        per_year: d.per_year.map(|m| m.to_string()),
    }
}

const HEAD: [&str; 16] = [
    "Product",
    "Name",
    "Of",
    "TermDuration",
    "BillingPlan",
    "Currency",
    "Segment",
    "FromQuantity",
    "What",
    "CostBefore",
    "CostAfter",
    "RetailBefore",
    "RetailAfter",
    "Seats",
    "CostPerMonth",
    "CostPerYear",
];

fn write(file: &Path, differences: &[&Difference<'_>], rows: &[Row]) -> Result<(), Failure> {
    let cells = differences.iter().zip(rows).map(|(d, row)| {
        let text = |text: &str| Cell::Text(text.to_owned());
        let price = |side: Option<&ListPrice>, of: fn(&ListPrice) -> Decimal| {
            side.map_or(Cell::Empty, |p| Cell::Number(of(p).round_dp(8).normalize()))
        };
        let money = |m: Option<engine::Money>| m.map_or(Cell::Empty, Cell::Amount);
        vec![
            text(&row.product),
            text(&row.name),
            text(row.kind),
            text(&row.term),
            text(row.plan),
            text(&row.currency),
            text(&row.segment),
            Cell::Number(d.listing.at_least),
            text(row.what),
            price(d.before, |p| p.cost),
            price(d.after, |p| p.cost),
            price(d.before, |p| p.erp),
            price(d.after, |p| p.erp),
            Cell::Number(d.seats),
            money(d.per_month),
            money(d.per_year),
        ]
    });
    output::create(file, |out| table_csv(&HEAD, cells, out).map_err(std::io::Error::other))
}
