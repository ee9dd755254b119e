//! The book itself: made, inspected, verified, backed up, exported.

use crate::session::{Purpose, Secret, Session};
use crate::wire::Nothing;
use crate::{Failure, settings};
use engine::Currency;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use store::{Mode, NewBook, Store, Unlock, tables};

/// A new book.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Create {
    /// Folder to make.
    pub path: PathBuf,
    /// The seller's legal name.
    pub name: String,
    /// The seller's country.
    pub country: String,
    /// The book's currency.
    pub currency: String,
    /// The seller's role.
    pub role: String,
    /// Where the recovery key is written, beside being returned once.
    #[serde(default)]
    pub key_file_out: Option<PathBuf>,
}

/// The new book, and its recovery key: the only time it is told.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Created {
    path: PathBuf,
    name: String,
    recovery_key: String,
    key_file: Option<PathBuf>,
    passphrase: bool,
    note: &'static str,
}

/// Makes a book.
pub fn create(session: &mut Session, ask: Create) -> Result<Created, Failure> {
    let country = ask.country.to_ascii_uppercase();
    let rule = |what: &str, must: &str| Failure::usage(format!("{what}: {must}."));
    if country.len() != 2 || !country.bytes().all(|b| b.is_ascii_uppercase()) {
        return Err(rule("--country", "give two letters, such as GB"));
    }
    let currency = Currency::listed(&ask.currency).ok_or_else(|| rule("--currency", "give a code, such as GBP"))?;
    settings::role(&ask.role).map_err(|must| rule("--role", must))?;
    if ask.name.trim().is_empty() {
        return Err(rule("--name", "give the seller's legal name"));
    }
    if ask.path.exists() {
        return Err(Failure::new("E-BOOK-EXISTS", format!("{} exists already.", ask.path.display())));
    }
    if let Some(file) = ask.key_file_out.as_deref().filter(|f| f.exists()) {
        return Err(Failure::new("E-BOOK-EXISTS", format!("{} exists already.", file.display())));
    }
    let passphrase = match session.secret(Purpose::New)? {
        Some(Secret::Passphrase(p)) => Some(p),
        _ if ask.key_file_out.is_some() => None,
        _ => {
            return Err(Failure::new("E-BOOK-PASSPHRASE", "A new book needs a passphrase or a key file.")
                .hint("Use a terminal, --passphrase-stdin, or --key-file-out FILE."));
        }
    };
    if let Some(p) = &passphrase {
        store::check_passphrase(p)?;
    }
    let new = NewBook {
        name: ask.name.trim().to_owned(),
        country: country.clone(),
        currency,
        role: ask.role.clone(),
        today: session.today(),
    };
    if session.dry_run() {
        return Ok(Created {
            path: ask.path,
            name: new.name,
            recovery_key: String::new(),
            key_file: None,
            passphrase: passphrase.is_some(),
            note: "Nothing was made: this was a dry run.",
        });
    }
    let made = Store::create(&ask.path, &new, passphrase.as_ref().map(|p| p.as_str()))?;
    let recovery_key = made.recovery_key.text();
    if let Some(file) = &ask.key_file_out {
        write_secret(file, &recovery_key)?;
    }
    session.switch(ask.path.clone(), made.store);
    let tax = crate::vat::domestic(&country);
    session.write(|book| {
        book.set("seller.name", &new.name)?;
        book.set("seller.country", &country)?;
        book.set("book.currency", currency.code())?;
        book.set("book.role", &ask.role)?;
        if let Some(language) = tax.map(|t| t.language) {
            book.set("brand.language", language)?;
        }
        Ok(())
    })?;
    Ok(Created {
        path: ask.path,
        name: new.name,
        recovery_key: recovery_key.to_string(),
        key_file: ask.key_file_out,
        passphrase: passphrase.is_some(),
        note: "Keep the recovery key apart from the book. It is shown this once, and without it or the passphrase nobody can open the book.",
    })
}

/// Writes a secret to a new file only its owner can read.
fn write_secret(file: &Path, text: &str) -> Result<(), Failure> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(file).and_then(|mut f| {
        std::io::Write::write_all(&mut f, text.as_bytes())?;
        std::io::Write::write_all(&mut f, b"\n")?;
        f.sync_all()
    });
    written.map_err(|error| Failure::new("E-OUTPUT", format!("{} could not be written: {error}.", file.display())))
}

