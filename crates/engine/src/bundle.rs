//! Bundles: products made of products, published in dated editions.
//!
//! A published bundle can change: a new edition says from which day it holds, and the ones before it stay. Which edition a
//! running agreement is charged by follows from its [`BundlePolicy`], never from the day somebody looks. A past run is
//! replayed from the versions of editions it saw; that is the store's business.

use crate::register::ProductKey;
use crate::{Currency, Date, Decimal, Symbol};

/// Which edition of its bundle a running agreement is charged by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum BundlePolicy {
    /// The newest one, from the next charge cycle on.
    Follow,
    /// The one in force on the first day of its term: the customer's own, where that is another than the vendor's.
    #[default]
    Renewal,
    /// The one it was sold with, until somebody moves it to another.
    Keep,
}

impl BundlePolicy {
    /// Every policy, in the order people are asked.
    pub const ALL: [BundlePolicy; 3] = [BundlePolicy::Renewal, BundlePolicy::Follow, BundlePolicy::Keep];

    /// The public name.
    pub fn name(self) -> &'static str {
        match self {
            BundlePolicy::Follow => "follow",
            BundlePolicy::Renewal => "renewal",
            BundlePolicy::Keep => "keep",
        }
    }
}

/// How a part is charged. Metered consumption is never part of a bundle: nobody knows it beforehand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum PartKind {
    /// Each charge cycle.
    #[default]
    Licence,
    /// Once for each unit: when the agreement starts, and for units added later. Hardware, onboarding.
    OneOff,
    /// Each charge cycle; a service of ours or somebody's, with a cost of its own.
    Service,
}

impl PartKind {
    /// Every kind, in the order people are asked.
    pub const ALL: [PartKind; 3] = [PartKind::Licence, PartKind::Service, PartKind::OneOff];

    /// The public name.
    pub fn name(self) -> &'static str {
        match self {
            PartKind::Licence => "licence",
            PartKind::OneOff => "one-off",
            PartKind::Service => "service",
        }
    }
}

/// One part of a bundle.
#[derive(Clone, Debug, PartialEq)]
pub struct BundlePart {
    /// Product.
    pub product: ProductKey,
    /// How it is charged.
    pub kind: PartKind,
    /// Units of the part in one bundle.
    pub ratio: Decimal,
    /// Discount on the part, as a fraction of one.
    pub discount: Decimal,
    /// A price of its own for one unit, in the edition's currency, instead of price rules and discount.
    pub price: Option<Decimal>,
    /// What one unit costs us, in the edition's currency, where no vendor's list says it.
    pub cost: Option<Decimal>,
    /// Whether the invoice shows it; the money of a hidden part is on the shown ones, or on the bundle's own line.
    pub shown: bool,
}

impl BundlePart {
    /// One unit of a product, shown, each charge cycle, at the price the rules give it.
    pub fn of(product: ProductKey) -> BundlePart {
        BundlePart {
            product,
            kind: PartKind::Licence,
            ratio: Decimal::ONE,
            discount: Decimal::ZERO,
            price: None,
            cost: None,
            shown: true,
        }
    }
}

/// What a bundle is made of and costs, from a day on.
#[derive(Clone, Debug, PartialEq)]
pub struct Edition {
    /// First day in force; the last is the day before the next edition's.
    pub from: Date,
    /// Parts.
    pub parts: Vec<BundlePart>,
    /// One price for all that is charged each cycle; without one, each part has its own.
    pub price: Option<Decimal>,
    /// Currency of every amount it names.
    pub currency: Option<Currency>,
    /// Whether the invoice shows the parts; else there is one line.
    pub show_parts: bool,
}

impl Edition {
    /// Nothing yet, in force from a day on.
    pub fn blank(from: Date) -> Edition {
        Edition { from, parts: Vec::new(), price: None, currency: None, show_parts: true }
    }

    /// The first day in force, where it is not the first edition of all: that one holds since ever.
    pub fn since(&self) -> Option<Date> {
        (self.from > crate::date::RANGE.0).then_some(self.from)
    }

    /// The parts charged each cycle.
    pub fn recurring(&self) -> impl Iterator<Item = &BundlePart> {
        self.parts.iter().filter(|part| part.kind != PartKind::OneOff)
    }

    /// The parts charged once.
    pub fn once(&self) -> impl Iterator<Item = &BundlePart> {
        self.parts.iter().filter(|part| part.kind == PartKind::OneOff)
    }

    /// Whether an invoice shows a part by itself.
    pub fn shows(&self, part: &BundlePart) -> bool {
        self.show_parts && part.shown
    }

    /// The same with nothing hidden, for looking at every part's money.
    pub fn unfolded(&self) -> Edition {
        let parts = self.parts.iter().map(|part| BundlePart { shown: true, ..part.clone() }).collect();
        Edition { parts, show_parts: true, ..self.clone() }
    }
}

/// A product made of products.
#[derive(Clone, Debug, PartialEq)]
pub struct Bundle {
    /// The source file's id.
    pub code: Symbol,
    /// Name.
    pub name: String,
    /// Its editions, by first day.
    pub editions: Vec<Edition>,
}

impl Bundle {
    /// The edition in force on a day; the first one for the days before it.
    pub fn on(&self, day: Date) -> Option<&Edition> {
        self.editions.iter().rev().find(|edition| edition.from <= day).or(self.editions.first())
    }

    /// The products of all its editions, some more than once.
    pub fn products(&self) -> impl Iterator<Item = ProductKey> + '_ {
        self.editions.iter().flat_map(|edition| &edition.parts).map(|part| part.product)
    }

    /// Puts an edition in its place; one of the same day is replaced.
    pub fn put(&mut self, edition: Edition) {
        self.editions.retain(|known| known.from != edition.from);
        self.editions.push(edition);
        self.editions.sort_by_key(|edition| edition.from);
    }
}
