// How changes are told: what, whom, from when, and their figures as a person reads and types them.
import { day, figure, fromMinor, signed, typed } from "../../format/format";
import { t, type Key } from "../../text";
import { named, term } from "../subscriptions/said";
import { read, trimmed, type Figure, type Scale } from "./figure";
import type { Change, Kind, Lever, Part } from "./scenario";

/** The sentence for one thing, or for so many. */
export function many<K extends Key>(things: number, key: K & (`${K}.one` extends Key ? K : never), gaps: Record<string, string> = {}): string {
  return t(things === 1 ? (`${key}.one` as Key) : key, { count: figure(String(things)), ...gaps });
}

/** What kind of change. */
export function kindName(kind: Kind): string {
  return t(`model.kind.${kind}`);
}

/** What a change is called: by its name, else by what it does. */
export function title({ change, kind }: Part): string {
  return change.name || kindName(kind);
}

/** Whom a change concerns. `name` says what a product or an account is called. */
export function whom(change: Change, name: (ref: string) => string): string {
  const products = change.products ?? [];
  const [first, ...others] = products;
  return [
    first === undefined ? "" : others.length ? t("model.products.more", { name: name(first), count: figure(String(others.length)) }) : name(first),
    change.term ? term(change.term) : "",
    change.plan ? t("model.plan", { plan: named("plan", change.plan) }) : "",
    change.currency && !change.rate ? change.currency : "",
    change.segment ?? "",
    change.account ? name(change.account) : "",
  ].filter(Boolean).join(", ") || t("model.everything");
}

/** From when a change works. */
export function since(change: Change, kind: Kind): string {
  const at = { day: day(change.from) };
  if (kind === "rate" || kind === "rule" || (kind === "price" && change.bites === "at-once")) return t("model.from.charge", at);
  return kind === "extended" || kind === "terms" || kind === "bundle" ? t("model.from.next", at) : t("model.from.renewal", at);
}

/** What a slider is called. */
export function leverName(lever: Lever, change: Change): string {
  if (lever === "value") return named("method", change.method ?? "");
  return t(`model.lever.${lever}`, { currency: change.currency ?? "" });
}

/** The unit beside a figure. */
export function unit(lever: Lever, figure: Figure, change: Change): string {
  if (lever === "value") return ["fixed", "minimum"].includes(change.method ?? "") ? "" : "%";
  return figure.form === "share" ? "%" : "";
}

/** A figure as it stands in its field. */
export function shown({ form, value }: Figure, plain = false): string {
  const [whole = "0", fraction = ""] = value.split(".");
  const digits = form === "share" ? 1 : 2;
  const text = fraction.length >= digits ? value : `${whole}.${fraction.padEnd(digits, "0")}`;
  return form === "to" || form === "ratio" || plain ? figure(text) : signed(text);
}

/** What was typed, as a figure of the same form, or of the one its signs say; nothing when it is no figure. */
export function accepted(text: string, now: Figure): Figure | undefined {
  const [before, after] = text.split("->");
  if (before !== undefined && after !== undefined) {
    const [old, value] = [typed(before), typed(after)];
    return isNumber(old) && isNumber(value) && Number(old) > 0 ? { form: "ratio", old, value } : undefined;
  }
  const bare = text.replace(/[%\s\u00a0\u202f]/g, "").replace(/^[+±=]/, "");
  const form = text.includes("%") ? "share" : text.trim().startsWith("=") ? "to" : now.form;
  const value = typed(bare);
  return isNumber(value) ? { ...now, form, value } : undefined;
}

const isNumber = (text: string) => /^-?\d{1,9}(\.\d+)?$/.test(text);

/** The figure where a slider's thumb stands. */
export function atThumb(now: Figure, at: number, { digits }: Scale): Figure {
  const text = fromMinor(at, digits);
  return { ...now, value: now.form === "share" ? trimmed(text) : text };
}

/** The same change written in another form, as near as it can be without knowing any price. */
export function inForm(text: string, form: Figure["form"]): Figure {
  const now = read(text);
  if (form === now.form) return now;
  if (form === "share") return { form, value: "5", old: "" };
  return { form, value: form === "by" ? "0.50" : "10.00", old: form === "ratio" ? "10.00" : "" };
}
