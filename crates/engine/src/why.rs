//! Reasons: each computed figure carries the steps that made it, written by the code that computed it.
//!
//! Steps are data, not sentences: the CLI, the window and the PDF annex word them. The last step's result is the value.

use crate::{Currency, Date, Decimal, LineRef, Money, Period};
use std::sync::Arc;

/// The rule a step applied; its code is stable, appears in stored explanations and is documented in the glossary.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Rule(pub &'static str);

/// Something a step used or produced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// An exact number: a price, a rate, a quantity, a count of days.
    Number(Decimal),
    /// An amount owed.
    Money(Money),
    /// A price still being worked out, with its currency.
    Price(Decimal, Currency),
    /// A share, as a fraction of one: 0.05 is five percent.
    Share(Decimal),
    /// A day.
    Date(Date),
    /// A span of days.
    Period(Period),
    /// A name: a price list, a rule, a product.
    Text(String),
}

/// Where an input came from.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Source {
    /// A row of a stored document.
    Line(LineRef),
    /// A record of the book, by kind and id or natural key ("price rule 019…", "event 2026-10-12").
    Record(&'static str, String),
}

/// One step of a computation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The rule applied.
    pub rule: Rule,
    /// Named inputs, in the order a reader expects.
    pub inputs: Vec<(&'static str, Value)>,
    /// What came out.
    pub result: Value,
    /// Where the inputs came from.
    pub from: Vec<Source>,
}

impl Step {
    /// A step with its result; inputs and sources are added by the builder methods.
    pub fn of(rule: Rule, result: Value) -> Step {
        Step { rule, inputs: Vec::new(), result, from: Vec::new() }
    }

    /// Names one input.
    pub fn input(mut self, name: &'static str, value: Value) -> Step {
        self.inputs.push((name, value));
        self
    }

    /// Names one source.
    pub fn from(mut self, source: Source) -> Step {
        self.from.push(source);
        self
    }
}

/// The steps of a line, first to last: those of its price, which lines of one price share, then its own.
#[derive(Clone, Debug, Default)]
pub struct Why {
    shared: Arc<[Step]>,
    own: Vec<Step>,
}

impl Why {
    /// Steps that follow those of a price.
    pub fn after(price: Arc<[Step]>, own: Vec<Step>) -> Why {
        Why { shared: price, own }
    }

    /// All of them.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Step> {
        self.shared.iter().chain(&self.own)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.shared.len() + self.own.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The last, whose result is the value.
    pub fn last(&self) -> Option<&Step> {
        self.iter().next_back()
    }

    /// The steps of the price, which lines of one price share, and the line's own.
    pub fn parts(&self) -> (&Arc<[Step]>, &[Step]) {
        (&self.shared, &self.own)
    }
}

impl From<Vec<Step>> for Why {
    fn from(own: Vec<Step>) -> Why {
        Why { shared: Arc::default(), own }
    }
}

impl FromIterator<Step> for Why {
    fn from_iter<I: IntoIterator<Item = Step>>(steps: I) -> Why {
        steps.into_iter().collect::<Vec<_>>().into()
    }
}

/// Equal when the steps are, however they are shared.
impl PartialEq for Why {
    fn eq(&self, other: &Why) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Eq for Why {}

/// A value with the steps that made it, first to last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explained<T> {
    /// The value: equal to the last step's result.
    pub value: T,
    /// The steps.
    pub why: Vec<Step>,
}
