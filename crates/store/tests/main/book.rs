//! Making, opening, locking and writing.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use store::{Mode, Notice, RecoveryKey, Store, StoreError, Unlock};

use crate::scene::{NAME, PASSPHRASE, Scene, code, files, new_book};

#[test]
fn a_book_opens_by_passphrase_and_by_recovery_key_and_by_nothing_else() {
    let dir = tempfile::tempdir().expect("temp dir");
    let path = dir.path().join("a.billhook");
    let created = Store::create(&path, &new_book(), Some(PASSPHRASE)).expect("creates");
    let key = created.recovery_key.text();
    drop(created.store);

    let by_text = Store::open(&path, &Unlock::Passphrase(PASSPHRASE), Mode::Read).expect("opens");
    assert_eq!(by_text.info().expect("info").name, NAME);
    let by_key = Store::open(&path, &Unlock::KeyFile(key.as_bytes()), Mode::Read).expect("opens");
    assert_eq!(by_key.info().expect("info"), by_text.info().expect("info"));
    assert_eq!(by_key.chain_key(), by_text.chain_key());

    assert_eq!(code(Store::open(&path, &Unlock::Passphrase("correct horse battery stapl"), Mode::Read)), "E-BOOK-KEY");
    assert_eq!(code(Store::open(&path, &Unlock::KeyFile(b"not a key"), Mode::Read)), "E-BOOK-KEY");
    assert_eq!(code(Store::open(&dir.path().join("b"), &Unlock::KeyFile(b""), Mode::Read)), "E-BOOK-NOT-FOUND");
}

#[test]
fn creating_never_overwrites_and_leaves_nothing_when_it_fails() {
    let scene = Scene::new();
    let before = files(&scene.book());
    assert_eq!(code(Store::create(&scene.book(), &new_book(), None)), "E-BOOK-EXISTS");
    assert_eq!(files(&scene.book()), before);
    let path = scene.dir.path().join("short.billhook");
    assert_eq!(code(Store::create(&path, &new_book(), Some("too short"))), "E-BOOK-PASSPHRASE");
    assert!(!path.exists());
    assert_eq!(fs::read_dir(scene.dir.path()).expect("lists").count(), 1, "and nothing beside it");
    assert_eq!(code(Store::create(&scene.dir.path().join("no/such/folder"), &new_book(), None)), "E-BOOK-NOT-FOUND");
}

#[test]
fn one_writer_and_any_number_of_readers() {
    let scene = Scene::new();
    let writer = scene.open();
    Scene::mark(&writer, "one").expect("writes");
    let reader = scene.try_open(Mode::Read).expect("opens beside the writer");
    assert_eq!(Scene::marks(&reader), 1);
    match scene.try_open(Mode::Write) {
        Err(StoreError::InUse(holder)) => assert_eq!(holder.pid, std::process::id()),
        other => panic!("a second writer got {:?}", other.err()),
    }
    Scene::mark(&writer, "two").expect("writes beside the reader");
    assert_eq!(Scene::marks(&reader), 2);
    assert!(Scene::mark(&reader, "three").is_err());
    assert!(reader.conn().execute("DELETE FROM marks", []).is_err(), "a reader cannot write by itself either");
    drop(writer);
    assert!(!scene.book().join("book.holder").exists());
    assert_eq!(Scene::marks(&scene.open()), 2, "the lock goes with its holder");
}

