use super::*;
use calamine::{Data, Reader};
use engine::{Currency, Date, Money};
use proptest::prelude::*;

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn posting(account: &str, minor: i64, currency: &str) -> Posting {
    Posting { account: account.into(), amount: Money::from_minor(minor, Currency::parse(currency).unwrap()) }
}

/// An invoice in three currencies' worth of entries, with names that would break a careless writer.
fn entries() -> Vec<Entry> {
    let hostile = "A \"quoted\" \\ name;\nbreaks | pipes (and) = @ *";
    vec![
        Entry {
            number: 1,
            date: day("2026-10-31"),
            text: hostile.into(),
            document: "INV-2026-0001".into(),
            postings: vec![
                posting("Assets:Receivable", 12_000, "EUR"),
                posting("Income:Licences", -10_000, "EUR"),
                posting("Liabilities:OutputTax", -2_000, "EUR"),
            ],
        },
        Entry {
            number: 2,
            date: day("2026-09-30"),
            text: "=HYPERLINK(\"x\")".into(),
            document: "(a)|b;c\n\"d\\".into(),
            postings: vec![posting("Assets:Receivable", 1500, "JPY"), posting("Income:Licences", -1500, "JPY")],
        },
        Entry {
            number: 3,
            date: day("2026-11-01"),
            text: String::new(),
            document: String::new(),
            postings: vec![
                posting("Assets:Receivable", -505, "GBP"),
                posting("income: own  services; (x)", 505, "GBP"),
                posting("Assets:Receivable", 1, "KWD"),
                posting("Income:Licences", -1, "KWD"),
            ],
        },
    ]
}

