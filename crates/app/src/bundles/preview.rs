//! What a customer would read of a bundle on an invoice: the lines of the first month and of a whole one, in their language.
//!
//! The lines are drafted by the same code that bills, for an agreement that is only imagined.

use super::{Drawn, drawn, kinds};
use crate::bill::kind_word;
use crate::people::People;
use crate::session::Book;
use crate::{Failure, Session, prices};
use engine::bill::{BillInput, Billed};
use engine::bundle::{Bundle, BundlePolicy};
use engine::exchange::Rates;
use engine::invoice::{Draft, TaxRounding};
use engine::price::PriceBook;
use engine::rate::Prices;
use engine::register::{
    Account, BillingPlan, Cadence, Event, EventKind, Product, ProductKey, Subscription, Term, Timing,
};
use engine::{Date, Decimal, Id, Month, Names, SourceId, Symbol};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use store::tables;

/// Which bundle, for whom, how many.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct PreviewAsk {
    id: String,
    /// What would be different about it: the fields of `bundles set`. Nothing is stored.
    #[serde(default)]
    fields: BTreeMap<String, String>,
    /// The customer, by id or name; without one, somebody at home.
    #[serde(default)]
    account: Option<String>,
    /// How many bundles; one and ten without it.
    #[serde(default)]
    quantity: Option<String>,
    /// First day; today without one.
    #[serde(default)]
    start: Option<String>,
    /// `yes` for one line, `no` for a line for each part; as the bundle says without it.
    #[serde(default)]
    folded: Option<String>,
    /// `P1M`, `P1Y` or `P3Y`; a year without one.
    #[serde(default)]
    term: Option<String>,
    /// `monthly`, `annual`, `triennial`; monthly without one.
    #[serde(default)]
    plan: Option<String>,
}

/// What the customer sees.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Preview {
    bundle: String,
    account: String,
    /// Of the lines.
    language: String,
    currency: String,
    /// The headings of the lines in that language: description, quantity, price, amount.
    headings: Vec<String>,
    folded: bool,
    /// Two for each quantity: the month it starts in, to the month's end and with what is charged once; and the whole cycle after it.
    bills: Vec<Bill>,
}

/// One invoice.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Bill {
    /// How many bundles.
    quantity: String,
    month: String,
    net: String,
    tax: String,
    gross: String,
    lines: Vec<Line>,
    /// Why something is missing on it.
    problems: Vec<String>,
}

/// One line, worded and figured as its paper would be.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Line {
    name: String,
    /// The sentence under it; empty where there is none.
    note: String,
    quantity: String,
    unit_price: String,
    net: String,
    kind: &'static str,
}

/// Shows what a customer would read of a bundle.
pub fn preview(session: &mut Session, ask: PreviewAsk) -> Result<Preview, Failure> {
    session.read(|book| {
        let mut names = book.names()?;
        let people = People::load(book, &mut names)?;
        let mut price_book = prices::load(book, &mut names)?;
        let start = ask.start.as_deref().map(crate::session::date).transpose()?.unwrap_or(book.today);
        let bundle = of_day(book, &mut price_book, &ask, start, &mut names)?;
        let account = buyer(book, &people, &ask, &names)?;
        let quantities = match ask.quantity.as_deref() {
            None => vec![Decimal::ONE, Decimal::TEN],
            Some(text) => {
                let wrong = || Failure::usage(format!("--quantity \"{text}\": give a number of bundles such as 10."));
                vec![text.parse().ok().filter(|n| *n > Decimal::ZERO).ok_or_else(wrong)?]
            }
        };
        let term = ask.term.as_deref().unwrap_or("P1Y");
        let plan = ask.plan.as_deref().unwrap_or("monthly");
        let wrong = |what: &str, text: &str| Failure::usage(format!("{what}=\"{text}\" is not understood."));
        let agreement = Subscription {
            id: Id([1; 16]),
            source: SourceId::NONE,
            account: account.id,
            product: ProductKey { product: bundle.code, sku: Symbol::EMPTY },
            name: names.intern(&bundle.name),
            term: Term::parse(term).ok_or_else(|| wrong("term", term))?,
            plan: prices::plan_of(plan).filter(|p| *p != BillingPlan::OneTime).ok_or_else(|| wrong("plan", plan))?,
            sold_plan: None,
            customer_term: None,
            start,
            term_end: None,
            anchor_day: None,
            pricing_currency: account.currency,
            bundle: Symbol::EMPTY,
            bundle_policy: BundlePolicy::Keep,
            basis: None,
            cadence: Cadence::CalendarMonth,
            timing: Timing::Advance,
            events: engine::register::Events::new(),
        };
        let products = tables::products::load(book.conn(), &mut names)?;
        let office = Office {
            names: &names,
            people: &people,
            account: &account,
            prices: Prices::new(&price_book),
            products,
            tax_rounding: book.settings()?.tax_rounding(),
            rates: crate::rates::load(book)?,
            today: book.today,
        };
        let mut headings = Vec::new();
        let mut bills = Vec::new();
        for quantity in quantities {
            let started = Event { seq: 0, date: start, kind: EventKind::Started { quantity } };
            let agreement = Subscription { events: [started].into(), ..agreement.clone() };
            for month in [Month::of(start), Month::of(start).plus(1)] {
                let quantity = crate::wire::number(quantity);
                bills.push(Bill { quantity, ..office.bill(&agreement, month, &mut headings)? });
            }
        }
        Ok(Preview {
            bundle: bundle.name.clone(),
            account: account.name.clone(),
            language: account.language.clone(),
            currency: account.currency.to_string(),
            headings,
            folded: bundle.on(start).is_some_and(|edition| !edition.show_parts),
            bills,
        })
    })
}