#[test]
fn a_change_in_bulk_is_whole_alone_and_beside_a_reader() {
    let scene = Scene::new();
    let writer = scene.open();
    let add = |text: &'static str, fails: bool| {
        writer.write_in_bulk(|tx| {
            let mode: String = tx.query_row("PRAGMA journal_mode", [], |row| row.get(0))?;
            tx.execute("INSERT INTO marks VALUES (?1)", [text])?;
            if fails { Err(StoreError::Full) } else { Ok(mode) }
        })
    };
    let later = || -> String { writer.conn().query_row("PRAGMA journal_mode", [], |row| row.get(0)).expect("a mode") };
    Scene::mark(&writer, "a first note, so that there is a table").expect("writes");
    assert_eq!(add("alone", false).expect("writes"), "truncate", "its pages are written once");
    assert_eq!(code(add("refused", true)), "E-STORE-FULL");
    assert_eq!((later().as_str(), Scene::marks(&writer)), ("wal", 2));
    let reader = scene.try_open(Mode::Read).expect("opens");
    assert_eq!(Scene::marks(&reader), 2);
    assert_eq!(add("beside a reader", false).expect("writes"), "wal", "who must not be shut out");
    assert_eq!(Scene::marks(&reader), 3);
    assert!(writer.physical_check().expect("checks").is_empty());
}

#[test]
fn a_reader_is_told_who_stores_in_bulk() {
    let scene = Scene::new();
    let writer = scene.open();
    Scene::mark(&writer, "a first note, so that there is a table").expect("writes");
    let told = writer.write_in_bulk(|tx| {
        tx.execute("INSERT INTO marks VALUES ('one')", [])?;
        Ok::<_, StoreError>(scene.try_open(Mode::Read).err())
    });
    match told.expect("writes") {
        Some(StoreError::Storing { holder, .. }) => assert_eq!(holder.pid, std::process::id()),
        other => panic!("a reader got {other:?}"),
    }
    assert_eq!(Scene::marks(&scene.try_open(Mode::Read).expect("opens")), 2);
    match scene.try_open(Mode::Write) {
        Err(StoreError::InUse(holder)) => assert_eq!(holder.storing, None, "that is over"),
        other => panic!("a second writer got {:?}", other.err()),
    }
}

#[test]
fn where_nothing_can_be_written_a_book_is_read_and_checked() {
    let scene = Scene::new();
    Scene::mark(&scene.open(), "kept").expect("writes");
    let database = scene.book().join("book.db");
    let mut permissions = fs::metadata(&database).expect("meta").permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&database, permissions).expect("marks it");
    let before = files(&scene.book());
    let reader = scene.try_open(Mode::Read).expect("opens");
    assert_eq!(Scene::marks(&reader), 1);
    assert_eq!(reader.physical_check().expect("checks"), []);
    let elsewhere = tempfile::tempdir().expect("temp dir");
    let backup = store::backup::create(&reader, elsewhere.path()).expect("backs up");
    assert_eq!(backup.manifest.counts["marks"], 1);
    assert!(Scene::mark(&reader, "more").is_err());
    drop(reader);
    assert_eq!(files(&scene.book()), before, "and nothing is left there");
    assert_eq!(code(scene.try_open(Mode::Write)), "E-BOOK-READ-ONLY");
    for unfinished in ["book.db-wal", "book.db-journal"] {
        fs::write(scene.book().join(unfinished), b"what was being written").expect("writes");
        assert_eq!(code(scene.try_open(Mode::Read)), "E-BOOK-READ-ONLY", "{unfinished} cannot be worked off there");
        fs::remove_file(scene.book().join(unfinished)).expect("removes");
    }
}

#[test]
fn a_change_in_bulk_that_is_kept_is_never_told_as_failed() {
    let scene = Scene::new();
    let writer = scene.open();
    Scene::mark(&writer, "a first note, so that there is a table").expect("writes");
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                while !over.load(Relaxed) {
                    drop(scene.try_open(Mode::Read))
                }
            });
        }
        let one = |tx: &store::Tx<'_>| Ok::<_, StoreError>(tx.execute("INSERT INTO marks VALUES ('one')", [])?);
        let told: Vec<_> = (0..300).map(|_| writer.write_in_bulk(one)).collect();
        over.store(true, Relaxed);
        let kept = told.iter().filter(|t| t.is_ok()).count() as i64;
        let why = told.iter().find_map(|t| t.as_ref().err());
        assert_eq!(Scene::marks(&writer), kept + 1, "{why:?}");
        assert!(why.is_none(), "{why:?}");
    });
}

