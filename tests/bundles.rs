//! A bundle through the built program: files, a dated change, a swap that is only tried, the invoice, and the same again.

use billhook_tests::program::Desk;
use serde_json::Value;

const CUSTOMERS: &str = "CustomerId,CustomerName,Country,Currency,TaxTreatment,VatPercent,Language\n\
    c1,Anker Bakery,GB,GBP,domestic,20,en\n";
const PRICES: &str = "ProductId,SkuId,ProductTitle,TermDuration,BillingPlan,Currency,UnitPrice,ERPPrice,EffectiveStartDate\n\
    SUITE,0001,Suite,P1Y,Monthly,GBP,8.00,10.00,2026-01-01\n\
    GUARD,0001,Guard,P1Y,Monthly,GBP,3.00,5.00,2026-01-01\n\
    WATCH,0001,Watch,P1Y,Monthly,GBP,4.00,6.00,2026-01-01\n";
const CATALOGUE: &str = "ProductId,SkuId,ProductName,Kind\nLAPTOP,0001,Laptop,one-off\n";
/// From the start: Suite shown, two Guard hidden less a tenth, a laptop once. From December: one price.
const BUNDLES: &str = "BundleId,BundleName,ProductId,SkuId,DiscountBasisPoints,Ratio,BundlePrice,Currency,EffectiveFrom,Shown,PartKind,PartPrice,PartCost\n\
    DESK,Desk,SUITE,0001,,,,GBP,,,,,\n\
    DESK,Desk,GUARD,0001,1000,2,,GBP,,no,,,\n\
    DESK,Desk,LAPTOP,0001,,,,GBP,,,one-off,499.90,430.00\n\
    DESK,Desk,SUITE,0001,,,21.00,GBP,2026-12-01,,,,\n\
    DESK,Desk,GUARD,0001,,2,21.00,GBP,2026-12-01,no,,,\n";
const SUBSCRIPTIONS: &str = "SubscriptionId,CustomerId,ProductId,SkuId,ProductName,TermDuration,BillingPlan,OpeningQuantity,StartDate,BundlePolicy\n\
    s1,c1,DESK,,Desk,P1Y,Monthly,3,2026-10-01,follow\n\
    s2,c1,DESK,,Desk,P1Y,Monthly,2,2026-10-01,\n";

fn office() -> Desk {
    let desk = Desk::new();
    let all = [
        ("customers.csv", CUSTOMERS),
        ("price_list.csv", PRICES),
        ("catalogue.csv", CATALOGUE),
        ("bundles.csv", BUNDLES),
        ("subscriptions.csv", SUBSCRIPTIONS),
    ];
    let written = all.map(|(name, text)| {
        let path = desk.path(name);
        std::fs::write(&path, text).expect("written");
        path
    });
    desk.import(&written);
    desk
}

fn nets(desk: &Desk, period: &str) -> Vec<String> {
    let draft = desk.ok(&["bill", "draft", "--period", period]);
    let invoices = draft["invoices"].as_array().expect("invoices");
    invoices.iter().map(|i| i["net"].as_str().expect("net").to_owned()).collect()
}

#[test]
fn a_bundle_from_its_file_to_its_invoice() {
    let desk = office();
    let preview =
        desk.ok(&["bundles", "preview", "DESK", "--account", "c1", "--quantity", "10", "--start", "2026-10-01"]);
    let names = |bill: &Value| -> Vec<String> {
        let lines = bill["lines"].as_array().expect("lines");
        lines
            .iter()
            .map(|l| format!("{} {}", l["name"].as_str().unwrap_or(""), l["net"].as_str().unwrap_or("")))
            .collect()
    };
    // 10.00, and the hidden twice 4.50 on it.
    assert_eq!(names(&preview["bills"][0]), ["Suite 190.00", "Laptop 4,999.00"]);

    // Five units at 19.00, five laptops.
    assert_eq!(nets(&desk, "2026-10"), ["2594.50"]);
    desk.ok(&["bill", "issue", "--period", "2026-10", "--accept", "all"]);
    assert_eq!(nets(&desk, "2026-10"), Vec::<String>::new(), "billed once, ever");
    assert_eq!(nets(&desk, "2026-11"), ["95.00"]);
    desk.ok(&["bill", "issue", "--period", "2026-11", "--accept", "all"]);

    // From December one follows: three at 21.00, two still at 19.00 until October 2027.
    assert_eq!(nets(&desk, "2026-12"), ["101.00"]);
    let swap = ["bundles", "swap", "DESK", "GUARD:0001", "WATCH:0001", "--from", "2026-12-01"];
    let before = desk.ok(&["book", "export", "--canonical"]);
    let tried = desk.ok(&[&swap[..], &["--dry-run"]].concat());
    let days: Vec<&str> =
        tried["agreements"].as_array().expect("rows").iter().filter_map(|a| a["from"].as_str()).collect();
    assert_eq!(days, ["2026-12-01", "2027-10-01"]);
    // One price stays, two Watch cost 2.00 more: three units following, two at their renewal.
    assert_eq!(tried["per_month"][0]["margin_change"], "-10.00");
    assert_eq!(desk.ok(&["book", "export", "--canonical"]), before, "a dry run changes nothing");
    desk.ok(&swap);
    assert_eq!(nets(&desk, "2026-12"), ["101.00"]);

    // The same history is the same book, and the past is rebuilt from the editions it saw.
    let runs = desk.ok(&["bill", "runs"]);
    let run = runs["runs"][0]["run"].as_str().expect("a run");
    assert_eq!(desk.ok(&["bill", "replay", run])["identical"], true);
    assert_eq!(desk.ok(&["book", "check"])["verified"], true);
}
