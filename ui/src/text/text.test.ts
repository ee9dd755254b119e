import { expect, test } from "vitest";
import { languages, t } from ".";

const gaps = (sentence: string) => [...sentence.matchAll(/\{\w+\}/g)].map(String).sort();

test.each(Object.entries(languages))("%s has every sentence, with the same gaps", (_, sentences) => {
  const en = languages["en"] ?? {};
  expect(Object.keys(sentences).sort()).toEqual(Object.keys(en).sort());
  for (const [key, sentence] of Object.entries(sentences)) {
    expect(sentence.trim(), key).not.toBe("");
    expect(gaps(sentence), key).toEqual(gaps(en[key as keyof typeof en]));
  }
});

test("what counts things has words for a single one", () => {
  const plural = Object.entries(languages["en"] ?? {}).filter(([key, sentence]) => /\{count\} (more |other |good )*[a-z]{2,}s\b/.test(sentence) && !key.endsWith(".one"));
  for (const [key] of plural) expect(languages["en"], key).toHaveProperty([`${key}.one`]);
  expect(t("table.selected", { count: "1" })).toBe("1 row selected");
  expect(t("table.selected", { count: "2" })).toBe("2 rows selected");
});

test("a gap takes its text as it is", () => {
  expect(t("unlock.do", { name: "A & <b>" })).toBe("Unlock A & <b>");
});
