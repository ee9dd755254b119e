//! The month: costs, reconciliation, billing, invoices, figures.

use super::{IdArg, PeriodArg};
use clap::{Args, Subcommand};
use serde::Serialize;
use std::path::PathBuf;

/// Commands of costs.
#[derive(Debug, Subcommand)]
pub enum CostsCommand {
    /// Vendor documents
    Documents,
    /// Cost lines of a month
    List(PeriodArg),
    /// One cost line down to the vendor's row, or one document
    Show(IdArg),
    /// What happened, one event per ReferenceId
    Events(PeriodArg),
    /// Rows that wait because something in them could not be read
    Problems,
    /// Tenants and products the book does not know, with money beside them
    Unmapped(PeriodArg),
}

/// What to compare.
#[derive(Debug, Args, Serialize)]
pub struct Reconcile {
    /// Billing month
    #[arg(long, value_name = "YYYY-MM")]
    pub period: String,
    /// sales: imported sales files; invoices: issued here [default: sales when there are any]
    #[arg(long, value_name = "sales|invoices")]
    pub against: Option<String>,
    /// Fold findings below this amount into one sum
    #[arg(long, value_name = "AMOUNT")]
    pub min: Option<String>,
    /// Raise below_floor under this margin in percent
    #[arg(long, value_name = "PERCENT")]
    pub floor: Option<String>,
    /// Also write the rows as CSV
    #[arg(long, value_name = "FILE")]
    pub csv: Option<PathBuf>,
    /// Also write the rows as XLSX
    #[arg(long, value_name = "FILE")]
    pub xlsx: Option<PathBuf>,
}

/// Commands of findings.
#[derive(Debug, Subcommand)]
pub enum FindingsCommand {
    /// List them
    List(FindingsList),
    /// Show one with its evidence
    Show(IdArg),
    /// It is right as it is
    Accept(FindingArg),
    /// Leave it out of the list
    Ignore(FindingArg),
    /// Do the suggested fix
    Fix(FindingArg),
    /// Open it again
    Reopen(FindingArg),
}

/// Which findings.
#[derive(Debug, Args, Serialize)]
pub struct FindingsList {
    /// Billing month
    #[arg(long, value_name = "YYYY-MM")]
    pub period: Option<String>,
    /// Only this class
    #[arg(long)]
    pub class: Option<String>,
    /// Only this state: open, accepted, fixed, ignored
    #[arg(long)]
    pub state: Option<String>,
}

/// A finding, or several.
#[derive(Debug, Args, Serialize)]
pub struct FindingArg {
    /// Findings
    #[arg(required = true)]
    pub ids: Vec<String>,
    /// Why; it is kept
    #[arg(long)]
    pub reason: Option<String>,
}

/// Commands of billing.
#[derive(Debug, Subcommand)]
pub enum BillCommand {
    /// Draft a month and show it as a difference from the last run
    Draft(BillDraft),
    /// Accept guards of the draft, each with its reason; the run keeps them
    Accept(BillAccept),
    /// Issue the draft; running it again issues nothing
    Issue(BillIssue),
    /// Rebuild a past run from its inputs and compare
    Replay {
        /// Run
        run: String,
    },
    /// List the runs
    Runs,
    /// Add a one-off charge; a negative quantity is a credit
    Charge(BillCharge),
}

/// What to draft.
#[derive(Debug, Args, Serialize)]
pub struct BillDraft {
    /// Billing month
    #[arg(long, value_name = "YYYY-MM")]
    pub period: String,
    /// Only this account
    #[arg(long)]
    pub account: Option<String>,
    /// agreement or pass-through for everything, instead of each account's own
    #[arg(long)]
    pub basis: Option<String>,
    /// Show each line
    #[arg(long)]
    pub lines: bool,
}

/// Which guards.
#[derive(Debug, Args, Serialize)]
pub struct BillAccept {
    /// Billing month
    #[arg(long, value_name = "YYYY-MM")]
    pub period: String,
    /// Marks of guards as `bill draft` shows them, or codes, or all
    #[arg(required = true, value_name = "MARK|CODE")]
    pub guards: Vec<String>,
    /// Why they may stand; kept with the run
    #[arg(long, default_value = "")]
    pub reason: String,
    /// Take an acceptance back
    #[arg(long)]
    pub undo: bool,
}

