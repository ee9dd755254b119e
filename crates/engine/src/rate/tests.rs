use super::*;
use crate::bundle::{Bundle, BundlePart, Edition};
use crate::cost::{ChargeType, CostLine, Family, UsageDetail};
use crate::price::{Band, Layer, ListKind, ListPrice, Method, Selector, VolumeBreaks};
use crate::{LineRef, Money, Period, SourceId};
use proptest::prelude::*;

mod clauses;

pub(super) const E3: ProductKey = ProductKey { product: Symbol(1), sku: Symbol(2) };
pub(super) const TEAMS: ProductKey = ProductKey { product: Symbol(3), sku: Symbol(2) };
const GOLD: Symbol = Symbol(9);
const CUSTOMER: Id = Id([1; 16]);
const RESELLER: Id = Id([2; 16]);
pub(super) const SUBSCRIPTION: Id = Id([3; 16]);

pub(super) fn dec(text: &str) -> Decimal {
    text.parse().unwrap()
}

pub(super) fn day(text: &str) -> Date {
    text.parse().unwrap()
}

pub(super) fn listed(product: ProductKey, cost: &str, erp: &str, from: &str) -> ListPrice {
    ListPrice {
        kind: ListKind::Term,
        product,
        term: Term::P1Y,
        plan: BillingPlan::Monthly,
        currency: Currency::EUR,
        segment: Symbol::EMPTY,
        at_least: Decimal::ZERO,
        cost: dec(cost),
        erp: dec(erp),
        from: day(from),
        until: None,
        source: None,
    }
}

pub(super) fn rule(name: &str, layer: Layer, method: Method) -> PriceRule {
    let rule = PriceRule::new(Id([7; 16]), name.into(), layer, method, day("2026-01-01"));
    PriceRule { pass_promotions: true, pass_earned_credit: true, ..rule }
}

/// E3 at a cost of 8.00 and a retail price of 10.00, and one rule.
pub(super) fn book(method: Method) -> PriceBook {
    PriceBook {
        list: vec![listed(E3, "8", "10", "2026-01-01")],
        rules: vec![rule("rule", Layer::Book, method)],
        ..PriceBook::default()
    }
}

pub(super) fn ask() -> Ask<'static> {
    Ask {
        subscription: Some(SUBSCRIPTION),
        account: CUSTOMER,
        ancestors: &[RESELLER],
        segment: GOLD,
        product: E3,
        term: Some(Term::P1Y),
        plan: Some(BillingPlan::Monthly),
        sold: None,
        own: None,
        bundle: Symbol::EMPTY,
        policy: BundlePolicy::default(),
        edition: day("2026-03-12"),
        currency: Currency::EUR,
        since: day("2024-03-12"),
        term_start: day("2026-03-12"),
        customer_term: None,
        date: day("2026-10-12"),
        quantity: dec("25"),
        imagined: None,
    }
}

fn bands(rows: &[(&str, &str)]) -> Vec<Band> {
    rows.iter().map(|(from, value)| Band { from: dec(from), value: dec(value) }).collect()
}

#[test]
fn each_method_is_one_line_of_arithmetic() {
    let prices = || bands(&[("1", "10"), ("11", "9"), ("21", "8")]);
    let steps = vec![(day("2026-01-01"), dec("5")), (day("2026-10-01"), dec("6")), (day("2027-01-01"), dec("7"))];
    for (method, expected, why) in [
        (Method::Fixed { price: dec("9.9950") }, "9.9950", "price.fixed"),
        (Method::Markup { markup: dec("0.2") }, "9.60", "price.markup"),
        (Method::Margin { margin: dec("0.2") }, "10", "price.margin"),
        (Method::OffErp { discount: dec("0.06") }, "9.40", "price.off-retail"),
        (Method::Split { share: dec("0.5") }, "9.0", "price.split"),
        // 10 x 10 + 10 x 9 + 5 x 8 = 230, over 25 units
        (Method::Graduated { bands: prices() }, "9.2", "price.graduated"),
        (Method::AllUnits { bands: prices() }, "8", "price.all-units"),
        (Method::Ramp { steps }, "6", "price.ramp"),
        (Method::PassThrough, "8", "price.cost"),
    ] {
        let book = book(method);
        let priced = price(&book, &ask()).unwrap();
        assert_eq!(priced.unit_price, dec(expected), "{why}");
        assert!(priced.why.iter().any(|step| step.rule == Rule(why)), "{why}");
        assert_eq!((priced.cost, priced.erp), (Some(dec("8")), Some(dec("10"))));
    }
}

