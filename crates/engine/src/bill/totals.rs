//! Adding a draft up: net, tax per treatment and rate, gross.

use super::BillInput;
use crate::invoice::{Draft, TaxLine, TaxRounding};
use crate::money::MoneyError;
use crate::register::{Account, TaxTreatment};
use crate::sale::SaleLine;
use crate::{Currency, Decimal, Money, Rounding};

/// The tax rate in percent that applies to a payer: its own where it is taxed, nought for every other treatment.
pub(super) fn percent(payer: &Account) -> Decimal {
    match payer.tax {
        TaxTreatment::Domestic => payer.tax_percent,
        TaxTreatment::ReverseCharge | TaxTreatment::Export | TaxTreatment::Exempt => Decimal::ZERO,
    }
}

/// Adds up the lines of one payer and currency. Fails only when an amount does not fit.
pub(super) fn total(
    payer: &Account,
    currency: Currency,
    input: &BillInput,
    lines: Vec<SaleLine>,
) -> Result<Draft, MoneyError> {
    let percent = percent(payer);
    let net = lines.iter().try_fold(Money::zero(currency), |sum, line| sum.plus(line.net))?;
    let tax = match input.tax_rounding {
        TaxRounding::PerInvoice => tax_on(net, percent)?,
        TaxRounding::PerLine => {
            lines.iter().try_fold(Money::zero(currency), |sum, line| sum.plus(tax_on(line.net, percent)?))?
        }
    };
    Ok(Draft {
        bill_to: payer.id,
        month: input.month,
        currency,
        lines,
        tax: vec![TaxLine { treatment: payer.tax, percent, base: net, tax }],
        net,
        tax_total: tax,
        gross: net.plus(tax)?,
    })
}

/// Half up, away from zero.
fn tax_on(net: Money, percent: Decimal) -> Result<Money, MoneyError> {
    let exact = net.value().checked_mul(percent).ok_or(MoneyError::Overflow)? / Decimal::ONE_HUNDRED;
    Money::round(exact, net.currency(), Rounding::HalfUp)
}
