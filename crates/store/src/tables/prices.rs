//! Prices: vendor lists and price rules.
//!
//! Lists and rules are append-only. The same list row given again with another price is a further version of it, and
//! the last version counts; a rule is superseded by the next version under its name, from that version's first day.

use engine::price::{Band, Hold, Layer, ListPrice, Method, PriceRule, Selector, Uplift};
use engine::register::Term;
use engine::{Decimal, Id, LineRef, Names};
use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension, params};
use serde_json::{Value, json};

use super::Put;
use super::cell::{Columns, cells, damaged, date, day, of_word, word};
use super::products::{key, known};
use super::seal::{Table, Writer};
use super::words::{HOLDS, LIST_KINDS, LIST_PLANS, PLANS};
use crate::StoreError;

pub(crate) const LIST_PRICES: Table = Table {
    name: "list_prices",
    columns: &[
        "product",
        "sku",
        "kind",
        "term_months",
        "plan",
        "currency",
        "segment",
        "at_least",
        "day",
        "version",
        "until",
        "cost",
        "erp",
        "recorded",
        "document",
        "row",
    ],
};

pub(crate) const PRICE_RULES: Table = Table {
    name: "price_rules",
    columns: &[
        "id",
        "name",
        "version",
        "layer",
        "target",
        "product",
        "sku",
        "term_months",
        "plan",
        "method",
        "floor_at_cost",
        "ceiling_at_erp",
        "pass_promotions",
        "pass_earned_credit",
        "hold",
        "notice_days",
        "list_plan",
        "uplift",
        "uplift_day",
        "uplift_each",
        "day",
        "until",
        "recorded",
    ],
};

/// The last version of every list price, by what it is for and first day. One that ends on the day it
/// begins was taken back, and is not among them.
pub fn load_list(conn: &Connection, names: &mut Names) -> Result<Vec<ListPrice>, StoreError> {
    load_list_as_of(conn, names, None)
}

/// The same as it was when the counter of prices stood at `prices`.
pub fn load_list_as_of(
    conn: &Connection,
    names: &mut Names,
    prices: Option<u64>,
) -> Result<Vec<ListPrice>, StoreError> {
    let mut statement = conn.prepare_cached(&format!(
        "{} WHERE recorded <= ?1
         ORDER BY product, sku, kind, term_months, plan, currency, segment, at_least, day, version",
        LIST_PRICES.select()
    ))?;
    let mut rows = statement.query([known(prices)])?;
    let mut out: Vec<ListPrice> = Vec::new();
    while let Some(row) = rows.next()? {
        let source = row.col::<Option<u32>>(14)?.zip(row.col::<Option<u32>>(15)?);
        let price = ListPrice {
            kind: row.word(2, LIST_KINDS)?,
            product: key(names, &row.col::<String>(0)?, &row.col::<String>(1)?),
            term: Term { months: row.col(3)? },
            plan: row.word(4, PLANS)?,
            currency: row.currency(5)?,
            segment: names.intern(&row.col::<String>(6)?),
            at_least: row.decimal(7)?,
            from: row.day(8)?,
            until: row.day_opt(10)?,
            cost: row.decimal(11)?,
            erp: row.decimal(12)?,
            source: source.map(|(document, row)| LineRef { document, row }),
        };
        let natural = |p: &ListPrice| (p.kind, p.product, p.term, p.plan, p.currency, p.segment, p.at_least, p.from);
        match out.last_mut() {
            Some(last) if natural(last) == natural(&price) => *last = price,
            _ => out.push(price),
        }
    }
    out.retain(|price| price.until != Some(price.from));
    Ok(out)
}

/// Every version of every rule, by name and version. A version that was superseded ends where the next begins.
pub fn load_rules(conn: &Connection, names: &mut Names) -> Result<Vec<PriceRule>, StoreError> {
    load_rules_as_of(conn, names, None)
}

