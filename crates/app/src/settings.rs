//! Settings of a book: the seller, the brand, numbering, tax and tolerances. One catalogue says what each may hold.

use crate::{Failure, Session};
use engine::invoice::TaxRounding;
use engine::policy::Tolerance;
use engine::{Currency, Decimal};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One setting.
pub struct Key {
    /// Name, `group.field`.
    pub name: &'static str,
    /// Value until somebody sets one.
    pub default: &'static str,
    /// What it is for.
    pub meaning: &'static str,
    check: fn(&str) -> Result<(), &'static str>,
}

/// Every setting, in the order they are shown.
pub const KEYS: &[Key] = &[
    text("seller.name", "Legal name on invoices"),
    Key { name: "seller.country", default: "", meaning: "Country, two letters", check: country },
    text("seller.address", "Address; lines parted by |"),
    text("seller.vat_id", "VAT id with its country prefix"),
    text("seller.registration", "Company register and number"),
    text("seller.email", "Where customers write"),
    text("seller.phone", "Where customers call"),
    text("seller.website", "Website"),
    text("seller.iban", "Account customers pay into"),
    text("seller.bic", "That bank's BIC"),
    text("seller.bank", "That bank's name"),
    text("seller.footer", "Last line of every invoice"),
    Key { name: "book.currency", default: "EUR", meaning: "Currency of the book", check: currency },
    Key {
        name: "book.role",
        default: "direct-bill",
        meaning: "direct-bill, indirect-provider or indirect-reseller",
        check: role,
    },
    Key { name: "brand.colour", default: "#0B6187", meaning: "Accent on invoices, #RRGGBB", check: colour },
    text("brand.logo", "Logo on invoices, PNG or JPEG as base64; `book set brand.logo=@FILE` reads a file"),
    Key { name: "brand.paper", default: "a4", meaning: "a4 or letter", check: paper },
    Key {
        name: "brand.language",
        default: "en",
        meaning: "Language of invoices where the account names none",
        check: language,
    },
    text("numbering.invoice_prefix", "Before the number of an invoice").or("INV-"),
    text("numbering.credit_prefix", "Before the number of a credit note").or("CN-"),
    Key { name: "numbering.digits", default: "5", meaning: "Digits of a number, padded with noughts", check: digits },
    Key {
        name: "tax.rounding",
        default: "invoice",
        meaning: "invoice: once per rate; line: on each line",
        check: rounding,
    },
    Key {
        name: "reconcile.unit_price",
        default: "0.01",
        meaning: "Tolerance per unit in the pricing currency",
        check: not_negative,
    },
    Key {
        name: "reconcile.exchange_rate",
        default: "0.001",
        meaning: "Tolerance of an exchange rate, as a fraction of one",
        check: not_negative,
    },
    Key {
        name: "reconcile.floor",
        default: "",
        meaning: "Margin in percent below which below_floor is raised; empty for never",
        check: number_or_empty,
    },
    Key {
        name: "bill.basis",
        default: "agreement",
        meaning: "agreement or pass-through, where neither account nor subscription says",
        check: basis,
    },
    Key {
        name: "prices.digits",
        default: "2",
        meaning: "Decimal places of a computed unit price; empty keeps all",
        check: digits_or_empty,
    },
];

const fn text(name: &'static str, meaning: &'static str) -> Key {
    Key { name, default: "", meaning, check: short_text }
}

impl Key {
    const fn or(self, default: &'static str) -> Key {
        Key { default, ..self }
    }
}

/// The settings of a book, defaults filled in.
#[derive(Clone, Debug, Default)]
pub struct Settings(BTreeMap<String, String>);

impl Settings {
    /// What the book holds.
    pub fn new(stored: impl IntoIterator<Item = (String, String)>) -> Settings {
        Settings(stored.into_iter().collect())
    }

    /// One value, the default when none is set.
    pub fn get(&self, name: &str) -> &str {
        match self.0.get(name) {
            Some(value) => value,
            None => KEYS.iter().find(|k| k.name == name).map_or("", |k| k.default),
        }
    }

    /// The same with some changed.
    pub fn with(mut self, changes: Vec<(&'static str, String)>) -> Settings {
        for (name, value) in changes {
            if value.is_empty() { drop(self.0.remove(name)) } else { drop(self.0.insert(name.to_owned(), value)) }
        }
        self
    }

    fn decimal(&self, name: &str) -> Decimal {
        self.get(name).parse().unwrap_or_default()
    }

    /// The book's currency.
    pub fn currency(&self) -> Currency {
        Currency::parse(self.get("book.currency")).unwrap_or(Currency::EUR)
    }

    /// When a difference is too small to be a finding.
    pub fn tolerance(&self) -> Tolerance {
        Tolerance {
            unit_price: self.decimal("reconcile.unit_price"),
            exchange_rate: self.decimal("reconcile.exchange_rate"),
        }
    }

    /// How tax is rounded.
    pub fn tax_rounding(&self) -> TaxRounding {
        if self.get("tax.rounding") == "line" { TaxRounding::PerLine } else { TaxRounding::PerInvoice }
    }

    /// Decimal places of a computed unit price.
    pub fn price_digits(&self) -> Option<u32> {
        self.get("prices.digits").parse().ok()
    }

    /// Address lines of the seller.
    pub fn address(&self) -> Vec<String> {
        self.get("seller.address").split('|').map(|l| l.trim().to_owned()).filter(|l| !l.is_empty()).collect()
    }

    /// The text of a document number.
    pub fn number(&self, credit: bool, sequence: u64) -> String {
        let prefix = self.get(if credit { "numbering.credit_prefix" } else { "numbering.invoice_prefix" });
        let width = self.get("numbering.digits").parse().unwrap_or(5);
        format!("{prefix}{sequence:0width$}")
    }
}

/// One setting as shown.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Shown {
    key: &'static str,
    value: String,
    meaning: &'static str,
}

