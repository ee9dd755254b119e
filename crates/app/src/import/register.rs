//! Files of our own kinds: their rows become accounts, products, prices and timelines.
//!
//! A row that says what the book says already changes nothing. Attributes of a known record are corrected; what happens
//! to a subscription is only ever appended to its timeline.

use super::{Outcome, Ready, Stored, refused};
use crate::ledger::Owing;
use crate::people::People;
use crate::session::Book;
use crate::{Failure, vat};
use engine::price::{Band, Layer, ListPrice, Method, PriceRule, Selector, VolumeBreaks};
use engine::register::*;
use engine::{Date, Decimal, Id, LineRef, Month, Names, SourceId};
use formats::{BundleRow, Change, CustomerRow, Limits, ListPriceRow, Problem, ProductRow, Records, Rows, RuleRow};
use formats::{SeatChangeRow, Source, SubscriptionRow};
use std::collections::HashMap;
use store::tables::subscriptions::Scope;
use store::tables::{self, Put};

/// Reads a file of our own kinds and stores its records.
pub fn read(
    book: &mut Book<'_>,
    ready: &Ready,
    source: &dyn Source,
    period: Option<Month>,
) -> Result<Outcome, Failure> {
    let mut names = book.names()?;
    let (name, size) = (&ready.source.name, source.len());
    let progress = &mut *book.progress;
    let mut moved = |bytes: u64| {
        progress.step(&format!("Reading {name}"), bytes >> 10, size.map(|s| s >> 10));
        if progress.cancelled() { Err(formats::Stop) } else { Ok(()) }
    };
    let Records { rows, mut summary } =
        formats::read_records(source, &ready.file, &Limits::default(), &mut names, &mut moved)
            .map_err(|r| super::named(refused(r), &ready.source))?;
    let mut doubts = Vec::new();
    let put = match rows {
        Rows::Customers(rows) => customers(book, &mut names, &rows, &mut doubts)?,
        Rows::Products(rows) => products(book, &names, &rows)?,
        Rows::Prices(rows) => prices(book, &names, &rows)?,
        Rows::Rules(rows) => rules(book, &names, &rows)?,
        Rows::Bundles(rows) => bundles(book, &names, &rows)?,
        Rows::Subscriptions(rows) => subscriptions(book, &mut names, rows, period, &mut doubts)?,
        Rows::SeatChanges(rows) => seat_changes(book, &mut names, &rows, &mut doubts)?,
    };
    summary.good = summary.good.saturating_sub(u32::try_from(doubts.len()).unwrap_or(u32::MAX));
    summary.problem_count += doubts.len() as u64;
    summary.problems.extend(doubts);
    summary.problems.truncate(Limits::default().problems);
    Ok(Outcome { summary, put, owing: Owing::default() })
}

impl From<Put> for Stored {
    fn from(put: Put) -> Stored {
        Stored { stored: put.added + put.changed, changed: put.changed, same: put.same }
    }
}

fn doubt(row: u32, column: &str, value: String, code: &'static str, hint: &str) -> Problem {
    Problem { row, column: column.into(), value, code, hint: hint.into() }
}

