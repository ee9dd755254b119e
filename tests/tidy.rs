//! House rules as ordinary tests: what the pages promise about the code is read from the pages and looked up in the code.

use billhook_tests::program;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Longer files usually hold a second idea.
const LONG: usize = 700;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests lie below the top")
}

fn read(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// What a command prints when run at the top; it has to end well.
fn printed(program: impl AsRef<std::ffi::OsStr>, args: &[&str]) -> String {
    let output = Command::new(program).args(args).current_dir(root()).output().expect("the program starts");
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

fn cargo(args: &[&str]) -> String {
    printed(std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned()), args)
}

/// Every file git knows or would take, with its text where it has one.
fn kept_files() -> Vec<(String, String)> {
    let names = printed("git", &["ls-files", "--cached", "--others", "--exclude-standard"]);
    let text = |name: &str| std::fs::read(root().join(name)).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    names.lines().filter_map(|name| Some((name.to_owned(), text(name)?))).collect()
}

/// The sources of these folders, without comments, line by line.
fn code_lines(folders: &[&str]) -> Vec<(PathBuf, usize, String)> {
    let mut lines = Vec::new();
    for folder in folders {
        let files = program::files(&root().join(folder));
        for file in files.into_iter().filter(|f| f.extension().is_some_and(|e| e == "rs")) {
            let text = std::fs::read_to_string(&file).expect("UTF-8");
            let code = text.lines().enumerate().filter(|(_, l)| !l.trim_start().starts_with("//"));
            lines.extend(code.map(|(n, l)| (file.clone(), n + 1, l.to_owned())));
        }
    }
    lines
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_' && c != '-').filter(|w| !w.is_empty())
}

/// The cells of the table rows of a page whose first cell passes.
fn rows(page: &str, first: impl Fn(&str) -> bool) -> Vec<Vec<String>> {
    let cells = |line: &str| line.trim_matches('|').split('|').map(|c| c.trim().to_owned()).collect::<Vec<_>>();
    page.lines().filter(|l| l.starts_with('|')).map(cells).filter(|c| c.first().is_some_and(|c| first(c))).collect()
}

fn none(found: Vec<String>, rule: &str) {
    assert!(found.is_empty(), "{rule}:\n  {}", found.join("\n  "));
}

/// Our packages by folder, each with the folders of ours it uses.
fn members() -> BTreeMap<String, BTreeSet<String>> {
    let metadata: Value = serde_json::from_str(&cargo(&["metadata", "--no-deps", "--format-version=1"])).expect("JSON");
    let folder = |path: &str| {
        let below = Path::new(path).strip_prefix(root()).expect("a member lies below the top");
        below.to_string_lossy().replace('\\', "/")
    };
    let packages = metadata["packages"].as_array().expect("packages");
    let own = |package: &Value| {
        let manifest = Path::new(package["manifest_path"].as_str().expect("a path"));
        folder(&manifest.parent().expect("a folder").to_string_lossy())
    };
    let uses = |package: &Value| {
        let all = package["dependencies"].as_array().expect("dependencies");
        all.iter().filter_map(|d| d["path"].as_str()).map(folder).collect()
    };
    packages.iter().map(|p| (own(p), uses(p))).collect()
}

#[test]
fn crates_use_only_what_the_architecture_allows() {
    let page = read("ARCHITECTURE.md");
    let short = |folder: &str| folder.trim_start_matches("crates/").to_owned();
    let (mut above, mut allowed) = (BTreeSet::new(), BTreeMap::new());
    for row in rows(&page, |c| c.starts_with('`')) {
        let folders: Vec<_> = row[0].split('`').filter(|f| !f.trim_matches([',', ' ']).is_empty()).map(short).collect();
        let named: BTreeSet<_> = words(&row[2]).map(str::to_owned).collect();
        let may = if row[2].contains("all above") { above.clone() } else { &named & &above };
        for folder in folders {
            above.insert(folder.clone());
            allowed.insert(folder, may.clone());
        }
    }
    let mut wrong = Vec::new();
    for (folder, uses) in members() {
        match allowed.get(&short(&folder)) {
            None => wrong.push(format!("{folder} has no row")),
            Some(may) => wrong.extend(
                uses.iter()
                    .filter(|u| !may.contains(&short(u)))
                    .map(|u| format!("{folder} uses {u}, its row does not say so")),
            ),
        }
    }
    none(wrong, "a crate uses only what its row in ARCHITECTURE.md allows");
}

#[test]
fn the_engine_knows_no_format_database_or_clock() {
    let tree = cargo(&["tree", "--package=billhook-engine", "--edges=normal,build", "--prefix=none", "--format={p}"]);
    let banned = ["serde", "serde_json", "rusqlite", "libsqlite3-sys", "tokio", "getrandom"];
    let crates = tree.lines().filter_map(|l| l.split(' ').next()).filter(|c| banned.contains(c)).map(str::to_owned);
    none(crates.collect(), "the engine's tree has none of these");
    let clock = ["::now(", "std::fs", "std::net", "std::env", "std::io"];
    let lines = code_lines(&["crates/engine/src"]).into_iter().filter(|(_, _, l)| clock.iter().any(|c| l.contains(c)));
    none(lines.map(place).collect(), "the engine reads no clock, file or variable");
}

fn place((file, line, text): (PathBuf, usize, String)) -> String {
    format!("{}:{line}: {}", file.strip_prefix(root()).unwrap_or(&file).display(), text.trim())
}

#[test]
fn no_float_comes_near_money() {
    let floats = |line: &str| words(line).any(|w| w == "f64" || w == "f32");
    let lines = code_lines(&["crates/engine/src", "crates/app/src", "crates/store/src"]);
    none(lines.into_iter().filter(|(_, _, l)| floats(l)).map(place).collect(), "no binary floats");
}

#[test]
fn sql_is_written_in_the_store_only() {
    let sql = ["SELECT ", "INSERT INTO", "DELETE FROM", "CREATE TABLE", "PRAGMA ", "rusqlite::"];
    let folders = [
        "crates/engine/src",
        "crates/formats/src",
        "crates/paper/src",
        "crates/app/src",
        "crates/cli/src",
        "src-tauri/src",
    ];
    let lines = code_lines(&folders).into_iter().filter(|(_, _, l)| sql.iter().any(|s| l.contains(s)));
    none(lines.map(place).collect(), "SQL lives in crates/store");
}

#[test]
fn nothing_speaks_to_the_network() {
    let tree = cargo(&["tree", "--workspace", "--edges=normal", "--prefix=none", "--format={p}"]);
    let clients = ["reqwest", "hyper", "ureq", "curl", "isahc", "attohttpc", "h2", "rustls", "native-tls"];
    let crates = tree.lines().filter_map(|l| l.split(' ').next()).filter(|c| clients.contains(c)).map(str::to_owned);
    none(crates.collect(), "no crate of a network client");
    let lines =
        code_lines(&["crates", "src-tauri/src", "xtask/src"]).into_iter().filter(|(_, _, l)| l.contains("std::net"));
    none(lines.map(place).collect(), "no socket");
}

#[test]
fn only_the_host_folder_knows_tauri() {
    let known = |name: &str| name.starts_with("ui/src/") && !name.starts_with("ui/src/host/");
    let files = kept_files().into_iter().filter(|(name, text)| known(name) && text.contains("@tauri-apps/"));
    none(files.map(|(name, _)| name).collect(), "only ui/src/host imports Tauri");
}

#[test]
fn the_pages_put_text_in_as_text() {
    let markup =
        ["{@html", "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "localStorage", "indexedDB"];
    let page = |name: &str| name.starts_with("ui/src/") && !name.ends_with(".test.ts");
    let files = kept_files().into_iter().filter(|(name, text)| page(name) && markup.iter().any(|m| text.contains(m)));
    none(files.map(|(name, _)| name).collect(), "no page writes markup or keeps anything");
}

#[test]
fn every_migration_says_why_and_checks_itself() {
    let folders = std::fs::read_dir(root().join("crates/store/migrations")).expect("migrations");
    let mut wrong = Vec::new();
    for folder in folders.flatten().map(|f| f.path()).filter(|f| f.is_dir()) {
        for file in ["up.sql", "why.md", "check.sql"] {
            let text = std::fs::read_to_string(folder.join(file)).unwrap_or_default();
            if text.trim().is_empty() {
                wrong.push(format!("{} has no {file}", folder.display()));
            }
        }
    }
    none(wrong, "a migration is up.sql, why.md and check.sql");
}

#[test]
fn every_invariant_names_a_test_that_exists() {
    let invariants = rows(&read("ARCHITECTURE.md"), |c| c.parse::<u32>().is_ok());
    assert!(!invariants.is_empty());
    let sources: Vec<_> = kept_files().into_iter().filter(|(name, _)| name.ends_with(".rs")).collect();
    let mut wrong = Vec::new();
    for row in invariants {
        let (home, test) = row[2].trim_matches('`').split_once(": ").expect("`home: test`");
        let home = home.split(['/', ':']).next().unwrap_or(home);
        let home = if home == "tests" { "tests/".to_owned() } else { format!("crates/{home}/") };
        let written = format!("fn {test}(");
        if !sources.iter().any(|(name, text)| name.starts_with(&home) && text.contains(&written)) {
            wrong.push(format!("invariant {}: no {test} in {home}", row[0]));
        }
    }
    none(wrong, "each invariant of ARCHITECTURE.md names its test");
}

#[test]
fn the_commands_on_the_pages_exist() {
    let habits = read("xtask/src/main.rs");
    let mut wrong = Vec::new();
    for page in ["README.md", "CONTRIBUTING.md"] {
        for said in read(page).split("cargo xtask ").skip(1) {
            let word = words(said).next().unwrap_or_default();
            if word != "--help" && !habits.contains(&format!("name: \"{word}\"")) {
                wrong.push(format!("{page}: cargo xtask {word}"));
            }
        }
    }
    none(wrong, "a page names a habit that xtask has");
}

/// The page is the program's own help, so it cannot drift: UPDATE_GOLDEN=1 writes it anew.
#[test]
fn the_command_page_is_what_the_program_says() {
    let mut page =
        "# Commands\n\nWhat `billhook --help` says, command by command. The options of `billhook` itself belong to \
                    every command, and are told once.\n"
            .to_owned();
    describe(&[], &BTreeSet::new(), &mut page);
    let file = root().join("docs/guide/commands.md");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&file, &page).expect("the page can be written");
    }
    let kept = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(
        kept == page,
        "docs/guide/commands.md differs from `billhook --help`; UPDATE_GOLDEN=1 cargo test writes it anew"
    );
}

