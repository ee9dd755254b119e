// Every message from the pages to the program passes here first, out of reach of the pages' own code.
// Only our five commands go on; Rust checks their arguments again.
const COMMANDS = ["place", "choose", "unlock", "lock", "call"];

window.__TAURI_ISOLATION_HOOK__ = (message) => {
  if (!COMMANDS.includes(message.cmd)) throw new Error(`refused: ${message.cmd}`);
  return message;
};
