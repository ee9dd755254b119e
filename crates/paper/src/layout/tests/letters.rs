use super::sample::letter::{letter, sum, with_offers};
use super::*;
use crate::{Letter, Offer};
use engine::Currency;

fn laid_out(letter: &Letter, size: Size) -> Sheet {
    letter::compose(press(&letter.language, &Brand::default(), size), letter).unwrap()
}

/// Everything on all pages, a line each.
fn said(letter: &Letter) -> String {
    let sheet = laid_out(letter, Size::A4);
    let pages = (0..sheet.pages.len()).flat_map(|page| sheet.texts(page));
    pages.map(str::trim_end).collect::<Vec<_>>().join("\n")
}

fn with_sums(prices: usize, change: impl Fn(&mut crate::NewPrice)) -> Letter {
    let mut letter = letter(prices);
    letter.prices.iter_mut().for_each(change);
    sum(&mut letter);
    letter
}

#[test]
fn a_letter_says_what_changes_and_what_would_cost_less() {
    let said = said(&with_offers(letter(2), 1));
    for text in [
        "New prices from 1 January 2027",
        "Our reference",
        "PL-2027-01",
        "23 November 2026",
        "1 seat, paid monthly",
        "18.50",
        "19.425",
        "+5%",
        "At the prices now",
        "2,766.00",
        "2,904.30",
        "More, GBP",
        "138.30",
        "1 seat for one year, paid yearly: 18.50 instead of 19.425 a month and seat",
        "222.00",
        "11.10",
        "Harbour & Vale IT Ltd",
        "Page 1 of 1",
    ] {
        assert!(said.lines().any(|line| line == text), "{text} in {said}");
    }
    assert!(said.contains("net of VAT") && said.contains("by 15 December 2026"), "{said}");
}

#[test]
fn what_is_not_there_is_not_said() {
    let mut letter = letter(1);
    letter.reference.clear();
    letter.answer_by = None;
    let said = said(&letter);
    for text in ["Our reference", "What would cost less", "Please let us know"] {
        assert!(!said.contains(text), "{text} in {said}");
    }
}

#[test]
fn a_price_that_goes_down_reads_well() {
    let less = said(&with_sums(2, |price| std::mem::swap(&mut price.old, &mut price.new)));
    for text in ["\u{2212}4.8%", "Less, GBP", "138.30"] {
        assert!(less.lines().any(|line| line == text), "{text} in {less}");
    }
    let same = said(&with_sums(1, |price| price.new = price.old));
    assert!(same.contains("0%\n") && same.contains("Difference, GBP\n0.00"), "{same}");
}

#[test]
fn a_long_letter_repeats_its_header_and_is_said_once() {
    for size in [Size::A4, Size::Letter] {
        let letter = with_offers(letter(50), 50);
        let sheet = laid_out(&letter, size);
        check_edges(&sheet);
        let pages = sheet.pages.len();
        assert!(pages > 3, "{pages}");
        for page in 0..pages {
            let texts = sheet.texts(page);
            assert!(texts.contains(&format!("Page {} of {pages}", page + 1).as_str()), "{texts:?}");
            let rows = texts.iter().any(|t| t.contains(", paid"));
            assert!(!rows || texts.iter().any(|t| *t == "New price, GBP" || *t == "Saves a year, GBP"), "{texts:?}");
        }
        let count = |role: Role| sheet.elements.iter().filter(|e| e.role == role).count();
        assert_eq!(count(Role::Heading(1, sheet.title.clone())), 1);
        assert_eq!(count(Role::ColumnHeader), 5 + 3, "repeated headers are furniture");
        // A header row and the rows of both tables, and the three rows of the year.
        assert_eq!(count(Role::Row), 1 + 50 + 1 + 50 + 3);
    }
}

#[test]
fn no_part_of_a_letter_stands_alone() {
    for (prices, offers) in (1..40).flat_map(|prices| [0, 1, 5].map(|offers| (prices, offers))) {
        let letter = with_offers(letter(prices), offers);
        let sheet = laid_out(&letter, Size::Letter);
        let pages: Vec<Vec<&str>> = (0..sheet.pages.len()).map(|page| sheet.texts(page)).collect();
        let page_of = |text: &str| pages.iter().position(|texts| texts.iter().any(|t| t.starts_with(text)));
        let rows_on = |page: Option<usize>| pages[page.unwrap()].iter().any(|t| t.contains(", paid"));
        assert!(rows_on(page_of("More, GBP")), "{prices}: the year follows a price");
        assert_eq!(page_of("What this means"), page_of("More, GBP"), "{prices}");
        assert_eq!(page_of("Please let us know"), page_of("Yours faithfully,"), "{prices}");
        assert!(rows_on(page_of("Yours faithfully,")), "{prices}, {offers}: the closing follows a table");
        if offers > 0 {
            let heading = page_of("What would cost less");
            let offer = page_of("1 seat for one year, paid yearly");
            assert!(heading.is_some() && heading == offer, "{prices}, {offers}: the heading stands above an offer");
        }
    }
}

