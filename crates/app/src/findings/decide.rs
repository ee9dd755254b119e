//! Deciding about findings: fix, accept, ignore, reopen. A fix is a one-off charge or credit on the next invoice.

use super::{Page, find, page, product_names};
use crate::people::People;
use crate::session::Book;
use crate::wire::total;
use crate::{Failure, Session};
use engine::bill::OneOff;
use engine::finding::{Class, Finding, Fix};
use engine::register::{Account, ProductKey};
use engine::sale::SoldAt;
use engine::{Currency, Decimal, Money, Names, Rounding};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::tables;
use store::tables::findings::{Decision, State, StoredFinding};

/// Findings and why.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct DecideAsk {
    ids: Vec<String>,
    #[serde(default)]
    reason: Option<String>,
}

/// What became of them.
#[derive(Debug, JsonSchema, Serialize)]
pub struct DecidedList {
    findings: Vec<Page>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    charges: Vec<String>,
    /// The same charges as figures.
    made: Vec<Made>,
}

/// A one-off charge a fix made for the next run.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Made {
    finding: String,
    account: String,
    name: String,
    /// Negative for a credit.
    amount: String,
    currency: String,
    date: String,
}

/// It is right as it is.
pub fn accept(session: &mut Session, ask: DecideAsk) -> Result<DecidedList, Failure> {
    decide(session, ask, State::Accepted)
}

/// Not worth the work; the reason is kept, so one must be given.
pub fn ignore(session: &mut Session, ask: DecideAsk) -> Result<DecidedList, Failure> {
    if ask.reason.as_deref().is_none_or(|r| r.trim().is_empty()) {
        return Err(Failure::usage("Say why with --reason; it is kept with the finding."));
    }
    decide(session, ask, State::Ignored)
}

/// Opens findings again; what a fix put on the next run is taken off it.
pub fn reopen(session: &mut Session, ask: DecideAsk) -> Result<DecidedList, Failure> {
    decide(session, ask, State::Open)
}

/// Does the suggested fix: a catch-up line or credit becomes a one-off charge of the next run; every other kind of fix is
/// done elsewhere, and noted here as done.
pub fn fix(session: &mut Session, ask: DecideAsk) -> Result<DecidedList, Failure> {
    decide(session, ask, State::Fixed)
}

fn decide(session: &mut Session, ask: DecideAsk, state: State) -> Result<DecidedList, Failure> {
    session.write(|book| {
        let mut names = book.names()?;
        let people = People::load(book, &mut names)?;
        let reason = ask.reason.clone().unwrap_or_default();
        let (mut charges, mut made) = (Vec::new(), Vec::new());
        for id in &ask.ids {
            let stored = find(book, id, &mut names)?;
            if state == State::Fixed {
                if stored.state == State::Fixed {
                    continue;
                }
                if let Some((text, charge)) = charge(book, &stored, &people, &names)? {
                    charges.push(text);
                    made.push(charge);
                }
            } else if stored.state == State::Fixed {
                take_back(book, &stored)?;
            }
            let decision =
                Decision { state, reason: reason.clone(), day: book.today, at: crate::session::instant(book.now) };
            let writer = book.writer()?;
            writer.decide(stored.id, &decision)?;
        }
        let findings = ask.ids.iter().map(|id| page(book, id)).collect::<Result<_, _>>()?;
        Ok(DecidedList { findings, charges, made })
    })
}

/// The one-off charge that makes good what was not charged, or gives back what was charged too much: seats too few or too
/// many at the price of those that were sold; else what the vendor's rows sell for by the account's rules, less what was
/// sold.
fn charge(
    book: &Book<'_>,
    stored: &StoredFinding,
    people: &People,
    names: &Names,
) -> Result<Option<(String, Made)>, Failure> {
    let f = &stored.finding;
    match f.fix {
        Fix::CatchUpLine | Fix::Credit => {}
        Fix::PriceRule | Fix::Mapping | Fix::Register | Fix::Ticket | Fix::None => return Ok(None),
    }
    let account = people.accounts.iter().find(|a| a.source == f.customer).ok_or_else(|| {
        Failure::new("E-RULE", "The finding's customer is not in the book.").hint("Map its tenant first.")
    })?;
    let mut names = names.clone();
    if f.class == Class::BilledNotSold && billed_by_the_register(book, f, &mut names)? {
        return Err(Failure::new(
            "E-RULE",
            format!("The register bills {} itself; the next run charges it.", names.source_text(f.subscription)),
        )
        .hint("Accept the finding instead, and look at `billhook bill draft`."));
    }
    let sold = sold(book, f, account.currency, &mut names)?;
    let amount = match sold.for_cost {
        // Seats forgotten are sold as the others are, whatever the rules say by now.
        Some(for_cost) if f.class == Class::QuantityMismatch => {
            f.cost_difference.checked_mul(sold.total).and_then(|product| product.checked_div(for_cost))
        }
        _ => selling_price(book, f, account, people, &mut names)?.checked_sub(sold.total),
    };
    let amount = amount
        .and_then(|amount| Money::round(amount, account.currency, Rounding::HalfUp).ok())
        .ok_or_else(|| Failure::new("E-RULE", "The charge is too large."))?
        .value();
    if amount.is_zero() {
        return Ok(None);
    }
    // Printed as it is, whatever the customer's language.
    let period = f.period.map(|p| format!(", {} – {}", p.start, p.last())).unwrap_or_default();
    // The vendor names no product it did not bill; the catalogue does.
    let listed = product_names(book, &mut names)?.remove(&ProductKey { product: f.product, sku: f.sku });
    let named = names.text(f.product_name);
    let product = if named.is_empty() { listed.unwrap_or_default() } else { named.to_owned() };
    let line = OneOff {
        id: stored.id,
        account: account.id,
        date: stored.period.period().last(),
        name: format!("{product}{period}"),
        quantity: if amount.is_sign_negative() { -Decimal::ONE } else { Decimal::ONE },
        unit_price: amount.abs(),
        unit_cost: (f.currency == account.currency && !amount.is_sign_negative()).then_some(f.cost_difference.abs()),
        currency: account.currency,
        product: None,
    };
    let text = format!("{} {} {} on {}", account.name, total(amount, account.currency), account.currency, line.date);
    let made = Made {
        finding: stored.id.to_string(),
        account: account.name.clone(),
        name: line.name.clone(),
        amount: total(amount, account.currency),
        currency: account.currency.to_string(),
        date: line.date.to_string(),
    };
    let writer = book.writer()?;
    writer.put_one_offs(&names, &[line])?;
    Ok(Some((text, made)))
}

