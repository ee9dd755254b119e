//! The price book arranged for looking up: built once, asked a hundred thousand times.

use super::{Ask, Lost};
use crate::price::{Layer, ListKind, ListPrice, Method, PriceBook, PriceRule, Promotion};
use crate::register::{BillingPlan, Bundle, ProductKey, Term};
use crate::why::Step;
use crate::{Currency, Date, Decimal, Id, Symbol};
use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

type ListKey = (ProductKey, Term, BillingPlan, Currency);
/// The rows of one market segment, the last in force last.
type Segmented<'p> = (Symbol, Vec<&'p ListPrice>);

/// A [`PriceBook`] with its list prices, rules and bundles indexed. Holds borrowed rows; changes nothing.
#[derive(Debug)]
pub struct Prices<'p> {
    book: &'p PriceBook,
    lists: HashMap<ListKey, Vec<Segmented<'p>>>,
    promotions: HashMap<ProductKey, Vec<&'p Promotion>>,
    subscriptions: HashMap<Id, Vec<&'p PriceRule>>,
    accounts: HashMap<Id, Vec<&'p PriceRule>>,
    resellers: HashMap<Id, Vec<&'p PriceRule>>,
    segments: HashMap<Symbol, Vec<&'p PriceRule>>,
    everywhere: Vec<&'p PriceRule>,
    bundles: HashMap<Symbol, &'p Bundle>,
    /// What lists price by how many are bought.
    banded: HashSet<(ProductKey, Term, BillingPlan)>,
    /// Rules that set the least an account is charged; they price nothing.
    minimums: Vec<&'p PriceRule>,
}

/// A list price found for a term.
#[derive(Clone, Debug)]
pub(super) struct Listed {
    pub price: ListPrice,
    /// No version was in force on the first day of the term; this is the earliest later one.
    pub later: bool,
    /// What an imagined list made of it, step by step.
    pub steps: Vec<Step>,
}

/// An imagined price list over the real one: what a scenario asks prices against.
pub trait Imagined: std::fmt::Debug + Sync {
    /// The list price of a question, given what the real list has; `steps` says what was changed. `None` where nothing is
    /// listed even so.
    fn list(&self, ask: &Ask, real: Option<ListPrice>, steps: &mut Vec<Step>) -> Option<ListPrice>;
}

impl<'p> Prices<'p> {
    /// Arranges a book.
    pub fn new(book: &'p PriceBook) -> Prices<'p> {
        let mut prices = Prices {
            book,
            lists: HashMap::new(),
            promotions: HashMap::new(),
            subscriptions: HashMap::new(),
            accounts: HashMap::new(),
            resellers: HashMap::new(),
            segments: HashMap::new(),
            everywhere: Vec::new(),
            bundles: book.bundles.iter().map(|b| (b.code, b)).collect(),
            banded: HashSet::new(),
            minimums: Vec::new(),
        };
        for row in book.list.iter().filter(|row| row.kind == ListKind::Term) {
            if row.at_least > Decimal::ONE {
                prices.banded.insert((row.product, row.term, row.plan));
            }
            let segments = prices.lists.entry((row.product, row.term, row.plan, row.currency)).or_default();
            match segments.iter_mut().find(|(segment, _)| *segment == row.segment) {
                Some((_, rows)) => rows.push(row),
                None => segments.push((row.segment, vec![row])),
            }
        }
        for promotion in &book.promotions {
            prices.promotions.entry(promotion.product).or_default().push(promotion);
        }
        for rule in &book.rules {
            if matches!(rule.method, Method::Minimum { .. }) {
                prices.minimums.push(rule);
                continue;
            }
            match rule.layer {
                Layer::Subscription(id) => prices.subscriptions.entry(id).or_default(),
                Layer::Account(id) => prices.accounts.entry(id).or_default(),
                Layer::Reseller(id) => prices.resellers.entry(id).or_default(),
                Layer::Segment(name) => prices.segments.entry(name).or_default(),
                Layer::Book => &mut prices.everywhere,
            }
            .push(rule);
        }
        // A stable sort: of two rows of one day the larger band stands last, else the later import, and wins.
        let rows = prices.lists.values_mut().flatten();
        rows.for_each(|(_, rows)| rows.sort_by_key(|r| (r.from, r.at_least)));
        let by_id = [&mut prices.subscriptions, &mut prices.accounts, &mut prices.resellers];
        for layer in by_id.into_iter().flat_map(HashMap::values_mut).chain(prices.segments.values_mut()) {
            layer.sort_by_key(|rule| Reverse(strength(rule)));
        }
        prices.everywhere.sort_by_key(|rule| Reverse(strength(rule)));
        prices
    }

    /// Whether any account may have a minimum charge.
    pub fn has_minimums(&self) -> bool {
        !self.minimums.is_empty()
    }

    /// The rule for the least an account is charged, in force on a day: the nearest layer's, of those the newest.
    pub fn minimum(&self, account: Id, above: &[Id], segment: Symbol, day: Date) -> Option<&'p PriceRule> {
        let nearness = |rule: &PriceRule| match rule.layer {
            Layer::Account(id) => (id == account).then_some(u32::MAX),
            Layer::Reseller(id) => above.iter().position(|a| *a == id).map(|at| u32::MAX / 2 - at as u32),
            Layer::Segment(name) => (name == segment).then_some(1),
            Layer::Book => Some(0),
            Layer::Subscription(_) => None,
        };
        let in_force = |rule: &&&PriceRule| rule.from <= day && rule.until.is_none_or(|end| day < end);
        let rules = self.minimums.iter().filter(in_force).filter_map(|r| Some((nearness(r)?, r.from, r.version, *r)));
        rules.max_by_key(|(near, from, version, _)| (*near, *from, *version)).map(|(.., rule)| rule)
    }

