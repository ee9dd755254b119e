//! The clauses of price rules, from the command line to the invoice and back: examples, replay, reconciliation.

use billhook_tests::program::Desk;
use serde_json::{Value, json};

const TENANT: &str = "6d1f0b5e-3a1c-4a0b-9f57-2f0c6f9a1b10";

/// A customer of an invented suite: a year costs 96.00 and retails for 120.00, a month 8.40 and 10.50; a month more from October.
fn desk() -> Desk {
    let desk = Desk::new();
    for line in [
        &["accounts", "add", "harbour", "name=Harbour Bakery", "country=DE", "currency=EUR"][..],
        &["tenants", "add", TENANT, "account=harbour"],
        &["catalogue", "add", "SUITE:0001", "name=Suite", "kind=licence"],
        &["catalogue", "price", "SUITE:0001", "plan=annual", "cost=96", "erp=120", "from=2026-01-01"],
        &["catalogue", "price", "SUITE:0001", "plan=monthly", "cost=8.40", "erp=10.50", "from=2026-01-01"],
        &["catalogue", "price", "SUITE:0001", "plan=monthly", "cost=9.60", "erp=12", "from=2026-10-01"],
        &["prices", "add", "everybody", "method=off-erp", "value=5", "from=2026-01-01"],
    ] {
        desk.ok(line);
    }
    desk
}

fn subscribe(desk: &Desk, id: &str, fields: &[&str]) {
    let given = ["subscriptions", "add", id, "account=harbour", "product=SUITE:0001", "quantity=10"];
    desk.ok(&[&given, fields].concat());
}

fn issue(desk: &Desk, month: &str) {
    desk.ok(&["bill", "draft", "--period", month]);
    desk.ok(&["bill", "issue", "--period", month, "--accept", "all", "--no-pdf"]);
}

/// A line of the vendor for ten seats of a subscription.
fn vendor_line(subscription: &str, from: &str, to: &str, subtotal: &str, unit: &str, more: Value) -> String {
    let mut line = json!({
        "PartnerId": "0d6b6f5a-7d7d-4b7e-8e2b-3f9a2f4b1c11", "CustomerId": TENANT, "CustomerName": "Harbour Bakery",
        "CustomerCountry": "DE", "InvoiceNumber": format!("G{}", from.replace('-', "")), "OrderId": "bf2d3f1e9a77",
        "OrderDate": format!("{from}T00:00:00Z"), "ProductId": "SUITE", "SkuId": "0001", "SkuName": "Suite",
        "ProductName": "Suite", "ChargeType": "new", "UnitPrice": unit, "Quantity": 10, "Subtotal": subtotal,
        "TaxTotal": "0", "Total": subtotal, "Currency": "EUR", "SubscriptionId": subscription,
        "ChargeStartDate": format!("{from}T00:00:00Z"), "ChargeEndDate": format!("{to}T00:00:00Z"),
        "TermAndBillingCycle": "One-Year commitment for yearly billing", "EffectiveUnitPrice": unit,
        "BillableQuantity": 10, "BillingFrequency": "Annual", "PricingCurrency": "EUR", "PCToBCExchangeRate": 1,
        "SubscriptionStartDate": "2026-08-12T00:00:00Z", "SubscriptionEndDate": "2027-08-11T00:00:00Z",
        "ReferenceId": "r1",
    });
    for (key, value) in more.as_object().into_iter().flatten() {
        line[key] = value.clone();
    }
    line.to_string()
}

