//! What lies on the desk: the book that was chosen, and once unlocked the session that speaks for it.

use serde::Serialize;
use std::path::PathBuf;
use std::sync::Mutex;
use tauri::{AppHandle, State};
use tauri_plugin_dialog::DialogExt;

/// The book chosen, by folder. Paths stay on this side; the pages see names.
pub struct Desk {
    chosen: Mutex<Option<PathBuf>>,
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
        Desk { chosen: Mutex::new(chosen) }
    }
}

/// The book that is chosen now.
#[tauri::command]
pub fn place(desk: State<'_, Desk>) -> Option<Place> {
    let chosen = desk.chosen.lock().ok()?;
    chosen.as_ref().map(|p| Place { name: p.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default() })
}

/// Asks for a book's folder with the system's own dialog.
#[tauri::command]
pub async fn choose(app: AppHandle, desk: State<'_, Desk>) -> Result<Option<Place>, ()> {
    let folder = app.dialog().file().blocking_pick_folder().and_then(|f| f.into_path().ok());
    if let (Some(folder), Ok(mut chosen)) = (folder, desk.chosen.lock()) {
        *chosen = Some(folder);
    }
    Ok(place(desk))
}

/// Unlocks.
#[tauri::command]
pub async fn unlock(_passphrase: String) -> Result<(), ()> {
    Ok(())
}

/// Locks.
#[tauri::command]
pub fn lock() {}

/// Calls.
#[tauri::command]
pub async fn call(_name: String, _args: serde_json::Value) -> Result<serde_json::Value, ()> {
    Ok(serde_json::Value::Null)
}