/// Takes the one-off charge of a fix off the next run; one that was billed stays, and so does the fix.
fn take_back(book: &Book<'_>, stored: &StoredFinding) -> Result<(), Failure> {
    let mut billed = false;
    tables::invoices::billed(book.conn(), stored.period.first(), |key, _| billed |= key.subject == stored.id)?;
    if billed {
        return Err(Failure::new("E-STATE", "The charge that fixed it is on an invoice already.")
            .hint("Credit the invoice line instead."));
    }
    let writer = book.writer()?;
    writer.remove_one_off(stored.id)?;
    Ok(())
}

/// Whether our own timeline charges the subscription in these days.
fn billed_by_the_register(book: &Book<'_>, f: &Finding, names: &mut Names) -> Result<bool, Failure> {
    let Some(period) = f.period else { return Ok(false) };
    let all = tables::subscriptions::load(book.conn(), names, tables::subscriptions::Scope::All)?;
    let known = all.iter().find(|s| s.source == f.subscription);
    Ok(known.is_some_and(|s| {
        s.basis != Some(engine::price::Basis::PassThrough)
            && s.on(period.start).status == engine::register::Status::Active
    }))
}

/// What the vendor's rows of a finding sell for to the account, by its price rules.
fn selling_price(
    book: &Book<'_>,
    f: &Finding,
    account: &Account,
    people: &People,
    names: &mut Names,
) -> Result<Decimal, Failure> {
    let prices = crate::prices::load(book, names)?;
    let index = engine::rate::Prices::new(&prices);
    let above = people.above(account.id);
    let mut sum = Decimal::ZERO;
    for at in &f.vendor_rows {
        let Some(line) = tables::lines::cost_line(book.conn(), names, *at)? else { continue };
        let date = line.period.map(|p| p.start).or(line.order_date).unwrap_or(book.today);
        let ask = engine::rate::Ask {
            subscription: None,
            account: account.id,
            ancestors: &above,
            segment: account.segment,
            product: ProductKey { product: line.product, sku: line.sku },
            term: line.term,
            plan: line.plan,
            sold: None,
            own: None,
            bundle: engine::Symbol::EMPTY,
            policy: engine::register::BundlePolicy::default(),
            edition: date,
            currency: account.currency,
            since: line.term_dates.map_or(date, |t| t.start),
            term_start: line.term_dates.map_or(date, |t| t.start),
            customer_term: None,
            date,
            quantity: line.quantity.abs(),
            imagined: None,
        };
        let sale = engine::rate::rate_cost(&index, &line, engine::explain::cycle(&line), &ask);
        if sale.net.currency() != account.currency {
            return Err(Failure::new(
                "E-RULE",
                format!(
                    "The finding sells in {}, its customer is billed in {}.",
                    sale.net.currency(),
                    account.currency
                ),
            )
            .hint("Add the charge by hand with `billhook bill charge`."));
        }
        sum += sale.net.value();
    }
    Ok(sum)
}

/// What was sold on the lines of a finding.
struct Sold {
    total: Decimal,
    /// The cost all of it was reckoned with, where each line says so in the customer's currency.
    for_cost: Option<Decimal>,
}

fn sold(book: &Book<'_>, f: &Finding, currency: Currency, names: &mut Names) -> Result<Sold, Failure> {
    let mut sold = Sold { total: Decimal::ZERO, for_cost: (f.currency == currency).then_some(Decimal::ZERO) };
    for at in &f.sale_refs {
        let line = match at {
            SoldAt::Import(at) => tables::lines::sold_line(book.conn(), names, *at)?
                .map(|line| (line.total, line.cost_total.filter(|_| line.currency == currency))),
            SoldAt::Invoice(id) => tables::invoices::line_by_id(book.conn(), *id)?
                .map(|(_, sale)| (sale.line.net.value(), sale.line.cost.map(|cost| cost.value()))),
        };
        let (total, cost) = line.unwrap_or_default();
        sold.total += total;
        sold.for_cost = sold.for_cost.zip(cost).map(|(sum, cost)| sum + cost);
    }
    sold.for_cost = sold.for_cost.filter(|cost| !cost.is_zero());
    Ok(sold)
}
