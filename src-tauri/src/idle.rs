//! Locks a book that nobody attends to.

use crate::shelf::Shelf;
use crate::{driven, window};
use app::desk::Desk;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};
use tauri::{AppHandle, Manager};

/// How long a book stays open alone, where nothing else was chosen; in minutes.
const USUAL: u64 = 15;

/// How often one looks.
const GLANCE: Duration = Duration::from_secs(2);

/// When somebody was last here, and what runs. By the wall's clock, which goes on while the computer sleeps.
pub struct Idle {
    stirred: Mutex<SystemTime>,
    running: AtomicUsize,
}

/// Something that runs; while it does, the book stays open.
pub struct Running<'a>(&'a Idle);

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.0.running.fetch_sub(1, Relaxed);
    }
}

impl Idle {
    /// Somebody has just come.
    pub fn new() -> Idle {
        Idle { stirred: Mutex::new(SystemTime::now()), running: AtomicUsize::new(0) }
    }

    /// Somebody is here.
    pub fn stir(&self) {
        *self.stirred.lock().unwrap_or_else(PoisonError::into_inner) = SystemTime::now();
    }

    /// Something runs until this is dropped.
    pub fn runs(&self) -> Running<'_> {
        self.running.fetch_add(1, Relaxed);
        Running(self)
    }

    fn alone_since(&self) -> SystemTime {
        *self.stirred.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Looks after the open book until the program ends. What runs ends first: it is done or rolled back, never cut.
pub fn watch(app: AppHandle) {
    std::thread::spawn(move || {
        loop {
            std::thread::sleep(GLANCE);
            let (desk, idle) = (app.state::<Desk>(), app.state::<Idle>());
            let chosen = app.state::<Shelf>().look().get("lock").cloned();
            let left = driven::left() || due(SystemTime::now(), idle.alone_since(), minutes(chosen.as_deref()));
            if left && idle.running.load(Relaxed) == 0 && desk.place().is_some_and(|place| place.open) {
                desk.lock();
                window::renew(&app);
            }
        }
    });
}

/// What the person chose: 1 to 60 minutes, or never.
fn minutes(chosen: Option<&str>) -> Option<u64> {
    match chosen {
        Some("never") => None,
        Some(text) => Some(text.parse().ok().filter(|n| (1..=60).contains(n)).unwrap_or(USUAL)),
        None => Some(USUAL),
    }
}

/// Whether it has been alone that long. A clock set back starts the time anew rather than never ending it.
fn due(now: SystemTime, since: SystemTime, minutes: Option<u64>) -> bool {
    let alone = now.duration_since(since);
    minutes.is_some_and(|n| alone.is_ok_and(|time| time >= Duration::from_secs(n * 60)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_book_is_locked_when_it_was_alone_for_as_long_as_was_chosen() {
        let since = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000);
        for (after, chosen, locks) in [
            (15 * 60 - 1, None, false),
            (15 * 60, None, true),
            (59, Some("1"), false),
            (60, Some("1"), true),
            (15 * 60, Some("60"), false),
            (8 * 3600, Some("never"), false),
            (15 * 60, Some("0"), true),
            (15 * 60, Some("a week"), true),
        ] {
            assert_eq!(due(since + Duration::from_secs(after), since, minutes(chosen)), locks, "{after} s, {chosen:?}");
        }
        assert!(!due(since - Duration::from_secs(1), since, Some(1)), "a clock that was set back");
    }
}
