//! The campaign pack: a letter for each customer whose prices a scenario changes, a list of them all, and who accepted.
//!
//! A letter goes to whoever is invoiced, once for each currency. It tells old and new price of each product, what twelve months
//! come to before and after, and the cheapest other terms where some cost less. The campaign is kept in the book, so that
//! answers can be noted and prices taken over only for those who accepted.

use super::apply::otherwise_charged;
use super::{Failure, Made, Session, Wanted, failed, with_scenario};
use crate::invoices::{Letterhead, file_name};
use crate::session::{Book, date};
use crate::wire::Nothing;
use engine::model::{Alternative, Scenario, Steps, alternatives, charged, steps};
use engine::money::MoneyError;
use engine::{Currency, Date, Decimal, Id, Money, Rounding};
use formats::export::{Cell, table_csv};
use paper::{Customer, Letter, NewPrice, Offer, Printer};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashSet};
use std::io::Write;
use std::path::{Path, PathBuf};
use store::tables;

/// Campaigns are kept as settings of this prefix: `campaign/ID`.
const PREFIX: &str = "campaign/";
/// The list beside the letters.
const LIST: &str = "letters.csv";

/// Letters to write.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
pub struct LettersAsk {
    /// Which scenario.
    #[serde(flatten)]
    wanted: Wanted,
    /// First day charges have the new prices.
    from: String,
    /// Folder for the letters and their list.
    to: PathBuf,
    /// Only this account.
    #[serde(default)]
    account: Option<String>,
    /// Until when customers may answer.
    #[serde(default)]
    answer_by: Option<String>,
    /// The seller's own words, a paragraph each.
    #[serde(default)]
    words: Vec<String>,
}

/// What a customer said to a letter.
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Answer {
    /// Nothing yet.
    #[default]
    Open,
    /// Yes.
    Accepted,
    /// No.
    Declined,
}

/// One customer of a campaign.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
pub struct Asked {
    account_ref: String,
    account_id: String,
    name: String,
    currency: String,
    /// Products whose price changes.
    products: usize,
    /// Twelve months at the old prices, net.
    year_before: String,
    /// The same at the new ones.
    year_after: String,
    /// What the offered other terms would save in a year.
    saving: String,
    /// The letter's file.
    file: String,
    answer: Answer,
    /// The day of the answer.
    answered: Option<String>,
    /// What was said with it.
    note: String,
}

/// A campaign: the letters of one scenario.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
pub struct Campaign {
    id: String,
    scenario: String,
    /// First day of the new prices.
    from: String,
    /// Business day of the letters.
    on: String,
    answer_by: Option<String>,
    customers: Vec<Asked>,
}

/// Every campaign, the latest first.
#[derive(Clone, Debug, JsonSchema, PartialEq, Serialize)]
pub struct Campaigns {
    campaigns: Vec<Campaign>,
}

/// What a customer answered.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
pub struct AnswerAsk {
    /// Campaign, by id or the name of its scenario (the latest then).
    id: String,
    account: String,
    answer: Answer,
    /// The day; the business day without it.
    #[serde(default)]
    on: Option<String>,
    #[serde(default)]
    note: String,
}

/// One letter before it is printed.
struct Drawn {
    payer: Id,
    account_ref: String,
    letter: Letter,
    /// Row of the list: subscription, product, quantity, from, old, new.
    rows: Vec<(String, NewPrice)>,
}

/// Writes the letters of a scenario, and keeps whom they went to.
pub fn letters(session: &mut Session, ask: LettersAsk) -> Result<Campaign, Failure> {
    let from = date(&ask.from)?;
    let answer_by = ask.answer_by.as_deref().map(date).transpose()?;
    let (today, dry_run) = (session.today(), session.dry_run());
    let letterhead = session.read(|book| Ok(Letterhead::of(&book.settings()?)))?;
    let (name, drawn) = with_scenario(session, &ask.wanted, |made, understood| {
        let only = ask.account.as_deref().map(|a| made.people.find(a, &made.names).map(|a| a.id)).transpose()?;
        let only = only.map(|id| made.people.payer(id));
        let mut drawn = draw(made, &understood.scenario, from, today, only)?;
        for of in &mut drawn {
            of.letter.seller = letterhead.seller();
            of.letter.answer_by = answer_by;
            of.letter.paragraphs.clone_from(&ask.words);
        }
        Ok((understood.scenario.name.clone(), drawn))
    })?;
    if drawn.is_empty() {
        return Err(Failure::new(
            "E-STATE",
            "The scenario changes nobody's price from that day on; there is no letter to write.",
        )
        .hint("Look at it with `billhook model run`."));
    }
    let files: Vec<String> = drawn.iter().map(|d| named(d, &drawn)).collect();
    if !dry_run {
        press(session, &letterhead, &drawn, &files, &ask.to)?;
    }
    let customers = drawn.iter().zip(files).map(|(d, file)| asked(d, file));
    let campaign = Campaign {
        id: store::new_id().to_string(),
        scenario: name,
        from: from.to_string(),
        on: today.to_string(),
        answer_by: answer_by.map(|d| d.to_string()),
        customers: customers.collect(),
    };
    session.write(|book| keep(book, &campaign))?;
    Ok(campaign)
}

