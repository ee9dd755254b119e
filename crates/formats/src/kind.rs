//! The kinds of file this crate reads, their documented columns and an empty example of each.

use crate::column::Column;
use crate::{catalogue, customers, distributor, legacy, prices, recon, sales, subscriptions, usage};

/// A kind of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// Our customers and resellers.
    Customers,
    /// Products we sell.
    Catalogue,
    /// A vendor's prices, per charge cycle.
    PriceList,
    /// Discounts by customer segment and by volume.
    PriceRules,
    /// Bundles and their parts.
    Bundles,
    /// Running agreements.
    Subscriptions,
    /// Dated changes of seats.
    SeatChanges,
    /// What was billed to customers, here or elsewhere.
    Sales,
    /// Microsoft's new-commerce reconciliation.
    MsRecon,
    /// Microsoft's legacy licence reconciliation.
    MsReconLegacy,
    /// Microsoft's daily rated usage.
    MsUsage,
    /// Microsoft's price sheet, per whole term.
    MsPriceSheet,
    /// A distributor's billing file, read through a column mapping.
    Distributor,
}

impl Kind {
    /// Every kind, in the order people import them.
    pub const ALL: [Kind; 13] = [
        Kind::Customers,
        Kind::Catalogue,
        Kind::PriceList,
        Kind::PriceRules,
        Kind::Bundles,
        Kind::Subscriptions,
        Kind::SeatChanges,
        Kind::Sales,
        Kind::MsRecon,
        Kind::MsReconLegacy,
        Kind::MsUsage,
        Kind::MsPriceSheet,
        Kind::Distributor,
    ];

    /// The name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Customers => "customers",
            Kind::Catalogue => "catalogue",
            Kind::PriceList => "price-list",
            Kind::PriceRules => "price-rules",
            Kind::Bundles => "bundles",
            Kind::Subscriptions => "subscriptions",
            Kind::SeatChanges => "seat-changes",
            Kind::Sales => "sales",
            Kind::MsRecon => "ms-recon",
            Kind::MsReconLegacy => "ms-recon-legacy",
            Kind::MsUsage => "ms-usage",
            Kind::MsPriceSheet => "ms-price-sheet",
            Kind::Distributor => "distributor",
        }
    }

    /// The kind of a name; underscores do for dashes.
    pub fn parse(name: &str) -> Option<Kind> {
        let name = name.trim().to_ascii_lowercase().replace('_', "-");
        Kind::ALL.into_iter().find(|k| k.name() == name)
    }

    /// One line about what it is.
    pub fn purpose(self) -> &'static str {
        match self {
            Kind::Customers => "customers and resellers with tax, currency and terms",
            Kind::Catalogue => "products, also other vendors' and your own services",
            Kind::PriceList => "cost and retail price per product, term and plan, per charge cycle",
            Kind::PriceRules => "discounts by customer segment and by volume",
            Kind::Bundles => "products made of products",
            Kind::Subscriptions => "running agreements with their opening quantity",
            Kind::SeatChanges => "dated changes of seats and cancellations",
            Kind::Sales => "what was billed to customers elsewhere",
            Kind::MsRecon => "Microsoft's reconciliation file (new commerce), CSV or JSON",
            Kind::MsReconLegacy => "Microsoft's legacy licence reconciliation file",
            Kind::MsUsage => "Microsoft's daily rated usage, CSV or JSON",
            Kind::MsPriceSheet => "Microsoft's licence price sheet",
            Kind::Distributor => "a distributor's billing file, through a column mapping",
        }
    }

    /// The documented columns.
    pub fn columns(self) -> &'static [Column] {
        match self {
            Kind::Customers => customers::COLUMNS,
            Kind::Catalogue => catalogue::PRODUCTS,
            Kind::PriceList => prices::LIST,
            Kind::PriceRules => prices::RULES,
            Kind::Bundles => catalogue::BUNDLES,
            Kind::Subscriptions => subscriptions::COLUMNS,
            Kind::SeatChanges => subscriptions::CHANGES,
            Kind::Sales => sales::COLUMNS,
            Kind::MsRecon => recon::COLUMNS,
            Kind::MsReconLegacy => legacy::COLUMNS,
            Kind::MsUsage => usage::COLUMNS,
            Kind::MsPriceSheet => prices::SHEET,
            Kind::Distributor => distributor::COLUMNS,
        }
    }

    /// Whether its lines carry a vendor's cost.
    pub fn is_costs(self) -> bool {
        matches!(self, Kind::MsRecon | Kind::MsReconLegacy | Kind::MsUsage | Kind::Distributor)
    }
}

/// A small example of a kind: the header and invented rows.
pub fn template(kind: Kind) -> String {
    let rows: &[&[(&str, &str)]] = match kind {
        Kind::Customers => customers::EXAMPLES,
        Kind::Catalogue => catalogue::PRODUCT_EXAMPLES,
        Kind::PriceList => prices::LIST_EXAMPLES,
        Kind::PriceRules => prices::RULE_EXAMPLES,
        Kind::Bundles => catalogue::BUNDLE_EXAMPLES,
        Kind::Subscriptions => subscriptions::EXAMPLES,
        Kind::SeatChanges => subscriptions::CHANGE_EXAMPLES,
        Kind::Sales => sales::EXAMPLES,
        Kind::MsRecon => recon::EXAMPLES,
        Kind::MsReconLegacy => legacy::EXAMPLES,
        Kind::MsUsage => usage::EXAMPLES,
        Kind::MsPriceSheet => prices::SHEET_EXAMPLES,
        Kind::Distributor => distributor::EXAMPLES,
    };
    let columns = kind.columns();
    let mut text = columns.iter().map(|c| c.name).collect::<Vec<_>>().join(",");
    text.push('\n');
    for row in rows {
        let value = |c: &Column| row.iter().find(|(name, _)| *name == c.name).map_or("", |&(_, value)| value);
        let quoted =
            |v: &str| if v.contains([',', '"']) { format!("\"{}\"", v.replace('"', "\"\"")) } else { v.to_owned() };
        text.push_str(&columns.iter().map(|c| quoted(value(c))).collect::<Vec<_>>().join(","));
        text.push('\n');
    }
    text
}
