//! Screening: most charges agree in everything and need no row in memory.
//!
//! In: every vendor and sold line of a period once, and the vendor's lines of neighbouring periods, one at a time as they
//! are read, in any order and on any number of threads, each with [`Notes`] of its own. Out: [`Settled`], which says whose
//! lines are still open, and holds the sums of all lines, settled ones too.
//!
//! A line is noted as a fingerprint of everything a row is judged by: subscription, account, product, days, units, price,
//! rate, cost and currencies. A subscription is settled when its vendor lines and its sold lines have the same
//! fingerprints and nothing about any of them asks for a second look. Always: [`super::reconcile`] finds the same in the
//! open lines with [`Settled`] as in all lines without. In doubt a subscription stays open, which costs only time.
//!
//! Fingerprints have 113 bits and are seeded anew each time: two of a million lines that differ share one by chance in one
//! of 10^22 months, and nobody can write a file in which they do.

use super::join::{Folding, Key, Owners, fold};
use super::unit_price::{self, is_instalment};
use super::{BelowCost, compare};
use crate::cost::{ChargeType, CostLine};
use crate::money::Totals;
use crate::policy::Tolerance;
use crate::register::{Account, Tenant};
use crate::sale::{SoldAt, SoldLine};
use crate::{Currency, Decimal, Id, LineRef, Period, SourceId, Symbol};
use std::collections::{BTreeMap, HashSet};
use std::hash::{BuildHasher, BuildHasherDefault};

/// A screening under way: by what lines are judged.
#[derive(Debug)]
pub struct Screen {
    owners: Owners,
    floor: Option<Decimal>,
    tolerance: Tolerance,
    history: bool,
    seeds: [u64; 2],
}

/// What one thread notes of the lines it is shown.
#[derive(Debug)]
pub struct Notes<'s> {
    screen: &'s Screen,
    /// The account asked for last, on either side: neighbouring lines mostly share theirs.
    last: [(SourceId, Option<Id>); 2],
    noted: Noted,
}

/// The notes themselves.
#[derive(Debug, Default)]
struct Noted {
    vendor: Vec<Entry>,
    sold: Vec<Entry>,
    /// Where each of these lines stands.
    seen: Vec<Seen>,
    /// Subject and price of every instalment, of this period and of its neighbours.
    prices: Vec<(u64, u64)>,
    below_cost: Vec<(u64, Currency, Decimal)>,
    documents: Runs<(u32, Currency)>,
    sales: Runs<Currency>,
    reckoned: Runs<Currency>,
}

/// One sum for each key. Neighbours mostly share theirs, so the map is asked only when it changes.
#[derive(Debug)]
struct Runs<K> {
    sums: BTreeMap<K, Decimal>,
    run: Option<(K, Decimal)>,
}

/// One line: its subject's hash with marks in the lowest bits, and its fingerprint, whose lowest bits are the currency's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    subject: u64,
    print: [u64; 2],
}

/// A line's place and half of its subject's hash.
#[derive(Clone, Copy, Debug)]
struct Seen {
    at: LineRef,
    subject: u32,
}

/// The line needs a second look, and its subscription with it.
const ODD: u64 = 1;
/// The line needs one unless it is the only one of its subscription: sums of several could hide what is odd about it.
const ALONE: u64 = 2;
const MARKS: u64 = ODD | ALONE;
/// The bits of a fingerprint that name the currency: three letters of five.
const CURRENCY: u64 = 0x7fff;

#[derive(Clone, Debug, Default, PartialEq)]
struct Sums {
    documents: BTreeMap<(u32, Currency), Decimal>,
    sold: Totals,
    reckoned: Totals,
}

/// What a screening found: the subscriptions left open, and the sums of all lines.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Settled {
    open: HashSet<u64, BuildHasherDefault<Folding>>,
    lines: Vec<LineRef>,
    sums: Sums,
    below_cost: BTreeMap<Currency, BelowCost>,
}

