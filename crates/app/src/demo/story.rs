//! How the sample's month is told: numbered steps in plain words and small tables, no line wider than a terminal.

use engine::Decimal;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

/// Widest line.
const WIDTH: usize = 96;
const INDENT: &str = "    ";
const GAP: &str = "  ";

/// One step, with its figures.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Step {
    name: &'static str,
    title: String,
    facts: Map<String, Value>,
}

/// The account in the making.
#[derive(Debug, Default)]
pub struct Story {
    text: String,
    steps: Vec<Step>,
}

impl Story {
    /// A line outside the steps.
    pub fn line(&mut self, text: &str) {
        self.text += text;
        self.text.push('\n');
    }

    /// Begins a step.
    pub fn step(&mut self, name: &'static str, title: impl Into<String>) {
        let title = title.into();
        self.text += &format!("\n{:>2}  {title}\n", self.steps.len() + 1);
        self.steps.push(Step { name, title, facts: Map::new() });
    }

    /// Says something in the step, wrapped.
    pub fn say(&mut self, text: impl AsRef<str>) {
        let last = self.wrap(INDENT.to_owned(), text.as_ref());
        self.line(&last);
    }

    /// A table: `columns` has `l` or `r` for each column's side; `w` is a last column that wraps.
    pub fn table(&mut self, columns: &str, rows: &[Vec<String>]) {
        let widest = |n: usize| rows.iter().filter_map(|row| row.get(n)).map(|cell| width(cell)).max().unwrap_or(0);
        for row in rows {
            let mut line = INDENT.to_owned();
            for (n, (cell, side)) in row.iter().zip(columns.chars()).enumerate() {
                if n > 0 {
                    line += GAP;
                }
                let pad = " ".repeat(widest(n) - width(cell));
                match side {
                    'r' => line.extend([&pad, cell.as_str()]),
                    'w' => line = self.wrap(line, cell),
                    _ => line.extend([cell.as_str(), &pad]),
                }
            }
            self.line(&cut(line.trim_end()));
        }
    }

    /// Writes what does not fit the line, and hands back the last part.
    fn wrap(&mut self, mut line: String, text: &str) -> String {
        let indent = " ".repeat(width(&line));
        let mut empty = true;
        for word in text.split_whitespace() {
            if !empty && width(&line) + 1 + width(word) > WIDTH {
                self.line(&line);
                line.clone_from(&indent);
                empty = true;
            }
            if !empty {
                line.push(' ');
            }
            line += word;
            empty = false;
        }
        line
    }

    /// Notes a figure of the step.
    pub fn fact(&mut self, name: &str, value: impl Into<Value>) {
        if let Some(step) = self.steps.last_mut() {
            step.facts.insert(name.to_owned(), value.into());
        }
    }

    /// The text so far.
    pub fn text(&self) -> String {
        self.text.clone()
    }

    /// The steps.
    pub fn into_steps(self) -> Vec<Step> {
        self.steps
    }
}

fn width(text: &str) -> usize {
    text.chars().count()
}

fn cut(line: &str) -> String {
    if width(line) <= WIDTH { line.to_owned() } else { line.chars().take(WIDTH - 1).chain(['…']).collect() }
}

/// An amount with its thousands parted: `-1,234.50`.
pub fn grouped(amount: Decimal) -> String {
    let mut amount = amount;
    amount.rescale(2);
    let text = amount.abs().to_string();
    let (whole, cents) = text.split_once('.').unwrap_or((&text, "00"));
    let mut out = String::new();
    for (n, digit) in whole.chars().enumerate() {
        if n > 0 && (whole.len() - n) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    let sign = if amount.is_sign_negative() && !amount.is_zero() { "-" } else { "" };
    format!("{sign}{out}.{cents}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_parted() {
        let text = |cents| grouped(Decimal::new(cents, 2));
        assert_eq!([text(5), text(-123_450), text(100_000_000)], ["0.05", "-1,234.50", "1,000,000.00"]);
    }

    #[test]
    fn lines_keep_inside_the_terminal() {
        let mut story = Story::default();
        story.step("x", "A step");
        story.say("word ".repeat(60));
        story.table("lr", &[vec!["Bäckerei".into(), "1.00".into()], vec!["x".repeat(200), "-10.00".into()]]);
        assert!(story.text().lines().all(|l| width(l) <= WIDTH && l.trim_end() == l), "{}", story.text());
    }
}
