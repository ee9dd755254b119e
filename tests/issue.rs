//! Issuing: numbered without gap through any crash, once, and balanced.

use billhook_tests::month::{self, Plan};
use billhook_tests::program::{Desk, files};
use serde_json::Value;
use std::time::Duration;

const ISSUE: [&str; 6] = ["bill", "issue", "--period", "2026-10", "--accept", "all"];

fn drafted() -> Desk {
    let month = month::make(&Plan { seed: 21, customers: 40, planted: 1, truncate: false });
    let desk = Desk::new();
    desk.import(&month.write(&desk.path("in")));
    desk.ok(&["bill", "draft", "--period", "2026-10"]);
    desk
}

fn numbers(desk: &Desk) -> Vec<u64> {
    let list = desk.ok(&["invoices", "list", "--period", "2026-10"]);
    let mut numbers: Vec<u64> = list["invoices"]
        .as_array()
        .expect("invoices")
        .iter()
        .map(|i| i["sequence"].as_u64().expect("a number"))
        .collect();
    numbers.sort_unstable();
    numbers
}

fn export(desk: &Desk) -> Value {
    desk.ok(&["book", "export", "--canonical"])
}

#[test]
fn killed_while_issuing() {
    let undisturbed = drafted();
    undisturbed.ok(&ISSUE);
    let expected = export(&undisturbed);
    for wait in [0, 20, 60, 120, 200, 320] {
        let desk = drafted();
        let mut child = desk.command(&ISSUE).stdout(std::process::Stdio::null()).spawn().expect("the program starts");
        std::thread::sleep(Duration::from_millis(wait));
        child.kill().expect("killed or already gone");
        child.wait().expect("reaped");
        desk.ok(&ISSUE);
        let numbers = numbers(&desk);
        assert_eq!(numbers, (1..=numbers.len() as u64).collect::<Vec<_>>(), "after {wait} ms");
        assert_eq!(export(&desk), expected, "after {wait} ms");
        assert_eq!(desk.ok(&["book", "check"])["verified"], true, "after {wait} ms");
    }
}

/// More customers than are posted in one transaction.
#[cfg(unix)]
#[test]
fn killed_between_two_batches() {
    use std::io::Read;
    let month = month::make(&Plan { seed: 22, customers: 4600, planted: 0, truncate: false });
    // Numbers so long that a batch of them is more than a pipe holds: whoever is not listened to waits before the next batch.
    let prefix = "numbering.invoice_prefix=KC-invoices-of-the-year-2026-";
    let desk = Desk::new();
    desk.ok(&["book", "set", prefix]);
    desk.import(&month.write(&desk.path("in")));
    let drafted = desk.ok(&["bill", "draft", "--period", "2026-10"])["invoices"].as_array().expect("invoices").len();
    assert!(drafted > 4200, "{drafted}");
    let no_pdf = [ISSUE.as_slice(), &["--no-pdf"]].concat();
    // The first invoice is told of when its whole batch is kept; the next one is not yet.
    let told = [no_pdf.as_slice(), &["--ack-fd", "2"]].concat();
    let mut command = desk.command(&told);
    command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::piped());
    let mut child = command.spawn().expect("the program starts");
    let mut byte = [0];
    while byte != *b"\n" {
        child.stderr.as_mut().expect("piped").read_exact(&mut byte).expect("an invoice");
    }
    child.kill().expect("killed");
    child.wait().expect("reaped");
    let kept = numbers(&desk).len();
    assert!(0 < kept && kept < drafted, "{kept} of {drafted} were kept");
    let issued = desk.ok(&no_pdf)["invoices"].as_array().expect("invoices").len();
    assert_eq!(kept + issued, drafted);
    assert_eq!(numbers(&desk), (1..=drafted as u64).collect::<Vec<_>>());
    assert_eq!(desk.ok(&["book", "check"])["verified"], true);
    assert_eq!(desk.ok(&["bill", "replay", "2026-10"])["identical"], true);

    let undisturbed = Desk::new();
    undisturbed.ok(&["book", "set", prefix]);
    undisturbed.import(&month.write(&undisturbed.path("in")));
    undisturbed.ok(&["bill", "draft", "--period", "2026-10"]);
    undisturbed.ok(&no_pdf);
    assert_eq!(export(&desk), export(&undisturbed));
}

