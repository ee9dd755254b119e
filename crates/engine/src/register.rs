//! The register: accounts, tenants, products and subscriptions with their timelines.
//!
//! A timeline is only ever appended to; [`Subscription::on`] gives the state on any past or future day.

pub use crate::bundle::{Bundle, BundlePart, BundlePolicy, Edition, PartKind};
use crate::price::Basis;
use crate::{Currency, Date, Decimal, Id, Period, SourceId, Symbol};
use smallvec::SmallVec;
use std::borrow::Cow;

/// What an account is to the seller.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AccountKind {
    /// The company that owns the book.
    Seller,
    /// Buys from the seller and sells on.
    Reseller,
    /// Uses the service.
    Customer,
}

/// How output tax applies to an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TaxTreatment {
    /// Taxed at the account's rate.
    Domestic,
    /// The customer owes the tax ("Reverse charge", EU Directive 2006/112 Art. 196).
    ReverseCharge,
    /// Outside the union: no tax, named as export.
    Export,
    /// Exempt, with a reason on the invoice.
    Exempt,
}

/// Anybody the seller deals with, in a tree: seller > reseller > customer.
#[derive(Clone, Debug, PartialEq)]
pub struct Account {
    /// Own id.
    pub id: Id,
    /// The source file's id (`CustomerId`).
    pub source: SourceId,
    /// What it is to the seller.
    pub kind: AccountKind,
    /// The account above; `None` directly below the seller.
    pub parent: Option<Id>,
    /// Who is invoiced for it, when not itself: any account above.
    pub bill_to: Option<Id>,
    /// Legal name.
    pub name: String,
    /// ISO 3166 two-letter country.
    pub country: String,
    /// Address lines without country.
    pub address: Vec<String>,
    /// VAT id with its country prefix.
    pub vat_id: String,
    /// Tax treatment.
    pub tax: TaxTreatment,
    /// Output tax in percent (19 = 19 %).
    pub tax_percent: Decimal,
    /// Price segment ("Gold"); empty for none.
    pub segment: Symbol,
    /// Currency of its invoices.
    pub currency: Currency,
    /// Days until an invoice is due.
    pub payment_days: u32,
    /// Language of its invoices, ISO 639 two letters.
    pub language: String,
    /// Default billing basis of its subscriptions.
    pub basis: Option<Basis>,
    /// Purchase order number required on its invoices, if any.
    pub purchase_order: String,
    /// Whether an invoice without purchase order must be held by a guard.
    pub needs_purchase_order: bool,
    /// Last day it is a customer, if ended.
    pub ended: Option<Date>,
}

/// A customer's Microsoft identity. Matching is by id, never by name.
#[derive(Clone, Debug, PartialEq)]
pub struct Tenant {
    /// Tenant id.
    pub tenant: SourceId,
    /// The account it belongs to; `None` while unmapped.
    pub account: Option<Id>,
    /// First domain.
    pub domain: String,
}

/// What is sold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ProductKind {
    /// Seats for a term.
    Licence,
    /// Metered consumption.
    Usage,
    /// Hardware, perpetual software.
    OneOff,
    /// Hours, fixed fees, own services.
    Service,
}

/// The natural key of a product.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ProductKey {
    /// Product id.
    pub product: Symbol,
    /// SKU id, padded to four digits when all digits.
    pub sku: Symbol,
}

/// A product of the catalogue.
#[derive(Clone, Debug, PartialEq)]
pub struct Product {
    /// Own id.
    pub id: Id,
    /// Natural key.
    pub key: ProductKey,
    /// Name as the vendor writes it.
    pub name: String,
    /// Who sells it to us.
    pub vendor: String,
    /// Kind.
    pub kind: ProductKind,
}

/// Length of a commitment in months. One month, one year and three years are the usual ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Term {
    /// Months.
    pub months: u32,
}

impl Term {
    /// One month.
    pub const P1M: Term = Term { months: 1 };
    /// One year.
    pub const P1Y: Term = Term { months: 12 };
    /// Three years.
    pub const P3Y: Term = Term { months: 36 };

    /// Reads the ISO 8601 form `P1M`, `P1Y`, `P3Y`, `P5Y`, any case.
    pub fn parse(text: &str) -> Option<Term> {
        let t = text.trim().to_ascii_uppercase();
        let n: u32 = t.strip_prefix('P')?.get(..t.len().checked_sub(2)?)?.parse().ok()?;
        let months = if t.ends_with('M') {
            n
        } else if t.ends_with('Y') {
            n.checked_mul(12)?
        } else {
            return None;
        };
        (1..=120).contains(&months).then_some(Term { months })
    }
}

