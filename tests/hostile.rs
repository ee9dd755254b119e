//! Bad input: a clear problem, the good rows shown, nothing stored, no panic.

use billhook_tests::month::{self, Plan};
use billhook_tests::program::Desk;
use serde_json::Value;
use std::path::PathBuf;

const VENDOR: &str = "recon_2026-10.csv";

fn desk() -> (Desk, String) {
    let month = month::make(&Plan { seed: 31, customers: 12, planted: 0, truncate: false });
    let vendor = month.files.iter().find(|(name, _)| *name == VENDOR).expect("made").1.clone();
    (Desk::new(), vendor)
}

fn write(desk: &Desk, bytes: impl AsRef<[u8]>) -> PathBuf {
    let path = desk.path(VENDOR);
    std::fs::write(&path, bytes).expect("a file of the test's own");
    path
}

/// Replaces one cell, found by its column's name, of one row.
fn with_cell(text: &str, row: usize, column: &str, value: &str) -> String {
    let header: Vec<&str> = text.lines().next().expect("a header").split(',').collect();
    let at = header.iter().position(|c| *c == column).expect("a column");
    let lines: Vec<String> = text
        .lines()
        .enumerate()
        .map(|(n, line)| {
            if n != row {
                return line.to_owned();
            }
            // The row is chosen without quoted commas.
            let mut cells: Vec<&str> = line.split(',').collect();
            assert_eq!(cells.len(), header.len(), "choose another row");
            cells[at] = value;
            cells.join(",")
        })
        .collect();
    lines.join("\n") + "\n"
}

fn plain_row(text: &str) -> usize {
    let columns = text.lines().next().expect("a header").split(',').count();
    text.lines()
        .enumerate()
        .skip(2)
        .find(|(_, l)| !l.contains('"') && l.split(',').count() == columns)
        .expect("a plain row")
        .0
}

#[test]
fn refused_input_changes_nothing() {
    let (desk, vendor) = desk();
    let row = plain_row(&vendor);
    let before = desk.ok(&["book", "export", "--canonical"]);
    let long = "x".repeat(10 << 20);
    for (column, value) in [
        ("Subtotal", "a lot"),
        ("Subtotal", "=1+1"),
        ("Subtotal", "99999999999999999999"),
        ("ChargeStartDate", "2026-02-30"),
        ("ChargeEndDate", "9999-99-99"),
        ("OrderDate", "1066-10-14"),
        ("Currency", "EURO"),
        ("BillableQuantity", "twelve"),
        ("PCToBCExchangeRate", "1.2.3"),
        ("CustomerName", long.as_str()),
    ] {
        let path = write(&desk, with_cell(&vendor, row, column, value));
        let path = path.to_str().expect("plain path");
        let (code, answer) = desk.run(&["import", path]);
        let shown = &value[..value.len().min(30)];
        assert_eq!(code, 5, "{column}={shown}: {answer}");
        assert_eq!(answer["ok"], false);
        let (_, dry) = desk.run(&["import", "--dry-run", path]);
        let text = dry.to_string();
        assert!(text.len() < 20_000, "{column}: values are shown shortened");
        if column != "CustomerName" {
            let problem = &dry["data"]["files"][0]["problems"][0];
            assert_eq!(problem["column"], column, "{dry}");
            assert_eq!(problem["row"].as_u64(), Some(row as u64), "{dry}");
            assert!(problem["code"].as_str().is_some_and(|c| c.starts_with("P-")), "{dry}");
            assert!(dry["data"]["files"][0]["stored"].as_u64() > Some(10), "{dry}");
        }
    }
    assert_eq!(desk.ok(&["book", "export", "--canonical"]), before);
}

#[test]
fn good_rows_can_be_kept_and_the_others_wait() {
    let (desk, vendor) = desk();
    let row = plain_row(&vendor);
    let path = write(&desk, with_cell(&vendor, row, "Subtotal", "a lot"));
    let answer = desk.ok(&["import", "--keep-good", path.to_str().expect("plain path")]);
    assert!(answer["files"][0]["stored"].as_u64() > Some(10), "{answer}");
    let waiting = desk.ok(&["costs", "problems"]);
    assert_eq!(waiting["problems"].as_array().map(Vec::len), Some(1), "{waiting}");
    assert_eq!(waiting["problems"][0]["row"].as_u64(), Some(row as u64));
}

#[test]
fn half_a_file_is_not_taken_for_a_whole_one() {
    let (desk, vendor) = desk();
    let path = write(&desk, &vendor.as_bytes()[..vendor.len() / 2 - 7]);
    let (code, answer) = desk.run(&["import", path.to_str().expect("plain path")]);
    assert_eq!(code, 5, "{answer}");
}

