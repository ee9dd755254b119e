// What a person chose for their window on this computer: theme, language, when it locks itself. The window's own side keeps it; a page keeps
// nothing.
import type { Host, Look } from "../host/host";

export type Choice = keyof Look;

let chosen: Look = {};

/** Learns what was chosen; before anything is shown. */
export async function begin(host: Host) {
  chosen = host.first?.look ?? (await host.look());
  show();
}

/** What was chosen; nothing for "as the system has it". */
export function kept(choice: Choice): string | undefined {
  return chosen[choice];
}

/** Keeps a choice; `undefined` forgets it. */
export async function keep(host: Host, choice: Choice, value: string | undefined) {
  const { [choice]: _, ...others } = chosen;
  chosen = value === undefined ? others : { ...others, [choice]: value };
  await host.keepLook(chosen);
  show();
}

/** Shows the chosen theme. */
function show() {
  const { theme } = chosen;
  document.documentElement.style.colorScheme = theme === "light" || theme === "dark" ? theme : "light dark";
}
