// The clauses of a price rule as its form holds them: which list counts, what is passed on, the yearly rise.
import { isNumber, typed } from "../../format/format";
import type { Commands } from "../../wire/call";

type Rule = Commands["prices show"]["answer"]["versions"][number];

export interface Clauses {
  promotions: boolean;
  credit: boolean;
  hold: "vendor-term" | "customer-term" | "float";
  /** Days of notice. */
  notice: string;
  listPlan: string;
  /** Percent a year; empty for none. */
  uplift: string;
  counted: "anniversary" | "day";
  day: string;
}

const NAMED = ["fixed", "graduated", "all-units", "ramp", "minimum"];

/** Whether a method takes a clause: a list only where the price comes of one, a rise only where there is a price of ours. */
export function hasClause(method: string, clause: "list" | "uplift"): boolean {
  return clause === "list" ? !NAMED.includes(method) : !["pass-through", "minimum"].includes(method);
}

/** The clauses of a rule; of a new one those that change nothing. */
export function clausesOf(rule: Rule | undefined, today: string): Clauses {
  const [hold = "vendor-term", notice = "30"] = (rule?.hold ?? "vendor-term").split(":");
  const counted = rule?.uplift_from ?? "anniversary";
  return {
    promotions: rule?.pass_promotions ?? false,
    credit: rule?.pass_earned_credit ?? false,
    hold: hold as Clauses["hold"],
    notice,
    listPlan: rule?.list_plan ?? "bought",
    uplift: (rule?.uplift ?? "").replace(" %", ""),
    counted: counted === "anniversary" ? "anniversary" : "day",
    day: counted === "anniversary" ? today : counted,
  };
}

/** Whether what was typed can be understood. */
export function isWhole(method: string, c: Clauses): boolean {
  const noticed = c.hold !== "float" || /^\d{1,3}$/.test(c.notice.trim());
  const rises = c.uplift.trim() === "" || (isNumber(c.uplift) && (c.counted === "anniversary" || c.day !== ""));
  return (!hasClause(method, "list") || noticed) && (!hasClause(method, "uplift") || rises);
}

/** The clauses as the command takes them. */
export function clauses(method: string, c: Clauses): Record<string, string> {
  const flag = (yes: boolean) => (yes ? "yes" : "no");
  const list = {
    pass_promotions: flag(c.promotions),
    pass_earned_credit: flag(c.credit),
    hold: c.hold === "float" ? `float:${c.notice.trim()}` : c.hold,
    list_plan: c.listPlan,
  };
  const uplift = hasClause(method, "uplift") ? typed(c.uplift) : "";
  const rise = uplift === "" ? { uplift } : { uplift, uplift_from: c.counted === "day" ? c.day : "anniversary" };
  return { ...(hasClause(method, "list") ? list : {}), ...rise };
}
