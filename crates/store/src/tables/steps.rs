//! Reasons in bytes: the steps that made an amount, as they are kept with an invoice line for ever.
//!
//! The lines of a block have few different prices, and their steps few different *shapes*: a rule with the names of its
//! inputs. So a block begins with its tables: the version of the form, the shapes in words, and the steps of each price. A
//! line names its price and gives the values of its own steps; nothing in it needs this program to be understood. A later
//! program reads every version ever written.

use std::sync::Arc;

use engine::why::{Rule, Source, Step, Value, Why};
use engine::{IdMap, LineRef, Money};

use super::cell::damaged;
use super::labels::label;
use super::pack::{Pack, Unpack, cut};
use crate::StoreError;

const VERSION: u8 = 1;

/// A rule and the names of its inputs.
type Shape = (&'static str, Vec<&'static str>);

/// Packs the reasons of many lines, block after block; the steps of a price that lines share are packed once.
#[derive(Default)]
pub(crate) struct Packing {
    shapes: Vec<Shape>,
    /// The one used last: lines mostly have the same.
    recent: usize,
    /// Places among the prices, by where their steps lie.
    known: IdMap<usize, usize>,
    prices: Vec<Price>,
    /// The prices of the block under way, in the order of their numbers there.
    in_block: Vec<usize>,
}

/// The steps of a price. They are held, so that no others come to lie where they do.
struct Price {
    _steps: Arc<[Step]>,
    packed: Vec<u8>,
    /// Its number in the block under way, from 1; 0 when it is not in it.
    number: usize,
}

impl Packing {
    /// Appends the reasons of a line to the record of its draft.
    pub(crate) fn line(&mut self, out: &mut Vec<u8>, why: &Why) {
        let (price, own) = why.parts();
        let price = if price.is_empty() { 0 } else { self.price(price) };
        out.uint(price as u128);
        out.uint(own.len() as u128);
        own.iter().for_each(|step| self.step(out, step));
    }

    /// The tables the records of a block are read with; the next block begins.
    pub(crate) fn tables(&mut self) -> Vec<u8> {
        let mut out = Vec::with_capacity(1024 + self.in_block.len() * 256);
        out.byte(VERSION);
        out.uint(self.shapes.len() as u128);
        for (rule, inputs) in &self.shapes {
            out.text(rule);
            out.uint(inputs.len() as u128);
            inputs.iter().for_each(|name| out.text(name));
        }
        out.uint(self.in_block.len() as u128);
        for at in self.in_block.drain(..) {
            let price = &mut self.prices[at];
            out.bytes(&price.packed);
            price.number = 0;
        }
        out
    }

    /// The number of a price in the block under way.
    fn price(&mut self, steps: &Arc<[Step]>) -> usize {
        let address = steps.as_ptr().addr();
        let at = match self.known.get(&address) {
            Some(at) => *at,
            None => {
                let mut packed = Vec::with_capacity(256);
                packed.uint(steps.len() as u128);
                steps.iter().for_each(|step| self.step(&mut packed, step));
                self.prices.push(Price { _steps: Arc::clone(steps), packed, number: 0 });
                self.known.insert(address, self.prices.len() - 1);
                self.prices.len() - 1
            }
        };
        let price = &mut self.prices[at];
        if price.number == 0 {
            self.in_block.push(at);
            price.number = self.in_block.len();
        }
        price.number
    }

    fn step(&mut self, out: &mut Vec<u8>, step: &Step) {
        out.uint(self.shape(step) as u128);
        step.inputs.iter().for_each(|(_, value)| pack_value(out, value));
        pack_value(out, &step.result);
        out.uint(step.from.len() as u128);
        step.from.iter().for_each(|source| pack_source(out, source));
    }

