import { expect, test } from "vitest";
import { Chunks } from "./chunks.svelte";
import { here } from "./table";

const many = Array.from({ length: 1000 }, (_, n) => ({ n }));

test("rows come in chunks as they are looked at, and those looked at come again when something else is asked", async () => {
  const asked: number[] = [];
  const source = here(many);
  let descending = false;
  const question = () => ({
    source: (wanted: Parameters<typeof source>[0]) => {
      asked.push(wanted.from);
      return source(wanted);
    },
    wanted: { sort: "n", descending },
  });
  const found: number[] = [];
  const chunks = new Chunks(question, (rows) => found.push(rows));
  const rest = () => new Promise((done) => setTimeout(done));

  chunks.again();
  await rest();
  expect([chunks.total, chunks.at(0)?.n, chunks.at(650)?.n]).toEqual([1000, 0, undefined]);
  chunks.near(640, 680);
  chunks.near(650, 690);
  await rest();
  expect(chunks.at(650)?.n).toBe(650);
  expect(asked, "those looked at, and half a chunk either way").toEqual([0, 400, 600]);

  descending = true;
  chunks.again();
  await rest();
  expect([chunks.at(0)?.n, chunks.at(650)?.n]).toEqual([999, 349]);
  expect((await chunks.all()).length).toBe(1000);
  expect(found).toEqual(Array(6).fill(1000));
});
