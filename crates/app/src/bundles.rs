//! Bundles: products made of products, in dated editions.

mod fields;
mod preview;
mod swap;
#[cfg(test)]
mod tests;

pub use fields::FIELDS;
pub(crate) use fields::{Drawn, drawn, kind_of};
pub use preview::{Preview, PreviewAsk, preview};
pub use swap::{SwapAsk, Swapped, swap};

use crate::catalogue::reference;
use crate::session::Book;
use crate::wire::{Amount, EndAsk, FieldsAsk, IdAsk, ListAsk, number, total};
use crate::{Failure, Session};
use engine::bundle::{Bundle, BundlePart, Edition};
use engine::register::{ProductKey, ProductKind};
use engine::{Currency, Date, Decimal, IdMap, Names, Symbol};
use schemars::JsonSchema;
use serde::Serialize;
use store::tables;

/// One bundle as shells see it: as it stands today, and every edition.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Shown {
    #[serde(rename = "ref")]
    reference: String,
    name: String,
    price: Option<Amount>,
    show_parts: bool,
    parts: Vec<Part>,
    /// By first day.
    editions: Vec<ShownEdition>,
}

/// One edition of a bundle.
#[derive(Debug, JsonSchema, Serialize)]
pub struct ShownEdition {
    /// First day in force; none for the first edition of all.
    from: Option<String>,
    /// Last day in force; none while no later edition is known.
    to: Option<String>,
    /// Whether it is in force today.
    in_force: bool,
    /// How many running agreements are charged by it today.
    agreements: usize,
    price: Option<Amount>,
    currency: Option<String>,
    show_parts: bool,
    parts: Vec<Part>,
}

/// One part of a bundle.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Part {
    product: String,
    kind: &'static str,
    ratio: String,
    discount_percent: String,
    /// One unit's own price.
    price: Option<String>,
    /// What one unit costs us, where no price list says it.
    cost: Option<String>,
    shown: bool,
}

/// Several bundles.
#[derive(Debug, JsonSchema, Serialize)]
pub struct List {
    total: usize,
    bundles: Vec<Shown>,
}

fn part(part: &BundlePart, names: &Names) -> Part {
    Part {
        product: reference(part.product, names),
        kind: part.kind.name(),
        ratio: number(part.ratio),
        discount_percent: number(part.discount * Decimal::ONE_HUNDRED),
        price: part.price.map(number),
        cost: part.cost.map(number),
        shown: part.shown,
    }
}

fn amount(price: Option<Decimal>, currency: Option<Currency>) -> Option<Amount> {
    price.zip(currency).map(|(p, c)| Amount { amount: number(p), currency: c.to_string() })
}

fn shown(bundle: &Bundle, users: &Users, today: Date, names: &Names) -> Shown {
    let blank = Edition::blank(today);
    let now = bundle.on(today).unwrap_or(&blank);
    let ends = bundle.editions.iter().skip(1).map(|next| Some(engine::date::add_days(next.from, -1))).chain([None]);
    let edition = |(edition, to): (&Edition, Option<Date>)| ShownEdition {
        from: edition.since().map(|day| day.to_string()),
        to: to.map(|day| day.to_string()),
        in_force: edition.from == now.from,
        agreements: users.of(bundle.code, edition.from),
        price: edition
            .price
            .zip(edition.currency)
            .map(|(p, c)| Amount { amount: total(p, c), currency: c.to_string() }),
        currency: edition.currency.map(|c| c.to_string()),
        show_parts: edition.show_parts,
        parts: edition.parts.iter().map(|p| part(p, names)).collect(),
    };
    Shown {
        reference: names.text(bundle.code).to_owned(),
        name: bundle.name.clone(),
        price: amount(now.price, now.currency),
        show_parts: now.show_parts,
        parts: now.parts.iter().map(|p| part(p, names)).collect(),
        editions: bundle.editions.iter().zip(ends).map(edition).collect(),
    }
}

/// How many running agreements are charged by each edition.
#[derive(Default)]
struct Users(std::collections::HashMap<(Symbol, Date), usize>);

impl Users {
    fn count(book: &Book<'_>, bundles: &[Bundle], names: &mut Names) -> Result<Users, Failure> {
        let mut users = Users::default();
        let all = tables::subscriptions::load(book.conn(), names, tables::subscriptions::Scope::All)?;
        for subscription in &all {
            let state = subscription.on(book.today);
            let of = |b: &&Bundle| b.code == state.product.product || b.code == subscription.bundle;
            let running = !state.status.has_ended() && state.status != engine::register::Status::Pending;
            let Some(bundle) = bundles.iter().find(of).filter(|_| running) else { continue };
            if let Some(edition) = bundle.on(edition_day(subscription, &state, book.today)) {
                *users.0.entry((bundle.code, edition.from)).or_default() += 1;
            }
        }
        Ok(users)
    }

    fn of(&self, code: Symbol, from: Date) -> usize {
        self.0.get(&(code, from)).copied().unwrap_or_default()
    }
}

