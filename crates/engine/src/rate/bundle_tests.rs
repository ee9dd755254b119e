//! Editions, hidden parts and one-off parts, each a sum a bookkeeper can check.

use super::tests::{E3, SUBSCRIPTION, TEAMS, ask, book, day, dec, listed, refold};
use super::*;
use crate::bundle::{Bundle, BundlePart, Edition, PartKind};
use crate::price::{ListPrice, Method};
use proptest::prelude::*;

const OFFICE: Symbol = Symbol(5);
const LAPTOP: ProductKey = ProductKey { product: Symbol(6), sku: Symbol(2) };
const CARE: ProductKey = ProductKey { product: Symbol(7), sku: Symbol(2) };

fn edition(from: &str, parts: Vec<BundlePart>, price: Option<&str>) -> Edition {
    Edition { parts, price: price.map(dec), currency: Some(Currency::EUR), ..Edition::blank(day(from)) }
}

/// E3 lists at 10.00 (cost 8.00), Teams at 5.00 (cost 3.00).
fn office(editions: Vec<Edition>) -> PriceBook {
    let mut book = book(Method::OffErp { discount: Decimal::ZERO });
    book.list.push(listed(TEAMS, "3", "5", "2026-01-01"));
    book.bundles = vec![Bundle { code: OFFICE, name: "Office".into(), editions }];
    book
}

fn whole() -> Ask<'static> {
    Ask { product: ProductKey { product: OFFICE, sku: Symbol::EMPTY }, ..ask() }
}

fn prices_of(parts: &[Part]) -> Vec<String> {
    parts.iter().map(|p| p.price.round_dp(10).normalize().to_string()).collect()
}

#[test]
fn the_policy_picks_the_edition() {
    let one = |from: &str, price: &str| edition(from, vec![BundlePart::of(E3)], Some(price));
    let book = office(vec![one("1900-01-01", "10"), one("2026-04-01", "11"), one("2026-10-01", "12")]);
    let prices = Prices::new(&book);
    // Sold on 1 January, its term since 1 May, charged for a cycle that begins on 12 October.
    let ask = Ask { edition: day("2026-01-01"), term_start: day("2026-05-01"), date: day("2026-10-12"), ..whole() };
    let price = |ask: &Ask| prices.offer(ask).unwrap().unit_price.to_string();
    for (policy, expected, edition) in [
        (BundlePolicy::Follow, "12", Some("2026-10-01")),
        (BundlePolicy::Renewal, "11", Some("2026-04-01")),
        (BundlePolicy::Keep, "10", None),
    ] {
        let offer = prices.offer(&Ask { policy, ..ask.clone() }).unwrap();
        assert_eq!(offer.unit_price, dec(expected), "{policy:?}");
        let named = offer.why[0].inputs.iter().find(|(name, _)| *name == "edition").map(|(_, value)| value.clone());
        assert_eq!(named, edition.map(|e| Value::Date(day(e))), "{policy:?}");
    }
    // The first edition also serves what is older than it.
    let book = office(vec![one("2026-10-01", "12")]);
    assert_eq!(Prices::new(&book).offer(&ask).unwrap().unit_price, dec("12"));
    // A part is priced by the edition too.
    let mut less = BundlePart::of(E3);
    less.discount = dec("0.2");
    let book =
        office(vec![edition("1900-01-01", vec![BundlePart::of(E3)], None), edition("2026-10-01", vec![less], None)]);
    let part = Ask { bundle: OFFICE, product: E3, ..ask.clone() };
    assert_eq!(Prices::new(&book).offer(&part).unwrap().unit_price, dec("10"));
    let part = Ask { policy: BundlePolicy::Follow, ..part };
    assert_eq!(Prices::new(&book).offer(&part).unwrap().unit_price, dec("8.0"));
    assert_eq!(price(&ask), "11");
}

