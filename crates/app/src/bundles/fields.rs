//! The fields of a bundle: which edition they are of, and its parts in words.

use crate::Failure;
use crate::catalogue::key_of;
use crate::fields::Fields;
use engine::bundle::{Bundle, BundlePart, Edition, PartKind};
use engine::register::{ProductKey, ProductKind};
use engine::{Date, Decimal, IdMap, Names, Symbol, date};
use std::collections::BTreeMap;

/// The fields of a bundle, for messages and help.
pub const FIELDS: &str = "name, from (first day of the edition they are of, nothing for the first of all; without it the one in force today is corrected), parts \
                          (PRODUCT:SKU*RATIO-PERCENT or PRODUCT:SKU*RATIO=PRICE, parted by commas; after a blank the words hidden, \
                          service, one-off, cost=AMOUNT; nothing takes the edition of that day back), price, currency, show_parts \
                          (yes or no)";

/// A bundle's name and one edition as fields make them of what is known.
pub(crate) struct Drawn {
    pub name: String,
    pub edition: Edition,
    /// The edition that begins on its day is taken back.
    pub withdrawn: bool,
}

/// The edition that fields are of, changed by them. Nothing is stored.
pub(crate) fn drawn(
    bundle: &Bundle,
    fields: BTreeMap<String, String>,
    today: Date,
    kinds: &IdMap<ProductKey, ProductKind>,
    names: &mut Names,
) -> Result<Drawn, Failure> {
    let mut f = Fields::new(fields);
    let from = match f.text("from").as_deref() {
        None => None,
        Some("") => Some(bundle.editions.first().map_or(date::RANGE.0, |first| first.from)),
        Some(text) => Some(crate::session::date(text)?),
    };
    let known = bundle.on(from.unwrap_or(today)).cloned();
    let mut edition = known.unwrap_or_else(|| Edition::blank(from.unwrap_or(date::RANGE.0)));
    edition.from = from.unwrap_or(edition.from);
    let name = f.text("name").unwrap_or_else(|| bundle.name.clone());
    edition.show_parts = f.flag("show_parts")?.unwrap_or(edition.show_parts);
    let given = f.text("parts");
    let withdrawn = given.as_deref().is_some_and(|text| text.trim().is_empty()) && from.is_some();
    if let Some(parts) = given.filter(|_| !withdrawn) {
        edition.parts = parts.split(',').map(|p| part(p.trim(), None, kinds, names)).collect::<Result<_, _>>()?;
    }
    edition.currency = f.currency("currency")?.or(edition.currency);
    match f.text("price").as_deref() {
        None => {}
        Some("") => edition.price = None,
        Some(text) => edition.price = Some(price("price", text)?),
    }
    let amounts = edition.parts.iter().flat_map(|part| [part.price, part.cost]).chain([edition.price]);
    if amounts.flatten().next().is_some() && edition.currency.is_none() {
        return Err(Failure::usage("A price needs currency=..., such as GBP."));
    }
    f.done(FIELDS)?;
    Ok(Drawn { name, edition, withdrawn })
}

/// How a part is charged where nobody says it: as the catalogue has the product.
pub(crate) fn kind_of(listed: Option<ProductKind>) -> PartKind {
    match listed {
        Some(ProductKind::OneOff) => PartKind::OneOff,
        Some(ProductKind::Service) => PartKind::Service,
        Some(ProductKind::Licence | ProductKind::Usage) | None => PartKind::Licence,
    }
}

fn price(name: &str, text: &str) -> Result<Decimal, Failure> {
    let wrong = || Failure::usage(format!("{name}=\"{text}\": give a number such as 12.50."));
    let price: Decimal = text.parse().map_err(|_| wrong())?;
    if price.is_sign_negative() {
        return Err(Failure::new("E-RULE", format!("The {name} of a bundle is not below nothing.")));
    }
    Ok(price)
}

/// Reads one part: `PRODUCT:SKU*RATIO-PERCENT=PRICE`, then words. What is left out is one unit at the price of the rules, or,
/// where the part takes the place of another, as that one was; a price and a cost belong to the product they were named for.
pub(super) fn part(
    text: &str,
    instead_of: Option<&BundlePart>,
    kinds: &IdMap<ProductKey, ProductKind>,
    names: &mut Names,
) -> Result<BundlePart, Failure> {
    let mut words = text.split_whitespace();
    let first = words.next().unwrap_or_default();
    let (rest, own) = match first.split_once('=') {
        Some((rest, own)) => (rest, Some(price("price", own)?)),
        None => (first, None),
    };
    let (rest, discount) = match rest.rsplit_once('-').map(|(rest, percent)| (rest, percent.parse::<Decimal>())) {
        Some((rest, Ok(percent))) if rest.contains(':') => (rest, Some(percent / Decimal::ONE_HUNDRED)),
        _ => (rest, None),
    };
    let (product, ratio) = match rest.split_once('*') {
        Some((product, ratio)) => {
            let ratio = ratio.parse().map_err(|_| Failure::usage(format!("\"{ratio}\" is not a ratio.")))?;
            (product, Some(ratio))
        }
        None => (rest, None),
    };
    // Products of files may have no SKU.
    let product = match product.strip_suffix(':') {
        Some(product) if !product.is_empty() => ProductKey { product: names.intern(product), sku: Symbol::EMPTY },
        _ => key_of(product, names)?,
    };
    let listed = kinds.get(&product).copied();
    if listed == Some(ProductKind::Usage) {
        let text = format!("\"{text}\": consumption is billed as it is metered, not in a bundle.");
        return Err(Failure::new("E-RULE", text).hint("Leave it out, and sell it beside the bundle."));
    }
    let base = instead_of.cloned().unwrap_or(BundlePart::of(product));
    let mut part = BundlePart {
        product,
        kind: if listed.is_some() { kind_of(listed) } else { base.kind },
        ratio: ratio.unwrap_or(base.ratio),
        discount: discount.unwrap_or(base.discount),
        price: own,
        cost: None,
        shown: base.shown,
    };
    if part.ratio <= Decimal::ZERO || part.discount < Decimal::ZERO || part.discount > Decimal::ONE {
        let text = format!("\"{text}\": a part has more than no units, and a discount from 0 to 100 %.");
        return Err(Failure::new("E-RULE", text));
    }
    for word in words {
        match (word, word.split_once('=')) {
            ("hidden", _) => part.shown = false,
            ("shown", _) => part.shown = true,
            (_, Some(("cost", cost))) => part.cost = Some(price("cost", cost)?),
            _ => part.kind = kind(word)?,
        }
    }
    Ok(part)
}

fn kind(word: &str) -> Result<PartKind, Failure> {
    let known = PartKind::ALL.into_iter().find(|kind| kind.name() == word);
    known.ok_or_else(|| {
        Failure::usage(format!("\"{word}\" is not understood: give hidden, licence, service, one-off or cost=AMOUNT."))
    })
}
