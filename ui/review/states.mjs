// Every place and its main states, and how one gets there from anywhere: for tests of all of them, and for their pictures.
import { readFileSync } from "node:fs";
import { keys, places } from "./places.mjs";

const texts = Object.fromEntries(["en", "de"].map((language) => [language, Object.assign(
  {}, ...["shell", "registers", "costs", "billing", "model"].map((part) => JSON.parse(readFileSync(new URL(`../src/text/${language}/${part}.json`, import.meta.url)))),
)]));

/** A name that begins with the sentence of this key, in the language of the page. */
async function begins(page, key) {
  const sentence = texts[await page.evaluate(() => document.documentElement.lang)][key];
  return new RegExp(`^${sentence.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}`);
}

const row = (n) => (page) => page.locator(`[role=grid] [aria-rowindex="${n}"]`).first().click();
const button = (key) => async (page) => page.getByRole("button", { name: await begins(page, key) }).first().click();
const radio = (key) => async (page) => page.getByRole("radio", { name: await begins(page, key) }).first().check({ force: true });
const fill = (key, text) => async (page) => {
  await page.getByLabel(await begins(page, key)).first().fill(text);
};
/** Brings a heading to the top, once what stands below it was worked out. */
const below = (key) => async (page) => {
  await page.waitForTimeout(1000);
  await page.getByRole("heading", { name: await begins(page, key) }).evaluate((heading) => heading.scrollIntoView());
};
const choose = (value) => (page) => page.locator("select.which").selectOption(value);
const steps = (...all) => async (page) => {
  for (const step of all) {
    await step(page);
    await settled(page);
  }
};

/** In a narrow window the lines of a paper wait behind a button. */
const lines = async (page) => {
  if ((await page.locator("aside").count()) === 0) await button("invoices.lines")(page);
};

/** In a narrow window the scenario and its result are shown one at a time. */
const shows = (key) => async (page) => {
  const choice = page.locator(".switch").getByRole("radio", { name: await begins(page, key) });
  if (await choice.isVisible()) await choice.check({ force: true });
};
const result = shows("model.result");
const scenario = (then) => steps(shows("model.scenario"), then);

/** What a panel would do is worked out a moment after it opens. */
const tried = (page) => page.locator("aside .actions button:first-child:enabled").waitFor();

