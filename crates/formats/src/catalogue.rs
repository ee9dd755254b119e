//! Products and bundles.

use crate::column::columns;
use crate::row::Row;
use engine::register::{ProductKey, ProductKind};
use engine::{Currency, Decimal, Symbol};

mod product {
    use super::columns;
    columns! { COLUMNS:
        PRODUCT_ID "ProductId" Id needed "Product";
        SKU_ID "SkuId" Id optional "SKU, padded to four digits when all digits";
        NAME "ProductName" Text needed "Name on the invoice" ["producttitle"];
        KIND "Kind" Text needed "licence, usage, one-off or service";
        VENDOR "Vendor" Text optional "Who sells it to us; empty for ourselves" ["publisher" "publishername"];
    }
}

mod bundle {
    use super::columns;
    columns! { COLUMNS:
        ID "BundleId" Id needed "Bundle; one row for each of its parts";
        NAME "BundleName" Text needed "Name on the invoice";
        PRODUCT_ID "ProductId" Id needed "Product of the part";
        SKU_ID "SkuId" Id optional "SKU of the part";
        DISCOUNT "DiscountBasisPoints" Number optional "Discount on the part in hundredths of a percent";
        RATIO "Ratio" Number optional "Units of the part in one bundle; 1 when empty";
        PRICE "BundlePrice" Amount optional "One price for the whole bundle, instead of discounts";
        CURRENCY "Currency" Currency optional "Currency of that price";
        SHOW_PARTS "ShowParts" Flag optional "no hides the parts on the invoice";
    }
}

pub(crate) use bundle::COLUMNS as BUNDLES;
pub(crate) use product::COLUMNS as PRODUCTS;

/// Invented rows for the template.
pub(crate) const PRODUCT_EXAMPLES: &[&[(&str, &str)]] = &[
    &[
        ("ProductId", "CFQ7TTC0EXAM"),
        ("SkuId", "0001"),
        ("ProductName", "Example Suite"),
        ("Kind", "licence"),
        ("Vendor", "Microsoft"),
    ],
    &[("ProductId", "HELPDESK"), ("ProductName", "Help desk, per hour"), ("Kind", "service")],
];

/// Invented rows for the template.
pub(crate) const BUNDLE_EXAMPLES: &[&[(&str, &str)]] = &[
    &[
        ("BundleId", "BND-WORK"),
        ("BundleName", "Work place"),
        ("ProductId", "CFQ7TTC0EXAM"),
        ("SkuId", "0001"),
        ("DiscountBasisPoints", "500"),
        ("Ratio", "1"),
    ],
    &[
        ("BundleId", "BND-WORK"),
        ("BundleName", "Work place"),
        ("ProductId", "CFQ7TTC0OTHR"),
        ("SkuId", "0002"),
        ("DiscountBasisPoints", "500"),
        ("Ratio", "1"),
    ],
];

/// One product.
#[derive(Clone, Debug, PartialEq)]
pub struct ProductRow {
    /// Row in the file.
    pub row: u32,
    /// Natural key.
    pub key: ProductKey,
    /// Name.
    pub name: Symbol,
    /// Vendor; empty for ourselves.
    pub vendor: Symbol,
    /// Kind.
    pub kind: ProductKind,
}

/// One part of a bundle.
#[derive(Clone, Debug, PartialEq)]
pub struct BundleRow {
    /// Row in the file.
    pub row: u32,
    /// Bundle.
    pub bundle: Symbol,
    /// Its name.
    pub name: Symbol,
    /// Product of the part.
    pub key: ProductKey,
    /// Discount on the part as a fraction of one.
    pub discount: Decimal,
    /// Units of the part in one bundle.
    pub ratio: Decimal,
    /// One price for the whole.
    pub price: Option<(Decimal, Currency)>,
    /// Whether the invoice shows the parts.
    pub show_parts: bool,
}

/// Reads one product.
pub(crate) fn product(row: &mut Row<'_>) -> ProductRow {
    use product::*;
    let kinds = [
        ("licence", ProductKind::Licence),
        ("license", ProductKind::Licence),
        ("usage", ProductKind::Usage),
        ("oneoff", ProductKind::OneOff),
        ("service", ProductKind::Service),
    ];
    if row.cell(KIND).is_empty() {
        row.wrong(KIND, "P-MISSING", "write licence, usage, one-off or service");
    }
    ProductRow {
        row: row.number,
        key: key(row, PRODUCT_ID, SKU_ID),
        name: row.needed_text(NAME),
        vendor: row.text(VENDOR),
        kind: row.word(KIND, &kinds).unwrap_or(ProductKind::Licence),
    }
}

/// Reads one part of a bundle.
pub(crate) fn bundle(row: &mut Row<'_>) -> BundleRow {
    use bundle::*;
    let price = if row.cell(PRICE).is_empty() {
        row.check(&[CURRENCY]);
        None
    } else {
        let currency = row.currency(CURRENCY, None);
        Some((row.amount(PRICE, currency), currency))
    };
    let ratio = row.maybe_number(RATIO).unwrap_or(Decimal::ONE);
    if ratio <= Decimal::ZERO {
        row.wrong(RATIO, "P-NUMBER-RANGE", "write how many units of the part one bundle holds");
    }
    BundleRow {
        row: row.number,
        bundle: row.needed_text(ID),
        name: row.needed_text(NAME),
        key: key(row, PRODUCT_ID, SKU_ID),
        discount: basis_points(row, DISCOUNT),
        ratio,
        price,
        show_parts: row.cell(SHOW_PARTS).is_empty() || row.flag(SHOW_PARTS),
    }
}

/// The natural key of a product.
pub(crate) fn key(row: &mut Row<'_>, product: usize, sku: usize) -> ProductKey {
    if row.cell(product).is_empty() {
        row.wrong(product, "P-MISSING", "fill in the value");
    }
    let cell = row.plain_text(product);
    match cell.split_once(':').filter(|(id, of)| row.cell(sku).is_empty() && !id.is_empty() && !of.is_empty()) {
        // Shops and distributors write both in one cell.
        Some((id, of)) => ProductKey { product: row.names.intern(id), sku: row.padded(of) },
        None => ProductKey { product: row.code(product), sku: row.sku(sku) },
    }
}

/// Hundredths of a percent as a fraction of one.
pub(crate) fn basis_points(row: &mut Row<'_>, column: usize) -> Decimal {
    let points = row.number(column);
    if points.is_sign_negative() || points > Decimal::from(10_000) {
        row.wrong(column, "P-NUMBER-RANGE", "write hundredths of a percent, from 0 to 10000");
    }
    points / Decimal::from(10_000)
}
