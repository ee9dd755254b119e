//! A book from outside: made, opened, written, locked, damaged, backed up.

extern crate billhook_store as store;

mod backup;
mod book;
mod documents;
mod scene;
