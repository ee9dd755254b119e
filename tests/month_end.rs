//! A whole month on generated books: every planted discrepancy once, nothing else, to the cent.

use billhook_tests::month::{self, Month, Plan, Planted};
use billhook_tests::program::{Desk, files};
use serde_json::Value;

fn cents(value: &Value) -> i64 {
    let text = value.as_str().expect("amounts are text");
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "00"));
    assert!(fraction.len() >= 2 && fraction[2..].bytes().all(|b| b == b'0'), "{text}");
    let sign = if whole.starts_with('-') { -1 } else { 1 };
    whole.parse::<i64>().expect("digits") * 100 + sign * fraction[..2].parse::<i64>().expect("digits")
}

fn imported(plan: &Plan) -> (Desk, Month, Value) {
    let month = month::make(plan);
    let desk = Desk::new();
    let answer = desk.import(&month.write(&desk.path("in")));
    (desk, month, answer)
}

fn reconciled(desk: &Desk) -> Value {
    desk.ok(&["reconcile", "--period", "2026-10", "--against", "sales"])
}

fn found(answer: &Value) -> Vec<Planted> {
    let findings = answer["findings"].as_array().expect("findings");
    let mut found: Vec<Planted> = findings
        .iter()
        .map(|f| Planted {
            class: f["class"].as_str().expect("class").to_owned(),
            subscription: f["subscription_ref"].as_str().expect("subscription").to_owned(),
        })
        .collect();
    found.sort();
    found
}

#[test]
fn month_ties_to_the_cent() {
    for (seed, customers, planted, truncate) in
        [(1, 60, 4, false), (2, 60, 4, true), (3, 9, 0, false), (77, 150, 10, true)]
    {
        let (desk, month, _) = imported(&Plan { seed, customers, planted, truncate });
        let answer = reconciled(&desk);
        assert_eq!(found(&answer), month.planted, "seed {seed}");
        let total = &answer["totals"][0];
        assert_eq!(cents(&total["vendor"]), month.vendor, "seed {seed}");
        assert_eq!(cents(&total["sold"]), month.sold, "seed {seed}");
        assert_eq!(cents(&total["matched"]) + cents(&total["unmatched_vendor"]), month.vendor, "seed {seed}");
        assert_eq!(cents(&total["unexplained"]), 0, "seed {seed}");

        let draft = desk.ok(&["bill", "draft", "--period", "2026-10"]);
        let mut drafted: Vec<_> = draft["invoices"]
            .as_array()
            .expect("invoices")
            .iter()
            .map(|i| {
                let lines = u32::try_from(i["lines"].as_u64().expect("a count")).expect("few");
                (
                    i["account_ref"].as_str().expect("ref").to_owned(),
                    lines,
                    cents(&i["net"]),
                    cents(&i["tax"]),
                    cents(&i["gross"]),
                )
            })
            .collect();
        drafted.sort();
        let mut expected = month.invoices.clone();
        expected.sort();
        assert_eq!(drafted, expected, "seed {seed}");
    }
}

#[test]
fn importing_twice_changes_nothing() {
    let (desk, month, first) = imported(&Plan { seed: 5, customers: 20, planted: 1, truncate: false });
    assert!(
        first["files"].as_array().expect("files").iter().all(|f| f["problems"].as_array().is_some_and(Vec::is_empty))
    );
    let before = desk.ok(&["book", "export", "--canonical"]);
    let again = desk.import(&month.write(&desk.path("in")));
    for file in again["files"].as_array().expect("files") {
        assert_eq!(file["stored"], 0, "{file}");
        assert_eq!(file["skipped_same"], file["rows"], "{file}");
    }
    assert_eq!(desk.ok(&["book", "export", "--canonical"]), before);
    let found_once = found(&reconciled(&desk));
    assert_eq!(found(&reconciled(&desk)), found_once);
}

/// Rows shuffled, columns reversed, decimal commas and day-first dates: the same month.
#[test]
fn another_locale_is_the_same_month() {
    let plan = Plan { seed: 8, customers: 25, planted: 2, truncate: false };
    let (plain, month, _) = imported(&plan);
    let desk = Desk::new();
    let mut paths = month.write(&desk.path("in"));
    for path in &mut paths {
        let text = std::fs::read_to_string(&*path).expect("written above");
        std::fs::write(&*path, german(&text)).expect("a file of the test's own");
    }
    desk.import(&paths);
    let (a, b) = (reconciled(&plain), reconciled(&desk));
    assert_eq!(a["totals"], b["totals"]);
    assert_eq!(found(&a), found(&b));
    let draft = ["bill", "draft", "--period", "2026-10"];
    assert_eq!(plain.ok(&draft)["invoices"], desk.ok(&draft)["invoices"]);
}

