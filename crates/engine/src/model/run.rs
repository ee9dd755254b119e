//! Running a scenario: every row picks its prices by the days its terms and charges begin, and is added up by buyer and month.

use super::base::{Base, Row, UNITS};
use super::reshape::Shaped;
use super::scenario::Scenario;
use super::tariff::{MILLION, Unit};
use super::times::{Days, below, between};
use super::{ModelError, cores_of};
use crate::{Currency, Date, Decimal, Money, Month, Rounding, cores};

/// Amounts by buyer and month, in minor units of the buyer's currency.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Figures {
    months: usize,
    cost: Vec<i64>,
    revenue: Vec<i64>,
}

impl Figures {
    /// Room for so many, that taken before where it is as large; what stands in it is still to be wiped.
    fn room(self, buyers: usize, months: usize) -> Figures {
        let room = buyers * months;
        let fits = |amounts: Vec<i64>| if amounts.len() == room { amounts } else { vec![0; room] };
        Figures { months, cost: fits(self.cost), revenue: fits(self.revenue) }
    }

    /// What the vendor charges for a buyer, month by month.
    pub fn cost(&self, buyer: usize) -> &[i64] {
        &self.cost[buyer * self.months..][..self.months]
    }

    /// What the buyer is charged, month by month.
    pub fn revenue(&self, buyer: usize) -> &[i64] {
        &self.revenue[buyer * self.months..][..self.months]
    }
}

/// What a scenario comes to.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// By buyer and month.
    pub figures: Figures,
}

/// What a scenario does to one agreement over the horizon.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// Cost as the book is, in minor units of the buyer's currency.
    pub cost_before: i64,
    /// Cost under the scenario.
    pub cost_after: i64,
    /// Revenue as the book is.
    pub revenue_before: i64,
    /// Revenue under the scenario.
    pub revenue_after: i64,
    /// The first month in which cost or price differ.
    pub hit: Option<u32>,
    /// The first month charged below cost.
    pub below_cost: Option<u32>,
}

/// Runs a scenario over the whole book.
pub fn run(base: &Base, scenario: &Scenario) -> Result<Outcome, ModelError> {
    run_again(base, scenario, Figures::default())
}

/// The same, in the room of figures nobody needs any more: megabytes that need not be asked of the system at every move of a
/// slider.
pub fn run_again(base: &Base, scenario: &Scenario, spent: Figures) -> Result<Outcome, ModelError> {
    let shaped = Shaped::of(base, scenario)?;
    let months = base.horizon.months as usize;
    let mut figures = spent.room(base.buyers.len(), months);
    let parts = cores_of(shaped.rows.len());
    let share = base.buyers.len().div_ceil(parts).max(1);
    let mut work = Vec::with_capacity(parts);
    let chunks = figures.cost.chunks_mut(share * months.max(1)).zip(figures.revenue.chunks_mut(share * months.max(1)));
    for (at, (cost, revenue)) in chunks.enumerate() {
        work.push((at * share, cost, revenue));
    }
    let sum = |(first, cost, revenue): (usize, &mut [i64], &mut [i64])| {
        cost.fill(0);
        revenue.fill(0);
        let buyers = cost.len() / months.max(1);
        let last = (first + buyers) as u32;
        let from = shaped.rows.partition_point(|row| (row.buyer as usize) < first);
        let to = shaped.rows.partition_point(|row| row.buyer < last);
        add_up(&shaped, &shaped.rows[from..to], first, months, cost, revenue)
    };
    cores::each(work, sum, |done| done)?;
    Ok(Outcome { figures })
}

/// Adds up the rows of some buyers, given in order of buyers.
fn add_up(
    shaped: &Shaped,
    rows: &[Row],
    first: usize,
    months: usize,
    cost: &mut [i64],
    revenue: &mut [i64],
) -> Result<(), ModelError> {
    let mut cuts = Vec::new();
    for of_buyer in rows.chunk_by(|a, b| a.buyer == b.buyer) {
        let buyer = of_buyer[0].buyer as usize;
        let (mut bought, mut sold) = (Months::default(), Months::default());
        for row in of_buyer {
            shaped.bought(row, &mut cuts, |from, to, amount| {
                bought.add(row.bought.bits & between(from, to), from, to, amount)
            })?;
            shaped.sold(row, &mut cuts, |from, to, amount| {
                sold.add(row.charged.bits & between(from, to), from, to, amount)
            })?;
        }
        let at = (buyer - first) * months;
        bought.sums(&mut cost[at..at + months]).ok_or(ModelError::TooLarge)?;
        sold.sums(&mut revenue[at..at + months]).ok_or(ModelError::TooLarge)?;
    }
    Ok(())
}

