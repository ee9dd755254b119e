//! The clauses of a rule: which list holds, yearly rises, plans that differ, promotions. Each case is checked by hand.

use super::*;
use crate::price::{Hold, ListPlan, Promotion, Uplift};

/// A retail price of 10, then 11, then 12, and 13 from October 2026; the cost is two less.
fn rising(rule: PriceRule) -> PriceBook {
    let list =
        [("8", "10", "2024-01-01"), ("9", "11", "2025-06-01"), ("10", "12", "2026-06-01"), ("11", "13", "2026-10-01")];
    PriceBook {
        list: list.iter().map(|(cost, erp, from)| listed(E3, cost, erp, from)).collect(),
        rules: vec![rule],
        ..PriceBook::default()
    }
}

fn at_retail() -> PriceRule {
    rule("retail", Layer::Book, Method::OffErp { discount: Decimal::ZERO })
}

fn input(step: &Step, name: &str) -> Option<Value> {
    step.inputs.iter().find(|(n, _)| *n == name).map(|(_, value)| value.clone())
}

#[test]
fn a_rule_says_how_long_a_price_is_protected() {
    // The vendor's term began in March 2026, the customer's three years in March 2024; charged on 12 October 2026.
    let ask = Ask { customer_term: Some(day("2024-03-12")), ..ask() };
    let float = |notice_days| Hold::Float { notice_days };
    for (hold, expected, picked) in [
        (Hold::VendorTerm, "11", None),
        (Hold::CustomerTerm, "10", Some(("customer's term began", "2024-03-12"))),
        (float(30), "12", Some(("list of", "2026-09-12"))),
        // The list of 1 October is eleven days old: it reaches the buyer after eleven days' notice, not after twelve.
        (float(11), "13", Some(("list of", "2026-10-01"))),
        (float(12), "12", Some(("list of", "2026-09-30"))),
    ] {
        let book = rising(PriceRule { hold, ..at_retail() });
        let priced = price(&book, &ask).unwrap();
        assert_eq!((priced.unit_price, priced.cost), (dec(expected), Some(dec("9"))), "{hold:?}");
        let list = priced.why.iter().find(|s| s.rule == Rule("price.list")).unwrap();
        let said = picked.map(|(name, date)| (input(list, name), Some(Value::Date(day(date)))));
        assert!(said.is_none_or(|(said, expected)| said == expected), "{list:?}");
        assert_eq!(
            list.inputs.len(),
            4 + [0, 1, 2][usize::from(picked.is_some()) + usize::from(matches!(hold, Hold::Float { .. }))]
        );
    }
    // Who buys today has had no earlier price to keep.
    let book = rising(PriceRule { hold: float(90), ..at_retail() });
    let new = Ask { since: day("2026-10-12"), term_start: day("2026-10-12"), customer_term: None, ..ask.clone() };
    assert_eq!(price(&book, &new).unwrap().unit_price, dec("13"));
    // A customer without a term of its own has the vendor's.
    let book = rising(PriceRule { hold: Hold::CustomerTerm, ..at_retail() });
    assert_eq!(price(&book, &Ask { customer_term: None, ..ask }).unwrap().unit_price, dec("11"));
}

#[test]
fn a_yearly_rise_compounds_and_is_rounded_once() {
    let each = |from| Uplift { share: dec("0.03"), from: day(from), by_agreement: true };
    let together = |from| Uplift { by_agreement: false, ..each(from) };
    // The agreement began on 12 March 2024.
    for (uplift, date, expected) in [
        (each("2024-01-01"), "2025-03-11", "9.99"),
        // 9.99 x 1.03 = 10.2897
        (each("2024-01-01"), "2025-03-12", "10.29"),
        // 9.99 x 1.0609 = 10.598391; a rise on the rounded price would give 10.60 too, the third tells them apart:
        (each("2024-01-01"), "2026-10-12", "10.60"),
        // 9.99 x 1.092727 = 10.91634273, where 10.60 x 1.03 = 10.918
        (each("2024-01-01"), "2027-03-12", "10.92"),
        // Agreed in June 2025: the anniversary before it raises nothing.
        (each("2025-06-01"), "2026-03-11", "9.99"),
        (each("2025-06-01"), "2026-03-12", "10.29"),
        (together("2025-01-01"), "2025-12-31", "9.99"),
        (together("2025-01-01"), "2026-10-12", "10.29"),
        (together("2027-01-01"), "2026-10-12", "9.99"),
    ] {
        let mut book = book(Method::Fixed { price: dec("9.99") });
        book.rules[0] = PriceRule { uplift: Some(uplift), from: day("2024-01-01"), ..book.rules[0].clone() };
        let priced = price(&book, &Ask { date: day(date), ..ask() }).unwrap();
        assert_eq!(priced.unit_price, dec(expected), "{uplift:?} {date}");
        priced.why.iter().for_each(|step| assert_eq!(refold(step), step.result));
    }
    // An agreement of a leap day has its anniversaries on the 28th.
    let leap = each("2020-01-01");
    assert_eq!(
        (leap.times(day("2024-02-29"), day("2025-02-27")), leap.times(day("2024-02-29"), day("2025-02-28"))),
        (0, 1)
    );
    // What is passed on at cost does not rise, and what a line is sold for by a markup does.
    let line = cost_line("80.00", "10", "8");
    for (method, expected) in [(Method::PassThrough, "80.00"), (Method::Markup { markup: dec("0.25") }, "106.09")] {
        let mut book = book(method);
        book.rules[0].uplift = Some(each("2024-01-01"));
        let sale = rate_cost(&Prices::new(&book), &line, line.period, &ask());
        assert_eq!(sale.net.to_string(), expected);
    }
}

