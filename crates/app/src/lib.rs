//! The use cases of Billhook: one file per step, each load, decide, save in one transaction.
//!
//! A shell (command line, window, tests) makes a [`Session`], looks a command up in [`commands::COMMANDS`] and calls it
//! with a JSON request; the answer is JSON too. Requests and answers are their own structs; engine types never cross.
//! Nothing here knows how an answer is shown.

pub mod accounts;
pub mod bill;
pub mod book;
pub mod bundles;
pub mod catalogue;
pub mod commands;
pub mod contacts;
pub mod costs;
pub mod demo;
pub mod desk;
pub mod facts;
pub mod failure;
mod fields;
pub mod findings;
pub mod import;
pub mod invoices;
pub mod ledger;
pub mod list_price;
pub mod mapping;
pub mod model;
pub mod month;
pub mod notes;
mod output;
mod own_ids;
mod people;
pub mod price_lists;
pub mod prices;
pub mod progress;
pub mod promotions;
pub mod rates;
pub mod reconcile;
pub mod registers;
pub mod report;
pub mod session;
pub mod settings;
pub mod subscriptions;
pub mod tenants;
mod told;
mod vat;
pub mod why;
pub mod wire;

#[cfg(test)]
mod tried;

pub use failure::{Exit, Failure};
pub use progress::{Progress, Silent};
pub use session::{Clock, Keys, Session};
pub use store::warm_up;
