//! What a shell holds while it works: where the book is, how to unlock it, which day it is, and who hears of progress.

use crate::Failure;
use crate::progress::Progress;
use crate::settings::Settings;
use crate::told::Note;
use engine::{Date, Names};
use std::path::{Path, PathBuf};
use store::{Connection, Mode, Store, StoreError, Tx, Unlock, tables};
use zeroize::Zeroizing;

/// Tells the time something really happened. The business day is an argument, never read from here.
pub trait Clock {
    /// Microseconds since 1970 in UTC.
    fn now(&self) -> i64;
}

/// The computer's clock.
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> i64 {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
    }
}

/// What a secret is wanted for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To open a book.
    Unlock,
    /// To protect a book from now on.
    New,
}

/// Something that opens a book.
pub enum Secret {
    /// A passphrase.
    Passphrase(Zeroizing<String>),
    /// A key file's bytes.
    KeyFile(Zeroizing<Vec<u8>>),
}

/// Where secrets come from: a terminal, a file, an unlock form.
pub trait Keys {
    /// A secret for the purpose; `None` only for [`Purpose::New`] where nobody can be asked.
    fn secret(&mut self, purpose: Purpose) -> Result<Option<Secret>, Failure>;
}

/// One shell at work.
pub struct Session {
    place: Option<PathBuf>,
    keys: Box<dyn Keys>,
    clock: Box<dyn Clock>,
    today: Date,
    dry_run: bool,
    progress: Box<dyn Progress>,
    open: Option<(Store, Mode)>,
    /// The month compared last.
    pub(crate) compared: Option<crate::reconcile::Compared>,
    /// The book made ready for scenarios last.
    pub(crate) modelled: Option<crate::model::Made>,
    /// The month tied last.
    pub(crate) tied: Option<crate::reconcile::Tied>,
}

impl Session {
    /// Nothing is opened before a command needs it.
    pub fn new(
        place: Option<PathBuf>,
        keys: Box<dyn Keys>,
        clock: Box<dyn Clock>,
        today: Date,
        dry_run: bool,
        progress: Box<dyn Progress>,
    ) -> Session {
        Session { place, keys, clock, today, dry_run, progress, open: None, compared: None, modelled: None, tied: None }
    }

    /// The business day.
    pub fn today(&self) -> Date {
        self.today
    }

    /// Lives another business day from now on; the sample lives through several months.
    pub fn set_today(&mut self, day: Date) {
        self.today = day;
    }

    /// Whether nothing may be written from now on.
    pub fn set_dry_run(&mut self, dry_run: bool) {
        self.dry_run = dry_run;
    }

    /// Takes secrets from elsewhere from now on; hands back where they came from before.
    pub fn set_keys(&mut self, keys: Box<dyn Keys>) -> Box<dyn Keys> {
        std::mem::replace(&mut self.keys, keys)
    }

    /// Whether nothing may be written.
    pub fn dry_run(&self) -> bool {
        self.dry_run
    }

    /// Who hears of progress.
    pub fn progress(&mut self) -> &mut dyn Progress {
        &mut *self.progress
    }

    /// Closes the book of a program that ends now, on a thread of its own.
    pub fn leave(mut self) -> Leaving {
        Leaving(self.open.take().map(|(store, _)| std::thread::spawn(move || store.leave())))
    }

    /// Forgets what was kept only to answer faster. The book stays open.
    pub fn rest(&mut self) {
        (self.compared, self.modelled) = (None, None);
        if let Some((store, _)) = &self.open {
            store.rest();
        }
    }

    /// A secret of the shell.
    pub fn secret(&mut self, purpose: Purpose) -> Result<Option<Secret>, Failure> {
        self.keys.secret(purpose)
    }

    /// The book's folder, if one is named.
    pub fn place(&self) -> Option<&Path> {
        self.place.as_deref()
    }

    /// Works on another book from now on, already open.
    pub fn switch(&mut self, place: PathBuf, store: Store) {
        self.place = Some(place);
        (self.compared, self.modelled, self.tied) = (None, None, None);
        self.open = Some((store, Mode::Write));
    }

