//! Running agreements and the dated changes of their seats.

use crate::catalogue::key;
use crate::column::columns;
use crate::customers::{basis, whole};
use crate::row::Row;
use engine::price::Basis;
use engine::register::{BillingPlan, BundlePolicy, Cadence, CustomerTerm, ProductKey, Status, Term, Timing};
use engine::{Currency, Date, Decimal, SourceId, Symbol, date};

mod subscription {
    use super::columns;
    columns! { COLUMNS:
        ID "SubscriptionId" Id needed "Subscription";
        CUSTOMER_ID "CustomerId" Id needed "Customer that uses it";
        PRODUCT_ID "ProductId" Id needed "Product";
        SKU_ID "SkuId" Id optional "SKU";
        NAME "ProductName" Text optional "Name on the invoice";
        CODE "Plan" Text optional "Term and plan in one word; not used";
        TERM "TermDuration" Text needed "P1M, P1Y, P3Y";
        PLAN "BillingPlan" Text needed "Monthly, Annual, Triennial, OneTime";
        PRICING_CURRENCY "PricingCurrency" Currency optional "Currency in which the vendor prices it";
        QUANTITY "OpeningQuantity" Number needed "Units at the start of the month's period" ["quantity"];
        START "StartDate" Date needed "First day of the very first term";
        TERM_END "TermEndDate" Date optional "Last day of the running term";
        ANCHOR_DAY "AnchorDay" Number optional "Day of month on which charge cycles begin";
        BUNDLE "BundleId" Id optional "Bundle it was sold in";
        STATUS "Status" Text optional "Active, Suspended, Cancelled, Expired";
        CANCELLED "CancelledDate" Date optional "First day no longer served";
        BILLED "BilledThisMonth" Flag optional "Whether a charge cycle begins in the month; not used";
        BASIS "Basis" Text optional "agreement or pass-through";
        CADENCE "Cadence" Text optional "anniversary or calendar-month";
        TIMING "Timing" Text optional "advance or arrears";
        PRICE "UnitPrice" Amount optional "Own price of one unit, in the customer's currency";
        BUNDLE_POLICY "BundlePolicy" Text optional "Which edition of its bundle it is charged by: renewal, follow or keep";
        SOLD_PLAN "SoldPlan" Text optional "The plan you bill it on, where the vendor bills it on another";
        CUSTOMER_TERM "CustomerTerm" Text optional "What the customer is committed to, where that is not the vendor's term: P1Y";
        CUSTOMER_FROM "CustomerFrom" Date optional "First day of that; the subscription's without one";
    }
}

mod change {
    use super::columns;
    columns! { COLUMNS:
        ID "SubscriptionId" Id needed "Subscription";
        DATE "EffectiveDate" Date needed "Day it takes effect";
        KIND "Kind" Text needed "addQuantity, removeQuantity, cancelImmediate or setQuantity";
        DELTA "QuantityDelta" Number needed "Units added, or removed when negative; the new number for setQuantity" ["quantity"];
    }
}

pub(crate) use change::COLUMNS as CHANGES;
pub(crate) use subscription::COLUMNS;

/// Invented rows for the template.
pub(crate) const EXAMPLES: &[&[(&str, &str)]] = &[&[
    ("SubscriptionId", "0a1b2c3d-0000-4000-8000-000000000201"),
    ("CustomerId", "0a1b2c3d-0000-4000-8000-000000000101"),
    ("ProductId", "CFQ7TTC0EXAM"),
    ("SkuId", "0001"),
    ("ProductName", "Example Suite"),
    ("TermDuration", "P1Y"),
    ("BillingPlan", "Monthly"),
    ("PricingCurrency", "GBP"),
    ("OpeningQuantity", "8"),
    ("StartDate", "2025-10-12"),
    ("TermEndDate", "2026-10-11"),
    ("AnchorDay", "12"),
    ("Status", "Active"),
]];

