//! Money: an amount somebody owes, and the one road that leads to it.
//!
//! [`Money`] is a whole number of minor units with its currency: what invoices and the journal hold. A price or rate
//! still being worked out is a plain [`Decimal`] with all its digits. [`Money::round`] is the only conversion between
//! the two, and the caller names the rounding. There is no `+` across currencies and no binary float.

use rust_decimal::{Decimal, RoundingStrategy};
use std::fmt;

/// An ISO 4217 currency code, three upper-case letters.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Currency([u8; 3]);

impl Currency {
    /// The euro.
    pub const EUR: Currency = Currency(*b"EUR");
    /// The pound sterling.
    pub const GBP: Currency = Currency(*b"GBP");
    /// The United States dollar.
    pub const USD: Currency = Currency(*b"USD");

    /// Reads a code that ISO 4217 lists, in any case: what a person or a file may name.
    pub fn listed(text: &str) -> Option<Currency> {
        let currency = Currency::parse(text)?;
        let common = matches!(&currency.0, b"EUR" | b"GBP" | b"USD");
        (common || LISTED.binary_search(&currency.code()).is_ok()).then_some(currency)
    }

    /// Reads a code in any case; `None` unless it is exactly three ASCII letters. For what was checked when it came in.
    pub fn parse(text: &str) -> Option<Currency> {
        let b = text.trim().as_bytes();
        match b {
            [x, y, z] if b.iter().all(u8::is_ascii_alphabetic) => {
                Some(Currency([x.to_ascii_uppercase(), y.to_ascii_uppercase(), z.to_ascii_uppercase()]))
            }
            _ => None,
        }
    }

    /// The code as text.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("XXX")
    }

    /// Digits after the point in this currency's minor unit (ISO 4217: 2 for most, 0 for yen, 3 for dinars).
    pub fn digits(&self) -> u32 {
        match &self.0 {
            b"BIF" | b"CLP" | b"DJF" | b"GNF" | b"ISK" | b"JPY" | b"KMF" | b"KRW" | b"PYG" | b"RWF" | b"UGX"
            | b"VND" | b"VUV" | b"XAF" | b"XOF" | b"XPF" => 0,
            b"BHD" | b"IQD" | b"JOD" | b"KWD" | b"LYD" | b"OMR" | b"TND" => 3,
            _ => 2,
        }
    }
}

/// The codes of ISO 4217 for money people pay with, in order; the lately withdrawn are kept for old files.
#[rustfmt::skip]
const LISTED: &[&str] = &[
    "AED", "AFN", "ALL", "AMD", "ANG", "AOA", "ARS", "AUD", "AWG", "AZN", "BAM", "BBD", "BDT", "BGN", "BHD", "BIF",
    "BMD", "BND", "BOB", "BRL", "BSD", "BTN", "BWP", "BYN", "BZD", "CAD", "CDF", "CHF", "CLP", "CNY", "COP", "CRC",
    "CUP", "CVE", "CZK", "DJF", "DKK", "DOP", "DZD", "EGP", "ERN", "ETB", "EUR", "FJD", "FKP", "GBP", "GEL", "GHS",
    "GIP", "GMD", "GNF", "GTQ", "GYD", "HKD", "HNL", "HRK", "HTG", "HUF", "IDR", "ILS", "INR", "IQD", "IRR", "ISK",
    "JMD", "JOD", "JPY", "KES", "KGS", "KHR", "KMF", "KPW", "KRW", "KWD", "KYD", "KZT", "LAK", "LBP", "LKR", "LRD",
    "LSL", "LYD", "MAD", "MDL", "MGA", "MKD", "MMK", "MNT", "MOP", "MRU", "MUR", "MVR", "MWK", "MXN", "MYR", "MZN",
    "NAD", "NGN", "NIO", "NOK", "NPR", "NZD", "OMR", "PAB", "PEN", "PGK", "PHP", "PKR", "PLN", "PYG", "QAR", "RON",
    "RSD", "RUB", "RWF", "SAR", "SBD", "SCR", "SDG", "SEK", "SGD", "SHP", "SLE", "SLL", "SOS", "SRD", "SSP", "STN",
    "SVC", "SYP", "SZL", "THB", "TJS", "TMT", "TND", "TOP", "TRY", "TTD", "TWD", "TZS", "UAH", "UGX", "USD", "UYU",
    "UZS", "VED", "VES", "VND", "VUV", "WST", "XAF", "XCD", "XCG", "XOF", "XPF", "YER", "ZAR", "ZMW", "ZWG", "ZWL",
];

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// How digits beyond the wanted place are dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Rounding {
    /// Half away from zero: our own lines and taxes.
    HalfUp,
    /// Towards zero: what the vendor mostly does, alike for charges and credits.
    Truncate,
}

