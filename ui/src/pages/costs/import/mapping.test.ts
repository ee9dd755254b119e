import { expect, test } from "vitest";
import { guessed, toml, type Draft } from "./mapping";

const draft: Draft = {
  name: "westmere", columns: { amount: "Line total", note: "", product_name: 'A "quoted" \\ name' },
  currency: "gbp", negate: false, perUnit: true, dates: "dmy", decimal: "",
};

test("the text says what was chosen and nothing else", () => {
  expect(toml(draft)).toBe(
    'name = "westmere"\ntitle = "westmere"\ncurrency = "GBP"\ndate_order = "dmy"\nsign = "as-is"\namount_includes_quantity = false\n' +
      '[columns]\namount = "Line total"\nproduct_name = "A \\"quoted\\" \\\\ name"\n',
  );
});

test("columns are guessed by what distributors call them, each of the file's once", () => {
  expect(guessed(["Customer", "Item no.", "Description", "Qty", "Net price", "Line total", "Odd"])).toEqual({
    customer_name: "Customer", product_id: "Item no.", product_name: "Description", quantity: "Qty", unit_price: "Net price", amount: "Line total",
  });
});
