//! Reading a recognised document: vendors' costs, sold lines, and the rows of our own kinds.

use crate::catalogue::{self, BundleRow, ProductRow};
use crate::correct::Corrected;
use crate::customers::{self, CustomerRow};
use crate::prices::{self, ListPriceRow, RuleRow};
use crate::problem::{Note, Problem, Refusal, Stop};
use crate::recognise::Recognised;
use crate::row::Row;
use crate::source::Source;
use crate::stream::{Counted, Item, Job, stream};
use crate::subscriptions::{self, SeatChangeRow, SubscriptionRow};
use crate::{Kind, Limits, distributor, legacy, recon, sales, sheets, usage};
use engine::cost::CostLine;
use engine::money::Totals;
use engine::sale::{SoldAt, SoldLine};
use engine::{Month, Names, SourceId, Symbol};
use std::collections::{BTreeMap, BTreeSet};

/// Consecutive good rows with the texts behind their symbols.
pub struct Batch<'a, T> {
    /// The lines in the order of the document.
    pub lines: Vec<T>,
    /// The texts behind the symbols of these lines, and of no others.
    pub names: &'a Names,
}

/// Called between batches with the bytes of the source read so far; [`Stop`] ends the reading.
pub type Progress<'a> = &'a mut dyn FnMut(u64) -> Result<(), Stop>;

/// What a reading came to.
#[derive(Clone, Debug, Default)]
pub struct Summary {
    /// Data rows in the document.
    pub rows: u32,
    /// Rows without problems: those handed out.
    pub good: u32,
    /// Problems, the first ones up to the limit.
    pub problems: Vec<Problem>,
    /// All problems.
    pub problem_count: u64,
    /// Cells that were read otherwise, as asked.
    pub corrected: Vec<Corrected>,
    /// Net totals of the good rows, exact, one per currency.
    pub totals: Totals,
    /// The vendor's invoice numbers.
    pub invoices: Vec<String>,
    /// How many rows begin in which month.
    pub months: Vec<(Month, u32)>,
    /// The month most rows begin in: a proposal.
    pub period: Option<Month>,
    /// Columns nothing is known of.
    pub unknown: Vec<String>,
    /// Things worth telling.
    pub notes: Vec<Note>,
}

impl Summary {
    fn of(file: &Recognised, counted: Counted) -> Summary {
        let mut notes = file.notes.clone();
        if counted.foreign > 0 && !notes.iter().any(|n| n.code == "N-WINDOWS-1252") {
            let text = "Lines that are not UTF-8 and were read as Windows-1252: {lines}.";
            notes.push(Note {
                code: "N-LINES-WINDOWS-1252",
                text,
                values: vec![("lines", counted.foreign.to_string())],
            });
        }
        Summary {
            rows: counted.rows,
            problems: counted.problems,
            corrected: counted.corrected,
            problem_count: counted.problem_count,
            unknown: file.unknown.clone(),
            notes,
            ..Summary::default()
        }
    }
}

