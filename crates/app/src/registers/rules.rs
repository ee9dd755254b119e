//! Price rules in the order in which they win.

use crate::people::People;
use crate::prices::{Rule, rule};
use crate::session::Book;
use crate::{Failure, Session};
use engine::price::{Layer, PriceRule};
use engine::register::{Account, ProductKey};
use engine::{Date, Id, Names};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use store::tables;
use store::tables::subscriptions::Scope;

/// For whom.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub struct OrderAsk {
    /// Only the rules that reach this account.
    #[serde(default)]
    account: Option<String>,
}

/// A rule at its place.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Ranked {
    #[serde(flatten)]
    rule: Rule,
    /// From 1, the one that wins over all below it.
    rank: usize,
    /// `subscription`, `account`, `reseller`, `segment` or `book`.
    level: &'static str,
    /// Whose, in words: a name.
    whose: String,
    product_name: String,
    /// `in force`, `to come`, `superseded` by a later version, or `ended`.
    state: &'static str,
}

/// Rules, the strongest first.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Order {
    in_force: usize,
    rules: Vec<Ranked>,
}

/// Reads the rules in the order of precedence.
pub fn order(session: &mut Session, ask: OrderAsk) -> Result<Order, Failure> {
    session.read(|book| {
        let mut names = book.names()?;
        let people = People::load(book, &mut names)?;
        let mut rules = tables::prices::load_rules(book.conn(), &mut names)?;
        if let Some(wanted) = &ask.account {
            let account = people.find(wanted, &names)?;
            let reach = Reach::of(book, account, &people, &mut names)?;
            rules.retain(|r| reach.has(r.layer));
        }
        let latest = latest(&rules, book.today);
        rules.sort_by_cached_key(|r| Reverse((level(r.layer), strength(r))));
        let products = tables::products::load(book.conn(), &mut names)?;
        let titles: BTreeMap<ProductKey, &str> = products.iter().map(|p| (p.key, p.name.as_str())).collect();
        let ranked = |(at, r): (usize, &PriceRule)| {
            let (level, whose) = whose(r.layer, &people, &names);
            Ranked {
                rule: rule(r, &people, &names),
                rank: at + 1,
                level,
                whose,
                product_name: r.selector.product.and_then(|p| titles.get(&p)).copied().unwrap_or_default().to_owned(),
                state: state(r, &latest, book.today),
            }
        };
        let rules: Vec<Ranked> = rules.iter().enumerate().map(ranked).collect();
        Ok(Order { in_force: rules.iter().filter(|r| r.state == "in force").count(), rules })
    })
}

/// What can hold rules for an account.
struct Reach {
    own: Id,
    above: Vec<Id>,
    segment: engine::Symbol,
    subscriptions: BTreeSet<Id>,
}

impl Reach {
    fn of(book: &Book<'_>, account: &Account, people: &People, names: &mut Names) -> Result<Reach, Failure> {
        let subscriptions = tables::subscriptions::load(book.conn(), names, Scope::Accounts(&[account.id]))?;
        Ok(Reach {
            own: account.id,
            above: people.above(account.id),
            segment: account.segment,
            subscriptions: subscriptions.iter().map(|s| s.id).collect(),
        })
    }

    fn has(&self, layer: Layer) -> bool {
        match layer {
            Layer::Book => true,
            Layer::Segment(s) => !self.segment.is_empty() && s == self.segment,
            Layer::Reseller(id) => self.above.contains(&id),
            Layer::Account(id) => id == self.own,
            Layer::Subscription(id) => self.subscriptions.contains(&id),
        }
    }
}

/// The version that counts of each name: the highest that has begun.
fn latest(rules: &[PriceRule], today: Date) -> BTreeMap<String, u32> {
    let mut latest: BTreeMap<String, u32> = BTreeMap::new();
    for r in rules.iter().filter(|r| r.from <= today) {
        let at = latest.entry(r.name.clone()).or_default();
        *at = (*at).max(r.version);
    }
    latest
}

fn state(rule: &PriceRule, latest: &BTreeMap<String, u32>, today: Date) -> &'static str {
    if rule.from > today {
        "to come"
    } else if latest.get(&rule.name).is_some_and(|v| *v > rule.version) {
        "superseded"
    } else if rule.until.is_some_and(|end| end <= today) {
        "ended"
    } else {
        "in force"
    }
}

/// The nearest layer is the strongest.
fn level(layer: Layer) -> u8 {
    match layer {
        Layer::Subscription(_) => 5,
        Layer::Account(_) => 4,
        Layer::Reseller(_) => 3,
        Layer::Segment(_) => 2,
        Layer::Book => 1,
    }
}

/// The order within a layer, as rating has it: product before term before plan, then date, then version.
fn strength(rule: &PriceRule) -> (bool, bool, bool, Date, u32) {
    let s = &rule.selector;
    (s.product.is_some(), s.term.is_some(), s.plan.is_some(), rule.from, rule.version)
}

fn whose(layer: Layer, people: &People, names: &Names) -> (&'static str, String) {
    match layer {
        Layer::Book => ("book", String::new()),
        Layer::Segment(s) => ("segment", names.text(s).to_owned()),
        Layer::Reseller(id) => ("reseller", people.name(id).to_owned()),
        Layer::Account(id) => ("account", people.name(id).to_owned()),
        Layer::Subscription(id) => ("subscription", id.to_string()),
    }
}
