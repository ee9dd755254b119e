//! The one window: made under rules that no page gets around, and made anew when the book is locked.

use crate::driven;
use crate::shelf::Shelf;
use app::desk::Desk;
use serde_json::json;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use tauri::{AppHandle, Manager, Url, WebviewUrl, WebviewWindow, WebviewWindowBuilder, webview::NewWindowResponse};

/// What every window of ours is called first; `capabilities/window.json` says what windows of that name may ask.
const NAME: &str = "main";

/// Opens it. Ephemeral: the web view keeps no history, cache or storage; but WebKit drives no such view, so that in a test it
/// keeps them in the test's folder. The title never names a customer.
pub fn open(app: &AppHandle) -> tauri::Result<WebviewWindow> {
    static MADE: AtomicUsize = AtomicUsize::new(0);
    let label = match MADE.fetch_add(1, Relaxed) {
        0 => NAME.to_owned(),
        more => format!("{NAME}-{more}"),
    };
    WebviewWindowBuilder::new(app, label, WebviewUrl::default())
        .title("Billhook")
        .inner_size(1280.0, 800.0)
        .min_inner_size(640.0, 480.0)
        .incognito(!driven::on())
        .initialization_script(first(app))
        .on_navigation(ours)
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .build()
}

/// What the page shows first, told before it can ask: so the form is there two questions sooner.
fn first(app: &AppHandle) -> String {
    let first = json!({ "look": app.state::<Shelf>().look(), "place": app.state::<Desk>().place() });
    format!("window.billhook = {first};")
}

/// Shows a new window in the old one's place and ends the old one with all it read: what a page's script held cannot be wiped,
/// but its process can end. A driver loses a window that is closed, so that in a test the page only begins anew.
pub fn renew(app: &AppHandle) {
    let app = app.clone();
    // Not on the main thread, which has to make the window meanwhile.
    std::thread::spawn(move || {
        let old: Vec<_> = app.webview_windows().into_values().collect();
        let made = if driven::on() { None } else { open(&app).ok() };
        for window in old {
            // A window that cannot be ended is at least emptied; the book behind it is closed either way.
            let _ended = if made.is_some() { window.destroy() } else { window.reload() };
        }
    });
}

/// Brings it before the others on the screen.
pub fn forward(app: &AppHandle) {
    for window in app.webview_windows().into_values() {
        let _shown = window.unminimize().and_then(|()| window.set_focus());
    }
}

/// All are remembered as one: where it stood, how large it was.
pub fn remembered_as(label: &str) -> &str {
    if label.starts_with(NAME) { NAME } else { label }
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
