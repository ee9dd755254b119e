// Where the keyboard goes when what it was on is gone.
import { tick } from "svelte";

/** To the panel's first button while there is a panel, else to the list; nowhere when the focus is kept. */
export async function keepFocus() {
  await tick();
  if (document.activeElement && document.activeElement !== document.body) return;
  const goal = document.querySelector<HTMLElement>("main aside .actions button") ?? document.querySelector<HTMLElement>("main [role=grid]");
  goal?.focus({ preventScroll: true });
}
