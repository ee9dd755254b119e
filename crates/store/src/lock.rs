//! One writer: an operating-system lock on `book.lock`, which dies with its holder.
//!
//! Who holds it is written into `book.holder` beside it and not into the locked file, because on Windows a locked file
//! cannot be read by others. The text only names the holder in a message; the lock alone decides.

use std::fmt;
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::StoreError;
use crate::folder;

/// Who is writing a book.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// Program.
    pub program: String,
    /// Process number.
    pub pid: u32,
    /// Computer.
    pub host: String,
    /// When it began, in UTC: `2026-11-22T11:40:00Z`.
    pub since: String,
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (process {} on {}, since {})", self.program, self.pid, self.host, self.since)
    }
}

impl Holder {
    fn this_process() -> Holder {
        let program = std::env::current_exe()
            .ok()
            .and_then(|p| p.file_stem().map(|s| s.to_string_lossy().into_owned()))
            .unwrap_or_else(|| "billhook".into());
        Holder { program, pid: std::process::id(), host: host(), since: crate::time::now_utc() }
    }

    fn unknown() -> Holder {
        Holder { program: "another program".into(), pid: 0, host: host(), since: "an unknown time".into() }
    }
}

fn host() -> String {
    let from_file = std::fs::read_to_string("/proc/sys/kernel/hostname").ok();
    from_file
        .or_else(|| std::env::var("COMPUTERNAME").ok())
        .or_else(|| std::env::var("HOSTNAME").ok())
        .map(|h| h.trim().to_owned())
        .filter(|h| !h.is_empty())
        .unwrap_or_else(|| "this computer".into())
}

/// The right to write a book, given back when dropped.
#[derive(Debug)]
pub(crate) struct WriteLock {
    _file: File,
    holder: PathBuf,
}

impl Drop for WriteLock {
    fn drop(&mut self) {
        // While the lock is still held, so that the next holder's name is not taken away.
        let _ = std::fs::remove_file(&self.holder);
    }
}

impl WriteLock {
    /// Takes the lock, or names who has it.
    pub(crate) fn take(book: &Path) -> Result<WriteLock, StoreError> {
        let path = book.join("book.lock");
        let holder = book.join("book.holder");
        let file = folder::open_or_create(&path)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let text = std::fs::read(&holder).unwrap_or_default();
                return Err(StoreError::InUse(serde_json::from_slice(&text).unwrap_or_else(|_| Holder::unknown())));
            }
            Err(TryLockError::Error(cause)) => return Err(StoreError::io("locking", &path, cause)),
        }
        // Nothing depends on this text, so a failure to write it must not stop the writer.
        if let Ok(text) = serde_json::to_vec(&Holder::this_process()) {
            let _ = folder::replace(&holder, &text);
        }
        Ok(WriteLock { _file: file, holder })
    }
}
