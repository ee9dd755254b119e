//! The arithmetic of licence billing: values in, values and reasons out.
//!
//! Nothing here knows a file, a clock, a database or a binary float. Today's date is an argument, money is whole minor
//! units ([`Money`]) or exact decimals in the making ([`Decimal`]), and every computed figure carries the steps that
//! made it ([`why`]). One month flows through the modules in this order:
//!
//! vendor rows become [`cost`] lines; [`events`] ties them into what happened; [`explain`] says which published rule
//! gives the vendor's amount; the [`register`] holds what we believe we have, [`cycle`] when it is charged; [`rate`]
//! turns prices ([`price`]) into sale lines; [`reconcile`] compares the three; [`bill`] drafts invoices; [`ledger`]
//! balances them.

pub mod bill;
pub mod bundle;
pub mod contact;
pub mod cores;
pub mod cost;
pub mod cycle;
pub mod date;
pub mod events;
pub mod exchange;
pub mod explain;
pub mod finding;
pub mod hash;
pub mod invoice;
pub mod ledger;
pub mod model;
pub mod money;
pub mod names;
pub mod policy;
pub mod post;
pub mod price;
pub mod price_change;
pub mod promotion;
pub mod rate;
pub mod reconcile;
pub mod register;
pub mod sale;
pub mod why;

pub use date::{Date, Month, Period};
pub use hash::{IdMap, IdSet};
pub use money::{Currency, Money, Rounding};
pub use names::{Id, LineRef, Names, SourceId, Symbol};
pub use rust_decimal::Decimal;
