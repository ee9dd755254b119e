//! Files of our own kinds: their rows become accounts, products, prices and timelines.
//!
//! A row that says what the book says already changes nothing. Attributes of a known record are corrected; what happens
//! to a subscription is only ever appended to its timeline.

mod bundles;
mod prices;
mod subscriptions;

use super::way::Reading;
use super::{ListWay, Outcome, Stored, refused};
use crate::ledger::Owing;
use crate::people::People;
use crate::session::Book;
use crate::{Failure, vat};
use engine::price::{Band, Layer, Method, PriceRule, VolumeBreaks};
use engine::register::*;
use engine::{Id, IdMap, IdSet, Month, Names, SourceId, hash::map_of};
use formats::{CustomerRow, Kind, Limits, Problem, ProductRow, Records, Rows, RuleRow};
use formats::{Remedy, Source, Stop};
use store::tables::Put;

/// Reads a file of our own kinds and stores its records.
pub fn read(
    book: &mut Book<'_>,
    ready: Reading<'_>,
    lists: ListWay,
    period: Option<Month>,
) -> Result<Outcome, Failure> {
    let Reading { source, file } = ready;
    let mut names = book.names()?;
    let known = names.len();
    let mut doubts = Vec::new();
    let (put, mut summary) = if file.kind == Kind::Subscriptions {
        subscriptions::read(book, ready, &mut names, period, &mut doubts)?
    } else {
        let read =
            formats::read_records(source, file, &Limits::default(), &mut names, &mut moved(book.progress, source));
        let Records { rows, mut summary } = read.map_err(|r| super::named(refused(r), source))?;
        let put = match rows {
            Rows::Customers(rows) => customers(book, &mut names, rows, &mut doubts)?,
            Rows::Products(rows) => products(book, &names, &rows)?,
            Rows::Prices(rows) => {
                let list = prices::Arrived { file, names: &names, known, way: lists, period };
                prices::list(book, &list, &rows, &mut summary.notes)?
            }
            Rows::Rules(rows) => rules(book, &names, &rows)?,
            Rows::Bundles(rows) => bundles::store(book, &mut names, &rows, &mut doubts)?,
            Rows::SeatChanges(rows) => subscriptions::seat_changes(book, &names, &rows, &mut doubts)?,
            Rows::Subscriptions(_) => return Err(Failure::new("E-BUG", "Subscriptions were read as other records.")),
        };
        (put, summary)
    };
    summary.good = summary.good.saturating_sub(u32::try_from(doubts.len()).unwrap_or(u32::MAX));
    summary.problem_count += doubts.len() as u64;
    summary.problems.extend(doubts);
    summary.problems.truncate(Limits::default().problems);
    Ok(Outcome { summary, put, owing: Owing::default() })
}

/// Shows how far the reading of a file has come.
fn moved<'p>(
    progress: &'p mut dyn crate::progress::Progress,
    source: &dyn Source,
) -> impl FnMut(u64) -> Result<(), Stop> + use<'p> {
    let (what, size) = (format!("Reading {}", source.name()), source.len());
    move |bytes| {
        progress.step(&what, bytes >> 10, size.map(|s| s >> 10));
        if progress.cancelled() { Err(Stop) } else { Ok(()) }
    }
}

impl From<Put> for Stored {
    fn from(put: Put) -> Stored {
        Stored { stored: put.added + put.changed, changed: put.changed, same: put.same, left: 0 }
    }
}

fn doubt(row: u32, column: &str, value: String, code: &'static str, hint: &str) -> Problem {
    Problem { row, column: column.into(), value, code, hint: hint.into(), remedy: Remedy::Elsewhere }
}

/// A row with an id that an earlier one has.
fn twice(row: u32, column: &str, value: String) -> Problem {
    doubt(row, column, value, "P-TWICE", "Keep one row of each id.")
}

