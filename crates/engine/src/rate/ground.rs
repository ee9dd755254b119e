//! What a price stands on: two questions on the same ground have one price, for the same reasons.
//!
//! Rating a hundred thousand subscriptions asks a few hundred different questions. Which list row and which rule decide
//! depends on buyer, days and quantity; once they are found, only what is named here goes into the price and its steps.

use super::base::Pick;
use super::{Ask, Prices};
use crate::price::{Hold, Method};
use crate::register::{BillingPlan, ProductKey};
use crate::{Currency, Date, Decimal};

/// The ground of a price. Rules and list rows are told apart by where they lie in the book.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Ground {
    product: ProductKey,
    currency: Currency,
    list: usize,
    later: bool,
    /// The row that says what it costs, where that is another one.
    bought: Option<usize>,
    /// Months of a charge, where it is sold on another plan than it is bought on.
    sold: Option<BillingPlan>,
    promotions: [Option<usize>; 2],
    /// The day that picked the list, where the steps name it.
    picked: Option<Date>,
    /// Yearly rises so far, and since when.
    rises: Option<(u32, Date)>,
    rule: Option<usize>,
    /// With all its digits: 1.5 and 1.50 are the same price for different reasons.
    own: Option<[u8; 16]>,
    /// Where the quantity picks a band.
    quantity: Option<[u8; 16]>,
    /// Where the day picks a step.
    day: Option<Date>,
}

impl Prices<'_> {
    /// The ground of a question; `None` where more goes into the answer: bundles, what no list has, and what is imagined.
    pub fn ground(&self, ask: &Ask) -> Option<Ground> {
        if !ask.bundle.is_empty() || self.bundle(ask.product.product).is_some() {
            return None;
        }
        let rule = self.winner(ask);
        let pick = Pick::of(ask, rule);
        let (bought, later) = self.row(ask).filter(|_| ask.imagined.is_none())?;
        let (list, later) = if pick.is_bought(ask) { (bought, later) } else { self.row(&pick.asks(ask))? };
        let days = [pick.promoted_on(ask), ask.term_start];
        let (mut by_quantity, mut by_day) = (self.has_volume_breaks(), false);
        match rule.map(|rule| &rule.method) {
            Some(Method::Graduated { .. } | Method::AllUnits { .. }) => by_quantity = true,
            Some(Method::Ramp { .. }) => by_day = true,
            Some(
                Method::Fixed { .. }
                | Method::Markup { .. }
                | Method::Margin { .. }
                | Method::OffErp { .. }
                | Method::Split { .. }
                | Method::PassThrough
                | Method::Minimum { .. },
            )
            | None => {}
        }
        Some(Ground {
            product: ask.product,
            currency: ask.currency,
            list: lies(list),
            later,
            bought: (lies(bought) != lies(list)).then(|| lies(bought)),
            sold: ask.sold,
            promotions: days.map(|day| self.promotion(ask, day).map(lies)),
            picked: (pick.hold != Hold::VendorTerm).then_some(pick.day),
            rises: rule
                .and_then(|rule| rule.uplift)
                .map(|uplift| (uplift.times(ask.since, ask.date), ask.since))
                .filter(|(times, _)| *times > 0),
            rule: rule.map(lies),
            own: ask.own.map(|price| Decimal::serialize(&price)),
            quantity: by_quantity.then(|| Decimal::serialize(&ask.quantity)),
            day: by_day.then_some(ask.date),
        })
    }
}

/// Where a row lies in the book, which tells it from every other.
fn lies<T>(row: &T) -> usize {
    std::ptr::from_ref(row).addr()
}
