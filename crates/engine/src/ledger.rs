//! The journal: balanced, append-only entries.

use crate::{Currency, Date, Money, money::MoneyError};

/// The accounts of the journal. The codes are the public contract of exports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LedgerAccount {
    /// What customers owe.
    Receivable,
    /// What we owe vendors.
    Payable,
    /// Output tax owed.
    OutputTax,
    /// Input tax paid to vendors.
    InputTax,
    /// Billed, not yet earned.
    DeferredRevenue,
    /// Paid to vendors, not yet used.
    PrepaidCost,
    /// Licences sold.
    RevenueLicence,
    /// Metered consumption sold.
    RevenueUsage,
    /// Hardware and perpetual software sold.
    RevenueOneOff,
    /// Own services sold.
    RevenueService,
    /// Cost of what was sold.
    CostOfSales,
}

impl LedgerAccount {
    /// Every account, in the order of a trial balance.
    pub const ALL: [LedgerAccount; 11] = [
        LedgerAccount::Receivable,
        LedgerAccount::PrepaidCost,
        LedgerAccount::InputTax,
        LedgerAccount::Payable,
        LedgerAccount::OutputTax,
        LedgerAccount::DeferredRevenue,
        LedgerAccount::RevenueLicence,
        LedgerAccount::RevenueUsage,
        LedgerAccount::RevenueOneOff,
        LedgerAccount::RevenueService,
        LedgerAccount::CostOfSales,
    ];

    /// The name in exports: hierarchical, colon-separated, understood by plain-text accounting programs.
    pub fn name(self) -> &'static str {
        match self {
            LedgerAccount::Receivable => "Assets:Receivable",
            LedgerAccount::PrepaidCost => "Assets:Prepaid",
            LedgerAccount::InputTax => "Assets:InputTax",
            LedgerAccount::Payable => "Liabilities:Payable",
            LedgerAccount::OutputTax => "Liabilities:OutputTax",
            LedgerAccount::DeferredRevenue => "Liabilities:Deferred",
            LedgerAccount::RevenueLicence => "Income:Licences",
            LedgerAccount::RevenueUsage => "Income:Usage",
            LedgerAccount::RevenueOneOff => "Income:OneOff",
            LedgerAccount::RevenueService => "Income:Services",
            LedgerAccount::CostOfSales => "Expenses:CostOfSales",
        }
    }

    /// The account of a name.
    pub fn parse(name: &str) -> Option<LedgerAccount> {
        LedgerAccount::ALL.into_iter().find(|a| a.name() == name)
    }
}

/// One side of an entry: debit positive, credit negative.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Posting {
    /// Account.
    pub account: LedgerAccount,
    /// Amount.
    pub amount: Money,
}

/// Why an entry was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EntryError {
    /// The postings of a currency do not sum to zero.
    #[error("the entry is out of balance by {0} {1}")]
    Unbalanced(Money, Currency),
    /// Amounts did not combine.
    #[error(transparent)]
    Money(#[from] MoneyError),
}

/// An entry whose postings sum to zero per currency. Made only by [`BalancedEntry::new`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BalancedEntry {
    date: Date,
    text: String,
    postings: Vec<Posting>,
}

impl BalancedEntry {
    /// Checks the balance; postings of nothing are dropped.
    pub fn new(date: Date, text: impl Into<String>, postings: Vec<Posting>) -> Result<BalancedEntry, EntryError> {
        let postings: Vec<Posting> = postings.into_iter().filter(|p| p.amount.minor() != 0).collect();
        let mut sums: Vec<Money> = Vec::new();
        for posting in &postings {
            match sums.iter_mut().find(|s| s.currency() == posting.amount.currency()) {
                Some(sum) => *sum = sum.plus(posting.amount)?,
                None => sums.push(posting.amount),
            }
        }
        match sums.into_iter().find(|s| s.minor() != 0) {
            Some(off) => Err(EntryError::Unbalanced(off, off.currency())),
            None => Ok(BalancedEntry { date, text: text.into(), postings }),
        }
    }

    /// Business date.
    pub fn date(&self) -> Date {
        self.date
    }

    /// What it records.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The postings.
    pub fn postings(&self) -> &[Posting] {
        &self.postings
    }
}
