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
    /// Since when it has been storing very much at once, so that nobody else can even read: seconds of the Unix epoch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub storing: Option<u64>,
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
        Holder { program, pid: std::process::id(), host: host(), since: crate::time::now_utc(), storing: None }
    }

    fn unknown() -> Holder {
        Holder {
            program: "another program".into(),
            pid: 0,
            host: host(),
            since: "an unknown time".into(),
            storing: None,
        }
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
    this: Holder,
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
        let this = Holder::this_process();
        note(&holder, &this);
        Ok(WriteLock { _file: file, holder, this })
    }

    /// Tells others that very much is being stored at once, until what this gives is dropped.
    pub(crate) fn storing(&self) -> Storing<'_> {
        note(&self.holder, &Holder { storing: Some(crate::time::seconds()), ..self.this.clone() });
        Storing(self)
    }
}

/// Says who holds the lock. Nothing depends on this text, so a failure to write it must not stop the writer.
fn note(path: &Path, holder: &Holder) {
    if let Ok(text) = serde_json::to_vec(holder) {
        let _ = folder::jot(path, &text);
    }
}

/// Others are told that very much is being stored.
pub(crate) struct Storing<'l>(&'l WriteLock);

impl Drop for Storing<'_> {
    fn drop(&mut self) {
        note(&self.0.holder, &self.0.this);
    }
}

/// What keeps others out of a book, if somebody is storing very much in it.
pub(crate) fn storing(book: &Path) -> Option<StoreError> {
    let text = std::fs::read(book.join("book.holder")).ok()?;
    let holder: Holder = serde_json::from_slice(&text).ok()?;
    let seconds = crate::time::seconds().saturating_sub(holder.storing?);
    Some(StoreError::Storing { holder, seconds })
}
