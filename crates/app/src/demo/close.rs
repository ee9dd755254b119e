//! Bill, print, explain, take back, report, shut: the second half of the month's close.

use super::sample::{buyer, october};
use super::story::grouped;
use super::walk::{Walk, amount, first, list, money, row, text, whole};
use crate::Failure;
use engine::Decimal;
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
        self.ahead()?;
        self.shut()
    }

    /// Hardware and hours, which no vendor's file knows.
    fn extras(&mut self) -> Result<(), Failure> {
        let charges = [
            (1, "Notebook 14 Zoll, 32 GB", "2", "1149.00", "one-off", "2026-10-13"),
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
            self.story.say(format!(
                "Guard {}: {}, {}.",
                text(guard, "code"),
                text(guard, "name"),
                text(guard, "detail")
            ));
        }
        self.call("accounts set", json!({"id": firm.tenant, "fields": {"purchase_order": "AT-2026-118"}}))?;
        self.story
            .say(format!("{} sends its order number; the price below cost was promised, and is accepted.", firm.name));
        self.story.fact("totals", sum.clone());
        self.story.fact("guards", list(&draft, "guards").to_vec());
        Ok(())
    }

    /// Issues, prints, and writes the PDFs out.
    fn issue(&mut self) -> Result<Vec<Value>, Failure> {
        let month = october().to_string();
        let why = "Promised for this term; the price goes up at its renewal.";
        self.call("bill draft", json!({ "period": month }))?;
        self.call("bill accept", json!({"period": month, "guards": ["G-BELOW-COST"], "reason": why}))?;
        let issued = self.call("bill issue", json!({ "period": month }))?;
        let replayed = self.call("bill replay", json!({ "run": text(&issued, "run") }))?;
        let identical = replayed.get("identical").and_then(Value::as_bool).unwrap_or(false);
        let to = self.places.invoices();
        let written = self.call("invoices pdf", json!({"all": true, "period": month, "to": to}))?;
        let (sum, invoices) = (first(&issued, "totals"), list(&issued, "invoices"));
        let number = |invoice: Option<&Value>| invoice.map(|i| text(i, "number").to_owned()).unwrap_or_default();
        self.story.step("issue", "The invoices go out");
        self.story.say(format!(
            "{} invoices, {} to {}: {} EUR net, {} VAT, {} gross. Replayed from its inputs, the run is {}.",
            invoices.len(),
            number(invoices.first()),
            number(invoices.last()),
            money(sum, "net"),
            money(sum, "tax"),
            money(sum, "gross"),
            if identical { "identical" } else { "different" },
        ));
        self.story.say(
            "VAT is on the German ones; Dutch and Austrian customers account for it themselves. PDFs in German, Dutch and \
             English are in invoices/.",
        );
        self.story.fact("invoices", invoices.len());
        self.story.fact("replayed_identical", identical);
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
            table.push(row([text(reason, "rule"), text(reason, "result"), &inputs]));
        }
        self.story.table("lrw", &table);
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
        let written =
            self.call("invoices pdf", json!({"id": text(&credit, "number"), "to": self.places.invoices()}))?;
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
            table.push(row([
                text(line, "name"),
                &money(line, "net"),
                &money(line, "cost"),
                &money(line, "margin"),
                percent,
            ]));
        }
        self.story.step("figures", "What October brought, the best five products and all together");
        self.story.table("lrrrr", &table);
        self.story.say(
            "That is what was sold less the cost of what was sold. The month's own margin is less what the vendors billed in \
             it, sold or not: findings lie between the two.",
        );
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
            table.push(row([text(account, "account"), &money(account, "balance")]));
        }
        let sum = first(&balance, "sums");
        table.push(row(["together", &money(sum, "balance")]));
        self.story.table("lr", &table);
        let verified = check.get("verified").and_then(Value::as_bool).unwrap_or(false);
        let problems = list(&check, "problems");
        self.story.say(format!("{} entries in journal.hledger.", whole(&exported, "entries")));
        self.story.say(match verified {
            true => {
                "Backup made and verified. Every number, entry, total and document checked from zero: all in order."
                    .to_owned()
            }
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
        self.story.line("");
        self.story.line("Look around:");
        self.story.line(&format!("    cd {}", self.places.dir.display()));
        for command in [
            "findings list --state open",
            "invoices list --period 2026-10",
            "report margin --period 2026-10",
            "costs events --period 2026-10",
        ] {
            self.story.line(&format!("    billhook --book sample.billhook --key-file recovery-key.txt {command}"));
        }
    }
}

/// The causes of a change, in words.
const CAUSES: [(&str, &str); 8] = [
    ("new", "not billed before"),
    ("ended", "no longer billed"),
    ("seats", "seats, and units of consumption"),
    ("price", "another price"),
    ("term", "another term or plan"),
    ("proration", "part months that do not come again"),
    ("fx", "exchange rate"),
    ("one_off", "hardware, hours, made good"),
];
