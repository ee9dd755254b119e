//! October: the files arrive, the two sides are compared, invoices go out, and the books are shut.

use super::sample::{Odd, buyer, october};
use super::story::grouped;
use super::walk::{Walk, amount, first, list, money, text, whole};
use super::{azure, registers, sales, vendor};
use crate::Failure;
use engine::Decimal;
use engine::finding::Class;
use serde_json::{Value, json};

impl Walk<'_> {
    /// Closes October.
    pub fn close(&mut self) -> Result<(), Failure> {
        self.on((2026, 11, 9));
        self.arrivals()?;
        let findings = self.reconcile()?;
        self.decide(&findings)?;
        self.extras()?;
        self.draft()?;
        let numbers = self.issue()?;
        self.explain(&numbers)?;
        self.credit(&numbers)?;
        self.figures()?;
        self.shut()
    }

    /// The files of the month: the vendor's invoice, daily usage, and the office's own list, one row of which is illegible.
    fn arrivals(&mut self) -> Result<(), Failure> {
        let month = october();
        self.import(&registers::of_month(&self.sample, month), json!({}))?;
        let (recon, total) = vendor::of_month(&self.sample, month);
        // The invoice's cover page adds an adjustment that the file does not have.
        let stated = total + Decimal::new(420, 2);
        let costs = self.import(&[recon], json!({ "total": format!("{stated} EUR") }))?;
        let usage = self.import(&[azure::daily(month)], json!({}))?;
        self.import(&[sales::september_rest(&self.sample)], json!({ "period": month.plus(-1).to_string() }))?;
        let list_of_office = sales::october_list(&self.sample);
        let sold = self.import(&[list_of_office], json!({ "keep_good": true }))?;
        let mut table = Vec::new();
        for (answer, what) in [
            (&costs[0], "Microsoft's invoice, licences and Azure"),
            (&usage[0], "Azure, meter by meter and day by day"),
            (&sold[0], "what the office thinks it sold"),
        ] {
            let sum = format!("{} EUR", money(first(answer, "totals"), "amount"));
            let rows = format!("{} rows", whole(answer, "rows"));
            table.push(vec![text(answer, "file").to_owned(), rows, sum, what.to_owned()]);
        }
        self.story.step("arrivals", "9 November: October's files are there");
        self.story.table("lrrl", &table);
        let problem = first(&sold[0], "problems");
        self.story.say(format!(
            "One row of the office's list waits to be corrected: row {} has \"{}\" for {}. The invoice's cover page says {} \
             EUR, {} more than its lines.",
            whole(problem, "row"),
            text(problem, "value"),
            text(problem, "column"),
            grouped(stated),
            grouped(stated - total),
        ));
        self.story.fact("vendor_rows", whole(&costs[0], "rows"));
        self.story.fact("vendor_total", total.to_string());
        self.story.fact("stated_total", stated.to_string());
        self.story.fact("usage_rows", whole(&usage[0], "rows"));
        self.story.fact("sales_rows", whole(&sold[0], "rows"));
        self.story.fact("waiting_rows", whole(&sold[0], "problem_rows"));
        Ok(())
    }

    /// Compares what the vendor billed with what the office sold.
    fn reconcile(&mut self) -> Result<Vec<Value>, Failure> {
        let answer = self.call("reconcile", json!({"period": october().to_string(), "against": "sales"}))?;
        let totals = first(&answer, "totals");
        self.story.step("reconcile", "What Microsoft billed beside what was sold");
        let sum = |name: &str| money(totals, name);
        let difference = amount(totals, "vendor") - amount(totals, "sold_cost");
        let tolerated = amount(totals, "within_tolerance");
        let unexplained = amount(totals, "unexplained");
        self.story.table(
            "lrl",
            &[
                row(["Microsoft billed", &sum("vendor"), "EUR"]),
                row(["the office reckoned with a cost of", &sum("sold_cost"), ""]),
                row(["difference", &grouped(difference), ""]),
                row(["  named by findings", &grouped(difference - tolerated - unexplained), ""]),
                row(["  rounding, within tolerance", &grouped(tolerated), ""]),
                row(["  unexplained", &grouped(unexplained), ""]),
                row(["the office sold it for", &sum("sold"), ""]),
            ],
        );
        let findings = list(&answer, "findings").to_vec();
        let mut table = Vec::new();
        let mut classes = serde_json::Map::new();
        for class in Class::ALL {
            let of_class: Vec<&Value> = findings.iter().filter(|f| text(f, "class") == class.name()).collect();
            let worth: Decimal = of_class.iter().map(|f| amount(f, "money")).sum();
            if !of_class.is_empty() {
                classes.insert(class.name().to_owned(), json!({"findings": of_class.len(), "money": worth.to_string()}));
                table.push(row([class.name(), &of_class.len().to_string(), &grouped(worth), meaning(class)]));
            }
        }
        self.story.say(format!("{} findings, by class and with what they are worth to us:", findings.len()));
        self.story.table("lrrl", &table);
        self.story.fact("totals", totals.clone());
        self.story.fact("classes", classes);
        Ok(findings)
    }

    /// Works the list: a charge made good, tickets written, some accepted, one not worth the work.
    fn decide(&mut self, findings: &[Value]) -> Result<(), Failure> {
        let forgotten = self.sample.odd(Odd::NotWrittenDown).id.clone();
        let of = |class: Class, subscription: Option<&str>| -> Vec<&Value> {
            let wanted = |f: &&Value| text(f, "class") == class.name() && subscription.is_none_or(|s| text(f, "subscription_ref") == s);
            findings.iter().filter(wanted).collect()
        };
        let tickets = [Class::Duplicate, Class::ProrationMismatch, Class::CancelledStillBilled, Class::ExtendedServiceTerm];
        let priced = [Class::PromotionEnded, Class::RenewedAtNewPrice];
        let work = [
            ("fix", of(Class::BilledNotSold, Some(&forgotten)), "Ordered by phone on 6 October."),
            ("fix", tickets.into_iter().flat_map(|c| of(c, None)).collect(), "Ticket to Microsoft."),
            ("accept", priced.into_iter().flat_map(|c| of(c, None)).collect(), "The customer is told; priced from the renewal on."),
            ("accept", of(Class::Timing, None), "Sold in September, billed in October."),
            ("ignore", of(Class::FxDifference, None), "The list took the rate of another day; the book does not."),
        ];
        self.story.step("decide", "The list is worked");
        let mut charges: Vec<String> = Vec::new();
        let mut done = 0;
        for (verb, chosen, reason) in work {
            let ids: Vec<&str> = chosen.iter().map(|f| text(f, "id")).collect();
            done += ids.len();
            let answer = self.call(&format!("findings {verb}"), json!({"ids": ids, "reason": reason}))?;
            charges.extend(list(&answer, "charges").iter().filter_map(Value::as_str).map(str::to_owned));
        }
        let saved: Decimal = tickets.into_iter().flat_map(|c| of(c, None)).map(|f| amount(f, "money")).sum();
        for charge in &charges {
            self.story.say(format!("Made good on the next invoice: {charge}."));
        }
        self.story.say(format!(
            "Claimed back from Microsoft: {} EUR in {} tickets, with rows and amounts ready to paste.",
            grouped(-saved),
            tickets.into_iter().flat_map(|c| of(c, None)).count(),
        ));
        self.story.say(format!(
            "Two rises told to the customers, one timing difference accepted, one exchange difference let go with its \
             reason. {} stay open for tomorrow.",
            findings.len() - done,
        ));
        self.story.fact("decided", done);
        self.story.fact("open", findings.len() - done);
        self.story.fact("claimed", (-saved).to_string());
        self.story.fact("charges", charges);
        Ok(())
    }

    /// Hardware and hours, which no vendor's file knows.
    fn extras(&mut self) -> Result<(), Failure> {
        let charges = [
            (1, "2 × Notebook 14 Zoll, 32 GB", "2", "1149.00", "one-off", "2026-10-13"),
            (15, "WLAN-Ausleuchtung vor Ort, Stunden", "6.5", "98.00", "service", "2026-10-22"),
            (30, "Onboarding workshop, hours", "4", "110.00", "service", "2026-10-28"),
        ];
        let mut table = Vec::new();
        for (customer, name, quantity, price, kind, date) in charges {
            let buyer = buyer(customer);
            let ask = json!({"account": buyer.tenant, "name": name, "quantity": quantity, "price": price, "date": date, "kind": kind});
            let charged = self.call("bill charge", ask)?;
            table.push(row([buyer.name, name, &money(&charged, "net")]));
        }
        self.story.step("charges", "Hardware and hours");
        self.story.table("llr", &table);
        Ok(())
    }

    /// The draft beside September's run, and what holds it.
    fn draft(&mut self) -> Result<(), Failure> {
        let firm = buyer(17);
        self.call("accounts set", json!({"id": firm.tenant, "fields": {"needs_purchase_order": "yes"}}))?;
        let draft = self.call("bill draft", json!({ "period": october().to_string() }))?;
        let sum = first(&draft, "totals");
        self.story.step("draft", "The draft, as a difference from September");
        self.story.say(format!(
            "{} invoices, {} EUR net, {} VAT. Each change has one cause:",
            whole(sum, "invoices"),
            money(sum, "net"),
            money(sum, "tax"),
        ));
        let mut table = Vec::new();
        let changes = list(&draft, "changes");
        for (cause, meaning) in CAUSES {
            let of_cause: Vec<&Value> = changes.iter().filter(|c| text(c, "cause") == cause).collect();
            let difference: Decimal = of_cause.iter().map(|c| amount(c, "difference")).sum();
            if !of_cause.is_empty() {
                table.push(row([cause, &of_cause.len().to_string(), &grouped(difference), meaning]));
            }
        }
        self.story.table("lrrl", &table);
        for guard in list(&draft, "guards") {
            self.story.say(format!("Guard {}: {}, {}.", text(guard, "code"), text(guard, "name"), text(guard, "detail")));
        }
        self.call("accounts set", json!({"id": firm.tenant, "fields": {"purchase_order": "AT-2026-118"}}))?;
        self.story.say(format!("{} sends its order number; the price below cost was promised, and is accepted.", firm.name));
        self.story.fact("totals", sum.clone());
        self.story.fact("guards", list(&draft, "guards").to_vec());
        Ok(())
    }

    /// Issues, prints, and writes the PDFs out.
    fn issue(&mut self) -> Result<Vec<Value>, Failure> {
        let month = october().to_string();
        let issued = self.call("bill issue", json!({"period": month, "accept": ["G-BELOW-COST"]}))?;
        let to = self.places.invoices();
        let written = self.call("invoices pdf", json!({"all": true, "period": month, "to": to}))?;
        let (sum, invoices) = (first(&issued, "totals"), list(&issued, "invoices"));
        let number = |invoice: Option<&Value>| invoice.map(|i| text(i, "number").to_owned()).unwrap_or_default();
        self.story.step("issue", "The invoices go out");
        self.story.say(format!(
            "{} invoices, {} to {}: {} EUR net, {} VAT, {} gross. A second run would issue nothing.",
            invoices.len(),
            number(invoices.first()),
            number(invoices.last()),
            money(sum, "net"),
            money(sum, "tax"),
            money(sum, "gross"),
        ));
        self.story.say("As PDF in German, Dutch or English, customer by customer, in invoices/.");
        self.story.fact("invoices", invoices.len());
        self.story.fact("totals", sum.clone());
        let files = list(&written, "files").iter().filter_map(Value::as_str);
        self.files.extend(files.map(Into::into));
        Ok(invoices.to_vec())
    }

    /// One line, from the amount back to the list price.
    fn explain(&mut self, invoices: &[Value]) -> Result<(), Failure> {
        let tenant = buyer(15).tenant;
        let invoice = invoices.iter().find(|i| text(i, "account_ref") == tenant).map(|i| text(i, "number").to_owned());
        let Some(number) = invoice else { return Ok(()) };
        let page = self.call("invoices show", json!({ "id": number }))?;
        let Some(line) = list(&page, "lines").iter().find(|l| text(l, "kind") == "added") else { return Ok(()) };
        let id = format!("{number}/{}", whole(line, "line"));
        let why = self.call("why", json!({ "id": id }))?;
        self.story.step("why", format!("Why {} EUR? Line {id}, {}", money(line, "net"), buyer(15).name));
        let mut table = Vec::new();
        for reason in list(&why, "why") {
            let input = |i: &Value| format!("{} {}", text(i, "name"), text(i, "value"));
            let inputs = list(reason, "inputs").iter().map(input).collect::<Vec<_>>().join(", ");
            table.push(row([text(reason, "rule"), &inputs, text(reason, "result")]));
        }
        self.story.table("llr", &table);
        self.story.fact("line", id);
        self.story.fact("why", list(&why, "why").to_vec());
        Ok(())
    }

    /// A line is taken back: an invoice is never edited.
    fn credit(&mut self, invoices: &[Value]) -> Result<(), Failure> {
        let customer = buyer(1);
        let invoice = invoices.iter().find(|i| text(i, "account_ref") == customer.tenant);
        let Some(number) = invoice.map(|i| text(i, "number").to_owned()) else { return Ok(()) };
        let page = self.call("invoices show", json!({ "id": number }))?;
        let Some(line) = list(&page, "lines").iter().find(|l| text(l, "kind") == "one-off") else { return Ok(()) };
        let ask = json!({"id": number, "lines": [whole(line, "line")], "reason": "Notebooks mit falschem Tastaturlayout zurückgenommen"});
        let credit = self.call("invoices credit", ask)?;
        let written = self.call("invoices pdf", json!({"id": text(&credit, "number"), "to": self.places.invoices()}))?;
        self.files.extend(list(&written, "files").iter().filter_map(Value::as_str).map(Into::into));
        self.story.step("credit", format!("{} sends the notebooks back", customer.name));
        self.story.say(format!(
            "Credit note {} for line {} of {}: {} net, {} VAT, {} EUR gross.",
            text(&credit, "number"),
            whole(line, "line"),
            number,
            money(&credit, "net"),
            money(&credit, "tax"),
            money(&credit, "gross"),
        ));
        self.story.fact("number", text(&credit, "number"));
        self.story.fact("gross", text(&credit, "gross"));
        Ok(())
    }

    /// What the month brought.
    fn figures(&mut self) -> Result<(), Failure> {
        let month = october().to_string();
        let report = self.call("report margin", json!({"period": month, "by": "product"}))?;
        let mut table = vec![row(["", "net", "cost", "margin", "%"])];
        let top = list(&report, "rows").iter().take(5);
        for line in top.chain(list(&report, "totals")) {
            let percent = text(line, "margin_percent");
            table.push(row([text(line, "name"), &money(line, "net"), &money(line, "cost"), &money(line, "margin"), percent]));
        }
        self.story.step("figures", "What October brought, the best five products and all together");
        self.story.table("lrrrr", &table);
        self.story.fact("margin", list(&report, "totals").to_vec());
        Ok(())
    }

    /// Balances, the journal outside, a backup, and every invariant from zero.
    fn shut(&mut self) -> Result<(), Failure> {
        let balance = self.call("ledger trial-balance", json!({}))?;
        let journal = self.places.journal();
        let exported = self.call("ledger export", json!({"format": "hledger", "to": journal}))?;
        let backups = self.places.backups();
        std::fs::create_dir_all(&backups)
            .map_err(|error| Failure::new("E-OUTPUT", format!("{} could not be made: {error}.", backups.display())))?;
        let backup = self.call("book backup create", json!({ "dir": backups }))?;
        let check = self.call("book check", json!({}))?;
        self.story.step("shut", "The books are shut");
        let mut table = Vec::new();
        for account in list(&balance, "accounts") {
            table.push(row([text(account, "account"), &debit(account), &money(account, "balance")]));
        }
        let sum = first(&balance, "sums");
        table.push(row(["together", "", &money(sum, "balance")]));
        self.story.table("llr", &table.into_iter().map(|r| vec![r[0].clone(), r[2].clone()]).collect::<Vec<_>>());
        let verified = check.get("verified").and_then(Value::as_bool).unwrap_or(false);
        let problems = list(&check, "problems");
        self.story.say(format!("{} entries in journal.hledger.", whole(&exported, "entries")));
        self.story.say(match verified {
            true => "Backup made and verified. Every number, entry, total and document checked from zero: all in order.".to_owned(),
            false => format!("The check found {} problems: see `billhook book check`.", problems.len()),
        });
        self.story.fact("trial_balance", sum.clone());
        self.story.fact("entries", whole(&exported, "entries"));
        self.story.fact("verified", verified);
        self.files.push(journal);
        if let Some(file) = backup.get("file").and_then(Value::as_str) {
            self.files.push(file.into());
        }
        self.goodbye();
        Ok(())
    }

    fn goodbye(&mut self) {
        let dir = self.places.dir.display().to_string();
        self.story.line("");
        self.story.line(&format!("Look around in {dir}:"));
        let open = format!("--book {} --key-file {}", self.places.book().display(), self.places.key_file().display());
        for command in [
            "findings list --period 2026-10 --state open".to_owned(),
            "invoices list --period 2026-10".to_owned(),
            format!("prices why {}", self.sample.odd(Odd::NewPrice).id),
            "report margin --period 2026-10 --by reseller".to_owned(),
        ] {
            self.story.line(&format!("    billhook {open} \\\n        {command}"));
        }
    }
}

