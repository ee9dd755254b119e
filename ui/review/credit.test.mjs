// What was issued is corrected in a real browser: one invoice is credited, another credited and its periods billed again, once,
// in the next draft. Run with `node --test review/`.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { billhook, blank, browse, open, serve } from "./desk.mjs";
import { arrive, settled } from "./states.mjs";

const folder = mkdtempSync(join(tmpdir(), "billhook-credit-"));
let browser;
let desk;

before(async () => {
  const made = blank(folder);
  const usual = ["--book", made.book, "--key-file", made.key, "--today", "2026-11-09", "--quiet"];
  billhook(...usual, "catalogue", "add", "CARE:0001", "name=Managed workplace", "kind=service");
  for (const [id, name, quantity] of [["alder", "Alder Dental", 10], ["birch", "Birch Legal", 7]]) {
    billhook(...usual, "accounts", "add", id, `name=${name}`, "country=GB", "currency=GBP", "tax_percent=20");
    billhook(
      ...usual, "subscriptions", "add", `care-${id}`, `account=${id}`, "product=CARE:0001", "start=2026-10-01", "term=P1Y", "plan=monthly",
      `quantity=${quantity}`, "price=12",
    );
  }
  billhook(...usual, "bill", "draft", "--period", "2026-10");
  billhook(...usual, "bill", "issue", "--period", "2026-10");
  browser = await browse();
  desk = await serve({ book: made.book, key: made.key, out: folder });
});

after(async () => {
  await browser?.close();
  desk?.end();
  rmSync(folder, { recursive: true, force: true });
});

/** Opens the invoice of this name and its credit note in the making, with the reason given. */
async function crediting(page, name, reason) {
  await arrive(page, { place: "invoices" });
  await page.getByRole("row", { name }).first().click();
  await page.getByRole("button", { name: "Credit invoice" }).click();
  await page.getByLabel("Reason").fill(reason);
}

test("an invoice is credited, another billed again in the next draft", { timeout: 120_000 }, async () => {
  const page = await open(browser, desk.address);
  page.setDefaultTimeout(10_000);
  const complaints = [];
  page.on("console", (said) => said.type() === "error" && complaints.push(said.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));

  await crediting(page, /Alder Dental/, "Closed in September");
  await page.locator("aside").getByText("−144.00").first().waitFor();
  await page.getByRole("button", { name: "Issue credit note" }).click();
  const dialog = page.getByRole("dialog");
  assert.equal(await dialog.getByText("The next draft bills these periods again.").count(), 0);
  await dialog.getByRole("button", { name: "Issue credit note" }).click();
  await page.getByText("CN-00001, −144.00 GBP, credits INV-00001.", { exact: true }).waitFor();

  await crediting(page, /Birch Legal/, "Wrong order number");
  await page.getByLabel("Bill these periods again").check();
  await page.locator("aside").getByText("−100.80").first().waitFor();
  await page.getByRole("button", { name: "Credit and bill again" }).click();
  await dialog.getByText("The next draft bills these periods again.").waitFor();
  await dialog.getByRole("button", { name: "Credit and bill again" }).click();
  await page.getByText("CN-00002, −100.80 GBP, credits INV-00002. The next draft bills its periods again.", { exact: true }).waitFor();

  // October once more for whom it was opened, and November for both.
  await arrive(page, { place: "billing" });
  await page.getByRole("button", { name: "Month after" }).click();
  await settled(page);
  await page.getByRole("button", { name: "Draft November 2026" }).click();
  await settled(page);
  const birch = page.getByRole("row", { name: /Birch Legal/ }).first();
  assert.match(await birch.innerText(), /168\.00/);
  await birch.click();
  await page.locator("aside").getByText("1 – 31 Oct 2026", { exact: false }).first().waitFor();
  await page.locator("aside").getByText("1 – 30 Nov 2026", { exact: false }).first().waitFor();
  await page.getByRole("radio", { name: /^All/ }).check({ force: true });
  await settled(page);
  assert.match(await page.getByRole("row", { name: /Alder Dental/ }).first().innerText(), /120\.00/);
  assert.deepEqual(complaints, []);
  await page.context().close();
});
