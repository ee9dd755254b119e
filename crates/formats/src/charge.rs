//! Words vendors share: charge types, terms, billing plans and the reference that ties the lines of one event.

use crate::row::{PLANS, Row};
use engine::cost::ChargeType;
use engine::register::{BillingPlan, Term};
use engine::{Period, Symbol, date};

/// The charge type of a cell. Unknown words are kept; their sign comes from the amount.
pub(crate) fn of(row: &mut Row<'_>, column: usize) -> ChargeType {
    let cell = row.plain_text(column);
    match known(cell) {
        Some(charge) => charge,
        None => ChargeType::Other(row.names.intern(cell)),
    }
}

/// The charge type of a published word, compared without case, spaces and dashes.
pub(crate) fn known(word: &str) -> Option<ChargeType> {
    // The vendor's own words first, in the spelling its files mostly have: no folding for a million rows.
    Some(match word {
        "new" => ChargeType::New,
        "cycleFee" | "cycleCharge" => ChargeType::Cycle,
        "addQuantity" => ChargeType::AddQuantity,
        "renew" => ChargeType::Renew,
        _ => match crate::header::folded(word).as_str() {
            "new" | "purchase" | "purchasefee" | "newpurchase" | "activationfee" | "proratefeeswhenpurchase" => {
                ChargeType::New
            }
            "proratefeeswhenactivate" | "newpurchasecyclefee" => ChargeType::New,
            "renew" | "renewal" | "renewfee" | "proratefeeswhenrenew" => ChargeType::Renew,
            "cyclecharge" | "cyclefee" | "cycle" | "recurring" => ChargeType::Cycle,
            "assessusagefeeforcurrentcycle" => ChargeType::Cycle,
            "addquantity" | "add" => ChargeType::AddQuantity,
            "removequantity" | "remove" => ChargeType::RemoveQuantity,
            "cancelimmediate" | "cancel" | "cancelled" | "refund" | "cancelfee" | "onetimerefund" => ChargeType::Cancel,
            "proratefeeswhencancel" | "cancelinstanceprorate" | "assessusagefeewhencancel" => ChargeType::Cancel,
            "convert" | "upgrade" => ChargeType::Convert,
            "proratefeeswhenconverttoanewoffering" | "proratefeeswhenconvertawayfromcurrentoffering" => {
                ChargeType::Convert
            }
            "movequantity" => ChargeType::MoveQuantity,
            "changebillingplan" => ChargeType::ChangeBillingPlan,
            "customercredit" | "credit" => ChargeType::CustomerCredit,
            "extendterm" => ChargeType::ExtendTerm,
            "cycleinstanceprorate" | "prorate" => ChargeType::Prorate,
            "offsetalineitem" | "activationdiscount" | "cyclediscount" | "renewdiscount" => ChargeType::Adjustment,
            "renewaldiscount" | "canceldiscount" => ChargeType::Adjustment,
            _ => return None,
        },
    })
}

/// The commitment named in words: "One-Year commitment for monthly/yearly billing".
pub(crate) fn term_in_words(text: &str) -> Option<Term> {
    let text = text.as_bytes();
    let starts = |words: &[&str]| {
        words.iter().any(|w| text.get(..w.len()).is_some_and(|front| front.eq_ignore_ascii_case(w.as_bytes())))
    };
    let term = |months| Some(Term { months });
    match () {
        () if starts(&["one-month", "one month", "1-month", "1 month", "monthly", "p1m"]) => term(1),
        () if starts(&["one-year", "one year", "1-year", "1 year", "annual", "yearly", "p1y"]) => term(12),
        () if starts(&["three-year", "three year", "3-year", "3 year", "triennial", "p3y"]) => term(36),
        () if starts(&["five-year", "five year", "5-year", "5 year", "p5y"]) => term(60),
        () => None,
    }
}

/// The length of the term: as named in words, because a term may be cut to a common end or span renewals, else from its
/// dates when they are whole months.
pub(crate) fn term(text: &str, dates: Option<Period>) -> Option<Term> {
    term_in_words(text).or_else(|| whole_months(dates?).map(|months| Term { months }))
}

/// The billing plan: as written, else as named in the term's words, else from the days charged.
pub(crate) fn plan(row: &mut Row<'_>, column: usize, term_text: &str, period: Option<Period>) -> Option<BillingPlan> {
    let cell = row.plain_text(column);
    match cell {
        "Monthly" => return Some(BillingPlan::Monthly),
        "Annual" => return Some(BillingPlan::Annual),
        "" => {}
        _ => {
            let folded = crate::header::folded(cell);
            if let Some(&(_, plan)) = PLANS.iter().find(|(word, _)| *word == folded) {
                return plan;
            }
        }
    }
    let lower = term_text.to_ascii_lowercase();
    let named = |word: &str| lower.ends_with(&format!("for {word} billing"));
    match () {
        () if named("monthly") => Some(BillingPlan::Monthly),
        () if named("yearly") || named("annual") => Some(BillingPlan::Annual),
        () if named("triennial") => Some(BillingPlan::Triennial),
        () => match whole_months(period?)? {
            1 => Some(BillingPlan::Monthly),
            12 => Some(BillingPlan::Annual),
            36 => Some(BillingPlan::Triennial),
            _ => None,
        },
    }
}

/// The number of months of a period, when it is a whole one up to ten years.
fn whole_months(period: Period) -> Option<u32> {
    let months = (period.days() + 3) / 30;
    (months - 2..=months + 2)
        .filter(|m| (1..=120).contains(m))
        .find(|&m| date::add_months(period.start, m as i32) == period.end)
        .map(|m| m as u32)
}

/// The reference of an event: a plain text, or since 2026 the `id` inside a small JSON object; else the raw text.
pub(crate) fn reference(row: &mut Row<'_>, column: usize) -> Symbol {
    let cell = row.plain_text(column);
    if !cell.starts_with('{') {
        return row.names.intern(cell);
    }
    let parsed: Option<serde_json::Map<String, serde_json::Value>> = serde_json::from_str(cell).ok();
    let id = parsed.as_ref().and_then(|object| match object.get("id")? {
        serde_json::Value::String(id) => Some(id.clone()),
        serde_json::Value::Number(id) => Some(id.to_string()),
        _ => None,
    });
    row.names.intern(id.as_deref().unwrap_or(cell))
}
