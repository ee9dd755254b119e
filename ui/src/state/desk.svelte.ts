// What all pages share: the host, the month that is looked at, where one is, and what is going on.
import { getContext, setContext } from "svelte";
import { monthAfter } from "../format/format";
import type { Chosen, Failure, Host, Step } from "../host/host";
import { failure } from "../parts/failure";
import type { Commands } from "../wire/call";

export const places = ["month", "accounts", "catalogue", "subscriptions", "costs", "reconcile", "billing", "invoices", "model", "settings"] as const;
export type PlaceName = (typeof places)[number];

/** Where one is: a place, and what is looked at there. */
export interface Spot {
  place: PlaceName;
  subject: string | undefined;
}

/** What just happened, and how to take it back. */
export interface Notice {
  text: string;
  undo?: (() => Promise<unknown>) | undefined;
}

/** A job that runs. */
export interface Job {
  what: string;
  step: Step | undefined;
  since: number;
}

const KEY = Symbol("desk");

export class Desk {
  readonly host: Host;
  /** The business day. */
  readonly today: string;
  /** The book's name and currency. */
  readonly book: { name: string; currency: string; country: string };
  /** The month all places look at. */
  period = $state("");
  spot = $state.raw<Spot>({ place: "month", subject: undefined });
  notice = $state.raw<Notice>();
  job = $state.raw<Job>();
  /** Goes up with everything written: who read before reads again. */
  version = $state(0);
  /** Files dropped on the window, until the place that imports takes them. */
  dropped = $state.raw<Chosen[]>([]);
  /** Whether an answer is awaited. */
  waits = $state(false);
  /** What the status bar says of the selection. */
  selected = $state("");
  private awaiting = 0;
  private back: Spot[] = [];
  private ahead: Spot[] = [];

  constructor(host: Host, today: string, book: { name: string; currency: string; country: string }) {
    this.host = {
      ...host,
      call: (name, ask, trial) => this.awaited(host.call(name, ask, trial)),
      page: (name, rows, ask, wanted) => this.awaited(host.page(name, rows, ask, wanted)),
    };
    this.today = today;
    this.book = book;
    this.period = monthAfter(today.slice(0, 7), -1);
  }

  /** Goes to a place, or to something in it. */
  go(place: PlaceName, subject?: string) {
    if (this.spot.place === place && this.spot.subject === subject) return;
    this.back.push(this.spot);
    this.ahead = [];
    this.arrive({ place, subject });
  }

  /** Goes back to where one was, or forth again. */
  step(by: -1 | 1) {
    const [from, to] = by < 0 ? [this.back, this.ahead] : [this.ahead, this.back];
    const spot = from.pop();
    if (!spot) return;
    to.push(this.spot);
    this.arrive(spot);
  }

  private arrive(spot: Spot) {
    this.spot = spot;
    this.selected = "";
  }

  /** Reads. Whoever calls this in an effect reads again when something was written. */
  read<N extends keyof Commands>(name: N, ask: Commands[N]["ask"]): Promise<Commands[N]["answer"]> {
    void this.version;
    return this.host.call(name, ask, false) as Promise<Commands[N]["answer"]>;
  }

  /** Tries a command: what would be, taken back. */
  async trial<N extends keyof Commands>(name: N, ask: Commands[N]["ask"], what: string): Promise<Commands[N]["answer"]> {
    return this.work(what, () => this.host.call(name, ask, true)) as Promise<Commands[N]["answer"]>;
  }

  /** Writes; `what` is said while it lasts. */
  async write<N extends keyof Commands>(name: N, ask: Commands[N]["ask"], what: string): Promise<Commands[N]["answer"]> {
    try {
      return (await this.work(what, () => this.host.call(name, ask, false))) as Commands[N]["answer"];
    } finally {
      this.version += 1;
    }
  }

  private async awaited<T>(answer: Promise<T>): Promise<T> {
    this.awaiting += 1;
    this.waits = true;
    try {
      return await answer;
    } finally {
      this.awaiting -= 1;
      this.waits = this.awaiting > 0;
    }
  }

  private async work<T>(what: string, run: () => Promise<T>): Promise<T> {
    this.job = { what, step: undefined, since: Date.now() };
    try {
      return await run();
    } finally {
      this.job = undefined;
    }
  }

  /** Tells what happened; with `undo`, how it is taken back. */
  tell(text: string, undo?: () => Promise<unknown>) {
    this.notice = { text, undo };
  }
}

/** Puts the desk where every part of the window finds it. */
export function provide(desk: Desk): Desk {
  return setContext(KEY, desk);
}

/** The desk of this window. */
export function desk(): Desk {
  return getContext<Desk>(KEY);
}

/** Something being read: waiting, failed, or there. Made while a component starts; reads again when what it read changes. */
export class Loaded<T> {
  value = $state.raw<T>();
  failed = $state.raw<Failure>();
  waiting = $state(true);

  constructor(read: () => Promise<T> | undefined) {
    $effect(() => {
      let current = true;
      const reading = read();
      if (!reading) {
        this.value = undefined;
        this.failed = undefined;
        this.waiting = false;
        return;
      }
      this.waiting = true;
      reading.then(
        (value) => {
          if (!current) return;
          this.value = value;
          this.failed = undefined;
          this.waiting = false;
        },
        (error: unknown) => {
          if (!current) return;
          this.failed = failure(error);
          this.waiting = false;
        },
      );
      return () => {
        current = false;
      };
    });
  }
}
