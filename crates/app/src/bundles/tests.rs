//! A bundle from its first edition to an invoice, through the commands people give.

use crate::registers::tests::texts;
use crate::session::Session;
use crate::tried::{book, call};
use crate::{Silent, commands};
use serde_json::{Value, json};
use std::path::PathBuf;

const LIST: &str = "\
ProductId,SkuId,AvailabilityId,ProductTitle,TermDuration,BillingPlan,Market,Currency,UnitPrice,ERPPrice,EffectiveStartDate,EffectiveEndDate,Segment
CFQ7TTC0AAAA,0001,A,Business Basic,P1Y,Monthly,GB,GBP,4.00,5.00,2025-01-01,,
CFQ7TTC0BBBB,0001,B,Defender,P1Y,Monthly,GB,GBP,2.00,2.50,2025-01-01,,
CFQ7TTC0CCCC,0001,C,Sentinel,P1Y,Monthly,GB,GBP,3.00,4.00,2025-01-01,,
CFQ7TTC0AAAA,0001,A,Business Basic,P1Y,Monthly,DE,EUR,4.50,5.60,2025-01-01,,
CFQ7TTC0BBBB,0001,B,Defender,P1Y,Monthly,DE,EUR,2.20,2.80,2025-01-01,,
";

/// Three products on a list, onboarding of our own, a German customer.
fn office(name: &str) -> (PathBuf, Session) {
    let (folder, mut session) = book(name, Silent);
    let s = &mut session;
    let file = folder.join("list.csv");
    std::fs::write(&file, LIST).unwrap();
    call(s, "import", json!({"files": [file]}));
    let anker = json!({"name": "Anker", "language": "de", "country": "DE", "tax_percent": "20"});
    call(s, "accounts add", json!({"id": "anker", "fields": anker}));
    call(s, "catalogue add", json!({"id": "ONB:0001", "fields": {"name": "Onboarding", "kind": "one-off"}}));
    (folder, session)
}

fn refused(s: &mut Session, name: &str, ask: Value) -> String {
    commands::call(s, name, ask).unwrap_err().code.to_owned()
}

fn tried(s: &mut Session, name: &str, ask: Value) -> Value {
    s.set_dry_run(true);
    let answer = call(s, name, ask);
    s.set_dry_run(false);
    answer
}

const PARTS: &str = "CFQ7TTC0AAAA:0001,CFQ7TTC0BBBB:0001*2-10 hidden,ONB:0001=49 cost=20";

fn add(s: &mut Session, id: &str, policy: &str) {
    let fields =
        json!({"account": "anker", "product": "SAFE", "start": "2026-11-09", "quantity": "4", "bundle_policy": policy});
    call(s, "subscriptions add", json!({"id": id, "fields": fields}));
}

