// Every place and its main states in a real browser with a real book behind it: for somebody who hears the window, who works
// without a mouse, who needs contrast, who needs it twice as large. Run with `node --test review/`.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { blank, browse, open, sample, serve } from "./desk.mjs";
import { arrive, empty, full, settled } from "./states.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const folder = mkdtempSync(join(tmpdir(), "billhook-"));
const desks = new Map();
let browser;
let book;
let none;
let locked;
const nothing = {};

before(async () => {
  browser = await browse();
  book = sample(join(folder, "sample"));
  none = blank(folder);
  locked = { book: none.book };
  writeFileSync(join(folder, "norrvind.csv"), "Konto;Firma;Vara;Antal;Belopp\n17;Ash Dental Ltd;Backup;2;8,00\n");
});

after(async () => {
  await browser?.close();
  for (const desk of desks.values()) (await desk).end();
  rmSync(folder, { recursive: true, force: true });
});

/** One server to a book, and to no book; a page of it. */
async function at(place, look) {
  let desk = desks.get(place);
  if (!desk) {
    const files = [join(book.written, "customers.csv"), join(folder, "norrvind.csv")];
    desk = serve({ ...place, files, out: folder });
    desks.set(place, desk);
  }
  const page = await open(browser, (await desk).address, look);
  const complaints = [];
  page.on("console", (said) => said.type() === "error" && complaints.push(said.text()));
  page.on("pageerror", (error) => complaints.push(`${error} at ${page.state}`));
  return { page, complaints };
}

/** What axe calls serious or critical, each with where it is. */
async function serious(page, only) {
  await page.evaluate(axe);
  return page.evaluate(async (rules) => {
    const options = rules ? { runOnly: { type: "rule", values: rules } } : {};
    const { violations } = await window.axe.run(document, { ...options, resultTypes: ["violations"] });
    return violations
      .filter((one) => one.impact === "serious" || one.impact === "critical")
      .map((one) => `${one.id}: ${one.nodes.slice(0, 3).map((node) => `${node.html.slice(0, 160)} ${node.any[0]?.message ?? ""}`).join(" | ")}`);
  }, only);
}

/**
 * What is pressed by its middle but lies under something else, or outside the window. A dialog or menu counts alone, and so
 * does a panel that was opened.
 */
function covered(page, opened) {
  return page.evaluate((opened) => {
    const panel = opened ? document.querySelector("aside.side") : null;
    const layer = document.querySelector("dialog[open], [role=menu]") ?? panel ?? document.body;
    const wrong = [];
    if (document.documentElement.scrollWidth > innerWidth) wrong.push(`the page is ${document.documentElement.scrollWidth} wide`);
    for (const control of layer.querySelectorAll("button, input, select, textarea, a[href]")) {
      const style = getComputedStyle(control);
      if (control.getClientRects().length === 0 || style.visibility === "hidden" || control.closest("[role=grid], [aria-hidden=true]")) continue;
      control.scrollIntoView({ block: "center", inline: "center" });
      const box = control.getBoundingClientRect();
      const hit = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
      const own = hit && (control.contains(hit) || hit.contains(control) || [...(control.labels ?? [])].some((label) => label.contains(hit)));
      if (!own) wrong.push(`${control.outerHTML.slice(0, 140)} under ${hit?.outerHTML.slice(0, 100) ?? "nothing"}`);
    }
    return wrong;
  }, opened);
}

/** Arrives at each state in turn and says of each what is wrong there. */
async function wrongIn(page, states, look) {
  const wrong = [];
  for (const state of states) {
    page.state = state.name;
    try {
      await arrive(page, state);
    } catch (error) {
      wrong.push(`${state.name} is not reached: ${String(error).split("\n")[0]}`);
      continue;
    }
    wrong.push(...(await look(page, state.go !== undefined)).map((what) => `${state.name}: ${what}`));
  }
  return wrong;
}

function none_of(wrong) {
  assert.equal(wrong.length, 0, `\n${wrong.join("\n")}\n`);
}

// Each has pages of its own, so they need not wait for one another.
describe("the window", { concurrency: true, timeout: 900_000 }, () => {
  test("a full book is accessible in every place", async () => {
    const { page, complaints } = await at(book);
    none_of(await wrongIn(page, full, (page) => serious(page)));
    none_of(complaints);
  });

  test("its contrasts hold in the dark", async () => {
    const { page } = await at(book, { theme: "dark" });
    none_of(await wrongIn(page, full, (page) => serious(page, ["color-contrast"])));
  });

  test("twice as large nothing overlaps and nothing is out of reach", async () => {
    const { page } = await at(book, { zoom: 2 });
    none_of(await wrongIn(page, full, covered));
  });

  test("an empty book is accessible in every place, in both themes, twice as large", async () => {
    for (const look of [{}, { theme: "dark" }, { zoom: 2 }]) {
      const { page } = await at(none, look);
      none_of(await wrongIn(page, empty, async (page) => [...(await serious(page)), ...(await covered(page))]));
    }
  });

  test("so is the window before a book is open", async () => {
    for (const look of [{}, { theme: "dark" }, { zoom: 2 }]) {
      for (const [place, words] of [[nothing, "Welcome to Billhook"], [locked, "This book is locked."]]) {
        const { page } = await at(place, look);
        await page.getByText(words).waitFor();
        none_of([...(await serious(page)), ...(await covered(page))]);
      }
      const { page } = await at(nothing, look);
      await page.getByRole("button", { name: "Create my book" }).click();
      await settled(page);
      none_of([...(await serious(page)), ...(await covered(page))]);
    }
  });

  test("a failure is told where it happened and is accessible too", async () => {
    const { page } = await at(locked);
    await page.getByLabel("Passphrase").fill("not this one at all");
    await page.keyboard.press("Enter");
    await page.getByRole("alert").waitFor();
    none_of(await serious(page));
  });
});
