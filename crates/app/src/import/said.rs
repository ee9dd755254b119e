//! What a person said about a document when it was imported: what cells mean that could not be read, and what the vendor's
//! invoice adds up to. Both are kept with how the document was read, beside its untouched bytes.

use crate::Failure;
use crate::wire::total;
use engine::money::Totals;
use engine::{Currency, Decimal};
use formats::{Corrected, Correction};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use store::tables::documents::Document;

/// A cell that is to be read otherwise.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
pub struct CellAsk {
    /// Row counted from 1 without the header.
    row: u32,
    /// The column as the file names it.
    column: String,
    /// What to read there.
    value: String,
}

impl From<&CellAsk> for Correction {
    fn from(ask: &CellAsk) -> Correction {
        Correction { row: ask.row, column: ask.column.clone(), value: ask.value.clone() }
    }
}

/// A correction as one text: `ROW:COLUMN=VALUE`. Columns may hold colons, but no row does.
pub fn correction(text: &str) -> Result<Correction, Failure> {
    let parts = text.split_once(':').and_then(|(row, rest)| Some((row.trim().parse().ok()?, rest.split_once('=')?)));
    let (row, (column, value)) = parts.ok_or_else(|| {
        Failure::usage(format!("--correct \"{text}\": give row, column and value, such as \"17:Quantity=27\"."))
    })?;
    Ok(Correction { row, column: column.trim().to_owned(), value: value.to_owned() })
}

/// A cell that was read otherwise than it says.
#[derive(Clone, Debug, JsonSchema, Serialize)]
pub struct CellUsed {
    /// Row counted from 1 without the header.
    pub row: u32,
    /// The column as the file names it.
    pub column: String,
    /// What the row says.
    pub said: String,
    /// What was used.
    pub used: String,
}

impl From<&Corrected> for CellUsed {
    fn from(c: &Corrected) -> CellUsed {
        CellUsed { row: c.row, column: c.column.clone(), said: c.said.clone(), used: c.used.clone() }
    }
}

impl From<CellUsed> for Correction {
    fn from(used: CellUsed) -> Correction {
        Correction { row: used.row, column: used.column, value: used.used }
    }
}

/// What the vendor's invoice says it adds up to, beside what the rows do.
#[derive(Clone, Debug, JsonSchema, Serialize)]
pub struct Stated {
    currency: String,
    /// What the invoice says, net.
    amount: String,
    /// What the rows that were read add up to.
    rows: String,
    /// Rows less invoice.
    difference: String,
}

/// An amount somebody read off an invoice: `24570.34 EUR`.
pub fn amount(text: &str) -> Result<(Currency, Decimal), Failure> {
    let wrong =
        || Failure::usage(format!("--total \"{text}\": give an amount and a currency, such as \"24570.34 EUR\"."));
    let (amount, code) = text.trim().split_once(' ').ok_or_else(wrong)?;
    let amount: Decimal = amount.parse().map_err(|_| wrong())?;
    let currency = Currency::listed(code)
        .ok_or_else(|| Failure::usage(format!("--total \"{text}\": there is no currency \"{}\".", code.trim())))?;
    let digits = currency.digits();
    if amount.normalize().scale() > digits {
        let message = format!("--total \"{text}\": an amount in {currency} has at most {digits} decimals.");
        return Err(Failure::usage(message));
    }
    // An invoice is for millions, not for what a sum of it could no longer hold.
    let sane = amount.abs() < Decimal::from(1_000_000_000_000u64);
    Ok((currency, sane.then_some(amount).ok_or_else(wrong)?))
}

/// Adds to how a document was read what a person said about it.
pub fn keep(how: &mut Value, stated: Option<(Currency, Decimal)>, corrected: &[Corrected]) {
    if let Some((currency, amount)) = stated {
        how["stated"] = json!({ (currency.code()): amount.to_string() });
    }
    if !corrected.is_empty() {
        how["corrected"] = corrected.iter().map(|c| json!([c.row, c.column, c.said, c.used])).collect();
    }
}

/// Adds to how a document was read which of its rows these are.
pub fn keep_only(how: &mut Value, rows: &BTreeSet<u32>) {
    how["only"] = json!(rows);
}

/// The rows of a document that it stands for; all where nothing is said.
pub fn only(how: &Value) -> Option<Vec<u32>> {
    let rows = how.get("only")?.as_array()?;
    Some(rows.iter().filter_map(|row| u32::try_from(row.as_u64()?).ok()).collect())
}

/// The document's total as stated, against the sum of its rows, with those taken in later.
pub fn stated(document: &Document, all: &[Document]) -> Vec<Stated> {
    let mut totals = document.totals.clone();
    for rest in all.iter().filter(|d| d.rest_of == Some(document.no)) {
        rest.totals.iter().for_each(|(currency, amount)| totals.add(currency, amount));
    }
    let stated = document.dialect.get("stated").and_then(Value::as_object);
    let one = |(code, amount): (&String, &Value)| {
        let amount: Decimal = amount.as_str()?.parse().ok()?;
        Some(compared(Currency::parse(code)?, amount, &totals))
    };
    stated.into_iter().flatten().filter_map(one).collect()
}

fn compared(currency: Currency, amount: Decimal, totals: &Totals) -> Stated {
    let rows = totals.get(currency);
    Stated {
        currency: currency.to_string(),
        amount: total(amount, currency),
        rows: total(rows, currency),
        difference: total(rows - amount, currency),
    }
}

/// The document's cells that were read otherwise, by row.
pub fn corrected(document: &Document) -> Vec<CellUsed> {
    let kept = document.dialect.get("corrected").and_then(Value::as_array);
    let one = |c: &Value| {
        let text = |n: usize| c.get(n).and_then(Value::as_str).map(str::to_owned);
        let row = c.get(0).and_then(Value::as_u64).and_then(|row| u32::try_from(row).ok());
        Some(CellUsed { row: row?, column: text(1)?, said: text(2)?, used: text(3)? })
    };
    kept.into_iter().flatten().filter_map(one).collect()
}
