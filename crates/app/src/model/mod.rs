//! What-if: scenarios over the whole book. Nothing here changes the book but what a person keeps or applies.

mod account;
mod answer;
mod apply;
mod as_it_is;
mod compare;
mod figures;
mod kept;
mod letters;
mod quick;
mod scenario;
mod why;

use crate::people::People;
use crate::price_lists::{Known, prices_of};
use crate::session::Book;
use crate::{Failure, Session};
use as_it_is::AsItIs;
use engine::model::{Base, Figures, Horizon, Input, ModelError};
use engine::price::{ListPrice, PriceBook};
use engine::register::{Product, ProductKey, Subscription};
use engine::{Currency, Date, Decimal, Month, Names};
use scenario::{Ground, Understood};
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::{BTreeSet, HashMap};
use std::path::PathBuf;
use store::tables;
use store::tables::subscriptions::Scope;

pub use account::account;
pub use answer::run;
pub use apply::{Standing, applied, apply, undo};
pub use compare::compare;
pub use kept::{drop_kept as drop, list, save, show};
pub use letters::{answer, campaigns, letters};
pub use quick::quick;
pub use scenario::{Written, WrittenChange};
pub use why::why;

/// Which scenario, over which months.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
pub struct Wanted {
    /// A scenario file.
    #[serde(default)]
    pub file: Option<PathBuf>,
    /// Or one kept in the book or shipped with the program, by name.
    #[serde(default)]
    pub name: Option<String>,
    /// Or one written out.
    #[serde(default)]
    pub scenario: Option<Written>,
    /// Months to look at, instead of the scenario's own.
    #[serde(default)]
    pub horizon: Option<u32>,
    /// First month, instead of the scenario's own.
    #[serde(default)]
    pub first: Option<String>,
    /// A scenario that was taken over, by id or name: the book is looked at as if it had not been.
    #[serde(default)]
    pub without: Option<String>,
}

/// A book made ready for scenarios, as long as it stays as it is.
pub(crate) struct Made {
    of: Footing,
    names: Names,
    people: People,
    products: Vec<Product>,
    titles: HashMap<ProductKey, String>,
    prices: PriceBook,
    subscriptions: Vec<Subscription>,
    rates: Vec<(Currency, Currency, Decimal)>,
    base: Base,
    /// What was taken over and stands.
    standing: Vec<Standing>,
    /// What it comes to with nothing changed.
    as_it_is: AsItIs,
    /// What the last move of a slider came to: room for the next.
    spent: Figures,
    /// Price lists scenarios named, by the number they were named by.
    lists: HashMap<String, Vec<ListPrice>>,
}

/// What a made book stands on.
#[derive(PartialEq)]
struct Footing {
    horizon: Horizon,
    /// The scenario taken over that is left out.
    without: Option<String>,
    book: Vec<u8>,
}

/// Tables a model reads nothing of.
const UNREAD: &[&str] = &[
    "findings",
    "finding_history",
    "chain",
    "requests",
    "counters",
    "sequences",
    "runs",
    "drafts",
    "one_offs",
    "papers",
    "entries",
    "sale_lines",
    "sold_lines",
    "invoices",
    "contacts",
    "notes",
    "tenants",
    "problem_rows",
    "settings",
];

/// Months looked at where nobody says otherwise.
const MONTHS: u32 = 36;

impl Wanted {
    /// The scenario, read from where it is.
    fn written(&self, session: &mut Session) -> Result<Written, Failure> {
        if let Some(written) = &self.scenario {
            return Ok(written.clone());
        }
        if let Some(file) = &self.file {
            let text = std::fs::read_to_string(file).map_err(|error| {
                Failure::new("E-FILE-READ", format!("{} could not be read: {error}.", file.display()))
            })?;
            return scenario::read(&text);
        }
        match &self.name {
            Some(name) => kept::find(session, name),
            None => Err(Failure::usage("Name a scenario file, or a scenario of `billhook model list`.")),
        }
    }

    /// The months: as asked, else as the scenario has them, else three years from the month after the business day.
    fn horizon(&self, written: &Written, today: Date) -> Result<Horizon, Failure> {
        let first = self.first.as_deref().or(written.first_month.as_deref());
        let first = first.map(crate::session::month).transpose()?.unwrap_or(Month::of(today).plus(1));
        let own = written.horizon_months.as_deref().map(|text| {
            text.trim()
                .parse()
                .map_err(|_| Failure::usage(format!("horizon_months=\"{text}\" is not a number of months.")))
        });
        let months = self.horizon.map(Ok).or(own).transpose()?.unwrap_or(MONTHS);
        Horizon::new(first, months).ok_or_else(|| {
            Failure::usage(format!("A horizon has 1 to {} months, not {months}.", engine::model::MOST_MONTHS))
        })
    }
}

/// The book made ready: as it was where nothing of it has changed.
fn made(session: &mut Session, horizon: Horizon, without: Option<&str>) -> Result<Made, Failure> {
    let before = session.modelled.take();
    session.read(|book| {
        let without = without.map(str::to_owned);
        let of = Footing { horizon, without, book: tables::glance::state(book.conn(), UNREAD)? };
        match before {
            Some(before) if before.of == of => Ok(before),
            before => {
                std::mem::drop(before);
                make(book, of)
            }
        }
    })
}