/// What is in a book.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Info {
    name: String,
    country: String,
    currency: String,
    role: String,
    created: String,
    accounts: u64,
    tenants: u64,
    products: u64,
    subscriptions: u64,
    documents: u64,
    cost_lines: u64,
    sold_lines: u64,
    invoices: u64,
    entries: u64,
    open_findings: u64,
    last_backup: Option<String>,
    notices: Vec<String>,
}

/// Tells what is in the book.
pub fn info(session: &mut Session, _: Nothing) -> Result<Info, Failure> {
    session.read(|book| {
        let info = book.store.info()?;
        let counts = tables::glance::counts(book.conn())?;
        let settings = book.settings()?;
        Ok(Info {
            name: settings.get("seller.name").to_owned(),
            country: info.country,
            currency: info.currency.to_string(),
            role: settings.get("book.role").to_owned(),
            created: info.created.to_string(),
            accounts: counts.accounts,
            tenants: counts.tenants,
            products: counts.products,
            subscriptions: counts.subscriptions,
            documents: counts.documents,
            cost_lines: counts.cost_lines,
            sold_lines: counts.sold_lines,
            invoices: counts.invoices,
            entries: counts.entries,
            open_findings: counts.open_findings,
            last_backup: store::backup::newest(book.store).map(|d| d.to_string()),
            notices: book.store.notices().iter().map(|n| format!("{n:?}")).collect(),
        })
    })
}

/// What verifying found.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Checked {
    verified: bool,
    problems: Vec<Problem>,
    checked: Vec<&'static str>,
}

/// One thing that does not verify.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Problem {
    code: String,
    place: String,
    detail: String,
}

/// Verifies every invariant from zero: the file, the tables, the chain, the documents.
pub fn check(session: &mut Session, _: Nothing) -> Result<Checked, Failure> {
    // The physical check needs the write-ahead log emptied, so it takes the writer's place when nobody else has it.
    let physical = match session.store(Mode::Write) {
        Ok(store) => store.physical_check()?,
        Err(failure) if failure.code == "E-BOOK-IN-USE" => Vec::new(),
        Err(failure) if failure.code == "E-BOOK-READ-ONLY" => session.store(Mode::Read)?.physical_check()?,
        Err(failure) => return Err(failure),
    };
    session.read(|book| {
        let mut problems: Vec<Problem> =
            physical.into_iter().map(|p| Problem { code: p.code.into(), place: p.place, detail: p.detail }).collect();
        for wrong in book.store.check_records(&[])? {
            problems.push(Problem { code: wrong.code.into(), place: wrong.place, detail: wrong.detail });
        }
        Ok(Checked {
            verified: problems.is_empty(),
            problems,
            checked: vec!["file", "tables", "numbers", "entries", "totals", "documents", "chain"],
        })
    })
}

/// A folder.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Dir {
    dir: PathBuf,
}

/// A backup file.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct File {
    file: PathBuf,
}

/// A backup file and where to make a book of it.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Restore {
    file: PathBuf,
    to: PathBuf,
}

/// A verified backup.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Backup {
    file: PathBuf,
    bytes: u64,
    verified: bool,
    name: String,
    invoices: u64,
}

/// Makes a verified backup.
pub fn backup_create(session: &mut Session, ask: Dir) -> Result<Backup, Failure> {
    if session.dry_run() {
        return Ok(Backup { file: ask.dir, bytes: 0, verified: false, name: String::new(), invoices: 0 });
    }
    let store = session.store(Mode::Read)?;
    let made = store::backup::create(store, &ask.dir)?;
    backup_answer(made)
}

fn backup_answer(summary: store::backup::Summary) -> Result<Backup, Failure> {
    Ok(Backup {
        file: summary.file,
        bytes: summary.bytes,
        verified: true,
        name: summary.name,
        invoices: summary.invoices,
    })
}