#[test]
fn rubbish_is_refused() {
    let (desk, vendor) = desk();
    let zeros = gzip_of_nothing(1 << 20);
    for (what, bytes) in [
        ("nothing", Vec::new()),
        ("noise", (0..5000u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect()),
        ("a header alone", vendor.lines().next().expect("a header").as_bytes()[..200].to_vec()),
        ("a picture", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec()),
        ("a broken gzip", zeros[..zeros.len() / 2].to_vec()),
        ("JSON of something else", b"{\"a\":[1,2,{\"b\":null}]}\n".to_vec()),
    ] {
        let path = write(&desk, bytes);
        let (code, answer) = desk.run(&["import", path.to_str().expect("plain path")]);
        assert_eq!(code, 5, "{what}: {answer}");
        assert!(answer["error"]["code"].as_str().is_some_and(|c| c.starts_with("E-FILE")), "{what}: {answer}");
        assert_ne!(answer["error"]["hints"], Value::Array(Vec::new()), "{what}: {answer}");
    }
}

/// A gzip stream of stored blocks of noughts: valid, and of no known kind.
fn gzip_of_nothing(len: usize) -> Vec<u8> {
    let mut out = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    let mut left = len;
    while left > 0 {
        let n = left.min(65_535) as u16;
        out.push(0);
        out.extend(n.to_le_bytes());
        out.extend((!n).to_le_bytes());
        out.extend(std::iter::repeat_n(0u8, usize::from(n)));
        left -= usize::from(n);
    }
    out
}

#[test]
fn a_register_row_that_cannot_stand_costs_only_itself() {
    let desk = Desk::new();
    let files = [
        (
            "customers.csv",
            "CustomerId,CustomerName,Currency,ParentId\nc-1,One,EUR,\nc-2,Two,EUR,c-1\nc-1,Again,EUR,\nc-3,Three,EUR,c-9\n",
        ),
        (
            "subscriptions.csv",
            "SubscriptionId,CustomerId,ProductId,TermDuration,BillingPlan,OpeningQuantity,StartDate\n\
             s-1,c-2,P,P1Y,Monthly,5,2026-01-01\ns-2,c-8,P,P1Y,Monthly,5,2026-01-01\n\
             s-1,c-1,P,P1Y,Monthly,6,2026-01-01\ns-4,c-1,P,P1Y,Monthly,2,2026-01-01\n",
        ),
        (
            "seat-changes.csv",
            "SubscriptionId,EffectiveDate,Kind,QuantityDelta\ns-9,2026-10-02,addQuantity,1\ns-4,2026-10-02,addQuantity,1\ns-4,2026-10-02,addQuantity,1\n",
        ),
    ];
    for (name, text) in files {
        std::fs::write(desk.path(name), text).expect("a file of the test's own");
    }
    let paths = files.map(|(name, _)| desk.path(name).to_str().expect("plain path").to_owned());
    let answer = desk.ok(&["import", "--keep-good", &paths[0], &paths[1], &paths[2]]);
    let found: Vec<(&str, u64, u64)> = answer["files"]
        .as_array()
        .expect("files")
        .iter()
        .flat_map(|file| file["problems"].as_array().expect("problems").iter().map(move |p| (file, p)))
        .map(|(file, p)| {
            (p["code"].as_str().unwrap_or(""), p["row"].as_u64().unwrap_or(0), file["stored"].as_u64().unwrap_or(0))
        })
        .collect();
    assert_eq!(
        found,
        [
            ("P-TWICE", 3, 2),
            ("P-UNKNOWN-ACCOUNT", 4, 2),
            ("P-UNKNOWN-ACCOUNT", 2, 2),
            ("P-TWICE", 3, 2),
            ("P-UNKNOWN-SUBSCRIPTION", 1, 2)
        ],
        "{answer}"
    );
    // The same rows turned round, one of them corrected, in files with other bytes.
    let subscriptions = "SubscriptionId,CustomerId,ProductId,TermDuration,BillingPlan,OpeningQuantity,StartDate\n\
                         s-4,c-1,P,P1Y,Annual,2,2026-01-01\ns-1,c-2,P,P1Y,Monthly,5,2026-01-01\n";
    std::fs::write(&paths[0], "CustomerId,CustomerName,Currency,ParentId\nc-2,Two,EUR,c-1\nc-1,One,EUR,\n")
        .expect("ours");
    std::fs::write(&paths[1], subscriptions).expect("ours");
    std::fs::write(&paths[2], files[2].1.lines().filter(|l| !l.starts_with("s-9")).collect::<Vec<_>>().join("\n"))
        .expect("ours");
    let answer = desk.ok(&["import", &paths[0], &paths[1], &paths[2]]);
    let put =
        |n: usize| ["stored", "changed", "skipped_same"].map(|what| answer["files"][n][what].as_u64().unwrap_or(9));
    assert_eq!([put(0), put(1), put(2)], [[0, 0, 2], [1, 1, 1], [0, 0, 2]], "{answer}");
    assert_eq!(desk.ok(&["book", "check"])["verified"], true);
}

/// Whoever reads JSON gets one object, also for arguments that are no request.
#[test]
fn a_wrong_argument_is_answered_in_json_too() {
    let desk = Desk::new();
    for args in [&["frobnicate"][..], &["reconcile"], &["bill", "draft", "--period"], &["bill"]] {
        let (code, answer) = desk.run(args);
        assert_eq!((code, &answer["error"]["code"]), (2, &Value::from("E-USAGE")), "{args:?}: {answer}");
    }
}

#[test]
fn a_cell_that_cannot_be_read_is_corrected_beside_the_vendors_bytes() {
    let (desk, vendor) = desk();
    let row = plain_row(&vendor);
    let cell = |column: &str| {
        let at = vendor.lines().next().expect("a header").split(',').position(|c| c == column).expect("a column");
        vendor.lines().nth(row).and_then(|line| line.split(',').nth(at)).expect("a cell").to_owned()
    };
    let quantity = cell("Quantity");
    let path = write(&desk, with_cell(&vendor, row, "Quantity", &format!("{quantity} pcs")));
    let file = path.to_str().expect("plain path");

    let tried = desk.ok(&["import", file, "--dry-run"]);
    let problem = &tried["files"][0]["problems"][0];
    assert_eq!((problem["row"].as_u64(), problem["proposal"].as_str()), (Some(row as u64), Some(quantity.as_str())));
    let before = desk.ok(&["book", "export", "--canonical"]);
    for wrong in ["1:Subtotal=0.00", "999999:Quantity=1", "1:Nothing=1"] {
        let (exit, answer) = desk.run(&["import", file, "--correct", wrong]);
        assert_eq!((exit, answer["error"]["code"].as_str()), (5, Some("E-CORRECTION")), "{wrong}");
    }
    assert_eq!(desk.ok(&["book", "export", "--canonical"]), before);

    let sum = tried["files"][0]["totals"][0].clone();
    let right = format!("{row}:Quantity={quantity}");
    let total = format!("100.00 {}", sum["currency"].as_str().expect("a currency"));
    let owed_to_us = ["import", file, "--correct", &right, "--total", "-5.00 EUR", "--dry-run"];
    assert_eq!(desk.ok(&owed_to_us)["files"][0]["stated"][0]["amount"], "-5.00", "a vendor's credit is a total, too");
    let stored = desk.ok(&["import", file, "--correct", &right, "--total", &total]);
    assert_eq!(stored["files"][0]["problem_rows"], 0);
    assert_eq!(stored["files"][0]["stated"][0]["amount"], "100.00");
    assert_ne!(stored["files"][0]["stated"][0]["difference"], "0.00");

    let line = desk.ok(&["costs", "show", &format!("C1-{row}")]);
    assert_eq!(line["quantity"].as_str(), Some(quantity.as_str()));
    let said =
        line["row_as_sent"].as_array().expect("cells").iter().find(|c| c["name"] == "Quantity").expect("the cell");
    assert_eq!(said["value"], format!("{quantity} pcs"), "the vendor's row stays as it was sent");
    assert_eq!(line["corrected"][0]["used"].as_str(), Some(quantity.as_str()));
    assert_eq!(line["corrected"][0]["said"], format!("{quantity} pcs"));
    let document = desk.ok(&["costs", "show", "1"]);
    assert_eq!(
        (document["corrected"].clone(), document["stated"].clone()),
        (line["corrected"].clone(), stored["files"][0]["stated"].clone())
    );
    assert!(desk.ok(&["book", "check"])["verified"].as_bool().expect("an answer"));
    assert_eq!(
        desk.import(std::slice::from_ref(&path))["files"][0]["stored"],
        0,
        "the same bytes again change nothing"
    );
}

/// What was done is not told as undone, because nobody could be told.
#[cfg(target_os = "linux")]
#[test]
fn an_answer_that_cannot_be_written_is_no_panic_and_undoes_nothing() {
    let desk = Desk::new();
    let full = std::fs::File::create("/dev/full").expect("a device of the system");
    let mut command = desk.command(&["accounts", "add", "harbour", "name=Harbour Bakery", "country=DE"]);
    let output = command.stdout(full).output().expect("runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(6), "{said}");
    assert!(said.contains("carried out") && !said.contains("Nothing was changed"), "{said}");
    assert_eq!(desk.ok(&["accounts", "show", "harbour"])["name"], "Harbour Bakery");
    let full = std::fs::File::create("/dev/full").expect("a device of the system");
    let refused = desk.command(&["accounts", "show", "nobody"]).stdout(full).output().expect("runs");
    assert_ne!(refused.status.code(), Some(101));
}
