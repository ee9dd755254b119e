import { expect, test } from "vitest";
import { told } from "./note";

const note = { code: "N-BELOW-COST", text: "2 lines are sold below cost.", values: [{ name: "rows", value: "2" }, { name: "amount", value: "12.50" }, { name: "currency", value: "EUR" }] };

test("a note is told in the person's language, an unknown one as the program says it", () => {
  expect(told(note, "de")).toMatch(/^2 Positionen sind unter Kosten verkauft, zusammen um 12.50 EUR/);
  expect(told({ ...note, code: "N-NEW" }, "de")).toBe(note.text);
});
