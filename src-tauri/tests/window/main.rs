//! The window as a person meets it: really opened, really typed into. Linux only: elsewhere no driver exists.
#![cfg(target_os = "linux")]

mod driver;
mod hand;
mod journey;
mod month;
mod wire;

use app::session::{Keys, Purpose, Secret, Session, SystemClock};
use app::{Failure, Silent};
use driver::{Home, Outcome, Window};
use std::path::{Path, PathBuf};

#[test]
fn without_a_book_it_offers_the_sample_and_a_book_of_ones_own() -> Outcome<()> {
    let home = Home::new()?;
    let window = Window::open(&home, &[])?;
    window.wait_for("h1", "Welcome to Billhook")?;
    window.wait_for("button.primary", "Look around in the sample book")?;
    window.picture(&pictures()?.join("choose.png"))
}

#[test]
fn the_page_can_reach_nothing_but_our_commands() -> Outcome<()> {
    let home = Home::new()?;
    let window = Window::open(&home, &[])?;
    window.find("h1")?;
    assert_eq!(window.script("return location.href")?.as_str().map(|l| l.starts_with("tauri://localhost")), Some(true));
    assert_eq!(window.script("return typeof window.__TAURI__")?, "undefined", "no global bridge");
    // A page elsewhere, a request elsewhere, a script written by the page: each refused by policy.
    let refused = |body: &str| window.script_async(&format!("const done = arguments[0]; {body}"));
    assert_eq!(refused("fetch('http://127.0.0.1:9/').then(() => done('sent'), () => done('refused'))")?, "refused");
    assert_eq!(refused("try { new Function('return 1')(); done('ran') } catch { done('refused') }")?, "refused");
    window.script("location.href = 'http://127.0.0.1:9/'")?;
    window.wait_for("h1", "Welcome to Billhook")
}

const PASSPHRASE: &str = "a hook, a blade, a handle";

#[test]
fn a_book_opens_with_its_passphrase_and_shows_whose_it_is() -> Outcome<()> {
    let home = Home::new()?;
    let book = home.path("Harbour & Vale.billhook");
    make(&book)?;
    let window = Window::open(&home, &[book.to_str().ok_or("plain path")?])?;
    window.wait_for("h1", "Harbour & Vale")?;
    window.picture(&pictures()?.join("unlock.png"))?;

    window.fill("#passphrase", "not this one at all")?;
    window.click("button.primary")?;
    window.wait_for("[role=alert]", "Nothing was changed.")?;
    window.picture(&pictures()?.join("wrong.png"))?;

    window.fill("#passphrase", PASSPHRASE)?;
    window.click("button.primary")?;
    window.wait_for("h1", "Month")?;
    assert_eq!(window.script("return document.querySelector('nav strong').textContent")?, "Harbour & Vale Ltd");
    window.wait_for("button.primary", "Import files")?;
    let fits = window.script("return document.documentElement.scrollHeight <= window.innerHeight")?;
    assert_eq!(fits, true, "nothing hidden makes the page scroll");
    window.picture(&pictures()?.join("book.png"))?;

    for place in
        ["Accounts", "Catalogue", "Subscriptions", "Costs", "Reconcile", "Billing", "Invoices", "Model", "Settings"]
    {
        window.click(&format!("nav button[title={place}]"))?;
        window.wait_for("h1", place)?;
        window.picture(&pictures()?.join(format!("empty-{}.png", place.to_lowercase())))?;
    }

    window.click("header button[aria-label=Lock]")?;
    window.wait_for("form", "Passphrase")
}

#[test]
fn the_sample_opens_at_one_press_and_shows_its_month() -> Outcome<()> {
    let home = Home::new()?;
    let window = Window::open(&home, &[])?;
    window.wait_for("button.primary", "Look around in the sample book")?;
    window.click("button.primary")?;
    window.wait_for("h1", "Month")?;
    window.wait_for(".pane button.primary", "findings")?;
    window.picture(&pictures()?.join("month.png"))?;

    window.click("nav button[title=Reconcile]")?;
    window.wait_for("main", "Unexplained")?;
    window.find("[role=grid] [aria-rowindex='3']")?;
    window.picture(&pictures()?.join("reconcile.png"))?;

    window.click("nav button[title=Invoices]")?;
    window.click("[role=grid] [aria-rowindex='2']")?;
    window.find("main canvas")?;
    window.picture(&pictures()?.join("invoice.png"))
}

#[test]
fn a_book_left_alone_locks_itself() -> Outcome<()> {
    let home = Home::new()?;
    let window = Window::open(&home, &["--sample"])?;
    window.wait_for("h1", "Month")?;
    window.click("nav button[title=Accounts]")?;
    window.find("[role=grid] [aria-rowindex='3']")?;
    assert_ne!(window.remembers("Hansekontor")?, 0, "a customer of the sample");
    home.leave()?;
    window.wait_for("form", "Passphrase")?;
    assert_eq!(window.remembers("Hansekontor")?, 0, "nobody's name stays in memory");
    Ok(())
}

#[test]
fn the_menu_is_opened_and_used_with_the_keys() -> Outcome<()> {
    let home = Home::new()?;
    let window = Window::open(&home, &["--sample"])?;
    window.wait_for("h1", "Month")?;
    window.chord(&[hand::F10])?;
    window.wait_for("[role=menu]", "Ctrl L")?;
    window.picture(&pictures()?.join("menu.png"))?;
    window.wait_for("[role=menuitem]:focus", "Import files")?;
    // A letter goes to what begins with it.
    window.chord(&['b'])?;
    window.wait_for("[role=menuitem]:focus", "Back up")?;
    window.chord(&[hand::ENTER])?;
    window.wait_for("main", "Back up to a folder")
}

#[test]
fn a_backup_that_is_opened_asks_for_its_passphrase() -> Outcome<()> {
    let home = Home::new()?;
    let backup = home.path("Harbour-20261109-090000.billhook-backup");
    let window = Window::open(&home, &[backup.to_str().ok_or("plain path")?])?;
    window.wait_for("form", "From Harbour-20261109-090000.billhook-backup.")
}

/// A new book of an invented seller.
fn make(book: &Path) -> Outcome<()> {
    struct Typed;
    impl Keys for Typed {
        fn secret(&mut self, _: Purpose) -> Result<Option<Secret>, Failure> {
            Ok(Some(Secret::Passphrase(PASSPHRASE.to_owned().into())))
        }
    }
    let today = app::session::date("2026-11-09")?;
    let (keys, clock) = (Box::new(Typed), Box::new(SystemClock));
    let mut session = Session::new(None, keys, clock, today, false, Box::new(Silent));
    let seller = serde_json::json!({
        "path": book, "name": "Harbour & Vale Ltd", "country": "GB", "currency": "GBP", "role": "direct-bill",
    });
    app::commands::call(&mut session, "book create", seller)?;
    Ok(())
}

/// Where the pictures go, for a person to look at.
fn pictures() -> Outcome<PathBuf> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("window");
    std::fs::create_dir_all(&folder)?;
    Ok(folder)
}
