//! Billing: the invoices of one month, drafted.
//!
//! In: the register, prices, one-off charges, the vendor's lines of agreements that are passed through, and what was billed
//! before. Out: a draft per payer and currency, and guards: things a person should look at before issuing. Nothing is
//! numbered or kept here; the same input gives the same drafts in the same order (payers, accounts and subscriptions by the
//! id of their source; then day, kind).
//!
//! Two bases, chosen per subscription, else per account:
//! * **agreement** ([`timeline`]): every charge cycle that begins in the month at its opening seats, and every event of the
//!   month for the days left in its cycle; in arrears the same charges fall due with the last day of their cycle;
//! * **pass-through** ([`passed`]): each vendor line priced by rule. Metered consumption always goes this way.
//!
//! Always:
//! * A charge has an identity ([`ChargeKey`]) and is billed once, ever: drafting again after issuing gives nothing. What
//!   became known late about months already issued is caught up, by the difference in seats. Only an invoice credited to be
//!   billed again opens its charges anew; what was caught up beside it has to be credited first ([`leans_on`]).
//! * The last step of a line's reasons is its net amount; a draft's net is the sum of its lines; no draft is empty.
//! * Amounts of different currencies are on different drafts.
//!
//! A [`Plan`] drafts payer by payer, so that a draft can be packed and put away before the next one is made, and parts of
//! it on any thread; [`draft`] keeps all of them.

mod calendar;
mod changes;
mod guards;
mod lines;
mod minimums;
mod once;
mod passed;
mod people;
mod plan;
#[cfg(test)]
pub(crate) mod tests;
mod timeline;
mod totals;
mod walk;

pub(crate) use calendar::cycle_on as calendar_cycle;
pub use changes::{Change, Past, changes};
pub use minimums::minimums;
pub use passed::passed;
pub use plan::{Look, Part, Plan};
pub(crate) use timeline::{charged_cycles, whole as whole_cycle};
pub use timeline::{cycle_at, reached};
pub(crate) use walk::{Charge, charges, is_running};

use crate::cost::CostLine;
use crate::exchange::Rates;
use crate::invoice::{Draft, Guard, TaxRounding};
use crate::rate::{Ground, NoPrice, Offer, Prices};
use crate::register::{Account, Product, ProductKey, Subscription, TaxTreatment};
use crate::sale::{ChargeKey, ChargeKind, SaleLine};
use crate::why::{Rule, Step, Value};
use crate::{Currency, Date, Decimal, Id, IdMap, Money, Month, Names, Period, Rounding, SourceId};
use people::{People, Tree, by_source};
use std::cell::RefCell;
use std::cmp::Ordering;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::convert::Infallible;

/// A charge entered by hand: hardware, hours, a fee; negative quantity for a credit.
#[derive(Clone, Debug, PartialEq)]
pub struct OneOff {
    /// Own id.
    pub id: Id,
    /// The account it is for.
    pub account: Id,
    /// Day of supply; billed with the month it lies in, or with the next one drafted.
    pub date: Date,
    /// What the customer reads.
    pub name: String,
    /// Units.
    pub quantity: Decimal,
    /// Price of one.
    pub unit_price: Decimal,
    /// Cost of one, where known.
    pub unit_cost: Option<Decimal>,
    /// Currency of both.
    pub currency: Currency,
    /// Product, where the catalogue has it.
    pub product: Option<ProductKey>,
}

/// A vendor's line with whom it belongs to.
#[derive(Clone, Debug)]
pub struct Passed {
    /// The line.
    pub line: CostLine,
    /// The account that uses it.
    pub account: Id,
    /// The subscription, where the register knows it.
    pub subscription: Option<Id>,
}

/// The least an account is charged in a month.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Minimum {
    /// Account.
    pub account: Id,
    /// Net amount.
    pub amount: Money,
    /// Net amount already issued to it for this month.
    pub billed: Money,
}

/// Whether a charge is a catch-up line for the cycle of another one: it charges the difference to that, so it cannot stand alone.
pub fn leans_on(late: &ChargeKey, charge: &ChargeKey) -> bool {
    late.kind == ChargeKind::CatchUp
        && charge.kind == ChargeKind::Recurring
        && (late.subject, late.date) == (charge.subject, charge.date)
}

/// What was billed before: the quantity of each charge.
#[derive(Clone, Debug, Default)]
pub struct Billed(IdMap<ChargeKey, Decimal>);

