// Which rows of a list are chosen: one, with Ctrl one more or one less, with Shift all from the last one chosen alone.

export class Selection<R> {
  /** Where a choice with Shift begins. */
  anchor = 0;
  private picked = $state.raw(new Map<string, R>());
  private key: (row: R) => string;
  private at: (index: number) => R | undefined;
  private told: (rows: R[]) => void;

  /** `key` tells rows apart, `at` gives the row at a place, `told` hears of every change. */
  constructor(key: (row: R) => string, at: (index: number) => R | undefined, told: (rows: R[]) => void) {
    this.key = key;
    this.at = at;
    this.told = told;
  }

  get size(): number {
    return this.picked.size;
  }

  /** The chosen rows, in the order they were chosen. */
  get rows(): R[] {
    return [...this.picked.values()];
  }

  has(row: R): boolean {
    return this.picked.has(this.key(row));
  }

  /** Chooses the row at a place, as keys held say. */
  choose(index: number, held: { shiftKey: boolean; ctrlKey: boolean; metaKey: boolean }) {
    const row = this.at(index);
    if (!row) return;
    const more = held.ctrlKey || held.metaKey;
    const next = new Map(more || held.shiftKey ? this.picked : []);
    if (held.shiftKey) {
      for (let n = Math.min(this.anchor, index); n <= Math.max(this.anchor, index); n += 1) {
        const between = this.at(n);
        if (between) next.set(this.key(between), between);
      }
    } else if (more && next.has(this.key(row))) next.delete(this.key(row));
    else next.set(this.key(row), row);
    if (!held.shiftKey) this.anchor = index;
    this.put(next);
  }

  /** Chooses these rows and no others. */
  take(rows: R[]) {
    this.put(new Map(rows.map((row) => [this.key(row), row])));
  }

  private put(next: Map<string, R>) {
    this.picked = next;
    this.told(this.rows);
  }
}
