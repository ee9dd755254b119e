//! Bundles: products made of products.

use crate::catalogue::{key_of, reference};
use crate::fields::Fields;
use crate::session::Book;
use crate::wire::{Amount, EndAsk, FieldsAsk, IdAsk, ListAsk, number};
use crate::{Failure, Session};
use engine::register::{Bundle, BundlePart};
use engine::{Decimal, Names};
use schemars::JsonSchema;
use serde::Serialize;
use store::tables;

/// The fields of a bundle, for messages and help.
pub const FIELDS: &str =
    "name, parts (PRODUCT:SKU*RATIO-PERCENT, parted by commas), price, currency, show_parts (yes or no)";

/// One bundle as shells see it.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Shown {
    #[serde(rename = "ref")]
    reference: String,
    name: String,
    price: Option<Amount>,
    show_parts: bool,
    parts: Vec<Part>,
}

/// One part of a bundle.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Part {
    product: String,
    ratio: String,
    discount_percent: String,
}

/// Several bundles.
#[derive(Debug, JsonSchema, Serialize)]
pub struct List {
    total: usize,
    bundles: Vec<Shown>,
}

fn shown(bundle: &Bundle, names: &Names) -> Shown {
    let part = |p: &BundlePart| Part {
        product: reference(p.product, names),
        ratio: number(p.ratio),
        discount_percent: number(p.discount * Decimal::ONE_HUNDRED),
    };
    Shown {
        reference: names.text(bundle.code).to_owned(),
        name: bundle.name.clone(),
        price: bundle.price.map(|(p, c)| Amount { amount: number(p), currency: c.to_string() }),
        show_parts: bundle.show_parts,
        parts: bundle.parts.iter().map(part).collect(),
    }
}

/// Lists bundles.
pub fn list(session: &mut Session, ask: ListAsk) -> Result<List, Failure> {
    session.read(|book| {
        let mut names = book.names()?;
        let bundles = tables::products::load_bundles(book.conn(), &mut names)?;
        let all: Vec<Shown> =
            bundles.iter().map(|b| shown(b, &names)).filter(|b| ask.matches(&[&b.name, &b.reference])).collect();
        Ok(List { total: all.len(), bundles: all.into_iter().take(ask.most()).collect() })
    })
}

/// Shows one bundle.
pub fn show(session: &mut Session, ask: IdAsk) -> Result<Shown, Failure> {
    session.read(|book| {
        let mut names = book.names()?;
        find(book, &ask.id, &mut names).map(|b| shown(&b, &names))
    })
}

fn find(book: &Book<'_>, id: &str, names: &mut Names) -> Result<Bundle, Failure> {
    let bundles = tables::products::load_bundles(book.conn(), names)?;
    bundles
        .into_iter()
        .find(|b| names.text(b.code) == id || b.name == id)
        .ok_or_else(|| Failure::not_found("bundle", id))
}

/// Adds a bundle.
pub fn add(session: &mut Session, ask: FieldsAsk) -> Result<Shown, Failure> {
    session.write(|book| {
        let mut names = book.names()?;
        if find(book, &ask.id, &mut names).is_ok() {
            return Err(Failure::new("E-STATE", format!("There is a bundle \"{}\" already.", ask.id)));
        }
        let code = names.intern(&ask.id);
        save(book, Bundle { code, name: String::new(), parts: Vec::new(), price: None, show_parts: true }, ask, names)
    })
}

/// Changes a bundle.
pub fn set(session: &mut Session, ask: FieldsAsk) -> Result<Shown, Failure> {
    session.write(|book| {
        let mut names = book.names()?;
        let bundle = find(book, &ask.id, &mut names)?;
        save(book, bundle, ask, names)
    })
}

fn save(book: &Book<'_>, bundle: Bundle, ask: FieldsAsk, mut names: Names) -> Result<Shown, Failure> {
    let bundle = changed(bundle, ask.fields, &mut names)?;
    if bundle.name.trim().is_empty() || bundle.parts.is_empty() {
        return Err(
            Failure::usage("name=... and parts=... are needed.").hint("parts=CFQ7TTC0LCHC:0002,CFQ7TTC0LH04:0001*1-5")
        );
    }
    let writer = book.writer()?;
    writer.put_bundles(&names, std::slice::from_ref(&bundle))?;
    Ok(shown(&bundle, &names))
}

/// A bundle with the fields given changed. Parts are given as `PRODUCT:SKU*RATIO-PERCENT`, parted by commas; ratio and
/// discount may be left out. An empty price makes it the sum of its parts.
pub(crate) fn changed(
    mut bundle: Bundle,
    fields: std::collections::BTreeMap<String, String>,
    names: &mut Names,
) -> Result<Bundle, Failure> {
    let mut f = Fields::new(fields);
    bundle.name = f.text("name").unwrap_or(bundle.name);
    bundle.show_parts = f.flag("show_parts")?.unwrap_or(bundle.show_parts);
    if let Some(parts) = f.text("parts") {
        bundle.parts = parts.split(',').map(|p| part(p.trim(), names)).collect::<Result<_, _>>()?;
    }
    let (price, currency) = (f.text("price"), f.currency("currency")?);
    match price.as_deref() {
        None => {}
        Some("") => bundle.price = None,
        Some(text) => {
            let price =
                text.parse().map_err(|_| Failure::usage(format!("price=\"{text}\": give a number such as 12.50.")))?;
            let currency = currency.or(bundle.price.map(|(_, c)| c));
            bundle.price = Some((price, currency.ok_or_else(|| Failure::usage("price=... needs currency=..."))?));
        }
    }
    f.done(FIELDS)?;
    Ok(bundle)
}

fn part(text: &str, names: &mut Names) -> Result<BundlePart, Failure> {
    let (rest, discount) = match text.rsplit_once('-') {
        Some((rest, percent)) if percent.parse::<Decimal>().is_ok() && rest.contains(':') => {
            (rest, percent.parse().unwrap_or_default())
        }
        _ => (text, Decimal::ZERO),
    };
    let (product, ratio) = match rest.split_once('*') {
        Some((product, ratio)) => {
            let ratio = ratio.parse().map_err(|_| Failure::usage(format!("\"{ratio}\" is not a ratio.")))?;
            (product, ratio)
        }
        None => (rest, Decimal::ONE),
    };
    Ok(BundlePart { product: key_of(product, names)?, ratio, discount: discount / Decimal::ONE_HUNDRED })
}

/// Bundles do not end: their subscriptions do.
pub fn end(_: &mut Session, ask: EndAsk) -> Result<Shown, Failure> {
    Err(Failure::new("E-RULE", format!("The bundle {} stays, because running agreements name it.", ask.id))
        .hint("End the subscriptions sold in it with `billhook subscriptions end`."))
}
