//! The system's own dialogs for files and folders. Paths come from here and stay on this side.

use crate::driven;
use std::path::PathBuf;
use tauri::AppHandle;
use tauri_plugin_dialog::{DialogExt, FileDialogBuilder, FilePath};

/// Asks for files; none when it is cancelled.
pub fn files(app: &AppHandle) -> Vec<PathBuf> {
    if driven::on() {
        return driven::chosen();
    }
    let picked = app.dialog().file().blocking_pick_files().unwrap_or_default();
    picked.into_iter().filter_map(|file| file.into_path().ok()).collect()
}

/// Asks for a backup.
pub fn backup(app: &AppHandle) -> Option<PathBuf> {
    one(app, |dialog| dialog.add_filter("Billhook", &["billhook-backup"]).blocking_pick_file())
}

/// Asks for a folder.
pub fn folder(app: &AppHandle) -> Option<PathBuf> {
    one(app, FileDialogBuilder::blocking_pick_folder)
}

/// Asks where to save; `name` is proposed.
pub fn save(app: &AppHandle, name: &str) -> Option<PathBuf> {
    one(app, |dialog| dialog.set_file_name(file_name(name)).blocking_save_file())
}

fn one(app: &AppHandle, ask: impl FnOnce(FileDialogBuilder<tauri::Wry>) -> Option<FilePath>) -> Option<PathBuf> {
    if driven::on() {
        return driven::chosen().into_iter().next();
    }
    ask(app.dialog().file()).and_then(|file| file.into_path().ok())
}

/// A name that every file system takes.
fn file_name(name: &str) -> String {
    let odd = |c: char| c.is_control() || matches!(c, '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|');
    name.chars().map(|c| if odd(c) { '-' } else { c }).collect::<String>().trim_matches([' ', '.']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::file_name;

    #[test]
    fn a_files_name_leads_nowhere_else() {
        for (name, want) in
            [("Harbour & Vale", "Harbour & Vale"), ("../../etc/x", "-..-etc-x"), ("a:b?.csv", "a-b-.csv"), (" .", "")]
        {
            assert_eq!(file_name(name), want);
        }
    }
}
