//! Bundles with what they cost and bring, as stored or as being drawn up: what is charged each cycle and what is charged
//! once, apart; the whole and every part.

use crate::bundles::{drawn, kinds};
use crate::catalogue::reference;
use crate::people::People;
use crate::prices::{self, plan_of, plan_word};
use crate::wire::{number, total};
use crate::{Failure, Session};
use engine::bundle::{Bundle, BundlePart, BundlePolicy, Edition, PartKind};
use engine::rate::{Ask, NoPrice, Part as Priced, Prices};
use engine::register::{BillingPlan, ProductKey, Term};
use engine::{Currency, Date, Decimal, Id, Names, Symbol};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use store::tables;

/// Which bundles, sold to whom.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub struct MarginAsk {
    /// Only this bundle: every edition of it, in every currency all its parts are listed in.
    #[serde(default)]
    id: Option<String>,
    /// What would be different about it: the fields of `bundles set`. Nothing is stored.
    #[serde(default)]
    fields: BTreeMap<String, String>,
    /// Sold to this account, by its price rules and in its currency.
    #[serde(default)]
    account: Option<String>,
    /// Sold to accounts of this price segment.
    #[serde(default)]
    segment: Option<String>,
    /// By the prices of this day; today without one.
    #[serde(default)]
    on: Option<String>,
    /// `P1M`, `P1Y` or `P3Y`; a year without one.
    #[serde(default)]
    term: Option<String>,
    /// `monthly`, `annual`, `triennial`; monthly without one.
    #[serde(default)]
    plan: Option<String>,
}

/// One part of a bundle with its money.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Part {
    product: String,
    name: String,
    kind: &'static str,
    ratio: String,
    discount_percent: String,
    /// One unit's own price, where the bundle names one.
    own_price: Option<String>,
    /// What one unit costs us, where no price list says it.
    own_cost: Option<String>,
    shown: bool,
    cost: Option<String>,
    price: Option<String>,
    margin: Option<String>,
    margin_percent: Option<String>,
    /// Its margin is below the floor of the book's settings, or below nothing where there is none.
    below_floor: bool,
}

/// What all that is charged together costs and brings.
#[derive(Debug, Default, JsonSchema, Serialize)]
pub struct Money {
    cost: Option<String>,
    price: Option<String>,
    margin: Option<String>,
    margin_percent: Option<String>,
}

/// An edition of a bundle with its money for one unit: of one charge cycle, and once.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Row {
    #[serde(rename = "ref")]
    reference: String,
    name: String,
    /// First day of the edition; none for the first of all.
    from: Option<String>,
    /// Whether it is in force on the day asked about.
    in_force: bool,
    /// Its one price, where it has one.
    own_price: Option<String>,
    /// Currency of the amounts it names.
    own_currency: Option<String>,
    show_parts: bool,
    term: String,
    plan: &'static str,
    currency: String,
    cost: Option<String>,
    price: Option<String>,
    margin: Option<String>,
    margin_percent: Option<String>,
    /// What is charged once, where anything is.
    once: Option<Money>,
    /// Names of the parts below the floor.
    below_floor: Vec<String>,
    /// Why there is no price.
    problem: Option<String>,
    parts: Vec<Part>,
}

/// Bundles with their margins.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Margins {
    segments: Vec<String>,
    /// The least margin in percent, where the settings name one.
    floor: Option<String>,
    bundles: Vec<Row>,
}

struct Buyer {
    account: Id,
    above: Vec<Id>,
    segment: Symbol,
    term: Term,
    plan: BillingPlan,
    currency: Currency,
    day: Date,
}

