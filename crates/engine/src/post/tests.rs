use super::*;
use crate::bill::tests::World;

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn show(entry: &BalancedEntry) -> Vec<String> {
    entry.postings().iter().map(|p| format!("{} {}", p.account.name(), p.amount)).collect()
}

fn licence(_: ProductKey) -> Option<ProductKind> {
    Some(ProductKind::Licence)
}

#[test]
fn what_is_billed_ahead_is_deferred_and_released_by_day() {
    let mut world = World::new();
    world.subscribe(1, "10", "2026-10-12", &[]);
    let draft = &world.draft("2026-10").drafts[0];
    // 300.00 for 31 days from 12 October: 20 days belong to October, 193.55; the rest to November.
    let entry = invoice_entry(draft, "Invoice R-1".into(), day("2026-10-31"), &licence).unwrap();
    assert_eq!(
        show(&entry),
        [
            "Assets:Receivable 357.00",
            "Liabilities:OutputTax -57.00",
            "Liabilities:Deferred -106.45",
            "Income:Licences -193.55"
        ]
    );
    let lines = || draft.lines.iter().map(|l| (l, draft.month));
    let october = draft.month;
    let release = release_entry(lines(), october.plus(1), &licence).unwrap().unwrap();
    assert_eq!(show(&release), ["Liabilities:Deferred 106.45", "Income:Licences -106.45"]);
    assert_eq!(release_entry(lines(), october, &licence), Ok(None));
    assert_eq!(release_entry(lines(), october.plus(2), &licence), Ok(None));
}

#[test]
fn months_add_up_to_the_amount() {
    let eur = |minor| Money::from_minor(minor, Currency::EUR);
    let year = Period::inclusive(day("2026-10-12"), day("2027-10-11"));
    let october = Month::parse("2026-10").unwrap();
    let shares = by_month(eur(-100_001), year, october);
    assert_eq!((shares.len(), shares[0], shares[12].0), (13, (october, eur(-5_480)), october.plus(12)));
    assert_eq!(shares.iter().map(|(_, m)| m.minor()).sum::<i64>(), -100_001);
    // Caught up in November: nothing is deferred. Billed ahead of its first day: nothing is earned yet.
    assert_eq!(by_month(eur(700), Period::inclusive(day("2026-10-01"), day("2026-10-31")), october.plus(1)).len(), 1);
    let ahead = by_month(eur(700), Period::inclusive(day("2026-11-01"), day("2026-11-30")), october);
    assert_eq!(ahead, [(october, eur(0)), (october.plus(1), eur(700))]);
}

#[test]
fn a_vendor_document_is_owed_now_and_a_cost_by_day() {
    use crate::rate::tests::cost_line;
    // 38.71 for 15 days, 28 October to 11 November: 4 days in October.
    let mut ahead = cost_line("38.71", "10", "8");
    ahead.period = Period::inclusive(day("2026-10-28"), day("2026-11-11"));
    (ahead.tax, ahead.total) = ("7.35".parse().unwrap(), "46.06".parse().unwrap());
    let mut once = cost_line("-10.00", "1", "10");
    once.period = None;
    let october = Month::parse("2026-10").unwrap();
    let mut owed = Owed::default();
    for line in [&ahead, &once] {
        owed.add(line, october).unwrap();
    }
    let entry = vendor_entry(owed, Currency::EUR, "G1", day("2026-11-08")).unwrap();
    assert_eq!(
        show(&entry),
        ["Expenses:CostOfSales 0.32", "Assets:Prepaid 28.39", "Assets:InputTax 7.35", "Liabilities:Payable -36.06"]
    );
    let used = use_entry([&ahead, &once], Currency::EUR, october.plus(1), "G1").unwrap().unwrap();
    assert_eq!(show(&used), ["Expenses:CostOfSales 28.39", "Assets:Prepaid -28.39"]);
    assert_eq!(use_entry([&ahead, &once], Currency::EUR, october.plus(2), "G1"), Ok(None));
}
