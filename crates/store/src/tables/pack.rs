//! Bytes inside a column: the compact form of lines and reasons.
//!
//! Integers are LEB128 varints (signed ones zigzag), texts and byte strings are length-prefixed, a decimal is its sign
//! and scale in one byte followed by its digits as a varint, so `1.50` and `1.5` stay what they were. Reading never
//! trusts a length and never panics.

use engine::{Currency, Date, Decimal, Period};

use super::cell::{damaged, date, day};
use crate::StoreError;

/// The writing end.
pub(crate) trait Pack {
    fn byte(&mut self, value: u8);
    fn bytes(&mut self, value: &[u8]);

    fn uint(&mut self, mut value: u128) {
        if value < 0x80 {
            return self.byte(value as u8);
        }
        let (mut digits, mut count) = ([0; 19], 0);
        // Nearly all numbers fit 64 bits, which shift in a third of the time.
        while value > u64::MAX.into() {
            digits[count] = value as u8 | 0x80;
            (value, count) = (value >> 7, count + 1);
        }
        let mut value = value as u64;
        while value >= 0x80 {
            digits[count] = value as u8 | 0x80;
            (value, count) = (value >> 7, count + 1);
        }
        digits[count] = value as u8;
        self.bytes(&digits[..=count]);
    }

    fn int(&mut self, value: i64) {
        self.uint(u128::from((value << 1 ^ value >> 63) as u64));
    }

    fn sized(&mut self, value: &[u8]) {
        self.uint(value.len() as u128);
        self.bytes(value);
    }

    fn text(&mut self, value: &str) {
        self.sized(value.as_bytes());
    }

    /// A variant as its place in the list of words; new variants are added at the end of a list.
    fn one_of<T: PartialEq>(&mut self, words: &[(T, &str)], value: T) {
        self.byte(words.iter().position(|(known, _)| *known == value).map_or(u8::MAX, |i| i as u8));
    }

    fn decimal(&mut self, value: Decimal) {
        self.byte(value.scale() as u8 | if value.is_sign_negative() { 0x20 } else { 0 });
        self.uint(value.mantissa().unsigned_abs());
    }

    fn decimal_opt(&mut self, value: Option<Decimal>) {
        match value {
            Some(value) => self.decimal(value),
            None => self.byte(NO_DECIMAL),
        }
    }

    /// Whether there is a value, then the value.
    fn opt<T>(&mut self, value: Option<T>, pack: impl FnOnce(&mut Self, T)) {
        self.byte(value.is_some().into());
        if let Some(value) = value {
            pack(self, value);
        }
    }

    fn date(&mut self, value: Date) {
        self.int(day(value));
    }

    /// A missing date is a day before all history.
    fn date_opt(&mut self, value: Option<Date>) {
        self.int(value.map_or(NO_DAY, day));
    }

    fn period(&mut self, value: Period) {
        self.int(day(value.start));
        self.int(value.days());
    }

    fn period_opt(&mut self, value: Option<Period>) {
        match value {
            Some(period) => self.period(period),
            None => self.int(NO_DAY),
        }
    }

    fn currency(&mut self, value: Currency) {
        self.bytes(value.code().as_bytes());
    }
}

const NO_DECIMAL: u8 = 0x40;
const NO_DAY: i64 = -1_000_000;

impl Pack for Vec<u8> {
    fn byte(&mut self, value: u8) {
        self.push(value);
    }

    fn bytes(&mut self, value: &[u8]) {
        self.extend_from_slice(value);
    }
}

/// The reading end: what is left to read.
pub(crate) struct Unpack<'a>(pub(crate) &'a [u8]);

impl<'a> Unpack<'a> {
    pub(crate) fn is_done(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn byte(&mut self) -> Result<u8, StoreError> {
        let (&first, rest) = self.0.split_first().ok_or_else(cut)?;
        self.0 = rest;
        Ok(first)
    }

    pub(crate) fn bytes(&mut self, count: usize) -> Result<&'a [u8], StoreError> {
        let (taken, rest) = self.0.split_at_checked(count).ok_or_else(cut)?;
        self.0 = rest;
        Ok(taken)
    }

    pub(crate) fn array<const N: usize>(&mut self) -> Result<[u8; N], StoreError> {
        self.bytes(N)?.try_into().map_err(|_| cut())
    }