fn written(write: impl Fn(Vec<Entry>, &mut Vec<u8>) -> std::io::Result<()>) -> String {
    let mut out = Vec::new();
    write(entries(), &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn hledger_declares_what_it_uses_before_it_uses_it() {
    let text = written(journal_hledger);
    assert_eq!(
        text,
        "\
commodity 1000.00 EUR
account Assets:Receivable  ; type:A
account Income:Licences  ; type:R
account Liabilities:OutputTax  ; type:L

2026-10-31 * (INV-2026-0001) A \"quoted\" \\ name, breaks / pipes (and) = @ *
    ; entry:1
    Assets:Receivable  120.00 EUR
    Income:Licences  -100.00 EUR
    Liabilities:OutputTax  -20.00 EUR

commodity 1000. JPY

2026-09-30 * ([a]/b,c \"d\\) =HYPERLINK(\"x\")
    ; entry:2
    Assets:Receivable  1500 JPY
    Income:Licences  -1500 JPY

commodity 1000.00 GBP
account income:own services, x
commodity 1000.000 KWD

2026-11-01 * (3)
    ; entry:3
    Assets:Receivable  -5.05 GBP
    income:own services, x  5.05 GBP
    Assets:Receivable  0.001 KWD
    Income:Licences  -0.001 KWD

"
    );
}

#[test]
fn beancount_opens_accounts_before_any_entry() {
    let text = written(journal_beancount);
    assert_eq!(
        text,
        "\
1970-01-01 commodity EUR
1970-01-01 open Assets:Receivable
1970-01-01 open Income:Licences
1970-01-01 open Liabilities:OutputTax

2026-10-31 * \"A \\\"quoted\\\" \\\\ name; breaks | pipes (and) = @ *\"
  entry: 1
  document: \"INV-2026-0001\"
  Assets:Receivable  120.00 EUR
  Income:Licences  -100.00 EUR
  Liabilities:OutputTax  -20.00 EUR

1970-01-01 commodity JPY

2026-09-30 * \"=HYPERLINK(\\\"x\\\")\"
  entry: 2
  document: \"(a)|b;c \\\"d\\\\\"
  Assets:Receivable  1500 JPY
  Income:Licences  -1500 JPY

1970-01-01 commodity GBP
1970-01-01 open Income:Own--services---x
1970-01-01 commodity KWD

2026-11-01 * \"\"
  entry: 3
  Assets:Receivable  -5.05 GBP
  Income:Own--services---x  5.05 GBP
  Assets:Receivable  0.001 KWD
  Income:Licences  -0.001 KWD

"
    );
}

#[test]
fn the_journal_as_csv_has_a_row_per_posting() {
    let text = written(journal_csv);
    let mut lines = text.split("\r\n");
    assert_eq!(lines.next(), Some("Entry,Date,Text,Document,Account,Amount,Currency"));
    assert_eq!(
        lines.next(),
        Some(
            "1,2026-10-31,\"A \"\"quoted\"\" \\ name;\nbreaks | pipes (and) = @ *\",INV-2026-0001,Assets:Receivable,120.00,EUR"
        )
    );
    assert!(text.contains("2,2026-09-30,\"'=HYPERLINK(\"\"x\"\")\","), "{text}");
    assert!(text.contains(",Income:Licences,-1500,JPY\r\n"), "numbers stay numbers");
}

#[test]
fn formulas_are_guarded_and_numbers_are_not() {
    for (text, field) in [
        ("plain", "plain"),
        ("=1+1", "'=1+1"),
        ("+44 117", "'+44 117"),
        ("-x", "'-x"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("  =1", "\"'  =1\""),
        ("\t=1", "'\t=1"),
        ("\tplain", "'\tplain"),
        ("\nplain", "\"'\nplain\""),
        ("＝1", "'＝1"),
        ("\u{3000}－1", "'\u{3000}－1"),
        ("\u{200B}=1", "'\u{200B}=1"),
        ("a=b", "a=b"),
        ("a,b", "\"a,b\""),
        ("say \"x\"", "\"say \"\"x\"\"\""),
        ("", ""),
    ] {
        let mut out = Vec::new();
        table_csv(&["h"], [vec![Cell::Text(text.into()), Cell::Number("-1.50".parse().unwrap())]], &mut out).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), format!("h\r\n{field},-1.50\r\n"), "{text:?}");
    }
}

fn sheet(rows: Vec<Vec<Cell>>) -> Vec<u8> {
    let mut out = Vec::new();
    table_xlsx(&["Name", "=Amount"], rows, &mut out).unwrap();
    out
}

#[test]
fn a_workbook_holds_typed_cells_and_the_same_bytes_every_time() {
    let rows = || {
        vec![
            vec![Cell::Text("=1+1".into()), Cell::Amount(Money::from_minor(-1250, Currency::EUR))],
            vec![Cell::Text("\u{1}ctl".into()), Cell::Number("0.12345678901234567".parse().unwrap())],
            vec![Cell::Empty, Cell::Date(day("2026-10-31"))],
        ]
    };
    let bytes = sheet(rows());
    std::thread::sleep(std::time::Duration::from_millis(1100));
    assert_eq!(bytes, sheet(rows()));
    let mut book: calamine::Xlsx<_> = calamine::open_workbook_from_rs(std::io::Cursor::new(bytes)).unwrap();
    let range = book.worksheet_range("Sheet1").unwrap();
    assert_eq!(range.get((1, 0)), Some(&Data::String("=1+1".into())));
    assert_eq!(range.get((1, 1)), Some(&Data::Float(-12.5)));
    assert_eq!(range.get((2, 1)), Some(&Data::String("0.12345678901234567".into())), "too many digits for a number");
    assert!(book.worksheet_formula("Sheet1").unwrap().is_empty());
    assert!(matches!(range.get((3, 1)), Some(Data::DateTime(_))));
}

#[test]
fn a_text_too_long_for_a_cell_is_named() {
    let long = Cell::Text("x".repeat(40_000));
    let answer = table_xlsx(&["h"], [vec![Cell::Empty, long]], &mut Vec::new());
    assert!(matches!(answer, Err(TableError::TooLong { row: 1, column: 2 })), "{answer:?}");
}

proptest! {
    /// Whatever an account is called, both programs get a name they can read.
    #[test]
    fn account_names_are_always_valid(name in "\\PC{0,24}(:\\PC{0,12}){0,3}") {
        let entry = || Entry {
            number: 7,
            date: day("2026-10-31"),
            text: name.clone(),
            document: name.clone(),
            postings: vec![posting(&name, 1, "EUR"), posting("Equity:Other", -1, "EUR")],
        };
        let mut out = Vec::new();
        journal_beancount([entry()], &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        let opened = text.lines().nth(1).and_then(|l| l.strip_prefix("1970-01-01 open ")).unwrap();
        prop_assert!(opened.split(':').count() > 1);
        prop_assert!(opened.chars().all(|c| c == ':' || c == '-' || c.is_alphanumeric()), "{}", opened);
        let mut out = Vec::new();
        journal_hledger([entry()], &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        let account = text.lines().nth(1).and_then(|l| l.strip_prefix("account ")).unwrap();
        let account = account.split("  ;").next().unwrap();
        prop_assert!(!account.contains("  ") && !account.contains([';', '(', '[']) && !account.is_empty());
    }
}
