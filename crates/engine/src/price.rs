//! Prices: what vendors list, and the rules that make a selling price of it.

use crate::date::add_months;
use crate::register::{BillingPlan, ProductKey, Term};
use crate::{Currency, Date, Decimal, Id, Names, Symbol};
use chrono::Datelike;

/// What a sale line is computed from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Basis {
    /// Our own timeline, cadence and proration.
    Agreement,
    /// What the vendor billed, priced by rule; the only basis for usage.
    PassThrough,
}

/// What a list price is the price of. Only prices of a term price an agreement; the others lie apart from them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ListKind {
    /// A term that is bought or renewed, or a purchase.
    #[default]
    Term,
    /// The Extended Service Term: what runs on by the month after a term nobody renewed.
    ExtendedTerm,
    /// One metered unit, before partner earned credit; term and plan say nothing then.
    Usage,
}

/// Where a vendor's price list stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ListState {
    /// Its prices price from their first days on.
    InForce,
    /// Announced: looked at and modelled with, but nothing is priced by it until it is taken into force.
    Preview,
    /// Announced, and not wanted any more.
    Dropped,
}

/// One row of a vendor's price list: effective-dated, never edited, only superseded.
#[derive(Clone, Debug, PartialEq)]
pub struct ListPrice {
    /// What it is the price of.
    pub kind: ListKind,
    /// Product.
    pub product: ProductKey,
    /// Term.
    pub term: Term,
    /// Billing plan.
    pub plan: BillingPlan,
    /// Currency.
    pub currency: Currency,
    /// The vendor's market segment it is for: empty for commercial, else the name that accounts' price segments have
    /// (`Education`, `Government`, `Charity`).
    pub segment: Symbol,
    /// Smallest quantity it is for; nought for any.
    pub at_least: Decimal,
    /// Cost of one unit for one charge cycle of the plan (a year for annual billing).
    pub cost: Decimal,
    /// Estimated retail price on the same footing.
    pub erp: Decimal,
    /// First day in force.
    pub from: Date,
    /// The day after the last in force; `None` for open.
    pub until: Option<Date>,
    /// Document it came from and its row, for reasons.
    pub source: Option<crate::LineRef>,
}

/// Where a rule applies; later variants win over earlier ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Layer {
    /// The whole book.
    Book,
    /// Accounts of a price segment.
    Segment(Symbol),
    /// All customers below a reseller.
    Reseller(Id),
    /// One account.
    Account(Id),
    /// One subscription.
    Subscription(Id),
}

/// One band of a quantity-dependent rule: from this quantity on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Band {
    /// Smallest quantity in the band.
    pub from: Decimal,
    /// Discount as a fraction of one, or a price, as the method says.
    pub value: Decimal,
}

/// How a selling price comes about. Shares are fractions of one.
#[derive(Clone, Debug, PartialEq)]
pub enum Method {
    /// A price.
    Fixed {
        /// Price of one unit, in the buyer's currency.
        price: Decimal,
    },
    /// Cost times one plus the markup.
    Markup {
        /// 0.2 makes 12 of 10.
        markup: Decimal,
    },
    /// Cost divided by one minus the margin on the selling price.
    Margin {
        /// 0.2 makes 12.50 of 10. Below one.
        margin: Decimal,
    },
    /// The estimated retail price less a discount (nought for the list itself).
    OffErp {
        /// 0.06 makes 9.40 of 10.
        discount: Decimal,
    },
    /// Cost plus a share of the gap between retail price and cost.
    Split {
        /// 0.5 makes 11 of a cost of 10 and a retail price of 12.
        share: Decimal,
    },
    /// Each unit at the price of its own band.
    Graduated {
        /// Prices by quantity; the lowest band also serves quantities below it.
        bands: Vec<Band>,
    },
    /// All units at the price of the band the quantity reaches.
    AllUnits {
        /// Prices by quantity; the lowest band also serves quantities below it.
        bands: Vec<Band>,
    },
    /// Prices by date.
    Ramp {
        /// First day in force and price, in any order.
        steps: Vec<(Date, Decimal)>,
    },
    /// What the vendor charges.
    PassThrough,
    /// No price, but the least an account is charged in a month.
    Minimum {
        /// Net, in the account's currency.
        amount: Decimal,
    },
}

