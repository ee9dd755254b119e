//! `--ack-fd N`: the file descriptor that hears of each committed invoice.

use app::Failure;
use std::fs::File;

/// Opens an inherited descriptor for writing.
#[cfg(unix)]
pub fn open(fd: u32) -> Result<File, Failure> {
    // Opening through the descriptor folder needs no unsafe code and fails cleanly for a closed descriptor.
    std::fs::OpenOptions::new()
        .append(true)
        .open(format!("/dev/fd/{fd}"))
        .map_err(|error| Failure::usage(format!("File descriptor {fd} cannot be written to: {error}.")))
}

/// Descriptors are not inherited by number here.
#[cfg(not(unix))]
pub fn open(_fd: u32) -> Result<File, Failure> {
    Err(Failure::usage("--ack-fd needs a system with numbered file descriptors."))
}
