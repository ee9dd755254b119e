//! What agreements must have in common to be priced by one question.

use super::base::{Buyer, Class, Sized, band};
use crate::bundle::{Bundle, BundlePolicy};
use crate::price::{Layer, Method, PriceBook};
use crate::rate::{Ask, Prices};
use crate::register::{BillingPlan, CustomerTerm, ProductKey, Term};
use crate::{Currency, Date, Decimal, Symbol};

/// What rows must have in common to share a class.
#[derive(PartialEq, Eq, Hash)]
pub(super) struct Alike {
    product: ProductKey,
    terms: (Term, BillingPlan, Option<BillingPlan>),
    /// Where a rule goes by them.
    own_days: Option<(Date, Option<CustomerTerm>)>,
    first_day: Date,
    currencies: (Currency, Currency),
    bundle: Symbol,
    /// Where there is a bundle: the policy, and the edition it keeps.
    edition: Option<(BundlePolicy, Option<Date>)>,
    segment: Symbol,
    own: Option<[u8; 16]>,
    /// The rules that win on the first day and on each day they may change.
    rules: Vec<usize>,
    band: usize,
    /// Where the exact quantity decides.
    quantity: Option<[u8; 16]>,
    /// Where parts are priced by rules of their own.
    buyer: Option<u32>,
}

/// What a class has in common with others, and how its prices depend on the quantity.
pub(super) fn alike(
    class: &Class,
    buyers: &[Buyer],
    prices: &Prices,
    book: &PriceBook,
    rule_days: &[Date],
) -> (Alike, Sized) {
    let buyer = &buyers[class.buyer as usize];
    let ask = class.ask(buyers, class.first_term, class.first_day, None);
    let days = std::iter::once(class.first_day).chain(rule_days.iter().copied());
    let winners: Vec<_> = days.map(|date| prices.winner(&Ask { date, ..ask.clone() })).collect();
    let whole = prices.bundle(class.product.product).is_some();
    let one_price = prices.bundle(class.bundle).is_some_and(|b| b.editions.iter().any(|e| e.price.is_some()));
    let of = prices.bundle(class.product.product).or(prices.bundle(class.bundle));
    let keeps = |bundle: &Bundle| bundle.on(class.edition).map(|edition| edition.from);
    let edition = of.map(|b| (class.policy, keeps(b).filter(|_| class.policy == BundlePolicy::Keep)));
    let banded = |r: &&crate::price::PriceRule| matches!(r.method, Method::Graduated { .. } | Method::AllUnits { .. });
    let listed = prices.is_listed_in_bands(class.product, class.term, class.plan);
    let exact = whole || one_price || listed || winners.iter().flatten().any(banded);
    let by_rule = winners.iter().flatten().any(|r| matches!(r.layer, Layer::Subscription(_) | Layer::Account(_)));
    let address = |rule: &Option<&crate::price::PriceRule>| rule.map_or(0, |r| std::ptr::from_ref(r).addr());
    let sized = match exact {
        true => Sized::Exact,
        false if book.volume.bands.is_empty() => Sized::No,
        false => Sized::Band,
    };
    let alike = Alike {
        product: class.product,
        terms: (class.term, class.plan, class.sold),
        own_days: class.own_days.then_some((class.since, class.customer_term)),
        first_day: class.first_day,
        currencies: (buyer.currency, class.pricing),
        bundle: class.bundle,
        edition,
        segment: buyer.segment,
        own: class.own.map(|p| Decimal::serialize(&p)),
        rules: winners.iter().map(address).collect(),
        band: band(book, class.quantity),
        quantity: exact.then(|| Decimal::serialize(&class.quantity)),
        buyer: (whole || one_price || by_rule).then_some(class.buyer),
    };
    (alike, sized)
}
