// How long a person waits, in a browser over a book of some size:
//   node review/speed.mjs BOOK KEY-FILE VENDOR-FILE
import { browse, open, serve } from "./desk.mjs";
import { drag } from "./drag.mjs";
import { settled } from "./states.mjs";

const [book, key, file] = process.argv.slice(2);
const desk = await serve({ book, key, files: [file] });
const browser = await browse();
const page = await open(browser, desk.address);
await page.waitForSelector("nav");
await settled(page);

/** Milliseconds from a click on the element to the frames that show what is waited for, one after the other. */
function each(click, waits) {
  return page.evaluate(
    ([click, waits]) =>
      new Promise((done) => {
        const begun = performance.now();
        const took = [];
        document.querySelector(click).click();
        const look = () => {
          const there = document.querySelector(waits[took.length])?.textContent?.trim();
          if (!there) return requestAnimationFrame(look);
          requestAnimationFrame(() => {
            took.push(performance.now() - begun);
            if (took.length === waits.length) done(took);
            else look();
          });
        };
        requestAnimationFrame(look);
      }),
    [click, waits],
  );
}

const shown = async (click, wait) => (await each(click, [wait]))[0];

const row = '[role=grid] [aria-rowindex="2"] .said';
const told = [];
const tell = (what, took, wanted = "") => told.push({ what, took, wanted });
const ms = (time) => `${Math.round(time)} ms`;

// A person looks at the month before going on; meanwhile the desk makes ready what is looked at next.
await page.waitForTimeout(2000);
const [figures, rows] = await each("nav button[title=Reconcile]", [".strip .total", row]);
tell("Reconcile: click to the first figures", ms(figures), "1,000 ms");
tell("Reconcile: to its first rows", ms(rows));
await settled(page);
tell("Reconcile: click again to its rows", ms((await away(), await shown("nav button[title=Reconcile]", row))), "100 ms");

for (const [place, name] of [["Subscriptions", "the register"], ["Accounts", "the accounts"]]) {
  await away();
  tell(`${name}: first click to the painted table`, ms(await shown(`nav button[title=${place}]`, row)), "100 ms");
  await settled(page);
  const again = [];
  for (let n = 0; n < 5; n += 1) {
    await away();
    again.push(await shown(`nav button[title=${place}]`, row));
  }
  tell(`${name}: the same again`, ms(again.sort((a, b) => a - b)[2]), "100 ms");
}

await away();
await page.locator("nav button[title=Costs]").click();
await settled(page);
tell("the cost lines: first click to the painted table", ms(await shown("input[type=radio][value=lines]", row)), "100 ms");
await settled(page);
const frames = await page.evaluate(
  () =>
    new Promise((done) => {
      const table = document.querySelector("[role=grid]");
      const took = [];
      let last;
      const step = (now) => {
        if (last !== undefined) took.push(now - last);
        last = now;
        table.scrollTop += 900;
        if (took.length < 300) requestAnimationFrame(step);
        else done(took);
      };
      requestAnimationFrame(step);
    }),
);
tell("scrolling the cost lines: longest of 300 frames", ms(Math.max(...frames)), "33 ms");
tell("scrolling: frames over 33 ms", String(frames.filter((time) => time > 33.5).length), "0");

const stopped = await page.evaluate(async () => {
  const ask = (what, body) => fetch(`/desk/${what}`, { method: "POST", body: JSON.stringify(body) });
  const [chosen] = await (await ask("pick_files", {})).json();
  const running = ask("call", { name: "import", ask: { files: [chosen.handle] }, trial: true });
  await new Promise((later) => setTimeout(later, 200));
  const begun = performance.now();
  await ask("cancel", {});
  const { code } = await (await running).json();
  return code === "E-CANCELLED" ? performance.now() - begun : undefined;
});
tell("an import: Stop to stopped", stopped === undefined ? "ended before" : ms(stopped), "50 ms");

await away();
told.push(...(await drag(page)));

console.log(JSON.stringify(told));
await browser.close();
desk.end();

async function away() {
  await page.locator("nav button[title=Settings]").click();
  await settled(page);
}
