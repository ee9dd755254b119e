import { expect, test } from "vitest";
import type { Host } from "../../../host/host";
import { Desk } from "../../../state/desk.svelte";
import { inbox, type Answer, type Look } from "./inbox.svelte";

const look: Look = { kind: "ms-recon", mapping: null, confirmed: true, columns: [], rows: [], questions: [], problem: null, notes: [] };
const answer: Answer = {
  file: "a.csv", kind: "ms-recon", rows: 10, stored: 8, changed: 0, skipped_same: 0, problem_rows: 2, totals: [], problems: [], notes: [], unknown_columns: [],
};

/** A host that answers looks and imports, and keeps what it was asked. */
function fake(looks: Record<string, Partial<Look>>, answers: (files: string[]) => Answer[]) {
  const asked: { name: string; ask: Record<string, unknown>; trial: boolean }[] = [];
  const host = {
    call: async (name: string, ask: Record<string, unknown>, trial: boolean) => {
      asked.push({ name, ask, trial });
      if (name === "import look") return { ...look, ...looks[String(ask.file)] };
      return { files: answers(ask.files as string[]) };
    },
  } as unknown as Host;
  return { asked, box: inbox(new Desk(host, "2026-11-09", { name: "B", currency: "EUR", country: "DE" })) };
}

const file = (handle: string) => ({ handle, name: `${handle}.csv`, size: 1 });

test("files are tried together and stored with what was said about each", async () => {
  const { asked, box } = fake({}, (files) => files.map(() => answer));
  await box.add([file("a"), file("b")]);
  expect(box.items.map((item) => item.state)).toEqual(["ready", "ready"]);
  expect([box.good, box.bad]).toEqual([16, 4]);
  await box.say(box.items[1] ?? never(), { date_order: "dmy" });
  await box.store();
  const last = asked.at(-1);
  expect(last?.trial).toBe(false);
  expect(last?.ask).toEqual({ files: ["a", "b"], ways: [{}, { date_order: "dmy", corrections: [] }], keep_good: true });
  expect(box.items.every((item) => item.state === "stored")).toBe(true);
});

test("a corrected cell goes with its file until the file is read another way", async () => {
  const { asked, box } = fake({}, (files) => files.map(() => answer));
  await box.add([file("a")]);
  const [item] = box.items;
  if (!item) throw new Error("no such file");
  const ways = () => asked.at(-1)?.ask.ways;
  await box.correct(item, { row: 8, column: "Qty", value: "26" });
  await box.correct(item, { row: 8, column: "Qty", value: "27" });
  await box.correct(item, { row: 9, column: "Qty", value: "1" });
  await box.uncorrect(item, { row: 9, column: "Qty" });
  await box.state(item, "3164.22 GBP");
  expect(ways()).toEqual([{ corrections: [{ row: 8, column: "Qty", value: "27" }], total: "3164.22 GBP" }]);
  await box.say(item, { decimal: "point" });
  expect(ways()).toEqual([{ corrections: [], total: "3164.22 GBP", decimal: "point" }]);
});

test("a question and an unknown file hold back themselves, not the others", async () => {
  const question = { field: "date_order", answers: ["dmy", "mdy"], text: "?" };
  const { box } = fake(
    { q: { questions: [question] }, u: { kind: null, problem: { code: "E-FILE-UNKNOWN", message: "no", hints: [] } } },
    (files) => files.map(() => answer),
  );
  await box.add([file("q"), file("u"), file("a")]);
  expect(box.items.map((item) => item.state)).toEqual(["question", "unknown", "ready"]);
  expect(box.good).toBe(8);
});

test("of several files the one that cannot be stored is named", async () => {
  const { box } = fake({}, (files) => {
    if (files.includes("bad")) throw { code: "E-RULE", message: "bad", kept: "", hints: [] };
    return files.map(() => answer);
  });
  await box.add([file("bad"), file("a")]);
  expect(box.items.map((item) => item.state)).toEqual(["refused", "ready"]);
});

test("the same bytes again add nothing", async () => {
  const { box } = fake({}, () => [{ ...answer, stored: 0, skipped_same: 10, problem_rows: 0, notes: [{ code: "N-SAME-BYTES", text: "Same bytes.", values: [] }] }]);
  await box.add([file("a")]);
  expect(box.items[0]?.state).toBe("same");
  expect(box.good).toBe(0);
});

function never(): never {
  throw new Error("no such file");
}