#[test]
fn half_a_change_is_never_kept() {
    let scene = Scene::new();
    let store = scene.open();
    Scene::mark(&store, "kept").expect("writes");
    let refused: Result<(), StoreError> = store.write(|tx| {
        tx.execute("INSERT INTO marks VALUES ('gone')", [])?;
        Err(StoreError::Full)
    });
    assert_eq!(code(refused), "E-STORE-FULL");
    let seen = store.dry_run(|tx| {
        tx.execute("INSERT INTO marks VALUES ('only looked at')", [])?;
        Ok::<i64, StoreError>(tx.query_row("SELECT count(*) FROM marks", [], |r| r.get(0))?)
    });
    assert_eq!(seen.expect("runs"), 2);
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        store.write(|tx| -> Result<(), StoreError> {
            tx.execute("INSERT INTO marks VALUES ('gone')", [])?;
            panic!("in the middle")
        })
    }));
    assert!(panicked.is_err());
    assert_eq!(Scene::marks(&store), 1);
    Scene::mark(&store, "after").expect("the book still works");
}

#[test]
fn what_was_kept_so_far_outlives_an_error_after_it() {
    let scene = Scene::new();
    let store = scene.open();
    Scene::mark(&store, "before").expect("writes");
    let refused: Result<(), StoreError> = store.write(|tx| {
        tx.execute("INSERT INTO marks VALUES ('kept')", [])?;
        tx.keep_so_far()?;
        tx.execute("INSERT INTO marks VALUES ('gone')", [])?;
        Err(StoreError::Full)
    });
    assert_eq!(code(refused), "E-STORE-FULL");
    assert_eq!(Scene::marks(&store), 2);
    Scene::mark(&store, "after").expect("the book still works");
}

#[test]
fn a_program_that_ends_leaves_everything_in_the_file() {
    let scene = Scene::new();
    let store = scene.open();
    Scene::mark(&store, "kept").expect("writes");
    store.leave();
    let log = fs::metadata(scene.book().join("book.db-wal")).map_or(0, |log| log.len());
    assert_eq!(log, 0, "nothing is left in the log");
    assert!(!scene.book().join("book.holder").exists(), "nobody holds it");
    assert_eq!(Scene::marks(&scene.open()), 1);
}

#[test]
fn keys_change_without_touching_the_data() {
    let scene = Scene::new();
    let store = scene.open();
    let before = fs::read(scene.book().join("book.db")).expect("reads");
    assert_eq!(code(store.change_passphrase("short")), "E-BOOK-PASSPHRASE");
    store.change_passphrase(PASSPHRASE).expect("adds one");
    store.change_passphrase("another long passphrase").expect("replaces it");
    let unkept: Result<RecoveryKey, StoreError> = store.new_recovery_key(|_| Err(StoreError::Full));
    assert_eq!(code(unkept), "E-STORE-FULL");
    assert!(scene.try_open(Mode::Read).is_ok(), "a key that could not be kept replaces none");
    let new_key: RecoveryKey = store.new_recovery_key(|_| Ok::<_, StoreError>(())).expect("new key");
    assert!(fs::read(scene.book().join("book.db")).expect("reads") == before);
    drop(store);
    let open = |with: Unlock| Store::open(&scene.book(), &with, Mode::Read);
    assert!(open(Unlock::Passphrase("another long passphrase")).is_ok());
    assert!(open(Unlock::KeyFile(new_key.text().as_bytes())).is_ok());
    assert_eq!(code(open(Unlock::Passphrase(PASSPHRASE))), "E-BOOK-KEY");
    assert_eq!(code(scene.try_open(Mode::Read)), "E-BOOK-KEY");
}

#[test]
fn a_damaged_header_is_put_right_from_its_copy_and_told() {
    let scene = Scene::new();
    let header = scene.book().join("book.json");
    let good = fs::read(&header).expect("reads");
    fs::write(&header, &good[..good.len() / 2]).expect("damages");
    let store = scene.open();
    assert_eq!(store.notices(), [Notice::HeaderFromCopy]);
    drop(store);
    assert_eq!(fs::read(&header).expect("reads"), good);
    fs::write(&header, b"{}").expect("damages");
    fs::write(scene.book().join("book.json.bak"), b"{}").expect("damages");
    assert_eq!(code(scene.try_open(Mode::Read)), "E-BOOK-DAMAGED");
}