impl Screen {
    /// Begins one. `history` says whether there are neighbouring periods to look at.
    pub fn new(
        accounts: &[Account],
        tenants: &[Tenant],
        tolerance: &Tolerance,
        floor: Option<Decimal>,
        history: bool,
    ) -> Screen {
        let random = std::hash::RandomState::new();
        let seeds = [random.hash_one(0), random.hash_one(1)];
        Screen { owners: Owners::of(accounts, tenants), floor, tolerance: tolerance.clone(), history, seeds }
    }

    /// Empty notes, with room for so many lines on either side.
    pub fn notes(&self, vendor: usize, sold: usize) -> Notes<'_> {
        let (vendor, sold) = (Vec::with_capacity(vendor), Vec::with_capacity(sold));
        let seen = Vec::with_capacity(vendor.capacity() + sold.capacity());
        let noted = Noted { vendor, sold, seen, ..Noted::default() };
        Notes { screen: self, last: [(SourceId::NONE, None); 2], noted }
    }

    /// Settles what agrees in all that was noted.
    pub fn settle<'s>(&'s self, notes: impl IntoIterator<Item = Notes<'s>>) -> Settled {
        let mut all = notes.into_iter().map(|notes| notes.noted).reduce(Noted::and).unwrap_or_default();
        std::thread::scope(|scope| {
            scope.spawn(|| all.vendor.sort_unstable());
            all.sold.sort_unstable();
        });
        // Tolerances below nothing make even equal figures differ.
        let strict = self.tolerance.unit_price < Decimal::ZERO || self.tolerance.exchange_rate < Decimal::ZERO;
        let mut settled = Settled {
            sums: Sums {
                documents: all.documents.finish(),
                sold: totals(all.sales.finish()),
                reckoned: totals(all.reckoned.finish()),
            },
            ..Settled::default()
        };
        let (mut vendor, mut sold) = (&all.vendor[..], &all.sold[..]);
        while let Some(subject) = [vendor, sold].iter().filter_map(|s| s.first()).map(|e| e.subject & !MARKS).min() {
            let (billed, charged) = (take(&mut vendor, subject), take(&mut sold, subject));
            if strict || !agree(billed, charged) {
                settled.open.insert(subject);
            }
        }
        // A price that changed may be a promotion that ended; one that did not cannot be.
        all.prices.sort_unstable();
        all.prices.dedup();
        let changed = all.prices.windows(2).filter(|pair| pair[0].0 == pair[1].0);
        settled.open.extend(changed.map(|pair| pair[0].0));
        let open: HashSet<u32, BuildHasherDefault<Folding>> = settled.open.iter().copied().map(half).collect();
        settled.lines = all.seen.iter().filter(|line| open.contains(&line.subject)).map(|line| line.at).collect();
        settled.lines.sort_unstable();
        for (_, currency, amount) in all.below_cost.iter().filter(|(subject, ..)| !settled.open.contains(subject)) {
            let nothing = BelowCost { currency: *currency, rows: 0, amount: Decimal::ZERO };
            let sum = settled.below_cost.entry(*currency).or_insert(nothing);
            (sum.rows, sum.amount) = (sum.rows + 1, sum.amount + amount);
        }
        settled
    }

    /// The price a sale would reckon with: of a whole cycle, also where the line charges a few days of it.
    fn cycle_price(&self, line: &CostLine) -> Decimal {
        let (price, of_cycle) = (line.effective_unit_price.abs(), line.unit_price.abs());
        let tolerance = self.tolerance.unit_price;
        let prorated = (price - of_cycle).abs() > tolerance && unit_price::agrees(tolerance, line, of_cycle);
        if prorated { of_cycle } else { price }
    }

    /// What stands for everything a row is judged by; nothing where a figure is too long for it.
    fn print(&self, charge: &Charge) -> Option<[u64; 2]> {
        let [mut a, mut b] = self.seeds;
        let mut mix = |word: u64| {
            a = fold(a ^ word);
            b = fold(b.rotate_left(23) ^ word);
        };
        let mut id = |id: SourceId| match id {
            SourceId::Guid(bytes) => halves(bytes).into_iter().for_each(&mut mix),
            SourceId::Text(symbol) => [u64::MAX, u64::from(symbol.0)].into_iter().for_each(&mut mix),
        };
        id(charge.subscription);
        match charge.account {
            Some(Id(bytes)) => halves(bytes).into_iter().chain([0]).for_each(&mut mix),
            None => {
                id(charge.customer);
                mix(1);
            }
        }
        mix(pair(charge.product.0.0, charge.product.1.0));
        match charge.period {
            Some(period) => mix(days(period)),
            None => mix(u64::MAX),
        }
        let mut forms = 0;
        for figure in charge.figures {
            let (digits, form) = plain(figure)?;
            mix(digits);
            forms = forms << 8 | u64::from(form);
        }
        mix(forms);
        mix(code(charge.currencies.0) << 32 | code(charge.currencies.1));
        Some([a & !CURRENCY | letters(charge.currencies.0), b])
    }

    /// What stands for the price of a month of a product: equal prices for it are equal, not the other way round.
    fn price(&self, line: &CostLine) -> u64 {
        let months = line.plan.map_or(0, |plan| plan.months());
        let stretch = line.period.filter(|p| p.days() < 28 * i64::from(months)).map_or(0, days);
        let (digits, form) = plain(line.effective_unit_price.abs()).unwrap_or_default();
        let price = [digits, pair(u32::from(form), months), stretch, code(line.pricing_currency)];
        let words = price.into_iter().chain([pair(line.product.0, line.sku.0), line.period.is_some().into()]);
        words.fold(self.seeds[0], |hash, word| fold(hash ^ word))
    }
}

