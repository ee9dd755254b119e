//! Invented letters about new prices.

use super::{PRODUCTS, customer, day, dec, seller};
use engine::{Currency, Decimal, Money, Rounding};
use paper::*;

/// A letter in English of so many prices, all of which rise by a twentieth; each third is paid yearly.
pub fn letter(prices: usize) -> Letter {
    let prices = (0..prices).map(|i| {
        let (name, price) = PRODUCTS[i % PRODUCTS.len()];
        let months = if i % 3 == 2 { 12 } else { 1 };
        let old = dec(price) * Decimal::from(months);
        NewPrice {
            name: if i < PRODUCTS.len() { name.into() } else { format!("{name}, site {}", i / PRODUCTS.len() + 1) },
            quantity: Decimal::from(1 + (i * 7) % 40),
            from: day("2027-01-01"),
            months,
            old,
            new: old * dec("1.05"),
            later: Vec::new(),
        }
    });
    let mut letter = Letter {
        language: "en".into(),
        issued: day("2026-11-23"),
        seller: seller(),
        customer: customer(),
        currency: Currency::GBP,
        reference: "PL-2027-01".into(),
        from: day("2027-01-01"),
        paragraphs: vec![
            "Microsoft raises the price of monthly billing for annual terms. We pass this change on without a surcharge of our own.".into(),
        ],
        prices: prices.collect(),
        year_before: Money::zero(Currency::GBP),
        year_after: Money::zero(Currency::GBP),
        offers: Vec::new(),
        answer_by: Some(day("2026-12-15")),
    };
    sum(&mut letter);
    letter
}

/// Sets the year's sums to what the prices come to.
pub fn sum(letter: &mut Letter) {
    let year = |price: fn(&NewPrice) -> Decimal| {
        let of = |p: &NewPrice| p.quantity * price(p) * dec("12") / Decimal::from(p.months);
        let all = letter.prices.iter().filter(|p| p.months > 0).map(of).sum();
        Money::round(all, letter.currency, Rounding::HalfUp).unwrap_or(Money::zero(letter.currency))
    };
    (letter.year_before, letter.year_after) = (year(|p| p.old), year(|p| p.new));
}

/// Adds what the first prices would cost for a year paid at once, without the rise.
pub fn with_offers(mut letter: Letter, offers: usize) -> Letter {
    let currency = letter.currency;
    let offer = |price: &NewPrice| {
        let year = Decimal::from(12 / price.months.max(1));
        let saving = (price.new - price.old) * year * price.quantity;
        Offer {
            name: price.name.clone(),
            quantity: price.quantity,
            term_months: 12,
            months: 12,
            price: price.old * year,
            saving: Money::round(saving, currency, Rounding::HalfUp).unwrap_or(Money::zero(currency)),
        }
    };
    letter.offers = letter.prices.iter().take(offers).map(offer).collect();
    letter
}
