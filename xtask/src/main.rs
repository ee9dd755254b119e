//! The newcomer's two commands, `demo` and `test`, and the habits behind them.
//!
//! In: a fresh clone with Rust on it. Out: whatever else is needed is installed, built and run.
//! Always: no shell and nothing that only Unix has, so that the same words work on Windows and macOS; each step is
//! printed as the command it is, so that anybody can run it by hand.

mod node;
mod run;
mod system;
mod window;

use run::{Failed, Step, cargo, root, target};
use std::path::PathBuf;
use std::process::ExitCode;

/// One word after `cargo xtask`.
struct Habit {
    name: &'static str,
    takes: &'static str,
    about: &'static str,
    run: fn(&[String]) -> Result<(), Failed>,
}

const HABITS: &[Habit] = &[
    Habit {
        name: "demo",
        takes: "[--release]",
        about: "sets up and walks a whole month in the sample book, under target/demo",
        run: demo,
    },
    Habit {
        name: "test",
        takes: "",
        about: "sets up and runs every check and every test, the window included",
        run: test,
    },
    Habit {
        name: "check",
        takes: "",
        about: "format, lints and tests of everything but the window; quick",
        run: check,
    },
    Habit { name: "window", takes: "", about: "builds the window and opens it on the sample book", run: window::show },
    Habit {
        name: "pictures",
        takes: "[STATE...]",
        about: "takes a picture of every place in both themes and three sizes, under target/pictures",
        run: window::pictures,
    },
    Habit {
        name: "bench",
        takes: "[month|draft|pdf|model|window|all] [--lines N] [--rounds N]",
        about: "measures the release program against its peers, round by round; window stands alone",
        run: bench,
    },
    Habit { name: "dist", takes: "", about: "builds the packages for this system, under target/dist", run: dist },
];

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let Some((word, rest)) = args.split_first().filter(|(word, _)| !matches!(word.as_str(), "help" | "--help" | "-h"))
    else {
        print!("{}", help());
        return ExitCode::SUCCESS;
    };
    let Some(habit) = HABITS.iter().find(|h| h.name == word) else {
        eprintln!("There is no `cargo xtask {word}`.\n\n{}", help());
        return ExitCode::from(2);
    };
    match (habit.run)(rest) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failed) => {
            eprintln!("\ncargo xtask {word}: {failed}");
            ExitCode::FAILURE
        }
    }
}

fn help() -> String {
    let mut text = "Usage: cargo xtask COMMAND\n\n".to_owned();
    for h in HABITS {
        text.push_str(&format!("  {:<8} {}\n           {}\n", h.name, h.takes, h.about).replace("  \n", "\n"));
    }
    text
}

/// Builds the command line and lets it walk the sample month.
fn demo(args: &[String]) -> Result<(), Failed> {
    system::install(&[system::BUILD])?;
    let release = match args {
        [] => false,
        [only] if only == "--release" => true,
        _ => return Err(Failed::new("demo takes nothing but --release")),
    };
    let mut build = vec!["build", "--locked", "-p", "billhook"];
    build.extend(crypto());
    build.extend(release.then_some("--release"));
    cargo(&build)?;

    let folder = fresh(target().join("demo"))?;
    let program = target().join(if release { "release" } else { "debug" }).join(exe("billhook"));
    Step::new(&program).arg("demo").arg(&folder).run()
}