#[test]
fn a_change_says_from_when_it_holds_and_whom_it_reaches() {
    let (folder, mut session) = office("bundle-editions");
    let s = &mut session;
    let set = |fields: Value| json!({"id": "SAFE", "fields": fields});
    assert_eq!(refused(s, "bundles add", set(json!({"name": "Safe", "parts": PARTS}))), "E-USAGE", "49 of what?");
    call(s, "bundles add", set(json!({"name": "Safe", "parts": PARTS, "currency": "GBP"})));
    for (id, policy) in [("s1", "follow"), ("s2", "renewal"), ("s3", "keep")] {
        add(s, id, policy);
    }
    call(s, "bundles set", set(json!({"from": "2027-01-01", "price": "12"})));
    let shown = call(s, "bundles show", json!({"id": "SAFE"}));
    assert_eq!((&shown["price"], &shown["parts"][2]["kind"]), (&Value::Null, &json!("one-off")));
    assert_eq!(texts(&shown["editions"], "from"), ["", "2027-01-01"]);
    assert_eq!(shown["editions"][0]["agreements"], 3);

    // The first edition is named by nothing, whichever is in force.
    call(s, "bundles set", set(json!({"from": "", "show_parts": "no"})));
    let editions = call(s, "bundles set", set(json!({"from": "", "show_parts": "yes"})))["editions"].clone();
    assert_eq!((editions.as_array().unwrap().len(), &editions[0]["show_parts"]), (2, &json!(true)));

    // Defender swapped for Sentinel from December: in the edition that begins then and in the one already published after it.
    let swap = json!({"id": "SAFE", "old": "CFQ7TTC0BBBB:0001", "new": "CFQ7TTC0CCCC:0001", "from": "2026-12-01"});
    let swapped = tried(s, "bundles swap", swap.clone());
    assert_eq!(texts(&swapped["agreements"], "from"), ["2026-12-09", "2027-11-09", ""]);
    // Following, four go from 5.00 + 2 x 2.25 to 5.00 + 2 x 3.60; waiting, what costs us more comes under the one price.
    assert_eq!(texts(&swapped["agreements"], "price_after"), ["48.80", "48.00", ""]);
    assert_eq!(texts(&swapped["agreements"], "margin_change"), ["2.80", "-8.00", ""]);
    assert_eq!(
        (&swapped["per_month"][0]["margin_change"], &swapped["per_month"][0]["agreements"]),
        (&json!("-5.20"), &json!(2))
    );
    assert_eq!(call(s, "bundles show", json!({"id": "SAFE"}))["editions"].as_array().unwrap().len(), 2, "only tried");
    call(s, "bundles swap", swap.clone());
    assert_eq!(refused(s, "bundles swap", swap), "E-RULE", "it has no Defender any more");

    // Kept until moved by hand; the policies say themselves which edition counts.
    let edition = |s: &mut Session, id: &str, on: &str| {
        call(s, "subscriptions show", json!({"id": id, "on": on}))["bundle_edition"].clone()
    };
    assert_eq!(edition(s, "s1", "2026-12-08"), Value::Null, "its cycle began in November");
    assert_eq!(edition(s, "s1", "2026-12-09"), "2026-12-01");
    assert_eq!((edition(s, "s2", "2027-11-08"), edition(s, "s2", "2027-11-09")), (Value::Null, json!("2027-01-01")));
    assert_eq!(edition(s, "s3", "2028-01-01"), Value::Null);
    let by_hand = |id: &str| json!({"id": id, "fields": {"on": "2026-12-09", "edition": "2026-12-01"}});
    assert_eq!(refused(s, "subscriptions set", by_hand("s2")), "E-RULE");
    call(s, "subscriptions set", by_hand("s3"));
    assert_eq!(edition(s, "s3", "2028-01-01"), "2026-12-01");

    // An edition is taken back; the last one stays.
    call(s, "bundles set", set(json!({"from": "2027-01-01", "parts": ""})));
    assert_eq!(call(s, "bundles show", json!({"id": "SAFE"}))["editions"].as_array().unwrap().len(), 2);
    assert_eq!(refused(s, "bundles set", set(json!({"from": "2027-06-01", "parts": ""}))), "E-RULE");
    assert_eq!(call(s, "book check", json!({}))["verified"], true);
    drop(session);
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn what_is_charged_once_is_billed_once_credited_when_taken_back_and_replayed() {
    let (folder, mut session) = office("bundle-once");
    let s = &mut session;
    let fields = json!({"name": "Safe", "parts": PARTS, "currency": "GBP"});
    call(s, "bundles add", json!({"id": "SAFE", "fields": fields}));
    add(s, "s1", "renewal");
    // Four bundles at 9.50, four onboardings at 49.00.
    assert_eq!(call(s, "bill draft", json!({"period": "2026-11"}))["invoices"][0]["net"], "234.00");
    let run = call(s, "bill issue", json!({"period": "2026-11"}))["run"].clone();
    let end = |credit: bool| json!({"id": "s1", "on": "2026-12-09", "credit_one_offs": credit});
    assert_eq!(tried(s, "subscriptions end", end(false))["bills"]["net"], json!([]));
    let bills = tried(s, "subscriptions end", end(true))["bills"].clone();
    assert_eq!((&bills["lines"][0]["name"], &bills["net"][0]["amount"]), (&json!("Onboarding"), &json!("-196.00")));
    // Whatever becomes of the bundle, the past run is rebuilt from what it saw.
    call(s, "bundles set", json!({"id": "SAFE", "fields": {"parts": "CFQ7TTC0AAAA:0001", "show_parts": "no"}}));
    call(s, "subscriptions set", json!({"id": "s1", "fields": {"bundle_policy": "follow"}}));
    assert_eq!(call(s, "bill replay", json!({"run": run}))["identical"], true);
    drop(session);
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn margins_by_edition_and_currency_and_what_the_customer_reads() {
    let (folder, mut session) = office("bundle-margin");
    let s = &mut session;
    let fields = json!({"name": "Safe", "parts": "CFQ7TTC0AAAA:0001-30,CFQ7TTC0BBBB:0001*2"});
    call(s, "bundles add", json!({"id": "SAFE", "fields": fields}));
    call(s, "bundles set", json!({"id": "SAFE", "fields": {"from": "2027-01-01", "parts": PARTS, "currency": "GBP"}}));
    let margin = call(s, "bundles margin", json!({"id": "SAFE"}));
    // 5.00 less 30 % and twice 2.50 against 8.00; in euro 5.60 and 2.80 against 8.90; then with a price in pounds only.
    let rows = &margin["bundles"];
    assert_eq!(texts(rows, "currency"), ["GBP", "EUR", "GBP"]);
    assert_eq!(
        (texts(rows, "price"), texts(rows, "margin")),
        (vec!["8.50", "9.52", "9.50"], vec!["0.50", "0.62", "1.50"])
    );
    assert_eq!((&rows[0]["below_floor"], &rows[0]["once"]), (&json!(["Business Basic"]), &Value::Null));
    assert_eq!((&rows[2]["once"]["price"], &rows[2]["once"]["margin"]), (&json!("49.00"), &json!("29.00")));
    let rule = json!({"layer": "account:anker", "method": "markup", "value": "50", "from": "2026-01-01"});
    call(s, "prices add", json!({"id": "Anker", "fields": rule}));
    let ask = json!({"id": "SAFE", "account": "anker", "on": "2026-12-01"});
    // Cost and a half: 6.00 less 30 % and twice 3.00; then 6.00 and twice 3.00 less 10 %.
    assert_eq!(
        texts(&call(s, "bundles margin", ask)["bundles"], "price"),
        ["10.20", "11.40"],
        "by the account's rules"
    );

    let ask = json!({"id": "SAFE", "account": "anker", "start": "2027-01-12", "quantity": "10"});
    let preview = call(s, "bundles preview", ask);
    assert_eq!((&preview["language"], &preview["headings"][1]), (&json!("de"), &json!("Menge")));
    let first = &preview["bills"][0];
    assert_eq!(texts(&first["lines"], "name"), ["Business Basic", "Onboarding"], "Defender is hidden");
    assert_eq!(first["lines"][0]["note"], "12. bis 31. Januar 2027: 20 von 31 Tagen");
    // Ten at 6.00 and twice 3.00 less 10 %: 20/31 of 114.00, and ten onboardings.
    assert_eq!((&first["lines"][0]["net"], &first["net"]), (&json!("73,55"), &json!("563.55")));
    assert_eq!((&preview["bills"][1]["net"], &preview["bills"][1]["lines"][0]["note"]), (&json!("114.00"), &json!("")));
    let folded = call(s, "bundles preview", json!({"id": "SAFE", "folded": "yes"}));
    assert_eq!(folded["bills"].as_array().unwrap().len(), 4, "one and ten, the first month and a whole one");
    assert_eq!(texts(&folded["bills"][1]["lines"], "name"), ["Safe"]);
    // What is only drawn up is looked at without a trace, and a missing price is said.
    let drawn = json!({"name": "New", "parts": "CFQ7TTC0ZZZZ:0001"});
    let none = call(s, "bundles preview", json!({"id": "NEW", "fields": drawn, "quantity": "1"}));
    assert!(none["bills"][0]["problems"][0].as_str().unwrap().contains("CFQ7TTC0ZZZZ"), "{none}");
    assert_eq!(call(s, "bundles list", json!({}))["total"], 1);
    drop(session);
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_file_brings_editions_and_one_without_the_new_columns_still_reads() {
    let (folder, mut session) = office("bundle-files");
    let s = &mut session;
    let import = |s: &mut Session, name: &str, text: &str| {
        let file = folder.join(name);
        std::fs::write(&file, text).unwrap();
        call(s, "import", json!({"files": [file], "kind": "bundles", "keep_good": true}))["files"][0].clone()
    };
    let old = "BundleId,BundleName,ProductId,SkuId,DiscountBasisPoints\n\
               SAFE,Safe,CFQ7TTC0AAAA,0001,500\nSAFE,Safe,ONB,0001,0\n";
    assert_eq!(import(s, "old.csv", old)["stored"], 2);
    let shown = call(s, "bundles show", json!({"id": "SAFE"}));
    assert_eq!(texts(&shown["parts"], "kind"), ["licence", "one-off"], "as the catalogue says");
    call(s, "catalogue add", json!({"id": "AZURE:0001", "fields": {"name": "Azure", "kind": "usage"}}));
    let new = "BundleId,BundleName,ProductId,SkuId,EffectiveFrom,PartKind,PartPrice,PartCost,Currency,Shown\n\
               SAFE,Safe,CFQ7TTC0AAAA,0001,2027-01-01,,,,,yes\n\
               SAFE,Safe,CARE,0001,2027-01-01,service,15,6,GBP,no\n\
               SAFE,Safe,AZURE,0001,2027-01-01,,,,,\n";
    let file = import(s, "new.csv", new);
    assert_eq!((&file["stored"], &file["problems"][0]["column"]), (&json!(2), &json!("ProductId")));
    let editions = call(s, "bundles show", json!({"id": "SAFE"}))["editions"].clone();
    assert_eq!(texts(&editions, "from"), ["", "2027-01-01"]);
    let care = &editions[1]["parts"][1];
    assert_eq!((&care["kind"], &care["price"], &care["shown"]), (&json!("service"), &json!("15"), &json!(false)));
    assert_eq!(import(s, "again.csv", &(new.to_owned() + "\n"))["stored"], 0, "it says what the book says");
    drop(session);
    std::fs::remove_dir_all(folder).unwrap();
}
