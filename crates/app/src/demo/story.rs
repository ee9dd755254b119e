//! How the sample's month is told: numbered steps in plain words and small tables, no line wider than a terminal.

use engine::Decimal;
use serde::Serialize;
use serde_json::{Map, Value};

/// Widest line.
const WIDTH: usize = 96;
const INDENT: &str = "    ";

/// One step, with its figures.
#[derive(Debug, Serialize)]
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
        let mut line = INDENT.to_owned();
        for word in text.as_ref().split_whitespace() {
            if width(&line) + 1 + width(word) > WIDTH && line != INDENT {
                self.line(&line);
                line = INDENT.to_owned();
            }
            if line != INDENT {
                line.push(' ');
            }
            line += word;
        }
        self.line(&line);
    }

    /// A table: `columns` has `l` or `r` for each column.
    pub fn table(&mut self, columns: &str, rows: &[Vec<String>]) {
        let widest = |n: usize| rows.iter().filter_map(|row| row.get(n)).map(|cell| width(cell)).max().unwrap_or(0);
        for row in rows {
            let mut line = INDENT.to_owned();
            for (n, (cell, side)) in row.iter().zip(columns.chars()).enumerate() {
                let pad = " ".repeat(widest(n) - width(cell));
                let gap = if n > 0 { "  " } else { "" };
                line += &if side == 'r' { format!("{gap}{pad}{cell}") } else { format!("{gap}{cell}{pad}") };
            }
            self.line(&cut(line.trim_end()));
        }
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