/// What a spreadsheet of another country makes of a CSV: `;`, decimal commas, 31.10.2026, BOM, CRLF; rows and columns turned round.
fn german(text: &str) -> String {
    let mut lines: Vec<Vec<String>> = text.lines().map(cells).collect();
    let header = lines.remove(0);
    lines.reverse();
    lines.insert(0, header);
    let convert = |cell: &String| {
        let date = cell.get(..10).filter(|d| {
            d.as_bytes()[4] == b'-' && d.as_bytes()[7] == b'-' && d[..4].bytes().all(|b| b.is_ascii_digit())
        });
        let number = cell.split_once('.').is_some_and(|(w, f)| {
            !f.is_empty() && w.trim_start_matches('-').bytes().chain(f.bytes()).all(|b| b.is_ascii_digit())
        });
        match date {
            Some(d) => format!("{}.{}.{}", &d[8..10], &d[5..7], &d[..4]),
            None if number => cell.replace('.', ","),
            None => cell.clone(),
        }
    };
    let mut out = "\u{feff}".to_owned();
    for line in lines {
        let cells: Vec<String> =
            line.iter().rev().map(|c| format!("\"{}\"", convert(c).replace('"', "\"\""))).collect();
        out += &cells.join(";");
        out += "\r\n";
    }
    out
}

fn cells(line: &str) -> Vec<String> {
    let (mut out, mut cell, mut quoted) = (Vec::new(), String::new(), false);
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => cell.extend(chars.next()),
            '"' => quoted = !quoted,
            ',' if !quoted => out.push(std::mem::take(&mut cell)),
            c => cell.push(c),
        }
    }
    out.push(cell);
    out
}

#[test]
fn same_history_same_bytes() {
    let plan = Plan { seed: 11, customers: 15, planted: 1, truncate: false };
    let exports: Vec<Value> = (0..2)
        .map(|_| {
            let (desk, _, _) = imported(&plan);
            reconciled(&desk);
            desk.ok(&["bill", "draft", "--period", "2026-10"]);
            desk.ok(&["bill", "issue", "--period", "2026-10", "--accept", "all"]);
            assert_eq!(desk.ok(&["book", "check"])["verified"], true);
            desk.ok(&["book", "export", "--canonical"])
        })
        .collect();
    assert_eq!(exports[0], exports[1]);
    assert!(exports[0]["text"].as_str().expect("text").len() > 10_000);
}

#[test]
fn no_name_is_readable_on_disk() {
    let (desk, _, _) = imported(&Plan { seed: 13, customers: 30, planted: 1, truncate: false });
    desk.ok(&["bill", "draft", "--period", "2026-10"]);
    desk.ok(&["bill", "issue", "--period", "2026-10", "--accept", "all"]);
    std::fs::create_dir_all(desk.path("backups")).expect("a folder of the test's own");
    desk.ok(&["book", "backup", "create", desk.path("backups").to_str().expect("plain path")]);
    let mut looked_at = 0;
    for file in files(&desk.book()).into_iter().chain(files(&desk.path("backups"))) {
        let bytes = std::fs::read(&file).expect("readable");
        looked_at += bytes.len();
        for name in ["Łódź Technik", "Ελλάδα", "Fjord Energie", "Workplace Suite", "Küstencloud", "c00001.example"]
        {
            assert!(!bytes.windows(name.len()).any(|w| w == name.as_bytes()), "{name} in {}", file.display());
        }
    }
    assert!(looked_at > 100_000);
}

/// A cost centre is an account below its customer: an invoice of its own, taxed alike, and no false alarm.
#[test]
fn a_cost_centre_gets_an_invoice_of_its_own() {
    let (desk, _, _) = imported(&Plan { seed: 41, customers: 12, planted: 0, truncate: false });
    let drafted = |desk: &Desk| {
        let draft = desk.ok(&["bill", "draft", "--period", "2026-10"]);
        let invoices = draft["invoices"].as_array().expect("invoices").clone();
        invoices.into_iter().map(|i| (i["account_ref"].as_str().expect("an account").to_owned(), i)).collect::<Vec<_>>()
    };
    let before = drafted(&desk);
    let (customer, whole) = before.iter().max_by_key(|(_, i)| i["lines"].as_u64()).expect("an invoice");
    let subscriptions = desk.ok(&["subscriptions", "list"]);
    let of_customer = |s: &&Value| s["account_ref"] == customer.as_str() && s["status"] == "active";
    let moved = subscriptions["subscriptions"].as_array().expect("a list").iter().find(of_customer).expect("one");
    desk.ok(&["accounts", "add", "it", "name=IT", &format!("parent={customer}"), "purchase_order=PO-4712"]);
    let (part, parent) = (desk.ok(&["accounts", "show", "it"]), desk.ok(&["accounts", "show", customer]));
    for field in ["country", "currency", "tax", "tax_percent", "payment_days", "segment", "language"] {
        assert_eq!(part[field], parent[field], "{field}");
    }
    // From before its start: the whole agreement is the cost centre's.
    let id = moved["ref"].as_str().expect("an id");
    let start = desk.ok(&["subscriptions", "show", id])["start"].as_str().expect("a day").to_owned();
    desk.ok(&["subscriptions", "set", id, "account=it", &format!("on={start}")]);
    let after = drafted(&desk);
    let net =
        |all: &[(String, Value)], of: &str| all.iter().find(|(a, _)| a == of).map_or(0, |(_, i)| cents(&i["net"]));
    assert!(net(&after, "it") > 0, "{after:?}");
    assert_eq!(net(&after, "it") + net(&after, customer), cents(&whole["net"]));
    assert_eq!(found(&reconciled(&desk)), [], "the tenant is still the customer's");
}
