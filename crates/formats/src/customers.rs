//! The customers of the book.

use crate::column::columns;
use crate::row::Row;
use engine::price::Basis;
use engine::register::{AccountKind, TaxTreatment};
use engine::{Currency, Decimal, SourceId, Symbol};

columns! { COLUMNS:
    ID "CustomerId" Id needed "The customer's id in every other file; for Microsoft's the tenant id";
    NAME "CustomerName" Text needed "Legal name";
    DOMAIN "DomainName" Text optional "First domain of the tenant" ["customerdomainname"];
    COUNTRY "Country" Text optional "Two-letter country" ["customercountry"];
    VAT_ID "VatId" Text optional "VAT id with its country prefix";
    VAT_PERCENT "VatRatePercent" Number optional "Output tax in percent";
    VAT_TREATMENT "VatTreatment" Text optional "domestic, reverse_charge, export or exempt";
    SEGMENT "PriceTier" Text optional "Price segment, as the price rules name it" ["segment"];
    CURRENCY "Currency" Currency needed "Currency of the invoices";
    PAYMENT_DAYS "PaymentTermsDays" Number optional "Days until an invoice is due";
    KIND "Kind" Text optional "customer or reseller";
    PARENT "ParentId" Id optional "The reseller above, by its CustomerId" ["resellerid"];
    BILL_TO "BillToId" Id optional "Who is invoiced, when not the customer itself";
    TENANT "TenantId" Id optional "Microsoft tenant, when CustomerId is another number";
    ADDRESS1 "Address1" Text optional "First address line" ["addressline1" "address" "street"];
    ADDRESS2 "Address2" Text optional "Second address line" ["addressline2"];
    POSTCODE "Postcode" Text optional "Postal code" ["postalcode" "zip"];
    CITY "City" Text optional "City";
    LANGUAGE "Language" Text optional "Language of the invoices, two letters";
    BASIS "Basis" Text optional "agreement or pass-through";
    PURCHASE_ORDER "PurchaseOrder" Text optional "Purchase order number for the invoices" ["po" "ponumber"];
    NEEDS_PURCHASE_ORDER "NeedsPurchaseOrder" Flag optional "yes when no invoice may go without one";
}

/// Invented rows for the template.
pub(crate) const EXAMPLES: &[&[(&str, &str)]] = &[
    &[
        ("CustomerId", "0a1b2c3d-0000-4000-8000-000000000101"),
        ("CustomerName", "Anker Bakery, Ltd"),
        ("DomainName", "ankerbakery.example"),
        ("Country", "GB"),
        ("VatId", "GB000000000"),
        ("VatRatePercent", "20"),
        ("VatTreatment", "domestic"),
        ("PriceTier", "Gold"),
        ("Currency", "GBP"),
        ("PaymentTermsDays", "30"),
        ("Address1", "1 Harbour Street"),
        ("Postcode", "AB1 2CD"),
        ("City", "Port Example"),
        ("Language", "en"),
    ],
    &[
        ("CustomerId", "0a1b2c3d-0000-4000-8000-000000000102"),
        ("CustomerName", "Muster Optik GmbH"),
        ("DomainName", "musteroptik.example"),
        ("Country", "DE"),
        ("VatRatePercent", "0"),
        ("VatTreatment", "reverse_charge"),
        ("Currency", "EUR"),
        ("Language", "de"),
    ],
];

/// One customer or reseller as the file states it; `None` and empty texts are "not stated".
#[derive(Clone, Debug, PartialEq)]
pub struct CustomerRow {
    /// Row in the file.
    pub row: u32,
    /// `CustomerId`.
    pub id: SourceId,
    /// Legal name.
    pub name: String,
    /// First domain.
    pub domain: String,
    /// Two-letter country, upper case.
    pub country: Symbol,
    /// VAT id.
    pub vat_id: String,
    /// Output tax in percent.
    pub vat_percent: Option<Decimal>,
    /// Tax treatment.
    pub treatment: Option<TaxTreatment>,
    /// Price segment.
    pub segment: Symbol,
    /// Currency of the invoices.
    pub currency: Currency,
    /// Days until due.
    pub payment_days: Option<u32>,
    /// Customer unless stated otherwise.
    pub kind: AccountKind,
    /// The account above.
    pub parent: SourceId,
    /// Who is invoiced.
    pub bill_to: SourceId,
    /// Microsoft tenant; the id itself when that is a GUID and nothing else is stated.
    pub tenant: SourceId,
    /// Address lines that are filled: street lines, then postcode and city.
    pub address: Vec<String>,
    /// Language of the invoices, lower case.
    pub language: Symbol,
    /// Billing basis.
    pub basis: Option<Basis>,
    /// Purchase order number.
    pub purchase_order: String,
    /// No invoice without one.
    pub needs_purchase_order: bool,
}

