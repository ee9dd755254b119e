// The files that are to be imported: what each was recognised as, what it would store, what has to be said about it. Kept with
// the desk, so that looking elsewhere loses nothing.
import type { Chosen, Failure } from "../../../host/host";
import { failure } from "../../../parts/failure";
import type { Desk } from "../../../state/desk.svelte";
import { many } from "../many";
import type { Commands } from "../../../wire/call";

export type Look = Commands["import look"]["answer"];
export type Way = NonNullable<Commands["import"]["ask"]["ways"]>[number];
export type Cell = NonNullable<Way["corrections"]>[number];
export type Answer = Commands["import"]["answer"]["files"][number];

/** Where a file stands. */
export type State = "reading" | "question" | "unknown" | "refused" | "same" | "ready" | "stored";

/** One file. */
export class Item {
  readonly chosen: Chosen;
  way = $state.raw<Way>({});
  look = $state.raw<Look>();
  answer = $state.raw<Answer>();
  failed = $state.raw<Failure>();
  stored = $state(false);

  constructor(chosen: Chosen) {
    this.chosen = chosen;
  }

  get state(): State {
    if (this.stored) return "stored";
    if (this.look?.problem) return "unknown";
    if (this.look?.questions.length) return "question";
    if (this.failed) return "refused";
    if (!this.look || !this.answer) return "reading";
    const { rows, stored, changed, skipped_same: same } = this.answer;
    return rows > 0 && stored === 0 && changed === 0 && !this.answer.left && same > 0 ? "same" : "ready";
  }

  /** Rows it adds to the book. */
  get good(): number {
    return this.state === "ready" && this.answer ? this.answer.rows - this.answer.problem_rows : 0;
  }

  get bad(): number {
    return this.state === "ready" && this.answer ? this.answer.problem_rows : 0;
  }
}

/** All of them. */
export class Inbox {
  items = $state.raw<Item[]>([]);
  /** The one that is looked at. */
  current = $state.raw<Item>();
  /** Whether the good rows of files with problems are stored. */
  keepGood = $state(true);
  /** What went wrong with all of them together. */
  failed = $state.raw<Failure>();
  private readonly desk: Desk;
  private turn = 0;

  constructor(desk: Desk) {
    this.desk = desk;
  }

  get good(): number {
    return this.items.reduce((sum, item) => sum + item.good, 0);
  }

  get bad(): number {
    return this.items.reduce((sum, item) => sum + item.bad, 0);
  }

  get ready(): Item[] {
    return this.items.filter((item) => item.state === "ready");
  }

  /** Takes files in and looks at each. */
  async add(files: Chosen[]) {
    this.items = this.items.filter((item) => !item.stored);
    const known = new Set(this.items.map((item) => item.chosen.handle));
    const added = files.filter((file) => !known.has(file.handle)).map((file) => new Item(file));
    if (!added.length) return;
    this.items = [...this.items, ...added];
    this.current ??= added[0];
    if (!this.items.includes(this.current as Item)) this.current = added[0];
    await Promise.all(added.map((item) => this.lookAt(item)));
    await this.tryAll();
  }

  /** Says how to read a file, and looks again. Read otherwise, other cells may be wrong: corrections are forgotten. */
  async say(item: Item, way: Partial<Way>) {
    item.way = { ...item.way, corrections: [], ...way };
    item.look = undefined;
    item.answer = undefined;
    item.failed = undefined;
    await this.lookAt(item);
    await this.tryAll();
  }

  /** Has a cell read otherwise. */
  async correct(item: Item, cell: Cell) {
    item.way = { ...item.way, corrections: [...others(item, cell), cell] };
    await this.tryAll();
  }

  /** Has a cell read as it stands again. */
  async uncorrect(item: Item, cell: Omit<Cell, "value">) {
    item.way = { ...item.way, corrections: others(item, cell) };
    await this.tryAll();
  }

  /** Says what the vendor's invoice adds up to: `24570.34 EUR`. */
  async state(item: Item, total: string | undefined) {
    item.way = { ...item.way, total: total ?? null };
    await this.tryAll();
  }

  discard(item?: Item) {
    this.items = item ? this.items.filter((one) => one !== item) : [];
    if (!item || this.current === item) this.current = this.items[0];
    this.failed = undefined;
  }

  private async lookAt(item: Item) {
    try {
      item.look = (await this.desk.host.call("import look", { file: item.chosen.handle, way: item.way }, false)) as Look;
    } catch (error) {
      item.failed = failure(error);
    }
  }

  /** Files that can be read: registers may be needed by what refers to them, so they are tried together. */
  private readable(): Item[] {
    return this.items.filter((item) => !item.stored && item.look && !item.look.problem && !item.look.questions.length);
  }

  private ask(items: Item[], keepGood: boolean): Commands["import"]["ask"] {
    return { files: items.map((item) => item.chosen.handle), ways: items.map((item) => item.way), keep_good: keepGood };
  }

  private async tryAll() {
    const items = this.readable();
    if (!items.length) return;
    this.turn += 1;
    const mine = this.turn;
    const what = many("import.trying", items.length);
    this.failed = undefined;
    try {
      const { files } = await this.desk.trial("import", this.ask(items, true), what);
      if (mine !== this.turn) return;
      items.forEach((item, n) => {
        item.answer = files[n];
        item.failed = undefined;
      });
    } catch (error) {
      if (mine !== this.turn) return;
      const whole = failure(error);
      if (items.length === 1 || whole.code === "E-CANCELLED") {
        for (const item of items) item.failed = whole;
        return;
      }
      // One of them cannot be read: each alone, to say which.
      for (const item of items) {
        try {
          const { files } = await this.desk.trial("import", this.ask([item], true), what);
          item.answer = files[0];
          item.failed = undefined;
        } catch (reason) {
          item.failed = failure(reason);
        }
      }
    }
  }

  /** Stores what is ready, all or nothing. */
  async store() {
    const items = this.ready;
    const rows = this.good;
    this.failed = undefined;
    try {
      const what = many("import.storing", rows);
      const { files } = await this.desk.write("import", this.ask(items, this.keepGood && this.bad > 0), what);
      items.forEach((item, n) => {
        item.answer = files[n];
        item.stored = true;
      });
      const months = new Set(files.flatMap((file) => file.period ?? []));
      const [month] = months;
      if (month && months.size === 1) this.desk.period = month;
    } catch (error) {
      this.failed = failure(error);
    }
  }
}

/** What was corrected of a file beside one cell. */
function others(item: Item, cell: Omit<Cell, "value">): Cell[] {
  return (item.way.corrections ?? []).filter((one) => one.row !== cell.row || one.column !== cell.column);
}

const boxes = new WeakMap<Desk, Inbox>();

/** The files of this desk. */
export function inbox(desk: Desk): Inbox {
  const known = boxes.get(desk);
  if (known) return known;
  const made = new Inbox(desk);
  boxes.set(desk, made);
  return made;
}
