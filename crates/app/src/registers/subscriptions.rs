//! The register of subscriptions: each with its state today and what it costs its customer.

use crate::catalogue::reference;
use crate::desk::{Long, Looker, written};
use crate::people::People;
use crate::prices::{self, plan_word};
use crate::session::Book;
use crate::subscriptions::status_word;
use crate::wire::number;
use crate::{Failure, Session, progress};
use engine::price::PriceBook;
use engine::rate::{Ask, Prices};
use engine::register::{Account, State, Status, Subscription};
use engine::{Date, Id, Money, Names, Rounding};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeSet;
use std::convert::Infallible;
use store::tables;
use store::tables::subscriptions::Scope;

/// Nothing is asked: the register is the whole of it.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub struct RegisterAsk {}

/// A subscription of the register.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Row {
    #[serde(rename = "ref")]
    reference: String,
    account: String,
    account_ref: String,
    product: String,
    name: String,
    term: String,
    plan: &'static str,
    quantity: String,
    status: &'static str,
    /// Last day of the running term.
    term_end: Option<String>,
    /// What one unit costs the customer for one charge cycle.
    price: Option<String>,
    /// What all units cost for one charge cycle.
    amount: Option<String>,
    currency: String,
}

/// How many subscriptions have a status.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Counted {
    status: &'static str,
    count: usize,
}

/// What the register says beside its rows.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Beside {
    statuses: Vec<Counted>,
    /// Currencies customers pay in.
    currencies: Vec<String>,
}

/// The register.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Register {
    #[serde(flatten)]
    beside: Beside,
    subscriptions: Vec<Row>,
}

/// Reads the register.
pub fn register(session: &mut Session, _: RegisterAsk) -> Result<Register, Failure> {
    let all = session.read(Listed::of)?;
    let every: Vec<usize> = (0..all.subscriptions.len()).collect();
    Ok(Register { subscriptions: all.at(&every), beside: all.beside })
}

/// The same for a screen.
pub(crate) fn listed(session: &mut Session, _: RegisterAsk) -> Result<Box<dyn Long>, Failure> {
    session.read(|book| Ok(Box::new(Listed::of(book)?) as Box<dyn Long>))
}

/// The register as it is loaded; what a row says is worked out when it is wanted.
struct Listed {
    names: Names,
    people: People,
    prices: PriceBook,
    subscriptions: Vec<Subscription>,
    today: Date,
    beside: Beside,
}

impl Listed {
    fn of(book: &mut Book<'_>) -> Result<Listed, Failure> {
        let mut names = book.names()?;
        let people = People::load(book, &mut names)?;
        let prices = prices::load(book, &mut names)?;
        progress::go_on(book.progress)?;
        let subscriptions = tables::subscriptions::load(book.conn(), &mut names, Scope::All)?;
        let beside = Beside::of(&subscriptions, &people, book.today);
        Ok(Listed { names, people, prices, subscriptions, today: book.today, beside })
    }

    fn at(&self, places: &[usize]) -> Vec<Row> {
        let rows = Writer::of(self);
        places.iter().filter_map(|at| Some(rows.row(self.subscriptions.get(*at)?))).collect()
    }
}

impl Beside {
    /// Counts on all cores.
    fn of(all: &[Subscription], people: &People, today: Date) -> Beside {
        let share = all.len().div_ceil(engine::cores::count()).max(1);
        let count = |part: &[Subscription]| {
            let (mut statuses, mut currencies) = ([0usize; STATUSES.len()], BTreeSet::new());
            for s in part {
                let state = s.on(today);
                STATUSES.iter().zip(&mut statuses).filter(|(one, _)| **one == state.status).for_each(|(_, n)| *n += 1);
                currencies.insert(people.get(state.account).map_or(s.pricing_currency, |a| a.currency));
            }
            (statuses, currencies)
        };
        let (mut statuses, mut currencies) = ([0; STATUSES.len()], BTreeSet::new());
        let done = engine::cores::each(all.chunks(share).collect(), count, |(counted, found)| {
            statuses.iter_mut().zip(counted).for_each(|(sum, n)| *sum += n);
            currencies.extend(found);
            Ok::<_, Infallible>(())
        });
        let Ok(()) = done;
        let counted = STATUSES.iter().zip(statuses).filter(|(_, count)| *count > 0);
        Beside {
            statuses: counted.map(|(status, count)| Counted { status: status_word(*status), count }).collect(),
            currencies: currencies.iter().map(ToString::to_string).collect(),
        }
    }
}

