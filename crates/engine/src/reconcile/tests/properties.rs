//! What holds for every book.

use super::*;
use proptest::prelude::*;

fn line() -> impl Strategy<Value = (usize, i64, usize, usize, usize, bool)> {
    (0usize..4, -6i64..12, 0usize..4, 0usize..5, 0usize..8, prop::bool::weighted(0.1))
}

const PRICES: [&str; 4] = ["20.00", "20.01", "19.50", "0.00"];
const DAYS: [&str; 5] = ["10-01..10-31", "10-15..10-31", "10-12..11-11", "09-28..10-27", "10-01..2027-09-30"];
const CHARGES: [&str; 8] = ["new", "renew", "cycle", "add", "remove", "cancel", "convert", "credit"];

fn random_book() -> impl Strategy<Value = Book> {
    let lines = || prop::collection::vec(line(), 0..14);
    (lines(), lines(), lines(), 0u8..4, prop::option::of(0u8..30)).prop_map(|(vendor, sold, earlier, known, floor)| {
        let mut book = book();
        book.floor = floor.map(|percent| Decimal::new(percent.into(), 2));
        let subscription = |n: usize| ["A", "B", "C", "D"][n];
        for (who, seats, price, days, charge, odd) in vendor {
            let text = format!("{} {} {seats} @ {} {}", CHARGES[charge], subscription(who), PRICES[price], DAYS[days]);
            let (event, other) = (book.text("event"), book.id("another tenant"));
            let line = book.billed(&text);
            line.reference = if charge > 2 { event } else { Symbol::EMPTY };
            if odd {
                line.currency = Currency::USD;
                line.customer = other;
            }
        }
        for (who, seats, price, days, flavour, odd) in sold {
            let text = format!("{} {seats} @ {} {}", subscription(who), PRICES[price], DAYS[days]);
            let (other, product) = (book.id("another tenant"), book.text("Q"));
            let line = book.sells(&text);
            match flavour {
                0 => line.cost_total = None,
                1 => line.subscription = SourceId::NONE,
                2 => line.currency = Currency::GBP,
                3 => line.product = product,
                _ => {}
            }
            if odd {
                line.customer = other;
            }
        }
        for (who, seats, price, days, charge, _) in earlier {
            let text = format!("{} {} {seats} @ {} {}", CHARGES[charge], subscription(who), PRICES[price], DAYS[days]);
            let event = book.text("event");
            book.billed_before(&text).reference = event;
        }
        if known > 0 {
            book.account(1, "tenant");
        }
        for n in 0..known {
            book.registered(subscription(n.into()));
        }
        book
    })
}

/// A row as what it holds, free of where its lines stand in the input.
fn named_rows(book: &Book, found: &Reconciliation) -> Vec<(Vec<LineRef>, Vec<SourceId>, Option<usize>)> {
    let mut rows: Vec<_> = found
        .rows
        .iter()
        .map(|row| {
            let vendor = found.vendor_lines(row).iter().map(|n| book.vendor[*n as usize].at).collect();
            let sold = found.sold_lines(row).iter().map(|n| book.sold[*n as usize].reference).collect();
            (vendor, sold, row.finding())
        })
        .collect();
    rows.sort();
    rows
}

#[test]
fn what_agrees_is_settled_and_what_does_not_stays_open() {
    let mut book = book();
    book.billed("cycle A 10 @ 20.00 10-01..10-31");
    book.billed("add A 2 @ 20.00 10-12..10-31");
    book.billed("cycle B 5 @ 19.50 10-01..10-31");
    book.billed("cycle C 5 @ 19.50 10-01..10-31");
    for sold in ["A 10 @ 20.00 10-01..10-31", "A 2 @ 20.00 10-12..10-31", "B 5 @ 19.50 10-01..10-31"] {
        book.sells(sold);
    }
    book.sells("C 4 @ 19.50 10-01..10-31");
    assert_eq!(book.screens_alike(&book.reconciled()), 3);
    // Sold for less than it cost: a note, which is kept; two lines could make up for each other.
    book.sold[2].total = dec("90.00");
    assert_eq!(book.screens_alike(&book.reconciled()), 3);
    book.sold[1].total = dec("1.00");
    assert_eq!(book.screens_alike(&book.reconciled()), 1);
    // Another price before, another customer, an unknown one.
    book.billed_before("cycle B 5 @ 18.00 09-01..09-30");
    assert_eq!(book.screens_alike(&book.reconciled()), 0);
    book.earlier.clear();
    book.sold[2].customer = book.id("another tenant");
    assert_eq!(book.screens_alike(&book.reconciled()), 0);
    book.sold[2].customer = book.id("tenant");
    book.account(1, "somebody");
    assert_eq!(book.screens_alike(&book.reconciled()), 0);
}

proptest! {
    #[test]
    fn every_book_ties(book in random_book()) {
        book.holds(&book.reconciled());
    }

    #[test]
    fn screening_changes_nothing(book in random_book(), same in prop::collection::vec(any::<bool>(), 14)) {
        let mut book = book;
        book.sell_some_as_billed(&same);
        let settled = book.screens_alike(&book.reconciled());
        prop_assert!(settled <= book.vendor.len());
    }

    #[test]
    fn the_order_of_lines_changes_nothing(book in random_book(), seed in any::<u64>()) {
        let straight = book.reconciled();
        let rows = named_rows(&book, &straight);
        let mut shuffled = book;
        let rank = |n: u32| (u64::from(n) + 1).wrapping_mul(seed | 1).rotate_left(17);
        shuffled.vendor.sort_by_key(|v| rank(v.at.row));
        shuffled.sold.reverse();
        let found = shuffled.reconciled();
        prop_assert_eq!(named_rows(&shuffled, &found), rows);
        prop_assert_eq!(found.findings, straight.findings);
        prop_assert_eq!(found.totals, straight.totals);
        prop_assert_eq!(found.residues, straight.residues);
    }
}