/// One charge of a row, for its reasons.
#[derive(Clone, Copy, Debug)]
pub(super) struct Charge {
    /// A day that stands for the beginning of the term.
    pub term_day: Date,
    /// A day that stands for the beginning of the charge.
    pub rule_day: Date,
    pub unit: Decimal,
    pub currency: Currency,
    pub stays: Decimal,
    pub rate: Decimal,
    /// In minor units of the buyer's currency.
    pub amount: i64,
}

/// Amounts by month, as differences from the month before: what is the same in many months is added twice.
struct Months([i64; 65], bool);

impl Default for Months {
    fn default() -> Months {
        Months([0; 65], true)
    }
}

impl Months {
    fn add(&mut self, bits: u64, from: u32, to: u32, amount: i64) {
        if bits == between(from, to) {
            self.step(from, to, amount);
            return;
        }
        let mut left = bits;
        while left != 0 {
            let month = left.trailing_zeros();
            self.step(month, month + 1, amount);
            left &= left - 1;
        }
    }

    fn step(&mut self, from: u32, to: u32, amount: i64) {
        for (at, amount) in [(from, amount), (to, -amount)] {
            let (sum, over) = self.0[at.min(64) as usize].overflowing_add(amount);
            self.0[at.min(64) as usize] = sum;
            self.1 &= !over;
        }
    }

    fn sums(&self, into: &mut [i64]) -> Option<()> {
        let mut sum = 0i64;
        for (month, step) in into.iter_mut().zip(&self.0) {
            sum = sum.checked_add(*step)?;
            *month = sum;
        }
        self.1.then_some(())
    }
}

/// What a scenario does to each agreement, in the order of [`Base::agreements`].
pub fn agreements(base: &Base, scenario: &Scenario) -> Result<Vec<Change>, ModelError> {
    let mut changes = vec![Change::default(); base.agreements.len()];
    let as_is = Scenario::default();
    let (before, after) = (Shaped::of(base, &as_is)?, Shaped::of(base, scenario)?);
    let mut cuts = Vec::new();
    for row in before.rows.iter() {
        let change = &mut changes[row.agreement as usize];
        before.bought(row, &mut cuts, |from, to, amount| change.cost_before += times(row.bought, from, to, amount))?;
        before
            .sold(row, &mut cuts, |from, to, amount| change.revenue_before += times(row.charged, from, to, amount))?;
    }
    for row in after.rows.iter() {
        let change = &mut changes[row.agreement as usize];
        after.bought(row, &mut cuts, |from, to, amount| change.cost_after += times(row.bought, from, to, amount))?;
        after.sold(row, &mut cuts, |from, to, amount| change.revenue_after += times(row.charged, from, to, amount))?;
        after.events(row, &mut cuts, change)?;
    }
    Ok(changes)
}

fn times(days: Days, from: u32, to: u32, amount: i64) -> i64 {
    amount.saturating_mul((days.bits & between(from, to)).count_ones().into())
}

/// A month from which a row is priced otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Cut {
    month: u32,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    List,
    Rule,
    Rate,
}