/// Files of eight megabytes and more go into the database in place, beside a journal of what was there; killed at any moment,
/// the journal undoes it.
#[test]
fn killed_while_storing_in_bulk() {
    let month = month::make(&Plan { seed: 23, customers: 4600, planted: 0, truncate: false });
    let desk = Desk::new();
    let files = month.write(&desk.path("in"));
    let bytes: u64 = files.iter().map(|file| file.metadata().expect("a file").len()).sum();
    assert!(bytes > 8 << 20, "{bytes} bytes are not imported in bulk");
    let before = export(&desk);
    let empty = desk.book().join("book.db").metadata().expect("a database").len();
    for grown in [0, 1 << 20, 3 << 20] {
        let mut args = vec!["import"];
        args.extend(files.iter().map(|file| file.to_str().expect("plain path")));
        let mut child = desk.command(&args).stdout(std::process::Stdio::null()).spawn().expect("the program starts");
        let journal = desk.book().join("book.db-journal");
        let begun = || journal.metadata().is_ok_and(|journal| journal.len() > 0);
        let size = || desk.book().join("book.db").metadata().expect("a database").len();
        while !begun() || size() < empty + grown {
            assert!(child.try_wait().expect("a child").is_none(), "it ended before it could be killed");
            std::thread::sleep(Duration::from_millis(1));
        }
        child.kill().expect("killed");
        child.wait().expect("reaped");
        assert_eq!(export(&desk), before, "killed when the database had grown by {grown}");
        assert_eq!(desk.ok(&["book", "check"])["verified"], true);
    }
    desk.import(&files);
    assert!(!desk.book().join("book.db-journal").exists());
    let undisturbed = Desk::new();
    undisturbed.import(&files);
    assert_eq!(export(&desk), export(&undisturbed));
}

/// Killed at any moment, a book opens with the key it had or with the new one, and whoever holds both has lost nothing.
#[test]
fn killed_while_the_key_changes() {
    let desk = Desk::new();
    let (mut old, mut new) = (0, 0);
    for round in 0..40u64 {
        let key = desk.path(&format!("key-{round}.txt"));
        let path = key.to_str().expect("plain path");
        let args = ["book", "recovery-key", "--key-file-out", path];
        let mut child = desk.command(&args).stdout(std::process::Stdio::null()).spawn().expect("the program starts");
        std::thread::sleep(Duration::from_micros(round * 700));
        child.kill().expect("killed or already gone");
        child.wait().expect("reaped");
        let (code, _) = desk.run(&["book", "info"]);
        if code == 0 {
            old += 1;
        } else {
            new += 1;
            std::fs::copy(&key, desk.path("key.txt")).expect("the new key was kept before it came into force");
        }
        assert_eq!(desk.ok(&["book", "check"])["verified"], true, "killed after {round} steps");
    }
    assert!(old > 0, "never killed in time: {new} new keys");
    desk.ok(&["book", "recovery-key", "--key-file-out", desk.path("last.txt").to_str().expect("plain path")]);
    assert_eq!(desk.run(&["book", "info"]).0, 4, "undisturbed, the old key is no longer one");
}

/// It is copied while invoices are already being worked out.
#[test]
fn the_backup_of_issuing_holds_the_book_as_it_was_before() {
    let desk = drafted();
    let before = export(&desk);
    desk.ok(&ISSUE);
    let made = files(&desk.book().join("backups"));
    assert_eq!(made.len(), 1, "{made:?}");
    assert_eq!(desk.ok(&["book", "backup", "verify", made[0].to_str().expect("plain path")])["invoices"], 0);
    let restored = desk.path("again.billhook");
    let to = restored.to_str().expect("plain path");
    desk.ok(&["book", "backup", "restore", made[0].to_str().expect("plain path"), "--to", to]);
    std::fs::remove_dir_all(desk.book()).expect("removed");
    std::fs::rename(restored, desk.book()).expect("put in its place");
    assert_eq!(export(&desk), before);
}

#[test]
fn issued_once_and_balanced() {
    let desk = drafted();
    let first = desk.ok(&ISSUE);
    let issued = first["invoices"].as_array().expect("invoices").len();
    assert!(issued > 20);
    assert_eq!(desk.ok(&ISSUE)["invoices"].as_array().expect("invoices").len(), 0);
    assert_eq!(desk.ok(&["bill", "draft", "--period", "2026-10"])["invoices"].as_array().expect("invoices").len(), 0);
    assert_eq!(numbers(&desk).len(), issued);
    let balance = desk.ok(&["ledger", "trial-balance"]);
    for sum in balance["sums"].as_array().expect("sums") {
        assert_eq!(sum["balance"], "0.00", "{balance}");
    }
    let replay = desk.ok(&["bill", "replay", first["run"].as_str().expect("run")]);
    assert_eq!(replay["identical"], true, "{replay}");
}

