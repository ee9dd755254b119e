// Where the steps and marks of a timeline stand. Geometry only: figures are shown as the program wrote them.

export interface Happened {
  date: string;
  event: string;
  detail: string;
  seats_after: string;
}

export interface Drawn {
  /** The line of seats, as an SVG path: what was, and what is foreseen. */
  past: string;
  ahead: string;
  marks: { x: number; y: number; seats: boolean; event: Happened }[];
  /** Today, and the ends of the running term. */
  today: number;
  term: { from: number; to: number } | undefined;
  most: number;
  first: string;
  last: string;
}

const DAY = 86_400_000;
const at = (day: string) => Date.parse(`${day}T00:00:00Z`) / DAY;
const SEATS = ["started", "seats added", "seats removed", "seats set", "cancelled"];

/** Lays a timeline out on a drawing `width` wide and `height` high. */
export function drawn(
  events: Happened[],
  dates: { start: string; today: string; from: string | null; to: string | null },
  width: number,
  height: number,
): Drawn {
  const days = [...events.map((e) => e.date), dates.start, dates.today, ...(dates.to ? [dates.to] : [])].sort();
  const first = days[0] ?? dates.today;
  const last = days[days.length - 1] ?? dates.today;
  const span = Math.max(1, at(last) - at(first));
  const x = (day: string) => ((at(day) - at(first)) / span) * width;
  const most = Math.max(1, ...events.map((e) => Number(e.seats_after)));
  const y = (seats: number) => height - (seats / most) * height;

  let path = "";
  let ahead = "";
  let now = height;
  for (const event of events) {
    const [cx, cy] = [x(event.date), y(Number(event.seats_after))];
    if (event.date <= dates.today) {
      path += path === "" ? `M${cx},${cy}` : `H${cx}V${cy}`;
      now = cy;
    } else ahead += `${ahead === "" ? `M${x(dates.today)},${now}` : ""}H${cx}V${cy}`;
  }
  if (path !== "") path += `H${x(dates.today)}`;
  if (ahead === "") ahead = path === "" ? "" : `M${x(dates.today)},${now}`;
  if (ahead !== "") ahead += `H${width}`;
  const marks = events.map((event) => {
    const seats = SEATS.includes(event.event);
    return { x: x(event.date), y: seats ? y(Number(event.seats_after)) : height, seats, event };
  });
  const term = dates.from && dates.to ? { from: Math.max(0, x(dates.from)), to: x(dates.to) } : undefined;
  return { past: path, ahead, marks, today: x(dates.today), term, most, first, last };
}