impl Shaped<'_> {
    /// Walks the stretches in which a row costs the same: first month, the one after the last, amount of one charge.
    fn bought(&self, row: &Row, cuts: &mut Vec<Cut>, mut each: impl FnMut(u32, u32, i64)) -> Result<(), ModelError> {
        let (tariff, digits) = (self.tariff(row.class), self.digits(row.class));
        self.buys(row, cuts, |stretch, rate| {
            let cell = tariff.cell(stretch.list, stretch.rule);
            each(stretch.from, stretch.to, amount(row, cell.cost, cell.stays, rate, digits)?);
            Some(())
        })
    }

    /// The same for what it is sold for.
    fn sold(&self, row: &Row, cuts: &mut Vec<Cut>, mut each: impl FnMut(u32, u32, i64)) -> Result<(), ModelError> {
        let (tariff, digits) = (self.tariff(row.class), self.digits(row.class));
        self.sells(row, cuts, |stretch| {
            let cell = tariff.cell(stretch.list, stretch.rule);
            each(stretch.from, stretch.to, amount(row, cell.sell, cell.stays, None, digits)?);
            Some(())
        })
    }

    /// What the vendor charges for a row in a month.
    pub fn bought_in(&self, row: &Row, month: u32) -> Result<Option<Charge>, ModelError> {
        let mut found = None;
        self.buys(row, &mut Vec::new(), |stretch, rate| {
            if stretch.has(&row.bought, month) {
                found = Some(self.charge(row, stretch, rate, true)?);
            }
            Some(())
        })?;
        Ok(found)
    }

    /// What we charge for a row in a month.
    pub fn sold_in(&self, row: &Row, month: u32) -> Result<Option<Charge>, ModelError> {
        let mut found = None;
        self.sells(row, &mut Vec::new(), |stretch| {
            if stretch.has(&row.charged, month) {
                found = Some(self.charge(row, stretch, None, false)?);
            }
            Some(())
        })?;
        Ok(found)
    }

    fn charge(&self, row: &Row, stretch: Stretch, rate: Option<Decimal>, buys: bool) -> Option<Charge> {
        let (tariff, class) = (self.tariff(row.class), self.class(row.class));
        let cell = tariff.cell(stretch.list, stretch.rule);
        let billing = self.base.buyers[row.buyer as usize].currency;
        let (unit, currency) = if buys { (cell.cost, class.pricing) } else { (cell.sell, billing) };
        let day = |days: &[Date], begun: usize, first| begun.checked_sub(1).map_or(first, |at| days[at].max(first));
        Some(Charge {
            term_day: day(&tariff.list_days, stretch.list, row.term_start),
            rule_day: day(&tariff.rule_days, stretch.rule, class.first_day),
            unit: unit.value,
            currency,
            stays: Decimal::new(cell.stays, 6).normalize(),
            rate: rate.unwrap_or(Decimal::ONE),
            amount: amount(row, unit, cell.stays, rate, self.digits(row.class))?,
        })
    }

    fn buys(
        &self,
        row: &Row,
        cuts: &mut Vec<Cut>,
        mut each: impl FnMut(Stretch, Option<Decimal>) -> Option<()>,
    ) -> Result<(), ModelError> {
        let rates = self.rates(row.class);
        // Seats that leave are given back when the vendor takes them: at the beginning of a term.
        let on = [&row.rebought, &row.rebought, &row.bought];
        self.walk(row, rates, on, cuts, |s| each(s, rates.get(s.rate).map(|(_, rate)| *rate)))
    }

    fn sells(&self, row: &Row, cuts: &mut Vec<Cut>, each: impl FnMut(Stretch) -> Option<()>) -> Result<(), ModelError> {
        self.walk(row, &[], [&row.renewed, &row.charged, &row.charged], cuts, each)
    }

    /// Walks the stretches of a row that has charges on the last of the given days. Lists bite on the first of them, rules on
    /// the second, rates on the last.
    fn walk(
        &self,
        row: &Row,
        rates: &[(Date, Decimal)],
        [listed, ruled, charged]: [&Days; 3],
        cuts: &mut Vec<Cut>,
        mut each: impl FnMut(Stretch) -> Option<()>,
    ) -> Result<(), ModelError> {
        if charged.bits == 0 {
            return Ok(());
        }
        let tariff = self.tariff(row.class);
        let (first, months) = (self.base.horizon.first, self.base.horizon.months);
        let list = tariff.list_days.partition_point(|day| *day <= row.term_start);
        cuts.clear();
        let mut later = |days: &Days, day: Date, kind| {
            let month = days.first_from(day, first);
            if month < months {
                cuts.push(Cut { month, kind });
            }
        };
        tariff.list_days[list..].iter().for_each(|day| later(listed, *day, Kind::List));
        tariff.rule_days.iter().for_each(|day| later(ruled, *day, Kind::Rule));
        rates.iter().skip(1).for_each(|(day, _)| later(charged, *day, Kind::Rate));
        cuts.sort_unstable();
        let mut at = Stretch { from: 0, to: months, list, rule: 0, rate: 0 };
        for cut in cuts.iter() {
            if cut.month > at.from {
                each(Stretch { to: cut.month, ..at }).ok_or(ModelError::TooLarge)?;
                at.from = cut.month;
            }
            match cut.kind {
                Kind::List => at.list += 1,
                Kind::Rule => at.rule += 1,
                Kind::Rate => at.rate += 1,
            }
        }
        each(at).ok_or(ModelError::TooLarge)
    }

    /// Notes when a row is first hit, and first sold below cost.
    fn events(&self, row: &Row, cuts: &mut Vec<Cut>, change: &mut Change) -> Result<(), ModelError> {
        let tariff = self.tariff(row.class);
        let earliest = |seen: &mut Option<u32>, month: u32| *seen = Some(seen.map_or(month, |m| m.min(month)));
        if let Some(from) = self.reshaped_from(row) {
            earliest(&mut change.hit, from);
        }
        self.sells(row, cuts, |stretch| {
            if let Some(month) = stretch.first_of(&row.charged)
                && tariff.cell(stretch.list, stretch.rule).changed
            {
                earliest(&mut change.hit, month);
            }
            Some(())
        })?;
        let same_beat = row.charged.bits == row.bought.bits && row.part.is_none();
        self.buys(row, cuts, |stretch, rate| {
            let Some(month) = stretch.first_of(&row.bought) else { return Some(()) };
            let cell = tariff.cell(stretch.list, stretch.rule);
            if cell.changed || stretch.rate > 0 {
                earliest(&mut change.hit, month);
            }
            if same_beat && cell.sell.value < cell.cost.value.checked_mul(rate.unwrap_or(Decimal::ONE))? {
                earliest(&mut change.below_cost, month);
            }
            Some(())
        })
    }
}

