import { expect, test, vi } from "vitest";
import { day } from "../../format/format";
import type { Host } from "../../host/host";
import { axis, level, monthAt } from "../../parts/curve";
import { layDown } from "../../parts/waterfall";
import { Desk } from "../../state/desk.svelte";
import { Drafts } from "./drafts.svelte";
import { ofPoints, read, scale, units, write } from "./figure";
import { Live, type Quick } from "./live.svelte";
import { accepted, atThumb, shown, since, title, whom } from "./said";
import { begun, draft, looked, normal, same, turned, whole, type Written } from "./scenario";

test.each(["3 %", "-7.5 %", "+0.50", "-0.50", "= 12.00", "6.00 -> 7.00"])("the figure %s is read and written the same", (text) => {
  expect(write(read(text))).toBe(text);
});

test("a slider counts whole steps, so that no figure is reckoned in fractions", () => {
  expect(units("10.5", 1)).toBe(105);
  expect(units("-0.3", 1)).toBe(-3);
  const now = read("0.1 %");
  const over = scale(now);
  expect(write(atThumb(now, 3, over))).toBe("0.3 %");
  expect(write(atThumb(now, -120, over))).toBe("-12 %");
  expect(scale(read("55 %"))).toMatchObject({ min: -600, max: 600 });
  expect(scale(read("6.00 -> 7.00"))).toMatchObject({ min: 0, max: 2000, from: 600 });
  expect(write(atThumb(read("6.00 -> 7.00"), 755, scale(read("6.00 -> 7.00"))))).toBe("6.00 -> 7.55");
});

test("what is typed is a figure of the same form, or of the one its signs say", () => {
  const now = read("5 %");
  const becomes = (text: string) => {
    const figure = accepted(text, now);
    return figure && write(figure);
  };
  expect(becomes("4.25")).toBe("4.25 %");
  expect(becomes("+9 %")).toBe("9 %");
  expect(becomes("\u22122")).toBe("-2 %");
  expect(becomes("=12.50")).toBe("= 12.50");
  expect(becomes("6 -> 7.5")).toBe("6 -> 7.5");
  for (const wrong of ["", "about 3", "6 ->", "0 -> 3"]) expect(becomes(wrong), wrong).toBeUndefined();
  expect(shown(now)).toBe("+5.0");
  expect(shown(read("-7.25 %"))).toBe("\u22127.25");
});

test("files that write shares in hundredths of a percent and products by two ids come in one form", () => {
  expect(ofPoints("350")).toBe("3.5");
  expect(ofPoints("-5")).toBe("-0.05");
  expect(normal({ from: "2027-01-01", product_id: "CFQ7", sku_id: "0002", cost_change_bp: "300", pass_through_bp: "8000" })).toEqual({
    from: "2027-01-01", products: ["CFQ7:0002"], cost: "3 %", pass_on: "80 %",
  });
});

test("only what is switched on and says all it needs is looked at; all of it is kept that can be", () => {
  const one = draft({ name: "July", changes: [{ from: "2027-01-01", cost: "5 %" }, { from: "2027-01-01", seats: "-5 %" }] });
  const [cost, seats] = one.parts;
  if (!cost || !seats) throw new Error("two parts");
  const off = { ...one, parts: [cost, { ...seats, on: false }, begun("rate", "2027-01-01")] };
  expect(looked(off, title).changes).toEqual([{ ...cost.change, name: "Vendor price" }]);
  expect(looked({ ...one, parts: [cost, cost] }, title).changes?.map((change) => change.name)).toEqual(["Vendor price", "Vendor price 2"]);
  expect(whole(off).changes).toEqual([cost.change, seats.change]);
  expect(same(off, one), "looking changes nothing").toBe(true);
  const extended = turned({ ...cost, change: { ...cost.change, products: ["A:1"], account: "c1" } }, "extended");
  expect(extended.change).toEqual({ from: "2027-01-01", products: ["A:1"], account: "c1", extended: true });
});