/// All settings.
#[derive(Debug, JsonSchema, Serialize)]
pub struct All {
    settings: Vec<Shown>,
}

/// Shows every setting with its value.
pub fn show(session: &mut Session, _: crate::wire::Nothing) -> Result<All, Failure> {
    session.read(|book| {
        let settings = book.settings()?;
        Ok(all(&settings))
    })
}

fn all(settings: &Settings) -> All {
    let shown = |k: &Key| {
        let value = settings.get(k.name);
        let value = if value.len() > 200 { format!("{} bytes", value.len()) } else { value.to_owned() };
        Shown { key: k.name, value, meaning: k.meaning }
    };
    All { settings: KEYS.iter().map(shown).collect() }
}

/// Settings to change.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Set {
    pairs: Vec<String>,
}

/// Reads and checks `KEY=VALUE` texts; an empty value is the default.
pub fn pairs(pairs: &[String]) -> Result<Vec<(&'static str, String)>, Failure> {
    let mut changes = Vec::new();
    for pair in pairs {
        let (name, value) =
            pair.split_once('=').ok_or_else(|| Failure::usage(format!("\"{pair}\" is not of the form KEY=VALUE.")))?;
        let key = KEYS.iter().find(|k| k.name == name.trim()).ok_or_else(|| {
            Failure::usage(format!("There is no setting \"{name}\".")).hint("See `billhook book settings`.")
        })?;
        let value = match value.trim().strip_prefix('@') {
            Some(file) if key.name == "brand.logo" => crate::session::base64_of(std::path::Path::new(file))?,
            _ => value.trim().to_owned(),
        };
        if !value.is_empty() {
            (key.check)(&value).map_err(|must| Failure::new("E-RULE", format!("{}: {must}.", key.name)))?;
        }
        changes.push((key.name, value));
    }
    Ok(changes)
}

/// Changes settings, all or none.
pub fn set(session: &mut Session, ask: Set) -> Result<All, Failure> {
    let changes = pairs(&ask.pairs)?;
    session.write(|book| {
        for (name, value) in &changes {
            book.set(name, value)?;
        }
        Ok(all(&book.settings()?))
    })
}

fn short_text(value: &str) -> Result<(), &'static str> {
    // The logo is the longest: 512 KiB of picture in base64.
    if value.len() > 700_000 || value.chars().any(char::is_control) {
        Err("the text is too long or has control characters")
    } else {
        Ok(())
    }
}

fn country(value: &str) -> Result<(), &'static str> {
    let ok = value.len() == 2 && value.bytes().all(|b| b.is_ascii_uppercase());
    if ok { Ok(()) } else { Err("give two capital letters, such as GB") }
}

fn currency(value: &str) -> Result<(), &'static str> {
    Currency::listed(value).map(drop).ok_or("give a currency code, such as GBP")
}

fn one_of(value: &str, known: &[&str], must: &'static str) -> Result<(), &'static str> {
    if known.contains(&value) { Ok(()) } else { Err(must) }
}

/// Checks a role of the trade.
pub fn role(value: &str) -> Result<(), &'static str> {
    one_of(
        value,
        &["direct-bill", "indirect-provider", "indirect-reseller"],
        "give direct-bill, indirect-provider or indirect-reseller",
    )
}

fn colour(value: &str) -> Result<(), &'static str> {
    let ok = value.strip_prefix('#').is_some_and(|h| h.len() == 6 && h.bytes().all(|b| b.is_ascii_hexdigit()));
    if ok { Ok(()) } else { Err("give #RRGGBB") }
}

fn paper(value: &str) -> Result<(), &'static str> {
    one_of(value, &["a4", "letter"], "give a4 or letter")
}

fn language(value: &str) -> Result<(), &'static str> {
    one_of(value, &["en", "de", "fr", "nl", "es"], "give en, de, fr, nl or es")
}

fn rounding(value: &str) -> Result<(), &'static str> {
    one_of(value, &["invoice", "line"], "give invoice or line")
}

fn basis(value: &str) -> Result<(), &'static str> {
    one_of(value, &["agreement", "pass-through"], "give agreement or pass-through")
}

fn digits(value: &str) -> Result<(), &'static str> {
    value.parse::<u32>().ok().filter(|n| *n <= 10).map(drop).ok_or("give a number up to 10")
}

fn digits_or_empty(value: &str) -> Result<(), &'static str> {
    digits(value)
}

fn not_negative(value: &str) -> Result<(), &'static str> {
    value.parse::<Decimal>().ok().filter(|d| !d.is_sign_negative()).map(drop).ok_or("give a number, not negative")
}

fn number_or_empty(value: &str) -> Result<(), &'static str> {
    value.parse::<Decimal>().map(drop).map_err(|_| "give a number")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_default_passes_its_own_check() {
        for key in KEYS.iter().filter(|k| !k.default.is_empty()) {
            assert_eq!((key.check)(key.default), Ok(()), "{}", key.name);
        }
    }

    #[test]
    fn numbers_are_padded() {
        assert_eq!(Settings::default().number(false, 7), "INV-00007");
        assert_eq!(Settings::default().number(true, 123_456), "CN-123456");
    }
}
