import { invoke } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";
import type { Drop, First, Host, Step } from "./host";

/** Hears an event of the window's own side. */
function heard<T>(event: string, hear: (payload: T) => void): () => void {
  const listening = listen<T>(event, ({ payload }) => hear(payload));
  return () => void listening.then((end) => end());
}

/** The desktop window. */
export const host: Host = {
  first: (window as { billhook?: First }).billhook,
  today: () => invoke("today"),
  look: () => invoke("look"),
  keepLook: (look) => invoke("keep_look", { look }),
  stir: () => invoke("stir"),
  place: () => invoke("place"),
  recent: () => invoke("recent"),
  handed: () => invoke("handed"),
  choose: (recent) => invoke("choose", { recent: recent ?? null }),
  create: (book) => invoke("create", { book }),
  sample: () => invoke("sample"),
  restore: (passphrase) => invoke("restore", { passphrase }),
  unlock: (passphrase) => invoke("unlock", { passphrase }),
  lock: () => invoke("lock"),
  call: (name, ask, trial) => invoke("call", { name, ask, trial }),
  page: (name, rows, ask, wanted) => invoke("page", { name, rows, ask, wanted }),
  cancel: () => invoke("cancel"),
  onStep: (hear) => heard<Step>("step", hear),
  onDrop: (hear) => heard<Drop>("drop", hear),
  onChosen: (hear) => heard<null>("chosen", hear),
  pickFiles: () => invoke("pick_files"),
  saveAs: (name) => invoke("save_as", { name }),
  pickFolder: () => invoke("pick_folder"),
  saveText: (name, text) => invoke("save_text", { name, text }),
};
