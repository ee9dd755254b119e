//! Lists over a small book: announced, compared, taken into force, superseded; large ones kept in part.

use crate::Silent;
use crate::session::Session;
use crate::tried::{book, call, refused};
use serde_json::{Value, json};
use std::fmt::Write;
use std::path::{Path, PathBuf};

const BASIC: &str = "CFQ7TTC0AAAA:0001";

/// A sheet of Microsoft's: product, cost and retail price of a year paid by the month, segment, first day.
fn sheet(folder: &Path, name: &str, rows: &[(&str, &str, &str, &str, &str)]) -> PathBuf {
    let mut text = String::from(
        "ProductTitle,ProductId,SkuId,SkuTitle,TermDuration,BillingPlan,Market,Currency,UnitPrice,EffectiveStartDate,EffectiveEndDate,ERP Price,Segment\n",
    );
    for (product, cost, erp, segment, from) in rows {
        writeln!(text, "Title,{product},1,Title of it,P1Y,Monthly,GB,GBP,{cost},{from},9999-12-31,{erp},{segment}")
            .unwrap();
    }
    let file = folder.join(name);
    std::fs::write(&file, text).unwrap();
    file
}

fn import(s: &mut Session, file: &Path) -> Value {
    call(s, "import", json!({"files": [file]}))["files"][0].clone()
}

fn asked(s: &mut Session, account: &str) -> Value {
    call(s, "prices ask", json!({"account": account, "product": BASIC, "on": "2027-01-15"}))["unit_price"].clone()
}

fn states(s: &mut Session) -> Vec<(u64, String)> {
    let lists = call(s, "prices lists", json!({}));
    let lists = lists["lists"].as_array().unwrap();
    lists.iter().map(|l| (l["list"].as_u64().unwrap(), l["state"].as_str().unwrap().to_owned())).collect()
}

