//! The registers over a small book: a tree, two versions of a list, rules on several levels, a bundle.

use crate::Silent;
use crate::session::Session;
use crate::tried::{book, call};
use serde_json::{Value, json};

const LIST: &str = "\
ProductId,SkuId,AvailabilityId,ProductTitle,TermDuration,BillingPlan,Market,Currency,UnitPrice,ERPPrice,EffectiveStartDate,EffectiveEndDate,Segment
CFQ7TTC0AAAA,0001,A,Business Basic,P1Y,Monthly,GB,GBP,4.00,5.00,2025-01-01,2026-09-30,
CFQ7TTC0AAAA,0001,A,Business Basic,P1Y,Monthly,GB,GBP,4.50,5.50,2026-10-01,,
CFQ7TTC0BBBB,0001,B,Defender,P1Y,Monthly,GB,GBP,2.00,2.50,2025-01-01,,
";

/// One field of every row.
pub(crate) fn texts<'v>(rows: &'v Value, field: &str) -> Vec<&'v str> {
    rows.as_array().into_iter().flatten().map(|r| r[field].as_str().unwrap_or_default()).collect()
}

#[test]
fn the_registers_join_and_order_and_price() {
    let (folder, mut session) = book("registers", Silent);
    let s = &mut session;
    let add = |s: &mut Session, id: &str, fields: Value| call(s, "accounts add", json!({"id": id, "fields": fields}));
    add(s, "birch", json!({"name": "Birch", "segment": "Gold"}));
    add(s, "north", json!({"name": "North IT", "kind": "reseller"}));
    add(s, "alder", json!({"name": "Alder", "parent": "north"}));

    let tree = call(s, "accounts tree", json!({}));
    assert_eq!(texts(&tree["accounts"], "name"), ["North IT", "Alder", "Birch"]);
    assert_eq!((&tree["customers"], &tree["accounts"][1]["depth"]), (&json!(2), &json!(1)));
    let folded = call(s, "accounts tree", json!({"closed": ["north"]}));
    assert_eq!(texts(&folded["accounts"], "name"), ["North IT", "Birch"]);
    call(s, "accounts end", json!({"id": "birch"}));
    let resumed = call(s, "accounts set", json!({"id": "birch", "fields": {"ended": ""}}));
    assert_eq!(resumed["ended"], Value::Null);

    let file = folder.join("price_list.csv");
    std::fs::write(&file, LIST).unwrap();
    call(s, "import", json!({"files": [file]}));
    let basic = "CFQ7TTC0AAAA:0001";
    let history = call(s, "prices history", json!({"product": basic}));
    let versions = &history["versions"];
    assert_eq!(texts(versions, "state"), ["in force", "superseded"]);
    assert_eq!((&versions[0]["cost_change"], &versions[0]["cost_change_percent"]), (&json!("0.50"), &json!("12.5")));
    let products = call(s, "catalogue register", json!({}));
    let row = products["products"].as_array().unwrap().iter().find(|p| p["ref"] == basic).unwrap();
    assert_eq!((&row["cost"], &row["margin_percent"]), (&json!("4.50"), &json!("18.2")));

    let rule = |s: &mut Session, id: &str, fields: Value| call(s, "prices add", json!({"id": id, "fields": fields}));
    rule(s, "Everybody", json!({"method": "off-erp", "value": "2", "from": "2026-01-01"}));
    rule(s, "Gold", json!({"layer": "segment:Gold", "method": "off-erp", "value": "10", "from": "2026-01-01"}));
    let promised = json!({"layer": "account:alder", "product": basic, "method": "fixed", "value": "5.10"});
    rule(s, "Promised", promised);
    let order = call(s, "prices order", json!({}));
    assert_eq!(texts(&order["rules"], "name"), ["Promised", "Gold", "Everybody"]);
    let reach = call(s, "prices order", json!({"account": "birch"}));
    assert_eq!(texts(&reach["rules"], "name"), ["Gold", "Everybody"]);
    let why = call(s, "prices ask", json!({"account": "birch", "product": basic}));
    assert_eq!((&why["unit_price"], &why["chosen"]["name"]), (&json!("4.95"), &json!("Gold")));
    assert_eq!(texts(&why["beaten"], "name"), ["Everybody"]);

    // A bundle is worked out before it is stored, and nothing is stored by it.
    let drawn =
        json!({"name": "Safe", "parts": "CFQ7TTC0AAAA:0001,CFQ7TTC0BBBB:0001*2-10", "price": "12", "currency": "GBP"});
    let margin = call(s, "bundles margin", json!({"id": "SAFE", "fields": drawn}));
    let safe = &margin["bundles"][0];
    assert_eq!(
        (&safe["cost"], &safe["margin"], &safe["margin_percent"]),
        (&json!("8.50"), &json!("3.50"), &json!("29.2"))
    );
    assert_eq!(call(s, "bundles list", json!({}))["total"], 0);
    call(s, "bundles add", json!({"id": "SAFE", "fields": drawn}));
    let parts = call(s, "bundles set", json!({"id": "SAFE", "fields": {"price": ""}}));
    assert_eq!(parts["price"], Value::Null);
    let margin = call(s, "bundles margin", json!({"id": "SAFE", "segment": "Gold"}));
    assert_eq!(margin["bundles"][0]["price"], "9.01", "4.95, and twice 2.025 rounded to 2.03");

    let fields = json!({"account": "birch", "product": basic, "start": "2026-10-01", "quantity": "20"});
    call(s, "subscriptions add", json!({"id": "s1", "fields": fields}));
    let register = call(s, "subscriptions register", json!({}));
    let row = &register["subscriptions"][0];
    assert_eq!((&row["price"], &row["amount"], &row["status"]), (&json!("4.95"), &json!("99.00"), &json!("active")));
    drop(session);
    std::fs::remove_dir_all(folder).unwrap();
}