#[test]
fn a_plain_cut_or_foreign_database_is_refused() {
    let scene = Scene::new();
    let db = scene.book().join("book.db");
    let good = fs::read(&db).expect("reads");
    let open_with = |bytes: &[u8]| {
        fs::write(&db, bytes).expect("damages");
        code(scene.try_open(Mode::Read))
    };
    assert_eq!(open_with(b"SQLite format 3\0and so on"), "E-BOOK-DAMAGED");
    assert_eq!(open_with(b""), "E-BOOK-DAMAGED");
    let mut flipped = good.clone();
    flipped[100] ^= 1;
    assert_eq!(open_with(&flipped), "E-BOOK-DAMAGED");
    let mut foreign = good.clone();
    foreign.reverse();
    assert_eq!(open_with(&foreign), "E-BOOK-DAMAGED");
    assert_eq!(open_with(&good), "none");
}

#[test]
fn a_newer_book_is_refused_with_no_byte_changed() {
    let scene = Scene::new();
    let store = scene.open();
    store.conn().pragma_update(None, "user_version", 99).expect("pretends");
    drop(store);
    let bytes = || fs::read(scene.book().join("book.db")).expect("reads");
    let before = bytes();
    assert!(matches!(scene.try_open(Mode::Write), Err(StoreError::TooNew { found: 99, .. })));
    assert!(bytes() == before);
}

#[test]
fn leftovers_of_a_crash_go_at_the_next_writing_open() {
    let scene = Scene::new();
    fs::write(scene.book().join(".part-0011"), b"half").expect("leaves");
    fs::write(scene.book().join("documents/.part-0022"), b"half").expect("leaves");
    fs::write(scene.book().join("backups/.part-0033"), b"a backup under way").expect("leaves");
    assert_eq!(scene.try_open(Mode::Read).expect("opens").notices(), []);
    assert_eq!(scene.open().notices(), [Notice::LeftoversRemoved(2)]);
    assert_eq!(scene.open().notices(), []);
}

#[cfg(unix)]
#[test]
fn everything_is_private_and_nothing_is_a_link() {
    use std::os::unix::fs::PermissionsExt;
    let scene = Scene::new();
    let store = scene.open();
    Scene::mark(&store, "so that there is a log").expect("writes");
    for path in files(&scene.book()) {
        let mode = fs::metadata(&path).expect("meta").permissions().mode();
        assert_eq!(mode & 0o077, 0, "{} is open to others", path.display());
    }
    assert_eq!(fs::metadata(scene.book()).expect("meta").permissions().mode() & 0o077, 0);
    drop(store);
    let link = scene.dir.path().join("link.billhook");
    std::os::unix::fs::symlink(scene.book(), &link).expect("links");
    let opened = Store::open(&link, &Unlock::KeyFile(scene.key_file.as_bytes()), Mode::Read);
    assert_eq!(code(opened), "E-BOOK-FOLDER");
    let opened = Store::open(&link.join(""), &Unlock::KeyFile(scene.key_file.as_bytes()), Mode::Read);
    assert_eq!(code(opened), "E-BOOK-FOLDER");
    let db = scene.book().join("book.db");
    fs::rename(&db, scene.dir.path().join("moved.db")).expect("moves");
    std::os::unix::fs::symlink(scene.dir.path().join("moved.db"), &db).expect("links");
    assert_eq!(code(scene.try_open(Mode::Read)), "E-BOOK-FOLDER");
}

