//! The packed form of a cost line: the charge first, then what only explains it, so that work which looks at a million
//! charges reads a third of each.

use engine::cost::{ChargeType, CostLine, Family, UsageDetail};
use engine::register::{BillingPlan, Term};
use engine::{Decimal, LineRef, Names, SourceId, Symbol};

use crate::StoreError;
use crate::tables::blocks::{Packer, unpack_source, unpack_symbol};
use crate::tables::pack::{Pack, Unpack, cut};

/// What to keep of a line; a million texts that differ from line to line take a second to intern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// Order numbers, references and customers' names.
    Everything,
    /// Customers' names, and the references of lines that move seats between subscriptions. For reconciliation.
    Moves,
    /// None of these texts: they read as empty. For work that adds up or prices.
    Figures,
    /// Who is charged for what, for which days, how much, at which price and rate. All else reads as empty or nought.
    Charge,
}

/// What a cost line is chosen by before the rest of it is read.
#[derive(Clone, Copy, Debug)]
pub struct Head {
    /// The customer as the vendor writes it.
    pub customer: SourceId,
    /// Subscription.
    pub subscription: SourceId,
    /// What happened.
    pub charge: ChargeType,
    /// Whether it is a row of daily usage.
    pub usage: bool,
}

const TRIAL: u8 = 1;
const ADD_ON: u8 = 2;
const USAGE: u8 = 4;
const OTHER_CURRENCY: u8 = 8;

pub(super) fn pack(p: &mut Packer, line: &CostLine) {
    let other_currency = line.pricing_currency != line.currency;
    p.out.byte(
        [(line.trial, TRIAL), (line.add_on, ADD_ON), (line.usage.is_some(), USAGE), (other_currency, OTHER_CURRENCY)]
            .into_iter()
            .filter(|(set, _)| *set)
            .fold(0, |flags, (_, bit)| flags | bit),
    );
    p.source(line.customer);
    p.source(line.subscription);
    pack_charge(p, line.charge);
    p.out.byte(family_code(line.family));
    p.symbol(line.product);
    p.symbol(line.sku);
    p.out.period_opt(line.period);
    p.out.byte(plan_code(line.plan));
    for value in [
        line.unit_price,
        line.effective_unit_price,
        line.quantity,
        line.billable_quantity,
        line.subtotal,
        line.exchange_rate,
    ] {
        p.out.decimal(value);
    }
    p.out.currency(line.currency);
    if other_currency {
        p.out.currency(line.pricing_currency);
    }
    p.symbol(line.invoice);
    p.own_text(line.customer_name);
    p.own_text(line.order);
    p.out.date_opt(line.order_date);
    p.symbol(line.product_name);
    p.out.period_opt(line.term_dates);
    p.out.uint(line.term.map_or(0, |t| t.months).into());
    p.out.decimal(line.tax);
    p.out.decimal(line.total);
    p.out.date_opt(line.exchange_date);
    p.own_text(line.reference);
    p.symbol(line.promotion);
    p.symbol(line.adjustment);
    p.symbol(line.reservation);
    p.symbol(line.credit_reason);
    if let Some(usage) = &line.usage {
        pack_usage(p, usage);
    }
}

/// The beginning of a packed line: its row and flags, and its head.
pub(super) fn unpack_head(read: &mut Unpack) -> Result<(u32, u8, Head), StoreError> {
    let (row, flags) = (read.u32()?, read.byte()?);
    let customer = unpack_source(read)?;
    let subscription = unpack_source(read)?;
    Ok((row, flags, Head { customer, subscription, charge: unpack_charge(read)?, usage: flags & USAGE != 0 }))
}

