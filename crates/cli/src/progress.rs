//! A progress line on a terminal for anything over a second; Ctrl-C asks the use case to stop.

use app::Progress;
use std::fs::File;
use std::io::{IsTerminal, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Draws on standard error when it is a terminal.
pub struct Bar {
    draw: bool,
    begun: Instant,
    drawn: Option<Instant>,
    stop: Arc<AtomicBool>,
    ack: Option<File>,
}

impl Bar {
    /// Silent when asked to be; `ack` takes a line per committed invoice.
    pub fn new(quiet: bool, ack: Option<File>) -> Bar {
        let stop = Arc::new(AtomicBool::new(false));
        let flag = Arc::clone(&stop);
        // Without the handler Ctrl-C still ends the program, and the transaction with it.
        let _ = ctrlc::set_handler(move || flag.store(true, Ordering::Relaxed));
        Bar { draw: !quiet && std::io::stderr().is_terminal(), begun: Instant::now(), drawn: None, stop, ack }
    }
}

impl Progress for Bar {
    fn step(&mut self, what: &str, done: u64, of: Option<u64>) {
        let now = Instant::now();
        let due =
            self.drawn.map_or(now - self.begun > Duration::from_secs(1), |at| now - at > Duration::from_millis(100));
        if !self.draw || !due {
            return;
        }
        self.drawn = Some(now);
        let text = match of {
            Some(of) if of > 0 => format!("{what}: {done} of {of} ({} %)", done.saturating_mul(100) / of),
            _ => format!("{what}: {done}"),
        };
        let _ = write!(std::io::stderr(), "\r\x1b[K{text}");
    }

    fn cancelled(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    fn committed(&mut self, number: &str) {
        if let Some(ack) = &mut self.ack {
            let _ = writeln!(ack, "{number}").and_then(|()| ack.flush());
        }
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        if self.drawn.is_some() {
            let _ = write!(std::io::stderr(), "\r\x1b[K");
        }
    }
}
