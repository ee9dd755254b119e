//! From the numbers of a chunk to those of its document: rows are shifted, symbols exchanged.

use crate::catalogue::{BundleRow, ProductRow};
use crate::customers::CustomerRow;
use crate::prices::{ListPriceRow, RuleRow};
use crate::stream::{Item, Placing};
use crate::subscriptions::{SeatChangeRow, SubscriptionRow};
use engine::cost::{ChargeType, CostLine};
use engine::sale::{SoldAt, SoldLine};

impl Item for CostLine {
    fn place(&mut self, to: &Placing<'_>) {
        self.at.document = to.document;
        self.at.row += to.before;
        to.id(&mut self.customer);
        to.id(&mut self.subscription);
        if let ChargeType::Other(word) = &mut self.charge {
            to.symbol(word);
        }
        for symbol in [
            &mut self.invoice,
            &mut self.customer_name,
            &mut self.order,
            &mut self.product,
            &mut self.sku,
            &mut self.product_name,
            &mut self.reference,
            &mut self.promotion,
            &mut self.adjustment,
            &mut self.reservation,
            &mut self.credit_reason,
        ] {
            to.symbol(symbol);
        }
        if let Some(usage) = &mut self.usage {
            to.id(&mut usage.entitlement);
            for symbol in [
                &mut usage.meter,
                &mut usage.meter_name,
                &mut usage.category,
                &mut usage.sub_category,
                &mut usage.region,
                &mut usage.unit,
                &mut usage.resource,
                &mut usage.entitlement_name,
                &mut usage.benefit,
            ] {
                to.symbol(symbol);
            }
        }
    }
}

impl Item for SoldLine {
    fn place(&mut self, to: &Placing<'_>) {
        if let SoldAt::Import(at) = &mut self.at {
            at.document = to.document;
            at.row += to.before;
        }
        for id in [&mut self.reference, &mut self.customer, &mut self.subscription] {
            to.id(id);
        }
        to.symbol(&mut self.product);
        to.symbol(&mut self.sku);
    }
}

impl Item for CustomerRow {
    fn place(&mut self, to: &Placing<'_>) {
        self.row += to.before;
        for id in [&mut self.id, &mut self.parent, &mut self.bill_to, &mut self.tenant] {
            to.id(id);
        }
        for symbol in [&mut self.country, &mut self.segment, &mut self.language] {
            to.symbol(symbol);
        }
    }
}

impl Item for ProductRow {
    fn place(&mut self, to: &Placing<'_>) {
        self.row += to.before;
        for symbol in [&mut self.key.product, &mut self.key.sku, &mut self.name, &mut self.vendor] {
            to.symbol(symbol);
        }
    }
}

impl Item for BundleRow {
    fn place(&mut self, to: &Placing<'_>) {
        self.row += to.before;
        for symbol in [&mut self.bundle, &mut self.name, &mut self.key.product, &mut self.key.sku] {
            to.symbol(symbol);
        }
    }
}

impl Item for ListPriceRow {
    fn place(&mut self, to: &Placing<'_>) {
        self.row += to.before;
        for symbol in [&mut self.key.product, &mut self.key.sku, &mut self.name, &mut self.market, &mut self.segment] {
            to.symbol(symbol);
        }
    }
}

impl Item for RuleRow {
    fn place(&mut self, to: &Placing<'_>) {
        match self {
            RuleRow::Segment { row, segment, .. } => {
                *row += to.before;
                to.symbol(segment);
            }
            RuleRow::Volume { row, .. } => *row += to.before,
        }
    }
}

impl Item for SubscriptionRow {
    fn place(&mut self, to: &Placing<'_>) {
        self.row += to.before;
        to.id(&mut self.id);
        to.id(&mut self.customer);
        for symbol in [&mut self.key.product, &mut self.key.sku, &mut self.name, &mut self.bundle] {
            to.symbol(symbol);
        }
    }
}

impl Item for SeatChangeRow {
    fn place(&mut self, to: &Placing<'_>) {
        self.row += to.before;
        to.id(&mut self.id);
    }
}
