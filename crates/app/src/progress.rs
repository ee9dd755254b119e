//! How a long job says where it is, and hears that it should stop.

use crate::Failure;

/// Told now and then by a use case; a shell draws it.
pub trait Progress {
    /// What is going on ("Reading recon.csv"), how much is done and of how much, where known.
    fn step(&mut self, what: &str, done: u64, of: Option<u64>);

    /// Whether somebody asked to stop. Checked between batches; the transaction is then rolled back.
    fn cancelled(&self) -> bool {
        false
    }

    /// One invoice is committed; for `--ack-fd`.
    fn committed(&mut self, _number: &str) {}
}

/// Says nothing, never stops.
pub struct Silent;

impl Progress for Silent {
    fn step(&mut self, _what: &str, _done: u64, _of: Option<u64>) {}
}

/// Ends a use case when it was cancelled.
pub fn go_on(progress: &dyn Progress) -> Result<(), Failure> {
    if progress.cancelled() { Err(Failure::new("E-CANCELLED", "You cancelled it.")) } else { Ok(()) }
}