#[test]
fn an_announced_list_prices_nothing_until_it_is_taken_into_force() {
    let (folder, mut session) = book("announced", Silent);
    let s = &mut session;
    call(s, "accounts add", json!({"id": "birch", "fields": {"name": "Birch"}}));
    call(s, "accounts add", json!({"id": "fund", "fields": {"name": "Fund", "segment": "Charity"}}));
    let now = sheet(
        &folder,
        "now.csv",
        &[
            ("CFQ7TTC0AAAA", "48", "60", "Commercial", "2026-01-01"),
            ("CFQ7TTC0AAAA", "12", "18", "Charity", "2026-01-01"),
            ("CFQ7TTC0BBBB", "24", "30", "Commercial", "2026-01-01"),
        ],
    );
    assert_eq!(import(s, &now)["stored"], 3);
    assert_eq!((asked(s, "birch"), asked(s, "fund")), (json!("5"), json!("1.5")));
    let seats = |quantity: &str, account: &str| json!({"account": account, "product": BASIC, "start": "2026-10-01", "quantity": quantity});
    call(s, "subscriptions add", json!({"id": "s1", "fields": seats("20", "birch")}));
    call(s, "subscriptions add", json!({"id": "s2", "fields": seats("7", "fund")}));

    let next = sheet(
        &folder,
        "next.csv",
        &[
            ("CFQ7TTC0AAAA", "54", "66", "Commercial", "2026-12-01"),
            ("CFQ7TTC0CCCC", "1", "2", "Commercial", "2026-12-01"),
        ],
    );
    let told = import(s, &next);
    assert_eq!((&told["stored"], &told["notes"][0]["code"]), (&json!(2), &json!("N-PREVIEW")));
    assert_eq!(states(s), [(2, "preview".into()), (1, "in force".into())]);
    assert_eq!(asked(s, "birch"), "5", "an announcement prices nothing");

    // 20 seats, 4.00 to 4.50 a month. What an announcement does not name stays as it is.
    let diff = call(s, "prices diff", json!({"lists": ["2"]}));
    let row = &diff["rows"][0];
    assert_eq!(
        (&row["cost_before"], &row["cost_after"], &row["cost_percent"]),
        (&json!("4.00"), &json!("4.50"), &json!("12.5"))
    );
    assert_eq!((&row["seats"], &row["per_month"], &row["per_year"]), (&json!("20"), &json!("10.00"), &json!("120.00")));
    assert_eq!(diff["totals"], json!([{"currency": "GBP", "per_month": "10.00", "per_year": "120.00"}]));
    assert_eq!((&diff["gone"], &diff["same"], &diff["elsewhere"]), (&json!(0), &json!(2), &json!(1)));
    assert_eq!(call(s, "prices diff", json!({"lists": ["2"], "all": true}))["new"], 1);

    // Three bundles of two are six seats more.
    call(s, "bundles add", json!({"id": "PAIR", "fields": {"name": "Pair", "parts": format!("{BASIC}*2")}}));
    let pairs = json!({"account": "birch", "product": "PAIR:0001", "start": "2026-10-01", "quantity": "3"});
    call(s, "subscriptions add", json!({"id": "s3", "fields": pairs}));
    let row = call(s, "prices diff", json!({"lists": ["2"]}))["rows"][0].clone();
    assert_eq!((&row["running"], &row["seats"], &row["per_month"]), (&json!(2), &json!("26"), &json!("13.00")));
    call(s, "subscriptions end", json!({"id": "s3", "on": "2026-11-01"}));

    call(s, "prices adopt", json!({"id": "2"}));
    assert_eq!(states(s), [(2, "in force".into()), (1, "superseded".into())]);
    assert_eq!((asked(s, "birch"), asked(s, "fund")), (json!("5.5"), json!("1.5")));
    assert_eq!(refused(s, "prices adopt", json!({"id": "2"})), "E-STATE");
    let days = call(s, "prices diff", json!({"on": "2026-11-30", "and": "2026-12-01"}));
    assert_eq!((&days["changed"], &days["rows"][0]["per_year"]), (&json!(1), &json!("120.00")));
    drop(session);
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn an_announcement_is_dropped_or_superseded_and_then_stays_out() {
    let (folder, mut session) = book("superseded", Silent);
    let s = &mut session;
    let at = |cost: &str, from: &str, name: &str| sheet(&folder, name, &[("CFQ7TTC0AAAA", cost, "60", "", from)]);
    import(s, &at("50", "2026-12-01", "a.csv"));
    call(s, "prices drop", json!({"id": "1"}));
    assert_eq!(refused(s, "prices adopt", json!({"id": "1"})), "E-STATE");
    import(s, &at("51", "2026-12-01", "b.csv"));
    import(s, &at("52", "2026-10-01", "c.csv"));
    assert_eq!(states(s), [(3, "in force".into()), (2, "superseded".into()), (1, "dropped".into())]);
    assert_eq!(refused(s, "prices adopt", json!({"id": "2"})), "E-STATE");
    assert_eq!(refused(s, "prices drop", json!({"id": "4"})), "E-NOT-FOUND");
    // A list of one's own is announced only when it is said to be.
    let own = folder.join("own.csv");
    let text = "ProductId,SkuId,TermDuration,BillingPlan,Currency,UnitPrice,ERPPrice,EffectiveStartDate\nCARE,1,P1Y,Monthly,GBP,1,2,2027-01-01\n";
    std::fs::write(&own, text).unwrap();
    let preview = json!({"files": [own], "preview": true});
    assert_eq!(call(s, "import", preview)["files"][0]["notes"][0]["code"], "N-PREVIEW");
    assert_eq!(call(s, "prices list", json!({}))["listed"], 1, "only the list of October");
    std::fs::write(&own, format!("{text}CARE,2,P1Y,Monthly,GBP,1,2,2027-01-01\n")).unwrap();
    assert_eq!(import(s, &own)["stored"], 2);
    drop(session);
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_run_of_before_replays_whatever_list_came_into_force_since() {
    let (folder, mut session) = book("replayed-lists", Silent);
    let s = &mut session;
    call(s, "accounts add", json!({"id": "birch", "fields": {"name": "Birch"}}));
    let at = |cost: &str, erp: &str, name: &str| sheet(&folder, name, &[("CFQ7TTC0AAAA", cost, erp, "", "2026-01-01")]);
    import(s, &at("48", "60", "first.csv"));
    let fields = json!({"account": "birch", "product": BASIC, "start": "2026-10-01", "quantity": "20"});
    call(s, "subscriptions add", json!({"id": "s1", "fields": fields}));
    let draft = call(s, "bill draft", json!({"period": "2026-11"}));
    assert_eq!(draft["invoices"][0]["net"], "100.00");
    call(s, "bill issue", json!({"period": "2026-11", "accept": ["all"]}));
    // The same day, corrected: announced first, then in force.
    call(s, "import", json!({"files": [at("60", "72", "second.csv")], "preview": true}));
    let again = |s: &mut Session| call(s, "bill replay", json!({"run": draft["run"]}))["identical"].clone();
    assert_eq!(again(s), true);
    call(s, "prices adopt", json!({"id": "2"}));
    assert_eq!((again(s), asked(s, "birch")), (json!(true), json!("6")));
    drop(session);
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn of_a_large_sheet_is_kept_what_the_book_sells() {
    let (folder, mut session) = book("large", Silent);
    let s = &mut session;
    call(s, "catalogue add", json!({"id": "CFQ7TTC00007:0001", "fields": {"name": "Seven"}}));
    let ids: Vec<String> = (0..2_001).map(|n| format!("CFQ7TTC0{n:04}")).collect();
    let rows: Vec<_> = ids.iter().map(|id| (id.as_str(), "12", "24", "", "2026-01-01")).collect();
    let file = sheet(&folder, "large.csv", &rows);
    let told = import(s, &file);
    assert_eq!(
        (&told["stored"], &told["left"], &told["notes"][0]["code"]),
        (&json!(1), &json!(2_000), &json!("N-ROWS-LEFT"))
    );
    assert_eq!(call(s, "catalogue list", json!({}))["total"], 1, "what is not sold is no product of ours");

    // What comes to be sold later is taken from the document.
    call(s, "catalogue add", json!({"id": "CFQ7TTC00009:0001", "fields": {"name": "Nine"}}));
    let listed = call(s, "prices list", json!({}));
    assert_eq!((&listed["listed"], &listed["prices"][1]["cost"]), (&json!(2), &json!("1")));
    assert_eq!(call(s, "prices take", json!({}))["prices"], 0);
    assert_eq!(call(s, "prices lists", json!({}))["lists"][0]["kept"], 2);

    std::fs::write(&file, std::fs::read_to_string(&file).unwrap().replace(",12,", ",13,")).unwrap();
    assert_eq!(call(s, "import", json!({"files": [file], "all": true}))["files"][0]["stored"], 2_001);
    drop(session);
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_price_published_again_counts_once_and_the_sellers_country_comes_first() {
    let (folder, mut session) = book("again", Silent);
    let s = &mut session;
    let file = folder.join("two.csv");
    let text = "ProductTitle,ProductId,SkuId,SkuTitle,TermDuration,BillingPlan,Market,Currency,UnitPrice,EffectiveStartDate,ERP Price\n\
                T,CFQ7TTC0AAAA,1,T,P1M,Monthly,GB,GBP,4,2026-01-01,5\n\
                T,CFQ7TTC0AAAA,1,T,P1M,Monthly,GB,GBP,6,2026-01-01,7\n\
                T,CFQ7TTC0AAAA,1,T,P1M,Monthly,IM,GBP,8,2026-01-01,9\n";
    std::fs::write(&file, text).unwrap();
    let told = import(s, &file);
    assert_eq!((&told["stored"], &told["skipped_same"]), (&json!(1), &json!(2)));
    assert_eq!(call(s, "prices list", json!({}))["prices"][0]["cost"], "6");
    drop(session);
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_distributors_list_is_read_through_its_mapping() {
    let (folder, mut session) = book("distributor-list", Silent);
    let s = &mut session;
    let text = "name = \"example\"\ntitle = \"Example list\"\nreads = \"prices\"\nper = \"month\"\nvendor = \"Example\"\ncurrency = \"GBP\"\n[columns]\n\
                product_id = \"MPN\"\nproduct_name = \"Title\"\nterm = \"Commitment\"\nbilling_plan = \"Billed\"\ncost = \"Buy\"\n";
    call(s, "mapping save", json!({"text": text}));
    let file = folder.join("list.csv");
    std::fs::write(&file, "MPN,Title,Commitment,Billed,Buy\nCFQ7TTC0AAAA:1,Suite,1 year,Annual,10.50\n").unwrap();
    let tested = call(s, "mapping test", json!({"name": "example", "file": file}));
    assert_eq!((&tested["good"], &tested["preview"][0]["amount"]), (&json!(1), &json!("126.00")));
    let told = call(s, "import", json!({"files": [file], "period": "2026-11"}))["files"][0].clone();
    assert_eq!((&told["kind"], &told["stored"]), (&json!("distributor-prices"), &json!(1)));
    assert!(told["notes"].as_array().unwrap().iter().any(|n| n["code"] == "N-NO-RETAIL"));
    let price = call(s, "prices list", json!({}))["prices"][0].clone();
    assert_eq!((&price["cost"], &price["erp"], &price["from"]), (&json!("126"), &json!("126"), &json!("2026-11-01")));
    assert_eq!(call(s, "prices lists", json!({}))["lists"][0]["vendor"], "Example");
    drop(session);
    std::fs::remove_dir_all(folder).unwrap();
}
