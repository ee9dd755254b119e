// A scenario as it is worked on: its changes in one form, each switched on or off while one looks.
import type { Commands } from "../../wire/call";
import { ofPoints } from "./figure";

export type Written = NonNullable<Commands["model run"]["ask"]["scenario"]>;
export type Change = NonNullable<Written["changes"]>[number];

/** A change on the desk: it keeps its number while others come and go. */
export interface Part {
  id: number;
  on: boolean;
  /** What it does; a new one may not yet say with what. */
  kind: Kind;
  change: Change;
}

/** A scenario on the desk. */
export interface Draft {
  /** All of it but its changes. */
  head: Omit<Written, "changes">;
  parts: Part[];
}

export const kinds = ["vendor", "price", "rule", "rate", "seats", "terms", "bundle", "extended", "list"] as const;
export type Kind = (typeof kinds)[number];

/** The fields that have a slider, in their order on a card. */
export const levers = ["cost", "erp", "pass_on", "price", "value", "rate", "seats"] as const;
export type Lever = (typeof levers)[number];

/** The fields that say whom a change concerns, and from when. */
const whose = ["name", "from", "products", "term", "plan", "currency", "segment", "account"] as const;

/** Nothing left that is not said. */
function said<T extends object>(fields: T): T {
  const kept = Object.entries(fields).filter(([, v]) => v !== null && v !== undefined && v !== "" && v !== false && !(Array.isArray(v) && v.length === 0));
  return Object.fromEntries(kept) as T;
}

/** One form for what files write in several: shares as percent, products in one list. */
export function normal(change: Change): Change {
  const { cost_change_bp, erp_change_bp, pass_through_bp, product, product_id, sku_id, products = [], ...others } = change;
  const share = (own: string | null | undefined, points: string | null | undefined) => own ?? (points ? `${ofPoints(points)} %` : undefined);
  const named = product_id ? `${product_id}:${sku_id ?? "0001"}` : undefined;
  return said({
    ...others,
    products: [product, named, ...products].filter((one): one is string => Boolean(one)),
    cost: share(others.cost, cost_change_bp) ?? null,
    erp: share(others.erp, erp_change_bp) ?? null,
    pass_on: share(others.pass_on, pass_through_bp) ?? null,
  });
}

let numbers = 0;

/** Puts a change on the desk. */
export function part(change: Change, kind = kindOf(change)): Part {
  return { id: ++numbers, on: true, kind, change: normal(change) };
}

/** Puts a scenario on the desk. */
export function draft({ changes = [], ...head }: Written): Draft {
  return { head: said(head), parts: changes.map((one) => part(one)) };
}

/** A draft as it is written down to be kept. */
export function whole({ head, parts }: Draft): Written {
  return { ...head, changes: parts.filter(isWhole).map((one) => one.change) };
}

/** A draft as it is looked at: only what is switched on, each under a name, for its step of the margin and its reasons. */
export function looked({ head, parts }: Draft, name: (part: Part) => string): Written {
  const seen = new Map<string, number>();
  const named = parts.filter((one) => one.on).map((part) => {
    const own = name(part);
    const nth = (seen.get(own) ?? 0) + 1;
    seen.set(own, nth);
    return { ...part, change: { ...part.change, name: nth === 1 ? own : `${own} ${nth}` } };
  });
  return whole({ head, parts: named });
}

/** Whether two drafts are kept as the same. */
export function same(a: Draft, b: Draft): boolean {
  return JSON.stringify(sorted(whole(a))) === JSON.stringify(sorted(whole(b)));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(said(value)).sort(([a], [b]) => (a < b ? -1 : 1)).map(([k, v]) => [k, sorted(v)]));
}

/** What a change does, by the first thing it does. */
export function kindOf(change: Change): Kind {
  if (change.price_list) return "list";
  if (change.cost || change.erp) return "vendor";
  if (change.price) return "price";
  if (change.rule) return "rule";
  if (change.rate) return "rate";
  if (change.seats) return "seats";
  if (change.to_term || change.to_plan) return "terms";
  if (change.bundle) return "bundle";
  return change.extended ? "extended" : "vendor";
}

/** What a kind begins with. */
const begins: Record<Kind, Partial<Change>> = {
  vendor: { cost: "5 %", erp: "5 %" },
  price: { price: "5 %" },
  rule: { method: "markup", value: "15" },
  rate: { rate: "5 %" },
  seats: { seats: "5 %" },
  terms: { to_term: "P1Y", to_plan: "annual" },
  bundle: {},
  extended: { extended: true },
  list: {},
};

/** The same products and customers, changed in another way. */
export function turned({ change, ...one }: Part, kind: Kind): Part {
  const kept = Object.fromEntries(Object.entries(change).filter(([field]) => (whose as readonly string[]).includes(field)));
  return { ...one, kind, change: { ...kept, from: change.from, ...begins[kind] } };
}

/** A new change of a kind, from a day on. */
export function begun(kind: Kind, from: string): Part {
  return part({ from, ...begins[kind] }, kind);
}

/** Whether a change says all that its kind needs; until then it is left out of the figures. */
export function isWhole({ kind, change }: Part): boolean {
  const needed: Partial<Record<Kind, string | null | undefined>> = {
    rule: change.rule, bundle: change.bundle, list: change.price_list, rate: change.currency,
  };
  return /^\d{4}-\d{2}-\d{2}$/.test(change.from) && (!(kind in needed) || Boolean(needed[kind]));
}
