// Where the steps of a chart over months stand, and how it is painted. Amounts become pixels here and nowhere else.
import { monthAfter, monthBriefly } from "../format/format";
import { locale } from "../text";

/** One line of the chart: an amount a month, in minor units. */
export interface Line {
  /** Its mark at the end of the line; none where it needs none. */
  mark?: string;
  amounts: number[];
  look: "main" | "before" | "other";
  /** Among others, how it is dashed. */
  at?: number;
}

/** The axis: round levels below and above everything, and those between. */
export interface Axis {
  low: number;
  high: number;
  ticks: number[];
}

/** Inks as the theme has them. */
export interface Inks {
  line: string;
  label: string;
  before: string;
  main: string;
  other: string;
  gain: string;
  loss: string;
}

export interface Room {
  width: number;
  height: number;
  /** Pixels left of the months, above them and below. */
  left: number;
  right: number;
  top: number;
  bottom: number;
}

/** Three to five round levels that hold every amount. */
export function axis(amounts: number[]): Axis {
  let [low, high] = [Math.min(...amounts), Math.max(...amounts)];
  if (!Number.isFinite(low)) [low, high] = [0, 1];
  if (low === high) {
    const beside = Math.max(1, Math.abs(low) * 0.02);
    [low, high] = [low - beside, high + beside];
  }
  const rough = (high - low) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5, 10].find((round) => round * power >= rough) ?? 10) * power;
  const [first, last] = [Math.floor(low / step), Math.ceil(high / step)];
  const ticks = Array.from({ length: last - first + 1 }, (_, n) => (first + n) * step);
  return { low: first * step, high: last * step, ticks };
}

/** How figures are written, by their decimals: made once, for charts are painted often. */
const formats = [0, 1, 2, 3].map((decimals) => new Intl.NumberFormat(locale, { minimumFractionDigits: decimals, maximumFractionDigits: decimals }));

/** A level as axes say it: `5.2k`; with as many decimals as tell one level from the next. */
export function level(amount: number, digits: number, step: number): string {
  const [value, apart] = [amount / 10 ** digits, step / 10 ** digits];
  const size = Math.max(Math.abs(value), apart);
  const [unit, name] = size >= 1e6 ? [1e6, "M"] : size >= 1e3 ? [1e3, "k"] : [1, ""];
  const decimals = Math.max(0, Math.min(3, Math.ceil(-Math.log10(apart / unit) - 1e-9)));
  const text = formats[decimals]?.format(value / unit) ?? "";
  return value === 0 ? "0" : text.replace("-", "\u2212") + name;
}

/** The months written below: as many as there is room for, the year with the first of each. */
export function written(first: string, months: number, width: number): { at: number; text: string }[] {
  const each = [1, 2, 3, 6, 12].find((n) => (width / Math.max(1, months)) * n >= 52) ?? 12;
  let year = "";
  const all: { at: number; text: string }[] = [];
  for (let at = 0; at < months; at += each) {
    const month = monthAfter(first, at);
    const name = monthBriefly(month);
    all.push({ at, text: month.slice(0, 4) === year ? name : `${name} ${month.slice(2, 4)}` });
    year = month.slice(0, 4);
  }
  return all;
}

/** The month at a place. */
export function monthAt(x: number, months: number, { left, right, width }: Room): number {
  const share = (x - left) / Math.max(1, width - left - right);
  return Math.max(0, Math.min(months - 1, Math.floor(share * months)));
}

/** Paints everything once. */
export function paint(to: CanvasRenderingContext2D, room: Room, lines: Line[], first: string, digits: number, inks: Inks) {
  const months = Math.max(0, ...lines.map((line) => line.amounts.length));
  const { low, high, ticks } = axis(lines.flatMap((line) => line.amounts));
  const x = (at: number) => room.left + (at / Math.max(1, months)) * (room.width - room.left - room.right);
  const y = (amount: number) => room.top + ((high - amount) / (high - low || 1)) * (room.height - room.top - room.bottom);
  const sharp = (at: number) => Math.round(at) + 0.5;
  to.clearRect(0, 0, room.width, room.height);
  to.font = '11px Inter, system-ui, sans-serif';
  to.textBaseline = "middle";
  to.lineWidth = 1;
  for (const tick of ticks) {
    to.strokeStyle = inks.line;
    stroke(to, [[room.left, sharp(y(tick))], [room.width - room.right, sharp(y(tick))]]);
    to.fillStyle = inks.label;
    to.textAlign = "right";
    to.fillText(level(tick, digits, (ticks[1] ?? tick) - (ticks[0] ?? 0)), room.left - 8, y(tick));
  }
  to.textAlign = "left";
  for (const { at, text } of written(first, months, room.width - room.left - room.right)) {
    to.fillText(text, x(at), room.height - room.bottom + 12);
  }
  const main = lines.find((line) => line.look === "main");
  const before = lines.find((line) => line.look === "before");
  if (main && before) {
    to.globalAlpha = 0.14;
    for (let at = 0; at < months; at += 1) {
      const [a = 0, b = 0] = [main.amounts[at], before.amounts[at]];
      if (a === b) continue;
      to.fillStyle = a > b ? inks.gain : inks.loss;
      to.fillRect(x(at), Math.min(y(a), y(b)), x(at + 1) - x(at), Math.abs(y(a) - y(b)));
    }
    to.globalAlpha = 1;
  }
  const order = { before: 0, other: 1, main: 2 };
  for (const line of [...lines].sort((a, b) => order[a.look] - order[b.look])) {
    to.strokeStyle = inks[line.look];
    to.lineWidth = line.look === "main" ? 1.75 : line.look === "before" ? 1 : 1.25;
    to.setLineDash(line.look === "before" ? [4, 3] : line.look === "other" ? ([[8, 3], [2, 3], [8, 3, 2, 3]][line.at ?? 0] ?? []) : []);
    stroke(to, line.amounts.flatMap((amount, at): [number, number][] => [[x(at), y(amount)], [x(at + 1), y(amount)]]));
    to.setLineDash([]);
  }
  marks(to, room, lines, y, inks);
}

function stroke(to: CanvasRenderingContext2D, points: [number, number][]) {
  to.beginPath();
  for (const [at, [x, y]] of points.entries()) {
    if (at) to.lineTo(x, y);
    else to.moveTo(x, y);
  }
  to.stroke();
}

/** The marks at the ends of the lines, one below the other where they would lie on one another. */
function marks(to: CanvasRenderingContext2D, room: Room, lines: Line[], y: (amount: number) => number, inks: Inks) {
  const ends = lines
    .filter((line) => line.mark)
    .map((line) => ({ line, y: y(line.amounts.at(-1) ?? 0) }))
    .sort((a, b) => a.y - b.y);
  let above = -Infinity;
  to.textAlign = "left";
  for (const { line, y: wanted } of ends) {
    above = Math.max(wanted, above + 12);
    to.fillStyle = inks[line.look];
    to.fillText(line.mark ?? "", room.width - room.right + 6, above);
  }
}
