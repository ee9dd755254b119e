// Which columns of its tables a person wants: remembered with the window's look on this computer, since it is a matter of the
// screen and the person, not of the book. A table is known by the name of its title, so that it is the same in every language.
import type { Host } from "../host/host";
import { t, type Key } from "../text";
import { keep, kept } from "./look";

/** Columns that were ticked or left out; what is not in it is as the page suggests. */
export type Ticked = ReadonlyMap<string, boolean>;

/** The tables whose columns are remembered. */
const tables: Key[] = [
  "place.accounts", "place.subscriptions", "place.reconcile", "place.billing", "place.invoices",
  "catalogue.products", "catalogue.lists", "catalogue.bundles", "catalogue.rules", "costs.documents", "costs.lines", "model.accounts", "model.products", "model.months",
];

const nameOf = (title: string) => tables.find((key) => t(key) === title);

const nothing: Ticked = new Map();

function all(): Record<string, Record<string, boolean>> {
  try {
    return JSON.parse(kept("columns") ?? "{}") as Record<string, Record<string, boolean>>;
  } catch {
    return {};
  }
}

/** What was ticked of a table. */
export function ticks(table: string): Ticked {
  const name = nameOf(table);
  const known = name && all()[name];
  return known ? new Map(Object.entries(known)) : nothing;
}

/** Remembers it. */
export function remember(host: Host, table: string, ticked: Ticked) {
  const name = nameOf(table);
  if (name) void keep(host, "columns", JSON.stringify({ ...all(), [name]: Object.fromEntries(ticked) }));
}