#[test]
fn a_full_disk_loses_nothing_and_goes_on_when_there_is_room() {
    let scene = Scene::new();
    let store = scene.open();
    Scene::mark(&store, "kept").expect("writes");
    let pages: i64 = store.conn().query_row("PRAGMA page_count", [], |r| r.get(0)).expect("counts");
    store.conn().pragma_update(None, "max_page_count", pages).expect("limits");
    let long = "x".repeat(1 << 20);
    assert_eq!(code(Scene::mark(&store, &long)), "E-STORE-FULL");
    assert_eq!(Scene::marks(&store), 1);
    store.conn().pragma_update(None, "max_page_count", 1_000_000).expect("frees");
    Scene::mark(&store, &long).expect("the same change succeeds");
    assert_eq!(store.physical_check().expect("checks"), []);
}

#[test]
fn a_changed_page_is_found() {
    let scene = Scene::new();
    let store = scene.open();
    Scene::mark(&store, &"x".repeat(100_000)).expect("writes");
    drop(store);
    let db = scene.book().join("book.db");
    let mut bytes = fs::read(&db).expect("reads");
    let middle = bytes.len() - 10_000;
    bytes[middle] ^= 1;
    fs::write(&db, bytes).expect("damages");
    let problems = scene.open().physical_check().expect("checks");
    assert_eq!(problems.first().map(|p| p.code), Some("HASH_MISMATCH"));
}

#[test]
fn security_facts_are_what_they_should_be() {
    let scene = Scene::new();
    let store = scene.open();
    store.change_passphrase(PASSPHRASE).expect("adds one");
    let facts = store.security_facts().expect("facts");
    assert_eq!(facts.slots, ["recovery-key", "passphrase"]);
    assert!(facts.kdf.is_some_and(|k| k.is_acceptable() && k.memory_kib >= store::Kdf::DEFAULT.memory_kib));
    assert!(!facts.sqlcipher.is_empty());
    for (name, value) in
        [("journal_mode", "wal"), ("synchronous", "2"), ("foreign_keys", "1"), ("cipher_memory_security", "1")]
    {
        assert_eq!(facts.pragmas[name], value, "{name}");
    }
}

/// Not a test by itself: the process that [`a_killed_writer_loses_nothing_it_acknowledged`] kills.
#[test]
fn writer_to_be_killed() {
    let (Ok(book), Ok(key)) = (std::env::var("BOOK_TO_WRITE"), std::env::var("BOOK_KEY")) else { return };
    let unlock = Unlock::KeyFile(key.as_bytes());
    let store = Store::open(book.as_ref(), &unlock, Mode::Write).expect("opens");
    let document = vec![b'x'; 300_000];
    for n in 0u32.. {
        Scene::mark(&store, &format!("note {n}")).expect("writes");
        println!("committed {}", n + 1);
        let bytes = [&document[..], &n.to_be_bytes()].concat();
        store.write(|tx| tx.keep_bytes(&bytes)).expect("keeps");
    }
}

#[test]
fn a_killed_writer_loses_nothing_it_acknowledged() {
    let scene = Scene::new();
    for round in 1..4 {
        let mut child = Command::new(std::env::current_exe().expect("itself"))
            .args(["book::writer_to_be_killed", "--exact", "--nocapture"])
            .env("BOOK_TO_WRITE", scene.book())
            .env("BOOK_KEY", &scene.key_file)
            .stdout(Stdio::piped())
            .spawn()
            .expect("starts");
        let lines = BufReader::new(child.stdout.take().expect("output")).lines().map_while(Result::ok);
        let mut acknowledged = lines.filter_map(|l| l.split_once("committed ")?.1.parse::<i64>().ok());
        acknowledged.nth(7 * round).expect("commits");
        match scene.try_open(Mode::Write) {
            Err(StoreError::InUse(holder)) => assert_eq!(holder.pid, child.id()),
            other => panic!("beside the child: {:?}", other.err()),
        }
        child.kill().expect("kills");
        let more = acknowledged.last().unwrap_or_default();
        child.wait().expect("ends");
        let store = scene.open();
        assert!(Scene::marks(&store) >= more, "acknowledged {more}, kept {}", Scene::marks(&store));
        assert_eq!(store.physical_check().expect("checks"), []);
        store.write(|tx| Ok::<_, StoreError>(tx.execute("DELETE FROM marks", [])?)).expect("starts anew");
    }
}
