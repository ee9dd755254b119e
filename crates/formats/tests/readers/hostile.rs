//! Files nobody should send: each ends in a refusal or a problem, never in a panic, and one bad row costs one row.

use crate::formats::{Asked, Kind, Limits, shipped, template};
use crate::support::{bytes, costs, costs_as, recognised};
use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::prelude::*;
use std::io::Write;

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut gz = GzEncoder::new(Vec::new(), Compression::best());
    gz.write_all(text).unwrap();
    gz.finish().unwrap()
}

/// The template with its row so many times.
fn month(rows: usize) -> String {
    let text = template(Kind::MsRecon);
    let (header, row) = text.split_at(text.find('\n').unwrap() + 1);
    header.to_owned() + &row.repeat(rows)
}

fn code(content: impl Into<Vec<u8>>) -> &'static str {
    costs(content).map_or_else(|refusal| refusal.code, |_| "read")
}

#[test]
fn whole_files_are_refused_with_a_code() {
    let truncated = gzip(month(50).as_bytes());
    for (content, want) in [
        (Vec::new(), "E-FILE-EMPTY"),
        (b"\n\n".to_vec(), "E-FILE-EMPTY"),
        (gzip(b""), "E-FILE-EMPTY"),
        (b"what,is,this\n1,2,3\n".to_vec(), "E-FILE-UNKNOWN"),
        (b"%PDF-1.7\n\0\0\0".to_vec(), "E-FILE-UNKNOWN"),
        (b"C\0u\0s\0t\0o\0m\0e\0r\0I\0d\0".to_vec(), "E-FILE-ENCODING"),
        (b"{}".to_vec(), "E-FILE-UNKNOWN"),
        (b"[1,2,3]".to_vec(), "E-FILE-UNKNOWN"),
        (truncated[..20].to_vec(), "E-FILE-TRUNCATED"),
        (b"PK\x03\x04rubbish".to_vec(), "E-FILE-CORRUPT"),
        (b"\x1f\x8brubbish and more of it".to_vec(), "E-FILE-CORRUPT"),
        (month(1).replacen("SkuId", "ProductId", 1).into_bytes(), "E-FILE-HEADER"),
        (month(1).replacen("Tier2MpnId", "SkuId", 1).into_bytes(), "E-FILE-HEADER"),
        // Without its amounts it has the columns of a list of customers, and is none.
        (month(1).replacen("Subtotal", "PreTaxTotal", 1).into_bytes(), "E-FILE-HEADER"),
        (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1\0\0\0\0".to_vec(), "E-FILE-UNKNOWN"),
    ] {
        let shown = String::from_utf8_lossy(&content[..content.len().min(40)]).into_owned();
        assert_eq!(code(content), want, "{shown}");
    }
}

#[test]
fn bombs_and_giants_are_stopped() {
    let bomb = gzip(&[month(1).as_bytes(), &vec![b' '; 64 << 20]].concat());
    assert_eq!(code(bomb), "E-FILE-BOMB");
    let small = Limits { text: 4_000, packed: 1_000, rows: 5, columns: 10, ..Limits::default() };
    let with = |content: Vec<u8>, limits: Limits| costs_as(content, &Asked::default(), &limits).unwrap_err().code;
    assert_eq!(with(month(50).into_bytes(), small), "E-FILE-TOO-LARGE");
    assert_eq!(with(gzip(month(50).as_bytes()), Limits { columns: 99, ..small }), "E-FILE-TOO-LARGE");
    assert_eq!(with(month(1).into_bytes(), small), "E-FILE-LIMIT");
    assert_eq!(with(month(6).into_bytes(), Limits { text: 1 << 20, columns: 99, ..small }), "E-FILE-LIMIT");
}

#[test]
fn one_bad_row_costs_one_row() {
    let good = month(4);
    let lines: Vec<&str> = good.lines().collect();
    let with = |bad: &str| [lines[0], lines[1], lines[2], bad, lines[3], lines[4], ""].join("\n");
    let long = lines[1].replace("Example Suite", &"x".repeat(10 << 20));
    let quoted = lines[1].replace("Example Suite", &format!("\"{}\"", "x,".repeat(5 << 20)));
    let field = lines[1].replacen("Example Suite", &"x".repeat(70 << 10), 1);
    let open = lines[1].replacen("\"Anker", "\"\"\"Anker", 1);
    for (bad, want) in [
        (lines[1].rsplit_once(',').unwrap().0, "P-COLUMNS"),
        (&lines[1][..200], "P-COLUMNS"),
        (&format!("{},more", lines[1]), "P-COLUMNS"),
        (&long, "P-ROW-TOO-LONG"),
        (&quoted, "P-ROW-TOO-LONG"),
        (&field, "P-FIELD-TOO-LONG"),
        (&open.replacen("Ltd\"", "Ltd", 1), "P-QUOTE"),
        (&lines[1].replacen("Ltd\"", "Ltd\" x", 1), "P-QUOTE"),
        ("0", "P-COLUMNS"),
        (&lines[1].replacen("Example Suite", "Ex\0mple", 3).replacen("Ex\0mple", "", 1), "P-TEXT"),
    ] {
        let (read, summary) = costs(with(bad)).unwrap();
        let found: Vec<_> = summary.problems.iter().map(|p| (p.row, p.code)).collect();
        assert_eq!((read.len(), found.first()), (4, Some(&(3, want))), "{want}: {:?}", summary.problems);
        assert!(found.iter().all(|&(row, _)| row == 3));
        let long = want.ends_with("TOO-LONG");
        assert_eq!(long, summary.problems[0].column == "SkuName", "{want}");
        assert!(summary.problems[0].value.chars().count() <= 60);
    }
}

#[test]
fn a_cut_archive_keeps_the_rows_before_the_cut() {
    let noise: String = (0..4000u32).map(|n| format!("{:08x}", n.wrapping_mul(2_654_435_761))).collect();
    let mut text = month(1);
    let row = text.lines().nth(1).unwrap().to_owned();
    for n in 0..2_000 {
        text.push_str(&row.replace("a1b2c3d4e5f6", &noise[n * 8..n * 8 + 16]));
        text.push('\n');
    }
    let whole = gzip(text.as_bytes());
    let (lines, summary) = costs(&whole[..whole.len() / 2]).unwrap();
    assert!(lines.len() > 100 && lines.len() < 2_000, "{}", lines.len());
    assert!(summary.problems.iter().any(|p| p.code == "P-FILE-CUT"), "{:?}", summary.problems);
    let mut damaged = whole.clone();
    damaged[whole.len() / 2] ^= 0x55;
    assert!(matches!(code(damaged), "E-FILE-CORRUPT" | "E-FILE-TRUNCATED"));
}

#[test]
fn a_file_cut_at_any_byte_never_panics() {
    let csv = month(2);
    for cut in 0..csv.len() {
        let _ = costs(&csv.as_bytes()[..cut]);
    }
    let packed = gzip(csv.as_bytes());
    for cut in 0..packed.len() {
        let _ = costs(&packed[..cut]);
    }
    let json = "{\"CustomerId\":\"c\\u00e9\",\"x\":[{\"a\":1}],\"Subtotal\":1E-5,\"b\":null}";
    for cut in 0..json.len() {
        let _ = recognised(&json.as_bytes()[..cut], &Asked { kind: Some(Kind::MsRecon), ..Asked::default() });
    }
}

#[test]
fn a_reading_can_be_stopped() {
    let source = bytes(month(9));
    let limits = Limits::default();
    let file = crate::formats::recognise(&source, &limits, &Asked::default()).unwrap();
    let stop = |_: crate::formats::Batch<'_, engine::cost::CostLine>| Err(crate::formats::Stop);
    let refusal = crate::formats::read_costs(&source, &file, &limits, 1, &mut { stop }, &mut |_| Ok(())).unwrap_err();
    assert!(refusal.is_stop());
    let refusal =
        crate::formats::read_costs(&source, &file, &limits, 1, &mut |_| Ok(()), &mut |_| Err(crate::formats::Stop))
            .unwrap_err();
    assert!(refusal.is_stop());
}

fn try_everything(content: &[u8]) {
    for kind in [None, Some(Kind::MsRecon), Some(Kind::MsUsage), Some(Kind::Distributor)] {
        let asked = Asked { kind, mappings: shipped(), ..Asked::default() };
        let _ = costs_as(content, &asked, &Limits { field: 50, line: 200, ..Limits::default() });
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]
    #[test]
    fn random_bytes_never_panic(content in prop::collection::vec(any::<u8>(), 0..600)) {
        try_everything(&content);
    }

    #[test]
    fn random_rows_never_panic(
        rows in prop::collection::vec("[0-9a-zA-Z,;\"\n\r\t='./:é€\u{202e}\\-+(){}\\[\\]]{0,80}", 0..12),
        json in any::<bool>(),
    ) {
        let mut text = if json { "{\"CustomerId\":\"c\"}\n".to_owned() } else { month(1) };
        for row in rows {
            text.push_str(&row);
            text.push('\n');
        }
        try_everything(text.as_bytes());
    }

    #[test]
    fn changed_cells_never_panic(cell in "\\PC{0,24}", place in 0usize..47) {
        let text = month(1);
        let (header, row) = text.split_once('\n').unwrap();
        let mut cells: Vec<&str> = row.split(',').collect();
        cells[place] = &cell;
        try_everything(format!("{header}\n{}\n", cells.join(",")).as_bytes());
    }
}
