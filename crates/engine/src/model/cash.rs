//! When money moves: the customer pays when the invoice is due, we pay the vendor by its terms.
//!
//! Amounts are without tax: what customers pay of it is passed on. A month's charges are invoiced by its last day.

use crate::{Date, Month, date, policy};

/// The month in which a customer with these payment days pays what was invoiced for a month.
pub fn paid_in(month: Month, payment_days: u32) -> Month {
    Month::of(date::add_days(month.period().last(), payment_days.into()))
}

/// The month in which the vendor is paid for a month: its invoice follows early in the next one, and terms count from it.
pub fn vendor_paid_in(month: Month) -> Month {
    let invoiced: Date = month.plus(1).first();
    Month::of(date::add_days(invoiced, policy::vendor_payment_days(invoiced)))
}
