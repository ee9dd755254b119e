//! The built program, run as a user would, on a book of the test's own.

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A folder with a book in it and the file that unlocks it.
pub struct Desk {
    /// Everything of the test lies here and goes with it.
    pub folder: tempfile::TempDir,
}

impl Desk {
    /// A new book of an invented seller.
    pub fn new() -> Desk {
        let desk = Desk { folder: tempfile::tempdir().expect("a temporary folder") };
        let key = desk.path("key.txt");
        let made = desk.bare(&[
            "book",
            "create",
            desk.book().to_str().expect("plain path"),
            "--name",
            "Küstencloud GmbH",
            "--country",
            "DE",
            "--currency",
            "EUR",
            "--role",
            "direct-bill",
            "--key-file-out",
            key.to_str().expect("plain path"),
            "--json",
        ]);
        assert!(made.status.success(), "{made:?}");
        desk
    }

    /// A path inside the folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The book.
    pub fn book(&self) -> PathBuf {
        self.path("test.billhook")
    }

    /// The program with its usual options.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(binary());
        command.env_remove("BILLHOOK_BOOK").arg("--book").arg(self.book()).arg("--key-file").arg(self.path("key.txt"));
        command.args(["--today", "2026-11-02", "--json"]).args(args).stdin(std::process::Stdio::null());
        command
    }

    /// Runs and returns the data; anything else fails the test.
    pub fn ok(&self, args: &[&str]) -> Value {
        let (code, answer) = self.run(args);
        assert_eq!(code, 0, "billhook {args:?}: {answer}");
        answer["data"].clone()
    }

    /// Runs and returns exit status and the whole answer.
    pub fn run(&self, args: &[&str]) -> (i32, Value) {
        let output = self.command(args).output().expect("the program starts");
        let text = String::from_utf8(output.stdout).expect("UTF-8");
        let answer = serde_json::from_str(&text)
            .unwrap_or_else(|_| panic!("no JSON: {text}\n{}", String::from_utf8_lossy(&output.stderr)));
        (output.status.code().unwrap_or(-1), answer)
    }

    /// Imports files in one call.
    pub fn import(&self, files: &[PathBuf]) -> Value {
        let mut args = vec!["import"];
        args.extend(files.iter().map(|f| f.to_str().expect("plain path")));
        self.ok(&args)
    }

    fn bare(&self, args: &[&str]) -> Output {
        Command::new(binary())
            .args(args)
            .env_remove("BILLHOOK_BOOK")
            .stdin(std::process::Stdio::null())
            .output()
            .expect("the program starts")
    }
}

impl Default for Desk {
    fn default() -> Desk {
        Desk::new()
    }
}

/// The program, built beside the tests.
pub fn binary() -> PathBuf {
    let mut path = std::env::current_exe().expect("tests have a path");
    path.pop();
    if path.ends_with("deps") {
        path.pop();
    }
    let path = path.join(format!("billhook{}", std::env::consts::EXE_SUFFIX));
    assert!(path.exists(), "build the program first: cargo build -p billhook ({})", path.display());
    path
}

/// Every file below a folder.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a readable folder").flatten() {
        let path = entry.path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found.sort();
    found
}
