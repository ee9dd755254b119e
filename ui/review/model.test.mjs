// A scenario in a real browser: made, dragged while everything follows, typed, kept, compared, explained down to an agreement,
// deleted and brought back; and the command line says of it what the window said. Then customers are written to, answer, and get
// its prices. Run with `node --test review/`.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { billhook, browse, open, sample, serve } from "./desk.mjs";
import { arrive, settled } from "./states.mjs";

const folder = mkdtempSync(join(tmpdir(), "billhook-model-"));
let browser;
let book;
let desk;

before(async () => {
  browser = await browse();
  book = sample(join(folder, "sample"));
  desk = await serve({ book: book.book, key: book.key, out: folder });
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

const hero = (page) => page.locator(".strip .hero").innerText();
const plain = (text) => text.replaceAll(",", "").replace("\u2212", "-");
/** What the chart has painted. */
const painted = (page) => page.locator(".curve canvas").evaluate((canvas) => canvas.toDataURL());

test("a scenario is dragged, kept, compared and explained", { timeout: 180_000 }, async () => {
  const page = await open(browser, desk.address, { width: 1440, height: 900 });
  page.setDefaultTimeout(10_000);
  const complaints = [];
  page.on("console", (said) => said.type() === "error" && complaints.push(said.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  let flying = 0;
  let most = 0;
  const asked = [];
  const isQuick = (request) => request.url().endsWith("/desk/call") && request.postDataJSON().name === "model quick";
  page.on("request", (request) => {
    if (request.url().endsWith("/desk/page")) asked.push(request.postDataJSON().name);
    if (isQuick(request)) most = Math.max(most, (flying += 1));
  });
  page.on("requestfinished", (request) => isQuick(request) && (flying -= 1));

  await arrive(page, { place: "model" });
  await page.getByRole("button", { name: "New scenario" }).click();
  await settled(page);
  await page.getByText("not saved").first().waitFor();

  // While the slider moves totals, chart and the rows in sight follow, one question at a time; lists wait until it rests.
  const slider = page.getByRole("slider", { name: "Our cost" });
  const [figures, chart] = [await hero(page), await painted(page)];
  const rows = page.locator("[role=grid] [role=row] .said.loss, [role=grid] [role=row] .said.gain");
  const row = await rows.first().innerText();
  const box = await slider.boundingBox();
  const at = (share) => [box.x + 8 + (box.width - 16) * share, box.y + box.height / 2];
  await page.mouse.move(...at(0.583));
  await page.mouse.down();
  for (let n = 0; n <= 5; n += 1) await page.mouse.move(...at(0.583 + n * 0.06));
  await page.waitForFunction((before) => document.querySelector(".strip .hero").innerText !== before, figures);
  assert.notEqual(await painted(page), chart, "the chart follows");
  assert.notEqual(await rows.first().innerText(), row, "the rows in sight follow");
  await page.mouse.up();
  await settled(page);
  asked.length = 0;
  await slider.evaluate(async (slider) => {
    const put = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set;
    for (let n = 0; n < 60; n += 1) {
      put.call(slider, String(5 * n));
      slider.dispatchEvent(new Event("input", { bubbles: true }));
      await new Promise((later) => setTimeout(later, 8));
    }
  });
  // On a machine that is held up between two moves a slider seems to rest.
  assert.ok(asked.length < 20, `lists wait while it moves: ${asked.length} were asked for in 60 moves`);
  await settled(page);
  assert.equal(most, 1, "one question at a time");
  assert.ok(asked.includes("model run"), "the lists follow when it rests");
  await seen(page, "model-dragged");

  // By the keyboard and typed.
  const field = page.getByRole("textbox", { name: "Our cost, %" });
  await field.fill("9");
  await field.press("Enter");
  await slider.focus();
  await page.keyboard.press("ArrowRight");
  assert.equal(await field.inputValue(), "+9.5");
  await page.keyboard.press("PageUp");
  assert.equal(await field.inputValue(), "+14.5");
  await field.fill("a lot");
  await field.press("Enter");
  await page.getByText("Type a figure such as 4.5, or 6.00 -> 7.00.").waitFor();
  await field.fill("10 -> 11");
  await field.press("Enter");
  await page.getByText("From 10, as a ratio.").waitFor();
  await settled(page);
  const risen = await hero(page);

  // A change switched off does nothing; switched on it is back.
  const on = page.getByRole("checkbox", { name: /: in the figures$/ }).first();
  await on.uncheck();
  await settled(page);
  const before = await page.locator(".strip .first dd").last().innerText();
  assert.ok(before.startsWith(await hero(page)), "without changes the margin is as it is");
  await on.check();
  await settled(page);
  assert.equal(await hero(page), risen);

  // The chart is walked and read as a table.
  const months = page.getByRole("region", { name: "Margin a month" });
  await months.focus();
  await page.keyboard.press("End");
  await page.locator(".curve .tip").getByText("November 2029").waitFor();
  await page.keyboard.press("t");
  assert.equal(await months.getByRole("row").count(), 37);
  await page.keyboard.press("t");

  // Named and kept; the command line says the same of it.
  await page.getByRole("button", { name: "Rename" }).click();
  await page.getByLabel("Name of the scenario").fill("July 2026: Microsoft 365 packaging and prices");
  await page.getByText("Another scenario has this name.").waitFor();
  await page.getByLabel("Name of the scenario").fill("Ten becomes eleven");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Save scenario" }).click();
  await page.getByText("“Ten becomes eleven” is saved.").waitFor();
  await settled(page);
  const answer = billhook("--book", book.book, "--key-file", book.key, "--today", "2026-11-09", "--quiet", "--json", "model", "run", "Ten becomes eleven");
  const { data } = JSON.parse(answer);
  assert.equal(plain(await hero(page)), data.totals.find((one) => one.currency === "EUR").margin);

  // Beside an announced one.
  await page.locator(".scenarios .now").click();
  await page.getByRole("checkbox", { name: /^Compare with April 2025/ }).check();
  await settled(page);
  await page.getByRole("radio", { name: /^Compare/ }).check({ force: true });
  await settled(page);
  const compared = page.getByRole("region", { name: "Compare" });
  await compared.getByText("A Ten becomes eleven").waitFor();
  assert.equal(await compared.locator("tbody tr").first().locator("td").nth(1).innerText(), risen);
  await seen(page, "model-compared");

  // One account: its months, and why a month is what it is, agreement by agreement.
  await page.getByRole("radio", { name: /^Accounts/ }).check({ force: true });
  await settled(page);
  await page.locator('[role=grid] [aria-rowindex="2"]').click();
  const panel = page.getByRole("complementary", { name: "Account in the scenario" });
  await panel.getByRole("button", { name: "Why November 2029" }).click();
  await panel.locator(".entries button").first().click();
  await panel.getByText("What it sells for").waitFor();
  await seen(page, "model-why");
  await page.keyboard.press("Escape");
  await panel.getByText("Margin by month").waitFor();
  await page.keyboard.press("Escape");
  await panel.waitFor({ state: "detached" });

  // Unsaved edits are still there after a look elsewhere.
  await page.getByRole("combobox", { name: "Add a change" }).selectOption({ label: "Seats" });
  await page.keyboard.press("Control+1");
  await settled(page);
  await page.keyboard.press("Control+9");
  await settled(page);
  await page.getByRole("slider", { name: "Seats" }).waitFor();
  await page.getByRole("button", { name: "Discard edits" }).click();
  await page.getByRole("slider", { name: "Seats" }).waitFor({ state: "detached" });

  // Deleted and brought back.
  await page.getByRole("button", { name: "Delete" }).click();
  await page.getByText("“Ten becomes eleven” is deleted.").waitFor();
  await page.getByRole("button", { name: "Undo" }).click();
  await page.locator(".scenarios .now").getByText("Ten becomes eleven").waitFor();
  await settled(page);
  assert.equal(await hero(page), risen);
  assert.deepEqual(complaints, []);
});

test("customers are written to, one accepts, and prices are taken over for those who did and taken back", { timeout: 120_000 }, async () => {
  const page = await open(browser, desk.address, { width: 1440, height: 900 });
  page.setDefaultTimeout(10_000);
  const complaints = [];
  page.on("console", (said) => said.type() === "error" && complaints.push(said.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  const told = (...words) => JSON.parse(billhook("--book", book.book, "--key-file", book.key, "--today", "2026-11-09", "--quiet", "--json", "model", ...words)).data;
  await arrive(page, { place: "model" });
  await page.locator(".scenarios .now").click();
  await page.getByRole("button", { name: /^July 2026/ }).click();
  await settled(page);

  // Written to: how many is said before any is written.
  await page.getByRole("button", { name: "Letters…" }).click();
  await page.getByRole("button", { name: "Choose folder…" }).click();
  await page.getByLabel("Our own words").fill("You can reach us any time.");
  const write = page.getByRole("button", { name: /^Write \d+ letters$/ });
  await write.waitFor();
  const letters = Number((await write.innerText()).match(/\d+/)[0]);
  assert.deepEqual(told("campaigns").campaigns, [], "a trial keeps nothing");
  await write.click();
  await page.getByText(`${letters} letters and letters.csv are in`).waitFor({ timeout: 60_000 });
  await settled(page);
  assert.equal(told("campaigns").campaigns[0].customers.length, letters);

  // Two answer: one noted with the mouse, in its row, and one by the keyboard, with a note.
  const rows = page.getByRole("grid", { name: "Letters" });
  await rows.locator("select").nth(1).selectOption("declined");
  await page.getByText(/: Declined\./).waitFor();
  await rows.focus();
  await page.keyboard.press("Home");
  await page.keyboard.press("Enter");
  const panel = page.getByRole("complementary", { name: "What a customer said" });
  await panel.getByRole("combobox", { name: "Answer" }).selectOption("accepted");
  await page.keyboard.press("Tab");
  await page.keyboard.type("by telephone");
  await seen(page, "model-answer");
  await panel.getByRole("button", { name: "Note answer" }).press("Enter");
  await panel.waitFor({ state: "detached" });
  await page.getByText(/: Accepted\./).waitFor();
  const [first, second] = told("campaigns").campaigns[0].customers;
  assert.deepEqual([first.answer, first.note, second.answer], ["accepted", "by telephone", "declined"]);
  await page.getByRole("radio", { name: /^Accepted/ }).check({ force: true });
  await settled(page);
  assert.equal(await rows.locator("select").count(), 1);

  // Taken over for who accepted, and taken back at once; then once more, and taken back from the list.
  const take = async () => {
    await page.getByRole("button", { name: "Take over…" }).click();
    await page.getByLabel("For whom").selectOption({ index: 1 });
    await settled(page);
    await page.getByText(/^\d+ agreements? (is|are) charged/).waitFor();
  };
  const standing = () => told("applied").applied.filter((one) => !one.undone);
  const verb = page.getByRole("button", { name: /^Take over for \d+ agreements?$/ });
  await take();
  assert.deepEqual(told("applied").applied, [], "a trial keeps nothing");
  await seen(page, "model-take");
  await verb.click();
  await page.getByText(/is taken over from 1 Jan 2027\./).waitFor();
  assert.equal(standing().length, 1);
  assert.ok(standing()[0].rules.length < letters, "for one customer only");
  await page.getByRole("button", { name: "Undo" }).click();
  await settled(page);
  assert.equal(standing().length, 0);
  await take();
  await verb.click();
  await verb.waitFor({ state: "detached" });
  // Its prices are the book's own now: it says so, and is compared with the book before.
  await page.getByText(/what stands here is the scenario on top of itself/).waitFor();
  await settled(page);
  const onItself = await page.locator(".strip").innerText();
  await seen(page, "model-standing");
  await page.getByRole("button", { name: "Compare with the book before" }).click();
  await page.getByText(/Compared with the book as if it had not been/).waitFor();
  await page.waitForFunction((was) => document.querySelector(".strip").innerText !== was, onItself);
  await page.getByRole("button", { name: "Compare with the book as it is" }).click();
  await page.waitForFunction((was) => document.querySelector(".strip").innerText === was, onItself);

  await page.getByRole("button", { name: "Take over…" }).click();
  await page.getByRole("complementary").getByRole("button", { name: /^Take back/ }).click();
  await page.getByText(/is taken back\./).waitFor();
  assert.equal(standing().length, 0);
  assert.deepEqual(complaints, []);
});
