//! The published ways to round a line, and which of them give an amount.

use crate::Decimal;
use rust_decimal::RoundingStrategy::{MidpointAwayFromZero, ToNegativeInfinity, ToZero};

/// A published rounding rule. P is the price of one unit for the days charged, Q the quantity, X the exchange rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Mode {
    /// The amount is cut: `TRUNC(P × Q × X, 2)`, with P at full precision.
    R1,
    /// The price is cut, then multiplied: `TRUNC(P × X, 2) × Q`.
    R2,
    /// Cut before and after the exchange: `TRUNC(TRUNC(P × Q, 2) × X, 2)`.
    R3,
    /// Rounded down day by day: `FLOOR(P × Q × X, 2)`, for daily usage.
    R4,
    /// Half away from zero, the amount or the price of one unit.
    R5,
    /// The price of one day is rounded to two or three places first, then multiplied by days and quantity.
    R6,
}

impl Mode {
    /// Every mode, in the order in which they are named.
    pub const ALL: [Mode; 6] = [Mode::R1, Mode::R2, Mode::R3, Mode::R4, Mode::R5, Mode::R6];

    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            Mode::R1 => "R1",
            Mode::R2 => "R2",
            Mode::R3 => "R3",
            Mode::R4 => "R4",
            Mode::R5 => "R5",
            Mode::R6 => "R6",
        }
    }

    /// What it does, in a few words.
    pub fn words(self) -> &'static str {
        match self {
            Mode::R1 => "the amount is cut to the cent",
            Mode::R2 => "the unit price is cut to the cent, then multiplied",
            Mode::R3 => "cut to the cent before and after the exchange",
            Mode::R4 => "each day is rounded down to the cent",
            Mode::R5 => "rounded half up to the cent",
            Mode::R6 => "the price of a day is rounded, then multiplied",
        }
    }
}

impl std::fmt::Display for Mode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code())
    }
}

/// A set of modes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Modes(u8);

impl Modes {
    /// Adds one.
    pub fn insert(&mut self, mode: Mode) {
        self.0 |= 1 << mode as u8;
    }

    /// Whether it is in the set.
    pub fn contains(self, mode: Mode) -> bool {
        self.0 & 1 << mode as u8 != 0
    }

    /// Those in both.
    pub fn and(self, other: Modes) -> Modes {
        Modes(self.0 & other.0)
    }

    /// Those in the set, in order.
    pub fn iter(self) -> impl Iterator<Item = Mode> {
        Mode::ALL.into_iter().filter(move |mode| self.contains(*mode))
    }
}

/// Days charged, of the days of the whole cycle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Share {
    pub(super) days: i64,
    pub(super) of: i64,
}

impl Share {
    /// Everything: nothing is prorated.
    pub(super) const WHOLE: Share = Share { days: 1, of: 1 };
}

/// The figures of a line without their signs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Figures {
    pub(super) price: Decimal,
    pub(super) effective: Decimal,
    pub(super) quantity: Decimal,
    pub(super) rate: Decimal,
    pub(super) amount: Decimal,
    /// Places of the currency's minor unit.
    pub(super) digits: u32,
    /// Places of the amount: those of the currency, or more where the file gives more.
    pub(super) places: u32,
    pub(super) credit: bool,
}

impl Figures {
    /// The possible amounts of a mode for a price of the whole cycle; two where the rule leaves the place open. `None`
    /// entries: nothing fits a decimal.
    pub(super) fn amounts(&self, mode: Mode, price: Decimal, share: Share) -> [Option<Decimal>; 2] {
        let days = Decimal::from(share.days);
        let of = Decimal::from(share.of);
        let unit = || price.checked_mul(days)?.checked_mul(self.rate)?.checked_div(of);
        let whole = || price.checked_mul(days)?.checked_mul(self.quantity)?.checked_mul(self.rate)?.checked_div(of);
        match mode {
            Mode::R1 => [whole().map(|x| x.round_dp_with_strategy(self.places, ToZero)), None],
            Mode::R2 => {
                [unit().and_then(|x| x.round_dp_with_strategy(self.digits, ToZero).checked_mul(self.quantity)), None]
            }
            Mode::R3 => {
                let cut = || {
                    let x = price.checked_mul(days)?.checked_mul(self.quantity)?.checked_div(of)?;
                    x.round_dp_with_strategy(2, ToZero).checked_mul(self.rate)
                };
                [cut().map(|x| x.round_dp_with_strategy(self.digits, ToZero)), None]
            }
            Mode::R4 => {
                let sign = if self.credit { Decimal::NEGATIVE_ONE } else { Decimal::ONE };
                [whole().map(|x| (x * sign).round_dp_with_strategy(self.digits, ToNegativeInfinity).abs()), None]
            }
            Mode::R5 => [
                whole().map(|x| x.round_dp_with_strategy(self.places, MidpointAwayFromZero)),
                unit().and_then(|x| {
                    x.round_dp_with_strategy(self.digits, MidpointAwayFromZero).checked_mul(self.quantity)
                }),
            ],
            Mode::R6 => [3, 2].map(|places| {
                let day = price.checked_div(of)?.round_dp_with_strategy(places, MidpointAwayFromZero);
                let x = day.checked_mul(days)?.checked_mul(self.quantity)?.checked_mul(self.rate)?;
                Some(x.round_dp_with_strategy(self.digits, MidpointAwayFromZero))
            }),
        }
    }

    /// Whether a mode gives the amount to the last digit.
    pub(super) fn exactly(&self, mode: Mode, price: Decimal, share: Share) -> bool {
        self.amounts(mode, price, share).contains(&Some(self.amount))
    }

    /// How far an amount may lie from a rule's and still be called close: one minor unit a unit of quantity.
    pub(super) fn tolerance(&self) -> Decimal {
        let cent = Decimal::new(1, self.digits);
        self.quantity.checked_mul(cent).map_or(cent, |all| all.max(cent))
    }

    /// Whether an unrounded value lies within the tolerance of the amount.
    pub(super) fn close(&self, value: Option<Decimal>) -> bool {
        value.and_then(|v| v.checked_sub(self.amount)).is_some_and(|off| off.abs() <= self.tolerance())
    }
}
