//! Products and bundles.

use crate::column::columns;
use crate::row::Row;
use engine::bundle::PartKind;
use engine::register::{ProductKey, ProductKind};
use engine::{Currency, Date, Decimal, Symbol};

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
        CURRENCY "Currency" Currency optional "Currency of every amount of the row";
        SHOW_PARTS "ShowParts" Flag optional "no hides the parts on the invoice";
        FROM "EffectiveFrom" Date optional "First day of the edition the row is of; empty for the first edition of all";
        SHOWN "Shown" Flag optional "no hides this part; its money is on the others";
        PART_KIND "PartKind" Text optional "licence, service or one-off; empty for what the catalogue says";
        PART_PRICE "PartPrice" Amount optional "One unit's own price, instead of price rules and discount";
        PART_COST "PartCost" Amount optional "What one unit costs us, where no price list says it";
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
    &[
        ("BundleId", "BND-WORK"),
        ("BundleName", "Work place"),
        ("ProductId", "ONBOARDING"),
        ("Currency", "GBP"),
        ("PartKind", "one-off"),
        ("PartPrice", "49.00"),
        ("PartCost", "20.00"),
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
    /// First day of the edition it is of.
    pub from: Option<Date>,
    /// One price for the whole.
    pub price: Option<Decimal>,
    /// Currency of every amount, where there is one.
    pub currency: Option<Currency>,
    /// Whether the invoice shows the parts.
    pub show_parts: bool,
    /// How the part is charged, where the file says it.
    pub kind: Option<PartKind>,
    /// Own price of one unit of the part.
    pub part_price: Option<Decimal>,
    /// What one unit of it costs us.
    pub part_cost: Option<Decimal>,
    /// Whether the invoice shows this part.
    pub shown: bool,
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
    let [price, part_price, part_cost] = [PRICE, PART_PRICE, PART_COST].map(|amount| !row.cell(amount).is_empty());
    let currency = if price || part_price || part_cost {
        Some(row.currency(CURRENCY, None))
    } else {
        row.check(&[CURRENCY]);
        None
    };
    let amount = |row: &mut Row<'_>, column, given: bool| {
        let amount = currency.filter(|_| given).map(|currency| row.amount(column, currency));
        if amount.is_some_and(|amount| amount.is_sign_negative()) {
            row.wrong(column, "P-NUMBER-RANGE", "write a price that is not below nothing");
        }
        amount
    };
    let kinds = [
        ("licence", PartKind::Licence),
        ("license", PartKind::Licence),
        ("service", PartKind::Service),
        ("oneoff", PartKind::OneOff),
    ];
    let price = amount(row, PRICE, price);
    let part_price = amount(row, PART_PRICE, part_price);
    let part_cost = amount(row, PART_COST, part_cost);
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
        from: row.date(FROM),
        price,
        currency,
        show_parts: row.cell(SHOW_PARTS).is_empty() || row.flag(SHOW_PARTS),
        kind: row.word(PART_KIND, &kinds),
        part_price,
        part_cost,
        shown: row.cell(SHOWN).is_empty() || row.flag(SHOWN),
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