pub(super) fn unpack(read: &mut Unpack, names: &mut Names, document: u32, keep: Keep) -> Result<CostLine, StoreError> {
    let (mut line, usage) = unpack_figures(read, document)?;
    if keep != Keep::Charge {
        let own = unpack_rest(read, &mut line, usage)?;
        let moves = matches!(line.charge, ChargeType::Convert | ChargeType::MoveQuantity);
        let mut intern = |text, wanted: bool| if wanted { names.intern(text) } else { Symbol::EMPTY };
        line.customer_name = intern(own.customer, matches!(keep, Keep::Everything | Keep::Moves));
        line.order = intern(own.order, keep == Keep::Everything);
        line.reference = intern(own.reference, keep == Keep::Everything || keep == Keep::Moves && moves);
    }
    Ok(line)
}

/// The texts of one line that no other repeats. In the line itself they read as empty.
#[derive(Clone, Copy, Debug)]
pub struct Own<'t> {
    /// The customer's name as the vendor writes it.
    pub customer: &'t str,
    /// Order number.
    pub order: &'t str,
    /// What ties the lines of one event together.
    pub reference: &'t str,
}

/// A whole line, and beside it the texts that are its alone.
pub(super) fn unpack_beside<'t>(read: &mut Unpack<'t>, document: u32) -> Result<(CostLine, Own<'t>), StoreError> {
    let (mut line, usage) = unpack_figures(read, document)?;
    let own = unpack_rest(read, &mut line, usage)?;
    Ok((line, own))
}

/// Who is charged for what, for which days, how much; and whether it is a row of daily usage.
fn unpack_figures(read: &mut Unpack, document: u32) -> Result<(CostLine, bool), StoreError> {
    let (row, flags, head) = unpack_head(read)?;
    let family = family_of(read.byte()?)?;
    let product = unpack_symbol(read)?;
    let sku = unpack_symbol(read)?;
    let period = read.period_opt()?;
    let plan = plan_of(read.byte()?)?;
    let mut values = [Decimal::ZERO; 6];
    for value in &mut values {
        *value = read.decimal()?;
    }
    let [unit_price, effective_unit_price, quantity, billable_quantity, subtotal, exchange_rate] = values;
    let currency = read.currency()?;
    let pricing_currency = if flags & OTHER_CURRENCY != 0 { read.currency()? } else { currency };
    let line = CostLine {
        at: LineRef { document, row },
        family,
        invoice: Symbol::EMPTY,
        customer: head.customer,
        customer_name: Symbol::EMPTY,
        subscription: head.subscription,
        order: Symbol::EMPTY,
        order_date: None,
        product,
        sku,
        product_name: Symbol::EMPTY,
        charge: head.charge,
        period,
        term_dates: None,
        term: None,
        plan,
        unit_price,
        effective_unit_price,
        quantity,
        billable_quantity,
        subtotal,
        tax: Decimal::ZERO,
        total: Decimal::ZERO,
        currency,
        pricing_currency,
        exchange_rate,
        exchange_date: None,
        reference: Symbol::EMPTY,
        promotion: Symbol::EMPTY,
        adjustment: Symbol::EMPTY,
        reservation: Symbol::EMPTY,
        credit_reason: Symbol::EMPTY,
        trial: flags & TRIAL != 0,
        add_on: flags & ADD_ON != 0,
        usage: None,
    };
    Ok((line, head.usage))
}

/// What explains a charge, in the order it was written.
fn unpack_rest<'t>(read: &mut Unpack<'t>, line: &mut CostLine, usage: bool) -> Result<Own<'t>, StoreError> {
    line.invoice = unpack_symbol(read)?;
    let (customer, order) = (read.text()?, read.text()?);
    line.order_date = read.date_opt()?;
    line.product_name = unpack_symbol(read)?;
    line.term_dates = read.period_opt()?;
    line.term = Some(read.u32()?).filter(|months| *months > 0).map(|months| Term { months });
    line.tax = read.decimal()?;
    line.total = read.decimal()?;
    line.exchange_date = read.date_opt()?;
    let reference = read.text()?;
    line.promotion = unpack_symbol(read)?;
    line.adjustment = unpack_symbol(read)?;
    line.reservation = unpack_symbol(read)?;
    line.credit_reason = unpack_symbol(read)?;
    line.usage = if usage { Some(Box::new(unpack_usage(read)?)) } else { None };
    Ok(Own { customer, order, reference })
}

