// The scenarios on the desk: those of the book and those brought along, each with what was changed in it and not yet kept.
// They stay while one looks at other places, and go with the book when it is locked.
import type { Desk } from "../../state/desk.svelte";
import { monthAfter } from "../../format/format";
import { t } from "../../text";
import type { Commands } from "../../wire/call";
import { title } from "./said";
import { begun, draft, looked, same, whole, type Draft, type Kind, type Part, type Written } from "./scenario";

export type Listed = Commands["model list"]["answer"]["scenarios"][number];

/** One scenario on the desk. */
interface Sheet {
  /** As it is kept; nothing for one that never was. */
  kept: Draft | undefined;
  draft: Draft;
  /** Brought along by the program. */
  ready: boolean;
}

/** Scenarios looked at over one another. */
export const MOST = 4;
const LONGEST = 80;
const desks = new WeakMap<Desk, Drafts>();

/** The scenarios on a desk. */
export function drafts(desk: Desk): Drafts {
  const known = desks.get(desk) ?? new Drafts(desk);
  desks.set(desk, known);
  return known;
}

export class Drafts {
  /** What the book has and the program brings along. */
  listed = $state.raw<Listed[]>([]);
  /** The one that is looked at. */
  name = $state("");
  /** Those it is compared with. */
  beside = $state.raw<string[]>([]);
  private sheets = $state.raw(new Map<string, Sheet>());
  private shared: Desk;

  constructor(shared: Desk) {
    this.shared = shared;
  }

  // Worked out whenever somebody asks: a value derived in one page would end with it.
  private get sheet(): Sheet | undefined {
    return this.sheets.get(this.name);
  }

  /** The chosen one, with everything that was changed. */
  get draft(): Draft | undefined {
    return this.sheet?.draft;
  }

  /** Whether it was brought along. */
  get ready(): boolean {
    return this.sheet?.ready ?? false;
  }

  /** Whether there is something kept to go back to. */
  get canRevert(): boolean {
    return this.sheet?.kept !== undefined;
  }

  /** Those never kept, then the book's. */
  get own(): string[] {
    const unkept = [...this.sheets.keys()].filter((name) => !this.listed.some((one) => one.name === name));
    return [...unkept, ...this.listed.filter((one) => !one.ready).map((one) => one.name)];
  }

  /** Those brought along. */
  get brought(): string[] {
    return this.listed.filter((one) => one.ready).map((one) => one.name);
  }

  isChanged(name: string): boolean {
    const sheet = this.sheets.get(name);
    return sheet !== undefined && (!sheet.kept || !same(sheet.kept, sheet.draft));
  }

  /** Puts a scenario on the desk. */
  async open(name: string) {
    if (!this.sheets.has(name)) {
      const { scenario, ready } = await this.shared.read("model show", { id: name });
      const kept = draft(scenario);
      if (!this.sheets.has(name)) this.put(name, { kept, draft: kept, ready });
    }
    this.name = name;
    this.beside = this.beside.filter((one) => one !== name);
  }

  /** Changes what is not a change: the elasticity, the months. */
  set(head: Partial<Draft["head"]>) {
    this.edit((one) => ({ ...one, head: { ...one.head, ...head } }));
  }

  /** Changes one change. */
  alter(id: number, how: (part: Part) => Part) {
    this.edit((one) => ({ ...one, parts: one.parts.map((part) => (part.id === id ? how(part) : part)) }));
  }

  /** Adds a change of a kind, from the first day of the next month; gives its number. */
  add(kind: Kind): number {
    const added = begun(kind, `${monthAfter(this.shared.today.slice(0, 7), 1)}-01`);
    this.edit((one) => ({ ...one, parts: [...one.parts, added] }));
    return added.id;
  }

  /** Takes a change away; gives how it is put back. */
  remove(id: number): () => Promise<void> {
    const { name, draft: before } = this;
    this.edit((one) => ({ ...one, parts: one.parts.filter((part) => part.id !== id) }));
    return async () => {
      const sheet = this.sheets.get(name);
      if (sheet && before) this.put(name, { ...sheet, draft: before });
    };
  }

  /** Moves a change up or down among the others. */
  move(id: number, by: -1 | 1) {
    this.edit((one) => {
      const parts = [...one.parts];
      const at = parts.findIndex((part) => part.id === id);
      const [moved] = parts.splice(at, 1);
      if (moved) parts.splice(Math.max(0, Math.min(parts.length, at + by)), 0, moved);
      return { ...one, parts };
    });
  }

