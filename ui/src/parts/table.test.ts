import { expect, test } from "vitest";
import { signed } from "../format/format";
import { copied, type Column } from "./table";

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