impl Billed {
    /// Notes a charge of an issued invoice.
    pub fn insert(&mut self, key: ChargeKey, quantity: Decimal) {
        self.0.insert(key, quantity);
    }

    /// Forgets a charge whose invoice was credited so that it may be billed again; whether it was billed.
    pub fn remove(&mut self, key: &ChargeKey) -> bool {
        self.0.remove(key).is_some()
    }

    /// The quantity billed under a key.
    pub fn quantity(&self, key: &ChargeKey) -> Option<Decimal> {
        self.0.get(key).copied()
    }

    /// What was charged for days of a period: subscriptions, one-off charges, accounts.
    pub fn subjects_in(&self, period: Period) -> HashSet<Id> {
        self.0.keys().filter(|key| period.contains(key.date)).map(|key| key.subject).collect()
    }

    /// Whether nothing was ever billed.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// The run before, to compare with.
#[derive(Clone, Debug, Default)]
pub struct LastRun {
    /// Its lines.
    pub lines: Vec<Past>,
    /// How each payer was taxed: treatment and percent.
    pub tax: HashMap<Id, (TaxTreatment, Decimal)>,
}

/// Everything a draft depends on.
#[derive(Clone, Copy, Debug)]
pub struct BillInput<'a> {
    /// The month to bill.
    pub month: Month,
    /// Texts.
    pub names: &'a Names,
    /// All accounts.
    pub accounts: &'a [Account],
    /// Subscriptions: all, or at least all of the payers in `only`.
    pub subscriptions: &'a [Subscription],
    /// The catalogue, for names.
    pub products: &'a [Product],
    /// Prices.
    pub prices: &'a Prices<'a>,
    /// One-off charges.
    pub one_offs: &'a [OneOff],
    /// The vendor's lines of the month with their accounts.
    pub costs: &'a [Passed],
    /// What was billed before.
    pub billed: &'a Billed,
    /// Months already issued, whose missing charges are caught up now.
    pub earlier: &'a [Month],
    /// Minimum charges.
    pub minimums: &'a [Minimum],
    /// How tax is rounded.
    pub tax_rounding: TaxRounding,
    /// Exchange rates, for tax in the home currency.
    pub rates: &'a Rates,
    /// The day the invoices would be issued on.
    pub today: Date,
    /// The run before.
    pub last: Option<&'a LastRun>,
    /// Payers to draft; `None` for all.
    pub only: Option<&'a BTreeSet<Id>>,
}

/// A draft run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Drafted {
    /// Invoices, by payer and currency.
    pub drafts: Vec<Draft>,
    /// What to look at before issuing, by account and subscription.
    pub guards: Vec<Guard>,
}

/// Drafts the invoices of a month, on all cores.
pub fn draft(input: &BillInput) -> Drafted {
    let mut plan = Plan::of(input);
    let parts = plan.parts();
    let (mut drafts, mut looks) = (Vec::new(), Vec::new());
    let work = |part| {
        let mut drafts = Vec::new();
        let look = plan.draft(part, |draft| drafts.push(draft));
        (drafts, look)
    };
    let done = crate::cores::each(parts, work, |(some, look)| {
        drafts.extend(some);
        looks.push(look);
        Ok::<(), Infallible>(())
    });
    match done {
        Ok(()) => Drafted { drafts, guards: plan.guards(looks) },
    }
}

/// Where a line stands on its draft: by account, then subscriptions by source id, then what belongs to none of them.
#[derive(Clone, Copy, Debug)]
struct Place {
    account: u32,
    after: After,
    subscription: SourceId,
    key: ChargeKey,
}

/// The sections of an account's lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum After {
    Subscriptions,
    Passed,
    OneOffs,
    Minimum,
}

impl Place {
    fn order(&self, other: &Place, names: &Names) -> Ordering {
        let day = |p: &Place| (p.key.date, p.key.kind, p.key.part);
        (self.account, self.after)
            .cmp(&(other.account, other.after))
            .then_with(|| by_source(names, self.subscription, other.subscription))
            .then_with(|| day(self).cmp(&day(other)))
            .then_with(|| self.key.subject.cmp(&other.key.subject))
    }
}

/// A line with where it belongs.
#[derive(Clone, Debug)]
struct Written {
    payer: u32,
    place: Place,
    line: SaleLine,
}

