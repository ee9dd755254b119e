// Failures of the program's, and how they are said in the person's language.
import type { Failure } from "../host/host";
import { language, t, words } from "../text";

/** Reads what a rejected call brings; anything else becomes the sentence for "no answer". */
export function failure(error: unknown): Failure {
  const known = error as Partial<Failure> | null;
  if (typeof known?.code === "string" && typeof known.message === "string") {
    return { code: known.code, message: known.message, kept: known.kept ?? "", hints: known.hints ?? [], details: known.details };
  }
  return { code: "E-BUG", message: t("failure.unknown"), kept: "", hints: [] };
}

/** A failure in words. */
export interface Said {
  /** What happened. */
  what: string;
  /** The particulars, which the program says in English only; nothing where `what` has them. */
  told: string;
  /** What was kept, and what to do. */
  next: string;
}

const NOTHING = "Nothing was changed.";

/** What happened, what was kept, what to do. The program's last hint is its command line's; a window has its own words for it. */
export function said(failed: Omit<Failure, "kept"> & { kept?: string }, speaks = language): Said {
  const own = (kind: string) => words[speaks]?.[kind]?.[failed.code];
  const todo = own("todo");
  const hints = todo ? [...failed.hints.slice(0, -1), todo] : failed.hints;
  const kept = failed.kept === NOTHING ? t("failure.nothing") : (failed.kept ?? "");
  const general = own("failure");
  if (speaks === "en" || !general || failed.message === t("failure.unknown")) {
    return { what: failed.message, told: "", next: [kept, ...hints].filter(Boolean).join(" ") };
  }
  const particular = [failed.message, ...hints.slice(0, -1)].join(" ");
  return { what: general, told: particular, next: [kept, todo ?? ""].filter(Boolean).join(" ") };
}
