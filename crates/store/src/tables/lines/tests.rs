use engine::cost::{ChargeType, Family, UsageDetail};
use engine::register::{BillingPlan, Term};
use engine::sale::SoldAt;
use engine::{Currency, Decimal, Period, SourceId, Symbol};
use proptest::prelude::*;

use super::*;
use crate::tables::blocks::PER_BLOCK;
use crate::tables::cell::date;
use crate::tables::{testing, texts};

fn dec(text: &str) -> Decimal {
    text.parse().unwrap()
}

/// A line that differs in every field with `n`.
fn line(names: &mut Names, document: u32, row: u32, n: u32) -> CostLine {
    let every = |k: u32| n.is_multiple_of(k);
    let mut text = |kind: &str, n: u32| names.intern(&format!("{kind}{n}"));
    let period = Period::new(date(20_000 + i64::from(n % 40)), date(20_031 + i64::from(n % 40)));
    CostLine {
        at: LineRef { document, row },
        family: [Family::Licence, Family::Usage, Family::Other][n as usize % 3],
        invoice: text("G", n % 3),
        customer: SourceId::Guid([n as u8; 16]),
        customer_name: text("Customer ", n % 9),
        subscription: if every(2) { SourceId::Guid([n as u8 ^ 9; 16]) } else { SourceId::Text(text("sub", n)) },
        order: text("order", n),
        order_date: (!every(4)).then(|| date(20_000)),
        product: text("CFQ", n % 7),
        sku: text("000", n % 4),
        product_name: text("Product ", n % 7),
        charge: if every(5) { ChargeType::Other(text("odd", n % 2)) } else { ChargeType::Adjustment },
        period: period.filter(|_| !every(6)),
        term_dates: period,
        term: (!every(3)).then_some(Term::P1Y),
        plan: (n % 4 != 1).then_some(BillingPlan::Triennial),
        unit_price: dec("12.50"),
        effective_unit_price: Decimal::new(i64::from(n) * 1_000_003, 8),
        quantity: Decimal::from(n),
        billable_quantity: dec("-3"),
        subtotal: Decimal::new(-i64::from(n), 2),
        tax: Decimal::ZERO,
        total: Decimal::new(-i64::from(n), 2),
        currency: Currency::EUR,
        pricing_currency: if every(2) { Currency::USD } else { Currency::EUR },
        exchange_rate: dec("0.869118"),
        exchange_date: every(2).then(|| date(20_001)),
        reference: text("ref", n),
        promotion: text("promo", n % 2),
        adjustment: Symbol::EMPTY,
        reservation: text("r", n % 2),
        credit_reason: text("c", n % 2),
        trial: every(2),
        add_on: every(3),
        usage: (n % 3 == 1).then(|| {
            Box::new(UsageDetail {
                date: Some(date(20_002)),
                meter: text("meter", n % 5),
                meter_name: text("name", n % 5),
                category: text("cat", n % 5),
                sub_category: text("sub", n % 5),
                region: text("region", n % 5),
                unit: text("unit", n % 5),
                resource: text("/subscriptions/", n % 11),
                entitlement: SourceId::Guid([3; 16]),
                entitlement_name: text("ent", n % 5),
                pricing_total: dec("3.934864"),
                earned_credit_percent: dec("15"),
                benefit: Symbol::EMPTY,
            })
        }),
    }
}

fn sold(names: &mut Names, document: u32, row: u32, n: u32) -> SoldLine {
    SoldLine {
        at: SoldAt::Import(LineRef { document, row }),
        reference: names.source_id(&format!("SL{n}")),
        customer: SourceId::Guid([n as u8; 16]),
        product: names.intern("CFQ"),
        sku: names.intern("0001"),
        subscription: SourceId::Guid([n as u8 ^ 7; 16]),
        period: Period::new(date(20_000), date(20_031)),
        quantity: Decimal::from(n),
        unit_cost: n.is_multiple_of(2).then(|| dec("1.10")),
        pricing_currency: Currency::USD,
        exchange_rate: n.is_multiple_of(3).then(|| dec("0.9")),
        cost_total: None,
        total: dec("99.00"),
        currency: Currency::GBP,
    }
}

