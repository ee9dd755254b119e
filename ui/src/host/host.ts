// What the pages need from whatever they run in. Only tauri.ts and http.ts know which that is.

/** A chosen book as the pages may know it: never a path. */
export interface Place {
  name: string;
  /** Whether it is unlocked. */
  open: boolean;
}

/** A book opened before, by its place in the list. */
export interface Recent {
  at: number;
  name: string;
}

/** Why something could not be done: what happened, what was kept, what to do. */
export interface Failure {
  code: string;
  message: string;
  kept: string;
  hints: string[];
  details?: unknown;
}

/** How far a job is. */
export interface Step {
  what: string;
  done: number;
  of: number | null;
}

/** A file or folder somebody chose; its handle stands for it in requests. */
export interface Chosen {
  handle: string;
  name: string;
  size: number | null;
}

/** Which rows of a list are wanted. */
export interface Wanted {
  from: number;
  count: number;
  sort?: string | undefined;
  descending?: boolean | undefined;
  find?: string | undefined;
  only?: Record<string, unknown> | undefined;
}

/** Rows of a list. */
export interface Page<Row> {
  /** All rows of the list. */
  all: number;
  /** Those that were looked for. */
  found: number;
  rows: Row[];
  /** What the answer says beside its rows. */
  beside: Record<string, unknown>;
}

/** Files over the window. */
export type Drop = { kind: "over"; names: string[] } | { kind: "gone" } | { kind: "dropped"; files: Chosen[] };

/** What a new book needs. */
export interface NewBook {
  name: string;
  country: string;
  currency: string;
  role: string;
  passphrase: string;
}

/** What a person chose for their window: theme and language, where not the system's; minutes until it locks itself, or never;
    which columns of which tables are shown, as JSON. */
export type Look = Partial<Record<"theme" | "language" | "lock" | "columns", string>>;

/** What a page shows first, known before it asks for anything. */
export interface First {
  look: Look;
  place: Place | null;
}

export interface Host {
  /** What the window's own side told the page when it made it; a browser is told nothing. */
  first?: First | undefined;
  /** The business day, `2026-11-09`. */
  today(): Promise<string>;
  /** What the person chose for their window. */
  look(): Promise<Look>;
  /** Keeps what they chose, on this computer. */
  keepLook(look: Look): Promise<void>;
  /** Says that somebody is at the window; without it the book is locked after a while. */
  stir(): Promise<void>;
  /** The book that is chosen now, if one is. */
  place(): Promise<Place | null>;
  /** Books opened before, the last one first. */
  recent(): Promise<Recent[]>;
  /** The backup somebody opened with this program, by its file's name. */
  handed(): Promise<string | null>;
  /** Chooses a book: one opened before, or asked for with the system's own dialog. */
  choose(recent?: number): Promise<Place | null>;
  /** Makes a book where the person says; gives its recovery key, the only time it is told. `null` when nothing was chosen. */
  create(book: NewBook): Promise<{ place: Place; recovery_key: string } | null>;
  /** Makes the sample book and opens it. */
  sample(): Promise<Place>;
  /** Restores the backup that was handed over, or one asked for, which its passphrase opens, into a new book where the person says. */
  restore(passphrase: string): Promise<Place | null>;
  /** Opens the chosen book; rejects with a Failure. */
  unlock(passphrase: string): Promise<void>;
  /** Closes the book and forgets its keys. */
  lock(): Promise<void>;
  /** Runs one of the program's commands; rejects with a Failure. A trial is the same, taken back. */
  call(name: string, ask: unknown, trial: boolean): Promise<unknown>;
  /** A window on the rows of a list. */
  page(name: string, rows: string, ask: unknown, wanted: Wanted): Promise<Page<unknown>>;
  /** Stops what is being written. */
  cancel(): Promise<void>;
  /** Hears how far jobs are; gives what ends the hearing. */
  onStep(hear: (step: Step) => void): () => void;
  /** Hears of files dragged over the window. */
  onDrop(hear: (drop: Drop) => void): () => void;
  /** Hears that another book was chosen, by opening it in the system's own way. */
  onChosen(hear: () => void): () => void;
  /** Asks for files with the system's own dialog. */
  pickFiles(): Promise<Chosen[]>;
  /** Asks where to save. */
  saveAs(name: string): Promise<Chosen | null>;
  /** Asks for a folder. */
  pickFolder(): Promise<Chosen | null>;
  /** Writes a text where the person says; `false` when nothing was chosen. */
  saveText(name: string, text: string): Promise<boolean>;
}
