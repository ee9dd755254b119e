// What can be done from anywhere, with its keys: the menu lists it, the palette finds it, the keyboard does it.
import { monthAfter } from "../format/format";
import { t, type Key } from "../text";
import { places, type Desk } from "./desk.svelte";

/** Something to do. */
export interface Doing {
  id: string;
  title: Key;
  /** As they are written for people: "Ctrl 1". */
  keys?: string;
  run: () => unknown;
}

/** What only the window itself can do. */
export interface Shell {
  lock: () => Promise<void>;
  find: () => void;
  rail: () => void;
  side: () => void;
}

/** Everything, in the groups of the menu. */
export function doings(shared: Desk, shell: Shell): { title: Key; doings: Doing[] }[] {
  return [
    {
      title: "menu.book",
      doings: [
        { id: "import", title: "palette.import", run: () => shared.go("costs", "import") },
        { id: "find", title: "menu.find", keys: "Ctrl K", run: shell.find },
        { id: "backup", title: "menu.backup", run: () => shared.go("settings", "safety") },
        { id: "lock", title: "book.lock", keys: "Ctrl L", run: shell.lock },
      ],
    },
    {
      title: "menu.add",
      doings: [
        { id: "add-account", title: "accounts.add", run: () => shared.go("accounts", "new:") },
        { id: "add-product", title: "catalogue.add-product", run: () => shared.go("catalogue", "add:") },
        { id: "add-subscription", title: "subscriptions.add", run: () => shared.go("subscriptions", "new:") },
        { id: "add-rule", title: "catalogue.add-rule", run: () => shared.go("catalogue", "new:") },
        { id: "add-scenario", title: "model.add", run: () => shared.go("model", "new:") },
      ],
    },
    {
      title: "menu.go",
      doings: [
        ...places.map((place, n): Doing => ({ id: `to-${place}`, title: `place.${place}`, keys: `Ctrl ${(n + 1) % 10}`, run: () => shared.go(place) })),
        { id: "back", title: "menu.back", keys: "Alt ←", run: () => shared.step(-1) },
        { id: "forth", title: "menu.forth", keys: "Alt →", run: () => shared.step(1) },
      ],
    },
    {
      title: "menu.view",
      doings: [
        { id: "rail", title: "look.key.rail", keys: "Ctrl B", run: shell.rail },
        { id: "side", title: "look.key.side", keys: "Ctrl .", run: shell.side },
        { id: "earlier", title: "period.before", run: () => (shared.period = monthAfter(shared.period, -1)) },
        { id: "later", title: "period.after", run: () => (shared.period = monthAfter(shared.period, 1)) },
        { id: "keys", title: "menu.keys", run: () => shared.go("settings", "look") },
      ],
    },
  ];
}