/// The same as it was when the counter of prices stood at `prices`: what was superseded later had not ended then.
pub fn load_rules_as_of(
    conn: &Connection,
    names: &mut Names,
    prices: Option<u64>,
) -> Result<Vec<PriceRule>, StoreError> {
    let select = format!("{} WHERE recorded <= ?1 ORDER BY name, version", PRICE_RULES.select());
    let mut statement = conn.prepare_cached(&select)?;
    let mut rows = statement.query([known(prices)])?;
    let mut out: Vec<PriceRule> = Vec::new();
    while let Some(row) = rows.next()? {
        let (layer, target): (String, Vec<u8>) = (row.col(3)?, row.col(4)?);
        let product = row.col::<Option<String>>(5)?.zip(row.col::<Option<String>>(6)?);
        let rule = PriceRule {
            id: row.id(0)?,
            name: row.col(1)?,
            version: row.col(2)?,
            layer: layer_of(&layer, &target, names)?,
            selector: Selector {
                product: product.map(|(product, sku)| key(names, &product, &sku)),
                term: row.col::<Option<u32>>(7)?.map(|months| Term { months }),
                plan: row.col::<Option<String>>(8)?.map(|w| of_word(PLANS, &w)).transpose()?,
            },
            method: method_of(&row.col::<String>(9)?)?,
            floor_at_cost: row.col(10)?,
            ceiling_at_erp: row.col(11)?,
            pass_promotions: row.col(12)?,
            pass_earned_credit: row.col(13)?,
            hold: match (row.word(14, HOLDS)?, row.col::<Option<u32>>(15)?) {
                (Hold::Float { .. }, Some(notice_days)) => Hold::Float { notice_days },
                (hold, _) => hold,
            },
            list_plan: row.word(16, LIST_PLANS)?,
            uplift: match (row.decimal_opt(17)?, row.day_opt(18)?, row.col(19)?) {
                (Some(share), Some(from), Some(by_agreement)) => Some(Uplift { share, from, by_agreement }),
                _ => None,
            },
            from: row.day(20)?,
            until: row.day_opt(21)?,
        };
        if let Some(before) = out.last_mut().filter(|before| before.name == rule.name) {
            before.until = Some(before.until.map_or(rule.from, |until| until.min(rule.from)));
        }
        out.push(rule);
    }
    // A version superseded from its very first day was never in force.
    out.retain(|rule| rule.until.is_none_or(|until| rule.from < until));
    Ok(out)
}