#[test]
fn a_letter_never_runs_into_its_footer() {
    for (prices, offers, lines) in (12..48).flat_map(|lines| [(1, 0, lines), (1, 1, lines), (3, 2, lines)]) {
        let mut letter = with_offers(letter(prices), offers);
        letter.paragraphs = vec!["A line of the seller's own.\n".repeat(lines)];
        let sheet = laid_out(&letter, Size::A4);
        for (number, page) in sheet.pages.iter().enumerate() {
            let heights = page.iter().filter_map(|mark| match mark {
                Mark::Text { y, text, .. } => Some((*y, text.starts_with("Page "))),
                _ => None,
            });
            // The foot is written last, the page's number first in it.
            let lowest = heights.clone().take_while(|(_, foot)| !foot).map(|(y, _)| y).max().unwrap();
            let foot = heights.clone().find(|(_, foot)| *foot).unwrap().0;
            assert!(lowest < foot - pt(10), "{lines} lines, {prices} prices, page {number}: {lowest}, foot {foot}");
        }
        let first = |text: &str| (0..sheet.pages.len()).find(|page| sheet.texts(*page).contains(&text));
        assert_eq!(first("New price, GBP"), first("18.50"), "{lines} lines: a header stands above a price");
    }
}

#[test]
fn a_year_that_is_not_that_of_the_prices_is_refused() {
    let refused = |letter: &Letter| printer().letter(letter, &Brand::default(), Size::A4).unwrap_err();
    let cents = |money: Money, minor| money.plus(Money::from_minor(minor, Currency::GBP)).unwrap();
    // One price paid monthly: twelve charges, each rounded for itself.
    let good = letter(1);
    let near =
        Letter { year_before: cents(good.year_before, 12), year_after: cents(good.year_after, -12), ..good.clone() };
    assert!(printer().letter(&near, &Brand::default(), Size::A4).is_ok());
    for bad in [
        Letter { year_before: cents(good.year_before, 13), ..good.clone() },
        Letter { year_after: cents(good.year_after, -13), ..good.clone() },
        Letter { year_after: good.year_before, ..good.clone() },
    ] {
        assert!(matches!(refused(&bad), PaperError::Sum { .. }));
    }
    // A price that begins later may count as old for a part of the year, but not as less than old.
    let mut later = good.clone();
    later.prices[0].from = sample::day("2027-07-01");
    for (after, fits) in [(good.year_after, true), (good.year_before, true), (cents(good.year_before, -13), false)] {
        let letter = Letter { year_after: after, ..later.clone() };
        assert_eq!(printer().letter(&letter, &Brand::default(), Size::A4).is_ok(), fits, "{after:?}");
    }
}

#[test]
fn a_letter_does_not_mix_currencies() {
    let euros = Money::from_minor(100, Currency::EUR);
    let mut letter = with_offers(letter(1), 1);
    letter.offers[0].saving = euros;
    assert!(matches!(printer().letter(&letter, &Brand::default(), Size::A4), Err(PaperError::Money(_))));
    letter.offers.clear();
    letter.year_after = euros;
    assert!(matches!(printer().letter(&letter, &Brand::default(), Size::A4), Err(PaperError::Money(_))));
}

#[test]
fn the_same_letter_gives_the_same_bytes() {
    let letter = with_offers(letter(3), 2);
    let bytes = || Printer::new().unwrap().letter(&letter, &Brand::default(), Size::A4).unwrap();
    let (one, other) = (bytes(), bytes());
    assert_eq!(one, other);
    assert!(one.missing.is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]
    /// Whatever a text holds, the letter is printed, keeps its standards and stays inside its margins.
    #[test]
    fn any_letter_can_be_printed(text in any::<String>(), long in "\\PC{0,160}", months in 0u32..40, digits in 0u32..20) {
        let mut letter = with_offers(letter(12), 3);
        letter.language = text.clone();
        letter.reference = text.clone();
        letter.seller.name = long.clone();
        letter.customer.vat_id = long.clone();
        letter.paragraphs = vec![text.clone(), long.repeat(20)];
        letter.prices[0].name = long.clone();
        letter.prices[1].months = months;
        letter.prices[2].old = engine::Decimal::new(123_456_789, digits);
        letter.offers[0] = Offer { name: text.clone(), term_months: months, months, ..letter.offers[0].clone() };
        sum(&mut letter);
        let rendered = printer().letter(&letter, &Brand::default(), Size::Letter);
        prop_assert!(rendered.is_ok(), "{:?}", rendered.err());
        check_edges(&laid_out(&letter, Size::Letter));
    }
}
