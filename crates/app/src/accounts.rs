//! Resellers and customers.

use crate::fields::Fields;
use crate::people::{self, People};
use crate::session::Book;
use crate::settings::Settings;
use crate::wire::{EndAsk, FieldsAsk, IdAsk, ListAsk, number, total};
use crate::{Failure, Session, contacts, notes, own_ids, vat};
use engine::money::Totals;
use engine::price::Basis;
use engine::register::{Account, AccountKind, TaxTreatment, Tenant};
use engine::{Currency, Decimal, Id, Names, SourceId, Symbol};
use schemars::JsonSchema;
use serde::Serialize;
use store::tables;
use store::tables::invoices::{Filter, InvoiceKind};
use store::tables::subscriptions::Scope;

/// The fields of an account, for messages and help.
pub const FIELDS: &str = "name, kind (customer, reseller), parent, bill_to, country, address (lines parted by |), vat_id, \
                          tax (domestic, reverse_charge, export, exempt), tax_percent, segment, currency, payment_days, \
                          language (en, de, fr, nl, es), basis (agreement, pass-through), purchase_order, \
                          needs_purchase_order (yes, no), ended (the last day; empty for none), domain";

/// One account as shells see it.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Shown {
    id: String,
    #[serde(rename = "ref")]
    reference: String,
    name: String,
    kind: &'static str,
    parent: Option<String>,
    bill_to: Option<String>,
    country: String,
    address: Vec<String>,
    vat_id: String,
    tax: &'static str,
    tax_percent: String,
    segment: String,
    currency: String,
    payment_days: u32,
    language: String,
    basis: Option<&'static str>,
    purchase_order: String,
    needs_purchase_order: bool,
    ended: Option<String>,
}

/// Several accounts.
#[derive(Debug, JsonSchema, Serialize)]
pub struct List {
    total: usize,
    accounts: Vec<Shown>,
}

fn shown(account: &Account, people: &People, names: &Names) -> Shown {
    Shown {
        id: account.id.to_string(),
        reference: people::reference(account, names),
        name: account.name.clone(),
        kind: people::kind(account.kind),
        parent: account.parent.map(|id| people.reference(id, names)),
        bill_to: account.bill_to.map(|id| people.reference(id, names)),
        country: account.country.clone(),
        address: account.address.clone(),
        vat_id: account.vat_id.clone(),
        tax: people::treatment(account.tax),
        tax_percent: number(account.tax_percent),
        segment: names.text(account.segment).to_owned(),
        currency: account.currency.to_string(),
        payment_days: account.payment_days,
        language: account.language.clone(),
        basis: account.basis.map(basis_word),
        purchase_order: account.purchase_order.clone(),
        needs_purchase_order: account.needs_purchase_order,
        ended: account.ended.map(|d| d.to_string()),
    }
}

/// The public word for a billing basis.
pub fn basis_word(basis: Basis) -> &'static str {
    match basis {
        Basis::Agreement => "agreement",
        Basis::PassThrough => "pass-through",
    }
}

/// Reads a billing basis.
pub fn basis_of(text: &str) -> Option<Basis> {
    match text {
        "agreement" => Some(Basis::Agreement),
        "pass-through" | "pass_through" => Some(Basis::PassThrough),
        _ => None,
    }
}

/// Lists accounts.
pub fn list(session: &mut Session, ask: ListAsk) -> Result<List, Failure> {
    session.read(|book| {
        let mut names = book.names()?;
        let people = People::load(book, &mut names)?;
        let chosen: Vec<&Account> = people
            .accounts
            .iter()
            .filter(|a| ask.matches(&[&a.name, &people::reference(a, &names), &a.id.to_string()]))
            .collect();
        let accounts = chosen.iter().take(ask.most()).map(|a| shown(a, &people, &names)).collect();
        Ok(List { total: chosen.len(), accounts })
    })
}

/// One account with what belongs to it.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Page {
    #[serde(flatten)]
    account: Shown,
    tenants: Vec<String>,
    children: Vec<String>,
    subscriptions: usize,
    contacts: Vec<contacts::Shown>,
    /// The latest first.
    notes: Vec<notes::Shown>,
    billed: Vec<Billed>,
}

/// What was billed to an account so far in one currency, tax included. Payments are not in the book.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Billed {
    currency: String,
    /// Invoices.
    issued: String,
    /// Credit notes; nothing, or less than nothing.
    credited: String,
    /// What is left of the invoices.
    balance: String,
}

/// Shows one account.
pub fn show(session: &mut Session, ask: IdAsk) -> Result<Page, Failure> {
    session.read(|book| {
        let mut names = book.names()?;
        let people = People::load(book, &mut names)?;
        let account = people.find(&ask.id, &names)?;
        page(book, account, &people, &mut names.clone())
    })
}

