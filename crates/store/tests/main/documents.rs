//! Documents: what goes in comes out, once, and nothing of it can be read on disk.

use std::io::{Read, Seek, SeekFrom, Write};

use proptest::prelude::*;
use store::{Mode, Notice, Store, StoreError};

use crate::scene::{Scene, code, files, new_book};

/// Rows like a vendor file's, about `size` bytes.
fn rows(size: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(size + 100);
    let mut n: u64 = 7;
    while out.len() < size {
        n = n.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        writeln!(out, "Walnut Dental Practice,{n:016x},CFQ7TTC0LF8R,{},EUR", n % 1000).expect("writes");
    }
    out.truncate(size);
    out
}

fn read(store: &Store, hash: &[u8; 32]) -> Vec<u8> {
    let mut out = Vec::new();
    store.document(hash).expect("opens").read_to_end(&mut out).expect("reads");
    out
}

fn keep(store: &Store, bytes: &[u8]) -> store::documents::Kept {
    store.write(|tx| tx.keep_bytes(bytes)).expect("keeps")
}

#[test]
fn any_size_comes_back_the_same_and_is_kept_once() {
    let scene = Scene::new();
    let store = scene.open();
    let memory = Store::in_memory(&new_book()).expect("in memory");
    for size in [0, 1, 256 * 1024 - 1, 256 * 1024, 1 << 20, (1 << 20) + 1, 2_500_000] {
        let bytes = rows(size);
        for store in [&store, &memory] {
            let kept = keep(store, &bytes);
            assert!(kept.new && kept.size == bytes.len() as u64);
            assert!(read(store, &kept.hash) == bytes, "{size}");
            assert!(!keep(store, &bytes).new);
        }
    }
    assert_eq!(files(&scene.book().join("documents")).len(), 4, "only large ones have files");
    assert_eq!(store.physical_check().expect("checks"), []);
    assert_eq!(memory.physical_check().expect("checks"), []);
}

