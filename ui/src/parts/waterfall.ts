// Where the bars of a waterfall stand. Amounts become pixels here and nowhere else; what is written is their text.

/** One column: an end (the run before, this run) or a step between. */
export interface Step {
  key: string;
  title: string;
  /** Decimal text: the total of an end, the difference of a step. */
  amount: string;
  end: boolean;
}

export interface Bar extends Step {
  /** Middle of the column. */
  x: number;
  width: number;
  top: number;
  height: number;
  /** Where the running total stands after it, for the joint to the next. */
  level: number;
  tone: "end" | "gain" | "loss";
}

export interface Drawing {
  bars: Bar[];
  /** Where the axis starts; 0 when it is not cut. */
  start: number;
  ground: number;
}

const LABEL = 18;

/** Between which levels the running total goes with each step, and the ends of the axis. */
interface Levels {
  levels: { from: number; to: number }[];
  start: number;
  floor: number;
  most: number;
}

function climb(steps: Step[]): Levels {
  const levels: { from: number; to: number }[] = [];
  let running = 0;
  for (const step of steps) {
    const amount = Number(step.amount);
    const from = step.end ? 0 : running;
    running = step.end ? amount : running + amount;
    levels.push({ from, to: running });
  }
  const tops = levels.map((l) => l.to);
  const [least, most] = [Math.min(...tops), Math.max(...tops)];
  const start = cut(least, most);
  return { levels, start, floor: Math.min(start, least < 0 ? least : start), most };
}

/** A step as a bar that lies: where it begins and ends, in hundredths of the room. */
export interface Lying extends Step {
  left: number;
  width: number;
  /** Where the running total stands after it. */
  level: number;
  tone: "end" | "gain" | "loss";
}

/** Lays the steps out as rows, one below the other; the axis may be cut. */
export function layDown(steps: Step[]): { bars: Lying[]; start: number } {
  const { levels, start, floor, most } = climb(steps);
  const top = Math.max(most, 0);
  const room = Math.max(1e-9, top - floor);
  const x = (value: number) => ((Math.max(value, floor) - floor) / room) * 100;
  const bars = steps.map((step, n) => {
    const { from, to } = levels[n] ?? { from: 0, to: 0 };
    const [a, b] = [x(step.end ? Math.max(floor, 0) : from), x(to)];
    const tone = step.end ? "end" : to >= from ? "gain" : "loss";
    return { ...step, left: Math.min(a, b), width: Math.max(0.6, Math.abs(a - b)), level: b, tone } satisfies Lying;
  });
  return { bars, start };
}

/** Lays the columns out in a room of so many pixels. The axis is cut when the steps would otherwise be too low to see. */
export function layOut(steps: Step[], width: number, height: number): Drawing {
  const { levels, start, floor, most } = climb(steps);
  const room = Math.max(1e-9, most - floor);
  const y = (value: number) => LABEL + ((most - Math.max(value, floor)) / room) * (height - LABEL);
  const slot = width / Math.max(1, steps.length);
  const bars = steps.map((step, n) => {
    const { from, to } = levels[n] ?? { from: 0, to: 0 };
    const [a, b] = [y(step.end ? Math.max(floor, 0) : from), y(to)];
    const tone = step.end ? "end" : to >= from ? "gain" : "loss";
    return {
      ...step, x: slot * (n + 0.5), width: Math.min(48, slot * 0.56), top: Math.min(a, b),
      height: Math.max(1.5, Math.abs(a - b)), level: b, tone,
    } satisfies Bar;
  });
  return { bars, start, ground: y(Math.max(floor, 0)) };
}

/** A round figure a little below the lowest level, once the steps are small beside the whole; else 0. */
function cut(least: number, most: number): number {
  const spread = most - least;
  if (least <= 0 || spread <= 0 || spread > least * 0.5) return 0;
  const below = least - spread * 0.5;
  const unit = 10 ** Math.floor(Math.log10(spread));
  return Math.max(0, Math.floor(below / unit) * unit);
}