/// Which version of the vendor's list prices a charge: how long a rule protects a buyer from the vendor's changes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Hold {
    /// The one in force on the first day of the vendor's running term: protected as long as we are.
    #[default]
    VendorTerm,
    /// The one in force on the first day of the customer's own running term, where it has one; else the vendor's.
    CustomerTerm,
    /// The one in force so many days before a charge begins, but not before the agreement did: a new list reaches the
    /// buyer with this notice.
    Float {
        /// Days.
        notice_days: u32,
    },
}

/// Which list a subscription is priced from that is sold on another plan than it is bought on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum ListPlan {
    /// The list of the plan it is bought on, divided by the months: a year paid upfront and sold by the month costs a
    /// twelfth of the year.
    #[default]
    Bought,
    /// The list of the plan it is sold on, with whatever premium the vendor asks for it.
    Sold,
}

/// A yearly rise of a rule's price, compounding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Uplift {
    /// 0.03 raises by three percent a year.
    pub share: Decimal,
    /// First day of the clause: no rise counts that is not after it.
    pub from: Date,
    /// Each agreement rises on its own anniversaries after `from`; else all rise together, each year after it.
    pub by_agreement: bool,
}

impl Uplift {
    /// How often the price of an agreement that began on `since` has risen by a day.
    pub fn times(&self, since: Date, day: Date) -> u32 {
        if self.by_agreement {
            whole_years(since, day).saturating_sub(whole_years(since, self.from))
        } else {
            whole_years(self.from, day)
        }
    }
}

/// Anniversaries from a day on, up to and including another; one of 29 February is kept on the 28th.
fn whole_years(from: Date, to: Date) -> u32 {
    let apart = to.year() - from.year();
    let begun = apart - i32::from(add_months(from, 12 * apart) > to);
    u32::try_from(begun).unwrap_or(0)
}

/// A vendor's promotion: terms that begin within its days cost a share less until they end.
#[derive(Clone, Debug, PartialEq)]
pub struct Promotion {
    /// The vendor's id, or the name a person gave it.
    pub code: String,
    /// Product.
    pub product: ProductKey,
    /// Term; `None` for any.
    pub term: Option<Term>,
    /// Billing plan it is bought on; `None` for any.
    pub plan: Option<BillingPlan>,
    /// 0.1 takes ten percent off the list, once.
    pub share: Decimal,
    /// First day on which a term may begin with it.
    pub from: Date,
    /// The day after the last; `None` for open.
    pub until: Option<Date>,
}

/// What a rule applies to; empty fields match everything.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Selector {
    /// Product.
    pub product: Option<ProductKey>,
    /// Term.
    pub term: Option<Term>,
    /// Billing plan it is sold on.
    pub plan: Option<BillingPlan>,
}

/// A price rule: effective-dated and layered. Superseded, never edited.
#[derive(Clone, Debug, PartialEq)]
pub struct PriceRule {
    /// Own id.
    pub id: Id,
    /// Counts up with each version under the same name.
    pub version: u32,
    /// Name a person gave it ("Gold customers").
    pub name: String,
    /// Where it applies.
    pub layer: Layer,
    /// What it applies to.
    pub selector: Selector,
    /// How it computes.
    pub method: Method,
    /// Never below cost.
    pub floor_at_cost: bool,
    /// Never above the estimated retail price.
    pub ceiling_at_erp: bool,
    /// Promotions of the vendor are passed on.
    pub pass_promotions: bool,
    /// Partner earned credit is passed on.
    pub pass_earned_credit: bool,
    /// Which version of the list prices a charge.
    pub hold: Hold,
    /// Which list prices what is sold on another plan than it is bought on.
    pub list_plan: ListPlan,
    /// Raised each year.
    pub uplift: Option<Uplift>,
    /// First day in force.
    pub from: Date,
    /// The day after the last in force.
    pub until: Option<Date>,
}

