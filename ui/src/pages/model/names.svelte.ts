// What products and accounts of a scenario are called: found once each, by their references.
import type { Host } from "../../host/host";
import { productName } from "../../parts/finders";

export class Called {
  private names = $state.raw(new Map<string, string>());
  private asked = new Set<string>();
  private host: Host;

  constructor(host: Host) {
    this.host = host;
  }

  /** What it is called; what it is written as, until that is known. */
  name = (ref: string): string => this.names.get(ref) ?? ref;

  /** Keeps a name that is known. */
  keep(ref: string, name: string) {
    this.names = new Map(this.names).set(ref, name);
  }

  /** Looks for the names of these products and accounts. */
  look(products: string[], accounts: string[]) {
    const found = (ref: string, name: Promise<string>) => {
      if (this.asked.has(ref)) return;
      this.asked.add(ref);
      // Without an answer it stays as it is written.
      void name.then((known) => this.keep(ref, known)).catch(() => {});
    };
    for (const ref of products) if (ref.includes(":")) found(ref, productName(this.host, ref));
    for (const ref of accounts) found(ref, this.account(ref));
  }

  private async account(ref: string): Promise<string> {
    const page = await this.host.page("accounts tree", "accounts", {}, { from: 0, count: 1, only: { ref } });
    return (page.rows as { name: string }[])[0]?.name ?? ref;
  }
}
