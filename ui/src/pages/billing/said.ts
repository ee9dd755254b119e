// What Billing says of the program's codes, and the shapes its parts share.
import { figure } from "../../format/format";
import { count, locale, t, type Key } from "../../text";
import type { Commands } from "../../wire/call";

export type Kept = Commands["bill kept"]["answer"];
/** What the list says beside its rows. */
export type Month = Omit<Kept, "customers">;
export type Customer = Kept["customers"][number];
export type Guard = Kept["guards"][number];
export type Charge = Kept["charges"][number];
export type Issued = Commands["bill issue"]["answer"];
export type Sum = Kept["open"][number];

const causes: Record<string, Key> = {
  new: "cause.new", ended: "cause.ended", seats: "cause.seats", price: "cause.price", term: "cause.term",
  proration: "cause.proration", fx: "cause.fx", one_off: "cause.one_off",
};

/** A cause in a word. */
export function cause(code: string): string {
  const key = causes[code];
  return key ? t(key) : code;
}

const guards: Record<string, { title: Key; about: Key }> = {
  "G-BELOW-COST": { title: "guard.cost", about: "guard.cost.do" },
  "G-CUSTOMER-VANISHED": { title: "guard.gone", about: "guard.gone.do" },
  "G-NO-PRICE": { title: "guard.price", about: "guard.price.do" },
  "G-NO-RATE": { title: "guard.rate", about: "guard.rate.do" },
  "G-NO-TENANT": { title: "guard.tenant", about: "guard.tenant.do" },
  "G-PO-MISSING": { title: "guard.order", about: "guard.order.do" },
  "G-QUANTITY-X10": { title: "guard.ten", about: "guard.ten.do" },
  "G-TAX-CHANGED": { title: "guard.tax", about: "guard.tax.do" },
};

/** What holds, in a few words. */
export function guard(code: string): string {
  const known = guards[code];
  return known ? t(known.title) : code;
}

/** What can be done about it. */
export function guardAbout(code: string): string {
  const known = guards[code];
  return known ? t(known.about) : "";
}

const facts: Record<string, Key> = {
  net: "fact.net", cost: "fact.cost", before: "fact.before", now: "fact.now", product: "fact.product", sku: "fact.sku", term: "fact.term",
  plan: "fact.plan", currency: "fact.currency", "list of": "fact.list", rule: "fact.rule", missing: "fact.missing", bundle: "fact.bundle",
  "priced in": "fact.priced", "wanted in": "fact.wanted", account: "fact.account", amount: "fact.amount",
};

/** One fact of a guard: what it is and its value. A line's name says itself. */
export function fact(name: string, value: string): string {
  const key = facts[name];
  return key ? t(key, { value }) : value;
}

/** A value with an amount in it, as the reader writes amounts. */
export function said(value: string): string {
  const [number, ...rest] = value.split(" ");
  return number !== undefined && /^-?\d+(\.\d+)?$/.test(number) ? [figure(number), ...rest].join(" ") : value;
}

const monthLong = new Intl.DateTimeFormat(locale, { month: "long", timeZone: "UTC" });

/** `October`, of `2026-10`. */
export function monthName(period: string): string {
  return monthLong.format(new Date(`${period}-01T00:00:00Z`));
}

/** The sentence for one thing, or for so many. */
export function many<K extends Key>(things: number, key: K & (`${K}.one` extends Key ? K : never), gaps: Record<string, string> = {}): string {
  return t(things === 1 ? (`${key}.one` as Key) : key, { count: count(things), ...gaps });
}

const days = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });

/** `5–31 Oct 2026`; empty when there is no span. */
export function span(from: string | null, to: string | null): string {
  if (!from || !to) return "";
  return days.formatRange(new Date(`${from}T00:00:00Z`), new Date(`${to}T00:00:00Z`));
}

/** `19 of 31 days`, in the person's language; empty for whole cycles. */
export function share(part: string | null): string {
  const [some, all] = (part ?? "").split(" of ");
  return some && all ? t("invoices.days", { days: some, of: all }) : "";
}

/** A unit price: every digit it has, and at least those of its currency. */
export function price(text: string, currency: string): string {
  const digits = new Intl.NumberFormat(locale, { style: "currency", currency }).resolvedOptions().minimumFractionDigits ?? 2;
  const [whole = "0", fraction = ""] = text.split(".");
  return figure(digits === 0 && fraction === "" ? whole : `${whole}.${fraction.padEnd(digits, "0")}`);
}

/** What a margin means: less than nothing of what was sold is a loss; a credit takes its margin back and is none. */
export function marginTone(margin: string, percent: string | null): "loss" | "gain" | "" {
  if (percent?.startsWith("-") ?? margin.startsWith("-")) return "loss";
  return margin.startsWith("-") ? "" : "gain";
}
