// A month without a file: account, contact, product, price, rule and subscription are entered in the window, what each would
// bill stands beside it, the month is drafted and issued, and the account says what was billed. Run with `node --test review/`.
import assert from "node:assert/strict";
import { mkdtempSync, mkdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { blank, browse, open, serve } from "./desk.mjs";
import { keys } from "./places.mjs";
import { settled } from "./states.mjs";

const folder = mkdtempSync(join(tmpdir(), "billhook-by-hand-"));
const shots = process.env.BILLHOOK_SHOTS;
let browser;
let desk;

before(async () => {
  browser = await browse();
  const { book, key } = blank(folder);
  desk = await serve({ book, key, out: folder });
});

after(async () => {
  await browser?.close();
  desk?.end();
  rmSync(folder, { recursive: true, force: true });
});

/** What a person does on a page. */
function hand(page) {
  const field = (name) => page.getByLabel(name, { exact: true });
  const press = async (name) => {
    await page.getByRole("button", { name, exact: true }).first().click();
    await settled(page);
  };
  const send = async (name) => {
    await page.locator("form").getByRole("button", { name, exact: true }).click();
    await settled(page);
  };
  const pick = async (name, text) => {
    await field(name).and(page.getByRole("combobox")).fill(text);
    await page.getByRole("listbox", { name }).getByRole("option").first().waitFor();
    await page.keyboard.press("Enter");
  };
  const go = async (place) => {
    await page.keyboard.press(keys(place));
    await settled(page);
  };
  const see = (text) => page.getByText(text).first().waitFor({ timeout: 10_000 });
  /** A picture in both themes, where somebody asked for pictures. */
  const shot = async (name) => {
    await settled(page);
    if (!shots) return;
    mkdirSync(shots, { recursive: true });
    for (const colorScheme of ["dark", "light"]) {
      await page.emulateMedia({ colorScheme });
      await page.screenshot({ path: join(shots, `${name}-${colorScheme}.png`) });
    }
  };
  return { field, press, send, pick, go, see, shot };
}

test("a month is billed by hand alone", { timeout: 300_000 }, async () => {
  const page = await open(browser, desk.address);
  page.setDefaultTimeout(10_000);
  const complaints = [];
  page.on("console", (said) => said.type() === "error" && complaints.push(said.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  const { field, press, send, pick, go, see, shot } = hand(page);
  await page.locator("main").waitFor();
  await settled(page);

  await go("accounts");
  await press("Add account");
  await field("Name").fill("Alder & Sons Ltd");
  await field("Address").fill("1 High Street\nBristol BS1 4QA");
  await field("Tax rate").fill("20");
  await shot("account-new");
  await send("Add account");
  await see("A-0001");
  await press("Add contact");
  await field("Name").fill("Jo Ash");
  await field("Role").fill("Office");
  await field("Mail").fill("jo@alder.example");
  await field("Gets the invoices").check();
  await shot("contact-new");
  await send("Add contact");
  await see("jo@alder.example");
  await press("Add note");
  await field("Note").fill("Wants one invoice for both shops.");
  await send("Add note");
  await see("Wants one invoice for both shops.");
  await press("Add tenant");
  await field("Tenant id").fill("6d1f0b5e-3a1c-4a0b-9f57-2f0c6f9a1b10");
  await field("Domain").fill("alder.example");
  await send("Add tenant");
  await see("alder.example");
  await shot("account");

  await go("catalogue");
  await press("Add product");
  await field("Name").fill("Managed workplace");
  await shot("product-new");
  await send("Add product");
  await see("P-0001:0001");
  for (const [cost, erp, from] of [["6", "10", "2026-01-01"], ["7", "12.50", "2026-10-01"]]) {
    await press("Set list price");
    await field("Cost").fill(cost);
    await field("Retail").fill(erp);
    await field("In force from").fill(from);
    await shot("list-price");
    await send("Set list price");
  }
  await see("+2.50 (+25.0%)");
  await shot("product");
  await press("Add price rule");
  await field("Name of the rule").fill("Everybody");
  await page.getByLabel("Method").selectOption({ label: "Off retail price" });
  await field("Value").fill("4");
  await field("In force from").fill("2026-10-01");
  await send("Add price rule");

  await go("subscriptions");
  await press("Add subscription");
  await pick("Customer", "alder");
  await pick("Product", "managed");
  await field("Seats").fill("10");
  await field("Starts on").fill("2026-10-01");
  await see("Billed in October 2026");
  await see("120.00");
  await shot("subscription-new");
  await send("Add subscription");
  await see("S-0001");
  await press("Change subscription");
  await field("Takes effect on").fill("2026-10-17");
  await settled(page);
  await field("Seats").fill("12");
  await see("131.61");
  await shot("subscription-change");
  await send("Record change");
  await shot("subscription");
  // Taken back it is on no invoice; done again it is.
  await press("Undo");
  await press("Change subscription");
  await field("Takes effect on").fill("2026-10-17");
  await settled(page);
  await field("Seats").fill("12");
  await see("131.61");
  await send("Record change");

  await go("billing");
  await press("Draft October 2026");
  await see("131.61");
  await shot("draft");
  await page.getByRole("button", { name: /^Issue 1 invoice/ }).first().click();
  await page.locator("dialog").getByRole("button", { name: /^Issue/ }).click();
  await see("157.93");
  await shot("issued");

  await go("accounts");
  await page.locator('[role=grid] [aria-rowindex="2"]').click();
  await see("Billed so far, GBP");
  await see("157.93");
  await shot("account-billed");
  assert.deepEqual(complaints, []);
});
