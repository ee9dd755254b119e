// The table of a month as a tree: accounts, and their agreements below them. Rows come from the program with their sums; here
// they are only put in order, folded and found.
import { here, type Row, type Source } from "../../parts/table";
import type { Wanted } from "../../host/host";
import type { Commands } from "../../wire/call";

export type Accounts = Commands["reconcile accounts"]["answer"];
export type Account = Accounts["accounts"][number];
/** Both sides of one currency. */
export type TieOut = Commands["reconcile ties"]["answer"]["ties"][number];
export type Tie = Accounts["ties"][number];
export type Agreement = Commands["reconcile rows"]["answer"]["rows"][number];
export type Finding = Commands["findings show"]["answer"];

/** One row of the table. */
export interface Line {
  key: string;
  kind: "account" | "agreement" | "rest";
  account_ref: string;
  name: string;
  beside: string;
  seats: string;
  cost: string | null;
  expected: string | null;
  sold: string | null;
  margin: string | null;
  finding: string;
  worth: string | null;
  agreement?: Agreement;
}

/** An account and what is shown below it. */
export interface Group {
  head: Line;
  below: Line[];
}

/** The group of an account in one currency. */
export function groupOf(account: { account_ref: string; currency: string }): string {
  return `${account.account_ref} ${account.currency}`;
}

/** The agreements by the group they stand in. */
export function byGroup(agreements: Agreement[]): Map<string, Agreement[]> {
  const groups = new Map<string, Agreement[]>();
  for (const agreement of agreements) {
    const key = groupOf(agreement);
    const list = groups.get(key);
    if (list) list.push(agreement);
    else groups.set(key, [agreement]);
  }
  return groups;
}

function compare(by: string, descending: boolean): (a: Line, b: Line) => number {
  const value = (line: Line) => (line as unknown as Row)[by];
  return (one, other) => {
    const [a, b] = [value(one), value(other)];
    const missing = Number(a === null || a === "") - Number(b === null || b === "");
    if (missing !== 0) return missing;
    const [x, y] = [Number(a), Number(b)];
    const order = Number.isNaN(x) || Number.isNaN(y) ? String(a).localeCompare(String(b)) : x - y;
    return descending ? -order : order;
  };
}

/** The rows of groups: sorting keeps what belongs together; finding keeps the account of what is found. */
export function tree(groups: Group[], rest?: Line): Source<Line> {
  return (wanted: Wanted) => {
    const words = (wanted.find ?? "").toLowerCase().split(/\s+/).filter(Boolean);
    const says = (line: Line, above: string) => {
      const all = `${above} ${line.name} ${line.beside} ${line.finding} ${line.agreement?.subscription_ref ?? ""} ${line.agreement?.product_ref ?? ""}`.toLowerCase();
      return words.every((word) => all.includes(word));
    };
    let found = groups;
    if (words.length) {
      found = groups
        .map((group) => ({ head: group.head, below: group.below.filter((line) => says(line, group.head.name)) }))
        .filter((group) => group.below.length || says(group.head, ""));
    }
    if (wanted.sort) {
      const order = compare(wanted.sort, wanted.descending ?? false);
      found = [...found].sort((a, b) => order(a.head, b.head)).map((group) => ({ ...group, below: [...group.below].sort(order) }));
    }
    const lines = found.flatMap((group) => [group.head, ...group.below]);
    if (rest && !words.length) lines.push(rest);
    return here(lines)({ from: wanted.from, count: wanted.count });
  };
}
