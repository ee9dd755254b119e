import { expect, test } from "vitest";
import { typed } from "./format";

test("what is typed is read as the person meant it", () => {
  expect(typed("1,234.50")).toBe("1234.50");
  expect(typed("12,5")).toBe("12.5");
  expect(typed("0,001")).toBe("0.001");
  expect(typed("0.001")).toBe("0.001");
  expect(typed("\u2212 5")).toBe("-5");
});
