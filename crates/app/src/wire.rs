//! The shapes that cross to shells: amounts as decimal text, dates in ISO 8601, ids as text.

use crate::Failure;
use crate::people::People;
use engine::{Currency, Decimal, Id, Money, Names, Period};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// So many of a thing: `1 row`, `2 rows`.
pub fn many(count: u64, one: &str) -> String {
    format!("{count} {one}{}", if count == 1 { "" } else { "s" })
}

/// An amount with its currency.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub struct Amount {
    /// Plain decimal text in major units.
    pub amount: String,
    /// ISO 4217 code.
    pub currency: String,
}

impl From<Money> for Amount {
    fn from(money: Money) -> Amount {
        Amount { amount: money.to_string(), currency: money.currency().code().to_owned() }
    }
}

/// Something that crosses as the text it shows, made only when the answer is written: a long list is mostly such texts.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Text<T>(pub T);

impl<T: std::fmt::Display> Serialize for Text<T> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<T> JsonSchema for Text<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        String::schema_name()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        String::json_schema(generator)
    }
}

/// A span of days, both ends served.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub struct Days {
    /// First day.
    pub from: String,
    /// Last day.
    pub to: String,
    /// Their number.
    pub days: i64,
}

impl From<Period> for Days {
    fn from(period: Period) -> Days {
        Days { from: period.start.to_string(), to: period.last().to_string(), days: period.days() }
    }
}

/// A total as text: at least the currency's minor digits, more only when the value has them.
pub fn total(value: Decimal, currency: Currency) -> String {
    let mut v = value.normalize();
    if v.scale() < currency.digits() {
        v.rescale(currency.digits());
    }
    v.to_string()
}

/// The price of one unit as text: at least the currency's minor digits, at most eight, which is what the finest meter has.
pub fn unit_price(value: Decimal, currency: Currency) -> String {
    total(engine::Rounding::HalfUp.apply(value, value.scale().min(8)), currency)
}

/// A change in percent of what was, to one digit; `None` where nothing was.
pub fn percent_more(before: Decimal, after: Decimal) -> Option<String> {
    let share = (after - before).checked_mul(Decimal::ONE_HUNDRED)?.checked_div(before)?;
    Some(format!("{:.1}", engine::Rounding::HalfUp.apply(share, 1)))
}

/// A number without trailing zeros.
pub fn number(value: Decimal) -> String {
    value.normalize().to_string()
}

/// An empty request or answer.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub struct Nothing {}

/// One step of a computation, as shells show it.
#[derive(Clone, Debug, Eq, JsonSchema, PartialEq, Serialize)]
pub struct Reason {
    /// The rule applied.
    pub rule: String,
    /// Named inputs, in the order a reader expects.
    pub inputs: Vec<Input>,
    /// What came out.
    pub result: String,
    /// Where the inputs came from.
    pub from: Vec<String>,
}

/// One input of a step.
#[derive(Clone, Debug, Eq, JsonSchema, PartialEq, Serialize)]
pub struct Input {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// The steps behind a figure.
pub fn reasons<'s>(why: impl IntoIterator<Item = &'s engine::why::Step>) -> Vec<Reason> {
    why.into_iter()
        .map(|step| Reason {
            rule: step.rule.0.to_owned(),
            inputs: step.inputs.iter().map(|(name, v)| Input { name: (*name).to_owned(), value: value(v) }).collect(),
            result: value(&step.result),
            from: step.from.iter().map(source).collect(),
        })
        .collect()
}

fn value(value: &engine::why::Value) -> String {
    use engine::why::Value;
    match value {
        Value::Number(n) => number(*n),
        Value::Money(m) => format!("{m} {}", m.currency()),
        Value::Price(p, c) => format!("{} {c}", number(*p)),
        Value::Share(s) => format!("{} %", number(*s * Decimal::ONE_HUNDRED)),
        Value::Date(d) => d.to_string(),
        Value::Period(p) => p.to_string(),
        Value::Text(t) => t.clone(),
    }
}

fn source(source: &engine::why::Source) -> String {
    match source {
        engine::why::Source::Line(at) => cost_id(*at),
        engine::why::Source::Record(kind, id) => format!("{kind} {id}"),
    }
}

/// The id of a row of a stored document, as commands take it: `C3-17` is row 17 of document 3.
pub fn cost_id(at: engine::LineRef) -> String {
    format!("C{}-{}", at.document, at.row)
}

/// Reads [`cost_id`] back.
pub fn parse_cost_id(text: &str) -> Option<engine::LineRef> {
    let (document, row) = text.strip_prefix(['C', 'c'])?.split_once('-')?;
    Some(engine::LineRef { document: document.parse().ok()?, row: row.parse().ok()? })
}

/// Filter of a list.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub struct ListAsk {
    /// Only those whose id or name contains this, in any case.
    #[serde(default)]
    pub find: Option<String>,
    /// At most so many.
    #[serde(default)]
    pub limit: Option<usize>,
}

impl ListAsk {
    /// Whether any of the texts contains what is looked for.
    pub fn matches(&self, texts: &[&str]) -> bool {
        match &self.find {
            None => true,
            Some(find) => {
                let find = find.to_lowercase();
                texts.iter().any(|t| t.to_lowercase().contains(&find))
            }
        }
    }

    /// The most to return.
    pub fn most(&self) -> usize {
        self.limit.unwrap_or(usize::MAX)
    }
}

/// Filter of a list of what belongs to accounts.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub struct OfAccountAsk {
    /// Only of this account, by id or name.
    #[serde(default)]
    account: Option<String>,
    /// The rest of the filter.
    #[serde(flatten)]
    pub list: ListAsk,
}

impl OfAccountAsk {
    /// The account that is asked for, if one is.
    pub fn account(&self, people: &People, names: &Names) -> Result<Option<Id>, Failure> {
        self.account.as_deref().map(|text| people.find(text, names).map(|a| a.id)).transpose()
    }
}

/// An id on its own.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct IdAsk {
    /// The book's id or the source's.
    pub id: String,
}

/// Fields of a record, as texts.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct FieldsAsk {
    /// The book's id or the source's.
    pub id: String,
    /// What to set.
    #[serde(default)]
    pub fields: std::collections::BTreeMap<String, String>,
}

/// Ends a record.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct EndAsk {
    /// The book's id or the source's.
    pub id: String,
    /// First day it no longer applies; today when none is given.
    #[serde(default)]
    pub on: Option<String>,
}

/// A billing month.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct PeriodAsk {
    /// `2026-10`.
    pub period: String,
}