impl Writer<'_> {
    /// Adds list prices. One that differs from the version known is kept as a further version and counts as changed.
    pub fn put_list_prices(&self, names: &Names, prices: &[ListPrice]) -> Result<Put, StoreError> {
        let mut put = Put::default();
        let recorded = self.next_of_prices()?;
        let mut insert = self.insert(&LIST_PRICES)?;
        for p in prices {
            let (product, sku) = (names.text(p.product.product), names.text(p.product.sku));
            let (kind, plan) = (word(LIST_KINDS, p.kind), word(PLANS, p.plan));
            let (segment, at_least) = (names.text(p.segment), p.at_least.normalize());
            let last: Option<(i64, Option<i64>, String, String)> = self
                .conn()
                .prepare_cached(
                    "SELECT version, until, cost, erp FROM list_prices WHERE product = ?1 AND sku = ?2 AND kind = ?3
                     AND term_months = ?4 AND plan = ?5 AND currency = ?6 AND segment = ?7 AND at_least = ?8 AND day = ?9
                     ORDER BY version DESC LIMIT 1",
                )?
                .query_row(
                    params![
                        product,
                        sku,
                        kind,
                        p.term.months,
                        plan,
                        p.currency.code(),
                        segment,
                        at_least.to_string(),
                        day(p.from)
                    ],
                    |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?)),
                )
                .optional()?;
            let version = match last {
                None => 1,
                Some((_, until, cost, erp))
                    if until == p.until.map(day) && equal(&cost, p.cost) && equal(&erp, p.erp) =>
                {
                    put.same += 1;
                    continue;
                }
                Some((version, ..)) => {
                    put.changed += 1;
                    version + 1
                }
            };
            let (document, row) = p.source.map(|s| (s.document, s.row)).unzip();
            insert.add(&cells![
                product,
                sku,
                kind,
                p.term.months,
                plan,
                p.currency,
                segment,
                at_least,
                p.from,
                version,
                p.until,
                p.cost,
                p.erp,
                recorded,
                document,
                row,
            ])?;
        }
        put.added = insert.finish()? - put.changed;
        if put.added + put.changed > 0 {
            self.count("prices")?;
        }
        Ok(put)
    }

    /// Adds a version of a rule. One that says the same as the last version under its name changes nothing.
    pub fn put_rules(&self, names: &Names, rules: &[PriceRule]) -> Result<Put, StoreError> {
        let mut put = Put::default();
        let mut last = self.last_versions(names)?;
        let recorded = self.next_of_prices()?;
        for rule in rules {
            let version = match last.get(&rule.name) {
                None => 1,
                Some((_, Some(known))) if says_the_same(known, rule) => {
                    put.same += 1;
                    continue;
                }
                Some((version, _)) => version + 1,
            };
            last.insert(rule.name.clone(), (version, Some(rule.clone())));
            let (layer, target) = layer_cells(rule.layer, names);
            let product = rule.selector.product.map(|p| names.text(p.product));
            let sku = rule.selector.product.map(|p| names.text(p.sku));
            let (hold, notice_days) = match rule.hold {
                Hold::Float { notice_days } => (Hold::Float { notice_days: 0 }, Some(notice_days)),
                hold => (hold, None),
            };
            self.insert_one(
                &PRICE_RULES,
                &cells![
                    rule.id,
                    &rule.name,
                    version,
                    layer,
                    target,
                    product,
                    sku,
                    rule.selector.term.map(|t| t.months),
                    rule.selector.plan.map(|p| word(PLANS, p)),
                    method_json(&rule.method).to_string(),
                    rule.floor_at_cost,
                    rule.ceiling_at_erp,
                    rule.pass_promotions,
                    rule.pass_earned_credit,
                    word(HOLDS, hold),
                    notice_days,
                    word(LIST_PLANS, rule.list_plan),
                    rule.uplift.map(|u| u.share),
                    rule.uplift.map(|u| u.from),
                    rule.uplift.map(|u| u.by_agreement),
                    rule.from,
                    rule.until,
                    recorded,
                ],
            )?;
            if version == 1 { put.added += 1 } else { put.changed += 1 }
        }
        if put.added + put.changed > 0 {
            self.count("prices")?;
        }
        Ok(put)
    }

    /// The last version under each name, and the rule where it is in force at some time.
    fn last_versions(&self, names: &Names) -> Result<HashMap<String, (i64, Option<PriceRule>)>, StoreError> {
        let mut statement = self.conn().prepare_cached("SELECT name, max(version) FROM price_rules GROUP BY name")?;
        let versions = statement.query_map([], |r| Ok((r.get(0)?, (r.get(1)?, None))))?;
        let mut last: HashMap<String, (i64, Option<PriceRule>)> = versions.collect::<Result<_, _>>()?;
        for rule in load_rules(self.conn(), &mut names.clone())? {
            if let Some((_, known)) = last.get_mut(&rule.name) {
                *known = Some(rule);
            }
        }
        Ok(last)
    }
}

fn equal(stored: &str, value: Decimal) -> bool {
    stored.parse::<Decimal>().is_ok_and(|stored| stored == value)
}

fn layer_cells(layer: Layer, names: &Names) -> (&'static str, Vec<u8>) {
    match layer {
        Layer::Book => ("book", Vec::new()),
        Layer::Segment(text) => ("segment", names.text(text).as_bytes().to_vec()),
        Layer::Reseller(id) => ("reseller", id.0.to_vec()),
        Layer::Account(id) => ("account", id.0.to_vec()),
        Layer::Subscription(id) => ("subscription", id.0.to_vec()),
    }
}