impl std::fmt::Display for Term {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.months.is_multiple_of(12) {
            write!(f, "P{}Y", self.months / 12)
        } else {
            write!(f, "P{}M", self.months)
        }
    }
}

/// How often a term is paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum BillingPlan {
    /// Every month.
    Monthly,
    /// Every year.
    Annual,
    /// Every three years.
    Triennial,
    /// Once.
    OneTime,
}

impl BillingPlan {
    /// Months between two charges; 0 for once.
    pub fn months(self) -> u32 {
        match self {
            BillingPlan::Monthly => 1,
            BillingPlan::Annual => 12,
            BillingPlan::Triennial => 36,
            BillingPlan::OneTime => 0,
        }
    }

    /// Months one charge of a term pays for: a cycle of the plan, or all of a term that is shorter or paid once.
    pub fn months_of(self, term: Term) -> u32 {
        match self {
            BillingPlan::OneTime => term.months,
            plan => plan.months().min(term.months),
        }
    }
}

/// Whether a subscription lives, and on what footing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Status {
    /// Not started on that day.
    Pending,
    /// Running.
    Active,
    /// Suspended: still billed in full by the vendor.
    Suspended,
    /// Cancelled before its term was over.
    Cancelled,
    /// Its term is over and was not renewed.
    Expired,
}

impl Status {
    /// Whether nothing is served any more.
    pub fn has_ended(self) -> bool {
        matches!(self, Status::Cancelled | Status::Expired)
    }
}

/// What happened to a subscription.
#[derive(Clone, Debug, PartialEq)]
pub enum EventKind {
    /// It starts, or is first known, with so many seats.
    Started {
        /// Seats.
        quantity: Decimal,
    },
    /// Seats added (positive) or removed (negative).
    SeatsChanged {
        /// Seats more, or fewer when negative.
        delta: Decimal,
    },
    /// Seats set to a number.
    SeatsSet {
        /// Seats from then on.
        quantity: Decimal,
    },
    /// It ends on this day; the day itself is no longer served. `credit` asks for the unused days back.
    Cancelled {
        /// Whether the unused days come back.
        credit: bool,
    },
    /// A new term begins on this day.
    Renewed {
        /// The day after the new term's last.
        term_end: Date,
    },
    /// Changes to another product: upgrade.
    Upgraded {
        /// The product from then on.
        to: ProductKey,
    },
    /// Belongs to another account from this day.
    Moved {
        /// The account from then on.
        account: Id,
    },
    /// Suspended or running again.
    Suspended {
        /// False when it runs again.
        suspended: bool,
    },
    /// Its own price from this day, in the account's currency.
    PriceSet {
        /// Price of one unit for one charge cycle; none when rules price it again.
        price: Option<Decimal>,
    },
    /// Moved by hand to another edition of its bundle, when it keeps the one it has.
    EditionSet {
        /// A day on which that edition is in force.
        day: Date,
    },
    /// What was charged once with its units (hardware, onboarding) is taken back and credited.
    OneOffsReturned,
}

/// One dated event of a timeline.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// Order of recording within the book; breaks ties on one day.
    pub seq: u64,
    /// The day it takes effect.
    pub date: Date,
    /// What happened.
    pub kind: EventKind,
}

/// Where an agreement's charges begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cadence {
    /// Periods run from the subscription's anchor day.
    Anniversary,
    /// Periods are calendar months; the first is prorated.
    CalendarMonth,
}

/// Whether a period is billed before or after it is served.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Timing {
    /// When it begins.
    Advance,
    /// When it is over.
    Arrears,
}

/// The customer's own commitment, where it is not the vendor's term: so long, again and again, from a day on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CustomerTerm {
    /// Length.
    pub length: Term,
    /// First day of the first.
    pub from: Date,
}

impl CustomerTerm {
    /// The term a day lies in; `None` before the first.
    pub fn on(&self, day: Date) -> Option<Period> {
        (self.from <= day).then(|| crate::cycle::terms(self.from, self.length, day))
    }
}