/// Invented rows for the template.
pub(crate) const CHANGE_EXAMPLES: &[&[(&str, &str)]] = &[&[
    ("SubscriptionId", "0a1b2c3d-0000-4000-8000-000000000201"),
    ("EffectiveDate", "2026-10-20"),
    ("Kind", "addQuantity"),
    ("QuantityDelta", "2"),
]];

/// One running agreement.
#[derive(Clone, Debug, PartialEq)]
pub struct SubscriptionRow {
    /// Row in the file.
    pub row: u32,
    /// `SubscriptionId`.
    pub id: SourceId,
    /// `CustomerId`.
    pub customer: SourceId,
    /// Product.
    pub key: ProductKey,
    /// Name on the invoice.
    pub name: Symbol,
    /// Length of the commitment.
    pub term: Option<Term>,
    /// How it is billed.
    pub plan: BillingPlan,
    /// Currency in which the vendor prices it, if stated.
    pub pricing_currency: Option<Currency>,
    /// Opening quantity.
    pub quantity: Decimal,
    /// First day of the very first term.
    pub start: Date,
    /// The day after the running term.
    pub term_end: Option<Date>,
    /// Day of month on which charge cycles begin.
    pub anchor_day: Option<u32>,
    /// Bundle; empty for none.
    pub bundle: Symbol,
    /// Status as stated.
    pub status: Status,
    /// First day no longer served.
    pub cancelled: Option<Date>,
    /// Billing basis.
    pub basis: Option<Basis>,
    /// Cadence.
    pub cadence: Option<Cadence>,
    /// In advance or in arrears.
    pub timing: Option<Timing>,
    /// Own price of one unit.
    pub price: Option<Decimal>,
    /// Which edition of its bundle it is charged by, if stated.
    pub bundle_policy: Option<BundlePolicy>,
    /// The plan it is sold on, if stated.
    pub sold_plan: Option<BillingPlan>,
    /// The customer's own term, if stated.
    pub customer_term: Option<CustomerTerm>,
}

/// What a change does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Seats added.
    Add,
    /// Seats removed.
    Remove,
    /// Cancelled at once, with credit.
    Cancel,
    /// Seats set to a number.
    Set,
}

/// One dated change of seats.
#[derive(Clone, Debug, PartialEq)]
pub struct SeatChangeRow {
    /// Row in the file.
    pub row: u32,
    /// `SubscriptionId`.
    pub id: SourceId,
    /// Day it takes effect.
    pub date: Date,
    /// What it does.
    pub change: Change,
    /// Units added or, when negative, removed; the new number for `Set`.
    pub quantity: Decimal,
}