#[test]
fn without_a_rule_the_retail_price_is_asked_and_said() {
    let mut book = book(Method::PassThrough);
    book.rules.clear();
    let priced = price(&book, &ask()).unwrap();
    assert_eq!((priced.unit_price, priced.rule), (dec("10"), None));
    assert_eq!(priced.why.last().unwrap().rule, Rule("price.no-rule"));
}

#[test]
fn the_nearest_layer_wins_then_the_closest_selector_then_the_newest() {
    let fixed = |name: &str, layer, price: &str| rule(name, layer, Method::Fixed { price: dec(price) });
    let mut book = book(Method::Fixed { price: dec("1") });
    let exactly = Selector { product: Some(E3), ..Selector::default() };
    book.rules.extend([
        fixed("segment", Layer::Segment(GOLD), "2"),
        fixed("reseller", Layer::Reseller(RESELLER), "3"),
        fixed("account", Layer::Account(CUSTOMER), "4"),
        PriceRule { selector: exactly.clone(), ..fixed("account", Layer::Account(CUSTOMER), "5") },
        PriceRule {
            from: day("2026-02-01"),
            selector: exactly.clone(),
            ..fixed("account", Layer::Account(CUSTOMER), "6")
        },
        PriceRule {
            from: day("2026-02-01"),
            version: 2,
            selector: exactly,
            ..fixed("account", Layer::Account(CUSTOMER), "7")
        },
        PriceRule { from: day("2026-11-01"), ..fixed("subscription", Layer::Subscription(SUBSCRIPTION), "8") },
        PriceRule { until: Some(day("2026-10-12")), ..fixed("subscription", Layer::Subscription(SUBSCRIPTION), "9") },
    ]);
    let prices = Prices::new(&book);
    let priced = prices.price(&ask()).unwrap();
    assert_eq!(priced.unit_price, dec("7"));
    let beaten: Vec<(&str, Lost)> = priced.beaten.iter().map(|(rule, why)| (rule.name.as_str(), *why)).collect();
    assert_eq!(
        beaten,
        [
            ("account", Lost::HigherVersion),
            ("account", Lost::Newer),
            ("account", Lost::MoreSpecific),
            ("reseller", Lost::NearerLayer),
            ("segment", Lost::NearerLayer),
            ("rule", Lost::NearerLayer),
        ]
    );
    let own = prices.price(&Ask { own: Some(dec("6.66")), ..ask() }).unwrap();
    assert_eq!((own.unit_price, own.beaten.len(), own.rule), (dec("6.66"), 7, None));
    let later = prices.price(&Ask { date: day("2026-11-01"), ..ask() }).unwrap();
    assert_eq!(later.unit_price, dec("8"));
}

#[test]
fn volume_and_bundle_come_on_top_and_are_rounded_once() {
    let mut book = book(Method::OffErp { discount: dec("0.03") });
    book.list[0].erp = dec("12.34");
    book.volume = VolumeBreaks { bands: bands(&[("1", "0"), ("25", "0.02"), ("100", "0.04")]) };
    let part = BundlePart { discount: dec("0.05"), ..BundlePart::of(E3) };
    let edition = Edition { parts: vec![part], ..Edition::blank(crate::date::RANGE.0) };
    book.bundles = vec![Bundle { code: Symbol(5), name: "Secure".into(), editions: vec![edition] }];
    // 12.34 x 0.97 x 0.98 x 0.95 = 11.1438838
    for (quantity, bundle, digits, expected) in [
        ("25", Symbol(5), Some(2), "11.14"),
        ("25", Symbol(5), None, "11.1438838"),
        ("24", Symbol(5), Some(4), "11.3713"),
        ("99", Symbol::EMPTY, Some(2), "11.73"),
        ("100", Symbol::EMPTY, Some(2), "11.49"),
    ] {
        book.unit_price_digits = digits;
        let priced = price(&book, &Ask { quantity: dec(quantity), bundle, ..ask() }).unwrap();
        assert_eq!(priced.unit_price, dec(expected), "{quantity} {digits:?}");
    }
    // A named price is what was named: no volume break on it.
    book.rules[0].method = Method::Fixed { price: dec("9.999") };
    assert_eq!(price(&book, &ask()).unwrap().unit_price, dec("9.999"));
}

