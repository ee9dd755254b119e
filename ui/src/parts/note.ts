// Things the program tells beside an answer, in the person's language.
import { day, figure } from "../format/format";
import { count, language, words } from "../text";

/** A note as the program tells it: a code with its values, and the sentence in English. */
export interface Note {
  code: string;
  text: string;
  values: { name: string; value: string }[];
}

const shown: Record<string, (value: string) => string> = {
  amount: figure, day, rows: (value) => count(Number(value)), lines: (value) => count(Number(value)),
  kept: (value) => count(Number(value)), left: (value) => count(Number(value)),
};

/** The note's sentence; the program's own where we have none. */
export function told(note: Note, speaks = language): string {
  const sentence = words[speaks]?.note?.[note.code];
  if (!sentence) return note.text;
  const gaps = new Map(note.values.map(({ name, value }) => [name, shown[name]?.(value) ?? value]));
  return sentence.replace(/\{(\w+)\}/g, (gap, name: string) => gaps.get(name) ?? gap);
}
