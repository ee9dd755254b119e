//! Labels that the engine writes as constants and the book gives back as such.
//!
//! Rule codes, input names and evidence labels are `&'static str` in the engine. Reading them from the book, each
//! different label is kept once for the life of the program; there are a few hundred in all.

use std::collections::HashSet;
use std::sync::{LazyLock, Mutex, PoisonError};

use super::cell::damaged;
use crate::StoreError;

static KNOWN: LazyLock<Mutex<HashSet<&'static str>>> = LazyLock::new(Mutex::default);

/// More labels than any engine has: a book that holds more holds something else.
const MANY: usize = 10_000;

/// The constant that reads like this text.
pub(crate) fn label(text: &str) -> Result<&'static str, StoreError> {
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(label) = known.get(text) {
        return Ok(label);
    }
    if known.len() >= MANY {
        return Err(damaged("a label", text));
    }
    let kept: &'static str = text.to_owned().leak();
    known.insert(kept);
    Ok(kept)
}
