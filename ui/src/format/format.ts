// Amounts, figures and days as the person's locale writes them. Nothing here adds up or rounds: text in, text out.
import { locale } from "../text";

const MINUS = "\u2212";
const parts = new Intl.NumberFormat(locale).formatToParts(-1234567.5);
const of = (kind: string, otherwise: string) => parts.find((p) => p.type === kind)?.value ?? otherwise;
const decimal = of("decimal", ".");
const group = of("group", ",");

/** A decimal text with the locale's marks, every digit kept: `-1234.50` as `−1,234.50`. */
export function figure(text: string): string {
  const negative = text.startsWith("-");
  const [whole = "0", fraction] = (negative ? text.slice(1) : text).split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+(?!\d))/g, group);
  return (negative ? MINUS : "") + grouped + (fraction === undefined ? "" : decimal + fraction);
}

/** An amount the person typed, as decimal text: `1.234,50` of a German reader is `1234.50`. What is no amount stays. */
export function typed(text: string): string {
  const parts = new Intl.NumberFormat(locale).formatToParts(-1234.5);
  const decimal = parts.find((p) => p.type === "decimal")?.value ?? ".";
  const group = parts.find((p) => p.type === "group")?.value ?? ",";
  const plain = text.trim().replace(/[\s\u00a0\u202f]/g, "").replace(MINUS, "-");
  // A lone point or comma with one or two digits behind it, or behind a nought, is a decimal mark, whatever the language.
  if (/^-?(\d+[.,]\d{1,2}|0[.,]\d+)$/.test(plain)) return plain.replace(",", ".");
  return plain.replaceAll(group, "").replace(decimal, ".");
}

/** Whether what the person typed is a number, nothing or more. */
export function isNumber(text: string): boolean {
  return /^\d+(\.\d+)?$/.test(typed(text));
}

/** Minor units with so many digits behind the point, as decimal text: 1050 of 2 is `10.50`. */
export function fromMinor(minor: number, digits: number): string {
  const figures = String(Math.abs(minor)).padStart(digits + 1, "0");
  const cut = figures.length - digits;
  return (minor < 0 ? "-" : "") + (digits ? `${figures.slice(0, cut)}.${figures.slice(cut)}` : figures);
}

/** A decimal text with its sign always: a difference. */
export function signed(text: string): string {
  if (/^-?0*(\.0*)?$/.test(text)) return `±${figure(text.replace("-", ""))}`;
  return text.startsWith("-") ? figure(text) : `+${figure(text)}`;
}

/** Whether a decimal text is nothing. */
export function isZero(text: string): boolean {
  return /^-?0*(\.0*)?$/.test(text);
}

/** A whole number of things. */
export function count(things: number): string {
  return figure(String(things));
}

/** A day as UTC, so that no time zone moves it. */
function utc(day: string): Date {
  return new Date(`${day.slice(0, 10)}T00:00:00Z`);
}

const dayShort = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
const dayLong = new Intl.DateTimeFormat(locale, { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
const monthLong = new Intl.DateTimeFormat(locale, { month: "long", year: "numeric", timeZone: "UTC" });
const weekday = new Intl.DateTimeFormat(locale, { weekday: "long", day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
const monthOfYear = new Intl.DateTimeFormat(locale, { month: "short", year: "numeric", timeZone: "UTC" });
const monthShort = new Intl.DateTimeFormat(locale, { month: "short", timeZone: "UTC" });

/** `9 Nov 2026`; the text itself when it is no day. */
export function day(text: string): string {
  return /^\d{4}-\d{2}-\d{2}/.test(text) ? dayShort.format(utc(text)) : text;
}

/** `9 November 2026`. */
export function dayInProse(text: string): string {
  return dayLong.format(utc(text));
}

/** `Monday 9 November 2026`. */
export function today(text: string): string {
  return weekday.format(utc(text));
}

/** `October 2026`, of `2026-10`. */
export function month(period: string): string {
  return monthLong.format(utc(`${period}-01`));
}

/** `Oct 2026`, of `2026-10`. */
export function monthAndYear(period: string): string {
  return monthOfYear.format(utc(`${period}-01`));
}

/** `Oct`, of `2026-10`. */
export function monthBriefly(period: string): string {
  return monthShort.format(utc(`${period}-01`));
}

/** The month so many months after another: `2026-10`, −1 is `2026-09`. */
export function monthAfter(period: string, months: number): string {
  const at = utc(`${period}-01`);
  at.setUTCMonth(at.getUTCMonth() + months);
  return at.toISOString().slice(0, 7);
}

/** Bytes as people say them. */
export function size(bytes: number): string {
  const units = ["B", "kB", "MB", "GB"];
  let at = 0;
  let value = bytes;
  while (value >= 1000 && at < units.length - 1) {
    value /= 1000;
    at += 1;
  }
  return `${new Intl.NumberFormat(locale, { maximumFractionDigits: at === 0 ? 0 : 1 }).format(value)} ${units[at] ?? ""}`;
}
