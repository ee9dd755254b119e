//! What lies ahead: the vendor's list of December, announced a month before.

use super::File;
use super::catalogue::{COPILOT, ITEMS, PREMIUM, STANDARD};
use super::sample::cents;
use super::sheet::Sheet;
use super::walk::{Walk, first, list as array, money, row, text, whole};
use crate::Failure;
use engine::Decimal;
use formats::Kind;
use serde_json::json;

/// What changes: the product, its cost and its retail price of a month from December on, in cents.
const DECEMBER: [(usize, i64, i64); 3] = [(STANDARD, 1_029, 1_240), (PREMIUM, 1_778, 2_142), (COPILOT, 2_199, 2_585)];

/// The vendor's sheet, as it is published: prices of a whole year.
fn announced() -> File {
    let mut sheet = Sheet::new(Kind::MsPriceSheet);
    for (item, cost, erp) in DECEMBER.map(|(at, cost, erp)| (&ITEMS[at], cost, erp)) {
        let year = |monthly| cents(monthly) * Decimal::from(12);
        sheet
            .row()
            .set("ProductTitle", item.name)
            .set("ProductId", item.product)
            .set("SkuId", item.sku)
            .set("SkuTitle", item.name)
            .set("Publisher", "Microsoft Corporation")
            .set("TermDuration", "P1Y")
            .set("BillingPlan", "Monthly")
            .set("Market", "DE")
            .set("Currency", "EUR")
            .set("UnitPrice", year(cost))
            .set("EffectiveStartDate", "2026-12-01T00:00:00.0000000Z")
            .set("EffectiveEndDate", "9999-12-31T23:59:59.9999999Z")
            .set("ERP Price", year(erp))
            .set("Segment", "Commercial")
            .end();
    }
    File::new("price_sheet_2026-12_preview.csv", sheet.into_text())
}

impl Walk<'_> {
    /// Looks at the prices of December, which price nothing yet.
    pub(super) fn ahead(&mut self) -> Result<(), Failure> {
        let files = self.import(&[announced()], json!({}))?;
        let list = files.first().map_or(0, |file| whole(file, "document"));
        let diff = self.call("prices diff", json!({"lists": [list.to_string()]}))?;
        let total = first(&diff, "totals");
        self.story.step("ahead", "Prices of December, announced");
        self.story.say(format!(
            "{} prices change on 1 December. At today's seats that is {} EUR more a month, {} EUR a year, as agreements renew.",
            whole(&diff, "changed"),
            money(total, "per_month"),
            money(total, "per_year"),
        ));
        self.story.say("Nothing is priced by an announced list before you take it into force.");
        self.story.fact("per_month", total.clone());
        self.what_if(list)
    }

    /// Imagines the announced list in force: what it does to two years, agreement by agreement as they renew.
    fn what_if(&mut self, list: u64) -> Result<(), Failure> {
        let change = json!({"name": "December's list", "from": "2026-12-01", "price_list": list.to_string()});
        let scenario = json!({"name": "December's prices", "horizon_months": "24", "changes": [change]});
        let run = self.call("model run", json!({ "scenario": scenario, "most": 3 }))?;
        self.story.step("model", "What if they come? Two years, by the renewals of each agreement");
        let mut table = vec![row(["", "margin now", "then", "change", "from"])];
        for account in array(&run, "accounts") {
            table.push(row([
                text(account, "name"),
                &money(account, "margin_before"),
                &money(account, "margin"),
                &money(account, "change"),
                text(account, "hit"),
            ]));
        }
        for total in array(&run, "totals") {
            let together = format!("together, {}", text(total, "currency"));
            let figures = ["margin_before", "margin", "change"].map(|name| money(total, name));
            table.push(row([&together, &figures[0], &figures[1], &figures[2], ""]));
        }
        self.story.table("lrrrl", &table);
        self.story.say(format!(
            "{} of {} agreements are reached. `billhook model list` has the announced changes of past years; the window \
             drags them.",
            whole(&run, "reached"),
            whole(&run, "agreements"),
        ));
        self.story.fact("reached", whole(&run, "reached"));
        self.story.fact("totals", array(&run, "totals").to_vec());
        Ok(())
    }
}
