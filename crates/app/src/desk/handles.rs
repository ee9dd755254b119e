//! Files by handle: a page says `file:3`, this side knows the path.

use crate::Failure;
use serde_json::Value;
use std::path::PathBuf;

/// The files chosen since the book was unlocked.
#[derive(Default)]
pub(super) struct Handles(Vec<PathBuf>);

/// The fields of requests that hold paths. Everything else a page says is never taken for one.
const PATHS: &[(&str, &[&str])] = &[
    ("import", &["files"]),
    ("import look", &["file"]),
    ("mapping save", &["file"]),
    ("mapping test", &["file", "name"]),
    ("invoices pdf", &["to"]),
    ("invoices save", &["to"]),
    ("ledger export", &["to"]),
    ("book export", &["to"]),
    ("book backup create", &["dir"]),
    ("book backup verify", &["file"]),
    ("reconcile", &["csv", "xlsx"]),
    ("model save", &["file"]),
    ("model run", &["file", "csv"]),
    ("model quick", &["file"]),
    ("model account", &["file"]),
    ("model compare", &["file"]),
    ("model why", &["file"]),
    ("model apply", &["file"]),
    ("model letters", &["file", "to"]),
    ("prices diff", &["csv"]),
    ("report margin", &["csv"]),
    ("report sales", &["csv"]),
];

impl Handles {
    /// The handle of a path.
    pub(super) fn add(&mut self, path: PathBuf) -> String {
        let known = self.0.iter().position(|p| *p == path);
        let at = known.unwrap_or_else(|| {
            self.0.push(path);
            self.0.len() - 1
        });
        format!("file:{at}")
    }

    /// Puts paths in place of the handles of a request; a path given by a page itself is refused.
    pub(super) fn put_paths(&self, command: &str, ask: &mut Value) -> Result<(), Failure> {
        self.put_fields(command, ask)?;
        // Each of the scenarios compared may be a file.
        for one in ask.get_mut("scenarios").and_then(Value::as_array_mut).into_iter().flatten() {
            self.put_fields(command, one)?;
        }
        for pair in ask.get_mut("pairs").and_then(Value::as_array_mut).into_iter().flatten() {
            // `brand.logo=@FILE` reads a file.
            let parts = pair.as_str().and_then(|p| p.split_once('='));
            if let Some((key, Some(file))) = parts.map(|(key, value)| (key, value.trim().strip_prefix('@'))) {
                let (key, mut file) = (key.to_owned(), file.to_owned());
                self.put_path(command, "pairs", &mut file)?;
                *pair = format!("{key}=@{file}").into();
            }
        }
        Ok(())
    }

    /// Fields have names: a list in their order could hold a path that is not looked for.
    fn put_fields(&self, command: &str, ask: &mut Value) -> Result<(), Failure> {
        if ask.is_array() {
            return Err(Failure::usage("A request names its fields."));
        }
        let fields = PATHS.iter().filter(|(name, _)| *name == command).flat_map(|(_, fields)| *fields);
        for field in fields {
            let Some(value) = ask.get_mut(*field) else { continue };
            match value {
                Value::String(text) => self.put_path(command, field, text)?,
                Value::Array(list) => {
                    for item in list {
                        match item {
                            Value::String(text) => self.put_path(command, field, text)?,
                            _ => return Err(unknown(field)),
                        }
                    }
                }
                Value::Null => {}
                _ => return Err(unknown(field)),
            }
        }
        Ok(())
    }

    fn put_path(&self, command: &str, field: &str, text: &mut String) -> Result<(), Failure> {
        let at = text.strip_prefix("file:").and_then(|n| n.parse::<usize>().ok());
        match at.and_then(|at| self.0.get(at)) {
            Some(path) => *text = path.display().to_string(),
            // A mapping is named, or is a file.
            None if command == "mapping test" && field == "name" && !text.ends_with(".toml") => {}
            None => return Err(unknown(field)),
        }
        Ok(())
    }
}

fn unknown(field: &str) -> Failure {
    Failure::usage(format!("{field}: choose the file again."))
}