/// Puts the bundle as it is to be looked at into the price book: with the fields given, folded or not.
fn of_day(
    book: &Book<'_>,
    price_book: &mut PriceBook,
    ask: &PreviewAsk,
    start: Date,
    names: &mut Names,
) -> Result<Bundle, Failure> {
    let at = price_book.bundles.iter().position(|b| names.text(b.code) == ask.id || b.name == ask.id);
    let mut bundle = match at {
        Some(at) => price_book.bundles.remove(at),
        None if ask.fields.is_empty() => return Err(Failure::not_found("bundle", &ask.id)),
        None => Bundle { code: names.intern(&ask.id), name: String::new(), editions: Vec::new() },
    };
    if !ask.fields.is_empty() {
        let kinds = kinds(book, names)?;
        let Drawn { name, mut edition, .. } = drawn(&bundle, ask.fields.clone(), book.today, &kinds, names)?;
        // What is drawn up is looked at as if it held on the day.
        edition.from = start;
        bundle = Bundle { name, editions: vec![edition], ..bundle };
    }
    let folded = match ask.folded.as_deref() {
        None => None,
        Some("yes") => Some(true),
        Some("no") => Some(false),
        Some(text) => return Err(Failure::usage(format!("--folded \"{text}\": give yes or no."))),
    };
    if let Some(folded) = folded {
        bundle.editions.iter_mut().for_each(|edition| edition.show_parts = !folded);
    }
    price_book.bundles.push(bundle.clone());
    Ok(bundle)
}

/// The customer, or somebody at home who stands for none in particular.
fn buyer(book: &Book<'_>, people: &People, ask: &PreviewAsk, names: &Names) -> Result<Account, Failure> {
    if let Some(text) = &ask.account {
        return Ok(people.find(text, names)?.clone());
    }
    let settings = book.settings()?;
    let country = settings.get("seller.country");
    let percent = crate::vat::domestic(country).and_then(|s| s.percent.parse().ok());
    let tax_percent = percent.unwrap_or(Decimal::ZERO);
    Ok(Account { id: Id([0; 16]), tax_percent, ..crate::accounts::blank(&settings, SourceId::NONE) })
}

/// What a draft needs beside the agreement.
struct Office<'o> {
    names: &'o Names,
    people: &'o People,
    account: &'o Account,
    prices: Prices<'o>,
    products: Vec<Product>,
    tax_rounding: TaxRounding,
    rates: Rates,
    today: Date,
}

impl Office<'_> {
    /// The invoice of one month, as if there were no other agreement.
    fn bill(&self, agreement: &Subscription, month: Month, headings: &mut Vec<String>) -> Result<Bill, Failure> {
        let mut accounts = self.people.accounts.clone();
        if self.people.get(self.account.id).is_none() {
            accounts.push(self.account.clone());
        }
        let drafted = engine::bill::draft(&BillInput {
            month,
            names: self.names,
            accounts: &accounts,
            subscriptions: std::slice::from_ref(agreement),
            products: &self.products,
            prices: &self.prices,
            one_offs: &[],
            costs: &[],
            billed: &Billed::default(),
            earlier: &[],
            minimums: &[],
            tax_rounding: self.tax_rounding,
            rates: &self.rates,
            today: self.today,
            last: None,
            only: None,
        });
        let no_price = drafted.guards.iter().filter(|guard| guard.code == "G-NO-PRICE");
        let problems = no_price.map(|guard| {
            let facts: Vec<String> = guard.facts.iter().map(|(name, value)| format!("{name} {value}")).collect();
            format!("There is no price: {}.", facts.join(", "))
        });
        let draft = drafted.drafts.first();
        let lines = draft.map(|draft| self.said(draft, month, headings)).transpose()?.unwrap_or_default();
        let zero = engine::Money::zero(self.account.currency);
        let of = |amount: fn(&Draft) -> engine::Money| draft.map_or(zero, amount).to_string();
        Ok(Bill {
            quantity: String::new(),
            month: month.to_string(),
            lines,
            net: of(|d| d.net),
            tax: of(|d| d.tax_total),
            gross: of(|d| d.gross),
            problems: problems.collect(),
        })
    }

    fn said(&self, draft: &Draft, month: Month, headings: &mut Vec<String>) -> Result<Vec<Line>, Failure> {
        let printed = draft.lines.iter().map(|line| paper::Line {
            kind: line.key.kind,
            name: line.name.clone(),
            period: line.period,
            cycle: line.cycle,
            quantity: line.quantity,
            unit_price: Some(line.unit_price),
            net: line.net,
            treatment: self.account.tax,
            tax_percent: self.account.tax_percent,
            notes: Vec::new(),
        });
        let printed: Vec<paper::Line> = printed.collect();
        let said = paper::said(&self.account.language, &printed, Some(month.period()), self.today);
        let (titles, said) = said.map_err(|error| Failure::new("E-BUG", format!("The preview: {error}.")))?;
        *headings = titles.to_vec();
        let line = |(line, said): (&engine::sale::SaleLine, paper::Said)| Line {
            name: line.name.clone(),
            note: said.note,
            quantity: said.quantity,
            unit_price: said.unit_price,
            net: said.net,
            kind: kind_word(line.key.kind),
        };
        Ok(draft.lines.iter().zip(said).map(line).collect())
    }
}
