//! What the tests share: a made-up company and its book in a temporary folder.

use std::path::{Path, PathBuf};

use engine::{Currency, Date};
use store::{Mode, NewBook, Store, StoreError, Unlock};

pub const PASSPHRASE: &str = "correct horse battery staple";
pub const NAME: &str = "Hazelnut Cloud GmbH";

pub fn new_book() -> NewBook {
    NewBook {
        name: NAME.into(),
        country: "DE".into(),
        currency: Currency::EUR,
        role: "direct-bill".into(),
        today: Date::from_ymd_opt(2026, 11, 1).expect("a date"),
    }
}

/// A book on disk and what opens it.
pub struct Scene {
    pub dir: tempfile::TempDir,
    pub key_file: String,
}

impl Scene {
    /// A closed book that only a key file opens; quick to make.
    pub fn new() -> Scene {
        let dir = tempfile::tempdir().expect("temp dir");
        let created = Store::create(&dir.path().join("hazelnut.billhook"), &new_book(), None).expect("creates");
        Scene { key_file: created.recovery_key.text().to_string(), dir }
    }

    pub fn book(&self) -> PathBuf {
        self.dir.path().join("hazelnut.billhook")
    }

    pub fn try_open(&self, mode: Mode) -> Result<Store, StoreError> {
        Store::open(&self.book(), &Unlock::KeyFile(self.key_file.as_bytes()), mode)
    }

    pub fn open(&self) -> Store {
        self.try_open(Mode::Write).expect("opens")
    }

    /// A change to see again: a table of marks.
    pub fn mark(store: &Store, text: &str) -> Result<(), StoreError> {
        store.write(|tx| {
            tx.execute_batch("CREATE TABLE IF NOT EXISTS marks (text TEXT NOT NULL) STRICT")?;
            tx.execute("INSERT INTO marks VALUES (?)", [text])?;
            Ok(())
        })
    }

    pub fn marks(store: &Store) -> i64 {
        store.conn().query_row("SELECT count(*) FROM marks", [], |row| row.get(0)).expect("counts")
    }
}

/// The code of the failure.
pub fn code<T>(result: Result<T, StoreError>) -> &'static str {
    result.err().map_or("none", |e| e.code())
}

/// Every file below a folder.
pub fn files(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(dir).expect("lists").flatten() {
        let path = entry.path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found
}
