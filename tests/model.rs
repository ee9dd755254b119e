//! What-if from the command line: looked at, told to customers, taken over, billed, taken back.

use billhook_tests::program::Desk;
use serde_json::{Value, json};

/// Two customers of an invented suite, ten and four seats, paid monthly, renewed in January and in March.
fn desk() -> Desk {
    let desk = Desk::new();
    for line in [
        &["accounts", "add", "harbour", "name=Harbour Bakery", "country=DE", "currency=EUR", "language=en"][..],
        &["accounts", "add", "mill", "name=Mühle & Söhne", "country=DE", "currency=EUR", "language=de"],
        &["catalogue", "add", "SUITE:0001", "name=Suite", "kind=licence"],
        &["catalogue", "price", "SUITE:0001", "plan=monthly", "cost=10", "erp=12", "from=2026-01-01"],
        &["catalogue", "price", "SUITE:0001", "plan=annual", "cost=114", "erp=136.80", "from=2026-01-01"],
        &["prices", "add", "everybody", "method=off-erp", "value=5", "from=2026-01-01"],
        &[
            "subscriptions",
            "add",
            "S1",
            "account=harbour",
            "product=SUITE:0001",
            "quantity=10",
            "start=2026-01-15",
            "plan=monthly",
        ],
        &[
            "subscriptions",
            "add",
            "S2",
            "account=mill",
            "product=SUITE:0001",
            "quantity=4",
            "start=2026-03-01",
            "plan=monthly",
        ],
    ] {
        desk.ok(line);
    }
    desk
}

/// The vendor asks 10 % more from January; half of it is passed on.
const RISE: &str = r#"
name = "Rise"
first_month = "2026-12"
horizon_months = 6

[[changes]]
name = "Vendor's list"
product = "Suite"
from = "2027-01-01"
cost = "10 %"
pass_on = "50 %"
"#;

fn scenario(desk: &Desk, text: &str) -> String {
    let file = desk.path("rise.toml");
    std::fs::write(&file, text).expect("a writable folder");
    file.to_str().expect("plain path").to_owned()
}

fn months(run: &Value) -> Vec<[String; 4]> {
    let text = |row: &Value, name: &str| row[name].as_str().unwrap_or_default().to_owned();
    let row = |row: &Value| ["month", "cost", "revenue", "change"].map(|name| text(row, name));
    run["months"].as_array().expect("months").iter().map(row).collect()
}

#[test]
fn a_scenario_is_looked_at_month_by_month_and_explained() {
    let desk = desk();
    let file = scenario(&desk, RISE);
    let csv = desk.path("rise.csv");
    let run = desk.ok(&["model", "run", &file, "--csv", csv.to_str().expect("plain path")]);
    // 14 seats at 10.00 and 11.40. From January ten of them cost 11.00 and are sold at 11.90, from March all.
    let expected = [
        ["2026-12", "140.00", "159.60", "0.00"],
        ["2027-01", "150.00", "164.60", "-5.00"],
        ["2027-02", "150.00", "164.60", "-5.00"],
        ["2027-03", "154.00", "166.60", "-7.00"],
        ["2027-04", "154.00", "166.60", "-7.00"],
        ["2027-05", "154.00", "166.60", "-7.00"],
    ];
    assert_eq!(months(&run), expected.map(|row| row.map(str::to_owned)));
    assert_eq!((&run["losers"], &run["reached"]), (&json!(2), &json!(2)));
    assert_eq!((&run["bridge"][0]["cause"], &run["bridge"][0]["change"]), (&json!("Vendor's list"), &json!("-31.00")));
    assert_eq!(run["accounts"][0]["hit"], "2027-01");
    let rows = std::fs::read_to_string(csv).expect("a written file");
    assert!(rows.contains("harbour,2027-01,EUR,100.00,110.00,114.00,119.00,14.00,9.00,-5.00"), "{rows}");

    let why = desk.ok(&["model", "why", &file, "--account", "mill", "--month", "2027-03"]);
    let sold = why["agreements"][0]["sold"].as_array().expect("reasons");
    let rules: Vec<&str> = sold.iter().filter_map(|step| step["rule"].as_str()).collect();
    assert_eq!(rules.iter().rev().take(2).copied().collect::<Vec<_>>(), ["model.charge", "model.passed-on"]);
    assert_eq!((&why["revenue"], &why["cost"]), (&json!("47.60"), &json!("44.00")));

    // The same as hundredths of a percent in JSON; and all of it passed on beside it.
    let twin = json!({"name": "Twin", "first_month": "2026-12", "horizon_months": 6, "rules": "prose", "changes": [
        {"product_id": "SUITE", "sku_id": "0001", "effective_date": "2027-01-01", "cost_change_bp": 1000, "pass_through_bp": 5000}]});
    let json_file = desk.path("twin.json");
    std::fs::write(&json_file, twin.to_string()).expect("a writable folder");
    let json_file = json_file.to_str().expect("plain path");
    assert_eq!(months(&desk.ok(&["model", "run", json_file])), months(&run));
    let compared = desk.ok(&["model", "compare", &file, json_file]);
    assert_eq!(compared["scenarios"][0]["change"], compared["scenarios"][1]["change"]);

    desk.ok(&["model", "save", &file]);
    assert_eq!(desk.ok(&["model", "list"])["scenarios"][0]["name"], "Rise");
    assert_eq!(months(&desk.ok(&["model", "run", "Rise"])), months(&run));
    desk.ok(&["model", "drop", "Rise"]);
}