#[test]
fn a_row_is_found_without_reading_what_is_before_it() {
    let scene = Scene::new();
    let store = scene.open();
    let bytes = rows(4_000_000);
    let mut writer = store.document_writer();
    let mut starts = vec![0];
    for (row, line) in (1..).zip(bytes.split_inclusive(|b| *b == b'\n')) {
        writer.row(row);
        writer.write_all(line).expect("writes");
        starts.push(starts.last().expect("one") + line.len() as u64);
    }
    let finished = writer.finish().expect("finishes");
    let kept = store.write(|tx| tx.keep(finished)).expect("keeps");
    let mut reader = store.document(&kept.hash).expect("opens");
    for row in [1, 2, 30_000, u32::try_from(starts.len() - 2).expect("few")] {
        let (first, at) = reader.near_row(row).expect("noted");
        let begins = starts[row as usize - 1];
        assert!(first <= row && at <= begins && begins - at <= 1 << 20, "row {row}: {first} at {at}, begins {begins}");
        reader.seek(SeekFrom::Start(begins)).expect("seeks");
        let mut line = vec![0; 40];
        reader.read_exact(&mut line).expect("reads");
        assert!(bytes[begins as usize..].starts_with(&line));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    /// However the bytes arrive and wherever reading begins.
    #[test]
    fn pieces_and_places_do_not_matter(
        size in 0usize..3_000_000,
        pieces in prop::collection::vec(1usize..1_500_000, 1..6),
        places in prop::collection::vec((any::<prop::sample::Index>(), 0usize..70_000), 1..8),
    ) {
        let scene = Scene::new();
        let store = scene.open();
        let bytes = rows(size);
        let mut writer = store.document_writer();
        let mut rest = &bytes[..];
        for piece in pieces.iter().cycle() {
            if rest.is_empty() {
                break;
            }
            let (now, later) = rest.split_at(rest.len().min(*piece));
            writer.write_all(now).expect("writes");
            rest = later;
        }
        let finished = writer.finish().expect("finishes");
        let kept = store.write(|tx| tx.keep(finished)).expect("keeps");
        let mut reader = store.document(&kept.hash).expect("opens");
        prop_assert_eq!(reader.size(), size as u64);
        for (place, length) in places {
            let at = place.index(size + 1);
            reader.seek(SeekFrom::Start(at as u64)).expect("seeks");
            let mut out = Vec::new();
            (&mut reader).take(length as u64).read_to_end(&mut out).expect("reads");
            prop_assert!(out == bytes[at..size.min(at + length)]);
        }
    }
}

#[test]
fn a_document_of_a_change_taken_back_leaves_nothing() {
    let scene = Scene::new();
    let store = scene.open();
    let bytes = rows(600_000);
    let documents = scene.book().join("documents");
    store.dry_run(|tx| tx.keep_bytes(&bytes)).expect("runs");
    let refused: Result<(), StoreError> = store.write(|tx| {
        tx.keep_bytes(&bytes)?;
        Err(StoreError::Full)
    });
    assert_eq!(code(refused), "E-STORE-FULL");
    let mut writer = store.document_writer();
    writer.write_all(&bytes).expect("writes");
    drop(writer.finish().expect("finishes"));
    assert_eq!(files(&documents).len(), 0);
    // As a crash between the rename and the commit would leave it.
    std::fs::write(documents.join("00112233445566778899aabbccddeeff"), b"orphan").expect("leaves");
    keep(&store, &bytes);
    drop(store);
    assert_eq!(scene.open().notices(), [Notice::LeftoversRemoved(1)]);
    assert_eq!(files(&documents).len(), 1, "the kept one stays");
}

#[test]
fn a_changed_cut_or_missing_document_is_found() {
    let scene = Scene::new();
    let store = scene.open();
    let kept = keep(&store, &rows(1_200_000));
    let path = files(&scene.book().join("documents")).remove(0);
    let good = std::fs::read(&path).expect("reads");
    let found = |bytes: &[u8]| {
        std::fs::write(&path, bytes).expect("damages");
        let problems = store.physical_check().expect("checks");
        problems.first().map_or("none", |p| p.code)
    };
    for at in (0..good.len()).step_by(good.len() / 12).chain(good.len() - 14..good.len()) {
        let mut changed = good.clone();
        changed[at] ^= 0x10;
        assert_eq!(found(&changed), "DOCUMENT_CHANGED", "byte {at}");
    }
    assert_eq!(found(&good[..good.len() - 1]), "DOCUMENT_CHANGED");
    assert_eq!(found(b""), "DOCUMENT_CHANGED");
    assert_eq!(found(&good), "none");
    std::fs::remove_file(&path).expect("removes");
    assert_eq!(store.physical_check().expect("checks").first().map(|p| p.code), Some("DOCUMENT_MISSING"));
    assert_eq!(code(store.document(&kept.hash)), "E-BOOK-NOT-FOUND");
    assert_eq!(code(store.document(&[0; 32])), "E-BOOK-NOT-FOUND");
}

#[test]
fn no_name_is_readable_in_any_file() {
    let scene = Scene::new();
    let store = scene.open();
    Scene::mark(&store, "Walnut Dental Practice").expect("writes");
    keep(&store, &rows(1000));
    keep(&store, &rows(2_000_000));
    // While the log is still there, and after.
    for _ in 0..2 {
        for path in files(&scene.book()) {
            let bytes = std::fs::read(&path).expect("reads");
            for name in ["Walnut", "Hazelnut", "CFQ7TTC0LF8R", "marks", "SQLite format"] {
                let seen = bytes.windows(name.len()).any(|w| w.eq_ignore_ascii_case(name.as_bytes()));
                assert!(!seen, "{name} is readable in {}", path.display());
            }
        }
        store.conn().query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).expect("checkpoints");
    }
    assert!(scene.try_open(Mode::Read).is_ok());
}
