//! Posting: the balanced entry of a document.
//!
//! An invoice debits what the customer owes and credits revenue by kind of product, output tax, and, for the days after
//! the billing month, deferred revenue; a credit note does so with negative amounts. A vendor's document credits what we owe and debits
//! cost of sales, input tax, and prepaid cost for the days after its month.
//!
//! Days decide what belongs to a month: a line of 31 days that serves 20 of them in October earns 20/31 in October. Each
//! month is rounded once and the last takes the remainder, so that a line is earned to the cent when its days are over.

use crate::cost::CostLine;
use crate::invoice::Draft;
use crate::ledger::{BalancedEntry, EntryError, LedgerAccount, Posting};
use crate::money::MoneyError;
use crate::register::{ProductKey, ProductKind};
use crate::sale::{ChargeKind, SaleLine};
use crate::{Currency, Date, Decimal, Money, Month, Period, Rounding};
use std::collections::BTreeMap;

/// The entry of an invoice, or of a credit note, whose draft is negative. `text` says which; `kinds` gives the kind of a
/// product, where the catalogue knows it.
pub fn invoice_entry(
    draft: &Draft,
    text: String,
    date: Date,
    kinds: &dyn Fn(ProductKey) -> Option<ProductKind>,
) -> Result<BalancedEntry, EntryError> {
    BalancedEntry::new(date, text, invoice_postings(draft, kinds)?)
}

/// The entry that earns, in `month`, what invoices of earlier months deferred to it. `None` when there is nothing.
///
/// Each line comes with the month it was billed in. Fails when lines of several currencies do not fit an entry.
pub fn release_entry<'l>(
    lines: impl IntoIterator<Item = (&'l SaleLine, Month)>,
    month: Month,
    kinds: &dyn Fn(ProductKey) -> Option<ProductKind>,
) -> Result<Option<BalancedEntry>, EntryError> {
    let mut sums = Sums::default();
    for (line, billed) in lines.into_iter().filter(|(_, billed)| *billed < month) {
        let released = by_month(line.net, line.period, billed).into_iter().find(|(m, _)| *m == month);
        if let Some((_, amount)) = released {
            sums.add(LedgerAccount::DeferredRevenue, amount)?;
            sums.add(revenue(line, kinds), amount.negated())?;
        }
    }
    let entry = BalancedEntry::new(month.period().last(), format!("Revenue of {month} released"), sums.postings())?;
    Ok((!entry.postings().is_empty()).then_some(entry))
}

/// What lines of a vendor's document come to in one currency, added up one at a time.
#[derive(Clone, Copy, Debug, Default)]
pub struct Owed {
    total: Decimal,
    tax: Decimal,
    ahead: Decimal,
}

impl Owed {
    /// Adds a line; `month` is the document's.
    pub fn add(&mut self, line: &CostLine, month: Month) -> Result<(), EntryError> {
        self.total += line.total;
        self.tax += line.tax;
        self.ahead += after(line, month)?;
        Ok(())
    }
}

/// The entry of a vendor's document in one currency: what it makes us owe, and since when it is a cost.
///
/// Amounts are summed exactly and rounded once each; cost of sales takes what is left, so that the entry balances.
pub fn vendor_entry(owed: Owed, currency: Currency, number: &str, date: Date) -> Result<BalancedEntry, EntryError> {
    let Owed { total, tax, ahead } = owed;
    let round = |value| Money::round(value, currency, Rounding::HalfUp);
    let (total, tax, ahead) = (round(total)?, round(tax)?, round(ahead)?);
    let cost = total.minus(tax)?.minus(ahead)?;
    let posting = |account, amount| Posting { account, amount };
    BalancedEntry::new(
        date,
        format!("Vendor invoice {number}"),
        vec![
            posting(LedgerAccount::CostOfSales, cost),
            posting(LedgerAccount::PrepaidCost, ahead),
            posting(LedgerAccount::InputTax, tax),
            posting(LedgerAccount::Payable, total.negated()),
        ],
    )
}

