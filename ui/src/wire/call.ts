import type { Host } from "../host/host";

/** What `book info` answers: the part this window shows. */
export interface BookInfo {
  name: string;
  country: string;
  currency: string;
  role: string;
  accounts: number;
  subscriptions: number;
  documents: number;
  invoices: number;
  open_findings: number;
}

/** Each command the pages use, with its question and its answer. */
export interface Commands {
  "book info": { ask: Record<string, never>; answer: BookInfo };
}

/** Runs one command of the program. */
export function call<N extends keyof Commands>(host: Host, name: N, ask: Commands[N]["ask"]): Promise<Commands[N]["answer"]> {
  return host.call(name, ask) as Promise<Commands[N]["answer"]>;
}
