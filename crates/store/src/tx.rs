//! Transactions: all or nothing, one writer.

use std::cell::RefCell;
use std::ops::Deref;
use std::path::PathBuf;

use engine::Id;
use rusqlite::Connection;

use crate::lock::WriteLock;
use crate::{Store, StoreError, connection, folder};

/// A write transaction: the right to change the book. Dropped without a commit, it leaves no trace.
pub struct Tx<'s> {
    store: &'s Store,
    open: bool,
    /// Document files put in place by this transaction.
    files: RefCell<Vec<PathBuf>>,
}

impl Deref for Tx<'_> {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        &self.store.conn
    }
}

impl Tx<'_> {
    /// The book being written.
    pub fn store(&self) -> &Store {
        self.store
    }

    /// The key of the chain over records that count.
    pub fn chain_key(&self) -> &[u8; 32] {
        self.store.chain_key()
    }

    /// Runs a part of the change that may turn out not to be wanted: on `None` it is taken back and the rest goes on.
    pub fn attempt<T, E: From<StoreError>>(&self, part: impl FnOnce() -> Result<Option<T>, E>) -> Result<Option<T>, E> {
        let run = |sql| self.store.conn.execute_batch(sql).map_err(StoreError::from);
        run("SAVEPOINT attempt")?;
        // On an error the whole transaction goes, and the savepoint with it.
        let value = part()?;
        if value.is_none() {
            run("ROLLBACK TO attempt")?;
        }
        run("RELEASE attempt")?;
        Ok(value)
    }

    /// Makes lasting what was changed so far, and goes on: an error later leaves that much done.
    pub fn keep_so_far(&self) -> Result<(), StoreError> {
        self.sync_files()?;
        self.store.end()?;
        self.files.borrow_mut().clear();
        Ok(self.store.conn.execute_batch("BEGIN IMMEDIATE")?)
    }

    /// Notes a file that goes away again if this transaction does.
    pub(crate) fn placed(&self, file: PathBuf) {
        self.files.borrow_mut().push(file);
    }

    /// Waits until the names of the document files are on disk, for all of them at once: the rows that name them follow.
    fn sync_files(&self) -> Result<(), StoreError> {
        // They lie in one folder.
        self.files.borrow().last().map_or(Ok(()), |file| folder::sync_dir(file))
    }

    fn roll_back(&mut self) -> Result<(), StoreError> {
        self.open = false;
        self.store.conn.execute_batch("ROLLBACK")?;
        for file in self.files.take() {
            let _ = std::fs::remove_file(file);
        }
        Ok(())
    }
}

impl Drop for Tx<'_> {
    fn drop(&mut self) {
        if self.open && self.roll_back().is_err() && !self.store.conn.is_autocommit() {
            self.store.broken.set(true);
        }
    }
}

impl Store {
    /// Runs a change as one transaction. An error or a panic inside leaves the book as it was.
    pub fn write<T, E: From<StoreError>>(&self, change: impl FnOnce(&Tx<'_>) -> Result<T, E>) -> Result<T, E> {
        let mut tx = self.begin()?;
        let value = change(&tx)?;
        tx.sync_files()?;
        self.commit(&mut tx)?;
        Ok(value)
    }

    /// Runs a change that adds very much. It is as safe and as whole, and writes its pages once instead of twice, where nobody
    /// else has the book open; while it lasts nobody else can open it.
    pub fn write_in_bulk<T, E: From<StoreError>>(&self, change: impl FnOnce(&Tx<'_>) -> Result<T, E>) -> Result<T, E> {
        let in_place = self.folder.is_some() && connection::write_in_place(&self.conn);
        let says_so = self.lock.as_ref().filter(|_| in_place).map(WriteLock::storing);
        let value = self.write(change);
        drop(says_so);
        if in_place && !self.broken.get() {
            // What is committed stays committed: where the log cannot be taken up again now, the next opening does it.
            let _ = connection::keep_a_log(&self.conn);
        }
        value
    }

    /// Runs a change and takes it back: what it would have answered.
    pub fn dry_run<T, E: From<StoreError>>(&self, change: impl FnOnce(&Tx<'_>) -> Result<T, E>) -> Result<T, E> {
        let mut tx = self.begin()?;
        let value = change(&tx)?;
        tx.roll_back()?;
        Ok(value)
    }

    fn begin(&self) -> Result<Tx<'_>, StoreError> {
        if !self.is_writer() {
            return Err(StoreError::Bug("the book is not open for writing".into()));
        }
        if self.broken.get() {
            return Err(StoreError::Io {
                what: "writing after a failed write; open the book again".into(),
                cause: std::io::Error::other("the last transaction could not be ended"),
            });
        }
        self.conn.execute_batch("BEGIN IMMEDIATE")?;
        Ok(Tx { store: self, open: true, files: RefCell::default() })
    }

    fn commit(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        tx.open = false;
        self.end()
    }

    fn end(&self) -> Result<(), StoreError> {
        let committed = self.conn.execute_batch("COMMIT");
        if committed.is_err() {
            // It counts as rolled back, whatever reached the disk; this connection's idea of the file is not trusted
            // again, and document files stay until the next open knows whether rows name them.
            let _ = self.conn.execute_batch("ROLLBACK");
            self.broken.set(true);
        }
        Ok(committed?)
    }
}

/// A new record id: its first bits are the time, so that new rows lie together.
pub fn new_id() -> Id {
    Id(uuid::Uuid::now_v7().into_bytes())
}

/// New record ids by the hundred thousand: a new one, and those that follow it, so that they lie together and pack well.
pub fn new_ids() -> impl Iterator<Item = Id> {
    // The last 62 bits are random; with the first of them cleared no count comes near the bits in front of them.
    let first = u128::from_be_bytes(new_id().0) & !(1 << 61);
    (first..).map(|id| Id(id.to_be_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_in_a_row_are_new_ids() {
        let (one, other): (Vec<Id>, Vec<Id>) = (new_ids().take(3).collect(), new_ids().take(3).collect());
        assert!(one.is_sorted() && one.iter().all(|id| !other.contains(id)));
        for id in one {
            assert_eq!((id.0[6] >> 4, id.0[8] >> 6), (7, 2), "version and variant");
        }
    }
}
