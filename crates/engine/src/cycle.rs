//! Charge cycles and terms.

use crate::register::Subscription;
use crate::{Date, Period};

/// The term a day lies in.
pub fn term_on(_subscription: &Subscription, _term_end: Option<Date>, _day: Date) -> Option<Period> {
    None
}