#[test]
fn a_hidden_parts_money_is_on_the_parts_shown() {
    let hidden = |part: BundlePart| BundlePart { shown: false, ..part };
    let care =
        BundlePart { kind: PartKind::Service, price: Some(dec("6")), cost: Some(dec("2.50")), ..BundlePart::of(CARE) };
    // 10.00 and 5.00 shown, 6.00 hidden: two thirds and one third of it go to them.
    let parts = vec![BundlePart::of(E3), BundlePart::of(TEAMS), hidden(care.clone())];
    let book = office(vec![edition("1900-01-01", parts.clone(), None)]);
    let offer = Prices::new(&book).offer(&whole()).unwrap();
    assert_eq!((offer.unit_price, prices_of(&offer.parts)), (dec("21"), vec!["14".to_owned(), "7".to_owned()]));
    assert_eq!(offer.parts[0].why.last().unwrap().rule, Rule("price.bundle-hidden"));
    assert_eq!(offer.cost, Some(dec("13.50")));
    let costs: Decimal = offer.parts.iter().filter_map(|p| p.cost).sum();
    assert_eq!(costs.round_dp(10).normalize(), dec("13.5"));
    assert!(offer.one_price, "the amount is worked out once");
    // One price of 18.00: 12.00 and 6.00.
    let book = office(vec![edition("1900-01-01", parts, Some("18"))]);
    let offer = Prices::new(&book).offer(&whole()).unwrap();
    assert_eq!((offer.unit_price, prices_of(&offer.parts)), (dec("18"), vec!["12".to_owned(), "6".to_owned()]));
    // Nothing shown is one line of the bundle's own.
    let all = vec![hidden(BundlePart::of(E3)), hidden(care)];
    let book = office(vec![edition("1900-01-01", all, None)]);
    let offer = Prices::new(&book).offer(&whole()).unwrap();
    assert_eq!((offer.unit_price, offer.parts, offer.one_price), (dec("16"), vec![], false));
}

#[test]
fn a_part_has_a_price_of_its_own_or_a_discount() {
    let named = BundlePart { price: Some(dec("4")), discount: dec("0.5"), ..BundlePart::of(TEAMS) };
    let book = office(vec![edition("1900-01-01", vec![BundlePart::of(E3), named], None)]);
    let prices = Prices::new(&book);
    let offer = prices.offer(&whole()).unwrap();
    assert_eq!((offer.unit_price, prices_of(&offer.parts)), (dec("14"), vec!["10".to_owned(), "4".to_owned()]));
    assert_eq!(offer.parts[1].why[0].rule, Rule("price.bundle-part"));
    let alone = prices.offer(&Ask { bundle: OFFICE, product: TEAMS, ..ask() }).unwrap();
    assert_eq!(alone.unit_price, dec("4"));
    let other = Ask { currency: Currency::USD, ..whole() };
    assert_eq!(prices.offer(&other).unwrap_err().facts(&Names::default()).len(), 6, "E3 is not listed in dollars");
    let own = prices.offer(&Ask { own: Some(dec("3.50")), bundle: OFFICE, product: TEAMS, ..ask() }).unwrap();
    assert_eq!(own.unit_price, dec("3.50"));
}

#[test]
fn what_is_charged_once_is_priced_as_a_purchase_of_the_day() {
    let once = |product, price: Option<&str>| BundlePart {
        kind: PartKind::OneOff,
        price: price.map(dec),
        ..BundlePart::of(product)
    };
    let setup = BundlePart { cost: Some(dec("20")), shown: false, ..once(CARE, Some("60")) };
    let laptop = BundlePart { ratio: dec("2"), discount: dec("0.1"), ..once(LAPTOP, None) };
    let mut book = office(vec![edition("1900-01-01", vec![BundlePart::of(E3), laptop, setup.clone()], Some("9"))]);
    let bought = |erp: &str, from: &str| ListPrice {
        term: Term::P1M,
        plan: BillingPlan::OneTime,
        ..listed(LAPTOP, "700", erp, from)
    };
    book.list.extend([bought("900", "2026-01-01"), bought("1000", "2026-10-01")]);
    let offer = Prices::new(&book).offer(&whole()).unwrap();
    // Two at 1000.00 less a tenth; the hidden 60.00 is on the only line shown. It is no part of the price of a cycle.
    assert_eq!((offer.unit_price, offer.cost), (dec("9"), Some(dec("8"))));
    let parts = offer.once.unwrap();
    assert_eq!((prices_of(&parts), parts[0].cost), (vec!["1860".to_owned()], Some(dec("1420"))));
    // All of it hidden is one line of the bundle.
    book.bundles[0].editions[0].parts = vec![BundlePart::of(E3), setup];
    let parts = Prices::new(&book).offer(&whole()).unwrap().once.unwrap();
    assert_eq!((parts[0].product.product, prices_of(&parts)), (OFFICE, vec!["60".to_owned()]));
    // What cannot be priced once does not stop the cycle.
    book.bundles[0].editions[0].parts = vec![BundlePart::of(E3), once(LAPTOP, None)];
    book.list.truncate(2);
    let offer = Prices::new(&book).offer(&whole()).unwrap();
    assert!(matches!(offer.once, Err(NoPrice::NotListed { .. })));
}