fn customers(
    book: &Book<'_>,
    names: &mut Names,
    rows: &[CustomerRow],
    doubts: &mut Vec<Problem>,
) -> Result<Stored, Failure> {
    let settings = book.settings()?;
    let people = People::load(book, names)?;
    let known: HashMap<SourceId, Account> = people.accounts.iter().map(|a| (a.source, a.clone())).collect();
    // An account may stand below one that comes later in the file, so ids are given first.
    let mut ids: HashMap<SourceId, Id> = known.iter().map(|(s, a)| (*s, a.id)).collect();
    for row in rows {
        ids.entry(row.id).or_insert_with(store::new_id);
    }
    let mut accounts = Vec::with_capacity(rows.len());
    let mut tenants = Vec::new();
    for row in rows {
        let above = |id: SourceId, column: &str, doubts: &mut Vec<Problem>| {
            if id.is_none() {
                return Ok(None);
            }
            match ids.get(&id) {
                Some(id) => Ok(Some(*id)),
                None => {
                    doubts.push(doubt(
                        row.row,
                        column,
                        names.source_text(id),
                        "P-UNKNOWN-ACCOUNT",
                        "Name an account of this file or of the book.",
                    ));
                    Err(())
                }
            }
        };
        let (Ok(parent), Ok(bill_to)) = (above(row.parent, "ParentId", doubts), above(row.bill_to, "BillToId", doubts))
        else {
            continue;
        };
        let country = names.text(row.country).to_owned();
        let domestic = country == settings.get("seller.country") || country.is_empty();
        let tax = row.treatment.unwrap_or(if domestic { TaxTreatment::Domestic } else { TaxTreatment::ReverseCharge });
        let standard =
            || vat::domestic(&country).filter(|_| tax == TaxTreatment::Domestic).and_then(|s| s.percent.parse().ok());
        let before = known.get(&row.id);
        let language = match names.text(row.language) {
            "" => before.map_or_else(|| language(&country, settings.get("brand.language")), |a| a.language.clone()),
            given => given.to_ascii_lowercase(),
        };
        accounts.push(Account {
            id: ids.get(&row.id).copied().unwrap_or_else(store::new_id),
            source: row.id,
            kind: row.kind,
            parent: parent.or(before.and_then(|a| a.parent)),
            bill_to: bill_to.or(before.and_then(|a| a.bill_to)),
            name: names.text(row.name).to_owned(),
            address: if row.address.is_empty() {
                before.map(|a| a.address.clone()).unwrap_or_default()
            } else {
                row.address.clone()
            },
            vat_id: names.text(row.vat_id).to_owned(),
            tax,
            tax_percent: row.vat_percent.or_else(standard).unwrap_or(Decimal::ZERO),
            segment: row.segment,
            currency: row.currency,
            payment_days: row.payment_days.unwrap_or(30),
            language,
            basis: row.basis.or(before.and_then(|a| a.basis)),
            purchase_order: names.text(row.purchase_order).to_owned(),
            needs_purchase_order: row.needs_purchase_order,
            ended: before.and_then(|a| a.ended),
            country,
        });
        let tenant = if row.tenant.is_none() { row.id } else { row.tenant };
        if matches!(tenant, SourceId::Guid(_)) {
            let account = ids.get(&row.id).copied();
            tenants.push(Tenant { tenant, account, domain: names.text(row.domain).to_owned() });
        }
    }
    let writer = book.writer()?;
    let put = writer.put_accounts(names, &mut accounts)?;
    writer.put_tenants(names, &tenants)?;
    Ok(put.into())
}

/// The language of a country's customers where the file names none and Billhook speaks it.
fn language(country: &str, otherwise: &str) -> String {
    vat::domestic(country).map_or(otherwise, |s| s.language).to_owned()
}

fn products(book: &Book<'_>, names: &Names, rows: &[ProductRow]) -> Result<Stored, Failure> {
    let mut products: Vec<Product> = rows
        .iter()
        .map(|row| Product {
            id: store::new_id(),
            key: row.key,
            name: names.text(row.name).to_owned(),
            vendor: names.text(row.vendor).to_owned(),
            kind: row.kind,
        })
        .collect();
    let writer = book.writer()?;
    Ok(writer.put_products(names, &mut products)?.into())
}

fn prices(book: &Book<'_>, names: &Names, rows: &[ListPriceRow]) -> Result<Stored, Failure> {
    let document = tables::documents::list(book.conn())?.iter().map(|d| d.no).max().unwrap_or(0) + 1;
    let prices: Vec<ListPrice> = rows
        .iter()
        .map(|row| ListPrice {
            product: row.key,
            term: row.term.unwrap_or(Term::P1M),
            plan: row.plan,
            currency: row.currency,
            cost: row.cost,
            erp: row.erp,
            from: row.from,
            until: row.until,
            source: Some(LineRef { document, row: row.row }),
        })
        .collect();
    let mut scratch = names.clone();
    let known: std::collections::HashSet<ProductKey> =
        tables::products::load(book.conn(), &mut scratch)?.iter().map(|p| p.key).collect();
    let mut fresh: HashMap<ProductKey, Product> = HashMap::new();
    for row in rows.iter().filter(|r| !known.contains(&r.key)) {
        fresh.entry(row.key).or_insert_with(|| Product {
            id: store::new_id(),
            key: row.key,
            name: names.text(row.name).to_owned(),
            vendor: String::new(),
            kind: ProductKind::Licence,
        });
    }
    let mut fresh: Vec<Product> = fresh.into_values().collect();
    fresh.sort_by_key(|p| (names.text(p.key.product).to_owned(), names.text(p.key.sku).to_owned()));
    let writer = book.writer()?;
    writer.put_products(names, &mut fresh)?;
    Ok(writer.put_list_prices(names, &prices)?.into())
}

