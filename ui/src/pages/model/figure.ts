// A figure of a change as scenarios write it, `3 %`, `+0.50`, `= 12.00` or `6.00 -> 7.00`, and where it stands on a slider. A
// slider counts whole steps, so that no figure is ever reckoned in fractions.

import { fromMinor } from "../../format/format";

/** By a share, by an amount, to a figure, or as one price became another. */
export type Form = "share" | "by" | "to" | "ratio";

export interface Figure {
  form: Form;
  /** Decimal text. */
  value: string;
  /** The price before, of a ratio. */
  old: string;
}

/** What a slider goes over, in units of so many digits behind the point. */
export interface Scale {
  digits: number;
  min: number;
  max: number;
  step: number;
  /** Where nothing is changed. */
  from: number;
}

const plain = (text: string) => text.trim().replace(/^\+\s*/, "");

/** Reads a figure. */
export function read(text: string): Figure {
  const [old, now] = text.split("->");
  if (old !== undefined && now !== undefined) return { form: "ratio", value: plain(now), old: plain(old) };
  const one = text.trim();
  if (one.endsWith("%")) return { form: "share", value: plain(one.slice(0, -1)), old: "" };
  if (one.startsWith("=")) return { form: "to", value: plain(one.slice(1)), old: "" };
  return { form: "by", value: plain(one), old: "" };
}

/** Writes a figure. */
export function write({ form, value, old }: Figure): string {
  switch (form) {
    case "share":
      return `${value} %`;
    case "to":
      return `= ${value}`;
    case "ratio":
      return `${old} -> ${value}`;
    case "by":
      return value.startsWith("-") ? value : `+${value}`;
  }
}

/** Hundredths of a percent as percent: `350` is `3.5`. */
export function ofPoints(points: string): string {
  return trimmed(fromMinor(Number(points), 2));
}

/** Without the zeros that say nothing. */
export function trimmed(text: string): string {
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

/** Where a value stands, in units of so many digits. */
export function units(value: string, digits: number): number {
  const [whole = "0", fraction = ""] = value.replace("-", "").split(".");
  const all = Number(whole + fraction.slice(0, digits).padEnd(digits, "0"));
  return Number.isFinite(all) ? (value.startsWith("-") ? -all : all) : 0;
}

/** A round reach that holds a value, and at least so much. */
function reach(value: number, least: number): number {
  return Math.max(least, Math.ceil(Math.abs(value) / least) * least);
}

/** The slider of a figure: shares reach both ways, prices from nothing to twice themselves. */
export function scale(figure: Figure, least = 300): Scale {
  if (figure.form === "share") {
    const ends = reach(units(figure.value, 1), least);
    // Nothing falls by more than the whole of itself.
    return { digits: 1, min: -Math.min(ends, 1000), max: ends, step: 5, from: 0 };
  }
  const at = units(figure.value, 2);
  if (figure.form === "by") {
    const ends = reach(at, 500);
    return { digits: 2, min: -ends, max: ends, step: 5, from: 0 };
  }
  const from = figure.form === "ratio" ? units(figure.old, 2) : 0;
  return { digits: 2, min: 0, max: reach(Math.max(at, from * 2), 1000), step: 5, from };
}
