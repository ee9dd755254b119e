// A bundle being drawn up, and how the command takes it.

export interface Draft {
  id: string;
  name: string;
  /** Its one price; empty when it costs what its parts cost. */
  price: string;
  show_parts: boolean;
  parts: { product: string; title: string; ratio: string; discount: string }[];
}

const number = /^\d+([.,]\d+)?$/;
const plain = (text: string) => text.trim().replace(",", ".");

/** Whether every part is named and counted, so that there is something to work out. */
export function isWhole(draft: Draft): boolean {
  const priced = draft.price.trim() === "" || number.test(draft.price.trim());
  return priced && draft.parts.every((p) => p.product !== "" && number.test(p.ratio.trim()) && number.test(p.discount.trim()));
}

/** The fields of the command: parts as `PRODUCT:SKU*RATIO-PERCENT`. */
export function fieldsOf(draft: Draft, currency: string): Record<string, string> {
  const parts = draft.parts.map((p) => `${p.product}*${plain(p.ratio)}-${plain(p.discount)}`).join(",");
  return { name: draft.name.trim(), parts, price: plain(draft.price), currency, show_parts: draft.show_parts ? "yes" : "no" };
}
