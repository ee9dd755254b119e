//! A thread with a session of its own.

use super::view::{Views, Window};
use super::{Listener, Step, Today};
use crate::session::{Keys, Purpose, Secret, Session, SystemClock};
use crate::{Failure, Progress, commands};
use engine::Month;
use serde_json::{Value, json};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
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

type Inbox = Receiver<(Job, Sender<Answer>)>;

/// The road to a worker's thread.
pub(super) struct Worker {
    jobs: Sender<(Job, Sender<Answer>)>,
    signs: Arc<Signs>,
}

/// What a worker is told while it works.
#[derive(Default)]
struct Signs {
    /// Somebody wants what runs to end.
    stop: AtomicBool,
    /// Jobs that wait for their turn.
    waiting: AtomicUsize,
    /// What runs was asked for by nobody, and ends as soon as a job waits.
    unasked: AtomicBool,
}

/// How long nobody asks before lists are opened that somebody may look at next.
const SOON: Duration = Duration::from_millis(100);
/// How long nobody asks before everything that was read is forgotten, and the room given back.
const LATER: Duration = Duration::from_secs(120);

/// What comes next when nobody asks.
#[derive(Clone, Copy)]
enum Idle {
    Prepare,
    Forget,
    Sleep,
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
    /// Starts a thread that owns a session until nobody asks any more. One that `prepares` opens lists before they are asked
    /// for, when it has nothing else to do.
    pub(super) fn start(book: PathBuf, secret: Secret, today: Today, listener: Listener, prepares: bool) -> Worker {
        let (jobs, inbox) = channel();
        let signs = Arc::new(Signs::default());
        let heard = signs.clone();
        std::thread::spawn(move || {
            let progress = Told { listener, signs: heard.clone(), last: None };
            let keys = Box::new(Once(Some(secret)));
            let session = Session::new(Some(book), keys, Box::new(SystemClock), today(), false, Box::new(progress));
            Thread { session, views: Views::default(), signs: heard, today, prepares }.work(&inbox);
        });
        Worker { jobs, signs }
    }

    /// Hands a job over.
    pub(super) fn put(&self, job: Job) -> Result<Pending, Failure> {
        let (answer, answered) = channel();
        self.signs.waiting.fetch_add(1, Relaxed);
        self.jobs.send((job, answer)).map_err(|_| gone())?;
        Ok(Pending(answered))
    }

    /// Stops the job that runs.
    pub(super) fn stop(&self) {
        self.signs.stop.store(true, Relaxed);
    }
}

/// What a worker's thread owns.
struct Thread {
    session: Session,
    views: Views,
    signs: Arc<Signs>,
    today: Today,
    prepares: bool,
}

impl Thread {
    fn work(&mut self, inbox: &Inbox) {
        let mut idle = Idle::Sleep;
        loop {
            let next = match idle {
                Idle::Prepare => inbox.recv_timeout(SOON),
                Idle::Forget => inbox.recv_timeout(LATER),
                Idle::Sleep => inbox.recv().map_err(|_| RecvTimeoutError::Disconnected),
            };
            idle = match (next, idle) {
                (Ok((job, answer)), _) => {
                    // What was opened before may be no longer true, or was never opened.
                    let prepare = self.prepares && !matches!(job, Job::Page { .. });
                    self.signs.waiting.fetch_sub(1, Relaxed);
                    self.signs.stop.store(false, Relaxed);
                    let today = (self.today)();
                    if self.session.today() != today {
                        self.session.set_today(today);
                        self.views = Views::default();
                    }
                    // Nobody waits when the window has gone; there is nothing to tell then.
                    let _told = answer.send(self.run(job));
                    if prepare || matches!(idle, Idle::Prepare) { Idle::Prepare } else { Idle::Forget }
                }
                (Err(RecvTimeoutError::Timeout), Idle::Prepare) => {
                    self.signs.unasked.store(true, Relaxed);
                    let all = self.views.prepare(&mut self.session);
                    self.signs.unasked.store(false, Relaxed);
                    if all && self.signs.waiting.load(Relaxed) == 0 {
                        self.tie_last_month();
                        Idle::Forget
                    } else {
                        Idle::Prepare
                    }
                }
                (Err(RecvTimeoutError::Timeout), _) => {
                    self.views = Views::default();
                    self.session.rest();
                    Idle::Sleep
                }
                (Err(RecvTimeoutError::Disconnected), _) => break,
            }
        }
    }

    /// Finds out whether last month ties. Never cut short: who goes to Reconcile meanwhile would wait for all of it again.
    fn tie_last_month(&mut self) {
        let period = Month::of(self.session.today()).plus(-1).to_string();
        // Why it cannot be found out is told to who asks for it.
        let _tied = commands::run(&mut self.session, "reconcile ties", json!({ "period": period }));
    }

    fn run(&mut self, job: Job) -> Answer {
        match job {
            Job::Open => self.session.store(Mode::Write).map(|_| Value::Null),
            Job::Call { name, ask, trial } => {
                self.session.set_dry_run(trial);
                commands::call(&mut self.session, &name, ask)
            }
            Job::Page { name, rows, ask, window } => self.views.page(&mut self.session, &name, &rows, ask, &window),
            Job::Stale => {
                self.views = Views::default();
                Ok(Value::Null)
            }
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
    signs: Arc<Signs>,
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
        let Signs { stop, waiting, unasked } = &*self.signs;
        stop.load(Relaxed) || unasked.load(Relaxed) && waiting.load(Relaxed) > 0
    }
}