fn debit(account: &Value) -> String {
    if amount(account, "balance").is_sign_negative() { "credit".into() } else { "debit".into() }
}

fn row<const N: usize>(cells: [&str; N]) -> Vec<String> {
    cells.map(str::to_owned).to_vec()
}

/// The causes of a change, in words.
const CAUSES: [(&str, &str); 8] = [
    ("new", "not billed before"),
    ("ended", "no longer billed"),
    ("seats", "more or fewer seats"),
    ("price", "another price"),
    ("term", "another term or plan"),
    ("proration", "other days"),
    ("fx", "exchange rate"),
    ("one_off", "hardware, hours, made good"),
];

/// A class in words.
fn meaning(class: Class) -> &'static str {
    match class {
        Class::BilledNotSold => "billed to us, charged to nobody",
        Class::SoldNotBilled => "charged, but not billed to us",
        Class::QuantityMismatch => "seats differ",
        Class::PriceMismatch => "costs more than agreed",
        Class::BelowFloor => "sold below our least margin",
        Class::ProrationMismatch => "the amount fits no published rule",
        Class::WrongCustomer => "charged to somebody else",
        Class::Duplicate => "billed to us twice",
        Class::CancelledStillBilled => "cancelled here, billed all the same",
        Class::FxDifference => "another exchange rate",
        Class::PromotionEnded => "a promotion ran out",
        Class::RenewedAtNewPrice => "renewed at a new price",
        Class::PecLost => "Azure access lost, earned credit with it",
        Class::CreditNotPassedOn => "a credit the customer has not seen",
        Class::ExtendedServiceTerm => "ended, billed on an extended term",
        Class::Timing => "sold in another month; evens out",
        Class::FileTotalMismatch => "the lines do not add up to the cover page",
        Class::Unmapped => "a tenant the book does not know",
    }
}
