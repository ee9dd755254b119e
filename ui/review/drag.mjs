// How fast a scenario follows its slider, in a browser over a book of some size:
//   node review/drag.mjs BOOK KEY-FILE [WIDTH HEIGHT]
import { pathToFileURL } from "node:url";
import { browse, open, serve } from "./desk.mjs";
import { moved } from "./moved.js";
import { keys } from "./places.mjs";
import { settled } from "./states.mjs";

/** Opens a new scenario and moves its slider to all its places, twice: what to tell of it. */
export async function drag(page) {
  await page.keyboard.press(keys("model"));
  await settled(page);
  await page.getByRole("button", { name: "New scenario" }).click();
  await settled(page);
  const took = await page.evaluate(moved);
  const within = (turn, of) => {
    const sorted = took.filter((one) => one.turn === turn).map((one) => one[of]).sort((a, b) => a - b);
    return [0.5, 0.95].map((share) => sorted[Math.floor((sorted.length - 1) * share)].toFixed(1)).join(" and ");
  };
  const tell = (turn, where) => ({
    what: `a slider, moved ${where}: figures in the page, the middle and 95 of 100; painted`,
    took: `${within(turn, "written")} ms; ${within(turn, "painted")} ms`,
    wanted: "painted 16.7 ms at 10,000 subscriptions, 33 ms at 100,000",
  });
  return [tell(0, "to where it was not before"), tell(1, "to where it was")];
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [book, key, width = "1440", height = "900"] = process.argv.slice(2);
  const desk = await serve({ book, key });
  const browser = await browse();
  const page = await open(browser, desk.address, { width: Number(width), height: Number(height) });
  await page.locator("main").waitFor();
  await settled(page);
  console.log(JSON.stringify(await drag(page)));
  await browser.close();
  desk.end();
}
