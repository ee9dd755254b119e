import { expect, test } from "vitest";
import { Selection } from "./selection.svelte";

test("one is chosen, with Ctrl one more or less, with Shift all between", () => {
  const rows = ["a", "b", "c", "d", "e"];
  const told: string[][] = [];
  const selection = new Selection<string>((row) => row, (index) => rows[index], (picked) => told.push(picked));
  const held = (key?: "ctrl" | "shift") => ({ ctrlKey: key === "ctrl", metaKey: false, shiftKey: key === "shift" });
  selection.choose(1, held());
  selection.choose(3, held("ctrl"));
  selection.choose(1, held("ctrl"));
  selection.choose(3, held("shift"));
  selection.choose(4, held());
  selection.choose(9, held());
  expect(told).toEqual([["b"], ["b", "d"], ["d"], ["d", "b", "c"], ["e"]]);
  expect([selection.has("e"), selection.has("b"), selection.size]).toEqual([true, false, 1]);
  selection.take([]);
  expect(selection.rows).toEqual([]);
});
