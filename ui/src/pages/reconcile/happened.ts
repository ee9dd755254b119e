// What happened, in words: the sentence of a finding's class with what was found put in.
import { day, figure } from "../../format/format";
import { language, languages, t, word, words, type Key } from "../../text";
import type { Agreement, Finding } from "./tree";

const numeric = /^-?\d+(\.\d+)?$/;

/** A value of the evidence as people read it; `nameOf` knows customers by their ids. */
export function said(value: string, nameOf: (ref: string) => string): string {
  if (numeric.test(value)) return figure(value);
  if (/^\d{4}-\d{2}-\d{2}$/.test(value)) return day(value);
  return words[language]?.value?.[value] ?? nameOf(value);
}

/** The days an agreement is charged for. */
export function days(agreement: Pick<Agreement, "from" | "to"> | undefined): string {
  if (!agreement?.from || !agreement.to) return "";
  return agreement.from === agreement.to ? day(agreement.from) : t("reconcile.days", { from: day(agreement.from), to: day(agreement.to) });
}

/** Until when something can be done about it. */
export function until(finding: Pick<Finding, "until">): string {
  const [kind, at] = finding.until.split(" ");
  if (kind === "renewal" && at) return t("until.renewal", { day: day(at) });
  if (kind === "any") return t("until.any");
  return kind === "never" ? t("until.never") : t("until.window", { day: day(finding.until) });
}

/** Two sentences at most: what is, and what it means. */
export function happened(finding: Finding, nameOf: (ref: string) => string): string {
  const of = (what: string) => finding.evidence.find((e) => e.what === what);
  const [units, amount] = [of("quantity"), of("amount")];
  const other = finding.evidence.find((e) => !["quantity", "amount"].includes(e.what));
  const none = t("reconcile.nothing");
  const put = (value: string | undefined) => (value ? said(value, nameOf) : none);
  const key = `happened.${finding.class}`;
  if (!(key in (languages.en ?? {}))) return word("class", finding.class);
  return t(key as Key, {
    product: finding.product || finding.product_ref,
    billed: put(units?.vendor),
    charged: put(units?.sold),
    cost: put(amount?.vendor),
    reckoned: put(amount?.sold),
    theirs: put(other?.vendor),
    ours: put(other?.sold),
    worth: figure(finding.money.replace("-", "")),
    currency: finding.currency,
  });
}