test("whom and since when a change concerns is said in words", () => {
  const names: Record<string, string> = { "A:1": "Business Premium", c1: "Ash <b>" };
  const name = (ref: string) => names[ref] ?? ref;
  expect(whom({ from: "" }, name)).toBe("Everything");
  expect(whom({ from: "", products: ["A:1", "B:1"], term: "P1Y", account: "c1" }, name)).toBe("Business Premium and 1 more, 1 year, Ash <b>");
  expect(since({ from: "2027-01-01" }, "vendor")).toBe(`From ${day("2027-01-01")}, at each renewal`);
});

test("an axis has a few round levels that hold every amount", () => {
  for (const amounts of [[558_000, 531_000], [0, 0], [-12, 7], [5], [123_456_789, 123_456_790]]) {
    const { low, high, ticks } = axis(amounts);
    expect(low).toBeLessThanOrEqual(Math.min(...amounts));
    expect(high).toBeGreaterThanOrEqual(Math.max(...amounts));
    expect(ticks.length).toBeGreaterThanOrEqual(2);
    expect(ticks.length).toBeLessThanOrEqual(7);
  }
  expect(level(520_000, 2, 10_000)).toBe("5.2k");
  expect(level(-5_250, 0, 50)).toBe("\u22125.25k");
  expect(level(0, 2, 100)).toBe("0");
  const room = { width: 460, height: 100, left: 44, right: 4, top: 8, bottom: 22 };
  expect([0, 45, 250, 459].map((x) => monthAt(x, 36, room))).toEqual([0, 0, 18, 35]);
});

test("the steps of the bridge lie from one level to the next", () => {
  const { bars, start } = layDown([
    { key: "a", title: "Before", amount: "100.00", end: true },
    { key: "b", title: "Cost", amount: "-60.00", end: false },
    { key: "c", title: "Price", amount: "20.00", end: false },
    { key: "d", title: "After", amount: "60.00", end: true },
  ]);
  expect(start).toBe(0);
  expect(bars.map((bar) => [bar.left, bar.width, bar.tone])).toEqual([[0, 100, "end"], [40, 60, "loss"], [40, 20, "gain"], [0, 60, "end"]]);
});

/** A host whose answers come when they are let. */
function slow() {
  const asked: { ask: { scenario: Written }; answer: (quick: unknown) => void; fail: (why: unknown) => void }[] = [];
  const call = (_name: string, ask: { scenario: Written }) => new Promise((answer, fail) => asked.push({ ask, answer, fail }));
  return { host: { call } as unknown as Host, asked };
}

test("one question at a time: of those that come meanwhile only the newest is asked, and none is lost", async () => {
  vi.useFakeTimers();
  const { host, asked } = slow();
  const live = new Live(host);
  const quick = (margin: string) => ({ margin, rows: [{ account_id: "a", margin }] }) as unknown as Quick;
  const scenario = (name: string): { scenario: Written } => ({ scenario: { name } });
  live.ask(scenario("1"), false);
  expect(live.rested?.name).toBe("1");
  for (const name of ["2", "3", "4"]) live.ask(scenario(name), true);
  expect(asked.map((one) => one.ask.scenario.name)).toEqual(["1"]);
  asked[0]?.answer(quick("10"));
  await vi.advanceTimersByTimeAsync(0);
  expect(live.quick?.margin).toBe("10");
  expect(asked.map((one) => one.ask.scenario.name)).toEqual(["1", "4"]);
  expect(live.rested?.name, "the rest waits until the slider stands still").toBe("1");
  asked[1]?.answer(quick("40"));
  await vi.advanceTimersByTimeAsync(200);
  expect([live.quick?.margin, live.rows.get("a")?.margin, live.rested?.name]).toEqual(["40", "40", "4"]);
  live.ask(scenario("1"), true);
  live.ask(scenario("4"), true);
  expect(live.quick?.margin, "where it was before is known").toBe("40");
  live.ask(scenario("6"), true);
  live.ask(scenario("4"), true);
  asked[2]?.answer(quick("60"));
  await vi.advanceTimersByTimeAsync(0);
  expect([live.quick?.margin, asked.length], "what comes late is not shown over what is newer").toEqual(["40", 3]);
  live.ask(scenario("4"), false);
  expect(asked.length, "a book that changed is asked again").toBe(4);
  asked[3]?.answer(quick("40"));
  await vi.advanceTimersByTimeAsync(0);
  live.ask(scenario("5"), true);
  asked[4]?.fail({ code: "E-SCENARIO", message: "no", kept: "", hints: [] });
  await vi.advanceTimersByTimeAsync(0);
  expect([live.failed?.code, live.quick?.margin]).toEqual(["E-SCENARIO", "40"]);
  vi.useRealTimers();
});