/// Reads a vendor's document (`ms-recon`, `ms-recon-legacy`, `ms-usage`, `distributor`) in batches of cost lines.
///
/// Every line gets `document` as its document number and its row; its symbols are those of its batch. Rows with problems
/// are left out and listed.
pub fn read_costs(
    source: &dyn Source,
    file: &Recognised,
    limits: &Limits,
    document: u32,
    sink: &mut dyn FnMut(Batch<'_, CostLine>) -> Result<(), Stop>,
    progress: Progress<'_>,
) -> Result<Summary, Refusal> {
    let mapping = file.mapping.as_ref();
    let by_mapping = |row: &mut Row<'_>| distributor::line(row, mapping);
    let read: &(dyn Fn(&mut Row<'_>) -> CostLine + Sync) = match file.kind {
        Kind::MsRecon => &recon::line,
        Kind::MsReconLegacy => &legacy::line,
        Kind::MsUsage => &usage::line,
        Kind::Distributor => &by_mapping,
        other => return Err(wrong_kind(other, "cost lines")),
    };
    let mut tally = Tally::default();
    let mut each = |lines: Vec<CostLine>, names: &Names| {
        let mut last_invoice = Symbol::EMPTY;
        for line in &lines {
            let used = line.usage.as_ref().and_then(|u| u.date);
            let begins = used.or(line.period.map(|p| p.start)).or(line.order_date);
            tally.count(line.currency, line.subtotal, begins.map(Month::of));
            if line.invoice != last_invoice {
                last_invoice = line.invoice;
                tally.invoice(names.text(line.invoice));
            }
        }
        if lines.is_empty() { Ok(()) } else { sink(Batch { lines, names }) }
    };
    let counted = stream(&Job { source, file, limits, document }, None, read, &mut each, progress)?;
    Ok(tally.into_summary(Summary::of(file, counted)))
}

/// Reads sold lines (`sales`) in batches, otherwise like [`read_costs`].
pub fn read_sales(
    source: &dyn Source,
    file: &Recognised,
    limits: &Limits,
    document: u32,
    sink: &mut dyn FnMut(Batch<'_, SoldLine>) -> Result<(), Stop>,
    progress: Progress<'_>,
) -> Result<Summary, Refusal> {
    if file.kind != Kind::Sales {
        return Err(wrong_kind(file.kind, "sold lines"));
    }
    let mut tally = Tally::default();
    let mut each = |lines: Vec<SoldLine>, names: &Names| {
        for line in &lines {
            tally.count(line.currency, line.total, line.period.map(|p| Month::of(p.start)));
        }
        if lines.is_empty() { Ok(()) } else { sink(Batch { lines, names }) }
    };
    let counted = stream(&Job { source, file, limits, document }, None, &sales::line, &mut each, progress)?;
    Ok(tally.into_summary(Summary::of(file, counted)))
}

fn wrong_kind(kind: Kind, wanted: &str) -> Refusal {
    Refusal::new(
        "E-FILE-UNKNOWN",
        format!("a file of the kind {} holds no {wanted}", kind.name()),
        "name the kind with --as",
    )
}

/// Totals while the lines go by.
#[derive(Default)]
struct Tally {
    good: u32,
    totals: Totals,
    invoices: BTreeSet<String>,
    months: BTreeMap<Month, u32>,
}

impl Tally {
    fn count(&mut self, currency: engine::Currency, amount: engine::Decimal, month: Option<Month>) {
        self.good += 1;
        self.totals.add(currency, amount);
        if let Some(month) = month {
            *self.months.entry(month).or_default() += 1;
        }
    }

    fn invoice(&mut self, number: &str) {
        if !number.is_empty() && !self.invoices.contains(number) {
            self.invoices.insert(number.to_owned());
        }
    }

    fn into_summary(self, mut summary: Summary) -> Summary {
        summary.good = self.good;
        summary.totals = self.totals;
        summary.invoices = self.invoices.into_iter().collect();
        summary.period = self.months.iter().max_by_key(|(month, count)| (**count, **month)).map(|(month, _)| *month);
        summary.months = self.months.into_iter().collect();
        summary
    }
}

/// The rows of one of our own kinds, typed.
#[derive(Clone, Debug, PartialEq)]
pub enum Rows {
    /// `customers`
    Customers(Vec<CustomerRow>),
    /// `catalogue`
    Products(Vec<ProductRow>),
    /// Price lists of every kind
    Prices(Vec<ListPriceRow>),
    /// `price-rules`
    Rules(Vec<RuleRow>),
    /// `bundles`
    Bundles(Vec<BundleRow>),
    /// `subscriptions`
    Subscriptions(Vec<SubscriptionRow>),
    /// `seat-changes`
    SeatChanges(Vec<SeatChangeRow>),
}

impl Rows {
    /// Number of rows.
    pub fn len(&self) -> usize {
        match self {
            Rows::Customers(rows) => rows.len(),
            Rows::Products(rows) => rows.len(),
            Rows::Prices(rows) => rows.len(),
            Rows::Rules(rows) => rows.len(),
            Rows::Bundles(rows) => rows.len(),
            Rows::Subscriptions(rows) => rows.len(),
            Rows::SeatChanges(rows) => rows.len(),
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// The rows of a file of our own kinds, and what the reading came to.
#[derive(Clone, Debug)]
pub struct Records {
    /// Good rows in the order of the file.
    pub rows: Rows,
    /// Counts and problems; no totals.
    pub summary: Summary,
}

/// Reads a file of our own kinds whole. The symbols are those of `names`, which grows.
pub fn read_records(
    source: &dyn Source,
    file: &Recognised,
    limits: &Limits,
    names: &mut Names,
    progress: Progress<'_>,
) -> Result<Records, Refusal> {
    let (rows, counted) = match file.kind {
        Kind::Customers => collect(source, file, limits, names, progress, customers::customer, Rows::Customers)?,
        Kind::Catalogue => collect(source, file, limits, names, progress, catalogue::product, Rows::Products)?,
        Kind::PriceList => collect(source, file, limits, names, progress, prices::list_price, Rows::Prices)?,
        Kind::MsPriceSheet => collect(source, file, limits, names, progress, sheets::licence, Rows::Prices)?,
        Kind::MsEstSheet => collect(source, file, limits, names, progress, sheets::extended, Rows::Prices)?,
        Kind::MsAzureSheet => collect(source, file, limits, names, progress, sheets::metered, Rows::Prices)?,
        Kind::MsReservationSheet => collect(source, file, limits, names, progress, sheets::reserved, Rows::Prices)?,
        Kind::DistributorPrices => {
            let by_mapping = |row: &mut Row<'_>| sheets::distributed(row, file.mapping.as_ref());
            collect(source, file, limits, names, progress, by_mapping, Rows::Prices)?
        }
        Kind::PriceRules => collect(source, file, limits, names, progress, prices::price_rule, Rows::Rules)?,
        Kind::Bundles => collect(source, file, limits, names, progress, catalogue::bundle, Rows::Bundles)?,
        Kind::Subscriptions => {
            collect(source, file, limits, names, progress, subscriptions::subscription, Rows::Subscriptions)?
        }
        Kind::SeatChanges => {
            collect(source, file, limits, names, progress, subscriptions::seat_change, Rows::SeatChanges)?
        }
        other => return Err(wrong_kind(other, "records of our own")),
    };
    let summary = Summary { good: rows.len() as u32, ..Summary::of(file, counted) };
    Ok(Records { rows, summary })
}

fn collect<T: Item>(
    source: &dyn Source,
    file: &Recognised,
    limits: &Limits,
    names: &mut Names,
    progress: Progress<'_>,
    read: impl Fn(&mut Row<'_>) -> T + Sync,
    wrap: fn(Vec<T>) -> Rows,
) -> Result<(Rows, Counted), Refusal> {
    let mut all = Vec::new();
    let mut each = |mut items: Vec<T>, _: &Names| {
        all.append(&mut items);
        Ok(())
    };
    let counted = stream(&Job { source, file, limits, document: 0 }, Some(names), &read, &mut each, progress)?;
    Ok((wrap(all), counted))
}

/// Reads `subscriptions` in batches, otherwise like [`read_records`]: there may be a million.
pub fn read_subscriptions(
    source: &dyn Source,
    file: &Recognised,
    limits: &Limits,
    names: &mut Names,
    sink: &mut dyn FnMut(Batch<'_, SubscriptionRow>) -> Result<(), Stop>,
    progress: Progress<'_>,
) -> Result<Summary, Refusal> {
    if file.kind != Kind::Subscriptions {
        return Err(wrong_kind(file.kind, "subscriptions"));
    }
    let mut good = 0;
    let mut each = |lines: Vec<SubscriptionRow>, names: &Names| {
        good += lines.len() as u32;
        sink(Batch { lines, names })
    };
    let job = Job { source, file, limits, document: 0 };
    let counted = stream(&job, Some(names), &subscriptions::subscription, &mut each, progress)?;
    Ok(Summary { good, ..Summary::of(file, counted) })
}

/// The sold line's id for people: the file's own, else its row.
pub fn sold_reference(line: &SoldLine, names: &Names) -> String {
    match (line.reference, line.at) {
        (SourceId::NONE, SoldAt::Import(at)) => format!("row {}", at.row),
        (id, _) => names.source_text(id),
    }
}