/// Works the letters out.
fn draw(made: &Made, scenario: &Scenario, from: Date, today: Date, only: Option<Id>) -> Result<Vec<Drawn>, Failure> {
    let base = &made.base;
    let wanted = charged(base, scenario).map_err(failed)?;
    let otherwise = otherwise_charged(made)?;
    let mut changed: Vec<(usize, Steps)> = Vec::new();
    for (at, agreement) in base.agreements.iter().enumerate() {
        let payer = made.people.payer(base.buyers[agreement.buyer].id);
        if wanted[at].reshaped || only.is_some_and(|only| only != payer) {
            continue;
        }
        let steps = steps(&wanted[at], &otherwise[at], from);
        if !steps.is_empty() {
            changed.push((at, steps));
        }
    }
    let asked: Vec<(usize, Date, Decimal)> =
        changed.iter().filter_map(|(at, steps)| steps.first().map(|(day, _, price)| (*at, *day, *price))).collect();
    let offers = alternatives(base, scenario, &asked).map_err(failed)?;
    let mut letters: BTreeMap<(String, Currency), Drawn> = BTreeMap::new();
    for ((at, steps), offer) in changed.iter().zip(offers) {
        let agreement = &base.agreements[*at];
        let user = base.buyers[agreement.buyer].id;
        let payer = made.people.payer(user);
        let currency = base.buyers[agreement.buyer].currency;
        let key = (made.people.reference(payer, &made.names), currency);
        let drawn = letters.entry(key).or_insert_with(|| begun(made, payer, currency, from, today));
        let name = made.titled(agreement);
        let name = if user == payer { name } else { format!("{name} ({})", made.people.name(user)) };
        drawn.add(made, *at, &name, steps, offer)?;
    }
    let mut letters: Vec<Drawn> = letters.into_values().collect();
    for drawn in &mut letters {
        drawn.letter.prices.sort_by(|a, b| (&a.name, a.from).cmp(&(&b.name, b.from)));
        drawn.letter.offers.sort_by(|a, b| a.name.cmp(&b.name));
        drawn.letter.from = drawn.letter.prices.iter().map(|price| price.from).min().unwrap_or(from);
    }
    Ok(letters)
}

/// A letter to a payer, without prices yet.
fn begun(made: &Made, payer: Id, currency: Currency, from: Date, today: Date) -> Drawn {
    let account = made.people.get(payer);
    let text = |of: fn(&engine::register::Account) -> String| account.map(of).unwrap_or_default();
    let account_ref = made.people.reference(payer, &made.names);
    Drawn {
        payer,
        letter: Letter {
            language: text(|a| a.language.clone()),
            issued: today,
            seller: paper::Seller::default(),
            customer: Customer {
                name: text(|a| a.name.clone()),
                address: account.map(|a| a.address.clone()).unwrap_or_default(),
                country: text(|a| a.country.clone()),
                vat_id: text(|a| a.vat_id.clone()),
                purchase_order: String::new(),
            },
            currency,
            reference: short(&account_ref),
            from,
            paragraphs: Vec::new(),
            prices: Vec::new(),
            year_before: Money::zero(currency),
            year_after: Money::zero(currency),
            offers: Vec::new(),
            answer_by: None,
        },
        account_ref,
        rows: Vec::new(),
    }
}

/// A reference people can read out: of a GUID its first group.
fn short(reference: &str) -> String {
    let guid = reference.len() == 36 && reference.matches('-').count() == 4;
    reference.split('-').next().filter(|_| guid).unwrap_or(reference).to_owned()
}

