//! The price list as a scenario imagines it.

use super::base::{Buyer, Class};
use super::scenario::{Change, Lever, What};
use crate::price::{ListKind, ListPrice};
use crate::rate::{Ask, Imagined, Prices, of_buyer};
use crate::register::{BillingPlan, Term};
use crate::why::{Rule, Source, Step, Value};
use crate::{Decimal, Rounding, policy};

/// The levers that change what the vendor charges a buyer, over the real list.
#[derive(Debug)]
pub(super) struct Imagination<'a> {
    pub levers: &'a [&'a Lever],
    pub buyer: &'a Buyer,
    pub index: &'a Prices<'a>,
    pub class: &'a Class,
    /// Counts levers whose change of cost is passed on apart, too: for the cost itself.
    pub with_passed_on: bool,
    /// Somebody reads the steps.
    pub tells: bool,
}

impl Imagined for Imagination<'_> {
    fn list(&self, ask: &Ask, real: Option<ListPrice>, steps: &mut Vec<Step>) -> Option<ListPrice> {
        let mut row = match (self.class.extended, real) {
            (Some((monthly, annual)), real) => Some(self.extended(ask, real, monthly, annual, steps)?),
            (None, None) if self.class.imagined => self.derived(ask, steps),
            (None, real) => real,
        };
        for lever in self.levers {
            row = self.pull(lever, ask, row, steps)?;
        }
        row
    }
}

impl Imagination<'_> {
    fn concerns(&self, lever: &Lever, ask: &Ask) -> bool {
        lever.from <= ask.term_start
            && lever.who.has_product(ask.product, ask.term, ask.plan)
            && lever.who.currency.is_none_or(|c| c == ask.currency)
            && lever.who.has_buyer(self.buyer)
    }

    /// What a lever makes of a row of the list; `None` where the figure does not fit.
    pub fn pull(
        &self,
        lever: &Lever,
        ask: &Ask,
        row: Option<ListPrice>,
        steps: &mut Vec<Step>,
    ) -> Option<Option<ListPrice>> {
        if !self.concerns(lever, ask) {
            return Some(row);
        }
        Some(match (&lever.what, row) {
            (What::Vendor { cost, erp, pass_on }, Some(row)) if pass_on.is_none() || self.with_passed_on => {
                let cost = self.changed(*cost, row.cost, "model.vendor-cost", lever, &row, steps)?;
                let erp = self.changed(*erp, row.erp, "model.vendor-retail", lever, &row, steps)?;
                Some(ListPrice { cost, erp, ..row })
            }
            (What::List(rows), row) => listed(rows, ask, lever, steps).or(row),
            (_, row) => row,
        })
    }

    /// A changed figure of a list, rounded to the minor unit as lists are.
    fn changed(
        &self,
        change: Option<Change>,
        figure: Decimal,
        code: &'static str,
        lever: &Lever,
        row: &ListPrice,
        steps: &mut Vec<Step>,
    ) -> Option<Decimal> {
        let Some(change) = change else { return Some(figure) };
        let result = rounded(change.of(figure)?, &row.currency);
        if self.tells {
            steps.push(step(code, change, figure, result, row.currency).from(cause(lever)));
        }
        Some(result)
    }

    /// What the Extended Service Term costs: as listed, else over the monthly term, else over the monthly part of an annual one.
    fn extended(
        &self,
        ask: &Ask,
        monthly: Option<ListPrice>,
        over_monthly: Decimal,
        over_annual: Decimal,
        steps: &mut Vec<Step>,
    ) -> Option<ListPrice> {
        if let Some(row) = self.index.extended_term(ask) {
            steps.push(Step::of(Rule("model.extended-listed"), Value::Price(row.cost, row.currency)));
            return Some(row.clone());
        }
        let (mut row, uplift) = match monthly {
            Some(row) => (row, over_monthly),
            None => {
                let mut row = self.index.listed(&plain(ask, Term::P1Y, BillingPlan::Annual))?;
                let twelve = Decimal::from(12);
                (row.cost, row.erp) = (row.cost / twelve, row.erp / twelve);
                (row, over_annual)
            }
        };
        for figure in [&mut row.cost, &mut row.erp] {
            *figure = rounded(figure.checked_mul(Decimal::ONE + uplift)?, &row.currency);
        }
        steps.push(
            Step::of(Rule("model.extended-term"), Value::Price(row.cost, row.currency))
                .input("uplift", Value::Share(uplift)),
        );
        Some(row)
    }

    /// The price on terms no list has, worked out from those it has by the premiums of the day.
    fn derived(&self, ask: &Ask, steps: &mut Vec<Step>) -> Option<ListPrice> {
        let day = ask.term_start;
        let plan = Decimal::ONE + policy::monthly_plan_premium(day);
        let term = Decimal::ONE + policy::monthly_term_premium(day);
        let twelve = Decimal::from(12);
        // What a year paid at once is worth, times these, is one charge.
        let shares = [
            (Term::P1Y, BillingPlan::Annual, Decimal::ONE),
            (Term::P1Y, BillingPlan::Monthly, plan / twelve),
            (Term::P1M, BillingPlan::Monthly, term / twelve),
        ];
        let wanted = shares.iter().find(|(t, p, _)| (Some(*t), Some(*p)) == (ask.term, ask.plan))?.2;
        let (from, share) =
            shares.iter().find_map(|(t, p, share)| Some((self.index.listed(&plain(ask, *t, *p))?, *share)))?;
        let price = |figure: Decimal| Some(rounded(figure.checked_mul(wanted)?.checked_div(share)?, &from.currency));
        let row = ListPrice {
            term: ask.term?,
            plan: ask.plan?,
            cost: price(from.cost)?,
            erp: price(from.erp)?,
            ..from.clone()
        };
        steps.push(
            Step::of(Rule("model.other-terms"), Value::Price(row.cost, row.currency))
                .input("listed", Value::Price(from.cost, from.currency))
                .input("of a year", Value::Number(share.round_dp(6)))
                .input("wanted", Value::Number(wanted.round_dp(6))),
        );
        Some(row)
    }
}

