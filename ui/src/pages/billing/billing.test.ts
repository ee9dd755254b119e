import { expect, test } from "vitest";
import { typed } from "../../format/format";
import { marginTone, price, share, span } from "./said";
import { layOut, type Step } from "../../parts/waterfall";

const step = (key: string, amount: string, end = false): Step => ({ key, title: key, amount, end });

test("steps join the ends, and the axis is cut where they would be too low to see", () => {
  const steps = [step("before", "29342.54", true), step("seats", "111.00"), step("ended", "-99.50"), step("now", "29354.04", true)];
  const { bars, start, ground } = layOut(steps, 400, 100);
  expect(start).toBeGreaterThan(29000);
  expect(start).toBeLessThan(29342);
  expect(bars.map((b) => b.tone)).toEqual(["end", "gain", "loss", "end"]);
  expect(bars.map((b) => b.x)).toEqual([50, 150, 250, 350]);
  // Each step begins where the one before it ended, and the last one ends where this run stands.
  const [before, seats, ended, now] = bars;
  expect((seats?.top ?? 0) + (seats?.height ?? 0)).toBeCloseTo(before?.level ?? 0);
  expect(ended?.top).toBeCloseTo(seats?.level ?? 0);
  expect(ended?.level).toBeCloseTo(now?.level ?? 0);
  expect(ground).toBeCloseTo(100);
});

test("great steps stand on an axis from nothing, and a run below nothing is drawn below it", () => {
  expect(layOut([step("before", "100", true), step("new", "900"), step("now", "1000", true)], 300, 100).start).toBe(0);
  const below = layOut([step("before", "100", true), step("credit", "-250"), step("now", "-150", true)], 300, 100);
  expect(below.ground).toBeLessThan(100);
  expect(below.bars.every((b) => b.height > 0 && b.top >= 0 && b.top + b.height <= 100.01)).toBe(true);
});

test("a run of nothing is drawn without a fault", () => {
  const { bars } = layOut([step("before", "0.00", true), step("now", "0.00", true)], 200, 100);
  expect(bars.every((b) => Number.isFinite(b.top) && Number.isFinite(b.height))).toBe(true);
});

test("typed amounts become decimal text", () => {
  expect(typed("1,234.50")).toBe("1234.50");
  expect(typed(" 85 ")).toBe("85");
  expect(typed("3,5")).toBe("3.5");
  expect(typed("\u22122")).toBe("-2");
  expect(typed("a lot")).toBe("alot");
});

test("unit prices keep their digits and have at least those of the currency", () => {
  expect(price("9.4", "EUR")).toBe("9.40");
  expect(price("0.166895", "EUR")).toBe("0.166895");
  expect(price("1200", "JPY")).toBe("1,200");
});

test("a credit takes its margin back and is no loss", () => {
  expect(marginTone("18.10", "20.0")).toBe("gain");
  expect(marginTone("-1.80", "-4.5")).toBe("loss");
  expect(marginTone("-2.69", "17.1")).toBe("");
});

test("spans and shares of days are said shortly", () => {
  expect(span("2026-10-05", "2026-10-31")).toMatch(/^5.+31 Oct 2026$|^Oct 5.+31, 2026$/);
  expect(span(null, null)).toBe("");
  expect(share("19 of 31")).toBe("19 of 31 days");
  expect(share("31")).toBe("");
});