#[test]
fn every_column_of_our_own_files_is_in_the_guide() {
    let page = read("docs/guide/import-kinds.md");
    let (_, own) = page.split_once("\n## Your own files\n").expect("the chapter of our own files");
    let own = own.split("\n## ").next().unwrap_or(own);
    let chapters: BTreeMap<_, _> = own.split("\n### ").skip(1).filter_map(|c| c.split_once('\n')).collect();
    let mut wrong = Vec::new();
    for (kind, chapter) in chapters {
        let template = printed(program::binary(), &["import", "--template", kind]);
        let named: BTreeSet<_> =
            rows(chapter, |c| c.starts_with('`')).into_iter().map(|r| r[0].replace('`', "")).collect();
        let known: BTreeSet<_> = template.lines().next().unwrap_or_default().split(',').map(str::to_owned).collect();
        wrong.extend(named.symmetric_difference(&known).map(|column| format!("{kind}: {column}")));
    }
    none(wrong, "docs/guide/import-kinds.md names the columns of `billhook import --template`");
}

/// Adds the help of one command and of those below it, without what was told above.
fn describe(path: &[&str], told: &BTreeSet<String>, page: &mut String) {
    let help = printed(program::binary(), &[path, &["-h"]].concat());
    let title = [&["billhook"], path].concat().join(" ");
    let squeezed = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
    let new: Vec<_> =
        help.lines().filter(|l| l.is_empty() || !told.contains(&squeezed(l))).map(str::trim_end).collect();
    let new = new.join("\n").replace("\n\nOptions:\n\n", "\n\n");
    let new = new.trim_end().trim_end_matches("\n\nOptions:");
    page.push_str(&format!("\n{} `{title}`\n\n```text\n{new}\n```\n", "#".repeat((path.len() + 2).min(4))));

    let options = help.split_once("\nOptions:\n").map_or("", |(_, rest)| rest);
    let every = options.lines().take_while(|l| !l.is_empty()).map(squeezed).chain(["-h, --help Print help".to_owned()]);
    let told = if path.is_empty() { every.collect() } else { told.clone() };
    let below = help.split_once("\nCommands:\n").map_or("", |(_, rest)| rest);
    let names =
        below.lines().take_while(|l| l.starts_with(' ')).filter(|l| l.starts_with("  ") && !l.starts_with("   "));
    for name in names.filter_map(|l| words(l).next()).filter(|n| *n != "help") {
        describe(&[path, &[name]].concat(), &told, page);
    }
}

