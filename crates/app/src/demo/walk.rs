//! The walk: the book is made, the office's records come in, three months pass. [`super::compare`]
//! and [`super::close`] do October.

use super::catalogue::*;
use super::sample::{Odd, Sample, buyer, cents, day, months, october};
use super::story::{Story, grouped};
use super::{File, Places, azure, registers, vendor};
use crate::{Failure, Session};
use engine::{Decimal, Month};
use serde_json::{Value, json};
use std::path::PathBuf;

/// The walk in progress.
pub struct Walk<'a> {
    session: &'a mut Session,
    /// Where things are.
    pub places: &'a Places,
    /// The simulation.
    pub sample: Sample,
    /// What was told so far.
    pub story: Story,
    /// Files written so far.
    pub files: Vec<PathBuf>,
}

impl<'a> Walk<'a> {
    /// Nothing done yet.
    pub fn new(session: &'a mut Session, places: &'a Places) -> Walk<'a> {
        Walk { session, places, sample: Sample::new(), story: Story::default(), files: Vec::new() }
    }

    /// The whole walk: what was told, and the files written.
    pub fn run(mut self) -> Result<(Story, Vec<PathBuf>), Failure> {
        self.book()?;
        self.records()?;
        self.past()?;
        self.close()?;
        Ok((self.story, self.files))
    }

    /// Calls a command, as any shell would.
    pub fn call(&mut self, name: &str, ask: Value) -> Result<Value, Failure> {
        crate::commands::call(self.session, name, ask)
    }

    /// The business day from now on.
    pub fn on(&mut self, date: (i32, u32, u32)) {
        self.session.set_today(day(date));
    }

    /// Writes files and imports them together; the answers by file, in the order of the files.
    pub fn import(&mut self, files: &[File], options: Value) -> Result<Vec<Value>, Failure> {
        let dir = self.places.files();
        let paths = files.iter().map(|file| file.write(&dir)).collect::<Result<Vec<PathBuf>, _>>()?;
        self.files.extend(paths.iter().cloned());
        let mut ask = json!({ "files": paths });
        if let (Some(ask), Value::Object(options)) = (ask.as_object_mut(), options) {
            ask.extend(options);
        }
        let answer = self.call("import", ask)?;
        Ok(list(&answer, "files").to_vec())
    }

    /// Makes the book.
    fn book(&mut self) -> Result<(), Failure> {
        self.on((2026, 6, 29));
        let (book, key) = (self.places.book(), self.places.key_file());
        let ask = json!({"path": book, "name": SELLER, "country": "DE", "currency": "EUR", "role": "direct-bill", "key_file_out": key});
        self.call("book create", ask)?;
        self.files.push(key);
        self.call("book set", json!({ "pairs": SETTINGS }))?;
        self.story.line(&format!("{SELLER}, a small Microsoft partner in Hamburg, closes October 2026."));
        self.story.line("Everybody and every price in this sample is invented; the arithmetic is not.");
        self.story.step("book", "A new book");
        self.story.say("Encrypted, in euros, on this computer only. It opens with the key in recovery-key.txt.");
        Ok(())
    }

    /// Brings in what the office keeps, and the prices it has promised.
    fn records(&mut self) -> Result<(), Failure> {
        let answers = self.import(&registers::first(&self.sample), json!({}))?;
        let rows =
            |kind: &str| answers.iter().filter(|a| text(a, "kind") == kind).map(|a| whole(a, "stored")).sum::<u64>();
        let (customers, agreements) = (rows("customers") - RESELLERS.len() as u64, rows("subscriptions"));
        let (products, prices) = (rows("catalogue"), rows("price-list"));
        let mut rules: Vec<(String, Value)> = Vec::new();
        let mut rule = |name: String, layer: String, product: &Item2, method: &str, value: String| {
            let fields = json!({"layer": layer, "product": format!("{}:{}", product.0, product.1),
                "method": method, "value": value, "from": "2025-01-01"});
            rules.push((name, fields));
        };
        let care = &ITEMS[CARE];
        for (segment, _, price) in SEGMENTS {
            let name = format!("{} for {segment}", care.name);
            rule(name, format!("segment:{segment}"), &(care.product, care.sku), "fixed", cents(price).to_string());
        }
        for (segment, percent) in AZURE_MARKUP {
            for meter in &METERS {
                let name = format!("Azure {} for {segment}", meter.category);
                rule(name, format!("segment:{segment}"), &(AZURE, meter.sku), "markup", percent.to_string());
            }
        }
        let promised = self.sample.odd(Odd::NewPrice);
        let (customer, item) = (buyer(promised.customer), &ITEMS[promised.item]);
        let layer = format!("account:{}", customer.tenant);
        rule(
            format!("Promised to {}", customer.name),
            layer,
            &(item.product, item.sku),
            "fixed",
            cents(PROMISED).to_string(),
        );
        let count = rules.len() as u64 + rows("price-rules");
        for (name, fields) in rules {
            self.call("prices add", json!({"id": name, "fields": fields}))?;
        }
        for (customer, name, role, mail, phone, invoices) in CONTACTS {
            let id = buyer(customer).tenant;
            let fields = json!({"name": name, "role": role, "mail": mail, "phone": phone, "invoices": invoices});
            self.call("contacts add", json!({"id": id, "fields": fields}))?;
        }
        for (customer, date, text) in NOTES {
            let fields = json!({"date": date, "text": text});
            self.call("notes add", json!({"id": buyer(customer).tenant, "fields": fields}))?;
        }
        self.story.step("records", "What the office keeps, from six files");
        self.story.say(format!(
            "{customers} customers in Germany, the Netherlands and Austria, {} of them through two resellers; {products} \
             products; {prices} list prices; {count} price rules (segments, volume, our own service, Azure); one bundle; \
             {agreements} agreements.",
            CUSTOMERS.iter().filter(|c| c.reseller.is_some()).count(),
        ));
        let facts = [
            ("customers", customers),
            ("products", products),
            ("prices", prices),
            ("rules", count),
            ("agreements", agreements),
        ];
        for (name, value) in facts {
            self.story.fact(name, value);
        }
        Ok(())
    }

    /// July to September: each month's files in, its invoices out.
    fn past(&mut self) -> Result<(), Failure> {
        let head = ["", "vendor's lines", "cost", "invoices", "net", "VAT"];
        let mut table = vec![head.map(str::to_owned).to_vec()];
        let mut facts = Vec::new();
        for month in months().into_iter().filter(|m| *m < october()) {
            self.on(first_days_of(month.plus(1)));
            let files = registers::of_month(&self.sample, month);
            self.import(&files, json!({}))?;
            let (recon, _) = vendor::of_month(&self.sample, month);
            let costs = self.import(&[recon, azure::daily(month)], json!({}))?;
            self.call("bill draft", json!({"period": month.to_string()}))?;
            let issued = self.call("bill issue", json!({"period": month.to_string(), "accept": ["all"]}))?;
            let (cost, sum) = (&costs[0], first(&issued, "totals"));
            table.push(vec![
                name_of(month).to_owned(),
                whole(cost, "rows").to_string(),
                money(first(cost, "totals"), "amount"),
                whole(sum, "invoices").to_string(),
                money(sum, "net"),
                money(sum, "tax"),
            ]);
            facts.push(json!({"period": month.to_string(), "cost": first(cost, "totals"), "billed": sum}));
        }
        self.story.step("past", "July to September, as they went by");
        self.story.table("lrrrrr", &table);
        self.story.fact("months", facts);
        self.notices()
    }

    /// Two customers give notice in time.
    fn notices(&mut self) -> Result<(), Failure> {
        self.on((2026, 10, 1));
        for odd in [Odd::RenewedAnyway, Odd::Extended] {
            let sub = self.sample.odd(odd);
            let ask = json!({"id": sub.id, "on": sub.cycle(october()).start.to_string()});
            self.call("subscriptions end", ask)?;
        }
        Ok(())
    }
}

