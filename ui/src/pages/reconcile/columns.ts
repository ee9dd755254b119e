// The columns of the table, and its row of sums as the program gives them.
import { figure } from "../../format/format";
import type { Column } from "../../parts/table";
import { count, t } from "../../text";
import { toneOf } from "./lines";
import type { Accounts, Line, Tie } from "./tree";

const lost = (text: string | null) => (text?.startsWith("-") ? "loss" : undefined);

/** The table's columns, as wide as the longest sum needs; beside an open panel seats and margin give way to the names. */
export function columns(tie: Tie | undefined, narrow: boolean): Column<Line>[] {
  const longest = tie ? Math.max(tie.cost.total.length, tie.sold.total.length) + 1 : 0;
  const width = Math.max(78, Math.ceil(longest * 7.4) + 18);
  return [
    { key: "name", title: t("reconcile.account"), beside: (line) => line.beside },
    { key: "seats", title: t("reconcile.seats"), kind: "number", width: 76, text: (line) => line.seats, fixed: true, spare: narrow },
    { key: "cost", title: t("reconcile.cost"), kind: "amount", width },
    { key: "expected", title: t("reconcile.expected"), kind: "amount", width },
    { key: "sold", title: t("reconcile.sold"), kind: "amount", width },
    { key: "margin", title: t("reconcile.margin"), kind: "amount", width, tone: (line) => lost(line.margin), spare: narrow },
    {
      key: "finding",
      title: t("reconcile.finding"),
      kind: "pill",
      width: 168,
      tone: (line) => toneOf(line.agreement?.class ?? ""),
    },
    { key: "worth", title: t("reconcile.worth"), kind: "amount", width: width + 10, tone: (line) => lost(line.worth) },
  ];
}

/** The sums below the table. */
export function totals(tie: Tie, all: Accounts, narrow: boolean): Record<string, string> {
  return {
    name: t(narrow ? "reconcile.agreements" : "reconcile.sum", { count: count(all.agreements), agreements: count(all.agreements), accounts: count(all.count) }),
    cost: figure(tie.cost.total),
    expected: figure(tie.cost.expected),
    sold: figure(tie.sold.total),
    margin: figure(tie.margin),
    finding: t("reconcile.findings", { count: count(tie.findings) }),
    worth: figure(tie.worth),
  };
}