#[test]
fn no_file_holds_two_ideas() {
    let code = |name: &str| [".rs", ".py", ".ts", ".svelte", ".sql"].iter().any(|e| name.ends_with(e));
    // Generated: the whole schema as it stands, and the types of every command.
    let generated = ["crates/store/schema.sql", "ui/src/wire/generated.ts"];
    let files = kept_files().into_iter().filter(|(name, _)| code(name) && !generated.contains(&name.as_str()));
    let long = files.map(|(name, text)| (name, text.lines().count())).filter(|(_, lines)| *lines > LONG);
    none(long.map(|(name, lines)| format!("{name}: {lines} lines")).collect(), "split when a second idea appears");
}

#[test]
fn nothing_is_left_for_later_or_tied_to_a_machine() {
    // Written in halves, so that this file does not find itself.
    let halves = [
        ("TO", "DO"),
        ("FIX", "ME"),
        ("XX", "X:"),
        ("/ro", "ot/"),
        ("/wo", "rk/"),
        ("C:\\Us", "ers"),
        ("../sha", "red"),
        ("gen_", "book"),
        ("index.crates", ".io"),
        ("registry.npmjs", ".org"),
        ("pypi", ".org"),
        ("artif", "actory"),
        ("todo", "!("),
        ("unimple", "mented!("),
        ("large language", " model"),
        ("Cla", "ude"),
        ("Chat", "GPT"),
    ];
    let banned: Vec<_> = halves.iter().map(|(a, b)| format!("{a}{b}")).collect();
    let mut wrong = Vec::new();
    for (name, text) in kept_files() {
        for (n, line) in text.lines().enumerate() {
            if let Some(word) = banned.iter().find(|w| line.contains(w.as_str())) {
                wrong.push(format!("{name}:{}: {word}", n + 1));
            }
        }
    }
    none(wrong, "no notes for later, no paths or hosts of one machine");
}
