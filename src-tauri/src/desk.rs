//! What lies on the desk: the book that was chosen and, once unlocked, the thread that speaks for it.
//!
//! In: what the pages ask. Out: answers of app's commands, or the failure with its words. Always: paths and keys stay on
//! this side; one thread owns the open book, so locking ends the thread and with it the keys and the connection.

use app::session::{Keys, Purpose, Secret, Session, SystemClock};
use app::{Failure, Silent, commands};
use serde::Serialize;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tauri::{AppHandle, Manager, State};
use tauri_plugin_dialog::DialogExt;
use zeroize::Zeroizing;

/// The commands the pages may ask for. Those that name other files are not for a web view to ask.
const SHOWN: &[&str] = &["book info"];

/// The desk, shared by every call from the pages.
pub struct Desk(Mutex<Papers>);

struct Papers {
    chosen: Option<PathBuf>,
    open: Option<Sender<Ask>>,
    /// Wrong passphrases since the last right one.
    wrong: u32,
}

/// A command for the thread that owns the book, and where its answer goes.
struct Ask {
    name: String,
    args: Value,
    answer: Sender<Result<Value, Failure>>,
}

/// A chosen book as the pages may know it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Place {
    /// The folder's name without `.billhook`.
    name: String,
}

impl Desk {
    /// A desk with the book named on the command line, if one was.
    pub fn at(chosen: Option<PathBuf>) -> Desk {
        Desk(Mutex::new(Papers { chosen, open: None, wrong: 0 }))
    }

    fn papers(&self) -> MutexGuard<'_, Papers> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn place(&self) -> Option<Place> {
        let name = |path: &Path| path.file_stem().map(|s| s.to_string_lossy().into_owned());
        self.papers().chosen.as_deref().map(|p| Place { name: name(p).unwrap_or_default() })
    }

    /// Opens the chosen book on a thread of its own. A wrong passphrase costs a growing wait, from one second to thirty.
    fn unlock(&self, passphrase: Zeroizing<String>) -> Result<(), Failure> {
        let (chosen, wrong) = {
            let papers = self.papers();
            (papers.chosen.clone(), papers.wrong)
        };
        let book = chosen.ok_or_else(|| Failure::new("E-BOOK-NOT-FOUND", "No book is chosen."))?;
        let (asks, inbox) = channel();
        std::thread::spawn(move || serve(book, passphrase, &inbox));
        let opened = put(&asks, "book info", json!({}));
        if let Err(failure) = &opened
            && failure.code == "E-BOOK-KEY"
        {
            std::thread::sleep(Duration::from_secs((1 << wrong.min(5)).min(30)));
            self.papers().wrong = wrong.saturating_add(1);
        }
        opened?;
        let mut papers = self.papers();
        (papers.open, papers.wrong) = (Some(asks), 0);
        Ok(())
    }

    fn call(&self, name: &str, args: Value) -> Result<Value, Failure> {
        if !SHOWN.contains(&name) {
            return Err(Failure::usage(format!("The window has no command \"{name}\".")));
        }
        let open = self.papers().open.clone();
        put(&open.ok_or_else(|| Failure::new("E-BOOK-KEY", "The book is locked."))?, name, args)
    }
}

/// Asks the book's thread and waits for its answer.
fn put(asks: &Sender<Ask>, name: &str, args: Value) -> Result<Value, Failure> {
    let (answer, answered) = channel();
    let gone = || Failure::new("E-BUG", "The book was closed before it answered.");
    asks.send(Ask { name: name.to_owned(), args, answer }).map_err(|_| gone())?;
    answered.recv().map_err(|_| gone())?
}

/// Owns the book until nobody asks any more.
fn serve(book: PathBuf, passphrase: Zeroizing<String>, inbox: &Receiver<Ask>) {
    let today = chrono::Local::now().date_naive();
    let keys = Box::new(Typed(passphrase));
    let mut session = Session::new(Some(book), keys, Box::new(SystemClock), today, false, Box::new(Silent));
    while let Ok(ask) = inbox.recv() {
        let answer = commands::call(&mut session, &ask.name, ask.args);
        // Nobody waits when the window has gone; there is nothing to tell then.
        let _told = ask.answer.send(answer);
    }
}

/// The passphrase as it was typed into the form. The window makes no new ones.
struct Typed(Zeroizing<String>);

impl Keys for Typed {
    fn secret(&mut self, purpose: Purpose) -> Result<Option<Secret>, Failure> {
        Ok((purpose == Purpose::Unlock).then(|| Secret::Passphrase(self.0.clone())))
    }
}

/// The book that is chosen now.
#[tauri::command]
pub fn place(desk: State<'_, Desk>) -> Option<Place> {
    desk.place()
}

/// Asks for a book's folder with the system's own dialog.
#[tauri::command]
pub async fn choose(app: AppHandle) -> Option<Place> {
    let desk = app.state::<Desk>();
    if let Some(folder) = app.dialog().file().blocking_pick_folder().and_then(|f| f.into_path().ok()) {
        desk.papers().chosen = Some(folder);
    }
    desk.place()
}

/// Opens the chosen book.
#[tauri::command]
pub async fn unlock(app: AppHandle, passphrase: String) -> Result<(), Failure> {
    let passphrase = Zeroizing::new(passphrase);
    in_background(move || app.state::<Desk>().unlock(passphrase)).await
}

/// Closes the book and forgets its keys.
#[tauri::command]
pub fn lock(desk: State<'_, Desk>) {
    desk.papers().open = None;
}

/// Runs one of app's commands on the open book.
#[tauri::command]
pub async fn call(app: AppHandle, name: String, args: Value) -> Result<Value, Failure> {
    in_background(move || app.state::<Desk>().call(&name, args)).await
}

/// Waits elsewhere, so that the window goes on drawing.
async fn in_background<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Failure> + Send + 'static,
) -> Result<T, Failure> {
    let done = tauri::async_runtime::spawn_blocking(work).await;
    done.unwrap_or_else(|_| Err(Failure::new("E-BUG", "The program met a state it believed impossible.")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pages_learn_the_name_and_not_the_path() {
        let desk = Desk::at(Some("somewhere/private/Harbour & Vale.billhook".into()));
        assert_eq!(desk.place(), Some(Place { name: "Harbour & Vale".to_owned() }));
    }

    #[test]
    fn a_locked_desk_answers_nothing() {
        let desk = Desk::at(None);
        let code = |answer: Result<Value, Failure>| answer.err().map(|f| f.code);
        assert_eq!(code(desk.call("book info", json!({}))).as_deref(), Some("E-BOOK-KEY"));
        assert_eq!(code(desk.call("invoices pdf", json!({"to": "/"}))).as_deref(), Some("E-USAGE"));
    }
}