/// E3 by the month at 8.40 and 10.50, by the year at 96 and 120.
fn two_plans(rule: PriceRule) -> PriceBook {
    let year = ListPrice { plan: BillingPlan::Annual, ..listed(E3, "96", "120", "2026-01-01") };
    PriceBook { list: vec![listed(E3, "8.40", "10.50", "2026-01-01"), year], rules: vec![rule], ..PriceBook::default() }
}

#[test]
fn a_year_bought_upfront_is_sold_by_the_month_and_the_other_way_round() {
    let by_month = || Ask { plan: Some(BillingPlan::Annual), sold: Some(BillingPlan::Monthly), ..ask() };
    let by_year = || Ask { plan: Some(BillingPlan::Monthly), sold: Some(BillingPlan::Annual), ..ask() };
    let sold = |list_plan, method| PriceRule { list_plan, ..rule("sold", Layer::Book, method) };
    let off = || Method::OffErp { discount: dec("0.05") };
    for (ask, list_plan, method, expected, cost) in [
        // 120 / 12 less 5 %; a twelfth of 96 is what a month costs.
        (by_month(), ListPlan::Bought, off(), "9.50", "8"),
        // The list of the plan it is sold on: 10.50 less 5 % = 9.975. What it costs is still a twelfth of the year.
        (by_month(), ListPlan::Sold, off(), "9.98", "8"),
        (by_month(), ListPlan::Bought, Method::Margin { margin: dec("0.2") }, "10", "8"),
        (by_month(), ListPlan::Bought, Method::Split { share: dec("0.5") }, "9", "8"),
        (by_year(), ListPlan::Bought, off(), "119.70", "100.80"),
        (by_year(), ListPlan::Sold, off(), "114.00", "100.80"),
    ] {
        let book = two_plans(sold(list_plan, method));
        let priced = price(&book, &ask).unwrap();
        assert_eq!((priced.unit_price, priced.cost), (dec(expected), Some(dec(cost))), "{ask:?}");
        priced.why.iter().for_each(|step| assert_eq!(refold(step), step.result, "{step:?}"));
    }
    // Guards compare months with months: a cost of 8, not of 96.
    let mut floored = sold(ListPlan::Bought, Method::Fixed { price: dec("7") });
    floored.floor_at_cost = true;
    assert_eq!(price(&two_plans(floored), &by_month()).unwrap().unit_price, dec("8"));
    // A rule for a plan is for what is sold on it.
    let mut monthly = sold(ListPlan::Bought, Method::Fixed { price: dec("9") });
    monthly.selector.plan = Some(BillingPlan::Monthly);
    let book = two_plans(monthly);
    assert_eq!(price(&book, &by_month()).unwrap().unit_price, dec("9"));
    assert_eq!(price(&book, &by_year()).unwrap().rule, None);
    // A hundred in twelve parts keeps its digits until the end: 100 / 12 x 1.2 is ten, not 8.33 x 1.2.
    let mut book = two_plans(sold(ListPlan::Bought, Method::Markup { markup: dec("0.2") }));
    book.list[1].cost = dec("100");
    assert_eq!(price(&book, &by_month()).unwrap().unit_price, dec("10.00"));
    // What the list of the plan sold on does not have is said.
    book.rules[0].list_plan = ListPlan::Sold;
    book.list.remove(0);
    let NoPrice::NotListed { plan, .. } = price(&book, &by_month()).unwrap_err() else { panic!() };
    assert_eq!(plan, Some(BillingPlan::Monthly));
}

