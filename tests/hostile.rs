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