/// Works out what bundles bring.
pub fn margin(session: &mut Session, ask: MarginAsk) -> Result<Margins, Failure> {
    session.read(|book| {
        let mut names = book.names()?;
        let mut price_book = prices::load(book, &mut names)?;
        let people = People::load(book, &mut names)?;
        let settings = book.settings()?;
        let wrong = |what: &str, text: &str| Failure::usage(format!("{what}=\"{text}\" is not understood."));
        let (term, plan) = (ask.term.as_deref().unwrap_or("P1Y"), ask.plan.as_deref().unwrap_or("monthly"));
        let account = ask.account.as_deref().map(|text| people.find(text, &names)).transpose()?;
        let buyer = Buyer {
            account: account.map_or(Id([0; 16]), |a| a.id),
            above: account.map_or(Vec::new(), |a| people.above(a.id)),
            segment: match (&ask.segment, account) {
                (Some(segment), _) => names.intern(segment),
                (None, account) => account.map_or(Symbol::EMPTY, |a| a.segment),
            },
            term: Term::parse(term).ok_or_else(|| wrong("term", term))?,
            plan: plan_of(plan).ok_or_else(|| wrong("plan", plan))?,
            currency: account.map_or(settings.currency(), |a| a.currency),
            day: ask.on.as_deref().map(crate::session::date).transpose()?.unwrap_or(book.today),
        };
        let only = ask.id.as_deref();
        let mut bundles = std::mem::take(&mut price_book.bundles);
        bundles.retain(|b| only.is_none_or(|id| names.text(b.code) == id || b.name == id));
        if let (Some(id), false) = (only, ask.fields.is_empty()) {
            let kinds = kinds(book, &mut names)?;
            let code = names.intern(id);
            let blank = Bundle { code, name: String::new(), editions: Vec::new() };
            let known = bundles.pop().unwrap_or(blank);
            let drawn = drawn(&known, ask.fields.clone(), book.today, &kinds, &mut names)?;
            bundles = vec![Bundle { name: drawn.name, editions: vec![drawn.edition], ..known }];
        } else if let (Some(id), true) = (only, bundles.is_empty()) {
            return Err(Failure::not_found("bundle", id));
        }
        let looked_at = looked_at(&bundles, only.is_some(), buyer.day);
        // Each edition is priced as if it were the only one, and part by part, whatever an invoice folds.
        price_book.bundles.clear();
        let products = tables::products::load(book.conn(), &mut names)?;
        let titles: BTreeMap<ProductKey, &str> = products.iter().map(|p| (p.key, p.name.as_str())).collect();
        let floor = settings.get("reconcile.floor").parse::<Decimal>().ok();
        let look = Look { titles: &titles, names: &names, floor };
        let mut rows = Vec::new();
        for (bundle, edition, in_force) in looked_at {
            price_book.bundles =
                vec![Bundle { editions: vec![edition.unfolded()], code: bundle.code, name: bundle.name.clone() }];
            let index = Prices::new(&price_book);
            let every = only.is_some() && account.is_none() && ask.fields.is_empty();
            let listed = if every { listed(&price_book.list, edition) } else { Vec::new() };
            let own = edition.currency.filter(|_| names_amounts(edition));
            let main = own.unwrap_or(buyer.currency);
            let others = listed.into_iter().filter(|c| *c != main && own.is_none());
            for currency in std::iter::once(main).chain(others) {
                let row = look.row(bundle, edition, &index, &Buyer { currency, above: buyer.above.clone(), ..buyer });
                rows.push(Row { in_force, ..row });
            }
        }
        Ok(Margins { segments: segments(&people, &names), floor: floor.map(number), bundles: rows })
    })
}

/// The editions to look at, and whether each is in force: all of one bundle, else the one in force of each.
fn looked_at(bundles: &[Bundle], all: bool, day: Date) -> Vec<(&Bundle, &Edition, bool)> {
    let mut found = Vec::new();
    for bundle in bundles {
        let now = bundle.on(day).map(|edition| edition.from);
        let editions = bundle.editions.iter().map(|edition| (bundle, edition, Some(edition.from) == now));
        found.extend(editions.filter(|(_, _, in_force)| all || *in_force));
    }
    found
}

fn names_amounts(edition: &Edition) -> bool {
    edition.price.is_some() || edition.parts.iter().any(|part| part.price.is_some())
}

/// The currencies in which some list has every part that is charged each cycle.
fn listed(list: &[engine::price::ListPrice], edition: &Edition) -> Vec<Currency> {
    let of = |part: &BundlePart| -> BTreeSet<Currency> {
        list.iter().filter(|row| row.product == part.product).map(|row| row.currency).collect()
    };
    let all = edition.recurring().map(of).reduce(|a, b| a.intersection(&b).copied().collect());
    all.unwrap_or_default().into_iter().collect()
}

fn segments(people: &People, names: &Names) -> Vec<String> {
    let with = people.accounts.iter().filter(|a| !a.segment.is_empty());
    let all: BTreeSet<String> = with.map(|a| names.text(a.segment).to_owned()).collect();
    all.into_iter().collect()
}

fn said(error: &NoPrice, names: &Names) -> String {
    let facts = error.facts(names).into_iter().map(|(k, v)| format!("{k} {v}")).collect::<Vec<_>>().join(", ");
    format!("{error} ({facts})")
}

