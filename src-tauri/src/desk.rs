//! The pages' way to the desk: thin commands, each a permission of its own. Nothing is decided here.

use crate::handed::Backup;
use crate::idle::Idle;
use crate::shelf::{Look, Recent, Shelf};
use crate::{dialogs, window};
use app::desk::{Chosen, Desk, Page, Place, Window};
use app::session::{Keys, Purpose, Secret, Session, SystemClock};
use app::{Failure, Silent};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tauri::{AppHandle, Manager, State};
use zeroize::Zeroizing;

type Answer<T> = Result<T, Failure>;

/// The business day.
#[tauri::command]
pub fn today(desk: State<'_, Desk>) -> String {
    desk.today().to_string()
}

/// What the person chose for their window.
#[tauri::command]
pub fn look(shelf: State<'_, Shelf>) -> Look {
    shelf.look()
}

/// Keeps what they chose.
#[tauri::command]
pub fn keep_look(shelf: State<'_, Shelf>, look: Look) {
    shelf.keep_look(look);
}

/// Somebody is at the window.
#[tauri::command]
pub fn stir(idle: State<'_, Idle>) {
    idle.stir();
}

/// The book that is chosen now.
#[tauri::command]
pub fn place(desk: State<'_, Desk>) -> Option<Place> {
    desk.place()
}

/// Books opened before, the last one first.
#[tauri::command]
pub fn recent(shelf: State<'_, Shelf>) -> Vec<Recent> {
    shelf.recent()
}

/// The backup somebody opened with this program, by its file's name.
#[tauri::command]
pub fn handed(backup: State<'_, Backup>) -> Option<String> {
    backup.name()
}

/// Chooses a book: one opened before, or one the person names in the system's own dialog.
#[tauri::command]
pub async fn choose(app: AppHandle, recent: Option<usize>) -> Option<Place> {
    let named = match recent {
        Some(at) => app.state::<Shelf>().book(at),
        None => dialogs::folder(&app),
    };
    let desk = app.state::<Desk>();
    if let Some(book) = named {
        desk.choose(book);
    }
    desk.place()
}

/// What a new book needs.
#[derive(Deserialize)]
pub struct NewBook {
    name: String,
    country: String,
    currency: String,
    role: String,
    passphrase: String,
}

/// A new book, and its recovery key: the only time it is told.
#[derive(Serialize)]
pub struct Created {
    place: Option<Place>,
    recovery_key: Value,
}

/// Makes a book where the person says; `None` when nothing was said.
#[tauri::command]
pub async fn create(app: AppHandle, book: NewBook) -> Answer<Option<Created>> {
    let Some(at) = dialogs::save(&app, &format!("{}.billhook", book.name)) else { return Ok(None) };
    in_background(move || {
        let passphrase = Zeroizing::new(book.passphrase);
        let ask = json!({
            "path": at, "name": book.name, "country": book.country, "currency": book.currency, "role": book.role,
        });
        let made = alone(&app, Box::new(Typed(passphrase.clone())), "book create", ask)?;
        let desk = app.state::<Desk>();
        desk.choose(at.clone());
        desk.unlock(|| Secret::Passphrase(passphrase.clone()))?;
        app.state::<Shelf>().opened(&at);
        Ok(Some(Created { place: desk.place(), recovery_key: made.get("recovery_key").cloned().unwrap_or_default() }))
    })
    .await
}

/// Makes the sample book beside the program's own data and opens it; one made before is opened again.
#[tauri::command]
pub async fn sample(app: AppHandle) -> Answer<Option<Place>> {
    in_background(move || open_sample(&app).map(|()| app.state::<Desk>().place())).await
}

/// The same, for who has no page yet.
pub fn open_sample(app: &AppHandle) -> Answer<()> {
    let data = app.path().app_data_dir();
    let data = data.map_err(|e| Failure::new("E-OUTPUT", format!("There is no place for the sample: {e}.")))?;
    let folder = data.join("sample");
    let demo = app::demo::places(&folder);
    if !demo.book.exists() {
        alone(app, Box::new(Nobody), "demo", json!({"dir": folder}))?;
    }
    let key = std::fs::read(&demo.key_file)
        .map_err(|e| Failure::new("E-BOOK-KEY", format!("The sample's key could not be read: {e}.")))?;
    let key = Zeroizing::new(key);
    let desk = app.state::<Desk>();
    desk.choose(demo.book);
    desk.unlock(|| Secret::KeyFile(key.clone()))
}

