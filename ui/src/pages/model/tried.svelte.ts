// What a command would do: tried while one chooses, and taken back. One question at a time, and only the last one counts.
import type { Failure } from "../../host/host";
import { failure } from "../../parts/failure";
import type { Desk } from "../../state/desk.svelte";
import type { Commands } from "../../wire/call";

const PAUSE = 250;

export class Tried<N extends keyof Commands> {
  found = $state.raw<Commands[N]["answer"]>();
  failed = $state.raw<Failure>();
  /** Whether what is shown is not yet of the last question. */
  waiting = $state(false);
  private question: string | undefined;
  private busy = false;
  private shared: Desk;
  private name: N;

  /** Made while a component starts; asks again when the question changes or something was written. */
  constructor(shared: Desk, name: N, ask: () => Commands[N]["ask"] | undefined) {
    this.shared = shared;
    this.name = name;
    const question = $derived.by(() => {
      const asked = ask();
      return asked && JSON.stringify(asked);
    });
    $effect(() => {
      void shared.version;
      this.question = question;
      this.waiting = question !== undefined;
      if (question === undefined) {
        this.found = this.failed = undefined;
        return;
      }
      const timer = setTimeout(() => void this.answer(), PAUSE);
      return () => clearTimeout(timer);
    });
    $effect(() => () => (this.question = undefined));
  }

  private async answer() {
    if (this.busy) return;
    this.busy = true;
    for (let asked = this.question; asked !== undefined; asked = asked === this.question ? undefined : this.question) {
      const [found, failed] = await this.shared.host.call(this.name, JSON.parse(asked), true).then(
        (answer) => [answer as Commands[N]["answer"], undefined] as const,
        (error: unknown) => [undefined, failure(error)] as const,
      );
      if (asked !== this.question) continue;
      [this.found, this.failed, this.waiting] = [found, failed, false];
    }
    this.busy = false;
  }
}
