//! Answers as people read them: tables that do not wrap on 100 columns, amounts to the right and never cut.

use app::Failure;
use serde_json::{Map, Value};
use std::io::{self, Write};
use unicode_width::UnicodeWidthStr;

/// Widest line of a table.
const WIDTH: usize = 100;
/// Narrowest a text column is cut to before columns are left out.
const NARROW: usize = 12;

/// What a command's longest list shows, in order. Lists not named here show every plain field.
const COLUMNS: &[(&str, &str, &[&str])] = &[
    ("accounts list", "accounts", &["ref", "name", "kind", "country", "segment", "currency", "tax_percent", "ended"]),
    ("bill draft", "invoices", &["name", "currency", "lines", "net", "tax", "gross"]),
    ("bill draft", "changes", &["name", "product", "cause", "before", "now", "difference", "currency"]),
    ("bill accept", "guards", &["mark", "code", "name", "detail", "accepted"]),
    ("bill draft", "guards", &["mark", "code", "name", "detail", "accepted"]),
    ("bill issue", "invoices", &["number", "name", "currency", "net", "tax", "gross"]),
    ("catalogue list", "products", &["ref", "name", "kind", "vendor"]),
    ("costs documents", "documents", &["document", "kind", "name", "period", "rows", "waiting", "totals"]),
    ("costs events", "events", &["date", "kind", "text", "seats_before", "seats_after", "net", "currency"]),
    ("costs list", "lines", &["id", "product", "charge_type", "from", "to", "quantity", "amount", "currency"]),
    ("errors list", "codes", &["code", "exit", "when"]),
    ("findings list", "findings", &["short", "class", "account", "product", "money", "currency", "until", "state"]),
    ("import kinds", "kinds", &["kind", "what"]),
    ("invoices list", "invoices", &["number", "date", "name", "kind", "currency", "net", "tax", "gross", "state"]),
    ("invoices show", "lines", &["line", "name", "days", "quantity", "unit_price", "net"]),
    (
        "model run",
        "totals",
        &["currency", "revenue_before", "revenue", "margin_before", "margin", "change", "margin_percent"],
    ),
    ("model run", "months", &["month", "currency", "margin_before", "margin", "change", "cash_in", "cash_out", "hits"]),
    ("model run", "accounts", &["name", "currency", "margin_before", "margin", "change", "hit", "below_cost"]),
    ("model run", "products", &["name", "currency", "agreements", "margin_before", "margin", "change"]),
    (
        "model answer",
        "customers",
        &["account_ref", "name", "currency", "year_before", "year_after", "answer", "answered"],
    ),
    ("model letters", "customers", &["name", "currency", "products", "year_before", "year_after", "saving", "file"]),
    ("model compare", "scenarios", &["scenario", "currency", "revenue", "margin", "change", "winners", "losers"]),
    ("model why", "agreements", &["subscription_ref", "name", "quantity", "changed", "revenue", "cost", "margin"]),
    (
        "prices diff",
        "rows",
        &[
            "name",
            "term",
            "plan",
            "currency",
            "cost_before",
            "cost_after",
            "cost_percent",
            "seats",
            "per_month",
            "per_year",
        ],
    ),
    (
        "prices history",
        "versions",
        &[
            "product",
            "kind",
            "term",
            "plan",
            "currency",
            "segment",
            "cost",
            "erp",
            "from",
            "state",
            "cost_change_percent",
        ],
    ),
    (
        "prices list",
        "prices",
        &[
            "product",
            "name",
            "kind",
            "term",
            "plan",
            "currency",
            "segment",
            "from_quantity",
            "cost",
            "erp",
            "from",
            "until",
        ],
    ),
    ("reconcile", "findings", &["short", "class", "account", "product", "money", "currency", "until", "state"]),
    (
        "subscriptions list",
        "subscriptions",
        &["ref", "account", "name", "quantity", "term", "plan", "status", "term_end"],
    ),
];

/// The longest list of an answer, one JSON object a line; an answer without lists is one line.
pub fn json_lines(out: &mut dyn Write, answer: &Value) -> io::Result<()> {
    let lists = answer.as_object().into_iter().flat_map(Map::values).filter_map(Value::as_array);
    match lists.max_by_key(|list| list.len()) {
        Some(list) => list.iter().try_for_each(|item| writeln!(out, "{item}")),
        None => writeln!(out, "{answer}"),
    }
}