/// The day whose edition of its bundle an agreement is charged by on a day.
pub(crate) fn edition_day(
    subscription: &engine::register::Subscription,
    state: &engine::register::State,
    day: Date,
) -> Date {
    let cycle = engine::bill::cycle_at(subscription, day).map_or(day, |cycle| cycle.start);
    let own = subscription.customer_term.and_then(|term| term.on(cycle));
    let term_start = own.or(state.term).map_or(subscription.start, |term| term.start);
    engine::rate::edition_day(subscription.bundle_policy, cycle, term_start, state.edition)
}

/// Lists bundles.
pub fn list(session: &mut Session, ask: ListAsk) -> Result<List, Failure> {
    session.read(|book| {
        let mut names = book.names()?;
        let bundles = tables::products::load_bundles(book.conn(), &mut names)?;
        let users = Users::count(book, &bundles, &mut names)?;
        let all = bundles.iter().map(|b| shown(b, &users, book.today, &names));
        let all: Vec<Shown> = all.filter(|b| ask.matches(&[&b.name, &b.reference])).collect();
        Ok(List { total: all.len(), bundles: all.into_iter().take(ask.most()).collect() })
    })
}

/// Shows one bundle.
pub fn show(session: &mut Session, ask: IdAsk) -> Result<Shown, Failure> {
    session.read(|book| page(book, &ask.id))
}

fn page(book: &Book<'_>, id: &str) -> Result<Shown, Failure> {
    let mut names = book.names()?;
    let bundle = find(book, id, &mut names)?;
    let users = Users::count(book, std::slice::from_ref(&bundle), &mut names)?;
    Ok(shown(&bundle, &users, book.today, &names))
}

fn find(book: &Book<'_>, id: &str, names: &mut Names) -> Result<Bundle, Failure> {
    let bundles = tables::products::load_bundles(book.conn(), names)?;
    bundles
        .into_iter()
        .find(|b| names.text(b.code) == id || b.name == id)
        .ok_or_else(|| Failure::not_found("bundle", id))
}

/// Adds a bundle.
pub fn add(session: &mut Session, ask: FieldsAsk) -> Result<Shown, Failure> {
    session.write(|book| {
        let mut names = book.names()?;
        if find(book, &ask.id, &mut names).is_ok() {
            return Err(Failure::new("E-STATE", format!("There is a bundle \"{}\" already.", ask.id)));
        }
        let code = names.intern(&ask.id);
        save(book, Bundle { code, name: String::new(), editions: Vec::new() }, ask, names)
    })
}

/// Changes a bundle: the edition in force today is corrected, or, with `from`, another one begins on that day.
pub fn set(session: &mut Session, ask: FieldsAsk) -> Result<Shown, Failure> {
    session.write(|book| {
        let mut names = book.names()?;
        let bundle = find(book, &ask.id, &mut names)?;
        save(book, bundle, ask, names)
    })
}

fn save(book: &Book<'_>, mut bundle: Bundle, ask: FieldsAsk, mut names: Names) -> Result<Shown, Failure> {
    let kinds = kinds(book, &mut names)?;
    let drawn = drawn(&bundle, ask.fields, book.today, &kinds, &mut names)?;
    bundle.name = drawn.name;
    if bundle.name.trim().is_empty() || (drawn.edition.parts.is_empty() && !drawn.withdrawn) {
        return Err(
            Failure::usage("name=... and parts=... are needed.").hint("parts=CFQ7TTC0LCHC:0002,CFQ7TTC0LH04:0001*1-5")
        );
    }
    let mut withdrawn = Vec::new();
    if drawn.withdrawn {
        let from = drawn.edition.from;
        if bundle.editions.len() < 2 || bundle.editions.iter().all(|e| e.from != from) {
            let text = format!("There is no edition that begins on {from} and could be taken back beside another one.");
            return Err(Failure::new("E-RULE", text).hint(format!("See them with `billhook bundles show {}`.", ask.id)));
        }
        bundle.editions.retain(|edition| edition.from != from);
        withdrawn.push((bundle.code, from));
    } else {
        bundle.put(drawn.edition);
    }
    book.writer()?.put_bundles(&names, std::slice::from_ref(&bundle), &withdrawn)?;
    let users = Users::count(book, std::slice::from_ref(&bundle), &mut names)?;
    Ok(shown(&bundle, &users, book.today, &names))
}

/// The catalogue's kind of each product.
pub(crate) fn kinds(book: &Book<'_>, names: &mut Names) -> Result<IdMap<ProductKey, ProductKind>, Failure> {
    Ok(tables::products::load(book.conn(), names)?.iter().map(|p| (p.key, p.kind)).collect())
}

/// Bundles do not end: their subscriptions do.
pub fn end(_: &mut Session, ask: EndAsk) -> Result<Shown, Failure> {
    Err(Failure::new("E-RULE", format!("The bundle {} stays, because running agreements name it.", ask.id))
        .hint("End the subscriptions sold in it with `billhook subscriptions end`."))
}
