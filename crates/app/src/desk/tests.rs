//! The desk as a window uses it, on a book of its own.

use super::*;
use crate::session::{Keys, Purpose, Session, SystemClock};
use crate::{Failure, Silent};
use zeroize::Zeroizing;

const PASSPHRASE: &str = "seven quiet herons";

fn secret() -> Secret {
    Secret::Passphrase(Zeroizing::new(PASSPHRASE.to_owned()))
}

struct Typed;

impl Keys for Typed {
    fn secret(&mut self, _: Purpose) -> Result<Option<Secret>, Failure> {
        Ok(Some(secret()))
    }
}

/// A desk with a new book on it, and the folder that is removed behind it.
fn desk(name: &str) -> (Desk, PathBuf) {
    let folder = std::env::temp_dir().join(format!("billhook-desk-{name}-{}", std::process::id()));
    let book = folder.join("Harbour.billhook");
    let day = Date::from_ymd_opt(2026, 11, 9).unwrap_or_default();
    std::fs::create_dir_all(&folder).unwrap();
    let mut session =
        Session::new(Some(book.clone()), Box::new(Typed), Box::new(SystemClock), day, false, Box::new(Silent));
    let ask = json!({"path": book, "name": "Harbour", "country": "GB", "currency": "GBP", "role": "direct-bill"});
    commands::call(&mut session, "book create", ask).unwrap_or_else(|f| panic!("{f:?}"));
    let desk = Desk::new(Arc::new(move || day), Arc::new(|_| {}));
    desk.choose(book);
    (desk, folder)
}

fn code<T>(answer: Result<T, Failure>) -> String {
    answer.err().map_or_else(String::new, |failure| failure.code)
}

#[test]
fn a_book_is_looked_at_and_written_and_locked() {
    let (desk, folder) = desk("whole");
    assert_eq!(desk.place(), Some(Place { name: "Harbour".to_owned(), open: false }));
    assert_eq!(code(desk.call("accounts list", json!({}), false)), "E-BOOK-KEY");
    desk.unlock(secret).unwrap_or_else(|f| panic!("{f:?}"));

    let names = ["Birch Bakers", "alder Homes", "Łódź Optics", "Cedar Law"];
    for name in names {
        let ask = json!({"id": name, "fields": {"name": name, "country": "GB"}});
        desk.call("accounts add", ask, false).unwrap_or_else(|f| panic!("{f:?}"));
    }
    // A trial says what would be, and nothing is.
    desk.call("accounts add", json!({"id": "x", "fields": {"name": "Trial", "country": "GB"}}), true)
        .unwrap_or_else(|f| panic!("{f:?}"));

    let page = |window: Window| {
        let page = desk.page("accounts list", "accounts", json!({}), window).unwrap_or_else(|f| panic!("{f:?}"));
        let names: Vec<String> = page.rows.iter().map(|r| r["name"].as_str().unwrap_or_default().to_owned()).collect();
        (page.all, page.found, names)
    };
    let by_name = |descending| Window { count: 9, sort: Some("name".into()), descending, ..Window::default() };
    assert_eq!(page(by_name(false)).2, ["alder Homes", "Birch Bakers", "Cedar Law", "Łódź Optics"]);
    assert_eq!(page(by_name(true)).2, ["Łódź Optics", "Cedar Law", "Birch Bakers", "alder Homes"]);
    assert_eq!(
        page(Window { from: 1, count: 2, ..by_name(false) }),
        (4, 4, vec!["Birch Bakers".into(), "Cedar Law".into()])
    );
    assert_eq!(
        page(Window { count: 9, find: "łódź op".into(), ..Window::default() }),
        (4, 1, vec!["Łódź Optics".into()])
    );

    // A name with marks of its own is found and shown as it is; rows are chosen by what a field holds.
    let odd = r#"Q\"A\B" & <b>"#;
    desk.call("accounts add", json!({"id": "odd", "fields": {"name": odd, "country": "DE"}}), false).unwrap();
    assert_eq!(page(Window { count: 9, find: r#"\"a\b"#.into(), ..Window::default() }), (5, 1, vec![odd.into()]));
    let german = [("country".to_owned(), json!(["DE", "FR"]))].into_iter().collect();
    assert_eq!(page(Window { count: 9, only: german, ..Window::default() }), (5, 1, vec![odd.into()]));

    assert_eq!(code(desk.call("book recovery-key", json!({}), false)), "E-USAGE", "not for a page");
    desk.lock();
    assert_eq!(code(desk.call("accounts list", json!({}), false)), "E-BOOK-KEY");
    let _ = std::fs::remove_dir_all(folder);
}

#[test]
fn a_page_names_files_only_by_handle() {
    let (desk, folder) = desk("files");
    desk.unlock(secret).unwrap_or_else(|f| panic!("{f:?}"));
    let file = folder.join("customers.csv");
    std::fs::write(&file, "CustomerId,CustomerName,Country,Currency\nc1,Birch,GB,GBP\n").unwrap();
    let own = desk.call("import", json!({"files": [file.display().to_string()]}), false);
    assert_eq!(code(own), "E-USAGE", "a path of the page's own");
    for logo in ["brand.logo=@/etc/hostname", "brand.logo= @ /etc/hostname"] {
        assert_eq!(code(desk.call("book set", json!({"pairs": [logo]}), false)), "E-USAGE", "{logo}");
    }
    for nameless in
        [("model save", json!(["/etc/hostname", null])), ("model compare", json!({"scenarios": [["/etc/hostname"]]}))]
    {
        let said = desk.call(nameless.0, nameless.1, false).err().map_or_else(String::new, |failure| failure.message);
        assert_eq!(said, "A request names its fields.", "{}", nameless.0);
    }
    let compared = json!({"scenarios": [{"name": "July"}, {"file": "/etc/hostname"}]});
    let said = desk.call("model compare", compared, false).err().map_or_else(String::new, |failure| failure.message);
    assert_eq!(said, "file: choose the file again.", "a path within a list");
    for name in ["model save", "model run", "model quick", "model account", "model why"] {
        let ask = json!({"file": "/etc/hostname", "account": "c1", "month": "2026-12"});
        let said = desk.call(name, ask, false).err().map_or_else(String::new, |failure| failure.message);
        assert_eq!(said, "file: choose the file again.", "{name}");
    }
    let chosen = desk.handle(file);
    assert_eq!((chosen.handle.as_str(), chosen.name.as_str(), chosen.size), ("file:0", "customers.csv", Some(57)));
    let answer = desk.call("import", json!({"files": [chosen.handle]}), false).unwrap_or_else(|f| panic!("{f:?}"));
    assert_eq!(answer["files"][0]["stored"], 1);
    let _ = std::fs::remove_dir_all(folder);
}