fn promotion(code: &str, share: &str) -> Promotion {
    Promotion {
        code: code.into(),
        product: E3,
        term: Some(Term::P1Y),
        plan: None,
        share: dec(share),
        from: day("2026-03-01"),
        until: Some(day("2026-04-01")),
    }
}

#[test]
fn a_promotion_lowers_cost_and_where_it_is_passed_on_the_price_once() {
    let off = |discount: &str| Method::OffErp { discount: dec(discount) };
    // E3 costs 8 and retails for 10; ten percent off makes 7.20 and 9.
    for (method, passed_on, kept) in [
        (off("0"), "9", "10"),
        // Five percent off as well would be 8.55; the larger one counts, on the list price.
        (off("0.05"), "9", "9.50"),
        (off("0.15"), "8.50", "8.50"),
        (Method::Markup { markup: dec("0.25") }, "9", "10"),
        (Method::Margin { margin: dec("0.2") }, "9", "10"),
        (Method::Split { share: dec("0.5") }, "8.10", "9"),
        (Method::PassThrough, "7.20", "8"),
        (Method::Fixed { price: dec("9.99") }, "9.99", "9.99"),
    ] {
        let mut book = book(method);
        book.promotions = vec![promotion("P-10", "0.1"), promotion("P-5", "0.05")];
        for (passes, expected) in [(true, passed_on), (false, kept)] {
            book.rules[0].pass_promotions = passes;
            let priced = price(&book, &ask()).unwrap();
            let method = &book.rules[0].method;
            assert_eq!((priced.unit_price, priced.cost), (dec(expected), Some(dec("7.20"))), "{method:?} {passes}");
            priced.why.iter().for_each(|step| assert_eq!(refold(step), step.result, "{step:?}"));
            let named = priced.why.iter().any(|s| {
                let code = Value::Text("P-10".into());
                s.inputs.iter().any(|(name, value)| *value == code && (*name == "promotion") == passes)
            });
            assert_eq!(named, !matches!(method, Method::Fixed { .. }), "{:?}", priced.why);
        }
    }
}

#[test]
fn a_promotion_is_for_terms_that_begin_within_its_days() {
    let mut book = book(Method::OffErp { discount: Decimal::ZERO });
    book.promotions = vec![promotion("P-10", "0.1")];
    for (term_start, term, expected) in [
        ("2026-02-28", Term::P1Y, "8"),
        ("2026-03-01", Term::P1Y, "7.20"),
        ("2026-03-31", Term::P1Y, "7.20"),
        // Renewed after its last day: the list again.
        ("2026-04-01", Term::P1Y, "8"),
    ] {
        let priced = price(&book, &Ask { term_start: day(term_start), term: Some(term), ..ask() }).unwrap();
        assert_eq!(priced.cost, Some(dec(expected)), "{term_start}");
    }
    // Bought on another plan than the promotion's, the list price applies.
    book.promotions[0].plan = Some(BillingPlan::Annual);
    assert_eq!(price(&book, &ask()).unwrap().cost, Some(dec("8")));
    // The customer's three years began with it and keep it, whatever the vendor's renewal costs.
    book.promotions[0] =
        Promotion { from: day("2024-03-01"), until: Some(day("2024-04-01")), ..promotion("P-10", "0.1") };
    book.list[0].from = day("2024-01-01");
    book.rules[0].hold = Hold::CustomerTerm;
    let protected = price(&book, &Ask { customer_term: Some(day("2024-03-12")), ..ask() }).unwrap();
    assert_eq!((protected.unit_price, protected.cost), (dec("9"), Some(dec("8"))));
}

#[test]
fn a_margin_is_of_the_price_and_a_markup_of_the_cost() {
    // 20 % of each: 8 / 0.8 = 10, of which 2 are a fifth; 8 x 1.2 = 9.60, of which 1.60 are a sixth.
    let of = |method| price(&book(method), &ask()).unwrap().unit_price;
    assert_eq!(of(Method::Margin { margin: dec("0.2") }), dec("10"));
    assert_eq!(of(Method::Markup { markup: dec("0.2") }), dec("9.60"));
    assert_eq!(of(Method::Markup { markup: dec("0.25") }), dec("10"), "m = g / (1 - g)");
}

