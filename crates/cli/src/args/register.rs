//! Registers: accounts, catalogue, prices, bundles, tenants, subscriptions.

use super::IdArg;
use clap::{Args, Subcommand};
use serde::Serialize;

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
    CatalogueCommand {
        /// What it costs and retails for from a day on, where no price list says it
        Price(FieldsArg),
    }
}
register_commands! {
    /// Commands of bundles.
    BundlesCommand {
        /// What each edition costs and brings, whole and part by part
        Margin(BundleMarginArg),
        /// Put another part in the place of one from a day on; says which agreements get it when
        Swap {
            /// Bundle
            id: String,
            /// The part, PRODUCT:SKU
            old: String,
            /// What takes its place, PRODUCT:SKU, with *RATIO, -PERCENT or =PRICE where they differ
            new: String,
            /// First day of the new edition
            #[arg(long, value_name = "YYYY-MM-DD")]
            from: String,
        },
        /// What a customer would read of it on an invoice
        Preview(BundlePreviewArg),
    }
}

/// Which bundle brings what, sold to whom.
#[derive(Debug, Args, Serialize)]
pub struct BundleMarginArg {
    /// Only this bundle, with all its editions
    pub id: Option<String>,
    /// Sold to this account, by its price rules
    #[arg(long, value_name = "ACCOUNT")]
    pub account: Option<String>,
    /// Sold to accounts of this price segment
    #[arg(long, value_name = "SEGMENT")]
    pub segment: Option<String>,
    /// By the prices of this day instead of today's
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub on: Option<String>,
    /// P1M, P1Y or P3Y; a year without it
    #[arg(long, value_name = "TERM")]
    pub term: Option<String>,
    /// monthly, annual or triennial; monthly without it
    #[arg(long, value_name = "PLAN")]
    pub plan: Option<String>,
}

/// Which bundle, for whom, how many.
#[derive(Debug, Args, Serialize)]
pub struct BundlePreviewArg {
    /// Bundle
    pub id: String,
    /// The customer; without one, somebody at home
    #[arg(long, value_name = "ACCOUNT")]
    pub account: Option<String>,
    /// How many bundles; one and ten without it
    #[arg(long, value_name = "N")]
    pub quantity: Option<String>,
    /// First day; today without it
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub start: Option<String>,
    /// yes for one line, no for a line for each part; as the bundle says without it
    #[arg(long, value_name = "yes|no")]
    pub folded: Option<String>,
    /// P1M, P1Y or P3Y; a year without it
    #[arg(long, value_name = "TERM")]
    pub term: Option<String>,
    /// monthly, annual or triennial; monthly without it
    #[arg(long, value_name = "PLAN")]
    pub plan: Option<String>,
}
register_commands! {
    /// Commands of tenants.
    TenantsCommand {}
}
register_commands! {
    /// Commands of the vendor's promotions.
    PromotionsCommand {
        /// Take those the vendor's lines of a month show
        Take {
            /// Month of the vendor's documents
            #[arg(long, value_name = "YYYY-MM")]
            period: String,
        },
    }
}
register_commands! {
    /// Commands of price lists and rules.
    PricesCommand {
        /// The price lists: which are in force, which are only announced
        Lists,
        /// What a product cost and retailed for over time
        History {
            /// PRODUCT:SKU; every product without one
            product: Option<String>,
        },
        /// What two lists differ by, in money on your own book
        Diff(PricesDiff),
        /// Take an announced list into force
        Adopt {
            /// Number of the list
            id: String,
        },
        /// Take the prices of what the book has come to sell from the lists it has
        Take,
        /// Drop an announced list
        Drop {
            /// Number of the list
            id: String,
        },
        /// Which lines of the last three issued months would have differed under a rule
        Try(FieldsArg),
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

/// Which lists to compare.
#[derive(Debug, Args, Serialize)]
pub struct PricesDiff {
    /// A list with what is in force today, or two lists, by their numbers
    #[arg(value_name = "LIST", num_args = 0..=2)]
    pub lists: Vec<String>,
    /// What is in force on this day, instead of a list
    #[arg(long, value_name = "YYYY-MM-DD", conflicts_with = "lists")]
    pub on: Option<String>,
    /// With what is in force on this day [default: today]
    #[arg(long = "and", value_name = "YYYY-MM-DD", requires = "on")]
    pub and: Option<String>,
    /// Also products that are not in the catalogue
    #[arg(long)]
    pub all: bool,
    /// Also write the rows as CSV
    #[arg(long, value_name = "FILE")]
    pub csv: Option<std::path::PathBuf>,
}

/// Commands of what is kept beside accounts: contacts, notes.
#[derive(Debug, Subcommand)]
pub enum BesideCommand {
    /// List them
    List(BesideArg),
    /// Show one
    Show(IdArg),
    /// Add one to an account
    Add(FieldsArg),
    /// Change one
    Set(FieldsArg),
    /// Remove one for good
    End(IdArg),
}

/// Filter of what is kept beside accounts.
#[derive(Debug, Args, Serialize)]
pub struct BesideArg {
    /// Only of this account, by id or name
    #[arg(long, value_name = "ID")]
    pub account: Option<String>,
    /// The rest of the filter.
    #[command(flatten)]
    #[serde(flatten)]
    pub list: ListArg,
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
    End {
        /// Id in the book, or the source file's id
        id: String,
        /// First day it is no longer served
        #[arg(long, value_name = "YYYY-MM-DD")]
        on: Option<String>,
        /// What its bundle charged once (hardware, onboarding) is taken back, and credited
        #[arg(long)]
        credit_one_offs: bool,
    },
    /// Predict its charge cycles
    Cycles {
        /// Subscription
        id: String,
        /// Last day to predict for
        #[arg(long, value_name = "YYYY-MM-DD")]
        until: String,
    },
}