/** A desk over a book that keeps scenarios. */
function book() {
  const kept = new Map<string, Written>([["Ours", { name: "Ours", changes: [{ from: "2027-01-01", cost: "5 %" }] }]]);
  const ready: Written = { name: "July 2026", note: "Verify.", changes: [{ from: "2026-07-01", cost: "6.00 -> 7.00" }] };
  const listed = () => ({
    scenarios: [...[...kept.values()].map((one) => [one, false] as const), [ready, true] as const].map(([one, isReady]) => ({
      name: one.name, ready: isReady, from: null, changes: one.changes?.length ?? 0, note: one.note ?? "",
    })),
  });
  const call = async (name: string, ask: { id: string; scenario: Written }) => {
    if (name === "model show") return { scenario: kept.get(ask.id) ?? ready, ready: !kept.has(ask.id), text: "" };
    if (name === "model save") kept.set(ask.scenario.name, ask.scenario);
    if (name === "model drop") kept.delete(ask.id);
    return listed();
  };
  const shared = new Desk({ call } as unknown as Host, "2026-11-09", { name: "Harbour", currency: "GBP", country: "GB" });
  const drafts = new Drafts(shared);
  drafts.listed = listed().scenarios;
  return { drafts, kept };
}

test("a scenario is changed at once, kept when it is saved, and one brought along is kept under a name of its own", async () => {
  const { drafts, kept } = book();
  await drafts.open("July 2026");
  const [part] = drafts.draft?.parts ?? [];
  drafts.alter(part?.id ?? 0, (one) => ({ ...one, change: { ...one.change, cost: "6.00 -> 8.00" } }));
  expect(drafts.isChanged("July 2026")).toBe(true);
  expect(await drafts.save()).toBe("July 2026 2");
  expect(kept.get("July 2026 2")?.changes?.[0]?.cost).toBe("6.00 -> 8.00");
  expect([drafts.name, drafts.ready, drafts.isChanged(drafts.name)]).toEqual(["July 2026 2", false, false]);
  await drafts.open("July 2026");
  expect(drafts.draft?.parts[0]?.change.cost, "the one brought along is as it was").toBe("6.00 -> 7.00");
});

test("edits outlive a look at another scenario; what is deleted or removed comes back", async () => {
  const { drafts, kept } = book();
  await drafts.open("Ours");
  const added = drafts.add("seats");
  drafts.move(added, -1);
  await drafts.open("July 2026");
  await drafts.open("Ours");
  expect(drafts.draft?.parts.map((one) => one.kind)).toEqual(["seats", "vendor"]);
  expect(drafts.draft?.parts[0]?.change.from).toBe("2026-12-01");
  const restore = drafts.remove(added);
  expect(drafts.draft?.parts).toHaveLength(1);
  await restore();
  expect(drafts.draft?.parts).toHaveLength(2);
  drafts.revert();
  expect(drafts.isChanged("Ours")).toBe(false);
  const undo = await drafts.drop();
  expect([kept.has("Ours"), drafts.name]).toEqual([false, "July 2026"]);
  await undo();
  expect([kept.has("Ours"), drafts.name]).toEqual([true, "Ours"]);
  await drafts.rename("Our July");
  expect([...kept.keys()]).toEqual(["Our July"]);
  expect(drafts.isTaken("july 2026 ")).toBe(true);
});

test("at most three are compared with the one looked at", async () => {
  const { drafts } = book();
  await drafts.open("Ours");
  for (const name of ["a", "b", "c", "d"]) drafts.toggle(name);
  expect(drafts.beside).toEqual(["a", "b", "c"]);
  drafts.toggle("b");
  expect(drafts.beside).toEqual(["a", "c"]);
});
