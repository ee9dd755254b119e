//! The sample through a session, as a shell runs it.

use super::walk::{amount, list, text};
use super::*;
use crate::desk::Desk;
use crate::session::SystemClock;
use crate::{Silent, commands};
use engine::finding::Class;
use serde_json::{Value, json};
use std::sync::Arc;

/// A shell nobody can ask anything.
struct Nobody;

impl Keys for Nobody {
    fn secret(&mut self, _: Purpose) -> Result<Option<Secret>, Failure> {
        Err(Failure::new("E-BUG", "The sample asked for a secret."))
    }
}

/// A shell that gives no passphrase: its book opens with a key file.
struct Keyless;

impl Keys for Keyless {
    fn secret(&mut self, _: Purpose) -> Result<Option<Secret>, Failure> {
        Ok(None)
    }
}

fn session(dry_run: bool) -> Session {
    asking(Box::new(Nobody), dry_run)
}

fn asking(keys: Box<dyn Keys>, dry_run: bool) -> Session {
    let today = engine::Date::from_ymd_opt(2031, 2, 3).unwrap();
    Session::new(None, keys, Box::new(SystemClock), today, dry_run, Box::new(Silent))
}

fn fact<'v>(answer: &'v Value, step: &str, name: &str) -> &'v Value {
    let found = list(answer, "steps").iter().find(|s| text(s, "name") == step);
    found.and_then(|s| s["facts"].get(name)).unwrap_or(&Value::Null)
}