    /// The bundle of a code.
    pub fn bundle(&self, code: Symbol) -> Option<&'p Bundle> {
        if code.is_empty() { None } else { self.bundles.get(&code).copied() }
    }

    /// The list price that prices a question: the real one, or what is imagined in its place.
    pub(super) fn list(&self, ask: &Ask) -> Option<Listed> {
        let real = self.row(ask);
        let later = real.is_some_and(|(_, later)| later);
        let real = real.map(|(row, _)| row.clone());
        let mut steps = Vec::new();
        let price = match ask.imagined {
            None => real,
            Some(imagined) => imagined.list(ask, real, &mut steps),
        }?;
        Some(Listed { price, later, steps })
    }

    /// What the list has for a question, as imagined where the question says so.
    pub fn listed(&self, ask: &Ask) -> Option<ListPrice> {
        self.list(ask).map(|listed| listed.price)
    }

    /// The same with the steps of what was imagined.
    pub fn listed_with(&self, ask: &Ask, steps: &mut Vec<Step>) -> Option<ListPrice> {
        let listed = self.list(ask)?;
        steps.extend(listed.steps);
        Some(listed.price)
    }

    /// The days from which another list price of a product may hold, or a promotion, on these terms in this currency, in order.
    pub fn listed_from(&self, product: ProductKey, term: Term, plan: BillingPlan, currency: Currency) -> Vec<Date> {
        let segments = self.lists.get(&(product, term, plan, currency));
        let rows = segments.into_iter().flatten().flat_map(|(_, rows)| rows);
        let mut days: Vec<Date> = rows.flat_map(|r| [Some(r.from), r.until]).flatten().collect();
        let promotions = self.promotions.get(&product).into_iter().flatten();
        days.extend(promotions.flat_map(|p| [Some(p.from), p.until]).flatten());
        days.sort_unstable();
        days.dedup();
        days
    }

    /// What a list has for the Extended Service Term of a product that begins on a day.
    pub fn extended_term(&self, ask: &Ask) -> Option<&'p ListPrice> {
        let fits = |r: &&ListPrice| {
            r.kind == ListKind::ExtendedTerm
                && (r.product, r.currency) == (ask.product, ask.currency)
                && r.from <= ask.term_start
                && r.until.is_none_or(|end| ask.term_start < end)
        };
        let newest = self.book.list.iter().filter(fits).map(|r| r.from).max()?;
        let rows = self.book.list.iter().filter(|r| fits(r) && r.from == newest);
        of_buyer(rows, ask.segment, ask.quantity)
    }

    /// Whether a list prices a product by how many are bought, in any currency.
    pub fn is_listed_in_bands(&self, product: ProductKey, term: Term, plan: BillingPlan) -> bool {
        self.banded.contains(&(product, term, plan))
    }

    /// The row of the real list in force on the first day of the term, else the earliest later one: of the buyer's market
    /// segment, and of the band the quantity reaches.
    pub(super) fn row(&self, ask: &Ask) -> Option<(&'p ListPrice, bool)> {
        let segments = self.lists.get(&(ask.product, ask.term?, ask.plan?, ask.currency))?;
        let segment = segment_for(ask.segment, segments.iter().map(|(segment, _)| *segment))?;
        let (_, rows) = segments.iter().find(|(listed, _)| *listed == segment)?;
        let day = ask.term_start;
        let in_force = |r: &&ListPrice| r.from <= day && r.until.is_none_or(|end| day < end);
        let now = rows.iter().rev().copied().filter(in_force);
        if let Some(price) = of_band(now, ask.quantity) {
            return Some((price, false));
        }
        let from = rows.iter().find(|r| r.from > day)?.from;
        of_band(rows.iter().rev().copied().filter(|r| r.from == from), ask.quantity).map(|price| (price, true))
    }

    /// The promotion of a term that begins on a day: of several the one worth most, and never two.
    pub fn promotion(&self, ask: &Ask, day: Date) -> Option<&'p Promotion> {
        let fits = |p: &&&Promotion| {
            p.from <= day
                && p.until.is_none_or(|end| day < end)
                && p.term.is_none_or(|t| Some(t) == ask.term)
                && p.plan.is_none_or(|plan| Some(plan) == ask.plan)
        };
        let here = self.promotions.get(&ask.product)?.iter().filter(fits);
        here.max_by(|a, b| a.share.cmp(&b.share).then_with(|| b.code.cmp(&a.code))).copied()
    }

    /// The rule that wins, and those in force that it beats, strongest first.
    pub(super) fn contest(&self, ask: &Ask) -> (Option<&'p PriceRule>, Vec<(&'p PriceRule, Lost)>) {
        let mut winner: Option<&'p PriceRule> = None;
        let mut beaten = Vec::new();
        let mut layer = |rules: Option<&Vec<&'p PriceRule>>| {
            let nearer = winner.is_some();
            for rule in rules.into_iter().flatten().filter(|r| applies(r, ask)) {
                match winner {
                    None => winner = Some(rule),
                    Some(_) if nearer => beaten.push((*rule, Lost::NearerLayer)),
                    Some(winner) => beaten.push((*rule, lost_to(rule, winner))),
                }
            }
        };
        layer(ask.subscription.and_then(|id| self.subscriptions.get(&id)));
        layer(self.accounts.get(&ask.account));
        ask.ancestors.iter().for_each(|id| layer(self.resellers.get(id)));
        layer(self.segments.get(&ask.segment));
        layer(Some(&self.everywhere));
        (winner, beaten)
    }

    /// The rule that wins.
    pub fn winner(&self, ask: &Ask) -> Option<&'p PriceRule> {
        let own = ask.subscription.and_then(|id| self.subscriptions.get(&id));
        let resellers = ask.ancestors.iter().map(|id| self.resellers.get(id));
        let nearest = [own, self.accounts.get(&ask.account)].into_iter().chain(resellers);
        let mut layers = nearest.chain([self.segments.get(&ask.segment), Some(&self.everywhere)]).flatten();
        layers.find_map(|rules| rules.iter().find(|rule| applies(rule, ask)).copied())
    }

    /// Whether the price of anything depends on how many are bought.
    pub(super) fn has_volume_breaks(&self) -> bool {
        !self.book.volume.bands.is_empty()
    }

    /// The discount of the volume break a quantity reaches.
    pub(super) fn volume_discount(&self, quantity: Decimal) -> Decimal {
        let bands = &self.book.volume.bands;
        bands.iter().filter(|b| b.from <= quantity).max_by_key(|b| b.from).map_or(Decimal::ZERO, |b| b.value)
    }

    /// Decimal places of a computed unit price.
    pub(super) fn digits(&self) -> Option<u32> {
        self.book.unit_price_digits
    }
}