/// A product's id and SKU.
type Item2 = (&'static str, &'static str);

/// The day of a month on which the office does the month before: when the vendor's invoice is there.
fn first_days_of(month: Month) -> (i32, u32, u32) {
    match month.to_string().as_str() {
        "2026-08" => (2026, 8, 10),
        "2026-09" => (2026, 9, 9),
        _ => (2026, 10, 9),
    }
}

/// A month's name.
pub fn name_of(month: Month) -> &'static str {
    ["July", "August", "September", "October"][months().iter().position(|m| *m == month).unwrap_or(3)]
}

/// A list of an answer.
pub fn list<'v>(value: &'v Value, name: &str) -> &'v [Value] {
    value.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// The first of a list: sums come one per currency, and the sample has one.
pub fn first<'v>(value: &'v Value, name: &str) -> &'v Value {
    list(value, name).first().unwrap_or(&Value::Null)
}

/// A text of an answer.
pub fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value.get(name).and_then(Value::as_str).unwrap_or("")
}

/// A count of an answer.
pub fn whole(value: &Value, name: &str) -> u64 {
    value.get(name).and_then(Value::as_u64).unwrap_or(0)
}

/// An amount of an answer.
pub fn amount(value: &Value, name: &str) -> Decimal {
    text(value, name).parse().unwrap_or_default()
}

/// An amount of an answer, as a person reads it.
pub fn money(value: &Value, name: &str) -> String {
    grouped(amount(value, name))
}

/// A row of a table.
pub fn row<const N: usize>(cells: [&str; N]) -> Vec<String> {
    cells.map(str::to_owned).to_vec()
}