fn rules(book: &Book<'_>, names: &Names, rows: &[RuleRow]) -> Result<Stored, Failure> {
    let mut rules = Vec::new();
    let mut bands = Vec::new();
    for row in rows {
        match row {
            RuleRow::Segment { segment, discount, .. } => rules.push(PriceRule {
                id: store::new_id(),
                version: 1,
                name: format!("Segment {}", names.text(*segment)),
                layer: Layer::Segment(*segment),
                selector: Selector::default(),
                method: Method::OffErp { discount: *discount },
                floor_at_cost: false,
                ceiling_at_erp: false,
                pass_promotions: false,
                pass_earned_credit: false,
                from: engine::date::RANGE.0,
                until: None,
            }),
            RuleRow::Volume { from, discount, .. } => bands.push(Band { from: *from, value: *discount }),
        }
    }
    let volume = bands.len() as u64;
    let writer = book.writer()?;
    let mut stored: Stored = writer.put_rules(names, &rules)?.into();
    if volume > 0 {
        bands.sort_by_key(|b| b.from);
        if writer.set_volume(&VolumeBreaks { bands })? {
            stored.stored += volume;
        } else {
            stored.same += volume;
        }
    }
    Ok(stored)
}

fn bundles(book: &Book<'_>, names: &Names, rows: &[BundleRow]) -> Result<Stored, Failure> {
    let mut bundles: Vec<Bundle> = Vec::new();
    for row in rows {
        let part = BundlePart { product: row.key, ratio: row.ratio, discount: row.discount };
        match bundles.iter_mut().find(|b| b.code == row.bundle) {
            Some(bundle) => bundle.parts.push(part),
            None => bundles.push(Bundle {
                code: row.bundle,
                name: names.text(row.name).to_owned(),
                parts: vec![part],
                price: row.price,
                show_parts: row.show_parts,
            }),
        }
    }
    let writer = book.writer()?;
    let put = writer.put_bundles(names, &bundles)?;
    // The file has a row per part; the answer counts rows.
    let rows = rows.len() as u64;
    let same = if put.added + put.changed == 0 { rows } else { 0 };
    Ok(Stored { stored: rows - same, changed: put.changed, same })
}

fn subscriptions(
    book: &Book<'_>,
    names: &mut Names,
    rows: Vec<SubscriptionRow>,
    period: Option<Month>,
    doubts: &mut Vec<Problem>,
) -> Result<Stored, Failure> {
    let people = People::load(book, names)?;
    let owners = people.owners(book, names)?;
    let known: HashMap<SourceId, Subscription> =
        tables::subscriptions::load(book.conn(), names, Scope::All)?.into_iter().map(|s| (s.source, s)).collect();
    let mut subscriptions = Vec::with_capacity(rows.len());
    let mut events: Vec<(Id, Event)> = Vec::new();
    for row in &rows {
        let Some(owner) = owners.get(&row.customer).and_then(|id| people.get(*id)) else {
            doubts.push(doubt(
                row.row,
                "CustomerId",
                names.source_text(row.customer),
                "P-UNKNOWN-ACCOUNT",
                "Import the customer first, or map its tenant with `billhook tenants add`.",
            ));
            continue;
        };
        let before = known.get(&row.id);
        let mut subscription = Subscription {
            id: before.map_or_else(store::new_id, |s| s.id),
            source: row.id,
            account: before.map_or(owner.id, |s| s.account),
            product: before.map_or(row.key, |s| s.product),
            name: row.name,
            term: row.term.unwrap_or(Term::P1M),
            plan: row.plan,
            start: row.start,
            term_end: row.term_end,
            anchor_day: row.anchor_day,
            pricing_currency: row.pricing_currency.unwrap_or(owner.currency),
            bundle: row.bundle,
            basis: row.basis.or(before.and_then(|s| s.basis)),
            cadence: row.cadence.or(before.map(|s| s.cadence)).unwrap_or(Cadence::Anniversary),
            timing: row.timing.or(before.map(|s| s.timing)).unwrap_or(Timing::Advance),
            events: Vec::new(),
        };
        let happened = happened(row, before, owner.id, period);
        match before {
            None => subscription.events = happened,
            Some(_) => events.extend(happened.into_iter().map(|e| (subscription.id, e))),
        }
        subscriptions.push(subscription);
    }
    // A large register is only there once while it is written.
    drop((rows, known));
    subscriptions.sort_by_key(|s| s.source);
    let writer = book.writer()?;
    let mut stored: Stored = writer.put_subscriptions(names, &mut subscriptions)?.into();
    let moved: std::collections::HashSet<Id> = events.iter().map(|(id, _)| *id).collect();
    writer.append_events(names, &mut events)?;
    // A row that only brought events counts as changed, not as the same.
    let only_events = stored.same.min(moved.len() as u64);
    stored.same -= only_events;
    stored.changed += only_events;
    stored.stored += only_events;
    Ok(stored)
}

