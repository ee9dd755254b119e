//! Changes of subscriptions: added, changed from a day on, ended. What happens becomes an event of the timeline and stays;
//! a wrong one is put right by another.

use super::{Page, bills, cadence_word, find, page, status_word, timing_word};
use crate::accounts::basis_of;
use crate::catalogue::{key_of, reference};
use crate::fields::Fields;
use crate::people::People;
use crate::prices::{plan_of, plan_word};
use crate::session::Book;
use crate::told::Note;
use crate::wire::FieldsAsk;
use crate::{Failure, Session, own_ids};
use engine::bundle::Bundle;
use engine::register::{
    BillingPlan, BundlePolicy, Cadence, CustomerTerm, Event, EventKind, ProductKey, Status, Subscription, Term, Timing,
};
use engine::{Date, Decimal, Id, Names, Symbol};
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeSet;
use store::tables;
use store::tables::subscriptions::Scope;

/// The fields of a new subscription, for messages and help.
pub const ADD: &str = "account, product (PRODUCT:SKU, or a bundle's code), name, term (P1M, P1Y, P3Y), plan (monthly, annual, triennial, one-time), \
                       start, quantity, price (of its own, else price rules), currency, bundle, bundle_policy (which \
                       edition of its bundle: renewal, follow, keep), basis (agreement, \
                       pass-through), cadence (anniversary, calendar-month), timing (advance, arrears), anchor_day, sold_plan (the \
                       plan we bill it on, when the vendor bills it on another), customer_term (what the customer is committed to, \
                       when that is not the vendor's term: P1Y), customer_from (its first day; the subscription's without one)";
/// What can be changed of a subscription.
pub const SET: &str = "on (the day it takes effect), quantity, price (empty: price rules again), renew_until (last day of the new \
                       term), account, product, suspended (yes, no), name, bundle, bundle_policy (which edition of its bundle: renewal, \
                       follow, keep), edition (a day of the edition to keep from then on), basis, cadence, timing, sold_plan (before the first \
                       invoice), customer_term (empty: the vendor's), customer_from";

/// Adds a subscription; without an id it gets the next one of ours. Tried only, the answer says what it would be billed.
pub fn add(session: &mut Session, mut ask: FieldsAsk) -> Result<Page, Failure> {
    session.write(|book| {
        let mut names = book.names()?;
        let people = People::load(book, &mut names)?;
        if ask.id.trim().is_empty() {
            let all = tables::subscriptions::load(book.conn(), &mut names, Scope::All)?;
            ask.id = own_ids::next("S", all.iter().map(|s| names.source_text(s.source)));
        } else if find(book, &ask.id, &mut names).is_ok() {
            return Err(Failure::new("E-STATE", format!("There is a subscription \"{}\" already.", ask.id)));
        }
        let mut f = Fields::new(ask.fields);
        let account = people.find(&f.required("account")?, &names)?.clone();
        let (product, bundle, unlisted) = product_of(book, &f.required("product")?, &mut names)?;
        let start = f.date("start")?.ok_or_else(|| Failure::usage("start=YYYY-MM-DD is needed."))?;
        let quantity = f.number("quantity")?.ok_or_else(|| Failure::usage("quantity=... is needed."))?;
        if quantity.is_sign_negative() {
            return Err(Failure::new("E-RULE", "A subscription starts with no seats or more."));
        }
        let known = tables::products::load(book.conn(), &mut names)?;
        let listed = known.iter().find(|p| p.key == product).map(|p| p.name.clone()).or(bundle.map(|b| b.name));
        let name = f.text("name").or(listed).unwrap_or_else(|| reference(product, &names));
        let term = f.read("term", "P1M, P1Y or P3Y", Term::parse)?.unwrap_or(Term::P1Y);
        let plan = f.read("plan", "monthly, annual, triennial or one-time", plan_of)?.unwrap_or(BillingPlan::Monthly);
        if plan.months() > term.months {
            let plan = plan_word(plan);
            return Err(Failure::new("E-RULE", format!("A term of {term} is too short to be billed {plan}.")));
        }
        let mut events = vec![Event { seq: 0, date: start, kind: EventKind::Started { quantity } }];
        if let Some(price) = own_price(&mut f)? {
            events.push(Event { seq: 0, date: start, kind: EventKind::PriceSet { price } });
        }
        let mut subscription = Subscription {
            id: store::new_id(),
            source: names.source_id(&ask.id),
            account: account.id,
            product,
            name: names.intern(&name),
            term,
            plan,
            sold_plan: None,
            customer_term: None,
            start,
            term_end: None,
            anchor_day: f
                .read("anchor_day", "a day of the month", |t| t.parse().ok().filter(|d| (1..=31).contains(d)))?,
            pricing_currency: f.currency("currency")?.unwrap_or(account.currency),
            bundle: f.text("bundle").map_or(Symbol::EMPTY, |b| names.intern(&b)),
            bundle_policy: BundlePolicy::default(),
            basis: None,
            cadence: Cadence::Anniversary,
            timing: Timing::Advance,
            events: events.into(),
        };
        ways(&mut f, &mut subscription)?;
        apart(&mut f, &mut subscription)?;
        f.done(ADD)?;
        let writer = book.writer()?;
        writer.put_subscriptions(&names, std::slice::from_mut(&mut subscription))?;
        drop(writer);
        let mut page = page(book, &ask.id, book.today)?;
        page.notes.extend(unlisted);
        tried(book, page, subscription.id, start)
    })
}