fn pack_usage(p: &mut Packer, usage: &UsageDetail) {
    p.out.date_opt(usage.date);
    for symbol in [
        usage.meter,
        usage.meter_name,
        usage.category,
        usage.sub_category,
        usage.region,
        usage.unit,
        usage.resource,
        usage.entitlement_name,
        usage.benefit,
    ] {
        p.symbol(symbol);
    }
    p.source(usage.entitlement);
    p.out.decimal(usage.pricing_total);
    p.out.decimal(usage.earned_credit_percent);
}

fn unpack_usage(read: &mut Unpack) -> Result<UsageDetail, StoreError> {
    let date = read.date_opt()?;
    let mut symbols = [Symbol::EMPTY; 9];
    for symbol in &mut symbols {
        *symbol = unpack_symbol(read)?;
    }
    let [meter, meter_name, category, sub_category, region, unit, resource, entitlement_name, benefit] = symbols;
    Ok(UsageDetail {
        date,
        meter,
        meter_name,
        category,
        sub_category,
        region,
        unit,
        resource,
        entitlement: unpack_source(read)?,
        entitlement_name,
        pricing_total: read.decimal()?,
        earned_credit_percent: read.decimal()?,
        benefit,
    })
}

const FAMILIES: [Family; 6] =
    [Family::Licence, Family::Usage, Family::Reservation, Family::Software, Family::Marketplace, Family::Other];

fn family_code(family: Family) -> u8 {
    FAMILIES.iter().position(|f| *f == family).map_or(u8::MAX, |i| i as u8)
}

fn family_of(code: u8) -> Result<Family, StoreError> {
    FAMILIES.get(usize::from(code)).copied().ok_or_else(cut)
}

/// Charge types by code; the words of a vendor that are none of these follow their own code as a text.
const CHARGES: [ChargeType; 13] = [
    ChargeType::New,
    ChargeType::Renew,
    ChargeType::Cycle,
    ChargeType::AddQuantity,
    ChargeType::RemoveQuantity,
    ChargeType::Cancel,
    ChargeType::Convert,
    ChargeType::MoveQuantity,
    ChargeType::ChangeBillingPlan,
    ChargeType::CustomerCredit,
    ChargeType::ExtendTerm,
    ChargeType::Prorate,
    ChargeType::Adjustment,
];
const OTHER_CHARGE: u8 = u8::MAX;

fn pack_charge(p: &mut Packer, charge: ChargeType) {
    match charge {
        ChargeType::Other(word) => {
            p.out.byte(OTHER_CHARGE);
            p.symbol(word);
        }
        known => p.out.byte(CHARGES.iter().position(|c| *c == known).map_or(OTHER_CHARGE, |i| i as u8)),
    }
}

fn unpack_charge(read: &mut Unpack) -> Result<ChargeType, StoreError> {
    match read.byte()? {
        OTHER_CHARGE => Ok(ChargeType::Other(unpack_symbol(read)?)),
        code => CHARGES.get(usize::from(code)).copied().ok_or_else(cut),
    }
}

const PLANS: [BillingPlan; 4] =
    [BillingPlan::Monthly, BillingPlan::Annual, BillingPlan::Triennial, BillingPlan::OneTime];

/// 0 for none.
fn plan_code(plan: Option<BillingPlan>) -> u8 {
    plan.and_then(|plan| PLANS.iter().position(|p| *p == plan)).map_or(0, |i| i as u8 + 1)
}

fn plan_of(code: u8) -> Result<Option<BillingPlan>, StoreError> {
    match usize::from(code).checked_sub(1) {
        None => Ok(None),
        Some(i) => PLANS.get(i).copied().map(Some).ok_or_else(cut),
    }
}