/// What a row says has happened that the book does not know yet.
fn happened(row: &SubscriptionRow, before: Option<&Subscription>, account: Id, period: Option<Month>) -> Vec<Event> {
    // Room for the one event most rows have; a file has a million rows.
    let mut events = Vec::with_capacity(1);
    let mut push = |date: Date, kind: EventKind| events.push(Event { seq: 0, date, kind });
    match before {
        None => push(row.start, EventKind::Started { quantity: row.quantity }),
        Some(s) => {
            // The opening quantity holds at the start of the period the file is for; without one, for the beginning.
            let day = period.map_or(s.start, |p| p.first()).max(s.start);
            let state = s.on(day);
            if state.quantity != row.quantity && state.status != Status::Cancelled {
                push(day, EventKind::SeatsSet { quantity: row.quantity });
            }
            if state.account != account {
                push(day, EventKind::Moved { account });
            }
            if state.product != row.key {
                push(day, EventKind::Upgraded { to: row.key });
            }
        }
    }
    if let Some(price) = row.price.filter(|p| before.is_none_or(|s| s.on(row.start).price != Some(*p))) {
        push(row.start, EventKind::PriceSet { price });
    }
    let cancelled = |s: &Subscription| s.events.iter().any(|e| matches!(e.kind, EventKind::Cancelled { .. }));
    if let Some(day) = row.cancelled.filter(|_| row.status == Status::Cancelled && !before.is_some_and(cancelled)) {
        // Cancelled before it began: it never ran.
        push(day.max(row.start), EventKind::Cancelled { credit: false });
    }
    if row.status == Status::Suspended && !before.is_some_and(|s| s.on(row.start).status == Status::Suspended) {
        push(period.map_or(row.start, |p| p.first()), EventKind::Suspended { suspended: true });
    }
    events.sort_by_key(|e| e.date);
    events
}

fn seat_changes(
    book: &Book<'_>,
    names: &mut Names,
    rows: &[SeatChangeRow],
    doubts: &mut Vec<Problem>,
) -> Result<Stored, Failure> {
    let known: HashMap<SourceId, Subscription> =
        tables::subscriptions::load(book.conn(), names, Scope::All)?.into_iter().map(|s| (s.source, s)).collect();
    let mut stored = Stored::default();
    let mut events: Vec<(Id, Event)> = Vec::new();
    // Two equal changes on one day are legal, so a file's own rows are not compared with each other.
    let mut matched: HashMap<SourceId, Vec<u64>> = HashMap::new();
    for row in rows {
        let Some(subscription) = known.get(&row.id) else {
            doubts.push(doubt(
                row.row,
                "SubscriptionId",
                names.source_text(row.id),
                "P-UNKNOWN-SUBSCRIPTION",
                "Import the subscription first.",
            ));
            continue;
        };
        let kind = match row.change {
            Change::Add | Change::Remove => EventKind::SeatsChanged { delta: row.quantity },
            Change::Cancel => EventKind::Cancelled { credit: true },
            Change::Set => EventKind::SeatsSet { quantity: row.quantity },
        };
        let taken = matched.entry(row.id).or_default();
        let there =
            subscription.events.iter().find(|e| e.date == row.date && e.kind == kind && !taken.contains(&e.seq));
        match there {
            Some(event) => {
                taken.push(event.seq);
                stored.same += 1;
            }
            None => {
                events.push((subscription.id, Event { seq: 0, date: row.date, kind }));
                stored.stored += 1;
            }
        }
    }
    events.sort_by_key(|(id, e)| (e.date, *id));
    let writer = book.writer()?;
    writer.append_events(names, &mut events)?;
    Ok(stored)
}
