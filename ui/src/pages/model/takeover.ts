// Taking a scenario over, and its letters: which day, who, and how it is said.
import { monthAfter } from "../../format/format";
import type { Desk } from "../../state/desk.svelte";
import { t, type Key } from "../../text";
import type { Commands } from "../../wire/call";

export type Applied = Commands["model applied"]["answer"]["applied"][number];
export type Done = Commands["model apply"]["answer"];
export type Left = Done["left"][number];
export type Campaign = Commands["model campaigns"]["answer"]["campaigns"][number];
export type Customer = Campaign["customers"][number];
export type Answer = Customer["answer"];

export const answers = ["open", "accepted", "declined"] as const satisfies readonly Answer[];

/** The first day of the month after next: time for letters and answers. */
export function firstDay(today: string): string {
  return `${monthAfter(today.slice(0, 7), 2)}-01`;
}

/** Until when customers may answer: the middle of the month before, where that is still to come. */
export function answerBy(from: string, today: string): string {
  const day = `${monthAfter(from.slice(0, 7), -1)}-15`;
  return day > today ? day : "";
}

/** A whole day. */
export const isDay = (text: string) => /^\d{4}-\d{2}-\d{2}$/.test(text);

/** The day before a day. */
export function dayBefore(text: string): string {
  return new Date(Date.parse(text) - 86_400_000).toISOString().slice(0, 10);
}

/** What tells the letters of a campaign apart: a customer with several currencies has several. */
export const customerKey = (one: Customer) => `${one.account_id} ${one.currency}`;

/** What a customer said, in a word. */
export const answerName = (answer: Answer) => t(`model.answer.${answer}`);

/** Notes what a customer said to a letter; it can be taken back. */
export async function noteAnswer(shared: Desk, campaign: Campaign, customer: Customer, answer: Answer, note: string) {
  const ask = { id: campaign.id, account: customer.account_ref };
  await shared.write("model answer", { ...ask, answer, note }, t("model.answer.saving"));
  const { answer: before, answered: on, note: said } = customer;
  const undo = () => shared.write("model answer", { ...ask, answer: before, note: said, ...(on ? { on } : {}) }, t("model.answer.saving"));
  shared.tell(t("model.answer.noted", { name: customer.name, answer: answerName(answer) }), undo);
}

/** How many of a campaign gave this answer. */
export function answered(campaign: Campaign, answer: Answer): number {
  return campaign.customers.filter((one) => one.answer === answer).length;
}

/** The seller's own words as typed, a paragraph a line. */
export function paragraphs(text: string): string[] {
  return text.split("\n").map((line) => line.trim()).filter(Boolean);
}

const reasons: Record<Left["reason"], Key> = {
  reshaped: "model.take.left.reshaped",
  no_rule: "model.take.left.own",
};

/** Agreements that stay as they are, by the reason why. */
export function byReason(left: Left[]): { why: string; subscriptions: string[] }[] {
  const groups = new Map<Left["reason"], string[]>();
  for (const { subscription, reason } of left) {
    const group = groups.get(reason);
    if (group) group.push(subscription);
    else groups.set(reason, [subscription]);
  }
  return [...groups].map(([reason, subscriptions]) => ({ why: t(reasons[reason]), subscriptions }));
}
