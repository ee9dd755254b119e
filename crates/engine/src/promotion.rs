//! Promotions as the vendor's lines show them.
//!
//! In: cost lines. Out: each promotion with its share and the days on which terms began with it. A line names its
//! promotion by id only; what it is worth is said by the vendor's words ("10% Promotion") where they hold one percentage, else
//! by the effective price of a whole cycle against the list price beside it. When the promotion ends is on no line: terms are
//! known to have begun with it from the first to the last one seen, and no promise is made beyond.

use crate::cost::{CostLine, Family};
use crate::date::{add_days, add_months};
use crate::explain::percentages;
use crate::price::Promotion;
use crate::register::ProductKey;
use crate::{Decimal, Names};
use std::collections::BTreeMap;

/// A promotion whose lines contradict each other.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unclear {
    /// The vendor's id.
    pub code: String,
    /// Product.
    pub product: ProductKey,
}

/// A line with what its promotion takes off.
type Shown<'l> = (&'l CostLine, Option<Decimal>);

/// Every promotion of licence lines, by id and product; and those that show several shares, or none.
pub fn seen(lines: &[CostLine], names: &Names) -> (Vec<Promotion>, Vec<Unclear>) {
    let mut found: BTreeMap<(&str, ProductKey), Vec<Shown>> = BTreeMap::new();
    let promoted = |line: &&CostLine| line.family == Family::Licence && !line.promotion.is_empty();
    for line in lines.iter().filter(promoted).filter(|line| line.term_dates.is_some()) {
        let product = ProductKey { product: line.product, sku: line.sku };
        found.entry((names.text(line.promotion), product)).or_default().push((line, share(line, names)));
    }
    let (mut promotions, mut unclear) = (Vec::new(), Vec::new());
    for ((code, product), lines) in found {
        let mut shares: Vec<Decimal> = lines.iter().filter_map(|(_, share)| *share).collect();
        shares.sort_unstable();
        shares.dedup();
        let starts = || lines.iter().filter_map(|(line, _)| line.term_dates).map(|term| term.start);
        match (&shares[..], starts().min(), starts().max()) {
            ([share], Some(from), Some(last)) => {
                let (first, _) = lines[0];
                let one_term = lines.iter().all(|(line, _)| line.term == first.term);
                let one_plan = lines.iter().all(|(line, _)| line.plan == first.plan);
                promotions.push(Promotion {
                    code: code.to_owned(),
                    product,
                    term: first.term.filter(|_| one_term),
                    plan: first.plan.filter(|_| one_plan),
                    share: *share,
                    from,
                    until: Some(add_days(last, 1)),
                });
            }
            _ => unclear.push(Unclear { code: code.to_owned(), product }),
        }
    }
    (promotions, unclear)
}

/// What a line's promotion takes off, as a fraction of one.
fn share(line: &CostLine, names: &Names) -> Option<Decimal> {
    let said: Vec<Decimal> = percentages(names.text(line.adjustment)).collect();
    let share = match said[..] {
        [percent] => percent.checked_div(Decimal::ONE_HUNDRED)?.normalize(),
        _ if is_whole_cycle(line) => {
            let paid = line.effective_unit_price.abs().checked_div(line.unit_price.abs())?;
            (Decimal::ONE - paid).round_dp(4).normalize()
        }
        _ => return None,
    };
    (Decimal::ZERO < share && share <= Decimal::ONE).then_some(share)
}

/// Whether a line charges a whole cycle, so that its effective price holds no days.
fn is_whole_cycle(line: &CostLine) -> bool {
    let cycle = || {
        let (period, months) = (line.period?, i32::try_from(line.plan?.months()).ok()?);
        Some(add_months(period.start, months) == period.end || add_months(period.end, -months) == period.start)
    };
    cycle().unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Period;
    use crate::rate::tests::cost_line;

    fn line(names: &mut Names, text: &str, effective: &str, term: &str) -> CostLine {
        let mut line = cost_line("73.60", "10", "8");
        (line.promotion, line.adjustment) = (names.intern("39NF"), names.intern(text));
        line.effective_unit_price = effective.parse().unwrap();
        let start = term.parse().unwrap();
        line.term_dates = Period::new(start, add_months(start, 12));
        line
    }

    #[test]
    fn a_promotion_is_what_the_vendor_says_else_what_the_price_shows() {
        let mut names = Names::default();
        let said = line(&mut names, "[\"8.0% Promotion\"]", "7.36", "2026-10-12");
        let shown = line(&mut names, "", "7.36", "2026-09-12");
        let (found, unclear) = seen(&[said, shown.clone()], &names);
        let [promotion] = &found[..] else { panic!("{found:?}") };
        assert_eq!((promotion.share.to_string().as_str(), unclear.len()), ("0.08", 0));
        let until = promotion.until.unwrap();
        assert_eq!((promotion.from.to_string(), until.to_string()), ("2026-09-12".into(), "2026-10-13".into()));
        // Part of a cycle shows the days too: without words nothing is known; two shares contradict each other.
        let mut part = shown.clone();
        part.period = Period::inclusive("2026-10-28".parse().unwrap(), "2026-11-11".parse().unwrap());
        assert_eq!(seen(&[part], &names).1.len(), 1);
        let other = line(&mut names, "5 %", "7.60", "2026-09-12");
        assert_eq!(seen(&[shown, other], &names).1[0].code, "39NF");
        let none = cost_line("80.00", "10", "8");
        assert_eq!(seen(&[none], &names), (Vec::new(), Vec::new()));
    }
}