impl Rounding {
    /// Rounds to `digits` places after the point.
    pub fn apply(self, value: Decimal, digits: u32) -> Decimal {
        value.round_dp_with_strategy(
            digits,
            match self {
                Rounding::HalfUp => RoundingStrategy::MidpointAwayFromZero,
                Rounding::Truncate => RoundingStrategy::ToZero,
            },
        )
    }
}

/// Why two amounts could not be combined.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Amounts of different currencies are never added.
    #[error("cannot combine {0} with {1}")]
    Mixed(Currency, Currency),
    /// The result does not fit 64 bits of minor units.
    #[error("the amount is too large")]
    Overflow,
}

/// An amount in whole minor units of one currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Money {
    minor: i64,
    currency: Currency,
}

impl Money {
    /// An amount given in minor units (cents, pence).
    pub const fn from_minor(minor: i64, currency: Currency) -> Money {
        Money { minor, currency }
    }

    /// Nothing, in a currency.
    pub const fn zero(currency: Currency) -> Money {
        Money { minor: 0, currency }
    }

    /// Rounds an exact value to the currency's minor unit; fails only when it does not fit.
    pub fn round(value: Decimal, currency: Currency, how: Rounding) -> Result<Money, MoneyError> {
        let digits = currency.digits();
        let mut v = how.apply(value, digits);
        v.rescale(digits);
        i64::try_from(v.mantissa()).map(|minor| Money { minor, currency }).map_err(|_| MoneyError::Overflow)
    }

    /// The amount in minor units.
    pub const fn minor(&self) -> i64 {
        self.minor
    }

    /// The currency.
    pub const fn currency(&self) -> Currency {
        self.currency
    }

    /// The amount as an exact decimal of major units.
    pub fn value(&self) -> Decimal {
        Decimal::new(self.minor, self.currency.digits())
    }

    /// The sum; fails on another currency or overflow.
    pub fn plus(self, other: Money) -> Result<Money, MoneyError> {
        if self.currency != other.currency {
            return Err(MoneyError::Mixed(self.currency, other.currency));
        }
        let minor = self.minor.checked_add(other.minor).ok_or(MoneyError::Overflow)?;
        Ok(Money { minor, currency: self.currency })
    }

    /// The difference; fails on another currency or overflow.
    pub fn minus(self, other: Money) -> Result<Money, MoneyError> {
        self.plus(other.negated())
    }

    /// The same amount with the other sign.
    pub fn negated(self) -> Money {
        Money { minor: -self.minor, currency: self.currency }
    }

    /// Shares that add up to `self` exactly; spare minor units go to the largest remainders, ties to the first.
    ///
    /// All weights zero gives everything to the first share; no weights give no shares.
    pub fn split(self, weights: &[Decimal]) -> Vec<Money> {
        let total: Decimal = weights.iter().copied().sum();
        if weights.is_empty() {
            return Vec::new();
        }
        if total.is_zero() {
            let mut all = vec![Money::zero(self.currency); weights.len()];
            all[0] = self;
            return all;
        }
        let whole = Decimal::from(self.minor);
        let exact: Vec<Decimal> = weights.iter().map(|w| whole * *w / total).collect();
        let mut shares: Vec<i64> = exact.iter().map(|e| i64::try_from(e.trunc().mantissa()).unwrap_or(0)).collect();
        let mut spare = self.minor - shares.iter().sum::<i64>();
        let mut order: Vec<usize> = (0..exact.len()).collect();
        order.sort_by(|&a, &b| exact[b].fract().abs().cmp(&exact[a].fract().abs()).then(a.cmp(&b)));
        for &i in order.iter().cycle() {
            if spare == 0 {
                break;
            }
            shares[i] += spare.signum();
            spare -= spare.signum();
        }
        shares.into_iter().map(|minor| Money { minor, currency: self.currency }).collect()
    }
}

