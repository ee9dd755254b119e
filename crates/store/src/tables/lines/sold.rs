//! The packed form of an imported sold line. Lines of our own invoices are not stored here: they are invoice lines.

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
    p.source(line.customer);
    p.symbol(line.product);
    p.symbol(line.sku);
    p.source(line.subscription);
    p.out.period_opt(line.period);
    p.out.decimal(line.quantity);
    p.out.decimal_opt(line.unit_cost);
    p.out.currency(line.pricing_currency);
    p.out.decimal_opt(line.exchange_rate);
    p.out.decimal_opt(line.cost_total);
    p.out.decimal(line.total);
    p.out.currency(line.currency);
}

pub(super) fn unpack(read: &mut Unpack, names: &mut Names, document: u32, keep: Keep) -> Result<SoldLine, StoreError> {
    let row = read.u32()?;
    Ok(SoldLine {
        at: SoldAt::Import(LineRef { document, row }),
        reference: match read.byte()? {
            0 => match (read.text()?, keep) {
                (text, Keep::Everything) => SourceId::Text(names.intern(text)),
                (_, Keep::Moves | Keep::Figures) => SourceId::NONE,
            },
            1 => SourceId::Guid(read.array()?),
            _ => return Err(cut()),
        },
        customer: unpack_source(read)?,
        product: unpack_symbol(read)?,
        sku: unpack_symbol(read)?,
        subscription: unpack_source(read)?,
        period: read.period_opt()?,
        quantity: read.decimal()?,
        unit_cost: read.decimal_opt()?,
        pricing_currency: read.currency()?,
        exchange_rate: read.decimal_opt()?,
        cost_total: read.decimal_opt()?,
        total: read.decimal()?,
        currency: read.currency()?,
    })
}
