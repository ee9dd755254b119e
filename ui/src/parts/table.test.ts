import { expect, test } from "vitest";
import { signed } from "../format/format";
import { copied, slots, type Column } from "./table";

interface Line {
  name: string;
  worth: string;
  change: string | null;
  seats: string;
}

const columns: Column<Line>[] = [
  { key: "name", title: "Account" },
  { key: "worth", title: "Worth", kind: "amount" },
  { key: "change", title: "Change", kind: "amount", text: (line) => (line.change ? signed(line.change) : "") },
  { key: "seats", title: "Seats", kind: "number", text: (line) => line.seats },
];

test("a spreadsheet gets figures it can reckon with, and no formula", () => {
  const rows: Line[] = [
    { name: "=HYPERLINK(1)", worth: "-1234.50", change: "-57.50", seats: "76 \u2212 80" },
    { name: "Alder, \"Homes\"", worth: "90.71", change: null, seats: "4" },
  ];
  expect(copied(columns, rows, ",")).toBe(
    "Account,Worth,Change,Seats\r\n'=HYPERLINK(1),-1234.50,-57.50,76 - 80\r\n\"Alder, \"\"Homes\"\"\",90.71,,4\r\n",
  );
});

test("a row keeps its slot while it is drawn", () => {
  const [before, after] = [slots(0, 5), slots(3, 5)];
  expect(before).toEqual([0, 1, 2, 3, 4]);
  expect(after).toEqual([5, 6, 7, 3, 4]);
  expect(slots(99_995, 5).toSorted()).toEqual([99_995, 99_996, 99_997, 99_998, 99_999]);
  expect(slots(0, 0)).toEqual([]);
});
