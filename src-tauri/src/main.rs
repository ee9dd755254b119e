//! The window. In: the command line and what a person does. Out: calls of app's commands and their answers.
//! Always: the pages reach the book only through the commands named in `capabilities/window.json`; nothing about billing
//! is decided here; no page but our own is ever shown.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod desk;

use desk::Desk;
use tauri::{Url, WebviewUrl, WebviewWindowBuilder, webview::NewWindowResponse};

fn main() {
    renderer::settle();
    let built = tauri::Builder::default()
        .plugin(tauri_plugin_dialog::init())
        .manage(Desk::at(std::env::args_os().nth(1).map(Into::into)))
        .invoke_handler(tauri::generate_handler![desk::place, desk::choose, desk::unlock, desk::lock, desk::call])
        .setup(|app| {
            // Ephemeral: the web view keeps no history, cache or storage. The title never names a customer.
            WebviewWindowBuilder::new(app, "main", WebviewUrl::default())
                .title("Billhook")
                .inner_size(1280.0, 800.0)
                .min_inner_size(640.0, 480.0)
                .incognito(!driven())
                .on_navigation(ours)
                .on_new_window(|_, _| NewWindowResponse::Deny)
                .build()?;
            Ok(())
        })
        .run(tauri::generate_context!());
    if let Err(error) = built {
        eprintln!("The window could not open: {error}. The book is as it was; `billhook` works without a window.");
        std::process::exit(1);
    }
}

/// Whether a test drives this window. WebKit drives no ephemeral view, so such a view keeps its storage in a folder of
/// the test's; a released program cannot be told so.
fn driven() -> bool {
    cfg!(debug_assertions) && std::env::var_os("TAURI_WEBVIEW_AUTOMATION").is_some()
}

/// Whether the web view may go there: our own pages and the frame that checks their messages.
fn ours(url: &Url) -> bool {
    let own_host = matches!(url.host_str(), Some("localhost" | "tauri.localhost" | "isolation.localhost"));
    match url.scheme() {
        "tauri" => own_host,
        // The frame that checks messages has a scheme of its own in each run.
        scheme if scheme.starts_with("isolation-") => own_host,
        // Windows serves our pages under these names; while developing, Vite does.
        "http" | "https" => own_host && (url.port().is_none() || cfg!(not(feature = "custom-protocol"))),
        "about" => url.path() == "blank" || url.path() == "srcdoc",
        _ => false,
    }
}

/// Chooses how WebKit draws before it starts.
mod renderer {
    /// Restarts the program once with the DMA-BUF renderer off, unless the user has set it: it leaves windows blank on
    /// some graphics drivers (WebKit bug 261874) and is no faster here. A restart, because setting a variable in a
    /// running program is unsound once threads exist.
    #[cfg(target_os = "linux")]
    pub fn settle() {
        use std::os::unix::process::CommandExt;
        const SWITCH: &str = "WEBKIT_DISABLE_DMABUF_RENDERER";
        if std::env::var_os(SWITCH).is_some() {
            return;
        }
        if let Ok(program) = std::env::current_exe() {
            // Returns only if it failed; the window then opens with the default renderer.
            let _failed = std::process::Command::new(program).args(std::env::args_os().skip(1)).env(SWITCH, "1").exec();
        }
    }

    /// Other systems have one good renderer.
    #[cfg(not(target_os = "linux"))]
    pub fn settle() {}
}

#[cfg(test)]
mod tests {
    use super::ours;

    #[test]
    fn only_our_own_pages_are_shown() -> Result<(), url_parse::Error> {
        for (url, allowed) in [
            ("tauri://localhost/", true),
            ("tauri://localhost/index.html", true),
            ("isolation-0198c0de://localhost/", true),
            ("http://tauri.localhost/", true),
            ("about:blank", true),
            ("tauri://tauri.localhost.example.com/", false),
            ("https://example.com/", false),
            ("http://localhost:8080/", false),
            ("file:///etc/passwd", false),
            ("data:text/html,hello", false),
            ("javascript:alert(1)", false),
        ] {
            assert_eq!(ours(&url.parse()?), allowed, "{url}");
        }
        Ok(())
    }

    mod url_parse {
        pub type Error = <tauri::Url as std::str::FromStr>::Err;
    }
}
