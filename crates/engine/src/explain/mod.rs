//! Why the vendor's amount is what it is: which published rule gives it, over which days.
//!
//! In: a cost line. Out: the rule that fits with its days and steps, or a reason why none does. The vendor's subtotal is
//! truth and is never replaced; signs are the subtotal's, because published files put the minus of a credit on the price
//! and real ones on the quantity, so everything here is computed without signs.
//!
//! Microsoft publishes several roundings ([`Mode`]) and shows prices with fewer digits than it computes with. So each mode
//! is tried on `UnitPrice × days / cycle days` at full precision, then on the same less a discount named on the line, then on
//! the effective price as shown when that is the same price with fewer digits. The first exact fit is named, in the order
//! R1, R2, R5, R3, R6 (usage: R4 and R3 first); then the nearest rule within one cent a unit, which says so. When only
//! the effective price gives the amount, the unit price is not the one that was charged, and the reason is named instead:
//! a price protected for the term, a promotion, other days than the dates say.

mod days;
mod modes;
mod reason;
#[cfg(test)]
mod tests;

pub use days::cycle;
pub use modes::{Mode, Modes};
pub use reason::REASONS;

use crate::cost::{CostLine, Family};
use crate::why::{Rule, Source, Step, Value};
use crate::{Decimal, Money, Names, Rounding};
use days::Shares;
use modes::{Figures, Share};

/// Why an amount is what it is.
#[derive(Clone, Debug, PartialEq)]
pub enum Explanation {
    /// A published rule gives the amount.
    Fits {
        /// The rounding it fits.
        rounding: Mode,
        /// Days charged, both ends included; 0 when the line has no dates.
        days: i64,
        /// Days of the whole charge cycle; 0 when the line has no dates.
        cycle_days: i64,
        /// What the rule gives, in the line's currency: the subtotal, or within one cent a unit of it.
        amount: Decimal,
        /// The steps; the last one's result is `amount`.
        why: Vec<Step>,
    },
    /// None does.
    Reason {
        /// One of [`REASONS`].
        code: &'static str,
        /// The steps that do lead to the amount, where some do.
        why: Vec<Step>,
    },
}

/// Explains one line.
pub fn explain(line: &CostLine, names: &Names) -> Explanation {
    explain_as(line, names, None)
}

/// Explains the lines of one event with the one mode that fits them all, where there is one: a credit and its charge are
/// rounded alike.
pub fn explain_event(lines: &[&CostLine], names: &Names) -> Vec<Explanation> {
    let common = lines.iter().map(|line| modes(line, names)).reduce(Modes::and).unwrap_or_default();
    let mode = lines.first().and_then(|first| order(first).iter().copied().find(|mode| common.contains(*mode)));
    lines.iter().map(|line| explain_as(line, names, mode)).collect()
}

/// Explains one line, naming `first` when it fits as well as another mode.
pub fn explain_as(line: &CostLine, names: &Names, first: Option<Mode>) -> Explanation {
    let figures = figures(line);
    let shares = Shares::of(line);
    let modes = || first.into_iter().chain(order(line).iter().copied());
    let found = exact(line, names, &figures, &shares, modes())
        .or_else(|| exact(line, names, &figures, &shares, by_day(line)))
        .or_else(|| nearest(line, names, &figures, &shares, modes()));
    match found {
        Some(fit) => {
            let Share { days, of } = if line.period.is_some() { fit.share } else { Share { days: 0, of: 0 } };
            let amount = if figures.credit { -fit.amount } else { fit.amount };
            Explanation::Fits { rounding: fit.mode, days, cycle_days: of, amount, why: steps(line, &fit, amount) }
        }
        None => {
            let (code, why) = reason::of(line, names, &figures, &shares);
            Explanation::Reason { code, why }
        }
    }
}