    /// The open book; opens it, or opens it again for writing.
    pub fn store(&mut self, mode: Mode) -> Result<&Store, Failure> {
        let enough = matches!(&self.open, Some((_, Mode::Write))) || matches!(&self.open, Some((_, m)) if *m == mode);
        if !enough {
            self.open = None;
            let place = self.place.clone().ok_or_else(|| Failure::new("E-BOOK-NOT-FOUND", "No book is named."))?;
            // A missing book is told before anybody is asked for a passphrase.
            if !place.join("book.json").exists() && !place.join("book.json.bak").exists() {
                return Err(Failure::new("E-BOOK-NOT-FOUND", format!("There is no book at {}.", place.display())));
            }
            let store = match self.keys.secret(Purpose::Unlock)? {
                Some(Secret::Passphrase(p)) => Store::open(&place, &Unlock::Passphrase(&p), mode)?,
                Some(Secret::KeyFile(k)) => Store::open(&place, &Unlock::KeyFile(&k), mode)?,
                None => return Err(Failure::new("E-BOOK-KEY", "The book is locked.")),
            };
            self.open = Some((store, mode));
        }
        match &self.open {
            Some((store, _)) => Ok(store),
            None => Err(Failure::new("E-BUG", "The book did not stay open.")),
        }
    }

    /// Makes a backup in the book's folder when the last one is older than a day: before work that changes much. What went
    /// wrong is told, and does not stop the work.
    pub fn backup_if_due(&mut self) -> Result<Vec<Note>, Failure> {
        Ok(self.begin_backup()?.notes())
    }

    /// Begins the same beside the work, whose first transaction must not be committed before the book is held fast.
    pub fn begin_backup(&mut self) -> Result<Backup, Failure> {
        let dry_run = self.dry_run;
        let store = self.store(Mode::Write)?;
        Ok(Backup(if dry_run { Ok(None) } else { store::backup::begin(store) }))
    }