/// The entry that makes a cost, in `month`, of what a vendor's document of an earlier month prepaid. `None` when there is
/// nothing. Over the months the entries of a document come to exactly what [`vendor_entry`] held back.
pub fn use_entry<'l>(
    lines: impl IntoIterator<Item = &'l CostLine>,
    currency: Currency,
    month: Month,
    number: &str,
) -> Result<Option<BalancedEntry>, EntryError> {
    let (mut before, mut left) = (Decimal::ZERO, Decimal::ZERO);
    for line in lines.into_iter().filter(|line| line.currency == currency) {
        before += after(line, month.plus(-1))?;
        left += after(line, month)?;
    }
    let round = |value| Money::round(value, currency, Rounding::HalfUp);
    let used = round(before)?.minus(round(left)?)?;
    let posting = |account, amount| Posting { account, amount };
    let postings = vec![posting(LedgerAccount::CostOfSales, used), posting(LedgerAccount::PrepaidCost, used.negated())];
    let entry =
        BalancedEntry::new(month.period().last(), format!("Vendor invoice {number}, cost of {month}"), postings)?;
    Ok((!entry.postings().is_empty()).then_some(entry))
}

/// What of a cost line serves days after a month.
fn after(line: &CostLine, month: Month) -> Result<Decimal, MoneyError> {
    let Some(period) = line.period else { return Ok(Decimal::ZERO) };
    let days = (period.end - month.period().end.max(period.start)).num_days().max(0);
    let share = line.subtotal.checked_mul(days.into()).ok_or(MoneyError::Overflow)?;
    Ok(share / Decimal::from(period.days()))
}

/// What of an amount belongs to each month, given the month it was billed in: days before and in that month belong to it,
/// later days to their own months. Without days everything belongs to the billing month. Adds up to the amount.
pub fn by_month(amount: Money, period: Option<Period>, billed: Month) -> Vec<(Month, Money)> {
    let Some(period) = period.filter(|p| p.end > billed.period().end) else { return vec![(billed, amount)] };
    let whole = Decimal::from(period.days());
    let mut shares = Vec::new();
    let mut given = Money::zero(amount.currency());
    let mut month = billed;
    loop {
        let upto = month.period().end.min(period.end);
        // Worked out from the first day to the end of each month, so that the last month comes to the whole.
        let days = Decimal::from((upto - period.start).num_days().max(0));
        let earned = if upto == period.end {
            amount
        } else {
            Money::round(amount.value() * days / whole, amount.currency(), Rounding::HalfUp).unwrap_or(given)
        };
        shares.push((month, earned.minus(given).unwrap_or(Money::zero(amount.currency()))));
        if upto == period.end {
            return shares;
        }
        given = earned;
        month = month.plus(1);
    }
}

fn invoice_postings(
    draft: &Draft,
    kinds: &dyn Fn(ProductKey) -> Option<ProductKind>,
) -> Result<Vec<Posting>, EntryError> {
    let mut sums = Sums::default();
    sums.add(LedgerAccount::Receivable, draft.gross)?;
    for line in &draft.lines {
        for (month, amount) in by_month(line.net, line.period, draft.month) {
            let account = if month > draft.month { LedgerAccount::DeferredRevenue } else { revenue(line, kinds) };
            sums.add(account, amount.negated())?;
        }
    }
    sums.add(LedgerAccount::OutputTax, draft.tax_total.negated())?;
    Ok(sums.postings())
}

/// The revenue account of a line: by kind of product, else by kind of charge.
fn revenue(line: &SaleLine, kinds: &dyn Fn(ProductKey) -> Option<ProductKind>) -> LedgerAccount {
    let by_charge = match line.key.kind {
        ChargeKind::Usage => ProductKind::Usage,
        ChargeKind::OneOff => ProductKind::OneOff,
        ChargeKind::Minimum => ProductKind::Service,
        ChargeKind::Recurring
        | ChargeKind::Added
        | ChargeKind::Removed
        | ChargeKind::Cancelled
        | ChargeKind::PassThrough
        | ChargeKind::CatchUp => ProductKind::Licence,
    };
    match line.product.and_then(kinds).unwrap_or(by_charge) {
        ProductKind::Licence => LedgerAccount::RevenueLicence,
        ProductKind::Usage => LedgerAccount::RevenueUsage,
        ProductKind::OneOff => LedgerAccount::RevenueOneOff,
        ProductKind::Service => LedgerAccount::RevenueService,
    }
}

/// One sum per account and currency.
#[derive(Default)]
struct Sums(BTreeMap<(LedgerAccount, Currency), Money>);

impl Sums {
    fn add(&mut self, account: LedgerAccount, amount: Money) -> Result<(), MoneyError> {
        let sum = self.0.entry((account, amount.currency())).or_insert(Money::zero(amount.currency()));
        *sum = sum.plus(amount)?;
        Ok(())
    }

    fn postings(self) -> Vec<Posting> {
        self.0.into_iter().map(|((account, _), amount)| Posting { account, amount }).collect()
    }
}

#[cfg(test)]
mod tests;