/// Statuses in the order they are counted in.
const STATUSES: [Status; 5] = [Status::Active, Status::Suspended, Status::Pending, Status::Expired, Status::Cancelled];

impl Long for Listed {
    fn len(&self) -> usize {
        self.subscriptions.len()
    }

    fn beside(&self) -> Value {
        serde_json::to_value(&self.beside).unwrap_or_default()
    }

    fn rows(&self, _: &mut Session, places: &[usize]) -> Result<Vec<Value>, Failure> {
        self.at(places).iter().map(written).collect()
    }

    fn each(&self, _: &mut Session, lookers: &mut [Looker<'_>]) -> Result<(), Failure> {
        let share = self.subscriptions.len().div_ceil(lookers.len().max(1)).max(1);
        let shares = self.subscriptions.chunks(share).zip(lookers).enumerate();
        std::thread::scope(|scope| {
            for (n, (part, looker)) in shares {
                scope.spawn(move || {
                    let rows = Writer::of(self);
                    part.iter().zip(n * share..).for_each(|(s, place)| looker.see(place, &rows.row(s)));
                });
            }
        });
        Ok(())
    }
}

/// Writes rows of the register.
struct Writer<'r> {
    of: &'r Listed,
    prices: Prices<'r>,
}

impl<'r> Writer<'r> {
    fn of(of: &'r Listed) -> Writer<'r> {
        Writer { of, prices: Prices::new(&of.prices) }
    }

    fn row(&self, s: &Subscription) -> Row {
        let Listed { names, people, today, .. } = self.of;
        let state = s.on(*today);
        let account = people.get(state.account);
        let above = people.above(state.account);
        let price = account.and_then(|a| unit_price(s, &state, a, &above, &self.prices, *today));
        let currency = account.map_or(s.pricing_currency, |a| a.currency);
        let amount = price
            .and_then(|p| p.checked_mul(state.quantity))
            .and_then(|a| Money::round(a, currency, Rounding::HalfUp).ok());
        Row {
            reference: names.source_text(s.source),
            account: people.name(state.account).to_owned(),
            account_ref: people.reference(state.account, names),
            product: reference(state.product, names),
            name: names.text(s.name).to_owned(),
            term: s.term.to_string(),
            plan: plan_word(s.plan),
            quantity: number(state.quantity),
            status: status_word(state.status),
            term_end: state.term.map(|t| t.last().to_string()),
            price: price.map(|p| crate::wire::total(p, currency)),
            amount: amount.map(|a| a.to_string()),
            currency: currency.to_string(),
        }
    }
}

/// The price of one unit in the charge cycle of that day; none for what does not run.
fn unit_price(
    s: &Subscription,
    state: &State,
    account: &Account,
    above: &[Id],
    prices: &Prices<'_>,
    day: Date,
) -> Option<engine::Decimal> {
    if !matches!(state.status, Status::Active | Status::Suspended) {
        return None;
    }
    let begins = engine::cycle::sold(s).cycle_on(day).map_or(day, |c| c.start);
    // Volume counts by the seats the cycle opened with.
    let quantity = if begins == day { state.quantity } else { s.on(begins).quantity };
    let ask = Ask { quantity, ..Ask::of(s, state, account, above, begins) };
    prices.offer(&ask).ok().map(|offer| offer.unit_price)
}
