// What can be done about a finding: its fix with its consequence, accept, ignore.
import { day, figure } from "../../format/format";
import { t, type Key } from "../../text";
import type { Commands } from "../../wire/call";
import type { PlaceName } from "../../state/desk.svelte";
import type { Finding } from "./tree";

export type Doing = "fix" | "accept" | "ignore";
export type Made = Commands["findings fix"]["answer"]["made"][number];

/** One way out. */
export interface Choice {
  doing: Doing;
  title: string;
  /** What it is worth, or until when it can be done. */
  side: string;
  about: string;
  verb: string;
  /** Where the fix is made by hand. */
  place?: { title: string; place: PlaceName; subject: string | undefined } | undefined;
}

/** Where a fix that is no charge is made. */
function placeOf(finding: Finding): Choice["place"] {
  switch (finding.fix) {
    case "mapping":
      return { title: t("fix.mapping.place"), place: "costs", subject: "unmapped" };
    case "register":
      return { title: t("fix.register.place"), place: "subscriptions", subject: finding.subscription_ref || undefined };
    case "price_rule":
      return { title: t("fix.price_rule.place"), place: "catalogue", subject: undefined };
    default:
      return undefined;
  }
}

/** The choices, the suggested one first. `made` is the charge the fix would make, as the program tried it; `hindered` why it cannot. */
export function choices(finding: Finding, made: Made | undefined, hindered: string | undefined): Choice[] {
  const all: Choice[] = [];
  const charges = finding.fix === "catch_up_line" || finding.fix === "credit";
  if (finding.fix !== "none" && !hindered && (!charges || made)) {
    const gaps = made ? { amount: figure(made.amount), account: made.account, day: day(made.date), name: made.name } : {};
    all.push({
      doing: "fix",
      title: t(`fix.${finding.fix}` as Key),
      side: made ? figure(made.amount) : "",
      about: t(`fix.${finding.fix}.about` as Key, gaps),
      verb: t(charges ? (`fix.${finding.fix}.do` as Key) : "fix.done"),
      place: placeOf(finding),
    });
  }
  all.push({ doing: "accept", title: t("accept"), side: "", about: hindered ?? t("accept.about"), verb: t("accept.do") });
  all.push({ doing: "ignore", title: t("ignore"), side: "", about: t("ignore.about"), verb: t("ignore.do") });
  return all;
}