/// The same line with the symbols of other `Names`.
fn retold(line: &CostLine, from: &Names, to: &mut Names) -> CostLine {
    let mut line = line.clone();
    let mut usage = line.usage.take();
    for symbol in [
        &mut line.invoice,
        &mut line.customer_name,
        &mut line.order,
        &mut line.product,
        &mut line.sku,
        &mut line.product_name,
        &mut line.reference,
        &mut line.promotion,
        &mut line.adjustment,
        &mut line.reservation,
        &mut line.credit_reason,
    ] {
        *symbol = to.intern(from.text(*symbol));
    }
    if let ChargeType::Other(word) = &mut line.charge {
        *word = to.intern(from.text(*word));
    }
    for id in [&mut line.customer, &mut line.subscription] {
        *id = to.source_id(&from.source_text(*id));
    }
    if let Some(usage) = &mut usage {
        for symbol in [
            &mut usage.meter,
            &mut usage.meter_name,
            &mut usage.category,
            &mut usage.sub_category,
            &mut usage.region,
            &mut usage.unit,
            &mut usage.resource,
            &mut usage.entitlement_name,
            &mut usage.benefit,
        ] {
            *symbol = to.intern(from.text(*symbol));
        }
    }
    CostLine { usage, ..line }
}

#[test]
fn lines_read_back_as_written() {
    let book = testing::book();
    let rows = PER_BLOCK as u32 * 2 + 17;
    let mut batch = Names::default();
    batch.intern("a text the book will number otherwise");
    let lines: Vec<CostLine> = [(1, 3), (2, 1)]
        .into_iter()
        .flat_map(|(d, step)| (1..=rows).map(move |r| (d, r * step)))
        .map(|(d, r)| line(&mut batch, d, r, r))
        .collect();
    let sales: Vec<SoldLine> = (1..=rows).map(|r| sold(&mut batch, 3, r, r)).collect();
    {
        let writer = book.writer();
        assert_eq!(writer.add_cost_lines(&batch, &lines).unwrap(), lines.len() as u64);
        writer.add_sold_lines(&batch, &sales).unwrap();
    }
    let names = texts::load(&book.conn).unwrap();
    assert!(names.find("order3").is_none(), "texts of one line do not fill the list of texts");
    let costs = load_costs(&book.conn, names.clone(), &[1, 2], Keep::Everything).unwrap();
    assert_eq!(costs.lines.len(), lines.len());
    let mut common = Names::default();
    for (stored, given) in costs.lines.iter().zip(&lines) {
        assert_eq!(retold(stored, &costs.names, &mut common), retold(given, &batch, &mut common));
        assert_eq!(stored.subtotal.scale(), given.subtotal.scale(), "digits stay as they were given");
    }
    let figures = load_costs(&book.conn, names.clone(), &[2], Keep::Figures).unwrap();
    assert!(figures.lines.iter().all(|l| l.order.is_empty() && l.reference.is_empty()));

    // Any of them without the others, in any order, and all of them in parts.
    let places = Places::of(&book.conn, &[1, 2]).unwrap();
    let last = lines.len() - 1;
    assert_eq!(places.len(), lines.len());
    let some = [last, 0, 600, 600, rows as usize, lines.len()];
    let told = |line: &CostLine, own: &Own| (line.at, [own.customer, own.order, own.reference].map(str::to_owned));
    let given = |at: usize| {
        let (line, text) = (&lines[at], |symbol| batch.text(symbol).to_owned());
        (line.at, [line.customer_name, line.order, line.reference].map(text))
    };
    assert_eq!(places.read(&book.conn, &some, told).unwrap(), [last, 0, 600, 600, rows as usize].map(given));
    let mut seen = vec![Vec::new(); 3];
    places.each(&book.conn, &mut seen, |seen, at, line, own| seen.push((at, told(line, own)))).unwrap();
    let mut seen = seen.concat();
    seen.sort_unstable();
    assert_eq!(seen, (0..lines.len()).map(|at| (at, given(at))).collect::<Vec<_>>());

    // Around some places whole blocks are looked at, and no others.
    let around = |places: &[(u32, u32)]| {
        let places: Vec<LineRef> = places.iter().map(|&(document, row)| LineRef { document, row }).collect();
        let found = choose_costs(&book.conn, names.clone(), Among::Places(&places), Keep::Figures, |_| true).unwrap();
        found.lines.iter().map(|l| l.at).collect::<Vec<_>>()
    };
    let per = PER_BLOCK as u32;
    let whole = |document, step, from: u32| (from..from + per).map(move |r| LineRef { document, row: r * step });
    // Of document 1 only every third row is there: 4 is none of them, and would be in the first block.
    let expected: Vec<LineRef> = whole(1, 3, 1).chain(whole(2, 1, 1 + per)).collect();
    assert_eq!(around(&[(1, 4), (1, 3 * per), (2, 1 + per), (2, 2 * per), (3, 1)]), expected);
    assert_eq!(around(&[(1, 3 * (2 * per + 17) + 1)]).len(), 17);
    assert!(around(&[]).is_empty());

    let mut names = names;
    let stored = load_sold(&book.conn, &mut names, &[3], Keep::Everything).unwrap();
    for (a, b) in stored.iter().zip(&sales) {
        assert_eq!(
            (a.at, a.customer, a.quantity, a.unit_cost, a.exchange_rate),
            (b.at, b.customer, b.quantity, b.unit_cost, b.exchange_rate)
        );
        assert_eq!(names.source_text(a.reference), batch.source_text(b.reference));
    }
    for (row, there) in [(3, true), (4, false), (rows * 3, true), (rows * 3 + 1, false)] {
        let found = cost_line(&book.conn, &mut names, LineRef { document: 1, row }).unwrap();
        assert_eq!(found.map(|l| l.at.row), there.then_some(row));
    }
    let at = |row| LineRef { document: 3, row };
    assert!(sold_line(&book.conn, &mut names, at(rows)).unwrap().is_some());
    let some = sold_lines(&book.conn, &mut names, &[at(rows), at(1), at(600), at(2), at(rows + 1), at(2)]).unwrap();
    let expected: Vec<SoldAt> = [1, 2, 600, rows].map(|row| SoldAt::Import(at(row))).into();
    assert_eq!(some.iter().map(|l| l.at).collect::<Vec<_>>(), expected);
}