#[test]
fn floor_and_ceiling_hold_the_price() {
    let mut book = book(Method::OffErp { discount: dec("0.5") });
    book.rules[0].floor_at_cost = true;
    assert_eq!(price(&book, &ask()).unwrap().unit_price, dec("8"));
    book.rules[0] =
        PriceRule { ceiling_at_erp: true, ..rule("dear", Layer::Book, Method::Markup { markup: dec("0.9") }) };
    let priced = price(&book, &ask()).unwrap();
    assert_eq!((priced.unit_price, priced.why.last().unwrap().rule), (dec("10"), Rule("price.ceiling")));
}

#[test]
fn a_term_keeps_the_list_of_its_first_day() {
    let mut book = book(Method::OffErp { discount: Decimal::ZERO });
    book.list = vec![listed(E3, "9", "11", "2026-04-01"), listed(E3, "8", "10", "2026-03-01")];
    for (term_start, expected, why) in [
        ("2026-03-12", "10", "price.list"),
        ("2026-04-01", "11", "price.list"),
        ("2025-06-01", "10", "price.list-later"),
    ] {
        let priced = price(&book, &Ask { term_start: day(term_start), ..ask() }).unwrap();
        assert_eq!((priced.unit_price, priced.why[0].rule), (dec(expected), Rule(why)), "{term_start}");
    }
}

#[test]
fn a_buyer_is_priced_by_the_own_market_segment_else_by_commercial() {
    let (charity, education) = (Symbol(40), Symbol(41));
    let of = |segment, erp: &str| ListPrice { segment, ..listed(E3, "5", erp, "2026-01-01") };
    let mut book = book(Method::OffErp { discount: Decimal::ZERO });
    book.list = vec![of(charity, "6"), of(Symbol::EMPTY, "10"), of(education, "7")];
    let asked = |book: &PriceBook, segment| price(book, &Ask { segment, ..ask() }).map(|p| p.unit_price);
    assert_eq!(asked(&book, charity), Ok(dec("6")));
    assert_eq!(asked(&book, education), Ok(dec("7")));
    assert_eq!(asked(&book, GOLD), Ok(dec("10")), "a tier of ours is no market segment");
    // What is sold to one market only has the price it has.
    book.list = vec![of(education, "7")];
    assert_eq!(asked(&book, GOLD), Ok(dec("7")));
    book.list = vec![of(education, "7"), of(charity, "6")];
    assert!(matches!(asked(&book, GOLD), Err(NoPrice::NotListed { .. })), "which of the two is not for us to guess");
}

#[test]
fn a_list_with_bands_prices_by_the_band_the_quantity_reaches() {
    let from =
        |at_least: &str, erp: &str, day: &str| ListPrice { at_least: dec(at_least), ..listed(E3, "5", erp, day) };
    let mut book = book(Method::OffErp { discount: Decimal::ZERO });
    book.list = vec![
        from("100", "8", "2026-01-01"),
        from("0", "10", "2026-01-01"),
        from("0", "11", "2026-03-01"),
        from("100", "9", "2026-03-01"),
    ];
    for (quantity, start, expected) in
        [("99", "2026-03-12", "11"), ("100", "2026-03-12", "9"), ("100", "2026-02-12", "8"), ("1", "2025-02-12", "10")]
    {
        let asked = Ask { quantity: dec(quantity), term_start: day(start), ..ask() };
        assert_eq!(price(&book, &asked).unwrap().unit_price, dec(expected), "{quantity} from {start}");
    }
}

#[test]
fn what_is_not_the_price_of_a_term_prices_no_term() {
    let mut book = book(Method::OffErp { discount: Decimal::ZERO });
    for kind in [ListKind::ExtendedTerm, ListKind::Usage] {
        book.list.push(ListPrice { kind, ..listed(E3, "50", "60", "2026-03-01") });
    }
    assert_eq!(price(&book, &ask()).unwrap().unit_price, dec("10"));
}