#[test]
fn the_sample_closes_its_month() {
    let dir = std::env::temp_dir().join(format!("billhook-demo-{}", std::process::id()));
    let mut session = session(false);
    let today = session.today();
    let answer = commands::call(&mut session, "demo", json!({ "dir": dir })).unwrap_or_else(|f| panic!("{f:?}"));
    let told = text(&answer, "text").to_owned();
    assert!(told.lines().all(|l| l.chars().count() <= 100), "{told}");

    let classes = fact(&answer, "reconcile", "classes").as_object().cloned().unwrap_or_default();
    let missing: Vec<&str> = Class::ALL.iter().map(|c| c.name()).filter(|c| !classes.contains_key(*c)).collect();
    assert!(missing.is_empty(), "no {missing:?} in\n{told}");
    let totals = fact(&answer, "reconcile", "totals");
    assert!(amount(totals, "unexplained").is_zero(), "{totals}");
    assert!(amount(fact(&answer, "shut", "trial_balance"), "balance").is_zero());
    assert_eq!(fact(&answer, "shut", "verified"), &json!(true), "{told}");
    assert_eq!(fact(&answer, "issue", "replayed_identical"), &json!(true), "{told}");
    for file in list(&answer, "files").iter().filter_map(Value::as_str) {
        assert!(Path::new(file).exists(), "{file}");
    }
    assert_eq!(session.today(), today, "the sample's calendar is its own");

    // What was issued adds up, whichever way it is looked at.
    let issued = amount(fact(&answer, "issue", "totals"), "net");
    let credited = commands::call(&mut session, "invoices list", json!({"period": "2026-10"})).unwrap();
    let net: engine::Decimal = list(&credited, "invoices").iter().map(|i| amount(i, "net")).sum();
    for by in ["account", "reseller", "product", "vendor"] {
        let sales = commands::call(&mut session, "report sales", json!({"period": "2026-10", "by": by})).unwrap();
        let rows: engine::Decimal = list(&sales, "rows").iter().map(|r| amount(r, "net")).sum();
        assert_eq!(rows, net, "by {by}");
        assert_eq!(amount(&list(&sales, "totals")[0], "net"), net, "by {by}");
    }
    assert!(net < issued, "the credit note takes something back");

    // The table on the screen is what was reconciled: it is recorded, ties, and its rows add up on every level.
    let october = || json!({"period": "2026-10"});
    let ties = commands::call(&mut session, "reconcile ties", october()).unwrap();
    let whole = json!({"period": "2026-10", "whole": true});
    let accounts = commands::call(&mut session, "reconcile accounts", whole).unwrap();
    let found = commands::call(&mut session, "reconcile accounts", october()).unwrap();
    let with_findings: Vec<_> = list(&accounts, "accounts").iter().filter(|a| a["even"] != a["agreements"]).collect();
    assert!(with_findings.iter().all(|a| list(&found, "accounts").contains(a)), "every account with a finding");
    assert!(list(&found, "accounts").len() < list(&accounts, "accounts").len());
    assert_eq!((&found["ties"], &found["count"]), (&accounts["ties"], &json!(list(&accounts, "accounts").len())));
    // What is known before the rows are made is what they say.
    for (name, told) in ties["ties"][0].as_object().unwrap() {
        assert_eq!(told, &accounts["ties"][0][name], "{name}");
    }
    assert_eq!(commands::call(&mut session, "reconcile ties", october()).unwrap(), ties);
    let rows = commands::call(&mut session, "reconcile rows", october()).unwrap();
    assert_eq!(accounts["recorded"], json!(true));
    let [tie] = list(&accounts, "ties") else { panic!("one currency: {accounts}") };
    let sum = |of: &[Value], name: &str| -> engine::Decimal {
        of.iter().filter(|v| !v[name].is_null()).map(|v| amount(v, name)).sum()
    };
    for (side, name) in [("cost", "cost"), ("sold", "sold")] {
        let line = &tie[side];
        assert_eq!(line["ties"], json!(true), "{tie}");
        let parts: engine::Decimal = ["expected", "named", "tolerance"].iter().map(|part| amount(line, part)).sum();
        assert_eq!(parts, amount(line, "total"), "{tie}");
        assert_eq!(sum(list(&accounts, "accounts"), name), amount(line, "total"), "{name} by account");
        assert_eq!(sum(list(&rows, "rows"), name), amount(line, "total"), "{name} by agreement");
    }
    let quiet: Vec<Value> = list(&accounts, "accounts").iter().filter(|a| a["open"] == json!(0)).cloned().collect();
    assert_eq!(sum(&quiet, "cost"), amount(&tie["rest"], "cost"));

    // The comparison is kept while nothing it stands on changes: a decision shows in it, and another floor makes it anew.
    let finding = rows["rows"].as_array().and_then(|rows| rows.iter().find(|r| !r["finding"].is_null())).unwrap();
    let rows_of = |session: &mut Session, ask: Value| {
        let answer = commands::call(session, "reconcile rows", ask).unwrap();
        list(&answer, "rows").to_vec()
    };
    let one = json!({"period": "2026-10", "finding": finding["finding"]});
    assert_eq!(rows_of(&mut session, one.clone()), std::slice::from_ref(finding));
    let ask = json!({"ids": [finding["finding"]], "reason": "the partner's own"});
    commands::call(&mut session, "findings ignore", ask).unwrap();
    assert_eq!(rows_of(&mut session, one)[0]["state"], "ignored");
    let ignored = rows_of(&mut session, json!({"period": "2026-10", "states": ["ignored"]}));
    assert!(ignored.iter().any(|r| r["id"] == finding["id"]) && ignored.iter().all(|r| r["state"] == "ignored"));
    let thin = json!({"period": "2026-10", "class": "below_floor"});
    let before = rows_of(&mut session, thin.clone()).len();
    commands::call(&mut session, "book set", json!({"pairs": ["reconcile.floor=40"]})).unwrap();
    assert!(rows_of(&mut session, thin).len() > before, "a higher floor finds more");

    let again = commands::call(&mut session, "demo", json!({ "dir": dir }));
    assert_eq!(again.unwrap_err().code, "E-BOOK-EXISTS");
    drop(session);
    lists_of_the_window(&super::places(&dir), today);
    std::fs::remove_dir_all(&dir).unwrap();
}