    fn shape(&mut self, step: &Step) -> usize {
        let is = |(rule, inputs): &Shape| {
            let names = || step.inputs.iter().map(|(name, _)| *name);
            *rule == step.rule.0 && inputs.len() == step.inputs.len() && inputs.iter().copied().eq(names())
        };
        if !self.shapes.get(self.recent).is_some_and(is) {
            self.recent = self.shapes.iter().position(is).unwrap_or(self.shapes.len());
            if self.recent == self.shapes.len() {
                self.shapes.push((step.rule.0, step.inputs.iter().map(|(name, _)| *name).collect()));
            }
        }
        self.recent
    }
}

/// The tables of a block, read.
pub(crate) struct Tables {
    shapes: Vec<Shape>,
    prices: Vec<Arc<[Step]>>,
}

impl Tables {
    /// Reads them as any version wrote them.
    pub(crate) fn read(read: &mut Unpack) -> Result<Tables, StoreError> {
        match read.byte()? {
            VERSION => {}
            other => return Err(damaged("the reasons of an amount", &format!("version {other}"))),
        }
        let mut tables = Tables { shapes: Vec::new(), prices: Vec::new() };
        for _ in 0..read.uint()? {
            let rule = label(read.text()?)?;
            let inputs = (0..read.uint()?).map(|_| label(read.text()?)).collect::<Result<_, _>>()?;
            tables.shapes.push((rule, inputs));
        }
        for _ in 0..read.uint()? {
            let steps = tables.steps(read)?;
            tables.prices.push(steps.into());
        }
        Ok(tables)
    }

    /// The reasons of the next line of a record.
    pub(crate) fn line(&self, read: &mut Unpack) -> Result<Why, StoreError> {
        let price = match usize::try_from(read.uint()?).map_err(|_| cut())?.checked_sub(1) {
            Some(at) => Arc::clone(self.prices.get(at).ok_or_else(cut)?),
            None => Arc::default(),
        };
        Ok(Why::after(price, self.steps(read)?))
    }

    fn steps(&self, read: &mut Unpack) -> Result<Vec<Step>, StoreError> {
        (0..read.uint()?).map(|_| self.step(read)).collect()
    }

    fn step(&self, read: &mut Unpack) -> Result<Step, StoreError> {
        let (rule, names) = self.shapes.get(usize::try_from(read.uint()?).map_err(|_| cut())?).ok_or_else(cut)?;
        let inputs = names.iter().map(|name| Ok((*name, unpack_value(read)?))).collect::<Result<_, StoreError>>()?;
        let result = unpack_value(read)?;
        let from = (0..read.uint()?).map(|_| unpack_source(read)).collect::<Result<_, _>>()?;
        Ok(Step { rule: Rule(rule), inputs, result, from })
    }
}

fn pack_value(out: &mut Vec<u8>, value: &Value) {
    match value {
        Value::Number(number) => {
            out.byte(0);
            out.decimal(*number);
        }
        Value::Money(money) => {
            out.byte(1);
            out.int(money.minor());
            out.currency(money.currency());
        }
        Value::Price(price, currency) => {
            out.byte(2);
            out.decimal(*price);
            out.currency(*currency);
        }
        Value::Share(share) => {
            out.byte(3);
            out.decimal(*share);
        }
        Value::Date(date) => {
            out.byte(4);
            out.date(*date);
        }
        Value::Period(period) => {
            out.byte(5);
            out.period(*period);
        }
        Value::Text(text) => {
            out.byte(6);
            out.text(text);
        }
    }
}

fn unpack_value(read: &mut Unpack) -> Result<Value, StoreError> {
    Ok(match read.byte()? {
        0 => Value::Number(read.decimal()?),
        1 => {
            let minor = read.int()?;
            Value::Money(Money::from_minor(minor, read.currency()?))
        }
        2 => {
            let price = read.decimal()?;
            Value::Price(price, read.currency()?)
        }
        3 => Value::Share(read.decimal()?),
        4 => Value::Date(read.date()?),
        5 => Value::Period(read.period()?),
        6 => Value::Text(read.text()?.to_owned()),
        _ => return Err(cut()),
    })
}

