//! Invented documents to look at, to test and to time.
#![allow(dead_code, reason = "each user takes what it needs")]

use engine::invoice::TaxLine;
use engine::register::TaxTreatment;
use engine::sale::ChargeKind;
use engine::{Currency, Date, Decimal, Money, Period};
use paper::*;

pub mod letter;

pub fn day(text: &str) -> Date {
    text.parse().unwrap_or_default()
}

pub fn dec(text: &str) -> Decimal {
    text.parse().unwrap_or_default()
}

fn days(first: &str, last: &str) -> Option<Period> {
    Period::inclusive(day(first), day(last))
}

pub fn seller() -> Seller {
    Seller {
        name: "Harbour & Vale IT Ltd".into(),
        address: vec!["2 Harbour Lane".into(), "Bristol BS1 4RW".into()],
        country: "GB".into(),
        vat_id: "GB 123 4567 89".into(),
        registration: "01234567".into(),
        contact: vec!["billing@harbourvale.example".into(), "+44 117 496 0000".into()],
        bank: Bank {
            name: "Example Bank".into(),
            iban: "GB33BUKB20201555555555".into(),
            bic: "BUKBGB22".into(),
            sort_code: "20-20-15".into(),
            account: "55555555".into(),
            ..Bank::default()
        },
        footer: vec!["Registered in England and Wales. Registered office as above.".into()],
    }
}

pub fn customer() -> Customer {
    Customer {
        name: "Alpine Ski House Ltd".into(),
        address: vec!["Accounts payable".into(), "14 Castle Terrace".into(), "Inverness IV2 3EG".into()],
        country: "GB".into(),
        vat_id: String::new(),
        purchase_order: "ASH-0917".into(),
    }
}

const PRODUCTS: [(&str, &str); 8] = [
    ("Microsoft 365 Business Premium", "18.50"),
    ("Microsoft 365 Copilot", "26.50"),
    ("Exchange Online (Plan 1)", "3.60"),
    ("Microsoft 365 E5 (no Teams)", "48.25"),
    ("Teams Phone with Calling Plan (country zone 1)", "14.10"),
    ("Power BI Premium per user", "16.904"),
    ("Managed backup, per device", "2.25"),
    ("Defender for Office 365 (Plan 2)", "4.70"),
];

/// A line of the sample: whole cycles, and now and then seats added or removed.
pub fn line(i: usize, currency: Currency) -> Line {
    let (name, price) = PRODUCTS[i % PRODUCTS.len()];
    let price = dec(price);
    let cycle = days("2026-10-01", "2026-10-31");
    let (kind, quantity, period, share) = match i % 7 {
        3 => (ChargeKind::Added, 8, days("2026-10-13", "2026-10-31"), dec("19") / dec("31")),
        5 => (ChargeKind::Removed, -1, days("2026-10-30", "2026-10-31"), dec("2") / dec("31")),
        _ => (ChargeKind::Recurring, 3 + (i as i64 * 7) % 40, cycle, Decimal::ONE),
    };
    let quantity = Decimal::from(quantity);
    let net =
        Money::round(quantity * price * share, currency, engine::Rounding::HalfUp).unwrap_or(Money::zero(currency));
    Line {
        kind,
        name: name.into(),
        period,
        cycle,
        quantity,
        unit_price: Some(price),
        net,
        treatment: TaxTreatment::Domestic,
        tax_percent: Decimal::from(20),
        notes: Vec::new(),
    }
}

/// Lines into a document, taxed at one rate.
pub fn document(groups: Vec<Group>, currency: Currency) -> Printed {
    let zero = Money::zero(currency);
    let net = groups.iter().flat_map(|g| &g.lines).fold(zero, |sum, l| sum.plus(l.net).unwrap_or(sum));
    let mut doc = Printed {
        kind: Kind::Invoice,
        language: "en".into(),
        number: "INV-2026-1186".into(),
        issued: day("2026-11-09"),
        due: Some(day("2026-11-23")),
        tax_point: None,
        period: days("2026-10-01", "2026-10-31"),
        seller: seller(),
        customer: customer(),
        currency,
        groups,
        tax: Vec::new(),
        home_tax: None,
        net,
        gross: net,
        corrects: Vec::new(),
        direct_debit: None,
        notes: Vec::new(),
        anchor: "3f9c 71e0 a84d".into(),
    };
    tax(&mut doc, TaxTreatment::Domestic, 20);
    doc
}

/// Taxes the whole document in one way.
pub fn tax(doc: &mut Printed, treatment: TaxTreatment, percent: i64) {
    let rate = Decimal::from(percent);
    let tax = Money::round(doc.net.value() * rate / dec("100"), doc.currency, engine::Rounding::HalfUp)
        .unwrap_or(Money::zero(doc.currency));
    doc.tax = vec![TaxLine { treatment, percent: rate, base: doc.net, tax }];
    doc.gross = doc.net.plus(tax).unwrap_or(doc.net);
    for line in doc.groups.iter_mut().flat_map(|g| &mut g.lines) {
        line.treatment = treatment;
        line.tax_percent = rate;
    }
}

/// An invoice of so many lines.
pub fn invoice(lines: usize) -> Printed {
    let lines = (0..lines).map(|i| line(i, Currency::GBP)).collect();
    document(vec![Group { name: String::new(), lines }], Currency::GBP)
}

/// A plain invoice whose lines all charge the same month.
pub fn plain_invoice(lines: usize) -> Printed {
    let lines = (0..lines).map(|i| Line { kind: ChargeKind::Recurring, ..line(i * 7, Currency::GBP) }).collect();
    document(vec![Group { name: String::new(), lines }], Currency::GBP)
}

/// A reseller's invoice, its lines by end customer.
pub fn reseller(customers: usize) -> Printed {
    let names =
        ["Contoso Ltd", "Fabrikam Ireland", "Północ Sp. z o.o., Łódź", "Ελλάδα Πληροφορική ΑΕ", "Brăila Ștefan SRL"];
    let groups = (0..customers)
        .map(|g| Group {
            name: names[g % names.len()].into(),
            lines: (0..3 + g % 5).map(|i| line(g * 3 + i, Currency::EUR)).collect(),
        })
        .collect();
    let mut doc = document(groups, Currency::EUR);
    doc.customer = Customer {
        name: "Kanal & Küste Systemhaus GmbH".into(),
        address: vec!["Buchhaltung".into(), "Am Sandtorkai 77".into(), "20457 Hamburg".into()],
        country: "DE".into(),
        vat_id: "DE 123456789".into(),
        purchase_order: String::new(),
    };
    tax(&mut doc, TaxTreatment::ReverseCharge, 0);
    doc.home_tax = Some(HomeTax { tax: Money::zero(Currency::GBP), rate: dec("0.8651") });
    doc
}

/// A credit note for part of an invoice.
pub fn credit_note() -> Printed {
    let mut doc = invoice(2);
    doc.kind = Kind::CreditNote;
    doc.number = "CN-2026-0031".into();
    doc.corrects = vec![Corrects { number: "INV-2026-1186".into(), issued: day("2026-11-09") }];
    doc.issued = day("2026-11-17");
    doc.due = None;
    doc.notes = vec!["Credited because the seats were removed within the seven-day window.".into()];
    doc
}
