//! What the program says about itself: message codes, import limits, versions and key parameters.

use crate::failure::{CODES, Code};
use crate::wire::Nothing;
use crate::{Failure, Session};
use schemars::JsonSchema;
use serde::Serialize;

/// Every message code.
#[derive(JsonSchema, Serialize)]
pub struct Errors {
    codes: &'static [Code],
    pub(crate) problems: Vec<Problem>,
    guards: Vec<Problem>,
}

/// A code of a row that could not be read.
#[derive(JsonSchema, Serialize)]
pub struct Problem {
    pub(crate) code: &'static str,
    when: &'static str,
}

/// Problems only the register can find: rows that refer to something the book does not have.
const OF_THE_REGISTER: [(&str, &str); 4] = [
    ("P-CHARGED", "what is on an invoice was charged by another plan, which stays"),
    ("P-TWICE", "an id that an earlier row of the file has already"),
    ("P-UNKNOWN-ACCOUNT", "a customer that is neither in the book nor in the file"),
    ("P-UNKNOWN-SUBSCRIPTION", "a subscription that is not in the book"),
];

/// What can hold an issue, and when.
const GUARDS: [(&str, &str); 7] = [
    ("G-BELOW-COST", "a line sells for less than it costs"),
    ("G-CUSTOMER-VANISHED", "a customer of the last run has nothing in this one"),
    ("G-NO-PRICE", "a charge has no price, or its rule cannot be applied"),
    ("G-NO-RATE", "tax is owed in another currency, and no exchange rate of the day is known"),
    ("G-PO-MISSING", "a customer who needs a purchase order has none"),
    ("G-QUANTITY-X10", "ten times the seats of the last run, or more"),
    ("G-TAX-CHANGED", "another tax treatment or rate than in the last run"),
];

/// Lists every failure, problem and guard code.
pub fn errors(_: &mut Session, _: Nothing) -> Result<Errors, Failure> {
    Ok(listed())
}

pub(crate) fn listed() -> Errors {
    let shown = |&(code, when): &(&'static str, &'static str)| Problem { code, when };
    let problems =
        formats::codes().iter().filter(|(code, _)| code.starts_with("P-")).chain(&OF_THE_REGISTER).map(shown);
    Errors { codes: CODES, problems: problems.collect(), guards: GUARDS.iter().map(shown).collect() }
}

/// Import limits.
#[derive(JsonSchema, Serialize)]
pub struct Limits {
    limits: Vec<Limit>,
}

/// One limit.
#[derive(JsonSchema, Serialize)]
pub struct Limit {
    what: &'static str,
    limit: String,
    code: &'static str,
}

/// Shows the limits of import.
pub fn limits(_: &mut Session, _: Nothing) -> Result<Limits, Failure> {
    let limits = formats::limits().into_iter().map(|l| Limit { what: l.name, limit: l.value, code: l.code }).collect();
    Ok(Limits { limits })
}

/// Shows versions, pragmas and key parameters; those of the book when one is named.
pub fn security(session: &mut Session, _: Nothing) -> Result<Security, Failure> {
    session.read(|book| {
        let facts = book.store.security_facts()?;
        Ok(Security {
            program: env!("CARGO_PKG_VERSION"),
            sqlite: facts.sqlite,
            sqlcipher: facts.sqlcipher,
            schema: facts.schema,
            documents: facts.documents,
            key_slots: facts.slots,
            slots_cipher: facts.slots_cipher,
            passphrase_kdf: facts.kdf.map(|k| format!("{k:?}")),
            pragmas: facts.pragmas.into_iter().map(|(name, value)| Pragma { name, value }).collect(),
        })
    })
}

/// What protects the book.
#[derive(JsonSchema, Serialize)]
pub struct Security {
    program: &'static str,
    sqlite: String,
    sqlcipher: String,
    schema: u32,
    documents: &'static str,
    key_slots: Vec<&'static str>,
    slots_cipher: &'static str,
    passphrase_kdf: Option<String>,
    pragmas: Vec<Pragma>,
}

/// One setting of the database, as the open connection answers.
#[derive(JsonSchema, Serialize)]
pub struct Pragma {
    name: String,
    value: String,
}
