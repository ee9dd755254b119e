//! How an invoice would look with settings that are not kept yet: a made-up invoice under the letterhead to be.

use super::print::Letterhead;
use crate::settings::{self, Settings};
use crate::{Failure, Session};
use base64::Engine as _;
use engine::invoice::TaxLine;
use engine::register::TaxTreatment;
use engine::sale::ChargeKind;
use engine::{Currency, Decimal, Money, Month, Rounding};
use paper::{Customer, Group, Kind, Line, Printed, Printer};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Settings that differ from the kept ones, as `book set` takes them.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Ask {
    /// `brand.colour=#0B6187`.
    #[serde(default)]
    pub pairs: Vec<String>,
}

/// The paper.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Preview {
    /// The PDF in base64.
    bytes: String,
}

/// Prints the made-up invoice.
pub fn preview(session: &mut Session, ask: Ask) -> Result<Preview, Failure> {
    session.read(|book| {
        let settings = book.settings()?.with(settings::pairs(&ask.pairs)?);
        let letterhead = Letterhead::of(&settings);
        let printed = made_up(&settings, &letterhead, book.today)?;
        let printer = Printer::new().map_err(|error| Failure::new("E-BUG", format!("The printer: {error}.")))?;
        let rendered = printer.render(&printed, &letterhead.brand()?, letterhead.size());
        let rendered = rendered.map_err(|e| Failure::new("E-RULE", format!("The preview cannot be printed: {e}.")))?;
        Ok(Preview { bytes: base64::engine::general_purpose::STANDARD.encode(rendered.bytes) })
    })
}

fn made_up(settings: &Settings, letterhead: &Letterhead, today: engine::Date) -> Result<Printed, Failure> {
    let currency = settings.currency();
    let month = Month::of(today).plus(-1).period();
    let percent: Decimal = crate::vat::domestic(settings.get("seller.country"))
        .and_then(|s| s.percent.parse().ok())
        .unwrap_or(Decimal::ZERO);
    let failed = |error: engine::money::MoneyError| Failure::new("E-BUG", format!("The preview: {error}."));
    let money = |value: Decimal| Money::round(value, currency, Rounding::HalfUp).map_err(failed);
    let mut net = Money::zero(currency);
    let mut lines = Vec::new();
    for (name, seats, price) in
        [("Microsoft 365 Business Premium", 12, 2060), ("Microsoft Teams Phone Standard", 4, 940)]
    {
        let (quantity, price) = (Decimal::from(seats), Decimal::new(price, 2));
        let amount = money(quantity * price)?;
        net = net.plus(amount).map_err(failed)?;
        lines.push(Line {
            kind: ChargeKind::Recurring,
            name: name.to_owned(),
            period: Some(month),
            cycle: Some(month),
            quantity,
            unit_price: Some(price),
            net: amount,
            treatment: TaxTreatment::Domestic,
            tax_percent: percent,
            notes: Vec::new(),
        });
    }
    let tax = money(net.value() * percent / Decimal::ONE_HUNDRED)?;
    Ok(Printed {
        kind: Kind::Invoice,
        language: settings.get("brand.language").to_owned(),
        number: settings.number(false, 1),
        issued: today,
        due: Some(engine::date::add_days(today, 30)),
        tax_point: None,
        period: Some(month),
        seller: letterhead.seller(),
        customer: Customer {
            name: "Anker Bakery Ltd".to_owned(),
            address: vec!["12 Quay Street".to_owned()],
            country: settings.get("seller.country").to_owned(),
            ..Customer::default()
        },
        currency: Currency::clone(&currency),
        groups: vec![Group { name: String::new(), lines }],
        tax: vec![TaxLine { treatment: TaxTreatment::Domestic, percent, base: net, tax }],
        home_tax: None,
        net,
        gross: net.plus(tax).map_err(failed)?,
        corrects: Vec::new(),
        direct_debit: None,
        notes: Vec::new(),
        anchor: String::new(),
    })
}