impl fmt::Display for Money {
    /// Plain decimal text without the currency: `-12.30`, `500` for yen.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value().fmt(f)
    }
}

/// One amount per currency, in order of currency code: the only sum across currencies that exists.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Totals(std::collections::BTreeMap<Currency, Decimal>);

impl Totals {
    /// Adds an exact amount.
    pub fn add(&mut self, currency: Currency, amount: Decimal) {
        *self.0.entry(currency).or_default() += amount;
    }

    /// The total in one currency, zero when none was added.
    pub fn get(&self, currency: Currency) -> Decimal {
        self.0.get(&currency).copied().unwrap_or_default()
    }

    /// Every currency with its total.
    pub fn iter(&self) -> impl Iterator<Item = (Currency, Decimal)> + '_ {
        self.0.iter().map(|(c, v)| (*c, *v))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn dec(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn rounding_names_its_direction() {
        for (value, how, minor) in [
            ("0.125", Rounding::HalfUp, 13),
            ("-0.125", Rounding::HalfUp, -13),
            ("0.129", Rounding::Truncate, 12),
            ("-0.129", Rounding::Truncate, -12),
        ] {
            assert_eq!(Money::round(dec(value), Currency::EUR, how).unwrap().minor(), minor, "{value} {how:?}");
        }
    }

    #[test]
    fn a_person_names_only_currencies_there_are() {
        assert!(LISTED.windows(2).all(|pair| pair[0] < pair[1]));
        assert_eq!(Currency::listed(" chf ").map(|c| c.to_string()).as_deref(), Some("CHF"));
        assert_eq!(["XXX", "EUX", "XTS", "EURO", ""].map(Currency::listed), [None; 5]);
    }

    #[test]
    fn minor_units_follow_the_currency() {
        let yen = Currency::parse("jpy").unwrap();
        assert_eq!(Money::round(dec("1234.5"), yen, Rounding::HalfUp).unwrap().to_string(), "1235");
        let dinar = Currency::parse("KWD").unwrap();
        assert_eq!(Money::round(dec("1.2345"), dinar, Rounding::Truncate).unwrap().to_string(), "1.234");
        assert_eq!(Money::from_minor(-1230, Currency::GBP).to_string(), "-12.30");
    }

    #[test]
    fn currencies_do_not_mix() {
        let sum = Money::from_minor(1, Currency::EUR).plus(Money::from_minor(1, Currency::GBP));
        assert_eq!(sum, Err(MoneyError::Mixed(Currency::EUR, Currency::GBP)));
    }

    proptest! {
        #[test]
        fn a_split_sums_back(minor in -10_000_000i64..10_000_000, weights in prop::collection::vec(0u32..1000, 1..12)) {
            let weights: Vec<Decimal> = weights.into_iter().map(Decimal::from).collect();
            let shares = Money::from_minor(minor, Currency::EUR).split(&weights);
            prop_assert_eq!(shares.iter().map(Money::minor).sum::<i64>(), minor);
        }

        #[test]
        fn rounding_moves_less_than_one_minor_unit(mantissa in any::<i64>(), scale in 3u32..12) {
            let value = Decimal::new(mantissa, scale);
            for how in [Rounding::HalfUp, Rounding::Truncate] {
                if let Ok(money) = Money::round(value, Currency::EUR, how) {
                    prop_assert!((money.value() - value).abs() < Decimal::new(1, 2));
                }
            }
        }
    }
}