fn layer_of(word: &str, target: &[u8], names: &mut Names) -> Result<Layer, StoreError> {
    let id = || <[u8; 16]>::try_from(target).map(Id).map_err(|_| damaged("the target of a price rule", word));
    Ok(match word {
        "book" => Layer::Book,
        "segment" => {
            let text = std::str::from_utf8(target).map_err(|_| damaged("the target of a price rule", word))?;
            Layer::Segment(names.intern(text))
        }
        "reseller" => Layer::Reseller(id()?),
        "account" => Layer::Account(id()?),
        "subscription" => Layer::Subscription(id()?),
        other => return Err(damaged("the layer of a price rule", other)),
    })
}

pub(crate) fn method_json(method: &Method) -> Value {
    let bands =
        |bands: &[Band]| -> Value { bands.iter().map(|b| json!([b.from.to_string(), b.value.to_string()])).collect() };
    match method {
        Method::Fixed { price } => json!({"fixed": price.to_string()}),
        Method::Markup { markup } => json!({"markup": markup.to_string()}),
        Method::Margin { margin } => json!({"margin": margin.to_string()}),
        Method::OffErp { discount } => json!({"off_erp": discount.to_string()}),
        Method::Split { share } => json!({"split": share.to_string()}),
        Method::Graduated { bands: b } => json!({"graduated": bands(b)}),
        Method::AllUnits { bands: b } => json!({"all_units": bands(b)}),
        Method::Ramp { steps } => {
            let steps: Vec<Value> =
                steps.iter().map(|(from, p)| json!([day(*from).to_string(), p.to_string()])).collect();
            json!({"ramp": steps})
        }
        Method::PassThrough => json!({"pass_through": null}),
        Method::Minimum { amount } => json!({"minimum": amount.to_string()}),
    }
}

/// What a rule says beside its method and switches: which list holds, which plan's, and the yearly rise.
pub(crate) fn clauses_json(rule: &PriceRule) -> Value {
    let hold = match rule.hold {
        Hold::Float { notice_days } => json!({ "float": notice_days }),
        hold => json!(word(HOLDS, hold)),
    };
    let uplift = rule.uplift.map(|u| json!([u.share.normalize().to_string(), u.from.to_string(), u.by_agreement]));
    json!([hold, word(LIST_PLANS, rule.list_plan), uplift])
}

fn method_of(text: &str) -> Result<Method, StoreError> {
    let bad = || damaged("the method of a price rule", text);
    let value: Value = serde_json::from_str(text).map_err(|_| bad())?;
    let (word, value) = value.as_object().and_then(|o| o.iter().next()).ok_or_else(bad)?;
    let number = |v: &Value| v.as_str().and_then(|t| t.parse::<Decimal>().ok()).ok_or_else(bad);
    let pairs = || -> Result<Vec<(Decimal, Decimal)>, StoreError> {
        let list = value.as_array().ok_or_else(bad)?;
        list.iter().map(|pair| Ok((number(&pair[0])?, number(&pair[1])?))).collect()
    };
    let bands = || Ok::<_, StoreError>(pairs()?.into_iter().map(|(from, value)| Band { from, value }).collect());
    Ok(match word.as_str() {
        "fixed" => Method::Fixed { price: number(value)? },
        "markup" => Method::Markup { markup: number(value)? },
        "margin" => Method::Margin { margin: number(value)? },
        "off_erp" => Method::OffErp { discount: number(value)? },
        "split" => Method::Split { share: number(value)? },
        "graduated" => Method::Graduated { bands: bands()? },
        "all_units" => Method::AllUnits { bands: bands()? },
        "ramp" => {
            let mut steps = Vec::new();
            for (from, price) in pairs()? {
                steps.push((date(i64::try_from(from.mantissa()).map_err(|_| bad())?), price));
            }
            Method::Ramp { steps }
        }
        "pass_through" => Method::PassThrough,
        "minimum" => Method::Minimum { amount: number(value)? },
        _ => return Err(bad()),
    })
}

/// Whether two versions differ in nothing but being versions.
fn says_the_same(last: &PriceRule, rule: &PriceRule) -> bool {
    *last == PriceRule { id: last.id, version: last.version, ..rule.clone() }
}
