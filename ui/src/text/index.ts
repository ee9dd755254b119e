// Every sentence a person reads, by language. A page names it; the words are in the JSON files.
import de from "./de.json";
import en from "./en.json";

export type Key = keyof typeof en;
export const languages: Record<string, Record<Key, string>> = { en, de };

/** The person's language, if we speak it; English otherwise. */
export const language: string = navigator.languages.map((l) => l.slice(0, 2)).find((l) => l in languages) ?? "en";

/** The sentence of that name, with its gaps filled. */
export function t(key: Key, gaps: Record<string, string> = {}): string {
  const sentence = (languages[language] ?? en)[key];
  return sentence.replace(/\{(\w+)\}/g, (gap, name: string) => gaps[name] ?? gap);
}

/** A number of things, as the person's language writes it. Amounts of money are formatted elsewhere, from their minor units. */
export function count(things: number): string {
  return new Intl.NumberFormat(navigator.language).format(things);
}
