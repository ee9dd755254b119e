import type { Drop, Host, Step } from "./host";

/** Asks the loopback server that stands in for the window's own side while pages are tested in a browser. */
async function ask<T>(what: string, body: unknown = {}): Promise<T> {
  const answer = await fetch(`/desk/${what}`, { method: "POST", body: JSON.stringify(body) });
  const value: unknown = await answer.json();
  if (!answer.ok) throw value;
  return value as T;
}

/** A browser beside the loopback server. Dialogs answer with the files the server was started with. */
export const host: Host = {
  today: () => ask("today"),
  look: () => ask("look"),
  keepLook: (look) => ask("keep_look", { look }),
  stir: async () => {},
  place: () => ask("place"),
  recent: () => ask("recent"),
  handed: async () => null,
  choose: (recent) => ask("choose", { recent: recent ?? null }),
  create: (book) => ask("create", { book }),
  sample: () => ask("sample"),
  restore: (passphrase) => ask("restore", { passphrase }),
  unlock: (passphrase) => ask("unlock", { passphrase }),
  lock: () => ask("lock"),
  call: (name, request, trial) => ask("call", { name, ask: request, trial }),
  page: (name, rows, request, wanted) => ask("page", { name, rows, ask: request, wanted }),
  cancel: () => ask("cancel"),
  onStep(hear) {
    let last = "";
    const timer = setInterval(() => {
      void ask<Step | null>("step").then((step) => {
        const told = JSON.stringify(step);
        if (step && told !== last) hear(step);
        last = told;
      });
    }, 100);
    return () => clearInterval(timer);
  },
  onDrop(hear) {
    const dropped = (event: Event) => hear((event as CustomEvent<Drop>).detail);
    addEventListener("desk-drop", dropped);
    return () => removeEventListener("desk-drop", dropped);
  },
  onChosen: () => () => {},
  pickFiles: () => ask("pick_files"),
  saveAs: (name) => ask("save_as", { name }),
  pickFolder: () => ask("pick_folder"),
  saveText: (name, text) => ask("save_text", { name, text }),
};
