//! The kinds of file this crate reads, their documented columns and an empty example of each.

use crate::column::Column;
use crate::{catalogue, customers, distributor, legacy, prices, recon, sales, sheets, subscriptions, usage};

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
    /// Microsoft's price sheet of licences and software, per whole term.
    MsPriceSheet,
    /// Microsoft's price sheet of Extended Service Terms.
    MsEstSheet,
    /// Microsoft's price sheet of metered Azure.
    MsAzureSheet,
    /// Microsoft's price sheet of reservations.
    MsReservationSheet,
    /// A distributor's price list, read through a column mapping.
    DistributorPrices,
    /// A distributor's billing file, read through a column mapping.
    Distributor,
}

impl Kind {
    /// Every kind, in the order people import them.
    pub const ALL: [Kind; 17] = [
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
        Kind::MsEstSheet,
        Kind::MsAzureSheet,
        Kind::MsReservationSheet,
        Kind::DistributorPrices,
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
            Kind::MsEstSheet => "ms-est-sheet",
            Kind::MsAzureSheet => "ms-azure-sheet",
            Kind::MsReservationSheet => "ms-reservation-sheet",
            Kind::DistributorPrices => "distributor-prices",
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
            Kind::MsPriceSheet => "Microsoft's price sheet of licences and software",
            Kind::MsEstSheet => "Microsoft's price sheet of Extended Service Terms, named with --as",
            Kind::MsAzureSheet => "Microsoft's price sheet of metered Azure",
            Kind::MsReservationSheet => "Microsoft's price sheet of reservations, named with --as",
            Kind::DistributorPrices => "a distributor's price list, through a column mapping",
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
            Kind::MsPriceSheet | Kind::MsEstSheet => sheets::SHEET,
            Kind::MsAzureSheet => sheets::AZURE,
            Kind::MsReservationSheet => sheets::RESERVATIONS,
            Kind::DistributorPrices => sheets::DISTRIBUTOR,
            Kind::Distributor => distributor::COLUMNS,
        }
    }

    /// Whether it is a list of a vendor's prices.
    pub fn is_prices(self) -> bool {
        matches!(self, Kind::PriceList | Kind::DistributorPrices) || self.is_microsoft_sheet()
    }

    /// Whether it is one of Microsoft's price sheets.
    pub fn is_microsoft_sheet(self) -> bool {
        matches!(self, Kind::MsPriceSheet | Kind::MsEstSheet | Kind::MsAzureSheet | Kind::MsReservationSheet)
    }

    /// Whether a file is of it only when a person says so: its columns are those of another kind, or not known for sure.
    pub(crate) fn is_only_named(self) -> bool {
        matches!(self, Kind::MsEstSheet | Kind::MsReservationSheet | Kind::DistributorPrices)
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
        Kind::MsPriceSheet | Kind::MsEstSheet => sheets::SHEET_EXAMPLES,
        Kind::MsAzureSheet => sheets::AZURE_EXAMPLES,
        Kind::MsReservationSheet => sheets::RESERVATION_EXAMPLES,
        Kind::DistributorPrices => sheets::DISTRIBUTOR_EXAMPLES,
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
