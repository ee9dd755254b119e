//! Lists that are never held whole: their rows are read, or worked out, when they are wanted.

use super::sieve::Looker;
use crate::{Failure, Session, costs, registers};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// A list that knows how many rows it has and gives any of them without the others. True as long as the book stays as it is.
pub(crate) trait Long: Send {
    /// How many rows there are.
    fn len(&self) -> usize;
    /// What is said beside the rows.
    fn beside(&self) -> Value;
    /// The rows at these places, in the order given.
    fn rows(&self, session: &mut Session, places: &[usize]) -> Result<Vec<Value>, Failure>;
    /// Shows every row to one of the lookers, each on a thread of its own; which row goes to which is left to chance.
    fn each(&self, session: &mut Session, lookers: &mut [Looker<'_>]) -> Result<(), Failure>;
}

/// The list under `rows` of a command's answer, if it is such a list.
pub(super) fn open(
    session: &mut Session,
    name: &str,
    rows: &str,
    ask: &Value,
) -> Option<Result<Box<dyn Long>, Failure>> {
    Some(match (name, rows) {
        ("costs lines", "lines") => asked(ask).and_then(|ask| costs::lines::listed(session, ask)),
        ("subscriptions register", "subscriptions") => {
            asked(ask).and_then(|ask| registers::subscriptions::listed(session, ask))
        }
        _ => return None,
    })
}

fn asked<T: DeserializeOwned>(ask: &Value) -> Result<T, Failure> {
    T::deserialize(ask).map_err(|e| Failure::usage(format!("The list is not understood: {e}.")))
}

/// A row as a page gets it.
pub(crate) fn written(row: &impl Serialize) -> Result<Value, Failure> {
    serde_json::to_value(row).map_err(|e| Failure::new("E-BUG", format!("A row could not be written: {e}.")))
}
