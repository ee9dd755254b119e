import { expect, test } from "vitest";
import { seats } from "./lines";
import { tree, type Agreement, type Group, type Line } from "./tree";

function line(key: string, name: string, worth: string | null, kind: Line["kind"] = "agreement"): Line {
  return { key, kind, account_ref: "", name, beside: "", seats: "", cost: null, expected: null, sold: null, margin: null, finding: "", worth };
}

const groups: Group[] = [
  { head: line("a", "Anker", "-5.00", "account"), below: [line("a1", "Copilot", "-2.00"), line("a2", "Visio", "-3.00")] },
  { head: line("b", "Brandt", "-90.00", "account"), below: [line("b1", "Visio", "-90.00")] },
  { head: line("c", "Claas", null, "account"), below: [] },
];
const rest = line("rest", "31 more accounts", null, "rest");
const keys = async (wanted: object) => (await tree(groups, rest)({ from: 0, count: 100, ...wanted })).rows.map((row) => row.key);

test("agreements stand below their account, the rest at the end", async () => {
  expect(await keys({})).toEqual(["a", "a1", "a2", "b", "b1", "c", "rest"]);
});

test("sorting keeps agreements with their account, what has no value comes last", async () => {
  expect(await keys({ sort: "worth" })).toEqual(["b", "b1", "a", "a2", "a1", "c", "rest"]);
  expect(await keys({ sort: "worth", descending: true })).toEqual(["a", "a1", "a2", "b", "b1", "c", "rest"]);
});

test("finding shows the accounts of what is found, and no rest", async () => {
  expect(await keys({ find: "visio" })).toEqual(["a", "a2", "b", "b1"]);
  expect(await keys({ find: "brandt visio" })).toEqual(["b", "b1"]);
});

test("a screenful at a time", async () => {
  const page = await tree(groups, rest)({ from: 1, count: 2 });
  expect(page.rows.map((row) => row.key)).toEqual(["a1", "a2"]);
  expect(page.found).toBe(7);
});

test("seats are one figure where both sides agree, two where they differ, none for what is metered", () => {
  const of = (seats_billed: string | null, seats_sold: string | null) => seats({ seats_billed, seats_sold } as Agreement);
  expect(of("48", "48")).toBe("48");
  expect(of("48", "42")).toBe("48 / 42");
  expect(of("10", null)).toBe("10 / 0");
  expect(of("0.1734", "0.1734")).toBe("");
  expect(of(null, null)).toBe("");
});