impl Drawn {
    fn add(
        &mut self,
        made: &Made,
        at: usize,
        name: &str,
        steps: &[(Date, Decimal, Decimal)],
        offer: Option<Alternative>,
    ) -> Result<(), Failure> {
        let agreement = &made.base.agreements[at];
        let months = agreement.plan_sold.months_of(agreement.term).max(1);
        let later = |at: usize| steps[at + 1..].iter().map(|(day, _, price)| (*day, *price)).collect();
        let prices = steps.iter().enumerate().map(|(at, (day, old, new))| NewPrice {
            name: name.to_owned(),
            quantity: agreement.quantity,
            from: *day,
            months,
            old: *old,
            new: *new,
            later: later(at),
        });
        let mut prices = prices.peekable();
        // What twelve months come to is told of the next price; those that follow it stand below.
        if let Some(next) = prices.peek() {
            let year = |price: Decimal| {
                let charge = price.checked_mul(next.quantity).ok_or(MoneyError::Overflow)?;
                let charge = Money::round(charge, self.letter.currency, Rounding::HalfUp)?;
                let a_year = charge.value() * Decimal::from(12) / Decimal::from(months);
                Money::round(a_year, self.letter.currency, Rounding::HalfUp)
            };
            let (old, new) = (year(next.old).map_err(too_large)?, year(next.new).map_err(too_large)?);
            self.letter.year_before = self.letter.year_before.plus(old).map_err(too_large)?;
            self.letter.year_after = self.letter.year_after.plus(new).map_err(too_large)?;
            self.letter.prices.push(next.clone());
        }
        let subscription = made.names.source_text(agreement.source);
        self.rows.extend(prices.map(|price| (subscription.clone(), price)));
        if let Some(Alternative { term, plan, price, saving }) = offer {
            let (quantity, term_months, months) = (agreement.quantity, term.months, plan.months_of(term));
            self.letter.offers.push(Offer { name: name.to_owned(), quantity, term_months, months, price, saving });
        }
        Ok(())
    }
}

fn too_large(_: MoneyError) -> Failure {
    Failure::new("E-SCENARIO", "The amounts of the scenario are too large.")
}

/// The file of a letter; a payer with several currencies has one for each.
fn named(of: &Drawn, all: &[Drawn]) -> String {
    let several = all.iter().filter(|d| d.payer == of.payer).count() > 1;
    let reference = file_name(&of.account_ref);
    if several { format!("{reference}-{}.pdf", of.letter.currency) } else { format!("{reference}.pdf") }
}

fn asked(drawn: &Drawn, file: String) -> Asked {
    let letter = &drawn.letter;
    let products: HashSet<&str> = drawn.rows.iter().map(|(of, _)| of.as_str()).collect();
    let saving = letter.offers.iter().try_fold(Money::zero(letter.currency), |sum, offer| sum.plus(offer.saving));
    Asked {
        account_ref: drawn.account_ref.clone(),
        account_id: drawn.payer.to_string(),
        name: letter.customer.name.clone(),
        currency: letter.currency.to_string(),
        products: products.len(),
        year_before: letter.year_before.to_string(),
        year_after: letter.year_after.to_string(),
        saving: saving.unwrap_or(Money::zero(letter.currency)).to_string(),
        file,
        answer: Answer::Open,
        answered: None,
        note: String::new(),
    }
}

/// Prints the letters and their list; what was written is removed again where one cannot be.
fn press(
    session: &mut Session,
    letterhead: &Letterhead,
    drawn: &[Drawn],
    files: &[String],
    to: &Path,
) -> Result<(), Failure> {
    let printer = Printer::new().map_err(|error| Failure::new("E-BUG", format!("The printer: {error}.")))?;
    let (brand, size) = (letterhead.brand()?, letterhead.size());
    std::fs::create_dir_all(to)
        .map_err(|error| Failure::new("E-OUTPUT", format!("{} could not be made: {error}.", to.display())))?;
    let mut written: Vec<PathBuf> = Vec::new();
    let total = drawn.len() as u64;
    session.progress().step("Writing letters", 0, Some(total));
    let done = (|| {
        for (n, (of, file)) in drawn.iter().zip(files).enumerate() {
            crate::progress::go_on(session.progress())?;
            let rendered = printer.letter(&of.letter, &brand, size).map_err(|error| {
                Failure::new(
                    "E-BUG",
                    format!("The letter to {} could not be printed: {error}.", of.letter.customer.name),
                )
            })?;
            let path = to.join(file);
            crate::output::create(&path, |out| out.write_all(&rendered.bytes))?;
            written.push(path);
            session.progress().step("Writing letters", n as u64 + 1, Some(total));
        }
        let path = to.join(LIST);
        write_list(drawn, files, &path)?;
        written.push(path);
        Ok(())
    })();
    if done.is_err() {
        // They were made a moment ago, by us.
        written.iter().for_each(|path| drop(std::fs::remove_file(path)));
    }
    done
}

