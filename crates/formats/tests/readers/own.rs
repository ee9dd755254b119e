//! Our own kinds.

use engine::Currency;
use engine::bundle::PartKind;

use crate::formats::{Asked, Change, Kind, Rows, RuleRow, template};
use crate::support::{costs, recognised, records, records_as, sold};

#[test]
fn every_template_is_recognised_and_read_without_problems() {
    for kind in Kind::ALL {
        let text = template(kind);
        // A few kinds share their columns with others, and are taken for theirs only when a person says so.
        let named = [Kind::MsEstSheet, Kind::MsReservationSheet, Kind::DistributorPrices].contains(&kind);
        let asked = Asked { kind: named.then_some(kind), ..Asked::default() };
        assert!(!named || recognised(text.clone(), &Asked::default()).map_or(true, |found| found.kind != kind));
        let found = recognised(text.clone(), &asked).unwrap_or_else(|e| panic!("{}: {e}", kind.name()));
        assert_eq!(found.kind, kind);
        assert_eq!((found.unknown.len(), found.questions.len()), (0, 0), "{}", kind.name());
        let (rows, summary) = match kind {
            Kind::Sales => sold(text).map(|(lines, _, summary)| (lines.len(), summary)),
            kind if kind.is_costs() => costs(text).map(|(lines, summary)| (lines.len(), summary)),
            _ => records_as(text, &asked).map(|(records, _)| (records.rows.len(), records.summary)),
        }
        .unwrap();
        assert_eq!(summary.problems, [], "{}", kind.name());
        assert!(rows > 0 && rows == summary.rows as usize);
        assert_eq!(Kind::parse(kind.name()), Some(kind));
    }
}

#[test]
fn a_customer_says_only_what_its_file_says() {
    let (records, _) = records(
        "CustomerName,CustomerId,Currency,City,VatTreatment\nAnker Bakery,c1,GBP,Port Example,Reverse charge\nNobody,c2,EUR,,\n",
    )
    .unwrap();
    let Rows::Customers(rows) = records.rows else { panic!("customers") };
    assert_eq!(rows[0].name, "Anker Bakery");
    assert_eq!(rows[0].address, ["Port Example"]);
    assert_eq!(rows[0].treatment, Some(engine::register::TaxTreatment::ReverseCharge));
    assert_eq!((rows[1].treatment, rows[1].vat_percent, rows[1].payment_days), (None, None, None));
    assert!(rows[0].tenant.is_none());
}

#[test]
fn rules_changes_and_bundles_are_fractions_dates_and_parts() {
    let (rules, _) = records(template(Kind::PriceRules)).unwrap();
    let Rows::Rules(rows) = rules.rows else { panic!("rules") };
    assert!(matches!(&rows[0], RuleRow::Segment { discount, .. } if discount.to_string() == "0.06"));
    assert!(
        matches!(&rows[1], RuleRow::Volume { from, discount, .. } if (from.to_string(), discount.to_string()) == ("25".into(), "0.02".into()))
    );
    let (changes, _) = records(
        "SubscriptionId,EffectiveDate,Kind,QuantityDelta\ns,2026-10-06,cancelImmediate,-33\ns,2026-10-07,remove,2\n",
    )
    .unwrap();
    let Rows::SeatChanges(rows) = changes.rows else { panic!("changes") };
    assert_eq!(
        (rows[0].change, rows[1].change, rows[1].quantity.to_string()),
        (Change::Cancel, Change::Remove, "-2".into())
    );
    let (bundles, _) = records(template(Kind::Bundles)).unwrap();
    let Rows::Bundles(rows) = bundles.rows else { panic!("bundles") };
    assert_eq!((rows.len(), rows[0].discount.to_string(), rows[0].show_parts), (3, "0.05".into(), true));
    assert_eq!((rows[0].kind, rows[0].shown, rows[0].from, rows[0].currency), (None, true, None, None));
    assert_eq!((rows[2].kind, rows[2].currency), (Some(PartKind::OneOff), Some(Currency::GBP)));
    assert_eq!(
        (rows[2].part_price, rows[2].part_cost),
        (Some("49.00".parse().unwrap()), Some("20.00".parse().unwrap()))
    );
    let (wrong, _) = records(
        "BundleId,BundleName,ProductId,EffectiveFrom,Shown,PartKind,PartPrice,Currency\n\
         B,Desk,P,2026-07-01,no,one-off,10,EUR\n\
         B,Desk,P,soon,perhaps,usage,-1,\n",
    )
    .unwrap();
    let found: Vec<_> = wrong.summary.problems.iter().map(|p| (p.row, p.column.as_str(), p.code)).collect();
    assert_eq!(
        found,
        [
            (2, "Currency", "P-MISSING"),
            (2, "PartPrice", "P-NUMBER-RANGE"),
            (2, "EffectiveFrom", "P-DATE"),
            (2, "PartKind", "P-WORD"),
            (2, "Shown", "P-WORD"),
        ]
    );
    let Rows::Bundles(rows) = wrong.rows else { panic!("bundles") };
    assert_eq!((rows.len(), rows[0].from.map(|d| d.to_string()), rows[0].shown), (1, Some("2026-07-01".into()), false));
}