#[test]
fn a_price_in_another_currency_is_no_price() {
    let book = book(Method::OffErp { discount: Decimal::ZERO });
    let error = price(&book, &Ask { currency: Currency::GBP, ..ask() }).unwrap_err();
    let mut names = Names::default();
    (1..=2).for_each(|n| assert_eq!(names.intern(&format!("text {n}")), Symbol(n)));
    let facts: Vec<String> = error.facts(&names).into_iter().map(|(name, value)| format!("{name} {value}")).collect();
    assert_eq!(
        facts,
        ["product text 1", "sku text 2", "term P1Y", "plan Monthly", "currency GBP", "list of 2026-03-12"]
    );
    assert_eq!(price(&book, &Ask { product: TEAMS, ..ask() }).unwrap_err().facts(&names)[0].1, "");
}

#[test]
fn rules_that_give_nothing_say_what_is_missing() {
    for method in [
        Method::Margin { margin: Decimal::ONE },
        Method::Graduated { bands: Vec::new() },
        Method::AllUnits { bands: Vec::new() },
        Method::Ramp { steps: vec![(day("2027-01-01"), dec("7"))] },
    ] {
        let book = book(method);
        assert!(matches!(price(&book, &ask()), Err(NoPrice::Impossible { .. })));
    }
    let large = book(Method::Markup { markup: Decimal::MAX });
    assert_eq!(price(&large, &ask()), Err(NoPrice::TooLarge));
    let bundle = Symbol(6);
    assert_eq!(price(&large, &Ask { bundle, ..ask() }), Err(NoPrice::UnknownBundle { bundle }));
}

#[test]
fn parts_share_the_one_price_of_a_bundle() {
    let mut book = book(Method::OffErp { discount: Decimal::ZERO });
    book.list.push(listed(TEAMS, "3", "5", "2026-01-01"));
    let part = |product, ratio: &str| BundlePart { ratio: dec(ratio), discount: dec("0.1"), ..BundlePart::of(product) };
    let bundle = |price: Option<&str>| Bundle {
        code: Symbol(5),
        name: "Office and phone".into(),
        editions: vec![Edition {
            parts: vec![part(E3, "1"), part(TEAMS, "2")],
            price: price.map(dec),
            currency: Some(Currency::EUR),
            ..Edition::blank(crate::date::RANGE.0)
        }],
    };
    book.bundles = vec![bundle(Some("15.01"))];
    let whole = Ask { product: ProductKey { product: Symbol(5), sku: Symbol::EMPTY }, ..ask() };
    // Stand-alone: E3 10.00, two Teams 10.00: half each; the spare cent goes to the first.
    let offer = Prices::new(&book).offer(&whole).unwrap();
    let shares: Vec<Decimal> = offer.parts.iter().map(|p| p.price).collect();
    assert_eq!((offer.unit_price, shares, offer.cost), (dec("15.01"), vec![dec("7.51"), dec("7.50")], Some(dec("14"))));
    // A subscription to a part: the share of one unit.
    let teams = Prices::new(&book).offer(&Ask { product: TEAMS, bundle: Symbol(5), ..ask() }).unwrap();
    assert_eq!(teams.unit_price, dec("3.75"));
    assert!(matches!(
        Prices::new(&book).offer(&Ask { currency: Currency::USD, ..whole.clone() }),
        Err(NoPrice::OtherCurrency { .. })
    ));
    // Without a price of its own: 10 x 0.9 + 2 x 5 x 0.9.
    book.bundles = vec![bundle(None)];
    let offer = Prices::new(&book).offer(&whole).unwrap();
    assert_eq!((offer.unit_price, offer.one_price), (dec("18.00"), false));
}

pub(crate) fn cost_line(subtotal: &str, quantity: &str, unit: &str) -> CostLine {
    CostLine {
        at: LineRef { document: 1, row: 4 },
        family: Family::Licence,
        invoice: Symbol::EMPTY,
        customer: SourceId::NONE,
        customer_name: Symbol::EMPTY,
        subscription: SourceId::NONE,
        order: Symbol::EMPTY,
        order_date: None,
        product: E3.product,
        sku: E3.sku,
        product_name: Symbol::EMPTY,
        charge: ChargeType::Cycle,
        period: Period::inclusive(day("2026-10-12"), day("2026-11-11")),
        term_dates: None,
        term: Some(Term::P1Y),
        plan: Some(BillingPlan::Monthly),
        unit_price: dec(unit),
        effective_unit_price: dec(unit),
        quantity: dec(quantity),
        billable_quantity: dec(quantity),
        subtotal: dec(subtotal),
        tax: Decimal::ZERO,
        total: dec(subtotal),
        currency: Currency::EUR,
        pricing_currency: Currency::EUR,
        exchange_rate: Decimal::ONE,
        exchange_date: None,
        reference: Symbol::EMPTY,
        promotion: Symbol::EMPTY,
        adjustment: Symbol::EMPTY,
        reservation: Symbol::EMPTY,
        credit_reason: Symbol::EMPTY,
        trial: false,
        add_on: false,
        usage: None,
    }
}

