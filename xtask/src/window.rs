//! What concerns the window alone: opening it, looking at it, trying its pages in a browser.

use crate::node::{Npm, npm};
use crate::run::{self, Failed, Step, cargo, root, target};
use crate::{crypto, exe, fresh, system};
use std::ffi::OsStr;

/// Opens the window on the sample book.
pub fn show(args: &[String]) -> Result<(), Failed> {
    if !args.is_empty() {
        return Err(Failed::new("window takes nothing; other books are opened in it"));
    }
    system::install(&[system::BUILD, system::WINDOW])?;
    let npm = npm()?;
    npm.install()?;
    npm.run("build")?;
    let words = ["build", "--locked", "-p", "billhook-desktop"];
    cargo(&words.into_iter().chain(crypto()).collect::<Vec<_>>())?;
    Step::new(target().join("debug").join(exe("billhook-desktop"))).arg("--sample").run()
}

/// Takes pictures of every place and its main states.
pub fn pictures(args: &[String]) -> Result<(), Failed> {
    system::install(&[system::BUILD])?;
    system::browser()?;
    let npm = npm()?;
    npm.install()?;
    npm.run("build:browser")?;
    let words = ["build", "--locked", "-p", "billhook", "-p", "billhook-desk-server"];
    cargo(&words.into_iter().chain(crypto()).collect::<Vec<_>>())?;
    let out = target().join("pictures");
    let words: Vec<&OsStr> = std::iter::once(out.as_os_str()).chain(args.iter().map(OsStr::new)).collect();
    npm.review("pictures", &words)
}

/// Measures the window beside the least a web view can be and beside Chromium, and what happens inside it.
pub fn bench(args: &[String]) -> Result<(), Failed> {
    if !cfg!(target_os = "linux") {
        return Err(Failed::new("the window is measured on Linux, where a screen can be read from outside"));
    }
    system::install(&[system::BUILD, system::WINDOW, system::HAND, system::PYTHON])?;
    system::browser()?;
    let npm = npm()?;
    npm.install()?;
    npm.run("build")?;
    npm.run("build:browser")?;
    let release = ["build", "--locked", "--release"];
    // What is shipped cannot be driven; the slider is measured in one that can, and is otherwise the same.
    let driven = target().join("bench").join("window").join("driven");
    cargo(&[&release[..], &["-p", "billhook-desktop", "--features", "driven"]].concat())?;
    run::copy(&target().join("release").join(exe("billhook-desktop")), &fresh(driven.clone())?)?;
    let programs = ["-p", "billhook", "-p", "billhook-desk-server", "-p", "billhook-desktop"];
    cargo(&[&release[..], &programs, &["--bins", "--example", "bare"]].concat())?;
    Step::new("python3")
        .arg("benches/window.py")
        .arg("--programs")
        .arg(target().join("release"))
        .arg("--driven")
        .arg(driven.join(exe("billhook-desktop")))
        .arg("--pages")
        .arg(root().join("ui").join("dist-browser"))
        .arg("--work")
        .arg(target().join("bench").join("window"))
        .args(args)
        .run()
}

/// Tries every place in a browser: for somebody who hears it, who needs contrast, who needs it twice as large.
pub fn accessible(npm: &Npm) -> Result<(), Failed> {
    system::browser()?;
    npm.run("build:browser")?;
    npm.review("accessible", &[])
}
