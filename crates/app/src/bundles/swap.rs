//! Swapping a part of a bundle from a day on: a new edition, and what it does to the agreements that run.

use super::fields::part;
use super::{Shown, Users, find, kinds, shown};
use crate::catalogue::reference;
use crate::people::People;
use crate::prices;
use crate::session::Book;
use crate::wire::{number, total};
use crate::{Failure, Session};
use engine::bundle::{Bundle, BundlePart, Edition};
use engine::money::Totals;
use engine::price::PriceBook;
use engine::rate::{Ask, Prices};
use engine::register::{Account, ProductKey, Status, Subscription};
use engine::{Currency, Date, Decimal, Id, Money, Names, Rounding};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::tables;
use store::tables::subscriptions::Scope;

/// Which part of which bundle, by what, from when.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct SwapAsk {
    id: String,
    /// The part, `PRODUCT:SKU`.
    old: String,
    /// What takes its place, written as in `parts`; what is left out is as it was.
    new: String,
    /// First day of the edition.
    from: String,
}

/// The bundle as it is then, and whom it touches.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Swapped {
    bundle: Shown,
    from: String,
    /// Running agreements to the bundle or sold in it, by account and their own id.
    agreements: Vec<Touched>,
    /// What it does to those it reaches by their policy, per month, one for each currency.
    per_month: Vec<Total>,
}

/// A running agreement.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Touched {
    subscription_ref: String,
    account: String,
    /// First day charged by the new edition; none when it keeps the one it has.
    from: Option<String>,
    /// `renewal`, `follow` or `keep`.
    policy: &'static str,
    quantity: String,
    currency: String,
    /// Of all its units, for one month.
    price_before: Option<String>,
    price_after: Option<String>,
    margin_before: Option<String>,
    margin_after: Option<String>,
    margin_change: Option<String>,
    account_ref: String,
    /// Why it has no price.
    problem: Option<String>,
}

/// A sum of what it does, in one currency.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Total {
    currency: String,
    agreements: usize,
    price_change: String,
    margin_change: String,
}

/// Swaps a part in the edition of a day, which begins then, and in every later one that has it.
pub fn swap(session: &mut Session, ask: SwapAsk) -> Result<Swapped, Failure> {
    session.write(|book| {
        let from = crate::session::date(&ask.from)?;
        let mut names = book.names()?;
        let kinds = kinds(book, &mut names)?;
        let mut bundle = find(book, &ask.id, &mut names)?;
        let before = prices::load(book, &mut names)?;
        let old = crate::catalogue::key_of(&ask.old, &mut names)
            .or_else(|failure| known(&bundle, &ask.old, &names).ok_or(failure))?;
        let current = bundle.on(from).filter(|e| e.parts.iter().any(|p| p.product == old)).cloned();
        let Some(current) = current else {
            let text = format!("The edition of {} in force on {from} has no part {}.", bundle.name, ask.old);
            return Err(
                Failure::new("E-RULE", text).hint(format!("See its parts with `billhook bundles show {}`.", ask.id))
            );
        };
        bundle.put(Edition { from, ..current });
        for edition in bundle.editions.iter_mut().filter(|edition| edition.from >= from) {
            for place in edition.parts.iter_mut().filter(|part| part.product == old) {
                *place = part(&ask.new, Some(place), &kinds, &mut names)?;
            }
            let named = |part: &BundlePart| part.price.is_some() || part.cost.is_some();
            if edition.parts.iter().any(named) && edition.currency.is_none() {
                return Err(Failure::usage("The new part names an amount, and the bundle has no currency.")
                    .hint(format!("Set it with `billhook bundles set {} currency=GBP`.", ask.id)));
            }
        }
        book.writer()?.put_bundles(&names, std::slice::from_ref(&bundle), &[])?;
        let mut after = before.clone();
        after.bundles.iter_mut().filter(|b| b.code == bundle.code).for_each(|b| b.clone_from(&bundle));
        let (agreements, per_month) = touched(book, &bundle, from, (&before, &after), &mut names)?;
        let users = Users::count(book, std::slice::from_ref(&bundle), &mut names)?;
        Ok(Swapped {
            bundle: shown(&bundle, &users, book.today, &names),
            from: from.to_string(),
            agreements,
            per_month,
        })
    })
}