/// The lines as they are written, by one thread.
struct Desk<'a> {
    input: &'a BillInput<'a>,
    people: People<'a>,
    products: &'a IdMap<ProductKey, &'a Product>,
    /// Whose lines are written; `None` for everybody's.
    payer: Option<u32>,
    lines: Vec<Written>,
    guards: Vec<Guard>,
    /// Offers made, by what they depend on.
    offers: RefCell<IdMap<Ground, Offer<'a>>>,
}

impl<'a> Desk<'a> {
    fn new(input: &'a BillInput<'a>, tree: &'a Tree<'a>, products: &'a IdMap<ProductKey, &'a Product>) -> Desk<'a> {
        Desk {
            input,
            people: People::of(tree),
            products,
            payer: None,
            lines: Vec::new(),
            guards: Vec::new(),
            offers: RefCell::default(),
        }
    }

    /// Whether charges of an account are drafted now.
    fn wanted(&self, account: Id) -> bool {
        match (self.payer, self.input.only) {
            (Some(payer), _) => self.people.payer_rank(account).unwrap_or(self.people.end()) == payer,
            (None, None) => true,
            (None, Some(only)) => self.people.payer(account).is_some_and(|payer| only.contains(&payer.id)),
        }
    }

    /// Puts a line where it belongs; lines of nothing are dropped. `subscription` orders the lines.
    fn write(&mut self, line: SaleLine, after: After, subscription: SourceId) {
        if line.net.minor() == 0 || !self.wanted(line.account) {
            return;
        }
        let (Some(account), Some(payer)) = (self.people.rank(line.account), self.people.payer_rank(line.account))
        else {
            return;
        };
        let place = Place { account, after, subscription, key: line.key };
        self.lines.push(Written { payer, place, line });
    }

    fn refuse(&mut self, account: Id, subscription: Option<Id>, why: &NoPrice) {
        self.guards.push(guards::no_price(account, subscription, why, self.input.names));
    }

    fn one_off(&mut self, charge: &OneOff) {
        let key = ChargeKey { kind: ChargeKind::OneOff, subject: charge.id, date: charge.date, part: 0 };
        if charge.date >= self.input.month.period().end || self.input.billed.quantity(&key).is_some() {
            return;
        }
        let rounded =
            |price: Decimal| Money::round(price.checked_mul(charge.quantity)?, charge.currency, Rounding::HalfUp).ok();
        let Some(net) = rounded(charge.unit_price) else {
            return self.refuse(charge.account, None, &NoPrice::TooLarge);
        };
        let step = Step::of(Rule("line.one-off"), Value::Money(net))
            .input("price", Value::Price(charge.unit_price, charge.currency))
            .input("quantity", Value::Number(charge.quantity));
        let line = SaleLine {
            key,
            account: charge.account,
            subscription: None,
            product: charge.product,
            name: charge.name.clone(),
            period: None,
            cycle: None,
            quantity: charge.quantity,
            unit_price: charge.unit_price,
            net,
            cost: charge.unit_cost.and_then(rounded),
            why: vec![step].into(),
        };
        self.write(line, After::OneOffs, SourceId::NONE);
    }

    /// Tops an account up to its minimum charge, after everything else of its payer.
    fn minimum(&mut self, minimum: &Minimum) {
        let input = self.input;
        let date = input.month.first();
        let key = ChargeKey { kind: ChargeKind::Minimum, subject: minimum.account, date, part: 0 };
        if input.billed.quantity(&key).is_some() || self.people.ended_before(minimum.account, date) {
            return;
        }
        let currency = minimum.amount.currency();
        let lines = self.lines.iter().map(|written| &written.line);
        let charged = lines
            .filter(|line| line.account == minimum.account && line.net.currency() == currency)
            .try_fold(minimum.billed, |sum, line| sum.plus(line.net));
        let Ok(missing) = charged.and_then(|sum| minimum.amount.minus(sum)) else { return };
        if missing.minor() <= 0 {
            return;
        }
        let step = Step::of(Rule("line.minimum"), Value::Money(missing))
            .input("minimum", Value::Money(minimum.amount))
            .input("charged", Value::Price(minimum.amount.value() - missing.value(), currency));
        let line = SaleLine {
            key,
            account: minimum.account,
            subscription: None,
            product: None,
            name: "Minimum charge".to_owned(),
            period: Some(input.month.period()),
            cycle: None,
            quantity: Decimal::ONE,
            unit_price: missing.value(),
            net: missing,
            cost: None,
            why: vec![step].into(),
        };
        self.write(line, After::Minimum, SourceId::NONE);
    }
}