#[test]
fn a_credit_note_takes_back_what_was_charged() {
    let desk = drafted();
    let issued = desk.ok(&ISSUE);
    let number = issued["invoices"][0]["number"].as_str().expect("number").to_owned();
    let credit = desk.ok(&["invoices", "credit", &number, "--reason", "Wrong address"]);
    assert_eq!(credit["credits"], number.as_str());
    assert_eq!(credit["gross"], format!("-{}", issued["invoices"][0]["gross"].as_str().expect("gross")).as_str());
    let (code, refused) = desk.run(&["invoices", "credit", &number, "--reason", "Once more"]);
    assert_eq!((code, &refused["error"]["code"]), (2, &Value::from("E-STATE")));
    assert_eq!(desk.ok(&["book", "check"])["verified"], true);
}

/// Credited to be billed again, an invoice's periods are billed once more by the next run, and by no other; every run still
/// replays from what it saw.
#[test]
fn what_is_credited_to_be_billed_again_is_billed_once() {
    let desk = drafted();
    let first = desk.ok(&ISSUE);
    let invoice = |n: usize, field: &str| first["invoices"][n][field].as_str().expect("a field").to_owned();
    let (number, other) = (invoice(0, "number"), invoice(1, "number"));
    let credit =
        |args: &[&str]| desk.run(&[&["invoices", "credit"], args, &["--reason", "Wrong order number"]].concat());
    let (_, partly) = credit(&[&other, "--lines", "1"]);
    assert_eq!(partly["ok"], true);
    let (code, refused) = credit(&[&other, "--rebill"]);
    assert_eq!((code, &refused["error"]["code"]), (2, &Value::from("E-STATE")), "only a whole invoice is opened");
    assert_eq!(desk.ok(&ISSUE)["invoices"].as_array().map(Vec::len), Some(0), "a plain credit opens nothing");

    for _ in 0..2 {
        let standing = desk.ok(&["invoices", "list", "--period", "2026-10"]);
        let stands = standing["invoices"].as_array().expect("invoices").iter().rev();
        let last =
            stands.clone().find(|i| i["kind"] == "invoice" && i["account_ref"] == invoice(0, "account_ref").as_str());
        let last = last.expect("the account's invoice")["number"].as_str().expect("a number").to_owned();
        let (_, credited) = credit(&[&last, "--rebill"]);
        assert_eq!(credited["data"]["rebill"], true, "{credited}");
        let draft = desk.ok(&["bill", "draft", "--period", "2026-10"]);
        assert_eq!(draft["invoices"].as_array().map(Vec::len), Some(1), "{draft}");
        let again = desk.ok(&ISSUE);
        assert_eq!(again["invoices"][0]["net"], first["invoices"][0]["net"], "the same is charged again");
        assert_ne!(again["invoices"][0]["number"], number.as_str());
        assert_eq!(desk.ok(&["bill", "replay", again["run"].as_str().expect("a run")])["identical"], true);
        assert_eq!(desk.ok(&ISSUE)["invoices"].as_array().map(Vec::len), Some(0), "once");
    }
    assert_eq!(desk.ok(&["bill", "replay", first["run"].as_str().expect("a run")])["identical"], true);
    assert_eq!(desk.ok(&["book", "check"])["verified"], true);
}

#[test]
fn pdfs_are_the_stored_bytes() {
    let desk = drafted();
    desk.ok(&ISSUE);
    let (a, b) = (desk.path("a"), desk.path("b"));
    for dir in [&a, &b] {
        desk.ok(&["invoices", "pdf", "--all", "--period", "2026-10", "--to", dir.to_str().expect("plain path")]);
    }
    let files = billhook_tests::program::files(&a);
    assert_eq!(files.len(), numbers(&desk).len());
    for file in files {
        let bytes = std::fs::read(&file).expect("readable");
        assert!(bytes.starts_with(b"%PDF-"));
        assert_eq!(bytes, std::fs::read(b.join(file.file_name().expect("named"))).expect("readable"));
    }
}

/// What a price list brought is its vendor's, not ours.
#[test]
fn figures_by_vendor_name_the_vendor() {
    let desk = drafted();
    desk.ok(&ISSUE);
    let report = desk.ok(&["report", "margin", "--period", "2026-10", "--by", "vendor"]);
    let names: Vec<_> = report["rows"].as_array().expect("rows").iter().map(|r| r["name"].clone()).collect();
    assert_eq!(names, ["Microsoft"], "{report}");
}
