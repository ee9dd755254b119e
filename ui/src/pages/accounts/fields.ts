// The fields of an account as a form has them: what is checked before anything is sent, and what has changed.
import { t } from "../../text";
import type { Commands } from "../../wire/call";

export type Account = Commands["accounts show"]["answer"];
export type Tenant = Commands["tenants list"]["answer"]["tenants"][number];
export type Draft = Record<string, string>;

/** The fields of an account, as texts. */
export function draftOf(account: Account): Draft {
  return {
    name: account.name, kind: account.kind, parent: account.parent ?? "", bill_to: account.bill_to ?? "",
    address: account.address.join("\n"), country: account.country, vat_id: account.vat_id, tax: account.tax,
    tax_percent: account.tax_percent, currency: account.currency, segment: account.segment,
    payment_days: String(account.payment_days), language: account.language, basis: account.basis ?? "",
    purchase_order: account.purchase_order, needs_purchase_order: account.needs_purchase_order ? "yes" : "no",
  };
}

/** What of a draft differs, as the command takes it. */
export function changes(before: Draft, now: Draft): Draft {
  const changed: Draft = {};
  for (const [name, value] of Object.entries(now)) {
    if (value === before[name]) continue;
    changed[name] = name === "address" ? value.split("\n").join("|") : name === "tax_percent" ? value.replace(",", ".") : value.trim();
  }
  return changed;
}

/** What is wrong with a field, and what would be right. */
export function wrongWith(name: string, value: string): string | undefined {
  const text = value.trim();
  switch (name) {
    case "name":
      return text === "" ? t("accounts.wrong.name") : undefined;
    case "country":
      return /^[A-Z]{2}$/.test(text) ? undefined : t("accounts.wrong.country");
    case "currency":
      return /^[A-Z]{3}$/.test(text) ? undefined : t("accounts.wrong.currency");
    case "tax_percent":
      return /^\d{1,2}([.,]\d+)?$/.test(text) ? undefined : t("accounts.wrong.percent");
    case "payment_days":
      return /^\d{1,3}$/.test(text) ? undefined : t("accounts.wrong.days");
    default:
      return undefined;
  }
}

/** The field a refusal speaks of: `country="uk" is not understood: give …`. */
export function fieldOf(message: string): string | undefined {
  return /^(\w+)=/.exec(message)?.[1];
}
