//! The sample book: an invented partner, and its month walked from the first file to the backup.
//!
//! In: a folder. Out: `sample.billhook`, its recovery key, the files it was made from, the invoices and the journal, and an
//! account of what was done, with the amounts. Always: everything happens through the public commands, in the order and
//! with the requests a person would use; the sample lives in its own calendar, so it comes out the same on every day.
//!
//! [`sample`] is the simulation, [`registers`], [`vendor`], [`azure`] and [`sales`] are the files it leaves behind,
//! [`walk`] is the month, [`story`] how it is told.

mod ahead;
mod azure;
mod catalogue;
mod close;
mod compare;
mod registers;
mod sales;
mod sample;
mod sheet;
mod story;
#[cfg(test)]
mod tests;
mod vendor;
mod walk;

use crate::session::{Purpose, Secret};
use crate::{Failure, Keys, Session, output};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::io::Write;
use std::path::{Path, PathBuf};
use story::{Step, Story};
use walk::Walk;

/// Where to make the sample.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Ask {
    /// A folder, made when it is not there; must not hold a sample book already.
    pub dir: PathBuf,
}

/// What was done.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Answer {
    /// The account of it, for people.
    text: String,
    /// The book.
    book: PathBuf,
    /// Its recovery key.
    key_file: PathBuf,
    /// The same account as figures.
    steps: Vec<Step>,
    /// Every file written beside the book.
    files: Vec<PathBuf>,
}

/// One file of the sample.
struct File {
    name: String,
    text: String,
}

impl File {
    fn new(name: impl Into<String>, text: String) -> File {
        File { name: name.into(), text }
    }

    /// Writes it into a folder; never over something else.
    fn write(&self, dir: &Path) -> Result<PathBuf, Failure> {
        let path = dir.join(&self.name);
        output::create(&path, |out| out.write_all(self.text.as_bytes()))?;
        Ok(path)
    }
}

/// Where things are in the folder.
struct Places {
    dir: PathBuf,
}

impl Places {
    fn book(&self) -> PathBuf {
        self.dir.join("sample.billhook")
    }

    fn key_file(&self) -> PathBuf {
        self.dir.join("recovery-key.txt")
    }

    fn files(&self) -> PathBuf {
        self.dir.join("files")
    }

    fn invoices(&self) -> PathBuf {
        self.dir.join("invoices")
    }

    fn journal(&self) -> PathBuf {
        self.dir.join("journal.hledger")
    }

    fn backups(&self) -> PathBuf {
        self.dir.join("backups")
    }
}

/// The sample's keys: the recovery key it was made with. Nobody is asked for a passphrase.
struct RecoveryKey(PathBuf);

impl Keys for RecoveryKey {
    fn secret(&mut self, purpose: Purpose) -> Result<Option<Secret>, Failure> {
        if purpose == Purpose::New {
            return Ok(None);
        }
        let bytes = std::fs::read(&self.0)
            .map_err(|error| Failure::new("E-BOOK-KEY", format!("{} could not be read: {error}.", self.0.display())))?;
        Ok(Some(Secret::KeyFile(bytes.into())))
    }
}

/// Where the sample of a folder is, and what opens it.
pub struct Made {
    /// The book.
    pub book: PathBuf,
    /// Its recovery key, as a file.
    pub key_file: PathBuf,
}

/// Where the sample in this folder is, or will be.
pub fn places(dir: &Path) -> Made {
    let places = Places { dir: dir.to_owned() };
    Made { book: places.book(), key_file: places.key_file() }
}

/// Makes the sample book and walks its month.
pub fn run(session: &mut Session, ask: Ask) -> Result<Answer, Failure> {
    let places = Places { dir: ask.dir };
    for taken in [places.book(), places.key_file(), places.files(), places.invoices(), places.journal()] {
        if taken.exists() {
            return Err(Failure::new("E-BOOK-EXISTS", format!("{} exists already.", taken.display()))
                .hint("Name another folder for the sample."));
        }
    }
    if session.dry_run() {
        let text = format!(
            "The sample book would be made in {}. Nothing was written: this was a dry run.\n",
            places.dir.display()
        );
        return Ok(answer(&places, text, Story::default(), Vec::new()));
    }
    std::fs::create_dir_all(places.files()).map_err(|error| {
        Failure::new("E-OUTPUT", format!("{} could not be made: {error}.", places.files().display()))
    })?;
    let today = session.today();
    let keys = session.set_keys(Box::new(RecoveryKey(places.key_file())));
    let walked = Walk::new(session, &places).run();
    session.set_keys(keys);
    session.set_today(today);
    let (story, files) = walked.map_err(|failure| {
        let kept = format!("What was made until then is in {}.", places.dir.display());
        failure.kept(kept)
    })?;
    Ok(answer(&places, story.text(), story, files))
}

fn answer(places: &Places, text: String, story: Story, files: Vec<PathBuf>) -> Answer {
    Answer { text, book: places.book(), key_file: places.key_file(), steps: story.into_steps(), files }
}
