import type { Host } from "../host/host";
import type { Commands } from "./generated";

export type { Commands } from "./generated";

/** Runs one command of the program. */
export function call<N extends keyof Commands>(host: Host, name: N, ask: Commands[N]["ask"]): Promise<Commands[N]["answer"]> {
  return host.call(name, ask, false) as Promise<Commands[N]["answer"]>;
}
