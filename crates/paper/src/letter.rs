//! A letter about new prices as plain data: what a customer is told when a seller changes what it charges.
//!
//! Prices and sums arrive finished. What is worked out on paper is only what a reader would check with a pocket calculator:
//! the difference of the two sums, the difference of two prices in percent, a price by the month. A letter whose sums are
//! not those of its own prices is not printed ([`PaperError::Sum`]).

use crate::PaperError;
use crate::printed::{Customer, Seller};
use engine::money::MoneyError;
use engine::{Currency, Date, Decimal, Money, Rounding};

/// A letter about new prices.
#[derive(Clone, Debug, PartialEq)]
pub struct Letter {
    /// Language of the reader, ISO 639 two letters; one without texts is printed in English.
    pub language: String,
    /// Day of issue; also the file's creation date.
    pub issued: Date,
    /// Who writes.
    pub seller: Seller,
    /// Who reads.
    pub customer: Customer,
    /// Currency of every amount.
    pub currency: Currency,
    /// What the seller files it under; short.
    pub reference: String,
    /// The earliest first day of a new price.
    pub from: Date,
    /// The seller's own words, after the opening; a line break begins a new paragraph.
    pub paragraphs: Vec<String>,
    /// The prices that change.
    pub prices: Vec<NewPrice>,
    /// Twelve months at the old prices, net: quantity by price of each, to a minor unit for each charge.
    pub year_before: Money,
    /// The same at the new prices. A price that begins after [`Letter::from`] may count as old, new or a share of both.
    pub year_after: Money,
    /// Cheaper alternatives.
    pub offers: Vec<Offer>,
    /// The day by which the customer is asked to answer.
    pub answer_by: Option<Date>,
}

/// A price that changes.
#[derive(Clone, Debug, PartialEq)]
pub struct NewPrice {
    /// What is sold.
    pub name: String,
    /// Seats.
    pub quantity: Decimal,
    /// First day of the new price.
    pub from: Date,
    /// Months one charge pays for; 0 for what is paid once, which is no part of the twelve months.
    pub months: u32,
    /// Price of one seat and charge until then, net.
    pub old: Decimal,
    /// The same from then on.
    pub new: Decimal,
    /// What follows it as far as it is known: from which day which price. No part of the twelve months.
    pub later: Vec<(Date, Decimal)>,
}

/// A cheaper alternative.
#[derive(Clone, Debug, PartialEq)]
pub struct Offer {
    /// What is offered. Where one of the prices that change has the same name, the two are compared by the month.
    pub name: String,
    /// Seats.
    pub quantity: Decimal,
    /// Months the customer commits to; 0 for none.
    pub term_months: u32,
    /// Months one charge pays for; 0 for what is paid once.
    pub months: u32,
    /// Price of one seat and charge, net.
    pub price: Decimal,
    /// What all seats save in a year against the new price, net.
    pub saving: Money,
}

impl Letter {
    /// What twelve months cost more; negative when they cost less. Fails when the sums are not those of the prices.
    pub(crate) fn more(&self) -> Result<Money, PaperError> {
        let savings = self.offers.iter().map(|offer| offer.saving);
        for amount in savings.chain([self.year_before, self.year_after]) {
            Money::zero(self.currency).plus(amount)?;
        }
        let (mut before, mut least, mut most) = (Decimal::ZERO, Decimal::ZERO, Decimal::ZERO);
        let mut charges = 0;
        for price in self.prices.iter().filter(|price| price.months > 0) {
            let (old, new) = (price.year(price.old)?, price.year(price.new)?);
            // One that begins later leaves open how many of its charges are old ones.
            let kept = if price.from > self.from { old } else { new };
            before = sum(before, old)?;
            least = sum(least, new.min(kept))?;
            most = sum(most, new.max(kept))?;
            charges += i64::from(12 / price.months).max(1);
        }
        let money = |value| Money::round(value, self.currency, Rounding::HalfUp);
        let within = |net: Money, least: Money, most: Money| {
            if net.minor() < least.minor().saturating_sub(charges) {
                return Err(PaperError::Sum { lines: least, net });
            }
            if net.minor() > most.minor().saturating_add(charges) {
                return Err(PaperError::Sum { lines: most, net });
            }
            Ok(())
        };
        let before = money(before)?;
        within(self.year_before, before, before)?;
        within(self.year_after, money(least)?, money(most)?)?;
        Ok(self.year_after.minus(self.year_before)?)
    }

    /// The price that changes under a name; `None` where there is not exactly one.
    pub(crate) fn price_of(&self, name: &str) -> Option<&NewPrice> {
        let mut named = self.prices.iter().filter(|price| price.name == name);
        named.next().filter(|_| named.next().is_none())
    }
}

impl NewPrice {
    /// What all seats cost in twelve months at a price.
    fn year(&self, price: Decimal) -> Result<Decimal, MoneyError> {
        let year = self.quantity.checked_mul(price).and_then(|all| all.checked_mul(Decimal::from(12)));
        year.and_then(|year| year.checked_div(self.months.into())).ok_or(MoneyError::Overflow)
    }

    /// The difference in percent of the old price: to a tenth, or to its first digit when that is smaller. `None` where the
    /// old price is nothing.
    pub(crate) fn percent(&self) -> Option<Decimal> {
        let share = self.new.checked_sub(self.old)?.checked_mul(Decimal::ONE_HUNDRED)?.checked_div(self.old.abs())?;
        let tenths = Rounding::HalfUp.apply(share, 1);
        if tenths.is_zero() { share.round_sf(1) } else { Some(tenths) }
    }
}

/// A price by the month; `None` where it does not come out in two digits more than the currency has.
pub(crate) fn by_month(price: Decimal, months: u32, currency: Currency) -> Option<Decimal> {
    let month = price.checked_div(months.into())?;
    let rounded = Rounding::HalfUp.apply(month, currency.digits() + 2);
    (rounded.checked_mul(months.into())? == price).then_some(rounded)
}

fn sum(a: Decimal, b: Decimal) -> Result<Decimal, MoneyError> {
    a.checked_add(b).ok_or(MoneyError::Overflow)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dec(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn a_difference_is_said_to_a_tenth_and_never_as_nothing() {
        for (old, new, percent) in [
            ("12.00", "12.60", Some("5")),
            ("12.60", "12.00", Some("-4.8")),
            ("3", "3", Some("0")),
            ("3", "4", Some("33.3")),
            ("1000", "1000.40", Some("0.04")),
            ("0", "2.50", None),
            ("-2", "-3", Some("-50")),
        ] {
            let day = Date::default();
            let price = NewPrice {
                name: String::new(),
                quantity: Decimal::ONE,
                from: day,
                months: 1,
                old: dec(old),
                new: dec(new),
                later: Vec::new(),
            };
            assert_eq!(price.percent().map(|p| p.normalize()), percent.map(dec), "{old} to {new}");
        }
    }

    #[test]
    fn a_price_by_the_month_is_exact_or_not_said() {
        for (price, months, month) in [
            ("144", 12, Some("12")),
            ("100.01", 12, None),
            ("130.05", 12, Some("10.8375")),
            ("9", 1, Some("9")),
            ("9", 0, None),
        ] {
            assert_eq!(by_month(dec(price), months, Currency::EUR), month.map(dec), "{price} for {months}");
        }
        assert_eq!(by_month(dec("1000"), 12, Currency::parse("JPY").unwrap()), None);
    }
}