#[test]
fn bands_are_looked_up_at_each_quantity() {
    let prices = || bands(&[("1", "10"), ("11", "9"), ("21", "8")]);
    let (all, each) = (book(Method::AllUnits { bands: prices() }), book(Method::Graduated { bands: prices() }));
    for (quantity, all_at_one, each_in_its_own) in [
        ("10", "100.00", "100.00"),
        // 10 x 10 + 1 x 9
        ("11", "99.00", "109.00"),
        // 10 x 10 + 10 x 9 + 1 x 8
        ("21", "168.00", "198.00"),
    ] {
        let of = |book: &PriceBook| {
            let priced = price(book, &Ask { quantity: dec(quantity), ..ask() }).unwrap();
            Rounding::HalfUp.apply(priced.unit_price * dec(quantity), 2)
        };
        assert_eq!((of(&all), of(&each)), (dec(all_at_one), dec(each_in_its_own)), "{quantity}");
    }
    // Raised by 3 %, eleven units are 112.27: the average is not rounded on the way.
    let mut raised = each.clone();
    raised.rules[0].uplift = Some(Uplift { share: dec("0.03"), from: day("2025-10-01"), by_agreement: false });
    let priced = price(&raised, &Ask { quantity: dec("11"), ..ask() }).unwrap();
    assert_eq!(Rounding::HalfUp.apply(priced.unit_price * dec("11"), 2), dec("112.27"));
}

#[test]
fn rounding_leads_neither_below_cost_nor_above_the_retail_price() {
    let mut book = book(Method::OffErp { discount: dec("0.5") });
    (book.list[0].cost, book.list[0].erp) = (dec("8.331"), dec("9.996"));
    book.rules[0].floor_at_cost = true;
    book.rules[0].ceiling_at_erp = true;
    for (method, expected) in
        [(Method::OffErp { discount: dec("0.5") }, "8.34"), (Method::Markup { markup: dec("0.5") }, "9.99")]
    {
        book.rules[0].method = method;
        let priced = price(&book, &ask()).unwrap();
        assert_eq!(priced.unit_price, dec(expected));
        priced.why.iter().for_each(|step| assert_eq!(refold(step), step.result, "{step:?}"));
    }
}

/// What the ground leaves out does not go into the price.
#[test]
fn one_ground_one_offer_with_every_clause() {
    let mut known = std::collections::HashMap::new();
    let mut book = two_plans(rule("plain", Layer::Book, Method::Markup { markup: dec("0.2") }));
    book.list.push(ListPrice { from: day("2026-06-01"), ..listed(E3, "9", "11", "2026-06-01") });
    book.promotions = vec![promotion("P-10", "0.1")];
    let own = |n, rule: PriceRule| PriceRule { layer: Layer::Subscription(Id([n; 16])), ..rule };
    let uplift = Some(Uplift { share: dec("0.03"), from: day("2024-06-01"), by_agreement: true });
    book.rules.push(own(1, PriceRule { hold: Hold::CustomerTerm, ..at_retail() }));
    book.rules.push(own(2, PriceRule { hold: Hold::Float { notice_days: 30 }, pass_promotions: false, ..at_retail() }));
    book.rules.push(own(3, PriceRule { uplift, ..at_retail() }));
    book.rules.push(own(4, PriceRule { list_plan: ListPlan::Sold, ..at_retail() }));
    let prices = Prices::new(&book);
    let (mut asked, mut many) = (0, Vec::new());
    for (n, sold) in (0..=4).flat_map(|n| [(n, None), (n, Some(BillingPlan::Monthly))]) {
        for (since, term_start) in
            [("2024-03-12", "2026-03-12"), ("2025-07-12", "2026-07-12"), ("2023-02-01", "2026-02-01")]
        {
            for date in ["2026-06-12", "2026-07-12", "2026-10-12"] {
                let customer_term = (n % 2 == 1).then(|| day(since));
                let plan = Some(if sold.is_some() { BillingPlan::Annual } else { BillingPlan::Monthly });
                let (subscription, since, term_start, date) =
                    (Some(Id([n; 16])), day(since), day(term_start), day(date));
                many.push(Ask { subscription, sold, plan, since, term_start, date, customer_term, ..ask() });
            }
        }
    }
    for ask in &many {
        let (Some(ground), Ok(offer)) = (prices.ground(ask), prices.offer(ask)) else { continue };
        asked += 1;
        assert_eq!(*known.entry(ground).or_insert_with(|| offer.clone()), offer, "{ask:?}");
    }
    assert!(known.len() < asked && asked == many.len(), "{} of {asked} of {}", known.len(), many.len());
}
