// Where the steps of a price over time stand. Geometry only: figures are shown as the program wrote them.

/** A version of a price, as far as it is drawn. */
export interface Version {
  from: string;
  until: string | null;
  cost: string;
  erp: string;
}

/** The lines of cost and retail price as SVG paths, where today stands, and the days and figures at the edges. */
export interface Drawn {
  cost: string;
  erp: string;
  today: number;
  first: string;
  last: string;
  least: string;
  most: string;
}

const DAY = 86_400_000;
const at = (day: string) => Date.parse(`${day}T00:00:00Z`) / DAY;
const shifted = (day: string, days: number) => new Date((at(day) + days) * DAY).toISOString().slice(0, 10);

/**
 * Lays the versions of one listing out, in any order; nothing where there is only one. A price in force since ever is drawn from
 * a year before the next one on, and the last one to half a year after the later of its first day and today.
 */
export function drawn(all: Version[], today: string, width: number, height: number): Drawn | undefined {
  const versions = [...all].sort((a, b) => a.from.localeCompare(b.from));
  const [one, two] = versions;
  const latest = versions[versions.length - 1];
  if (!one || !two || !latest) return undefined;
  const first = one.from < shifted(two.from, -365) ? shifted(two.from, -365) : one.from;
  const last = shifted(latest.from > today ? latest.from : today, 182);
  const figures = versions.flatMap((v) => [v.cost, v.erp]);
  const byValue = [...figures].sort((a, b) => Number(a) - Number(b));
  const [least, most] = [byValue[0] ?? "0", byValue[byValue.length - 1] ?? "0"];
  const room = Number(most) - Number(least) || 1;
  const span = Math.max(1, at(last) - at(first));
  const x = (day: string) => Math.round(Math.min(width, Math.max(0, ((at(day) - at(first)) / span) * width)) * 10) / 10;
  const y = (figure: string) => Math.round((height - ((Number(figure) - Number(least)) / room) * height) * 10) / 10;
  const line = (of: (v: Version) => string) =>
    versions
      .map((v, n) => {
        const next = versions[n + 1]?.from ?? last;
        const end = v.until !== null && v.until < next ? v.until : next;
        const before = versions[n - 1];
        const joined = before && (before.until === null || before.until >= v.from);
        return `${joined ? `V${y(of(v))}` : `M${x(v.from)},${y(of(v))}`}H${x(end)}`;
      })
      .join("");
  return { cost: line((v) => v.cost), erp: line((v) => v.erp), today: x(today), first, last, least, most };
}
