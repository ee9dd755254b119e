//! The canonical export: the book as sorted JSON lines, for telling whether two books say the same.
//!
//! Records are named by their natural keys: an account by its source id (its name where it has none), a document by the
//! hash of its bytes, an invoice by its number. Random ids, clock times, seals, chain values and numbers that only say
//! in which order things were recorded are left out, so that the same history gives the same bytes.

use std::collections::HashMap;
use std::io::Write;

use engine::bundle::{BundlePart, Edition};
use engine::cost::CostLine;
use engine::finding::Until;
use engine::register::EventKind;
use engine::sale::{SaleLine, SoldAt};
use engine::why::{Step, Value as StepValue};
use engine::{Decimal, Id, LineRef, Names, Period, SourceId, Symbol};
use rusqlite::Connection;
use serde_json::{Value, json};

use super::cell::{Columns, word};
use super::lines::Keep;
use super::words::{
    ACCOUNT_KINDS, BASES, CADENCES, CHARGE_KINDS, DOCUMENT_KINDS, FIXES, LIST_KINDS, LIST_STATES, PART_KINDS, PLANS,
    PRODUCT_KINDS,
};
use super::words::{TAX_TREATMENTS, TIMINGS};
use super::{
    Scope, accounts, contacts, documents, findings, invoices, journal, lines, one_offs, price_lists, prices, products,
    promotions, runs, settings,
};
use super::{subscriptions, texts, volume};
use crate::StoreError;

/// Writes the canonical export of a book.
pub fn export(conn: &Connection, out: &mut impl Write) -> Result<(), StoreError> {
    let mut names = texts::load(conn)?;
    let mut export = Export { out, people: HashMap::new(), things: HashMap::new(), documents: HashMap::new() };
    export.register(conn, &mut names)?;
    export.prices(conn, &mut names)?;
    export.documents(conn, &names)?;
    export.findings(conn, &mut names)?;
    export.billing(conn, &names)?;
    export.journal(conn)
}

struct Export<'o, W> {
    out: &'o mut W,
    /// Accounts by id: their natural keys.
    people: HashMap<Id, String>,
    /// Subscriptions, one-off charges and invoice lines by id: their natural keys.
    things: HashMap<Id, String>,
    /// Documents by number: hash of their bytes.
    documents: HashMap<u32, String>,
}