/// A part by how it is shown, where its product has no SKU.
fn known(bundle: &Bundle, text: &str, names: &Names) -> Option<ProductKey> {
    let mut parts = bundle.editions.iter().flat_map(|edition| &edition.parts);
    parts.find(|part| reference(part.product, names) == text).map(|part| part.product)
}

fn touched(
    book: &Book<'_>,
    bundle: &Bundle,
    from: Date,
    (before, after): (&PriceBook, &PriceBook),
    names: &mut Names,
) -> Result<(Vec<Touched>, Vec<Total>), Failure> {
    let people = People::load(book, names)?;
    let all = tables::subscriptions::load(book.conn(), names, Scope::All)?;
    let (before, after) = (Prices::new(before), Prices::new(after));
    let (mut found, mut prices, mut margins) = (Vec::new(), Totals::default(), Totals::default());
    let mut reached: Vec<Currency> = Vec::new();
    for subscription in &all {
        let state = subscription.on(from.max(book.today));
        let runs = matches!(state.status, Status::Active | Status::Suspended);
        if !runs || (state.product.product != bundle.code && subscription.bundle != bundle.code) {
            continue;
        }
        let Some(account) = people.get(state.account) else { continue };
        let cycle = engine::bill::reached(subscription, from);
        let monthly = cycle.map(|cycle| {
            let of = |prices| monthly(prices, subscription, account, &people, cycle.start);
            of(&before).and_then(|was| Ok((was, of(&after)?)))
        });
        let (sums, problem) = match monthly {
            Some(Ok(sums)) => (Some(sums), None),
            Some(Err(no)) => (None, Some(no.to_string())),
            None => (None, None),
        };
        let currency = account.currency;
        let text = |value: Decimal| total(value, currency);
        let margin = |sum: &Monthly| sum.cost.map(|cost| sum.price - cost);
        let change = sums.as_ref().and_then(|(was, is)| Some(margin(is)? - margin(was)?));
        if let Some((was, is)) = &sums {
            prices.add(currency, is.price - was.price);
            margins.add(currency, change.unwrap_or_default());
            reached.push(currency);
        }
        found.push(Touched {
            subscription_ref: names.source_text(subscription.source),
            account: account.name.clone(),
            account_ref: people.reference(account.id, names),
            quantity: number(state.quantity),
            policy: subscription.bundle_policy.name(),
            from: cycle.map(|cycle| cycle.start.to_string()),
            currency: currency.to_string(),
            price_before: sums.as_ref().map(|(was, _)| text(was.price)),
            price_after: sums.as_ref().map(|(_, is)| text(is.price)),
            margin_before: sums.as_ref().and_then(|(was, _)| margin(was)).map(text),
            margin_after: sums.as_ref().and_then(|(_, is)| margin(is)).map(text),
            margin_change: change.map(text),
            problem,
        });
    }
    found.sort_by(|a, b| (&a.account, &a.subscription_ref).cmp(&(&b.account, &b.subscription_ref)));
    let sum = |(currency, value): (Currency, Decimal)| Total {
        currency: currency.to_string(),
        agreements: reached.iter().filter(|c| **c == currency).count(),
        price_change: total(value, currency),
        margin_change: total(margins.get(currency), currency),
    };
    Ok((found, prices.iter().map(sum).collect()))
}

/// What all units of an agreement cost and bring in a month.
struct Monthly {
    price: Decimal,
    cost: Option<Decimal>,
}

fn monthly(
    prices: &Prices<'_>,
    subscription: &Subscription,
    account: &Account,
    people: &People,
    day: Date,
) -> Result<Monthly, engine::rate::NoPrice> {
    let state = subscription.on(day);
    let above: Vec<Id> = people.above(account.id);
    let offer = prices.offer(&Ask::of(subscription, &state, account, &above, day))?;
    let months = Decimal::from(subscription.plan_sold().months().max(1));
    let rounded = |each: Decimal| {
        let exact = each.checked_mul(state.quantity)?.checked_div(months)?;
        Money::round(exact, account.currency, Rounding::HalfUp).ok().map(|money| money.value())
    };
    let price = rounded(offer.unit_price).ok_or(engine::rate::NoPrice::TooLarge)?;
    Ok(Monthly { price, cost: offer.cost.and_then(rounded) })
}
