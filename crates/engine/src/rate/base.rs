//! Which row of the vendor's list a price is made of, and what it comes to for one charge.
//!
//! Two rows matter, and are often one. What a unit **costs** is on the list of the first day of the vendor's term, on the
//! plan it is bought on: the vendor protects that price. What a rule **starts from** is on the list its [`Hold`] picks, on
//! the plan its [`ListPlan`] names. Both are brought to the plan it is sold on by their months, so that margins and guards
//! compare like with like, and both are lowered by a promotion, where there is one; the base only when the rule passes it on.

use super::index::{Listed, Prices};
use super::{Ask, NoPrice, times};
use crate::date::add_days;
use crate::price::{Hold, ListPlan, PriceRule, Promotion};
use crate::register::BillingPlan;
use crate::{Date, Decimal};

/// A row of the list with what turns it into the price of one charge.
#[derive(Clone, Debug)]
pub(super) struct Base<'p> {
    pub list: Listed,
    /// The day that picked the row, and why that day.
    pub day: Date,
    pub hold: Hold,
    /// Months one charge pays for, of months the row's price does.
    pub months: (u32, u32),
    /// The promotion that lowers it.
    pub promotion: Option<&'p Promotion>,
    /// The promotion that would, but is not passed on.
    pub kept: Option<&'p Promotion>,
}

impl Base<'_> {
    /// A price of the row for one charge, before any promotion.
    pub fn per_charge(&self, price: Decimal) -> Result<Decimal, NoPrice> {
        let (months, of) = self.months;
        if months == of {
            return Ok(price);
        }
        times(price, months.into())?.checked_div(of.into()).ok_or(NoPrice::TooLarge)
    }

    /// The same with the promotion.
    pub fn promoted(&self, price: Decimal) -> Result<Decimal, NoPrice> {
        let price = self.per_charge(price)?;
        self.promotion.map_or(Ok(price), |promotion| times(price, Decimal::ONE - promotion.share))
    }
}

impl Hold {
    /// The day whose list prices a charge.
    fn day(self, ask: &Ask) -> Date {
        match self {
            Hold::VendorTerm => ask.term_start,
            Hold::CustomerTerm => ask.customer_term.unwrap_or(ask.term_start),
            Hold::Float { notice_days } => add_days(ask.date, -i64::from(notice_days)).max(ask.since),
        }
    }
}

impl<'p> Prices<'p> {
    /// What one charge costs us; `None` where the list does not have it.
    pub(super) fn cost(&self, ask: &Ask) -> Option<Decimal> {
        let row = self.listing(ask, &Pick::bought(ask)).ok()?;
        let promoted = Base { promotion: self.promotion(ask, ask.term_start), ..row };
        promoted.promoted(promoted.list.price.cost).ok()
    }

    /// The row a rule's price is made of.
    pub(super) fn base(&self, ask: &Ask, rule: Option<&PriceRule>) -> Result<Base<'p>, NoPrice> {
        let pick = Pick::of(ask, rule);
        let promotion = self.promotion(ask, pick.promoted_on(ask));
        let passed_on = rule.is_some_and(|rule| rule.pass_promotions);
        let (promotion, kept) = if passed_on { (promotion, None) } else { (None, promotion) };
        Ok(Base { promotion, kept, ..self.listing(ask, &pick)? })
    }

    fn listing(&self, ask: &Ask, pick: &Pick) -> Result<Base<'p>, NoPrice> {
        let Pick { plan, hold, day } = *pick;
        let no =
            || NoPrice::NotListed { product: ask.product, term: ask.term, plan, currency: ask.currency, date: day };
        let list = self.list(&pick.asks(ask)).ok_or_else(no)?;
        let (term, plan) = ask.term.zip(plan).ok_or_else(no)?;
        let months = match ask.sold {
            Some(sold) if sold != plan => (sold.months_of(term), plan.months_of(term)),
            Some(_) | None => (1, 1),
        };
        Ok(Base { list, day, hold, months, promotion: None, kept: None })
    }
}

/// Which list a price is looked up in.
pub(super) struct Pick {
    plan: Option<BillingPlan>,
    pub hold: Hold,
    pub day: Date,
}

impl Pick {
    /// The list that says what it costs.
    pub fn bought(ask: &Ask) -> Pick {
        Pick { plan: ask.plan, hold: Hold::VendorTerm, day: ask.term_start }
    }

    /// The list a rule starts from.
    pub fn of(ask: &Ask, rule: Option<&PriceRule>) -> Pick {
        let hold = match rule.map_or(Hold::VendorTerm, |rule| rule.hold) {
            Hold::CustomerTerm if ask.customer_term.is_none() => Hold::VendorTerm,
            hold => hold,
        };
        let sold = ask.sold.filter(|_| rule.is_some_and(|rule| rule.list_plan == ListPlan::Sold));
        Pick { plan: sold.or(ask.plan), hold, day: hold.day(ask) }
    }

    /// Whether it is the list that says what it costs: the usual case.
    pub fn is_bought(&self, ask: &Ask) -> bool {
        self.plan == ask.plan && self.day == ask.term_start
    }

    /// The question that finds it: as if the term had begun on its day, on its plan.
    pub fn asks<'a>(&self, ask: &Ask<'a>) -> Ask<'a> {
        Ask { plan: self.plan, term_start: self.day, ..ask.clone() }
    }

    /// A price protected for the customer's term keeps its promotion; any other has it as long as we do.
    pub fn promoted_on(&self, ask: &Ask) -> Date {
        if self.hold == Hold::CustomerTerm { self.day } else { ask.term_start }
    }
}
