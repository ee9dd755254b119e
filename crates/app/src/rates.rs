//! Exchange rates by which tax is told in the book's currency: dated, with their source, entered by hand.

use crate::session::Book;
use crate::wire::{Nothing, number};
use crate::{Failure, Session};
use engine::exchange::{Rate, Rates};
use engine::{Currency, Date, Decimal};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::tables;

/// Rates are kept as settings of this prefix: `rate/USD/2026-11-01`.
const PREFIX: &str = "rate/";

/// A rate to keep.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Ask {
    /// The other currency.
    currency: String,
    /// What one unit of it is worth in the book's currency.
    rate: String,
    /// First day in force; today without one.
    #[serde(default)]
    from: Option<String>,
    /// Who published it.
    source: String,
}

/// What is kept of a rate beside its key.
#[derive(Deserialize, Serialize)]
struct Kept {
    rate: String,
    source: String,
}

/// One rate as shells see it.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Shown {
    currency: String,
    rate: String,
    from: String,
    source: String,
    /// Whether tax of today would be converted by it.
    in_force: bool,
}

/// Every rate of a book, by currency and day.
#[derive(Debug, JsonSchema, Serialize)]
pub struct All {
    /// The currency they convert to.
    home: String,
    rates: Vec<Shown>,
}

/// Loads the rates of a book.
pub fn load(book: &Book<'_>) -> Result<Rates, Failure> {
    Ok(Rates::new(book.settings()?.currency(), stored(book)?))
}

fn stored(book: &Book<'_>) -> Result<Vec<(Currency, Rate)>, Failure> {
    let read = |key: &str, value: serde_json::Value| -> Option<(Currency, Rate)> {
        let (currency, from) = key.strip_prefix(PREFIX)?.split_once('/')?;
        let Kept { rate, source } = serde_json::from_value(value).ok()?;
        Some((Currency::parse(currency)?, Rate { from: from.parse().ok()?, per_unit: rate.parse().ok()?, source }))
    };
    let settings = tables::settings::list(book.conn(), PREFIX)?;
    let damaged = |key: &str| Failure::new("E-BOOK-DAMAGED", format!("The exchange rate {key} cannot be read."));
    settings.into_iter().map(|(key, value)| read(&key, value).ok_or_else(|| damaged(&key))).collect()
}

/// Lists the rates.
pub fn list(session: &mut Session, _: Nothing) -> Result<All, Failure> {
    session.read(|book| all(book))
}

/// Keeps a rate; one of the same currency and day is replaced. Invoices keep the rate they were issued by.
pub fn set(session: &mut Session, ask: Ask) -> Result<All, Failure> {
    session.write(|book| {
        let home = book.settings()?.currency();
        let currency = Currency::listed(&ask.currency)
            .filter(|c| *c != home)
            .ok_or_else(|| Failure::usage(format!("Give the code of a currency other than {home}.")))?;
        let rate: Decimal = ask
            .rate
            .parse()
            .ok()
            .filter(|rate| *rate > Decimal::ZERO)
            .ok_or_else(|| Failure::usage(format!("Give what 1 {currency} is worth in {home}, such as 0.8651.")))?;
        if ask.source.trim().is_empty() {
            return Err(Failure::usage("Say with --source who published the rate."));
        }
        let from = ask.from.as_deref().map(crate::session::date).transpose()?.unwrap_or(book.today);
        let kept = Kept { rate: number(rate), source: ask.source.trim().to_owned() };
        let value = serde_json::to_value(kept).map_err(|e| Failure::new("E-BUG", format!("The rate: {e}.")))?;
        book.writer()?.set(&key(currency, from), &value)?;
        all(book)
    })
}

fn key(currency: Currency, from: Date) -> String {
    format!("{PREFIX}{currency}/{from}")
}

fn all(book: &Book<'_>) -> Result<All, Failure> {
    let rates = load(book)?;
    let shown = |(currency, rate): (Currency, Rate)| Shown {
        in_force: rates.on(currency, book.today) == Some(&rate),
        currency: currency.to_string(),
        rate: number(rate.per_unit),
        from: rate.from.to_string(),
        source: rate.source,
    };
    Ok(All { home: rates.home().to_string(), rates: stored(book)?.into_iter().map(shown).collect() })
}

/// The rates in force today, by currency: what a draft of today stands on.
pub fn in_force(book: &Book<'_>) -> Result<Vec<String>, Failure> {
    let rates = load(book)?;
    let is_in_force = |(currency, rate): &(Currency, Rate)| rates.on(*currency, book.today) == Some(rate);
    Ok(stored(book)?
        .iter()
        .filter(|rate| is_in_force(rate))
        .map(|(currency, rate)| key(*currency, rate.from))
        .collect())
}
