//! What-if.

use super::IdArg;
use clap::{Args, Subcommand};
use std::path::PathBuf;

/// Commands of scenarios.
#[derive(Debug, Subcommand)]
pub enum ModelCommand {
    /// Scenarios kept in the book, and those brought along
    List,
    /// Show one as a file, to change and run
    Show(IdArg),
    /// Keep a scenario file in the book
    Save {
        /// Scenario file
        file: PathBuf,
    },
    /// Forget a kept one
    Drop(IdArg),
    /// Run one: cost, revenue, margin and cash, month by month and account by account
    Run(ModelRun),
    /// Two to four side by side
    Compare {
        /// Scenario files or names
        #[arg(required = true, num_args = 1..=4)]
        scenarios: Vec<String>,
        /// Months to look at [default: the first scenario's, or 36]
        #[arg(long, value_name = "MONTHS")]
        horizon: Option<u32>,
        /// First month [default: the first scenario's, or the month after today's]
        #[arg(long, value_name = "YYYY-MM")]
        first: Option<String>,
    },
    /// Why an account's month comes to what it does, agreement by agreement
    Why {
        /// Scenario file or name
        scenario: String,
        /// Account
        #[arg(long)]
        account: String,
        /// Month of the horizon
        #[arg(long, value_name = "YYYY-MM")]
        month: String,
        /// First month of the horizon [default: the scenario's, or the month after today's]
        #[arg(long, value_name = "YYYY-MM")]
        first: Option<String>,
    },
    /// Take one over: dated price rules that charge what it said
    Apply {
        /// Scenario file or name
        scenario: String,
        /// First day charges have the new prices
        #[arg(long, value_name = "YYYY-MM-DD")]
        from: String,
        /// Months for which single agreements get prices [default: the scenario's, or 36]
        #[arg(long, value_name = "MONTHS")]
        horizon: Option<u32>,
        /// First month [default: the scenario's, or the month after today's]
        #[arg(long, value_name = "YYYY-MM")]
        first: Option<String>,
        /// Only for customers who accepted the letters of this campaign
        #[arg(long, value_name = "CAMPAIGN")]
        accepted: Option<String>,
    },
    /// Write each customer a letter with old and new prices and the cheaper alternative, and a list of them
    Letters(ModelLetters),
    /// Campaigns: whom letters went to, and who accepted
    Campaigns,
    /// Note what a customer answered
    Answer {
        /// Campaign, or the name of its scenario
        id: String,
        /// Account
        #[arg(long)]
        account: String,
        /// accepted, declined, or open
        #[arg(value_parser = ["accepted", "declined", "open"])]
        answer: String,
        /// Day of the answer [default: today]
        #[arg(long, value_name = "YYYY-MM-DD")]
        on: Option<String>,
        /// What was said
        #[arg(long, default_value = "")]
        note: String,
    },
    /// What was taken over
    Applied,
    /// Take back what was taken over, as long as nothing was issued by it
    Undo(IdArg),
}

/// What to run.
#[derive(Debug, Args)]
pub struct ModelRun {
    /// Scenario file (TOML or JSON), or the name of one in `model list`
    pub scenario: String,
    /// Months to look at [default: the scenario's, or 36]
    #[arg(long, value_name = "MONTHS")]
    pub horizon: Option<u32>,
    /// First month [default: the scenario's, or the month after today's]
    #[arg(long, value_name = "YYYY-MM")]
    pub first: Option<String>,
    /// Also write every customer and month as CSV
    #[arg(long, value_name = "FILE")]
    pub csv: Option<PathBuf>,
    /// Accounts to list, those whose margin changes most first
    #[arg(long, value_name = "COUNT")]
    pub most: Option<usize>,
    /// Compare with the book as if this scenario had not been taken over
    #[arg(long, value_name = "SCENARIO")]
    pub without: Option<String>,
}

/// Which letters.
#[derive(Debug, Args)]
pub struct ModelLetters {
    /// Scenario file or name
    pub scenario: String,
    /// First day charges have the new prices
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub from: String,
    /// Folder for the letters and letters.csv
    #[arg(long, value_name = "DIR")]
    pub to: PathBuf,
    /// Only this account
    #[arg(long)]
    pub account: Option<String>,
    /// Until when customers may answer
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub answer_by: Option<String>,
    /// Your own words, a paragraph each
    #[arg(long, value_name = "TEXT")]
    pub words: Vec<String>,
    /// First month of the scenario [default: its own, or the month after today's]
    #[arg(long, value_name = "YYYY-MM")]
    pub first: Option<String>,
}
