//! The grammar of the command line. Each leaf is a command of the list in `app`; its arguments, as JSON, are the request.

use clap::{Args, Parser, Subcommand};
use serde::Serialize;
use std::path::PathBuf;

/// Bills Microsoft licences from files alone: import, reconcile, bill, issue, print.
///
/// Everything happens in one encrypted book on your own disk; nothing is sent anywhere.
#[derive(Debug, Parser)]
#[command(name = "billhook", version, propagate_version = true, arg_required_else_help = true)]
#[command(after_help = "Example:\n  billhook demo target/demo          see a whole month on invented data\n  billhook --book acme.billhook import recon.csv")]
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
    #[command(args_conflicts_with_subcommands = true, after_help = "Example:\n  billhook import customers.csv recon_2026-10.csv\n  billhook import --template subscriptions > subscriptions.csv")]
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
    /// Products made of products
    #[command(subcommand)]
    Bundles(BundlesCommand),
    /// Running agreements and their timelines
    #[command(subcommand)]
    Subscriptions(SubscriptionsCommand),
    /// Customers' Microsoft identities
    #[command(subcommand)]
    Tenants(TenantsCommand),
    /// Vendor documents and their lines
    #[command(subcommand)]
    Costs(CostsCommand),
    /// Compare what the vendor billed with what was sold
    #[command(after_help = "Example:\n  billhook reconcile --period 2026-10 --against sales --min 1.00")]
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
    #[command(after_help = "Example:\n  billhook why 2026-0001/3\n  billhook why C1-22")]
    Why(IdArg),
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

/// Commands of the book itself.
#[derive(Debug, Subcommand)]
pub enum BookCommand {
    /// Make a new book and print its recovery key once
    #[command(after_help = "Example:\n  billhook book create acme.billhook --name \"Acme Cloud Ltd\" --country GB --currency GBP --role direct-bill")]
    Create(BookCreate),
    /// What is in it
    Info,
    /// Verify every invariant from zero
    #[command(visible_alias = "verify")]
    Check,
    /// Encrypted, verified backups
    #[command(subcommand)]
    Backup(BackupCommand),
    /// Change the passphrase
    Passphrase,
    /// Replace the recovery key and print the new one once
    RecoveryKey {
        /// Also write it to this new file
        #[arg(long, value_name = "FILE")]
        key_file_out: Option<PathBuf>,
    },
    /// Write everything in it as text
    Export(BookExport),
    /// Show the settings
    Settings,
    /// Change settings, as KEY=VALUE
    #[command(after_help = "Example:\n  billhook book set seller.vat_id=GB123456789 brand.colour=#0B6187")]
    Set(BookSet),
}

/// Settings to change.
#[derive(Debug, Args, Serialize)]
pub struct BookSet {
    /// KEY=VALUE pairs; an empty value resets
    #[arg(required = true, value_name = "KEY=VALUE")]
    pub pairs: Vec<String>,
}

/// A new book.
#[derive(Debug, Args, Serialize)]
pub struct BookCreate {
    /// Folder to make; ends in .billhook
    pub path: PathBuf,
    /// The seller's legal name
    #[arg(long)]
    pub name: String,
    /// The seller's country, two letters
    #[arg(long, value_name = "CC")]
    pub country: String,
    /// The book's currency
    #[arg(long, value_name = "CUR")]
    pub currency: String,
    /// direct-bill, indirect-provider or indirect-reseller
    #[arg(long, default_value = "direct-bill")]
    pub role: String,
    /// Write the recovery key to this new file
    #[arg(long, value_name = "FILE")]
    pub key_file_out: Option<PathBuf>,
}

/// Everything as text.
#[derive(Debug, Args, Serialize)]
pub struct BookExport {
    /// Natural keys only: equal histories give equal bytes
    #[arg(long)]
    pub canonical: bool,
    /// Write here instead of standard output
    #[arg(long, value_name = "FILE")]
    pub to: Option<PathBuf>,
}

/// Commands of backups.
#[derive(Debug, Subcommand)]
pub enum BackupCommand {
    /// Make one in a folder
    Create {
        /// Folder to write into
        dir: PathBuf,
    },
    /// Verify one
    Verify {
        /// The backup file
        file: PathBuf,
    },
    /// Make a book of one; never overwrites
    Restore {
        /// The backup file
        file: PathBuf,
        /// Folder to make
        #[arg(long, value_name = "PATH")]
        to: PathBuf,
    },
}

/// Files to import.
#[derive(Debug, Args)]
pub struct Import {
    /// What to import
    #[command(flatten)]
    pub ask: ImportAsk,
    /// Or list the kinds
    #[command(subcommand)]
    pub sub: Option<ImportCommand>,
    /// Write an empty example of a kind
    #[arg(long, value_name = "KIND", conflicts_with = "files")]
    pub template: Option<String>,
}

