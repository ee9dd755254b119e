import type { Failure } from "../host/host";
import { t } from "../text";

/** Reads what a rejected call brings; anything else becomes the sentence for "no answer". */
export function failure(error: unknown): Failure {
  const known = error as Partial<Failure> | null;
  if (typeof known?.code === "string" && typeof known.message === "string") {
    return { code: known.code, message: known.message, kept: known.kept ?? "", hints: known.hints ?? [] };
  }
  return { code: "E-BUG", message: t("failure.unknown"), kept: "", hints: [] };
}
