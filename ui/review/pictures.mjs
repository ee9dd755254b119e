// Pictures of every place and its main states, in both themes, two sizes and twice as large, for a person to look at:
//   node review/pictures.mjs OUT [--german] [STATE...]
// In German once only, in light: to see what does not fit, and what was left in English.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { blank, browse, open, sample, serve } from "./desk.mjs";
import { arrive, empty, full } from "./states.mjs";

const [out, ...asked] = process.argv.slice(2);
const only = asked.filter((word) => word !== "--german");
if (!out) throw new Error("name the folder for the pictures");
const looks = asked.includes("--german") ? [{ name: "german", theme: "light", locale: "de-DE" }] : [
  { name: "light", theme: "light" },
  { name: "dark", theme: "dark" },
  { name: "light-1920", theme: "light", width: 1920, height: 1080 },
  { name: "dark-1920", theme: "dark", width: 1920, height: 1080 },
  { name: "light-zoom", theme: "light", zoom: 2 },
];
const wanted = (states) => states.filter((state) => !only.length || only.some((name) => state.name.startsWith(name)));

mkdirSync(out, { recursive: true });
const book = sample(join(out, "sample"));
const none = blank(join(out, `blank-${Date.now()}`));
const browser = await browse();
for (const [kept, states] of [[book, wanted(full)], [none, wanted(empty)]]) {
  if (!states.length) continue;
  const desk = await serve({ book: kept.book, key: kept.key, out, files: [join(book.written, "customers.csv")] });
  for (const look of looks) {
    const page = await open(browser, desk.address, look);
    for (const state of states) {
      await arrive(page, state).catch((error) => console.log(`${state.name}: ${String(error).split("\n")[0]}`));
      await page.screenshot({ path: join(out, `${state.name}-${look.name}.png`) });
    }
    await page.context().close();
  }
  desk.end();
}
await browser.close();
console.log(`Pictures: ${out}`);
