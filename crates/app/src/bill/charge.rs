//! One-off charges: hardware, hours, fees; a negative quantity is a credit.

use crate::people::People;
use crate::{Failure, Session};
use engine::bill::OneOff;
use engine::register::{Product, ProductKey, ProductKind};
use engine::{Decimal, Id, Names, Rounding};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::tables;

/// A one-off charge.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Ask {
    account: String,
    name: String,
    quantity: String,
    price: String,
    #[serde(default)]
    cost: Option<String>,
    date: String,
    #[serde(default)]
    kind: Option<String>,
}

/// The charge as it waits for its month's run.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Charged {
    id: String,
    account_ref: String,
    name: String,
    date: String,
    net: String,
    currency: String,
}

/// Adds a one-off charge.
pub fn charge(session: &mut Session, ask: Ask) -> Result<Charged, Failure> {
    let decimal = |name: &str, text: &str| -> Result<Decimal, Failure> {
        text.trim().parse().map_err(|_| Failure::usage(format!("{name} \"{text}\" is not a number.")))
    };
    let (quantity, unit_price) = (decimal("--quantity", &ask.quantity)?, decimal("--price", &ask.price)?);
    let unit_cost = ask.cost.as_deref().map(|c| decimal("--cost", c)).transpose()?;
    let date = crate::session::date(&ask.date)?;
    if ask.name.trim().is_empty() || unit_price.is_sign_negative() {
        return Err(Failure::usage("Give a name and a price that is not negative; a credit has a negative quantity."));
    }
    let kind = ask.kind.as_deref().unwrap_or("service");
    let kind = crate::catalogue::kind_of(kind).ok_or_else(|| Failure::usage("--kind: give service or one-off."))?;
    session.write(|book| {
        let mut names = book.names()?;
        let people = People::load(book, &mut names)?;
        let account = people.find(&ask.account, &names)?;
        let net = quantity
            .checked_mul(unit_price)
            .and_then(|v| engine::Money::round(v, account.currency, Rounding::HalfUp).ok())
            .ok_or_else(|| Failure::usage("The amount is too large."))?;
        let writer = book.writer()?;
        // The kind decides the revenue account, so each kind of by-hand charge is a product of its own.
        let product = by_hand(kind, &mut names);
        let name = if kind == ProductKind::Service { "Services by hand" } else { "Goods by hand" };
        let mut products =
            [Product { id: store::new_id(), key: product, name: name.into(), vendor: String::new(), kind }];
        if !tables::products::load(book.conn(), &mut names)?.iter().any(|p| p.key == product) {
            writer.put_products(&names, &mut products)?;
        }
        let id: Id = store::new_id();
        let line = OneOff {
            id,
            account: account.id,
            date,
            name: ask.name.trim().to_owned(),
            quantity,
            unit_price,
            unit_cost,
            currency: account.currency,
            product: Some(product),
        };
        writer.put_one_offs(&names, &[line])?;
        Ok(Charged {
            id: id.to_string(),
            account_ref: people.reference(account.id, &names),
            name: ask.name.trim().to_owned(),
            date: date.to_string(),
            net: net.to_string(),
            currency: account.currency.to_string(),
        })
    })
}

fn by_hand(kind: ProductKind, names: &mut Names) -> ProductKey {
    let sku = if kind == ProductKind::Service { "service" } else { "one-off" };
    ProductKey { product: names.intern("BY-HAND"), sku: names.intern(sku) }
}