#[test]
fn a_cost_line_sells_by_rule() {
    let line = cost_line("80.00", "10", "8");
    let credit = CostLine { subtotal: dec("-40.00"), ..cost_line("-40.00", "10", "-4") };
    for (method, charge, back) in [
        (Method::PassThrough, "80.00", "-40.00"),
        (Method::Markup { markup: dec("0.125") }, "90.00", "-45.00"),
        (Method::Margin { margin: dec("0.2") }, "100.00", "-50.00"),
        (Method::Split { share: dec("0.25") }, "85.00", "-55.00"),
        (Method::OffErp { discount: dec("0.1") }, "90.00", "-90.00"),
        (Method::Fixed { price: dec("9.5") }, "95.00", "-95.00"),
    ] {
        let book = book(method);
        let prices = Prices::new(&book);
        let net = |line| rate_cost(&prices, line, line.period, &ask()).net.to_string();
        assert_eq!((net(&line).as_str(), net(&credit).as_str()), (charge, back), "{:?}", book.rules[0].method);
    }
}

#[test]
fn a_part_of_a_cycle_is_prorated_only_where_the_rule_gives_a_whole_price() {
    // 15 of 31 days at a cost of 8.00: the vendor billed 38.71 for ten seats.
    let mut line = cost_line("38.71", "10", "8");
    line.period = Period::inclusive(day("2026-10-28"), day("2026-11-11"));
    let cycle = Period::inclusive(day("2026-10-12"), day("2026-11-11"));
    for (method, expected) in
        [(Method::OffErp { discount: Decimal::ZERO }, "48.39"), (Method::Markup { markup: dec("0.1") }, "42.58")]
    {
        let book = book(method);
        let sale = rate_cost(&Prices::new(&book), &line, cycle, &ask());
        assert_eq!((sale.net.to_string().as_str(), sale.doubt), (expected, None));
    }
}

#[test]
fn a_line_no_rule_covers_sells_at_cost_and_says_so() {
    let mut book = book(Method::OffErp { discount: Decimal::ZERO });
    book.rules.clear();
    let line = cost_line("80.00", "10", "8");
    let sale = rate_cost(&Prices::new(&book), &line, line.period, &ask());
    assert_eq!((sale.net.to_string().as_str(), sale.unit_price), ("80.00", dec("8")));
    assert!(sale.why.iter().any(|s| s.rule == Rule("sale.no-rule")));
    // A rule that cannot be applied: at cost, and in doubt.
    book.rules.push(rule("off list", Layer::Book, Method::OffErp { discount: Decimal::ZERO }));
    book.list.clear();
    let sale = rate_cost(&Prices::new(&book), &line, line.period, &ask());
    assert_eq!(sale.net.to_string(), "80.00");
    assert!(matches!(sale.doubt, Some(NoPrice::NotListed { .. })));
}

fn daily(subtotal: &str, credit: &str, row: u32) -> CostLine {
    let mut line = cost_line(subtotal, "2", "0.10");
    line.at.row = row;
    line.family = Family::Usage;
    line.usage = Some(Box::new(UsageDetail {
        date: None,
        meter: Symbol::EMPTY,
        meter_name: Symbol::EMPTY,
        category: Symbol::EMPTY,
        sub_category: Symbol::EMPTY,
        region: Symbol::EMPTY,
        unit: Symbol::EMPTY,
        resource: Symbol::EMPTY,
        entitlement: SourceId::NONE,
        entitlement_name: Symbol::EMPTY,
        pricing_total: dec(subtotal),
        earned_credit_percent: dec(credit),
        benefit: Symbol::EMPTY,
    }));
    line
}

