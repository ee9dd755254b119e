//! The reasons why no published rule gives an amount.

use super::modes::{Figures, Mode, Share};
use super::{Basis, Fit, days, factors, steps, unrounded};
use crate::Names;
use crate::cost::{ChargeType, CostLine};
use crate::date::add_months;
use crate::why::{Rule, Source, Step, Value};
use days::Shares;

/// Every reason with what it means.
pub const REASONS: &[(&str, &str)] = &[
    ("customer_credit", "a credit of the vendor's: its amount is decided, not computed from a price"),
    ("adjustment", "a discount or offset of another line: its amount is not computed from a price"),
    ("extended_service_term", "an extended service term: charged at its own price, not at the unit price shown"),
    ("charged_by_months", "charged for whole months of the cycle, not for its days"),
    ("days_differ", "the amount is that of other days than the dates on the line say"),
    ("promotion", "the effective price is below the unit price by a promotion that the line does not put in numbers"),
    ("price_protected", "the effective price gives the amount, the unit price does not: it shows a newer list price"),
    ("no_price", "the line names no price"),
    ("no_dates", "the line names no dates, so its days cannot be counted"),
    ("unknown_charge", "a charge type not in any published list"),
    ("no_rule", "no published rule gives this amount"),
];

/// The reason for a line that fits no rule, with the steps that lead to its amount where some do.
pub(super) fn of(line: &CostLine, names: &Names, f: &Figures, shares: &Shares) -> (&'static str, Vec<Step>) {
    let effective = Fit { basis: Basis::Shown, share: shares.first(), mode: Mode::R1, amount: f.amount };
    let by_effective = !f.effective.is_zero() && f.close(unrounded(f, f.effective, Share::WHOLE));
    let shown = || if by_effective { steps(line, &effective, line.subtotal) } else { Vec::new() };
    let text = names.text(line.adjustment);
    match line.charge {
        ChargeType::CustomerCredit => return ("customer_credit", Vec::new()),
        ChargeType::Adjustment => return ("adjustment", Vec::new()),
        _ if extended(text) || extended(names.text(line.product_name)) => return ("extended_service_term", shown()),
        _ if f.price.is_zero() && f.effective.is_zero() => return ("no_price", Vec::new()),
        _ => {}
    }
    if let Some((share, code)) = other_share(line, f, shares, by_effective) {
        let step = Step::of(Rule(code), Value::Number(share.days.into()))
            .input("of", Value::Number(share.of.into()))
            .input("by the dates", Value::Number(shares.first().days.into()))
            .from(Source::Line(line.at));
        return (code, vec![step]);
    }
    if by_effective {
        let below = unrounded(f, f.price, shares.first()).is_some_and(|list| f.amount < list);
        let named = !line.promotion.is_empty() || factors(line, names).next().is_some();
        return (if below && named { "promotion" } else { "price_protected" }, shown());
    }
    match (line.period, line.charge) {
        (None, _) => ("no_dates", Vec::new()),
        (_, ChargeType::Other(_)) => ("unknown_charge", Vec::new()),
        _ => ("no_rule", Vec::new()),
    }
}

/// Whole months of the cycle, or another count of its days, that give the amount exactly.
fn other_share(line: &CostLine, f: &Figures, shares: &Shares, by_effective: bool) -> Option<(Share, &'static str)> {
    let (period, cycle) = (line.period?, days::cycle(line)?);
    let fits = |share: &Share| [Mode::R1, Mode::R2, Mode::R5].iter().any(|mode| f.exactly(*mode, f.price, *share));
    let months = (1..36).find(|n| add_months(period.start, *n) >= period.end);
    let of = (1..=36).find(|n| add_months(cycle.start, *n) >= cycle.end);
    if let (Some(months), Some(of)) = (months, of) {
        let share = Share { days: months.into(), of: of.into() };
        if months < of && add_months(period.start, months) == period.end && fits(&share) {
            return Some((share, "charged_by_months"));
        }
    }
    // A whole cycle at another price is far likelier to be a protected price than a wrong count of days.
    if by_effective && period == cycle {
        return None;
    }
    let of = shares.first().of;
    let one = unrounded(f, f.price, Share { days: 1, of }).filter(|one| !one.is_zero())?;
    let near: i64 = f.amount.checked_div(one)?.round().try_into().ok()?;
    let candidates = [near, near.saturating_add(1), near.saturating_sub(1)].map(|days| Share { days, of });
    let found = candidates.into_iter().find(|share| (1..=of).contains(&share.days) && fits(share))?;
    Some((found, "days_differ"))
}

/// Whether a text speaks of an extended service term.
pub(super) fn extended(text: &str) -> bool {
    let b = text.as_bytes();
    b.windows(16).any(|w| w.eq_ignore_ascii_case(b"extended service")) || has_word(text, "EST")
}

/// Whether a word stands in a text, in any case.
pub(super) fn has_word(text: &str, word: &str) -> bool {
    text.split(|c: char| !c.is_alphanumeric()).any(|w| w.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_whole() {
        assert!(extended("Extended Service Term fee") && extended("E3 (EST)") && !extended("Best price, Estonia"));
    }
}