/// Lists that are read where they lie have the rows of the commands, in any order and whatever is looked for.
fn lists_of_the_window(demo: &Made, day: engine::Date) {
    let desk = Desk::new(Arc::new(move || day), Arc::new(|_| {}));
    desk.choose(demo.book.clone());
    let key = zeroize::Zeroizing::new(std::fs::read(&demo.key_file).unwrap());
    desk.unlock(|| Secret::KeyFile(key.clone())).unwrap_or_else(|f| panic!("{f:?}"));
    let call = |name: &str, ask: Value| desk.call(name, ask, false).unwrap_or_else(|f| panic!("{f:?}"));
    let explained = call("costs list", json!({"period": "2026-10"}));
    let (usage, billed) = (json!({"period": "2026-10", "usage": true}), json!({"period": "2026-10"}));
    let lists = [
        ("costs lines", "lines", billed),
        ("costs lines", "lines", usage),
        ("subscriptions register", "subscriptions", json!({})),
    ];
    for (name, field, ask) in lists {
        let mut answer = call(name, ask.clone());
        let rows = list(&answer, field).to_vec();
        assert!(rows.len() > 20, "{name}");
        let page = |window: Value| {
            let window = serde_json::from_value(window).unwrap();
            desk.page(name, field, ask.clone(), window).unwrap_or_else(|f| panic!("{f:?}"))
        };
        let some = page(json!({"from": 3, "count": 9}));
        assert_eq!((some.all, some.found, &some.rows[..]), (rows.len(), rows.len(), &rows[3..12]));
        answer.as_object_mut().unwrap().remove(field);
        assert_eq!(some.beside, answer, "{name}");

        let by_amount = page(json!({"count": 9999, "sort": "amount", "descending": true})).rows;
        let amounts: Vec<_> =
            by_amount.iter().filter(|r| !r["amount"].is_null()).map(|r| amount(r, "amount")).collect();
        assert!(amounts.is_sorted_by(|a, b| a >= b) && by_amount.len() == rows.len(), "{name}");
        let word = rows[7]["quantity"].as_str().unwrap();
        let holds =
            |row: &Value| row.as_object().unwrap().values().any(|v| v.as_str().is_some_and(|v| v.contains(word)));
        let found: Vec<Value> = rows.iter().filter(|row| holds(row)).cloned().collect();
        assert_eq!(page(json!({"count": 9999, "find": word})).rows, found, "{name}");
        if name == "costs lines" {
            for sum in ["billed", "metered", "usage_lines"] {
                assert_eq!(answer[sum], explained[sum], "{sum}");
            }
            let mut same = list(&explained, "lines").to_vec();
            same.iter_mut().for_each(|line| drop(line.as_object_mut().unwrap().remove("explained")));
            same.retain(|line| line["usage"] == rows[0]["usage"]);
            assert_eq!(rows, same);
        }
    }
}

/// The month says what comes next: compare, once files are in; what was found; compare again when a further file came.
#[test]
fn a_month_is_compared_before_it_is_billed() {
    let dir = std::env::temp_dir().join(format!("billhook-demo-next-{}", std::process::id()));
    std::fs::create_dir_all(&dir).unwrap();
    let mut session = asking(Box::new(Keyless), false);
    let mut call = |name: &str, ask: Value| commands::call(&mut session, name, ask).unwrap_or_else(|f| panic!("{f:?}"));
    let (book, key) = (dir.join("Harbour.billhook"), dir.join("key"));
    let seller = json!({"path": book, "name": "Harbour", "country": "GB", "currency": "GBP", "role": "direct-bill",
        "key_file_out": key});
    call("book create", seller);
    let sample = sample::Sample::new();
    let mut next = |file: Option<File>, reconcile: bool| {
        if let Some(file) = file {
            let path = dir.join(&file.name);
            std::fs::write(&path, file.text).unwrap();
            call("import", json!({"files": [path], "keep_good": true}));
        }
        if reconcile {
            call("reconcile", json!({"period": "2026-10"}));
        }
        call("month", json!({"period": "2026-10"}))["next"]["what"].clone()
    };
    assert_eq!(next(None, false), "import");
    assert_eq!(next(Some(vendor::of_month(&sample, sample::october()).0), false), "reconcile");
    assert_eq!(next(None, true), "findings");
    assert_eq!(next(Some(sales::october_list(&sample)), false), "reconcile");
    assert_eq!(next(None, true), "findings");
    assert_eq!(
        call("month", json!({"period": "2026-10"}))["waiting"],
        1,
        "the office's row with a letter for a nought"
    );
    drop(session);
    std::fs::remove_dir_all(&dir).unwrap();
}

#[test]
fn a_dry_run_makes_nothing() {
    let dir = std::env::temp_dir().join(format!("billhook-demo-dry-{}", std::process::id()));
    commands::call(&mut session(true), "demo", json!({ "dir": dir })).unwrap();
    assert!(!dir.exists());
}

/// The files say the same on every computer: the simulation has no chance in it.
#[test]
fn the_files_are_the_same_every_time() {
    let all = || {
        let sample = sample::Sample::new();
        let mut files = registers::first(&sample);
        for month in sample::months() {
            files.extend(registers::of_month(&sample, month));
            files.extend([vendor::of_month(&sample, month).0, azure::daily(month)]);
        }
        files.extend([sales::october_list(&sample), sales::september_rest(&sample)]);
        files.into_iter().map(|f| (f.name, f.text)).collect::<Vec<_>>()
    };
    assert_eq!(all(), all());
}
