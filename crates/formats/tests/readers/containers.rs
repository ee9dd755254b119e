//! The same rows in every wrapping.

use crate::formats::{Asked, Form, Kind, Packing, template};
use crate::support::{costs, recognised, records};
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::{Cursor, Write};

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut gz = GzEncoder::new(Vec::new(), Compression::default());
    gz.write_all(text).unwrap();
    gz.finish().unwrap()
}

fn zip(files: &[(&str, &str)]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in files {
        archive.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

/// The template row as a JSON object; numbers as numbers where the column holds one.
fn json() -> String {
    let text = template(Kind::MsRecon);
    let (header, row) = text.trim_end().split_once('\n').unwrap();
    let row = row.replace("\"Anker Bakery, Ltd\"", "Anker Bakery~ Ltd");
    let pairs = header.split(',').zip(row.split(',')).map(|(name, value)| {
        let value = value.replace('~', ",");
        let number = !value.is_empty() && value.parse::<f64>().is_ok() && name != "SkuId";
        if number { format!("\"{name}\":{value}") } else { format!("\"{name}\":\"{value}\"") }
    });
    format!("{{{}}}", pairs.collect::<Vec<_>>().join(","))
}

#[test]
fn every_wrapping_gives_the_same_line() {
    let csv = template(Kind::MsRecon);
    let (want, _) = costs(csv.clone()).unwrap();
    let (header, row) = csv.split_at(csv.find('\n').unwrap() + 1);
    let json = json();
    let v1 = json
        .replacen("PartnerId", "partnerId", 1)
        .replace("\"Total\"", "\"totalForCustomer\"")
        .replace("\"CustomerId\"", "\"customerId\"");
    let pretty = json.replace(",\"", ",\n  \"");
    for (what, content, packing, form) in [
        ("gzip", gzip(csv.as_bytes()), Packing::Gzip, Form::Csv),
        ("two members", [gzip(header.as_bytes()), gzip(row.as_bytes())].concat(), Packing::Gzip, Form::Csv),
        ("no final newline", csv.trim_end().as_bytes().to_vec(), Packing::Plain, Form::Csv),
        ("sep line", format!("sep=,\n{csv}").into_bytes(), Packing::Plain, Form::Csv),
        ("blank lines", format!("\n\n{header}\n{row}\n,,,\n").into_bytes(), Packing::Plain, Form::Csv),
        ("zip", zip(&[("sheets.csv", &csv)]), Packing::Zip, Form::Csv),
        ("json lines", format!("{json}\n").into_bytes(), Packing::Plain, Form::JsonLines),
        ("older names", v1.clone().into_bytes(), Packing::Plain, Form::JsonLines),
        ("json lines in gzip", gzip(json.as_bytes()), Packing::Gzip, Form::JsonLines),
        ("bom", format!("\u{feff}{json}").into_bytes(), Packing::Plain, Form::JsonLines),
        ("array", format!("[\n{pretty}\n]").into_bytes(), Packing::Plain, Form::JsonArray),
        (
            "answer",
            format!("{{\"totalCount\":1,\"items\":[{pretty}],\"links\":{{}}}}").into_bytes(),
            Packing::Plain,
            Form::JsonArray,
        ),
    ] {
        let found = recognised(content.clone(), &Asked::default()).unwrap_or_else(|e| panic!("{what}: {e}"));
        assert_eq!((found.kind, found.packing, found.form), (Kind::MsRecon, packing, form), "{what}");
        let (lines, summary) = costs(content).unwrap();
        assert_eq!(summary.problems, [], "{what}");
        assert_eq!(lines, want, "{what}");
    }
}

#[test]
fn members_that_repeat_header_and_mark_are_one_file() {
    let csv = format!("\u{feff}{}", template(Kind::MsRecon));
    let (lines, summary) = costs([gzip(csv.as_bytes()), gzip(csv.as_bytes())].concat()).unwrap();
    assert_eq!((lines.len(), summary.rows, summary.problem_count), (2, 2, 0));
}

#[test]
fn json_rows_may_leave_out_and_bring_keys() {
    let first = json();
    let second = first.replace("\"PromotionId\":\"\",", "").replace('}', ",\"Later\":[1,{\"a\":null}]}");
    let (lines, summary) =
        costs(format!("{first}\n{second}\n{}\n", second.replace("\"ReferenceId\":\"r1\"", "\"ReferenceId\":null")))
            .unwrap();
    assert_eq!(summary.problems, []);
    assert_eq!(lines.len(), 3);
    assert!(lines[1].ends_with("ref r1") && lines[2].ends_with("ref "));
}

#[test]
fn broken_json_costs_its_row() {
    let good = json();
    let twice = good.replace("\"SkuId\":", "\"SkuId\":\"0001\",\"SkuId\":");
    let hidden = good.replace("Example Suite", "Ex\\u202emple");
    let deep = good
        .replace("\"MeterDescription\":\"\"", &format!("\"MeterDescription\":{}{}", "[".repeat(99), "]".repeat(99)));
    let text = format!("{good}\n{twice}\n{deep}\n{}\n{}x\nnot json\n{good}\n{hidden}", &good[..good.len() / 2], good);
    let (lines, summary) = costs(text).unwrap();
    assert_eq!((lines.len(), summary.rows), (2, 8));
    assert!(
        summary.problems.iter().all(|p| p.code == if p.row == 8 { "P-TEXT" } else { "P-JSON" }),
        "{:?}",
        summary.problems
    );
}

#[test]
fn a_workbook_reads_like_its_csv() {
    let mut book = rust_xlsxwriter::Workbook::new();
    book.add_worksheet(); // an empty first sheet is passed over
    let sheet = book.add_worksheet();
    let names = [
        "SubscriptionId",
        "CustomerId",
        "ProductId",
        "SkuId",
        "TermDuration",
        "BillingPlan",
        "OpeningQuantity",
        "StartDate",
        "UnitPrice",
    ];
    for (n, name) in names.iter().enumerate() {
        sheet.write(0, n as u16, *name).unwrap();
    }
    let date = rust_xlsxwriter::Format::new().set_num_format("dd/mm/yyyy");
    for (n, text) in ["s1", "c1", "P1"].iter().enumerate() {
        sheet.write(2, n as u16, *text).unwrap();
    }
    sheet.write(2, 3, 1).unwrap();
    sheet.write(2, 4, "P1Y").unwrap();
    sheet.write(2, 5, "Monthly").unwrap();
    sheet.write(2, 6, 12).unwrap();
    let day = rust_xlsxwriter::ExcelDateTime::from_ymd(2026, 10, 3).unwrap();
    sheet.write_with_format(2, 7, &day, &date).unwrap();
    sheet.write(2, 8, 0.1 + 0.2).unwrap();
    let (records, names) = records(book.save_to_buffer().unwrap()).unwrap();
    assert_eq!(records.summary.problems, []);
    let crate::formats::Rows::Subscriptions(rows) = records.rows else { panic!("subscriptions") };
    assert_eq!(names.text(rows[0].key.sku), "0001");
    assert_eq!(rows[0].start.to_string(), "2026-10-03");
    assert_eq!((rows[0].quantity.to_string(), rows[0].price.unwrap().to_string()), ("12".into(), "0.3".into()));
}

#[test]
fn a_damaged_workbook_is_refused_and_never_panics() {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (n, name) in ["SubscriptionId", "EffectiveDate", "Kind", "QuantityDelta"].iter().enumerate() {
        sheet.write(0, n as u16, *name).unwrap();
        sheet.write_string(1, n as u16, "=1+1").unwrap();
    }
    let whole = book.save_to_buffer().unwrap();
    assert!(records(whole.clone()).unwrap().0.summary.problems.iter().all(|p| p.code == "P-FORMULA" && p.row == 1));
    for cut in (0..whole.len()).step_by(37) {
        let _ = records(&whole[..cut]);
        let mut changed = whole.clone();
        changed[cut] ^= 0xff;
        let _ = records(changed);
    }
}

#[test]
fn archives_that_grow_beyond_measure_are_refused() {
    let zeros = "\0".repeat(40 << 20);
    for name in ["xl/workbook.xml", "sheet.csv"] {
        let refusal = recognised(zip(&[(name, &zeros)]), &Asked::default()).unwrap_err();
        assert!(matches!(refusal.code, "E-FILE-BOMB" | "E-FILE-ENCODING"), "{name}: {}", refusal.code);
    }
    let spaces = format!("{}{}", template(Kind::MsRecon), " ".repeat(40 << 20));
    assert_eq!(costs(zip(&[("sheet.csv", &spaces)])).unwrap_err().code, "E-FILE-BOMB");
}

#[test]
fn archives_of_several_files_are_refused() {
    let csv = template(Kind::MsRecon);
    let refusal = recognised(zip(&[("a.csv", &csv), ("b.csv", &csv)]), &Asked::default()).unwrap_err();
    assert_eq!(refusal.code, "E-FILE-ZIP");
    let refusal = recognised(zip(&[]), &Asked::default()).unwrap_err();
    assert!(!refusal.hint.is_empty());
}