/// Reads one row.
pub(crate) fn customer(row: &mut Row<'_>) -> CustomerRow {
    let id = row.needed_id(ID);
    let tenant = row.id(TENANT);
    let country = two_letters(row, COUNTRY, str::make_ascii_uppercase);
    let language = two_letters(row, LANGUAGE, str::make_ascii_lowercase);
    if row.cell(NAME).is_empty() {
        row.wrong(NAME, "P-MISSING", "fill in the value");
    }
    CustomerRow {
        row: row.number,
        id,
        name: row.plain_text(NAME).to_owned(),
        domain: row.plain_text(DOMAIN).to_owned(),
        country,
        vat_id: row.plain_text(VAT_ID).to_owned(),
        vat_percent: percent(row, VAT_PERCENT),
        treatment: row.word(
            VAT_TREATMENT,
            &[
                ("domestic", TaxTreatment::Domestic),
                ("reversecharge", TaxTreatment::ReverseCharge),
                ("export", TaxTreatment::Export),
                ("exempt", TaxTreatment::Exempt),
            ],
        ),
        segment: row.text(SEGMENT),
        currency: row.currency(CURRENCY, None),
        payment_days: whole(row, PAYMENT_DAYS, 3_650),
        kind: row
            .word(KIND, &[("customer", AccountKind::Customer), ("reseller", AccountKind::Reseller)])
            .unwrap_or(AccountKind::Customer),
        parent: row.id(PARENT),
        bill_to: row.id(BILL_TO),
        tenant: if tenant.is_none() && matches!(id, SourceId::Guid(_)) { id } else { tenant },
        address: address(row),
        language,
        basis: basis(row, BASIS),
        purchase_order: row.plain_text(PURCHASE_ORDER).to_owned(),
        needs_purchase_order: row.flag(NEEDS_PURCHASE_ORDER),
    }
}

fn two_letters(row: &mut Row<'_>, column: usize, fold: fn(&mut str)) -> Symbol {
    let cell = row.plain_text(column);
    match <[u8; 2]>::try_from(cell.as_bytes()) {
        Ok(mut letters) if cell.bytes().all(|b| b.is_ascii_alphabetic()) => {
            let letters = std::str::from_utf8_mut(&mut letters).unwrap_or_default();
            fold(letters);
            row.names.intern(letters)
        }
        _ => {
            if !cell.is_empty() {
                row.wrong(column, "P-WORD", "write the two-letter code");
            }
            Symbol::EMPTY
        }
    }
}

fn address(row: &mut Row<'_>) -> Vec<String> {
    let [one, two, postcode, city] = [ADDRESS1, ADDRESS2, POSTCODE, CITY].map(|column| row.plain_text(column));
    let place = [postcode, city].into_iter().filter(|part| !part.is_empty());
    let lines = [one, two].into_iter().filter(|line| !line.is_empty()).map(str::to_owned);
    let place: Option<String> = place.map(str::to_owned).reduce(|a, b| format!("{a} {b}"));
    lines.chain(place).collect()
}

/// A percentage from 0 to 100.
pub(crate) fn percent(row: &mut Row<'_>, column: usize) -> Option<Decimal> {
    let percent = row.maybe_number(column)?;
    if percent.is_sign_negative() || percent > Decimal::ONE_HUNDRED {
        row.wrong(column, "P-NUMBER-RANGE", "write a percentage from 0 to 100");
    }
    Some(percent)
}

/// A whole number from 0 up to a limit.
pub(crate) fn whole(row: &mut Row<'_>, column: usize, most: u32) -> Option<u32> {
    let number = row.maybe_number(column)?;
    let whole = u32::try_from(number).ok().filter(|n| *n <= most && number.fract().is_zero());
    if whole.is_none() {
        row.wrong(column, "P-NUMBER-RANGE", format!("write a whole number from 0 to {most}"));
    }
    whole
}

/// What sale lines are computed from.
pub(crate) fn basis(row: &mut Row<'_>, column: usize) -> Option<Basis> {
    row.word(column, &[("agreement", Basis::Agreement), ("passthrough", Basis::PassThrough)])
}
