//! A file read once: its rows are read while its bytes are hashed, compressed and encrypted beside.

use super::OnDisk;
use crate::Failure;
use crate::session::Book;
use formats::Source;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use store::StoreError;
use store::documents::{Finished, Writer};

/// Bytes handed over at a time: what the book writes at a time.
const PIECE: usize = 1 << 20;
/// Pieces that may wait to be written.
const WAITING: usize = 2;

/// Takes the raw bytes of a file in, not yet part of the book, while `read` reads it. `read` need not read everything; what
/// it leaves is taken in behind it.
pub fn taken_in<T>(
    book: &mut Book<'_>,
    source: &OnDisk,
    read: impl FnOnce(&mut Book<'_>, &dyn Source) -> Result<T, Failure>,
) -> Result<(T, Finished), Failure> {
    let writer = book.store.document_writer();
    std::thread::scope(|scope| {
        let (pieces, arriving) = sync_channel(WAITING);
        let (used, spare) = sync_channel(WAITING + 2);
        let written = scope.spawn(move || write(writer, &arriving, &used));
        let heard = AtomicU64::new(0);
        let overheard = std::sync::Arc::new(Heard { to: Mutex::new(Some((pieces.clone(), spare))), bytes: heard });
        let result = read(book, &Overheard { source, heard: overheard.clone() });
        let rest = result.is_ok().then(|| rest_of(source, overheard.bytes.load(Relaxed), &pieces));
        drop(pieces);
        drop(overheard.to.lock().map(|mut to| to.take()));
        let finished = written
            .join()
            .map_err(|_| Failure::new("E-BUG", "Keeping the document met a state believed impossible."))?;
        let result = result?;
        rest.transpose().map_err(|error| Copying::Reading(error).into_failure(source))?;
        Ok((result, finished.map_err(|error| error.into_failure(source))?))
    })
}

/// Takes the raw bytes of a file in, not yet part of the book.
pub fn take_in(book: &mut Book<'_>, source: &OnDisk) -> Result<Finished, Failure> {
    taken_in(book, source, |_, _| Ok(())).map(|((), finished)| finished)
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

/// Writes pieces as they come, and hands their buffers back.
fn write(mut writer: Writer, pieces: &Receiver<Vec<u8>>, used: &SyncSender<Vec<u8>>) -> Result<Finished, Copying> {
    for mut piece in pieces {
        writer.write_all(&piece).map_err(Copying::Writing)?;
        piece.clear();
        let _ = used.try_send(piece);
    }
    writer.finish().map_err(Copying::Store)
}

/// Hands over what is left of a file behind so many bytes.
fn rest_of(source: &OnDisk, from: u64, pieces: &SyncSender<Vec<u8>>) -> io::Result<()> {
    let mut file = std::fs::File::open(&source.path)?;
    file.seek(SeekFrom::Start(from))?;
    loop {
        let mut piece = Vec::new();
        (&mut file).take(PIECE as u64).read_to_end(&mut piece)?;
        if piece.is_empty() || pieces.send(piece).is_err() {
            return Ok(());
        }
    }
}

/// Where overheard bytes go: buffers there, buffers back.
type Ends = (SyncSender<Vec<u8>>, Receiver<Vec<u8>>);

struct Heard {
    to: Mutex<Option<Ends>>,
    bytes: AtomicU64,
}

/// A file whose first reading is overheard.
struct Overheard<'a> {
    source: &'a OnDisk,
    heard: std::sync::Arc<Heard>,
}

impl Source for Overheard<'_> {
    fn name(&self) -> &str {
        self.source.name()
    }

    fn open(&self) -> io::Result<Box<dyn Read + Send>> {
        let inner = self.source.open()?;
        let ends = self.heard.to.lock().ok().and_then(|mut to| to.take());
        match ends {
            Some(ends) => Ok(Box::new(Tee { inner, piece: Vec::new(), ends: Some(ends), heard: self.heard.clone() })),
            None => Ok(inner),
        }
    }

    fn len(&self) -> Option<u64> {
        self.source.len()
    }
}

/// A reader that hands over what passes through it.
struct Tee {
    inner: Box<dyn Read + Send>,
    piece: Vec<u8>,
    /// `None` once nobody listens: the writer has failed, and says why itself.
    ends: Option<Ends>,
    heard: std::sync::Arc<Heard>,
}

impl Tee {
    fn hand_over(&mut self) {
        let Some((to, spare)) = &self.ends else { return };
        let piece = std::mem::replace(&mut self.piece, spare.try_recv().unwrap_or_default());
        self.heard.bytes.fetch_add(piece.len() as u64, Relaxed);
        if to.send(piece).is_err() {
            self.ends = None;
        }
    }
}

impl Read for Tee {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let most = buf.len().min(PIECE - self.piece.len());
        let n = self.inner.read(&mut buf[..most])?;
        if self.ends.is_some() {
            self.piece.reserve_exact(PIECE - self.piece.len());
            self.piece.extend_from_slice(&buf[..n]);
            if self.piece.len() == PIECE {
                self.hand_over();
            }
        }
        Ok(n)
    }
}

impl Drop for Tee {
    fn drop(&mut self) {
        if !self.piece.is_empty() {
            self.hand_over();
        }
    }
}
