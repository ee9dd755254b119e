//! The window. In: the command line, what a person does, files dropped on it. Out: calls of app's commands and their answers.
//! Always: the pages reach the book only through the commands named in `capabilities/window.json`; nothing about billing
//! is decided here; no page but our own is ever shown.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod desk;
mod dialogs;
mod driven;
mod shelf;

use app::desk::Desk;
use serde_json::json;
use shelf::Shelf;
use std::path::PathBuf;
use std::sync::Arc;
use tauri::{
    AppHandle, DragDropEvent, Emitter, Manager, Url, WebviewUrl, WebviewWindowBuilder, WindowEvent,
    webview::NewWindowResponse,
};

fn main() {
    renderer::settle();
    let named = std::env::args_os().nth(1).map(PathBuf::from);
    let mut builder = tauri::Builder::default();
    if !driven::on() {
        // First, so that a second start only brings this window forward, with the book it names.
        builder = builder
            .plugin(tauri_plugin_single_instance::init(|app, args, _| again(app, args.get(1).map(PathBuf::from))));
    }
    let built = builder
        .plugin(tauri_plugin_dialog::init())
        .plugin(tauri_plugin_window_state::Builder::default().build())
        .invoke_handler(tauri::generate_handler![
            desk::today,
            desk::look,
            desk::keep_look,
            desk::place,
            desk::recent,
            desk::choose,
            desk::create,
            desk::sample,
            desk::restore,
            desk::unlock,
            desk::lock,
            desk::call,
            desk::page,
            desk::cancel,
            desk::pick_files,
            desk::save_as,
            desk::pick_folder,
            desk::save_text
        ])
        .on_window_event(|window, event| {
            if let WindowEvent::DragDrop(event) = event {
                over(window.app_handle(), event);
            }
        })
        .setup(move |app| {
            let handle = app.handle().clone();
            // Nobody listens while the page is changing; the next step is told again.
            let told = Arc::new(move |step| drop(handle.emit("step", step)));
            let today = || driven::today().unwrap_or_else(|| chrono::Local::now().date_naive());
            let desk = Desk::new(Arc::new(today), told);
            if let Some(book) = named {
                desk.choose(book);
            }
            app.manage(desk);
            app.manage(Shelf::of(app.path().app_config_dir().ok().map(|dir| dir.join("shelf.json"))));
            // Ephemeral: the web view keeps no history, cache or storage; but WebKit drives no such view, so that in a test it
            // keeps them in the test's folder. The title never names a customer.
            WebviewWindowBuilder::new(app, "main", WebviewUrl::default())
                .title("Billhook")
                .inner_size(1280.0, 800.0)
                .min_inner_size(640.0, 480.0)
                .incognito(!driven::on())
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

/// The program was started once more: the window comes forward, with the book that was named, unless one is open.
fn again(app: &AppHandle, book: Option<PathBuf>) {
    let desk = app.state::<Desk>();
    if let Some(book) = book.filter(|_| !desk.place().is_some_and(|p| p.open)) {
        desk.choose(book);
        let _told = app.emit("chosen", ());
    }
    if let Some(window) = app.get_webview_window("main") {
        let _shown = window.unminimize().and_then(|()| window.set_focus());
    }
}

/// Files dragged over the window: their names while they hover, handles once they are dropped. Paths stay here.
fn over(app: &AppHandle, event: &DragDropEvent) {
    let told = match event {
        DragDropEvent::Enter { paths, .. } => {
            let names: Vec<_> = paths.iter().filter_map(|p| p.file_name()).map(|n| n.to_string_lossy()).collect();
            json!({"kind": "over", "names": names})
        }
        DragDropEvent::Drop { paths, .. } => {
            let desk = app.state::<Desk>();
            let files: Vec<_> = paths.iter().map(|p| desk.handle(p.clone())).collect();
            json!({"kind": "dropped", "files": files})
        }
        DragDropEvent::Leave => json!({"kind": "gone"}),
        _ => return,
    };
    let _told = app.emit("drop", told);
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
