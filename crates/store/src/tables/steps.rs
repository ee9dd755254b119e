//! Reasons in bytes: the steps that made an amount, as they are kept with an invoice line for ever.
//!
//! The form begins with its version; a later program reads every version ever written.

use std::collections::HashMap;

use engine::LineRef;
use engine::Money;
use engine::why::{Rule, Source, Step, Value, Why};

use super::cell::damaged;
use super::labels::label;
use super::pack::{Pack, Unpack, cut};
use crate::StoreError;

const VERSION: u8 = 1;

/// Packs the reasons of many lines; the steps of a price that lines share are packed once.
#[derive(Default)]
pub(crate) struct Packing {
    /// By where the steps lie. They are held, so that no others come to lie there.
    shared: HashMap<usize, (Why, Vec<u8>)>,
}

impl Packing {
    /// Appends the steps of a line.
    pub(crate) fn pack(&mut self, out: &mut Vec<u8>, why: &Why) {
        out.byte(VERSION);
        out.uint(why.len() as u128);
        let (shared, own) = why.parts();
        if !shared.is_empty() {
            let packed = self.shared.entry(shared.as_ptr().addr()).or_insert_with(|| {
                let mut packed = Vec::new();
                pack_steps(&mut packed, shared);
                (why.clone(), packed)
            });
            out.bytes(&packed.1);
        }
        pack_steps(out, own);
    }
}

fn pack_steps(out: &mut Vec<u8>, steps: &[Step]) {
    for step in steps {
        out.text(step.rule.0);
        out.uint(step.inputs.len() as u128);
        for (name, value) in &step.inputs {
            out.text(name);
            pack_value(out, value);
        }
        pack_value(out, &step.result);
        out.uint(step.from.len() as u128);
        for source in &step.from {
            pack_source(out, source);
        }
    }
}

/// Reads steps written by any version.
pub(crate) fn unpack(read: &mut Unpack) -> Result<Why, StoreError> {
    match read.byte()? {
        VERSION => {}
        other => return Err(damaged("the reasons of an amount", &format!("version {other}"))),
    }
    let mut steps = Vec::new();
    for _ in 0..read.uint()? {
        let rule = Rule(label(read.text()?)?);
        let mut inputs = Vec::new();
        for _ in 0..read.uint()? {
            inputs.push((label(read.text()?)?, unpack_value(read)?));
        }
        let result = unpack_value(read)?;
        let mut from = Vec::new();
        for _ in 0..read.uint()? {
            from.push(unpack_source(read)?);
        }
        steps.push(Step { rule, inputs, result, from });
    }
    Ok(steps.into())
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
    use std::sync::Arc;

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
            let (mut out, mut packing) = (Vec::new(), Packing::default());
            lines.iter().for_each(|why| packing.pack(&mut out, why));
            let mut read = Unpack(&out);
            for why in lines {
                prop_assert_eq!(unpack(&mut read).unwrap(), why);
            }
            prop_assert!(read.is_done());
        }

        #[test]
        fn reasons_cut_anywhere_are_refused(steps in steps(), at in any::<prop::sample::Index>()) {
            let mut out = Vec::new();
            Packing::default().pack(&mut out, &steps.into());
            let cut = at.index(out.len());
            prop_assert!(unpack(&mut Unpack(&out[..cut])).is_err());
        }
    }
}