/// What to import.
#[derive(Debug, Args, Serialize)]
pub struct ImportAsk {
    /// Files
    pub files: Vec<PathBuf>,
    /// Take every file for this kind instead of recognising it
    #[arg(long = "as", value_name = "KIND")]
    #[serde(rename = "as")]
    pub kind: Option<String>,
    /// Column mapping for a distributor's file
    #[arg(long, value_name = "NAME")]
    pub mapping: Option<String>,
    /// Billing month the file belongs to, when it does not say
    #[arg(long, value_name = "YYYY-MM")]
    pub period: Option<String>,
    /// Store the good rows of a file with problems; the others wait
    #[arg(long)]
    pub keep_good: bool,
    /// How to read dates such as 03/04/2026
    #[arg(long, value_name = "dmy|mdy")]
    pub date_order: Option<String>,
    /// How to read numbers such as 1.234
    #[arg(long, value_name = "point|comma")]
    pub decimal: Option<String>,
}

/// Beside importing.
#[derive(Debug, Subcommand)]
pub enum ImportCommand {
    /// List the kinds of files and their columns
    Kinds,
}

/// Commands of mappings.
#[derive(Debug, Subcommand)]
pub enum MappingCommand {
    /// List them
    List,
    /// Print one
    Show(NameArg),
    /// Keep one in the book
    Save {
        /// The mapping's file
        file: PathBuf,
    },
    /// Try one on a file
    Test {
        /// The mapping's name or file
        name: String,
        /// The distributor's file
        file: PathBuf,
    },
}

/// A name on its own.
#[derive(Debug, Args, Serialize)]
pub struct NameArg {
    /// Name
    pub name: String,
}

/// Filter of a register.
#[derive(Debug, Args, Serialize)]
pub struct ListArg {
    /// Only those whose id or name contains this
    #[arg(long, value_name = "TEXT")]
    pub find: Option<String>,
    /// At most so many
    #[arg(long, value_name = "N")]
    pub limit: Option<u32>,
}

/// Fields of a record, as KEY=VALUE.
#[derive(Debug, Args, Serialize)]
pub struct FieldsArg {
    /// Id in the book, or the source file's id
    pub id: String,
    /// KEY=VALUE pairs
    #[arg(value_name = "KEY=VALUE")]
    pub pairs: Vec<String>,
}

/// Ends a record.
#[derive(Debug, Args, Serialize)]
pub struct EndArg {
    /// Id in the book, or the source file's id
    pub id: String,
    /// First day it no longer applies
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub on: Option<String>,
}

macro_rules! register_commands {
    ($(#[$doc:meta])* $name:ident { $($extra:tt)* }) => {
        $(#[$doc])*
        #[derive(Debug, Subcommand)]
        pub enum $name {
            /// List them
            List(ListArg),
            /// Show one
            Show(IdArg),
            /// Add one
            Add(FieldsArg),
            /// Change one
            Set(FieldsArg),
            /// End one on a day
            End(EndArg),
            $($extra)*
        }
    };
}

register_commands! {
    /// Commands of accounts.
    AccountsCommand {}
}
register_commands! {
    /// Commands of products.
    CatalogueCommand {}
}
register_commands! {
    /// Commands of bundles.
    BundlesCommand {}
}
register_commands! {
    /// Commands of tenants.
    TenantsCommand {}
}
register_commands! {
    /// Commands of price lists and rules.
    PricesCommand {
        /// The rule chosen for a subscription, and those it beat
        Why {
            /// Subscription
            id: String,
            /// On this day instead of today
            #[arg(long, value_name = "YYYY-MM-DD")]
            on: Option<String>,
        },
    }
}

/// Commands of subscriptions.
#[derive(Debug, Subcommand)]
pub enum SubscriptionsCommand {
    /// List them
    List(ListArg),
    /// Show one, with its state on a day
    Show {
        /// Subscription
        id: String,
        /// On this day instead of today
        #[arg(long, value_name = "YYYY-MM-DD")]
        on: Option<String>,
    },
    /// Add one
    Add(FieldsArg),
    /// Change one: seats, price, renewal, move
    Set(FieldsArg),
    /// End one on a day
    End(EndArg),
    /// Predict its charge cycles
    Cycles {
        /// Subscription
        id: String,
        /// Last day to predict for
        #[arg(long, value_name = "YYYY-MM-DD")]
        until: String,
    },
}

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
    #[command(after_help = "Example:\n  billhook bill draft --period 2026-10\n  billhook bill issue --period 2026-10 --accept all")]
    Draft(BillDraft),
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
    #[command(after_help = "Example:\n  billhook bill charge ACCOUNT --name \"On-site support\" --quantity 2.5 --price 90.00 --date 2026-10-14")]
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
        /// Let the same charges be billed again in a later run
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