fn page(book: &Book<'_>, account: &Account, people: &People, names: &mut Names) -> Result<Page, Failure> {
    let tenants = tables::accounts::load_tenants(book.conn(), names)?;
    let subscriptions = tables::subscriptions::load(book.conn(), names, Scope::Accounts(&[account.id]))?;
    Ok(Page {
        account: shown(account, people, names),
        tenants: tenants
            .iter()
            .filter(|t| t.account == Some(account.id))
            .map(|t| names.source_text(t.tenant))
            .collect(),
        children: people.accounts.iter().filter(|a| a.parent == Some(account.id)).map(|a| a.name.clone()).collect(),
        subscriptions: subscriptions.len(),
        contacts: contacts::of(book, account.id, people, names)?,
        notes: notes::of(book, account.id, people, names)?,
        billed: billed(book, account.id)?,
    })
}

fn billed(book: &Book<'_>, account: Id) -> Result<Vec<Billed>, Failure> {
    let (mut issued, mut credited, mut balance) = (Totals::default(), Totals::default(), Totals::default());
    let filter = Filter { account: Some(account), ..Filter::default() };
    for invoice in tables::invoices::list(book.conn(), filter)? {
        let (currency, gross) = (invoice.gross.currency(), invoice.gross.value());
        match invoice.kind {
            InvoiceKind::Invoice => issued.add(currency, gross),
            InvoiceKind::CreditNote => credited.add(currency, gross),
        }
        balance.add(currency, gross);
    }
    let row = |(currency, left): (Currency, Decimal)| Billed {
        currency: currency.to_string(),
        issued: total(issued.get(currency), currency),
        credited: total(credited.get(currency), currency),
        balance: total(left, currency),
    };
    Ok(balance.iter().map(row).collect())
}

/// Adds an account; without an id it gets the next one of ours.
pub fn add(session: &mut Session, mut ask: FieldsAsk) -> Result<Page, Failure> {
    session.write(|book| {
        let mut names = book.names()?;
        let people = People::load(book, &mut names)?;
        if ask.id.trim().is_empty() {
            ask.id = own_ids::next("A", people.accounts.iter().map(|a| names.source_text(a.source)));
        }
        let source = names.source_id(&ask.id);
        if people.accounts.iter().any(|a| a.source == source) {
            return Err(Failure::new("E-STATE", format!("There is an account \"{}\" already.", ask.id)));
        }
        // A part of a customer, such as a cost centre with an order number of its own, is as the customer is.
        let parent = ask.fields.get("parent").filter(|p| !p.trim().is_empty());
        let whole = parent.map(|p| people.find(p, &names)).transpose()?.filter(|a| a.kind == AccountKind::Customer);
        let account = match whole {
            Some(whole) => part_of(whole, source),
            None => blank(&book.settings()?, source),
        };
        save(book, account, ask, &people, names)
    })
}

/// An account of which nothing is known but what the book says of everybody.
pub(crate) fn blank(settings: &Settings, source: SourceId) -> Account {
    Account {
        id: store::new_id(),
        source,
        kind: AccountKind::Customer,
        parent: None,
        bill_to: None,
        name: String::new(),
        country: settings.get("seller.country").to_owned(),
        address: Vec::new(),
        vat_id: String::new(),
        tax: TaxTreatment::Domestic,
        tax_percent: Decimal::ZERO,
        segment: Symbol::EMPTY,
        currency: settings.currency(),
        payment_days: 30,
        language: settings.get("brand.language").to_owned(),
        basis: None,
        purchase_order: String::new(),
        needs_purchase_order: false,
        ended: None,
    }
}

/// An account of its own for a part of a customer.
fn part_of(whole: &Account, source: SourceId) -> Account {
    Account {
        id: store::new_id(),
        source,
        bill_to: None,
        name: String::new(),
        purchase_order: String::new(),
        ended: None,
        ..whole.clone()
    }
}

/// Changes an account.
pub fn set(session: &mut Session, ask: FieldsAsk) -> Result<Page, Failure> {
    session.write(|book| {
        let mut names = book.names()?;
        let people = People::load(book, &mut names)?;
        let account = people.find(&ask.id, &names)?.clone();
        save(book, account, ask, &people, names)
    })
}