/// The question about other terms, to the real list.
fn plain<'a>(ask: &Ask<'a>, term: Term, plan: BillingPlan) -> Ask<'a> {
    Ask { term: Some(term), plan: Some(plan), imagined: None, ..ask.clone() }
}

fn listed(rows: &[ListPrice], ask: &Ask, lever: &Lever, steps: &mut Vec<Step>) -> Option<ListPrice> {
    let fits = |r: &&ListPrice| {
        (r.product, Some(r.term), Some(r.plan), r.currency) == (ask.product, ask.term, ask.plan, ask.currency)
            && r.kind == ListKind::Term
            && r.from <= ask.term_start
            && r.until.is_none_or(|end| ask.term_start < end)
    };
    let row = of_buyer(rows.iter().filter(fits), ask.segment, ask.quantity)?;
    let mut step = Step::of(Rule("model.other-list"), Value::Price(row.cost, row.currency))
        .input("retail price", Value::Price(row.erp, row.currency))
        .from(cause(lever));
    step.from.extend(row.source.map(Source::Line));
    steps.push(step);
    Some(row.clone())
}

/// The step of a change.
pub(super) fn step(code: &'static str, change: Change, before: Decimal, after: Decimal, of: crate::Currency) -> Step {
    let (name, value) = match change {
        Change::Share(share) => ("change", Value::Share(share)),
        Change::By(amount) => ("more", Value::Price(amount, of)),
        Change::To(to) => ("to", Value::Price(to, of)),
        Change::Ratio { old, new } => ("ratio", Value::Text(format!("{old} to {new}"))),
    };
    Step::of(Rule(code), Value::Price(after, of)).input("price", Value::Price(before, of)).input(name, value)
}

/// The lever behind a step.
pub(super) fn cause(lever: &Lever) -> Source {
    Source::Record("scenario", format!("{} from {}", lever.name, lever.from))
}

fn rounded(figure: Decimal, currency: &crate::Currency) -> Decimal {
    Rounding::HalfUp.apply(figure, currency.digits())
}
