// The recovery sheet as it is printed: the key, the book and the day, on white, and nothing to press.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { browse, open, serve } from "./desk.mjs";

const folder = mkdtempSync(join(tmpdir(), "billhook-"));
let browser;
let desk;

before(async () => {
  browser = await browse();
  desk = await serve({ out: folder });
});

after(async () => {
  await browser?.close();
  desk?.end();
  rmSync(folder, { recursive: true, force: true });
});

test("the recovery sheet is printed with the key and without the window", async () => {
  const page = await open(browser, desk.address, { theme: "dark" });
  // The server makes no books; what one would answer is enough for the sheet.
  const made = { place: { name: "Ash Cloud", open: false }, recovery_key: "ABCDE-FGHJK-MNPQR-STVWX" };
  await page.route("**/desk/create", (route) => route.fulfill({ json: made }));
  await page.getByRole("button", { name: "Create my book" }).click();
  await page.getByLabel("Legal name of your company").fill("Ash Cloud");
  for (const field of await page.locator("input[type=password]").all()) await field.fill("seven quiet herons fly");
  await page.getByRole("button", { name: "Create the book" }).click();
  const key = page.locator("output");
  await key.waitFor();
  await page.emulateMedia({ media: "print" });
  if (process.env.BILLHOOK_SEEN) await page.screenshot({ path: join(process.env.BILLHOOK_SEEN, "sheet.png") });
  assert.equal(await page.getByText("Recovery key of the book “Ash Cloud”, made on 9 November 2026.").isVisible(), true);
  assert.equal(await key.isVisible(), true);
  assert.equal(await page.locator("button:visible").count(), 0);
  const ground = await page.evaluate(() => getComputedStyle(document.querySelector("section")).backgroundColor);
  assert.equal(ground, "rgb(255, 255, 255)");
  await page.emulateMedia({ media: "screen" });
  await page.getByRole("button", { name: "Save as a file" }).click();
  await page.getByRole("checkbox", { name: "I have kept the recovery key" }).and(page.locator(":checked")).waitFor();
  const saved = readFileSync(join(folder, "Ash Cloud - recovery key.txt"), "utf8");
  assert.match(saved, /Ash Cloud.*9 November 2026[^]*\nABCDE-FGHJK-MNPQR-STVWX\n$/);
  await page.emulateMedia({ media: "print" });
  if (process.env.BILLHOOK_SEEN) await page.screenshot({ path: join(process.env.BILLHOOK_SEEN, "sheet.png") });
  await page.context().close();
});
