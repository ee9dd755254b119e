//! The journal: what importing and issuing posted, as balances and for other programs.

use crate::session::Book;
use crate::wire::Nothing;
use crate::{Failure, Session, output};
use engine::cost::CostLine;
use engine::post::Owed;
use engine::sale::SaleLine;
use engine::{Currency, Month};
use formats::export::{Entry, Posting, journal_beancount, journal_csv, journal_hledger};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use store::tables;
use store::tables::documents::Document;
use store::tables::invoices::Filter;
use store::tables::journal::Posted;
use store::tables::lines::Keep;
use store::tables::runs::Run;

/// What the lines of a vendor's document make us owe, added up while they are read. Which part of it is prepaid depends on
/// the document's month, which is certain only behind the last line; so the month is foretold by the first ones.
#[derive(Default)]
pub struct Owing {
    month: Option<Month>,
    by_currency: BTreeMap<Currency, Owed>,
    refused: bool,
}

impl Owing {
    /// Nothing yet, for a document of this month, if that is known.
    pub fn new(month: Option<Month>) -> Owing {
        Owing { month, ..Owing::default() }
    }

    /// Adds lines.
    pub fn add(&mut self, lines: &[CostLine]) {
        let Some(month) = self.month.or_else(|| mostly(lines)) else {
            self.refused = true;
            return;
        };
        self.month = Some(month);
        for line in lines {
            self.refused |= self.by_currency.entry(line.currency).or_default().add(line, month).is_err();
        }
    }

    /// The sums, if they are for this month.
    fn of(self, month: Month) -> Option<BTreeMap<Currency, Owed>> {
        (self.month == Some(month) && !self.refused).then_some(self.by_currency)
    }
}

/// The month most lines begin in.
fn mostly(lines: &[CostLine]) -> Option<Month> {
    let mut counts: BTreeMap<Month, usize> = BTreeMap::new();
    for period in lines.iter().filter_map(|line| line.period) {
        *counts.entry(Month::of(period.start)).or_default() += 1;
    }
    counts.into_iter().max_by_key(|(month, count)| (*count, *month)).map(|(month, _)| month)
}

/// Posts a vendor's document: what it makes us owe, and since when it is a cost. One entry per currency. What `owing` has not
/// added up for the document's month is added up from its stored lines.
pub fn post_document(
    book: &Book<'_>,
    writer: &tables::Writer<'_>,
    document: &Document,
    owing: Owing,
) -> Result<(), Failure> {
    let Some(month) = document.period else { return Ok(()) };
    let refused = |error| Failure::new("E-RULE", format!("{} cannot be posted: {error}.", document.file_name));
    let owed = match owing.of(month) {
        Some(owed) => owed,
        None => {
            let mut owed: BTreeMap<Currency, Owed> = BTreeMap::new();
            tables::lines::each_cost(book.conn(), document.no, |line| {
                owed.entry(line.currency).or_default().add(line, month).map_err(refused)
            })?;
            owed
        }
    };
    let number = document.invoices.first().map_or(document.file_name.as_str(), String::as_str);
    for (currency, owed) in owed {
        let entry = engine::post::vendor_entry(owed, currency, number, month.period().last()).map_err(refused)?;
        if !entry.postings().is_empty() {
            let at = crate::session::instant(book.now);
            writer.post(&entry, &Posted { source: "document".into(), subject: document.id, reverses: None, at })?;
        }
    }
    Ok(())
}

/// Where entries of a closed month say they come from.
const CLOSED: &str = "month";

/// Posts what a month earns of what was billed ahead before it, and uses of what was prepaid: once a month.
pub fn close_month(book: &Book<'_>, writer: &tables::Writer<'_>, run: &Run) -> Result<(), Failure> {
    let month = run.period;
    let mut closed = false;
    let day = month.period().last();
    tables::journal::each_entry(book.conn(), Some(day), Some(month.period().end), |e| {
        closed |= e.posted.source == CLOSED;
        Ok::<(), Failure>(())
    })?;
    if closed {
        return Ok(());
    }
    let mut names = book.names()?;
    let kinds: HashMap<_, _> =
        tables::products::load(book.conn(), &mut names)?.into_iter().map(|p| (p.key, p.kind)).collect();
    let mut lines: Vec<(SaleLine, Month)> = Vec::new();
    // A three-year term billed at once is the longest there is.
    for billed in (1..=36).map(|back| month.plus(-back)) {
        let of_month = Filter { period: Some(billed), ..Filter::default() };
        tables::invoices::each_line(book.conn(), of_month, |_, stored| {
            if stored.line.period.is_some_and(|p| p.end > month.first()) {
                lines.push((stored.line, billed));
            }
        })?;
    }
    let failed = |error| Failure::new("E-BUG", format!("Closing {month}: {error}."));
    let mut entries = Vec::new();
    let earned = lines.iter().map(|(line, billed)| (line, *billed));
    entries.extend(engine::post::release_entry(earned, month, &|key| kinds.get(&key).copied()).map_err(failed)?);
    for document in tables::documents::list(book.conn())? {
        let prepaid = document.lines.is_some_and(crate::costs::carries_money);
        if !document.period.is_some_and(|p| prepaid && p < month && month.plus(-37) < p) {
            continue;
        }
        let costs = tables::lines::load_costs(book.conn(), engine::Names::default(), &[document.no], Keep::Figures)?;
        let number = document.invoices.first().map_or(document.file_name.as_str(), String::as_str);
        for (currency, _) in document.totals.iter() {
            let entry = engine::post::use_entry(&costs.lines, currency, month, number).map_err(failed)?;
            entries.extend(entry);
        }
    }
    let at = crate::session::instant(book.now);
    for entry in entries {
        writer.post(&entry, &Posted { source: CLOSED.into(), subject: run.id, reverses: None, at: at.clone() })?;
    }
    Ok(())
}