/// A running agreement.
#[derive(Clone, Debug, PartialEq)]
pub struct Subscription {
    /// Own id.
    pub id: Id,
    /// The source file's id (`SubscriptionId`).
    pub source: SourceId,
    /// The account that uses it (before any `Moved` event).
    pub account: Id,
    /// Product (before any `Upgraded` event).
    pub product: ProductKey,
    /// Product name on the invoice.
    pub name: Symbol,
    /// Length of the commitment.
    pub term: Term,
    /// How the vendor bills it.
    pub plan: BillingPlan,
    /// How we bill it on the agreement basis, when that differs.
    pub sold_plan: Option<BillingPlan>,
    /// What the customer is committed to, when that differs from the vendor's term.
    pub customer_term: Option<CustomerTerm>,
    /// First day of the very first term: with `anchor_day` it fixes the charge cycles.
    pub start: Date,
    /// The running term's end (the day after the last), as last known.
    pub term_end: Option<Date>,
    /// Day of month on which charge cycles begin, when the source states it.
    pub anchor_day: Option<u32>,
    /// Currency in which the vendor prices it.
    pub pricing_currency: Currency,
    /// Bundle it was sold in; empty for none.
    pub bundle: Symbol,
    /// Which edition of its bundle it is charged by.
    pub bundle_policy: BundlePolicy,
    /// Billing basis, when it differs from its account's.
    pub basis: Option<Basis>,
    /// Cadence of our own billing.
    pub cadence: Cadence,
    /// In advance or in arrears.
    pub timing: Timing,
    /// Events by date, then by order of recording.
    pub events: Events,
}

/// A timeline. Most are one event long, which then lies in the subscription itself: a large book is walked through often.
pub type Events = SmallVec<[Event; 1]>;

/// The state of a subscription on one day.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    /// Seats.
    pub quantity: Decimal,
    /// Status.
    pub status: Status,
    /// The account that uses it.
    pub account: Id,
    /// Product.
    pub product: ProductKey,
    /// Own price, if one is set.
    pub price: Option<Decimal>,
    /// The running term.
    pub term: Option<Period>,
    /// A day on which the edition it was sold with is in force: that of its start, of its upgrade, or as set by hand.
    pub edition: Date,
}

impl Subscription {
    /// The plan it is sold on.
    pub fn plan_sold(&self) -> BillingPlan {
        self.sold_plan.unwrap_or(self.plan)
    }

    /// The same sold as it is bought: what is passed through follows the vendor's charges.
    pub fn as_bought(&self) -> Cow<'_, Subscription> {
        match self.sold_plan {
            None => Cow::Borrowed(self),
            Some(_) => Cow::Owned(Subscription { sold_plan: None, ..self.clone() }),
        }
    }

    /// The state on a day: every event up to and including that day applied in order. Seats never fall below zero.
    pub fn on(&self, day: Date) -> State {
        let mut state = State {
            quantity: Decimal::ZERO,
            status: Status::Pending,
            account: self.account,
            product: self.product,
            price: None,
            term: None,
            edition: self.start,
        };
        let mut term_end = self.term_end;
        for event in self.events.iter().take_while(|e| e.date <= day) {
            match event.kind {
                EventKind::Started { quantity } => {
                    if state.status.has_ended() {
                        state.edition = event.date;
                    }
                    state.quantity = quantity;
                    state.status = Status::Active;
                }
                EventKind::SeatsChanged { delta } => state.quantity = (state.quantity + delta).max(Decimal::ZERO),
                EventKind::SeatsSet { quantity } => state.quantity = quantity,
                EventKind::Cancelled { .. } => {
                    state.quantity = Decimal::ZERO;
                    let last = crate::cycle::term_on(self, term_end, crate::date::add_days(event.date, -1));
                    let over = last.is_some_and(|term| term.end == event.date);
                    state.status = if over { Status::Expired } else { Status::Cancelled };
                }
                EventKind::Renewed { term_end: end } => {
                    term_end = Some(end);
                    if state.status == Status::Expired {
                        state.status = Status::Active;
                    }
                }
                EventKind::Upgraded { to } => {
                    // A price of its own belongs to the product it was agreed for.
                    state.price = state.price.filter(|_| state.product == to);
                    if state.product != to {
                        state.edition = event.date;
                    }
                    state.product = to;
                }
                EventKind::Moved { account } => state.account = account,
                EventKind::Suspended { suspended } if !state.status.has_ended() => {
                    state.status = if suspended { Status::Suspended } else { Status::Active };
                }
                EventKind::Suspended { .. } => {}
                EventKind::PriceSet { price } => state.price = price,
                EventKind::EditionSet { day } => state.edition = day,
                EventKind::OneOffsReturned => {}
            }
        }
        state.term = crate::cycle::term_on(self, term_end, day);
        state
    }
}