impl PriceRule {
    /// A first version that asks the retail price of everybody for everything, with nothing on top: what others begin from.
    pub fn at_retail(id: Id, name: String, from: Date) -> PriceRule {
        PriceRule::new(id, name, Layer::Book, Method::OffErp { discount: Decimal::ZERO }, from)
    }

    /// The same rule with its texts by the numbers of other names.
    pub fn retold(&self, names: &Names, other: &mut Names) -> PriceRule {
        let mut retell = |text: Symbol| other.intern(names.text(text));
        let layer = match self.layer {
            Layer::Segment(segment) => Layer::Segment(retell(segment)),
            layer => layer,
        };
        let product = self.selector.product;
        let product = product.map(|p| ProductKey { product: retell(p.product), sku: retell(p.sku) });
        PriceRule { layer, selector: Selector { product, ..self.selector.clone() }, ..self.clone() }
    }

    /// The first version of a rule for everything in its layer, without guards, switches or clauses, from a day on.
    pub fn new(id: Id, name: String, layer: Layer, method: Method, from: Date) -> PriceRule {
        PriceRule {
            id,
            version: 1,
            name,
            layer,
            selector: Selector::default(),
            method,
            floor_at_cost: false,
            ceiling_at_erp: false,
            pass_promotions: false,
            pass_earned_credit: false,
            hold: Hold::VendorTerm,
            list_plan: ListPlan::Bought,
            uplift: None,
            from,
            until: None,
        }
    }
}

/// Discounts by opening quantity, on top of whatever rule wins ("volume_from_quantity" of the tiers file).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct VolumeBreaks {
    /// Bands by quantity; `value` is the discount as a fraction of one.
    pub bands: Vec<Band>,
}

/// Everything needed to price, as of now; lookups pick by date.
#[derive(Clone, Debug)]
pub struct PriceBook {
    /// Vendor list prices.
    pub list: Vec<ListPrice>,
    /// The vendor's promotions.
    pub promotions: Vec<Promotion>,
    /// Rules.
    pub rules: Vec<PriceRule>,
    /// Volume breaks.
    pub volume: VolumeBreaks,
    /// Bundles.
    pub bundles: Vec<crate::register::Bundle>,
    /// Decimal places a computed unit price is rounded to before it is multiplied; `None` keeps all digits.
    pub unit_price_digits: Option<u32>,
}

impl PriceBook {
    /// The book as if a rule had always been in force: in the place of the versions under its name, and of what it beats in
    /// its layer by being newer.
    pub fn supposing(&self, rule: &PriceRule) -> PriceBook {
        let older = |other: &PriceRule| (other.from, other.version) <= (rule.from, rule.version);
        let beaten = |other: &PriceRule| {
            other.layer == rule.layer && other.selector == rule.selector && is_minimum(other) == is_minimum(rule)
        };
        let mut book = self.clone();
        book.rules.retain(|other| other.name != rule.name && !(beaten(other) && older(other)));
        book.rules.push(PriceRule { from: crate::date::RANGE.0, until: None, ..rule.clone() });
        book
    }
}

fn is_minimum(rule: &PriceRule) -> bool {
    matches!(rule.method, Method::Minimum { .. })
}

impl Default for PriceBook {
    /// Nothing listed, no rules; computed prices to two decimal places.
    fn default() -> PriceBook {
        PriceBook {
            list: Vec::new(),
            promotions: Vec::new(),
            rules: Vec::new(),
            volume: VolumeBreaks::default(),
            bundles: Vec::new(),
            unit_price_digits: Some(2),
        }
    }
}