/// A product as `PRODUCT:SKU`, or a whole bundle by its code; what to know of it where neither the catalogue nor a price list
/// has it, which may well be a slip of the hand.
fn product_of(
    book: &Book<'_>,
    text: &str,
    names: &mut Names,
) -> Result<(ProductKey, Option<Bundle>, Option<Note>), Failure> {
    let bundles = tables::products::load_bundles(book.conn(), names)?;
    let code = text.split_once(':').map_or(text, |(product, _)| product);
    let bundle = bundles.into_iter().find(|b| names.text(b.code) == code);
    if let Some(bundle) = bundle.as_ref().filter(|_| !text.contains(':')) {
        return Ok((ProductKey { product: bundle.code, sku: Symbol::EMPTY }, Some(bundle.clone()), None));
    }
    let key = key_of(text, names)?;
    let known = tables::products::load(book.conn(), names)?;
    let is_listed = || {
        let list = tables::prices::load_list(book.conn(), &mut names.clone())?;
        Ok::<_, Failure>(list.iter().any(|row| row.product == key))
    };
    if known.iter().any(|p| p.key == key) || is_listed()? {
        return Ok((key, bundle, None));
    }
    let others: Vec<String> =
        known.iter().filter(|p| p.key.product == key.product).map(|p| reference(p.key, names)).collect();
    let note = match others.as_slice() {
        [] => crate::bill::unlisted_note(&BTreeSet::from([reference(key, names)])),
        others => Note::new(
            "N-UNLISTED-SKU",
            "Not in the catalogue: {product}. Of this product it has {others}.",
            &[("product", &reference(key, names)), ("others", &others.join(", "))],
        ),
    };
    Ok((key, bundle, Some(note)))
}

/// The answer; with what would be billed, when nothing is stored.
fn tried(book: &mut Book<'_>, page: Page, id: Id, from: Date) -> Result<Page, Failure> {
    let bills = if book.dry_run { Some(bills::of(book, id, from)?) } else { None };
    Ok(Page { bills, ..page })
}

/// A price of its own, if given: a number, or nothing to leave it to the price rules.
fn own_price(f: &mut Fields) -> Result<Option<Option<Decimal>>, Failure> {
    let price = f.read("price", "a price such as 12.50, or nothing", |t| match t {
        "" => Some(None),
        text => text.parse::<Decimal>().ok().map(Some),
    })?;
    match price {
        Some(Some(price)) if price.is_sign_negative() => Err(Failure::new("E-RULE", "A price is not below nothing.")),
        price => Ok(price),
    }
}

