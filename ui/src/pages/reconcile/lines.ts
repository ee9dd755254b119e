// What the rows of the table say: accounts, agreements, and the accounts that are folded into one row.
import { figure } from "../../format/format";
import { count, t, word } from "../../text";
import { many } from "../costs/many";
import type { Tone } from "../../parts/table";
import { groupOf, type Account, type Agreement, type Line, type Tie } from "./tree";

/** Classes that cost money now; the others are matters of attention or of record. */
const losses = new Set([
  "billed_not_sold", "quantity_mismatch", "price_mismatch", "below_floor", "duplicate", "pec_lost", "cancelled_still_billed",
  "wrong_customer", "credit_not_passed_on", "file_total_mismatch",
]);
const records = new Set(["proration_mismatch", "timing", "fx_difference"]);

/** What a class means at a glance. */
export function toneOf(classOf: string): Tone {
  if (losses.has(classOf)) return "loss";
  return records.has(classOf) ? "info" : "attention";
}

/** Seats billed and sold: one figure where they are the same. */
export function seats(agreement: Agreement): string {
  const { seats_billed: billed, seats_sold: sold } = agreement;
  if (billed === null && sold === null) return "";
  // Metered units have digits behind the point; they are no seats.
  if ([billed, sold].some((text) => text?.includes("."))) return "";
  if (billed === sold) return figure(billed ?? "0");
  return `${figure(billed ?? "0")} / ${figure(sold ?? "0")}`;
}

/** The row of an account. */
export function accountLine(account: Account, folded: "open" | "closed" | "none"): Line {
  const mark = { open: "▾ ", closed: "▸ ", none: "" }[folded];
  const even = account.even ? t("reconcile.match", { count: count(account.even) }) : "";
  const matching = account.mapped || !account.account_ref ? even : t("reconcile.unmapped");
  return {
    key: groupOf(account),
    kind: "account",
    account_ref: account.account_ref,
    name: account.account || account.account_ref || t("reconcile.documents"),
    beside: mark + (folded === "none" ? matching : many("reconcile.agreements", account.agreements)),
    seats: " ",
    cost: account.cost,
    expected: account.expected,
    sold: account.sold,
    margin: account.margin,
    finding: "",
    worth: account.worth,
  };
}

/** The row of an agreement. */
export function agreementLine(agreement: Agreement): Line {
  return {
    key: agreement.id,
    kind: "agreement",
    account_ref: agreement.account_ref,
    name: agreement.product || agreement.product_ref.replace(/^:$/, "") || word("class", agreement.class ?? ""),
    beside: "",
    seats: seats(agreement),
    cost: agreement.cost,
    expected: agreement.expected,
    sold: agreement.sold,
    margin: agreement.margin,
    finding: agreement.class ? word("class", agreement.class) : "",
    worth: agreement.worth,
    agreement,
  };
}

/** The row of the accounts that have nothing to do. */
export function restLine(tie: Tie): Line | undefined {
  const { rest } = tie;
  if (rest.accounts === 0) return undefined;
  return {
    key: "rest",
    kind: "rest",
    account_ref: "",
    name: many("reconcile.rest", rest.accounts),
    beside: t("reconcile.match", { count: count(rest.agreements) }),
    seats: " ",
    cost: rest.cost,
    expected: rest.expected,
    sold: rest.sold,
    margin: rest.margin,
    finding: "",
    worth: null,
  };
}