#[test]
fn a_year_bought_and_sold_by_the_month_reconciles_without_a_finding() {
    let desk = desk();
    let subscription = "3e0b7a54-0c5a-4a4e-8c4f-6b4a1d1c9e77";
    subscribe(&desk, subscription, &["start=2026-08-12", "plan=annual", "sold_plan=monthly"]);
    let file = desk.path("recon.jsonl");
    let year = vendor_line(subscription, "2026-08-12", "2027-08-11", "960.00", "96", json!({}));
    std::fs::write(&file, year).expect("a file of the test's own");
    let path = file.to_str().expect("plain path");
    desk.ok(&["import", path, "--period", "2026-08"]);
    // 120.00 a year less 5 % is 9.50 a month; ten seats.
    assert_eq!(desk.ok(&["bill", "draft", "--period", "2026-08"])["invoices"][0]["net"], "95.00");
    for month in ["2026-08", "2026-09", "2026-10"] {
        issue(&desk, month);
    }
    for month in ["2026-08", "2026-09", "2026-10"] {
        let answer = desk.ok(&["reconcile", "--period", month, "--against", "invoices"]);
        assert_eq!(answer["findings"], json!([]), "{month}");
        assert!(answer["totals"].as_array().expect("totals").iter().all(|t| t["unexplained"] == "0.00"), "{answer}");
    }
    // Of 960.00 for the year, 20 + 30 + 31 of 365 days are used by the end of October; the rest is prepaid.
    let balance = desk.ok(&["ledger", "trial-balance"]);
    let of = |account: &str| {
        let accounts = balance["accounts"].as_array().expect("accounts");
        accounts.iter().find(|a| a["account"] == account).map(|a| a["balance"].as_str().expect("text").to_owned())
    };
    assert_eq!(of("Assets:Prepaid").as_deref(), Some("746.96"), "{balance}");
    // The month from 12 October serves eleven days of November.
    assert_eq!(of("Liabilities:Deferred").as_deref(), Some("-33.71"), "{balance}");
    // What is on an invoice cannot be put on another plan.
    let (code, answer) = desk.run(&["subscriptions", "set", subscription, "sold_plan="]);
    assert_eq!((code, answer["error"]["code"].as_str()), (2, Some("E-STATE")), "{answer}");
}

#[test]
fn a_rule_shows_beforehand_what_it_would_have_changed() {
    let desk = desk();
    subscribe(&desk, "s1", &["start=2026-08-01", "quantity=10"]);
    subscribe(&desk, "s2", &["start=2026-10-01", "quantity=10"]);
    for month in ["2026-08", "2026-09", "2026-10"] {
        issue(&desk, month);
    }
    // s1 pays 9.98 a seat, s2, whose term began after the rise, 11.40.
    let tried = desk.ok(&["prices", "try", "everybody", "value=10"]);
    assert_eq!((tried["lines"].clone(), tried["differ"].clone()), (json!(4), json!(4)));
    assert_eq!(
        tried["totals"][0],
        json!({"currency": "EUR", "before": "413.40", "after": "391.50", "difference": "-21.90"})
    );
    assert_eq!(tried["accounts"][0]["lines"], 4);
    let biggest = &tried["biggest"][0];
    assert_eq!((biggest["invoice"].clone(), biggest["difference"].clone()), (json!("INV-00003"), json!("-6.00")));
    // A rule that floats reaches s1 in October; nothing was stored by trying.
    let floats = desk.ok(&["prices", "set", "everybody", "hold=float:0", "--dry-run"]);
    assert_eq!(floats["examples"]["totals"][0]["difference"], "14.20");
    assert_eq!(floats["examples"]["differ"], 1);
    assert_eq!(desk.ok(&["prices", "show", "everybody"])["versions"].as_array().map(Vec::len), Some(1));
    let other = desk.ok(&["prices", "try", "new rule", "layer=account:harbour", "method=fixed", "value=9.98"]);
    assert_eq!(other["differ"], 1, "{other}");
    // One for a product and a segment tells them by their texts.
    let given = ["prices", "try", "narrow", "layer=segment:Gold", "product=SUITE:0001", "method=fixed", "value=1"];
    assert_eq!(desk.ok(&given)["differ"], 0);
    desk.ok(&["accounts", "set", "harbour", "segment=Gold"]);
    issue(&desk, "2026-11");
    let narrow = desk.ok(&given);
    assert_eq!(
        (narrow["differ"].clone(), narrow["biggest"][0]["after"].clone()),
        (json!(2), json!("10.00")),
        "{narrow}"
    );
    // Nor do volume breaks that were not known then.
    let tiers = desk.path("tiers.csv");
    std::fs::write(&tiers, "Kind,Key,DiscountBasisPoints\nvolume_from_quantity,1,5000\n").expect("a file");
    desk.ok(&["import", tiers.to_str().expect("plain path"), "--as", "price-rules"]);
    // A version that begins in an issued month changes no past run.
    desk.ok(&["prices", "set", "everybody", "hold=float:0", "value=1", "from=2026-08-01"]);
    for month in ["2026-08", "2026-09", "2026-10", "2026-11"] {
        assert_eq!(desk.ok(&["bill", "replay", month])["identical"], true, "{month}");
    }
}

