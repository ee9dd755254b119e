//! The grammar of the command line. Each leaf is a command of the list in `app`; its arguments, as JSON, are the request.

mod book;
mod examples;
mod model;
mod month;
mod register;

pub use book::*;
pub use examples::command;
pub use model::*;
pub use month::*;
pub use register::*;

use clap::{Args, Parser, Subcommand};
use serde::Serialize;
use std::path::PathBuf;

/// Bills Microsoft licences from files alone: import, reconcile, bill, issue, print.
///
/// Everything happens in one encrypted book on your own disk; nothing is sent anywhere.
#[derive(Debug, Parser)]
#[command(name = "billhook", version, propagate_version = true, arg_required_else_help = true)]
pub struct Cli {
    /// Options every command takes.
    #[command(flatten)]
    pub global: Global,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// Options every command takes.
#[derive(Debug, Args)]
pub struct Global {
    /// The book's folder
    #[arg(long, global = true, env = "BILLHOOK_BOOK", value_name = "PATH")]
    pub book: Option<PathBuf>,
    /// Unlock with the recovery key in this file
    #[arg(long, global = true, value_name = "FILE", conflicts_with = "passphrase_stdin")]
    pub key_file: Option<PathBuf>,
    /// Read the passphrase from standard input
    #[arg(long, global = true)]
    pub passphrase_stdin: bool,
    /// Print one JSON object
    #[arg(long, global = true, conflicts_with = "jsonl")]
    pub json: bool,
    /// Print the longest list as JSON lines
    #[arg(long, global = true)]
    pub jsonl: bool,
    /// Take this day for today
    #[arg(long, global = true, value_name = "YYYY-MM-DD")]
    pub today: Option<String>,
    /// No progress and no notes
    #[arg(long, short, global = true)]
    pub quiet: bool,
    /// Show what would happen and write nothing
    #[arg(long, global = true)]
    pub dry_run: bool,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make the sample book and walk a whole month in it
    Demo(Demo),
    /// Make, inspect, verify, back up and export the book
    #[command(subcommand)]
    Book(BookCommand),
    /// Verify every invariant of the book from zero
    #[command(hide = true)]
    Verify,
    /// Recognise, check and store files
    #[command(args_conflicts_with_subcommands = true)]
    Import(Import),
    /// Column mappings for distributor files
    #[command(subcommand)]
    Mapping(MappingCommand),
    /// Resellers and customers
    #[command(subcommand)]
    Accounts(AccountsCommand),
    /// Products
    #[command(subcommand)]
    Catalogue(CatalogueCommand),
    /// Price lists and price rules
    #[command(subcommand)]
    Prices(PricesCommand),
    /// The vendor's promotions
    #[command(subcommand)]
    Promotions(PromotionsCommand),
    /// Products made of products
    #[command(subcommand)]
    Bundles(BundlesCommand),
    /// Running agreements and their timelines
    #[command(subcommand)]
    Subscriptions(SubscriptionsCommand),
    /// Customers' Microsoft identities
    #[command(subcommand)]
    Tenants(TenantsCommand),
    /// People at accounts, and who of them gets the invoices
    #[command(subcommand)]
    Contacts(BesideCommand),
    /// What was noted about accounts
    #[command(subcommand)]
    Notes(BesideCommand),
    /// Vendor documents and their lines
    #[command(subcommand)]
    Costs(CostsCommand),
    /// Compare what the vendor billed with what was sold
    Reconcile(Reconcile),
    /// Work the list of discrepancies
    #[command(subcommand)]
    Findings(FindingsCommand),
    /// Draft, look, issue
    #[command(subcommand)]
    Bill(BillCommand),
    /// Issued invoices and credit notes
    #[command(subcommand)]
    Invoices(InvoicesCommand),
    /// The reasons of any amount: an invoice line, a cost line, a finding
    Why(IdArg),
    /// What-if: scenarios over the whole book
    #[command(subcommand)]
    Model(ModelCommand),
    /// Figures
    #[command(subcommand)]
    Report(ReportCommand),
    /// The journal
    #[command(subcommand)]
    Ledger(LedgerCommand),
    /// Message codes
    #[command(subcommand)]
    Errors(ErrorsCommand),
    /// Import limits
    #[command(subcommand)]
    Limits(LimitsCommand),
    /// Versions, pragmas and key parameters
    #[command(subcommand)]
    Security(SecurityCommand),
    /// Print a completion script for your shell
    Completions {
        /// bash, zsh, fish, powershell or elvish
        shell: clap_complete::Shell,
    },
    /// Write manual pages into a folder
    #[command(hide = true)]
    Man {
        /// Folder to write into
        dir: PathBuf,
    },
}

/// Makes the sample book.
#[derive(Debug, Args, Serialize)]
pub struct Demo {
    /// Folder to make it in; must not hold one already
    pub dir: PathBuf,
}

/// An id on its own.
#[derive(Debug, Args, Serialize)]
pub struct IdArg {
    /// Id in the book, or the source file's id
    pub id: String,
}

/// A billing month.
#[derive(Debug, Args, Serialize)]
pub struct PeriodArg {
    /// Billing month
    #[arg(long, value_name = "YYYY-MM")]
    pub period: String,
}
