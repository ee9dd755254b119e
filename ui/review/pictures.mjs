// Pictures of every place, in both themes and several sizes, for a person to look at:
//   node review/pictures.mjs DESK-SERVER BOOK KEY-FILE OUT [PLACE...]
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { browse, open, serve } from "./desk.mjs";

const [server, book, key, out, ...only] = process.argv.slice(2);
const places = ["month", "accounts", "catalogue", "subscriptions", "costs", "reconcile", "billing", "invoices", "settings"];
const looks = [
  { theme: "light", width: 1280, height: 800 },
  { theme: "dark", width: 1280, height: 800 },
  { theme: "light", width: 1920, height: 1080 },
  { theme: "light", width: 1280, height: 800, zoom: 2 },
];

mkdirSync(out, { recursive: true });
const desk = await serve(server, ["dist-browser", "2026-11-09", "--book", book, "--key-file", key, "--out", out]);
const browser = await browse();
for (const look of looks) {
  const page = await open(browser, desk.address, look);
  page.on("console", (m) => m.type() === "error" && console.log(m.text()));
  page.on("pageerror", (e) => console.log(String(e)));
  await page.waitForSelector("nav");
  for (const [n, place] of places.entries()) {
    if (only.length && !only.includes(place)) continue;
    await page.keyboard.press(`Control+${n + 1}`);
    await page.waitForTimeout(700);
    await page.screenshot({ path: join(out, `${place}-${look.theme}-${look.width}${look.zoom ? "-zoom" : ""}.png`) });
  }
  await page.context().close();
}
await browser.close();
desk.end();
