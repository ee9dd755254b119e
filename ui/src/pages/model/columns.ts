// The columns of the tables of a scenario: accounts, products, months, and the customers who were written to.
import { figure, isZero, month, monthAndYear, signed } from "../../format/format";
import type { Column, Tone } from "../../parts/table";
import { count, t } from "../../text";
import type { Commands } from "../../wire/call";
import { answerName, answers, type Customer } from "./takeover";

export type Run = Commands["model run"]["answer"];
export type Account = Run["accounts"][number];
export type Product = Run["products"][number];
export type Month = Run["months"][number];

const tone = (text: string): Tone | undefined => (isZero(text) ? undefined : text.startsWith("-") ? "loss" : "gain");
/** Nothing is written as nothing: what does not change is not looked at. */
const change = (text: string) => (isZero(text) ? "" : signed(text));
const percent = (text: string | null) => (text === null ? "" : t("register.percent", { value: figure(text) }));

/** Before, after, and the change of the margin. */
function margins<R extends { margin_before: string; margin: string; change: string }>(width: number): Column<R>[] {
  return [
    { key: "margin_before", title: t("model.before"), kind: "amount", width },
    { key: "margin", title: t("model.after"), kind: "amount", width, tone: (row) => (row.margin.startsWith("-") ? "loss" : undefined) },
    { key: "change", title: t("model.change"), kind: "amount", width, text: (row) => change(row.change), tone: (row) => tone(row.change) },
  ];
}

/** What the margin is made of, for who asks. */
function parts<R>(width: number): Column<R>[] {
  return [
    { key: "revenue_before", title: t("model.revenue.before"), kind: "amount", width: Math.max(124, width), spare: true },
    { key: "revenue", title: t("model.revenue.after"), kind: "amount", width: Math.max(124, width), spare: true },
    { key: "cost_before", title: t("model.cost.before"), kind: "amount", width: Math.max(110, width), spare: true },
    { key: "cost", title: t("model.cost.after"), kind: "amount", width: Math.max(110, width), spare: true },
  ];
}

/** Accounts, each with a bar of its change against the largest, which is asked for with every bar. */
export function accountColumns(width: number, tight: boolean, largest: () => string): Column<Account>[] {
  return [
    { key: "name", title: t("billing.account") },
    ...margins<Account>(width),
    { key: "bar", title: "", kind: "bar", width: 72, fixed: true, share: (row) => Number(row.change) / (Number(largest()) || 1) },
    { key: "margin_percent", title: t("model.percent.short"), kind: "amount", width: 96, text: (row) => percent(row.margin_percent) },
    { key: "below_cost", title: t("model.below"), kind: "pill", width: 124, text: (row) => (row.below_cost ? t("model.below.some", { count: count(row.below_cost) }) : ""), tone: () => "loss", spare: tight },
    { key: "hit", title: t("model.hit"), width: 124, text: (row) => (row.hit ? monthAndYear(row.hit) : ""), spare: tight },
    { key: "agreements", title: t("model.agreements"), kind: "number", width: 100, spare: true },
    ...parts<Account>(width),
  ];
}

/** Products. */
export function productColumns(width: number): Column<Product>[] {
  return [
    { key: "name", title: t("register.product"), text: (row) => row.name || row.product },
    { key: "agreements", title: t("model.agreements"), kind: "number", width: 100 },
    ...margins<Product>(width),
    ...parts<Product>(width),
  ];
}

/** Months, with the agreements reached in each and the money that moves. */
export function monthColumns(width: number): Column<Month>[] {
  return [
    { key: "month", title: t("model.month"), text: (row) => month(row.month) },
    ...margins<Month>(width),
    { key: "hits", title: t("model.hits"), kind: "number", width: 84, text: (row) => (row.hits ? count(row.hits) : "") },
    { key: "cash_in", title: t("model.cash.in"), kind: "amount", width: Math.max(108, width) },
    { key: "cash_out", title: t("model.cash.out"), kind: "amount", width: Math.max(128, width) },
    ...parts<Month>(width),
  ];
}

/** The customers of a campaign, each with what was said, chosen in its row; as many columns as there is room for. */
export function customerColumns(
  { beside, tight, several }: { beside: boolean; tight: boolean; several: boolean }, keep: (row: Customer, answer: string) => Promise<boolean>,
): Column<Customer>[] {
  const of = answers.map((value) => ({ value, title: answerName(value) }));
  return [
    { key: "name", title: t("billing.account") },
    {
      key: "answer", title: t("model.answer"), kind: "choice", width: 124, text: (row) => answerName(row.answer),
      tone: (row) => (row.answer === "accepted" ? "gain" : row.answer === "declined" ? "loss" : undefined),
      choice: { of, name: (row) => t("model.answer.of", { name: row.name }), keep },
    },
    { key: "year_before", title: t("model.campaigns.before"), kind: "amount", width: 112, spare: beside },
    { key: "year_after", title: t("model.campaigns.after"), kind: "amount", width: 112 },
    { key: "saving", title: t("model.campaigns.saving"), kind: "amount", width: 112, text: (row) => (isZero(row.saving) ? "" : figure(row.saving)), spare: beside },
    { key: "currency", title: t("billing.currency"), width: 76, spare: !several },
    { key: "note", title: t("model.answer.note"), width: 160, spare: beside },
    { key: "answered", title: t("model.answer.on"), kind: "date", width: 126, spare: tight },
    { key: "products", title: t("model.products"), kind: "number", width: 92, spare: true },
    { key: "file", title: t("model.campaigns.file"), kind: "id", width: 160, spare: true },
  ];
}
