//! Vendors' price sheets, in every dress they come in.

use crate::formats::{Asked, Kind, Mapping, Rows};
use crate::support::records_as;
use std::io::Write;

/// A sheet with the columns Microsoft documents, of these cells.
fn sheet(rows: &[[&str; 12]]) -> String {
    let mut text = String::from(
        "\"ProductTitle\",\"ProductId\",\"SkuId\",\"SkuTitle\",\"TermDuration\",\"BillingPlan\",\"Currency\",\"UnitPrice\",\
         \"PricingTierRangeMin\",\"PricingTierRangeMax\",\"EffectiveStartDate\",\"EffectiveEndDate\",\"Tags\",\"ERP Price\",\"Segment\"\n",
    );
    for [sku, term, plan, currency, cost, min, max, from, until, tags, erp, segment] in rows {
        let cells = [
            "A suite",
            "CFQ7TTC0XMPL",
            sku,
            "A suite",
            term,
            plan,
            currency,
            cost,
            min,
            max,
            from,
            until,
            tags,
            erp,
            segment,
        ];
        text += &cells.map(|cell| format!("\"{cell}\"")).join(",");
        text.push('\n');
    }
    text
}

/// Each price in a line: SKU, what it is of, term and plan, segment, band, cost, retail, days.
fn shown(content: impl Into<Vec<u8>>, asked: &Asked) -> Vec<String> {
    let (records, names) = records_as(content, asked).unwrap();
    assert_eq!(records.summary.problems, []);
    let Rows::Prices(rows) = records.rows else { panic!("prices") };
    let until = |d: Option<engine::Date>| d.map_or("open".to_owned(), |d| d.to_string());
    let line = |p: &crate::formats::ListPriceRow| {
        format!(
            "{}:{} {:?} {} {:?} {:?} >={} {} {} {} {}",
            names.text(p.key.product),
            names.text(p.key.sku),
            p.kind,
            p.term.map_or("none".to_owned(), |t| t.to_string()),
            p.plan,
            names.text(p.segment),
            p.at_least.normalize(),
            p.cost.normalize(),
            p.erp.normalize(),
            until(p.from),
            until(p.until),
        )
    };
    rows.iter().map(line).collect()
}

const NOW: [&str; 2] = ["2026-11-01T00:00:00.0000000Z", "9999-12-31T23:59:59.9999999Z"];

#[test]
fn a_whole_term_is_brought_to_the_charge_cycle() {
    let of =
        |term, plan, cost, erp| ["1", term, plan, "EUR", cost, "", "", NOW[0], NOW[1], "License", erp, "Commercial"];
    let text = sheet(&[
        of("P1M", "Monthly", "12.67", "15.84"),
        of("P1Y", "Monthly", "126.72", "158.40"),
        of("P1Y", "Annual", "126.72", "158.40"),
        of("P3Y", "Monthly", "360", "450"),
        of("P3Y", "Annual", "360", "450"),
        of("P3Y", "Triennial", "360", "450"),
        of("P5Y", "Annual", "500", "600"),
        // A trial is for nothing, and never stands in the way of the paid month.
        of("P1M", "None", "0", "0"),
        // The software sheet: bought once, or for a year at once.
        of("OneTime", "", "90", "100"),
        of("P1Y", "", "126.72", "158.40"),
    ]);
    let brought: Vec<String> = shown(text, &Asked::default())
        .iter()
        .map(|line| {
            line.split(' ').skip(2).take(6).filter(|w| !w.starts_with(['"', '>'])).collect::<Vec<_>>().join(" ")
        })
        .collect();
    assert_eq!(
        brought,
        [
            "P1M Monthly 12.67 15.84",
            "P1Y Monthly 10.56 13.2",
            "P1Y Annual 126.72 158.4",
            "P3Y Monthly 10 12.5",
            "P3Y Annual 120 150",
            "P3Y Triennial 360 450",
            "P5Y Annual 100 120",
            "P1M OneTime 0 0",
            "none OneTime 90 100",
            "P1Y Annual 126.72 158.4",
        ]
    );
}

#[test]
fn segments_bands_and_dates_are_read_in_every_dress() {
    let text = sheet(&[
        [
            "0001",
            "P1M",
            "Monthly",
            "EUR",
            "1.25",
            "",
            "",
            "2/1/2019 12:00:00 AM",
            "11/12/9999 11:59:59 PM",
            "",
            "2.50",
            "Charity",
        ],
        [
            "0001",
            "P1M",
            "Monthly",
            "EUR",
            "1.25",
            "1",
            "99",
            "1/1/1753 12:00:00 AM",
            "3/2/2026 11:59:59 PM",
            "",
            "2.50",
            "nonprofit",
        ],
        [
            "006G",
            "P1M",
            "Monthly",
            "EUR",
            "1.25",
            "100",
            "9223372036854780000",
            "2/1/2026 12:00:00 AM",
            "",
            "",
            "2.50",
            "Education",
        ],
    ]);
    let expected = [
        "CFQ7TTC0XMPL:0001 Term P1M Monthly \"Charity\" >=0 1.25 2.5 2019-02-01 open",
        "CFQ7TTC0XMPL:0001 Term P1M Monthly \"Charity\" >=0 1.25 2.5 2000-01-01 2026-03-03",
        "CFQ7TTC0XMPL:006G Term P1M Monthly \"Education\" >=100 1.25 2.5 2026-02-01 open",
    ];
    // No date shows its order; with a clock of twice twelve hours the month comes first, as Microsoft documents.
    assert_eq!(shown(text.clone(), &Asked::default()), expected);
    assert_eq!(shown(format!("\u{feff}{}", text.replace('\n', "\r\n")), &Asked::default()), expected);
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.start_file("sheets.csv", zip::write::SimpleFileOptions::default()).unwrap();
    zip.write_all(text.as_bytes()).unwrap();
    assert_eq!(shown(zip.finish().unwrap().into_inner(), &Asked::default()), expected);
}