  /** A new scenario with one change in it. */
  begin() {
    const name = this.free(t("model.new.name"));
    this.put(name, { kept: undefined, draft: { head: { name }, parts: [] }, ready: false });
    this.name = name;
    this.add("vendor");
  }

  /** The same again, to be changed. */
  copy() {
    if (!this.draft) return;
    const name = this.free(this.name);
    this.put(name, { kept: undefined, draft: { ...this.draft, head: { ...this.draft.head, name } }, ready: false });
    this.name = name;
  }

  /** As it was kept. */
  revert() {
    const sheet = this.sheets.get(this.name);
    if (sheet?.kept) this.put(this.name, { ...sheet, draft: sheet.kept });
  }

  /** Whether a name is another's. */
  isTaken(name: string): boolean {
    const lower = name.trim().toLowerCase();
    return [...this.own, ...this.brought].some((one) => one !== this.name && one.toLowerCase() === lower);
  }

  /** Keeps the chosen one in the book; one brought along is kept as our own, under a name of its own. Gives the name. */
  async save(): Promise<string> {
    const { name, draft: now, ready } = this;
    if (!now) return name;
    const own = ready ? this.free(name) : name;
    const kept: Draft = { ...now, head: { ...now.head, name: own } };
    await this.write("model save", { scenario: whole(kept) });
    const others = new Map(this.sheets);
    if (ready) others.delete(name);
    this.sheets = others.set(own, { kept, draft: kept, ready: false });
    this.name = own;
    return own;
  }

  /** Gives the chosen one another name; one that is kept is kept under it. */
  async rename(name: string) {
    const { name: before, sheet } = this;
    if (!sheet || name === before) return;
    const head = { ...sheet.draft.head, name };
    const kept = sheet.kept && { ...sheet.kept, head: { ...sheet.kept.head, name } };
    if (kept) {
      await this.write("model save", { scenario: whole(kept) });
      await this.write("model drop", { id: before });
    }
    const others = new Map(this.sheets);
    others.delete(before);
    this.sheets = others.set(name, { ...sheet, kept, draft: { ...sheet.draft, head } });
    this.name = name;
  }

  /** Takes the chosen one away; gives how it comes back. */
  async drop(): Promise<() => Promise<void>> {
    const { name, sheet } = this;
    if (sheet?.kept) await this.write("model drop", { id: name });
    const others = new Map(this.sheets);
    others.delete(name);
    this.sheets = others;
    const [next] = [...this.own, ...this.brought].filter((one) => one !== name);
    this.name = "";
    if (next) await this.open(next);
    return async () => {
      if (sheet?.kept) await this.write("model save", { scenario: whole(sheet.kept) });
      if (sheet) this.put(name, sheet);
      this.name = name;
    };
  }

  /** Compares with another, or no longer. */
  toggle(name: string) {
    const without = this.beside.filter((one) => one !== name);
    this.beside = without.length < this.beside.length ? without : [...without, name].slice(0, MOST - 1);
  }

  /** A scenario compared with, as it is on the desk or by its name. */
  asked(name: string): { scenario: Written } | { name: string } {
    const sheet = this.sheets.get(name);
    return sheet ? { scenario: looked(sheet.draft, title) } : { name };
  }

  private edit(how: (draft: Draft) => Draft) {
    const sheet = this.sheets.get(this.name);
    if (sheet) this.put(this.name, { ...sheet, draft: how(sheet.draft) });
  }

  private put(name: string, sheet: Sheet) {
    this.sheets = new Map(this.sheets).set(name, sheet);
  }

  private async write<N extends "model save" | "model drop">(name: N, ask: Commands[N]["ask"]) {
    const { scenarios } = await this.shared.write(name, ask, t("model.saving"));
    this.listed = scenarios;
  }

  /** A name nobody has, as like this one as can be. */
  private free(name: string): string {
    const taken = new Set([...this.own, ...this.brought].map((one) => one.toLowerCase()));
    for (let n = 1; ; n += 1) {
      const end = n === 1 ? "" : ` ${n}`;
      const free = name.slice(0, LONGEST - end.length) + end;
      if (!taken.has(free.toLowerCase())) return free;
    }
  }
}
