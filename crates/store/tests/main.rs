//! A book from outside: made, opened, written, locked, damaged, backed up.

mod book;
mod scene;
