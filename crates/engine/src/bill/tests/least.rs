//! Minimum charges by price rule.

use super::{World, id};
use crate::bill::minimums;
use crate::price::{Layer, Method, PriceRule};
use crate::rate::Prices;
use crate::{Date, Decimal, Id, Month};
use std::collections::HashMap;

fn rule(n: u8, layer: Layer, amount: i64, from: &str) -> PriceRule {
    let method = Method::Minimum { amount: Decimal::from(amount) };
    PriceRule::new(id(n), format!("least {n}"), layer, method, from.parse::<Date>().unwrap())
}

/// Account 1 is served, account 2 is not.
fn least(rules: Vec<PriceRule>) -> Vec<(Id, i64)> {
    let mut world = World::new();
    world.subscribe(1, "1", "2026-01-01", &[]);
    world.book.rules = rules;
    let (month, prices) = (Month::parse("2026-10").unwrap(), Prices::new(&world.book));
    let found = minimums(month, &world.accounts, &world.subscriptions, &prices, &HashMap::new());
    found.iter().map(|m| (m.account, m.amount.minor())).collect()
}

#[test]
fn the_nearest_rule_in_force_decides() {
    let book = || rule(1, Layer::Book, 25, "2026-01-01");
    assert_eq!(least(vec![book()]), [(id(1), 2500)], "only who is served");
    let own = |n, amount, from| rule(n, Layer::Account(id(1)), amount, from);
    assert_eq!(least(vec![book(), own(2, 10, "2026-05-01")]), [(id(1), 1000)]);
    assert_eq!(least(vec![own(2, 10, "2026-05-01"), own(3, 12, "2026-10-01")]), [(id(1), 1200)]);
    assert_eq!(least(vec![book(), own(2, 10, "2026-10-02")]), [(id(1), 2500)], "from November");
    assert_eq!(least(vec![rule(2, Layer::Account(id(2)), 7, "2026-01-01")]), [(id(2), 700)], "whatever runs");
}

/// A minimum is no price: it neither prices anything nor beats what does.
#[test]
fn a_minimum_prices_nothing() {
    let mut world = World::new();
    world.subscribe(1, "1", "2026-10-01", &[]);
    let before = world.draft("2026-10");
    world.book.rules.push(rule(9, Layer::Account(id(1)), 5, "2026-01-01"));
    assert_eq!(world.draft("2026-10"), before);
}
