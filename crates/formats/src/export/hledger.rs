//! The journal for hledger: passes `hledger check --strict` and balances as ours does.
//!
//! A transaction's line is `DATE * (CODE) DESCRIPTION`. Nothing in it can be quoted, so the few signs that end it early are
//! replaced by what looks closest; the entry's number and the document's, as they are, stand in its comment.

use super::journal::{Entry, one_line};
use engine::{Currency, Decimal};
use std::collections::BTreeSet;
use std::io::{self, Write};

/// Writes the journal as hledger reads it, accounts and commodities declared.
pub fn journal_hledger(entries: impl IntoIterator<Item = Entry>, to: &mut impl Write) -> io::Result<()> {
    let mut accounts: BTreeSet<String> = BTreeSet::new();
    let mut currencies: BTreeSet<Currency> = BTreeSet::new();
    for entry in entries {
        let postings: Vec<_> = entry.postings.iter().map(|p| (account(&p.account), p.amount)).collect();
        let mut news = String::new();
        for (account, amount) in &postings {
            if currencies.insert(amount.currency()) {
                news += &format!("commodity {} {}\n", layout(amount.currency()), amount.currency());
            }
            if accounts.insert(account.clone()) {
                news += &format!("account {account}{}\n", kind(account));
            }
        }
        if !news.is_empty() {
            writeln!(to, "{news}")?;
        }
        let code = if entry.document.trim().is_empty() { entry.number.to_string() } else { entry.document.clone() };
        let code = one_line(&code).replace('(', "[").replace(')', "]");
        let head = format!("{} * ({}) {}", entry.date, plain(&code), plain(&one_line(&entry.text)));
        writeln!(to, "{}", head.trim_end())?;
        // Without a colon no word here can be taken for a tag but our own.
        writeln!(to, "    ; entry:{}", entry.number)?;
        for (account, amount) in postings {
            writeln!(to, "    {account}  {amount} {}", amount.currency())?;
        }
        writeln!(to)?;
    }
    to.flush()
}

/// A text without the signs that end a description: the comment's `;` and the payee's `|`.
fn plain(text: &str) -> String {
    text.replace(';', ",").replace('|', "/")
}

/// An account's name: a single space inside at most, and none of the signs of virtual postings and comments.
fn account(name: &str) -> String {
    let parts: Vec<String> = name
        .split(':')
        .map(|part| one_line(&plain(part).replace(['(', ')', '[', ']', '{', '}'], "")))
        .map(|part| part.trim_start_matches(['*', '!', '=', '~', '"', '#', '%', ' ']).trim().to_owned())
        .filter(|part| !part.is_empty())
        .collect();
    if parts.is_empty() { "Unnamed".to_owned() } else { parts.join(":") }
}

/// The account's type, where its first word says it.
fn kind(account: &str) -> &'static str {
    match account.split(':').next() {
        Some("Assets") => "  ; type:A",
        Some("Liabilities") => "  ; type:L",
        Some("Equity") => "  ; type:E",
        Some("Income") => "  ; type:R",
        Some("Expenses") => "  ; type:X",
        _ => "",
    }
}

/// How amounts of a currency look; the point stands even where nothing follows it.
fn layout(currency: Currency) -> String {
    let zero = Decimal::new(1000 * 10_i64.pow(currency.digits()), currency.digits()).to_string();
    if zero.contains('.') { zero } else { format!("{zero}.") }
}
