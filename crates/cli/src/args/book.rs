//! The book, its backups and settings; files and mappings.

use clap::{Args, Subcommand};
use serde::Serialize;
use std::path::PathBuf;

/// Commands of the book itself.
#[derive(Debug, Subcommand)]
pub enum BookCommand {
    /// Make a new book and print its recovery key once
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
    Set(BookSet),
    /// Show the exchange rates by which tax is told in the book's currency
    Rates,
    /// Keep an exchange rate, with the day it begins and who published it
    Rate(BookRate),
}

/// An exchange rate to keep.
#[derive(Debug, Args, Serialize)]
pub struct BookRate {
    /// The other currency
    #[arg(value_name = "CUR")]
    pub currency: String,
    /// What one unit of it is worth in the book's currency
    pub rate: String,
    /// First day in force [default: today]
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub from: Option<String>,
    /// Who published it
    #[arg(long)]
    pub source: String,
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
    /// Take in the waiting rows of a document: those that can be read by now, or with --correct
    #[arg(long, value_name = "DOCUMENT", conflicts_with_all = ["files", "template", "kind", "mapping", "period", "keep_good", "preview", "all", "total", "date_order", "decimal"])]
    pub fix: Option<u32>,
    /// Leave out a waiting row for good; may be said again
    #[arg(long, value_name = "ROW", requires = "fix")]
    pub leave: Vec<u32>,
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
    /// Price lists are announced only: nothing is priced by them before `prices adopt`
    #[arg(long)]
    pub preview: bool,
    /// Keep every price of a large sheet, also of products the book does not sell
    #[arg(long)]
    pub all: bool,
    /// What the vendor's invoice says the file adds up to, such as "24570.34 EUR"
    #[arg(long, value_name = "AMOUNT CUR", allow_hyphen_values = true)]
    pub total: Option<String>,
    /// Read a cell that has a problem otherwise, such as 17:Quantity=27; may be said again
    #[arg(long, value_name = "ROW:COLUMN=VALUE")]
    pub correct: Vec<String>,
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