fn pack_source(out: &mut Vec<u8>, source: &Source) {
    match source {
        Source::Line(at) => {
            out.byte(0);
            out.uint(at.document.into());
            out.uint(at.row.into());
        }
        Source::Record(kind, key) => {
            out.byte(1);
            out.text(kind);
            out.text(key);
        }
    }
}

fn unpack_source(read: &mut Unpack) -> Result<Source, StoreError> {
    Ok(match read.byte()? {
        0 => Source::Line(LineRef { document: read.u32()?, row: read.u32()? }),
        1 => Source::Record(label(read.text()?)?, read.text()?.to_owned()),
        _ => return Err(cut()),
    })
}

#[cfg(test)]
mod tests {
    use engine::{Currency, Decimal, Period};
    use proptest::prelude::*;

    use super::super::cell::date;
    use super::*;

    fn decimals() -> impl Strategy<Value = Decimal> {
        (any::<i64>(), 0u32..12).prop_map(|(mantissa, scale)| Decimal::new(mantissa, scale))
    }

    fn values() -> impl Strategy<Value = Value> {
        prop_oneof![
            decimals().prop_map(Value::Number),
            any::<i64>().prop_map(|minor| Value::Money(Money::from_minor(minor, Currency::GBP))),
            decimals().prop_map(|price| Value::Price(price, Currency::USD)),
            decimals().prop_map(Value::Share),
            (0i64..40_000).prop_map(|day| Value::Date(date(day))),
            (0i64..40_000, 1i64..400)
                .prop_map(|(day, n)| { Value::Period(Period { start: date(day), end: date(day + n) }) }),
            any::<String>().prop_map(Value::Text),
        ]
    }

    fn sources() -> impl Strategy<Value = Source> {
        prop_oneof![
            (any::<u32>(), any::<u32>()).prop_map(|(document, row)| Source::Line(LineRef { document, row })),
            any::<String>().prop_map(|key| Source::Record("price rule", key)),
        ]
    }

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        let input = (prop::sample::select(vec!["price", "seats", "days"]), values());
        let step = (
            prop::sample::select(vec!["prorate", "list-price", "net"]),
            prop::collection::vec(input, 0..5),
            values(),
            prop::collection::vec(sources(), 0..3),
        );
        prop::collection::vec(
            step.prop_map(|(rule, inputs, result, from)| Step { rule: Rule(rule), inputs, result, from }),
            0..6,
        )
    }

    proptest! {
        #[test]
        fn reasons_read_back_as_written(price in steps(), own in steps(), other in steps()) {
            let price: Arc<[Step]> = price.into();
            let lines = [Why::after(Arc::clone(&price), own), Why::after(price, other.clone()), Why::from(other)];
            let mut packing = Packing::default();
            // The second block knows nothing of the first.
            for _ in 0..2 {
                let mut out = Vec::new();
                lines.iter().for_each(|why| packing.line(&mut out, why));
                let tables = Tables::read(&mut Unpack(&packing.tables())).unwrap();
                let mut read = Unpack(&out);
                for why in &lines {
                    prop_assert_eq!(&tables.line(&mut read).unwrap(), why);
                }
                prop_assert!(read.is_done());
            }
        }

        #[test]
        fn reasons_cut_anywhere_are_refused(price in steps(), own in steps(), at in any::<prop::sample::Index>()) {
            let (mut out, mut packing) = (Vec::new(), Packing::default());
            packing.line(&mut out, &Why::after(price.into(), own));
            let packed = packing.tables();
            let tables = Tables::read(&mut Unpack(&packed)).unwrap();
            prop_assert!(tables.line(&mut Unpack(&out[..at.index(out.len())])).is_err());
            prop_assert!(Tables::read(&mut Unpack(&packed[..at.index(packed.len())])).is_err());
        }
    }
}