    /// Looks at the book.
    pub fn read<T>(&mut self, look: impl FnOnce(&mut Book<'_>) -> Result<T, Failure>) -> Result<T, Failure> {
        self.store(Mode::Read)?;
        let Some((store, _)) = &self.open else { return Err(Failure::new("E-BUG", "The book did not stay open.")) };
        look(&mut Book {
            store,
            tx: None,
            today: self.today,
            now: self.clock.now(),
            dry_run: false,
            progress: &mut *self.progress,
        })
    }

    /// Changes the book in one transaction; a dry run is the same, taken back.
    pub fn write<T>(&mut self, change: impl FnOnce(&mut Book<'_>) -> Result<T, Failure>) -> Result<T, Failure> {
        self.change(false, change)
    }

    /// The same for a change that may add very much: see [`Store::write_in_bulk`].
    pub fn write_in_bulk<T>(&mut self, change: impl FnOnce(&mut Book<'_>) -> Result<T, Failure>) -> Result<T, Failure> {
        self.change(true, change)
    }

    fn change<T>(
        &mut self,
        bulk: bool,
        change: impl FnOnce(&mut Book<'_>) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        self.store(Mode::Write)?;
        let Some((store, _)) = &self.open else { return Err(Failure::new("E-BUG", "The book did not stay open.")) };
        let (today, now, dry_run, progress) = (self.today, self.clock.now(), self.dry_run, &mut *self.progress);
        let run = |tx: &Tx<'_>| change(&mut Book { store, tx: Some(tx), today, now, dry_run, progress });
        match (dry_run, bulk) {
            (true, _) => store.dry_run(run),
            (false, true) => store.write_in_bulk(run),
            (false, false) => store.write(run),
        }
    }
}

/// A book being left. Dropping it waits until it is: a program that ends first leaves its log to the next one.
pub struct Leaving(Option<std::thread::JoinHandle<()>>);

impl Drop for Leaving {
    fn drop(&mut self) {
        let _ = self.0.take().map(std::thread::JoinHandle::join);
    }
}

/// A backup being made, if one is due.
#[must_use = "what went wrong is told by notes"]
pub struct Backup(Result<Option<store::backup::Making>, StoreError>);

impl Backup {
    /// Waits until later changes of the book can no longer get into it.
    pub fn wait_until_held(&self) {
        if let Ok(Some(making)) = &self.0 {
            making.wait_until_held();
        }
    }

    /// Waits for its end; what went wrong, if anything.
    pub fn notes(self) -> Vec<Note> {
        let made = self.0.and_then(|making| making.map(store::backup::Making::finish).transpose());
        let told = |error: StoreError| {
            Note::new("N-NO-BACKUP", "No backup could be made: {error}.", &[("error", &error.to_string())])
        };
        made.err().map(told).into_iter().collect()
    }
}

/// The open book inside one command.
pub struct Book<'s> {
    /// The book.
    pub store: &'s Store,
    tx: Option<&'s Tx<'s>>,
    /// The business day.
    pub today: Date,
    /// When the command began, in microseconds since 1970.
    pub now: i64,
    /// Whether the transaction will be taken back.
    pub dry_run: bool,
    /// Who hears of progress.
    pub progress: &'s mut dyn Progress,
}

impl<'s> Book<'s> {
    /// The write side; a command declared as reading has none.
    pub fn tx(&self) -> Result<&'s Tx<'s>, Failure> {
        self.tx.ok_or_else(|| Failure::new("E-BUG", "A command that only reads tried to write."))
    }

    /// Makes lasting what this command changed so far, unless it is a dry run: see [`Tx::keep_so_far`].
    pub fn keep_so_far(&self) -> Result<(), Failure> {
        if !self.dry_run {
            self.tx()?.keep_so_far()?;
        }
        Ok(())
    }

    /// The write side of the tables. Make one at a time.
    pub fn writer(&self) -> Result<tables::Writer<'s>, Failure> {
        Ok(self.tx()?.tables())
    }

    /// The read side.
    pub fn conn(&self) -> &'s Connection {
        self.store.conn()
    }

    /// The settings, defaults filled in.
    pub fn settings(&self) -> Result<Settings, Failure> {
        let stored = tables::settings::list(self.conn(), "")?;
        Ok(Settings::new(stored.into_iter().filter_map(|(key, value)| Some((key, value.as_str()?.to_owned())))))
    }

    /// Stores a setting; an empty value resets it.
    pub fn set(&self, name: &str, value: &str) -> Result<(), Failure> {
        let writer = self.writer()?;
        if value.is_empty() {
            writer.unset(name)?;
        } else {
            writer.set(name, &serde_json::Value::from(value))?;
        }
        Ok(())
    }

    /// The texts behind symbols: once per command, before anything else is read.
    pub fn names(&self) -> Result<Names, Failure> {
        Ok(tables::texts::load(self.conn())?)
    }
}

/// The bytes of a file, as base64.
pub fn base64_of(path: &Path) -> Result<String, Failure> {
    let bytes = std::fs::read(path)
        .map_err(|error| Failure::new("E-FILE-READ", format!("{} could not be read: {error}.", path.display())))?;
    Ok(base64::Engine::encode(&base64::engine::general_purpose::STANDARD, bytes))
}

/// Reads a date of a request.
pub fn date(text: &str) -> Result<Date, Failure> {
    let date: Option<Date> = text.trim().parse().ok();
    date.filter(|d| engine::date::RANGE.0 <= *d && *d <= engine::date::RANGE.1)
        .ok_or_else(|| Failure::usage(format!("\"{text}\" is not a date between 2000 and 2100; write 2026-10-31.")))
}

/// Reads a billing month of a request.
pub fn month(text: &str) -> Result<engine::Month, Failure> {
    engine::Month::parse(text).ok_or_else(|| Failure::usage(format!("\"{text}\" is not a month; write 2026-10.")))
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Failure {
        let text = error.to_string();
        let wait = matches!(error, StoreError::Storing { .. });
        let mut chars = text.chars();
        let sentence: String =
            chars.next().into_iter().flat_map(char::to_uppercase).chain(chars).chain(['.']).collect();
        let failure = Failure::new(error.code(), sentence);
        if wait { Failure { hints: vec!["Wait until it is done, and try again.".into()], ..failure } } else { failure }
    }
}

/// A moment as text in UTC: `2026-11-02T08:15:30.123456Z`.
pub fn instant(micros: i64) -> String {
    let (seconds, micro) = (micros.div_euclid(1_000_000), micros.rem_euclid(1_000_000));
    let (days, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let day = engine::date::add_days(Date::from_ymd_opt(1970, 1, 1).unwrap_or_default(), days);
    format!("{day}T{:02}:{:02}:{:02}.{micro:06}Z", second / 3600, second / 60 % 60, second % 60)
}
