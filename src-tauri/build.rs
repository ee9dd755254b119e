//! Declares the window's commands, so that each needs a permission, and embeds the pages.

fn main() {
    let commands = tauri_build::AppManifest::new().commands(&[
        "today",
        "look",
        "keep_look",
        "stir",
        "place",
        "recent",
        "handed",
        "choose",
        "create",
        "sample",
        "restore",
        "unlock",
        "lock",
        "call",
        "page",
        "cancel",
        "pick_files",
        "save_as",
        "pick_folder",
        "save_text",
    ]);
    let attributes = tauri_build::Attributes::new().app_manifest(commands);
    if let Err(error) = tauri_build::try_build(attributes) {
        // The usual cause is a missing ui/dist; cargo shows this text as the reason.
        println!("cargo::error={error:#}");
        std::process::exit(1);
    }
}
