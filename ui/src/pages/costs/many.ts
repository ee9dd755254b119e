// Sentences that count: one thing is written otherwise than several.
import { count, t, word, words, language, type Key } from "../../text";

/** The sentence of that name for so many things; `NAME.one` where there is one. */
export function many(key: Key, things: number, gaps: Record<string, string> = {}): string {
  return t(key, { count: count(things), ...gaps });
}

/** What is wrong with a value and what would be right, in the person's language where it is a known problem. */
export function hint(problem: { code: string; hint: string }): string {
  return words[language]?.problem?.[problem.code] ? word("problem", problem.code) : problem.hint;
}
