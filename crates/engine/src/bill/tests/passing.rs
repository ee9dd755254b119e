//! The pass-through basis.

use super::*;
use crate::cost::{ChargeType, Family, UsageDetail};
use crate::price::{Basis, Layer, Method, PriceRule};
use crate::{IdMap, LineRef, Period};

impl World {
    fn rule(&mut self, method: Method) {
        let rule = PriceRule::new(id(80), "all".into(), Layer::Book, method, day("2020-01-01"));
        self.book.rules.push(PriceRule { pass_promotions: true, pass_earned_credit: true, ..rule });
    }

    /// A vendor line of customer 1: family, days and subtotal; `plan` is the subscription it names.
    fn cost(&mut self, family: Family, days: (&str, &str), subtotal: &str, subscription: Option<Id>, plan: &str) {
        let product = self.key("E3");
        let row = self.costs.len() as u32 + 1;
        let name = self.names.intern("E3");
        let plan = self.names.source_id(plan);
        let line = CostLine {
            at: LineRef { document: 7, row },
            family,
            invoice: Symbol::EMPTY,
            customer: SourceId::NONE,
            customer_name: Symbol::EMPTY,
            subscription: plan,
            order: Symbol::EMPTY,
            order_date: None,
            product: product.product,
            sku: product.sku,
            product_name: name,
            charge: ChargeType::Cycle,
            period: Period::inclusive(day(days.0), day(days.1)),
            term_dates: None,
            term: Some(Term::P1Y),
            plan: Some(BillingPlan::Monthly),
            unit_price: dec("24"),
            effective_unit_price: dec("24"),
            quantity: Decimal::ONE,
            billable_quantity: Decimal::ONE,
            subtotal: dec(subtotal),
            tax: Decimal::ZERO,
            total: dec(subtotal),
            currency: Currency::EUR,
            pricing_currency: Currency::EUR,
            exchange_rate: Decimal::ONE,
            exchange_date: None,
            reference: Symbol::EMPTY,
            promotion: Symbol::EMPTY,
            adjustment: Symbol::EMPTY,
            reservation: Symbol::EMPTY,
            credit_reason: Symbol::EMPTY,
            trial: false,
            add_on: false,
            usage: None,
        };
        self.costs.push((line, id(1), subscription));
    }

    fn daily(&mut self, date: &str, subtotal: &str, category: &str) {
        self.cost(Family::Usage, (date, date), subtotal, None, "plan");
        let category = self.names.intern(category);
        let entitlement = self.names.source_id("azure");
        let entitlement_name = self.names.intern("Azure subscription 1");
        let (line, _, _) = self.costs.last_mut().unwrap();
        line.usage = Some(Box::new(UsageDetail {
            date: None,
            meter: Symbol::EMPTY,
            meter_name: Symbol::EMPTY,
            category,
            sub_category: Symbol::EMPTY,
            region: Symbol::EMPTY,
            unit: Symbol::EMPTY,
            resource: Symbol::EMPTY,
            entitlement,
            entitlement_name,
            pricing_total: line.subtotal,
            earned_credit_percent: Decimal::ZERO,
            benefit: Symbol::EMPTY,
        }));
    }
}

#[test]
fn each_vendor_line_is_sold_once_by_rule() {
    let mut world = World::new();
    world.rule(Method::Markup { markup: dec("0.25") });
    world.subscribe(1, "1", "2026-10-01", &[]).basis = Some(Basis::PassThrough);
    world.subscribe(2, "1", "2026-10-01", &[]);
    world.cost(Family::Licence, ("2026-10-01", "2026-10-31"), "24.00", Some(id(101)), "S1");
    world.cost(Family::Licence, ("2026-10-17", "2026-10-31"), "-11.61", Some(id(101)), "S1");
    world.cost(Family::Licence, ("2026-10-01", "2026-10-31"), "24.00", Some(id(102)), "S2");
    world.check_issued(
        "2026-10",
        "Recurring E3 2026-10-01..2026-10-31 31/31 1 x 30 = 30.00
         PassThrough E3 2026-10-01..2026-10-31 31/31 1 x 30 = 30.00
         PassThrough E3 2026-10-17..2026-10-31 15/31 -1 x 29.9925 = -14.51
         Account 1: 45.49 + 8.64 = 54.13 EUR",
    );
    world.check("2026-10", "");
}