    fn wide(&mut self) -> Result<u128, StoreError> {
        let mut value = 0u128;
        for shift in (0..126).step_by(7) {
            let byte = self.byte()?;
            value |= u128::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(value);
            }
        }
        Err(cut())
    }

    pub(crate) fn uint(&mut self) -> Result<u64, StoreError> {
        let mut value = 0u64;
        for shift in (0..63).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(value);
            }
        }
        match self.byte()? {
            last @ (0 | 1) => Ok(value | u64::from(last) << 63),
            _ => Err(cut()),
        }
    }

    pub(crate) fn u32(&mut self) -> Result<u32, StoreError> {
        u32::try_from(self.uint()?).map_err(|_| cut())
    }

    pub(crate) fn int(&mut self) -> Result<i64, StoreError> {
        let value = self.uint()?;
        Ok((value >> 1) as i64 ^ -((value & 1) as i64))
    }

    pub(crate) fn sized(&mut self) -> Result<&'a [u8], StoreError> {
        let length = usize::try_from(self.uint()?).map_err(|_| cut())?;
        self.bytes(length)
    }

    pub(crate) fn text(&mut self) -> Result<&'a str, StoreError> {
        std::str::from_utf8(self.sized()?).map_err(|_| cut())
    }

    pub(crate) fn one_of<T: Copy>(&mut self, words: &[(T, &str)]) -> Result<T, StoreError> {
        words.get(usize::from(self.byte()?)).map(|(value, _)| *value).ok_or_else(cut)
    }

    pub(crate) fn decimal(&mut self) -> Result<Decimal, StoreError> {
        self.decimal_opt()?.ok_or_else(cut)
    }

    pub(crate) fn decimal_opt(&mut self) -> Result<Option<Decimal>, StoreError> {
        let head = self.byte()?;
        if head == NO_DECIMAL {
            return Ok(None);
        }
        let scale = u32::from(head & 0x1f);
        let start = self.0;
        // Nearly all digits fit 63 bits; the wide road takes three times as long.
        let mut value = match self.uint().map(i64::try_from) {
            Ok(Ok(digits)) => Decimal::try_new(digits, scale).map_err(|_| cut())?,
            _ => {
                self.0 = start;
                let digits = i128::try_from(self.wide()?).map_err(|_| cut())?;
                Decimal::try_from_i128_with_scale(digits, scale).map_err(|_| cut())?
            }
        };
        value.set_sign_negative(head & 0x20 != 0);
        Ok(Some(value))
    }

    pub(crate) fn opt<T>(
        &mut self,
        unpack: impl FnOnce(&mut Self) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        match self.byte()? {
            0 => Ok(None),
            1 => unpack(self).map(Some),
            _ => Err(cut()),
        }
    }

    pub(crate) fn date(&mut self) -> Result<Date, StoreError> {
        Ok(date(self.int()?))
    }

    pub(crate) fn date_opt(&mut self) -> Result<Option<Date>, StoreError> {
        let day = self.int()?;
        Ok((day != NO_DAY).then(|| date(day)))
    }

    pub(crate) fn period(&mut self) -> Result<Period, StoreError> {
        self.period_opt()?.ok_or_else(cut)
    }

    pub(crate) fn period_opt(&mut self) -> Result<Option<Period>, StoreError> {
        let Some(start) = self.date_opt()? else { return Ok(None) };
        Ok(Period::new(start, engine::date::add_days(start, self.int()?)))
    }

    pub(crate) fn currency(&mut self) -> Result<Currency, StoreError> {
        let code = self.array::<3>()?;
        std::str::from_utf8(&code).ok().and_then(Currency::parse).ok_or_else(cut)
    }
}

/// Packed bytes that end too early or say something impossible.
pub(crate) fn cut() -> StoreError {
    damaged("a packed record", "cut or of an unknown form")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_packed_is_unpacked(
            mantissa in -(1i128 << 95)..(1i128 << 95), scale in 0u32..=28, n: i64, day in -40_000i64..80_000, text: String,
        ) {
            let decimal = Decimal::from_i128_with_scale(mantissa, scale);
            let mut out = Vec::new();
            out.decimal(decimal);
            out.decimal_opt(None);
            out.int(n);
            out.date_opt(Some(date(day)));
            out.date_opt(None);
            out.text(&text);
            out.currency(Currency::GBP);
            let mut read = Unpack(&out);
            let back = read.decimal().unwrap();
            prop_assert_eq!((back, back.scale()), (decimal, scale));
            prop_assert_eq!(read.decimal_opt().unwrap(), None);
            prop_assert_eq!(read.int().unwrap(), n);
            prop_assert_eq!(read.date_opt().unwrap(), Some(date(day)));
            prop_assert_eq!(read.date_opt().unwrap(), None);
            prop_assert_eq!(read.text().unwrap(), text);
            prop_assert_eq!(read.currency().unwrap(), Currency::GBP);
            prop_assert!(read.is_done());
        }

        #[test]
        fn any_bytes_are_read_without_panic(bytes: Vec<u8>) {
            let mut read = Unpack(&bytes);
            while !read.is_done() {
                if read.decimal_opt().and(read.text()).and(read.period_opt()).and(read.currency()).is_err() {
                    break;
                }
            }
        }
    }
}