/// Every mode that gives a line's amount exactly, from the price and the days that do.
pub fn modes(line: &CostLine, names: &Names) -> Modes {
    let (f, shares) = (figures(line), Shares::of(line));
    let all = || order(line).iter().copied().chain(by_day(line));
    let mut fitting = Modes::default();
    let usual = exact(line, names, &f, &shares, order(line).iter().copied());
    if let Some(fit) = usual.or_else(|| exact(line, names, &f, &shares, by_day(line))) {
        let (price, share) = match fit.basis {
            Basis::List => (f.price, fit.share),
            Basis::Adjusted(k) => (f.price.checked_mul(k).unwrap_or(f.price), fit.share),
            Basis::Shown => (f.effective, Share::WHOLE),
        };
        all().filter(|mode| f.exactly(*mode, price, share)).for_each(|mode| fitting.insert(mode));
    }
    fitting
}

/// Whether some published rule gives a line's amount within one cent a unit, by its unit price or by its effective
/// price. The cheap question for a million lines: no text is read and nothing allocated. A line that does not fit is a
/// `proration_mismatch`, unless [`explain`] has a reason for it.
pub fn fits(line: &CostLine) -> bool {
    let f = figures(line);
    if f.close(unrounded(&f, f.effective, Share::WHOLE)) {
        return true;
    }
    let shares = Shares::of(line);
    let exactly =
        |price, share| order(line).iter().copied().chain(by_day(line)).any(|mode| f.exactly(mode, price, share));
    shares.iter().any(|share| f.close(unrounded(&f, f.price, share)) || exactly(f.price, share))
        || exactly(f.effective, Share::WHOLE)
}

/// How many lines of a document each mode explains.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Detected {
    /// Lines each mode gives exactly, in the order of [`Mode::ALL`]; a line may count for several.
    pub exact: [u64; 6],
    /// Lines no mode gives exactly.
    pub other: u64,
}

impl Detected {
    /// The mode that gives the most lines exactly, the first named among equals.
    pub fn mode(&self) -> Option<Mode> {
        let most = self.exact.iter().copied().max().filter(|most| *most > 0)?;
        LICENCE.iter().copied().chain([Mode::R4, Mode::R6]).find(|mode| self.exact[*mode as usize] == most)
    }
}

/// Counts the modes of a document's lines.
pub fn detect<'a>(lines: impl IntoIterator<Item = &'a CostLine>, names: &Names) -> Detected {
    let mut detected = Detected::default();
    for line in lines {
        let fitting = modes(line, names);
        fitting.iter().for_each(|mode| detected.exact[mode as usize] += 1);
        detected.other += u64::from(fitting == Modes::default());
    }
    detected
}

const LICENCE: &[Mode] = &[Mode::R1, Mode::R2, Mode::R5, Mode::R3];
const USAGE: &[Mode] = &[Mode::R3, Mode::R1, Mode::R2, Mode::R5];
const DAILY: &[Mode] = &[Mode::R4, Mode::R3, Mode::R5, Mode::R1];

/// The modes published for a line's kind, the likeliest first.
fn order(line: &CostLine) -> &'static [Mode] {
    match line.family {
        _ if line.usage.is_some() => DAILY,
        Family::Usage => USAGE,
        Family::Licence | Family::Reservation | Family::Software | Family::Marketplace | Family::Other => LICENCE,
    }
}

/// Rounding the price of a day: so loose, and published for so few lines, that every other rule goes first.
fn by_day(line: &CostLine) -> impl Iterator<Item = Mode> + Clone {
    (line.family != Family::Usage).then_some(Mode::R6).into_iter()
}

fn figures(line: &CostLine) -> Figures {
    let digits = line.currency.digits();
    Figures {
        price: line.unit_price.abs(),
        effective: line.effective_unit_price.abs(),
        quantity: line.billable_quantity.abs(),
        rate: if line.exchange_rate.is_zero() { Decimal::ONE } else { line.exchange_rate.abs() },
        amount: line.subtotal.abs(),
        digits,
        places: line.subtotal.normalize().scale().max(digits),
        credit: line.subtotal.is_sign_negative() && !line.subtotal.is_zero(),
    }
}

/// The price a fit started from.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Basis {
    /// The unit price.
    List,
    /// The unit price times one less a discount, or one more a surcharge, named on the line.
    Adjusted(Decimal),
    /// The effective price as the file shows it.
    Shown,
}