#[test]
fn an_extended_service_term_is_another_thing_than_the_term() {
    let of = |tags| ["1", "P1M", "Monthly", "EUR", "13.05", "", "", NOW[0], NOW[1], tags, "16.32", "Commercial"];
    let text = sheet(&[of("License"), of("License;ExtendedServiceTerm")]);
    let kinds = |asked: &Asked| -> Vec<String> {
        shown(text.clone(), asked).iter().filter_map(|line| line.split(' ').nth(1).map(str::to_owned)).collect()
    };
    assert_eq!(kinds(&Asked::default()), ["Term", "ExtendedTerm"]);
    let named = Asked { kind: Some(Kind::MsEstSheet), ..Asked::default() };
    assert_eq!(kinds(&named), ["ExtendedTerm", "ExtendedTerm"]);
}

#[test]
fn azure_is_metered_in_bands_and_reservations_are_net() {
    let header = "ProductTitle,ProductId,SkuId,SkuTitle,Publisher,SkuDescription,UnitOfMeasure,TermDuration,Market,Currency,UnitPrice,\
                  PricingTierRangeMin,PricingTierRangeMax,EffectiveStartDate,EffectiveEndDate,MeterIds,MeterType,Tags\n";
    let text = format!(
        "{header}\
         Store,DZH318Z0STOR,7,Store hot,Microsoft,,1 GB,payG-1,GB,USD,0.0184,1,100,{0},{1},m1;m2,1 GB,Azure;Consumption\n\
         Store,DZH318Z0STOR,7,Store hot,Microsoft,,1 GB,payG-1,GB,USD,0.000017,101,9223372036854780000,{0},{1},m1,1 GB,Azure;Consumption\n",
        NOW[0], NOW[1]
    );
    assert_eq!(
        shown(text, &Asked::default()),
        [
            "DZH318Z0STOR:0007 Usage none OneTime \"\" >=0 0.0184 0.0184 2026-11-01 open",
            "DZH318Z0STOR:0007 Usage none OneTime \"\" >=101 0.000017 0.000017 2026-11-01 open",
        ]
    );
    let text = format!(
        "ProductTitle,ProductId,SkuId,SkuTitle,TermDuration,BillingPlan,Currency,UnitPrice,EffectiveStartDate\n\
         Machine,DZH318Z0RSRV,1,D2,P1Y,,USD,540,{0}\nMachine,DZH318Z0RSRV,1,D2,P3Y,Monthly,USD,1260,{0}\n",
        NOW[0]
    );
    let asked = Asked { kind: Some(Kind::MsReservationSheet), ..Asked::default() };
    assert_eq!(
        shown(text, &asked),
        [
            "DZH318Z0RSRV:0001 Term P1Y Annual \"\" >=0 540 540 2026-11-01 open",
            "DZH318Z0RSRV:0001 Term P3Y Monthly \"\" >=0 35 35 2026-11-01 open",
        ]
    );
}

#[test]
fn a_distributors_list_is_per_cycle_month_or_term_as_its_mapping_says() {
    let mapping = |per: &str| {
        let text = format!(
            "name = \"example\"\nreads = \"prices\"\nper = \"{per}\"\ncurrency = \"GBP\"\ndate_order = \"dmy\"\n[columns]\n\
             product_id = \"MPN\"\nproduct_name = \"Title\"\nterm = \"Commitment\"\nbilling_plan = \"Billed\"\n\
             cost = \"Buy\"\nretail_price = \"RRP\"\nfrom = \"Valid\"\n"
        );
        Mapping::parse(&text).unwrap()
    };
    let text = "MPN,Title,Commitment,Billed,Buy,RRP,Valid\n\
                CFQ7TTC0XMPL:1,Suite,1 year,Annual,120.00,150.00,1/11/2026\n\
                CFQ7TTC0XMPL:0001,Suite,P3Y,Monthly,36.00,,\n";
    let asked = |per| Asked { mappings: vec![mapping(per)], ..Asked::default() };
    let of = |plan_a: &str, plan_b: &str| {
        [
            format!("CFQ7TTC0XMPL:0001 Term P1Y Annual \"\" >=0 {plan_a} 2026-11-01 open"),
            format!("CFQ7TTC0XMPL:0001 Term P3Y Monthly \"\" >=0 {plan_b} open open"),
        ]
    };
    assert_eq!(shown(text, &asked("cycle")), of("120 150", "36 36"));
    assert_eq!(shown(text, &asked("month")), of("1440 1800", "36 36"));
    assert_eq!(shown(text, &asked("term")), of("120 150", "1 1"));
}