struct Look<'l> {
    titles: &'l BTreeMap<ProductKey, &'l str>,
    names: &'l Names,
    floor: Option<Decimal>,
}

impl Look<'_> {
    fn row(&self, bundle: &Bundle, edition: &Edition, prices: &Prices<'_>, buyer: &Buyer) -> Row {
        let currency = buyer.currency;
        let offer = prices.offer(&Ask {
            subscription: None,
            account: buyer.account,
            ancestors: &buyer.above,
            segment: buyer.segment,
            product: ProductKey { product: bundle.code, sku: Symbol::EMPTY },
            term: Some(buyer.term),
            plan: Some(buyer.plan),
            sold: None,
            own: None,
            bundle: Symbol::EMPTY,
            policy: BundlePolicy::Keep,
            edition: edition.from,
            currency,
            since: buyer.day,
            term_start: buyer.day,
            customer_term: None,
            date: buyer.day,
            quantity: Decimal::ONE,
            imagined: None,
        });
        let once = offer.as_ref().ok().and_then(|o| o.once.as_ref().ok());
        let problem = match &offer {
            Err(error) => Some(said(error, self.names)),
            Ok(offer) => offer.once.as_ref().err().map(|error| said(error, self.names)),
        };
        let once_of = |once: &Vec<Priced>| {
            let (price, cost) = (once.iter().map(|p| p.price).sum(), once.iter().map(|p| p.cost).sum());
            self.money(Some(price), cost, currency)
        };
        let whole =
            self.money(offer.as_ref().ok().map(|o| o.unit_price), offer.as_ref().ok().and_then(|o| o.cost), currency);
        let mut recurring = offer.as_ref().ok().map(|o| o.parts.iter());
        let mut bought = once.map(|parts| parts.iter());
        let parts: Vec<Part> = edition
            .parts
            .iter()
            .map(|part| {
                let priced = match part.kind {
                    PartKind::OneOff => bought.as_mut().and_then(Iterator::next),
                    PartKind::Licence | PartKind::Service => recurring.as_mut().and_then(Iterator::next),
                };
                self.part(part, priced, currency)
            })
            .collect();
        Row {
            reference: self.names.text(bundle.code).to_owned(),
            name: bundle.name.clone(),
            from: edition.since().map(|day| day.to_string()),
            in_force: false,
            own_price: edition.price.map(|p| total(p, currency)),
            own_currency: edition.currency.map(|c| c.to_string()),
            show_parts: edition.show_parts,
            term: buyer.term.to_string(),
            plan: plan_word(buyer.plan),
            currency: currency.to_string(),
            cost: whole.cost,
            price: whole.price,
            margin: whole.margin,
            margin_percent: whole.margin_percent,
            once: once.filter(|parts| !parts.is_empty()).map(once_of),
            below_floor: parts.iter().filter(|p| p.below_floor).map(|p| p.title().to_owned()).collect(),
            problem,
            parts,
        }
    }

    fn money(&self, price: Option<Decimal>, cost: Option<Decimal>, currency: Currency) -> Money {
        let text = |value: Decimal| total(value, currency);
        Money {
            cost: cost.map(text),
            price: price.map(text),
            margin: price.zip(cost).map(|(p, c)| text(p - c)),
            margin_percent: price.zip(cost).and_then(|(p, c)| super::products::margin_percent(p, c)),
        }
    }

    fn part(&self, part: &BundlePart, priced: Option<&Priced>, currency: Currency) -> Part {
        let (price, cost) = (priced.map(|p| p.price), priced.and_then(|p| p.cost));
        let Money { cost: cost_text, price: price_text, margin, margin_percent } = self.money(price, cost, currency);
        let least = |price: Decimal| price * self.floor.unwrap_or(Decimal::ZERO) / Decimal::ONE_HUNDRED;
        Part {
            product: reference(part.product, self.names),
            name: self.titles.get(&part.product).copied().unwrap_or_default().to_owned(),
            kind: part.kind.name(),
            ratio: number(part.ratio),
            discount_percent: number(part.discount * Decimal::ONE_HUNDRED),
            own_price: part.price.map(number),
            own_cost: part.cost.map(number),
            shown: part.shown,
            cost: cost_text,
            price: price_text,
            margin,
            margin_percent,
            below_floor: price.zip(cost).is_some_and(|(price, cost)| price - cost < least(price)),
        }
    }
}

impl Part {
    /// Its name, or its product where the catalogue has none.
    fn title(&self) -> &str {
        if self.name.is_empty() { &self.product } else { &self.name }
    }
}