/// An answer for people.
pub fn human(out: &mut dyn Write, name: &str, answer: &Value) -> io::Result<()> {
    match answer {
        Value::Object(fields) => {
            if let Some(text) = fields.get("text").and_then(Value::as_str) {
                return write!(out, "{text}");
            }
            object(out, name, fields, "")
        }
        other => writeln!(out, "{}", cell(other)),
    }
}

/// A failure for people: what happened, what was kept, what to do.
pub fn failure(failure: &Failure) -> String {
    let mut text = format!("error: {}\n  {}\n", failure.message, failure.kept);
    for hint in &failure.hints {
        text += &format!("  {hint}\n");
    }
    if let Some(Value::Array(items)) = failure.details.as_deref() {
        let mut table = Vec::new();
        if list(&mut table, "", "", items).is_ok() {
            text += &String::from_utf8_lossy(&table);
        }
    }
    text + &format!("  ({})\n", failure.code)
}

fn object(out: &mut dyn Write, name: &str, fields: &Map<String, Value>, indent: &str) -> io::Result<()> {
    let plain: Vec<(&String, &Value)> = fields.iter().filter(|(_, v)| is_plain(v)).collect();
    let width = plain.iter().map(|(k, _)| k.width()).max().unwrap_or(0);
    for (key, value) in plain {
        writeln!(out, "{indent}{:width$}  {}", words(key), cell(value))?;
    }
    for (key, value) in fields.iter().filter(|(_, v)| !is_plain(v)) {
        match value {
            Value::Array(items) => {
                if items.is_empty() {
                    continue;
                }
                writeln!(out, "\n{indent}{}", heading(key))?;
                list(out, name, key, items)?;
            }
            Value::Object(inner) => {
                writeln!(out, "\n{indent}{}", heading(key))?;
                object(out, name, inner, &format!("{indent}  "))?;
            }
            _ => {}
        }
    }
    Ok(())
}

fn list(out: &mut dyn Write, name: &str, key: &str, items: &[Value]) -> io::Result<()> {
    if !items.iter().all(Value::is_object) {
        return items.iter().try_for_each(|item| writeln!(out, "  {}", cell(item)));
    }
    let rows: Vec<&Map<String, Value>> = items.iter().filter_map(Value::as_object).collect();
    if key == "notes" && rows.iter().all(|note| note.contains_key("text")) {
        return rows.iter().try_for_each(|note| writeln!(out, "  {}", note.get("text").map(cell).unwrap_or_default()));
    }
    let wanted = COLUMNS.iter().find(|(n, k, _)| *n == name && *k == key).map(|(_, _, columns)| *columns);
    let columns: Vec<&str> = match wanted {
        Some(columns) => columns.to_vec(),
        None => {
            let mut seen: Vec<&str> = Vec::new();
            for row in rows.iter().take(200) {
                for (field, value) in row.iter() {
                    if is_plain(value) && !seen.contains(&field.as_str()) {
                        seen.push(field);
                    }
                }
            }
            seen
        }
    };
    table(out, &columns, &rows)?;
    // What hangs below a row (reasons, evidence) follows the table, named by the row's first cell.
    for row in rows.iter().filter(|_| wanted.is_none() || name.ends_with("show") || name == "why") {
        for (field, value) in row.iter().filter(|(_, v)| !is_plain(v)) {
            if let Value::Array(inner) = value
                && !inner.is_empty()
            {
                let first = columns.first().and_then(|c| row.get(*c)).map(cell).unwrap_or_default();
                writeln!(out, "\n{} {first}", heading(field))?;
                list(out, name, field, inner)?;
            }
        }
    }
    Ok(())
}

/// Columns that name a record: cut, they would name none.
const NAMES: [&str; 7] = ["id", "ref", "short", "run", "number", "code", "tenant"];