fn with_key<T>(session: &mut Session, run: impl FnOnce(&Unlock) -> Result<T, store::StoreError>) -> Result<T, Failure> {
    Ok(match session.secret(Purpose::Unlock)? {
        Some(Secret::Passphrase(p)) => run(&Unlock::Passphrase(&p))?,
        Some(Secret::KeyFile(k)) => run(&Unlock::KeyFile(&k))?,
        None => return Err(Failure::new("E-BOOK-KEY", "The backup is locked.")),
    })
}

/// Verifies a backup, byte by byte and invariant by invariant.
pub fn backup_verify(session: &mut Session, ask: File) -> Result<Backup, Failure> {
    let summary = with_key(session, |unlock| store::backup::verify(&ask.file, unlock))?;
    backup_answer(summary)
}

/// Makes a book of a backup; never overwrites.
pub fn backup_restore(session: &mut Session, ask: Restore) -> Result<Backup, Failure> {
    let summary = with_key(session, |unlock| store::backup::restore(&ask.file, unlock, &ask.to))?;
    let mut answer = backup_answer(summary)?;
    answer.file = ask.to;
    Ok(answer)
}

/// Changes the passphrase: only the wrapped key is written anew.
pub fn passphrase(session: &mut Session, _: Nothing) -> Result<Nothing, Failure> {
    session.store(Mode::Write)?;
    let Some(Secret::Passphrase(new)) = session.secret(Purpose::New)? else {
        return Err(Failure::new("E-BOOK-PASSPHRASE", "No new passphrase was given."));
    };
    store::check_passphrase(&new)?;
    if !session.dry_run() {
        session.store(Mode::Write)?.change_passphrase(&new)?;
    }
    Ok(Nothing {})
}

/// Where to write a recovery key.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct KeyOut {
    #[serde(default)]
    key_file_out: Option<PathBuf>,
}

/// A recovery key: the only time it is told.
#[derive(Debug, JsonSchema, Serialize)]
pub struct NewKey {
    recovery_key: String,
    key_file: Option<PathBuf>,
}

/// Replaces the recovery key.
pub fn recovery_key(session: &mut Session, ask: KeyOut) -> Result<NewKey, Failure> {
    if let Some(file) = ask.key_file_out.as_deref().filter(|f| f.exists()) {
        return Err(Failure::new("E-BOOK-EXISTS", format!("{} exists already.", file.display())));
    }
    let dry = session.dry_run();
    let store = session.store(Mode::Write)?;
    if dry {
        return Ok(NewKey { recovery_key: String::new(), key_file: None });
    }
    let mut kept = false;
    let made = store.new_recovery_key(|key| match &ask.key_file_out {
        Some(file) => write_secret(file, &key.text()).inspect(|()| kept = true),
        None => Ok(()),
    });
    if let (Err(_), true, Some(file)) = (&made, kept, &ask.key_file_out) {
        // It opens nothing, and was made a moment ago by us.
        let _ = std::fs::remove_file(file);
    }
    Ok(NewKey { recovery_key: made?.text().to_string(), key_file: ask.key_file_out })
}

/// What to export, and where to.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Export {
    #[serde(default)]
    canonical: bool,
    #[serde(default)]
    to: Option<PathBuf>,
}

/// The export, or where it was written.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Exported {
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<PathBuf>,
}

/// Writes everything in the book as text. Only the canonical form exists: natural keys, sorted.
pub fn export(session: &mut Session, ask: Export) -> Result<Exported, Failure> {
    if !ask.canonical {
        return Err(Failure::usage("Say --canonical: it is the only form there is."));
    }
    session.read(|book| match &ask.to {
        Some(file) => {
            let failed = |error: std::io::Error| {
                Failure::new("E-OUTPUT", format!("{} could not be written: {error}.", file.display()))
            };
            let mut out = std::io::BufWriter::new(std::fs::File::create_new(file).map_err(failed)?);
            tables::canonical::export(book.conn(), &mut out)?;
            std::io::Write::flush(&mut out).map_err(failed)?;
            Ok(Exported { text: None, file: ask.to.clone() })
        }
        None => {
            let mut out = Vec::new();
            tables::canonical::export(book.conn(), &mut out)?;
            let text = String::from_utf8(out).map_err(|_| Failure::new("E-BUG", "The export is not text."))?;
            Ok(Exported { text: Some(text), file: None })
        }
    })
}
