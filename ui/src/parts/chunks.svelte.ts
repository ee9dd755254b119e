// The rows of a list of any length, as they are needed: asked for in chunks, and kept until something else is asked.
import type { Failure, Wanted } from "../host/host";
import { failure } from "./failure";
import type { Source } from "./table";

/** Rows asked for at once. */
const CHUNK = 200;
/** Rows asked for at once when all of them are wanted. */
const MANY = 5000;

/** What is asked: where rows come from, and which of them in what order. */
export interface Question<R> {
  source: Source<R>;
  wanted: Omit<Wanted, "from" | "count">;
}

export class Chunks<R> {
  /** How many rows there are; unknown before the first answer. */
  total = $state<number>();
  failed = $state.raw<Failure>();
  private rows = $state.raw(new Map<number, R[]>());
  private asked = new Set<number>();
  private turn = 0;
  /** Which rows are looked at. */
  private looked = [0, 0];
  private question: () => Question<R>;
  private found: (found: number, all: number, beside: Record<string, unknown>) => void;

  /** `found` is told of every answer: rows found, rows there are, and what stands beside them. */
  constructor(question: () => Question<R>, found: (found: number, all: number, beside: Record<string, unknown>) => void) {
    this.question = question;
    this.found = found;
  }

  /** A row by its place, if it is here. */
  at(index: number): R | undefined {
    return this.rows.get(Math.floor(index / CHUNK))?.[index % CHUNK];
  }

  /** Asks anew. The rows stay until the answer is there, so that nothing jumps. */
  again() {
    this.turn += 1;
    this.asked = new Set();
    void this.ask(0);
  }

  /** Sees to it that these rows are here, and half a chunk either way, so that who scrolls finds rows and not their places. */
  near(first: number, last: number) {
    this.looked = [first, last];
    const from = Math.floor(Math.max(0, first - CHUNK / 2) / CHUNK);
    const to = Math.floor(Math.max(0, Math.min(this.total ?? 0, last + CHUNK / 2) - 1) / CHUNK);
    for (let chunk = from; chunk <= to; chunk += 1) void this.ask(chunk);
  }

  /** Every row, whether it is here or not. */
  async all(): Promise<R[]> {
    const { source, wanted } = this.question();
    const all: R[] = [];
    for (let from = 0; from < (this.total ?? 0); from += MANY) all.push(...(await source({ ...wanted, from, count: MANY })).rows);
    return all;
  }

  private async ask(chunk: number) {
    if (this.asked.has(chunk)) return;
    this.asked.add(chunk);
    const mine = this.turn;
    const { source, wanted } = this.question();
    try {
      const page = await source({ ...wanted, from: chunk * CHUNK, count: CHUNK });
      if (mine !== this.turn) return;
      this.rows = new Map(chunk === 0 ? [] : this.rows).set(chunk, page.rows);
      if (chunk === 0) for (const other of [...this.asked]) if (other !== 0) this.asked.delete(other);
      this.total = page.found;
      this.failed = undefined;
      this.found(page.found, page.all, page.beside);
      // The rows of the question before are gone, those looked at too.
      const [first = 0, last = 0] = this.looked;
      if (chunk === 0) this.near(first, Math.min(last, page.found));
    } catch (error) {
      if (mine === this.turn) this.failed = failure(error);
    }
  }
}