#[test]
fn daily_rows_are_summed_exactly_and_rounded_once() {
    let rows: Vec<CostLine> = (1..=31).map(|row| daily("0.003400", "15", row)).collect();
    let rows: Vec<&CostLine> = rows.iter().collect();
    // 31 x 0.0034 = 0.1054; row by row it would have come to nothing. Without the credit: 0.1054 / 0.85 = 0.124.
    for (credit, method, expected) in [
        (true, Method::PassThrough, "0.11"),
        (false, Method::PassThrough, "0.12"),
        (false, Method::Markup { markup: dec("0.25") }, "0.16"),
        (true, Method::OffErp { discount: Decimal::ZERO }, "6.20"),
    ] {
        let mut book = book(method);
        book.rules[0].pass_earned_credit = credit;
        let usage = rate_usage(&Prices::new(&book), &rows, &ask()).unwrap();
        assert_eq!((usage.sale.net.to_string().as_str(), usage.rows), (expected, 31));
    }
    assert_eq!(rate_usage(&Prices::new(&book(Method::PassThrough)), &[], &ask()), None);
}

#[test]
fn a_promotion_is_kept_when_the_rule_says_so() {
    let mut line = cost_line("73.60", "10", "8");
    line.promotion = Symbol(12);
    line.effective_unit_price = dec("7.36");
    let mut book = book(Method::Markup { markup: dec("0.1") });
    let net = |book: &PriceBook| rate_cost(&Prices::new(book), &line, line.period, &ask()).net.to_string();
    assert_eq!(net(&book), "80.96");
    book.rules[0].pass_promotions = false;
    assert_eq!(net(&book), "88.00");
}

proptest! {
    /// The steps of a price, worked through again from their inputs, give the price.
    #[test]
    fn folding_the_steps_gives_the_price(
        cost in 1i64..100_000, gap in 0i64..50_000, share in 0i64..90, volume in 0i64..30, bundle in 0i64..30,
        method in 0usize..6, digits in prop::option::of(0u32..5), floor: bool, ceiling: bool,
    ) {
        let share = Decimal::new(share, 2);
        let mut book = book(match method {
            0 => Method::Markup { markup: share },
            1 => Method::Margin { margin: share },
            2 => Method::OffErp { discount: share },
            3 => Method::Split { share },
            4 => Method::PassThrough,
            _ => Method::Fixed { price: Decimal::new(cost, 2) },
        });
        book.list[0].cost = Decimal::new(cost, 2);
        book.list[0].erp = Decimal::new(cost + gap, 2);
        book.rules[0].floor_at_cost = floor;
        book.rules[0].ceiling_at_erp = ceiling;
        book.volume.bands = vec![Band { from: Decimal::ONE, value: Decimal::new(volume, 2) }];
        let part = BundlePart { discount: Decimal::new(bundle, 2), ..BundlePart::of(E3) };
        let edition = Edition { parts: vec![part], ..Edition::blank(crate::date::RANGE.0) };
        book.bundles = vec![Bundle { code: Symbol(5), name: "b".into(), editions: vec![edition] }];
        book.unit_price_digits = digits;
        let priced = price(&book, &Ask { bundle: Symbol(5), ..ask() }).unwrap();
        let mut result = None;
        for step in &priced.why {
            result = Some(refold(step));
            prop_assert_eq!(result.as_ref(), Some(&step.result), "{:?}", step);
        }
        prop_assert_eq!(result, Some(Value::Price(priced.unit_price, Currency::EUR)));
    }
}

