//! The window. In: the command line, what a person does, files dropped on it. Out: calls of app's commands and their answers.
//! Always: the pages reach the book only through the commands named in `capabilities/window.json`; nothing about billing
//! is decided here; no page but our own is ever shown.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod desk;
mod dialogs;
mod driven;
mod handed;
mod idle;
mod shelf;
mod window;

use app::desk::Desk;
use handed::Handed;
use idle::Idle;
use serde_json::json;
use shelf::Shelf;
use std::sync::Arc;
use tauri::{AppHandle, DragDropEvent, Emitter, Manager, WindowEvent};

fn main() {
    surroundings::settle();
    let named = Handed::of(std::env::args_os().skip(1));
    let mut builder = tauri::Builder::default();
    if !driven::on() {
        // First, so that a second start only brings this window forward, with the book it names.
        builder = builder.plugin(tauri_plugin_single_instance::init(|app, args, _| {
            handed::take(app, Handed::of(args.into_iter().skip(1).map(Into::into)));
            window::forward(app);
        }));
    }
    let built = builder
        .plugin(tauri_plugin_dialog::init())
        .plugin(tauri_plugin_window_state::Builder::default().map_label(window::remembered_as).build())
        .invoke_handler(tauri::generate_handler![
            desk::today,
            desk::look,
            desk::keep_look,
            desk::stir,
            desk::place,
            desk::recent,
            desk::handed,
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
            app.manage(Desk::new(Arc::new(today), told));
            app.manage(Shelf::of(app.path().app_config_dir().ok().map(|dir| dir.join("shelf.json"))));
            app.manage(Idle::new());
            app.manage(handed::Backup::default());
            handed::take(app.handle(), named);
            window::open(app.handle())?;
            idle::watch(app.handle().clone());
            Ok(())
        })
        .build(tauri::generate_context!());
    match built {
        Ok(app) => app.run(|_app, _event| {
            // macOS hands over what was double-clicked in an event of its own.
            #[cfg(target_os = "macos")]
            if let tauri::RunEvent::Opened { urls } = _event {
                let paths = urls.iter().filter_map(|url| url.to_file_path().ok()).map(Into::into);
                handed::take(_app, Handed::of(paths));
                window::forward(_app);
            }
        }),
        Err(error) => {
            eprintln!("The window could not open: {error}. The book is as it was; `billhook` works without a window.");
            std::process::exit(1);
        }
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

/// What WebKit and the C library have to know before anything starts.
mod surroundings {
    #[cfg(target_os = "linux")]
    const WANTED: [(&str, &str); 5] = [
        // The DMA-BUF renderer leaves windows blank on some graphics drivers (WebKit bug 261874) and is no faster here.
        ("WEBKIT_DISABLE_DMABUF_RENDERER", "1"),
        // What is freed is overwritten, so that a locked book leaves no names and amounts in memory; SQLCipher does so
        // with its own memory, docs/decisions/0008.
        ("MALLOC_PERTURB_", "85"),
        // What a large list or a comparison took goes back to the system when it is freed, and not into one store for each
        // thread: a third less with a month of 100,000 lines.
        ("MALLOC_ARENA_MAX", "2"),
        ("MALLOC_TRIM_THRESHOLD_", "4194304"),
        ("MALLOC_MMAP_THRESHOLD_", "1048576"),
    ];

    /// Restarts the program once with what the user has not set themselves. A restart, because setting a variable in a running
    /// program is unsound once threads exist. Who starts it from the menu has it all set, and is spared the second start.
    #[cfg(target_os = "linux")]
    pub fn settle() {
        use std::os::unix::process::CommandExt;
        let missing: Vec<_> = WANTED.into_iter().filter(|(name, _)| std::env::var_os(name).is_none()).collect();
        if missing.is_empty() {
            return;
        }
        if let Ok(program) = std::env::current_exe() {
            // Returns only if it failed; the window then opens as things are.
            let _failed = std::process::Command::new(program).args(std::env::args_os().skip(1)).envs(missing).exec();
        }
    }

    /// Other systems have one good renderer and no such switch.
    #[cfg(not(target_os = "linux"))]
    pub fn settle() {}

    #[cfg(all(test, target_os = "linux"))]
    #[test]
    fn a_start_from_the_menu_has_all_of_it() {
        let menu = include_str!("../linux/billhook.desktop");
        let exec = menu.lines().find_map(|line| line.strip_prefix("Exec=env ")).unwrap_or_default();
        let wanted: Vec<_> = WANTED.iter().map(|(name, value)| format!("{name}={value}")).collect();
        assert_eq!(exec, format!("{} {{{{exec}}}} %f", wanted.join(" ")));
    }
}