#[test]
fn a_price_is_protected_as_long_as_the_rule_says_and_rises_by_the_year() {
    let desk = desk();
    subscribe(&desk, "s1", &["start=2025-10-05", "customer_term=P3Y"]);
    let price = |fields: &[&str]| {
        desk.ok(&[&["prices", "set", "everybody", "value=0", "from=2026-01-02"], fields].concat());
        let why = desk.ok(&["prices", "why", "s1", "--on", "2026-10-20"]);
        [&why["unit_price"], &why["list_of"]].map(|text| text.as_str().unwrap_or_default().to_owned())
    };
    // The vendor renewed on 5 October 2026 at the new list; the customer is bound until 2028.
    assert_eq!(price(&["hold=vendor-term"]), ["12", "2026-10-05"]);
    assert_eq!(price(&["hold=customer-term"]), ["10.5", "2025-10-05"]);
    assert_eq!(price(&["hold=float:30"]), ["10.5", "2026-09-05"]);
    assert_eq!(price(&["hold=float:4"]), ["12", "2026-10-01"]);
    // 10.50 and 3 %: 10.815.
    assert_eq!(price(&["hold=customer-term", "uplift=3%"]), ["10.82", "2025-10-05"]);
    assert_eq!(price(&["uplift_from=2026-06-01"]), ["10.5", "2025-10-05"]);
    assert_eq!(price(&["uplift="]), ["10.5", "2025-10-05"]);
    for fields in [
        &["hold=float"][..],
        &["hold=float:900"],
        &["uplift=-3"],
        &["uplift_from=2026-01-01"],
        &["method=pass-through", "uplift=3"],
        &["method=off-erp", "value=101"],
        &["method=fixed", "value=-1"],
        &["list_plan=other"],
    ] {
        let (code, answer) = desk.run(&[&["prices", "set", "everybody"], fields].concat());
        assert!(code != 0, "{fields:?} {answer}");
    }
}

#[test]
fn promotions_are_taken_from_the_vendors_lines_or_entered() {
    let desk = desk();
    let subscription = "3e0b7a54-0c5a-4a4e-8c4f-6b4a1d1c9e77";
    subscribe(&desk, subscription, &["start=2026-08-12", "plan=annual"]);
    let file = desk.path("recon.jsonl");
    let more = json!({"PromotionId": "39NFJQT1PJL9", "UnitPrice": "96"});
    let line = vendor_line(subscription, "2026-08-12", "2027-08-11", "864.00", "86.4", more);
    std::fs::write(&file, line).expect("a file of the test's own");
    desk.ok(&["import", file.to_str().expect("plain path"), "--period", "2026-08"]);
    let taken = desk.ok(&["promotions", "take", "--period", "2026-08"]);
    let promotion = &taken["promotions"][0];
    assert_eq!((taken["taken"].clone(), promotion["percent"].clone()), (json!(1), json!("10")), "{taken}");
    assert_eq!((promotion["from"].clone(), promotion["until"].clone()), (json!("2026-08-12"), json!("2026-08-13")));
    assert_eq!(desk.ok(&["promotions", "take", "--period", "2026-08"])["taken"], 0);
    // The cost is lower at once; the price only where the rule passes it on, and the larger discount counts, once.
    let why = || {
        let why = desk.ok(&["prices", "why", subscription, "--on", "2026-10-20"]);
        [&why["unit_price"], &why["cost"]].map(|text| text.as_str().unwrap_or_default().to_owned())
    };
    assert_eq!(why(), ["114", "86.4"]);
    desk.ok(&["prices", "set", "everybody", "pass_promotions=yes", "from=2026-01-02"]);
    assert_eq!(why(), ["108", "86.4"]);
    desk.ok(&["promotions", "set", "39NFJQT1PJL9", "percent=4"]);
    assert_eq!(why(), ["114", "92.16"]);
    desk.ok(&["promotions", "end", "39NFJQT1PJL9", "--on", "2026-08-12"]);
    assert_eq!(why(), ["114", "96"]);
    let by_hand = ["promotions", "add", "Autumn", "product=SUITE:0001", "percent=20", "from=2026-08-01", "term=P1Y"];
    desk.ok(&by_hand);
    assert_eq!(why(), ["96", "76.8"]);
    let (code, answer) = desk.run(&by_hand);
    assert_eq!((code, answer["error"]["code"].as_str()), (2, Some("E-STATE")), "{answer}");
}
