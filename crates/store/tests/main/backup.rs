//! Backups: whole, verified, never over anything, refused when one byte differs.

use std::fs;
use std::path::Path;

use store::backup::{self, Summary};
use store::{Mode, Store, StoreError, Unlock};

use crate::scene::{NAME, Scene, code, files};

fn scene_with_content() -> (Scene, Store, [u8; 32]) {
    let scene = Scene::new();
    let store = scene.open();
    Scene::mark(&store, "Walnut Dental Practice").expect("writes");
    let bytes: Vec<u8> =
        (0..700_000u32).flat_map(|n| n.wrapping_mul(2_654_435_761).to_be_bytes()).take(700_000).collect();
    let kept = store.write(|tx| tx.keep_bytes(&bytes)).expect("keeps");
    store.write(|tx| tx.keep_bytes(b"a small one")).expect("keeps");
    (scene, store, kept.hash)
}

fn verify(scene: &Scene, file: &Path) -> Result<Summary, StoreError> {
    backup::verify(file, &Unlock::KeyFile(scene.key_file.as_bytes()))
}

#[test]
fn a_backup_restores_to_the_same_book_elsewhere() {
    let (scene, store, hash) = scene_with_content();
    let dir = scene.dir.path().join("safe");
    let made = backup::create(&store, &dir).expect("backs up");
    Scene::mark(&store, "after the backup").expect("writes");
    let again = backup::create(&store, &dir).expect("backs up again");
    assert_ne!(made.file, again.file);
    assert_eq!(files(&dir).len(), 2, "no leftovers");
    assert_eq!(files(&scene.book().join("backups")).len(), 0, "no leftovers");

    let verified = verify(&scene, &made.file).expect("verifies");
    assert_eq!(verified.manifest, made.manifest);
    assert_eq!((verified.name.as_str(), verified.manifest.counts["marks"], verified.manifest.documents), (NAME, 1, 1));

    let unlock = Unlock::KeyFile(scene.key_file.as_bytes());
    let to = scene.dir.path().join("again.billhook");
    backup::restore(&made.file, &unlock, &to).expect("restores");
    let restored = Store::open(&to, &unlock, Mode::Write).expect("opens");
    assert_eq!(restored.info().expect("info"), store.info().expect("info"));
    assert_eq!((Scene::marks(&restored), Scene::marks(&store)), (1, 2));
    assert!(restored.document(&hash).is_ok());
    assert_eq!(restored.physical_check().expect("checks"), []);
    assert_eq!(code(backup::restore(&made.file, &unlock, &to)), "E-BOOK-EXISTS");
    assert_eq!(Scene::marks(&restored), 1, "and the existing one is untouched");
}

#[test]
fn one_changed_or_missing_byte_is_refused() {
    let (scene, store, _) = scene_with_content();
    let made = backup::create(&store, scene.dir.path()).expect("backs up");
    let good = fs::read(&made.file).expect("reads");
    let bad = scene.dir.path().join("bad");
    let to = scene.dir.path().join("to.billhook");
    let refused = |bytes: &[u8], what: &str| {
        fs::write(&bad, bytes).expect("writes");
        assert_eq!(code(verify(&scene, &bad)), "E-BACKUP-DAMAGED", "{what}");
    };
    let ends = (0..30).chain(good.len() - 40..good.len());
    for at in (0..good.len()).step_by(good.len() / 60).chain(ends) {
        let mut changed = good.clone();
        changed[at] ^= 4;
        refused(&changed, &format!("byte {at} changed"));
    }
    for size in [0, 1, 31, 32, 40, good.len() / 2, good.len() - 1] {
        refused(&good[..size], &format!("cut to {size}"));
    }
    refused(&[&good[..], b"x"].concat(), "a byte more");
    fs::write(&bad, &good[1..]).expect("writes");
    let unlock = Unlock::KeyFile(scene.key_file.as_bytes());
    assert_eq!(code(backup::restore(&bad, &unlock, &to)), "E-BACKUP-DAMAGED");
    assert!(!to.exists());
}

#[test]
fn a_forger_without_the_key_is_found_and_a_wrong_key_told_apart() {
    use sha2::{Digest, Sha256};
    let (scene, store, _) = scene_with_content();
    let made = backup::create(&store, scene.dir.path()).expect("backs up");
    let mut bytes = fs::read(&made.file).expect("reads");
    let end = bytes.len() - 32;
    bytes[end / 2] ^= 1;
    let hash = Sha256::digest(&bytes[..end]);
    bytes[end..].copy_from_slice(&hash);
    let forged = scene.dir.path().join("forged");
    fs::write(&forged, &bytes).expect("writes");
    assert_eq!(code(verify(&scene, &forged)), "E-BACKUP-DAMAGED");

    let other = Scene::new();
    assert_eq!(code(verify(&other, &made.file)), "E-BOOK-KEY");
    assert_eq!(code(verify(&scene, &scene.dir.path().join("none"))), "E-BOOK-NOT-FOUND");
}

#[test]
fn a_reader_can_back_up_beside_a_writer() {
    let (scene, store, _) = scene_with_content();
    let reader = scene.try_open(Mode::Read).expect("opens");
    let made = backup::create(&reader, scene.dir.path()).expect("backs up");
    Scene::mark(&store, "the writer goes on").expect("writes");
    assert_eq!(verify(&scene, &made.file).expect("verifies").manifest.counts["marks"], 1);
}

#[test]
fn one_automatic_backup_a_day() {
    let (_scene, store, _) = scene_with_content();
    assert!(backup::newest(&store).is_none());
    let made = backup::automatic(&store).expect("backs up").expect("one was due");
    assert_eq!(backup::list(&store).len(), 1);
    assert!(backup::automatic(&store).expect("looks").is_none());
    let old = made.file.with_file_name("hazelnut-20200101-000000.billhook-backup");
    fs::rename(&made.file, &old).expect("ages");
    assert!(backup::automatic(&store).expect("backs up").is_some());
    assert_eq!(backup::list(&store).len(), 2, "one a year ago is the newest of its month");
}

#[test]
fn a_backup_made_beside_the_work_holds_what_was_there_before() {
    let (scene, store, _) = scene_with_content();
    let making = backup::begin(&store).expect("begins").expect("one was due");
    making.wait_until_held();
    Scene::mark(&store, "written while it is made").expect("writes");
    let made = making.finish().expect("backs up");
    assert_eq!((made.manifest.counts["marks"], Scene::marks(&store)), (1, 2));
    assert_eq!(verify(&scene, &made.file).expect("verifies").manifest, made.manifest);
}