/** States of a book that holds months: a name, the place, and what is done there. */
export const full = [
  { name: "month", place: "month" },
  { name: "accounts", place: "accounts" },
  { name: "accounts-one", place: "accounts", go: row(3) },
  { name: "accounts-contact", place: "accounts", go: steps(row(3), button("contacts.add")) },
  { name: "accounts-note", place: "accounts", go: steps(row(3), button("notes.add")) },
  { name: "accounts-tenant", place: "accounts", go: steps(row(3), button("tenants.add")) },
  { name: "accounts-new", place: "accounts", go: button("accounts.add") },
  { name: "catalogue", place: "catalogue" },
  { name: "catalogue-product", place: "catalogue", go: row(3) },
  { name: "catalogue-product-new", place: "catalogue", go: button("catalogue.add-product") },
  { name: "catalogue-product-price", place: "catalogue", go: steps(row(3), button("catalogue.set-price")) },
  { name: "catalogue-lists", place: "catalogue", go: radio("catalogue.lists") },
  { name: "catalogue-lists-all", place: "catalogue", go: steps(radio("catalogue.lists"), choose("lists"), row(2)) },
  { name: "catalogue-lists-difference", place: "catalogue", go: steps(radio("catalogue.lists"), choose("difference")) },
  {
    name: "catalogue-lists-days", place: "catalogue",
    go: steps(radio("catalogue.lists"), choose("difference"), (page) => page.locator(".sides select").first().selectOption("days")),
  },
  { name: "catalogue-bundles", place: "catalogue", go: radio("catalogue.bundles") },
  { name: "catalogue-bundle", place: "catalogue", go: steps(radio("catalogue.bundles"), row(2)) },
  { name: "catalogue-bundle-new", place: "catalogue", go: steps(radio("catalogue.bundles"), button("catalogue.add-bundle")) },
  { name: "catalogue-bundle-swap", place: "catalogue", go: steps(radio("catalogue.bundles"), row(2), button("catalogue.swap")) },
  { name: "catalogue-rules", place: "catalogue", go: radio("catalogue.rules") },
  { name: "catalogue-rule", place: "catalogue", go: steps(radio("catalogue.rules"), row(3)) },
  { name: "catalogue-rule-new", place: "catalogue", go: steps(radio("catalogue.rules"), button("catalogue.add-rule")) },
  { name: "catalogue-rule-next", place: "catalogue", go: steps(radio("catalogue.rules"), row(3), button("catalogue.supersede"), fill("catalogue.value", "9"), below("catalogue.examples")) },
  { name: "subscriptions", place: "subscriptions" },
  { name: "subscriptions-one", place: "subscriptions", go: row(4) },
  { name: "subscriptions-new", place: "subscriptions", go: button("subscriptions.add") },
  { name: "subscriptions-change", place: "subscriptions", go: steps(row(4), button("subscriptions.change")) },
  { name: "subscriptions-correct", place: "subscriptions", go: steps(row(4), button("subscriptions.correct")) },
  { name: "subscriptions-end", place: "subscriptions", go: steps(row(4), button("subscriptions.end")) },
  { name: "costs", place: "costs" },
  { name: "costs-document", place: "costs", go: row(2) },
  { name: "costs-lines", place: "costs", go: radio("costs.lines") },
  { name: "costs-line", place: "costs", go: steps(radio("costs.lines"), row(3)) },
  { name: "costs-unmapped", place: "costs", go: radio("costs.unmapped") },
  { name: "costs-import", place: "costs", go: radio("costs.import") },
  { name: "costs-mapping", place: "costs", go: steps(radio("costs.import"), button("import.choose_files")) },
  { name: "costs-dry-run", place: "costs", go: steps(radio("costs.import"), (page) => page.getByText("customers.csv").first().click()) },
  { name: "reconcile", place: "reconcile" },
  { name: "reconcile-finding", place: "reconcile", go: row(3) },
  { name: "reconcile-all", place: "reconcile", go: radio("reconcile.all") },
  { name: "billing", place: "billing" },
  { name: "billing-account", place: "billing", go: row(2) },
  { name: "billing-charge", place: "billing", go: button("billing.charge") },
  { name: "invoices", place: "invoices" },
  { name: "invoices-paper", place: "invoices", go: row(2) },
  { name: "invoices-why", place: "invoices", go: steps(row(2), lines, (page) => page.locator("aside li button").first().click()) },
  { name: "invoices-credit", place: "invoices", go: steps(row(3), lines, button("invoices.credit.do")) },
  { name: "model", place: "model" },
  { name: "model-list", place: "model", go: scenario((page) => page.locator(".scenarios .now").click()) },
  { name: "model-edit", place: "model", go: scenario(button("model.add")) },
  { name: "model-products", place: "model", go: radio("model.products") },
  { name: "model-months", place: "model", go: radio("model.months.tab") },
  { name: "model-table", place: "model", go: button("waterfall.table") },
  { name: "model-account", place: "model", go: row(2) },
  { name: "model-why", place: "model", go: steps(row(2), (page) => page.locator("aside table button").first().click(), (page) => page.locator("aside .entries button").first().click()) },
  { name: "model-compare", place: "model", go: steps(scenario((page) => page.locator(".scenarios .now").click()), (page) => page.locator(".scenarios input[type=checkbox]").first().check(), result, radio("model.compare")) },
  { name: "model-take", place: "model", go: scenario(steps(button("model.take"), tried)) },
  { name: "model-letters", place: "model", go: scenario(steps(button("model.letters"), button("model.letters.choose"), tried)) },
  { name: "model-campaigns", place: "model", go: steps(result, radio("model.campaigns")) },
  ...["seller", "payment", "brand", "numbering", "tax", "reconcile", "look", "safety"].map((group) => ({
    name: `settings-${group}`, place: "settings", go: button(`settings.group.${group}`),
  })),
  { name: "menu", place: "month", go: (page) => page.keyboard.press("F10") },
  { name: "palette", place: "month", go: (page) => page.keyboard.press("Control+k") },
];

/** States of a book with nothing in it: each place as it is met first. */
export const empty = places.map((place) => ({ name: `${place}-empty`, place }));

/** Goes to a state from wherever one is. */
export async function arrive(page, { place, go }) {
  // Before the window is there nobody hears the keys.
  await page.locator("main").waitFor();
  for (let n = 0; n < 3; n += 1) await page.keyboard.press("Escape");
  // Away and back, so that a place begins anew.
  await page.keyboard.press(keys(place === "settings" ? "month" : "settings"));
  await settled(page);
  await page.keyboard.press(keys(place));
  await settled(page);
  await go?.(page);
  await settled(page);
}

/** Waits until nothing is being read and the page stays as it is. */
export async function settled(page) {
  await page.waitForFunction(
    () => {
      const busy = document.querySelector("[aria-busy=true], .working, main:empty, [role=status] progress");
      const now = `${document.body.innerText}${document.querySelectorAll("*").length}`;
      const same = window.lastSeen === now && !busy;
      window.lastSeen = now;
      return same;
    },
    undefined,
    { polling: 60, timeout: 30_000 },
  );
}
