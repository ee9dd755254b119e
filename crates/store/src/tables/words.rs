//! The words columns hold for the variants of engine enums. The CHECKs of the schema list the same words.
//!
//! Packed records hold the place of a word in its list: a new variant goes to the end of its list.

use engine::cost::DocumentKind;
use engine::finding::Fix;
use engine::price::{Basis, Hold, ListKind, ListPlan, ListState};
use engine::register::{AccountKind, BillingPlan, BundlePolicy, Cadence, PartKind, ProductKind, TaxTreatment, Timing};
use engine::sale::ChargeKind;

pub(crate) const ACCOUNT_KINDS: &[(AccountKind, &str)] =
    &[(AccountKind::Seller, "seller"), (AccountKind::Reseller, "reseller"), (AccountKind::Customer, "customer")];

pub(crate) const TAX_TREATMENTS: &[(TaxTreatment, &str)] = &[
    (TaxTreatment::Domestic, "domestic"),
    (TaxTreatment::ReverseCharge, "reverse_charge"),
    (TaxTreatment::Export, "export"),
    (TaxTreatment::Exempt, "exempt"),
];

pub(crate) const BASES: &[(Basis, &str)] = &[(Basis::Agreement, "agreement"), (Basis::PassThrough, "pass_through")];

pub(crate) const PRODUCT_KINDS: &[(ProductKind, &str)] = &[
    (ProductKind::Licence, "licence"),
    (ProductKind::Usage, "usage"),
    (ProductKind::OneOff, "one_off"),
    (ProductKind::Service, "service"),
];

pub(crate) const PART_KINDS: &[(PartKind, &str)] =
    &[(PartKind::Licence, "licence"), (PartKind::OneOff, "one_off"), (PartKind::Service, "service")];

pub(crate) const BUNDLE_POLICIES: &[(BundlePolicy, &str)] =
    &[(BundlePolicy::Renewal, "renewal"), (BundlePolicy::Follow, "follow"), (BundlePolicy::Keep, "keep")];

pub(crate) const PLANS: &[(BillingPlan, &str)] = &[
    (BillingPlan::Monthly, "monthly"),
    (BillingPlan::Annual, "annual"),
    (BillingPlan::Triennial, "triennial"),
    (BillingPlan::OneTime, "one_time"),
];

pub(crate) const LIST_KINDS: &[(ListKind, &str)] =
    &[(ListKind::Term, "term"), (ListKind::ExtendedTerm, "extended_term"), (ListKind::Usage, "usage")];

pub(crate) const LIST_STATES: &[(ListState, &str)] =
    &[(ListState::InForce, "in_force"), (ListState::Preview, "preview"), (ListState::Dropped, "dropped")];

pub(crate) const CADENCES: &[(Cadence, &str)] =
    &[(Cadence::Anniversary, "anniversary"), (Cadence::CalendarMonth, "calendar_month")];

pub(crate) const TIMINGS: &[(Timing, &str)] = &[(Timing::Advance, "advance"), (Timing::Arrears, "arrears")];

/// What a rule holds to; the days of notice stand beside it.
pub(crate) const HOLDS: &[(Hold, &str)] = &[
    (Hold::VendorTerm, "vendor_term"),
    (Hold::CustomerTerm, "customer_term"),
    (Hold::Float { notice_days: 0 }, "float"),
];

pub(crate) const LIST_PLANS: &[(ListPlan, &str)] = &[(ListPlan::Bought, "bought"), (ListPlan::Sold, "sold")];

pub(crate) const DOCUMENT_KINDS: &[(DocumentKind, &str)] = &[
    (DocumentKind::Reconciliation, "reconciliation"),
    (DocumentKind::Legacy, "legacy"),
    (DocumentKind::DailyUsage, "daily_usage"),
    (DocumentKind::Distributor, "distributor"),
];

pub(crate) const FIXES: &[(Fix, &str)] = &[
    (Fix::CatchUpLine, "catch_up_line"),
    (Fix::Credit, "credit"),
    (Fix::PriceRule, "price_rule"),
    (Fix::Mapping, "mapping"),
    (Fix::Register, "register"),
    (Fix::Ticket, "ticket"),
    (Fix::None, "none"),
];

pub(crate) const CHARGE_KINDS: &[(ChargeKind, &str)] = &[
    (ChargeKind::Recurring, "recurring"),
    (ChargeKind::Added, "added"),
    (ChargeKind::Removed, "removed"),
    (ChargeKind::Cancelled, "cancelled"),
    (ChargeKind::PassThrough, "pass_through"),
    (ChargeKind::Usage, "usage"),
    (ChargeKind::OneOff, "one_off"),
    (ChargeKind::Minimum, "minimum"),
    (ChargeKind::CatchUp, "catch_up"),
];