/// Months in which a row is priced alike: the numbers of list days, rule days and rates that began.
#[derive(Clone, Copy, Debug)]
struct Stretch {
    from: u32,
    /// The one after the last.
    to: u32,
    list: usize,
    rule: usize,
    rate: usize,
}

impl Stretch {
    /// Whether a charge of these days falls into a month of the stretch.
    fn has(&self, days: &Days, month: u32) -> bool {
        days.bits & between(self.from, self.to) & (1 << month.min(63)) != 0
    }

    /// The first month of the stretch with a charge.
    fn first_of(&self, days: &Days) -> Option<u32> {
        let bits = days.bits & between(self.from, self.to);
        (bits != 0).then(|| bits.trailing_zeros())
    }
}

/// The amount of one charge of a row, in minor units; `None` where it does not fit.
fn amount(row: &Row, unit: Unit, stays: i64, rate: Option<Decimal>, digits: u32) -> Option<i64> {
    if let Some(units) = row.units
        && unit.micro != i64::MIN
        && stays == MILLION
        && row.part.is_none()
        && rate.is_none()
        && digits == 2
        && let Some(product) = units.checked_mul(unit.micro)
    {
        const MINOR: i64 = UNITS * MILLION / 100;
        // Half up, away from zero.
        return Some((product + product.signum() * (MINOR / 2)) / MINOR);
    }
    let mut exact = row.quantity.checked_mul(unit.value)?.checked_mul(rate.unwrap_or(Decimal::ONE))?;
    if stays != MILLION {
        exact = exact.checked_mul(Decimal::new(stays, 6))?;
    }
    if let Some((days, whole)) = row.part {
        exact = exact.checked_mul(days.into())?.checked_div(whole.into())?;
    }
    let mut rounded = Rounding::HalfUp.apply(exact, digits);
    rounded.rescale(digits);
    i64::try_from(rounded.mantissa()).ok()
}

impl Figures {
    /// Sums by currency and month of the buyers a filter keeps: currency, month, cost, revenue.
    pub fn sums(&self, base: &Base, keep: impl Fn(usize) -> bool) -> Vec<(Currency, Month, Money, Money)> {
        let mut currencies: Vec<Currency> = base.buyers.iter().map(|b| b.currency).collect();
        currencies.sort_unstable();
        currencies.dedup();
        let mut sums = Vec::new();
        for currency in currencies {
            let buyers: Vec<usize> =
                (0..base.buyers.len()).filter(|at| base.buyers[*at].currency == currency && keep(*at)).collect();
            for (at, month) in base.horizon.each().enumerate() {
                let sum = |of: &dyn Fn(usize) -> i64| {
                    Money::from_minor(buyers.iter().fold(0i64, |sum, buyer| sum.saturating_add(of(*buyer))), currency)
                };
                let cost = sum(&|buyer| self.cost(buyer)[at]);
                let revenue = sum(&|buyer| self.revenue(buyer)[at]);
                if !buyers.is_empty() {
                    sums.push((currency, month, cost, revenue));
                }
            }
        }
        sums
    }
}

/// The bits of a row that lie before a month, and the others.
pub(super) fn parted(days: Days, month: u32) -> (Days, Days) {
    (Days { bits: days.bits & below(month), ..days }, Days { bits: days.bits & !below(month), ..days })
}
