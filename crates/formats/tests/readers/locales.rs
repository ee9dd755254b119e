//! The same month in any column order, locale and encoding reads as the same lines.

use crate::formats::{Asked, DateOrder, Kind, Limits, Mark};
use crate::support::{costs, costs_as, recognised, sold};
use proptest::prelude::*;

#[derive(Clone, Copy, Debug)]
struct Locale {
    delimiter: char,
    comma: bool,
    date: &'static str,
    crlf: bool,
    bom: bool,
    camel: bool,
}

/// One row's values in their plain form: text, number or date.
#[derive(Clone, Debug)]
enum Cell {
    Text(String),
    Number(String),
    Date(u32, u32),
}

fn write(names: &[&str], rows: &[Vec<Cell>], order: &[usize], locale: Locale) -> String {
    let end = if locale.crlf { "\r\n" } else { "\n" };
    let quote = |s: String| {
        let needed = s.contains([locale.delimiter, '"', '\n']);
        if needed { format!("\"{}\"", s.replace('"', "\"\"")) } else { s }
    };
    let name = |n: usize| match locale.camel {
        true => names[n][..1].to_lowercase() + &names[n][1..],
        false => names[n].to_owned(),
    };
    let cell = |c: &Cell| match c {
        Cell::Text(t) => t.clone(),
        Cell::Number(n) if locale.comma => n.replace('.', ","),
        Cell::Number(n) => n.clone(),
        Cell::Date(month, day) => match locale.date {
            "dmy" => format!("{day:02}/{month:02}/2026"),
            "mdy" => format!("{month}/{day}/2026"),
            "dots" => format!("{day:02}.{month:02}.2026"),
            "long" => format!("2026-{month:02}-{day:02}T00:00:00.0000000Z"),
            _ => format!("2026-{month:02}-{day:02}"),
        },
    };
    let mut text = String::from(if locale.bom { "\u{feff}" } else { "" });
    let join =
        |cells: Vec<String>| cells.into_iter().map(quote).collect::<Vec<_>>().join(&locale.delimiter.to_string());
    text.push_str(&join(order.iter().map(|&n| name(n)).collect()));
    for row in rows {
        text.push_str(end);
        text.push_str(&join(order.iter().map(|&n| cell(&row[n])).collect()));
    }
    text
}

const NAMES: [&str; 14] = [
    "CustomerId",
    "CustomerName",
    "OrderDate",
    "ProductId",
    "SkuId",
    "ProductName",
    "ChargeType",
    "UnitPrice",
    "BillableQuantity",
    "Subtotal",
    "Currency",
    "SubscriptionId",
    "ChargeStartDate",
    "ChargeEndDate",
];

fn row() -> impl Strategy<Value = Vec<Cell>> {
    let name = prop::sample::select(vec!["Anker, Ltd", "Müller \"Optik\"", "Weiß; Söhne", "two\nlines", "plain"]);
    (0u32..999, name, 1u32..=12, 1u32..=28, 0i64..9_999_999, -500i64..500, "[a-z]{0,6}").prop_map(
        |(id, name, month, day, price, quantity, word)| {
            let fixed = |n: i64| format!("{}{}.{:02}", if n < 0 { "-" } else { "" }, n.abs() / 100, n.abs() % 100);
            vec![
                Cell::Text(format!("0a1b2c3d-0000-4000-8000-000000000{id:03}")),
                Cell::Text(name.to_owned()),
                Cell::Date(month, day),
                Cell::Text("CFQ7TTC0EXAM".into()),
                Cell::Text("0001".into()),
                Cell::Text(name.to_owned()),
                Cell::Text(format!("x{word}")),
                Cell::Number(fixed(price)),
                Cell::Number(quantity.to_string()),
                Cell::Number(fixed(price * quantity / 7)),
                Cell::Text("EUR".into()),
                Cell::Text(format!("0a1b2c3d-0000-4000-8000-000000001{id:03}")),
                Cell::Date(month, 1),
                Cell::Date(month, 28),
            ]
        },
    )
}

fn locale() -> impl Strategy<Value = Locale> {
    let date = prop::sample::select(vec!["iso", "long", "dmy", "mdy", "dots"]);
    let delimiter = prop::sample::select(vec![',', ';', '\t']);
    (delimiter, any::<bool>(), date, any::<bool>(), any::<bool>(), any::<bool>())
        .prop_map(|(delimiter, comma, date, crlf, bom, camel)| Locale { delimiter, comma, date, crlf, bom, camel })
}

