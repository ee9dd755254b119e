// A month by hand in a real browser: a cell that cannot be read is corrected where it stands, the invoice's total is compared,
// guards are accepted one by one. Run with `node --test review/`.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { billhook, blank, browse, open, serve } from "./desk.mjs";
import { arrive, settled } from "./states.mjs";

const folder = mkdtempSync(join(tmpdir(), "billhook-"));
const today = ["--today", "2026-11-09"];
let browser;
let desk;

before(async () => {
  const made = blank(folder);
  const usual = ["--book", made.book, "--key-file", made.key, ...today, "--quiet"];
  for (const name of ["Alder Dental", "Birch Legal"]) {
    const id = name.split(" ")[0].toLowerCase();
    billhook(...usual, "accounts", "add", id, `name=${name}`, "country=GB", "currency=GBP");
    billhook(...usual, "bill", "charge", id, "--name", "Hours", "--quantity", "2", "--price", "50", "--cost", "90", "--date", "2026-10-12");
  }
  const row = (n, quantity) => `c${n},CFQ7TTC0EXAM,0001,cycleCharge,80.00,GBP,s${n},2026-10-01,2026-10-31,${quantity}`;
  const header = "CustomerId,ProductId,SkuId,ChargeType,Subtotal,Currency,SubscriptionId,ChargeStartDate,ChargeEndDate,Quantity";
  writeFileSync(join(folder, "recon.csv"), [header, row(1, "8"), row(2, "27 pcs"), row(3, "many")].join("\n"));
  const waiting = [header, row(11, "8"), row(12, "9 pcs"), row(13, "many")].map((line) => line.replaceAll("2026-10", "2026-08"));
  writeFileSync(join(folder, "august.csv"), waiting.join("\n"));
  billhook(...usual, "import", "--keep-good", join(folder, "august.csv"));
  browser = await browse();
  desk = await serve({ book: made.book, key: made.key, files: [join(folder, "recon.csv")], out: folder });
});

after(async () => {
  await browser?.close();
  desk?.end();
  rmSync(folder, { recursive: true, force: true });
});

/** A picture for a person to look at, where a folder for them is named. */
async function seen(page, name) {
  if (process.env.BILLHOOK_SEEN) await page.screenshot({ path: join(process.env.BILLHOOK_SEEN, `${name}.png`) });
}

test("a cell is corrected where it stands, and the invoice's total is compared", async () => {
  const page = await open(browser, desk.address);
  await page.getByRole("navigation").first().waitFor();
  await arrive(page, { place: "costs" });
  await page.getByRole("radio", { name: /^Import/ }).check({ force: true });
  await page.getByRole("button", { name: /Drop files here/ }).click();
  await settled(page);
  await page.getByRole("button", { name: "Use 27" }).waitFor();
  await seen(page, "dry-run");
  await page.getByRole("button", { name: "Use 27" }).click();
  await page.getByText("Quantity was “27 pcs”; 27 is used.").waitFor();
  await settled(page);
  const other = page.getByLabel("What to read in row 3, Quantity");
  await other.fill("3");
  await other.press("Enter");
  await page.getByText("Quantity was “many”; 3 is used.").waitFor();
  await settled(page);
  await page.getByLabel("Invoice total, net").fill("241.00");
  await page.getByLabel("Invoice total, net").press("Enter");
  await page.getByText("−1.00", { exact: true }).waitFor();
  await settled(page);
  await seen(page, "corrected");
  await page.getByRole("button", { name: "Store 3 rows" }).click();
  await page.getByText("1 file is stored in the book.").waitFor();
  await page.getByRole("radio", { name: /^Lines/ }).check({ force: true });
  await settled(page);
  await page.locator('[role=grid] [aria-rowindex="3"]').first().click();
  await page.getByText(/^Quantity: “27 pcs”, read as 27 on /).waitFor();
  assert.equal(await page.locator("aside dd", { hasText: "27 pcs" }).count(), 1, "the row as sent stays as it was");
  await seen(page, "line");
  await page.getByRole("radio", { name: /^Documents/ }).check({ force: true });
  await settled(page);
  await page.locator('[role=grid] [aria-rowindex="2"]').first().click();
  await page.getByText("Row 3, Quantity: “many”, read as 3").waitFor();
  await seen(page, "document");
  await page.context().close();
});

test("rows that wait are corrected beside their document, taken in or left out", async () => {
  const page = await open(browser, desk.address);
  await page.getByRole("navigation").first().waitFor();
  await arrive(page, { place: "costs" });
  await page.getByRole("radio", { name: /^Documents/ }).check({ force: true });
  await page.getByRole("radio", { name: /^All/ }).check({ force: true });
  await settled(page);
  await page.getByRole("grid").getByText("august.csv").click();
  await seen(page, "august");
  const side = page.locator("aside");
  await side.getByText("2 rows wait").waitFor();
  await side.getByRole("button", { name: "Use 9" }).click();
  await side.getByText("Row 2, Quantity: “9 pcs”, read as 9").waitFor();
  await settled(page);
  await side.getByRole("button", { name: "Leave out" }).click();
  await side.getByText("Row 3 is left out.").waitFor();
  await settled(page);
  await seen(page, "waiting");
  await side.getByRole("button", { name: "Take in 1 row" }).click();
  await page.getByText("1 row taken in. 1 row left out for good.").waitFor();
  await settled(page);
  assert.equal(await side.getByText("rows wait").count(), 0);
  await seen(page, "taken-in");
  await page.context().close();
});

test("guards are accepted one by one, each with its reason", async () => {
  const page = await open(browser, desk.address, { theme: "dark" });
  await page.getByRole("navigation").first().waitFor();
  await arrive(page, { place: "billing" });
  await page.getByRole("button", { name: "Draft October 2026" }).click();
  await settled(page);
  const issue = page.getByRole("button", { name: "Issue 2 invoices" });
  await issue.waitFor();
  assert.equal(await issue.isDisabled(), true);
  await page.getByRole("button", { name: "Accept Price below cost: Alder Dental" }).click();
  await seen(page, "guard-reason");
  await page.getByLabel("Why it may stand").fill("Promised for this year");
  await page.keyboard.press("Enter");
  await page.getByText("Accepted on 9 Nov 2026: Promised for this year").waitFor();
  assert.equal(await issue.isDisabled(), true, "the other still holds");
  await page.getByRole("button", { name: "Accept Price below cost: Birch Legal" }).click();
  await page.getByLabel("Why it may stand").fill("A favour");
  await page.keyboard.press("Enter");
  await page.getByText("Accepted on 9 Nov 2026: A favour").waitFor();
  await settled(page);
  await seen(page, "guards-accepted");
  // Taken back, and given again: what holds is what the book says.
  await page.getByRole("button", { name: "Undo" }).click();
  await page.getByRole("button", { name: "Accept Price below cost: Birch Legal" }).click();
  await page.getByLabel("Why it may stand").fill("A favour after all");
  await page.keyboard.press("Enter");
  await page.getByText("A favour after all").waitFor();
  await issue.click();
  await page.getByRole("dialog").getByRole("button", { name: "Issue 2 invoices" }).click();
  await page.getByText("2 invoices issued").first().waitFor();
  await page.context().close();
});
