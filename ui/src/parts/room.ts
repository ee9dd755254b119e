// How much room a list has beside a panel.
import { innerWidth } from "svelte/reactivity/window";

/** Whether a list that has a panel beside it must leave columns out. */
export function isTight(beside: boolean): boolean {
  return beside && (innerWidth.current ?? 1280) < 1500;
}