/// Balances of all accounts.
#[derive(Debug, JsonSchema, Serialize)]
pub struct TrialBalance {
    accounts: Vec<Balance>,
    sums: Vec<Sum>,
}

/// The balance of one account in one currency.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Balance {
    account: &'static str,
    currency: String,
    debit: Option<String>,
    credit: Option<String>,
    balance: String,
}

/// All balances of a currency together: nought.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Sum {
    currency: String,
    debit: String,
    credit: String,
    balance: String,
}

/// Balances every account.
pub fn trial_balance(session: &mut Session, _: Nothing) -> Result<TrialBalance, Failure> {
    session.read(|book| {
        let balances = tables::journal::trial_balance(book.conn(), None)?;
        let mut sums: BTreeMap<Currency, (i64, i64)> = BTreeMap::new();
        for (_, amount) in &balances {
            let sum = sums.entry(amount.currency()).or_default();
            if amount.minor() >= 0 { sum.0 += amount.minor() } else { sum.1 -= amount.minor() }
        }
        let money = |minor, currency| engine::Money::from_minor(minor, currency).to_string();
        Ok(TrialBalance {
            accounts: balances
                .iter()
                .map(|(account, amount)| Balance {
                    account: account.name(),
                    currency: amount.currency().to_string(),
                    debit: (amount.minor() >= 0).then(|| amount.to_string()),
                    credit: (amount.minor() < 0).then(|| amount.negated().to_string()),
                    balance: amount.to_string(),
                })
                .collect(),
            sums: sums
                .into_iter()
                .map(|(c, (debit, credit))| Sum {
                    currency: c.to_string(),
                    debit: money(debit, c),
                    credit: money(credit, c),
                    balance: money(debit - credit, c),
                })
                .collect(),
        })
    })
}

/// Which form, and where to.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct ExportAsk {
    format: String,
    #[serde(default)]
    to: Option<PathBuf>,
}

/// The export, or where it was written.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Exported {
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<PathBuf>,
    entries: usize,
}

/// Exports the journal for another program.
pub fn export(session: &mut Session, ask: ExportAsk) -> Result<Exported, Failure> {
    let format = match ask.format.as_str() {
        known @ ("csv" | "hledger" | "beancount") => known,
        other => return Err(Failure::usage(format!("--format \"{other}\": give csv, hledger or beancount."))),
    };
    session.read(|book| {
        let entries = entries(book)?;
        let count = entries.len();
        match &ask.to {
            Some(file) => {
                output::create(file, |out| write(format, entries, out))?;
                Ok(Exported { text: None, file: ask.to.clone(), entries: count })
            }
            None => {
                let mut out = Vec::new();
                let written = write(format, entries, &mut out);
                written.map_err(|e| Failure::new("E-OUTPUT", format!("The journal could not be written: {e}.")))?;
                let text = String::from_utf8(out).map_err(|_| Failure::new("E-BUG", "The journal is not text."))?;
                Ok(Exported { text: Some(text), file: None, entries: count })
            }
        }
    })
}

fn write(format: &str, entries: Vec<Entry>, out: &mut impl std::io::Write) -> std::io::Result<()> {
    match format {
        "hledger" => journal_hledger(entries, out),
        "beancount" => journal_beancount(entries, out),
        _ => journal_csv(entries, out),
    }
}

fn entries(book: &Book<'_>) -> Result<Vec<Entry>, Failure> {
    let mut of: HashMap<engine::Id, String> = HashMap::new();
    of.extend(tables::invoices::list(book.conn(), Filter::default())?.into_iter().map(|i| (i.id, i.label)));
    of.extend(tables::documents::list(book.conn())?.into_iter().map(|d| {
        let label = d.invoices.first().cloned().unwrap_or(d.file_name);
        (d.id, label)
    }));
    let mut out = Vec::new();
    tables::journal::each_entry(book.conn(), None, None, |stored| {
        let entry = &stored.entry;
        out.push(Entry {
            number: stored.no,
            date: entry.date(),
            text: entry.text().to_owned(),
            document: of.get(&stored.posted.subject).cloned().unwrap_or_default(),
            postings: entry
                .postings()
                .iter()
                .map(|p| Posting { account: p.account.name().to_owned(), amount: p.amount })
                .collect(),
        });
        Ok::<(), Failure>(())
    })?;
    Ok(out)
}