/// A rule and what it gives.
#[derive(Clone, Copy, Debug)]
struct Fit {
    basis: Basis,
    share: Share,
    mode: Mode,
    amount: Decimal,
}

/// The first exact fit: the unit price over each share, the adjusted price, the price as shown.
fn exact(
    line: &CostLine,
    names: &Names,
    f: &Figures,
    shares: &Shares,
    modes: impl Iterator<Item = Mode> + Clone,
) -> Option<Fit> {
    let over = |basis: Basis, price: Decimal| {
        shares.iter().find_map(|share| {
            let mode = modes.clone().find(|mode| f.exactly(*mode, price, share))?;
            Some(Fit { basis, share, mode, amount: f.amount })
        })
    };
    over(Basis::List, f.price)
        .or_else(|| factors(line, names).find_map(|k| over(Basis::Adjusted(k), f.price.checked_mul(k)?)))
        .or_else(|| {
            let share = shown_share(line, names, f, shares)?;
            let mode = modes.clone().find(|mode| f.exactly(*mode, f.effective, Share::WHOLE))?;
            Some(Fit { basis: Basis::Shown, share, mode, amount: f.amount })
        })
}

/// The rule whose amount lies nearest, within one cent a unit.
fn nearest(
    line: &CostLine,
    names: &Names,
    f: &Figures,
    shares: &Shares,
    modes: impl Iterator<Item = Mode> + Clone,
) -> Option<Fit> {
    let over = |basis: Basis, price: Decimal, share: Share, of: Share| {
        let near = modes.clone().flat_map(|mode| f.amounts(mode, price, of).map(|amount| (mode, amount)));
        near.filter_map(|(mode, amount)| {
            Some(Fit { basis, share, mode, amount: amount.filter(|a| f.close(Some(*a)))? })
        })
        .min_by_key(|fit| (fit.amount - f.amount).abs())
    };
    shares
        .iter()
        .find_map(|share| over(Basis::List, f.price, share, share))
        .or_else(|| {
            let adjusted =
                |k: Decimal| over(Basis::Adjusted(k), f.price.checked_mul(k)?, shares.first(), shares.first());
            factors(line, names).find_map(adjusted)
        })
        .or_else(|| over(Basis::Shown, f.effective, shown_share(line, names, f, shares)?, Share::WHOLE))
}

/// The share for which the effective price as shown is the unit price (adjusted or not) with fewer digits. Usage has no
/// cycle, and some files no unit price: there the effective price stands for itself.
fn shown_share(line: &CostLine, names: &Names, f: &Figures, shares: &Shares) -> Option<Share> {
    if f.effective.is_zero() {
        return None;
    }
    if f.price.is_zero() || line.family == Family::Usage {
        return Some(shares.first());
    }
    let cent = Decimal::new(1, 2);
    let same = |k: Decimal, share: Share| {
        let unit = f.price.checked_mul(k)?.checked_mul(share.days.into())?.checked_div(share.of.into())?;
        (unit.checked_sub(f.effective)?.abs() <= cent).then_some(share)
    };
    let mut every = std::iter::once(Decimal::ONE).chain(factors(line, names));
    every.find_map(|k| shares.iter().find_map(|share| same(k, share)))
}

/// What to multiply the unit price by: the percentages in the vendor's words, each alone and all together. A text that
/// speaks of a fee or an extended term adds them, any other takes them off.
fn factors<'a>(line: &CostLine, names: &'a Names) -> impl Iterator<Item = Decimal> + 'a {
    let text = names.text(line.adjustment);
    let surcharge = reason::extended(text) || reason::has_word(text, "fee") || reason::has_word(text, "uplift");
    let factor = move |percent: Decimal| {
        let part = percent.checked_div(Decimal::ONE_HUNDRED)?;
        if surcharge { Decimal::ONE.checked_add(part) } else { Decimal::ONE.checked_sub(part) }
            .filter(|k| *k >= Decimal::ZERO)
    };
    let mut product = Some(Decimal::ONE);
    let mut count = 0;
    let mut each = percentages(text).filter_map(factor);
    std::iter::from_fn(move || match each.next() {
        Some(k) => {
            product = product.and_then(|p| p.checked_mul(k));
            count += 1;
            Some(k)
        }
        None => product.take().filter(|_| count > 1),
    })
}

