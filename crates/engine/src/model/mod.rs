//! What-if: what a change of prices, rates, seats or terms does to every month of the horizon, agreement by agreement.
//!
//! In: the register, the prices and a [`Scenario`]. Out: cost and revenue by account and month, before and after, exact to the
//! minor unit. Never: the book. A scenario is looked at, compared, and only by the seller's own decision turned into rules.
//!
//! The work is parted by how often it is done. [`Base`] is made once of a book: each agreement becomes rows of figures (in
//! which months it is charged and bought, when its terms begin, how many units), and agreements priced alike share a class.
//! A scenario is then run in two strides: the few hundred classes are priced as the scenario has it ([`tariff`]), by the same
//! [`crate::rate::Prices::offer`] that bills; then every row picks its prices by the days its terms and charges begin
//! ([`run`]). A cell is explained by pricing its rows once more with their steps ([`why`]).
//!
//! A vendor's price bites where the vendor's protection ends: at the first term that begins on or after its day. Exchange
//! rates bite at each charge. Amounts belong to the month their charge falls due in, as on the invoice.

mod alike;
mod base;
mod bridge;
mod cash;
mod lists;
mod making;
mod prices;
mod reshape;
mod run;
mod scenario;
mod tariff;
#[cfg(test)]
mod tests;
mod times;
mod why;

pub use base::{Agreement, Base, Buyer, Input, LeftOut};
pub use bridge::{Step as BridgeStep, bridge};
pub use cash::{paid_in, vendor_paid_in};
pub use prices::{Alternative, Charged, Steps, alternatives, charged, steps};
pub use run::{Change as AgreementChange, Figures, Outcome, agreements, run, run_again};
pub use scenario::{Bite, Change, Lever, Scenario, What, Who};
pub use times::{Horizon, MOST_MONTHS};
pub use why::{Because, because};

/// Why a scenario has no result.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ModelError {
    /// The figures do not fit 64 bits of minor units.
    #[error("the amounts are too large")]
    TooLarge,
    /// A scenario changes a rule the book does not have.
    #[error("the book has no price rule \"{0}\"")]
    NoRule(String),
    /// A scenario sells a bundle the book does not have.
    #[error("the book has no such bundle")]
    NoBundle(crate::Symbol),
}

/// On how many cores so much is worth being worked on.
fn cores_of(things: usize) -> usize {
    if things < 4096 { 1 } else { crate::cores::count() }
}