impl<W: Write> Export<'_, W> {
    fn line(&mut self, kind: &str, record: Value) -> Result<(), StoreError> {
        writeln!(self.out, "{}", json!([kind, record]))
            .map_err(|cause| StoreError::Io { what: "writing the export".into(), cause })
    }

    /// Writes records in the order of their text.
    fn sorted(&mut self, kind: &str, records: impl IntoIterator<Item = Value>) -> Result<(), StoreError> {
        let mut records: Vec<(String, Value)> = records.into_iter().map(|r| (r.to_string(), r)).collect();
        records.sort_by(|a, b| a.0.cmp(&b.0));
        records.into_iter().try_for_each(|(_, record)| self.line(kind, record))
    }

    fn person(&self, id: Id) -> String {
        self.people.get(&id).cloned().unwrap_or_default()
    }

    fn thing(&self, id: Id) -> String {
        self.things.get(&id).or_else(|| self.people.get(&id)).cloned().unwrap_or_default()
    }

    fn place(&self, at: LineRef) -> Value {
        json!([self.documents.get(&at.document), at.row])
    }

    fn register(&mut self, conn: &Connection, names: &mut Names) -> Result<(), StoreError> {
        let settings = settings::list(conn, "")?;
        self.sorted("setting", settings.into_iter().map(|(key, value)| json!([key, value])))?;

        let accounts = accounts::load(conn, names)?;
        for a in &accounts {
            self.people.insert(a.id, natural(names, a.source, &a.name));
        }
        let records: Vec<Value> = accounts
            .iter()
            .map(|a| {
                json!({
                    "key": self.person(a.id), "kind": word(ACCOUNT_KINDS, a.kind),
                    "parent": a.parent.map(|id| self.person(id)), "bill_to": a.bill_to.map(|id| self.person(id)),
                    "name": a.name, "country": a.country, "address": a.address, "vat_id": a.vat_id,
                    "tax": word(TAX_TREATMENTS, a.tax), "tax_percent": number(a.tax_percent),
                    "segment": names.text(a.segment), "currency": a.currency.code(), "payment_days": a.payment_days,
                    "language": a.language, "basis": a.basis.map(|b| word(BASES, b)),
                    "purchase_order": a.purchase_order, "needs_purchase_order": a.needs_purchase_order,
                    "ended": a.ended.map(|d| d.to_string()),
                })
            })
            .collect();
        self.sorted("account", records)?;

        let tenants = accounts::load_tenants(conn, names)?;
        let records: Vec<Value> = tenants
            .iter()
            .map(|t| json!([names.source_text(t.tenant), t.account.map(|id| self.person(id)), t.domain]))
            .collect();
        self.sorted("tenant", records)?;

        let list = contacts::load(conn, Scope::All)?;
        let record = |c: &engine::contact::Contact| {
            json!([self.person(c.account), c.name, c.role, c.mail, c.phone, c.gets_invoices])
        };
        let records: Vec<Value> = list.iter().map(record).collect();
        self.sorted("contact", records)?;
        let list = contacts::load_notes(conn, Scope::All)?;
        let records: Vec<Value> =
            list.iter().map(|n| json!([self.person(n.account), n.date.to_string(), n.text])).collect();
        self.sorted("note", records)?;

        let subscriptions = subscriptions::load(conn, names, Scope::All)?;
        for s in &subscriptions {
            let product = names.text(s.product.product);
            let by_hand = format!("{} {product} {}", self.person(s.account), s.start);
            self.things.insert(s.id, natural(names, s.source, &by_hand));
        }
        let records: Vec<Value> = subscriptions
            .iter()
            .map(|s| {
                json!({
                    "key": self.thing(s.id), "account": self.person(s.account),
                    "product": pair(names, s.product.product, s.product.sku), "name": names.text(s.name),
                    "term": s.term.to_string(), "plan": word(PLANS, s.plan), "start": s.start.to_string(),
                    "term_end": s.term_end.map(|d| d.to_string()), "anchor_day": s.anchor_day,
                    "currency": s.pricing_currency.code(), "bundle": names.text(s.bundle),
                    "bundle_policy": s.bundle_policy.name(),
                    "sold_plan": s.sold_plan.map(|plan| word(PLANS, plan)),
                    "customer_term": s.customer_term.map(|t| json!([t.length.to_string(), t.from.to_string()])),
                    "basis": s.basis.map(|b| word(BASES, b)), "cadence": word(CADENCES, s.cadence),
                    "timing": word(TIMINGS, s.timing),
                    "events": s.events.iter().map(|e| json!([e.date.to_string(), self.event(names, &e.kind)])).collect::<Value>(),
                })
            })
            .collect();
        self.sorted("subscription", records)?;

        let charges = one_offs::load(conn, Scope::All)?;
        for c in &charges {
            self.things.insert(c.id, format!("{} {} {}", self.person(c.account), c.date, c.name));
        }
        let records: Vec<Value> = charges
            .iter()
            .map(|c| {
                json!({
                    "key": self.thing(c.id), "quantity": number(c.quantity), "unit_price": number(c.unit_price),
                    "unit_cost": c.unit_cost.map(number), "currency": c.currency.code(),
                    "product": c.product.map(|p| pair(names, p.product, p.sku)),
                })
            })
            .collect();
        self.sorted("one_off", records)
    }

    fn event(&self, names: &Names, kind: &EventKind) -> Value {
        match kind {
            EventKind::Started { quantity } => json!({"started": number(*quantity)}),
            EventKind::SeatsChanged { delta } => json!({"seats_changed": number(*delta)}),
            EventKind::SeatsSet { quantity } => json!({"seats_set": number(*quantity)}),
            EventKind::Cancelled { credit } => json!({"cancelled": credit}),
            EventKind::Renewed { term_end } => json!({"renewed": term_end.to_string()}),
            EventKind::Upgraded { to } => json!({"upgraded": pair(names, to.product, to.sku)}),
            EventKind::Moved { account } => json!({"moved": self.person(*account)}),
            EventKind::Suspended { suspended } => json!({"suspended": suspended}),
            EventKind::PriceSet { price } => json!({"price_set": price.map(number)}),
            EventKind::EditionSet { day } => json!({"edition_set": day.to_string()}),
            EventKind::OneOffsReturned => json!("one_offs_returned"),
        }
    }

    fn prices(&mut self, conn: &Connection, names: &mut Names) -> Result<(), StoreError> {
        let list = products::load(conn, names)?;
        self.sorted(
            "product",
            list.iter()
                .map(|p| json!([pair(names, p.key.product, p.key.sku), p.name, p.vendor, word(PRODUCT_KINDS, p.kind)])),
        )?;
        let list = products::load_bundles(conn, names)?;
        self.sorted(
            "bundle",
            list.iter().map(|b| {
                let part = |p: &BundlePart| {
                    json!([
                        pair(names, p.product.product, p.product.sku),
                        word(PART_KINDS, p.kind),
                        number(p.ratio),
                        number(p.discount),
                        p.price.map(number),
                        p.cost.map(number),
                        p.shown,
                    ])
                };
                let edition = |e: &Edition| {
                    json!({
                        "from": e.from.to_string(), "parts": e.parts.iter().map(part).collect::<Value>(),
                        "price": e.price.map(number), "currency": e.currency.map(|c| c.code().to_owned()),
                        "show_parts": e.show_parts,
                    })
                };
                json!({
                    "code": names.text(b.code), "name": b.name,
                    "editions": b.editions.iter().map(edition).collect::<Value>(),
                })
            }),
        )?;
        let list = prices::load_list(conn, names)?;
        self.sorted(
            "list_price",
            list.iter().map(|p| {
                json!([
                    pair(names, p.product.product, p.product.sku),
                    p.term.to_string(),
                    word(PLANS, p.plan),
                    p.currency.code(),
                    [word(LIST_KINDS, p.kind), names.text(p.segment), &number(p.at_least)],
                    p.from.to_string(),
                    p.until.map(|d| d.to_string()),
                    number(p.cost),
                    number(p.erp),
                ])
            }),
        )?;
        let mut records = Vec::new();
        for r in prices::load_rules(conn, names)? {
            let (layer, target) = match r.layer {
                engine::price::Layer::Book => ("book", String::new()),
                engine::price::Layer::Segment(text) => ("segment", names.text(text).to_owned()),
                engine::price::Layer::Reseller(id) => ("reseller", self.person(id)),
                engine::price::Layer::Account(id) => ("account", self.person(id)),
                engine::price::Layer::Subscription(id) => ("subscription", self.thing(id)),
            };
            records.push(json!({
                "name": r.name, "version": r.version, "layer": [layer, target],
                "product": r.selector.product.map(|p| pair(names, p.product, p.sku)),
                "term": r.selector.term.map(|t| t.to_string()), "plan": r.selector.plan.map(|p| word(PLANS, p)),
                "method": prices::method_json(&r.method),
                "switches": [r.floor_at_cost, r.ceiling_at_erp, r.pass_promotions, r.pass_earned_credit],
                "clauses": prices::clauses_json(&r),
                "from": r.from.to_string(), "until": r.until.map(|d| d.to_string()),
            }));
        }
        self.sorted("price_rule", records)?;
        let list = promotions::load(conn, names)?;
        self.sorted(
            "promotion",
            list.iter().map(|p| {
                json!([
                    p.code,
                    pair(names, p.product.product, p.product.sku),
                    p.term.map(|t| t.to_string()),
                    p.plan.map(|plan| word(PLANS, plan)),
                    number(p.share),
                    p.from.to_string(),
                    p.until.map(|d| d.to_string()),
                ])
            }),
        )?;
        let breaks = volume::load(conn)?;
        self.sorted("volume_break", breaks.bands.iter().map(|b| json!([number(b.from), number(b.value)])))
    }

    fn documents(&mut self, conn: &Connection, names: &Names) -> Result<(), StoreError> {
        let mut list = documents::list(conn)?;
        for d in &list {
            self.documents.insert(d.no, hex(&d.sha256));
        }
        list.sort_by_key(|d| (d.sha256, d.no));
        for d in list {
            let totals: Vec<Value> = d.totals.iter().map(|(c, v)| json!([c.code(), number(v)])).collect();
            self.line(
                "document",
                json!({
                    "sha256": hex(&d.sha256), "kind": d.kind, "lines": d.lines.map(|l| word(DOCUMENT_KINDS, l)),
                    "file_name": d.file_name, "period": d.period.map(|p| p.to_string()), "invoices": d.invoices,
                    "rows": d.rows, "good_rows": d.good_rows, "totals": totals, "rest": d.rest_of.is_some(),
                }),
            )?;
            let costs = lines::load_costs(conn, names.clone(), &[d.no], Keep::Everything)?;
            for l in &costs.lines {
                self.cost_line(&costs.names, l)?;
            }
            let mut names = names.clone();
            for l in lines::load_sold(conn, &mut names, &[d.no], Keep::Everything)? {
                let SoldAt::Import(at) = l.at else { continue };
                self.line(
                    "sold_line",
                    json!([
                        self.place(at),
                        names.source_text(l.reference),
                        names.source_text(l.customer),
                        names.source_text(l.subscription),
                        pair(&names, l.product, l.sku),
                        period(l.period),
                        number(l.quantity),
                        l.unit_cost.map(number),
                        l.cost_total.map(number),
                        number(l.total),
                        l.currency.code(),
                    ]),
                )?;
            }
        }
        let lists = price_lists::load(conn)?;
        let records = lists.iter().map(|l| {
            let codes: Vec<&str> = l.currencies.iter().map(engine::Currency::code).collect();
            json!({
                "document": self.documents.get(&l.document), "state": word(LIST_STATES, l.state), "vendor": l.vendor,
                "currencies": codes, "from": l.from.to_string(), "kept": l.kept, "everything": l.everything,
                "since": l.since.to_string(),
            })
        });
        let records: Vec<Value> = records.collect();
        self.sorted("price_list", records)?;
        for (word, rows) in [("waiting", documents::waiting(conn)?), ("left_out", documents::left(conn)?)] {
            let record =
                |p: &documents::ProblemRow| json!([self.documents.get(&p.document), p.row, p.column, p.value, p.code]);
            let records: Vec<Value> = rows.iter().map(record).collect();
            self.sorted(word, records)?;
        }
        Ok(())
    }

    fn cost_line(&mut self, names: &Names, l: &CostLine) -> Result<(), StoreError> {
        self.line(
            "cost_line",
            json!([
                self.place(l.at),
                names.text(l.invoice),
                names.source_text(l.customer),
                names.source_text(l.subscription),
                pair(names, l.product, l.sku),
                format!("{:?}", l.family),
                charge(names, l),
                period(l.period),
                number(l.unit_price),
                number(l.quantity),
                number(l.billable_quantity),
                number(l.subtotal),
                number(l.tax),
                number(l.total),
                l.currency.code(),
                l.pricing_currency.code(),
                number(l.exchange_rate),
                names.text(l.order),
                names.text(l.reference),
                names.text(l.promotion),
                l.usage.as_ref().map(|u| json!([
                    u.date.map(|d| d.to_string()),
                    names.text(u.meter),
                    names.text(u.resource),
                    number(u.pricing_total),
                ])),
            ]),
        )
    }

    fn findings(&mut self, conn: &Connection, names: &mut Names) -> Result<(), StoreError> {
        let mut periods: Vec<i64> = Vec::new();
        {
            let mut statement = conn.prepare("SELECT DISTINCT period FROM findings ORDER BY period")?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                periods.push(row.col(0)?);
            }
        }
        for day in periods {
            let month = engine::Month::of(super::cell::date(day));
            let mut records = Vec::new();
            for f in findings::load(conn, names, month)? {
                let history = findings::history(conn, f.id)?;
                let decisions: Vec<Value> =
                    history.iter().map(|d| json!([d.state.name(), d.reason, d.day.to_string()])).collect();
                let d = &f.finding;
                let until = match d.until {
                    Until::Window(day) => format!("window {day}"),
                    Until::Renewal(day) => format!("renewal {day}"),
                    Until::Any => "any".into(),
                    Until::Never => "never".into(),
                };
                let sales: Vec<Value> = d
                    .sale_refs
                    .iter()
                    .map(|at| match at {
                        SoldAt::Import(at) => self.place(*at),
                        SoldAt::Invoice(id) => json!(self.thing(*id)),
                    })
                    .collect();
                records.push(json!({
                    "period": month.to_string(), "class": d.class.name(), "part": d.part,
                    "customer": names.source_text(d.customer), "subscription": names.source_text(d.subscription),
                    "product": pair(names, d.product, d.sku), "days": period(d.period), "money": number(d.money),
                    "per_year": number(d.per_year), "currency": d.currency.code(),
                    "cost_difference": number(d.cost_difference), "until": until, "fix": word(FIXES, d.fix),
                    "vendor_rows": d.vendor_rows.iter().map(|at| self.place(*at)).collect::<Value>(), "sales": sales,
                    "evidence": d.evidence, "state": f.state.name(), "reason": f.reason, "gone": f.gone,
                    "decisions": decisions,
                }));
            }
            self.sorted("finding", records)?;
        }
        Ok(())
    }

    fn billing(&mut self, conn: &Connection, names: &Names) -> Result<(), StoreError> {
        let list = runs::list(conn)?;
        self.sorted("run", list.iter().map(|r| json!([r.period.to_string(), r.state.name(), r.today.to_string()])))?;
        let list = invoices::list(conn, invoices::Filter::default())?;
        let labels: HashMap<Id, String> = list.iter().map(|i| (i.id, i.label.clone())).collect();
        let mut records = Vec::with_capacity(list.len());
        invoices::each_page(conn, invoices::Filter::default(), |i, lines| {
            let tax: Vec<Value> = i
                .tax_lines
                .iter()
                .map(|t| json!([word(TAX_TREATMENTS, t.treatment), number(t.percent), t.base.minor(), t.tax.minor()]))
                .collect();
            let sales: Vec<Value> = lines.iter().map(|line| self.sale_line(names, &line.line)).collect();
            let record = json!({
                "number": i.label, "series": i.series, "year": i.year, "kind": i.kind.name(),
                "corrects": i.corrects.and_then(|id| labels.get(&id)), "reopens": i.reopens.is_some(), "account": self.person(i.account),
                "period": i.period.to_string(), "issued": i.issued.to_string(), "due": i.due.to_string(),
                "currency": i.net.currency().code(), "net": i.net.minor(), "tax": i.tax.minor(),
                "gross": i.gross.minor(), "tax_lines": tax, "snapshot": invoices::snapshot(conn, i)?, "lines": sales,
            });
            records.push(((i.series.clone(), i.year, i.number), record));
            Ok(())
        })?;
        records.sort_by(|a, b| a.0.cmp(&b.0));
        records.into_iter().try_for_each(|(_, record)| self.line("invoice", record))
    }

    fn sale_line(&self, names: &Names, l: &SaleLine) -> Value {
        json!({
            "kind": word(CHARGE_KINDS, l.key.kind), "subject": self.thing(l.key.subject), "day": l.key.date.to_string(),
            "account": self.person(l.account), "subscription": l.subscription.map(|id| self.thing(id)),
            "product": l.product.map(|p| pair(names, p.product, p.sku)), "name": l.name, "days": period(l.period),
            "cycle": period(l.cycle), "quantity": number(l.quantity), "unit_price": number(l.unit_price),
            "net": l.net.minor(), "cost": l.cost.map(|c| c.minor()),
            "why": l.why.iter().map(step).collect::<Value>(),
        })
    }

    fn journal(&mut self, conn: &Connection) -> Result<(), StoreError> {
        journal::each_entry(conn, None, None, |e| {
            let postings: Vec<Value> = e
                .entry
                .postings()
                .iter()
                .map(|p| json!([p.account.name(), p.amount.minor(), p.amount.currency().code()]))
                .collect();
            let record =
                json!([e.no, e.entry.date().to_string(), e.entry.text(), e.posted.source, e.posted.reverses, postings]);
            self.line("entry", record)
        })
    }
}

