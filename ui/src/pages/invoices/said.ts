// The shapes Invoices reads, and its words for codes.
import { t, type Key } from "../../text";
import type { Commands } from "../../wire/call";

export type Listed = Commands["invoices list"]["answer"]["invoices"][number];
export type Shown = Commands["invoices show"]["answer"];
export type Line = Shown["lines"][number];
export type Behind = Commands["invoices behind"]["answer"];

const kinds: Record<string, Key> = { invoice: "invoices.invoice", "credit-note": "invoices.credit" };

/** Invoice or credit note. */
export function kind(code: string): string {
  const key = kinds[code];
  return key ? t(key) : code;
}

export { many, marginTone, price, share, span } from "../billing/said";
