//! Fixing what was found.

use crate::Silent;
use crate::tried::{book, call};
use serde_json::json;

/// Seats nobody sold are charged at the price the others are sold at; seats sold and not bought are given back at it.
#[test]
fn missing_seats_cost_what_the_others_are_sold_at() {
    for (name, sold, catch_up) in [
        ("unsold", "6,10.00,GBP,1,60.00,12.50,75.00", "25.00"),
        ("oversold", "9,10.00,GBP,1,90.00,12.50,112.50", "-12.50"),
    ] {
        let (folder, mut session) = book(name, Silent);
        let s = &mut session;
        let template = |s: &mut _, kind: &str| {
            call(s, "import template", json!({"kind": kind}))["text"].as_str().unwrap().to_owned()
        };
        let sales = template(s, "sales").replace("8,10.00,GBP,1,80.00,12.00,96.00", sold);
        let texts = [("customers", template(s, "customers")), ("costs", template(s, "ms-recon")), ("sales", sales)];
        let files: Vec<_> = texts
            .into_iter()
            .map(|(name, text)| {
                let file = folder.join(format!("{name}.csv"));
                std::fs::write(&file, text).unwrap();
                file
            })
            .collect();
        call(s, "import", json!({"files": files, "period": "2026-10"}));
        let found = call(s, "reconcile", json!({"period": "2026-10", "against": "sales"}));
        let finding = &found["findings"][0];
        assert_eq!(finding["class"], "quantity_mismatch");
        let fixed = call(s, "findings fix", json!({"ids": [finding["id"]], "reason": "counted again"}));
        assert_eq!(fixed["made"][0]["amount"], catch_up, "{fixed}");
        let _ = std::fs::remove_dir_all(folder);
    }
}
