// What a picker finds: accounts and products by name, a few at a time.
import type { Host } from "../host/host";
import type { Commands } from "../wire/call";
import type { Choice } from "./Picker.svelte";

type Account = Commands["accounts tree"]["answer"]["accounts"][number];
export type Product = Commands["catalogue register"]["answer"]["products"][number];
const FEW = 8;

/** Accounts whose row says what is looked for. */
export async function accounts(host: Host, find: string): Promise<Choice[]> {
  const page = await host.page("accounts tree", "accounts", {}, { from: 0, count: FEW, find, sort: "name" });
  return (page.rows as Account[]).map((a) => ({ value: a.ref, title: a.name, beside: a.segment || a.country }));
}

/** Products whose row says what is looked for. */
export async function products(host: Host, find: string): Promise<Choice[]> {
  const page = await host.page("catalogue register", "products", {}, { from: 0, count: FEW, find, sort: "name" });
  return (page.rows as Product[]).map((p) => ({ value: p.ref, title: p.name, beside: p.ref }));
}

/** The name of a product. */
export async function productName(host: Host, ref: string): Promise<string> {
  const page = await host.page("catalogue register", "products", {}, { from: 0, count: 1, only: { ref } });
  return (page.rows as Product[])[0]?.name ?? ref;
}
