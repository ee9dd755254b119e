use super::*;
use crate::printed::{Group, Kind, Printed};
use crate::sheet::Element;
use crate::{Printer, Size};
use engine::Money;
use proptest::prelude::*;

mod letters;
#[path = "../../examples/sample/mod.rs"]
mod sample;

fn printer() -> &'static Printer {
    static PRINTER: std::sync::LazyLock<Printer> = std::sync::LazyLock::new(|| Printer::new().unwrap());
    &PRINTER
}

fn press<'a>(language: &str, brand: &'a Brand, size: Size) -> Press<'a> {
    Press { faces: &printer().faces, words: printer().words(language).unwrap(), brand, size }
}

fn laid_out(doc: &Printed, size: Size) -> Sheet {
    invoice::compose(press(&doc.language, &Brand::default(), size), doc).unwrap()
}

/// Every mark lies on its page, between the margins.
fn check_edges(sheet: &Sheet) {
    let printer = printer();
    for (number, page) in sheet.pages.iter().enumerate() {
        for mark in page {
            let (x, y, width, what) = match mark {
                Mark::Text { x, y, style, text, .. } => {
                    (*x, *y, printer.faces.of(style.weight).width(text.trim_end(), style.size), text.as_str())
                }
                Mark::Fill { x, y, width, .. } => (*x, *y, *width, "rule"),
                Mark::Logo { x, y, width, .. } => (*x, *y, *width, "logo"),
            };
            assert!(x >= LEFT - pt(5) && x + width <= sheet.width - RIGHT + pt(5), "page {number}: {what} at {x}");
            assert!(y >= mm(10) && y <= sheet.height - mm(9), "page {number}: {what} at height {y}");
        }
    }
}

#[test]
fn pages_follow_the_lines() {
    for (lines, a4, letter) in [(1, 1, 1), (20, 1, 1), (120, 4, 4), (1000, 25, 27)] {
        let doc = sample::plain_invoice(lines);
        for (size, pages) in [(Size::A4, a4), (Size::Letter, letter)] {
            let sheet = laid_out(&doc, size);
            assert_eq!(sheet.pages.len(), pages, "{lines} lines on {size:?}");
            check_edges(&sheet);
        }
    }
}

#[test]
fn a_top_up_is_named_in_the_customers_language() {
    let mut doc = sample::plain_invoice(1);
    doc.language = "de".into();
    let line = &mut doc.groups[0].lines[0];
    (line.kind, line.name) = (engine::sale::ChargeKind::Minimum, "Minimum charge".into());
    let sheet = laid_out(&doc, Size::A4);
    let page = sheet.texts(0).join(" ");
    assert!(
        page.contains("Aufstockung auf den vereinbarten Mindestbetrag") && !page.contains("Minimum charge"),
        "{page}"
    );
}

#[test]
fn what_is_carried_forward_is_brought_forward_and_is_the_sum_so_far() {
    let doc = sample::reseller(30);
    let sheet = laid_out(&doc, Size::A4);
    assert!(sheet.pages.len() > 3);
    let after = |page: usize, label: &str| {
        let texts = sheet.texts(page);
        texts.iter().position(|t| *t == label).map(|at| texts[at + 1].to_owned())
    };
    let words = printer().words("en").unwrap();
    // The sum of all amounts printed up to the end of each page, by hand from the lines' own order.
    let mut sums = Vec::new();
    let mut sum = Money::zero(doc.currency);
    for line in doc.groups.iter().flat_map(|g| &g.lines) {
        sum = sum.plus(line.net).unwrap();
        sums.push(words.money(sum));
    }
    let mut seen = 0;
    for page in 0..sheet.pages.len() - 1 {
        let Some(carried) = after(page, "Carried forward") else { continue };
        assert_eq!(after(page + 1, "Brought forward"), Some(carried.clone()), "page {page}");
        let at = sums.iter().position(|s| *s == carried).expect("a sum of the first lines");
        assert!(at >= seen, "page {page} carries less than the one before");
        seen = at;
    }
    assert_eq!(after(0, "Brought forward"), None);
    assert!(seen > 60, "{seen}");
}

#[test]
fn totals_never_stand_alone() {
    for lines in 15..60 {
        let sheet = laid_out(&sample::invoice(lines), Size::A4);
        let last = sheet.texts(sheet.pages.len() - 1).join("|");
        assert!(last.contains("To pay, GBP"), "{lines}");
        assert!(
            last.contains("Microsoft")
                || last.contains("Managed")
                || last.contains("Teams")
                || last.contains("Power")
                || last.contains("Exchange")
                || last.contains("Defender"),
            "{lines}: {last}"
        );
    }
}

#[test]
fn each_line_is_said_once() {
    let doc = sample::reseller(12);
    let sheet = laid_out(&doc, Size::Letter);
    let count = |role: Role| sheet.elements.iter().filter(|e| e.role == role).count();
    let lines: usize = doc.groups.iter().map(|g| g.lines.len()).sum();
    assert_eq!(count(Role::Heading(1, sheet.title.clone())), 1);
    assert_eq!(count(Role::ColumnHeader), 5, "repeated headers are furniture");
    assert_eq!(count(Role::RowHeader(4)), doc.groups.len());
    // The header row, a heading per group, the lines; net, one tax, the total.
    assert_eq!(count(Role::Row), 1 + doc.groups.len() + lines + 3);
    let parents_first = |(i, e): (usize, &Element)| e.parent.is_none_or(|p| p < i);
    assert!(sheet.elements.iter().enumerate().all(parents_first));
}

