//! The packed form of an imported sold line, beginning with whom and what it charges. Lines of our own invoices are not stored here: they are invoice lines.

use engine::sale::{SoldAt, SoldLine};
use engine::{LineRef, Names, SourceId};

use super::Keep;
use crate::StoreError;
use crate::tables::blocks::{Packer, unpack_source, unpack_symbol};
use crate::tables::pack::{Pack, Unpack, cut};

/// Where an imported line is recorded; a line of an invoice has no place here and sorts before all.
pub(super) fn place(line: &SoldLine) -> LineRef {
    match line.at {
        SoldAt::Import(at) => at,
        SoldAt::Invoice(_) => LineRef { document: 0, row: 0 },
    }
}

pub(super) fn pack(p: &mut Packer, line: &SoldLine) {
    p.source(line.customer);
    p.source(line.subscription);
    p.symbol(line.product);
    p.symbol(line.sku);
    p.out.period_opt(line.period);
    p.out.decimal(line.quantity);
    p.out.decimal_opt(line.unit_cost);
    p.out.currency(line.pricing_currency);
    p.out.decimal_opt(line.exchange_rate);
    p.out.decimal_opt(line.cost_total);
    p.out.decimal(line.total);
    p.out.currency(line.currency);
    match line.reference {
        SourceId::Guid(bytes) => {
            p.out.byte(1);
            p.out.bytes(&bytes);
        }
        SourceId::Text(text) => {
            p.out.byte(0);
            p.own_text(text);
        }
    }
}

/// The beginning of a packed line: its row, customer and subscription.
pub(super) fn unpack_head(read: &mut Unpack) -> Result<(u32, SourceId, SourceId), StoreError> {
    Ok((read.u32()?, unpack_source(read)?, unpack_source(read)?))
}

pub(super) fn unpack(read: &mut Unpack, names: &mut Names, document: u32, keep: Keep) -> Result<SoldLine, StoreError> {
    let (row, customer, subscription) = unpack_head(read)?;
    Ok(SoldLine {
        at: SoldAt::Import(LineRef { document, row }),
        customer,
        subscription,
        product: unpack_symbol(read)?,
        sku: unpack_symbol(read)?,
        period: read.period_opt()?,
        quantity: read.decimal()?,
        unit_cost: read.decimal_opt()?,
        pricing_currency: read.currency()?,
        exchange_rate: read.decimal_opt()?,
        cost_total: read.decimal_opt()?,
        total: read.decimal()?,
        currency: read.currency()?,
        reference: match read.byte()? {
            0 => match keep {
                Keep::Everything => SourceId::Text(names.intern(read.text()?)),
                Keep::Moves | Keep::Figures | Keep::Charge => SourceId::NONE,
            },
            1 => SourceId::Guid(read.array()?),
            _ => return Err(cut()),
        },
    })
}