/// Writes every changed price.
fn write_list(drawn: &[Drawn], files: &[String], to: &Path) -> Result<(), Failure> {
    let head = [
        "AccountId",
        "Name",
        "Currency",
        "SubscriptionId",
        "Product",
        "Quantity",
        "MonthsPerCharge",
        "From",
        "OldPrice",
        "NewPrice",
        "File",
    ];
    let rows = drawn.iter().zip(files).flat_map(|(of, file)| {
        of.rows.iter().map(move |(subscription, price)| {
            vec![
                Cell::Text(of.account_ref.clone()),
                Cell::Text(of.letter.customer.name.clone()),
                Cell::Text(of.letter.currency.to_string()),
                Cell::Text(subscription.clone()),
                Cell::Text(price.name.clone()),
                Cell::Number(price.quantity),
                Cell::Number(price.months.into()),
                Cell::Date(price.from),
                Cell::Number(price.old),
                Cell::Number(price.new),
                Cell::Text(file.clone()),
            ]
        })
    });
    crate::output::create(to, |out| table_csv(&head, rows, out).map_err(std::io::Error::other))
}

/// Lists the campaigns.
pub fn campaigns(session: &mut Session, _: Nothing) -> Result<Campaigns, Failure> {
    session.read(|book| {
        let mut campaigns = all(book)?;
        campaigns.reverse();
        Ok(Campaigns { campaigns })
    })
}

/// Notes what a customer answered.
pub fn answer(session: &mut Session, ask: AnswerAsk) -> Result<Campaign, Failure> {
    session.write(|book| {
        let on = ask.on.as_deref().map(date).transpose()?.unwrap_or(book.today);
        if formats::has_suspicious(&ask.note) {
            return Err(Failure::usage("The note holds a character no text of the book may hold."));
        }
        let names = &mut book.names()?;
        let people = crate::people::People::load(book, names)?;
        let account = people.payer(people.find(&ask.account, names)?.id).to_string();
        let mut campaign = found(all(book)?, &ask.id)?;
        let mut known = false;
        for customer in campaign.customers.iter_mut().filter(|c| c.account_id == account) {
            known = true;
            customer.answer = ask.answer;
            customer.answered = (ask.answer != Answer::Open).then(|| on.to_string());
            customer.note.clone_from(&ask.note);
        }
        if !known {
            return Err(Failure::not_found("customer of the campaign", &ask.account));
        }
        keep(book, &campaign)?;
        Ok(campaign)
    })
}

/// The payers who accepted a campaign.
pub(super) fn who_accepted(session: &mut Session, id: &str) -> Result<HashSet<Id>, Failure> {
    let campaign = session.read(|book| found(all(book)?, id))?;
    let accepted = campaign.customers.iter().filter(|c| c.answer == Answer::Accepted);
    let accepted: HashSet<Id> = accepted.filter_map(|c| Id::parse(&c.account_id)).collect();
    if accepted.is_empty() {
        return Err(Failure::new("E-STATE", "Nobody accepted this campaign yet.")
            .hint("Note answers with `billhook model answer`."));
    }
    Ok(accepted)
}

fn found(all: Vec<Campaign>, id: &str) -> Result<Campaign, Failure> {
    let wanted = id.trim();
    let found = all.into_iter().rfind(|c| c.id == wanted || c.scenario == wanted);
    found.ok_or_else(|| Failure::not_found("campaign", wanted).hint("See `billhook model campaigns`."))
}

fn all(book: &Book<'_>) -> Result<Vec<Campaign>, Failure> {
    let damaged = |key: &str| Failure::new("E-BOOK-DAMAGED", format!("The campaign {key} cannot be read."));
    let settings = tables::settings::list(book.conn(), PREFIX)?;
    settings.into_iter().map(|(key, value)| serde_json::from_value(value).map_err(|_| damaged(&key))).collect()
}

fn keep(book: &Book<'_>, campaign: &Campaign) -> Result<(), Failure> {
    let value = serde_json::to_value(campaign).map_err(|e| Failure::new("E-BUG", format!("The campaign: {e}.")))?;
    book.writer()?.set(&format!("{PREFIX}{}", campaign.id), &value)?;
    Ok(())
}