impl Notes<'_> {
    /// Notes a vendor line of the period.
    pub fn billed(&mut self, line: &CostLine) {
        self.noted.documents.add((line.at.document, line.currency), line.subtotal);
        let subject = subject(line.subscription, line.customer);
        self.noted.seen.push(Seen { at: line.at, subject: half(subject) });
        if self.screen.history && line.subtotal > Decimal::ZERO && is_instalment(line) {
            self.noted.prices.push((subject, self.screen.price(line)));
        }
        let account = self.account(0, line.customer);
        let print = self.screen.print(&Charge {
            subscription: line.subscription,
            customer: line.customer,
            account,
            product: (line.product, line.sku),
            period: line.period,
            figures: [compare::billed_quantity(line), self.screen.cycle_price(line), line.exchange_rate, line.subtotal],
            currencies: (line.currency, line.pricing_currency),
        });
        let odd = line.subscription.is_none()
            || (account.is_none() && !self.screen.owners.is_empty())
            || is_move(line.charge)
            || line.subtotal.is_zero()
            || line.effective_unit_price.is_zero()
            || line.exchange_rate <= Decimal::ZERO
            || !unit_price::is_explained(line);
        self.noted.vendor.push(Entry::new(subject, print, odd, false));
    }

    /// Notes a sold line of the period.
    pub fn charged(&mut self, line: &SoldLine) {
        self.noted.sales.add(line.currency, line.total);
        self.noted.reckoned.add(line.currency, line.cost_total.unwrap_or_default());
        let subject = subject(line.subscription, line.customer);
        if let SoldAt::Import(at) = line.at {
            self.noted.seen.push(Seen { at, subject: half(subject) });
        }
        let (Some(unit_cost), Some(cost)) = (line.unit_cost, line.cost_total) else {
            return self.noted.sold.push(Entry::new(subject, None, true, false));
        };
        let account = self.account(1, line.customer);
        let print = self.screen.print(&Charge {
            subscription: line.subscription,
            customer: line.customer,
            account,
            product: (line.product, line.sku),
            period: line.period,
            figures: [
                line.quantity,
                unit_cost.abs(),
                line.exchange_rate.filter(|rate| !rate.is_zero()).unwrap_or(Decimal::ONE),
                cost,
            ],
            currencies: (line.currency, line.pricing_currency),
        });
        let short = cost > Decimal::ZERO && line.total < cost;
        let thin = self.screen.floor.is_some_and(|floor| line.total - cost < line.total * floor);
        if short {
            self.noted.below_cost.push((subject, line.currency, cost - line.total));
        }
        let odd = line.subscription.is_none() || (thin && line.total > Decimal::ZERO);
        self.noted.sold.push(Entry::new(subject, print, odd, short || thin));
    }

    /// Notes a vendor line of a neighbouring period.
    pub fn billed_before(&mut self, line: &CostLine) {
        if line.subtotal > Decimal::ZERO && is_instalment(line) {
            self.noted.prices.push((subject(line.subscription, line.customer), self.screen.price(line)));
        }
    }

    fn account(&mut self, side: usize, customer: SourceId) -> Option<Id> {
        if self.last[side].0 != customer {
            self.last[side] = (customer, self.screen.owners.account(customer));
        }
        self.last[side].1
    }
}