fn customers(
    book: &Book<'_>,
    names: &mut Names,
    rows: Vec<CustomerRow>,
    doubts: &mut Vec<Problem>,
) -> Result<Stored, Failure> {
    let settings = book.settings()?;
    let (home, speaks) = (settings.get("seller.country"), settings.get("brand.language"));
    let people = People::load(book, names)?;
    let known: IdMap<SourceId, &Account> = people.accounts.iter().map(|a| (a.source, a)).collect();
    // An account may stand below one that comes later in the file, so ids are given first.
    let (mut ids, mut new): (IdMap<SourceId, Id>, _) = (map_of(rows.len()), store::new_ids());
    for row in &rows {
        let id = || known.get(&row.id).map(|a| a.id).or_else(|| new.next()).unwrap_or_else(store::new_id);
        ids.entry(row.id).or_insert_with(id);
    }
    let mut accounts = Vec::with_capacity(rows.len());
    let mut tenants = Vec::with_capacity(rows.len());
    let mut seen: IdSet<SourceId> = IdSet::with_capacity_and_hasher(rows.len(), Default::default());
    for row in rows {
        if !seen.insert(row.id) {
            doubts.push(twice(row.row, "CustomerId", names.source_text(row.id)));
            continue;
        }
        let above = |id: SourceId, column: &str, doubts: &mut Vec<Problem>| {
            if id.is_none() {
                return Ok(None);
            }
            let above = ids.get(&id).copied().or_else(|| known.get(&id).map(|a| a.id));
            above.map(Some).ok_or_else(|| {
                let hint = "Name an account of this file or of the book.";
                doubts.push(doubt(row.row, column, names.source_text(id), "P-UNKNOWN-ACCOUNT", hint));
            })
        };
        let (Ok(parent), Ok(bill_to)) = (above(row.parent, "ParentId", doubts), above(row.bill_to, "BillToId", doubts))
        else {
            continue;
        };
        let country = names.text(row.country);
        let tax = row.treatment.unwrap_or_else(|| vat::treatment(country, home));
        let before = known.get(&row.id).copied();
        let language = match names.text(row.language) {
            "" => before.map_or_else(|| vat::language(country, speaks), |a| a.language.clone()),
            given => given.to_owned(),
        };
        let id = ids.get(&row.id).copied().unwrap_or_else(store::new_id);
        let tenant = if row.tenant.is_none() { row.id } else { row.tenant };
        if matches!(tenant, SourceId::Guid(_)) {
            tenants.push(Tenant { tenant, account: Some(id), domain: row.domain });
        }
        accounts.push(Account {
            id,
            source: row.id,
            kind: row.kind,
            parent: parent.or(before.and_then(|a| a.parent)),
            bill_to: bill_to.or(before.and_then(|a| a.bill_to)),
            name: row.name,
            country: country.to_owned(),
            address: match before {
                Some(before) if row.address.is_empty() => before.address.clone(),
                _ => row.address,
            },
            vat_id: row.vat_id,
            tax,
            tax_percent: row.vat_percent.unwrap_or_else(|| vat::percent(country, tax)),
            segment: row.segment,
            currency: row.currency,
            payment_days: row.payment_days.unwrap_or(30),
            language,
            basis: row.basis.or(before.and_then(|a| a.basis)),
            purchase_order: row.purchase_order,
            needs_purchase_order: row.needs_purchase_order,
            ended: before.and_then(|a| a.ended),
        });
    }
    let writer = book.writer()?;
    let put = writer.put_accounts(names, &mut accounts)?;
    writer.put_tenants(names, &tenants)?;
    Ok(put.into())
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

fn rules(book: &Book<'_>, names: &Names, rows: &[RuleRow]) -> Result<Stored, Failure> {
    let mut rules = Vec::new();
    let mut bands = Vec::new();
    for row in rows {
        match row {
            RuleRow::Segment { segment, discount, .. } => rules.push(PriceRule::new(
                store::new_id(),
                format!("Segment {}", names.text(*segment)),
                Layer::Segment(*segment),
                Method::OffErp { discount: *discount },
                engine::date::RANGE.0,
            )),
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
