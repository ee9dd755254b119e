//! Scenario files: small TOML a person can read and correct; the same shape as JSON is read too.
//!
//! ```toml
//! name = "July rise"
//! horizon_months = 36
//! [[changes]]
//! name = "Vendor's list"
//! product = "CFQ7TTC0LH18:0001"
//! from = "2026-07-01"
//! cost = "6.00 -> 7.00"
//! pass_on = "80 %"
//! ```
//! This reader knows the syntax and keeps numbers as text, so that no figure passes through a binary fraction; what the keys
//! mean is the application's.

use crate::problem::Refusal;
use serde_json::{Map, Value};

/// Longest scenario file in bytes.
const LONGEST: usize = 1 << 20;

/// Reads a scenario file as a tree of texts, flags and lists.
pub fn read(text: &str) -> Result<Value, Refusal> {
    let refuse = |message: String| {
        Refusal::new("E-SCENARIO", message, "Compare it with a scenario from `billhook model show NAME`.")
    };
    if text.len() > LONGEST {
        return Err(refuse(format!("The scenario is longer than {LONGEST} bytes.")));
    }
    let text = text.trim_start_matches('\u{feff}');
    let value = if text.trim_start().starts_with('{') {
        let value: Value = serde_json::from_str(text).map_err(|e| refuse(format!("It is no JSON: {e}.")))?;
        of_json(value)
    } else {
        let table: toml::Table =
            toml::from_str(text).map_err(|e| refuse(format!("It is no TOML: {}.", e.message())))?;
        of_toml(toml::Value::Table(table))
    };
    value.map_err(|figure| {
        refuse(format!("{figure} stands there without quotes; a fraction is written as text: \"{figure}\"."))
    })
}

/// Writes a scenario as TOML.
pub fn write(value: &Value) -> Result<String, Refusal> {
    toml::to_string_pretty(value).map_err(|e| {
        Refusal::new("E-SCENARIO", format!("It cannot be written: {e}."), "Check the names of its fields.")
    })
}

fn of_json(value: Value) -> Result<Value, String> {
    Ok(match value {
        Value::Number(n) if n.is_f64() => return Err(n.to_string()),
        Value::Number(n) => Value::String(n.to_string()),
        Value::Array(items) => Value::Array(items.into_iter().map(of_json).collect::<Result<_, _>>()?),
        Value::Object(fields) => {
            let fields = fields.into_iter().map(|(name, value)| Ok((name, of_json(value)?)));
            Value::Object(fields.collect::<Result<Map<_, _>, String>>()?)
        }
        other => other,
    })
}

fn of_toml(value: toml::Value) -> Result<Value, String> {
    Ok(match value {
        toml::Value::String(text) => Value::String(text),
        toml::Value::Integer(n) => Value::String(n.to_string()),
        toml::Value::Float(n) => return Err(n.to_string()),
        toml::Value::Boolean(flag) => Value::Bool(flag),
        toml::Value::Datetime(day) => Value::String(day.to_string()),
        toml::Value::Array(items) => Value::Array(items.into_iter().map(of_toml).collect::<Result<_, _>>()?),
        toml::Value::Table(fields) => {
            let fields = fields.into_iter().map(|(name, value)| Ok((name, of_toml(value)?)));
            Value::Object(fields.collect::<Result<Map<_, _>, String>>()?)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_read_alike_and_fractions_are_text() {
        let toml = "name = \"a\"\nhorizon_months = 36\n[[changes]]\nfrom = 2027-01-01\ncost_change_bp = 300\n";
        let json = r#"{"name":"a","horizon_months":36,"changes":[{"from":"2027-01-01","cost_change_bp":300}]}"#;
        let read = |text| read(text).unwrap();
        assert_eq!(read(toml), read(json));
        assert_eq!(read(toml)["changes"][0]["cost_change_bp"], "300");
        for bad in ["name = 0.1", r#"{"name":0.1}"#, "name = ", "{"] {
            assert_eq!(super::read(bad).unwrap_err().code, "E-SCENARIO", "{bad}");
        }
        let again = write(&read(toml)).unwrap();
        assert_eq!(read(&again), read(toml));
    }
}
