//! The journal for Beancount: passes `bean-check` and balances as ours does.
//!
//! Accounts open and currencies begin on a day before any entry, so the order of dates does not matter.

use super::journal::{Entry, one_line};
use engine::Currency;
use std::collections::BTreeSet;
use std::io::{self, Write};

/// Before any business date.
const OPENED: &str = "1970-01-01";
/// The first words Beancount knows accounts by.
const ROOTS: [&str; 5] = ["Assets", "Liabilities", "Equity", "Income", "Expenses"];

/// Writes the journal as Beancount reads it, accounts and commodities declared.
pub fn journal_beancount(entries: impl IntoIterator<Item = Entry>, to: &mut impl Write) -> io::Result<()> {
    let mut accounts: BTreeSet<String> = BTreeSet::new();
    let mut currencies: BTreeSet<Currency> = BTreeSet::new();
    for entry in entries {
        let postings: Vec<_> = entry.postings.iter().map(|p| (account(&p.account), p.amount)).collect();
        let mut news = String::new();
        for (account, amount) in &postings {
            if currencies.insert(amount.currency()) {
                news += &format!("{OPENED} commodity {}\n", amount.currency());
            }
            if accounts.insert(account.clone()) {
                news += &format!("{OPENED} open {account}\n");
            }
        }
        if !news.is_empty() {
            writeln!(to, "{news}")?;
        }
        writeln!(to, "{} * {}", entry.date, quoted(&entry.text))?;
        writeln!(to, "  entry: {}", entry.number)?;
        if !entry.document.trim().is_empty() {
            writeln!(to, "  document: {}", quoted(&entry.document))?;
        }
        for (account, amount) in postings {
            writeln!(to, "  {account}  {amount} {}", amount.currency())?;
        }
        writeln!(to)?;
    }
    to.flush()
}

/// A text in quotes, on one line.
fn quoted(text: &str) -> String {
    format!("\"{}\"", one_line(text).replace('\\', "\\\\").replace('"', "\\\""))
}

/// An account's name: a root Beancount knows, then words of letters, digits and hyphens that begin with a capital or a digit.
fn account(name: &str) -> String {
    let mut parts: Vec<String> = name.split(':').map(word).filter(|part| !part.is_empty()).collect();
    if !parts.first().is_some_and(|root| ROOTS.contains(&root.as_str())) {
        parts.insert(0, "Equity".to_owned());
    }
    if parts.len() == 1 {
        parts.push("Unnamed".to_owned());
    }
    parts.join(":")
}

fn word(part: &str) -> String {
    let kept: String = part
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || !c.is_ascii() && c.is_alphanumeric() { c } else { '-' })
        .collect();
    let kept = kept.trim_matches('-');
    let mut rest = kept.chars();
    match rest.next() {
        Some(first) => first.to_ascii_uppercase().to_string() + rest.as_str(),
        None => String::new(),
    }
}
