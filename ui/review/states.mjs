// Every place and its main states, and how one gets there from anywhere: for tests of all of them, and for their pictures.
import { places } from "./places.mjs";

const row = (n) => (page) => page.locator(`[role=grid] [aria-rowindex="${n}"]`).first().click();
const button = (name) => (page) => page.getByRole("button", { name }).first().click();
const radio = (name) => (page) => page.getByRole("radio", { name }).first().check({ force: true });
const steps = (...all) => async (page) => {
  for (const step of all) {
    await step(page);
    await settled(page);
  }
};

/** In a narrow window the lines of a paper wait behind a button. */
const lines = async (page) => {
  if ((await page.locator("aside").count()) === 0) await button("Lines")(page);
};

/** States of a book that holds months: a name, the place, and what is done there. */
export const full = [
  { name: "month", place: "month" },
  { name: "accounts", place: "accounts" },
  { name: "accounts-one", place: "accounts", go: row(3) },
  { name: "accounts-contact", place: "accounts", go: steps(row(3), button("Add contact")) },
  { name: "accounts-note", place: "accounts", go: steps(row(3), button("Add note")) },
  { name: "accounts-tenant", place: "accounts", go: steps(row(3), button("Add tenant")) },
  { name: "accounts-new", place: "accounts", go: button(/^Add account/) },
  { name: "catalogue", place: "catalogue" },
  { name: "catalogue-product", place: "catalogue", go: row(3) },
  { name: "catalogue-product-new", place: "catalogue", go: button("Add product") },
  { name: "catalogue-product-price", place: "catalogue", go: steps(row(3), button("Set list price")) },
  { name: "catalogue-lists", place: "catalogue", go: radio(/^Price lists/) },
  { name: "catalogue-bundles", place: "catalogue", go: radio(/^Bundles/) },
  { name: "catalogue-bundle", place: "catalogue", go: steps(radio(/^Bundles/), row(2)) },
  { name: "catalogue-rules", place: "catalogue", go: radio(/^Price rules/) },
  { name: "catalogue-rule", place: "catalogue", go: steps(radio(/^Price rules/), row(3)) },
  { name: "subscriptions", place: "subscriptions" },
  { name: "subscriptions-one", place: "subscriptions", go: row(4) },
  { name: "subscriptions-new", place: "subscriptions", go: button("Add subscription") },
  { name: "subscriptions-change", place: "subscriptions", go: steps(row(4), button("Change subscription")) },
  { name: "subscriptions-correct", place: "subscriptions", go: steps(row(4), button("Edit agreement")) },
  { name: "subscriptions-end", place: "subscriptions", go: steps(row(4), button("End subscription")) },
  { name: "costs", place: "costs" },
  { name: "costs-document", place: "costs", go: row(2) },
  { name: "costs-lines", place: "costs", go: radio(/^Lines/) },
  { name: "costs-line", place: "costs", go: steps(radio(/^Lines/), row(3)) },
  { name: "costs-unmapped", place: "costs", go: radio(/^Unmapped/) },
  { name: "costs-import", place: "costs", go: radio(/^Import/) },
  { name: "costs-mapping", place: "costs", go: steps(radio(/^Import/), button(/^Choose files/)) },
  { name: "costs-dry-run", place: "costs", go: steps(radio(/^Import/), (page) => page.getByText("customers.csv").first().click()) },
  { name: "reconcile", place: "reconcile" },
  { name: "reconcile-finding", place: "reconcile", go: row(3) },
  { name: "reconcile-all", place: "reconcile", go: radio(/^All/) },
  { name: "billing", place: "billing" },
  { name: "billing-account", place: "billing", go: row(2) },
  { name: "billing-charge", place: "billing", go: button("Add one-off charge") },
  { name: "invoices", place: "invoices" },
  { name: "invoices-paper", place: "invoices", go: row(2) },
  { name: "invoices-why", place: "invoices", go: steps(row(2), lines, (page) => page.locator("aside li button").first().click()) },
  { name: "invoices-credit", place: "invoices", go: steps(row(3), lines, button("Credit invoice")) },
  ...["Seller", "Payment details", "Brand", "Numbering", "Tax and prices", "Tolerances", "Window", "Safety"].map((name) => ({
    name: `settings-${name.split(" ")[0].toLowerCase()}`, place: "settings", go: (page) => page.getByRole("button", { name, exact: true }).click(),
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
  await page.keyboard.press(`Control+${place === "settings" ? 1 : 9}`);
  await settled(page);
  await page.keyboard.press(`Control+${places.indexOf(place) + 1}`);
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
