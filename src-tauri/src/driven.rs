//! A test in a person's place: it answers the system's dialogs, which no driver reaches, and names the business day.
//! A released program has none of this, but where it was built to be measured (the feature `driven`).

use chrono::NaiveDate;
use std::path::PathBuf;

/// Whether a test drives this window.
pub fn on() -> bool {
    cfg!(any(debug_assertions, feature = "driven")) && std::env::var_os("TAURI_WEBVIEW_AUTOMATION").is_some()
}

/// What the test said under that name: a file in the folder it shares with the window.
fn said(name: &str) -> Option<(PathBuf, String)> {
    let file = PathBuf::from(std::env::var_os("BILLHOOK_DRIVEN").filter(|_| on())?).join(name);
    let text = std::fs::read_to_string(&file).ok()?;
    Some((file, text))
}

/// The business day the test lives in.
pub fn today() -> Option<NaiveDate> {
    said("today")?.1.trim().parse().ok()
}

/// Whether the person has left the window alone for as long as they allow.
pub fn left() -> bool {
    said("left").is_some()
}

/// What is chosen in the dialog that would open now, once: one path to a line. Nothing said is a dialog cancelled.
pub fn chosen() -> Vec<PathBuf> {
    let Some((file, text)) = said("chosen") else { return Vec::new() };
    // What was answered once is not answered again; if it could be, the test that follows fails and says so.
    let _answered = std::fs::remove_file(file);
    text.lines().map(PathBuf::from).collect()
}
