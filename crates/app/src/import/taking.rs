//! The raw bytes of the files of one import, taken in on a thread of their own: hashed, compressed and encrypted while rows are
//! read, ahead of them where that is slower.
//!
//! So each file is read several times: recognised, taken in, and its rows. Somebody may save it in between; then nothing
//! counts ([`Taken::unchanged`]), for rows would be read by columns of another file.

use super::OnDisk;
use crate::Failure;
use crate::session::Book;
use formats::Source;
use std::io::{self, Read, Write};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::mpsc::{Receiver, channel};
use std::time::SystemTime;
use store::StoreError;
use store::documents::{Finished, Writer};

/// Bytes handed over at a time: what the book writes at a time.
const PIECE: u64 = 1 << 20;

/// Does `work` while the files are taken in, in this order. What it did not fetch is taken back.
pub fn beside<T>(
    book: &mut Book<'_>,
    files: &[&OnDisk],
    work: impl FnOnce(&mut Book<'_>, &Arriving) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let writers: Vec<Writer> = files.iter().map(|_| book.store.document_writer()).collect();
    let wanted = AtomicBool::new(true);
    std::thread::scope(|scope| {
        let (taken, arriving) = channel();
        let wanted = &wanted;
        scope.spawn(move || {
            for (file, writer) in files.iter().zip(writers) {
                let result = take_in(file, writer, wanted);
                let failed = result.is_err();
                if taken.send(result).is_err() || failed {
                    return;
                }
            }
        });
        let result = work(book, &Arriving(arriving));
        wanted.store(false, Relaxed);
        result
    })
}

/// Documents as they have been taken in.
pub struct Arriving(Receiver<Result<Taken, Copying>>);

impl Arriving {
    /// Waits for the next file, which is this one.
    pub fn next(&self, file: &OnDisk) -> Result<Taken, Failure> {
        let gone = |_| Failure::new("E-BUG", "Keeping the document met a state believed impossible.");
        self.0.recv().map_err(gone)?.map_err(|error| error.into_failure(file))
    }
}

/// A document taken in, not yet part of the book.
pub struct Taken(Finished);

impl Taken {
    /// SHA-256 of its bytes.
    pub fn hash(&self) -> [u8; 32] {
        self.0.hash()
    }

    /// The document, if its file is still what it was when it was first looked at.
    pub fn unchanged(self, file: &OnDisk) -> Result<Finished, Failure> {
        if file.state.is_some() && State::of(&file.path) == file.state {
            return Ok(self.0);
        }
        Err(Failure::new("E-FILE-CHANGED", format!("{} was changed while it was read.", file.name)))
    }
}

/// By what a file saved anew is told from what it was.
#[derive(PartialEq)]
pub(super) struct State {
    size: u64,
    saved: Option<SystemTime>,
}

impl State {
    pub(super) fn of(path: &Path) -> Option<State> {
        let metadata = std::fs::metadata(path).ok()?;
        Some(State { size: metadata.len(), saved: metadata.modified().ok() })
    }
}

/// Why the bytes could not be taken in.
enum Copying {
    Reading(io::Error),
    Writing(io::Error),
    Store(StoreError),
}

impl Copying {
    fn into_failure(self, source: &OnDisk) -> Failure {
        match self {
            Copying::Reading(error) => {
                Failure::new("E-FILE-READ", format!("{} could not be read: {error}.", source.name))
            }
            Copying::Writing(error) if error.kind() == io::ErrorKind::StorageFull => {
                Failure::new("E-STORE-FULL", "The disk is full.")
            }
            Copying::Writing(error) => Failure::new("E-STORE-IO", format!("The document could not be kept: {error}.")),
            Copying::Store(error) => error.into(),
        }
    }
}

fn take_in(file: &OnDisk, mut writer: Writer, wanted: &AtomicBool) -> Result<Taken, Copying> {
    let mut bytes = file.open().map_err(Copying::Reading)?;
    let mut piece = Vec::with_capacity(PIECE as usize);
    while wanted.load(Relaxed) {
        piece.clear();
        bytes.by_ref().take(PIECE).read_to_end(&mut piece).map_err(Copying::Reading)?;
        if piece.is_empty() {
            break;
        }
        writer.write_all(&piece).map_err(Copying::Writing)?;
    }
    writer.finish().map(Taken).map_err(Copying::Store)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::progress::Silent;
    use crate::tried;

    #[test]
    fn a_file_saved_anew_meanwhile_is_not_taken_for_what_was_read() {
        let (folder, mut session) = tried::book("taking", Silent);
        let path = folder.join("lines.csv");
        std::fs::write(&path, "a,b\n1,2\n").unwrap();
        let mut take = |file: &OnDisk, meanwhile: &dyn Fn()| {
            session.read(|book| {
                beside(book, &[file], |_, arriving| {
                    let taken = arriving.next(file)?;
                    meanwhile();
                    taken.unchanged(file).map(|finished| finished.size())
                })
            })
        };
        let save = |text: &str| std::fs::write(&path, text).unwrap();
        assert_eq!(take(&OnDisk::new(&path), &|| save("a,b\n1,2\n3,4\n")).unwrap_err().code, "E-FILE-CHANGED");
        let recognised = OnDisk::new(&path);
        save("b,a\n2,1\n4,3\n6,5\n");
        assert_eq!(take(&recognised, &|| ()).unwrap_err().code, "E-FILE-CHANGED", "its columns were those of before");
        assert_eq!(take(&OnDisk::new(&path), &|| ()).ok(), Some(16));
        std::fs::remove_dir_all(folder).unwrap();
    }
}
