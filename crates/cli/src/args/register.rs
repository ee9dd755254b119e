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
    BundlesCommand {}
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