/// How it is billed: the edition of its bundle, basis, cadence, timing.
fn ways(f: &mut Fields, s: &mut Subscription) -> Result<(), Failure> {
    let policy = f.read("bundle_policy", "renewal, follow or keep", |t| {
        BundlePolicy::ALL.into_iter().find(|policy| policy.name() == t)
    })?;
    s.bundle_policy = policy.unwrap_or(s.bundle_policy);
    let basis = f.read("basis", "agreement, pass-through, or nothing for its account's", |t| match t {
        "" => Some(None),
        text => basis_of(text).map(Some),
    })?;
    s.basis = basis.unwrap_or(s.basis);
    let cadence = f.read("cadence", "anniversary or calendar-month", |t| {
        [Cadence::Anniversary, Cadence::CalendarMonth].into_iter().find(|c| cadence_word(*c) == t)
    })?;
    s.cadence = cadence.unwrap_or(s.cadence);
    let timing = f.read("timing", "advance or arrears", |t| {
        [Timing::Advance, Timing::Arrears].into_iter().find(|c| timing_word(*c) == t)
    })?;
    s.timing = timing.unwrap_or(s.timing);
    Ok(())
}

/// What we agreed with the customer otherwise than with the vendor: the plan it is sold on, and the customer's own term.
fn apart(f: &mut Fields, s: &mut Subscription) -> Result<(), Failure> {
    let sold =
        f.read("sold_plan", "monthly, annual, triennial, one-time, or nothing for the vendor's", |t| match t {
            "" => Some(None),
            text => plan_of(text).map(Some),
        })?;
    // The vendor's own plan is none of its own.
    s.sold_plan = sold.unwrap_or(s.sold_plan).filter(|plan| *plan != s.plan);
    if s.sold_plan.is_some_and(|plan| plan.months() > s.term.months) {
        let (term, plan) = (s.term, s.plan_sold());
        return Err(Failure::new("E-RULE", format!("A term of {term} is too short to be billed {}.", plan_word(plan))));
    }
    let length = f.read("customer_term", "P1Y, P3Y, or nothing for the vendor's", |t| match t {
        "" => Some(None),
        text => Term::parse(text).map(Some),
    })?;
    let from = f.date("customer_from")?;
    s.customer_term = match (length, s.customer_term) {
        (Some(None), _) => None,
        (Some(Some(length)), before) => {
            Some(CustomerTerm { length, from: from.or(before.map(|term| term.from)).unwrap_or(s.start) })
        }
        (None, Some(before)) => Some(CustomerTerm { from: from.unwrap_or(before.from), ..before }),
        (None, None) if from.is_some() => return Err(Failure::usage("customer_from needs customer_term=P1Y.")),
        (None, None) => None,
    };
    Ok(())
}

/// Whether anything of a subscription is on an invoice.
pub(crate) fn is_charged(book: &Book<'_>, id: Id) -> Result<bool, Failure> {
    let mut charged = false;
    tables::invoices::billed(book.conn(), engine::date::RANGE.0, |key, _| charged |= key.subject == id)?;
    Ok(charged)
}