/// What to issue.
#[derive(Debug, Args, Serialize)]
pub struct BillIssue {
    /// Billing month
    #[arg(long, value_name = "YYYY-MM")]
    pub period: String,
    /// Only this account
    #[arg(long)]
    pub account: Option<String>,
    /// Accept a guard by its code, or all
    #[arg(long, value_name = "CODE|all")]
    pub accept: Vec<String>,
    /// Why; kept with the run
    #[arg(long, default_value = "")]
    pub reason: String,
    /// Write one line per invoice to this file descriptor after its commit
    #[arg(long, value_name = "N")]
    #[serde(skip)]
    pub ack_fd: Option<u32>,
    /// Leave the PDFs for later; `invoices pdf` makes them
    #[arg(long)]
    pub no_pdf: bool,
}

/// A one-off charge.
#[derive(Debug, Args, Serialize)]
pub struct BillCharge {
    /// Account
    pub account: String,
    /// What the customer reads
    #[arg(long)]
    pub name: String,
    /// Units; negative for a credit
    #[arg(long, default_value = "1", allow_hyphen_values = true)]
    pub quantity: String,
    /// Price of one
    #[arg(long)]
    pub price: String,
    /// What one costs us, where known
    #[arg(long)]
    pub cost: Option<String>,
    /// Day it belongs to
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub date: String,
    /// service or one-off
    #[arg(long, default_value = "service")]
    pub kind: String,
}

/// Commands of invoices.
#[derive(Debug, Subcommand)]
pub enum InvoicesCommand {
    /// List them
    List(InvoicesList),
    /// Show one
    Show {
        /// Number or id
        id: String,
        /// Fold out the reasons of each line
        #[arg(long)]
        why: bool,
    },
    /// Write the stored PDFs
    Pdf(InvoicesPdf),
    /// Credit one, whole or by lines
    Credit {
        /// Number or id
        id: String,
        /// Only these lines, by number
        #[arg(long, value_delimiter = ',')]
        lines: Vec<u32>,
        /// Why; printed on the credit note
        #[arg(long)]
        reason: String,
        /// Open what is credited, the whole invoice: the next draft bills it again
        #[arg(long)]
        rebill: bool,
    },
}

/// Which invoices.
#[derive(Debug, Args, Serialize)]
pub struct InvoicesList {
    /// Billing month
    #[arg(long, value_name = "YYYY-MM")]
    pub period: Option<String>,
    /// Only this account
    #[arg(long)]
    pub account: Option<String>,
}

/// Which PDFs, and where to.
#[derive(Debug, Args, Serialize)]
pub struct InvoicesPdf {
    /// Number or id
    pub id: Option<String>,
    /// Every one of the period
    #[arg(long, requires = "period")]
    pub all: bool,
    /// Billing month
    #[arg(long, value_name = "YYYY-MM")]
    pub period: Option<String>,
    /// Folder to write into
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub to: PathBuf,
}

/// Commands of reports.
#[derive(Debug, Subcommand)]
pub enum ReportCommand {
    /// Sales, cost and margin
    Margin(ReportArg),
    /// Sales
    Sales(ReportArg),
}

/// What to report.
#[derive(Debug, Args, Serialize)]
pub struct ReportArg {
    /// Billing month
    #[arg(long, value_name = "YYYY-MM")]
    pub period: String,
    /// account, reseller, product or vendor
    #[arg(long, default_value = "account")]
    pub by: String,
    /// Also write it as CSV
    #[arg(long, value_name = "FILE")]
    pub csv: Option<PathBuf>,
}

/// Commands of the journal.
#[derive(Debug, Subcommand)]
pub enum LedgerCommand {
    /// Balances of all accounts
    TrialBalance,
    /// The journal for another program
    Export {
        /// csv, hledger or beancount
        #[arg(long, default_value = "csv")]
        format: String,
        /// Write here instead of standard output
        #[arg(long, value_name = "FILE")]
        to: Option<PathBuf>,
    },
}

/// Commands of message codes.
#[derive(Debug, Subcommand)]
pub enum ErrorsCommand {
    /// List every code
    List,
}

/// Commands of limits.
#[derive(Debug, Subcommand)]
pub enum LimitsCommand {
    /// Show them
    Show,
}

/// Commands of security facts.
#[derive(Debug, Subcommand)]
pub enum SecurityCommand {
    /// Show them
    Show,
}
