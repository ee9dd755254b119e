//! Running one command: said aloud, from the top of the repository, failing with its name.

use std::ffi::{OsStr, OsString};
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

/// Why a habit stopped, in words.
#[derive(Debug)]
pub struct Failed(String);

impl Failed {
    /// A failure with its reason.
    pub fn new(why: impl Into<String>) -> Failed {
        Failed(why.into())
    }
}

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The top of the repository.
pub fn root() -> &'static Path {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.parent().unwrap_or(own)
}

/// Where everything made goes.
pub fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |dir| root().join(dir))
}

/// One command about to run.
pub struct Step {
    command: Command,
    shown: Vec<OsString>,
}

impl Step {
    /// A command of that program, started at the top of the repository.
    pub fn new(program: impl AsRef<OsStr>) -> Step {
        let mut command = Command::new(program.as_ref());
        command.current_dir(root());
        Step { command, shown: vec![program.as_ref().to_owned()] }
    }

    /// The cargo that started us, so that the toolchain stays the same.
    pub fn cargo(args: &[&str]) -> Step {
        let mut step = Step::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())).args(args);
        step.shown[0] = "cargo".into();
        step
    }

    /// Adds one word.
    pub fn arg(mut self, word: impl AsRef<OsStr>) -> Step {
        self.shown.push(word.as_ref().to_owned());
        self.command.arg(word);
        self
    }

    /// Adds several words.
    pub fn args<W: AsRef<OsStr>>(self, words: impl IntoIterator<Item = W>) -> Step {
        words.into_iter().fold(self, Step::arg)
    }

    /// Sets a variable of its environment.
    pub fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Step {
        self.command.env(name, value);
        self
    }

    /// Starts it in a folder below the top.
    pub fn within(mut self, folder: &str) -> Step {
        self.command.current_dir(root().join(folder));
        self
    }

    /// Runs it to its end and says how long it took.
    pub fn run(mut self) -> Result<(), Failed> {
        let shown = self.shown.join(OsStr::new(" ")).to_string_lossy().into_owned();
        eprintln!("\n$ {shown}");
        let start = Instant::now();
        match self.command.status() {
            Ok(status) if status.success() => {
                eprintln!("  {} s", start.elapsed().as_secs());
                Ok(())
            }
            Ok(status) => Err(Failed(format!("`{shown}` ended with {status}"))),
            Err(error) => Err(Failed(format!("`{shown}` could not start: {error}"))),
        }
    }

    /// What it prints, if it runs and ends well.
    pub fn quietly(mut self) -> Option<String> {
        let output = self.command.output().ok()?;
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }
}

/// Runs cargo with these words.
pub fn cargo(args: &[&str]) -> Result<(), Failed> {
    Step::cargo(args).run()
}

/// Compiler flags that keep this machine's folders out of a program, in cargo's encoded form.
pub fn without_paths() -> String {
    let home = std::env::var("CARGO_HOME").ok().or_else(|| {
        let home = std::env::var("HOME").or_else(|_| std::env::var("USERPROFILE")).ok()?;
        Some(Path::new(&home).join(".cargo").to_string_lossy().into_owned())
    });
    let here = format!("--remap-path-prefix={}=billhook", root().display());
    home.map(|h| format!("--remap-path-prefix={h}=cargo")).into_iter().chain([here]).collect::<Vec<_>>().join("\u{1f}")
}

/// Copies one file into a folder.
pub fn copy(file: &Path, folder: &Path) -> Result<(), Failed> {
    let name = file.file_name().unwrap_or_default();
    let copied = std::fs::copy(file, folder.join(name));
    copied.map(drop).map_err(|e| Failed(format!("could not copy {}: {e}", file.display())))
}

/// Copies the plain files of one folder into another.
pub fn copy_all(from: &Path, folder: &Path) -> Result<(), Failed> {
    let files = std::fs::read_dir(from).map_err(|e| Failed(format!("could not read {}: {e}", from.display())))?;
    files.flatten().map(|f| f.path()).filter(|p| p.is_file()).try_for_each(|p| copy(&p, folder))
}
