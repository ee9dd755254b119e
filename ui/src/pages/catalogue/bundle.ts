// A bundle being drawn up, and how the command takes it.
import type { Commands } from "../../wire/call";

export type Row = Commands["bundles margin"]["answer"]["bundles"][number];

export interface DraftPart {
  product: string;
  title: string;
  kind: string;
  ratio: string;
  discount: string;
  /** One unit's own price; empty when the price rules give it. */
  price: string;
  /** What one unit costs us; empty where a price list says it. */
  cost: string;
  shown: boolean;
}

export interface Draft {
  id: string;
  name: string;
  /** First day of the edition; empty for the first of all. */
  from: string;
  /** Its one price; empty when it costs what its parts cost. */
  price: string;
  show_parts: boolean;
  parts: DraftPart[];
}

/** How a part is charged. */
export const KINDS = ["licence", "service", "one-off"] as const;

const number = /^\d+([.,]\d+)?$/;
const plain = (text: string) => text.trim().replace(",", ".");
const priced = (text: string) => text.trim() === "" || number.test(text.trim());

/** A part nothing is said of yet. */
export function blankPart(): DraftPart {
  return { product: "", title: "", kind: "licence", ratio: "1", discount: "0", price: "", cost: "", shown: true };
}

/** A new bundle. */
export function blank(): Draft {
  return { id: "", name: "", from: "", price: "", show_parts: true, parts: [blankPart()] };
}

/** An edition as it is stored, to be changed. */
export function draftOf(row: Row): Draft {
  return {
    id: row.ref,
    name: row.name,
    from: row.from ?? "",
    price: row.own_price ?? "",
    show_parts: row.show_parts,
    parts: row.parts.map((p) => ({
      product: p.product,
      title: p.name || p.product,
      kind: p.kind,
      ratio: p.ratio,
      discount: p.discount_percent,
      price: p.own_price ?? "",
      cost: p.own_cost ?? "",
      shown: p.shown,
    })),
  };
}

/** Whether every part is named and counted, so that there is something to work out. */
export function isWhole(draft: Draft): boolean {
  const whole = (p: DraftPart) =>
    p.product !== "" && number.test(p.ratio.trim()) && number.test(p.discount.trim()) && priced(p.price) && priced(p.cost);
  return priced(draft.price) && draft.parts.every(whole);
}

/** A part as the command takes it: `PRODUCT:SKU*RATIO-PERCENT=PRICE`, then words. */
export function partOf(part: DraftPart): string {
  const price = part.price.trim() === "" ? "" : `=${plain(part.price)}`;
  const words = [part.kind, part.shown ? "" : "hidden", part.cost.trim() === "" ? "" : `cost=${plain(part.cost)}`];
  return [`${part.product}*${plain(part.ratio)}-${plain(part.discount)}${price}`, ...words].filter((word) => word !== "").join(" ");
}

/** The fields of the command. */
export function fieldsOf(draft: Draft, currency: string): Record<string, string> {
  const parts = draft.parts.map(partOf).join(",");
  return {
    name: draft.name.trim(), from: draft.from, parts, price: plain(draft.price), currency, show_parts: draft.show_parts ? "yes" : "no",
  };
}
