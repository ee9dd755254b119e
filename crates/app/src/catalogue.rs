//! Products: what is sold, whoever sells it to us.

use crate::fields::Fields;
use crate::session::Book;
use crate::wire::{EndAsk, FieldsAsk, IdAsk, ListAsk};
use crate::{Failure, Session, own_ids};
use engine::Names;
use engine::register::{Product, ProductKey, ProductKind};
use schemars::JsonSchema;
use serde::Serialize;
use store::tables;

/// The fields of a product, for messages and help.
pub const FIELDS: &str = "name, vendor, kind (licence, usage, one-off, service)";

/// One product as shells see it.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Shown {
    id: String,
    #[serde(rename = "ref")]
    reference: String,
    product: String,
    sku: String,
    name: String,
    kind: &'static str,
    vendor: String,
}

/// Several products.
#[derive(Debug, JsonSchema, Serialize)]
pub struct List {
    total: usize,
    products: Vec<Shown>,
}

/// The public word for a kind of product.
pub fn kind_word(kind: ProductKind) -> &'static str {
    match kind {
        ProductKind::Licence => "licence",
        ProductKind::Usage => "usage",
        ProductKind::OneOff => "one-off",
        ProductKind::Service => "service",
    }
}

/// Reads a kind of product.
pub fn kind_of(text: &str) -> Option<ProductKind> {
    let kinds = [ProductKind::Licence, ProductKind::Usage, ProductKind::OneOff, ProductKind::Service];
    kinds.into_iter().find(|k| kind_word(*k) == text.replace('_', "-"))
}

/// `PRODUCT:SKU`, as commands take and show it.
pub fn reference(key: ProductKey, names: &Names) -> String {
    format!("{}:{}", names.text(key.product), names.text(key.sku))
}

/// Reads `PRODUCT:SKU`; a SKU of digits is padded to four.
pub fn key_of(text: &str, names: &mut Names) -> Result<ProductKey, Failure> {
    let (product, sku) = text.split_once(':').filter(|(p, s)| !p.is_empty() && !s.is_empty()).ok_or_else(|| {
        Failure::usage(format!("\"{text}\" is not of the form PRODUCT:SKU, such as CFQ7TTC0LCHC:0002."))
    })?;
    let sku = if sku.bytes().all(|b| b.is_ascii_digit()) { format!("{sku:0>4}") } else { sku.to_owned() };
    Ok(ProductKey { product: names.intern(product), sku: names.intern(&sku) })
}

fn shown(product: &Product, names: &Names) -> Shown {
    Shown {
        id: product.id.to_string(),
        reference: reference(product.key, names),
        product: names.text(product.key.product).to_owned(),
        sku: names.text(product.key.sku).to_owned(),
        name: product.name.clone(),
        kind: kind_word(product.kind),
        vendor: product.vendor.clone(),
    }
}

/// Lists products.
pub fn list(session: &mut Session, ask: ListAsk) -> Result<List, Failure> {
    session.read(|book| {
        let mut names = book.names()?;
        let products = tables::products::load(book.conn(), &mut names)?;
        let all: Vec<Shown> = products
            .iter()
            .map(|p| shown(p, &names))
            .filter(|p| ask.matches(&[&p.name, &p.reference, &p.vendor]))
            .collect();
        Ok(List { total: all.len(), products: all.into_iter().take(ask.most()).collect() })
    })
}

/// Shows one product.
pub fn show(session: &mut Session, ask: IdAsk) -> Result<Shown, Failure> {
    session.read(|book| {
        let mut names = book.names()?;
        find(book, &ask.id, &mut names).map(|p| shown(&p, &names))
    })
}

/// One product by the book's id or `PRODUCT:SKU`.
pub(crate) fn find(book: &Book<'_>, id: &str, names: &mut Names) -> Result<Product, Failure> {
    let products = tables::products::load(book.conn(), names)?;
    products
        .into_iter()
        .find(|p| p.id.to_string() == id || reference(p.key, names).eq_ignore_ascii_case(id))
        .ok_or_else(|| Failure::not_found("product", id))
}

/// Adds a product; without an id it gets the next one of ours.
pub fn add(session: &mut Session, mut ask: FieldsAsk) -> Result<Shown, Failure> {
    session.write(|book| {
        let mut names = book.names()?;
        if ask.id.trim().is_empty() {
            let known = tables::products::load(book.conn(), &mut names)?;
            let taken = known.iter().map(|p| names.text(p.key.product).to_owned());
            ask.id = format!("{}:0001", own_ids::next("P", taken));
        }
        let key = key_of(&ask.id, &mut names)?;
        let product = Product {
            id: store::new_id(),
            key,
            name: String::new(),
            vendor: String::new(),
            kind: ProductKind::Licence,
        };
        if find(book, &ask.id, &mut names).is_ok() {
            return Err(Failure::new("E-STATE", format!("There is a product \"{}\" already.", ask.id)));
        }
        let added = save(book, product, ask, names)?;
        crate::price_lists::take_up_if_missing(book)?;
        Ok(added)
    })
}

/// Changes a product.
pub fn set(session: &mut Session, ask: FieldsAsk) -> Result<Shown, Failure> {
    session.write(|book| {
        let mut names = book.names()?;
        let product = find(book, &ask.id, &mut names)?;
        save(book, product, ask, names)
    })
}

fn save(book: &Book<'_>, mut product: Product, ask: FieldsAsk, names: Names) -> Result<Shown, Failure> {
    let mut f = Fields::new(ask.fields);
    product.name = f.text("name").unwrap_or(product.name);
    product.vendor = f.text("vendor").unwrap_or(product.vendor);
    product.kind = f.read("kind", "licence, usage, one-off or service", kind_of)?.unwrap_or(product.kind);
    f.done(FIELDS)?;
    if product.name.trim().is_empty() {
        return Err(Failure::usage("name=... is needed."));
    }
    let writer = book.writer()?;
    let mut rows = [product];
    writer.put_products(&names, &mut rows)?;
    let [product] = rows;
    Ok(shown(&product, &names))
}

/// Products do not end: what is no longer sold is no longer priced.
pub fn end(_: &mut Session, ask: EndAsk) -> Result<Shown, Failure> {
    Err(Failure::new("E-RULE", format!("The product {} stays in the catalogue, because past lines name it.", ask.id))
        .hint(
            "End its price rules with `billhook prices end`, or its subscriptions with `billhook subscriptions end`.",
        ))
}