/// A source id's text, else what is told apart by hand.
fn natural(names: &Names, source: SourceId, by_hand: &str) -> String {
    if source.is_none() { format!("by hand: {by_hand}") } else { names.source_text(source) }
}

fn pair(names: &Names, product: Symbol, sku: Symbol) -> Value {
    json!([names.text(product), names.text(sku)])
}

fn number(value: Decimal) -> String {
    value.normalize().to_string()
}

fn period(period: Option<Period>) -> Option<String> {
    period.map(|p| p.to_string())
}

fn charge(names: &Names, line: &CostLine) -> String {
    match line.charge {
        engine::cost::ChargeType::Other(word) => names.text(word).to_owned(),
        known => format!("{known:?}"),
    }
}

fn step(step: &Step) -> Value {
    let value = |value: &StepValue| match value {
        StepValue::Number(n) | StepValue::Share(n) => number(*n),
        StepValue::Money(money) => format!("{money} {}", money.currency()),
        StepValue::Price(price, currency) => format!("{} {currency}", number(*price)),
        StepValue::Date(date) => date.to_string(),
        StepValue::Period(period) => period.to_string(),
        StepValue::Text(text) => text.clone(),
    };
    let inputs: Vec<Value> = step.inputs.iter().map(|(name, v)| json!([name, value(v)])).collect();
    json!([step.rule.0, inputs, value(&step.result)])
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}
