//! Bytes to values: every outside file Billhook reads.
//!
//! A [`Source`] is opened, unwrapped to lines ([`unpack`](Packing)), and [`recognise`]d by its content: its [`Kind`], its
//! columns by name in any order, its dialect. Then [`read_costs`], [`read_sales`] and [`read_records`] hand out typed rows in
//! the order of the file, and a [`Problem`] for each cell that cannot be read. Rows fail, not files; a [`Refusal`] is left for
//! files of which nothing can be trusted. Nothing is guessed: what no cell settles is a [`Question`].
//!
//! This crate knows columns; what they mean is the engine's. It never sees a path, the network or the book, and takes no
//! input on trust: sizes, growth, rows, fields and nesting have [`limits`].

mod catalogue;
mod cells;
mod charge;
mod column;
mod correct;
mod customers;
mod dialect;
mod distributor;
pub mod export;
mod header;
mod json;
mod kind;
mod legacy;
mod limits;
mod lines;
mod mapping;
mod objects;
mod place;
mod prices;
mod problem;
mod raw;
mod read;
mod recognise;
mod recon;
mod row;
mod sales;
pub mod scenario;
mod sheets;
mod source;
mod stream;
mod subscriptions;
mod text;
mod unpack;
mod usage;
mod value;
mod xlsx;

pub use catalogue::{BundleRow, ProductRow};
pub use column::{Column, Holds};
pub use correct::{Corrected, Correction, Remedy};
pub use customers::CustomerRow;
pub use dialect::Question;
pub use kind::{Kind, template};
pub use limits::{Limit, Limits, limits};
pub use mapping::{Mapping, Per, Reads, Sign, shipped};
pub use prices::{ListPriceRow, RuleRow};
pub use problem::{Note, Problem, Refusal, Stop, codes};
pub use read::{Batch, Progress, Records, Rows, Summary, read_costs, read_records, read_sales};
pub use read::{read_subscriptions, sold_reference};
pub use recognise::{Asked, Glimpse, Recognised, glimpse, recognise};
pub use row::has_suspicious;
pub use source::{Bytes, Source};
pub use subscriptions::{Change, SeatChangeRow, SubscriptionRow};
pub use unpack::{Encoding, Form, Packing};
pub use value::{DateOrder, Dialect, Mark};

/// The cells of one row of a document by column name, as the document has them, for showing where a line came from.
/// Rows count from 1 without the header; an empty answer means there is no such row.
pub fn raw_row(
    source: &dyn Source,
    file: &Recognised,
    limits: &Limits,
    row: u32,
) -> Result<Vec<(String, String)>, Refusal> {
    raw::row(source, file, limits, row)
}