#[test]
fn lines_out_of_order_are_refused() {
    let book = testing::book();
    let mut names = Names::default();
    let lines = [line(&mut names, 1, 2, 1), line(&mut names, 1, 2, 2)];
    assert!(matches!(book.writer().add_cost_lines(&names, &lines), Err(StoreError::Bug(_))));
}

proptest! {
    #[test]
    fn any_block_is_read_without_panic(bytes: Vec<u8>) {
        let mut names = Names::default();
        let mut read = Unpack(&bytes);
        while !read.is_done() {
            if cost::unpack(&mut read, &mut names, 1, Keep::Everything).is_err() {
                break;
            }
        }
    }

    #[test]
    fn one_line_reads_back(n in 0u32..5_000) {
        let mut names = Names::default();
        let given = line(&mut names, 1, 1, n);
        let book = testing::book();
        book.writer().add_cost_lines(&names, std::slice::from_ref(&given)).unwrap();
        let mut stored_names = texts::load(&book.conn).unwrap();
        let stored = cost_line(&book.conn, &mut stored_names, given.at).unwrap().unwrap();
        // Storing what was read, with the book's own texts, must give the same bytes again.
        let again = testing::book();
        again.writer().add_cost_lines(&stored_names, &[stored]).unwrap();
        let bytes = |book: &testing::Book| -> Vec<u8> {
            book.conn.query_row("SELECT packed FROM cost_lines", [], |r| r.get(0)).unwrap()
        };
        prop_assert_eq!(bytes(&book), bytes(&again));
    }
}