#[test]
fn what_is_taken_over_bills_what_was_said_and_can_be_taken_back_until_it_is_issued() {
    let desk = desk();
    let file = scenario(&desk, RISE);
    let dry = desk.ok(&["model", "apply", &file, "--from", "2026-12-01", "--dry-run"]);
    assert_eq!((&dry["agreements"], &dry["until"]), (&json!(2), &json!("2027-06-01")));
    assert_eq!(desk.ok(&["model", "applied"])["applied"], json!([]));
    desk.ok(&["model", "apply", &file, "--from", "2026-12-01"]);
    let net = |month: &str| {
        let draft = desk.ok(&["bill", "draft", "--period", month]);
        let invoices = draft["invoices"].as_array().expect("invoices").clone();
        invoices.iter().map(|i| i["net"].as_str().unwrap_or_default().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(net("2026-12"), ["114.00", "45.60"]);
    assert_eq!(net("2027-02"), ["119.00", "45.60"]);
    assert_eq!(net("2027-04"), ["119.00", "47.60"]);
    // On top of itself it would charge twice; it says so, and is compared with the book before.
    let itself = desk.ok(&["model", "run", &file]);
    assert_eq!(itself["taken_over"]["from"], "2026-12-01");
    assert!(itself["notes"][0].as_str().is_some_and(|note| note.contains("--without \"Rise\"")), "{}", itself["notes"]);
    let before = desk.ok(&["model", "run", &file, "--without", "Rise"]);
    assert_eq!((&before["totals"][0]["change"], &before["notes"]), (&json!("-31.00"), &json!([])));
    assert_eq!(before["totals"][0]["revenue"], itself["totals"][0]["revenue_before"]);
    desk.ok(&["model", "undo", "Rise"]);
    assert_eq!(net("2027-04"), ["114.00", "45.60"]);
    assert_eq!(desk.ok(&["model", "run", &file])["taken_over"], Value::Null);
    // Taken over and back once more: nothing of the first time comes back.
    desk.ok(&["model", "apply", &file, "--from", "2026-12-01"]);
    let before = desk.ok(&["model", "run", &file, "--without", "Rise"]);
    assert_eq!(before["totals"][0]["revenue_before"], "957.60");
    desk.ok(&["model", "undo", "Rise"]);
    assert_eq!(net("2027-04"), ["114.00", "45.60"]);
    let (code, again) = desk.run(&["model", "undo", "Rise"]);
    assert_eq!((code, &again["error"]["code"]), (2, &json!("E-NOT-FOUND")));

    desk.ok(&["model", "apply", &file, "--from", "2026-12-01"]);
    desk.ok(&["bill", "draft", "--period", "2027-01"]);
    desk.ok(&["bill", "issue", "--period", "2027-01", "--accept", "all", "--no-pdf"]);
    let (code, refused) = desk.run(&["model", "undo", "Rise"]);
    assert_eq!((code, &refused["error"]["code"]), (2, &json!("E-STATE")));
    assert_eq!(desk.ok(&["book", "check"])["verified"], true);
}

#[test]
fn customers_get_letters_and_only_who_accepts_gets_the_price() {
    let desk = desk();
    let file = scenario(&desk, RISE);
    let folder = desk.path("letters");
    let to = folder.to_str().expect("plain path");
    let written =
        desk.ok(&["model", "letters", &file, "--from", "2027-01-01", "--to", to, "--answer-by", "2026-12-15"]);
    let customers = written["customers"].as_array().expect("customers");
    assert_eq!(customers.len(), 2);
    // Ten seats, twelve months at 11.40 and at 11.90; paid for a year at once 129.96 and half of 11.40: 135.66 each.
    assert_eq!((&customers[0]["year_before"], &customers[0]["year_after"]), (&json!("1368.00"), &json!("1428.00")));
    assert_eq!(customers[0]["saving"], "71.40");
    for customer in customers {
        let bytes = std::fs::read(folder.join(customer["file"].as_str().expect("a name"))).expect("a letter");
        assert!(bytes.starts_with(b"%PDF-1.7"));
    }
    let list = std::fs::read_to_string(folder.join("letters.csv")).expect("the list");
    assert!(list.contains("harbour,Harbour Bakery,EUR,S1,Suite,10,1,2027-01-15,11.40,11.90,harbour.pdf"), "{list}");
    // Letters are never written over others.
    let (code, refused) = desk.run(&["model", "letters", &file, "--from", "2027-01-01", "--to", to]);
    assert_eq!((code, &refused["error"]["code"]), (6, &json!("E-OUTPUT")));

    let apply = ["model", "apply", &file, "--from", "2027-01-01", "--accepted", "Rise"];
    let (code, refused) = desk.run(&apply);
    assert_eq!((code, &refused["error"]["code"]), (2, &json!("E-STATE")));
    desk.ok(&["model", "answer", "Rise", "--account", "mill", "accepted", "--note", "by telephone"]);
    desk.ok(&["model", "answer", "Rise", "--account", "harbour", "declined"]);
    assert_eq!(desk.ok(&apply)["agreements"], 1);
    let draft = desk.ok(&["bill", "draft", "--period", "2027-03"]);
    let nets: Vec<&Value> = draft["invoices"].as_array().expect("invoices").iter().map(|i| &i["net"]).collect();
    assert_eq!(nets, [&json!("114.00"), &json!("47.60")]);
}

#[test]
fn what_is_not_understood_is_said_and_changes_nothing() {
    let desk = desk();
    for (text, code) in [
        ("name = 0.5", "E-SCENARIO"),
        ("name = \"x\"\n[[changes]]\nfrom = \"2027-01-01\"\ncolour = \"red\"", "E-SCENARIO"),
        ("name = \"x\"\n[[changes]]\nfrom = \"2027-02-30\"\ncost = \"1 %\"", "E-USAGE"),
        ("name = \"x\"\n[[changes]]\nfrom = \"2027-01-01\"", "E-USAGE"),
        ("name = \"x\"\n[[changes]]\nfrom = \"2027-01-01\"\ncost = \"a lot\"", "E-USAGE"),
        ("name = \"x\"\nhorizon_months = 61\n", "E-USAGE"),
        ("name = \"x\"\n[[changes]]\nfrom = \"2027-01-01\"\nbundle = \"NONE\"", "E-SCENARIO"),
        (
            "name = \"x\"\n[[changes]]\nfrom = \"2027-01-01\"\nrule = \"nobody\"\nmethod = \"markup\"\nvalue = \"3\"",
            "E-SCENARIO",
        ),
        ("name = \"x\"\n[[changes]]\nfrom = \"2027-01-01\"\nprice_list = \"99\"", "E-NOT-FOUND"),
    ] {
        let (status, answer) = desk.run(&["model", "run", &scenario(&desk, text)]);
        assert_eq!(answer["error"]["code"], code, "{text}: {answer}");
        assert_ne!(status, 0);
    }
    // A product the book has not is no error: announced changes name many.
    let other = RISE.replace("\"Suite\"", "\"Something else\"");
    let run = desk.ok(&["model", "run", &scenario(&desk, &other)]);
    assert_eq!((run["notes"].as_array().map(Vec::len), &run["reached"]), (Some(1), &json!(0)));
}

/// Our rule takes 2 % off the retail price instead of 5 %.
const RULE: &str = r#"
name = "Less off"
first_month = "2026-12"
horizon_months = 6

[[changes]]
rule = "everybody"
method = "off-erp"
value = "2"
from = "2027-01-01"
"#;

#[test]
fn taking_back_leaves_what_somebody_changed_since() {
    let desk = desk();
    desk.ok(&["prices", "set", "everybody", "until=2027-06-01"]);
    let file = scenario(&desk, RULE);
    desk.ok(&["model", "apply", &file, "--from", "2026-12-01"]);
    desk.ok(&["model", "undo", "Less off"]);
    // It ends when it would have ended.
    let rule = desk.ok(&["prices", "show", "everybody"])["versions"].as_array().expect("versions").last().cloned();
    let rule = rule.expect("a version");
    assert_eq!((&rule["value"], &rule["until"]), (&json!("5 %"), &json!("2027-06-01")));

    // A version that was to begin on the very day goes on as well.
    desk.ok(&["prices", "set", "everybody", "value=4", "from=2027-01-01"]);
    desk.ok(&["model", "apply", &file, "--from", "2026-12-01"]);
    desk.ok(&["model", "undo", "Less off"]);
    let rule = desk.ok(&["prices", "show", "everybody"])["versions"].as_array().expect("versions").last().cloned();
    let rule = rule.expect("a version");
    assert_eq!((&rule["value"], &rule["from"]), (&json!("4 %"), &json!("2027-01-01")));

    desk.ok(&["model", "apply", &file, "--from", "2026-12-01"]);
    desk.ok(&["prices", "set", "everybody", "value=3", "from=2027-02-01"]);
    desk.ok(&["model", "undo", "Less off"]);
    let rule = desk.ok(&["prices", "show", "everybody"])["versions"].as_array().expect("versions").last().cloned();
    assert_eq!(rule.expect("a version")["value"], "3 %");
}

#[test]
fn seats_that_are_agreed_count_from_their_day_and_are_billed_as_the_model_said() {
    let desk = desk();
    desk.ok(&["subscriptions", "set", "S1", "on=2026-12-20", "quantity=13"]);
    desk.ok(&["subscriptions", "set", "S2", "on=2027-01-17", "quantity=2"]);
    let file = scenario(&desk, RISE);
    let run = desk.ok(&["model", "run", &file]);
    desk.ok(&["model", "apply", &file, "--from", "2026-12-01"]);
    for (at, month) in ["2026-12", "2027-01", "2027-02", "2027-03", "2027-04"].iter().enumerate() {
        let draft = desk.ok(&["bill", "draft", "--period", month]);
        let net = draft["invoices"].as_array().expect("invoices").iter();
        let cents =
            |text: &Value| text.as_str().and_then(|t| t.replace('.', "").parse::<i64>().ok()).expect("an amount");
        assert_eq!(net.map(|i| cents(&i["net"])).sum::<i64>(), cents(&run["months"][at]["revenue"]), "{month}");
    }
    let why = desk.ok(&["model", "why", &file, "--account", "harbour", "--month", "2026-12"]);
    let changed: Vec<&Value> =
        why["agreements"].as_array().expect("agreements").iter().map(|a| &a["changed"]).collect();
    assert!(changed.contains(&&json!("2026-12-20")), "{why}");
}

/// The vendor asks more in January and once more in the year after; all of it is passed on.
const TWICE: &str = r#"
name = "Twice"
first_month = "2026-12"
horizon_months = 24

[[changes]]
product = "Suite"
from = "2027-01-01"
cost = "10 %"
pass_on = "100 %"

[[changes]]
product = "Suite"
from = "2028-01-01"
cost = "5 %"
pass_on = "100 %"
"#;

#[test]
fn a_letter_tells_every_price_that_is_known() {
    let desk = desk();
    let file = scenario(&desk, TWICE);
    let folder = desk.path("letters");
    let to = folder.to_str().expect("plain path");
    desk.ok(&["model", "letters", &file, "--from", "2027-01-01", "--to", to, "--account", "harbour"]);
    let list = std::fs::read_to_string(folder.join("letters.csv")).expect("a list");
    assert!(list.contains("2027-01-15,11.40,12.40") && list.contains("2028-01-15,12.40,12.95"), "{list}");
}

#[test]
fn a_subscription_to_a_product_the_book_does_not_know_is_told() {
    let desk = desk();
    let add = ["subscriptions", "add", "S9", "account=mill", "product=SUIT:0001", "quantity=1", "start=2026-11-01"];
    let tried = |product| {
        let add = add.map(|a| if a.starts_with("product") { product } else { a });
        desk.ok(&[&add[..], &["--dry-run"]].concat())["notes"].clone()
    };
    assert_eq!(tried("product=SUIT:0001")[0]["code"], "N-UNLISTED");
    assert_eq!(
        tried("product=SUITE:0002")[0]["text"],
        "Not in the catalogue: SUITE:0002. Of this product it has SUITE:0001."
    );
    assert_eq!(tried("product=SUITE:0001"), Value::Null);
    // A file says what was agreed apart from the vendor's terms.
    let file = desk.path("subscriptions.csv");
    let rows = "SubscriptionId,CustomerId,ProductId,SkuId,TermDuration,BillingPlan,OpeningQuantity,StartDate,SoldPlan,CustomerTerm,CustomerFrom\n\
                S9,mill,SUITE,0001,P1Y,Annual,3,2026-11-01,Monthly,P3Y,2026-10-01\n";
    std::fs::write(&file, rows).expect("a writable folder");
    desk.ok(&["import", file.to_str().expect("plain path")]);
    let shown = desk.ok(&["subscriptions", "show", "S9"]);
    let terms = ["plan", "sold_plan", "customer_term", "customer_from"].map(|name| shown[name].clone());
    assert_eq!(terms, ["annual", "monthly", "P3Y", "2026-10-01"].map(|text| json!(text)));
}
