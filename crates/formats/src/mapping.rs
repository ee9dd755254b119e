//! Column mappings: how a distributor's own column names fill ours. Small files a person can read and correct.
//!
//! ```toml
//! name = "example"
//! title = "Example distributor, billing export"
//! confirmed = true            # a person compared a real file with a real invoice
//! source = "where the columns are documented"
//! reads = "billing"           # or "prices", for a price list
//! per = "cycle"               # prices are for a charge cycle, or for a "month", or for the whole "term"
//! vendor = "Example"          # whose price list it is
//! sign = "as-is"              # or "negate", when charges are written negative
//! amount_includes_quantity = true
//! currency = "EUR"            # when the file names none
//! date_order = "dmy"          # when the dates are always written one way
//! decimal = "comma"           # or "point"
//! [columns]
//! customer_id = "Customer Number"
//! amount = "Total Cost"
//! ```

use crate::Kind;
use crate::column::Column;
use crate::header::Header;
use crate::problem::Refusal;
use crate::row::Places;
use crate::value::{DateOrder, Mark};
use engine::Currency;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How the amounts of a file are signed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sign {
    /// Charges are positive, credits negative.
    #[default]
    AsIs,
    /// Charges are negative.
    Negate,
}

/// What a distributor's file is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reads {
    /// What it billed.
    #[default]
    Billing,
    /// What it asks for.
    Prices,
}

/// What a price of a distributor's list is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Per {
    /// One charge cycle of the plan: a month, or a year paid at once.
    #[default]
    Cycle,
    /// One month, however it is paid.
    Month,
    /// The whole term.
    Term,
}