fn table(out: &mut dyn Write, columns: &[&str], rows: &[&Map<String, Value>]) -> io::Result<()> {
    let cells: Vec<Vec<String>> =
        rows.iter().map(|row| columns.iter().map(|c| row.get(*c).map(cell).unwrap_or_default()).collect()).collect();
    let right: Vec<bool> = (0..columns.len()).map(|i| cells.iter().all(|row| is_figure(&row[i]))).collect();
    let whole: Vec<bool> = (0..columns.len()).map(|i| right[i] || NAMES.contains(&columns[i])).collect();
    let heads: Vec<[String; 2]> = columns.iter().map(|c| two_lines(&words(c))).collect();
    let mut widths: Vec<usize> = (0..columns.len())
        .map(|i| cells.iter().map(|row| row[i].width()).chain(heads[i].iter().map(|h| h.width())).max().unwrap_or(0))
        .collect();
    let mut used: Vec<usize> = (0..columns.len()).filter(|&i| cells.iter().any(|row| !row[i].is_empty())).collect();
    let total = |used: &[usize], widths: &[usize]| used.iter().map(|&i| widths[i] + 2).sum::<usize>();
    while total(&used, &widths) > WIDTH {
        let widest = used.iter().copied().filter(|&i| !whole[i] && widths[i] > NARROW).max_by_key(|&i| widths[i]);
        match (widest, used.iter().rposition(|&i| !whole[i])) {
            (Some(i), _) => widths[i] -= 1,
            // Texts at their narrowest still do not fit: the last of them is left to --json.
            (None, Some(last)) if used.len() > 2 => drop(used.remove(last)),
            _ => break,
        }
    }
    let line = |texts: &dyn Fn(usize) -> String| {
        let mut line = String::new();
        for &i in &used {
            let text = if whole[i] { texts(i) } else { cut(&texts(i), widths[i]) };
            let pad = " ".repeat(widths[i].saturating_sub(text.width()));
            line += "  ";
            line += &if right[i] { pad + &text } else { text + &pad };
        }
        line.trim_end().to_owned()
    };
    let first = line(&|i| heads[i][0].clone());
    if !first.is_empty() {
        writeln!(out, "{first}")?;
    }
    writeln!(out, "{}", line(&|i| heads[i][1].clone()))?;
    for row in &cells {
        writeln!(out, "{}", line(&|i| row[i].clone()))?;
    }
    Ok(())
}

/// A heading on one line or two: long ones break at their last space, the second line always holds something.
fn two_lines(text: &str) -> [String; 2] {
    match text.rsplit_once(' ').filter(|_| text.width() > 10) {
        Some((first, second)) => [first.to_owned(), second.to_owned()],
        None => [String::new(), text.to_owned()],
    }
}

/// Whether a value fits a cell: scalars, amounts, and short lists of scalars.
fn is_plain(value: &Value) -> bool {
    match value {
        Value::Array(items) => {
            items.len() <= 8 && items.iter().all(|i| !i.is_object() && !i.is_array()) && !items.is_empty()
        }
        Value::Object(fields) => amount(fields).is_some(),
        _ => true,
    }
}

fn amount(fields: &Map<String, Value>) -> Option<String> {
    match (fields.len(), fields.get("amount"), fields.get("currency")) {
        (2, Some(Value::String(amount)), Some(Value::String(currency))) => Some(format!("{amount} {currency}")),
        _ => None,
    }
}

/// Control characters of outside texts never reach the terminal.
fn cell(value: &Value) -> String {
    let text = match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(cell).collect::<Vec<_>>().join(", "),
        Value::Object(fields) => amount(fields).unwrap_or_default(),
        other => other.to_string(),
    };
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

fn is_figure(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | '-' | '+' | '%' | ' ')) && !looks_like_date(text)
}

fn looks_like_date(text: &str) -> bool {
    text.len() == 10 && text.as_bytes().get(4) == Some(&b'-')
}

fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut out = String::new();
    for c in text.chars() {
        if format!("{out}{c}").width() + 1 > width {
            break;
        }
        out.push(c);
    }
    out + "…"
}

fn words(key: &str) -> String {
    key.replace('_', " ")
}

fn heading(key: &str) -> String {
    let text = words(key);
    let mut chars = text.chars();
    chars.next().map_or(String::new(), |c| c.to_uppercase().collect::<String>() + chars.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn shown(name: &str, answer: Value) -> String {
        let mut out = Vec::new();
        human(&mut out, name, &answer).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn amounts_stand_right_and_texts_are_cut() {
        let long = "A very long customer name ".repeat(8);
        let text = shown(
            "x",
            json!({"items": [
                {"name": long, "net": "1.00"}, {"name": "Łódź", "net": "-1234.50"}
            ]}),
        );
        assert!(text.lines().all(|l| l.width() <= WIDTH), "{text}");
        assert!(text.contains("-1234.50") && text.contains('…'));
        let ends: Vec<usize> = text.lines().skip(2).map(|l| l.trim_end().width()).collect();
        assert!(ends.windows(2).all(|w| w[0] == w[1]), "{text}");
    }

    #[test]
    fn control_characters_do_not_reach_the_terminal() {
        assert!(!shown("x", json!({"name": "a\u{1b}[2Jb"})).contains('\u{1b}'));
    }
}
