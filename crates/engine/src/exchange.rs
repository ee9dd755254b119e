//! Exchange rates, and tax in the money of the seller's country.
//!
//! In: dated rates with their source, as somebody entered them. Out: what the tax of an invoice in another currency comes
//! to at home, and by which rate. The tax has to stand on the invoice in that money too (VAT Directive, Art. 230); which
//! published rate is used is the seller's choice, and has to be kept to, so the source is kept with the rate.

use crate::money::MoneyError;
use crate::{Currency, Date, Decimal, Money, Rounding, policy};
use std::collections::BTreeMap;

/// What one unit of a currency is worth at home, from a day on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rate {
    /// First day.
    pub from: Date,
    /// Units of the home currency for one of the other.
    pub per_unit: Decimal,
    /// Who published it.
    pub source: String,
}

/// The rates of a book.
#[derive(Clone, Debug)]
pub struct Rates {
    home: Currency,
    by_currency: BTreeMap<Currency, Vec<Rate>>,
}

/// Tax in the home currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HomeTax {
    /// The tax.
    pub tax: Money,
    /// The rate it was converted by.
    pub rate: Rate,
}

/// Why tax could not be converted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoHomeTax {
    /// No rate is in force on the day.
    #[error("no exchange rate from {currency} to {home} is in force on {day}")]
    NoRate {
        /// The invoice's currency.
        currency: Currency,
        /// The home currency.
        home: Currency,
        /// The day asked for.
        day: Date,
    },
    /// The amount does not fit.
    #[error(transparent)]
    Money(#[from] MoneyError),
}

impl Rates {
    /// Rates of a book at home in `home`, in any order.
    pub fn new(home: Currency, rates: impl IntoIterator<Item = (Currency, Rate)>) -> Rates {
        let mut by_currency: BTreeMap<Currency, Vec<Rate>> = BTreeMap::new();
        for (currency, rate) in rates {
            by_currency.entry(currency).or_default().push(rate);
        }
        by_currency.values_mut().for_each(|rates| rates.sort_by_key(|r| r.from));
        Rates { home, by_currency }
    }

    /// The home currency.
    pub fn home(&self) -> Currency {
        self.home
    }

    /// The rate in force on a day: the newest not younger than the day and not too old for it.
    pub fn on(&self, currency: Currency, day: Date) -> Option<&Rate> {
        let rate = self.by_currency.get(&currency)?.iter().rev().find(|r| r.from <= day)?;
        (day < crate::date::add_days(rate.from, policy::rate_keeps(day))).then_some(rate)
    }

    /// The tax of an invoice of `day` in the home currency, rounded half up once; `None` where it is in that already or is
    /// nothing.
    pub fn tax_at_home(&self, tax: Money, day: Date) -> Result<Option<HomeTax>, NoHomeTax> {
        let (currency, home) = (tax.currency(), self.home);
        if currency == home || tax.minor() == 0 {
            return Ok(None);
        }
        let rate = self.on(currency, day).ok_or(NoHomeTax::NoRate { currency, home, day })?;
        Ok(Some(rate.convert(tax, home)?))
    }
}

impl Rate {
    /// Tax by this rate: a correction is converted like the invoice it corrects.
    pub fn convert(&self, tax: Money, home: Currency) -> Result<HomeTax, MoneyError> {
        let exact = tax.value().checked_mul(self.per_unit).ok_or(MoneyError::Overflow)?;
        Ok(HomeTax { tax: Money::round(exact, home, Rounding::HalfUp)?, rate: self.clone() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    fn rates() -> Rates {
        let rate =
            |from, per_unit: &str| Rate { from: day(from), per_unit: per_unit.parse().unwrap(), source: "HMRC".into() };
        let (eur, usd) = (Currency::EUR, Currency::parse("USD").unwrap());
        let gbp = Currency::parse("GBP").unwrap();
        Rates::new(
            gbp,
            [
                (eur, rate("2026-11-01", "0.8651")),
                (eur, rate("2026-10-01", "0.8700")),
                (usd, rate("2026-09-01", "0.75")),
            ],
        )
    }

    fn at_home(minor: i64, currency: &str, on: &str) -> String {
        let tax = Money::from_minor(minor, Currency::parse(currency).unwrap());
        match rates().tax_at_home(tax, day(on)) {
            Ok(None) => "as it is".into(),
            Ok(Some(home)) => {
                format!("{} {} by {} of {}", home.tax, home.tax.currency(), home.rate.per_unit, home.rate.from)
            }
            Err(why) => why.to_string(),
        }
    }

    #[test]
    fn tax_is_told_at_home_by_the_rate_of_its_day() {
        assert_eq!(at_home(19_000, "EUR", "2026-11-02"), "164.37 GBP by 0.8651 of 2026-11-01");
        assert_eq!(at_home(19_000, "EUR", "2026-10-31"), "165.30 GBP by 0.8700 of 2026-10-01");
        assert_eq!(at_home(-19_000, "EUR", "2026-11-02"), "-164.37 GBP by 0.8651 of 2026-11-01");
        assert_eq!(at_home(19_000, "GBP", "2026-11-02"), "as it is");
        assert_eq!(at_home(0, "EUR", "2020-01-01"), "as it is", "without tax nothing is owed at home");
    }

    #[test]
    fn a_rate_too_young_too_old_or_absent_converts_nothing() {
        for (currency, on) in
            [("EUR", "2026-09-30"), ("EUR", "2026-12-02"), ("USD", "2026-11-02"), ("SEK", "2026-11-02")]
        {
            let told = at_home(100, currency, on);
            assert_eq!(told, format!("no exchange rate from {currency} to GBP is in force on {on}"));
        }
        assert_eq!(at_home(100, "EUR", "2026-12-01"), "0.87 GBP by 0.8651 of 2026-11-01", "the last day");
    }
}