#[test]
fn wrong_words_and_periods_are_problems() {
    let (records, _) = records(
        "SubscriptionId,CustomerId,ProductId,SkuId,TermDuration,BillingPlan,OpeningQuantity,StartDate,TermEndDate,AnchorDay,Status\n\
         s1,c1,P,1,P1Y,Monthly,3,2026-01-01,2026-12-31,1,Active\n\
         s2,c1,P,1,P,Monthly,3,2026-01-01,2026-12-31,1,Active\n\
         s3,c1,P,1,P1Y,Weekly,3,2026-01-01,2026-12-31,1,Active\n\
         s4,c1,P,1,P1Y,Monthly,-3,2026-01-01,2026-12-31,1,Active\n\
         s5,c1,P,1,P1Y,Monthly,3,2026-01-01,2025-12-30,1,Active\n\
         s6,c1,P,1,P1Y,Monthly,3,2026-01-01,2026-12-31,32,Lost\n",
    )
    .unwrap();
    let found: Vec<_> = records.summary.problems.iter().map(|p| (p.row, p.column.as_str(), p.code)).collect();
    assert_eq!(
        found,
        [
            (2, "TermDuration", "P-WORD"),
            (3, "BillingPlan", "P-WORD"),
            (4, "OpeningQuantity", "P-NUMBER-RANGE"),
            (5, "TermEndDate", "P-PERIOD"),
            (6, "AnchorDay", "P-NUMBER-RANGE"),
            (6, "Status", "P-WORD"),
        ]
    );
    assert_eq!(records.rows.len(), 1);
}

#[test]
fn our_own_guard_is_undone() {
    let (records, names) =
        records("ProductId,SkuId,ProductName,Kind\nP,'0001,'+Plus pack,licence\nQ,,'s-Gravenhage tour,service\n")
            .unwrap();
    assert_eq!(records.summary.problems, []);
    let Rows::Products(rows) = records.rows else { panic!("products") };
    assert_eq!((names.text(rows[0].key.sku), names.text(rows[0].name)), ("0001", "+Plus pack"));
    assert_eq!(names.text(rows[1].name), "'s-Gravenhage tour");
}

/// An agreement that is over says when; one that expired ended with its term.
#[test]
fn a_subscription_that_ended_says_when() {
    let header = "SubscriptionId,CustomerId,ProductId,TermDuration,BillingPlan,OpeningQuantity,StartDate,TermEndDate,Status,CancelledDate\n";
    let row = |end: &str, status: &str, cancelled: &str| {
        format!("{header}s,c,P,P1Y,Monthly,5,2026-01-01,{end},{status},{cancelled}\n")
    };
    for (text, ended, problem) in [
        (row("2026-12-31", "Active", ""), None, None),
        (row("2026-12-31", "Cancelled", "2026-10-05"), Some("2026-10-05"), None),
        (row("2026-12-31", "Expired", ""), Some("2027-01-01"), None),
        (row("2026-12-31", "Expired", "2026-11-01"), Some("2026-11-01"), None),
        (row("2026-12-31", "Cancelled", ""), None, Some("P-MISSING")),
        (row("", "Expired", ""), None, Some("P-MISSING")),
    ] {
        let (records, _) = records(text.clone()).unwrap();
        let Rows::Subscriptions(rows) = records.rows else { panic!("subscriptions") };
        assert_eq!(records.summary.problems.first().map(|p| p.code), problem, "{text}");
        let found = rows.first().and_then(|r| r.cancelled).map(|d| d.to_string());
        assert_eq!(found.as_deref(), ended, "{text}");
    }
}
