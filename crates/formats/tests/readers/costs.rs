//! Vendors' files row by row, checked against what a person reads in them.

use crate::formats::{Asked, Kind, Limits, Mapping, raw_row, shipped, template};
use crate::support::{bytes, costs, costs_as, recognised};

const CUSTOMER: &str = "0a1b2c3d-0000-4000-8000-000000000101";
const SUBSCRIPTION: &str = "0a1b2c3d-0000-4000-8000-000000000201";

/// A reconciliation file with the columns that matter here; each row overrides some of a plain monthly charge.
fn recon(rows: &[&[(&str, &str)]]) -> String {
    let plain = [
        ("CustomerId", CUSTOMER),
        ("ProductId", "CFQ7TTC0EXAM"),
        ("SkuId", "0001"),
        ("ProductName", "Example Suite"),
        ("ChargeType", "cycleCharge"),
        ("UnitPrice", "10.00"),
        ("Quantity", "8"),
        ("Subtotal", "80.00"),
        ("Currency", "GBP"),
        ("PublisherName", "Microsoft Corporation"),
        ("PublisherId", "1"),
        ("SubscriptionDescription", "Example Suite"),
        ("SubscriptionId", SUBSCRIPTION),
        ("ChargeStartDate", "2026-10-12"),
        ("ChargeEndDate", "2026-11-11"),
        ("TermAndBillingCycle", "One-Year commitment for monthly/yearly billing"),
        ("BillableQuantity", "8"),
        ("BillingFrequency", "Monthly"),
        ("ReferenceId", "r1"),
        ("ProductQualifiers", ""),
        ("SubscriptionStartDate", ""),
        ("SubscriptionEndDate", ""),
    ];
    let mut text = plain.map(|(name, _)| name).join(",");
    for row in rows {
        let cell = |(name, value): (&str, &str)| {
            let value = row.iter().find(|(n, _)| *n == name).map_or(value, |(_, v)| v);
            format!("\"{}\"", value.replace('"', "\"\""))
        };
        text.push_str(&format!("\n{}", plain.map(cell).join(",")));
    }
    text
}

/// The one line such a row becomes.
fn one(row: &[(&str, &str)]) -> String {
    let (lines, summary) = costs(recon(&[row])).unwrap();
    assert_eq!(summary.problems, [], "{row:?}");
    lines.concat()
}

#[test]
fn a_reconciliation_row_keeps_the_vendors_figures() {
    let (lines, summary) = costs(template(Kind::MsRecon)).unwrap();
    assert_eq!(
        lines,
        [format!(
            "7/1 Licence G000000001 {CUSTOMER} Anker Bakery, Ltd sub {SUBSCRIPTION} order a1b2c3d4e5f6 Some(2026-10-12) \
             CFQ7TTC0EXAM/0001 Example Suite Cycle Some(\"2026-10-12 to 2026-11-11\") term Some(\"2026-10-12 to 2027-10-11\") \
             Some(\"P1Y\") Some(Monthly) price 10 10 qty 8 8 = 80 + 0 = 80 GBP GBP x1 None ref r1"
        )]
    );
    assert_eq!(summary.totals.get(engine::Currency::GBP).to_string(), "80.00");
    assert_eq!(summary.invoices, ["G000000001"]);
    assert_eq!(summary.period.unwrap().to_string(), "2026-10");
}

#[test]
fn daily_usage_keeps_its_day_and_meter() {
    let (lines, _) = costs(template(Kind::MsUsage)).unwrap();
    assert!(lines[0].contains("Usage G000000001"), "{}", lines[0]);
    assert!(lines[0].contains("= 0.85 + 0 = 0.85 GBP USD x0.85"), "{}", lines[0]);
    assert!(lines[0].ends_with(
        "used Some(2026-10-12) Example disk 1 GB/Month 1 in 0a1b2c3d-0000-4000-8000-000000000501 Production 0%"
    ));
}

#[test]
fn legacy_rows_are_known_by_the_portals_subscription_number() {
    let (lines, _) = costs(template(Kind::MsReconLegacy)).unwrap();
    assert!(lines[0].contains(&format!("sub {SUBSCRIPTION}")) && lines[0].contains(" Cycle "), "{}", lines[0]);
}

