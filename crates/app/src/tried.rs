//! What the tests of use cases share: a book of their own, and commands as shells give them.

use crate::progress::Progress;
use crate::session::{Keys, Purpose, Secret, Session, SystemClock};
use crate::{Failure, commands};
use engine::Date;
use serde_json::{Value, json};
use std::path::PathBuf;

struct Typed;

impl Keys for Typed {
    fn secret(&mut self, _: Purpose) -> Result<Option<Secret>, Failure> {
        Ok(Some(Secret::Passphrase(zeroize::Zeroizing::new("seven quiet herons".to_owned()))))
    }
}

/// Gives a command that must succeed.
pub fn call(session: &mut Session, name: &str, ask: Value) -> Value {
    commands::call(session, name, ask).unwrap_or_else(|f| panic!("{name}: {f:?}"))
}

/// Gives a command that must be refused, and tells the code.
pub fn refused(session: &mut Session, name: &str, ask: Value) -> String {
    commands::call(session, name, ask).map_or_else(|f| f.code, |answer| panic!("{name} answered {answer}"))
}

/// A new book in a folder of its own.
pub fn book(name: &str, progress: impl Progress + 'static) -> (PathBuf, Session) {
    let folder = std::env::temp_dir().join(format!("billhook-{name}-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let day = Date::from_ymd_opt(2026, 11, 9).unwrap();
    let book = folder.join("Harbour.billhook");
    let mut session =
        Session::new(Some(book.clone()), Box::new(Typed), Box::new(SystemClock), day, false, Box::new(progress));
    let new = json!({"path": book, "name": "Harbour", "country": "GB", "currency": "GBP", "role": "direct-bill"});
    call(&mut session, "book create", new);
    (folder, session)
}