/// Restores a backup into a new book; the person names both, and the passphrase opens it afterwards.
#[tauri::command]
pub async fn restore(app: AppHandle, passphrase: String) -> Answer<Option<Place>> {
    let passphrase = Zeroizing::new(passphrase);
    let handed = app.state::<Backup>().take();
    let Some(backup) = handed.or_else(|| dialogs::backup(&app)) else { return Ok(None) };
    let name = backup.file_stem().map_or_else(String::new, |n| n.to_string_lossy().into_owned());
    let Some(to) = dialogs::save(&app, &format!("{name}.billhook")) else { return Ok(None) };
    in_background(move || {
        alone(&app, Box::new(Typed(passphrase)), "book backup restore", json!({"file": backup, "to": to}))?;
        let desk = app.state::<Desk>();
        desk.choose(to);
        Ok(desk.place())
    })
    .await
}

/// Opens the chosen book.
#[tauri::command]
pub async fn unlock(app: AppHandle, passphrase: String) -> Answer<()> {
    let passphrase = Zeroizing::new(passphrase);
    in_background(move || {
        let desk = app.state::<Desk>();
        desk.unlock(|| Secret::Passphrase(passphrase.clone()))?;
        if let Some(book) = desk.folder() {
            app.state::<Shelf>().opened(&book);
        }
        Ok(())
    })
    .await
}

/// Closes the book, forgets its keys, and ends the page with all that it read.
#[tauri::command]
pub fn lock(app: AppHandle, desk: State<'_, Desk>) {
    desk.lock();
    window::renew(&app);
}

/// Runs one of app's commands on the open book.
#[tauri::command]
pub async fn call(app: AppHandle, name: String, ask: Value, trial: bool) -> Answer<Value> {
    in_background(move || {
        let idle = app.state::<Idle>();
        let _running = idle.runs();
        app.state::<Desk>().call(&name, ask, trial)
    })
    .await
}

/// A window on the rows of a list.
#[tauri::command]
pub async fn page(app: AppHandle, name: String, rows: String, ask: Value, wanted: Window) -> Answer<Page> {
    in_background(move || app.state::<Desk>().page(&name, &rows, ask, wanted)).await
}

/// Stops what is being written.
#[tauri::command]
pub fn cancel(desk: State<'_, Desk>) {
    desk.cancel();
}

/// Asks for files.
#[tauri::command]
pub async fn pick_files(app: AppHandle) -> Vec<Chosen> {
    let desk = app.state::<Desk>();
    dialogs::files(&app).into_iter().map(|path| desk.handle(path)).collect()
}

/// Asks where to save.
#[tauri::command]
pub async fn save_as(app: AppHandle, name: String) -> Option<Chosen> {
    Some(app.state::<Desk>().handle(dialogs::save(&app, &name)?))
}

/// Asks for a folder.
#[tauri::command]
pub async fn pick_folder(app: AppHandle) -> Option<Chosen> {
    Some(app.state::<Desk>().handle(dialogs::folder(&app)?))
}

/// Writes a text where the person says; `false` when nothing was said.
#[tauri::command]
pub async fn save_text(app: AppHandle, name: String, text: String) -> Answer<bool> {
    let Some(to) = dialogs::save(&app, &name) else { return Ok(false) };
    let written = std::fs::write(&to, text);
    written.map_err(|e| Failure::new("E-OUTPUT", format!("{} could not be written: {e}.", to.display())))?;
    Ok(true)
}

/// Runs a command that needs no open book, with a session of its own.
fn alone(app: &AppHandle, keys: Box<dyn Keys>, name: &str, ask: Value) -> Answer<Value> {
    let today = app.state::<Desk>().today();
    let mut session = Session::new(None, keys, Box::new(SystemClock), today, false, Box::new(Silent));
    app::commands::call(&mut session, name, ask)
}

/// The passphrase as it was typed into a form.
struct Typed(Zeroizing<String>);

impl Keys for Typed {
    fn secret(&mut self, _: Purpose) -> Answer<Option<Secret>> {
        Ok(Some(Secret::Passphrase(self.0.clone())))
    }
}

/// Nobody to ask: the sample brings its own key.
struct Nobody;

impl Keys for Nobody {
    fn secret(&mut self, _: Purpose) -> Answer<Option<Secret>> {
        Err(Failure::new("E-BOOK-KEY", "The book is locked."))
    }
}

/// Waits elsewhere, so that the window goes on drawing.
async fn in_background<T: Send + 'static>(work: impl FnOnce() -> Answer<T> + Send + 'static) -> Answer<T> {
    let done = tauri::async_runtime::spawn_blocking(work).await;
    done.unwrap_or_else(|_| Err(Failure::new("E-BUG", "The program met a state it believed impossible.")))
}
