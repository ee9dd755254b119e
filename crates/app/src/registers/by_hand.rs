//! Everything of the registers by hand, without a file: people, notes, tenants, products with prices, subscriptions.

use super::tests::texts;
use crate::Silent;
use crate::commands;
use crate::session::Session;
use crate::tried::{book, call};
use serde_json::{Value, json};

fn refused(session: &mut Session, name: &str, ask: Value) -> crate::Failure {
    commands::call(session, name, ask).expect_err(name)
}

/// What a command would answer, taken back.
fn tried(session: &mut Session, name: &str, ask: Value) -> Value {
    session.set_dry_run(true);
    let answer = call(session, name, ask);
    session.set_dry_run(false);
    answer
}

#[test]
fn people_notes_and_tenants_of_an_account() {
    let (folder, mut session) = book("beside", Silent);
    let s = &mut session;
    let made = call(s, "accounts add", json!({"id": "", "fields": {"name": "Alder", "tax_percent": "20"}}));
    assert_eq!(made["ref"], "A-0001");
    let birch = call(s, "accounts add", json!({"id": " ", "fields": {"name": "Birch"}}));
    assert_eq!(
        (&birch["ref"], &birch["tax"], &birch["tax_percent"]),
        (&json!("A-0002"), &json!("domestic"), &json!("20"))
    );
    let bouleau = json!({"id": "bouleau", "fields": {"name": "Bouleau", "country": "FR"}});
    let bouleau = call(s, "accounts add", bouleau);
    assert_eq!((&bouleau["tax"], &bouleau["tax_percent"]), (&json!("reverse_charge"), &json!("0")));

    let add = |s: &mut Session, fields: Value| call(s, "contacts add", json!({"id": "A-0001", "fields": fields}));
    let jo = add(s, json!({"name": " Jo Ash ", "role": "Office", "mail": "jo@alder.example", "invoices": "yes"}));
    assert_eq!((&jo["name"], &jo["invoices"], &jo["account"]), (&json!("Jo Ash"), &json!(true), &json!("Alder")));
    add(s, json!({"name": "Bo Elm", "phone": "+44 117 496 0000", "invoices": "yes"}));
    let page = call(s, "accounts show", json!({"id": "Alder"}));
    assert_eq!(texts(&page["contacts"], "name"), ["Bo Elm", "Jo Ash"]);
    let gets: Vec<&Value> = page["contacts"].as_array().unwrap().iter().map(|c| &c["invoices"]).collect();
    assert_eq!(gets, [true, false], "only one of an account gets its invoices");
    let wrong = refused(s, "contacts set", json!({"id": jo["id"], "fields": {"mail": "jo at alder"}}));
    assert!(wrong.message.starts_with("mail=\"jo at alder\""), "{}", wrong.message);
    call(s, "contacts set", json!({"id": jo["id"], "fields": {"mail": "", "invoices": "yes"}}));
    assert_eq!(call(s, "contacts list", json!({"account": "A-0001", "find": "elm"}))["contacts"][0]["invoices"], false);
    call(s, "contacts end", json!({"id": jo["id"]}));
    assert_eq!(call(s, "contacts list", json!({}))["total"], 1);

    let note = |s: &mut Session, fields: Value| call(s, "notes add", json!({"id": "A-0001", "fields": fields}));
    note(s, json!({"text": "One invoice for both shops"}));
    let old = note(s, json!({"text": "Called", "date": "2026-10-02"}));
    call(s, "notes set", json!({"id": old["id"], "fields": {"text": "Called twice"}}));
    assert_eq!(refused(s, "notes set", json!({"id": old["id"], "fields": {"text": " "}})).code, "E-USAGE");
    let notes = call(s, "accounts show", json!({"id": "A-0001"}))["notes"].clone();
    assert_eq!(texts(&notes, "text"), ["One invoice for both shops", "Called twice"]);
    assert_eq!(texts(&notes, "date"), ["2026-11-09", "2026-10-02"]);
    call(s, "notes end", json!({"id": old["id"]}));
    assert_eq!(call(s, "notes list", json!({"account": "Alder"}))["total"], 1);

    let tenant = "6d1f0b5e-3a1c-4a0b-9f57-2f0c6f9a1b10";
    let to = |account: &str| json!({"id": tenant, "fields": {"account": account, "domain": "alder.example"}});
    call(s, "tenants add", to("A-0001"));
    let taken = refused(s, "tenants add", to("A-0002"));
    assert_eq!((taken.code.as_str(), taken.message.as_str()), ("E-STATE", "The tenant belongs to Alder already."));
    assert_eq!(call(s, "tenants set", json!({"id": tenant, "fields": {"domain": "alder.test"}}))["account"], "Alder");
    call(s, "tenants end", json!({"id": tenant}));
    assert_eq!(call(s, "tenants add", to("A-0002"))["account"], "Birch");

    // A file of customers leaves what is kept beside them alone.
    let file = folder.join("customers.csv");
    std::fs::write(&file, "CustomerId,CustomerName,Country,Currency\nA-0001,Alder Ltd,GB,GBP\n").unwrap();
    call(s, "import", json!({"files": [file]}));
    let page = call(s, "accounts show", json!({"id": "A-0001"}));
    assert_eq!((&page["name"], texts(&page["contacts"], "name")), (&json!("Alder Ltd"), vec!["Bo Elm"]));
    assert_eq!(call(s, "book check", json!({}))["verified"], true);
    drop(session);
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_month_by_hand_and_each_change_with_what_it_bills() {
    let (folder, mut session) = book("by-hand", Silent);
    let s = &mut session;
    call(s, "accounts add", json!({"id": "", "fields": {"name": "Alder", "tax_percent": "20"}}));
    let product = call(s, "catalogue add", json!({"id": "", "fields": {"name": "Care", "kind": "service"}}));
    assert_eq!(product["ref"], "P-0001:0001");
    let price = |s: &mut Session, fields: Value| {
        let mut all = json!({"term": "P1M", "plan": "monthly"});
        all.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        call(s, "catalogue price", json!({"id": "P-0001:0001", "fields": all}))
    };
    price(s, json!({"cost": "6", "erp": "10", "from": "2026-09-01"}));
    let listed = price(s, json!({"cost": "7", "erp": "12.50", "from": "2026-11-01"}));
    let versions = &listed["versions"];
    assert_eq!((texts(versions, "erp"), texts(versions, "erp_before")), (vec!["12.50", "10.00"], vec!["10.00", ""]));

    let fields =
        json!({"account": "Alder", "product": "P-0001:0001", "term": "P1M", "start": "2026-11-01", "quantity": "10"});
    let new = json!({"id": "", "fields": fields});
    let bills = tried(s, "subscriptions add", new.clone())["bills"].clone();
    assert_eq!(
        (&bills["month"], &bills["net"]),
        (&json!("2026-11"), &json!([{"amount": "125.00", "currency": "GBP"}]))
    );
    assert_eq!(call(s, "subscriptions list", json!({}))["total"], 0, "tried, not stored");
    let made = call(s, "subscriptions add", new);
    assert_eq!(
        (&made["subscription_ref"], &made["name"], &made["bills"]),
        (&json!("S-0001"), &json!("Care"), &Value::Null)
    );

    let change = |fields: Value| json!({"id": "S-0001", "fields": fields});
    let bills = tried(s, "subscriptions set", change(json!({"on": "2026-11-16", "quantity": "12"})))["bills"].clone();
    assert_eq!(texts(&bills["lines"], "net"), ["125.00", "12.50"]);
    assert_eq!((&bills["lines"][1]["days"], &bills["net"][0]["amount"]), (&json!("15 of 30"), &json!("137.50")));
    // How it is billed is corrected, and corrected back.
    let basis =
        |s: &mut Session, basis: &str| call(s, "subscriptions set", change(json!({"basis": basis})))["basis"].clone();
    assert_eq!((basis(s, "pass-through"), basis(s, "")), (json!("pass-through"), Value::Null));
    let bundled =
        |s: &mut Session, code: &str| call(s, "subscriptions set", change(json!({"bundle": code})))["bundle"].clone();
    assert_eq!((bundled(s, "SAFE"), bundled(s, "")), (json!("SAFE"), Value::Null));
    // A price of its own, and back to the rules.
    let own = call(s, "subscriptions set", change(json!({"on": "2026-11-01", "price": "11"})));
    assert_eq!(own["price"], "11");
    let back = call(s, "subscriptions set", change(json!({"on": "2026-11-01", "price": ""})));
    assert_eq!(
        (&back["price"], texts(&back["events"], "event")),
        (&Value::Null, vec!["started", "price set", "price unset"])
    );

    assert_eq!(call(s, "bill draft", json!({"period": "2026-11"}))["invoices"][0]["net"], "125.00");
    let run = call(s, "bill issue", json!({"period": "2026-11"}))["run"].clone();
    let page = call(s, "accounts show", json!({"id": "Alder"}));
    let billed = json!([{"currency": "GBP", "issued": "150.00", "credited": "0.00", "balance": "150.00"}]);
    assert_eq!(page["billed"], billed);
    // Late, it is caught up in the month after.
    let bills = tried(s, "subscriptions set", change(json!({"on": "2026-11-16", "quantity": "12"})))["bills"].clone();
    assert_eq!((&bills["month"], texts(&bills["lines"], "net")), (&json!("2026-12"), vec!["12.50", "150.00"]));

    // Another price for days already billed changes nothing of what was billed, nor how it is rebuilt.
    price(s, json!({"cost": "8", "erp": "20", "from": "2026-11-01"}));
    assert_eq!(call(s, "bill replay", json!({"run": run}))["identical"], true);
    let taken_back = price(s, json!({"from": "2026-11-01", "until": "2026-11-01"}));
    assert_eq!(texts(&taken_back["versions"], "erp"), ["10.00"]);

    // Ended on its first day it never ran: nothing of it is billed.
    let other = json!({"account": "Alder", "product": "P-0001:0001", "term": "P1M", "start": "2026-12-05", "quantity": "1", "price": "99"});
    call(s, "subscriptions add", json!({"id": "", "fields": other}));
    let bills = tried(s, "subscriptions end", json!({"id": "S-0002", "on": "2026-12-05"}))["bills"].clone();
    assert_eq!((&bills["lines"], &bills["net"]), (&json!([]), &json!([])));
    let short = json!({"account": "Alder", "product": "P-0001:0001", "term": "P1M", "plan": "annual", "start": "2026-12-05", "quantity": "1"});
    assert_eq!(refused(s, "subscriptions add", json!({"id": "x", "fields": short})).code, "E-RULE");
    assert_eq!(call(s, "book check", json!({}))["verified"], true);
    drop(session);
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_run_is_rebuilt_from_the_catalogue_it_saw() {
    let (folder, mut session) = book("catalogue-then", Silent);
    let s = &mut session;
    call(s, "accounts add", json!({"id": "alder", "fields": {"name": "Alder", "tax_percent": "20"}}));
    for (id, name) in [("CARE:0001", "Care"), ("CARE:0002", "Care, gold")] {
        call(s, "catalogue add", json!({"id": id, "fields": {"name": name, "kind": "service"}}));
        let price = json!({"cost": "6", "erp": "10", "from": "2026-01-01"});
        call(s, "catalogue price", json!({"id": id, "fields": price}));
    }
    let bundle = json!({"name": "Safe", "parts": "CARE:0001,CARE:0002*2-10"});
    call(s, "bundles add", json!({"id": "SAFE", "fields": bundle}));
    let add = |s: &mut Session, id: &str, bundle: &str| {
        let fields = json!({"account": "alder", "product": "CARE:0001", "start": "2026-10-01", "quantity": "3", "bundle": bundle});
        call(s, "subscriptions add", json!({"id": id, "fields": fields}));
    };
    add(s, "plain", "");
    add(s, "bundled", "SAFE");
    call(s, "subscriptions set", json!({"id": "plain", "fields": {"on": "2026-10-11", "product": "CARE:0002"}}));
    let run = call(s, "bill issue", json!({"period": "2026-10", "accept": ["all"]}))["run"].clone();
    let replayed = |s: &mut Session| call(s, "bill replay", json!({"run": run}));
    assert_eq!(replayed(s)["identical"], true);

    call(s, "catalogue set", json!({"id": "CARE:0002", "fields": {"name": "Care, platinum"}}));
    assert_eq!(call(s, "catalogue list", json!({"find": "platinum"}))["total"], 1);
    assert_eq!(replayed(s)["identical"], true, "{}", replayed(s));
    call(s, "bundles set", json!({"id": "SAFE", "fields": {"parts": "CARE:0001*5", "price": "99", "currency": "GBP"}}));
    assert_eq!(call(s, "bundles show", json!({"id": "SAFE"}))["price"]["amount"], "99");
    assert_eq!(replayed(s)["identical"], true, "{}", replayed(s));
    assert_eq!(call(s, "book check", json!({}))["verified"], true);
    drop(session);
    std::fs::remove_dir_all(folder).unwrap();
}