#[test]
fn families_follow_the_published_heuristics() {
    for (family, row) in [
        ("Licence", &[("TermAndBillingCycle", "One-Month commitment for monthly billing")][..]),
        ("Marketplace", &[("PublisherName", "Fabrikam"), ("PublisherId", "77")]),
        ("Reservation", &[("TermAndBillingCycle", "3 Years Reservation")]),
        ("Reservation", &[("TermAndBillingCycle", "One-Year Savings Plan")]),
        ("Software", &[("TermAndBillingCycle", "1 Year Subscription")]),
        ("Software", &[("TermAndBillingCycle", ""), ("ChargeEndDate", "")]),
        (
            "Usage",
            &[("TermAndBillingCycle", ""), ("SubscriptionDescription", "Azure plan"), ("ProductId", "DZH318Z0EXAM")],
        ),
    ] {
        assert!(one(row).starts_with(&format!("7/1 {family} ")), "{family}: {}", one(row));
    }
}

#[test]
fn words_are_read_in_any_spelling() {
    for (word, charge) in [
        ("new", " New "),
        ("Purchase", " New "),
        ("CycleFee", " Cycle "),
        ("cyclecharge", " Cycle "),
        ("ADDQUANTITY", " AddQuantity "),
        ("removeQuantity", " RemoveQuantity "),
        ("cancel", " Cancel "),
        ("Refund", " Cancel "),
        ("cancelImmediate", " Cancel "),
        ("Cycle instance prorate", " Prorate "),
        ("Prorate fees when renew", " Renew "),
        ("Offset a line item", " Adjustment "),
        ("somethingNew", " Other("),
    ] {
        let line = one(&[("ChargeType", word)]);
        assert!(line.contains(charge), "{word}: {line}");
    }
}

#[test]
fn references_are_compared_by_the_id_inside() {
    for (cell, id) in [
        ("7cf701ec0b34", "7cf701ec0b34"),
        ("{\"id\":\"ab12\",\"v\":\"2.0\"}", "ab12"),
        ("{\"v\":2,\"osId\":\"x\",\"id\":\"ab12\"}", "ab12"),
        ("{broken", "{broken"),
        ("", ""),
    ] {
        assert!(one(&[("ReferenceId", cell)]).ends_with(&format!(" ref {id}")), "{cell}");
    }
}

#[test]
fn terms_and_plans_come_from_words_then_dates() {
    for (row, want) in [
        (
            &[("TermAndBillingCycle", "Three-Year commitment for yearly billing"), ("BillingFrequency", "Annual")][..],
            "Some(\"P3Y\") Some(Annual)",
        ),
        (
            &[("TermAndBillingCycle", "One-Month commitment for monthly billing"), ("BillingFrequency", "")],
            "Some(\"P1M\") Some(Monthly)",
        ),
        (
            &[
                ("TermAndBillingCycle", ""),
                ("SubscriptionStartDate", "2026-10-12"),
                ("SubscriptionEndDate", "2027-10-11"),
            ],
            "Some(\"P1Y\") Some(Monthly)",
        ),
        (&[("TermAndBillingCycle", ""), ("BillingFrequency", ""), ("ChargeEndDate", "2026-10-30")], "None None"),
    ] {
        assert!(one(row).contains(want), "{want}: {}", one(row));
    }
}

#[test]
fn ids_survive_spreadsheets() {
    let line =
        one(&[("SkuId", "1"), ("CustomerId", "ORG:x"), ("SubscriptionId", "0A1B2C3D-0000-4000-8000-000000000201")]);
    assert!(line.contains("CFQ7TTC0EXAM/0001") && line.contains(&format!("sub {SUBSCRIPTION}")), "{line}");
    let line = one(&[("CustomerId", &format!("org:{}", CUSTOMER.to_uppercase())), ("SkuId", "'0002")]);
    assert!(line.contains(&format!(" {CUSTOMER} ")) && line.contains("CFQ7TTC0EXAM/0002"), "{line}");
    let line = one(&[("ProductQualifiers", "[\"Trial\",\"Add-on\"]"), ("Subtotal", "-0E-20")]);
    assert!(line.contains(" trial add-on") && line.contains("= 0 + 0 = 0 GBP"), "{line}");
}