#[test]
fn a_rule_for_the_subscription_leaves_what_the_bundle_says_alone() {
    let mut book = office(vec![edition("1900-01-01", vec![BundlePart::of(E3)], Some("7"))]);
    book.rules.push(PriceRule {
        layer: crate::price::Layer::Subscription(SUBSCRIPTION),
        method: Method::Fixed { price: dec("1") },
        ..book.rules[0].clone()
    });
    assert_eq!(Prices::new(&book).offer(&whole()).unwrap().unit_price, dec("7"));
}

fn parts() -> impl Strategy<Value = Vec<BundlePart>> {
    let part = (any::<bool>(), 1i64..5, 0i64..100, proptest::option::of(0i64..5000), any::<bool>());
    prop::collection::vec(part, 1..6).prop_map(|parts| {
        let part = |(teams, ratio, off, price, shown): (bool, i64, i64, Option<i64>, bool)| BundlePart {
            ratio: Decimal::from(ratio),
            discount: Decimal::new(off, 2),
            price: price.map(|cents| Decimal::new(cents, 2)),
            shown,
            ..BundlePart::of(if teams { TEAMS } else { E3 })
        };
        parts.into_iter().map(part).collect()
    })
}

proptest! {
    /// Whatever is shown and hidden: what the invoice shows adds up to the price, and its costs to the cost.
    #[test]
    fn shares_add_up(parts in parts(), price in proptest::option::of(0i64..99_999), once in any::<bool>()) {
        let parts: Vec<BundlePart> = parts
            .into_iter()
            .map(|part| match once {
                true => BundlePart { kind: PartKind::OneOff, price: part.price.or(Some(Decimal::ONE)), ..part },
                false => part,
            })
            .collect();
        let all: Decimal = parts.iter().filter_map(|p| p.price.map(|price| price * p.ratio)).sum();
        let price = price.map(|cents| Decimal::new(cents, 2));
        let book = office(vec![Edition { price, ..edition("1900-01-01", parts, None) }]);
        let offer = Prices::new(&book).offer(&whole()).unwrap();
        let shown = offer.once.unwrap();
        if once {
            prop_assert_eq!(shown.iter().map(|p| p.price).sum::<Decimal>(), all);
        } else {
            prop_assert!(shown.is_empty());
        }
        if !offer.parts.is_empty() {
            prop_assert_eq!(offer.parts.iter().map(|p| p.price).sum::<Decimal>(), offer.unit_price);
            let costs: Option<Decimal> = offer.parts.iter().map(|p| p.cost).sum();
            prop_assert_eq!(costs.map(|c| c.round_dp(10)), offer.cost.map(|c| c.round_dp(10)));
        }
        for step in offer.why.iter().chain(offer.parts.iter().flat_map(|part| &part.why)) {
            prop_assert_eq!(refold(step), step.result.clone(), "{:?}", step);
        }
        for part in offer.parts {
            prop_assert_eq!(&part.why.last().unwrap().result, &Value::Price(part.price, Currency::EUR));
        }
    }
}
