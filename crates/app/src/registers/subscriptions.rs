//! The register of subscriptions: each with its state today and what it costs its customer.

use crate::catalogue::reference;
use crate::people::People;
use crate::prices::{self, plan_word};
use crate::subscriptions::status_word;
use crate::wire::number;
use crate::{Failure, Session};
use engine::rate::{Ask, Prices};
use engine::register::{Account, State, Status, Subscription};
use engine::{Date, Id, IdMap, Money, Rounding};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
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

/// The register.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Register {
    statuses: Vec<Counted>,
    /// Currencies customers pay in.
    currencies: Vec<String>,
    subscriptions: Vec<Row>,
}

/// Reads the register.
pub fn register(session: &mut Session, _: RegisterAsk) -> Result<Register, Failure> {
    session.read(|book| {
        let mut names = book.names()?;
        let people = People::load(book, &mut names)?;
        let price_book = prices::load(book, &mut names)?;
        let prices = Prices::new(&price_book);
        let all = tables::subscriptions::load(book.conn(), &mut names, Scope::All)?;
        let mut above: IdMap<Id, Vec<Id>> = IdMap::default();
        let mut statuses: Vec<Counted> =
            [Status::Active, Status::Suspended, Status::Pending, Status::Expired, Status::Cancelled]
                .map(|s| Counted { status: status_word(s), count: 0 })
                .into();
        let mut rows = Vec::with_capacity(all.len());
        for s in &all {
            let state = s.on(book.today);
            let status = status_word(state.status);
            statuses.iter_mut().filter(|c| c.status == status).for_each(|c| c.count += 1);
            let account = people.get(state.account);
            let ancestors = above.entry(state.account).or_insert_with(|| people.above(state.account));
            let price = account.and_then(|a| unit_price(s, &state, a, ancestors, &prices, book.today));
            let currency = account.map_or(s.pricing_currency, |a| a.currency);
            let amount = price
                .and_then(|p| p.checked_mul(state.quantity))
                .and_then(|a| Money::round(a, currency, Rounding::HalfUp).ok());
            rows.push(Row {
                reference: names.source_text(s.source),
                account: people.name(state.account).to_owned(),
                account_ref: people.reference(state.account, &names),
                product: reference(state.product, &names),
                name: names.text(s.name).to_owned(),
                term: s.term.to_string(),
                plan: plan_word(s.plan),
                quantity: number(state.quantity),
                status,
                term_end: state.term.map(|t| t.last().to_string()),
                price: price.map(|p| crate::wire::total(p, currency)),
                amount: amount.map(|a| a.to_string()),
                currency: currency.to_string(),
            });
        }
        statuses.retain(|c| c.count > 0);
        let currencies: BTreeSet<&str> = rows.iter().map(|r| r.currency.as_str()).collect();
        let currencies = currencies.into_iter().map(str::to_owned).collect();
        Ok(Register { statuses, currencies, subscriptions: rows })
    })
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
    let begins = engine::cycle::cycle_on(s, day).map_or(day, |c| c.start);
    // Volume counts by the seats the cycle opened with.
    let quantity = if begins == day { state.quantity } else { s.on(begins).quantity };
    let ask = Ask { quantity, ..Ask::of(s, state, account, above, begins) };
    prices.offer(&ask).ok().map(|offer| offer.unit_price)
}
