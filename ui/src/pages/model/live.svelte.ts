// What a scenario comes to, as fast as a slider moves: one question at a time, and of those that come meanwhile only the last.
// Places a slider comes by again are not asked for again. When nothing has moved for a moment, the long answers are asked for.
import type { Failure, Host } from "../../host/host";
import { failure } from "../../parts/failure";
import { call, type Commands } from "../../wire/call";
import type { Written } from "./scenario";

export type Quick = Commands["model quick"]["answer"];
export type QuickAsk = Commands["model quick"]["ask"];
export type QuickRow = Quick["rows"][number];

/** Milliseconds without a move until a slider is taken to rest. */
const REST = 140;
/** Answers kept while one drags: more than a slider has places. */
const KEPT = 256;

export class Live {
  /** The newest figures. */
  quick = $state.raw<Quick>();
  /** The rows that were in sight, by account, as they are now; nothing when the table itself is new. */
  rows = $state.raw(new Map<string, QuickRow>());
  failed = $state.raw<Failure>();
  /** The scenario at rest: what tables and bridge are of. */
  rested = $state.raw<Written>();
  private host: Host;
  private next: QuickAsk | undefined;
  /** What was answered since something else than a slider changed, by its question. */
  private known = new Map<string, Quick>();
  /** Counts the questions. */
  private newest = 0;
  private busy = false;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(host: Host) {
    this.host = host;
  }

  /** Asks for what is on the screen. `moves` while a slider is dragged: the rest follows when it stands still. */
  ask(ask: QuickAsk & { scenario: Written }, moves: boolean) {
    clearTimeout(this.timer);
    if (moves) this.timer = setTimeout(() => (this.rested = ask.scenario), REST);
    else {
      this.rested = ask.scenario;
      this.known = new Map();
    }
    const known = this.known.get(JSON.stringify(ask));
    this.next = known ? undefined : ask;
    this.newest += 1;
    if (known) this.show(known);
    else if (!this.busy) void this.answer();
  }

  /** Asks no more. */
  end() {
    clearTimeout(this.timer);
    this.next = undefined;
  }

  private async answer() {
    this.busy = true;
    for (let ask = this.next; ask; ask = this.next) {
      this.next = undefined;
      const { known, newest } = this;
      // What was known may have been shown meanwhile, and is newer.
      const late = () => newest !== this.newest && !this.next;
      try {
        const quick = await call(this.host, "model quick", ask);
        if (known.size < KEPT) known.set(JSON.stringify(ask), quick);
        if (!late()) this.show(quick);
      } catch (error) {
        if (!late()) this.failed = failure(error);
      }
    }
    this.busy = false;
  }

  private show(quick: Quick) {
    this.quick = quick;
    this.rows = new Map(quick.rows.map((row) => [row.account_id, row]));
    this.failed = undefined;
  }
}
