//! The raw bytes of the files of one import, taken in on a thread of their own: hashed, compressed and encrypted while rows are
//! read, ahead of them where that is slower.
//!
//! So each file is read twice, the second time out of the system's cache. Somebody may save it in between; then neither
//! counts ([`Taken::unchanged`]).

use super::OnDisk;
use crate::Failure;
use crate::session::Book;
use formats::Source;
use std::io::{self, Read, Write};
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
pub struct Taken {
    finished: Finished,
    state: State,
}

impl Taken {
    /// SHA-256 of its bytes.
    pub fn hash(&self) -> [u8; 32] {
        self.finished.hash()
    }

    /// The document, if its file is still what it was when it was taken in.
    pub fn unchanged(self, file: &OnDisk) -> Result<Finished, Failure> {
        if State::of(file).ok() == Some(self.state) {
            return Ok(self.finished);
        }
        Err(Failure::new("E-FILE-CHANGED", format!("{} was changed while it was read.", file.name)))
    }
}

/// By what a file saved anew is told from what it was.
#[derive(PartialEq)]
struct State {
    size: u64,
    saved: Option<SystemTime>,
}

impl State {
    fn of(file: &OnDisk) -> io::Result<State> {
        let metadata = std::fs::metadata(&file.path)?;
        Ok(State { size: metadata.len(), saved: metadata.modified().ok() })
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
    let state = State::of(file).map_err(Copying::Reading)?;
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
    Ok(Taken { finished: writer.finish().map_err(Copying::Store)?, state })
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
        let file = OnDisk::new(&path);
        let take = |session: &mut crate::Session, meanwhile: &str| {
            session.read(|book| {
                beside(book, &[&file], |_, arriving| {
                    let taken = arriving.next(&file)?;
                    std::fs::write(&path, meanwhile).unwrap();
                    taken.unchanged(&file).map(|finished| finished.size())
                })
            })
        };
        assert_eq!(take(&mut session, "a,b\n1,2\n3,4\n").unwrap_err().code, "E-FILE-CHANGED");
        let kept = session
            .read(|book| beside(book, &[&file], |_, arriving| Ok(arriving.next(&file)?.unchanged(&file)?.size())));
        assert_eq!(kept.ok(), Some(12));
        std::fs::remove_dir_all(folder).unwrap();
    }
}
