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

/// What a book that never had a problem comes to, beside its documents.
fn figures(desk: &Desk) -> (Value, Value, Value) {
    let reconciled = desk.ok(&["reconcile", "--period", "2026-10", "--against", "sales"]);
    let costs = desk.ok(&["costs", "list", "--period", "2026-10"]);
    let balances = desk.ok(&["ledger", "trial-balance"]);
    (reconciled["totals"].clone(), costs["totals"].clone(), balances["accounts"].clone())
}

#[test]
fn rows_that_wait_are_corrected_and_taken_in() {
    let (desk, vendor) = desk();
    let row = plain_row(&vendor);
    let (plain, _) = self::desk();
    let whole = write(&plain, &vendor);
    plain.ok(&["import", whole.to_str().expect("plain path")]);

    let header: Vec<&str> = vendor.lines().next().expect("a header").split(',').collect();
    let cells: Vec<&str> = vendor.lines().nth(row).expect("the row").split(',').collect();
    let of = |column: &str| cells[header.iter().position(|c| *c == column).expect("a column")];
    let broken = with_cell(&vendor, row, "Subtotal", "a lot");
    let broken = with_cell(&broken, row, "BillableQuantity", "twelve");
    let path = write(&desk, broken);
    let path = path.to_str().expect("plain path");
    let total = format!(
        "{} EUR",
        plain.ok(&["costs", "documents"])["documents"][0]["totals"][0]["amount"].as_str().expect("a total")
    );
    desk.ok(&["import", "--keep-good", "--total", &total, path]);
    let differs = |desk: &Desk| {
        desk.ok(&["reconcile", "--period", "2026-10", "--against", "sales"])["counts"]["file_total_mismatch"].clone()
    };
    assert_eq!(differs(&desk), 1, "a row is missing");

    let before = desk.ok(&["book", "export", "--canonical"]);
    let (quantity, subtotal) =
        (format!("{row}:BillableQuantity={}", of("BillableQuantity")), format!("{row}:Subtotal={}", of("Subtotal")));
    for (asked, code) in [
        (vec!["import", "--fix", "1"], "E-FILE-PROBLEMS"),
        (vec!["import", "--fix", "1", "--correct", &subtotal], "E-FILE-PROBLEMS"),
        (vec!["import", "--fix", "1", "--correct", "1:Subtotal=1"], "E-CORRECTION"),
        (vec!["import", "--fix", "1", "--correct", &subtotal, "--correct", &subtotal], "E-CORRECTION"),
        (vec!["import", "--fix", "1", "--leave", "1"], "E-STATE"),
        (vec!["import", "--fix", "9"], "E-NOT-FOUND"),
    ] {
        let (_, answer) = desk.run(&asked);
        assert_eq!(answer["error"]["code"], code, "{asked:?}: {answer}");
    }
    let asked = ["import", "--fix", "1", "--correct", &quantity, "--correct", &subtotal];
    let tried = desk.ok(&[&asked[..], &["--dry-run"]].concat());
    assert_eq!((&tried["taken"], &tried["waiting"]), (&1.into(), &0.into()), "{tried}");
    assert_eq!(desk.ok(&["book", "export", "--canonical"]), before, "tried only");

    let fixed = desk.ok(&asked);
    assert_eq!((&fixed["taken"], &fixed["waiting"], &fixed["rest"]), (&1.into(), &0.into(), &2.into()), "{fixed}");
    assert_eq!(fixed["stated"][0]["difference"], "0.00", "{fixed}");
    assert_eq!(fixed["corrected"].as_array().map(Vec::len), Some(2), "{fixed}");
    assert_eq!(figures(&desk), figures(&plain), "as if the row had come right");
    assert_eq!(differs(&desk), 0, "the invoice adds up");
    assert_eq!(desk.ok(&["costs", "problems"])["problems"], Value::Array(Vec::new()));
    let line = desk.ok(&["costs", "show", &format!("C2-{row}")]);
    assert_eq!(line["corrected"].as_array().map(Vec::len), Some(2), "{line}");
    assert!(line["row_as_sent"].to_string().contains("a lot"), "the bytes stay as they came: {line}");
    let (_, again) = desk.run(&asked);
    assert_eq!(again["error"]["code"], "E-STATE", "once: {again}");
    assert_eq!(desk.ok(&["import", path])["files"][0]["problem_rows"], 0, "the same file has nothing new");
    assert_eq!(desk.ok(&["book", "check"])["verified"], true);
}