fn utf16(text: &str, big: bool) -> Vec<u8> {
    let units = std::iter::once(0xfeffu16).chain(text.trim_start_matches('\u{feff}').encode_utf16());
    units.flat_map(|u| if big { u.to_be_bytes() } else { u.to_le_bytes() }).collect()
}

fn windows_1252(text: &str) -> Vec<u8> {
    text.trim_start_matches('\u{feff}').chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?')).collect()
}

const PLAIN: Locale = Locale { delimiter: ',', comma: false, date: "iso", crlf: false, bom: false, camel: false };

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn columns_shuffled_and_locale_switched_read_the_same(
        rows in prop::collection::vec(row(), 1..12),
        order in Just((0..NAMES.len()).collect::<Vec<_>>()).prop_shuffle(),
        locale in locale(),
        encoding in 0..4,
    ) {
        let plain: Vec<usize> = (0..NAMES.len()).collect();
        let (want, _) = costs(write(&NAMES, &rows, &plain, PLAIN)).unwrap();
        prop_assert_eq!(want.len(), rows.len());
        let text = write(&NAMES, &rows, &order, locale);
        let content = match encoding {
            0 => text.into_bytes(),
            1 => utf16(&text, false),
            2 => utf16(&text, true),
            _ => windows_1252(&text),
        };
        let (found, summary) = costs(content).unwrap();
        prop_assert_eq!(&summary.problems, &[]);
        prop_assert_eq!(found, want);
    }
}

/// A sales file of one row with this quantity and these dates.
fn sale(quantity: &str, from: &str, to: &str) -> String {
    format!(
        "CustomerId;ProductId;SkuId;SubscriptionId;PeriodStart;PeriodEnd;Quantity;SellTotal;Currency\n\
         c1;P;0001;s1;{from};{to};{quantity};10;EUR\n"
    )
}

#[test]
fn what_no_cell_settles_is_asked() {
    let options = |text: &str, asked: &Asked| -> Vec<&str> {
        recognised(text, asked).unwrap().questions.iter().map(|q| q.option).collect()
    };
    let none = Asked::default();
    assert_eq!(options(&sale("1.234", "2026-10-01", "2026-10-31"), &none), ["--decimal"]);
    assert_eq!(options(&sale("1", "10/03/2026", "11/03/2026"), &none), ["--date-order"]);
    assert_eq!(options(&sale("1", "10/03/2026", "10/31/2026"), &none), [""; 0]);
    assert_eq!(options(&sale("1", "05/05/2026", "31/05/2026"), &none), [""; 0]);
    assert_eq!(options(&sale("12,5", "01.10.2026", "12.10.2026"), &none), [""; 0]);
    let told = Asked { decimal: Some(Mark::Comma), date_order: Some(DateOrder::Mdy), ..none };
    assert_eq!(options(&sale("1.234", "10/03/2026", "11/03/2026"), &told), [""; 0]);
}

#[test]
fn one_cell_settles_the_file() {
    let (lines, _, summary) = sold(sale("1.234,5", "10/03/2026", "31/03/2026")).unwrap();
    assert_eq!(summary.problems, []);
    assert_eq!(lines[0].quantity.to_string(), "1234.5");
    assert_eq!(lines[0].period.unwrap().to_string(), "2026-03-10 to 2026-03-31");
}

#[test]
fn an_answer_decides() {
    let text = "product_name,quantity,amount,currency,period_start\nDisk,1,\"1,234\",EUR,10/03/2026\n";
    for (mark, order, want) in
        [(Mark::Comma, DateOrder::Dmy, "1.234 2026-03-10"), (Mark::Point, DateOrder::Mdy, "1234 2026-10-03")]
    {
        let asked =
            Asked { kind: Some(Kind::Distributor), decimal: Some(mark), date_order: Some(order), ..Asked::default() };
        let (lines, summary) = costs_as(text, &asked, &Limits::default()).unwrap();
        assert_eq!(summary.problems, []);
        let (amount, date) = want.split_once(' ').unwrap();
        assert!(lines[0].contains(&format!("= {amount} EUR")) && lines[0].contains(date), "{want}: {}", lines[0]);
    }
}

#[test]
fn windows_1252_is_told() {
    let mut text = sale("1", "2026-10-01", "2026-10-31").into_bytes();
    text.extend_from_slice(b"caf\xe9;P;0001;s1;2026-10-01;2026-10-31;1;10;EUR\n");
    let (lines, names, summary) = sold(text).unwrap();
    assert_eq!(names.source_text(lines[1].customer), "café");
    assert!(
        summary.notes[0].code == "N-WINDOWS-1252" || summary.notes[0].code == "N-LINES-WINDOWS-1252",
        "{:?}",
        summary.notes
    );
}