#[test]
fn consumption_is_billed_from_daily_rows_once() {
    let mut world = World::new();
    world.rule(Method::Markup { markup: dec("0.1") });
    world.cost(Family::Usage, ("2026-10-01", "2026-10-31"), "0.07", None, "plan");
    world.check(
        "2026-10",
        "Usage E3 2026-10-01..2026-10-31 31/31 1 x 0.077 = 0.08
                            Account 1: 0.08 + 0.02 = 0.10 EUR",
    );
    for date in ["2026-10-01", "2026-10-02", "2026-10-03"] {
        world.daily(date, "0.0204", "Storage");
        world.daily(date, "0.004", "Bandwidth");
    }
    // 3 x 0.0204 x 1.1 = 0.06732 and 3 x 0.004 x 1.1 = 0.0132; the monthly line charges the same consumption.
    world.check_issued(
        "2026-10",
        "Usage Storage, Azure subscription 1 2026-10-01..2026-10-03 3 x 0.0224 = 0.07
         Usage Bandwidth, Azure subscription 1 2026-10-01..2026-10-03 3 x 0.0044 = 0.01
         Account 1: 0.08 + 0.02 = 0.10 EUR",
    );
    world.check("2026-10", "");
}

#[test]
fn a_rule_that_cannot_be_applied_sells_at_cost_and_is_held() {
    let mut world = World::new();
    world.rule(Method::Margin { margin: Decimal::ONE });
    world.accounts[0].basis = Some(Basis::PassThrough);
    world.cost(Family::Software, ("2026-10-01", "2026-10-31"), "24.00", None, "");
    world.check(
        "2026-10",
        "PassThrough E3 2026-10-01..2026-10-31 31/31 1 x 24 = 24.00
         Account 1: 24.00 + 4.56 = 28.56 EUR
         G-NO-PRICE: rule all v1, missing a margin below one",
    );
}

#[test]
fn whose_lines_are_billed() {
    let mut world = World::new();
    world.subscribe(1, "10", "2026-01-12", &[("2026-10-20", "move 2")]);
    let october = ("2026-10-12", "2026-11-11");
    world.cost(Family::Licence, october, "24", None, "S1");
    world.cost(Family::Licence, ("2026-10-20", "2026-11-11"), "24", None, "S1");
    world.cost(Family::Licence, october, "24", None, "unknown");
    world.cost(Family::Licence, october, "24", None, "unknown");
    for customer in ["tenant", "stranger"] {
        world.cost(Family::Usage, october, "7", None, "azure");
        let customer = world.names.source_id(customer);
        world.costs.last_mut().unwrap().0.customer = customer;
    }
    let (tenant, stranger) = (world.names.source_id("tenant"), world.names.source_id("stranger"));
    let mut lines: Vec<CostLine> = world.costs.iter().map(|(line, ..)| line.clone()).collect();
    (lines[2].customer, lines[3].customer) = (tenant, stranger);
    let owners = IdMap::from_iter([(tenant, id(4))]);
    let month = Month::parse("2026-10").unwrap();
    let rows = |world: &World| {
        let (owned, unagreed) = passed(lines.clone(), month, &world.subscriptions, &owners, &world.accounts);
        let owned: Vec<_> = owned.iter().map(|p| (p.line.at.row, p.account, p.subscription)).collect();
        (owned, unagreed.iter().next().map(|(_, sum)| sum))
    };
    let plan = Some(id(101));
    // The moved subscription is the new account's from its day; the stranger's lines are findings; nobody agreed to azure.
    assert_eq!(rows(&world), (vec![(1, id(1), plan), (2, id(2), plan), (3, id(4), None)], None));
    world.accounts[3].basis = Some(Basis::PassThrough);
    assert_eq!(rows(&world).0, [(1, id(1), plan), (2, id(2), plan), (3, id(4), None), (5, id(4), None)]);
}
