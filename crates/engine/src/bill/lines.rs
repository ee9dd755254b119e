//! The line of a charge, and its arithmetic: price times units times the share of days, rounded once.

use super::Desk;
use super::timeline::whole;
use super::walk::Charge;
use crate::rate::{NoPrice, Offer, Part};
use crate::register::{ProductKey, Subscription};
use crate::sale::{ChargeKey, SaleLine};
use crate::why::{Rule, Step, Value, Why};
use crate::{Currency, Decimal, Money, Period, Rounding};
use std::sync::Arc;

/// Everything the line of a charge is made from.
pub(super) struct Lines<'l, 'a> {
    pub desk: &'l Desk<'a>,
    pub subscription: &'l Subscription,
    pub cycle: Period,
    pub charge: &'l Charge,
    pub offer: &'l Offer<'a>,
}

/// The part of a charge key for a part of a bundle, counted from 1; 0 for a line that is not split.
pub(super) fn part(event: u64, of_bundle: u64) -> u64 {
    event | of_bundle << 48
}

impl Lines<'_, '_> {
    /// The one line of a charge.
    pub fn single(&self) -> Result<SaleLine, NoPrice> {
        let (offer, charge, currency, share) = (self.offer, self.charge, self.currency()?, self.share());
        let net = amount(offer.unit_price, charge.quantity, share, currency)?;
        let step = amount_step(offer.unit_price, charge.quantity, share, net, currency);
        let why = Why::after(Arc::clone(&offer.why), vec![step]);
        let cost = self.cost(offer.cost, currency);
        Ok(self.line(0, charge.terms.product, charge.quantity, offer.unit_price, net, cost, why))
    }

    /// One line for each part of a bundle that shows them. Parts of one price share its amount to the cent.
    pub fn by_part(&self) -> Result<Vec<SaleLine>, NoPrice> {
        let (offer, charge, currency, share) = (self.offer, self.charge, self.currency()?, self.share());
        let together = amount(offer.unit_price, charge.quantity, share, currency)?;
        let shares = together.split(&offer.parts.iter().map(|p| p.price).collect::<Vec<_>>());
        let line = |(part, split): (&Part, Money)| {
            let quantity = charge.quantity.checked_mul(part.ratio).ok_or(NoPrice::TooLarge)?;
            let unit_price = part.price.checked_div(part.ratio).ok_or(NoPrice::TooLarge)?;
            let mut why = part.why.clone();
            let net = if offer.one_price {
                why.push(amount_step(offer.unit_price, charge.quantity, share, together, currency));
                why.push(
                    Step::of(Rule("line.bundle-share"), Value::Money(split))
                        .input("amount", Value::Money(together))
                        .input("share", Value::Price(part.price, currency))
                        .input("of", Value::Price(offer.unit_price, currency)),
                );
                split
            } else {
                let net = amount(part.price, charge.quantity, share, currency)?;
                why.push(amount_step(part.price, charge.quantity, share, net, currency));
                net
            };
            let cost = self.cost(part.cost, currency);
            Ok(self.line(0, part.product, quantity, unit_price, net, cost, why.into()))
        };
        let lines: Vec<SaleLine> = offer.parts.iter().zip(shares).map(line).collect::<Result<_, _>>()?;
        // Lines of nothing are not written. The first that is has the number by which the charge is known as billed.
        let charged = lines.into_iter().filter(|line| line.net.minor() != 0);
        let numbered = |(n, line): (u64, SaleLine)| {
            let key = ChargeKey { part: part(self.charge.part, n), ..line.key };
            SaleLine { key, ..line }
        };
        Ok((1..).zip(charged).map(numbered).collect())
    }

    #[allow(clippy::too_many_arguments)]
    fn line(
        &self,
        of_bundle: u64,
        product: ProductKey,
        quantity: Decimal,
        unit_price: Decimal,
        net: Money,
        cost: Option<Money>,
        why: Why,
    ) -> SaleLine {
        let (charge, subscription) = (self.charge, self.subscription);
        SaleLine {
            key: ChargeKey {
                kind: charge.kind,
                subject: subscription.id,
                date: charge.from,
                part: part(charge.part, of_bundle),
            },
            account: charge.terms.account,
            subscription: Some(subscription.id),
            product: Some(product),
            name: name(self.desk, subscription, product),
            period: Some(self.days()),
            cycle: Some(whole(subscription, self.cycle)),
            quantity,
            unit_price,
            net,
            cost,
            why,
        }
    }

    fn currency(&self) -> Result<Currency, NoPrice> {
        self.desk.people.get(self.charge.terms.account).map(|a| a.currency).ok_or(NoPrice::UnknownAccount)
    }

    fn days(&self) -> Period {
        Period { start: self.charge.from, end: self.cycle.end }
    }

    /// Days charged, of days in the whole cycle.
    fn share(&self) -> (i64, i64) {
        (self.days().days(), whole(self.subscription, self.cycle).days())
    }

    fn cost(&self, each: Option<Decimal>, currency: Currency) -> Option<Money> {
        amount(each?, self.charge.quantity, self.share(), currency).ok()
    }
}

/// What the customer reads: the subscription's name, or the catalogue's for an upgraded product or a part.
pub(super) fn name(desk: &Desk, subscription: &Subscription, product: ProductKey) -> String {
    let own = subscription.name;
    let known = desk.products.get(&product).filter(|_| product != subscription.product || own.is_empty());
    known.map_or_else(|| desk.input.names.text(own).to_owned(), |p| p.name.clone())
}

/// Price times units times the share of days, half up to the minor unit, once.
fn amount(price: Decimal, quantity: Decimal, (days, of): (i64, i64), currency: Currency) -> Result<Money, NoPrice> {
    let full = price.checked_mul(quantity).ok_or(NoPrice::TooLarge)?;
    let exact = if days == of {
        Some(full)
    } else {
        full.checked_mul(days.into()).and_then(|part| part.checked_div(of.into()))
    };
    Money::round(exact.ok_or(NoPrice::TooLarge)?, currency, Rounding::HalfUp).map_err(|_| NoPrice::TooLarge)
}

fn amount_step(price: Decimal, quantity: Decimal, (days, of): (i64, i64), net: Money, currency: Currency) -> Step {
    Step {
        rule: Rule("line.amount"),
        inputs: vec![
            ("price", Value::Price(price, currency)),
            ("quantity", Value::Number(quantity)),
            ("days", Value::Number(days.into())),
            ("of", Value::Number(of.into())),
        ],
        result: Value::Money(net),
        from: Vec::new(),
    }
}