#[test]
fn rows_wait_for_what_they_name_or_are_left_out() {
    let desk = Desk::new();
    let file = |name: &str, text: &str| {
        std::fs::write(desk.path(name), text).expect("a file of the test's own");
        desk.path(name).to_str().expect("plain path").to_owned()
    };
    let one = file("one.csv", "CustomerId,CustomerName,Currency\nc-1,One,EUR\n");
    let two = file("two.csv", "CustomerId,CustomerName,Currency\nc-2,Two,EUR\n");
    let subscriptions = file(
        "subscriptions.csv",
        "SubscriptionId,CustomerId,ProductId,TermDuration,BillingPlan,OpeningQuantity,StartDate\n\
         s-1,c-1,P,P1Y,Monthly,5,2026-01-01\ns-2,c-2,P,P1Y,Monthly,6,2026-01-01\n\
         s-1,c-1,P,P1Y,Monthly,7,2026-01-01\ns-3,c-9,P,P1Y,Monthly,8,2026-01-01\n",
    );
    desk.ok(&["import", "--keep-good", &one, &subscriptions]);
    // Changed by hand since: what is read again are the waiting rows alone.
    desk.ok(&["subscriptions", "set", "s-1", "quantity=4", "on=2026-11-01"]);
    assert_eq!(desk.run(&["import", "--fix", "2"]).1["error"]["code"], "E-FILE-PROBLEMS", "nobody there yet");
    desk.ok(&["import", &two]);
    let fixed = desk.ok(&["import", "--fix", "2"]);
    assert_eq!((&fixed["taken"], &fixed["waiting"]), (&1.into(), &2.into()), "{fixed}");
    let quantity = |id: &str| desk.ok(&["subscriptions", "show", id, "--on", "2026-11-02"])["quantity"].clone();
    assert_eq!((quantity("s-1"), quantity("s-2")), ("4".into(), "6".into()));
    let left = desk.ok(&["import", "--fix", "2", "--leave", "3", "--leave", "4"]);
    assert_eq!((&left["left"], &left["waiting"], &left["rest"]), (&2.into(), &0.into(), &Value::Null), "{left}");
    let documents = desk.ok(&["costs", "documents"]);
    let waits: Vec<u64> =
        documents["documents"].as_array().expect("a list").iter().filter_map(|d| d["waiting"].as_u64()).collect();
    assert_eq!(waits, [0, 0, 0, 0], "{documents}");
    assert_eq!(desk.ok(&["book", "check"])["verified"], true);
}

#[test]
fn a_stated_total_is_an_amount_of_money_there_is() {
    let (desk, vendor) = desk();
    let path = write(&desk, vendor);
    let path = path.to_str().expect("plain path");
    for (total, says) in [("12 XXX", "no currency"), ("12.001 EUR", "at most 2 decimals"), ("12.5 JPY", "at most 0")] {
        let (code, answer) = desk.run(&["import", "--dry-run", "--total", total, path]);
        let message = answer["error"]["message"].as_str().unwrap_or_default();
        assert!(code == 2 && message.contains(says), "{total}: {answer}");
    }
    desk.ok(&["import", "--dry-run", "--total", "12.500 EUR", path]);
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

/// The check of a book opens it twice where nothing can be written, and hears the passphrase once.
#[test]
fn a_book_on_a_read_only_disk_is_checked_by_its_passphrase() {
    use std::io::Write;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let book = folder.path().join("b.billhook");
    let said = |args: &[&str], lines: &str| {
        let mut child = std::process::Command::new(billhook_tests::program::binary())
            .args(args)
            .args(["--passphrase-stdin", "--json"])
            .env("BILLHOOK_BOOK", &book)
            .stdin(std::process::Stdio::piped())
            .stdout(std::process::Stdio::piped())
            .spawn()
            .expect("the program starts");
        child.stdin.take().expect("piped").write_all(lines.as_bytes()).expect("it listens");
        let output = child.wait_with_output().expect("reaped");
        serde_json::from_slice::<Value>(&output.stdout).expect("JSON")
    };
    let path = book.to_str().expect("plain path");
    let new = ["book", "create", path, "--name", "X", "--country", "DE", "--currency", "EUR", "--role", "direct-bill"];
    assert_eq!(said(&new, "seven quiet herons\n")["ok"], true);
    let database = book.join("book.db");
    let mut permissions = database.metadata().expect("a database").permissions();
    permissions.set_readonly(true);
    std::fs::set_permissions(&database, permissions).expect("marked");
    let checked = said(&["book", "check"], "seven quiet herons\n");
    assert_eq!(checked["data"]["verified"], true, "{checked}");
    let refused = said(&["book", "set", "seller.name=Y"], "seven quiet herons\n");
    assert_eq!(refused["error"]["code"], "E-BOOK-READ-ONLY", "{refused}");
}

/// A document of which no row could be read is of no month; its first good row says which it is of.
#[test]
fn the_first_row_taken_in_gives_a_document_its_month() {
    let (desk, vendor) = desk();
    let row = plain_row(&vendor);
    let lines: Vec<&str> = vendor.lines().collect();
    let path = write(&desk, with_cell(&[lines[0], lines[row]].join("\n"), 1, "Subtotal", "12.00 each"));
    desk.ok(&["import", "--keep-good", path.to_str().expect("plain path")]);
    let fixed = desk.ok(&["import", "--fix", "1", "--correct", "1:Subtotal=12.00"]);
    assert_eq!(fixed["totals"][0]["amount"], "12.00", "{fixed}");
    let documents = desk.ok(&["costs", "documents"]);
    assert_eq!(documents["documents"][1]["period"], "2026-10", "{documents}");
}
