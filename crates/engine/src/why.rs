//! Reasons: each computed figure carries the steps that made it, written by the code that computed it.
//!
//! Steps are data, not sentences: the CLI, the window and the PDF annex word them. The last step's result is the value.

use crate::{Currency, Date, Decimal, LineRef, Money, Period};

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

/// A value with the steps that made it, first to last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explained<T> {
    /// The value: equal to the last step's result.
    pub value: T,
    /// The steps.
    pub why: Vec<Step>,
}
