//! October's files arrive, the two sides are compared, and the list of findings is worked.

use super::sample::{Odd, october};
use super::story::grouped;
use super::walk::{Walk, amount, first, list, money, row, text, whole};
use super::{azure, registers, sales, vendor};
use crate::Failure;
use engine::Decimal;
use engine::finding::Class;
use serde_json::{Value, json};

/// What the vendor is asked to put right.
const TICKETS: [Class; 4] =
    [Class::Duplicate, Class::ProrationMismatch, Class::CancelledStillBilled, Class::ExtendedServiceTerm];
/// What customers are told, and priced from the renewal on.
const RISES: [Class; 2] = [Class::PromotionEnded, Class::RenewedAtNewPrice];

impl Walk<'_> {
    /// The files of the month: the vendor's invoice, daily usage, and the office's own list, one row of which is illegible.
    pub fn arrivals(&mut self) -> Result<(), Failure> {
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
    pub fn reconcile(&mut self) -> Result<Vec<Value>, Failure> {
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
        let mut table = vec![row(["", "", "now", "a year", ""])];
        let mut classes = serde_json::Map::new();
        for class in Class::ALL {
            let of_class: Vec<&Value> = findings.iter().filter(|f| text(f, "class") == class.name()).collect();
            let sum = |name: &str| of_class.iter().map(|f| amount(f, name)).sum::<Decimal>();
            let (now, year, count) = (sum("money"), sum("per_year"), of_class.len());
            if count > 0 {
                let facts = json!({"findings": count, "money": now.to_string(), "per_year": year.to_string()});
                classes.insert(class.name().to_owned(), facts);
                table.push(row([class.name(), &count.to_string(), &grouped(now), &grouped(year), meaning(class)]));
            }
        }
        self.story.say(format!("{} findings by class, with what they are worth to us in euros:", findings.len()));
        self.story.table("lrrrl", &table);
        self.story.fact("totals", totals.clone());
        self.story.fact("classes", classes);
        Ok(findings)
    }

    /// Works the list: a charge made good, tickets written, some accepted, one not worth the work.
    pub fn decide(&mut self, findings: &[Value]) -> Result<(), Failure> {
        let of = |classes: &[Class]| -> Vec<&Value> {
            let names: Vec<&str> = classes.iter().map(|c| c.name()).collect();
            findings.iter().filter(|f| names.contains(&text(f, "class"))).collect()
        };
        let by_phone = &self.sample.odd(Odd::NotWrittenDown).id;
        let forgotten = findings.iter().filter(|f| text(f, "subscription_ref") == by_phone).collect();
        let tickets = of(&TICKETS);
        let claimed: Decimal = tickets.iter().map(|f| -amount(f, "money")).sum();
        let work: [(&str, Vec<&Value>, &str); 5] = [
            ("fix", forgotten, "Ordered by phone on 6 October."),
            ("fix", tickets.clone(), "Ticket to Microsoft."),
            ("accept", of(&RISES), "The customer is told; priced from the renewal on."),
            ("accept", of(&[Class::Timing]), "Sold in September, billed in October."),
            ("ignore", of(&[Class::FxDifference]), "The list took the rate of another day; the book does not."),
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
        for charge in &charges {
            self.story.say(format!("Made good on the next invoice: {charge}."));
        }
        self.story.say(format!(
            "Claimed back from Microsoft: {} EUR in {} tickets, with rows and amounts ready to paste.",
            grouped(claimed),
            tickets.len(),
        ));
        self.story.say(format!(
            "Two rises told to the customers, one timing difference accepted, one exchange difference let go with its \
             reason. {} stay open for tomorrow.",
            findings.len() - done,
        ));
        self.story.fact("decided", done);
        self.story.fact("open", findings.len() - done);
        self.story.fact("claimed", claimed.to_string());
        self.story.fact("charges", charges);
        Ok(())
    }
}

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
