//! The window as a person meets it: really opened, really typed into. Linux only: elsewhere no driver exists.
#![cfg(target_os = "linux")]

mod driver;

use driver::{Outcome, Window};
use std::path::{Path, PathBuf};

const PROGRAM: &str = env!("CARGO_BIN_EXE_billhook-desktop");

#[test]
fn without_a_book_it_offers_to_open_one() -> Outcome<()> {
    let window = Window::open(Path::new(PROGRAM), &[])?;
    window.wait_for("h1", "No book is open")?;
    window.wait_for("button.primary", "Open a book")?;
    window.picture(&pictures()?.join("choose.png"))
}

#[test]
fn the_page_can_reach_nothing_but_our_commands() -> Outcome<()> {
    let window = Window::open(Path::new(PROGRAM), &[])?;
    window.find("h1")?;
    assert_eq!(window.script("return location.href")?.as_str().map(|l| l.starts_with("tauri://localhost")), Some(true));
    assert_eq!(window.script("return typeof window.__TAURI__")?, "undefined", "no global bridge");
    // A page elsewhere, a request elsewhere, a script written by the page: each refused by policy.
    let refused = |body: &str| window.script_async(&format!("const done = arguments[0]; {body}"));
    assert_eq!(refused("fetch('http://127.0.0.1:9/').then(() => done('sent'), () => done('refused'))")?, "refused");
    assert_eq!(refused("try { new Function('return 1')(); done('ran') } catch { done('refused') }")?, "refused");
    window.script("location.href = 'http://127.0.0.1:9/'")?;
    window.wait_for("h1", "No book is open")
}

/// Where the pictures go, for a person to look at.
fn pictures() -> Outcome<PathBuf> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("window");
    std::fs::create_dir_all(&folder)?;
    Ok(folder)
}
