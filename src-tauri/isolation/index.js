// Every message from the pages to the program passes here first, out of reach of the pages' own code.
// Only our own commands go on, and the hearing of our two kinds of events; Rust checks their arguments again.
const COMMANDS = [
  "today", "look", "keep_look", "stir", "place", "recent", "handed", "choose", "create", "sample", "restore", "unlock", "lock",
  "call", "page", "cancel", "pick_files", "save_as", "pick_folder", "save_text", "plugin:event|listen", "plugin:event|unlisten",
];

window.__TAURI_ISOLATION_HOOK__ = (message) => {
  if (!COMMANDS.includes(message.cmd)) throw new Error(`refused: ${message.cmd}`);
  return message;
};