/// The numbers that stand before a percent sign: `["8% Promotion","2.00 % discount"]` has 8 and 2.
pub(crate) fn percentages(text: &str) -> impl Iterator<Item = Decimal> + '_ {
    text.match_indices('%').filter_map(|(at, _)| {
        let before = text[..at].trim_end();
        let number = before.rfind(|c: char| !c.is_ascii_digit() && c != '.' && c != ',').map_or(before, |i| {
            let next = before[i..].chars().next().map_or(1, char::len_utf8);
            &before[i + next..]
        });
        number.replace(',', ".").parse().ok().filter(|p: &Decimal| !p.is_zero())
    })
}

fn unrounded(f: &Figures, price: Decimal, share: Share) -> Option<Decimal> {
    price.checked_mul(share.days.into())?.checked_mul(f.quantity)?.checked_mul(f.rate)?.checked_div(share.of.into())
}

/// The steps from the price to the amount.
fn steps(line: &CostLine, fit: &Fit, amount: Decimal) -> Vec<Step> {
    let price = |value| Value::Price(value, line.pricing_currency);
    let from = Source::Line(line.at);
    let mut unit = line.unit_price.abs();
    let mut why = Vec::with_capacity(5);
    if fit.basis != Basis::Shown {
        why.push(Step::of(Rule("vendor_unit_price"), price(unit)).from(from.clone()));
    }
    if let Basis::Adjusted(k) = fit.basis {
        let share = Value::Share(Decimal::ONE - k);
        unit = unit.checked_mul(k).unwrap_or(unit);
        why.push(Step::of(Rule("vendor_adjustment"), price(unit)).input("discount", share).from(from.clone()));
    }
    if fit.basis != Basis::Shown && fit.share.days != fit.share.of {
        let days = Decimal::from(fit.share.days);
        unit = unit.checked_mul(days).and_then(|x| x.checked_div(fit.share.of.into())).unwrap_or(unit);
        let step = Step::of(Rule("vendor_proration"), price(unit))
            .input("days", Value::Number(days))
            .input("of", Value::Number(fit.share.of.into()));
        why.push(line.period.into_iter().fold(step, |step, period| step.input("period", Value::Period(period))));
    }
    if fit.basis == Basis::Shown {
        unit = line.effective_unit_price.abs();
        why.push(Step::of(Rule("vendor_effective_price"), price(unit)).from(from));
    }
    let owed = |value| match Money::round(value, line.currency, Rounding::Truncate) {
        Ok(money) if money.value() == value => Value::Money(money),
        _ => Value::Price(value, line.currency),
    };
    if amount != line.subtotal {
        let off = line.subtotal.checked_sub(amount).unwrap_or_default();
        why.push(
            Step::of(Rule("vendor_within_tolerance"), owed(line.subtotal)).input("difference", Value::Number(off)),
        );
    }
    let mut rounded = Step::of(Rule(rounding_rule(fit.mode)), owed(amount))
        .input("price", price(unit))
        .input("quantity", Value::Number(line.billable_quantity.abs()));
    if line.exchange_rate != Decimal::ONE {
        rounded = rounded.input("exchange rate", Value::Number(line.exchange_rate));
    }
    why.push(rounded);
    why
}

/// The rule code of a rounding.
fn rounding_rule(mode: Mode) -> &'static str {
    match mode {
        Mode::R1 => "vendor_rounding_r1",
        Mode::R2 => "vendor_rounding_r2",
        Mode::R3 => "vendor_rounding_r3",
        Mode::R4 => "vendor_rounding_r4",
        Mode::R5 => "vendor_rounding_r5",
        Mode::R6 => "vendor_rounding_r6",
    }
}