/// How one distributor's columns fill ours.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// Short name for the command line.
    pub name: String,
    /// What it reads, in words.
    #[serde(default)]
    pub title: String,
    /// Whether a person has compared a real file with a real invoice.
    #[serde(default)]
    pub confirmed: bool,
    /// Where the columns are documented.
    #[serde(default)]
    pub source: String,
    /// What the file is.
    #[serde(default)]
    pub reads: Reads,
    /// What its prices are for.
    #[serde(default)]
    pub per: Per,
    /// Whose price list it is.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub vendor: String,
    /// How the amounts are signed.
    #[serde(default)]
    pub sign: Sign,
    /// Whether the amount is for all units; otherwise it is multiplied by the quantity.
    #[serde(default = "yes")]
    pub amount_includes_quantity: bool,
    /// Currency when the file names none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// Order of day and month, when always the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    date_order: Option<Order>,
    /// Decimal mark, when always the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    decimal: Option<Decimals>,
    /// Our column to the file's column.
    pub columns: BTreeMap<String, String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Order {
    Dmy,
    Mdy,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Decimals {
    Point,
    Comma,
}

fn yes() -> bool {
    true
}

impl Mapping {
    /// Reads a mapping and checks it: only our columns, the needed ones among them, a real currency.
    pub fn parse(text: &str) -> Result<Mapping, Refusal> {
        let wrong = |text: String| Refusal::new("E-MAPPING", text, "compare it with `billhook mapping list`");
        if text.len() > 64 << 10 {
            return Err(wrong("the mapping is larger than 64 KiB".into()));
        }
        let mapping: Mapping =
            toml::from_str(text).map_err(|e| wrong(format!("the mapping cannot be read: {}", e.message())))?;
        let columns = mapping.kind().columns();
        let is_ours = |name: &str| columns.iter().any(|c| c.name == name);
        if let Some(name) = mapping.columns.keys().find(|n| !is_ours(n)) {
            let ours: Vec<&str> = columns.iter().map(|c| c.name).collect();
            return Err(wrong(format!("there is no column \"{name}\"; the columns are {}", ours.join(", "))));
        }
        if let Some(missing) = columns.iter().find(|c| c.required && !mapping.columns.contains_key(c.name)) {
            return Err(wrong(format!("the mapping does not say where \"{}\" comes from", missing.name)));
        }
        if mapping.currency.as_ref().is_some_and(|c| Currency::listed(c).is_none()) {
            return Err(wrong("the currency is not a three-letter code".into()));
        }
        if mapping.currency.is_none() && !mapping.columns.contains_key("currency") {
            return Err(wrong("the mapping names neither a currency nor a column for it".into()));
        }
        Ok(mapping)
    }

    /// The kind of file it reads.
    pub fn kind(&self) -> Kind {
        match self.reads {
            Reads::Billing => Kind::Distributor,
            Reads::Prices => Kind::DistributorPrices,
        }
    }

    /// The mapping as text, for saving.
    pub fn to_toml(&self) -> String {
        toml::to_string(self).unwrap_or_default()
    }

    /// The currency when the file names none.
    pub fn currency(&self) -> Option<Currency> {
        self.currency.as_deref().and_then(Currency::parse)
    }

    /// Order of day and month, when the mapping fixes it.
    pub fn dates(&self) -> Option<DateOrder> {
        self.date_order.map(|order| match order {
            Order::Dmy => DateOrder::Dmy,
            Order::Mdy => DateOrder::Mdy,
        })
    }

    /// Decimal mark, when the mapping fixes it.
    pub fn mark(&self) -> Option<Mark> {
        self.decimal.map(|decimal| match decimal {
            Decimals::Point => Mark::Point,
            Decimals::Comma => Mark::Comma,
        })
    }

    /// Where our columns stand in a file; the file's columns that are missing in the second part.
    pub(crate) fn places(&self, header: &Header) -> (Places, Vec<String>) {
        let mut missing = Vec::new();
        let mut place = |column: &Column| {
            let theirs = self.columns.get(column.name)?;
            let found = header.find(theirs);
            if found.is_none() {
                missing.push(theirs.clone());
            }
            found
        };
        let places = self.kind().columns().iter().map(&mut place).collect();
        (places, missing)
    }

    /// Whether a file has every needed column and most of the others.
    pub(crate) fn fits(&self, header: &Header) -> bool {
        let (places, missing) = self.places(header);
        let needed = self.kind().columns().iter().zip(&places).all(|(c, p)| !c.required || p.is_some());
        needed && missing.len() * 4 <= self.columns.len()
    }
}

/// The mappings shipped with the program; each says whether it is confirmed.
pub fn shipped() -> Vec<Mapping> {
    SHIPPED.iter().filter_map(|text| Mapping::parse(text).ok()).collect()
}

const SHIPPED: &[&str] = &[
    include_str!("../mappings/cloudcockpit.toml"),
    include_str!("../mappings/cloudmore.toml"),
    include_str!("../mappings/ingram-azure-us.toml"),
    include_str!("../mappings/ingram-invoice.toml"),
    include_str!("../mappings/pax8.toml"),
    include_str!("../mappings/td-synnex-azure-au.toml"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shipped_mappings_are_valid_and_read_back_equal() {
        let all = shipped();
        assert_eq!(all.len(), SHIPPED.len());
        for mapping in all {
            assert!(!mapping.confirmed, "{}: nobody has compared a real file yet", mapping.name);
            assert!(!mapping.title.is_empty() && !mapping.source.is_empty());
            assert_eq!(Mapping::parse(&mapping.to_toml()), Ok(mapping));
        }
    }

    #[test]
    fn a_wrong_mapping_says_what_is_wrong() {
        for (text, part) in [
            ("name = 1", "cannot be read"),
            ("name = \"x\"\ncurrency = \"EUR\"\n[columns]\ncolour = \"Colour\"", "no column \"colour\""),
            ("name = \"x\"\ncurrency = \"EUR\"\n[columns]\namount = \"Total\"", "where \"product_name\" comes from"),
            (
                "name = \"x\"\ncurrency = \"euro\"\n[columns]\namount = \"T\"\nquantity = \"Q\"\nproduct_name = \"P\"",
                "three-letter",
            ),
            ("name = \"x\"\n[columns]\namount = \"T\"\nquantity = \"Q\"\nproduct_name = \"P\"", "neither a currency"),
        ] {
            let refusal = Mapping::parse(text).unwrap_err();
            assert!(refusal.message.contains(part), "{text}: {}", refusal.message);
        }
    }
}