/// Questions on one ground have one offer, whatever else differs between them.
#[test]
fn one_ground_one_offer() {
    let methods = [
        Method::Markup { markup: dec("0.2") },
        Method::Graduated { bands: bands(&[("1", "10"), ("30", "9")]) },
        Method::AllUnits { bands: bands(&[("1", "10"), ("30", "9")]) },
        Method::Ramp { steps: vec![(day("2026-01-01"), dec("5")), (day("2026-10-14"), dec("6"))] },
    ];
    for (method, breaks) in methods.iter().flat_map(|m| [(m, false), (m, true)]) {
        let mut book = book(method.clone());
        book.list.push(listed(E3, "9", "11", "2026-06-01"));
        book.list.push(listed(TEAMS, "4", "5", "2026-06-01"));
        book.rules.push(rule("own", Layer::Account(CUSTOMER), Method::Fixed { price: dec("7") }));
        book.rules.push(rule("reseller", Layer::Reseller(RESELLER), Method::PassThrough));
        if breaks {
            book.volume.bands = bands(&[("1", "0"), ("30", "0.05")]);
        }
        let prices = Prices::new(&book);
        let mut known = std::collections::HashMap::new();
        let mut asked = 0;
        for (account, ancestors) in [(CUSTOMER, &[][..]), (Id([5; 16]), &[RESELLER][..]), (Id([6; 16]), &[][..])] {
            for product in [E3, TEAMS] {
                for (term_start, own) in [("2025-03-12", None), ("2026-03-12", None), ("2026-07-12", Some(dec("3.50")))]
                {
                    for (date, quantity) in [("2026-10-12", "25"), ("2026-10-12", "40"), ("2026-10-14", "25")] {
                        let ask = Ask {
                            subscription: Some(Id([asked; 16])),
                            account,
                            ancestors,
                            product,
                            own,
                            term_start: day(term_start),
                            date: day(date),
                            quantity: dec(quantity),
                            imagined: None,
                            ..ask()
                        };
                        asked += 1;
                        let (ground, offer) = (prices.ground(&ask).unwrap(), prices.offer(&ask).unwrap());
                        assert_eq!(*known.entry(ground).or_insert_with(|| offer.clone()), offer, "{ask:?}");
                    }
                }
            }
        }
        assert!(known.len() < usize::from(asked), "{} of {asked}", known.len());
    }
    let bundled = Ask { bundle: Symbol(5), ..ask() };
    assert_eq!(Prices::new(&book(Method::PassThrough)).ground(&bundled), None);
}

/// Works a step of a price out again from nothing but its inputs.
pub(crate) fn refold(step: &Step) -> Value {
    let input = |name: &str| step.inputs.iter().find(|(n, _)| *n == name).map(|(_, v)| v);
    let number = |name: &str| match input(name) {
        Some(Value::Price(n, _) | Value::Number(n) | Value::Share(n)) => *n,
        other => panic!("{name} of {step:?} is {other:?}"),
    };
    let less = |base: &str, off: &str| number(base) * (Decimal::ONE - number(off));
    let value = match step.rule.0 {
        "price.markup" => number("cost") * (Decimal::ONE + number("markup")),
        "price.margin" => number("cost") / (Decimal::ONE - number("margin")),
        "price.off-retail" => less("retail price", "discount"),
        "price.no-rule" => number("retail price"),
        "price.split" => number("cost") + (number("retail price") - number("cost")) * number("share"),
        "price.cost" | "price.floor" => number("cost"),
        "price.ceiling" => number("retail price"),
        "price.volume" | "price.bundle" | "price.promotion" => less("price", "discount"),
        "price.months" => number("price") * number("months") / number("of"),
        "price.uplift" => {
            let rises = u32::try_from(number("times").mantissa()).unwrap();
            (0..rises).fold(number("price"), |price, _| price * (Decimal::ONE + number("a year")))
        }
        "price.bundle-units" => number("price") * number("units in the bundle"),
        "price.bundle-hidden" => number("price") + number("share"),
        "price.bundle-sum" => {
            let parts = step.inputs.iter().filter(|(name, _)| *name == "part");
            parts.map(|(_, value)| if let Value::Price(price, _) = value { *price } else { Decimal::ZERO }).sum()
        }
        "price.round" => {
            let digits = u32::try_from(number("digits").mantissa()).unwrap();
            let (nearest, unit) = (Rounding::HalfUp.apply(number("price"), digits), Decimal::new(1, digits));
            nearest
                + unit * Decimal::from(i8::from(input("not below").is_some()) - i8::from(input("not above").is_some()))
        }
        "line.one-off" => {
            let Value::Money(net) = &step.result else { panic!("{step:?}") };
            let exact = number("price") * number("quantity");
            return Value::Money(Money::round(exact, net.currency(), Rounding::HalfUp).unwrap());
        }
        "line.amount" => {
            let Value::Money(net) = &step.result else { panic!("{step:?}") };
            let exact = number("price") * number("quantity") * number("days") / number("of");
            return Value::Money(Money::round(exact, net.currency(), Rounding::HalfUp).unwrap());
        }
        // These name a price somebody gave; there is nothing to work out.
        "price.list" | "price.list-later" | "price.fixed" | "price.own" | "price.bundle-part"
        | "price.bundle-whole" | "price.bundle-share" => return step.result.clone(),
        other => panic!("no fold for {other}"),
    };
    let Value::Price(_, currency) = step.result else { panic!("{step:?}") };
    Value::Price(value, currency)
}