impl Entry {
    fn new(subject: u64, print: Option<[u64; 2]>, odd: bool, alone: bool) -> Entry {
        let odd = odd || print.is_none();
        let marks = if odd { ODD } else { 0 } | if alone { ALONE } else { 0 };
        Entry { subject: subject | marks, print: print.unwrap_or_default() }
    }
}

impl Settled {
    /// Where the period's lines that must be looked at stand in their documents, in order; by chance others, but hardly any.
    pub fn lines(&self) -> &[LineRef] {
        &self.lines
    }

    /// Whether the lines of a subscription, or of a customer where none is named, must be looked at.
    pub fn is_open(&self, subscription: SourceId, customer: SourceId) -> bool {
        subscription.is_none() || self.open.contains(&subject(subscription, customer))
    }

    /// The same for a vendor line of a neighbouring period: moved seats tie subscriptions together, and daily usage shows
    /// lost credit, whoever it belongs to.
    pub fn is_open_before(
        &self,
        subscription: SourceId,
        customer: SourceId,
        charge: ChargeType,
        daily_usage: bool,
    ) -> bool {
        daily_usage || is_move(charge) || self.is_open(subscription, customer)
    }

    /// Sums of the vendor's lines by document and currency.
    pub(super) fn documents(&self) -> &BTreeMap<(u32, Currency), Decimal> {
        &self.sums.documents
    }

    /// Sums of the vendor's lines, of the sold lines, and of the cost these reckoned with.
    pub(super) fn sums(&self) -> (Totals, Totals, Totals) {
        let mut vendor = Totals::default();
        self.sums.documents.iter().for_each(|((_, currency), sum)| vendor.add(*currency, *sum));
        (vendor, self.sums.sold.clone(), self.sums.reckoned.clone())
    }

    /// Settled rows sold below cost.
    pub(super) fn below_cost(&self) -> impl Iterator<Item = &BelowCost> {
        self.below_cost.values()
    }
}

impl Noted {
    /// These notes and others.
    fn and(mut self, mut other: Noted) -> Noted {
        self.vendor.append(&mut other.vendor);
        self.sold.append(&mut other.sold);
        self.seen.append(&mut other.seen);
        self.prices.append(&mut other.prices);
        self.below_cost.append(&mut other.below_cost);
        self.documents.extend(other.documents);
        self.sales.extend(other.sales);
        self.reckoned.extend(other.reckoned);
        self
    }
}

impl<K> Default for Runs<K> {
    fn default() -> Runs<K> {
        Runs { sums: BTreeMap::new(), run: None }
    }
}

