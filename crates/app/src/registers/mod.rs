//! The registers as the window shows them: rows joined, priced and put in order, which no single table of the book is.
//!
//! Nothing here writes. Every figure comes from the engine or the book; the window only draws.

pub mod accounts;
pub mod bundles;
pub mod history;
pub mod products;
pub mod rules;
pub mod subscriptions;

#[cfg(test)]
mod by_hand;
#[cfg(test)]
pub(crate) mod tests;