/// Changes a subscription: what happens to it becomes an event of its timeline.
pub fn set(session: &mut Session, ask: FieldsAsk) -> Result<Page, Failure> {
    session.write(|book| {
        let mut names = book.names()?;
        let people = People::load(book, &mut names)?;
        let mut subscription = find(book, &ask.id, &mut names)?;
        let mut f = Fields::new(ask.fields);
        let on = f.date("on")?.unwrap_or(book.today);
        let before = subscription.on(on);
        let mut events = Vec::new();
        let mut push = |kind: EventKind| events.push((subscription.id, Event { seq: 0, date: on, kind }));
        if let Some(quantity) = f.number("quantity")? {
            if quantity.is_sign_negative() {
                return Err(Failure::new("E-RULE", "Seats cannot be fewer than none."));
            }
            let delta: Decimal = quantity - before.quantity;
            if !delta.is_zero() {
                push(EventKind::SeatsChanged { delta });
            }
        }
        if let Some(price) = own_price(&mut f)?.filter(|price| *price != before.price) {
            push(EventKind::PriceSet { price });
        }
        if let Some(last) = f.date("renew_until")? {
            push(EventKind::Renewed { term_end: engine::date::add_days(last, 1) });
        }
        if let Some(account) = f.text("account") {
            push(EventKind::Moved { account: people.find(&account, &names)?.id });
        }
        if let Some(product) = f.text("product") {
            push(EventKind::Upgraded { to: product_of(book, &product, &mut names)?.0 });
        }
        if let Some(suspended) = f.flag("suspended")? {
            push(EventKind::Suspended { suspended });
        }
        if let Some(day) = f.date("edition")? {
            push(EventKind::EditionSet { day });
        }
        if !events.is_empty() && (before.status.has_ended() || before.status == Status::Pending) {
            return Err(Failure::new(
                "E-STATE",
                format!("The subscription is {} on {on}.", status_word(before.status)),
            ));
        }
        if let Some(name) = f.text("name") {
            subscription.name = names.intern(&name);
        }
        if let Some(bundle) = f.text("bundle") {
            subscription.bundle = names.intern(&bundle);
        }
        ways(&mut f, &mut subscription)?;
        let sold_plan = subscription.sold_plan;
        apart(&mut f, &mut subscription)?;
        f.done(SET)?;
        if subscription.sold_plan != sold_plan && is_charged(book, subscription.id)? {
            return Err(Failure::new(
                "E-STATE",
                "The subscription is on an invoice: on another plan, days already paid would be charged again.",
            )
            .hint("End it with its running cycle, and add one sold on the other plan from that day."));
        }
        let moved = events.iter().any(|(_, event)| matches!(event.kind, EventKind::EditionSet { .. }));
        if moved && subscription.bundle_policy != BundlePolicy::Keep {
            let policy = subscription.bundle_policy.name();
            let text = format!("Its policy is {policy}, which says itself which edition it is charged by.");
            return Err(Failure::new("E-RULE", text).hint("Give bundle_policy=keep with it."));
        }
        let writer = book.writer()?;
        writer.put_subscriptions(&names, std::slice::from_mut(&mut subscription))?;
        if !events.is_empty() {
            writer.append_events(&names, &mut events)?;
        }
        drop(writer);
        tried(book, page(book, &ask.id, on)?, subscription.id, on)
    })
}

/// Which subscription ends, and when.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct EndAsk {
    /// The book's id or the source's.
    id: String,
    /// First day it is no longer served; today when none is given.
    #[serde(default)]
    on: Option<String>,
    /// What its bundle charged once (hardware, onboarding) is taken back, and credited.
    #[serde(default)]
    credit_one_offs: bool,
}

/// Ends a subscription: that day is no longer served. Ended on its first day, it never ran.
pub fn end(session: &mut Session, ask: EndAsk) -> Result<Page, Failure> {
    session.write(|book| {
        let on = ask.on.as_deref().map(crate::session::date).transpose()?.unwrap_or(book.today);
        let mut names = book.names()?;
        let subscription = find(book, &ask.id, &mut names)?;
        let status = subscription.on(on).status;
        if status.has_ended() {
            let word = status_word(status);
            return Err(Failure::new("E-STATE", format!("The subscription is {word} already on {on}.")));
        }
        let event = |kind| (subscription.id, Event { seq: 0, date: on, kind });
        let mut events = vec![event(EventKind::Cancelled { credit: true })];
        events.extend(ask.credit_one_offs.then(|| event(EventKind::OneOffsReturned)));
        let writer = book.writer()?;
        writer.append_events(&names, &mut events)?;
        drop(writer);
        tried(book, page(book, &ask.id, on)?, subscription.id, on)
    })
}