#[test]
fn every_problem_names_row_column_value_and_code() {
    let rows: &[&[(&str, &str)]] = &[
        &[],
        &[("Subtotal", "eighty")],
        &[("ChargeStartDate", "1899-12-31")],
        &[("ChargeStartDate", "2026-13-01")],
        &[("ChargeEndDate", "2026-10-01")],
        &[("Currency", "Euros")],
        &[("CustomerId", "0a1b2c3d-0000-4000-8000-00000000010")],
        &[("CustomerId", "")],
        &[("UnitPrice", "=1+1")],
        &[("ProductName", "=HYPERLINK(\"x\")")],
        &[("ProductName", "evil\u{202e}name")],
        &[("ProductName", "bell\u{7}")],
        &[("Subtotal", "99999999999.99")],
        &[("Quantity", "1.2.3")],
        &[],
    ];
    let (lines, summary) = costs(recon(rows)).unwrap();
    assert_eq!((lines.len(), summary.rows, summary.good), (2, 15, 2));
    let found: Vec<_> = summary.problems.iter().map(|p| (p.row, p.column.as_str(), p.code)).collect();
    assert_eq!(
        found,
        [
            (2, "Subtotal", "P-NUMBER"),
            (3, "ChargeStartDate", "P-DATE-RANGE"),
            (4, "ChargeStartDate", "P-DATE"),
            (5, "ChargeEndDate", "P-PERIOD"),
            (6, "Currency", "P-CURRENCY"),
            (7, "CustomerId", "P-GUID"),
            (8, "CustomerId", "P-MISSING"),
            (9, "UnitPrice", "P-FORMULA"),
            (10, "ProductName", "P-FORMULA"),
            (11, "ProductName", "P-TEXT"),
            (12, "ProductName", "P-TEXT"),
            (13, "Subtotal", "P-AMOUNT-RANGE"),
            (14, "Quantity", "P-NUMBER"),
        ]
    );
    assert_eq!(summary.problems[0].value, "eighty");
    assert!(summary.problems.iter().all(|p| !p.hint.is_empty()));
    let known: Vec<&str> = crate::formats::codes().iter().map(|(code, _)| *code).collect();
    assert!(summary.problems.iter().all(|p| known.contains(&p.code)));
}

#[test]
fn a_distributors_file_is_read_through_its_mapping() {
    let file = "companyName;productName;sku;description;startPeriod;endPeriod;quantity;price;subTotal;cost;costTotal;chargeType;term\n\
                Anker Bakery;Example Suite;ES-1;;10/01/2026;10/31/2026;8;12,00;96,00;10,00;80,00;recurring;One-Year\n";
    let asked = Asked { mappings: shipped(), ..Asked::default() };
    let found = recognised(file, &asked).unwrap();
    assert_eq!((found.kind, found.mapping.as_ref().unwrap().name.as_str()), (Kind::Distributor, "pax8"));
    assert!(found.notes[0].code == "N-MAPPING-UNCONFIRMED");
    let (lines, summary) = costs_as(file, &asked, &Limits::default()).unwrap();
    assert_eq!(
        lines,
        [
            "7/1 Other  Anker Bakery Anker Bakery sub  order  None ES-1/ Example Suite Cycle Some(\"2026-10-01 to 2026-10-31\") \
          term None Some(\"P1Y\") Some(Monthly) price 10 10 qty 8 8 = 80 + 0 = 80 USD USD x1 None ref "
        ]
    );
    assert_eq!(summary.unknown, ["price", "subTotal"]);
}

#[test]
fn a_mapping_says_what_the_amount_means() {
    let mapping = "name = \"x\"\nsign = \"negate\"\namount_includes_quantity = false\ncurrency = \"EUR\"\n\
                   [columns]\nproduct_name = \"Item\"\nquantity = \"Units\"\namount = \"Each\"\n";
    let asked = Asked { mapping: Some(Mapping::parse(mapping).unwrap()), ..Asked::default() };
    let (lines, _) = costs_as("Item,Units,Each\nDisk,3,-0.335\n", &asked, &Limits::default()).unwrap();
    assert!(lines[0].contains("= 1.01 + 0 = 1.01 EUR"), "{}", lines[0]); // 3 x 0.335 = 1.005, half up
    let refusal = costs_as("Item,Count\nDisk,3\n", &asked, &Limits::default()).unwrap_err();
    assert_eq!(refusal.code, "E-FILE-HEADER");
}

#[test]
fn any_line_leads_back_to_its_row() {
    let text = recon(&[&[], &[("ProductName", "two\nlines, \"quoted\"")], &[("Subtotal", "x")]]);
    let source = bytes(text);
    let limits = Limits::default();
    let file = crate::formats::recognise(&source, &limits, &Asked::default()).unwrap();
    let row = raw_row(&source, &file, &limits, 2).unwrap();
    assert!(row.contains(&("ProductName".into(), "two\nlines, \"quoted\"".into())), "{row:?}");
    assert_eq!(row.len(), 22);
    let row = raw_row(&source, &file, &limits, 3).unwrap();
    assert!(row.contains(&("Subtotal".into(), "x".into())));
    assert_eq!(raw_row(&source, &file, &limits, 4).unwrap(), []);
}
