import { invoke } from "@tauri-apps/api/core";
import type { Host } from "./host";

/** The desktop window. */
export const host: Host = {
  place: () => invoke("place"),
  choose: () => invoke("choose"),
  unlock: (passphrase) => invoke("unlock", { passphrase }),
  lock: () => invoke("lock"),
  call: (name, args) => invoke("call", { name, args }),
};
