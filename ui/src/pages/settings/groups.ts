// Which settings stand together, and how each is asked for.

export type Group = "seller" | "payment" | "brand" | "numbering" | "tax" | "reconcile";

export interface Asked {
  key: string;
  /** Values to choose from; a field otherwise. */
  choices?: readonly string[];
  /** Several lines, kept parted by `|`. */
  lines?: boolean;
  unit?: string;
  /** A number, written as the person's language has it. */
  number?: boolean;
}

export const groups: Record<Group, Asked[]> = {
  seller: [
    { key: "seller.name" },
    { key: "seller.address", lines: true },
    { key: "seller.country" },
    { key: "seller.vat_id" },
    { key: "seller.registration" },
    { key: "seller.email" },
    { key: "seller.phone" },
    { key: "seller.website" },
    { key: "book.role", choices: ["direct-bill", "indirect-provider", "indirect-reseller"] },
  ],
  payment: [{ key: "seller.bank" }, { key: "seller.iban" }, { key: "seller.bic" }, { key: "seller.footer" }],
  brand: [
    { key: "brand.colour" },
    { key: "brand.logo" },
    { key: "brand.paper", choices: ["a4", "letter"] },
    { key: "brand.language", choices: ["en", "de", "fr", "nl", "es"] },
  ],
  numbering: [{ key: "numbering.invoice_prefix" }, { key: "numbering.credit_prefix" }, { key: "numbering.digits" }],
  tax: [
    { key: "tax.rounding", choices: ["invoice", "line"] },
    { key: "bill.basis", choices: ["agreement", "pass-through"] },
    { key: "prices.digits" },
  ],
  reconcile: [
    { key: "reconcile.unit_price", number: true },
    { key: "reconcile.exchange_rate", number: true },
    { key: "reconcile.floor", unit: "%", number: true },
  ],
};

/** Groups that show on the invoice: beside them stands how it will look. */
export const printed: readonly Group[] = ["seller", "payment", "brand", "numbering"];
