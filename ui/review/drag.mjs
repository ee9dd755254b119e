// How fast a scenario follows its slider, in a browser over a book of some size:
//   node review/drag.mjs BOOK KEY-FILE [WIDTH HEIGHT]
import { pathToFileURL } from "node:url";
import { browse, open, serve } from "./desk.mjs";
import { keys } from "./places.mjs";
import { settled } from "./states.mjs";

/** Opens a new scenario and moves its slider so many times, at any moment between two frames: what to tell of it. */
export async function drag(page, moves = 300) {
  await page.keyboard.press(keys("model"));
  await settled(page);
  await page.getByRole("button", { name: "New scenario" }).click();
  await settled(page);
  const took = await page.evaluate(moved, moves);
  const sorted = took.sort((a, b) => a - b);
  const within = (share) => `${sorted[Math.floor((sorted.length - 1) * share)].toFixed(1)} ms`;
  return [
    { what: `a slider: from a move to the painted frame, the middle of ${moves}`, took: within(0.5), wanted: "" },
    { what: "a slider: 95 of 100 moves", took: within(0.95), wanted: "16.7 ms at 10,000 subscriptions, 33 ms at 100,000" },
  ];
}

/** Runs in the page: milliseconds from each move to the frame that shows its figures. */
function moved(moves) {
  return new Promise((done) => {
    const slider = document.querySelector(".levers input[type=range]");
    const put = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set;
    const took = [];
    let begun = 0;
    // The figures are there; the frame that holds them is painted when the task behind it runs.
    const painted = new MessageChannel();
    painted.port1.onmessage = () => {
      took.push(performance.now() - begun);
      if (took.length === moves) done(took);
      else setTimeout(move, 20 + ((took.length * 7) % 17));
    };
    const shown = new MutationObserver(() => requestAnimationFrame(() => painted.port2.postMessage(0)));
    shown.observe(document.querySelector(".strip .hero"), { characterData: true, childList: true, subtree: true });
    function move() {
      const [min, max] = [Number(slider.min), Number(slider.max)];
      const to = 5 * (took.length % 2 ? 1 : -1) * (1 + (took.length % 40));
      begun = performance.now();
      put.call(slider, String(Math.max(min, Math.min(max, to))));
      slider.dispatchEvent(new Event("input", { bubbles: true }));
    }
    move();
  });
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
