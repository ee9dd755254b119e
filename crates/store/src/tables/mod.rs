//! The tables of the book: SQL and row mapping, and nothing that decides.
//!
//! One file per table group, each with its row type, its read side (functions on any connection) and its write side
//! (methods of [`Writer`], which lives inside one write transaction). Engine types go in and come out; the texts
//! behind their symbols travel as a [`Names`](engine::Names) beside them. What is read carries the book's symbols, so
//! it needs [`texts::load`] once per command; what is written may carry any batch's, they are translated.
//!
//! Always: tables of record are append-only by trigger; every table that counts is sealed (see `seal.rs`), so an edit made
//! behind the program's back is found by `check`; writing the same again changes nothing and says so ([`Put`]).

pub mod accounts;
#[cfg(test)]
mod attack_tests;
mod blocks;
pub mod canonical;
mod cell;
pub mod chain;
pub mod check;
pub mod chosen;
pub mod contacts;
pub mod documents;
mod events;
pub mod findings;
pub mod glance;
pub mod invoices;
pub mod journal;
mod labels;
pub mod lines;
pub mod one_offs;
mod pack;
pub mod price_lists;
pub mod prices;
pub mod products;
pub mod promotions;
#[cfg(test)]
mod record_tests;
mod records;
#[cfg(test)]
mod register_tests;
pub mod runs;
mod sale_lines;
#[cfg(test)]
mod sample;
mod seal;
pub mod settings;
mod steps;
pub mod subscriptions;
mod superseded;
#[cfg(test)]
mod testing;
pub mod texts;
pub mod volume;
mod words;

pub use seal::Writer;
pub(crate) use settings::seal_book;
pub use subscriptions::Scope;

/// What became of the rows given to a write.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Put {
    /// Not there before.
    pub added: u64,
    /// There, with other values.
    pub changed: u64,
    /// There already, exactly so.
    pub same: u64,
}

/// An `UPDATE` of every column of the row whose first column is the first parameter.
fn set_clause(table: &seal::Table) -> String {
    let sets: Vec<String> =
        table.columns.iter().enumerate().skip(1).map(|(i, c)| format!("{c} = ?{}", i + 1)).collect();
    format!("UPDATE {} SET {} WHERE {} = ?1", table.name, sets.join(", "), table.columns[0])
}
