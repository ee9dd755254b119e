// What a table is made of: its columns, where its rows come from, and what is copied out of it.
import { count, day, figure } from "../format/format";
import type { Page, Wanted } from "../host/host";

/** A row as a list answers it. */
export type Row = Record<string, unknown>;

/** How a cell is shown. */
export type Kind = "text" | "amount" | "number" | "date" | "pill" | "id" | "bar" | "choice";

export interface Column<R = Row> {
  /** Field of the row, and of sorting. */
  key: string;
  /** Its header, already in the person's language. */
  title: string;
  kind?: Kind;
  /** Width in pixels; the names get what is left. */
  width?: number;
  /** The cell's text, where it is more than its field. */
  text?: (row: R) => string;
  /** A second line or a word beside, quieter. */
  beside?: (row: R) => string;
  /** The meaning of a pill or an amount: loss, gain, attention, info. */
  tone?: (row: R) => Tone | undefined;
  /** How long a bar is, from a middle line that all rows share: −1 to 1. */
  share?: (row: R) => number;
  /** What a choice offers, what it is called in this row, and how another is kept; `false` where it could not be. */
  choice?: { of: { value: string; title: string }[]; name: (row: R) => string; keep: (row: R, value: string) => Promise<boolean> };
  /** Not shown until the person asks for it. */
  spare?: boolean;
  /** Cannot be sorted by. */
  fixed?: boolean;
}

export type Tone = "loss" | "gain" | "attention" | "info";

/** Where rows come from: a page at a time. */
export type Source<R = Row> = (wanted: Wanted) => Promise<Page<R>>;

/** A source of rows that are all here. */
export function here<R extends object>(rows: R[], beside: Record<string, unknown> = {}): Source<R> {
  return (wanted) => {
    const words = (wanted.find ?? "").toLowerCase().split(/\s+/).filter(Boolean);
    const says = (row: R, word: string) => Object.values(row).some((v) => String(v ?? "").toLowerCase().includes(word));
    let found = words.length ? rows.filter((row) => words.every((word) => says(row, word))) : rows;
    const { sort } = wanted;
    if (sort) {
      found = [...found].sort((a, b) => compare((a as Row)[sort], (b as Row)[sort]));
      if (wanted.descending) found.reverse();
    }
    const slice = found.slice(wanted.from, wanted.from + wanted.count);
    return Promise.resolve({ all: rows.length, found: found.length, rows: slice, beside });
  };
}

function compare(a: unknown, b: unknown): number {
  const [x, y] = [Number(a), Number(b)];
  if (a !== "" && b !== "" && a !== null && b !== null && !Number.isNaN(x) && !Number.isNaN(y)) return x - y;
  return String(a ?? "").localeCompare(String(b ?? ""));
}

/** The row in each of `count` slots when those from `first` on are drawn. A row keeps its slot while it is drawn, so that
 * scrolling writes the rows that come over those that go: none is made, none is moved. */
export function slots(first: number, count: number): number[] {
  const begins = count ? first % count : 0;
  return Array.from({ length: count }, (_, slot) => first + ((slot - begins + count) % count));
}

/** The text of a cell, as shown. */
export function shown<R>(column: Column<R>, row: R): string {
  if (column.text) return column.text(row);
  const value = (row as Row)[column.key];
  if (value === null || value === undefined || value === "") return "";
  switch (column.kind) {
    case "amount":
    case "number":
      return typeof value === "number" ? count(value) : figure(String(value));
    case "date":
      return day(String(value));
    default:
      return String(value);
  }
}

/** Whether a column's cells stand at the right. */
export function isRight(column: { kind?: Kind }): boolean {
  return column.kind === "amount" || column.kind === "number";
}

/** Rows with their headers, as a spreadsheet takes them. A text that a spreadsheet would take for a formula is guarded. */
export function copied<R>(drawn: Column<R>[], rows: R[], between: string): string {
  const columns = drawn.filter((column) => column.kind !== "bar");
  const cell = (column: Column<R>, row: R) => {
    const value = (row as Row)[column.key];
    // A spreadsheet reckons with the figure itself, not with how it is shown here.
    const isFigure = isRight(column) && /^-?\d+(\.\d+)?$/.test(String(value ?? ""));
    const plain = column.text && !isFigure ? column.text(row).replaceAll("\u2212", "-") : String(value ?? "");
    const guarded = !isRight(column) && /^[=+\-@\t\r]/.test(plain) ? `'${plain}` : plain;
    if (between === "\t") return guarded.replace(/[\t\r\n]+/g, " ");
    return /[",\r\n]/.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded;
  };
  const lines = rows.map((row) => columns.map((c) => cell(c, row)).join(between));
  return [columns.map((c) => c.title).join(between), ...lines].join(between === "\t" ? "\n" : "\r\n") + (between === "\t" ? "" : "\r\n");
}