/// Reads one agreement.
pub(crate) fn subscription(row: &mut Row<'_>) -> SubscriptionRow {
    use subscription::*;
    row.check(&[CODE, BILLED]);
    if row.cell(TERM).is_empty() {
        row.wrong(TERM, "P-MISSING", "write P1M, P1Y or P3Y; OneTime for a purchase");
    }
    let priced = !row.cell(PRICING_CURRENCY).is_empty();
    let pricing_currency = priced.then(|| row.currency(PRICING_CURRENCY, None));
    let quantity = row.needed_number(QUANTITY);
    if quantity.is_sign_negative() {
        row.wrong(QUANTITY, "P-NUMBER-RANGE", "write how many units there are; never less than none");
    }
    let start = row.needed_date(START);
    let term_end = row.date(TERM_END).map(|last| date::add_days(last, 1));
    if let (Some(start), Some(end)) = (start, term_end)
        && end <= start
    {
        row.wrong(TERM_END, "P-PERIOD", "check both dates; the term ends before it starts");
    }
    let anchor_day = whole(row, ANCHOR_DAY, 31);
    if anchor_day == Some(0) {
        row.wrong(ANCHOR_DAY, "P-NUMBER-RANGE", "write a day of the month, 1 to 31");
    }
    let statuses = [
        ("active", Status::Active),
        ("suspended", Status::Suspended),
        ("cancelled", Status::Cancelled),
        ("canceled", Status::Cancelled),
        ("deleted", Status::Cancelled),
        ("expired", Status::Expired),
        ("disabled", Status::Suspended),
        ("pending", Status::Pending),
    ];
    let status = row.word(STATUS, &statuses).unwrap_or(Status::Active);
    // What expired ended with its term, unless the file says when.
    let ended = row.date(CANCELLED).or(term_end.filter(|_| status == Status::Expired));
    if status.has_ended() && ended.is_none() {
        row.wrong(CANCELLED, "P-MISSING", "fill in the first day no longer served");
    }
    let (term, plan) = (row.term(TERM), row.plan(PLAN).unwrap_or(BillingPlan::OneTime));
    let sold_plan = if row.cell(SOLD_PLAN).is_empty() { None } else { row.plan(SOLD_PLAN) };
    if sold_plan.zip(term).is_some_and(|(sold, term)| sold.months() > term.months) {
        row.wrong(SOLD_PLAN, "P-WORD", "write a plan no longer than the term");
    }
    let length = if row.cell(CUSTOMER_TERM).is_empty() { None } else { row.term(CUSTOMER_TERM) };
    let customer_from = row.date(CUSTOMER_FROM);
    if customer_from.is_some() && length.is_none() {
        row.wrong(CUSTOMER_TERM, "P-MISSING", "write how long the customer's term is, such as P1Y");
    }
    let customer_term =
        length.map(|length| CustomerTerm { length, from: customer_from.or(start).unwrap_or(date::RANGE.0) });
    SubscriptionRow {
        row: row.number,
        id: row.needed_id(ID),
        customer: row.needed_id(CUSTOMER_ID),
        key: key(row, PRODUCT_ID, SKU_ID),
        name: row.text(NAME),
        term,
        plan,
        pricing_currency,
        quantity,
        start: start.unwrap_or(date::RANGE.0),
        term_end,
        anchor_day,
        bundle: row.code(BUNDLE),
        status,
        cancelled: ended,
        basis: basis(row, BASIS),
        cadence: row.word(CADENCE, &[("anniversary", Cadence::Anniversary), ("calendarmonth", Cadence::CalendarMonth)]),
        timing: row.word(TIMING, &[("advance", Timing::Advance), ("arrears", Timing::Arrears)]),
        price: row.maybe_number(PRICE),
        bundle_policy: row.word(BUNDLE_POLICY, &BundlePolicy::ALL.map(|policy| (policy.name(), policy))),
        sold_plan,
        customer_term,
    }
}

/// Reads one change of seats.
pub(crate) fn seat_change(row: &mut Row<'_>) -> SeatChangeRow {
    use change::*;
    let words = [
        ("addquantity", Change::Add),
        ("add", Change::Add),
        ("removequantity", Change::Remove),
        ("remove", Change::Remove),
        ("cancelimmediate", Change::Cancel),
        ("cancel", Change::Cancel),
        ("setquantity", Change::Set),
        ("set", Change::Set),
    ];
    if row.cell(KIND).is_empty() {
        row.wrong(KIND, "P-MISSING", "write addQuantity, removeQuantity, cancelImmediate or setQuantity");
    }
    let change = row.word(KIND, &words).unwrap_or(Change::Add);
    let given = row.needed_number(DELTA);
    // "remove 2" and "remove -2" both mean two fewer.
    let quantity = if change == Change::Remove { -given.abs() } else { given };
    if (change == Change::Add || change == Change::Set) && quantity.is_sign_negative() {
        row.wrong(DELTA, "P-NUMBER-RANGE", "write a number that is not negative, or removeQuantity");
    }
    SeatChangeRow {
        row: row.number,
        id: row.needed_id(ID),
        date: row.needed_date(DATE).unwrap_or(date::RANGE.0),
        change,
        quantity,
    }
}
