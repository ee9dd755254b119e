import { mount } from "svelte";
import "./tokens.css";
import "./base.css";
import "./panel.css";
import type { Host } from "./host/host";
import { begin } from "./state/look";

/** Opens the window in the page. What is shown depends on the chosen language, so that is learnt first. */
export async function open(host: Host) {
  await begin(host);
  const [{ default: Window }, { language }] = await Promise.all([import("./Window.svelte"), import("./text")]);
  document.documentElement.lang = language;
  const target = document.getElementById("window");
  if (target) mount(Window, { target, props: { host } });
}
