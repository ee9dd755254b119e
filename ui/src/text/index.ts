// Every sentence a person reads, by language. A page names it; the words are in the JSON files, one pair for each part of
// the window.
import deBilling from "./de/billing.json";
import deCosts from "./de/costs.json";
import deModel from "./de/model.json";
import deRegisters from "./de/registers.json";
import deShell from "./de/shell.json";
import deWords from "./de/words.json";
import enBilling from "./en/billing.json";
import enCosts from "./en/costs.json";
import enModel from "./en/model.json";
import enRegisters from "./en/registers.json";
import enShell from "./en/shell.json";
import enWords from "./en/words.json";
import { kept } from "../state/look";

const en = { ...enShell, ...enRegisters, ...enCosts, ...enBilling, ...enModel };
const de: Record<keyof typeof en, string> = { ...deShell, ...deRegisters, ...deCosts, ...deBilling, ...deModel };

export type Key = keyof typeof en;
export const languages: Record<string, Record<Key, string>> = { en, de };
/** Words for what the program names by a code: rules, inputs, classes, states. */
export const words: Record<string, Record<string, Record<string, string>>> = { en: enWords, de: deWords };

/** The person's language, if we speak it; English otherwise. */
export const language: string =
  [kept("language"), ...navigator.languages].map((l) => l?.slice(0, 2) ?? "").find((l) => l in languages) ?? "en";

/** How figures and days are written: the system's way, unless another language was chosen. */
export const locale: string = navigator.languages.find((l) => l.startsWith(language)) ?? (language === "en" ? "en-GB" : language);

/** The sentence of that name, with its gaps filled; where it counts a single thing, the one of `NAME.one`. */
export function t(key: Key, gaps: Record<string, string> = {}): string {
  const sentences = languages[language] ?? en;
  const single = gaps["count"] === "1" ? sentences[`${key}.one` as Key] : undefined;
  const sentence = single ?? sentences[key];
  return sentence.replace(/\{(\w+)\}/g, (gap, name: string) => gaps[name] ?? gap);
}

/** The word for a code of the program's; the code itself, made readable, where no word is known. */
export function word(kind: string, code: string): string {
  return words[language]?.[kind]?.[code] ?? code.replaceAll(/[_-]/g, " ");
}

/** A word as it stands alone: in a list to choose from. */
export function alone(text: string): string {
  return text.charAt(0).toLocaleUpperCase(language) + text.slice(1);
}

const plain = new Intl.NumberFormat(locale);

/** A whole number of things, as the person's language writes it. Amounts are formatted in format.ts, from their text. */
export function count(things: number): string {
  return plain.format(things);
}
