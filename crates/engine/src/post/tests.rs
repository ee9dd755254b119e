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

/// A year bought upfront for 288.00 on 12 November 2025 and sold by the month at 30.00: the vendor is owed all of it at
/// once, the customer owes a month at a time, and when the year is over nothing is prepaid or deferred any more.
#[test]
fn a_year_bought_upfront_and_sold_by_the_month_ends_at_nought() {
    use crate::rate::tests::cost_line;
    use crate::register::BillingPlan;
    let mut world = World::new();
    let sold = world.subscribe(1, "1", "2025-11-12", &[("2026-11-12", "cancel kept")]);
    (sold.plan, sold.sold_plan) = (BillingPlan::Annual, Some(BillingPlan::Monthly));
    let mut bought = cost_line("288.00", "1", "288");
    bought.period = Period::inclusive(day("2025-11-12"), day("2026-11-11"));
    let first = Month::parse("2025-11").unwrap();
    let mut owed = Owed::default();
    owed.add(&bought, first).unwrap();
    let mut entries = vec![vendor_entry(owed, Currency::EUR, "G1", day("2025-12-08")).unwrap()];
    // 19 of 365 days belong to November: 14.99.
    assert_eq!(show(&entries[0])[..2], ["Expenses:CostOfSales 14.99", "Assets:Prepaid 273.01"]);
    let mut lines: Vec<(SaleLine, Month)> = Vec::new();
    for month in (0..14).map(|n| first.plus(n)) {
        entries.extend(use_entry([&bought], Currency::EUR, month, "G1").unwrap().filter(|_| month > first));
        entries.extend(release_entry(lines.iter().map(|(l, m)| (l, *m)), month, &licence).unwrap());
        for draft in world.draft(&month.to_string()).drafts {
            entries.push(invoice_entry(&draft, "Invoice".into(), month.period().last(), &licence).unwrap());
            lines.extend(draft.lines.into_iter().map(|line| (line, month)));
        }
    }
    let sum = |account: LedgerAccount, until: &str| -> i64 {
        let before = entries.iter().filter(|e| e.date() < day(until));
        before.flat_map(|e| e.postings()).filter(|p| p.account == account).map(|p| p.amount.minor()).sum()
    };
    // Half way, by days: what is not served yet is an asset and a liability.
    // 165 of 365 days from 31 May on; the month billed on 12 May serves 11 days of June.
    assert_eq!(
        (sum(LedgerAccount::PrepaidCost, "2026-06-01"), sum(LedgerAccount::DeferredRevenue, "2026-06-01")),
        (12_940, -1_065)
    );
    for (account, expected) in [
        (LedgerAccount::PrepaidCost, 0),
        (LedgerAccount::DeferredRevenue, 0),
        (LedgerAccount::CostOfSales, 28_800),
        (LedgerAccount::RevenueLicence, -36_000),
        (LedgerAccount::Payable, -28_800),
        (LedgerAccount::Receivable, 42_840),
        (LedgerAccount::OutputTax, -6_840),
    ] {
        assert_eq!(sum(account, "2027-01-31"), expected, "{account:?}");
    }
}

/// The other way round: twelve months bought at 24.00 are sold as a year for 360.00, which is earned day by day.
#[test]
fn months_bought_and_sold_as_a_year_end_at_nought() {
    use crate::register::BillingPlan;
    let mut world = World::new();
    world.subscribe(1, "1", "2025-11-12", &[("2026-11-12", "cancel kept")]).sold_plan = Some(BillingPlan::Annual);
    let first = Month::parse("2025-11").unwrap();
    let drafts: Vec<_> = (0..13).flat_map(|n| world.draft(&first.plus(n).to_string()).drafts).collect();
    let [draft] = &drafts[..] else { panic!("{drafts:?}") };
    let mut entries = vec![invoice_entry(draft, "Invoice".into(), day("2025-11-30"), &licence).unwrap()];
    let lines = || draft.lines.iter().map(|l| (l, first));
    entries.extend((1..13).filter_map(|n| release_entry(lines(), first.plus(n), &licence).unwrap()));
    let sum = |account| -> i64 {
        entries.iter().flat_map(|e| e.postings()).filter(|p| p.account == account).map(|p| p.amount.minor()).sum()
    };
    assert_eq!((sum(LedgerAccount::DeferredRevenue), sum(LedgerAccount::RevenueLicence)), (0, -36_000));
}
