//! Worked cases a bookkeeper can check by hand, and what must hold for any book and scenario.

mod within;

use super::*;
use crate::price::{ListKind, ListPrice, Method, PriceBook, PriceRule};
use crate::register::*;
use crate::{Currency, Date, Decimal, Id, Money, Month, SourceId, Symbol};
use proptest::prelude::*;

const E3: ProductKey = ProductKey { product: Symbol(1), sku: Symbol(2) };
const TEAMS: ProductKey = ProductKey { product: Symbol(3), sku: Symbol(2) };
const CUSTOMER: Id = Id([1; 16]);
const BUNDLE: Symbol = Symbol(7);

fn dec(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn listed(product: ProductKey, (term, plan): (Term, BillingPlan), cost: &str, erp: &str, from: &str) -> ListPrice {
    ListPrice {
        kind: ListKind::Term,
        segment: Symbol::EMPTY,
        at_least: Decimal::ZERO,
        product,
        term,
        plan,
        currency: Currency::EUR,
        cost: dec(cost),
        erp: dec(erp),
        from: day(from),
        until: None,
        source: None,
    }
}

fn rule(method: Method) -> PriceRule {
    PriceRule::new(Id([7; 16]), "all".into(), crate::price::Layer::Book, method, day("2020-01-01"))
}

/// E3 costs 10.00 a month and retails at 12.00, whatever the plan.
fn prices(method: Method) -> PriceBook {
    let monthly = (Term::P1Y, BillingPlan::Monthly);
    PriceBook {
        list: vec![
            listed(E3, monthly, "10", "12", "2020-01-01"),
            listed(E3, (Term::P1Y, BillingPlan::Annual), "120", "144", "2020-01-01"),
            listed(TEAMS, monthly, "4", "5", "2020-01-01"),
        ],
        rules: vec![rule(method)],
        ..PriceBook::default()
    }
}

fn retail() -> PriceBook {
    prices(Method::OffErp { discount: Decimal::ZERO })
}

fn account(n: u8) -> Account {
    Account {
        id: Id([n; 16]),
        source: SourceId::NONE,
        kind: AccountKind::Customer,
        parent: None,
        bill_to: None,
        name: "Customer".into(),
        country: "DE".into(),
        address: Vec::new(),
        vat_id: String::new(),
        tax: TaxTreatment::Domestic,
        tax_percent: dec("19"),
        segment: Symbol(if n == 1 { 20 } else { 21 }),
        currency: Currency::EUR,
        payment_days: 30,
        language: "en".into(),
        basis: None,
        purchase_order: String::new(),
        needs_purchase_order: false,
        ended: None,
    }
}

/// Seats of E3 in one-year terms from a day.
fn seats(n: u8, start: &str, plan: BillingPlan, quantity: &str) -> Subscription {
    Subscription {
        id: Id([n; 16]),
        source: SourceId::NONE,
        account: CUSTOMER,
        product: E3,
        name: Symbol::EMPTY,
        term: Term::P1Y,
        plan,
        sold_plan: None,
        customer_term: None,
        start: day(start),
        term_end: None,
        anchor_day: None,
        pricing_currency: Currency::EUR,
        bundle: Symbol::EMPTY,
        bundle_policy: BundlePolicy::default(),
        basis: None,
        cadence: Cadence::Anniversary,
        timing: Timing::Advance,
        events: [Event { seq: 1, date: day(start), kind: EventKind::Started { quantity: dec(quantity) } }].into(),
    }
}

fn base(prices: &PriceBook, subscriptions: &[Subscription], months: u32) -> Base {
    base_with(prices, subscriptions, months, &[])
}

fn base_with(
    prices: &PriceBook,
    subscriptions: &[Subscription],
    months: u32,
    rates: &[(Currency, Currency, Decimal)],
) -> Base {
    let accounts = [account(1), account(2)];
    let horizon = Horizon::new(Month::parse("2026-11").unwrap(), months).unwrap();
    Base::new(&Input { accounts: &accounts, subscriptions, prices, rates, horizon }).unwrap()
}

fn lever(from: &str, what: What) -> Scenario {
    let lever = Lever { name: "lever".into(), who: Who::default(), from: day(from), what };
    Scenario { name: "test".into(), levers: vec![lever], elasticity: Decimal::ZERO }
}

fn percent(text: &str) -> Change {
    Change::Share(dec(text) / Decimal::ONE_HUNDRED)
}

fn vendor(change: Change, pass_on: Option<&str>) -> What {
    What::Vendor { cost: Some(change), erp: pass_on.is_none().then_some(change), pass_on: pass_on.map(dec) }
}

/// Cost and revenue of the first buyer by month, as text.
fn told(base: &Base, scenario: &Scenario) -> (Vec<String>, Vec<String>) {
    let figures = run(base, scenario).unwrap().figures;
    let text = |all: &[i64]| all.iter().map(|minor| Money::from_minor(*minor, Currency::EUR).to_string()).collect();
    (text(figures.cost(0)), text(figures.revenue(0)))
}

#[test]
fn a_price_bites_at_the_first_term_on_or_after_its_day() {
    let monthly = [seats(5, "2025-03-15", BillingPlan::Monthly, "10")];
    let book = base(&retail(), &monthly, 18);
    // The term of March 2026 began on or after a day in January: it is dearer from the first month on.
    for (from, dearer_from) in
        [("2027-03-15", 4), ("2027-03-16", 16), ("2026-11-16", 4), ("2026-03-16", 4), ("2026-01-01", 0)]
    {
        let (cost, revenue) = told(&book, &lever(from, vendor(percent("10"), None)));
        for month in 0..18 {
            let (c, r) = if month >= dearer_from { ("110.00", "132.00") } else { ("100.00", "120.00") };
            assert_eq!((cost[month].as_str(), revenue[month].as_str()), (c, r), "{from}, month {month}");
        }
    }
    let agreement = &book.agreements[0];
    assert_eq!((agreement.renews, book.left_out.len()), (Some(day("2027-03-15")), 0));
}

#[test]
fn ends_of_months_and_leap_days_keep_their_day() {
    // Bought on a leap day and paid at once: charged at the end of each February.
    let yearly = [seats(5, "2024-02-29", BillingPlan::Annual, "1")];
    let book = base(&retail(), &yearly, 40);
    for (from, dearer_from) in [("2027-02-28", 3), ("2027-03-01", 15), ("2028-02-29", 15), ("2028-03-01", 27)] {
        let (cost, _) = told(&book, &lever(from, vendor(percent("5"), None)));
        let expected = |month| match month {
            3 | 15 | 27 | 39 if month >= dearer_from => "126.00",
            3 | 15 | 27 | 39 => "120.00",
            _ => "0.00",
        };
        assert!((0..40).all(|month| cost[month] == expected(month)), "{from}: {cost:?}");
    }
    // Bought on the last of January and paid monthly: the last of every month, and terms from the last of January.
    let monthly = [seats(5, "2026-01-31", BillingPlan::Monthly, "1")];
    let book = base(&retail(), &monthly, 16);
    for (from, dearer_from) in [("2027-01-31", 2), ("2027-02-01", 14)] {
        let (cost, _) = told(&book, &lever(from, vendor(percent("10"), None)));
        assert!((0..16).all(|m| cost[m] == if m >= dearer_from { "11.00" } else { "10.00" }), "{from}: {cost:?}");
    }
}

#[test]
fn customers_pay_by_their_rule_or_the_share_passed_on() {
    let one = [seats(5, "2026-01-01", BillingPlan::Monthly, "3")];
    // Renewed in January: three seats, whose cost goes from 10.00 to 11.00.
    for (method, before, after) in [
        (Method::Markup { markup: dec("0.2") }, "36.00", "39.60"),
        (Method::Margin { margin: dec("0.2") }, "37.50", "41.25"),
        (Method::OffErp { discount: dec("0.05") }, "34.20", "37.62"),
        (Method::Split { share: dec("0.5") }, "33.00", "36.30"),
        (Method::Fixed { price: dec("11.50") }, "34.50", "34.50"),
        (Method::PassThrough, "30.00", "33.00"),
    ] {
        let book = base(&prices(method.clone()), &one, 4);
        let (_, revenue) = told(&book, &lever("2027-01-01", vendor(percent("10"), None)));
        assert_eq!((revenue[1].as_str(), revenue[2].as_str()), (before, after), "{method:?}");
    }
    // 80 % of a change of cost, whatever the rule; a decrease reaches customers too.
    let book = base(&prices(Method::Fixed { price: dec("11.50") }), &one, 4);
    for (change, cost, price) in [("10", "33.00", "36.90"), ("-7", "27.90", "32.82")] {
        let (costs, revenue) = told(&book, &lever("2027-01-01", vendor(percent(change), Some("0.8"))));
        assert_eq!((costs[2].as_str(), revenue[2].as_str()), (cost, price), "{change}");
    }
    // Our own price: at the renewal, or with the next charge.
    for (bite, dearer_from) in [(Bite::Renewal, 2), (Bite::AtOnce, 1)] {
        let (_, revenue) = told(&book, &lever("2026-12-01", What::Price(percent("10"), bite)));
        assert_eq!(revenue[dearer_from], "37.95");
        assert_eq!(revenue[dearer_from - 1], "34.50");
    }
    let (_, revenue) =
        told(&book, &lever("2026-12-01", What::Rule("all".into(), Method::Markup { markup: dec("0.3") })));
    assert_eq!(revenue[..2], ["34.50", "39.00"]);
    let unknown = lever("2026-12-01", What::Rule("none".into(), Method::PassThrough));
    assert_eq!(run(&book, &unknown), Err(ModelError::NoRule("none".into())));
}

#[test]
fn a_rate_moves_each_charge() {
    let mut dollars = seats(5, "2026-01-01", BillingPlan::Monthly, "7");
    dollars.pricing_currency = Currency::USD;
    let mut prices = retail();
    prices.list.push(ListPrice {
        currency: Currency::USD,
        ..listed(E3, (Term::P1Y, BillingPlan::Monthly), "11.13", "13", "2020-01-01")
    });
    let rates = [(Currency::USD, Currency::EUR, dec("0.9"))];
    let book = base_with(&prices, &[dollars.clone()], 3, &rates);
    // 7 x 11.13 x 0.9 = 70.119; at 0.99: 77.1309.
    let (cost, revenue) = told(&book, &lever("2026-12-01", What::Rate(Currency::USD, percent("10"))));
    assert_eq!((cost[0].as_str(), cost[1].as_str(), revenue[1].as_str()), ("70.12", "77.13", "84.00"));
    // Without a rate the list of the buyer's own currency is all there is.
    let (cost, _) = told(&base(&prices, &[dollars], 3), &Scenario::default());
    assert_eq!(cost[0], "70.00");
}

#[test]
fn seats_come_with_a_charge_and_go_with_a_term() {
    let book = base(&retail(), &[seats(5, "2026-02-10", BillingPlan::Monthly, "10")], 5);
    let (cost, revenue) = told(&book, &lever("2026-12-01", What::Seats(Change::By(dec("2")))));
    assert_eq!((&cost[..2], revenue[1].as_str()), (&["100.00".to_owned(), "120.00".to_owned()][..], "144.00"));
    let (cost, _) = told(&book, &lever("2026-12-01", What::Seats(percent("-20"))));
    assert_eq!(cost, ["100.00", "100.00", "100.00", "80.00", "80.00"]);
    // A volume break that is reached prices all of them.
    let mut volume = retail();
    let bands = [("1", "0"), ("20", "0.1")];
    volume.volume.bands = bands.map(|(from, value)| crate::price::Band { from: dec(from), value: dec(value) }).to_vec();
    let book = base(&volume, &[seats(5, "2026-02-10", BillingPlan::Monthly, "10")], 2);
    let (_, revenue) = told(&book, &lever("2026-12-01", What::Seats(Change::To(dec("20")))));
    assert_eq!(revenue, ["120.00", "216.00"]);
}

#[test]
fn other_terms_begin_where_a_term_ends() {
    let book = base(&retail(), &[seats(5, "2026-01-20", BillingPlan::Monthly, "2")], 15);
    let (cost, revenue) = told(&book, &lever("2026-12-01", What::Terms(Term::P1Y, BillingPlan::Annual)));
    let expected = |month| match month {
        0 | 1 => "20.00",
        2 | 14 => "240.00",
        _ => "0.00",
    };
    assert!((0..15).all(|month| cost[month] == expected(month)), "{cost:?}");
    assert_eq!(revenue[2], "288.00");
    // No list has a monthly term: a twelfth of the year and 20 %.
    let (cost, _) = told(&book, &lever("2026-12-01", What::Terms(Term::P1M, BillingPlan::Monthly)));
    assert_eq!(cost[1..4], ["20.00", "24.00", "24.00"]);
    // Not renewed: 23 % over a twelfth of the year, for there is no monthly term; 3 % over it where there is one.
    let (cost, _) = told(&book, &lever("2026-12-01", What::Extended));
    assert_eq!(cost[1..4], ["20.00", "24.60", "24.60"]);
    let mut listed_monthly = retail();
    listed_monthly.list.push(listed(E3, (Term::P1M, BillingPlan::Monthly), "12", "14.40", "2020-01-01"));
    let book = base(&listed_monthly, &[seats(5, "2026-01-20", BillingPlan::Monthly, "2")], 15);
    let (cost, revenue) = told(&book, &lever("2026-12-01", What::Extended));
    assert_eq!((cost[2].as_str(), revenue[2].as_str()), ("24.72", "29.66"));
}

#[test]
fn parts_are_sold_as_many_bundles_as_there_are() {
    let mut prices = retail();
    let edition = Edition {
        parts: vec![BundlePart::of(E3), BundlePart::of(TEAMS)],
        price: Some(dec("15")),
        currency: Some(Currency::EUR),
        ..Edition::blank(day("2000-01-01"))
    };
    prices.bundles.push(Bundle { code: BUNDLE, name: "Both".into(), editions: vec![edition] });
    let mut teams = seats(6, "2026-01-01", BillingPlan::Monthly, "8");
    teams.product = TEAMS;
    let book = base(&prices, &[seats(5, "2026-01-01", BillingPlan::Monthly, "10"), teams], 3);
    // From January eight bundles at 15.00 and two seats of E3 at 12.00.
    let (cost, revenue) = told(&book, &lever("2027-01-01", What::Bundle(BUNDLE)));
    assert_eq!((revenue[1].as_str(), revenue[2].as_str()), ("160.00", "144.00"));
    assert_eq!(cost[1], cost[2]);
    assert_eq!(run(&book, &lever("2027-01-01", What::Bundle(Symbol(99)))), Err(ModelError::NoBundle(Symbol(99))));
}

#[test]
fn a_new_edition_of_a_bundle_bites_by_the_policy_of_each_agreement() {
    let mut prices = retail();
    let edition = |from: &str, price: &str| Edition {
        parts: vec![BundlePart::of(E3)],
        price: Some(dec(price)),
        currency: Some(Currency::EUR),
        ..Edition::blank(day(from))
    };
    let editions = vec![edition("2000-01-01", "15"), edition("2026-12-15", "16")];
    prices.bundles.push(Bundle { code: BUNDLE, name: "One".into(), editions });
    // Ten on a term since 20 January: charged on the 20th, renewed on the 20th of January.
    for (policy, expected) in [
        (BundlePolicy::Follow, ["150.00", "160.00", "160.00", "160.00"]),
        (BundlePolicy::Renewal, ["150.00", "150.00", "160.00", "160.00"]),
        (BundlePolicy::Keep, ["150.00", "150.00", "150.00", "150.00"]),
    ] {
        let mut sold = seats(5, "2026-01-20", BillingPlan::Monthly, "10");
        sold.product = ProductKey { product: BUNDLE, sku: Symbol::EMPTY };
        sold.bundle_policy = policy;
        let (_, revenue) = told(&base(&prices, &[sold], 4), &Scenario::default());
        assert_eq!(revenue, expected, "{policy:?}");
    }
}

#[test]
fn customers_leave_a_dearer_price_and_their_seats_stay_ours_until_the_term_ends() {
    let book = base(&retail(), &[seats(5, "2026-02-01", BillingPlan::Monthly, "10")], 5);
    let mut scenario = lever("2026-12-01", What::Price(percent("10"), Bite::AtOnce));
    scenario.elasticity = dec("0.5");
    // 9.5 seats at 13.20 from December; the vendor's ten seats until February.
    let (cost, revenue) = told(&book, &scenario);
    assert_eq!(revenue, ["120.00", "125.40", "125.40", "125.40", "125.40"]);
    assert_eq!(cost, ["100.00", "100.00", "100.00", "95.00", "95.00"]);
    let causes = bridge(&book, &scenario).unwrap();
    assert_eq!(causes.len(), 2);
    assert_eq!((causes[0].lever.as_deref(), causes[0].margin[0].to_string().as_str()), (Some("lever"), "48.00"));
    assert_eq!((causes[1].lever.as_deref(), causes[1].margin[0].to_string().as_str()), (None, "-16.40"));
}

#[test]
fn a_lever_reaches_whom_it_names() {
    let mut other = seats(6, "2026-12-01", BillingPlan::Monthly, "10");
    other.account = Id([2; 16]);
    let book = base(&retail(), &[seats(5, "2026-12-01", BillingPlan::Monthly, "10"), other], 2);
    let mut scenario = lever("2026-12-01", vendor(percent("10"), None));
    let after = |who: Who, scenario: &mut Scenario| {
        scenario.levers[0].who = who;
        let figures = run(&book, scenario).unwrap().figures;
        [figures.cost(0)[1], figures.cost(1)[1]]
    };
    assert_eq!(after(Who { account: Some(CUSTOMER), ..Who::default() }, &mut scenario), [11_000, 10_000]);
    assert_eq!(after(Who { segment: Some(Symbol(21)), ..Who::default() }, &mut scenario), [10_000, 11_000]);
    assert_eq!(after(Who { plan: Some(BillingPlan::Annual), ..Who::default() }, &mut scenario), [10_000, 10_000]);
    assert_eq!(after(Who { products: vec![E3], ..Who::default() }, &mut scenario), [11_000, 11_000]);
    let changes = agreements(&book, &scenario).unwrap();
    assert_eq!((changes[0].hit, changes[0].below_cost), (Some(1), None));
    let dear = lever("2026-12-01", vendor(percent("30"), Some("0")));
    assert_eq!(agreements(&book, &dear).unwrap()[1].below_cost, Some(1));
}

#[test]
fn money_moves_when_it_is_due() {
    let month = |text| Month::parse(text).unwrap();
    assert_eq!(paid_in(month("2026-11"), 30), month("2026-12"));
    assert_eq!(paid_in(month("2026-11"), 60), month("2027-01"));
    assert_eq!(paid_in(month("2027-01"), 28), month("2027-02"));
    assert_eq!(vendor_paid_in(month("2026-11")), month("2027-01"));
}

/// Some subscription of the first or second customer.
fn any_subscription() -> impl Strategy<Value = Subscription> {
    let plans = prop_oneof![Just(BillingPlan::Monthly), Just(BillingPlan::Annual)];
    let timing = prop_oneof![4 => Just(Timing::Advance), 1 => Just(Timing::Arrears)];
    let cadence = prop_oneof![4 => Just(Cadence::Anniversary), 1 => Just(Cadence::CalendarMonth)];
    (1u8..=2, 0i64..1100, plans, 1u32..300, timing, cadence, 0i64..700, -3i64..4).prop_map(
        |(who, back, plan, quantity, timing, cadence, later, delta)| {
            let start = crate::date::add_days(day("2026-11-01"), -back);
            let mut s = seats(5, &start.to_string(), plan, &quantity.to_string());
            (s.account, s.timing, s.cadence) = (Id([who; 16]), timing, cadence);
            let changed = crate::date::add_days(start, later);
            s.events.push(Event { seq: 2, date: changed, kind: EventKind::SeatsChanged { delta: delta.into() } });
            s
        },
    )
}

proptest! {
    /// A vendor's price that is imagined comes to the same as one that is listed.
    #[test]
    fn imagined_is_as_if_it_were_listed(
        mut subscriptions in prop::collection::vec(any_subscription(), 1..6),
        from in 0i64..800,
        share in -2000i64..3000,
        discount in 0i64..2000,
    ) {
        subscriptions.iter_mut().enumerate().for_each(|(n, s)| s.id = Id([n as u8 + 10; 16]));
        let prices = prices(Method::OffErp { discount: Decimal::new(discount, 4) });
        let from = crate::date::add_days(day("2026-11-01"), from);
        let change = Change::Share(Decimal::new(share, 4));
        let imagined = base(&prices, &subscriptions, 30);
        let scenario = lever(&from.to_string(), vendor(change, None));
        let mut changed = prices.clone();
        for row in &prices.list {
            let price = |figure: Decimal| crate::Rounding::HalfUp.apply(change.of(figure).unwrap(), 2);
            changed.list.push(ListPrice { cost: price(row.cost), erp: price(row.erp), from, ..row.clone() });
        }
        let listed = base(&changed, &subscriptions, 30);
        prop_assert_eq!(&run(&imagined, &scenario).unwrap().figures, &listed.figures);
    }

    /// The reasons of every cell add up to it, the steps of the bridge to the whole, and agreements to accounts.
    #[test]
    fn everything_adds_up(
        mut subscriptions in prop::collection::vec(any_subscription(), 1..6),
        from in 0i64..500,
        kinds in prop::collection::vec(0usize..8, 1..4),
        elasticity in 0i64..3,
    ) {
        subscriptions.iter_mut().enumerate().for_each(|(n, s)| s.id = Id([n as u8 + 10; 16]));
        let book = base(&retail(), &subscriptions, 24);
        let what = |kind: usize| match kind {
            0 => vendor(percent("7.5"), None),
            1 => vendor(percent("-3"), Some("0.5")),
            2 => What::Price(percent("4"), Bite::AtOnce),
            3 => What::Price(Change::By(dec("0.37")), Bite::Renewal),
            4 => What::Rule("all".into(), Method::Margin { margin: dec("0.17") }),
            5 => What::Seats(percent("-10")),
            6 => What::Terms(Term::P1M, BillingPlan::Monthly),
            _ => What::Extended,
        };
        let levers = kinds.iter().enumerate().map(|(n, kind)| Lever {
            name: n.to_string(),
            who: Who::default(),
            from: crate::date::add_days(day("2026-11-01"), from + 40 * n as i64),
            what: what(*kind),
        });
        let scenario = Scenario { name: "any".into(), levers: levers.collect(), elasticity: Decimal::new(elasticity, 1) };
        let figures = run(&book, &scenario).unwrap().figures;
        let again = run_again(&book, &scenario, figures.clone()).unwrap().figures;
        prop_assert_eq!(&again, &figures, "nothing is left of the run before");
        let mut sum = 0i64;
        for buyer in 0..book.buyers.len() {
            for month in 0..24 {
                let because = because(&book, &scenario, buyer, month).unwrap();
                let add = |of: &dyn Fn(&Because) -> Money| because.iter().map(|b| of(b).minor()).sum::<i64>();
                prop_assert_eq!(add(&|b| b.revenue), figures.revenue(buyer)[month]);
                prop_assert_eq!(add(&|b| b.cost), figures.cost(buyer)[month]);
                for b in because.iter().filter(|b| !b.sold.is_empty()) {
                    // The price of the last step is the one the steps before it came to.
                    let steps = &b.sold[..b.sold.len() - 1];
                    let price = b.sold.last().unwrap().inputs[1].1.clone();
                    prop_assert_eq!(&steps.last().unwrap().result, &price);
                }
                sum += figures.revenue(buyer)[month] - figures.cost(buyer)[month];
                sum -= book.figures.revenue(buyer)[month] - book.figures.cost(buyer)[month];
            }
        }
        let steps: i64 = bridge(&book, &scenario).unwrap().iter().flat_map(|s| &s.margin).map(Money::minor).sum();
        prop_assert_eq!(steps, sum);
        let each = agreements(&book, &scenario).unwrap();
        let margin = |c: &AgreementChange| c.revenue_after - c.cost_after - c.revenue_before + c.cost_before;
        prop_assert_eq!(each.iter().map(margin).sum::<i64>(), sum);
    }
}