#[test]
fn a_row_taller_than_a_page_goes_on() {
    let mut doc = sample::invoice(3);
    doc.groups[0].lines[1].notes = (1..=200).map(|i| format!("part {i}")).collect();
    let sheet = laid_out(&doc, Size::A4);
    check_edges(&sheet);
    let all: String = (0..sheet.pages.len()).map(|p| sheet.texts(p).join("|")).collect();
    assert!((1..=200).all(|i| all.contains(&format!("part {i}"))));
}

#[test]
fn a_credit_note_says_so_and_names_its_invoice() {
    let sheet = laid_out(&sample::credit_note(), Size::A4);
    let texts = sheet.texts(0);
    for text in ["Credit note", "CN-2026-0031", "INV-2026-1186 of 9 November 2026", "Credited, GBP"] {
        assert!(texts.iter().any(|t| t.trim_end() == text), "{text} in {texts:?}");
    }
    assert!(!texts.iter().any(|t| t.contains("To pay")));
    assert_eq!(sheet.title, "Credit note CN-2026-0031");
}

#[test]
fn a_line_outside_the_period_makes_every_line_say_its_own() {
    let mut doc = sample::plain_invoice(3);
    let said = |doc: &Printed| {
        let sheet = laid_out(doc, Size::A4);
        sheet.texts(0).iter().filter(|t| t.contains("October 2026")).count()
    };
    assert_eq!(said(&doc), 1, "once, beside the address");
    doc.groups[0].lines[2].period = engine::Period::inclusive(sample::day("2026-10-12"), sample::day("2026-11-11"));
    doc.groups[0].lines[2].cycle = None;
    assert_eq!(said(&doc), 2, "under the two lines of October; the third is of both months");
}

#[test]
fn reverse_charge_is_named_in_every_language() {
    for (language, words) in [
        ("en", "Reverse charge: the customer accounts for the VAT."),
        ("de", "Steuerschuldnerschaft des Leistungsempfängers (Reverse Charge)."),
        ("fr", "Autoliquidation\u{A0}: la TVA est due par le preneur."),
        ("nl", "Btw verlegd: de afnemer is de btw verschuldigd."),
        ("es", "Inversión del sujeto pasivo: el destinatario liquida el IVA."),
        ("xx", "Reverse charge: the customer accounts for the VAT."),
    ] {
        let mut doc = sample::reseller(1);
        doc.language = language.into();
        let sheet = laid_out(&doc, Size::A4);
        assert!(sheet.texts(0).contains(&words), "{language}");
        check_edges(&sheet);
    }
}

#[test]
fn lines_that_do_not_add_up_are_refused() {
    let printer = printer();
    let mut doc = sample::invoice(2);
    doc.groups[0].lines[0].net = doc.groups[0].lines[0].net.plus(Money::from_minor(1, doc.currency)).unwrap();
    assert!(matches!(printer.render(&doc, &Brand::default(), Size::A4), Err(PaperError::Sum { .. })));
    doc.groups = vec![Group::default()];
    doc.kind = Kind::CreditNote;
    assert!(matches!(printer.render(&doc, &Brand::default(), Size::A4), Err(PaperError::Sum { .. })));
}

#[test]
fn the_same_document_gives_the_same_bytes() {
    let doc = sample::reseller(6);
    let bytes = || Printer::new().unwrap().render(&doc, &Brand::default(), Size::A4).unwrap();
    let (one, other) = (bytes(), bytes());
    assert_eq!(one, other);
    assert!(one.missing.is_empty());
}

#[test]
fn a_missing_glyph_is_a_box_and_is_reported() {
    let mut doc = sample::invoice(1);
    doc.customer.name = "東京 GmbH \u{E123}".into();
    doc.seller.name = "שלום Ltd".into();
    let rendered = printer().render(&doc, &Brand::default(), Size::A4).unwrap();
    assert_eq!(
        rendered.missing,
        "םולש東京\u{FFFD}".chars().collect::<std::collections::BTreeSet<_>>().into_iter().collect::<Vec<_>>()
    );
}

#[test]
fn a_printer_is_shared_by_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<Printer>();
    shared::<Brand>();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]
    /// Whatever a text holds, the document is printed, keeps its standards and stays inside its margins.
    #[test]
    fn any_text_can_be_printed(text in any::<String>(), long in "\\PC{0,160}", lines in 0usize..30) {
        let mut doc = sample::reseller(2);
        doc.groups[0].lines = (0..lines).map(|i| sample::line(i, doc.currency)).collect();
        let mut doc = Printed { language: text.clone(), ..sample::document(doc.groups, doc.currency) };
        doc.number = text.clone();
        doc.anchor = long.clone();
        doc.seller.name = long.clone();
        doc.seller.footer = vec![text.clone(), long.clone()];
        doc.seller.bank.iban = text.clone();
        doc.customer.name = text.clone();
        doc.customer.purchase_order = long.clone();
        doc.customer.country = text.clone();
        doc.groups[0].name = long.clone();
        doc.groups[1].lines[0].name = text.clone();
        doc.groups[1].lines[0].notes = vec![long.clone(), text.clone()];
        doc.notes = vec![text, long];
        let rendered = printer().render(&doc, &Brand::default(), Size::Letter);
        prop_assert!(rendered.is_ok(), "{:?}", rendered.err());
        check_edges(&laid_out(&doc, Size::Letter));
    }
}
