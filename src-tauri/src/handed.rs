//! What the program was started with, or was handed while it ran: a book, a backup to restore, the sample.

use app::desk::Desk;
use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use tauri::{AppHandle, Emitter, Manager};

/// What was handed over.
#[derive(Debug, PartialEq, Eq)]
pub enum Handed {
    Nothing,
    Sample,
    Book(PathBuf),
    Backup(PathBuf),
}

/// The backup somebody opened, until it is restored.
#[derive(Default)]
pub struct Backup(Mutex<Option<PathBuf>>);

impl Backup {
    /// Its file's name, which is all that a page learns.
    pub fn name(&self) -> Option<String> {
        let held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.as_ref().and_then(|file| file.file_name()).map(|name| name.to_string_lossy().into_owned())
    }

    /// Gives it away.
    pub fn take(&self) -> Option<PathBuf> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn hold(&self, file: PathBuf) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(file);
    }
}

impl Handed {
    /// Understands the words behind the program's name. A book is a folder; a file of its own inside it names it as well.
    pub fn of(words: impl Iterator<Item = OsString>) -> Handed {
        let mut words = words.filter(|word| word == "--sample" || !word.to_string_lossy().starts_with('-'));
        let Some(word) = words.next() else { return Handed::Nothing };
        let path = PathBuf::from(&word);
        match (word.to_str(), path.extension().and_then(|e| e.to_str()), path.parent()) {
            (Some("--sample"), _, _) => Handed::Sample,
            (_, Some("billhook-backup"), _) => Handed::Backup(path),
            (_, _, Some(folder)) if path.ends_with("book.json") => Handed::Book(folder.to_owned()),
            _ => Handed::Book(path),
        }
    }
}

/// Puts it before the person, unless a book is open: nobody's work is closed by a double click.
pub fn take(app: &AppHandle, handed: Handed) {
    let desk = app.state::<Desk>();
    if desk.place().is_some_and(|place| place.open) {
        return;
    }
    match handed {
        Handed::Nothing => return,
        Handed::Book(book) => desk.choose(book),
        Handed::Backup(file) => app.state::<Backup>().hold(file),
        Handed::Sample => {
            let app = app.clone();
            std::thread::spawn(move || {
                // Whoever cannot have the sample is left before the choice of a book, where it is offered with its reasons.
                let _opened = crate::desk::open_sample(&app);
                let _told = app.emit("chosen", ());
            });
            return;
        }
    }
    let _told = app.emit("chosen", ());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_double_clicked_is_understood() {
        let of = |words: &[&str]| Handed::of(words.iter().map(OsString::from));
        assert_eq!(of(&[]), Handed::Nothing);
        assert_eq!(of(&["-psn_0_1"]), Handed::Nothing, "macOS says who started it");
        assert_eq!(of(&["--sample"]), Handed::Sample);
        assert_eq!(of(&["/books/Ash.billhook"]), Handed::Book("/books/Ash.billhook".into()));
        assert_eq!(of(&["/books/Ash.billhook/book.json"]), Handed::Book("/books/Ash.billhook".into()));
        let backup = "/safe/Ash-20261122-114000.billhook-backup";
        assert_eq!(of(&[backup]), Handed::Backup(backup.into()));
    }
}