/// Understands what is wanted and answers from the book made ready.
fn with_scenario<T>(
    session: &mut Session,
    wanted: &Wanted,
    answer: impl FnOnce(&mut Made, &Understood) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let written = wanted.written(session)?;
    let horizon = wanted.horizon(&written, session.today())?;
    let mut made = made(session, horizon, wanted.without.as_deref())?;
    let answer = made.lists_of(session, &written).and_then(|()| {
        let mut ground = Ground {
            names: &mut made.names,
            people: &made.people,
            products: &made.products,
            listed: &made.prices.list,
            lists: &made.lists,
        };
        let understood = written.understood(&mut ground)?;
        answer(&mut made, &understood)
    });
    session.modelled = Some(made);
    answer
}

impl Made {
    /// What an agreement is called: as its invoices say, else as the catalogue does.
    fn titled(&self, agreement: &engine::model::Agreement) -> String {
        match self.names.text(agreement.name) {
            "" => self.titles.get(&agreement.product).cloned().unwrap_or_default(),
            name => name.to_owned(),
        }
    }

    /// Reads the price lists a scenario puts in the place of those in force.
    fn lists_of(&mut self, session: &mut Session, written: &Written) -> Result<(), Failure> {
        let named = written.changes.iter().filter_map(|change| change.price_list.as_deref());
        for list in named {
            if !self.lists.contains_key(list) {
                let rows = session.read(|book| {
                    let known = Known::load(book)?;
                    prices_of(book, known.find(list)?, &mut self.names)
                })?;
                self.lists.insert(list.to_owned(), rows);
            }
        }
        Ok(())
    }
}

fn make(book: &mut Book<'_>, of: Footing) -> Result<Made, Failure> {
    book.progress.step("Looking at every agreement", 0, None);
    let mut names = book.names()?;
    let people = People::load(book, &mut names)?;
    let subscriptions = tables::subscriptions::load(book.conn(), &mut names, Scope::All)?;
    let mut prices = crate::prices::load(book, &mut names)?;
    if let Some(id) = &of.without {
        apply::without(book, id, &mut names, &mut prices)?;
    }
    let standing = apply::standing(book)?;
    let products = tables::products::load(book.conn(), &mut names)?;
    let rates = rates(book, &people, &subscriptions)?;
    let input = Input {
        accounts: &people.accounts,
        subscriptions: &subscriptions,
        prices: &prices,
        rates: &rates,
        horizon: of.horizon,
    };
    let base = Base::new(&input).map_err(failed)?;
    let titles = products.iter().map(|p| (p.key, p.name.clone())).collect();
    let as_it_is = AsItIs::of(&base);
    Ok(Made {
        of,
        names,
        people,
        products,
        titles,
        prices,
        subscriptions,
        rates,
        base,
        standing,
        as_it_is,
        spent: Figures::default(),
        lists: HashMap::new(),
    })
}

/// The rates by which vendors last billed what they price in other currencies than its buyer's; where they billed none, the
/// book's own in force today.
fn rates(
    book: &Book<'_>,
    people: &People,
    subscriptions: &[Subscription],
) -> Result<Vec<(Currency, Currency, Decimal)>, Failure> {
    let billing = |s: &Subscription| people.get(s.account).map(|a| a.currency);
    let foreign = subscriptions.iter().filter_map(|s| Some((s.pricing_currency, billing(s)?)));
    let mut wanted: BTreeSet<(Currency, Currency)> = foreign.filter(|(pricing, billing)| pricing != billing).collect();
    let mut found = Vec::new();
    let documents = if wanted.is_empty() { Vec::new() } else { tables::documents::list(book.conn())? };
    let mut vendors: Vec<_> = documents.iter().filter(|d| d.lines.is_some_and(crate::costs::carries_money)).collect();
    vendors.sort_by_key(|d| std::cmp::Reverse((d.period, d.no)));
    for document in vendors {
        if wanted.is_empty() {
            break;
        }
        tables::lines::each_cost(book.conn(), document.no, |line| -> Result<(), store::StoreError> {
            if wanted.remove(&(line.pricing_currency, line.currency)) {
                found.push((line.pricing_currency, line.currency, line.exchange_rate));
            }
            Ok(())
        })?;
    }
    let own = crate::rates::load(book)?;
    for (pricing, billing) in wanted {
        if billing == own.home()
            && let Some(rate) = own.on(pricing, book.today)
        {
            found.push((pricing, billing, rate.per_unit));
        }
    }
    Ok(found)
}

fn failed(error: ModelError) -> Failure {
    let text = match error {
        ModelError::NoBundle(_) => "The scenario sells a bundle the book does not have.".to_owned(),
        ModelError::NoRule(name) => format!("The book has no price rule \"{name}\"."),
        ModelError::TooLarge => "The amounts of the scenario are too large.".to_owned(),
    };
    Failure::new("E-SCENARIO", text)
}
