//! The types of the window's pages, made from the requests and answers of the command list and compared with the committed
//! file: a page that asks for what is not there does not compile.

use super::shapes as all;
use crate::{Failure, Session};
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};
use serde_json::Value;
use std::fmt::Write;

/// The shapes of one command.
pub(super) fn shapes<A: JsonSchema, B: JsonSchema>(
    name: &'static str,
    _: fn(&mut Session, A) -> Result<B, Failure>,
) -> (&'static str, Schema, Schema) {
    let settings = || SchemaSettings::draft2020_12().with(|s| s.inline_subschemas = true);
    let ask = settings().for_deserialize().into_generator().into_root_schema_for::<A>();
    let answer = settings().for_serialize().into_generator().into_root_schema_for::<B>();
    (name, ask, answer)
}

#[test]
fn the_types_of_the_pages_are_those_of_the_commands() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../ui/src/wire/generated.ts");
    let made = typescript();
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(file, &made).unwrap();
    }
    let committed = std::fs::read_to_string(file).unwrap_or_default().replace("\r\n", "\n");
    assert!(committed == made, "{file} is not what the commands are: run the test once with UPDATE_GOLDEN=1");
}

fn typescript() -> String {
    let mut out = String::from(
        "// Made from the command list by a test of crates/app: UPDATE_GOLDEN=1 cargo test -p billhook-app types.\n\
         // Amounts are decimal text, days are `2026-11-09`.\n\nexport interface Commands {\n",
    );
    for (name, ask, answer) in all() {
        let (ask, answer) = (of(ask.as_value(), 2), of(answer.as_value(), 2));
        let _ = writeln!(out, "  {name:?}: {{\n    ask: {ask};\n    answer: {answer};\n  }};");
    }
    out.push_str("}\n");
    out
}

/// The type of a schema; `depth` is the indentation of its closing brace in steps of two.
fn of(schema: &Value, depth: usize) -> String {
    if let Some(words) = schema.get("enum").and_then(Value::as_array) {
        return words.iter().map(Value::to_string).collect::<Vec<_>>().join(" | ");
    }
    if let Some(word) = schema.get("const") {
        return word.to_string();
    }
    if let Some(choices) = schema.get("anyOf").or(schema.get("oneOf")).and_then(Value::as_array) {
        return choices.iter().map(|c| of(c, depth)).collect::<Vec<_>>().join(" | ");
    }
    match schema.get("type") {
        Some(Value::Array(kinds)) => {
            let one = |kind: &Value| {
                let mut alone = schema.clone();
                alone["type"] = kind.clone();
                of(&alone, depth)
            };
            kinds.iter().map(one).collect::<Vec<_>>().join(" | ")
        }
        Some(Value::String(kind)) => match kind.as_str() {
            "string" => "string".into(),
            "integer" | "number" => "number".into(),
            "boolean" => "boolean".into(),
            "null" => "null".into(),
            "array" => match schema.get("items") {
                Some(items) => format!("Array<{}>", of(items, depth)),
                None => "unknown[]".into(),
            },
            _ => object(schema, depth),
        },
        _ => "unknown".into(),
    }
}

fn object(schema: &Value, depth: usize) -> String {
    let Some(fields) = schema.get("properties").and_then(Value::as_object) else {
        return match schema.get("additionalProperties") {
            Some(values @ Value::Object(_)) => format!("Record<string, {}>", of(values, depth)),
            Some(Value::Bool(true)) => "Record<string, unknown>".into(),
            _ => "Record<string, never>".into(),
        };
    };
    let needed = schema.get("required").and_then(Value::as_array).cloned().unwrap_or_default();
    let pad = "  ".repeat(depth + 1);
    let mut out = String::from("{\n");
    for (name, field) in fields {
        let maybe = if needed.iter().any(|n| n == name) { "" } else { "?" };
        if let Some(about) = field.get("description").and_then(Value::as_str) {
            let _ = writeln!(out, "{pad}/** {} */", about.split_whitespace().collect::<Vec<_>>().join(" "));
        }
        let _ = writeln!(out, "{pad}{name}{maybe}: {};", of(field, depth + 1));
    }
    out.push_str(&"  ".repeat(depth));
    out.push('}');
    out
}