impl<K: Copy + Ord> Runs<K> {
    fn extend(&mut self, other: Runs<K>) {
        other.finish().into_iter().for_each(|(key, sum)| self.add(key, sum));
    }

    fn add(&mut self, key: K, amount: Decimal) {
        match &mut self.run {
            Some((current, sum)) if *current == key => *sum += amount,
            _ => {
                if let Some((before, sum)) = self.run.replace((key, amount)) {
                    *self.sums.entry(before).or_default() += sum;
                }
            }
        }
    }

    fn finish(mut self) -> BTreeMap<K, Decimal> {
        if let Some((key, sum)) = self.run {
            *self.sums.entry(key).or_default() += sum;
        }
        self.sums
    }
}

fn totals(sums: BTreeMap<Currency, Decimal>) -> Totals {
    let mut totals = Totals::default();
    sums.into_iter().for_each(|(currency, sum)| totals.add(currency, sum));
    totals
}

/// What a line is fingerprinted by.
struct Charge {
    subscription: SourceId,
    customer: SourceId,
    account: Option<Id>,
    product: (Symbol, Symbol),
    period: Option<Period>,
    /// Units, price of one, exchange rate, cost.
    figures: [Decimal; 4],
    currencies: (Currency, Currency),
}

fn subject(subscription: SourceId, customer: SourceId) -> u64 {
    Key::of(subscription, customer).hash() & !MARKS
}

/// As much of a subject's hash as is kept of each line.
fn half(subject: u64) -> u32 {
    (subject >> 32) as u32
}

fn is_move(charge: ChargeType) -> bool {
    matches!(charge, ChargeType::Convert | ChargeType::MoveQuantity)
}

/// Takes a subject's entries from the front.
fn take<'e>(entries: &mut &'e [Entry], subject: u64) -> &'e [Entry] {
    let count = entries.iter().take_while(|e| e.subject & !MARKS == subject).count();
    let (taken, rest) = entries.split_at(count);
    *entries = rest;
    taken
}

/// Whether both sides of a subject are the same charges. Several are in order of their fingerprints, and of one currency:
/// what is odd about a charge in another could hide in the sum of the row.
fn agree(billed: &[Entry], charged: &[Entry]) -> bool {
    match (billed, charged) {
        ([vendor], [sold]) => (vendor.subject | sold.subject) & ODD == 0 && vendor.print == sold.print,
        _ => {
            let currency = |e: &Entry| e.print[0] & CURRENCY;
            let first = billed.first().map(currency);
            billed.iter().all(|e| e.subject & MARKS == 0 && Some(currency(e)) == first) && billed == charged
        }
    }
}

/// A number without trailing noughts: its digits, and scale and sign. Nothing where the digits are too many.
fn plain(value: Decimal) -> Option<(u64, u8)> {
    let (mut digits, mut scale) = (u64::try_from(value.mantissa().unsigned_abs()).ok()?, value.scale() as u8);
    if digits == 0 {
        return Some((0, 0));
    }
    while scale > 0 && digits.is_multiple_of(10) {
        (digits, scale) = (digits / 10, scale - 1);
    }
    Some((digits, scale << 1 | u8::from(value.is_sign_negative())))
}

fn halves(bytes: [u8; 16]) -> [u64; 2] {
    let number = u128::from_le_bytes(bytes);
    [number as u64, (number >> 64) as u64]
}

fn pair(a: u32, b: u32) -> u64 {
    u64::from(a) << 32 | u64::from(b)
}

fn days(period: Period) -> u64 {
    use chrono::Datelike;
    pair(period.start.num_days_from_ce() as u32, period.end.num_days_from_ce() as u32)
}

fn code(currency: Currency) -> u64 {
    currency.code().bytes().fold(0, |code, byte| code << 8 | u64::from(byte))
}

fn letters(currency: Currency) -> u64 {
    currency.code().bytes().fold(0, |letters, letter| letters << 5 | u64::from(letter & 31)) & CURRENCY
}
