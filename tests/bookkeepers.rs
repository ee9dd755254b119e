//! Two other bookkeepers read the sample book's journal, check it by their own rules, and come to our balances.

use billhook_tests::program;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

/// What a program prints, if it ends well.
fn printed(program: impl AsRef<std::ffi::OsStr>, args: &[&str], folder: &Path) -> String {
    let name = program.as_ref().to_string_lossy().into_owned();
    let output = Command::new(program).args(args).current_dir(folder).env_remove("BILLHOOK_BOOK").output();
    let output = output.unwrap_or_else(|e| panic!("{name}: {e}; `cargo xtask test` installs it"));
    let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{name} {args:?}: {}{}", said(&output.stdout), said(&output.stderr));
    said(&output.stdout)
}

/// Balances by account from rows such as `"Assets:Receivable","88992.25 EUR"`.
fn balances(csv: &str) -> BTreeMap<String, String> {
    let row = |line: &str| {
        let (account, amount) = line.split_once(',')?;
        let clean = |text: &str| text.trim_matches(['"', ' ']).to_owned();
        Some((clean(account), clean(amount)))
    };
    csv.lines().skip(1).filter_map(row).collect()
}

#[test]
fn hledger_and_beancount_agree_with_our_balances() {
    if !cfg!(target_os = "linux") {
        eprintln!("not run: hledger and beancount are installed for the tests on Linux only");
        return;
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let here = folder.path();
    printed(program::binary(), &["demo", "sample"], here);
    let ours = |words: &[&str]| {
        let book = ["--book", "sample/sample.billhook", "--key-file", "sample/recovery-key.txt", "--json"];
        printed(program::binary(), &[&book, words].concat(), here)
    };
    ours(&["ledger", "export", "--format", "hledger", "--to", "journal"]);
    ours(&["ledger", "export", "--format", "beancount", "--to", "beans"]);

    let balance: Value = serde_json::from_str(&ours(&["ledger", "trial-balance"])).expect("JSON");
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    let accounts = balance["data"]["accounts"].as_array().expect("accounts");
    let stated =
        accounts.iter().map(|a| (text(&a["account"]), format!("{} {}", text(&a["balance"]), text(&a["currency"]))));
    let stated: BTreeMap<_, _> = stated.filter(|(_, amount)| !amount.starts_with("0.00 ")).collect();
    assert!(stated.len() > 5, "{stated:?}");

    printed("hledger", &["-f", "journal", "check"], here);
    let hledger =
        printed("hledger", &["-f", "journal", "balance", "--flat", "--no-total", "--output-format=csv"], here);
    assert_eq!(balances(&hledger), stated, "hledger");

    printed("bean-check", &["beans"], here);
    let query = "select account, sum(position) group by account";
    let beancount = printed("bean-query", &["--format=csv", "beans", query], here);
    let beancount: BTreeMap<_, _> = balances(&beancount).into_iter().filter(|(_, amount)| !amount.is_empty()).collect();
    assert_eq!(beancount, stated, "beancount");
}
