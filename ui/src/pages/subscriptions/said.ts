// Words for what the registers name by a code: terms, plans, states, kinds.
import { figure } from "../../format/format";
import { count, languages, t, type Key } from "../../text";

function isKey(key: string): key is Key {
  return key in (languages["en"] ?? {});
}

/** The word for a code of a kind, such as a status; the code itself, made readable, where there is none. */
export function named(kind: string, code: string): string {
  const key = `register.${kind}.${code.replaceAll(/[ _]/g, "-")}`;
  return isKey(key) ? t(key) : code.replaceAll(/[_-]/g, " ");
}

/** The length of a commitment: `P1Y` as "1 year". */
export function term(code: string): string {
  const [, figures = "", unit = ""] = /^P(\d+)([MY])$/.exec(code) ?? [];
  if (figures === "") return code;
  const many = figures === "1" ? "" : "s";
  const key = `register.term.${unit === "M" ? "month" : "year"}${many}` as const;
  return t(key, { count: count(Number(figures)) });
}

/** Term and plan together: "1 year, monthly". */
export function terms(code: string, plan: string): string {
  return t("register.terms", { term: term(code), plan: named("plan", plan) });
}

/** So many seats. */
export function seats(quantity: string): string {
  return quantity === "1" ? t("register.seat") : t("register.seats", { count: figure(quantity) });
}
