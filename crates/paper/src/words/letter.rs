//! What a letter about new prices says.

use super::{Forms, Words, fill};
use crate::letter::{NewPrice, Offer, by_month};
use engine::{Currency, Date, Decimal, Money};
use serde::Deserialize;

texts!(Spans { none, month, months, year, years });

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Letter {
    subject: Forms,
    pub(crate) reference: String,
    pub(crate) salutation: String,
    opening: Forms,
    table: String,
    pub(crate) prices: Prices,
    pub(crate) year: Year,
    pub(crate) offers: Offers,
    answer: String,
    answer_offers: String,
    pub(crate) closing: String,
    seats: Forms,
    paid: Spans,
    term: Spans,
}

texts!(Prices { summary, product, from, old, new, change, said, later });
texts!(Year { heading, note, summary, before, after, more, less, same });
texts!(Offers { heading, summary, product, price, saving, said, month, instead });

impl Words {
    /// What a letter of so many prices is about: "New prices from 1 January 2027".
    pub(crate) fn subject(&self, prices: usize, from: Date) -> String {
        fill(self.form(&self.letter.subject, prices.into()), &[("date", &self.date(from))])
    }

    /// What a letter of so many prices begins with.
    pub(crate) fn opening(&self, prices: usize) -> String {
        format!("{} {}", self.form(&self.letter.opening, prices.into()), self.letter.table)
    }

    /// Under a price that changes: "10 seats, paid monthly; from 1 January 2028 12.60".
    pub(crate) fn price_line(&self, price: &NewPrice, currency: Currency) -> String {
        let p = &self.letter.prices;
        let paid = self.span(&self.letter.paid, price.months);
        let said = fill(&p.said, &[("seats", &self.seats(price.quantity)), ("paid", &paid)]);
        price.later.iter().fold(said, |said, (from, price)| {
            fill(&p.later, &[("said", &said), ("date", &self.date(*from)), ("price", &self.price(*price, currency))])
        })
    }

    /// A difference in percent with its sign: "+5%".
    pub(crate) fn change(&self, percent: Decimal) -> String {
        let sign = if percent > Decimal::ZERO { "+" } else { "" };
        format!("{sign}{}", self.percent(percent))
    }

    /// Under an offer: "10 seats for one year, paid yearly: 12.00 instead of 12.60 a month and seat".
    ///
    /// `now` is the price that changes the offer stands against. The month is left out where it says nothing new or does
    /// not come out even.
    pub(crate) fn offer_line(&self, offer: &Offer, now: Option<&NewPrice>, currency: Currency) -> String {
        let o = &self.letter.offers;
        let values = [
            ("seats", self.seats(offer.quantity)),
            ("term", self.span(&self.letter.term, offer.term_months)),
            ("paid", self.span(&self.letter.paid, offer.months)),
        ];
        let values = values.each_ref().map(|(name, value)| (*name, value.as_str()));
        let said = fill(&o.said, &values);
        let month = |price, months| by_month(price, months, currency).map(|price| self.price(price, currency));
        match (month(offer.price, offer.months), now.and_then(|now| month(now.new, now.months))) {
            (Some(price), Some(now)) => fill(&o.instead, &[("offer", &said), ("price", &price), ("now", &now)]),
            (Some(price), None) if offer.months > 1 => fill(&o.month, &[("offer", &said), ("price", &price)]),
            _ => said,
        }
    }

    /// What twelve months cost more or less: label and amount without sign.
    pub(crate) fn difference(&self, more: Money) -> (String, String) {
        let y = &self.letter.year;
        let (label, amount) = match more.minor() {
            0 => (&y.same, more),
            1.. => (&y.more, more),
            _ => (&y.less, more.negated()),
        };
        (fill(label, &[("currency", more.currency().code())]), self.money(amount))
    }

    /// What the customer is asked to do, by when.
    pub(crate) fn answer(&self, by: Date, offers: bool) -> String {
        let text = if offers { &self.letter.answer_offers } else { &self.letter.answer };
        fill(text, &[("date", &self.date(by))])
    }

    fn seats(&self, n: Decimal) -> String {
        fill(self.form(&self.letter.seats, n), &[("n", &self.number(n))])
    }

    /// A span of months in the words of a list of them.
    fn span(&self, spans: &Spans, months: u32) -> String {
        let (form, n) = match months {
            0 => (&spans.none, 0),
            1 => (&spans.month, 1),
            12 => (&spans.year, 1),
            years if years % 12 == 0 => (&spans.years, years / 12),
            months => (&spans.months, months),
        };
        fill(form, &[("n", &n.to_string())])
    }
}
