import { expect, test } from "vitest";
import { changes, fieldOf, wrongWith } from "../accounts/fields";
import { blank, blankPart, fieldsOf, isWhole, partOf } from "./bundle";
import { clauses, clausesOf, isWhole as isSaid } from "./clauses";
import { value } from "./rule";
import { drawn as drawnPrice } from "./drawn";
import { openedBy } from "./subject";
import { named, seats, terms } from "../subscriptions/said";
import { drawn } from "../subscriptions/steps";

test("only what differs of an account is sent, as the command takes it", () => {
  const before = { name: "Birch", address: "1 High St\nBath", tax_percent: "19", segment: "Gold" };
  const now = { name: "Birch ", address: "1 High St\nBristol", tax_percent: "8,1", segment: "Gold" };
  expect(changes(before, now)).toEqual({ name: "Birch", address: "1 High St|Bristol", tax_percent: "8.1" });
  expect(changes(before, before)).toEqual({});
});

test("a wrong field says what would be right, and a refusal finds its field", () => {
  expect(wrongWith("country", "de")).toContain("DE");
  expect(wrongWith("country", "DE")).toBeUndefined();
  expect(wrongWith("payment_days", "soon")).toBeDefined();
  expect(wrongWith("segment", "")).toBeUndefined();
  expect(fieldOf('currency="XX" is not understood: give a code such as GBP.')).toBe("currency");
  expect(fieldOf("An account cannot stand below itself.")).toBeUndefined();
});

test("a bundle is asked for only when every part is whole", () => {
  const part = { ...blankPart(), product: "CFQ7:0001", title: "Basic", ratio: "2", discount: "2,5" };
  const draft = { ...blank(), id: "B", name: " Safe ", parts: [part] };
  expect(isWhole(draft)).toBe(true);
  const fields = { name: "Safe", from: "", parts: "CFQ7:0001*2-2.5 licence", price: "", currency: "EUR", show_parts: "yes" };
  expect(fieldsOf(draft, "EUR")).toEqual(fields);
  expect(isWhole({ ...draft, parts: [{ ...part, product: "" }] })).toBe(false);
  expect(isWhole({ ...draft, price: "12," })).toBe(false);
  expect(isWhole({ ...draft, parts: [{ ...part, cost: "x" }] })).toBe(false);
});

test("a part says how it is charged, what it costs, and whether it is seen", () => {
  const part = { ...blankPart(), product: "ONB:0001", kind: "one-off", price: "49,00", cost: "20", shown: false };
  expect(partOf(part)).toBe("ONB:0001*1-0=49.00 one-off hidden cost=20");
});

test("a price over time is drawn in steps, from before its second version to after today", () => {
  const version = (from: string, cost: string, erp: string, until: string | null = null) => ({ from, cost, erp, until });
  expect(drawnPrice([version("2026-01-01", "8", "10")], "2026-11-09", 100, 50)).toBeUndefined();
  const lines = drawnPrice([version("2026-07-01", "9", "12"), version("2000-01-01", "8", "10")], "2026-11-09", 100, 50);
  expect([lines?.first, lines?.last, lines?.least, lines?.most]).toEqual(["2025-07-01", "2027-05-10", "8", "12"]);
  // 365 of 678 days: the retail price rises from the middle to the top there.
  expect(lines?.erp).toBe("M0,25H53.8V0H100");
  const ended = drawnPrice([version("2026-01-01", "8", "8", "2026-02-01"), version("2026-07-01", "9", "9")], "2026-07-01", 100, 50);
  expect(ended?.cost).toMatch(/^M0,50H[\d.]+M[\d.]+,0H100$/);
});

test("the value of a rule keeps its digits", () => {
  expect(value("fixed", "5.1")).toBe("5.10");
  expect(value("fixed", "0.00412")).toBe("0.00412");
  expect(value("off-erp", "6 %")).toBe("6%");
  expect(value("graduated", "1:10.00,25:9.50")).toBe("1: 10.00, 25: 9.50");
  expect(value("erp", "")).toBe("");
});

test("other places lead into the catalogue by what they know", () => {
  expect(openedBy("CFQ7TTC0LCHC:0002")).toEqual({ kind: "product", id: "CFQ7TTC0LCHC:0002" });
  expect(openedBy("price rule Segment Gold v12")).toEqual({ kind: "rule", id: "Segment Gold" });
  expect(openedBy("Segment Gold v1")).toEqual({ kind: "rule", id: "Segment Gold" });
  expect(openedBy("bundle Secure Workplace")).toEqual({ kind: "bundle", id: "Secure Workplace" });
  expect(openedBy("rule:a:b")).toEqual({ kind: "rule", id: "a:b" });
  expect(openedBy(undefined)).toBeUndefined();
});

test("codes have words, and unknown ones are readable", () => {
  expect(terms("P1Y", "monthly")).toBe("1 year, monthly");
  expect(terms("P6M", "annual")).toBe("6 months, yearly");
  expect(seats("1")).toBe("1 seat");
  expect(named("event", "seats added")).toBe("Seats added");
  expect(named("event", "something_new")).toBe("something new");
});

test("a timeline is drawn as steps, what comes apart from what was", () => {
  const event = (date: string, seats_after: string, name = "seats set") => ({ date, event: name, detail: "", seats_after });
  const events = [event("2026-01-01", "10", "started"), event("2026-07-02", "20"), event("2026-12-31", "0", "cancelled")];
  const line = drawn(events, { start: "2026-01-01", today: "2026-11-09", from: "2026-01-01", to: "2026-12-31" }, 364, 100);
  expect(line.past).toBe("M0,50H182V0H312");
  expect(line.ahead).toBe("M312,0H364V100H364");
  expect(line.marks.map((m) => m.x)).toEqual([0, 182, 364]);
  expect([line.most, line.first, line.last]).toEqual([20, "2026-01-01", "2026-12-31"]);
});

test("the clauses of a rule are sent only where its method takes them", () => {
  const none = clausesOf(undefined, "2026-11-09");
  expect(clauses("fixed", none)).toEqual({ uplift: "" });
  expect(clauses("minimum", none)).toEqual({ uplift: "" });
  const floats = { ...none, hold: "float" as const, notice: " 45", uplift: "2,5", counted: "day" as const };
  expect(clauses("off-erp", floats)).toEqual({
    pass_promotions: "no", pass_earned_credit: "no", hold: "float:45", list_plan: "bought", uplift: "2.5", uplift_from: "2026-11-09",
  });
  expect(clauses("pass-through", floats)).toMatchObject({ hold: "float:45", uplift: "" });
  expect([isSaid("off-erp", floats), isSaid("off-erp", { ...floats, notice: "soon" }), isSaid("fixed", { ...floats, notice: "soon" })]).toEqual([true, false, true]);
  expect(isSaid("off-erp", { ...floats, uplift: "x" })).toBe(false);
});
