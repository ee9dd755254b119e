//! Why the store could not do something: one enum, with a stable code per way of failing.

use std::io;
use std::path::{Path, PathBuf};

use crate::lock::Holder;

/// An operation on a book that could not be done. The book is as it was before.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Another program is writing the book.
    #[error("the book is in use by {0}")]
    InUse(Holder),
    /// Another program is storing so much at once that nobody can read meanwhile.
    #[error("{holder} has been storing a large import for {seconds} s; the book can be read again when it is done")]
    Storing {
        /// Who.
        holder: Holder,
        /// For how long.
        seconds: u64,
    },
    /// The book lies where nothing can be written.
    #[error("the book lies where nothing can be written{}", if *.unfinished { ", and its last work is not finished there" } else { "" })]
    ReadOnly {
        /// It cannot even be read there: what was last written is still in its log, or has to be taken back.
        unfinished: bool,
    },
    /// Another program keeps reading, so the book cannot be exchanged or written right now.
    #[error("the book is busy: another program did not let go of it in time")]
    Busy,
    /// No slot opens with this secret. A damaged database looks the same as a wrong key to the cipher.
    #[error(
        "this passphrase or key does not open the book; if you are sure of it, the book's key file (book.json) or database is damaged"
    )]
    Key,
    /// The recovery key's text is not one: wrong length, letter or checksum.
    #[error("this is not a recovery key: {0}")]
    KeyText(&'static str),
    /// The new passphrase breaks a rule.
    #[error("the passphrase {0}")]
    Passphrase(&'static str),
    /// A newer program wrote the book.
    #[error("the book was last written by a newer program (book version {found}, this program knows {known})")]
    TooNew {
        /// The book's version.
        found: u32,
        /// The newest this program knows.
        known: u32,
    },
    /// The book's files do not hold together.
    #[error("the book is damaged: {0}")]
    Damaged(String),
    /// The backup's bytes are not what was written.
    #[error("the backup is damaged: {0}")]
    BackupDamaged(String),
    /// Something of that name is there already.
    #[error("there is something at {} already; nothing is ever overwritten", .0.display())]
    Exists(PathBuf),
    /// No book, backup or document there.
    #[error("there is nothing at {}", .0.display())]
    NotFound(PathBuf),
    /// A folder where a live book would be damaged or exposed.
    #[error("a book cannot live in {}: {why}", .path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// The disk is full.
    #[error("the disk is full")]
    Full,
    /// The disk refused a read or write.
    #[error("{what}: {cause}")]
    Io {
        /// What was being done, and to which file.
        what: String,
        /// The system's answer.
        #[source]
        cause: io::Error,
    },
    /// The database library reported an error that is none of the above.
    #[error("the book's database failed: {0}")]
    Sql(#[source] rusqlite::Error),
    /// A broken invariant of this program.
    #[error("this should not be possible: {0}")]
    Bug(String),
}

impl StoreError {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            StoreError::InUse(_) | StoreError::Storing { .. } | StoreError::Busy => "E-BOOK-IN-USE",
            StoreError::ReadOnly { .. } => "E-BOOK-READ-ONLY",
            StoreError::Key | StoreError::KeyText(_) => "E-BOOK-KEY",
            StoreError::Passphrase(_) => "E-BOOK-PASSPHRASE",
            StoreError::TooNew { .. } => "E-BOOK-TOO-NEW",
            StoreError::Damaged(_) => "E-BOOK-DAMAGED",
            StoreError::BackupDamaged(_) => "E-BACKUP-DAMAGED",
            StoreError::Exists(_) => "E-BOOK-EXISTS",
            StoreError::NotFound(_) => "E-BOOK-NOT-FOUND",
            StoreError::Folder { .. } => "E-BOOK-FOLDER",
            StoreError::Full => "E-STORE-FULL",
            StoreError::Io { .. } => "E-STORE-IO",
            StoreError::Sql(_) | StoreError::Bug(_) => "E-BUG",
        }
    }

    /// Every code this crate can give.
    pub const CODES: [&'static str; 13] = [
        "E-BACKUP-DAMAGED",
        "E-BOOK-DAMAGED",
        "E-BOOK-EXISTS",
        "E-BOOK-FOLDER",
        "E-BOOK-IN-USE",
        "E-BOOK-KEY",
        "E-BOOK-NOT-FOUND",
        "E-BOOK-PASSPHRASE",
        "E-BOOK-READ-ONLY",
        "E-BOOK-TOO-NEW",
        "E-BUG",
        "E-STORE-FULL",
        "E-STORE-IO",
    ];

    /// An input or output error with what was being done; a full disk and a missing file keep their own codes.
    pub(crate) fn io(what: &str, path: &Path, cause: io::Error) -> StoreError {
        match cause.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => StoreError::Full,
            io::ErrorKind::NotFound => StoreError::NotFound(path.to_owned()),
            io::ErrorKind::AlreadyExists => StoreError::Exists(path.to_owned()),
            _ => StoreError::Io { what: format!("{what} {}", path.display()), cause },
        }
    }
}

/// For the middle of a stream, where only input and output errors pass; a full disk stays one.
impl From<StoreError> for io::Error {
    fn from(error: StoreError) -> io::Error {
        match error {
            StoreError::Full => io::ErrorKind::StorageFull.into(),
            StoreError::Io { cause, .. } => cause,
            error => io::Error::other(error),
        }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> StoreError {
        use rusqlite::ErrorCode;
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => StoreError::Full,
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreError::Busy,
            Some(ErrorCode::NotADatabase) => StoreError::Key,
            Some(ErrorCode::DatabaseCorrupt) => StoreError::Damaged(error.to_string()),
            Some(ErrorCode::SystemIoFailure | ErrorCode::CannotOpen | ErrorCode::ReadOnly) => {
                StoreError::Io { what: "the book's database".into(), cause: io::Error::other(error.to_string()) }
            }
            _ => StoreError::Sql(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_disks_are_told_apart_from_broken_ones() {
        let full = StoreError::io("writing", Path::new("x"), io::ErrorKind::StorageFull.into());
        let broken = StoreError::io("writing", Path::new("x"), io::ErrorKind::PermissionDenied.into());
        assert_eq!((full.code(), broken.code()), ("E-STORE-FULL", "E-STORE-IO"));
        let sql = rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_FULL), None);
        assert_eq!(StoreError::from(sql).code(), "E-STORE-FULL");
    }
}