/// Everything that has to hold before a change lands.
fn test(args: &[String]) -> Result<(), Failed> {
    if !args.is_empty() {
        return Err(Failed::new("test takes nothing; for part of it use cargo test -p NAME"));
    }
    system::install(&[system::BUILD, system::WINDOW, system::PROOF])?;
    cargo(&["fmt", "--all", "--check"])?;

    // The pages come first: the window's program embeds them.
    let npm = node::npm()?;
    npm.install()?;
    npm.run("check")?;
    npm.run("test")?;
    npm.run("build")?;

    let whole = |first: &[&'static str]| -> Vec<&'static str> {
        first.iter().copied().chain(["--locked", "--workspace"]).chain(crypto()).collect()
    };
    let lints: Vec<_> = whole(&["clippy"]).into_iter().chain(["--all-targets", "--", "-D", "warnings"]).collect();
    cargo(&lints)?;
    // The journeys drive the program as it was built, so it is built before they run.
    cargo(&whole(&["build"]))?;
    cargo(&whole(&["test"]))?;
    window::accessible(&npm)
}

/// What one runs before each commit.
fn check(_args: &[String]) -> Result<(), Failed> {
    cargo(&["fmt", "--all", "--check"])?;
    let features = crypto();
    let with = |words: &[&'static str]| -> Vec<&'static str> { words.iter().chain(&features).copied().collect() };
    cargo(&[with(&["clippy", "--all-targets"]), vec!["--", "-D", "warnings"]].concat())?;
    cargo(&with(&["build"]))?;
    cargo(&with(&["test"]))
}

/// Hands over to the measuring script, in an environment of its own.
fn bench(args: &[String]) -> Result<(), Failed> {
    if cfg!(windows) {
        return Err(Failed::new("bench reads peak memory the Unix way; run it on Linux or macOS"));
    }
    if let [word, rest @ ..] = args
        && word == "window"
    {
        return window::bench(rest);
    }
    system::install(&[system::BUILD, system::PEERS])?;
    cargo(&["build", "--locked", "--release", "-p", "billhook"])?;
    let python = node::python("bench", &["-r", "benches/requirements.txt"])?;
    Step::new(python)
        .arg("benches/run.py")
        .arg("--billhook")
        .arg(target().join("release").join(exe("billhook")))
        .arg("--work")
        .arg(target().join("bench"))
        .args(args)
        .run()
}

/// Packages that carry their own OpenSSL and none of this machine's paths.
fn dist(_args: &[String]) -> Result<(), Failed> {
    system::install(&[system::BUILD, system::WINDOW, system::PACKAGES])?;
    let flags = run::without_paths();
    Step::cargo(&["build", "--locked", "--release", "-p", "billhook", "--features", "billhook/vendored-crypto"])
        .env("CARGO_ENCODED_RUSTFLAGS", &flags)
        .run()?;
    let npm = node::npm()?;
    npm.install()?;
    let bundles = if cfg!(windows) {
        "nsis,msi"
    } else if cfg!(target_os = "macos") {
        "dmg"
    } else {
        "deb,rpm"
    };
    npm.tauri(&["build", "--bundles", bundles, "--features", "vendored-crypto"], &flags)?;

    let folder = fresh(target().join("dist"))?;
    run::copy(&target().join("release").join(exe("billhook")), &folder)?;
    for kind in bundles.split(',') {
        run::copy_all(&target().join("release").join("bundle").join(kind), &folder)?;
    }
    println!("\nPackages: {}", folder.display());
    Ok(())
}

/// Windows has no OpenSSL of its own to link; there the program always carries one.
pub fn crypto() -> Vec<&'static str> {
    if cfg!(windows) { vec!["--features", "billhook/vendored-crypto"] } else { Vec::new() }
}

/// A program's file name on this system.
pub fn exe(name: &str) -> String {
    format!("{name}{}", std::env::consts::EXE_SUFFIX)
}

/// An empty folder of ours under target/, so that a second run starts where the first did.
pub fn fresh(folder: PathBuf) -> Result<PathBuf, Failed> {
    debug_assert!(folder.starts_with(root()));
    if folder.exists() {
        std::fs::remove_dir_all(&folder)
            .map_err(|e| Failed::new(format!("could not clear {}: {e}", folder.display())))?;
    }
    std::fs::create_dir_all(&folder).map_err(|e| Failed::new(format!("could not make {}: {e}", folder.display())))?;
    Ok(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn help_names_every_habit() {
        let help = help();
        assert!(HABITS.iter().all(|h| help.contains(h.name) && help.contains(h.about)));
    }
}
