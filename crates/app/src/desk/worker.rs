//! A thread with a session of its own.

use super::view::{Views, Window};
use super::{Listener, Step, Today};
use crate::session::{Keys, Purpose, Secret, Session, SystemClock};
use crate::{Failure, Progress, commands};
use serde_json::Value;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};
use store::Mode;

/// What a worker is asked to do.
pub(super) enum Job {
    /// Open the book for writing.
    Open,
    /// A command.
    Call { name: String, ask: Value, trial: bool },
    /// A window on a list.
    Page { name: String, rows: String, ask: Value, window: Window },
    /// Something was written: what was read is no longer true.
    Stale,
}

impl Job {
    pub(super) fn call(name: &str, ask: Value, trial: bool) -> Job {
        Job::Call { name: name.to_owned(), ask, trial }
    }
}

type Answer = Result<Value, Failure>;

/// The road to a worker's thread.
pub(super) struct Worker {
    jobs: Sender<(Job, Sender<Answer>)>,
    stop: Arc<AtomicBool>,
}

/// An answer to come.
pub(super) struct Pending(Receiver<Answer>);

impl Pending {
    pub(super) fn wait(self) -> Answer {
        self.0.recv().map_err(|_| gone())?
    }
}

fn gone() -> Failure {
    Failure::new("E-BUG", "The book was closed before it answered.")
}

impl Worker {
    /// Starts a thread that owns a session until nobody asks any more.
    pub(super) fn start(book: PathBuf, secret: Secret, today: Today, listener: Listener) -> Worker {
        let (jobs, inbox) = channel::<(Job, Sender<Answer>)>();
        let stop = Arc::new(AtomicBool::new(false));
        let heard = stop.clone();
        std::thread::spawn(move || {
            let progress = Told { listener, stop: heard.clone(), last: None };
            let keys = Box::new(Once(Some(secret)));
            let mut session = Session::new(Some(book), keys, Box::new(SystemClock), today(), false, Box::new(progress));
            let mut views = Views::default();
            while let Ok((job, answer)) = inbox.recv() {
                heard.store(false, Relaxed);
                session.set_today(today());
                // Nobody waits when the window has gone; there is nothing to tell then.
                let _told = answer.send(run(&mut session, &mut views, job));
            }
        });
        Worker { jobs, stop }
    }

    /// Hands a job over.
    pub(super) fn put(&self, job: Job) -> Result<Pending, Failure> {
        let (answer, answered) = channel();
        self.jobs.send((job, answer)).map_err(|_| gone())?;
        Ok(Pending(answered))
    }

    /// Stops the job that runs.
    pub(super) fn stop(&self) {
        self.stop.store(true, Relaxed);
    }
}

fn run(session: &mut Session, views: &mut Views, job: Job) -> Answer {
    match job {
        Job::Open => session.store(Mode::Write).map(|_| Value::Null),
        Job::Call { name, ask, trial } => {
            session.set_dry_run(trial);
            commands::call(session, &name, ask)
        }
        Job::Page { name, rows, ask, window } => views.page(session, &name, &rows, ask, &window),
        Job::Stale => {
            *views = Views::default();
            Ok(Value::Null)
        }
    }
}

/// A secret that opens the book once and is then forgotten.
struct Once(Option<Secret>);

impl Keys for Once {
    fn secret(&mut self, purpose: Purpose) -> Result<Option<Secret>, Failure> {
        match purpose {
            Purpose::Unlock => Ok(self.0.take()),
            Purpose::New => Ok(None),
        }
    }
}

/// Tells progress at most every fiftieth of a second.
struct Told {
    listener: Listener,
    stop: Arc<AtomicBool>,
    last: Option<(String, Instant)>,
}

impl Progress for Told {
    fn step(&mut self, what: &str, done: u64, of: Option<u64>) {
        let recent = |(last, at): &(String, Instant)| last == what && at.elapsed() < Duration::from_millis(20);
        if !self.last.as_ref().is_some_and(recent) {
            self.last = Some((what.to_owned(), Instant::now()));
            (self.listener)(Step { what: what.to_owned(), done, of });
        }
    }

    fn cancelled(&self) -> bool {
        self.stop.load(Relaxed)
    }
}