/// The row a buyer of so many is priced by, of rows for one product, term, plan and currency at one time.
pub fn of_buyer<'p>(
    rows: impl Iterator<Item = &'p ListPrice> + Clone,
    segment: Symbol,
    quantity: Decimal,
) -> Option<&'p ListPrice> {
    let segment = segment_for(segment, rows.clone().map(|r| r.segment))?;
    let rows = rows.filter(|r| r.segment == segment);
    let reached = rows.clone().filter(|r| r.at_least <= quantity).max_by_key(|r| r.at_least);
    reached.or_else(|| rows.min_by_key(|r| r.at_least))
}

/// The segment a buyer is priced by: the own one, else commercial, else the only one there is.
fn segment_for(own: Symbol, listed: impl Iterator<Item = Symbol>) -> Option<Symbol> {
    let (mut commercial, mut only) = (false, None);
    for segment in listed {
        if segment == own {
            return Some(own);
        }
        commercial |= segment.is_empty();
        only = Some(only.map_or(Some(segment), |before: Option<Symbol>| before.filter(|b| *b == segment)));
    }
    if commercial { Some(Symbol::EMPTY) } else { only.flatten() }
}

/// The first of the rows whose band the quantity reaches; else the one of the lowest band.
fn of_band<'p>(rows: impl Iterator<Item = &'p ListPrice> + Clone, quantity: Decimal) -> Option<&'p ListPrice> {
    rows.clone().find(|r| r.at_least <= quantity).or_else(|| rows.min_by_key(|r| r.at_least))
}

/// Order within a layer: product before term before plan, then date, then version.
fn strength(rule: &PriceRule) -> (bool, bool, bool, Date, u32) {
    let s = &rule.selector;
    (s.product.is_some(), s.term.is_some(), s.plan.is_some(), rule.from, rule.version)
}

fn lost_to(rule: &PriceRule, winner: &PriceRule) -> Lost {
    let (rule, winner) = (strength(rule), strength(winner));
    if (rule.0, rule.1, rule.2) != (winner.0, winner.1, winner.2) {
        Lost::MoreSpecific
    } else if rule.3 != winner.3 {
        Lost::Newer
    } else {
        Lost::HigherVersion
    }
}

fn applies(rule: &PriceRule, ask: &Ask) -> bool {
    let s = &rule.selector;
    rule.from <= ask.date
        && rule.until.is_none_or(|end| ask.date < end)
        && s.product.is_none_or(|p| p == ask.product)
        && s.term.is_none_or(|t| Some(t) == ask.term)
        && s.plan.is_none_or(|p| Some(p) == ask.sold.or(ask.plan))
}