fn save(
    book: &Book<'_>,
    mut account: Account,
    ask: FieldsAsk,
    people: &People,
    mut names: Names,
) -> Result<Page, Failure> {
    let mut f = Fields::new(ask.fields);
    let above = |f: &mut Fields, name: &str, names: &Names| -> Result<Option<Option<engine::Id>>, Failure> {
        match f.text(name) {
            None => Ok(None),
            Some(text) if text.is_empty() => Ok(Some(None)),
            Some(text) => Ok(Some(Some(people.find(&text, names)?.id))),
        }
    };
    if let Some(parent) = above(&mut f, "parent", &names)? {
        if parent.is_some_and(|p| p == account.id || people.above(p).contains(&account.id)) {
            return Err(Failure::new("E-RULE", "An account cannot stand below itself."));
        }
        account.parent = parent;
    }
    if let Some(payer) = above(&mut f, "bill_to", &names)? {
        account.bill_to = payer;
    }
    account.name = f.text("name").unwrap_or(account.name);
    account.vat_id = f.text("vat_id").unwrap_or(account.vat_id);
    account.purchase_order = f.text("purchase_order").unwrap_or(account.purchase_order);
    if let Some(address) = f.text("address") {
        account.address = address.split('|').map(|l| l.trim().to_owned()).filter(|l| !l.is_empty()).collect();
    }
    if let Some(segment) = f.text("segment") {
        account.segment = names.intern(&segment);
    }
    let kind = f.read("kind", "customer or reseller", |t| match t {
        "customer" => Some(AccountKind::Customer),
        "reseller" => Some(AccountKind::Reseller),
        _ => None,
    })?;
    account.kind = kind.unwrap_or(account.kind);
    let country = f.read("country", "two capital letters", |t| {
        (t.len() == 2 && t.bytes().all(|b| b.is_ascii_uppercase())).then(|| t.to_owned())
    })?;
    account.country = country.unwrap_or(account.country);
    let language = f.read("language", "en, de, fr, nl or es", |t| {
        ["en", "de", "fr", "nl", "es"].contains(&t).then(|| t.to_owned())
    })?;
    account.language = language.unwrap_or(account.language);
    let tax = f.read("tax", "domestic, reverse_charge, export or exempt", |t| {
        [TaxTreatment::Domestic, TaxTreatment::ReverseCharge, TaxTreatment::Export, TaxTreatment::Exempt]
            .into_iter()
            .find(|k| people::treatment(*k) == t)
    })?;
    // What is not said of a new account is as its country usually has it, unless it is a part of another; a known one stays
    // as it is.
    let is_part = account.parent.and_then(|p| people.get(p)).is_some_and(|p| p.kind == AccountKind::Customer);
    let (new, settings) = (people.get(account.id).is_none() && !is_part, book.settings()?);
    let usual = if new { vat::treatment(&account.country, settings.get("seller.country")) } else { account.tax };
    account.tax = tax.unwrap_or(usual);
    let usual = if new { vat::percent(&account.country, account.tax) } else { account.tax_percent };
    account.tax_percent = f.number("tax_percent")?.unwrap_or(usual);
    account.currency = f.currency("currency")?.unwrap_or(account.currency);
    account.payment_days =
        f.read("payment_days", "a number of days", |t| t.parse().ok())?.unwrap_or(account.payment_days);
    if let Some(basis) = f.text("basis") {
        account.basis = match basis.as_str() {
            "" => None,
            text => Some(basis_of(text).ok_or_else(|| Failure::usage("Give basis=agreement or basis=pass-through."))?),
        };
    }
    account.needs_purchase_order = f.flag("needs_purchase_order")?.unwrap_or(account.needs_purchase_order);
    if let Some(last) = f.text("ended") {
        account.ended = if last.is_empty() { None } else { Some(crate::session::date(&last)?) };
    }
    let domain = f.text("domain");
    f.done(FIELDS)?;
    if account.name.trim().is_empty() {
        return Err(Failure::usage("name=... is needed."));
    }
    let writer = book.writer()?;
    let mut rows = [account];
    writer.put_accounts(&names, &mut rows)?;
    let [account] = rows;
    // A customer known by a GUID is known by its tenant.
    if matches!(account.source, SourceId::Guid(_)) && (domain.is_some() || people.get(account.id).is_none()) {
        let tenant = Tenant { tenant: account.source, account: Some(account.id), domain: domain.unwrap_or_default() };
        writer.put_tenants(&names, &[tenant])?;
    }
    drop(writer);
    let mut names = book.names()?;
    let people = People::load(book, &mut names)?;
    match people.get(account.id) {
        Some(account) => page(book, account, &people, &mut names.clone()),
        None => Err(Failure::new("E-BUG", "The account was not stored.")),
    }
}

/// Ends an account: nothing is billed to it from that day on.
pub fn end(session: &mut Session, ask: EndAsk) -> Result<Page, Failure> {
    session.write(|book| {
        let on = ask.on.as_deref().map(crate::session::date).transpose()?.unwrap_or(book.today);
        let mut names = book.names()?;
        let people = People::load(book, &mut names)?;
        let mut account = people.find(&ask.id, &names)?.clone();
        account.ended = Some(engine::date::add_days(on, -1));
        save(book, account, FieldsAsk { id: ask.id, fields: Default::default() }, &people, names)
    })
}
