//! What lies ahead: the vendor's list of December, announced a month before.

use super::File;
use super::catalogue::{COPILOT, ITEMS, PREMIUM, STANDARD};
use super::sample::cents;
use super::sheet::Sheet;
use super::walk::{Walk, first, money, whole};
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
        Ok(())
    }
}
