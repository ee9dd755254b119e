//! What a shell that lives long holds: the open book, the threads that speak for it, what runs and can be stopped.
//!
//! In: a book's folder and a secret, then commands by name. Out: answers or failures, and progress to whoever listens.
//! Always: two threads own the open book, one that writes and one that reads beside it, so that looking never waits for a
//! long job; locking ends both, and with them keys and connections. Files are named by handles: paths stay on this side.

mod handles;
mod long;
mod rows;
mod sieve;
mod view;
mod worker;

pub(crate) use long::{Long, written};
pub(crate) use sieve::Looker;
pub use view::{Page, Window};

use crate::session::Secret;
use crate::{Failure, commands};
use engine::Date;
use handles::Handles;
use serde::Serialize;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use worker::{Job, Worker};

/// How far a job is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Step {
    /// What is going on: "Reading recon.csv".
    pub what: String,
    /// How much is done.
    pub done: u64,
    /// Of how much, where known.
    pub of: Option<u64>,
}

/// Who hears of progress.
pub type Listener = Arc<dyn Fn(Step) + Send + Sync>;
/// Tells the business day.
pub type Today = Arc<dyn Fn() -> Date + Send + Sync>;

/// A chosen book as pages may know it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Place {
    /// The folder's name without `.billhook`.
    pub name: String,
    /// Whether it is unlocked.
    pub open: bool,
}

/// A file somebody chose, as pages may know it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Chosen {
    /// What to say for it in a request: `file:3`.
    pub handle: String,
    /// Its name without the folders.
    pub name: String,
    /// Its size in bytes, for one that is there.
    pub size: Option<u64>,
}

/// The desk, shared by everything that asks.
pub struct Desk {
    papers: Mutex<Papers>,
    today: Today,
    listener: Listener,
}

#[derive(Default)]
struct Papers {
    chosen: Option<PathBuf>,
    open: Option<Arc<Open>>,
    handles: Handles,
    /// Wrong passphrases since the last right one.
    wrong: u32,
}

/// The threads of an open book.
struct Open {
    writer: Worker,
    reader: Worker,
}

/// Commands that no page may ask for: they make or open other books, or print secrets.
const KEPT: &[&str] = &["demo", "book create", "book recovery-key", "book passphrase", "book backup restore"];

impl Desk {
    /// An empty desk.
    pub fn new(today: Today, listener: Listener) -> Desk {
        Desk { papers: Mutex::default(), today, listener }
    }

    fn papers(&self) -> MutexGuard<'_, Papers> {
        self.papers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The business day.
    pub fn today(&self) -> Date {
        (self.today)()
    }

    /// The chosen book.
    pub fn place(&self) -> Option<Place> {
        let papers = self.papers();
        let name = |path: &Path| path.file_stem().map(|s| s.to_string_lossy().into_owned());
        papers.chosen.as_deref().map(|p| Place { name: name(p).unwrap_or_default(), open: papers.open.is_some() })
    }

    /// The chosen book's folder; not for pages.
    pub fn folder(&self) -> Option<PathBuf> {
        self.papers().chosen.clone()
    }

    /// Chooses a book, locking the one that is open.
    pub fn choose(&self, book: PathBuf) {
        let mut papers = self.papers();
        *papers = Papers { chosen: Some(book), ..Papers::default() };
    }

    /// Opens the chosen book; each of its two threads is given the secret once. A wrong one costs a growing wait, from one
    /// second to thirty.
    pub fn unlock(&self, secret: impl Fn() -> Secret) -> Result<(), Failure> {
        let (chosen, wrong) = {
            let papers = self.papers();
            (papers.chosen.clone(), papers.wrong)
        };
        let book = chosen.ok_or_else(|| Failure::new("E-BOOK-NOT-FOUND", "No book is chosen."))?;
        let open = Open {
            writer: Worker::start(book.clone(), secret(), self.today.clone(), self.listener.clone(), false),
            reader: Worker::start(book, secret(), self.today.clone(), Arc::new(|_| {}), true),
        };
        // Both stretch the passphrase, each on a core of its own.
        let reading = open.reader.put(Job::call("book info", json!({}), false))?;
        let written = open.writer.put(Job::Open)?.wait();
        if let Err(failure) = written {
            if failure.code == "E-BOOK-KEY" {
                std::thread::sleep(Duration::from_secs((1 << wrong.min(5)).min(30)));
                self.papers().wrong = wrong.saturating_add(1);
            }
            return Err(failure);
        }
        reading.wait()?;
        let mut papers = self.papers();
        (papers.open, papers.wrong) = (Some(Arc::new(open)), 0);
        Ok(())
    }

    /// Closes the book and forgets its keys, when what runs has ended or was stopped.
    pub fn lock(&self) {
        self.cancel();
        let mut papers = self.papers();
        papers.open = None;
        papers.handles = Handles::default();
    }

    /// Stops what is being written; its transaction is rolled back.
    pub fn cancel(&self) {
        if let Some(open) = &self.papers().open {
            open.writer.stop();
        }
    }

    /// Names a file somebody chose.
    pub fn handle(&self, path: PathBuf) -> Chosen {
        let name = path.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned());
        let size = std::fs::metadata(&path).ok().filter(std::fs::Metadata::is_file).map(|m| m.len());
        Chosen { handle: self.papers().handles.add(path), name, size }
    }

    /// Runs one of app's commands on the open book. In place of a path stands the handle of a chosen file. A trial is the
    /// same, taken back.
    pub fn call(&self, name: &str, mut ask: Value, trial: bool) -> Result<Value, Failure> {
        let command = commands::find(name).filter(|c| !KEPT.contains(&c.name));
        let command = command.ok_or_else(|| Failure::usage(format!("The window has no command \"{name}\".")))?;
        let open = self.open_with(name, &mut ask)?;
        let worker = if command.writes { &open.writer } else { &open.reader };
        let answer = worker.put(Job::call(name, ask, trial))?.wait();
        if command.writes && !trial {
            open.reader.put(Job::Stale)?;
        }
        answer
    }

    /// A window on the rows of a list: those under the array `rows` of the command's answer. The list is opened once and
    /// kept until something is written.
    pub fn page(&self, name: &str, rows: &str, mut ask: Value, window: Window) -> Result<Page, Failure> {
        let readable = commands::find(name).is_some_and(|c| !c.writes && !KEPT.contains(&c.name));
        if !readable {
            return Err(Failure::usage(format!("The window has no list \"{name}\".")));
        }
        let open = self.open_with(name, &mut ask)?;
        let job = Job::Page { name: name.to_owned(), rows: rows.to_owned(), ask, window };
        let page = open.reader.put(job)?.wait()?;
        serde_json::from_value(page).map_err(|e| Failure::new("E-BUG", format!("The rows were not understood: {e}.")))
    }

    fn open_with(&self, name: &str, ask: &mut Value) -> Result<Arc<Open>, Failure> {
        let papers = self.papers();
        papers.handles.put_paths(name, ask)?;
        papers.open.clone().ok_or_else(|| Failure::new("E-BOOK-KEY", "The book is locked."))
    }
}

#[cfg(test)]
mod tests;
