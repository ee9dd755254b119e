//! The encrypted book on disk.
//!
//! A book is a folder `NAME.billhook/`:
//!
//! ```text
//! book.json      format version, book id, key slots (and .bak, the same)   header, keys, recovery
//! book.db        everything, in SQLCipher                                  connection, migrate, tables
//! book.lock      held by the one writer; book.holder says who it is        lock
//! documents/     large raw files, encrypted in chunks, named by keyed hash documents
//! backups/       backups, each one verified file                           backup
//! ```
//!
//! [`Store::create`] and [`Store::open`] give the only way in. Reading takes any [`Connection`] ([`Store::conn`]); writing
//! takes a [`Tx`], and a `Tx` exists only inside [`Store::write`], so half a change can be neither seen nor kept.
//!
//! Always: nothing is "saved" before COMMIT returned; nothing of a customer is readable outside the encryption; an
//! existing file is never overwritten; one writer at a time. SQL exists in this crate and nowhere else, and decides
//! nothing about the business.

pub mod backup;
mod connection;
pub mod documents;
mod error;
mod folder;
mod header;
mod integrity;
mod keys;
mod lock;
mod migrate;
mod recovery;
mod security;
mod store;
pub mod tables;
mod time;
mod tx;

pub use connection::{Warming, warm_up};
pub use error::StoreError;
pub use header::Unlock;
pub use integrity::Problem;
pub use keys::{Kdf, check_passphrase};
pub use lock::Holder;
pub use recovery::RecoveryKey;
pub use rusqlite::Connection;
pub use security::SecurityFacts;
pub use store::{BookInfo, Created, Mode, NewBook, Notice, Store};
pub use tx::{Tx, new_id, new_ids};
