import { expect, test } from "vitest";
import { said } from "./failure";

const inUse = {
  code: "E-BOOK-IN-USE", message: "The book is in use by billhook (process 7).", kept: "Nothing was changed.",
  hints: ["Close it there and try again."],
};

test("in English the program's own sentence is said, and what a window can do", () => {
  const usage = { code: "E-USAGE", message: "\"x\" is no day.", kept: "Nothing was changed.", hints: ["Write 2026-10-31.", "See --help."] };
  expect(said(usage, "en")).toEqual({
    what: "\"x\" is no day.", told: "", next: "Nothing was changed. Write 2026-10-31. Change what you entered.",
  });
});

test("in German the code is said in German, and the particulars beside it", () => {
  const { what, told, next } = said(inUse, "de");
  expect(what).toBe("Ein anderes Programm schreibt gerade in dieses Buch.");
  expect(told).toBe(inUse.message);
  expect(next).toContain("Schließen Sie es dort");
});

test("a code nobody knows yet is said as the program says it", () => {
  expect(said({ ...inUse, code: "E-NEW" }, "de").what).toBe(inUse.message);
});
