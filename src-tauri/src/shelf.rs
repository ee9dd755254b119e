//! What the program remembers on this computer, beside its settings: the books opened before, by path, and how the window
//! looks. Nothing of a book's content is.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How many are remembered.
const MOST: usize = 8;

/// The shelf of books opened before.
pub struct Shelf {
    file: Option<PathBuf>,
    kept: Mutex<Kept>,
}

/// Theme and language, where not the system's; the columns of tables.
pub type Look = BTreeMap<String, String>;

/// A book on the shelf, as pages may know it.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Recent {
    at: usize,
    name: String,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Kept {
    books: Vec<PathBuf>,
    #[serde(default)]
    look: Look,
}

impl Shelf {
    /// The shelf kept in this file; an empty one when it cannot be read.
    pub fn of(file: Option<PathBuf>) -> Shelf {
        let kept = file.as_deref().and_then(|f| std::fs::read(f).ok());
        let kept: Kept = kept.and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default();
        Shelf { file, kept: Mutex::new(kept) }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How the window looks.
    pub fn look(&self) -> Look {
        self.kept().look.clone()
    }

    /// Remembers how the window looks: short words, and which columns of which tables are shown.
    pub fn keep_look(&self, look: Look) {
        let mut kept = self.kept();
        let fits = |k: &str, v: &str| if k == "columns" { are_columns(v) } else { k.len() < 20 && v.len() < 20 };
        kept.look = look.into_iter().filter(|(k, v)| fits(k, v)).take(8).collect();
        self.write(&kept);
    }

    /// The books that are still where they were, the last one first.
    pub fn recent(&self) -> Vec<Recent> {
        let kept = self.kept();
        let there = kept.books.iter().enumerate().filter(|(_, book)| book.join("book.json").exists());
        let name = |book: &Path| book.file_stem().map_or_else(String::new, |n| n.to_string_lossy().into_owned());
        there.map(|(at, book)| Recent { at, name: name(book) }).collect()
    }

    /// The path of one of them.
    pub fn book(&self, at: usize) -> Option<PathBuf> {
        self.kept().books.get(at).cloned()
    }

    /// Puts a book in front.
    pub fn opened(&self, book: &Path) {
        let mut kept = self.kept();
        kept.books.retain(|known| known != book);
        kept.books.insert(0, book.to_owned());
        kept.books.truncate(MOST);
        self.write(&kept);
    }

    /// A shelf that cannot be written is no reason not to open a book.
    fn write(&self, kept: &Kept) {
        let Some(file) = &self.file else { return };
        if let Ok(text) = serde_json::to_vec_pretty(kept) {
            let _ = file.parent().map(std::fs::create_dir_all);
            let _ = std::fs::write(file, text);
        }
    }
}

/// Whether a text says of tables which of their columns are shown, and nothing else: names of ours, never a book's content.
fn are_columns(text: &str) -> bool {
    let tables: Option<BTreeMap<String, BTreeMap<String, bool>>> =
        Some(text).filter(|t| t.len() < 8192).and_then(|t| serde_json::from_str(t).ok());
    let short =
        |name: &String| name.len() < 32 && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b));
    tables.is_some_and(|tables| tables.iter().all(|(table, columns)| short(table) && columns.keys().all(short)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_book_comes_first_and_those_gone_are_left_out() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("settings").join("shelf.json");
        let [a, b] = ["Ash", "Birch"].map(|name| folder.path().join(format!("{name}.billhook")));
        for book in [&a, &b] {
            std::fs::create_dir_all(book).unwrap();
            std::fs::write(book.join("book.json"), "{}").unwrap();
        }
        let shelf = Shelf::of(Some(file.clone()));
        shelf.opened(&a);
        shelf.opened(&b);
        shelf.opened(&folder.path().join("Gone.billhook"));
        shelf.keep_look(Look::from([("theme".to_owned(), "dark".to_owned())]));
        assert_eq!(Shelf::of(Some(file.clone())).look().get("theme").map(String::as_str), Some("dark"));
        let names = |shelf: &Shelf| shelf.recent().into_iter().map(|r| r.name).collect::<Vec<_>>();
        assert_eq!(names(&shelf), ["Birch", "Ash"]);
        assert_eq!(names(&Shelf::of(Some(file))), ["Birch", "Ash"], "also in the next run");
    }

    #[test]
    fn columns_of_tables_are_kept_and_nothing_else_of_them() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("shelf.json");
        let keep = |columns: &str| {
            Shelf::of(Some(file.clone())).keep_look(Look::from([("columns".to_owned(), columns.to_owned())]));
            Shelf::of(Some(file.clone())).look().get("columns").cloned()
        };
        let chosen = r#"{"costs.lines":{"customer":false,"to":true}}"#;
        assert_eq!(keep(chosen).as_deref(), Some(chosen));
        for odd in [r#"{"Ash Dental Ltd":{"a":true}}"#, r#"{"costs.lines":{"to":"Ash"}}"#, "[]", "no"] {
            assert_eq!(keep(odd), None, "{odd}");
        }
    }
}
