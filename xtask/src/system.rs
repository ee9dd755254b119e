//! What the system must have: installed where apt exists, named where it does not.

use crate::run::{Failed, Step};

/// Packages one habit needs, and what to say where they cannot be installed for you.
pub struct Need {
    /// Debian's names.
    apt: &'static [&'static str],
    /// What serves on another Linux.
    linux: &'static str,
    /// What serves on macOS.
    macos: &'static str,
    /// What serves on Windows.
    windows: &'static str,
}

/// A C compiler and OpenSSL, for the encrypted database.
pub const BUILD: Need = Need {
    apt: &["build-essential", "pkg-config", "libssl-dev"],
    linux: "a C compiler, pkg-config and OpenSSL's headers",
    macos: "the command line tools (`xcode-select --install`)",
    windows: "Visual Studio's C++ build tools and Strawberry Perl (OpenSSL is built from source)",
};

/// The web view the window is made of.
pub const WINDOW: Need = Need {
    apt: &["libwebkit2gtk-4.1-dev", "libgtk-3-dev"],
    linux: "WebKitGTK 4.1 and GTK 3 with their headers",
    macos: "nothing more",
    windows: "WebView2, which Windows 11 has",
};

/// What the tests look through: a screen without a monitor, a hand on the window, two other bookkeepers.
pub const PROOF: Need = Need {
    apt: &["xvfb", "webkit2gtk-driver", "hledger", "beancount"],
    linux: "Xvfb, WebKitWebDriver, hledger and beancount",
    macos: "nothing more: the window and the other bookkeepers are tried on Linux only",
    windows: "nothing more: the window and the other bookkeepers are tried on Linux only",
};

/// A browser in which the pages are tried.
const BROWSER: Need =
    Need { apt: &["chromium"], linux: "Chromium or Chrome", macos: "Chrome", windows: "nothing more: Edge is there" };

/// Brings a Chromium where there is none of any make: not every distribution packs it under that name.
pub fn browser() -> Result<(), Failed> {
    let runs = |name: &&str| Step::new(name).arg("--version").quietly().is_some();
    if ["chromium", "google-chrome", "chromium-browser"].iter().any(runs) { Ok(()) } else { install(&[BROWSER]) }
}

/// What the benchmarks compare with, beside what PyPI has.
pub const PEERS: Need = Need {
    apt: &["python3-venv", "ledger", "libreoffice-calc"],
    linux: "Python 3 with venv, ledger and LibreOffice Calc",
    macos: "Python 3, ledger and LibreOffice",
    windows: "nothing: the benchmarks run on Linux and macOS",
};

/// A hand on windows that no driver reaches, to measure them from outside.
pub const HAND: Need = Need {
    apt: &["xdotool", "xvfb", "procps"],
    linux: "xdotool, Xvfb and ps",
    macos: "nothing: the window is measured on Linux",
    windows: "nothing: the window is measured on Linux",
};

/// What packing needs.
pub const PACKAGES: Need = Need {
    apt: &["rpm", "file"],
    linux: "rpmbuild and dpkg-deb",
    macos: "nothing more",
    windows: "nothing more: WiX and NSIS are fetched by the packer",
};

/// Python with venv, where Node.js has to be fetched.
pub const PYTHON: Need =
    Need { apt: &["python3-venv"], linux: "Python 3 with venv", macos: "Python 3", windows: "Python 3" };

/// Installs what is missing with apt; elsewhere says once what is needed and goes on.
pub fn install(needs: &[Need]) -> Result<(), Failed> {
    if !cfg!(target_os = "linux") || Step::new("apt-get").arg("--version").quietly().is_none() {
        for need in needs {
            let (system, what) = match std::env::consts::OS {
                "macos" => ("macOS", need.macos),
                "windows" => ("Windows", need.windows),
                other => (other, need.linux),
            };
            eprintln!("Needed on {system}: {what}.");
        }
        return Ok(());
    }
    let missing: Vec<_> = needs.iter().flat_map(|n| n.apt).copied().filter(|p| !installed(p)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let apt = || {
        let step = if root_user() { Step::new("apt-get") } else { Step::new("sudo").arg("apt-get") };
        step.env("DEBIAN_FRONTEND", "noninteractive")
    };
    apt().arg("update").run()?;
    apt().args(["install", "--yes", "--no-install-recommends"]).args(missing).run()
}

fn installed(package: &str) -> bool {
    let state = Step::new("dpkg-query").args(["--show", "--showformat=${db:Status-Status}", package]).quietly();
    state.as_deref() == Some("installed")
}

fn root_user() -> bool {
    Step::new("id").arg("-u").quietly().as_deref() == Some("0")
}
